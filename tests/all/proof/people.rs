//! Who it was: the signer, the reviewer that is named, the author field, roles and independence.

use super::stage::{
    ASH, DANA, DANA_LEE, FORGE, KIM, MALLORY, POLICY, PRACTICE, Person, REVOKED, ROBIN, Stage, lines, message, signers,
    trusted_as,
};
use super::{CASE, Case, GUARD, Git, REFUSED, WILDCARD, refused};

const DAY: &str = "2026-03-02";

/// A review that names this reviewer, by this hand.
fn named(hand: super::stage::Hand, reviewer: &str) -> super::Made {
    let stage = Stage::new();
    let claim = stage.commit(&hand, &message(reviewer));
    stage.claims(claim)
}

/// Dana's review under lines in which hers is another.
fn listed(line: &str) -> super::Made {
    let stage = Stage::trusting(&format!("{line}{}", [ROBIN, KIM, FORGE].map(Person::trusted).concat()));
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.claims(claim)
}

/// Where the last author may not be the only reviewer: a change by this hand, then Dana's review.
fn independent(change: super::stage::Hand, review: super::stage::Hand) -> (Stage, String) {
    let stage = Stage::under(&signers(), &format!("{POLICY}independence = true\n"));
    stage.change_practice();
    stage.commit(&change, "Name the roles");
    let claim = stage.review(&review, DANA);
    (stage, claim)
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "wrong-person",
        story: "Robin signs a review that says Reviewed-by Dana.",
        says: refused("robin@contractor.example"),
        rules: &[REFUSED],
        why: "Git says that Robin signed, and he did; the review says that Dana looked.",
        make: || named(ROBIN.on(DAY), &DANA.named()),
        ..CASE
    },
    Case {
        name: "person-without-a-role",
        story: "Kim's key is trusted and Kim signs a review as Kim, but has no role.",
        says: refused("role"),
        rules: &[REFUSED],
        why: "Git knows keys and no roles; a reviewer is somebody whom the organization gave one.",
        make: || named(KIM.on(DAY), &KIM.named()),
        ..CASE
    },
    Case {
        name: "key-of-nobody-in-particular",
        story: "A key is listed for an address that is no person's of the organization, and signs a review in that name.",
        says: refused("person"),
        rules: &[REFUSED],
        why: "Git knows keys and no people.",
        make: || {
            let stage = Stage::trusting(&format!("{}{}", signers(), trusted_as("guest@contractor.example", "ash")));
            let claim = stage.commit(&ASH.on(DAY), &message("Guest <guest@contractor.example>"));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "another-author",
        story: "The author field names a stranger; Dana committed and signed, and the review names her.",
        why: "The author field is a text that anybody may write; the signer counts.",
        make: || named(DANA.on(DAY).authored_by(MALLORY), &DANA.named()),
        ..CASE
    },
    Case {
        name: "author-and-committer-forged",
        story: "Author, committer and Reviewed-by name Dana; Robin's key signed.",
        says: refused("robin@contractor.example"),
        rules: &[REFUSED],
        why: "Git says that the signature is good and leaves it to the reader to see whose it is.",
        make: || named(DANA.on(DAY).with("robin"), &DANA.named()),
        ..CASE
    },
    Case {
        name: "author-and-committer-forged-by-a-stranger",
        story: "Author, committer and Reviewed-by name Dana; a key that nobody listed signed.",
        git: Git::UnknownValidity,
        says: refused("no trusted line"),
        rules: &[REFUSED],
        make: || named(DANA.on(DAY).with("mallory"), &DANA.named()),
        ..CASE
    },
    Case {
        name: "second-name-rides-along",
        story: "Dana signs a review with two Reviewed-by lines, her own and Robin's; the row is Robin's.",
        says: refused("dana@contractor.example"),
        reviewer: "robin@contractor.example",
        why: "One signature is one person's; Dana's own row counts.",
        make: || {
            let stage = Stage::new();
            let two = format!("{}Reviewed-by: {}\n", message(&DANA.named()), ROBIN.named());
            let claim = stage.commit(&DANA.on(DAY), &two);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "own-name-beside-another",
        story: "The same review; the row is Dana's own.",
        reviewer: "dana@contractor.example",
        make: || {
            let stage = Stage::new();
            let two = format!("{}Reviewed-by: {}\n", message(&DANA.named()), ROBIN.named());
            let claim = stage.commit(&DANA.on(DAY), &two);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "reviewer-without-an-address",
        story: "Dana signs a review that says Reviewed-by Dana Lee and no address.",
        says: refused("address"),
        rules: &[REFUSED],
        why: "Two people may have one name; only an address says which person is meant.",
        make: || named(DANA.on(DAY), "Dana Lee"),
        ..CASE
    },
    Case {
        name: "address-that-looks-alike",
        story: "Reviewed-by names an address whose first a is a Cyrillic letter; Dana signs.",
        says: refused("person"),
        rules: &[REFUSED],
        why: "The address is nobody's, however much it looks like hers.",
        make: || named(DANA.on(DAY), "Dana Lee <d\u{430}na@contractor.example>"),
        ..CASE
    },
    Case {
        name: "name-that-looks-alike",
        story: "Reviewed-by names Dana's address and her name with a Cyrillic letter; Robin signs.",
        says: refused("robin@contractor.example"),
        rules: &[REFUSED],
        why: "The address says who is meant, and it is not the signer's.",
        make: || named(ROBIN.on(DAY), "D\u{430}na Lee <dana@contractor.example>"),
        ..CASE
    },
    Case {
        name: "address-in-other-letters",
        story: "The line of allowed signers says Dana@Contractor.Example, the review dana@contractor.example.",
        make: || listed(&trusted_as("Dana@Contractor.Example", "dana")),
        ..CASE
    },
    Case {
        name: "mailmap-makes-kim-dana",
        story: "A mailmap says that Kim's address is Dana's, and Kim signs a review as Kim.",
        says: refused("role"),
        rules: &[REFUSED],
        why: "Anybody may write a mailmap; it changes what is shown, never who signed.",
        make: || {
            let stage = Stage::new();
            stage.write(".mailmap", format!("{} <{}>\n", DANA.named(), KIM.email));
            stage.commit(&KIM.on("2026-02-20"), "Tidy names");
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "key-listed-for-everybody",
        story: "The line of a key names the principal *, and the key signs a review in Dana's name.",
        says: refused("pattern"),
        rules: &[REFUSED, WILDCARD],
        why: "Git is content with a pattern; a key that may be anybody's is nobody's.",
        make: || listed(&trusted_as("*", "dana")),
        ..CASE
    },
    Case {
        name: "key-listed-for-a-whole-domain",
        story: "The line of a key, not of an authority, names *@contractor.example.",
        says: refused("pattern"),
        rules: &[REFUSED, WILDCARD],
        why: "Git is content with a pattern; the key does not say which person of the domain it is.",
        make: || listed(&trusted_as("*@contractor.example", "dana")),
        ..CASE
    },
    Case {
        name: "key-of-two-people",
        story: "One key is listed for Dana and for Kim, and signs a review in Dana's name.",
        says: refused("more than one person"),
        rules: &[REFUSED],
        why: "Git names both; which of them it was, the key cannot say.",
        make: || listed(&trusted_as("dana@contractor.example,kim@contractor.example", "dana")),
        ..CASE
    },
    Case {
        name: "key-on-two-lines-of-two-people",
        story: "One key is listed for Kim on the first line and for Dana on the second, and signs in Dana's name.",
        says: refused("more than one person"),
        rules: &[REFUSED],
        why: "Git names whom the first line names; here a key of two people is nobody's.",
        make: || listed(&format!("{}{}", trusted_as(KIM.email, "dana"), trusted_as(DANA.email, "dana"))),
        ..CASE
    },
    Case {
        name: "role-given-after-the-review",
        story: "Kim signs a review in March and is given a role in May.",
        says: refused("role"),
        rules: &[REFUSED],
        why: "Git knows no roles; as with keys, what is said later does not reach back.",
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&KIM.on(DAY), KIM);
            stage.edit(
                "demarcate.toml",
                "email = [\"kim@contractor.example\"]",
                "email = [\"kim@contractor.example\"]\nroles = [\"isso\"]",
            );
            stage.commit(&ROBIN.on("2026-05-01"), "Give Kim a role");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "reviewer-has-left-since",
        story: "Dana reviews in March; in May she leaves, and her role is given to Ash.",
        why: "She had the role when she looked; what was true then is not undone when somebody leaves.",
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.edit("demarcate.toml", "roles = [\"isso\"]\nphone", "phone");
            stage.commit(&ROBIN.on("2026-05-01"), "Dana has left");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "address-of-two-people",
        story: "Kim's entry in demarcate.toml is given Dana's address as well, and Dana signs a review with it.",
        says: refused("more than one person"),
        rules: &[REFUSED],
        why: "Git knows keys and no people; an address of two people says of neither that it was them.",
        make: || {
            let stage = Stage::new();
            stage.edit(
                "demarcate.toml",
                "[\"kim@contractor.example\"]",
                "[\"kim@contractor.example\", \"dana@contractor.example\"]",
            );
            stage.commit(&ROBIN.on("2026-02-20"), "Tidy addresses");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "address-moved-to-another-person",
        story: "Kim, whose key is trusted, moves her address to Dana's entry in demarcate.toml and signs a review as Dana from there.",
        rules: &[GUARD],
        why: "Who has which address and role is what demarcate.toml says; Kim has no role, so that she changed it is reported, and check fails. A person with a role can sign such a change, and the log shows who did: have the file guarded by code owners.",
        make: || {
            let stage = Stage::new();
            stage.edit("demarcate.toml", "[\"kim@contractor.example\"]", "[\"kim.ode@contractor.example\"]");
            stage.edit(
                "demarcate.toml",
                "\"dana.lee@contractor.example\"",
                "\"dana.lee@contractor.example\", \"kim@contractor.example\"",
            );
            stage.commit(&KIM.on("2026-02-20"), "Tidy addresses");
            let claim = stage.commit(&KIM.on(DAY), &message("Dana Lee <kim@contractor.example>"));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "own-work-reviewed",
        story: "Dana changes the practice and reviews it herself; the policy does not ask for independence.",
        make: || {
            let stage = Stage::new();
            stage.change_practice();
            stage.commit(&DANA.on("2026-02-20"), "Name the roles");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "own-work-reviewed-where-independence-is-asked",
        story: "Dana changes the practice and is its only reviewer; the policy asks for independence.",
        says: refused("author"),
        rules: &[REFUSED],
        why: "Git says that Dana signed, and she did; the policy wants another pair of eyes.",
        make: || {
            let (stage, claim) = independent(DANA.on("2026-02-20"), DANA.on(DAY));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "lost-role-behind-a-first-parent-from-before",
        story: "Dana loses her role on the main line; she signs a merge that claims a review, whose first parent is older than that and whose second is the main line.",
        says: refused("role"),
        rules: &[REFUSED],
        why: "Git knows no roles; a merge comes after all of its parents, and its signer needs the role at each.",
        make: || {
            let stage = Stage::new();
            stage.branch("work", "HEAD");
            stage.checkout("main");
            stage.edit("demarcate.toml", "roles = [\"isso\"]\nphone", "phone");
            stage.commit(&ROBIN.on("2026-02-11"), "Dana does other work now");
            stage.checkout("work");
            stage.ask(&["checkout", "-q", "main", "--", "."]);
            let claim = stage.merge_as_it_stands(&DANA.on(DAY), "main", &message(&DANA.named()));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "work-of-nobody-reviewed-where-independence-is-asked",
        story: "Somebody changes the practice in Robin's name without a signature, and Dana reviews it; the policy asks for independence.",
        says: refused("it may be the reviewer's own"),
        rules: &[REFUSED],
        why: "Anybody can type an author: Dana may have made the change herself.",
        make: || {
            let (stage, claim) = independent(ROBIN.on("2026-02-20").unsigned(), DANA.on(DAY));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "work-of-another-by-a-key-that-was-revoked-since",
        story: "Robin signs the change, Dana reviews it, and Robin's key is revoked later; the policy asks for independence.",
        why: "Whose change it was is as clear as before: a revoked key says less of what it signed, and still whose it was.",
        make: || {
            let (stage, claim) = independent(ROBIN.on("2026-02-20"), DANA.on(DAY));
            stage.write(REVOKED, super::keys::keys().line("robin"));
            stage.commit(&DANA.on("2026-04-01"), "Revoke Robin's key");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "own-work-behind-a-parallel-change-where-independence-is-asked",
        story: "Dana changes the practice and reviews it while Robin changes it on another branch, which is merged later; the policy asks for independence.",
        says: refused("is the last author of it"),
        rules: &[REFUSED],
        why: "What Robin did on a branch that the review does not hold is not what Dana looked at, whatever order the log shows.",
        make: || {
            let stage = Stage::under(&signers(), &format!("{POLICY}independence = true\n"));
            stage.branch("aside", "HEAD");
            stage.edit(PRACTICE, "Defines the roles.", "Defines the roles and who has them.");
            stage.commit(&ROBIN.on("2026-03-01"), "Say who has them");
            stage.checkout("main");
            stage.change_practice();
            stage.commit(&DANA.on("2026-02-20"), "Name the roles");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.merge(&ROBIN.on("2026-03-05"), "aside", &[]);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "work-of-another-reviewed-where-independence-is-asked",
        story: "Robin changes the practice and Dana reviews it; the policy asks for independence.",
        make: || {
            let (stage, claim) = independent(ROBIN.on("2026-02-20"), DANA.on(DAY));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "own-work-reviewed-by-a-colleague-too",
        story: "Dana changes the practice and reviews it, and so does Robin; the policy asks for independence.",
        why: "She is not its only reviewer.",
        make: || {
            let (stage, claim) = independent(DANA.on("2026-02-20"), DANA.on(DAY));
            stage.review(&ROBIN.on("2026-03-03"), ROBIN);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "own-work-reviewed-by-a-stranger-too",
        story: "Dana changes the practice and reviews it, and an unsigned review names Robin; the policy asks for independence.",
        says: refused("author"),
        rules: &[REFUSED],
        why: "A review that does not count is no second pair of eyes.",
        make: || {
            let (stage, claim) = independent(DANA.on("2026-02-20"), DANA.on(DAY));
            stage.review(&MALLORY.on("2026-03-03").unsigned(), ROBIN);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "own-work-under-another-author",
        story: "Dana signs a change whose author field names Robin, and reviews it; the policy asks for independence.",
        says: refused("author"),
        rules: &[REFUSED],
        why: "Of a signed change the signer is an author, whatever the author field says.",
        make: || {
            let (stage, claim) = independent(DANA.on("2026-02-20").authored_by(ROBIN), DANA.on(DAY));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "own-work-from-another-address",
        story: "Dana writes the change from her second address and reviews it from the first; the policy asks for independence.",
        says: refused("author"),
        rules: &[REFUSED],
        why: "Two addresses of one person are one person.",
        make: || {
            let (stage, claim) = independent(DANA_LEE.on("2026-02-20").unsigned(), DANA.on(DAY));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "change-and-review-in-one-commit",
        story: "One signed commit of Dana's changes the practice and reviews it; the policy asks for independence.",
        says: refused("author"),
        rules: &[REFUSED],
        why: "The review covers the change that it came with, and she is its author.",
        make: || {
            let stage = Stage::under(&signers(), &format!("{POLICY}independence = true\n"));
            stage.change_practice();
            let text = format!("Name the roles\n\n{}", lines(&DANA.named()).replace("no-change", "changed"));
            let claim = stage.commit(&DANA.on(DAY), &text);
            stage.claims(claim)
        },
        ..CASE
    },
];

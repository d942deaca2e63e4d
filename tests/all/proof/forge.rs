//! Reviews that somebody else vouches for: a forge that signs merges, a recorder who enters minutes.

use super::super::screen::run;
use super::stage::{DANA, FORGE, Hand, KIM, MALLORY, POLICY, Person, ROBIN, Stage, lines, message, signers};
use super::{BY_FORGE, CASE, Case, Git, RECORDED, REFUSED, Says, UNSIGNED, refused};

const DAY: &str = "2026-03-02";

/// What a forge makes of a pull request of two commits, the second of which is a review.
fn squash(reviewer: &str) -> String {
    format!(
        "Access control (#12)\n\n* Name the roles\n\n* Review access control\n\n{}\n---------\n\n\
         Co-authored-by: Dana Lee <dana@contractor.example>\n",
        lines(reviewer)
    )
}

fn squashed(stage: Stage, reviewer: &str) -> super::Made {
    let claim = stage.commit(&FORGE.on(DAY).authored_by(ROBIN), &squash(reviewer));
    stage.claims(claim)
}

/// A review that rests on an artifact, entered by this hand.
fn recorded(hand: Hand, reviewer: Person, record: &str) -> super::Made {
    let stage = Stage::new();
    let text = format!("{}Review-Record: {record}\n", message(&reviewer.named()));
    let claim = stage.commit(&hand, &text);
    stage.claims(claim)
}

/// Dana's review on a branch, and the way it comes to the main line.
fn on_a_branch(hand: Hand, options: &[&str]) -> (Stage, String, String) {
    let stage = Stage::new();
    stage.branch("work", "main");
    let review = stage.review(&DANA.on(DAY), DANA);
    stage.checkout("main");
    let merge = stage.merge(&hand, "work", options);
    (stage, review, merge)
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "squashed-by-the-forge",
        story: "The forge squashes a pull request with Dana's review in it and signs the new commit.",
        says: BY_FORGE,
        why: "The forge vouches for the name; Dana's own signature is gone, so the grade is the forge's.",
        make: || squashed(Stage::new(), &DANA.named()),
        ..CASE
    },
    Case {
        name: "forge-written-in-capitals",
        story: "The policy writes the forge's address in capitals, and the list of keys does not.",
        says: BY_FORGE,
        why: "Addresses are compared without regard to case, wherever they stand.",
        make: || {
            let policy = POLICY.replace("noreply@forge.example", "NoReply@Forge.example");
            squashed(Stage::under(&signers(), &policy), &DANA.named())
        },
        ..CASE
    },
    Case {
        name: "forge-that-is-not-configured",
        story: "The key of the forge is listed, but the policy does not call it a forge's.",
        says: refused("noreply@forge.example"),
        rules: &[REFUSED],
        why: "A key that is nobody's here vouches for nobody.",
        make: || squashed(Stage::under(&signers(), ""), &DANA.named()),
        ..CASE
    },
    Case {
        name: "forge-whose-word-is-not-taken",
        story: "The policy accepts signed reviews only, and the forge squashed this one.",
        says: Says { counts: false, because: "accept", ..BY_FORGE },
        rules: &[REFUSED],
        why: "The grade is what it is; the policy of the organization asks for a better one.",
        make: || squashed(Stage::under(&signers(), &format!("{POLICY}accept = [\"signed\"]\n")), &DANA.named()),
        ..CASE
    },
    Case {
        name: "forge-names-a-stranger",
        story: "The forge signs a squash whose Reviewed-by is nobody of the organization.",
        says: refused("person"),
        rules: &[REFUSED],
        why: "The forge vouches for what was typed; a reviewer has to be somebody with a role.",
        make: || squashed(Stage::new(), &MALLORY.named()),
        ..CASE
    },
    Case {
        name: "forge-names-a-person-without-a-role",
        story: "The forge signs a squash whose Reviewed-by is Kim, who has no role.",
        says: refused("role"),
        rules: &[REFUSED],
        why: "The forge vouches for what was typed; a reviewer has to be somebody with a role.",
        make: || squashed(Stage::new(), &KIM.named()),
        ..CASE
    },
    Case {
        name: "forge-imitated",
        story: "A stranger writes a squash with the forge's name as committer and signs with a key of their own.",
        git: Git::UnknownValidity,
        says: refused("no trusted line"),
        rules: &[REFUSED],
        make: || {
            let stage = Stage::new();
            let claim = stage.commit(&FORGE.on(DAY).with("mallory"), &squash(&DANA.named()));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "merge-carries-a-signed-review",
        story: "Dana's signed review stands on a branch that the forge merges.",
        make: || {
            let (stage, review, _) = on_a_branch(FORGE.on("2026-03-03"), &[]);
            stage.claims(review)
        },
        ..CASE
    },
    Case {
        name: "unsigned-merge-carries-a-signed-review",
        story: "Dana's signed review stands on a branch that somebody merges without signing.",
        why: "The review is judged where it stands; a merge adds nothing to it and takes nothing away.",
        make: || {
            let (stage, review, _) = on_a_branch(ROBIN.on("2026-03-03").unsigned(), &[]);
            stage.claims(review)
        },
        ..CASE
    },
    Case {
        name: "merge-message-repeats-the-review",
        story: "Robin signs the merge of Dana's branch with a message that repeats her review; the row is the merge's.",
        says: refused("robin@contractor.example"),
        why: "Robin signed, not Dana; her own commit on the branch counts.",
        make: || {
            let text = format!("Merge branch work\n\n{}", lines(&DANA.named()));
            let (stage, _, merge) = on_a_branch(ROBIN.on("2026-03-03"), &["-m", &text]);
            stage.claims(merge)
        },
        ..CASE
    },
    Case {
        name: "merge-message-of-the-forge-claims",
        story: "The forge signs a merge whose message is a review in Dana's name.",
        says: BY_FORGE,
        make: || {
            let text = format!("Merge pull request #12\n\n{}", lines(&DANA.named()));
            let (stage, _, merge) = on_a_branch(FORGE.on("2026-03-03"), &["-m", &text]);
            stage.claims(merge)
        },
        ..CASE
    },
    Case {
        name: "recorded-in-minutes",
        story: "Robin signs a commit that enters Dana's review and names the minutes, a locked artifact.",
        says: RECORDED,
        why: "The minutes say that Dana looked; Robin's signature says who entered them.",
        make: || recorded(ROBIN.on(DAY), DANA, "minutes"),
        ..CASE
    },
    Case {
        name: "recorded-in-minutes-that-were-swapped",
        story: "Robin enters Dana's review with its minutes; later somebody puts other minutes in their place and hashes them, unsigned.",
        says: refused("is not what was entered"),
        rules: &[REFUSED],
        why: "Git signs no more than the commit; Robin vouched for the bytes of that day, and they are gone.",
        make: || {
            let made = recorded(ROBIN.on(DAY), DANA, "minutes");
            made.stage.write("evidence/contractor/minutes.txt", "Nobody came.\n");
            let hashed = run(&made.stage.dir(), &["hash"]);
            assert_eq!(hashed.code, 0, "{}{}", hashed.out, hashed.err);
            made.stage.commit(&MALLORY.on("2026-03-03").unsigned(), "Tidy the minutes");
            made
        },
        ..CASE
    },
    Case {
        name: "recorded-and-signed-by-the-reviewer",
        story: "Dana signs her own review and names the minutes beside.",
        make: || recorded(DANA.on(DAY), DANA, "minutes"),
        ..CASE
    },
    Case {
        name: "recorded-without-a-signature",
        story: "An unsigned commit enters Dana's review and names the minutes.",
        git: Git::NoSignature,
        says: UNSIGNED,
        rules: &[REFUSED],
        make: || recorded(ROBIN.on(DAY).unsigned(), DANA, "minutes"),
        ..CASE
    },
    Case {
        name: "recorded-by-a-stranger",
        story: "A key that nobody listed signs the commit that enters Dana's review and names the minutes.",
        git: Git::UnknownValidity,
        says: refused("no trusted line"),
        rules: &[REFUSED],
        make: || recorded(MALLORY.on(DAY), DANA, "minutes"),
        ..CASE
    },
    Case {
        name: "recorded-by-a-person-without-a-role",
        story: "Kim, who has no role, signs the commit that enters Dana's review and names the minutes.",
        says: refused("role"),
        rules: &[REFUSED],
        why: "Git knows no roles; a recorder is somebody whom the organization gave one.",
        make: || recorded(KIM.on(DAY), DANA, "minutes"),
        ..CASE
    },
    Case {
        name: "recorded-in-nothing",
        story: "Robin enters Dana's review and names a record that is no artifact.",
        says: refused("record"),
        rules: &[REFUSED],
        why: "Git does not look for the minutes; what cannot be shown is no record.",
        make: || recorded(ROBIN.on(DAY), DANA, "minutes-of-another-day"),
        ..CASE
    },
    Case {
        name: "recorded-in-minutes-that-are-not-locked",
        story: "Robin enters Dana's review and names an artifact that is planned and has no file in the lock.",
        says: refused("lock"),
        rules: &[REFUSED],
        why: "Git does not look for the minutes; until a file with a digest is there, there is no record.",
        make: || recorded(ROBIN.on(DAY), DANA, "minutes-to-come"),
        ..CASE
    },
    Case {
        name: "record-of-a-stranger",
        story: "Robin enters the review of somebody who is nobody of the organization, and names the minutes.",
        says: refused("person"),
        rules: &[REFUSED],
        why: "The minutes may show that somebody looked; a reviewer has to be somebody with a role.",
        make: || recorded(ROBIN.on(DAY), MALLORY, "minutes"),
        ..CASE
    },
];

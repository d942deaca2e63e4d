//! Messages that say odd things, and history that was rewritten.

use super::keys::keys;
use super::stage::{DANA, MALLORY, ROBIN, SIGNERS, Stage, lines, message, with_signature};
use super::{BROKEN, CASE, Case, Git, NO_REVIEW, NOTE, REFUSED, UNSIGNED, refused};

const DAY: &str = "2026-03-02";
const LATER: &str = "2026-03-10";

/// A message signed by Dana.
fn says(text: &str) -> super::Made {
    let stage = Stage::new();
    let claim = stage.commit(&DANA.on(DAY), text);
    stage.claims(claim)
}

/// Dana's review on a branch, and the main line gone on without it.
fn on_a_branch() -> (Stage, String) {
    let stage = Stage::new();
    stage.branch("work", "main");
    let review = stage.review(&DANA.on(DAY), DANA);
    stage.checkout("main");
    stage.commit(&ROBIN.on("2026-03-03"), "Go on");
    (stage, review)
}

/// Dana's review picked onto the main line by this hand; what is left of the branch is not part of the log.
fn picked(hand: super::stage::Hand) -> super::Made {
    let (stage, review) = on_a_branch();
    stage.git(&hand, &["cherry-pick", "--allow-empty", &review]);
    let claim = stage.head();
    stage.claims(claim)
}

/// A revert of Dana's own, whose message quotes what it takes back.
fn reverted(quote: fn(&str) -> String) -> super::Made {
    let stage = Stage::new();
    let review = stage.review(&DANA.on(DAY), DANA);
    let quoted: String = lines(&DANA.named()).lines().map(quote).collect();
    let text = format!(
        "Revert \"Review access control\"\n\nThis reverts commit {review}.\nIt said:\n\n{quoted}\nI had not looked at all.\n"
    );
    let claim = stage.commit(&DANA.on(LATER), &text);
    stage.claims(claim)
}

/// Dana's signed review in a commit with one more line above the message, which her signature covers.
fn with_line(change: fn(&str) -> String) -> super::Made {
    let stage = Stage::new();
    let id = stage.review(&DANA.on(DAY).unsigned(), DANA);
    let payload = change(&stage.raw(&id));
    let armored = keys().sign("dana", "git", payload.as_bytes());
    let claim = stage.store(&with_signature(&payload, &armored));
    stage.claims(claim)
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "line-between-author-and-committer",
        story: "A commit that was not made by Git has a line of its own between author and committer, which Dana's signature covers.",
        rules: &[NOTE],
        why: "Git shows the commit and its fsck complains; here it is read as Git shows it and reported, so that one commit hides no other.",
        make: || with_line(|raw| raw.replacen("\ncommitter ", "\nremark x\ncommitter ", 1)),
        ..CASE
    },
    Case {
        name: "line-without-a-value",
        story: "The same with a line of one word before the message.",
        rules: &[NOTE],
        why: "The same; no such line may end the reading of the log.",
        make: || with_line(|raw| raw.replacen("\n\n", "\nremark\n\n", 1)),
        ..CASE
    },
    Case {
        name: "line-before-the-parents",
        story: "A stranger stores a commit with a line between its tree and its parent, which cuts off everything below, and a review that names Dana.",
        git: Git::NoSignature,
        says: UNSIGNED,
        rules: &[REFUSED, NOTE],
        why: "Git shows a commit without parents; that is what is read, and it is reported. The list of signers that it holds is the pinned one, so trust begins with it.",
        make: || {
            let stage = Stage::new();
            let id = stage.review(&MALLORY.on(DAY).unsigned(), DANA);
            let claim = stage.store(&stage.raw(&id).replacen("\nparent ", "\nremark x\nparent ", 1));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "keys-in-odd-case",
        story: "The lines say PRACTICE-REVIEW, review-outcome and Reviewed-By.",
        make: || {
            let text = message(&DANA.named()).replace("Practice-Review", "PRACTICE-REVIEW");
            says(&text.replace("Review-Outcome", "review-outcome").replace("Reviewed-by", "Reviewed-By"))
        },
        ..CASE
    },
    Case {
        name: "folded-line",
        story: "The Reviewed-by line is folded, and the address stands on a line of its own that begins with a space.",
        make: || says(&message(&DANA.named()).replace("Dana Lee <", "Dana Lee\n <")),
        ..CASE
    },
    Case {
        name: "name-folded-behind-another",
        story: "Robin signs a review by Robin whose Reviewed-by line is continued by a second line with Dana's address.",
        says: refused("address"),
        rules: &[REFUSED],
        why: "Git does not read the line; one that holds two addresses does not say who looked.",
        make: || {
            let stage = Stage::new();
            let text = message(&format!("{}\n {}", ROBIN.named(), DANA.named()));
            let claim = stage.commit(&ROBIN.on(DAY), &text);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "key-that-looks-alike",
        story: "The first line says Practice-Review with a Cyrillic a.",
        says: NO_REVIEW,
        rules: &[BROKEN],
        why: "The signature is good; the commit says nothing that is a review, and check says what it lacks.",
        make: || says(&message(&DANA.named()).replace("Practice", "Pr\u{430}ctice")),
        ..CASE
    },
    Case {
        name: "lines-far-apart",
        story: "An empty line stands between the outcome and Reviewed-by.",
        says: NO_REVIEW,
        rules: &[BROKEN],
        why: "The signature is good; lines of two paragraphs are not one review.",
        make: || says(&message(&DANA.named()).replace("Reviewed-by", "\nReviewed-by")),
        ..CASE
    },
    Case {
        name: "quoted-in-a-revert",
        story: "Dana takes her review back with a signed revert that quotes its lines behind the sign >.",
        says: NO_REVIEW,
        why: "The signature is good; a quotation is no review.",
        make: || reverted(|line| format!("> {line}\n")),
        ..CASE
    },
    Case {
        name: "quoted-with-indent-in-a-revert",
        story: "Dana takes her review back with a signed revert that quotes its lines indented.",
        says: NO_REVIEW,
        why: "The signature is good; in a revert, indented lines are what is taken back.",
        make: || reverted(|line| format!("    {line}\n")),
        ..CASE
    },
    Case {
        name: "squashed-by-a-colleague",
        story: "Robin squashes a branch with Dana's signed review and signs the squash, whose body quotes her commit.",
        says: refused("robin@contractor.example"),
        rules: &[REFUSED],
        why: "A squash is a new commit; Robin signed it, and Dana's signature is not in the log any more.",
        make: || {
            let stage = Stage::new();
            stage.branch("work", "main");
            stage.change_practice();
            stage.commit(&DANA.on("2026-03-01"), "Name the roles");
            stage.review(&DANA.on(DAY), DANA);
            stage.checkout("main");
            stage.git(&ROBIN.on(LATER), &["merge", "-q", "--squash", "work"]);
            stage.git(&ROBIN.on(LATER), &["commit", "-q", "--no-edit"]);
            let claim = stage.head();
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "cherry-picked-and-signed-by-another",
        story: "Robin cherry-picks Dana's review, and git signs the new commit with Robin's key.",
        says: refused("robin@contractor.example"),
        rules: &[REFUSED],
        why: "Robin signed, and the review says that Dana looked; her signature does not go along.",
        make: || picked(ROBIN.on(LATER)),
        ..CASE
    },
    Case {
        name: "cherry-picked-and-signed-by-herself",
        story: "Dana cherry-picks her own review and signs the new commit.",
        make: || picked(DANA.on(LATER)),
        ..CASE
    },
    Case {
        name: "cherry-picked-without-a-signature",
        story: "Somebody cherry-picks Dana's review without signing.",
        git: Git::NoSignature,
        says: UNSIGNED,
        rules: &[REFUSED],
        make: || picked(ROBIN.on(LATER).unsigned()),
        ..CASE
    },
    Case {
        name: "rebased-without-a-signature",
        story: "The branch with Dana's review is rebased on a machine that does not sign.",
        git: Git::NoSignature,
        says: UNSIGNED,
        rules: &[REFUSED],
        make: || {
            let (stage, _) = on_a_branch();
            stage.checkout("work");
            stage.git(&ROBIN.on(LATER).unsigned(), &["rebase", "-q", "main"]);
            let claim = stage.head();
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "amended-without-a-signature",
        story: "Dana's signed review is amended by somebody who does not sign.",
        git: Git::NoSignature,
        says: UNSIGNED,
        rules: &[REFUSED],
        make: || {
            let stage = Stage::new();
            stage.review(&DANA.on(DAY), DANA);
            stage.change_practice();
            stage.git(&ROBIN.on(LATER).unsigned(), &["commit", "-q", "-a", "--amend", "--no-edit"]);
            let claim = stage.head();
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "content-changed-under-the-signature",
        story: "The tree of Dana's signed commit is swapped for another one, and the signature is kept.",
        git: Git::Bad,
        says: refused("does not fit"),
        rules: &[REFUSED],
        make: || {
            let stage = Stage::new();
            stage.change_practice();
            let other = stage.commit(&ROBIN.on("2026-02-20"), "Name the roles");
            stage.edit(super::stage::PRACTICE, "Named roles limit", "All roles limit");
            let review = stage.review(&DANA.on(DAY), DANA);
            let [ours, theirs] = [&review, &other].map(|id| stage.ask(&["rev-parse", &format!("{id}^{{tree}}")]));
            let raw = stage.raw(&review).replacen(&ours, &theirs, 1);
            let claim = stage.store(&raw);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "replaced-by-a-better-commit",
        story: "An unsigned review is committed, and a replace ref lets git show a signed one of Dana's in its place.",
        says: UNSIGNED,
        rules: &[REFUSED, NOTE],
        why: "Git shows and judges the other commit; here the log is read as it was committed.",
        make: || {
            let stage = Stage::new();
            let signed = stage.review(&DANA.on(DAY), DANA);
            stage.ask(&["reset", "-q", "--hard", "HEAD^"]);
            let claim = stage.review(&MALLORY.on(DAY).unsigned(), DANA);
            stage.ask(&["replace", &claim, &signed]);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "trust-and-review-fast-forwarded",
        story: "A stranger's branch adds a key and a review, and the main line is moved to it without a merge.",
        says: refused("no trusted line"),
        rules: &[REFUSED, super::UNTRUSTED],
        why: "Git believes the list of today; without a merge commit there is nothing that could have vouched for the key.",
        make: || {
            let stage = Stage::new();
            stage.branch("work", "main");
            stage.append(SIGNERS, &super::stage::trusted_as(DANA.email, "mallory"));
            stage.commit(&MALLORY.on("2026-02-20"), "Tidy");
            let claim = stage.review(&DANA.on(DAY).with("mallory"), DANA);
            stage.checkout("main");
            stage.ask(&["merge", "-q", "--ff-only", "work"]);
            stage.claims(claim)
        },
        ..CASE
    },
];

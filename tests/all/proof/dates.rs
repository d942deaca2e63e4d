//! When it was: dates that committers claim, and what bears witness to them.

use super::keys::keys;
use super::stage::{
    ASH, DANA, FORGE, KIM, MALLORY, PRACTICE, Person, REVOKED, ROBIN, Stage, signers, trusted_as, trusted_with,
};
use super::{CASE, Case, DOUBTFUL, Git, REFUSED, SIGNED, Says, refused};

const DAY: &str = "2026-03-02";
const WITNESSED: Says = SIGNED.dated("witnessed");

/// Dana's line with an end, and those of the others.
fn ending(before: &str) -> String {
    let line = trusted_with(DANA.email, &format!("valid-before=\"{before}\""), "dana");
    format!("{line}{}", [ROBIN, KIM, FORGE].map(Person::trusted).concat())
}

/// Dana's review, and a tag that somebody sets on it.
fn tagged(hand: super::stage::Hand) -> super::Made {
    let stage = Stage::new();
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.tag(&hand, "reviewed", &claim);
    stage.claims(claim)
}

/// Dana's review with a tag of its own, and then her key is revoked by Robin.
fn tagged_and_revoked(hand: super::stage::Hand) -> super::Made {
    let stage = Stage::new();
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.tag(&hand, "reviewed", &claim);
    stage.write(REVOKED, format!("{}\n", keys().line("dana")));
    stage.commit(&ROBIN.on("2026-06-01"), "Revoke a lost key");
    stage.claims(claim)
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "revoked-after-a-tag-by-another-key-of-the-same-person",
        story: "Dana has two keys, tags a review that one of them signed with the other, and then the first is revoked.",
        git: Git::Bad,
        says: refused("revoked"),
        rules: &[REFUSED],
        why: "A tag says what its maker says; nobody is a witness of their own work, with whichever key.",
        make: || {
            let stage =
                Stage::trusting(&format!("{}{}", signers(), trusted_as("dana.lee@contractor.example", "dana-new")));
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.tag(&DANA.on("2026-03-03").with("dana-new"), "reviewed", &claim);
            stage.write(REVOKED, format!("{}\n", keys().line("dana")));
            stage.commit(&ROBIN.on("2026-06-01"), "Revoke a lost key");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "backdated-into-the-window",
        story: "Dana's line ended on 2026-02-01; a commit of later is dated 2026-01-20, after everything below it.",
        why: "Both believe the date, as nothing contradicts it; here it is only claimed, and a witness on every review would show it.",
        make: || {
            let stage = Stage::trusting(&ending("20260201Z"));
            let claim = stage.review(&DANA.on("2026-01-20"), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "backdated-before-its-parent",
        story: "The review is dated a month before the commit that it builds on; Dana's line has no end.",
        says: SIGNED.dated("doubtful"),
        rules: &[DOUBTFUL],
        why: "The signature holds whenever it was made; when it was made is doubtful, and a clock that was wrong looks the same.",
        make: || {
            let stage = Stage::new();
            stage.commit(&ROBIN.on("2026-02-20"), "Go on");
            let claim = stage.review(&DANA.on("2026-01-20"), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "backdated-into-the-window-before-its-parent",
        story: "Dana's line ended on 2026-02-01; her key signs on top of a commit of 2026-02-20 and dates it 2026-01-20.",
        says: refused("that time").dated("doubtful"),
        rules: &[REFUSED, DOUBTFUL],
        why: "Git believes the date; a commit is no older than the one it builds on, and then the key was past its window.",
        make: || {
            let stage = Stage::trusting(&ending("20260201Z"));
            stage.commit(&ROBIN.on("2026-02-20"), "Go on");
            let claim = stage.review(&DANA.on("2026-01-20"), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "backdated-and-witnessed-after-the-window",
        story: "Dana's line ended on 2026-02-01; a review dated 2026-01-20 is first witnessed by Robin's tag in June.",
        says: refused("that time").dated("witnessed"),
        rules: &[REFUSED],
        why: "Git believes the date; the key is judged at the first day on which a witness saw the signature.",
        make: || {
            let stage = Stage::trusting(&ending("20260201Z"));
            let claim = stage.review(&DANA.on("2026-01-20"), DANA);
            stage.tag(&ROBIN.on("2026-06-01"), "reviewed", &claim);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "dated-in-the-future",
        story: "The review is dated next year.",
        says: Says { counts: false, ..SIGNED.dated("doubtful") },
        rules: &[DOUBTFUL],
        why: "Git has no opinion on dates; what has not happened yet is shown and does not count.",
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&DANA.on("2027-03-02"), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "thirty-days-between-author-and-committer",
        story: "The review was written on 2026-03-02 and committed on 2026-04-01.",
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&DANA.on("2026-04-01").written(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "more-than-thirty-days-between-author-and-committer",
        story: "The review was written on 2026-03-02 and committed on 2026-04-02.",
        says: SIGNED.dated("doubtful"),
        rules: &[DOUBTFUL],
        why: "The signature holds; on which of the two days somebody looked, the commit does not say.",
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&DANA.on("2026-04-02").written(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "witnessed-by-a-colleague",
        story: "Robin sets a signed tag on Dana's review the day after.",
        says: WITNESSED,
        make: || tagged(ROBIN.on("2026-03-03")),
        ..CASE
    },
    Case {
        name: "witnessed-by-the-tag-of-a-release",
        story: "Robin signs the tag of a release that holds Dana's review further below.",
        says: WITNESSED,
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.edit(PRACTICE, "Defines the roles.", "Defines  the roles.");
            let release = stage.commit(&ROBIN.on("2026-03-20"), "Go on");
            stage.tag(&ROBIN.on("2026-03-21"), "release", &release);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "witnessed-by-nobody-but-herself",
        story: "Dana sets a signed tag on her own review.",
        why: "Whoever has the key can date the tag as well as the review, so it bears no witness.",
        make: || tagged(DANA.on("2026-03-03")),
        ..CASE
    },
    Case {
        name: "witnessed-by-a-stranger",
        story: "A tag on Dana's review is signed by a key that nobody listed.",
        make: || tagged(MALLORY.on("2026-03-03")),
        ..CASE
    },
    Case {
        name: "witnessed-by-an-unsigned-tag",
        story: "A tag on Dana's review carries Robin's name and no signature.",
        make: || tagged(ROBIN.on("2026-03-03").unsigned()),
        ..CASE
    },
    Case {
        name: "witness-older-than-what-it-saw",
        story: "Robin's signed tag on Dana's review is dated a month before it.",
        says: SIGNED.dated("doubtful"),
        rules: &[DOUBTFUL],
        why: "One of the two dates is wrong, and nothing says which.",
        make: || tagged(ROBIN.on("2026-02-02")),
        ..CASE
    },
    Case {
        name: "revoked-and-witnessed-before",
        story: "Robin's tag saw Dana's review in March; her key is revoked in June.",
        git: Git::Bad,
        says: WITNESSED,
        why: "Git knows no time of a revocation; the witness shows that the signature is older than the loss of the key.",
        make: || tagged_and_revoked(ROBIN.on("2026-03-03")),
        ..CASE
    },
    Case {
        name: "revoked-and-witnessed-after",
        story: "Dana's key is revoked in June, and Robin's tag on the review is of July.",
        git: Git::Bad,
        says: refused("revoked").dated("witnessed"),
        rules: &[REFUSED],
        make: || tagged_and_revoked(ROBIN.on("2026-07-01")),
        ..CASE
    },
    Case {
        name: "revoked-and-witnessed-by-itself",
        story: "The thief of Dana's key sets a tag of March on a review of March; the key is revoked in June.",
        git: Git::Bad,
        says: refused("revoked"),
        rules: &[REFUSED],
        make: || tagged_and_revoked(DANA.on("2026-03-03")),
        ..CASE
    },
    Case {
        name: "witnessed-by-a-key-that-came-later",
        story: "Ash's key is listed in May; a tag that it signed bears a day in March.",
        why: "A tag is judged by the keys that were trusted at the commit that it names.",
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.write(super::stage::SIGNERS, format!("{}{}", signers(), ASH.trusted()));
            stage.commit(&ROBIN.on("2026-05-01"), "Trust Ash");
            stage.tag(&ASH.on("2026-03-03"), "reviewed", &claim);
            stage.claims(claim)
        },
        ..CASE
    },
];

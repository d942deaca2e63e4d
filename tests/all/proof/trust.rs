//! Whom we trust: changes of the files of trust, signed and not, merged, deleted, pinned, broken.

use super::keys::keys;
use super::stage::{
    ASH, DANA, FORGE, Hand, KIM, MALLORY, POLICY, Person, REVOKED, ROBIN, SIGNERS, Stage, digest, message, signers,
    trusted_as, trusted_with,
};
use super::{CASE, Case, GUARD, Git, REFUSED, SIGNED, UNPINNED, UNREADABLE, UNSIGNED, UNTRUSTED, refused};

const DAY: &str = "2026-03-02";
const BEFORE: &str = "2026-02-20";
const NOBODY: &str = "no trusted line";

/// A stranger's key under Dana's address.
fn impostor() -> String {
    trusted_as(DANA.email, "mallory")
}

/// The signers without Dana.
fn without_dana() -> String {
    [ROBIN, KIM, FORGE].map(Person::trusted).concat()
}

/// A review in Dana's name with the stranger's key.
fn imposture(stage: &Stage) -> String {
    stage.review(&DANA.on(DAY).with("mallory"), DANA)
}

/// The stranger's key is added by this hand, then used.
fn taken_over(hand: Hand) -> super::Made {
    let stage = Stage::new();
    stage.append(SIGNERS, &impostor());
    stage.commit(&hand, "Tidy");
    let claim = imposture(&stage);
    stage.claims(claim)
}

/// Ash's key is added by this hand, then Ash reviews.
fn colleague_added(hand: Hand) -> super::Made {
    let stage = Stage::new();
    stage.append(SIGNERS, &ASH.trusted());
    stage.commit(&hand, "Trust Ash");
    let claim = stage.review(&ASH.on(DAY), ASH);
    stage.claims(claim)
}

/// A branch on which this hand adds Ash's key, merged by another; then Ash reviews.
fn merged(change: Hand, merge: Hand) -> super::Made {
    let stage = Stage::new();
    stage.branch("work", "main");
    stage.append(SIGNERS, &ASH.trusted());
    stage.commit(&change, "Trust Ash");
    stage.checkout("main");
    stage.merge(&merge, "work", &[]);
    let claim = stage.review(&ASH.on(DAY), ASH);
    stage.claims(claim)
}

/// Both sides change trust; the merge by this hand holds both changes; then Ash reviews.
fn both_sides(merge: Hand) -> super::Made {
    let stage = Stage::new();
    stage.branch("work", "main");
    stage.append(SIGNERS, &ASH.trusted());
    stage.commit(&ROBIN.on(BEFORE), "Trust Ash");
    stage.checkout("main");
    stage.write(SIGNERS, [DANA, ROBIN, FORGE].map(Person::trusted).concat());
    stage.commit(&DANA.on(BEFORE), "Kim has left");
    stage.write(SIGNERS, [DANA, ROBIN, FORGE, ASH].map(Person::trusted).concat());
    stage.merge_as_it_stands(&merge, "work", "Merge");
    let claim = stage.review(&ASH.on(DAY), ASH);
    stage.claims(claim)
}

/// A branch from before a change of trust on which Dana's key signs a review after it.
fn forked(change: fn(&Stage)) -> super::Made {
    let stage = Stage::new();
    stage.branch("work", "main");
    stage.checkout("main");
    change(&stage);
    stage.commit(&ROBIN.on(BEFORE), "Dana's key is gone");
    stage.checkout("work");
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.checkout("main");
    stage.merge(&ROBIN.on("2026-03-03"), "work", &[]);
    stage.claims(claim)
}

/// Dana's key is removed on the main line; we stand before that, with the files of the main line in the work tree.
fn removed_on_the_main_line() -> Stage {
    let stage = Stage::new();
    stage.branch("work", "main");
    stage.commit(&ROBIN.on("2026-02-10"), "Go on");
    stage.checkout("main");
    stage.write(SIGNERS, without_dana());
    stage.commit(&ROBIN.on("2026-02-11"), "Dana has left");
    stage.checkout("work");
    stage.ask(&["checkout", "-q", "main", "--", "."]);
    stage
}

/// The root is deleted by a stranger, unsigned, and comes back in another folder with a list of the stranger's.
fn gone_and_back_elsewhere() -> (Stage, String) {
    let stage = Stage::rooted(&signers(), POLICY);
    let before = stage.head();
    stage.take_away();
    stage.write("notes.txt", "We go on elsewhere.\n");
    stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Tidy");
    stage.ask(&["read-tree", "--prefix=system/", &before]);
    stage.ask(&["checkout-index", "-a", "-q"]);
    stage.write("system/trust/allowed_signers", impostor());
    stage.commit(&MALLORY.on(BEFORE), "Begin");
    let claim = imposture(&stage);
    (stage, claim)
}

/// The root goes away under the words of a decoy, with another list, and comes back.
fn swapped_for_a_decoy() -> super::Made {
    let stage = Stage::new();
    let decoy = stage.read("demarcate.toml").replace(&digest(&signers()), &digest(&impostor()));
    stage.write("aaa/demarcate.toml", &decoy);
    stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Keep a copy");
    stage.ask(&["rm", "-q", "-r", "aaa"]);
    stage.move_below("new");
    stage.write("new/demarcate.toml", &decoy);
    stage.write("new/trust/allowed_signers", impostor());
    stage.commit(&MALLORY.on("2026-02-11").unsigned(), "Make room");
    stage.ask(&["read-tree", "-u", "--reset", "HEAD:new"]);
    stage.commit(&MALLORY.on(BEFORE).unsigned(), "Move back");
    let claim = imposture(&stage);
    stage.claims(claim)
}

/// Three lists of strangers, each merged with the next one so often that there are more paths than could be walked.
fn merged_in_rings() -> super::Made {
    let stage = Stage::new();
    let tree = stage.ask(&["rev-parse", "HEAD^{tree}"]);
    let begun = ["mallory", "ash", "dana-new"].map(|key| {
        stage.ask(&["checkout", "-q", "--orphan", key, "main"]);
        stage.write(SIGNERS, trusted_as(MALLORY.email, key));
        stage.commit(&MALLORY.on(BEFORE).unsigned(), "Begin")
    });
    let merge = |parents: &[&str]| {
        let parents = parents.iter().flat_map(|parent| ["-p", *parent]);
        let all: Vec<&str> = ["commit-tree", &tree, "-m", "Merge"].into_iter().chain(parents).collect();
        stage.git(&MALLORY.on(BEFORE).unsigned(), &all)
    };
    let [first, second, third] =
        (0..40).fold(begun, |[a, b, c], _| [merge(&[&a, &b]), merge(&[&b, &c]), merge(&[&a, &c])]);
    stage.checkout("main");
    let all = merge(&["main", &first, &second, &third]);
    stage.ask(&["reset", "-q", "--hard", &all]);
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.claims(claim)
}

/// Dana lets Ash's key in; this is a tag on that, or none; Ash reviews; in June Robin revokes Dana's key.
fn let_in_by_a_key_that_was_lost(tag: Option<Hand>) -> super::Made {
    let stage = Stage::new();
    stage.append(SIGNERS, &ASH.trusted());
    let change = stage.commit(&DANA.on("2026-02-10"), "Trust Ash");
    let claim = stage.review(&ASH.on(DAY), ASH);
    stage.write(REVOKED, format!("{}\n", keys().line("dana")));
    stage.commit(&ROBIN.on("2026-06-01"), "Dana's key is lost");
    if let Some(hand) = tag {
        stage.tag(&hand, "seen", &change);
    }
    stage.claims(claim)
}

pub(super) const CHANGES: &[Case] = &[
    Case {
        name: "root-deleted-and-founded-anew-elsewhere",
        story: "A stranger deletes the root in one commit and adds it in another folder in the next, with a list of signers of their own, and reviews.",
        git: Git::NoSignature,
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "A root that goes in one commit and comes elsewhere in another was moved, and its trust goes on.",
        make: || {
            let (stage, claim) = gone_and_back_elsewhere();
            stage.claims_with(claim, &["-C", "system"])
        },
        ..CASE
    },
    Case {
        name: "root-founded-anew-elsewhere-and-pinned-from-outside",
        story: "The same, and the assessor was given the digest of the second list, as that of another root.",
        git: Git::NoSignature,
        why: "Whoever was given the list knows where trust begins, whatever stood in the repository before.",
        make: || {
            let (stage, claim) = gone_and_back_elsewhere();
            stage.claims_with(claim, &["-C", "system", "--trust-root", &digest(&impostor())])
        },
        ..CASE
    },
    Case {
        name: "second-root-beside-the-first",
        story: "Dana founds a second root in a folder of the first one's repository, with a list of its own, while the first goes on.",
        git: Git::UnknownValidity,
        why: "Two roots that stand side by side have nothing to do with each other; each has its own trust.",
        make: || {
            let stage = Stage::new();
            let config = stage.read("demarcate.toml");
            let config: Vec<&str> = config.lines().filter(|line| !line.starts_with("trust-root")).collect();
            stage.write("system/demarcate.toml", config.join("\n"));
            for path in ["practices/AC.L2-3.1.2.toml", "evidence.lock"] {
                stage.write(&format!("system/{path}"), stage.read(path));
            }
            stage.write("system/trust/allowed_signers", trusted_as(DANA.email, "dana-new"));
            stage.commit(&DANA.on(BEFORE), "Begin another system");
            let claim = stage.review(&DANA.on(DAY).with("dana-new"), DANA);
            stage.claims_with(claim, &["-C", "system"])
        },
        ..CASE
    },
    Case {
        name: "root-swapped-for-a-decoy",
        story: "A stranger adds a second demarcate.toml in a folder, moves the root away under its words and with another list, and moves all of it back, unsigned; then reviews in Dana's name.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Where two roots went away nobody can tell which of them came back; only whoever was given the first list from outside can.",
        make: swapped_for_a_decoy,
        ..CASE
    },
    Case {
        name: "root-replaced-by-another-that-moves-in",
        story: "A stranger founds a root in a folder, deletes the first one, and moves their own into its place, unsigned; then reviews in Dana's name.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "What stood in this place before had a list of its own, and its trust is not what the other root brings along.",
        make: || {
            let stage = Stage::new();
            let first = stage.read("demarcate.toml");
            stage.write("aaa/demarcate.toml", first.replace(&digest(&signers()), &digest(&impostor())));
            stage.write("aaa/trust/allowed_signers", impostor());
            for path in ["practices/AC.L2-3.1.2.toml", "evidence.lock"] {
                stage.write(&format!("aaa/{path}"), stage.read(path));
            }
            stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Begin");
            stage.ask(&["rm", "-q", "-r", "demarcate.toml", "trust", "practices"]);
            stage.commit(&MALLORY.on("2026-02-11").unsigned(), "Tidy");
            stage.ask(&["read-tree", "-u", "--reset", "HEAD:aaa"]);
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Move");
            let claim = imposture(&stage);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "trust-changed-before-the-root-was-moved",
        story: "Dana adds Ash's key in a signed commit; later Robin moves the whole root into another folder, signed; Ash reviews.",
        git: Git::NoSignature,
        why: "Git says nothing where it is given no list; here the root is followed, and who was who before is read where it stood.",
        make: || {
            let stage = Stage::new();
            stage.append(SIGNERS, &ASH.trusted());
            stage.commit(&DANA.on("2026-02-01"), "Trust Ash");
            stage.move_below("system");
            stage.commit(&ROBIN.on(BEFORE), "Make room");
            let claim = stage.review(&ASH.on(DAY), ASH);
            stage.claims_with(claim, &["-C", "system"])
        },
        ..CASE
    },
    Case {
        name: "trust-changed-by-somebody-whose-party-is-the-contractor",
        story: "Of Robin demarcate.toml says `party = \"contractor\"`; Robin adds Ash's key, and Ash reviews.",
        why: "To say of a person that they are of the contractor is to say what is so without it.",
        make: || {
            let stage = Stage::new();
            stage.edit("demarcate.toml", "roles = [\"it-lead\"]\n", "roles = [\"it-lead\"]\nparty = \"contractor\"\n");
            stage.commit(&DANA.on("2026-02-11"), "Say that Robin is ours");
            stage.append(SIGNERS, &ASH.trusted());
            stage.commit(&ROBIN.on(BEFORE), "Trust Ash");
            let claim = stage.review(&ASH.on(DAY), ASH);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "trust-changed-behind-a-first-parent-from-before",
        story: "By the main line Dana works for the provider now; the merge that she signs adds Ash's key, its first parent is older than that and its second is the main line. Ash reviews.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; whoever changes it has to be of the contractor on every side of the merge.",
        make: || {
            let stage = Stage::new();
            stage.branch("work", "HEAD");
            stage.checkout("main");
            stage.edit("demarcate.toml", "roles = [\"isso\"]\nphone", "party = \"acme-msp\"\nphone");
            stage.commit(&ROBIN.on("2026-02-11"), "Dana works elsewhere now");
            stage.checkout("work");
            stage.ask(&["checkout", "-q", "main", "--", "."]);
            stage.append(SIGNERS, &ASH.trusted());
            stage.merge_as_it_stands(&DANA.on(BEFORE), "main", "Merge");
            let claim = stage.review(&ASH.on(DAY), ASH);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "stranger-adds-a-key-unsigned",
        story: "A stranger adds a key under Dana's address in an unsigned commit, then signs a review with it.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; a change of trust counts only if somebody signed it who was trusted before.",
        make: || taken_over(MALLORY.on(BEFORE).unsigned()),
        ..CASE
    },
    Case {
        name: "stranger-adds-a-key-and-signs-with-it",
        story: "The same, and the commit that adds the key is signed with that very key.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "A key cannot vouch for itself.",
        make: || taken_over(MALLORY.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "key-added-by-the-review-itself",
        story: "One commit adds the stranger's key, carries the review and is signed with that key.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "A commit is judged by the keys of its parent, never by those that it brings.",
        make: || {
            let stage = Stage::new();
            stage.append(SIGNERS, &impostor());
            let claim = imposture(&stage);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "key-replaced-by-the-review-itself",
        story: "Dana replaces her key in the commit of a review, and signs with the old one.",
        git: Git::UnknownValidity,
        why: "Git asks the list of today, which has the new key only; at the parent the old one was trusted.",
        make: || {
            let stage = Stage::new();
            stage.write(SIGNERS, format!("{}{}", trusted_as(DANA.email, "dana-new"), without_dana()));
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "new-key-used-after-its-owner-replaced-it",
        story: "Dana replaces her key, signs that with the old one, and reviews with the new one.",
        make: || {
            let stage = Stage::new();
            stage.write(SIGNERS, format!("{}{}", trusted_as(DANA.email, "dana-new"), without_dana()));
            stage.commit(&DANA.on(BEFORE), "A new key");
            let claim = stage.review(&DANA.on(DAY).with("dana-new"), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "colleague-added-by-a-trusted-person",
        story: "Dana adds Ash's key in a signed commit, and Ash reviews.",
        make: || colleague_added(DANA.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "colleague-adds-himself",
        story: "Ash, who has a role, adds his own key in a commit that is signed with it, and reviews.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; nobody who was trusted before vouched for the key.",
        make: || colleague_added(ASH.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "forge-signs-a-change-of-trust",
        story: "The forge squashes a pull request that adds Ash's key and signs it, and Ash reviews.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Anybody who may merge on the forge could add a key so; a change of trust takes the signature of a person.",
        make: || colleague_added(FORGE.on(BEFORE).authored_by(ASH)),
        ..CASE
    },
    Case {
        name: "change-of-trust-upon-a-strangers",
        story: "A stranger adds a key under Dana's address unsigned; Robin, who does not notice, signs a commit that adds Ash to the same file; the stranger reviews.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Robin's commit shows one new line and would carry in the other; a change counts only upon files that are in force.",
        make: || {
            let stage = Stage::new();
            stage.append(SIGNERS, &impostor());
            stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Tidy");
            stage.append(SIGNERS, &ASH.trusted());
            stage.commit(&ROBIN.on(BEFORE), "Trust Ash");
            let claim = imposture(&stage);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "honest-review-after-a-strangers-change",
        story: "A stranger replaces the list of signers by one of their own; then Dana reviews with her key.",
        git: Git::UnknownValidity,
        rules: &[UNTRUSTED],
        why: "Git believes the list of today; the stranger's is not in force, and Dana's key is trusted as before.",
        make: || {
            let stage = Stage::new();
            stage.write(SIGNERS, impostor());
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "key-removed-and-then-used",
        story: "Robin removes Dana's key in a signed commit; then it signs a review.",
        git: Git::UnknownValidity,
        says: refused(NOBODY),
        rules: &[REFUSED],
        make: || {
            let stage = Stage::new();
            stage.write(SIGNERS, without_dana());
            stage.commit(&ROBIN.on(BEFORE), "Dana has left");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "key-removed-after-the-review",
        story: "Dana reviews; in June she leaves, and Robin removes her key in a signed commit.",
        git: Git::UnknownValidity,
        why: "Git asks the list of today; her key was trusted when she reviewed, and a key that is removed is not a key that was lost.",
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.write(SIGNERS, without_dana());
            stage.commit(&ROBIN.on("2026-06-01"), "Dana has left");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "folder-of-trust-deleted-and-restored",
        story: "A stranger deletes the folder of trust; Dana reviews meanwhile; then Robin restores it.",
        rules: &[UNTRUSTED],
        make: || {
            let stage = Stage::new();
            stage.remove_trust();
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.write(SIGNERS, signers());
            stage.commit(&ROBIN.on("2026-03-03"), "Restore the signers");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "folder-of-trust-deleted-to-let-unsigned-reviews-count",
        story: "A stranger deletes the folder of trust and then types a review in Dana's name, unsigned.",
        git: Git::NoSignature,
        says: UNSIGNED,
        rules: &[REFUSED, UNTRUSTED],
        why: "Both see no signature; the deletion is not in force, so the policy for repositories without trust does not apply.",
        make: || {
            let stage = Stage::new();
            stage.remove_trust();
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
            let claim = stage.review(&MALLORY.on(DAY).unsigned(), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "folder-of-trust-deleted-and-founded-anew",
        story: "A stranger deletes the folder of trust, adds another with a key under Dana's address, and reviews.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; there is one first list, and a second one is a change like any other.",
        make: || {
            let stage = Stage::new();
            stage.remove_trust();
            stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Tidy");
            stage.write(SIGNERS, impostor());
            stage.commit(&MALLORY.on(BEFORE), "Say whom we trust");
            let claim = imposture(&stage);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "folder-of-trust-given-up-and-taken",
        story: "Robin deletes the folder of trust in a signed commit; a stranger adds another and reviews.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; after the deletion nobody is trusted who could found another.",
        make: || {
            let stage = Stage::new();
            stage.remove_trust();
            stage.commit(&ROBIN.on("2026-02-10"), "We do not sign any more");
            stage.write(SIGNERS, impostor());
            stage.commit(&MALLORY.on(BEFORE), "Say whom we trust");
            let claim = imposture(&stage);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "merge-takes-a-strangers-keys",
        story: "Ash adds his own key on a branch, unsigned; somebody merges the branch without signing; Ash reviews.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; the merge brings keys that nobody vouched for.",
        make: || merged(ASH.on("2026-02-10").unsigned(), ROBIN.on(BEFORE).unsigned()),
        ..CASE
    },
    Case {
        name: "forge-merges-a-strangers-keys",
        story: "The same, and the forge signs the merge.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "The forge says that somebody pressed a button; a change of trust takes the signature of a person.",
        make: || merged(ASH.on("2026-02-10"), FORGE.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "trusted-person-merges-a-colleagues-key",
        story: "Ash adds his own key on a branch, unsigned; Dana signs the merge; Ash reviews.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; a merge that takes one side whole shows no change of its own, so its signature vouches for none.",
        make: || merged(ASH.on("2026-02-10").unsigned(), DANA.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "forge-merges-a-signed-change-of-trust",
        story: "Dana adds Ash's key on a branch in a signed commit; the forge merges the branch; Ash reviews.",
        why: "The merge takes over files that are in force on the branch, which goes on from the main line.",
        make: || merged(DANA.on("2026-02-10"), FORGE.on(BEFORE)),
        ..CASE
    },
    Case {
        name: "both-sides-changed-trust-and-the-merge-is-signed",
        story: "One side adds Ash, the other removes Kim, both signed; Dana signs the merge that holds both; Ash reviews.",
        make: || both_sides(DANA.on("2026-02-25")),
        ..CASE
    },
    Case {
        name: "both-sides-changed-trust-and-the-merge-is-unsigned",
        story: "The same, and nobody signs the merge.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; the merge made a list that neither side had, so it is a change of trust itself.",
        make: || both_sides(ROBIN.on("2026-02-25").unsigned()),
        ..CASE
    },
    Case {
        name: "merge-brings-back-a-removed-key",
        story: "Robin removes Dana's key; an unsigned merge of an older branch brings the old list back; the key reviews.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; the older list does not follow from the newer one, so taking it is a change of trust.",
        make: || {
            let stage = Stage::new();
            stage.branch("work", "main");
            stage.commit(&ROBIN.on("2026-02-10"), "Go on");
            stage.checkout("main");
            stage.write(SIGNERS, without_dana());
            stage.commit(&ROBIN.on("2026-02-11"), "Dana has left");
            stage.write(SIGNERS, signers());
            stage.merge_as_it_stands(&MALLORY.on(BEFORE).unsigned(), "work", "Merge");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "fork-from-before-a-revocation",
        story: "Dana's key is revoked on the main line; on a branch from before it signs a review, and the branch is merged.",
        git: Git::Bad,
        says: refused("revoked"),
        rules: &[REFUSED],
        make: || forked(|stage| stage.write(REVOKED, format!("{}\n", keys().line("dana")))),
        ..CASE
    },
    Case {
        name: "fork-from-before-a-removal",
        story: "Dana's key is removed on the main line, not revoked; on a branch from before it signs a review, and Robin merges the branch.",
        git: Git::UnknownValidity,
        why: "Git asks the list of today; a removal works from its commit on, and a branch from before knows nothing of it. A key that must not be used any more has to be revoked, which reaches every branch.",
        make: || forked(|stage| stage.write(SIGNERS, without_dana())),
        ..CASE
    },
    Case {
        name: "removed-key-signs-a-merge-from-before-the-removal",
        story: "Dana's key is removed on the main line; it signs a merge that claims a review, whose first parent is older than the removal and whose second is the main line.",
        git: Git::UnknownValidity,
        says: refused(NOBODY),
        rules: &[REFUSED],
        why: "The merge comes after the removal by its second parent; a key has to be trusted at every parent.",
        make: || {
            let stage = removed_on_the_main_line();
            let claim = stage.merge_as_it_stands(&DANA.on(DAY), "main", &message(&DANA.named()));
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "removed-key-merges-its-way-back",
        story: "The same, and the merge adds a stranger's key under Dana's address; the stranger reviews.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; whoever signs a change of trust has to be trusted at every parent.",
        make: || {
            let stage = removed_on_the_main_line();
            stage.append(SIGNERS, &impostor());
            stage.merge_as_it_stands(&DANA.on("2026-02-25"), "main", "Merge");
            let claim = imposture(&stage);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "stranger-revokes-a-key",
        story: "A stranger puts Dana's key into the list of revoked keys, unsigned.",
        git: Git::Bad,
        says: refused("revoked"),
        rules: &[REFUSED, UNTRUSTED],
        why: "What takes trust away is heeded whoever says it, and shown; what gives trust is not.",
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.write(REVOKED, format!("{}\n", keys().line("dana")));
            stage.commit(&MALLORY.on("2026-06-01").unsigned(), "Tidy");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "stranger-takes-a-revocation-back",
        story: "Robin revokes Dana's key in a signed commit; a stranger deletes the list of revoked keys, unsigned.",
        says: refused("revoked"),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git asks the files of today; a revocation that is in force is not undone by a deletion that nobody vouched for.",
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.write(REVOKED, format!("{}\n", keys().line("dana")));
            stage.commit(&ROBIN.on("2026-06-01"), "Revoke a lost key");
            std::fs::remove_file(stage.dir().join(REVOKED)).expect("it is there");
            stage.commit(&MALLORY.on("2026-06-02").unsigned(), "Tidy");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "revoked-key-changes-trust",
        story: "Dana's key adds a stranger's under her address in March; in June it turns out to have been stolen and Robin revokes it; the stranger's review is of March.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; what a revoked key vouched for is not vouched for.",
        make: || {
            let stage = Stage::new();
            stage.append(SIGNERS, &impostor());
            stage.commit(&DANA.on("2026-03-01"), "A new key");
            let claim = imposture(&stage);
            stage.write(REVOKED, format!("{}\n", keys().line("dana")));
            stage.commit(&ROBIN.on("2026-06-01"), "Revoke a stolen key");
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "colleague-let-in-by-a-key-that-was-lost-later-and-seen-before",
        story: "Dana adds Ash's key in February, and Kim tags that commit; Ash reviews in March; in June Dana's key is lost, and Robin revokes it.",
        why: "Somebody else saw the change long before the key was lost, and a lost key undoes nothing of that.",
        make: || let_in_by_a_key_that_was_lost(Some(KIM.on("2026-02-11"))),
        ..CASE
    },
    Case {
        name: "colleague-let-in-by-a-key-that-was-lost-later",
        story: "The same, and nobody tags the commit.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Nobody can say that whoever has the key now did not make the change and date it back.",
        make: || let_in_by_a_key_that_was_lost(None),
        ..CASE
    },
    Case {
        name: "colleague-let-in-by-a-lost-key-and-seen-after",
        story: "The same, and Kim tags the commit after the key was revoked.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "The same.",
        make: || let_in_by_a_key_that_was_lost(Some(KIM.on("2026-06-02"))),
        ..CASE
    },
    Case {
        name: "colleague-let-in-by-a-lost-key-and-seen-by-themselves",
        story: "The same, and it is Ash who tagged it in February.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Whoever was let in by a change is no witness of it.",
        make: || let_in_by_a_key_that_was_lost(Some(ASH.on("2026-02-11"))),
        ..CASE
    },
    Case {
        name: "colleague-let-in-by-a-lost-key-and-seen-by-its-owner",
        story: "The same, and it is Dana who tagged it in February, with the key that was lost.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Nobody is a witness of what they did themselves.",
        make: || let_in_by_a_key_that_was_lost(Some(DANA.on("2026-02-11"))),
        ..CASE
    },
];

/// Dana's review under exactly this file.
fn under(signers: &str) -> super::Made {
    let stage = Stage::trusting(signers);
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.claims(claim)
}

/// The lines of all, with another one before Dana's.
fn beside(line: &str) -> super::Made {
    under(&format!("{}{line}{}", ROBIN.trusted(), signers()))
}

pub(super) const FILES: &[Case] = &[
    Case {
        name: "broken-line-beside-a-good-one",
        story: "One line of the list of signers is no line at all, and Dana's is whole.",
        rules: &[UNREADABLE],
        make: || beside("kim@contractor.example ssh-ed25519\n"),
        ..CASE
    },
    Case {
        name: "broken-line-of-the-reviewer",
        story: "Dana's own line lost the end of its key.",
        git: Git::UnknownValidity,
        says: refused(NOBODY),
        rules: &[REFUSED, UNREADABLE],
        make: || under(&format!("{}{}\n", ROBIN.trusted(), &DANA.trusted()[..70])),
        ..CASE
    },
    Case {
        name: "key-of-an-unknown-kind",
        story: "One line of the list of signers holds a key of a kind that nobody knows, and Dana's is whole.",
        rules: &[UNREADABLE],
        make: || beside("kim@contractor.example ssh-lattice AAAAC3NzaC1sYXR0aWNlAAAAIA==\n"),
        ..CASE
    },
    Case {
        name: "same-line-twice",
        story: "Dana's line stands in the list of signers twice.",
        make: || beside(&DANA.trusted()),
        ..CASE
    },
    Case {
        name: "lines-that-contradict",
        story: "Dana's key is listed until 2026-02-01 on one line and without an end on the next; the review is of March.",
        rules: &[UNREADABLE],
        why: "OpenSSH takes a key that some line lists for the time, and so do both; that the lines contradict each other is shown.",
        make: || beside(&trusted_with(DANA.email, "valid-before=\"20260201Z\"", "dana")),
        ..CASE
    },
    Case {
        name: "window-that-ends-before-it-begins",
        story: "Dana's line begins in June and ends in January of the same year.",
        git: Git::UnknownValidity,
        says: refused(NOBODY),
        rules: &[REFUSED, UNREADABLE],
        make: || {
            let options = "valid-after=\"20260601Z\",valid-before=\"20260101Z\"";
            under(&format!("{}{}", ROBIN.trusted(), trusted_with(DANA.email, options, "dana")))
        },
        ..CASE
    },
    Case {
        name: "lines-that-end-as-in-windows",
        story: "The list of signers was saved with CRLF.",
        make: || under(&signers().replace('\n', "\r\n")),
        ..CASE
    },
    Case {
        name: "byte-order-mark",
        story: "The list of signers begins with a byte order mark, right before Dana's address.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNREADABLE],
        why: "ssh-keygen takes the mark for part of the address and git calls the signature good, by somebody who does not exist.",
        make: || under(&format!("\u{feff}{}", signers())),
        ..CASE
    },
    Case {
        name: "list-of-nobody",
        story: "The list of signers holds a comment and no line.",
        git: Git::UnknownValidity,
        says: refused(NOBODY),
        rules: &[REFUSED],
        make: || under("# to be filled in\n"),
        ..CASE
    },
    Case {
        name: "list-behind-a-link",
        story: "The list of signers is a symbolic link to a file outside the folder of trust, which anybody may change unseen.",
        says: refused(NOBODY),
        rules: &[REFUSED, UNREADABLE],
        why: "Git follows the link; a file of trust has to be a file, or a change of it would be no change of the folder.",
        make: || {
            let stage = Stage::without_trust();
            stage.write("people.txt", signers());
            std::fs::create_dir_all(stage.dir().join("trust")).expect("the folder can be made");
            std::os::unix::fs::symlink("../people.txt", stage.dir().join(SIGNERS)).expect("the link can be made");
            stage.set_policy(POLICY);
            stage.commit(&DANA.on("2026-01-06"), "Say whom we trust");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "first-list-pinned-by-its-digest",
        story: "The assessor was given the digest of the first list of signers, and it fits.",
        make: || {
            let stage = Stage::rooted(&signers(), POLICY);
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims_with(claim, &["--trust-root", &digest(&signers())])
        },
        ..CASE
    },
    Case {
        name: "first-list-pinned-by-a-file",
        story: "The assessor was given the first list of signers itself, and it is the same.",
        make: || {
            let stage = Stage::rooted(&signers(), POLICY);
            let claim = stage.review(&DANA.on(DAY), DANA);
            let file = stage.beside("signers-on-paper", &signers());
            stage.claims_with(claim, &["--trust-root", &file])
        },
        ..CASE
    },
    Case {
        name: "first-list-not-pinned",
        story: "Nothing pins the first list of signers.",
        why: "The first list is believed because it was first; a note says so, as whoever wrote it may be anybody.",
        make: || {
            let stage = Stage::rooted(&signers(), POLICY);
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "first-list-pinned-wrongly",
        story: "The digest in the policy is not that of the first list of signers.",
        says: refused("trust root"),
        rules: &[REFUSED, UNPINNED],
        why: "Git knows no first list; here nothing counts that follows from a list that nobody vouched for.",
        make: || {
            let pin = digest(&format!("{}{}", signers(), ASH.trusted()));
            let stage = Stage::rooted(&signers(), &format!("{POLICY}trust-root = \"{pin}\"\n"));
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "whole-history-rewritten",
        story: "A stranger rewrites the repository from its first list of signers on, with a pin that fits; the assessor has the digest of the true one.",
        says: refused("trust root"),
        rules: &[REFUSED, UNPINNED],
        why: "Within the repository everything fits; only what was given from outside shows that it is another one.",
        make: || {
            let forged = format!("{}{}", impostor(), without_dana());
            let stage = Stage::under(&forged, POLICY);
            let claim = imposture(&stage);
            stage.claims_with(claim, &["--trust-root", &digest(&signers())])
        },
        ..CASE
    },
    Case {
        name: "pin-replaced-by-a-stranger",
        story: "A stranger replaces the list of signers and the pin in the policy, both fitting each other, and reviews as Dana.",
        says: refused("trust root"),
        rules: &[REFUSED, GUARD, UNTRUSTED, UNPINNED],
        why: "The pin is of the first list, which is still the old one; the contradiction is shown and nothing counts.",
        make: || {
            let stage = Stage::new();
            stage.edit("demarcate.toml", &digest(&signers()), &digest(&impostor()));
            stage.write(SIGNERS, impostor());
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy");
            let claim = imposture(&stage);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "second-first-list",
        story: "A stranger begins an unrelated history with a list of signers and a review in Dana's name, and somebody merges it.",
        git: Git::UnknownValidity,
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        make: || {
            let stage = Stage::new();
            stage.ask(&["checkout", "-q", "--orphan", "other"]);
            stage.write(SIGNERS, impostor());
            stage.commit(&MALLORY.on(BEFORE), "Begin");
            let claim = imposture(&stage);
            stage.checkout("main");
            stage.merge(&ROBIN.on("2026-03-03").unsigned(), "other", &["-s", "ours", "--allow-unrelated-histories"]);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "lists-of-strangers-merged-in-rings",
        story: "A stranger begins three histories with a list each, merges each with the next forty times over, and merges all of it into main; Dana reviews.",
        rules: &[UNTRUSTED],
        why: "None of it comes from the list that is pinned; who would have to agree is not found out anew for every path through the merges.",
        make: merged_in_rings,
        ..CASE
    },
    Case {
        name: "second-first-list-merged-from-its-own-side",
        story: "A stranger begins an unrelated history with a list of signers, merges main into it, and reviews as Dana.",
        git: Git::Good,
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; which parent comes first is the choice of whoever merges.",
        make: || {
            let stage = Stage::new();
            stage.ask(&["checkout", "-q", "--orphan", "other"]);
            stage.write(SIGNERS, impostor());
            stage.commit(&MALLORY.on(BEFORE), "Begin");
            stage.merge(&MALLORY.on(BEFORE).unsigned(), "main", &["-s", "ours", "--allow-unrelated-histories"]);
            let claim = imposture(&stage);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "removed-key-merges-main-into-its-branch",
        story: "Dana's key is removed; on a branch from before, it lets a stranger's in, takes main in without its files, and is pushed.",
        git: Git::Good,
        says: refused(NOBODY),
        rules: &[REFUSED, UNTRUSTED],
        why: "Git believes the list of today; where two sides contradict each other, what counts has to count by both.",
        make: || {
            let stage = Stage::new();
            stage.branch("side", "main");
            stage.write(SIGNERS, impostor());
            stage.commit(&DANA.on("2026-02-10"), "Trust one more");
            stage.checkout("main");
            stage.write(SIGNERS, without_dana());
            stage.commit(&ROBIN.on("2026-02-11"), "Dana has left");
            stage.checkout("side");
            stage.merge(&MALLORY.on(BEFORE).unsigned(), "main", &["-s", "ours"]);
            let claim = imposture(&stage);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "list-with-the-pinned-digest-beside-another-keyring",
        story: "A history is written anew: the first list is the pinned one, and a keyring stands beside it from the start.",
        says: refused("trust root"),
        rules: &[REFUSED, UNPINNED],
        why: "The pin is of the list alone, so a first folder that gives more trust than the list is not the one that was pinned.",
        make: || {
            let stage = Stage::without_trust();
            stage.write(SIGNERS, signers());
            stage.write("trust/more.asc", "not even a key\n");
            stage.set_policy(&format!("trust-root = \"{}\"\n", digest(&signers())));
            stage.commit(&ROBIN.on("2026-01-06"), "Say whom we trust");
            std::fs::remove_file(stage.dir().join("trust/more.asc")).expect("it is there");
            stage.commit(&ROBIN.on("2026-01-07"), "Tidy");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "trust-root-asked-for-where-there-is-no-trust",
        story: "The assessor gives the digest of the list; the log that is shown has no trust folder and an unsigned review.",
        git: Git::NoSignature,
        says: UNSIGNED,
        rules: &[REFUSED, UNPINNED],
        make: || {
            let stage = Stage::without_trust();
            let claim = stage.review(&DANA.on(DAY).unsigned(), DANA);
            stage.claims_with(claim, &["--trust-root", &digest(&signers())])
        },
        ..CASE
    },
    Case {
        name: "rows-of-others-are-left-alone",
        story: "A stranger adds a key at the tip, unsigned, and reviews nothing; the claim is Dana's review of before.",
        says: SIGNED,
        rules: &[UNTRUSTED],
        why: "What is not in force changes nothing about what was; that somebody tried is shown.",
        make: || {
            let stage = Stage::new();
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.append(SIGNERS, &impostor());
            stage.commit(&MALLORY.on("2026-06-01").unsigned(), "Tidy");
            stage.claims(claim)
        },
        ..CASE
    },
];

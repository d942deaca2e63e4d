//! Which files and which roots count: what stands in the folder of trust, what comes after a root that is gone, and what
//! stands behind a link.

use super::keys::keys;
use super::stage::{
    ASH, DANA, Hand, MALLORY, POLICY, PRACTICE, ROBIN, SAM, SIGNERS, Stage, digest, signers, trusted_as,
};
use super::{CASE, Case, Git, NOTE, REFUSED, UNREADABLE, UNSIGNED, UNTRUSTED, refused};

const DAY: &str = "2026-03-02";
const BEFORE: &str = "2026-02-20";

/// A policy that pins the signers.
fn pinning() -> String {
    format!("{POLICY}trust-root = \"{}\"\n", digest(&signers()))
}

/// The pinned list of signers, committed together with another file of this name.
fn pinned_beside(path: &str) -> Stage {
    let stage = Stage::without_trust();
    stage.write(path, "Here are the keys of those whom we trust.\n");
    stage.write(SIGNERS, signers());
    stage.set_policy(&pinning());
    stage.commit(&DANA.on("2026-01-06"), "Say whom we trust");
    stage
}

/// This file comes before the first list of signers, by this hand, unsigned.
fn before_the_list(path: &str, hand: Hand) -> super::Made {
    let stage = Stage::without_trust();
    stage.write(path, "Here the keys will be.\n");
    stage.commit(&hand.unsigned(), "Make room");
    stage.write(SIGNERS, signers());
    stage.set_policy(POLICY);
    stage.commit(&DANA.on("2026-01-08"), "Say whom we trust");
    let claim = stage.review(&DANA.on(DAY), DANA);
    stage.claims(claim)
}

/// The list of signers of another root than the first.
fn signers_of_another() -> String {
    trusted_as(DANA.email, "dana-new")
}

/// Of two clients of one provider: the first leaves so, by this hand; then another joins with a list of its own, and is
/// reviewed.
fn another_joins(leaves: fn(&Stage), hand: Hand) -> (Stage, String) {
    let stage = Stage::rooted(&signers(), POLICY);
    let config = stage.read("demarcate.toml");
    let files = [PRACTICE, "evidence.lock"].map(|path| (path, stage.read(path)));
    stage.move_below("clients/a");
    stage.commit(&ROBIN.on("2026-01-10"), "Make room for clients");
    leaves(&stage);
    stage.write("notes.txt", "Client a has left.\n");
    stage.commit(&hand, "Client a leaves");
    stage.write("clients/n/demarcate.toml", config);
    for (path, text) in files {
        stage.write(&format!("clients/n/{path}"), text);
    }
    stage.commit(&ROBIN.on("2026-02-19").unsigned(), "Client n joins");
    stage.write("clients/n/trust/allowed_signers", signers_of_another());
    stage.commit(&DANA.on(BEFORE).with("dana-new"), "Say whom client n trusts");
    let claim = stage.review(&DANA.on(DAY).with("dana-new"), DANA);
    (stage, claim)
}

/// The review of the client that joined.
fn of_another(leaves: fn(&Stage), hand: Hand) -> super::Made {
    let (stage, claim) = another_joins(leaves, hand);
    stage.claims_with(claim, &["-C", "clients/n"])
}

fn archive(stage: &Stage) {
    std::fs::create_dir(stage.dir().join("archive")).expect("it is new");
    stage.ask(&["mv", "clients/a", "archive/a"]);
}

fn delete(stage: &Stage) {
    stage.ask(&["rm", "-q", "-r", "clients/a"]);
}

/// A stranger, who signs nothing.
const STRANGER: Hand = MALLORY.on("2026-02-10").unsigned();

pub(super) const ROOTS: &[Case] = &[
    Case {
        name: "root-archived-and-another-founded",
        story: "Somebody moves the root of a client that leaves into an archive, unsigned; later another client joins in a folder of its own, with its own list of signers.",
        git: Git::NoSignature,
        why: "Git is given no list; the first root still stands, so the other one is another.",
        make: || of_another(archive, STRANGER),
        ..CASE
    },
    Case {
        name: "root-deleted-by-a-trusted-person-and-another-founded",
        story: "The same, and Robin deletes the root of the client that leaves, in a signed commit.",
        git: Git::NoSignature,
        why: "Git is given no list; whoever may change trust may end a root, and what comes elsewhere later begins anew.",
        make: || of_another(delete, ROBIN.on("2026-02-10")),
        ..CASE
    },
    Case {
        name: "root-deleted-on-a-branch-that-the-forge-merges-and-another-founded",
        story: "Robin deletes it on a branch, in a signed commit; the main line goes on, and somebody merges the branch without signing.",
        git: Git::NoSignature,
        why: "Git is given no list; the merge takes over what Robin's deletion has ended.",
        make: || {
            let leaves = |stage: &Stage| {
                stage.branch("leaving", "HEAD");
                delete(stage);
                stage.commit(&ROBIN.on("2026-02-08"), "Client a leaves");
                stage.checkout("main");
                stage.commit(&ROBIN.on("2026-02-08"), "Go on");
                stage.merge(&STRANGER, "leaving", &[]);
            };
            of_another(leaves, STRANGER)
        },
        ..CASE
    },
    Case {
        name: "root-deleted-unsigned-and-another-founded",
        story: "The same, and nobody signs the deletion.",
        git: Git::NoSignature,
        says: refused("no trusted line"),
        rules: &[REFUSED, UNTRUSTED],
        why: "A stranger who deletes a root and founds one of their own does just this; the message says which root it is taken for.",
        make: || of_another(delete, STRANGER),
        ..CASE
    },
    Case {
        name: "root-deleted-unsigned-and-another-given-from-outside",
        story: "The same, and the assessor was given the digest of the list of the client that joined.",
        git: Git::NoSignature,
        why: "Whoever was given the list knows that it is another root.",
        make: || {
            let (stage, claim) = another_joins(delete, STRANGER);
            stage.claims_with(claim, &["-C", "clients/n", "--trust-root", &digest(&signers_of_another())])
        },
        ..CASE
    },
    Case {
        name: "root-deleted-by-a-revoked-key-and-another-founded",
        story: "Robin revokes Dana's key, which the list still names; that key signs the deletion of the root, and another is founded.",
        git: Git::NoSignature,
        says: refused("no trusted line"),
        rules: &[REFUSED, UNTRUSTED],
        why: "A key that the root revokes does not end it, though nothing of it stands any more.",
        make: || {
            let leaves = |stage: &Stage| {
                stage.write("clients/a/trust/revoked", format!("{}\n", keys().line("dana")));
                stage.commit(&ROBIN.on("2026-02-08"), "Revoke a lost key");
                delete(stage);
            };
            of_another(leaves, DANA.on("2026-02-10"))
        },
        ..CASE
    },
    Case {
        name: "root-deleted-together-with-a-strangers-own",
        story: "A stranger founds a root of their own, deletes the folder of trust of the first one, then both roots, signed by the key that their own root lists, and founds another.",
        git: Git::NoSignature,
        says: refused("with which list trust begins"),
        rules: &[REFUSED, UNTRUSTED],
        why: "Either of the two may be the one that it is taken for, and the stranger's key ends the stranger's alone.",
        make: || {
            let leaves = |stage: &Stage| {
                stage.write("aaa/demarcate.toml", stage.read("clients/a/demarcate.toml"));
                stage.write("aaa/trust/allowed_signers", trusted_as(DANA.email, "mallory"));
                stage.commit(&STRANGER, "Begin");
                stage.ask(&["rm", "-q", "-r", "clients/a/trust"]);
                stage.commit(&STRANGER, "Tidy");
                stage.ask(&["rm", "-q", "-r", "aaa"]);
                delete(stage);
            };
            of_another(leaves, DANA.on("2026-02-10").with("mallory"))
        },
        ..CASE
    },
    Case {
        name: "root-archived-then-deleted-and-another-founded",
        story: "A stranger moves the root into an archive, deletes it there in the next commit, and founds another.",
        git: Git::NoSignature,
        says: refused("no trusted line"),
        rules: &[REFUSED, UNTRUSTED],
        why: "It was moved, and then deleted: it is followed to where it went away.",
        make: || {
            let leaves = |stage: &Stage| {
                archive(stage);
                stage.commit(&MALLORY.on("2026-02-09").unsigned(), "Archive client a");
                stage.ask(&["rm", "-q", "-r", "archive/a"]);
            };
            of_another(leaves, STRANGER)
        },
        ..CASE
    },
    Case {
        name: "root-deleted-beside-a-decoy-and-another-founded",
        story: "A stranger deletes the root, adds its demarcate.toml elsewhere with another list in the same commit, and founds another.",
        git: Git::NoSignature,
        says: refused("no trusted line"),
        rules: &[REFUSED, UNTRUSTED],
        why: "Where its list of signers does not stand, the root was not moved to.",
        make: || {
            let leaves = |stage: &Stage| {
                stage.write("archive/a/demarcate.toml", stage.read("clients/a/demarcate.toml"));
                stage.write("archive/a/trust/allowed_signers", trusted_as(DANA.email, "mallory"));
                delete(stage);
            };
            of_another(leaves, STRANGER)
        },
        ..CASE
    },
];

#[test]
fn it_is_said_for_which_root_another_is_taken() {
    let (stage, _) = another_joins(delete, STRANGER);
    let says = |arguments: &[&str]| {
        let arguments = [&["-C", "clients/n", "check", "--only", "untrusted-trust-change"], arguments].concat();
        super::run(&stage.dir(), &arguments).out
    };
    let out = says(&[]);
    assert!(out.contains("clients/n/ is taken for the root that stood in clients/a/ until "), "{out}");
    assert!(
        out.contains(" deleted it on 2026-02-10; if it is another, give the digest of its own first list"),
        "{out}"
    );
    let out = says(&["--trust-root", &digest(&signers_of_another())]);
    assert!(!out.contains("untrusted-trust-change"), "{out}");
}

/// Puts a file or folder elsewhere, and a link to it in its place.
fn put_behind_a_link(stage: &Stage, path: &str, to: &str) {
    std::fs::rename(stage.dir().join(path), stage.dir().join(to)).expect("it can be moved");
    std::os::unix::fs::symlink(to, stage.dir().join(path)).expect("the link can be made");
}

/// A root whose folder of trust is a link to another folder, from the beginning.
fn trust_behind_a_link() -> Stage {
    let stage = Stage::without_trust();
    stage.write(SIGNERS, signers());
    put_behind_a_link(&stage, "trust", "keys");
    stage.set_policy(POLICY);
    stage.commit(&DANA.on("2026-01-06"), "Say whom we trust");
    stage
}

/// A root whose demarcate.toml is a link to another file, from the beginning.
fn people_behind_a_link() -> Stage {
    let stage = Stage::without_trust();
    stage.write(SIGNERS, signers());
    put_behind_a_link(&stage, "demarcate.toml", "people.toml");
    stage.commit(&DANA.on("2026-01-06"), "Say whom we trust");
    stage
}

pub(super) const LINKS: &[Case] = &[
    Case {
        name: "folder-of-trust-behind-a-link",
        story: "The folder of trust is a symbolic link to another folder, and Dana reviews with the key that is listed there.",
        says: refused("no trusted line"),
        rules: &[REFUSED, UNREADABLE],
        why: "Git follows the link; what it leads to may change without a change of the folder of trust.",
        make: || {
            let stage = trust_behind_a_link();
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "unsigned-review-beside-trust-behind-a-link",
        story: "The same, and the review is not signed.",
        git: Git::NoSignature,
        says: UNSIGNED,
        rules: &[REFUSED, UNREADABLE],
        why: "Keys were meant to be listed, so the rule for repositories without trust does not apply.",
        make: || {
            let stage = trust_behind_a_link();
            let claim = stage.review(&DANA.on(DAY).unsigned(), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "link-of-trust-replaced-by-the-folder",
        story: "The same, and Dana puts the folder itself in the place of the link before she reviews.",
        why: "A link has trusted nobody, so the first list is the first one that is a file.",
        make: || {
            let stage = trust_behind_a_link();
            stage.ask(&["rm", "-q", "trust"]);
            stage.ask(&["mv", "keys", "trust"]);
            stage.commit(&DANA.on(BEFORE), "Put the list where it belongs");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "stranger-puts-a-link-in-the-place-of-trust",
        story: "A stranger puts a link to a folder with a list of their own in the place of the folder of trust, and reviews in Dana's name.",
        says: refused("no trusted line"),
        rules: &[REFUSED, UNTRUSTED, UNREADABLE],
        why: "Git follows the link; for the log the list is gone, and nobody stands behind that.",
        make: || {
            let stage = Stage::new();
            stage.remove_trust();
            stage.write("keys/allowed_signers", trusted_as(DANA.email, "mallory"));
            std::os::unix::fs::symlink("keys", stage.dir().join("trust")).expect("the link can be made");
            stage.commit(&STRANGER, "Tidy");
            let claim = stage.review(&DANA.on(DAY).with("mallory"), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "people-behind-a-link",
        story: "The demarcate.toml is a symbolic link to another file, from the beginning, and Dana reviews.",
        says: refused("was no person"),
        rules: &[REFUSED, UNREADABLE],
        why: "What the link leads to may change without a change of demarcate.toml, so it says of nobody who they are.",
        make: || {
            let stage = people_behind_a_link();
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "policy-behind-a-link-lets-unsigned-reviews-count",
        story: "The same, and somebody lets unsigned reviews count in the file that the link leads to, unsigned; then a review in Dana's name is typed.",
        git: Git::NoSignature,
        says: UNSIGNED,
        rules: &[REFUSED, UNREADABLE],
        make: || {
            let stage = people_behind_a_link();
            stage.set_policy("accept = [\"signed\", \"unsigned\"]\n");
            stage.commit(&STRANGER, "Tidy");
            let claim = stage.review(&STRANGER, DANA);
            stage.claims(claim)
        },
        ..CASE
    },
];

pub(super) const NAMES: &[Case] = &[
    Case {
        name: "readme-before-the-first-list",
        story: "Robin makes the folder of trust with a README.md alone; later Dana adds the first list of signers.",
        make: || before_the_list("trust/README.md", ROBIN.on("2026-01-07")),
        ..CASE
    },
    Case {
        name: "readme-beside-the-pinned-list",
        story: "The first list of signers is the pinned one, and a README.md came with it.",
        make: || {
            let stage = pinned_beside("trust/README.md");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "readme-edited-unsigned-before-a-key-is-added",
        story: "Somebody adds trust/README.md unsigned; then Robin adds Ash's key in a signed commit, and Ash reviews.",
        make: || {
            let stage = Stage::new();
            stage.write("trust/README.md", "Ask Robin.\n");
            stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Say what this folder is");
            stage.append(SIGNERS, &ASH.trusted());
            stage.commit(&ROBIN.on(BEFORE), "Trust Ash");
            let claim = stage.review(&ASH.on(DAY), ASH);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "authorities-before-the-first-list",
        story: "A stranger puts certificates of time stamping authorities into the folder of trust; later Dana adds the first list of signers.",
        rules: &[NOTE],
        why: "Nobody vouches for what came before anybody was trusted: no stamp by those certificates counts, and a note says so.",
        make: || before_the_list("trust/tsa.pem", MALLORY.on("2026-01-07")),
        ..CASE
    },
    Case {
        name: "authorities-beside-the-pinned-list",
        story: "The first list of signers is the pinned one, and certificates of time stamping authorities came with it.",
        rules: &[NOTE],
        why: "The digest vouches for the list alone, so signatures count and no stamp by those certificates does.",
        make: || {
            let stage = pinned_beside("trust/tsa.pem");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "authorities-put-back-by-a-trusted-key",
        story: "The same; then somebody deletes the certificates, and Robin puts them back in a signed commit.",
        why: "A change like any other, behind which somebody stands: nothing is left to note.",
        make: || {
            let stage = pinned_beside("trust/tsa.pem");
            stage.ask(&["rm", "-q", "trust/tsa.pem"]);
            stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Tidy");
            stage.write("trust/tsa.pem", "Here are the keys of those whom we trust.\n");
            stage.commit(&ROBIN.on(BEFORE), "Trust an authority");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "authorities-put-back-by-a-stranger",
        story: "The same, and it is a stranger who puts them back, unsigned.",
        rules: &[UNTRUSTED],
        make: || {
            let stage = pinned_beside("trust/tsa.pem");
            stage.ask(&["rm", "-q", "trust/tsa.pem"]);
            stage.commit(&MALLORY.on("2026-02-10").unsigned(), "Tidy");
            stage.write("trust/tsa.pem", "Here are the keys of those whom we trust.\n");
            stage.commit(&MALLORY.on(BEFORE).unsigned(), "Tidy again");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims(claim)
        },
        ..CASE
    },
    Case {
        name: "pinned-list-given-from-outside-after-a-keyring-beside-it-was-deleted",
        story: "A keyring came with the list that the assessor was given; Robin has deleted it since, and Dana reviews.",
        why: "From there on the list stands alone, as whoever gave its digest has seen it.",
        make: || {
            let stage = Stage::without_trust();
            stage.write("trust/more.asc", "not even a key\n");
            stage.write(SIGNERS, signers());
            stage.set_policy(POLICY);
            stage.commit(&DANA.on("2026-01-06"), "Say whom we trust");
            stage.ask(&["rm", "-q", "trust/more.asc"]);
            stage.commit(&ROBIN.on(BEFORE), "Tidy");
            let claim = stage.review(&DANA.on(DAY), DANA);
            stage.claims_with(claim, &["--trust-root", &digest(&signers())])
        },
        ..CASE
    },
];

#[test]
fn the_file_that_stands_in_the_way_of_the_pinned_list_is_named() {
    let stage = pinned_beside("trust/more.asc");
    let founded = stage.head();
    let screen = super::run(&stage.dir(), &["check", "--only", "wrong-trust-root"]);
    let says = format!("trust/allowed_signers of {} is the trust root", &founded[..10]);
    assert!(screen.out.contains(&says), "{}", screen.out);
    assert!(screen.out.contains("but trust/more.asc came with it"), "{}", screen.out);
    assert!(screen.out.contains("add trust/more.asc in a later commit"), "{}", screen.out);
}

/// A root in `system/` that extends another in `corporate/`, each with a list of signers of its own: Dana's there, and
/// Robin's in corporate.
fn extending() -> Stage {
    let stage = Stage::rooted(&DANA.trusted(), POLICY);
    stage.move_below("system");
    let config = stage.read("system/demarcate.toml");
    let at = config.find("[[role]]").expect("there are roles");
    stage.write("corporate/demarcate.toml", format!("[organization]\nname = \"Holding\"\n\n{}", &config[at..]));
    stage.write("corporate/trust/allowed_signers", ROBIN.trusted());
    stage.write("system/demarcate.toml", format!("extends = \"../corporate\"\n\n{}", &config[..at]));
    stage.commit(&DANA.on("2026-01-10"), "Share the people");
    stage
}

#[test]
fn of_an_extended_root_it_is_said_whose_keys_are_asked() {
    let stage = extending();
    let joins = "\n[[person]]\nid = \"noor\"\nname = \"Noor Haddad\"\nemail = [\"noor@contractor.example\"]\n";
    stage.append("corporate/demarcate.toml", joins);
    let by_robin = stage.commit(&ROBIN.on(DAY), "Noor joins");
    let out = |root: &str| super::run(&stage.dir(), &["-C", root, "check", "--only", super::GUARD]).out;
    let system = out("system");
    assert!(system.contains(&format!("in {}: the commit changes who reviews", &by_robin[..10])), "{system}");
    assert!(system.contains("those of this root's own trust/, not those of `../corporate`"), "{system}");
    assert!(!out("corporate").contains(super::GUARD));
}

#[test]
fn a_root_is_not_extended_through_a_link() {
    let stage = extending();
    put_behind_a_link(&stage, "corporate", "elsewhere");
    stage.commit(&DANA.on("2026-02-01"), "Put corporate elsewhere");
    let claim = stage.review(&DANA.on(DAY), DANA);
    for rev in [&[][..], &["--rev", "HEAD"]] {
        let run = |arguments: &[&str]| super::run(&stage.dir(), &[&["-C", "system"], arguments, rev].concat()).out;
        let check = run(&["check", "--only", "dangling-extends"]);
        assert!(check.contains("`../corporate` leads through a link, so nothing is taken from it"), "{check}");
        let history = run(&["history", super::SUBJECT, "--proof"]);
        assert!(history.contains(&claim[..10]) && history.contains("was no person of"), "{history}");
    }
}

#[test]
fn what_stands_behind_a_link_is_named() {
    let stage = trust_behind_a_link();
    put_behind_a_link(&stage, "demarcate.toml", "people.toml");
    stage.ask(&["add", "-A"]);
    for how in [&[][..], &["--staged"]] {
        let out = super::run(&stage.dir(), &[&["check", "--only", UNREADABLE], how].concat()).out;
        for path in ["trust", "demarcate.toml"] {
            assert!(out.contains(&format!("{path} is a link, so it counts for nothing")), "{how:?}: {out}");
        }
    }
}

#[test]
fn whom_a_provider_does_not_let_accept_nobody_lets_accept_unsigned() {
    let acme = "providers/acme-msp.toml";
    let stage = Stage::trusting(&format!("{}{}", signers(), SAM.trusted()));
    let sam =
        "\n[[person]]\nid = \"sam\"\nname = \"Sam Ortiz\"\nemail = [\"sam@acme.example\"]\nparty = \"acme-msp\"\n";
    stage.append("demarcate.toml", sam);
    let may_not = "\n[[people]]\nname = \"Sam Ortiz\"\nemail = \"sam@acme.example\"\naccepts = false\n";
    stage.append(acme, may_not);
    stage.commit(&ROBIN.on("2026-01-10"), "Sam works for Acme, and does not sign for it");
    stage.edit(acme, "accepts = false\n", "");
    stage.commit(&STRANGER, "Tidy");
    let accepted = format!("Accept\n\nResponsibility-Accepted: acme-msp\nAccepted-by: {}\n", SAM.named());
    stage.commit(&SAM.on(DAY), &accepted);
    let out = super::run(&stage.dir(), &["check", "--only", super::GUARD]).out;
    assert!(out.contains("who accepts for provider acme-msp: it is not signed"), "{out}");
}

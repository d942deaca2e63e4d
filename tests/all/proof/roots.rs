//! Which files and which roots count: what stands in the folder of trust, what comes after a root that is gone, and what
//! stands behind a link.

use super::stage::{ASH, DANA, Hand, MALLORY, POLICY, ROBIN, SIGNERS, Stage, digest, signers};
use super::{CASE, Case, NOTE, UNTRUSTED};

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

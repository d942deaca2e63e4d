//! OpenPGP keys that were revoked: by a list, by their owner, for a reason or for none.

use super::keys::keys;
use super::stage::{DANA, MALLORY, REVOKED, ROBIN, SIGNERS, Stage};
use super::{CASE, Case, Git, REFUSED, SIGNED, UNREADABLE, UNTRUSTED, refused};

const DAY: &str = "2026-03-02";
const LATER: &str = "2026-06-01";
const KEY: &str = "trust/dana.asc";

/// Dana's review of March with an OpenPGP key; then something is done to the trust in it, by Robin, who signs.
fn and_later(key: &'static str, change: impl Fn(&Stage)) -> super::Made {
    let stage = Stage::trusting_openpgp(key);
    let claim = stage.review(&DANA.on(DAY).with(key), DANA);
    change(&stage);
    stage.commit(&ROBIN.on(LATER), "Trust a key no longer");
    stage.claims(claim)
}

/// The same, where Robin puts fingerprints into the list of revoked keys.
fn listed(key: &'static str, list: impl AsRef<[u8]>) -> super::Made {
    and_later(key, |stage| stage.write(REVOKED, &list))
}

/// The same, where trust begins with the OpenPGP key as well and nothing pins it.
fn listed_from_the_beginning(list: impl AsRef<[u8]>) -> super::Made {
    let stage = Stage::without_trust();
    stage.write(SIGNERS, ROBIN.trusted());
    stage.write(KEY, keys().openpgp("pgp"));
    stage.commit(&ROBIN.on("2026-01-06"), "Say whom we trust");
    let claim = stage.review(&DANA.on(DAY).with("pgp"), DANA);
    stage.write(REVOKED, list);
    stage.commit(&ROBIN.on(LATER), "Trust a key no longer");
    stage.claims(claim)
}

/// In groups of four, as gpg prints it.
fn spaced(fingerprint: &str) -> String {
    let groups: Vec<&str> =
        fingerprint.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).expect("hex is text")).collect();
    groups.join(" ")
}

/// A branch from before Dana's key was marked as revoked on the main line, on which it signs in July.
fn forked(marked: &str) -> super::Made {
    let stage = Stage::trusting_openpgp("pgp");
    stage.branch("work", "main");
    stage.checkout("main");
    stage.write(KEY, keys().openpgp(marked));
    stage.commit(&ROBIN.on(LATER), "Dana has a new key");
    stage.checkout("work");
    let claim = stage.review(&DANA.on("2026-07-01").with("pgp"), DANA);
    stage.checkout("main");
    stage.merge(&ROBIN.on("2026-07-02"), "work", &[]);
    stage.claims(claim)
}

pub(super) const CASES: &[Case] = &[
    Case {
        name: "openpgp-key-in-the-list-of-revoked-keys",
        story: "Dana's OpenPGP key is lost in June, and Robin puts its fingerprint, as gpg prints it, into the list of revoked keys; her review is of March.",
        says: refused("revoked"),
        rules: &[REFUSED],
        needs: "gpg",
        why: "Git gives the list to ssh-keygen alone, and gpg has heard of nothing; here one list takes back keys of either kind.",
        make: || listed("pgp", format!("{}\n", spaced(&keys().fingerprints_of_openpgp("pgp")[0]))),
        ..CASE
    },
    Case {
        name: "openpgp-subkey-in-the-list-of-revoked-keys",
        story: "The same with the fingerprint of the subkey that signed, in small letters after 0x.",
        says: refused("revoked"),
        rules: &[REFUSED],
        needs: "gpg",
        why: "Git gives the list to ssh-keygen alone; here the line takes back the subkey that it names.",
        make: || {
            let subkey = keys().fingerprints_of_openpgp("pgp-subkeyed")[1].to_lowercase();
            listed("pgp-subkeyed", format!("# lost\n0x{subkey}\n"))
        },
        ..CASE
    },
    Case {
        name: "openpgp-primary-key-in-the-list-of-revoked-keys",
        story: "The same with the fingerprint of the primary key, which certified the subkey that signed.",
        says: refused("revoked"),
        rules: &[REFUSED],
        needs: "gpg",
        why: "Git gives the list to ssh-keygen alone; whoever has the primary key can make subkeys, so all of them go with it.",
        make: || listed("pgp-subkeyed", format!("{}\n", keys().fingerprints_of_openpgp("pgp-subkeyed")[0])),
        ..CASE
    },
    Case {
        name: "another-openpgp-key-in-the-list-of-revoked-keys",
        story: "The fingerprint of another OpenPGP key is in the list of revoked keys, and Dana's review stands.",
        needs: "gpg",
        make: || listed("pgp", format!("{}\n", keys().fingerprints_of_openpgp("pgp-stranger")[0])),
        ..CASE
    },
    Case {
        name: "openpgp-key-id-in-the-list-of-revoked-keys",
        story: "The list of revoked keys holds the last 16 digits of a fingerprint, of which there may be several keys.",
        says: refused("cannot be read"),
        rules: &[REFUSED, UNTRUSTED, UNREADABLE],
        needs: "gpg",
        why: "Nobody knows which key the line was to revoke, so no signature of any kind counts until it is mended.",
        make: || listed_from_the_beginning(format!("{}\n", &keys().fingerprints_of_openpgp("pgp-stranger")[0][24..])),
        ..CASE
    },
    Case {
        name: "openpgp-signature-under-a-list-that-cannot-be-read",
        story: "A line of the list of revoked keys is half an SSH key, and Dana's review is signed with OpenPGP.",
        says: refused("cannot be read"),
        rules: &[REFUSED, UNTRUSTED, UNREADABLE],
        needs: "gpg",
        why: "Git gives the list to ssh-keygen alone; here what cannot be read may have been meant for any key.",
        make: || listed_from_the_beginning(&keys().line("kim").as_bytes()[..50]),
        ..CASE
    },
    Case {
        name: "openpgp-key-marked-as-compromised",
        story: "In June Dana revokes her OpenPGP key as compromised, and Robin puts the key with its revocation into the folder of trust; her review is of March.",
        git: Git::Revoked,
        says: refused("revoked"),
        rules: &[REFUSED],
        needs: "gpg",
        make: || and_later("pgp", |stage| stage.write(KEY, keys().openpgp("pgp-lost"))),
        ..CASE
    },
    Case {
        name: "openpgp-key-revoked-without-a-reason",
        story: "The same, and the revocation gives no reason.",
        git: Git::Revoked,
        says: refused("revoked"),
        rules: &[REFUSED],
        needs: "gpg",
        make: || and_later("pgp", |stage| stage.write(KEY, keys().openpgp("pgp-gone"))),
        ..CASE
    },
    Case {
        name: "openpgp-key-revoked-by-a-certificate-alone",
        story: "The same, and Robin puts the certificate of revocation into a file of its own beside the key.",
        git: Git::Revoked,
        says: refused("revoked"),
        rules: &[REFUSED],
        needs: "gpg",
        make: || {
            and_later("pgp", |stage| stage.write("trust/revocation.asc", keys().revocation_of_openpgp("pgp-gone")))
        },
        ..CASE
    },
    Case {
        name: "openpgp-key-superseded-since",
        story: "In June Dana revokes her OpenPGP key because she has another; her review is of March.",
        git: Git::Revoked,
        needs: "gpg",
        why: "gpg says revoked whatever the reason; nobody else has the key, so what it signed before it was given up stands.",
        make: || and_later("pgp", |stage| stage.write(KEY, keys().openpgp("pgp-superseded"))),
        ..CASE
    },
    Case {
        name: "openpgp-key-used-after-it-was-superseded",
        story: "The same, and on a branch from before that the old key signs a review in July.",
        git: Git::Revoked,
        says: refused("revoked"),
        rules: &[REFUSED],
        needs: "gpg",
        make: || forked("pgp-superseded"),
        ..CASE
    },
    Case {
        name: "openpgp-key-revoked-and-then-cleared-away",
        story: "Dana's OpenPGP key is marked as compromised in June, and in July its file is removed from the folder of trust.",
        git: Git::CannotCheck,
        says: refused("revoked"),
        rules: &[REFUSED],
        needs: "gpg",
        make: || {
            let made = and_later("pgp", |stage| stage.write(KEY, keys().openpgp("pgp-lost")));
            std::fs::remove_file(made.stage.dir().join(KEY)).expect("it is there");
            made.stage.commit(&ROBIN.on("2026-07-01"), "Tidy");
            made
        },
        ..CASE
    },
    Case {
        name: "openpgp-key-revoked-after-a-witness",
        story: "Robin tags Dana's review in March, and in June her OpenPGP key is marked as compromised.",
        git: Git::Revoked,
        says: SIGNED.dated("witnessed"),
        needs: "gpg",
        why: "gpg says revoked for all time; the tag shows that the signature was there before the key was lost.",
        make: || {
            and_later("pgp", |stage| {
                stage.tag(&ROBIN.on("2026-03-03"), "reviewed", "HEAD");
                stage.write(KEY, keys().openpgp("pgp-lost"));
            })
        },
        ..CASE
    },
    Case {
        name: "openpgp-key-listed-as-revoked-after-a-witness",
        story: "The same, and the fingerprint is put into the list of revoked keys.",
        says: SIGNED.dated("witnessed"),
        needs: "gpg",
        make: || {
            and_later("pgp", |stage| {
                stage.tag(&ROBIN.on("2026-03-03"), "reviewed", "HEAD");
                stage.write(REVOKED, format!("{}\n", keys().fingerprints_of_openpgp("pgp")[0]));
            })
        },
        ..CASE
    },
    Case {
        name: "stranger-marks-an-openpgp-key-as-revoked",
        story: "A revocation that Dana made is published by a stranger, unsigned, in the folder of trust.",
        git: Git::Revoked,
        says: refused("revoked"),
        rules: &[REFUSED, UNTRUSTED],
        needs: "gpg",
        make: || {
            let stage = Stage::trusting_openpgp("pgp");
            let claim = stage.review(&DANA.on(DAY).with("pgp"), DANA);
            stage.write(KEY, keys().openpgp("pgp-lost"));
            stage.commit(&MALLORY.on(LATER).unsigned(), "Tidy");
            stage.claims(claim)
        },
        ..CASE
    },
];

//! Time stamps over the signatures of a bundle.

use demarcate::digest;
use demarcate::program::Tool;
use demarcate::timestamp;
use demarcate::verify::{Asked, Given};

use super::super::timestamps::authority::{Authority, Info, authority};
use super::made::{Made, PEOPLE, asked, said};

const STAMP: &str = "SHA256SUMS.sig.tsr";

/// A bundle whose signature an authority stamped in 2020 that has expired since.
fn stamped(authority: &Authority) -> Made {
    let made = Made::new();
    made.write("trust/tsa.pem", authority.pem(&["root"]));
    made.seal();
    made.write(STAMP, token(&made, authority, "SHA256SUMS.sig"));
    made
}

fn token(made: &Made, authority: &Authority, file: &str) -> Vec<u8> {
    let imprint = digest::of(&made.read(file)).to_vec();
    let token = authority.stamped(&Info { imprint, ..Info::default() });
    timestamp::kept(&token, &authority.pem(&["root"])).expect("it can be kept")
}

fn window(made: &Made, from: &str, until: &str) -> Given {
    let options = format!(",valid-after=\"{from}\",valid-before=\"{until}\"");
    Given::Bytes(made.lines(&PEOPLE[..2], &options).into_bytes())
}

#[test]
fn a_stamp_shows_that_a_key_counted_when_it_signed() {
    let Some(authority) = authority() else { return };
    let made = stamped(authority);
    let lapsed = window(&made, "20200101", "20201231");
    let wrong = said(&made.verdict_with(&asked(&lapsed)));
    assert_eq!(wrong, "SHA256SUMS.sig: unknown: its key is not listed for that time");
    for tsa in [
        Given::Bytes(authority.pem(&["root"])),
        Given::Bytes(authority.pem(&["today-root", "middle", "root"])),
        Given::Digest(digest::of_bytes(&made.read("trust/tsa.pem")).sha256),
    ] {
        let verdict = made.verdict_with(&Asked { tsa: Some(&tsa), ..asked(&lapsed) });
        assert!(verdict.verified, "{:#?}", verdict.problems);
        let signature = verdict.signatures.iter().find(|one| one.file == "SHA256SUMS.sig").expect("it is there");
        assert_eq!(signature.judged_at.as_deref(), Some("2020-06-01T12:00:00Z"));
        let witness = signature.witness.as_ref().expect("it was witnessed");
        assert_eq!((witness.authority.as_str(), witness.vouched), ("Stamper One", "outside"));
    }
    let later = window(&made, "20250101", "20301231");
    let tsa = Given::Bytes(authority.pem(&["root"]));
    let wrong = said(&made.verdict_with(&Asked { tsa: Some(&tsa), ..asked(&later) }));
    assert_eq!(wrong, "SHA256SUMS.sig: unknown: its key is not listed for that time");
}

#[test]
fn an_authority_that_only_the_bundle_vouches_for_gives_no_time() {
    let Some(authority) = authority() else { return };
    let made = stamped(authority);
    let verdict = made.verdict();
    assert!(verdict.verified, "{:#?}", verdict.problems);
    let sha256 = digest::of_bytes(&authority.pem(&["root"])).sha256;
    assert!(verdict.notes.iter().any(|note| note.contains(&format!("--tsa {sha256}"))), "{:?}", verdict.notes);
    let screen = made.run(&[]);
    assert!(screen.out.contains("for whom the bundle alone vouches\n"), "{}", screen.out);
    std::fs::write(made.home().join("tsa.pem"), authority.pem(&["root"])).expect("the file can be written");
    let screen = made.run(&["--tsa", "tsa.pem"]);
    assert!(screen.out.contains(", witnessed 2020-06-01T12:00:00Z by Stamper One\n"), "{}{}", screen.out, screen.err);
}

#[test]
fn another_authority_than_the_one_from_outside_stands_behind_nothing() {
    let Some(authority) = authority() else { return };
    let made = stamped(authority);
    let root = made.root_of_trust();
    let other = Given::Bytes(authority.pem(&["today-root"]));
    let wrong = said(&made.verdict_with(&Asked { tsa: Some(&other), ..asked(&root) }));
    assert_eq!(wrong, format!("{STAMP}: refused: no authority that is trusted stands behind it"));
    let digest = Given::Digest("0".repeat(64));
    let wrong = said(&made.verdict_with(&Asked { tsa: Some(&digest), ..asked(&root) }));
    assert!(wrong.starts_with("trust/tsa.pem: its SHA-256 is "), "{wrong}");
}

#[test]
fn a_stamp_over_another_file_or_of_nothing_is_refused() {
    let Some(authority) = authority() else { return };
    let made = stamped(authority);
    made.write(STAMP, token(&made, authority, "SHA256SUMS"));
    assert_eq!(made.wrong(), format!("{STAMP}: refused: it speaks of other bytes"));
    made.write(STAMP, token(&made, authority, "SHA256SUMS.sig"));
    made.holds();
    made.rename(STAMP, "SHA256SUMS.bob@acme.example.sig.tsr");
    let wrong = made.wrong();
    assert!(wrong.contains("there is no SHA256SUMS.bob@acme.example.sig that it could witness"), "{wrong}");
    made.sign(PEOPLE[1], "SHA256SUMS.bob@acme.example.sig");
    assert!(made.wrong().contains("it speaks of other bytes"));
}

#[test]
fn what_nobody_signed_in_a_stamp_is_refused() {
    let Some(authority) = authority() else { return };
    let made = stamped(authority);
    let imprint = digest::of(&made.read("SHA256SUMS.sig")).to_vec();
    let info = Info { imprint, ..Info::default() };
    let options = ["-cades", "-md", "sha256", "-certfile", "middle.pem"];
    let bare = authority.sign(&info.der(), "stamper", &options);
    made.write(STAMP, &bare);
    assert!(made.wrong().contains("bytes that nobody signed"), "the token without its answer");
    let more = [&options[..], &["-certfile", "today.pem"]].concat();
    made.write(STAMP, super::super::timestamps::authority::response(&authority.sign(&info.der(), "stamper", &more)));
    assert!(made.wrong().contains("bytes that nobody signed"), "a certificate that nobody needs");
}

/// Every third byte, beginning at the second, by one bit: each costs a process of openssl.
#[test]
fn an_altered_byte_of_a_stamp_is_noticed() {
    let Some(authority) = authority() else { return };
    let made = stamped(authority);
    let root = made.root_of_trust();
    let whole = made.read(STAMP);
    for at in (1..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        made.write(STAMP, &bytes);
        assert!(!made.verdict_with(&asked(&root)).verified, "byte {at}");
    }
}

#[test]
fn without_openssl_a_stamp_fails_unless_it_is_left_out() {
    let Some(authority) = authority() else { return };
    let made = stamped(authority);
    let root = made.root_of_trust();
    let absent = Tool::named("no-such-openssl");
    let without = Asked { openssl: &absent, ..asked(&root) };
    let wrong = said(&made.verdict_with(&without));
    assert_eq!(wrong, format!("{STAMP}: not judged: there is no `no-such-openssl` on PATH: install it"));
    let left_out = made.verdict_with(&Asked { without_timestamps: true, ..without });
    assert!(left_out.verified, "{:#?}", left_out.problems);
    assert!(left_out.notes.iter().any(|note| note.contains("were not judged")), "{:?}", left_out.notes);
    let lapsed = window(&made, "20200101", "20201231");
    let wrong = made.verdict_with(&Asked { without_timestamps: true, ..asked(&lapsed) });
    assert!(!wrong.verified, "a stamp that is left out gives no time");
}

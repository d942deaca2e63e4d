//! What a time stamp is worth.

use demarcate::digest::{self, Algorithm};
use demarcate::timestamp::{Stamped, answers, key, query, verify};

use super::authority::{
    DATA, Info, MD5, NOON, SHA1, SHA384, SHA512, STAMPER, Wanted, authority, der, of, openssl, response,
};

fn witnessed(at: i64, within: u32) -> Stamped {
    Stamped::Witnessed { at, within, authority: "Stamper One".to_owned() }
}

fn refused(why: &str) -> Stamped {
    Stamped::Refused(why.to_owned())
}

fn unknown(why: &str) -> Stamped {
    Stamped::Unknown(why.to_owned())
}

const DAMAGED: &str = "it is no RFC 3161 time stamp, or a damaged one";
const UNTRUSTED: &str = "no authority that is trusted stands behind it";
const PURPOSE: &str = "its signer's certificate is not for time stamps";

#[test]
fn a_stamp_holds_after_every_certificate_above_it_has_expired() {
    let Some(authority) = authority() else { return };
    let token = authority.stamped(&Info::default());
    assert_eq!(authority.judged(&token), witnessed(NOON.1, 0));
    assert!(authority.verifies(&token, NOON.1), "openssl says the same");
    assert!(!authority.verifies(&token, 1_795_262_400), "and does not, as of today");
}

#[test]
fn a_certificate_that_was_not_valid_at_the_time_is_refused() {
    let Some(authority) = authority() else { return };
    let at = |time| authority.judged(&authority.stamped(&Info { time, ..Info::default() }));
    assert_eq!(at("20220601120000Z"), refused("a certificate of its authority had expired at its time"));
    assert_eq!(at("20180601120000Z"), refused("a certificate of its authority was not yet valid at its time"));
    assert_eq!(at("20201231235959Z"), witnessed(1_609_459_199, 0));
    assert_eq!(at("20210101000001Z"), refused("a certificate of its authority had expired at its time"));
}

#[test]
fn a_stamp_of_today_by_the_program_itself_holds() {
    let Some(authority) = authority() else { return };
    let asked = query(DATA, &openssl()).expect("openssl makes a query");
    let reply = authority.reply(&asked);
    let judged = verify(&reply, DATA, &authority.pem(&["today-root"]), &openssl());
    let Stamped::Witnessed { at, within: 1, authority: name } = judged else { panic!("{judged}") };
    assert_eq!(name, "Stamper One");
    assert!(at > 1_790_000_000, "{at}");
    assert!(answers(&reply, &asked));
    let other = query(DATA, &openssl()).expect("openssl makes a query");
    assert!(!answers(&reply, &other), "each query has a nonce of its own");
    assert!(!answers(&authority.stamped(&Info::default()), &asked), "a stamp without a nonce answers no query of ours");
    assert!(!answers(b"", &asked) && !answers(&reply, b""));
}

#[test]
fn the_token_alone_is_as_good_as_the_response_around_it() {
    let Some(authority) = authority() else { return };
    let token = authority.sign(&Info::default().der(), "stamper", &["-cades", "-certfile", "middle.pem"]);
    assert_eq!(authority.judged(&token), witnessed(NOON.1, 0));
    assert_eq!(authority.judged(&response(&token)), witnessed(NOON.1, 0));
}

#[test]
fn a_chain_needs_what_lies_between() {
    let Some(authority) = authority() else { return };
    let alone = response(&authority.sign(&Info::default().der(), "stamper", &["-cades"]));
    let with = |names: &[&str]| verify(&alone, DATA, &authority.pem(names), &openssl());
    assert_eq!(with(&["root"]), refused(UNTRUSTED));
    assert_eq!(with(&["middle", "root"]), witnessed(NOON.1, 0));
    assert_eq!(with(&["root", "middle"]), witnessed(NOON.1, 0));
    let whole = authority.stamped(&Info::default());
    assert_eq!(verify(&whole, DATA, &authority.pem(&["today-root"]), &openssl()), refused(UNTRUSTED));
    let both = authority.pem(&["today-root", "root"]);
    assert_eq!(verify(&whole, DATA, &both, &openssl()), witnessed(NOON.1, 0));
}

#[test]
fn without_a_trusted_certificate_nothing_holds() {
    let Some(authority) = authority() else { return };
    let token = authority.stamped(&Info::default());
    let with = |pem: &[u8]| verify(&token, DATA, pem, &openssl());
    assert_eq!(with(b""), refused("no certificate of an authority is trusted"));
    assert_eq!(with(b"# none yet\n"), refused("no certificate of an authority is trusted"));
    let cannot = refused("the certificates of the trusted authorities cannot be read");
    assert_eq!(with(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), cannot);
    let pem = authority.pem(&["root"]);
    assert_eq!(with(&pem[..pem.len() / 2]), cannot);
    assert_eq!(with(&authority.read("root.key")), cannot, "a key is no certificate");
}

#[test]
fn a_certificate_for_something_else_stamps_nothing() {
    let Some(authority) = authority() else { return };
    for (name, extensions) in [("mailer", "mail"), ("plain", "none"), ("half-hearted", "loose")] {
        authority.certify(&Wanted { name, extensions, ..STAMPER });
        assert_eq!(authority.judged(&authority.stamped_by(name)), refused(PURPOSE), "{name}");
    }
    let by_authority = response(&authority.sign(&Info::default().der(), "middle", &["-cades", "-md", "sha256"]));
    assert_eq!(authority.judged(&by_authority), refused(PURPOSE));
}

#[test]
fn a_weak_key_or_digest_above_is_refused() {
    let Some(authority) = authority() else { return };
    let weak = refused("a certificate of its authority has a key or a digest that is too weak");
    let short: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"];
    authority.certify(&Wanted { name: "short", key: short, ..STAMPER });
    assert_eq!(authority.judged(&authority.stamped_by("short")), weak);
    authority.certify(&Wanted { name: "sha-1", digest: "sha1", ..STAMPER });
    assert_eq!(authority.judged(&authority.stamped_by("sha-1")), weak);
    let long: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
    authority.certify(&Wanted { name: "long", key: long, ..STAMPER });
    assert_eq!(authority.judged(&authority.stamped_by("long")), witnessed(NOON.1, 0));
}

#[test]
fn digests_that_hold_are_taken_and_weak_ones_are_not() {
    let Some(authority) = authority() else { return };
    let bytes = |hex: &str| -> Vec<u8> {
        let digits: Vec<u8> =
            hex.bytes().map(|digit| u8::try_from(char::from(digit).to_digit(16).expect("hex")).expect("hex")).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    };
    let digested =
        |algorithm| bytes(&digest::of_reader(algorithm, &mut &*DATA, &|_| ()).expect("memory is readable").1);
    let over = |digest, imprint| authority.judged(&authority.stamped(&Info { digest, imprint, ..Info::default() }));
    assert_eq!(over(SHA384, digested(Algorithm::Sha384)), witnessed(NOON.1, 0));
    assert_eq!(over(SHA512, digested(Algorithm::Sha512)), witnessed(NOON.1, 0));
    assert_eq!(over(SHA1, vec![1; 20]), refused("it speaks of a SHA-1 digest, which is too weak"));
    assert_eq!(over(MD5, vec![1; 16]), refused("it speaks of a MD5 digest, which is too weak"));
    assert_eq!(over(&[0x2a, 3], vec![1; 32]), unknown("it speaks of a kind of digest that is not computed here"));
    let old = response(&authority.sign(
        &Info::default().der(),
        "stamper",
        &["-cades", "-md", "sha1", "-certfile", "middle.pem"],
    ));
    assert_eq!(authority.judged(&old), refused("it is signed over a SHA-1 digest, which is too weak"));
}

#[test]
fn a_stamp_speaks_of_its_own_bytes_only() {
    let Some(authority) = authority() else { return };
    let token = authority.stamped(&Info::default());
    for other in [&b""[..], &DATA[1..], &[DATA, b"\n"].concat()] {
        let judged = verify(&token, other, &authority.pem(&["root"]), &openssl());
        assert_eq!(judged, refused("it speaks of other bytes"));
    }
    let short = Info { imprint: demarcate::digest::of(DATA)[..31].to_vec(), ..Info::default() };
    assert_eq!(authority.judged(&authority.stamped(&short)), refused("it speaks of other bytes"));
}

#[test]
fn fractions_and_accuracy_are_kept_as_seconds_either_way() {
    let Some(authority) = authority() else { return };
    let accurate = |parts: &[Vec<u8>]| Info { rest: vec![of(0x30, parts)], ..Info::default() };
    let judged = |info: &Info<'_>| authority.judged(&authority.stamped(info));
    assert_eq!(judged(&Info { time: "20200601120000.5Z", ..Info::default() }), witnessed(NOON.1, 1));
    assert_eq!(judged(&accurate(&[der(2, &[60])])), witnessed(NOON.1, 60));
    assert_eq!(judged(&accurate(&[der(2, &[1]), der(0x80, &[1])])), witnessed(NOON.1, 2));
    assert_eq!(judged(&accurate(&[der(0x81, &[100])])), witnessed(NOON.1, 1));
    assert_eq!(judged(&accurate(&[der(2, &[1, 0x51, 0x81])])), refused("its time may be off by more than a day"));
    assert_eq!(judged(&accurate(&[der(2, &[0xff])])), refused(DAMAGED));
    for time in ["20200601120000", "20200601120000+0100", "20200601130060Z", "202006011200Z", "99991399000000Z"] {
        assert_eq!(judged(&Info { time, ..Info::default() }), refused("its time is none"), "{time}");
    }
}

#[test]
fn optional_parts_are_read_past_and_critical_ones_are_not() {
    let Some(authority) = authority() else { return };
    let judged = |rest| authority.judged(&authority.stamped(&Info { rest, ..Info::default() }));
    let nonce = der(2, &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(judged(vec![der(1, &[0xff]), nonce.clone()]), witnessed(NOON.1, 0));
    let extension = |critical: &[u8]| {
        let flag = if critical.is_empty() { Vec::new() } else { der(1, critical) };
        of(0xa1, &[of(0x30, &[der(6, &[0x2a, 9]), flag, der(4, &[5, 0])])])
    };
    assert_eq!(judged(vec![nonce.clone(), extension(&[])]), witnessed(NOON.1, 0));
    assert_eq!(judged(vec![extension(&[0xff])]), unknown("it has a critical extension that is not known here"));
    assert_eq!(judged(vec![nonce.clone(), nonce]), refused(DAMAGED));
    let newer = authority.stamped(&Info { version: 2, ..Info::default() });
    assert_eq!(authority.judged(&newer), unknown("it is of a version that is not known here"));
}

#[test]
fn an_answer_that_grants_nothing_says_why() {
    let Some(authority) = authority() else { return };
    let answer =
        |status: u8, rest: &[Vec<u8>]| of(0x30, &[of(0x30, &[vec![der(2, &[status])], rest.to_vec()].concat())]);
    let text = of(0x30, &[der(12, "no\u{1b}[2J such\npolicy".as_bytes())]);
    let rejected = answer(2, &[text, der(3, &[0, 0, 0x01])]);
    let why = "the authority gave no time stamp, it answered `rejection` unacceptedPolicy: no\u{fffd}[2J such policy";
    assert_eq!(authority.judged(&rejected), refused(why));
    let waiting = refused("the authority gave no time stamp, it answered `waiting`");
    assert_eq!(authority.judged(&answer(3, &[])), waiting);
    let odd = refused("the authority gave no time stamp, it answered an unknown status");
    assert_eq!(authority.judged(&answer(99, &[])), odd);
    assert_eq!(authority.judged(&answer(0, &[])), refused("the authority's answer holds no time stamp"));
    let token = authority.sign(&Info::default().der(), "stamper", &["-cades", "-certfile", "middle.pem"]);
    let both = of(0x30, &[of(0x30, &[der(2, &[2])]), token.clone()]);
    assert_eq!(authority.judged(&both), refused("the authority gave no time stamp, it answered `rejection`"));
    let with_changes = of(0x30, &[of(0x30, &[der(2, &[1])]), token]);
    assert_eq!(authority.judged(&with_changes), witnessed(NOON.1, 0));
}

#[test]
fn what_is_no_stamp_is_refused_without_asking_anybody() {
    let Some(authority) = authority() else { return };
    let nobody = demarcate::program::Tool::named("no-such-program-anywhere");
    let token = authority.stamped(&Info::default());
    let judged = |bytes: &[u8]| verify(bytes, DATA, &authority.pem(&["root"]), &nobody);
    assert_eq!(judged(b""), refused("it is empty"));
    assert_eq!(judged(b"<html>gateway timeout</html>"), refused(DAMAGED));
    assert_eq!(judged(&vec![0x30; 300_000]), refused("it is too large for a time stamp"));
    assert_eq!(judged(&[&token[..], b"\n"].concat()), refused(DAMAGED));
    assert_eq!(judged(&[&token[..], &token].concat()), refused(DAMAGED));
    let loose = unknown("it is written in BER with lengths left open, which is not read here");
    assert_eq!(judged(&[0x30, 0x80, 0x30, 0x03, 2, 1, 0, 0, 0]), loose);
    for end in 1..token.len() {
        assert_eq!(judged(&token[..end]), refused(DAMAGED), "cut at {end}");
    }
    let mail = authority.openssl(&[
        "cms",
        "-sign",
        "-signer",
        "stamper.pem",
        "-inkey",
        "stamper.key",
        "-outform",
        "DER",
        "-nodetach",
        "-in",
        "extensions",
    ]);
    assert_eq!(judged(&mail), refused("what it signs is no time stamp"));
}

#[test]
fn no_changed_byte_moves_the_time_or_the_name() {
    let Some(authority) = authority() else { return };
    let token = authority.stamped(&Info::default());
    let good = witnessed(NOON.1, 0);
    let mut refusals = 0;
    for at in (0..token.len()).step_by(5) {
        let mut changed = token.clone();
        changed[at] ^= 1 << (at % 8);
        match authority.judged(&changed) {
            // Some bytes are not signed and mean nothing, such as the versions of the envelope.
            judged @ Stamped::Witnessed { .. } => assert_eq!(judged, good, "byte {at}"),
            _ => refusals += 1,
        }
    }
    assert!(refusals > token.len() / 5 * 9 / 10, "{refusals} of {}", token.len() / 5);
}

#[test]
fn another_certificate_slipped_in_lends_no_name() {
    let Some(authority) = authority() else { return };
    // A certificate of somebody else with the very number of the signer's, beside a signature that holds.
    let serial = authority.openssl(&["x509", "-in", "stamper.pem", "-noout", "-serial"]);
    let serial = String::from_utf8(serial).expect("text").trim().replace("serial=", "0x");
    authority.openssl(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "false.key",
        "-out",
        "false.pem",
        "-config",
        "authority.cnf",
        "-subj",
        "/CN=National Institute",
        "-set_serial",
        &serial,
    ]);
    authority.write("both.pem", &authority.pem(&["false", "middle"]));
    let token = response(&authority.sign(&Info::default().der(), "stamper", &["-cades", "-certfile", "both.pem"]));
    assert_eq!(authority.judged(&token), unknown("two of its certificates have the number of its signer's"));
    // One with another number is only more luggage.
    authority.write("luggage.pem", &authority.pem(&["today", "middle"]));
    let token = response(&authority.sign(&Info::default().der(), "stamper", &["-cades", "-certfile", "luggage.pem"]));
    assert_eq!(authority.judged(&token), witnessed(NOON.1, 0));
}

#[test]
fn a_stamp_lacks_nothing_that_ties_it_to_its_signer() {
    let Some(authority) = authority() else { return };
    let signed =
        |options: &[&str]| authority.judged(&response(&authority.sign(&Info::default().der(), "stamper", options)));
    let bare = signed(&["-cades", "-nocerts"]);
    assert_eq!(bare, refused("it lacks the certificate of its signer: one is had by asking for it"));
    assert_eq!(
        signed(&["-cades", "-keyid"]),
        unknown("it names its signer by a key identifier, which is not judged here")
    );
    let loose = signed(&["-certfile", "middle.pem"]);
    assert!(!matches!(loose, Stamped::Witnessed { .. }), "the certificate must be part of what is signed: {loose}");
    let two = ["-cades", "-certfile", "middle.pem", "-signer", "today.pem", "-inkey", "today.key"];
    assert_eq!(signed(&two), refused("it does not have exactly one signer"));
    assert_ne!(signed(&["-noattr", "-certfile", "middle.pem"]), witnessed(NOON.1, 0));
}

#[test]
fn the_name_of_an_authority_cannot_draw_on_the_screen() {
    let Some(authority) = authority() else { return };
    let named = |name, subject| {
        authority.certify(&Wanted { name, subject, ..STAMPER });
        match authority.judged(&authority.stamped_by(name)) {
            Stamped::Witnessed { authority, .. } => authority,
            other => panic!("{other}"),
        }
    };
    assert_eq!(named("drawing", "/CN=Good\u{1b}[31m\u{202e} Time"), "Good\u{fffd}[31m\u{fffd} Time");
    assert_eq!(named("lines", "/CN=One\nwitnessed 1999"), "One witnessed 1999");
    assert_eq!(named("only-organization", "/O=Zeitstempel Züri"), "Zeitstempel Züri");
    assert_eq!(named("nameless", "/O= "), "an authority without a name");
}

#[test]
fn a_stamper_may_be_trusted_as_its_own_root() {
    let Some(authority) = authority() else { return };
    authority.certify(&Wanted { name: "own", issuer: None, ..STAMPER });
    let token = authority.stamped_by("own");
    assert_eq!(verify(&token, DATA, &authority.pem(&["own"]), &openssl()), witnessed(NOON.1, 0));
    assert_eq!(authority.judged(&token), refused(UNTRUSTED));
}

#[test]
fn an_answer_is_kept_under_everything_that_it_depends_on() {
    let keys = [
        key(b"a", b"b", b"c"),
        key(b"b", b"a", b"c"),
        key(b"a", b"c", b"b"),
        key(b"ab", b"", b"c"),
        key(b"", b"ab", b"c"),
    ];
    let different: std::collections::BTreeSet<&String> = keys.iter().collect();
    assert_eq!(different.len(), keys.len());
    assert!(keys.iter().all(|key| key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit())));
    assert_eq!(key(b"a", b"b", b"c"), keys[0]);
}

/// So that the corpus itself is sound: openssl reads our parts as what they are meant to be.
#[test]
fn openssl_reads_the_stamps_that_tests_write() {
    let Some(authority) = authority() else { return };
    authority
        .write("shown.tsr", &authority.stamped(&Info { rest: vec![of(0x30, &[der(2, &[2])])], ..Info::default() }));
    let text = String::from_utf8(authority.openssl(&["ts", "-reply", "-in", "shown.tsr", "-text"])).expect("text");
    for line in ["Time stamp: Jun  1 12:00:00 2020 GMT", "Accuracy: 0x02 seconds", "Hash Algorithm: sha256"] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

//! Whose signatures count, and which statements.

use demarcate::manifest::{Manifest, STATEMENTS, SUMS};
use demarcate::program::Tool;
use demarcate::sealing::Sealer;
use demarcate::statement;
use demarcate::verify::{Asked, Given};

use super::made::{Made, NOW, PEOPLE, asked, ran, said};

const BOBS: &str = "SHA256SUMS.bob@acme.example.sig";

#[test]
fn a_signer_that_the_bundle_itself_vouches_for_is_a_stranger() {
    let made = Made::new();
    made.write("trust/allowed_signers", made.lines(&PEOPLE, ""));
    made.seal();
    made.holds();
    made.sign(PEOPLE[2], "SHA256SUMS.sig");
    let wrong = made.wrong();
    assert!(wrong.starts_with("SHA256SUMS.sig: unknown: no trusted line lists its key SHA256:"), "{wrong}");
    assert!(wrong.contains("the bundle's own trust/allowed_signers names eve@elsewhere.example"), "{wrong}");
    let screen = made.run(&[]);
    assert!(
        screen.out.contains("note: the bundle's own trust/allowed_signers is not the trust root"),
        "{}",
        screen.out
    );
    let digest = demarcate::digest::of_bytes(&made.read("trust/allowed_signers")).sha256;
    assert!(made.verdict_with(&asked(&Given::Digest(digest))).verified, "whoever was told this digest trusts her");
}

#[test]
fn every_further_signature_must_hold_too_and_be_called_after_its_maker() {
    let made = Made::new();
    made.sign(PEOPLE[1], BOBS);
    let verdict = made.verdict();
    assert!(verdict.verified, "{:#?}", verdict.problems);
    let by: Vec<&str> = verdict.signatures.iter().flat_map(|one| &one.by).map(String::as_str).collect();
    assert_eq!(by, ["bob@acme.example", "ada@northwind.example"]);
    made.sign(PEOPLE[2], "SHA256SUMS.eve@elsewhere.example.sig");
    assert!(made.wrong().contains("SHA256SUMS.eve@elsewhere.example.sig: unknown: no trusted line"));
    made.remove("SHA256SUMS.eve@elsewhere.example.sig");
    made.rename(BOBS, "SHA256SUMS.dana@northwind.example.sig");
    assert!(made.wrong().contains("its name is not that of bob@acme.example, who made it with SHA256:"));
    made.rename("SHA256SUMS.dana@northwind.example.sig", BOBS);
    made.holds();
    let ada = made.read("SHA256SUMS.sig");
    made.write("SHA256SUMS.ada@northwind.example.sig", &ada);
    assert!(made.wrong().contains("the same key made SHA256SUMS.ada@northwind.example.sig"));
    made.remove("SHA256SUMS.ada@northwind.example.sig");
    made.remove("SHA256SUMS.sig");
    assert_eq!(made.wrong(), "SHA256SUMS.sig: missing: the bundle is not signed");
    made.rename(BOBS, "SHA256SUMS.sig");
    made.holds();
}

#[test]
fn a_genuine_signature_over_something_else_is_none() {
    let made = Made::new();
    let other = Made::new();
    other.write("documents/ssp.md", "# Another plan\n");
    other.seal();
    other.holds();
    made.write("SHA256SUMS.sig", other.read("SHA256SUMS.sig"));
    assert_eq!(made.wrong(), "SHA256SUMS.sig: bad: it does not fit what was signed");
    for namespace in ["demarcate-attestation@v1", "git", "file"] {
        made.sign_in(PEOPLE[0], "SHA256SUMS.sig", namespace);
        assert_eq!(made.wrong(), format!("SHA256SUMS.sig: bad: it was made for namespace `{namespace}`"));
    }
}

#[test]
fn a_signature_has_one_form() {
    let made = Made::new();
    let armored = String::from_utf8(made.read("SHA256SUMS.sig")).expect("armor is text");
    let lines: Vec<&str> = armored.lines().collect();
    let body = lines[1..lines.len() - 1].concat();
    std::fs::write(made.home().join("body"), format!("{body}\n")).expect("the file can be written");
    ran("openssl", &["base64", "-d", "-A", "-in", "body", "-out", "raw"], made.home());
    let raw = std::fs::read(made.home().join("raw")).expect("it was written");
    let wrapped = format!("{}\n{body}\n{}\n", lines[0], lines[lines.len() - 1]);
    for bytes in
        [raw, wrapped.into_bytes(), armored.replace('\n', "\r\n").into_bytes(), format!("\n{armored}").into_bytes()]
    {
        made.write("SHA256SUMS.sig", bytes);
        assert!(!made.verdict().verified);
    }
}

#[test]
fn a_key_counts_only_in_its_time_and_until_it_is_revoked() {
    let made = Made::new();
    for (options, counts) in [
        (",valid-before=\"20261120\"", false),
        (",valid-after=\"20261122\"", false),
        (",valid-after=\"20261120\",valid-before=\"20261122\"", true),
    ] {
        let root = Given::Bytes(made.lines(&PEOPLE[..1], options).into_bytes());
        assert_eq!(made.verdict_with(&asked(&root)).verified, counts, "{options}");
    }
    let key = std::fs::read(made.home().join(format!("{}.pub", PEOPLE[0]))).expect("it was made");
    let root = made.root_of_trust();
    let revoked = Asked { revoked: Some(&key), ..asked(&root) };
    assert!(said(&made.verdict_with(&revoked)).starts_with("SHA256SUMS.sig: bad: its key was revoked: SHA256:"));
    let unreadable = Asked { revoked: Some(b"what is this\n"), ..asked(&root) };
    assert!(said(&made.verdict_with(&unreadable)).contains("the list of revoked keys cannot be read"));
    made.write("trust/revoked", key);
    made.seal();
    assert!(made.wrong().ends_with("by the bundle's own trust/revoked"), "the bundle's own list can take away");
}

#[test]
fn a_trust_root_that_lists_nobody_vouches_for_nobody() {
    let made = Made::new();
    for bytes in [&b""[..], b"# nobody\n", b"ada@northwind.example ssh-ed25519 AAAA\n", b"\xff\xfe"] {
        let root = Given::Bytes(bytes.to_vec());
        assert!(said(&made.verdict_with(&asked(&root))).contains("the trust root lists no key that can be read"));
    }
    let elsewhere = made.lines(&PEOPLE[..2], "").replace("demarcate-*@v1", "git");
    let wrong = said(&made.verdict_with(&asked(&Given::Bytes(elsewhere.into_bytes()))));
    assert!(wrong.contains("its key is not listed for namespace `demarcate-bundle@v1`"), "{wrong}");
}

fn statements(made: &Made, person: &str, manifest: &Manifest) -> Vec<u8> {
    let key = Sealer::open(&made.home().join(person), &Tool::named("ssh-keygen")).expect("the key is readable");
    statement::envelopes(&made.read(SUMS), manifest, &[key], NOW).expect("the key signs")
}

#[test]
fn statements_must_be_those_of_this_bundle_by_somebody_who_is_trusted() {
    let made = Made::new();
    let lines = statements(&made, PEOPLE[0], &made.manifest());
    made.write(STATEMENTS, &lines);
    let verdict = made.verdict();
    assert!(verdict.verified, "{:#?}", verdict.problems);
    assert!(made.run(&[]).out.contains("stated by ada@northwind.example: assessment-bundle/v1, "));
    made.write(STATEMENTS, statements(&made, PEOPLE[2], &made.manifest()));
    assert!(made.wrong().contains("its signature by SHA256:"), "a stranger's");
    let mut better = made.manifest();
    better.summary.score = Some(109);
    made.write(STATEMENTS, statements(&made, PEOPLE[0], &better));
    assert!(!made.verdict().verified, "of another score");
    made.write("documents/ssp.md", "# A later plan\n");
    made.seal();
    made.write(STATEMENTS, &lines);
    assert!(!made.verdict().verified, "replayed");
}

/// Every seventh byte, each by another bit.
#[test]
fn an_altered_byte_of_the_statements_is_noticed() {
    let made = Made::new();
    let lines = statements(&made, PEOPLE[0], &made.manifest());
    let root = made.root_of_trust();
    for at in (3..lines.len()).step_by(7) {
        let mut bytes = lines.clone();
        bytes[at] ^= 1 << (at % 8);
        made.write(STATEMENTS, &bytes);
        assert!(!made.verdict_with(&asked(&root)).verified, "byte {at}");
    }
}

#[test]
fn a_cms_signature_needs_an_authority_from_outside() {
    let made = Made::new();
    made.write("SHA256SUMS.p7s", "not one");
    assert_eq!(made.wrong(), "SHA256SUMS.p7s: nobody from outside vouches for its authority");
    let key =
        ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Ada", "-keyout", "k.pem", "-out", "ca.pem"];
    ran("openssl", &key, made.home());
    let screen = made.run(&["--cms-ca", "ca.pem"]);
    assert_eq!(screen.code, 1, "{}{}", screen.out, screen.err);
    assert!(screen.out.contains("\n  SHA256SUMS.p7s: "), "{}", screen.out);
}

//! Lists of revoked keys, in text and as KRL, judged by us and by ssh-keygen.

use demarcate::signature::{PublicKey, Revoked, Verdict};

use super::corpus::{Asked, Corpus, MESSAGE, NOON, corpus, feed, string};

/// Keys and certificates that each list is asked about.
const ASKED: [&str; 14] = [
    "ed",
    "other",
    "p256",
    "p384",
    "p521",
    "rsa",
    "sked",
    "skec",
    "cert",
    "certp256",
    "certrsa",
    "certsk",
    "certwild",
    "certforce",
];

/// Which of them ssh-keygen finds in a KRL.
fn theirs(corpus: &Corpus, krl: &str, name: &str) -> bool {
    let file = format!("ask-{krl}-{name}.pub");
    corpus.write(&file, corpus.line(name).as_bytes());
    let output = feed(corpus.dir(), "ssh-keygen", &["-Q", "-f", krl, &file], b"");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let revoked = text.contains("REVOKED");
    assert!(revoked || text.contains(": ok"), "{krl} {name}: {text}");
    revoked
}

fn ours(revoked: &Revoked, key: &PublicKey) -> bool {
    revoked.of(key).unwrap_or_else(|why| panic!("it can be read: {why}")).is_some()
}

/// Makes a KRL of a specification in the language of ssh-keygen.
fn krl(corpus: &Corpus, name: &str, authority: Option<&str>, specification: &str) -> Vec<u8> {
    let file = format!("{name}.spec");
    corpus.write(&file, specification.as_bytes());
    let mut arguments = vec!["-q", "-k", "-f", name, "-z", "5"];
    arguments.extend(authority.into_iter().flat_map(|authority| ["-s", authority]));
    arguments.push(&file);
    corpus.run("ssh-keygen", &arguments, b"");
    std::fs::read(corpus.path(name)).expect("it was made")
}

#[test]
fn a_krl_revokes_what_ssh_keygen_says_it_revokes() {
    let Some(corpus) = corpus() else { return };
    let fingerprint = |name: &str| corpus.key(name).fingerprint();
    let scattered = (0..40).map(|n| format!("serial: {}", n * 3 + 1)).collect::<Vec<_>>().join("\n");
    let mut revoked_in_all = 0;
    for (name, authority, specification) in [
        ("empty.krl", None, String::new()),
        ("keys.krl", None, format!("key: {}\nkey: {}\n", corpus.line("ed"), corpus.line("sked"))),
        ("sha1.krl", None, format!("sha1: {}\n", corpus.line("p256"))),
        ("sha256.krl", None, format!("sha256: {}\nhash: {}\n", corpus.line("rsa"), fingerprint("p384"))),
        ("serial.krl", Some("ca.pub"), "serial: 7\n".to_owned()),
        ("range.krl", Some("ca.pub"), "serial: 8-1000000\n".to_owned()),
        ("all.krl", Some("ca.pub"), "serial: 1-18446744073709551615\n".to_owned()),
        ("bitmap.krl", Some("ca.pub"), scattered),
        ("other-ca.krl", Some("rsaca.pub"), "serial: 7-9\n".to_owned()),
        ("id.krl", Some("ca.pub"), "id: certsk\nid: certwild\n".to_owned()),
        ("id-any.krl", Some("none"), "id: certrsa\nid: cert\n".to_owned()),
        ("authority.krl", None, format!("key: {}\n", corpus.line("ca"))),
        ("certificate.krl", None, format!("key: {}\n", corpus.line("certp256"))),
        ("certificate-authority.krl", None, format!("sha256: {}\n", corpus.line("rsaca"))),
    ] {
        let bytes = krl(corpus, name, authority, &specification);
        let revoked = Revoked::read(&bytes);
        for asked in ASKED {
            let expected = theirs(corpus, name, asked);
            assert_eq!(ours(&revoked, &corpus.key(asked)), expected, "{name} {asked}");
            revoked_in_all += usize::from(expected);
        }
    }
    assert!(revoked_in_all >= 25, "{revoked_in_all}");
}

#[test]
fn a_revoked_key_makes_a_bad_signature() {
    let Some(corpus) = corpus() else { return };
    let signers =
        format!("*@x {}\n*@x cert-authority {}\n*@x {}", corpus.line("ed"), corpus.line("ca"), corpus.line("p256"));
    let lists: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("a comment", b"# none yet\n\n".to_vec()),
        ("key", corpus.line("ed").into_bytes()),
        ("key with comment", format!("\n  {} gone\r\n", corpus.line("ed")).into_bytes()),
        ("another", format!("{}\n", corpus.line("other")).into_bytes()),
        ("authority", format!("{}\n{}\n", corpus.line("other"), corpus.line("ca")).into_bytes()),
        ("certificate", format!("{}\n", corpus.line("cert")).into_bytes()),
        ("not a key", format!("{}\nnonsense\n", corpus.line("other")).into_bytes()),
        ("half a key", corpus.line("other").as_bytes()[..50].to_vec()),
        ("krl", krl(corpus, "ed.krl", None, &format!("key: {}\n", corpus.line("ed")))),
        ("serial", krl(corpus, "seven.krl", Some("ca.pub"), "serial: 7\n")),
        ("half a krl", krl(corpus, "ed.krl", None, &format!("key: {}\n", corpus.line("ed")))[..60].to_vec()),
    ];
    let (mut bad, mut good) = (0, 0);
    for name in ["ed", "p256", "cert", "certwild"] {
        let signature = corpus.sign(name, "git", "sha512", MESSAGE);
        let principal = if name == "certwild" { "*@x".to_owned() } else { format!("{name}@x") };
        for (what, list) in &lists {
            let asked = Asked {
                signature: &signature,
                message: MESSAGE,
                signers: signers.as_bytes(),
                revoked: Some(list),
                namespace: "git",
                principal: &principal,
                at: NOON,
            };
            let verdict = asked.ours();
            assert_eq!(matches!(verdict, Verdict::Good(_)), asked.theirs(), "{name} {what}: {verdict}");
            assert_eq!(
                matches!(verdict, Verdict::Unknown { .. }),
                what.starts_with("half") || *what == "not a key",
                "{verdict}"
            );
            bad += usize::from(matches!(verdict, Verdict::Bad { .. }));
            good += usize::from(matches!(verdict, Verdict::Good(_)));
        }
    }
    assert!(bad >= 10 && good >= 20, "{bad} bad, {good} good");
}

#[test]
fn a_fingerprint_in_text_revokes_a_key_or_an_authority() {
    let Some(corpus) = corpus() else { return };
    let list = format!("# lost\n{} laptop\n{}\n", corpus.key("ed").fingerprint(), corpus.key("rsaca").fingerprint());
    let revoked = Revoked::read(list.as_bytes());
    assert_eq!(revoked.unreadable(), None);
    let named: Vec<&str> = ASKED.into_iter().filter(|name| ours(&revoked, &corpus.key(name))).collect();
    assert_eq!(named, ["ed", "cert", "certrsa", "certwild", "certforce"]);
}

#[test]
fn a_line_that_cannot_be_read_is_shown_at_its_place() {
    let text = b"# fine\n   ssh-ed25519 AAAA\nSHA256:short\n\xff\nssh-dss AAAA x\n";
    let revoked = Revoked::read(text);
    let shown: Vec<String> = revoked
        .problems
        .iter()
        .map(|problem| format!("{}:{}: {}", problem.place.line, problem.place.column, problem.what))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    2:4: the key cannot be read: it ends too early
    3:1: `SHA256:short` is not a whole fingerprint
    4:1: the line is not UTF-8
    5:1: keys of type `ssh-dss` are not judged in process
    ");
    assert_eq!(&text[revoked.problems[1].place.bytes.clone()], b"SHA256:short");
    assert!(revoked.unreadable().is_some());
}

#[test]
fn a_signed_krl_is_read_if_its_signature_holds() {
    let Some(corpus) = corpus() else { return };
    let plain = krl(corpus, "unsigned.krl", None, &format!("key: {}\n", corpus.line("ed")));
    let signed = with_signature(corpus, &plain, "other");
    let read = |bytes: &[u8]| Revoked::read(bytes);
    assert!(ours(&read(&signed), &corpus.key("ed")));
    assert!(!ours(&read(&signed), &corpus.key("p256")));
    corpus.write("signed.krl", &signed);
    assert!(theirs(corpus, "signed.krl", "ed"));
    let own = with_signature(corpus, &plain, "ed");
    let why = read(&own).unreadable().map(str::to_owned);
    assert_eq!(why.as_deref(), Some("every key that signed it is revoked by it"));
    let mut flipped = signed.clone();
    flipped[25] ^= 1;
    assert!(read(&flipped).unreadable().is_some());
    let after = [&signed[..], &[2], &string(&string(b"key"))].concat();
    assert_eq!(read(&after).unreadable(), Some("a section follows its signature"));
}

/// Adds a signature section, by an ordinary Ed25519 key of ssh-keygen.
fn with_signature(corpus: &Corpus, krl: &[u8], name: &str) -> Vec<u8> {
    let signed = [krl, &[4], &string(corpus.key(name).as_bytes())].concat();
    let secret = std::fs::read(corpus.path(name)).expect("it was made");
    let key = ssh_key::PrivateKey::from_openssh(&secret).expect("ssh-keygen made it");
    let raw = rsa::signature::Signer::<ssh_key::Signature>::sign(&key, &signed);
    let signature = [string(b"ssh-ed25519"), string(raw.as_bytes())].concat();
    [&signed[..], &string(&signature)].concat()
}

#[test]
fn a_section_that_is_not_known_leaves_every_signature_unknown() {
    let Some(corpus) = corpus() else { return };
    let plain = krl(corpus, "known.krl", None, "");
    let odd_section = [&plain[..], &[77], &string(b"x")].concat();
    let extension = [&plain[..], &[255], &string(&[&string(b"odd@x")[..], &[0], &string(b"")].concat())].concat();
    let of_authority = [&string(b"")[..], &string(b""), &[0x39], &string(b"x")].concat();
    let odd_inside = [&plain[..], &[1], &string(&of_authority)].concat();
    let later = [&plain[..8], &[0, 0, 0, 2], &plain[12..]].concat();
    for krl in [odd_section, extension, odd_inside, later] {
        assert!(Revoked::read(&krl).unreadable().is_some_and(|why| why.contains("not known")));
    }
}

//! Signature files, judged by us and by ssh-keygen.

use demarcate::signature::{Doubt, Flaw, Verdict, find_principals, sign, verify};

use super::corpus::{Asked, Corpus, MESSAGE, NOON, armored, corpus, dearmored, feed, sshsig, string};

/// Everybody who signs in the corpus; the principal of each is its name `@x`.
const EVERYBODY: [&str; 24] = [
    "ed",
    "other",
    "p256",
    "p384",
    "p521",
    "rsa",
    "small",
    "large",
    "sked",
    "skedno",
    "skec",
    "skecno",
    "cert",
    "certp256",
    "certrsa",
    "certsk",
    "certpin",
    "certlate",
    "certold",
    "certhost",
    "certnobody",
    "certforce",
    "certodd",
    "certwild",
];

/// Where we are stricter than ssh-keygen: critical options that are not known, or that ask for a PIN.
const STRICTER: [&str; 2] = ["certodd", "certpin"];

fn signers(corpus: &Corpus) -> String {
    let plain = ["ed", "p256", "p384", "p521", "rsa", "small", "large", "sked", "skedno", "skec", "skecno"];
    let mut text = String::from("# who may sign\n\n");
    for name in plain {
        text += &format!("{name}@x {}\n", corpus.line(name));
    }
    text += &format!("\"window@x\" valid-after=\"20260601Z\",valid-before=\"20260602Z\" {}\n", corpus.line("p256"));
    text += &format!("git@x,also@x namespaces=\"git,tag-*\" {} comment\r\n", corpus.line("p384"));
    text += &format!("*@y,!no@y {}\n", corpus.line("ed"));
    text += &format!("*@x cert-authority {}\n", corpus.line("ca"));
    text += &format!("certrsa@x cert-authority,namespaces=\"git\" {}", corpus.line("rsaca"));
    text
}

/// Asserts that both say the same and returns whether it was good.
fn agree(asked: &Asked<'_>, what: &str) -> bool {
    let (ours, theirs) = (asked.ours(), asked.theirs());
    assert_eq!(matches!(ours, Verdict::Good(_)), theirs, "{what}: ours {ours}, theirs {theirs}");
    theirs
}

#[test]
fn every_kind_of_key_is_judged_as_ssh_keygen_judges_it() {
    let Some(corpus) = corpus() else { return };
    let signers = signers(corpus);
    let (mut asked_in_all, mut good) = (0, 0);
    for name in EVERYBODY {
        let hash = if name.len() % 2 == 0 { "sha256" } else { "sha512" };
        let signature = corpus.sign(name, "git", hash, MESSAGE);
        let own = format!("{name}@x");
        for principal in [&own, "ed@x", "window@x", "git@x", "a@y", "no@y", "second@x"] {
            for (namespace, message) in [("git", MESSAGE), ("file", MESSAGE), ("git", b"another")] {
                for at in [NOON, NOON - 86_400 * 200, NOON + 86_400 * 230, 1] {
                    let worth = principal == own || (namespace == "git" && message == MESSAGE && at == NOON);
                    if !worth {
                        continue;
                    }
                    let asked = Asked {
                        signature: &signature,
                        message,
                        signers: signers.as_bytes(),
                        revoked: None,
                        namespace,
                        principal,
                        at,
                    };
                    let what = format!("{name} {principal} {namespace} {at}");
                    if STRICTER.contains(&name) {
                        assert!(!matches!(asked.ours(), Verdict::Good(_)), "{what}");
                        continue;
                    }
                    asked_in_all += 1;
                    good += usize::from(agree(&asked, &what));
                }
            }
        }
    }
    assert!(asked_in_all >= 300 && good >= 60, "{asked_in_all} questions, {good} of them good");
}

#[test]
fn a_line_with_a_window_and_one_with_namespaces_hold_for_their_keys() {
    let Some(corpus) = corpus() else { return };
    let signers = signers(corpus);
    let first = 1_780_272_000;
    let mut good = 0;
    for (name, principal, namespace, at) in [
        ("p256", "window@x", "git", first - 1),
        ("p256", "window@x", "git", first),
        ("p256", "window@x", "git", first + 86_400),
        ("p256", "window@x", "git", first + 86_401),
        ("p384", "git@x", "git", NOON),
        ("p384", "also@x", "tag-1", NOON),
        ("p384", "git@x", "tag", NOON),
        ("p384", "git@x", "file", NOON),
        ("p384", "p384@x", "file", NOON),
        ("certrsa", "certrsa@x", "file", NOON),
        ("ed", "no@y", "git", NOON),
        ("ed", "yes@y", "git", NOON),
        ("ed", "*@y", "git", NOON),
    ] {
        let signature = corpus.sign(name, namespace, "sha512", MESSAGE);
        let asked = Asked {
            signature: &signature,
            message: MESSAGE,
            signers: signers.as_bytes(),
            revoked: None,
            namespace,
            principal,
            at,
        };
        good += usize::from(agree(&asked, &format!("{name} {principal} {namespace} {at}")));
    }
    assert_eq!(good, 7);
}

#[test]
fn principals_are_found_as_ssh_keygen_finds_them() {
    let Some(corpus) = corpus() else { return };
    let signers = format!(
        "file@x namespaces=\"file\" {p256}\nlate@x valid-after=\"20270101Z\" {p384}\n{}",
        self::signers(corpus),
        p256 = corpus.line("p256"),
        p384 = corpus.line("p384"),
    );
    for name in EVERYBODY {
        let signature = corpus.sign(name, "git", "sha512", MESSAGE);
        for at in [NOON, NOON + 86_400 * 230, 1] {
            let asked = Asked {
                signature: &signature,
                message: MESSAGE,
                signers: signers.as_bytes(),
                revoked: None,
                namespace: "git",
                principal: "",
                at,
            };
            assert_eq!(find_principals(&signature, &asked.trust(), at), asked.their_principals(), "{name} {at}");
        }
    }
}

#[test]
fn without_a_principal_the_first_line_that_lists_the_key_names_it() {
    let Some(corpus) = corpus() else { return };
    let signers = format!("file@x namespaces=\"file\" {key}\ngit@x {key}\n", key = corpus.line("ed"));
    let signature = corpus.sign("ed", "git", "sha512", MESSAGE);
    let asked = Asked {
        signature: &signature,
        message: MESSAGE,
        signers: signers.as_bytes(),
        revoked: None,
        namespace: "git",
        principal: "git@x",
        at: NOON,
    };
    assert!(agree(&asked, "git@x"));
    let verdict = verify(MESSAGE, &signature, "git", &asked.trust(), NOON, None);
    assert_eq!(verdict, Verdict::Unknown { why: Doubt::Namespace("git".to_owned()) });
    let signature = corpus.sign("cert", "git", "sha512", MESSAGE);
    let signers = self::signers(corpus);
    let trust = Asked { signers: signers.as_bytes(), ..asked }.trust();
    let verdict = verify(MESSAGE, &signature, "git", &trust, NOON, None);
    let signer = verdict.signer().unwrap_or_else(|| panic!("{verdict}"));
    assert_eq!(signer.principals, ["cert@x", "second@x"]);
    let certified = signer.certificate.as_ref().expect("a certificate made it");
    assert_eq!((certified.id.as_str(), certified.serial), ("cert", 7));
    assert_eq!(certified.authority, corpus.key("ca").fingerprint());
}

#[test]
fn each_answer_says_its_reason() {
    let Some(corpus) = corpus() else { return };
    let signers = signers(corpus);
    let reason = |name: &str, principal: Option<&str>, namespace: &str, at: i64| {
        let signature = corpus.sign(name, "git", "sha512", MESSAGE);
        let asked = Asked {
            signature: &signature,
            message: MESSAGE,
            signers: signers.as_bytes(),
            revoked: None,
            namespace,
            principal: "",
            at,
        };
        verify(MESSAGE, &signature, namespace, &asked.trust(), at, principal).to_string()
    };
    insta::assert_snapshot!([
        reason("ed", Some("p256@x"), "git", NOON),
        reason("ed", Some("ed@x"), "file", NOON),
        reason("p256", Some("window@x"), "git", 1),
        reason("certlate", None, "git", NOON),
        reason("certold", Some("certold@x"), "git", NOON),
        reason("certhost", Some("certhost@x"), "git", NOON),
        reason("certnobody", None, "git", NOON),
        reason("certodd", Some("certodd@x"), "git", NOON),
        reason("certpin", Some("certpin@x"), "git", NOON),
        reason("cert", Some("else@x"), "git", NOON),
        reason("certrsa", Some("certrsa@x"), "git", -1),
    ].join("\n"), @"
    unknown: its key is not listed for `p256@x`
    bad: it was made for namespace `git`
    unknown: its key is not listed for that time
    unknown: its certificate was not yet valid
    unknown: its certificate had expired
    unknown: its certificate is that of a host
    unknown: its certificate names no principal
    unknown: its certificate has the critical option `odd@x`, which is not known
    unknown: its certificate asks for a PIN or a fingerprint at the token, and none was given
    unknown: its certificate does not name `else@x`
    unknown: its certificate is not judged before 1970
    ");
    assert_eq!(
        reason("other", Some("ed@x"), "git", NOON),
        format!("unknown: no trusted line lists its key {}", corpus.key("other").fingerprint())
    );
}

#[test]
fn the_token_says_whether_it_was_touched() {
    let Some(corpus) = corpus() else { return };
    let signers = signers(corpus);
    for (name, expected) in [("sked", (true, false)), ("skedno", (false, false)), ("skec", (true, true))] {
        let signature = corpus.sign(name, "git", "sha512", MESSAGE);
        let principal = format!("{name}@x");
        let asked = Asked {
            signature: &signature,
            message: MESSAGE,
            signers: signers.as_bytes(),
            revoked: None,
            namespace: "git",
            principal: &principal,
            at: NOON,
        };
        let verdict = asked.ours();
        let token = verdict.signer().unwrap_or_else(|| panic!("{verdict}")).token.expect("a token made it");
        assert_eq!(((token.touched, token.verified), token.counter), (expected, 7));
    }
}

/// The fields of a blob after the version.
fn fields(blob: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = &blob[10..];
    let mut fields = Vec::new();
    while let Some((length, after)) = rest.split_at_checked(4) {
        let length = u32::from_be_bytes(length.try_into().expect("four bytes")) as usize;
        let (field, after) = after.split_at(length);
        fields.push(field.to_vec());
        rest = after;
    }
    fields
}

#[test]
fn a_signature_that_was_put_together_otherwise_is_refused() {
    let Some(corpus) = corpus() else { return };
    let signers = signers(corpus);
    let ask = |signature: &[u8]| {
        let asked = Asked {
            signature,
            message: MESSAGE,
            signers: signers.as_bytes(),
            revoked: None,
            namespace: "git",
            principal: "ed@x",
            at: NOON,
        };
        (asked.ours(), asked.theirs())
    };
    let good = corpus.sign("ed", "git", "sha512", MESSAGE);
    let text = String::from_utf8(good.clone()).expect("it is text");
    let blob = dearmored(&good);
    let field = fields(&blob);
    let [key, signature] = [&field[0], &field[4]];
    let other = fields(&dearmored(&corpus.sign("other", "git", "sha512", MESSAGE)))[0].clone();
    let of =
        |fields: &[&[u8]]| [&blob[..10], &fields.iter().flat_map(|field| string(field)).collect::<Vec<_>>()].concat();
    assert_eq!(of(&[key, b"git", b"", b"sha512", signature]), blob);
    assert!(matches!(ask(&good), (Verdict::Good(_), true)));
    assert!(matches!(ask(&blob).0, Verdict::Good(_)), "the raw blob is read too");

    // ssh-keygen refuses these as well.
    for (what, signature) in [
        ("another key", armored(&of(&[&other, b"git", b"", b"sha512", signature]))),
        ("another namespace", armored(&of(&[key, b"file", b"", b"sha512", signature]))),
        ("another hash", armored(&of(&[key, b"git", b"", b"sha256", signature]))),
        ("a weak hash", armored(&of(&[key, b"git", b"", b"sha1", signature]))),
        ("bytes at the end", armored(&[&blob[..], b"\0"].concat())),
        ("a later version", armored(&[b"SSHSIG\0\0\0\x02", &blob[10..]].concat())),
        (
            "bytes after the signature's own end",
            armored(&of(&[key, b"git", b"", b"sha512", &[signature, &b"\0"[..]].concat()])),
        ),
        ("no signature", armored(&of(&[key, b"git", b"", b"sha512", b""]))),
        ("no footer", text.replace("-----END SSH SIGNATURE-----\n", "").into_bytes()),
        ("a blank before", format!(" {text}").into_bytes()),
        ("nothing", Vec::new()),
    ] {
        let (ours, theirs) = ask(&signature);
        assert!(matches!(ours, Verdict::Bad { .. }) && !theirs, "{what}: {ours} {theirs}");
    }

    // Here ssh-keygen is more patient; the bytes that differ are not signed, so we refuse them.
    for (what, signature) in [
        ("reserved bytes", armored(&of(&[key, b"git", b"x", b"sha512", signature]))),
        ("an earlier version", armored(&[b"SSHSIG\0\0\0\0", &blob[10..]].concat())),
        ("text at the end", format!("{text}more\n").into_bytes()),
        ("a blank line at the end", format!("{text}\n").into_bytes()),
        ("no newline at the end", text.trim_end().as_bytes().to_vec()),
        ("other line ends", text.replace('\n', "\r\n").replacen("\r\n", "\n", 1).into_bytes()),
        (
            "one long line",
            text.replace('\n', "")
                .replace("-----BEGIN SSH SIGNATURE-----", "-----BEGIN SSH SIGNATURE-----\n")
                .replace("-----END", "\n-----END")
                .into_bytes(),
        ),
    ] {
        let (ours, _) = ask(&signature);
        assert!(matches!(ours, Verdict::Bad { why: Flaw::Malformed(_) }), "{what}: {ours}");
    }
}

#[test]
fn sha1_signatures_of_rsa_keys_are_refused() {
    let Some(corpus) = corpus() else { return };
    let signers = signers(corpus);
    let digest = corpus.run("openssl", &["dgst", "-sha512", "-binary"], MESSAGE);
    let inner: Vec<u8> = [&b"git"[..], b"", b"sha512", &digest].iter().flat_map(|field| string(field)).collect();
    corpus.write("rsa.bin", &[b"SSHSIG", &inner[..]].concat());
    std::fs::copy(corpus.path("rsa"), corpus.path("rsa.pem")).expect("it was made");
    corpus.run("ssh-keygen", &["-q", "-p", "-m", "PEM", "-N", "", "-f", "rsa.pem"], b"");
    for (hash, name, is_good) in
        [("-sha1", "ssh-rsa", false), ("-sha256", "rsa-sha2-256", true), ("-sha256", "ssh-rsa", false)]
    {
        let raw = corpus.run("openssl", &["dgst", hash, "-sign", "rsa.pem", "rsa.bin"], b"");
        let signature = [string(name.as_bytes()), string(&raw)].concat();
        let signature = armored(&sshsig(corpus.key("rsa").as_bytes(), "git", "sha512", &signature));
        let asked = Asked {
            signature: &signature,
            message: MESSAGE,
            signers: signers.as_bytes(),
            revoked: None,
            namespace: "git",
            principal: "rsa@x",
            at: NOON,
        };
        assert_eq!(agree(&asked, name), is_good);
        if !is_good {
            assert_eq!(asked.ours(), Verdict::Bad { why: Flaw::Weak("it uses SHA-1".to_owned()) });
        }
    }
}

#[test]
fn what_cannot_be_judged_is_unknown_by_name() {
    let trust = demarcate::signature::Trust::default();
    let key = [string(b"ssh-mldsa-65@openssh.com"), string(&[1; 32])].concat();
    let later = armored(&sshsig(&key, "git", "sha512", b"x"));
    for (signature, why) in [
        (&b"-----BEGIN SIGNED MESSAGE-----\nMIIB\n-----END SIGNED MESSAGE-----\n"[..], "X.509 signature"),
        (&later, "a signature by a key of type `ssh-mldsa-65@openssh.com`"),
    ] {
        let verdict = verify(MESSAGE, signature, "git", &trust, NOON, None);
        assert_eq!(verdict, Verdict::Unknown { why: Doubt::Unsupported(why.to_owned()) });
        assert_eq!(verdict.to_string(), format!("unknown: {why}; not judged in process"));
    }
    let verdict = verify(MESSAGE, b"minisign", "git", &trust, NOON, None);
    assert_eq!(verdict.to_string(), "bad: it is malformed: it is no signature of a known form");
}

#[test]
fn what_we_sign_ssh_keygen_verifies() {
    let Some(corpus) = corpus() else { return };
    let signers = signers(corpus);
    for name in ["ed", "p256", "p384", "p521", "rsa", "large"] {
        let secret = std::fs::read(corpus.path(name)).expect("it was made");
        let signature =
            sign(MESSAGE, &secret, "demarcate-bundle@v1").unwrap_or_else(|failure| panic!("{name}: {failure}"));
        let principal = format!("{name}@x");
        let asked = Asked {
            signature: signature.as_bytes(),
            message: MESSAGE,
            signers: signers.as_bytes(),
            revoked: None,
            namespace: "demarcate-bundle@v1",
            principal: &principal,
            at: NOON,
        };
        assert!(agree(&asked, name));
        let other = Asked { message: b"another", ..asked };
        assert!(!agree(&other, name));
    }
}

#[test]
fn a_key_that_cannot_sign_says_why() {
    let Some(corpus) = corpus() else { return };
    if !corpus.path("locked").exists() {
        corpus.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "a passphrase", "-f", "locked"], b"");
    }
    let failure = |bytes: &[u8], namespace: &str| sign(MESSAGE, bytes, namespace).expect_err("it cannot sign").message;
    let locked = std::fs::read(corpus.path("locked")).expect("it was made");
    let secret = std::fs::read(corpus.path("ed")).expect("it was made");
    insta::assert_snapshot!([
        failure(&locked, "git"),
        failure(b"", "git"),
        failure(corpus.line("ed").as_bytes(), "git"),
        failure(&secret[..secret.len() / 2], "git"),
        failure(&secret, ""),
    ].join("\n"), @"
    cannot sign with this key: it has a passphrase; give its public key instead and let an agent sign
    cannot sign with this key: it is not an OpenSSH private key
    cannot sign with this key: it is not an OpenSSH private key
    cannot sign with this key: it is not an OpenSSH private key
    cannot sign with this key: a namespace is text, and not empty
    ");
}

#[test]
fn fingerprints_and_lines_are_those_of_ssh_keygen() {
    let Some(corpus) = corpus() else { return };
    for name in EVERYBODY {
        let key = corpus.key(name);
        corpus.write("one.pub", key.line().as_bytes());
        let shown =
            String::from_utf8(feed(corpus.dir(), "ssh-keygen", &["-l", "-f", "one.pub"], b"").stdout).expect("text");
        assert_eq!(shown.split(' ').nth(1), Some(key.fingerprint().as_str()), "{name}: {shown}");
        assert_eq!(key.line(), corpus.line(name));
    }
}

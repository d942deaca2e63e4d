//! Signed commits and tags, judged by us and by git.

use std::path::PathBuf;
use std::process::Command;

use demarcate::signature::{Doubt, Flaw, ObjectFormat, Revoked, Signers, Trust, Verdict, commit, tag, verify_object};
use tempfile::TempDir;

use super::corpus::{Corpus, NOON, corpus};

/// A repository whose commits are signed with SSH keys.
struct Repository<'a> {
    corpus: &'a Corpus,
    home: TempDir,
    format: ObjectFormat,
    signers: String,
    revoked: Vec<u8>,
}

impl<'a> Repository<'a> {
    fn new(corpus: &'a Corpus, format: ObjectFormat, signers: String) -> Self {
        let home = TempDir::new().expect("tests may write to the temporary folder");
        let repository = Self { corpus, home, format, signers, revoked: Vec::new() };
        let name = if format == ObjectFormat::Sha1 { "sha1" } else { "sha256" };
        repository.git(&["init", "-q", "-b", "main", &format!("--object-format={name}")], NOON, b"");
        repository.trust();
        repository
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes what is trusted where git is told to look for it.
    fn trust(&self) {
        std::fs::write(self.path("signers"), &self.signers).expect("it can be written");
        std::fs::write(self.path("revoked"), &self.revoked).expect("it can be written");
    }

    fn command(&self, arguments: &[&str], at: i64) -> Command {
        let mut command = Command::new("git");
        let signers = format!("gpg.ssh.allowedSignersFile={}", self.path("signers").display());
        let revoked = format!("gpg.ssh.revocationFile={}", self.path("revoked").display());
        command.args(["-c", "gpg.format=ssh", "-c", &signers, "-c", &revoked]).args(arguments);
        let date = format!("{at} +0000");
        command.current_dir(self.home.path()).env_clear().envs([("LC_ALL", "C"), ("TZ", "UTC")]);
        command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")]);
        command.env("HOME", self.home.path()).env("PATH", search_path());
        command.envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)]);
        command.envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Robin Park")));
        command.envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "robin@x")));
        command
    }

    fn git(&self, arguments: &[&str], at: i64, input: &[u8]) -> Vec<u8> {
        let file = self.path("stdin");
        std::fs::write(&file, input).expect("it can be written");
        let stdin = std::fs::File::open(&file).expect("it was just written");
        let output = self.command(arguments, at).stdin(stdin).output().expect("git is installed");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn text(&self, arguments: &[&str], at: i64, input: &[u8]) -> String {
        String::from_utf8(self.git(arguments, at, input)).expect("git prints text").trim_end().to_owned()
    }

    /// A commit signed by a key of the corpus.
    fn commit(&self, key: &str, at: i64, message: &str) -> String {
        let certificate = self.corpus.path(&format!("{key}-cert.pub"));
        let file = if certificate.exists() { certificate } else { self.corpus.path(&format!("{key}.pub")) };
        let signing = format!("user.signingKey={}", file.display());
        self.git(&["-c", &signing, "commit", "-q", "-S", "--allow-empty", "-m", message], at, b"");
        self.text(&["rev-parse", "HEAD"], at, b"")
    }

    fn raw(&self, id: &str) -> Vec<u8> {
        let kind = self.text(&["cat-file", "-t", id], NOON, b"");
        self.git(&["cat-file", &kind, id], NOON, b"")
    }

    /// Writes an object as it is.
    fn object(&self, kind: &str, raw: &[u8]) -> String {
        self.text(&["hash-object", "-t", kind, "-w", "--stdin", "--literally"], NOON, raw)
    }

    fn ours(&self, id: &str, at: i64) -> Verdict {
        let raw = self.raw(id);
        let is_tag = raw.starts_with(b"object ");
        let signed = if is_tag { tag(&raw) } else { commit(&raw, self.format) };
        let trust = Trust {
            signers: Signers::read(self.signers.as_bytes()),
            revoked: Revoked::read(&self.revoked),
            ..Trust::default()
        };
        match signed {
            Ok(Some(signed)) => verify_object(&signed, &trust, at, None),
            Ok(None) => Verdict::Unknown { why: Doubt::Unsupported("no signature".to_owned()) },
            Err(why) => Verdict::Bad { why },
        }
    }

    /// Whether git takes the object for well signed.
    fn theirs(&self, id: &str) -> bool {
        let kind = self.text(&["cat-file", "-t", id], NOON, b"");
        let verify = format!("verify-{kind}");
        self.command(&[&verify, "--raw", id], NOON).output().expect("git is installed").status.success()
    }

    /// Asserts that both say the same and returns our verdict.
    fn agree(&self, id: &str, at: i64, what: &str) -> Verdict {
        let ours = self.ours(id, at);
        assert_eq!(matches!(ours, Verdict::Good(_)), self.theirs(id), "{what}: {ours}");
        ours
    }
}

#[expect(clippy::disallowed_methods, reason = "git and ssh-keygen judge the tool")]
fn search_path() -> std::ffi::OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

fn signers(corpus: &Corpus) -> String {
    format!(
        "ed@x {}\np256@x namespaces=\"git\" {}\nrsa@x namespaces=\"file\" {}\nold@x valid-before=\"20260601Z\" {}\n*@x cert-authority {}\n",
        corpus.line("ed"),
        corpus.line("p256"),
        corpus.line("rsa"),
        corpus.line("p384"),
        corpus.line("ca"),
    )
}

/// Replaces a piece of a raw object that must be there.
fn replaced(raw: &[u8], old: &str, new: &str) -> Vec<u8> {
    let text = String::from_utf8(raw.to_vec()).expect("it is text");
    assert!(text.contains(old), "{old:?} in {text}");
    text.replacen(old, new, 1).into_bytes()
}

const FORMATS: [(ObjectFormat, &str); 2] = [(ObjectFormat::Sha1, "gpgsig"), (ObjectFormat::Sha256, "gpgsig-sha256")];

/// A day before and a day after the key of `old@x` ends.
const BEFORE: i64 = NOON - 2 * 86_400;
const AFTER: i64 = NOON + 86_400;

#[test]
fn commits_are_judged_as_git_judges_them() {
    let Some(corpus) = corpus() else { return };
    for (format, _) in FORMATS {
        let repository = Repository::new(corpus, format, signers(corpus));
        for (key, at, expected) in [
            ("ed", NOON, Some("ed@x")),
            ("p256", NOON, Some("p256@x")),
            ("rsa", NOON, None),
            ("other", NOON, None),
            ("p384", BEFORE, Some("old@x")),
            ("p384", AFTER, None),
            ("cert", NOON, Some("cert@x")),
            ("certold", NOON, None),
            ("cert", NOON + 86_400 * 400, None),
        ] {
            let id = repository.commit(key, at, "A message\n\nwith a body\n");
            let verdict = repository.agree(&id, at, key);
            assert_eq!(verdict.signer().map(|signer| signer.principals[0].as_str()), expected, "{key}: {verdict}");
            assert!(!matches!(verdict, Verdict::Bad { .. }), "{key}: {verdict}");
        }
        repository.git(&["commit", "-q", "--allow-empty", "-m", "unsigned"], NOON, b"");
        let raw = repository.raw("HEAD");
        assert_eq!(commit(&raw, format), Ok(None));
    }
}

#[test]
fn a_commit_that_was_changed_is_bad() {
    let Some(corpus) = corpus() else { return };
    for (format, header) in FORMATS {
        let repository = Repository::new(corpus, format, signers(corpus));
        let id = repository.commit("ed", NOON, "First");
        let raw = repository.raw(&id);
        let other = repository.raw(&repository.commit("ed", NOON, "Second"));
        let [signature, foreign] = [&raw, &other].map(|raw| {
            let signed = commit(raw, format).expect("it is well formed").expect("it is signed");
            (String::from_utf8(signed.signature).expect("armor is text"), signed.payload)
        });
        let block = |signature: &str| format!("{header} {}\n", signature.trim_end().replace('\n', "\n "));
        assert!(matches!(repository.agree(&id, NOON, "as it was"), Verdict::Good(_)));
        for (what, changed) in [
            ("message", replaced(&raw, "First", "Fist")),
            ("committer", replaced(&raw, "committer Robin Park", "committer Robin Bark")),
            ("date", replaced(&raw, "author Robin Park <robin@x> 1", "author Robin Park <robin@x> 2")),
            ("a header more", replaced(&raw, "\nauthor ", "\nnote x\nauthor ")),
            ("another's signature", replaced(&raw, &block(&signature.0), &block(&foreign.0))),
            ("a letter of the signature", replaced(&raw, "U1NIU0lH", "U1NIU1lH")),
        ] {
            let id = repository.object("commit", &changed);
            let verdict = repository.agree(&id, NOON, what);
            assert!(matches!(verdict, Verdict::Bad { .. }), "{what}: {verdict}");
        }
        let unsigned = repository.object("commit", &replaced(&raw, &block(&signature.0), ""));
        assert!(!repository.theirs(&unsigned));
        assert_eq!(
            repository.ours(&unsigned, NOON),
            Verdict::Unknown { why: Doubt::Unsupported("no signature".to_owned()) }
        );
    }
}

#[test]
fn a_signature_for_another_namespace_is_bad() {
    let Some(corpus) = corpus() else { return };
    let repository = Repository::new(corpus, ObjectFormat::Sha1, signers(corpus));
    let raw = repository.raw(&repository.commit("ed", NOON, "First"));
    let signed = commit(&raw, ObjectFormat::Sha1).expect("it is well formed").expect("it is signed");
    for (namespace, good) in [("git", true), ("file", false)] {
        let armored =
            String::from_utf8(corpus.sign("ed", namespace, "sha512", &signed.payload)).expect("armor is text");
        let header = format!("\ngpgsig {}\n\n", armored.trim_end().replace('\n', "\n "));
        let id = repository.object("commit", &replaced(&signed.payload, "\n\n", &header));
        let verdict = repository.agree(&id, NOON, namespace);
        assert_eq!(matches!(verdict, Verdict::Good(_)), good);
        let expected = Verdict::Bad { why: Flaw::Namespace("file".to_owned()) };
        assert!(good || verdict == expected, "{verdict}");
    }
}

#[test]
fn a_commit_by_a_revoked_key_is_bad_whenever_it_was_made() {
    let Some(corpus) = corpus() else { return };
    let mut repository = Repository::new(corpus, ObjectFormat::Sha1, signers(corpus));
    let (ed, cert) = (repository.commit("ed", BEFORE, "First"), repository.commit("cert", BEFORE, "Second"));
    corpus.write("objects.spec", b"serial: 7\n");
    corpus.run("ssh-keygen", &["-q", "-k", "-f", "objects.krl", "-s", "ca.pub", "objects.spec"], b"");
    let krl = std::fs::read(corpus.path("objects.krl")).expect("it was made");
    for (list, ed_good, cert_good) in [
        (b"# nobody\n".to_vec(), true, true),
        (corpus.line("ed").into_bytes(), false, false),
        (krl, true, false),
        (b"nonsense\n".to_vec(), false, false),
    ] {
        repository.revoked = list;
        repository.trust();
        assert_eq!(matches!(repository.agree(&ed, BEFORE, "ed"), Verdict::Good(_)), ed_good);
        assert_eq!(matches!(repository.agree(&cert, BEFORE, "cert"), Verdict::Good(_)), cert_good);
    }
}

#[test]
fn what_git_leaves_unjudged_is_refused() {
    let Some(corpus) = corpus() else { return };
    let repository = Repository::new(corpus, ObjectFormat::Sha1, signers(corpus));
    let raw = repository.raw(&repository.commit("ed", NOON, "First"));
    let end = " -----END SSH SIGNATURE-----\n";
    for (what, changed) in [
        ("the header twice", replaced(&raw, end, &format!("{end}gpgsig x\n"))),
        ("text after the armor", replaced(&raw, end, &format!("{end} more\n"))),
        ("a header that git drops", replaced(&raw, "\nauthor ", "\ngpgsig-note x\nauthor ")),
    ] {
        let id = repository.object("commit", &changed);
        let verdict = repository.ours(&id, NOON);
        assert!(matches!(verdict, Verdict::Bad { why: Flaw::Malformed(_) }), "{what}: {verdict}");
    }
    // The signature of the other object format is left out by both.
    let both = replaced(&raw, end, &format!("{end}gpgsig-sha256 x\n y\n"));
    assert!(matches!(repository.agree(&repository.object("commit", &both), NOON, "both"), Verdict::Good(_)));
    // An armor that another program wrapped otherwise.
    let lines: Vec<&str> = std::str::from_utf8(&raw).expect("it is text").lines().collect();
    let first = lines.iter().position(|line| line.starts_with("gpgsig")).expect("it is signed") + 1;
    let wrapped = replaced(&raw, &format!("{}\n ", lines[first]), lines[first]);
    assert!(matches!(repository.agree(&repository.object("commit", &wrapped), NOON, "wrapped"), Verdict::Good(_)));
}

#[test]
fn tags_are_judged_as_git_judges_them() {
    let Some(corpus) = corpus() else { return };
    for (format, _) in FORMATS {
        let repository = Repository::new(corpus, format, signers(corpus));
        repository.commit("ed", NOON, "First");
        for (key, good) in [("ed", true), ("other", false), ("rsa", false), ("cert", true)] {
            let file = if key == "cert" { "cert-cert.pub".to_owned() } else { format!("{key}.pub") };
            let signing = format!("user.signingKey={}", corpus.path(&file).display());
            repository.git(&["-c", &signing, "tag", "-s", "-m", "A tag\n\nof text", key], NOON, b"");
            assert_eq!(matches!(repository.agree(key, NOON, key), Verdict::Good(_)), good);
        }
        let raw = repository.raw("ed");
        for (what, changed) in [
            ("message", replaced(&raw, "A tag", "A bag")),
            ("text before the signature", replaced(&raw, "-----BEGIN", "x\n-----BEGIN")),
            ("a letter of the signature", replaced(&raw, "U1NIU0lH", "U1NIU1lH")),
        ] {
            let id = repository.object("tag", &changed);
            let verdict = repository.agree(&id, NOON, what);
            assert!(matches!(verdict, Verdict::Bad { .. }), "{what}: {verdict}");
        }
        let longer = repository.object("tag", &[&raw[..], b"more text\n"].concat());
        assert!(matches!(repository.ours(&longer, NOON), Verdict::Bad { .. }), "text after the signature");
        repository.git(&["tag", "-m", "unsigned", "plain"], NOON, b"");
        assert_eq!(tag(&repository.raw("plain")), Ok(None));
    }
}

#[test]
fn an_x509_signature_is_unknown_by_name() {
    let raw = "tree 1\ngpgsig -----BEGIN SIGNED MESSAGE-----\n MIIB\n -----END SIGNED MESSAGE-----\n\ntext\n";
    let signed = commit(raw.as_bytes(), ObjectFormat::Sha1).expect("it is well formed").expect("it is signed");
    let verdict = verify_object(&signed, &Trust::default(), NOON, None);
    assert_eq!(verdict.to_string(), "unknown: X.509 signature; not judged in process");
}

#[test]
fn a_commit_that_is_cut_off_or_odd_never_panics() {
    let Some(corpus) = corpus() else { return };
    let repository = Repository::new(corpus, ObjectFormat::Sha1, signers(corpus));
    let raw = repository.raw(&repository.commit("ed", NOON, "First"));
    let trust = Trust { signers: Signers::read(repository.signers.as_bytes()), ..Trust::default() };
    let good = |raw: &[u8]| {
        let _ = tag(raw);
        let signed = commit(raw, ObjectFormat::Sha1).ok().flatten();
        signed.is_some_and(|signed| matches!(verify_object(&signed, &trust, NOON, None), Verdict::Good(_)))
    };
    assert!(good(&raw));
    let text = String::from_utf8(raw.clone()).expect("it is text");
    let armor = text.find("-----BEGIN").expect("it is signed")..text.find("-----END").expect("it is signed");
    for at in 0..raw.len() {
        assert!(!good(&raw[..at]), "cut at {at}");
        let mut flipped = raw.clone();
        flipped[at] ^= 1 << (at % 7);
        // White space of the armor is not part of anything.
        let blank = armor.contains(&at) && flipped[at].is_ascii_whitespace() && raw[at].is_ascii_whitespace();
        assert!(blank || !good(&flipped), "flipped at {at}: {}", String::from_utf8_lossy(&flipped));
    }
}

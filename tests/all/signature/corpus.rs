//! Keys, certificates and signatures made by ssh-keygen and openssl in a temporary folder, once for a run of the tests.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use base64ct::{Base64, Encoding};
use demarcate::date::Date;
use demarcate::signature::{PublicKey, Revoked, Signers, Trust};
use tempfile::TempDir;

/// What the signatures of the corpus sign.
pub(super) const MESSAGE: &[u8] = b"3b1f *manifest.json\n\0\xff of one bundle\n";

/// Noon of 2026-06-01, UTC.
pub(super) const NOON: i64 = 1_780_315_200;

/// Plain keys: name, type and bits.
const KEYS: [(&str, &str, &str); 8] = [
    ("ed", "ed25519", "256"),
    ("other", "ed25519", "256"),
    ("p256", "ecdsa", "256"),
    ("p384", "ecdsa", "384"),
    ("p521", "ecdsa", "521"),
    ("rsa", "rsa", "2048"),
    ("small", "rsa", "1024"),
    ("large", "rsa", "4224"),
];

/// Keys of FIDO tokens, made by hand, and the bits that the token sets: 1 touched, 4 verified.
pub(super) const TOKENS: [(&str, &str, u8); 4] =
    [("sked", "ed25519", 1), ("skedno", "ed25519", 0), ("skec", "p256", 5), ("skecno", "p256", 0)];

/// Certificates: name, subject, options of ssh-keygen.
const CERTIFICATES: [(&str, &str, &str, &[&str]); 12] = [
    ("cert", "ed", "ca", &["-n", "cert@x,second@x", "-V", "20260101Z:20270101Z", "-z", "7"]),
    ("certp256", "p256", "ca", &["-n", "certp256@x", "-V", "20260101Z:20270101Z", "-z", "8"]),
    ("certrsa", "rsa", "rsaca", &["-n", "certrsa@x", "-V", "20260101Z:20270101Z", "-z", "9"]),
    ("certsk", "sked", "ca", &["-n", "certsk@x", "-V", "always:forever"]),
    ("certpin", "sked", "ca", &["-n", "certpin@x", "-O", "verify-required"]),
    ("certlate", "ed", "ca", &["-n", "certlate@x", "-V", "20270101Z:20280101Z"]),
    ("certold", "ed", "ca", &["-n", "certold@x", "-V", "20250101Z:20260101Z"]),
    ("certhost", "ed", "ca", &["-n", "certhost@x", "-h"]),
    ("certnobody", "ed", "ca", &[]),
    ("certforce", "ed", "ca", &["-n", "certforce@x", "-O", "force-command=/bin/true"]),
    ("certodd", "ed", "ca", &["-n", "certodd@x", "-O", "critical:odd@x=1"]),
    ("certwild", "ed", "ca", &["-n", "*@x"]),
];

/// Where the keys are.
pub(super) struct Corpus {
    home: TempDir,
}

/// Says on the screen why a test judges nothing.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
pub(super) fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// The corpus, or `None` where ssh-keygen or openssl is missing, which is said on the screen.
pub(super) fn corpus() -> Option<&'static Corpus> {
    static CORPUS: OnceLock<Option<Corpus>> = OnceLock::new();
    let made = CORPUS.get_or_init(|| {
        let missing: Vec<&str> = ["ssh-keygen", "openssl"].into_iter().filter(|name| !is_here(name)).collect();
        if !missing.is_empty() {
            skipped(&format!("{missing:?} not found, so nothing judges our SSH signatures"));
        }
        missing.is_empty().then(Corpus::make)
    });
    made.as_ref()
}

/// Whether a program can be started at all.
pub(super) fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").stdin(Stdio::null()).output().is_ok()
}

/// Runs a program in a folder with bytes on its standard input.
pub(super) fn feed(dir: &Path, program: &str, arguments: &[&str], input: &[u8]) -> Output {
    let stdin = dir.join(format!("stdin-{:?}", std::thread::current().id()));
    std::fs::write(&stdin, input).expect("the folder can be written");
    let file = std::fs::File::open(&stdin).expect("it was just written");
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(dir)
        .stdin(file)
        .env("TZ", "UTC")
        .env("LC_ALL", "C")
        .env_remove("SSH_AUTH_SOCK");
    command.output().unwrap_or_else(|error| panic!("{program}: {error}"))
}

impl Corpus {
    fn make() -> Self {
        let corpus = Self { home: TempDir::new().expect("tests may write to the temporary folder") };
        for (name, kind, bits) in KEYS.into_iter().chain([("ca", "ed25519", "256"), ("rsaca", "rsa", "2048")]) {
            corpus.run("ssh-keygen", &["-q", "-t", kind, "-b", bits, "-N", "", "-C", "a comment", "-f", name], b"");
        }
        for (name, kind, _) in TOKENS {
            corpus.token(name, kind);
        }
        for (name, subject, authority, options) in CERTIFICATES {
            let public = format!("{name}.pub");
            std::fs::copy(corpus.path(&format!("{subject}.pub")), corpus.path(&public)).expect("it was made");
            if corpus.path(subject).exists() {
                std::fs::copy(corpus.path(subject), corpus.path(name)).expect("it was made");
            }
            let arguments = [&["-q", "-s", authority, "-I", name], options, &[&public]].concat();
            corpus.run("ssh-keygen", &arguments, b"");
        }
        corpus
    }

    /// Its folder.
    pub(super) fn dir(&self) -> &Path {
        self.home.path()
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).expect("the folder can be written");
    }

    pub(super) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("it was made")
    }

    /// Runs a program that must succeed.
    pub(super) fn run(&self, program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let output = feed(self.dir(), program, arguments, input);
        assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// A key of a FIDO token: an ordinary key of openssl under a public key with an application.
    fn token(&self, name: &str, kind: &str) {
        let secret = format!("{name}.pem");
        let options: &[&str] = match kind {
            "ed25519" => &["-algorithm", "ed25519"],
            _ => &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        };
        self.run("openssl", &[&["genpkey", "-out", &secret], options].concat(), b"");
        let der = self.run("openssl", &["pkey", "-in", &secret, "-pubout", "-outform", "DER"], b"");
        let (label, fields) = match kind {
            "ed25519" => ("sk-ssh-ed25519@openssh.com", vec![der[der.len() - 32..].to_vec()]),
            _ => ("sk-ecdsa-sha2-nistp256@openssh.com", vec![b"nistp256".to_vec(), der[der.len() - 65..].to_vec()]),
        };
        let mut blob = string(label.as_bytes());
        for field in &fields {
            blob.extend(string(field));
        }
        blob.extend(string(b"ssh:"));
        self.write(&format!("{name}.pub"), format!("{label} {} a token\n", Base64::encode_string(&blob)).as_bytes());
    }

    /// The line of a key or certificate, type and base64.
    pub(super) fn line(&self, name: &str) -> String {
        let certificate = format!("{name}-cert.pub");
        let file = if self.path(&certificate).exists() { certificate } else { format!("{name}.pub") };
        let text = self.text(&file);
        text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn key(&self, name: &str) -> PublicKey {
        PublicKey::from_line(&self.line(name)).expect("ssh-keygen made it")
    }

    /// An armored signature of the message.
    pub(super) fn sign(&self, name: &str, namespace: &str, hash: &str, message: &[u8]) -> Vec<u8> {
        let subject = CERTIFICATES.iter().find(|row| row.0 == name).map_or(name, |row| row.1);
        if let Some((token, kind, flags)) = TOKENS.into_iter().find(|token| token.0 == subject) {
            return self.sign_by_hand(name, token, kind, flags, namespace, hash, message);
        }
        let is_certificate = self.path(&format!("{name}-cert.pub")).exists();
        let file = if is_certificate { format!("{name}-cert.pub") } else { name.to_owned() };
        let hash = format!("hashalg={hash}");
        self.run("ssh-keygen", &["-q", "-Y", "sign", "-f", &file, "-n", namespace, "-O", &hash], message)
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one signature")]
    fn sign_by_hand(
        &self,
        name: &str,
        token: &str,
        kind: &str,
        flags: u8,
        namespace: &str,
        hash: &str,
        message: &[u8],
    ) -> Vec<u8> {
        let digest = self.digest(hash, message);
        let inner =
            [b"SSHSIG".to_vec(), string(namespace.as_bytes()), string(b""), string(hash.as_bytes()), string(&digest)];
        let trailer = [&[flags][..], &7u32.to_be_bytes()].concat();
        let signed = [self.digest("sha256", b"ssh:"), trailer.clone(), self.digest("sha256", &inner.concat())].concat();
        let secret = format!("{token}.pem");
        let file = format!("token-{:?}.bin", std::thread::current().id());
        self.write(&file, &signed);
        let raw = match kind {
            "ed25519" => self.run("openssl", &["pkeyutl", "-sign", "-inkey", &secret, "-rawin", "-in", &file], b""),
            _ => from_der(&self.run("openssl", &["dgst", "-sha256", "-sign", &secret, &file], b"")),
        };
        let key = self.key(name);
        let label = key.kind().name();
        let signature = [string(label.as_bytes()), string(&raw), trailer].concat();
        armored(&sshsig(key.as_bytes(), namespace, hash, &signature))
    }

    fn digest(&self, hash: &str, message: &[u8]) -> Vec<u8> {
        self.run("openssl", &["dgst", &format!("-{hash}"), "-binary"], message)
    }
}

/// The blob of a signature.
pub(super) fn sshsig(key: &[u8], namespace: &str, hash: &str, signature: &[u8]) -> Vec<u8> {
    let fields = [key, namespace.as_bytes(), b"", hash.as_bytes(), signature];
    let fields: Vec<u8> = fields.iter().flat_map(|field| string(field)).collect();
    [b"SSHSIG\0\0\0\x01", &fields[..]].concat()
}

/// Bytes with their length before them.
pub(super) fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("it is short");
    [&length.to_be_bytes(), bytes].concat()
}

/// An ECDSA signature of openssl as SSH writes it; both are two whole numbers of the same form.
fn from_der(der: &[u8]) -> Vec<u8> {
    let first = usize::from(der[3]);
    let second = usize::from(der[5 + first]);
    [string(&der[4..4 + first]), string(&der[6 + first..6 + first + second])].concat()
}

/// The armor of ssh-keygen.
pub(super) fn armored(blob: &[u8]) -> Vec<u8> {
    let base64 = Base64::encode_string(blob);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).expect("base64 is text")).collect();
    format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", lines.join("\n")).into_bytes()
}

/// What stands in an armor.
pub(super) fn dearmored(armored: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(armored).expect("it is text");
    let base64: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    Base64::decode_vec(&base64).expect("it is base64")
}

/// A question that both can answer.
pub(super) struct Asked<'a> {
    pub(super) signature: &'a [u8],
    pub(super) message: &'a [u8],
    pub(super) signers: &'a [u8],
    pub(super) revoked: Option<&'a [u8]>,
    pub(super) namespace: &'a str,
    pub(super) principal: &'a str,
    pub(super) at: i64,
}

impl Asked<'_> {
    pub(super) fn trust(&self) -> Trust {
        let revoked = self.revoked.map(Revoked::read).unwrap_or_default();
        Trust { signers: Signers::read(self.signers), revoked, ..Trust::default() }
    }

    pub(super) fn ours(&self) -> demarcate::signature::Verdict {
        let (trust, principal) = (self.trust(), Some(self.principal));
        demarcate::signature::verify(self.message, self.signature, self.namespace, &trust, self.at, principal)
    }

    /// Whether `ssh-keygen -Y verify` says that the signature is good.
    pub(super) fn theirs(&self) -> bool {
        let home = TempDir::new().expect("tests may write to the temporary folder");
        std::fs::write(home.path().join("s.sig"), self.signature).expect("it can be written");
        std::fs::write(home.path().join("signers"), self.signers).expect("it can be written");
        let at = format!("-Overify-time={}", stamp(self.at));
        let mut arguments = vec!["-q", "-Y", "verify", "-f", "signers", "-s", "s.sig", "-n", self.namespace, &at];
        arguments.extend(["-I", self.principal]);
        if let Some(revoked) = self.revoked {
            std::fs::write(home.path().join("revoked"), revoked).expect("it can be written");
            arguments.extend(["-r", "revoked"]);
        }
        feed(home.path(), "ssh-keygen", &arguments, self.message).status.success()
    }

    /// What `ssh-keygen -Y find-principals` prints.
    pub(super) fn their_principals(&self) -> Vec<String> {
        let home = TempDir::new().expect("tests may write to the temporary folder");
        std::fs::write(home.path().join("s.sig"), self.signature).expect("it can be written");
        std::fs::write(home.path().join("signers"), self.signers).expect("it can be written");
        let at = format!("-Overify-time={}", stamp(self.at));
        let arguments = ["-Y", "find-principals", "-f", "signers", "-s", "s.sig", &at];
        let output = feed(home.path(), "ssh-keygen", &arguments, b"");
        String::from_utf8(output.stdout).expect("it is text").lines().map(str::to_owned).collect()
    }
}

/// A Unix time as ssh-keygen reads it.
pub(super) fn stamp(at: i64) -> String {
    let day = Date::of_unix(at);
    let rest = at - day.unix();
    let day = day.to_string().replace('-', "");
    format!("{day}{:02}{:02}{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

//! Keys, certificates and lists made by ssh-keygen, gpg and openssl, once for a run of the tests.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use base64ct::{Base64, Encoding};
use tempfile::TempDir;

/// SSH keys: name, type and bits.
const KEYS: [(&str, &str, &str); 15] = [
    ("dana", "ed25519", "256"),
    ("robin", "ed25519", "256"),
    ("kim", "ed25519", "256"),
    ("ash", "ed25519", "256"),
    ("mallory", "ed25519", "256"),
    ("forge", "ed25519", "256"),
    ("sam", "ed25519", "256"),
    ("ivy", "ed25519", "256"),
    ("noor", "ed25519", "256"),
    ("ca", "ed25519", "256"),
    ("stranger-ca", "ed25519", "256"),
    ("dana-p256", "ecdsa", "256"),
    ("dana-p384", "ecdsa", "384"),
    ("dana-rsa", "rsa", "3072"),
    ("dana-new", "ed25519", "256"),
];

/// Certificates over Dana's key: name, authority, serial, principals and window.
const CERTIFICATES: [[&str; 5]; 4] = [
    ["cert", "ca", "7", "dana@contractor.example", "20260101Z:20270101Z"],
    ["cert-expired", "ca", "8", "dana@contractor.example", "20260101Z:20260201Z"],
    ["cert-elsewhere", "ca", "9", "dana@elsewhere.example", "20260101Z:20270101Z"],
    ["cert-strange", "stranger-ca", "10", "dana@contractor.example", "20260101Z:20270101Z"],
];

/// OpenPGP keys of Dana: a name for each, and how long it lasts from 2026-01-01 on.
const OPENPGP: [(&str, &str); 4] =
    [("pgp", "never"), ("pgp-short", "30d"), ("pgp-stranger", "never"), (SUBKEYED, "never")];

/// The one that certifies only, and signs with a subkey.
const SUBKEYED: &str = "pgp-subkeyed";

/// What gpg is told when the key `pgp` is revoked on 2026-06-01: a file of the key with its revocation, and the answer.
const REVOKED: [(&str, &str); 3] = [("pgp-lost", "1"), ("pgp-superseded", "2"), ("pgp-gone", "0")];

/// The word that a FIDO token signs with the rest.
const APPLICATION: &[u8] = b"ssh:";

/// The keys, in a folder of their own.
pub(super) struct Keys {
    home: TempDir,
}

/// The keys, made when first asked for.
pub(super) fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(Keys::make)
}

/// Whether a program can be started at all.
pub(super) fn is_here(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

impl Keys {
    fn make() -> Self {
        let keys = Self { home: TempDir::new().expect("tests may write to the temporary folder") };
        for (name, kind, bits) in KEYS {
            keys.run("ssh-keygen", &["-q", "-t", kind, "-b", bits, "-N", "", "-C", name, "-f", name]);
        }
        for [name, authority, serial, principals, window] in CERTIFICATES {
            for (from, to) in [("dana", name.to_owned()), ("dana.pub", format!("{name}.pub"))] {
                std::fs::copy(keys.path(from), keys.path(&to)).expect("it was made");
            }
            let public = format!("{name}.pub");
            keys.run(
                "ssh-keygen",
                &["-q", "-s", authority, "-I", name, "-z", serial, "-n", principals, "-V", window, &public],
            );
        }
        if is_here("openssl") {
            keys.make_token();
        }
        if is_here("gpg") {
            keys.make_openpgp();
        }
        keys
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// What git is told to sign with: a certificate where there is one.
    pub(super) fn signing(&self, name: &str) -> String {
        let certificate = self.path(&format!("{name}-cert.pub"));
        let path = if certificate.exists() { certificate } else { self.path(&format!("{name}.pub")) };
        path.display().to_string()
    }

    /// Type and base64 of a key.
    pub(super) fn line(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.path(&format!("{name}.pub"))).expect("it was made");
        text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    }

    /// The fingerprint of a key, as ssh-keygen prints it.
    pub(super) fn fingerprint(&self, name: &str) -> String {
        let printed = self.run("ssh-keygen", &["-l", "-f", &format!("{name}.pub")]);
        let text = String::from_utf8(printed).expect("it is text");
        text.split(' ').nth(1).expect("it follows the bits").to_owned()
    }

    /// A KRL of this specification in the language of ssh-keygen.
    pub(super) fn krl(&self, name: &str, authority: Option<&str>, specification: &str) -> Vec<u8> {
        let (krl, spec) = (format!("{name}.krl"), format!("{name}.spec"));
        std::fs::write(self.path(&spec), specification).expect("the folder can be written");
        let authority: Vec<String> =
            authority.into_iter().flat_map(|name| ["-s".to_owned(), format!("{name}.pub")]).collect();
        let mut arguments = vec!["-q", "-k", "-f", &krl];
        arguments.extend(authority.iter().map(String::as_str));
        arguments.push(&spec);
        self.run("ssh-keygen", &arguments);
        std::fs::read(self.path(&krl)).expect("it was made")
    }

    /// The armored signature of a message by a key, for a namespace.
    pub(super) fn sign(&self, name: &str, namespace: &str, message: &[u8]) -> String {
        if name == "token" {
            return self.sign_with_token(namespace, message);
        }
        let home = TempDir::new().expect("tests may write to the temporary folder");
        let file = home.path().join("message");
        std::fs::write(&file, message).expect("the folder can be written");
        let file = file.display().to_string();
        self.run("ssh-keygen", &["-q", "-Y", "sign", "-f", name, "-n", namespace, &file]);
        std::fs::read_to_string(format!("{file}.sig")).expect("it was made")
    }

    /// An exported OpenPGP key.
    pub(super) fn openpgp(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(&format!("{name}.asc"))).expect("it was exported")
    }

    /// The folder of gpg with the secret keys.
    pub(super) fn home_of_openpgp(&self) -> PathBuf {
        self.path("gnupg")
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Vec<u8> {
        run(self.home.path(), program, arguments)
    }

    /// A key that lives in a FIDO token: an ordinary key of openssl under a public key with an application.
    fn make_token(&self) {
        self.run("openssl", &["genpkey", "-out", "token.pem", "-algorithm", "ed25519"]);
        let der = self.run("openssl", &["pkey", "-in", "token.pem", "-pubout", "-outform", "DER"]);
        let blob = [string(SK.as_bytes()), string(&der[der.len() - 32..]), string(APPLICATION)].concat();
        std::fs::write(self.path("token.blob"), &blob).expect("the folder can be written");
        let line = format!("{SK} {} token\n", Base64::encode_string(&blob));
        std::fs::write(self.path("token.pub"), line).expect("the folder can be written");
    }

    /// Signs as a token does that was touched.
    fn sign_with_token(&self, namespace: &str, message: &[u8]) -> String {
        const TOUCHED: u8 = 1;
        let digest = demarcate::digest::of(message);
        let inner = [b"SSHSIG".to_vec(), string(namespace.as_bytes()), string(b""), string(b"sha256"), string(&digest)];
        let trailer = [&[TOUCHED][..], &7u32.to_be_bytes()].concat();
        let digests = [APPLICATION, &inner.concat()].map(demarcate::digest::of);
        let home = TempDir::new().expect("tests may write to the temporary folder");
        let file = home.path().join("token.bin");
        std::fs::write(&file, [&digests[0][..], &trailer, &digests[1]].concat()).expect("the folder can be written");
        let file = file.display().to_string();
        let raw = self.run("openssl", &["pkeyutl", "-sign", "-inkey", "token.pem", "-rawin", "-in", &file]);
        let key = std::fs::read(self.path("token.blob")).expect("it was made");
        let signature = [string(SK.as_bytes()), string(&raw), trailer].concat();
        let fields = [&key[..], namespace.as_bytes(), b"", b"sha256", &signature].map(string).concat();
        armored(&[b"SSHSIG\0\0\0\x01", &fields[..]].concat())
    }

    fn make_openpgp(&self) {
        make_home_of_openpgp(&self.home_of_openpgp());
        self.set_clock_of_openpgp("20260101T000000");
        for (name, lasts) in OPENPGP {
            let user = format!("{name} <dana@contractor.example>");
            self.gpg(&[
                "--quiet",
                "--yes",
                "--passphrase",
                "",
                "--quick-generate-key",
                &user,
                "ed25519",
                if name == SUBKEYED { "cert" } else { "sign" },
                lasts,
            ]);
            if name == SUBKEYED {
                let [primary] = &self.fingerprints_of_openpgp(name)[..] else { panic!("it has no subkey yet") };
                self.gpg(&["--quiet", "--yes", "--passphrase", "", "--quick-add-key", primary, "ed25519", "sign"]);
            }
            let public = self.gpg(&["--armor", "--export", &format!("={user}")]);
            std::fs::write(self.path(&format!("{name}.asc")), public).expect("the folder can be written");
        }
        self.revoke_openpgp();
        self.end_agent();
    }

    /// The fingerprints of an OpenPGP key and of its subkeys.
    pub(super) fn fingerprints_of_openpgp(&self, name: &str) -> Vec<String> {
        let listed = self.gpg(&["--with-colons", "--list-keys", &format!("={name} <dana@contractor.example>")]);
        let listed = String::from_utf8(listed).expect("gpg lists text");
        let lines = listed.lines().filter(|line| line.starts_with("fpr:"));
        lines.map(|line| line.split(':').nth(9).expect("it is the tenth field").to_owned()).collect()
    }

    /// Writes what gpg would publish if a key were revoked, which here it is not.
    fn revoke_openpgp(&self) {
        self.set_clock_of_openpgp("20260601T120000");
        let home = self.home_of_openpgp();
        let key = &self.fingerprints_of_openpgp("pgp")[0];
        for (name, reason) in REVOKED {
            let answers = format!("y\n{reason}\n\ny\n");
            let revocation = answered(&home, &["--no-batch", "--command-fd", "0", "--gen-revoke", key], &answers);
            std::fs::write(self.path(&format!("{name}.rev")), revocation).expect("the folder can be written");
            let reader = self.path(&format!("reader-{name}"));
            make_home_of_openpgp(&reader);
            configure_openpgp(&reader, "20260601T120000");
            for file in [self.path("pgp.asc"), self.path(&format!("{name}.rev"))] {
                run_openpgp(&reader, &["--quiet", "--no-autostart", "--import", &file.display().to_string()]);
            }
            let public = run_openpgp(&reader, &["--armor", "--export"]);
            std::fs::write(self.path(&format!("{name}.asc")), public).expect("the folder can be written");
        }
    }

    /// The certificate that revokes an OpenPGP key, without the key.
    pub(super) fn revocation_of_openpgp(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(&format!("{name}.rev"))).expect("it was made")
    }

    /// Tells gpg what time it is, `YYYYMMDDThhmmss`.
    pub(super) fn set_clock_of_openpgp(&self, now: &str) {
        configure_openpgp(&self.home_of_openpgp(), now);
    }

    fn gpg(&self, arguments: &[&str]) -> Vec<u8> {
        run_openpgp(&self.home_of_openpgp(), arguments)
    }

    /// Nothing may go on running when the tests are over.
    pub(super) fn end_agent(&self) {
        let home = self.home_of_openpgp().display().to_string();
        let mut command = Command::new("gpgconf");
        command.args(["--homedir", &home, "--kill", "gpg-agent"]).stdin(Stdio::null());
        let _ = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

const SK: &str = "sk-ssh-ed25519@openssh.com";

/// Runs a program that must succeed, without an agent.
fn run(dir: &Path, program: &str, arguments: &[&str]) -> Vec<u8> {
    finished(Command::new(program), dir, program, arguments)
}

fn finished(mut command: Command, dir: &Path, program: &str, arguments: &[&str]) -> Vec<u8> {
    command.stdin(Stdio::null());
    finished_as_it_is(command, dir, program, arguments)
}

/// Runs gpg, which asks before it does this, and gives these answers.
fn answered(home: &Path, arguments: &[&str], answers: &str) -> Vec<u8> {
    let file = home.join("answers");
    std::fs::write(&file, answers).expect("the folder can be written");
    let mut command = Command::new("gpg");
    command.env("GNUPGHOME", home).stdin(std::fs::File::open(&file).expect("it was just written"));
    finished_as_it_is(command, home, "gpg", arguments)
}

fn finished_as_it_is(mut command: Command, dir: &Path, program: &str, arguments: &[&str]) -> Vec<u8> {
    command.args(arguments).current_dir(dir);
    command.env("TZ", "UTC").env("LC_ALL", "C").env_remove("SSH_AUTH_SOCK");
    let output = command.output().unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Bytes with their length before them.
fn string(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).expect("it is short");
    [&length.to_be_bytes(), bytes].concat()
}

fn armored(blob: &[u8]) -> String {
    let base64 = Base64::encode_string(blob);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).expect("base64 is text")).collect();
    format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", lines.join("\n"))
}

/// A folder of gpg that holds nothing yet.
pub(super) fn make_home_of_openpgp(home: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::create_dir(home).expect("the folder is new");
    std::fs::set_permissions(home, std::fs::Permissions::from_mode(0o700)).expect("it is ours");
}

/// How gpg works in a folder: alone, and at this time.
pub(super) fn configure_openpgp(home: &Path, now: &str) {
    let text = format!("batch\nno-tty\npinentry-mode loopback\nfaked-system-time {now}\n");
    std::fs::write(home.join("gpg.conf"), text).expect("the folder can be written");
}

/// Runs gpg in a folder of its own; it must succeed.
pub(super) fn run_openpgp(home: &Path, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new("gpg");
    command.env("GNUPGHOME", home);
    finished(command, home, "gpg", arguments)
}

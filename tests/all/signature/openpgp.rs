//! OpenPGP signatures, judged by us and by gpg.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use demarcate::signature::{Doubt, Flaw, Keyring, ObjectFormat, Trust, Verdict, commit, verify, verify_object};
use pgp::composed::{ArmorOptions, Deserializable, DetachedSignature, SignedPublicKey, SignedSecretKey};
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{PacketTrait, SubpacketData};
use pgp::types::Password;
use tempfile::TempDir;

use super::corpus::{MESSAGE, is_here, skipped};

/// Algorithm and use of a key, and how long it lasts.
type Made = [&'static str; 3];

/// Names of the keys, their primary key and a subkey.
const KEYS: [(&str, Made, Option<Made>); 10] = [
    ("prime", ["ed25519", "sign", "1y"], None),
    ("rsa", ["rsa2048", "sign", "never"], None),
    ("nist", ["nistp256", "sign", "never"], None),
    ("short", ["ed25519", "sign", "30d"], None),
    ("gone", ["ed25519", "sign", "never"], None),
    ("sub", ["ed25519", "cert", "never"], Some(["ed25519", "sign", "never"])),
    ("subshort", ["ed25519", "cert", "never"], Some(["ed25519", "sign", "30d"])),
    ("subgone", ["ed25519", "cert", "never"], Some(["ed25519", "sign", "never"])),
    ("auth", ["ed25519", "cert,sign", "never"], Some(["ed25519", "auth", "never"])),
    ("stranger", ["ed25519", "sign", "never"], None),
];

/// When keys are made, when they sign, and times at which signatures are judged: gpg's words and Unix seconds.
const MADE: &str = "20260101T000000";
const SIGNED: &str = "20260115T000000";
const TIMES: [(&str, i64); 3] =
    [("20260116T000000", 1_768_521_600), ("20260301T000000", 1_772_323_200), ("20280101T000000", 1_830_297_600)];

/// The folders of gpg: where keys are made, and where only public ones are.
struct Gpg {
    home: TempDir,
}

/// Made once; `None` where gpg is missing, which is said on the screen.
fn gpg() -> Option<&'static Gpg> {
    static GPG: OnceLock<Option<Gpg>> = OnceLock::new();
    let made = GPG.get_or_init(|| {
        if is_here("gpg") {
            return Some(Gpg::make());
        }
        skipped("gpg not found, so nothing judges our OpenPGP signatures");
        None
    });
    made.as_ref()
}

impl Gpg {
    fn make() -> Self {
        let gpg = Self { home: TempDir::new().expect("tests may write to the temporary folder") };
        for folder in ["makers", "readers"] {
            std::fs::create_dir(gpg.path(folder)).expect("the folder is new");
            private(&gpg.path(folder));
        }
        std::fs::write(gpg.path("message"), MESSAGE).expect("it can be written");
        for (name, [algorithm, usage, lasts], subkey) in KEYS {
            gpg.maker(MADE, &["--quick-generate-key", &user(name), algorithm, usage, lasts]);
            if let Some([algorithm, usage, lasts]) = subkey {
                gpg.maker(MADE, &["--quick-add-key", &gpg.fingerprint(name), algorithm, usage, lasts]);
            }
            gpg.sign(name, &["-u", &address(name)]);
        }
        gpg.sign("brief", &["-u", &address("prime"), "--default-sig-expire", "10d"]);
        gpg.sign("weak", &["-u", &address("rsa"), "--digest-algo", "SHA1"]);
        gpg.sign("lines", &["-u", &address("rsa"), "--textmode"]);
        gpg.sign("both", &["-u", &address("prime"), "-u", &address("rsa")]);
        gpg.revoke();
        for (name, ..) in KEYS.into_iter().filter(|(name, ..)| *name != "stranger") {
            let public = gpg.maker(SIGNED, &["--armor", "--export", &address(name)]).stdout;
            std::fs::write(gpg.path(&format!("{name}.asc")), public).expect("it can be written");
            gpg.reader(SIGNED, &["--import", &gpg.name(&format!("{name}.asc"))]);
        }
        // Nothing may go on running in a folder that is about to vanish.
        let _ = gpg.gpgconf();
        gpg
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn name(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn run(&self, folder: &str, at: &str, arguments: &[&str], input: &str) -> Output {
        let mut command = Command::new("gpg");
        command.args(["--homedir", &self.name(folder), "--batch", "--no-tty", "--quiet", "--yes"]);
        command.args(["--pinentry-mode", "loopback", "--passphrase", "", "--trust-model", "always"]);
        command.args(["--faked-system-time", at]).args(arguments).current_dir(self.home.path());
        let file = self.path(&format!("stdin-{:?}", std::thread::current().id()));
        std::fs::write(&file, input).expect("it can be written");
        command.stdin(std::fs::File::open(&file).expect("it was just written")).env("LC_ALL", "C").env("TZ", "UTC");
        command.output().expect("gpg is installed")
    }

    fn maker(&self, at: &str, arguments: &[&str]) -> Output {
        let output = self.run("makers", at, arguments, "");
        assert!(output.status.success(), "gpg {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    fn reader(&self, at: &str, arguments: &[&str]) {
        let output = self.run("readers", at, arguments, "");
        assert!(output.status.success(), "gpg {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn gpgconf(&self) -> std::io::Result<std::process::ExitStatus> {
        let homes = ["makers", "readers"].map(|folder| self.name(folder));
        let kill = |home: &String| {
            Command::new("gpgconf").args(["--homedir", home, "--kill", "gpg-agent"]).stdin(Stdio::null()).status()
        };
        kill(&homes[0]).and_then(|_| kill(&homes[1]))
    }

    fn fingerprint(&self, name: &str) -> String {
        let listed = self.maker(SIGNED, &["--with-colons", "--list-keys", &address(name)]).stdout;
        let text = String::from_utf8(listed).expect("gpg lists text");
        let line = text.lines().find(|line| line.starts_with("fpr:")).expect("the key was made");
        line.split(':').nth(9).expect("the tenth field is the fingerprint").to_owned()
    }

    fn sign(&self, name: &str, options: &[&str]) {
        let file = self.name(&format!("{name}.sig"));
        let arguments = [options, &["--armor", "--output", &file, "--detach-sign", "message"]].concat();
        self.maker(SIGNED, &arguments);
    }

    fn signature(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(&format!("{name}.sig"))).expect("it was made")
    }

    /// Takes back the key `gone` and the subkey of `subgone`.
    fn revoke(&self) {
        let certificate = self.path("makers/openpgp-revocs.d").join(format!("{}.rev", self.fingerprint("gone")));
        let text = std::fs::read_to_string(certificate).expect("gpg wrote it with the key").replace(":-----", "-----");
        std::fs::write(self.path("gone.rev"), text).expect("it can be written");
        self.maker(SIGNED, &["--import", "gone.rev"]);
        let edit = ["--command-fd", "0", "--edit-key", &self.fingerprint("subgone")];
        let output = self.run("makers", SIGNED, &edit, "key 1\nrevkey\ny\n0\n\ny\nsave\n");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Whether gpg takes exactly one signature for good, by a key that is neither expired nor revoked.
    fn theirs(&self, signature: &[u8], at: &str) -> bool {
        std::fs::write(self.path("asked.sig"), signature).expect("it can be written");
        let output = self.run("readers", at, &["--status-fd", "1", "--verify", "asked.sig", "message"], "");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let count = |word: &str| text.matches(&format!("[GNUPG:] {word} ")).count();
        output.status.success() && count("GOODSIG") == 1 && count("NEWSIG") <= 1
    }

    fn keyring(&self, names: &[&str]) -> Trust {
        let mut openpgp = Keyring::default();
        for name in names {
            let file = std::fs::read(self.path(&format!("{name}.asc"))).expect("it was exported");
            assert_eq!(openpgp.add(&file), Ok(1), "{name}");
        }
        Trust { openpgp, ..Trust::default() }
    }

    fn trust(&self) -> Trust {
        let listed: Vec<&str> = KEYS.iter().map(|key| key.0).filter(|name| *name != "stranger").collect();
        self.keyring(&listed)
    }
}

#[cfg(unix)]
fn private(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).expect("the folder is ours");
}

#[cfg(not(unix))]
fn private(_folder: &Path) {}

fn user(name: &str) -> String {
    format!("The {name} <{name}@x>")
}

/// The address as gpg finds this one only.
fn address(name: &str) -> String {
    format!("<{name}@x>")
}

fn ours(trust: &Trust, signature: &[u8], at: i64) -> Verdict {
    verify(MESSAGE, signature, "git", trust, at, None)
}

#[test]
fn signatures_are_judged_as_gpg_judges_them() {
    let Some(gpg) = gpg() else { return };
    let trust = gpg.trust();
    let mut good = Vec::new();
    for name in KEYS.map(|key| key.0).into_iter().chain(["brief", "both"]) {
        let signature = gpg.signature(name);
        for (word, at) in TIMES {
            let verdict = ours(&trust, &signature, at);
            assert_eq!(matches!(verdict, Verdict::Good(_)), gpg.theirs(&signature, word), "{name} {word}: {verdict}");
            good.extend(verdict.signer().map(|signer| format!("{name} {} {word}", signer.principals.join(","))));
        }
    }
    insta::assert_snapshot!(good.join("\n"), @"
    prime prime@x 20260116T000000
    prime prime@x 20260301T000000
    rsa rsa@x 20260116T000000
    rsa rsa@x 20260301T000000
    rsa rsa@x 20280101T000000
    nist nist@x 20260116T000000
    nist nist@x 20260301T000000
    nist nist@x 20280101T000000
    short short@x 20260116T000000
    sub sub@x 20260116T000000
    sub sub@x 20260301T000000
    sub sub@x 20280101T000000
    subshort subshort@x 20260116T000000
    auth auth@x 20260116T000000
    auth auth@x 20260301T000000
    auth auth@x 20280101T000000
    brief prime@x 20260116T000000
    ");
}

#[test]
fn each_answer_says_its_reason() {
    let Some(gpg) = gpg() else { return };
    let trust = gpg.trust();
    let reason = |name: &str, at: i64| {
        let text = ours(&trust, &gpg.signature(name), at).to_string();
        // Fingerprints are new in every run.
        let hex = |word: &str| word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let words: Vec<&str> = text.split(' ').map(|word| if hex(word) { "FINGERPRINT" } else { word }).collect();
        format!("{name}: {}", words.join(" "))
    };
    let mut reasons: Vec<String> = ["prime", "sub"].map(|name| reason(name, TIMES[0].1)).to_vec();
    reasons.extend(
        ["prime", "short", "subshort", "gone", "subgone", "stranger", "brief", "weak", "lines", "both"]
            .map(|name| reason(name, TIMES[2].1)),
    );
    insta::assert_snapshot!(reasons.join("\n"), @"
    prime: good, by prime@x with FINGERPRINT
    sub: good, by sub@x with FINGERPRINT
    prime: unknown: its key had expired
    short: unknown: its key had expired
    subshort: unknown: its key had expired
    gone: bad: its key was revoked: FINGERPRINT
    subgone: bad: its key was revoked: FINGERPRINT
    stranger: unknown: no trusted line lists its key FINGERPRINT
    brief: unknown: the signature had expired
    weak: bad: it is refused: it uses SHA1
    lines: unknown: OpenPGP signature over text and not over bytes; not judged in process
    both: bad: it is malformed: it holds more than one signature
    ");
}

#[test]
fn a_principal_is_an_address_of_the_key() {
    let Some(gpg) = gpg() else { return };
    let (trust, signature) = (gpg.trust(), gpg.signature("sub"));
    let ask = |principal| verify(MESSAGE, &signature, "git", &trust, TIMES[0].1, Some(principal));
    let verdict = ask("sub@x");
    let signer = verdict.signer().unwrap_or_else(|| panic!("{verdict}"));
    assert_eq!(
        (signer.key.as_str(), &signer.principals[..]),
        (gpg.fingerprint("sub").as_str(), &["sub@x".to_owned()][..])
    );
    assert_eq!(ask("prime@x"), Verdict::Unknown { why: Doubt::Principal("prime@x".to_owned()) });
    let elsewhere = verify(MESSAGE, &signature, "file", &trust, TIMES[0].1, None);
    assert!(matches!(elsewhere, Verdict::Unknown { why: Doubt::Unsupported(_) }), "{elsewhere}");
}

#[test]
fn what_does_not_fit_is_bad() {
    let Some(gpg) = gpg() else { return };
    let trust = gpg.trust();
    for name in ["prime", "rsa", "nist", "sub"] {
        let verdict = verify(b"another", &gpg.signature(name), "git", &trust, TIMES[0].1, None);
        assert_eq!(verdict, Verdict::Bad { why: Flaw::Mismatch }, "{name}");
    }
    let text = String::from_utf8(gpg.signature("prime")).expect("armor is text");
    for changed in [format!("{text}more\n"), text.repeat(2), text.replace("-----END PGP SIGNATURE-----\n", "")] {
        let verdict = ours(&trust, changed.as_bytes(), TIMES[0].1);
        assert!(matches!(verdict, Verdict::Bad { why: Flaw::Malformed(_) }), "{verdict}\n{changed}");
    }
}

#[test]
fn a_subkey_that_may_not_sign_or_did_not_agree_is_not_trusted() {
    let Some(gpg) = gpg() else { return };
    let armored = gpg.maker(SIGNED, &["--armor", "--export-secret-keys", &address("auth")]).stdout;
    let _ = gpg.gpgconf();
    let (secret, _) = SignedSecretKey::from_armor_single(&armored[..]).expect("gpg exported it");
    let subkey = &secret.secret_subkeys[0].key;
    let rng = rsa::rand_core::OsRng;
    let signed = DetachedSignature::sign_binary_data(rng, subkey, &Password::empty(), HashAlgorithm::Sha256, MESSAGE);
    let signature = signed.and_then(|signed| signed.to_armored_bytes(ArmorOptions::default())).expect("it can sign");
    let verdict = ours(&gpg.trust(), &signature, i64::from(u32::MAX));
    let why = Doubt::Certificate("does not let this subkey sign".to_owned());
    assert_eq!(verdict, Verdict::Unknown { why });

    let file = std::fs::read(gpg.path("sub.asc")).expect("it was exported");
    let (mut public, _) = SignedPublicKey::from_armor_single(&file[..]).expect("gpg exported it");
    let binding = &mut public.public_subkeys[0].signatures[0];
    let is_back = |data: &SubpacketData| matches!(data, SubpacketData::EmbeddedSignature(_));
    let parts = &binding.config().expect("it is known").unhashed_subpackets;
    let at = parts.iter().position(|part| is_back(&part.data)).expect("gpg puts it there");
    binding.unhashed_subpacket_remove(at).expect("it is there");
    let mut openpgp = Keyring::default();
    let stripped = public.to_armored_bytes(ArmorOptions::default()).expect("it can be written");
    assert_eq!(openpgp.add(&stripped), Ok(1));
    let verdict = ours(&Trust { openpgp, ..Trust::default() }, &gpg.signature("sub"), TIMES[0].1);
    let why = Doubt::Certificate("binds a subkey that did not agree to it".to_owned());
    assert_eq!(verdict, Verdict::Unknown { why });
}

#[test]
fn a_damaged_openpgp_signature_is_never_good() {
    let Some(gpg) = gpg() else { return };
    let trust = gpg.trust();
    let good = |signature: &[u8]| matches!(ours(&trust, signature, TIMES[0].1), Verdict::Good(_));
    for name in ["prime", "nist", "rsa", "sub"] {
        let armored = gpg.signature(name);
        assert!(good(&armored), "{name}");
        for at in 0..armored.len() - 1 {
            assert!(!good(&armored[..at]), "{name} cut at {at}");
        }
        let (signature, _) = DetachedSignature::from_armor_single(&armored[..]).expect("gpg made it");
        let mut whole = Vec::new();
        signature.signature.to_writer_with_header(&mut whole).expect("it can be written");
        assert!(good(&rearmored(&whole)), "{name}");
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                assert!(!good(&rearmored(&flipped)), "{name} flipped at {at}, bit {bit}");
            }
        }
    }
}

fn rearmored(bytes: &[u8]) -> Vec<u8> {
    use base64ct::{Base64, Encoding};
    let base64 = Base64::encode_string(bytes);
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64 is text")).collect();
    format!("-----BEGIN PGP SIGNATURE-----\n\n{}\n-----END PGP SIGNATURE-----\n", lines.join("\n")).into_bytes()
}

#[test]
fn a_damaged_key_file_never_panics() {
    let Some(gpg) = gpg() else { return };
    let whole = std::fs::read(gpg.path("sub.asc")).expect("it was exported");
    let signature = gpg.signature("stranger");
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 7);
        for bytes in [&whole[..at], &flipped] {
            let mut openpgp = Keyring::default();
            let _ = openpgp.add(bytes);
            let verdict = ours(&Trust { openpgp, ..Trust::default() }, &signature, TIMES[0].1);
            assert!(matches!(verdict, Verdict::Unknown { why: Doubt::NotListed { .. } }), "{verdict}");
        }
    }
}

#[cfg(unix)]
#[test]
fn commits_with_openpgp_signatures_are_judged_as_git_judges_them() {
    use std::os::unix::fs::PermissionsExt;
    let Some(gpg) = gpg() else { return };
    let dir = gpg.path("repository");
    std::fs::create_dir(&dir).expect("the folder is new");
    let wrapper = |folder: &str, at: &str| {
        let file = gpg.path(&format!("gpg-{folder}-{at}"));
        let options = "--batch --pinentry-mode loopback --passphrase '' --trust-model always";
        let home = gpg.name(folder);
        let script = format!("#!/bin/sh\nexec gpg --homedir '{home}' {options} --faked-system-time {at} \"$@\"\n");
        std::fs::write(&file, script).expect("it can be written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
        format!("gpg.program={}", file.display())
    };
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Robin", "-c", "user.email=robin@x"]).args(arguments).current_dir(&dir);
        command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C")]);
        command.env_remove("GIT_DIR").output().expect("git is installed")
    };
    git(&["init", "-q"]);
    let trust = gpg.trust();
    let mut judged = 0;
    for name in ["prime", "rsa", "sub", "short", "gone", "stranger"] {
        let key = format!("user.signingKey={}", address(name));
        let signing = wrapper("makers", SIGNED);
        let made = git(&["-c", &signing, "-c", &key, "commit", "-q", "-S", "--allow-empty", "-m", name]);
        if name == "gone" {
            assert!(!made.status.success(), "gpg does not sign with a revoked key");
            continue;
        }
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let raw = git(&["cat-file", "commit", "HEAD"]).stdout;
        let signed = commit(&raw, ObjectFormat::Sha1).expect("it is well formed").expect("it is signed");
        for (word, at) in TIMES {
            let verdict = verify_object(&signed, &trust, at, None);
            let verified = git(&["-c", &wrapper("readers", word), "log", "-1", "--format=%G? %GG", "HEAD"]);
            let shown = String::from_utf8_lossy(&verified.stdout).into_owned();
            // U: well signed, by a key that the reader has and has not called its own.
            let theirs = shown.starts_with("G ") || shown.starts_with("U ");
            assert_eq!(matches!(verdict, Verdict::Good(_)), theirs, "{name} {word}: {verdict}, {shown}");
            judged += 1;
        }
    }
    let _ = gpg.gpgconf();
    assert_eq!(judged, 15);
}

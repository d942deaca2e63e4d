//! Signatures over a bundle's list of digests, time stamps over them, and CMS: made here and judged by the programs that
//! assessors have, and the other way round.

mod adding;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use demarcate::manifest::{
    Chosen, Edition, Listed, MANIFEST, Manifest, NAMESPACE, Role, STATEMENTS, SUMS, Summary, sums,
};
use demarcate::program::Tool;
use demarcate::sealing::{Asked, Cms, Sealer, Tsa, cms_verify, seal};
use demarcate::signature::{KeyPair, Revoked, Signers, Trust, Verdict, verify};
use demarcate::{digest, timestamp};
use tempfile::TempDir;

use super::screen::tool;
use super::timestamps::authority::authority;
use super::timestamps::witness::{Server, stamps};

/// Noon of 2026-11-21, UTC.
pub(super) const NOON: i64 = 1_795_262_400;

/// Runs a program, its environment scrubbed, with something to read.
pub(super) fn ran(folder: &Path, program: &str, words: &[&str], input: &[u8]) -> Output {
    let scrubbed = tool(folder);
    let variables = scrubbed.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
    let mut command = Command::new(program);
    command.args(words).current_dir(folder).env_clear().envs(variables);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{program}: {error}"));
    // A program may end before it read everything.
    drop(std::io::Write::write_all(&mut child.stdin.take().expect("it is piped"), input));
    child.wait_with_output().expect("it was started")
}

pub(super) fn succeeds(folder: &Path, program: &str, words: &[&str], input: &[u8]) -> Vec<u8> {
    let output = ran(folder, program, words, input);
    assert!(output.status.success(), "{program} {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// Keys of people, and who is known by them.
pub(super) struct People {
    home: TempDir,
}

impl People {
    pub(super) fn new() -> Self {
        Self { home: TempDir::new().expect("tests may write to the temporary folder") }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), bytes).expect("the file can be written");
        self.path(name)
    }

    /// An Ed25519 key that follows from a number; gives its public line.
    pub(super) fn key(&self, name: &str, seed: u8) -> String {
        let pair = KeyPair::of_seed(&[seed; 32], name);
        self.write(&format!("{name}.pub"), format!("{}\n", pair.public).as_bytes());
        only_mine(&self.write(name, pair.private.as_bytes()));
        pair.public
    }

    /// A key that ssh-keygen makes; gives its public line.
    pub(super) fn generated(&self, name: &str, options: &[&str]) -> String {
        let file = self.path(name).display().to_string();
        succeeds(self.home(), "ssh-keygen", &[&["-q", "-f", &file], options].concat(), b"");
        std::fs::read_to_string(self.path(&format!("{name}.pub"))).expect("it was made").trim().to_owned()
    }

    pub(super) fn sealer(&self, name: &str) -> Sealer {
        Sealer::open(&self.path(name), &Tool::named("ssh-keygen")).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

#[cfg(unix)]
fn only_mine(path: &Path) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(path, mode).expect("it is ours");
}

#[cfg(not(unix))]
fn only_mine(_: &Path) {}

/// What a small bundle says of itself.
pub(super) fn manifest() -> Manifest {
    let listed = |path: &str, role| Listed {
        path: path.to_owned(),
        role,
        size: 3,
        sha256: digest::of_bytes(b"abc").sha256,
        commit: None,
        blob: None,
        source: None,
    };
    let count = |word: &str, number| (word.to_owned(), number);
    Manifest {
        version: 1,
        tool: "demarcate 0.1.0".to_owned(),
        organization: "Northwind Precision".to_owned(),
        system: Some("CUI enclave".to_owned()),
        commit: "c".repeat(40),
        tree: "d".repeat(40),
        root: "compliance".to_owned(),
        committed: "2026-11-20T12:00:00Z".to_owned(),
        as_of: "2026-11-20".to_owned(),
        evidence: Chosen::Unmarked,
        summary: Summary {
            score: Some(104),
            allows: "Conditional Level 2".to_owned(),
            ownership: BTreeMap::from([count("contractor", 100), count("shared", 10)]),
            objectives: BTreeMap::from([count("met", 319), count("not-met", 1)]),
            reviews: BTreeMap::from([count("current", 110)]),
            denied: BTreeMap::new(),
            warned: BTreeMap::from([count("review-due", 3)]),
            passed: ["broken-review", "review-stale", "syntax"].map(str::to_owned).to_vec(),
        },
        since: None,
        files: vec![
            listed("documents/ssp.html", Role::Document),
            listed("sources/compliance/demarcate.toml", Role::Source),
            listed("trust/allowed_signers", Role::Trust),
        ],
        editions: vec![Edition {
            artifact: "logs".to_owned(),
            location: "evidence/logs.csv".to_owned(),
            size: Some(3),
            sha256: Some(digest::of_bytes(b"abc").sha256),
            path: None,
            withheld: Some("it is marked CUI".to_owned()),
            marking: Some("CUI".to_owned()),
            found: serde_json::Value::Null,
        }],
    }
}

/// Its list of digests.
pub(super) fn list(manifest: &Manifest) -> Vec<u8> {
    let mut files: BTreeMap<String, String> =
        manifest.files.iter().map(|file| (file.path.clone(), file.sha256.clone())).collect();
    files.insert(MANIFEST.to_owned(), digest::of_bytes(&manifest.bytes()).sha256);
    sums(&files).into_bytes()
}

pub(super) fn trust(lines: &str) -> Trust {
    let signers = Signers::read(lines.as_bytes());
    assert!(signers.problems.is_empty(), "{:?}", signers.problems);
    Trust { signers, revoked: Revoked::default(), ..Trust::default() }
}

/// Seals the small bundle with these keys.
fn sealed(keys: &[Sealer], signers: &str) -> (BTreeMap<String, Vec<u8>>, Vec<String>) {
    let manifest = manifest();
    let signers = Signers::read(signers.as_bytes());
    let asked = Asked { keys, signers: &signers, tsa: None, authorities: &[], cms: None, at: NOON };
    seal(&list(&manifest), &manifest, &asked).expect("the keys sign")
}

fn names(files: &BTreeMap<String, Vec<u8>>) -> Vec<&str> {
    files.keys().map(String::as_str).collect()
}

/// Whether ssh-keygen, asked as a person would ask it, takes a signature.
fn ssh_keygen_takes(
    people: &People,
    signers: &str,
    who: &str,
    namespace: &str,
    signature: &[u8],
    message: &[u8],
) -> bool {
    people.write("allowed", signers.as_bytes());
    people.write("signature", signature);
    let words = ["-Y", "verify", "-f", "allowed", "-I", who, "-n", namespace, "-s", "signature"];
    ran(people.home(), "ssh-keygen", &words, message).status.success()
}

#[test]
fn ssh_keygen_takes_what_is_signed_here_in_its_namespace_alone() {
    let people = People::new();
    let signers = format!("dana@contractor.example {}\n", people.key("dana", 1));
    let (files, notes) = sealed(&[people.sealer("dana")], &signers);
    assert_eq!((names(&files), notes), (vec!["SHA256SUMS.sig", STATEMENTS], vec![]));
    let (signature, message) = (&files["SHA256SUMS.sig"], list(&manifest()));
    let takes =
        |who, namespace, message: &[u8]| ssh_keygen_takes(&people, &signers, who, namespace, signature, message);
    assert!(takes("dana@contractor.example", NAMESPACE, &message));
    assert!(!takes("dana@contractor.example", "git", &message));
    assert!(!takes("priya@contractor.example", NAMESPACE, &message));
    assert!(!takes("dana@contractor.example", NAMESPACE, &[&message[..], b" "].concat()));
}

#[test]
fn keys_of_every_kind_sign_and_both_judges_agree() {
    let people = People::new();
    let kinds: [(&str, &[&str]); 4] = [
        ("rsa", &["-t", "rsa", "-b", "2048", "-N", ""]),
        ("p256", &["-t", "ecdsa", "-b", "256", "-N", ""]),
        ("p521", &["-t", "ecdsa", "-b", "521", "-N", ""]),
        ("ed25519", &["-t", "ed25519", "-N", ""]),
    ];
    for (name, options) in kinds {
        let signers = format!("dana@contractor.example {}\n", people.generated(name, options));
        let (files, _) = sealed(&[people.sealer(name)], &signers);
        let (signature, message) = (&files["SHA256SUMS.sig"], list(&manifest()));
        assert!(
            ssh_keygen_takes(&people, &signers, "dana@contractor.example", NAMESPACE, signature, &message),
            "{name}"
        );
        assert!(verify(&message, signature, NAMESPACE, &trust(&signers), NOON, None).signer().is_some(), "{name}");
    }
}

/// The signature that ssh-keygen makes of a file, by a sealer that has to ask it.
fn asked_of_ssh_keygen(people: &People, key: &str, public: &str) {
    let sealer = people.sealer(key);
    assert!(sealer.raw(b"x").is_none(), "it does not sign in process");
    let signers = format!("dana@contractor.example {public}\n");
    let (files, notes) = sealed(&[sealer], &signers);
    assert_eq!(notes, Vec::<String>::new());
    let (signature, message) = (&files["SHA256SUMS.sig"], list(&manifest()));
    assert!(verify(&message, signature, NAMESPACE, &trust(&signers), NOON, None).signer().is_some());
    assert!(ssh_keygen_takes(people, &signers, "dana@contractor.example", NAMESPACE, signature, &message));
}

#[test]
fn a_private_key_in_another_form_signs_by_ssh_keygen() {
    let people = People::new();
    let public = people.generated("old", &["-t", "rsa", "-b", "2048", "-N", "", "-m", "PEM"]);
    let is_pem = std::fs::read_to_string(people.path("old")).expect("it was made").contains("BEGIN RSA PRIVATE KEY");
    assert!(is_pem);
    asked_of_ssh_keygen(&people, "old", &public);
    std::fs::remove_file(people.path("old.pub")).expect("it is there");
    let failure =
        Sealer::open(&people.path("old"), &Tool::named("ssh-keygen")).expect_err("its public key is not known");
    assert!(failure.message.contains("put it beside it as"), "{failure}");
}

#[test]
fn what_is_no_key_is_said_to_be_none() {
    let people = People::new();
    let mistakes: [(&str, &[u8]); 4] = [
        ("empty", b""),
        ("text", b"hello\n"),
        ("binary", &[0xff, 0, 1]),
        ("cut", b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3"),
    ];
    for (name, bytes) in mistakes {
        let failure = Sealer::open(&people.write(name, bytes), &Tool::named("ssh-keygen")).expect_err("it is no key");
        assert!(failure.message.contains(name), "{failure}");
    }
    let absent = Sealer::open(&people.path("absent"), &Tool::named("ssh-keygen")).expect_err("there is none");
    assert!(absent.message.contains("absent"), "{absent}");
    people.key("dana", 1);
    let absent = Sealer::open(&people.path("dana.pub"), &Tool::named("no-such-ssh-keygen")).expect("the key is one");
    let failure = absent.sign(b"x", NAMESPACE).expect_err("nothing signs");
    assert!(failure.message.contains("there is no `no-such-ssh-keygen` on PATH"), "{failure}");
}

#[test]
#[cfg(unix)]
fn what_ssh_keygen_gives_is_not_believed() {
    let people = People::new();
    people.key("dana", 1);
    people.key("mallory", 2);
    // One that signs with another key, and one that signs other bytes.
    let mallory = people.path("mallory").display().to_string();
    let scripts = [
        ("another-key", format!("#!/bin/sh\nexec ssh-keygen -q -Y sign -f {mallory} -n \"$7\" message\n")),
        ("other-bytes", "#!/bin/sh\necho more >> message\nexec ssh-keygen \"$@\"\n".to_owned()),
        ("other-namespace", "#!/bin/sh\nexec ssh-keygen -q -Y sign -f \"$5\" -n git message\n".to_owned()),
        ("rubbish", "#!/bin/sh\necho hello > message.sig\n".to_owned()),
        ("nothing", "#!/bin/sh\nexit 0\n".to_owned()),
    ];
    for (name, script) in scripts {
        let program = people.write(name, script.as_bytes());
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(&program, mode).expect("it is ours");
        let sealer = Sealer::open(&people.path("dana.pub"), &Tool::named(&program)).expect("a public key");
        let failure = sealer.sign(b"message", NAMESPACE).expect_err(name);
        let expected = ["does not hold, or is by another key", "wrote no signature"];
        assert!(expected.iter().any(|words| failure.message.contains(words)), "{name}: {failure}");
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn an_agent_signs_for_a_public_key() {
    if Command::new("ssh-agent").arg("-h").output().is_err() {
        eprintln!("skipped: there is no ssh-agent here");
        return;
    }
    let people = People::new();
    let public = people.key("dana", 1);
    let folder = bundle(&people, &format!("dana@contractor.example {public}\n"));
    let socket = people.path("socket").display().to_string();
    let mut agent =
        Command::new("ssh-agent").args(["-D", "-a", &socket]).stdout(Stdio::null()).spawn().expect("it runs");
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !people.path("socket").exists() && std::time::Instant::now() < until {
        std::thread::yield_now();
    }
    let added = Command::new("ssh-add").arg("-q").arg(people.path("dana")).env("SSH_AUTH_SOCK", &socket).output();
    assert!(added.expect("ssh-add is there").status.success());
    std::fs::remove_file(people.path("dana")).expect("it is there");
    let words = ["sign", &folder, "--sign", &people.path("dana.pub").display().to_string()].map(str::to_owned);
    let output = tool(people.home()).args(&words).env("SSH_AUTH_SOCK", &socket).output().expect("it was built");
    agent.kill().expect("it runs");
    agent.wait().expect("it was ours");
    let screen = super::screen::of(&output);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    assert!(screen.out.contains("dana@contractor.example"), "{}", screen.out);
    let again = tool(people.home()).args(["sign", &folder, "--sign"]).arg(people.path("dana.pub")).output();
    let again = super::screen::of(&again.expect("it was built"));
    assert_eq!(again.code, 2, "{}", again.err);
}

/// A folder of a small bundle, not yet signed.
pub(super) fn bundle(people: &People, signers: &str) -> String {
    let folder = people.path("bundle");
    let mut manifest = manifest();
    for file in &mut manifest.files {
        let bytes = if file.path == "trust/allowed_signers" { signers.as_bytes() } else { b"abc" };
        (file.size, file.sha256) = (bytes.len() as u64, digest::of_bytes(bytes).sha256);
        let path = folder.join(&file.path);
        std::fs::create_dir_all(path.parent().expect("it lies in the bundle")).expect("it can be made");
        std::fs::write(path, bytes).expect("it can be written");
    }
    std::fs::write(folder.join(MANIFEST), manifest.bytes()).expect("it can be written");
    std::fs::write(folder.join(SUMS), list(&manifest)).expect("it can be written");
    folder.display().to_string()
}

#[test]
fn each_signer_has_a_file_of_its_own() {
    let people = People::new();
    let signers = format!(
        "dana@contractor.example {}\nsam@msp.example {}\nSAM@msp.example {}\n\"o'neil and/or:co@x\" {}\n*@wild.example {}\n",
        people.key("dana", 1),
        people.key("sam", 2),
        people.key("sam-laptop", 3),
        people.key("odd", 4),
        people.key("wild", 5),
    );
    let unknown = people.key("unknown", 6);
    let keys = ["dana", "sam", "sam-laptop", "odd", "wild", "unknown"].map(|name| people.sealer(name));
    let (files, notes) = sealed(&keys, &signers);
    let safe = |name: &str| people.sealer(name).public().fingerprint().replace([':', '/'], "-").replace('+', "_");
    let mut expected = vec![
        SUMS.to_owned() + ".sig",
        SUMS.to_owned() + ".sam@msp.example.sig",
        format!("{SUMS}.{}.sig", safe("sam-laptop")),
        SUMS.to_owned() + ".o-neil and/or-co@x.sig".replace([' ', '/'], "-").as_str(),
        format!("{SUMS}.{}.sig", safe("wild")),
        format!("{SUMS}.{}.sig", safe("unknown")),
        STATEMENTS.to_owned(),
    ];
    expected.sort();
    assert_eq!(names(&files), expected);
    assert!(files.keys().all(|name| demarcate::manifest::is_signature(name)), "{:?}", names(&files));
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(notes[0].contains("no trusted line lists its key") && unknown.starts_with("ssh-ed25519"), "{notes:?}");
}

#[test]
fn a_key_that_trust_does_not_bear_out_is_said() {
    let people = People::new();
    let public = people.key("dana", 1);
    let lines = [
        (
            "other@x.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAjtfqUXz6kc65gfUgmwOt6sv2U41y6IfTlMaezHJ3XQ\n"
                .to_owned(),
            "no trusted line lists its key",
        ),
        (format!("dana@x.example namespaces=\"git\" {public}\n"), "not listed for namespace `demarcate-bundle@v1`"),
        (format!("dana@x.example valid-before=\"20261101Z\" {public}\n"), "not listed for that time"),
        (format!("dana@x.example cert-authority {public}\n"), "no trusted line lists its key"),
        (format!("dana@x.example namespaces=\"demarcate-bundle@v1\" {public}\n"), "demarcate-attestation@v1"),
    ];
    for (line, why) in lines {
        let (files, notes) = sealed(&[people.sealer("dana")], &line);
        assert!(files.contains_key("SHA256SUMS.sig"), "it is signed nevertheless");
        assert_eq!(notes.len(), 1, "{line}: {notes:?}");
        assert!(notes[0].contains(why), "{line}: {notes:?}");
    }
}

#[test]
fn one_key_signs_once() {
    let people = People::new();
    people.key("dana", 1);
    let manifest = manifest();
    let keys = [people.sealer("dana"), people.sealer("dana")];
    let signers = Signers::default();
    let asked = Asked { keys: &keys, signers: &signers, tsa: None, authorities: &[], cms: None, at: NOON };
    let failure = seal(&list(&manifest), &manifest, &asked).expect_err("it is the same key");
    assert!(failure.message.contains("is given twice"), "{failure}");
}

#[test]
fn a_signature_is_stamped_with_the_time() {
    let Some(authority) = authority() else { return };
    let people = People::new();
    let signers =
        format!("dana@contractor.example {}\nsam@msp.example {}\n", people.key("dana", 1), people.key("sam", 2));
    let signers = Signers::read(signers.as_bytes());
    let server = Server::new(stamps);
    let (manifest, keys) = (manifest(), [people.sealer("dana"), people.sealer("sam")]);
    let roots = authority.pem(&["today-root"]);
    let tsa = Some(Tsa::at(&server.url, 10));
    let asked = Asked { keys: &keys, signers: &signers, tsa, authorities: &roots, cms: None, at: NOON };
    let (files, _) = seal(&list(&manifest), &manifest, &asked).expect("the authority stamps");
    for name in ["SHA256SUMS.sig", "SHA256SUMS.sam@msp.example.sig"] {
        let stamp = &files[&format!("{name}.tsr")];
        let judged = timestamp::verify(stamp, &files[name], &roots, &Tool::named("openssl"));
        assert!(matches!(judged, timestamp::Stamped::Witnessed { .. }), "{name}: {judged}");
        let [roots, data, stamp] = [("roots", &roots), ("data", &files[name]), ("stamp", stamp)]
            .map(|(name, bytes)| people.write(name, bytes));
        let [roots, data, stamp] = [roots, data, stamp].map(|path| path.display().to_string());
        succeeds(people.home(), "openssl", &["ts", "-verify", "-data", &data, "-in", &stamp, "-CAfile", &roots], b"");
    }
    let asked = Asked { authorities: &authority.pem(&["root"]), tsa: Some(Tsa::at(&server.url, 10)), ..asked };
    let failure = seal(&list(&manifest), &manifest, &asked).expect_err("another authority is trusted");
    assert!(failure.message.contains("does not hold by trust/tsa.pem"), "{failure}");
}

/// A certificate of today's root of the test authority and its key.
fn card(people: &People, name: &str, algorithm: &[&str]) -> Option<Cms> {
    use super::timestamps::authority::{STAMPER, Wanted};
    let authority = authority()?;
    authority.certify(&Wanted {
        name,
        subject: "/O=Northwind Precision/CN=Dana Lee",
        issuer: Some("today-root"),
        from: "20200101000000Z",
        until: "20990101000000Z",
        extensions: "mail",
        key: algorithm,
        ..STAMPER
    });
    let certificate = people.write("card.pem", &authority.pem(&[name]));
    let key = people.write("card.key", &authority.read(&format!("{name}.key")));
    Some(Cms::new(certificate, key.display().to_string()))
}

const KINDS: [(&str, &[&str]); 2] = [
    ("card-ec", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]),
    ("card-rsa", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
];

#[test]
fn a_government_pki_signs_and_openssl_takes_it() {
    let sums = list(&manifest());
    for (name, algorithm) in KINDS {
        let people = People::new();
        let Some(cms) = card(&people, name, algorithm) else { return };
        let p7s = cms.sign(&sums).unwrap_or_else(|error| panic!("{name}: {error}"));
        let authority = authority().expect("it was there");
        let roots = authority.pem(&["today-root"]);
        let who = cms_verify(&p7s, &sums, &roots, &Tool::named("openssl")).expect(name);
        assert!(who.starts_with("Dana Lee, who says it was signed "), "{who}");
        let (sums_file, p7s_file) = (people.write("sums", &sums), people.write("p7s", &p7s));
        let (sums_file, p7s_file) = (sums_file.display().to_string(), p7s_file.display().to_string());
        let roots_file = people.write("roots", &roots).display().to_string();
        let words = ["cms", "-verify", "-binary", "-inform", "DER", "-in", &p7s_file, "-content", &sums_file];
        succeeds(people.home(), "openssl", &[&words[..], &["-CAfile", &roots_file, "-purpose", "any"]].concat(), b"");
        let judged = |p7s: &[u8], sums: &[u8], roots: &[u8]| cms_verify(p7s, sums, roots, &Tool::named("openssl"));
        let why = |judged: Result<String, String>| judged.expect_err("it does not hold");
        assert_eq!(why(judged(&p7s, b"other", &roots)), "it speaks of other bytes");
        let others = authority.pem(&["root"]);
        assert_eq!(why(judged(&p7s, &sums, &others)), "no authority that is trusted stands behind it");
        assert_eq!(why(judged(&p7s, &sums, b"")), "no certificate of an authority is trusted");
        assert_eq!(why(judged(&[&p7s[..], b"\0"].concat(), &sums, &roots)), "it is not written in DER, or damaged");
    }
}

#[test]
fn no_byte_of_a_cms_signature_can_be_changed_unnoticed() {
    let sums = list(&manifest());
    for (name, algorithm) in [("byte-ec", KINDS[0].1), ("byte-rsa", KINDS[1].1)] {
        let people = People::new();
        let Some(cms) = card(&people, name, algorithm) else { return };
        let p7s = cms.sign(&sums).unwrap_or_else(|error| panic!("{name}: {error}"));
        let roots = authority().expect("it was there").pem(&["today-root"]);
        let step = if name == "byte-ec" { 1 } else { 7 };
        for at in (0..p7s.len()).step_by(step) {
            for bit in [1, 0x20] {
                let mut changed = p7s.clone();
                changed[at] ^= bit;
                let judged = cms_verify(&changed, &sums, &roots, &Tool::named("openssl"));
                assert!(judged.is_err(), "{name}: byte {at} of {}, bit {bit}", p7s.len());
            }
        }
    }
}

#[test]
fn a_cms_signature_holds_nothing_that_is_not_signed() {
    let sums = list(&manifest());
    let people = People::new();
    let Some(mut cms) = card(&people, "unsigned", KINDS[0].1) else { return };
    let roots = authority().expect("it was there").pem(&["today-root"]);
    let (sums_file, certificate) = (people.write("sums", &sums).display().to_string(), cms.certificate.clone());
    let certificate = certificate.display().to_string();
    let roots_file = people.write("roots", &roots).display().to_string();
    let head =
        ["cms", "-sign", "-binary", "-in", &sums_file, "-signer", &certificate, "-inkey", &cms.key, "-md", "sha256"];
    let others: [(&str, &[&str]); 4] = [
        ("the content is in it", &["-nodetach", "-cades"]),
        ("a second certificate is in it", &["-cades", "-certfile", &roots_file]),
        ("its signer is named by the identifier of a key", &["-cades", "-keyid"]),
        ("nothing but the content is signed", &["-noattr"]),
    ];
    for (what, options) in others {
        let form = [&head[..], &["-outform", "DER"], options].concat();
        let p7s = succeeds(people.home(), "openssl", &form, b"");
        let judged = cms_verify(&p7s, &sums, &roots, &Tool::named("openssl"));
        assert_eq!(
            judged,
            Err("it is not a detached signature of one signer with nothing unsigned in it".to_owned()),
            "{what}"
        );
    }
    let pem = succeeds(people.home(), "openssl", &[&head[..], &["-cades", "-outform", "PEM"]].concat(), b"");
    assert!(cms_verify(&pem, &sums, &roots, &Tool::named("openssl")).is_err());
    cms.key = people.path("absent").display().to_string();
    let failure = cms.sign(&sums).expect_err("there is no key");
    assert!(failure.message.contains("openssl made no signature"), "{failure}");
}

#[test]
fn a_signature_of_ssh_keygen_is_taken_here() {
    let people = People::new();
    let signers = format!("dana@contractor.example {}\n", people.key("dana", 1));
    let message = list(&manifest());
    people.write(SUMS, &message);
    let key = people.path("dana").display().to_string();
    succeeds(people.home(), "ssh-keygen", &["-q", "-Y", "sign", "-f", &key, "-n", NAMESPACE, SUMS], b"");
    let signature = std::fs::read(people.path("SHA256SUMS.sig")).expect("it was written");
    let verdict = verify(&message, &signature, NAMESPACE, &trust(&signers), NOON, None);
    assert!(matches!(verdict, Verdict::Good(_)), "{verdict}");
    // Ed25519 signs the same bytes the same way, whoever does it.
    assert_eq!(sealed(&[people.sealer("dana")], &signers).0["SHA256SUMS.sig"], signature);
}

#[test]
fn no_byte_of_a_kept_time_stamp_can_be_changed_unnoticed() {
    let Some(authority) = authority() else { return };
    let (signature, roots, openssl) = (b"a signature", authority.pem(&["today-root"]), Tool::named("openssl"));
    let query = timestamp::query(signature, &openssl).expect("openssl makes one");
    let came = authority.reply(&query);
    let kept = timestamp::kept(&came, &roots).expect("it can be kept");
    assert_eq!(timestamp::kept(&kept, &roots).as_ref(), Ok(&kept), "it is in its form already");
    let holds = |stamp: &[u8]| {
        timestamp::kept(stamp, &roots).is_ok_and(|kept| kept == stamp)
            && matches!(timestamp::verify(stamp, signature, &roots, &openssl), timestamp::Stamped::Witnessed { .. })
    };
    assert!(holds(&kept));
    for at in 0..kept.len() {
        for bit in [1, 0x20] {
            let mut changed = kept.clone();
            changed[at] ^= bit;
            assert!(!holds(&changed), "byte {at} of {}, bit {bit}", kept.len());
        }
    }
}

#[test]
fn what_is_not_signed_of_a_time_stamp_is_not_kept() {
    use super::timestamps::authority::{DATA, Info, response};
    let Some(authority) = authority() else { return };
    let roots = authority.pem(&["root"]);
    let options = ["-cades", "-md", "sha256"];
    let with = |certificates: &[&str]| {
        authority.write("needed-or-not.pem", &authority.pem(certificates));
        let more = ["-certfile", "needed-or-not.pem"];
        response(&authority.sign(&Info::default().der(), "stamper", &[&options[..], &more].concat()))
    };
    let needed = timestamp::kept(&with(&["middle"]), &roots).expect("it can be kept");
    let judged = |stamp: &[u8], roots: &[u8]| timestamp::verify(stamp, DATA, roots, &Tool::named("openssl"));
    assert!(matches!(judged(&needed, &roots), timestamp::Stamped::Witnessed { .. }), "{}", judged(&needed, &roots));
    // With a certificate that nobody needs it is another time stamp, and kept it is as long as without.
    let more = timestamp::kept(&with(&["middle", "today-root"]), &roots).expect("it can be kept");
    assert!(more.len().abs_diff(needed.len()) < 8, "{} and {}", more.len(), needed.len());
    let both = authority.pem(&["root", "middle"]);
    let short = timestamp::kept(&with(&["middle"]), &both).expect("it can be kept");
    assert!(short.len() + 200 < needed.len(), "{} and {}", short.len(), needed.len());
    assert!(matches!(judged(&short, &both), timestamp::Stamped::Witnessed { .. }), "{}", judged(&short, &both));
    assert!(timestamp::kept(b"hello", &roots).is_err());
}

//! `sign` as a user runs it, on bundles in folders and in archives.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use demarcate::archive::{Archive, Packing, pack};
use demarcate::manifest::{CMS, Manifest, NAMESPACE, STATEMENTS, SUMS};
use demarcate::program::Tool;
use demarcate::signature::verify;
use demarcate::statement::judge;
use demarcate::timestamp::{Stamped, of_rfc3339};

use super::super::screen::{Screen, of, run, tool};
use super::super::timestamps::authority::authority;
use super::super::timestamps::witness::{Server, stamps};
use super::{KINDS, NOON, People, bundle, card, manifest, ssh_keygen_takes, trust};

/// Dana and Sam, who are known, and the bundle that they are to sign.
struct Stage {
    people: People,
    signers: String,
    folder: String,
}

impl Stage {
    fn new() -> Self {
        let people = People::new();
        let [dana, sam] = [("dana", 1), ("sam", 2)].map(|(name, seed)| people.key(name, seed));
        let signers = format!("dana@contractor.example {dana}\nsam@msp.example {sam}\n");
        let folder = bundle(&people, &signers);
        Self { people, signers, folder }
    }

    /// The same with a time stamping authority that its trust names.
    fn with_authority() -> Option<Self> {
        let roots = authority()?.pem(&["today-root"]);
        let stage = Self::new();
        stage.write("trust/tsa.pem", &roots);
        stage.listed("trust/tsa.pem", &roots);
        Some(stage)
    }

    /// Writes a file of the bundle into its lists.
    fn listed(&self, name: &str, bytes: &[u8]) {
        let mut manifest = Manifest::read(&self.read("manifest.json")).expect("it was written here");
        let mut file = manifest.files[0].clone();
        name.clone_into(&mut file.path);
        (file.size, file.sha256) = (bytes.len() as u64, demarcate::digest::of_bytes(bytes).sha256);
        manifest.files.push(file);
        self.write("manifest.json", &manifest.bytes());
        self.write(SUMS, &super::list(&manifest));
    }

    fn sign(&self, words: &[&str]) -> Screen {
        run(self.people.home(), &[&["sign", &self.folder], words].concat())
    }

    fn key(&self, name: &str) -> String {
        self.people.path(name).display().to_string()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(Path::new(&self.folder).join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(Path::new(&self.folder).join(name), bytes).expect("it can be written");
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        contents(Path::new(&self.folder))
    }

    fn statements_hold(&self) {
        let manifest = Manifest::read(&self.read("manifest.json")).expect("it is one");
        let judged = judge(&self.read(STATEMENTS), &self.read(SUMS), &manifest, &trust(&self.signers), NOON);
        assert!(judged.len() == 3 && judged.iter().all(|judged| judged.verdict.is_ok()), "{judged:?}");
    }
}

/// What is said of a bundle, and what was done to it.
type Case<'a> = (&'a str, &'a dyn Fn(&Stage));

/// Every file of a folder or an archive, below its top folder if it has one.
fn contents(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let archive = Archive::open(path).expect("it can be read");
    let top = if path.is_dir() { None } else { archive.top() };
    let mut files = BTreeMap::new();
    let take = &mut |entry: &demarcate::archive::Entry, bytes: &mut dyn std::io::Read| {
        let name = top.as_ref().and_then(|top| entry.name.strip_prefix(&format!("{top}/"))).unwrap_or(&entry.name);
        let mut content = Vec::new();
        bytes.read_to_end(&mut content)?;
        files.insert(name.to_owned(), content);
        Ok(())
    };
    archive.each(take).expect("it can be read");
    files
}

#[test]
fn two_parties_sign_one_after_the_other() {
    let stage = Stage::new();
    let first = stage.sign(&["--sign", &stage.key("dana")]);
    let dana = stage.people.sealer("dana").public().fingerprint();
    assert_eq!((first.code, first.err.as_str()), (0, ""), "{}", first.out);
    let expected = format!(
        "SHA256SUMS.sig: signed by dana@contractor.example with {dana}\n\
         attestation.intoto.jsonl: statements, signed by the same\n"
    );
    assert_eq!(first.out, expected);
    let before = stage.read("SHA256SUMS.sig");
    let second = stage.sign(&["--sign", &stage.key("sam")]);
    assert_eq!((second.code, second.err.as_str()), (0, ""), "{}", second.out);
    assert!(
        second.out.starts_with("SHA256SUMS.sam@msp.example.sig: signed by sam@msp.example with "),
        "{}",
        second.out
    );
    assert_eq!(stage.read("SHA256SUMS.sig"), before, "it was not touched");
    let (sums, signature) = (stage.read(SUMS), stage.read("SHA256SUMS.sam@msp.example.sig"));
    assert!(ssh_keygen_takes(&stage.people, &stage.signers, "sam@msp.example", NAMESPACE, &signature, &sums));
    stage.statements_hold();
    let third = stage.sign(&["--sign", &stage.key("sam")]);
    assert_eq!(third.code, 2);
    assert!(third.err.contains("has signed already: SHA256SUMS.sam@msp.example.sig"), "{}", third.err);
}

#[test]
fn both_may_sign_at_once() {
    let stage = Stage::new();
    let screen = stage.sign(&["--sign", &stage.key("dana"), "--sign", &stage.key("sam")]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(stage.files().contains_key("SHA256SUMS.sam@msp.example.sig"));
    stage.statements_hold();
}

#[test]
fn what_is_not_as_listed_is_not_signed() {
    let changes: [Case; 6] = [
        ("documents/ssp.html is changed", &|stage| stage.write("documents/ssp.html", b"abd")),
        ("documents/ssp.html is missing", &|stage| {
            std::fs::remove_file(Path::new(&stage.folder).join("documents/ssp.html")).expect("it is there");
        }),
        ("documents/extra.html is extra", &|stage| stage.write("documents/extra.html", b"")),
        ("SHA256SUMS.txt is extra", &|stage| stage.write("SHA256SUMS.txt", b"")),
        ("manifest.json is changed", &|stage| {
            let manifest = [&stage.read("manifest.json")[..], b"\n"].concat();
            stage.write("manifest.json", &manifest);
        }),
        ("trust/allowed_signers is changed", &|stage| {
            stage.write("trust/allowed_signers", b"");
        }),
    ];
    for (says, change) in changes {
        let stage = Stage::new();
        change(&stage);
        let before = stage.files();
        let screen = stage.sign(&["--sign", &stage.key("dana")]);
        assert_eq!(screen.code, 1, "{says}: {}{}", screen.out, screen.err);
        let expected = format!("it was not signed, as its files are not those of SHA256SUMS:\n  {says}\n");
        assert_eq!(screen.out, expected);
        assert_eq!(stage.files(), before, "{says}");
    }
}

#[test]
fn what_is_no_bundle_is_said_to_be_none() {
    let cases: [Case; 4] = [
        ("it has no SHA256SUMS", &|stage| {
            std::fs::remove_file(Path::new(&stage.folder).join(SUMS)).expect("it is there");
        }),
        ("SHA256SUMS:1: it is not a digest", &|stage| stage.write(SUMS, b"hello\n")),
        ("SHA256SUMS is not text", &|stage| stage.write(SUMS, &[0xff])),
        ("manifest.json: ", &|stage| {
            let manifest = b"{}\n";
            stage.write("manifest.json", manifest);
            let text = String::from_utf8(stage.read(SUMS)).expect("it is text");
            let old = text.lines().find(|line| line.ends_with("  manifest.json")).expect("it is listed");
            let new = format!("{}  manifest.json", demarcate::digest::of_bytes(manifest).sha256);
            stage.write(SUMS, text.replace(old, &new).as_bytes());
        }),
    ];
    for (says, change) in cases {
        let stage = Stage::new();
        change(&stage);
        let screen = stage.sign(&["--sign", &stage.key("dana")]);
        assert_eq!(screen.code, 2, "{says}: {}{}", screen.out, screen.err);
        assert!(screen.err.contains("is no bundle: ") && screen.err.contains(says), "{}", screen.err);
    }
    let people = People::new();
    let absent = run(people.home(), &["sign", "absent", "--sign", "key"]);
    assert_eq!(absent.code, 2, "{}", absent.err);
}

#[test]
fn a_stranger_signs_and_is_told() {
    let stage = Stage::new();
    stage.people.key("stranger", 9);
    let screen = stage.sign(&["--sign", &stage.key("stranger")]);
    assert_eq!(screen.code, 0);
    assert!(screen.out.starts_with("SHA256SUMS.sig: signed by a key that the bundle's own trust does not bear out\n"));
    assert_eq!(screen.err.matches("note: ").count(), 1, "{}", screen.err);
    assert!(screen.err.contains("counts for nothing: no trusted line lists its key"), "{}", screen.err);
}

#[test]
fn a_statement_that_says_something_else_is_not_signed() {
    let stage = Stage::new();
    assert_eq!(stage.sign(&["--sign", &stage.key("dana")]).code, 0);
    let mut lines = stage.read(STATEMENTS);
    let half = lines.len() / 2;
    lines[half] ^= 1;
    stage.write(STATEMENTS, &lines);
    let before = stage.files();
    let screen = stage.sign(&["--sign", &stage.key("sam")]);
    assert_eq!(screen.code, 2, "{}", screen.out);
    assert!(screen.err.contains("the statements cannot be signed: "), "{}", screen.err);
    assert_eq!(stage.files(), before);
}

#[test]
#[cfg(unix)]
fn a_passphrase_is_asked_for_by_ssh_keygen() {
    let stage = Stage::new();
    let public = stage.people.generated("locked", &["-t", "ed25519", "-N", "correct horse"]);
    let asking = |name: &str, script: &str| {
        let path = stage.people.write(name, script.as_bytes());
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(&path, mode).expect("it is ours");
        path
    };
    let sign = |asks: &Path| {
        let mut command = tool(stage.people.home());
        command.env("SSH_ASKPASS", asks).env("SSH_ASKPASS_REQUIRE", "force");
        of(&command.args(["sign", &stage.folder, "--sign", &stage.key("locked")]).output().expect("it was built"))
    };
    let wrong = sign(&asking("wrong", "#!/bin/sh\necho wrong\n"));
    assert_eq!(wrong.code, 2, "{}", wrong.out);
    assert!(wrong.err.contains("ssh-keygen made no signature"), "{}", wrong.err);
    let right = sign(&asking("right", "#!/bin/sh\necho correct horse\n"));
    assert_eq!(right.code, 0, "{}", right.err);
    let (sums, signature) = (stage.read(SUMS), stage.read("SHA256SUMS.sig"));
    let known = trust(&format!("dana@contractor.example {public}\n"));
    assert!(verify(&sums, &signature, NAMESPACE, &known, NOON, None).signer().is_some());
}

fn has_curl() -> bool {
    Command::new("curl").arg("--version").output().is_ok()
}

#[test]
fn signatures_are_stamped_now_or_later() {
    let Some(stage) = Stage::with_authority().filter(|_| has_curl()) else { return };
    let server = Server::new(stamps);
    assert_eq!(stage.sign(&["--sign", &stage.key("dana")]).code, 0);
    let screen = stage.sign(&["--sign", &stage.key("sam"), "--tsa", &server.url]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let roots = stage.read("trust/tsa.pem");
    for name in ["SHA256SUMS.sig", "SHA256SUMS.sam@msp.example.sig"] {
        let (stamp, signature) = (stage.read(&format!("{name}.tsr")), stage.read(name));
        let judged = demarcate::timestamp::verify(&stamp, &signature, &roots, &Tool::named("openssl"));
        assert!(matches!(judged, Stamped::Witnessed { .. }), "{name}: {judged}");
    }
    let before = stage.files();
    let again = stage.sign(&["--tsa", &server.url]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("every signature of the bundle has a time stamp already"), "{}", again.err);
    assert_eq!(stage.files(), before);
}

#[test]
fn a_time_stamp_is_carried_over_an_air_gap() {
    let Some(stage) = Stage::with_authority() else { return };
    assert_eq!(stage.sign(&["--sign", &stage.key("dana"), "--sign", &stage.key("sam")]).code, 0);
    let (query, answer) = (stage.key("query"), stage.key("answer"));
    let unclear = stage.sign(&["--query", &query]);
    assert_eq!(unclear.code, 2);
    let names = "SHA256SUMS.sam@msp.example.sig, SHA256SUMS.sig";
    assert!(unclear.err.contains(&format!("say by --signature which one is meant: {names}")), "{}", unclear.err);
    let named = stage.sign(&["--query", &query, "--signature", "SHA256SUMS.sig"]);
    assert_eq!(named.code, 0, "{}", named.err);
    let reply = authority().expect("it was there").reply(&std::fs::read(&query).expect("it was written"));
    stage.people.write("answer", &reply);
    let taken = stage.sign(&["--token", &answer]);
    assert_eq!((taken.code, taken.out.as_str()), (0, "SHA256SUMS.sig.tsr: a time stamp\n"), "{}", taken.err);
    let kept = demarcate::timestamp::kept(&reply, &stage.read("trust/tsa.pem")).expect("it can be kept");
    assert_eq!(stage.read("SHA256SUMS.sig.tsr"), kept);
    let again = stage.sign(&["--token", &answer]);
    assert_eq!(again.code, 1);
    assert_eq!(again.out, "the time stamp does not hold, and was not kept: it speaks of other bytes\n");
    stage.people.write("answer", b"hello");
    let rubbish = stage.sign(&["--token", &answer]);
    assert_eq!(rubbish.code, 1, "{}", rubbish.err);
    let none = stage.sign(&["--query", &query, "--signature", "SHA256SUMS.sig"]);
    assert!(none.code == 2 && none.err.contains("no such signature without a time stamp"), "{}", none.err);
}

#[test]
fn without_an_authority_that_is_trusted_nothing_is_stamped() {
    let stage = Stage::new();
    assert_eq!(stage.sign(&["--sign", &stage.key("dana")]).code, 0);
    let screen = stage.sign(&["--tsa", "http://127.0.0.1:9/"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("the bundle has no trust/tsa.pem"), "{}", screen.err);
}

#[test]
fn an_official_signs_with_a_card() {
    let stage = Stage::new();
    let Some(cms) = card(&stage.people, "official", KINDS[0].1) else { return };
    let certificate = cms.certificate.display().to_string();
    let screen = stage.sign(&["--cms", &certificate, "--cms-key", &cms.key]);
    assert_eq!(
        (screen.code, screen.out.as_str()),
        (0, "SHA256SUMS.p7s: signed as a government PKI does\n"),
        "{}",
        screen.err
    );
    let roots = authority().expect("it was there").pem(&["today-root"]);
    let (p7s, sums) = (stage.read(CMS), stage.read(SUMS));
    assert!(demarcate::sealing::cms_verify(&p7s, &sums, &roots, &Tool::named("openssl")).is_ok());
    let again = stage.sign(&["--cms", &certificate, "--cms-key", &cms.key]);
    assert!(again.code == 2 && again.err.contains("no signature is replaced"), "{}", again.err);
    let wrong = stage.sign(&["--cms", &stage.key("dana.pub"), "--cms-key", &cms.key]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
}

#[test]
fn an_archive_is_signed_and_packed_again_the_same() {
    for (packing, name) in [(Packing::Zip, "bundle.zip"), (Packing::TarGz, "bundle.tar.gz")] {
        let stage = Stage::new();
        let path = stage.people.path(name);
        let committed = of_rfc3339(&manifest().committed).expect("it is a time");
        pack(Path::new(&stage.folder), packing, "assessment", committed, &path).expect("it can be packed");
        let before = contents(&path);
        let key = stage.key("dana");
        let screen = run(stage.people.home(), &["sign", name, "--sign", &key]);
        assert_eq!(screen.code, 0, "{name}: {}{}", screen.out, screen.err);
        let archive = Archive::open(&path).expect("it can be read");
        assert_eq!(archive.is_ours().expect("it can be read"), None, "{name}");
        assert_eq!(archive.top().as_deref(), Some("assessment"));
        let mut after = contents(&path);
        let signature = after.remove("SHA256SUMS.sig").expect("it is signed");
        let lines = after.remove(STATEMENTS).expect("it is signed");
        assert_eq!(after, before, "{name}");
        // The same as in a folder.
        assert_eq!(stage.sign(&["--sign", &key]).code, 0);
        assert_eq!((stage.read("SHA256SUMS.sig"), stage.read(STATEMENTS)), (signature, lines));
        let second = run(stage.people.home(), &["sign", name, "--sign", &stage.key("sam")]);
        assert_eq!(second.code, 0, "{name}: {}{}", second.out, second.err);
        assert!(contents(&path).contains_key("SHA256SUMS.sam@msp.example.sig"));
    }
}

#[test]
fn an_archive_of_others_is_left_alone() {
    let stage = Stage::new();
    let tar = ["-czf", "bundle.tar.gz", "bundle"];
    let made = Command::new("tar").args(tar).current_dir(stage.people.home()).output().expect("tar is installed");
    assert!(made.status.success());
    let before = std::fs::read(stage.people.path("bundle.tar.gz")).expect("it was made");
    let screen = run(stage.people.home(), &["sign", "bundle.tar.gz", "--sign", &stage.key("dana")]);
    assert_eq!(screen.code, 2, "{}", screen.out);
    assert!(screen.err.contains("unpack it, and sign the folder"), "{}", screen.err);
    assert_eq!(std::fs::read(stage.people.path("bundle.tar.gz")).expect("it is there"), before);
}

#[test]
fn a_changed_archive_is_not_signed() {
    let stage = Stage::new();
    stage.write("documents/ssp.html", b"abd");
    let path = stage.people.path("bundle.zip");
    pack(Path::new(&stage.folder), Packing::Zip, "assessment", NOON, &path).expect("it can be packed");
    let before = std::fs::read(&path).expect("it was made");
    let screen = run(stage.people.home(), &["sign", "bundle.zip", "--sign", &stage.key("dana")]);
    assert_eq!(screen.code, 1, "{}", screen.err);
    assert!(screen.out.contains("documents/ssp.html is changed"), "{}", screen.out);
    assert_eq!(std::fs::read(&path).expect("it is there"), before);
}

#[test]
fn what_makes_no_sense_together_is_refused() {
    let stage = Stage::new();
    let key = stage.key("dana");
    let before = stage.files();
    for words in [
        &[][..],
        &["--sign"],
        &["--query", "q", "--sign", &key],
        &["--query", "q", "--token", "t"],
        &["--token", "t", "--tsa", "http://tsa.example/"],
        &["--cms", "cert.pem"],
        &["--cms-key", "key.pem"],
        &["--signature", "SHA256SUMS.sig", "--sign", &key],
        &["--tsa", "ftp://tsa.example/"],
        &["--sign", "absent"],
    ] {
        let screen = stage.sign(words);
        assert_eq!(screen.code, 2, "{words:?}: {}{}", screen.out, screen.err);
    }
    assert_eq!(stage.files(), before);
}

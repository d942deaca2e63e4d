//! A small bundle, made by the tools that an assessor has.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use demarcate::digest;
use demarcate::dod_log::{self, Flavour};
use demarcate::manifest::{Chosen, Edition, Listed, MANIFEST, Manifest, NAMESPACE, Role, SUMS, Summary, is_signature};
use demarcate::program::Tool;
use demarcate::verify::{self, Asked, Given, Verdict};
use tempfile::TempDir;

use super::super::screen::{self, Screen, tool};

/// Noon of 2026-11-21, as the binary of a test reads its clock.
pub(super) const NOW: i64 = 1_795_262_400;

/// The people of the tests; each has a key, and the bundle lists the first two.
pub(super) const PEOPLE: [&str; 3] = ["ada@northwind.example", "bob@acme.example", "eve@elsewhere.example"];

/// What the files of the bundle hold.
const FILES: [(&str, &str); 7] = [
    ("README.txt", "How to check\n"),
    ("documents/ssp.md", "# System security plan\n"),
    ("evidence/contractor/export.csv", "name,mfa\nada,yes\n"),
    ("evidence/contractor/screen shot.png", "not a picture\n"),
    ("history/history.json", "{}\n"),
    ("sources/demarcate.toml", "[organization]\nname = \"Northwind\"\n"),
    ("trust/revoked", "# nobody\n"),
];

/// A bundle in a folder, and the keys of its makers beside it.
pub(super) struct Made {
    home: TempDir,
}

/// Runs a program, which must succeed.
pub(super) fn ran(program: &str, arguments: &[&str], folder: &Path) -> String {
    let scrubbed = tool(folder);
    let variables = scrubbed.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let output = Command::new(program).args(arguments).current_dir(folder).env_clear().envs(variables).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

impl Made {
    /// The bundle of [`FILES`], signed by the first of [`PEOPLE`].
    pub(super) fn new() -> Self {
        static TEMPLATE: OnceLock<Made> = OnceLock::new();
        TEMPLATE.get_or_init(Self::built).copied()
    }

    fn built() -> Self {
        let made = Self { home: TempDir::new().expect("tests may write to the temporary folder") };
        for person in PEOPLE {
            ran("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", person, "-f", person], made.home());
        }
        made.write("trust/allowed_signers", made.lines(&PEOPLE[..2], ""));
        for (path, text) in FILES {
            made.write(path, text);
        }
        made.write_logs();
        made.seal();
        made
    }

    pub(super) fn copied(&self) -> Self {
        let home = TempDir::new().expect("tests may write to the temporary folder");
        screen::copy(self.home(), home.path());
        Self { home }
    }

    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(super) fn root(&self) -> PathBuf {
        self.home().join("bundle")
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(super) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder can be made");
        std::fs::write(path, bytes).expect("the file can be written");
    }

    pub(super) fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(super) fn remove(&self, path: &str) {
        std::fs::remove_file(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    pub(super) fn rename(&self, from: &str, to: &str) {
        std::fs::create_dir_all(self.path(to).parent().expect("it is in a folder")).expect("the folder can be made");
        std::fs::rename(self.path(from), self.path(to)).unwrap_or_else(|error| panic!("{from}: {error}"));
    }

    /// Lines of an allowed-signers file for these people.
    pub(super) fn lines(&self, people: &[&str], options: &str) -> String {
        let key = |person: &&str| {
            let public = std::fs::read_to_string(self.home().join(format!("{person}.pub"))).expect("it was made");
            format!("{person} namespaces=\"demarcate-*@v1\"{options} {public}")
        };
        people.iter().map(key).collect()
    }

    /// Every file, by path.
    pub(super) fn files(&self) -> Vec<String> {
        let found = ran("find", &[".", "-type", "f"], &self.root());
        let mut paths: Vec<String> = found.lines().map(|line| line.trim_start_matches("./").to_owned()).collect();
        paths.sort();
        paths
    }

    /// The logs of the guide over the evidence.
    pub(super) fn write_logs(&self) {
        let evidence = self.files().into_iter().filter_map(|path| path.strip_prefix("evidence/").map(str::to_owned));
        let digest = |path: &String| digest::of_bytes(&self.read(&format!("evidence/{path}"))).sha256;
        let files: BTreeMap<String, String> = evidence.map(|path| (path.clone(), digest(&path))).collect();
        let logs = dod_log::logs(&files, "C:\\Artifacts", Flavour::Pwsh7Windows);
        self.write("dod/CMMCAssessmentArtifacts.log", logs.artifacts);
        self.write("dod/CMMCAssessmentLogHash.log", logs.log_hash);
    }

    /// What a manifest says of the files that are there.
    pub(super) fn manifest(&self) -> Manifest {
        let paths = self.files().into_iter().filter(|path| path != MANIFEST && path != SUMS && !is_signature(path));
        let files: Vec<Listed> = paths.map(|path| self.listed(path)).collect();
        let evidence = files.iter().filter(|file| file.role == Role::Evidence);
        let mut editions: Vec<Edition> = evidence.map(edition).collect();
        editions.push(withheld());
        Manifest {
            version: 1,
            tool: "demarcate 0.1.0".to_owned(),
            organization: "Northwind Machining".to_owned(),
            system: Some("Shop floor".to_owned()),
            commit: "c".repeat(40),
            tree: "7".repeat(40),
            root: String::new(),
            committed: "2026-11-20T10:00:00Z".to_owned(),
            as_of: "2026-11-20".to_owned(),
            evidence: Chosen::Unmarked,
            summary: summary(),
            since: None,
            files,
            editions,
        }
    }

    fn listed(&self, path: String) -> Listed {
        let role = match path.split_once('/').map(|(folder, _)| folder) {
            Some("documents") => Role::Document,
            Some("evidence") => Role::Evidence,
            Some("sources") => Role::Source,
            Some("history") => Role::History,
            Some("trust") => Role::Trust,
            Some("dod") => Role::DodLog,
            _ => Role::Guide,
        };
        let digested = digest::of_bytes(&self.read(&path));
        Listed { path, role, size: digested.size, sha256: digested.sha256, commit: None, blob: None, source: None }
    }

    /// Writes manifest, list of digests and the first signature anew.
    pub(super) fn seal(&self) {
        self.seal_with(&self.manifest());
    }

    /// Writes this manifest, and what rests on it.
    pub(super) fn seal_with(&self, manifest: &Manifest) {
        self.write(MANIFEST, manifest.bytes());
        self.sum();
        self.sign(PEOPLE[0], "SHA256SUMS.sig");
    }

    /// Writes the list of digests, as `sha256sum` does.
    pub(super) fn sum(&self) {
        let files: Vec<String> = self.files().into_iter().filter(|path| path != SUMS && !is_signature(path)).collect();
        let mut arguments = vec!["--"];
        arguments.extend(files.iter().map(String::as_str));
        let sums = ran("sha256sum", &arguments, &self.root());
        self.write(SUMS, sums);
    }

    /// Has somebody sign the list of digests.
    pub(super) fn sign(&self, person: &str, name: &str) {
        self.sign_in(person, name, NAMESPACE);
    }

    pub(super) fn sign_in(&self, person: &str, name: &str, namespace: &str) {
        let list = self.home().join("list");
        std::fs::write(&list, self.read(SUMS)).expect("the file can be written");
        let signature = self.home().join("list.sig");
        drop(std::fs::remove_file(&signature));
        ran("ssh-keygen", &["-q", "-Y", "sign", "-f", person, "-n", namespace, "list"], self.home());
        std::fs::rename(signature, self.path(name)).expect("it was written");
    }

    /// The trust root that came another way: the first two of [`PEOPLE`].
    pub(super) fn root_of_trust(&self) -> Given {
        Given::Bytes(self.lines(&PEOPLE[..2], "").into_bytes())
    }

    /// What the library says with the trust root given.
    pub(super) fn verdict(&self) -> Verdict {
        self.verdict_with(&asked(&self.root_of_trust()))
    }

    pub(super) fn verdict_with(&self, asked: &Asked<'_>) -> Verdict {
        verify::bundle(&verify::open(&self.root()).expect("it can be listed"), asked)
    }

    /// Asserts that it verifies.
    pub(super) fn holds(&self) {
        let verdict = self.verdict();
        assert!(verdict.verified, "{:#?}", verdict.problems);
    }

    /// What is wrong, a line each.
    pub(super) fn wrong(&self) -> String {
        said(&self.verdict())
    }

    /// The binary over the bundle, with a file of the trust root beside it.
    pub(super) fn run(&self, arguments: &[&str]) -> Screen {
        self.run_on("bundle", arguments)
    }

    pub(super) fn run_on(&self, place: &str, arguments: &[&str]) -> Screen {
        std::fs::write(self.home().join("root"), self.lines(&PEOPLE[..2], "")).expect("the file can be written");
        screen::run(self.home(), &[&["verify", place, "--trust-root", "root"], arguments].concat())
    }
}

/// The question with this trust root and nothing else.
pub(super) fn asked(root: &Given) -> Asked<'_> {
    static OPENSSL: OnceLock<Tool> = OnceLock::new();
    Asked {
        root: Some(root),
        revoked: None,
        tsa: None,
        cms_ca: None,
        since: None,
        without_timestamps: false,
        now: NOW,
        openssl: OPENSSL.get_or_init(|| Tool::named("openssl")),
        progress: &|_| (),
    }
}

/// What is wrong, a line each; asserts that something is.
pub(super) fn said(verdict: &Verdict) -> String {
    assert!(!verdict.verified && !verdict.problems.is_empty(), "it verifies");
    let line = |problem: &verify::Problem| format!("{}: {}", problem.file.as_deref().unwrap_or("-"), problem.what);
    verdict.problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn edition(file: &Listed) -> Edition {
    Edition {
        artifact: "mfa-export".to_owned(),
        location: file.path.clone(),
        size: Some(file.size),
        sha256: Some(file.sha256.clone()),
        path: Some(file.path.clone()),
        withheld: None,
        marking: None,
        found: serde_json::Value::Null,
    }
}

fn withheld() -> Edition {
    Edition {
        artifact: "drawing".to_owned(),
        location: "evidence/contractor/drawing.pdf".to_owned(),
        size: Some(12),
        sha256: Some("d".repeat(64)),
        path: None,
        withheld: Some("marked CUI".to_owned()),
        marking: Some("CUI".to_owned()),
        found: serde_json::Value::Null,
    }
}

fn summary() -> Summary {
    Summary {
        score: Some(110),
        allows: "final".to_owned(),
        ownership: BTreeMap::new(),
        objectives: BTreeMap::new(),
        reviews: BTreeMap::new(),
        denied: BTreeMap::new(),
        warned: BTreeMap::new(),
        passed: Vec::new(),
    }
}

//! Two bundles side by side, and the delta between them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use demarcate::archive::{Archive, Packing, pack};
use demarcate::delta::{self, About, Why};
use demarcate::digest;
use demarcate::dod_log::Flavour;
use demarcate::manifest::{self, Chosen, Edition, Listed, MANIFEST, Manifest, Role, SUMS, Summary};
use tempfile::TempDir;

const OBJECTIVES: &str = "objective,practice,asks,determination,reason\n";
const PLAN: &str = "item,title,objectives,due,status,closed\n";

/// A folder with the files of a bundle as they were for the first assessment.
fn before() -> BTreeMap<&'static str, String> {
    let review = r#"{"commit":"c1","date":"2026-01-02","outcome":"no-change","reviewer":"Dana Lee","grade":"signed","accepted":true}"#;
    let revision = r#"{"commit":"r1","date":"2026-01-01","author":"Dana Lee","summary":"Begin"}"#;
    BTreeMap::from([
        ("README.txt", "How to check this bundle\n".to_owned()),
        ("verify.sh", "#!/bin/sh\n".to_owned()),
        ("trust/allowed_signers", "dana ssh-ed25519 AAAA\n".to_owned()),
        ("documents/ssp.md", "# Plan\n\nOne\nTwo\n".to_owned()),
        ("documents/crm.md", "# Matrix\n".to_owned()),
        (
            "documents/objectives.csv",
            format!("{OBJECTIVES}A[a],A,Users are known.,not-met,No list\nA[b],A,Limited.,met,\n"),
        ),
        ("documents/poam.csv", format!("{PLAN}kiosk,A kiosk,A[a],2026-12-01,open,\n")),
        ("evidence/users.csv", "dana\n".to_owned()),
        ("evidence/old.txt", "retired\n".to_owned()),
        ("evidence/moved.txt", "moved\n".to_owned()),
        ("sources/demarcate.toml", "# root\n".to_owned()),
        (
            "history/history.json",
            format!(r#"{{"subjects":[{{"id":"A","reviews":[{review}],"revisions":[{revision}]}}]}}"#),
        ),
        (
            "history/check.json",
            r#"{"diagnostics":[{"rule":"review-due","level":"warn","path":"a.toml","message":"it is due"}]}"#
                .to_owned(),
        ),
        ("dod/CMMCAssessmentArtifacts.log", "log\n".to_owned()),
        ("dod/CMMCAssessmentLogHash.log", "hash\n".to_owned()),
    ])
}

/// The same after the plan was closed out.
fn after() -> BTreeMap<&'static str, String> {
    let mut files = before();
    let log = files["history/history.json"].replace(
        r#""reviews":["#,
        r#""reviews":[{"commit":"c2","date":"2026-05-02","outcome":"changed","reviewer":"Priya <b>Nair</b>","grade":"signed","accepted":true},"#,
    );
    let log = log.replace(
        r#""revisions":["#,
        r#""revisions":[{"commit":"r2","date":"2026-05-01","author":"Dana Lee","summary":"Add the | kiosk"},"#,
    );
    files.insert("history/history.json", log);
    files.insert("history/check.json", r#"{"diagnostics":[]}"#.to_owned());
    files.insert(
        "documents/objectives.csv",
        format!("{OBJECTIVES}A[a],A,Users are known.,met,\"The list, signed\"\nA[b],A,Limited.,met,\n"),
    );
    files.insert("documents/poam.csv", format!("{PLAN}kiosk,A kiosk,A[a],2026-12-01,closed,2026-05-01\n"));
    files.insert("documents/ssp.md", "# Plan\n\nOne\nThree\n".to_owned());
    files.insert("evidence/users.csv", "dana\npriya\n".to_owned());
    files.insert("evidence/new.txt", "new\n".to_owned());
    let moved = files.remove("evidence/moved.txt").expect("it was there");
    files.insert("evidence/archive/moved.txt", moved);
    files.remove("evidence/old.txt");
    files.insert("dod/CMMCAssessmentArtifacts.log", "log 2\n".to_owned());
    files
}

fn role(path: &str) -> Role {
    match path.split('/').next() {
        Some("documents") => Role::Document,
        Some("evidence") => Role::Evidence,
        Some("sources") => Role::Source,
        Some("history") => Role::History,
        Some("trust") => Role::Trust,
        Some("dod") => Role::DodLog,
        _ => Role::Guide,
    }
}

fn manifest_of(files: &BTreeMap<&'static str, String>, commit: &str, score: i32) -> Manifest {
    let listed = |(path, text): (&&str, &String)| Listed {
        path: (*path).to_owned(),
        role: role(path),
        size: text.len() as u64,
        sha256: digest::of_bytes(text.as_bytes()).sha256,
        commit: None,
        blob: None,
        source: None,
    };
    let edition = |file: &Listed| Edition {
        artifact: file.path.rsplit('/').next().unwrap_or_default().to_owned(),
        location: file.path.clone(),
        size: Some(file.size),
        sha256: Some(file.sha256.clone()),
        path: Some(file.path.clone()),
        withheld: None,
        marking: None,
        found: serde_json::Value::Null,
    };
    let files: Vec<Listed> = files.iter().map(listed).collect();
    let editions = files.iter().filter(|file| file.role == Role::Evidence).map(edition).collect();
    let counts = |word: &str, count| BTreeMap::from([(word.to_owned(), count)]);
    let summary = Summary {
        score: Some(score),
        allows: "conditional".to_owned(),
        ownership: counts("contractor", 1),
        objectives: counts("met", 2),
        reviews: counts("current", 1),
        denied: BTreeMap::new(),
        warned: BTreeMap::new(),
        passed: vec!["review-due".to_owned()],
    };
    Manifest {
        version: 1,
        tool: "demarcate 0.1.0".to_owned(),
        organization: "Kestrel & Sons".to_owned(),
        system: Some("CUI enclave".to_owned()),
        commit: commit.repeat(40),
        tree: commit.repeat(40),
        root: String::new(),
        committed: "2026-05-03T12:00:00Z".to_owned(),
        as_of: "2026-05-03".to_owned(),
        evidence: Chosen::All,
        summary,
        since: None,
        files,
        editions,
    }
}

/// Folders of bundles.
struct Case {
    home: TempDir,
}

impl Case {
    fn new() -> Self {
        Self { home: TempDir::new().expect("tests may write to the temporary folder") }
    }

    fn bundle(&self, name: &str, files: &BTreeMap<&'static str, String>, manifest: &Manifest) -> PathBuf {
        let folder = self.home.path().join(name);
        let put = |path: &str, bytes: &[u8]| {
            let full = folder.join(path);
            std::fs::create_dir_all(full.parent().expect("a file has a folder")).expect("the folder can be made");
            std::fs::write(full, bytes).expect("the file can be written");
        };
        for (path, text) in files {
            put(path, text.as_bytes());
        }
        let mut digests: BTreeMap<String, String> =
            manifest.files.iter().map(|file| (file.path.clone(), file.sha256.clone())).collect();
        digests.insert(MANIFEST.to_owned(), digest::of_bytes(&manifest.bytes()).sha256);
        put(MANIFEST, &manifest.bytes());
        put(SUMS, manifest::sums(&digests).as_bytes());
        folder
    }

    /// The two bundles.
    fn two() -> (Self, PathBuf, PathBuf) {
        let case = Self::new();
        let old = case.bundle("old", &before(), &manifest_of(&before(), "a", 80));
        let new = case.bundle("new", &after(), &manifest_of(&after(), "b", 110));
        (case, old, new)
    }
}

fn open(path: &Path) -> Archive {
    Archive::open(path).expect("it can be opened")
}

fn sentences(a: &Path, b: &Path) -> Vec<String> {
    let found = delta::compared(&open(a), &open(b)).expect("both are bundles");
    found.into_iter().map(|difference| difference.sentence).collect()
}

#[test]
fn a_bundle_is_as_itself_however_it_is_packed_and_signed() {
    let (case, old, _) = Case::two();
    let twin = case.bundle("twin", &before(), &manifest_of(&before(), "a", 80));
    std::fs::write(twin.join("SHA256SUMS.sig"), "signature").expect("the file can be written");
    assert_eq!(sentences(&old, &twin), [""; 0]);
    for packing in [Packing::Zip, Packing::TarGz] {
        let packed = case.home.path().join(format!("packed.{}", packing.word()));
        pack(&twin, packing, "top", 1_795_262_400, &packed).expect("it can be packed");
        assert_eq!(sentences(&old, &packed), [""; 0], "{packing:?}");
    }
}

#[test]
fn where_two_bundles_differ_is_said_with_the_first_line() {
    let (case, old, new) = Case::two();
    let packed = case.home.path().join("new.tar.gz");
    pack(&new, Packing::TarGz, "top", 1_795_262_400, &packed).expect("it can be packed");
    let found = sentences(&old, &new);
    assert_eq!(found, sentences(&old, &packed), "however it is packed");
    let all = found.join("\n");
    for part in [
        "score: 80 in the one, 110 in the other",
        &format!("commit: {} in the one", "a".repeat(40)),
        "edition evidence/new.txt of new.txt: nothing in the one, SHA-256 ",
        "evidence/old.txt: 8 bytes, SHA-256 ",
        "; line 4 is `Two` in the one and `Three` in the other",
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert!(!all.contains("documents/crm.md"), "{all}");
    let differences = delta::compared(&open(&old), &open(&new)).expect("both are bundles");
    let plan = differences.iter().find(|one| one.name == "documents/ssp.md").expect("it differs");
    assert_eq!((plan.about, plan.line.clone()), (About::File, Some((4, "Two".to_owned(), "Three".to_owned()))));
}

#[test]
fn a_file_that_is_not_what_its_own_bundle_says_is_told() {
    let (case, old, _) = Case::two();
    let twin = case.bundle("twin", &before(), &manifest_of(&before(), "a", 80));
    std::fs::write(twin.join("documents/crm.md"), "# Altered\n").expect("the file can be written");
    std::fs::write(twin.join("extra.txt"), "x").expect("the file can be written");
    let found = sentences(&old, &twin).join("\n");
    assert!(found.contains("documents/crm.md: in the other it is not what the manifest there says"), "{found}");
    assert!(found.contains("extra.txt: in the other it is not what"), "{found}");
    std::fs::write(twin.join(MANIFEST), "{}").expect("the file can be written");
    let failure = delta::compared(&open(&old), &open(&twin)).expect_err("its manifest is another");
    assert!(failure.message.contains("is not the one that its SHA256SUMS names"), "{failure}");
    std::fs::remove_file(twin.join(SUMS)).expect("it is there");
    assert!(delta::compared(&open(&old), &open(&twin)).is_err_and(|why| why.message.contains("it has no SHA256SUMS")));
}

#[test]
fn a_delta_names_what_is_in_it_and_what_is_not() {
    let (a, b) = (manifest_of(&before(), "a", 80), manifest_of(&after(), "b", 110));
    let delta = delta::since(&a, "feed", &b);
    assert_eq!(delta.files["evidence/new.txt"], Why::New);
    assert_eq!(delta.files["evidence/users.csv"], Why::Changed);
    assert_eq!(delta.files["evidence/archive/moved.txt"], Why::Moved("evidence/moved.txt".to_owned()));
    assert_eq!(delta.files["trust/allowed_signers"], Why::Needed);
    assert_eq!(delta.since.removed, ["evidence/moved.txt", "evidence/old.txt"]);
    let unchanged: Vec<&String> = delta.since.unchanged.keys().collect();
    assert_eq!(unchanged, ["documents/crm.md", "dod/CMMCAssessmentLogHash.log", "sources/demarcate.toml"]);
    assert_eq!(delta.since.commit, "a".repeat(40));
    // Every file of the newer bundle is somewhere, and every one of the older too.
    for file in &b.files {
        assert!(
            delta.files.contains_key(&file.path) != delta.since.unchanged.contains_key(&file.path),
            "{}",
            file.path
        );
    }
}

/// The files that are listed and those that are there are the same, with their digests.
fn assert_whole(folder: &Path, told: &Manifest) {
    let archive = open(folder);
    let sums = std::fs::read_to_string(folder.join(SUMS)).expect("it is there");
    let listed = manifest::read_sums(&sums).expect("as sha256sum writes it");
    let there: BTreeMap<String, String> = archive
        .files
        .iter()
        .filter(|file| file.name != SUMS)
        .map(|file| {
            let bytes = std::fs::read(folder.join(&file.name)).expect("it is there");
            (file.name.clone(), digest::of_bytes(&bytes).sha256)
        })
        .collect();
    assert_eq!(there, listed);
    let read = Manifest::read(&std::fs::read(folder.join(MANIFEST)).expect("it is there")).expect("a manifest");
    assert_eq!(&read, told);
    assert!(read.files.is_sorted_by(|a, b| a.path < b.path));
    assert!(read.files.iter().all(|file| listed.get(&file.path) == Some(&file.sha256)));
    assert_eq!(read.files.len() + 1, listed.len());
}

#[test]
fn a_full_folder_becomes_a_delta_that_can_be_checked_and_says_what_changed() {
    let (case, old, new) = Case::two();
    let packed = case.home.path().join("old.zip");
    pack(&old, Packing::Zip, "bundle-old", 1_795_262_400, &packed).expect("it can be packed");
    let (told, sums) = delta::folder(&open(&packed), &new, Some((Flavour::Pwsh7Unix, "/artifacts"))).expect("a delta");
    assert_eq!(std::fs::read(new.join(SUMS)).expect("it is there"), sums);
    assert_whole(&new, &told);
    let since = told.since.as_ref().expect("it is one");
    assert_eq!(since.sums, digest::of_bytes(&std::fs::read(old.join(SUMS)).expect("it is there")).sha256);
    // Every file of the older bundle is here, as it was, or no more.
    for file in &manifest_of(&before(), "a", 80).files {
        let is_here = told.files.iter().any(|one| one.path == file.path);
        let is_told = since.unchanged.contains_key(&file.path) || since.removed.contains(&file.path);
        assert!(is_here != is_told, "{}", file.path);
    }
    let log = std::fs::read_to_string(new.join("dod/CMMCAssessmentArtifacts.log")).expect("it is there");
    assert!(log.contains("/artifacts/evidence/new.txt") && !log.contains("old.txt"), "{log}");
    assert!(!new.join("sources").exists(), "no empty folder stays");
    let read = |path: &str| std::fs::read_to_string(new.join(path)).expect("it is there");
    assert!(
        read("README.txt").starts_with("THIS IS A DELTA") && read("README.txt").ends_with("How to check this bundle\n")
    );
    let page = read("documents/delta.md");
    for part in [
        "| score | 80 | 110 |",
        "| A\\[a\\] | not-met | met | Users are known. | The list, signed |",
        "| kiosk | A kiosk | A\\[a\\] | status open, now closed; closed nothing, now 2026-05-01 | 2026-05-01 |",
        "| new.txt | evidence/new.txt | new | evidence/new.txt |",
        "| users.csv | evidence/users.csv | another edition at the same place |",
        "| 2026-05-01 | r2 | Dana Lee | Add the \\| kiosk | A |",
        "| 2026-05-02 | c2 | Priya \\<b\\>Nair\\</b\\> | signed | changed | 1 of 1 | A |",
        "| gone | review-due | warn | a.toml | it is due |",
        "| evidence | evidence/archive/moved.txt | as it was at evidence/moved.txt |",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    assert!(!page.contains("| c1 |") && !page.contains("| r1 |"), "what was known before is not told again");
    let html = read("documents/delta.html");
    assert!(html.contains("Kestrel &amp; Sons") && html.contains("Priya &lt;b&gt;Nair") && !html.contains("<b>"));
}

#[test]
fn a_delta_of_nothing_says_so_and_is_whole() {
    let case = Case::new();
    let old = case.bundle("old", &before(), &manifest_of(&before(), "a", 80));
    let new = case.bundle("new", &before(), &manifest_of(&before(), "a", 80));
    let (told, _) = delta::folder(&open(&old), &new, None).expect("a delta");
    assert_whole(&new, &told);
    let page = std::fs::read_to_string(new.join("documents/delta.md")).expect("it is there");
    for part in ["Every figure is as it was.", "No determination changed.", "There was no review."] {
        assert!(page.contains(part), "{page}");
    }
    assert!(told.files.iter().all(|file| matches!(file.role, Role::Trust | Role::Guide | Role::Document)));
}

#[test]
fn a_delta_starts_from_a_full_bundle_of_the_same_system() {
    let (case, old, new) = Case::two();
    let mut other = manifest_of(&before(), "a", 80);
    other.system = Some("Another".to_owned());
    let stranger = case.bundle("stranger", &before(), &other);
    let failure = delta::folder(&open(&stranger), &new, None).expect_err("of another system");
    assert!(failure.message.contains("it is of Kestrel & Sons (Another)"), "{failure}");
    assert!(new.join("sources/demarcate.toml").exists(), "nothing was touched");
    let third = case.bundle("third", &after(), &manifest_of(&after(), "b", 110));
    delta::folder(&open(&old), &new, None).expect("a delta");
    let failure = delta::folder(&open(&new), &third, None).expect_err("a delta of a delta");
    assert!(failure.message.contains("itself a delta"), "{failure}");
}

#[test]
fn texts_that_are_none_do_not_keep_a_delta_from_being_made() {
    let case = Case::new();
    let mut files = before();
    for path in ["history/history.json", "history/check.json", "documents/objectives.csv", "documents/poam.csv"] {
        files.insert(path, "\u{0}not what it should be,\"\n{".to_owned());
    }
    let old = case.bundle("old", &files, &manifest_of(&files, "a", 80));
    let new = case.bundle("new", &after(), &manifest_of(&after(), "b", 110));
    let (told, _) = delta::folder(&open(&old), &new, None).expect("a delta");
    assert_whole(&new, &told);
    let page = std::fs::read_to_string(new.join("documents/delta.md")).expect("it is there");
    assert!(page.contains("| A\\[a\\] | unanswered | met |"), "{page}");
}

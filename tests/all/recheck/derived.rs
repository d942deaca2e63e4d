//! A bundle follows from itself, however its repository is built; one that was altered does not, whoever repairs the
//! digests.

use std::path::PathBuf;
use std::process::Command;

use demarcate::archive::Archive;
use demarcate::bundle::staging::Staging;
use demarcate::bundle::{self, Asked};
use demarcate::digest;
use demarcate::manifest::{Chosen, MANIFEST, Manifest};
use demarcate::recheck::{self, Difference};
use tempfile::TempDir;

use crate::all::screen::{Sample, run};
use crate::all::scripted::{Scripted, day};

/// A bundle in a folder.
struct Bundled {
    home: TempDir,
}

impl Bundled {
    fn of(scripted: &Scripted, evidence: Chosen) -> Self {
        let home = TempDir::new().expect("tests may write to the temporary folder");
        let git = scripted.open();
        let asked = Asked {
            git: &git,
            directory: &scripted.dir().join(scripted.prefix()),
            prefix: scripted.prefix(),
            commit: git.head().expect("HEAD can be read").expect("there is a commit"),
            as_of: day("2026-06-01"),
            evidence,
            progress: &|_| {},
        };
        let staging = Staging::beside(&home.path().join("made")).expect("a bundle can be begun");
        let folder = staging.folder(1_780_000_000).expect("a bundle can be begun");
        let gathered = bundle::gather(&asked, &folder).expect("the commit can be gathered");
        gathered.write(&folder).expect("the bundle can be written");
        staging.finish(folder.root()).expect("the bundle can be put into place");
        Self { home }
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("made")
    }

    fn manifest(&self) -> Manifest {
        Manifest::read(&std::fs::read(self.folder().join(MANIFEST)).expect("it is there")).expect("it is a manifest")
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Replaces a piece of a file, and repairs its digest in the manifest.
    fn alter(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} holds no {old:?}");
        let text = text.replacen(old, new, 1);
        std::fs::write(self.folder().join(path), &text).expect("it can be written");
        let mut manifest = self.manifest();
        let listed = manifest.files.iter_mut().find(|file| file.path == path).expect("the file is listed");
        let digest::Digested { size, sha256 } = digest::of_bytes(text.as_bytes());
        (listed.size, listed.sha256) = (size, sha256);
        self.write(&manifest);
    }

    fn write(&self, manifest: &Manifest) {
        std::fs::write(self.folder().join(MANIFEST), manifest.bytes()).expect("it can be written");
    }

    fn recheck(&self) -> Vec<Difference> {
        let archive = Archive::open(&self.folder()).expect("the bundle can be opened");
        recheck::bundle(&archive, &self.manifest()).expect("the bundle can be made again")
    }

    /// The paths of what does not follow, but for the list of digests, which no one here repairs.
    fn differing(&self) -> Vec<String> {
        let paths = self.recheck().into_iter().map(|found| found.path);
        paths.filter(|path| path != "SHA256SUMS" && path != MANIFEST).collect()
    }
}

fn follows(scripted: &Scripted) {
    let bundled = Bundled::of(scripted, Chosen::All);
    assert_eq!(bundled.recheck(), [], "{}", bundled.read("history/refs"));
}

#[test]
fn a_bundle_follows_from_itself() {
    let scripted = Scripted::reviewed();
    follows(&scripted);
    let bundled = Bundled::of(&scripted, Chosen::All);
    let head = scripted.git(&["rev-parse", "HEAD"]);
    assert!(bundled.read("history/history.json").contains(&head));
    scripted.git(&["gc", "-q", "--aggressive"]);
    scripted.git(&["commit-graph", "write", "--reachable"]);
    scripted.git(&["replace", "HEAD", "HEAD~1"]);
    scripted.git(&["tag", "-a", "-m", "Not signed", "plain"]);
    let again = Bundled::of(&scripted, Chosen::All);
    assert_eq!(bundled.read("SHA256SUMS"), again.read("SHA256SUMS"));
}

#[test]
fn a_merged_history_and_one_with_sha_256_follow() {
    for format in ["sha1", "sha256"] {
        let scripted = Scripted::empty(&["--object-format", format]);
        scripted.write_root();
        scripted.commit("Begin", "2026-01-01");
        scripted.review("2026-02-01");
        scripted.git(&["checkout", "-q", "-b", "other"]);
        scripted.edit("policies/access.md", "ISSO", "ISSO and the owner");
        scripted.review("2026-02-02");
        scripted.git(&["checkout", "-q", "main"]);
        scripted.edit("assets.toml", "\n", "\n\n");
        scripted.review("2026-02-03");
        scripted.merge(&["other"], "2026-02-04");
        follows(&scripted);
    }
}

#[test]
fn a_root_in_a_folder_that_extends_another_and_was_renamed_follows() {
    let scripted = Scripted::empty(&[]).at("corporate");
    scripted.write_root();
    let scripted = scripted.at("old/north");
    scripted.write_root();
    scripted.edit("demarcate.toml", "[organization]", "extends = \"../../corporate\"\n\n[organization]");
    scripted.commit("Begin", "2026-01-01");
    scripted.review("2026-01-15");
    scripted.git(&["mv", "old", "clients"]);
    scripted.commit("Rename", "2026-02-01");
    let scripted = scripted.at("clients/north");
    scripted.review("2026-02-02");
    follows(&scripted);
}

#[test]
fn policies_behind_links_follow() {
    let scripted = Scripted::empty(&[]).at("north");
    scripted.write_root();
    std::fs::create_dir_all(scripted.dir().join("docs")).expect("the folder is new");
    std::fs::rename(scripted.dir().join("north/policies"), scripted.dir().join("docs/policies")).expect("it can move");
    std::os::unix::fs::symlink("../docs/policies", scripted.dir().join("north/policies")).expect("a link can be made");
    scripted.commit("Begin", "2026-01-01");
    scripted.review("2026-01-02");
    std::fs::write(scripted.dir().join("docs/policies/access.md"), "# Access control\n\nOther.\n").expect("written");
    scripted.commit("Change", "2026-01-03");
    follows(&scripted);
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn a_signed_tag_and_a_note_of_a_time_stamp_come_with_the_log() {
    let scripted = Scripted::reviewed();
    let key = scripted.beside("key");
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("ssh-keygen is not installed: no tag was signed");
        return;
    }
    let public = std::fs::read_to_string(scripted.beside("key.pub")).expect("the key was made");
    scripted.write("trust/allowed_signers", &format!("dana@contractor.example {public}"));
    scripted.write("trust/tsa.pem", "");
    let key = format!("user.signingkey={}", key.display());
    let signed = ["-c", "gpg.format=ssh", "-c", &key];
    scripted.git(&["add", "-A"]);
    scripted.git_on(&[&signed[..], &["commit", "-q", "-S", "-m", "Trust"]].concat(), "2026-03-01");
    let review = format!("Review\n\n{}", crate::all::scripted::REVIEW);
    scripted.git_on(&[&signed[..], &["commit", "-q", "-S", "--allow-empty", "-m", &review]].concat(), "2026-03-02");
    scripted.git_on(&[&signed[..], &["tag", "-s", "-m", "Release", "v1"]].concat(), "2026-03-03");
    scripted.git(&["tag", "-a", "-m", "Not signed", "plain"]);
    scripted.git(&["notes", "--ref", "timestamps", "add", "-m", "no token", "HEAD"]);
    let bundled = Bundled::of(&scripted, Chosen::All);
    let refs = bundled.read("history/refs");
    assert!(refs.contains(" refs/tags/v1\n^") && refs.contains(" refs/notes/timestamps\n"), "{refs}");
    assert!(!refs.contains("plain"), "{refs}");
    assert!(bundled.read("history/history.json").contains("\"signed\""));
    assert_eq!(bundled.recheck(), []);
}

#[test]
fn evidence_that_is_withheld_or_changed_or_elsewhere_is_taken_as_it_was_recorded() {
    let scripted = Scripted::root();
    let artifacts = "evidence/contractor/artifacts.toml";
    scripted.write("evidence/contractor/plain.txt", "plain\n");
    scripted.write("evidence/contractor/marked.txt", "CUI//SP-CTI\n");
    let more = "\n[[artifact]]\nid = \"plain\"\ntitle = \"Plain\"\nkind = \"report\"\n\n[[artifact.edition]]\n\
                path = \"plain.txt\"\ncollected = 2026-01-01\n\n[[artifact]]\nid = \"marked\"\ntitle = \"Marked\"\n\
                kind = \"report\"\nmarking = \"CUI\"\n\n[[artifact.edition]]\npath = \"marked.txt\"\ncollected = 2026-01-01\n\
                \n[[artifact]]\nid = \"far\"\ntitle = \"Far\"\nkind = \"report\"\n\n[[artifact.edition]]\n\
                path = \"s3://vault/far.txt\"\ncollected = 2026-01-01\n";
    let text = scripted.read(artifacts) + more;
    scripted.write(artifacts, &text);
    scripted.commit("Evidence", "2026-02-01");
    for chosen in [Chosen::All, Chosen::Unmarked, Chosen::None] {
        let bundled = Bundled::of(&scripted, chosen);
        assert_eq!(bundled.recheck(), [], "{chosen:?}");
        let has = |path: &str| bundled.folder().join(path).exists();
        assert_eq!(has("evidence/contractor/marked.txt"), chosen == Chosen::All);
        assert_eq!(has("evidence/contractor/plain.txt"), chosen != Chosen::None);
    }
    let bundled = Bundled::of(&scripted, Chosen::All);
    bundled.alter("evidence/contractor/plain.txt", "plain", "other");
    assert_eq!(bundled.differing(), ["evidence/contractor/plain.txt"]);
}

#[test]
fn what_was_altered_differs_although_its_digest_was_repaired() {
    let scripted = Scripted::reviewed();
    for (path, old, new) in [
        ("documents/ssp.md", "\n", "\nAll is well.\n"),
        ("sources/policies/access.md", "approved", "granted"),
        ("history/history.json", "\"grade\": \"unsigned\"", "\"grade\": \"signed\""),
        ("history/check.json", "\"deny\"", "\"warn\""),
        ("README.txt", "sha256sum", "true"),
        ("verify.sh", "\n", "\nexit 0\n"),
    ] {
        let bundled = Bundled::of(&scripted, Chosen::All);
        bundled.alter(path, old, new);
        let differences = bundled.recheck();
        let of_file = differences.iter().find(|found| found.path == path).unwrap_or_else(|| panic!("{path}"));
        assert!(of_file.line.is_some() && of_file.theirs != of_file.ours, "{of_file:?}");
        assert_eq!(bundled.differing(), [path]);
    }
}

#[test]
fn a_file_that_was_added_or_taken_away_and_figures_that_were_bettered_differ() {
    let scripted = Scripted::reviewed();
    let bundled = Bundled::of(&scripted, Chosen::All);
    let mut manifest = bundled.manifest();
    let at = manifest.files.iter().position(|file| file.path == "sources/policies/access.md").expect("it is listed");
    manifest.files.remove(at);
    bundled.write(&manifest);
    assert_eq!(bundled.differing(), ["sources/policies/access.md"]);

    let bundled = Bundled::of(&scripted, Chosen::All);
    let mut manifest = bundled.manifest();
    let mut added = manifest.files[at].clone();
    added.path = "documents/zz.html".to_owned();
    manifest.files.push(added);
    bundled.write(&manifest);
    assert_eq!(bundled.differing(), ["documents/zz.html"]);

    let bundled = Bundled::of(&scripted, Chosen::All);
    let mut manifest = bundled.manifest();
    manifest.summary.score = Some(110);
    bundled.write(&manifest);
    assert_eq!(bundled.recheck()[0].path, MANIFEST);
}

#[test]
fn a_log_of_something_else_is_refused_and_another_version_is_said_first() {
    let scripted = Scripted::reviewed();
    let bundled = Bundled::of(&scripted, Chosen::All);
    let mut manifest = bundled.manifest();
    manifest.tool = "demarcate 0.0.9".to_owned();
    bundled.write(&manifest);
    let first = &bundled.recheck()[0];
    assert_eq!((first.path.as_str(), first.theirs.as_deref()), (MANIFEST, Some("demarcate 0.0.9")));

    let other = Bundled::of(&Scripted::root(), Chosen::All);
    let swapped = bundled.folder().join("history/objects.pack");
    std::fs::copy(other.folder().join("history/objects.pack"), swapped).expect("it can be copied");
    let archive = Archive::open(&bundled.folder()).expect("the bundle can be opened");
    assert!(recheck::bundle(&archive, &bundled.manifest()).is_err());
}

#[test]
fn the_bundle_of_the_demo_follows_from_itself_in_every_form() {
    let (sample, home) = (Sample::new(), TempDir::new().expect("tests may write to the temporary folder"));
    for (form, name) in [("dir", "made"), ("zip", "made.zip"), ("tar.gz", "made.tar.gz")] {
        let path = home.path().join(name);
        let target = path.to_string_lossy();
        let screen = run(&sample.root(), &["bundle", "--with-diagnostics", "--format", form, "-o", &*target]);
        assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
        let archive = Archive::open(&path).expect("the bundle can be opened");
        let is_manifest = |name: &str| name == MANIFEST || name.ends_with("/manifest.json");
        let entry = archive.files.iter().find(|entry| is_manifest(&entry.name)).expect("it has a manifest");
        let mut bytes = Vec::new();
        let read = archive.read(entry, |file| std::io::Read::read_to_end(file, &mut bytes));
        assert!(read.is_ok(), "{form}");
        let manifest = Manifest::read(&bytes).expect("it is a manifest");
        assert_eq!(recheck::bundle(&archive, &manifest).expect("it can be made again"), [], "{form}");
    }
}

//! The bundle that an assessor receives: the same bytes everywhere, nothing half-written, and judged by ordinary tools.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::base::{AS_OF, Repository};
use super::screen::{Screen, of, run, tool};
use demarcate::manifest::{Chosen, Manifest, Role};
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().expect("the tests may write to the folder for temporary files")
}

/// Bundles a root with these options.
fn bundle(root: &Path, to: &Path, options: &[&str]) -> Screen {
    let to = to.to_string_lossy();
    run(root, &[&["bundle", "--as-of", AS_OF, "-o", &to], options].concat())
}

/// A bundle that has to come about.
fn made(root: &Path, options: &[&str]) -> (TempDir, PathBuf) {
    let home = folder();
    let to = home.path().join("b");
    let screen = bundle(root, &to, options);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    (home, to)
}

/// Every file of a folder by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(folder: &Path, above: &str, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).expect("the folder can be listed").flatten() {
            let name = format!("{above}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                collect(&entry.path(), &format!("{name}/"), files);
            } else {
                files.insert(name, std::fs::read(entry.path()).expect("the file can be read"));
            }
        }
    }
    let mut all = BTreeMap::new();
    collect(folder, "", &mut all);
    all
}

fn manifest(bundle: &Path) -> Manifest {
    let bytes = std::fs::read(bundle.join("manifest.json")).expect("there is a manifest");
    Manifest::read(&bytes).expect("it is of our version")
}

/// Names in a folder, hidden ones too.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder can be listed").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Runs a shell command in a folder; gives its code and what it said.
fn sh(folder: &Path, command: &str) -> (i32, String) {
    let output = Command::new("sh").args(["-c", command]).current_dir(folder).output().expect("there is a shell");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

/// Refused with this code and words, and nothing is left.
fn refused(root: &Path, options: &[&str], code: i32, words: &[&str]) {
    let home = folder();
    let screen = bundle(root, &home.path().join("b"), options);
    let said = format!("{}{}", screen.out, screen.err);
    assert_eq!(screen.code, code, "{said}");
    for word in words {
        assert!(said.contains(word), "no {word:?} in:\n{said}");
    }
    assert_eq!(names(home.path()), Vec::<String>::new(), "{said}");
}

#[test]
fn a_bundle_holds_what_it_says_and_sha256sum_agrees() {
    let base = Repository::base();
    let (_home, to) = made(&base.root(), &[]);
    let (code, said) = sh(&to, "sha256sum --check --strict --quiet SHA256SUMS");
    assert_eq!((code, said.as_str()), (0, ""));
    let manifest = manifest(&to);
    let all = files(&to);
    let listed: Vec<&str> = manifest.files.iter().map(|file| file.path.as_str()).collect();
    let others = all.keys().filter(|path| !listed.contains(&path.as_str()));
    assert_eq!(others.collect::<Vec<_>>(), ["SHA256SUMS", "manifest.json"]);
    for file in &manifest.files {
        assert_eq!(all[&file.path].len() as u64, file.size, "{}", file.path);
        if let (Some(blob), Some(source)) = (&file.blob, &file.source) {
            assert_eq!(&base.git(&["rev-parse", &format!("HEAD:{source}")]), blob, "{source}");
            let hashed = base.git(&["hash-object", "--no-filters", &to.join(&file.path).to_string_lossy()]);
            assert_eq!(&hashed, blob, "{source}");
        }
    }
    let has = |role: Role| manifest.files.iter().any(|file| file.role == role);
    let roles = [Role::Document, Role::Evidence, Role::Source, Role::History, Role::DodLog, Role::Guide];
    assert!(roles.into_iter().all(has));
    assert_eq!(manifest.commit, base.git(&["rev-parse", "HEAD"]));
    assert_eq!(manifest.tree, base.git(&["rev-parse", "HEAD^{tree}"]));
    assert_eq!(manifest.committed, "2026-10-01T10:00:00Z");
    assert_eq!(manifest.as_of, AS_OF);
    assert!(manifest.editions.iter().all(|edition| edition.path.is_some() && edition.sha256.is_some()));
    assert!(manifest.summary.denied.is_empty());
    let objectives: usize = manifest.summary.objectives.values().sum();
    assert_eq!(objectives, 320);
    let history = String::from_utf8(all["history/history.json"].clone()).expect("JSON is UTF-8");
    assert_eq!(history, base_history(&base));
}

#[test]
fn what_the_assessor_copies_names_the_log_that_lies_in_the_bundle() {
    let (_home, to) = made(&Repository::base().root(), &[]);
    let (code, digest) = sh(&to, "sha256sum < dod/CMMCAssessmentArtifacts.log | cut -c1-64 | tr -d '\n'");
    assert_eq!((code, digest.len()), (0, 64), "{digest}");
    let mut reader = csv::Reader::from_path(to.join("documents/emass.csv")).expect("it is in the bundle");
    let header = reader.headers().expect("there is a header").clone();
    let at = |name: &str| header.iter().position(|column| column == name).expect("the column is there");
    let columns = ["hash_value", "hashed_data_list", "hash_algorithm", "remarks"].map(at);
    for row in reader.records().map(|row| row.expect("every row is as wide as the header")) {
        let [value, list, algorithm, remarks] = columns.map(|at| row.get(at).unwrap_or_default());
        assert_eq!((value, list, algorithm), (digest.as_str(), "CMMCAssessmentArtifacts.log", "SHA-256"));
        assert!(!remarks.contains("no log of hashes"), "{remarks}");
    }
}

fn base_history(base: &Repository) -> String {
    run(&base.root(), &["history", "--format", "json", "--as-of", AS_OF]).out
}

#[test]
fn the_day_is_that_of_the_commit_and_never_today() {
    let base = Repository::base();
    let home = folder();
    let to = home.path().join("b");
    let out = run(&base.root(), &["bundle", "--with-diagnostics", "-o", &to.to_string_lossy()]);
    assert_eq!(out.code, 0, "{}{}", out.out, out.err);
    assert_eq!(manifest(&to).as_of, "2026-10-01");
}

#[test]
fn another_place_clock_umask_and_checkout_give_the_same_bytes() {
    let base = Repository::base();
    // Without `-text` a checkout may give evidence other line endings.
    base.delete(".gitattributes");
    base.commit("2026-10-02T10:00:00Z", "Let Git do what it wants");
    let (_home, first) = made(&base.root(), &["--with-diagnostics"]);
    let elsewhere = folder();
    let clone = elsewhere.path().join("some where").join("else");
    base.git(&[
        "-c",
        "core.autocrlf=true",
        "clone",
        "-q",
        ".",
        &clone.to_string_lossy(),
        "--config",
        "core.autocrlf=true",
    ]);
    let text = std::fs::read(clone.join("demarcate.toml")).expect("it was cloned");
    assert!(text.windows(2).any(|pair| pair == b"\r\n"), "the checkout is as everywhere, so nothing is tested");
    let to = elsewhere.path().join("b");
    let line = "umask 077; exec \"$0\" bundle --as-of \"$1\" --with-diagnostics -o \"$2\"";
    let mut command = tool(&clone);
    let mut shell = Command::new("sh");
    shell.current_dir(&clone).env_clear().args(["-c", line, env!("CARGO_BIN_EXE_demarcate"), AS_OF]).arg(&to);
    shell.envs(
        command.envs([("SOURCE_DATE_EPOCH", "1995262400")]).get_envs().filter_map(|(key, value)| Some((key, value?))),
    );
    shell.envs([("TZ", "Asia/Tokyo"), ("LC_ALL", "tr_TR.UTF-8"), ("HOME", "/nowhere")]);
    let screen = of(&shell.output().expect("there is a shell"));
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    let (one, other) = (files(&first), files(&to));
    let differing: Vec<&String> = one.keys().filter(|path| one.get(*path) != other.get(*path)).collect();
    assert_eq!(differing, Vec::<&String>::new());
    assert_eq!(one.len(), other.len());
    let modes = |folder: &Path| sh(folder, "find . -exec stat -c '%a %n' {} + | LC_ALL=C sort").1;
    assert_eq!(modes(&first), modes(&to));
}

#[test]
fn archives_are_the_same_bytes_whatever_they_are_called() {
    let base = Repository::base();
    for form in ["zip", "tar.gz"] {
        let home = folder();
        for name in ["one", "two"] {
            let screen = bundle(&base.root(), &home.path().join(name), &["--format", form]);
            assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
        }
        let read = |name: &str| std::fs::read(home.path().join(format!("{name}.{form}"))).expect("it was written");
        assert!(read("one") == read("two"), "{form}");
        assert_eq!(names(home.path()).len(), 2);
    }
}

/// A key, and the list of signers that an assessor has of it.
fn key(home: &Path, name: &str) -> (PathBuf, PathBuf) {
    let (key, list) = (home.join(name), home.join(format!("{name}.signers")));
    let made = format!("ssh-keygen -q -t ed25519 -N '' -C {name} -f {}", key.display());
    assert_eq!(sh(home, &made).0, 0);
    let public = std::fs::read_to_string(home.join(format!("{name}.pub"))).expect("it was made");
    std::fs::write(&list, format!("{name}@northwind.example {public}")).expect("the folder can be written");
    (key, list)
}

#[test]
fn the_script_verifies_a_signed_bundle_and_notices_every_kind_of_alteration() {
    let base = Repository::base();
    let home = folder();
    let ((one, list), (_, stranger)) = (key(home.path(), "dana"), key(home.path(), "eve"));
    let (_home, to) = made(&base.root(), &["--sign", &one.to_string_lossy()]);
    let verify = |list: &Path| sh(home.path(), &format!("sh {}/verify.sh {}", to.display(), list.display()));
    let (code, said) = verify(&list);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("verified") && said.contains("dana@northwind.example"), "{said}");
    assert_eq!(verify(Path::new("")).0, 2);
    assert_eq!(verify(&stranger).0, 1);
    let within = to.join("documents/list");
    std::fs::copy(&list, &within).expect("the bundle can be written");
    assert_eq!(verify(&within).0, 2, "a bundle cannot vouch for itself");
    std::fs::remove_file(&within).expect("it was just written");
    let alterations: [(&str, &str, &str); 8] = [
        ("changed", "echo >>README.txt", "README.txt"),
        ("missing", "rm evidence/_elsewhere/*/* 2>/dev/null || rm documents/ssp.md", "missing"),
        ("extra", "echo x >documents/extra.html", "extra.html"),
        ("hidden", "echo x >sources/.hidden", ".hidden"),
        ("link", "ln -s /etc/passwd documents/link", "link"),
        ("list", "sed -i 1d SHA256SUMS", "nobody of your list"),
        ("signature", "head -n 3 SHA256SUMS.sig >x; mv x SHA256SUMS.sig", "no signature"),
        ("unsigned", "rm SHA256SUMS.sig", "nobody"),
    ];
    let kept = home.path().join("kept");
    assert_eq!(sh(home.path(), &format!("cp -a {} {}", to.display(), kept.display())).0, 0);
    for (what, alteration, word) in alterations {
        assert_eq!(sh(&to, alteration).0, 0, "{what}");
        let (code, said) = verify(&list);
        assert_eq!(code, 1, "{what}: {said}");
        assert!(said.contains(word), "{what}: {said}");
        let back = format!("rm -rf {0} && cp -a {1} {0}", to.display(), kept.display());
        assert_eq!(sh(home.path(), &back).0, 0);
    }
}

#[test]
fn evidence_stays_out_by_marking_and_by_choice_and_its_digest_stays() {
    let base = Repository::base();
    let path = "evidence/contractor/artifacts.toml";
    let text = base.text(path);
    let first = text.find("title").expect("an artifact has a title");
    base.write(path, format!("{}marking = \"CUI\"\n{}", &text[..first], &text[first..]));
    base.commit("2026-10-02T10:00:00Z", "Mark one");
    for (choice, chosen) in [("all", Chosen::All), ("unmarked", Chosen::Unmarked), ("none", Chosen::None)] {
        let (_home, to) = made(&base.root(), &["--evidence", choice, "--with-diagnostics"]);
        let manifest = manifest(&to);
        assert_eq!(manifest.evidence, chosen);
        let withheld: Vec<_> = manifest.editions.iter().filter(|edition| edition.withheld.is_some()).collect();
        let expected = match chosen {
            Chosen::All => 0,
            Chosen::Unmarked => manifest.editions.iter().filter(|edition| edition.marking.is_some()).count(),
            Chosen::None => manifest.editions.len(),
        };
        assert!(expected > 0 || chosen == Chosen::All);
        assert_eq!(withheld.len(), expected, "{choice}");
        assert!(withheld.iter().all(|edition| edition.sha256.is_some() && edition.path.is_none()));
        let all = files(&to);
        assert_eq!(all.keys().any(|path| path.starts_with("dod/")), chosen != Chosen::None);
        let digests: Vec<&str> = withheld.iter().filter_map(|edition| edition.sha256.as_deref()).collect();
        let kept: Vec<_> = manifest.files.iter().filter(|file| file.role == Role::Evidence).collect();
        assert!(kept.iter().all(|file| !digests.contains(&file.sha256.as_str())), "{choice}");
        let readme = String::from_utf8_lossy(&all["README.txt"]).into_owned();
        let word = if expected == 0 { "Every edition".to_owned() } else { format!("{expected} of ") };
        assert!(readme.contains(&word), "{readme}");
    }
}

#[test]
fn a_tree_that_is_not_as_committed_is_refused_and_named() {
    let base = Repository::base();
    base.append("demarcate.toml", "\n# a thought\n");
    refused(&base.root(), &[], 2, &["not as committed", "demarcate.toml: changed"]);
    base.git(&["checkout", "--", "."]);
    base.write("providers/new one.toml", "");
    refused(&base.root(), &[], 2, &["providers/new one.toml: untracked"]);
    base.git(&["add", "--all"]);
    refused(&base.root(), &["--with-diagnostics"], 2, &["providers/new one.toml: staged"]);
}

#[test]
fn what_is_no_whole_repository_is_refused() {
    let home = folder();
    refused(home.path(), &[], 2, &["not in a Git repository", "git init"]);
    let empty = Repository::empty();
    empty.write("demarcate.toml", "");
    refused(&empty.root(), &[], 2, &["no commit yet"]);
    let base = Repository::base();
    let shallow = home.path().join("shallow");
    let from = format!("file://{}", base.root().display());
    base.git(&["clone", "-q", "--depth", "1", &from, &shallow.to_string_lossy()]);
    refused(&shallow, &[], 2, &["shallow clone", "git fetch --unshallow"]);
    refused(&base.root(), &["--trust-root", &"0".repeat(64)], 2, &["demarcate verify"]);
}

#[test]
fn evidence_that_is_not_what_the_lock_says_is_refused_whatever_is_asked() {
    let base = Repository::base();
    let (_home, to) = made(&base.root(), &[]);
    let edition = manifest(&to).editions.into_iter().find(|edition| edition.location.starts_with("evidence/"));
    let location = edition.expect("the base has evidence").location;
    base.append(&location, "one more line\n");
    base.commit("2026-10-02T10:00:00Z", "Change evidence");
    refused(&base.root(), &["--with-diagnostics"], 1, &[&location, "evidence.lock has", "demarcate hash"]);
    refused(&base.root(), &["--with-diagnostics", "--evidence", "none"], 1, &[&location]);
    base.delete(&location);
    base.commit("2026-10-03T10:00:00Z", "Lose evidence");
    refused(&base.root(), &["--with-diagnostics"], 1, &[&location, "it is missing"]);
    base.delete("evidence.lock");
    base.commit("2026-10-04T10:00:00Z", "Lose the lock");
    refused(&base.root(), &["--with-diagnostics"], 1, &["evidence.lock has no line for it"]);
}

#[test]
fn what_is_denied_is_shown_and_refused_or_handed_over_with_a_word() {
    let base = Repository::base();
    base.append("policies/ac.md", "\nOne more sentence.\n");
    base.commit("2026-10-02T10:00:00Z", "Change what was reviewed");
    run(&base.root(), &["hash"]);
    base.commit("2026-10-02T11:00:00Z", "Lock it");
    let check = run(&base.root(), &["check", "--as-of", AS_OF]);
    assert_eq!(check.code, 1, "{}", check.out);
    let first = check.out.lines().next().expect("it says something").to_owned();
    refused(&base.root(), &[], 1, &[&first, "--with-diagnostics"]);
    let (_home, to) = made(&base.root(), &["--with-diagnostics"]);
    assert!(!manifest(&to).summary.denied.is_empty());
    let readme = String::from_utf8_lossy(&files(&to)["README.txt"]).into_owned();
    assert!(readme.contains("AT DENY LEVEL"), "{readme}");
    let json: serde_json::Value = serde_json::from_slice(&files(&to)["history/check.json"]).expect("it is JSON");
    assert!(json["summary"]["deny"].as_u64() > Some(0));
}

#[test]
fn a_bundle_replaces_nothing_and_lies_where_it_is_no_change() {
    let base = Repository::base();
    let home = folder();
    std::fs::write(home.path().join("notes.txt"), "mine").expect("the folder can be written");
    for place in [home.path().to_owned(), home.path().join("notes.txt")] {
        let screen = bundle(&base.root(), &place, &[]);
        assert_eq!(screen.code, 2, "{}", screen.out);
        assert!(screen.err.contains("replaces nothing"), "{}", screen.err);
    }
    assert_eq!(names(home.path()), ["notes.txt"]);
    let inside = bundle(&base.root(), &base.path("release"), &[]);
    assert_eq!(inside.code, 2);
    assert!(inside.err.contains(".gitignore"), "{}", inside.err);
    assert!(!base.path("release").exists());
    base.write(".gitignore", "/release/\n");
    base.commit("2026-10-02T10:00:00Z", "Ignore releases");
    for _ in 0..2 {
        let screen = bundle(&base.root(), &base.path("release/today"), &["--with-diagnostics"]);
        assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
        assert_eq!(base.git(&["status", "--porcelain"]), "");
        base.delete("release");
    }
}

#[test]
fn a_name_that_windows_cannot_hold_is_refused() {
    let base = Repository::base();
    let (_home, to) = made(&base.root(), &[]);
    let edition =
        manifest(&to).editions.into_iter().find(|edition| edition.location.starts_with("evidence/contractor/"));
    let location = edition.expect("the base has evidence of its own").location;
    let name = location.trim_start_matches("evidence/contractor/");
    base.write("evidence/contractor/aux.txt", std::fs::read(base.path(&location)).expect("it is there"));
    let toml = base.text("evidence/contractor/artifacts.toml");
    base.write("evidence/contractor/artifacts.toml", toml.replace(&format!("\"{name}\""), "\"aux.txt\""));
    base.delete(&location);
    run(&base.root(), &["hash"]);
    base.commit("2026-10-02T10:00:00Z", "Call it aux");
    refused(&base.root(), &["--with-diagnostics"], 2, &["aux.txt", "device", "rename it"]);
}

#[test]
fn a_root_in_a_folder_and_the_one_that_it_extends_are_bundled_together() {
    let base = Repository::base();
    base.git(&["config", "core.hooksPath", "/dev/null"]);
    for folder in ["corporate", "clients/one"] {
        std::fs::create_dir_all(base.path(folder)).expect("the folder is new");
    }
    let moved = "for one in $(git ls-files | cut -d/ -f1 | sort -u); do git mv $one corporate/; done";
    assert_eq!(sh(&base.root(), moved).0, 0);
    base.write("clients/one/demarcate.toml", "extends = \"../../corporate\"\n\n[organization]\nname = \"One\"\n");
    base.write("clients/one/evidence.lock", "# demarcate evidence.lock 1\n");
    base.commit("2026-10-02T10:00:00Z", "Two roots");
    let (_home, to) = made(&base.path("clients/one"), &["--with-diagnostics"]);
    let manifest = manifest(&to);
    assert_eq!(manifest.root, "clients/one");
    assert_eq!(manifest.tree, base.git(&["rev-parse", "HEAD:clients/one"]));
    let all = files(&to);
    for path in
        ["sources/clients/one/demarcate.toml", "sources/corporate/demarcate.toml", "sources/corporate/evidence.lock"]
    {
        assert!(all.contains_key(path), "{path} is not in {:?}", all.keys());
    }
    let inherited: Vec<_> = manifest.editions.iter().filter(|edition| edition.location.starts_with("../")).collect();
    assert!(!inherited.is_empty());
    let is_elsewhere = |path: &String| path.starts_with("evidence/_elsewhere/") && all.contains_key(path);
    assert!(
        inherited.iter().all(|edition| edition.sha256.is_some() && edition.path.as_ref().is_some_and(is_elsewhere))
    );
    base.append("corporate/policies/ac.md", "more\n");
    refused(&base.path("clients/one"), &[], 2, &["corporate/policies/ac.md: changed"]);
}

/// Starts a command and kills it after a while.
fn killed_after(command: &mut Command, while_: Duration) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary was built");
    std::thread::sleep(while_);
    let was_running = child.try_wait().expect("it is our child").is_none();
    drop(child.kill());
    child.wait().expect("it is our child");
    was_running
}

/// Numbers that look like chance and are the same in every run.
fn seeded(count: u64) -> impl Iterator<Item = u64> {
    (1..=count).scan(0x9e37_79b9_7f4a_7c15_u64, |state, _| {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some(*state >> 33)
    })
}

#[test]
fn a_killed_bundle_leaves_the_old_one_whole_and_the_next_run_cleans_up() {
    let base = Repository::base();
    let home = folder();
    let (old, new) = (home.path().join("old"), home.path().join("new"));
    let begun = Instant::now();
    assert_eq!(bundle(&base.root(), &old, &[]).code, 0);
    let takes = begun.elapsed();
    let before = files(&old);
    let (mut running, mut finished) = (0, 0);
    for number in seeded(100) {
        // Most kills come early, where the folder is begun, and the others anywhere in a run.
        let share = if number % 4 == 0 { 1 } else { 12 };
        let micros = u64::try_from(takes.as_micros()).unwrap_or(u64::MAX) / share;
        let mut command = tool(&base.root());
        command.args(["bundle", "--as-of", AS_OF, "-o"]).arg(&new);
        running += usize::from(killed_after(&mut command, Duration::from_micros(number % micros.max(1))));
        if new.exists() {
            assert!(files(&new) == before, "what stands there is whole or not there");
            std::fs::remove_dir_all(&new).expect("it can be removed");
            finished += 1;
        }
    }
    assert!(running > 50, "{running} were running and {finished} came about");
    assert!(files(&old) == before);
    assert_eq!(bundle(&base.root(), &new, &[]).code, 0);
    assert_eq!(names(home.path()), ["new", "old"]);
}

#[test]
fn a_killed_hash_leaves_the_lock_whole() {
    let base = Repository::base();
    let whole = base.text("evidence.lock");
    let begun = Instant::now();
    assert_eq!(run(&base.root(), &["hash"]).code, 0);
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    let halved: Vec<&str> = whole.split_inclusive('\n').take(whole.lines().count() / 2).collect();
    let halved = halved.concat();
    for number in seeded(100) {
        base.write("evidence.lock", &halved);
        killed_after(tool(&base.root()).arg("hash"), Duration::from_micros(number % (micros * 5 / 4)));
        let found = base.text("evidence.lock");
        assert!(found == whole || found == halved, "{found}");
    }
    assert_eq!(run(&base.root(), &["hash"]).code, 0);
    assert_eq!(base.text("evidence.lock"), whole);
}

#[test]
fn a_full_disk_is_an_error_with_the_path_and_leaves_nothing() {
    let base = Repository::base();
    // Any single file may have so many blocks of 512 bytes; the larger ones then fail at one stage or another.
    for (blocks, form) in [(8, "dir"), (64, "dir"), (64, "zip"), (2000, "tar.gz"), (1, "dir")] {
        let home = folder();
        let line = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" bundle --as-of {AS_OF} --no-cache --format {form} -o \"$1\""
        );
        let mut command = tool(&base.root());
        let mut shell = Command::new("sh");
        shell.current_dir(base.root()).env_clear();
        shell.envs(
            command.envs(std::iter::empty::<(&str, &str)>()).get_envs().filter_map(|(key, value)| Some((key, value?))),
        );
        shell.args(["-c", &line, env!("CARGO_BIN_EXE_demarcate")]).arg(home.path().join("b"));
        let screen = of(&shell.output().expect("there is a shell"));
        let left = names(home.path());
        if screen.code == 0 {
            assert!(blocks > 1000, "{blocks} blocks are too few for a bundle");
            continue;
        }
        assert_eq!(screen.code, 2, "{blocks}: {}{}", screen.out, screen.err);
        assert!(screen.err.contains("cannot write") && screen.err.contains("demarcate-bundle"), "{}", screen.err);
        assert_eq!(left, Vec::<String>::new(), "{blocks} {form}");
    }
}

#[test]
fn two_runs_at_once_do_not_harm_each_other() {
    let base = Repository::base();
    let home = folder();
    let (same, other) = (home.path().join("same"), home.path().join("other"));
    let start = |to: &Path| {
        let mut command = tool(&base.root());
        command.args(["bundle", "--as-of", AS_OF, "-o"]).arg(to).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the binary was built")
    };
    let children = [start(&same), start(&same), start(&other)];
    let screens = children.map(|child| of(&child.wait_with_output().expect("it is our child")));
    let mut codes: Vec<i32> = screens[..2].iter().map(|screen| screen.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 2], "{}{}", screens[0].err, screens[1].err);
    assert_eq!(screens[2].code, 0, "{}", screens[2].err);
    assert!(screens.iter().any(|screen| screen.err.contains("replaces nothing")));
    assert!(files(&same) == files(&other));
    assert_eq!(names(home.path()), ["other", "same"]);
}

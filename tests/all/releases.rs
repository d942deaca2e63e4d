//! A release from end to end: bundled and signed, verified from outside, made again, put beside another, continued.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use demarcate::manifest::{self, Manifest};

use super::screen::{Sample, Screen, run};

const KEY: &str = ".git/demarcate-demo-keys/priya";
const ROOT: &str = "trust/allowed_signers";

/// Bundles the sample into a folder beside it, signed by its compliance lead.
fn bundled(sample: &Sample, name: &str, options: &[&str]) -> (Screen, PathBuf) {
    let to = sample.root().with_file_name(name);
    let place = to.to_string_lossy();
    let words = [&["bundle", "--with-diagnostics", "--sign", KEY, "-o", &place], options].concat();
    (sample.run(&words), to)
}

fn verified(sample: &Sample, bundle: &Path, options: &[&str]) -> Screen {
    let place = bundle.to_string_lossy();
    sample.run(&[&["verify", &place, "--trust-root", ROOT], options].concat())
}

/// Says something else in a practice, and commits it.
fn change(sample: &Sample) {
    let path = "practices/AC.L2-3.1.1.toml";
    let text = sample.text(path);
    let (head, tail) = text.split_once("statement = \"\"\"\n").expect("the practice has a statement of several lines");
    sample.write(path, &format!("{head}statement = \"\"\"\nThe list of accounts is also kept on paper. {tail}"));
    sample.git(&["commit", "--quiet", "--all", "--no-gpg-sign", "-m", "Keep the list on paper too"]);
}

#[test]
fn a_signed_release_verifies_from_outside_and_follows_from_itself() {
    let sample = Sample::new();
    for (name, options) in [("b", &[][..]), ("b.zip", &["--format", "zip"]), ("b.tar.gz", &["--format", "tar.gz"])] {
        let (made, to) = bundled(&sample, name, options);
        assert_eq!(made.code, 0, "{}{}", made.out, made.err);
        let screen = verified(&sample, &to, &["--recheck", "--format", "json"]);
        assert_eq!(screen.code, 0, "{name}: {}{}", screen.out, screen.err);
        assert_eq!(screen.json()["recheck"], serde_json::json!([]), "{name}");
        let alone = sample.run(&["verify", &to.to_string_lossy()]);
        assert!(alone.code == 1 && alone.out.contains("no trust root was given from outside"), "{}", alone.out);
    }
}

#[test]
fn what_a_trusted_signer_made_up_is_found_by_making_it_again() {
    let sample = Sample::new();
    let (_, to) = bundled(&sample, "b", &[]);
    let page = to.join("documents/score.md");
    let text = std::fs::read_to_string(&page).expect("the score is a document");
    std::fs::write(&page, text.replace("-203", "-204")).expect("the bundle can be written");
    repair(&to);
    std::fs::remove_file(to.join("SHA256SUMS.sig")).expect("it was signed");
    std::fs::remove_file(to.join("attestation.intoto.jsonl")).expect("it was stated");
    let signed = sample.run(&["sign", &to.to_string_lossy(), "--sign", KEY]);
    assert_eq!(signed.code, 0, "{}{}", signed.out, signed.err);
    assert_eq!(verified(&sample, &to, &[]).code, 0, "digests and signatures are in order");
    let screen = verified(&sample, &to, &["--recheck"]);
    assert_eq!(screen.code, 1, "{}", screen.out);
    assert!(screen.out.contains("documents/score.md: line "), "{}", screen.out);
}

/// Writes manifest and list of digests anew, as somebody would who has the key.
fn repair(bundle: &Path) {
    let read = |path: &str| std::fs::read(bundle.join(path)).expect("the file is in the bundle");
    let mut manifest = Manifest::read(&read(manifest::MANIFEST)).expect("the manifest can be read");
    let mut digests = BTreeMap::new();
    for file in &mut manifest.files {
        let found = demarcate::digest::of_bytes(&read(&file.path));
        (file.size, file.sha256) = (found.size, found.sha256.clone());
        digests.insert(file.path.clone(), found.sha256);
    }
    digests.insert(manifest::MANIFEST.to_owned(), demarcate::digest::of_bytes(&manifest.bytes()).sha256);
    std::fs::write(bundle.join(manifest::MANIFEST), manifest.bytes()).expect("the bundle can be written");
    std::fs::write(bundle.join(manifest::SUMS), manifest::sums(&digests)).expect("the bundle can be written");
}

#[test]
fn a_bundle_is_compared_with_what_its_commit_gives_and_nothing_is_kept() {
    let sample = Sample::new();
    let (_, to) = bundled(&sample, "b", &["--as-of", "2026-11-20", "--evidence", "none"]);
    let same = sample.run(&["bundle", "--compare", &to.to_string_lossy()]);
    assert_eq!((same.code, same.out.starts_with("the same as ")), (0, true), "{}{}", same.out, same.err);
    change(&sample);
    let other = sample.run(&["bundle", "--compare", &to.to_string_lossy(), "-v"]);
    assert_eq!(other.code, 1, "{}{}", other.out, other.err);
    assert!(other.out.contains("sources/practices/AC.L2-3.1.1.toml"), "{}", other.out);
    assert!(!other.out.contains("wrote "), "{}", other.out);
    let (newer, second) = bundled(&sample, "c", &["--compare", &to.to_string_lossy()]);
    assert_eq!(newer.code, 1, "it was made, and differs: {}", newer.out);
    let place = second.to_string_lossy();
    let again = sample.run(&["bundle", "-o", &place, "--compare", &place]);
    assert_eq!(again.code, 0, "what stands there is compared, not replaced: {}{}", again.out, again.err);
}

#[test]
fn a_delta_holds_what_changed_and_verifies_beside_the_older_bundle() {
    let sample = Sample::new();
    let (_, old) = bundled(&sample, "old", &[]);
    change(&sample);
    let (made, delta) = bundled(&sample, "delta.zip", &["--since", &old.to_string_lossy(), "--format", "zip"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    assert!(made.out.contains("delta       since "), "{}", made.out);
    let screen = verified(&sample, &delta, &["--since", &old.to_string_lossy(), "--format", "json"]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    let found = screen.json();
    let files: Vec<&str> = found["files"].as_array().into_iter().flatten().filter_map(|f| f["path"].as_str()).collect();
    assert!(files.contains(&"sources/practices/AC.L2-3.1.1.toml") && files.contains(&"documents/delta.html"));
    assert!(!files.contains(&"sources/practices/AC.L2-3.1.2.toml"), "that is as it was");
    let (_, stranger) = bundled(&sample, "stranger", &["--evidence", "none"]);
    let other = verified(&sample, &delta, &["--since", &stranger.to_string_lossy()]);
    assert_eq!(other.code, 1, "it starts from another bundle: {}", other.out);
    let chained = sample.root().with_file_name("chained");
    let words = ["bundle", "--with-diagnostics", "--since", &delta.to_string_lossy(), "-o", &chained.to_string_lossy()];
    let refused = sample.run(&words);
    assert!(refused.code == 2 && refused.err.contains("it is itself a delta"), "{}{}", refused.out, refused.err);
    assert!(!chained.exists());
}

#[test]
fn a_bundle_needs_a_place_or_another_to_be_compared_with() {
    let sample = Sample::new();
    let screen = run(&sample.root(), &["bundle"]);
    assert!(screen.code == 2 && screen.err.contains("--output"), "{}", screen.err);
    let nowhere = sample.run(&["bundle", "--compare", "nowhere"]);
    assert!(nowhere.code == 2 && nowhere.err.contains("nowhere"), "{}", nowhere.err);
}

#[test]
fn a_name_says_the_form_and_none_says_two() {
    let sample = Sample::new();
    let (made, to) = bundled(&sample, "named.zip", &["--evidence", "none"]);
    assert!(made.code == 0 && to.is_file(), "{}{}", made.out, made.err);
    let (twice, to) = bundled(&sample, "twice.zip", &["--format", "tar.gz"]);
    assert!(twice.code == 2 && !to.exists() && twice.err.contains("another form"), "{}", twice.err);
    let (nowhere, _) = bundled(&sample, "absent/../sample/inside", &[]);
    assert!(nowhere.code == 2 && nowhere.err.contains("write the path without it"), "{}", nowhere.err);
    assert!(!sample.root().join("inside").exists() && !sample.root().with_file_name("absent").exists());
}

#[test]
fn what_is_only_compared_is_not_signed_and_missing_tags_are_named() {
    let sample = Sample::new();
    let (_, to) = bundled(&sample, "b", &[]);
    let place = to.to_string_lossy().into_owned();
    let unsigned = sample.run(&["bundle", "--compare", &place, "--sign", KEY]);
    assert!(unsigned.code == 2 && unsigned.err.contains("nothing is made that could be signed"), "{}", unsigned.err);
    let tags = sample.git(&["tag", "--list"]);
    sample.git(&[&["tag", "-d"], &tags.lines().collect::<Vec<_>>()[..]].concat());
    let screen = sample.run(&["bundle", "--compare", &place]);
    assert!(screen.code == 1 && screen.out.contains("git fetch --tags"), "{}{}", screen.out, screen.err);
}

#[test]
fn evidence_that_nobody_chose_to_leave_out_is_named() {
    let sample = Sample::new();
    let path = "evidence/contractor/artifacts.toml";
    let text = sample.text(path);
    let url = "edition = [{ path = \"https://files.example/plan.pdf\", collected = 2026-11-01 }]";
    sample.write(
        path,
        &format!("{text}\n[[artifact]]\nid = \"far\"\ntitle = \"Far\"\nkind = \"plan\"\nevery = \"1 year\"\n{url}\n"),
    );
    sample.git(&["commit", "--quiet", "--all", "--no-gpg-sign", "-m", "Cite what lies far away"]);
    let (made, _) = bundled(&sample, "b", &[]);
    assert!(made.err.contains("note: https://files.example/plan.pdf of far is not in it"), "{}{}", made.out, made.err);
    assert!(made.out.contains("1 edition neither here nor in evidence.lock"), "{}", made.out);
}

/// The ids of all objects of the history of a bundle, by Git itself.
fn objects(sample: &Sample, bundle: &Path) -> String {
    let bare = sample.root().with_file_name("unpacked");
    drop(std::fs::remove_dir_all(&bare));
    sample.git(&["init", "--quiet", "--bare", &bare.to_string_lossy()]);
    let pack = std::fs::copy(bundle.join("history/objects.pack"), bare.join("objects/pack/pack-1.pack"));
    pack.expect("the bundle has a history");
    let place = bare.to_string_lossy();
    sample.git(&["-C", &place, "index-pack", "objects/pack/pack-1.pack"]);
    sample.git(&["-C", &place, "cat-file", "--batch-all-objects", "--batch-check"])
}

#[test]
fn what_a_marking_keeps_here_is_in_no_corner_of_the_bundle() {
    let sample = Sample::new();
    let (list, policy) = ("evidence/contractor/artifacts.toml", "policies/maintenance.md");
    let text = sample.text(list);
    let (head, tail) = text.split_once("id            = \"maintenance-policy\"\n").expect("the sample has the policy");
    sample.write(list, &format!("{head}id            = \"maintenance-policy\"\nmarking       = \"CUI\"\n{tail}"));
    sample.git(&["commit", "--quiet", "--all", "--no-gpg-sign", "-m", "Mark the policy"]);
    let old = sample.git(&["rev-parse", &format!("HEAD:{policy}")]);
    sample.write(policy, &(sample.text(policy) + "\nOne line more, before it is renamed.\n"));
    sample.run(&["hash"]);
    sample.git(&["commit", "--quiet", "--all", "--no-gpg-sign", "-m", "Change the policy"]);
    let new = sample.git(&["rev-parse", &format!("HEAD:{policy}")]);
    sample.git(&["mv", policy, "policies/upkeep.md"]);
    for path in sample.git(&["grep", "-l", "policies/maintenance.md"]).lines() {
        sample.write(path, &sample.text(path).replace("policies/maintenance.md", "policies/upkeep.md"));
    }
    sample.run(&["hash"]);
    sample.git(&["commit", "--quiet", "--all", "--no-gpg-sign", "-m", "Rename the policy"]);
    for which in ["unmarked", "none"] {
        let (made, to) = bundled(&sample, which, &["--evidence", which]);
        assert_eq!(made.code, 0, "{}{}", made.out, made.err);
        let found = objects(&sample, &to);
        assert!(!found.contains(&old) && !found.contains(&new), "{which}: a marked policy is in the history");
        assert!(!to.join("sources/policies/upkeep.md").exists());
    }
}

#[cfg(unix)]
#[test]
fn a_link_hands_over_nothing_that_a_marking_keeps_here() {
    let marked = |sample: &Sample| -> String {
        let list = sample.text("evidence/contractor/artifacts.toml");
        assert!(list.contains("marking"), "the sample has marked evidence");
        let name = std::fs::read_dir(sample.root().join("evidence/contractor")).expect("it is there").flatten();
        let names = name.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with("authorized-users")).max().expect("the sample has lists of users")
    };
    let sample = Sample::new();
    let name = marked(&sample);
    std::os::unix::fs::symlink("../evidence/contractor", sample.root().join("policies/l")).expect("links can be made");
    sample.git(&["add", "--all"]);
    sample.git(&["commit", "--quiet", "--no-gpg-sign", "-m", "Link a folder"]);
    let id = sample.git(&["rev-parse", &format!("HEAD:evidence/contractor/{name}")]);
    let (made, to) = bundled(&sample, "folder", &["--evidence", "unmarked"]);
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    assert!(!objects(&sample, &to).contains(&id), "the link put it into the history");
    let target = format!("../evidence/contractor/{name}");
    std::os::unix::fs::symlink(target, sample.root().join("policies/leak.md")).expect("links can be made");
    sample.git(&["add", "--all"]);
    sample.git(&["commit", "--quiet", "--no-gpg-sign", "-m", "Link a file"]);
    let (refused, to) = bundled(&sample, "file", &["--evidence", "unmarked"]);
    assert_eq!(refused.code, 2, "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("policies/leak.md is a link to evidence that stays out") && !to.exists());
}

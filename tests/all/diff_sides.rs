//! The two sides of a comparison: where they part, what is read of each, and what is said where one cannot be read.

use std::collections::BTreeSet;

use demarcate::git::Git;
use demarcate::load::{self, Shared};
use demarcate::source::Tree;

use super::screen::{Screen, run, tool};
use super::scripted::{FILES, Scripted};

const PRACTICE: &str = "practices/AC.L2-3.1.1.toml";
const OTHER: &str = "practices/AC.L2-3.1.2.toml";

fn diff(root: &Scripted, words: &[&str]) -> Screen {
    run(&root.dir().join(root.prefix()), &[&["diff", "--as-of", "2026-06-01"], words].concat())
}

fn json(root: &Scripted, words: &[&str]) -> serde_json::Value {
    let screen = diff(root, &[words, &["--format", "json"]].concat());
    assert_eq!(screen.code, 0, "{}", screen.err);
    screen.json()
}

/// A branch `topic` with one commit, and a main that went on.
fn forked() -> Scripted {
    let root = Scripted::root();
    root.git(&["switch", "-q", "-c", "topic"]);
    root.edit(PRACTICE, "statement = \"\"\"\n", "statement = \"\"\"\nOn the topic.\n");
    root.commit("Topic", "2026-01-02");
    root.git(&["switch", "-q", "main"]);
    root.write(OTHER, &root.read(OTHER).replace("duty", "note = \"On main.\"\nduty"));
    root.commit("Main goes on", "2026-01-03");
    root
}

#[test]
fn a_base_that_went_on_is_compared_from_where_the_two_parted() {
    let root = forked();
    let parted = root.git(&["merge-base", "main", "topic"]);
    let changes = json(&root, &["main", "topic"]);
    assert_eq!(changes["before"]["commit"], *parted);
    assert_eq!(changes["before"]["merge_base_of"], *root.git(&["rev-parse", "main"]));
    assert_eq!(changes["after"]["commit"], *root.git(&["rev-parse", "topic"]));
    let direct = json(&root, &["main", "topic", "--direct"]);
    assert_eq!(direct["before"]["commit"], *root.git(&["rev-parse", "main"]));
    assert_eq!(direct["before"]["merge_base_of"], serde_json::Value::Null);
}

#[test]
fn two_tags_the_index_and_the_files_on_disk_are_sides_too() {
    let root = Scripted::root();
    root.git(&["tag", "v1"]);
    root.edit(PRACTICE, "statement = \"\"\"\n", "statement = \"\"\"\nSecond edition.\n");
    root.commit("Second", "2026-01-02");
    root.git(&["-c", "tag.gpgSign=false", "tag", "-a", "v2", "-m", "two"]);
    let tags = json(&root, &["v1", "v2"]);
    assert_eq!(tags["before"]["commit"], *root.git(&["rev-parse", "v1"]));
    assert_eq!(tags["after"]["commit"], *root.git(&["rev-parse", "v2^{commit}"]), "an annotated tag is its commit");
    let index = json(&root, &["--staged"]);
    assert_eq!((&index["before"]["name"], &index["after"]["name"]), (&"HEAD".into(), &"the index".into()));
    let disk = json(&root, &["v1"]);
    assert_eq!(
        (&disk["after"]["name"], &disk["after"]["commit"]),
        (&"the files on disk".into(), &serde_json::Value::Null)
    );
}

#[test]
fn what_is_staged_decides_and_not_what_lies_beside_it() {
    let root = Scripted::root();
    root.edit(PRACTICE, "practice", "practice = broken\npractice");
    let unread = |words: &[&str]| json(&root, words)["unread"] != serde_json::json!([]);
    assert_eq!((unread(&["--staged"]), unread(&[])), (false, true), "the index is as it was");
    root.git(&["add", "-A"]);
    root.write(PRACTICE, FILES[1].1);
    assert_eq!((unread(&["--staged"]), unread(&[])), (true, false), "the index is broken, the disk is not");
}

#[test]
fn the_index_that_git_names_is_the_one_that_is_read() {
    let root = Scripted::root();
    root.git(&["read-tree", "--index-output=.git/partial", "HEAD"]);
    root.edit(PRACTICE, "practice", "practice = broken\npractice");
    root.git(&["add", "-A"]);
    let run = |index: Option<&str>| {
        let mut command = tool(root.dir());
        index.map(|index| command.env("GIT_INDEX_FILE", root.dir().join(index)));
        let output = command.args(["diff", "--staged", "--format", "json"]).output().expect("the tool runs");
        super::screen::of(&output).json()["unread"] != serde_json::json!([])
    };
    assert_eq!((run(None), run(Some(".git/partial"))), (true, false));
}

#[test]
fn sides_that_share_no_commit_are_compared_only_if_that_is_asked() {
    let root = Scripted::root();
    root.git(&["switch", "-q", "--orphan", "other"]);
    root.write_root();
    root.commit("Begin again", "2026-01-02");
    let screen = diff(&root, &["main", "other"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("share no commit; `--direct` compares them as they are"), "{}", screen.err);
    assert_eq!(json(&root, &["main", "other", "--direct"])["before"]["commit"], *root.git(&["rev-parse", "main"]));
}

#[test]
fn a_shallow_clone_is_told_what_its_checkout_has_to_fetch() {
    let root = forked();
    root.git(&["switch", "-q", "topic"]);
    let clone = root.beside("shallow");
    let url = format!("file://{}", root.dir().display());
    root.git(&["clone", "-q", "--depth", "1", "--no-single-branch", &url, &clone.display().to_string()]);
    for words in [
        &["diff", "origin/main"][..],
        &["diff", "origin/main", "--without-history"],
        &["diff", "HEAD~1", "--without-history"],
    ] {
        let screen = run(&clone, words);
        assert_eq!(screen.code, 2, "{words:?}");
        assert!(screen.err.contains("fetch-depth: 0"), "{words:?}: {}", screen.err);
    }
    let screen = run(&clone, &["diff", "origin/main", "--direct", "--without-history", "--format", "json"]);
    assert_eq!(screen.code, 0, "what is there can be compared: {}", screen.err);
}

#[test]
fn a_name_that_is_no_commit_is_refused_with_what_to_do() {
    let root = Scripted::root();
    for name in ["nowhere", "origin/main", "HEAD:demarcate.toml", "HEAD^{tree}"] {
        let screen = diff(&root, &[name]);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{name}");
        assert!(screen.err.contains(name) && screen.err.contains("help:"), "{}", screen.err);
    }
}

#[test]
fn a_base_that_cannot_be_read_whole_is_compared_as_far_as_it_can() {
    let root = Scripted::root();
    root.write(
        PRACTICE,
        "practice = \n<<<<<<< HEAD\nownership = \"shared\"\n=======\nownership = \"provider\"\n>>>>>>> topic\n",
    );
    root.write("providers/acme-msp.toml", "id = \"acme-msp\"\nname = \"\u{fffd}");
    root.commit("Conflict markers", "2026-01-02");
    root.write_root();
    root.commit("Repair", "2026-01-03");
    let changes = json(&root, &["HEAD~1", "HEAD"]);
    let unread = changes["unread"].as_array().expect("a list");
    let paths: BTreeSet<&str> = unread.iter().filter_map(|unread| unread["spot"]["path"].as_str()).collect();
    assert_eq!(paths, BTreeSet::from([PRACTICE, "providers/acme-msp.toml"]));
    for unread in unread {
        assert_eq!(unread["side"], "before");
        assert!(unread["spot"]["line"].as_u64().is_some_and(|line| line > 0), "{unread}");
        assert!(!unread["help"].as_str().unwrap_or_default().is_empty(), "{unread}");
    }
}

#[test]
fn the_first_commit_and_the_commit_that_brings_the_root_are_all_new() {
    let root = Scripted::empty(&[]);
    root.write_root();
    root.git(&["add", "-A"]);
    assert_eq!(json(&root, &["--staged"])["before"]["commit"], serde_json::Value::Null, "nothing was committed yet");
    root.git(&["rm", "-rq", "--cached", "."]);
    root.write("README", "x");
    root.git(&["add", "README"]);
    root.git(&["commit", "-q", "-m", "Begin"]);
    root.commit("Bring the root", "2026-01-02");
    let changes = json(&root, &["HEAD~1", "HEAD"]);
    assert_eq!(changes["score"][0]["score"], serde_json::Value::Null);
    assert_eq!(changes["unread"], serde_json::json!([]));
}

#[test]
fn a_root_that_moved_to_another_folder_is_found_where_it_was() {
    let root = Scripted::root();
    root.write("systems/keep", "");
    for path in
        ["demarcate.toml", "practices", "providers", "evidence", "exceptions", "poam", "assets.toml", "policies"]
    {
        root.git(&["mv", path, &format!("systems/{path}")]);
    }
    root.commit("Move the root", "2026-01-02");
    let root = root.at("systems");
    let changes = json(&root, &["HEAD~1", "HEAD"]);
    assert_eq!(changes["score"][0], changes["score"][1], "both sides were read");
    assert_eq!(changes["changes"], serde_json::json!([]), "nothing that is read differs");
}

#[test]
fn a_bare_repository_compares_two_commits() {
    let root = forked();
    let bare = root.beside("bare.git");
    root.git(&["clone", "-q", "--bare", ".", &bare.display().to_string()]);
    let screen = run(&bare, &["diff", "main", "topic", "--format", "json"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert_eq!(screen.json()["after"]["commit"], *root.git(&["rev-parse", "topic"]));
    let screen = run(&bare, &["diff", "main"]);
    assert_eq!(screen.code, 2, "there are no files on disk");
}

#[test]
fn approvals_cannot_be_required_of_what_is_not_read() {
    let root = Scripted::root();
    let screen = diff(&root, &["HEAD", "--require-approval", "--without-history"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("--approvals"), "{}", screen.err);
}

#[test]
fn findings_are_told_by_what_one_side_has_alone() {
    let root = Scripted::root();
    root.edit(PRACTICE, "practice", "titel = \"x\"\npractice");
    root.commit("A key that is none", "2026-01-02");
    let findings = &json(&root, &["HEAD~1", "HEAD", "--with-check"])["findings"];
    let rules = |list: &str| -> Vec<String> {
        let all = findings[list].as_array().expect("a list");
        all.iter().map(|finding| finding["rule"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(rules("added"), ["unknown-key"], "{findings}");
    assert_eq!(json(&root, &["HEAD~1", "HEAD"])["findings"], serde_json::Value::Null, "it was not asked");
}

#[test]
fn a_file_that_is_the_same_on_both_sides_is_parsed_once() {
    let root = Scripted::root();
    root.edit(PRACTICE, "statement = \"\"\"\n", "statement = \"\"\"\nAnother.\n");
    root.commit("One file", "2026-01-02");
    let git = Git::discover(root.dir(), None).expect("it opens").expect("a repository");
    let tree = |name: &str| Tree::revision(&git, git.commit(name).expect("a commit"), "").expect("a tree");
    let shared = Shared::default();
    let load = |name: &str| load::tree_sharing(&tree(name), &shared, &mut Vec::new()).expect("a root");
    let before = load("HEAD~1");
    let first = shared.cost();
    assert_eq!((first.taken, first.parsed > 5), (0, true));
    let after = load("HEAD");
    let cost = shared.cost();
    assert_eq!(cost.parsed - first.parsed, 1, "the one file that differs");
    assert_eq!(cost.taken, first.parsed - 1, "all others");
    let place = |records: &demarcate::model::Records, id: &str| {
        let practice = records.practices.iter().find(|found| found.practice.value == id).expect("it was read");
        (
            practice.file,
            records.files.position(practice.practice.span),
            records.files.path(practice.practice.span).to_owned(),
        )
    };
    assert_eq!(place(&before, "AC.L2-3.1.2"), place(&after, "AC.L2-3.1.2"), "one place in both");
    assert_ne!(place(&before, "AC.L2-3.1.1").0, place(&after, "AC.L2-3.1.1").0, "two texts");
    let paths = |records: &demarcate::model::Records| -> Vec<String> {
        let mut paths: Vec<String> = records.files.iter().map(|(_, file)| file.path.clone()).collect();
        paths.sort();
        paths
    };
    assert_eq!(paths(&before), paths(&after), "a tree has its own files alone");
}

#[test]
fn what_is_shared_says_the_same_as_what_is_read_anew() {
    let root = Scripted::root();
    root.edit(PRACTICE, "practice", "titel = \"x\"\npractice");
    root.commit("A problem on both sides", "2026-01-02");
    root.write(OTHER, &root.read(OTHER).replace("duty", "note = \"Another.\"\nduty"));
    root.commit("Another file", "2026-01-03");
    let findings = json(&root, &["HEAD~1", "HEAD", "--with-check"])["findings"].clone();
    assert_eq!((&findings["added"], &findings["gone"]), (&serde_json::json!([]), &serde_json::json!([])));
    let check = run(root.dir(), &["check", "--as-of", "2026-06-01", "--format", "json"]).json();
    assert_eq!(findings["now"], check["summary"]);
}

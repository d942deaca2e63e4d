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

/// A merge that stopped: both sides changed a practice, a policy and the list of revoked keys, and one deleted an
/// exception that the other changed.
fn stopped_merge() -> Scripted {
    let root = Scripted::root();
    root.write("trust/revoked", "# Nothing yet.\n");
    root.commit("A list", "2026-01-02");
    let edit = |word: &str| {
        root.edit(PRACTICE, "The ISSO approves", &format!("{word} approves"));
        root.write("policies/access.md", &format!("# Access control\n\n{word} approves accounts.\n"));
        root.write("trust/revoked", &format!("# Of {word}.\nSHA256:aGVsbG8gdGhlcmUgd2hvZXZlciByZWFkcyB0aGlzISE\n"));
    };
    root.git(&["switch", "-q", "-c", "topic"]);
    edit("Kim");
    root.edit("exceptions/lathe.toml", "title = \"", "title = \"Old: ");
    root.commit("Topic", "2026-01-03");
    root.git(&["switch", "-q", "main"]);
    edit("Robin");
    std::fs::remove_file(root.dir().join("exceptions/lathe.toml")).expect("it is there");
    root.commit("Main", "2026-01-04");
    let merge = root.try_git(&["merge", "-q", "topic"], "2026-01-05", "2026-01-05");
    assert!(!merge.status.success(), "the merge stops");
    root
}

const IN_CONFLICT: [&str; 4] = ["exceptions/lathe.toml", "policies/access.md", PRACTICE, "trust/revoked"];

#[test]
fn what_a_stopped_merge_left_in_conflict_is_unread_and_none_of_its_sides() {
    let root = stopped_merge();
    let changes = json(&root, &["--staged"]);
    let unread = |path: &str| {
        let unread = changes["unread"].as_array().expect("a list").iter();
        let own: Vec<_> = unread.filter(|found| found["spot"]["path"] == *path || found["path"] == *path).collect();
        assert_eq!(own.len(), 1, "{path} in {}", changes["unread"]);
        format!("{}; {}", own[0]["message"].as_str().unwrap_or("?"), own[0]["help"].as_str().unwrap_or("?"))
    };
    for path in IN_CONFLICT {
        assert_eq!(
            unread(path),
            format!(
                "{path} cannot be read: a merge left it in conflict, so the index holds several of it; resolve the \
                 merge in it, then `git add` it"
            )
        );
    }
    let told: Vec<&serde_json::Value> = changes["changes"].as_array().expect("a list").iter().collect();
    assert_eq!(told, Vec::<&serde_json::Value>::new());
}

#[test]
fn a_check_of_the_index_names_what_a_stopped_merge_left_in_conflict() {
    let root = stopped_merge();
    let check = || {
        let screen = run(root.dir(), &["check", "--staged", "--as-of", "2026-06-01", "--format", "json"]);
        let json = screen.json();
        let found = json["diagnostics"].as_array().expect("a list").iter();
        let found = found.filter(|found| found["rule"] == "unreadable-file");
        let paths: BTreeSet<String> = found.map(|found| found["path"].as_str().expect("a path").to_owned()).collect();
        (paths, screen.code)
    };
    assert_eq!(check(), (IN_CONFLICT.map(str::to_owned).into(), 1));
    root.git(&["checkout", "-q", "--theirs", "--", "."]);
    root.git(&["add", "-A"]);
    assert_eq!(check().0, BTreeSet::new(), "it was resolved");
}

#[test]
fn of_a_practice_that_cannot_be_read_that_is_told_and_nothing_that_seems_to_follow() {
    let root = Scripted::reviewed();
    root.edit(
        "providers/acme-msp.toml",
        "[[people]]",
        "[[people]]\nname = \"Ivy\"\nemail = \"ivy@acme.example\"\naccepts = true\n\n[[people]]",
    );
    root.commit("Ivy accepts", "2026-02-02");
    root.git(&[
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "Accept\n\nResponsibility-Accepted: acme-msp\nAccepted-by: Ivy <ivy@acme.example>\n",
    ]);
    let told = |words: &[&str]| {
        let changes = json(&root, words);
        assert_eq!(changes["unread"].as_array().map(Vec::len), Some(1), "{}", changes["unread"]);
        changes["changes"].as_array().expect("a list").clone()
    };
    root.edit(PRACTICE, "practice", "broken\npractice");
    root.commit("Broken", "2026-02-04");
    assert_eq!(told(&["HEAD~1", "HEAD"]), Vec::<serde_json::Value>::new(), "it went");
    assert_eq!(told(&["HEAD", "HEAD~1", "--direct"]), Vec::<serde_json::Value>::new(), "it came back");
    root.edit(OTHER, "duty = \"", "duty = \"Also: ");
    let told = told(&["HEAD~1"]);
    let reviews = told.iter().filter(|change| change["section"] == "reviews");
    let reviews: BTreeSet<&str> = reviews.filter_map(|change| change["subject"].as_str()).collect();
    assert_eq!(reviews, BTreeSet::from(["AC.L2-3.1.2", "crm"]), "what another practice says now is told");
    assert!(!format!("{told:?}").contains("AC.L2-3.1.1"), "{told:?}");
}

#[test]
fn line_ends_that_a_checkout_converts_tell_nothing() {
    let root = Scripted::reviewed();
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN0xUm1IS4eAGLY4UUgX5B9rTGjTQ1W2gfCiMjnWvYHX";
    root.write("trust/allowed_signers", &format!("# Whom we trust.\ndana@contractor.example {key}\n"));
    root.write("trust/revoked", "# Lost on a train.\nSHA256:aGVsbG8gdGhlcmUgd2hvZXZlciByZWFkcyB0aGlzISE\n");
    root.write("policies/visitors.md", "# Visitors\n\nVisitors sign in\nat the door.\n");
    root.commit("Trust and another policy", "2026-02-02");
    let clone = root.beside("on-windows");
    let url = root.dir().display().to_string();
    root.git(&[
        "-c",
        "core.autocrlf=true",
        "clone",
        "-q",
        "-c",
        "core.autocrlf=true",
        &url,
        &clone.display().to_string(),
    ]);
    for path in [PRACTICE, "policies/access.md", "trust/allowed_signers", "trust/revoked"] {
        let text = std::fs::read_to_string(clone.join(path)).expect("it was checked out");
        assert!(text.contains("\r\n"), "{path} has the line ends of Windows");
    }
    let told = |words: &[&str]| {
        let screen = run(&clone, &[&["diff", "--as-of", "2026-06-01", "--format", "json", "HEAD"], words].concat());
        assert_eq!(screen.code, 0, "{}", screen.err);
        let changes = screen.json();
        assert_eq!(changes["unread"], serde_json::json!([]), "{changes}");
        changes["changes"].as_array().expect("a list").clone()
    };
    assert_eq!(told(&[]), Vec::<serde_json::Value>::new(), "nothing was changed");
    let edited = |path: &str, old: &str, new: &str| {
        let text = std::fs::read_to_string(clone.join(path)).expect("it was checked out");
        assert!(text.contains(old), "{path}: {old:?}");
        std::fs::write(clone.join(path), text.replacen(old, new, 1)).expect("the clone can be written");
    };
    edited("policies/visitors.md", "at the door", "at the gate");
    edited(PRACTICE, "The ISSO approves", "Our ISSO approves");
    std::fs::rename(clone.join("policies/access.md"), clone.join("policies/accounts.md")).expect("it is there");
    let sentences: Vec<String> = told(&[])
        .iter()
        .filter(|change| change["section"] == "prose")
        .map(|change| {
            format!("{}: {}", change["subject"].as_str().unwrap_or("?"), change["sentence"].as_str().unwrap_or("?"))
        })
        .collect();
    assert_eq!(
        sentences,
        [
            "policy accounts: moved policies/access.md to policies/accounts.md",
            "policy visitors: 1 word added, 1 dropped",
            "AC.L2-3.1.1, statement: 1 word added, 1 dropped",
        ]
    );
}

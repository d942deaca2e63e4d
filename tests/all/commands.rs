//! Each command as a user runs it: what it prints, what it writes, how it ends.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::base::Repository;
use super::screen::{self, Screen, run, tool};

fn folder() -> TempDir {
    TempDir::new().expect("the folder for temporary files can be written")
}

fn rules_of(screen: &Screen) -> BTreeSet<String> {
    let diagnostics = screen.json()["diagnostics"].as_array().expect("a list").clone();
    diagnostics.iter().map(|diagnostic| diagnostic["rule"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn check_of_a_clean_repository_ends_with_0_and_one_line() {
    let base = Repository::base();
    let screen = run(&base.root(), &["check"]);
    assert_eq!(screen.code, 0, "{}", screen.out);
    assert_eq!(
        screen.out,
        "nothing found in 110 practices; score 110 of 110; no key is trusted yet, so no review is proven\n"
    );
}

#[test]
fn check_with_something_denied_ends_with_1_and_says_where() {
    let base = Repository::base();
    base.delete("practices/AC.L2-3.1.2.toml");
    let screen = run(&base.root(), &["check", "--without-history"]);
    assert_eq!(screen.code, 1);
    assert!(screen.out.contains("practices/AC.L2-3.1.2.toml"), "{}", screen.out);
    let json = run(&base.root(), &["check", "--without-history", "--format", "json"]).json();
    let diagnostic = &json["diagnostics"][0];
    assert_eq!(json["version"], 1);
    assert_eq!(json["summary"]["deny"], 1);
    assert_eq!(diagnostic["rule"], "missing-practice");
    assert_eq!(diagnostic["path"], "practices/AC.L2-3.1.2.toml");
    assert!(diagnostic["line"].is_null() && diagnostic["column"].is_null());
}

#[test]
fn a_folder_without_demarcate_toml_ends_with_2_and_a_remedy() {
    let home = folder();
    let screen = run(home.path(), &["check", "--without-history"]);
    assert_eq!(screen.code, 2);
    assert_eq!(screen.out, "");
    assert!(screen.err.contains("no demarcate.toml") && screen.err.contains("demarcate init"), "{}", screen.err);
}

#[test]
fn a_plain_folder_ends_with_2_and_names_without_history_with_which_it_works() {
    let base = Repository::base();
    base.delete(".git");
    let screen = run(&base.root(), &["check"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("--without-history"), "{}", screen.err);
    let screen = run(&base.root(), &["check", "--without-history"]);
    assert_eq!(screen.code, 0, "{}", screen.out);
    assert!(screen.out.contains("reviews were not looked at"));
}

#[test]
fn a_repository_without_commits_has_an_empty_history() {
    let base = Repository::base();
    base.delete(".git");
    base.git(&["init", "--quiet"]);
    let screen = run(&base.root(), &["history", "AC.L2-3.1.1", "--format", "json"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let json = screen.json();
    assert!(json["head"].is_null());
    assert_eq!(json["subjects"][0]["state"], "never");
    assert_eq!(run(&base.root(), &["check"]).code, 1);
}

#[test]
fn staged_reads_the_index_and_not_the_work_tree() {
    let base = Repository::base();
    let path = "practices/AC.L2-3.1.3.toml";
    let good = base.text(path);
    base.write(path, good.replace("practice", "practise"));
    base.git(&["add", path]);
    base.write(path, &good);
    assert_eq!(run(&base.root(), &["check"]).code, 0, "the work tree is good");
    let staged = run(&base.root(), &["check", "--staged", "--format", "json"]);
    assert_eq!(staged.code, 1);
    assert!(rules_of(&staged).contains("unknown-key"), "{}", staged.out);
    base.git(&["add", path]);
    base.write(path, "broken [");
    assert_eq!(run(&base.root(), &["check", "--staged"]).code, 0, "the index is good");
}

#[test]
fn staged_reads_the_index_that_git_names_in_a_partial_commit() {
    let base = Repository::base();
    let path = "practices/AC.L2-3.1.3.toml";
    base.write(path, "broken [");
    base.git(&["add", path]);
    let other = base.path(".git/other-index");
    std::fs::copy(base.path(".git/index"), &other).expect("the index can be copied");
    base.git(&["reset", "--quiet"]);
    let arguments = ["check", "--staged"];
    assert_eq!(run(&base.root(), &arguments).code, 0);
    let output =
        tool(&base.root()).env("GIT_INDEX_FILE", &other).args(arguments).output().expect("the binary was built");
    assert_eq!(screen::of(&output).code, 1);
}

#[test]
fn rev_reads_a_commit_and_not_the_work_tree() {
    let base = Repository::base();
    base.write("practices/AC.L2-3.1.3.toml", "broken [");
    assert_eq!(run(&base.root(), &["check"]).code, 1);
    assert_eq!(run(&base.root(), &["check", "--rev", "HEAD"]).code, 0);
    let screen = run(&base.root(), &["check", "--rev", "no-such-branch"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("no-such-branch"), "{}", screen.err);
}

#[test]
fn a_bare_repository_is_read_at_a_revision() {
    let base = Repository::base();
    base.git(&["clone", "--quiet", "--bare", ".", "../bare.git"]);
    let bare = base.root().with_file_name("bare.git");
    let screen = run(&bare, &["check"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("--rev HEAD"), "{}", screen.err);
    let screen = run(&bare, &["check", "--rev", "HEAD"]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
}

#[test]
fn a_root_in_a_subfolder_is_found_by_c() {
    let base = Repository::base();
    let home = folder();
    let top = home.path().join("corporate");
    screen::copy(&base.root(), &top.join("systems/enclave"));
    std::fs::rename(top.join("systems/enclave/.git"), top.join(".git")).expect("the repository can be moved");
    let git = |arguments: &[&str]| {
        let status = tool(&top)
            .get_envs()
            .fold(std::process::Command::new("git"), |mut git, (key, value)| {
                git.env(key, value.unwrap_or_default());
                git
            })
            .args(arguments)
            .current_dir(&top)
            .status();
        assert!(status.is_ok_and(|status| status.success()), "git {arguments:?}");
    };
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "Move the root into a subfolder"]);
    let screen = run(&top, &["-C", "systems/enclave", "check", "--format", "github"]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    std::fs::remove_file(top.join("systems/enclave/practices/AC.L2-3.1.2.toml")).expect("it stands");
    let screen = run(&top, &["-C", "systems/enclave", "check", "--format", "github"]);
    assert!(screen.out.contains("file=systems/enclave/practices/AC.L2-3.1.2.toml"), "{}", screen.out);
}

#[test]
fn a_shallow_clone_is_refused_with_a_remedy_and_never_a_shorter_history() {
    let base = Repository::base();
    base.commit("2026-10-02T10:00:00Z", "Look again");
    let url = format!("file://{}", base.root().display());
    base.git(&["clone", "--quiet", "--depth=1", &url, "../shallow"]);
    let shallow = base.root().with_file_name("shallow");
    for command in [&["check"][..], &["history"], &["status"]] {
        let screen = run(&shallow, command);
        assert_eq!(screen.code, 2, "{command:?}: {}", screen.out);
        assert!(screen.err.contains("fetch-depth: 0") && screen.err.contains("--without-history"), "{}", screen.err);
        assert_eq!(screen.out, "");
    }
    assert_eq!(run(&shallow, &["check", "--without-history"]).code, 0);
}

#[test]
fn damaged_objects_end_with_2_and_no_output() {
    let base = Repository::base();
    base.git(&["repack", "-a", "-d", "-q"]);
    let packs = std::fs::read_dir(base.path(".git/objects/pack")).expect("there are packs");
    for pack in packs.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "pack")) {
        make_writable(&pack);
        let mut bytes = std::fs::read(&pack).expect("a pack is readable");
        let length = bytes.len();
        bytes[20..length - 20].iter_mut().for_each(|byte| *byte ^= 0x5a);
        std::fs::write(&pack, bytes).expect("the pack can be damaged");
    }
    let screen = run(&base.root(), &["history"]);
    assert_eq!(screen.code, 2, "{}", screen.out);
    assert!(screen.err.contains("git fsck"), "{}", screen.err);
}

fn make_writable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).expect("the mode can be set");
}

#[test]
fn init_gives_a_repository_that_is_honestly_unanswered() {
    let home = folder();
    let screen = run(home.path(), &["init", "mine", "--organization", "Quote \" Works"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let root = home.path().join("mine");
    let screen = run(&root, &["check", "--format", "json"]);
    assert_eq!(screen.code, 1);
    let json = screen.json();
    let diagnostics = json["diagnostics"].as_array().expect("a list");
    let denied: Vec<_> = diagnostics.iter().filter(|d| d["level"] == "deny").collect();
    assert_eq!(denied.len(), 110, "{}", screen.out);
    assert!(denied.iter().all(|d| d["rule"] == "unanswered-practice"), "{}", screen.out);
    let practices: BTreeSet<&str> = denied.iter().filter_map(|d| d["practice"].as_str()).collect();
    assert_eq!(practices.len(), 110);
    let score = run(&root, &["score", "--format", "json"]).json();
    assert!(score["score"].is_null() && score["reason"].is_string());
    assert!(root.join(".git").is_dir());
}

#[test]
fn init_overwrites_nothing() {
    let home = folder();
    std::fs::write(home.path().join("assets.toml"), "mine\n").expect("it can be written");
    let screen = run(home.path(), &["init"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("assets.toml") && screen.err.contains("nothing was written"), "{}", screen.err);
    let names: Vec<_> = std::fs::read_dir(home.path()).expect("it is there").flatten().map(|e| e.file_name()).collect();
    assert_eq!(names, ["assets.toml"]);
}

#[test]
fn init_goes_into_a_repository_that_has_attributes_and_ignores_of_its_own() {
    let home = folder();
    let at = |path: &str| home.path().join(path);
    for (path, text) in [(".gitattributes", "*.png binary"), (".gitignore", "/out/\n"), ("tombi.toml", "# mine\n")] {
        std::fs::write(at(path), text).expect("it can be written");
    }
    let screen = run(home.path(), &["init"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let text = |path: &str| std::fs::read_to_string(at(path)).expect("it is there");
    let attributes = text(".gitattributes");
    assert!(attributes.starts_with("*.png binary\n#"), "{attributes}");
    assert!(attributes.contains("\nevidence/** -text\n") && attributes.ends_with("merge=union\n"), "{attributes}");
    assert_eq!(text(".gitignore"), "/out/\n");
    assert_eq!(text("tombi.toml"), "# mine\n");
    assert!(screen.err.contains("tombi.toml was already there"), "{}", screen.err);
    let again = run(home.path(), &["init"]);
    assert!(again.code == 2 && again.err.contains("demarcate.toml is already there"), "{}", again.err);
}

#[test]
fn init_wires_a_schema_for_every_file_that_an_editor_opens() {
    let home = folder();
    run(home.path(), &["init", "mine"]);
    let root = home.path().join("mine");
    let practice = std::fs::read_to_string(root.join("practices/AC.L2-3.1.1.toml")).expect("it was written");
    let schema =
        practice.lines().next().and_then(|line| line.strip_prefix("#:schema ")).expect("the first line names it");
    assert!(root.join("practices").join(schema).is_file(), "{schema}");
    for file in [".taplo.toml", "tombi.toml"] {
        let text = std::fs::read_to_string(root.join(file)).expect("it was written");
        let named = text.split('"').filter(|word| word.ends_with(".schema.json"));
        let missing: Vec<&str> = named.filter(|path| !root.join(path).is_file()).collect();
        assert!(missing.is_empty() && text.contains("practices/*.toml"), "{file}: {missing:?}");
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn hash_writes_what_sha256sum_says_sorted_and_one_edition_a_line() {
    let base = Repository::base();
    base.delete("evidence.lock");
    assert_eq!(run(&base.root(), &["hash", "--check"]).code, 1, "nothing is locked");
    let screen = run(&base.root(), &["hash"]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    let lock = base.text("evidence.lock");
    let lines: Vec<&str> = lock.lines().collect();
    assert_eq!(lines[0], "# demarcate evidence.lock 1");
    assert!(lock.ends_with('\n') && lines.len() > 10);
    let keys: Vec<(&str, &str)> = lines[1..].iter().map(|line| key(line)).collect();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(keys, sorted);
    let sums: Vec<String> = lines[1..].iter().map(|line| format!("{}  {}", &line[..64], key(line).1)).collect();
    base.write("SUMS", sums.join("\n") + "\n");
    let judge =
        std::process::Command::new("sha256sum").args(["--check", "--strict", "SUMS"]).current_dir(base.root()).output();
    match judge {
        Ok(judge) => assert!(judge.status.success(), "{}", String::from_utf8_lossy(&judge.stdout)),
        Err(_) => eprintln!("sha256sum is not installed: the digests were not judged by another program"),
    }
    assert_eq!(run(&base.root(), &["hash", "--check"]).code, 0);
}

fn key(line: &str) -> (&str, &str) {
    let mut cells = line.splitn(4, "  ").skip(2);
    (cells.next().expect("an artifact"), cells.next().expect("a path"))
}

#[test]
fn hash_check_and_check_see_an_artifact_that_was_replaced() {
    let base = Repository::base();
    let lock = base.text("evidence.lock");
    let path = key(lock.lines().nth(1).expect("an edition")).1.to_owned();
    base.append(&path, "one more line\n");
    let screen = run(&base.root(), &["hash", "--check", "--format", "json"]);
    assert_eq!(screen.code, 1);
    let json = screen.json();
    assert_eq!(json["summary"]["changed"], 1);
    let changed = json["editions"].as_array().expect("a list").iter().find(|e| e["state"] == "changed").expect("one");
    assert_eq!(changed["path"], path.as_str());
    assert_ne!(changed["locked"]["sha256"], changed["found"]["sha256"]);
    assert_eq!(
        rules_of(&run(&base.root(), &["check", "--format", "json"])),
        BTreeSet::from(["evidence-changed".to_owned()])
    );
    assert_eq!(run(&base.root(), &["hash"]).code, 0);
    assert_eq!(run(&base.root(), &["check"]).code, 0);
}

#[test]
fn hash_keeps_the_line_of_what_cannot_be_read_here() {
    let base = Repository::base();
    let before = base.text("evidence.lock");
    let path = key(before.lines().nth(1).expect("an edition")).1.to_owned();
    base.delete(&path);
    let screen = run(&base.root(), &["hash"]);
    assert_eq!(screen.code, 1);
    assert!(screen.out.contains("missing") && screen.out.contains(&path), "{}", screen.out);
    assert_eq!(base.text("evidence.lock"), before);
}

#[test]
fn review_writes_a_commit_that_history_reads_back() {
    let base = Repository::base();
    let path = "practices/AC.L2-3.1.3.toml";
    let text = base.text(path);
    assert_eq!(text.matches("statement = \"").count(), 1);
    base.write(path, text.replace("statement = \"", "statement = \"Every week anew. "));
    base.commit("2026-11-01T10:00:00Z", "Say how often");
    let state = || run(&base.root(), &["history", "AC.L2-3.1.3", "--format", "json"]).json()["subjects"][0].clone();
    assert_eq!(state()["state"], "stale");
    assert_eq!(state()["differs"][0], "statement");
    let arguments =
        ["review", "AC.L2-3.1.3", "--reviewer", "Dana Lee <dana@northwind.example>", "-m", "Read it aloud."];
    let output = tool(&base.root())
        .args(arguments)
        .envs([("GIT_AUTHOR_DATE", "2026-11-20T10:00:00Z"), ("GIT_COMMITTER_DATE", "2026-11-20T10:00:00Z")])
        .output()
        .expect("the binary was built");
    let screen = screen::of(&output);
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(screen.err.contains("git commit"), "it says what it runs: {}", screen.err);
    let after = state();
    assert_eq!(after["state"], "current", "{after}");
    assert_eq!(after["reviews"][0]["grade"], "unsigned");
    assert_eq!(after["reviews"][0]["date_grade"], "claimed");
    assert_eq!(after["reviews"][0]["reviewer"], "Dana Lee <dana@northwind.example>");
    assert_eq!(base.git(&["log", "-1", "--format=%(trailers:key=Review-Outcome,valueonly)"]).trim(), "no-change");
}

#[test]
fn review_refuses_what_does_not_exist_and_what_is_staged() {
    let base = Repository::base();
    let head = base.git(&["rev-parse", "HEAD"]);
    let screen = run(&base.root(), &["review", "AC.L2-3.1.99"]);
    assert_eq!(screen.code, 2, "{}", screen.err);
    base.write("practices/AC.L2-3.1.3.toml", base.text("practices/AC.L2-3.1.3.toml") + "# staged\n");
    base.git(&["add", "--all"]);
    let screen = run(&base.root(), &["review", "AC"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("--outcome changed"), "{}", screen.err);
    assert_eq!(base.git(&["rev-parse", "HEAD"]), head);
}

#[test]
fn as_of_moves_ages_and_rev_moves_commits() {
    let base = Repository::base();
    let state = |arguments: &[&str]| {
        let mut line = vec!["history", "AC.L2-3.1.1", "--format", "json"];
        line.extend(arguments);
        run(&base.root(), &line).json()["subjects"][0]["state"].as_str().expect("a word").to_owned()
    };
    assert_eq!(state(&[]), "current");
    assert_eq!(state(&["--as-of", "2027-09-10"]), "due");
    assert_eq!(state(&["--as-of", "2027-10-02"]), "overdue");
    assert_eq!(state(&["--as-of", "2026-09-01"]), "never", "a review after that day is shown and does not count");
    assert_eq!(state(&["--rev", "HEAD~1"]), "never");
}

#[test]
fn levels_and_allows_of_the_root_decide() {
    let base = Repository::base();
    base.delete("practices/AC.L2-3.1.2.toml");
    let config = base.text("demarcate.toml");
    let with = |more: &str| {
        base.write("demarcate.toml", format!("{config}\n{more}"));
        run(&base.root(), &["check", "--without-history", "--format", "json"])
    };
    let allow = "[[allow]]\nrule = \"missing-practice\"\nin = \"AC.L2-3.1.2\"\nreason = \"written next week\"\n";
    assert_eq!(with(allow).code, 0);
    assert_eq!(with(&format!("{allow}until = 2026-11-21\n")).code, 0, "the last day counts");
    let lapsed = with(&format!("{allow}until = 2026-11-20\n"));
    assert_eq!(lapsed.code, 1);
    assert_eq!(rules_of(&lapsed), BTreeSet::from(["lapsed-allow".to_owned(), "missing-practice".to_owned()]));
    let idle = with(&allow.replace("AC.L2-3.1.2", "AC.L2-3.1.4"));
    assert_eq!(rules_of(&idle), BTreeSet::from(["idle-allow".to_owned(), "missing-practice".to_owned()]));
    let path = with(&allow.replace("AC.L2-3.1.2", "practices/AC.L2-3.1.2.toml"));
    assert_eq!(path.code, 0, "{}", path.out);
    assert_eq!(with("[rules]\nmissing-practice = \"warn\"\n").code, 0);
    let unknown = with("[rules]\nmissing-practise = \"warn\"\n");
    assert!(unknown.out.contains("did you mean `missing-practice`?"), "{}", unknown.out);
}

#[test]
fn while_building_evidence_and_reviews_warn_in_one_line_a_family() {
    let base = Repository::base();
    base.write("demarcate.toml", format!("stage = \"building\"\n{}", base.text("demarcate.toml")));
    base.delete("evidence.lock");
    // The contracts and letters of the base are in force on that day; its provider's access was last reviewed a year before.
    let allowed = ["--allow", "access-not-reviewed"];
    let screen = run(&base.root(), &[&["check", "--as-of", "2027-12-15", "--format", "json"][..], &allowed].concat());
    assert_eq!(screen.code, 0, "{}", screen.out);
    let json = screen.json();
    let overdue: Vec<_> = json["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|d| d["rule"] == "review-overdue" && !d["practice"].is_null())
        .collect();
    assert_eq!(overdue.len(), 14, "one a family");
    assert!(overdue[0]["message"].as_str().is_some_and(|m| m.contains("more in AC")), "{}", overdue[0]);
}

#[test]
fn only_and_allow_choose_rules_by_name() {
    let base = Repository::base();
    base.delete("practices/AC.L2-3.1.2.toml");
    base.append("practices/AC.L2-3.1.3.toml", "\n[determinationz]\n");
    let rules = |arguments: &[&str]| {
        let mut line = vec!["check", "--without-history", "--format", "json"];
        line.extend(arguments);
        rules_of(&run(&base.root(), &line)).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(rules(&[]), ["missing-practice", "unknown-key"]);
    assert_eq!(rules(&["--only", "unknown-key"]), ["unknown-key"]);
    assert_eq!(rules(&["--allow", "unknown-key"]), ["missing-practice"]);
    let screen = run(&base.root(), &["check", "--only", "unknown-kee"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("did you mean `unknown-key`?"), "{}", screen.err);
}

#[test]
fn fix_corrects_what_has_one_answer_and_nothing_else() {
    let base = Repository::base();
    let path = "practices/AC.L2-3.1.3.toml";
    let good = base.text(path);
    base.write(path, good.replace("statement", "Statement"));
    base.delete("practices/AC.L2-3.1.2.toml");
    let screen = run(&base.root(), &["check", "--without-history", "--fix"]);
    assert_eq!(screen.code, 1, "the missing practice stays missing");
    assert_eq!(base.text(path), good);
}

#[test]
fn a_root_takes_providers_people_artifacts_and_practices_from_the_one_it_extends() {
    let base = Repository::base();
    base.git(&["init", "--quiet", "../top"]);
    let top = base.root().with_file_name("top");
    screen::copy(&base.root(), &top.join("corporate"));
    std::fs::remove_dir_all(top.join("corporate/.git")).expect("the inner repository goes");
    let system = top.join("enclave");
    std::fs::create_dir_all(system.join("practices")).expect("it can be made");
    let own = std::fs::read_to_string(top.join("corporate/practices/AC.L2-3.1.1.toml")).expect("it stands");
    std::fs::write(
        system.join("practices/AC.L2-3.1.1.toml"),
        own.replace("status = \"implemented\"", "status = \"planned\""),
    )
    .expect("it can be written");
    let config = "extends = \"../corporate\"\n[organization]\nname = \"Northwind Precision\"\n";
    std::fs::write(system.join("demarcate.toml"), config).expect("it can be written");
    std::fs::copy(top.join("corporate/assets.toml"), system.join("assets.toml")).expect("it can be copied");
    let screen = run(&system, &["check", "--without-history", "--format", "json"]);
    let json = screen.json();
    let missing =
        json["diagnostics"].as_array().expect("a list").iter().filter(|d| d["rule"] == "missing-practice").count();
    let dangling = json["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|d| d["rule"].as_str().is_some_and(|r| r.starts_with("dangling")))
        .count();
    assert_eq!((missing, dangling), (0, 0), "{}", screen.out);
    assert!(
        screen.out.contains("status-differs") && screen.out.contains("\"practices/AC.L2-3.1.1.toml\""),
        "{}",
        screen.out
    );
    std::fs::write(system.join("demarcate.toml"), "extends = \"../..\"\n").expect("it can be written");
    let screen = run(&system, &["check", "--without-history", "--format", "json"]);
    assert!(rules_of(&screen).contains("dangling-extends"), "{}", screen.out);
}

/// The base as `corporate/`, and a system beside it that extends it.
fn system_beside_corporate(base: &Repository, config: &str) -> (PathBuf, PathBuf) {
    let top = base.root().with_file_name("top");
    base.git(&["init", "--quiet", "../top"]);
    let (corporate, system) = (top.join("corporate"), top.join("enclave"));
    screen::copy(&base.root(), &corporate);
    std::fs::remove_dir_all(corporate.join(".git")).expect("the inner repository goes");
    std::fs::create_dir_all(system.join("practices")).expect("it can be made");
    std::fs::write(system.join("demarcate.toml"), config).expect("it can be written");
    (corporate, system)
}

#[test]
fn a_system_takes_handoffs_and_modules_from_above_unless_it_has_its_own() {
    let base = Repository::base();
    let config = "extends = \"../corporate\"\n[organization]\nname = \"Northwind Precision\"\n";
    let (_, system) = system_beside_corporate(&base, config);
    let seen = |key: &str| {
        let screen = run(&system, &["render", "--context", "--without-history"]);
        assert_eq!(screen.code, 0, "{}", screen.err);
        screen.json()[key].clone()
    };
    assert_eq!(seen("incident")["reporters"].as_array().map(Vec::len), Some(2), "those of above");
    assert_eq!(seen("modules").as_array().map(Vec::len), Some(2), "those of above");
    std::fs::write(system.join("crypto.toml"), "[[module]]\nid = \"own\"\nname = \"Own\"\n")
        .expect("it can be written");
    std::fs::write(system.join("incident.toml"), "").expect("it can be written");
    assert_eq!(seen("modules")[0]["name"], "Own");
    assert_eq!(seen("incident")["reporters"].as_array().map(Vec::len), Some(0), "its own says nobody");
    std::fs::write(system.join("incident.toml"), "phase = 3\n[[").expect("it can be written");
    assert_eq!(seen("incident")["reporters"].as_array().map(Vec::len), Some(0), "its own cannot be read");
}

#[test]
fn a_practice_of_the_root_above_is_found_though_its_file_is_misnamed() {
    let base = Repository::base();
    let config = "extends = \"../corporate\"\n[organization]\nname = \"Northwind Precision\"\n";
    let (corporate, system) = system_beside_corporate(&base, config);
    let practices = corporate.join("practices");
    let (first, second) = (practices.join("AC.L2-3.1.1.toml"), practices.join("AC.L2-3.1.2.toml"));
    std::fs::copy(&first, system.join("practices/AC.L2-3.1.1.toml")).expect("it can be copied");
    std::fs::rename(&second, &first).expect("3.1.2 now lies where the name says 3.1.1");
    let screen = run(&system, &["check", "--without-history", "--only", "missing-practice", "--format", "json"]);
    assert_eq!(screen.json()["diagnostics"].as_array().map(Vec::len), Some(0), "{}", screen.out);
    std::fs::remove_file(&first).expect("it goes");
    let screen = run(&system, &["check", "--without-history", "--only", "missing-practice", "--format", "json"]);
    assert_eq!(screen.json()["diagnostics"].as_array().map(Vec::len), Some(1), "{}", screen.out);
}

#[test]
fn render_writes_every_document_and_the_same_bytes_twice() {
    let base = Repository::base();
    let bytes = |to: &str| {
        let screen = run(&base.root(), &["render", "-o", to]);
        assert_eq!(screen.code, 0, "{}", screen.err);
        let mut files: Vec<_> =
            std::fs::read_dir(base.path(to)).expect("it was made").flatten().map(|e| e.path()).collect();
        files.sort();
        files
            .iter()
            .map(|path| (path.file_name().map(ToOwned::to_owned), std::fs::read(path).expect("it is readable")))
            .collect::<Vec<_>>()
    };
    let (first, second) = (bytes("out"), bytes("out2"));
    assert_eq!(first, second);
    let names: BTreeSet<String> =
        first.iter().filter_map(|(name, _)| name.as_ref()?.to_str().map(str::to_owned)).collect();
    for name in [
        "ssp.md",
        "ssp.html",
        "crm-by-practice.html",
        "crm-by-objective.csv",
        "reviews.html",
        "score.html",
        "poam.html",
        "affirmation.html",
        "index.html",
    ] {
        assert!(names.contains(name), "{name} in {names:?}");
    }
}

#[test]
fn a_template_of_the_root_replaces_the_built_in_one_and_its_mistakes_have_a_place() {
    let base = Repository::base();
    base.write("templates/score.md", "# Ours\n{{ score.score }}\n");
    let screen = run(&base.root(), &["render", "score", "--format", "md", "-o", "out"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(base.text("out/score.md").starts_with("# Ours\n"));
    base.write("templates/score.md", "# Ours\n\n{{ scoer.score }}\n");
    let screen = run(&base.root(), &["render", "score", "--format", "md", "-o", "out"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("score.md") && screen.err.contains('3'), "{}", screen.err);
    assert!(
        base.text("out/score.md").starts_with("# Ours\n110"),
        "the old output stays whole: {}",
        base.text("out/score.md")
    );
}

#[test]
fn context_prints_what_templates_see() {
    let base = Repository::base();
    let json = run(&base.root(), &["render", "--context"]).json();
    assert!(json["families"].as_array().is_some_and(|families| families.len() == 14), "{}", json["families"]);
}

#[test]
fn explain_knows_requirements_objectives_rules_and_says_what_is_near() {
    let home = folder();
    for (name, word) in [
        ("3.1.1", "Authorized Access Control"),
        ("AC.L2-3.1.1[a]", "AC.L2-3.1.1[a]"),
        ("met-without-evidence", "Why it matters"),
        ("3.13.11", "3"),
    ] {
        let screen = run(home.path(), &["explain", name]);
        assert_eq!(screen.code, 0, "{name}");
        assert!(screen.out.contains(word), "{name}: {}", screen.out);
    }
    let screen = run(home.path(), &["explain", "met-without-evidense"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("did you mean `met-without-evidence`?"), "{}", screen.err);
}

#[test]
fn completions_manual_pages_and_schemas_are_printed() {
    let home = folder();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let screen = run(home.path(), &["completions", shell]);
        assert!(screen.code == 0 && screen.out.contains("demarcate"), "{shell}");
    }
    assert!(run(home.path(), &["man"]).out.contains(".TH demarcate"));
    run(home.path(), &["man", "-o", "pages"]);
    assert!(home.path().join("pages/demarcate-check.1").is_file());
    let schema = run(home.path(), &["schema", "practice"]).json();
    assert!(schema["properties"]["responsibility"].is_object());
    let screen = run(home.path(), &["schema", "practise"]);
    assert_eq!(screen.code, 2);
}

#[test]
fn a_usage_mistake_ends_with_2_and_help_with_0() {
    let home = folder();
    assert_eq!(run(home.path(), &["chek"]).code, 2);
    assert_eq!(run(home.path(), &["check", "--as-of", "2026-02-30"]).code, 2);
    let help = run(home.path(), &["--help"]);
    assert_eq!(help.code, 0);
    assert!(help.out.contains("Exit codes"));
    assert_eq!(run(home.path(), &["--version"]).out, format!("demarcate {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_form_of_check_agrees_on_what_is_denied() {
    let base = Repository::base();
    base.delete("practices/AC.L2-3.1.2.toml");
    let form = |form: &str| {
        let screen = run(&base.root(), &["check", "--without-history", "--format", form]);
        assert_eq!(screen.code, 1, "{form}");
        screen
    };
    assert!(form("text").out.contains("missing-practice"));
    assert_eq!(form("sarif").json()["runs"][0]["results"].as_array().map(Vec::len), Some(1));
    assert!(form("github").out.starts_with("::error "));
    assert_eq!(form("gitlab").json().as_array().map(Vec::len), Some(1));
}

#[test]
fn reading_commands_leave_the_repository_as_it_was() {
    let base = Repository::base();
    base.write(".git/hooks/post-checkout", "#!/bin/sh\ntouch ran\n");
    base.git(&["config", "core.fsmonitor", "touch ran; false"]);
    base.git(&["config", "filter.x.clean", "touch ran; cat"]);
    let before = base.git(&["-c", "core.fsmonitor=false", "status", "--porcelain"]);
    for command in
        [&["check"][..], &["status"], &["score"], &["history"], &["hash", "--check"], &["render", "--context"]]
    {
        assert_eq!(run(&base.root(), command).code, 0, "{command:?}");
    }
    assert_eq!(base.git(&["-c", "core.fsmonitor=false", "status", "--porcelain"]), before);
    assert!(!base.path("ran").exists());
}

#[test]
fn a_root_that_extends_one_that_extends_another_is_told_so() {
    let base = Repository::base();
    let config = "extends = \"../corporate\"\n[organization]\nname = \"Northwind Precision\"\n";
    let (corporate, system) = system_beside_corporate(&base, config);
    let own = std::fs::read_to_string(corporate.join("demarcate.toml")).expect("it stands");
    for deeper in ["../enclave", "../top"] {
        std::fs::write(corporate.join("demarcate.toml"), format!("extends = \"{deeper}\"\n{own}")).expect("it is ours");
        let screen = run(&system, &["check", "--without-history", "--only", "dangling-extends", "--format", "json"]);
        let found = screen.json()["diagnostics"].clone();
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{deeper}: {found:#}");
        assert_eq!(found[0]["message"], format!("`{deeper}` is extended by a root that is itself extended"));
        assert_eq!(
            (found[0]["path"].as_str(), found[0]["line"].as_u64()),
            (Some("../corporate/demarcate.toml"), Some(1))
        );
    }
}

#[test]
fn a_root_that_extends_nothing_is_told_so_and_not_that_110_practices_are_missing() {
    let base = Repository::base();
    for nowhere in ["../nowhere", "."] {
        let config = format!("extends = \"{nowhere}\"\n[organization]\nname = \"Northwind Precision\"\n");
        let lone = base.root().join(format!("lone-{}", nowhere.len()));
        std::fs::create_dir_all(&lone).expect("it can be made");
        std::fs::write(lone.join("demarcate.toml"), config).expect("it can be written");
        let screen = run(&lone, &["check", "--without-history", "--format", "json"]);
        let rules = rules_of(&screen);
        assert!(rules.contains("dangling-extends") && !rules.contains("missing-practice"), "{rules:?}");
    }
}

#[test]
fn a_provider_that_is_no_id_prints_nothing_anywhere() {
    let base = Repository::base();
    base.write("providers/e.toml", "id = \"x/../../atk/y\"\nname = \"E\"\n");
    for id in ["x/../../atk/y", "a/b", "", "../e", "Acme"] {
        let screen = run(&base.root(), &["render", "binder", "--provider", id, "-o", "out"]);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{id}: {}", screen.err);
        assert!(screen.err.contains("is no id of a provider"), "{}", screen.err);
    }
    assert!(!base.path("out").exists() && !base.path("../atk").exists());
}

#[test]
fn what_is_printed_of_files_that_cannot_be_read_says_so() {
    let base = Repository::base();
    let whole = run(&base.root(), &["render", "providers", "--without-history", "-o", "out"]);
    assert_eq!((whole.code, whole.err.as_str()), (0, ""));
    base.write("providers/acme-msp.toml", "id = \"acme-msp\"\nname = [[\n");
    let broken = run(&base.root(), &["render", "providers", "--without-history", "-o", "out"]);
    assert!(broken.err.contains("not every file could be read whole"), "{}", broken.err);
}

#[test]
fn what_an_inherited_practice_names_of_its_own_root_is_judged_there() {
    let base = Repository::base();
    let config = "extends = \"../corporate\"\n[organization]\nname = \"Larch Precision\"\n";
    let (corporate, system) = system_beside_corporate(&base, config);
    let practice = corporate.join("practices/MA.L2-3.7.5.toml");
    let text = std::fs::read_to_string(&practice).expect("it stands");
    let text = text.replace("The contractor sets", "Northwind sets");
    let scoped = text.replace("service = \"patching\"", "scope = [\"enclave\"]\nservice = \"patching\"");
    std::fs::write(&practice, &scoped).expect("it can be written");
    let of_home = |folder: &Path| {
        let screen = run(folder, &["check", "--without-history", "--format", "json"]);
        let all = screen.json()["diagnostics"].as_array().expect("a list").clone();
        let rules = ["dangling-group", "unnamed-party", "stranger-party"];
        all.iter().filter(|found| rules.iter().any(|rule| found["rule"] == *rule)).count()
    };
    assert_eq!((of_home(&corporate), of_home(&system)), (0, 0), "both names are known where the practice was written");
    std::fs::write(&practice, scoped.replace("\"enclave\"", "\"enclaves\"")).expect("it can be written");
    assert_eq!((of_home(&corporate), of_home(&system)), (1, 0), "its own root says that the group is not known");
    std::fs::create_dir_all(system.join("practices")).expect("it can be made");
    std::fs::copy(&practice, system.join("practices/MA.L2-3.7.5.toml")).expect("it can be copied");
    assert!(of_home(&system) > 0, "what the system writes itself is judged here");
}

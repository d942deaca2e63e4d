//! What a history costs, counted in objects: bounds that hold on any machine, and answers that no way of reading changes.

use std::path::{Path, PathBuf};
use std::process::Command;

use demarcate::git::Git;
use demarcate::model::history::{Cost, History};
use tempfile::TempDir;

use super::screen::tool;
use super::scripted::{REVIEW, Scripted, day, subject};

const FIRST: &str = "practices/AC.L2-3.1.1.toml";
const SECOND: &str = "practices/AC.L2-3.1.2.toml";
const DAY: &str = "2026-12-31";

/// A history looked at by this many threads.
fn with_threads(scripted: &Scripted, threads: usize) -> History {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
    pool.install(|| scripted.history(DAY))
}

/// What a history costs when one thread looks at the log, so that no tree is met by two.
fn cost(scripted: &Scripted) -> Cost {
    with_threads(scripted, 1).cost
}

/// Distinct trees of all commits that stand at one of these paths.
fn distinct_trees(scripted: &Scripted, paths: &[&str]) -> usize {
    let commits = scripted.git(&["rev-list", "HEAD"]);
    let all = commits.lines().flat_map(|commit| paths.iter().map(move |path| format!("{commit}:{path}")));
    let trees = all.map(|name| scripted.git(&["rev-parse", &name]));
    trees.collect::<std::collections::BTreeSet<_>>().len()
}

#[test]
fn each_commit_and_each_distinct_tree_is_decoded_once() {
    let scripted = Scripted::root();
    for number in 0..40 {
        scripted.edit(FIRST, "statement = \"\"\"\n", &format!("statement = \"\"\"\nRound {number}.\n"));
        scripted.commit("Work", "2026-01-02");
    }
    let cost = cost(&scripted);
    assert_eq!(cost.commits, 41);
    // The tip is looked at once more, to learn what stands now: its root and the five folders in it.
    assert_eq!(
        cost.trees,
        distinct_trees(&scripted, &["", "practices", "providers", "poam", "exceptions", "policies"]) + 6
    );
    assert_eq!((cost.blobs, cost.parsed), (0, 0), "nobody has reviewed anything");
}

#[test]
fn trees_that_cannot_matter_are_not_read() {
    let scripted = Scripted::root();
    let before = cost(&scripted).trees;
    for folder in 0..30 {
        scripted.write(&format!("work/{folder}/deep/file.txt"), "x");
    }
    scripted.commit("Other work", "2026-01-02");
    // One more root tree, and it is the tip's.
    assert_eq!(cost(&scripted).trees, before + 1);
}

#[test]
fn no_blob_is_read_that_nobody_reviewed_or_that_stands_unchanged() {
    let scripted = Scripted::reviewed();
    scripted.write("policies/access.md", "# Access control\n\nAccounts are approved\nby the ISSO.\n\nMore.\n");
    scripted.commit("A policy", "2026-02-02");
    for number in 0..20 {
        scripted.edit(SECOND, "statement = \"", &format!("statement = \"Round {number}. "));
        scripted.commit("Work", "2026-02-03");
    }
    scripted.review("2026-02-04");
    let cost = cost(&scripted);
    // Of the first review the practice and the policy are read to compare them; the second is what stands now.
    assert!(cost.blobs <= 4 && cost.parsed <= 2, "{cost:?}");
}

#[test]
fn a_second_review_of_the_same_content_reads_nothing_more() {
    let scripted = Scripted::reviewed();
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.edit("providers/acme-msp.toml", "name", "# A comment\nname");
    scripted.commit("Work", "2026-02-02");
    let once = cost(&scripted);
    let scripted = Scripted::reviewed();
    for _ in 0..5 {
        scripted.review("2026-02-01");
    }
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.edit("providers/acme-msp.toml", "name", "# A comment\nname");
    scripted.commit("Work", "2026-02-02");
    let often = cost(&scripted);
    assert_eq!((often.blobs, often.parsed), (once.blobs, once.parsed));
    assert!(once.parsed > 0, "the comment in the provider's file is seen through by parsing it");
}

#[test]
fn words_that_are_gone_prove_a_difference_without_parsing() {
    let scripted = Scripted::root();
    for number in 0..10 {
        scripted.edit(FIRST, "Approves", &format!("Approves in round {number}"));
        let lines =
            "Practice-Review: 3.1.1 crm\nReview-Outcome: no-change\nReviewed-by: Dana Lee <dana@contractor.example>";
        scripted.commit(&format!("Review\n\n{lines}\n"), "2026-02-01");
    }
    let history = with_threads(&scripted, 1);
    let found = subject(&history, "3.1.1");
    let covers: Vec<bool> = found.reviews.iter().map(|review| review.covers_head).collect();
    assert_eq!(covers, [true, false, false, false, false, false, false, false, false, false]);
    assert_eq!(history.cost.parsed, 0);
    // Once for the practice itself, once for its row in the responsibility matrix.
    assert_eq!(history.cost.blobs, 18);
}

#[test]
fn comments_escapes_and_broken_files_are_not_mistaken_for_a_difference() {
    let scripted = Scripted::root();
    let text = scripted.read(FIRST);
    scripted.write(FIRST, &format!("# Looked at\n\n{text}"));
    scripted.review("2026-02-01");
    scripted.write(FIRST, &format!("{text}# At the end\n"));
    scripted.review("2026-02-02");
    scripted.write(FIRST, &text.replace("Approves", "\\u0041pproves"));
    scripted.review("2026-02-03");
    scripted.write(FIRST, &text.replace("Approves", "Approves\n"));
    scripted.review("2026-02-04");
    scripted.write(FIRST, &text);
    scripted.commit("Tidy", "2026-02-05");
    let found = scripted.subject("3.1.1", DAY);
    let covers: Vec<bool> = found.reviews.iter().map(|review| review.covers_head).collect();
    // A line broken inside a text of one line makes the file unreadable there, so that it says something else.
    let broken = text.contains("duty = \"Approves") || text.lines().any(|line| line.contains("= \"Approves"));
    assert_eq!(covers, [!broken, true, true, true], "{text}");
}

/// The history of a generated repository, as the tool prints it.
fn printed(root: &Path, threads: &str) -> String {
    let mut command = tool(root);
    command.env("RAYON_NUM_THREADS", threads).args(["--as-of", "2026-11-21", "history", "--format", "json"]);
    let output = command.output().expect("the binary was built");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the tool prints UTF-8")
}

fn git(root: &Path, arguments: &[&str]) {
    let status = Command::new("git").args(arguments).current_dir(root).status().expect("git is installed");
    assert!(status.success(), "git {arguments:?}");
}

/// A repository as `benches/generate-history` writes it.
fn generated(home: &TempDir, commits: usize) -> PathBuf {
    let root = home.path().join("generated");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/generate-history");
    let output = tool(home.path()).args(["--version"]).output().map(|_| {
        Command::new("sh")
            .arg(script)
            .args([&commits.to_string()])
            .arg(&root)
            .arg(env!("CARGO_BIN_EXE_demarcate"))
            .output()
    });
    let output = output.expect("the binary was built").expect("there is a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    root
}

#[test]
fn a_generated_history_is_walked_as_git_walks_it_and_reads_the_same_by_every_way() {
    let home = TempDir::new().expect("tests may write to the temporary folder");
    let root = generated(&home, 300);
    let mut scripted = Scripted::empty(&[]);
    scripted.moved_to(root.clone());
    let touches = scripted.judged();
    assert_eq!(touches.len(), 300);
    assert!(touches.iter().filter(|(_, paths)| paths.iter().any(|path| path.starts_with("practices/"))).count() > 100);

    let plain = printed(&root, "1");
    assert!(plain.contains("\"covers_head\": true") && plain.contains("\"covers_head\": false"));
    assert_eq!(printed(&root, "3"), plain, "with several threads");
    git(&root, &["commit-graph", "write", "--reachable"]);
    assert!(root.join(".git/objects/info/commit-graph").exists());
    scripted.judged();
    for threads in ["1", "4"] {
        assert_eq!(printed(&root, threads), plain, "with a commit-graph and {threads} threads");
    }
    git(&root, &["commit-graph", "write", "--reachable", "--changed-paths"]);
    assert_eq!(printed(&root, "2"), plain, "with Bloom filters");

    // The graph is stale: it knows an older commit only.
    std::fs::remove_file(root.join(".git/objects/info/commit-graph")).expect("it was written");
    git(&root, &["branch", "older", "HEAD~20"]);
    let older = Command::new("git").args(["rev-parse", "older"]).current_dir(&root).output().expect("git is installed");
    let graph = "git commit-graph write --stdin-commits";
    let status = Command::new("sh")
        .args(["-c", &format!("echo {} | {graph}", String::from_utf8_lossy(&older.stdout).trim())])
        .current_dir(&root)
        .status();
    assert!(status.expect("there is a shell").success());
    scripted.judged();
    assert_eq!(printed(&root, "2"), plain, "with a stale commit-graph");

    // The graph is damaged: the commits alone are asked.
    let path = root.join(".git/objects/info/commit-graph");
    let mut bytes = std::fs::read(&path).expect("it was written");
    let middle = bytes.len() / 2;
    bytes[middle..].iter_mut().for_each(|byte| *byte ^= 0x55);
    std::fs::remove_file(&path).expect("it was written");
    std::fs::write(&path, bytes).expect("it can be written");
    assert_eq!(printed(&root, "2"), plain, "with a damaged commit-graph");
}

#[test]
fn a_root_that_was_renamed_is_followed_by_any_number_of_threads() {
    let scripted = Scripted::empty(&[]).at("old");
    scripted.write_root();
    scripted.commit("Begin", "2026-01-01");
    for number in 0..120 {
        scripted.edit(FIRST, "statement = \"\"\"\n", &format!("statement = \"\"\"\nRound {number}.\n"));
        scripted
            .commit(&if number % 10 == 0 { format!("Review\n\n{REVIEW}") } else { "Work".to_owned() }, "2026-01-02");
    }
    scripted.git(&["mv", "old", "new"]);
    let scripted = scripted.at("new");
    scripted.commit("Rename", "2026-01-03");
    let one = with_threads(&scripted, 1);
    let many = with_threads(&scripted, 4);
    assert_eq!(subject(&one, "3.1.1").revisions.len(), 121);
    assert_eq!(format!("{:?}", one.subjects), format!("{:?}", many.subjects));
    assert_eq!(subject(&one, "3.1.1").reviews.len(), 12);
}

#[test]
fn many_deficiencies_are_settled_in_one_pass_over_a_log_of_many_branches() {
    let scripted = Scripted::root();
    for round in 0..12 {
        scripted.git(&["checkout", "-qb", &format!("side-{round}")]);
        let outcome = if round % 3 == 0 { "deficiency" } else { "no-change" };
        scripted.commit(&format!("Review\n\n{}", REVIEW.replace("no-change", outcome)), "2026-02-01");
        scripted.git(&["checkout", "-q", "main"]);
        scripted.commit("Main", "2026-02-01");
        scripted.merge(&[&format!("side-{round}")], "2026-02-02");
    }
    // Of the last deficiency the two later reviews know.
    assert_eq!(scripted.state("3.1.1", "2026-03-01"), "current");
    scripted.git(&["checkout", "-qb", "unaware", "HEAD~6"]);
    scripted.commit(&format!("Review\n\n{}", REVIEW.replace("no-change", "deficiency")), "2026-02-03");
    scripted.git(&["checkout", "-q", "main"]);
    scripted.merge(&["unaware"], "2026-02-04");
    assert_eq!(scripted.state("3.1.1", "2026-03-01"), "deficient");
    scripted.review("2026-02-05");
    assert_eq!(scripted.state("3.1.1", "2026-03-01"), "current");
}

#[test]
fn a_twin_reads_what_its_original_reads() {
    let scripted = Scripted::root();
    let git = Git::discover(scripted.dir(), None).expect("it can be opened").expect("there is a repository");
    let head = git.head().expect("HEAD can be read").expect("there is a commit");
    let heads = git.spread(&[1_u8; 100], |git, _| git.tree_of(head).expect("the tip can be read"));
    assert_eq!(heads, vec![git.tree_of(head).expect("the tip can be read"); 100]);
    assert!(day(DAY) > day("2026-01-01"));
}

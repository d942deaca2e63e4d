//! Hooks: what is about to be committed is judged as the index has it, in real repositories with real Git.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::base::Repository;
use super::screen::{self, Sample, Screen, run, tool};

const PRACTICE: &str = "practices/AC.L2-3.1.3.toml";
const REVIEW: &str = "Practice-Review: AC.L2-3.1.3\nReview-Outcome: no-change\n";
const DANA: &str = "Reviewed-by: Dana Lee <dana@northwind.example>\n";

/// A program in the scrubbed environment, with the tool on PATH.
fn program(name: &str, folder: &Path) -> Command {
    let ours = tool(folder);
    let own = Path::new(env!("CARGO_BIN_EXE_demarcate")).parent().expect("the binary lies in a folder");
    let mut command = Command::new(name);
    command.env_clear().current_dir(folder);
    for (key, value) in ours.get_envs().filter_map(|(key, value)| Some((key, value?))) {
        let mut value = value.to_owned();
        if key == "PATH" {
            own.as_os_str().clone_into(&mut value);
            value.push(":");
            value.push(ours.get_envs().find(|(key, _)| *key == "PATH").and_then(|(_, path)| path).unwrap_or_default());
        }
        command.env(key, value);
    }
    command
}

/// A commit, and what the hooks showed.
fn commit(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = program("git", folder).arg("commit").args(arguments).output().expect("git is installed");
    shown(&output)
}

fn shown(output: &Output) -> (bool, String) {
    let text = [&output.stdout[..], &output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// A copy of the clean base whose root lies in a folder with a space, with the hooks of Git.
fn hooked() -> (Repository, PathBuf) {
    let base = Repository::base();
    let files = base.git(&["ls-files"]);
    for file in files.lines() {
        base.write(&format!("systems/k cms/{file}"), std::fs::read(base.path(file)).expect("it is tracked"));
        base.delete(file);
    }
    base.commit("2026-11-02T10:00:00Z", "Move it below");
    let below = base.path("systems/k cms");
    let screen = run(&base.root(), &["init", "systems/k cms", "--hooks=git"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(screen.out.contains("git config core.hooksPath .githooks"), "{}", screen.out);
    base.commit("2026-11-03T10:00:00Z", "Hooks");
    base.git(&["config", "core.hooksPath", ".githooks"]);
    (base, below)
}

fn unowned(text: &str) -> String {
    let cut = text.replacen("objectives = [\"a\", ", "objectives = [", 1);
    assert_ne!(cut, text, "the practice has an objective a");
    cut
}

fn in_root(path: &str) -> String {
    format!("systems/k cms/{path}")
}

#[test]
fn the_hook_blocks_a_bad_commit_and_shows_why() {
    let (base, root) = hooked();
    let path = in_root(PRACTICE);
    let good = base.text(&path);
    base.write(&path, unowned(&good));
    base.git(&["add", "--all"]);
    for folder in [base.root(), root] {
        let (passed, screen) = commit(&folder, &["--quiet", "-m", "Bad"]);
        assert!(!passed, "{screen}");
        assert!(screen.contains("unowned-objective") && screen.contains("AC.L2-3.1.3[a]"), "{screen}");
        assert!(screen.contains(&format!("{PRACTICE}:")) && screen.contains("new since HEAD: "), "{screen}");
    }
    base.write(&path, good.replace("samples ten hosts", "samples twelve hosts"));
    base.git(&["add", "--all"]);
    let (passed, screen) = commit(&base.root(), &["--quiet", "-m", "Better"]);
    assert!(passed, "{screen}");
}

#[test]
fn what_is_staged_decides_and_the_work_tree_does_not() {
    let (base, _) = hooked();
    let path = in_root(PRACTICE);
    let good = base.text(&path);
    base.write(&path, good.replace("samples ten hosts", "samples twelve hosts"));
    base.git(&["add", "--all"]);
    base.write(&path, unowned(&good));
    let (passed, screen) = commit(&base.root(), &["--quiet", "-m", "Good in the index"]);
    assert!(passed, "{screen}");
    base.git(&["add", "--all"]);
    base.write(&path, &good);
    let (passed, screen) = commit(&base.root(), &["--quiet", "-m", "Bad in the index"]);
    assert!(!passed && screen.contains("unowned-objective"), "{screen}");
}

#[test]
fn partial_commits_are_judged_by_the_index_that_they_take() {
    let (base, root) = hooked();
    let (path, note) = (in_root(PRACTICE), in_root("notes.md"));
    let good = base.text(&path);
    base.write(&path, unowned(&good));
    for arguments in [&["--all", "-m", "x"][..], &["-m", "x", "--", &path], &["--include", "-m", "x", "--", &path]] {
        let (passed, screen) = commit(&base.root(), arguments);
        assert!(!passed && screen.contains("unowned-objective"), "{arguments:?} {screen}");
    }
    base.write(&note, "words\n");
    base.git(&["add", "--all"]);
    let (passed, screen) = commit(&root, &["--quiet", "-m", "The note alone", "--only", "--", "notes.md"]);
    assert!(passed, "{screen}");
    assert_eq!(base.git(&["show", "--name-only", "--format="]), note);
}

#[test]
fn a_deleted_practice_and_a_merge_are_seen_and_so_is_another_work_tree() {
    let (base, _) = hooked();
    let path = in_root(PRACTICE);
    base.git(&["rm", "--quiet", &path]);
    let (passed, screen) = commit(&base.root(), &["--quiet", "-m", "Delete"]);
    assert!(!passed && screen.contains("missing-practice"), "{screen}");
    base.git(&["reset", "--quiet", "--hard"]);

    base.git(&["switch", "--quiet", "--create", "side"]);
    base.write(&path, unowned(&base.text(&path)));
    base.git(&["add", "--all"]);
    let (passed, screen) = commit(&base.root(), &["--quiet", "--no-verify", "-m", "Unseen"]);
    assert!(passed, "{screen}");
    base.git(&["switch", "--quiet", "main"]);
    let merge = program("git", &base.root()).args(["merge", "--no-edit", "--no-ff", "side"]).output();
    let (passed, screen) = shown(&merge.expect("git is installed"));
    assert!(!passed && screen.contains("unowned-objective"), "{screen}");
    base.git(&["merge", "--abort"]);

    base.git(&["worktree", "add", "--quiet", "-b", "other", "../a tree"]);
    let tree = base.root().with_file_name("a tree");
    std::fs::write(tree.join(&path), unowned(&base.text(&path))).expect("the work tree can be written");
    let (passed, screen) = commit(&tree, &["--all", "-m", "Bad"]);
    assert!(!passed && screen.contains("unowned-objective"), "{screen}");
}

#[test]
fn what_stood_before_blocks_nobody_and_what_gets_better_is_no_news() {
    let home = TempDir::new().expect("the tests may write to the folder for temporary files");
    let screen = run(home.path(), &["init", ".", "--hooks=git"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    for arguments in [&["config", "core.hooksPath", ".githooks"][..], &["add", "--all"]] {
        assert!(program("git", home.path()).args(arguments).status().expect("git is installed").success());
    }
    let (passed, screen) = commit(home.path(), &["--quiet", "-m", "Begin"]);
    assert!(passed && screen.contains("that stood before"), "the first commit of an unanswered repository: {screen}");
    assert_eq!(run(home.path(), &["check", "--staged"]).code, 1, "110 practices are not answered");

    let practice = home.path().join(PRACTICE);
    let text = std::fs::read_to_string(&practice).expect("init wrote it");
    std::fs::write(&practice, text.replacen("statement = \"\"", "statement = \"We do.\"", 1))
        .expect("it can be written");
    let better = run(home.path(), &["check", "--new"]);
    assert!(!better.out.contains("AC.L2-3.1.4"), "{}", better.out);
    std::fs::write(&practice, "practice = [").expect("it can be written");
    let (passed, screen) = commit(home.path(), &["--all", "-m", "Broken"]);
    assert!(!passed && screen.contains("AC.L2-3.1.3.toml:1:"), "{screen}");
}

#[test]
fn new_tells_what_came_from_what_was_there() {
    let base = Repository::base();
    base.write(PRACTICE, unowned(&base.text(PRACTICE)));
    base.commit("2026-11-02T10:00:00Z", "Bad");
    let new = |screen: &Screen| (screen.code, screen.out.contains("3.1.3[a]"), screen.out.contains("3.1.4[a]"));
    assert_eq!(new(&run(&base.root(), &["check", "--staged"])), (1, true, false));
    assert_eq!(new(&run(&base.root(), &["check", "--staged", "--new"])), (0, false, false));
    // Lines that move make nothing new, and neither does another name of the file.
    base.write(PRACTICE, format!("# one\n# two\n{}", base.text(PRACTICE)));
    base.git(&["add", "--all"]);
    assert_eq!(new(&run(&base.root(), &["check", "--staged", "--new"])), (0, false, false));
    let other = "practices/AC.L2-3.1.4.toml";
    base.write(other, unowned(&base.text(other)));
    assert_eq!(new(&run(&base.root(), &["check", "--new"])), (1, false, true));
    let json = run(&base.root(), &["check", "--new", "--format", "json"]).json();
    let diagnostics = json["diagnostics"].as_array().expect("a list");
    assert!(!diagnostics.is_empty() && diagnostics.iter().all(|found| found["practice"] != "AC.L2-3.1.3"), "{json}");
    assert_eq!(run(&base.root(), &["check", "--new", "--rev", "HEAD"]).code, 2);
}

#[test]
fn one_wrong_for_another_is_new_and_so_is_a_warning_that_becomes_a_denial() {
    let base = Repository::base();
    let good = base.text(PRACTICE);
    let level = "\n[rules]\nunowned-objective = \"warn\"\n";
    let config = base.text("demarcate.toml");
    base.write(PRACTICE, unowned(&good));
    base.commit("2026-11-02T10:00:00Z", "Objective a is nobody's");
    let new = || run(&base.root(), &["check", "--new"]);
    let without_b = good.replacen("objectives = [\"a\", \"b\"", "objectives = [\"a\"", 1);
    assert_ne!(without_b, good);
    base.write(PRACTICE, &without_b);
    let swapped = new();
    assert!(swapped.code == 1 && swapped.out.contains("3.1.3[b]"), "{}", swapped.out);
    // The same in another practice, while the first is mended.
    base.write(PRACTICE, &good);
    let other = "practices/AC.L2-3.1.4.toml";
    let text = base.text(other);
    base.write(other, unowned(&text));
    assert_eq!(new().code, 1);
    base.write(other, &text);
    // What HEAD only warns of is denied once its level is.
    base.write(PRACTICE, unowned(&good));
    base.write("demarcate.toml", format!("{config}{level}"));
    base.commit("2026-11-02T11:00:00Z", "Only warn");
    assert_eq!(new().code, 0);
    base.write("demarcate.toml", &config);
    let denied = new();
    assert!(denied.code == 1 && denied.out.contains("3.1.3[a]"), "{}", denied.out);
}

#[test]
fn hash_compares_the_lock_and_the_evidence_that_are_staged() {
    let base = Repository::base();
    let (policy, check) = ("policies/ac.md", ["hash", "--check", "--staged"]);
    let old = base.text("evidence.lock");
    base.append(policy, "One more line.\n");
    assert_eq!(run(&base.root(), &check).code, 0, "nothing is staged");
    base.git(&["add", policy]);
    let screen = run(&base.root(), &check);
    assert!(screen.code == 1 && screen.out.contains("policy-ac"), "{}", screen.out);
    // The lock of the work tree is right, and the staged one is not.
    assert_eq!(run(&base.root(), &["hash"]).code, 0);
    assert_eq!(run(&base.root(), &check).code, 1);
    base.git(&["add", "evidence.lock"]);
    assert_eq!(run(&base.root(), &check).code, 0);
    // Whatever lies in the work tree now.
    base.append(policy, "Not staged.\n");
    base.write("evidence.lock", &old);
    assert_eq!(run(&base.root(), &check).code, 0);
    base.git(&["add", "evidence.lock"]);
    assert_eq!(run(&base.root(), &check).code, 1);
    base.git(&["rm", "--quiet", "--force", policy]);
    let screen = run(&base.root(), &check);
    assert!(screen.code == 1 && screen.out.contains("missing"), "{}", screen.out);
}

/// What `message` says of a text.
fn said(folder: &Path, text: &str) -> Screen {
    std::fs::write(folder.join(".git/COMMIT_EDITMSG"), text).expect("it can be written");
    run(folder, &["message", ".git/COMMIT_EDITMSG"])
}

#[test]
fn a_message_without_lines_of_ours_passes_at_once_and_opens_nothing() {
    let home = TempDir::new().expect("the tests may write to the folder for temporary files");
    std::fs::write(home.path().join("demarcate.toml"), "broken [").expect("it can be written");
    for text in [
        "",
        "\n\n",
        "Title",
        "\u{feff}Title\r\n\r\nWords: with a colon\r\n",
        "Title\n\nSigned-off-by: D <d@x>\nReviewed-by: E <e@x>\nReviewed-on: https://forge.example/1\nCo-authored-by: F <f@x>\n",
        "# Practice-Review: all\n# Review-Outcome: fine\n",
        "Title\n# ------------------------ >8 ------------------------\n+Practice-Review: all\n",
        "Title\n; ------------------------ >8 ------------------------\n+Practice-Review: all\n",
        "fixup! Title\n",
        "Merge branch 'side'\n\n# Conflicts:\n#\tpractices/AC.L2-3.1.1.toml\n",
        "Reviewed by: nobody in particular\n\nWe agreed on this: practice makes perfect\n",
        "Revert \"Review\"\n\nThis reverts commit 1234567.\n\n    Practice-Review: all\n    Review-Outcome: fine\n",
    ] {
        std::fs::write(home.path().join("M"), text).expect("it can be written");
        let screen = run(home.path(), &["message", "M"]);
        assert_eq!((screen.code, &*screen.out, &*screen.err), (0, "", ""), "{text:?}");
    }
    std::fs::write(home.path().join("M"), b"Caf\xe9\n\nwords \xff\n").expect("it can be written");
    assert_eq!(run(home.path(), &["message", "M"]).code, 0, "another encoding than UTF-8");
    let screen = run(home.path(), &["message", "nowhere"]);
    assert!(screen.code == 2 && screen.err.contains("nowhere"), "{}", screen.err);
}

#[test]
fn what_would_be_no_review_is_denied_with_its_place() {
    let base = Repository::base();
    let cases = [
        (format!("T\n\n{REVIEW}{DANA}"), ""),
        (format!("T\r\n\r\n{}", format!("{REVIEW}{DANA}").replace('\n', "\r\n")), ""),
        (format!("T\n\n{REVIEW}# why\n{DANA}\n# On branch main\n"), ""),
        (format!("T\n\n{REVIEW}"), "3:1 a review lacks Reviewed-by"),
        (format!("T\n\n{REVIEW}\n{DANA}"), "3:1 a review lacks Reviewed-by"),
        (format!("T\n\nPractice-Review: zz\nReview-Outcome: changed\n{DANA}"), "3:18 a review speaks of `zz`"),
        (format!("T\n\nPractice-Review: all\nReview-Outcome: fine\n{DANA}"), "4:17 the outcome `fine`"),
        (format!("T\n\nPractice-Reviewd: all\nReview-Outcome: changed\n{DANA}"), "3:1 `Practice-Reviewd` is no key"),
        (format!("T\n\nPractice Review: all\nReview-Outcome: changed\n{DANA}"), "3:1 `Practice Review` is no key"),
        (format!("T\n\n{REVIEW}Review-by: D <d@x>\n"), "5:1 `Review-by` is no key"),
        (
            format!("T\n\nPractice\u{2011}Review: all\nReview-Outcome: changed\n{DANA}"),
            "3:1 signs that only look right",
        ),
        (format!("\u{feff}Practice-Review: all\nReview-Outcome: changed\n{DANA}"), "1:1 signs that only look right"),
        (format!("T\n\n{REVIEW}Reviewed-by: Dana Lee\n"), "5:14 `Dana Lee` names nobody"),
        (format!("T\n\nPractice-Review: policy:zz\nReview-Outcome: changed\n{DANA}"), "3:18 there is no `policy:zz`"),
        (format!("T\n\n{REVIEW}{DANA}Review-Record: zz\n"), "6:16 no artifact is called `zz`"),
        ("T\n\nResponsibility-Accepted: acme-mps\nAccepted-by: S <s@x>\n".to_owned(), "3:26 did you mean `acme-msp`?"),
        ("T\n\nResponsibility-Accepted: acme-msp\nAccepted-by: S <s@x>\n".to_owned(), "4:14 no person of acme-msp"),
        ("T\n\nCompliance-Affirmed: level-3\nAffirmed-by: S <s@x>\n".to_owned(), "3:22 no level"),
        ("T\n\nCompliance-Affirmed: level-2\nAffirmed-by: S <s@x>\n".to_owned(), "4:14 cannot affirm"),
        (format!("T\n\n{REVIEW}{DANA}Compliance-Root: clients/a\n"), "6:18 no root lies in `clients/a`"),
    ];
    for (text, expected) in cases {
        let screen = said(&base.root(), &text);
        let (place, words) = expected.split_once(' ').unwrap_or_default();
        assert_eq!(screen.code, i32::from(!expected.is_empty()), "{text:?}\n{}{}", screen.out, screen.err);
        if expected.is_empty() {
            assert_eq!(screen.out, "", "{text:?}");
            continue;
        }
        assert!(screen.out.contains(words), "{text:?}: {words}\n{}", screen.out);
        assert!(screen.out.contains(&format!("COMMIT_EDITMSG:{place}\n")), "{text:?}: {place}\n{}", screen.out);
        assert!(screen.out.contains("= help: ") && screen.out.contains("your words are kept"), "{}", screen.out);
    }
}

#[test]
fn lines_of_ours_below_the_scissors_are_judged_as_git_keeps_them_unless_it_cuts_there() {
    let base = Repository::base();
    let scissors = "# ------------------------ >8 ------------------------\n";
    let shown = |sign: &str| REVIEW.lines().map(|line| format!("{sign}{line}\n")).collect::<Vec<_>>().concat();
    let head = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,4 +1,4 @@\n";
    let diff = format!("{head}{}{}{}", shown("-"), shown("+"), shown(" "));
    let file = base.path("M");
    std::fs::write(&file, format!("T\n\n{scissors}\n{REVIEW}{DANA}")).expect("it can be written");
    base.git(&["add", "-A"]);
    base.git(&["commit", "-q", "--allow-empty", "-F", "M"]);
    let kept = base.git(&["log", "-1", "--format=%B"]);
    assert!(kept.contains("Practice-Review"), "Git keeps it: {kept}");
    for (text, expected) in [
        (format!("T\n\n{scissors}\n{REVIEW}"), "5:1"),
        (format!("T\n\n{scissors}\nPractice-Reviewd: all\nReview-Outcome: changed\n{DANA}"), "5:1"),
        (format!("T\n\n{REVIEW}{DANA}{scissors}\n{}", REVIEW.replace("3.1.3", "3.1.4")), "8:1"),
        (format!("T\n\n{scissors}{diff}"), ""),
        (format!("T\n\n{REVIEW}{DANA}{scissors}# Do not touch the line above.\n{diff}"), ""),
        (format!("T\n\n{scissors}\n{REVIEW}{DANA}"), ""),
    ] {
        let screen = said(&base.root(), &text);
        assert_eq!(screen.code, i32::from(!expected.is_empty()), "{text:?}\n{}{}", screen.out, screen.err);
        assert!(expected.is_empty() || screen.out.contains(&format!("COMMIT_EDITMSG:{expected}\n")), "{}", screen.out);
    }
}

#[test]
fn what_git_does_not_show_or_will_drop_is_said_and_passes() {
    let base = Repository::base();
    let (lines, other) = (format!("{REVIEW}{DANA}"), REVIEW.replace("3.1.3", "3.1.4") + DANA);
    let cases = [
        (format!("T\n\n{lines}\n{other}"), ""),
        (format!("T\n\n{lines}Signed-off-by: D <d@x>\n"), ""),
        (format!("Squashed commit of the following:\n\ncommit 1\n\n    {}\n", lines.replace('\n', "\n    ")), ""),
        (format!("T\n\n{lines}\nAnd more words.\n"), "other words stand below"),
        (format!("T\n\n{lines}And more words.\n"), "other words stand below"),
        (lines.clone(), "the first paragraph is the title"),
        (format!("fixup! T\n\n{lines}"), "autosquash` drops"),
        (format!("T\n\n{REVIEW}Reviewed-by: Una Known <una@x.example>\n"), "no person of demarcate.toml"),
    ];
    for (text, words) in cases {
        let screen = said(&base.root(), &text);
        assert_eq!(screen.code, 0, "{text:?}\n{}{}", screen.out, screen.err);
        assert!(screen.out.contains(words) && screen.out.is_empty() == words.is_empty(), "{text:?}\n{}", screen.out);
        std::fs::write(base.path("M"), &text).expect("it can be written");
        assert_eq!(run(&base.root(), &["message", "M", "--quiet"]).out, "", "{text:?}");
    }
}

#[test]
fn a_message_is_read_from_standard_input_too() {
    let base = Repository::base();
    let mut child = tool(&base.root())
        .args(["message", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built");
    let mut input = child.stdin.take().expect("it is piped");
    std::io::Write::write_all(&mut input, format!("T\n\n{REVIEW}").as_bytes()).expect("it reads");
    drop(input);
    let screen = screen::of(&child.wait_with_output().expect("it ends"));
    assert!(screen.code == 1 && screen.out.contains("standard input:3:1"), "{}{}", screen.out, screen.err);
    assert!(!screen.out.contains("your words are kept"), "{}", screen.out);
}

#[test]
fn where_signatures_count_a_stranger_and_who_has_no_role_are_denied() {
    let sample = Sample::new();
    let of = |by: &str| {
        said(
            &sample.root(),
            &format!("T\n\nPractice-Review: AC.L2-3.1.1\nReview-Outcome: no-change\nReviewed-by: {by}\n"),
        )
    };
    let stranger = of("Una Known <una@contractor.example>");
    assert!(stranger.code == 1 && stranger.out.contains("no person of demarcate.toml"), "{}", stranger.out);
    let provider = of("Sam Whitfield <sam.whitfield@acme-msp.example>");
    assert!(
        provider.code == 1 && provider.out.contains("no role of Sam Whitfield reviews AC.L2-3.1.1"),
        "{}",
        provider.out
    );
    let own = of("Dana Lee <dana@contractor.example>");
    assert_eq!((own.code, &*own.out), (0, ""), "{}", own.err);
}

#[test]
fn what_the_tool_records_itself_passes_its_own_hook() {
    let (base, root) = hooked();
    let output = program("demarcate", &root)
        .args(["review", "AC", "--reviewer", "Dana Lee <dana@northwind.example>", "--yes"])
        .output()
        .expect("the binary is on PATH");
    let (passed, screen) = shown(&output);
    assert!(passed && screen.contains("it counts"), "{screen}");
    assert!(base.git(&["log", "-1", "--format=%B"]).contains("Compliance-Root: systems/k cms"));
}

#[test]
fn a_statement_says_of_which_of_several_roots_it_speaks() {
    let (base, root) = hooked();
    base.write("other/demarcate.toml", base.text(&in_root("demarcate.toml")));
    base.git(&["add", "--all"]);
    let lines = "T\n\nResponsibility-Accepted: acme-msp\nAccepted-by: Sam Ortiz <sam@acme.example>\n";
    std::fs::write(root.join("M"), lines).expect("it can be written");
    let screen = run(&root, &["message", "M"]);
    assert!(screen.code == 1 && screen.out.contains("does not say of which of the roots"), "{}", screen.out);
    std::fs::write(root.join("M"), format!("{lines}Compliance-Root: systems/k cms\n")).expect("it can be written");
    let screen = run(&root, &["message", "M"]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    // Of another root than the one that is asked nothing is said.
    let stranger = format!("{}Compliance-Root: other\n", lines.replace("sam@", "nobody@"));
    std::fs::write(root.join("M"), stranger).expect("it can be written");
    assert_eq!(run(&root, &["message", "M"]).code, 0);
}

#[test]
fn in_a_shallow_clone_the_files_alone_say_who_may_review() {
    let base = Repository::base();
    let clone = base.root().with_file_name("clone");
    let from = format!("file://{}", base.root().display());
    base.git(&["clone", "--quiet", "--depth=1", &from, &clone.to_string_lossy()]);
    let screen = said(&clone, &format!("T\n\n{REVIEW}{DANA}"));
    assert!(screen.code == 0 && screen.err.contains("so only the files say"), "{}{}", screen.out, screen.err);
    assert_eq!(said(&clone, &format!("T\n\n{REVIEW}")).code, 1);
}

#[test]
fn init_writes_hooks_once_and_never_over_what_stands() {
    let base = Repository::base();
    base.write(".githooks/pre-commit", "mine\n");
    let screen = run(&base.root(), &["init", "--hooks=git"]);
    assert_eq!((screen.code, &*base.text(".githooks/pre-commit")), (0, "mine\n"), "{}", screen.err);
    assert!(
        screen.err.contains("put this into it") && screen.out.contains("demarcate check --staged --new"),
        "{}",
        screen.out
    );
    assert!(base.path(".githooks/commit-msg").is_file());
    let again = run(&base.root(), &["init", "--hooks=git"]);
    assert_eq!(again.err.matches("was already there and is as it was").count(), 3, "{}", again.err);
    let screen = run(&base.root(), &["init", "--hooks"]);
    assert!(screen.code == 0 && screen.out.contains("pre-commit install"), "{}", screen.out);
    let text = base.text(".pre-commit-config.yaml");
    assert!(text.contains("entry: demarcate check --staged --new\n") && !text.contains("args"), "{text}");
    assert!(base.git(&["config", "--get", "--default", "none", "core.hooksPath"]) == "none", "nothing is switched on");
    assert_eq!(run(&base.root(), &["init", "--hooks=husky"]).code, 2);
    let screen = run(&base.root(), &["init", "@odd", "--hooks"]);
    assert!(screen.code == 2 && screen.err.contains("cannot name the folder"), "{}", screen.err);
    assert!(!base.path("@odd/demarcate.toml").exists(), "nothing was begun");
}

#[test]
fn the_hooks_of_the_project_take_a_folder_behind_their_entry() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml"));
    let text = text.expect("the project has its hooks");
    let (base, _) = hooked();
    let entries: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("entry: demarcate ")).collect();
    assert_eq!(entries.len(), 9, "three hooks, by wheel, from PATH, from source");
    base.write("M", "Title\n");
    for entry in entries {
        let mut arguments: Vec<&str> = entry.split(' ').collect();
        arguments.extend(["-C", "systems/k cms"]);
        arguments.extend(entry.starts_with("message").then_some("M"));
        let screen = run(&base.root(), &arguments);
        assert_eq!(screen.code, 0, "{arguments:?} {}{}", screen.out, screen.err);
    }
}

/// The whole of it under pre-commit, prek and lefthook stands in tests/hooks/try.
#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn pre_commit_runs_what_init_wrote() {
    if Command::new("pre-commit").arg("--version").output().is_err() {
        eprintln!("skipped: pre-commit is not on PATH");
        return;
    }
    let (base, _) = hooked();
    base.git(&["config", "--unset", "core.hooksPath"]);
    assert_eq!(run(&base.root(), &["init", "systems/k cms", "--hooks"]).code, 0);
    base.commit("2026-11-04T10:00:00Z", "Hooks of pre-commit");
    let ran = program("pre-commit", &base.root()).args(["install"]).output().expect("it is on PATH");
    assert!(ran.status.success(), "{}", shown(&ran).1);
    let path = in_root(PRACTICE);
    base.write(&path, unowned(&base.text(&path)));
    base.git(&["add", "--all"]);
    let (passed, screen) = commit(&base.root(), &["-m", "Bad"]);
    assert!(!passed && screen.contains("unowned-objective"), "{screen}");
    base.git(&["reset", "--quiet", "--hard"]);
    let (passed, screen) = commit(&base.root(), &["--allow-empty", "-m", "T\n\nPractice-Review: all\n"]);
    assert!(!passed && screen.contains("a review lacks"), "{screen}");
    let (passed, screen) = commit(&base.root(), &["--allow-empty", "-m", "Good"]);
    assert!(passed, "{screen}");
}

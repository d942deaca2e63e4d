//! Where a record goes and what it holds: other repositories, hooks, settings of Git, and checkouts that keep nothing.

use std::process::{Command, Stdio};

use super::super::screen::{self, Screen};
use super::stage::{ASH, DANA, Hand, PRACTICE, ROBIN, SUBJECT, Stage};

const DAY: &str = "2026-02-02";
const COUNTS: &str = "signed, and it counts";

fn official() -> Stage {
    let stage = Stage::new();
    stage.edit("demarcate.toml", "[system]\n", "[system]\naffirming-official = \"dana\"\n");
    stage.commit(&DANA.on("2026-01-07"), "Name the affirming official");
    stage
}

fn with(stage: &Stage, hand: &Hand, environment: &[(&str, &str)], arguments: &[&str]) -> Screen {
    let mut command = stage.as_person(hand, env!("CARGO_BIN_EXE_demarcate"), &[]);
    let output = command.envs(environment.iter().copied()).args(arguments).stdin(Stdio::null()).output();
    screen::of(&output.expect("the binary was built"))
}

/// A hook of Git's, as a script.
fn hook(stage: &Stage, name: &str, script: &str) {
    let path = format!(".git/hooks/{name}");
    stage.write(&path, format!("#!/bin/sh\n{script}\n"));
    let done = Command::new("chmod").arg("+x").arg(stage.dir().join(&path)).status();
    assert!(done.is_ok_and(|status| status.success()), "{path} can be made to run");
}

fn message(stage: &Stage, commit: &str) -> String {
    stage.ask(&["log", "-1", "--format=%B", commit])
}

#[test]
fn what_a_hook_or_an_alias_exports_sends_no_record_to_another_repository() {
    let (stage, other) = (official(), official());
    let (head, elsewhere) = (stage.head(), other.head());
    let path = |name: &str| other.dir().join(name).display().to_string();
    let (git, top) = (path(".git"), path(""));
    let environment = [
        ("GIT_DIR", git.as_str()),
        ("GIT_WORK_TREE", &top),
        ("GIT_COMMON_DIR", &git),
        ("GIT_OBJECT_DIRECTORY", &path(".git/objects")),
        ("GIT_PREFIX", "practices/"),
    ];
    for words in [&["review", SUBJECT][..], &["affirm", "--certify", "AC"]] {
        let screen = with(&stage, &DANA.on(DAY), &environment, words);
        assert!(screen.code == 0 && screen.out.contains(COUNTS), "{}{}", screen.out, screen.err);
    }
    let named = with(&stage, &DANA.on(DAY), &[("GIT_NAMESPACE", "elsewhere")], &["review", SUBJECT]);
    assert!(named.code == 2 && named.err.contains("cannot read HEAD"), "{}{}", named.out, named.err);
    assert_eq!((stage.ask(&["rev-parse", "HEAD~2"]), other.head()), (head, elsewhere));
}

#[test]
fn an_alias_in_a_linked_work_tree_records_in_the_root_that_it_names() {
    let (stage, other) = (official(), official());
    stage.ask(&["worktree", "add", "-q", "-b", "side", "../side"]);
    let before = (stage.head(), other.head());
    let there = stage.dir().join("../side");
    let line = format!("alias.rec=!{} -C {} review {SUBJECT}", env!("CARGO_BIN_EXE_demarcate"), other.dir().display());
    let mut command = stage.as_person(&DANA.on(DAY), "git", &[]);
    let screen =
        screen::of(&command.current_dir(&there).args(["-c", &line, "rec"]).output().expect("git is installed"));
    assert!(screen.code == 0 && screen.out.contains(COUNTS), "{}{}", screen.out, screen.err);
    assert_eq!((stage.head(), other.ask(&["rev-parse", "HEAD~1"])), before);
    assert_eq!(stage.ask(&["rev-parse", "side"]), before.0, "the work tree that the alias ran in is as it was");
    let own = format!("alias.rec=!{} review {SUBJECT}", env!("CARGO_BIN_EXE_demarcate"));
    let mut command = stage.as_person(&DANA.on(DAY), "git", &[]);
    let screen = screen::of(&command.current_dir(&there).args(["-c", &own, "rec"]).output().expect("git is installed"));
    assert!(screen.code == 0 && screen.out.contains(COUNTS), "{}{}", screen.out, screen.err);
    assert_eq!((stage.head(), stage.ask(&["rev-parse", "side~1"])), (before.0.clone(), before.0));
}

#[test]
fn the_index_of_another_repository_is_not_recorded() {
    let (stage, other) = (official(), official());
    let head = stage.head();
    let index = other.dir().join(".git/index").display().to_string();
    let screen = with(&stage, &DANA.on(DAY), &[("GIT_INDEX_FILE", &index)], &["review", SUBJECT]);
    assert!(screen.code == 2 && screen.err.contains("the index of another repository"), "{}", screen.err);
    let own = stage.dir().join(".git/index").display().to_string();
    let screen = with(&stage, &DANA.on(DAY), &[("GIT_INDEX_FILE", &own)], &["review", SUBJECT]);
    assert!(screen.code == 0 && screen.out.contains(COUNTS), "{}{}", screen.out, screen.err);
    assert_eq!(stage.ask(&["rev-parse", "HEAD~1"]), head);
}

#[test]
fn a_commit_that_a_hook_puts_on_top_is_not_taken_for_the_record() {
    let stage = official();
    let head = stage.head();
    let on_top = "[ -n \"$AGAIN\" ] || AGAIN=1 git commit -q --no-gpg-sign --allow-empty -m 'Note the build'";
    hook(&stage, "post-commit", on_top);
    let screen = stage.demarcate(&DANA.on(DAY), &["review", SUBJECT]);
    assert!(screen.code == 0 && screen.out.contains(COUNTS), "{}{}", screen.out, screen.err);
    let record = stage.ask(&["rev-parse", "--short=10", "HEAD~1"]);
    assert!(screen.out.contains(&format!("recorded in {record}: ")), "{}", screen.out);
    assert_eq!((message(&stage, "HEAD").trim(), stage.ask(&["rev-parse", "HEAD~2"])), ("Note the build", head));
    let wrong = stage.demarcate(&ASH.on(DAY), &["review", SUBJECT]);
    assert!(wrong.code == 1 && !wrong.out.contains("git reset"), "it would take back another commit: {}", wrong.out);
}

#[test]
fn a_hook_that_takes_the_commit_away_is_no_success() {
    let stage = official();
    hook(&stage, "post-commit", "git reset -q --soft HEAD~1");
    let screen = stage.demarcate(&DANA.on(DAY), &["review", SUBJECT]);
    assert!(screen.code == 2 && screen.err.contains("nothing was recorded"), "{}{}", screen.out, screen.err);
    assert!(screen.err.contains("refs/heads/main stands at"), "{}", screen.err);
    hook(&stage, "pre-commit", "exit 1");
    let screen = stage.demarcate(&DANA.on(DAY), &["review", SUBJECT]);
    assert!(
        screen.code == 2 && screen.err.contains("git commit did not succeed; nothing was recorded"),
        "{}",
        screen.err
    );
}

#[test]
fn a_hook_that_changes_the_files_is_named_with_them() {
    let stage = official();
    let head = stage.head();
    hook(&stage, "pre-commit", &format!("echo '# tidy' >> {PRACTICE}; git add {PRACTICE}"));
    for words in [&["review", SUBJECT][..], &["affirm", "--certify", "AC"]] {
        let screen = stage.demarcate(&DANA.on(DAY), words);
        assert_eq!(screen.code, 1, "{}{}", screen.out, screen.err);
        let told = format!("it holds other files than those that were judged: {PRACTICE}\n");
        assert!(screen.out.contains(&told), "{}", screen.out);
        let help = screen.out.split("`git reset --soft ").nth(1).and_then(|rest| rest.split('`').next());
        let back = help.expect("it says how to take it back").to_owned();
        stage.ask(&["reset", "-q", "--hard", &back]);
        assert_eq!(stage.head(), head);
    }
}

#[test]
fn a_hook_that_changes_the_message_is_named_with_what_it_did() {
    let stage = official();
    let cases = [
        (
            "sed -i 's/^Reviewed-by: .*/Reviewed-by: Robin Park <robin@contractor.example>/' \"$1\"",
            "its message lacks `Reviewed-by: Dana Lee <dana@contractor.example>`",
        ),
        ("sed -i 's/no-change/deficiency/' \"$1\"", "its message says `Review-Outcome: deficiency`"),
        ("sed -i '/^Review-Outcome/d' \"$1\"", "nothing in it is read as what was meant"),
        ("printf 'Tidy\\n' > \"$1\"", "its message lacks `Practice-Review: AC.L2-3.1.2`"),
    ];
    for (script, told) in cases {
        hook(&stage, "commit-msg", script);
        let screen = stage.demarcate(&DANA.on(DAY), &["review", SUBJECT]);
        assert!(screen.code == 1 && screen.out.contains(told), "{script}: {}{}", screen.out, screen.err);
        let help = screen.out.lines().position(|line| line.starts_with("  help:")).expect("it says what to do");
        assert!(help > 0 && screen.out.lines().nth(help - 1).is_some_and(|line| line.len() > 20), "{}", screen.out);
    }
    hook(&stage, "commit-msg", "printf '\\nChange-Id: I0123\\n' >> \"$1\"");
    let screen = stage.demarcate(&DANA.on(DAY), &["review", SUBJECT]);
    assert!(screen.code == 0 && screen.out.contains(COUNTS), "{}{}", screen.out, screen.err);
}

#[test]
fn nothing_is_recorded_off_every_branch_or_in_a_bisection() {
    let stage = official();
    let head = stage.head();
    let all: [&[&str]; 3] = [&["review", SUBJECT], &["affirm", "--certify", "AC"], &["accept", "acme-msp"]];
    stage.ask(&["checkout", "-q", "--detach"]);
    for words in all {
        let screen = stage.demarcate(&DANA.on(DAY), words);
        assert!(screen.code == 2 && screen.err.contains("HEAD is on no branch"), "{words:?}: {}", screen.err);
        assert!(screen.err.contains("git switch"), "{}", screen.err);
    }
    stage.checkout("main");
    stage.ask(&["bisect", "start"]);
    for words in all {
        let screen = stage.demarcate(&DANA.on(DAY), words);
        assert!(screen.code == 2 && screen.err.contains("a bisection is under way"), "{words:?}: {}", screen.err);
    }
    assert_eq!(stage.head(), head);
    let dry = stage.demarcate(&DANA.on(DAY), &["review", SUBJECT, "--dry-run"]);
    assert!(dry.code == 0 && dry.out.starts_with("Review AC.L2-3.1.2"), "{}{}", dry.out, dry.err);
}

#[test]
fn no_setting_of_git_hides_what_is_staged() {
    let stage = official();
    stage.move_below("system");
    stage.write("README.md", "Read me.\n");
    stage.commit(&ROBIN.on("2026-01-08"), "Move");
    let head = stage.head();
    stage.write("README.md", "Read me again.\n");
    stage.ask(&["add", "README.md"]);
    let settings = [
        ("diff.relative", "true"),
        ("diff.external", "true"),
        ("diff.noprefix", "true"),
        ("diff.ignoreSubmodules", "all"),
        ("status.relativePaths", "false"),
        ("diff.orderFile", "/nowhere"),
    ];
    let screen = stage.demarcate_with(&DANA.on(DAY), &settings, &["-C", "system", "review", SUBJECT]);
    assert!(screen.code == 2 && screen.err.contains("changes are staged"), "{}{}", screen.out, screen.err);
    let screen = stage.demarcate_with(&DANA.on(DAY), &settings, &["-C", "system", "affirm", "--certify", "AC"]);
    assert!(screen.code == 2 && screen.err.contains("(README.md)"), "{}{}", screen.out, screen.err);
    stage.ask(&["reset", "-q", "--hard"]);
    stage.ask(&["update-index", "--chmod=+x", "README.md"]);
    let screen = stage.demarcate(&DANA.on(DAY), &["-C", "system", "affirm", "--certify", "AC"]);
    assert!(screen.code == 2 && screen.err.contains("(the mode of a file)"), "{}{}", screen.out, screen.err);
    assert_eq!(stage.head(), head);
}

#[test]
fn no_setting_of_git_changes_what_the_message_says() {
    let stage = official();
    stage.write("../template.txt", "Ticket:\n");
    let settings = [
        ("i18n.commitEncoding", "ISO-8859-1"),
        ("commit.cleanup", "strip"),
        ("core.commentChar", "P"),
        ("commit.template", "../template.txt"),
        ("commit.verbose", "true"),
        ("commit.status", "true"),
        ("core.editor", "false"),
    ];
    let note = "# What I read\n; and what I did not: caf\u{e9}, \u{4e2d}\nPractice by practice.";
    let screen = stage.demarcate_with(&DANA.on(DAY), &settings, &["review", SUBJECT, "-m", note]);
    assert!(screen.code == 0 && screen.out.contains(COUNTS), "{}{}", screen.out, screen.err);
    let raw = stage.raw("HEAD");
    assert!(raw.contains(&format!("\n\nReview AC.L2-3.1.2: no-change\n\n{note}\n\nPractice-Review: ")), "{raw}");
    assert!(
        raw.ends_with("Reviewed-by: Dana Lee <dana@contractor.example>\n") && !raw.contains("\nencoding "),
        "{raw}"
    );
}

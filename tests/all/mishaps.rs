//! What goes wrong on an ordinary day: a merge left half done, a file of the wrong kind, a review of what was not
//! committed, a log or a text that would play with the terminal. Each ends in a place and a remedy, and loses nothing.

use std::collections::BTreeSet;

use super::base::Repository;
use super::screen::{Screen, run};

const ARTIFACTS: &str = "evidence/contractor/artifacts.toml";

fn check(base: &Repository) -> Screen {
    run(&base.root(), &["check", "--format", "json"])
}

/// Rule and path of everything that a check reports.
fn found(screen: &Screen) -> BTreeSet<(String, String)> {
    let json = screen.json();
    let diagnostics = json["diagnostics"].as_array().expect("a list");
    let word = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    diagnostics.iter().map(|one| (word(&one["rule"]), word(&one["path"]))).collect()
}

fn only(rule: &str, path: &str) -> BTreeSet<(String, String)> {
    BTreeSet::from([(rule.to_owned(), path.to_owned())])
}

#[test]
fn hash_drops_no_line_of_an_artifact_that_could_not_be_read() {
    let base = Repository::base();
    let lock = base.text("evidence.lock");
    let whole = base.text(ARTIFACTS);
    assert!(lock.lines().count() > 10, "{lock}");
    for broken in [whole.replacen("[[artifact]]", "<<<<<<< HEAD\n[[artifact]]", 2), "\u{0}".to_owned()] {
        base.write(ARTIFACTS, broken);
        let screen = run(&base.root(), &["hash"]);
        assert_eq!(screen.code, 1, "{}", screen.out);
        assert!(screen.err.contains("no line of evidence.lock was dropped"), "{}", screen.err);
        assert_eq!(base.text("evidence.lock"), lock);
        assert!(!screen.out.contains("removed"), "{}", screen.out);
    }
    base.delete(ARTIFACTS);
    std::fs::create_dir(base.path(ARTIFACTS)).expect("its name is free");
    assert_eq!(run(&base.root(), &["hash"]).code, 1);
    assert_eq!(base.text("evidence.lock"), lock);
}

#[test]
fn two_lines_for_one_edition_with_other_bytes_pass_nowhere() {
    let base = Repository::base();
    let lock = base.text("evidence.lock");
    let line = lock.lines().find(|line| line.contains("procedure-it.txt")).expect("it is locked");
    let other = format!("{}{}", "0".repeat(64), &line[64..]);
    for twice in [format!("{other}\n{line}"), format!("{line}\n{other}")] {
        base.write("evidence.lock", lock.replace(line, &twice));
        assert!(found(&check(&base)).is_superset(&only("bad-lock", "evidence.lock")), "{twice}");
        let checked = run(&base.root(), &["hash", "--check"]);
        assert_eq!(checked.code, 1, "{}", checked.out);
        assert!(checked.out.contains("changed    procedure-it"), "{}", checked.out);
        let written = run(&base.root(), &["hash"]);
        assert!(written.out.contains("changed    procedure-it"), "{}", written.out);
        assert_eq!(base.text("evidence.lock"), lock);
    }
}

#[test]
fn of_two_lines_for_a_file_that_is_not_here_hash_keeps_both_and_says_so() {
    let base = Repository::base();
    let lock = base.text("evidence.lock");
    let line = lock.lines().find(|line| line.contains("procedure-it.txt")).expect("it is locked");
    let twice = lock.replace(line, &format!("{line}\n{}{}", "0".repeat(64), &line[64..]));
    base.write("evidence.lock", &twice);
    base.delete("evidence/contractor/procedure-it.txt");
    let screen = run(&base.root(), &["hash"]);
    assert_eq!(screen.code, 1, "{}", screen.out);
    assert!(screen.err.contains("evidence.lock was not written"), "{}", screen.err);
    assert_eq!(base.text("evidence.lock"), twice);
}

#[test]
fn a_merge_left_half_done_is_called_one_and_nothing_is_said_of_what_follows_from_it() {
    let base = Repository::base();
    for path in ["practices/AC.L2-3.1.3.toml", "demarcate.toml", "assets.toml", "providers/acme-msp.toml", ARTIFACTS] {
        let text = base.text(path);
        let lines: Vec<&str> = text.lines().collect();
        let (head, tail) = lines.split_at(lines.len() / 2);
        let torn = [&["<<<<<<< HEAD"], head, &["======="], tail, &[">>>>>>> other"]].concat().join("\n");
        base.write(path, torn);
        let screen = check(&base);
        assert_eq!(found(&screen), only("syntax", path), "{path}: {}", screen.out);
        let json = screen.json();
        let first = &json["diagnostics"][0];
        assert_eq!(first["message"], "a merge conflict was not resolved", "{path}");
        assert!(first["help"].as_str().is_some_and(|help| help.contains("<<<<<<<")), "{path}: {first}");
        base.write(path, text);
    }
}

#[test]
fn bytes_that_are_no_text_hold_back_what_follows_from_them() {
    for path in ["practices/AC.L2-3.1.3.toml", "demarcate.toml", "assets.toml", "providers/acme-msp.toml", ARTIFACTS] {
        let base = Repository::base();
        base.write(path, b"\x7fELF\x02\xd0");
        let screen = check(&base);
        assert_eq!(found(&screen), only("not-utf8", path), "{path}: {}", screen.out);
    }
}

#[test]
fn a_lock_with_line_ends_of_windows_is_one_diagnostic_and_hash_corrects_it() {
    let base = Repository::base();
    let lock = base.text("evidence.lock");
    base.write("evidence.lock", lock.replace('\n', "\r\n"));
    let screen = check(&base);
    assert_eq!(found(&screen), only("bad-lock", "evidence.lock"), "{}", screen.out);
    assert_eq!(screen.json()["diagnostics"].as_array().map(Vec::len), Some(1));
    assert!(screen.out.contains("CRLF"), "{}", screen.out);
    run(&base.root(), &["hash"]);
    assert_eq!(base.text("evidence.lock"), lock);
}

#[test]
fn a_file_where_a_folder_should_be_is_named() {
    for folder in ["providers", "evidence", "policies", "poam", "exceptions", "practices"] {
        let base = Repository::base();
        if base.path(folder).exists() {
            base.delete(folder);
        }
        base.write(folder, "a file\n");
        let screen = check(&base);
        assert_eq!(screen.code, 1, "{folder}: {}", screen.err);
        let named = found(&screen).contains(&("unreadable-file".to_owned(), folder.to_owned()));
        assert!(named, "{folder}: {}", screen.out);
        assert!(screen.out.contains(&format!("{folder} is not a folder")), "{folder}: {}", screen.out);
    }
}

#[test]
fn a_table_is_called_what_people_call_it() {
    let base = Repository::base();
    base.write("poam/new.toml", "id = \"new\"\n");
    base.write("providers/acme-msp.crm.toml", "edition = \"2\"\n");
    let screen = check(&base);
    assert!(screen.out.contains("the POA&M item has no `due`"), "{}", screen.out);
    assert!(screen.out.contains("the provider CRM has no `provider`"), "{}", screen.out);
}

#[test]
fn brackets_too_many_or_too_few_are_answered_with_how_many() {
    let base = Repository::base();
    let path = "practices/AC.L2-3.1.3.toml";
    let text = base.text(path);
    base.write(path, text.replacen("[[responsibility]]", "[responsibility]", 1));
    assert!(check(&base).out.contains("double brackets"));
    base.write(path, text);
    let provider = "providers/acme-msp.toml";
    let text = base.text(provider);
    assert!(text.contains("\n[contract]\n"), "{text}");
    base.write(provider, text.replace("\n[contract]\n", "\n[[contract]]\n"));
    assert!(check(&base).out.contains("single brackets"));
}

#[test]
fn what_cannot_be_read_cannot_be_allowed_and_an_allow_gives_a_reason() {
    let base = Repository::base();
    let path = "practices/AC.L2-3.1.3.toml";
    base.append(path, "<broken\n");
    base.append(
        "demarcate.toml",
        "\n[[allow]]\nrule = \"syntax\"\nreason = \"later\"\n\n[rules]\nnot-utf8 = \"warn\"\n",
    );
    let screen = check(&base);
    let expected = [("syntax", path), ("wrong-value", "demarcate.toml")];
    let shown = found(&screen);
    let named: Vec<(&str, &str)> = shown.iter().map(|(rule, path)| (rule.as_str(), path.as_str())).collect();
    let named: Vec<_> = named.into_iter().filter(|(rule, _)| !rule.starts_with("review-")).collect();
    assert_eq!(named, expected, "{}", screen.out);
    assert_eq!(screen.json()["summary"]["deny"], 3, "{}", screen.out);

    let base = Repository::base();
    base.append("demarcate.toml", "\n[[allow]]\nrule = \"vague-duty\"\nreason = \"  \"\n");
    let screen = check(&base);
    assert!(screen.code == 1 && screen.out.contains("gives no reason"), "{}", screen.out);
}

#[test]
fn review_refuses_what_is_open_in_the_editor_and_not_committed() {
    let base = Repository::base();
    let path = "practices/AC.L2-3.1.3.toml";
    let head = base.git(&["rev-parse", "HEAD"]);
    let dana = ["--reviewer", "Dana Lee <dana@northwind.example>"];
    let review = |arguments: &[&str]| run(&base.root(), &[&["review"], arguments, &dana].concat());
    base.write(path, base.text(path).replace("statement = \"", "statement = \"Every week anew. "));
    for arguments in [&["AC.L2-3.1.3"][..], &["AC", "--outcome", "deficiency"]] {
        let screen = review(arguments);
        assert_eq!(screen.code, 2, "{}", screen.err);
        assert!(screen.err.contains("`AC.L2-3.1.3` differs from what would be committed"), "{}", screen.err);
    }
    assert_eq!(base.git(&["rev-parse", "HEAD"]), head);
    assert_eq!(review(&["AC.L2-3.1.5"]).code, 0, "another practice is as committed");
    base.git(&["add", "--all"]);
    let screen = review(&["AC.L2-3.1.3", "--outcome", "changed"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    // A comment is no content that a review covers.
    base.append(path, "# a comment\n");
    assert_eq!(review(&["AC.L2-3.1.3"]).code, 0);
}

#[test]
fn review_without_a_commit_says_that_there_is_none() {
    let base = Repository::base();
    base.delete(".git");
    base.git(&["init", "--quiet"]);
    let screen = run(&base.root(), &["review", "AC"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("there is no commit yet") && screen.err.contains("commit"), "{}", screen.err);
}

#[test]
fn notes_of_the_log_say_at_which_commit_and_what_to_do() {
    let base = Repository::base();
    base.commit(
        "2026-11-02T10:00:00Z",
        "Look\n\nPractice-Review: AC\nReview-Outcome: fine\nReviewed-by: Dana Lee <dana@northwind.example>",
    );
    let commit = base.git(&["rev-parse", "--short=10", "HEAD"]);
    let screen = run(&base.root(), &["history", "AC.L2-3.1.1"]);
    assert!(screen.out.contains(&format!("note: in {commit}: a review has the outcome `fine`")), "{}", screen.out);
    assert!(screen.out.contains("  help: write one Review-Outcome"), "{}", screen.out);
}

#[test]
fn a_record_that_is_no_artifact_is_reported_while_the_review_that_names_it_counts() {
    let base = Repository::base();
    let review = |day: &str, record: &str| {
        let lines =
            "Practice-Review: AC.L2-3.1.3\nReview-Outcome: no-change\nReviewed-by: Dana Lee <dana@northwind.example>";
        base.commit(&format!("2026-11-{day}T10:00:00Z"), &format!("Look\n\n{lines}\nReview-Record: {record}"));
    };
    review("02", "minutes-of-nothing");
    let reported = check(&base);
    assert_eq!(found(&reported), only("broken-review", "demarcate.toml"), "{}", reported.out);
    assert!(reported.out.contains("the record `minutes-of-nothing`, which is no artifact"), "{}", reported.out);
    review("03", "ticket-log");
    assert_eq!(found(&check(&base)), BTreeSet::new());
}

#[test]
fn a_revision_that_is_none_is_named_without_the_words_of_the_library() {
    let base = Repository::base();
    for (revision, message) in [
        ("nope", "error: no commit is called `nope`\n"),
        ("HEAD~1000", "error: no commit is called `HEAD~1000`\n"),
        ("HEAD:practices", "error: no commit is called `HEAD:practices`: that is something other than a commit\n"),
    ] {
        let screen = run(&base.root(), &["check", "--rev", revision]);
        assert_eq!(screen.code, 2, "{revision}");
        let help = "  help: `git log --oneline --all` lists the commits that there are\n";
        assert_eq!(screen.err, format!("{message}{help}"));
    }
}

#[test]
fn no_text_of_a_repository_reaches_the_terminal_or_a_document_as_a_command() {
    let base = Repository::base();
    let config = base.text("demarcate.toml");
    assert!(config.contains("name = \"Dana Lee\""), "{config}");
    let named = config.replace("name = \"Dana Lee\"", "name = \"Dana \\u001b[31mLee\\u202e\"");
    let (before, after) = named.split_once("[organization]\nname = \"").expect("the organization has a name");
    base.write("demarcate.toml", format!("{before}[organization]\nname = \"\\u001b]0;title\\u0007{after}"));
    let path = "practices/AC.L2-3.1.3.toml";
    base.write(path, base.text(path).replace("statement = \"", "statement = \"\\u001b[2J\\u202e "));
    base.commit(
        "2026-11-02T10:00:00Z",
        "A \u{1b}[31m subject \u{202e}\n\nPractice-Review: AC.L2-3.1.3, z\u{1b}[31mz\nReview-Outcome: no-change\nReviewed-by: D\u{1b}[31m\u{202e} <dana@northwind.example>",
    );
    let is_command = |c: char| (c.is_control() && c != '\n' && c != '\r') || ('\u{202a}'..='\u{202e}').contains(&c);
    for words in [
        &["check"][..],
        &["check", "--format", "github"],
        &["status"],
        &["status", "--format", "json"],
        &["history"],
        &["history", "AC.L2-3.1.3", "--proof"],
        &["history", "--format", "json"],
        &["score"],
        &["render", "--context"],
    ] {
        let screen = run(&base.root(), words);
        assert!(screen.code < 2 && screen.out.len() > 100, "{words:?}: {}", screen.err);
        let shown: Vec<char> = screen.out.chars().chain(screen.err.chars()).filter(|c| is_command(*c)).collect();
        assert_eq!(shown, Vec::<char>::new(), "{words:?}");
    }
    assert_eq!(run(&base.root(), &["render"]).code, 0);
    let documents: Vec<_> = std::fs::read_dir(base.path("out")).expect("they were written").flatten().collect();
    assert!(documents.len() > 15, "{documents:?}");
    for document in documents {
        let text = std::fs::read_to_string(document.path()).expect("a document is text");
        let shown: Vec<char> = text.chars().filter(|c| is_command(*c) && *c != '\t').collect();
        assert_eq!(shown, Vec::<char>::new(), "{:?}", document.path());
    }
}

#[test]
fn a_review_of_much_that_changed_names_the_first_differences_and_counts_the_others() {
    let base = Repository::base();
    base.write(
        "practices/AC.L2-3.1.3.toml",
        "practice = \"AC.L2-3.1.3\"\nownership = \"contractor\"\nstatus = \"planned\"\nstatement = \"The contractor begins next year.\"\n",
    );
    let screen = run(&base.root(), &["check", "--format", "json", "--only", "review-stale"]);
    let json = screen.json();
    let diagnostics = json["diagnostics"].as_array().expect("a list");
    let of_practice = diagnostics.iter().find(|one| one["practice"] == "AC.L2-3.1.3").expect("it is stale");
    let message = of_practice["message"].as_str().expect("a text");
    assert_eq!(message.matches("; ").count(), 5, "{message}");
    let more = message.rsplit_once("; and ").expect("there are more").1;
    assert!(more.ends_with(" more"), "{message}");
    let history = run(&base.root(), &["history", "AC.L2-3.1.3", "--format", "json"]).json();
    let all = history["subjects"][0]["differs"].as_array().map_or(0, Vec::len);
    assert_eq!(more, format!("{} more", all - 5));
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn a_folder_that_cannot_be_listed_is_one_diagnostic_and_hides_no_other_file() {
    use std::os::unix::fs::PermissionsExt;
    let base = Repository::base();
    let mode = |mode: u32| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(base.path("poam"), permissions).expect("the mode can be set");
    };
    base.write("poam/later.toml", "id = \"later\"\n");
    base.write("practices/AC.L2-3.1.3.toml", base.text("practices/AC.L2-3.1.3.toml").replace("status", "statuz"));
    mode(0o000);
    if std::fs::read_dir(base.path("poam")).is_ok() {
        eprintln!("skipped: this user may list a folder of mode 000");
        mode(0o755);
        return;
    }
    let screen = run(&base.root(), &["check", "--without-history", "--format", "json"]);
    mode(0o755);
    let expected = [("unknown-key", "practices/AC.L2-3.1.3.toml"), ("unreadable-file", "poam")];
    let expected: BTreeSet<_> = expected.iter().map(|(rule, path)| ((*rule).to_owned(), (*path).to_owned())).collect();
    assert_eq!(found(&screen), expected);
}

#[test]
fn hash_drops_no_line_while_two_artifacts_have_one_id() {
    let base = Repository::base();
    let lock = base.text("evidence.lock");
    let ids: Vec<&str> = lock.lines().skip(1).filter_map(|line| line.split("  ").nth(2)).collect();
    let text = base.text(ARTIFACTS);
    let (first, second) =
        (ids[0], *ids.iter().find(|id| **id != ids[0] && text.contains(&format!("\"{id}\""))).expect("two"));
    assert_eq!(text.matches(&format!("id = \"{second}\"")).count(), 1, "{text}");
    base.write(ARTIFACTS, text.replace(&format!("id = \"{second}\""), &format!("id = \"{first}\"")));
    let screen = run(&base.root(), &["hash"]);
    assert_eq!(screen.code, 1, "{}", screen.out);
    let after = base.text("evidence.lock");
    let lost: Vec<&str> = lock.lines().filter(|line| !after.lines().any(|kept| kept == *line)).collect();
    assert_eq!(lost, Vec::<&str>::new());
}

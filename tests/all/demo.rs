//! The sample repository: its story on its own day, the same story later, and the way out of it.

use std::collections::BTreeSet;

use demarcate::demo;
use tempfile::TempDir;

use super::screen::{Sample, Screen, run, tool};

/// What `check` finds on the sample's own day: rule, level, and the place.
const STORY: [(&str, &str, &str); 12] = [
    ("conditional-blocked", "warn", "practices/AC.L2-3.1.5.toml"),
    ("conditional-blocked", "warn", "practices/CM.L2-3.4.8.toml"),
    ("conditional-blocked", "warn", "practices/MA.L2-3.7.4.toml"),
    ("review-due", "warn", "practices/AT.L2-3.2.1.toml"),
    ("review-due", "warn", "practices/AT.L2-3.2.2.toml"),
    ("review-due", "warn", "practices/AT.L2-3.2.3.toml"),
    ("review-gap", "warn", "practices/PE.L2-3.10.1.toml"),
    ("review-overdue", "deny", "practices/MP.L2-3.8.3.toml"),
    ("review-overdue", "deny", "practices/MP.L2-3.8.7.toml"),
    ("review-stale", "deny", "practices/CM.L2-3.4.2.toml"),
    ("series-overdue", "deny", "evidence/acme-msp/artifacts.toml"),
    ("series-overdue", "deny", "evidence/contractor/artifacts.toml"),
];

fn story_of(screen: &Screen) -> Vec<(String, String, String)> {
    let json = screen.json();
    let word = |value: &serde_json::Value| value.as_str().expect("a word").to_owned();
    let diagnostics = json["diagnostics"].as_array().expect("a list").iter();
    let mut story: Vec<_> = diagnostics.map(|d| (word(&d["rule"]), word(&d["level"]), word(&d["path"]))).collect();
    story.sort();
    story
}

fn told() -> Vec<(String, String, String)> {
    STORY.iter().map(|(rule, level, path)| ((*rule).to_owned(), (*level).to_owned(), (*path).to_owned())).collect()
}

#[test]
fn the_demo_tells_its_story_and_leaves_a_clean_work_tree() {
    let sample = Sample::new();
    assert_eq!(story_of(&sample.run(&["check", "--format", "json"])), told());
    assert_eq!(sample.git(&["status", "--porcelain"]), "");
    sample.git(&["fsck", "--strict"]);
    let score = sample.run(&["score", "--format", "json"]).json();
    assert_eq!(score["score"], 96);
    assert_eq!(score["status"], "none");
}

#[test]
fn the_story_stays_true_on_any_later_day() {
    for today in ["2027-08-03", "2030-02-28"] {
        let home = TempDir::new().expect("the folder for temporary files can be written");
        let screen = run(home.path(), &["demo", "sample", "--as-of", today]);
        assert_eq!(screen.code, 0, "{today}: {}", screen.out);
        let root = home.path().join("sample");
        let check = run(&root, &["check", "--as-of", today, "--format", "json"]);
        assert_eq!(story_of(&check), told(), "{today}");
    }
}

#[test]
fn the_same_day_gives_the_same_commits() {
    let head = |name: &str| {
        let home = TempDir::new().expect("the folder for temporary files can be written");
        run(home.path(), &["demo", name]);
        std::fs::read_to_string(home.path().join(name).join(".git/refs/heads/main")).expect("the branch was written")
    };
    assert_eq!(head("one"), head("another"));
}

#[test]
fn the_demo_needs_no_git_and_refuses_a_folder_that_is_not_empty() {
    let home = TempDir::new().expect("the folder for temporary files can be written");
    let mut command = tool(home.path());
    for who in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"] {
        command.env_remove(who);
    }
    let output = command.env("PATH", "/nowhere").args(["demo", "sample"]).output().expect("the binary was built");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let again = run(home.path(), &["demo", "sample"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("not empty"), "{}", again.err);
}

#[test]
fn every_file_of_the_sample_is_told_of() {
    let story = demo::story().expect("the story is sound");
    assert_eq!(demo::untold(&story), BTreeSet::new());
}

#[test]
fn ids_and_texts_of_the_sample_carry_no_date_that_a_shift_would_miss() {
    let sample = Sample::new();
    let months = [
        "January",
        "February",
        "March",
        "April",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    for path in sample.git(&["ls-files", "*.toml", "*.md", "*.csv", "*.txt", "*.log", "*.json"]).lines() {
        let text = sample.text(path);
        for month in months {
            assert!(!text.contains(month), "{path} names {month}");
        }
        for (at, _) in text.match_indices("202") {
            let date = text.get(at..at + 10).is_some_and(|word| word.parse::<demarcate::date::Date>().is_ok());
            let number = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || ".,-_:".contains(c));
            let year = text[at..].chars().take(4).all(|c| c.is_ascii_digit())
                && !text[at + 4..].starts_with(|c: char| c.is_ascii_digit());
            assert!(date || number || !year, "{path}: {}", text.get(at..at + 12).unwrap_or_default());
        }
    }
}

/// Every help line, followed: the sample checks clean.
#[test]
fn following_the_help_lines_makes_the_sample_clean() {
    let sample = Sample::new();
    new_edition(&sample, "acme-msp", "config-compliance-report", "2026-07-24");
    new_edition(&sample, "contractor", "badge-access-review", "2026-07-30");
    assert_eq!(sample.run(&["hash"]).code, 0);
    sample.git(&["add", "--all"]);
    sample.git(&["commit", "--quiet", "--message", "Collect the two late artifacts"]);
    let review = sample.run(&["review", "MP", "AT", "CM.L2-3.4.2", "--message", "Read with the people who do it."]);
    assert_eq!(review.code, 0, "{}", review.err);
    let mut config = sample.text("demarcate.toml");
    for rule in ["conditional-blocked", "review-gap"] {
        config.push_str(&format!(
            "\n[[allow]]\nrule = \"{rule}\"\nreason = \"Known; no status is claimed.\"\nuntil = 2027-03-15\n"
        ));
    }
    sample.write("demarcate.toml", &config);
    let check = sample.run(&["check"]);
    assert!(check.code == 0 && check.out.starts_with("nothing found"), "{}", check.out);
}

fn new_edition(sample: &Sample, party: &str, artifact: &str, old: &str) {
    let folder = format!("evidence/{party}");
    let file = format!("{artifact}-{old}.csv");
    let bytes = sample.text(&format!("{folder}/{file}"));
    let new = file.replace(old, "2026-11-20");
    sample.write(&format!("{folder}/{new}"), &bytes);
    let text = sample.text(&format!("{folder}/artifacts.toml"));
    let edition = format!("[[artifact.edition]]\npath      = \"{file}\"\n");
    assert_eq!(text.matches(&edition).count(), 1, "{artifact}");
    let more = format!("[[artifact.edition]]\npath      = \"{new}\"\ncollected = 2026-11-20\n\n{edition}");
    sample.write(&format!("{folder}/artifacts.toml"), &text.replace(&edition, &more));
}

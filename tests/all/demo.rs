//! The sample repository: its story on its own day, the same story later, and the way out of it.

use std::collections::BTreeSet;

use std::process::Command;

use demarcate::demo;
use serde_json::Value;
use tempfile::TempDir;

use super::screen::{Sample, Screen, of, run, tool};

/// What `check` finds on the sample's own day: rule, level, and the place.
const STORY: [(&str, &str, &str); 15] = [
    ("broad-review", "warn", "demarcate.toml"),
    ("conditional-blocked", "warn", "practices/AC.L2-3.1.5.toml"),
    ("conditional-blocked", "warn", "practices/CM.L2-3.4.8.toml"),
    ("conditional-blocked", "warn", "practices/MA.L2-3.7.4.toml"),
    ("doubtful-date", "warn", "practices/RA.L2-3.11.1.toml"),
    ("review-due", "warn", "practices/AT.L2-3.2.1.toml"),
    ("review-due", "warn", "practices/AT.L2-3.2.2.toml"),
    ("review-due", "warn", "practices/AT.L2-3.2.3.toml"),
    ("review-gap", "warn", "practices/PE.L2-3.10.1.toml"),
    ("review-overdue", "deny", "practices/MP.L2-3.8.3.toml"),
    ("review-overdue", "deny", "practices/MP.L2-3.8.7.toml"),
    ("review-refused", "deny", "providers/vaultline.toml"),
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

/// The reviews that show what a signature is worth: the commit, the grade of proof, that of the date, and a piece of the
/// reason where it does not count.
const SHOWN: [(&str, &str, &str, Option<&str>); 12] = [
    ("Review all practices", "signed", "witnessed", None),
    ("Look at maintenance with the people who do it", "signed", "witnessed", None),
    ("Yearly review of the plan, providers and remaining families", "signed", "witnessed", None),
    ("Review risk assessment", "signed", "doubtful", None),
    ("Tighten signature updates and the patch pilot (#41)", "forge", "claimed", None),
    ("Enter Grace's yearly review of personnel security", "recorded", "claimed", None),
    ("Yearly review of access and sign-in", "signed", "claimed", None),
    ("Look at maintenance again", "refused", "claimed", Some("its key was revoked")),
    ("Allow five working days to repair drift", "refused", "claimed", Some("is the last author of it")),
    ("Review how media are sanitized and moved", "refused", "claimed", Some("its key is not listed for that time")),
    ("Review the people of Vaultline", "refused", "claimed", Some("Sam Whitfield <sam.whitfield@acme-msp.example>")),
    ("Walk the doors in Tucson", "unsigned", "claimed", Some("it is not signed")),
];

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

/// Runs a program as the compliance lead, whom the configuration of the sample names.
fn as_the_lead(sample: &Sample, program: &str, arguments: &[&str]) -> Screen {
    let tool = tool(&sample.root());
    let mut command = Command::new(if program == "demarcate" { env!("CARGO_BIN_EXE_demarcate") } else { program });
    let of_somebody = |name: &str| name.ends_with("_NAME") || name.ends_with("_EMAIL");
    let kept = tool.get_envs().filter_map(|(name, value)| Some((name, value?)));
    command.env_clear().envs(kept.filter(|(name, _)| !of_somebody(&name.to_string_lossy())));
    of(&command.args(arguments).current_dir(sample.root()).output().expect("the program is installed"))
}

/// Whether `ssh-keygen` is here; if not, says so on the screen.
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn has_ssh_keygen() -> bool {
    let found = Command::new("ssh-keygen").arg("-?").output().is_ok();
    if !found {
        eprintln!("skipped: ssh-keygen is not installed");
    }
    found
}

/// Every review of every subject, with the subject.
fn reviews(sample: &Sample) -> Vec<(String, Value)> {
    let history = sample.run(&["history", "--format", "json"]).json();
    let subjects = history["subjects"].as_array().expect("a list").clone();
    let of = |subject: Value| {
        let id = subject["id"].as_str().expect("a word").to_owned();
        let reviews = subject["reviews"].as_array().expect("a list").clone();
        reviews.into_iter().map(move |review| (id.clone(), review))
    };
    subjects.into_iter().flat_map(of).collect()
}

fn commit_of(sample: &Sample, title: &str) -> String {
    let log = sample.git(&["log", "--format=%H %s"]);
    let found: Vec<&str> = log
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter(|(_, said)| *said == title)
        .map(|(id, _)| id)
        .collect();
    assert_eq!(found.len(), 1, "{title}");
    found[0].to_owned()
}

#[test]
fn each_kind_of_review_is_judged_as_it_should_be_and_no_other_is_refused() {
    let sample = Sample::new();
    let reviews = reviews(&sample);
    let mut refused = BTreeSet::new();
    for (title, grade, date_grade, why) in SHOWN {
        let commit = commit_of(&sample, title);
        let of_it: Vec<&Value> =
            reviews.iter().map(|(_, review)| review).filter(|review| review["commit"] == *commit).collect();
        assert!(!of_it.is_empty(), "{title}");
        for review in of_it {
            assert_eq!((&review["grade"], &review["date_grade"]), (&grade.into(), &date_grade.into()), "{title}");
            assert_eq!(review["accepted"], why.is_none(), "{title}");
            let said = review["refused_because"].as_str().unwrap_or_default();
            assert!(why.is_none_or(|why| said.contains(why)), "{title}: {said}");
        }
        refused.extend(why.map(|_| commit));
    }
    let uncounted: BTreeSet<String> = reviews
        .iter()
        .filter(|(_, review)| review["accepted"] == false)
        .map(|(_, review)| review["commit"].as_str().expect("a word").to_owned())
        .collect();
    assert_eq!(uncounted, refused);
    let broad = commit_of(&sample, "Review all practices");
    assert!(reviews.iter().any(|(_, review)| review["commit"] == *broad && review["breadth"] == 110));
}

#[test]
fn a_review_that_does_not_count_displaces_none_that_does() {
    let sample = Sample::new();
    let history = sample.run(&["history", "--format", "json"]).json();
    let state = |id: &str| {
        let mut subjects = history["subjects"].as_array().expect("a list").iter();
        subjects.find(|subject| subject["id"] == id).expect("it is a subject")["state"].clone()
    };
    for (id, expected) in [
        ("MA.L2-3.7.1", "current"),
        ("PE.L2-3.10.3", "current"),
        ("RA.L2-3.11.1", "current"),
        ("MP.L2-3.8.3", "overdue"),
        ("CM.L2-3.4.2", "stale"),
        ("personnel:vaultline", "refused"),
    ] {
        assert_eq!(state(id), expected, "{id}");
    }
}

#[test]
fn git_calls_every_signature_good_that_a_review_counts_by() {
    if !has_ssh_keygen() {
        return;
    }
    let sample = Sample::new();
    let log = sample.git(&["log", "--format=%H %G? %GS"]);
    let said: std::collections::BTreeMap<&str, &str> = log.lines().filter_map(|line| line.split_once(' ')).collect();
    let mut judged = 0;
    for (id, review) in reviews(&sample).iter().filter(|(_, review)| review["accepted"] == true) {
        let commit = review["commit"].as_str().expect("a word");
        let signer = review["signer"].as_str().expect("whatever counts is signed");
        assert_eq!(said[commit], format!("G {signer}"), "{id} in {commit}");
        judged += 1;
    }
    assert!(judged > 110, "{judged}");
    assert_eq!(said[&*commit_of(&sample, "Walk the doors in Tucson")].trim(), "N");
    assert!(said[&*commit_of(&sample, "Review how media are sanitized and moved")].starts_with('U'));
    sample.git(&["tag", "--verify", "plan-3.1"]);
    let shown = sample.git(&["log", "--show-signature", "-1"]);
    assert!(shown.contains("Good \"git\" signature for priya@contractor.example"), "{shown}");
}

#[test]
fn the_lists_of_keys_hold_the_play_keys() {
    let sample = Sample::new();
    let mut names = BTreeSet::new();
    for path in ["trust/allowed_signers", "trust/revoked"] {
        for line in sample.text(path).lines().filter(|line| !line.starts_with('#')) {
            let (rest, name) = line.rsplit_once(' ').expect("a name stands after the key");
            assert!(rest.ends_with(&demo::play_key(name).public), "{path}: {line}");
            names.insert(name.to_owned());
        }
    }
    let folder = sample.root().join(".git").join(demo::KEYS);
    let files = std::fs::read_dir(&folder).expect("the keys lie there").flatten();
    let written: BTreeSet<String> = files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(written, names);
    if has_ssh_keygen() {
        for name in &names {
            let path = format!(".git/{}/{name}", demo::KEYS);
            let public = as_the_lead(&sample, "ssh-keygen", &["-y", "-f", &path]).out;
            assert_eq!(public.trim_end(), format!("{} {name}", demo::play_key(name).public));
        }
    }
}

#[test]
#[cfg(unix)]
fn nobody_else_can_read_the_keys() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = TempDir::new().expect("the folder for temporary files can be written");
    assert_eq!(run(home.path(), &["demo", "sample"]).code, 0);
    let folder = home.path().join("sample/.git").join(demo::KEYS);
    for file in std::fs::read_dir(folder).expect("the keys lie there").flatten() {
        let mode = file.metadata().expect("it stands there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", file.path());
    }
}

#[test]
fn the_pinned_digest_is_that_of_the_first_list_on_any_day() {
    for today in ["2026-11-21", "2030-02-28"] {
        let home = TempDir::new().expect("the folder for temporary files can be written");
        run(home.path(), &["demo", "sample", "--as-of", today]);
        let root = home.path().join("sample");
        let history = run(&root, &["history", "--as-of", today]);
        assert!(!history.out.contains("trust begins in"), "{today}: {}", history.out);
        let other = "0".repeat(64);
        let check = run(&root, &["check", "--as-of", today, "--trust-root", &other, "--format", "json"]);
        assert!(story_of(&check).iter().any(|(rule, ..)| rule == "wrong-trust-root"), "{today}");
    }
}

#[test]
fn the_demo_says_whose_word_counts() {
    let home = TempDir::new().expect("the folder for temporary files can be written");
    let screen = run(home.path(), &["demo", "sample"]);
    let (_, table) = screen.out.split_once("## Whose word counts").expect("the table stands there");
    let (table, places) = table.split_once("where to look:").expect("it ends there");
    let counts = table.lines().filter(|line| line.starts_with("counts: ")).count();
    let others = table.lines().filter(|line| line.starts_with("does not count")).count();
    let expected = SHOWN.iter().filter(|(.., why)| why.is_none()).count();
    assert_eq!((counts, others), (expected, SHOWN.len() - expected), "{table}");
    let flat = table.split_whitespace().collect::<Vec<_>>().join(" ");
    for (title, .., why) in SHOWN {
        assert!(why.is_none_or(|why| flat.contains(why)), "{title}: {table}");
    }
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("it is kept");
    let is_row = |line: &&str| line.starts_with("counts: ") || line.starts_with("does not count ");
    let rows: Vec<&str> = readme.lines().filter(is_row).collect();
    assert!(rows.len() >= 5, "{readme}");
    for row in rows {
        assert!(table.lines().any(|real| real == row), "README.md shows `{row}`, and not so the demo: {table}");
    }
    assert!(places.contains("history --proof"), "{places}");
    assert!(screen.out.contains("play keys that everybody has"), "{}", screen.out);
}

#[test]
fn the_proof_names_and_measures_its_gaps_on_lines_that_fit_a_terminal() {
    let sample = Sample::new();
    let all = sample.run(&["history", "--proof"]).out;
    let longest = all.lines().map(|line| line.chars().count()).max();
    assert!(longest <= Some(108), "{longest:?}");
    let doors = sample.run(&["history", "PE.L2-3.10.1", "--proof"]).out;
    assert!(doors.contains("| 469 days  <- gap"), "{doors}");
    assert!(doors.contains("gap: 469 days without a review that counts, 2023-11-28 to 2025-03-11"), "{doors}");
    let people = sample.run(&["history", "personnel:vaultline", "--proof"]).out;
    assert!(people.contains("no review counts") && people.contains("does not count: Sam Whitfield"), "{people}");
    let training = sample.run(&["history", "AT.L2-3.2.1", "--proof"]).out;
    assert!(training.contains("| 351 days to 2026-11-21\n"), "{training}");
    assert!(training.contains("no gap: each review came within 1 year"), "{training}");
}

#[test]
fn the_review_record_explains_its_words_and_says_what_does_not_count() {
    let sample = Sample::new();
    assert_eq!(sample.run(&["render", "reviews", "-o", "record"]).code, 0);
    let (page, text) = (sample.text("record/reviews.html"), sample.text("record/reviews.md"));
    for word in ["signed", "forge", "recorded", "unsigned", "refused", "witnessed", "claimed", "doubtful", "gap"] {
        assert!(text.contains(&format!("**{word}**: ")), "{word}");
        assert!(page.contains(&format!("<b>{word}</b></dt><dd>")), "{word}");
    }
    let (_, others) = text.split_once("## Reviews that do not count").expect("the chapter stands there");
    let (others, _) = others.split_once("## Gaps").expect("it ends there");
    assert_eq!(others.lines().filter(|line| line.starts_with("| 20")).count(), 5, "{others}");
    assert!(others.contains("signed by sam.whitfield@acme-msp.example | personnel:vaultline | refused"), "{others}");
    // Whoever signs for themselves is not named twice.
    assert!(!others.contains("signed by marcus@contractor.example"), "{others}");
    assert!(text.contains("| PE.L2-3.10.1 | 2023-11-28 | 469 **gap** |"), "{text}");
    assert!(text.contains("| MP.L2-3.8.3 | 2025-11-18 | 368 **gap** |"), "{text}");
    assert!(text.contains("| 2025-11-18 | still open | 368 | 2 | MP.L2-3.8.3, MP.L2-3.8.7 |"), "{text}");
    assert!(text.contains("date witnessed, there by 2025-12-17"), "{text}");
}

/// Every help line, followed: the sample checks clean.
#[test]
fn following_the_help_lines_makes_the_sample_clean() {
    if !has_ssh_keygen() {
        return;
    }
    let sample = Sample::new();
    new_edition(&sample, "acme-msp", "config-compliance-report", "2026-07-24");
    new_edition(&sample, "contractor", "badge-access-review", "2026-07-30");
    assert_eq!(sample.run(&["hash"]).code, 0);
    as_the_lead(&sample, "git", &["add", "--all"]);
    let message = ["commit", "--quiet", "--message", "Collect the two late artifacts"];
    let commit = as_the_lead(&sample, "git", &message);
    assert_eq!(commit.code, 0, "{}", commit.err);
    let words =
        ["review", "MP", "AT", "CM.L2-3.4.2", "personnel:vaultline", "--message", "Read with the people who do it."];
    let review = as_the_lead(&sample, "demarcate", &words);
    assert_eq!(review.code, 0, "{}", review.err);
    assert_eq!(sample.git(&["log", "-2", "--format=%G? %GS"]), ["G priya@contractor.example"; 2].join("\n"));
    let mut config = sample.text("demarcate.toml");
    // What is in the log stays in the log.
    for rule in ["conditional-blocked", "review-gap", "doubtful-date"] {
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

//! What a walk over the log keeps for the next one: never another answer, and nothing looked at twice.

use std::path::PathBuf;

use demarcate::cache::Cache;
use demarcate::model::history::{Cost, History};

use super::scripted::{REVIEW, Scripted, asked};

const FIRST: &str = "practices/AC.L2-3.1.1.toml";
const SECOND: &str = "practices/AC.L2-3.1.2.toml";
const DAY: &str = "2026-12-31";

fn with(scripted: &Scripted, cache: &Cache) -> History {
    let git = scripted.open();
    let tip = git.head().expect("HEAD can be read");
    let assessment = scripted.assessment(&git);
    demarcate::history::of(&git, &asked(tip, scripted.prefix(), DAY, cache), &assessment).expect("the log can be read")
}

fn cache(scripted: &Scripted) -> Cache {
    Cache::in_git_dir(scripted.open().git_dir())
}

/// Everything but what it took to find out.
fn told(mut history: History) -> String {
    history.cost = Cost::default();
    format!("{history:#?}")
}

/// Asks with and without what is kept; both have to say the same. Gives the cost of the first.
fn agree(scripted: &Scripted, what: &str) -> Cost {
    let kept = with(scripted, &cache(scripted));
    let cost = kept.cost;
    assert_eq!(told(kept), told(with(scripted, &Cache::none())), "{what}");
    cost
}

/// A log of some length with reviews, a branch and a rename in it, walked once.
fn walked() -> Scripted {
    let scripted = Scripted::reviewed();
    for number in 0..40 {
        scripted.edit(SECOND, "statement = \"", &format!("statement = \"Round {number}. "));
        scripted.commit(&if number % 2 == 0 { format!("Work\n\n{REVIEW}") } else { "Work".to_owned() }, "2026-02-03");
    }
    scripted.git(&["switch", "-q", "-c", "side"]);
    scripted.edit(FIRST, "statement = \"\"\"\n", "statement = \"\"\"\nA side.\n");
    scripted.commit(&format!("Side\n\n{REVIEW}"), "2026-02-04");
    scripted.git(&["switch", "-q", "main"]);
    scripted.write("policies/access.md", "# Access control\n\nAccounts are approved\nby the ISSO.\n\nMore.\n");
    scripted.commit("A policy", "2026-02-05");
    scripted.merge(&["side"], "2026-02-06");
    let first = agree(&scripted, "the first walk");
    assert_eq!(first.commits, 45);
    scripted
}

fn entries(scripted: &Scripted, beginning: &str) -> Vec<PathBuf> {
    let folder = scripted.open().git_dir().join("demarcate");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_one = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(beginning));
    let mut found: Vec<PathBuf> = entries.filter(is_one).collect();
    found.sort();
    found
}

#[test]
fn a_second_walk_decodes_no_commit() {
    let scripted = walked();
    assert_eq!(agree(&scripted, "again").commits, 0);
}

#[test]
fn a_longer_log_costs_what_is_new_of_it() {
    let scripted = walked();
    scripted.review("2026-03-01");
    assert_eq!(agree(&scripted, "one more").commits, 1);
    for number in 0..30 {
        scripted.edit(FIRST, "statement = \"\"\"\n", &format!("statement = \"\"\"\nMore {number}.\n"));
        scripted.commit("Work", "2026-03-02");
    }
    assert_eq!(agree(&scripted, "many more").commits, 31);
    assert_eq!(agree(&scripted, "and once more").commits, 0);
}

#[test]
fn another_commit_graph_changes_nothing() {
    let scripted = walked();
    scripted.git(&["commit-graph", "write", "--reachable"]);
    assert_eq!(agree(&scripted, "with a graph").commits, 0);
    scripted.review("2026-03-01");
    assert_eq!(agree(&scripted, "with a graph that ends below").commits, 1);
}

#[test]
fn a_log_that_lost_commits_forgets_them() {
    let scripted = walked();
    for back in ["HEAD~1", "HEAD~3", "HEAD~10", "side"] {
        scripted.git(&["reset", "-q", "--hard", back]);
        assert_eq!(agree(&scripted, back).commits, 0, "{back}");
    }
}

#[test]
fn a_log_that_was_written_anew_is_read_anew() {
    let scripted = walked();
    scripted.git_on(&["commit", "-q", "--amend", "-m", "Another word"], "2026-02-07");
    assert_eq!(agree(&scripted, "amended").commits, 1);
    scripted.git(&["checkout", "-q", "--orphan", "new"]);
    scripted.commit("Begin anew", "2026-02-08");
    assert_eq!(agree(&scripted, "an orphan").commits, 1);
}

#[test]
fn another_mailmap_is_another_walk() {
    let scripted = walked();
    scripted.write(".mailmap", "Robin Q. Park <robin@contractor.example>\nDana Q. Lee <dana@contractor.example>\n");
    scripted.commit("Names", "2026-02-09");
    assert_eq!(agree(&scripted, "with names").commits, 46);
    let names = told(with(&scripted, &cache(&scripted)));
    assert!(names.contains("Robin Q. Park") && names.contains("Dana Q. Lee"), "{names}");
}

#[test]
fn a_practice_that_moves_is_another_walk() {
    let scripted = walked();
    scripted.git(&["mv", SECOND, "practices/limits.toml"]);
    scripted.commit("Move", "2026-02-09");
    assert_eq!(agree(&scripted, "moved").commits, 46);
    scripted.git(&["mv", "practices/limits.toml", SECOND]);
    scripted.commit("Back", "2026-02-10");
    assert_eq!(agree(&scripted, "moved back").commits, 2);
}

#[test]
fn a_root_that_was_called_something_else_is_walked_whole_each_time() {
    let mut scripted = Scripted::empty(&[]).at("old");
    scripted.write_root();
    scripted.commit("Begin", "2026-01-01");
    scripted.review("2026-02-01");
    for number in 0..30 {
        scripted.edit(SECOND, "statement = \"", &format!("statement = \"Round {number}. "));
        scripted.commit("Work", "2026-02-03");
    }
    scripted.git(&["mv", "old", "new"]);
    scripted = scripted.at("new");
    scripted.commit("Move", "2026-02-09");
    let first = agree(&scripted, "moved").commits;
    assert_eq!(agree(&scripted, "again").commits, first);
    assert_eq!(entries(&scripted, "walk-"), Vec::<PathBuf>::new());
}

#[test]
fn two_roots_of_one_repository_keep_walks_of_their_own() {
    let scripted = Scripted::empty(&[]).at("one");
    scripted.write_root();
    scripted.commit("Begin", "2026-01-01");
    let scripted = scripted.at("two");
    scripted.write_root();
    for number in 0..20 {
        scripted.edit(SECOND, "statement = \"", &format!("statement = \"Round {number}. "));
        scripted.review("2026-02-03");
    }
    let scripted = scripted.at("one");
    agree(&scripted, "the first");
    let scripted = scripted.at("two");
    agree(&scripted, "the second");
    assert_eq!(entries(&scripted, "walk-").len(), 2);
    assert_eq!(agree(&scripted.at("one"), "the first again").commits, 0);
}

#[test]
fn a_damaged_entry_is_not_believed() {
    let scripted = walked();
    let whole: Vec<(PathBuf, Vec<u8>)> = [entries(&scripted, "walk-"), entries(&scripted, "told")]
        .concat()
        .into_iter()
        .map(|path| (path.clone(), std::fs::read(&path).expect("the entry can be read")))
        .collect();
    assert_eq!(whole.len(), 2, "a walk and what was told of old files");
    for (path, bytes) in &whole {
        let step = bytes.len() / 12 + 1;
        for at in (0..bytes.len()).step_by(step) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            std::fs::write(path, damaged).expect("the entry can be written");
            agree(&scripted, &format!("byte {at} of {}", path.display()));
            std::fs::write(path, &bytes[..at]).expect("the entry can be written");
            agree(&scripted, &format!("{} cut at {at}", path.display()));
        }
        std::fs::write(path, bytes).expect("the entry can be written");
    }
}

#[test]
fn numbers_that_lead_nowhere_are_not_followed() {
    let scripted = walked();
    let path = entries(&scripted, "walk-").remove(0);
    let bytes = std::fs::read(&path).expect("the entry can be read");
    let end = bytes.iter().position(|byte| *byte == b'\n').expect("a header stands over the entry");
    let build = String::from_utf8_lossy(&bytes[..end]).split(' ').nth(1).expect("it names the build").to_owned();
    let body = &bytes[end + 1..];
    // A digest of its own does not make sense of bytes: whatever they say, nothing breaks.
    for at in (0..body.len()).step_by(body.len() / 150 + 1) {
        let mut altered = body.to_vec();
        altered[at] = altered[at].wrapping_add(101);
        let digest = demarcate::digest::of_bytes(&altered).sha256;
        let entry = [format!("demarcate {build} {digest}\n").into_bytes(), altered].concat();
        std::fs::write(&path, entry).expect("the entry can be written");
        let git = scripted.open();
        let (tip, assessment) = (git.head().expect("HEAD can be read"), scripted.assessment(&git));
        // An answer or an error; a panic would fail the test.
        drop(demarcate::history::of(&git, &asked(tip, "", DAY, &cache(&scripted)), &assessment));
    }
    std::fs::write(&path, bytes).expect("the entry can be written");
    assert_eq!(agree(&scripted, "whole again").commits, 0);
}

#[test]
fn entries_of_another_repository_tell_of_its_commits_alone() {
    let (one, two) = (walked(), Scripted::reviewed());
    for path in [entries(&one, "walk-"), entries(&one, "told")].concat() {
        let folder = two.open().git_dir().join("demarcate");
        std::fs::create_dir_all(&folder).expect("the folder can be made");
        std::fs::copy(&path, folder.join(path.file_name().expect("it has a name"))).expect("it can be copied");
    }
    agree(&two, "with what another repository kept");
}

#[test]
fn a_practice_that_changes_is_compared_anew() {
    let scripted = walked();
    for number in 0..3 {
        scripted.edit(SECOND, "statement = \"", &format!("statement = \"After {number}. "));
        scripted.commit("Work", "2026-04-01");
        agree(&scripted, "after an edit");
        // What stood where it was last reviewed stands again.
        scripted.git(&["checkout", "-q", "side", "--", SECOND]);
        scripted.commit("As it was", "2026-04-02");
        agree(&scripted, "as it was reviewed");
    }
}

/// A small generator of numbers, the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Does one of the things that happen to a repository.
fn something_happens(scripted: &Scripted, dice: &mut Dice, round: u64) {
    let when = format!("2026-05-{:02}", 1 + round % 28);
    match dice.roll(9) {
        0 => drop(scripted.review(&when)),
        1 => drop(scripted.try_git(&["switch", "-q", "-c", &format!("branch-{round}")], &when, &when)),
        2 => drop(scripted.try_git(&["merge", "-q", "--no-ff", "-X", "ours", "-m", "Merge", "main"], &when, &when)),
        3 => drop(scripted.try_git(&["switch", "-q", "main"], &when, &when)),
        4 => drop(scripted.try_git(&["reset", "-q", "--hard", "HEAD~1"], &when, &when)),
        5 => drop(scripted.try_git(&["revert", "--no-edit", "HEAD"], &when, &when)),
        6 => {
            scripted.write("trust/allowed_signers", &format!("dana@contractor.example {round}\n"));
            scripted.commit("Trust", &when);
        }
        7 => {
            scripted.edit(FIRST, "statement = \"\"\"\n", &format!("statement = \"\"\"\nRound {round}.\n"));
            scripted.commit(&format!("Work\n\n{REVIEW}"), &when);
        }
        _ => {
            scripted.edit(SECOND, "statement = \"", &format!("statement = \"{round} "));
            scripted.commit("Work", &when);
        }
    }
}

#[test]
fn whatever_happens_both_say_the_same() {
    for seed in 0..3 {
        let (scripted, mut dice) = (walked(), Dice(seed));
        for round in 0..25 {
            something_happens(&scripted, &mut dice, round);
            agree(&scripted, &format!("seed {seed}, round {round}"));
        }
    }
}

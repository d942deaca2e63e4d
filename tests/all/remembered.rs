//! A kept answer is given again only while nothing that it rests on has changed.
//!
//! A kept answer is told from one that was made by planting: the words in the cache are replaced by others, with a
//! digest that fits, so that a repeated answer shows itself on the screen.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rayon::prelude::*;

use super::screen::{Sample, copy, of, run, tool};

const PLANTED: &str = "PLANTED";

/// The answers that are kept in a repository.
fn kept(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root.join(".git/demarcate")).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_answer = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("answer-"));
    let mut found: Vec<PathBuf> = entries.filter(is_answer).collect();
    found.sort();
    found
}

/// Puts other words into every kept answer, and the digest that fits.
fn plant(root: &Path) {
    for path in kept(root) {
        let text = fs::read_to_string(&path).expect("an answer is text");
        let (head, body) = text.split_once('\n').expect("a header stands over the answer");
        let mut answer: serde_json::Value = serde_json::from_str(body).expect("the answer is JSON");
        answer["out"] = PLANTED.into();
        let body = serde_json::to_string(&answer).expect("JSON");
        let build = head.rsplit_once(' ').expect("the digest is the last word").0;
        let digest = demarcate::digest::of_bytes(body.as_bytes()).sha256;
        fs::write(&path, format!("{build} {digest}\n{body}")).expect("the answer can be written");
    }
}

/// The sample with a planted answer of `check`.
fn primed() -> Sample {
    let sample = Sample::new();
    settled(&sample);
    // What `demo` itself has kept speaks of another folder; its play keys lie there too.
    sample.git(&["config", "commit.gpgsign", "false"]);
    fs::remove_dir_all(sample.root().join(".git/demarcate")).expect("demo keeps its answers there");
    assert_eq!(sample.run(&["check"]).code, 1);
    plant(&sample.root());
    assert_eq!(sample.run(&["check"]).out, PLANTED, "the second run repeats the first one's answer");
    sample
}

/// Waits until the file system's clock has left the tick in which the sample was copied.
fn settled(sample: &Sample) {
    let newest = |path: &Path| fs::metadata(path).and_then(|found| found.modified()).expect("it stands there");
    let (probe, index) = (sample.root().join(".git/probe"), sample.root().join(".git/index"));
    loop {
        fs::write(&probe, "").expect("the Git folder can be written");
        if newest(&probe) > newest(&index) {
            break;
        }
    }
    fs::remove_file(probe).expect("it was just written");
}

/// The next answer is made anew, and is the one that a run without cache gives.
fn assert_made_anew(sample: &Sample, what: &str) {
    let (screen, known) = (sample.run(&["check"]), sample.run(&["check", "--no-cache"]));
    assert_ne!(screen.out, PLANTED, "{what}");
    assert_eq!((screen.code, screen.out, screen.err), (known.code, known.out, known.err), "{what}");
}

type Change = (&'static str, fn(&Sample));

/// What may happen to a repository between two runs.
const CHANGES: [Change; 26] = [
    ("a practice is edited", |s| s.write("practices/AC.L2-3.1.1.toml", &s.text("practices/AC.L2-3.1.2.toml"))),
    ("a practice is deleted", |s| fs::remove_file(s.root().join("practices/AC.L2-3.1.1.toml")).expect("it is there")),
    ("a practice is renamed", |s| {
        let folder = s.root().join("practices");
        fs::rename(folder.join("AC.L2-3.1.1.toml"), folder.join("x.toml")).expect("it is there");
    }),
    ("a file is added", |s| s.write("poam/new.toml", "id = \"new\"\n")),
    ("a folder is added", |s| fs::create_dir(s.root().join("evidence/nobody")).expect("it is new")),
    ("an unknown file stands where an optional one would", |s| s.write("crypto.toml", "x = 1\n")),
    ("the configuration is edited", |s| {
        s.write("demarcate.toml", &s.text("demarcate.toml").replace("\n[organization]", "\nx = 1\n[organization]"));
    }),
    ("evidence is edited", |s| fs::write(a_file_of_evidence(s), "other").expect("it can be written")),
    ("evidence keeps size and time but not its bytes", |s| {
        let path = a_file_of_evidence(s);
        let before = fs::metadata(&path).expect("it is there");
        let mut bytes = fs::read(&path).expect("it is readable");
        bytes[0] ^= 1;
        fs::write(&path, bytes).expect("it can be written");
        let times = fs::FileTimes::new().set_modified(before.modified().expect("it has a time"));
        fs::File::options().write(true).open(&path).and_then(|file| file.set_times(times)).expect("times can be set");
    }),
    ("evidence is gone", |s| fs::remove_file(a_file_of_evidence(s)).expect("it is there")),
    ("evidence becomes a link", |s| {
        let path = a_file_of_evidence(s);
        fs::remove_file(&path).expect("it is there");
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/hostname", &path).expect("links can be made");
    }),
    ("the lock is edited", |s| s.write("evidence.lock", "# demarcate evidence.lock 1\n")),
    ("attributes change", |s| s.write(".gitattributes", "* text\n")),
    ("attributes come in a folder of evidence", |s| s.write("evidence/contractor/.gitattributes", "* text\n")),
    ("attributes come in the Git folder", |s| {
        fs::create_dir_all(s.root().join(".git/info")).expect("the Git folder can be written");
        s.write(".git/info/attributes", "* text\n");
    }),
    ("Git is configured", |s| drop(s.git(&["config", "core.autocrlf", "true"]))),
    ("a commit is made", |s| drop(s.git(&["commit", "--quiet", "--allow-empty", "-m", "x"]))),
    ("a review is made", |s| {
        let message =
            "x\n\nPractice-Review: MP\nReview-Outcome: no-change\nReviewed-by: Dana Lee <dana@contractor.example>";
        s.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
    }),
    ("another commit is checked out", |s| drop(s.git(&["checkout", "--quiet", "--detach", "HEAD~3"]))),
    ("a commit is replaced", |s| drop(s.git(&["replace", "HEAD~1", "HEAD~2"]))),
    ("grafts appear", |s| {
        fs::create_dir_all(s.root().join(".git/info")).expect("the Git folder can be written");
        s.write(".git/info/grafts", &s.git(&["rev-parse", "HEAD"]));
    }),
    ("something is staged", |s| {
        s.write("evidence/contractor/unheard-of.txt", "x");
        s.git(&["add", "evidence/contractor/unheard-of.txt"]);
    }),
    ("a tag that bears witness is deleted", |s| {
        let tags = s.git(&["tag"]);
        s.git(&["tag", "-d", tags.lines().next().expect("the sample has one")]);
    }),
    ("a tag comes in a folder of tags", |s| {
        s.git(&["update-ref", "refs/tags/of/a/release", "HEAD"]);
    }),
    ("an object is gone", |s| {
        let id = s.git(&["rev-parse", "HEAD"]);
        fs::remove_file(s.root().join(".git/objects").join(&id[..2]).join(&id[2..])).expect("it is loose");
    }),
    ("the log is cut", |s| {
        let id = s.git(&["rev-parse", "HEAD"]);
        s.write(".git/shallow", &format!("{id}\n"));
    }),
];

fn a_file_of_evidence(sample: &Sample) -> PathBuf {
    let lock = sample.text("evidence.lock");
    let line = lock.lines().find(|line| line.contains("  evidence/")).expect("the sample holds evidence");
    sample.root().join(line.rsplit("  ").next().expect("a line ends in its path"))
}

#[test]
fn every_change_is_seen_whatever_was_kept() {
    CHANGES.par_iter().for_each(|(what, change)| {
        let sample = primed();
        change(&sample);
        assert_made_anew(&sample, what);
    });
}

#[test]
fn another_question_gets_its_own_answer() {
    let sample = primed();
    for options in [
        &["check", "--as-of", "2026-11-22"][..],
        &["check", "--without-history"],
        &["check", "--staged"],
        &["check", "--rev", "HEAD"],
        &["check", "--only", "review-due"],
        &["check", "--allow", "review-due"],
        &["check", "--format", "json"],
        &["check", "--quiet"],
        &["check", "--color", "always"],
        &["status"],
        &["score"],
        &["history"],
        &["history", "--format", "json"],
        &["hash", "--check"],
    ] {
        let screen = sample.run(options);
        assert_ne!(screen.out, PLANTED, "{options:?}");
        assert_eq!(screen.out, sample.run(&[options, &["--no-cache"]].concat()).out, "{options:?}");
    }
    assert_eq!(sample.run(&["check"]).out, PLANTED, "and the first is still kept");
}

#[test]
fn another_clock_or_index_gets_its_own_answer() {
    let sample = primed();
    let later = of(&tool(&sample.root()).arg("check").env("SOURCE_DATE_EPOCH", "1795435200").output().expect("built"));
    assert_ne!(later.out, PLANTED);
    let index = sample.root().join("other-index");
    fs::copy(sample.root().join(".git/index"), &index).expect("the index can be copied");
    let other = of(&tool(&sample.root()).arg("check").env("GIT_INDEX_FILE", &index).output().expect("built"));
    assert_ne!(other.out, PLANTED);
}

#[test]
fn no_cache_neither_asks_nor_keeps() {
    let sample = primed();
    assert_ne!(sample.run(&["check", "--no-cache"]).out, PLANTED);
    fs::remove_dir_all(sample.root().join(".git/demarcate")).expect("it was kept there");
    sample.run(&["check", "--no-cache"]);
    assert!(!sample.root().join(".git/demarcate").exists());
}

/// What is done to the text of a kept answer.
type Damage = (&'static str, fn(String) -> String);

#[test]
fn a_damaged_or_foreign_answer_is_not_believed() {
    let damages: [Damage; 6] = [
        ("cut", |text| text[..text.len() / 2].to_owned()),
        ("empty", |_| String::new()),
        ("one letter differs", |text| text.replacen(PLANTED, "PLANTEE", 1)),
        ("of another build", |text| text.replacen("demarcate ", "demarcate 0", 1)),
        ("longer", |text| text + " "),
        ("no answer at all", |_| "x\n{}".to_owned()),
    ];
    for (what, damage) in damages {
        let sample = primed();
        for path in kept(&sample.root()) {
            let text = fs::read_to_string(&path).expect("an answer is text");
            fs::write(&path, damage(text)).expect("it can be written");
        }
        assert_made_anew(&sample, what);
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_no_error() {
    let sample = Sample::new();
    let expected = sample.run(&["check", "--no-cache"]);
    fs::remove_dir_all(sample.root().join(".git/demarcate")).ok();
    sample.write(".git/demarcate", "a file stands here");
    let screen = sample.run(&["check"]);
    assert_eq!((screen.code, screen.out, screen.err), (expected.code, expected.out, expected.err));
}

#[test]
fn a_copy_of_a_repository_does_not_speak_of_the_first() {
    let sample = primed();
    let other = tempfile::TempDir::new().expect("the folder for temporary files can be written");
    let target = other.path().join("copy");
    copy(&sample.root(), &target);
    let screen = run(&target, &["check"]);
    assert_ne!(screen.out, PLANTED);
    assert_eq!(screen.out, run(&target, &["check", "--no-cache"]).out);
}

#[test]
fn a_file_written_in_the_tick_of_the_run_is_not_trusted() {
    let sample = Sample::new();
    settled(&sample);
    for round in 0..6 {
        let text = sample.text("practices/AC.L2-3.1.1.toml");
        sample.write("practices/AC.L2-3.1.1.toml", &text.replace("contractor", "kontractor"));
        let broken = sample.run(&["check"]).out;
        sample.write("practices/AC.L2-3.1.1.toml", &text);
        let whole = sample.run(&["check"]).out;
        assert_ne!(broken, whole, "round {round}");
    }
}

#[test]
fn documents_are_printed_anew_where_one_is_gone_or_altered() {
    let sample = Sample::new();
    settled(&sample);
    let page = sample.root().join("out/ssp.md");
    assert_eq!(sample.run(&["render"]).code, 0);
    plant(&sample.root());
    assert_eq!(sample.run(&["render"]).out, PLANTED, "what stands there is what would be printed");
    let text = fs::read_to_string(&page).expect("it was printed");
    for spoil in [|page: &Path| fs::remove_file(page), |page: &Path| fs::write(page, "other words")] {
        spoil(&page).expect("the page can be spoilt");
        assert_ne!(sample.run(&["render"]).out, PLANTED);
        assert_eq!(fs::read_to_string(&page).expect("it was printed again"), text);
        plant(&sample.root());
    }
    fs::create_dir(sample.root().join("templates")).expect("it is new");
    sample.write("templates/ssp.md", "{{ organization.name }}");
    assert_ne!(sample.run(&["render"]).out, PLANTED);
    assert_ne!(fs::read_to_string(&page).expect("it was printed again"), text);
}

#[test]
fn the_folder_of_answers_stays_small() {
    let sample = Sample::new();
    settled(&sample);
    for day in 1..=28 {
        sample.run(&["score", "--as-of", &format!("2026-10-{day:02}")]);
    }
    let count = kept(&sample.root()).len();
    assert!((1..=16).contains(&count), "{count}");
}

#[test]
fn several_runs_at_once_agree() {
    let sample = Sample::new();
    settled(&sample);
    let expected = sample.run(&["check", "--no-cache"]).out;
    let start = || {
        let mut command: Command = tool(&sample.root());
        command.arg("check").stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        command.spawn().expect("the binary was built")
    };
    let runs: Vec<_> = (0..8).map(|_| start()).collect();
    for child in runs {
        let screen = of(&child.wait_with_output().expect("it ends"));
        assert_eq!(screen.out, expected);
    }
}

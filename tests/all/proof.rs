//! How strong is a review: attacks and accidents, each a real repository made by git, ssh-keygen and gpg.
//!
//! [`CASES`] says what happens, what git says of the commit that claims to be a review, what demarcate says and, where
//! the two differ, why. `docs/review-proof.md` is this table.

mod acceptance;
mod affirmed;
mod dates;
mod foreseen;
mod forge;
mod keys;
mod openpgp;
mod packed;
mod page;
mod paired;
mod people;
mod placed;
mod policy;
mod rewritten;
mod roots;
mod several;
mod signatures;
mod stage;
mod trust;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::Value;

use super::screen::run;
use stage::{Made, SUBJECT};

/// Every case, in groups.
const CASES: [(&str, &[Case]); 14] = [
    ("Signatures that hold", signatures::GOOD),
    ("Signatures that do not", signatures::DAMAGED),
    ("Keys", signatures::KEYS),
    ("Revoked OpenPGP keys", openpgp::CASES),
    ("Dates and witnesses", dates::CASES),
    ("Who reviewed", people::CASES),
    ("Changes of people and policy", policy::CASES),
    ("Forges and records", forge::CASES),
    ("Changes of trust", trust::CHANGES),
    ("Files of trust", trust::FILES),
    ("Names in the folder of trust", roots::NAMES),
    ("Roots that come and go", roots::ROOTS),
    ("What stands behind a link", roots::LINKS),
    ("Messages and rewritten history", rewritten::CASES),
];

/// An attack or an accident.
struct Case {
    /// Its name in the table.
    name: &'static str,
    /// What happens, in one sentence.
    story: &'static str,
    /// What git says of the claim.
    git: Git,
    /// What demarcate says of it.
    says: Says,
    /// Those of [`WATCHED`] that `check` reports, in their order there.
    rules: &'static [&'static str],
    /// Why the two differ, or what to know where they agree.
    why: &'static str,
    /// The reviewer whose row it is, where the claim names several.
    reviewer: &'static str,
    /// What has to be installed beside git and ssh-keygen.
    needs: &'static str,
    make: fn() -> Made,
}

/// What every case begins with: nothing is reported, nothing has to be explained.
const CASE: Case = Case {
    name: "",
    story: "",
    git: Git::Good,
    says: SIGNED,
    rules: &[],
    why: "",
    reviewer: "",
    needs: "",
    make: || unreachable!("every case makes its own"),
};

/// What `git log --format=%G?` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Git {
    Good,
    Bad,
    UnknownValidity,
    NoSignature,
    Expired,
    Revoked,
    CannotCheck,
    /// It ends with an error, here and wherever it is to show signatures.
    Stops,
}

impl Git {
    fn of(answer: &str) -> Option<Self> {
        match answer {
            "G" => Some(Self::Good),
            "B" => Some(Self::Bad),
            "U" => Some(Self::UnknownValidity),
            "N" => Some(Self::NoSignature),
            "X" | "Y" => Some(Self::Expired),
            "R" => Some(Self::Revoked),
            "E" => Some(Self::CannotCheck),
            error => error.starts_with("fatal: bad/incompatible signature").then_some(Self::Stops),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::UnknownValidity => "unknown validity",
            Self::NoSignature => "no signature",
            Self::Expired => "expired",
            Self::Revoked => "key revoked",
            Self::CannotCheck => "cannot check",
            Self::Stops => "ends with an error",
        }
    }
}

/// What demarcate says of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Says {
    /// The grade; empty where the commit is no review at all.
    grade: &'static str,
    date: &'static str,
    /// Whether policy accepts it and it is not dated after the day of the question.
    counts: bool,
    /// A piece of the sentence that says why it does not count.
    because: &'static str,
}

const SIGNED: Says = Says { grade: "signed", date: "claimed", counts: true, because: "" };
const BY_FORGE: Says = Says { grade: "forge", ..SIGNED };
const RECORDED: Says = Says { grade: "recorded", ..SIGNED };
const UNSIGNED: Says = Says { grade: "unsigned", date: "claimed", counts: false, because: "not signed" };
const NO_REVIEW: Says = Says { grade: "", date: "", counts: false, because: "" };

const fn refused(because: &'static str) -> Says {
    Says { grade: "refused", date: "claimed", counts: false, because }
}

impl Says {
    const fn dated(self, date: &'static str) -> Self {
        Self { date, ..self }
    }
}

/// No review of a subject counts.
const REFUSED: &str = "review-refused";
/// The day of a review contradicts the log.
const DOUBTFUL: &str = "doubtful-date";
/// Lines that were meant as a review are none.
const BROKEN: &str = "broken-review";
/// The files of trust were changed, and nobody who was trusted signed that.
const UNTRUSTED: &str = "untrusted-trust-change";
/// A file of trust cannot be read as it was meant.
const UNREADABLE: &str = "broken-trust";
/// A line of allowed signers names everybody.
const WILDCARD: &str = "wildcard-principal";
/// The first allowed signers are not those that are pinned.
const UNPINNED: &str = "wrong-trust-root";

/// The people or the policy were changed, and nobody with a role signed that.
const GUARD: &str = "unsigned-policy-change";
/// Git or other tools show another log than this one: by a replaced object, or a commit that Git does not write.
const NOTE: &str = "log-note";

/// The rules that speak of proof; of these, `check` reports those of the table and no others.
const WATCHED: [&str; 9] = [REFUSED, DOUBTFUL, BROKEN, NOTE, GUARD, UNTRUSTED, UNREADABLE, WILDCARD, UNPINNED];

fn cases() -> impl Iterator<Item = &'static Case> {
    CASES.iter().flat_map(|(_, cases)| cases.iter())
}

impl Case {
    /// Whether one of the two takes the review and the other does not.
    fn differs(&self) -> bool {
        (self.git == Git::Good) != self.says.counts
    }

    /// Whether everything that it needs is here; what is missing is said on the screen.
    #[expect(clippy::print_stderr, reason = "a case that is skipped says so")]
    fn can_be_made(&self) -> bool {
        let is_here = self.needs.is_empty() || keys::is_here(self.needs);
        if !is_here {
            eprintln!("skipped: {}: {} not found", self.name, self.needs);
        }
        is_here
    }
}

type All = Vec<(&'static Case, Made)>;

/// Every repository, made by several threads, shared by the tests that run at a time and gone with the last of them.
fn made() -> Arc<All> {
    static MADE: Mutex<Weak<All>> = Mutex::new(Weak::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.upgrade().unwrap_or_else(|| {
        let wanted: Vec<&Case> = cases().filter(|case| case.can_be_made()).collect();
        let all = Arc::new(each(&wanted, |case| (*case, (case.make)())));
        *made = Arc::downgrade(&all);
        all
    })
}

/// What follows from each of several things, in their order, by several threads.
fn each<T: Sync, R: Send>(all: &[T], of: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let done: Mutex<Vec<(usize, R)>> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (done, of) = (&done, &of);
            scope.spawn(move || {
                for (number, one) in all.iter().enumerate().skip(thread).step_by(threads) {
                    let result = of(one);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((number, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Where an answer is not that of the table, case by case.
fn disagreements(of: impl Fn(&Case, &Made) -> Option<String> + Sync) -> String {
    let all = each(&made(), |(case, made)| of(case, made).map(|what| format!("{}: {what}", case.name)));
    all.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

#[test]
fn git_says_of_each_case_what_the_table_says() {
    let wrong = disagreements(|case, made| {
        let answer = made.answer_of_git();
        (Git::of(&answer) != Some(case.git)).then(|| format!("git says {answer:?}, the table {:?}", case.git))
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn demarcate_says_of_each_case_what_the_table_says() {
    let wrong = disagreements(|case, made| {
        if case.needs == "gpg" && !cfg!(feature = "openpgp") {
            return None;
        }
        let asked = reviewed(made, case.reviewer).and_then(|row| Ok((row, reported(made)?)));
        let (row, rules) = match asked {
            Ok(answers) => answers,
            Err(why) => return Some(why),
        };
        let by_rules = (rules != case.rules).then(|| format!("check reports {rules:?}, the table {:?}", case.rules));
        let differences: Vec<String> = differs_from(case, &row).into_iter().chain(by_rules).collect();
        (!differences.is_empty()).then(|| differences.join("; "))
    });
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The row of the claim in what `history --proof` tells a program; null where the commit is no review.
fn reviewed(made: &Made, reviewer: &str) -> Result<Value, String> {
    let arguments = made.arguments.iter().map(String::as_str);
    let arguments: Vec<&str> = ["history", "--proof", "--format", "json"].into_iter().chain(arguments).collect();
    let screen = run(&made.stage.dir(), &arguments);
    if screen.code != 0 {
        return Err(format!("history ends with {}: {}", screen.code, screen.err));
    }
    let history = screen.json();
    let subjects = history["subjects"].as_array().ok_or("there are no subjects")?;
    let subject = subjects.iter().find(|subject| subject["id"] == SUBJECT).ok_or("the subject is missing")?;
    let reviews = subject["reviews"].as_array().ok_or("there are no reviews")?;
    let is_asked = |review: &&Value| {
        review["commit"] == made.claim.as_str()
            && review["reviewer"].as_str().is_some_and(|name| name.contains(reviewer))
    };
    let found: Vec<&Value> = reviews.iter().filter(is_asked).collect();
    match found.as_slice() {
        [] => Ok(Value::Null),
        [only] => Ok((*only).clone()),
        _ => Err(format!("the claim is {} reviews", found.len())),
    }
}

/// How a row differs from the table.
fn differs_from(case: &Case, row: &Value) -> Option<String> {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let counts = row["accepted"] == true && row["after_as_of"] != true;
    let said = (text("grade"), text("date_grade"), counts);
    let table = (case.says.grade, case.says.date, case.says.counts);
    if said != table {
        return Some(format!("demarcate says {said:?} ({}), the table {table:?}", text("refused_because")));
    }
    let because = text("refused_because").to_lowercase();
    let is_explained =
        because.contains(&case.says.because.to_lowercase()) && because.is_empty() == case.says.because.is_empty();
    if !is_explained {
        return Some(format!("demarcate says because {because:?}, the table {:?}", case.says.because));
    }
    let is_named = row["signer"].is_string() && row["key"].is_string();
    (matches!(case.says.grade, "signed" | "forge") && !is_named)
        .then(|| "the signer or the key is not named".to_owned())
}

/// The watched rules that `check` reports.
fn reported(made: &Made) -> Result<Vec<&'static str>, String> {
    let arguments = made.arguments.iter().map(String::as_str);
    let arguments: Vec<&str> = ["check", "--format", "json"].into_iter().chain(arguments).collect();
    let screen = run(&made.stage.dir(), &arguments);
    if screen.code > 1 {
        return Err(format!("check ends with {}: {}", screen.code, screen.err));
    }
    let check = screen.json();
    let diagnostics = check["diagnostics"].as_array().ok_or("there are no diagnostics")?;
    let found: BTreeSet<&str> = diagnostics.iter().filter_map(|diagnostic| diagnostic["rule"].as_str()).collect();
    Ok(WATCHED.into_iter().filter(|rule| found.contains(rule)).collect())
}

#[test]
fn the_table_is_whole() {
    let names: BTreeSet<&str> = cases().map(|case| case.name).collect();
    assert_eq!(names.len(), cases().count(), "two cases have one name");
    assert!(names.len() >= 45, "{}", names.len());
    for case in cases() {
        let is_kebab = case.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        assert!(is_kebab && !case.name.is_empty(), "{:?}", case.name);
        for sentence in [case.story, case.why].into_iter().filter(|text| !text.is_empty()) {
            assert!(sentence.ends_with('.') && !sentence.contains('|'), "{}: {sentence}", case.name);
        }
        assert!(!case.story.is_empty() && (!case.differs() || !case.why.is_empty()), "{}: why?", case.name);
        assert!(case.says.counts == case.says.because.is_empty() || case.says.grade != "refused", "{}", case.name);
        let sorted: Vec<&str> = WATCHED.into_iter().filter(|rule| case.rules.contains(rule)).collect();
        assert_eq!(case.rules, sorted, "{}", case.name);
    }
}

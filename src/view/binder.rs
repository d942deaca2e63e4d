//! Each provider's evidence and what is missing.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Artifact;
use super::Party;
use super::practice::{Evidence, Family, Part, Practice, Verification};
use super::provider::{Acceptance, Provider, Record, Term, term};
use crate::date::{Date, Duration};

/// The binder of one provider.
#[derive(Clone, Debug, Serialize)]
pub struct Binder {
    /// The provider.
    pub provider: Party,
    /// How many objectives and artifacts stand how.
    pub figures: Vec<Figure>,
    /// How many objectives it has a part of.
    pub objectives: usize,
    /// How many artifacts are cited for them, and by its record.
    pub artifacts: usize,
    /// How many checks of its duties failed.
    pub checks_failed: usize,
    /// How many are planned by nobody, never done, without a result, or overdue.
    pub checks_not_done: usize,
    /// What is missing, gravest first.
    pub missing: Vec<Missing>,
    /// What its record rests on, each artifact once.
    pub grounds: Vec<Ground>,
    /// Its duties, practice by practice.
    pub duties: Vec<Duty>,
    /// Whether it has accepted them.
    pub acceptance: Acceptance,
}

/// How many objectives and artifacts stand in one way.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Figure {
    /// in-hand, overdue, waiting, refused, missing.
    pub standing: String,
    /// What that means.
    pub means: String,
    /// Objectives whose best artifact stands so.
    pub objectives: usize,
    /// Artifacts that stand so.
    pub artifacts: usize,
}

/// Something that is missing from a binder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Missing {
    /// How grave: missing, refused, overdue, waiting, failed, unverified.
    pub kind: String,
    /// What, in a sentence.
    pub what: String,
    /// The artifact, if it is one.
    pub artifact: Option<String>,
    /// The day it is due or was.
    pub due: Option<String>,
    /// Practices with the letters of their objectives.
    pub objectives: Vec<String>,
}

/// An artifact that the record of a provider rests on.
#[derive(Clone, Debug, Serialize)]
pub struct Ground {
    /// What it is: contract, personnel list.
    pub what: String,
    /// The artifact.
    pub exhibit: Exhibit,
}

/// A duty of a provider.
#[derive(Clone, Debug, Serialize)]
pub struct Duty {
    /// The practice.
    pub practice: String,
    /// Its title.
    pub title: String,
    /// Letters of the objectives.
    pub objectives: Vec<String>,
    /// What the provider does.
    pub duty: String,
    /// The service.
    pub service: Option<String>,
    /// The clause.
    pub clause: Option<String>,
    /// What shows it.
    pub exhibits: Vec<Exhibit>,
    /// How it is checked; none is not checked.
    pub check: Option<Check>,
    /// accepted, stale, refused, not-accepted.
    pub acceptance: Option<String>,
}

/// An artifact that shows a duty.
#[derive(Clone, Debug, Serialize)]
pub struct Exhibit {
    /// Its id.
    pub artifact: String,
    /// What it is called.
    pub title: String,
    /// Where to look in it.
    pub at: Option<String>,
    /// The page that this names, if it is one of a PDF.
    pub page: Option<u32>,
    /// Letters of the objectives it shows.
    pub objectives: Vec<String>,
    /// in-hand, overdue, waiting, refused, missing.
    pub standing: String,
    /// How its collection stands, in words.
    pub words: String,
    /// Who makes it, where that is not the provider.
    pub producer: Option<Party>,
    /// The day of the newest edition.
    pub collected: Option<String>,
    /// The period that edition covers.
    pub covers: Option<String>,
    /// The day the next is due, it was asked for by, or it lapses.
    pub due: Option<String>,
    /// Where that edition lies.
    pub path: Option<String>,
    /// Whether that is a file of the repository.
    pub inside: bool,
    /// Its SHA-256.
    pub sha256: Option<String>,
}

/// How a duty is checked.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What is done.
    pub how: String,
    /// How often.
    pub every: Option<String>,
    /// By whom.
    pub by: Option<String>,
    /// The record of it.
    pub record: Option<String>,
    /// The latest day.
    pub last: Option<String>,
    /// How it came out.
    pub result: Option<String>,
    /// The day of the next; lapsed is overdue.
    pub due: Option<Term>,
    /// passed, failed, overdue, not-done.
    pub standing: String,
}

/// How an artifact stands, best first, and what that means.
const STANDINGS: [(&str, &str); 5] = [
    ("in-hand", "there, or to be seen where it is, and not past its day"),
    ("overdue", "asked for and past its day, or there and lapsed, or with a newer edition due"),
    ("waiting", "planned or asked for, and not past its day"),
    ("refused", "the holder will not hand it over"),
    ("missing", "nothing is cited, or its file is not where it should be"),
];

/// The binders of providers that hold duties, by id.
pub(super) fn of(families: &[Family], providers: &[Provider], artifacts: &[Artifact], as_of: Date) -> Vec<Binder> {
    let known: BTreeMap<&str, &Artifact> = artifacts.iter().map(|found| (found.id.as_str(), found)).collect();
    let binders = providers.iter().map(|provider| binder(provider, families, &known, as_of));
    binders.filter(|binder| !binder.duties.is_empty()).collect()
}

fn binder(provider: &Provider, families: &[Family], known: &BTreeMap<&str, &Artifact>, as_of: Date) -> Binder {
    let practices = families.iter().flat_map(|family| &family.practices);
    let parts = practices.flat_map(|practice| practice.parts.iter().map(move |part| (practice, part)));
    let own = parts.filter(|(_, part)| part.party.id == provider.id);
    let state = provider.acceptance.state.as_ref();
    let duties: Vec<Duty> = own.map(|(practice, part)| duty(practice, part, state, known, as_of)).collect();
    let grounds = grounds(provider, known, as_of);
    let (objectives, artifacts) = (by_objective(&duties), by_artifact(&duties, &grounds));
    Binder {
        provider: Party { id: provider.id.clone(), title: provider.name.clone(), contractor: false },
        figures: figures(&objectives, &artifacts),
        objectives: objectives.len(),
        artifacts: artifacts.len(),
        checks_failed: duties.iter().filter(|duty| duty.check_standing() == "failed").count(),
        checks_not_done: duties.iter().filter(|duty| !matches!(duty.check_standing(), "failed" | "passed")).count(),
        missing: missing(&duties, &grounds),
        grounds,
        duties,
        acceptance: provider.acceptance.clone(),
    }
}

/// What the record of a provider rests on; one artifact may be several things.
fn grounds(provider: &Provider, known: &BTreeMap<&str, &Artifact>, as_of: Date) -> Vec<Ground> {
    let mut grounds: Vec<Ground> = Vec::new();
    for (what, record) in provider.rests_on() {
        let artifact = known.get(record.id.as_str());
        match grounds.iter_mut().find(|ground| ground.exhibit.artifact == record.id) {
            Some(ground) => ground.what.extend([", ", &what]),
            None if artifact.is_none() && record.state != "undefined" => {}
            None => grounds.push(Ground { what, exhibit: ground(record, provider, artifact, as_of) }),
        }
    }
    grounds
}

fn ground(record: &Record, provider: &Provider, artifact: Option<&&Artifact>, as_of: Date) -> Exhibit {
    let (standing, words, due) = artifact.map_or_else(undeclared, |artifact| standing(artifact, as_of));
    Exhibit {
        artifact: record.id.clone(),
        title: record.title.clone(),
        at: None,
        page: None,
        objectives: Vec::new(),
        standing: standing.to_owned(),
        words,
        producer: record.producer.clone().filter(|producer| producer.id != provider.id),
        collected: record.collected.clone(),
        covers: artifact.and_then(|artifact| artifact.covers.clone()),
        due,
        path: artifact.and_then(|artifact| artifact.path.clone()),
        inside: artifact.is_some_and(|artifact| artifact.inside),
        sha256: artifact.and_then(|artifact| artifact.sha256.clone()),
    }
}

fn undeclared() -> (&'static str, String, Option<String>) {
    ("missing", "no artifact of this id is declared".to_owned(), None)
}

fn duty(
    practice: &Practice,
    part: &Part,
    acceptance: Option<&String>,
    known: &BTreeMap<&str, &Artifact>,
    as_of: Date,
) -> Duty {
    let exhibits = part.evidence.iter().map(|shown| exhibit(shown, part, known.get(shown.artifact.as_str()), as_of));
    Duty {
        practice: practice.id.clone(),
        title: practice.title.clone(),
        objectives: part.objectives.clone(),
        duty: part.duty.clone(),
        service: part.service.clone(),
        clause: part.clause.clone(),
        exhibits: exhibits.collect(),
        check: part.verification.as_ref().map(|found| check(found, as_of)),
        acceptance: acceptance.cloned(),
    }
}

fn exhibit(shown: &Evidence, part: &Part, artifact: Option<&&Artifact>, as_of: Date) -> Exhibit {
    let (standing, words, due) = artifact.map_or_else(undeclared, |artifact| standing(artifact, as_of));
    Exhibit {
        artifact: shown.artifact.clone(),
        title: shown.title.clone(),
        at: shown.at.clone(),
        page: shown.page,
        objectives: shown.objectives.clone(),
        standing: standing.to_owned(),
        words,
        producer: shown.producer.clone().filter(|producer| producer.id != part.party.id),
        collected: shown.collected.clone(),
        covers: artifact.and_then(|artifact| artifact.covers.clone()),
        due,
        path: shown.path.clone(),
        inside: shown.inside,
        sha256: shown.sha256.clone(),
    }
}

/// How an artifact stands on a day, in a word and in a sentence, and the day that matters.
pub(super) fn standing(artifact: &Artifact, as_of: Date) -> (&'static str, String, Option<String>) {
    let today = as_of.to_string();
    let is_past = |day: &Option<String>| day.as_ref().is_some_and(|day| *day < today);
    let on = |day: &Option<String>| day.as_ref().map_or_else(String::new, |day| format!(" on {day}"));
    match artifact.state.as_str() {
        "refused" => ("refused", format!("refused{}", on(&artifact.refused)), None),
        "planned" if is_past(&artifact.due) => ("overdue", "planned, and past its day".into(), artifact.due.clone()),
        "planned" => ("waiting", "planned, not yet asked for".to_owned(), artifact.due.clone()),
        "requested" if is_past(&artifact.due) => {
            let words = format!("asked for{}, {} late", on(&artifact.requested), days(artifact.due.as_ref(), as_of));
            ("overdue", words, artifact.due.clone())
        }
        "requested" => ("waiting", format!("asked for{}", on(&artifact.requested)), artifact.due.clone()),
        "view-only" => ("in-hand", "to be seen where it is, not handed over".to_owned(), artifact.expires.clone()),
        _ => in_hand(artifact, as_of, is_past),
    }
}

fn in_hand(
    artifact: &Artifact,
    as_of: Date,
    is_past: impl Fn(&Option<String>) -> bool,
) -> (&'static str, String, Option<String>) {
    if matches!(artifact.found.as_str(), "missing" | "none") {
        let gone = if artifact.found == "none" { "received, but no edition is recorded" } else { "its file is gone" };
        return ("missing", gone.to_owned(), None);
    }
    if is_past(&artifact.expires) {
        let words = format!("lapsed {} ago", days(artifact.expires.as_ref(), as_of));
        return ("overdue", words, artifact.expires.clone());
    }
    if is_past(&artifact.next_due) {
        let words = format!("a newer edition is {} late", days(artifact.next_due.as_ref(), as_of));
        return ("overdue", words, artifact.next_due.clone());
    }
    let pointer = if artifact.found == "pointer" { "in hand, its file lies in Git LFS" } else { "in hand" };
    ("in-hand", pointer.to_owned(), artifact.next_due.clone().or_else(|| artifact.expires.clone()))
}

/// How many days lie between a day and the as-of day.
fn days(day: Option<&String>, as_of: Date) -> String {
    let days = day.and_then(|day| day.parse::<Date>().ok()).map_or(0, |day| as_of.days_since(day));
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn check(found: &Verification, as_of: Date) -> Check {
    let every = found.every.as_ref().and_then(|every| every.parse::<Duration>().ok());
    let last = found.last.as_ref().and_then(|last| last.parse::<Date>().ok());
    let due = every.zip(last).map(|(every, last)| term(every.after(last), as_of));
    let overdue = due.as_ref().is_some_and(|due| due.lapsed);
    let standing = match (found.result.as_deref(), last) {
        (Some("failed"), _) => "failed",
        (_, None) => "not-done",
        _ if overdue => "overdue",
        (Some(result), _) => result,
        (None, _) => "no-result",
    };
    Check {
        how: found.how.clone(),
        every: found.every.clone(),
        by: found.by.clone(),
        record: found.record.clone(),
        last: found.last.clone(),
        result: found.result.clone(),
        standing: standing.to_owned(),
        due,
    }
}

fn rank(standing: &str) -> usize {
    STANDINGS.iter().position(|(word, _)| *word == standing).unwrap_or(STANDINGS.len() - 1)
}

/// The standing of each objective: that of its best artifact.
fn by_objective(duties: &[Duty]) -> BTreeMap<String, usize> {
    let mut best: BTreeMap<String, usize> = BTreeMap::new();
    for duty in duties {
        for letter in &duty.objectives {
            let shown = duty.exhibits.iter().filter(|exhibit| exhibit.objectives.contains(letter));
            let found = shown.map(|exhibit| rank(&exhibit.standing)).min().unwrap_or(STANDINGS.len() - 1);
            let entry = best.entry(format!("{}[{letter}]", duty.practice)).or_insert(found);
            *entry = found.min(*entry);
        }
    }
    best
}

fn by_artifact(duties: &[Duty], grounds: &[Ground]) -> BTreeMap<String, usize> {
    let exhibits = duties.iter().flat_map(|duty| &duty.exhibits).chain(grounds.iter().map(|ground| &ground.exhibit));
    exhibits.map(|exhibit| (exhibit.artifact.clone(), rank(&exhibit.standing))).collect()
}

fn figures(objectives: &BTreeMap<String, usize>, artifacts: &BTreeMap<String, usize>) -> Vec<Figure> {
    let count = |all: &BTreeMap<String, usize>, rank: usize| all.values().filter(|found| **found == rank).count();
    let figure = |(rank, (standing, means)): (usize, &(&str, &str))| Figure {
        standing: (*standing).to_owned(),
        means: (*means).to_owned(),
        objectives: count(objectives, rank),
        artifacts: count(artifacts, rank),
    };
    STANDINGS.iter().enumerate().map(figure).collect()
}

/// The kinds of what is missing, gravest first.
const KINDS: [&str; 7] = ["missing", "refused", "overdue", "failed", "check-overdue", "waiting", "unverified"];

/// What is missing, each artifact once with every objective that waits for it.
fn missing(duties: &[Duty], grounds: &[Ground]) -> Vec<Missing> {
    let mut found: BTreeMap<Missing, Vec<String>> = BTreeMap::new();
    let late = grounds.iter().map(|ground| &ground.exhibit).filter(|exhibit| exhibit.standing != "in-hand");
    for one in duties.iter().flat_map(missing_of).chain(late.map(|exhibit| not_in_hand(exhibit, Vec::new()))) {
        let of = found.entry(Missing { objectives: Vec::new(), ..one.clone() }).or_default();
        of.extend(one.objectives.into_iter().filter(|id| !of.contains(id)).collect::<Vec<_>>());
    }
    let mut found: Vec<Missing> = found.into_iter().map(|(one, objectives)| Missing { objectives, ..one }).collect();
    found.sort_by_key(|one| KINDS.iter().position(|kind| *kind == one.kind));
    found
}

/// What is missing of one duty: artifacts, objectives that nothing shows, the check.
fn missing_of(duty: &Duty) -> Vec<Missing> {
    let late = duty.exhibits.iter().filter(|exhibit| exhibit.standing != "in-hand");
    let mut found: Vec<Missing> = late.map(|exhibit| not_in_hand(exhibit, duty.of(&exhibit.objectives))).collect();
    let is_shown = |letter: &&String| duty.exhibits.iter().any(|exhibit| exhibit.objectives.contains(*letter));
    let bare: Vec<String> = duty.objectives.iter().filter(|letter| !is_shown(letter)).cloned().collect();
    if !bare.is_empty() {
        let what = "no artifact is cited".to_owned();
        found.push(Missing { kind: "missing".into(), what, artifact: None, due: None, objectives: duty.of(&bare) });
    }
    let check = unchecked(duty.check.as_ref()).map(|(kind, what, due)| Missing {
        kind: kind.to_owned(),
        what,
        artifact: None,
        due,
        objectives: duty.of(&duty.objectives),
    });
    found.extend(check);
    found
}

fn not_in_hand(exhibit: &Exhibit, objectives: Vec<String>) -> Missing {
    Missing {
        kind: exhibit.standing.clone(),
        what: format!("{}: {}", exhibit.title, exhibit.words),
        artifact: Some(exhibit.artifact.clone()),
        due: exhibit.due.clone(),
        objectives,
    }
}

impl Duty {
    /// How its check stands; one that nobody plans is not done.
    fn check_standing(&self) -> &str {
        self.check.as_ref().map_or("not-done", |check| &check.standing)
    }

    /// The practice with these letters.
    fn of(&self, letters: &[String]) -> Vec<String> {
        vec![format!("{}[{}]", self.practice, letters.join(", "))]
    }
}

/// What is wrong with the check of a duty: its kind, a sentence, the day it was due.
fn unchecked(check: Option<&Check>) -> Option<(&'static str, String, Option<String>)> {
    let Some(check) = check else { return Some(("unverified", "no check by the contractor is planned".into(), None)) };
    let last = check.last.clone().unwrap_or_default();
    let due = check.due.as_ref().map(|due| due.date.clone());
    match check.standing.as_str() {
        "failed" => Some(("failed", format!("the check of {last} failed: {}", check.how), None)),
        "overdue" => Some(("check-overdue", format!("the check is overdue, last done on {last}: {}", check.how), due)),
        "not-done" => Some(("unverified", format!("the check was never done: {}", check.how), None)),
        "no-result" => Some(("unverified", format!("the check of {last} has no result: {}", check.how), None)),
        _ => None,
    }
}

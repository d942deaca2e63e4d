//! What the cover page leads to: what its objectives can be filtered by, and every edition with size and digest.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::practice::{Objective, Practice};
use super::{Artifact, Names, View, binder, digest_of, found, said};
use crate::date::Date;
use crate::ids::RequirementId;
use crate::model::assessment::{EditionFile, Series};
use crate::model::history::ReviewState;
use crate::rule::Facts;

/// What the cover page leads to.
#[derive(Clone, Default, Debug, Serialize)]
pub struct Portal {
    /// What objectives can be filtered by; a filter lists only what occurs.
    pub filters: Vec<Filter>,
    /// Of each objective, by its id: the words that each filter finds it by, with blanks between.
    pub marks: BTreeMap<String, BTreeMap<&'static str, String>>,
    /// How each artifact stands, what it shows, and its editions, by its id.
    pub artifacts: BTreeMap<String, Entry>,
    /// How many editions there are.
    pub editions: usize,
}

/// Something that objectives can be filtered by.
#[derive(Clone, Debug, Serialize)]
pub struct Filter {
    /// The word in the address of the page.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// What it can be.
    pub choices: Vec<Choice>,
}

/// One choice of a filter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Choice {
    /// The word in the address of the page.
    pub value: String,
    /// What it is called.
    pub title: String,
    /// How many objectives it leaves.
    pub count: usize,
}

/// How an artifact stands, and all its editions.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// in-hand, overdue, waiting, refused, missing.
    pub standing: &'static str,
    /// The same in words.
    pub words: String,
    /// The day that matters: the next edition's, the day it was asked for by, or the day it lapses.
    pub due: Option<String>,
    /// Its marking.
    pub marking: Option<String>,
    /// The objectives that it shows, in the order of the standard.
    pub objectives: Vec<String>,
    /// Its editions, newest first.
    pub editions: Vec<Edition>,
}

/// An edition of an artifact.
#[derive(Clone, Debug, Serialize)]
pub struct Edition {
    /// Where it lies, as the repository cites it.
    pub location: String,
    /// Whether that is a file of the repository.
    pub inside: bool,
    /// The day it was collected.
    pub collected: Option<String>,
    /// The period it covers.
    pub covers: Option<String>,
    /// What differs from the edition before.
    pub note: Option<String>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Its SHA-256.
    pub sha256: Option<String>,
    /// What was found where it should lie: present, pointer, missing, elsewhere, unreadable.
    pub found: &'static str,
}

/// The filters in the order of the page.
const FILTERS: [(&str, &str); 7] = [
    ("family", "Family"),
    ("party", "Party"),
    ("assets", "Asset group"),
    ("determination", "Determination"),
    ("method", "Method"),
    ("evidence", "Evidence"),
    ("review", "Review"),
];

/// What the words of filters are called that no file names.
const TITLES: [(&str, &str, &str); 12] = [
    ("party", "nobody", "Nobody has a part"),
    ("method", "examine", "Examine: an artifact is cited"),
    ("method", "interview", "Interview"),
    ("method", "test", "Test"),
    ("method", "none", "None written down"),
    ("evidence", "in-hand", "In hand"),
    ("evidence", "overdue", "Overdue or lapsed"),
    ("evidence", "waiting", "Waiting"),
    ("evidence", "refused", "Refused"),
    ("evidence", "missing", "Cited, but missing"),
    ("evidence", "none", "No artifact is cited"),
    ("review", "unread", "The history was not read"),
];

/// What the cover page leads to.
pub(super) fn of(view: &View, facts: &Facts, names: Names<'_>) -> Portal {
    let artifacts = entries(view, facts, names);
    let mut marks = BTreeMap::new();
    for practice in view.practices() {
        for objective in &practice.objectives {
            marks.insert(objective.id.clone(), marked(practice, objective, view, facts, &artifacts));
        }
    }
    Portal {
        filters: FILTERS.iter().map(|(name, title)| filter(name, title, &marks, view)).collect(),
        marks,
        editions: artifacts.values().map(|entry| entry.editions.len()).sum(),
        artifacts,
    }
}

fn entries(view: &View, facts: &Facts, names: Names<'_>) -> BTreeMap<String, Entry> {
    let cited = cited(view);
    let entry = |artifact: &Artifact| {
        let series = names.artifact(&artifact.id)?;
        let objectives = cited.get(artifact.id.as_str()).cloned().unwrap_or_default();
        Some((artifact.id.clone(), entry(artifact, series, objectives, facts.as_of, names)))
    };
    view.artifacts.iter().filter_map(entry).collect()
}

/// The objectives that each artifact shows.
fn cited(view: &View) -> BTreeMap<&str, Vec<String>> {
    let mut cited: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for objective in view.practices().flat_map(|practice| &practice.objectives) {
        let shown: BTreeSet<&str> = shown(objective).collect();
        for artifact in shown {
            cited.entry(artifact).or_default().push(objective.id.clone());
        }
    }
    cited
}

fn shown(objective: &Objective) -> impl Iterator<Item = &str> {
    objective.parts.iter().flat_map(|part| &part.evidence).map(|shown| shown.artifact.as_str())
}

fn entry(artifact: &Artifact, series: &Series, objectives: Vec<String>, as_of: Date, names: Names<'_>) -> Entry {
    let (standing, words, due) = binder::standing(artifact, as_of);
    let mut written: Vec<&EditionFile> = series.editions.iter().rev().collect();
    written.sort_by_key(|edition| std::cmp::Reverse(edition.edition.collected.as_ref().map(|date| date.value)));
    let editions = written.into_iter().map(|written| edition(written, series, names)).collect();
    Entry { standing, words, due, marking: artifact.marking.clone(), objectives, editions }
}

fn edition(written: &EditionFile, series: &Series, names: Names<'_>) -> Edition {
    let (size, sha256) = digest_of(written, series, names.0).unzip();
    Edition {
        location: written.location.clone(),
        inside: super::lies_inside(written),
        collected: said(written.edition.collected.as_ref()),
        covers: said(written.edition.covers.as_ref()),
        note: said(written.edition.note.as_ref()),
        size,
        sha256,
        found: found(&written.state),
    }
}

fn marked(
    practice: &Practice,
    objective: &Objective,
    view: &View,
    facts: &Facts,
    artifacts: &BTreeMap<String, Entry>,
) -> BTreeMap<&'static str, String> {
    let parties = objective.parties.iter().map(|party| party.id.clone()).collect();
    let shown: BTreeSet<String> =
        shown(objective).map(|id| artifacts.get(id).map_or("missing", |entry| entry.standing).to_owned()).collect();
    let mut methods: BTreeSet<String> = objective.methods.iter().map(|method| method.kind.clone()).collect();
    methods.extend((!shown.is_empty()).then(|| "examine".to_owned()));
    let words = [
        ("family", practice.family.clone()),
        ("party", or("nobody", parties)),
        ("assets", or("", groups(practice, objective, view, facts))),
        ("determination", objective.answer.clone()),
        ("method", or("none", methods)),
        ("evidence", or("none", shown)),
        ("review", practice.review.state.clone().unwrap_or_else(|| "unread".to_owned())),
    ];
    words.into_iter().collect()
}

fn or(none: &str, words: BTreeSet<String>) -> String {
    let words: Vec<String> = words.into_iter().collect();
    if words.is_empty() { none.to_owned() } else { words.join(" ") }
}

/// The groups that the parts of an objective are about; a part that names none is about all in scope.
fn groups(practice: &Practice, objective: &Objective, view: &View, facts: &Facts) -> BTreeSet<String> {
    let filed = practice.id.parse::<RequirementId>().ok().and_then(|id| facts.assessment.practices.get(&id));
    let letter = objective.letter.chars().next();
    let has = |part: &&crate::model::practice::Responsibility| letter.is_some_and(|letter| part.has(letter));
    let mut groups = BTreeSet::new();
    for part in filed.iter().flat_map(|filed| &filed.responsibility).filter(has) {
        groups.extend(part.scope.iter().map(ToString::to_string));
        if part.scope.is_empty() {
            groups.extend(view.groups.iter().filter(|group| group.in_scope).map(|group| group.id.clone()));
        }
    }
    groups
}

fn filter(
    name: &'static str,
    title: &'static str,
    marks: &BTreeMap<String, BTreeMap<&'static str, String>>,
    view: &View,
) -> Filter {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for word in marks.values().filter_map(|marks| marks.get(name)).flat_map(|words| words.split(' ')) {
        *counts.entry(word).or_default() += usize::from(!word.is_empty());
    }
    let mut choices = Vec::new();
    for (value, title) in known(name, view) {
        if let Some(count) = counts.remove(value.as_str()).filter(|count| *count > 0) {
            choices.push(Choice { value, title, count });
        }
    }
    let rest = counts.into_iter().filter(|(_, count)| *count > 0);
    choices.extend(rest.map(|(word, count)| Choice { value: word.to_owned(), title: word.to_owned(), count }));
    Filter { name, title, choices }
}

/// What a filter can be, and what that is called, in the order of the page.
fn known(name: &str, view: &View) -> Vec<(String, String)> {
    let own = TITLES.iter().filter(|(of, ..)| *of == name);
    let own = own.map(|(_, value, title)| ((*value).to_owned(), (*title).to_owned()));
    let named = |word: &str| (word.to_owned(), capital(word));
    match name {
        "family" => view.families.iter().map(|f| (f.id.clone(), format!("{} {}", f.id, f.title))).collect(),
        "party" => view.parties.iter().map(|p| (p.id.clone(), p.title.clone())).chain(own).collect(),
        "assets" => view.groups.iter().map(|group| (group.id.clone(), group.title.clone())).collect(),
        "determination" => ["met", "not-met", "not-applicable", "unanswered"].map(named).to_vec(),
        "review" => ReviewState::ALL.iter().map(|state| named(state.word())).chain(own).collect(),
        _ => own.collect(),
    }
}

/// A word of the files with a capital and without hyphens.
fn capital(word: &str) -> String {
    let plain = word.replace('-', " ");
    plain.get(..1).map_or_else(String::new, |first| first.to_uppercase() + &plain[1..])
}

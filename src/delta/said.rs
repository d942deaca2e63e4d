//! What changed between two bundles, in the field's words.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::pair::Bundle;
use super::{Delta, Why, figures_of, word};
use crate::failure::Failure;
use crate::manifest::{Edition, Manifest, Summary};

const HISTORY: &str = "history/history.json";
const FINDINGS: &str = "history/check.json";
const OBJECTIVES: &str = "documents/objectives.csv";
const PLAN: &str = "documents/poam.csv";

/// All that is said of a delta.
pub(super) struct Told {
    pub(super) organization: String,
    pub(super) system: Option<String>,
    pub(super) sums: String,
    /// Commit and day, before and after.
    pub(super) commit: [String; 2],
    pub(super) as_of: [String; 2],
    pub(super) tables: Vec<Table>,
    pub(super) unchanged: usize,
    pub(super) removed: usize,
    pub(super) held: usize,
}

/// Something of which there is a list.
pub(super) struct Table {
    pub(super) title: &'static str,
    /// What is said where the list is empty.
    pub(super) nothing: &'static str,
    pub(super) header: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

/// Reads what both bundles hold, and says what changed.
pub(super) fn told(old: &Bundle<'_>, new: &Bundle<'_>, delta: &Delta) -> Result<Told, Failure> {
    let paths = BTreeSet::from([HISTORY, FINDINGS, OBJECTIVES, PLAN].map(str::to_owned));
    let (before, after) = (old.texts(&paths)?, new.texts(&paths)?);
    let text = |path: &str| [&before, &after].map(|texts| texts.get(path).cloned().unwrap_or_default());
    let [a, b] = [&old.manifest, &new.manifest];
    let tables = vec![
        standing(&a.summary, &b.summary),
        objectives(&text(OBJECTIVES)),
        plan(&text(PLAN)),
        evidence(&a.editions, &b.editions),
        commits(&text(HISTORY)),
        reviews(&text(HISTORY)),
        findings(&text(FINDINGS)),
        files(&new.manifest, delta),
        removed(&old.manifest, delta),
    ];
    Ok(Told {
        organization: b.organization.clone(),
        system: b.system.clone(),
        sums: delta.since.sums.clone(),
        commit: [a.commit.clone(), b.commit.clone()],
        as_of: [a.as_of.clone(), b.as_of.clone()],
        tables,
        unchanged: delta.since.unchanged.len(),
        removed: delta.since.removed.len(),
        held: delta.files.len(),
    })
}

/// The figures that changed; which rules found nothing says the table of findings.
fn standing(a: &Summary, b: &Summary) -> Table {
    let is_shown =
        |name: &&String| !["rule ", "denied by ", "warned of by "].iter().any(|start| name.starts_with(start));
    let (a, b) = (figures_of(a), figures_of(b));
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).filter(is_shown).collect();
    let shown = |figures: &BTreeMap<String, String>, name: &String| {
        figures.get(name).cloned().unwrap_or_else(|| if name == "score" { "none".into() } else { "0".into() })
    };
    let row = |name: &String| vec![name.clone(), shown(&a, name), shown(&b, name)];
    let rows = names.into_iter().map(row).filter(|row| row[1] != row[2]).collect();
    let header = vec!["Figure", "Before", "After"];
    Table { title: "Score and figures", nothing: "Every figure is as it was.", header, rows }
}

/// The rows of a sheet by its first column.
fn rows(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    let named = |record: csv::StringRecord| {
        let row = header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect();
        Some((record.get(0)?.to_owned(), row))
    };
    reader.records().filter_map(Result::ok).filter_map(named).collect()
}

fn value(row: Option<&BTreeMap<String, String>>, column: &str) -> String {
    row.and_then(|row| row.get(column)).cloned().unwrap_or_default()
}

/// What something was and is; `None` if it is as it was.
fn step(before: &str, after: &str, absent: &str) -> Option<[String; 2]> {
    let shown = |word: &str| if word.is_empty() { absent.to_owned() } else { word.to_owned() };
    (before != after).then(|| [shown(before), shown(after)])
}

fn objectives(texts: &[String; 2]) -> Table {
    let [a, b] = [rows(&texts[0]), rows(&texts[1])];
    let ids: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let row = |id: &&String| {
        let [before, after] = [&a, &b].map(|rows| value(rows.get(*id), "determination"));
        let [before, after] = step(&before, &after, "unanswered")?;
        let known = b.get(*id).or_else(|| a.get(*id));
        Some(vec![(*id).clone(), before, after, value(known, "asks"), value(b.get(*id), "reason")])
    };
    let rows = ids.iter().filter_map(row).collect();
    let header = vec!["Objective", "Before", "After", "What it asks", "Reason"];
    Table { title: "Objectives determined otherwise", nothing: "No determination changed.", header, rows }
}

fn plan(texts: &[String; 2]) -> Table {
    let [a, b] = [rows(&texts[0]), rows(&texts[1])];
    let items: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let row = |item: &&String| {
        let (before, after) = (a.get(*item), b.get(*item));
        let what = match (before, after) {
            (None, Some(_)) => "new".to_owned(),
            (Some(_), None) => "no longer in the plan".to_owned(),
            _ => changed_item(before, after)?,
        };
        let known = after.or(before);
        let closed = value(after, "closed");
        let mut row = vec![(*item).clone(), value(known, "title"), value(known, "objectives"), what];
        row.push(if closed.is_empty() { value(after, "due") } else { closed });
        Some(row)
    };
    let rows = items.iter().filter_map(row).collect();
    let header = vec!["Item", "Title", "Objectives", "What changed", "Closed or due"];
    Table { title: "Plan of action and milestones", nothing: "No item changed.", header, rows }
}

fn changed_item(before: Option<&BTreeMap<String, String>>, after: Option<&BTreeMap<String, String>>) -> Option<String> {
    let change = |column: &&str| {
        let [before, after] = step(&value(before, column), &value(after, column), "nothing")?;
        Some(format!("{column} {before}, now {after}"))
    };
    let changes: Vec<String> = ["status", "closed", "due", "objectives"].iter().filter_map(change).collect();
    (!changes.is_empty()).then(|| changes.join("; "))
}

fn evidence(a: &[Edition], b: &[Edition]) -> Table {
    let by_place = |editions: &[Edition]| {
        let key = |edition: &Edition| ((edition.artifact.clone(), edition.location.clone()), edition.clone());
        editions.iter().map(key).collect::<BTreeMap<_, _>>()
    };
    let [a, b] = [by_place(a), by_place(b)];
    let places: BTreeSet<_> = a.keys().chain(b.keys()).collect();
    let row = |place: &&(String, String)| {
        let what = match (a.get(*place), b.get(*place)) {
            (None, Some(_)) => "new",
            (Some(_), None) => "no longer cited",
            (Some(before), Some(after)) if before.sha256 != after.sha256 => "another edition at the same place",
            (Some(before), Some(after)) if before.path.is_some() != after.path.is_some() => {
                "now in the bundle, or no more"
            }
            _ => return None,
        };
        let now = b.get(*place);
        let lies = match now.map(|edition| (&edition.path, &edition.withheld)) {
            Some((Some(path), _)) => path.clone(),
            Some((None, Some(why))) => format!("represented by its digest: {why}"),
            _ => String::new(),
        };
        let digest = now.and_then(|edition| edition.sha256.clone()).unwrap_or_default();
        Some(vec![place.0.clone(), place.1.clone(), what.to_owned(), lies, digest])
    };
    let rows = places.iter().filter_map(row).collect();
    let header = vec!["Artifact", "Location", "What changed", "In the bundle", "SHA-256"];
    Table { title: "Evidence", nothing: "Every edition is as it was.", header, rows }
}

/// What a log says, as far as it is told here.
#[derive(Deserialize, Default)]
struct Log {
    #[serde(default)]
    subjects: Vec<Subject>,
}

#[derive(Deserialize)]
struct Subject {
    id: String,
    #[serde(default)]
    reviews: Vec<Review>,
    #[serde(default)]
    revisions: Vec<Revision>,
}

#[derive(Deserialize)]
struct Review {
    commit: String,
    date: String,
    outcome: Option<String>,
    reviewer: String,
    grade: Option<String>,
    accepted: bool,
}

#[derive(Deserialize)]
struct Revision {
    commit: String,
    date: String,
    author: String,
    summary: String,
}

fn logs(texts: &[String; 2]) -> [Log; 2] {
    [0, 1].map(|at| serde_json::from_str(&texts[at]).unwrap_or_default())
}

/// Commits that changed what is assessed, with what they changed.
fn commits(texts: &[String; 2]) -> Table {
    let [a, b] = logs(texts);
    let known: BTreeSet<&str> =
        a.subjects.iter().flat_map(|subject| &subject.revisions).map(|revision| revision.commit.as_str()).collect();
    let mut found: BTreeMap<(&str, &str), (&Revision, Vec<&str>)> = BTreeMap::new();
    for subject in &b.subjects {
        for revision in subject.revisions.iter().filter(|revision| !known.contains(revision.commit.as_str())) {
            let key = (revision.date.as_str(), revision.commit.as_str());
            found.entry(key).or_insert((revision, Vec::new())).1.push(&subject.id);
        }
    }
    let row = |(revision, subjects): (&Revision, Vec<&str>)| {
        vec![
            revision.date.clone(),
            revision.commit.clone(),
            revision.author.clone(),
            revision.summary.clone(),
            few(&subjects),
        ]
    };
    let rows = found.into_values().map(row).collect();
    let header = vec!["Day", "Commit", "Author", "Message", "What it changed"];
    Table { title: "Commits since", nothing: "No commit changed what is assessed.", header, rows }
}

fn reviews(texts: &[String; 2]) -> Table {
    let [a, b] = logs(texts);
    let known: BTreeSet<(&str, &str)> = a
        .subjects
        .iter()
        .flat_map(|subject| subject.reviews.iter().map(|review| (subject.id.as_str(), review.commit.as_str())))
        .collect();
    let mut found: BTreeMap<(&str, &str), (&Review, Vec<&str>, usize)> = BTreeMap::new();
    for subject in &b.subjects {
        for review in &subject.reviews {
            if !known.contains(&(subject.id.as_str(), review.commit.as_str())) {
                let key = (review.date.as_str(), review.commit.as_str());
                let entry = found.entry(key).or_insert((review, Vec::new(), 0));
                entry.1.push(&subject.id);
                entry.2 += usize::from(review.accepted);
            }
        }
    }
    let row = |(review, subjects, accepted): (&Review, Vec<&str>, usize)| {
        let grade = review.grade.clone().unwrap_or_default();
        let counts = format!("{accepted} of {}", subjects.len());
        let outcome = review.outcome.clone().unwrap_or_default();
        vec![
            review.date.clone(),
            review.commit.clone(),
            review.reviewer.clone(),
            grade,
            outcome,
            counts,
            few(&subjects),
        ]
    };
    let rows = found.into_values().map(row).collect();
    let header = vec!["Day", "Commit", "Reviewer", "Signature", "Outcome", "Accepted", "What was reviewed"];
    Table { title: "Reviews since", nothing: "There was no review.", header, rows }
}

/// The first of many names, and how many there are.
fn few(names: &[&str]) -> String {
    const SHOWN: usize = 8;
    match names.len() {
        many if many > SHOWN => format!("{} and {} more", names[..SHOWN].join(", "), many - SHOWN),
        _ => names.join(", "),
    }
}

fn findings(texts: &[String; 2]) -> Table {
    let [a, b] = [0, 1].map(|at| {
        let json: Value = serde_json::from_str(&texts[at]).unwrap_or_default();
        let found = json["diagnostics"].as_array().cloned().unwrap_or_default();
        let field = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
        found.iter().map(|one| ["rule", "level", "path", "message"].map(|key| field(one, key))).collect::<BTreeSet<_>>()
    });
    let told = |what: &str, one: &[String; 4]| [&[what.to_owned()], one.as_slice()].concat();
    let gone = a.difference(&b).map(|one| told("gone", one));
    let rows = gone.chain(b.difference(&a).map(|one| told("new", one))).collect();
    let header = vec!["What changed", "Rule", "Level", "File", "Finding"];
    Table { title: "Findings of the rules", nothing: "The rules find what they found.", header, rows }
}

fn files(new: &Manifest, delta: &Delta) -> Table {
    let row = |file: &crate::manifest::Listed| {
        let why = match delta.files.get(&file.path)? {
            Why::New => "new".to_owned(),
            Why::Changed => "changed".to_owned(),
            Why::Moved(from) => format!("as it was at {from}"),
            Why::Needed => "as it was; no bundle can be checked without it".to_owned(),
        };
        Some((file.role, vec![word(&file.role), file.path.clone(), why, file.size.to_string(), file.sha256.clone()]))
    };
    let mut found: Vec<_> = new.files.iter().filter_map(row).collect();
    found.sort();
    let rows = found.into_iter().map(|(_, row)| row).collect();
    let header = vec!["For", "File", "Why it is here", "Bytes", "SHA-256"];
    Table { title: "Files of this delta", nothing: "It holds no file.", header, rows }
}

fn removed(old: &Manifest, delta: &Delta) -> Table {
    let listed = old.files.iter().filter(|file| delta.since.removed.contains(&file.path));
    let rows = listed.map(|file| vec![word(&file.role), file.path.clone(), file.sha256.clone()]).collect();
    let header = vec!["For", "File", "SHA-256"];
    Table { title: "Files that are no more", nothing: "Every file of the older bundle is still there.", header, rows }
}

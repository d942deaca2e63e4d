//! The log, the material of old revisions, the policy and a day: what is proven about reviews.

mod numbered;
mod past;
mod seen;
mod state;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cache::Cache;
use crate::date::{Date, Duration};
use crate::failure::Failure;
use crate::git::log::Log;
use crate::git::{Git, Oid};
use crate::model::assessment::Assessment;
use crate::model::config::Config;
use crate::model::history::{Cost, Grade, History, LogProblem, Review, Reviewed, Statement, Subject, SubjectHistory};
use crate::trailers::{WrittenReview, WrittenStatement};
use past::{Past, Then};
use seen::{FOLDERS, Note, Place, Seen, Stamp, identity};
use state::Weighed;
use told::Told;

/// Walks the log from `tip` once; `None` is a repository without commits.
///
/// `assessment` is what is looked at now: the tip's own, or that of a work tree or index above it. An obstacle to the
/// whole log (a shallow clone, grafts, missing objects) is a failure, never a shorter history.
/// What an earlier walk found is taken from `cache`.
pub fn of(
    git: &Git,
    tip: Option<Oid>,
    prefix: &str,
    assessment: &Assessment,
    as_of: Date,
    cache: &Cache,
) -> Result<History, Failure> {
    let mut history = empty(assessment, as_of);
    let Some(tip) = tip else { return Ok(history) };
    history.head = Some(tip.to_string());
    history.problems.extend(replacements(git)?);
    let (mut seen, log) = Seen::of(git, tip, prefix, assessment, cache)?;
    let place = Place { tree: git.tree_of(tip)?, prefix: prefix.to_owned() };
    let mut past = Past::new(git, assessment, &place, Told::kept(cache))?;
    history.problems.append(&mut seen.problems);
    for (subject, revisions) in std::mem::take(&mut seen.revisions) {
        if let Some(found) = history.subjects.get_mut(&subject) {
            found.revisions = revisions;
        }
    }
    past.read_ahead(&seen.reviews)?;
    weigh(&seen, &log, &mut past, assessment, &mut history)?;
    history.acceptances = statements(&seen.acceptances, Some(&mut past), as_of)?;
    history.affirmations = statements(&seen.affirmations, None, as_of)?;
    history.cost = Cost {
        commits: log.read.commits,
        trees: log.read.trees + past.trees_read(),
        blobs: seen.read + past.read,
        parsed: past.parsed,
    };
    past.keep_told(cache);
    Ok(history)
}

/// Every subject, never reviewed.
fn empty(assessment: &Assessment, as_of: Date) -> History {
    let interval = assessment.config.review.as_ref().and_then(|review| review.interval.as_ref());
    History {
        as_of,
        head: None,
        interval: interval.map_or(Duration::YEAR, |interval| Duration::YEAR.min(interval.value)),
        subjects: subjects(assessment).into_iter().map(|subject| (subject, SubjectHistory::never())).collect(),
        acceptances: Vec::new(),
        affirmations: Vec::new(),
        problems: Vec::new(),
        cost: Cost::default(),
    }
}

/// What can be reviewed in a root.
pub fn subjects(assessment: &Assessment) -> BTreeSet<Subject> {
    let mut subjects = BTreeSet::from([Subject::Ssp, Subject::Crm, Subject::Poam]);
    subjects.extend(assessment.practices.keys().map(|id| Subject::Practice(*id)));
    subjects.extend(assessment.assets.as_ref().map(|_| Subject::Scope));
    subjects.extend(assessment.incident.as_ref().map(|_| Subject::Incident));
    subjects.extend(assessment.policies.keys().map(|id| Subject::Policy(id.clone())));
    for (id, provider) in &assessment.providers {
        subjects.insert(Subject::Provider(id.clone()));
        if !provider.people.is_empty() {
            subjects.insert(Subject::Personnel(id.clone()));
        }
    }
    subjects
}

fn replacements(git: &Git) -> Result<Vec<LogProblem>, Failure> {
    let replaced = git.replaced()?;
    Ok(replaced
        .into_iter()
        .map(|id| LogProblem {
            rule: "log-note",
            message: format!("a replace ref stands for {id}; it is ignored, and the log is read as it was committed"),
            help: format!(
                "remove it with `git replace -d {id}`, unless Git itself should go on showing the other object"
            ),
            commit: Some(id),
        })
        .collect())
}

/// Whether a file of a root, or a folder with `/` at its end, can change what a review covers.
fn wanted(path: &str) -> bool {
    match path.split_once('/') {
        None => matches!(path, "demarcate.toml" | "assets.toml" | "incident.toml" | "trust") || FOLDERS.contains(&path),
        Some(("practices" | "providers" | "poam" | "exceptions", name)) => is_name(name, ".toml"),
        Some(("policies", name)) => is_name(name, ".md"),
        Some(("trust", name)) => !name.contains('/'),
        Some(_) => false,
    }
}

/// Whether a root takes a file, or a folder with `/` at its end, from the root that it extends.
fn is_shared(path: &str) -> bool {
    let folder = path.split_once('/').map(|(folder, _)| folder);
    wanted(path) && (path == "demarcate.toml" || matches!(folder, Some("practices" | "providers" | "policies")))
}

/// A file's name with this ending; the folder itself has none.
fn is_name(name: &str, ending: &str) -> bool {
    name.is_empty() || (name.ends_with(ending) && !name.contains('/') && !name.starts_with('.'))
}

fn is_practice(path: &str) -> bool {
    path.rsplit('/').nth(1) == Some("practices")
}

/// The person of `demarcate.toml` with this address.
fn person(config: &Config, reviewer: &str) -> Option<Arc<str>> {
    let email = identity(reviewer).email;
    let has = |known: &str| !email.is_empty() && known.eq_ignore_ascii_case(&email);
    config
        .person
        .iter()
        .find(|person| person.email.iter().any(|known| has(known)))
        .map(|found| found.id.name.as_str().into())
}

/// Gives each subject its reviews, and what follows from them.
fn weigh(
    seen: &Seen,
    log: &Log<Note>,
    past: &mut Past<'_, '_>,
    assessment: &Assessment,
    history: &mut History,
) -> Result<(), Failure> {
    let mut weighed = room(seen, history);
    for (stamp, written) in &seen.reviews {
        let then = past.open(&stamp.standing)?;
        let written_reviews = reviews_of(stamp, written, assessment, history.as_of);
        for subject in written.scope.iter().filter(|subject| history.subjects.contains_key(*subject)) {
            let covers_head = match past.at(&then, subject)? {
                // What did not exist was not reviewed.
                Then::Absent => continue,
                Then::Same => true,
                Then::Other => false,
            };
            let room = weighed.get_mut(subject).expect("there is room for it");
            room.extend(written_reviews.iter().map(|written| Weighed {
                position: stamp.position,
                standing: &stamp.standing,
                review: reviewed(Arc::clone(written), covers_head),
            }));
        }
    }
    weighed.retain(|_, reviews| !reviews.is_empty());
    let deficient = state::deficient(&weighed, log);
    for (subject, reviews) in weighed {
        let Some(found) = history.subjects.get_mut(subject) else { continue };
        let is_deficient = deficient.contains(subject);
        let last = state::settle(found, &reviews, history.interval, history.as_of, is_deficient);
        if let Some(last) = last {
            found.differs = past.differences(last, subject)?;
        }
        found.reviews = reviews.into_iter().map(|weighed| weighed.review).collect();
    }
    Ok(())
}

/// A list for the reviews of each subject, as long as it has to be.
fn room<'a>(seen: &'a Seen, history: &History) -> BTreeMap<&'a Subject, Vec<Weighed<'a>>> {
    let mut counts: BTreeMap<&Subject, usize> = BTreeMap::new();
    for (_, written) in &seen.reviews {
        for subject in written.scope.iter().filter(|subject| history.subjects.contains_key(*subject)) {
            *counts.entry(subject).or_default() += written.reviewers.len();
        }
    }
    counts.into_iter().map(|(subject, count)| (subject, Vec::with_capacity(count))).collect()
}

/// What a paragraph says of each of its subjects: one review by each reviewer.
fn reviews_of(stamp: &Stamp, written: &WrittenReview, assessment: &Assessment, as_of: Date) -> Vec<Arc<Reviewed>> {
    let commit: Arc<str> = stamp.commit.to_string().into();
    let record: Option<Arc<str>> = written.record.as_deref().map(Arc::from);
    let review = |reviewer: &String| Reviewed {
        commit: Arc::clone(&commit),
        date: stamp.date,
        date_grade: stamp.date_grade,
        outcome: written.outcome,
        reviewer: reviewer.as_str().into(),
        person: person(&assessment.config, reviewer),
        signer: None,
        breadth: written.scope.len(),
        stood: written.stood,
        record: record.clone(),
        after_as_of: stamp.date > as_of,
        noted: stamp.noted,
    };
    written.reviewers.iter().map(|reviewer| Arc::new(review(reviewer))).collect()
}

fn reviewed(written: Arc<Reviewed>, covers_head: bool) -> Review {
    Review { written, grade: Grade::Unverified, accepted: true, refused_because: None, covers_head }
}

/// Acceptances, each compared with the duties that are assigned now; affirmations, which speak of their day.
fn statements(
    found: &[(Stamp, WrittenStatement)],
    mut past: Option<&mut Past<'_, '_>>,
    as_of: Date,
) -> Result<Vec<Statement>, Failure> {
    let mut statements = Vec::new();
    for (stamp, written) in found {
        for about in &written.about {
            let differs =
                past.as_mut().map(|past| past.duties(&stamp.standing, about)).transpose()?.unwrap_or(Some(Vec::new()));
            for by in &written.by {
                statements.push(Statement {
                    commit: stamp.commit.to_string(),
                    date: stamp.date,
                    about: about.clone(),
                    by: by.clone(),
                    record: written.record.clone(),
                    covers_head: differs.as_ref().is_some_and(Vec::is_empty),
                    differs: differs.clone().unwrap_or_default(),
                    after_as_of: stamp.date > as_of,
                });
            }
        }
    }
    Ok(statements)
}

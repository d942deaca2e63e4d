//! The log, the material of old revisions, the policy and a day: what is proven about reviews.

mod past;
mod state;

use std::collections::{BTreeMap, BTreeSet};

use crate::date::{Date, Duration};
use crate::failure::Failure;
use crate::git::log::{Commit, Focus, Touched};
use crate::git::{Git, Identity, Mailmap, Oid};
use crate::ids::RequirementId;
use crate::model::assessment::Assessment;
use crate::model::config::Config;
use crate::model::history::{
    DateGrade, Grade, History, LogProblem, Review, Revision, Statement, Subject, SubjectHistory,
};
use crate::model::practice::Practice;
use crate::table::{self, Reader};
use crate::trailers::{self, Said, WrittenReview, WrittenStatement};
use past::{Past, Place, Then, Topic};
use state::Weighed;

/// How far author and committer date may lie apart before a day is doubted, in seconds: 30 days.
const FAR: i64 = 30 * 24 * 60 * 60;

/// Walks the log from `tip` once; `None` is a repository without commits.
///
/// `assessment` is what is looked at now: the tip's own, or that of a work tree or index above it. An obstacle to the
/// whole log (a shallow clone, grafts, missing objects) is a failure, never a shorter history.
pub fn of(git: &Git, tip: Option<Oid>, prefix: &str, assessment: &Assessment, as_of: Date) -> Result<History, Failure> {
    let mut history = empty(assessment, as_of);
    let Some(tip) = tip else { return Ok(history) };
    history.head = Some(tip.to_string());
    history.problems.extend(replacements(git)?);
    let mut seen = Seen::new(git, tip, assessment)?;
    let focus = Focus {
        prefix,
        marker: "demarcate.toml",
        beside: assessment.config.extends.as_ref().map(|base| base.value.as_str()),
        wanted,
    };
    let log = git.log(tip, &focus, &mut |commit| seen.commit(commit))?;
    let place = Place { tree: git.tree_of(tip)?, prefix: prefix.to_owned() };
    let mut past = Past::new(git, log, assessment, &place)?;
    history.problems.append(&mut seen.problems);
    for (subject, revisions) in std::mem::take(&mut seen.revisions) {
        if let Some(found) = history.subjects.get_mut(&subject) {
            found.revisions = revisions;
        }
    }
    weigh(&seen, &mut past, assessment, &mut history)?;
    history.acceptances = statements(&seen.acceptances, Some(&mut past), as_of)?;
    history.affirmations = statements(&seen.affirmations, None, as_of)?;
    history.parsed = past.parsed;
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
        parsed: 0,
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

/// The folders whose files count; where one is a symlink, what it leads to counts.
const FOLDERS: [&str; 5] = ["practices", "providers", "poam", "exceptions", "policies"];

/// Whether a file of a root, or a folder with `/` at its end, can change what a review covers.
fn wanted(path: &str) -> bool {
    match path.split_once('/') {
        None => matches!(path, "demarcate.toml" | "assets.toml" | "incident.toml") || FOLDERS.contains(&path),
        Some(("practices" | "providers" | "poam" | "exceptions", name)) => is_name(name, ".toml"),
        Some(("policies", name)) => is_name(name, ".md"),
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

/// What one walk over the log has found.
struct Seen<'a> {
    git: &'a Git,
    assessment: &'a Assessment,
    mailmap: Mailmap,
    revisions: BTreeMap<Subject, Vec<Revision>>,
    reviews: Vec<(Stamp, WrittenReview)>,
    acceptances: Vec<(Stamp, WrittenStatement)>,
    affirmations: Vec<(Stamp, WrittenStatement)>,
    problems: Vec<LogProblem>,
    /// The practice that each path held, as far back as the walk has come.
    names: BTreeMap<String, RequirementId>,
    ids: BTreeMap<Oid, Option<RequirementId>>,
}

/// Commit, place and day of something that was said.
#[derive(Clone)]
struct Stamp {
    position: usize,
    commit: String,
    place: Place,
    date: Date,
    date_grade: DateGrade,
    noted: bool,
}

impl<'a> Seen<'a> {
    fn new(git: &'a Git, tip: Oid, assessment: &'a Assessment) -> Result<Self, Failure> {
        Ok(Self {
            git,
            assessment,
            mailmap: git.mailmap(tip)?,
            revisions: BTreeMap::new(),
            reviews: Vec::new(),
            acceptances: Vec::new(),
            affirmations: Vec::new(),
            problems: Vec::new(),
            names: assessment.practices.iter().map(|(id, practice)| (practice.path.clone(), *id)).collect(),
            ids: BTreeMap::new(),
        })
    }

    fn commit(&mut self, commit: &Commit<'_>) {
        self.revision(commit);
        let said = trailers::read(commit.message, self.assessment.catalog);
        if said == Said::default() {
            return;
        }
        let stamp = stamp(commit);
        self.problems.extend(said.broken.into_iter().map(|broken| LogProblem {
            rule: "broken-review",
            commit: Some(stamp.commit.clone()),
            message: broken.message,
            help: broken.help,
        }));
        for mut review in said.reviews {
            self.resolve(&mut review.reviewers);
            self.reviews.push((stamp.clone(), review));
        }
        for (written, kept) in [(said.acceptances, &mut self.acceptances), (said.affirmations, &mut self.affirmations)]
        {
            kept.extend(written.into_iter().map(|statement| (stamp.clone(), statement)));
        }
    }

    /// Resolves the people of a review by mailmap; one person under two addresses reviewed once.
    fn resolve(&self, people: &mut Vec<String>) {
        let mut resolved: Vec<String> = Vec::new();
        for written in people.drain(..) {
            let person = self.mailmap.resolve(&identity(&written)).to_string();
            if !resolved.contains(&person) {
                resolved.push(person);
            }
        }
        *people = resolved;
    }

    /// Notes the commit with every subject whose files it touched.
    fn revision(&mut self, commit: &Commit<'_>) {
        if commit.touched.is_empty() {
            return;
        }
        let mut touched: BTreeSet<Subject> =
            commit.touched.iter().flat_map(|file| self.subjects_at(&file.path)).collect();
        let (standing, deleted): (Vec<&Touched>, Vec<&Touched>) =
            commit.touched.iter().filter(|file| is_practice(&file.path)).partition(|file| file.now.is_some());
        touched.extend(standing.iter().filter_map(|file| self.practice_at(file)).map(Subject::Practice));
        touched.extend(self.follow_renames(&standing, &deleted).into_iter().map(Subject::Practice));
        touched.extend(deleted.iter().filter_map(|file| self.practice_at(file)).map(Subject::Practice));
        let revision = Revision {
            commit: commit.id.to_string(),
            date: Date::of_unix(commit.time),
            author: self.mailmap.resolve(&commit.author).to_string(),
            summary: commit.message.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned(),
        };
        for subject in touched {
            self.revisions.entry(subject).or_default().push(revision.clone());
        }
    }

    /// Where a commit adds and deletes practice files, their old side is read again: a practice may have moved.
    fn follow_renames(&mut self, standing: &[&Touched], deleted: &[&Touched]) -> Vec<RequirementId> {
        let added = standing.iter().any(|file| file.before.iter().all(Option::is_none));
        if !added || deleted.is_empty() {
            return Vec::new();
        }
        let moved: BTreeMap<Oid, RequirementId> =
            standing.iter().filter_map(|file| Some((file.now?, self.names.get(&file.path).copied()?))).collect();
        let mut followed = Vec::new();
        for file in standing.iter().chain(deleted) {
            let Some(before) = file.before.iter().flatten().next() else { continue };
            if let Some(id) = moved.get(before).copied().or_else(|| self.id_in(*before)) {
                self.names.insert(file.path.clone(), id);
                followed.push(id);
            }
        }
        followed
    }

    /// The practice that a touched file holds: the one its path is known to hold, else by its name, else by its content.
    fn practice_at(&mut self, file: &Touched) -> Option<RequirementId> {
        if let Some(known) = self.names.get(&file.path) {
            return Some(*known);
        }
        let stem = file.path.rsplit('/').next()?.strip_suffix(".toml")?;
        let named = stem.parse().ok();
        named
            .or_else(|| file.now.into_iter().chain(file.before.iter().flatten().copied()).find_map(|id| self.id_in(id)))
    }

    /// The practice that an old blob holds, if it is here to be read.
    fn id_in(&mut self, blob: Oid) -> Option<RequirementId> {
        if let Some(known) = self.ids.get(&blob) {
            return *known;
        }
        let bytes = self.git.require([blob]).and_then(|()| self.git.blob(blob)).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let practice = text.and_then(|text| table::read::<Practice>(&text, &mut Reader::default()));
        let id = practice.and_then(|practice| practice.practice.parse().ok());
        self.ids.insert(blob, id);
        id
    }

    /// The subjects, other than a practice itself, that a file is part of.
    fn subjects_at(&self, path: &str) -> Vec<Subject> {
        let base = self.assessment.config.extends.as_ref().map(|base| format!("{}/", base.trim_end_matches('/')));
        let shared = base.and_then(|base| path.strip_prefix(&base));
        if shared.is_some_and(|path| path == "demarcate.toml" || !is_shared(path)) {
            return Vec::new();
        }
        let own = shared.unwrap_or(path);
        let stem = |ending: &str| own.rsplit('/').next().and_then(|name| name.strip_suffix(ending)).map(str::to_owned);
        match own.split_once('/').map_or(own, |(folder, _)| folder) {
            "practices" => vec![Subject::Ssp, Subject::Crm],
            "poam" => vec![Subject::Poam],
            "policies" => stem(".md").map(Subject::Policy).into_iter().collect(),
            "providers" if !own.ends_with(".crm.toml") => {
                let known = self.assessment.providers.iter().find(|(_, provider)| provider.path == path);
                let id = known.map(|(id, _)| id.clone()).or_else(|| stem(".toml"));
                id.into_iter().flat_map(|id| [Subject::Provider(id.clone()), Subject::Personnel(id)]).collect()
            }
            "demarcate.toml" => vec![Subject::Ssp],
            "assets.toml" => vec![Subject::Scope],
            "incident.toml" => vec![Subject::Incident],
            _ => Vec::new(),
        }
    }
}

fn is_practice(path: &str) -> bool {
    path.rsplit('/').nth(1) == Some("practices")
}

fn stamp(commit: &Commit<'_>) -> Stamp {
    let before_parent = commit.parent_times.iter().any(|parent| commit.time < *parent);
    let far = commit.time.abs_diff(commit.author_time) > FAR.unsigned_abs();
    Stamp {
        position: commit.position,
        commit: commit.id.to_string(),
        place: Place { tree: commit.tree, prefix: commit.prefix.to_owned() },
        date: Date::of_unix(commit.time),
        date_grade: if before_parent || far { DateGrade::Doubtful } else { DateGrade::Claimed },
        noted: trailers::is_noted(commit.message),
    }
}

/// Name and address of `Dana Lee <dana@contractor.example>`.
fn identity(written: &str) -> Identity {
    match written.split_once('<').and_then(|(name, rest)| Some((name, rest.split_once('>')?.0))) {
        Some((name, email)) => Identity { name: name.trim().to_owned(), email: email.trim().to_owned() },
        None => Identity { name: written.trim().to_owned(), email: String::new() },
    }
}

/// The person of `demarcate.toml` with this address.
fn person(config: &Config, reviewer: &str) -> Option<String> {
    let email = identity(reviewer).email;
    let has = |known: &str| !email.is_empty() && known.eq_ignore_ascii_case(&email);
    config.person.iter().find(|person| person.email.iter().any(|known| has(known))).map(|found| found.id.name.clone())
}

/// Gives each subject its reviews, and what follows from them.
fn weigh(
    seen: &Seen<'_>,
    past: &mut Past<'_, '_>,
    assessment: &Assessment,
    history: &mut History,
) -> Result<(), Failure> {
    let mut weighed: BTreeMap<Subject, Vec<Weighed>> = BTreeMap::new();
    for (stamp, written) in &seen.reviews {
        let known: Vec<&Subject> =
            written.scope.iter().filter(|subject| history.subjects.contains_key(*subject)).collect();
        for subject in known {
            let material = match past.at(&stamp.place, &Topic::Subject(subject.clone()))? {
                // What did not exist was not reviewed.
                Then::Absent => continue,
                Then::Same => None,
                Then::Other(material) => Some(material),
            };
            let all = weighed.entry(subject.clone()).or_default();
            for reviewer in &written.reviewers {
                let review = review(stamp, written, reviewer, material.is_none(), assessment, history.as_of);
                all.push(Weighed { position: stamp.position, review, material: material.clone() });
            }
        }
    }
    for (subject, reviews) in weighed {
        let now = past.now_material(&Topic::Subject(subject.clone()));
        if let Some(found) = history.subjects.get_mut(&subject) {
            let descends = |newer: usize, older: usize| past.descends(newer, older);
            state::settle(found, reviews, now.as_deref(), history.interval, history.as_of, &descends);
        }
    }
    Ok(())
}

fn review(
    stamp: &Stamp,
    written: &WrittenReview,
    reviewer: &str,
    covers_head: bool,
    assessment: &Assessment,
    as_of: Date,
) -> Review {
    Review {
        commit: stamp.commit.clone(),
        date: stamp.date,
        date_grade: stamp.date_grade,
        outcome: written.outcome,
        reviewer: reviewer.to_owned(),
        person: person(&assessment.config, reviewer),
        signer: None,
        grade: Grade::Unverified,
        accepted: true,
        refused_because: None,
        covers_head,
        breadth: written.scope.len(),
        stood: written.stood,
        record: written.record.clone(),
        after_as_of: stamp.date > as_of,
        noted: stamp.noted,
    }
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
                past.as_mut().map(|past| accepted(past, stamp, about)).transpose()?.unwrap_or(Some(Vec::new()));
            for by in &written.by {
                statements.push(Statement {
                    commit: stamp.commit.clone(),
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

/// What differs from the duties that were accepted; `None` where there was nothing to accept.
fn accepted(past: &mut Past<'_, '_>, stamp: &Stamp, provider: &str) -> Result<Option<Vec<String>>, Failure> {
    let topic = Topic::Duties(provider.to_owned());
    Ok(match past.at(&stamp.place, &topic)? {
        Then::Absent => None,
        Then::Same => Some(Vec::new()),
        Then::Other(then) => past.now_material(&topic).map(|now| crate::material::differences(&then, &now)),
    })
}

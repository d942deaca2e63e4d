//! The log, the material of old revisions, the policy and a day: what is proven about reviews.

mod accepted;
mod affirmed;
mod carried;
mod configs;
mod guard;
mod lineage;
mod numbered;
mod past;
mod proof;
mod seal;
mod seen;
mod state;
mod told;
mod trust;
mod witness;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cache::Cache;
use crate::date::{Date, Duration};
use crate::failure::Failure;
use crate::git::log::{Log, Trees};
use crate::git::{Git, Mode, Oid};
use crate::ids::RequirementId;
use crate::model::acceptance::DutyChanges;
use crate::model::assessment::Assessment;
use crate::model::config::Config;
use crate::model::history::{
    Certification, Cost, DateGrade, History, LogProblem, Review, Reviewed, Statement, Subject, SubjectHistory,
};
use crate::trailers::{WrittenReview, WrittenStatement};
use configs::Configs;
use past::{Accepting, Past, Then};
use proof::{Base, Policy, Proof, Signature, Whose};
use seal::{Judging, Seals};
use seen::{FOLDERS, Note, Place, Seen, Stamp, identity};
use state::Weighed;
use told::Told;
use trust::{Trusted, is_keyring};
use witness::Witnesses;

/// Walks the log from `tip` once; `None` is a repository without commits.
///
/// `assessment` is what is looked at now: the tip's own, or that of a work tree or index above it. An obstacle to the
/// whole log (a shallow clone, grafts, missing objects) is a failure, never a shorter history.
/// What an earlier walk found is taken from `cache`; `trust_root` takes the place of the one in `demarcate.toml`.
pub fn of(git: &Git, asked: &Asked<'_>, assessment: &Assessment) -> Result<History, Failure> {
    let mut history = empty(assessment, asked.as_of);
    let Some(tip) = asked.tip else { return Ok(history) };
    history.head = Some(tip.to_string());
    history.problems.extend(replacements(git)?);
    let (mut seen, mut log) = Seen::of(git, tip, asked.prefix, assessment, asked.cache)?;
    let place = Place { tree: git.tree_of(tip)?, prefix: asked.prefix.to_owned() };
    let mut past = Past::new(git, assessment, &place, Told::kept(asked.cache))?;
    let accepting = past.accepting(&seen.acceptances, &log)?;
    let judges = judged(git, asked, (assessment, accepting), &mut seen, &mut log, &mut history)?;
    history.problems.append(&mut seen.problems);
    for (subject, revisions) in std::mem::take(&mut seen.revisions) {
        if let Some(found) = history.subjects.get_mut(&subject) {
            found.revisions = revisions;
        }
    }
    past.read_ahead(&seen.reviews)?;
    weigh(&seen, &log, &mut past, &judges, assessment, &mut history)?;
    history.acceptances = accepted::acceptances(&seen.acceptances, &mut past, &judges, assessment, asked.as_of)?;
    history.affirmations = statements(&seen.affirmations, &judges, asked.as_of);
    history.since_affirmed = affirmed::since(&seen.affirmations, &history.affirmations, &mut past, assessment)?;
    history.certifications = certifications(&seen, &mut past, &judges, asked.as_of)?;
    let carried = carried::claims(&seen, &judges, &history);
    history.problems.extend(judges.changes.problems(&log, carried));
    history.cost = Cost {
        commits: log.read.commits,
        trees: log.read.trees + past.trees_read(),
        blobs: seen.read + past.read,
        parsed: past.parsed,
    };
    past.keep_told(asked.cache);
    Ok(history)
}

/// What is asked of a log.
pub struct Asked<'a> {
    /// The commit whose log it is; `None` is a repository without commits.
    pub tip: Option<Oid>,
    /// The root's folder, relative to the Git root; empty at the top.
    pub prefix: &'a str,
    /// The day to which ages are counted.
    pub as_of: Date,
    /// The day of the clock, after which nobody has reviewed anything yet.
    pub today: Option<Date>,
    /// Where it is kept what earlier walks found.
    pub cache: &'a Cache,
    /// The SHA-256 of the file with which trust has to begin, from outside the repository.
    pub trust_root: Option<&'a str>,
    /// What other walks of the same repository found in this run.
    pub shared: Option<&'a Shared>,
}

/// What two walks of one repository both ask, found once.
#[derive(Default)]
pub struct Shared {
    seals: seal::Shared,
}

/// What policy makes of claims, and their signatures.
struct Judges<'a> {
    policy: Policy<'a>,
    seals: Seals,
    today: Option<Date>,
    /// When each commit was made at the earliest, in Unix seconds.
    floors: Vec<i64>,
    /// Changes of policy behind which nobody stands.
    changes: guard::Changes,
}

/// Follows who was trusted when, and judges every claim by it.
fn judged<'a>(
    git: &Git,
    asked: &Asked<'_>,
    (now, accepting): (&'a Assessment, Accepting),
    seen: &mut Seen,
    log: &mut Log<Note>,
    history: &mut History,
) -> Result<Judges<'a>, Failure> {
    let written = now.config.review.as_ref().and_then(|review| review.trust_root.as_ref());
    let pin = asked.trust_root.or(written.map(|root| root.value.as_str()));
    let mut configs = Configs::new(git);
    let mut policy = Policy::of((now, accepting), seen, log, &mut configs)?;
    let mut trusted = Trusted::new(git, seen, pin, asked.trust_root.is_some())?;
    let touched = std::mem::take(&mut seen.trusts);
    let today = asked.today.map(|today| today.max(asked.as_of));
    let floors = floors(log, today);
    let (tip, persons) = (asked.tip.map_or(log.id(0), |tip| tip), policy.persons());
    let mut judge = |position, commit, keys: &trust::Keys, book: trust::Book<'_>| {
        let before = configs.before(seen, log, position)?;
        policy.change(&mut configs, (commit, floors[position]), &before, keys, book)
    };
    trusted.follow(log, &touched, &mut judge)?;
    if trusted.revokes() {
        // Whoever saw a change before its key was revoked is judged by what counts without that.
        let changes = touched.iter().map(|(position, _)| *position).chain(guard::touched(seen)).collect();
        let (place, to_ask) = ((tip, asked.prefix), (&persons, asked.cache));
        let witnessed = seal::witnessed(git, place, &changes, (log, &floors), &mut trusted, to_ask)?;
        if !witnessed.is_empty() {
            trusted.follow_witnessed(log, &touched, witnessed, &mut judge)?;
        }
    }
    let guarded = guard::Asked {
        log,
        seen,
        trusted: &mut trusted,
        configs: &mut configs,
        policy: &policy,
        floors: &floors,
        prefix: asked.prefix,
        beside: now.config.extends.as_ref().map(|base| base.value.as_str()),
    };
    let changes = guard::unsigned_changes(guarded)?;
    // Whoever says with which list trust begins wants signatures.
    policy.settle(trusted.is_anybody() || pin.is_some());
    history.counted.clone_from(policy.counted());
    let witnesses = Witnesses::of(git, (tip, asked.prefix), seen, log, &mut trusted, (&persons, asked.cache))?;
    history.unjudged = witnesses.unjudged;
    let (emails, asks_who_changed) = (persons.keys().cloned().collect(), policy.asks_who_changed());
    let judging = Judging {
        git,
        emails,
        persons,
        witnesses,
        asks_who_changed,
        floors,
        cache: asked.cache,
        shared: asked.shared.map(|shared| &shared.seals),
    };
    let seals = Seals::of(&judging, seen, log, &mut trusted)?;
    history.trust_begins = trusted.unpinned_root().map(|position| log.id(position).to_string());
    history.is_anybody_trusted = trusted.is_anybody();
    history.problems.append(&mut trusted.problems);
    log.forget_ids();
    Ok(Judges { policy, seals, today, floors: judging.floors, changes })
}

/// When each commit was made at the earliest, by its own date and those of everything below it, in Unix seconds; dates
/// that lie ahead say nothing.
fn floors(log: &Log<Note>, today: Option<Date>) -> Vec<i64> {
    let is_past = |time: i64| today.is_none_or(|today| Date::of_unix(time).days_since(today) <= 1);
    let mut floors = vec![i64::MIN; log.len()];
    for position in (0..log.len()).rev() {
        let own = log.time(position);
        let below = log.parents(position).map(|parent| floors[parent]).max().unwrap_or(i64::MIN);
        floors[position] = if is_past(own) { own.max(below) } else { below };
    }
    floors
}

/// The `demarcate.toml` of a tree.
fn config_in(trees: &mut Trees<'_>, tree: Oid, prefix: &str) -> Result<Option<Oid>, Failure> {
    let Some(folder) = trees.beside(tree, prefix, "")? else { return Ok(None) };
    Ok(trees.entry(folder, "demarcate.toml")?.filter(|entry| entry.mode == Mode::File).map(|entry| entry.id))
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
        since_affirmed: None,
        certifications: BTreeMap::new(),
        problems: Vec::new(),
        trust_begins: None,
        is_anybody_trusted: false,
        counted: BTreeSet::new(),
        unjudged: 0,
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
        Some(("trust", name)) => name.is_empty() || is_of_trust(name),
        Some(_) => false,
    }
}

/// Whether a name in the trust folder means something; a `README.md` beside the lists trusts nobody.
fn is_of_trust(name: &str) -> bool {
    !name.contains('/') && (matches!(name, trust::SIGNERS | trust::REVOKED | witness::AUTHORITIES) || is_keyring(name))
}

/// Whether a root takes a file, or a folder with `/` at its end, from the root that it extends.
fn is_shared(path: &str) -> bool {
    let folder = path.split_once('/').map(|(folder, _)| folder);
    let is_single = matches!(path, "demarcate.toml" | "incident.toml");
    wanted(path) && (is_single || matches!(folder, Some("practices" | "providers" | "policies")))
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

/// The places in the log of the changes of a subject.
fn places(of: &SubjectHistory) -> Vec<usize> {
    of.revisions.iter().map(|revision| revision.position).collect()
}

/// The address of each author.
fn addresses(history: &History) -> BTreeMap<Arc<str>, String> {
    let revisions = history.subjects.values().flat_map(|of| &of.revisions);
    let mut addresses = BTreeMap::new();
    for revision in revisions {
        if !addresses.contains_key(&revision.author) {
            addresses.insert(Arc::clone(&revision.author), identity(&revision.author).email);
        }
    }
    addresses
}

/// Gives each subject its reviews, and what follows from them.
fn weigh(
    seen: &Seen,
    log: &Log<Note>,
    past: &mut Past<'_, '_>,
    judges: &Judges<'_>,
    assessment: &Assessment,
    history: &mut History,
) -> Result<(), Failure> {
    let mut weighed = room(seen, history);
    let lasts: BTreeMap<&Subject, Vec<usize>> =
        weighed.keys().map(|subject| (*subject, places(&history.subjects[*subject]))).collect();
    let addresses = addresses(history);
    for (stamp, written) in &seen.reviews {
        let then = past.open(&stamp.standing)?;
        let below = log.parents(stamp.position).map(|parent| judges.floors[parent]).max().unwrap_or(i64::MIN);
        // What a witness has seen was there by then, whatever the dates below it say.
        let below = judges.seals.get(stamp).witnessed.map_or(below, |at| below.min(at));
        let earliest = stamp.date.max(Date::of_unix(below.max(0)));
        let entered = written.record.as_deref().map(|record| past.entered(&stamp.standing, record)).transpose()?;
        let record = written.record.as_deref().zip(entered.as_ref().map(|(entered, _)| entered));
        let base = |reviewer| judges.policy.base(&judges.seals, stamp, reviewer, record);
        let mut below = judges.policy.asks_who_changed().then(|| Below::new(log, stamp.position));
        // A mailmap says how people are shown; who is named stands in the message.
        let bases: Vec<Base<'_>> = written.as_written.iter().map(|reviewer| base(reviewer)).collect();
        let written_reviews = reviews_of((stamp, earliest), (written, &bases), judges, assessment, history.as_of);
        for subject in written.scope.iter().filter(|subject| history.subjects.contains_key(*subject)) {
            let covers_head = match past.at(&then, subject)? {
                // What did not exist was not reviewed.
                Then::Absent => continue,
                Then::Same => true,
                Then::Other => false,
            };
            let room = weighed.get_mut(subject).expect("there is room for it");
            let (places, revisions) = (&lasts[subject], &history.subjects[subject].revisions);
            let revision = places.partition_point(|place| *place < stamp.position);
            let is_merge = || log.parents(stamp.position).nth(1).is_some();
            let changed_here = places.get(revision) == Some(&stamp.position) || is_merge();
            let last = match &mut below {
                Some(below) => (revision..places.len()).find(|index| below.holds(places[*index])),
                None => None,
            };
            let last = last.map(|index| &*revisions[index]).map(|last| (last, &*addresses[&*last.author]));
            room.extend(written_reviews.iter().zip(&bases).map(|(written, base)| {
                let whose = judges.policy.whose(base, last, &judges.seals);
                let proof = judges.policy.review(base, subject, whose);
                let alone = (whose != Whose::Others).then(|| judges.policy.review(base, subject, Whose::Others));
                Weighed {
                    position: stamp.position,
                    standing: &stamp.standing,
                    revision,
                    beside_others: alone.map(Box::new),
                    review: reviewed(Arc::clone(written), proof, (covers_head, changed_here)),
                }
            }));
        }
    }
    weighed.retain(|_, reviews| !reviews.is_empty());
    for reviews in weighed.values_mut() {
        state::own_work_beside_others(reviews);
    }
    let deficient = state::deficient(&weighed, log);
    for (subject, reviews) in weighed {
        let Some(found) = history.subjects.get_mut(subject) else { continue };
        let is_deficient = deficient.contains(subject);
        let last = state::settle(found, &reviews, history.interval, history.as_of, is_deficient);
        if let Some(last) = last {
            (found.differs, found.changes) = past.differences(last, subject)?;
        }
        found.reviews = reviews.into_iter().map(|weighed| weighed.review).collect();
    }
    Ok(())
}

/// The commits that a commit has come from, itself among them, as far back as somebody asks: children come before
/// parents, so that one look at each place is enough.
struct Below<'l, N> {
    log: &'l Log<N>,
    start: usize,
    /// A bit for each place from the start on.
    found: Vec<u64>,
    /// How many places were looked at.
    looked_at: usize,
}

impl<'l, N> Below<'l, N> {
    fn new(log: &'l Log<N>, position: usize) -> Self {
        Self { log, start: position, found: vec![1], looked_at: 0 }
    }

    /// Whether the commit at a place is one of them.
    fn holds(&mut self, position: usize) -> bool {
        let wanted = position - self.start;
        while self.looked_at <= wanted {
            let place = self.looked_at;
            self.looked_at += 1;
            if self.is_found(place) {
                self.log.parents(self.start + place).for_each(|parent| self.find(parent));
            } else if place.is_multiple_of(64) && self.found.get(place / 64).is_none_or(|bits| *bits == 0) {
                // Of 64 places none is found, and what lies between them finds none.
                self.looked_at = (place + 64).min(wanted + 1);
            }
        }
        self.is_found(wanted)
    }

    fn is_found(&self, place: usize) -> bool {
        self.found.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }

    fn find(&mut self, position: usize) {
        let place = position - self.start;
        if self.found.len() <= place / 64 {
            self.found.resize(place / 64 + 1, 0);
        }
        self.found[place / 64] |= 1 << (place % 64);
    }
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
fn reviews_of(
    (stamp, earliest): (&Stamp, Date),
    (written, bases): (&WrittenReview, &[Base<'_>]),
    judges: &Judges<'_>,
    assessment: &Assessment,
    as_of: Date,
) -> Vec<Arc<Reviewed>> {
    let Signature { signer, key } = judges.policy.signature(&judges.seals, stamp);
    let witnessed = judges.seals.get(stamp).witnessed;
    let commit: Arc<str> = stamp.commit.to_string().into();
    let record: Option<Arc<str>> = written.record.as_deref().map(Arc::from);
    let review = |reviewer: &str, shown: &str| Reviewed {
        commit: Arc::clone(&commit),
        date: stamp.date,
        date_grade: date_grade(stamp, witnessed, judges.today),
        earliest,
        outcome: written.outcome,
        reviewer: shown.into(),
        person: person(&assessment.config, reviewer),
        signer: signer.clone(),
        key: key.clone(),
        witnessed,
        breadth: written.scope.len(),
        stood: written.stood,
        record: record.clone(),
        after_as_of: stamp.date > as_of,
        noted: stamp.noted,
    };
    let pairs = written.reviewers.iter().zip(&written.as_written).zip(bases);
    // Whom a mailmap renames is called what it says.
    let shown = |(reviewer, as_written): (&String, &String), base: &Base<'_>| {
        if reviewer == as_written { base.shown(reviewer) } else { reviewer.clone() }
    };
    pairs.map(|(names, base)| Arc::new(review(names.0, &shown(names, base)))).collect()
}

/// How far a commit's hour and that of a witness may lie apart, in seconds: clocks differ.
const SKEW: i64 = 300;

/// How sure a day is, by the dates of the log, by the witness and by the clock of now.
fn date_grade(stamp: &Stamp, witnessed: Option<i64>, today: Option<Date>) -> DateGrade {
    let is_early = witnessed.is_some_and(|at| at + SKEW < stamp.time);
    // Somewhere it is already tomorrow.
    let is_future = today.is_some_and(|today| stamp.date.days_since(today) > 1);
    match stamp.date_grade {
        DateGrade::Claimed if is_early || is_future => DateGrade::Doubtful,
        DateGrade::Claimed if witnessed.is_some() => DateGrade::Witnessed,
        grade => grade,
    }
}

fn reviewed(written: Arc<Reviewed>, proof: Proof, (covers_head, changed_here): (bool, bool)) -> Review {
    let Proof { grade, role, accepted, refused_because } = proof;
    Review { written, grade, role, accepted, refused_because, covers_head, changed_here }
}

/// Affirmations, each by one person, who speaks of that day.
fn statements(found: &[(Stamp, WrittenStatement)], judges: &Judges<'_>, as_of: Date) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (stamp, written) in found {
        let signature = judges.policy.signature(&judges.seals, stamp);
        let witnessed = judges.seals.get(stamp).witnessed;
        for (about, by) in written.about.iter().flat_map(|about| written.by.iter().map(move |by| (about, by))) {
            let base = judges.policy.base(&judges.seals, stamp, by, None);
            let proof = judges.policy.affirmation(&base);
            statements.push(Statement {
                commit: stamp.commit.to_string(),
                date: stamp.date,
                date_grade: date_grade(stamp, witnessed, judges.today),
                witnessed,
                about: about.clone(),
                by: base.shown(by),
                edition: None,
                record: None,
                covers_head: true,
                differs: Vec::new(),
                changes: DutyChanges::default(),
                grade: proof.grade,
                signer: signature.signer.clone(),
                key: signature.key.clone(),
                accepted: proof.accepted,
                refused_because: proof.refused_because,
                after_as_of: stamp.date > as_of,
                acknowledged: written.acknowledged.clone(),
            });
        }
    }
    statements
}

/// Certifications, each compared with the practice as it is now.
fn certifications(
    seen: &Seen,
    past: &mut Past<'_, '_>,
    judges: &Judges<'_>,
    as_of: Date,
) -> Result<BTreeMap<RequirementId, Vec<Certification>>, Failure> {
    let mut certified: BTreeMap<RequirementId, Vec<Certification>> = BTreeMap::new();
    for (stamp, written) in &seen.certifications {
        let then = past.open(&stamp.standing)?;
        let commit: Arc<str> = stamp.commit.to_string().into();
        let bases: Vec<Base<'_>> =
            written.by.iter().map(|by| judges.policy.base(&judges.seals, stamp, by, None)).collect();
        for subject in &written.scope {
            let (Subject::Practice(id), found) = (subject, past.at(&then, subject)?) else { continue };
            if found == Then::Absent {
                continue;
            }
            certified.entry(*id).or_default().extend(written.by.iter().zip(&bases).map(|(by, base)| {
                let Proof { grade, accepted, refused_because, .. } = judges.policy.certification(base, *id);
                Certification {
                    commit: Arc::clone(&commit),
                    date: stamp.date,
                    by: base.shown(by).into(),
                    covers_head: found == Then::Same,
                    grade,
                    accepted,
                    refused_because,
                    after_as_of: stamp.date > as_of,
                }
            }));
        }
    }
    Ok(certified)
}

//! What the log says of reviews, as documents print it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Names;
use crate::date::Date;
use crate::ids::RequirementId;
use crate::model::history::{self as log, ReviewState, Subject, SubjectHistory};
use crate::rule::Facts;
use crate::timestamp;

/// What has to be said wherever a document relies on reviews.
pub const NOTE: &str = "Grades follow from the signatures of commits and from the keys that the repository trusted then. What is graded unsigned or unverified rests on what the commit says of itself, and so does every date that no witness vouches for.";

/// What each word of the record means.
const MEANINGS: [(&str, &str, &str); 11] = [
    (
        "grade",
        "signed",
        "The person who is named as reviewer signed the entry, with a key that the organization trusted at the time.",
    ),
    (
        "grade",
        "forge",
        "The server on which work is merged signed the entry: it vouches that somebody who may write there named the reviewer, not that the reviewer looked.",
    ),
    (
        "grade",
        "recorded",
        "The review is written down in a document of the evidence, and a person with a role signed the entry that says so: ask for the document.",
    ),
    ("grade", "unsigned", "Nobody signed the entry, so whoever could write to the repository could have written it."),
    (
        "grade",
        "unverified",
        "The entry is signed, but nobody's key was trusted yet by which the signature could be judged.",
    ),
    (
        "grade",
        "refused",
        "Something was meant as proof and does not hold, or the person may not review this; the reason stands beside it.",
    ),
    (
        "date",
        "witnessed",
        "Somebody other than the signer saw the entry within 30 days of its day. Who saw it later vouches only that it was there by then, and its own day is claimed.",
    ),
    ("date", "claimed", "Whoever made the entry wrote the day, and nothing contradicts it."),
    ("date", "doubtful", "Other entries contradict the day; a clock that was wrong looks the same."),
    (
        "log",
        "commit",
        "An entry of the log, which Git keeps: its number follows from what it holds and from every entry before it, so that none can be changed unseen.",
    ),
    ("log", "gap", "A time without a review that counts which was longer than the review interval."),
];

/// Everything about reviews.
#[derive(Clone, Debug, Serialize)]
pub struct Reviews {
    /// Whether the log was read at all.
    pub read: bool,
    /// The interval that applies.
    pub interval: Option<String>,
    /// Every subject in order.
    pub subjects: Vec<SubjectReviews>,
    /// How many subjects are in each state, worst first.
    pub states: Vec<StateCount>,
    /// How many reviews do not count by policy.
    pub uncounted: usize,
    /// Those that do not count, one a commit and reason, newest first.
    pub others: Vec<Uncounted>,
    /// How many subjects rest on a review of each grade, strongest first.
    pub grades: Vec<GradeCount>,
    /// Of how many of them a witness saw the review soon after its day.
    pub seen_soon: usize,
    /// What the words of the record mean.
    pub legend: Vec<Meaning>,
    /// Acceptances of duties by providers.
    pub acceptances: Vec<Statement>,
    /// Affirmations.
    pub affirmations: Vec<Statement>,
    /// Certifications by those who answer for practices, newest first.
    pub certifications: Vec<Certified>,
    /// What is wrong with the log itself.
    pub problems: Vec<String>,
}

/// A state and how many subjects are in it.
#[derive(Clone, Debug, Serialize)]
pub struct StateCount {
    /// The state.
    pub state: String,
    /// How many.
    pub count: usize,
}

/// A grade and how many subjects have it as that of their latest review that counts.
#[derive(Clone, Debug, Serialize)]
pub struct GradeCount {
    /// The grade.
    pub grade: String,
    /// How many.
    pub count: usize,
}

/// A word of the record and what it means to somebody who does not know Git.
#[derive(Clone, Debug, Serialize)]
pub struct Meaning {
    /// What it is said of: a grade, a date, the log.
    pub of: &'static str,
    /// The word.
    pub word: &'static str,
    /// One sentence.
    pub means: &'static str,
}

/// A review that does not count, with every subject that it spoke of.
#[derive(Clone, Debug, Serialize)]
pub struct Uncounted {
    /// The review, of the first of them.
    pub review: Review,
    /// The subjects.
    pub subjects: Vec<String>,
}

/// A subject and its reviews.
#[derive(Clone, Debug, Serialize)]
pub struct SubjectReviews {
    /// What it is: a practice id, `ssp`, `policy:<id>` and the like.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The family of a practice, else `other`.
    pub family: String,
    /// Its state.
    pub state: String,
    /// The day the next review is due.
    pub due: Option<String>,
    /// What differs from the last accepted review.
    pub differs: Vec<String>,
    /// The latest review that counts.
    pub last: Option<Review>,
    /// Every review, newest first.
    pub reviews: Vec<Review>,
    /// How many commits changed it.
    pub revisions: usize,
    /// The newest of them.
    pub last_change: Option<Revision>,
    /// Gaps longer than the interval.
    pub gaps: Vec<Gap>,
}

/// A review.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "templates ask each of these by itself")]
pub struct Review {
    /// The commit.
    pub commit: String,
    /// The day.
    pub date: String,
    /// How sure the day is.
    pub date_grade: String,
    /// The same in words, with the day by which it was there or before which it was not.
    pub date_words: String,
    /// The first day on which it can have been, where that is after the day it claims.
    pub not_before: Option<String>,
    /// What was recorded.
    pub outcome: String,
    /// The same in words, where it was not this subject that changed.
    pub outcome_words: String,
    /// Who, as written.
    pub reviewer: String,
    /// How strong the proof is.
    pub grade: String,
    /// The role in which, by id.
    pub role: Option<String>,
    /// What the role is called, where there is still such a role.
    pub role_title: Option<String>,
    /// The principal who signed, if the signature is good.
    pub signer: Option<String>,
    /// Whether that is somebody else than the reviewer.
    pub other_signer: bool,
    /// The fingerprint of the key that signed, if the signature is good.
    pub key: Option<String>,
    /// The time that a witness vouches for.
    pub witnessed: Option<String>,
    /// The day of it.
    pub witnessed_day: Option<String>,
    /// Whether it counts.
    pub accepted: bool,
    /// Why not.
    pub refused_because: Option<String>,
    /// Whether the content is still what was reviewed.
    pub covers_head: bool,
    /// How many subjects it spoke of.
    pub breadth: usize,
    /// The artifact that records it.
    pub record: Option<String>,
    /// Whether it is later than the as-of day and does not count.
    pub after_as_of: bool,
    /// Of a review that counts the days to the next that does, or to the as-of day.
    pub days: Option<i64>,
    /// Whether that is longer than the interval.
    pub gap: bool,
}

/// A commit that changed a subject.
#[derive(Clone, Debug, Serialize)]
pub struct Revision {
    /// The commit.
    pub commit: String,
    /// The day.
    pub date: String,
    /// The author.
    pub author: String,
    /// The first line of the message.
    pub summary: String,
}

/// A stretch without review that is longer than the interval.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Gap {
    /// The review before it.
    pub from: String,
    /// The review after it, or the as-of day.
    pub to: String,
    /// Days.
    pub days: i64,
}

/// An acceptance or an affirmation.
#[derive(Clone, Debug, Serialize)]
pub struct Statement {
    /// What is accepted or affirmed.
    pub about: String,
    /// Who; what a provider has published, where that stands for an acceptance.
    pub by: String,
    /// The edition that the provider has published, where that stands for an acceptance.
    pub edition: Option<String>,
    /// The day.
    pub date: String,
    /// How sure the day is.
    pub date_grade: String,
    /// The time that a witness vouches for.
    pub witnessed: Option<String>,
    /// The commit.
    pub commit: String,
    /// The artifact that records it.
    pub record: Option<String>,
    /// Whether what was accepted is still what is assigned.
    pub covers_head: bool,
    /// What differs.
    pub differs: Vec<String>,
    /// How strong the proof is.
    pub grade: String,
    /// The principal who signed, if the signature is good.
    pub signer: Option<String>,
    /// The fingerprint of the key that signed, if the signature is good.
    pub key: Option<String>,
    /// Whether it counts by policy.
    pub accepted: bool,
    /// Why not.
    pub refused_because: Option<String>,
    /// Whether it is later than the as-of day and does not count.
    pub after_as_of: bool,
    /// What an affirmation names as open and known, as written.
    pub acknowledged: Vec<String>,
}

/// What somebody who answers for practices has certified in one commit.
#[derive(Clone, Debug, Serialize)]
pub struct Certified {
    /// Who.
    pub by: String,
    /// The day.
    pub date: String,
    /// The commit.
    pub commit: String,
    /// How strong the proof is.
    pub grade: String,
    /// Why it does not count.
    pub refused_because: Option<String>,
    /// Whether it is later than the as-of day and does not count.
    pub after_as_of: bool,
    /// The practices, by id.
    pub practices: Vec<String>,
    /// Those of them that have changed since.
    pub changed: Vec<String>,
}

/// How the review of one practice stands.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// Its state; none where the log was not read.
    pub state: Option<String>,
    /// The day of the latest review that counts.
    pub last: Option<String>,
    /// Who did it.
    pub reviewer: Option<String>,
    /// How strong the proof of it is.
    pub grade: Option<String>,
    /// The day the next is due.
    pub due: Option<String>,
    /// What differs from the last accepted review.
    pub differs: Vec<String>,
}

/// Everything about reviews.
pub(crate) fn of(facts: &Facts, names: Names<'_>) -> Reviews {
    let Some(history) = &facts.history else { return unread() };
    let states = ReviewState::ALL.into_iter().map(|state| StateCount {
        state: state.word().to_owned(),
        count: history.subjects.values().filter(|subject| subject.state == state).count(),
    });
    let subjects: Vec<SubjectReviews> =
        history.subjects.iter().map(|(id, found)| subject(id, found, history.as_of, names)).collect();
    Reviews {
        read: true,
        interval: Some(history.interval.to_string()),
        states: states.collect(),
        uncounted: history.subjects.values().flat_map(|found| &found.reviews).filter(|review| !review.accepted).count(),
        others: others(&subjects),
        grades: grades(&subjects),
        seen_soon: seen_soon(history),
        legend: legend(),
        subjects,
        acceptances: history.acceptances.iter().map(|found| statement(found, names.0.title_of(&found.about))).collect(),
        affirmations: history.affirmations.iter().map(|found| statement(found, found.about.clone())).collect(),
        certifications: certifications(history),
        problems: history.problems.iter().map(|problem| problem.message.clone()).collect(),
    }
}

/// Certifications, those of one commit by one person for one reason together.
fn certifications(history: &log::History) -> Vec<Certified> {
    let mut found: BTreeMap<(&str, &str, Option<&str>), Certified> = BTreeMap::new();
    for (id, one) in history.certifications.iter().flat_map(|(id, all)| all.iter().map(move |one| (id, one))) {
        let row = found.entry((&one.commit, &one.by, one.refused_because.as_deref())).or_insert_with(|| certified(one));
        row.practices.push(id.to_string());
        row.changed.extend((!one.covers_head).then(|| id.to_string()));
    }
    let mut rows: Vec<Certified> = found.into_values().collect();
    rows.sort_by(|a, b| b.date.cmp(&a.date));
    rows
}

fn certified(one: &log::Certification) -> Certified {
    Certified {
        by: one.by.to_string(),
        date: one.date.to_string(),
        commit: one.commit.to_string(),
        grade: one.grade.word().to_owned(),
        refused_because: one.refused_because.as_deref().map(str::to_owned),
        after_as_of: one.after_as_of,
        practices: Vec::new(),
        changed: Vec::new(),
    }
}

/// The reviews that do not count, those of one commit for one reason together.
fn others(subjects: &[SubjectReviews]) -> Vec<Uncounted> {
    let mut found: BTreeMap<(&str, &str, &str), Uncounted> = BTreeMap::new();
    for subject in subjects {
        for review in subject.reviews.iter().filter(|review| review.days.is_none()) {
            let why = review.refused_because.as_deref().unwrap_or_default();
            let one = found
                .entry((&review.commit, &review.reviewer, why))
                .or_insert_with(|| Uncounted { review: review.clone(), subjects: Vec::new() });
            one.subjects.push(subject.id.clone());
        }
    }
    let mut others: Vec<Uncounted> = found.into_values().collect();
    others.sort_by(|a, b| b.review.date.cmp(&a.review.date));
    others
}

fn grades(subjects: &[SubjectReviews]) -> Vec<GradeCount> {
    let last: Vec<&str> = subjects.iter().filter_map(|subject| Some(&*subject.last.as_ref()?.grade)).collect();
    let count = |grade: log::Grade| GradeCount {
        grade: grade.word().to_owned(),
        count: last.iter().filter(|found| **found == grade.word()).count(),
    };
    log::Grade::ALL.into_iter().map(count).filter(|grade| grade.count > 0).collect()
}

fn seen_soon(history: &log::History) -> usize {
    let last = history.subjects.values().filter_map(SubjectHistory::last_accepted);
    last.filter(|review| review.was_seen_soon()).count()
}

fn legend() -> Vec<Meaning> {
    MEANINGS.iter().map(|(of, word, means)| Meaning { of, word, means }).collect()
}

impl Reviews {
    /// Nothing of any review.
    pub(super) fn empty(read: bool) -> Self {
        Self { read, ..unread() }
    }
}

fn unread() -> Reviews {
    Reviews {
        read: false,
        interval: None,
        subjects: Vec::new(),
        states: Vec::new(),
        uncounted: 0,
        others: Vec::new(),
        grades: Vec::new(),
        seen_soon: 0,
        legend: legend(),
        acceptances: Vec::new(),
        affirmations: Vec::new(),
        certifications: Vec::new(),
        problems: Vec::new(),
    }
}

/// How the review of a practice stands.
pub(crate) fn standing(facts: &Facts, id: RequirementId) -> Standing {
    let found = facts.history.as_ref().and_then(|history| history.subjects.get(&Subject::Practice(id)));
    let last = found.and_then(SubjectHistory::last_accepted);
    Standing {
        state: found.map(|subject| subject.state.word().to_owned()),
        last: last.map(|review| review.date.to_string()),
        reviewer: last.map(|review| review.reviewer.to_string()),
        grade: last.map(|review| review.grade.word().to_owned()),
        due: found.and_then(|subject| subject.due).map(|due| due.to_string()),
        differs: found.map_or_else(Vec::new, |subject| subject.differs.clone()),
    }
}

fn subject(id: &Subject, found: &SubjectHistory, as_of: Date, names: Names<'_>) -> SubjectReviews {
    let reviews = reviews_of(found, as_of, names);
    SubjectReviews {
        id: id.to_string(),
        title: title(id, names),
        family: match id {
            Subject::Practice(id) => id.family().to_owned(),
            _ => "other".to_owned(),
        },
        state: found.state.word().to_owned(),
        due: found.due.map(|due| due.to_string()),
        differs: found.differs.clone(),
        last: reviews.iter().find(|review| review.days.is_some()).cloned(),
        reviews,
        revisions: found.revisions.len(),
        last_change: found.revisions.first().map(|revision| Revision {
            commit: revision.commit.clone(),
            date: revision.date.to_string(),
            author: revision.author.to_string(),
            summary: revision.summary.to_string(),
        }),
        gaps: found
            .gaps
            .iter()
            .map(|gap| Gap { from: gap.from.to_string(), to: gap.to.to_string(), days: gap.days })
            .collect(),
    }
}

/// Every review in the order of the log; those that count with the days to the next of the chain.
fn reviews_of(found: &SubjectHistory, as_of: Date, names: Names<'_>) -> Vec<Review> {
    let mut reviews: Vec<Review> = found.reviews.iter().map(|found| review(found, names)).collect();
    let day = |index: usize| found.reviews[index].earliest;
    let mut chain: Vec<usize> = (0..reviews.len()).rev().filter(|index| found.reviews[*index].counts()).collect();
    chain.sort_by_key(|index| day(*index));
    let next = chain.iter().skip(1).map(|index| day(*index)).chain([as_of]);
    for (index, to) in chain.iter().zip(next) {
        let from = day(*index);
        reviews[*index].days = Some(to.days_since(from));
        reviews[*index].gap = found.gaps.iter().any(|gap| (gap.from, gap.to) == (from, to));
    }
    reviews
}

fn title(subject: &Subject, names: Names<'_>) -> String {
    match subject {
        Subject::Practice(id) => names.0.catalog.requirement(*id).map_or_else(String::new, |r| r.title.to_owned()),
        Subject::Ssp => "System security plan".to_owned(),
        Subject::Crm => "Responsibility matrix".to_owned(),
        Subject::Scope => "Scope: groups and inventory".to_owned(),
        Subject::Poam => "Plan of action and milestones".to_owned(),
        Subject::Incident => "Incident handoffs".to_owned(),
        Subject::Policy(id) => names.0.policies.get(id).map_or_else(|| id.clone(), |policy| policy.title.clone()),
        Subject::Provider(id) => format!("Provider file of {}", names.0.title_of(id)),
        Subject::Personnel(id) => format!("People of {}", names.0.title_of(id)),
    }
}

fn review(found: &log::Review, names: Names<'_>) -> Review {
    let role = |id: &str| names.0.config.role.iter().find(|role| *role.id.name == *id);
    Review {
        role_title: found.role.as_deref().and_then(role).map(|role| role.title.value.clone()),
        other_signer: found.other_signer().is_some(),
        witnessed_day: found.witnessed.map(|at| Date::of_unix(at).to_string()),
        days: None,
        gap: false,
        commit: found.commit.to_string(),
        date: found.date.to_string(),
        date_grade: found.date_grade.word().to_owned(),
        date_words: found.date_words(),
        not_before: (found.earliest > found.date).then(|| found.earliest.to_string()),
        outcome: found.outcome.word().to_owned(),
        outcome_words: found.outcome_words(),
        reviewer: found.reviewer.to_string(),
        grade: found.grade.word().to_owned(),
        role: found.role.as_deref().map(str::to_owned),
        signer: found.signer.as_deref().map(str::to_owned),
        key: found.key.as_deref().map(str::to_owned),
        witnessed: found.witnessed.map(timestamp::rfc3339),
        accepted: found.accepted,
        refused_because: found.refused_because.as_deref().map(str::to_owned),
        covers_head: found.covers_head,
        breadth: found.breadth,
        record: found.record.as_deref().map(str::to_owned),
        after_as_of: found.after_as_of,
    }
}

fn statement(found: &log::Statement, about: String) -> Statement {
    Statement {
        about,
        by: found.by.clone(),
        edition: found.edition.clone().filter(|edition| !edition.is_empty()),
        date: found.date.to_string(),
        date_grade: found.date_grade.word().to_owned(),
        witnessed: found.witnessed.map(timestamp::rfc3339),
        commit: found.commit.clone(),
        record: found.record.as_deref().map(str::to_owned),
        covers_head: found.covers_head,
        differs: found.differs.clone(),
        grade: found.grade.word().to_owned(),
        signer: found.signer.as_deref().map(str::to_owned),
        key: found.key.as_deref().map(str::to_owned),
        accepted: found.accepted,
        refused_because: found.refused_because.as_deref().map(str::to_owned),
        after_as_of: found.after_as_of,
        acknowledged: found.acknowledged.clone(),
    }
}

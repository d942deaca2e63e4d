//! What the log says of reviews, as documents print it.

use serde::Serialize;

use super::Names;
use crate::ids::RequirementId;
use crate::model::history::{self as log, ReviewState, Subject, SubjectHistory};
use crate::rule::Facts;
use crate::timestamp;

/// What has to be said wherever a document relies on reviews.
pub const NOTE: &str = "Grades follow from the signatures of commits and from the keys that the repository trusted then. What is graded unsigned or unverified rests on what the commit says of itself, and so does every date that no witness vouches for.";

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
    /// Acceptances of duties by providers.
    pub acceptances: Vec<Statement>,
    /// Affirmations.
    pub affirmations: Vec<Statement>,
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
pub struct Review {
    /// The commit.
    pub commit: String,
    /// The day.
    pub date: String,
    /// How sure the day is.
    pub date_grade: String,
    /// What was recorded.
    pub outcome: String,
    /// Who, as written.
    pub reviewer: String,
    /// How strong the proof is.
    pub grade: String,
    /// The role in which, by id.
    pub role: Option<String>,
    /// The principal who signed, if the signature is good.
    pub signer: Option<String>,
    /// The fingerprint of the key that signed, if the signature is good.
    pub key: Option<String>,
    /// The time that a witness vouches for.
    pub witnessed: Option<String>,
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
    Reviews {
        read: true,
        interval: Some(history.interval.to_string()),
        subjects: history.subjects.iter().map(|(id, found)| subject(id, found, names)).collect(),
        states: states.collect(),
        uncounted: history.subjects.values().flat_map(|found| &found.reviews).filter(|review| !review.accepted).count(),
        acceptances: history.acceptances.iter().map(|found| statement(found, names.0.title_of(&found.about))).collect(),
        affirmations: history.affirmations.iter().map(|found| statement(found, found.about.clone())).collect(),
        problems: history.problems.iter().map(|problem| problem.message.clone()).collect(),
    }
}

fn unread() -> Reviews {
    Reviews {
        read: false,
        interval: None,
        subjects: Vec::new(),
        states: Vec::new(),
        uncounted: 0,
        acceptances: Vec::new(),
        affirmations: Vec::new(),
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

fn subject(id: &Subject, found: &SubjectHistory, names: Names<'_>) -> SubjectReviews {
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
        last: found.last_accepted().map(review),
        reviews: found.reviews.iter().map(review).collect(),
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

fn review(found: &log::Review) -> Review {
    Review {
        commit: found.commit.to_string(),
        date: found.date.to_string(),
        date_grade: found.date_grade.word().to_owned(),
        outcome: found.outcome.word().to_owned(),
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
    }
}

//! What the commit log proves about reviews.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::acceptance::DutyChanges;
use super::config::ReviewGrade;
use crate::date::{Date, Duration};
use crate::ids::RequirementId;

/// What a review is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Subject {
    /// A practice.
    Practice(RequirementId),
    /// The system security plan.
    Ssp,
    /// The responsibility matrix.
    Crm,
    /// Groups and inventory.
    Scope,
    /// The POA&M.
    Poam,
    /// Incident handoffs.
    Incident,
    /// A policy.
    Policy(String),
    /// A provider's file.
    Provider(String),
    /// A provider's people.
    Personnel(String),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Practice(id) => write!(f, "{id}"),
            Self::Ssp => f.write_str("ssp"),
            Self::Crm => f.write_str("crm"),
            Self::Scope => f.write_str("scope"),
            Self::Poam => f.write_str("poam"),
            Self::Incident => f.write_str("incident"),
            Self::Policy(id) => write!(f, "policy:{id}"),
            Self::Provider(id) => write!(f, "provider:{id}"),
            Self::Personnel(id) => write!(f, "personnel:{id}"),
        }
    }
}

impl FromStr for Subject {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match text {
            "ssp" => Self::Ssp,
            "crm" => Self::Crm,
            "scope" => Self::Scope,
            "poam" => Self::Poam,
            "incident" => Self::Incident,
            _ => match text.split_once(':') {
                Some(("policy", id)) => Self::Policy(id.to_owned()),
                Some(("provider", id)) => Self::Provider(id.to_owned()),
                Some(("personnel", id)) => Self::Personnel(id.to_owned()),
                _ => Self::Practice(text.parse()?),
            },
        })
    }
}

impl Subject {
    /// What it is called in a sentence.
    pub fn words(&self) -> String {
        match self {
            Self::Practice(id) => format!("practice `{id}`"),
            Self::Ssp => "the system security plan".to_owned(),
            Self::Crm => "the responsibility matrix".to_owned(),
            Self::Scope => "the scope".to_owned(),
            Self::Poam => "the POA&M".to_owned(),
            Self::Incident => "the incident handoffs".to_owned(),
            Self::Policy(id) => format!("policy `{id}`"),
            Self::Provider(id) => format!("provider `{id}`"),
            Self::Personnel(id) => format!("the personnel of `{id}`"),
        }
    }
}

/// What a reviewer recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ReviewOutcome {
    /// Looked at, left as it is.
    NoChange,
    /// Looked at and changed in the same commit.
    Changed,
    /// Looked at and found wanting.
    Deficiency,
}

impl ReviewOutcome {
    /// The word in trailers and outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoChange => "no-change",
            Self::Changed => "changed",
            Self::Deficiency => "deficiency",
        }
    }
}

impl FromStr for ReviewOutcome {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "no-change" => Ok(Self::NoChange),
            "changed" => Ok(Self::Changed),
            "deficiency" => Ok(Self::Deficiency),
            _ => Err(()),
        }
    }
}

/// How strong the proof is that the named person reviewed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Grade {
    /// A good signature by a key of the reviewer's, who has a role that reviews this.
    Signed,
    /// A good signature by a key of the forge, which signs for everybody it lets in.
    Forge,
    /// A record names the reviewer, and a person with a role entered it in a signed commit.
    Recorded,
    /// No signature.
    Unsigned,
    /// A signature from before any key was trusted: it can be judged by nothing.
    Unverified,
    /// A signature that is no proof.
    Refused,
}

impl From<ReviewGrade> for Grade {
    fn from(written: ReviewGrade) -> Self {
        match written {
            ReviewGrade::Signed => Self::Signed,
            ReviewGrade::Forge => Self::Forge,
            ReviewGrade::Recorded => Self::Recorded,
            ReviewGrade::Unsigned => Self::Unsigned,
        }
    }
}

impl Grade {
    /// Every grade, strongest first.
    pub const ALL: [Self; 6] =
        [Self::Signed, Self::Forge, Self::Recorded, Self::Unsigned, Self::Unverified, Self::Refused];

    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Forge => "forge",
            Self::Recorded => "recorded",
            Self::Unsigned => "unsigned",
            Self::Unverified => "unverified",
            Self::Refused => "refused",
        }
    }
}

/// How strong the proof is of when it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DateGrade {
    /// Somebody else vouches that it was no later.
    Witnessed,
    /// The committer date, which the committer chose.
    Claimed,
    /// A committer date that contradicts the log: before its parent, in the future, or far from the author date.
    Doubtful,
}

impl DateGrade {
    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Witnessed => "witnessed",
            Self::Claimed => "claimed",
            Self::Doubtful => "doubtful",
        }
    }
}

/// Where the review lines stood in the message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Stood {
    /// In Git's trailer block.
    Trailers,
    /// Elsewhere in the body, as a squash merge leaves them.
    Body,
}

/// The state of a subject's review: the first that holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ReviewState {
    /// No review.
    Never,
    /// Reviews, and none of them accepted.
    Refused,
    /// The latest accepted outcome for this content is a deficiency.
    Deficient,
    /// The content differs from what was reviewed.
    Stale,
    /// The interval has passed.
    Overdue,
    /// The interval passes within 30 days.
    Due,
    /// Reviewed, unchanged since, and in time.
    Current,
}

impl ReviewState {
    /// Every state, worst first.
    pub const ALL: [Self; 7] =
        [Self::Never, Self::Refused, Self::Deficient, Self::Stale, Self::Overdue, Self::Due, Self::Current];

    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Refused => "refused",
            Self::Deficient => "deficient",
            Self::Stale => "stale",
            Self::Overdue => "overdue",
            Self::Due => "due",
            Self::Current => "current",
        }
    }
}

/// One review of one subject by one reviewer.
#[derive(Clone, Debug)]
pub struct Review {
    /// What was written, which it shares with the reviews of the other subjects of the same paragraph.
    pub written: Arc<Reviewed>,
    /// How strong the proof is.
    pub grade: Grade,
    /// The role of the reviewer that reviews this, by id.
    pub role: Option<Arc<str>>,
    /// Whether it counts by policy.
    pub accepted: bool,
    /// Why it does not count, if it does not.
    pub refused_because: Option<Arc<str>>,
    /// Whether the subject's material content is still what was reviewed.
    pub covers_head: bool,
    /// Whether its commit changed the subject, or is a merge that may have.
    pub changed_here: bool,
}

/// What a review of several subjects says of all of them.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// The commit, as hex.
    pub commit: Arc<str>,
    /// The committer's day, UTC.
    pub date: Date,
    /// How sure the day is.
    pub date_grade: DateGrade,
    /// The first day on which it can have been, by the commits below it: no gap before that day is closed by it.
    pub earliest: Date,
    /// What was recorded.
    pub outcome: ReviewOutcome,
    /// As written: name and address, resolved by mailmap.
    pub reviewer: Arc<str>,
    /// The person of `demarcate.toml`, by id, if the address is one of theirs.
    pub person: Option<Arc<str>>,
    /// The principal who signed, if the signature is good.
    pub signer: Option<Arc<str>>,
    /// The fingerprint of the key that signed, if the signature is good.
    pub key: Option<Arc<str>>,
    /// The time that a witness vouches for, in Unix seconds.
    pub witnessed: Option<i64>,
    /// How many subjects the review spoke of.
    pub breadth: usize,
    /// Where the lines stood.
    pub stood: Stood,
    /// The artifact that records it, for a reviewer who does not use Git.
    pub record: Option<Arc<str>>,
    /// Whether its day is after the as-of day: shown, and not counted.
    pub after_as_of: bool,
    /// Whether the message says something in words, beside its first line and the lines that are read.
    pub noted: bool,
}

impl Deref for Review {
    type Target = Reviewed;
    fn deref(&self) -> &Reviewed {
        &self.written
    }
}

/// A commit that changed the subject.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Its place in the log, children before parents; the tip is 0.
    pub position: usize,
    /// The commit, as hex.
    pub commit: String,
    /// The committer's day, UTC.
    pub date: Date,
    /// Name and address of the author, resolved by mailmap.
    pub author: Arc<str>,
    /// The first line of the message.
    pub summary: Box<str>,
    /// Whether it carries a signature, good or not.
    pub is_signed: bool,
}

/// A stretch without an accepted review that is longer than the interval.
#[derive(Clone, Debug)]
pub struct Gap {
    /// The review before it.
    pub from: Date,
    /// The review after it, or the as-of day.
    pub to: Date,
    /// Its length in days.
    pub days: i64,
}

/// What the log says of one subject.
#[derive(Clone, Debug)]
pub struct SubjectHistory {
    /// Its state.
    pub state: ReviewState,
    /// Its reviews, newest first in the order of the log.
    pub reviews: Vec<Review>,
    /// The commits that changed it, newest first.
    pub revisions: Vec<Arc<Revision>>,
    /// The gaps of the chain of accepted reviews.
    pub gaps: Vec<Gap>,
    /// The day the next review is due, where the content has an accepted review.
    pub due: Option<Date>,
    /// The parts that differ from the last accepted review.
    pub differs: Vec<String>,
    /// How they differ, in sentences.
    pub changes: Vec<String>,
}

/// How many days after the day that a review claims a witness still makes that day more than a claim.
const SOON: i64 = 30;

impl Review {
    /// Whether it counts on the day to which ages are counted.
    pub fn counts(&self) -> bool {
        self.accepted && !self.after_as_of
    }

    /// The principal who signed, if it is somebody else than the reviewer.
    pub fn other_signer(&self) -> Option<&str> {
        let own = self.reviewer.to_ascii_lowercase();
        let is_other = |signer: &&str| !own.contains(&format!("<{}>", signer.to_ascii_lowercase()));
        self.signer.as_deref().filter(|_| self.grade != Grade::Signed).filter(is_other)
    }

    /// Whether somebody saw it soon after the day that it claims, so that the day is more than a claim.
    pub fn was_seen_soon(&self) -> bool {
        let seen = self.witnessed.filter(|_| self.date_grade == DateGrade::Witnessed);
        seen.is_some_and(|at| Date::of_unix(at).days_since(self.date) <= SOON)
    }

    /// How sure its day is, in words.
    pub fn date_words(&self) -> String {
        match (self.date_grade, self.witnessed.map(Date::of_unix)) {
            (DateGrade::Witnessed, Some(day)) if self.was_seen_soon() => format!("date witnessed, there by {day}"),
            (DateGrade::Witnessed, Some(day)) => format!("date claimed, there by {day}"),
            (grade, _) if self.earliest > self.date => {
                format!("date {}: it was not before {}", grade.word(), self.earliest)
            }
            (grade, _) => format!("date {}", grade.word()),
        }
    }

    /// What was recorded, in words: who changed others of many subjects has not changed this one.
    pub fn outcome_words(&self) -> String {
        let is_of_others = self.outcome == ReviewOutcome::Changed && !self.changed_here && self.breadth > 1;
        let others = if is_of_others { format!(" (others of its {} subjects)", self.breadth) } else { String::new() };
        format!("{}{others}", self.outcome.word())
    }

    /// By whom, when, where and how strong, to stand after "the review".
    pub fn words(&self) -> String {
        let name = self.reviewer.split('<').next().unwrap_or_default().trim();
        let commit = self.commit.get(..10).unwrap_or(&self.commit);
        format!("by {name} on {} in {commit} ({})", self.date, self.grade.word())
    }
}

impl SubjectHistory {
    /// The newest review that counts.
    pub fn last_accepted(&self) -> Option<&Review> {
        self.reviews.iter().find(|review| review.counts())
    }
}

/// A problem of the log itself.
#[derive(Clone, Debug)]
pub struct LogProblem {
    /// The rule that reports it.
    pub rule: &'static str,
    /// The commit, as hex, if it is about one.
    pub commit: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// An acceptance of duties or an affirmation, found in the log.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The commit, as hex.
    pub commit: String,
    /// The committer's day, UTC.
    pub date: Date,
    /// How sure the day is.
    pub date_grade: DateGrade,
    /// The time that a witness vouches for, in Unix seconds.
    pub witnessed: Option<i64>,
    /// The provider that accepts, or the level that is affirmed.
    pub about: String,
    /// Who, as written; what a provider has published, where that stands for an acceptance.
    pub by: String,
    /// The edition that the provider has published, where that stands for an acceptance; empty if it is not named.
    pub edition: Option<String>,
    /// The artifact that records it.
    pub record: Option<String>,
    /// Whether the duties that were accepted are still those assigned; always so of an affirmation, which speaks of its day.
    pub covers_head: bool,
    /// What differs from the duties that were accepted, in words, by practice.
    pub differs: Vec<String>,
    /// The same of the duties alone, by practice.
    pub changes: DutyChanges,
    /// How strong the proof is.
    pub grade: Grade,
    /// The principal who signed, if the signature is good.
    pub signer: Option<Arc<str>>,
    /// The fingerprint of the key that signed, if the signature is good.
    pub key: Option<Arc<str>>,
    /// Whether it counts by policy.
    pub accepted: bool,
    /// Why it does not count, if it does not.
    pub refused_because: Option<Arc<str>>,
    /// Whether its day is after the as-of day: shown, and not counted.
    pub after_as_of: bool,
    /// What an affirmation names as open and known, as written.
    pub acknowledged: Vec<String>,
}

impl History {
    /// The affirmation that counts and was made last.
    pub fn last_affirmation(&self) -> Option<&Statement> {
        self.affirmations.iter().find(|found| found.accepted && !found.after_as_of)
    }
}

/// A practice that somebody who answers for it has certified, for the affirming official to rely on.
#[derive(Clone, Debug)]
pub struct Certification {
    /// The commit, as hex.
    pub commit: Arc<str>,
    /// The committer's day, UTC.
    pub date: Date,
    /// Who.
    pub by: Arc<str>,
    /// Whether the practice's material content is still what was certified.
    pub covers_head: bool,
    /// How strong the proof is.
    pub grade: Grade,
    /// Whether it counts by policy.
    pub accepted: bool,
    /// Why it does not count, if it does not.
    pub refused_because: Option<Arc<str>>,
    /// Whether its day is after the as-of day: shown, and not counted.
    pub after_as_of: bool,
}

impl Certification {
    /// Whether it counts on the day to which ages are counted, for what stands now.
    pub fn holds(&self) -> bool {
        self.accepted && !self.after_as_of && self.covers_head
    }
}

impl Statement {
    /// By whom, when, where and how strong, to stand after "accepted".
    pub fn words(&self) -> String {
        let commit = self.commit.get(..10).unwrap_or(&self.commit);
        format!("by {} on {} in {commit} ({})", self.who(), self.date, self.grade.word())
    }

    /// Who, without the address.
    pub fn who(&self) -> &str {
        self.by.split('<').next().map(str::trim).filter(|name| !name.is_empty()).unwrap_or(&self.by)
    }
}

/// What became of groups and providers since the last affirmation that counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SinceAffirmed {
    /// The commit of the affirmation, as hex.
    pub commit: String,
    /// The committer's day, UTC.
    pub date: Date,
    /// How the groups and assets of `assets.toml` changed, in sentences.
    pub scope: Vec<String>,
    /// Providers that have a file now and had none then, by id.
    pub added: BTreeSet<String>,
    /// Providers that had a file then and have none now, by id.
    pub dropped: BTreeSet<String>,
}

/// What the log proves.
#[derive(Clone, Debug)]
pub struct History {
    /// The day to which ages are counted.
    pub as_of: Date,
    /// The commit that was looked at; `None` without commits.
    pub head: Option<String>,
    /// The interval that applies.
    pub interval: Duration,
    /// Every subject.
    pub subjects: BTreeMap<Subject, SubjectHistory>,
    /// Acceptances of duties.
    pub acceptances: Vec<Statement>,
    /// Affirmations.
    pub affirmations: Vec<Statement>,
    /// What became of the scope since Level 2 was last affirmed; `None` where nobody whose word counts affirmed it.
    pub since_affirmed: Option<SinceAffirmed>,
    /// Certifications of each practice by those who answer for it, newest first.
    pub certifications: BTreeMap<RequirementId, Vec<Certification>>,
    /// What is wrong with the log itself.
    pub problems: Vec<LogProblem>,
    /// The commit with which trust begins, as hex, where nothing outside the log says that it is the right one.
    pub trust_begins: Option<String>,
    /// Whether any key is trusted at the tip.
    pub is_anybody_trusted: bool,
    /// The grades that count by policy.
    pub counted: BTreeSet<Grade>,
    /// Time stamps that could not be judged here and now.
    pub unjudged: usize,
    /// What it took to find out.
    pub cost: Cost,
}

/// How many objects were read for a history, each counted as often as it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cost {
    /// Commits that were decoded.
    pub commits: usize,
    /// Trees that were decoded.
    pub trees: usize,
    /// Files of old revisions that were read.
    pub blobs: usize,
    /// Those of them that had to be parsed to tell whether a review covers what stands now.
    pub parsed: usize,
}

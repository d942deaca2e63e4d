//! `poam/<id>.toml` and `exceptions/<id>.toml`: what is open, and what stands for good.

use super::{ArtifactSeries, Party, Role};
use crate::date::Date;
use crate::ids::Spanned;
use crate::table::{Id, Needed, Ref, choice, record};

choice! {
    /// How far a POA&M item or milestone is.
    pub enum Progress {
        /// Nothing done yet.
        Open = "open",
        /// Being worked on.
        InProgress = "in-progress",
        /// Done and shown.
        Closed = "closed",
    }

    /// How bad a weakness is, in the contractor's own judgement.
    pub enum Risk {
        /// Low.
        Low = "low",
        /// Moderate.
        Moderate = "moderate",
        /// High.
        High = "high",
    }

    /// Why something stands for good.
    pub enum ExceptionKind {
        /// An enduring exception (32 CFR 170.24(b)(1)(i)).
        EnduringException = "enduring-exception",
        /// An adjudication of the DoD CIO.
        DodCioAdjudication = "dod-cio-adjudication",
        /// A capability that is not permitted at all (DoDAM Annex A).
        CapabilityNotPermitted = "capability-not-permitted",
    }
}

record! {
    /// An open weakness and how it will be closed.
    pub struct Poam {
        /// The id; also the file name.
        pub id: Id,
        /// What is weak, in a few words.
        pub title: Spanned<String>,
        /// Objectives that are not met because of it: AC.L2-3.1.1[a].
        pub objectives: Needed<Spanned<String>>,
        /// What is weak, in sentences.
        pub weakness: Spanned<String>,
        /// How it was found.
        pub source: Option<Spanned<String>>,
        /// The day it was found.
        pub found: Option<Spanned<Date>>,
        /// How bad it is.
        pub risk: Option<Spanned<Risk>>,
        /// What will be done.
        pub remediation: Spanned<String>,
        /// What that takes: money, people, time.
        pub resources: Option<Spanned<String>>,
        /// The party that owns the item; unsaid means the contractor, whose it has to be.
        pub party: Option<Ref<Party>>,
        /// The role that answers for it.
        pub owner: Option<Ref<Role>>,
        /// The day it is to be closed.
        pub due: Spanned<Date>,
        /// How far it is.
        pub status: Spanned<Progress>,
        /// The day it was closed.
        pub closed: Option<Spanned<Date>>,
        /// What shows that it is closed.
        pub evidence: Vec<Ref<ArtifactSeries>>,
        /// What lowers the risk until then.
        pub mitigation: Option<Spanned<String>>,
        /// The steps.
        pub milestone: Vec<Milestone>,
    }

    /// A step of a POA&M item.
    pub struct Milestone {
        /// What is done.
        pub title: Spanned<String>,
        /// The day it is to be done.
        pub due: Spanned<Date>,
        /// The day it was done.
        pub done: Option<Spanned<Date>>,
        /// Who does it.
        pub by: Option<Ref<Role>>,
    }

    /// Something that stands for good, and why.
    pub struct Exception {
        /// The id; also the file name.
        pub id: Id,
        /// What stands, in a few words.
        pub title: Spanned<String>,
        /// Which kind of exception.
        pub kind: Spanned<ExceptionKind>,
        /// Objectives it speaks of: AC.L2-3.1.1[a].
        pub objectives: Needed<Spanned<String>>,
        /// Why it cannot be otherwise.
        pub reason: Spanned<String>,
        /// What mitigates it.
        pub mitigation: Option<Spanned<String>>,
        /// Who approved it.
        pub approved_by: Option<Spanned<String>>,
        /// When.
        pub approved: Option<Spanned<Date>>,
        /// The document: the adjudication, the policy that forbids.
        pub artifact: Option<Ref<ArtifactSeries>>,
        /// The day it is to be looked at again.
        pub until: Option<Spanned<Date>>,
    }
}

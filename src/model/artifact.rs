//! Artifacts: what an assessor examines, as series with editions.

use super::{Party, Role};
use crate::date::{Date, Duration};
use crate::ids::Spanned;
use crate::table::{Id, Ref, choice, record};

choice! {
    /// What sort of thing an artifact is.
    pub enum ArtifactKind {
        /// A policy.
        Policy = "policy",
        /// A procedure or work instruction.
        Procedure = "procedure",
        /// A plan.
        Plan = "plan",
        /// A screen as somebody saw it.
        Screenshot = "screenshot",
        /// Settings as a machine printed them.
        Configuration = "configuration",
        /// A log, or an extract of one.
        Log = "log",
        /// A report.
        Report = "report",
        /// A record of something done: minutes, a ticket, a form.
        Record = "record",
        /// A list: accounts, devices, people.
        Inventory = "inventory",
        /// A diagram.
        Diagram = "diagram",
        /// A contract or an agreement.
        Contract = "contract",
        /// A letter, an authorization or an attestation.
        Letter = "letter",
        /// A certificate.
        Certificate = "certificate",
        /// A responsibility matrix that a provider published.
        Crm = "crm",
        /// Training material or attendance.
        Training = "training",
        /// Anything else.
        Other = "other",
    }

    /// How far the collection of an artifact has come.
    pub enum ArtifactState {
        /// To be asked for.
        Planned = "planned",
        /// Asked for.
        Requested = "requested",
        /// In hand; an edition implies it.
        Received = "received",
        /// The holder will not hand it over.
        Refused = "refused",
        /// It may be looked at where it is, and not be taken away.
        ViewOnly = "view-only",
    }
}

record! {
    /// The artifacts that one party produces.
    pub struct ArtifactsFile {
        /// One series for each kind of thing; practices cite the series.
        pub artifact: Vec<Artifact>,
    }

    /// A thing an assessor examines, through all its editions.
    pub struct Artifact {
        /// The id that practices cite; unique in the root and what it extends.
        pub id: Id,
        /// What it is called.
        pub title: Spanned<String>,
        /// What sort of thing it is.
        pub kind: Spanned<ArtifactKind>,
        /// The party that makes it; unsaid means the party of the folder.
        pub producer: Option<Ref<Party>>,
        /// Why somebody else than the party of the folder makes it.
        pub producer_note: Option<Spanned<String>>,
        /// The party or person that holds it.
        pub held_by: Option<Spanned<String>>,
        /// How often a new edition is due.
        pub every: Option<Spanned<Duration>>,
        /// The day it lapses.
        pub expires: Option<Spanned<Date>>,
        /// How far its collection has come.
        pub state: Option<Spanned<ArtifactState>>,
        /// The day it was asked for.
        pub requested: Option<Spanned<Date>>,
        /// The day it was asked for by.
        pub due: Option<Spanned<Date>>,
        /// The day it came.
        pub received: Option<Spanned<Date>>,
        /// The day it was refused.
        pub refused: Option<Spanned<Date>>,
        /// Its final form: version, approver, date (32 CFR 170.24(b)).
        pub finality = "final": Option<Final>,
        /// Its marking, such as CUI or SPD; a marked artifact may stay out of a bundle.
        pub marking: Option<Spanned<String>>,
        /// The role that keeps it.
        pub maintained_by: Option<Ref<Role>>,
        /// Its editions; only the newest can be overdue.
        pub edition: Vec<Edition>,
    }

    /// The final form of an artifact: drafts and working papers show nothing.
    pub struct Final {
        /// The version.
        pub version: Spanned<String>,
        /// Who approved it.
        pub approver: Option<Spanned<String>>,
        /// When.
        pub date: Option<Spanned<Date>>,
    }

    /// One edition of an artifact.
    pub struct Edition {
        /// Where it lies: relative to the folder of artifacts.toml, absolute, or `file://`.
        pub path: Option<Spanned<String>>,
        /// Where it lies if it is in an object store or on a portal.
        pub url: Option<Spanned<String>>,
        /// The day it was collected.
        pub collected: Option<Spanned<Date>>,
        /// The period it covers, in words.
        pub covers: Option<Spanned<String>>,
        /// What differs from the edition before.
        pub note: Option<Spanned<String>>,
    }
}

//! `incident.toml`: handoffs, reporters, authorities (DFARS 252.204-7012(c) to (g)).

use super::{ArtifactSeries, Party, Person, Role};
use crate::date::{Date, Duration};
use crate::ids::Spanned;
use crate::table::{Id, Ref, choice, record};

choice! {
    /// The phases of incident handling, and what DFARS 252.204-7012 adds.
    pub enum Phase {
        /// Preparation.
        Preparation = "preparation",
        /// Detection.
        Detection = "detection",
        /// Analysis and investigation.
        Analysis = "analysis",
        /// Containment.
        Containment = "containment",
        /// Recovery.
        Recovery = "recovery",
        /// User response.
        UserResponse = "user-response",
        /// Tracking.
        Tracking = "tracking",
        /// Documentation.
        Documentation = "documentation",
        /// Reporting.
        Reporting = "reporting",
        /// Preservation of images and captures for 90 days.
        Preservation = "preservation",
        /// Submission of malware to DC3.
        Malware = "malware",
    }
}

record! {
    /// How incidents travel from who sees them to who reports them.
    pub struct Incident {
        /// Who does which phase.
        pub phase: Vec<PhaseDuty>,
        /// From whom to whom, on what, how fast.
        pub handoff: Vec<Handoff>,
        /// Who reports to the DoD.
        pub reporter: Vec<Reporter>,
        /// Authorities and officials to be told.
        pub authority: Vec<Authority>,
    }

    /// A party's part in a phase.
    pub struct PhaseDuty {
        /// The phase.
        pub phase: Spanned<Phase>,
        /// The party.
        pub party: Ref<Party>,
        /// What it does.
        pub duty: Spanned<String>,
        /// The role that does it.
        pub by: Option<Ref<Role>>,
    }

    /// A handoff: when this happens, they tell them, within so long.
    pub struct Handoff {
        /// The id.
        pub id: Id,
        /// The phase or matter: an incident phase, personnel, configuration, vulnerability.
        pub matter: Option<Spanned<String>>,
        /// Who hands over.
        pub from: Ref<Party>,
        /// Who takes over.
        pub to: Ref<Party>,
        /// The role that takes over.
        pub to_role: Option<Ref<Role>>,
        /// What sets it off.
        pub trigger: Spanned<String>,
        /// How fast.
        pub within: Option<Spanned<Duration>>,
        /// By which channel.
        pub channel: Option<Spanned<String>>,
        /// How often it is tested.
        pub test_every: Option<Spanned<Duration>>,
        /// The artifact that records the test.
        pub record: Option<Ref<ArtifactSeries>>,
        /// The day of the last test.
        pub last: Option<Spanned<Date>>,
    }

    /// A person who reports to the DoD.
    pub struct Reporter {
        /// The person.
        pub person: Ref<Person>,
        /// Whether this is the deputy.
        pub deputy: Option<Spanned<bool>>,
        /// The artifact that shows the medium assurance certificate.
        pub certificate: Option<Ref<ArtifactSeries>>,
        /// The last day of the certificate.
        pub certificate_until: Option<Spanned<Date>>,
    }

    /// An authority or official to be told.
    pub struct Authority {
        /// Its name.
        pub name: Spanned<String>,
        /// What it is told.
        pub about: Option<Spanned<String>>,
        /// How to reach it.
        pub contact: Option<Spanned<String>>,
        /// The time limit.
        pub within: Option<Spanned<Duration>>,
        /// The day the contact was last checked.
        pub checked: Option<Spanned<Date>>,
    }
}

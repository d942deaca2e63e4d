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

    /// What a handoff is about.
    pub enum Matter {
        /// An incident: preparation.
        Preparation = "preparation",
        /// An incident: somebody saw signs of it.
        Detection = "detection",
        /// An incident: what was found out about it.
        Analysis = "analysis",
        /// An incident: its spread is to be stopped, or was.
        Containment = "containment",
        /// An incident: systems are to be restored, or were.
        Recovery = "recovery",
        /// An incident: what users are to do, or did.
        UserResponse = "user-response",
        /// An incident: its ticket.
        Tracking = "tracking",
        /// An incident: its report and the lessons of it.
        Documentation = "documentation",
        /// An incident: what has to be reported.
        Reporting = "reporting",
        /// An incident: images and captures.
        Preservation = "preservation",
        /// An incident: malware that was isolated.
        Malware = "malware",
        /// An incident, in whichever phase.
        Incident = "incident",
        /// Doors, badges and what was stolen or broken.
        Physical = "physical",
        /// People who come, leave or change roles.
        Personnel = "personnel",
        /// A configuration that changed.
        Configuration = "configuration",
        /// A vulnerability that was found.
        Vulnerability = "vulnerability",
        /// Anything else.
        Other = "other",
    }
}

impl Matter {
    /// Whether it is about an incident.
    pub fn is_of_incidents(self) -> bool {
        !matches!(self, Self::Physical | Self::Personnel | Self::Configuration | Self::Vulnerability | Self::Other)
    }

    /// Whether whoever takes over may learn of an incident by it; the other phases come after that.
    pub fn brings_news(self) -> bool {
        matches!(self, Self::Incident | Self::Detection | Self::Analysis | Self::Containment | Self::Reporting)
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
        /// What it is about: a phase of an incident, or another matter; unsaid means any incident.
        pub matter: Option<Spanned<Matter>>,
        /// Who hands over.
        pub from: Ref<Party>,
        /// Who takes over.
        pub to: Ref<Party>,
        /// The role that takes over.
        pub to_role: Option<Ref<Role>>,
        /// What sets it off.
        pub trigger: Spanned<String>,
        /// How fast, in minutes to weeks: a month has no fixed number of hours.
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

impl Handoff {
    /// Whether it is about an incident; one that does not say is.
    pub fn is_of_incidents(&self) -> bool {
        self.matter.as_ref().is_none_or(|matter| matter.value.is_of_incidents())
    }

    /// Whether it is about this matter.
    pub fn is_of(&self, matter: Matter) -> bool {
        self.matter.as_ref().is_some_and(|written| written.value == matter)
    }

    /// How fast in minutes; none where no limit is written, or one whose length depends on the calendar.
    pub fn minutes(&self) -> Option<i64> {
        let within = self.within.as_ref()?;
        (!within.value.is_of_calendar()).then(|| within.value.minutes())
    }

    /// The party whose handoff it is: the provider of the two.
    pub fn provider(&self) -> &str {
        if &*self.from == crate::ids::CONTRACTOR { &self.to } else { &self.from }
    }
}

impl Reporter {
    /// Whether this is the deputy.
    pub fn is_deputy(&self) -> bool {
        self.deputy.as_ref().is_some_and(|flag| flag.value)
    }
}

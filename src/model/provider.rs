//! Providers: services, contract and clauses, status, people, access, connections, fourth parties.

use super::config::Accounts;
use super::{ArtifactSeries, Party, ProviderName, Role, ServiceName};
use crate::date::{Date, Duration};
use crate::ids::Spanned;
use crate::table::{Id, OneOrMany, Ref, choice, record};

choice! {
    /// What kind of service a provider gives; the duties that a contract must carry depend on it.
    pub enum ServiceKind {
        /// A cloud service.
        Csp = "csp",
        /// Managed services.
        Msp = "msp",
        /// Managed security services.
        Mssp = "mssp",
        /// Backup.
        Backup = "backup",
        /// Staff who work with the contractor's own processes and technology.
        Staff = "staff",
        /// A landlord.
        Landlord = "landlord",
        /// Any other vendor.
        Vendor = "vendor",
    }

    /// What of the contractor's lies on a provider's assets (32 CFR 170.19(c)(2)).
    pub enum DataKind {
        /// Controlled Unclassified Information.
        Cui = "cui",
        /// Security protection data: configurations, logs, vulnerability status, passwords of in-scope assets.
        Spd = "spd",
        /// Neither.
        Nothing = "none",
    }

    /// An authorization or assessment that a service has.
    pub enum AuthorizationKind {
        /// FedRAMP High.
        FedrampHigh = "fedramp-high",
        /// FedRAMP Moderate.
        FedrampModerate = "fedramp-moderate",
        /// FedRAMP Moderate equivalency.
        FedrampModerateEquivalent = "fedramp-moderate-equivalent",
        /// CMMC Level 2 by a C3PAO.
        CmmcLevel2 = "cmmc-level-2",
        /// CMMC Level 3.
        CmmcLevel3 = "cmmc-level-3",
        /// An audit report such as SOC 2.
        Soc2 = "soc-2",
        /// Nothing.
        Nothing = "none",
    }

    /// What a clause obliges to.
    pub enum ClauseKind {
        /// The scope of the work, mapped to practices.
        Scope = "scope",
        /// Compliance with SP 800-171.
        Compliance = "compliance",
        /// Handing over evidence within a time limit.
        Evidence = "evidence",
        /// A right to audit, or a package that stands for it.
        Audit = "audit",
        /// Telling the contractor of incidents within a time limit.
        IncidentNotification = "incident-notification",
        /// Screening, training and naming of people.
        Personnel = "personnel",
        /// Taking part in the assessment.
        Assessment = "assessment",
        /// DFARS 252.204-7012 (c) to (g).
        Dfars7012 = "dfars-7012",
        /// A technical service at a level.
        Service = "service",
        /// Giving back or destroying what the provider holds.
        Termination = "termination",
        /// Anything else.
        Other = "other",
    }
}

record! {
    /// An external organization on which the system rests.
    pub struct Provider {
        /// The id; also the file name.
        pub id: Id,
        /// Its legal name.
        pub name: Spanned<String>,
        /// Other names that statements use for it.
        pub aliases: Vec<Spanned<String>>,
        /// Whether it is an external service provider; false for a landlord or shredder.
        pub esp: Option<Spanned<bool>>,
        /// The provider through which this one is reached, if it is a fourth party.
        pub via: Option<Ref<ProviderName>>,
        /// The day the contractor approved this fourth party.
        pub approved: Option<Spanned<Date>>,
        /// Those whom it uses for its services, as its own documents name them; each has a file here whose `via` names this provider.
        pub fourth_parties: Vec<Spanned<String>>,
        /// Where it works.
        pub locations: Vec<Spanned<String>>,
        /// What this provider says it does for every customer, and where it says so.
        pub description: Option<Spanned<String>>,
        /// Whom to write or call.
        pub contact: Vec<Contact>,
        /// Its services.
        pub service: Vec<Service>,
        /// The contract.
        pub contract: Option<Contract>,
        /// Its named people with access.
        pub people: Vec<ProviderPerson>,
        /// The artifact that lists its people with access.
        pub personnel_list: Option<Ref<ArtifactSeries>>,
        /// Its attestation that everybody with access is a U.S. person.
        pub us_persons: Option<Ref<ArtifactSeries>>,
        /// How its people get in.
        pub access: Vec<Access>,
        /// Connections between its systems and the contractor's.
        pub connection: Vec<Connection>,
        /// The team of its people at each forge.
        pub teams: Option<Accounts>,
    }

    /// A person or desk of a provider.
    pub struct Contact {
        /// The name.
        pub name: Spanned<String>,
        /// What to ask them.
        pub role: Option<Spanned<String>>,
        /// The address.
        pub email: Option<Spanned<String>>,
        /// The telephone number.
        pub phone: Option<Spanned<String>>,
    }

    /// One service of a provider.
    pub struct Service {
        /// The id that responsibilities name.
        pub id: Id,
        /// What it is.
        pub title: Spanned<String>,
        /// Its kind.
        pub kind: Spanned<ServiceKind>,
        /// What of the contractor's lies on it.
        pub data: OneOrMany<Spanned<DataKind>>,
        /// The authorization it has.
        pub authorization: Option<Spanned<AuthorizationKind>>,
        /// The artifact that shows the authorization.
        pub authorization_evidence: Option<Ref<ArtifactSeries>>,
        /// The last day of the authorization.
        pub authorization_until: Option<Spanned<Date>>,
        /// Whether this service is inside the authorized boundary.
        pub inside_boundary: Option<Spanned<bool>>,
        /// The day the service last changed in what it does.
        pub changed: Option<Spanned<Date>>,
    }

    /// The contract with a provider.
    pub struct Contract {
        /// The document.
        pub artifact: Option<Ref<ArtifactSeries>>,
        /// Its number.
        pub number: Option<Spanned<String>>,
        /// The first day.
        pub from: Option<Spanned<Date>>,
        /// The last day.
        pub until: Option<Spanned<Date>>,
        /// The reseller through which it is held.
        pub reseller: Option<Spanned<String>>,
        /// Its clauses.
        pub clause: Vec<Clause>,
    }

    /// One clause of a contract.
    pub struct Clause {
        /// The id that responsibilities name.
        pub id: Id,
        /// What it obliges to.
        pub kind: Spanned<ClauseKind>,
        /// Where it stands: 7.2.
        pub at: Option<Spanned<String>>,
        /// What it says, in short.
        pub says: Option<Spanned<String>>,
        /// The time limit it sets.
        pub within: Option<Spanned<Duration>>,
        /// The artifact that stands for it, such as a FedRAMP package for a right to audit.
        pub instead: Option<Ref<ArtifactSeries>>,
        /// Services it is about; unsaid means all.
        pub services: Vec<Ref<ServiceName>>,
    }

    /// A named person of a provider with access.
    pub struct ProviderPerson {
        /// The name.
        pub name: Spanned<String>,
        /// What they do.
        pub role: Option<Spanned<String>>,
        /// The address, which also signs acceptances.
        pub email: Option<Spanned<String>>,
        /// Where they work: a country.
        pub location: Option<Spanned<String>>,
        /// The day they were screened.
        pub screened: Option<Spanned<Date>>,
        /// The day they were last trained.
        pub trained: Option<Spanned<Date>>,
        /// Whether they may accept duties for the provider.
        pub accepts: Option<Spanned<bool>>,
    }

    /// One way in for a provider's people.
    pub struct Access {
        /// The id.
        pub id: Id,
        /// How: VPN and jump host, a remote tool, on site.
        pub method: Option<Spanned<String>>,
        /// From which devices.
        pub device: Option<Spanned<String>>,
        /// From which networks or places.
        pub source: Option<Spanned<String>>,
        /// How it is logged.
        pub logging: Option<Spanned<String>>,
        /// How often the contractor reviews it.
        pub review_every: Option<Spanned<Duration>>,
        /// The role that reviews it.
        pub review_by: Option<Ref<Role>>,
        /// The artifact that records the review.
        pub review_record: Option<Ref<ArtifactSeries>>,
        /// The day of the last review.
        pub review_last: Option<Spanned<Date>>,
        /// The last day of the access, where it is given for a time.
        pub until: Option<Spanned<Date>>,
    }

    /// A connection between a provider's systems and the contractor's.
    pub struct Connection {
        /// The id that responsibilities name.
        pub id: Id,
        /// What is connected with what.
        pub title: Option<Spanned<String>>,
        /// What flows.
        pub data: Option<Spanned<String>>,
        /// In which direction.
        pub flow: Option<Spanned<String>>,
        /// How it is made.
        pub method: Option<Spanned<String>>,
        /// How the ends know each other.
        pub authentication: Option<Spanned<String>>,
        /// What protects it.
        pub controls: Option<Spanned<String>>,
        /// The agreement about it.
        pub agreement: Option<Ref<ArtifactSeries>>,
        /// The other party, if it is not the contractor.
        pub with: Option<Ref<Party>>,
    }
}

impl Provider {
    /// Whether it is an external service provider; unsaid means that it is.
    pub fn is_esp(&self) -> bool {
        self.esp.as_ref().is_none_or(|esp| esp.value)
    }

    /// Whether a kind of the contractor's data lies on any of its services.
    pub fn holds(&self, kind: DataKind) -> bool {
        self.service.iter().any(|service| service.holds(kind))
    }

    /// Whether CUI or security protection data lies on any of its services.
    pub fn has_data(&self) -> bool {
        self.service.iter().any(Service::has_data)
    }

    /// Its people who get in: not somebody who only accepts its duties, where it has no way in and no data.
    pub fn people_inside(&self) -> impl Iterator<Item = &ProviderPerson> {
        let everybody = !self.access.is_empty() || self.has_data();
        self.people
            .iter()
            .filter(move |person| everybody || person.accepts.as_ref().is_none_or(|accepts| !accepts.value))
    }

    /// Whether people of it get in.
    pub fn gets_in(&self) -> bool {
        !self.access.is_empty() || self.people_inside().next().is_some()
    }

    /// Whether a FedRAMP package speaks for every service on which data lies.
    pub fn is_shown_by_fedramp(&self) -> bool {
        let mut with_data = self.service.iter().filter(|service| service.has_data()).peekable();
        with_data.peek().is_some() && with_data.all(Service::is_shown_by_fedramp)
    }
}

impl Service {
    /// Whether a kind of the contractor's data lies on it.
    pub fn holds(&self, kind: DataKind) -> bool {
        self.data.iter().any(|written| written.value == kind)
    }

    /// Whether CUI or security protection data lies on it.
    pub fn has_data(&self) -> bool {
        self.holds(DataKind::Cui) || self.holds(DataKind::Spd)
    }

    /// Whether it is a cloud service on which CUI lies.
    pub fn is_cloud_with_cui(&self) -> bool {
        self.kind.value == ServiceKind::Csp && self.holds(DataKind::Cui)
    }

    /// Whether it has FedRAMP Moderate, its equivalent or more (DFARS 252.204-7012(b)(2)(ii)(D)).
    pub fn is_authorized_for_cui(&self) -> bool {
        use AuthorizationKind::{FedrampHigh, FedrampModerate, FedrampModerateEquivalent};
        let authorization = self.authorization.as_ref().map(|authorization| authorization.value);
        matches!(authorization, Some(FedrampHigh | FedrampModerate | FedrampModerateEquivalent))
    }

    /// Whether a FedRAMP package that is named speaks for it.
    pub fn is_shown_by_fedramp(&self) -> bool {
        self.is_authorized_for_cui() && self.authorization_evidence.is_some()
    }
}

impl Contract {
    /// The clauses of a kind that are about a service.
    pub fn clauses(&self, kind: ClauseKind, service: &Service) -> impl Iterator<Item = &Clause> {
        self.clause.iter().filter(move |clause| clause.kind.value == kind && clause.is_about(service))
    }
}

impl Clause {
    /// Whether it is about a service; one that names none is about all.
    pub fn is_about(&self, service: &Service) -> bool {
        self.services.is_empty() || self.services.iter().any(|named| named.name == service.id.name)
    }
}

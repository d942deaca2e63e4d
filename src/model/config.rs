//! `demarcate.toml`: organization, system, assessment, people and roles, review policy, rule levels.

use super::history::Subject;
use super::{ArtifactSeries, Person as PersonEntity, Role as RoleEntity};
use crate::date::{Date, Duration};
use crate::ids::{CONTRACTOR, Spanned};
use crate::table::{Id, Map, Ref, choice, record};

choice! {
    /// How far the repository is meant to be.
    pub enum Stage {
        /// Being written: review and evidence rules warn, folded to one line a family.
        Building = "building",
        /// As an assessor will see it.
        Ready = "ready",
    }

    /// Who assesses.
    pub enum AssessmentKind {
        /// The contractor itself (32 CFR 170.16).
        SelfAssessment = "self",
        /// A C3PAO (32 CFR 170.17).
        C3pao = "c3pao",
    }

    /// The status that the contractor claims.
    pub enum Claim {
        /// No status is claimed yet.
        Nothing = "none",
        /// Conditional Level 2, with open POA&M items (32 CFR 170.21).
        Conditional = "conditional",
        /// Final Level 2.
        Final = "final",
    }

    /// How strong the proof of a review is.
    pub enum ReviewGrade {
        /// A good signature by a key of the reviewer's.
        Signed = "signed",
        /// Signed by a key of the forge.
        Forge = "forge",
        /// A signed record in the lock, entered by a signed commit.
        Recorded = "recorded",
        /// No signature.
        Unsigned = "unsigned",
    }

    /// The level of a rule.
    pub enum RuleLevel {
        /// Not reported.
        Allow = "allow",
        /// Reported; the exit code stays 0.
        Warn = "warn",
        /// Reported; the exit code is 1.
        Deny = "deny",
    }
}

record! {
    /// The root of a repository: who, what, how it is judged.
    pub struct Config {
        /// How far the repository is meant to be; unsaid means ready.
        pub stage: Option<Spanned<Stage>>,
        /// Another root of the same repository to take policies, providers, people, roles and evidence from, and what this one has no file of its own for: practices, incident handoffs, cryptographic modules.
        pub extends: Option<Spanned<String>>,
        /// The contractor.
        pub organization: Option<Organization>,
        /// The information system.
        pub system: Option<System>,
        /// The assessment.
        pub assessment: Option<AssessmentFacts>,
        /// How reviews are judged.
        pub review: Option<ReviewPolicy>,
        /// The people, one table each.
        pub person: Vec<Person>,
        /// The roles, one table each.
        pub role: Vec<Role>,
        /// Levels of rules by name.
        pub rules: Map<Spanned<RuleLevel>>,
        /// Diagnostics that are accepted, with a reason.
        pub allow: Vec<Allow>,
    }

    /// The contractor: the organization seeking certification.
    pub struct Organization {
        /// Its legal name.
        pub name: Spanned<String>,
        /// Other names that statements use for it.
        pub aliases: Vec<Spanned<String>>,
        /// Its CAGE codes.
        pub cage: Vec<Spanned<String>>,
        /// Its unique entity id (UEI).
        pub uei: Option<Spanned<String>>,
        /// Its postal address.
        pub address: Option<Spanned<String>>,
        /// Its telephone number.
        pub phone: Option<Spanned<String>>,
    }

    /// The information system in scope, as the SSP describes it.
    pub struct System {
        /// Its name.
        pub name: Spanned<String>,
        /// Its unique identifier.
        pub identifier: Option<Spanned<String>>,
        /// Its CMMC UID from SPRS, 10 characters.
        pub cmmc_uid: Option<Spanned<String>>,
        /// Its categorization.
        pub categorization: Option<Spanned<String>>,
        /// What it is for.
        pub purpose: Option<Spanned<String>>,
        /// The kinds of CUI it handles.
        pub information: Vec<Spanned<String>>,
        /// The Government point of contact who owns the information.
        pub information_owner: Option<Spanned<String>>,
        /// The person who owns the system.
        pub owner: Option<Ref<PersonEntity>>,
        /// The person who answers for its security.
        pub security_officer: Option<Ref<PersonEntity>>,
        /// The senior person who affirms (32 CFR 170.22).
        pub affirming_official: Option<Ref<PersonEntity>>,
        /// How many end users it has.
        pub end_users: Option<Spanned<i64>>,
        /// How many privileged users it has.
        pub privileged_users: Option<Spanned<i64>>,
        /// Where the system ends (3.12.4[b]).
        pub boundary: Option<Spanned<String>>,
        /// Where it operates: sites, networks, clouds (3.12.4[c]).
        pub environment: Option<Spanned<String>>,
        /// How its parts are connected, in words.
        pub topology: Option<Spanned<String>>,
        /// The network diagram.
        pub diagram: Option<Ref<ArtifactSeries>>,
        /// Who maintains and owns its hardware and software.
        pub maintenance: Option<Spanned<String>>,
        /// Whether it handles technical data under the ITAR.
        pub itar: Option<Spanned<bool>>,
        /// Version of the SSP.
        pub ssp_version: Option<Spanned<String>>,
        /// Date of the SSP.
        pub ssp_date: Option<Spanned<Date>>,
        /// How often the SSP is updated (3.12.4[g]); at least every year.
        pub ssp_every: Option<Spanned<Duration>>,
        /// Systems outside the boundary that it is connected to (3.12.4[f]).
        pub connection: Vec<SystemConnection>,
        /// Changes of the SSP.
        pub change: Vec<SspChange>,
    }

    /// A connection to a system outside the boundary that no provider file describes.
    pub struct SystemConnection {
        /// Its id.
        pub id: Id,
        /// The system at the other end.
        pub to: Spanned<String>,
        /// What flows, and in which direction.
        pub data: Option<Spanned<String>>,
        /// How it is made and protected.
        pub method: Option<Spanned<String>>,
        /// In which direction it flows.
        pub flow: Option<Spanned<String>>,
        /// How the ends know each other.
        pub authentication: Option<Spanned<String>>,
        /// What protects it.
        pub controls: Option<Spanned<String>>,
        /// The agreement about it.
        pub agreement: Option<Ref<ArtifactSeries>>,
    }

    /// A row of the SSP's record of changes.
    pub struct SspChange {
        /// The day.
        pub date: Spanned<Date>,
        /// What changed.
        pub description: Spanned<String>,
        /// Who changed it.
        pub by: Option<Spanned<String>>,
    }

    /// The assessment that the repository prepares.
    pub struct AssessmentFacts {
        /// Who assesses.
        pub kind: Option<Spanned<AssessmentKind>>,
        /// The status that is claimed.
        pub claim: Option<Spanned<Claim>>,
        /// The CMMC Status Date of a Conditional status; its 180 days count from here (32 CFR 170.21(b)).
        pub conditional_date: Option<Spanned<Date>>,
        /// The CMMC Status Date of a Final status, current for three years.
        pub final_date: Option<Spanned<Date>>,
        /// CMMC Status Dates of earlier assessments; the artifacts of each are kept for six years from its date (32 CFR 170.16, 170.17(c)(4)).
        pub earlier_dates: Vec<Spanned<Date>>,
        /// The day the assessment is planned for.
        pub planned: Option<Spanned<Date>>,
        /// The assessor.
        pub assessor: Option<Spanned<String>>,
        /// The folder that the DoD hash logs name, for example C:\Artifacts.
        pub hash_root: Option<Spanned<String>>,
        /// The flavour of the DoD hash logs: pwsh7-unix, pwsh7-windows or winps51.
        pub hash_flavour: Option<Spanned<String>>,
        /// The score that stands in SPRS.
        pub submitted_score: Option<Spanned<i64>>,
        /// The day it was submitted.
        pub submitted: Option<Spanned<Date>>,
    }

    /// How reviews are judged.
    pub struct ReviewPolicy {
        /// The organization's interval; never over one year (32 CFR 170.4, "periodically").
        pub interval: Option<Spanned<Duration>>,
        /// The grades that count; unsaid means signed, forge and recorded once `trust/allowed_signers` stands, and until then unsigned as well.
        pub accept: Vec<Spanned<ReviewGrade>>,
        /// Principals of `trust/allowed_signers` whose keys are a forge's.
        pub forge: Vec<Spanned<String>>,
        /// The SHA-256 of the `trust/allowed_signers` with which trust begins, as `sha256:` and hex.
        pub trust_root: Option<Spanned<String>>,
        /// Whether the reviewer must be somebody else than the last author; a change that nobody trusted signed may be anybody's.
        pub independence: Option<Spanned<bool>>,
    }

    /// A person who reviews, accepts, affirms or answers.
    pub struct Person {
        /// The id.
        pub id: Id,
        /// The name.
        pub name: Spanned<String>,
        /// Every address that the person commits or signs with; the first is the one to write to.
        pub email: Vec<Spanned<String>>,
        /// The roles.
        pub roles: Vec<Ref<RoleEntity>>,
        /// The title.
        pub title: Option<Spanned<String>>,
        /// The office address.
        pub address: Option<Spanned<String>>,
        /// The telephone number.
        pub phone: Option<Spanned<String>>,
        /// The provider the person works for; unsaid means the contractor.
        pub party: Option<Ref<super::Party>>,
        /// What the person is called at each forge.
        pub accounts: Option<Accounts>,
    }

    /// What a person, or a team, is called at each forge.
    pub struct Accounts {
        /// The login of a person, or a team as organization/team.
        pub github: Option<Spanned<String>>,
        /// The user name of a person, or a group as path/of/group.
        pub gitlab: Option<Spanned<String>>,
        /// The user name of a person, or a team as organization/team.
        pub gitea: Option<Spanned<String>>,
        /// The sign-in address of a person, or a group as [Project]\\Group.
        pub azure: Option<Spanned<String>>,
    }

    /// A role that practices name.
    pub struct Role {
        /// The id.
        pub id: Id,
        /// What it is called.
        pub title: Spanned<String>,
        /// What it may review: practices, ssp, crm, scope, poam, incident, policies, providers, or a family; unsaid means everything.
        pub reviews: Vec<Spanned<String>>,
        /// The team that holds it at each forge.
        pub teams: Option<Accounts>,
    }

    /// A diagnostic that is accepted for a reason.
    pub struct Allow {
        /// The rule.
        pub rule: Spanned<String>,
        /// A practice, objective, provider or path; unsaid covers the root.
        pub within = "in": Option<Spanned<String>>,
        /// Why it is accepted.
        pub reason: Spanned<String>,
        /// The last day it is accepted.
        pub until: Option<Spanned<Date>>,
    }
}

impl Person {
    /// The provider whom they work for; `None` is the contractor, said or unsaid.
    pub fn provider(&self) -> Option<&str> {
        self.party.as_ref().map(|party| &*party.name).filter(|party| *party != CONTRACTOR)
    }
}

impl Role {
    /// Whether it reviews a subject; one that names nothing reviews everything.
    pub fn covers(&self, subject: &Subject) -> bool {
        let word = match subject {
            Subject::Practice(_) => "practices",
            Subject::Ssp => "ssp",
            Subject::Crm => "crm",
            Subject::Scope => "scope",
            Subject::Poam => "poam",
            Subject::Incident => "incident",
            Subject::Policy(_) => "policies",
            Subject::Provider(_) | Subject::Personnel(_) => "providers",
        };
        let family = match subject {
            Subject::Practice(id) => Some(id.family()),
            _ => None,
        };
        self.reviews.is_empty()
            || self.reviews.iter().any(|what| what.value == word || family.is_some_and(|family| what.value == family))
    }
}

//! A practice: the organization's record of how it meets one requirement.

use super::{
    ArtifactSeries, ClauseName, ConnectionName, ExceptionRecord, GroupName, Party, PoamItem, Role, ServiceName,
};
use crate::date::{Date, Duration};
use crate::ids::Spanned;
use crate::table::{Either, Map, Needed, OneOrMany, Ref, choice, record};

choice! {
    /// What the responsibilities of a practice add up to.
    pub enum Ownership {
        /// The contractor alone.
        Contractor = "contractor",
        /// Providers alone, one or several.
        Provider = "provider",
        /// The contractor and at least one provider.
        Shared = "shared",
        /// Every objective is not applicable.
        NotApplicable = "not-applicable",
    }

    /// What the determinations of a practice add up to.
    pub enum Status {
        /// Every objective is met or not applicable.
        Implemented = "implemented",
        /// Some objectives are met, others are not.
        PartiallyImplemented = "partially-implemented",
        /// No objective is met.
        Planned = "planned",
        /// Every objective is not applicable.
        NotApplicable = "not-applicable",
    }

    /// The chain that an assessor walks from the rule to the daily work.
    pub enum Layer {
        /// A product or service that makes it possible.
        Capability = "capability",
        /// Settings that enforce it.
        Configuration = "configuration",
        /// The rule in writing.
        Policy = "policy",
        /// The steps in writing.
        Procedure = "procedure",
        /// The work as it is done every day.
        Operation = "operation",
    }

    /// The answer to an assessment objective.
    pub enum Answer {
        /// The objective is satisfied.
        Met = "met",
        /// It is not.
        NotMet = "not-met",
        /// It does not apply to this system.
        NotApplicable = "not-applicable",
    }

    /// Why an answer stands although the plain reading would not give it.
    pub enum Basis {
        /// Met although something broke after it was implemented, with a plan and progress (32 CFR 170.24(b)(1)(ii)).
        TemporaryDeficiency = "temporary-deficiency",
        /// Met by description and mitigation in the SSP; cannot be remedied (32 CFR 170.24(b)(1)(i)).
        EnduringException = "enduring-exception",
        /// The DoD CIO judged it not applicable or equally effective (32 CFR 170.24(c)(2)(i)(B)(8)).
        DodCioAdjudication = "dod-cio-adjudication",
        /// Met by an enterprise or another entity.
        Inherited = "inherited",
        /// The capability is not permitted at all, and a policy and procedure keep it so (DoDAM Annex A).
        CapabilityNotPermitted = "capability-not-permitted",
    }

    /// A part of the requirement that stands, which lowers what it costs from 5 to 3 (32 CFR 170.24(c)(2)).
    pub enum Partial {
        /// 3.5.3: multifactor authentication for remote and privileged users, not yet for the general user.
        RemoteAndPrivileged = "remote-and-privileged",
        /// 3.13.11: encryption is employed, but is not FIPS-validated.
        EmployedNotValidated = "employed-not-validated",
    }

    /// How an objective is examined when it is not by a file.
    pub enum MethodKind {
        /// Somebody is asked.
        Interview = "interview",
        /// Something is tried.
        Test = "test",
    }

    /// How a verification or a method came out.
    pub enum Outcome {
        /// As expected.
        Passed = "passed",
        /// Not as expected.
        Failed = "failed",
    }
}

record! {
    /// The organization's record of how it meets one of the 110 requirements.
    pub struct Practice {
        /// The practice id, AC.L2-3.1.1; it decides, not the file name.
        pub practice: Spanned<String>,
        /// What the responsibilities add up to; derived, written for people, compared by a rule.
        pub ownership: Option<Spanned<Ownership>>,
        /// What the determinations add up to; derived, written for people, compared by a rule.
        pub status: Option<Spanned<Status>>,
        /// How the requirement is met here, in sentences that the SSP prints.
        pub statement: Option<Spanned<String>>,
        /// What "defined" and "specified" objectives define, by objective letter.
        pub values: Map<Spanned<String>>,
        /// One party's part; one table for each part.
        pub responsibility: Vec<Responsibility>,
        /// Evidence that is not a file: an interview or a test.
        pub method: Vec<Method>,
        /// The answer to each objective, by letter.
        pub determinations: Map<Either<Spanned<Answer>, Determination>>,
    }

    /// One party's part of one practice: what a row of the responsibility matrix is made of.
    pub struct Responsibility {
        /// `contractor`, or the id of a provider.
        pub party: Ref<Party>,
        /// The layers this part covers.
        pub layer: OneOrMany<Spanned<Layer>>,
        /// Letters of the objectives this part answers for.
        pub objectives: Needed<Spanned<String>>,
        /// What this party does, in a sentence that divides the work.
        pub duty: Spanned<String>,
        /// Groups of assets.toml this part covers; unsaid means all that are in scope.
        pub scope: Vec<Ref<GroupName>>,
        /// The role that keeps this part true.
        pub maintained_by: Option<Ref<Role>>,
        /// The service of the provider that this part rests on.
        pub service: Option<Ref<ServiceName>>,
        /// The clause of the provider's contract that obliges it.
        pub clause: Option<Ref<ClauseName>>,
        /// The connection of the provider that this part uses.
        pub connection: Option<Ref<ConnectionName>>,
        /// From whom this part is inherited.
        pub inherits: Option<Inherits>,
        /// The artifacts that show it.
        pub evidence: Vec<Evidence>,
        /// How the contractor checks that the part is really done.
        pub verification: Option<Verification>,
        /// Why the artifacts of another party's folder stand for this part, or how it is told apart from another party's part in the same layer.
        pub note: Option<Spanned<String>>,
    }

    /// From whom a part is inherited, and what shows it.
    pub struct Inherits {
        /// The provider.
        pub from: Ref<Party>,
        /// The artifact that shows it, such as an authorization letter.
        pub basis: Option<Ref<ArtifactSeries>>,
    }

    /// An artifact that shows the objectives of a responsibility.
    pub struct Evidence {
        /// The artifact series.
        pub artifact: Ref<ArtifactSeries>,
        /// The page, section, sheet or cell to look at.
        pub at: Option<Spanned<String>>,
        /// Letters of the objectives it shows; unsaid means every objective of the responsibility.
        pub objectives: Vec<Spanned<String>>,
    }

    /// How one party checks that another's part is really done.
    pub struct Verification {
        /// What is done to check.
        pub how: Spanned<String>,
        /// How often.
        pub every: Option<Spanned<Duration>>,
        /// The role that checks.
        pub by: Option<Ref<Role>>,
        /// The artifact that records it.
        pub record: Option<Ref<ArtifactSeries>>,
        /// The day of the latest run; not material.
        pub last: Option<Spanned<Date>>,
        /// How the latest run came out; not material.
        pub result: Option<Spanned<Outcome>>,
    }

    /// Evidence that is not a file.
    pub struct Method {
        /// An interview or a test.
        pub kind: Spanned<MethodKind>,
        /// Letters of the objectives it shows.
        pub objectives: Needed<Spanned<String>>,
        /// What is asked or tried.
        pub action = "do": Spanned<String>,
        /// What one should hear or see.
        pub expect: Option<Spanned<String>>,
        /// The party asked or tested; unsaid means the objective's only operating party.
        pub party: Option<Ref<Party>>,
        /// The role or person asked.
        pub with: Option<Spanned<String>>,
        /// The day it was done; planned until then.
        pub on: Option<Spanned<Date>>,
        /// The role that did it.
        pub by: Option<Ref<Role>>,
        /// How it came out.
        pub result: Option<Spanned<Outcome>>,
    }

    /// The answer to an objective where there is more to say than one word.
    pub struct Determination {
        /// The answer.
        pub determination: Spanned<Answer>,
        /// Why; needed for not-met and not-applicable.
        pub reason: Option<Spanned<String>>,
        /// The POA&M item that will close it.
        pub poam: Option<Ref<PoamItem>>,
        /// Why the answer stands although the plain reading would not give it.
        pub basis: Option<Spanned<Basis>>,
        /// The exception or adjudication on record.
        pub exception: Option<Ref<ExceptionRecord>>,
        /// The part of 3.5.3 or 3.13.11 that stands.
        pub partial: Option<Spanned<Partial>>,
        /// Who approved a not-applicable: a role or a person.
        pub approved_by: Option<Spanned<String>>,
        /// When it was approved.
        pub approved: Option<Spanned<Date>>,
    }
}

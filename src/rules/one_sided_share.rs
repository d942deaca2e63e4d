use crate::catalog::Requirement;
use crate::ids::{RequirementId, Span};
use crate::model::practice::Practice;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A practice is called shared, and only one side says what it does.
    ///
    /// ## Why it matters
    /// Shared without two duties means that one party has a duty and the other has a hope. The responsibility matrix must
    /// divide the objectives between the provider and the contractor (32 CFR 170.19(c)(2)); an assessor who asks the silent
    /// side what it does gets no answer, and scores the objective as not met.
    ///
    /// ## Example
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor hands out one-time codes and compares the session log with the tickets; Acme works the queue."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b"]
    /// duty = ""
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Works the queue for 3.7.5 on every managed host within five days and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report", at = "page 3" }]
    /// verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    /// Use instead:
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor hands out one-time codes and compares the session log with the tickets; Acme works the queue."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b"]
    /// duty = "Writes who gets a one-time code and compares the session log with the tickets every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Works the queue for 3.7.5 on every managed host within five days and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report", at = "page 3" }]
    /// verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    "one-sided-share", Division, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, practice) in &facts.assessment.practices {
        let requirement = facts.assessment.requirement(*id);
        if practice.is_one_sided_share(requirement) {
            report_one_sided(*id, practice, requirement, report);
        }
    }
}

fn report_one_sided(id: RequirementId, practice: &Practice, requirement: &Requirement, report: &mut Report<'_>) {
    let silent = practice.responsibility.iter().find(|part| !part.has_duty());
    let (place, label) = match silent {
        Some(part) => (part.duty.span, format!("`{}` has no duty in words", part.party)),
        None => (written(practice), format!("only `{}` has a duty", practice.parties().join(", "))),
    };
    let derived = practice.derived_ownership(requirement.letters_each());
    let otherwise = match derived.filter(|_| silent.is_none()) {
        Some(alone) => format!("add the other party's responsibility, or write ownership = \"{alone}\""),
        None => "write what this party does, or remove its responsibility and call the practice what it is".to_owned(),
    };
    report
        .add(format!("practice `{id}` is shared, and fewer than two parties say what they do"), place)
        .label(label)
        .help(otherwise)
        .practice(id);
}

fn written(practice: &Practice) -> Span {
    practice.ownership.as_ref().map_or(practice.practice.span, |ownership| ownership.span)
}

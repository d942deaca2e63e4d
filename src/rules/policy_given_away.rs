use crate::ids::{FAMILIES, RequirementId};
use crate::model::Filed;
use crate::model::artifact::ArtifactKind;
use crate::model::assessment::Assessment;
use crate::model::practice::{Evidence, Layer, Practice, Responsibility};
use crate::rule::{Facts, Report, rule};

rule! {
    /// The policy of a family is a provider's, not the contractor's.
    ///
    /// ## Why it matters
    /// A policy is the organization's own decision; one that a provider wrote for all of its customers shows what the provider
    /// does, not what this contractor has decided. Assessors ask who approved it, and the answer must be somebody of the
    /// contractor's. The first document of nearly every family in SP 800-171A is the organization's policy.
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
    /// duty = "Writes who gets a one-time code and compares the session log with the tickets every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "acme-ma-policy" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
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
    /// ```toml evidence/acme-msp/artifacts.toml +
    ///
    /// [[artifact]]
    /// id = "acme-ma-policy"
    /// title = "Maintenance policy for customers of Acme"
    /// kind = "policy"
    /// every = "1 year"
    /// final = { version = "3", approver = "Sam Ortiz", date = 2026-01-15 }
    /// edition = [{ path = "report-2026-09.txt", collected = 2026-01-15 }]
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
    "policy-given-away", NonInheritable, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (family, name) in FAMILIES {
        report_family(&facts.assessment, family, name, report);
    }
    for (id, practice) in &facts.assessment.practices {
        report_documents(&facts.assessment, *id, practice, report);
    }
}

/// A family of which policy is written down, and by providers only.
fn report_family(assessment: &Assessment, family: &str, name: &str, report: &mut Report<'_>) {
    let parts =
        || assessment.family(family).flat_map(|(id, practice)| policy_parts(practice).map(move |part| (id, part)));
    if parts().any(|(_, part)| part.is_contractor()) {
        return;
    }
    let Some((id, part)) = parts().next() else { return };
    let place =
        part.layer.iter().find(|layer| layer.value == Layer::Policy).map_or(part.party.span, |layer| layer.span);
    report
        .add(format!("the policy of {name} is `{}`'s, and nowhere the contractor's", part.party), place)
        .label("a provider's policy")
        .help(format!("give the contractor a responsibility in layer \"policy\" in a practice of {family}"))
        .practice(id);
}

fn policy_parts(practice: &Filed<Practice>) -> impl Iterator<Item = &Responsibility> {
    practice.responsibility.iter().filter(|part| part.covers(Layer::Policy))
}

/// Policies that a provider made, cited where the contractor's own belongs.
fn report_documents(assessment: &Assessment, id: RequirementId, practice: &Filed<Practice>, report: &mut Report<'_>) {
    let parts = practice.responsibility.iter().filter(|part| part.is_contractor() || part.covers(Layer::Policy));
    for evidence in parts.flat_map(|part| &part.evidence) {
        let Some(producer) = provider_of_policy(assessment, evidence) else { continue };
        report
            .add(format!("the policy `{}` is made by `{producer}`", evidence.artifact), evidence.artifact.span)
            .label("a provider's policy")
            .help("cite the contractor's own policy; the provider's document may stand beside it as a procedure or report")
            .practice(id);
    }
}

fn provider_of_policy<'a>(assessment: &'a Assessment, evidence: &Evidence) -> Option<&'a str> {
    let series = assessment.artifacts.get(&*evidence.artifact)?;
    let policy = series.artifact.kind.value == ArtifactKind::Policy;
    (policy && assessment.providers.contains_key(series.producer())).then(|| series.producer())
}

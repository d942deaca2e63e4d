use crate::rule::{Facts, Report, rule};
use std::collections::BTreeMap;

rule! {
    /// Only a provider does the work of an objective that is met, and nothing that this provider produced shows it.
    ///
    /// ## Why it matters
    ///
    /// The contractor may rely on a provider, but it has to show that the provider does the work: a responsibility
    /// matrix divides duties, it proves none of them. The assessor asks for the provider's own record, or to speak with
    /// the provider (32 CFR 170.19(c)(2)). A passed interview or test of that party counts, and so does a `note` on its
    /// responsibility that says why another party's artifact stands.
    ///
    /// ## Example
    ///
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor sets the rules for remote maintenance; Acme keeps to them on the jump host."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b"]
    /// duty = "Writes how sessions are opened and ended, and which second factor they need."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Keeps the tokens of the jump host, logs out when the work is done, and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "ticket-log" }]
    /// verification = { how = "Compare ten sessions with the log of the jump host.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor sets the rules for remote maintenance; Acme keeps to them on the jump host."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b"]
    /// duty = "Writes how sessions are opened and ended, and which second factor they need."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Keeps the tokens of the jump host, logs out when the work is done, and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report" }]
    /// verification = { how = "Compare ten sessions with the log of the jump host.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    "provider-without-evidence", Evidence, Deny, check
}

use crate::ids::ObjectiveId;
use crate::model::assessment::{Assessment, ObjectiveView, Series};
use crate::model::practice::{Method, Responsibility};

fn check(facts: &Facts, report: &mut Report<'_>) {
    // What a broken list of artifacts holds is not known to be missing.
    if facts.assessment.broken.contains("artifact") {
        return;
    }
    let found = &facts.assessment;
    let mut bare: BTreeMap<(ObjectiveId, &str), &Responsibility> = BTreeMap::new();
    for objective in found.objectives().filter(|objective| is_left_to_providers(*objective, found)) {
        for part in objective.parts().filter(|part| does_work(part) && is_bare(part, objective, found)) {
            bare.entry((objective.id, &part.party.name)).or_insert(part);
        }
    }
    for ((objective, party), part) in bare {
        report
            .add(
                format!("`{party}` does the work of `{objective}`, and nothing that `{party}` produced shows it"),
                part.party.span,
            )
            .label("no evidence of its own")
            .help(format!(
                "cite a record of `{party}`, record an interview or test of it, or say in `note` why others' artifacts stand"
            ))
            .objective(objective)
            .provider(party);
    }
}

/// Whether a part does more than write the rules; one without layers may do anything.
fn does_work(part: &Responsibility) -> bool {
    part.works() || part.layer.is_empty()
}

/// Whether it is met, shown by something, and the contractor does none of its work.
fn is_left_to_providers(objective: ObjectiveView<'_>, found: &Assessment) -> bool {
    let shown = found.citations(objective).any(|citation| citation.series.is_in_hand());
    let exempt = found.exception_of(objective).is_some();
    objective.is_met()
        && !objective.parts().any(|part| part.is_contractor() && does_work(part))
        && (shown || objective.methods().any(Method::shows))
        && !exempt
}

/// Whether a provider's part says no word and nothing of that provider shows the objective.
fn is_bare(part: &Responsibility, objective: ObjectiveView<'_>, found: &Assessment) -> bool {
    let party = part.party.name.as_str();
    let explained = |part: &&Responsibility| part.party.name == party && part.note.is_some();
    let produced = |series: &Series| series.is_in_hand() && series.producer() == party;
    !objective.parts().any(|part| explained(&part))
        && !found.citations(objective).any(|citation| produced(citation.series))
        && !objective.methods().any(|method| method.shows() && is_of(method, objective, party))
}

/// Whether a method asked or tested this party; unsaid means the objective's only party.
fn is_of(method: &Method, objective: ObjectiveView<'_>, party: &str) -> bool {
    match &method.party {
        Some(written) => written.name == party,
        None => objective.parties() == [party],
    }
}

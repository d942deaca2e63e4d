use std::collections::BTreeSet;

use crate::model::assessment::{Assessment, ObjectiveView};
use crate::model::practice::{Layer, Responsibility};
use crate::model::provider::ServiceKind;
use crate::rule::{Facts, Report, rule};
use crate::words;

rule! {
    /// Two responsibilities claim one objective in the same layer for the same assets.
    ///
    /// ## Why it matters
    /// Work that two parties hold is work that each may leave to the other, and an assessor who interviews both hears
    /// two answers. Parties may well hold the same objective: one writes the policy, the other operates it. It is the
    /// same layer on the same assets that divides nothing.
    ///
    /// Two parts of one party kept by different roles are only a warning: one party answers for both. So are two duties that
    /// plainly speak of different things, each shown by evidence of its own: the layer is too coarse for them. Nothing is said of two
    /// providers that each name another `service`, as the service divides the work, or of a cloud, a backup vault, a landlord
    /// or a vendor, which works on what is its own; of requirements that everybody keeps for
    /// its own people (awareness and training, screening) or does its part of (incident handling); and where the `note` of
    /// a part says how the two are told apart.
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
    /// layer = ["policy", "procedure", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Hands out a one-time code for each session and compares the session log with the tickets."
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
    "doubly-owned", Coverage, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let shared = |objective: &ObjectiveView<'_>| EACH_ITS_OWN.contains(&objective.id.requirement.to_string().as_str());
    for objective in facts.assessment.objectives().filter(ObjectiveView::applies) {
        let each_its_own = shared(&objective);
        let parts: Vec<&Responsibility> = objective.parts().collect();
        for (i, second) in parts.iter().enumerate() {
            let told = |first: &&&Responsibility| !(each_its_own || is_told_apart(&facts.assessment, first, second));
            for first in parts[..i].iter().filter(told) {
                report_pair(&objective, first, second, report);
            }
        }
    }
}

/// Requirements about people, whom each party trains and screens for itself, and about incidents, where each party does
/// its part as `incident.toml` lists it.
const EACH_ITS_OWN: [&str; 7] =
    ["AT.L2-3.2.1", "AT.L2-3.2.2", "AT.L2-3.2.3", "PS.L2-3.9.1", "IR.L2-3.6.1", "IR.L2-3.6.2", "IR.L2-3.6.3"];

/// Whether something says which of the work of two parties is whose: their services, whose premises it is on, or a note.
fn is_told_apart(assessment: &Assessment, first: &Responsibility, second: &Responsibility) -> bool {
    if first.party.name == second.party.name {
        return false;
    }
    let named = [first, second].into_iter().filter(|part| !part.is_contractor() && part.service.is_some());
    let noted = |part: &Responsibility| part.note.as_ref().is_some_and(|note| !note.trim().is_empty());
    let apart = |part: &Responsibility| noted(part) || works_at_home(assessment, part);
    named.count() == 2 || apart(first) || apart(second)
}

/// Whether a part is of a service that works on the provider's own systems or premises.
fn works_at_home(assessment: &Assessment, part: &Responsibility) -> bool {
    let Some(provider) = assessment.providers.get(&*part.party) else { return false };
    let is_meant = |id: &str| part.service.as_ref().is_none_or(|named| named.name == id);
    let mut kinds =
        provider.service.iter().filter(|service| is_meant(&service.id.name)).map(|service| service.kind.value);
    let is_home =
        |kind| matches!(kind, ServiceKind::Csp | ServiceKind::Backup | ServiceKind::Landlord | ServiceKind::Vendor);
    kinds.next().is_some_and(is_home) && kinds.all(is_home)
}

fn report_pair(
    objective: &ObjectiveView<'_>,
    first: &Responsibility,
    second: &Responsibility,
    report: &mut Report<'_>,
) {
    let layers = shared_layers(first, second);
    if layers.is_empty() || !first.overlaps(second) {
        return;
    }
    let (letter, layers) = (objective.id.letter, layers.join(", "));
    let same = first.party.name == second.party.name;
    let whose = if same {
        format!("twice `{}`'s", first.party)
    } else {
        format!("both `{}`'s and `{}`'s", first.party, second.party)
    };
    let help = if same {
        "put both duties into one responsibility, or divide them by objective, layer or scope"
    } else {
        "leave it with the party that does it, divide it by layer or scope, or say in the `note` of one how they are told apart"
    };
    let draft = report
        .add(format!("objective `{}` is {whose} in the same layer: {layers}", objective.id), second.place_of(letter))
        .label("claimed again here")
        .related(format!("claimed first by `{}`", first.party), first.place_of(letter))
        .help(help)
        .objective(objective.id);
    if same && have_different_keepers(first, second) || !same && differ_plainly(first, second) {
        draft.warn();
    }
}

/// Whether the duties of two parties speak of different things, and each is shown by something of its own.
fn differ_plainly(first: &Responsibility, second: &Responsibility) -> bool {
    /// A duty with fewer words of substance says too little to tell it from another.
    const LEAST: usize = 4;
    let [one, other] = [first, second].map(|part| substance(&part.duty));
    let shared = one.intersection(&other).count();
    let least = one.len().min(other.len());
    let shows = |part: &Responsibility| part.evidence.iter().map(|shown| shown.artifact.name.clone()).collect();
    let [own, others]: [BTreeSet<String>; 2] = [first, second].map(shows);
    let shown_apart = !own.is_subset(&others) && !others.is_subset(&own);
    least >= LEAST && shared * 5 <= least && shown_apart
}

/// The stems of the words that say something: no figures, no small words.
fn substance(duty: &str) -> BTreeSet<String> {
    const SMALL: [&str; 14] = [
        "with", "from", "each", "every", "that", "what", "this", "when", "their", "them", "they", "into", "only",
        "which",
    ];
    let words = words::plain_words(duty);
    let says = |word: &&String| {
        word.len() > 3 && !word.contains(|c: char| c.is_ascii_digit()) && !SMALL.contains(&word.as_str())
    };
    words::stems(words.iter().filter(says).map(String::as_str))
}

fn shared_layers(first: &Responsibility, second: &Responsibility) -> Vec<&'static str> {
    let both = |layer: &&Layer| first.covers(**layer) && second.covers(**layer);
    Layer::ALL.iter().filter(both).map(|layer| layer.word()).collect()
}

fn have_different_keepers(first: &Responsibility, second: &Responsibility) -> bool {
    match (&first.maintained_by, &second.maintained_by) {
        (Some(first), Some(second)) => first.name != second.name,
        _ => false,
    }
}

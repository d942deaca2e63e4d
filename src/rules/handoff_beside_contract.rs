use crate::date::Duration;
use crate::handoffs::{MOST_SHOWN, MOST_USED};
use crate::model::incident::Handoff;
use crate::model::provider::{Clause, ClauseKind, Provider};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A handoff promises more than the contract obliges the provider to.
    ///
    /// ## Why it matters
    ///
    /// The plan says four hours and the contract says 72: in an incident the provider's lawyers read the contract, and the
    /// contractor's whole time for the report is gone (72 hours, DFARS 252.204-7012(c), read in one source). The limit that one
    /// gets is the one that was signed.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -within = "8 hours"
    /// +within = "4 hours"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -within = "8 hours"
    /// +within = "4 hours"
    /// ```
    /// ```diff providers/acme-msp.toml
    /// -    { id = "incidents", kind = "incident-notification", at = "5.1", says = "Tells of incidents.", within = "8 hours" },
    /// +    { id = "incidents", kind = "incident-notification", at = "5.1", says = "Tells of incidents.", within = "4 hours" },
    /// ```
    "handoff-beside-contract", Incident, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    for (id, provider) in facts.assessment.providers.iter().filter(|(_, provider)| !provider.lost) {
        let Some((clause, signed)) = signed(provider) else { continue };
        // Of over a day it is the clause that is reported.
        if signed.minutes() > MOST_USED {
            continue;
        }
        let promised = incident.handoff.iter().filter(|handoff| *handoff.from == *id && brings_news(handoff));
        let is_shorter = |handoff: &&Handoff| handoff.minutes().is_some_and(|minutes| minutes < signed.minutes());
        let shorter: Vec<&Handoff> = promised.filter(is_shorter).collect();
        let Some((first, others)) = shorter.split_first() else { continue };
        let within = first.within.as_ref().expect("it is shorter than something");
        let more = if others.is_empty() { String::new() } else { format!(" (and {} more handoffs)", others.len()) };
        let mut draft = report
            .add(
                format!(
                    "`{}`{more} says that `{id}` tells within {}, and its contract gives it {signed} (clause `{}`)",
                    first.id, within.value, clause.id
                ),
                within.span,
            )
            .label("what the plan says")
            .related(format!("what was signed: {signed}"), clause.within.as_ref().map_or(clause.id.span, |w| w.span))
            .help("have the shorter limit in the contract, or plan with the longer one: the contract decides")
            .provider(id);
        for other in others.iter().take(MOST_SHOWN) {
            draft = draft.related(format!("`{}` too", other.id), other.id.span);
        }
    }
}

fn brings_news(handoff: &Handoff) -> bool {
    handoff.matter.as_ref().is_none_or(|matter| matter.value.brings_news())
}

/// The shortest limit that the clauses on incidents set.
fn signed(provider: &Provider) -> Option<(&Clause, Duration)> {
    let clauses = provider.contract.iter().flat_map(|contract| &contract.clause);
    let limits = clauses
        .filter(|clause| clause.kind.value == ClauseKind::IncidentNotification)
        .filter_map(|clause| Some((clause, clause.within.as_ref()?.value)));
    limits.min_by_key(|(_, limit)| limit.minutes())
}

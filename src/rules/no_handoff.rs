use crate::handoffs::Ways;
use crate::ids::Span;
use crate::model::assessment::Assessment;
use crate::model::incident::{Handoff, Incident, Phase, PhaseDuty};
use crate::model::provider::{ClauseKind, DataKind, Provider, Service, ServiceKind};
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// A provider that would see an incident hands it over to nobody.
    ///
    /// ## Why it matters
    ///
    /// "Our MSP handles that" is true until the first incident: the provider sees it, and no handoff says whom it calls, how and
    /// by when. A provider that watches or investigates, and one on whose systems CUI or security protection data lies, needs a
    /// handoff that leads to the contractor, which is the one that reports to the DoD (DFARS 252.204-7012(c), read in one source).
    ///
    /// For a fourth party a handoff to the provider it is reached through counts. For a cloud service whose contract has a clause
    /// on incidents this warns: the clause promises the notice, and what is missing is who takes it.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -id = "acme-alert"
    /// -matter = "detection"
    /// +id = "acme-alert"
    /// +matter = "other"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -id = "acme-alert"
    /// -matter = "detection"
    /// +id = "acme-alert"
    /// ```
    "no-handoff", Incident, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    let ways = Ways::of(&facts.assessment, incident);
    let ends = ways.dead_ends();
    for (id, provider) in facts.assessment.providers.iter().filter(|(_, provider)| !provider.lost) {
        // Where handoffs come to a dead end, or lead back to the provider itself, that is what is reported.
        let is_end = ends.iter().any(|end| end.parties.contains(&id.as_str()));
        let Some(reason) = reason(id, provider, incident) else { continue };
        let is_to_itself = |handoff: &Handoff| *handoff.from == *id && *handoff.to == *id;
        if ways.hands_over(id) || is_end || incident.handoff.iter().any(is_to_itself) {
            continue;
        }
        let draft = report
            .add(format!("`{id}` {}, and hands incidents over to nobody", reason.words), reason.place)
            .label("would see an incident")
            .help(format!(
                "add a [[handoff]] from {id} to the contractor: what sets it off, within how long, by which channel"
            ))
            .provider(id);
        if reason.is_cloud && has_clause(provider, &facts.assessment) {
            draft.warn();
        }
    }
}

/// Why a provider would see an incident.
struct Reason {
    words: String,
    place: Span,
    is_cloud: bool,
}

fn reason(id: &str, provider: &Provider, incident: &Incident) -> Option<Reason> {
    let sees = |duty: &&PhaseDuty| matches!(duty.phase.value, Phase::Detection | Phase::Analysis);
    if let Some(duty) = incident.phase.iter().filter(|duty| *duty.party == *id).find(sees) {
        return Some(Reason {
            words: format!("has the {} of incidents", duty.phase),
            place: duty.party.span,
            is_cloud: false,
        });
    }
    if provider.esp.as_ref().is_some_and(|esp| !esp.value) {
        return None;
    }
    let service = provider.service.iter().find(|service| is_told_of(service))?;
    let data: Vec<String> = service.data.iter().map(|kind| kind.value.word().to_uppercase()).collect();
    let words = format!("has {} in its service `{}`", data.join(" and "), service.id);
    let is_cloud = provider.service.iter().all(|service| service.kind.value == ServiceKind::Csp);
    Some(Reason { words, place: service.id.span, is_cloud })
}

fn is_told_of(service: &Service) -> bool {
    let watched = [ServiceKind::Csp, ServiceKind::Msp, ServiceKind::Mssp, ServiceKind::Backup];
    watched.contains(&service.kind.value) && service.data.iter().any(|kind| kind.value != DataKind::Nothing)
}

fn has_clause(provider: &Provider, found: &Assessment) -> bool {
    let mut clauses = vetting::contract_of(found, provider).into_iter().flat_map(|contract| &contract.clause);
    clauses.any(|clause| clause.kind.value == ClauseKind::IncidentNotification)
}

use std::collections::BTreeMap;

use crate::model::provider::ClauseKind::{Assessment, Audit, Compliance, Evidence, Personnel, Scope};
use crate::model::provider::{ClauseKind, Contract, Provider, Service, ServiceKind};
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// The contract with a provider lacks a clause that a service of its kind calls for.
    ///
    /// ## Why it matters
    ///
    /// What no clause obliges to is done as long as it is convenient: the evidence arrives after the assessment, nobody comes
    /// to the interview, and which practices the service carries is anybody's guess. What is asked for depends on the service.
    /// Managed services and backup that hold CUI or security protection data: scope mapped to practices, compliance with
    /// SP 800-171, evidence, audit, personnel, and taking part in the assessment. A cloud service: the same but for
    /// compliance, and a FedRAMP authorization whose letter is named stands in for all of it but the scope; an audit clause
    /// may name such a package with `instead`. Staff: personnel. A landlord, another vendor, or a service without data:
    /// nothing. (Which clauses these are is what assessors ask for, not a list of the rule; an incident clause has a rule of
    /// its own.)
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -    { id = "audit", kind = "audit", at = "4.3", says = "The contractor and its assessor may audit." },
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -    { id = "audit", kind = "audit", at = "4.3", says = "The contractor and its assessor may audit." },
    /// +    { id = "audit", kind = "audit", at = "4.3", says = "The contractor, its assessor and the DoD may audit." },
    /// ```
    "missing-clause", Providers, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment) {
        let Some(contract) = &provider.contract else { continue };
        let missing = missing(provider, contract);
        if missing.is_empty() {
            continue;
        }
        let each: Vec<String> = missing
            .iter()
            .map(|(kind, services)| {
                format!("{} for {}", words(*kind), vetting::listed(services.iter().map(|service| &*service.id.name)))
            })
            .collect();
        let of = missing.values().flatten().find(|service| is_only_unshown(service));
        let draft = report
            .add(format!("the contract with `{id}` lacks {}", vetting::joined(&each)), contract.span)
            .label("no such clause")
            .help(
                "agree on it and write it as a [[contract.clause]]; where one there says it in other words, write that one \
                 with its kind",
            )
            .provider(id);
        if let Some(service) = of {
            let message = format!(
                "the FedRAMP package of `{}` would stand in for all of it but the scope, once `authorization-evidence` \
                 names its letter",
                service.id
            );
            draft.related(message, service.id.span);
        }
    }
}

/// The clauses that are missing, each with the services that call for it.
fn missing<'a>(provider: &'a Provider, contract: &Contract) -> BTreeMap<ClauseKind, Vec<&'a Service>> {
    let mut missing: BTreeMap<ClauseKind, Vec<&Service>> = BTreeMap::new();
    for service in &provider.service {
        let wanted = wanted(provider, service).iter().filter(|kind| contract.clauses(**kind, service).next().is_none());
        wanted.for_each(|kind| missing.entry(*kind).or_default().push(service));
    }
    missing
}

/// What a service calls for.
fn wanted(provider: &Provider, service: &Service) -> &'static [ClauseKind] {
    let has_data = provider.is_esp() && service.has_data();
    match service.kind.value {
        ServiceKind::Msp | ServiceKind::Mssp | ServiceKind::Backup if has_data => {
            &[Scope, Compliance, Evidence, Audit, Personnel, Assessment]
        }
        ServiceKind::Csp if has_data && service.is_shown_by_fedramp() => &[Scope],
        ServiceKind::Csp if has_data => &[Scope, Evidence, Audit, Personnel, Assessment],
        ServiceKind::Staff => &[Personnel],
        _ => &[],
    }
}

/// Whether only the letter of its authorization is missing.
fn is_only_unshown(service: &Service) -> bool {
    service.kind.value == ServiceKind::Csp && service.is_authorized_for_cui() && !service.is_shown_by_fedramp()
}

fn words(kind: ClauseKind) -> &'static str {
    match kind {
        Scope => "the scope of the work",
        Compliance => "compliance with SP 800-171",
        Evidence => "handing over evidence",
        Audit => "a right to audit, or what stands for it,",
        Personnel => "screening and naming of people",
        Assessment => "taking part in the assessment",
        other => other.word(),
    }
}

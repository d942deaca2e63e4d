use crate::ids::CONTRACTOR;
use crate::model::incident::{Incident, Phase};
use crate::rule::{Facts, Report, rule};

rule! {
    /// The report to the DoD is left to a provider.
    ///
    /// ## Why it matters
    ///
    /// The contractor that holds the contract reports a cyber incident (DFARS 252.204-7012(c), read in one source); a provider
    /// may prepare the report or stand beside the telephone. A provider's technician has neither the contract's duties nor the
    /// certificate with which the portal is entered for the contractor.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -    { phase = "reporting", party = "contractor", duty = "Reports to DIBNet within 72 hours.", by = "isso" },
    /// +    { phase = "reporting", party = "acme-msp", duty = "Reports to DIBNet within 72 hours." },
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -    { phase = "reporting", party = "contractor", duty = "Reports to DIBNet within 72 hours.", by = "isso" },
    /// +    { phase = "reporting", party = "contractor", duty = "Reports to DIBNet within 72 hours.", by = "isso" },
    /// +    { phase = "reporting", party = "acme-msp", duty = "Gathers the technical details of the report." },
    /// ```
    "reporter-not-contractor", Incident, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    left_to_providers(incident, report);
    for reporter in &incident.reporter {
        let Some(person) = facts.assessment.config.person.iter().find(|person| *person.id == *reporter.person) else {
            continue;
        };
        let Some(party) = person.party.as_ref().filter(|party| ***party != *CONTRACTOR) else { continue };
        let draft = report
            .add(
                format!("the reporter `{}` works for `{party}`, not for the contractor", person.id),
                reporter.person.span,
            )
            .label("reports to the DoD")
            .related("of this party", party.span)
            .help("name a person of the contractor; the provider may help")
            .provider(party);
        if reporter.is_deputy() {
            draft.warn();
        }
    }
}

fn left_to_providers(incident: &Incident, report: &mut Report<'_>) {
    let mut duties = incident.phase.iter().filter(|duty| duty.phase.value == Phase::Reporting).peekable();
    let Some(first) = duties.peek().copied() else { return };
    if duties.any(|duty| *duty.party == *CONTRACTOR) {
        return;
    }
    report
        .add(format!("reporting to the DoD is left to `{}`", first.party), first.party.span)
        .label("not the contractor")
        .help("give the phase to the contractor, with the role that does it; what the provider helps with is a [[phase]] beside it")
        .provider(&first.party);
}

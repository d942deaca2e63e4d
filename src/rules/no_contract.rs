use crate::model::provider::Provider;
use crate::rule::{Facts, Report, rule};
use crate::vetting::{self, Vetted};

rule! {
    /// The system rests on a provider with whom no contract is recorded.
    ///
    /// ## Why it matters
    ///
    /// What a provider does, tells and hands over can be asked of it only where it has signed it. An assessor who is told
    /// that a provider does something asks for the paper (32 CFR 170.19(c)(2) has its services described; that a contract is
    /// asked for is how assessments go, not a sentence of the rule). A provider that is reached through another may be bound
    /// by the contract of that one; where neither has one this is a warning here, and denied of the other. Of a landlord or
    /// another vendor with `esp = false` and no duty nothing is asked.
    ///
    /// ## Example
    ///
    /// ```toml providers/door-works.toml
    /// id = "door-works"
    /// name = "Door Works, Inc."
    /// description = "Keeps the badge system and its logs."
    /// personnel-list = "acme-personnel"
    ///
    /// [[service]]
    /// id = "badges"
    /// title = "Badge system"
    /// kind = "msp"
    /// data = "spd"
    ///
    /// [[connection]]
    /// id = "badge-events"
    /// title = "Badge readers with the badge system"
    /// data = "Door events and the list of badges; no CUI"
    /// flow = "in both directions"
    /// method = "HTTPS from the readers' controller"
    /// authentication = "certificates at both ends"
    /// controls = "Firewall rule for one address"
    /// ```
    ///
    /// ```toml assets.toml +
    ///
    /// [[asset]]
    /// id = "badge-system"
    /// title = "Badge system"
    /// category = "security-protection"
    /// group = "enclave"
    /// owner = "door-works"
    /// ```
    ///
    /// ```toml incident.toml +
    ///
    /// [[handoff]]
    /// id = "door-alert"
    /// matter = "detection"
    /// from = "door-works"
    /// to = "contractor"
    /// to-role = "isso"
    /// trigger = "Somebody was in the badge system who should not be"
    /// within = "8 hours"
    /// channel = "telephone"
    /// test-every = "6 months"
    /// record = "ticket-log"
    /// last = 2026-09-10
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml assets.toml +
    ///
    /// [[asset]]
    /// id = "badge-system"
    /// title = "Badge system"
    /// category = "security-protection"
    /// group = "enclave"
    /// owner = "door-works"
    /// ```
    ///
    /// ```toml incident.toml +
    ///
    /// [[handoff]]
    /// id = "door-alert"
    /// matter = "detection"
    /// from = "door-works"
    /// to = "contractor"
    /// to-role = "isso"
    /// trigger = "Somebody was in the badge system who should not be"
    /// within = "8 hours"
    /// channel = "telephone"
    /// test-every = "6 months"
    /// record = "ticket-log"
    /// last = 2026-09-10
    /// ```
    ///
    /// ```toml providers/door-works.toml
    /// id = "door-works"
    /// name = "Door Works, Inc."
    /// description = "Keeps the badge system and its logs."
    /// personnel-list = "acme-personnel"
    ///
    /// [[service]]
    /// id = "badges"
    /// title = "Badge system"
    /// kind = "msp"
    /// data = "spd"
    ///
    /// [contract]
    /// number = "DW-7"
    /// from = 2026-01-01
    /// clause = [
    ///     { id = "scope", kind = "scope", at = "1" },
    ///     { id = "compliance", kind = "compliance", at = "2" },
    ///     { id = "evidence", kind = "evidence", at = "3", within = "10 days" },
    ///     { id = "audit", kind = "audit", at = "4" },
    ///     { id = "incidents", kind = "incident-notification", at = "5", within = "8 hours" },
    ///     { id = "personnel", kind = "personnel", at = "6" },
    ///     { id = "assessment", kind = "assessment", at = "7" },
    /// ]
    ///
    /// [[connection]]
    /// id = "badge-events"
    /// title = "Badge readers with the badge system"
    /// data = "Door events and the list of badges; no CUI"
    /// flow = "in both directions"
    /// method = "HTTPS from the readers' controller"
    /// authentication = "certificates at both ends"
    /// controls = "Firewall rule for one address"
    /// ```
    "no-contract", Providers, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    for vetted in vetting::vetted(found).iter().filter(|vetted| wants_contract(vetted)) {
        let (id, provider) = (vetted.id, vetted.provider);
        if vetting::contract_of(found, provider).is_some() || is_reached_through_unread(facts, provider) {
            continue;
        }
        let draft = report
            .add(format!("no contract with `{id}` is recorded, and it {}", vetted.stake()), provider.id.span)
            .label("no contract")
            .help("write its [contract] with the clauses that bind it, or take from it what it does here")
            .provider(id);
        if let Some(via) = &provider.via {
            draft.warn().related("nor one with the provider through which it is reached", via.span).help(format!(
                "have the contract with `{via}` bind it too, and write that contract in the file of `{via}`"
            ));
        }
    }
}

fn wants_contract(vetted: &Vetted<'_>) -> bool {
    vetted.provider.contract.is_none()
        && (!vetted.duties.is_empty() || (vetted.provider.is_esp() && vetted.has_stake()))
}

/// Whether the way to it ends in a name that leads nowhere or in a file that was not read whole: that is reported, and
/// says nothing of a contract.
fn is_reached_through_unread(facts: &Facts, provider: &Provider) -> bool {
    let chain = vetting::reached_through(&facts.assessment, provider);
    let last = chain.last().map_or(provider, |through| &through.value);
    let is_dangling = last.via.as_ref().is_some_and(|via| !facts.assessment.providers.contains_key(&**via));
    is_dangling || chain.iter().any(|through| through.lost)
}

use std::collections::BTreeMap;

use crate::handoffs::{self, named};
use crate::ids::{CONTRACTOR, RequirementId};
use crate::model::incident::Matter;
use crate::model::practice::{Layer, Responsibility};
use crate::model::provider::{Service, ServiceKind};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A provider works on something that it can only do right if somebody hands it over, and no handoff says so.
    ///
    /// ## Why it matters
    ///
    /// Three things get lost between a contractor and its provider. Who joins and who leaves is known to the contractor, and the
    /// accounts are the provider's. What was changed is known to the provider, and the SSP that describes it is the contractor's.
    /// What the scan found is known to one party, and another one installs the patches.
    ///
    /// Asked for are handoffs of the matters `personnel` from the contractor to the MSP, MSSP or staff that configures or operates
    /// accounts (3.1.1, 3.5.1, 3.5.5, 3.5.6, 3.9.2); `configuration` from the one that configures or operates anything of 3.4 to
    /// the contractor; and `vulnerability` from whoever scans (3.11.2) to whoever patches (3.11.3, 3.14.1), where nobody does both.
    /// Nothing of it is asked of a cloud service, and each matter is reported once.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -id = "joiners-and-leavers"
    /// -matter = "personnel"
    /// +id = "joiners-and-leavers"
    /// +matter = "other"
    /// ```
    /// ```toml practices/PS.L2-3.9.2.toml
    /// practice = "PS.L2-3.9.2"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor opens a ticket for each leaver and collects devices; Acme disables the accounts."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b", "c"]
    /// duty = "Opens a ticket the day a departure is decided and collects badge and laptop."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ps" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["b", "c"]
    /// duty = "Disables accounts and ends sessions within four hours of the ticket."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report", at = "page 3" }]
    /// verification = { how = "Compare leavers with disabled accounts.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// c = "met"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/PS.L2-3.9.2.toml
    /// practice = "PS.L2-3.9.2"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor opens a ticket for each leaver and collects devices; Acme disables the accounts."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b", "c"]
    /// duty = "Opens a ticket the day a departure is decided and collects badge and laptop."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ps" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["b", "c"]
    /// duty = "Disables accounts and ends sessions within four hours of the ticket."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report", at = "page 3" }]
    /// verification = { how = "Compare leavers with disabled accounts.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// c = "met"
    /// ```
    "missing-handoff", Incident, Warn, check
}

/// Where accounts of people are made and taken away.
const ACCOUNTS: [&str; 5] = ["3.1.1", "3.5.1", "3.5.5", "3.5.6", "3.9.2"];
const SCANNING: [&str; 1] = ["3.11.2"];
const PATCHING: [&str; 2] = ["3.11.3", "3.14.1"];

/// A party and the part of a practice for which something has to be handed over.
type Works<'a> = BTreeMap<&'a str, (RequirementId, &'a Responsibility)>;

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    let hands = |matter: Matter, from: &str, to: &str| {
        handoffs::passes(incident.handoff.iter().filter(|handoff| handoff.is_of(matter)), from, to)
    };
    let accounts = of_providers(works(&|id| ACCOUNTS.contains(&id.requirement().as_str()), facts));
    let unheard = accounts.into_iter().filter(|(party, _)| !hands(Matter::Personnel, CONTRACTOR, party));
    tell("joiners and leavers reach", "from the contractor", Matter::Personnel, &unheard.collect(), report);

    let settings = of_providers(works(&|id| id.family() == "CM", facts));
    let silent = settings.into_iter().filter(|(party, _)| !hands(Matter::Configuration, party, CONTRACTOR));
    tell(
        "the contractor hears of changes of the configuration from",
        "to the contractor",
        Matter::Configuration,
        &silent.collect(),
        report,
    );

    let scanners = works(&|id| SCANNING.contains(&id.requirement().as_str()), facts);
    let patchers = works(&|id| PATCHING.contains(&id.requirement().as_str()), facts);
    let is_passed = |from: &str, to: &str| from == to || hands(Matter::Vulnerability, from, to);
    let is_known = scanners.keys().any(|from| patchers.keys().any(|to| is_passed(from, to)));
    let both: Works<'_> = scanners.into_iter().chain(patchers).collect();
    if !is_known && both.len() > 1 {
        tell(
            "what is found in scans gets from who scans to who patches among",
            "from who scans to who patches",
            Matter::Vulnerability,
            &both,
            report,
        );
    }
}

/// Who configures or operates something in these practices, and where: the contractor, or a provider that works in its
/// systems, never a cloud service.
fn works<'a>(is_wanted: &dyn Fn(RequirementId) -> bool, facts: &'a Facts) -> Works<'a> {
    let mut works = Works::new();
    for (id, practice) in facts.assessment.practices.iter().filter(|(id, practice)| is_wanted(**id) && !practice.lost) {
        let parts = practice.value.responsibility.iter();
        for part in parts.filter(|part| part.covers(Layer::Configuration) || part.covers(Layer::Operation)) {
            if part.is_contractor() || is_within(part, facts) {
                works.entry(&*part.party).or_insert((*id, part));
            }
        }
    }
    works
}

fn of_providers(mut works: Works<'_>) -> Works<'_> {
    works.remove(CONTRACTOR);
    works
}

/// Whether the service of a part is done in the contractor's systems.
fn is_within(part: &Responsibility, facts: &Facts) -> bool {
    let Some(provider) = facts.assessment.providers.get(&*part.party) else { return false };
    let is_meant = |service: &&Service| part.service.as_ref().is_none_or(|named| named.name == service.id.name);
    let kinds = [ServiceKind::Msp, ServiceKind::Mssp, ServiceKind::Staff];
    provider.service.iter().filter(is_meant).any(|service| kinds.contains(&service.kind.value))
}

fn tell(what: &str, way: &str, matter: Matter, parties: &Works<'_>, report: &mut Report<'_>) {
    let Some((first, (id, part))) = parties.first_key_value() else { return };
    let all: Vec<&str> = parties.keys().copied().collect();
    let mut draft = report
        .add(format!("no handoff says how {what} {}", named(&all, "and")), part.party.span)
        .label(format!("works on {id}"))
        .help(format!(
            "add a [[handoff]] {way} with `matter = \"{matter}\"` to incident.toml: what sets it off, within how long, by which channel"
        ))
        .practice(*id);
    if **first != *CONTRACTOR {
        draft = draft.provider(first);
    }
    for (party, (id, part)) in parties.iter().skip(1) {
        draft = draft.related(format!("`{party}` works on {id}"), part.party.span);
    }
}

use std::collections::BTreeSet;

use crate::date::Date;
use crate::ids::{CONTRACTOR, Spanned};
use crate::model::incident::{Handoff, Matter};
use crate::model::provider::Service;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A provider changed its service after the day of the SSP, although its changes are handed over.
    ///
    /// ## Why it matters
    ///
    /// The handoff of configuration changes exists so that the SSP follows (3.12.4[e], [h]; 3.4.3). A plan that is older than the
    /// last change of a service describes a system that is no longer there. The time that the handoff allows has to be over before
    /// this is reported.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -title = "Help desk for users of the enclave"
    /// +title = "Help desk for users of the enclave"
    /// +changed = 2026-10-20
    /// ```
    /// ```diff providers/acme-msp.crm.toml
    /// -date = 2026-09-01
    /// +date = 2026-10-25
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -title = "Help desk for users of the enclave"
    /// +title = "Help desk for users of the enclave"
    /// +changed = 2026-10-20
    /// ```
    /// ```diff providers/acme-msp.crm.toml
    /// -date = 2026-09-01
    /// +date = 2026-10-25
    /// ```
    /// ```diff demarcate.toml
    /// -ssp-version = "1.0"
    /// -ssp-date = 2026-09-28
    /// +ssp-version = "1.1"
    /// +ssp-date = 2026-10-27
    /// ```
    "ssp-behind-configuration", Incident, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    let Some(written) = facts.assessment.config.system.as_ref().and_then(|system| system.ssp_date.as_ref()) else {
        return;
    };
    report_own_change(facts, written, report);
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let to_contractor = incident.handoff.iter().filter(|handoff| *handoff.to == *CONTRACTOR);
    for handoff in to_contractor.filter(|handoff| handoff.is_of(Matter::Configuration)) {
        let Some(provider) = facts.assessment.providers.get(&*handoff.from) else { continue };
        let due = |changed: Date| handoff.within.as_ref().map_or(changed, |within| within.value.after(changed));
        let changes = provider.service.iter().filter_map(|service| Some((service, service.changed.as_ref()?)));
        let late = changes.filter(|(_, changed)| changed.value > written.value && due(changed.value) < facts.as_of);
        let late: Vec<(&Service, &Spanned<Date>)> = late.collect();
        if told.insert(&handoff.from) {
            tell(handoff, written, &late, report);
        }
    }
}

/// The record of changes of the plan itself is newer than its day.
fn report_own_change(facts: &Facts, written: &Spanned<Date>, report: &mut Report<'_>) {
    let changes = facts.assessment.config.system.iter().flat_map(|system| &system.change);
    let newest = changes.map(|change| &change.date).max_by_key(|date| date.value);
    if let Some(newest) = newest.filter(|newest| newest.value > written.value && newest.value <= facts.as_of) {
        report
            .add(
                format!("the SSP is of {}, and its own record of changes has one of {}", written.value, newest.value),
                written.span,
            )
            .label("older than its newest change")
            .related("the newest [[system.change]]", newest.span)
            .help("write the day of the newest change at `ssp-date`, or correct the record");
    }
}

fn tell(handoff: &Handoff, written: &Spanned<Date>, late: &[(&Service, &Spanned<Date>)], report: &mut Report<'_>) {
    let Some((service, changed)) = late.iter().max_by_key(|(_, changed)| changed.value) else { return };
    let provider = &handoff.from;
    let who = handoff.to_role.as_ref().map_or_else(String::new, |role| format!(", which role `{role}` is told of,"));
    let more = if late.len() > 1 { format!(" (and {} more of its services)", late.len() - 1) } else { String::new() };
    let mut draft = report
        .add(
            format!(
                "service `{}` of `{provider}`{more} changed on {}{who} and the SSP is of {}",
                service.id, changed.value, written.value
            ),
            written.span,
        )
        .label("older than the change")
        .related("the handoff of such changes", handoff.id.span)
        .help("read the SSP against the change, correct it, and write its new day at `ssp-date` and a line in [[system.change]]")
        .provider(provider);
    for (service, changed) in late {
        draft = draft.related(format!("`{}` changed on {}", service.id, changed.value), changed.span);
    }
}

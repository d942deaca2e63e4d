use crate::date::Duration;
use crate::model::provider::{Clause, ClauseKind, Contract, DataKind, Service, ServiceKind};
use crate::rule::{Facts, Report, rule};
use crate::vetting;

/// What is left of a duty to report within 72 hours has to be enough to find out what to report.
const LATE: i64 = 72 * 60;
const DOUBTFUL: i64 = 24 * 60;

rule! {
    /// A provider that holds CUI or security protection data need not tell of an incident in time.
    ///
    /// ## Why it matters
    ///
    /// A cyber incident is reported to the DoD within 72 hours of its discovery (DFARS 252.204-7012(c)(1)(ii)), by the
    /// contractor. A provider that may take 72 hours to say a word uses up all of them. No clause at all and 72 hours or more
    /// are denied; over 24 hours warns, since a day hardly leaves time to find out what happened, and so does a clause without
    /// a limit, of which nobody can tell. (That the provider's discovery starts the contractor's clock is a question that
    /// lawyers argue; nobody wants to be the one who tries.)
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -    { id = "incidents", kind = "incident-notification", at = "5.1", says = "Tells of incidents.", within = "8 hours" },
    /// +    { id = "incidents", kind = "incident-notification", at = "5.1", says = "Tells of incidents." },
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -    { id = "incidents", kind = "incident-notification", at = "5.1", says = "Tells of incidents.", within = "8 hours" },
    /// +    { id = "incidents", kind = "incident-notification", at = "5.1", says = "Tells of incidents.", within = "4 hours" },
    /// ```
    "late-incident-notice", Providers, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment).filter(|(_, provider)| provider.is_esp()) {
        let Some(contract) = &provider.contract else { continue };
        // The terms of a cloud without CUI are those of everybody.
        let is_cloud = |service: &Service| service.kind.value == ServiceKind::Csp && !service.holds(DataKind::Cui);
        let is_click_through = provider.service.iter().filter(|service| service.has_data()).all(is_cloud);
        let (told, silent): (Vec<&Service>, Vec<&Service>) = provider
            .service
            .iter()
            .filter(|service| service.has_data())
            .partition(|service| first_notice(contract, service).is_some());
        if !silent.is_empty() {
            nothing_said(id, contract, &silent, report);
        }
        let mut notices: Vec<&Clause> = told.iter().filter_map(|service| first_notice(contract, service)).collect();
        notices.sort_by_key(|clause| clause.id.span);
        notices.dedup_by_key(|clause| clause.id.span);
        for clause in notices {
            judge(id, clause, is_click_through, report);
        }
    }
}

/// The clause that has the provider tell soonest of an incident of a service; one without a limit comes last.
fn first_notice<'a>(contract: &'a Contract, service: &Service) -> Option<&'a Clause> {
    let notices = contract.clauses(ClauseKind::IncidentNotification, service);
    notices.min_by_key(|clause| limit(clause).map_or(i64::MAX, Duration::minutes))
}

fn limit(clause: &Clause) -> Option<Duration> {
    clause.within.as_ref().map(|within| within.value)
}

fn nothing_said(id: &str, contract: &Contract, services: &[&Service], report: &mut Report<'_>) {
    let services = vetting::listed(services.iter().map(|service| &*service.id.name));
    report
        .add(format!("no clause has `{id}` tell the contractor of an incident of {services}"), contract.span)
        .label("no clause of the kind incident-notification")
        .help("agree that it tells within a few hours, since the DoD is told within 72, and write that clause with `within`")
        .provider(id);
}

fn judge(id: &str, clause: &Clause, is_click_through: bool, report: &mut Report<'_>) {
    let Some(within) = &clause.within else {
        return no_limit(id, clause, report);
    };
    let minutes = within.value.minutes();
    if minutes <= DOUBTFUL {
        return;
    }
    let left = if minutes >= LATE { "leaves none of" } else { "leaves little of" };
    let draft = report
        .add(
            format!(
                "clause `{}` lets `{id}` tell of an incident after {}, which {left} the 72 hours in which the contractor reports \
                 it to the DoD",
                clause.id, within.value
            ),
            within.span,
        )
        .label("within this time")
        .help("agree on a few hours, 24 at most, and write the new limit")
        .provider(id);
    if minutes < LATE || is_click_through {
        draft.warn();
    }
}

fn no_limit(id: &str, clause: &Clause, report: &mut Report<'_>) {
    report
        .add(
            format!(
                "clause `{}` has `{id}` tell of an incident without saying when: whether it leaves time to report within 72 \
                 hours cannot be told",
                clause.id
            ),
            clause.kind.span,
        )
        .label("no `within`")
        .help("agree on a few hours, 24 at most, and write `within`")
        .provider(id)
        .warn();
}

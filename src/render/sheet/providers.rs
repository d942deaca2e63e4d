//! The inventory of providers as a table.

use super::{Sheet, joined, yes};
use crate::view::View;
use crate::view::provider::{Access, Clause, Contact, Person, Provider, Record, Service, Term};

/// One row a service of a provider; a provider without service has one row too.
pub fn sheet(view: &View) -> Sheet {
    let header = [of_service(), of_provider()].concat();
    let mut rows = Vec::new();
    for provider in &view.providers {
        let whole = provider_cells(provider);
        let mut services: Vec<Vec<String>> = provider.services.iter().map(service_cells).collect();
        if services.is_empty() {
            services.push(vec![String::new(); of_service().len() - 2]);
        }
        let own = [provider.id.clone(), provider.name.clone()];
        rows.extend(services.into_iter().map(|service| [&own[..], &service, &whole].concat()));
    }
    Sheet { header, rows }
}

fn of_service() -> Vec<&'static str> {
    vec![
        "provider",
        "name",
        "service",
        "service_title",
        "kind",
        "data",
        "authorization",
        "authorization_until",
        "authorization_state",
        "inside_boundary",
        "authorization_evidence",
        "service_changed",
    ]
}

fn of_provider() -> Vec<&'static str> {
    vec![
        "esp",
        "via",
        "approved",
        "fourth_parties",
        "locations",
        "contract",
        "contract_from",
        "contract_until",
        "contract_state",
        "reseller",
        "clauses",
        "incident_notification_within",
        "people",
        "personnel_list",
        "us_persons",
        "access",
        "connections",
        "acceptance",
        "accepted_by",
        "accepted_on",
        "matrix_edition",
        "matrix_date",
        "practices",
        "objectives",
        "contacts",
    ]
}

fn service_cells(service: &Service) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        service.id.clone(),
        service.title.clone(),
        service.kind.clone(),
        service.data.join(", "),
        text(&service.authorization),
        text(&service.authorization_until),
        state(service.authorization_term.as_ref()),
        service.inside_boundary.map(yes).unwrap_or_default(),
        service.authorization_evidence.as_ref().map(record).unwrap_or_default(),
        text(&service.changed),
    ]
}

fn provider_cells(provider: &Provider) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let contract = provider.contract.as_ref();
    let of_contract = |pick: fn(&crate::view::provider::Contract) -> &Option<String>| {
        contract.and_then(|found| pick(found).clone()).unwrap_or_default()
    };
    let matrix = provider.matrix.as_ref();
    vec![
        yes(provider.esp),
        provider.via.as_ref().map(|via| via.title.clone()).unwrap_or_default(),
        text(&provider.approved),
        joined(provider.fourth_parties.iter().map(|party| party.title.clone())),
        joined(provider.locations.iter().cloned()),
        of_contract(|found| &found.number),
        of_contract(|found| &found.from),
        of_contract(|found| &found.until),
        state(contract.and_then(|found| found.term.as_ref())),
        of_contract(|found| &found.reseller),
        joined(provider.terms.iter().map(clause)),
        text(&provider.notification),
        joined(provider.people.iter().map(person)),
        provider.personnel_list.as_ref().map(record).unwrap_or_default(),
        provider.us_persons.as_ref().map(record).unwrap_or_default(),
        joined(provider.access.iter().map(access)),
        joined(provider.connections.iter().map(|found| found.title.clone())),
        text(&provider.acceptance.state),
        text(&provider.acceptance.by),
        text(&provider.acceptance.date),
        matrix.and_then(|found| found.edition.clone()).unwrap_or_default(),
        matrix.and_then(|found| found.date.clone()).unwrap_or_default(),
        provider.practices.join(", "),
        provider.objectives.to_string(),
        joined(provider.contacts.iter().map(contact)),
    ]
}

/// How far off a last day is.
pub(super) fn state(term: Option<&Term>) -> String {
    let Some(term) = term else { return String::new() };
    if term.lapsed { format!("lapsed {} days ago", -term.days) } else { format!("{} days left", term.days) }
}

/// An artifact with its day.
pub(super) fn record(record: &Record) -> String {
    let mut text = format!("{} ({}", record.title, record.state);
    if let Some(collected) = &record.collected {
        text.extend([", collected ", collected]);
    }
    if let Some(expires) = &record.expires {
        text.extend([if expires.lapsed { ", lapsed on " } else { ", lapses on " }, &expires.date]);
    }
    text + ")"
}

fn clause(clause: &Clause) -> String {
    let mut text = clause.kind.clone();
    text.extend(clause.at.iter().map(|at| format!(" at {at}")));
    text.extend(clause.within.iter().map(|within| format!(", within {within}")));
    text.extend(clause.instead.iter().map(|instead| format!(", in its place {}", instead.title)));
    text.extend(clause.says.iter().map(|says| format!(": {says}")));
    text
}

fn person(person: &Person) -> String {
    let or_not = |text: &Option<String>| text.clone().unwrap_or_else(|| "not stated".to_owned());
    format!(
        "{}, {}; works in {}; screened {}; trained {}",
        person.name,
        or_not(&person.role),
        or_not(&person.location),
        or_not(&person.screened),
        or_not(&person.trained)
    )
}

fn access(access: &Access) -> String {
    let or_not = |text: &Option<String>| text.clone().unwrap_or_else(|| "not stated".to_owned());
    let late = access.review_due.as_ref().filter(|due| due.lapsed);
    let late = late.map_or_else(String::new, |due| format!(", overdue since {}", due.date));
    format!(
        "{}: {}; device: {}; source: {}; logging: {}; reviewed every {} by {}, last {}{late}",
        access.id,
        or_not(&access.method),
        or_not(&access.device),
        or_not(&access.source),
        or_not(&access.logging),
        or_not(&access.review_every),
        or_not(&access.review_by),
        or_not(&access.review_last)
    )
}

fn contact(contact: &Contact) -> String {
    let told = [&contact.role, &contact.email, &contact.phone].into_iter().flatten();
    told.fold(contact.name.clone(), |text, more| format!("{text}, {more}"))
}

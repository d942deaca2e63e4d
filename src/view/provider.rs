//! Providers and connections.

use serde::Serialize;

use super::practice::Family;
use super::{Names, Party, each, said};
use crate::date::Date;
use crate::ids::CONTRACTOR;
use crate::model::provider as written;
use crate::rule::Facts;

/// A provider.
#[derive(Clone, Debug, Serialize)]
pub struct Provider {
    /// Its id.
    pub id: String,
    /// Its legal name.
    pub name: String,
    /// Other names that statements use for it.
    pub aliases: Vec<String>,
    /// The kinds of its services, each once.
    pub kinds: Vec<String>,
    /// What of the contractor's lies on any of them.
    pub data: Vec<String>,
    /// Whether it is an external service provider.
    pub esp: bool,
    /// The provider through which it is reached.
    pub via: Option<Party>,
    /// The day the contractor approved it as a fourth party.
    pub approved: Option<String>,
    /// Providers that are reached through it.
    pub fourth_parties: Vec<Party>,
    /// Where it works.
    pub locations: Vec<String>,
    /// What it says it does.
    pub description: Option<String>,
    /// Its services.
    pub services: Vec<Service>,
    /// The contract's number, days and reseller.
    pub contract: Option<Contract>,
    /// The clauses of the contract.
    pub terms: Vec<Clause>,
    /// The shortest time limit of its clauses on telling of incidents.
    pub notification: Option<String>,
    /// Its named people with access.
    pub people: Vec<Person>,
    /// The artifact that lists them.
    pub personnel_list: Option<Record>,
    /// Its attestation that everybody with access is a U.S. person.
    pub us_persons: Option<Record>,
    /// How its people get in.
    pub access: Vec<Access>,
    /// Its connections with the system.
    pub connections: Vec<Connection>,
    /// Whether it has accepted its duties.
    pub acceptance: Acceptance,
    /// The edition, day and source of its own responsibility matrix.
    pub matrix: Option<Matrix>,
    /// Practices it has a part of.
    pub practices: Vec<String>,
    /// How many objectives it has a part of.
    pub objectives: usize,
    /// Which.
    pub objective_ids: Vec<String>,
    /// Whom to write or call.
    pub contacts: Vec<Contact>,
}

/// A service.
#[derive(Clone, Debug, Serialize)]
pub struct Service {
    /// The id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// What of the contractor's lies on it.
    pub data: Vec<String>,
    /// The authorization it has.
    pub authorization: Option<String>,
    /// Its last day.
    pub authorization_until: Option<String>,
    /// How far off that is.
    pub authorization_term: Option<Term>,
    /// The artifact that shows it.
    pub authorization_evidence: Option<Record>,
    /// Whether it is inside the authorized boundary.
    pub inside_boundary: Option<bool>,
    /// The day it last changed in what it does.
    pub changed: Option<String>,
}

/// A last day, and how far off it is.
#[derive(Clone, Debug, Serialize)]
pub struct Term {
    /// The day.
    pub date: String,
    /// Whether it has passed.
    pub lapsed: bool,
    /// Days until then; negative once past.
    pub days: i64,
}

/// An artifact that something rests on.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The party that makes it; none where no such artifact is declared.
    pub producer: Option<Party>,
    /// How far its collection has come.
    pub state: String,
    /// The day the newest edition was collected.
    pub collected: Option<String>,
    /// The day it lapses.
    pub expires: Option<Term>,
    /// The day the next edition is due.
    pub next_due: Option<Term>,
    /// Version, approver and day of its final form.
    pub finality: Option<String>,
}

/// A clause of a contract.
#[derive(Clone, Debug, Serialize)]
pub struct Clause {
    /// The id.
    pub id: String,
    /// What it obliges to.
    pub kind: String,
    /// Where it stands.
    pub at: Option<String>,
    /// What it says, in short.
    pub says: Option<String>,
    /// The time limit it sets.
    pub within: Option<String>,
    /// The artifact that stands for it.
    pub instead: Option<Record>,
    /// Titles of the services it is about; empty means all.
    pub services: Vec<String>,
}

/// A named person with access.
#[derive(Clone, Debug, Serialize)]
pub struct Person {
    /// The name.
    pub name: String,
    /// What they do.
    pub role: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// Where they work.
    pub location: Option<String>,
    /// The day they were screened.
    pub screened: Option<String>,
    /// The day they were last trained.
    pub trained: Option<String>,
    /// Whether they may accept duties for the provider.
    pub accepts: bool,
}

/// One way in for a provider's people.
#[derive(Clone, Debug, Serialize)]
pub struct Access {
    /// The id.
    pub id: String,
    /// How.
    pub method: Option<String>,
    /// From which devices.
    pub device: Option<String>,
    /// From which networks or places.
    pub source: Option<String>,
    /// How it is logged.
    pub logging: Option<String>,
    /// How often the contractor reviews it.
    pub review_every: Option<String>,
    /// The role that reviews it.
    pub review_by: Option<String>,
    /// The artifact that records the review.
    pub review_record: Option<Record>,
    /// The day of the last review.
    pub review_last: Option<String>,
    /// The day of the next; lapsed is overdue.
    pub review_due: Option<Term>,
}

/// Whether a provider has accepted its duties.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Acceptance {
    /// accepted, stale, refused, not-accepted; none where the log was not read, or where there is nothing to accept.
    pub state: Option<String>,
    /// Who, by the newest acceptance that makes it so.
    pub by: Option<String>,
    /// When.
    pub date: Option<String>,
    /// How strong the proof is.
    pub grade: Option<String>,
    /// What has changed since, or why it does not count.
    pub differs: Vec<String>,
}

/// A contract.
#[derive(Clone, Debug, Serialize)]
pub struct Contract {
    /// Its number.
    pub number: Option<String>,
    /// The first day.
    pub from: Option<String>,
    /// The last day.
    pub until: Option<String>,
    /// How far off that is.
    pub term: Option<Term>,
    /// The reseller.
    pub reseller: Option<String>,
    /// The document: an artifact id.
    pub artifact: Option<String>,
    /// That document.
    pub document: Option<Record>,
    /// How many clauses are recorded.
    pub clauses: usize,
}

/// A provider's own responsibility matrix.
#[derive(Clone, Debug, Serialize)]
pub struct Matrix {
    /// The edition.
    pub edition: Option<String>,
    /// Its day.
    pub date: Option<String>,
    /// The document: an artifact id.
    pub source: Option<String>,
    /// That document's title.
    pub source_title: Option<String>,
    /// That document.
    pub source_record: Option<Record>,
    /// How many rows.
    pub rows: usize,
    /// Services that have changed since that day.
    pub outdated_by: Vec<String>,
}

/// A contact.
#[derive(Clone, Debug, Serialize)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// What to ask them.
    pub role: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
}

/// A connection of the system with another.
#[derive(Clone, Debug, Serialize)]
pub struct Connection {
    /// Its id.
    pub id: String,
    /// What is connected with what.
    pub title: String,
    /// The provider whose file describes it; none for one of `demarcate.toml`.
    pub provider: Option<String>,
    /// The party that answers for it.
    pub party: Party,
    /// The party or system at the other end.
    pub with: String,
    /// What flows.
    pub data: Option<String>,
    /// In which direction.
    pub flow: Option<String>,
    /// How it is made.
    pub method: Option<String>,
    /// How the ends know each other.
    pub authentication: Option<String>,
    /// What protects it.
    pub controls: Option<String>,
    /// The agreement about it.
    pub agreement: Option<String>,
    /// That agreement's artifact.
    pub agreement_record: Option<Record>,
    /// Where the agreement is the provider's contract: its days.
    pub agreement_from: Option<String>,
    /// The last day of that contract.
    pub agreement_until: Option<Term>,
    /// The responsibilities that use it.
    pub uses: Vec<Use>,
    /// What an agreement has to say and nothing is stated of.
    pub missing: Vec<String>,
}

/// A responsibility that uses a connection.
#[derive(Clone, Debug, Serialize)]
pub struct Use {
    /// The practice.
    pub practice: String,
    /// Letters of its objectives.
    pub objectives: Vec<String>,
    /// The party.
    pub party: Party,
    /// What it does.
    pub duty: String,
}

pub(crate) fn providers(facts: &Facts, names: Names<'_>, connections: &[Connection]) -> Vec<Provider> {
    names.0.providers.values().map(|provider| one(provider, facts, names, connections)).collect()
}

fn one(provider: &written::Provider, facts: &Facts, names: Names<'_>, connections: &[Connection]) -> Provider {
    let id: &str = &provider.id;
    let has_part = |practice: &crate::model::practice::Practice| practice.parties().contains(&id);
    let practices = names.0.practices.iter().filter(|(_, practice)| has_part(practice));
    let objectives = names.0.objectives().filter(|objective| objective.parts().any(|part| &*part.party == id));
    let objective_ids: Vec<String> = objectives.map(|objective| objective.id.to_string()).collect();
    let as_of = facts.as_of;
    Provider {
        id: id.to_owned(),
        name: provider.name.to_string(),
        aliases: each(&provider.aliases),
        kinds: once(provider.service.iter().map(|service| service.kind.to_string())),
        data: once(provider.service.iter().flat_map(|service| each(service.data.iter()))),
        esp: provider.esp.as_ref().is_none_or(|flag| flag.value),
        via: provider.via.as_ref().map(|via| names.party(via)),
        approved: said(provider.approved.as_ref()),
        fourth_parties: fourth_parties(id, names),
        locations: each(&provider.locations),
        description: said(provider.description.as_ref()),
        services: provider.service.iter().map(|found| service(found, names, as_of)).collect(),
        contract: provider.contract.as_ref().map(|found| contract(found, names, as_of)),
        terms: clauses(provider).map(|found| clause(found, provider, names, as_of)).collect(),
        notification: notification(provider),
        people: provider.people.iter().map(person).collect(),
        personnel_list: provider.personnel_list.as_ref().map(|id| record(id, names, as_of)),
        us_persons: provider.us_persons.as_ref().map(|id| record(id, names, as_of)),
        access: provider.access.iter().map(|found| access(found, names, as_of)).collect(),
        connections: connections.iter().filter(|found| found.provider.as_deref() == Some(id)).cloned().collect(),
        acceptance: acceptance(id, facts),
        matrix: names.0.crms.get(id).map(|crm| matrix(crm, provider, names, as_of)),
        practices: practices.map(|(id, _)| id.to_string()).collect(),
        objectives: objective_ids.len(),
        objective_ids,
        contacts: provider.contact.iter().map(contact).collect(),
    }
}

impl Provider {
    /// What its record rests on, each with what it is.
    pub(super) fn rests_on(&self) -> Vec<(String, &Record)> {
        let contract = self.contract.as_ref().and_then(|contract| contract.document.as_ref());
        let matrix = self.matrix.as_ref().and_then(|matrix| matrix.source_record.as_ref());
        let whole = [
            ("contract", contract),
            ("personnel list", self.personnel_list.as_ref()),
            ("U.S.-person attestation", self.us_persons.as_ref()),
            ("its own responsibility matrix", matrix),
        ];
        let whole = whole.into_iter().filter_map(|(what, record)| Some((what.to_owned(), record?)));
        let authorized = self.services.iter().filter_map(|service| {
            Some((format!("authorization of {}", service.title), service.authorization_evidence.as_ref()?))
        });
        whole.chain(authorized).collect()
    }
}

/// Each word once, in the order given.
fn once(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for word in words {
        if !kept.contains(&word) {
            kept.push(word);
        }
    }
    kept
}

fn fourth_parties(id: &str, names: Names<'_>) -> Vec<Party> {
    let reached = |found: &&crate::model::Filed<written::Provider>| found.via.as_ref().is_some_and(|via| **via == *id);
    names.0.providers.values().filter(reached).map(|found| names.party(&found.id)).collect()
}

fn clauses(provider: &written::Provider) -> impl Iterator<Item = &written::Clause> {
    provider.contract.iter().flat_map(|contract| &contract.clause)
}

fn notification(provider: &written::Provider) -> Option<String> {
    let about = clauses(provider).filter(|clause| clause.kind.value == written::ClauseKind::IncidentNotification);
    let limits = about.filter_map(|clause| clause.within.as_ref());
    limits.min_by_key(|limit| limit.minutes()).map(ToString::to_string)
}

/// How far off a last day is.
pub(super) fn term(date: Date, as_of: Date) -> Term {
    Term { date: date.to_string(), lapsed: date < as_of, days: date.days_since(as_of) }
}

/// An artifact that something rests on; one that nobody declared has its id for a title.
pub(super) fn record(id: &str, names: Names<'_>, as_of: Date) -> Record {
    let series = names.artifact(id);
    let written = series.map(|series| &series.artifact);
    Record {
        id: id.to_owned(),
        title: names.artifact_title(id),
        producer: series.map(|series| names.party(series.producer())),
        state: series.map_or("undefined", |series| series.state().word()).to_owned(),
        collected: series.and_then(|found| found.newest()).and_then(|found| said(found.edition.collected.as_ref())),
        expires: written.and_then(|found| found.expires.as_ref()).map(|date| term(date.value, as_of)),
        next_due: series.and_then(crate::model::assessment::Series::next_due).map(|date| term(date, as_of)),
        finality: written.and_then(|found| found.finality.as_ref()).map(super::finality),
    }
}

fn service(written: &written::Service, names: Names<'_>, as_of: Date) -> Service {
    Service {
        id: written.id.to_string(),
        title: written.title.to_string(),
        kind: written.kind.to_string(),
        data: each(written.data.iter()),
        authorization: said(written.authorization.as_ref()),
        authorization_until: said(written.authorization_until.as_ref()),
        authorization_term: written.authorization_until.as_ref().map(|date| term(date.value, as_of)),
        authorization_evidence: written.authorization_evidence.as_ref().map(|id| record(id, names, as_of)),
        inside_boundary: written.inside_boundary.as_ref().map(|flag| flag.value),
        changed: said(written.changed.as_ref()),
    }
}

fn contract(written: &written::Contract, names: Names<'_>, as_of: Date) -> Contract {
    Contract {
        number: said(written.number.as_ref()),
        from: said(written.from.as_ref()),
        until: said(written.until.as_ref()),
        term: written.until.as_ref().map(|date| term(date.value, as_of)),
        reseller: said(written.reseller.as_ref()),
        artifact: said(written.artifact.as_ref()),
        document: written.artifact.as_ref().map(|id| record(id, names, as_of)),
        clauses: written.clause.len(),
    }
}

fn clause(written: &written::Clause, provider: &written::Provider, names: Names<'_>, as_of: Date) -> Clause {
    Clause {
        id: written.id.to_string(),
        kind: written.kind.to_string(),
        at: said(written.at.as_ref()),
        says: said(written.says.as_ref()),
        within: said(written.within.as_ref()),
        instead: written.instead.as_ref().map(|id| record(id, names, as_of)),
        services: written.services.iter().map(|id| service_title(id, provider)).collect(),
    }
}

/// What a provider calls a service.
pub(super) fn service_title(id: &str, provider: &written::Provider) -> String {
    let found = provider.service.iter().find(|service| service.id.name == id);
    found.map_or_else(|| id.to_owned(), |service| service.title.to_string())
}

fn person(written: &written::ProviderPerson) -> Person {
    Person {
        name: written.name.to_string(),
        role: said(written.role.as_ref()),
        email: said(written.email.as_ref()),
        location: said(written.location.as_ref()),
        screened: said(written.screened.as_ref()),
        trained: said(written.trained.as_ref()),
        accepts: written.accepts.as_ref().is_some_and(|flag| flag.value),
    }
}

fn access(written: &written::Access, names: Names<'_>, as_of: Date) -> Access {
    let due = written.review_every.as_ref().zip(written.review_last.as_ref());
    Access {
        id: written.id.to_string(),
        method: said(written.method.as_ref()),
        device: said(written.device.as_ref()),
        source: said(written.source.as_ref()),
        logging: said(written.logging.as_ref()),
        review_every: said(written.review_every.as_ref()),
        review_by: written.review_by.as_ref().map(|id| names.role(id)),
        review_record: written.review_record.as_ref().map(|id| record(id, names, as_of)),
        review_last: said(written.review_last.as_ref()),
        review_due: due.map(|(every, last)| term(every.after(last.value), as_of)),
    }
}

fn matrix(crm: &crate::model::crm::ProviderCrm, provider: &written::Provider, names: Names<'_>, as_of: Date) -> Matrix {
    let day = crm.date.as_ref().map(|date| date.value);
    let newer = |found: &&written::Service| day.zip(found.changed.as_ref()).is_some_and(|(day, on)| on.value > day);
    Matrix {
        edition: said(crm.edition.as_ref()),
        date: said(crm.date.as_ref()),
        source: said(crm.source.as_ref()),
        source_title: crm.source.as_ref().map(|id| names.artifact_title(id)),
        source_record: crm.source.as_ref().map(|id| record(id, names, as_of)),
        rows: crm.row.len(),
        outdated_by: provider.service.iter().filter(newer).map(|service| service.title.to_string()).collect(),
    }
}

fn acceptance(id: &str, facts: &Facts) -> Acceptance {
    let holds = facts.assessment.holders_of_duties().any(|(holder, _)| holder == id);
    let Some(history) = facts.history.as_ref().filter(|_| holds) else { return Acceptance::default() };
    let (state, newest) = history.acceptance_of(id);
    let refused = newest.and_then(|found| found.refused_because.as_ref()).map(ToString::to_string);
    let differs = newest.map(|found| found.differs.clone()).unwrap_or_default();
    Acceptance {
        state: Some(state.word().to_owned()),
        by: newest.map(|found| found.by.clone()),
        date: newest.map(|found| found.date.to_string()),
        grade: newest.map(|found| found.grade.word().to_owned()),
        differs: refused.into_iter().chain(differs).collect(),
    }
}

fn contact(written: &written::Contact) -> Contact {
    Contact {
        name: written.name.to_string(),
        role: said(written.role.as_ref()),
        email: said(written.email.as_ref()),
        phone: said(written.phone.as_ref()),
    }
}

/// Connections of `demarcate.toml`, then those of providers, with the responsibilities that use them.
pub(crate) fn connections(names: Names<'_>, families: &[Family], as_of: Date) -> Vec<Connection> {
    let own = names.0.config.system.iter().flat_map(|system| &system.connection);
    let own = own.map(|written| of_system(written, names, as_of));
    let all = names.0.providers.values().flat_map(|found| found.connection.iter().map(move |each| (found, each)));
    let theirs = all.map(|(found, each)| of_provider(each, found, names, as_of));
    let mut connections: Vec<Connection> = own.chain(theirs).collect();
    used(&mut connections, families);
    connections
}

fn of_system(written: &crate::model::config::SystemConnection, names: Names<'_>, as_of: Date) -> Connection {
    let agreement = written.agreement.as_ref();
    stating(Connection {
        id: written.id.to_string(),
        title: written.to.to_string(),
        provider: None,
        party: names.party(CONTRACTOR),
        with: written.to.to_string(),
        data: said(written.data.as_ref()),
        flow: said(written.flow.as_ref()),
        method: said(written.method.as_ref()),
        authentication: said(written.authentication.as_ref()),
        controls: said(written.controls.as_ref()),
        agreement: agreement.map(|id| names.artifact_title(id)),
        agreement_record: agreement.map(|id| record(id, names, as_of)),
        agreement_from: None,
        agreement_until: None,
        uses: Vec::new(),
        missing: Vec::new(),
    })
}

fn of_provider(
    written: &written::Connection,
    provider: &written::Provider,
    names: Names<'_>,
    as_of: Date,
) -> Connection {
    let agreement = written.agreement.as_ref();
    let contract = provider.contract.as_ref().filter(|contract| {
        contract.artifact.as_ref().zip(agreement).is_some_and(|(contract, agreement)| **contract == **agreement)
    });
    stating(Connection {
        id: written.id.to_string(),
        title: said(written.title.as_ref()).unwrap_or_else(|| written.id.to_string()),
        provider: Some(provider.id.to_string()),
        party: names.party(&provider.id),
        with: match &written.with {
            Some(with) => format!("{} with {}", provider.name, names.0.title_of(with)),
            None => provider.name.to_string(),
        },
        data: said(written.data.as_ref()),
        flow: said(written.flow.as_ref()),
        method: said(written.method.as_ref()),
        authentication: said(written.authentication.as_ref()),
        controls: said(written.controls.as_ref()),
        agreement: agreement.map(|id| names.artifact_title(id)),
        agreement_record: agreement.map(|id| record(id, names, as_of)),
        agreement_from: contract.and_then(|contract| said(contract.from.as_ref())),
        agreement_until: contract.and_then(|contract| contract.until.as_ref()).map(|date| term(date.value, as_of)),
        uses: Vec::new(),
        missing: Vec::new(),
    })
}

/// The connection with the names of what is not stated.
fn stating(found: Connection) -> Connection {
    let stated = [
        ("data", &found.data),
        ("direction", &found.flow),
        ("method", &found.method),
        ("authentication", &found.authentication),
        ("controls", &found.controls),
        ("agreement", &found.agreement),
    ];
    let missing = stated.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| (*name).to_owned()).collect();
    Connection { missing, ..found }
}

/// Puts to each connection of a provider the parts that name it.
pub(super) fn used(connections: &mut [Connection], families: &[Family]) {
    for connection in connections {
        let names = |part: &&super::practice::Part| {
            part.connection_id.as_deref() == Some(connection.id.as_str())
                && connection.provider.as_deref() == Some(part.party.id.as_str())
        };
        let practices = families.iter().flat_map(|family| &family.practices);
        let parts =
            practices.flat_map(|practice| practice.parts.iter().filter(names).map(move |part| (practice, part)));
        connection.uses = parts
            .map(|(practice, part)| Use {
                practice: practice.id.clone(),
                objectives: part.objectives.clone(),
                party: part.party.clone(),
                duty: part.duty.clone(),
            })
            .collect();
    }
}

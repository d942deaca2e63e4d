//! Providers and connections.

use serde::Serialize;

use super::{Names, Party, each, said};
use crate::model::provider as written;

/// A provider.
#[derive(Clone, Debug, Serialize)]
pub struct Provider {
    /// Its id.
    pub id: String,
    /// Its legal name.
    pub name: String,
    /// Whether it is an external service provider.
    pub esp: bool,
    /// The provider through which it is reached.
    pub via: Option<Party>,
    /// Where it works.
    pub locations: Vec<String>,
    /// What it says it does.
    pub description: Option<String>,
    /// Its services.
    pub services: Vec<Service>,
    /// The contract's number, days and reseller.
    pub contract: Option<Contract>,
    /// The edition, day and source of its own responsibility matrix.
    pub matrix: Option<Matrix>,
    /// Practices it has a part of.
    pub practices: Vec<String>,
    /// How many objectives it has a part of.
    pub objectives: usize,
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
    /// Whether it is inside the authorized boundary.
    pub inside_boundary: Option<bool>,
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
    /// The reseller.
    pub reseller: Option<String>,
    /// The document: an artifact id.
    pub artifact: Option<String>,
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
    /// How many rows.
    pub rows: usize,
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
    /// What is connected with what.
    pub title: String,
    /// The provider whose file describes it; none for one of `demarcate.toml`.
    pub provider: Option<String>,
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
}

pub(crate) fn providers(names: Names<'_>) -> Vec<Provider> {
    names.0.providers.values().map(|provider| one(provider, names)).collect()
}

fn one(provider: &written::Provider, names: Names<'_>) -> Provider {
    let id: &str = &provider.id;
    let has_part = |practice: &crate::model::practice::Practice| practice.parties().contains(&id);
    let practices = names.0.practices.iter().filter(|(_, practice)| has_part(practice));
    let objectives = names.0.objectives().filter(|objective| objective.parts().any(|part| &*part.party == id));
    Provider {
        id: id.to_owned(),
        name: provider.name.to_string(),
        esp: provider.esp.as_ref().is_none_or(|flag| flag.value),
        via: provider.via.as_ref().map(|via| names.party(via)),
        locations: each(&provider.locations),
        description: said(provider.description.as_ref()),
        services: provider.service.iter().map(service).collect(),
        contract: provider.contract.as_ref().map(contract),
        matrix: names.0.crms.get(id).map(|crm| Matrix {
            edition: said(crm.edition.as_ref()),
            date: said(crm.date.as_ref()),
            source: said(crm.source.as_ref()),
            rows: crm.row.len(),
        }),
        practices: practices.map(|(id, _)| id.to_string()).collect(),
        objectives: objectives.count(),
        contacts: provider.contact.iter().map(contact).collect(),
    }
}

fn service(written: &written::Service) -> Service {
    Service {
        id: written.id.to_string(),
        title: written.title.to_string(),
        kind: written.kind.to_string(),
        data: each(written.data.iter()),
        authorization: said(written.authorization.as_ref()),
        authorization_until: said(written.authorization_until.as_ref()),
        inside_boundary: written.inside_boundary.as_ref().map(|flag| flag.value),
    }
}

fn contract(written: &written::Contract) -> Contract {
    Contract {
        number: said(written.number.as_ref()),
        from: said(written.from.as_ref()),
        until: said(written.until.as_ref()),
        reseller: said(written.reseller.as_ref()),
        artifact: said(written.artifact.as_ref()),
        clauses: written.clause.len(),
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

/// Connections of `demarcate.toml`, then those of providers.
pub(crate) fn connections(names: Names<'_>) -> Vec<Connection> {
    let own = names.0.config.system.iter().flat_map(|system| &system.connection).map(|written| Connection {
        title: written.id.to_string(),
        provider: None,
        with: written.to.to_string(),
        data: said(written.data.as_ref()),
        flow: None,
        method: said(written.method.as_ref()),
        authentication: None,
        controls: None,
        agreement: None,
    });
    let theirs = names
        .0
        .providers
        .values()
        .flat_map(|provider| provider.connection.iter().map(move |connection| (provider, connection)))
        .map(|(provider, written)| Connection {
            title: said(written.title.as_ref()).unwrap_or_else(|| written.id.to_string()),
            provider: Some(provider.id.to_string()),
            with: match &written.with {
                Some(with) => format!("{} with {}", provider.name, names.0.title_of(with)),
                None => provider.name.to_string(),
            },
            data: said(written.data.as_ref()),
            flow: said(written.flow.as_ref()),
            method: said(written.method.as_ref()),
            authentication: said(written.authentication.as_ref()),
            controls: said(written.controls.as_ref()),
            agreement: written.agreement.as_ref().map(|id| names.artifact_title(id)),
        });
    own.chain(theirs).collect()
}

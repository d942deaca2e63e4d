//! A client's slice of what its provider has published: the rows of the services that it has, and nothing of other clients.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::list::{List, Listed};
use crate::catalog::{Catalog, Requirement};
use crate::failure::{Cause, Failure};
use crate::ids::RequirementId;
use crate::model::crm::{CrmRow, ProviderCrm};
use crate::model::provider::{Clause, ClauseKind, Provider};
use crate::render::book::{self, Column, Page, Properties};
use crate::render::sheet::Sheet;
use crate::render::template::{Data, Templates};
use crate::render::{File, Format};
use crate::view::Tool;
use crate::words;

/// What a client is told.
#[derive(Clone, Debug, Serialize)]
pub struct Slice {
    /// The client's id.
    pub client: String,
    /// What the client is called.
    pub client_name: String,
    /// The provider's name.
    pub provider: String,
    /// The edition of the matrix.
    pub edition: Option<String>,
    /// The day of that edition.
    pub date: Option<String>,
    /// The services that the client has.
    pub services: Vec<Named>,
    /// What the matrix says, in the order of the standard.
    pub rows: Vec<Said>,
    /// Requirements and objectives of which it says nothing for these services.
    pub unanswered: Vec<String>,
    /// The language of the contract for these services.
    pub clauses: Vec<OfContract>,
}

/// A service by id and title.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Named {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
}

/// What a row says of one requirement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Said {
    /// The practice.
    pub practice: String,
    /// Its title.
    pub title: &'static str,
    /// Letters of the objectives; none means all of them.
    pub objectives: Vec<String>,
    /// Services that the row names, by title.
    pub services: Vec<String>,
    /// full, partial or none.
    pub inheritance: String,
    /// What the provider does.
    pub provider_does: Option<String>,
    /// What the customer must do.
    pub customer_does: Option<String>,
    /// The evidence that the provider offers.
    pub evidence: Option<String>,
    /// The clauses that oblige to it, by id.
    pub clauses: Vec<String>,
}

/// A clause.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OfContract {
    /// The id.
    pub id: String,
    /// What it obliges to.
    pub kind: String,
    /// Where it stands.
    pub at: Option<String>,
    /// What it says.
    pub says: Option<String>,
    /// The time limit that it sets.
    pub within: Option<String>,
    /// Services that it is about, by title; none means all.
    pub services: Vec<String>,
}

/// The slice of a client; `provider` is what the provider's own file says, if it was read.
///
/// # Errors
///
/// If there is no such client, no matrix, or no such service, or if a text names another client.
pub fn of(list: &List, client: &str, provider: Option<&Provider>) -> Result<Slice, Failure> {
    let usage = |message: String| Failure::new(Cause::Usage, message);
    let found = list.clients.iter().find(|found| found.id == client);
    let found = found.ok_or_else(|| usage(format!("the list has no client `{}`", client.escape_debug())))?;
    let none = || usage("the list names no matrix: write `crm` into it".to_owned());
    let matrix = list.published.as_ref().ok_or_else(none)?.of_services(&found.services);
    let services = services(found, provider)?;
    let title = |id: &str| services.iter().find(|service| service.id == id).map(|service| service.title.clone());
    let titles = |ids: &mut dyn Iterator<Item = &str>| ids.filter_map(title).collect::<Vec<String>>();
    let contract = provider.and_then(|provider| provider.contract.as_ref());
    let clauses: Vec<&Clause> = contract.iter().flat_map(|contract| &contract.clause).collect();
    let is_had = |clause: &&&Clause| clause.services.is_empty() || clause.services.iter().any(|id| title(id).is_some());
    let clauses: Vec<&Clause> = clauses.iter().filter(is_had).copied().collect();
    let clause = |clause: &&Clause| OfContract {
        id: clause.id.name.clone(),
        kind: clause.kind.value.word().to_owned(),
        at: clause.at.as_ref().map(|at| at.value.clone()),
        says: clause.says.as_ref().map(|says| says.value.clone()),
        within: clause.within.as_ref().map(|within| within.value.to_string()),
        services: titles(&mut clause.services.iter().map(|id| &**id)),
    };
    let slice = Slice {
        client: found.id.clone(),
        client_name: found.name.clone().unwrap_or_else(|| found.id.clone()),
        provider: provider.map_or_else(|| list.provider.clone(), |provider| provider.name.value.clone()),
        edition: matrix.edition.as_ref().map(|edition| edition.value.clone()),
        date: matrix.date.as_ref().map(|date| date.value.to_string()),
        rows: rows(&matrix, &|row| titles(&mut row.service.iter().map(|id| &**id)), &clauses),
        unanswered: unanswered(&matrix),
        clauses: clauses.iter().map(clause).collect(),
        services,
    };
    refuse_others(&slice, list)?;
    Ok(slice)
}

/// Texts that were written for every client may name one of them: then no other client is sent them.
fn refuse_others(slice: &Slice, list: &List) -> Result<(), Failure> {
    let own = words::words(&format!("{} {} {}", slice.client, slice.client_name, slice.provider));
    let others = list.clients.iter().filter(|client| client.id != slice.client);
    let names = others.flat_map(|client| std::iter::once(&client.id).chain(&client.name));
    let names: Vec<(&String, Vec<String>)> = names.map(|name| (name, words::plain_words(name))).collect();
    let rows = slice.rows.iter().flat_map(|row| {
        let texts = [&row.provider_does, &row.customer_does, &row.evidence];
        texts.into_iter().flatten().map(move |text| (format!("the row of {}", row.practice), text))
    });
    let clauses = slice.clauses.iter().flat_map(|clause| {
        let texts = [&clause.at, &clause.says];
        texts.into_iter().flatten().map(move |text| (format!("the clause `{}`", clause.id), text))
    });
    let services = slice.services.iter().map(|service| (format!("the service `{}`", service.id), &service.title));
    for (place, text) in rows.chain(clauses).chain(services) {
        let written = words::words(text);
        let is_named =
            |name: &[String]| words::places(&own, name).is_empty() && !words::places(&written, name).is_empty();
        if let Some((name, _)) = names.iter().find(|(_, name)| is_named(name)) {
            let message = format!("{place} names another client, `{}`: write it for every client", name.escape_debug());
            return Err(Failure::new(Cause::Usage, message));
        }
    }
    Ok(())
}

/// The services that a client has: those that the list names, else all.
fn services(client: &Listed, provider: Option<&Provider>) -> Result<Vec<Named>, Failure> {
    let Some(provider) = provider else {
        return Ok(client.services.iter().map(|id| Named { id: id.clone(), title: id.clone() }).collect());
    };
    let known = |id: &String| provider.service.iter().any(|service| service.id.name == *id);
    if let Some(unknown) = client.services.iter().find(|id| !known(id)) {
        let message =
            format!("client `{}` has the service `{}`, which `{}` does not define", client.id, unknown, provider.id);
        return Err(Failure::new(Cause::Usage, message));
    }
    let is_had = |id: &str| client.services.is_empty() || client.services.iter().any(|had| had == id);
    let had = provider.service.iter().filter(|service| is_had(&service.id));
    Ok(had.map(|found| Named { id: found.id.name.clone(), title: found.title.value.clone() }).collect())
}

fn rows(matrix: &ProviderCrm, services: &dyn Fn(&CrmRow) -> Vec<String>, clauses: &[&Clause]) -> Vec<Said> {
    let mut said: Vec<(RequirementId, BTreeSet<char>, &CrmRow)> = Vec::new();
    for row in &matrix.row {
        let mut of: BTreeMap<RequirementId, (bool, BTreeSet<char>)> = BTreeMap::new();
        for (id, letter, _) in row.covered() {
            let (is_whole, letters) = of.entry(id).or_default();
            *is_whole |= letter.is_none();
            letters.extend(letter);
        }
        let each =
            of.into_iter().map(|(id, (is_whole, letters))| (id, if is_whole { BTreeSet::new() } else { letters }, row));
        said.extend(each);
    }
    said.sort_by_key(|(id, letters, _)| (*id, letters.clone()));
    let text = |text: &Option<crate::ids::Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    let row = |(id, letters, row): (RequirementId, BTreeSet<char>, &CrmRow)| Said {
        practice: id.to_string(),
        title: Catalog::rev2().requirement(id).map_or("", |found| found.title),
        objectives: letters.iter().map(char::to_string).collect(),
        services: services(row),
        inheritance: row.inheritance.value.word().to_owned(),
        provider_does: text(&row.provider_does),
        customer_does: text(&row.customer_does),
        evidence: text(&row.evidence),
        clauses: clauses.iter().filter(|clause| obliges(clause, row)).map(|clause| clause.id.name.clone()).collect(),
    };
    said.into_iter().map(row).collect()
}

/// Whether a clause is about the work of a row: it names a service of the row, or it is of scope and service at large.
fn obliges(clause: &Clause, row: &CrmRow) -> bool {
    if clause.services.is_empty() {
        return matches!(clause.kind.value, ClauseKind::Scope | ClauseKind::Service);
    }
    row.service.is_empty() || clause.services.iter().any(|id| row.service.iter().any(|named| **named == **id))
}

/// Requirements, or objectives of them, of which the matrix says nothing.
fn unanswered(matrix: &ProviderCrm) -> Vec<String> {
    let covered: BTreeSet<_> =
        matrix.row.iter().flat_map(CrmRow::covered).map(|(id, letter, _)| (id, letter)).collect();
    let of = |requirement: &Requirement| {
        let id = requirement.id;
        let is_open = |letter: &char| !covered.contains(&(id, None)) && !covered.contains(&(id, Some(*letter)));
        let open: Vec<String> = requirement.letters_each().filter(is_open).map(|letter| letter.to_string()).collect();
        match open.len() {
            0 => None,
            all if all == requirement.objectives.len() => Some(id.to_string()),
            _ => Some(format!("{id}[{}]", open.join(", "))),
        }
    };
    Catalog::rev2().requirements().filter_map(of).collect()
}

/// The title of the document.
const TITLE: &str = "Responsibility matrix";

/// The slice in one format.
///
/// # Errors
///
/// If a template fails.
pub fn file(slice: &Slice, format: Format, as_of: &str, templates: &Templates) -> Result<File, Failure> {
    let name = format!("crm-client-{}.{}", slice.client, format.ending());
    let bytes = match format {
        Format::Csv => sheet(slice).csv(),
        Format::Xlsx => workbook(slice, as_of)?,
        Format::Html | Format::Markdown => page(slice, format, as_of, templates)?.into_bytes(),
    };
    Ok((name, bytes))
}

fn page(slice: &Slice, format: Format, as_of: &str, templates: &Templates) -> Result<String, Failure> {
    #[derive(Serialize)]
    struct Around<'a> {
        document: BTreeMap<&'static str, &'static str>,
        organization: BTreeMap<&'static str, &'a str>,
        tool: Tool,
        standard: &'static str,
        as_of: &'a str,
        made: BTreeMap<&'static str, &'a str>,
    }
    let about =
        "What the provider does for this client, what it leaves to it, what it shows, and which clause obliges it.";
    let around = Around {
        document: BTreeMap::from([("name", "client"), ("title", TITLE), ("about", about)]),
        organization: BTreeMap::from([("name", slice.provider.as_str())]),
        tool: Tool::this(),
        standard: Catalog::rev2().title,
        as_of,
        made: BTreeMap::new(),
    };
    templates.render(&format!("client.{}", format.ending()), &Data::of(slice), &around)
}

fn sheet(slice: &Slice) -> Sheet {
    let header = vec![
        "practice",
        "title",
        "objectives",
        "services",
        "inheritance",
        "provider_does",
        "customer_does",
        "evidence_offered",
        "clauses",
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let row = |row: &Said| {
        vec![
            row.practice.clone(),
            row.title.to_owned(),
            if row.objectives.is_empty() { "all".to_owned() } else { row.objectives.join(", ") },
            row.services.join("\n"),
            row.inheritance.clone(),
            text(&row.provider_does),
            text(&row.customer_does),
            text(&row.evidence),
            row.clauses.join(", "),
        ]
    };
    let mut rows: Vec<Vec<String>> = slice.rows.iter().map(row).collect();
    let width = header.len();
    rows.extend(slice.unanswered.iter().map(|id| {
        let mut row = vec![String::new(); width];
        id.clone_into(&mut row[0]);
        "not answered".clone_into(&mut row[4]);
        row
    }));
    Sheet { header, rows }
}

fn workbook(slice: &Slice, as_of: &str) -> Result<Vec<u8>, Failure> {
    let column = |heading: &str| Column { heading: heading.to_owned(), words: Vec::new(), open: false };
    let words = |heading: &&str| column(&heading.replace('_', " "));
    let matrix = sheet(slice);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let clause = |clause: &OfContract| {
        let of = clause.services.join("\n");
        vec![clause.id.clone(), clause.kind.clone(), text(&clause.at), text(&clause.says), text(&clause.within), of]
    };
    let pages = [
        Page { name: "Matrix".to_owned(), columns: matrix.header.iter().map(words).collect(), rows: matrix.rows },
        Page {
            name: "Contract".to_owned(),
            columns: ["clause", "kind", "at", "says", "within", "services"].iter().map(words).collect(),
            rows: slice.clauses.iter().map(clause).collect(),
        },
    ];
    let tool = Tool::this();
    let properties = Properties {
        title: format!("{}: {TITLE} for {}", slice.provider, slice.client_name),
        organization: slice.provider.clone(),
        tool: format!("{} {}", tool.name, tool.version),
        day: as_of.to_owned(),
        footer: format!("As of {as_of}"),
    };
    book::bytes(&pages, &properties)
}

//! The sheets of each document that comes as a workbook.

use super::{Column, Page, Properties};
use crate::failure::Failure;
use crate::model::crm::Inheritance;
use crate::model::practice::{Answer, Ownership, Status};
use crate::model::weakness::{Progress, Risk};
use crate::render::sheet::{self, Sheet};
use crate::render::{By, Document, Options, slice_of};
use crate::view::View;

/// A heading of a sheet for machines, as people read it: `contractor_responsibility` as `Contractor responsibility`.
fn heading(name: &str) -> String {
    let mut text = name.replace('_', " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn words(known: &[(&'static str, &'static str)], more: &[&'static str]) -> Vec<&'static str> {
    known.iter().map(|(word, _)| *word).chain(more.iter().copied()).collect()
}

/// The words that a column holds, where it has a vocabulary; the status of an objective is what was determined of it.
fn vocabulary((document, by): (Document, Option<By>), column: &str) -> Vec<&'static str> {
    match (document, column) {
        (Document::Crm, "ownership") => words(Ownership::WORDS, &["unassigned"]),
        (Document::Crm, "status") if by == Some(By::Objective) => words(Answer::WORDS, &["unanswered"]),
        (Document::Crm, "status") => words(Status::WORDS, &[]),
        (Document::Crm, "determination") => words(Answer::WORDS, &["unanswered"]),
        (Document::Crm, "inheritance") => words(Inheritance::WORDS, &[]),
        (Document::Crm, "confirmed_yes_or_no") => vec!["yes", "no"],
        (Document::Poam, "status") => words(Progress::WORDS, &[]),
        (Document::Poam, "risk") => words(Risk::WORDS, &[]),
        _ => Vec::new(),
    }
}

/// Columns that whoever gets the workbook fills in.
const OPEN: [&str; 7] = [
    "confirmed_yes_or_no",
    "correction",
    "inheritance",
    "provider_does",
    "customer_does",
    "evidence_offered",
    "service_named",
];

fn page(what: (Document, Option<By>), name: &str, sheet: Sheet) -> Page {
    let column = |name: &&'static str| Column {
        heading: heading(name),
        words: vocabulary(what, name),
        open: OPEN.contains(name),
    };
    Page { name: name.to_owned(), columns: sheet.header.iter().map(column).collect(), rows: sheet.rows }
}

/// The sheets of a document: of all that there is, and of what is printed of it.
pub(crate) fn of(document: Document, options: &Options, (whole, view): (&View, &View)) -> Result<Vec<Page>, Failure> {
    match document {
        Document::Crm => crm(options, (whole, view)),
        Document::Providers => Ok(vec![page((document, None), "Providers", sheet::providers::sheet(view))]),
        Document::Requests => Ok(vec![page((document, None), "Requests", sheet::requests::sheet(view))]),
        Document::Poam => Ok(vec![page((document, None), "POA&M", sheet::poam(view))]),
        _ => Ok(Vec::new()),
    }
}

/// The matrix by practice, by objective, and a sheet for each provider; for a provider its own copy, to be filled in.
fn crm(options: &Options, (whole, view): (&View, &View)) -> Result<Vec<Page>, Failure> {
    let document = Document::Crm;
    let is_wanted = |by: By| options.by.is_none_or(|wanted| wanted == by);
    let mut pages = Vec::new();
    if let Some(provider) = &options.provider {
        pages.push(page((document, None), MATRIX, sheet::slice::matrix(provider, whole, view)));
        for (by, name) in [(By::Practice, "By practice"), (By::Objective, "By objective")] {
            pages.extend(is_wanted(by).then(|| page((document, Some(by)), name, sheet::slice::crm(view, by))));
        }
        return Ok(pages);
    }
    pages.extend(
        is_wanted(By::Practice)
            .then(|| page((document, Some(By::Practice)), "By practice", sheet::crm_by_practice(view))),
    );
    pages.extend(
        is_wanted(By::Objective)
            .then(|| page((document, Some(By::Objective)), "By objective", sheet::crm_by_objective(view))),
    );
    for provider in &view.providers {
        let own = slice_of(&provider.id, view)?;
        let by = options.by.unwrap_or(By::Objective);
        let rows = sheet::slice::crm(&own, by);
        pages.extend((!rows.rows.is_empty()).then(|| page((document, Some(by)), &provider.id, rows)));
    }
    Ok(pages)
}

/// The sheet that a provider fills in and sends back.
pub const MATRIX: &str = "Your matrix";

/// What the workbook of a document says of itself.
pub(crate) fn properties(document: Document, view: &View) -> Properties {
    let commit = view.commit.as_deref().and_then(|commit| commit.get(..12));
    let at = commit.map(|commit| format!(", commit {commit}")).unwrap_or_default();
    let organization = view.organization.name.clone().unwrap_or_default();
    let whose = if organization.is_empty() { String::new() } else { format!("{organization}: ") };
    Properties {
        title: format!("{whose}{}", document.title()),
        organization,
        tool: format!("{} {}", view.tool.name, view.tool.version),
        day: view.as_of.clone(),
        footer: format!("As of {}{at}", view.as_of),
    }
}

//! The matrix as a file of the repository.

use super::Answered;
use crate::date::Date;
use crate::table::quoted;

/// What stands above the rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The file that was imported, without its folder.
    pub file: String,
    /// The provider.
    pub provider: String,
    /// The edition.
    pub edition: String,
    /// Its day.
    pub date: Date,
    /// The artifact that keeps the document.
    pub source: Option<String>,
}

/// The text of `providers/ID.crm.toml`: a row each, in the order of the source; the same bytes for the same input.
pub fn render(head: &Head, rows: &[Answered]) -> String {
    let mut out = vec![
        format!("# Written by `demarcate import crm` from {}.\n", quoted(&head.file)),
        format!("provider = {}\n", quoted(&head.provider)),
        format!("edition = {}\n", quoted(&head.edition)),
        format!("date = {}\n", head.date),
    ];
    out.extend(head.source.iter().map(|source| format!("source = {}\n", quoted(source))));
    out.extend(rows.iter().map(row));
    out.concat()
}

fn row(row: &Answered) -> String {
    let covers: Vec<String> = row.covers.iter().map(|target| quoted(&target.written())).collect();
    let services: Vec<String> = row.services.iter().map(|service| quoted(service)).collect();
    let mut lines = vec![format!("\n[[row]]\nfor = [{}]\n", covers.join(", "))];
    match &services[..] {
        [] => {}
        [one] => lines.push(format!("service = {one}\n")),
        several => lines.push(format!("service = [{}]\n", several.join(", "))),
    }
    lines.push(format!("inheritance = {}\n", quoted(row.meaning.word())));
    let texts = [
        ("provider-does", row.provider_does.as_deref()),
        ("customer-does", row.customer_does.as_deref()),
        ("evidence", row.evidence.as_deref()),
        ("verbatim", Some(row.verbatim.as_str())),
        ("cell", Some(row.cell.as_str())),
    ];
    lines.extend(texts.into_iter().filter_map(|(key, text)| Some(format!("{key} = {}\n", quoted(text?)))));
    lines.concat()
}

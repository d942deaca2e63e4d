//! A fleet as text, JSON, CSV and a page.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::drift::{Drift, Kind};
use super::results::Edition;
use super::row::{Found, Row};
use super::{Fleet, OfPractice, Summary};
use crate::catalog::Catalog;
use crate::failure::Failure;
use crate::render::sheet::Sheet;
use crate::render::template::{Data, Templates};
use crate::report;
use crate::view::Tool;

/// What a row is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// A client.
    Client,
    /// A practice.
    Practice,
    /// A drift.
    Drift,
}

/// `fleet --format json`, version 1.
#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    tool: &'a str,
    provider: &'a str,
    as_of: &'a str,
    clients_sha256: &'a str,
    published: Option<OfEdition<'a>>,
    reviews: bool,
    shard: Option<String>,
    summary: Summary,
    missing: Vec<&'a str>,
    clients: &'a [Row],
    practices: Vec<OfPractice>,
}

#[derive(Serialize)]
struct OfEdition<'a> {
    edition: Option<&'a str>,
    date: Option<&'a str>,
    sha256: &'a str,
}

impl<'a> Document<'a> {
    fn of(fleet: &'a Fleet) -> Self {
        let head = &fleet.head;
        let edition = |published: &'a Edition| OfEdition {
            edition: published.edition.as_deref(),
            date: published.date.as_deref(),
            sha256: &published.sha256,
        };
        Self {
            version: 1,
            tool: &head.tool,
            provider: &head.provider,
            as_of: &head.as_of,
            clients_sha256: &head.clients_sha256,
            published: head.published.as_ref().map(edition),
            reviews: head.reviews,
            shard: head.shard.map(|shard| shard.to_string()),
            summary: fleet.summary(),
            missing: fleet.missing(),
            clients: &fleet.rows,
            practices: fleet.practices(),
        }
    }
}

/// JSON, version 1.
pub fn json(fleet: &Fleet) -> String {
    report::json_text(&Document::of(fleet))
}

/// A page that stands alone.
///
/// # Errors
///
/// If the template fails.
pub fn html(fleet: &Fleet) -> Result<String, Failure> {
    #[derive(Serialize)]
    struct Around {
        document: BTreeMap<&'static str, &'static str>,
        organization: BTreeMap<&'static str, String>,
        tool: Tool,
        standard: &'static str,
        made: BTreeMap<&'static str, String>,
        drifts: Vec<OfClient>,
        kinds: Vec<&'static str>,
    }
    #[derive(Serialize)]
    struct OfClient {
        client: String,
        title: String,
        drift: Drift,
    }
    let about = "What each client believes that the provider does, beside what the provider has published.";
    let drift = |(row, drift): (&Row, &Drift)| OfClient {
        client: row.id.clone(),
        title: row.title().to_owned(),
        drift: drift.clone(),
    };
    let around = Around {
        document: BTreeMap::from([("name", "fleet"), ("title", "The fleet"), ("about", about)]),
        organization: BTreeMap::from([("name", fleet.head.provider.clone())]),
        tool: Tool::this(),
        standard: Catalog::rev2().title,
        made: BTreeMap::new(),
        drifts: drifts(fleet).map(drift).collect(),
        kinds: Kind::ALL.map(Kind::word).to_vec(),
    };
    Templates::new(&BTreeMap::new())?.render("fleet.html", &Data::of(&shown(&Document::of(fleet))), &shown(&around))
}

/// What a page shows: every text in one line, so that none begins a command where the page is printed to a log.
fn shown(data: &impl Serialize) -> Value {
    fn of(value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(report::visible(&text)),
            Value::Array(all) => all.into_iter().map(of).collect(),
            Value::Object(all) => all.into_iter().map(|(key, value)| (report::visible(&key), of(value))).collect(),
            value => value,
        }
    }
    of(serde_json::to_value(data).expect("rows have string keys only"))
}

/// Comma-separated values, a line a row: what a client calls itself begins no line of a log.
pub fn csv(fleet: &Fleet, by: By) -> Vec<u8> {
    let mut sheet = match by {
        By::Client => clients(fleet),
        By::Practice => practices(fleet),
        By::Drift => drift_rows(fleet),
    };
    sheet.rows.iter_mut().flatten().for_each(|cell| *cell = report::visible(cell));
    sheet.csv()
}

/// Every drift with its client.
fn drifts(fleet: &Fleet) -> impl Iterator<Item = (&Row, &Drift)> {
    fleet.rows.iter().flat_map(|row| {
        let found = row.found.iter().flat_map(|found| found.drifts.iter().flatten());
        found.map(move |drift| (row, drift))
    })
}

fn number(count: Option<usize>) -> String {
    count.map(|count| count.to_string()).unwrap_or_default()
}

fn clients(fleet: &Fleet) -> Sheet {
    let header = vec![
        "client",
        "name",
        "path",
        "rev",
        "trust_root",
        "state",
        "reason",
        "whole",
        "commit",
        "score",
        "maximum",
        "allows",
        "denied",
        "warned",
        "untrusted",
        "reviews_current",
        "reviews_due",
        "reviews_overdue",
        "duties",
        "acceptance",
        "accepted_on",
        "accepted_by",
        "drift",
    ];
    let row = |row: &Row| {
        let found = row.found.as_ref();
        let of = |value: &dyn Fn(&Found) -> Option<String>| found.and_then(value).unwrap_or_default();
        let reviews =
            |state: &'static str| of(&|found| found.reviews.as_ref().map(|_| found.reviews_in(state).to_string()));
        let accepted = |value: fn(&super::row::Acceptance) -> Option<String>| {
            of(&|found| found.acceptance.as_ref().and_then(value))
        };
        vec![
            row.id.clone(),
            row.title().to_owned(),
            row.path.clone(),
            row.rev.clone().unwrap_or_default(),
            row.trust_root.clone().unwrap_or_default(),
            state(row).to_owned(),
            row.reason.clone().unwrap_or_default(),
            of(&|found| Some(if found.whole { "yes" } else { "no" }.to_owned())),
            of(&|found| found.commit.clone()),
            of(&|found| found.score.map(|score| score.to_string())),
            of(&|found| Some(found.maximum.to_string())),
            of(&|found| Some(found.allows.clone())),
            of(&|found| Some(found.denies.to_string())),
            of(&|found| Some(found.warns.to_string())),
            of(&|found| found.untrusted.clone()),
            reviews("current"),
            reviews("due"),
            reviews("overdue"),
            of(&|found| Some(found.duties.to_string())),
            accepted(|row| Some(row.state.clone())),
            accepted(|row| row.date.clone()),
            accepted(|row| row.by.clone()),
            number(found.and_then(|found| found.drifts.as_ref()).map(Vec::len)),
        ]
    };
    Sheet { header, rows: fleet.rows.iter().map(row).collect() }
}

fn practices(fleet: &Fleet) -> Sheet {
    let mut header = vec!["practice", "title", "assigned", "claims_full", "claims_partial", "claims_none"];
    header.extend(Kind::ALL.map(Kind::word));
    let row = |practice: &OfPractice| {
        let claims = |word: &str| practice.claims.get(word).copied().unwrap_or(0).to_string();
        let mut row = vec![practice.practice.clone(), practice.title.to_owned(), practice.assigned.to_string()];
        row.extend(["full", "partial", "none"].map(claims));
        row.extend(Kind::ALL.map(|kind| practice.drift.get(&kind).copied().unwrap_or(0).to_string()));
        row
    };
    Sheet { header, rows: fleet.practices().iter().map(row).collect() }
}

fn drift_rows(fleet: &Fleet) -> Sheet {
    let header =
        vec!["client", "name", "kind", "practice", "objectives", "file", "line", "column", "published_line", "message"];
    let row = |(row, drift): (&Row, &Drift)| {
        vec![
            row.id.clone(),
            row.title().to_owned(),
            drift.kind.word().to_owned(),
            drift.practice.clone().unwrap_or_default(),
            drift.objectives.join(", "),
            drift.path.clone(),
            number(drift.line),
            number(drift.column),
            number(drift.published_line),
            drift.message.clone(),
        ]
    };
    Sheet { header, rows: drifts(fleet).map(row).collect() }
}

fn state(row: &Row) -> &'static str {
    match row.state {
        super::row::State::Read => "read",
        super::row::State::Broken => "broken",
    }
}

/// For people: one table or all of them.
pub fn text(fleet: &Fleet, by: Option<By>) -> String {
    let is_wanted = |part: By| by.is_none_or(|by| by == part);
    let parts = [
        (true, heading(fleet)),
        (is_wanted(By::Client), client_lines(fleet)),
        (is_wanted(By::Practice), practice_lines(fleet)),
        (is_wanted(By::Drift), drift_lines(fleet)),
        (true, last(fleet)),
    ];
    let shown = parts.into_iter().filter(|(is_wanted, text)| *is_wanted && !text.is_empty());
    shown.map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

fn heading(fleet: &Fleet) -> String {
    let head = &fleet.head;
    let shard = head.shard.map(|shard| format!(", shard {shard}")).unwrap_or_default();
    let published = match &head.published {
        Some(published) => {
            let edition = published.edition.as_deref().map_or_else(|| "no name".to_owned(), report::visible);
            let date = published.date.as_deref().map(|date| format!(" of {date}")).unwrap_or_default();
            format!("published matrix: edition {edition}{date}")
        }
        None => "no published matrix is named, so nothing was compared".to_owned(),
    };
    format!("the fleet of {} as of {}{shard}\n{published}\n", report::visible(&head.provider), head.as_of)
}

/// Rows of cells under each other, the first column left, the others as they are.
fn aligned(rows: &[Vec<String>]) -> String {
    let wide =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len)).map(wide).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect::<Vec<_>>().concat()
}

fn client_lines(fleet: &Fleet) -> String {
    let header = ["client", "score", "denied", "warned", "reviews due", "overdue", "duties accepted", "drift"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for row in &fleet.rows {
        rows.push(match &row.found {
            Some(found) => client_line(row, found),
            None => vec![report::visible(&row.id), "broken".to_owned()],
        });
    }
    let broken = reasons(fleet, "broken", |row| row.reason.as_deref());
    let untrusted = reasons(fleet, "not trusted", |row| row.found.as_ref()?.untrusted.as_deref());
    aligned(&rows) + &broken + &untrusted
}

/// What there is to say of some clients, one a line under a heading.
fn reasons(fleet: &Fleet, heading: &str, why: fn(&Row) -> Option<&str>) -> String {
    let lines = fleet
        .rows
        .iter()
        .filter_map(|row| why(row).map(|why| format!("  {}: {}\n", report::visible(&row.id), report::visible(why))));
    let lines = lines.collect::<Vec<_>>().concat();
    if lines.is_empty() { lines } else { format!("\n{heading}\n{lines}") }
}

fn client_line(row: &Row, found: &Found) -> Vec<String> {
    let reviews = |state: &str| match found.reviews {
        Some(_) => found.reviews_in(state).to_string(),
        None => "-".to_owned(),
    };
    let whole = if found.whole { "" } else { ", not whole" };
    let score = found.score.map_or_else(|| "none".to_owned(), |score| score.to_string());
    let accepted = found.acceptance.as_ref().map_or("-", |acceptance| acceptance.state.as_str());
    vec![
        report::visible(&row.id),
        format!("{score}{whole}"),
        found.denies.to_string(),
        found.warns.to_string(),
        reviews("due"),
        reviews("overdue"),
        report::visible(accepted),
        found.drifts.as_ref().map_or_else(|| "-".to_owned(), |drifts| drifts.len().to_string()),
    ]
}

fn practice_lines(fleet: &Fleet) -> String {
    let practices = fleet.practices();
    if practices.is_empty() {
        return String::new();
    }
    let mut rows = vec![["practice", "clients", "claims", "drift"].map(str::to_owned).to_vec()];
    let counts = |of: Vec<(String, usize)>| {
        let parts: Vec<String> = of.into_iter().map(|(word, count)| format!("{count} {word}")).collect();
        if parts.is_empty() { "-".to_owned() } else { parts.join(", ") }
    };
    for row in practices {
        let drift = row.drift.iter().map(|(kind, count)| (kind.word().to_owned(), *count)).collect();
        let claims = row.claims.into_iter().map(|(word, count)| (report::visible(&word), count)).collect();
        rows.push(vec![row.practice, row.assigned.to_string(), counts(claims), counts(drift)]);
    }
    aligned(&rows)
}

fn drift_lines(fleet: &Fleet) -> String {
    let line = |(row, drift): (&Row, &Drift)| {
        let place = [drift.line, drift.column].iter().flatten().map(|at| format!(":{at}")).collect::<Vec<_>>().concat();
        let (id, path, message) = (&row.id, &drift.path, &drift.message);
        let head = format!("  {}  {}  {}{place}", report::visible(id), drift.kind.word(), report::visible(path));
        format!("{head}\n    {}\n", report::visible(message))
    };
    let lines = drifts(fleet).map(line).collect::<Vec<_>>().concat();
    if lines.is_empty() { lines } else { format!("drift\n{lines}") }
}

fn last(fleet: &Fleet) -> String {
    let summary = fleet.summary();
    let clients = if summary.seen == 1 { "1 client".to_owned() } else { format!("{} clients", summary.seen) };
    let drifts = match (fleet.head.published.is_some(), summary.drifts) {
        (false, _) => "drift not looked at".to_owned(),
        (true, 1) => format!("1 drift in {} of them", summary.drifting),
        (true, count) => format!("{count} drifts in {} of them", summary.drifting),
    };
    let missing = fleet.missing();
    let missing = match missing.as_slice() {
        [] => String::new(),
        ids => format!("missing: {}\n", ids.iter().map(|id| report::visible(id)).collect::<Vec<_>>().join(", ")),
    };
    let incomplete = match summary.incomplete {
        0 => String::new(),
        count => format!("; {count} could not be read whole"),
    };
    format!("{clients}: {} broken, {} with denials, {drifts}{incomplete}\n{missing}", summary.broken, summary.denied)
}

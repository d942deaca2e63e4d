//! Connections as a table.

use super::providers::{record, state};
use super::{Sheet, joined};
use crate::view::View;
use crate::view::provider::Connection;

/// One row a connection.
pub fn sheet(view: &View) -> Sheet {
    let header = vec![
        "connection",
        "title",
        "described_by",
        "with",
        "data",
        "direction",
        "method",
        "authentication",
        "controls",
        "agreement",
        "agreement_from",
        "agreement_until",
        "agreement_state",
        "used_by",
        "not_stated",
    ];
    Sheet { header, rows: view.connections.iter().map(row).collect() }
}

fn row(found: &Connection) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let uses = found.uses.iter().map(|used| format!("{}[{}]", used.practice, used.objectives.join(", ")));
    vec![
        found.id.clone(),
        found.title.clone(),
        found.party.title.clone(),
        found.with.clone(),
        text(&found.data),
        text(&found.flow),
        text(&found.method),
        text(&found.authentication),
        text(&found.controls),
        found.agreement_record.as_ref().map(record).unwrap_or_default(),
        text(&found.agreement_from),
        found.agreement_until.as_ref().map(|term| term.date.clone()).unwrap_or_default(),
        state(found.agreement_until.as_ref()),
        joined(uses),
        found.missing.join(", "),
    ]
}

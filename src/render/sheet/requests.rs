//! Evidence to ask for as a table.

use super::{Sheet, joined};
use crate::view::View;
use crate::view::request::{Request, Requests};

/// One row an artifact to ask for.
pub fn sheet(view: &View) -> Sheet {
    let header = vec![
        "party",
        "artifact",
        "title",
        "state",
        "how_it_stands",
        "due",
        "days_overdue",
        "requested",
        "refused",
        "newest_in_hand",
        "form",
        "held_by",
        "whom_to_ask",
        "shows",
        "clause",
        "serves",
    ];
    let asked = view.requests.iter().flat_map(|party| party.asked.iter().map(move |found| row(party, found)));
    Sheet { header, rows: asked.collect() }
}

fn row(party: &Requests, found: &Request) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let due = found.due.as_ref();
    vec![
        party.party.title.clone(),
        found.artifact.clone(),
        found.title.clone(),
        found.state.clone(),
        found.words.clone(),
        due.map(|due| due.date.clone()).unwrap_or_default(),
        due.filter(|due| due.lapsed).map(|due| (-due.days).to_string()).unwrap_or_default(),
        text(&found.requested),
        text(&found.refused),
        text(&found.last),
        found.form.clone(),
        text(&found.held_by),
        joined(found.whom.iter().cloned()),
        joined(found.shows.iter().cloned()),
        text(&party.clause),
        joined(found.serves.iter().cloned()),
    ]
}

//! Logging commands of Azure Pipelines, which show as issues of a run.

use super::notes::{self, Grade, Note};
use crate::model::changes::Changes;
use crate::report::command::{azure_data, azure_property};
use crate::report::from_top;

/// Errors first, then warnings, at most ten of a kind; Azure knows nothing below a warning, so other changes of who does what are lines of
/// the log.
pub(super) fn form(changes: &Changes, prefix: &str) -> String {
    let (shown, more) = notes::shown(changes);
    let told = shown.iter().map(|note| match note.grade {
        Grade::Error => issue("error", note, prefix),
        Grade::Warning => issue("warning", note, prefix),
        Grade::Notice => line(note),
    });
    let mut out: String = told.collect();
    out.extend(more.map(|more| format!("demarcate: {more}\n")));
    out
}

fn issue(kind: &str, note: &Note<'_>, prefix: &str) -> String {
    let place = note.place().map(|(path, at)| {
        let at = at.map(|(line, column)| format!("linenumber={line};columnnumber={column};")).unwrap_or_default();
        format!("sourcepath={};{at}", azure_property(&from_top(prefix, path)))
    });
    let place = place.unwrap_or_default();
    format!("##vso[task.logissue type={kind};{place}]{}\n", message(note))
}

fn message(note: &Note<'_>) -> String {
    azure_data(&format!("{}: {}", note.title, note.message))
}

/// A line of the log; it begins with words of ours, and nothing in it begins a command.
fn line(note: &Note<'_>) -> String {
    let message = format!("who does what: {}: {}", note.title, note.message.replace('\n', "; "));
    crate::report::visible(&message) + "\n"
}

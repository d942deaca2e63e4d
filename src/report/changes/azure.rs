//! Logging commands of Azure Pipelines, which show as issues of a run.

use super::notes::{self, Grade, Note};
use crate::model::changes::Changes;
use crate::report::command::{azure_data, azure_property};
use crate::report::from_top;

/// Errors first, then warnings; Azure knows nothing below a warning, so other changes of who does what are lines of
/// the log.
pub(super) fn form(changes: &Changes, prefix: &str) -> String {
    let notes = notes::all(changes);
    let of = |grade: Grade| notes.iter().filter(move |note| note.grade == grade);
    let mut out = String::new();
    out.extend(of(Grade::Error).map(|note| issue("error", note, prefix)));
    out.extend(of(Grade::Warning).map(|note| issue("warning", note, prefix)));
    out.extend(of(Grade::Notice).map(line));
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

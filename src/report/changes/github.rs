//! Workflow commands of GitHub Actions, which show as annotations of a pull request.

use super::notes::{self, Grade, Note};
use crate::model::changes::Changes;
use crate::report::command::{data, property};
use crate::report::from_top;

/// Errors first, at most ten of a kind, the last notice says how many more there are.
pub(super) fn form(changes: &Changes, prefix: &str) -> String {
    let (shown, more) = notes::shown(changes);
    let mut out: String = shown.iter().map(|note| annotation(note, prefix)).collect();
    out.extend(more.map(|more| format!("::notice title=demarcate::{}\n", data(&more))));
    out
}

fn annotation(note: &Note<'_>, prefix: &str) -> String {
    let command = match note.grade {
        Grade::Error => "error",
        Grade::Warning => "warning",
        Grade::Notice => "notice",
    };
    let file = note.place().map(|(path, at)| {
        let at = at.map(|(line, column)| format!(",line={line},col={column}")).unwrap_or_default();
        format!("file={}{at},", property(&from_top(prefix, path)))
    });
    let file = file.unwrap_or_default();
    format!("::{command} {file}title={}::{}\n", property(&note.title), data(&note.message))
}

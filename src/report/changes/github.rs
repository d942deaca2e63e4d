//! Workflow commands of GitHub Actions, which show as annotations of a pull request.

use super::counted;
use super::notes::{self, Grade, Note};
use super::verdict;
use crate::model::changes::Changes;
use crate::report::command::{data, property};
use crate::report::from_top;

/// How many annotations of a kind GitHub keeps of one step.
const MOST: usize = 10;

/// Errors first, at most ten of a kind, the last notice says how many more there are.
pub(super) fn form(changes: &Changes, prefix: &str) -> String {
    let notes = notes::all(changes);
    let of = |grade: Grade| notes.iter().filter(move |note| note.grade == grade);
    let mut out = String::new();
    for grade in [Grade::Error, Grade::Warning] {
        out.extend(of(grade).take(MOST).map(|note| annotation(note, prefix)));
    }
    let is_too_much = [Grade::Error, Grade::Warning, Grade::Notice].into_iter().any(|grade| of(grade).count() > MOST);
    let notices = if is_too_much { MOST - 1 } else { MOST };
    out.extend(of(Grade::Notice).take(notices).map(|note| annotation(note, prefix)));
    if is_too_much {
        let more = [MOST, MOST, notices];
        let left: Vec<usize> = [Grade::Error, Grade::Warning, Grade::Notice]
            .into_iter()
            .zip(more)
            .map(|(grade, most)| of(grade).count().saturating_sub(most))
            .collect();
        out.push_str(&how_many_more(&left, changes));
    }
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

fn how_many_more(left: &[usize], changes: &Changes) -> String {
    let nouns = ["error", "warning", "notice"];
    let more: Vec<String> =
        left.iter().zip(nouns).filter(|(n, _)| **n > 0).map(|(n, noun)| counted(*n, noun)).collect();
    let message = format!("{} more are not shown here; `{}` tells all", more.join(", "), verdict::command(changes));
    format!("::notice title=demarcate::{}\n", data(&message))
}

//! The form for GitHub Actions: workflow commands, which show as annotations of a pull request.

use super::Lines;
use super::command::{data, property};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::Files;

/// The denied ones first, then the warnings, at most ten of each, then how many more there are.
///
/// `prefix` is the root's folder relative to the top of the Git repository.
pub fn text(diagnostics: &[Diagnostic], files: &Files, prefix: &str) -> String {
    let lines = Lines::of(diagnostics, files);
    let shown = super::first(diagnostics).map(|(word, diagnostic)| annotation(word, diagnostic, &lines, prefix));
    let more = super::how_many_more(diagnostics);
    let more = more.map(|more| format!("::notice title=demarcate::{}\n", data(&more)));
    shown.chain(more).collect()
}

fn annotation(command: &str, diagnostic: &Diagnostic, lines: &Lines<'_>, prefix: &str) -> String {
    let file = property(&super::from_top(prefix, lines.path(&diagnostic.place)));
    let at = stretch(&diagnostic.place, lines);
    let title = property(diagnostic.rule);
    format!("::{command} file={file}{at},title={title}::{}\n", data(&super::message(diagnostic)))
}

/// Lines and columns; GitHub takes columns only of a stretch within one line.
fn stretch(place: &Place, lines: &Lines<'_>) -> String {
    let Place::Span(span) = place else { return String::new() };
    let (start, end) = lines.ends(*span);
    if start.line < end.line {
        return format!(",line={},endLine={}", start.line, end.line);
    }
    let last = end.column.max(start.column + 1);
    format!(",line={},endLine={},col={},endColumn={last}", start.line, end.line, start.column)
}

//! The form for Azure Pipelines: logging commands, which show as issues of the step.

use super::Lines;
use super::command::{azure_data, azure_property};
use crate::diagnostic::Diagnostic;
use crate::source::Files;

/// The denied ones first, then the warnings, at most ten of each, then how many more there are.
///
/// `prefix` is the root's folder relative to the top of the Git repository. Whether the step fails is for the exit code
/// to say.
pub fn text(diagnostics: &[Diagnostic], files: &Files, prefix: &str) -> String {
    let lines = Lines::of(diagnostics, files);
    let shown = super::first(diagnostics).map(|(kind, diagnostic)| issue(kind, diagnostic, &lines, prefix));
    // A plain line: an issue beyond the tenth would be dropped.
    let more = super::how_many_more(diagnostics).map(|more| format!("demarcate: {more}\n"));
    shown.chain(more).collect()
}

fn issue(kind: &str, diagnostic: &Diagnostic, lines: &Lines<'_>, prefix: &str) -> String {
    let path = azure_property(&super::from_top(prefix, lines.path(&diagnostic.place)));
    let at = lines.start(&diagnostic.place);
    let at = at.map(|at| format!("linenumber={};columnnumber={};", at.line, at.column)).unwrap_or_default();
    let code = azure_property(diagnostic.rule);
    let message = azure_data(&super::message(diagnostic));
    format!("##vso[task.logissue type={kind};sourcepath={path};{at}code={code};]{message}\n")
}

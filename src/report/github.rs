//! The form for GitHub Actions: workflow commands, which show as annotations of a pull request.

use super::command::{data, property};
use super::{Lines, visible};
use crate::diagnostic::{Diagnostic, Level};
use crate::source::Files;

/// How many annotations of a kind GitHub keeps of one step.
const MOST: usize = 10;

/// The denied ones first, then the warnings, at most ten of each, then how many more there are.
///
/// `prefix` is the root's folder relative to the top of the Git repository.
pub fn text(diagnostics: &[Diagnostic], files: &Files, prefix: &str) -> String {
    let lines = Lines::of(diagnostics, files);
    let mut out = String::new();
    for (level, command) in [(Level::Deny, "error"), (Level::Warn, "warning")] {
        for diagnostic in diagnostics.iter().filter(|diagnostic| diagnostic.level == level).take(MOST) {
            out.push_str(&annotation(command, diagnostic, &lines, prefix));
        }
    }
    out + &how_many_more(diagnostics)
}

fn annotation(command: &str, diagnostic: &Diagnostic, lines: &Lines<'_>, prefix: &str) -> String {
    let file = property(&super::from_top(prefix, lines.path(&diagnostic.place)));
    let at = lines.start(&diagnostic.place);
    let at = at.map(|at| format!(",line={},col={}", at.line, at.column)).unwrap_or_default();
    let title = property(diagnostic.rule);
    let help =
        if diagnostic.help.is_empty() { String::new() } else { format!("\nhelp: {}", visible(&diagnostic.help)) };
    let message = data(&format!("{}{help}", visible(&diagnostic.message)));
    format!("::{command} file={file}{at},title={title}::{message}\n")
}

fn how_many_more(diagnostics: &[Diagnostic]) -> String {
    let more = |level, word| {
        let hidden = super::count(diagnostics, level).saturating_sub(MOST);
        (hidden > 0).then(|| format!("{hidden} more {word}"))
    };
    let more: Vec<String> = [more(Level::Deny, "denied"), more(Level::Warn, "warned")].into_iter().flatten().collect();
    if more.is_empty() {
        return String::new();
    }
    format!("::notice title=demarcate::{}; `demarcate check` lists every one\n", more.join(", "))
}

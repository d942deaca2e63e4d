//! The form for GitLab: a Code Quality report.

use serde::Serialize;

use super::{Lines, visible};
use crate::diagnostic::{Diagnostic, Level};
use crate::source::Files;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'a str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Begin,
}

#[derive(Serialize)]
struct Begin {
    begin: usize,
}

/// Every diagnostic as an issue; `prefix` is the root's folder relative to the top of the Git repository.
pub fn text(diagnostics: &[Diagnostic], files: &Files, prefix: &str) -> String {
    let lines = Lines::of(diagnostics, files);
    let prints = super::fingerprint::all(diagnostics, &lines, prefix);
    let issues: Vec<Issue<'_>> = super::shown(diagnostics)
        .zip(prints)
        .map(|(diagnostic, fingerprint)| issue(diagnostic, fingerprint, &lines, prefix))
        .collect();
    super::json_text(&issues)
}

fn issue<'a>(diagnostic: &'a Diagnostic, fingerprint: String, lines: &Lines<'_>, prefix: &str) -> Issue<'a> {
    // A missing file has no line, and GitLab wants one.
    let begin = lines.start(&diagnostic.place).map_or(1, |at| at.line);
    let path = super::from_top(prefix, lines.path(&diagnostic.place));
    // Signs instead of controls: GitLab's database takes no NUL, and nobody sees a mark of direction.
    let description = match diagnostic.help.as_str() {
        "" => visible(&diagnostic.message),
        help => visible(&format!("{} ({help})", diagnostic.message)),
    };
    Issue {
        description,
        check_name: diagnostic.rule,
        fingerprint,
        severity: severity(diagnostic.level),
        location: Location { path, lines: Begin { begin } },
    }
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Deny => "major",
        Level::Warn | Level::Allow => "minor",
    }
}

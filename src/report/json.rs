//! The form for scripts: JSON, version 1.

use serde::Serialize;

use super::{Lines, Position};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::ids::RequirementId;
use crate::source::Files;

#[derive(Serialize)]
struct Check<'a> {
    version: u8,
    summary: Summary,
    diagnostics: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Summary {
    deny: usize,
    warn: usize,
}

#[derive(Serialize)]
struct Item<'a> {
    rule: &'a str,
    level: &'a str,
    message: &'a str,
    path: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    practice: Option<RequirementId>,
    objective: Option<char>,
    help: &'a str,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    path: &'a str,
    line: Option<usize>,
    column: Option<usize>,
}

/// Every diagnostic, pretty printed, with paths relative to the root and a newline at the end.
pub fn text(diagnostics: &[Diagnostic], files: &Files) -> String {
    let lines = Lines::of(diagnostics, files);
    super::json_text(&Check {
        version: 1,
        summary: Summary { deny: super::count(diagnostics, Level::Deny), warn: super::count(diagnostics, Level::Warn) },
        diagnostics: super::shown(diagnostics).map(|diagnostic| item(diagnostic, &lines)).collect(),
    })
}

fn item<'a>(diagnostic: &'a Diagnostic, lines: &Lines<'a>) -> Item<'a> {
    let (line, column) = split(lines.start(&diagnostic.place));
    Item {
        rule: diagnostic.rule,
        level: diagnostic.level.word(),
        message: &diagnostic.message,
        path: lines.path(&diagnostic.place),
        line,
        column,
        practice: diagnostic.practice,
        objective: diagnostic.objective,
        help: &diagnostic.help,
        related: diagnostic.related.iter().map(|(message, place)| related(message, place, lines)).collect(),
    }
}

fn related<'a>(message: &'a str, place: &'a Place, lines: &Lines<'a>) -> Related<'a> {
    let (line, column) = split(lines.start(place));
    Related { message, path: lines.path(place), line, column }
}

fn split(position: Option<Position>) -> (Option<usize>, Option<usize>) {
    (position.map(|at| at.line), position.map(|at| at.column))
}

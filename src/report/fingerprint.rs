//! What makes a diagnostic the same one tomorrow.

use std::collections::BTreeMap;

use super::{Lines, from_top, shown};
use crate::diagnostic::{Diagnostic, Place};
use crate::digest;
use crate::ids::Span;

/// How many lines above a place its table is looked for.
const FARTHEST: usize = 200;

/// SHA-256 over rule, path, practice, objective, message and the words where it stands, without numbers of lines and
/// counts of days; a second one with all of these alike is counted.
pub(super) fn all(diagnostics: &[Diagnostic], lines: &Lines<'_>, prefix: &str) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let prints = shown(diagnostics).map(|diagnostic| {
        let key = identity(diagnostic, lines, prefix);
        let nth = seen.entry(key.clone()).or_default();
        *nth += 1;
        digest::of_bytes(format!("{key}\0{nth}").as_bytes()).sha256
    });
    prints.collect()
}

fn identity(diagnostic: &Diagnostic, lines: &Lines<'_>, prefix: &str) -> String {
    let practice = diagnostic.practice.map(|id| id.to_string()).unwrap_or_default();
    let objective = diagnostic.objective.map(String::from).unwrap_or_default();
    let provider = diagnostic.provider.as_deref().unwrap_or_default();
    let message = without_counts(&diagnostic.message);
    let around = match &diagnostic.place {
        Place::Span(span) => around(*span, lines),
        Place::Path(_) => String::new(),
    };
    let path = from_top(prefix, lines.path(&diagnostic.place));
    [diagnostic.rule, &path, &practice, &objective, provider, &message, &around].join("\0")
}

/// The line of a span, and the first line of its table, so that two that read alike are told apart by where they stand
/// and not by their order.
fn around(span: Span, lines: &Lines<'_>) -> String {
    let line = lines.line(span.file, span.start);
    let above = lines.text(span.file)[..line.start].lines().rev().map(str::trim);
    let mut first = "";
    for other in above.filter(|other| !other.is_empty()).take(FARTHEST) {
        if other.starts_with('[') {
            return [other, first, line.text.trim()].join("\n");
        }
        first = other;
    }
    line.text.trim().to_owned()
}

/// A message without what changes though nothing was changed: `12 days ago`, `line 12`, `a.toml:12:3`.
pub(crate) fn without_counts(message: &str) -> String {
    let words = message.split_whitespace().map(without_position);
    words.filter(|word| !is_count(word)).collect::<Vec<_>>().join(" ")
}

fn is_count(word: &str) -> bool {
    let digits = word.trim_matches(|c: char| !c.is_alphanumeric());
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `a.toml:12:3` as `a.toml`.
fn without_position(word: &str) -> &str {
    match word.rsplit_once(':') {
        Some((head, tail)) if !head.is_empty() && !tail.is_empty() && tail.bytes().all(|b| b.is_ascii_digit()) => {
            without_position(head)
        }
        _ => word,
    }
}

//! What differs between two sides, in a form for people, forges and programs.

mod azure;
mod github;
mod json;
mod markdown;
mod notes;
mod text;
mod verdict;

use crate::model::changes::{Change, Changes, Section, Weight};

/// For a terminal: what stands out, then section by section, prose by word.
pub fn text(changes: &Changes, colors: bool) -> String {
    text::form(changes, colors)
}

/// Changes for a terminal, a paragraph each, without anything around them.
pub fn paragraphs(changes: &[Change], colors: bool) -> String {
    text::paragraphs(changes, colors)
}

/// For the comment of a pull request: at most `most` bytes, with a count of what was cut.
///
/// Its first line is a hidden mark by which the comment is found again, `<!-- demarcate-diff -->`; `root`, the root's
/// folder relative to the top of the Git repository, stands in it where it is not the top.
pub fn markdown(changes: &Changes, root: &str, most: usize) -> String {
    markdown::form(changes, root, most)
}

/// For programs, version 1.
pub fn json(changes: &Changes) -> String {
    json::form(changes)
}

/// Workflow commands of GitHub Actions; `prefix` is the root's folder relative to the top of the Git repository.
pub fn github(changes: &Changes, prefix: &str) -> String {
    github::form(changes, prefix)
}

/// Logging commands of Azure Pipelines.
pub fn azure(changes: &Changes, prefix: &str) -> String {
    azure::form(changes, prefix)
}

/// What stands out, section by section.
fn standing_out(changes: &Changes) -> Vec<&Change> {
    Section::ALL.into_iter().flat_map(|section| changes.of(section).filter(|change| stands_out(change))).collect()
}

/// The other changes of a section.
fn others(changes: &Changes, section: Section) -> Vec<&Change> {
    changes.of(section).filter(|change| !stands_out(change)).collect()
}

fn stands_out(change: &Change) -> bool {
    change.weight == Weight::StandsOut
}

/// What became of it, and in which groups unless the words say so.
fn sentence(change: &Change) -> String {
    let said = |group: &String| change.sentence.contains(group.as_str()) || change.subject.contains(group.as_str());
    let unsaid: Vec<&str> = change.groups.iter().filter(|group| !said(group)).map(String::as_str).collect();
    if unsaid.is_empty() {
        return change.sentence.clone();
    }
    format!("{} (in {})", change.sentence, unsaid.join(", "))
}

/// A number and its noun.
fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// The first characters of a text, and how many more there are.
fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}... ({} more characters)", &text[..at], text[at..].chars().count()),
    }
}

/// The start of a commit's id, if it is one.
fn short(commit: &str) -> Option<&str> {
    let is_hex = commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hex && !commit.is_empty()).then(|| commit.get(..12).unwrap_or(commit))
}

/// How many words a stretch leaves out, if it tells a number.
fn omitted(text: &str) -> String {
    match text.trim().parse::<usize>() {
        Ok(n) => counted(n, "word"),
        Err(_) if text.trim().is_empty() => "words".to_owned(),
        Err(_) => text.trim().to_owned(),
    }
}

//! What a side cannot tell because a file, a table or a value of it cannot be read: nobody approves what nobody can
//! read, and what is mended is as new.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Place};
use crate::diff::{Side, Sides};
use crate::ids::{RequirementId, Span};
use crate::model::assessment::Assessment;

/// Rules that report of a file that something in it is lost, or that it stands twice so that one of the two is.
const LOST: [&str; 12] = [
    "syntax",
    "not-utf8",
    "unreadable-file",
    "bad-lock",
    "wrong-type",
    "wrong-value",
    "missing-key",
    "unknown-key",
    "unknown-practice",
    "bad-id",
    "duplicate-practice",
    "duplicate-id",
];

/// Those of them that lose the whole file, or may.
const WHOLE: [&str; 4] = ["syntax", "not-utf8", "unreadable-file", "bad-lock"];

/// As many problems of one file as leave it open whether there are more.
const COUNTLESS: usize = 200;

/// What one file lost: the rule, its message and what stands there, each as often as it is reported.
type Losses = BTreeMap<(&'static str, String, String), usize>;

/// The files that somebody has to look at because they could not be read whole.
pub(super) struct Unread {
    /// Files of the side compared to that lost something that the other side did not lose in the same words.
    pub(super) now: BTreeSet<String>,
    /// The others that differ, of which either side lost something.
    pub(super) differing: BTreeSet<String>,
}

/// What could not be read of two sides, where that matters for what lies between them.
pub(super) fn of(sides: &Sides<'_>) -> Unread {
    let (old, new) = (losses(&sides.before), losses(&sides.after));
    let is_more = |path: &str, found: &Losses| {
        let known = old.get(path);
        found.iter().any(|(what, count)| known.and_then(|known| known.get(what)).is_none_or(|known| known < count))
    };
    let now: BTreeSet<String> =
        new.iter().filter(|(path, found)| is_more(path, found)).map(|(path, _)| path.clone()).collect();
    let either: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let others = either.into_iter().filter(|path| !now.contains(*path));
    let lines = |side: &Side<'_>, path: &str| text(side, path).map(|text| text.replace("\r\n", "\n"));
    let differing = others.filter(|path| lines(&sides.before, path) != lines(&sides.after, path)).cloned().collect();
    Unread { now, differing }
}

impl Unread {
    /// Those files that are no practices', which a review of the plan is asked for.
    pub(super) fn of_plan<'s>(sides: &Sides<'_>, paths: &'s BTreeSet<String>) -> Vec<&'s String> {
        paths.iter().filter(|path| practice(sides, path).is_none()).collect()
    }

    /// The practices of these files.
    pub(super) fn practices(sides: &Sides<'_>, paths: &BTreeSet<String>) -> BTreeSet<RequirementId> {
        paths.iter().filter_map(|path| practice(sides, path)).collect()
    }
}

/// The practice whose file this is on either side, or would be by its name.
fn practice(sides: &Sides<'_>, path: &str) -> Option<RequirementId> {
    let of = |side: &Assessment| side.practices.iter().find(|(_, found)| found.path == path).map(|(id, _)| *id);
    let (folder, name) = path.rsplit_once('/')?;
    let is_named = folder == "practices" || folder.ends_with("/practices");
    let named = || name.strip_suffix(".toml").filter(|_| is_named).and_then(|name| name.parse().ok());
    of(&sides.after.facts.assessment).or_else(|| of(&sides.before.facts.assessment)).or_else(named)
}

/// What each file of a side lost.
fn losses(side: &Side<'_>) -> BTreeMap<String, Losses> {
    let mut lost: BTreeMap<String, Losses> = BTreeMap::new();
    for found in side.found.iter().filter(|found| LOST.contains(&found.rule)) {
        for place in places(found) {
            let path = path_of(side, place);
            let what = (found.rule, found.message.clone(), stands(side, found.rule, place));
            *lost.entry(path).or_default().entry(what).or_default() += 1;
        }
    }
    for (path, losses) in lost.iter_mut().filter(|(_, losses)| losses.values().sum::<usize>() >= COUNTLESS) {
        losses.insert(("syntax", String::new(), text(side, path).unwrap_or_default().replace("\r\n", "\n")), 1);
    }
    lost
}

/// Where something is lost: of two that should be one it is open which is meant.
fn places(found: &Diagnostic) -> impl Iterator<Item = &Place> {
    let others = found.related.iter().map(|(_, place)| place).filter(|_| found.rule.starts_with("duplicate-"));
    std::iter::once(&found.place).chain(others)
}

fn path_of(side: &Side<'_>, place: &Place) -> String {
    match place {
        Place::Path(path) => path.clone(),
        Place::Span(span) => side.facts.assessment.files.path(*span).to_owned(),
    }
}

fn text<'a>(side: &Side<'a>, path: &str) -> Option<&'a str> {
    let mut files = side.facts.assessment.files.iter();
    files.find(|(_, file)| file.path == path).map(|(_, file)| &*file.text)
}

/// What stands where something is lost: the whole file, a line whose key only is not known, or the table.
fn stands(side: &Side<'_>, rule: &str, place: &Place) -> String {
    let found = match place {
        Place::Path(path) => text(side, path),
        Place::Span(span) => side.facts.assessment.files.get(span.file).map(|file| {
            let text = &*file.text;
            match rule {
                _ if WHOLE.contains(&rule) => text,
                "unknown-key" => line(text, *span),
                _ => table(text, *span),
            }
        }),
    };
    found.unwrap_or_default().replace("\r\n", "\n")
}

fn line(text: &str, span: Span) -> &str {
    let at = (span.start as usize).min(text.len());
    let start = text.get(..at).and_then(|above| above.rfind('\n')).map_or(0, |newline| newline + 1);
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |newline| at + newline);
    text.get(start..end).unwrap_or(text)
}

/// The table in which a span stands with the tables inside it, from its header to the next.
fn table(text: &str, span: Span) -> &str {
    let at = span.start as usize;
    let (mut start, mut name, mut offset) = (0, "", 0);
    for line in text.split_inclusive('\n') {
        if let Some(header) = header(line) {
            let is_inside = !name.is_empty() && header.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
            if offset > at && !is_inside {
                return text.get(start..offset).unwrap_or(text);
            }
            if offset <= at {
                (start, name) = (offset, header);
            }
        }
        offset += line.len();
    }
    text.get(start..).unwrap_or(text)
}

/// The name that a line opens a table with.
fn header(line: &str) -> Option<&str> {
    let name = line.trim_start().strip_prefix('[')?.trim_start_matches('[');
    let (name, _) = name.split_once(']')?;
    let is_named = name.trim().starts_with(|c: char| c.is_ascii_alphabetic() || c == '"');
    is_named.then(|| name.trim())
}

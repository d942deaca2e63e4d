//! Diagnostics in a form for people and machines: plain functions from data to text.

pub mod azure;
pub mod changes;
pub mod command;
mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod history;
pub mod json;
pub mod sarif;
pub mod terminal;

use std::borrow::Cow;
use std::collections::BTreeMap;

pub(crate) use fingerprint::without_counts;
use serde::Serialize;

use crate::diagnostic::{Diagnostic, Level, Place};
use crate::ids::Span;
use crate::source::{self, Files};

/// The diagnostics that are shown: an allowed one never is.
fn shown(diagnostics: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    diagnostics.iter().filter(|diagnostic| diagnostic.level != Level::Allow)
}

/// How many of a level there are.
fn count(diagnostics: &[Diagnostic], level: Level) -> usize {
    diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count()
}

/// How many of a level a forge shows of one step; GitHub and Azure Pipelines drop what comes after.
const MOST: usize = 10;

/// The first denied ones with their word, then the first warned ones.
fn first(diagnostics: &[Diagnostic]) -> impl Iterator<Item = (&'static str, &Diagnostic)> {
    let of = |level, word| {
        let all = diagnostics.iter().filter(move |diagnostic| diagnostic.level == level);
        all.take(MOST).map(move |diagnostic| (word, diagnostic))
    };
    of(Level::Deny, "error").chain(of(Level::Warn, "warning"))
}

/// How many more there are than [`first`] gives, and who names them; nothing if that was all.
fn how_many_more(diagnostics: &[Diagnostic]) -> Option<String> {
    let more = |level, word| {
        let hidden = count(diagnostics, level).saturating_sub(MOST);
        (hidden > 0).then(|| format!("{hidden} more {word}"))
    };
    let more: Vec<String> = [more(Level::Deny, "denied"), more(Level::Warn, "warned")].into_iter().flatten().collect();
    (!more.is_empty()).then(|| format!("{}; `demarcate check` lists every one", more.join(", ")))
}

/// What is wrong and what to do, on lines of their own.
fn message(diagnostic: &Diagnostic) -> String {
    match diagnostic.help.as_str() {
        "" => visible(&diagnostic.message),
        help => format!("{}\nhelp: {}", visible(&diagnostic.message), visible(help)),
    }
}

/// Line and column, both from 1, the column in Unicode scalars.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Position {
    line: usize,
    column: usize,
}

/// The files of a report with the starts of their lines, so that thousands of places cost one pass over each text.
struct Lines<'a> {
    files: &'a Files,
    starts: BTreeMap<u32, Vec<usize>>,
}

/// One line of a file.
struct Line<'a> {
    number: usize,
    /// Where it begins, in bytes of the file.
    start: usize,
    /// Without its end.
    text: &'a str,
}

impl<'a> Lines<'a> {
    fn of(diagnostics: &[Diagnostic], files: &'a Files) -> Self {
        let mut starts = BTreeMap::new();
        for span in diagnostics.iter().flat_map(spans) {
            starts.entry(span.file).or_insert_with(|| line_starts(files, span.file));
        }
        Self { files, starts }
    }

    fn text(&self, file: u32) -> &'a str {
        self.files.get(file).map_or("", |file| &file.text)
    }

    fn path(&self, place: &'a Place) -> &'a str {
        match place {
            Place::Span(span) => self.files.path(*span),
            Place::Path(path) => path,
        }
    }

    /// Where a byte stands; a byte past the end stands at the end.
    fn position(&self, file: u32, offset: u32) -> Position {
        let line = self.line(file, offset);
        let upto = char_start(self.text(file), offset);
        let text = self.text(file);
        Position { line: line.number, column: text[line.start..upto].chars().count() + 1 }
    }

    /// Where a span begins and ends, the end being past its last character.
    fn ends(&self, span: Span) -> (Position, Position) {
        (self.position(span.file, span.start), self.position(span.file, span.end.max(span.start)))
    }

    fn start(&self, place: &Place) -> Option<Position> {
        match place {
            Place::Span(span) => Some(self.position(span.file, span.start)),
            Place::Path(_) => None,
        }
    }

    /// The line that a byte stands in.
    fn line(&self, file: u32, offset: u32) -> Line<'a> {
        let text = self.text(file);
        let at = char_start(text, offset);
        let starts = self.starts.get(&file).map_or(&[0][..], Vec::as_slice);
        let number = starts.partition_point(|start| *start <= at).max(1);
        let start = starts[number - 1];
        let rest = &text[start..];
        let line = rest.split('\n').next().unwrap_or_default();
        Line { number, start, text: line.strip_suffix('\r').unwrap_or(line) }
    }
}

/// Every span a diagnostic speaks of.
fn spans(diagnostic: &Diagnostic) -> impl Iterator<Item = Span> {
    let places = std::iter::once(&diagnostic.place).chain(diagnostic.related.iter().map(|(_, place)| place));
    let places = places.filter_map(|place| match place {
        Place::Span(span) => Some(*span),
        Place::Path(_) => None,
    });
    places.chain(diagnostic.fix.iter().map(|fix| fix.span))
}

fn line_starts(files: &Files, file: u32) -> Vec<usize> {
    let text = files.get(file).map_or("", |file| &file.text);
    let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(newlines).collect()
}

/// The start of the character that a byte belongs to.
fn char_start(text: &str, offset: u32) -> usize {
    let mut at = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A path of the root, relative to the top of the Git repository; `prefix` is the root's folder there.
pub fn from_top(prefix: &str, path: &str) -> String {
    let joined = if prefix.is_empty() { path.to_owned() } else { format!("{prefix}/{path}") };
    source::normal(&joined).unwrap_or(joined)
}

/// Control characters, terminal escapes and invisible marks as signs that a reader sees, and no command of a pipeline.
///
/// One sign each, so that columns stay.
pub fn visible(text: &str) -> String {
    command::harmless(text).chars().map(sign).collect()
}

/// Text for a screen or a log, its lines kept: what a terminal or a runner would act on or hide is shown as a sign.
pub fn screen(text: &str) -> String {
    command::harmless(text).chars().map(|c| if matches!(c, '\n' | '\t') { c } else { sign(c) }).collect()
}

fn sign(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if is_invisible(c) => '\u{fffd}',
        c => c,
    }
}

/// What a screen acts on or hides beyond ASCII: C1 controls, marks of direction, separators, joiners without width, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Pretty JSON with a newline at its end, safe to print: what a terminal or a runner could act on is escaped.
pub fn json_text(value: &impl Serialize) -> String {
    let plain = serde_json::to_string_pretty(value).expect("a report has string keys only");
    let mut safe = safe_json(&plain).into_owned();
    safe.push('\n');
    safe
}

/// JSON in which what a terminal or the runner of a pipeline could act on is escaped.
pub fn safe_json(plain: &str) -> Cow<'_, str> {
    let brackets = command::armed(plain);
    if plain.is_ascii() && !plain.contains('\u{7f}') && brackets.is_empty() {
        return Cow::Borrowed(plain);
    }
    let mut safe = String::with_capacity(plain.len());
    let mut brackets = brackets.into_iter().peekable();
    for (at, c) in plain.char_indices() {
        // Such a character, or a bracket behind number signs, can only stand inside a string.
        let acts = c == '\u{7f}' || is_invisible(c) || brackets.next_if_eq(&at).is_some();
        if acts { safe.push_str(&escaped(c)) } else { safe.push(c) }
    }
    Cow::Owned(safe)
}

fn escaped(c: char) -> String {
    c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat()
}

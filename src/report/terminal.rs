//! The form for a screen: what is wrong, where, what stands there, what to do. The door to `annotate-snippets`.

use annotate_snippets::{AnnotationKind, Group, Level as Grade, Origin, Renderer, Snippet};

use super::{Line, Lines, command, sign, visible};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::ids::Span;
use crate::source::Files;

/// The longest line that is shown, in bytes; of a longer one only the place is named.
const LONGEST_LINE: usize = 4096;

/// Every diagnostic as a paragraph, with escape codes for color or without.
pub fn text(diagnostics: &[Diagnostic], files: &Files, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let lines = Lines::of(diagnostics, files);
    let paragraphs = super::shown(diagnostics).map(|diagnostic| paragraph(diagnostic, &lines, &renderer));
    paragraphs.collect::<Vec<_>>().join("\n")
}

fn paragraph(diagnostic: &Diagnostic, lines: &Lines<'_>, renderer: &Renderer) -> String {
    let title = grade(diagnostic.level).primary_title(visible(&diagnostic.message)).id(diagnostic.rule);
    let mut group = Group::with_title(title);
    group = with_place(group, &diagnostic.place, &diagnostic.label, lines);
    for (message, place) in &diagnostic.related {
        group = with_related(group, place, message, lines);
    }
    if !diagnostic.help.is_empty() {
        group = group.element(Grade::HELP.message(visible(&diagnostic.help)));
    }
    renderer.render(&[group]) + "\n"
}

fn grade(level: Level) -> Grade<'static> {
    match level {
        Level::Deny => Grade::ERROR.with_name(Level::Deny.word()),
        Level::Warn | Level::Allow => Grade::WARNING.with_name(Level::Warn.word()),
    }
}

fn with_place<'a>(group: Group<'a>, place: &Place, label: &str, lines: &Lines<'_>) -> Group<'a> {
    match place {
        Place::Span(span) => with_span(group, *span, AnnotationKind::Primary, label, lines),
        Place::Path(path) => with_note(group.element(Origin::path(visible(path))), label),
    }
}

fn with_related<'a>(group: Group<'a>, place: &Place, message: &str, lines: &Lines<'_>) -> Group<'a> {
    match place {
        Place::Span(span) => with_span(group, *span, AnnotationKind::Context, message, lines),
        Place::Path(path) => with_note(group, &format!("{message}: {path}")),
    }
}

fn with_note<'a>(group: Group<'a>, note: &str) -> Group<'a> {
    if note.is_empty() { group } else { group.element(Grade::NOTE.message(visible(note))) }
}

fn with_span<'a>(group: Group<'a>, span: Span, kind: AnnotationKind, label: &str, lines: &Lines<'_>) -> Group<'a> {
    let line = lines.line(span.file, span.start);
    let path = visible(lines.files.path(span));
    if line.text.len() > LONGEST_LINE {
        let at = lines.position(span.file, span.start);
        return with_note(group.element(Origin::path(path).line(at.line).char_column(at.column)), label);
    }
    let (source, range) = marked(&line, span);
    let mark = kind.span(range);
    let mark = if label.is_empty() { mark } else { mark.label(visible(label)) };
    group.element(Snippet::source(source).path(path).line_start(line.number).annotation(mark))
}

/// The first line of a span as it may be shown, and the stretch of it that is meant.
fn marked(line: &Line<'_>, span: Span) -> (String, std::ops::Range<usize>) {
    let within = |offset: u32| {
        let upto = usize::try_from(offset).unwrap_or(usize::MAX).saturating_sub(line.start);
        super::char_start(line.text, u32::try_from(upto).unwrap_or(u32::MAX))
    };
    let (start, end) = (within(span.start), within(span.end.max(span.start)));
    let source = shown(line.text);
    // A sign stands for one character each, though not of as many bytes.
    let moved = |at: usize| {
        let before = line.text[..at].chars().count();
        source.char_indices().nth(before).map_or(source.len(), |(at, _)| at)
    };
    let range = moved(start)..moved(end);
    (source, range)
}

/// Source text with its tabs, which the renderer widens.
fn shown(text: &str) -> String {
    command::harmless(text).chars().map(|c| if c == '\t' { c } else { sign(c) }).collect()
}

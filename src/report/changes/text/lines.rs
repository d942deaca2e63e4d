//! Words on lines no wider than a terminal usually is, with or without colors.

use anstyle::Style;

use crate::report::visible;

/// How wide a line may be, in columns.
const WIDTH: usize = 100;

/// A stretch of text and how it looks.
pub(super) type Piece<'a> = (Style, &'a str);

/// Whether looks are told to the terminal.
#[derive(Clone, Copy)]
pub(super) struct Ink {
    pub(super) colors: bool,
}

impl Ink {
    /// Text of ours as it looks.
    pub(super) fn on(self, style: Style, text: &str) -> String {
        if self.colors { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// A word: stretches of text without a space, each with its look.
type Word = Vec<(Style, String)>;

/// Words behind `start`, on further lines behind `indent` spaces; every word as a screen may show it.
pub(super) fn wrapped(ink: Ink, start: &str, indent: usize, pieces: &[Piece<'_>]) -> String {
    let (mut out, mut column, mut is_first) = (start.to_owned(), shown_width(start), true);
    for word in words(pieces) {
        let width: usize = word.iter().map(|(_, text)| text.chars().count()).sum();
        if !is_first && column + 1 + width > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            (column, is_first) = (indent, true);
        }
        if !is_first {
            out.push(' ');
        }
        column += width + usize::from(!is_first);
        out.extend(word.iter().map(|(style, text)| ink.on(*style, text)));
        is_first = false;
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
    out
}

/// The width of a start of ours, which may hold looks.
fn shown_width(start: &str) -> usize {
    let (mut width, mut in_escape) = (0, false);
    for c in start.chars() {
        match c {
            '\u{1b}' => in_escape = true,
            'm' if in_escape => in_escape = false,
            _ => width += usize::from(!in_escape),
        }
    }
    width
}

fn words(pieces: &[Piece<'_>]) -> Vec<Word> {
    let mut words: Vec<Word> = vec![Vec::new()];
    for (style, text) in pieces {
        for (nth, part) in text.split([' ', '\n', '\t']).enumerate() {
            if nth > 0 {
                words.push(Vec::new());
            }
            if let (false, Some(word)) = (part.is_empty(), words.last_mut()) {
                word.push((*style, visible(part)));
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words.iter_mut().for_each(disarm);
    words
}

/// A sign inside what begins a command of a pipeline where it begins a line; any word may come to stand there.
fn disarm(word: &mut Word) {
    if let Some((_, first)) = word.first_mut()
        && first.starts_with("::")
    {
        first.insert(1, '\u{fffd}');
    }
}

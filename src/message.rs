//! A commit message that is about to be made: what Git will keep of it, which of its paragraphs are reviews or
//! statements, and what is wrong with how they are written.

mod kept;
mod misspelt;

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Level};
use crate::ids::Span;
use crate::source::Files;
use crate::trailers::{self, Broken, Said};
use kept::{Kept, Line, kept};
use misspelt::Misspelt;

/// The rule under which slips of form are reported, as they are once they are in the log.
const BROKEN: &str = "broken-review";

/// A message that says something of ours.
pub struct Message {
    /// The one file, for places.
    pub files: Files,
    /// The paragraphs that say something of ours, in the order written.
    pub parts: Vec<Part>,
    /// What is wrong with how they are written.
    pub found: Vec<Diagnostic>,
}

/// A paragraph of ours.
pub struct Part {
    lines: Vec<Line>,
    /// What it says, with slips of spelling put right.
    pub said: Said,
    /// The roots that it names, by folder relative to the Git root.
    pub roots: Vec<String>,
}

impl Part {
    /// Whether it speaks of the root in this folder.
    pub fn speaks_of(&self, root: &str) -> bool {
        self.roots.is_empty() || self.roots.iter().any(|named| named == root)
    }

    /// Where a word stands in the lines of a key; the line itself where it does not, and the first line of ours where no
    /// line has the key.
    pub fn place(&self, key: &str, word: &str) -> Span {
        let of_key = |line: &&Line| trailers::key_of(line.text.trim()).is_some_and(|(found, _)| found == key);
        let mut holding = self.lines.iter().filter(of_key).filter_map(|line| line.span_of(word));
        let own = || self.lines.iter().find(of_key).map(Line::span);
        holding.next().or_else(own).unwrap_or_else(|| self.first())
    }

    /// Whether a key's lines name something, a practice with or without the letters before its number.
    pub fn holds(&self, key: &str, word: &str) -> bool {
        let of_key = |line: &&Line| trailers::key_of(line.text.trim()).is_some_and(|(found, _)| found == key);
        let is_named = |token: &str| token == word || word.rsplit_once('-').is_some_and(|(_, number)| number == token);
        self.lines.iter().filter(of_key).any(|line| line.text.split([',', ' ', '\t']).any(is_named))
    }

    /// Its first line of ours.
    fn first(&self) -> Span {
        let is_ours = |line: &&Line| trailers::key_of(line.text.trim()).is_some();
        let first = self.lines.iter().find(is_ours).or(self.lines.first());
        first.map(Line::span).expect("a paragraph has a line")
    }

    /// Where a sentence about it points: at the word that it quotes, if that stands here.
    fn quoted(&self, sentence: &str) -> Span {
        let word = sentence.split('`').nth(1).filter(|word| !word.is_empty());
        let mut places = word.into_iter().flat_map(|word| self.lines.iter().filter_map(|line| line.span_of(word)));
        places.next().unwrap_or_else(|| self.first())
    }
}

/// Reads a message; `None` where no line of it is one of ours, or nearly.
pub fn read(path: &str, bytes: &[u8]) -> Option<Message> {
    let text: Arc<str> = String::from_utf8_lossy(bytes).into();
    let mut files = Files::default();
    let file = files.add(path, Arc::clone(&text));
    let lines = words(kept(&text, file));
    let paragraphs = paragraphs(&lines);
    let mut message = Message { files, parts: Vec::new(), found: Vec::new() };
    let mut ours = Vec::new();
    for (number, paragraph) in paragraphs.iter().enumerate() {
        let wrong = misspelt::of(paragraph);
        let part = part(paragraph, &wrong);
        if wrong.is_empty() && part.said == Said::default() {
            continue;
        }
        message.found.extend(wrong.iter().map(told));
        message.found.extend(part.said.broken.iter().map(|broken| of_broken(broken, &part)));
        ours.push(number);
        message.parts.push(part);
    }
    if message.parts.is_empty() {
        return None;
    }
    // What is put right first may change which paragraph that is.
    if message.found.is_empty() {
        message.found.extend(unseen(&lines, &paragraphs, &ours));
    }
    message.found.extend(dropped(&lines));
    Some(message)
}

/// The lines that are judged: those below the scissors, too, if they say something of ours, as Git may keep them.
fn words(kept: Kept) -> Vec<Line> {
    let Kept { above: mut lines, below } = kept;
    let is_ours = |line: &Line| trailers::key_of(line.text.trim()).is_some();
    if below.iter().any(is_ours) || paragraphs(&below).iter().any(|paragraph| !misspelt::of(paragraph).is_empty()) {
        lines.extend(below);
    }
    lines
}

/// The stretches between empty lines; what a revert quotes is what it takes back.
fn paragraphs(lines: &[Line]) -> Vec<Vec<Line>> {
    let takes_back = lines.iter().any(|line| line.text.starts_with("This reverts commit "));
    let stretches = lines.split(|line| line.text.trim().is_empty()).filter(|stretch| !stretch.is_empty());
    let is_quoted = |stretch: &&[Line]| takes_back && stretch[0].text.starts_with([' ', '\t', '>']);
    stretches.filter(|stretch| !is_quoted(stretch)).map(<[Line]>::to_vec).collect()
}

fn part(paragraph: &[Line], wrong: &[Misspelt]) -> Part {
    let right = |line: &Line| {
        let slip = wrong.iter().find(|slip| slip.line == line.start);
        slip.map_or_else(|| line.text.clone(), |slip| slip.corrected.clone())
    };
    let text = paragraph.iter().map(right).collect::<Vec<_>>().join("\n");
    let roots = trailers::roots_named(&text);
    let said = trailers::read(&text, Catalog::rev2(), roots.first().map_or("", String::as_str));
    Part { lines: paragraph.to_vec(), said, roots }
}

fn told(slip: &Misspelt) -> Diagnostic {
    let meant = trailers::spelled(slip.meant);
    let message = if slip.is_invisible {
        format!("`{meant}` is written with signs that only look right, so the line says nothing")
    } else {
        format!("`{}` is no key that is read, so the line says nothing", slip.written.escape_debug())
    };
    Diagnostic::new(BROKEN, message, slip.span).label("nobody reads this line").help(format!("type `{meant}:`"))
}

fn of_broken(broken: &Broken, part: &Part) -> Diagnostic {
    Diagnostic::new(BROKEN, broken.message.clone(), part.quoted(&broken.message)).help(broken.help.clone())
}

/// The first paragraph of ours that Git does not read as trailers; it counts all the same.
fn unseen(lines: &[Line], paragraphs: &[Vec<Line>], ours: &[usize]) -> Option<Diagnostic> {
    if lines.iter().any(is_gathered) {
        return None;
    }
    let shown = shown_from(lines, paragraphs, ours);
    let first = *ours.iter().find(|number| **number < shown.max(1))?;
    let (label, help) = if first == 0 {
        ("the first paragraph is the title", "write a title, an empty line, and these lines last")
    } else {
        ("other words stand below or among these lines", "move these lines to the end, with no other words among them")
    };
    let is_ours = |line: &&Line| trailers::key_of(line.text.trim()).is_some();
    let place = paragraphs[first].iter().find(is_ours).or(paragraphs[first].first())?;
    let message =
        "these lines count, and Git does not read them as trailers: `git log` and forges will not show them as such";
    Some(warned(Diagnostic::new(BROKEN, message, place.span()).label(label).help(help)))
}

/// The words of several commits, as a merge or a squash puts them together.
fn is_gathered(line: &Line) -> bool {
    line.text.starts_with("Squashed commit of the following") || line.number == 0 && line.text.starts_with("Merge ")
}

/// The number of the first paragraph from which on there is nothing but paragraphs of ours and the block of trailers,
/// which is the last: several reviews or statements stand in a paragraph each.
fn shown_from(lines: &[Line], paragraphs: &[Vec<Line>], ours: &[usize]) -> usize {
    let text = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    let block = trailers::block_begins(&text).and_then(|begins| lines.get(begins));
    let Some(last) = paragraphs.len().checked_sub(1) else { return 0 };
    if block.is_none_or(|block| paragraphs[last][0].start < block.start) {
        return paragraphs.len();
    }
    let above = (0..last).rev().take_while(|number| ours.contains(number)).count();
    last - above
}

fn warned(found: Diagnostic) -> Diagnostic {
    Diagnostic { level: Level::Warn, ..found }
}

/// A commit whose message Git throws away once it is squashed.
fn dropped(lines: &[Line]) -> Option<Diagnostic> {
    let title =
        lines.iter().find(|line| !line.text.trim().is_empty()).filter(|line| line.text.starts_with("fixup! "))?;
    let message = "`git rebase --autosquash` drops the message of a fixup! commit, and what it records with it";
    let help =
        "record it in a commit of its own: `demarcate review`, `demarcate accept` or `demarcate affirm` writes one";
    Some(warned(Diagnostic::new(BROKEN, message, title.span()).help(help)))
}

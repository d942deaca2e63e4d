//! Two texts word by word. The door to the library that compares sequences.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, Token};

use crate::model::changes::{Mark, Stretch};

/// How many words of what stayed are shown on each side of what differs.
const AROUND: usize = 6;

/// The most pieces of a text that are compared one by one: words; of a longer text lines; and of one with more lines
/// only how it begins and ends, so that the cost stays in bounds.
const MOST: usize = 60_000;

/// The most words that differ that are shown.
const SHOWN: usize = 3_000;

/// What differs between two texts.
pub(super) struct Differing {
    /// The stretches in order; long ones that stayed are left out.
    pub(super) stretches: Vec<Stretch>,
    /// Words that came.
    pub(super) added: usize,
    /// Words that went.
    pub(super) dropped: usize,
    /// Whether more differs than is shown.
    pub(super) is_cut: bool,
}

/// What differs between two texts; spaces and line ends alone differ in nothing.
pub(super) fn differing(before: &str, after: &str) -> Differing {
    let (old, new) = pieces(before, after);
    let mut found = Differing { stretches: Vec::new(), added: 0, dropped: 0, is_cut: false };
    let mut at = 0;
    for (gone, come) in hunks(&old, &new) {
        found.same(&new[at..come.start], at == 0, false);
        at = come.end;
        found.differ(&old[gone], &new[come]);
    }
    found.same(&new[at..], at == 0, true);
    found
}

/// The stretches of two texts.
pub(super) fn stretches(before: &str, after: &str) -> Vec<Stretch> {
    differing(before, after).stretches
}

/// A text with LF as line end: a checkout may write CRLF for it, which tells nothing.
pub(super) fn in_lines(text: &str) -> Cow<'_, str> {
    if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) }
}

/// Whether two texts have the same words, in whichever lines.
pub(super) fn is_same(before: &str, after: &str) -> bool {
    before.split_whitespace().eq(after.split_whitespace())
}

impl Differing {
    fn same(&mut self, pieces: &[&str], is_first: bool, is_last: bool) {
        let before = if is_first { 0 } else { AROUND };
        let after = if is_last { 0 } else { AROUND };
        let words: Vec<&str> = pieces.iter().flat_map(|piece| split(piece)).collect();
        if self.is_cut || words.is_empty() || (is_first && is_last) {
            return;
        }
        if words.len() <= before + after + 2 {
            return self.push(Mark::Same, &words);
        }
        self.push(Mark::Same, &words[..before]);
        let omitted = words.len() - before - after;
        self.stretches.push(Stretch { mark: Mark::Omitted, text: format!("{omitted} words") });
        self.push(Mark::Same, &words[words.len() - after..]);
    }

    fn differ(&mut self, gone: &[&str], come: &[&str]) {
        for (mark, pieces) in [(Mark::Dropped, gone), (Mark::Added, come)] {
            let words: Vec<&str> = pieces.iter().flat_map(|piece| split(piece)).collect();
            let left = SHOWN.saturating_sub(self.added + self.dropped);
            *(if mark == Mark::Added { &mut self.added } else { &mut self.dropped }) += words.len();
            self.is_cut |= words.len() > left;
            self.push(mark, &words[..words.len().min(left)]);
        }
    }

    fn push(&mut self, mark: Mark, words: &[&str]) {
        if !words.is_empty() {
            self.stretches.push(Stretch { mark, text: words.concat() });
        }
    }
}

/// Each word with the spaces behind it.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(|c: char| !c.is_whitespace())?;
        let end = rest[start..].find(char::is_whitespace).map_or(rest.len(), |end| start + end);
        let next = rest[end..].find(|c: char| !c.is_whitespace()).map_or(rest.len(), |next| end + next);
        let word = &rest[start..next];
        rest = &rest[next..];
        Some(word)
    })
}

/// What is compared: words, or the lines of texts with many words.
fn pieces<'t>(before: &'t str, after: &'t str) -> (Vec<&'t str>, Vec<&'t str>) {
    let words = |text: &'t str| split(text).collect::<Vec<_>>();
    let (old, new) = (words(before), words(after));
    if old.len().max(new.len()) <= MOST {
        return (old, new);
    }
    let lines = |text: &'t str| text.split_inclusive('\n').filter(|line| !line.trim().is_empty()).collect();
    (lines(before), lines(after))
}

/// What differs between two sequences: which pieces went, and which came there.
fn hunks(old: &[&str], new: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    let old: Vec<Token> = old.iter().map(|piece| number(piece.trim(), &mut numbers)).collect();
    let new: Vec<Token> = new.iter().map(|piece| number(piece.trim(), &mut numbers)).collect();
    if old.len().max(new.len()) > MOST {
        return between_ends(&old, &new);
    }
    let mut diff = Diff::default();
    diff.compute_with(Algorithm::Histogram, &old, &new, u32::try_from(numbers.len()).unwrap_or(u32::MAX));
    let range = |range: &Range<u32>| range.start as usize..range.end as usize;
    diff.hunks().map(|hunk| (range(&hunk.before), range(&hunk.after))).collect()
}

/// All that lies between what both begin with and what both end with.
fn between_ends(old: &[Token], new: &[Token]) -> Vec<(Range<usize>, Range<usize>)> {
    let first = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let last = old[first..].iter().rev().zip(new[first..].iter().rev()).take_while(|(one, other)| one == other).count();
    let (gone, come) = (first..old.len() - last, first..new.len() - last);
    if gone.is_empty() && come.is_empty() { Vec::new() } else { vec![(gone, come)] }
}

fn number<'t>(piece: &'t str, numbers: &mut BTreeMap<&'t str, u32>) -> Token {
    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    Token(*numbers.entry(piece).or_insert(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> String {
        let mark = |stretch: &Stretch| match stretch.mark {
            Mark::Same => stretch.text.clone(),
            Mark::Dropped => format!("[-{}-]", stretch.text),
            Mark::Added => format!("[+{}+]", stretch.text),
            Mark::Omitted => format!("(...{}) ", stretch.text),
        };
        differing(before, after).stretches.iter().map(mark).collect()
    }

    #[test]
    fn what_differs_stands_between_a_few_words_that_stayed() {
        let text = |word: &str| format!("one two three four five six seven eight nine ten {word} eleven twelve");
        assert_eq!(
            told(&text("old"), &text("new")),
            "(...4 words) five six seven eight nine ten [-old -][+new +]eleven twelve"
        );
    }

    #[test]
    fn of_texts_without_end_it_is_told_how_they_begin_and_end() {
        let long = |word: &str| format!("{}{word}\n{}", "same\n".repeat(70_000), "same\n".repeat(70_000));
        let found = differing(&long("old"), &long("new"));
        assert_eq!((found.added, found.dropped, found.is_cut), (1, 1, false));
    }

    #[test]
    fn lines_broken_elsewhere_differ_in_nothing() {
        assert_eq!(told("one two\nthree", "one\ntwo three\n"), "");
        assert!(is_same("one two\nthree", "one\ntwo  three\n"));
        assert!(!is_same("one", "one two"));
    }

    #[test]
    fn texts_without_a_word_in_common_are_told_in_bounded_time_and_room() {
        let long = |seed: u64| -> String {
            let mut state = seed;
            let mut word = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                format!("{} ", (state >> 33) % 5_000)
            };
            (0..50_000).map(|_| word()).collect()
        };
        let (one, two) = (long(1), long(2));
        let begun = std::time::Instant::now();
        let found = differing(&one, &two);
        assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
        assert!(found.is_cut && found.added > 0 && found.dropped > 0);
        let length: usize = found.stretches.iter().map(|stretch| stretch.text.len()).sum();
        assert!(length < 400_000, "{length}");
    }
}

//! The lines of a message file that Git will record.

use crate::ids::Span;

/// A line, and where it stands in the file.
#[derive(Clone, Debug)]
pub(super) struct Line {
    file: u32,
    /// Its number among the lines that are kept, from 0.
    pub(super) number: usize,
    /// Its first byte.
    pub(super) start: usize,
    /// Without its end.
    pub(super) text: String,
}

impl Line {
    /// What stands there, without blanks around it.
    pub(super) fn span(&self) -> Span {
        let from = self.text.len() - self.text.trim_start().len();
        self.stretch(from, self.text.trim().len())
    }

    /// Where a word stands, if it does.
    pub(super) fn span_of(&self, word: &str) -> Option<Span> {
        self.text.find(word).map(|from| self.stretch(from, word.len()))
    }

    /// So many bytes of it.
    pub(super) fn stretch(&self, from: usize, length: usize) -> Span {
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { file: self.file, start: at(self.start + from), end: at(self.start + from + length) }
    }
}

/// What `git commit --verbose` and `--cleanup=scissors` cut at, behind the sign of a comment.
const SCISSORS: &str = " ------------------------ >8 ------------------------";

/// The lines above the scissors that are no comments.
pub(super) fn kept(text: &str, file: u32) -> Vec<Line> {
    let mut start = 0;
    let mut lines = Vec::new();
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        if is_scissors(line) {
            break;
        }
        // With `git commit -m` Git keeps such a line, and nothing of ours begins with the sign either way.
        if !line.starts_with('#') {
            lines.push(Line { file, number: lines.len(), start, text: line.to_owned() });
        }
        start += whole.len();
    }
    lines
}

/// Whatever `core.commentChar` is.
fn is_scissors(line: &str) -> bool {
    let sign = line.trim_end().strip_suffix(SCISSORS);
    sign.is_some_and(|sign| !sign.is_empty() && !sign.contains(|c: char| c.is_alphanumeric() || c.is_whitespace()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        kept(text, 0).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn comments_and_what_is_below_the_scissors_are_not_kept() {
        let status = "Title\r\n\r\nWords\r\n# On branch main\r\nMore\r\n";
        assert_eq!(texts(status), ["Title", "", "Words", "More"]);
        for sign in ["#", ";", "//", "%"] {
            let verbose = format!("Title\n{sign}{SCISSORS}\n{sign} Do not touch\ndiff --git\n+Practice-Review: all\n");
            assert_eq!(texts(&verbose), ["Title"], "{sign}");
        }
        assert_eq!(texts("").len(), 0);
        assert_eq!(texts(SCISSORS.trim_start()), [SCISSORS.trim_start()], "no comment, no scissors");
    }

    #[test]
    fn a_line_knows_where_it_stands() {
        let text = "é\r\n#\r\n  Key: word\r\n";
        let lines = kept(text, 7);
        let span = lines[1].span_of("word").expect("it is there");
        assert_eq!((span.file, &text[span.start as usize..span.end as usize]), (7, "word"));
        let whole = lines[1].span();
        assert_eq!(&text[whole.start as usize..whole.end as usize], "Key: word");
    }
}

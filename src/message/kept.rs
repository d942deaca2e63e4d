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

/// The lines of a message file that are no comments.
pub(super) struct Kept {
    /// Above the scissors, where there are any.
    pub(super) above: Vec<Line>,
    /// Below them, less the diff that `git commit --verbose` shows. Git keeps them unless it was told to cut there, which
    /// the file does not say.
    pub(super) below: Vec<Line>,
}

/// The lines that are no comments.
pub(super) fn kept(text: &str, file: u32) -> Kept {
    let mut start = 0;
    let mut found = Kept { above: Vec::new(), below: Vec::new() };
    let (mut is_below, mut is_diff) = (false, false);
    for whole in text.split_inclusive('\n') {
        let line = whole.trim_end_matches(['\n', '\r']);
        is_below |= is_scissors(line);
        is_diff |= is_below && line.starts_with("diff --");
        // With `git commit -m` Git keeps such a line, and nothing of ours begins with the sign either way.
        let is_comment = line.starts_with('#') || is_scissors(line);
        let is_shown = is_diff && is_of_diff(line);
        if !is_comment && !is_shown {
            let number = found.above.len() + found.below.len();
            let lines = if is_below { &mut found.below } else { &mut found.above };
            lines.push(Line { file, number, start, text: line.to_owned() });
        }
        start += whole.len();
    }
    found
}

/// What begins the lines of a diff; a line of a file stands behind a sign.
const OF_DIFF: [&str; 17] = [
    "+",
    "-",
    " ",
    "@@",
    "\\",
    "diff --",
    "index ",
    "mode ",
    "old mode ",
    "new mode ",
    "new file ",
    "deleted file ",
    "similarity ",
    "dissimilarity ",
    "rename ",
    "copy ",
    "Binary ",
];

fn is_of_diff(line: &str) -> bool {
    OF_DIFF.iter().any(|start| line.starts_with(start))
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
        kept(text, 0).above.into_iter().map(|line| line.text).collect()
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
    fn below_the_scissors_a_diff_is_none_of_the_words() {
        let below = |text: &str| -> Vec<String> { kept(text, 0).below.into_iter().map(|line| line.text).collect() };
        let diff = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-Key: a\n+Key: b\n Key: c\n";
        assert_eq!(below(&format!("Title\n#{SCISSORS}\n# Do not touch\n{diff}")), Vec::<String>::new());
        assert_eq!(
            below(&format!("Title\n#{SCISSORS}\n Key: x\n\nKey: y\n{diff}Key: z\n")),
            [" Key: x", "", "Key: y", "Key: z"]
        );
    }

    #[test]
    fn a_line_knows_where_it_stands() {
        let text = "é\r\n#\r\n  Key: word\r\n";
        let lines = kept(text, 7).above;
        let span = lines[1].span_of("word").expect("it is there");
        assert_eq!((span.file, &text[span.start as usize..span.end as usize]), (7, "word"));
        let whole = lines[1].span();
        assert_eq!(&text[whole.start as usize..whole.end as usize], "Key: word");
    }
}

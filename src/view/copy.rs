//! A text in Markdown as plain pieces: headings, points, paragraphs, and what is left as it was typed.
//!
//! Only what reads the same either way is taken for Markdown; tables, code, HTML and links stay as typed.

use serde::Serialize;

/// A piece of a text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Block {
    /// heading, point, paragraph or typed.
    pub kind: &'static str,
    /// Its words.
    pub words: Vec<Words>,
}

/// Words in one weight.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Words {
    /// Whether they are strong.
    pub strong: bool,
    /// The words.
    pub text: String,
}

/// The pieces of a text.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut copy = Copy { blocks: Vec::new(), open: None, fence: None };
    for line in text.lines() {
        copy.line(line);
    }
    copy.close();
    copy.blocks
}

struct Copy {
    blocks: Vec<Block>,
    /// The piece that the next line may go on with.
    open: Option<(&'static str, String)>,
    /// What ends the code that was begun.
    fence: Option<&'static str>,
}

impl Copy {
    fn line(&mut self, line: &str) {
        let kind = self.kind(line);
        let trimmed = line.trim();
        match kind {
            "gap" => self.close(),
            "typed" => self.go_on("typed", line.trim_end(), "\n"),
            "heading" => {
                self.close();
                self.open = Some(("heading", trimmed.trim_matches('#').trim().to_owned()));
                self.close();
            }
            "point" => {
                self.close();
                self.open = Some(("point", point(trimmed).to_owned()));
            }
            _ if self.open.as_ref().is_some_and(|(open, _)| *open == "point") => self.go_on("point", trimmed, " "),
            _ => self.go_on("paragraph", trimmed, " "),
        }
    }

    fn kind(&mut self, line: &str) -> &'static str {
        let trimmed = line.trim();
        let fence = ["```", "~~~"].into_iter().find(|fence| trimmed.starts_with(fence));
        if self.fence.is_some() || fence.is_some() {
            self.fence = match self.fence {
                Some(begun) if fence == Some(begun) => None,
                Some(begun) => Some(begun),
                None => fence,
            };
            return "typed";
        }
        let marks = trimmed.bytes().take_while(|byte| *byte == b'#').count();
        match trimmed.as_bytes() {
            [] => "gap",
            _ if (1..=6).contains(&marks) && trimmed[marks..].starts_with(' ') => "heading",
            [b'-' | b'*' | b'+', b' ', ..] => "point",
            [b'|' | b'<' | b'>', ..] => "typed",
            _ if line.starts_with("    ") && self.open.is_none() => "typed",
            _ => "paragraph",
        }
    }

    /// Adds a line to the open piece of a kind, or begins one.
    fn go_on(&mut self, kind: &'static str, text: &str, between: &str) {
        match &mut self.open {
            Some((open, said)) if *open == kind => said.extend([between, text]),
            _ => {
                self.close();
                self.open = Some((kind, text.to_owned()));
            }
        }
    }

    fn close(&mut self) {
        let Some((kind, text)) = self.open.take() else { return };
        let words = if kind == "typed" { vec![Words { strong: false, text }] } else { words(&text) };
        self.blocks.push(Block { kind, words });
    }
}

/// A point without its mark.
fn point(line: &str) -> &str {
    line.get(1..).unwrap_or_default().trim()
}

/// The words between pairs of `**` are strong; where one has no other, all stay as typed.
fn words(text: &str) -> Vec<Words> {
    let pieces: Vec<&str> = text.split("**").collect();
    if pieces.len().is_multiple_of(2) {
        return vec![Words { strong: false, text: text.to_owned() }];
    }
    let words = pieces.into_iter().enumerate().filter(|(_, text)| !text.is_empty());
    words.map(|(index, text)| Words { strong: !index.is_multiple_of(2), text: text.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&'static str, String)> {
        let said = |block: Block| {
            let words = block.words.iter().map(|w| if w.strong { format!("[{}]", w.text) } else { w.text.clone() });
            (block.kind, words.collect::<String>())
        };
        blocks(text).into_iter().map(said).collect()
    }

    #[test]
    fn a_text_falls_into_headings_points_and_paragraphs() {
        let found = kinds("# Title\n\nOne\nline.\n\n- **1.1** Nobody\n  does.\n- Two\n\nEnd.");
        let wanted = [
            ("heading", "Title"),
            ("paragraph", "One line."),
            ("point", "[1.1] Nobody does."),
            ("point", "Two"),
            ("paragraph", "End."),
        ];
        assert_eq!(found, wanted.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn what_is_not_plain_stays_as_typed() {
        let found = kinds("| a | b |\n|---|---|\n\n```\n# no heading\n\n- no point\n```\n\n<b>x</b>\n\na ** b\n#tag\n");
        let wanted = [
            ("typed", "| a | b |\n|---|---|"),
            ("typed", "```\n# no heading\n\n- no point\n```"),
            ("typed", "<b>x</b>"),
            ("paragraph", "a ** b #tag"),
        ];
        assert_eq!(found, wanted.map(|(kind, text)| (kind, text.to_owned())));
        assert_eq!(kinds("```\nwithout end"), [("typed", "```\nwithout end".to_owned())]);
    }

    #[test]
    fn every_word_of_a_text_is_in_its_copy() {
        let text = "## A **b** c ##\n1. one\n*\n+ x\n    typed\n> said\n\u{2028}odd\n**";
        let copy: String = kinds(text).into_iter().map(|(_, text)| text).collect();
        for word in text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)) {
            assert!(copy.contains(word.trim_matches('*')), "{word} is not in {copy}");
        }
    }
}

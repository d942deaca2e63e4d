//! Texts that differ: word by word, and quoted in a sentence.

use crate::model::changes::{Mark, Stretch};

/// Words with one space between them: how a text is broken into lines says nothing.
pub(super) fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The most characters of a text in a sentence.
const QUOTED: usize = 300;

/// A text between quotation marks, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    let text = plain(text);
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("\"{} ...\"", text[..end].trim_end()),
        None => format!("\"{text}\""),
    }
}

/// What became of a value, to stand behind its name: `3 months to 6 months`, `3 months added`.
pub(super) fn became(before: &str, after: &str) -> String {
    match (before.is_empty(), after.is_empty()) {
        (true, _) => format!("{after} added"),
        (_, true) => format!("{before} dropped"),
        _ => format!("{before} to {after}"),
    }
}

/// Comparisons of words with words that one text may cost.
const MOST: usize = 250_000;

/// What stayed, went and came from one text to the other, word by word.
pub(super) fn stretches(old: &str, new: &str) -> Vec<Stretch> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split_whitespace().collect(), new.split_whitespace().collect());
    let head = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(old, new)| old == new).count();
    let (left, right) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let mut marked: Vec<(Mark, &str)> = old[..head].iter().map(|word| (Mark::Same, *word)).collect();
    marked.extend(between(left, right));
    marked.extend(old[old.len() - tail..].iter().map(|word| (Mark::Same, *word)));
    merged(&marked)
}

/// The same of two texts that begin and end differently.
fn between<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(Mark, &'t str)> {
    if old.len().saturating_mul(new.len()) > MOST {
        let dropped = old.iter().map(|word| (Mark::Dropped, *word));
        return dropped.chain(new.iter().map(|word| (Mark::Added, *word))).collect();
    }
    let common = common(old, new);
    let (mut i, mut j, mut marked) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            marked.push((Mark::Same, old[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            marked.push((Mark::Dropped, old[i]));
            i += 1;
        } else {
            marked.push((Mark::Added, new[j]));
            j += 1;
        }
    }
    marked
}

/// How many words the rest of one text has in common with the rest of the other, in order.
fn common(old: &[&str], new: &[&str]) -> Vec<Vec<u32>> {
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] =
                if old[i] == new[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    common
}

/// Words of one mark in a row as one stretch; a space stands behind each but the last of all.
fn merged(marked: &[(Mark, &str)]) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (at, (mark, word)) in marked.iter().enumerate() {
        let space = if at + 1 < marked.len() { " " } else { "" };
        match stretches.last_mut().filter(|last| last.mark == *mark) {
            Some(last) => last.text.push_str(&format!("{word}{space}")),
            None => stretches.push(Stretch { mark: *mark, text: format!("{word}{space}") }),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> String {
        let shown = stretches(old, new).into_iter().map(|stretch| match stretch.mark {
            Mark::Same | Mark::Omitted => stretch.text,
            Mark::Dropped => format!("-{}-", stretch.text.trim()),
            Mark::Added => format!("+{}+", stretch.text.trim()),
        });
        shown.collect()
    }

    #[test]
    fn words_that_stay_are_told_apart_from_those_that_go_and_come() {
        assert_eq!(told("Reviews all sessions.", "Reviews all\n sessions."), "Reviews all sessions.");
        assert_eq!(told("within two days of it", "within five days of it"), "within -two-+five+days of it");
        assert_eq!(told("", "new words"), "+new words+");
        assert_eq!(told("a b c d", "a c d e"), "a -b-c d +e+");
    }

    #[test]
    fn very_long_texts_are_told_in_two_stretches() {
        let (old, new) = ("x ".repeat(2000), "y ".repeat(2000));
        assert_eq!(stretches(&old, &new).len(), 2);
    }
}

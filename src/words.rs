//! Words of a sentence, folded and stemmed, for comparing what people wrote.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// A word and the bytes it stands at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// In lower case, without a possessive ending.
    pub text: String,
    /// Where it stands.
    pub at: Range<usize>,
}

/// The words of a text: runs of letters and digits, in lower case, `'s` dropped.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (is_of_word(c), start) {
            (true, None) => start = Some(at),
            (false, Some(first)) => {
                words.extend(word(text, first..at));
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '\u{2019}')
}

fn word(text: &str, at: Range<usize>) -> Option<Word> {
    let written = &text[at.clone()];
    let plain = if written.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        written.to_ascii_lowercase()
    } else {
        let folded = written.to_lowercase().replace('\u{2019}', "'");
        folded.strip_suffix("'s").unwrap_or(&folded).replace('\'', "")
    };
    (!plain.is_empty()).then_some(Word { text: plain, at })
}

/// The words alone.
pub fn plain_words(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.text).collect()
}

/// Where the words of a name stand in a row, each place as a range of indices.
pub fn places(words: &[Word], name: &[String]) -> Vec<Range<usize>> {
    if name.is_empty() {
        return Vec::new();
    }
    let fits = |window: &[Word]| window.iter().zip(name).all(|(word, part)| word.text == *part);
    words.windows(name.len()).enumerate().filter(|(_, w)| fits(w)).map(|(i, _)| i..i + name.len()).collect()
}

/// The stems of a list of words.
pub fn stems<'a>(words: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    words.map(stem).collect()
}

/// What is left of an English word without its common endings: enough to see one word in two forms.
pub fn stem(word: &str) -> String {
    if word.len() < 4 || !word.is_ascii() {
        return word.to_owned();
    }
    let singular = singular(word);
    let bare =
        strip(&singular, &[("ations", 4), ("ation", 4), ("ing", 3), ("ed", 3), ("ment", 5), ("ly", 4), ("ion", 5)]);
    undoubled(bare.trim_end_matches('e')).to_owned()
}

fn singular(word: &str) -> Cow<'_, str> {
    if let Some(root) = word.strip_suffix("ies") {
        return format!("{root}y").into();
    }
    let plural = word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is");
    if plural { word[..word.len() - 1].into() } else { word.into() }
}

/// Takes off the first ending that leaves at least so many letters.
fn strip<'a>(word: &'a str, endings: &[(&str, usize)]) -> &'a str {
    let rest = endings.iter().find_map(|(ending, least)| word.strip_suffix(ending).filter(|root| root.len() >= *least));
    rest.unwrap_or(word)
}

fn undoubled(word: &str) -> &str {
    let mut letters = word.chars().rev();
    let double = match (letters.next(), letters.next()) {
        (Some(last), Some(before)) => last == before && !"aeious".contains(last),
        _ => false,
    };
    if double && word.len() > 4 { &word[..word.len() - 1] } else { word }
}

/// A short mark of a stem, by which words can be compared without keeping the text they come from.
pub fn mark(stem: &str) -> u16 {
    let hash = stem.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    u16::try_from((hash >> 16) ^ (hash & 0xffff)).expect("two halves of 16 bits")
}

/// Text for a document: control characters, and the marks that make a reader see letters in another order than they
/// stand, are shown as U+FFFD; line ends and tabs stay.
pub fn printable(text: &str) -> String {
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if hidden(c) { '\u{fffd}' } else { c }).collect()
}

/// What stands at the end of a text of which a cell of a workbook holds no more.
pub const CUT: &str = " ... (cut: a cell holds no more than this)";

/// As much of a text as stands in so many UTF-16 units, as spreadsheets count.
pub fn within(text: &str, units: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.len_utf16();
        used <= units
    };
    text.chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for forms in [
            &["limit", "limits", "limited", "limiting", "limitation", "limitations"][..],
            &["authorize", "authorizes", "authorized", "authorization"],
            &["control", "controls", "controlled", "controlling"],
            &["policy", "policies"],
            &["device", "devices"],
            &["scan", "scans", "scanned", "scanning"],
            &["access", "accessing", "accessed"],
            &["detect", "detects", "detection"],
        ] {
            let stems: BTreeSet<String> = forms.iter().map(|form| stem(form)).collect();
            assert_eq!(stems.len(), 1, "{stems:?}");
        }
    }

    #[test]
    fn different_words_keep_different_stems() {
        for (one, other) in [("user", "use"), ("system", "systemic"), ("port", "portion"), ("bus", "business")] {
            assert_ne!(stem(one), stem(other));
        }
    }

    #[test]
    fn a_name_is_found_at_the_borders_of_words_whatever_joins_them() {
        let text = words("The Acme-MSP's desk; not Acmemsp, nor acme alone.");
        let name = plain_words("acme msp");
        assert_eq!(places(&text, &name), vec![Range { start: 1, end: 3 }]);
        assert!(places(&text, &[]).is_empty());
    }
}

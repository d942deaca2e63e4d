//! Texts in a sentence: on one line, quoted, and what became of them.

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

//! Text of a repository as Markdown that says it and does nothing: no element, no link, no mention, no emoji.
//!
//! Renderers of forges look for mentions, references and addresses in the text that Markdown has become, so a character
//! reference alone is not enough there: a space without width parts what would be read together.

use super::super::clipped;
use crate::report::visible;

/// A space without width.
const APART: &str = "&#8203;";

/// The most characters of one text; nobody reads on in a comment.
const LONGEST: usize = 2000;

/// Prose that may stand anywhere on a line; stretches between single backticks become code.
pub(super) fn prose(text: &str) -> String {
    let text = one_line(&clipped(text, LONGEST));
    let parts: Vec<&str> = text.split('`').collect();
    let holds_code = parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(|part| !part.trim().is_empty());
    if !holds_code {
        return plain(&text);
    }
    parts.iter().enumerate().map(|(nth, part)| if nth % 2 == 1 { code(part) } else { plain(part) }).collect()
}

/// Words of a text that is told by word, with the spaces at their ends.
pub(super) fn words(text: &str) -> String {
    plain(&one_line(text))
}

/// Text as code: behind and before more backticks than stand in it.
pub(super) fn code(text: &str) -> String {
    let text = visible(clipped(text, LONGEST).trim());
    if text.is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&text) + 1);
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Every stretch of white space as one space, every other character that acts or hides as a sign.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '\n' | '\t' | '\r' if out.ends_with(' ') => {}
            ' ' | '\n' | '\t' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    visible(&out)
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut ids = ids(text).into_iter().peekable();
    let mut told = 0;
    for (at, c) in text.char_indices() {
        if let Some((_, end)) = ids.next_if(|(start, _)| *start == at) {
            out.push_str(&format!("<code>{}</code>", &text[at..end]));
            told = end;
        }
        if at < told {
            continue;
        }
        if is_quiet(c) {
            out.push(c);
        } else {
            out.push_str(&format!("&#{};", u32::from(c)));
        }
        if reads_on(&text[..at], c, &text[at + c.len_utf8()..]) {
            out.push_str(APART);
        }
    }
    out
}

/// Where ids of commits stand: a forge links them wherever they are no code.
fn ids(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let id = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_hex = id.len() >= 7 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_mixed = id.contains(|c: char| c.is_ascii_digit()) && id.contains(|c: char| c.is_ascii_alphabetic());
        if is_hex && (is_mixed || id.len() >= 40) {
            found.push((start, start + id.len()));
        }
        start += word.len();
    }
    found
}

/// Whether a character means nothing to Markdown or HTML wherever it stands behind the first on a line.
fn is_quiet(c: char) -> bool {
    c.is_alphanumeric()
        || !c.is_ascii()
        || matches!(c, ' ' | ',' | ';' | '.' | '?' | '/' | '(' | ')' | '-' | '\'' | '"')
}

/// Whether a forge could read a character together with what follows it: `@name`, `#12`, `!12`, `www.`, `https://`,
/// `:emoji:`, `GH-12`.
fn reads_on(before: &str, c: char, after: &str) -> bool {
    let next = after.chars().next();
    let before_a_word = next.is_some_and(|next| next.is_alphanumeric() || matches!(next, '"' | '_' | '-'));
    match c {
        '@' => true,
        '#' | '!' | '$' | '%' | '&' | '~' | '^' => before_a_word,
        ':' => after.starts_with("//") || (before_a_word && ends_a_name(after)),
        'w' | 'W' => next == Some('.') && ends_with_word(before, "ww"),
        '-' => ends_with_word(before, "GH") && next.is_some_and(|next| next.is_ascii_digit()),
        _ => false,
    }
}

/// Whether a colon comes before a space does.
fn ends_a_name(text: &str) -> bool {
    text.split(' ').next().is_some_and(|word| word.contains(':'))
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.len().checked_sub(word.len()).and_then(|at| text.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

/// A path inside an HTML comment: nothing in it ends the comment.
pub(super) fn in_comment(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'-' if out.ends_with('-') => out.push_str("%2D"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'/' | b'-' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

//! Keys that are nearly ours: a line with one of them says nothing, and whoever wrote it believes that it does.

use super::kept::Line;
use crate::ids::Span;
use crate::table;
use crate::trailers::{KEYS, key_of, spelled};

/// A key that was meant as one of ours.
pub(super) struct Misspelt {
    /// The first byte of its line.
    pub(super) line: usize,
    /// Where the key stands.
    pub(super) span: Span,
    /// As it was written.
    pub(super) written: String,
    /// What was meant, in lower case.
    pub(super) meant: &'static str,
    /// Whether it looks right, and holds another sign than it seems to.
    pub(super) is_invisible: bool,
    /// The line as it was meant.
    pub(super) corrected: String,
}

/// Keys with which nothing else than a record of ours begins.
const OURS_ALONE: [&str; 7] = [
    "practice-review",
    "review-outcome",
    "review-record",
    "responsibility-accepted",
    "acceptance-record",
    "compliance-affirmed",
    "practice-certified",
];

/// Keys of others that are near ours.
const OF_OTHERS: [&str; 12] = [
    "acked-by",
    "approved-by",
    "co-authored-by",
    "helped-by",
    "reported-by",
    "requested-by",
    "reviewed-at",
    "reviewed-on",
    "signed-off-by",
    "suggested-by",
    "tested-by",
    "verified-by",
];

/// How alike a key has to be where nothing around it is ours, and where something is.
const ALONE: f64 = 0.84;
const AMONG: f64 = 0.75;

/// The keys of a paragraph that are nearly ours.
pub(super) fn of(paragraph: &[Line]) -> Vec<Misspelt> {
    let is_ours = |line: &Line| key_of(line.text.trim()).is_some_and(|(key, _)| OURS_ALONE.contains(&key));
    let found = |least: f64| paragraph.iter().filter_map(move |line| misspelt(line, least));
    let heads = |slips: &[Misspelt]| slips.iter().any(|slip| OURS_ALONE.contains(&slip.meant));
    let alone: Vec<Misspelt> = found(ALONE).collect();
    if paragraph.iter().any(is_ours) || heads(&alone) { found(AMONG).collect() } else { Vec::new() }
}

fn misspelt(line: &Line, least: f64) -> Option<Misspelt> {
    let (written, value) = line.text.split_once([':', '：'])?;
    let is_exact = key_of(line.text.trim()).is_some();
    if is_exact || written.trim().is_empty() || written.chars().count() > 40 {
        return None;
    }
    let plain = plain(written)?;
    if OF_OTHERS.contains(&plain.as_str()) {
        return None;
    }
    let meant = table::nearest(&plain, &KEYS).filter(|near| table::likeness(&plain, near) >= least)?;
    let meant = KEYS.into_iter().find(|key| *key == meant)?;
    let from = written.len() - written.trim_start().len();
    Some(Misspelt {
        line: line.start,
        span: line.stretch(from, written.trim().len()),
        written: written.trim().to_owned(),
        meant,
        is_invisible: plain == meant && !written.trim().contains([' ', '_']),
        corrected: format!("{}{}: {}", &written[..from], spelled(meant), value.trim()),
    })
}

/// A key in lower case with hyphens that are hyphens, without what nobody sees; `None` where it is no word of ASCII.
fn plain(written: &str) -> Option<String> {
    let is_unseen =
        |c: &char| c.is_control() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let hyphened = |c: char| match c {
        ' ' | '_' | '\u{a0}' | '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other.to_ascii_lowercase(),
    };
    let plain: String = written.trim().chars().filter(|c| !is_unseen(c)).map(hyphened).collect();
    plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '-').then_some(plain)
}

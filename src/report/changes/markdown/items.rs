//! One thing of a comment each, as an item of a list.

use super::super::notes::asked;
use super::super::{omitted, sentence, short};
use super::escape::{code, prose, words};
use crate::model::changes::{Approval, Ask, Change, Finding, Mark, Spot, Stretch, Unread};
use crate::report::from_top;

/// How many lines a change or an ask may have below its own.
const MOST_LINES: usize = 12;

/// How many characters of a prose that is told by word.
const MOST_WORDS: usize = 3000;

/// What differs, what follows from it, and where it stands.
pub(super) fn change(change: &Change, root: &str) -> String {
    let place = change.spot.as_ref().map(|spot| format!(" {}", small(spot, root))).unwrap_or_default();
    let mut out = format!("- <b>{}</b>: {}{place}\n", prose(&change.subject), prose(&sentence(change)));
    let follows = change.follows.iter().map(|follows| first_apart(&prose(follows)));
    out.push_str(&lines(follows.collect()));
    if !change.words.is_empty() {
        out.push_str(&format!("  > {}\n", by_word(&change.words)));
    }
    out
}

/// Lines below an item, the last ones counted.
fn lines(mut all: Vec<String>) -> String {
    let more = all.len().saturating_sub(MOST_LINES);
    all.truncate(MOST_LINES);
    all.extend((more > 0).then(|| format!("and {more} more")));
    all.iter().filter(|line| !line.is_empty()).map(|line| format!("  - {line}\n")).collect()
}

/// Escaped text that begins a line: its first character begins no heading, quote or list. A `<` is of a tag of ours.
fn first_apart(text: &str) -> String {
    match text.chars().next() {
        Some(first) if first.is_alphabetic() || matches!(first, '&' | '`' | '"' | '<') => text.to_owned(),
        Some(first) => format!("&#{};{}", u32::from(first), &text[first.len_utf8()..]),
        None => String::new(),
    }
}

fn small(spot: &Spot, root: &str) -> String {
    let line = spot.line.map(|line| format!(":{line}")).unwrap_or_default();
    let gone = if spot.gone { "before: " } else { "" };
    format!("<sub>{gone}{}</sub>", code(&format!("{}{line}", from_top(root, &spot.path))))
}

/// Prose by word, no more of it than somebody reads.
fn by_word(all: &[Stretch]) -> String {
    let (mut out, mut room) = (String::new(), MOST_WORDS);
    for stretch in all {
        let shown: String = stretch.text.chars().take(room).collect();
        out.push_str(&marked(stretch.mark, &shown));
        room -= shown.chars().count();
        if shown.len() < stretch.text.len() {
            let all: usize = all.iter().map(|stretch| stretch.text.chars().count()).sum();
            out.push_str(&format!(" ... ({} more characters)", all - MOST_WORDS));
            break;
        }
    }
    first_apart(out.trim_start())
}

fn marked(mark: Mark, text: &str) -> String {
    let escaped = words(text);
    match mark {
        Mark::Same => escaped,
        Mark::Dropped => format!("<del>{escaped}</del>"),
        Mark::Added => format!("<ins>{escaped}</ins>"),
        Mark::Omitted => format!(" <i>... {} ...</i> ", words(&omitted(text))),
    }
}

pub(super) fn unread(unread: &Unread, root: &str) -> String {
    let help = if unread.help.is_empty() { String::new() } else { format!("; {}", prose(&unread.help)) };
    let side = if unread.side == "before" { "Before" } else { "After" };
    format!("> - {side}: {} {}{help}\n", small(&unread.spot, root), prose(&unread.message))
}

/// Each ask of a party as a task, the missing ones first; the first one carries the party's name.
pub(super) fn approval(approval: &Approval) -> Vec<String> {
    let missing = approval.asks.iter().filter(|ask| ask.given.is_none());
    let given = approval.asks.iter().filter(|ask| ask.given.is_some());
    let mut items: Vec<String> = missing.chain(given).map(ask).collect();
    if let Some(first) = items.first_mut() {
        let name = if approval.name.is_empty() { &approval.party } else { &approval.name };
        first.insert_str(0, &format!("\n<b>{}</b> ({})\n\n", prose(name), code(&approval.party)));
    }
    items
}

fn ask(ask: &Ask) -> String {
    let subject = if ask.subject == "duties" { asked(&ask.subject).to_owned() } else { code(&ask.subject) };
    match &ask.given {
        Some(given) => {
            let at = short(&given.commit).map(|commit| format!(", {commit}")).unwrap_or_default();
            format!("- [x] {subject}: given by {} ({}{at})\n", code(&given.by), prose(&given.grade))
        }
        None => format!("- [ ] <b>{subject}</b>\n{}", lines(told(ask))),
    }
}

/// Why an approval is missing, who may give it and how.
fn told(ask: &Ask) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    all.extend(list("Who may", &ask.who));
    all.extend((!ask.how.is_empty()).then(|| format!("Record it: {}", code(&ask.how))));
    all.extend(ask.refused.iter().map(|refused| format!("Does not count: {}", prose(refused))));
    all.extend(ask.why.iter().map(|why| first_apart(&prose(why))));
    all
}

fn list(lead: &str, names: &[String]) -> Option<String> {
    let names: Vec<String> = names.iter().map(|name| code(name)).collect();
    (!names.is_empty()).then(|| format!("{lead}: {}", names.join(", ")))
}

pub(super) fn finding(finding: &Finding, root: &str) -> String {
    let help = if finding.help.is_empty() { String::new() } else { format!("; {}", prose(&finding.help)) };
    let rule = format!("{}[{}]", finding.level, finding.rule);
    format!("- {}: {}{help} {}\n", code(&rule), prose(&finding.message), small(&finding.spot, root))
}

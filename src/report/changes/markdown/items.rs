//! One thing of a comment each, as an item of a list.

use super::super::notes::asked;
use super::super::{clipped, omitted, sentence, short};
use super::escape::{code, prose, words};
use crate::model::changes::{Approval, Ask, Change, Finding, Mark, Spot, Stretch, Unread};
use crate::report::from_top;

/// How many lines a change or an ask may have below its own.
const MOST_LINES: usize = 12;

/// How many people an approval names.
const MOST_NAMES: usize = 4;

/// How many characters of a text that only has to be recognized.
const SHORT: usize = 160;

/// How many bytes a change may take before it is told in brief: a longer one would leave no room for the others.
const MOST_BYTES: usize = 8_000;

/// How many characters of a prose that is told by word.
const MOST_WORDS: usize = 3000;

/// What differs, what follows from it, and where it stands.
pub(super) fn change(change: &Change, root: &str) -> String {
    let whole = whole(change, root);
    if whole.len() <= MOST_BYTES {
        return whole;
    }
    let more = whole.len();
    let told = format!("- <b>{}</b>: {}", brief(&change.subject), brief(&sentence(change)));
    format!("{told} <i>(too long to stand here, {more} bytes)</i>\n")
}

fn whole(change: &Change, root: &str) -> String {
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
    all.iter().filter(|line| !line.is_empty()).map(|line| format!("  - {line}\n")).collect::<Vec<_>>().concat()
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
        let (name, party) = (brief(name), code(&clipped(&approval.party, SHORT)));
        first.insert_str(0, &format!("\n<b>{name}</b> ({party})\n\n"));
    }
    items
}

fn ask(ask: &Ask) -> String {
    let subject = subject(ask);
    match &ask.given {
        Some(given) => {
            let at = short(&given.commit).map(|commit| format!(", {commit}")).unwrap_or_default();
            let by = prose(&clipped(&person(&given.by), SHORT));
            format!("- [x] {subject}: given by {by} ({}{at})\n", prose(&clipped(&given.grade, SHORT)))
        }
        None => {
            let why =
                ask.why.first().map(|why| format!(": {}", prose(&clipped(ask.reason(why), SHORT)))).unwrap_or_default();
            format!("- [ ] <b>{subject}</b>{why}\n{}", lines(told(ask)))
        }
    }
}

fn subject(ask: &Ask) -> String {
    if ask.subject == "duties" { asked(&ask.subject).to_owned() } else { code(&clipped(&ask.subject, SHORT)) }
}

/// Who may give an approval and how, and why what there is does not count.
fn told(ask: &Ask) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    all.extend(who(&ask.who));
    all.extend((!ask.how.is_empty()).then(|| format!("Record it: {}", code(&clipped(&ask.how, SHORT)))));
    all.extend(ask.refused.first().map(|refused| format!("Does not count: {}", prose(&clipped(refused, SHORT)))));
    all
}

/// The first few by name; their addresses stand with all the reasons.
fn who(all: &[String]) -> Option<String> {
    let mut names: Vec<String> = all.iter().take(MOST_NAMES).map(|who| prose(&clipped(&person(who), SHORT))).collect();
    let more = all.len().saturating_sub(MOST_NAMES);
    names.extend((more > 0).then(|| format!("{more} more")));
    (!names.is_empty()).then(|| format!("Who may: {}", names.join(", ")))
}

/// A name and a role without the address between them.
fn person(who: &str) -> String {
    match (who.find(" <"), who.find('>')) {
        (Some(open), Some(close)) if open < close => format!("{}{}", &who[..open], &who[close + 1..]),
        _ => who.to_owned(),
    }
}

/// All that the task of an approval has no room for.
pub(super) fn reasons(approval: &Approval, ask: &Ask) -> Option<String> {
    let is_told = |texts: &[String], most: usize| texts.len() <= most && texts.iter().all(|text| text.len() <= SHORT);
    if is_told(&ask.why, 1) && is_told(&ask.refused, 1) && ask.who.len() <= MOST_NAMES {
        return None;
    }
    let party = prose(&clipped(&approval.party, SHORT));
    let mut all: Vec<String> = ask.why.iter().map(|why| first_apart(&brief(ask.reason(why)))).collect();
    all.truncate(MOST_LINES);
    all.extend(ask.why.len().checked_sub(MOST_LINES + 1).map(|more| format!("and {} more reasons", more + 1)));
    let whoever: Vec<String> = ask.who.iter().take(MOST_LINES).map(|who| code(&clipped(who, SHORT))).collect();
    all.extend((!whoever.is_empty()).then(|| format!("Who may: {}", whoever.join(", "))));
    all.extend(ask.refused.iter().map(|refused| format!("Does not count: {}", brief(refused))));
    let all: String = all
        .iter()
        .filter(|line| !line.is_empty())
        .take(3 * MOST_LINES)
        .map(|line| format!("  - {line}\n"))
        .collect::<Vec<_>>()
        .concat();
    Some(format!("- <b>{}</b> of {party}\n{all}", subject(ask)))
}

fn brief(text: &str) -> String {
    prose(&clipped(text, 2 * SHORT))
}

/// The name of a document as one of a line.
pub(super) fn document(nth: usize, change: &Change) -> String {
    let comma = if nth > 0 { ", " } else { "" };
    format!("{comma}{}", brief(&change.subject))
}

pub(super) fn finding(finding: &Finding, root: &str) -> String {
    let help = if finding.help.is_empty() { String::new() } else { format!("; {}", prose(&finding.help)) };
    let rule = format!("{}[{}]", finding.level, finding.rule);
    format!("- {}: {}{help} {}\n", code(&rule), prose(&finding.message), small(&finding.spot, root))
}

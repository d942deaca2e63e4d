//! Statements, policies and other prose.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Sides, words};
use crate::ids::CONTRACTOR;
use crate::model::changes::{Section, Weight, What};
use crate::model::{Filed, Policy};

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    statements(sides, out);
    policies(sides, out);
}

/// A text that was changed, came or went; `None` where it is the same.
fn prose(subject: &str, before: Option<&str>, after: Option<&str>) -> Option<Change> {
    let new = |what, sentence: String| {
        let mut change = Change::new(Section::Prose, what, subject, sentence);
        change.weight = Weight::Slight;
        change
    };
    let count = |text: &str| words_in(text.split_whitespace().count());
    let (before, after) = (before.map(words::in_lines), after.map(words::in_lines));
    match (before.as_deref(), after.as_deref()) {
        (None, None) => None,
        (Some(old), Some(new)) if old == new => None,
        (None, Some(text)) => Some(new(What::Added, format!("new, {}", count(text)))),
        (Some(text), None) => Some(new(What::Removed, format!("dropped, {}", count(text)))),
        (Some(old), Some(text)) if words::is_same(old, text) => {
            Some(new(What::Changed, "set in other lines, in the same words".to_owned()))
        }
        (Some(old), Some(text)) => {
            let found = words::differing(old, text);
            let mut change = new(What::Changed, counted(found.added, found.dropped));
            change.follows.extend(found.is_cut.then(|| "not all words that differ are shown".to_owned()));
            change.words = found.stretches;
            Some(change)
        }
    }
}

fn words_in(count: usize) -> String {
    format!("{count} {}", if count == 1 { "word" } else { "words" })
}

fn counted(added: usize, dropped: usize) -> String {
    match (added, dropped) {
        (added, 0) => format!("{} added", words_in(added)),
        (0, dropped) => format!("{} dropped", words_in(dropped)),
        (added, dropped) => format!("{} added, {dropped} dropped", words_in(added)),
    }
}

/// The statement of each practice.
fn statements(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let (old, new) = (&sides.before.facts.assessment.practices, &sides.after.facts.assessment.practices);
    for (id, after) in new {
        let Some(before) = old.get(id) else { continue };
        let text = |statement: &Option<crate::ids::Spanned<String>>| statement.as_ref().map(|text| text.value.clone());
        let (one, two) = (text(&before.statement), text(&after.statement));
        if (one.is_some() && two.is_none() && after.lost) || (one.is_none() && two.is_some() && before.lost) {
            continue;
        }
        let Some(mut change) = prose(&format!("{id}, statement"), one.as_deref(), two.as_deref()) else { continue };
        change.practice = Some(*id);
        let span = |statement: &Option<crate::ids::Spanned<String>>| statement.as_ref().map(|text| text.span);
        change.spot = Some(match (span(&after.statement), span(&before.statement)) {
            (None, Some(gone)) => sides.gone(gone),
            (new, _) => sides.spot(new.unwrap_or(after.practice.span)),
        });
        out.push(change);
    }
}

/// Policies by id; one whose text stands under another id was moved.
fn policies(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let (old, new) = (&sides.before.facts.assessment.policies, &sides.after.facts.assessment.policies);
    for (id, after) in new {
        if let Some(before) = old.get(id) {
            out.extend(changed_policy(sides, before, after));
        }
    }
    let mut gone: Vec<&Filed<Policy>> =
        old.iter().filter(|(id, _)| !new.contains_key(*id)).map(|(_, policy)| policy).collect();
    let mut come: Vec<&Filed<Policy>> =
        new.iter().filter(|(id, _)| !old.contains_key(*id)).map(|(_, policy)| policy).collect();
    for (before, after, what) in pairs(&mut gone, &mut come) {
        out.push(renamed_policy(sides, before, after, what));
    }
    for policy in gone.into_iter().filter(|policy| !sides.is_unread_after(&policy.path)) {
        if let Some(mut change) = of_contractor(prose(&format!("policy {}", policy.id), Some(&policy.text), None)) {
            change.weight = Weight::StandsOut;
            change.spot = Some(sides.gone(policy.top()));
            out.push(change);
        }
    }
    for policy in come.into_iter().filter(|policy| !sides.is_unread_before(&policy.path)) {
        if let Some(mut change) = of_contractor(prose(&format!("policy {}", policy.id), None, Some(&policy.text))) {
            change.weight = Weight::Plain;
            change.spot = Some(sides.spot(policy.top()));
            out.push(change);
        }
    }
}

fn of_contractor(change: Option<Change>) -> Option<Change> {
    change.map(|mut change| {
        change.parties.insert(CONTRACTOR.to_owned());
        change
    })
}

fn changed_policy(sides: &Sides<'_>, before: &Filed<Policy>, after: &Filed<Policy>) -> Option<Change> {
    let mut change = of_contractor(prose(&format!("policy {}", after.id), Some(&before.text), Some(&after.text)))?;
    change.spot = Some(sides.spot(after.top()));
    Some(change)
}

fn renamed_policy(sides: &Sides<'_>, before: &Filed<Policy>, after: &Filed<Policy>, what: What) -> Change {
    let sentence =
        format!("{} {} to {}", if what == What::Moved { "moved" } else { "renamed" }, before.path, after.path);
    let mut change = Change::new(Section::Prose, what, format!("policy {}", after.id), sentence);
    (change.before, change.after) = (Some(before.path.clone()), Some(after.path.clone()));
    change.parties.insert(CONTRACTOR.to_owned());
    if let Some(text) = changed_policy(sides, before, after) {
        change.follows.push(text.sentence);
        change.words = text.words;
    }
    change.spot = Some(sides.spot(after.top()));
    change
}

/// Takes out the policies that stand under another name: with the same text, or with most of its words.
fn pairs<'a>(
    gone: &mut Vec<&'a Filed<Policy>>,
    come: &mut Vec<&'a Filed<Policy>>,
) -> Vec<(&'a Filed<Policy>, &'a Filed<Policy>, What)> {
    let mut pairs = Vec::new();
    let by_text: BTreeMap<Cow<'a, str>, &'a Filed<Policy>> =
        come.iter().map(|policy| (words::in_lines(&policy.text), *policy)).collect();
    take(gone, come, &mut pairs, What::Moved, |old| by_text.get(&words::in_lines(&old.text)).copied());
    let bags: Vec<(BTreeSet<&str>, &'a Filed<Policy>)> =
        come.iter().take(MOST_COMPARED).map(|policy| (bag(&policy.text), *policy)).collect();
    let mut asked = 0;
    take(gone, come, &mut pairs, What::Renamed, |old| {
        asked += 1;
        if asked > MOST_COMPARED {
            return None;
        }
        let own = bag(&old.text);
        bags.iter()
            .filter(|(other, _)| is_alike(&own, other))
            .max_by_key(|(other, _)| own.intersection(other).count())
            .map(|(_, p)| *p)
    });
    pairs
}

fn take<'a>(
    gone: &mut Vec<&'a Filed<Policy>>,
    come: &mut Vec<&'a Filed<Policy>>,
    pairs: &mut Vec<(&'a Filed<Policy>, &'a Filed<Policy>, What)>,
    what: What,
    mut find: impl FnMut(&Filed<Policy>) -> Option<&'a Filed<Policy>>,
) {
    gone.retain(|old| {
        let found = find(old).and_then(|new| come.iter().position(|free| free.id == new.id));
        let Some(at) = found else { return true };
        pairs.push((*old, come.remove(at), what));
        false
    });
}

/// How many policies that went are held against those that came.
const MOST_COMPARED: usize = 64;

/// How many words of a policy are held against those of another.
const WORDS_HELD: usize = 20_000;

fn bag(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().take(WORDS_HELD).collect()
}

/// Whether most words of each stand in the other.
fn is_alike(one: &BTreeSet<&str>, other: &BTreeSet<&str>) -> bool {
    let shared = one.intersection(other).count();
    shared > 0 && shared * 3 >= one.len().max(other.len()) * 2
}

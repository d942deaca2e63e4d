//! What defined objectives define.

use std::collections::BTreeSet;

use super::practices::{self, At, Both, Letters, change};
use super::wording::{plain, quoted};
use super::words::stretches;
use super::{Change, Sides};
use crate::model::changes::{Section, What};
use crate::model::practice::Practice;

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    for both in practices::differing(sides) {
        let letters: BTreeSet<&str> = keys(both.before).chain(keys(both.after)).collect();
        out.extend(letters.into_iter().filter_map(|letter| of_letter(sides, both, letter)));
    }
}

fn keys(practice: &Practice) -> impl Iterator<Item = &str> {
    practice.values.keys().map(String::as_str)
}

fn of_letter(sides: &Sides<'_>, both: Both<'_>, letter: &str) -> Option<Change> {
    let (old, new) = (both.before.values.get(letter), both.after.values.get(letter));
    let (before, after) = (old.map(|value| plain(&value.value)), new.map(|value| plain(&value.value)));
    let (what, sentence) = match (&before, &after) {
        (Some(before), Some(after)) if before == after => return None,
        (Some(before), Some(after)) => (What::Changed, format!("{} to {}", quoted(before), quoted(after))),
        (Some(before), None) => (What::Removed, format!("no value any more, was {}", quoted(before))),
        (None, after) => (What::Added, format!("is {} now, was not defined", quoted(after.as_deref()?))),
    };
    let mut found = change(Section::Values, what, both.id, &Letters::from([letter.to_owned()]), sentence);
    if let (Some(before), Some(after)) = (&before, &after) {
        found.words = stretches(before, after);
    }
    found.spot = match (new, old) {
        (Some(new), _) => Some(sides.at(At::Now(new.value.span))),
        (None, old) => old.map(|old| sides.at(At::Then(old.value.span))),
    };
    (found.before, found.after) = (before, after);
    Some(found)
}

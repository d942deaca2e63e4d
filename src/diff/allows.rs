//! Rule levels and allows.

use std::collections::{BTreeMap, BTreeSet};

use super::naming::{moved, short};
use super::tables::{Of, Walk};
use super::{Change, Side, Sides};
use crate::diagnostic::Level;
use crate::ids::Span;
use crate::model::changes::{Section, Weight, What};
use crate::model::config::{Allow, RuleLevel};
use crate::rules::RULES;
use crate::table::Entry;

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    levels(sides, out);
    let (before, after) = (&sides.before.facts.assessment.config, &sides.after.facts.assessment.config);
    let renamed = BTreeMap::new();
    Walk::new(sides, &renamed, out).files(&Of::new(Section::Allows, ""), Some(before), Some(after), &["allow"]);
    lapsed(sides, out);
}

type Levels = BTreeMap<String, Entry<crate::ids::Spanned<RuleLevel>>>;

fn levels(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let (before, after) = (&sides.before.facts.assessment.config, &sides.after.facts.assessment.config);
    let names: BTreeSet<&String> = before.rules.keys().chain(after.rules.keys()).collect();
    let word = |levels: &Levels, name: &str| levels.get(name).map(|entry| entry.value.value);
    for name in names {
        let (old, new) = (word(&before.rules, name), word(&after.rules, name));
        let is_unsaid = (new.is_none() && after.lost) || (old.is_none() && before.lost);
        if old != new && !is_unsaid {
            out.push(level(sides, name, old, new));
        }
    }
}

/// How much a rule says: nothing, a warning, a denial.
fn rank(level: RuleLevel) -> usize {
    match level {
        RuleLevel::Allow => 0,
        RuleLevel::Warn => 1,
        RuleLevel::Deny => 2,
    }
}

fn level(sides: &Sides<'_>, name: &str, old: Option<RuleLevel>, new: Option<RuleLevel>) -> Change {
    let default = RULES.iter().find(|rule| rule.name == name).map(|rule| match rule.level {
        Level::Deny => RuleLevel::Deny,
        Level::Warn => RuleLevel::Warn,
        Level::Allow => RuleLevel::Allow,
    });
    let (was, is) = (old.or(default), new.or(default));
    let (was_rank, is_rank) = (was.map_or(2, rank), is.map_or(2, rank));
    let said = moved(was.map(RuleLevel::word), is.map(RuleLevel::word));
    let sentence = match is_rank.cmp(&was_rank) {
        std::cmp::Ordering::Less => format!("lowered, {said}"),
        std::cmp::Ordering::Greater => format!("raised, {said}"),
        std::cmp::Ordering::Equal => "its level is written or left out, and is the same".to_owned(),
    };
    let what = match (old, new) {
        (None, _) => What::Added,
        (_, None) => What::Removed,
        _ => What::Changed,
    };
    let mut change = Change::new(Section::Allows, what, format!("rule {}", short(name)), sentence);
    change.weight = match is_rank.cmp(&was_rank) {
        std::cmp::Ordering::Less => Weight::StandsOut,
        std::cmp::Ordering::Greater => Weight::Plain,
        std::cmp::Ordering::Equal => Weight::Slight,
    };
    let word = |level: Option<RuleLevel>| level.map(|level| level.word().to_owned());
    (change.before, change.after) = (word(was), word(is));
    let place =
        |side: &Side<'_>| -> Option<Span> { side.facts.assessment.config.rules.get(name).map(|entry| entry.key) };
    change.spot = match (place(&sides.before), place(&sides.after)) {
        (Some(gone), None) => Some(sides.gone(gone)),
        (_, new) => new.map(|span| sides.spot(span)),
    };
    change
}

/// Allows that have lapsed on the side compared to and had not on the other.
fn lapsed(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let key = |allow: &Allow| (allow.rule.value.clone(), allow.within.as_ref().map(|within| within.value.clone()));
    let is_lapsed =
        |side: &Side<'_>, allow: &Allow| allow.until.as_ref().is_some_and(|until| until.value < side.facts.as_of);
    let allows = sides.before.facts.assessment.config.allow.iter();
    let held: BTreeSet<_> = allows.filter(|allow| !is_lapsed(&sides.before, allow)).map(key).collect();
    for allow in sides.after.facts.assessment.config.allow.iter().filter(|allow| is_lapsed(&sides.after, allow)) {
        if !held.contains(&key(allow)) {
            continue;
        }
        let within = allow.within.as_ref().map(|within| format!(" in {}", short(within))).unwrap_or_default();
        let until = allow.until.as_ref().map(|until| until.value.to_string()).unwrap_or_default();
        let sentence = format!("lapsed on {until}: what it allowed is reported again");
        let subject = format!("allow of {}{within}", short(&allow.rule));
        let mut change = Change::new(Section::Allows, What::Changed, subject, sentence);
        change.after = Some(until);
        change.spot = Some(sides.spot(allow.span));
        out.push(change);
    }
}

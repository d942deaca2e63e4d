//! Who tells whom of an incident, and who reports.

use super::renames::renamed_providers;
use super::tables::{Of, Walk};
use super::{Change, Sides, naming};
use crate::handoffs::{REPORT_WITHIN, Ways, in_hours};
use crate::model::assessment::Assessment;
use crate::model::changes::{Section, Weight, What};

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let renamed = renamed_providers(sides);
    if sides.is_missing_unread("incident.toml") {
        return;
    }
    let of = Of::new(Section::Handoffs, "");
    let started = out.len();
    Walk::new(sides, &renamed, out).files(&of, before.incident.as_ref(), after.incident.as_ref(), &[]);
    if out.len() > started || before.config.person.len() != after.config.person.len() {
        out.extend(longest(sides));
    }
}

/// How long the longest way to the contractor takes, by which handoffs, and whether one has no limit.
fn longest_way(assessment: &Assessment) -> Option<(i64, String, bool)> {
    let ways = Ways::of(assessment, assessment.incident.as_ref()?);
    let longest = ways.longest();
    let is_open = longest.iter().any(crate::handoffs::Way::is_open);
    let way = longest.into_iter().next()?;
    let steps: Vec<&str> = way.steps.iter().map(|step| &*step.id.name).collect();
    Some((way.minutes, naming::listed(&steps), is_open))
}

fn longest(sides: &Sides<'_>) -> Option<Change> {
    let old = longest_way(&sides.before.facts.assessment);
    let new = longest_way(&sides.after.facts.assessment);
    let of = |way: &Option<(i64, String, bool)>| way.as_ref().map(|(minutes, _, is_open)| (*minutes, *is_open));
    if of(&old) == of(&new) {
        return None;
    }
    let said = |way: &Option<(i64, String, bool)>| match way {
        None => "no way".to_owned(),
        Some((minutes, _, false)) => in_hours(*minutes),
        Some((minutes, _, true)) => format!("{} and a step without a limit", in_hours(*minutes)),
    };
    let sentence = format!("{} to {}", said(&old), said(&new));
    let mut change =
        Change::new(Section::Handoffs, What::Changed, "longest way of an incident to the contractor", sentence);
    (change.before, change.after) = (old.as_ref().map(|_| said(&old)), new.as_ref().map(|_| said(&new)));
    change.follows.extend(new.as_ref().map(|(_, steps, _)| format!("by {steps}")));
    let left = REPORT_WITHIN - new.as_ref().map_or(0, |(minutes, _, _)| *minutes);
    change.follows.push(match left {
        ..=0 => "nothing is left of the 72 hours to report".to_owned(),
        left => format!("{} of the 72 hours to report are left", in_hours(left)),
    });
    let is_worse = match (of(&old), of(&new)) {
        (Some(old), Some(new)) => new.0 > old.0 || (new.1 && !old.1),
        (old, new) => old.is_some() && new.is_none(),
    };
    change.weight = if is_worse { Weight::StandsOut } else { Weight::Plain };
    let incident = sides.after.facts.assessment.incident.as_ref();
    change.spot = incident.map(|incident| sides.spot(incident.top()));
    Some(change)
}

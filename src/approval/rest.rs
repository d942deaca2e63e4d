//! What differs and belongs to no review of a subject: a review of the plan that is recorded last covers it.

use std::collections::BTreeSet;

use super::{ask, reviews, trust};
use crate::diff::{self, Sides};
use crate::model::changes::{Change, Changes, Section, Weight, What};
use crate::model::history::Subject;

/// Whether there is something of this kind.
pub(super) fn is_any(sides: &Sides<'_>) -> bool {
    !of(sides, &diff::of(sides)).is_empty()
}

/// The changes that no other approval covers.
pub(super) fn of<'c>(sides: &Sides<'_>, changes: &'c Changes) -> Vec<&'c Change> {
    let mut asked = reviews::differing(sides);
    asked.extend(reviews::heads_differ(sides).then_some(Subject::Ssp));
    let is_trust_asked = !trust::differing(sides).is_empty();
    let is_left = |change: &&Change| is_material(change) && !is_covered(change, &asked, is_trust_asked);
    let (mut left, follows): (Vec<&Change>, Vec<&Change>) =
        changes.changes.iter().filter(is_left).partition(|change| !is_consequence(change));
    if left.is_empty() && asked.is_empty() && !is_trust_asked && reviews::dropped(sides).is_empty() {
        left = follows;
    }
    left
}

/// Figures and contradictions follow from what was changed elsewhere.
fn is_consequence(change: &Change) -> bool {
    let is_loss = ["loses ", "no longer loses "].iter().any(|start| change.sentence.starts_with(start));
    match change.section {
        Section::Determinations => change.practice.is_none() || is_loss,
        Section::Providers => change.sentence.contains(" duties assigned to it:"),
        _ => false,
    }
}

/// Whether somebody has to look at it at all.
fn is_material(change: &Change) -> bool {
    let is_plain = change.weight == Weight::Plain;
    match (change.section, change.weight) {
        (Section::Reviews | Section::Documents, _) | (_, Weight::Slight) => false,
        (_, Weight::StandsOut) | (Section::Determinations | Section::Scope | Section::Poam | Section::Trust, _) => true,
        (Section::Evidence, _) => is_plain && !is_new_evidence(change),
        (Section::Verification, _) => !is_refreshed(change),
        (Section::Providers | Section::Handoffs, _) => !is_of_people(change),
        (Section::Ownership | Section::Values | Section::Allows | Section::Prose, _) => false,
    }
}

/// What comes is told and takes nothing away; neither does the day on which it was asked for.
fn is_new_evidence(change: &Change) -> bool {
    let ends = ["the lock names it now", "its file can be read now"];
    let starts = ["overdue now", "lapsed now", "state ", "requested ", "due ", "received "];
    change.what == What::Added
        || ends.iter().any(|end| change.sentence.ends_with(end))
        || starts.iter().any(|start| change.sentence.starts_with(start))
}

/// Whether a verification or an interview was only done once more.
fn is_refreshed(change: &Change) -> bool {
    let first = change.sentence.split_once(": ").map_or(change.sentence.as_str(), |(_, rest)| rest);
    let is_run = |part: &str| {
        let is_result = part.starts_with("result ") && !part.contains("failed");
        part.starts_with("latest run ") || part.starts_with("on ") || is_result
    };
    std::iter::once(first).chain(change.follows.iter().map(String::as_str)).all(is_run)
}

/// Telephone numbers and days of training are nobody's duty.
fn is_of_people(change: &Change) -> bool {
    ["phone", "trained", "training", "screened"].iter().any(|word| change.sentence.contains(word))
}

/// Whether a review that is asked for anyway is of the content that changed, so that an earlier one does not cover it.
fn is_covered(change: &Change, asked: &BTreeSet<Subject>, is_trust_asked: bool) -> bool {
    let path = change.spot.as_ref().map_or("", |spot| spot.path.as_str());
    let is_asked = || asked.iter().any(|subject| ask::is_about(change, subject));
    let has_practice = || asked.iter().any(|subject| matches!(subject, Subject::Practice(_)));
    match change.section {
        Section::Trust => is_trust_asked && !change.line().contains("assessment"),
        Section::Allows => is_trust_asked,
        Section::Scope if path == "demarcate.toml" => asked.contains(&Subject::Ssp),
        Section::Scope => path == "assets.toml" && asked.contains(&Subject::Scope),
        Section::Poam if path.starts_with("exceptions/") => has_practice(),
        Section::Evidence => change.practice.is_some() && is_asked(),
        Section::Verification => !tells_result(change) && is_asked(),
        Section::Providers => !change.subject.ends_with("its own matrix") && !tells_teams(change) && is_asked(),
        _ => is_asked(),
    }
}

fn tells_result(change: &Change) -> bool {
    change.what == What::Changed && change.line().contains("result of the latest run")
}

fn tells_teams(change: &Change) -> bool {
    change.line().contains("team")
}

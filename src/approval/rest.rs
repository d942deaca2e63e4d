//! What differs and belongs to no review of a subject: a review of the plan that is recorded last covers it.

use std::collections::BTreeSet;

use super::{ask, reviews, trust};
use crate::diff::{self, Sides};
use crate::model::changes::{Bears, Change, Changes, Section, Weight, What};
use crate::model::history::Subject;

/// Whether there is something of this kind.
pub(super) fn is_any(sides: &Sides<'_>) -> bool {
    !of(sides, &diff::of(sides), reviews::differing(sides)).is_empty()
}

/// The changes that no other approval covers, where these subjects differ.
pub(super) fn of<'c>(sides: &Sides<'_>, changes: &'c Changes, differing: BTreeSet<Subject>) -> Vec<&'c Change> {
    let mut asked = differing;
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
    matches!(change.bears, Bears::Figure | Bears::Contradiction)
}

/// Whether somebody has to look at it at all.
fn is_material(change: &Change) -> bool {
    match (change.section, change.weight) {
        (Section::Reviews | Section::Documents, _) | (_, Weight::Slight) => false,
        (_, Weight::StandsOut) => true,
        _ if change.bears == Bears::Contact => false,
        // What comes is told and takes nothing away.
        (Section::Evidence, _) => change.what != What::Added && change.bears != Bears::NewEvidence,
        (Section::Verification, _) => change.bears != Bears::Run,
        (Section::Ownership | Section::Values | Section::Allows | Section::Prose, _) => false,
        _ => true,
    }
}

/// Whether a review that is asked for anyway is of the content that changed, so that an earlier one does not cover it.
fn is_covered(change: &Change, asked: &BTreeSet<Subject>, is_trust_asked: bool) -> bool {
    let path = change.spot.as_ref().map_or("", |spot| spot.path.as_str());
    let is_asked = || asked.iter().any(|subject| ask::is_about(change, subject));
    let has_practice = || asked.iter().any(|subject| matches!(subject, Subject::Practice(_)));
    match change.section {
        Section::Trust => is_trust_asked && change.bears != Bears::Assessment,
        Section::Allows => is_trust_asked,
        Section::Scope if path == "demarcate.toml" => asked.contains(&Subject::Ssp),
        Section::Scope => path == "assets.toml" && asked.contains(&Subject::Scope),
        Section::Poam if path.starts_with("exceptions/") => has_practice(),
        Section::Evidence => change.practice.is_some() && is_asked(),
        Section::Verification => change.bears != Bears::Outcome && is_asked(),
        Section::Providers => match change.bears {
            Bears::Team => is_trust_asked,
            Bears::Matrix => false,
            _ => is_asked(),
        },
        _ => is_asked(),
    }
}

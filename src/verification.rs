//! How the parts of practices are verified: what the rules about verification look at together.

use crate::date::Date;
use crate::ids::{RequirementId, Span};
use crate::model::assessment::{Assessment, ObjectiveView};
use crate::model::practice::{Basis, Responsibility, Verification};

/// A part that is verified by some terms.
#[derive(Clone, Copy, Debug)]
pub struct Verified<'a> {
    /// Its practice.
    pub practice: RequirementId,
    /// The part.
    pub part: &'a Responsibility,
    /// The terms.
    pub terms: &'a Verification,
    /// Whether an objective of the part is determined met.
    pub is_met: bool,
}

/// Every part with terms of verification that has to do with an objective that applies, practice by practice; of files
/// that were not read whole none.
pub fn all(found: &Assessment) -> impl Iterator<Item = Verified<'_>> {
    let whole = found.practices.iter().filter(|(_, practice)| !practice.lost);
    whole.flat_map(move |(id, practice)| {
        let parts = practice.value.responsibility.iter().filter_map(|part| Some((part, part.verification.as_ref()?)));
        parts.filter_map(move |(part, terms)| {
            let own = || found.objectives_of(*id, practice).filter(|objective| part.has(objective.id.letter));
            let applies = own().any(|objective| objective.applies());
            let is_met = own().any(|objective| objective.is_met());
            applies.then_some(Verified { practice: *id, part, terms, is_met })
        })
    })
}

/// Whether an objective is met without a basis that explains why a check fails: a deficiency under a plan, or an
/// exception or adjudication on record.
pub fn is_plainly_met(objective: &ObjectiveView<'_>) -> bool {
    let basis = objective.detail().and_then(|detail| detail.basis.as_ref()).map(|basis| basis.value);
    objective.is_met() && basis.is_none_or(|basis| matches!(basis, Basis::Inherited | Basis::CapabilityNotPermitted))
}

impl Verified<'_> {
    /// The day of the latest run.
    pub fn last(&self) -> Option<Date> {
        self.terms.last.as_ref().map(|last| last.value)
    }

    /// The day after which the next run is late.
    pub fn due(&self) -> Option<Date> {
        Some(self.terms.every.as_ref()?.value.after(self.last()?))
    }

    /// Where the latest run is written, or the terms.
    pub fn place(&self) -> Span {
        self.terms.last.as_ref().map_or(self.terms.span, |last| last.span)
    }
}

//! What somebody is asked for, in words.

use crate::model::changes::{Change, Section};
use crate::model::history::Subject;

/// How many reasons are told; the rest is counted.
const TOLD: usize = 5;

/// Lines of changes, the gravest first.
pub(super) fn lines(mut changes: Vec<&Change>) -> Vec<String> {
    changes.sort_by_key(|change| change.weight);
    changes.into_iter().map(Change::line).collect()
}

/// The first of several reasons, and a count of the others.
pub(super) fn short(mut reasons: Vec<String>) -> Vec<String> {
    let more = reasons.len().saturating_sub(TOLD);
    if more > 1 {
        reasons.truncate(TOLD);
        reasons.push(format!("and {more} more"));
    }
    reasons
}

/// Sections that tell of consequences, and of what is nobody's duty.
const ASIDE: [Section; 4] = [Section::Reviews, Section::Documents, Section::Trust, Section::Allows];

/// Whether a change is one of what a review of this subject covers.
pub(super) fn is_about(change: &Change, subject: &Subject) -> bool {
    let is_of = |section: Section| change.section == section && change.practice.is_none();
    if ASIDE.contains(&change.section) {
        return false;
    }
    match subject {
        Subject::Practice(id) => change.practice == Some(*id),
        Subject::Scope => is_of(Section::Scope),
        Subject::Incident => is_of(Section::Handoffs),
        Subject::Poam => is_of(Section::Poam),
        Subject::Provider(id) | Subject::Personnel(id) => is_of(Section::Providers) && is_of_provider(change, id),
        Subject::Policy(id) => is_of(Section::Prose) && names(&change.subject, id),
        Subject::Ssp | Subject::Crm => false,
    }
}

/// Whether a change is one of a provider's own file; others may name it.
fn is_of_provider(change: &Change, id: &str) -> bool {
    let rest = change.subject.strip_prefix("provider ").and_then(|rest| rest.strip_prefix(id));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(", "))
}

/// Whether an id stands as a word of its own.
fn names(text: &str, id: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '-';
    text.split(|c: char| !is_part(c)).any(|word| word == id)
}

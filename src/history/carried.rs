//! The claims on which it rests what counts now.

use std::collections::{BTreeMap, BTreeSet};

use super::Judges;
use super::seal::claims as all;
use super::seen::Seen;
use crate::model::history::{History, Review, Statement};

/// The places of the claims with a good signature that something rests on: of each subject the latest review that
/// counts, the latest acceptances, the latest affirmation, and certifications of what is there now.
pub(super) fn claims(seen: &Seen, judges: &Judges<'_>, history: &History) -> BTreeSet<usize> {
    let asks_who_changed = judges.policy.asks_who_changed();
    let reviews = history.subjects.values().flat_map(|subject| latest(&subject.reviews, asks_who_changed));
    let mut carrying: BTreeSet<&str> = reviews.map(|review| &*review.written.commit).collect();
    carrying.extend(statements(&history.acceptances));
    carrying.extend(statements(&history.affirmations));
    let certified = history.certifications.values().flatten();
    let certified = certified.filter(|certified| certified.accepted && certified.covers_head);
    carrying.extend(certified.map(|certified| &*certified.commit));
    let signed = all(seen).filter(|stamp| stamp.is_signed && judges.seals.get(stamp).is_good());
    signed.filter(|stamp| carrying.contains(&*stamp.commit.to_string())).map(|stamp| stamp.position).collect()
}

/// The latest reviews that count, newest first as they are: of any content, and of that of now by the log and by date.
/// Where own work is asked about, every review of now's content may be the one by somebody else.
fn latest(reviews: &[Review], asks_who_changed: bool) -> Vec<&Review> {
    let counting = || reviews.iter().filter(|review| review.accepted && !review.after_as_of);
    let covering = || counting().filter(|review| review.covers_head);
    let mut latest: Vec<&Review> = counting().take(1).collect();
    latest.extend(covering().take(if asks_who_changed { usize::MAX } else { 1 }));
    latest.extend(covering().max_by_key(|review| review.date));
    latest
}

/// The commits of the latest statements about each thing, and of the latest that cover what is there now.
fn statements(all: &[Statement]) -> BTreeSet<&str> {
    let mut latest: BTreeMap<(&str, bool), &str> = BTreeMap::new();
    for statement in all.iter().filter(|statement| statement.accepted && !statement.after_as_of) {
        latest.entry((&statement.about, statement.covers_head)).or_insert(&statement.commit);
    }
    latest.into_values().collect()
}

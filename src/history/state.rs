//! What follows from the reviews of one subject: its state, the day the next is due, the gaps of the chain.

use std::collections::{BTreeMap, BTreeSet};

use super::proof::Proof;
use super::seen::Standing;
use crate::date::{Date, Duration};
use crate::git::log::Log;
use crate::model::history::{Gap, Review, ReviewOutcome, ReviewState, Subject, SubjectHistory};

/// Days before the interval passes from which a review is due.
const SOON: i64 = 30;

/// A review with its place in the log, and what stood there.
pub(super) struct Weighed<'a> {
    pub(super) position: usize,
    pub(super) review: Review,
    pub(super) standing: &'a Standing,
    /// Which of the subject's revisions it looked at: the newest that is not above it.
    pub(super) revision: usize,
    /// What a review of one's own work is worth once somebody else has reviewed it too.
    pub(super) beside_others: Option<Box<Proof>>,
}

impl Weighed<'_> {
    /// Whether it counts: accepted by policy, and not after the as-of day.
    fn counts(&self) -> bool {
        self.review.accepted && !self.review.after_as_of
    }

    fn covers(&self) -> bool {
        self.counts() && self.review.covers_head
    }

    fn is_deficiency(&self) -> bool {
        self.review.outcome == ReviewOutcome::Deficiency
    }
}

impl SubjectHistory {
    /// A subject that nobody has reviewed.
    pub(super) fn never() -> Self {
        Self {
            state: ReviewState::Never,
            reviews: Vec::new(),
            revisions: Vec::new(),
            gaps: Vec::new(),
            due: None,
            differs: Vec::new(),
            changes: Vec::new(),
        }
    }
}

/// Own work that somebody else has reviewed too is not reviewed by its author alone.
pub(super) fn own_work_beside_others(reviews: &mut [Weighed<'_>]) {
    if reviews.iter().all(|weighed| weighed.beside_others.is_none()) {
        return;
    }
    let others: BTreeSet<usize> =
        reviews.iter().filter(|weighed| weighed.counts()).map(|weighed| weighed.revision).collect();
    for weighed in reviews.iter_mut().filter(|weighed| others.contains(&weighed.revision)) {
        if let Some(Proof { grade, role, accepted, refused_because }) = weighed.beside_others.take().map(|proof| *proof)
        {
            weighed.review = Review { grade, role, accepted, refused_because, ..weighed.review.clone() };
        }
    }
}

/// Settles a subject's history from its reviews, given in the order of the log, newest first. Of a stale subject it
/// gives what stood where it was last reviewed.
pub(super) fn settle<'a>(
    found: &mut SubjectHistory,
    reviews: &[Weighed<'a>],
    interval: Duration,
    as_of: Date,
    is_deficient: bool,
) -> Option<&'a Standing> {
    found.due = due(reviews, interval);
    found.state = state(reviews, found.due, as_of, is_deficient);
    found.gaps = gaps(reviews, interval, as_of);
    let last = reviews.iter().find(|review| review.counts());
    last.filter(|last| found.state == ReviewState::Stale && !last.review.covers_head).map(|last| last.standing)
}

/// The first that holds.
fn state(reviews: &[Weighed<'_>], due: Option<Date>, as_of: Date, is_deficient: bool) -> ReviewState {
    if reviews.iter().all(|weighed| weighed.review.after_as_of) {
        return ReviewState::Never;
    }
    if !reviews.iter().any(Weighed::counts) {
        return ReviewState::Refused;
    }
    if is_deficient {
        return ReviewState::Deficient;
    }
    match due {
        None => ReviewState::Stale,
        Some(due) if as_of > due => ReviewState::Overdue,
        Some(due) if due.days_since(as_of) <= SOON => ReviewState::Due,
        Some(_) => ReviewState::Current,
    }
}

/// The subjects with an open deficiency.
///
/// A deficiency of this content stands until a later review of the same content says otherwise. Of two reviews on
/// lines of development that know nothing of each other neither is the later one, and the deficiency stands.
pub(super) fn deficient<'a, N>(
    weighed: &BTreeMap<&'a Subject, Vec<Weighed<'_>>>,
    log: &Log<N>,
) -> BTreeSet<&'a Subject> {
    let doubtful: Vec<(&Subject, Vec<&Weighed<'_>>)> = weighed
        .iter()
        .map(|(subject, reviews)| (*subject, reviews.iter().filter(|weighed| weighed.covers()).collect::<Vec<_>>()))
        .filter(|(_, covering)| covering.iter().any(|weighed| weighed.is_deficiency()))
        .collect();
    // One pass over the log answers for as many subjects as a mark has bits.
    doubtful.chunks(64).flat_map(|some| deficient_of(some, log)).collect()
}

fn deficient_of<'a, N>(some: &[(&'a Subject, Vec<&Weighed<'_>>)], log: &Log<N>) -> Vec<&'a Subject> {
    let bits = || (0..).map(|bit| 1_u64 << bit).zip(some);
    let answers = bits().flat_map(|(bit, (_, covering))| {
        covering.iter().filter(|weighed| !weighed.is_deficiency()).map(move |weighed| (weighed.position, bit))
    });
    let answered = log.inherited(&answers.collect::<Vec<_>>());
    let is_open = |bit: u64, weighed: &Weighed<'_>| weighed.is_deficiency() && answered[weighed.position] & bit == 0;
    let open = bits().filter(|(bit, (_, covering))| covering.iter().any(|weighed| is_open(*bit, weighed)));
    open.map(|(_, (subject, _))| *subject).collect()
}

/// The day by which the content has to be reviewed again, counted from the newest accepted review that covers it.
fn due(reviews: &[Weighed<'_>], interval: Duration) -> Option<Date> {
    let covering = reviews.iter().filter(|weighed| weighed.covers() && !weighed.is_deficiency());
    covering.map(|weighed| weighed.review.date).max().map(|newest| interval.after(newest))
}

/// Stretches of the chain of accepted reviews, up to the as-of day, that are longer than the interval.
fn gaps(reviews: &[Weighed<'_>], interval: Duration, as_of: Date) -> Vec<Gap> {
    let mut days: Vec<Date> = reviews.iter().filter(|weighed| weighed.counts()).map(|w| w.review.earliest).collect();
    days.sort();
    if !days.is_empty() {
        days.push(as_of);
    }
    let stretches = days.windows(2).map(|pair| (pair[0], pair[1]));
    let long = stretches.filter(|(from, to)| *to > interval.after(*from));
    long.map(|(from, to)| Gap { from, to, days: to.days_since(from) }).collect()
}

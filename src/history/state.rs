//! What follows from the reviews of one subject: its state, the day the next is due, the gaps of the chain.

use std::rc::Rc;

use crate::date::{Date, Duration};
use crate::material::{self, Material};
use crate::model::history::{Gap, Review, ReviewOutcome, ReviewState, SubjectHistory};

/// Days before the interval passes from which a review is due.
const SOON: i64 = 30;

/// A review with its place in the log and, where that differs from now, the material that it covers.
pub(super) struct Weighed {
    pub(super) position: usize,
    pub(super) review: Review,
    pub(super) material: Option<Rc<Material>>,
}

impl Weighed {
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
        }
    }
}

/// Settles a subject's history from its reviews, given in the order of the log, newest first.
pub(super) fn settle(
    found: &mut SubjectHistory,
    reviews: Vec<Weighed>,
    now: Option<&Material>,
    interval: Duration,
    as_of: Date,
    descends: &dyn Fn(usize, usize) -> bool,
) {
    found.due = due(&reviews, interval);
    found.state = state(&reviews, found.due, as_of, descends);
    found.gaps = gaps(&reviews, interval, as_of);
    if found.state == ReviewState::Stale {
        let last = reviews.iter().find(|review| review.counts()).and_then(|review| review.material.as_deref());
        found.differs = last.zip(now).map_or_else(Vec::new, |(old, new)| material::differences(old, new));
    }
    found.reviews = reviews.into_iter().map(|weighed| weighed.review).collect();
}

/// The first that holds.
fn state(reviews: &[Weighed], due: Option<Date>, as_of: Date, descends: &dyn Fn(usize, usize) -> bool) -> ReviewState {
    if reviews.iter().all(|weighed| weighed.review.after_as_of) {
        return ReviewState::Never;
    }
    if !reviews.iter().any(Weighed::counts) {
        return ReviewState::Refused;
    }
    if has_open_deficiency(reviews, descends) {
        return ReviewState::Deficient;
    }
    match due {
        None => ReviewState::Stale,
        Some(due) if as_of > due => ReviewState::Overdue,
        Some(due) if due.days_since(as_of) <= SOON => ReviewState::Due,
        Some(_) => ReviewState::Current,
    }
}

/// A deficiency of this content stands until a later review of the same content says otherwise. Of two reviews on
/// lines of development that know nothing of each other neither is the later one, and the deficiency stands.
fn has_open_deficiency(reviews: &[Weighed], descends: &dyn Fn(usize, usize) -> bool) -> bool {
    let covering: Vec<&Weighed> = reviews.iter().filter(|weighed| weighed.covers()).collect();
    let is_answered = |deficiency: &Weighed| {
        let others = covering.iter().filter(|weighed| !weighed.is_deficiency());
        others.into_iter().any(|other| descends(other.position, deficiency.position))
    };
    covering.iter().any(|weighed| weighed.is_deficiency() && !is_answered(weighed))
}

/// The day by which the content has to be reviewed again, counted from the newest accepted review that covers it.
fn due(reviews: &[Weighed], interval: Duration) -> Option<Date> {
    let covering = reviews.iter().filter(|weighed| weighed.covers() && !weighed.is_deficiency());
    covering.map(|weighed| weighed.review.date).max().map(|newest| interval.after(newest))
}

/// Stretches of the chain of accepted reviews, up to the as-of day, that are longer than the interval.
fn gaps(reviews: &[Weighed], interval: Duration, as_of: Date) -> Vec<Gap> {
    let mut days: Vec<Date> = reviews.iter().filter(|weighed| weighed.counts()).map(|w| w.review.date).collect();
    days.sort();
    if !days.is_empty() {
        days.push(as_of);
    }
    let stretches = days.windows(2).map(|pair| (pair[0], pair[1]));
    let long = stretches.filter(|(from, to)| *to > interval.after(*from));
    long.map(|(from, to)| Gap { from, to, days: to.days_since(from) }).collect()
}

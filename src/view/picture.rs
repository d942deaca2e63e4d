//! Counts, and the plain figures that pictures are drawn from: whole numbers in a width of 1000.

use std::collections::BTreeMap;

use serde::Serialize;

use super::practice::{Family, Practice};
use super::review::{Gap, Reviews};
use crate::date::Date;
use crate::rule::Facts;

/// The width that bars are measured in.
const WIDTH: usize = 1000;

/// Months shown before and after the as-of day.
const MONTHS: i32 = 12;

/// The height that columns are measured in.
const HEIGHT: usize = 100;

/// All pictures.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Pictures {
    /// Practices by family and ownership.
    pub ownership: Stack,
    /// Practices by family and status.
    pub status: Stack,
    /// Subjects by family and review state.
    pub reviews: Stack,
    /// Points lost by family.
    pub lost: Stack,
    /// Reviews done and due by month.
    pub calendar: Calendar,
}

/// A picture of stacked bars, one a family.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Stack {
    /// The kinds, in the order they are stacked.
    pub kinds: Vec<String>,
    /// How many of each kind in all.
    pub totals: Vec<usize>,
    /// The bars.
    pub rows: Vec<Bar>,
}

/// A bar.
#[derive(Clone, Debug, Serialize)]
pub struct Bar {
    /// What it is about: a family's letters.
    pub id: String,
    /// In words.
    pub title: String,
    /// How many in all.
    pub total: usize,
    /// How many of each kind, in the order of the kinds.
    pub counts: Vec<usize>,
    /// The pieces that are not empty.
    pub pieces: Vec<Piece>,
}

/// A piece of a bar.
#[derive(Clone, Debug, Serialize)]
pub struct Piece {
    /// Its kind.
    pub kind: String,
    /// How many.
    pub count: usize,
    /// Where it begins.
    pub x: usize,
    /// How wide it is.
    pub width: usize,
}

/// Months behind and ahead.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Calendar {
    /// The months in order.
    pub months: Vec<Month>,
    /// Subjects to review now: their day has passed, their content changed, or no review counts.
    pub late: usize,
    /// Height of the column of those, on the scale of those due.
    pub late_height: usize,
    /// Gaps, those of the same days together, longest first.
    pub gaps: Vec<GapBar>,
}

/// A month.
#[derive(Clone, Debug, Serialize)]
pub struct Month {
    /// 2026-11.
    pub id: String,
    /// Nov 2026.
    pub title: String,
    /// Nov.
    pub short: String,
    /// The year.
    pub year: i16,
    /// Whether the as-of day lies in it.
    pub current: bool,
    /// Reviews done in it that count, one for each subject.
    pub done: usize,
    /// Subjects whose next review is due in it.
    pub due: usize,
    /// Height of the column of those done.
    pub done_height: usize,
    /// Height of the column of those due.
    pub due_height: usize,
}

/// A gap and how many subjects have it.
#[derive(Clone, Debug, Serialize)]
pub struct GapBar {
    /// The review before it.
    pub from: String,
    /// The review after it, or the as-of day.
    pub to: String,
    /// Days.
    pub days: i64,
    /// How many subjects.
    pub subjects: usize,
    /// Some of them.
    pub examples: Vec<String>,
    /// Whether it lasts up to the as-of day.
    pub open: bool,
    /// Where it begins among the months, in a width of 1000.
    pub x: i64,
    /// How wide it is there; 0 if it lies outside.
    pub width: i64,
}

/// Draws the figures.
pub(crate) fn of(families: &[Family], reviews: &Reviews, facts: &Facts) -> Pictures {
    Pictures {
        ownership: by_practice(families, &["contractor", "shared", "provider", "not-applicable", "unassigned"], |p| {
            p.ownership.clone().unwrap_or_else(|| "unassigned".to_owned())
        }),
        status: by_practice(families, &["implemented", "partially-implemented", "planned", "not-applicable"], |p| {
            p.status.clone()
        }),
        reviews: by_state(families, reviews),
        lost: lost(families),
        calendar: calendar(reviews, facts.as_of),
    }
}

fn by_practice(families: &[Family], kinds: &[&str], kind: impl Fn(&Practice) -> String) -> Stack {
    let rows = families.iter().map(|family| {
        let found: Vec<String> = family.practices.iter().map(&kind).collect();
        (family, kinds.iter().map(|kind| found.iter().filter(|f| f == kind).count()).collect())
    });
    stack(kinds, rows.collect())
}

fn by_state(families: &[Family], reviews: &Reviews) -> Stack {
    let kinds: Vec<&str> = reviews.states.iter().map(|state| state.state.as_str()).rev().collect();
    let rows = families.iter().map(|family| {
        let found: Vec<&str> =
            reviews.subjects.iter().filter(|s| s.family == family.id).map(|s| s.state.as_str()).collect();
        (family, kinds.iter().map(|kind| found.iter().filter(|f| *f == kind).count()).collect())
    });
    stack(&kinds, rows.collect())
}

fn lost(families: &[Family]) -> Stack {
    let points = |family: &Family| family.practices.iter().map(|practice| usize::from(practice.lost)).sum();
    stack(&["lost"], families.iter().map(|family| (family, vec![points(family)])).collect())
}

/// Bars on one scale: the longest has the whole width.
fn stack(kinds: &[&str], rows: Vec<(&Family, Vec<usize>)>) -> Stack {
    let scale = rows.iter().map(|(_, counts)| counts.iter().sum()).max().unwrap_or(0).max(1);
    let totals = (0..kinds.len()).map(|kind| rows.iter().map(|(_, counts)| counts[kind]).sum()).collect();
    let rows = rows.into_iter().map(|(family, counts)| Bar {
        id: family.id.clone(),
        title: family.title.clone(),
        total: counts.iter().sum(),
        pieces: pieces(kinds, &counts, scale),
        counts,
    });
    Stack { kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(), totals, rows: rows.collect() }
}

fn pieces(kinds: &[&str], counts: &[usize], scale: usize) -> Vec<Piece> {
    let mut before = 0;
    let mut pieces = Vec::new();
    for (kind, count) in kinds.iter().zip(counts) {
        let (x, end) = (before * WIDTH / scale, (before + count) * WIDTH / scale);
        before += count;
        if *count > 0 {
            pieces.push(Piece { kind: (*kind).to_owned(), count: *count, x, width: end - x });
        }
    }
    pieces
}

/// Months since year 0, so that months can be counted.
fn ordinal(date: Date) -> i32 {
    i32::from(date.year()) * 12 + i32::from(date.month()) - 1
}

fn calendar(reviews: &Reviews, as_of: Date) -> Calendar {
    let now = ordinal(as_of);
    let mut done: BTreeMap<i32, usize> = BTreeMap::new();
    let mut due: BTreeMap<i32, usize> = BTreeMap::new();
    let mut late = 0;
    for subject in &reviews.subjects {
        let counted = subject.reviews.iter().filter(|review| review.accepted && !review.after_as_of);
        for date in counted.filter_map(|review| review.date.parse().ok()) {
            *done.entry(ordinal(date)).or_default() += 1;
        }
        match subject.due.as_ref().and_then(|due| due.parse::<Date>().ok()) {
            Some(date) if date >= as_of => *due.entry(ordinal(date)).or_default() += 1,
            _ => late += 1,
        }
    }
    let shown = (now - MONTHS)..=(now + MONTHS);
    let highest = |found: &BTreeMap<i32, usize>| shown.clone().filter_map(|month| found.get(&month)).copied().max();
    // Side by side, each on its own scale: one month in which everything was reviewed would hide what is due.
    let scales = (highest(&done).unwrap_or(0).max(1), highest(&due).unwrap_or(0).max(late).max(1));
    let months = shown.map(|month| {
        let (done, due) = (done.get(&month).copied().unwrap_or(0), due.get(&month).copied().unwrap_or(0));
        one_month(month, month == now, (done, due), scales)
    });
    Calendar { months: months.collect(), late, late_height: late * HEIGHT / scales.1, gaps: gaps(reviews, as_of) }
}

fn one_month(month: i32, current: bool, (done, due): (usize, usize), scales: (usize, usize)) -> Month {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(i16::MAX);
    let index = usize::try_from(month.rem_euclid(12)).unwrap_or(0);
    Month {
        id: format!("{year:04}-{:02}", index + 1),
        title: format!("{} {year}", NAMES[index]),
        short: NAMES[index].to_owned(),
        year,
        current,
        done,
        due,
        done_height: done * HEIGHT / scales.0,
        due_height: due * HEIGHT / scales.1,
    }
}

/// Gaps of the same days together.
fn gaps(reviews: &Reviews, as_of: Date) -> Vec<GapBar> {
    let mut same: BTreeMap<&Gap, Vec<&str>> = BTreeMap::new();
    for subject in &reviews.subjects {
        for gap in &subject.gaps {
            same.entry(gap).or_default().push(&subject.id);
        }
    }
    let mut bars: Vec<GapBar> = same.into_iter().map(|(gap, subjects)| gap_bar(gap, &subjects, as_of)).collect();
    bars.sort_by(|a, b| b.days.cmp(&a.days).then_with(|| a.from.cmp(&b.from)));
    bars
}

fn gap_bar(gap: &Gap, subjects: &[&str], as_of: Date) -> GapBar {
    let now = ordinal(as_of);
    let months = i64::from(2 * MONTHS + 1);
    let place = |text: &str| {
        let Ok(date) = text.parse::<Date>() else { return 0 };
        let month = i64::from(ordinal(date) - (now - MONTHS));
        ((month * 31 + i64::from(date.day()) - 1) * 1000 / (months * 31)).clamp(0, 1000)
    };
    let (x, end) = (place(&gap.from), place(&gap.to));
    GapBar {
        from: gap.from.clone(),
        to: gap.to.clone(),
        days: gap.days,
        subjects: subjects.len(),
        open: gap.to == as_of.to_string(),
        examples: subjects.iter().take(3).map(|id| (*id).to_owned()).collect(),
        x,
        width: end - x,
    }
}

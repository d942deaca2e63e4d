use crate::rule::{Facts, Report, rule};
use std::collections::BTreeMap;

rule! {
    /// There was no accepted review for longer than the interval.
    ///
    /// ## Why it matters
    ///
    /// The proof of a periodic review is its chain: each review no later than the interval after the one before. A gap
    /// that has been closed cannot be undone; it is shown here so that it is explained before an assessor finds it.
    /// Only the newest gap of the last three years, the life of a certificate (DFARS 252.204-7021(a)), is shown.
    ///
    /// ## Example
    ///
    /// ```diff demarcate.toml
    /// -interval = "1 year"
    /// +interval = "7 weeks"
    /// ```
    ///
    /// ```commit
    /// date: 2026-11-20T10:00:00Z
    /// Review everything
    ///
    /// Each family was read with its newest evidence; the minutes of the meeting say by whom.
    ///
    /// Practice-Review: all, ssp, crm, scope, poam, incident
    /// Practice-Review: policy:ac, policy:at, policy:au, policy:cm, policy:ia, policy:ir, policy:ma
    /// Practice-Review: policy:mp, policy:ps, policy:pe, policy:ra, policy:ca, policy:sc, policy:si
    /// Practice-Review: provider:acme-msp, provider:gcc-high, personnel:acme-msp, personnel:gcc-high
    /// Review-Outcome: no-change
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff demarcate.toml
    /// -interval = "1 year"
    /// +interval = "7 weeks"
    /// ```
    ///
    /// ```commit
    /// date: 2026-11-15T10:00:00Z
    /// Review everything
    ///
    /// Each family was read with its newest evidence; the minutes of the meeting say by whom.
    ///
    /// Practice-Review: all, ssp, crm, scope, poam, incident
    /// Practice-Review: policy:ac, policy:at, policy:au, policy:cm, policy:ia, policy:ir, policy:ma
    /// Practice-Review: policy:mp, policy:ps, policy:pe, policy:ra, policy:ca, policy:sc, policy:si
    /// Practice-Review: provider:acme-msp, provider:gcc-high, personnel:acme-msp, personnel:gcc-high
    /// Review-Outcome: no-change
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    "review-gap", Review, Warn, check
}

use crate::date::Date;
use crate::model::history::{Gap, Subject, SubjectHistory};

/// Days of three years.
const LIFE: i64 = 3 * 365;

fn check(facts: &Facts, report: &mut Report<'_>) {
    let mut gaps: BTreeMap<(Date, Date), Vec<&Subject>> = BTreeMap::new();
    for (subject, found) in facts.history.iter().flat_map(|history| &history.subjects) {
        if let Some(gap) = newest_closed(found).filter(|gap| facts.as_of.days_since(gap.to) < LIFE) {
            gaps.entry((gap.from, gap.to)).or_default().push(subject);
        }
    }
    for ((from, to), subjects) in gaps {
        let Some(first) = subjects.first() else { continue };
        let more = if subjects.len() > 1 { format!(" and {} more", subjects.len() - 1) } else { String::new() };
        let days = to.days_since(from);
        let message = format!("{}{more}: no review for {days} days, from {from} to {to}", first.words());
        report
            .add(message, facts.place_of(first))
            .label("a gap in the chain")
            .help("it stays in the log; write down why it happened and what was done, for the assessor")
            .subject(first);
    }
}

/// The newest gap that a later review has closed; one that is still open is overdue, stale or refused.
fn newest_closed(found: &SubjectHistory) -> Option<&Gap> {
    let last = found.reviews.iter().filter(|review| review.counts()).map(|review| review.date).max()?;
    found.gaps.iter().filter(|gap| gap.from < last).max_by_key(|gap| gap.to)
}

use crate::rule::{Facts, Report, rule};
use std::collections::BTreeMap;

rule! {
    /// One review speaks of everything at once and does not say what was looked at.
    ///
    /// ## Why it matters
    ///
    /// Nobody reads 110 practices in one sitting without a trace. An assessor who sees one line over all of them asks
    /// for the minutes; a few sentences in the message, or a record of the meeting, answer that. Reviews by family are
    /// stronger still. (How sure this is: the review may have been thorough; only its record is thin.)
    ///
    /// ## Example
    ///
    /// ```commit
    /// date: 2026-11-10T10:00:00Z
    /// Review everything
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
    /// ```commit
    /// date: 2026-11-10T10:00:00Z
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
    "broad-review", Review, Warn, check
}

use crate::model::history::Review;

/// A review of as many subjects as there are requirements.
const BROAD: usize = 110;

fn check(facts: &Facts, report: &mut Report<'_>) {
    let subjects = facts.history.iter().flat_map(|history| history.subjects.values());
    let broad = subjects.filter_map(|found| found.last_accepted()).filter(|review| is_bare(review));
    let by_commit: BTreeMap<&str, &Review> = broad.map(|review| (&*review.commit, review)).collect();
    for review in by_commit.values() {
        let message = format!(
            "one review {} speaks of {} subjects and does not say what was looked at",
            review.words(),
            review.breadth
        );
        report
            .add(message, facts.top())
            .label("the root that it speaks of")
            .help("review by family, say in the message what was looked at, or name the minutes with `Review-Record`");
    }
}

fn is_bare(review: &Review) -> bool {
    review.breadth >= BROAD && review.record.is_none() && !review.noted
}

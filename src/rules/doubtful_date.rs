use crate::rule::{Facts, Report, rule};
use std::collections::BTreeMap;

rule! {
    /// The day of a review contradicts the log.
    ///
    /// ## Why it matters
    ///
    /// The day of a review is the committer's own statement until something witnesses it. Where it lies before the
    /// commit it builds on, or far from the day it was written, an assessor may take the review as made up afterwards.
    /// (How sure this is: a clock that was wrong or a rebase looks the same.)
    ///
    /// ## Example
    ///
    /// ```commit
    /// date: 2026-08-01T10:00:00Z
    /// Review logon screens
    ///
    /// Dated back.
    ///
    /// Practice-Review: IA.L2-3.5.11
    /// Review-Outcome: no-change
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    ///
    /// Use instead:
    ///
    /// ```commit
    /// date: 2026-11-10T10:00:00Z
    /// Review logon screens
    ///
    /// On the day itself.
    ///
    /// Practice-Review: IA.L2-3.5.11
    /// Review-Outcome: no-change
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    "doubtful-date", Review, Warn, check
}

use crate::model::history::{DateGrade, Review, Subject};

fn check(facts: &Facts, report: &mut Report<'_>) {
    let mut doubtful: BTreeMap<&str, (&Subject, &Review)> = BTreeMap::new();
    for (subject, found) in facts.history.iter().flat_map(|history| &history.subjects) {
        for review in found.reviews.iter().filter(|review| review.date_grade == DateGrade::Doubtful) {
            doubtful.entry(&review.commit).or_insert((subject, review));
        }
    }
    for (subject, review) in doubtful.into_values() {
        let more = if review.breadth > 1 { format!(" and {} more", review.breadth - 1) } else { String::new() };
        report
            .add(
                format!("the day of the review of {}{more} {} contradicts the log", subject.words(), review.words()),
                facts.place_of(subject),
            )
            .label("reviewed on a doubtful day")
            .help("the commit is dated before its parent or far from its writing: review again, or keep minutes")
            .subject(subject);
    }
}

use crate::model::history::ReviewState;
use crate::rule::{Facts, Report, rule};

rule! {
    /// The next review of something is due within 30 days.
    ///
    /// ## Why it matters
    ///
    /// A review takes a meeting, and the meeting takes a date. What is announced in time does not become a gap in the
    /// chain.
    ///
    /// ## Example
    ///
    /// ```diff demarcate.toml
    /// -interval = "1 year"
    /// +interval = "2 months"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff demarcate.toml
    /// -interval = "1 year"
    /// +interval = "2 months"
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
    "review-due", Review, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (subject, found) in facts.subjects_in(ReviewState::Due) {
        let Some(due) = found.due else { continue };
        let days = due.days_since(facts.as_of);
        let last =
            found.last_accepted().map(|review| format!(": the last review was {}", review.words())).unwrap_or_default();
        let message = format!("the review of {} is due on {due}, in {days} days{last}", subject.words());
        report
            .add(message, facts.place_of(subject))
            .label("due soon")
            .help(format!("plan the review, and record it with `demarcate review {subject}`"))
            .subject(subject);
    }
}

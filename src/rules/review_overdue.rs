use crate::model::history::ReviewState;
use crate::rule::{Facts, Report, rule};

rule! {
    /// The interval since the last review of something has passed.
    ///
    /// ## Why it matters
    ///
    /// Periodically means at least once a year in CMMC (32 CFR 170.4), or as often as the organization set for itself.
    /// A review that is overdue breaks the chain which shows that the practice was kept up, and the gap stays visible
    /// afterwards.
    ///
    /// ## Example
    ///
    /// ```diff demarcate.toml
    /// -interval = "1 year"
    /// +interval = "7 weeks"
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
    "review-overdue", Review, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (subject, found) in facts.subjects_in(ReviewState::Overdue) {
        let Some(due) = found.due else { continue };
        let days = facts.as_of.days_since(due);
        let last =
            found.last_accepted().map(|review| format!(": the last review was {}", review.words())).unwrap_or_default();
        let message = format!("the review of {} was due on {due}, {days} days ago{last}", subject.words());
        report
            .add(message, facts.place_of(subject))
            .label("overdue")
            .help(format!("review it, and record that with `demarcate review {subject}`"))
            .subject(subject);
    }
}

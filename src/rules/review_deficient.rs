use crate::model::history::{ReviewOutcome, ReviewState};
use crate::rule::{Facts, Report, rule};

rule! {
    /// The last review of something found it wanting, and it has not been put right.
    ///
    /// ## Why it matters
    ///
    /// The organization itself recorded a deficiency. As long as the content is the one that was found wanting, a
    /// determination of met contradicts the organization's own record, and that record is what an assessor reads first.
    ///
    /// ## Example
    ///
    /// ```commit
    /// date: 2026-11-09T10:00:00Z
    /// Review logon screens
    ///
    /// Two kiosks show the password.
    ///
    /// Practice-Review: IA.L2-3.5.11
    /// Review-Outcome: deficiency
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    ///
    /// Use instead:
    ///
    /// ```commit
    /// date: 2026-11-09T10:00:00Z
    /// Review logon screens
    ///
    /// Two kiosks show the password.
    ///
    /// Practice-Review: IA.L2-3.5.11
    /// Review-Outcome: deficiency
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    ///
    /// ```commit
    /// date: 2026-11-16T10:00:00Z
    /// Review logon screens again
    ///
    /// Both kiosks were replaced.
    ///
    /// Practice-Review: IA.L2-3.5.11
    /// Review-Outcome: no-change
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    "review-deficient", Review, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (subject, found) in facts.subjects_in(ReviewState::Deficient) {
        let review = found.reviews.iter().find(|review| review.counts() && review.outcome == ReviewOutcome::Deficiency);
        let review = review.map(|review| format!(" {}", review.words())).unwrap_or_default();
        let message =
            format!("the review of {}{review} found a deficiency, and none since says otherwise", subject.words());
        report
            .add(message, facts.place_of(subject))
            .label("found wanting")
            .help(format!(
                "correct it (and determine it again), then review it and record that with `demarcate review {subject}`"
            ))
            .subject(subject);
    }
}

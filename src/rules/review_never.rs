use crate::model::history::ReviewState;
use crate::rule::{Facts, Report, rule};

rule! {
    /// Something that has to be reviewed has never been.
    ///
    /// ## Why it matters
    ///
    /// CMMC asks for reviews that happen: a practice that nobody looked at since it was written is a claim of its
    /// author. What was never reviewed has no proof that it was true on any day, and the affirming official affirms it
    /// on nothing (32 CFR 170.22).
    ///
    /// ## Example
    ///
    /// ```md policies/cloud.md
    /// # Cloud policy
    ///
    /// CUI is kept in the government tenant only.
    /// ```
    ///
    /// Use instead:
    ///
    /// ```md policies/cloud.md
    /// # Cloud policy
    ///
    /// CUI is kept in the government tenant only.
    /// ```
    ///
    /// ```commit
    /// date: 2026-11-10T10:00:00Z
    /// Write and review the cloud policy
    ///
    /// Practice-Review: policy:cloud
    /// Review-Outcome: changed
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    "review-never", Review, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (subject, _) in facts.subjects_in(ReviewState::Never) {
        let message = format!("{} has never been reviewed", subject.words());
        report
            .add(message, facts.place_of(subject))
            .label("no review in the log")
            .help(format!("review it, and record that with `demarcate review {subject}`"))
            .subject(subject);
    }
}

use crate::model::config::ReviewGrade;
use crate::model::history::Grade;
use crate::rule::{Facts, Report, rule};

rule! {
    /// Reviews count that nobody signed.
    ///
    /// ## Why it matters
    ///
    /// Anybody can type `Reviewed-by`. Until `trust/allowed_signers` says whose keys count, an unsigned review is taken
    /// at its word; an assessor need not do so. Keep the keys of the people who review there, and have them sign; or say
    /// in `[review] accept` that what is unsigned counts, and answer for it.
    ///
    /// ## Example
    ///
    /// ```diff demarcate.toml
    /// -accept = ["signed", "forge", "recorded", "unsigned"]
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff demarcate.toml
    /// -accept = ["signed", "forge", "recorded", "unsigned"]
    /// +accept = ["signed", "unsigned"]
    /// ```
    "review-unsigned", Review, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    if facts.assessment.config.lost {
        return;
    }
    let policy = facts.assessment.config.review.as_ref();
    let is_said = policy.is_some_and(|review| review.accept.iter().any(|grade| grade.value == ReviewGrade::Unsigned));
    let Some(history) = facts.history.as_ref().filter(|_| !is_said) else { return };
    let last = history.subjects.values().filter_map(|found| found.last_accepted());
    let unsigned = last.filter(|review| matches!(review.grade, Grade::Unsigned | Grade::Unverified)).count();
    if unsigned > 0 {
        let subjects = if unsigned == 1 { "1 subject rests".to_owned() } else { format!("{unsigned} subjects rest") };
        report
            .add(format!("{subjects} on a review that is not signed by a trusted key"), facts.top())
            .label("the root whose reviews they are")
            .help("put the keys of those who review into trust/allowed_signers, and review with `git commit -S`");
    }
}

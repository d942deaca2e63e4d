use crate::catalog::CONDITIONAL_SCORE;
use crate::model::config::Claim;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A conditional status is claimed with a score under 88.
    ///
    /// ## Why it matters
    ///
    /// The score divided by the number of requirements has to be at least 0.8, which is 88 of 110 (32 CFR
    /// 170.21(a)(2)(i)). Under that there is no conditional status, whatever stands on the POA&M, and a claim of one is
    /// false.
    ///
    /// ## Example
    ///
    /// ```diff demarcate.toml
    /// -claim = "none"
    /// +claim = "conditional"
    /// ```
    ///
    /// ```toml demarcate.toml +
    /// [rules]
    /// unanswered-practice = "allow"
    /// ```
    ///
    /// ```toml practices/AC.L2-3.1.12.toml
    /// practice = "AC.L2-3.1.12"
    /// ```
    ///
    /// ```toml practices/AC.L2-3.1.13.toml
    /// practice = "AC.L2-3.1.13"
    /// ```
    ///
    /// ```toml practices/AC.L2-3.1.16.toml
    /// practice = "AC.L2-3.1.16"
    /// ```
    ///
    /// ```toml practices/AC.L2-3.1.17.toml
    /// practice = "AC.L2-3.1.17"
    /// ```
    ///
    /// ```toml practices/AC.L2-3.1.18.toml
    /// practice = "AC.L2-3.1.18"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff demarcate.toml
    /// -claim = "none"
    /// +claim = "conditional"
    /// ```
    "score-under-88", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(claim) = facts.claim().filter(|claim| claim.value == Claim::Conditional) else { return };
    let Some(score) = facts.score.score.filter(|score| *score < CONDITIONAL_SCORE) else { return };
    if !facts.assessment.is_whole() {
        return;
    }
    report
        .add(
            format!("a conditional status is claimed with a score of {score}, and {CONDITIONAL_SCORE} is the least"),
            claim.span,
        )
        .label("claimed here")
        .help(format!("close what costs most ({}), or take the claim back", costliest(facts)));
}

/// The requirements that cost most, at most three.
fn costliest(facts: &Facts) -> String {
    let mut open: Vec<_> = facts.score.requirements.iter().filter(|requirement| requirement.lost > 0).collect();
    open.sort_by_key(|requirement| (std::cmp::Reverse(requirement.lost), requirement.id));
    let words = open.iter().take(3).map(|requirement| format!("{}: {} points", requirement.id, requirement.lost));
    words.collect::<Vec<_>>().join(", ")
}

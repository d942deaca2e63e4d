use crate::date::Duration;
use crate::rule::{Facts, Report, rule};

rule! {
    /// The interval of reviews is longer than a year.
    ///
    /// ## Why it matters
    ///
    /// Where CMMC asks for something periodically, the organization chooses how often, but not less than once a year
    /// (32 CFR 170.4). A longer interval is cut to a year for the due days and the proof.
    ///
    /// ## Example
    ///
    /// ```diff demarcate.toml
    /// -interval = "1 year"
    /// +interval = "2 years"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff demarcate.toml
    /// -interval = "1 year"
    /// +interval = "6 months"
    /// ```
    "long-interval", Review, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let policy = facts.assessment.config.review.as_ref();
    let Some(interval) = policy.and_then(|review| review.interval.as_ref()) else { return };
    if interval.value.minutes() <= Duration::YEAR.minutes() {
        return;
    }
    report
        .add(format!("reviews every {} are not periodic: a year is the longest", interval.value), interval.span)
        .label("longer than a year")
        .help("write \"1 year\" or less");
}

use crate::rule::{Facts, Report, rule};

rule! {
    /// The trust of the repository does not begin with the list that was agreed on.
    ///
    /// ## Why it matters
    ///
    /// The first list of keys vouches for all that follow, and nothing in the repository vouches for it. Its digest,
    /// in `[review] trust-root` or given from outside by `--trust-root`, does. Where no list of the log has that digest,
    /// somebody may have written the history anew, and no signature counts. Neither `[rules]` nor `[[allow]]` nor the
    /// stage can lower this.
    ///
    /// ## Example
    ///
    /// ```diff demarcate.toml
    /// -interval = "1 year"
    /// +interval = "1 year"
    /// +trust-root = "sha256:0f343b0931126a20f133d67c2b018a3b5ed1c0d1e9e9b8f1ed3c9f8ad4f5f2b1"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff demarcate.toml
    /// -interval = "1 year"
    /// +interval = "1 year"
    /// ```
    "wrong-trust-root", Review, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for problem in facts.log_problems(RULE.name) {
        let written = facts.assessment.config.review.as_ref().and_then(|review| review.trust_root.as_ref());
        let place = written.map_or_else(|| facts.top(), |root| root.span.into());
        report.add(&*problem.message, place).label("the root of trust").help(&problem.help);
    }
}

use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// A contract ends before it begins.
    ///
    /// ## Why it matters
    ///
    /// One of the two days is a slip, and until it is corrected nobody can say whether the contract is in force.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -from = 2026-01-01
    /// -until = 2027-12-31
    /// +from = 2026-01-01
    /// +until = 2025-12-31
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -from = 2026-01-01
    /// -until = 2027-12-31
    /// +from = 2026-01-01
    /// +until = 2028-12-31
    /// ```
    "contradicting-dates", Format, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment) {
        let Some(contract) = &provider.contract else { continue };
        let (Some(from), Some(until)) = (&contract.from, &contract.until) else { continue };
        if until.value < from.value {
            report
                .add(
                    format!("the contract with `{id}` ends on {}, before it begins on {}", until.value, from.value),
                    until.span,
                )
                .label("the last day")
                .related("the first day", from.span)
                .help("correct the day that is wrong")
                .provider(id);
        }
    }
}

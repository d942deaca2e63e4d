use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// A provider is reached through another one, and nobody has approved it.
    ///
    /// ## Why it matters
    ///
    /// Whom a provider brings along holds the contractor's data or gets in like the provider itself, with no contract and
    /// often without the contractor's knowledge. The contractor answers for the whole chain (32 CFR 170.19(c)(2) asks of every
    /// external service provider, whoever brought it along), so somebody decides about each, and writes the day.
    ///
    /// ## Example
    ///
    /// ```diff providers/gcc-high.toml
    /// -esp = true
    /// +esp = true
    /// +via = "acme-msp"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/gcc-high.toml
    /// -esp = true
    /// +esp = true
    /// +via = "acme-msp"
    /// +approved = 2026-03-02
    /// ```
    "unapproved-fourth-party", Providers, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment) {
        let Some(via) = &provider.via else { continue };
        if vetting::leads_back(&facts.assessment, id) {
            continue;
        }
        match &provider.approved {
            Some(approved) if approved.value <= facts.as_of => {}
            Some(approved) => drop(
                report
                    .add(format!("`{id}`, reached through `{via}`, is approved on {}, which is yet to come", approved.value), approved.span)
                    .label("in the future")
                    .help("write the day on which somebody decided; until then it stays away from CUI and from the system")
                    .provider(id),
            ),
            None => drop(
                report
                    .add(format!("`{id}` is reached through `{via}`, and nobody has approved it"), via.span)
                    .label("a fourth party")
                    .help("decide whether it may be used, and write `approved` with the day; else have it taken out of the chain")
                    .provider(id),
            ),
        }
    }
}

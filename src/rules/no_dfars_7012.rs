use crate::model::provider::{ClauseKind, Service};
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// CUI lies on a cloud service whose contract does not take on DFARS 252.204-7012(c) to (g).
    ///
    /// ## Why it matters
    ///
    /// FedRAMP is half of what is asked of a cloud service with CUI: it also has to comply with paragraphs (c) to (g) on
    /// incident reporting, malicious software, preserving images for 90 days, access for forensic analysis and damage
    /// assessment (252.204-7012(b)(2)(ii)(D)). The terms that a cloud offers to everybody seldom say so; its government terms
    /// or an addendum do. Of a cloud that is bought through another provider the contract of that one counts.
    ///
    /// ## Example
    ///
    /// ```diff providers/gcc-high.toml
    /// -    { id = "dfars", kind = "dfars-7012", says = "Paragraphs (c) to (g) of DFARS 252.204-7012." },
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/gcc-high.toml
    /// -    { id = "dfars", kind = "dfars-7012", says = "Paragraphs (c) to (g) of DFARS 252.204-7012." },
    /// +    { id = "dfars", kind = "dfars-7012", at = "5", says = "Paragraphs (c) to (g) of DFARS 252.204-7012.", services = ["office"] },
    /// ```
    "no-dfars-7012", Providers, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment) {
        let Some(contract) = vetting::contract_of(&facts.assessment, provider) else { continue };
        // A contract with another provider knows no services of this one.
        let is_own = provider.contract.is_some();
        let mut kinds = contract.clause.iter().filter(|clause| clause.kind.value == ClauseKind::Dfars7012).peekable();
        let is_elsewhere = !is_own && kinds.peek().is_some();
        let takes_on = |service: &Service| contract.clauses(ClauseKind::Dfars7012, service).next().is_some();
        let clouds = provider.service.iter().filter(|service| service.is_cloud_with_cui());
        let bare: Vec<&Service> = clouds.filter(|service| !is_elsewhere && !takes_on(service)).collect();
        if bare.is_empty() {
            continue;
        }
        let names = vetting::listed(bare.iter().map(|service| &*service.id.name));
        report
            .add(
                format!("the contract for {names} of `{id}`, with CUI, does not take on DFARS 252.204-7012(c) to (g)"),
                contract.span,
            )
            .label("no clause of the kind dfars-7012")
            .help("get the provider's government terms or an addendum that takes them on, and write that clause")
            .provider(id);
    }
}

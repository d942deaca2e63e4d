use crate::model::provider::{Clause, ClauseKind, Provider};
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// A clause obliges a provider to hand over evidence, and does not say when.
    ///
    /// ## Why it matters
    ///
    /// An assessment lasts some days, and what is not there by its end shows nothing. "On request" is kept by handing it
    /// over in three months. Of a cloud service whose FedRAMP letter is named nothing is asked: its package lies ready. So
    /// does what `instead` names.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -    { id = "evidence", kind = "evidence", at = "4.1", says = "Evidence on request.", within = "5 days" },
    /// +    { id = "evidence", kind = "evidence", at = "4.1", says = "Evidence on request." },
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -    { id = "evidence", kind = "evidence", at = "4.1", says = "Evidence on request.", within = "5 days" },
    /// +    { id = "evidence", kind = "evidence", at = "4.1", says = "Evidence on request.", within = "10 days" },
    /// ```
    "evidence-clause-without-limit", Providers, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment).filter(|(_, provider)| provider.is_esp()) {
        let clauses = provider.contract.iter().flat_map(|contract| &contract.clause);
        for clause in clauses.filter(|clause| is_open(clause) && matters(provider, clause)) {
            report
                .add(
                    format!("clause `{}` has `{id}` hand over evidence, and sets no time", clause.id),
                    clause.kind.span,
                )
                .label("no `within`")
                .help("agree on days, fewer than an assessment lasts, and write `within`")
                .provider(id);
        }
    }
}

fn is_open(clause: &Clause) -> bool {
    clause.kind.value == ClauseKind::Evidence && clause.within.is_none() && clause.instead.is_none()
}

/// Whether evidence of some service is to come by it.
fn matters(provider: &Provider, clause: &Clause) -> bool {
    let about = provider.service.iter().filter(|service| clause.is_about(service) && service.has_data());
    about.into_iter().any(|service| !service.is_shown_by_fedramp())
}

use crate::model::provider::{DataKind, Provider};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A provider holds duties and data, and no matrix of its own stands beside them.
    ///
    /// ## Why it matters
    ///
    /// What a provider does is described in its own responsibility matrix as well as in the contractor's plan (32 CFR
    /// 170.19(c)(2)). Without it there is one statement only, that of the contractor, and nothing to hold it against: nobody
    /// notices that the provider thinks otherwise until the assessor asks both.
    ///
    /// This is a warning: no form is prescribed, and the contract's exhibit may hold the same. A provider on whose assets
    /// neither CUI nor security protection data lies is no external service provider, and needs none.
    ///
    /// ## Example
    ///
    /// ```delete providers/acme-msp.crm.toml
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml providers/acme-msp.crm.toml
    /// provider = "acme-msp"
    /// edition = "2026"
    /// date = 2026-09-01
    /// source = "acme-contract"
    ///
    /// [[row]]
    /// for = ["3.7.5", "3.14.1"]
    /// inheritance = "partial"
    /// provider-does = "Works the queue on managed hosts and reports each month."
    /// customer-does = "Writes the policy and checks the report."
    /// ```
    "no-matrix", TwoSided, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    // A matrix that could not be read is not a matrix that is missing.
    if found.broken.contains("matrix") {
        return;
    }
    let without = found.holders_of_duties().filter(|(id, _)| !found.crms.contains_key(*id));
    for (id, provider) in without.filter(|(_, provider)| holds_data(provider)) {
        let duties = found.duties_of(id).count();
        let duties = if duties == 1 { "a duty".to_owned() } else { format!("{duties} duties") };
        report
            .add(format!("`{id}` holds {duties}, and nothing here says what it says that it does"), provider.id.span)
            .label("no matrix of its own")
            .help(format!(
                "ask for its customer responsibility matrix and enter it as `providers/{id}.crm.toml`; `demarcate import crm` \
                 reads a workbook or a CSV file"
            ))
            .provider(id);
    }
}

/// Whether CUI or security protection data lies on any of its services.
fn holds_data(provider: &Provider) -> bool {
    provider.service.iter().flat_map(|service| service.data.iter()).any(|data| data.value != DataKind::Nothing)
}

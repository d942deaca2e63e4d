use std::collections::BTreeMap;

use crate::ids::RequirementId;
use crate::model::Filed;
use crate::model::crm::ProviderCrm;
use crate::model::practice::Practice;
use crate::reconcile::{self, Matrix, Said};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A provider's own matrix claims what no practice assigns to it.
    ///
    /// ## Why it matters
    ///
    /// A matrix is written for every customer of a provider, so most of what it offers is used by some of them only. This is
    /// allowed unless a root asks for it, once: what is paid for and not used, and what a practice says that the contractor
    /// does alone although the provider says that it does it as well.
    ///
    /// ## Example
    ///
    /// ```toml providers/gcc-high.crm.toml
    /// provider = "gcc-high"
    /// edition = "2026"
    /// date = 2026-09-01
    /// source = "gcc-high-letter"
    ///
    /// [[row]]
    /// for = ["3.8.9", "3.13.16"]
    /// service = "office"
    /// inheritance = "partial"
    /// provider-does = "Encrypts every volume and copy at rest."
    /// ```
    ///
    /// ```toml providers/acme-msp.crm.toml
    /// provider = "acme-msp"
    /// edition = "2026"
    /// date = 2026-09-01
    /// source = "acme-contract"
    ///
    /// [[row]]
    /// for = ["3.7.5", "3.14.1", "3.11.2"]
    /// inheritance = "partial"
    /// provider-does = "Works the queue on managed hosts, scans them, and reports each month."
    /// ```
    ///
    /// ```text demarcate.toml +
    ///
    /// [rules]
    /// unused-claim = "warn"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml providers/gcc-high.crm.toml
    /// provider = "gcc-high"
    /// edition = "2026"
    /// date = 2026-09-01
    /// source = "gcc-high-letter"
    ///
    /// [[row]]
    /// for = ["3.8.9", "3.13.16"]
    /// service = "office"
    /// inheritance = "partial"
    /// provider-does = "Encrypts every volume and copy at rest."
    /// ```
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
    /// ```
    ///
    /// ```text demarcate.toml +
    ///
    /// [rules]
    /// unused-claim = "warn"
    /// ```
    "unused-claim", TwoSided, Allow, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (provider, matrix) in facts.assessment.crms.iter().filter(|(_, matrix)| !matrix.lost) {
        let unused = unused(facts, provider, matrix);
        let Some(first) = unused.first_key_value() else { continue };
        let ids: Vec<String> = unused.keys().map(RequirementId::to_string).collect();
        let which = if ids.len() == 1 { "a requirement".to_owned() } else { format!("{} requirements", ids.len()) };
        report
            .add(
                format!(
                    "{} of `{provider}` claims a part of {which} that no practice assigns to it{}",
                    reconcile::edition(matrix),
                    crate::rule::named(&ids)
                ),
                *first.1,
            )
            .label("the first of them")
            .help("assign what it does for you to it, or leave it: what a provider offers need not be used")
            .provider(provider);
    }
}

/// What a matrix claims of practices in which the provider has no part, and where.
fn unused(facts: &Facts, provider: &str, matrix: &Filed<ProviderCrm>) -> BTreeMap<RequirementId, crate::ids::Span> {
    let rows = Matrix::of(matrix);
    let has_no_part = |practice: &Practice| practice.responsibility.iter().all(|part| *part.party != *provider);
    let claimed =
        |id: &RequirementId| rows.of_requirement(*id).iter().find(|said| Said::is_claim(said)).map(|said| said.at);
    let practices = facts.assessment.practices.iter().filter(|(_, practice)| !practice.is_unanswered());
    let free = practices.filter(|(_, practice)| has_no_part(practice));
    free.filter_map(|(id, _)| Some((*id, claimed(id)?))).collect()
}

use crate::model::provider::Service;
use crate::reconcile;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A provider's own matrix is older than the last change of a service of which it speaks.
    ///
    /// ## Why it matters
    ///
    /// What the provider says that it does was written for the service as it was. Until it publishes an edition after the
    /// change, nobody knows whether its part is still what the practices rest on.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -title = "Patching and maintenance of managed hosts"
    /// +title = "Patching and maintenance of managed hosts"
    /// +changed = 2026-09-20
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -title = "Patching and maintenance of managed hosts"
    /// +title = "Patching and maintenance of managed hosts"
    /// +changed = 2026-09-20
    /// ```
    /// ```diff providers/acme-msp.crm.toml
    /// -date = 2026-09-01
    /// +date = 2026-09-25
    /// ```
    "outdated-matrix", TwoSided, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (provider, matrix) in facts.assessment.crms.iter().filter(|(_, matrix)| !matrix.lost) {
        let (Some(date), Some(found)) = (&matrix.date, facts.assessment.providers.get(provider)) else { continue };
        let speaks_of = |service: &&Service| {
            let mut named = matrix.row.iter().flat_map(|row| row.service.iter());
            named.any(|named| *named.name == *service.id.name) || matrix.row.iter().any(|row| row.service.is_empty())
        };
        for service in found.service.iter().filter(speaks_of) {
            let Some(changed) = service.changed.as_ref().filter(|changed| changed.value > date.value) else { continue };
            report
                .add(
                    format!(
                        "service `{}` of `{provider}` changed on {}, and {} is older",
                        service.id,
                        changed.value,
                        reconcile::edition(matrix)
                    ),
                    date.span,
                )
                .label("published before that")
                .related("changed on this day", changed.span)
                .help(format!("ask {provider} for an edition that speaks of the service as it is now"))
                .provider(provider);
        }
    }
}

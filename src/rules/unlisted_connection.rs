use std::collections::BTreeSet;

use crate::model::Filed;
use crate::model::provider::{DataKind, Provider, Service, ServiceKind};
use crate::rule::{Facts, Report, rule};

rule! {
    /// Data lies with a provider, and nothing says by which connection or access it gets there.
    ///
    /// ## Why it matters
    ///
    /// The security plan describes connections to other systems (3.12.4[f]), external systems are verified and controlled
    /// (3.1.20), and each connection has its own protection. A cloud, a managed service or a backup that holds CUI or
    /// security protection data is reached somehow: a way that nobody lists is one that nobody controls.
    ///
    /// ## Example
    ///
    /// ```diff providers/gcc-high.toml
    /// -[[connection]]
    /// -id = "tenant-link"
    /// -title = "Hosts of the contractor with the tenant"
    /// -data = "CUI files, mail and sign-ins"
    /// -flow = "in both directions, opened by the hosts"
    /// -method = "HTTPS over the internet"
    /// -authentication = "device certificate and multifactor sign-in"
    /// -controls = "TLS 1.2 or newer with FIPS-validated modules, managed devices only"
    /// -agreement = "gcc-high-contract"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/gcc-high.toml
    /// -data = "CUI files, mail and sign-ins"
    /// +data = "CUI files, mail, meetings and sign-ins"
    /// ```
    "unlisted-connection", Scope, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let providers = &facts.assessment.providers;
    let ends: BTreeSet<&str> =
        providers.values().flat_map(|found| &found.connection).filter_map(|c| c.with.as_deref()).collect();
    let silent = |found: &Filed<Provider>| !found.lost && found.connection.is_empty() && found.access.is_empty();
    for (id, provider) in providers.iter().filter(|(id, found)| silent(found) && !ends.contains(id.as_str())) {
        let Some(service) = provider.service.iter().find(|service| is_reached(service) && holds(service)) else {
            continue;
        };
        report
            .add(
                format!("data lies with `{id}` (service `{}`), and no connection or access says how it gets there", service.id),
                service.id.span,
            )
            .label("reached by nothing that is listed")
            .help("add a `[[connection]]` with what flows, by which method, how the ends know each other and what protects it")
            .provider(id);
    }
}

fn is_reached(service: &Service) -> bool {
    matches!(service.kind.value, ServiceKind::Csp | ServiceKind::Msp | ServiceKind::Mssp | ServiceKind::Backup)
}

fn holds(service: &Service) -> bool {
    service.data.iter().any(|data| data.value != DataKind::Nothing)
}

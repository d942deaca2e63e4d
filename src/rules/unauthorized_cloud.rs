use crate::model::provider::{AuthorizationKind, DataKind, Service, ServiceKind};
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// CUI lies on a cloud service without FedRAMP Moderate, High or Moderate equivalency.
    ///
    /// ## Why it matters
    ///
    /// A cloud service provider on whose service CUI lies has to meet FedRAMP Moderate or its equivalent (DFARS
    /// 252.204-7012(b)(2)(ii)(D), 32 CFR 170.19(c)(2)). An audit report such as SOC 2 does not stand in for it, nor does CMMC
    /// Level 2. Of a managed service that is no cloud nothing is asked here, since it is assessed within the contractor's
    /// scope; nor of a cloud that has security protection data alone. Whether a backup service is a cloud service is argued
    /// case by case: there this is a warning.
    ///
    /// ## Example
    ///
    /// ```diff providers/gcc-high.toml
    /// -authorization = "fedramp-high"
    /// -authorization-evidence = "gcc-high-letter"
    /// +authorization = "soc-2"
    /// +authorization-evidence = "gcc-high-letter"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/gcc-high.toml
    /// -authorization = "fedramp-high"
    /// -authorization-evidence = "gcc-high-letter"
    /// +authorization = "fedramp-moderate-equivalent"
    /// +authorization-evidence = "gcc-high-letter"
    /// ```
    "unauthorized-cloud", Providers, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    // A shredder or courier with `esp = false` has paper, and no cloud.
    for (id, provider) in vetting::sound(&facts.assessment).filter(|(_, provider)| provider.is_esp()) {
        for service in provider.service.iter().filter(|service| is_unauthorized(service)) {
            let span = service.authorization.as_ref().map_or(service.id.span, |authorization| authorization.span);
            let draft = report
                .add(
                    format!("CUI lies on service `{}` of `{id}`, which has {}", service.id, what_it_has(service)),
                    span,
                )
                .label("neither FedRAMP Moderate nor High nor its equivalent")
                .provider(id);
            if service.kind.value == ServiceKind::Csp {
                draft.help(
                    "move the CUI to a service with FedRAMP Moderate or its equivalent, or write the authorization that it has",
                );
            } else {
                draft.warn().help(
                    "decide with the assessor whether it is a cloud service; if it is, move the CUI to one with FedRAMP \
                     Moderate or its equivalent, and if not, say so in an [[allow]] with the reason",
                );
            }
        }
    }
}

fn is_unauthorized(service: &Service) -> bool {
    let may_be_cloud = matches!(service.kind.value, ServiceKind::Csp | ServiceKind::Backup | ServiceKind::Vendor);
    may_be_cloud && service.holds(DataKind::Cui) && !service.is_authorized_for_cui()
}

fn what_it_has(service: &Service) -> &'static str {
    match service.authorization.as_ref().map(|authorization| authorization.value) {
        Some(AuthorizationKind::Soc2) => "SOC 2, and that does not stand in for FedRAMP Moderate",
        Some(AuthorizationKind::CmmcLevel2) => "CMMC Level 2, and that does not stand in for FedRAMP Moderate",
        Some(AuthorizationKind::CmmcLevel3) => "CMMC Level 3, and that does not stand in for FedRAMP Moderate",
        _ => "no FedRAMP authorization",
    }
}

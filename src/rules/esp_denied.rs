use crate::model::provider::{DataKind, Service, ServiceKind};
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// A provider is said not to be an external service provider, and CUI or security protection data lies with it.
    ///
    /// ## Why it matters
    ///
    /// Whether somebody is an external service provider is not a choice: it is one where CUI or security protection data
    /// lies on its assets (32 CFR 170.19(c)(2)). Passwords, configurations and logs of systems in scope are such data. What
    /// is said not to be one stays out of the inventory and of what is asked of providers.
    ///
    /// ## Example
    ///
    /// ```toml providers/paper-shred.toml
    /// id = "paper-shred"
    /// name = "Paper Shred, Inc."
    /// esp = false
    ///
    /// [[service]]
    /// id = "shredding"
    /// title = "Takes paper with CUI away and shreds it"
    /// kind = "vendor"
    /// data = "cui"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml providers/paper-shred.toml
    /// id = "paper-shred"
    /// name = "Paper Shred, Inc."
    /// esp = false
    ///
    /// [[service]]
    /// id = "shredding"
    /// title = "Shreds paper in the yard, under the eyes of the security officer"
    /// kind = "vendor"
    /// data = "none"
    /// ```
    "esp-denied", Providers, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, provider) in vetting::sound(&facts.assessment) {
        let Some(esp) = provider.esp.as_ref().filter(|esp| !esp.value) else { continue };
        let with_data: Vec<&Service> = provider.service.iter().filter(|service| service.has_data()).collect();
        let Some(first) = with_data.first() else { continue };
        let what = if provider.holds(DataKind::Cui) { "CUI" } else { "security protection data" };
        let names = vetting::listed(with_data.iter().map(|service| &*service.id.name));
        // What a shredder or courier holds may be paper, which makes it no provider of IT or security services.
        let may_be_paper = with_data.iter().all(|service| service.kind.value == ServiceKind::Vendor);
        let draft = report
            .add(format!("`{id}` is said not to be an external service provider, and {what} lies on {names}"), esp.span)
            .label("said here")
            .related("the data that lies on it", first.data.first().map_or(first.id.span, |data| data.span))
            .help("remove `esp = false` and describe it like any provider, or correct `data` if nothing of yours lies on its systems")
            .provider(id);
        if may_be_paper {
            draft.warn();
        }
    }
}

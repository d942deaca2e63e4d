use std::collections::BTreeSet;

use crate::ids::Spanned;
use crate::model::Filed;
use crate::model::assessment::Assessment;
use crate::model::provider::{DataKind, Provider, ServiceKind};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A provider holds CUI or security protection data, and no asset of the inventory is its own.
    ///
    /// ## Why it matters
    ///
    /// What of a provider handles CUI or protects the system belongs to the assessment scope and to the inventory (32 CFR
    /// 170.19(c)): an inventory without it hides a place where CUI lies. With security protection data alone, or where the
    /// inventory is kept elsewhere and `assets.toml` lists no asset at all, this is a warning.
    ///
    /// ## Example
    ///
    /// ```diff assets.toml
    /// -owner = "gcc-high"
    /// +owner = "contractor"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff assets.toml
    /// -title = "Tenant of the government cloud"
    /// +title = "Our tenant of the government cloud"
    /// ```
    "provider-outside-inventory", Scope, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    if found.assets.as_ref().is_some_and(|assets| assets.lost) || found.broken.contains("group") {
        return;
    }
    let assets = || found.assets.iter().flat_map(|assets| &assets.asset);
    let owners: BTreeSet<&str> = assets().filter_map(|asset| asset.owner.as_deref()).collect();
    let holders = found.providers.iter().filter(|(id, provider)| is_used(id, provider, found));
    for (id, provider) in holders.filter(|(id, _)| !owners.contains(id.as_str())) {
        let Some(data) = heaviest(provider) else { continue };
        let message = format!(
            "`{id}` holds {} of the contractor's, and no asset of the inventory is its own",
            name_of(data.value)
        );
        let draft = report
            .add(message, data.span)
            .label("lies with this provider")
            .help(format!(
                "add an `[[asset]]` with owner = \"{id}\" to assets.toml: what of this provider belongs to the scope"
            ))
            .provider(id);
        if data.value != DataKind::Cui || assets().next().is_none() {
            draft.warn();
        }
    }
}

/// Whether the file could be read and speaks of an external service provider of this system: what a root above lists
/// matters where a practice uses it.
fn is_used(id: &str, provider: &Filed<Provider>, found: &Assessment) -> bool {
    let is_esp = provider.esp.as_ref().is_none_or(|esp| esp.value);
    is_esp && !provider.lost && (!provider.inherited || found.duties_of(id).next().is_some())
}

/// The gravest data on a service of its own; people who work on the contractor's systems hold none.
fn heaviest(provider: &Provider) -> Option<&Spanned<DataKind>> {
    let services = provider.service.iter().filter(|service| service.kind.value != ServiceKind::Staff);
    let data: Vec<&Spanned<DataKind>> = services.flat_map(|service| service.data.iter()).collect();
    let first = |kind: DataKind| data.iter().copied().find(|data| data.value == kind);
    first(DataKind::Cui).or_else(|| first(DataKind::Spd))
}

fn name_of(data: DataKind) -> &'static str {
    if data == DataKind::Cui { "CUI" } else { "security protection data" }
}

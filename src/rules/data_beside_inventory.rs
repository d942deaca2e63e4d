use crate::model::assessment::Assessment;
use crate::model::assets::{Asset, Category};
use crate::model::provider::{DataKind, Provider};
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// The inventory says of a provider's assets otherwise than its services whether CUI lies on them.
    ///
    /// ## Why it matters
    ///
    /// Whether a cloud has to be FedRAMP authorized, and what of a provider is assessed, hangs on whether CUI lies there (32
    /// CFR 170.19(c)(1) and (2)). The plan prints the inventory, the file of the provider prints its services: where one says
    /// CUI and the other does not, one of them is wrong, and the assessor finds out which.
    ///
    /// ## Example
    ///
    /// ```diff assets.toml
    /// -title = "Tenant of the government cloud"
    /// -category = "cui"
    /// +title = "Tenant of the government cloud"
    /// +category = "security-protection"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff assets.toml
    /// -title = "Tenant of the government cloud"
    /// +title = "Tenant of the government cloud, drawings in it"
    /// ```
    "data-beside-inventory", Scope, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    for (id, provider) in vetting::sound(found) {
        let own: Vec<&Asset> = assets_of(id, found).collect();
        let cui = own.iter().find(|asset| is_cui(asset));
        let (Some(asset), holds) = (cui.or(own.first()), provider.holds(DataKind::Cui)) else { continue };
        if cui.is_some() == holds || is_unsaid(provider) || own.iter().any(|asset| asset.category.is_none()) {
            continue;
        }
        let category = asset.category.as_ref().expect("none is without one");
        let said = if holds { "says that CUI lies on its service" } else { "has CUI on no service" };
        let data = provider.service.iter().flat_map(|service| service.data.iter());
        let data = data.into_iter().find(|data| (data.value == DataKind::Cui) == holds);
        let draft = report
            .add(
                format!("asset `{}` of `{id}` is in the category {category}, and the file of `{id}` {said}", asset.id),
                category.span,
            )
            .label("what the inventory says")
            .help("find out whether CUI lies there, and correct the one that is wrong")
            .provider(id);
        if let Some(data) = data {
            draft.related("what its service says", data.span);
        }
    }
}

fn assets_of<'a>(id: &str, found: &'a Assessment) -> impl Iterator<Item = &'a Asset> {
    let assets = found.assets.iter().filter(|assets| !assets.lost).flat_map(|assets| &assets.asset);
    assets.filter(move |asset| asset.owner.as_deref() == Some(id))
}

fn is_cui(asset: &Asset) -> bool {
    asset.category.as_ref().is_some_and(|category| category.value == Category::Cui)
}

/// Whether its services do not say what lies on them.
fn is_unsaid(provider: &Provider) -> bool {
    provider.service.iter().all(|service| service.data.iter().next().is_none())
}

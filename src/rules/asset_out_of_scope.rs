use crate::model::assets::{Asset, Assets, Category, Group};
use crate::rule::{Facts, Report, rule};

rule! {
    /// An asset and its group contradict each other about whether it is in scope.
    ///
    /// ## Why it matters
    ///
    /// Whatever handles CUI or protects what does is in scope, wherever it stands: no group takes it out. An out-of-scope asset
    /// among others that are in scope can be right, but the contractor must be able to justify it (32 CFR 170.19(c)(1), Table
    /// 3): this is a warning, which a `treatment` that says why settles. Specialized and contractor risk managed assets in a
    /// group that is out of scope are a warning as well.
    ///
    /// ## Example
    ///
    /// ```toml assets.toml +
    ///
    /// [[group]]
    /// id = "guest-wifi"
    /// title = "Guest wireless"
    /// in-scope = false
    ///
    /// [[asset]]
    /// id = "visitor-laptops"
    /// title = "Laptops on which inspectors open drawings"
    /// category = "cui"
    /// group = "guest-wifi"
    /// owner = "contractor"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml assets.toml +
    ///
    /// [[asset]]
    /// id = "visitor-laptops"
    /// title = "Laptops on which inspectors open drawings"
    /// category = "cui"
    /// group = "enclave"
    /// owner = "contractor"
    /// ```
    "asset-out-of-scope", Scope, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(assets) = facts.assessment.assets.as_ref().filter(|assets| !assets.lost) else { return };
    for asset in &assets.asset {
        let (Some(category), Some(group)) = (&asset.category, group_of(asset, assets)) else { continue };
        let in_scope = group.in_scope.as_ref().is_none_or(|flag| flag.value);
        let (message, label, help) = match (category.value, in_scope) {
            (Category::OutOfScope, true) if !is_justified(asset) => (
                format!("asset `{}` is out of scope, and its group `{}` is in scope", asset.id, group.id),
                "in the middle of what is in scope",
                "write in `treatment` why it cannot handle CUI and protects nothing, or move it to a group that is out of scope",
            ),
            (Category::OutOfScope, _) | (_, true) => continue,
            _ => (
                format!("asset `{}` is {category}, and its group `{}` is out of scope", asset.id, group.id),
                "in scope by its category",
                "move the asset to a group that is in scope, or correct its category",
            ),
        };
        let said = group.in_scope.as_ref().map_or(group.id.span, |flag| flag.span);
        let draft = report.add(message, category.span).label(label).related("the group", said).help(help);
        if !matches!(category.value, Category::Cui | Category::SecurityProtection) {
            draft.warn();
        }
    }
}

fn group_of<'a>(asset: &Asset, assets: &'a Assets) -> Option<&'a Group> {
    let named = asset.group.as_deref()?;
    assets.group.iter().find(|group| *group.id == *named)
}

fn is_justified(asset: &Asset) -> bool {
    asset.treatment.as_ref().is_some_and(|treatment| !treatment.trim().is_empty())
}

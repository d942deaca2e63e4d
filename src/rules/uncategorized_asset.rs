use crate::model::assets::Asset;
use crate::rule::{Facts, Report, rule};

rule! {
    /// An asset of the inventory has no category, or no group.
    ///
    /// ## Why it matters
    ///
    /// The category decides what an assessor looks at: CUI assets against every requirement, security protection assets against
    /// those that they serve, specialized and contractor risk managed ones by their treatment in the plan, and out-of-scope ones
    /// not at all (32 CFR 170.19(c)(1), Table 3). An asset without one is assessed as nobody planned. Without a group this is a
    /// warning: nobody can tell which responsibilities cover it.
    ///
    /// ## Example
    ///
    /// ```toml assets.toml +
    ///
    /// [[asset]]
    /// id = "label-printers"
    /// title = "Label printers of the warehouse"
    /// group = "shop-floor"
    /// owner = "contractor"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml assets.toml +
    ///
    /// [[asset]]
    /// id = "label-printers"
    /// title = "Label printers of the warehouse"
    /// category = "contractor-risk-managed"
    /// group = "shop-floor"
    /// owner = "contractor"
    /// treatment = "Drawings are never sent to them; the policy forbids it and their queue is looked at each month."
    /// ```
    "uncategorized-asset", Scope, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(assets) = facts.assessment.assets.as_ref().filter(|assets| !assets.lost) else { return };
    for asset in &assets.asset {
        let Some((lack, help)) = lack(asset, !assets.group.is_empty()) else { continue };
        let draft = report
            .add(format!("asset `{}` has no {lack}", asset.id), asset.id.span)
            .label(format!("no {lack}"))
            .help(help);
        if asset.category.is_some() {
            draft.warn();
        }
    }
}

/// What is missing, and what to do; where no group is defined none can be named.
fn lack(asset: &Asset, are_groups: bool) -> Option<(&'static str, &'static str)> {
    const CATEGORY: &str =
        "write `category`: cui, security-protection, contractor-risk-managed, specialized or out-of-scope";
    const GROUP: &str = "write `group`: the part of the system that it belongs to";
    match (asset.category.is_some(), asset.group.is_some() || !are_groups) {
        (true, true) => None,
        (false, true) => Some(("category", CATEGORY)),
        (true, false) => Some(("group", GROUP)),
        (false, false) => Some(("category and no group", CATEGORY)),
    }
}

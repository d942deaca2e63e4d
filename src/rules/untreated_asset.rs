use crate::model::assets::{Asset, Category};
use crate::rule::{Facts, Report, rule};
use crate::rules::vague_duty;

rule! {
    /// A specialized or contractor risk managed asset has no treatment.
    ///
    /// ## Why it matters
    ///
    /// These two categories are spared the assessment of most requirements because the plan says how they are managed: an
    /// assessor reads that text and, if it is sufficient, goes on (32 CFR 170.19(c)(1), Table 3). Without it there is nothing to
    /// read, and a contractor risk managed asset gets checked after all.
    ///
    /// ## Example
    ///
    /// ```diff assets.toml
    /// -treatment = "Kept on a network of their own; drawings reach them by a checked transfer only."
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff assets.toml
    /// -treatment = "Kept on a network of their own; drawings reach them by a checked transfer only."
    /// +treatment = "Kept on a network of their own; drawings arrive through the program server after a scan."
    /// ```
    "untreated-asset", Scope, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(assets) = facts.assessment.assets.as_ref().filter(|assets| !assets.lost) else { return };
    for asset in assets.asset.iter().filter(|asset| !is_treated(asset)) {
        let Some(category) = asset.category.as_ref().filter(|category| needs_treatment(category.value)) else {
            continue;
        };
        report
            .add(format!("asset `{}` is {category}, and nothing says how it is treated", asset.id), asset.id.span)
            .label("no treatment")
            .related("its category", category.span)
            .help("write `treatment`: how it is kept apart or managed, and by which policy; the plan prints it");
    }
}

fn needs_treatment(category: Category) -> bool {
    matches!(category, Category::Specialized | Category::ContractorRiskManaged)
}

fn is_treated(asset: &Asset) -> bool {
    asset
        .treatment
        .as_ref()
        .is_some_and(|treatment| !treatment.trim().is_empty() && !vague_duty::is_only_placeholder(treatment))
}

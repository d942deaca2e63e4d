use std::collections::BTreeSet;

use crate::catalog::Nature;
use crate::ids::RequirementId;
use crate::model::assessment::{Assessment, ObjectiveView};
use crate::model::assets::{Assets, Category, Group};
use crate::model::practice::Responsibility;
use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// An objective has somebody who writes the rule for a group of assets, and nobody who carries it out there.
    ///
    /// ## Why it matters
    ///
    /// The contractor's policy covers the whole system; the provider works in the groups that its part names. For the others
    /// each side thinks that it is the other one's, and nobody implemented it. An objective that asks for something to be in
    /// effect is met where it is in effect on everything to which it applies (32 CFR 170.24(b)).
    ///
    /// Groups of which every listed asset is specialized, contractor risk managed or out of scope are left out: those are
    /// judged by their treatment (32 CFR 170.19(c)(1), Table 3), and of what only protects other assets no more is assessed
    /// than matters for that. So are training and screening, which are of people, and groups in which somebody works on another objective of
    /// the practice: not every objective has something to do everywhere. Where no CUI or security protection asset is listed in a
    /// group, or the objective is not determined met, this is a warning.
    ///
    /// ## Example
    ///
    /// ```toml assets.toml +
    ///
    /// [[asset]]
    /// id = "shop-terminals"
    /// title = "Terminals of the shop floor"
    /// category = "cui"
    /// group = "shop-floor"
    /// owner = "contractor"
    /// ```
    /// ```diff practices/MA.L2-3.7.5.toml
    /// -service = "patching"
    /// +scope = ["enclave"]
    /// +service = "patching"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml assets.toml +
    ///
    /// [[asset]]
    /// id = "shop-terminals"
    /// title = "Terminals of the shop floor"
    /// category = "cui"
    /// group = "shop-floor"
    /// owner = "contractor"
    /// ```
    /// ```diff practices/MA.L2-3.7.5.toml
    /// -service = "patching"
    /// +scope = ["enclave", "shop-floor"]
    /// +service = "patching"
    /// ```
    "group-left-out", Scope, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(assets) = facts.assessment.assets.as_ref().filter(|assets| !assets.lost) else { return };
    let groups: Vec<&Group> =
        facts.assessment.groups().filter(|group| !is_judged_by_treatment(group, assets)).collect();
    let guarded = guarded(assets);
    // People are trained and screened wherever they work; groups are of assets.
    let is_of_assets = |id: &RequirementId| !matches!(id.family(), "AT" | "PS");
    for practice in facts.assessment.practices.iter().filter(|(id, practice)| is_of_assets(id) && !practice.lost) {
        let left = |is_wanted: &dyn Fn(&ObjectiveView<'_>, &Group) -> bool| {
            let enforced = facts.assessment.objectives_of(*practice.0, practice.1);
            let enforced = enforced.filter(|found| found.catalog.nature == Nature::Enforced && found.applies());
            let each = enforced.map(|objective| {
                let applies = |group: &&Group| facts.assessment.applies_in(group, objective.id);
                let left = left_out(&objective, &groups).into_iter().filter(applies);
                (objective, left.filter(|group| is_wanted(&objective, group)).collect::<Vec<&Group>>())
            });
            each.filter(|(_, left)| !left.is_empty()).collect::<Vec<_>>()
        };
        let sure = left(&is_only_ruled);
        // Paper, drives and doors are where they are: work on some of it says nothing of the rest.
        if sure.is_empty() && !matches!(practice.0.family(), "MP" | "PE") {
            report_practice(&left(&is_ruled_beside_work), &BTreeSet::new(), &facts.assessment, report);
        } else {
            report_practice(&sure, &guarded, &facts.assessment, report);
        }
    }
}

/// One diagnostic for the objectives of a practice.
fn report_practice(
    letters: &[(ObjectiveView<'_>, Vec<&Group>)],
    guarded: &BTreeSet<&str>,
    found: &Assessment,
    report: &mut Report<'_>,
) {
    let Some((first, left)) = letters.first() else { return };
    let named: Vec<String> = left.iter().map(|group| format!("`{}`", group.id)).collect();
    let all: Vec<String> = letters.iter().map(|(objective, _)| objective.id.letter.to_string()).collect();
    let Some(worker) = first.parts().find(|part| does_work(part)) else { return };
    let place = worker.scope.first().map_or(worker.party.span, |scope| scope.span);
    let workers: BTreeSet<&str> = first.parts().filter(|part| does_work(part)).map(|part| &*part.party).collect();
    let workers: Vec<String> = workers.into_iter().map(|party| format!("`{party}`")).collect();
    let mut draft = report
        .add(
            format!(
                "nobody carries out {}[{}] for {}: {} {} elsewhere, and the others only write the rule",
                first.id.requirement,
                all.join(", "),
                named.join(", "),
                vetting::joined(&workers),
                if workers.len() == 1 { "works" } else { "work" }
            ),
            place,
        )
        .label("only here")
        .help("widen the `scope` of the part that does the work, or add the part of whoever does it there");
    for group in left {
        draft = draft.related(format!("group `{}`, in scope", group.id), group.id.span);
    }
    let is_met = letters.iter().any(|(objective, _)| objective.is_met());
    let is_sure =
        is_met && left.iter().any(|group| guarded.contains(group.id.name.as_str())) && found.broken.is_empty();
    let draft = if letters.len() == 1 { draft.objective(first.id) } else { draft.practice(first.id.requirement) };
    if !is_sure {
        draft.warn();
    }
}

/// The groups in which none of those works who work on the objective; none where somebody works everywhere, or nobody.
fn left_out<'a>(objective: &ObjectiveView<'_>, groups: &[&'a Group]) -> Vec<&'a Group> {
    let workers: Vec<&Responsibility> = objective.parts().filter(|part| does_work(part)).collect();
    if workers.is_empty() {
        return Vec::new();
    }
    groups.iter().copied().filter(|group| !workers.iter().any(|part| part.in_group(&group.id))).collect()
}

fn does_work(part: &Responsibility) -> bool {
    part.works() || part.layer.is_empty()
}

/// Whether somebody has the objective in the group, where else another rule speaks, and nobody works on any objective of the
/// practice there: what works on others may well be all that applies to the group.
fn is_only_ruled(objective: &ObjectiveView<'_>, group: &Group) -> bool {
    let is_worked_on = objective.practice.responsibility.iter().any(|part| does_work(part) && part.in_group(&group.id));
    !is_worked_on && objective.parts().any(|part| part.in_group(&group.id))
}

/// Whether somebody has the objective in the group without working on it, and works on others of the practice there.
fn is_ruled_beside_work(objective: &ObjectiveView<'_>, group: &Group) -> bool {
    !is_only_ruled(objective, group) && objective.parts().any(|part| part.in_group(&group.id))
}

/// Whether assets of the group are listed, and none of them is judged by more than its treatment.
fn is_judged_by_treatment(group: &Group, assets: &Assets) -> bool {
    let mut own = assets.asset.iter().filter(|asset| asset.group.as_deref() == Some(&*group.id)).peekable();
    own.peek().is_some()
        && own.all(|asset| {
            let category = asset.category.as_ref().map(|category| category.value);
            matches!(category, Some(Category::Specialized | Category::ContractorRiskManaged | Category::OutOfScope))
        })
}

/// Groups with an asset that every relevant requirement is assessed for.
fn guarded(assets: &Assets) -> BTreeSet<&str> {
    let assessed = assets.asset.iter().filter(|asset| {
        let category = asset.category.as_ref().map(|category| category.value);
        matches!(category, Some(Category::Cui | Category::SecurityProtection))
    });
    assessed.filter_map(|asset| asset.group.as_deref()).collect()
}

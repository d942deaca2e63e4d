use crate::ids::Span;
use crate::model::GroupName;
use crate::model::assessment::{Assessment, ObjectiveView};
use crate::rule::{Facts, Report, rule};
use crate::table::Ref;

rule! {
    /// An objective, or an objective for one group of assets, is nobody's.
    ///
    /// ## Why it matters
    /// The most common failure of a shared system: each party believed that the other did it. An objective must be
    /// satisfied on everything in scope (32 CFR 170.24(b)), so a provider that covers the enclave leaves the shop
    /// floor to the contractor, whether or not anybody wrote it down.
    ///
    /// A group of which every listed asset only protects others is left out: of those no more is assessed than matters for
    /// the capability that they provide (32 CFR 170.19(c)(1), Table 3). So is one whose `exempt` gives a reason.
    ///
    /// ## Example
    /// ```toml practices/MP.L2-3.8.7.toml
    /// practice = "MP.L2-3.8.7"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor blocks removable media on every host but two."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a"]
    /// scope = ["enclave"]
    /// duty = "Blocks USB storage by group policy and opens it for the two scanning stations that the ISSO named."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-mp" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    /// Use instead:
    /// ```toml practices/MP.L2-3.8.7.toml
    /// practice = "MP.L2-3.8.7"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor blocks removable media on every host but two."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a"]
    /// scope = ["enclave"]
    /// duty = "Blocks USB storage by group policy and opens it for the two scanning stations that the ISSO named."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-mp" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["procedure", "operation"]
    /// objectives = ["a"]
    /// scope = ["shop-floor"]
    /// duty = "Seals the ports of the machine controllers and checks the seals on the first of each month."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "unowned-objective", Coverage, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for objective in facts.assessment.objectives().filter(ObjectiveView::applies) {
        if objective.parts().next().is_none() {
            report_unowned(&objective, report);
        } else {
            report_uncovered(&facts.assessment, &objective, report);
        }
    }
}

fn report_unowned(objective: &ObjectiveView<'_>, report: &mut Report<'_>) {
    report
        .add(format!("objective `{}` is nobody's", objective.id), place(objective))
        .label("no responsibility has it")
        .help(format!("add \"{}\" to the `objectives` of the party that does it", objective.id.letter))
        .objective(objective.id);
}

/// The answer to the objective if there is one; else the practice.
fn place(objective: &ObjectiveView<'_>) -> Span {
    let practice = &objective.practice.value;
    let entry = practice.determinations.get(objective.id.letter.encode_utf8(&mut [0; 4]) as &str);
    entry.map_or(practice.practice.span, |entry| entry.key)
}

fn report_uncovered(assessment: &Assessment, objective: &ObjectiveView<'_>, report: &mut Report<'_>) {
    let scopes: Vec<&Ref<GroupName>> = objective.parts().flat_map(|part| &part.scope).collect();
    let Some(scope) = scopes.first().filter(|_| are_known(assessment, &scopes)) else { return };
    let free = assessment.groups().filter(|group| assessment.applies_in(group, objective.id));
    let free = free.filter(|group| !objective.parts().any(|part| part.in_group(&group.id)));
    let free: Vec<String> = free.map(|group| format!("`{}`", group.id)).collect();
    if free.is_empty() {
        return;
    }
    let groups = free.join(", ");
    report
        .add(format!("objective `{}` is nobody's for {groups}", objective.id), scope.span)
        .label(format!("leaves out {groups}"))
        .help(
            "widen a `scope`, or add a responsibility for what it leaves out; where nothing of it applies there, say why in \
             `exempt` of the group",
        )
        .objective(objective.id);
}

/// Whether every group can be looked up; one that leads nowhere is reported elsewhere.
fn are_known(assessment: &Assessment, scopes: &[&Ref<GroupName>]) -> bool {
    let Some(assets) = assessment.assets.as_ref().filter(|assets| !assets.lost) else { return false };
    scopes.iter().all(|scope| assets.group.iter().any(|group| group.id.name == scope.name))
}

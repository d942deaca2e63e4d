use std::collections::BTreeMap;

use crate::ids::{ObjectiveId, Span};
use crate::model::assessment::ObjectiveView;
use crate::model::practice::{Basis, Responsibility};
use crate::rule::{Facts, Report, rule};

rule! {
    /// Something is inherited, and nothing that shows it is named.
    ///
    /// ## Why it matters
    ///
    /// An inherited objective is met where evidence shows that the other entity performs it: a letter of authorization, an audit
    /// report, a responsibility matrix. "The cloud does that" without a document is what an assessor hears from everybody.
    /// Where the determination itself rests on `inherited`, it stands on nothing, and this is denied; else it is a warning. A
    /// determination may also be the only one that speaks of it, and no part says from whom.
    ///
    /// ## Example
    ///
    /// ```diff practices/SC.L2-3.13.16.toml
    /// -inherits = { from = "gcc-high", basis = "gcc-high-letter" }
    /// +inherits = { from = "gcc-high" }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff practices/SC.L2-3.13.16.toml
    /// -inherits = { from = "gcc-high", basis = "gcc-high-letter" }
    /// +inherits = { from = "gcc-high", basis = "gcc-high-contract" }
    /// ```
    "inheritance-without-basis", Scope, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let mut bare: BTreeMap<Span, (ObjectiveId, &Responsibility)> = BTreeMap::new();
    for objective in facts.assessment.objectives().filter(ObjectiveView::applies) {
        let parts: Vec<&Responsibility> = objective.parts().filter(|part| part.inherits.is_some()).collect();
        if let Some(said) = rests_on_inheritance(&objective) {
            report_determination(&objective, said, &parts, report);
            continue;
        }
        for part in parts.into_iter().filter(|part| !is_based(part)) {
            bare.entry(part.span).or_insert((objective.id, part));
        }
    }
    for (id, part) in bare.into_values() {
        let Some(inherits) = &part.inherits else { continue };
        report
            .add(
                format!("{} inherits from `{}` without a document that shows it", id.requirement, inherits.from),
                inherits.from.span,
            )
            .label("no `basis`")
            .help(HELP)
            .practice(id.requirement)
            .provider(&inherits.from)
            .warn();
    }
}

const HELP: &str = "write `basis`: the artifact that shows it, such as an authorization letter, an audit report or the provider's matrix";

/// Where a met objective is determined by inheritance.
fn rests_on_inheritance(objective: &ObjectiveView<'_>) -> Option<Span> {
    let basis = objective.detail()?.basis.as_ref()?;
    (objective.is_met() && basis.value == Basis::Inherited).then_some(basis.span)
}

fn report_determination(objective: &ObjectiveView<'_>, said: Span, parts: &[&Responsibility], report: &mut Report<'_>) {
    let lack = match parts.first().and_then(|part| part.inherits.as_ref()) {
        _ if parts.iter().any(|part| is_based(part)) => return,
        None => ("no part says from whom", objective.practice.practice.span),
        Some(inherits) => ("no document shows it", inherits.from.span),
    };
    report
        .add(format!("objective `{}` is met because it is inherited, and {}", objective.id, lack.0), said)
        .label("rests on nothing")
        .related("the practice", lack.1)
        .help(format!("write `inherits` at the part that does it, and in it {}", HELP.trim_start_matches("write ")))
        .objective(objective.id);
}

fn is_based(part: &Responsibility) -> bool {
    part.inherits.as_ref().is_some_and(|inherits| inherits.basis.is_some())
}

use crate::catalog::Nature;
use crate::model::assessment::ObjectiveView;
use crate::model::practice::Layer;
use crate::rule::{Facts, Report, rule};

rule! {
    /// The responsibilities of an objective do not reach the layer that it asks about.
    ///
    /// ## Why it matters
    /// An assessor walks from the rule in writing to the work on the host. "Is defined" and "is identified" are answered by a
    /// document, so some part has to be policy or procedure; "is limited" and "is enforced" are answered by settings or daily
    /// work, so some part has to be configuration or operation. It is a warning, since a layer may only have been left unsaid.
    ///
    /// ## Example
    /// ```toml practices/PE.L2-3.10.4.toml
    /// practice = "PE.L2-3.10.4"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor keeps the badge log of both doors."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a"]
    /// duty = "Exports the badge log of both doors on the first of the month and keeps three years of it."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-pe" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    /// Use instead:
    /// ```toml practices/PE.L2-3.10.4.toml
    /// practice = "PE.L2-3.10.4"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor keeps the badge log of both doors."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "operation"]
    /// objectives = ["a"]
    /// duty = "Exports the badge log of both doors on the first of the month and keeps three years of it."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-pe" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "missing-layer", Division, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for objective in facts.assessment.objectives().filter(ObjectiveView::applies) {
        let (Some(needed), Some(first)) = (needed(objective.catalog.nature), objective.parts().next()) else {
            continue;
        };
        if needed.iter().any(|layer| objective.parts().any(|part| part.covers(*layer))) {
            continue;
        }
        let [one, other] = needed.map(Layer::word);
        let place = first.layer.first().map_or(first.party.span, |layer| layer.span);
        report
            .add(format!("no responsibility of objective `{}` is {one} or {other}", objective.id), place)
            .label(format!("neither {one} nor {other}"))
            .help(format!(
                "add \"{one}\" or \"{other}\" to the `layer` of the part that has it, or add that part: {}",
                objective.catalog.sentence
            ))
            .objective(objective.id);
    }
}

/// The layers of which an objective needs one.
fn needed(nature: Nature) -> Option<[Layer; 2]> {
    match nature {
        Nature::Defined | Nature::Identified => Some([Layer::Policy, Layer::Procedure]),
        Nature::Enforced => Some([Layer::Configuration, Layer::Operation]),
        Nature::Documented => None,
    }
}

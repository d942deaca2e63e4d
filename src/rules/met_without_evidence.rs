use crate::model::assessment::ObjectiveView;
use crate::model::practice::{Method, Outcome};
use crate::rule::{Facts, Report, rule};

rule! {
    /// An objective is determined met, but no artifact, interview or test shows it.
    ///
    /// ## Why it matters
    ///
    /// An assessor examines, interviews and tests; a determination alone is a claim. Under 32 CFR 170.24(b) a
    /// requirement is MET only where adequate evidence satisfies every applicable objective, so an objective that
    /// nothing shows is scored as NOT MET. An inheritance with its basis and an exception on record count as shown.
    ///
    /// ## Example
    ///
    /// ```toml practices/IA.L2-3.5.11.toml
    /// practice = "IA.L2-3.5.11"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor hides passwords as they are typed on every host."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "configuration"]
    /// objectives = ["a"]
    /// duty = "Sets every logon screen to show dots and samples ten hosts each quarter."
    /// maintained-by = "it-lead"
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/IA.L2-3.5.11.toml
    /// practice = "IA.L2-3.5.11"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor hides passwords as they are typed on every host."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "configuration"]
    /// objectives = ["a"]
    /// duty = "Sets every logon screen to show dots and samples ten hosts each quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ia" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "met-without-evidence", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    for objective in found.objectives().filter(ObjectiveView::is_met) {
        let Some(answered) = objective.answered() else { continue };
        if objective.cited().next().is_some() || found.is_shown_otherwise(objective) {
            continue;
        }
        let mut draft = report
            .add(format!("objective `{}` is met, but nothing shows it", objective.id), answered.span)
            .label("determined met here")
            .help("cite an artifact, or record an interview or test that passed; else determine it not-met")
            .objective(objective.id);
        for method in objective.methods() {
            draft = draft.related(standing(method), method.kind.span);
        }
    }
}

fn standing(method: &Method) -> String {
    match &method.result {
        Some(result) if result.value == Outcome::Failed => format!("this {} failed", method.kind),
        Some(_) => format!("this {} shows nothing until it says when and by whom", method.kind),
        None => format!("this {} is planned and shows nothing yet", method.kind),
    }
}

use super::vague_duty;
use crate::catalog::Nature;
use crate::model::assessment::ObjectiveView;
use crate::model::practice::Answer;
use crate::rule::{Facts, Report, rule};

rule! {
    /// An objective asks that something is defined, and the practice does not say what was defined.
    ///
    /// ## Why it matters
    /// About a quarter of the objectives ask for a definition: a period of inactivity, a number of attempts, a list of
    /// event types. The assessor reads the value first and then looks whether the settings agree with it
    /// (SP 800-171A). Without the value there is nothing to compare with.
    ///
    /// Where the objective is not met this is a warning: the missing definition may be the very reason.
    ///
    /// ## Example
    /// ```toml practices/AC.L2-3.1.8.toml
    /// practice = "AC.L2-3.1.8"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor locks an account after wrong passwords."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Sets the lockout in the host baseline and compares the setting on ten hosts every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ac" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    /// Use instead:
    /// ```toml practices/AC.L2-3.1.8.toml
    /// practice = "AC.L2-3.1.8"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor locks an account after wrong passwords."
    ///
    /// [values]
    /// a = "five wrong passwords lock the account for fifteen minutes"
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Sets the lockout in the host baseline and compares the setting on ten hosts every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ac" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    "undefined-value", Coverage, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let defined = facts.assessment.objectives().filter(|objective| objective.catalog.nature == Nature::Defined);
    for objective in defined {
        report_undefined(&objective, report);
    }
}

fn report_undefined(objective: &ObjectiveView<'_>, report: &mut Report<'_>) {
    let Some(answered) = objective.answered().filter(|answered| answered.answer != Answer::NotApplicable) else {
        return;
    };
    let letter = objective.id.letter;
    let value = objective.practice.values.get(letter.encode_utf8(&mut [0; 4]) as &str).map(|entry| &entry.value);
    let (place, label) = match value {
        None => (answered.span, format!("no `{letter}` in [values]")),
        Some(value) if value.trim().is_empty() => (value.span, "blank".to_owned()),
        Some(value) if vague_duty::is_only_placeholder(value) => (value.span, "a placeholder".to_owned()),
        Some(_) => return,
    };
    let draft = report
        .add(format!("objective `{}` asks for a definition that is not written", objective.id), place)
        .label(label)
        .help(format!("write `{letter} = \"what was defined\"` under [values]: {}", objective.catalog.sentence))
        .objective(objective.id);
    if answered.answer == Answer::NotMet {
        draft.warn();
    }
}

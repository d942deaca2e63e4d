use crate::model::assessment::ObjectiveView;
use crate::model::practice::{Answer, Layer, Responsibility};
use crate::rule::{Facts, Report, rule};

rule! {
    /// Only a provider does the work of an objective, and the contractor has no procedure for it or no way to check it.
    ///
    /// ## Why it matters
    /// If the provider disappeared tomorrow, who would know what has to be done, and would anybody notice? The contractor keeps
    /// the objective when it hands over the work (32 CFR 170.19(c)(2)): it needs a procedure of its own that says how the work is
    /// ordered and taken over, and a verification that shows that it is done.
    ///
    /// A procedure of the contractor's anywhere in the practice counts. Where the objective is not met this is a warning. A provider's authorization letter, cited under `inherits`, stands
    /// for the verification.
    ///
    /// ## Example
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor hands out one-time codes and compares the session log with the tickets; Acme works the queue."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy"]
    /// objectives = ["a", "b"]
    /// duty = "Writes the rule that remote maintenance needs two factors, and signs it each January."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Works the queue for 3.7.5 on every managed host within five days and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report", at = "page 3" }]
    /// verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    /// Use instead:
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor hands out one-time codes and compares the session log with the tickets; Acme works the queue."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b"]
    /// duty = "Writes who gets a one-time code and compares the session log with the tickets every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Works the queue for 3.7.5 on every managed host within five days and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report", at = "page 3" }]
    /// verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    "provider-alone", Division, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for objective in facts.assessment.objectives().filter(ObjectiveView::applies) {
        if objective.practice.is_given_away() {
            continue;
        }
        report_alone(&objective, report);
    }
}

fn report_alone(objective: &ObjectiveView<'_>, report: &mut Report<'_>) {
    let Some(first) = held_by_providers_only(objective) else { return };
    let parts = &objective.practice.responsibility;
    let procedure = parts.iter().any(|part| part.is_contractor() && part.covers(Layer::Procedure));
    let unchecked = objective.parts().find(|part| !part.is_contractor() && part.works() && !is_checked(part));
    let (lack, help) = match (procedure, unchecked) {
        (true, None) => return,
        (false, None) => ("the contractor has no procedure for it", PROCEDURE.to_owned()),
        (true, Some(_)) => ("nobody verifies it", VERIFICATION.to_owned()),
        (false, Some(_)) => {
            ("the contractor has no procedure for it and nobody verifies it", format!("{PROCEDURE}; {VERIFICATION}"))
        }
    };
    let part = unchecked.unwrap_or(first);
    let letter = objective.id.letter;
    let draft = report
        .add(
            format!("only `{}` does the work of objective `{}`, and {lack}", part.party, objective.id),
            part.place_of(letter),
        )
        .label("if this provider disappeared tomorrow?")
        .help(help)
        .objective(objective.id);
    if objective.answer() == Some(Answer::NotMet) {
        draft.warn();
    }
}

const PROCEDURE: &str = "give the contractor a responsibility in layer \"procedure\" on it: how the work is ordered, checked and taken over";

const VERIFICATION: &str =
    "add `verification` to the provider's part: how, how often and by which role the contractor checks it";

/// The first provider part that does the work, where no contractor's part does.
fn held_by_providers_only<'a>(objective: &ObjectiveView<'a>) -> Option<&'a Responsibility> {
    let contractor = objective.parts().any(|part| part.is_contractor() && (part.works() || part.layer.is_empty()));
    let alone = objective.parts().all(|part| !part.is_contractor());
    let mut providers = objective.parts().filter(|part| !part.is_contractor());
    if contractor { None } else { providers.find(|part| part.works() || alone) }
}

/// Whether the contractor verifies the part, or holds the letter that it is inherited under.
fn is_checked(part: &Responsibility) -> bool {
    let verified = part.verification.as_ref().is_some_and(|verification| !verification.how.trim().is_empty());
    verified || part.inherits.as_ref().is_some_and(|inherits| inherits.basis.is_some())
}

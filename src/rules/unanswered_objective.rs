use crate::rule::{Facts, Report, rule};

rule! {
    /// An objective has no determination.
    ///
    /// ## Why it matters
    /// A requirement is met when every one of its applicable objectives is satisfied (32 CFR 170.24(b)). An objective
    /// that nobody answered is counted as not met, and takes the whole requirement with it.
    ///
    /// ## Example
    /// ```toml practices/AC.L2-3.1.17.toml
    /// practice = "AC.L2-3.1.17"
    /// ownership = "contractor"
    /// status = "partially-implemented"
    /// statement = "The contractor runs one wireless network with certificates."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Issues a certificate to each laptop and keeps the controller on WPA3 enterprise mode."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ac" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    /// Use instead:
    /// ```toml practices/AC.L2-3.1.17.toml
    /// practice = "AC.L2-3.1.17"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor runs one wireless network with certificates."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Issues a certificate to each laptop and keeps the controller on WPA3 enterprise mode."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ac" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    "unanswered-objective", Coverage, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for objective in facts.assessment.objectives().filter(|objective| objective.answered().is_none()) {
        let letter = objective.id.letter;
        report
            .add(format!("objective `{}` is not answered", objective.id), objective.practice.practice.span)
            .label(format!("no `{letter}` in [determinations]"))
            .help(format!("write `{letter} = \"met\"`, \"not-met\" or \"not-applicable\" under [determinations]"))
            .objective(objective.id);
    }
}

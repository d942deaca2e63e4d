use crate::rule::{Facts, Report, rule};

rule! {
    /// Nothing has been written for a practice yet.
    ///
    /// ## Why it matters
    /// A file with neither a statement nor a responsibility nor a determination is a form that nobody filled in. Every
    /// objective without an answer counts as not met (32 CFR 170.24(b)). This one line stands for all that would
    /// otherwise be said of the practice.
    ///
    /// ## Example
    /// ```toml practices/MA.L2-3.7.3.toml
    /// practice = "MA.L2-3.7.3"
    /// statement = ""
    /// ```
    /// Use instead:
    /// ```toml practices/MA.L2-3.7.3.toml
    /// practice = "MA.L2-3.7.3"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor takes the drives out before a host leaves the building."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "operation"]
    /// objectives = ["a"]
    /// duty = "Takes the drives out of a host, locks them in the cage, and notes their serial numbers in the ticket."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "unanswered-practice", Coverage, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, practice) in facts.assessment.practices.iter().filter(|(_, practice)| practice.is_unanswered()) {
        let letters = facts.assessment.requirement(*id).letters();
        report
            .add(format!("practice `{id}` is not answered"), practice.practice.span)
            .label("no statement, no responsibility, no determination")
            .help(format!("say who does what in [[responsibility]] tables, and answer {letters} in [determinations]"))
            .practice(*id);
    }
}

use crate::diagnostic::Fix;
use crate::rule::{Facts, Report, rule};
use crate::table;

rule! {
    /// The written status is not what the determinations add up to.
    ///
    /// ## Why it matters
    /// The SSP prints the status, the score counts the determinations. Where the two differ an assessor finds a plan
    /// that contradicts itself, and a score in SPRS that the plan does not carry.
    ///
    /// ## Example
    /// ```toml practices/PE.L2-3.10.4.toml
    /// practice = "PE.L2-3.10.4"
    /// ownership = "contractor"
    /// status = "planned"
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
    "status-differs", Coverage, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, practice) in &facts.assessment.practices {
        let Some(written) = &practice.status else { continue };
        let derived = practice.derived_status(facts.assessment.requirement(*id).letters_each());
        if written.value == derived {
            continue;
        }
        report
            .add(format!("practice `{id}` says {written}, its determinations say {derived}"), written.span)
            .label(format!("the objectives add up to {derived}"))
            .help(format!("write \"{derived}\", or correct the determinations; an unanswered objective is not met"))
            .fix(Fix::safe(written.span, table::quoted(derived.word())))
            .practice(*id);
    }
}

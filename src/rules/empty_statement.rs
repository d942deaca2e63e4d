use super::vague_duty;
use crate::model::practice::Practice;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A practice does not say how its requirement is met.
    ///
    /// ## Why it matters
    /// The SSP has to describe how each requirement is implemented (3.12.4\[e\]). The statement is that description; an
    /// empty one under a practice that claims to be implemented is the first thing an assessor marks.
    ///
    /// ## Example
    /// ```toml practices/MA.L2-3.7.6.toml
    /// practice = "MA.L2-3.7.6"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = ""
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "operation"]
    /// objectives = ["a"]
    /// duty = "Stays with the copier technician until he leaves, and signs the visitor sheet."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    /// Use instead:
    /// ```toml practices/MA.L2-3.7.6.toml
    /// practice = "MA.L2-3.7.6"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor lets no technician without clearance work alone; the IT lead stays beside them."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "operation"]
    /// objectives = ["a"]
    /// duty = "Stays with the copier technician until he leaves, and signs the visitor sheet."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "empty-statement", Coverage, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, practice) in &facts.assessment.practices {
        let Some(label) = emptiness(practice) else { continue };
        let place = practice.statement.as_ref().map_or(practice.practice.span, |statement| statement.span);
        report
            .add(format!("practice `{id}` does not say how it is met"), place)
            .label(label)
            .help("write a `statement` of a few sentences: what is in place, and which party does what")
            .practice(*id);
    }
}

fn emptiness(practice: &Practice) -> Option<&'static str> {
    let Some(statement) = &practice.statement else { return Some("no `statement`") };
    if statement.trim().is_empty() {
        return Some("blank");
    }
    vague_duty::is_only_placeholder(statement).then_some("a placeholder")
}

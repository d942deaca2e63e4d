use crate::diagnostic::Fix;
use crate::rule::{Facts, Report, rule};
use crate::table;

rule! {
    /// The written ownership is not what the responsibilities add up to.
    ///
    /// ## Why it matters
    /// The SSP names one owner and the responsibility matrix another: an assessor who reads both stops there, because
    /// neither can be believed. The matrix is made from the responsibilities, so they decide.
    ///
    /// A practice that says shared and has one side only is the matter of `one-sided-share`.
    ///
    /// ## Example
    /// ```toml practices/PE.L2-3.10.4.toml
    /// practice = "PE.L2-3.10.4"
    /// ownership = "provider"
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
    "ownership-differs", Coverage, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, practice) in &facts.assessment.practices {
        let requirement = facts.assessment.requirement(*id);
        let Some(written) = &practice.ownership else { continue };
        let Some(derived) = practice.derived_ownership(requirement.letters_each()) else { continue };
        if written.value == derived || practice.is_one_sided_share(requirement) {
            continue;
        }
        let parties = practice.parties().join(", ");
        report
            .add(format!("practice `{id}` says {written}, its responsibilities say {derived}"), written.span)
            .label(format!("responsibilities of: {parties}"))
            .help(format!("write \"{derived}\", or correct the responsibilities"))
            .fix(Fix::safe(written.span, table::quoted(derived.word())))
            .practice(*id);
    }
}

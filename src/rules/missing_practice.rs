use crate::diagnostic::Place;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A requirement has no practice file.
    ///
    /// ## Why it matters
    /// All 110 requirements are assessed, also those that do not apply. A requirement without a record is scored as not
    /// met (32 CFR 170.24(c)(2)), and nobody can say who was meant to answer for it.
    ///
    /// ## Example
    /// ```delete practices/AC.L2-3.1.8.toml
    /// ```
    /// Use instead:
    /// ```toml practices/AC.L2-3.1.8.toml
    /// practice = "AC.L2-3.1.8"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor locks an account for fifteen minutes after five wrong passwords."
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
    "missing-practice", Coverage, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let assessment = &facts.assessment;
    // Of a folder that cannot be read nobody knows what is missing.
    if assessment.practices.is_empty() && assessment.broken.contains("practice") {
        return;
    }
    // Where the root that it extends was not found, they may lie there.
    let is_alone =
        assessment.config.extends.is_some() && !assessment.files.iter().any(|(_, file)| file.path.starts_with(".."));
    if is_alone {
        return;
    }
    for requirement in assessment.catalog.requirements() {
        let id = requirement.id;
        if assessment.practices.contains_key(&id) || assessment.unread_practices.contains(&id) {
            continue;
        }
        report
            .add(format!("practice `{id}` is missing"), Place::Path(id.path()))
            .help(format!("add {}: {} objectives, {}", id.path(), requirement.objectives.len(), requirement.letters()))
            .practice(id);
    }
}

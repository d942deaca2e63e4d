use crate::rule::{Facts, Report, rule};

rule! {
    /// An edition was collected on a day that has not come.
    ///
    /// ## Why it matters
    ///
    /// Evidence cannot be collected tomorrow. A date in the future is a slip, or a placeholder for something that was
    /// not yet done, and an assessor who sees one distrusts the other dates.
    ///
    /// ## Example
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-screens"
    /// title = "Logon screens of ten hosts"
    /// kind = "screenshot"
    /// edition = [{ path = "logon-screens.txt", collected = 2027-10-02 }]
    /// ```
    ///
    /// ```text evidence/contractor/logon-screens.txt
    /// Ten hosts, photographed on 2026-10-02
    /// ```
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
    /// evidence = [{ artifact = "policy-ia" }, { artifact = "logon-screens" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-screens"
    /// title = "Logon screens of ten hosts"
    /// kind = "screenshot"
    /// edition = [{ path = "logon-screens.txt", collected = 2026-10-02 }]
    /// ```
    ///
    /// ```text evidence/contractor/logon-screens.txt
    /// Ten hosts, photographed on 2026-10-02
    /// ```
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
    /// evidence = [{ artifact = "policy-ia" }, { artifact = "logon-screens" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "collected-in-future", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (series, edition) in facts.assessment.editions() {
        let Some(collected) = edition.edition.collected.as_ref().filter(|day| day.value > facts.as_of) else {
            continue;
        };
        report
            .add(
                format!(
                    "an edition of `{}` was collected on {}, after {}",
                    series.artifact.id, collected.value, facts.as_of
                ),
                collected.span,
            )
            .label("in the future")
            .help("write the day on which it was really collected");
    }
}

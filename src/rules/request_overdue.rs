use crate::model::artifact::ArtifactState;
use crate::rule::{Facts, Report, rule};

rule! {
    /// An artifact was asked for, the day it was due has passed, and it has not come.
    ///
    /// ## Why it matters
    ///
    /// Providers that deliver late before an assessment deliver late during it, and the assessor does not wait. A
    /// request that is answered late is also worth a look at the evidence clause of the contract.
    ///
    /// ## Example
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-screens"
    /// title = "Logon screens of ten hosts"
    /// kind = "screenshot"
    /// state = "requested"
    /// requested = 2026-10-02
    /// due = 2026-11-02
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
    "request-overdue", Evidence, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    let requested = found.artifacts.values().filter(|series| series.state() == ArtifactState::Requested);
    for series in requested.filter(|series| found.cited.contains(&series.artifact.id.name)) {
        let Some(due) = series.artifact.due.as_ref().filter(|due| due.value < facts.as_of) else { continue };
        let days = facts.as_of.days_since(due.value);
        report
            .add(
                format!(
                    "artifact `{}` was due on {} and has not come, {days} days late",
                    series.artifact.id, due.value
                ),
                due.span,
            )
            .label("in the past")
            .help("ask again and write its edition when it comes, or write `state = \"refused\"` with the day");
    }
}

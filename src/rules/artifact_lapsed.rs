use crate::rule::{Facts, Report, rule};
use crate::vetting;

rule! {
    /// An artifact is past the day on which it expires.
    ///
    /// ## Why it matters
    ///
    /// A letter, certificate or agreement that has lapsed shows what was true once. An assessor accepts what is in
    /// force on the day of the assessment. Where nothing names the artifact this is a warning. A letter that lapses with
    /// the authorization of a service is reported with that service.
    ///
    /// ## Example
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-screens"
    /// title = "Logon screens of ten hosts"
    /// kind = "screenshot"
    /// expires = 2026-10-31
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
    ///
    /// Use instead:
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-screens"
    /// title = "Logon screens of ten hosts"
    /// kind = "screenshot"
    /// expires = 2027-10-31
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
    "artifact-lapsed", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let cited = facts.assessment.cited_by_met();
    let mut letters = vetting::lapsed_letters(&facts.assessment, facts.as_of);
    letters.extend(vetting::lapsed_contracts(&facts.assessment, facts.as_of));
    for (id, series) in facts.assessment.artifacts.iter().filter(|(id, _)| !letters.contains(id.as_str())) {
        let Some(expires) = series.artifact.expires.as_ref().filter(|day| day.value < facts.as_of) else { continue };
        let draft = report
            .add(format!("artifact `{id}` lapsed on {}", expires.value), expires.span)
            .label("in the past")
            .help("get the one that is in force and write its edition and its last day");
        if let Some(objective) = cited.get(id.as_str()) {
            draft.objective(*objective);
        } else if !facts.assessment.cited.contains(id) {
            draft.warn();
        }
    }
}

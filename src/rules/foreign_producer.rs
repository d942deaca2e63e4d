use crate::rule::{Facts, Report, rule};

rule! {
    /// An artifact is kept in the folder of one party and produced by another, without a word why.
    ///
    /// ## Why it matters
    ///
    /// The folder says whose evidence it is. When the contractor keeps something that a provider made, an assessor asks
    /// how it came there and whether the provider stands by it; a sentence answers that.
    ///
    /// ## Example
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-screens"
    /// title = "Logon screens of ten hosts"
    /// kind = "screenshot"
    /// producer = "acme-msp"
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
    /// producer = "acme-msp"
    /// producer-note = "Acme photographs the screens on its yearly visit and hands them over on paper."
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
    "foreign-producer", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for series in facts.assessment.artifacts.values() {
        let artifact = &series.artifact;
        let Some(producer) = artifact.producer.as_ref().filter(|producer| producer.name != series.folder) else {
            continue;
        };
        if artifact.producer_note.as_ref().is_some_and(|note| !note.trim().is_empty()) {
            continue;
        }
        let folder = &series.folder;
        report
            .add(
                format!("`{}` lies in the folder of `{folder}` and is produced by `{producer}`", artifact.id),
                producer.span,
            )
            .label(format!("not `{folder}`"))
            .help(format!("say why in `producer-note`, or move it to evidence/{producer}/"));
    }
}

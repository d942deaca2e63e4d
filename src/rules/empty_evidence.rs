use crate::model::assessment::EditionState;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A file of evidence is empty.
    ///
    /// ## Why it matters
    ///
    /// An empty file is an export that failed or a placeholder. It shows nothing to an assessor, and its hash value is
    /// the one that every empty file has.
    ///
    /// ## Example
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-screens"
    /// title = "Logon screens of ten hosts"
    /// kind = "screenshot"
    /// edition = [{ path = "logon-screens.txt", collected = 2026-10-02 }]
    /// ```
    ///
    /// ```bytes evidence/contractor/logon-screens.txt
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
    "empty-evidence", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (series, edition) in facts.assessment.editions() {
        let size = match &edition.state {
            EditionState::Present { size, .. } | EditionState::Pointer { size, .. } => Some(*size),
            EditionState::Elsewhere(_) => facts.assessment.locked(series, edition).map(|entry| entry.size),
            EditionState::Missing | EditionState::Unreadable(_) => None,
        };
        if size == Some(0) {
            report
                .add(
                    format!("`{}`, an edition of `{}`, is empty", edition.location, series.artifact.id),
                    edition.span(),
                )
                .label("0 bytes")
                .help("collect it again, or remove the edition");
        }
    }
}

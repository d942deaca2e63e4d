use crate::model::assessment::EditionState;
use crate::rule::{Facts, Report, rule};
use crate::source;

rule! {
    /// The file of an edition is not there or cannot be read.
    ///
    /// ## Why it matters
    ///
    /// The assessor opens the artifact that a practice cites. If the file is gone, was renamed, or was never added, the
    /// objective stands without it. Artifacts are kept for six years from the status date (32 CFR 170.17(c)(4)), old
    /// editions included.
    ///
    /// Evidence that lies outside the repository may be on a share that this machine has not mounted. If the folder of
    /// the file is absent or empty, nobody can say here what became of the file: then this rule is silent and the line
    /// of `evidence.lock` decides; `demarcate hash --check` lists such editions as `elsewhere`, with the reason. If the
    /// folder is here and holds other things, the file is missing from it.
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
    "evidence-missing", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (series, edition) in facts.assessment.editions() {
        let id = &series.artifact.id;
        let (message, label) = match &edition.state {
            _ if edition.location.is_empty() => {
                (format!("an edition of `{id}` names neither a path nor a URL"), "where does it lie?")
            }
            EditionState::Missing => {
                (format!("`{}`, an edition of `{id}`, is not there", edition.location), "no such file")
            }
            EditionState::Unreadable(why) => {
                (format!("`{}`, an edition of `{id}`, cannot be read: {why}", edition.location), "cannot be read")
            }
            _ => continue,
        };
        let help = match &edition.state {
            EditionState::Unreadable(_) => {
                "correct the path, or put the file itself there, and let whoever runs this read it"
            }
            _ if source::is_outside(&edition.location) => "put the file there, or correct the path; its folder is here",
            _ => "put the file there, or correct the path, which is relative to the folder of artifacts.toml",
        };
        report.add(message, edition.span()).label(label).help(help);
    }
}

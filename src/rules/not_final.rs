use crate::model::artifact::ArtifactKind;
use crate::model::assessment::Series;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A met objective rests on a policy, procedure or plan that does not say who approved which version.
    ///
    /// ## Why it matters
    ///
    /// Evidence has to be in its final form: drafts, working papers and policies that nobody approved are not accepted
    /// (32 CFR 170.24(b)). The assessor looks for version, approver and date on the document. (How sure this is: the
    /// document may carry them on its own page.)
    ///
    /// ## Example
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-standard"
    /// title = "Standard for logon screens"
    /// kind = "policy"
    /// edition = [{ path = "logon-standard.txt", collected = 2026-10-02 }]
    /// ```
    ///
    /// ```text evidence/contractor/logon-standard.txt
    /// Logon screens show dots.
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
    /// evidence = [{ artifact = "policy-ia" }, { artifact = "logon-standard" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-standard"
    /// title = "Standard for logon screens"
    /// kind = "policy"
    /// final = { version = "2.0", approver = "Dana Lee", date = 2026-10-02 }
    /// edition = [{ path = "logon-standard.txt", collected = 2026-10-02 }]
    /// ```
    ///
    /// ```text evidence/contractor/logon-standard.txt
    /// Logon screens show dots.
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
    /// evidence = [{ artifact = "policy-ia" }, { artifact = "logon-standard" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "not-final", Evidence, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, objective) in facts.assessment.cited_by_met() {
        let Some(series) = facts.assessment.artifacts.get(id).filter(|series| is_open(series)) else { continue };
        let kind = &series.artifact.kind;
        report
            .add(format!("{kind} `{id}` does not say that it is final, and `{objective}` is met by it"), kind.span)
            .label("final documents only")
            .help("write `final = { version = \"1.0\", approver = \"...\", date = 2026-01-15 }` once it is approved")
            .objective(objective);
    }
}

/// Whether it is a document that takes effect by approval, is in hand, and names no approval.
fn is_open(series: &Series) -> bool {
    let document =
        matches!(series.artifact.kind.value, ArtifactKind::Policy | ArtifactKind::Procedure | ArtifactKind::Plan);
    document && series.is_in_hand() && series.artifact.finality.is_none()
}

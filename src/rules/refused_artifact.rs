use crate::rule::{Facts, Report, rule};
use std::collections::BTreeSet;

rule! {
    /// A met objective cites an artifact that its holder refuses to hand over.
    ///
    /// ## Why it matters
    ///
    /// An assessor who is pointed to an artifact asks for it. What its holder refuses shows nothing, and a provider
    /// that refuses evidence leaves the contractor without proof of the provider's part (32 CFR 170.24(b)).
    ///
    /// ## Example
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-screens"
    /// title = "Logon screens of ten hosts"
    /// kind = "screenshot"
    /// state = "refused"
    /// requested = 2026-10-02
    /// refused = 2026-10-20
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
    /// state = "view-only"
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
    "refused-artifact", Evidence, Deny, check
}

use crate::model::artifact::ArtifactState;
use crate::model::assessment::{Citation, ObjectiveView};

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    let mut seen = BTreeSet::new();
    for objective in found.objectives().filter(ObjectiveView::is_met) {
        let cited: Vec<Citation<'_>> = found.citations(objective).collect();
        let shown = cited.iter().any(|citation| citation.series.is_in_hand()) || found.is_shown_otherwise(objective);
        for citation in cited.into_iter().filter(|citation| shown && is_refused(citation)) {
            if !seen.insert(citation.span) {
                continue;
            }
            let series = citation.series;
            report
                .add(
                    format!(
                        "objective `{}` is met and cites `{}`, which {}",
                        objective.id,
                        series.artifact.id,
                        series.standing(facts.as_of)
                    ),
                    citation.span,
                )
                .label("cited here")
                .related("refused here", series.state_span())
                .help("agree to look at it where it is (`state = \"view-only\"`), or cite something else instead")
                .objective(objective.id);
        }
    }
}

fn is_refused(citation: &Citation<'_>) -> bool {
    citation.series.state() == ArtifactState::Refused
}

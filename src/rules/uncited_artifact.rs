use crate::rule::{Facts, Report, rule};
use std::collections::BTreeSet;

rule! {
    /// An artifact is named by nobody.
    ///
    /// ## Why it matters
    ///
    /// Evidence that no practice, contract, record or review names is work that shows nothing, or the other end of a
    /// citation that was lost. It also widens what a bundle carries and what an assessor may ask about.
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
    /// ```text evidence/contractor/logon-screens.txt
    /// Ten hosts, photographed on 2026-10-02
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
    "uncited-artifact", Evidence, Warn, check
}

use crate::model::artifact::ArtifactKind;
use crate::model::history::History;

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    // What a broken line names is not known.
    if !found.is_whole() {
        return;
    }
    let recorded = facts.history.as_ref().map(recorded);
    for (id, series) in found.artifacts.iter().filter(|(_, series)| !series.inherited) {
        // A record may be named by a review or an acceptance alone, and then only the log can tell.
        let may_be_recorded = match &recorded {
            Some(recorded) => recorded.contains(id.as_str()),
            None => series.artifact.kind.value == ArtifactKind::Record,
        };
        if found.cited.contains(id) || may_be_recorded {
            continue;
        }
        report.add(format!("artifact `{id}` is named by nobody"), series.artifact.id.span).label("shows nothing").help(
            "cite it where it shows something, or remove it; old editions belong into the series that practices cite",
        );
    }
}

/// Artifacts that reviews, acceptances and affirmations name.
fn recorded(history: &History) -> BTreeSet<&str> {
    let reviews =
        history.subjects.values().flat_map(|subject| &subject.reviews).filter_map(|review| review.record.as_deref());
    let statements = history.acceptances.iter().chain(&history.affirmations);
    reviews.chain(statements.filter_map(|statement| statement.record.as_deref())).collect()
}

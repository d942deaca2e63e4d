use crate::model::assessment::{Assessment, Citation, ObjectiveView};
use crate::rule::{Facts, Report, rule};

rule! {
    /// An objective is determined met, but nothing that would show it is in hand.
    ///
    /// ## Why it matters
    ///
    /// Evidence that was only planned or asked for, or that its holder refuses, cannot be examined. The assessor sees
    /// an objective without evidence and finds it NOT MET (32 CFR 170.24(b)). What may be looked at where it is, and
    /// not be taken away, does count.
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
    /// due = 2026-12-15
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
    /// evidence = [{ artifact = "logon-screens" }]
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
    /// evidence = [{ artifact = "logon-screens" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "artifact-not-received", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    for objective in found.objectives().filter(|objective| is_open(*objective, found)) {
        let Some(answered) = objective.answered() else { continue };
        let mut cited: Vec<Citation<'_>> = found.citations(objective).collect();
        cited.sort_by_key(|citation| &citation.series.artifact.id.name);
        cited.dedup_by_key(|citation| &citation.series.artifact.id.name);
        let standings = cited.iter().map(|citation| {
            let series = citation.series;
            format!("`{}` {}", series.artifact.id, series.standing(facts.as_of))
        });
        let standings: Vec<String> = standings.collect();
        let mut draft = report
            .add(format!("objective `{}` is met, but {}", objective.id, standings.join(", and ")), answered.span)
            .label("determined met here")
            .help("get the artifact and write its edition, cite another, or determine the objective not-met")
            .objective(objective.id);
        for citation in cited {
            draft = draft.related("this is how far it has come", citation.series.state_span());
        }
    }
}

/// Whether it is met by artifacts that are all known and none of them in hand.
fn is_open(objective: ObjectiveView<'_>, found: &Assessment) -> bool {
    let written = objective.cited().count();
    objective.is_met()
        && written > 0
        && written == found.citations(objective).count()
        && !found.citations(objective).any(|citation| citation.series.is_in_hand())
        && !found.is_shown_otherwise(objective)
}

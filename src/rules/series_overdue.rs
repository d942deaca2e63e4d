use crate::model::assessment::Series;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A new edition of an artifact is due and has not been collected.
    ///
    /// ## Why it matters
    ///
    /// An objective that is met every quarter is shown by a record of every quarter. If the newest one is older than
    /// the interval that the organization set for itself, the assessor concludes that the work stopped. Only the newest
    /// edition can be overdue; where no met objective cites the artifact this is a warning.
    ///
    /// ## Example
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-screens"
    /// title = "Logon screens of ten hosts"
    /// kind = "screenshot"
    /// every = "1 month"
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
    /// every = "6 months"
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
    "series-overdue", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let cited = facts.assessment.cited_by_met();
    for (id, series) in &facts.assessment.artifacts {
        let Some(every) = &series.artifact.every else { continue };
        if is_undated(series) {
            let message = format!("`{id}` is due every {}, but no edition says when it was collected", every.value);
            report.add(message, every.span).label("cannot be judged").help("write `collected` at each edition").warn();
            continue;
        }
        let Some(due) = series.next_due().filter(|due| *due < facts.as_of) else { continue };
        let days = facts.as_of.days_since(due);
        let mut draft = report
            .add(format!("a new edition of `{id}` was due on {due}, {days} days ago"), every.span)
            .label(format!("every {}", every.value))
            .help("collect it and write its edition, or set the interval that is really kept");
        if let Some(newest) = series.newest() {
            draft = draft.related("the newest edition", newest.span());
        }
        if let Some(objective) = cited.get(id.as_str()) {
            draft.objective(*objective);
        } else {
            draft.warn();
        }
    }
}

fn is_undated(series: &Series) -> bool {
    !series.editions.is_empty() && series.editions.iter().all(|edition| edition.edition.collected.is_none())
}

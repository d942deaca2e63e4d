use crate::diagnostic::Place;
use crate::model::assessment::{EditionFile, EditionState, Series};
use crate::rule::{Facts, Report, rule};

rule! {
    /// An edition has no line in `evidence.lock`.
    ///
    /// ## Why it matters
    ///
    /// Without size and SHA-256 on record nobody can say later that the file is the one that was collected. The
    /// assessor is given the list of artifacts with their hash values (32 CFR 170.17(c)(4)), and that list is made from
    /// the lock.
    ///
    /// ## Example
    ///
    /// ```lock-stale
    ///
    /// ```
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
    ///
    /// ```lock
    ///
    /// ```
    "evidence-unlocked", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let unlocked: Vec<_> =
        facts.assessment.editions().filter(|(series, edition)| is_unlocked(facts, series, edition)).collect();
    match &facts.assessment.lock {
        Some(lock) if lock.lost => {}
        Some(_) => unlocked.into_iter().for_each(|(series, edition)| one(series, edition, report)),
        None if unlocked.is_empty() => {}
        None => {
            report
                .add(
                    format!("there is no evidence.lock, so none of {} editions is locked", unlocked.len()),
                    Place::Path("evidence.lock".to_owned()),
                )
                .help("run `demarcate hash` and commit evidence.lock");
        }
    }
}

/// What cannot be read, or is a pointer, has diagnostics of its own; an inherited edition is locked by its own root.
fn is_unlocked(facts: &Facts, series: &Series, edition: &EditionFile) -> bool {
    let here = matches!(edition.state, EditionState::Present { .. } | EditionState::Elsewhere(_));
    here && !edition.location.is_empty() && !series.inherited && facts.assessment.locked(series, edition).is_none()
}

fn one(series: &Series, edition: &EditionFile, report: &mut Report<'_>) {
    let (why, help) = match &edition.state {
        EditionState::Elsewhere(why) => (
            format!(" and cannot be read here: {why}"),
            "run `demarcate hash` where the file can be read, and commit evidence.lock",
        ),
        _ => (String::new(), "run `demarcate hash` and commit evidence.lock with it"),
    };
    report
        .add(
            format!("`{}`, an edition of `{}`, is not in evidence.lock{why}", edition.location, series.artifact.id),
            edition.span(),
        )
        .label("not locked")
        .help(help);
}

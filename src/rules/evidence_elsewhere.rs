use std::collections::BTreeMap;

use crate::model::assessment::{EditionFile, EditionState, Series};
use crate::rule::{Facts, Report, rule};
use crate::source;

rule! {
    /// Evidence on a share cannot be looked at from here.
    ///
    /// ## Why it matters
    ///
    /// An edition outside the repository is vouched for by its line in `evidence.lock`, and by nothing else while its
    /// folder is not here: the share may not be mounted on this machine, or the folder may be gone altogether. Nobody
    /// can tell the two apart from here, so this is said once for each file of artifacts. What lies in an object store
    /// is elsewhere by nature and is not reported.
    ///
    /// ## Example
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-recordings"
    /// title = "Recordings of the logon screens"
    /// kind = "record"
    /// edition = [{ path = "/srv/a-share-that-is-not-mounted/2026/logons.mp4", collected = 2026-10-02 }]
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
    /// evidence = [{ artifact = "policy-ia" }, { artifact = "logon-recordings" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    ///
    /// ```text evidence.lock +
    /// abababababababababababababababababababababababababababababababab  7  logon-recordings  /srv/a-share-that-is-not-mounted/2026/logons.mp4
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-recordings"
    /// title = "Recordings of the logon screens"
    /// kind = "record"
    /// edition = [{ path = "logons.txt", collected = 2026-10-02 }]
    /// ```
    ///
    /// ```text evidence/contractor/logons.txt
    /// Recordings of 2026, kept on the recorder of the lab
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
    /// evidence = [{ artifact = "policy-ia" }, { artifact = "logon-recordings" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "evidence-elsewhere", Evidence, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let mut by_file: BTreeMap<&str, Vec<(&Series, &EditionFile, &str)>> = BTreeMap::new();
    for (series, edition) in facts.assessment.editions() {
        if let EditionState::Elsewhere(why) = &edition.state
            && source::is_outside(&edition.location)
            && facts.assessment.locked(series, edition).is_some()
        {
            by_file.entry(&series.path).or_default().push((series, edition, why));
        }
    }
    for editions in by_file.into_values() {
        let Some((series, edition, why)) = editions.first() else { continue };
        let more = if editions.len() > 1 { format!(" and {} more", editions.len() - 1) } else { String::new() };
        report
            .add(format!("an edition of `{}`{more} cannot be looked at here: {why}", series.artifact.id), edition.span())
            .label("outside the repository")
            .help("mount the share, or look from a machine that has it; `demarcate hash --check` lists every such edition");
    }
}

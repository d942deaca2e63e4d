use crate::rule::{Facts, Report, rule};

rule! {
    /// The name of a file of evidence cannot stand in the hash log of the DoD script.
    ///
    /// ## Why it matters
    ///
    /// The script that the CMMC hashing guide comes with writes its log in ASCII, at most 1024 characters a line. Other
    /// letters turn into question marks and a long path is cut, so that two files may end with one name and the
    /// assessor cannot match them.
    ///
    /// ## Example
    ///
    /// ```toml evidence/contractor/artifacts.toml +
    /// [[artifact]]
    /// id = "logon-screens"
    /// title = "Logon screens of ten hosts"
    /// kind = "screenshot"
    /// edition = [{ path = "écrans.txt", collected = 2026-10-02 }]
    /// ```
    ///
    /// ```text evidence/contractor/écrans.txt
    /// Ten hosts
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
    "unloggable-name", Evidence, Warn, check
}

/// The script leaves 937 characters for a path; the folder that it is run in needs some of them.
const LONGEST: usize = 900;

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (series, edition) in facts.assessment.editions().filter(|(_, edition)| !edition.location.contains("://")) {
        let Some(why) = why_unloggable(&edition.location) else { continue };
        report
            .add(
                format!("an edition of `{}` has a name that the DoD hash log cannot hold: {why}", series.artifact.id),
                edition.span(),
            )
            .label("a name for other tools only")
            .help("rename the file with plain letters, digits and hyphens, and run `demarcate hash`");
    }
}

fn why_unloggable(location: &str) -> Option<String> {
    if let Some(c) = location.chars().find(|c| !c.is_ascii() || c.is_ascii_control()) {
        return Some(format!("`{}` is not printable ASCII", c.escape_debug()));
    }
    let length = location.chars().count();
    (length > LONGEST).then(|| format!("it is {length} characters long, and {LONGEST} are safe"))
}

use crate::model::assessment::EditionState;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A Git LFS pointer stands where a file of evidence should be.
    ///
    /// ## Why it matters
    ///
    /// A pointer is a note that the file is on an LFS server; the evidence itself cannot be opened or hashed here. If
    /// the pointer agrees with the lock the file was merely not fetched, and that is a warning; if it does not, or
    /// there is no line, nobody can tell which file the pointer means.
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
    /// version https://git-lfs.github.com/spec/v1
    /// oid sha256:cf8889d9e024d7b09bbcd8824f196b52242c4df3849943797d516dcb9cbe8c2a
    /// size 38
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
    "lfs-pointer", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (series, edition) in facts.assessment.editions() {
        let EditionState::Pointer { size, sha256 } = &edition.state else { continue };
        let what = format!("`{}`, an edition of `{}`, is a Git LFS pointer", edition.location, series.artifact.id);
        let label = "not the file itself";
        match facts.assessment.locked(series, edition) {
            Some(entry) if entry.size == *size && entry.sha256 == *sha256 => {
                let message = format!("{what} to the file that was locked; it was not fetched");
                report.add(message, edition.span()).label(label).help("run `git lfs pull`").warn();
            }
            Some(entry) => {
                report
                    .add(format!("{what} to another file than the one that was locked"), edition.span())
                    .label(label)
                    .related("as it was locked", entry.span)
                    .help("run `git lfs pull`, look at the file, and run `demarcate hash` if it is the right one");
            }
            None => {
                report
                    .add(format!("{what} and is not in evidence.lock"), edition.span())
                    .label(label)
                    .help("run `git lfs pull`, then `demarcate hash`");
            }
        }
    }
}

use crate::content;
use crate::ids::Span;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A file of the repository holds a private key.
    ///
    /// ## Why it matters
    ///
    /// Everybody who can read the repository, every clone and every bundle has the key. That is a finding of its own
    /// under 3.5.10 and 3.13.10, and a signature by such a key proves nothing. Removing the file does not remove it
    /// from the log.
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
    /// The key of the appliance, as exported:
    /// -----BEGIN PRIVATE KEY-----
    /// MC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    /// -----END PRIVATE KEY-----
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
    "private-key", Evidence, Deny, check
}

const HELP: &str = "revoke the key and make a new one, remove it from the file, and take it out of the log as well";

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (series, edition) in facts.assessment.editions() {
        let Some(line) = edition.content.private_key else { continue };
        report
            .add(
                format!(
                    "`{}`, an edition of `{}`, holds a private key at line {line}",
                    edition.location, series.artifact.id
                ),
                edition.span(),
            )
            .label("a private key")
            .help(HELP);
    }
    let editions: Vec<&str> = facts.assessment.editions().map(|(_, edition)| edition.location.as_str()).collect();
    for (file, source) in facts.assessment.files.iter().filter(|(_, source)| !editions.contains(&source.path.as_str()))
    {
        let Some(line) = content::private_key(&source.text) else { continue };
        report
            .add(format!("{} holds a private key", source.path), span_of_line(file, &source.text, line))
            .label("a private key begins here")
            .help(HELP);
    }
}

/// The place of a line of a file, counted from 1.
fn span_of_line(file: u32, text: &str, line: usize) -> Span {
    let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let length = text[start..].lines().next().map_or(0, str::len);
    let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span { file, start: at(start), end: at(start + length) }
}

use crate::content::{self, Banner};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A tracked file carries what reads as a CUI banner marking, and its artifact says nothing of a marking.
    ///
    /// ## Why it matters
    ///
    /// CUI that enters the repository goes wherever the repository goes: to every clone, to the forge, into the bundle.
    /// If the file is CUI it has to stay in the enclave and be represented by its digest; if it is not, the marking
    /// misleads (32 CFR 2002.20). (How sure this is: only words are compared. A line such as `CUI//SP-CTI` is hardly
    /// anything else; `CUI` alone on the first or the last line may be.)
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
    /// CUI//SP-CTI
    ///
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
    /// marking = "CUI//SP-CTI"
    /// edition = [{ path = "logon-screens.txt", collected = 2026-10-02 }]
    /// ```
    ///
    /// ```text evidence/contractor/logon-screens.txt
    /// CUI//SP-CTI
    ///
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
    "cui-banner", Evidence, Warn, check
}

const HELP: &str =
    "keep the file outside the repository if it is CUI, and say so in `marking`; take the marking out if it is not";

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (series, edition) in facts.assessment.editions().filter(|(series, _)| series.artifact.marking.is_none()) {
        let Some(banner) = &edition.content.banner else { continue };
        report
            .add(
                format!("`{}`, an edition of `{}`, {}", edition.location, series.artifact.id, words(banner)),
                edition.span(),
            )
            .label("marked?")
            .help(HELP);
    }
    let found = &facts.assessment;
    let is_edition = |path: &str| found.editions().any(|(_, edition)| edition.location == path);
    for policy in found.policies.values().filter(|policy| !policy.inherited && !is_edition(&policy.path)) {
        let Some(banner) = content::banner(&policy.text) else { continue };
        report.add(format!("{} {}", policy.path, words(&banner)), policy.top()).label("marked?").help(HELP);
    }
}

fn words(banner: &Banner) -> String {
    let Banner { line, words, .. } = banner;
    if banner.certain {
        format!("carries the CUI banner marking `{words}` at line {line}")
    } else {
        format!("may carry a CUI banner marking: line {line} is `{words}` and nothing else")
    }
}

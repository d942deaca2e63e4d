use crate::model::config::Claim;
use crate::model::score::Finding;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A final status is claimed, and not every requirement is met.
    ///
    /// ## Why it matters
    ///
    /// Final Level 2 stands on all 110 requirements met with no POA&M item open (32 CFR 170.16 and 170.17). The affirming
    /// official puts a name to it each year (32 CFR 170.22), so no line costs more than a claim that the record contradicts.
    ///
    /// ## Example
    ///
    /// ```diff demarcate.toml
    /// -claim = "none"
    /// +claim = "final"
    /// ```
    ///
    /// ```toml practices/IA.L2-3.5.11.toml
    /// practice = "IA.L2-3.5.11"
    /// ownership = "contractor"
    /// status = "planned"
    /// statement = "The contractor hides passwords as they are typed, but not yet on two kiosks."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "configuration"]
    /// objectives = ["a"]
    /// duty = "Sets every logon screen to show dots and samples ten hosts each quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ia" }]
    ///
    /// [determinations]
    /// a = { determination = "not-met", reason = "Two kiosks show the password.", poam = "kiosk-passwords" }
    /// ```
    ///
    /// ```toml poam/kiosk-passwords.toml
    /// id = "kiosk-passwords"
    /// title = "Two kiosks show typed passwords"
    /// objectives = ["IA.L2-3.5.11[a]"]
    /// weakness = "Two kiosks show typed passwords on the shop floor; the rest of the system is not affected."
    /// source = "Self-assessment of October 2026"
    /// found = 2026-10-05
    /// risk = "low"
    /// remediation = "Replace what is on the two kiosks and sample them again."
    /// resources = "Two days of the IT lead"
    /// owner = "it-lead"
    /// due = 2027-02-01
    /// status = "open"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff demarcate.toml
    /// -claim = "none"
    /// +claim = "final"
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
    /// evidence = [{ artifact = "policy-ia" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "final-not-reached", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(claim) = facts.claim().filter(|claim| claim.value == Claim::Final) else { return };
    let open = facts.score.requirements.iter().filter(|requirement| requirement.result == Finding::NotMet);
    let open: Vec<String> = open.map(|requirement| requirement.id.to_string()).collect();
    if open.is_empty() || !facts.assessment.is_whole() {
        return;
    }
    let more = open.len().saturating_sub(5);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    let named = open.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    report
        .add(
            format!(
                "a final status is claimed, and {} of {} requirements are not met: {named}{rest}",
                open.len(),
                facts.score.requirements.len()
            ),
            claim.span,
        )
        .label("claimed here")
        .help("close them, or claim `conditional` where 32 CFR 170.21 allows it, or `none`");
}

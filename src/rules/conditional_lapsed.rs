use crate::model::config::Claim;
use crate::model::score::Allowed;
use crate::rule::{Facts, Report, rule};

rule! {
    /// The 180 days of a conditional status are over and requirements are still not met.
    ///
    /// ## Why it matters
    ///
    /// The POA&M of a conditional status is closed out within 180 days of its status date, or the status expires (32
    /// CFR 170.21(b)). A contract that was awarded on it is then without the status that it asks for. In the last 30
    /// days this is a warning.
    ///
    /// ## Example
    ///
    /// ```diff demarcate.toml
    /// -claim = "none"
    /// +claim = "conditional"
    /// +conditional-date = 2026-05-01
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
    /// +claim = "conditional"
    /// +conditional-date = 2026-10-10
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
    "conditional-lapsed", Score, Deny, check
}

/// Days until the closeout (32 CFR 170.21(b)).
const DAYS: i64 = 180;

/// Days before the end in which it is announced.
const NOTICE: i64 = 30;

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(assessment) = &facts.assessment.config.assessment else { return };
    let Some(date) = &assessment.conditional_date else { return };
    let still = facts.claim().is_none_or(|claim| claim.value == Claim::Conditional);
    let closed = facts.score.status == Allowed::Final || !facts.assessment.is_whole();
    if !still || assessment.final_date.is_some() || closed {
        return;
    }
    let end = date.value.plus_days(DAYS);
    let left = end.days_since(facts.as_of);
    if left < 0 {
        report
            .add(format!("the conditional status of {} expired on {end}, {} days ago", date.value, -left), date.span)
            .label(format!("{DAYS} days count from here"))
            .help("take the claim back, or write the Final status date if the closeout was done");
    } else if left <= NOTICE {
        report
            .add(format!("the conditional status of {} expires on {end}, in {left} days", date.value), date.span)
            .label(format!("{DAYS} days count from here"))
            .help("close the open items and have the closeout assessment done before that day")
            .warn();
    }
}

use crate::model::practice::Answer;
use crate::model::weakness::Progress;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A POA&M item is closed, and an objective that it is about is still not met.
    ///
    /// ## Why it matters
    ///
    /// Either the weakness was not closed, or the determination was not brought up to date. The assessor reads both and
    /// takes the worse, and an objective whose only plan is closed has no plan.
    ///
    /// ## Example
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
    /// status = "closed"
    /// closed = 2026-11-02
    /// evidence = ["ticket-log"]
    /// ```
    ///
    /// Use instead:
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
    /// status = "closed"
    /// closed = 2026-11-02
    /// evidence = ["ticket-log"]
    /// ```
    "poam-closed-but-not-met", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for objective in facts.assessment.objectives().filter(|objective| objective.answer() == Some(Answer::NotMet)) {
        let Some(answered) = objective.answered() else { continue };
        for item in facts.assessment.plans(objective).filter(|item| item.status.value == Progress::Closed) {
            report
                .add(format!("POA&M item `{}` is closed, but `{}` is not met", item.id, objective.id), item.status.span)
                .label("closed here")
                .related("not met here", answered.span)
                .help("determine the objective again, or open the item")
                .objective(objective.id);
        }
    }
}

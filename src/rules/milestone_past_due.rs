use crate::model::weakness::{Milestone, Progress};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A POA&M item or one of its milestones is past its day.
    ///
    /// ## Why it matters
    ///
    /// A plan of action is judged by its progress: milestones and completion dates that pass without a word show that
    /// 3.12.2 is on paper only. What was done late is recorded as done; what cannot be done in time gets a new day and
    /// a reason.
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
    /// status = "open"
    ///
    /// [[milestone]]
    /// title = "Order two kiosks"
    /// due = 2026-11-01
    /// ```
    ///
    /// Use instead:
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
    ///
    /// [[milestone]]
    /// title = "Order two kiosks"
    /// due = 2026-11-01
    /// done = 2026-10-28
    /// ```
    "milestone-past-due", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for item in facts.assessment.poam.values().filter(|item| item.status.value != Progress::Closed) {
        if item.due.value < facts.as_of {
            report
                .add(format!("POA&M item `{}` was to be closed on {}", item.id, item.due.value), item.due.span)
                .label("in the past")
                .help("close it with evidence, or set a new day and say in `mitigation` what holds until then");
        }
        let late = |milestone: &&Milestone| milestone.done.is_none() && milestone.due.value < facts.as_of;
        for milestone in item.milestone.iter().filter(late) {
            report
                .add(
                    format!(
                        "milestone \"{}\" of POA&M item `{}` was due on {}",
                        milestone.title, item.id, milestone.due.value
                    ),
                    milestone.due.span,
                )
                .label("in the past")
                .help("write `done` with its day, or a new day");
        }
    }
}

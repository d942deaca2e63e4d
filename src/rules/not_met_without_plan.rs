use crate::model::assessment::ObjectiveView;
use crate::model::practice::Answer;
use crate::rule::{Facts, Report, rule};

rule! {
    /// An objective is determined not-met and no plan of action is named for it.
    ///
    /// ## Why it matters
    ///
    /// Each requirement that is not met needs a plan of action (32 CFR 170.24(c)(2)(i)(B)(6)). Without one, 3.12.2 is
    /// not implemented either, which costs 3 points more, and is not eligible for a POA&M. Only written determinations
    /// are judged; what is unanswered has its own rule.
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
    /// a = { determination = "not-met", reason = "Two kiosks show the password." }
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
    /// ```
    "not-met-without-plan", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let not_met = |objective: &ObjectiveView<'_>| objective.answer() == Some(Answer::NotMet);
    for objective in facts.assessment.objectives().filter(not_met) {
        let named = objective.detail().is_some_and(|detail| detail.poam.is_some());
        let Some(answered) =
            objective.answered().filter(|_| !named && facts.assessment.plans(objective).next().is_none())
        else {
            continue;
        };
        report
            .add(
                format!(
                    "objective `{}` is not met and has no plan of action, which leaves 3.12.2 (3 points) open too",
                    objective.id
                ),
                answered.span,
            )
            .label("not met")
            .help("write poam/<id>.toml with remediation and day, and name it here as `poam = \"<id>\"`")
            .objective(objective.id);
    }
}

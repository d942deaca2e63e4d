use crate::model::practice::{Answer, Basis};
use crate::model::weakness::Progress;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A temporary deficiency has no plan of action that is open.
    ///
    /// ## Why it matters
    ///
    /// A requirement with a temporary deficiency counts as MET only while an operational plan of action addresses it,
    /// with reviews of the deficiency and progress toward its correction (32 CFR 170.24(b)(1)(ii)). Without the plan it
    /// is NOT MET.
    ///
    /// ## Example
    ///
    /// ```toml practices/IA.L2-3.5.11.toml
    /// practice = "IA.L2-3.5.11"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor hides passwords as they are typed; a faulty update shows them on two kiosks."
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
    /// a = { determination = "met", basis = "temporary-deficiency", reason = "A faulty update broke two kiosks." }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/IA.L2-3.5.11.toml
    /// practice = "IA.L2-3.5.11"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor hides passwords as they are typed; a faulty update shows them on two kiosks."
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
    /// a = { determination = "met", basis = "temporary-deficiency", reason = "A faulty update broke two kiosks.", poam = "kiosk-passwords" }
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
    "deficiency-without-plan", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for objective in facts.assessment.objectives().filter(|objective| objective.answer() == Some(Answer::Met)) {
        let Some(detail) = objective.detail() else { continue };
        let Some(basis) = detail.basis.as_ref().filter(|basis| basis.value == Basis::TemporaryDeficiency) else {
            continue;
        };
        let dangling = detail.poam.as_ref().is_some_and(|poam| !facts.assessment.poam.contains_key(&poam.name));
        let plans: Vec<_> = facts.assessment.plans(objective).collect();
        if dangling || plans.iter().any(|item| item.status.value != Progress::Closed) {
            continue;
        }
        let why = if plans.is_empty() { "has no plan of action" } else { "has a plan that is closed" };
        report
            .add(format!("the temporary deficiency of `{}` {why}", objective.id), basis.span)
            .label("met only with a plan")
            .help("write poam/<id>.toml and name it here as `poam = \"<id>\"`; once it is corrected, remove the basis")
            .objective(objective.id);
    }
}

use crate::catalog::DO_NOT_SUBTRACT;
use crate::model::assessment::ObjectiveView;
use crate::model::practice::{Answer, Basis};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A basis stands with an answer that it cannot support.
    ///
    /// ## Why it matters
    ///
    /// A temporary deficiency, an enduring exception and an inheritance are reasons why something counts as MET; an
    /// adjudication of the DoD CIO and a capability that is not permitted may also make it not applicable; none of them
    /// explains a not-met (32 CFR 170.24(b)(1) and (c)(2)(i)(B)(8)). `capability-not-permitted` exists for 3.1.12,
    /// 3.1.13, 3.1.16, 3.1.17 and 3.1.18 only.
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
    /// a = { determination = "not-met", reason = "Two kiosks show the password.", basis = "temporary-deficiency", poam = "kiosk-passwords" }
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
    "wrong-basis", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for objective in facts.assessment.objectives() {
        let Some(basis) = objective.detail().and_then(|detail| detail.basis.as_ref()) else { continue };
        let Some((why, help)) = why_wrong(objective, basis.value) else { continue };
        report
            .add(format!("`{}` cannot rest on `{basis}`: {why}", objective.id), basis.span)
            .label("does not support the answer")
            .help(help)
            .objective(objective.id);
    }
}

fn why_wrong(objective: ObjectiveView<'_>, basis: Basis) -> Option<(String, &'static str)> {
    let requirement = objective.id.requirement.requirement();
    if basis == Basis::CapabilityNotPermitted && !DO_NOT_SUBTRACT.contains(&requirement.as_str()) {
        let why = format!("it is for {} only", DO_NOT_SUBTRACT.join(", "));
        return Some((why, "determine the objective by what is done, or as not-applicable with reason and approval"));
    }
    let answer = objective.answer()?;
    let fits = match basis {
        Basis::TemporaryDeficiency | Basis::EnduringException | Basis::Inherited => answer == Answer::Met,
        Basis::DodCioAdjudication | Basis::CapabilityNotPermitted => answer != Answer::NotMet,
    };
    (!fits).then(|| (format!("the objective is {answer}"), "change the determination, or remove the basis"))
}

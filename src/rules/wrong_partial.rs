use crate::model::assessment::ObjectiveView;
use crate::model::practice::{Answer, Partial};
use crate::rule::{Facts, Report, rule};
use crate::score;

rule! {
    /// `partial` stands where it has no meaning.
    ///
    /// ## Why it matters
    ///
    /// Partial credit exists for two requirements only: `remote-and-privileged` for 3.5.3 and `employed-not-validated`
    /// for 3.13.11, each for an objective that is not met (32 CFR 170.24(c)(2)(i)(B)). Anywhere else a requirement is
    /// met or it is not, and the word would promise points that no assessor gives.
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
    /// a = { determination = "not-met", reason = "Two kiosks show the password.", partial = "remote-and-privileged", poam = "kiosk-passwords" }
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
    "wrong-partial", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for objective in facts.assessment.objectives() {
        let Some(partial) = objective.detail().and_then(|detail| detail.partial.as_ref()) else { continue };
        let Some(why) = why_wrong(objective, partial.value) else { continue };
        report
            .add(format!("`partial` has no meaning for `{}`: {why}", objective.id), partial.span)
            .label("gives no credit")
            .help("remove it")
            .objective(objective.id);
    }
}

fn why_wrong(objective: ObjectiveView<'_>, written: Partial) -> Option<String> {
    match score::partial_word(objective.id.requirement) {
        None => Some("only 3.5.3 and 3.13.11 can stand in part".to_owned()),
        Some(word) if word != written => Some(format!("the part of this requirement that may stand is `{word}`")),
        Some(_) if objective.answer() != Some(Answer::NotMet) => Some("it is not determined not-met".to_owned()),
        Some(_) => None,
    }
}

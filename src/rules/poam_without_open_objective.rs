use crate::ids::ObjectiveId;
use crate::model::assessment::Assessment;
use crate::model::practice::{Answer, Basis};
use crate::model::weakness::{Poam, Progress};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A POA&M item is open, and every objective that it is about is met.
    ///
    /// ## Why it matters
    ///
    /// An open item for something that is met puts the determination in doubt, and an item that was done and not closed
    /// hides how far the plan is. An objective that is met with a temporary deficiency counts as open.
    ///
    /// ## Example
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
    "poam-without-open-objective", Score, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    for item in
        found.poam.values().filter(|item| item.status.value != Progress::Closed && has_nothing_open(item, found))
    {
        report
            .add(
                format!("POA&M item `{}` is {}, and nothing that it is about is open", item.id, item.status),
                item.status.span,
            )
            .label("still open?")
            .help("close it with its day and evidence, or determine again what is not met");
    }
}

/// Whether it lists objectives and each of them is answered with something that needs no plan.
fn has_nothing_open(item: &Poam, found: &Assessment) -> bool {
    let named = found.objectives().any(|objective| {
        let detail =
            objective.detail().filter(|detail| detail.poam.as_ref().is_some_and(|poam| poam.name == item.id.name));
        detail.is_some() && is_open(objective.id, found)
    });
    let listed: Vec<ObjectiveId> = item.objectives.iter().filter_map(|written| written.parse().ok()).collect();
    !named && !listed.is_empty() && !listed.into_iter().any(|id| is_open(id, found))
}

/// Whether an objective is not met, not answered, or met with a temporary deficiency.
fn is_open(id: ObjectiveId, found: &Assessment) -> bool {
    let Some(practice) = found.practices.get(&id.requirement) else { return true };
    let Some(answered) = practice.answered(id.letter) else { return true };
    let basis = answered.detail.and_then(|detail| detail.basis.as_ref()).map(|basis| basis.value);
    answered.answer == Answer::NotMet || basis == Some(Basis::TemporaryDeficiency)
}

use crate::model::practice::Answer;
use crate::rule::{Facts, Report, rule};
use crate::score::SSP_LETTERS;

rule! {
    /// There is no up-to-date system security plan, so there is no score.
    ///
    /// ## Why it matters
    ///
    /// Without an up-to-date SSP at the time of the assessment the assessment cannot be completed, and there is no
    /// figure to submit (32 CFR 170.24(c)(2)(i)(B); DoD Assessment Methodology 5(d)). 3.12.4 has no point value for
    /// that reason and may not stand on a POA&M.
    ///
    /// ## Example
    ///
    /// ```toml practices/CA.L2-3.12.4.toml
    /// practice = "CA.L2-3.12.4"
    /// ownership = "contractor"
    /// status = "partially-implemented"
    /// statement = "The contractor keeps the plan in this repository and prints it for each assessment."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "operation"]
    /// objectives = ["a", "b", "c", "d", "e", "f", "g", "h"]
    /// duty = "The ISSO keeps the files, reads them with the IT lead every September, and prints a version."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ca" }, { artifact = "procedure-it" }]
    ///
    /// [values]
    /// g = "every year, and after each significant change"
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// c = "met"
    /// d = "met"
    /// e = "met"
    /// f = "met"
    /// g = "met"
    /// h = { determination = "not-met", reason = "It was last brought up to date in 2024.", poam = "ssp-update" }
    /// ```
    ///
    /// ```toml poam/ssp-update.toml
    /// id = "ssp-update"
    /// title = "The SSP is two years old"
    /// objectives = ["CA.L2-3.12.4[h]"]
    /// weakness = "The SSP is two years old on the shop floor; the rest of the system is not affected."
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
    /// ```toml practices/CA.L2-3.12.4.toml
    /// practice = "CA.L2-3.12.4"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor keeps the plan in this repository and prints it for each assessment."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "operation"]
    /// objectives = ["a", "b", "c", "d", "e", "f", "g", "h"]
    /// duty = "The ISSO keeps the files, reads them with the IT lead every September, and prints a version."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ca" }, { artifact = "procedure-it" }]
    ///
    /// [values]
    /// g = "every year, and after each significant change"
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// c = "met"
    /// d = "met"
    /// e = "met"
    /// f = "met"
    /// g = "met"
    /// h = "met"
    /// ```
    "no-score", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(reason) = &facts.score.reason else { return };
    let objectives =
        facts.assessment.objectives().filter(|objective| objective.id.requirement.requirement() == "3.12.4");
    for objective in objectives.filter(|objective| SSP_LETTERS.contains(&objective.id.letter)) {
        let Some(answered) = objective.answered().filter(|answered| answered.answer != Answer::Met) else { continue };
        report
            .add(format!("there is no score: {reason}"), answered.span)
            .label(format!("`{}` is {}", objective.id, answered.answer))
            .help(
                "bring the system security plan up to date (`demarcate render ssp` prints it) and determine this again",
            )
            .objective(objective.id);
    }
}

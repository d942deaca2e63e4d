use crate::ids::Spanned;
use crate::model::assessment::{Answered, Assessment};
use crate::model::practice::Answer;
use crate::model::weakness::Exception;
use crate::rule::{Facts, Report, rule};

rule! {
    /// An objective is set aside as not applicable without a reason, or without anybody's approval.
    ///
    /// ## Why it matters
    /// Not applicable counts as met (32 CFR 170.24(b)), so it is the cheapest way to raise a score and the first that
    /// an assessor doubts. The SSP has to show which requirements a designated authority approved as non-applicable
    /// (3.12.4\[d\]); the DoD Assessment Methodology wants the DoD CIO's word for it.
    ///
    /// ## Example
    /// ```toml practices/AC.L2-3.1.17.toml
    /// practice = "AC.L2-3.1.17"
    /// ownership = "not-applicable"
    /// status = "not-applicable"
    /// statement = "There is no wireless network in scope."
    ///
    /// [determinations]
    /// a = "not-applicable"
    /// b = { determination = "not-applicable", reason = "No radio is built in or attached.", approved-by = "isso", approved = 2026-09-01 }
    /// ```
    /// Use instead:
    /// ```toml practices/AC.L2-3.1.17.toml
    /// practice = "AC.L2-3.1.17"
    /// ownership = "not-applicable"
    /// status = "not-applicable"
    /// statement = "There is no wireless network in scope."
    ///
    /// [determinations]
    /// a = { determination = "not-applicable", reason = "No radio is built in or attached.", approved-by = "isso", approved = 2026-09-01 }
    /// b = { determination = "not-applicable", reason = "No radio is built in or attached.", approved-by = "isso", approved = 2026-09-01 }
    /// ```
    "unjustified-not-applicable", Coverage, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for objective in facts.assessment.objectives() {
        let Some(answered) = objective.answered().filter(|a| a.answer == Answer::NotApplicable) else { continue };
        let Some(lack) = lack(&facts.assessment, &answered) else { continue };
        report
            .add(format!("objective `{}` is not applicable without {lack}", objective.id), answered.span)
            .label(format!("no {}", lack.replace(" and ", ", no ")))
            .help(
                "write it as a table: { determination = \"not-applicable\", reason = \"why\", approved-by = \"a role or \
                 person\", approved = the day }",
            )
            .objective(objective.id);
    }
}

/// What is missing; the exception on record may stand for either.
fn lack(assessment: &Assessment, answered: &Answered<'_>) -> Option<&'static str> {
    let detail = answered.detail;
    let exception = detail.and_then(|detail| detail.exception.as_ref());
    let exception: Option<&Exception> =
        exception.and_then(|id| assessment.exceptions.get(&**id)).map(|item| &item.value);
    let reason = says(detail.and_then(|d| d.reason.as_ref())) || says(exception.map(|e| &e.reason));
    let approval =
        says(detail.and_then(|d| d.approved_by.as_ref())) || says(exception.and_then(|e| e.approved_by.as_ref()));
    match (reason, approval) {
        (true, true) => None,
        (true, false) => Some("approval"),
        (false, true) => Some("reason"),
        (false, false) => Some("reason and approval"),
    }
}

fn says(text: Option<&Spanned<String>>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

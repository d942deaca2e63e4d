use crate::model::Filed;
use crate::model::assessment::ObjectiveView;
use crate::model::practice::Basis;
use crate::model::weakness::{Exception, ExceptionKind};
use crate::rule::{Facts, Report, rule};

rule! {
    /// An enduring exception or an adjudication has no record that speaks of the objective.
    ///
    /// ## Why it matters
    ///
    /// An enduring exception counts as MET when it is described, with its mitigations, in the SSP (32 CFR
    /// 170.24(b)(1)(i)); an adjudication when the DoD CIO's answer is in the SSP (170.24(c)(2)(i)(B)(8)). The record in
    /// `exceptions/` is what the SSP prints, so without it there is nothing to assess.
    ///
    /// ## Example
    ///
    /// ```toml practices/IA.L2-3.5.11.toml
    /// practice = "IA.L2-3.5.11"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor hides passwords as they are typed, but on two old mills."
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
    /// a = { determination = "met", basis = "enduring-exception", reason = "The logon of two old mills cannot be changed." }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/IA.L2-3.5.11.toml
    /// practice = "IA.L2-3.5.11"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor hides passwords as they are typed, but on two old mills."
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
    /// a = { determination = "met", basis = "enduring-exception", reason = "The logon of two old mills cannot be changed.", exception = "old-mills" }
    /// ```
    ///
    /// ```toml exceptions/old-mills.toml
    /// id = "old-mills"
    /// title = "Logon of two old mills"
    /// kind = "enduring-exception"
    /// objectives = ["IA.L2-3.5.11[a]"]
    /// reason = "The maker of the mills is gone and their logon cannot be changed."
    /// mitigation = "The mills stand in a locked cell with one operator."
    /// approved-by = "dana"
    /// approved = 2026-10-05
    /// ```
    "exception-without-record", Score, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for objective in facts.assessment.objectives() {
        let Some(detail) = objective.detail() else { continue };
        let Some((basis, kind)) = detail.basis.as_ref().and_then(|basis| Some((basis, kind_of(basis.value)?))) else {
            continue;
        };
        let Some(named) = &detail.exception else {
            report
                .add(format!("`{}` rests on `{basis}` and names no record of it", objective.id), basis.span)
                .label("on which record?")
                .help("write exceptions/<id>.toml and name it here as `exception = \"<id>\"`")
                .objective(objective.id);
            continue;
        };
        let Some(exception) = facts.assessment.exceptions.get(&named.name) else { continue };
        let Some(why) = why_unfit(exception, objective, kind) else { continue };
        report
            .add(format!("`{}` rests on `{basis}`, but `{}` {why}", objective.id, exception.id), named.span)
            .label("not for this")
            .related("this record", exception.kind.span)
            .help("name the record that is about this objective, or correct it")
            .objective(objective.id);
    }
}

/// The kind of record that a basis needs.
fn kind_of(basis: Basis) -> Option<ExceptionKind> {
    match basis {
        Basis::EnduringException => Some(ExceptionKind::EnduringException),
        Basis::DodCioAdjudication => Some(ExceptionKind::DodCioAdjudication),
        _ => None,
    }
}

fn why_unfit(exception: &Filed<Exception>, objective: ObjectiveView<'_>, kind: ExceptionKind) -> Option<String> {
    if exception.kind.value != kind {
        return Some(format!("is of kind `{}`", exception.kind));
    }
    let id = objective.id.to_string();
    let about = exception.objectives.iter().any(|written| written.value == id);
    (!about).then(|| "does not list it".to_owned())
}

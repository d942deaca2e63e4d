use crate::ids::Span;
use crate::model::assessment::Answered;
use crate::model::crypto::{CertificateStatus, Module};
use crate::model::practice::{Answer, Basis, Partial};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A cryptographic module that protects CUI has no validation that holds.
    ///
    /// ## Why it matters
    ///
    /// 3.13.11 asks for FIPS-validated cryptography wherever cryptography protects the confidentiality of CUI. A certificate that
    /// was revoked validates nothing and is denied. A historical one is for buying nothing new and is a risk that somebody has to
    /// decide about: it warns. A module in process, or without a certificate, is denied where 3.13.11[a] is determined met.
    ///
    /// A temporary deficiency, an enduring exception or an adjudication as the basis of 3.13.11[a] lowers all of it to a warning;
    /// where it is not met and says that encryption is employed and not validated, the answer is the truth and nothing is reported.
    ///
    /// ## Example
    ///
    /// ```diff crypto.toml
    /// -certificate = "4999"
    /// -status = "active"
    /// +certificate = "4999"
    /// +status = "revoked"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff crypto.toml
    /// -version = "4.2"
    /// -certificate = "4999"
    /// +version = "5.0"
    /// +certificate = "5120"
    /// ```
    "module-not-validated", Evidence, Deny, check
}

const FIPS: &str = "SC.L2-3.13.11";

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(crypto) = facts.assessment.crypto.as_ref().filter(|crypto| !crypto.lost) else { return };
    let answered = answered(facts);
    // Of a requirement that nobody has answered that is what is reported.
    let Some(answered) = answered.filter(|answered| !is_admitted(answered)) else { return };
    for module in crypto.module.iter().filter(|module| !module.uses.is_empty()) {
        let Some((what, place, label, is_sure)) = fault(module, answered.answer == Answer::Met) else { continue };
        let uses: Vec<&str> = module.uses.iter().map(|used| used.protects.trim()).collect();
        let mut draft = report
            .add(format!("module `{}` {what}, and protects: {}", module.id, uses.join("; ")), place)
            .label(label)
            .related("3.13.11[a] is answered here", answered.span)
            .help(
                "replace it by a validated module or version; until then determine SC.L2-3.13.11[a] not met with a plan, \
                 or, if a validated one broke after it was in use, met on the basis of a temporary deficiency",
            );
        draft = module.party.iter().fold(draft, |draft, party| draft.provider(party));
        if !is_sure || is_excused(&answered) {
            draft.warn();
        }
    }
}

fn answered(facts: &Facts) -> Option<Answered<'_>> {
    let practice = facts.assessment.practices.get(&FIPS.parse().ok()?).filter(|practice| !practice.lost)?;
    practice.value.answered('a')
}

/// Whether the answer already says that what is employed is not validated.
fn is_admitted(answered: &Answered<'_>) -> bool {
    let partial = answered.detail.and_then(|detail| detail.partial.as_ref());
    answered.answer == Answer::NotMet && partial.is_some_and(|p| p.value == Partial::EmployedNotValidated)
}

fn is_excused(answered: &Answered<'_>) -> bool {
    let basis = answered.detail.and_then(|detail| detail.basis.as_ref()).map(|basis| basis.value);
    let excuses = [Basis::TemporaryDeficiency, Basis::EnduringException, Basis::DodCioAdjudication];
    basis.is_some_and(|basis| excuses.contains(&basis))
}

/// What is wrong with a module, where, and whether it is sure.
fn fault(module: &Module, is_met: bool) -> Option<(String, Span, &'static str, bool)> {
    let number = module
        .certificate
        .as_ref()
        .map(|number| number.trim())
        .filter(|number| number.contains(|c: char| c.is_ascii_digit()));
    let status = module.status.as_ref();
    match (number, status.map(|status| status.value)) {
        (number, Some(CertificateStatus::Revoked)) => {
            Some((format!("has a revoked certificate{}", of(number)), status?.span, "revoked", true))
        }
        (number, Some(CertificateStatus::Historical)) => {
            Some((format!("has a historical certificate{}", of(number)), status?.span, "historical", false))
        }
        (_, Some(CertificateStatus::InProcess)) => {
            Some(("is still in validation".to_owned(), status?.span, "in process is not validated", is_met))
        }
        (None, _) => Some(("has no certificate".to_owned(), module.id.span, "no `certificate`", is_met)),
        _ => None,
    }
}

fn of(number: Option<&str>) -> String {
    number.map_or_else(String::new, |number| format!(" ({number})"))
}

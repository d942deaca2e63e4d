//! Objective to requirement to score: 32 CFR 170.24(c)(2) and DoDAM Annex A; what it allows: 32 CFR 170.21(a)(2).

use crate::catalog::{CONDITIONAL_SCORE, MAXIMUM_SCORE, PoamEligibility, Requirement};
use crate::ids::RequirementId;
use crate::model::assessment::Assessment;
use crate::model::practice::{Answer, Partial, Practice};
use crate::model::score::{Allowed, Finding, RequirementScore, Score};

/// The requirement without which there is no score: the system security plan.
const SSP: &str = "3.12.4";

/// The objectives of 3.12.4 that say whether there is an up-to-date plan: developed, and updated as often as defined.
pub const SSP_LETTERS: [char; 2] = ['a', 'h'];

/// The score of an assessment; an unanswered objective and a missing practice count as not met.
pub fn of(assessment: &Assessment) -> Score {
    let catalog = assessment.catalog;
    let requirements: Vec<RequirementScore> =
        catalog.requirements().map(|requirement| requirement_score(requirement, assessment)).collect();
    let lost: i32 = requirements.iter().map(|requirement| i32::from(requirement.lost)).sum();
    let reason = why_no_score(assessment);
    let score = reason.is_none().then_some(MAXIMUM_SCORE - lost);
    let blocks = blocks(score, &requirements);
    Score {
        score,
        reason,
        maximum: MAXIMUM_SCORE,
        minimum: catalog.minimum_score(),
        status: allowed(score, &requirements, &blocks),
        requirements,
        blocks,
    }
}

fn requirement_score(requirement: &Requirement, assessment: &Assessment) -> RequirementScore {
    let practice = assessment.practices.get(&requirement.id).map(|practice| &practice.value);
    let letters = requirement.objectives.iter().map(|objective| objective.id.letter);
    let objectives: Vec<(char, Option<Answer>)> =
        letters.map(|letter| (letter, practice.and_then(|p| p.answered(letter)).map(|a| a.answer))).collect();
    let result = finding(&objectives);
    let partial =
        result == Finding::NotMet && practice.is_some_and(|practice| has_partial_credit(requirement, practice));
    let weight = requirement.weight.unwrap_or(0);
    let lost = match (result, partial, requirement.partial) {
        (Finding::NotMet, true, Some(part)) => part,
        (Finding::NotMet, ..) => weight,
        _ => 0,
    };
    let planned = practice.is_some_and(|practice| has_plan(practice, &objectives));
    RequirementScore {
        id: requirement.id,
        weight: requirement.weight,
        lost,
        result,
        objectives,
        poam: requirement.poam.word(),
        partial,
        planned,
    }
}

/// Met, if every objective is met or not applicable; not applicable, if every one is.
fn finding(objectives: &[(char, Option<Answer>)]) -> Finding {
    if objectives.iter().all(|(_, answer)| *answer == Some(Answer::NotApplicable)) {
        Finding::NotApplicable
    } else if objectives.iter().all(|(_, answer)| matches!(answer, Some(Answer::Met | Answer::NotApplicable))) {
        Finding::Met
    } else {
        Finding::NotMet
    }
}

/// Whether every objective that is not met carries the one word that lowers the loss of this requirement.
fn has_partial_credit(requirement: &Requirement, practice: &Practice) -> bool {
    let word = partial_word(requirement.id);
    word.is_some()
        && requirement.objectives.iter().all(|objective| match practice.answered(objective.id.letter) {
            None => false,
            Some(answered) if answered.answer != Answer::NotMet => true,
            Some(answered) => {
                answered.detail.and_then(|detail| detail.partial.as_ref()).map(|partial| partial.value) == word
            }
        })
}

/// The word for the part of a requirement that may stand: 3.5.3 and 3.13.11 only.
pub fn partial_word(id: RequirementId) -> Option<Partial> {
    match id.requirement().as_str() {
        "3.5.3" => Some(Partial::RemoteAndPrivileged),
        "3.13.11" => Some(Partial::EmployedNotValidated),
        _ => None,
    }
}

fn has_plan(practice: &Practice, objectives: &[(char, Option<Answer>)]) -> bool {
    let not_met = objectives.iter().filter(|(_, answer)| !matches!(answer, Some(Answer::Met | Answer::NotApplicable)));
    not_met.clone().next().is_some()
        && not_met.clone().all(|(letter, _)| {
            practice.answered(*letter).and_then(|a| a.detail).is_some_and(|detail| detail.poam.is_some())
        })
}

/// Without an up-to-date SSP the assessment cannot be completed, and there is no score.
fn why_no_score(assessment: &Assessment) -> Option<String> {
    let id: RequirementId = SSP.parse().expect("3.12.4 is a requirement");
    let practice = assessment.practices.get(&id);
    let missing: Vec<String> = SSP_LETTERS
        .into_iter()
        .filter(|letter| practice.and_then(|p| p.answered(*letter)).map(|a| a.answer) != Some(Answer::Met))
        .map(|letter| format!("{id}[{letter}]"))
        .collect();
    (!missing.is_empty()).then(|| {
        format!(
            "no up-to-date system security plan: {} not met, so an assessment could not be completed (32 CFR 170.24(c)(2))",
            missing.join(" and ")
        )
    })
}

/// Whether a requirement that is not met may stand on a POA&M for a conditional status.
pub fn is_eligible(requirement: &RequirementScore) -> bool {
    requirement.poam == PoamEligibility::Eligible.word()
        || (requirement.poam == PoamEligibility::Conditional.word() && requirement.partial)
}

/// What stands between these figures and a conditional status, in sentences.
fn blocks(score: Option<i32>, requirements: &[RequirementScore]) -> Vec<String> {
    let mut blocks = Vec::new();
    match score {
        None => blocks.push("there is no score".to_owned()),
        Some(score) if score < CONDITIONAL_SCORE => {
            blocks.push(format!(
                "the score {score} is under {CONDITIONAL_SCORE}, 0.8 of {MAXIMUM_SCORE} (32 CFR 170.21(a)(2)(i))"
            ));
        }
        Some(_) => {}
    }
    for requirement in requirements.iter().filter(|r| r.result == Finding::NotMet && !is_eligible(r)) {
        blocks.push(format!(
            "{} is not met and may not stand on a POA&M: {}",
            requirement.id,
            why_not_eligible(requirement)
        ));
    }
    blocks
}

/// Why a requirement may not stand on a POA&M.
pub fn why_not_eligible(requirement: &RequirementScore) -> String {
    match (requirement.weight, requirement.poam) {
        (_, "conditional") => {
            "encryption has to be employed, though not yet FIPS-validated (32 CFR 170.21(a)(2)(ii))".to_owned()
        }
        (Some(weight), _) if weight > 1 => format!("its point value {weight} is over 1 (32 CFR 170.21(a)(2)(ii))"),
        _ => "it is on the list of 32 CFR 170.21(a)(2)(iii)".to_owned(),
    }
}

fn allowed(score: Option<i32>, requirements: &[RequirementScore], blocks: &[String]) -> Allowed {
    let open = requirements.iter().any(|requirement| requirement.result == Finding::NotMet);
    match (score, open) {
        (Some(_), false) => Allowed::Final,
        (Some(_), true) if blocks.is_empty() => Allowed::Conditional,
        _ => Allowed::Nothing,
    }
}

//! What a provider's own matrix says of what is assigned to it, part by part.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::practice::{Family, Part};
use crate::ids::RequirementId;
use crate::model::assessment::Assessment;
use crate::reconcile::{self, Answer, Matrix};

/// The answer of a provider's own matrix for some objectives of a part.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Compared {
    /// claims, silent, elsewhere, disclaims, or no-matrix.
    pub answer: &'static str,
    /// The same in words, to stand after "its own matrix".
    pub words: &'static str,
    /// Letters of the objectives.
    pub objectives: Vec<String>,
}

/// Puts to each part of a provider what its own matrix says.
pub(super) fn fill(families: &mut [Family], assessment: &Assessment) {
    let matrices: BTreeMap<&str, Matrix<'_>> =
        assessment.crms.iter().map(|(provider, matrix)| (provider.as_str(), Matrix::of(matrix))).collect();
    for practice in families.iter_mut().flat_map(|family| &mut family.practices) {
        let Ok(id) = practice.id.parse::<RequirementId>() else { continue };
        for part in &mut practice.parts {
            let letters = part.objectives.iter().filter_map(|letter| letter.chars().next()).collect();
            part.compared = compared(part, id, &letters, &matrices);
        }
        for objective in &mut practice.objectives {
            let letters: BTreeSet<char> = objective.letter.chars().collect();
            for part in &mut objective.parts {
                part.compared = compared(part, id, &letters, &matrices);
            }
        }
    }
}

fn compared(
    part: &Part,
    id: RequirementId,
    letters: &BTreeSet<char>,
    matrices: &BTreeMap<&str, Matrix<'_>>,
) -> Vec<Compared> {
    if part.party.contractor {
        return Vec::new();
    }
    let Some(matrix) = matrices.get(part.party.id.as_str()) else { return vec![no_matrix(part)] };
    let found = reconcile::answers(matrix, id, letters, part.service_id.as_deref());
    found.into_iter().map(|(answer, (letters, _))| said(answer, &letters)).collect()
}

fn no_matrix(part: &Part) -> Compared {
    Compared { answer: "no-matrix", words: "is not on record", objectives: part.objectives.clone() }
}

fn said(answer: Answer, letters: &BTreeSet<char>) -> Compared {
    let (answer, words) = match answer {
        Answer::Claims => ("claims", "claims it"),
        Answer::Silent => ("silent", "does not speak of it"),
        Answer::Elsewhere => ("elsewhere", "speaks of it for other services alone"),
        Answer::Disclaims => ("disclaims", "says that it gives nothing there"),
    };
    Compared { answer, words, objectives: letters.iter().map(char::to_string).collect() }
}

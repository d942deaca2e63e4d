//! What a provider says in its own matrix of what the contractor assigns to it, objective by objective.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{RequirementId, Span};
use crate::model::crm::{CrmRow, Inheritance, ProviderCrm};

/// A row, where it speaks of a requirement or of an objective.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The row.
    pub row: &'a CrmRow,
    /// The entry of `for` by which it does.
    pub at: Span,
    /// The objective; `None` is the whole requirement.
    pub letter: Option<char>,
}

impl Said<'_> {
    /// Whether the row speaks of a service; one that names none speaks of all, and a duty that names none may be of any.
    pub fn is_of(&self, service: Option<&str>) -> bool {
        let is_it = |wanted: &str| self.row.service.iter().any(|named| *named.name == *wanted);
        self.row.service.is_empty() || service.is_none_or(is_it)
    }

    /// Whether the provider does something there.
    pub fn is_claim(&self) -> bool {
        self.row.inheritance.value != Inheritance::Nothing
    }
}

/// Every row of a matrix, by requirement.
#[derive(Debug)]
pub struct Matrix<'a>(BTreeMap<RequirementId, Vec<Said<'a>>>);

impl<'a> Matrix<'a> {
    /// Sorts the rows of a matrix; an entry that names nothing is left out, and reported where ids are linked.
    pub fn of(matrix: &'a ProviderCrm) -> Self {
        let mut rows: BTreeMap<RequirementId, Vec<Said<'a>>> = BTreeMap::new();
        for row in &matrix.row {
            for (id, letter, at) in row.covered() {
                rows.entry(id).or_default().push(Said { row, at, letter });
            }
        }
        Self(rows)
    }

    /// What it says of a requirement.
    pub fn of_requirement(&self, id: RequirementId) -> &[Said<'a>] {
        self.0.get(&id).map_or(&[], Vec::as_slice)
    }

    /// What it says of an objective: the rows that name it, and without one those that name the whole requirement.
    pub fn of_objective(&self, id: RequirementId, letter: char) -> Vec<Said<'a>> {
        let rows = self.of_requirement(id);
        let own: Vec<Said<'a>> = rows.iter().filter(|said| said.letter == Some(letter)).copied().collect();
        if own.is_empty() { rows.iter().filter(|said| said.letter.is_none()).copied().collect() } else { own }
    }

    /// Every requirement of which it says something.
    pub fn requirements(&self) -> impl Iterator<Item = RequirementId> + use<'_, 'a> {
        self.0.keys().copied()
    }
}

/// The answer of a matrix to a duty of some objectives.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy, Debug)]
pub enum Answer {
    /// It claims it, wholly or in part.
    Claims,
    /// It says nothing.
    Silent,
    /// It speaks of other services alone.
    Elsewhere,
    /// It says that it gives nothing.
    Disclaims,
}

/// What a matrix answers for each of these objectives, as far as a duty is of this service.
pub fn answers<'a>(
    matrix: &Matrix<'a>,
    id: RequirementId,
    letters: &BTreeSet<char>,
    service: Option<&str>,
) -> BTreeMap<Answer, (BTreeSet<char>, Vec<Said<'a>>)> {
    let mut answers: BTreeMap<Answer, (BTreeSet<char>, Vec<Said<'a>>)> = BTreeMap::new();
    for letter in letters {
        let all = matrix.of_objective(id, *letter);
        let own: Vec<Said<'a>> = all.iter().filter(|said| said.is_of(service)).copied().collect();
        let answer = match (all.is_empty(), own.is_empty()) {
            (true, _) => Answer::Silent,
            (false, true) => Answer::Elsewhere,
            _ if own.iter().any(Said::is_claim) => Answer::Claims,
            _ => Answer::Disclaims,
        };
        let (found, rows) = answers.entry(answer).or_default();
        found.insert(*letter);
        rows.extend(if own.is_empty() { all } else { own });
    }
    answers
}

/// Letters as they stand behind an id: `[a]`, `[a, d]`.
pub fn letters(letters: &BTreeSet<char>) -> String {
    let letters: Vec<String> = letters.iter().map(char::to_string).collect();
    format!("[{}]", letters.join(", "))
}

/// A matrix in words, with its edition and day.
pub fn edition(matrix: &ProviderCrm) -> String {
    let edition = matrix.edition.as_ref().map(|edition| format!("edition {}", edition.value));
    let date = matrix.date.as_ref().map(|date| format!("of {}", date.value));
    let which: Vec<String> = edition.into_iter().chain(date).collect();
    if which.is_empty() { "its own matrix".to_owned() } else { format!("its own matrix ({})", which.join(" ")) }
}

/// The beginning of a text, on one line.
pub fn shortened(text: &str) -> String {
    const MOST: usize = 100;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} ...", line[..end].trim_end()),
        None => line,
    }
}

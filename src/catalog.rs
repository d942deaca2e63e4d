//! The standard as data: 110 requirements, 320 objectives, weights, POA&M eligibility, Level 1 and FAR mapping.
//!
//! Weights are those of 32 CFR 170.24(c)(2)(i)(B) and DoDAM Annex A; POA&M eligibility is 32 CFR 170.21(a)(2)(iii).
//! The sentences are this project's own; the official wording is imported by `import catalog`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::ids::{ObjectiveId, RequirementId};

/// Whether a requirement that is not met may stand on a POA&M for a conditional status (32 CFR 170.21(a)(2)).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PoamEligibility {
    /// It may.
    Eligible,
    /// 3.13.11 only: it may if encryption is employed but not FIPS-validated.
    Conditional,
    /// It may not.
    NotEligible,
}

impl PoamEligibility {
    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::Conditional => "conditional",
            Self::NotEligible => "not-eligible",
        }
    }
}

/// What an objective asks for, which decides the layers and values it needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nature {
    /// Something is defined or specified: a value has to be written down.
    Defined,
    /// Something is identified: a list has to exist.
    Identified,
    /// A document is developed or kept, or somebody's assignment or approval is on record.
    Documented,
    /// Something is in effect.
    Enforced,
}

/// One of the 110.
#[derive(Debug)]
pub struct Requirement {
    /// Its id.
    pub id: RequirementId,
    /// The title in the CMMC Assessment Guide.
    pub title: &'static str,
    /// Basic, else derived.
    pub basic: bool,
    /// Points it costs when not met: 5, 3 or 1; `None` for 3.12.4, without which there is no score.
    pub weight: Option<u8>,
    /// Points it costs when the named part of it stands: 3.5.3 and 3.13.11.
    pub partial: Option<u8>,
    /// The Level 1 practice it contains, AC.L1-b.1.i.
    pub level1: Option<&'static str>,
    /// The paragraph of FAR 52.204-21.
    pub far: Option<&'static str>,
    /// Whether it may stand on a POA&M.
    pub poam: PoamEligibility,
    /// What it asks, in one sentence of our own.
    pub statement: &'static str,
    /// Its objectives by letter.
    pub objectives: Vec<Objective>,
}

/// One of the 320.
#[derive(Debug)]
pub struct Objective {
    /// Its id.
    pub id: ObjectiveId,
    /// What it asks for.
    pub nature: Nature,
    /// What must be true, in one sentence of our own.
    pub sentence: &'static str,
}

/// A catalog of requirements, in the order of the standard.
#[derive(Debug)]
pub struct Catalog {
    /// What it is called.
    pub title: &'static str,
    requirements: BTreeMap<RequirementId, Requirement>,
}

/// The requirements that stay the contractor's in part, whatever a provider does.
pub const NON_INHERITABLE: [&str; 5] = ["3.1.1", "3.2.1", "3.2.2", "3.6.1", "3.11.1"];

/// The requirements whose points are not lost when the capability is not permitted at all (DoDAM Annex A, 5(i)(i)).
pub const DO_NOT_SUBTRACT: [&str; 5] = ["3.1.12", "3.1.13", "3.1.16", "3.1.17", "3.1.18"];

/// The score with everything met.
pub const MAXIMUM_SCORE: i32 = 110;

/// The least score that allows a conditional status: 0.8 of the maximum (32 CFR 170.21(a)(2)(i)).
pub const CONDITIONAL_SCORE: i32 = 88;

impl Catalog {
    /// NIST SP 800-171 Rev 2, the baseline of CMMC Level 2.
    pub fn rev2() -> &'static Self {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| Self {
            title: "NIST SP 800-171 Rev 2",
            requirements: parse(include_str!("catalog/requirements.tsv"), include_str!("catalog/objectives.tsv")),
        })
    }

    /// Every requirement in order.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        self.requirements.values()
    }

    /// One requirement.
    pub fn requirement(&self, id: RequirementId) -> Option<&Requirement> {
        self.requirements.get(&id)
    }

    /// One objective.
    pub fn objective(&self, id: ObjectiveId) -> Option<&Objective> {
        self.requirement(id.requirement)?.objectives.iter().find(|objective| objective.id == id)
    }

    /// Every objective in order.
    pub fn objectives(&self) -> impl Iterator<Item = &Objective> {
        self.requirements().flat_map(|requirement| &requirement.objectives)
    }

    /// The score with nothing met: 110 less every weight, -203 for Rev 2.
    pub fn minimum_score(&self) -> i32 {
        MAXIMUM_SCORE - self.requirements().filter_map(|r| r.weight).map(i32::from).sum::<i32>()
    }
}

impl Requirement {
    /// Letters of its objectives, as in "a to f" or "a".
    pub fn letters(&self) -> String {
        let letter = |o: Option<&Objective>| o.map_or('a', |o| o.id.letter);
        match self.objectives.len() {
            1 => "a".to_owned(),
            _ => format!("{} to {}", letter(self.objectives.first()), letter(self.objectives.last())),
        }
    }

    /// Each letter of its objectives.
    pub fn letters_each(&self) -> impl Iterator<Item = char> {
        self.objectives.iter().map(|objective| objective.id.letter)
    }

    /// Whether it stays the contractor's in part, whatever a provider does.
    pub fn is_non_inheritable(&self) -> bool {
        NON_INHERITABLE.contains(&self.id.requirement().as_str())
    }

    /// Whether it has an objective of this letter.
    pub fn has(&self, letter: char) -> bool {
        self.objectives.iter().any(|objective| objective.id.letter == letter)
    }
}

fn parse(requirements: &'static str, objectives: &'static str) -> BTreeMap<RequirementId, Requirement> {
    let mut catalog: BTreeMap<RequirementId, Requirement> = requirements
        .lines()
        .skip(1)
        .map(|line| requirement(line).expect("the compiled-in requirements are well formed; a test reads each row"))
        .map(|requirement| (requirement.id, requirement))
        .collect();
    for line in objectives.lines().skip(1) {
        let objective = objective(line).expect("the compiled-in objectives are well formed; a test reads each row");
        catalog
            .get_mut(&objective.id.requirement)
            .expect("every compiled-in objective belongs to a requirement")
            .objectives
            .push(objective);
    }
    catalog
}

fn requirement(line: &'static str) -> Option<Requirement> {
    let mut cells = line.split('\t');
    let mut next = || cells.next();
    let some = |cell: &'static str| (cell != "-").then_some(cell);
    Some(Requirement {
        id: next()?.parse().ok()?,
        title: next()?,
        basic: next()? == "basic",
        weight: some(next()?).map(str::parse).transpose().ok()?,
        partial: some(next()?).map(str::parse).transpose().ok()?,
        level1: some(next()?),
        far: some(next()?),
        poam: match next()? {
            "eligible" => PoamEligibility::Eligible,
            "conditional" => PoamEligibility::Conditional,
            "not-eligible" => PoamEligibility::NotEligible,
            _ => return None,
        },
        statement: next()?,
        objectives: Vec::new(),
    })
}

fn objective(line: &'static str) -> Option<Objective> {
    let mut cells = line.split('\t');
    Some(Objective {
        id: cells.next()?.parse().ok()?,
        nature: match cells.next()? {
            "defined" => Nature::Defined,
            "identified" => Nature::Identified,
            "documented" => Nature::Documented,
            "enforced" => Nature::Enforced,
            _ => return None,
        },
        sentence: cells.next()?,
    })
}

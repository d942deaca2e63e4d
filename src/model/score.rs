//! The score and what it would allow.

use serde::Serialize;

use super::practice::Answer;
use crate::ids::RequirementId;

/// The finding for a requirement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finding {
    /// Every objective is met or not applicable.
    Met,
    /// At least one is not.
    NotMet,
    /// Every objective is not applicable.
    NotApplicable,
}

impl Finding {
    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not-met",
            Self::NotApplicable => "not-applicable",
        }
    }
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// The CMMC status that the figures would allow; not a status granted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Allowed {
    /// Every requirement is met.
    Final,
    /// 32 CFR 170.21(a)(2) holds.
    Conditional,
    /// Neither.
    Nothing,
}

impl Allowed {
    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::Conditional => "conditional",
            Self::Nothing => "none",
        }
    }
}

/// The score of an assessment.
#[derive(Clone, Debug)]
pub struct Score {
    /// The figure, or `None` with a reason.
    pub score: Option<i32>,
    /// Why there is no score.
    pub reason: Option<String>,
    /// The most there can be, 110.
    pub maximum: i32,
    /// The least there can be, -203.
    pub minimum: i32,
    /// What the figures would allow.
    pub status: Allowed,
    /// Every requirement in order.
    pub requirements: Vec<RequirementScore>,
    /// What blocks a conditional status, in sentences.
    pub blocks: Vec<String>,
}

/// What a requirement costs.
#[derive(Clone, Debug)]
pub struct RequirementScore {
    /// Which.
    pub id: RequirementId,
    /// What it costs when not met; `None` for 3.12.4.
    pub weight: Option<u8>,
    /// What it costs now.
    pub lost: u8,
    /// The finding.
    pub result: Finding,
    /// The answers by letter; unanswered is `None`.
    pub objectives: Vec<(char, Option<Answer>)>,
    /// Whether it may stand on a POA&M.
    pub poam: &'static str,
    /// Whether partial credit was given.
    pub partial: bool,
    /// Whether a POA&M item is named for it.
    pub planned: bool,
}

impl Score {
    /// The entry of one requirement.
    pub fn of(&self, id: RequirementId) -> Option<&RequirementScore> {
        self.requirements.iter().find(|requirement| requirement.id == id)
    }
}

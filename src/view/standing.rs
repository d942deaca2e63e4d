//! Where the contractor stands: score, POA&M, exceptions.

use serde::Serialize;

use super::practice::Family;
use super::{Names, Party, each, said};
use crate::ids::ObjectiveId;
use crate::model::weakness as written;
use crate::rule::Facts;

/// The score and what it would allow.
#[derive(Clone, Debug, Serialize)]
pub struct Score {
    /// The figure; none without an up-to-date SSP.
    pub score: Option<i32>,
    /// Why there is none.
    pub reason: Option<String>,
    /// 110.
    pub maximum: i32,
    /// The least there can be.
    pub minimum: i32,
    /// final, conditional or none: what the figures would allow, not a status granted.
    pub status: String,
    /// Points lost in all.
    pub lost: i32,
    /// Every requirement in order.
    pub requirements: Vec<Requirement>,
    /// What blocks a conditional status.
    pub blocks: Vec<String>,
}

impl Score {
    /// A score that is not told.
    pub(super) fn untold() -> Self {
        Self {
            score: None,
            reason: Some("the score is the contractor's".to_owned()),
            maximum: 0,
            minimum: 0,
            status: "none".to_owned(),
            lost: 0,
            requirements: Vec::new(),
            blocks: Vec::new(),
        }
    }
}

/// What a requirement costs.
#[derive(Clone, Debug, Serialize)]
pub struct Requirement {
    /// The practice id.
    pub id: String,
    /// The family.
    pub family: String,
    /// The title.
    pub title: String,
    /// What it costs when not met; none for 3.12.4.
    pub weight: Option<u8>,
    /// What it costs now.
    pub lost: u8,
    /// met, not-met, not-applicable.
    pub result: String,
    /// Letters of the objectives not met.
    pub not_met: Vec<String>,
    /// Letters of the objectives without answer.
    pub unanswered: Vec<String>,
    /// Whether it may stand on a POA&M.
    pub poam: String,
    /// Whether partial credit was given.
    pub partial: bool,
    /// Whether a plan of action is named for all that is not met.
    pub planned: bool,
}

/// A POA&M item.
#[derive(Clone, Debug, Serialize)]
pub struct PoamItem {
    /// The id.
    pub id: String,
    /// What is weak, in a few words.
    pub title: String,
    /// The objectives.
    pub objectives: Vec<String>,
    /// The practices they belong to.
    pub practices: Vec<String>,
    /// What is weak, in sentences.
    pub weakness: String,
    /// How it was found.
    pub source: Option<String>,
    /// When.
    pub found: Option<String>,
    /// How bad it is.
    pub risk: Option<String>,
    /// What will be done.
    pub remediation: String,
    /// What that takes.
    pub resources: Option<String>,
    /// The party that does it; the contractor, if none is written.
    pub party: Party,
    /// The role that answers for it.
    pub owner: Option<String>,
    /// The day it is to be closed.
    pub due: String,
    /// Days until then; negative once past.
    pub days: i64,
    /// Whether it is open and its day has passed.
    pub overdue: bool,
    /// How far it is.
    pub status: String,
    /// The day it was closed.
    pub closed: Option<String>,
    /// What shows that.
    pub evidence: Vec<String>,
    /// What lowers the risk until then.
    pub mitigation: Option<String>,
    /// The steps.
    pub milestones: Vec<Milestone>,
    /// Points that its practices cost now.
    pub lost: u32,
    /// Whether each of its practices may stand on a POA&M: eligible, conditional, not-eligible.
    pub eligibility: String,
}

/// A step.
#[derive(Clone, Debug, Serialize)]
pub struct Milestone {
    /// What is done.
    pub title: String,
    /// The day it is to be done.
    pub due: String,
    /// The day it was done.
    pub done: Option<String>,
    /// Who does it.
    pub by: Option<String>,
    /// Whether it is not done and its day has passed.
    pub overdue: bool,
}

/// Something that stands for good.
#[derive(Clone, Debug, Serialize)]
pub struct Exception {
    /// The id.
    pub id: String,
    /// What stands.
    pub title: String,
    /// Which kind.
    pub kind: String,
    /// The objectives.
    pub objectives: Vec<String>,
    /// Why.
    pub reason: String,
    /// What mitigates it.
    pub mitigation: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved: Option<String>,
    /// The document.
    pub artifact: Option<String>,
    /// The day it is looked at again.
    pub until: Option<String>,
}

/// The score with titles.
pub(crate) fn score(facts: &Facts, families: &[Family]) -> Score {
    let found = &facts.score;
    let practices = families.iter().flat_map(|family| &family.practices);
    let requirements = found.requirements.iter().zip(practices).map(|(scored, practice)| Requirement {
        id: scored.id.to_string(),
        family: scored.id.family().to_owned(),
        title: practice.title.clone(),
        weight: scored.weight,
        lost: scored.lost,
        result: scored.result.word().to_owned(),
        not_met: letters(practice, "not-met"),
        unanswered: letters(practice, "unanswered"),
        poam: scored.poam.to_owned(),
        partial: scored.partial,
        planned: scored.planned,
    });
    Score {
        score: found.score,
        reason: found.reason.clone(),
        maximum: found.maximum,
        minimum: found.minimum,
        status: found.status.word().to_owned(),
        lost: found.requirements.iter().map(|requirement| i32::from(requirement.lost)).sum(),
        requirements: requirements.collect(),
        blocks: found.blocks.clone(),
    }
}

fn letters(practice: &super::practice::Practice, answer: &str) -> Vec<String> {
    let objectives = practice.objectives.iter().filter(|objective| objective.answer == answer);
    objectives.map(|objective| objective.letter.clone()).collect()
}

/// Every POA&M item, open ones first, by due day.
pub(crate) fn poam(facts: &Facts, names: Names<'_>) -> Vec<PoamItem> {
    let mut items: Vec<PoamItem> = facts.assessment.poam.values().map(|item| one(item, facts, names)).collect();
    items.sort_by(|a, b| (a.status == "closed", &a.due, &a.id).cmp(&(b.status == "closed", &b.due, &b.id)));
    items
}

fn one(written: &written::Poam, facts: &Facts, names: Names<'_>) -> PoamItem {
    let open = written.status.value != written::Progress::Closed;
    let mut requirements: Vec<_> = written
        .objectives
        .iter()
        .filter_map(|id| id.parse::<ObjectiveId>().ok())
        .filter_map(|id| facts.score.of(id.requirement))
        .collect();
    requirements.sort_by_key(|scored| scored.id);
    requirements.dedup_by_key(|scored| scored.id);
    let worst = |word: &&str| ["not-eligible", "conditional", "eligible"].iter().position(|known| known == word);
    PoamItem {
        id: written.id.to_string(),
        title: written.title.to_string(),
        objectives: each(written.objectives.iter()),
        practices: requirements.iter().map(|scored| scored.id.to_string()).collect(),
        weakness: written.weakness.trim().to_owned(),
        source: said(written.source.as_ref()),
        found: said(written.found.as_ref()),
        risk: said(written.risk.as_ref()),
        remediation: written.remediation.trim().to_owned(),
        resources: said(written.resources.as_ref()),
        party: names.party(written.party.as_deref().unwrap_or(crate::ids::CONTRACTOR)),
        owner: written.owner.as_ref().map(|id| names.role(id)),
        due: written.due.to_string(),
        days: written.due.days_since(facts.as_of),
        overdue: open && written.due.value < facts.as_of,
        status: written.status.to_string(),
        closed: said(written.closed.as_ref()),
        evidence: written.evidence.iter().map(|id| names.artifact_title(id)).collect(),
        mitigation: said(written.mitigation.as_ref()),
        milestones: written.milestone.iter().map(|step| milestone(step, facts, names)).collect(),
        lost: requirements.iter().map(|scored| u32::from(scored.lost)).sum(),
        eligibility: requirements.iter().map(|scored| scored.poam).min_by_key(worst).unwrap_or("eligible").to_owned(),
    }
}

fn milestone(step: &written::Milestone, facts: &Facts, names: Names<'_>) -> Milestone {
    Milestone {
        title: step.title.to_string(),
        due: step.due.to_string(),
        done: said(step.done.as_ref()),
        by: step.by.as_ref().map(|id| names.role(id)),
        overdue: step.done.is_none() && step.due.value < facts.as_of,
    }
}

pub(crate) fn exceptions(names: Names<'_>) -> Vec<Exception> {
    let exceptions = names.0.exceptions.values();
    exceptions
        .map(|written| Exception {
            id: written.id.to_string(),
            title: written.title.to_string(),
            kind: written.kind.to_string(),
            objectives: each(written.objectives.iter()),
            reason: written.reason.trim().to_owned(),
            mitigation: said(written.mitigation.as_ref()),
            approved_by: written.approved_by.as_ref().map(|word| names.somebody(word)),
            approved: said(written.approved.as_ref()),
            artifact: written.artifact.as_ref().map(|id| names.artifact_title(id)),
            until: said(written.until.as_ref()),
        })
        .collect()
}

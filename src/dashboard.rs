//! What `status` shows: counts, points at risk, dates counting down.

mod dates;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::date::Date;
use crate::ids::{FAMILIES, RequirementId};
use crate::model::acceptance::AcceptanceState;
use crate::model::artifact::ArtifactState;
use crate::model::assessment::{Assessment, EditionState, Series};
use crate::model::history::{ReviewState, Subject};
use crate::model::practice::{Answer, Ownership};
use crate::model::score::Finding;
use crate::rule::Facts;

/// How far ahead dates are shown, in days.
const HORIZON: i64 = 90;

/// The dashboard.
#[derive(Serialize, Debug)]
pub struct Dashboard {
    /// The contractor.
    pub organization: String,
    /// The day.
    pub as_of: Date,
    /// The score.
    pub score: Option<i32>,
    /// Why there is none.
    pub reason: Option<String>,
    /// The most there can be.
    pub maximum: i32,
    /// The status that the figures would allow.
    pub allows: &'static str,
    /// How many objectives there are.
    pub objectives: usize,
    /// How many have no answer.
    pub unanswered: usize,
    /// How many are met.
    pub met: usize,
    /// How many are not.
    pub not_met: usize,
    /// How many do not apply.
    pub not_applicable: usize,
    /// By family.
    pub families: Vec<Family>,
    /// Artifact series by state.
    pub evidence: BTreeMap<&'static str, usize>,
    /// Practices by review state; `None` where history was left out.
    pub reviews: Option<BTreeMap<&'static str, usize>>,
    /// How the acceptance of each provider's duties stands; `None` where history was left out.
    pub acceptances: Option<Vec<Acceptance>>,
    /// What costs points, or could soon.
    pub at_risk: Vec<Risk>,
    /// Days in the past that are open, and days in the next 90.
    pub dates: Vec<Deadline>,
    /// What is counted in years and comes after those 90 days.
    pub later: Vec<Deadline>,
}

/// Ownership of a family's practices, and what it costs.
#[derive(Serialize, Debug)]
pub struct Family {
    /// Two letters.
    pub family: &'static str,
    /// Practices of the contractor alone.
    pub contractor: usize,
    /// Practices of providers alone.
    pub provider: usize,
    /// Practices of both.
    pub shared: usize,
    /// Practices that do not apply.
    pub not_applicable: usize,
    /// Practices that nobody owns.
    pub nobody: usize,
    /// Points lost.
    pub lost: u32,
    /// Objectives without an answer.
    pub unanswered: usize,
}

/// How the acceptance of a provider's duties stands.
#[derive(Serialize, Debug)]
pub struct Acceptance {
    /// The provider, by id.
    pub provider: String,
    /// How many duties it holds.
    pub duties: usize,
    /// How it stands.
    pub state: &'static str,
    /// The day of the acceptance that makes it so.
    pub date: Option<Date>,
    /// Who accepted, as written; what the provider has published, where that stands for a person.
    pub by: Option<String>,
    /// How strong the proof is.
    pub grade: Option<&'static str>,
    /// Why it does not count, or what differs since.
    pub why: Vec<String>,
}

/// Points that are lost or could be.
#[derive(Serialize, Debug)]
pub struct Risk {
    /// How many.
    pub points: u8,
    /// Of which practice.
    pub practice: RequirementId,
    /// Why.
    pub why: String,
}

/// A date counting down.
#[derive(Serialize, Debug)]
pub struct Deadline {
    /// The day.
    pub date: Date,
    /// Days from the as-of day; negative in the past.
    pub days: i64,
    /// What falls due.
    pub what: String,
    /// Whether it is the next edition of an artifact, which comes round again and again.
    #[serde(skip)]
    pub is_edition: bool,
}

/// The dashboard of these facts.
pub fn of(facts: &Facts) -> Dashboard {
    let assessment = &facts.assessment;
    let answers: Vec<Option<Answer>> = assessment.objectives().map(|objective| objective.answer()).collect();
    let count = |answer: Answer| answers.iter().filter(|found| **found == Some(answer)).count();
    let objectives = assessment.catalog.objectives().count();
    let answered = answers.iter().flatten().count();
    Dashboard {
        organization: assessment.title_of(crate::ids::CONTRACTOR),
        as_of: facts.as_of,
        score: facts.score.score,
        reason: facts.score.reason.clone(),
        maximum: facts.score.maximum,
        allows: facts.score.status.word(),
        objectives,
        unanswered: objectives - answered,
        met: count(Answer::Met),
        not_met: count(Answer::NotMet),
        not_applicable: count(Answer::NotApplicable),
        families: FAMILIES.iter().map(|(family, _)| family_of(family, facts)).collect(),
        evidence: evidence(facts),
        reviews: reviews(facts),
        acceptances: acceptances(facts),
        at_risk: at_risk(facts),
        dates: dates::folded(dates::near(facts)),
        later: dates::later(facts),
    }
}

fn family_of(family: &'static str, facts: &Facts) -> Family {
    let assessment = &facts.assessment;
    let ids: Vec<RequirementId> =
        Catalog::rev2().requirements().map(|requirement| requirement.id).filter(|id| id.family() == family).collect();
    let ownership = |wanted: Option<Ownership>| ids.iter().filter(|id| ownership(assessment, **id) == wanted).count();
    let scores = facts.score.requirements.iter().filter(|requirement| requirement.id.family() == family);
    Family {
        family,
        contractor: ownership(Some(Ownership::Contractor)),
        provider: ownership(Some(Ownership::Provider)),
        shared: ownership(Some(Ownership::Shared)),
        not_applicable: ownership(Some(Ownership::NotApplicable)),
        nobody: ownership(None),
        lost: scores.clone().map(|requirement| u32::from(requirement.lost)).sum(),
        unanswered: scores
            .flat_map(|requirement| &requirement.objectives)
            .filter(|(_, answer)| answer.is_none())
            .count(),
    }
}

fn ownership(assessment: &Assessment, id: RequirementId) -> Option<Ownership> {
    let letters = assessment.requirement(id).objectives.iter().map(|objective| objective.id.letter);
    assessment.practices.get(&id)?.derived_ownership(letters)
}

fn evidence(facts: &Facts) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for series in facts.assessment.artifacts.values() {
        *counts.entry(evidence_word(series, facts)).or_default() += 1;
    }
    counts
}

fn evidence_word(series: &Series, facts: &Facts) -> &'static str {
    let gone = |edition: &EditionState| matches!(edition, EditionState::Missing | EditionState::Unreadable(_));
    match series.state() {
        ArtifactState::Received if series.editions.iter().any(|edition| gone(&edition.state)) => "missing",
        ArtifactState::Received if series.next_due().is_some_and(|due| due < facts.as_of) => "overdue",
        ArtifactState::Received => "current",
        other => other.word(),
    }
}

fn reviews(facts: &Facts) -> Option<BTreeMap<&'static str, usize>> {
    let history = facts.history.as_ref()?;
    let mut counts = BTreeMap::new();
    for (_, of) in history.subjects.iter().filter(|(subject, _)| matches!(subject, Subject::Practice(_))) {
        *counts.entry(of.state.word()).or_default() += 1;
    }
    Some(counts)
}

fn acceptances(facts: &Facts) -> Option<Vec<Acceptance>> {
    let history = facts.history.as_ref()?;
    let found = &facts.assessment;
    let row = |id: &str| {
        let (state, said) = history.acceptance_of(id);
        let why = said.map_or_else(Vec::new, |said| match state {
            AcceptanceState::Refused => said.refused_because.iter().map(ToString::to_string).collect(),
            _ => said.differs.clone(),
        });
        Acceptance {
            provider: id.to_owned(),
            duties: found.duties_of(id).count(),
            state: state.word(),
            date: said.map(|said| said.date),
            by: said.map(|said| said.by.clone()),
            grade: said.map(|said| said.grade.word()),
            why,
        }
    };
    Some(found.holders_of_duties().map(|(id, _)| row(id)).collect())
}

/// What is lost now, then what would be lost if an assessor did not accept old evidence or an old review.
fn at_risk(facts: &Facts) -> Vec<Risk> {
    let mut risks: Vec<Risk> = Vec::new();
    for requirement in &facts.score.requirements {
        let points = requirement.weight.unwrap_or(0);
        if requirement.result == Finding::NotMet {
            let why = match facts.assessment.practices.get(&requirement.id) {
                None => "not met: the practice is missing",
                Some(practice) if practice.is_unanswered() => "not met: nothing is answered yet",
                Some(_) if requirement.planned => "not met, with a POA&M item",
                Some(_) => "not met, without a POA&M item for every open objective",
            };
            risks.push(Risk { points: requirement.lost, practice: requirement.id, why: why.to_owned() });
            continue;
        }
        let whys = weak_spots(requirement.id, facts);
        if !whys.is_empty() {
            risks.push(Risk { points, practice: requirement.id, why: format!("met, but {}", whys.join("; ")) });
        }
    }
    risks.sort_by_key(|risk| (std::cmp::Reverse(risk.points), risk.practice));
    risks.truncate(20);
    risks
}

/// Why an assessor might not accept a practice that is determined met.
fn weak_spots(id: RequirementId, facts: &Facts) -> Vec<String> {
    let mut whys = Vec::new();
    let state =
        facts.history.as_ref().and_then(|history| history.subjects.get(&Subject::Practice(id))).map(|of| of.state);
    if let Some(state) = state.filter(|state| !matches!(state, ReviewState::Current | ReviewState::Due)) {
        whys.push(format!("its review is {}", state.word()));
    }
    let practice = facts.assessment.practices.get(&id);
    let cited = practice.into_iter().flat_map(|p| &p.responsibility).flat_map(|part| &part.evidence);
    let mut overdue: Vec<&str> = cited
        .map(|evidence| &*evidence.artifact)
        .filter(|name| {
            let series = facts.assessment.artifacts.get(*name);
            series.is_some_and(|series| series.next_due().is_some_and(|due| due < facts.as_of))
        })
        .collect();
    overdue.sort_unstable();
    overdue.dedup();
    whys.extend(overdue.iter().map(|name| format!("artifact `{name}` is overdue")));
    whys
}

/// Days in the past that are open, and days in the next 90, earliest first.
pub fn deadlines(facts: &Facts) -> Vec<Deadline> {
    dates::near(facts)
}

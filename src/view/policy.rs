//! The contractor's own policies: who approved and reviewed them, what cites them, what of a family they leave out.

use std::collections::BTreeMap;

use serde::Serialize;

use super::copy::{self, Block};
use super::{Names, Party, digest_of, said};
use crate::catalog::{Nature, Requirement};
use crate::ids::{CONTRACTOR, FAMILIES, RequirementId};
use crate::model::Filed;
use crate::model::artifact::ArtifactKind;
use crate::model::assessment::{Assessment, ObjectiveView, Series};
use crate::model::history::{Subject, SubjectHistory};
use crate::model::practice::Evidence;
use crate::rule::Facts;
use crate::words;

/// A policy.
#[derive(Clone, Debug, Serialize)]
pub struct Policy {
    /// The id.
    pub id: String,
    /// Its first heading.
    pub title: String,
    /// Its file.
    pub path: String,
    /// The family it is of: the one that its title or file name has, else the one that cites it most.
    pub family: Option<String>,
    /// The artifact whose edition this file is; without it no practice can cite the policy.
    pub artifact: Option<String>,
    /// The version of its final form.
    pub version: Option<String>,
    /// Who approved that.
    pub approver: Option<String>,
    /// When.
    pub approved: Option<String>,
    /// The role that keeps it.
    pub maintained_by: Option<String>,
    /// How often it is to be renewed.
    pub every: Option<String>,
    /// The day that is due.
    pub next_due: Option<String>,
    /// Its marking.
    pub marking: Option<String>,
    /// Its SHA-256.
    pub sha256: Option<String>,
    /// The state of its review; none where the log was not read.
    pub state: Option<String>,
    /// The day the next review is due.
    pub review_due: Option<String>,
    /// What differs from the last review that counts.
    pub differs: Vec<String>,
    /// Its reviews, newest first.
    pub reviews: Vec<PolicyReview>,
    /// What cites it.
    pub cited: Vec<Cited>,
    /// Its text; none where it is marked.
    pub text: Option<String>,
    /// The same in pieces.
    pub blocks: Vec<Block>,
}

/// A review of a policy.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyReview {
    /// The day.
    pub date: String,
    /// By whom.
    pub reviewer: String,
    /// What was recorded.
    pub outcome: String,
    /// How strong the proof is.
    pub grade: String,
    /// Whether it counts.
    pub counts: bool,
}

/// A place that cites a policy.
#[derive(Clone, Debug, Serialize)]
pub struct Cited {
    /// The practice.
    pub practice: String,
    /// Its title.
    pub title: String,
    /// Letters of the objectives it shows.
    pub objectives: Vec<String>,
    /// At which section.
    pub at: Option<String>,
    /// The party that cites it.
    pub party: Party,
}

/// A family, its policies, and what they leave out.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyFamily {
    /// Two letters.
    pub id: String,
    /// In words.
    pub title: String,
    /// Ids of its policies.
    pub policies: Vec<String>,
    /// Objectives that apply and have something to define.
    pub wanted: usize,
    /// Those of them for which no section of a policy is named.
    pub missing: Vec<Missing>,
}

/// An objective with something to define for which no section of a policy is named.
#[derive(Clone, Debug, Serialize)]
pub struct Missing {
    /// Its id.
    pub id: String,
    /// What must be true, in this project's own sentence.
    pub sentence: String,
    /// The official wording, once a catalog is imported.
    pub wording: Option<String>,
    /// The value that is defined.
    pub value: Option<String>,
    /// Policies that are cited without a section.
    pub somewhere: Vec<String>,
    /// What else is cited.
    pub instead: Vec<String>,
}

/// The policies by id.
pub(crate) fn policies(facts: &Facts, names: Names<'_>) -> Vec<Policy> {
    let mut cited = citations(names);
    let of = |(id, policy): (&String, &Filed<crate::model::Policy>)| {
        let series = names.0.artifacts.values().find(|series| holds(series, &policy.path));
        let cited = series.and_then(|series| cited.remove(&*series.artifact.id.name)).unwrap_or_default();
        one(id, policy, series, cited, facts, names)
    };
    names.0.policies.iter().map(of).collect()
}

/// Whether an edition of the series is this file.
fn holds(series: &Series, path: &str) -> bool {
    series.editions.iter().any(|edition| edition.location == path)
}

fn one(
    id: &str,
    policy: &Filed<crate::model::Policy>,
    series: Option<&Series>,
    cited: Vec<Cited>,
    facts: &Facts,
    names: Names<'_>,
) -> Policy {
    let written = series.map(|series| &series.artifact);
    let finality = written.and_then(|artifact| artifact.finality.as_ref());
    let marking = written.and_then(|artifact| said(artifact.marking.as_ref()));
    let text = marking.is_none().then(|| lines(&policy.text));
    let history = facts.history.as_ref();
    let reviewed = history.and_then(|history| history.subjects.get(&Subject::Policy(id.to_owned())));
    let edition = series.and_then(|series| Some((series, series.editions.iter().find(|e| e.location == policy.path)?)));
    Policy {
        id: id.to_owned(),
        title: policy.title.clone(),
        path: policy.path.clone(),
        family: family_of(id, &policy.title, &cited),
        artifact: written.map(|artifact| artifact.id.to_string()),
        version: finality.map(|finality| finality.version.to_string()),
        approver: finality.and_then(|finality| said(finality.approver.as_ref())),
        approved: finality.and_then(|finality| said(finality.date.as_ref())),
        maintained_by: written.and_then(|artifact| artifact.maintained_by.as_ref()).map(|role| names.role(role)),
        every: written.and_then(|artifact| said(artifact.every.as_ref())),
        next_due: series.and_then(|series| said(series.next_due().as_ref())),
        sha256: edition.and_then(|(series, edition)| digest_of(edition, series, names.0)).map(|(_, sha256)| sha256),
        state: reviewed.map(|found| found.state.word().to_owned()),
        review_due: reviewed.and_then(|found| said(found.due.as_ref())),
        differs: reviewed.map_or_else(Vec::new, |found| found.differs.clone()),
        reviews: reviewed.map_or_else(Vec::new, reviews),
        cited,
        blocks: text.as_deref().map_or_else(Vec::new, copy::blocks),
        text,
        marking,
    }
}

/// The text with one kind of line ending, so that none ends a line where another does not.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim_end().to_owned()
}

fn reviews(found: &SubjectHistory) -> Vec<PolicyReview> {
    let review = |review: &crate::model::history::Review| PolicyReview {
        date: review.date.to_string(),
        reviewer: review.reviewer.to_string(),
        outcome: review.outcome.word().to_owned(),
        grade: review.grade.word().to_owned(),
        counts: review.counts(),
    };
    found.reviews.iter().map(review).collect()
}

/// The family in the title or file name of a policy, else the one that cites it most.
fn family_of(id: &str, title: &str, cited: &[Cited]) -> Option<String> {
    let name = words::plain_words(&format!("{title} {id}"));
    let is_named = |family: &str| {
        let family = words::plain_words(family);
        name.windows(family.len()).any(|part| *part == *family)
    };
    let named = FAMILIES.iter().filter(|(_, family)| is_named(family)).max_by_key(|(_, family)| family.len());
    let count = |family: &str| cited.iter().filter(|place| place.practice.starts_with(family)).count();
    let most = || FAMILIES.iter().rev().filter(|(id, _)| count(id) > 0).max_by_key(|(id, _)| count(id));
    named.or_else(most).map(|(id, _)| (*id).to_owned())
}

/// Every place that cites an artifact, by artifact.
fn citations(names: Names<'_>) -> BTreeMap<&str, Vec<Cited>> {
    let mut found: BTreeMap<&str, Vec<Cited>> = BTreeMap::new();
    for (id, practice) in &names.0.practices {
        let requirement = names.0.requirement(*id);
        for part in &practice.responsibility {
            for evidence in &part.evidence {
                let shown = requirement
                    .letters_each()
                    .filter(|letter| part.evidence_for(*letter).any(|shows| std::ptr::eq(shows, evidence)));
                let letters = shown.map(String::from).collect();
                let place = cited(*id, requirement, (&part.party, evidence), letters, names);
                found.entry(&evidence.artifact.name).or_default().push(place);
            }
        }
    }
    found
}

fn cited(
    id: RequirementId,
    requirement: &Requirement,
    (party, evidence): (&str, &Evidence),
    objectives: Vec<String>,
    names: Names<'_>,
) -> Cited {
    Cited {
        practice: id.to_string(),
        title: requirement.title.to_owned(),
        objectives,
        at: said(evidence.at.as_ref()),
        party: names.party(party),
    }
}

/// The families with their policies and what these leave out.
pub(crate) fn families(policies: &[Policy], names: Names<'_>) -> Vec<PolicyFamily> {
    let mut found: Vec<PolicyFamily> = FAMILIES.iter().map(|(id, title)| empty(id, title, policies)).collect();
    for requirement in names.0.catalog.requirements() {
        let Some(family) = found.iter_mut().find(|family| family.id == requirement.id.family()) else { continue };
        count(requirement, family, names.0);
    }
    found
}

fn empty(id: &str, title: &str, policies: &[Policy]) -> PolicyFamily {
    let own = policies.iter().filter(|policy| policy.family.as_deref() == Some(id));
    PolicyFamily {
        id: id.to_owned(),
        title: title.to_owned(),
        policies: own.map(|policy| policy.id.clone()).collect(),
        wanted: 0,
        missing: Vec::new(),
    }
}

fn count(requirement: &'static Requirement, family: &mut PolicyFamily, assessment: &Assessment) {
    let practice = assessment.practices.get(&requirement.id);
    for catalog in requirement.objectives.iter().filter(|objective| objective.nature == Nature::Defined) {
        let view = practice.map(|practice| ObjectiveView { id: catalog.id, catalog, practice });
        if view.is_some_and(|view| !view.applies()) {
            continue;
        }
        family.wanted += 1;
        if !view.is_some_and(|view| is_placed(view, assessment)) {
            family.missing.push(missing(catalog, view, assessment));
        }
    }
}

/// Whether a section of one of the contractor's policies is named for it.
fn is_placed(objective: ObjectiveView<'_>, assessment: &Assessment) -> bool {
    objective.evidence().any(|(_, evidence)| evidence.at.is_some() && is_policy(evidence, assessment))
}

fn is_policy(evidence: &Evidence, assessment: &Assessment) -> bool {
    let series = assessment.artifacts.get(&*evidence.artifact);
    series.is_some_and(|s| s.artifact.kind.value == ArtifactKind::Policy && s.producer() == CONTRACTOR)
}

fn missing(
    catalog: &'static crate::catalog::Objective,
    view: Option<ObjectiveView<'_>>,
    assessment: &Assessment,
) -> Missing {
    let names = Names(assessment);
    let title = |(_, evidence): (_, &Evidence)| names.artifact_title(&evidence.artifact);
    let cited = || view.iter().flat_map(ObjectiveView::evidence).collect::<Vec<_>>();
    let (policies, others): (Vec<_>, Vec<_>) = cited().into_iter().partition(|(_, e)| is_policy(e, assessment));
    Missing {
        id: catalog.id.to_string(),
        sentence: catalog.sentence.to_owned(),
        wording: None,
        value: view.and_then(|view| super::practice::value(view.practice, catalog.id.letter)),
        somewhere: policies.into_iter().map(title).collect(),
        instead: others.into_iter().map(title).collect(),
    }
}

//! What a template sees: plain data, printable as JSON, from Facts.

pub mod affirmation;
pub mod binder;
pub mod comparison;
pub mod copy;
pub mod handoff;
pub mod objective;
pub mod picture;
pub mod policy;
pub mod portal;
pub mod practice;
pub mod provider;
pub mod request;
pub mod review;
pub mod roster;
mod slice;
pub mod standing;
pub mod system;

use std::fmt::Display;

use serde::Serialize;

use crate::ids::CONTRACTOR;
use crate::ids::RequirementId;
use crate::model::assessment::{Assessment, EditionFile, EditionState, Series};
use crate::model::wording::Wording;
use crate::rule::Facts;

/// The program that made a document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Tool {
    /// This program.
    pub fn this() -> Self {
        Self { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// Everything that a template may print.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// The version of this form; a key is added within it, and none is taken away.
    pub version: u32,
    /// The program.
    pub tool: Tool,
    /// The day to which ages and lapses are counted.
    pub as_of: String,
    /// The commit that was looked at; none without history.
    pub commit: Option<String>,
    /// The standard.
    pub standard: String,
    /// What has to be said wherever reviews are relied on.
    pub review_note: String,
    /// The contractor.
    pub organization: system::Organization,
    /// The information system.
    pub system: system::System,
    /// The assessment that is prepared.
    pub assessment: system::AssessmentFacts,
    /// The people of `demarcate.toml`.
    pub people: Vec<system::Person>,
    /// The roles of `demarcate.toml`.
    pub roles: Vec<system::Role>,
    /// The contractor, then every provider.
    pub parties: Vec<Party>,
    /// The groups of `assets.toml`.
    pub groups: Vec<system::Group>,
    /// The asset categories of 32 CFR 170.19(c)(1) Table 3 with their assets.
    pub categories: Vec<system::Category>,
    /// Decisions about significant changes.
    pub decisions: Vec<system::Decision>,
    /// Cryptographic modules.
    pub modules: Vec<system::Module>,
    /// Who does which phase of incident handling.
    pub incident: system::Incident,
    /// Every handoff drawn, and the longest way of an incident to the contractor.
    pub handoffs: handoff::Handoffs,
    /// The contractor's own policies.
    pub policies: Vec<policy::Policy>,
    /// The families with their policies and what these leave out.
    pub policy_families: Vec<policy::PolicyFamily>,
    /// Interviews, tests and checks by party and day.
    pub roster: roster::Roster,
    /// The fourteen families with their practices.
    pub families: Vec<practice::Family>,
    /// How many objectives have which answer.
    pub answers: objective::Answers,
    /// Objectives determined not applicable, with reason and approval.
    pub not_applicable: Vec<practice::NotApplicable>,
    /// How the SSP answers each objective of 3.12.4.
    pub plan_objectives: Vec<practice::Objective>,
    /// The score.
    pub score: standing::Score,
    /// The POA&M.
    pub poam: Vec<standing::PoamItem>,
    /// Enduring exceptions and adjudications.
    pub exceptions: Vec<standing::Exception>,
    /// The providers.
    pub providers: Vec<provider::Provider>,
    /// Connections of the system with others, those of providers included.
    pub connections: Vec<provider::Connection>,
    /// What the log says of reviews.
    pub reviews: review::Reviews,
    /// The artifacts.
    pub artifacts: Vec<Artifact>,
    /// Each provider's evidence and what is missing.
    pub binder: Vec<binder::Binder>,
    /// The evidence to ask of each party.
    pub requests: Vec<request::Requests>,
    /// Counts and what pictures are drawn from.
    pub pictures: picture::Pictures,
    /// What the cover page leads to.
    pub portal: portal::Portal,
    /// What the affirming official is shown; none unless the packet was asked for.
    pub affirmation: Option<affirmation::Affirmation>,
}

/// A party and what it is called.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Party {
    /// `contractor`, or the provider's id.
    pub id: String,
    /// What documents call it.
    pub title: String,
    /// Whether it is the contractor.
    pub contractor: bool,
}

/// An artifact series with its newest edition.
#[derive(Clone, Debug, Serialize)]
pub struct Artifact {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What sort of thing it is.
    pub kind: String,
    /// The party that makes it.
    pub producer: Party,
    /// Who holds it.
    pub held_by: Option<String>,
    /// How far its collection has come.
    pub state: String,
    /// Its marking.
    pub marking: Option<String>,
    /// How often a new edition is due.
    pub every: Option<String>,
    /// The day the next edition is due.
    pub next_due: Option<String>,
    /// The day it lapses.
    pub expires: Option<String>,
    /// The day it was asked for.
    pub requested: Option<String>,
    /// The day it was asked for by.
    pub due: Option<String>,
    /// The day it was refused.
    pub refused: Option<String>,
    /// Version, approver and day of its final form.
    pub finality: Option<String>,
    /// Where the newest edition lies.
    pub path: Option<String>,
    /// Whether that is a file of the repository.
    pub inside: bool,
    /// The day it was collected.
    pub collected: Option<String>,
    /// The period it covers.
    pub covers: Option<String>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Its SHA-256.
    pub sha256: Option<String>,
    /// What was found where it should lie: present, pointer, missing, elsewhere, unreadable, none.
    pub found: String,
    /// How many editions there are.
    pub editions: usize,
}

/// The view of facts.
pub fn of(facts: &Facts, tool: Tool) -> View {
    let names = Names(&facts.assessment);
    let mut families = practice::families(facts, names);
    comparison::fill(&mut families, &facts.assessment);
    let connections = provider::connections(names, &families, facts.as_of);
    let reviews = review::of(facts, names);
    let score = standing::score(facts, &families);
    let pictures = picture::of(&families, &reviews, facts);
    let policies = policy::policies(facts, names);
    let categories = system::categories(names);
    let mut view = View {
        version: 1,
        tool,
        as_of: facts.as_of.to_string(),
        commit: facts.history.as_ref().and_then(|history| history.head.clone()),
        standard: facts.assessment.catalog.title.to_owned(),
        review_note: review::NOTE.to_owned(),
        organization: system::organization(&facts.assessment),
        system: system::system(names),
        assessment: system::assessment(facts),
        people: system::people(names),
        roles: system::roles(names),
        parties: names.parties(),
        groups: system::groups(&categories, names),
        categories,
        decisions: system::decisions(&facts.assessment),
        modules: system::modules(names),
        incident: system::incident(names, facts.as_of),
        policy_families: policy::families(&policies, names),
        policies,
        roster: roster::roster(facts, names),
        answers: objective::answers(&families),
        handoffs: handoff::handoffs(facts, names),
        not_applicable: practice::not_applicable(&families),
        plan_objectives: practice::plan_objectives(&families),
        families,
        score,
        poam: standing::poam(facts, names),
        exceptions: standing::exceptions(names),
        providers: provider::providers(facts, names, &connections),
        connections,
        reviews,
        artifacts: facts.assessment.artifacts.values().map(|series| artifact(series, names)).collect(),
        binder: Vec::new(),
        requests: Vec::new(),
        pictures,
        portal: portal::Portal::default(),
        affirmation: None,
    };
    view.bind();
    view.portal = portal::of(&view, facts, names);
    view
}

impl View {
    /// The view with the official wording beside this project's own sentences.
    #[must_use]
    pub fn with_wording(mut self, wording: &Wording) -> Self {
        let practices = self.families.iter_mut().flat_map(|family| &mut family.practices);
        for practice in practices {
            let Ok(id) = practice.id.parse::<RequirementId>() else { continue };
            practice.wording = wording.statements.get(&id).cloned();
            practice.wording_source = practice.wording.as_ref().map(|_| wording.source.clone());
            for objective in &mut practice.objectives {
                objective.wording = objective.id.parse().ok().and_then(|id| wording.objectives.get(&id)).cloned();
            }
        }
        for missing in self.policy_families.iter_mut().flat_map(|family| &mut family.missing) {
            missing.wording = missing.id.parse().ok().and_then(|id| wording.objectives.get(&id)).cloned();
        }
        self
    }

    /// The view with the packet of an affirmation.
    #[must_use]
    pub fn with_affirmation(mut self, packet: affirmation::Affirmation) -> Self {
        self.affirmation = Some(packet);
        self
    }

    /// Where the files of the repository lie that documents name.
    pub fn locations(&self) -> impl Iterator<Item = &str> {
        let newest = self.artifacts.iter().filter(|artifact| artifact.inside).filter_map(|found| found.path.as_deref());
        let editions = self.portal.artifacts.values().flat_map(|entry| &entry.editions);
        let editions = editions.filter(|edition| edition.inside).map(|edition| edition.location.as_str());
        newest.chain(editions).chain(self.policies.iter().map(|policy| policy.path.as_str()))
    }

    /// Every practice in the order of the standard.
    pub fn practices(&self) -> impl Iterator<Item = &practice::Practice> {
        self.families.iter().flat_map(|family| &family.practices)
    }
}

/// Looks up what documents call things.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a>(pub(crate) &'a Assessment);

impl<'a> Names<'a> {
    pub(crate) fn party(self, id: &str) -> Party {
        Party { id: id.to_owned(), title: self.0.title_of(id), contractor: id == CONTRACTOR }
    }

    fn parties(self) -> Vec<Party> {
        std::iter::once(CONTRACTOR)
            .chain(self.0.providers.keys().map(String::as_str))
            .map(|id| self.party(id))
            .collect()
    }

    pub(crate) fn role(self, id: &str) -> String {
        let roles = &self.0.config.role;
        roles.iter().find(|role| role.id.name == id).map_or_else(|| id.to_owned(), |role| role.title.value.clone())
    }

    /// A role by its title or a person by name, else the word as written.
    pub(crate) fn somebody(self, word: &str) -> String {
        let person = self.0.config.person.iter().find(|person| person.id.name == word);
        person.map_or_else(|| self.role(word), |person| person.name.value.clone())
    }

    pub(crate) fn group(self, id: &str) -> String {
        let mut groups = self.0.assets.iter().flat_map(|assets| &assets.group);
        groups.find(|group| group.id.name == id).map_or_else(|| id.to_owned(), |group| group.title.value.clone())
    }

    pub(crate) fn artifact(self, id: &str) -> Option<&'a Series> {
        self.0.artifacts.get(id)
    }

    pub(crate) fn artifact_title(self, id: &str) -> String {
        self.artifact(id).map_or_else(|| id.to_owned(), |series| series.artifact.title.value.clone())
    }
}

/// What was written, as text; blank is nothing.
pub(crate) fn said<T: Display>(written: Option<&T>) -> Option<String> {
    written.map(|value| value.to_string().trim().to_owned()).filter(|text| !text.is_empty())
}

/// Every item as text.
pub(crate) fn each<'a, T: Display + 'a>(items: impl IntoIterator<Item = &'a T>) -> Vec<String> {
    items.into_iter().map(ToString::to_string).collect()
}

fn artifact(series: &Series, names: Names<'_>) -> Artifact {
    let written = &series.artifact;
    let newest = series.newest();
    let (size, sha256) = newest.and_then(|edition| digest_of(edition, series, names.0)).unzip();
    Artifact {
        id: written.id.to_string(),
        title: written.title.to_string(),
        kind: written.kind.to_string(),
        producer: names.party(series.producer()),
        held_by: written.held_by.as_ref().map(|holder| names.0.title_of(holder)),
        state: series.state().word().to_owned(),
        marking: said(written.marking.as_ref()),
        every: said(written.every.as_ref()),
        next_due: said(series.next_due().as_ref()),
        expires: said(written.expires.as_ref()),
        requested: said(written.requested.as_ref()),
        due: said(written.due.as_ref()),
        refused: said(written.refused.as_ref()),
        finality: written.finality.as_ref().map(finality),
        path: newest.map(|edition| edition.location.clone()).filter(|location| !location.is_empty()),
        inside: newest.is_some_and(|edition| !crate::source::is_outside(&edition.location)),
        collected: newest.and_then(|edition| said(edition.edition.collected.as_ref())),
        covers: newest.and_then(|edition| said(edition.edition.covers.as_ref())),
        size,
        sha256,
        found: newest.map_or("none", |edition| found(&edition.state)).to_owned(),
        editions: series.editions.len(),
    }
}

/// Whether an edition is a file of the repository.
pub(crate) fn lies_inside(edition: &EditionFile) -> bool {
    let location = &edition.location;
    let outside = location.starts_with('/') || location.contains("://") || location.as_bytes().get(1) == Some(&b':');
    !(outside || location.is_empty())
}

fn finality(written: &crate::model::artifact::Final) -> String {
    let mut text = format!("version {}", written.version);
    if let Some(approver) = &written.approver {
        text.extend([", approved by ", approver.as_str()]);
    }
    if let Some(date) = &written.date {
        text.extend([", ", &date.to_string()]);
    }
    text
}

/// Size and SHA-256 of an edition: as found, else as locked.
pub(crate) fn digest_of(edition: &EditionFile, series: &Series, assessment: &Assessment) -> Option<(u64, String)> {
    match &edition.state {
        EditionState::Present { size, sha256, .. } | EditionState::Pointer { size, sha256 } => {
            Some((*size, sha256.clone()))
        }
        _ => {
            let key = (series.artifact.id.name.clone(), edition.location.clone());
            let entry = assessment.lock.as_ref()?.entries.get(&key)?;
            Some((entry.size, entry.sha256.clone()))
        }
    }
}

fn found(state: &EditionState) -> &'static str {
    match state {
        EditionState::Present { .. } => "present",
        EditionState::Pointer { .. } => "pointer",
        EditionState::Missing => "missing",
        EditionState::Elsewhere(_) => "elsewhere",
        EditionState::Unreadable(_) => "unreadable",
    }
}

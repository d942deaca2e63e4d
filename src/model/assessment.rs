//! The repository as meant: every id linked, every edition digested, and what follows from that.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::artifact::{Artifact, ArtifactState, Edition};
use super::assets::{Asset, Assets, Category, Group};
use super::config::Config;
use super::crm::ProviderCrm;
use super::crypto::Crypto;
use super::incident::Incident;
use super::practice::{
    Answer, Determination, Evidence, Layer, Method, Outcome, Ownership, Practice, Responsibility, Status,
};
use super::provider::Provider;
use super::weakness::{Exception, Poam};
use super::{ArtifactSeries, Ending, Filed, Lock, LockEntry, Policy};
use crate::catalog::{self, Catalog, Requirement};
use crate::content::Content;
use crate::date::Date;
use crate::ids::{CONTRACTOR, ObjectiveId, RequirementId, Span, Spanned};
use crate::source::Files;
use crate::table::{Either, Ref};
use crate::words;

/// A root, linked.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// The standard it is judged by.
    pub catalog: &'static Catalog,
    /// Every text that was read.
    pub files: Files,
    /// `demarcate.toml`.
    pub config: Filed<Config>,
    /// The practices of the catalog that were read; where two files hold one id, the first by path.
    pub practices: BTreeMap<RequirementId, Filed<Practice>>,
    /// Practice files that could not be read at all.
    pub unread_practices: BTreeSet<RequirementId>,
    /// By id.
    pub providers: BTreeMap<String, Filed<Provider>>,
    /// By id.
    pub artifacts: BTreeMap<String, Series>,
    /// By id.
    pub poam: BTreeMap<String, Filed<Poam>>,
    /// By id.
    pub exceptions: BTreeMap<String, Filed<Exception>>,
    /// By provider.
    pub crms: BTreeMap<String, Filed<ProviderCrm>>,
    /// `assets.toml`.
    pub assets: Option<Filed<Assets>>,
    /// `incident.toml`.
    pub incident: Option<Filed<Incident>>,
    /// `crypto.toml`.
    pub crypto: Option<Filed<Crypto>>,
    /// By id.
    pub policies: BTreeMap<String, Filed<Policy>>,
    /// `evidence.lock`.
    pub lock: Option<Filed<Lock>>,
    /// Until when keys and authorities of the trust folder are good.
    pub ending: Ending,
    /// Ids of artifacts that any file names.
    pub cited: BTreeSet<String>,
    /// Kinds of things whose defining file could not be read whole, so that what is absent may only be unread.
    pub broken: BTreeSet<&'static str>,
}

/// An artifact series with the state of its editions.
#[derive(Clone, Debug)]
pub struct Series {
    /// As written.
    pub artifact: Artifact,
    /// The party of its folder.
    pub folder: String,
    /// The file that declares it.
    pub path: String,
    /// Whether that file comes from the root that this one extends.
    pub inherited: bool,
    /// Its editions in the order written.
    pub editions: Vec<EditionFile>,
}

/// An edition and what was found of it.
#[derive(Clone, Debug)]
pub struct EditionFile {
    /// As written.
    pub edition: Edition,
    /// The path or URL that the lock names it by: a path is relative to the root.
    pub location: String,
    /// What stands there.
    pub state: EditionState,
    /// What it gives away by itself, if it is a small text inside the repository.
    pub content: Content,
}

/// What was found of an edition.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EditionState {
    /// It was read.
    Present {
        /// Bytes.
        size: u64,
        /// SHA-256, 64 lower-case hex digits.
        sha256: String,
        /// What the checkout did to it, if anything.
        checkout: Checkout,
    },
    /// An LFS pointer stands where the file should be; the pointer names size and digest.
    Pointer {
        /// Bytes of the real file.
        size: u64,
        /// SHA-256 of the real file.
        sha256: String,
    },
    /// Nothing stands there.
    Missing,
    /// It lies outside the repository and cannot be read here, and why; its line in the lock decides.
    Elsewhere(String),
    /// It cannot be read, and why.
    Unreadable(String),
}

/// Whether the file on disk has the bytes that were committed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checkout {
    /// It has, or Git does not know the file.
    Faithful,
    /// Line endings or another conversion changed them; the digest is that of the blob.
    Altered,
    /// A later checkout could change them: a line-ending conversion applies to the path.
    Exposed,
}

/// An objective with what the practice says of it.
#[derive(Clone, Copy, Debug)]
pub struct ObjectiveView<'a> {
    /// Its id.
    pub id: ObjectiveId,
    /// Its entry in the catalog.
    pub catalog: &'static catalog::Objective,
    /// The practice that answers it.
    pub practice: &'a Filed<Practice>,
}

/// A party's name in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mention<'a> {
    /// The party.
    pub party: &'a str,
    /// Where its name stands, in bytes.
    pub at: Range<usize>,
}

/// An artifact that a practice names to show an objective.
#[derive(Clone, Copy, Debug)]
pub struct Citation<'a> {
    /// The part that names it.
    pub part: &'a Responsibility,
    /// Where it is named.
    pub span: Span,
    /// The artifact.
    pub series: &'a Series,
}

/// A written answer.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// The answer.
    pub answer: Answer,
    /// Where it is written.
    pub span: Span,
    /// The long form, if it is one.
    pub detail: Option<&'a Determination>,
}

impl Assessment {
    /// Every objective of every practice that was read, in the order of the standard.
    pub fn objectives(&self) -> impl Iterator<Item = ObjectiveView<'_>> {
        self.practices.iter().flat_map(|(id, practice)| self.objectives_of(*id, practice))
    }

    /// The objectives of one practice.
    pub fn objectives_of<'a>(
        &'a self,
        id: RequirementId,
        practice: &'a Filed<Practice>,
    ) -> impl Iterator<Item = ObjectiveView<'a>> {
        self.requirement(id).objectives.iter().map(move |catalog| ObjectiveView { id: catalog.id, catalog, practice })
    }

    /// The catalog's entry of a practice that was read.
    pub fn requirement(&self, id: RequirementId) -> &'static Requirement {
        self.catalog.requirement(id).expect("resolve keeps only practices of the catalog")
    }

    /// The groups of `assets.toml` that are in scope.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        let groups = self.assets.iter().flat_map(|assets| &assets.group);
        groups.filter(|group| group.in_scope.as_ref().is_none_or(|flag| flag.value))
    }

    /// Whether all assets that are listed for a group only protect others: of these only the requirements are assessed that
    /// matter for the capability that they provide (32 CFR 170.19(c)(1) Table 3).
    pub fn is_only_protection(&self, group: &Group) -> bool {
        let assets = self.assets.iter().flat_map(|assets| &assets.asset);
        let mut own = assets.filter(|asset| asset.group.as_deref() == Some(&*group.id)).peekable();
        let protects =
            |asset: &Asset| asset.category.as_ref().is_some_and(|found| found.value == Category::SecurityProtection);
        own.peek().is_some() && own.all(protects)
    }

    /// Whether a group in scope has anything that an objective applies to, as far as is written.
    pub fn applies_in(&self, group: &Group, objective: ObjectiveId) -> bool {
        !self.is_only_protection(group) && !group.exempt.iter().any(|exempt| exempt.covers(objective))
    }

    /// The names a statement may use for a party: id, name and aliases.
    pub fn names_of(&self, party: &str) -> Vec<String> {
        let mut names = vec![party.to_owned()];
        if party == CONTRACTOR {
            if let Some(organization) = &self.config.organization {
                names.push(organization.name.value.clone());
                names.extend(organization.aliases.iter().map(|alias| alias.value.clone()));
            }
        } else if let Some(provider) = self.providers.get(party) {
            names.push(provider.name.value.clone());
            names.extend(provider.aliases.iter().map(|alias| alias.value.clone()));
        }
        names
    }

    /// Every party: the contractor, then the providers by id.
    pub fn party_ids(&self) -> impl Iterator<Item = &str> {
        std::iter::once(CONTRACTOR).chain(self.providers.keys().map(String::as_str))
    }

    /// The parts of practices that a party has, practice by practice.
    pub fn duties_of<'a>(&'a self, party: &'a str) -> impl Iterator<Item = (RequirementId, &'a Responsibility)> {
        let parts = |(id, practice): (&RequirementId, &'a Filed<Practice>)| {
            let id = *id;
            practice.value.responsibility.iter().map(move |part| (id, part))
        };
        self.practices.iter().flat_map(parts).filter(move |(_, part)| *part.party == *party)
    }

    /// Whether a party is defined.
    pub fn is_party(&self, party: &str) -> bool {
        party == CONTRACTOR || self.providers.contains_key(party)
    }

    /// The names of every party, each as its words.
    pub fn party_names(&self) -> Vec<Vec<String>> {
        self.party_ids().flat_map(|party| self.names_of(party)).map(|name| words::plain_words(&name)).collect()
    }

    /// The parties that a text names by id, name or alias, in whole words and any case; a name inside a longer name
    /// of another party does not count.
    pub fn mentions<'a>(&'a self, text: &str) -> Vec<Mention<'a>> {
        let words = words::words(text);
        let of = |party: &'a str| self.names_of(party).into_iter().map(move |name| (party, name));
        let found: Vec<(&'a str, Range<usize>)> = self
            .party_ids()
            .flat_map(of)
            .flat_map(|(party, name)| {
                let places = words::places(&words, &words::plain_words(&name));
                places.into_iter().map(move |place| (party, place))
            })
            .collect();
        let inside = |place: &Range<usize>| {
            found
                .iter()
                .any(|(_, other)| other.start <= place.start && place.end <= other.end && other.len() > place.len())
        };
        let whole = found.iter().filter(|(_, place)| !inside(place));
        whole
            .map(|(party, place)| Mention { party, at: words[place.start].at.start..words[place.end - 1].at.end })
            .collect()
    }

    /// The practices of a family.
    pub fn family<'a>(
        &'a self,
        family: &'a str,
    ) -> impl Iterator<Item = (RequirementId, &'a Filed<Practice>)> + use<'a> {
        self.practices.iter().map(|(id, practice)| (*id, practice)).filter(move |(id, _)| id.family() == family)
    }

    /// What a party is called in documents.
    pub fn title_of(&self, party: &str) -> String {
        if party == CONTRACTOR {
            return self.config.organization.as_ref().map_or_else(|| "Contractor".to_owned(), |o| o.name.value.clone());
        }
        self.providers.get(party).map_or_else(|| party.to_owned(), |provider| provider.name.value.clone())
    }
}

/// What shows an objective.
impl Assessment {
    /// The artifacts that show an objective: evidence, and what inheritance rests on. Names that lead nowhere are left out.
    pub fn citations<'a>(&'a self, objective: ObjectiveView<'a>) -> impl Iterator<Item = Citation<'a>> {
        objective
            .cited()
            .filter_map(|(part, artifact)| Some((part, artifact.span, self.artifacts.get(&artifact.name)?)))
            .map(|(part, span, series)| Citation { part, span, series })
    }

    /// Whether something other than an artifact shows it: a passed interview or test, or an exception on record.
    pub fn is_shown_otherwise(&self, objective: ObjectiveView<'_>) -> bool {
        objective.methods().any(Method::shows) || self.exception_of(objective).is_some()
    }

    /// The exception or adjudication on record that an answer rests on.
    pub fn exception_of(&self, objective: ObjectiveView<'_>) -> Option<&Filed<Exception>> {
        self.exceptions.get(&objective.detail()?.exception.as_ref()?.name)
    }

    /// The POA&M items about an objective: the one that its determination names, and those that list it.
    pub fn plans(&self, objective: ObjectiveView<'_>) -> impl Iterator<Item = &Filed<Poam>> {
        let named = objective.detail().and_then(|detail| detail.poam.as_ref()).map(|poam| poam.name.clone());
        let id = objective.id.to_string();
        self.poam.values().filter(move |item| {
            named.as_ref() == Some(&item.id.name) || item.objectives.iter().any(|written| written.value == id)
        })
    }

    /// Artifacts that a met objective cites, each with the first such objective.
    pub fn cited_by_met(&self) -> BTreeMap<&str, ObjectiveId> {
        let mut cited = BTreeMap::new();
        for objective in self.objectives().filter(ObjectiveView::is_met) {
            for (_, artifact) in objective.cited() {
                cited.entry(artifact.name.as_str()).or_insert(objective.id);
            }
        }
        cited
    }

    /// Whether nothing of the files was lost in reading, so that what is not there was not written.
    pub fn is_whole(&self) -> bool {
        fn any<'a, T: 'a>(files: impl IntoIterator<Item = &'a Filed<T>>) -> bool {
            files.into_iter().any(|file| file.lost)
        }
        let single = self.config.lost || any(&self.assets) || any(&self.incident) || any(&self.crypto);
        let providers = any(self.providers.values()) || any(self.crms.values());
        let weaknesses = any(self.poam.values()) || any(self.exceptions.values());
        let practices = any(self.practices.values()) || !self.unread_practices.is_empty();
        self.broken.is_empty() && !(single || providers || weaknesses || practices)
    }

    /// Every edition with its series.
    pub fn editions(&self) -> impl Iterator<Item = (&Series, &EditionFile)> {
        self.artifacts.values().flat_map(|series| series.editions.iter().map(move |edition| (series, edition)))
    }

    /// The line of the lock for an edition.
    pub fn locked(&self, series: &Series, edition: &EditionFile) -> Option<&LockEntry> {
        self.lock.as_ref()?.entries.get(&(series.artifact.id.name.clone(), edition.location.clone()))
    }
}

impl Practice {
    /// Whether nothing has been answered yet: no responsibility, no determination, no statement.
    pub fn is_unanswered(&self) -> bool {
        self.responsibility.is_empty() && self.determinations.is_empty() && !self.has_statement()
    }

    /// Whether a statement is written.
    pub fn has_statement(&self) -> bool {
        self.statement.as_ref().is_some_and(|statement| !statement.trim().is_empty())
    }

    /// The answer to the objective of a letter.
    pub fn answered(&self, letter: char) -> Option<Answered<'_>> {
        let entry = self.determinations.get(letter.encode_utf8(&mut [0; 4]) as &str)?;
        Some(match &entry.value {
            Either::Short(answer) => Answered { answer: answer.value, span: answer.span, detail: None },
            Either::Long(detail) => {
                Answered { answer: detail.determination.value, span: detail.determination.span, detail: Some(detail) }
            }
        })
    }

    /// What the determinations add up to over these letters; an unanswered objective counts as not met.
    pub fn derived_status(&self, letters: impl Iterator<Item = char>) -> Status {
        let answers: Vec<Option<Answer>> = letters.map(|letter| self.answered(letter).map(|a| a.answer)).collect();
        let is = |answer: Answer| move |found: &Option<Answer>| *found == Some(answer);
        if answers.iter().all(is(Answer::NotApplicable)) {
            Status::NotApplicable
        } else if answers.iter().all(|a| matches!(a, Some(Answer::Met | Answer::NotApplicable))) {
            Status::Implemented
        } else if answers.iter().any(is(Answer::Met)) {
            Status::PartiallyImplemented
        } else {
            Status::Planned
        }
    }

    /// What the responsibilities add up to; `None` where there is nothing to compare.
    pub fn derived_ownership(&self, letters: impl Iterator<Item = char>) -> Option<Ownership> {
        if self.derived_status(letters) == Status::NotApplicable {
            return Some(Ownership::NotApplicable);
        }
        let contractor = self.responsibility.iter().any(Responsibility::is_contractor);
        let provider = self.responsibility.iter().any(|part| !part.is_contractor());
        match (contractor, provider) {
            (true, true) => Some(Ownership::Shared),
            (true, false) => Some(Ownership::Contractor),
            (false, true) => Some(Ownership::Provider),
            (false, false) => None,
        }
    }

    /// Whether it says or adds up to shared, and fewer than two parties have a duty in words.
    pub fn is_one_sided_share(&self, requirement: &Requirement) -> bool {
        let derived = self.derived_ownership(requirement.letters_each());
        let written = self.ownership.as_ref().map(|ownership| ownership.value);
        let shared = derived == Some(Ownership::Shared) || written == Some(Ownership::Shared);
        let mut dutiful: Vec<&str> =
            self.responsibility.iter().filter(|part| part.has_duty()).map(|part| &*part.party).collect();
        dutiful.sort_unstable();
        dutiful.dedup();
        shared && derived.is_some_and(|ownership| ownership != Ownership::NotApplicable) && dutiful.len() < 2
    }

    /// Whether somebody has a part in it, and the contractor none.
    pub fn is_given_away(&self) -> bool {
        !self.responsibility.is_empty() && self.responsibility.iter().all(|part| !part.is_contractor())
    }

    /// Whether no objective of these letters applies.
    pub fn is_not_applicable(&self, requirement: &Requirement) -> bool {
        self.derived_status(requirement.letters_each()) == Status::NotApplicable
    }

    /// The parties with a responsibility, contractor first, then by id.
    pub fn parties(&self) -> Vec<&str> {
        let mut parties: Vec<&str> = self.responsibility.iter().map(|part| &*part.party).collect();
        parties.sort_by_key(|party| (*party != CONTRACTOR, *party));
        parties.dedup();
        parties
    }
}

impl Responsibility {
    /// Whether it is the contractor's.
    pub fn is_contractor(&self) -> bool {
        &*self.party == CONTRACTOR
    }

    /// Whether a duty is written.
    pub fn has_duty(&self) -> bool {
        !self.duty.trim().is_empty()
    }

    /// Whether it answers for the objective of a letter.
    pub fn has(&self, letter: char) -> bool {
        self.objectives.iter().any(|written| is_letter(written, letter))
    }

    /// Where it names the objective of a letter; else the party.
    pub fn place_of(&self, letter: char) -> Span {
        let written = self.objectives.iter().find(|written| is_letter(written, letter));
        written.map_or(self.party.span, |written| written.span)
    }

    /// Whether both cover some scope group; unsaid means all.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.scope.is_empty() || other.scope.is_empty() || self.scope.iter().any(|group| other.in_group(group))
    }

    /// Whether it does the work, beyond writing down how it is to be done.
    pub fn works(&self) -> bool {
        [Layer::Capability, Layer::Configuration, Layer::Operation].into_iter().any(|layer| self.covers(layer))
    }

    /// Whether it covers a layer.
    pub fn covers(&self, layer: Layer) -> bool {
        self.layer.iter().any(|written| written.value == layer)
    }

    /// Whether it covers a scope group; unsaid means all.
    pub fn in_group(&self, group: &str) -> bool {
        self.scope.is_empty() || self.scope.iter().any(|written| &**written == group)
    }

    /// The evidence that shows the objective of a letter.
    pub fn evidence_for(&self, letter: char) -> impl Iterator<Item = &Evidence> {
        self.evidence.iter().filter(move |evidence| {
            if evidence.objectives.is_empty() {
                self.has(letter)
            } else {
                evidence.objectives.iter().any(|written| is_letter(written, letter))
            }
        })
    }
}

impl Method {
    /// Whether it is about the objective of a letter.
    pub fn has(&self, letter: char) -> bool {
        self.objectives.iter().any(|written| is_letter(written, letter))
    }

    /// Whether it was done and came out as expected; without day, doer and result it is planned and shows nothing.
    pub fn shows(&self) -> bool {
        self.on.is_some()
            && self.by.is_some()
            && self.result.as_ref().is_some_and(|result| result.value == Outcome::Passed)
    }
}

impl<'a> ObjectiveView<'a> {
    /// The written answer.
    pub fn answered(&self) -> Option<Answered<'a>> {
        self.practice.value.answered(self.id.letter)
    }

    /// The answer; unanswered is `None`, and counts as not met.
    pub fn answer(&self) -> Option<Answer> {
        self.answered().map(|answered| answered.answer)
    }

    /// Whether it applies to this system, answered or not.
    pub fn applies(&self) -> bool {
        self.answer() != Some(Answer::NotApplicable)
    }

    /// Whether it is determined met.
    pub fn is_met(&self) -> bool {
        self.answer() == Some(Answer::Met)
    }

    /// The responsibilities that answer for it.
    pub fn parts(&self) -> impl Iterator<Item = &'a Responsibility> + use<'a> {
        let letter = self.id.letter;
        self.practice.value.responsibility.iter().filter(move |part| part.has(letter))
    }

    /// The evidence that shows it, with the responsibility it belongs to.
    pub fn evidence(&self) -> impl Iterator<Item = (&'a Responsibility, &'a Evidence)> + use<'a> {
        let letter = self.id.letter;
        self.practice
            .value
            .responsibility
            .iter()
            .flat_map(move |part| part.evidence_for(letter).map(move |evidence| (part, evidence)))
    }

    /// The long form of the answer, if it is one.
    pub fn detail(&self) -> Option<&'a Determination> {
        self.answered()?.detail
    }

    /// The artifacts named to show it, as written: evidence, and what inheritance rests on.
    pub fn cited(&self) -> impl Iterator<Item = (&'a Responsibility, &'a Ref<ArtifactSeries>)> + use<'a> {
        let evidence = self.evidence().map(|(part, evidence)| (part, &evidence.artifact));
        let bases = self.parts().filter_map(|part| Some((part, part.inherits.as_ref()?.basis.as_ref()?)));
        evidence.chain(bases)
    }

    /// The parties that answer for it, contractor first, then by id.
    pub fn parties(&self) -> Vec<&'a str> {
        let mut parties: Vec<&str> = self.parts().map(|part| part.party.name.as_str()).collect();
        parties.sort_by_key(|party| (*party != CONTRACTOR, *party));
        parties.dedup();
        parties
    }

    /// The interviews and tests about it.
    pub fn methods(&self) -> impl Iterator<Item = &'a Method> + use<'a> {
        let letter = self.id.letter;
        self.practice.value.method.iter().filter(move |method| method.has(letter))
    }
}

impl Series {
    /// The party that makes it.
    pub fn producer(&self) -> &str {
        self.artifact.producer.as_deref().unwrap_or(&self.folder)
    }

    /// How far its collection has come; an edition implies `received`.
    pub fn state(&self) -> ArtifactState {
        let written = self.artifact.state.as_ref().map(|state| state.value);
        if self.editions.is_empty() { written.unwrap_or(ArtifactState::Planned) } else { ArtifactState::Received }
    }

    /// Whether an assessor can look at it: received, or to be seen where it is.
    pub fn is_in_hand(&self) -> bool {
        matches!(self.state(), ArtifactState::Received | ArtifactState::ViewOnly)
    }

    /// How its collection stands on a day, to stand after its name.
    pub fn standing(&self, as_of: Date) -> String {
        let since = |date: &Option<Spanned<Date>>| date.as_ref().map(|date| format!(" on {}", date.value));
        match self.state() {
            ArtifactState::Planned => "is planned and not yet asked for".to_owned(),
            ArtifactState::Requested => {
                let due = self.artifact.due.as_ref().map(|due| due.value);
                let late = match due {
                    Some(due) if due < as_of => format!(" and is overdue since {due}"),
                    Some(due) => format!(" and is due on {due}"),
                    None => String::new(),
                };
                format!("was requested{}{late}", since(&self.artifact.requested).unwrap_or_default())
            }
            ArtifactState::Received => "was received".to_owned(),
            ArtifactState::Refused => format!("was refused{}", since(&self.artifact.refused).unwrap_or_default()),
            ArtifactState::ViewOnly => "may be seen and not taken away".to_owned(),
        }
    }

    /// Where its state is written, or its id.
    pub fn state_span(&self) -> Span {
        self.artifact.state.as_ref().map_or(self.artifact.id.span, |state| state.span)
    }

    /// The newest edition by the day it was collected; of undated ones the last written.
    pub fn newest(&self) -> Option<&EditionFile> {
        self.editions.iter().max_by_key(|edition| edition.edition.collected.as_ref().map(|date| date.value))
    }

    /// The day the next edition is due.
    pub fn next_due(&self) -> Option<Date> {
        let every = self.artifact.every.as_ref()?;
        let collected = self.newest()?.edition.collected.as_ref()?;
        Some(every.after(collected.value))
    }
}

impl EditionFile {
    /// Where it is named: its path, its URL, or its table.
    pub fn span(&self) -> Span {
        let written = self.edition.path.as_ref().or(self.edition.url.as_ref());
        written.map_or(self.edition.span, |written| written.span)
    }
}

/// Whether a written objective is this letter.
pub fn is_letter(written: &str, letter: char) -> bool {
    let mut letters = written.chars();
    letters.next() == Some(letter) && letters.next().is_none()
}

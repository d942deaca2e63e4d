//! Old files beside what is there now: told by words where those suffice, else by the digests of their parts.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Past, Then, text_of};
use crate::failure::Failure;
use crate::git::Oid;
use crate::history::seen::{Name, Stamp};
use crate::history::told::{Judged, Kind};
use crate::ids::RequirementId;
use crate::material::{self, Likeness, Parts, Sketch, Words};
use crate::model::assessment::Assessment;
use crate::model::assets::Assets;
use crate::model::config::Config;
use crate::model::incident::Incident;
use crate::model::practice::Practice;
use crate::model::provider::Provider;
use crate::model::weakness::{Exception, Poam};
use crate::table::{self, Reader, Record};
use crate::trailers::WrittenReview;

/// Blobs by which it is told how their pack is laid out.
const SAMPLE: usize = 32;

/// What a practice file holds beside the practice that is there now.
#[derive(Clone)]
pub(super) enum Verdict {
    /// It is what this practice is now.
    Same(RequirementId),
    /// Only the statement of this practice is another one.
    Statement(RequirementId),
    /// This practice is another one.
    Other(RequirementId),
    /// It was parsed.
    Read(Option<Rc<Parts>>),
}

impl Verdict {
    fn of(judged: Judged) -> Self {
        match judged {
            Judged::Same(id) => Self::Same(id),
            Judged::Statement(id) => Self::Statement(id),
            Judged::Other(id) => Self::Other(id),
            Judged::Read(parts) => Self::Read(parts.map(Rc::new)),
        }
    }
}

impl Past<'_, '_> {
    /// Reads the practices that reviews speak of and that differ from those of now, newest first, by several threads;
    /// all but those of which it was told before what they are.
    pub(in crate::history) fn read_ahead(&mut self, reviews: &[(Stamp, WrittenReview)]) -> Result<(), Failure> {
        let mut wanted = self.wanted(reviews);
        wanted.retain(|(id, blob)| {
            let told = self.now_practice(*id).and_then(|now| self.told.judged((*id, now), *blob));
            let is_told = told.is_some();
            self.practices.extend(told.map(|told| (*blob, Verdict::of(told))));
            !is_told
        });
        self.learn_hints(wanted.iter().map(|(id, _)| *id));
        self.sort_by_pack(&mut wanted);
        let (now, hints) = (self.now, &self.hints);
        let verdicts = self.git.spread(&wanted, |git, (id, blob)| {
            let text = text_of(git, *blob)?;
            Ok((*id, *blob, judged(text.as_deref(), *id, hints.get(id), now)))
        });
        for verdict in verdicts {
            let (id, blob, judged) = verdict?;
            if let Some(now) = self.now_practice(id) {
                self.told.add_judged((id, now), blob, judged.clone());
            }
            self.keep(blob, judged);
        }
        Ok(())
    }

    /// The practices that reviews speak of and that differ from those of now.
    fn wanted(&self, reviews: &[(Stamp, WrittenReview)]) -> Vec<(RequirementId, Oid)> {
        let mut asked: BTreeSet<Oid> = BTreeSet::new();
        let spoken_of = reviews.iter().flat_map(|(stamp, _)| &stamp.standing.practices).copied();
        let differ =
            spoken_of.filter(|(id, blob)| self.now.practices.contains_key(id) && self.now_practice(*id) != Some(*blob));
        differ.filter(|(_, blob)| asked.insert(*blob)).collect()
    }

    /// Puts the blobs, newest first, in the order in which their pack is read with the least work: the older first where
    /// each rests on the one that was written before it, else the newer first, a practice after the other.
    fn sort_by_pack(&self, wanted: &mut [(RequirementId, Oid)]) {
        let pairs = wanted.windows(2).take(SAMPLE).map(|pair| (self.git.depth(pair[0].1), self.git.depth(pair[1].1)));
        if pairs.filter(|(newer, older)| newer > older).count() > SAMPLE * 3 / 4 {
            wanted.reverse();
        } else {
            wanted.sort_by_key(|(id, _)| *id);
        }
    }

    /// Keeps what a file that was read turned out to be.
    fn keep(&mut self, blob: Oid, judged: Judged) {
        self.read += 1;
        self.parsed += usize::from(matches!(judged, Judged::Read(_)));
        self.practices.insert(blob, Verdict::of(judged));
    }

    fn learn_hints(&mut self, ids: impl Iterator<Item = RequirementId>) {
        let now = self.now;
        for id in ids {
            if let Some(practice) = now.practices.get(&id) {
                let text = now.files.get(practice.file).map(|file| &*file.text);
                self.hints.entry(id).or_insert_with(|| Hints::of(id, practice, text));
            }
        }
    }

    pub(super) fn holds(&mut self, blob: Oid, id: RequirementId) -> Result<bool, Failure> {
        if let Some(known) = self.here.ids.get(&blob) {
            return Ok(*known == id);
        }
        Ok(match self.verdict(id, blob)? {
            Verdict::Same(found) | Verdict::Statement(found) | Verdict::Other(found) => found == id,
            Verdict::Read(parts) => parts.is_some_and(|parts| parts.id == id.to_string()),
        })
    }

    pub(super) fn verdict(&mut self, id: RequirementId, blob: Oid) -> Result<Verdict, Failure> {
        if !self.practices.contains_key(&blob) {
            self.learn_hints(std::iter::once(id));
            let text = text_of(self.git, blob)?;
            let judged = judged(text.as_deref(), id, self.hints.get(&id), self.now);
            self.keep(blob, judged);
        }
        Ok(self.practices[&blob].clone())
    }

    /// Whether a file certainly assigns other duties than the practice that stands there now.
    pub(super) fn duties_are_missing(&mut self, name: &Name, blob: Oid) -> Result<bool, Failure> {
        let Some(id) = self.here.names.get(name).copied() else { return Ok(false) };
        if let Some(known) = self.reassigned.get(&(id, blob)) {
            return Ok(*known);
        }
        self.learn_hints(std::iter::once(id));
        let text = self.text(blob)?;
        let hints = self.hints.get(&id);
        let missing = text.zip(hints).is_some_and(|(text, hints)| hints.words.duties_are_missing_in(&text));
        self.reassigned.insert((id, blob), missing);
        Ok(missing)
    }

    /// The digests of a blob's parts; `None` where it cannot be read as what it should be.
    pub(super) fn parts(&mut self, kind: Kind, blob: Oid) -> Result<Option<Rc<Parts>>, Failure> {
        if let Some(known) = self.parts.get(&(kind, blob)) {
            return Ok(known.clone());
        }
        let found = match self.told.parts(kind, blob) {
            Some(told) => told.clone(),
            None => {
                let text = self.text(blob)?;
                self.parsed += usize::from(kind != Kind::Policy);
                let found = text.and_then(|text| parts_of(kind, &text, self.now));
                self.told.add_parts(kind, blob, found.clone());
                found
            }
        };
        let found = found.map(Rc::new);
        self.parts.insert((kind, blob), found.clone());
        Ok(found)
    }
}

/// Compares a practice file with the practice that is there now: by words first, by parsing where they prove nothing.
fn judged(text: Option<&str>, id: RequirementId, hints: Option<&Hints<'_>>, now: &Assessment) -> Judged {
    let Some(text) = text else { return Judged::Read(None) };
    match hints.map_or(Likeness::Unknown, |hints| hints.likeness(text)) {
        Likeness::Unknown => Judged::Read(parts_of(Kind::Practice, text, now)),
        Likeness::Same => Judged::Same(id),
        Likeness::Statement => Judged::Statement(id),
        Likeness::Other => Judged::Other(id),
    }
}

/// What tells without parsing whether a file is the practice that is there now.
pub(super) struct Hints<'a> {
    sketch: Option<Sketch<'a>>,
    words: Words,
}

impl<'a> Hints<'a> {
    fn of(id: RequirementId, practice: &Practice, text: Option<&'a str>) -> Self {
        let sketch = text.and_then(Sketch::of).filter(|sketch| sketch.declares(&id.to_string()));
        Self { sketch, words: material::words_of_practice(id, practice) }
    }

    fn likeness(&self, text: &str) -> Likeness {
        let sketched = self.sketch.as_ref().zip(Sketch::of(text)).map(|(now, then)| then.likeness(now));
        match sketched.unwrap_or(Likeness::Unknown) {
            Likeness::Unknown if self.words.are_missing_in(text) => Likeness::Other,
            told => told,
        }
    }
}

pub(super) fn compared(then: Option<&Parts>, now: Option<&Parts>, part: &str) -> Then {
    match (then, now) {
        (None, _) => Then::Absent,
        (Some(then), Some(now)) if then.get(part) == now.get(part) => Then::Same,
        _ => Then::Other,
    }
}

fn parts_of(kind: Kind, text: &str, now: &Assessment) -> Option<Parts> {
    fn record<T: Record>(text: &str) -> Option<T> {
        table::read(text, &mut Reader::default())
    }
    match kind {
        Kind::Practice => {
            practice_of(text, now).map(|(id, practice)| material::parts_of_practice(id, &practice, now.catalog))
        }
        Kind::Rows => practice_of(text, now).map(|(id, practice)| material::parts_of_rows(id, &practice, now.catalog)),
        Kind::Provider => record(text).map(|found: Provider| material::parts_of_provider(&found)),
        Kind::Exception => record(text).map(|found: Exception| material::parts_of_exception(&found)),
        Kind::Poam => record(text).map(|found: Poam| material::parts_of_item(&found)),
        Kind::Assets => record(text).map(|found: Assets| material::parts_of_assets(&found)),
        Kind::Incident => record(text).map(|found: Incident| material::parts_of_incident(&found)),
        Kind::Config => record(text).map(|found: Config| material::parts_of_config(&found)),
        Kind::Policy => Some(material::parts_of_policy(text)),
    }
}

/// A practice of the catalog.
pub(super) fn practice_of(text: &str, now: &Assessment) -> Option<(RequirementId, Practice)> {
    let practice: Practice = table::read(text, &mut Reader::default())?;
    let id: RequirementId = practice.practice.parse().ok()?;
    let known = now.catalog.requirement(id).is_some() && id.to_string() == practice.practice.value;
    known.then_some((id, practice))
}

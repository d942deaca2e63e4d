//! The content of old revisions: compared by ids where they are equal, by words where those prove a difference, and
//! parsed where neither tells.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::seen::{FOLDERS, Name, Place, Shelf, Stamp, Standing, Whose, followed, name_of};
use super::told::{Judged, Kind, Told};
use super::{is_shared, wanted};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::git::log::Trees;
use crate::git::{Git, Oid};
use crate::ids::RequirementId;
use crate::material::{self, Likeness, Material, Parts, Practices, Rest, Sketch, Words};
use crate::model::assessment::Assessment;
use crate::model::assets::Assets;
use crate::model::config::Config;
use crate::model::history::Subject;
use crate::model::incident::Incident;
use crate::model::practice::Practice;
use crate::model::provider::Provider;
use crate::model::weakness::{Exception, Poam};
use crate::source::{Files, LARGEST_TEXT};
use crate::table::{self, Reader, Record};
use crate::trailers::WrittenReview;

/// What a subject was at an old revision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Then {
    /// It did not exist.
    Absent,
    /// What it is now.
    Same,
    /// Something else.
    Other,
}

/// Blobs by which it is told how their pack is laid out.
const SAMPLE: usize = 32;

const PRACTICES: usize = 0;
const PROVIDERS: usize = 1;
const POAM: usize = 2;
const EXCEPTIONS: usize = 3;
const POLICIES: usize = 4;

/// A root at an old revision, and the one that it extended.
#[derive(Clone)]
pub(super) struct Open<'s> {
    place: &'s Place,
    own: Option<&'s Shelf>,
    shared: Option<Rc<Shelf>>,
    base: Option<String>,
    /// Where practices most likely stood.
    practices: Option<&'s [(RequirementId, Oid)]>,
    /// Whether it is exactly what is looked at now.
    is_tip: bool,
}

impl Open<'_> {
    fn is_plain(&self) -> bool {
        self.own.is_some_and(|own| own.plain) && self.shared.as_ref().is_none_or(|shared| shared.plain)
    }

    fn assets(&self) -> Option<Oid> {
        self.own.and_then(|own| own.assets)
    }

    /// What a folder is made of: its trees, and the commit's own where links may lead anywhere.
    fn key(&self, folder: usize) -> Key {
        let shared = self.shared.as_ref().and_then(|shared| shared.folders[folder]);
        (folder, self.own.and_then(|own| own.folders[folder]), shared, (!self.is_plain()).then_some(self.place.tree))
    }
}

/// What practices cite from.
#[derive(PartialEq, Eq)]
struct Around {
    providers: Key,
    exceptions: Key,
    assets: Option<Oid>,
}

type Key = (usize, Option<Oid>, Option<Oid>, Option<Oid>);
type Listing = Rc<Vec<(Name, Oid)>>;

/// What a practice file holds beside the practice that is there now.
#[derive(Clone)]
enum Verdict {
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

/// What is known of old revisions.
pub(super) struct Past<'a, 'g> {
    git: &'g Git,
    now: &'a Assessment,
    trees: Trees<'g>,
    beside: Option<String>,
    /// The blobs of what is looked at now.
    now_files: BTreeMap<Name, Oid>,
    now_config: Option<Oid>,
    /// Which practice each file holds now, and each blob.
    now_names: BTreeMap<Name, RequirementId>,
    now_ids: BTreeMap<Oid, RequirementId>,
    now_practices: BTreeMap<RequirementId, Oid>,
    /// The root and the one it extends at the tip, and of which folders the files are what the tip holds.
    tip: Option<(Shelf, Option<Rc<Shelf>>)>,
    is_tip: [bool; 5],
    is_all_tip: bool,
    now_parts: BTreeMap<(Kind, String), Option<Rc<Parts>>>,
    hints: BTreeMap<RequirementId, Hints<'a>>,
    now_exists: BTreeMap<Subject, bool>,
    now_duties: BTreeMap<String, Rc<Material>>,
    listings: BTreeMap<usize, (Key, Listing)>,
    bases: BTreeMap<Oid, Option<String>>,
    practices: BTreeMap<Oid, Verdict>,
    parts: BTreeMap<(Kind, Oid), Option<Rc<Parts>>>,
    /// Whether a file certainly assigns other duties than a practice does now.
    reassigned: BTreeMap<(RequirementId, Oid), bool>,
    /// Which file of a folder holds an id; of each folder as it was looked at last.
    homes: BTreeMap<usize, (Key, BTreeMap<String, Option<Oid>>)>,
    /// What was cited from last, and whether a practice cited there what it cites now.
    around: Option<Around>,
    cites: BTreeMap<RequirementId, bool>,
    /// Records that several differences are told from.
    providers: BTreeMap<Oid, Option<Rc<Provider>>>,
    assets: Option<(Oid, Option<Rc<Assets>>)>,
    told: Told,
    /// How many files were read, and how many of them parsed.
    pub(super) read: usize,
    pub(super) parsed: usize,
}

impl<'a, 'g> Past<'a, 'g> {
    pub(super) fn new(git: &'g Git, now: &'a Assessment, tip: &Place, told: Told) -> Result<Self, Failure> {
        let mut past = Self {
            git,
            now,
            trees: Trees::new(git),
            beside: now.config.extends.as_ref().map(|base| base.value.clone()),
            now_files: BTreeMap::new(),
            now_config: None,
            now_names: BTreeMap::new(),
            now_ids: BTreeMap::new(),
            now_practices: BTreeMap::new(),
            tip: None,
            is_tip: [false; 5],
            is_all_tip: false,
            now_parts: BTreeMap::new(),
            hints: BTreeMap::new(),
            now_exists: BTreeMap::new(),
            now_duties: BTreeMap::new(),
            listings: BTreeMap::new(),
            bases: BTreeMap::new(),
            practices: BTreeMap::new(),
            parts: BTreeMap::new(),
            reassigned: BTreeMap::new(),
            homes: BTreeMap::new(),
            around: None,
            cites: BTreeMap::new(),
            providers: BTreeMap::new(),
            assets: None,
            told,
            read: 0,
            parsed: 0,
        };
        past.learn_now(tip)?;
        Ok(past)
    }

    /// How many trees were decoded.
    pub(super) fn trees_read(&self) -> usize {
        self.trees.read
    }

    /// Finds the blobs of what is looked at now, which may be a work tree that differs from the tip.
    fn learn_now(&mut self, tip: &Place) -> Result<(), Failure> {
        let own = Shelf::of(self.git, &mut self.trees, tip, "")?;
        let shared = self.shared_at(tip, self.beside.clone().as_deref())?;
        let open = Open {
            place: tip,
            own: own.as_ref(),
            shared: shared.clone(),
            base: self.beside.clone(),
            practices: None,
            is_tip: true,
        };
        let mut at_tip: BTreeMap<Name, Oid> = BTreeMap::new();
        for folder in 0..FOLDERS.len() {
            at_tip.extend(self.folder(&open, folder)?.iter().cloned());
        }
        for (whose, shelf) in [(Whose::Own, own.as_ref()), (Whose::Shared, shared.as_deref())] {
            at_tip.extend(shelf.into_iter().flat_map(|shelf| single_files(whose, shelf)));
        }
        self.learn_files(self.now, &at_tip);
        for (folder, name) in FOLDERS.iter().enumerate() {
            self.is_tip[folder] = files_of(&self.now_files, name).eq(files_of(&at_tip, name));
        }
        let names =
            self.now.practices.iter().map(|(id, practice)| (name_of(&practice.path, self.beside.as_deref()), *id));
        self.now_names = names.collect();
        let ids = self.now_names.iter().filter_map(|(name, id)| Some((*self.now_files.get(name)?, *id)));
        self.now_practices = ids.map(|(blob, id)| (id, blob)).collect();
        self.now_ids = self.now_practices.iter().map(|(id, blob)| (*blob, *id)).collect();
        self.is_all_tip = self.now_files == at_tip;
        self.now_config = self.now_files.get(&(Whose::Own, "demarcate.toml".to_owned())).copied();
        self.tip = own.map(|own| (own, shared));
        Ok(())
    }

    fn learn_files(&mut self, now: &Assessment, at_tip: &BTreeMap<Name, Oid>) {
        let files: &Files = &now.files;
        for (_, file) in files.iter() {
            let name = name_of(&file.path, self.beside.as_deref());
            let matters = if name.0 == Whose::Own { wanted } else { is_shared };
            if matters(&name.1)
                && let Some(id) = self.blob_of(&file.text, at_tip.get(&name))
            {
                self.now_files.insert(name, id);
            }
        }
    }

    /// The blob that a text has; one whose line endings were converted on the way out counts as what was committed.
    fn blob_of(&self, text: &str, at_tip: Option<&Oid>) -> Option<Oid> {
        let id = self.git.blob_id(text.as_bytes())?;
        let Some(at_tip) = at_tip.filter(|tip| **tip != id && text.contains('\r')) else { return Some(id) };
        let committed = self.git.blob_id(text.replace("\r\n", "\n").as_bytes())?;
        Some(if committed == *at_tip { committed } else { id })
    }

    fn shared_at(&mut self, place: &Place, base: Option<&str>) -> Result<Option<Rc<Shelf>>, Failure> {
        let shelf = base.map(|base| Shelf::of(self.git, &mut self.trees, place, base)).transpose()?.flatten();
        Ok(shelf.map(Rc::new))
    }

    /// A root as it stood, with the root that it extended then.
    pub(super) fn open<'s>(&mut self, standing: &'s Standing) -> Result<Open<'s>, Failure> {
        let base = match standing.own.as_ref().and_then(|own| own.config) {
            Some(config) => self.extends(config)?,
            None => None,
        };
        let as_now = base == self.beside;
        let shared = if as_now {
            standing.shared.as_deref().cloned().map(Rc::new)
        } else {
            self.shared_at(&standing.place, base.as_deref())?
        };
        let practices = as_now.then_some(&*standing.practices);
        let own = standing.own.as_ref();
        let mut open = Open { place: &standing.place, own, shared, base, practices, is_tip: false };
        let of_tip = self.tip.as_ref().filter(|_| self.is_all_tip && open.is_plain());
        open.is_tip = of_tip.is_some_and(|tip| own.is_some_and(|own| own.tree == tip.0.tree) && open.shared == tip.1);
        Ok(open)
    }

    /// The root that this `demarcate.toml` extends.
    fn extends(&mut self, config: Oid) -> Result<Option<String>, Failure> {
        if self.now_config.is_none_or(|now| now == config) {
            return Ok(self.beside.clone());
        }
        if let Some(known) = self.bases.get(&config) {
            return Ok(known.clone());
        }
        let text = self.text(config)?;
        // The word has to stand there for the key to be there.
        let base = text.filter(|text| text.contains("extends") || text.contains('\\')).and_then(|text| {
            self.parsed += 1;
            table::read::<Config>(&text, &mut Reader::default())?.extends.map(|base| base.value)
        });
        self.bases.insert(config, base.clone());
        Ok(base)
    }

    /// Reads the practices that reviews speak of and that differ from those of now, newest first, by several threads;
    /// all but those of which it was told before what they are.
    pub(super) fn read_ahead(&mut self, reviews: &[(Stamp, WrittenReview)]) -> Result<(), Failure> {
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

    /// Keeps for the next run what was told of old files.
    pub(super) fn keep_told(self, cache: &Cache) {
        let (practices, parts) = (self.now_practices, self.parts);
        self.told.keep(
            cache,
            |id, now| practices.get(&id) == Some(&now),
            |kind, blob| parts.contains_key(&(kind, blob)),
        );
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

    /// The blob of a practice now.
    fn now_practice(&self, id: RequirementId) -> Option<Oid> {
        self.now_practices.get(&id).copied()
    }

    /// What a subject was there, compared with what it is now.
    pub(super) fn at(&mut self, open: &Open<'_>, subject: &Subject) -> Result<Then, Failure> {
        let Some(own) = open.own.filter(|own| own.config.is_some()) else { return Ok(Then::Absent) };
        if open.is_tip {
            return Ok(self.same(subject));
        }
        match subject {
            Subject::Practice(id) => self.practice_at(open, *id),
            Subject::Ssp => self.rows_at(open, "status", own.config),
            Subject::Crm => self.rows_at(open, "matrix", None),
            Subject::Scope => self.single(own.assets, "assets.toml", Kind::Assets, subject),
            Subject::Incident => self.single(own.incident, "incident.toml", Kind::Incident, subject),
            Subject::Poam => self.items_at(open, subject),
            Subject::Policy(id) => self.policy_at(open, id, subject),
            Subject::Provider(id) => self.provider_at(open, id, "", subject),
            Subject::Personnel(id) => self.provider_at(open, id, "people", subject),
        }
    }

    fn same(&mut self, subject: &Subject) -> Then {
        if let Some(known) = self.now_exists.get(subject) {
            return if *known { Then::Same } else { Then::Absent };
        }
        self.now_exists.insert(subject.clone(), material::exists(self.now, subject));
        self.same(subject)
    }

    fn single(&mut self, blob: Option<Oid>, path: &str, kind: Kind, subject: &Subject) -> Result<Then, Failure> {
        let Some(blob) = blob else { return Ok(Then::Absent) };
        if self.now_files.get(&(Whose::Own, path.to_owned())) == Some(&blob) {
            return Ok(self.same(subject));
        }
        let then = self.parts(kind, blob)?;
        let now = self.now_parts(kind, "");
        Ok(compared(then.as_deref(), now.as_deref(), ""))
    }

    /// Whether the files of a folder are what they are now.
    fn folder_is_the_same(&self, open: &Open<'_>, folder: usize) -> bool {
        let Some((own, shared)) = self.tip.as_ref().filter(|_| self.is_tip[folder] && open.is_plain()) else {
            return false;
        };
        let of = |shelf: Option<&Shelf>| shelf.and_then(|shelf| shelf.folders[folder]);
        let plain = own.plain && shared.as_ref().is_none_or(|shared| shared.plain);
        plain && of(Some(own)) == of(open.own) && of(shared.as_deref()) == of(open.shared.as_deref())
    }

    /// The files of a folder, the root's own first.
    fn folder(&mut self, open: &Open<'_>, folder: usize) -> Result<Listing, Failure> {
        let key = open.key(folder);
        if let Some((known, listing)) = self.listings.get(&folder)
            && *known == key
        {
            return Ok(Rc::clone(listing));
        }
        let mut files = Vec::new();
        self.list(Whose::Own, open.own, open.place, "", folder, &mut files)?;
        if let Some(base) = &open.base {
            self.list(Whose::Shared, open.shared.as_deref(), open.place, base, folder, &mut files)?;
        }
        let listing = Rc::new(files);
        self.listings.insert(folder, (key, Rc::clone(&listing)));
        Ok(listing)
    }

    fn list(
        &mut self,
        whose: Whose,
        shelf: Option<&Shelf>,
        place: &Place,
        base: &str,
        folder: usize,
        files: &mut Vec<(Name, Oid)>,
    ) -> Result<(), Failure> {
        let Some(tree) = shelf.and_then(|shelf| shelf.folders[folder]) else { return Ok(()) };
        let matters = if whose == Whose::Own { wanted } else { is_shared };
        for (name, entry) in self.trees.files(tree, |name| !name.contains('/'))? {
            let path = format!("{}/{name}", FOLDERS[folder]);
            if !matters(&path) {
                continue;
            }
            let full = place.path(&format!("{base}/{path}")).unwrap_or_default();
            if let Some(blob) = followed(self.git, &mut self.trees, place.tree, &full, entry)? {
                files.push(((whose, path), blob));
            }
        }
        Ok(())
    }

    fn practice_at(&mut self, open: &Open<'_>, id: RequirementId) -> Result<Then, Failure> {
        let Some(blob) = self.practice_in(open, id)? else { return Ok(Then::Absent) };
        if self.now_practice(id) != Some(blob) {
            let is_the_same = match self.verdict(id, blob)? {
                Verdict::Same(_) => true,
                Verdict::Read(Some(then)) => {
                    let now = self.now_parts(Kind::Practice, &id.to_string());
                    compared(Some(&then), now.as_deref(), "") == Then::Same
                }
                _ => false,
            };
            if !is_the_same {
                return Ok(Then::Other);
            }
        }
        let around = Around { providers: open.key(PROVIDERS), exceptions: open.key(EXCEPTIONS), assets: open.assets() };
        if self.around.as_ref() != Some(&around) {
            self.around = Some(around);
            self.cites.clear();
        }
        let known = self.cites.get(&id).copied();
        let same = known.map_or_else(|| self.cites_the_same(open, id), Ok)?;
        self.cites.insert(id, same);
        Ok(if same { Then::Same } else { Then::Other })
    }

    /// The file that holds a practice: where it stands now, where its id says, else wherever it is.
    fn practice_in(&mut self, open: &Open<'_>, id: RequirementId) -> Result<Option<Oid>, Failure> {
        let likely = open.practices.and_then(|practices| {
            let at = practices.binary_search_by_key(&id, |(known, _)| *known).ok()?;
            Some(practices[at].1)
        });
        if let Some(likely) = likely
            && self.holds(likely, id)?
        {
            return Ok(Some(likely));
        }
        let now = self.now.practices.get(&id).map(|practice| name_of(&practice.path, self.beside.as_deref()));
        let usual = (Whose::Own, id.path());
        let listing = self.folder(open, PRACTICES)?;
        let first = [now.as_ref(), Some(&usual)].into_iter().flatten();
        let first = first.filter_map(|name| listing.iter().find(|(known, _)| known == name));
        for (_, blob) in first.chain(listing.iter()) {
            if self.holds(*blob, id)? {
                return Ok(Some(*blob));
            }
        }
        Ok(None)
    }

    fn holds(&mut self, blob: Oid, id: RequirementId) -> Result<bool, Failure> {
        if let Some(known) = self.now_ids.get(&blob) {
            return Ok(*known == id);
        }
        Ok(match self.verdict(id, blob)? {
            Verdict::Same(found) | Verdict::Statement(found) | Verdict::Other(found) => found == id,
            Verdict::Read(parts) => parts.is_some_and(|parts| parts.id == id.to_string()),
        })
    }

    fn verdict(&mut self, id: RequirementId, blob: Oid) -> Result<Verdict, Failure> {
        if !self.practices.contains_key(&blob) {
            self.learn_hints(std::iter::once(id));
            let text = text_of(self.git, blob)?;
            let judged = judged(text.as_deref(), id, self.hints.get(&id), self.now);
            self.keep(blob, judged);
        }
        Ok(self.practices[&blob].clone())
    }

    /// Whether the groups, parts of providers and exceptions that a practice cites now are what they were.
    fn cites_the_same(&mut self, open: &Open<'_>, id: RequirementId) -> Result<bool, Failure> {
        let now = self.now;
        let Some(practice) = now.practices.get(&id) else { return Ok(false) };
        if !self.groups_are_the_same(open, practice)? {
            return Ok(false);
        }
        if !self.folder_is_the_same(open, PROVIDERS) {
            for provider in material::providers_of(practice) {
                if !self.cited_is_the_same(open, practice, provider)? {
                    return Ok(false);
                }
            }
        }
        if !self.folder_is_the_same(open, EXCEPTIONS) {
            for exception in material::exceptions_of(practice) {
                let blob = self.home_of(open, EXCEPTIONS, exception)?;
                if !self.is_now(blob, now.exceptions.get(exception).map(|found| found.path.as_str())) {
                    let then = blob.map(|blob| self.parts(Kind::Exception, blob)).transpose()?.flatten();
                    let now = self.now_parts(Kind::Exception, exception);
                    if then.as_ref().map(|then| then.get("")) != now.as_ref().map(|now| now.get("")) {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    fn is_now(&self, blob: Option<Oid>, path: Option<&str>) -> bool {
        let now = path.and_then(|path| self.now_files.get(&name_of(path, self.beside.as_deref())));
        now.copied() == blob
    }

    fn groups_are_the_same(&mut self, open: &Open<'_>, practice: &Practice) -> Result<bool, Failure> {
        let blob = open.assets();
        let named: BTreeSet<&str> =
            practice.responsibility.iter().flat_map(|part| &part.scope).map(|group| &**group).collect();
        if named.is_empty() || self.is_now(blob, Some("assets.toml")) {
            return Ok(true);
        }
        let then = blob.map(|blob| self.parts(Kind::Assets, blob)).transpose()?.flatten();
        let now = self.now_parts(Kind::Assets, "");
        let is_the_same = |group: &str| {
            let part = format!("group {group}");
            then.as_ref().and_then(|then| then.get(&part)) == now.as_ref().and_then(|now| now.get(&part))
        };
        Ok(named.into_iter().all(is_the_same))
    }

    fn cited_is_the_same(&mut self, open: &Open<'_>, practice: &Practice, provider: &str) -> Result<bool, Failure> {
        let blob = self.home_of(open, PROVIDERS, provider)?;
        if self.is_now(blob, self.now.providers.get(provider).map(|found| found.path.as_str())) {
            return Ok(true);
        }
        let then = blob.map(|blob| self.parts(Kind::Provider, blob)).transpose()?.flatten();
        let now = self.now_parts(Kind::Provider, provider);
        let cited = material::parts_cited_of(practice, provider);
        let (then, now) = (then.as_deref(), now.as_deref());
        let is_the_same = |part: &String| then.and_then(|then| then.get(part)) == now.and_then(|now| now.get(part));
        Ok(cited.iter().all(is_the_same))
    }

    /// The file of a folder that holds an id: where it stands now, where its id says, else wherever it is.
    fn home_of(&mut self, open: &Open<'_>, folder: usize, id: &str) -> Result<Option<Oid>, Failure> {
        let key = open.key(folder);
        let known = self.homes.get(&folder).filter(|(known, _)| *known == key).and_then(|(_, ids)| ids.get(id));
        if let Some(known) = known {
            return Ok(*known);
        }
        let now = match folder {
            PROVIDERS => self.now.providers.get(id).map(|found| found.path.as_str()),
            _ => self.now.exceptions.get(id).map(|found| found.path.as_str()),
        };
        let now = now.map(|path| name_of(path, self.beside.as_deref()));
        let usual = (Whose::Own, format!("{}/{id}.toml", FOLDERS[folder]));
        let listing = self.folder(open, folder)?;
        let first = [now, Some(usual)].into_iter().flatten();
        let first: Vec<&(Name, Oid)> =
            first.filter_map(|name| listing.iter().find(|(known, _)| *known == name)).collect();
        let mut found = None;
        for (name, blob) in
            first.into_iter().chain(listing.iter()).filter(|((_, path), _)| !path.ends_with(".crm.toml"))
        {
            if self.id_in(folder, name, *blob)?.as_deref() == Some(id) {
                found = Some(*blob);
                break;
            }
        }
        let (known, ids) = self.homes.entry(folder).or_insert_with(|| (key, BTreeMap::new()));
        if *known != key {
            (*known, *ids) = (key, BTreeMap::new());
        }
        ids.insert(id.to_owned(), found);
        Ok(found)
    }

    /// The id that a provider's or exception's file declares.
    fn id_in(&mut self, folder: usize, name: &Name, blob: Oid) -> Result<Option<String>, Failure> {
        if self.now_files.get(name) == Some(&blob) {
            let is_it = |path: &str| name_of(path, self.beside.as_deref()) == *name;
            let known = match folder {
                PROVIDERS => self.now.providers.iter().find(|(_, found)| is_it(&found.path)).map(|(id, _)| id),
                _ => self.now.exceptions.iter().find(|(_, found)| is_it(&found.path)).map(|(id, _)| id),
            };
            if let Some(known) = known {
                return Ok(Some(known.clone()));
            }
        }
        let kind = if folder == PROVIDERS { Kind::Provider } else { Kind::Exception };
        Ok(self.parts(kind, blob)?.map(|parts| parts.id.clone()))
    }

    fn provider_at(&mut self, open: &Open<'_>, id: &str, part: &str, subject: &Subject) -> Result<Then, Failure> {
        if self.folder_is_the_same(open, PROVIDERS) {
            return Ok(self.same(subject));
        }
        let Some(blob) = self.home_of(open, PROVIDERS, id)? else { return Ok(Then::Absent) };
        if self.is_now(Some(blob), self.now.providers.get(id).map(|found| found.path.as_str())) {
            return Ok(self.same(subject));
        }
        let then = self.parts(Kind::Provider, blob)?;
        let now = self.now_parts(Kind::Provider, id);
        Ok(compared(then.as_deref(), now.as_deref(), part))
    }

    fn policy_at(&mut self, open: &Open<'_>, id: &str, subject: &Subject) -> Result<Then, Failure> {
        if self.folder_is_the_same(open, POLICIES) {
            return Ok(self.same(subject));
        }
        let Some(blob) = self.policy_in(open, id)? else { return Ok(Then::Absent) };
        if self.is_now(Some(blob), self.now.policies.get(id).map(|found| found.path.as_str())) {
            return Ok(self.same(subject));
        }
        let then = self.parts(Kind::Policy, blob)?;
        let now = self.now_parts(Kind::Policy, id);
        Ok(compared(then.as_deref(), now.as_deref(), ""))
    }

    fn policy_in(&mut self, open: &Open<'_>, id: &str) -> Result<Option<Oid>, Failure> {
        let path = format!("policies/{id}.md");
        let listing = self.folder(open, POLICIES)?;
        Ok(listing.iter().find(|((_, known), _)| *known == path).map(|(_, blob)| *blob))
    }

    /// The plan of action: every item by its id.
    fn items_at(&mut self, open: &Open<'_>, subject: &Subject) -> Result<Then, Failure> {
        if self.folder_is_the_same(open, POAM) {
            return Ok(self.same(subject));
        }
        let mut then = BTreeMap::new();
        for (_, blob) in self.folder(open, POAM)?.iter() {
            if let Some(parts) = self.parts(Kind::Poam, *blob)? {
                then.entry(parts.id.clone()).or_insert_with(|| parts.get("").copied());
            }
        }
        let ids: Vec<&String> = self.now.poam.keys().collect();
        let now: BTreeMap<String, _> = ids
            .into_iter()
            .map(|id| (id.clone(), self.now_parts(Kind::Poam, id).and_then(|parts| parts.get("").copied())))
            .collect();
        Ok(if then == now { Then::Same } else { Then::Other })
    }

    /// A part of every practice, and the head of the plan where `config` is given; the first difference ends it.
    fn rows_at(&mut self, open: &Open<'_>, part: &str, config: Option<Oid>) -> Result<Then, Failure> {
        if let Some(config) = config.filter(|config| self.now_config != Some(*config)) {
            let then = self.parts(Kind::Config, config)?;
            let now = self.now_parts(Kind::Config, "");
            if then.as_ref().and_then(|then| then.get("")) != now.as_ref().and_then(|now| now.get("")) {
                return Ok(Then::Other);
            }
        }
        if self.folder_is_the_same(open, PRACTICES) {
            return Ok(Then::Same);
        }
        let mut ids = BTreeSet::new();
        for (name, blob) in self.folder(open, PRACTICES)?.iter() {
            let is_now = self.now_files.get(name) == Some(blob);
            if let Some(id) = self.now_names.get(name).filter(|_| is_now) {
                ids.insert(id.to_string());
                continue;
            }
            if let Some(id) = self.now_names.get(name).copied()
                && matches!(self.verdict(id, *blob)?, Verdict::Same(found) | Verdict::Statement(found) if found == id)
            {
                ids.insert(id.to_string());
                continue;
            }
            if part == "matrix" && self.duties_are_missing(name, *blob)? {
                return Ok(Then::Other);
            }
            let Some(then) = self.parts(Kind::Rows, *blob)? else { continue };
            if ids.insert(then.id.clone())
                && compared(Some(&then), self.now_parts(Kind::Rows, &then.id).as_deref(), part) != Then::Same
            {
                return Ok(Then::Other);
            }
        }
        Ok(if ids.len() == self.now.practices.len() { Then::Same } else { Then::Other })
    }

    /// Whether a file certainly assigns other duties than the practice that stands there now.
    fn duties_are_missing(&mut self, name: &Name, blob: Oid) -> Result<bool, Failure> {
        let Some(id) = self.now_names.get(name).copied() else { return Ok(false) };
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

    /// What differs between the duties that a provider had and those that it has; `None` where there was no root.
    pub(super) fn duties(&mut self, standing: &Standing, provider: &str) -> Result<Option<Vec<String>>, Failure> {
        let open = self.open(standing)?;
        if open.own.is_none_or(|own| own.config.is_none()) {
            return Ok(None);
        }
        if self.folder_is_the_same(&open, PRACTICES) && self.folder_is_the_same(&open, PROVIDERS) {
            return Ok(Some(Vec::new()));
        }
        let mut kept = Kept::default();
        self.keep_practices(&open, Some(provider), &mut kept)?;
        self.keep_provider(&open, provider, &mut kept)?;
        let then = material::of_duties(provider, &kept.practices(), &kept.rest(self.now));
        Ok(Some(material::differences(&then, &self.now_duties(provider))))
    }

    fn now_duties(&mut self, provider: &str) -> Rc<Material> {
        let now = self.now;
        let found = self.now_duties.entry(provider.to_owned()).or_insert_with(|| {
            let practices = now.practices.iter().map(|(id, practice)| (*id, &practice.value)).collect();
            Rc::new(material::of_duties(provider, &practices, &Rest::from(now)))
        });
        Rc::clone(found)
    }

    /// The digests of a blob's parts; `None` where it cannot be read as what it should be.
    fn parts(&mut self, kind: Kind, blob: Oid) -> Result<Option<Rc<Parts>>, Failure> {
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

    /// The same of what is looked at now.
    fn now_parts(&mut self, kind: Kind, id: &str) -> Option<Rc<Parts>> {
        if let Some(known) = self.now_parts.get(&(kind, id.to_owned())) {
            return known.clone();
        }
        let now = self.now;
        let found = match kind {
            Kind::Practice | Kind::Rows => id.parse().ok().and_then(|id: RequirementId| {
                let of = if kind == Kind::Rows { material::parts_of_rows } else { material::parts_of_practice };
                Some(of(id, now.practices.get(&id)?, now.catalog))
            }),
            Kind::Provider => now.providers.get(id).map(|found| material::parts_of_provider(found)),
            Kind::Exception => now.exceptions.get(id).map(|found| material::parts_of_exception(found)),
            Kind::Poam => now.poam.get(id).map(|found| material::parts_of_item(found)),
            Kind::Assets => now.assets.as_ref().map(|found| material::parts_of_assets(found)),
            Kind::Incident => now.incident.as_ref().map(|found| material::parts_of_incident(found)),
            Kind::Config => Some(material::parts_of_config(&now.config)),
            Kind::Policy => now.policies.get(id).map(|found| material::parts_of_policy(&found.text)),
        };
        let found = found.map(Rc::new);
        self.now_parts.insert((kind, id.to_owned()), found.clone());
        found
    }

    fn text(&mut self, blob: Oid) -> Result<Option<String>, Failure> {
        self.read += 1;
        text_of(self.git, blob)
    }

    /// What differs between a subject as it stood and as it is now, in words.
    pub(super) fn differences(&mut self, standing: &Standing, subject: &Subject) -> Result<Vec<String>, Failure> {
        let open = self.open(standing)?;
        let then = self.material(&open, subject)?;
        Ok(then
            .zip(material::of(self.now, subject))
            .map_or_else(Vec::new, |(then, now)| material::differences(&then, &now)))
    }

    /// The material of a subject as it stood, in full.
    fn material(&mut self, open: &Open<'_>, subject: &Subject) -> Result<Option<Material>, Failure> {
        let mut kept = Kept::default();
        match subject {
            Subject::Practice(id) => {
                let Some(practice) = self.practice_in(open, *id)? else { return Ok(None) };
                let Some(practice) = self.record::<Practice>(practice)? else { return Ok(None) };
                self.keep_cited(open, &practice, &mut kept)?;
                kept.practices.insert(*id, Cow::Owned(practice));
            }
            Subject::Ssp | Subject::Crm => {
                kept.config = self.record_of(open.own.and_then(|own| own.config))?;
                self.keep_practices(open, None, &mut kept)?;
            }
            Subject::Scope => kept.assets = self.assets_record(open.assets())?,
            Subject::Incident => kept.incident = self.record_of(open.own.and_then(|own| own.incident))?,
            Subject::Poam => {
                for (_, blob) in self.folder(open, POAM)?.iter() {
                    kept.poam.extend(self.record::<Poam>(*blob)?);
                }
            }
            Subject::Policy(id) => {
                let blob = self.policy_in(open, id)?;
                let text = blob.map(|blob| self.text(blob)).transpose()?.flatten();
                kept.policies.extend(text.map(|text| (id.clone(), text)));
            }
            Subject::Provider(id) | Subject::Personnel(id) => self.keep_provider(open, id, &mut kept)?,
        }
        Ok(material::of_records(subject, &kept.practices(), &kept.rest(self.now)))
    }

    fn keep_cited(&mut self, open: &Open<'_>, practice: &Practice, kept: &mut Kept<'_>) -> Result<(), Failure> {
        kept.assets = self.assets_record(open.assets())?;
        for provider in material::providers_of(practice) {
            self.keep_provider(open, provider, kept)?;
        }
        for id in material::exceptions_of(practice) {
            if let Some(found) = self.home_of(open, EXCEPTIONS, id)? {
                let found = self.record::<Exception>(found)?;
                kept.exceptions.extend(found.map(|found| (id.to_owned(), found)));
            }
        }
        Ok(())
    }

    fn keep_provider(&mut self, open: &Open<'_>, id: &str, kept: &mut Kept<'_>) -> Result<(), Failure> {
        if let Some(found) = self.home_of(open, PROVIDERS, id)? {
            let found = self.provider_record(id, found)?;
            kept.providers.extend(found.map(|found| (id.to_owned(), found)));
        }
        Ok(())
    }

    fn provider_record(&mut self, id: &str, blob: Oid) -> Result<Option<Rc<Provider>>, Failure> {
        if let Some(known) = self.providers.get(&blob) {
            return Ok(known.clone());
        }
        let now = self.now.providers.get(id).filter(|now| self.is_now(Some(blob), Some(&now.path)));
        let found = match now {
            Some(now) => Some(now.value.clone()),
            None => self.record(blob)?,
        };
        let found = found.map(Rc::new);
        self.providers.insert(blob, found.clone());
        Ok(found)
    }

    fn assets_record(&mut self, blob: Option<Oid>) -> Result<Option<Rc<Assets>>, Failure> {
        let Some(blob) = blob else { return Ok(None) };
        if let Some((_, known)) = self.assets.as_ref().filter(|(known, _)| *known == blob) {
            return Ok(known.clone());
        }
        let found = match self.now.assets.as_ref().filter(|_| self.is_now(Some(blob), Some("assets.toml"))) {
            Some(now) => Some(now.value.clone()),
            None => self.record(blob)?,
        };
        let found = found.map(Rc::new);
        self.assets = Some((blob, found.clone()));
        Ok(found)
    }

    /// Keeps the practices, or those in which a party has a part.
    fn keep_practices(&mut self, open: &Open<'_>, party: Option<&str>, kept: &mut Kept<'a>) -> Result<(), Failure> {
        let now = self.now;
        for (name, blob) in self.folder(open, PRACTICES)?.iter() {
            let known = self.now_names.get(name).filter(|_| self.now_files.get(name) == Some(blob)).copied();
            if let Some(id) = known {
                kept.practices.entry(id).or_insert(Cow::Borrowed(&now.practices[&id].value));
                continue;
            }
            // A party that is not named in a file, and hidden behind no escape, has no part in it.
            let may_hold = |text: &String| party.is_none_or(|party| text.contains(party)) || text.contains('\\');
            let Some(text) = self.text(*blob)?.filter(may_hold) else { continue };
            self.parsed += 1;
            if let Some((id, practice)) = practice_of(&text, now) {
                kept.practices.entry(id).or_insert(Cow::Owned(practice));
            }
        }
        Ok(())
    }

    fn record_of<T: Record>(&mut self, blob: Option<Oid>) -> Result<Option<T>, Failure> {
        blob.map(|blob| self.record(blob)).transpose().map(Option::flatten)
    }

    fn record<T: Record>(&mut self, blob: Oid) -> Result<Option<T>, Failure> {
        self.parsed += 1;
        let text = self.text(blob)?;
        Ok(text.and_then(|text| table::read(&text, &mut Reader::default())))
    }
}

/// Old records in full.
#[derive(Default)]
struct Kept<'a> {
    config: Option<Config>,
    assets: Option<Rc<Assets>>,
    incident: Option<Incident>,
    poam: Vec<Poam>,
    policies: BTreeMap<String, String>,
    providers: BTreeMap<String, Rc<Provider>>,
    exceptions: BTreeMap<String, Exception>,
    practices: BTreeMap<RequirementId, Cow<'a, Practice>>,
}

impl Kept<'_> {
    fn practices(&self) -> Practices<'_> {
        self.practices.iter().map(|(id, practice)| (*id, &**practice)).collect()
    }

    fn rest(&self, now: &Assessment) -> Rest<'_> {
        let mut poam: BTreeMap<&str, &Poam> = BTreeMap::new();
        for item in &self.poam {
            poam.entry(&*item.id).or_insert(item);
        }
        Rest {
            catalog: now.catalog,
            config: self.config.as_ref(),
            assets: self.assets.as_deref(),
            incident: self.incident.as_ref(),
            poam: poam.into_values().collect(),
            policies: self.policies.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect(),
            providers: self.providers.iter().map(|(id, found)| (id.as_str(), &**found)).collect(),
            exceptions: self.exceptions.iter().map(|(id, found)| (id.as_str(), found)).collect(),
        }
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
struct Hints<'a> {
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

fn compared(then: Option<&Parts>, now: Option<&Parts>, part: &str) -> Then {
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
fn practice_of(text: &str, now: &Assessment) -> Option<(RequirementId, Practice)> {
    let practice: Practice = table::read(text, &mut Reader::default())?;
    let id: RequirementId = practice.practice.parse().ok()?;
    let known = now.catalog.requirement(id).is_some() && id.to_string() == practice.practice.value;
    known.then_some((id, practice))
}

/// The text of a blob, if it is one that is read.
fn text_of(git: &Git, blob: Oid) -> Result<Option<String>, Failure> {
    git.require([blob])?;
    let bytes = git.blob(blob)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= LARGEST_TEXT).and_then(|bytes| String::from_utf8(bytes).ok()))
}

fn files_of<'f>(files: &'f BTreeMap<Name, Oid>, folder: &'f str) -> impl Iterator<Item = (&'f Name, &'f Oid)> {
    files.iter().filter(move |((_, path), _)| path.split_once('/').is_some_and(|(above, _)| above == folder))
}

fn single_files(whose: Whose, shelf: &Shelf) -> impl Iterator<Item = (Name, Oid)> {
    let own = |blob: Option<Oid>| blob.filter(|_| whose == Whose::Own);
    let files =
        [("demarcate.toml", shelf.config), ("assets.toml", own(shelf.assets)), ("incident.toml", own(shelf.incident))];
    files.into_iter().filter_map(move |(name, blob)| Some(((whose, name.to_owned()), blob?)))
}

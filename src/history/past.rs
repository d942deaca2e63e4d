//! The content of old revisions: compared by ids where they are equal, by words where those prove a difference, and
//! parsed where neither tells.

mod cited;
mod full;
mod judged;
mod now;
mod subject;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::affirmed::stem;
use super::seen::{FOLDERS, Name, Place, Shelf, Standing, Whose, followed};
use super::told::{Kind, Told};
use super::{is_shared, wanted};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::git::log::Trees;
use crate::git::{Git, Oid};
use crate::ids::RequirementId;
use crate::material::{Material, Parts};
use crate::model::assessment::Assessment;
use crate::model::assets::Assets;
use crate::model::config::Config;
use crate::model::history::Subject;
use crate::model::provider::Provider;
use crate::source::LARGEST_TEXT;
use crate::table::{self, Reader, Record};
use cited::Around;
pub(super) use full::{Accepting, Digests, Entered};
use judged::{Hints, Verdict};
use now::Here;

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

    /// The root's own incident handoffs, or those of the root that it extends.
    fn incident(&self) -> Option<Oid> {
        let own = self.own.and_then(|own| own.incident);
        own.or_else(|| self.shared.as_ref().and_then(|shared| shared.incident))
    }

    /// What a folder is made of: its trees, and the commit's own where links may lead anywhere.
    fn key(&self, folder: usize) -> Key {
        let shared = self.shared.as_ref().and_then(|shared| shared.folders[folder]);
        (folder, self.own.and_then(|own| own.folders[folder]), shared, (!self.is_plain()).then_some(self.place.tree))
    }
}

type Key = (usize, Option<Oid>, Option<Oid>, Option<Oid>);
type Listing = Rc<Vec<(Name, Oid)>>;

/// What is known of old revisions.
pub(super) struct Past<'a, 'g> {
    git: &'g Git,
    now: &'a Assessment,
    trees: Trees<'g>,
    beside: Option<String>,
    here: Here,
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
            here: Here::default(),
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
        let of_tip = self.here.tip.as_ref().filter(|_| self.here.is_all_tip && open.is_plain());
        open.is_tip = of_tip.is_some_and(|tip| own.is_some_and(|own| own.tree == tip.0.tree) && open.shared == tip.1);
        Ok(open)
    }

    /// The root that this `demarcate.toml` extends.
    fn extends(&mut self, config: Oid) -> Result<Option<String>, Failure> {
        if self.here.config.is_none_or(|now| now == config) {
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

    fn shared_at(&mut self, place: &Place, base: Option<&str>) -> Result<Option<Rc<Shelf>>, Failure> {
        let shelf = base.map(|base| Shelf::of(self.git, &mut self.trees, place, base)).transpose()?.flatten();
        Ok(shelf.map(Rc::new))
    }

    /// Whether the files of a folder are what they are now.
    fn folder_is_the_same(&self, open: &Open<'_>, folder: usize) -> bool {
        let Some((own, shared)) = self.here.tip.as_ref().filter(|_| self.here.is_tip[folder] && open.is_plain()) else {
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

    /// The ids of the providers that had a file there, by the names of the files; `None` where there was no root.
    pub(super) fn provider_files(&mut self, open: &Open<'_>) -> Result<Option<BTreeSet<String>>, Failure> {
        if open.own.is_none_or(|own| own.config.is_none()) {
            return Ok(None);
        }
        let listing = self.folder(open, PROVIDERS)?;
        Ok(Some(listing.iter().filter_map(|((_, path), _)| stem(path)).collect()))
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

    /// Keeps for the next run what was told of old files.
    pub(super) fn keep_told(self, cache: &Cache) {
        let (practices, parts) = (self.here.practices, self.parts);
        self.told.keep(
            cache,
            |id, now| practices.get(&id) == Some(&now),
            |kind, blob| parts.contains_key(&(kind, blob)),
        );
    }

    fn text(&mut self, blob: Oid) -> Result<Option<String>, Failure> {
        self.read += 1;
        text_of(self.git, blob)
    }

    fn record<T: Record>(&mut self, blob: Oid) -> Result<Option<T>, Failure> {
        self.parsed += 1;
        let text = self.text(blob)?;
        Ok(text.and_then(|text| table::read(&text, &mut Reader::default())))
    }
}

/// The text of a blob, if it is one that is read.
pub(super) fn text_of(git: &Git, blob: Oid) -> Result<Option<String>, Failure> {
    git.require([blob])?;
    let bytes = git.blob(blob)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= LARGEST_TEXT).and_then(|bytes| String::from_utf8(bytes).ok()))
}

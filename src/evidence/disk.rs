//! Editions on disk: found one by one, what changed read in parallel, what Git converts compared with its blob.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::fence::Fence;
use super::look::{self, Copy, Looked, POINTER_SIZE, Reader, Seen};
use super::{Asked, ByLocation, Copying, Cost, Found, kept_as};
use crate::cache::Begun;
use crate::failure::Failure;
use crate::git::{Git, Handling, IdKind, Oid};
use crate::model::assessment::{Checkout, EditionState};
use crate::source::{self, Tree};
use crate::stamp::Stamp;
use crate::store::{self, Place, Standing, Store};

/// A file that stands where an edition should.
struct Site {
    location: String,
    path: PathBuf,
    stamp: Stamp,
    /// From the top of the repository; `None` for what lies outside.
    from_top: Option<String>,
    handling: Handling,
}

/// What is known of a file.
#[derive(Serialize, Deserialize)]
struct Known {
    stamp: Stamp,
    looked: Looked,
    /// The blob that it was compared with, by id, and what came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    beside: Option<(String, Beside)>,
}

/// A file beside the blob that Git has of it.
#[derive(Serialize, Deserialize)]
enum Beside {
    /// Its own bytes count.
    Itself,
    /// It is the file that the LFS pointer in the blob names.
    Fetched,
    /// It is what Git makes of the blob on its way out: the blob's size and digest count.
    Altered(u64, String),
}

/// What is known of files, by path from the top of the repository, or as written for what lies outside.
type Shelf = BTreeMap<String, Known>;

/// Looks at every location on disk.
pub(super) fn found(
    root: &Path,
    tree: &Tree<'_>,
    locations: &BTreeSet<String>,
    asked: Asked<'_>,
) -> Result<(ByLocation, Cost), Failure> {
    let git = tree.git().filter(|git| git.workdir().is_some());
    let (mut sites, mut found) = sites(root, tree, locations);
    handle(&mut sites, tree, git)?;
    let name = kept_as("evidence", tree);
    let mut shelf: Shelf = asked.cache.get(&name).unwrap_or_default();
    let mut is_changed = asked.whole && forget(&mut shelf, &sites, &found, tree);
    let (known, new): (Vec<Site>, Vec<Site>) = sites.into_iter().partition(|site| site.is_known(&shelf));
    for site in known {
        let state = site.found(&shelf[site.key()], git.is_none());
        found.insert(site.location, state);
    }
    let begun = if new.is_empty() { None } else { asked.cache.begin() };
    let mut cost = Cost::default();
    for (site, seen) in read(new, git, asked) {
        cost.add(&seen);
        let (state, known) = site.learnt(seen, git);
        is_changed |= keep(&mut shelf, site.key(), known, begun.as_ref());
        found.insert(site.location, state);
    }
    if is_changed && let Some(begun) = begun.or_else(|| asked.cache.begin()) {
        asked.cache.put(&name, &shelf, &begun);
    }
    Ok((found, cost))
}

/// The files that stand at the locations, and what is to be said of the others.
fn sites(root: &Path, tree: &Tree<'_>, locations: &BTreeSet<String>) -> (Vec<Site>, ByLocation) {
    let (mut fence, mut store) = (Fence::around(root, tree), Store::default());
    let (mut sites, mut others) = (Vec::new(), ByLocation::new());
    for location in locations {
        let standing = if source::is_outside(location) {
            outside(location, tree, &mut store)
        } else {
            inside(location, tree, &mut fence)
        };
        match standing {
            Ok(site) => sites.push(site),
            Err(EditionState::Missing) if !source::is_outside(location) => {
                others.insert(location.clone(), left_out(location, tree));
            }
            Err(state) => drop(others.insert(location.clone(), state.into())),
        }
    }
    (sites, others)
}

/// What no file stands for: a sparse checkout leaves out what the index has.
fn left_out(location: &str, tree: &Tree<'_>) -> Found {
    match tree.read(location) {
        Ok(Some(bytes)) => Found::of(&Looked::at(&bytes, true), Checkout::Faithful, true),
        Ok(None) => EditionState::Missing.into(),
        Err(why) => EditionState::Unreadable(why.to_string()).into(),
    }
}

fn inside(location: &str, tree: &Tree<'_>, fence: &mut Fence<'_>) -> Result<Site, EditionState> {
    if tree.from_top(location).is_none() {
        return Err(EditionState::Unreadable("its path leads out of the repository".to_owned()));
    }
    match fence.file(location) {
        Ok(Some(file)) => {
            let from_top = Some(fence.below_top(&file.path).unwrap_or_default());
            let (location, handling) = (location.to_owned(), Handling::default());
            Ok(Site { location, path: file.path, stamp: file.stamp, from_top, handling })
        }
        Ok(None) => Err(EditionState::Missing),
        Err(why) => Err(EditionState::Unreadable(why.to_string())),
    }
}

fn outside(location: &str, tree: &Tree<'_>, store: &mut Store) -> Result<Site, EditionState> {
    let path = match store::place(location) {
        Place::Here(path) => path,
        Place::Elsewhere(why) => return Err(EditionState::Elsewhere(why)),
        Place::Malformed(why) => return Err(EditionState::Unreadable(why)),
    };
    for above in path.ancestors() {
        tree.watch().note(above);
        if above.exists() {
            break;
        }
    }
    match store.look(&path) {
        Standing::File(metadata) => {
            let (location, stamp) = (location.to_owned(), Stamp::from(&metadata));
            Ok(Site { location, path, stamp, from_top: None, handling: Handling::default() })
        }
        Standing::Missing => Err(EditionState::Missing),
        Standing::Elsewhere(why) => Err(EditionState::Elsewhere(why)),
        Standing::Unreadable(why) => Err(EditionState::Unreadable(why)),
    }
}

/// Asks Git what it would do to the files inside; without Git, bytes stay as they are.
fn handle(sites: &mut [Site], tree: &Tree<'_>, git: Option<&Git>) -> Result<(), Failure> {
    let paths: Vec<&str> = sites.iter().filter_map(|site| site.from_top.as_deref()).collect();
    let Some(git) = git.filter(|_| !paths.is_empty()) else { return Ok(()) };
    tree.watch().note(&git.index_path());
    for file in git.attribute_files(&paths)? {
        tree.watch().note(&file);
    }
    let handlings = git.handling(&paths)?;
    let inside = sites.iter_mut().filter(|site| site.from_top.is_some());
    for (site, handling) in inside.zip(handlings) {
        site.handling = handling;
    }
    Ok(())
}

/// Drops what no edition names any more, and says whether anything was.
fn forget(shelf: &mut Shelf, sites: &[Site], others: &ByLocation, tree: &Tree<'_>) -> bool {
    let before = shelf.len();
    let absent: BTreeSet<String> =
        others.keys().map(|location| outer_or_from_top(location, tree).unwrap_or_default()).collect();
    let present: BTreeSet<&str> = sites.iter().map(Site::key).collect();
    shelf.retain(|key, _| present.contains(key.as_str()) || absent.contains(key));
    shelf.len() != before
}

fn outer_or_from_top(location: &str, tree: &Tree<'_>) -> Option<String> {
    if source::is_outside(location) { Some(location.to_owned()) } else { tree.from_top(location) }
}

/// Keeps what was learnt if a later change is sure to show, and says whether the shelf is another now.
fn keep(shelf: &mut Shelf, key: &str, known: Option<Known>, begun: Option<&Begun>) -> bool {
    match known.filter(|known| begun.is_some_and(|begun| begun.settles(&known.stamp))) {
        Some(known) => {
            shelf.insert(key.to_owned(), known);
            true
        }
        None => shelf.remove(key).is_some(),
    }
}

/// Opens files on every core, the largest first, so that none is left with one big file at the end.
fn read(mut sites: Vec<Site>, git: Option<&Git>, asked: Asked<'_>) -> Vec<(Site, io::Result<Seen>)> {
    sites.sort_by_key(|site| std::cmp::Reverse(site.stamp.size()));
    let ids: Vec<Option<IdKind>> = sites.iter().map(|site| site.id_kind(git)).collect();
    let next = AtomicUsize::new(0);
    let workers = rayon::current_num_threads().min(sites.len());
    let one_after_another = |_| {
        let mut reader = Reader::new(asked.progress);
        let taken = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let taken = taken.take_while(|at| *at < sites.len());
        taken.map(|at| (at, sites[at].look(&mut reader, ids[at], asked))).collect::<Vec<_>>()
    };
    let mut seen: Vec<_> = (0..workers).into_par_iter().with_max_len(1).flat_map_iter(one_after_another).collect();
    seen.sort_by_key(|(at, _)| *at);
    sites.into_iter().zip(seen.into_iter().map(|(_, seen)| seen)).collect()
}

impl Copying<'_> {
    /// Keeps the first failure to write.
    fn note(&self, failed: Option<io::Error>, path: &Path) {
        let Some(error) = failed else { return };
        let mut first = self.failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        first.get_or_insert_with(|| Failure::io("write", path, &error));
    }
}

impl Cost {
    fn add(&mut self, seen: &io::Result<Seen>) {
        self.opened += 1;
        self.bytes += seen.as_ref().map_or(0, |seen| seen.looked.size);
    }
}

impl Site {
    fn look(&self, reader: &mut Reader<'_>, id: Option<IdKind>, asked: Asked<'_>) -> io::Result<Seen> {
        let is_inside = self.from_top.is_some();
        let copying = asked.copying.and_then(|copying| Some((copying, copying.to.get(&self.location)?)));
        let Some((copying, path)) = copying else { return reader.look(&self.path, is_inside, id, None) };
        match File::create_new(path) {
            Ok(file) => {
                let mut copy = Copy { file, failed: None };
                let seen = reader.look(&self.path, is_inside, id, Some(&mut copy));
                copying.note(copy.failed, path);
                seen
            }
            Err(error) => {
                copying.note(Some(io::Error::new(error.kind(), error.to_string())), path);
                Err(error)
            }
        }
    }

    fn key(&self) -> &str {
        self.from_top.as_ref().unwrap_or(&self.location)
    }

    /// The blob to compare with, if Git converts between it and the file.
    fn converted(&self) -> Option<Oid> {
        let conversion = &self.handling.conversion;
        self.handling.tracked.filter(|_| conversion.line_endings || conversion.other)
    }

    /// What it takes to tell that the file is its blob to the byte, if it may be.
    fn id_kind(&self, git: Option<&Git>) -> Option<IdKind> {
        let (git, blob) = (git?, self.converted()?);
        (git.blob_size(blob) == Some(self.stamp.size())).then(|| git.id_kind())
    }

    fn is_known(&self, shelf: &Shelf) -> bool {
        let Some(known) = shelf.get(self.key()).filter(|known| known.stamp == self.stamp) else { return false };
        let Some(blob) = self.converted().filter(|_| known.looked.pointer.is_none()) else { return true };
        let compared = self.compared_with(blob);
        known.beside.as_ref().is_some_and(|(with, _)| *with == compared)
    }

    /// The blob, and what of the conversion decides how its bytes are compared.
    fn compared_with(&self, blob: Oid) -> String {
        let conversion = &self.handling.conversion;
        let ident = if conversion.ident { " ident" } else { "" };
        let encoding = conversion.encoding.as_deref().map(|encoding| format!(" {encoding}"));
        format!("{blob}{ident}{}", encoding.unwrap_or_default())
    }

    fn found(&self, known: &Known, without_git: bool) -> Found {
        let Handling { tracked, conversion } = &self.handling;
        let is_tracked = tracked.is_some() || (without_git && self.from_top.is_some());
        let beside = known.beside.as_ref().map(|(_, beside)| beside).filter(|_| self.converted().is_some());
        let can_be_altered = if self.converted().is_some() { conversion.line_endings } else { !conversion.protected };
        match beside {
            Some(Beside::Altered(size, sha256)) => {
                let committed = Looked { size: *size, sha256: sha256.clone(), ..known.looked.clone() };
                Found::of(&committed, Checkout::Altered, is_tracked)
            }
            Some(Beside::Fetched) => Found::of(&known.looked, Checkout::Faithful, is_tracked),
            _ if tracked.is_some() && can_be_altered => Found::of(&known.looked, Checkout::Exposed, is_tracked),
            _ => Found::of(&known.looked, Checkout::Faithful, is_tracked),
        }
    }

    /// What a look shows, and what of it holds for as long as file and blob stay the same.
    fn learnt(&self, seen: io::Result<Seen>, git: Option<&Git>) -> (Found, Option<Known>) {
        match seen.and_then(|seen| self.learn(seen, git)) {
            Ok((known, is_lasting)) => (self.found(&known, git.is_none()), is_lasting.then_some(known)),
            Err(error) => (EditionState::Unreadable(error.to_string()).into(), None),
        }
    }

    fn learn(&self, seen: Seen, git: Option<&Git>) -> io::Result<(Known, bool)> {
        let Seen { stamp, looked, blob: own } = seen;
        let (Some(git), Some(blob)) = (git, self.converted().filter(|_| looked.pointer.is_none())) else {
            return Ok((Known { stamp, looked, beside: None }, true));
        };
        let beside = if own == Some(blob) { Some(Beside::Itself) } else { self.compare(&looked, blob, git)? };
        let is_lasting = beside.is_some();
        let beside = Some((self.compared_with(blob), beside.unwrap_or(Beside::Itself)));
        Ok((Known { stamp, looked, beside }, is_lasting))
    }

    /// Compares with the blob; `None` where that is not here, or the file was changed meanwhile.
    fn compare(&self, looked: &Looked, blob: Oid, git: &Git) -> io::Result<Option<Beside>> {
        let Some(size) = git.blob_size(blob) else { return Ok(None) };
        // A line end is one byte or two.
        let near = looked.size <= size.saturating_mul(2) && size <= looked.size.saturating_mul(2);
        let may_be_alike = near || self.handling.conversion.rewrites();
        if size >= POINTER_SIZE && !may_be_alike {
            return Ok(Some(Beside::Itself));
        }
        let Ok(bytes) = git.blob(blob) else { return Ok(None) };
        if let Some(named) = look::pointer(&bytes) {
            let is_fetched = named == (looked.size, looked.sha256.clone());
            return Ok(Some(if is_fetched { Beside::Fetched } else { Beside::Itself }));
        }
        if !may_be_alike {
            return Ok(Some(Beside::Itself));
        }
        let mut reader = Reader::new(&|_| {});
        let file = File::open(&self.path)?;
        let stamp = Stamp::from(&file.metadata()?);
        let committed_text = reader.unified(bytes.as_slice())?;
        let is_alike = if self.handling.conversion.rewrites() {
            reader.unified(self.handling.conversion.undone(&whole(file)?).as_slice())? == committed_text
        } else {
            reader.unified(file)? == committed_text
        };
        let committed = Looked::at(&bytes, false);
        let beside = if is_alike { Beside::Altered(committed.size, committed.sha256) } else { Beside::Itself };
        Ok(Some(beside).filter(|_| stamp == self.stamp))
    }
}

fn whole(mut file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut file, &mut bytes)?;
    Ok(bytes)
}

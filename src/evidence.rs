//! What stands where an edition should be: read in a stream, in parallel, the bytes that were committed.
//!
//! A tracked file is hashed from the work tree if the checkout left its bytes alone, else from its blob. What was
//! changed after the last `git add` is hashed as it stands. An LFS pointer is never hashed as evidence.
//!
//! What a file was found to hold is kept with its stamp, so that it is opened again only when it changed. Of an index
//! or a revision only blobs are read: what lies outside the repository is on no side of a commit, and the disk of today
//! says nothing of a revision, so there the lock alone decides.

mod blobs;
mod disk;
mod fence;
mod look;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::content::Content;
use crate::digest;
use crate::failure::{Cause, Failure};
use crate::model::assessment::{Assessment, Checkout, EditionState};
use crate::source::Tree;
use look::Looked;

/// What it cost to find the state of every edition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cost {
    /// Files or blobs that were opened.
    pub opened: usize,
    /// Bytes read of them.
    pub bytes: u64,
}

/// How editions are to be looked at.
#[derive(Clone, Copy)]
struct Asked<'a> {
    cache: &'a Cache,
    progress: &'a (dyn Fn(u64) + Sync),
    /// Whether every artifact could be read, so that what no edition names is really cited no more.
    whole: bool,
    /// Where copies go while files are read.
    copying: Option<&'a Copying<'a>>,
}

/// Where copies of editions go, by location.
pub type Copies = BTreeMap<String, PathBuf>;

/// Copies that are made while files are read, and the first that could not be written.
struct Copying<'a> {
    to: &'a Copies,
    failed: Mutex<Option<Failure>>,
}

/// Finds the state of every edition and reads each one; `progress` is told of bytes read.
pub fn digest(assessment: &mut Assessment, tree: &Tree<'_>, progress: &(dyn Fn(u64) + Sync)) -> Result<Cost, Failure> {
    digest_changed(assessment, tree, &Cache::none(), progress)
}

/// Finds the state of every edition and opens only what changed since the cache last knew it.
pub fn digest_changed(
    assessment: &mut Assessment,
    tree: &Tree<'_>,
    cache: &Cache,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Cost, Failure> {
    let whole = !assessment.broken.contains("artifact");
    let (found, cost) = found(assessment, tree, Asked { cache, progress, whole, copying: None })?;
    settle(assessment, &found)?;
    Ok(cost)
}

/// Finds the state of every edition on disk, whatever an earlier run knew, and copies these meanwhile: each file is read
/// once. What the checkout converts is taken as it was committed, so that every machine finds and copies the same bytes.
pub fn digest_and_copy(
    assessment: &mut Assessment,
    (tree, committed): (&Tree<'_>, &Tree<'_>),
    copies: &Copies,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<(), Failure> {
    let copying = Copying { to: copies, failed: Mutex::new(None) };
    let asked = Asked { cache: &Cache::none(), progress, whole: false, copying: Some(&copying) };
    let (mut found, _) = found(assessment, tree, asked)?;
    if let Some(failure) = copying.failed.into_inner().ok().flatten() {
        return Err(failure);
    }
    for (location, found) in &mut found {
        as_committed(location, found, committed, copies)?;
    }
    settle(assessment, &found)
}

/// Puts the committed bytes in the place of what a checkout made of them, or left out.
fn as_committed(location: &str, found: &mut Found, committed: &Tree<'_>, copies: &Copies) -> Result<(), Failure> {
    let EditionState::Present { checkout, .. } = &mut found.state else { return Ok(()) };
    let was_altered = std::mem::replace(checkout, Checkout::Faithful) == Checkout::Altered;
    let copy = copies.get(location);
    let is_lacking = copy.is_some_and(|copy| !copy.exists());
    if !was_altered && !is_lacking {
        return Ok(());
    }
    let Ok(Some(bytes)) = committed.read(location) else {
        found.state = EditionState::Unreadable("what was committed there cannot be read".to_owned());
        return Ok(());
    };
    *found = Found::of(&Looked::at(&bytes, true), Checkout::Faithful, true);
    copy.map_or(Ok(()), |copy| std::fs::write(copy, &bytes).map_err(|error| Failure::io("write", copy, &error)))
}

fn found(assessment: &Assessment, tree: &Tree<'_>, asked: Asked<'_>) -> Result<(ByLocation, Cost), Failure> {
    let editions = assessment.artifacts.values().flat_map(|series| &series.editions);
    let locations: BTreeSet<String> = editions.map(|edition| edition.location.clone()).collect();
    match tree.root() {
        Some(root) => disk::found(root, tree, &locations, asked),
        None => Ok(blobs::found(tree, &locations, asked)),
    }
}

/// Gives each edition what was found of it, here or elsewhere; says no where of one nothing is known.
pub fn settle(assessment: &mut Assessment, found: &ByLocation) -> Result<(), Failure> {
    for edition in assessment.artifacts.values_mut().flat_map(|series| &mut series.editions) {
        let unknown =
            || format!("nothing is recorded of `{}`, which an artifact cites", edition.location.escape_debug());
        let known = found.get(&edition.location).ok_or_else(|| Failure::new(Cause::Archive, unknown()))?;
        let Found { state, content } = known.clone();
        edition.state = state;
        edition.content = content;
    }
    Ok(())
}

/// What was found of one edition.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Found {
    /// What stands there.
    pub state: EditionState,
    /// What it gives away by itself.
    pub content: Content,
}

/// What was found, by location.
pub type ByLocation = BTreeMap<String, Found>;

impl From<EditionState> for Found {
    fn from(state: EditionState) -> Self {
        Self { state, content: Content::default() }
    }
}

impl Found {
    /// What a look shows; a banner matters only where Git has the file.
    fn of(looked: &Looked, checkout: Checkout, tracked: bool) -> Self {
        let state = match &looked.pointer {
            Some((size, sha256)) => EditionState::Pointer { size: *size, sha256: sha256.clone() },
            None => EditionState::Present { size: looked.size, sha256: looked.sha256.clone(), checkout },
        };
        let Content { private_key, banner } = looked.content.clone();
        Self { state, content: Content { private_key, banner: banner.filter(|_| tracked) } }
    }
}

/// The name that what is known of a root's evidence is kept by; several roots may share one repository.
fn kept_as(kind: &str, tree: &Tree<'_>) -> String {
    match tree.prefix() {
        "" => kind.to_owned(),
        prefix => format!("{kind}-{}", &digest::of_bytes(prefix.as_bytes()).sha256[..16]),
    }
}

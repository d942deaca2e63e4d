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

use crate::cache::Cache;
use crate::content::Content;
use crate::digest;
use crate::failure::Failure;
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
    let asked = Asked { cache, progress, whole: !assessment.broken.contains("artifact") };
    let editions = assessment.artifacts.values().flat_map(|series| &series.editions);
    let locations: BTreeSet<String> = editions.map(|edition| edition.location.clone()).collect();
    let (found, cost) = match tree.root() {
        Some(root) => disk::found(root, tree, &locations, asked)?,
        None => blobs::found(tree, &locations, asked),
    };
    for edition in assessment.artifacts.values_mut().flat_map(|series| &mut series.editions) {
        let Found { state, content } = found[&edition.location].clone();
        edition.state = state;
        edition.content = content;
    }
    Ok(cost)
}

/// What was found of one edition.
#[derive(Clone)]
struct Found {
    state: EditionState,
    content: Content,
}

/// What was found, by location.
type ByLocation = BTreeMap<String, Found>;

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

//! What stands where an edition should: read in a stream, in parallel, the bytes that were committed.
//!
//! A tracked file is hashed from the work tree if the checkout left its bytes alone, else from its blob. What was
//! changed after the last `git add` is hashed as it stands. An LFS pointer is never hashed as evidence.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::content::{self, Content};
use crate::digest::{self, Digested};
use crate::failure::Failure;
use crate::git::{Conversion, Git, Tracked};
use crate::model::assessment::{Assessment, Checkout, EditionState};
use crate::source::{self, Tree};

/// The first line of an LFS pointer.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// A pointer is shorter than this.
const POINTER_SIZE: u64 = 1024;

/// Finds the state of every edition; `progress` is told of bytes read.
pub fn digest(assessment: &mut Assessment, tree: &Tree<'_>, progress: &(dyn Fn(u64) + Sync)) -> Result<(), Failure> {
    let locations: Vec<String> = assessment
        .artifacts
        .values()
        .flat_map(|series| &series.editions)
        .map(|edition| edition.location.clone())
        .collect();
    let all = match tree.root() {
        Some(root) => on_disk(root, tree, &locations, progress)?,
        None => locations.iter().map(|location| of_blob(tree, location)).collect(),
    };
    let editions = assessment.artifacts.values_mut().flat_map(|series| &mut series.editions);
    for (edition, found) in editions.zip(all) {
        edition.state = found.state;
        edition.content = found.content;
    }
    Ok(())
}

/// What was found of one edition.
#[derive(Clone)]
struct Found {
    state: EditionState,
    content: Content,
}

impl From<EditionState> for Found {
    fn from(state: EditionState) -> Self {
        Self { state, content: Content::default() }
    }
}

fn of_blob(tree: &Tree<'_>, location: &str) -> Found {
    if source::is_outside(location) {
        return EditionState::Elsewhere.into();
    }
    match tree.read(location) {
        Ok(None) => EditionState::Missing.into(),
        Ok(Some(bytes)) => {
            let state = || present(digest::of_bytes(&bytes), Checkout::Faithful);
            Found { state: pointer(&bytes).unwrap_or_else(state), content: scanned(&bytes, true) }
        }
        Err(why) => EditionState::Unreadable(why.to_string()).into(),
    }
}

/// What small content gives away; a banner matters only where Git has the file.
fn scanned(bytes: &[u8], tracked: bool) -> Content {
    if bytes.len() as u64 >= content::LARGEST_SCANNED {
        return Content::default();
    }
    let found = content::of(bytes);
    Content { banner: found.banner.filter(|_| tracked), ..found }
}

fn on_disk(
    root: &Path,
    tree: &Tree<'_>,
    locations: &[String],
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Found>, Failure> {
    let fence =
        tree.git().and_then(Git::workdir).filter(|top| root.starts_with(top)).unwrap_or_else(|| root.to_owned());
    let in_git = tree.git().filter(|git| git.workdir().is_some());
    let tracked = in_git.map(|git| git.tracked("")).transpose()?.unwrap_or_default();
    let from_top: Vec<String> = locations.iter().map(|location| tree.from_top(location).unwrap_or_default()).collect();
    let conversions = match in_git {
        Some(git) => git.conversions(&from_top)?,
        None => vec![Conversion { protected: true, ..Conversion::default() }; locations.len()],
    };
    let mut states: Vec<Option<Found>> = vec![None; locations.len()];
    let mut plain: Vec<(usize, PathBuf, u64)> = Vec::new();
    for (i, location) in locations.iter().enumerate() {
        let found = if source::is_outside(location) {
            Ok(outside(location))
        } else {
            source::regular_inside(&root.join(location), &fence)
        };
        match found {
            Ok(Some(path)) => match (tracked.get(&from_top[i]), in_git) {
                (Some(entry), Some(git)) if conversions[i].line_endings || conversions[i].other => {
                    states[i] = Some(of_converted(&path, entry, &conversions[i], git));
                }
                _ => {
                    let size = path.metadata().map_or(0, |metadata| metadata.len());
                    plain.push((i, path, size));
                }
            },
            // A sparse checkout leaves out what the commit has.
            Ok(None) => states[i] = Some(of_blob(tree, location)),
            Err(why) => states[i] = Some(EditionState::Unreadable(why.to_string()).into()),
        }
    }
    let without_git = in_git.is_none();
    // The largest first, so that no core is left with one big file at the end.
    plain.sort_by_key(|(i, _, size)| (std::cmp::Reverse(*size), *i));
    let digested: Vec<(usize, Found)> = plain
        .par_iter()
        .with_max_len(16)
        .map(|(i, path, size)| {
            let tracked = without_git || tracked.contains_key(&from_top[*i]);
            let inside = !source::is_outside(&locations[*i]);
            let checkout = if tracked && !conversions[*i].protected { Checkout::Exposed } else { Checkout::Faithful };
            (*i, of_plain(path, *size, checkout, (inside, tracked && inside), progress))
        })
        .collect();
    for (i, state) in digested {
        states[i] = Some(state);
    }
    Ok(states.into_iter().map(|state| state.unwrap_or_else(|| EditionState::Missing.into())).collect())
}

/// An edition outside the repository: a plain path or `file://`; anything else cannot be read here.
fn outside(location: &str) -> Option<PathBuf> {
    let path = match location.split_once("://") {
        Some(("file", path)) => path,
        Some(_) => return None,
        None => location,
    };
    let path = Path::new(path);
    path.metadata().is_ok_and(|metadata| metadata.is_file()).then(|| path.to_owned())
}

/// A file as it stands on disk; a small one is read whole and looked into if it lies inside, a large one in a stream.
fn of_plain(
    path: &Path,
    size: u64,
    checkout: Checkout,
    (inside, tracked): (bool, bool),
    progress: &(dyn Fn(u64) + Sync),
) -> Found {
    if size >= content::LARGEST_SCANNED {
        return match digest::of_file(path, progress) {
            Ok(digested) => present(digested, checkout).into(),
            Err(error) => EditionState::Unreadable(error.to_string()).into(),
        };
    }
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return EditionState::Unreadable(error.to_string()).into(),
    };
    if let Some(state) = pointer(&bytes) {
        return state.into();
    }
    progress(bytes.len() as u64);
    let content = if inside { scanned(&bytes, tracked) } else { Content::default() };
    Found { state: present(digest::of_bytes(&bytes), checkout), content }
}

/// A file between whose blob and work tree Git converts.
fn of_converted(path: &Path, entry: &Tracked, conversion: &Conversion, git: &Git) -> Found {
    match std::fs::read(path) {
        Ok(bytes) => Found { state: converted(&bytes, entry, conversion, git), content: scanned(&bytes, true) },
        Err(error) => EditionState::Unreadable(error.to_string()).into(),
    }
}

fn converted(bytes: &[u8], entry: &Tracked, conversion: &Conversion, git: &Git) -> EditionState {
    if let Some(state) = pointer(bytes) {
        return state;
    }
    let exposed = if conversion.line_endings { Checkout::Exposed } else { Checkout::Faithful };
    if git.blob_id(bytes) == Some(entry.id) {
        return present(digest::of_bytes(bytes), exposed);
    }
    let Ok(blob) = git.blob(entry.id) else { return present(digest::of_bytes(bytes), exposed) };
    if let Some(EditionState::Pointer { size, sha256 }) = pointer(&blob) {
        let found = digest::of_bytes(bytes);
        let faithful = found.size == size && found.sha256 == sha256;
        return present(found, if faithful { Checkout::Faithful } else { exposed });
    }
    if without_returns(&conversion.undone(bytes)) == without_returns(&blob) {
        return present(digest::of_bytes(&blob), Checkout::Altered);
    }
    present(digest::of_bytes(bytes), exposed)
}

fn without_returns(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != b'\r').collect()
}

fn present(digested: Digested, checkout: Checkout) -> EditionState {
    EditionState::Present { size: digested.size, sha256: digested.sha256, checkout }
}

/// The size and digest that an LFS pointer names, if these bytes are one.
fn pointer(bytes: &[u8]) -> Option<EditionState> {
    if !bytes.starts_with(POINTER) || bytes.len() as u64 >= POINTER_SIZE {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let sha256 = text.lines().find_map(|line| line.strip_prefix("oid sha256:"))?.to_owned();
    let size = text.lines().find_map(|line| line.strip_prefix("size "))?.parse().ok()?;
    Some(EditionState::Pointer { size, sha256 })
}

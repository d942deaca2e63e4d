//! A delta: a bundle of what changed since an older one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::contents::Contents;
use super::opened::Opened;
use super::{Asked, Problem};
use crate::manifest::{self, MANIFEST, Manifest, SUMS, Since};

/// What a bundle is a delta of.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Delta {
    /// SHA-256 of the older bundle's list of digests.
    pub sums: String,
    /// The older bundle's commit.
    pub commit: String,
    /// The older bundle's day.
    pub as_of: String,
    /// How many files are as they were, and lie in the older bundle only.
    pub unchanged: usize,
    /// How many files of the older bundle are no more.
    pub removed: usize,
    /// Whether the older bundle was given, and is the one.
    pub compared: bool,
}

/// Judges what a delta says of the older bundle.
pub(super) fn judge(
    manifest: &Manifest,
    asked: &Asked<'_>,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<String>,
) -> Option<Delta> {
    let Some(since) = &manifest.since else {
        if asked.since.is_some() {
            problems.push(Problem::whole("it is no delta, so --since does not apply"));
        }
        return None;
    };
    let before = problems.len();
    problems.extend(within(manifest, since).into_iter().map(|what| Problem::of(MANIFEST, what)));
    match asked.since {
        Some(older) => older_bundle(manifest, since, older, asked, problems),
        None => notes.push(format!(
            "it is a delta: {} files are as in the bundle of commit {} as of {}, which --since OLD compares",
            since.unchanged.len(),
            since.commit,
            since.as_of
        )),
    }
    Some(Delta {
        sums: since.sums.clone(),
        commit: since.commit.clone(),
        as_of: since.as_of.clone(),
        unchanged: since.unchanged.len(),
        removed: since.removed.len(),
        compared: asked.since.is_some() && problems.len() == before,
    })
}

/// Paths of which it says two things.
fn within(manifest: &Manifest, since: &Since) -> Vec<String> {
    let here = paths(manifest);
    let is_here = |path: &str| here.contains(path);
    let mut wrong = Vec::new();
    for path in since.unchanged.keys().filter(|path| is_here(path)) {
        wrong.push(format!("{path} is said to be as it was, and is in the delta"));
    }
    for path in since.removed.iter().filter(|path| is_here(path) || since.unchanged.contains_key(*path)) {
        wrong.push(format!("{path} is said to be no more, and to be there"));
    }
    wrong
}

fn paths(manifest: &Manifest) -> BTreeSet<&str> {
    manifest.files.iter().map(|file| file.path.as_str()).collect()
}

/// Whether the older bundle is the one, and holds what the delta leaves out.
fn older_bundle(manifest: &Manifest, since: &Since, older: &Opened, asked: &Asked<'_>, problems: &mut Vec<Problem>) {
    let contents = Contents::read(older, asked.progress);
    let whole = |what: &str| Problem::whole(format!("the older bundle of --since: {what}"));
    let Some(kept) = contents.kept(SUMS) else {
        problems.push(whole("it holds no list of digests"));
        return;
    };
    if kept.sha256 != since.sums {
        problems.push(whole(&format!(
            "its {SUMS} has the SHA-256 {}, and the delta starts from {}",
            kept.sha256, since.sums
        )));
        return;
    }
    let sums = std::str::from_utf8(&kept.bytes).ok().and_then(|text| manifest::read_sums(text).ok());
    let Some(sums) = sums else {
        problems.push(whole("its list of digests cannot be read"));
        return;
    };
    problems.extend(older.problems().into_iter().map(|problem| whole(&of(&problem))));
    problems.extend(parted(manifest, since, &sums).iter().map(|what| whole(what)));
    let paths: Vec<&str> = contents.files.keys().copied().filter(|path| sums.contains_key(*path)).collect();
    let found = contents.digests(&paths, asked.progress);
    for (path, sha256) in &sums {
        let same = matches!(found.get(path.as_str()), Some(Ok(found)) if found.sha256 == *sha256);
        if !same {
            problems.push(whole(&format!("{path} is not there with the digest that its list names")));
        }
    }
    let is_known = |path: &str| path == SUMS || sums.contains_key(path) || manifest::is_signature(path);
    for path in contents.files.keys().filter(|path| !is_known(path)) {
        problems.push(whole(&format!("{path} is there, and its list does not name it")));
    }
}

fn of(problem: &Problem) -> String {
    format!("{}: {}", problem.file.as_deref().unwrap_or_default(), problem.what)
}

/// Whether every file of the older bundle is either as it was, changed or no more, and none else is said to be.
fn parted(manifest: &Manifest, since: &Since, older: &BTreeMap<String, String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, sha256) in &since.unchanged {
        if older.get(path) != Some(sha256) {
            wrong.push(format!("its list does not name {path} with the digest that the delta names"));
        }
    }
    for path in since.removed.iter().filter(|path| !older.contains_key(*path)) {
        wrong.push(format!("its list does not name {path}, which is said to be no more"));
    }
    let mut told = paths(manifest);
    told.insert(MANIFEST);
    told.extend(since.unchanged.keys().chain(&since.removed).map(String::as_str));
    let silent = older.keys().filter(|path| !told.contains(path.as_str()));
    wrong.extend(silent.map(|path| format!("the delta is silent about {path}")));
    wrong
}

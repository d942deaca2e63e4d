//! The list of digests against what is there: every file once, none more.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Problem;
use super::contents::Contents;
use crate::archive;
use crate::manifest::{self, MANIFEST, Manifest, SUMS};

/// What became of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It has the digest of the list.
    Verified,
    /// It has another.
    Changed,
    /// It is not here.
    Missing,
    /// The list does not name it.
    Extra,
    /// It is here and cannot be read.
    Unreadable,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Verified, Self::Changed, Self::Missing, Self::Extra, Self::Unreadable];

    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Extra => "extra",
            Self::Unreadable => "unreadable",
        }
    }
}

/// A file that is there or should be.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct File {
    /// Its path in the bundle.
    pub path: String,
    /// What became of it.
    pub state: State,
    /// Bytes, as it lies there.
    pub size: Option<u64>,
    /// SHA-256 by the list.
    pub expected: Option<String>,
    /// Its SHA-256, if it had to be computed.
    pub found: Option<String>,
    /// Why it is not verified.
    pub why: String,
}

impl File {
    fn of(path: &str, state: State, why: impl Into<String>) -> Self {
        Self { path: path.to_owned(), state, size: None, expected: None, found: None, why: why.into() }
    }

    /// What is wrong with it.
    pub(super) fn problem(&self) -> Option<Problem> {
        let problem = Problem::of(&self.path, format!("{}: {}", self.state.word(), self.why));
        match self.state {
            State::Verified => None,
            State::Extra => Some(match laid_by(&self.path) {
                Some(system) => {
                    problem.helped(format!("{system} laid it there: delete it, or verify what you received"))
                }
                None => problem,
            }),
            _ => Some(problem),
        }
    }
}

/// The system that lays a file of this name into folders that are looked at.
fn laid_by(path: &str) -> Option<&'static str> {
    match path.rsplit('/').next().unwrap_or_default() {
        ".DS_Store" => Some("macOS"),
        name if name.starts_with("._") => Some("macOS"),
        "Thumbs.db" | "desktop.ini" => Some("Windows"),
        ".directory" => Some("KDE"),
        _ => None,
    }
}

/// Reads the list of digests: digest by path.
pub(super) fn sums(contents: &Contents<'_>, problems: &mut Vec<Problem>) -> Option<BTreeMap<String, String>> {
    let bytes = match contents.bytes(SUMS) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            problems.push(no_bundle(contents));
            return None;
        }
        Err(why) => {
            problems.push(Problem::of(SUMS, why));
            return None;
        }
    };
    let read = std::str::from_utf8(bytes).map_err(|_| (1, "it is not UTF-8")).and_then(manifest::read_sums);
    let sums = read.map_err(|(line, why)| problems.push(Problem::of(SUMS, format!("line {line}: {why}")))).ok()?;
    check_names(&sums, problems);
    Some(sums)
}

fn no_bundle(contents: &Contents<'_>) -> Problem {
    let nested = contents.files.keys().find_map(|path| path.strip_suffix(SUMS)?.strip_suffix('/'));
    let problem = Problem::of(SUMS, "missing: without the list of digests this is no bundle");
    match nested {
        Some(folder) => problem.helped(format!("there is one in {folder}: name that folder")),
        None => problem,
    }
}

fn check_names(sums: &BTreeMap<String, String>, problems: &mut Vec<Problem>) {
    if !sums.contains_key(MANIFEST) {
        problems.push(Problem::of(MANIFEST, "the list of digests does not name it"));
    }
    for path in sums.keys() {
        if path == SUMS || manifest::is_signature(path) {
            problems.push(Problem::of(path, "the list of digests names itself or a signature"));
        }
    }
}

/// Every file that the list names or that is there, but the list and the signatures.
pub(super) fn files(
    contents: &Contents<'_>,
    sums: Option<&BTreeMap<String, String>>,
    manifest: Option<&Manifest>,
    progress: &(dyn Fn(u64) + Sync),
) -> Vec<File> {
    let Some(sums) = sums else { return Vec::new() };
    let sizes: BTreeMap<&str, u64> = match manifest {
        Some(manifest) => manifest.files.iter().map(|file| (file.path.as_str(), file.size)).collect(),
        None => BTreeMap::new(),
    };
    // What has another size has another digest: nobody makes us read more than was signed for.
    let has_size = |path: &str, size| sizes.get(path).is_none_or(|wanted| *wanted == size);
    let here = contents.files.iter().filter(|(path, entry)| sums.contains_key(**path) && has_size(path, entry.size));
    let digests = contents.digests(&here.map(|(path, _)| *path).collect::<Vec<_>>(), progress);
    let mut files: Vec<File> = sums
        .iter()
        .map(|(path, expected)| {
            let size = contents.files.get(path.as_str()).map(|entry| entry.size);
            let found = digests.get(path.as_str());
            File { size, expected: Some(expected.clone()), ..judged(path, expected, size, found) }
        })
        .collect();
    let is_extra = |path: &&&str| !sums.contains_key(**path) && **path != SUMS && !manifest::is_signature(path);
    let extra = contents.files.keys().filter(is_extra);
    files.extend(extra.map(|path| File {
        size: Some(contents.files[path].size),
        ..File::of(path, State::Extra, "the list of digests does not name it")
    }));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

type Found = Result<crate::digest::Digested, String>;

fn judged(path: &str, expected: &str, size: Option<u64>, found: Option<&Found>) -> File {
    match (size, found) {
        (None, _) => File::of(path, State::Missing, "the list of digests names it, and it is not here"),
        (Some(_), Some(Ok(found))) if found.sha256 == expected => {
            File { found: Some(found.sha256.clone()), ..File::of(path, State::Verified, "") }
        }
        (Some(_), Some(Ok(found))) => {
            let changed = File::of(path, State::Changed, "its SHA-256 is not the one of the list");
            File { found: Some(found.sha256.clone()), ..changed }
        }
        (Some(_), Some(Err(why))) => File::of(path, State::Unreadable, why),
        (Some(size), None) => File::of(path, State::Changed, format!("it has {size} bytes, not those of the manifest")),
    }
}

/// What is wrong with paths: one that leads out of the folder, or that another system has no room for.
pub(super) fn check_paths(
    contents: &Contents<'_>,
    sums: Option<&BTreeMap<String, String>>,
    manifest: Option<&Manifest>,
    problems: &mut Vec<Problem>,
) {
    let mut paths: BTreeSet<&str> = contents.files.keys().copied().collect();
    paths.extend(sums.into_iter().flat_map(BTreeMap::keys).map(String::as_str));
    if let Some(manifest) = manifest {
        let since = manifest.since.iter().flat_map(|since| since.unchanged.keys().chain(&since.removed));
        let editions = manifest.editions.iter().filter_map(|edition| edition.path.as_ref());
        let files = manifest.files.iter().map(|file| &file.path);
        paths.extend(files.chain(editions).chain(since).map(String::as_str));
    }
    problems.extend(paths.iter().filter_map(|path| Some(Problem::of(path, archive::unportable(path)?))));
    if let Some((one, other)) = archive::twins(paths.into_iter()) {
        let what = format!("{other} is the same file on a system that folds case or composes letters");
        problems.push(Problem::of(&one, what));
    }
}

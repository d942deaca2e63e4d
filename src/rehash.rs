//! The files that a DoD hash log names, found in a folder or a zip and hashed again.

mod place;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Serialize;

use crate::archive::{Archive, Entry};
use crate::digest::{self, Algorithm};
use crate::dod_log::reading::{self, Log, Logged, Remark};
use crate::dod_log::{self, path};
use place::{Fit, How, Names, Root, Wanted};

/// What became of a file that a log names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It has the log's digest.
    Verified,
    /// It has another.
    Changed,
    /// It is not here.
    Missing,
    /// It is here and cannot be read.
    Unreadable,
    /// The log names an algorithm that proves nothing any more.
    Unverifiable,
    /// It is an earlier log of the same name, which the script overwrote when it wrote this one.
    Superseded,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Verified, Self::Changed, Self::Missing, Self::Unreadable, Self::Unverifiable, Self::Superseded];

    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::Unverifiable => "unverifiable",
            Self::Superseded => "superseded",
        }
    }
}

/// A row of the log and what became of it.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Judged {
    /// What became of it.
    pub state: State,
    /// Its line in the log, from 1.
    pub line: usize,
    /// The path in the log.
    pub path: String,
    /// The file that stands for it here.
    pub file: Option<String>,
    /// The algorithm as the log names it.
    pub algorithm: &'static str,
    /// The log's digest, lower-case hex.
    pub expected: String,
    /// The file's digest.
    pub found: Option<String>,
    /// Why it is not verified.
    pub why: String,
}

/// A folder of the log and the folder that stands for it here.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Moved {
    /// In the log.
    pub from: String,
    /// Here; empty at the top.
    pub to: String,
}

/// All that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Where the log's folders stand here, by their names in the log.
    pub roots: Vec<Moved>,
    /// By line.
    pub files: Vec<Judged>,
    /// Files that the log does not name.
    pub extra: Vec<String>,
    /// What a reader should know, by line.
    pub warnings: Vec<Remark>,
}

impl Verdict {
    /// Whether a file is not what the log says; a second algorithm of a verified file is let be.
    pub fn fails(&self) -> bool {
        let verified: BTreeSet<&Option<String>> =
            self.files.iter().filter(|one| one.state == State::Verified).map(|one| &one.file).collect();
        self.files.iter().any(|one| match one.state {
            State::Verified | State::Superseded => false,
            State::Unverifiable => one.file.is_none() || !verified.contains(&one.file),
            State::Changed | State::Missing | State::Unreadable => true,
        })
    }

    /// How many rows are in a state.
    pub fn count(&self, state: State) -> usize {
        self.files.iter().filter(|one| one.state == state).count()
    }
}

/// Files by name, and how one of them is hashed.
pub struct Place<'a> {
    /// By name.
    pub files: &'a [Entry],
    /// The digest of one in lower-case hex, or why there is none.
    pub hash: &'a (dyn Fn(&Entry, Algorithm) -> Result<String, String> + Sync),
}

/// Finds and hashes what a log names; `own` is the log's own name in there, `progress` is told of bytes read.
pub fn verify(log: &Log, archive: &Archive, own: Option<&str>, progress: &(dyn Fn(u64) + Sync)) -> Verdict {
    let hash = |file: &Entry, algorithm| hashed(archive, file, algorithm, progress);
    let mut verdict = verify_in(log, &Place { files: &archive.files, hash: &hash }, own);
    let remark = |message: &String| Remark { line: None, message: message.clone() };
    verdict.warnings.extend(archive.remarks.iter().map(remark));
    verdict.warnings.sort_by_key(|warning| warning.line);
    verdict
}

/// Finds what a log names among some files; `own` is the log's own name there.
pub fn verify_in(log: &Log, archive: &Place<'_>, own: Option<&str>) -> Verdict {
    let names = Names::of(archive.files);
    let wanted: Vec<Wanted> = log.rows.par_iter().map(Wanted::of).collect();
    let roots = place::roots(&wanted, &names);
    let fits: Vec<Option<Fit>> = wanted.par_iter().map(|row| row.fit(&roots, &names)).collect();
    let digests = digests(log, &fits, archive);
    let files = judged(log, &fits, archive, &digests);
    let used: BTreeSet<&String> = files.iter().filter_map(|one| one.file.as_ref()).collect();
    let extra = archive.files.iter().map(|file| &file.name).filter(|name| !used.contains(name) && !is_own(name, own));
    let extra = extra.cloned().collect();
    let mut warnings = warnings(log, &fits, &files, &roots);
    warnings.sort_by_key(|warning| warning.line);
    let mut roots: Vec<Moved> = roots.into_iter().map(|root| Moved { from: root.shown, to: root.to }).collect();
    roots.sort_by(|a, b| a.from.cmp(&b.from));
    Verdict { roots, files, extra, warnings }
}

/// Whether a file belongs to the hashing itself, or to Git.
fn is_own(name: &str, own: Option<&str>) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    own == Some(name) || is_log(last) || last == dod_log::TWIN || name.split('/').any(|part| part == ".git")
}

fn is_log(name: &str) -> bool {
    name.eq_ignore_ascii_case(dod_log::ARTIFACTS) || name.eq_ignore_ascii_case(dod_log::LOG_HASH)
}

type Digests = BTreeMap<(usize, Algorithm), Result<String, String>>;

/// Every file that a row may mean, hashed once for each algorithm.
fn digests(log: &Log, fits: &[Option<Fit>], archive: &Place<'_>) -> Digests {
    let mut keys: BTreeSet<(usize, Algorithm)> = BTreeSet::new();
    for (row, fit) in log.rows.iter().zip(fits) {
        let (Some(fit), Some(algorithm)) = (fit, algorithm(row)) else { continue };
        keys.extend(fit.files.iter().map(|file| (*file, algorithm)));
    }
    let mut keys: Vec<(usize, Algorithm)> = keys.into_iter().collect();
    // The largest first, so that no core is left with one big file at the end.
    keys.sort_by_key(|(file, _)| std::cmp::Reverse(archive.files[*file].size));
    let hashed = |key: &(usize, Algorithm)| (*key, (archive.hash)(&archive.files[key.0], key.1));
    keys.par_iter().with_max_len(16).map(hashed).collect()
}

fn hashed(
    archive: &Archive,
    file: &Entry,
    algorithm: Algorithm,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<String, String> {
    let digest = archive.read(file, |bytes| digest::of_reader(algorithm, bytes, progress));
    digest.map(|(_, digest)| digest).map_err(|error| error.to_string())
}

/// The algorithm of a row, if NIST approves it.
fn algorithm(row: &Logged) -> Option<Algorithm> {
    match row.algorithm {
        "SHA256" => Some(Algorithm::Sha256),
        "SHA384" => Some(Algorithm::Sha384),
        "SHA512" => Some(Algorithm::Sha512),
        _ => None,
    }
}

fn agrees(row: &Logged, found: &str) -> bool {
    if row.digest_cut { found.starts_with(&row.digest) } else { found == row.digest }
}

/// Rows that fit one file first, so that those that fit several take what is left.
fn judged(log: &Log, fits: &[Option<Fit>], archive: &Place<'_>, digests: &Digests) -> Vec<Judged> {
    let lists_more = log.rows.iter().any(|row| !names_log(row));
    let mut claimed = BTreeSet::new();
    let mut order: Vec<usize> = (0..log.rows.len()).collect();
    order.sort_by_key(|i| fits[*i].as_ref().map_or(0, |fit| fit.files.len()));
    let mut judged: Vec<Judged> = Vec::with_capacity(order.len());
    for i in order {
        let row = &log.rows[i];
        let mut one = match &fits[i] {
            None => of_row(row, State::Missing, None),
            Some(fit) => among(row, fit, archive, digests, &mut claimed),
        };
        if lists_more && names_log(row) && matches!(one.state, State::Changed | State::Missing) {
            one.state = State::Superseded;
            "a log of an earlier run, overwritten since".clone_into(&mut one.why);
        }
        judged.push(one);
    }
    judged.sort_by_key(|one| one.line);
    judged
}

fn names_log(row: &Logged) -> bool {
    path::parts(&row.path).last().is_some_and(|last| is_log(last))
}

fn of_row(row: &Logged, state: State, file: Option<&Entry>) -> Judged {
    Judged {
        state,
        line: row.line,
        path: row.path.clone(),
        file: file.map(|file| file.name.clone()),
        algorithm: row.algorithm,
        expected: row.digest.clone(),
        found: None,
        why: String::new(),
    }
}

/// Judges a row by the files that fit its name: the one that has its digest, if there is one.
fn among(row: &Logged, fit: &Fit, archive: &Place<'_>, digests: &Digests, claimed: &mut BTreeSet<usize>) -> Judged {
    let Some(algorithm) = algorithm(row) else {
        let mut one = of_row(row, State::Unverifiable, archive.files.get(fit.files[0]));
        one.why = format!("{} is no algorithm that NIST approves", row.algorithm);
        return one;
    };
    let has_digest = |file: &&usize| {
        digests.get(&(**file, algorithm)).is_some_and(|found| found.as_ref().is_ok_and(|found| agrees(row, found)))
    };
    let chosen = match &fit.files[..] {
        [only] => Some(only),
        several => several.iter().filter(has_digest).find(|file| !claimed.contains(*file)),
    };
    let Some(file) = chosen else {
        let mut one = of_row(row, State::Changed, None);
        one.why = format!("{} files fit its name, and none that is left has its digest", fit.files.len());
        return one;
    };
    claimed.insert(*file);
    alone(row, &archive.files[*file], digests.get(&(*file, algorithm)))
}

fn alone(row: &Logged, file: &Entry, found: Option<&Result<String, String>>) -> Judged {
    let mut one = of_row(row, State::Unreadable, Some(file));
    match found {
        Some(Ok(found)) => {
            one.state = if agrees(row, found) { State::Verified } else { State::Changed };
            if one.state == State::Changed {
                one.why = format!("its {} is not the log's", row.algorithm);
            }
            one.found = Some(found.clone());
        }
        Some(Err(why)) => one.why.clone_from(why),
        None => "it was not read".clone_into(&mut one.why),
    }
    one
}

fn warnings(log: &Log, fits: &[Option<Fit>], files: &[Judged], roots: &[Root]) -> Vec<Remark> {
    let mut warnings = log.remarks.clone();
    let moved = roots.iter().filter(|root| !root.to.is_empty());
    warnings.extend(moved.map(|root| {
        let message = format!("the files of {} were found below `{}`, not at the top", root.shown, root.to);
        Remark { line: None, message }
    }));
    let mut seen: BTreeMap<(&String, &str), usize> = BTreeMap::new();
    for ((row, fit), one) in log.rows.iter().zip(fits).zip(files) {
        let mut add = |line, message| warnings.push(Remark { line: Some(line), message });
        let wrapped = fit.as_ref().map_or(0, |fit| fit.wrapped);
        for (line, text) in row.tail.iter().skip(wrapped) {
            add(*line, reading::not_a_row(text));
        }
        for message in of_fit(row, fit.as_ref(), one) {
            add(row.line, message);
        }
        let Some(file) = &one.file else { continue };
        if let Some(first) = seen.insert((file, row.algorithm), row.line) {
            add(row.line, format!("`{file}` is named a second time, after line {first}"));
        }
    }
    warnings
}

/// What the log lost of a row, and by what it was found all the same.
fn of_fit(row: &Logged, fit: Option<&Fit>, one: &Judged) -> Vec<String> {
    let mut found = Vec::new();
    let (Some(fit), Some(file)) = (fit, &one.file) else { return found };
    if fit.wrapped > 0 {
        found.push("its path is wrapped, and was put together again".to_owned());
    }
    match fit.how {
        How::Exact => {}
        How::Folded => found.push(format!("its name is found as `{file}`, in another spelling")),
        How::Marks => found.push(format!("its `?` stand for letters beyond ASCII: found as `{file}`")),
        How::Cut => found.push(format!("its path is cut: found as `{file}`")),
    }
    if fit.files.len() > 1 {
        found.push(format!("{} files fit its name; `{file}` has its digest", fit.files.len()));
    }
    if row.digest_cut {
        found.push(format!("its digest is cut; {} digits of it were compared", row.digest.len()));
    }
    found
}

/// Whether the log itself is what the log beside it says.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct LogHash {
    /// `agrees`, `differs` or `absent`.
    pub state: &'static str,
    /// The digest in the log beside it.
    pub expected: Option<String>,
    /// The log's own digest.
    pub found: Option<String>,
    /// What differs, as far as it can be told.
    pub why: String,
}

impl LogHash {
    /// Where no such log lies beside.
    pub fn absent() -> Self {
        Self { state: "absent", expected: None, found: None, why: String::new() }
    }
}

/// Compares a log's bytes with the log of its digest.
pub fn log_hash(name: &str, bytes: &[u8], beside: &[u8]) -> LogHash {
    let rows = reading::read(beside).rows;
    let named = |row: &&Logged| path::parts(&row.path).last().is_some_and(|last| last.eq_ignore_ascii_case(name));
    let row = rows.iter().find(named).or_else(|| rows.first().filter(|_| rows.len() == 1));
    let Some((row, algorithm)) = row.and_then(|row| Some((row, algorithm(row)?))) else {
        let why = format!("{} names no digest of {name}", dod_log::LOG_HASH);
        return LogHash { state: "differs", expected: None, found: None, why };
    };
    let found = of_bytes(algorithm, bytes);
    let same = agrees(row, &found);
    let why = match same {
        true => String::new(),
        false if !named(&row) => format!("it is named {name}, and the digest is that of {}", row.path),
        false => why_differs(row, algorithm, bytes),
    };
    let state = if same { "agrees" } else { "differs" };
    LogHash { state, expected: Some(row.digest.clone()), found: Some(found), why }
}

fn of_bytes(algorithm: Algorithm, mut bytes: &[u8]) -> String {
    digest::of_reader(algorithm, &mut bytes, &|_| ()).map(|(_, digest)| digest).unwrap_or_default()
}

/// The most frequent accident: line endings converted on the way.
fn why_differs(row: &Logged, algorithm: Algorithm, bytes: &[u8]) -> String {
    let newlines: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != b'\r').collect();
    let returns = newlines.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]);
    for (form, words) in [(returns, "CRLF to LF"), (newlines, "LF to CRLF")] {
        if agrees(row, &of_bytes(algorithm, &form)) {
            return format!(
                "its line endings were converted from {words}; keep the logs with `-text` in .gitattributes"
            );
        }
    }
    "it was changed after it was hashed, or it is of another run".to_owned()
}

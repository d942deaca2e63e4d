//! The logs of the DoD artifact-hashing guide in a bundle, put onto its evidence.

use std::collections::BTreeMap;

use serde::Serialize;

use super::contents::Contents;
use super::{File, Problem};
use crate::archive::Entry;
use crate::digest::Algorithm;
use crate::dod_log::{ARTIFACTS, LOG_HASH, reading};
use crate::rehash::{self, Place, State};

/// Where they lie.
const FOLDER: &str = "dod/";

/// A log in a bundle.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct DodLog {
    /// Its path in the bundle.
    pub file: String,
    /// How many files it names.
    pub files: usize,
    /// How many of them are in the bundle with its digest.
    pub verified: usize,
    /// Whether the log beside it names its digest.
    pub log_hash: &'static str,
}

/// Judges the log over the evidence, if there is one.
pub(super) fn all(contents: &Contents<'_>, files: &[File], problems: &mut Vec<Problem>) -> Vec<DodLog> {
    let (artifacts, beside) = (format!("{FOLDER}{ARTIFACTS}"), format!("{FOLDER}{LOG_HASH}"));
    let Some(log) = contents.kept(&artifacts) else {
        if contents.files.contains_key(beside.as_str()) {
            problems.push(Problem::of(&beside, format!("there is no {artifacts} that it could speak of")));
        }
        return Vec::new();
    };
    let verdict = of_evidence(contents, files, &log.bytes);
    let wrong = verdict.files.iter().filter(|one| one.state != State::Verified);
    problems.extend(wrong.map(|one| {
        let why = if one.why.is_empty() { String::new() } else { format!(": {}", one.why) };
        Problem::of(&artifacts, format!("line {}: {} is {}{why}", one.line, one.path, one.state.word()))
    }));
    problems.extend(verdict.extra.iter().map(|name| Problem::of(&artifacts, format!("it does not name {name}"))));
    let log_hash = log_hash(contents, &log.bytes, &beside, problems);
    let verified = verdict.count(State::Verified);
    vec![DodLog { file: artifacts, files: verdict.files.len(), verified, log_hash }]
}

/// What becomes of its rows, by the digests that were found already.
fn of_evidence(contents: &Contents<'_>, files: &[File], log: &[u8]) -> rehash::Verdict {
    let digests: BTreeMap<&str, &str> =
        files.iter().filter_map(|file| Some((file.path.as_str(), file.found.as_deref()?))).collect();
    let hash = |file: &Entry, algorithm| match (algorithm, digests.get(file.name.as_str())) {
        (Algorithm::Sha256, Some(digest)) => Ok((*digest).to_owned()),
        (Algorithm::Sha256, None) => Err("it was not read".to_owned()),
        _ => Err("a log of a bundle is by SHA-256".to_owned()),
    };
    let evidence = contents.files.iter().filter(|(path, _)| path.starts_with("evidence/"));
    let named = |(path, entry): (&&str, &&Entry)| {
        let mut entry = (*entry).clone();
        (*path).clone_into(&mut entry.name);
        entry
    };
    let evidence: Vec<Entry> = evidence.map(named).collect();
    rehash::verify_in(&reading::read(log), &Place { files: &evidence, hash: &hash }, None)
}

fn log_hash(contents: &Contents<'_>, log: &[u8], beside: &str, problems: &mut Vec<Problem>) -> &'static str {
    // The script leaves an empty log of an empty folder.
    let Some(kept) = contents.kept(beside) else {
        problems.push(Problem::of(beside, "missing: it names the digest of the log"));
        return "absent";
    };
    let judged = rehash::log_hash(ARTIFACTS, log, &kept.bytes);
    if judged.state == "differs" {
        problems.push(Problem::of(beside, format!("it does not fit {ARTIFACTS}: {}", judged.why)));
    }
    judged.state
}

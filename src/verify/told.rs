//! What the manifest says, against the list of digests and against itself.

use std::collections::{BTreeMap, BTreeSet};

use super::contents::Contents;
use super::{About, Problem};
use crate::date::Date;
use crate::manifest::{self, Edition, Listed, MANIFEST, Manifest, Role, SUMS};

/// Reads it; its bytes must be those that this tool writes of what they say.
pub(super) fn manifest(contents: &Contents<'_>, problems: &mut Vec<Problem>) -> Option<Manifest> {
    let read = match contents.bytes(MANIFEST) {
        Ok(Some(bytes)) => Manifest::read(bytes).map(|manifest| (manifest, bytes)),
        Ok(None) => return None,
        Err(why) => Err(why.to_owned()),
    };
    let (manifest, bytes) = read.map_err(|why| problems.push(Problem::of(MANIFEST, why))).ok()?;
    if manifest.bytes() != bytes {
        problems.push(Problem::of(MANIFEST, "it is not written as this tool writes what it says"));
    }
    Some(manifest)
}

/// Compares it with the list of digests, and its parts with each other.
pub(super) fn compare(manifest: &Manifest, sums: &BTreeMap<String, String>, problems: &mut Vec<Problem>) {
    let mut told = |path: &str, what: String| problems.push(Problem::of(MANIFEST, format!("{path}: {what}")));
    for (path, what) in listed(manifest, sums) {
        told(path, what);
    }
    for edition in &manifest.editions {
        if let Some(what) = of_edition(edition, manifest) {
            told(&format!("the edition {} of {}", edition.location, edition.artifact), what);
        }
    }
    for path in uncited(manifest) {
        told(path, "it is evidence, and no edition is said to lie there".to_owned());
    }
    for (name, what) in figures(manifest) {
        told(name, what.to_owned());
    }
}

/// Files that it names and the list does not, or otherwise; and the other way round.
fn listed<'a>(manifest: &'a Manifest, sums: &'a BTreeMap<String, String>) -> Vec<(&'a str, String)> {
    let mut wrong: Vec<(&str, String)> = Vec::new();
    for pair in manifest.files.windows(2) {
        if pair[0].path >= pair[1].path {
            wrong.push((&pair[1].path, "its files are not sorted by path, each once".to_owned()));
        }
    }
    for file in &manifest.files {
        wrong.extend(of_file(file, sums).map(|what| (file.path.as_str(), what)));
    }
    let named: BTreeSet<&str> = manifest.files.iter().map(|file| file.path.as_str()).collect();
    let unnamed = sums.keys().filter(|path| *path != MANIFEST && !named.contains(path.as_str()));
    wrong.extend(unnamed.map(|path| (path.as_str(), format!("{SUMS} names it, and the manifest does not"))));
    wrong
}

fn of_file(file: &Listed, sums: &BTreeMap<String, String>) -> Option<String> {
    if file.path == MANIFEST || file.path == SUMS || manifest::is_signature(&file.path) {
        return Some("it is named among the files, and cannot be".to_owned());
    }
    match sums.get(&file.path) {
        None => return Some(format!("{SUMS} does not name it")),
        Some(sha256) if *sha256 != file.sha256 => return Some(format!("{SUMS} has another digest of it")),
        Some(_) => {}
    }
    let role = role(&file.path)?;
    (file.role != role)
        .then(|| format!("its role is {}, and where it lies is the place of {}", word(file.role), word(role)))
}

/// The role of what lies in a folder that has one.
fn role(path: &str) -> Option<Role> {
    let (folder, _) = path.split_once('/')?;
    match folder {
        "documents" => Some(Role::Document),
        "evidence" => Some(Role::Evidence),
        "sources" => Some(Role::Source),
        "history" => Some(Role::History),
        "trust" => Some(Role::Trust),
        "dod" => Some(Role::DodLog),
        _ => None,
    }
}

fn word(role: Role) -> &'static str {
    match role {
        Role::Document => "document",
        Role::Evidence => "evidence",
        Role::Source => "source",
        Role::History => "history",
        Role::Trust => "trust",
        Role::DodLog => "dod-log",
        Role::Guide => "guide",
    }
}

/// What is wrong with an edition.
fn of_edition(edition: &Edition, manifest: &Manifest) -> Option<String> {
    let Some(path) = &edition.path else {
        return edition.withheld.is_none().then(|| "it is not in the bundle, and nothing says why".to_owned());
    };
    if edition.withheld.is_some() {
        return Some(format!("it is said to be withheld, and to lie at {path}"));
    }
    let kept = manifest.since.as_ref().and_then(|since| since.unchanged.get(path));
    let (sha256, size) = match (file(manifest, path), kept) {
        (Some(file), _) if file.role != Role::Evidence => return Some(format!("{path} is no evidence")),
        (Some(file), _) => (&file.sha256, Some(file.size)),
        (None, Some(sha256)) => (sha256, edition.size),
        (None, None) => return Some(format!("it is said to lie at {path}, which is not among the files")),
    };
    // What no lock names is only as certain as the list of digests.
    let is_unlocked = edition.sha256.is_none() && edition.size.is_none();
    let same = edition.sha256.as_ref() == Some(sha256) && edition.size == size;
    (!same && !is_unlocked).then(|| format!("size or digest is not that of {path}"))
}

fn file<'a>(manifest: &'a Manifest, path: &str) -> Option<&'a Listed> {
    let at = manifest.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
    manifest.files.get(at)
}

/// Evidence that is there for no edition.
fn uncited(manifest: &Manifest) -> impl Iterator<Item = &str> {
    let cited: BTreeSet<&str> = manifest.editions.iter().filter_map(|edition| edition.path.as_deref()).collect();
    let evidence = manifest.files.iter().filter(|file| file.role == Role::Evidence);
    evidence.map(|file| file.path.as_str()).filter(move |path| !cited.contains(path))
}

/// What people read in the verdict must be what it looks like.
fn figures(manifest: &Manifest) -> Vec<(&'static str, &'static str)> {
    let is_id = |id: &str| matches!(id.len(), 40 | 64) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut wrong = Vec::new();
    let mut must = |holds: bool, name, what| {
        if !holds {
            wrong.push((name, what));
        }
    };
    must(is_id(&manifest.commit), "commit", "it is no commit's name in full");
    must(is_id(&manifest.tree), "tree", "it is no tree's name in full");
    must(manifest.as_of.parse::<Date>().is_ok(), "as_of", "it is no day");
    must(manifest.committed.get(..10).is_some_and(|day| day.parse::<Date>().is_ok()), "committed", "it is no time");
    wrong
}

/// The manifest in brief.
pub(super) fn about(manifest: &Manifest) -> About {
    let (here, elsewhere): (Vec<&Edition>, Vec<&Edition>) =
        manifest.editions.iter().partition(|edition| edition.path.is_some());
    let by_digest = elsewhere.iter().filter(|edition| edition.sha256.is_some()).count();
    About {
        tool: manifest.tool.clone(),
        organization: manifest.organization.clone(),
        system: manifest.system.clone(),
        commit: manifest.commit.clone(),
        committed: manifest.committed.clone(),
        as_of: manifest.as_of.clone(),
        evidence: manifest.evidence,
        size: manifest.files.iter().fold(0, |sum, file| file.size.saturating_add(sum)),
        editions: here.len(),
        by_digest,
        without_digest: elsewhere.len() - by_digest,
    }
}

//! The editions of evidence: which of them go into the bundle and where, which are withheld and why, and whether each is
//! what the lock says.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::Found;
use crate::ids;
use crate::manifest::{Chosen, Edition};
use crate::model::LockEntry;
use crate::model::artifact::ArtifactState;
use crate::model::assessment::{Assessment, EditionFile, EditionState, Series};
use crate::source::{self, Tree};
use crate::{digest, load};

/// The folder of editions that lie outside `evidence/` of the root.
const ELSEWHERE: &str = "evidence/_elsewhere";

/// Where each edition is to lie in the bundle, or why it is withheld, by location.
pub(super) struct Places(BTreeMap<String, Result<String, String>>);

impl Places {
    /// Decides it by what is written alone; a file that two artifacts cite is withheld if either is.
    pub(super) fn of(assessment: &Assessment, chosen: Chosen) -> Self {
        let mut places: BTreeMap<String, Result<String, String>> = BTreeMap::new();
        for (series, edition) in placed(assessment) {
            let location = &edition.location;
            match why_withheld(series, chosen) {
                Some(why) => drop(places.insert(location.clone(), Err(why))),
                None => {
                    places.entry(location.clone()).or_insert_with(|| Ok(place(series, location)));
                }
            }
        }
        part_twins(&mut places);
        Self(places)
    }

    /// The editions that are to lie in the bundle: location and path.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(location, place)| Some((location.as_str(), place.as_deref().ok()?)))
    }
}

/// Every edition that says where it lies.
fn placed(assessment: &Assessment) -> impl Iterator<Item = (&Series, &EditionFile)> {
    assessment.editions().filter(|(_, edition)| !edition.location.is_empty())
}

fn why_withheld(series: &Series, chosen: Chosen) -> Option<String> {
    let artifact = &series.artifact;
    let is_view_only = artifact.state.as_ref().is_some_and(|state| state.value == ArtifactState::ViewOnly);
    match (chosen, &artifact.marking) {
        (Chosen::None, _) => Some("only digests were chosen".to_owned()),
        _ if is_view_only => Some("it may only be looked at where it is kept".to_owned()),
        (Chosen::Unmarked, Some(marking)) => {
            Some(format!("artifact `{}` is marked {}", artifact.id.name, marking.value))
        }
        _ => None,
    }
}

/// Below `evidence/` an edition keeps its path; whatever a name says, none leads out of the bundle.
fn place(series: &Series, location: &str) -> String {
    if location.starts_with("evidence/") && source::normal(location).as_deref() == Some(location) {
        return location.to_owned();
    }
    let path = location.split(['?', '#']).next().unwrap_or(location);
    let is_name = |part: &&str| !matches!(*part, "" | "." | "..");
    let name = path.rsplit(['/', '\\']).find(is_name).unwrap_or("edition");
    let id = &series.artifact.id.name;
    let folder = if ids::is_kebab(id) { id.clone() } else { digest::of_bytes(id.as_bytes()).sha256[..8].to_owned() };
    format!("{ELSEWHERE}/{folder}/{name}")
}

/// Puts editions from elsewhere that would lie on one path into folders named after where they come from.
fn part_twins(places: &mut BTreeMap<String, Result<String, String>>) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for path in places.values().flatten() {
        *counts.entry(ids::folded(path)).or_default() += 1;
    }
    for (location, place) in places {
        let Ok(path) = place else { continue };
        if path.starts_with(ELSEWHERE)
            && counts[&ids::folded(path)] > 1
            && let Some((folder, name)) = path.rsplit_once('/')
        {
            let from = &digest::of_bytes(location.as_bytes()).sha256[..8];
            *path = format!("{folder}/{from}/{name}");
        }
    }
}

/// An edition that is in the bundle.
pub(super) struct Carried {
    pub(super) location: String,
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) sha256: String,
}

/// An edition that is not what the lock says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// The artifact.
    pub artifact: String,
    /// Its path or URL.
    pub location: String,
    /// What is wrong with it.
    pub why: String,
}

/// What became of every edition.
pub(super) struct Lots {
    carried: Vec<Carried>,
    editions: Vec<Edition>,
    /// Lines of the lock by artifact and place: those of this root, and of the one that it extends.
    locked: BTreeMap<(String, String), LockEntry>,
    /// The place of each location: from the top of the repository, or as written for what lies outside.
    places: BTreeMap<String, String>,
}

impl Lots {
    pub(super) fn of(assessment: &Assessment, places: &Places, tree: &Tree<'_>) -> Self {
        let locked = locked(assessment, tree);
        let by_location =
            placed(assessment).map(|(_, edition)| (edition.location.clone(), of_place(&edition.location, tree)));
        let mut lots = Self { carried: Vec::new(), editions: Vec::new(), locked, places: by_location.collect() };
        let mut seen = BTreeSet::new();
        for (series, edition) in placed(assessment) {
            let is_new = seen.insert((series.artifact.id.name.as_str(), edition.location.as_str()));
            if is_new {
                lots.add(series, edition, &places.0[&edition.location]);
            }
        }
        lots.editions.sort_by(|a, b| (&a.artifact, &a.location).cmp(&(&b.artifact, &b.location)));
        lots.carried.sort_by(|a, b| a.path.cmp(&b.path));
        lots.carried.dedup_by(|a, b| a.path == b.path);
        lots
    }

    fn add(&mut self, series: &Series, edition: &EditionFile, place: &Result<String, String>) {
        let locked = self.line(series, edition).cloned();
        let withheld = place.as_ref().err().cloned().or_else(|| why_absent(&edition.state));
        let path = place.clone().ok().filter(|_| withheld.is_none());
        if let (Some(path), EditionState::Present { size, sha256, .. }) = (&path, &edition.state) {
            let (location, path) = (edition.location.clone(), path.clone());
            self.carried.push(Carried { location, path, size: *size, sha256: sha256.clone() });
        }
        let found = Found { state: edition.state.clone(), content: edition.content.clone() };
        self.editions.push(Edition {
            artifact: series.artifact.id.name.clone(),
            location: edition.location.clone(),
            size: locked.as_ref().map(|line| line.size),
            sha256: locked.map(|line| line.sha256),
            path,
            withheld,
            marking: series.artifact.marking.as_ref().map(|marking| marking.value.clone()),
            found: serde_json::to_value(found).expect("what was found is plain data"),
        });
    }

    fn line(&self, series: &Series, edition: &EditionFile) -> Option<&LockEntry> {
        self.locked.get(&(series.artifact.id.name.clone(), self.places[&edition.location].clone()))
    }

    /// The editions that are not what the lock says.
    pub(super) fn wrong(&self, assessment: &Assessment) -> Vec<Wrong> {
        let wrong = |(series, edition): (&Series, &EditionFile)| {
            let why = why_wrong(&edition.state, self.line(series, edition))?;
            Some(Wrong { artifact: series.artifact.id.name.clone(), location: edition.location.clone(), why })
        };
        let mut all: Vec<Wrong> = placed(assessment).filter_map(wrong).collect();
        all.sort_by(|a, b| (&a.artifact, &a.location).cmp(&(&b.artifact, &b.location)));
        all.dedup();
        all
    }

    pub(super) fn carried(&self) -> &[Carried] {
        &self.carried
    }

    pub(super) fn editions(&self) -> Vec<Edition> {
        self.editions.clone()
    }

    /// Where editions lie as seen from the documents, by location.
    pub(super) fn held(&self) -> BTreeMap<String, String> {
        self.carried
            .iter()
            .map(|carried| (carried.location.clone(), format!("../{}", as_href(&carried.path))))
            .collect()
    }

    /// The files of the repository, from its top, that are editions of marked evidence that is withheld.
    pub(super) fn withheld(&self, tree: &Tree<'_>) -> BTreeSet<String> {
        let withheld = self.editions.iter().filter(|edition| edition.withheld.is_some() && edition.marking.is_some());
        withheld.filter_map(|edition| tree.from_top(&edition.location)).collect()
    }
}

/// The lines of the lock, and of that of the root that it extends.
fn locked(assessment: &Assessment, tree: &Tree<'_>) -> BTreeMap<(String, String), LockEntry> {
    let own = assessment.lock.iter().flat_map(|lock| &lock.value.entries);
    let mut all: BTreeMap<(String, String), LockEntry> =
        own.map(|((id, location), line)| ((id.clone(), of_place(location, tree)), line.clone())).collect();
    let base = assessment.config.extends.as_ref().and_then(|base| tree.sibling(&base.value));
    let Some(base) = base.filter(|base| base.prefix() != tree.prefix()) else { return all };
    if let Ok(Some(bytes)) = base.read("evidence.lock") {
        let lock = load::read_lock(&String::from_utf8_lossy(&bytes), 0, &mut Vec::new());
        for ((id, location), line) in lock.entries {
            all.entry((id, of_place(&location, &base))).or_insert(line);
        }
    }
    all
}

/// One name of a location for both roots of a repository.
fn of_place(location: &str, tree: &Tree<'_>) -> String {
    let inside = if source::is_outside(location) { None } else { tree.from_top(location) };
    inside.unwrap_or_else(|| location.to_owned())
}

fn why_absent(state: &EditionState) -> Option<String> {
    match state {
        EditionState::Present { .. } => None,
        EditionState::Pointer { .. } => Some("a Git LFS pointer stands for it; `git lfs pull` fetches it".to_owned()),
        EditionState::Elsewhere(why) => Some(format!("it is kept elsewhere: {why}")),
        EditionState::Missing => Some("it is missing".to_owned()),
        EditionState::Unreadable(why) => Some(why.clone()),
    }
}

fn why_wrong(state: &EditionState, line: Option<&LockEntry>) -> Option<String> {
    let (size, sha256) = match state {
        EditionState::Present { size, sha256, .. } | EditionState::Pointer { size, sha256 } => (size, sha256),
        EditionState::Missing => return Some("it is missing".to_owned()),
        EditionState::Unreadable(why) => return Some(format!("it cannot be read: {why}")),
        EditionState::Elsewhere(_) => return None,
    };
    let Some(line) = line else { return Some("evidence.lock has no line for it".to_owned()) };
    let is_same = line.size == *size && line.sha256 == *sha256;
    let short = |digest: &str| digest.get(..12).unwrap_or(digest).to_owned();
    (!is_same).then(|| {
        format!(
            "evidence.lock has {} with {} bytes, and {} with {size} bytes stands there",
            short(&line.sha256),
            line.size,
            short(sha256)
        )
    })
}

/// A path as the link of a page.
fn as_href(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let escaped = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_nothing_that_a_browser_would_read_otherwise() {
        assert_eq!(as_href("evidence/a b#1?%.csv"), "evidence/a%20b%231%3F%25.csv");
        assert_eq!(as_href("evidence/\u{e9}.csv"), "evidence/%C3%A9.csv");
    }

    #[test]
    fn editions_from_elsewhere_that_share_a_name_are_parted_and_others_are_not() {
        let at = |path: &str| Ok(path.to_owned());
        let mut places = BTreeMap::from([
            ("/a/Log.txt".to_owned(), at("evidence/_elsewhere/logs/Log.txt")),
            ("/b/log.txt".to_owned(), at("evidence/_elsewhere/logs/log.txt")),
            ("/c/other.txt".to_owned(), at("evidence/_elsewhere/logs/other.txt")),
        ]);
        part_twins(&mut places);
        let paths: BTreeSet<String> = places.values().flatten().map(|path| ids::folded(path)).collect();
        assert_eq!(paths.len(), 3, "{paths:?}");
        assert_eq!(places["/c/other.txt"], at("evidence/_elsewhere/logs/other.txt"));
    }
}

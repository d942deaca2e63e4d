//! A commit to the release bundle that an assessor receives: documents, evidence, sources, history, trust, the logs of
//! the DoD hashing guide, how to check them, the manifest and the list of digests.
//!
//! Everything is read from the commit but evidence, which is read where it lies, once, and has to be what the lock of
//! the commit says. The same commit, day and choice of evidence give the same bytes on any machine.

pub mod derived;
pub mod dod;
mod editions;
mod guide;
mod sources;
pub mod staging;
mod summary;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use crate::archive::Archive;
use crate::cache::Cache;
use crate::catalog::Catalog;
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Level};
use crate::dod_log::ARTIFACTS;
use crate::evidence::{self, Copies, Found};
use crate::failure::{Cause, Failure};
use crate::git::{Git, Oid};
use crate::manifest::{self, Chosen, Listed, MANIFEST, Manifest, PACK, REFS, Role, SUMS};
use crate::model::assessment::{Assessment, EditionState};
use crate::program::Tool;
use crate::rule::Facts;
use crate::source::Tree;
use crate::{check, delta, digest, history, load, resolve, score, timestamp};
pub use editions::Wrong;
use editions::{Lots, Places};
use staging::Folder;

/// Files by path.
type Files = BTreeMap<String, Vec<u8>>;

/// What a bundle is made of.
pub struct Asked<'a> {
    /// The repository.
    pub git: &'a Git,
    /// The root's folder on disk, where evidence is read.
    pub directory: &'a Path,
    /// The root's folder, relative to the Git root; empty at the top.
    pub prefix: &'a str,
    /// The commit.
    pub commit: Oid,
    /// The day to which ages and lapses are counted.
    pub as_of: Date,
    /// Which evidence goes into it.
    pub evidence: Chosen,
    /// Told of bytes of evidence read.
    pub progress: &'a (dyn Fn(u64) + Sync),
}

/// What makes a bundle: this tool and its version.
pub fn tool() -> String {
    format!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
}

/// The day that a bundle is of, unless another is asked for: the committer's, in UTC.
pub fn day_of(git: &Git, commit: Oid) -> Result<Date, Failure> {
    git.committed_at(commit).map(Date::of_unix)
}

/// The folders from the top that a bundle is made of: the root's, and that of the root which it extends.
pub fn roots(git: &Git, commit: Oid, prefix: &str) -> Result<Vec<String>, Failure> {
    let tree = Tree::revision(git, commit, prefix)?;
    let records = load::tree(&tree, &mut Vec::new())?;
    let base = records.config.as_ref().and_then(|config| tree.sibling(&config.extends.as_ref()?.value));
    Ok(std::iter::once(&tree).chain(&base).map(|root| root.prefix().to_owned()).collect())
}

/// A commit with its evidence copied, before anything else is written.
pub struct Gathered<'a> {
    asked: &'a Asked<'a>,
    tree: Tree<'a>,
    /// The repository as the log was read from it: what was read goes into the pack.
    log: Git,
    lots: Lots,
    /// By path in the bundle, the ids that the bytes of evidence have, where the blobs themselves are not here.
    ids: Option<BTreeMap<String, Oid>>,
    /// What the rules see.
    pub facts: Facts,
    /// What the rules say of it.
    pub diagnostics: Vec<Diagnostic>,
    /// Evidence that is not what the lock says: of such a commit no bundle is made.
    pub wrong: Vec<Wrong>,
}

/// Reads the commit, copies its evidence into the folder of the bundle, and runs every rule.
pub fn gather<'a>(asked: &'a Asked<'a>, folder: &Folder) -> Result<Gathered<'a>, Failure> {
    gathered(asked, None, &mut |assessment, places, tree| copy(assessment, places, (tree, asked), folder))
}

/// What a bundle says of its evidence, for whoever has not got what it was made of.
pub struct Recorded {
    /// What was found, by location.
    pub found: BTreeMap<String, Found>,
    /// By path in the bundle, the ids that the bytes of evidence have.
    pub ids: BTreeMap<String, Oid>,
}

/// The same as [`gather`], of evidence that was found before; nothing is copied.
pub fn gather_again<'a>(asked: &'a Asked<'a>, recorded: &Recorded) -> Result<Gathered<'a>, Failure> {
    let ids = Some(recorded.ids.clone());
    gathered(asked, ids, &mut |assessment, _, _| evidence::settle(assessment, &recorded.found))
}

/// Finds what stands where editions should be.
type Finding<'f> = &'f mut dyn FnMut(&mut Assessment, &Places, &Tree<'_>) -> Result<(), Failure>;

fn gathered<'a>(
    asked: &'a Asked<'a>,
    ids: Option<BTreeMap<String, Oid>>,
    find: Finding<'_>,
) -> Result<Gathered<'a>, Failure> {
    let tree = Tree::revision(asked.git, asked.commit, asked.prefix)?;
    let mut found = Vec::new();
    let records = load::tree(&tree, &mut found)?;
    let mut assessment = resolve::assessment(records, Catalog::rev2(), &mut found);
    let places = Places::of(&assessment, asked.evidence);
    find(&mut assessment, &places, &tree)?;
    let lots = Lots::of(&assessment, &places, &tree);
    let log = asked.git.noting();
    let facts = facts(assessment, &tree, &log, asked)?;
    let diagnostics = check::run(&facts, &check::Wanted::default(), found);
    let wrong = lots.wrong(&facts.assessment);
    Ok(Gathered { asked, tree, log, lots, ids, facts, diagnostics, wrong })
}

/// Finds the state of every edition and copies those that go into the bundle, in one pass.
fn copy(
    assessment: &mut Assessment,
    places: &Places,
    (tree, asked): (&Tree<'_>, &Asked<'_>),
    folder: &Folder,
) -> Result<(), Failure> {
    let on_disk = Tree::folder(asked.directory, Some(asked.git))?;
    let copies: Copies = places.all().map(|(location, path)| (location.to_owned(), folder.path(path))).collect();
    for copy in copies.values() {
        folder.make_room(copy)?;
    }
    evidence::digest_and_copy(assessment, (&on_disk, tree), &copies, asked.progress)?;
    let is_present = |state: &EditionState| matches!(state, EditionState::Present { .. });
    let absent = assessment.editions().filter(|(_, edition)| !is_present(&edition.state));
    let absent: BTreeSet<&str> = absent.map(|(_, edition)| edition.location.as_str()).collect();
    copies.iter().filter(|(location, _)| absent.contains(location.as_str())).try_for_each(|(_, copy)| folder.drop(copy))
}

/// The facts of the commit; days after its own are not yet. Nothing is taken from earlier walks: what the log is read
/// for is noted.
fn facts(assessment: Assessment, tree: &Tree<'_>, git: &Git, asked: &Asked<'_>) -> Result<Facts, Failure> {
    let log = history::Asked {
        tip: Some(asked.commit),
        prefix: tree.prefix(),
        as_of: asked.as_of,
        today: Some(day_of(git, asked.commit)?),
        cache: &Cache::none(),
        trust_root: None,
        shared: None,
    };
    let history = history::of(git, &log, &assessment)?;
    if history.unjudged > 0 && !timestamp::is_judge(&Tool::named("openssl")) {
        let message = "the log has time stamps, and openssl, which judges them, cannot be run here: install it, so that \
                       the bundle says the same as on any other machine";
        return Err(Failure::new(Cause::Helper, message));
    }
    let history = Some(history);
    let score = score::of(&assessment);
    Ok(Facts { assessment, history, score, as_of: asked.as_of })
}

impl Gathered<'_> {
    /// Whether a rule denies something.
    pub fn is_denied(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Deny)
    }

    /// Writes everything but evidence, which is there, and gives the manifest and the list of digests.
    pub fn write(&self, folder: &Folder) -> Result<(Manifest, Vec<u8>), Failure> {
        let (manifest, sums) = self.write_all_but_evidence(folder)?;
        folder.settle(manifest.files.iter().map(|file| file.path.as_str()).chain([MANIFEST, SUMS]))?;
        Ok((manifest, sums))
    }

    /// Leaves in the folder, which is whole, what is new or changed since an older bundle.
    pub fn since(&self, older: &Archive, folder: &Folder) -> Result<(Manifest, Vec<u8>), Failure> {
        let (flavour, root) = dod::named(None, &self.facts.assessment)?;
        let (manifest, sums) = delta::folder(older, folder.root(), Some((flavour, &root)))?;
        folder.settle(manifest.files.iter().map(|file| file.path.as_str()).chain([MANIFEST, SUMS]))?;
        Ok((manifest, sums))
    }

    /// The same where the evidence is not there; permissions and times are left as they come.
    pub fn write_all_but_evidence(&self, folder: &Folder) -> Result<(Manifest, Vec<u8>), Failure> {
        let mut files = self.evidence()?;
        let derived = self.derived()?;
        // The documents look back at old revisions, and the pack takes what they read.
        let (pack, refs) = self.pack(folder)?;
        files.insert(PACK.to_owned(), pack);
        let mut add = |role, path: &str, bytes: &[u8]| -> Result<(), Failure> {
            files.insert(path.to_owned(), put(folder, role, path, bytes)?);
            Ok(())
        };
        for (path, bytes) in derived {
            add(if path.starts_with("history/") { Role::History } else { Role::Document }, &path, &bytes)?;
        }
        add(Role::History, REFS, refs.as_bytes())?;
        let (logs, unloggable) = dod::logs(&self.lots, &self.facts.assessment)?;
        for (path, bytes) in logs {
            add(Role::DodLog, &path, &bytes)?;
        }
        for taken in sources::files(&self.tree, &self.facts.assessment, &self.lots.withheld(&self.tree))? {
            let mut listed = put(folder, taken.role, &taken.path, &taken.bytes)?;
            listed.commit = Some(self.asked.commit.to_string());
            listed.blob = Some(taken.blob.to_string());
            listed.source = Some(taken.source);
            files.insert(taken.path, listed);
        }
        let mut manifest = self.manifest(files)?;
        for (path, text) in guide::files(&manifest, &unloggable) {
            manifest.files.push(put(folder, Role::Guide, path, text.as_bytes())?);
        }
        manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
        finish(manifest, folder)
    }

    fn derived(&self) -> Result<Files, Failure> {
        let held = self.lots.held();
        let (logs, _) = dod::logs(&self.lots, &self.facts.assessment)?;
        let log = logs.get(&dod::path(ARTIFACTS)).map(Vec::as_slice);
        derived::files((&self.log, &self.tree), (&self.facts, &self.diagnostics), (&held, log))
    }

    /// Writes the log, for whoever walks it again without the repository, and gives the references that go with it.
    fn pack(&self, folder: &Folder) -> Result<(Listed, String), Failure> {
        let Asked { commit, prefix, .. } = self.asked;
        let roots = roots(&self.log, *commit, prefix)?;
        let path = folder.path(PACK);
        folder.make_room(&path)?;
        let failed = |error: std::io::Error| Failure::io("write", &path, &error);
        let mut out = BufWriter::new(File::create(&path).map_err(failed)?);
        let unwritten = |failure: Failure| match failure.cause {
            Cause::Io => Failure::new(Cause::Io, format!("cannot write {}: {}", path.display(), failure.message)),
            _ => failure,
        };
        let packed = self.log.pack(*commit, &roots, &self.lots.withheld(&self.tree), &mut out).map_err(unwritten)?;
        out.flush().map_err(failed)?;
        let found = digest::of_file(&path, &|_| {}).map_err(failed)?;
        Ok((listed(Role::History, PACK, found), packed.refs))
    }

    /// The evidence that is in the bundle; what is a file of the commit to the byte says so.
    fn evidence(&self) -> Result<BTreeMap<String, Listed>, Failure> {
        let mut files = BTreeMap::new();
        for carried in self.lots.carried() {
            let mut listed = Listed {
                path: carried.path.clone(),
                role: Role::Evidence,
                size: carried.size,
                sha256: carried.sha256.clone(),
                commit: None,
                blob: None,
                source: None,
            };
            let committed = match &self.ids {
                None => sources::committed(&self.tree, carried)?,
                Some(ids) => sources::committed_as(&self.tree, carried, ids.get(&carried.path).copied()),
            };
            if let Some((blob, source)) = committed {
                listed.commit = Some(self.asked.commit.to_string());
                listed.blob = Some(blob.to_string());
                listed.source = Some(source);
            }
            files.insert(listed.path.clone(), listed);
        }
        Ok(files)
    }

    fn manifest(&self, files: BTreeMap<String, Listed>) -> Result<Manifest, Failure> {
        let Asked { git, prefix, commit, as_of, evidence, .. } = self.asked;
        let config = &self.facts.assessment.config;
        let top = git.tree_of(*commit)?;
        Ok(Manifest {
            version: 1,
            tool: tool(),
            organization: config.organization.as_ref().map(|found| found.name.value.clone()).unwrap_or_default(),
            system: config.system.as_ref().map(|system| system.name.value.clone()),
            commit: commit.to_string(),
            tree: git.tree_below(top, prefix)?.unwrap_or(top).to_string(),
            root: (*prefix).to_owned(),
            committed: timestamp::rfc3339(git.committed_at(*commit)?),
            as_of: as_of.to_string(),
            evidence: *evidence,
            summary: summary::of(&self.facts, &self.diagnostics),
            since: None,
            files: files.into_values().collect(),
            editions: self.lots.editions(),
        })
    }

    /// What the folder that an archive unpacks to is called.
    pub fn name(&self) -> String {
        format!("demarcate-{}-{}", self.asked.as_of, &self.asked.commit.to_string()[..12])
    }
}

/// Refuses names that a system cannot hold, and writes the manifest and the list of digests.
fn finish(manifest: Manifest, folder: &Folder) -> Result<(Manifest, Vec<u8>), Failure> {
    staging::refuse_names(manifest.files.iter().map(|file| file.path.as_str()))?;
    let bytes = manifest.bytes();
    folder.put(MANIFEST, &bytes)?;
    let mut digests: BTreeMap<String, String> =
        manifest.files.iter().map(|file| (file.path.clone(), file.sha256.clone())).collect();
    digests.insert(MANIFEST.to_owned(), digest::of_bytes(&bytes).sha256);
    let sums = manifest::sums(&digests).into_bytes();
    folder.put(SUMS, &sums)?;
    Ok((manifest, sums))
}

/// Writes a file and says what it is.
fn put(folder: &Folder, role: Role, path: &str, bytes: &[u8]) -> Result<Listed, Failure> {
    folder.put(path, bytes)?;
    Ok(listed(role, path, digest::of_bytes(bytes)))
}

fn listed(role: Role, path: &str, found: digest::Digested) -> Listed {
    let digest::Digested { size, sha256 } = found;
    Listed { path: path.to_owned(), role, size, sha256, commit: None, blob: None, source: None }
}

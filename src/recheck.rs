//! Whether a bundle follows from itself: its commit, log and rules once more, from what it holds alone, to the byte.
//!
//! The history is unpacked into a repository of its own, where each object is what its bytes say, the rules run over the
//! commit that the manifest names, and every file but evidence is made again. Of evidence that is not in the bundle what
//! the manifest recorded is taken; what it recorded of evidence that is, is compared with the file.

mod compare;

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::archive::{Archive, Entry};
use crate::bundle::staging::Staging;
use crate::bundle::{self, Asked, Recorded};
use crate::content::{self, Content, LARGEST_SCANNED};
use crate::evidence::Found;
use crate::failure::{Cause, Failure};
use crate::git::{Git, IdKind, Oid};
use crate::manifest::{Edition, Listed, MANIFEST, Manifest, PACK, REFS, Role};
use crate::model::assessment::EditionState;
use crate::program;
use crate::source;

/// The longest list of references that is read, in bytes.
const LARGEST_REFS: u64 = 64 << 20;

/// Something in a bundle that does not follow from the rest of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Difference {
    /// Its path in the bundle.
    pub path: String,
    /// The first line that differs, from 1; `None` where it is not about a line.
    pub line: Option<usize>,
    /// What the bundle says, shortened.
    pub theirs: Option<String>,
    /// What follows from it, shortened.
    pub ours: Option<String>,
}

impl Difference {
    fn of(path: &str, theirs: Option<&str>, ours: Option<&str>) -> Self {
        let words = |words: Option<&str>| words.map(str::to_owned);
        Self { path: path.to_owned(), line: None, theirs: words(theirs), ours: words(ours) }
    }
}

/// Makes everything but evidence again and compares it; empty where the bundle follows from itself. The digests of its
/// files have been compared with the manifest before. A bundle that another version made differs first in that.
pub fn bundle(archive: &Archive, manifest: &Manifest) -> Result<Vec<Difference>, Failure> {
    if manifest.since.is_some() {
        let message = "this is a delta, which holds only what changed: give the whole bundle";
        return Err(Failure::new(Cause::Usage, message));
    }
    let folder = program::Folder::new().map_err(|error| unreadable(&error))?;
    let held = Held::of(archive, manifest, &folder.path().join("history"))?;
    let mut differences: Vec<Difference> = other_tool(manifest).into_iter().chain(held.differences).collect();
    let commit = held.git.commit(&manifest.commit)?;
    let asked = Asked {
        git: &held.git,
        directory: folder.path(),
        prefix: &manifest.root,
        commit,
        as_of: manifest.as_of.parse().map_err(|()| lies(&format!("`{}` is no day", manifest.as_of.escape_debug())))?,
        evidence: manifest.evidence,
        progress: &|_| {},
    };
    let staging = Staging::beside(&folder.path().join("made"))?;
    let made = staging.folder(0)?;
    let (ours, _) = bundle::gather_again(&asked, &held.recorded)?.write_all_but_evidence(&made)?;
    differences.extend(compare::files(archive, (manifest, &ours), &made)?);
    Ok(differences)
}

fn lies(why: &str) -> Failure {
    Failure::new(Cause::Archive, format!("the manifest of the bundle cannot be right: {why}"))
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::new(Cause::Io, format!("cannot make the bundle again: {error}"))
}

fn other_tool(manifest: &Manifest) -> Option<Difference> {
    let ours = bundle::tool();
    (manifest.tool != ours).then(|| Difference::of(MANIFEST, Some(&manifest.tool), Some(&ours)))
}

/// The path of a file without the one folder that everything is in.
fn path_of<'e>(entry: &'e Entry, top: Option<&str>) -> &'e str {
    let below = top.and_then(|top| entry.name.strip_prefix(top)?.strip_prefix('/'));
    below.unwrap_or(&entry.name)
}

/// What a bundle holds of what it was made of.
struct Held {
    git: Git,
    recorded: Recorded,
    differences: Vec<Difference>,
}

impl Held {
    /// Unpacks the log, and looks at the evidence that is there.
    fn of(archive: &Archive, manifest: &Manifest, folder: &Path) -> Result<Self, Failure> {
        let kind = IdKind::of_hex(&manifest.commit).ok_or_else(|| lies("its commit is no name of one"))?;
        let refs = refs(archive)?;
        let found = found(manifest)?;
        let mut evidence = Evidence { kind, found: &found, manifest, ids: BTreeMap::new(), differences: Vec::new() };
        let (top, mut git) = (archive.top(), None);
        let listed: BTreeMap<&str, &Listed> = manifest.files.iter().map(|file| (file.path.as_str(), file)).collect();
        let mut look = |entry: &Entry, mut bytes: &mut dyn Read| {
            let path = path_of(entry, top.as_deref());
            match listed.get(path) {
                Some(file) if file.role == Role::Evidence => evidence.look(file, &mut bytes)?,
                Some(_) if path == PACK => git = Some(Git::unpack(folder, &manifest.commit, &mut bytes, &refs)),
                _ => {}
            }
            // An archive tells only whoever reads to its end that a file is whole.
            io::copy(&mut bytes, &mut io::sink()).map(drop)
        };
        archive.each(&mut look).map_err(|error| unreadable(&error))?;
        let git = git.ok_or_else(|| lies("it has no history/objects.pack"))??;
        let Evidence { ids, differences, .. } = evidence;
        Ok(Self { git, recorded: Recorded { found, ids }, differences })
    }
}

/// The references that go with the log.
fn refs(archive: &Archive) -> Result<String, Failure> {
    let top = archive.top();
    let entry = archive.files.iter().find(|entry| path_of(entry, top.as_deref()) == REFS);
    let entry = entry.ok_or_else(|| lies("it has no history/refs"))?;
    let mut text = String::new();
    let read = archive.read(entry, |bytes| bytes.take(LARGEST_REFS).read_to_string(&mut text));
    read.map(|_| text).map_err(|error| unreadable(&error))
}

/// What the manifest recorded of every edition.
fn found(manifest: &Manifest) -> Result<BTreeMap<String, Found>, Failure> {
    let mut found = BTreeMap::new();
    for edition in &manifest.editions {
        let what = Found::deserialize(&edition.found)
            .map_err(|error| lies(&format!("what it records of `{}`: {error}", edition.location.escape_debug())))?;
        found.insert(edition.location.clone(), what);
    }
    Ok(found)
}

/// The evidence that is in a bundle, beside what the manifest recorded of it.
struct Evidence<'a> {
    kind: IdKind,
    found: &'a BTreeMap<String, Found>,
    manifest: &'a Manifest,
    ids: BTreeMap<String, Oid>,
    differences: Vec<Difference>,
}

impl Evidence<'_> {
    /// Takes the id of a file's bytes, and looks into it as the rules do.
    fn look(&mut self, file: &Listed, bytes: &mut dyn Read) -> io::Result<()> {
        let mut id = self.kind.blob(file.size);
        let (mut text, mut stretch) = (Vec::new(), vec![0; 1 << 16]);
        loop {
            let count = bytes.read(&mut stretch)?;
            if count == 0 {
                break;
            }
            id.update(&stretch[..count]);
            if file.size < LARGEST_SCANNED {
                text.extend_from_slice(&stretch[..count]);
            }
        }
        self.ids.extend(id.finish().map(|id| (file.path.clone(), id)));
        let content = if file.size < LARGEST_SCANNED { content::of(&text) } else { Content::default() };
        let editions = self.manifest.editions.iter().filter(|edition| edition.path.as_deref() == Some(&*file.path));
        if editions.filter(|edition| !self.is_told(edition, file, &content)).count() > 0 {
            let theirs = "the manifest records other things of it than stand in it";
            self.differences.push(Difference::of(&file.path, Some(theirs), None));
        }
        Ok(())
    }

    /// Whether what is recorded of an edition is what stands in its file; of what lies outside the repository nothing is
    /// looked into, and a banner matters only where Git has the file.
    fn is_told(&self, edition: &Edition, file: &Listed, content: &Content) -> bool {
        let Some(found) = self.found.get(&edition.location) else { return false };
        let is_inside = !source::is_outside(&edition.location);
        let expected = Content {
            private_key: content.private_key.filter(|_| is_inside),
            banner: content.banner.clone().filter(|_| is_inside && file.blob.is_some()),
        };
        let is_same = matches!(&found.state, EditionState::Present { size, sha256, .. }
            if *size == file.size && *sha256 == file.sha256);
        is_same && found.content == expected
    }
}

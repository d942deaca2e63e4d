//! The door to Git: questions in our own words, answered from the object database without running anything.
//!
//! Replace refs are ignored, so that what is read is what was committed. No hook, filter or configured program runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gix::bstr::{BStr, ByteSlice};

use crate::failure::{Cause, Failure};

/// An object id, SHA-1 or SHA-256.
pub type Oid = gix::ObjectId;

/// A repository.
pub struct Git {
    repo: gix::Repository,
    index_file: Option<PathBuf>,
}

/// What an entry of a tree or of the index is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// A regular file.
    File,
    /// A symbolic link; the blob is its target.
    Link,
    /// A commit of another repository.
    Submodule,
}

/// An entry of a tree or of the index.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is.
    pub mode: Mode,
    /// Its blob.
    pub id: Oid,
}

/// A file of the index, with what Git noted of the work tree when it last looked.
#[derive(Clone, Debug)]
pub struct Tracked {
    /// Its blob.
    pub id: Oid,
    /// The size that Git noted.
    pub size: u32,
    /// The modification time that Git noted, in nanoseconds, if it is old enough to be trusted.
    pub mtime: Option<i128>,
}

/// What Git would do to the bytes of a file between blob and work tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Conversion {
    /// Line endings could be converted: `text`, `eol`, or `core.autocrlf` without `-text`.
    pub line_endings: bool,
    /// Another encoding, `ident` or a filter such as LFS.
    pub other: bool,
    /// `-text` is set: bytes stay as they are.
    pub protected: bool,
}

impl Git {
    /// The repository that holds `dir`, if any; `index_file` takes the place of its index, as `GIT_INDEX_FILE` does.
    pub fn discover(dir: &Path, index_file: Option<PathBuf>) -> Result<Option<Self>, Failure> {
        let dir = dir.canonicalize().map_err(|error| Failure::io("open", dir, &error))?;
        let Some(found) = dir.ancestors().find(|dir| looks_like_repository(dir)) else { return Ok(None) };
        if let Some(format) = ref_storage(found) {
            let message = format!("{} stores its references as {format}, which is not supported", found.display());
            return Err(Failure::new(Cause::RefFormat, message));
        }
        let overrides = ["core.useReplaceRefs=false", "core.fsmonitor=false"];
        let options = gix::open::Options::default().config_overrides(overrides);
        let repo = gix::ThreadSafeRepository::discover_opts(
            found,
            gix::discover::upwards::Options::default(),
            gix::sec::trust::Mapping { full: options.clone(), reduced: options },
        )
        .map_err(|error| {
            Failure::new(Cause::Repository, format!("cannot open the Git repository {}: {error}", found.display()))
        })?;
        let mut repo = repo.to_thread_local();
        repo.objects.ignore_replacements = true;
        repo.objects.set_pack_cache(|| Box::new(gix::odb::pack::cache::lru::MemoryCappedHashmap::new(1 << 20)));
        Ok(Some(Self { repo, index_file }))
    }

    /// The work tree's top folder; `None` in a bare repository.
    pub fn workdir(&self) -> Option<PathBuf> {
        self.repo.workdir().and_then(|dir| dir.canonicalize().ok())
    }

    /// The folder that holds the repository's data.
    pub fn git_dir(&self) -> &Path {
        self.repo.git_dir()
    }

    /// The commit at HEAD; `None` while there is no commit.
    pub fn head(&self) -> Result<Option<Oid>, Failure> {
        let mut head =
            self.repo.head().map_err(|error| Failure::new(Cause::Repository, format!("cannot read HEAD: {error}")))?;
        if head.is_unborn() {
            return Ok(None);
        }
        let id = head.try_peel_to_id().map_err(|error| object_failure("HEAD", &error))?;
        Ok(id.map(gix::Id::detach))
    }

    /// The commit that a revision names.
    pub fn commit(&self, revision: &str) -> Result<Oid, Failure> {
        let missing = |error: &dyn std::fmt::Display| {
            Failure::new(Cause::Revision, format!("no commit is called `{revision}`: {error}"))
        };
        let id = self.repo.rev_parse_single(revision).map_err(|error| missing(&error))?;
        let object = id.object().map_err(|error| missing(&error))?;
        Ok(object.peel_to_commit().map_err(|error| missing(&error))?.id)
    }

    /// The tree of a commit.
    pub fn tree_of(&self, commit: Oid) -> Result<Oid, Failure> {
        let found =
            self.repo.find_commit(commit).map_err(|error| object_failure(&format!("commit {commit}"), &error))?;
        Ok(found.tree_id().map_err(|error| object_failure(&format!("commit {commit}"), &error))?.detach())
    }

    /// Every file below `prefix` of a tree, by path relative to `prefix`.
    pub fn files_of_tree(&self, tree: Oid, prefix: &str) -> Result<BTreeMap<String, Entry>, Failure> {
        let mut files = BTreeMap::new();
        let mut start = tree;
        for part in prefix.split('/').filter(|part| !part.is_empty()) {
            match self.children(start)?.into_iter().find(|(name, _)| name == part) {
                Some((_, Child::Tree(id))) => start = id,
                _ => return Ok(files),
            }
        }
        self.collect(start, "", &mut files)?;
        Ok(files)
    }

    fn collect(&self, tree: Oid, above: &str, files: &mut BTreeMap<String, Entry>) -> Result<(), Failure> {
        for (name, child) in self.children(tree)? {
            match child {
                Child::Tree(id) => self.collect(id, &format!("{above}{name}/"), files)?,
                Child::Entry(entry) => drop(files.insert(format!("{above}{name}"), entry)),
            }
        }
        Ok(())
    }

    fn children(&self, tree: Oid) -> Result<Vec<(String, Child)>, Failure> {
        let object = self.repo.find_tree(tree).map_err(|error| object_failure(&format!("tree {tree}"), &error))?;
        let mut children = Vec::new();
        for entry in object.iter() {
            let entry = entry.map_err(|error| object_failure(&format!("tree {tree}"), &error))?;
            let name = entry.filename().to_str_lossy().into_owned();
            let id = entry.oid().to_owned();
            let mode = entry.mode();
            let child = if mode.is_tree() {
                Child::Tree(id)
            } else if mode.is_link() {
                Child::Entry(Entry { mode: Mode::Link, id })
            } else if mode.is_commit() {
                Child::Entry(Entry { mode: Mode::Submodule, id })
            } else {
                Child::Entry(Entry { mode: Mode::File, id })
            };
            children.push((name, child));
        }
        Ok(children)
    }

    /// Every file of the index below `prefix`, by path relative to `prefix`; a path in conflict counts with its own side.
    pub fn files_of_index(&self, prefix: &str) -> Result<BTreeMap<String, Entry>, Failure> {
        let Some(index) = self.index()? else { return Ok(BTreeMap::new()) };
        let mut files = BTreeMap::new();
        for entry in index.entries() {
            let path = entry.path(&index).to_str_lossy();
            let Some(path) = below(&path, prefix) else { continue };
            let mode = match entry.mode {
                gix::index::entry::Mode::SYMLINK => Mode::Link,
                gix::index::entry::Mode::COMMIT => Mode::Submodule,
                _ => Mode::File,
            };
            files.insert(path.to_owned(), Entry { mode, id: entry.id });
        }
        Ok(files)
    }

    /// What the index notes of tracked regular files below `prefix`, by path relative to `prefix`.
    pub fn tracked(&self, prefix: &str) -> Result<BTreeMap<String, Tracked>, Failure> {
        let Some(index) = self.index()? else { return Ok(BTreeMap::new()) };
        let written = index.timestamp();
        let written = i128::from(written.unix_seconds()) * 1_000_000_000 + i128::from(written.nanoseconds());
        let mut files = BTreeMap::new();
        for entry in index.entries().iter().filter(|entry| entry.stage_raw() == 0) {
            let path = entry.path(&index).to_str_lossy();
            let Some(path) = below(&path, prefix) else { continue };
            let mtime = i128::from(entry.stat.mtime.secs) * 1_000_000_000 + i128::from(entry.stat.mtime.nsecs);
            let mtime = (mtime < written).then_some(mtime);
            files.insert(path.to_owned(), Tracked { id: entry.id, size: entry.stat.size, mtime });
        }
        Ok(files)
    }

    fn index(&self) -> Result<Option<gix::index::File>, Failure> {
        let path = self.index_file.clone().unwrap_or_else(|| self.repo.index_path());
        if !path.exists() {
            return Ok(None);
        }
        gix::index::File::at(&path, self.repo.object_hash(), false, gix::index::decode::Options::default())
            .map(Some)
            .map_err(|error| {
                Failure::new(Cause::Repository, format!("cannot read the index {}: {error}", path.display()))
            })
    }

    /// The bytes of a blob.
    pub fn blob(&self, id: Oid) -> Result<Vec<u8>, Failure> {
        let mut object = self.repo.find_blob(id).map_err(|error| object_failure(&format!("blob {id}"), &error))?;
        Ok(object.take_data())
    }

    /// The blob id that these bytes would have.
    pub fn blob_id(&self, bytes: &[u8]) -> Option<Oid> {
        gix::objs::compute_hash(self.repo.object_hash(), gix::objs::Kind::Blob, bytes).ok()
    }

    /// What Git would do to the bytes of these paths, relative to the top folder, in the order given.
    pub fn conversions(&self, paths: &[String]) -> Result<Vec<Conversion>, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(Cause::Repository, format!("cannot read the Git attributes: {error}"))
        };
        let empty = || gix::index::State::new(self.repo.object_hash());
        let state = self.index()?.map_or_else(empty, Into::into);
        let source = gix::worktree::stack::state::attributes::Source::WorktreeThenIdMapping;
        let mut stack = self.repo.attributes_only(&state, source).map_err(|error| failed(&error))?;
        let mut outcome =
            stack.selected_attribute_matches(["text", "crlf", "eol", "working-tree-encoding", "ident", "filter"]);
        let auto = self.repo.config_snapshot().string("core.autocrlf").is_some_and(|value| value.as_bstr() != "false");
        let mut conversions = Vec::with_capacity(paths.len());
        for path in paths {
            let platform = stack.at_entry(BStr::new(path.as_bytes()), None).map_err(|error| failed(&error))?;
            platform.matching_attributes(&mut outcome);
            conversions.push(conversion(&outcome, auto));
        }
        Ok(conversions)
    }
}

enum Child {
    Tree(Oid),
    Entry(Entry),
}

fn conversion(outcome: &gix::attrs::search::Outcome, autocrlf: bool) -> Conversion {
    use gix::attrs::StateRef;
    let mut conversion = Conversion { line_endings: autocrlf, ..Conversion::default() };
    for found in outcome.iter_selected() {
        let name = found.assignment.name.as_str();
        match (name, found.assignment.state) {
            ("text" | "crlf", StateRef::Unset) => {
                conversion.protected = true;
                conversion.line_endings = false;
            }
            ("text" | "crlf", StateRef::Set | StateRef::Value(_)) => conversion.line_endings = true,
            ("eol", StateRef::Value(_)) if !conversion.protected => conversion.line_endings = true,
            ("working-tree-encoding" | "filter", StateRef::Value(_)) | ("ident", StateRef::Set) => {
                conversion.other = true
            }
            _ => {}
        }
    }
    conversion
}

fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_empty() { Some(path) } else { path.strip_prefix(prefix)?.strip_prefix('/') }
}

fn looks_like_repository(dir: &Path) -> bool {
    dir.join(".git").exists()
        || (dir.join("HEAD").is_file() && dir.join("objects").is_dir() && dir.join("refs").is_dir())
}

/// The name of a reference storage that is not the usual one, from the repository's own configuration.
fn ref_storage(dir: &Path) -> Option<String> {
    let config = [dir.join(".git/config"), dir.join("config")].into_iter().find(|path| path.is_file())?;
    let text = std::fs::read_to_string(config).ok()?;
    let line = text.lines().find(|line| line.trim().to_ascii_lowercase().starts_with("refstorage"))?;
    let value = line.split_once('=')?.1.trim().to_owned();
    (value != "files").then_some(value)
}

/// An object that cannot be read: missing or damaged.
fn object_failure(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Cause::Object, format!("cannot read {what}: {error}"))
}

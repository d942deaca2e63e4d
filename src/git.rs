//! The door to Git: questions in our own words, answered from the object database without running anything.
//!
//! Replace refs are ignored, so that what is read is what was committed. No hook, filter or configured program runs.

mod cache;
pub mod log;
pub mod tree;
pub mod writing;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use gix::bstr::{BStr, ByteSlice};

use crate::failure::{Cause, Failure};
use tree::Folder;

/// An object id, SHA-1 or SHA-256.
pub type Oid = gix::ObjectId;

/// Items that are too few for a thread of their own.
const FEW: usize = 16;

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

/// Name and address of somebody.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Identity {
    /// The name; may be empty.
    pub name: String,
    /// The address; may be empty.
    pub email: String,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name.is_empty(), self.email.is_empty()) {
            (_, true) => f.write_str(&self.name),
            (true, false) => write!(f, "<{}>", self.email),
            (false, false) => write!(f, "{} <{}>", self.name, self.email),
        }
    }
}

/// Who is who: the `.mailmap` of a commit's tree.
#[derive(Clone, Debug, Default)]
pub struct Mailmap(gix::mailmap::Snapshot);

impl Mailmap {
    /// The name and address that the map gives for these.
    pub fn resolve(&self, written: &Identity) -> Identity {
        let signature = gix::actor::SignatureRef {
            name: written.name.as_str().into(),
            email: written.email.as_str().into(),
            time: "",
        };
        let found = self.0.resolve_cow(signature);
        Identity { name: found.name.to_str_lossy().into_owned(), email: found.email.to_str_lossy().into_owned() }
    }
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
        let overrides = ["core.useReplaceRefs=false", "core.fsmonitor=false", "core.logAllRefUpdates=false"];
        let options = gix::open::Options::default().config_overrides(overrides);
        let repo = gix::ThreadSafeRepository::discover_opts(
            found,
            gix::discover::upwards::Options::default(),
            gix::sec::trust::Mapping { full: options.clone(), reduced: options },
        )
        .map_err(|error| {
            Failure::new(Cause::Repository, format!("cannot open the Git repository {}: {error}", found.display()))
        })?;
        Ok(Some(Self { repo: prepared(repo.to_thread_local()), index_file }))
    }

    /// The same repository for another thread.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self { repo: prepared(self.repo.clone()), index_file: self.index_file.clone() }
    }

    /// Does the same for each of many items, a stretch of them on each thread with a repository of its own; the results
    /// come in the order of the items.
    pub fn spread<T: Sync, R: Send>(&self, items: &[T], work: impl Fn(&Self, &T) -> R + Sync) -> Vec<R> {
        let threads = rayon::current_num_threads().clamp(1, items.len().div_ceil(FEW).max(1));
        let stretches: Vec<&[T]> = items.chunks(items.len().div_ceil(threads).max(1)).collect();
        let Some((last, first)) = stretches.split_last() else { return Vec::new() };
        let all = |git: &Self, stretch: &[T]| stretch.iter().map(|item| work(git, item)).collect::<Vec<R>>();
        std::thread::scope(|scope| {
            let all = &all;
            let mut others = Vec::with_capacity(first.len());
            for stretch in first {
                let git = self.twin();
                others.push(scope.spawn(move || all(&git, stretch)));
            }
            let last = all(self, last);
            let mut results: Vec<R> =
                others.into_iter().flat_map(|other| other.join().expect("the work does not panic")).collect();
            results.extend(last);
            results
        })
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
        let missing = |why: &str| Failure::new(Cause::Revision, format!("no commit is called `{revision}`{why}"));
        let id = self.repo.rev_parse_single(revision).map_err(|error| {
            let ambiguous = error.to_string().contains("ambiguous");
            missing(if ambiguous { ": several objects begin with that" } else { "" })
        })?;
        let object = id.object().map_err(|error| self.missing(&format!("object {id}"), &error))?;
        Ok(object.peel_to_commit().map_err(|_| missing(": that is something other than a commit"))?.id)
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
                Failure::new(
                    Cause::Repository,
                    format!(
                        "cannot read the index {} ({error}): remove it, and `git reset` builds it anew",
                        path.display()
                    ),
                )
            })
    }

    /// The bytes of a blob.
    pub fn blob(&self, id: Oid) -> Result<Vec<u8>, Failure> {
        let mut object = self.repo.find_blob(id).map_err(|error| object_failure(&format!("blob {id}"), &error))?;
        Ok(object.take_data())
    }

    /// On how many other objects an object rests in its pack; 0 where it stands by itself.
    pub fn depth(&self, id: Oid) -> u32 {
        self.repo.find_header(id).ok().and_then(|header| header.num_deltas()).unwrap_or(0)
    }

    /// The blob id that these bytes would have.
    pub fn blob_id(&self, bytes: &[u8]) -> Option<Oid> {
        gix::objs::compute_hash(self.repo.object_hash(), gix::objs::Kind::Blob, bytes).ok()
    }

    /// Says no where the log would be shorter than it was written: a shallow clone, or grafts.
    pub fn require_whole_log(&self) -> Result<(), Failure> {
        let shallow = self.repo.is_shallow().map_err(|error| {
            Failure::new(Cause::Repository, format!("cannot tell whether this is a shallow clone: {error}"))
        })?;
        if shallow {
            let message = "this is a shallow clone, and reviews are proven by the whole log: run `git fetch --unshallow`, \
                           or have the checkout fetch everything (fetch-depth: 0)";
            return Err(Failure::new(Cause::Shallow, message));
        }
        let grafts = self.repo.common_dir().join("info/grafts");
        let text = std::fs::read_to_string(&grafts).unwrap_or_default();
        if text.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let message =
                format!("{} gives commits other parents than they were written with: remove it", grafts.display());
            return Err(Failure::new(Cause::Grafted, message));
        }
        Ok(())
    }

    /// The objects that replace refs would put others in place of; they are read as they were written.
    pub fn replaced(&self) -> Result<Vec<String>, Failure> {
        let failed = |error: &dyn fmt::Display| {
            Failure::new(Cause::Repository, format!("cannot list the replace refs: {error}"))
        };
        let references = self.repo.references().map_err(|error| failed(&error))?;
        let mut replaced = Vec::new();
        for reference in references.prefixed("refs/replace/").map_err(|error| failed(&error))? {
            let reference = reference.map_err(|error| failed(&error))?;
            let name = reference.name().as_bstr().to_str_lossy().into_owned();
            replaced.push(name.trim_start_matches("refs/replace/").to_owned());
        }
        replaced.sort();
        Ok(replaced)
    }

    /// The `.mailmap` of a commit's tree; empty where there is none.
    pub fn mailmap(&self, commit: Oid) -> Result<Mailmap, Failure> {
        let top = self.folder(self.tree_of(commit)?)?;
        let file = top.find(".mailmap", false).map(|slot| slot.entry()).filter(|entry| entry.mode == Mode::File);
        let Some(file) = file else { return Ok(Mailmap::default()) };
        self.require([file.id])?;
        Ok(Mailmap(gix::mailmap::Snapshot::from_bytes(&self.blob(file.id)?)))
    }

    /// Says no where one of these objects is missing.
    pub fn require(&self, ids: impl IntoIterator<Item = Oid>) -> Result<(), Failure> {
        match ids.into_iter().find(|id| !self.repo.has_object(id)) {
            Some(missing) => Err(self.missing(&format!("object {missing}"), &"it is not here")),
            None => Ok(()),
        }
    }

    /// An object that the log needs and that cannot be read, with the way to get it.
    fn missing(&self, what: &str, error: &dyn fmt::Display) -> Failure {
        if self.is_partial() {
            let message = format!(
                "cannot read {what} in this partial clone ({error}): run `git fetch --refetch --no-filter`; \
                 of partial clones only blob:none, with the blobs that reviews need, is enough"
            );
            return Failure::new(Cause::Partial, message);
        }
        let message = format!("cannot read {what} ({error}): run `git fsck`, and fetch or clone the repository again");
        Failure::new(Cause::Object, message)
    }

    /// Whether objects were left out on purpose when this was cloned: some remote has promised to keep them.
    fn is_partial(&self) -> bool {
        let config = self.repo.config_snapshot();
        let promises = |section: gix::config::file::SectionRef<'_>| section.value("promisor").is_some();
        config.string("extensions.partialClone").is_some()
            || config.plumbing().sections_by_name("remote").is_some_and(|mut remotes| remotes.any(promises))
    }

    /// The bytes of a commit.
    fn raw_commit(&self, id: Oid) -> Result<Vec<u8>, Failure> {
        let found = self.repo.find_commit(id).map_err(|error| self.missing(&format!("commit {id}"), &error))?;
        Ok(found.detach().data)
    }

    fn parsed_commit<'a>(&self, id: Oid, raw: &'a [u8]) -> Result<gix::objs::CommitRef<'a>, Failure> {
        let parsed = gix::objs::CommitRef::from_bytes(raw, self.repo.object_hash());
        parsed.map_err(|error| object_failure(&format!("commit {id}"), &error))
    }

    /// Tree and parents of a commit.
    fn lineage(&self, id: Oid, raw: &[u8]) -> Result<(Oid, Vec<Oid>), Failure> {
        let commit = || gix::objs::CommitRefIter::from_bytes(raw, self.repo.object_hash());
        let tree = commit().tree_id().map_err(|error| object_failure(&format!("commit {id}"), &error))?;
        Ok((tree, commit().parent_ids().collect()))
    }

    fn folder(&self, tree: Oid) -> Result<Folder, Failure> {
        let object = self.repo.find_tree(tree).map_err(|error| self.missing(&format!("tree {tree}"), &error))?;
        let parsed = Folder::parse(&object.data, self.repo.object_hash().len_in_bytes());
        parsed.ok_or_else(|| object_failure(&format!("tree {tree}"), &"its entries are damaged"))
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
            // A path that Git could not hold, such as an empty one or `.git/x`, has no attributes.
            let Ok(platform) = stack.at_entry(BStr::new(path.as_bytes()), None) else {
                conversions.push(Conversion::default());
                continue;
            };
            platform.matching_attributes(&mut outcome);
            conversions.push(conversion(&outcome, auto));
        }
        Ok(conversions)
    }
}

/// With replace refs ignored, and a cache for the packs.
fn prepared(mut repo: gix::Repository) -> gix::Repository {
    repo.objects.ignore_replacements = true;
    repo.objects.set_pack_cache(|| Box::new(cache::Slots::default()));
    repo
}

fn identity(signature: gix::actor::SignatureRef<'_>) -> Identity {
    let signature = signature.trim();
    Identity { name: signature.name.to_str_lossy().into_owned(), email: signature.email.to_str_lossy().into_owned() }
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
                conversion.other = true;
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

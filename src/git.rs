//! The door to Git: questions in our own words, answered from the object database without running anything.
//!
//! Replace refs are ignored, so that what is read is what was committed. No hook, filter or configured program runs.

mod cache;
mod changes;
pub mod log;
pub mod pack;
mod range;
mod shared;
pub mod tree;
mod unpack;
pub mod writing;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

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
    /// What was read, where that is noted.
    noted: Option<pack::Noted>,
    /// Whether it was made of a pack, which holds of folders what its roots need: others are as if they were empty.
    of_pack: bool,
    /// What it reads once for itself and another.
    shared: OnceLock<Arc<shared::Shared>>,
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

/// A tag that carries a signature.
#[derive(Clone, Debug)]
pub struct SignedTag {
    /// The commit that it points at.
    pub commit: Oid,
    /// The tagger's time, in Unix seconds.
    pub at: i64,
    /// Its bytes, as they were hashed.
    pub raw: Vec<u8>,
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What Git would do to the bytes of a file between blob and work tree.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute that Git knows")]
pub struct Conversion {
    /// Line endings could be converted: `text`, `eol`, or `core.autocrlf` without `-text`.
    pub line_endings: bool,
    /// Another encoding, `ident` or a filter such as LFS.
    pub other: bool,
    /// `-text` is set: bytes stay as they are.
    pub protected: bool,
    /// `$Id$` is written out in the work tree.
    pub ident: bool,
    /// The encoding of the work tree.
    pub encoding: Option<String>,
}

impl Conversion {
    /// Whether more than line endings may differ in what Git itself writes.
    pub fn rewrites(&self) -> bool {
        self.ident || self.encoding.is_some()
    }

    /// What Git would take into a blob of these bytes of the work tree, but for line endings; no filter runs.
    pub fn undone(&self, bytes: &[u8]) -> Vec<u8> {
        use gix::filter::plumbing::{ident, worktree::encoding};
        let label = self.encoding.as_deref().map(|name| name.strip_suffix("-BOM").unwrap_or(name));
        let known = label.and_then(|label| encoding::for_label(label).ok());
        let text = known.map_or(bytes.to_vec(), |known| known.decode(bytes).0.into_owned().into_bytes());
        let mut without_ids = Vec::new();
        let had_ids = self.ident && ident::undo(&text, &mut without_ids).is_ok_and(|had_ids| had_ids);
        if had_ids { without_ids } else { text }
    }
}

/// What Git has of a path, and would do to its bytes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Handling {
    /// The blob of the regular file that the index has there.
    pub tracked: Option<Oid>,
    /// What Git would do to its bytes.
    pub conversion: Conversion,
}

/// The kind of ids that a repository has, which is all that it takes to give bytes an id.
#[derive(Clone, Copy, Debug)]
pub struct IdKind(gix::hash::Kind);

/// The id of a blob in the making, stretch by stretch.
pub struct BlobStream(gix::hash::Hasher);

impl IdKind {
    /// The kind of an id in hex; `None` for what is as long as none.
    pub fn of_hex(id: &str) -> Option<Self> {
        match id.len() {
            40 => Some(Self(gix::hash::Kind::Sha1)),
            64 => Some(Self(gix::hash::Kind::Sha256)),
            _ => None,
        }
    }

    /// Begins the id of a blob of so many bytes.
    pub fn blob(self, size: u64) -> BlobStream {
        let mut hasher = gix::hash::hasher(self.0);
        hasher.update(&gix::objs::encode::loose_header(gix::objs::Kind::Blob, size));
        BlobStream(hasher)
    }
}

impl BlobStream {
    /// Takes the next stretch.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The id; `None` for bytes made to collide with others.
    pub fn finish(self) -> Option<Oid> {
        self.0.try_finalize().ok()
    }
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
        Ok(Some(Self {
            repo: prepared(repo.to_thread_local()),
            index_file,
            noted: None,
            of_pack: false,
            shared: OnceLock::new(),
        }))
    }

    /// The same repository for another thread.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self {
            repo: prepared(self.repo.clone()),
            index_file: self.index_file.clone(),
            noted: self.noted.clone(),
            of_pack: self.of_pack,
            shared: self.shared.clone(),
        }
    }

    /// The same for another thread that asks for much the same: from now on what either reads is read once.
    #[must_use]
    pub fn twin_reading_once(&self) -> Self {
        self.shared.get_or_init(Arc::default);
        self.twin()
    }

    /// What an object is, and its bytes; an error says `what` cannot be read.
    fn object(&self, what: &str, id: Oid) -> Result<shared::Object, Failure> {
        let read = || {
            let found = self.repo.find_object(id);
            let mut object = found.map_err(|error| self.missing(&format!("{what} {id}"), &error))?;
            Ok((object.kind, std::mem::take(&mut object.data)))
        };
        self.shared.get().map_or_else(read, |shared| shared.object(id, read))
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

    /// Whether it belongs to another user, and `safe.directory` does not name it.
    pub fn is_foreign(&self) -> bool {
        self.repo.git_dir_trust() == gix::sec::Trust::Reduced
    }

    /// The files and folders of Git's own that say which commits and objects there are, as far as a log needs them.
    pub fn own_files(&self) -> Vec<PathBuf> {
        let common = self.repo.common_dir();
        let objects = common.join("objects");
        let mut paths = vec![common.join("shallow"), common.join("info/grafts"), objects.join("info/alternates")];
        let folders = std::fs::read_dir(&objects).into_iter().flatten().flatten().map(|entry| entry.path());
        paths.extend(folders);
        paths.push(objects);
        paths.push(self.index_path());
        // Tags and notes bear witness: one that goes leaves every object where it was.
        paths.push(common.join("packed-refs"));
        paths.push(common.join("refs/notes/timestamps"));
        paths.extend(folders_below(common.join("refs/tags")));
        paths
    }

    /// The configuration in force, from every file and the environment.
    pub fn settings(&self) -> String {
        self.repo.config_snapshot().plumbing().to_bstring().to_string()
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

    /// The tree of a folder of a tree; `None` where no folder stands.
    pub fn tree_below(&self, tree: Oid, folder: &str) -> Result<Option<Oid>, Failure> {
        let mut found = tree;
        for part in folder.split('/').filter(|part| !part.is_empty()) {
            match self.children(found)?.into_iter().find(|(name, _)| name == part) {
                Some((_, Child::Tree(id))) => found = id,
                _ => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// When a commit was made, as its committer says, in Unix seconds.
    pub fn committed_at(&self, commit: Oid) -> Result<i64, Failure> {
        let (raw, mut repaired) = (self.raw_commit(commit)?, Vec::new());
        let (parsed, _) = self.parsed_commit(commit, &raw, &mut repaired)?;
        let time = parsed.committer().ok().and_then(|committer| committer.time().ok());
        time.map(|time| time.seconds).ok_or_else(|| object_failure(&format!("commit {commit}"), &"it has no time"))
    }

    /// Every file below `prefix` of a tree, by path relative to `prefix`.
    pub fn files_of_tree(&self, tree: Oid, prefix: &str) -> Result<BTreeMap<String, Entry>, Failure> {
        let mut files = BTreeMap::new();
        if let Some(start) = self.tree_below(tree, prefix)? {
            self.collect(start, "", (&mut files, &mut 0))?;
        }
        Ok(files)
    }

    /// Gives up on what no repository of people has: trees that name each other over and over, or without end.
    fn collect(
        &self,
        tree: Oid,
        above: &str,
        (files, steps): (&mut BTreeMap<String, Entry>, &mut usize),
    ) -> Result<(), Failure> {
        *steps += 1;
        refuse_endless(above, *steps)?;
        if self.of_pack && !self.repo.has_object(tree) {
            return Ok(());
        }
        for (name, child) in self.children(tree)? {
            match child {
                Child::Tree(id) => self.collect(id, &format!("{above}{name}/"), (files, steps))?,
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
    ///
    /// What is only intended to be added is not there, and a folder that a sparse index keeps as one entry is unfolded.
    pub fn files_of_index(&self, prefix: &str) -> Result<BTreeMap<String, Entry>, Failure> {
        self.files_of_index_if(prefix, |_| true)
    }

    /// The files below `prefix` that a sparse checkout leaves out of the work tree, by path relative to `prefix`.
    pub fn skipped(&self, prefix: &str) -> Result<BTreeMap<String, Entry>, Failure> {
        self.files_of_index_if(prefix, |flags| flags.contains(gix::index::entry::Flags::SKIP_WORKTREE))
    }

    fn files_of_index_if(
        &self,
        prefix: &str,
        wanted: impl Fn(gix::index::entry::Flags) -> bool,
    ) -> Result<BTreeMap<String, Entry>, Failure> {
        let Some(index) = self.index()? else { return Ok(BTreeMap::new()) };
        let mut files = BTreeMap::new();
        for entry in index.entries().iter().filter(|entry| is_own_side(entry) && wanted(entry.flags)) {
            let path = entry.path(&index).to_str_lossy();
            if entry.mode == gix::index::entry::Mode::DIR {
                self.unfold(entry.id, &path, prefix, &mut files)?;
                continue;
            }
            let Some(path) = below(&path, prefix) else { continue };
            files.insert(path.to_owned(), entry_of(entry));
        }
        Ok(files)
    }

    /// Every path of the index that a merge left in conflict, with its own side, else that of the other, else that of
    /// before both.
    pub fn unmerged(&self) -> Result<BTreeMap<String, Entry>, Failure> {
        let Some(index) = self.index()? else { return Ok(BTreeMap::new()) };
        let sides = |stage: u32| index.entries().iter().filter(move |entry| entry.stage_raw() == stage);
        let found = [1, 3, 2].into_iter().flat_map(sides);
        Ok(found.map(|entry| (entry.path(&index).to_str_lossy().into_owned(), entry_of(entry))).collect())
    }

    /// Adds the files of a folder, given with `/` at its end, that lie below `prefix`.
    fn unfold(
        &self,
        tree: Oid,
        folder: &str,
        prefix: &str,
        files: &mut BTreeMap<String, Entry>,
    ) -> Result<(), Failure> {
        let mut found = BTreeMap::new();
        self.collect(tree, folder, (&mut found, &mut 0))?;
        let found = found.into_iter().filter_map(|(path, entry)| Some((below(&path, prefix)?.to_owned(), entry)));
        files.extend(found);
        Ok(())
    }

    /// The index: `GIT_INDEX_FILE`'s, or the repository's own.
    pub fn index_path(&self) -> PathBuf {
        self.index_file.clone().unwrap_or_else(|| self.repo.index_path())
    }

    fn index(&self) -> Result<Option<gix::index::File>, Failure> {
        let path = self.index_path();
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

    /// The bytes of a blob. What stands in a tree as a file and is none, as no tool of Git's would write it, has none: who
    /// can push could otherwise keep everybody from reading on.
    pub fn blob(&self, id: Oid) -> Result<Vec<u8>, Failure> {
        let (kind, data) = self.object("blob", id)?;
        self.note(id);
        Ok(if kind == gix::objs::Kind::Blob { data } else { Vec::new() })
    }

    /// The bytes that a blob has, without reading them; `None` where it is not here.
    pub fn blob_size(&self, id: Oid) -> Option<u64> {
        self.repo.try_find_header(id).ok().flatten().map(|header| header.size())
    }

    /// What it takes to give bytes an id.
    pub fn id_kind(&self) -> IdKind {
        IdKind(self.repo.object_hash())
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
        if self.noted.is_some() {
            return Ok(Vec::new());
        }
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

    /// The commit that a reference names by its full name, if it is there.
    pub fn reference(&self, name: &str) -> Result<Option<Oid>, Failure> {
        let failed = |error: &dyn fmt::Display| Failure::new(Cause::Repository, format!("cannot read {name}: {error}"));
        let Some(mut reference) = self.repo.try_find_reference(name).map_err(|error| failed(&error))? else {
            return Ok(None);
        };
        Ok(Some(reference.peel_to_id().map_err(|error| failed(&error))?.detach()))
    }

    /// The tags that carry a signature of any kind and point at a commit.
    pub fn signed_tags(&self) -> Result<Vec<SignedTag>, Failure> {
        let failed =
            |error: &dyn fmt::Display| Failure::new(Cause::Repository, format!("cannot read refs/tags: {error}"));
        let references = self.repo.references().map_err(|error| failed(&error))?;
        let mut tags = Vec::new();
        for reference in references.tags().map_err(|error| failed(&error))? {
            let reference = reference.map_err(|error| failed(&error))?;
            let Some(id) = reference.try_id() else { continue };
            tags.extend(self.signed_tag(id.detach())?);
        }
        tags.sort_by_key(|tag| (tag.at, tag.commit));
        Ok(tags)
    }

    fn signed_tag(&self, id: Oid) -> Result<Option<SignedTag>, Failure> {
        let object = self.repo.find_object(id).map_err(|error| self.missing(&format!("object {id}"), &error))?;
        if object.kind != gix::object::Kind::Tag || !contains(&object.data, b"-----BEGIN ") {
            return Ok(None);
        }
        let Ok(tag) = gix::objs::TagRef::from_bytes(&object.data, self.repo.object_hash()) else { return Ok(None) };
        let at = tag.tagger().ok().flatten().and_then(|tagger| tagger.time().ok()).map(|time| time.seconds);
        let commit = (tag.target_kind == gix::object::Kind::Commit).then(|| tag.target());
        Ok(commit.zip(at).map(|(commit, at)| SignedTag { commit, at, raw: object.data.clone() }))
    }

    /// The `.mailmap` of a commit's tree, and its blob; empty where there is none.
    pub fn mailmap(&self, commit: Oid) -> Result<(Mailmap, Option<Oid>), Failure> {
        let top = self.folder(self.tree_of(commit)?)?;
        let file = top.find(".mailmap", false).map(|slot| slot.entry()).filter(|entry| entry.mode == Mode::File);
        let Some(file) = file else { return Ok((Mailmap::default(), None)) };
        self.require([file.id])?;
        Ok((Mailmap(gix::mailmap::Snapshot::from_bytes(&self.blob(file.id)?)), Some(file.id)))
    }

    /// Says no where one of these objects is missing.
    pub fn require(&self, ids: impl IntoIterator<Item = Oid>) -> Result<(), Failure> {
        match ids.into_iter().inspect(|id| self.note(*id)).find(|id| !self.repo.has_object(id)) {
            Some(missing) => Err(self.missing(&format!("object {missing}"), &"it is not here")),
            None => Ok(()),
        }
    }

    /// An object that the log needs and that cannot be read, with the way to get it.
    fn missing(&self, what: &str, error: &dyn fmt::Display) -> Failure {
        if self.of_pack {
            let message = format!(
                "cannot read {what} ({error}): the bundle does not hold it, as one does not whose marked files were withheld"
            );
            return Failure::new(Cause::Archive, message);
        }
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
    pub fn raw_commit(&self, id: Oid) -> Result<Vec<u8>, Failure> {
        match self.object("commit", id)? {
            (gix::object::Kind::Commit, data) => Ok(data),
            (kind, _) => Err(object_failure(&format!("commit {id}"), &format!("it is a {kind}"))),
        }
    }

    fn parsed_commit<'a>(
        &self,
        id: Oid,
        raw: &'a [u8],
        repaired: &'a mut Vec<u8>,
    ) -> Result<(gix::objs::CommitRef<'a>, bool), Failure> {
        commit_of(raw, self.repo.object_hash(), repaired)
            .map_err(|error| object_failure(&format!("commit {id}"), &error))
    }

    /// Tree and parents of a commit.
    fn lineage(&self, id: Oid, raw: &[u8]) -> Result<(Oid, Vec<Oid>), Failure> {
        let commit = || gix::objs::CommitRefIter::from_bytes(raw, self.repo.object_hash());
        let tree = commit().tree_id().map_err(|error| object_failure(&format!("commit {id}"), &error))?;
        Ok((tree, commit().parent_ids().collect()))
    }

    fn folder(&self, tree: Oid) -> Result<Folder, Failure> {
        let (kind, data) = self.object("tree", tree)?;
        self.note(tree);
        // What stands as a folder and is none holds nothing.
        let data: &[u8] = if kind == gix::objs::Kind::Tree { &data } else { &[] };
        let parsed = Folder::parse(data, self.repo.object_hash().len_in_bytes());
        parsed.ok_or_else(|| object_failure(&format!("tree {tree}"), &"its entries are damaged"))
    }

    /// What Git has of these paths and would do to their bytes, relative to the top folder, in the order given.
    pub fn handling(&self, paths: &[&str]) -> Result<Vec<Handling>, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(Cause::Repository, format!("cannot read the Git attributes: {error}"))
        };
        let empty = || gix::index::State::new(self.repo.object_hash());
        let state = self.index()?.map_or_else(empty, Into::into);
        let source = gix::worktree::stack::state::attributes::Source::WorktreeThenIdMapping;
        let mut stack = self.repo.attributes_only(&state, source).map_err(|error| failed(&error))?;
        let mut outcome =
            stack.selected_attribute_matches(["text", "crlf", "eol", "working-tree-encoding", "ident", "filter"]);
        let auto = self.converts_all();
        let mut handlings = vec![Handling::default(); paths.len()];
        for at in by_path(paths) {
            let path = BStr::new(paths[at].as_bytes());
            handlings[at].tracked = regular(&state, path);
            // A path that Git could not hold, such as an empty one or `.git/x`, has no attributes.
            let Ok(platform) = stack.at_entry(path, None) else { continue };
            platform.matching_attributes(&mut outcome);
            handlings[at].conversion = conversion(&outcome, auto);
        }
        Ok(handlings)
    }

    /// Whether `core.autocrlf` has Git convert the line endings of every text.
    fn converts_all(&self) -> bool {
        self.repo.config_snapshot().string("core.autocrlf").is_some_and(|value| is_on(value.as_bstr()))
    }

    /// The files that decide what Git would do to the bytes of these paths, whether they are there or not: the
    /// attributes of every folder from the top to a path, of the repository, the user and the system, and what
    /// configuration was read.
    pub fn attribute_files(&self, paths: &[&str]) -> Result<Vec<PathBuf>, Failure> {
        let mut files = self.repo.attribute_global_paths().map_err(|error| {
            Failure::new(Cause::Repository, format!("cannot tell where Git attributes are kept: {error}"))
        })?;
        files.push(self.repo.common_dir().join("info/attributes"));
        if let Some(top) = self.repo.workdir() {
            let folders: BTreeSet<&str> = paths.iter().flat_map(|path| folders_above(path)).collect();
            files.extend(folders.into_iter().map(|folder| top.join(folder).join(".gitattributes")));
        }
        let config = self.repo.config_snapshot();
        let read: BTreeSet<PathBuf> = config.plumbing().sections().filter_map(|one| one.meta().path.clone()).collect();
        files.extend(read);
        Ok(files)
    }
}

/// The numbers of these paths in the order of the paths, so that each folder is entered once.
fn by_path(paths: &[&str]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..paths.len()).collect();
    order.sort_by_key(|at| paths[*at]);
    order
}

/// The blob of a regular file that is not in conflict.
fn regular(state: &gix::index::State, path: &BStr) -> Option<Oid> {
    use gix::index::entry::{Mode, Stage};
    let entry = state.entry_by_path_and_stage(path, Stage::Unconflicted)?;
    matches!(entry.mode, Mode::FILE | Mode::FILE_EXECUTABLE).then_some(entry.id)
}

/// The folders above a path: the top, which is empty, and every one down to its own.
fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::once("").chain(path.match_indices('/').map(|(at, _)| &path[..at]))
}

/// The mode and the object of an entry of the index.
fn entry_of(entry: &gix::index::Entry) -> Entry {
    let mode = match entry.mode {
        gix::index::entry::Mode::SYMLINK => Mode::Link,
        gix::index::entry::Mode::COMMIT => Mode::Submodule,
        _ => Mode::File,
    };
    Entry { mode, id: entry.id }
}

/// Whether an entry of the index is what a commit would hold: merged or our own side, and more than an intention.
fn is_own_side(entry: &gix::index::Entry) -> bool {
    matches!(entry.stage_raw(), 0 | 2) && !entry.flags.contains(gix::index::entry::Flags::INTENT_TO_ADD)
}

/// With replace refs ignored, and a cache for the packs.
fn prepared(mut repo: gix::Repository) -> gix::Repository {
    repo.objects.ignore_replacements = true;
    repo.objects.set_pack_cache(|| Box::new(cache::Slots::default()));
    repo
}

/// A commit, and whether its lines are others than Git writes or stand in another order: then it is read as Git shows
/// it. One whose author or committer has no readable day has the first of all days, as Git shows it.
fn commit_of<'a>(
    raw: &'a [u8],
    hash: gix::hash::Kind,
    repaired: &'a mut Vec<u8>,
) -> Result<(gix::objs::CommitRef<'a>, bool), impl fmt::Display + use<>> {
    if let Ok(commit) = gix::objs::CommitRef::from_bytes(raw, hash) {
        return Ok((commit, false));
    }
    let (head, message) = raw.split_at(raw.find(b"\n\n").map_or(raw.len(), |end| end + 1));
    let lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    *repaired = with_days(&lines, message);
    let is_irregular = gix::objs::CommitRef::from_bytes(repaired, hash).is_err();
    if is_irregular {
        *repaired = with_days(&in_order(&lines), message);
    }
    gix::objs::CommitRef::from_bytes(repaired, hash).map(|commit| (commit, is_irregular))
}

/// A commit of these lines, where author and committer have a day.
fn with_days(lines: &[&[u8]], message: &[u8]) -> Vec<u8> {
    let mut commit = Vec::new();
    for line in lines {
        match ["author ", "committer "].iter().find(|key| line.starts_with(key.as_bytes())) {
            Some(key) if !has_day(line) => {
                let whole = line.rfind_byte(b'>').map_or(format!("{key}<>").into_bytes(), |at| line[..=at].to_vec());
                commit.extend([whole.as_slice(), b" 0 +0000"].concat());
            }
            _ => commit.extend(*line),
        }
        commit.push(b'\n');
    }
    commit.extend_from_slice(if message.is_empty() { b"\n" } else { message });
    commit
}

/// Whether a line of author or committer names somebody, and ends with seconds and an offset.
fn has_day(line: &[u8]) -> bool {
    let Some(end) = line.rfind_byte(b'>').filter(|_| line.find_byte(b'<').is_some()) else { return false };
    let words: Vec<&[u8]> = line[end + 1..].split(|byte| *byte == b' ').filter(|word| !word.is_empty()).collect();
    let is_number = |word: &&[u8]| word.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-'));
    words.len() == 2 && words.iter().all(is_number)
}

/// The lines of a commit's head that Git reads: the tree, the parents that follow it at once, and the first of each kind
/// that stands anywhere after them.
fn in_order<'a>(lines: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let first = |with: &[u8]| lines.iter().copied().find(|line| line.starts_with(with));
    let parents = lines.iter().copied().skip(1).take_while(|line| line.starts_with(b"parent "));
    let mut kept: Vec<&[u8]> = lines.iter().copied().take(1).chain(parents).collect();
    kept.push(first(b"author ").unwrap_or(b"author <> 0 +0000"));
    kept.push(first(b"committer ").unwrap_or(b"committer <> 0 +0000"));
    kept.extend(first(b"encoding "));
    kept
}

/// Who signed a line of a commit; nobody, where Git sees nobody either.
fn who(signature: Option<gix::actor::SignatureRef<'_>>) -> gix::actor::SignatureRef<'_> {
    signature.unwrap_or(gix::actor::SignatureRef { name: "".into(), email: "".into(), time: "" })
}

fn identity(signature: gix::actor::SignatureRef<'_>, encoding: Option<&BStr>) -> Identity {
    let signature = signature.trim();
    Identity {
        name: decoded(signature.name, encoding).into_owned(),
        email: decoded(signature.email, encoding).into_owned(),
    }
}

/// A message as Git shows it, up to its first NUL: nobody has read what is behind it.
fn shown<'a>(message: &'a BStr, encoding: Option<&BStr>) -> Cow<'a, str> {
    decoded(message.split(|byte| *byte == 0).next().unwrap_or_default().into(), encoding)
}

/// The text of a commit in the encoding that its header names; what cannot be decoded is replaced.
fn decoded<'a>(bytes: &'a BStr, encoding: Option<&BStr>) -> Cow<'a, str> {
    match encoding.and_then(|name| gix::filter::plumbing::worktree::encoding::for_label(name).ok()) {
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
        None => bytes.to_str_lossy(),
    }
}

enum Child {
    Tree(Oid),
    Entry(Entry),
}

fn is_on(value: &BStr) -> bool {
    !["", "0", "no", "off", "false"].iter().any(|off| value.eq_ignore_ascii_case(off.as_bytes()))
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
            ("working-tree-encoding", StateRef::Value(name)) => {
                conversion.other = true;
                conversion.encoding = Some(name.as_bstr().to_str_lossy().into_owned());
            }
            ("ident", StateRef::Set) => (conversion.other, conversion.ident) = (true, true),
            ("filter", StateRef::Value(_)) => conversion.other = true,
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
    let text = std::fs::read_to_string(common_dir(dir)?.join("config")).ok()?;
    let line = text.lines().find(|line| line.trim().to_ascii_lowercase().starts_with("refstorage"))?;
    let value = line.split_once('=')?.1.trim().trim_matches('"').to_owned();
    (value != "files").then_some(value)
}

/// Where the data of a repository lies that a linked work tree or a submodule may share.
fn common_dir(dir: &Path) -> Option<PathBuf> {
    let own = dir.join(".git");
    let git_dir = if own.is_file() {
        let text = std::fs::read_to_string(&own).ok()?;
        dir.join(text.strip_prefix("gitdir:")?.trim())
    } else if own.is_dir() {
        own
    } else {
        dir.to_owned()
    };
    let shared = std::fs::read_to_string(git_dir.join("commondir")).ok();
    Some(shared.map_or(git_dir.clone(), |shared| git_dir.join(shared.trim())))
}

/// A folder and the folders below it.
fn folders_below(folder: PathBuf) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let below: Vec<PathBuf> = folders.flat_map(|entry| folders_below(entry.path())).collect();
    [folder].into_iter().chain(below).collect()
}

/// An object that cannot be read: missing or damaged.
fn object_failure(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Cause::Object, format!("cannot read {what}: {error}"))
}

/// The deepest that folders lie within each other.
const DEEPEST: usize = 256;

/// The most folders that one look takes in.
const MOST_FOLDERS: usize = 2_000_000;

/// Says no to folders within folders without end.
fn refuse_endless(above: &str, steps: usize) -> Result<(), Failure> {
    if steps > MOST_FOLDERS || above.bytes().filter(|byte| *byte == b'/').count() > DEEPEST {
        let message = format!(
            "a tree of this repository holds folders more than {DEEPEST} deep, or more than {MOST_FOLDERS} of them: it is \
             no repository of people"
        );
        return Err(Failure::new(Cause::Object, message));
    }
    Ok(())
}

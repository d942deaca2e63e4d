//! What in a work tree is not as in HEAD. Nothing of the repository's runs for it: no filter, no monitor, no hook.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use gix::bstr::{BStr, BString, ByteSlice};
use gix::index::entry::{Flags, Mode as IndexMode, Stat, stat};
use gix::index::fs::Metadata;
use gix::objs::tree::EntryKind;

use super::{Conversion, Git, Handling, Oid, object_failure};
use crate::digest;
use crate::failure::{Cause, Failure};

const STAGED: &str = "staged";
const CHANGED: &str = "changed";
const DELETED: &str = "deleted";
const CONFLICTED: &str = "conflicted";
const UNTRACKED: &str = "untracked";
const INTENDED: &str = "to be added, and not yet staged";
const FILTERED: &str = "changed, or kept by a filter, which is not run here";

/// A pointer of Git LFS is shorter than this by its own rules.
const POINTER: u64 = 1024;

type Kinds = BTreeMap<BString, (EntryKind, Oid)>;
type Changes = BTreeMap<BString, &'static str>;

/// An entry of the index that stands for a file, with what tells whether the file was touched.
struct Kept {
    path: BString,
    kind: EntryKind,
    id: Oid,
    stat: Stat,
    flags: Flags,
}

impl Git {
    /// Paths, from the top of the repository, below `prefix` that are not as in HEAD, each with a word for it: staged,
    /// changed, deleted, conflicted, or untracked and not ignored. A repository inside that is none of its submodules
    /// ends in `/`. Runs no filter and no monitor of the repository's.
    pub fn changes(&self, prefix: &str) -> Result<Vec<(String, &'static str)>, Failure> {
        let Some(top) = self.repo.workdir().map(Path::to_owned) else {
            return Err(Failure::new(Cause::Bare, "a bare repository has no work tree that could be clean"));
        };
        let index = self.index_or_none()?;
        let head = self.kinds_of_head(prefix)?;
        let mut changes = Changes::new();
        let kept = self.kept(&index, prefix, &mut changes)?;
        staged(&head, &kept, &mut changes);
        self.worked_on(&top, &index, &kept, &mut changes)?;
        Untracked::of(self, &index, &top, &kept)?.below(prefix, &mut changes)?;
        Ok(changes.into_iter().map(|(path, word)| (path.to_str_lossy().into_owned(), word)).collect())
    }

    /// Whether Git is told to ignore a path, from the top of the repository, or a folder above it.
    pub fn is_ignored(&self, path: &str, is_folder: bool) -> Result<bool, Failure> {
        let Some(top) = self.repo.workdir().map(Path::to_owned) else { return Ok(false) };
        let index = self.index_or_none()?;
        let mut untracked = Untracked::of(self, &index, &top, &[])?;
        for (end, _) in path.match_indices('/').chain([(path.len(), "")]) {
            if untracked.is_ignored(path.as_bytes()[..end].as_bstr(), is_folder || end < path.len()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The index, or one without entries.
    fn index_or_none(&self) -> Result<gix::index::File, Failure> {
        let empty = || gix::index::File::from_state(gix::index::State::new(self.repo.object_hash()), self.index_path());
        Ok(self.index()?.unwrap_or_else(empty))
    }

    fn kinds_of_head(&self, prefix: &str) -> Result<Kinds, Failure> {
        let mut kinds = Kinds::new();
        if let Some(head) = self.head()? {
            self.collect_kinds(self.tree_of(head)?, BStr::new(""), prefix, &mut kinds)?;
        }
        Ok(kinds)
    }

    /// Adds the files of a folder, given with `/` at its end, that lie below `prefix`.
    fn collect_kinds(&self, tree: Oid, folder: &BStr, prefix: &str, kinds: &mut Kinds) -> Result<(), Failure> {
        let failed = |error: &dyn std::fmt::Display| object_failure(&format!("tree {tree}"), error);
        let object = self.repo.find_tree(tree).map_err(|error| failed(&error))?;
        for entry in object.iter() {
            let entry = entry.map_err(|error| failed(&error))?;
            let mut path = BString::from([folder.as_bytes(), entry.filename()].concat());
            let kind = entry.mode().kind();
            if kind != EntryKind::Tree {
                if is_below(path.as_ref(), prefix) {
                    kinds.insert(path, (kind, entry.oid().to_owned()));
                }
            } else if is_below(path.as_ref(), prefix) || is_below(prefix.into(), &path.to_str_lossy()) {
                path.push(b'/');
                self.collect_kinds(entry.oid().to_owned(), path.as_ref(), prefix, kinds)?;
            }
        }
        Ok(())
    }

    /// The files of the index below `prefix`, a folder that is kept as one entry unfolded.
    fn kept(&self, index: &gix::index::File, prefix: &str, changes: &mut Changes) -> Result<Vec<Kept>, Failure> {
        let mut kept = Vec::new();
        for entry in index.entries() {
            let path = entry.path(index);
            if entry.mode == IndexMode::DIR {
                let mut kinds = Kinds::new();
                self.collect_kinds(entry.id, path, prefix, &mut kinds)?;
                let stat = Stat::default();
                let left_out = kinds.into_iter();
                kept.extend(left_out.map(|(path, (kind, id))| Kept { path, kind, id, stat, flags: entry.flags }));
            } else if is_below(path, prefix) {
                if entry.stage_raw() != 0 {
                    changes.insert(path.to_owned(), CONFLICTED);
                }
                let mode = entry.mode.to_tree_entry_mode().map_or(EntryKind::Blob, |mode| mode.kind());
                kept.push(Kept {
                    path: path.to_owned(),
                    kind: mode,
                    id: entry.id,
                    stat: entry.stat,
                    flags: entry.flags,
                });
            }
        }
        Ok(kept)
    }

    /// Adds what the work tree has otherwise than the index.
    fn worked_on(
        &self,
        top: &Path,
        index: &gix::index::File,
        kept: &[Kept],
        changes: &mut Changes,
    ) -> Result<(), Failure> {
        let mut look = Look::of(self, top, index);
        let mut read = Vec::new();
        for one in kept.iter().filter(|one| !one.flags.contains(Flags::ASSUME_VALID)) {
            if changes.contains_key(&one.path) {
                continue;
            }
            match look.at_a_glance(one)? {
                Glance::Same => {}
                Glance::Not(word) => drop(changes.insert(one.path.clone(), word)),
                Glance::Read(path) => read.push((one, path)),
            }
        }
        let paths: Vec<String> = read.iter().map(|(one, _)| one.path.to_str_lossy().into_owned()).collect();
        let handlings = self.handling(&paths.iter().map(String::as_str).collect::<Vec<_>>())?;
        for ((one, path), handling) in read.into_iter().zip(handlings) {
            let word = self.read_whole(one, &path, &handling).map_err(|error| Failure::io("read", &path, &error))?;
            changes.extend(word.map(|word| (one.path.clone(), word)));
        }
        Ok(())
    }

    /// Compares a file with its blob, what Git did to it on the way out undone.
    fn read_whole(&self, one: &Kept, path: &Path, handling: &Handling) -> io::Result<Option<&'static str>> {
        let size = path.symlink_metadata()?.len();
        if self.id_of(File::open(path)?, size)? == Some(one.id) {
            return Ok(None);
        }
        let conversion = &handling.conversion;
        if self.is_converted(one.id, path, conversion)? {
            return Ok(None);
        }
        let is_filtered = conversion.other && !conversion.rewrites();
        match self.small_blob(one.id).filter(|_| is_filtered) {
            Some(pointer) if names(&pointer, path)? => Ok(None),
            Some(pointer) if is_pointer(&pointer) => Ok(Some(CHANGED)),
            _ => Ok(Some(if is_filtered { FILTERED } else { CHANGED })),
        }
    }

    fn id_of(&self, mut bytes: impl Read, size: u64) -> io::Result<Option<Oid>> {
        let mut stream = self.id_kind().blob(size);
        let mut room = vec![0; 64 * 1024];
        let mut seen = 0;
        loop {
            let count = bytes.read(&mut room)?;
            if count == 0 {
                return Ok(if seen == size { stream.finish() } else { None });
            }
            seen += count as u64;
            stream.update(&room[..count]);
        }
    }

    /// Whether a file is what Git makes of a blob on its way out.
    fn is_converted(&self, blob: Oid, path: &Path, conversion: &Conversion) -> io::Result<bool> {
        if !conversion.line_endings && !conversion.rewrites() {
            return Ok(false);
        }
        let Some(size) = self.blob_size(blob) else { return Ok(false) };
        let own: Box<dyn Read> = if conversion.rewrites() {
            let mut bytes = Vec::new();
            File::open(path)?.read_to_end(&mut bytes)?;
            Box::new(io::Cursor::new(conversion.undone(&bytes)))
        } else {
            Box::new(File::open(path)?)
        };
        let mut text = Unix { bytes: io::BufReader::with_capacity(64 * 1024, own), is_return: false, is_binary: false };
        let converts = conversion.line_endings;
        let id = if converts { self.id_of(&mut text, size)? } else { self.id_of(text.bytes.by_ref(), size)? };
        Ok(id == Some(blob) && !text.is_binary)
    }

    fn small_blob(&self, id: Oid) -> Option<Vec<u8>> {
        self.blob_size(id).filter(|size| *size < POINTER)?;
        self.blob(id).ok()
    }

    fn flag(&self, key: &str, otherwise: bool) -> bool {
        self.repo.config_snapshot().boolean(key).unwrap_or(otherwise)
    }
}

/// Adds what the index has otherwise than HEAD.
fn staged(head: &Kinds, kept: &[Kept], changes: &mut Changes) {
    let mut gone: BTreeSet<&BStr> = head.keys().map(|path| path.as_bstr()).collect();
    for one in kept {
        let is_intended = one.flags.contains(Flags::INTENT_TO_ADD);
        if !is_intended {
            gone.remove(one.path.as_bstr());
        }
        let is_same = head.get(&one.path) == Some(&(one.kind, one.id));
        if is_intended || !is_same {
            changes.entry(one.path.clone()).or_insert(if is_intended { INTENDED } else { STAGED });
        }
    }
    for path in gone {
        changes.entry(path.to_owned()).or_insert(STAGED);
    }
}

fn is_below(path: &BStr, prefix: &str) -> bool {
    let rest = path.strip_prefix(prefix.as_bytes());
    prefix.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

/// Text with line feeds alone, as it is in a blob; what is no text shows while it is read.
struct Unix<R> {
    bytes: R,
    is_return: bool,
    is_binary: bool,
}

impl<R: io::BufRead> Read for &mut Unix<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut count = 0;
        while count < into.len() {
            let stretch = self.bytes.fill_buf()?;
            let Some(first) = stretch.first().copied() else {
                self.is_binary |= std::mem::take(&mut self.is_return);
                return Ok(count);
            };
            if std::mem::take(&mut self.is_return) && first != b'\n' {
                self.is_binary = true;
            }
            let end = stretch.iter().position(|byte| *byte == b'\r').unwrap_or(stretch.len()).min(into.len() - count);
            into[count..count + end].copy_from_slice(&stretch[..end]);
            self.is_binary |= stretch[..end].contains(&0);
            self.is_return = stretch.get(end) == Some(&b'\r') && count + end < into.len();
            let used = end + usize::from(self.is_return);
            count += end;
            self.bytes.consume(used);
        }
        Ok(count)
    }
}

fn is_pointer(blob: &[u8]) -> bool {
    blob.starts_with(b"version https://git-lfs.github.com/spec/v1\n")
}

/// Whether a blob is the LFS pointer of a file.
fn names(blob: &[u8], path: &Path) -> io::Result<bool> {
    let text = blob.to_str_lossy();
    let field = |key: &str| text.lines().find_map(|line| line.strip_prefix(key));
    let (Some(sha256), Some(size)) = (field("oid sha256:"), field("size ")) else { return Ok(false) };
    if !is_pointer(blob) || size.parse() != Ok(path.metadata()?.len()) {
        return Ok(false);
    }
    let (_, found) = digest::of_reader(digest::Algorithm::Sha256, &mut File::open(path)?, &|_| {})?;
    Ok(found.eq_ignore_ascii_case(sha256))
}

/// What a file shows before it is opened.
enum Glance {
    Same,
    Not(&'static str),
    Read(PathBuf),
}

/// Looks at the files of a work tree.
struct Look<'a> {
    git: &'a Git,
    top: &'a Path,
    index: &'a gix::index::File,
    options: stat::Options,
    trusts_modes: bool,
    knows_links: bool,
    is_sparse: bool,
    /// Whether a folder is one all the way down, and not behind a link.
    folders: BTreeMap<BString, bool>,
}

impl<'a> Look<'a> {
    fn of(git: &'a Git, top: &'a Path, index: &'a gix::index::File) -> Self {
        let minimal = git.repo.config_snapshot().string("core.checkStat");
        let check_stat = minimal.is_none_or(|value| !value.eq_ignore_ascii_case(b"minimal"));
        let trust_ctime = git.flag("core.trustCTime", true);
        // What Git wrote without fractions of seconds differs then, and is read.
        let options = stat::Options { trust_ctime, check_stat, use_nsec: true, use_stdev: false };
        Self {
            git,
            top,
            index,
            options,
            trusts_modes: git.flag("core.fileMode", cfg!(unix)),
            knows_links: git.flag("core.symlinks", true),
            is_sparse: git.flag("core.sparseCheckout", false),
            folders: BTreeMap::new(),
        }
    }

    fn at_a_glance(&mut self, one: &Kept) -> Result<Glance, Failure> {
        let left_out = one.flags.contains(Flags::SKIP_WORKTREE);
        // A file that a sparse checkout leaves out and that is there all the same counts again.
        if left_out && !self.is_sparse {
            return Ok(Glance::Same);
        }
        let path = on_disk(self.top, one.path.as_bstr());
        let found = if self.is_reached(one.path.as_bstr()) { Metadata::from_path_no_follow(&path).ok() } else { None };
        let Some(found) = found else {
            return Ok(if left_out { Glance::Same } else { Glance::Not(DELETED) });
        };
        match one.kind {
            EntryKind::Commit => Self::submodule(one, &path, &found),
            EntryKind::Link => self.link(one, path, &found),
            _ if found.is_dir() => Ok(Glance::Not(DELETED)),
            _ if !found.is_file() => Ok(Glance::Not(CHANGED)),
            _ => {
                let is_program = one.kind == EntryKind::BlobExecutable;
                let other_mode = self.trusts_modes && found.is_executable() != is_program;
                Ok(if other_mode { Glance::Not(CHANGED) } else { self.by_stat(one, path, &found) })
            }
        }
    }

    /// A file that was not touched since it was compared last need not be read; one touched in the second of the
    /// comparison does.
    fn by_stat(&self, one: &Kept, path: PathBuf, found: &Metadata) -> Glance {
        let coarse = stat::Options { use_nsec: false, ..self.options };
        let is_same = Stat::from_fs(found).is_ok_and(|stat| one.stat.matches(&stat, self.options))
            && !one.stat.is_racy(self.index.timestamp(), coarse);
        if is_same { Glance::Same } else { Glance::Read(path) }
    }

    fn link(&self, one: &Kept, path: PathBuf, found: &Metadata) -> Result<Glance, Failure> {
        if found.is_dir() {
            return Ok(Glance::Not(DELETED));
        }
        if !found.is_symlink() {
            let stands_for_it = !self.knows_links && found.is_file();
            return Ok(if stands_for_it { Glance::Read(path) } else { Glance::Not(CHANGED) });
        }
        let target = std::fs::read_link(&path).map_err(|error| Failure::io("read", &path, &error))?;
        let is_same = self.git.blob_id(&in_git(target)) == Some(one.id);
        Ok(if is_same { Glance::Same } else { Glance::Not(CHANGED) })
    }

    /// A submodule that was never fetched is as it should be.
    fn submodule(one: &Kept, path: &Path, found: &Metadata) -> Result<Glance, Failure> {
        if !found.is_dir() {
            return Ok(Glance::Not(CHANGED));
        }
        if !path.join(".git").exists() {
            return Ok(Glance::Same);
        }
        let Some(inner) = Git::discover(path, None)? else { return Ok(Glance::Same) };
        let is_same = inner.head()? == Some(one.id) && inner.changes("")?.is_empty();
        Ok(if is_same { Glance::Same } else { Glance::Not(CHANGED) })
    }

    /// Whether every folder above a path is a folder.
    fn is_reached(&mut self, path: &BStr) -> bool {
        let Some(end) = path.rfind_byte(b'/') else { return true };
        let folder = path[..end].as_bstr();
        if let Some(known) = self.folders.get(folder) {
            return *known;
        }
        let here = on_disk(self.top, folder);
        let is_folder = here.symlink_metadata().is_ok_and(|metadata| metadata.is_dir()) && self.is_reached(folder);
        self.folders.insert(folder.to_owned(), is_folder);
        is_folder
    }
}

/// Looks for files that the index does not have.
struct Untracked<'a> {
    top: &'a Path,
    ignored: gix::AttributeStack<'a>,
    /// Everything in the index, and whether it is a submodule.
    tracked: BTreeMap<BString, bool>,
    folds_case: bool,
}

impl<'a> Untracked<'a> {
    fn of(git: &'a Git, index: &gix::index::File, top: &'a Path, kept: &[Kept]) -> Result<Self, Failure> {
        let source = gix::worktree::stack::state::ignore::Source::WorktreeThenIdMappingIfNotSkipped;
        let ignored = git
            .repo
            .excludes(index, None, source)
            .map_err(|error| Failure::new(Cause::Repository, format!("cannot read what Git is to ignore: {error}")))?;
        let folds_case = git.flag("core.ignoreCase", false);
        let named = |one: &Kept| (folded(one.path.as_bstr(), folds_case), one.kind == EntryKind::Commit);
        let tracked = kept.iter().map(named).collect();
        Ok(Self { top, ignored, tracked, folds_case })
    }

    /// Adds those below a path from the top, unless that is ignored itself.
    fn below(&mut self, prefix: &str, changes: &mut Changes) -> Result<(), Failure> {
        for (end, _) in prefix.match_indices('/').chain([(prefix.len(), "")]).filter(|(end, _)| *end > 0) {
            let folder = prefix.as_bytes()[..end].as_bstr();
            let path = self.top.join(&prefix[..end]);
            let is_folder = path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
            if !is_folder || self.is_ignored(folder, true) {
                return Ok(());
            }
        }
        self.folder(prefix.as_bytes().as_bstr(), changes)
    }

    fn folder(&mut self, folder: &BStr, changes: &mut Changes) -> Result<(), Failure> {
        let here = on_disk(self.top, folder);
        let failed = |error: io::Error| Failure::io("list", &here, &error);
        for entry in std::fs::read_dir(&here).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            if name.eq_ignore_ascii_case(".git") {
                continue;
            }
            let kind = entry.file_type().map_err(failed)?;
            let name = in_git(PathBuf::from(name));
            let parts: [&[u8]; 3] = [folder, if folder.is_empty() { b"" } else { b"/" }, &name];
            let path = BString::from(parts.concat());
            if self.is_tracked(path.as_ref(), kind.is_dir()) || self.is_ignored(path.as_ref(), kind.is_dir()) {
                continue;
            }
            if kind.is_dir() {
                self.inner(path, &entry.path(), changes)?;
            } else if kind.is_file() || kind.is_symlink() {
                changes.entry(path).or_insert(UNTRACKED);
            }
        }
        Ok(())
    }

    /// A folder, or a repository of its own, of which Git knows the name alone.
    fn inner(&mut self, mut path: BString, here: &Path, changes: &mut Changes) -> Result<(), Failure> {
        if !here.join(".git").exists() {
            return self.folder(path.as_ref(), changes);
        }
        path.push(b'/');
        changes.entry(path).or_insert(UNTRACKED);
        Ok(())
    }

    /// A folder where the index has a file is none of its files.
    fn is_tracked(&self, path: &BStr, is_folder: bool) -> bool {
        self.tracked.get(&folded(path, self.folds_case)).is_some_and(|is_submodule| *is_submodule || !is_folder)
    }

    fn is_ignored(&mut self, path: &BStr, is_folder: bool) -> bool {
        let mode = if is_folder { IndexMode::DIR } else { IndexMode::FILE };
        // A name that Git could not hold, such as one of a device on Windows, is not ignored.
        self.ignored.at_entry(path, Some(mode)).is_ok_and(|found| found.is_excluded())
    }
}

fn folded(path: &BStr, folds_case: bool) -> BString {
    if folds_case { path.to_str_lossy().to_lowercase().into() } else { path.to_owned() }
}

/// A path of Git's on disk; only Windows has names that are no bytes.
fn on_disk(top: &Path, path: &BStr) -> PathBuf {
    top.join(gix::path::from_bstr(path).unwrap_or_else(|_| PathBuf::from(path.to_str_lossy().as_ref()).into()))
}

fn in_git(path: PathBuf) -> BString {
    let lossy = BString::from(path.to_string_lossy().into_owned());
    gix::path::into_bstr(path).map_or(lossy, std::borrow::Cow::into_owned)
}

//! A tree of files to read from: work tree, Git index, revision or plain folder, all answered alike.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::failure::Failure;
use crate::git::{Entry, Git, Mode, Oid};
use crate::ids::Span;
use crate::stamp::Watch;

/// The largest file that is read as TOML or text, in bytes.
pub const LARGEST_TEXT: u64 = 8 << 20;

/// A root's files.
pub struct Tree<'g> {
    kind: Kind,
    git: Option<&'g Git>,
    /// The root's folder relative to the Git root, without slash at the end; empty at the top.
    prefix: String,
    /// The paths on disk that were looked at.
    watch: Arc<Watch>,
}

enum Kind {
    /// Files on disk: the root's folder, the folder that no symlink may leave, and, by path of the Git root, what a
    /// sparse checkout leaves out.
    Folder { root: PathBuf, fence: PathBuf, skipped: Arc<BTreeMap<String, Entry>> },
    /// Blobs: every path of the Git root, and those of the index that a merge left in conflict.
    Blobs { entries: Arc<BTreeMap<String, Entry>>, unmerged: Arc<BTreeSet<String>> },
}

/// Why a file cannot be read as text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unreadable {
    /// It is a folder.
    Folder,
    /// It is a symlink that leaves the Git root, or leads in circles or nowhere.
    Escapes,
    /// It is a FIFO, socket or device.
    Special,
    /// It is larger than what is read.
    TooLarge(u64),
    /// The file system refuses.
    Refused(String),
    /// It is a commit of another repository.
    Submodule,
    /// A merge left it in conflict: the index holds several of it.
    Unmerged,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder => f.write_str("it is a folder"),
            Self::Escapes => f.write_str("it is a symlink that leaves the repository or leads nowhere"),
            Self::Special => f.write_str("it is not a regular file"),
            Self::TooLarge(size) => write!(f, "it has {size} bytes, and {LARGEST_TEXT} is the most that is read"),
            Self::Refused(why) => f.write_str(why),
            Self::Submodule => f.write_str("it is a submodule"),
            Self::Unmerged => f.write_str("a merge left it in conflict, so the index holds several of it"),
        }
    }
}

impl<'g> Tree<'g> {
    /// The files on disk at `root`; symlinks may not leave the Git root, or `root` itself without Git.
    pub fn folder(root: &Path, git: Option<&'g Git>) -> Result<Self, Failure> {
        let root = root.canonicalize().map_err(|error| Failure::io("open", root, &error))?;
        let top = git.and_then(Git::workdir).filter(|top| root.starts_with(top));
        let prefix = top.as_ref().and_then(|top| root.strip_prefix(top).ok()).map(slashed).unwrap_or_default();
        // With an index that cannot be read, nothing is known to be left out.
        let skipped = git.filter(|_| top.is_some()).and_then(|git| git.skipped("").ok()).unwrap_or_default();
        require(git, &skipped, &prefix)?;
        let (fence, skipped) = (top.unwrap_or_else(|| root.clone()), Arc::new(skipped));
        Ok(Self { kind: Kind::Folder { root, fence, skipped }, git, prefix, watch: Arc::default() })
    }

    /// The files of the index; those that a merge left in conflict are there and cannot be read.
    pub fn index(git: &'g Git, prefix: &str) -> Result<Self, Failure> {
        let (mut entries, unmerged) = (git.files_of_index("")?, git.unmerged()?);
        let names: BTreeSet<String> = unmerged.keys().cloned().collect();
        entries.extend(unmerged);
        require(Some(git), &entries, prefix)?;
        Ok(Self::of_blobs(Kind::Blobs { entries: Arc::new(entries), unmerged: Arc::new(names) }, git, prefix))
    }

    /// The files of a commit's tree.
    pub fn revision(git: &'g Git, commit: Oid, prefix: &str) -> Result<Self, Failure> {
        let entries = git.files_of_tree(git.tree_of(commit)?, "")?;
        require(Some(git), &entries, prefix)?;
        Ok(Self::of_entries(git, entries, prefix))
    }

    /// Some files of a commit's tree, by path from the Git root.
    pub fn of_entries(git: &'g Git, entries: BTreeMap<String, Entry>, prefix: &str) -> Self {
        Self::of_blobs(Kind::Blobs { entries: Arc::new(entries), unmerged: Arc::default() }, git, prefix)
    }

    fn of_blobs(kind: Kind, git: &'g Git, prefix: &str) -> Self {
        Self { kind, git: Some(git), prefix: prefix.to_owned(), watch: Arc::default() }
    }

    /// The files of a Git tree, its top being the root.
    pub fn of_tree(git: &'g Git, tree: Oid) -> Result<Self, Failure> {
        Ok(Self::of_entries(git, git.files_of_tree(tree, "")?, ""))
    }

    /// The repository, if there is one.
    pub fn git(&self) -> Option<&'g Git> {
        self.git
    }

    /// The same tree, noting what it looks at in another watch.
    #[must_use]
    pub fn watched_by(self, watch: &Arc<Watch>) -> Self {
        Self { watch: Arc::clone(watch), ..self }
    }

    /// The paths on disk that were looked at; whoever reads one that is not read through the tree notes it first.
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// The root's folder relative to the Git root; empty at the top.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The root's folder on disk, unless the tree is of blobs.
    pub fn root(&self) -> Option<&Path> {
        match &self.kind {
            Kind::Folder { root, .. } => Some(root),
            Kind::Blobs { .. } => None,
        }
    }

    /// Another root of the same repository, by a path relative to this one; `None` if it leaves the repository.
    pub fn sibling(&self, relative: &str) -> Option<Self> {
        let prefix = normal(&format!("{}/{relative}", self.prefix))?;
        let kind = match &self.kind {
            Kind::Folder { root, fence, skipped } => {
                let other = root.join(relative).canonicalize().ok()?;
                if !other.starts_with(fence) {
                    return None;
                }
                Kind::Folder { root: other, fence: fence.clone(), skipped: Arc::clone(skipped) }
            }
            Kind::Blobs { entries, unmerged } => {
                Kind::Blobs { entries: Arc::clone(entries), unmerged: Arc::clone(unmerged) }
            }
        };
        Some(Self { kind, git: self.git, prefix, watch: Arc::clone(&self.watch) })
    }

    /// Whether a symbolic link stands on the way to a folder given relative to the root, below the Git root.
    pub fn leads_through_link(&self, relative: &str) -> bool {
        let Some(full) = self.from_top(relative) else { return false };
        match &self.kind {
            Kind::Folder { fence, .. } => {
                let parts = full.match_indices('/').map(|(at, _)| at).chain([full.len()]);
                let mut on_disk = parts.map(|at| fence.join(&full[..at])).inspect(|path| self.watch.note(path));
                on_disk.any(|path| path.is_symlink())
            }
            Kind::Blobs { .. } => self.followed(&full).is_ok_and(|found| found != full),
        }
    }

    /// Whether anything stands at the path, relative to the root.
    pub fn exists(&self, path: &str) -> bool {
        let stands = |entries: &BTreeMap<String, Entry>, full: &str| {
            let below = format!("{full}/");
            entries.contains_key(full) || within(entries, &below).next().is_some()
        };
        match &self.kind {
            Kind::Folder { root, skipped, .. } => {
                let on_disk = root.join(path);
                self.watch.note(&on_disk);
                on_disk.symlink_metadata().is_ok() || stands(skipped, &self.full(path))
            }
            Kind::Blobs { entries, .. } => {
                let full = self.full(path);
                stands(entries, &full) || self.followed(&full).is_ok_and(|full| stands(entries, &full))
            }
        }
    }

    /// Names in a folder of the root, sorted; an absent folder is empty.
    pub fn names(&self, folder: &str) -> Result<Vec<String>, Failure> {
        let full = if folder.is_empty() { self.prefix.clone() } else { self.full(folder) };
        match &self.kind {
            Kind::Folder { root, skipped, .. } => {
                let on_disk = root.join(folder);
                self.watch.note(&on_disk);
                let mut names = names_on_disk(&on_disk)?;
                if !skipped.is_empty() {
                    names.extend(names_among(skipped, &full));
                    names.sort();
                    names.dedup();
                }
                Ok(names)
            }
            Kind::Blobs { entries, .. } => {
                Ok(self.followed(&full).map(|full| names_among(entries, &full)).unwrap_or_default())
            }
        }
    }

    /// The paths of a tree of blobs that have one of these names, from the Git root; none of a tree on disk.
    pub fn paths_named(&self, names: &[&str]) -> Vec<String> {
        let Kind::Blobs { entries, .. } = &self.kind else { return Vec::new() };
        let is_named = |path: &&String| names.contains(&path.rsplit('/').next().unwrap_or_default());
        entries.keys().filter(is_named).cloned().collect()
    }

    /// The bytes of a file of the root; `None` where nothing stands.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Unreadable> {
        match &self.kind {
            Kind::Folder { root, fence, .. } => {
                let on_disk = root.join(path);
                self.watch.note(&on_disk);
                match read_on_disk(&on_disk, fence)? {
                    Some(bytes) => Ok(Some(bytes)),
                    None => self.skipped_blob(path),
                }
            }
            Kind::Blobs { .. } => match self.entry(path)? {
                Some(entry) => self.blob(&entry).map(Some),
                None if !self.exists(path) => Ok(None),
                None if self.names(path).is_ok_and(|names| names.is_empty()) => Err(Unreadable::Escapes),
                None => Err(Unreadable::Folder),
            },
        }
    }

    /// Whether a symbolic link stands at a path itself.
    pub fn is_link(&self, path: &str) -> bool {
        match &self.kind {
            Kind::Folder { root, .. } => {
                let on_disk = root.join(path);
                self.watch.note(&on_disk);
                std::fs::symlink_metadata(on_disk).is_ok_and(|found| found.is_symlink())
            }
            Kind::Blobs { entries, .. } => entries.get(&self.full(path)).is_some_and(|entry| entry.mode == Mode::Link),
        }
    }

    /// The bytes of a file that a sparse checkout leaves out of the work tree.
    fn skipped_blob(&self, path: &str) -> Result<Option<Vec<u8>>, Unreadable> {
        let Kind::Folder { skipped, .. } = &self.kind else { return Ok(None) };
        let entry = normal(&self.full(path)).and_then(|full| skipped.get(&full));
        match entry.map(|entry| entry.mode) {
            Some(Mode::File) => entry.map(|entry| self.blob(entry)).transpose(),
            Some(Mode::Link) => {
                Err(Unreadable::Refused("it is a symlink that a sparse checkout leaves out".to_owned()))
            }
            Some(Mode::Submodule) => Err(Unreadable::Submodule),
            None => Ok(None),
        }
    }

    /// The blob at a path, symlinks inside the repository followed; `None` where nothing stands or the tree is on disk.
    pub fn entry(&self, path: &str) -> Result<Option<Entry>, Unreadable> {
        let Kind::Blobs { entries, unmerged } = &self.kind else { return Ok(None) };
        let full = self.followed(&self.full(path))?;
        match entries.get(&full) {
            Some(_) if unmerged.contains(&full) => Err(Unreadable::Unmerged),
            Some(entry) if entry.mode == Mode::Submodule => Err(Unreadable::Submodule),
            entry => Ok(entry.cloned()),
        }
    }

    /// A path of the Git root with the symlinks on its way followed; one into a submodule leads nowhere that is here.
    fn followed(&self, path: &str) -> Result<String, Unreadable> {
        let Kind::Blobs { entries, .. } = &self.kind else { return Ok(path.to_owned()) };
        let mut full = normal(path).ok_or(Unreadable::Escapes)?;
        for _ in 0..16 {
            let mut parts = full.match_indices('/').map(|(at, _)| at).chain([full.len()]);
            let met = parts.find_map(|at| Some((at, entries.get(&full[..at])?)));
            let Some((at, entry)) = met else { return Ok(full) };
            match entry.mode {
                Mode::Link => full = self.through(entry, &full, at)?,
                Mode::Submodule if at < full.len() => return Err(Unreadable::Submodule),
                Mode::Submodule | Mode::File => return Ok(full),
            }
        }
        Err(Unreadable::Escapes)
    }

    /// Where a path leads whose first `at` bytes are this symlink.
    fn through(&self, link: &Entry, path: &str, at: usize) -> Result<String, Unreadable> {
        let target = self.blob(link)?;
        let target = String::from_utf8_lossy(&target).into_owned();
        let (parent, rest) = (path[..at].rsplit_once('/').map_or("", |(parent, _)| parent), &path[at..]);
        let inside = if target.starts_with('/') { None } else { normal(&format!("{parent}/{target}{rest}")) };
        inside.ok_or(Unreadable::Escapes)
    }

    fn blob(&self, entry: &Entry) -> Result<Vec<u8>, Unreadable> {
        let git = self.git.expect("a tree of blobs has its repository");
        git.blob(entry.id).map_err(|failure| Unreadable::Refused(failure.message))
    }

    fn full(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    /// A path of the root, relative to the Git root.
    pub fn from_top(&self, path: &str) -> Option<String> {
        normal(&self.full(path))
    }
}

/// Says no where the blob of a file that makes up the root is not here; evidence may be elsewhere.
fn require(git: Option<&Git>, entries: &BTreeMap<String, Entry>, prefix: &str) -> Result<(), Failure> {
    let above = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
    let read = within(entries, &above).filter(|(path, _)| is_read(&path[above.len()..]));
    let blobs = read.filter(|(_, entry)| entry.mode != Mode::Submodule).map(|(_, entry)| entry.id);
    git.map_or(Ok(()), |git| git.require(blobs))
}

fn is_read(path: &str) -> bool {
    match path.split_once('/') {
        None => matches!(path, "demarcate.toml" | "assets.toml" | "incident.toml" | "crypto.toml" | "evidence.lock"),
        Some(("practices" | "providers" | "policies" | "poam" | "exceptions", _)) => true,
        Some(("trust", name)) => !name.contains('/'),
        Some((folder, rest)) => folder == "evidence" && rest.ends_with("/artifacts.toml"),
    }
}

/// The entries whose path begins so.
fn within<'a>(
    entries: &'a BTreeMap<String, Entry>,
    above: &'a str,
) -> impl Iterator<Item = (&'a String, &'a Entry)> + 'a {
    entries.range(above.to_owned()..).take_while(move |(path, _)| path.starts_with(above))
}

/// Names in a folder; the empty one is the top.
fn names_among(entries: &BTreeMap<String, Entry>, folder: &str) -> Vec<String> {
    let above = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let names = within(entries, &above).filter_map(|(path, _)| path[above.len()..].split('/').next());
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.dedup();
    names
}

fn names_on_disk(folder: &Path) -> Result<Vec<String>, Failure> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = walkdir::WalkDir::new(folder).min_depth(1).max_depth(1).follow_links(false).sort_by_file_name();
    let name = |entry: walkdir::DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries.into_iter().map(|entry| entry.map(name).map_err(|error| unlisted(folder, &error))).collect()
}

fn unlisted(folder: &Path, error: &walkdir::Error) -> Failure {
    Failure::new(crate::failure::Cause::Io, format!("cannot list {}: {error}", folder.display()))
}

/// The canonical form of `path` if it is a regular file inside `fence`; `None` where nothing stands.
pub fn regular_inside(path: &Path, fence: &Path) -> Result<Option<PathBuf>, Unreadable> {
    if path
        .symlink_metadata()
        .is_err_and(|error| matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory))
    {
        return Ok(None);
    }
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            return Err(Unreadable::Refused(error.to_string()));
        }
        Err(_) => return Err(Unreadable::Escapes),
    };
    if !real.starts_with(fence) {
        return Err(Unreadable::Escapes);
    }
    let metadata = real.metadata().map_err(|error| Unreadable::Refused(error.to_string()))?;
    if metadata.is_dir() {
        return Err(Unreadable::Folder);
    }
    if metadata.is_file() { Ok(Some(real)) } else { Err(Unreadable::Special) }
}

fn read_on_disk(path: &Path, fence: &Path) -> Result<Option<Vec<u8>>, Unreadable> {
    let Some(real) = regular_inside(path, fence)? else { return Ok(None) };
    let refused = |error: std::io::Error| Unreadable::Refused(error.to_string());
    let size = real.metadata().map_err(refused)?.len();
    if size > LARGEST_TEXT {
        return Err(Unreadable::TooLarge(size));
    }
    std::fs::read(&real).map(Some).map_err(refused)
}

/// A relative path as its parts joined by `/`.
fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Whether a location lies outside the tree of files: absolute, a URL, a drive, a network path.
pub fn is_outside(location: &str) -> bool {
    let is_file_url = location.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("file:/"));
    let is_windows = location.starts_with(r"\\") || location.as_bytes().get(1) == Some(&b':');
    location.starts_with('/') || location.contains("://") || is_file_url || is_windows
}

/// A path with `.` and `..` resolved by its words alone; `None` if it leaves the top.
pub fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in Path::new(path.trim_start_matches('/')).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::ParentDir => drop(parts.pop()?),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    Some(parts.join("/"))
}

/// The files that were read, for places in diagnostics.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Each, and whether it is in this tree: one that only another tree has keeps its number.
    files: Vec<(Arc<SourceFile>, bool)>,
}

/// A file that was read.
#[derive(Debug)]
pub struct SourceFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Its text; bytes that are no UTF-8 are replaced.
    pub text: Arc<str>,
    /// Where each line but the first begins.
    lines: Vec<usize>,
}

impl Files {
    /// Keeps a file and gives the number for its spans.
    pub fn add(&mut self, path: &str, text: Arc<str>) -> u32 {
        let lines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1).collect();
        self.files.push((Arc::new(SourceFile { path: path.to_owned(), text, lines }), true));
        u32::try_from(self.files.len() - 1).expect("there are fewer than four billion files")
    }

    /// The same files for another tree, none of them in it yet.
    #[must_use]
    pub fn unplaced(&self) -> Self {
        Self { files: self.files.iter().map(|(file, _)| (Arc::clone(file), false)).collect() }
    }

    /// Puts a file of another tree into this one; false if it is in it already.
    pub fn place(&mut self, file: u32) -> bool {
        let slot = usize::try_from(file).ok().and_then(|at| self.files.get_mut(at));
        slot.is_some_and(|(_, is_here)| !std::mem::replace(is_here, true))
    }

    /// The file of a span.
    pub fn get(&self, file: u32) -> Option<&SourceFile> {
        self.files.get(usize::try_from(file).ok()?).map(|(file, _)| &**file)
    }

    /// Every file of this tree with its number.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &SourceFile)> {
        let numbered = (0..).zip(&self.files);
        numbered.filter(|(_, (_, is_here))| *is_here).map(|(number, (file, _))| (number, &**file))
    }

    /// The path of the file that a span lies in.
    pub fn path(&self, span: Span) -> &str {
        self.get(span.file).map_or("", |file| &file.path)
    }

    /// Line and column of a span's start, from 1, the column in Unicode scalars.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let Some(file) = self.get(span.file) else { return (1, 1) };
        let mut at = usize::try_from(span.start).unwrap_or(0).min(file.text.len());
        while !file.text.is_char_boundary(at) {
            at -= 1;
        }
        let above = file.lines.partition_point(|start| *start <= at);
        let start = above.checked_sub(1).map_or(0, |last| file.lines[last]);
        (above + 1, file.text[start..at].chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_resolved_by_its_words_and_never_leaves_the_top() {
        assert_eq!(normal("a/../b/./c"), Some("b/c".into()));
        assert_eq!(normal("/a"), Some("a".into()));
        assert_eq!(normal("a/../../b"), None);
        assert_eq!(normal(""), Some(String::new()));
    }

    #[test]
    fn a_position_counts_lines_and_unicode_scalars_from_one() {
        let mut files = Files::default();
        let file = files.add("a.toml", "é = 1\nü = \"x\"\n".into());
        assert_eq!(files.position(Span { file, start: 0, end: 1 }), (1, 1));
        assert_eq!(files.position(Span { file, start: 12, end: 13 }), (2, 5));
        assert_eq!(files.position(Span { file, start: 999, end: 999 }), (3, 1));
    }
}

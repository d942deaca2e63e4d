//! What the log needs to be walked again, with every signature, as a Git pack without deltas: for whoever has no
//! repository.
//!
//! It holds every commit, the folders of the root and of those that it extends as they stood in each, the files there
//! that are read, the signed tags, the notes that witness, and whatever else was read since [`Git::noting`]. It holds no
//! evidence. The bytes follow from these objects alone.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use gix::bstr::ByteSlice as _;
use gix::hashtable::{HashMap, HashSet};
use gix::objs::Kind;
use gix::zlib::stream::deflate::{Compress, FlushCompress};
use gix::zlib::{Compression, Status};

use super::log::{Focus, Trees};
use super::tree::joined;
use super::{Child, Entry, Git, Mode, Oid, refuse_endless};
use crate::failure::{Cause, Failure};

/// The notes that bear witness.
const NOTES: &str = "refs/notes/timestamps";

/// The branch under which the commit stands.
const BRANCH: &str = "refs/heads/bundle";

/// The file that makes a folder a root.
const MARKER: &str = "demarcate.toml";

/// Files of a root that are read, at its top.
const FILES: [&str; 7] =
    [MARKER, "assets.toml", "incident.toml", "crypto.toml", "evidence.lock", ".gitattributes", ".mailmap"];

/// Folders of a root whose files are read.
const FOLDERS: [&str; 8] =
    ["practices", "providers", "policies", "poam", "exceptions", "trust", "templates", "catalog"];

/// The folder of policies, in which evidence may lie.
const POLICIES: &str = "policies/";

/// Symbolic links that are followed one after the other.
const LINKS: usize = 16;

/// Objects that are deflated side by side before they are written.
const TOGETHER: usize = 128;

/// Ids of objects that were read.
pub(super) type Noted = Arc<Mutex<HashSet<Oid>>>;

/// What a pack holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Packed {
    /// Commits, trees, blobs and tags.
    pub objects: usize,
    /// Bytes of the pack.
    pub bytes: u64,
    /// The references that go with it, as Git's own file `packed-refs` has them: the commit as the branch `bundle`, the
    /// signed tags on its log, the notes that witness.
    pub refs: String,
}

impl Git {
    /// The same repository, which notes every object that is read of it, and knows of no replace refs.
    #[must_use]
    pub fn noting(&self) -> Self {
        Self { noted: Some(Noted::default()), ..self.twin() }
    }

    /// Notes that an object was read.
    pub(super) fn note(&self, id: Oid) {
        if let Some(noted) = &self.noted {
            noted.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
        }
    }

    /// Writes the pack of a commit's log. `roots` are folders from the top, the root's own first, then those that it
    /// extends; files of `leave_out`, by path from the top, are in no revision of it.
    pub fn pack(
        &self,
        head: Oid,
        roots: &[String],
        leave_out: &BTreeSet<String>,
        out: &mut dyn Write,
    ) -> Result<Packed, Failure> {
        let git = if self.noted.is_some() { self.twin() } else { self.noting() };
        let mut gathered = Gathered::new(&git, roots, leave_out);
        gathered.log(head)?;
        gathered.tags()?;
        gathered.notes()?;
        gathered.noted();
        gathered.keep_back(head)?;
        let Gathered { order, refs, .. } = gathered;
        let bytes = write(&git, &order, out)?;
        Ok(Packed { objects: order.len(), bytes, refs: lines_of(&refs) })
    }

    /// The signed tags, each with its name and the commit that it points at.
    fn tags_by_name(&self) -> Result<Vec<(String, Oid, Oid)>, Failure> {
        let failed =
            |error: &dyn std::fmt::Display| Failure::new(Cause::Repository, format!("cannot read refs/tags: {error}"));
        let references = self.repo.references().map_err(|error| failed(&error))?;
        let mut tags = Vec::new();
        for reference in references.tags().map_err(|error| failed(&error))? {
            let reference = reference.map_err(|error| failed(&error))?;
            let Some(id) = reference.try_id().map(gix::Id::detach) else { continue };
            let Ok(name) = reference.name().as_bstr().to_str() else { continue };
            tags.extend(self.signed_tag(id)?.map(|tag| (name.to_owned(), id, tag.commit)));
        }
        Ok(tags)
    }
}

/// A reference: its object, and the commit behind a tag.
pub(super) type Reference = (Oid, Option<Oid>);

/// The lines of `packed-refs`.
pub(super) fn lines_of(refs: &BTreeMap<String, Reference>) -> String {
    let mut text = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
    for (name, (id, peeled)) in refs {
        text.push_str(&format!("{id} {name}\n"));
        text.extend(peeled.map(|peeled| format!("^{peeled}\n")));
    }
    text
}

/// What a pack will hold, in the order in which it will.
struct Gathered<'g> {
    git: &'g Git,
    trees: Trees<'g>,
    roots: &'g [String],
    leave_out: &'g BTreeSet<String>,
    order: Vec<Oid>,
    have: HashSet<Oid>,
    /// Blobs that stand where one is left out, under whatever other name they stand as well.
    kept_back: HashSet<Oid>,
    /// Blobs of policies, in any revision.
    policies: HashSet<Oid>,
    /// How many folders were looked at.
    steps: usize,
    /// The folder as which each tree was walked last, by number.
    walked: HashMap<Oid, usize>,
    folders: BTreeMap<String, usize>,
    refs: BTreeMap<String, Reference>,
}

/// Where a walk is: the tree of the commit, the root's folder from the top, and whether it looks into every folder.
#[derive(Clone, Copy)]
struct Walk<'a> {
    top: Oid,
    prefix: &'a str,
    /// The root's folder as it is called now, by which files are left out.
    now: &'a str,
    whole: bool,
}

impl<'g> Gathered<'g> {
    fn new(git: &'g Git, roots: &'g [String], leave_out: &'g BTreeSet<String>) -> Self {
        Self {
            git,
            trees: Trees::new(git),
            roots,
            leave_out,
            order: Vec::new(),
            have: HashSet::default(),
            kept_back: HashSet::default(),
            policies: HashSet::default(),
            steps: 0,
            walked: HashMap::default(),
            folders: BTreeMap::new(),
            refs: BTreeMap::new(),
        }
    }

    fn add(&mut self, id: Oid) {
        if self.have.insert(id) {
            self.order.push(id);
        }
    }

    /// Every commit, and what stood in the roots then; a root that was renamed is followed.
    fn log(&mut self, head: Oid) -> Result<(), Failure> {
        let own = self.roots.first().map_or("", String::as_str);
        let focus = Focus { prefix: own, marker: MARKER, beside: None, wanted: |_| false };
        let log = self.git.log(head, &focus, &|commit, _| Ok(Some(Box::<str>::from(commit.prefix))), None)?;
        (0..log.len()).for_each(|position| self.add(log.id(position)));
        for (position, then) in &log.notes {
            let (top, whole) = (log.tree(*position), *position == 0);
            self.root(&Walk { top, prefix: then, now: own, whole })?;
            for other in self.roots.iter().skip(1) {
                self.root(&Walk { top, prefix: other, now: other, whole })?;
            }
        }
        self.refs.insert(BRANCH.to_owned(), (head, None));
        Ok(())
    }

    /// The folders from the top to a root, what names people and attributes there, and the root itself.
    fn root(&mut self, walk: &Walk<'_>) -> Result<(), Failure> {
        self.add(walk.top);
        let mut tree = walk.top;
        for part in walk.prefix.split('/').filter(|part| !part.is_empty()) {
            for name in [".mailmap", ".gitattributes"] {
                let file = self.trees.entry(tree, name)?.filter(|entry| entry.mode == Mode::File);
                if let Some(entry) = file {
                    self.add(entry.id);
                }
            }
            let Some(below) = self.trees.at(tree, part)? else { return Ok(()) };
            self.add(below);
            tree = below;
        }
        self.folder(walk, tree, "", 0).map(drop)
    }

    /// A folder of a root, given with `/` at its end; says whether links lead from it, so that it is never the same.
    fn folder(&mut self, walk: &Walk<'_>, tree: Oid, path: &str, links: usize) -> Result<bool, Failure> {
        self.steps += 1;
        refuse_endless(path, self.steps)?;
        let number = self.number_of(path);
        if !walk.whole && self.walked.get(&tree) == Some(&number) {
            return Ok(false);
        }
        self.add(tree);
        let mut is_linked = false;
        for (name, child) in self.git.children(tree)? {
            let path = format!("{path}{name}");
            is_linked |= match child {
                Child::Tree(id) => {
                    let path = format!("{path}/");
                    (walk.whole || is_entered(&path)) && self.folder(walk, id, &path, links)?
                }
                Child::Entry(Entry { mode: Mode::Link, id }) => {
                    if is_read(&path) || is_entered(&format!("{path}/")) {
                        self.link(walk, id, &path, links)?;
                    }
                    true
                }
                Child::Entry(Entry { mode: Mode::File, id }) => {
                    self.file(walk, id, &path);
                    false
                }
                Child::Entry(_) => false,
            };
        }
        if !is_linked {
            self.walked.insert(tree, number);
        }
        Ok(is_linked)
    }

    fn number_of(&mut self, path: &str) -> usize {
        if let Some(number) = self.folders.get(path) {
            return *number;
        }
        self.folders.insert(path.to_owned(), self.folders.len());
        self.folders.len() - 1
    }

    fn file(&mut self, walk: &Walk<'_>, id: Oid, path: &str) {
        let from_top = joined(walk.now, path).unwrap_or_default();
        if path.starts_with(POLICIES) {
            self.policies.insert(id);
        }
        if self.leave_out.contains(&from_top) {
            self.kept_back.insert(id);
        } else if is_read(path) || (walk.whole && path.ends_with("/.gitattributes")) {
            self.add(id);
        }
    }

    /// A symbolic link, and what it leads to, read as if it stood there.
    fn link(&mut self, walk: &Walk<'_>, id: Oid, path: &str, links: usize) -> Result<(), Failure> {
        self.add(id);
        // What a link leads to may be what is left out, under a name of its own.
        if !self.leave_out.is_empty() {
            return Ok(());
        }
        let target = String::from_utf8_lossy(&self.git.blob(id)?).into_owned();
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let folder = joined(walk.prefix, parent).unwrap_or_default();
        let Some(leads) = joined(&folder, &target).filter(|_| links < LINKS && !target.starts_with('/')) else {
            return Ok(());
        };
        let (above, name) = leads.rsplit_once('/').unwrap_or(("", &leads));
        let Some(tree) = self.along(walk.top, above)? else { return Ok(()) };
        if let Some(below) = self.trees.at(tree, name)? {
            return self.folder(walk, below, &format!("{path}/"), links + 1).map(drop);
        }
        match self.trees.entry(tree, name)? {
            Some(Entry { mode: Mode::File, id }) if !self.leave_out.contains(&leads) => self.file(walk, id, path),
            Some(Entry { mode: Mode::Link, id }) => self.link(walk, id, path, links + 1)?,
            _ => {}
        }
        Ok(())
    }

    /// Takes out what is left out, wherever else it stands or stood. Where such a file lies among the policies, or ever
    /// did, older policies may be it under another name: of them only those of the head stay.
    fn keep_back(&mut self, head: Oid) -> Result<(), Failure> {
        let top = self.git.tree_of(head)?;
        let mut withheld = HashSet::default();
        for path in self.leave_out {
            let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
            let Some(folder) = self.git.tree_below(top, above)? else { continue };
            withheld.extend(self.trees.entry(folder, name)?.map(|entry| entry.id));
        }
        self.kept_back.extend(&withheld);
        let is_policy = |path: &String| path.split('/').any(|part| POLICIES.strip_suffix('/') == Some(part));
        let among = self.leave_out.iter().any(is_policy) || self.kept_back.iter().any(|id| self.policies.contains(id));
        let mut of_head = HashSet::<Oid>::default();
        for root in self.roots.iter().filter(|_| among) {
            let folder = joined(root, POLICIES.trim_end_matches('/')).unwrap_or_default();
            let files = self.git.files_of_tree(top, &folder)?;
            of_head.extend(files.values().map(|entry| entry.id));
        }
        let gone =
            |id: &Oid| self.kept_back.contains(id) || among && self.policies.contains(id) && !of_head.contains(id);
        self.order.retain(|id| !gone(id));
        Ok(())
    }

    /// The folder at a path, and those on the way to it.
    fn along(&mut self, top: Oid, path: &str) -> Result<Option<Oid>, Failure> {
        let mut tree = top;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let Some(below) = self.trees.at(tree, part)? else { return Ok(None) };
            self.add(below);
            tree = below;
        }
        Ok(Some(tree))
    }

    /// The signed tags on commits of the log.
    fn tags(&mut self) -> Result<(), Failure> {
        for (name, id, commit) in self.git.tags_by_name()? {
            if self.have.contains(&commit) {
                self.add(id);
                self.refs.insert(name, (id, Some(commit)));
            }
        }
        Ok(())
    }

    /// The notes that witness: their newest commit, without those before it.
    fn notes(&mut self) -> Result<(), Failure> {
        let Some(notes) = self.git.reference(NOTES)? else { return Ok(()) };
        self.add(notes);
        self.notes_below(self.git.tree_of(notes)?, "")?;
        self.refs.insert(NOTES.to_owned(), (notes, None));
        Ok(())
    }

    fn notes_below(&mut self, tree: Oid, above: &str) -> Result<(), Failure> {
        self.steps += 1;
        refuse_endless(above, self.steps)?;
        self.add(tree);
        for (name, child) in self.git.children(tree)? {
            match child {
                Child::Tree(id) => self.notes_below(id, &format!("{above}{name}/"))?,
                Child::Entry(Entry { mode: Mode::File, id }) => self.add(id),
                Child::Entry(_) => {}
            }
        }
        Ok(())
    }

    /// What else was read, unless it is kept back.
    fn noted(&mut self) {
        let Some(noted) = &self.git.noted else { return };
        let noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
        let others = noted.iter().filter(|id| !self.have.contains(*id) && !self.kept_back.contains(*id));
        let mut others: Vec<Oid> = others.copied().collect();
        others.sort_unstable();
        drop(noted);
        for id in others {
            self.add(id);
        }
    }
}

/// Whether the files of a folder, given with `/` at its end and relative to the root, are read.
fn is_entered(folder: &str) -> bool {
    let first = folder.split('/').next().unwrap_or_default();
    first == "evidence" || FOLDERS.contains(&first)
}

/// Whether a file, relative to the root, is read; an edition of an artifact is not.
fn is_read(path: &str) -> bool {
    match path.split_once('/') {
        None => FILES.contains(&path),
        Some(("evidence", rest)) => {
            ["artifacts.toml", ".gitattributes"].contains(&rest.rsplit('/').next().unwrap_or_default())
        }
        Some(("policies", name)) => name.rsplit('.').next() == Some("md") || name == ".gitattributes",
        Some((folder, _)) => FOLDERS.contains(&folder),
    }
}

/// Writes the objects as a pack and gives its length.
fn write(git: &Git, order: &[Oid], out: &mut dyn Write) -> Result<u64, Failure> {
    let count = u32::try_from(order.len()).map_err(|_| failed(&"a pack holds no more than four billion objects"))?;
    let mut out = Hashed { out, hasher: gix::hash::hasher(git.repo.object_hash()), length: 0 };
    out.put(&[b"PACK".as_slice(), &2_u32.to_be_bytes(), &count.to_be_bytes()].concat())?;
    for some in order.chunks(TOGETHER) {
        for deflated in git.spread(some, |git, id| git.deflated(*id)) {
            out.put(&deflated?)?;
        }
    }
    let sum = out.hasher.try_finalize().map_err(|error| failed(&error))?;
    out.out.write_all(sum.as_bytes()).map_err(|error| failed(&error))?;
    Ok(out.length + sum.as_bytes().len() as u64)
}

fn failed(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Cause::Io, format!("the pack of the history was not written: {error}"))
}

/// A writer that hashes and counts.
struct Hashed<'a> {
    out: &'a mut dyn Write,
    hasher: gix::hash::Hasher,
    length: u64,
}

impl Hashed<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
        self.out.write_all(bytes).map_err(|error| failed(&error))
    }
}

impl Git {
    /// An object as it stands in a pack.
    fn deflated(&self, id: Oid) -> Result<Vec<u8>, Failure> {
        let object = self.repo.find_object(id).map_err(|error| self.missing(&format!("object {id}"), &error))?;
        let mut bytes = header(number_of(object.kind), object.data.len());
        deflate(&object.data, &mut bytes).map_err(|error| failed(&error))?;
        Ok(bytes)
    }
}

/// The number that a kind of object has in a pack.
fn number_of(kind: Kind) -> u8 {
    match kind {
        Kind::Commit => 1,
        Kind::Tree => 2,
        Kind::Blob => 3,
        Kind::Tag => 4,
    }
}

/// Kind and size before an object: four bits of the size beside the kind, then seven bits a byte.
fn header(kind: u8, size: usize) -> Vec<u8> {
    let low = |bits: usize, mask: usize| u8::try_from(bits & mask).expect("the mask leaves fewer than eight bits");
    let mut bytes = vec![kind << 4 | low(size, 0x0f)];
    let mut rest = size >> 4;
    while rest > 0 {
        if let Some(last) = bytes.last_mut() {
            *last |= 0x80;
        }
        bytes.push(low(rest, 0x7f));
        rest >>= 7;
    }
    bytes
}

thread_local! {
    /// One for each thread: to make one takes longer than to deflate a commit. Only at the highest level does no version
    /// of the library choose by what the processor can do.
    static COMPRESS: RefCell<Compress> = RefCell::new(Compress::new(Compression::BEST));
}

fn deflate(data: &[u8], out: &mut Vec<u8>) -> Result<(), gix::Error> {
    COMPRESS.with_borrow_mut(|compress| {
        compress.reset();
        let mut buffer = [0; 16 << 10];
        loop {
            let (taken, made) = (usize_of(compress.total_in()), compress.total_out());
            let status = compress.compress(&data[taken..], &mut buffer, FlushCompress::Finish)?;
            out.extend_from_slice(&buffer[..usize_of(compress.total_out() - made)]);
            if matches!(status, Status::StreamEnd) {
                return Ok(());
            }
        }
    })
}

fn usize_of(count: u64) -> usize {
    usize::try_from(count).expect("no more is counted than memory holds")
}

//! Trees as Git stores them: kept as their bytes, parsed once while they are remembered, compared side by side.

use std::cmp::Ordering;
use std::rc::Rc;

use gix::bstr::ByteSlice as _;
use gix::hashtable::HashMap;

use super::{Entry, Git, Mode, Oid};
use crate::failure::Failure;

/// Bytes of trees that are kept, in each of two generations.
const KEPT_BYTES: usize = 4 << 20;

/// A file that a commit touched.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Touched {
    /// Relative to the root.
    pub path: String,
    /// What stands there after the commit.
    pub now: Option<Oid>,
    /// What stood there in each parent; a first commit has one that is empty.
    pub before: Vec<Option<Oid>>,
}

/// A tree: its entries in Git's order, a folder sorted as if its name ended in `/`.
pub(super) struct Folder {
    data: Box<[u8]>,
    starts: Vec<u32>,
    width: usize,
    plain: bool,
}

/// One name in a tree.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot<'a> {
    name: &'a [u8],
    mode: u32,
    id: &'a [u8],
}

const FOLDER: u32 = 0o040_000;

impl Slot<'_> {
    fn is_folder(&self) -> bool {
        self.mode == FOLDER
    }

    fn id(&self) -> Oid {
        Oid::try_from(self.id).expect("a slot holds as many bytes as an id has")
    }

    /// What it is and its blob.
    pub(super) fn entry(&self) -> Entry {
        let mode = match self.mode {
            0o120_000 => Mode::Link,
            0o160_000 => Mode::Submodule,
            _ => Mode::File,
        };
        Entry { mode, id: self.id() }
    }
}

impl Folder {
    /// Takes the bytes of a tree apart; `None` where they are none.
    pub(super) fn parse(data: &[u8], width: usize) -> Option<Self> {
        // An entry is its mode, its name, a zero and an id: what is left of the bytes bounds the entries.
        let mut starts = Vec::with_capacity(data.len() / (width + "100644 a\0".len()));
        let mut plain = true;
        let mut at = 0;
        while at < data.len() {
            starts.push(u32::try_from(at).ok()?);
            // Nearly every entry is a plain file: it ends a known stretch behind its name.
            let rest = &data[at..];
            at += match rest.strip_prefix(b"100644 ").and_then(|rest| rest.find_byte(0)) {
                Some(name) if rest.len() >= name + "100644 \0".len() + width => name + "100644 \0".len() + width,
                _ => {
                    let (slot, length) = slot_at(rest, width)?;
                    plain &= matches!(slot.mode, FOLDER | 0o100_644 | 0o100_755);
                    length
                }
            };
        }
        Some(Self { data: data.into(), starts, width, plain })
    }

    fn slot(&self, number: usize) -> Slot<'_> {
        let start = self.starts[number] as usize;
        slot_at(&self.data[start..], self.width).expect("every entry was parsed once").0
    }

    fn len(&self) -> usize {
        self.starts.len()
    }

    fn slots(&self) -> impl Iterator<Item = Slot<'_>> {
        (0..self.len()).map(|number| self.slot(number))
    }

    /// The entry of this name.
    pub(super) fn find(&self, name: &str, is_folder: bool) -> Option<Slot<'_>> {
        let wanted = (name.as_bytes(), is_folder);
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            let slot = self.slot(middle);
            match in_git_order((slot.name, slot.is_folder()), wanted) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Some(slot),
            }
        }
        None
    }

    /// How many entries at the beginning are the same bytes in both.
    fn same_first(&self, other: &Self) -> usize {
        let same = same_bytes(self.data.chunks(64), other.data.chunks(64), self.data.iter(), other.data.iter());
        if same == self.data.len() && same == other.data.len() {
            return self.len();
        }
        self.starts.partition_point(|start| *start as usize <= same).saturating_sub(1)
    }

    /// How many entries at the end are the same bytes in both.
    fn same_last(&self, other: &Self) -> usize {
        let (ours, theirs) = (self.data.iter().rev(), other.data.iter().rev());
        let same = same_bytes(self.data.rchunks(64), other.data.rchunks(64), ours, theirs);
        let begin = self.data.len() - same;
        self.len() - self.starts.partition_point(|start| (*start as usize) < begin)
    }
}

/// How many bytes agree: whole chunks first, then one by one.
fn same_bytes<'a>(
    a: impl Iterator<Item = &'a [u8]>,
    b: impl Iterator<Item = &'a [u8]>,
    each_a: impl Iterator<Item = &'a u8>,
    each_b: impl Iterator<Item = &'a u8>,
) -> usize {
    let whole: usize = a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len()).sum();
    whole + each_a.zip(each_b).skip(whole).take_while(|(a, b)| a == b).count()
}

/// The entry at the beginning of these bytes, and its length.
fn slot_at(data: &[u8], width: usize) -> Option<(Slot<'_>, usize)> {
    let space = data[..data.len().min(8)].find_byte(b' ')?;
    let mode = data[..space].iter().try_fold(0_u32, |mode, byte| match byte {
        b'0'..=b'7' => Some(mode << 3 | u32::from(byte - b'0')),
        _ => None,
    })?;
    let zero = space + 1 + data[space + 1..].find_byte(0)?;
    let end = zero + 1 + width;
    let slot = Slot { name: &data[space + 1..zero], mode: as_git_shows(mode), id: data.get(zero + 1..end)? };
    Some((slot, end))
}

/// Old versions of Git wrote other permissions of files; it shows them as one of two.
fn as_git_shows(mode: u32) -> u32 {
    match mode & 0o170_000 {
        0o100_000 if mode & 0o100 != 0 => 0o100_755,
        0o100_000 => 0o100_644,
        kind => kind,
    }
}

/// Git sorts a folder as if its name ended in `/`.
fn in_git_order((a, a_is_folder): (&[u8], bool), (b, b_is_folder): (&[u8], bool)) -> Ordering {
    let common = a.len().min(b.len());
    let next = |name: &[u8], is_folder: bool| name.get(common).copied().or(is_folder.then_some(b'/'));
    let after = || next(a, a_is_folder).cmp(&next(b, b_is_folder));
    a[..common].cmp(&b[..common]).then_with(after).then_with(|| a.len().cmp(&b.len()))
}

/// Trees, each read once while it is remembered.
pub struct Trees<'g> {
    git: &'g Git,
    young: HashMap<Oid, Rc<Folder>>,
    old: HashMap<Oid, Rc<Folder>>,
    kept: usize,
    /// How many were read.
    pub read: usize,
}

impl<'g> Trees<'g> {
    /// None is known yet.
    pub fn new(git: &'g Git) -> Self {
        Self { git, young: HashMap::default(), old: HashMap::default(), kept: 0, read: 0 }
    }

    /// The repository that they are in.
    pub fn git(&self) -> &'g Git {
        self.git
    }

    fn folder(&mut self, tree: Oid) -> Result<Rc<Folder>, Failure> {
        if let Some(folder) = self.young.get(&tree) {
            return Ok(Rc::clone(folder));
        }
        let folder = match self.old.get(&tree) {
            Some(folder) => Rc::clone(folder),
            None => {
                self.read += 1;
                Rc::new(self.git.folder(tree)?)
            }
        };
        self.kept += folder.data.len() + 4 * folder.len();
        if self.kept > KEPT_BYTES {
            self.old = std::mem::take(&mut self.young);
            self.kept = 0;
        }
        self.young.insert(tree, Rc::clone(&folder));
        Ok(folder)
    }

    /// The tree at a folder; `None` where no folder stands.
    pub fn at(&mut self, tree: Oid, path: &str) -> Result<Option<Oid>, Failure> {
        let mut at = tree;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            match self.folder(at)?.find(part, true) {
                Some(slot) => at = slot.id(),
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// The tree of a folder given relative to another; `None` where none stands, or where that leaves the top.
    pub fn beside(&mut self, tree: Oid, folder: &str, relative: &str) -> Result<Option<Oid>, Failure> {
        if relative.is_empty() {
            return self.at(tree, folder);
        }
        match joined(folder, relative) {
            Some(path) => self.at(tree, &path),
            None => Ok(None),
        }
    }

    /// What stands under a name of a folder, unless it is a folder itself.
    pub fn entry(&mut self, tree: Oid, name: &str) -> Result<Option<Entry>, Failure> {
        Ok(self.folder(tree)?.find(name, false).map(|slot| slot.entry()))
    }

    /// The blob of a file in a folder.
    pub fn file(&mut self, tree: Oid, folder: &str, name: &str) -> Result<Option<Oid>, Failure> {
        let Some(tree) = self.at(tree, folder)? else { return Ok(None) };
        Ok(self.entry(tree, name)?.map(|entry| entry.id))
    }

    /// Whether a tree holds nothing but folders and regular files, itself, not below.
    pub fn is_plain(&mut self, tree: Oid) -> Result<bool, Failure> {
        Ok(self.folder(tree)?.plain)
    }

    /// Every folder that holds a file of this name in an old tree and not in a new one, with the file's blob; what is
    /// the same in both is not looked into.
    pub(super) fn folders_that_lost(
        &mut self,
        (old, new): (Oid, Option<Oid>),
        path: &str,
        name: &str,
        found: &mut Vec<(String, Oid)>,
    ) -> Result<(), Failure> {
        if new == Some(old) {
            return Ok(());
        }
        let (old, new) = (self.folder(old)?, new.map(|new| self.folder(new)).transpose()?);
        for slot in old.slots().filter(|slot| slot.is_folder() || slot.name == name.as_bytes()) {
            let child = String::from_utf8_lossy(slot.name);
            let now = new.as_ref().and_then(|new| new.find(&child, slot.is_folder()));
            if slot.is_folder() {
                let below = if path.is_empty() { child.into_owned() } else { format!("{path}/{child}") };
                self.folders_that_lost((slot.id(), now.map(|slot| slot.id())), &below, name, found)?;
            } else if now.is_none() {
                found.push((path.to_owned(), slot.id()));
            }
        }
        Ok(())
    }

    /// The files that matter below a tree, sorted by path.
    pub fn files(&mut self, tree: Oid, wanted: fn(&str) -> bool) -> Result<Vec<(String, Entry)>, Failure> {
        let mut files = Vec::new();
        self.collect(tree, "", wanted, &mut files)?;
        Ok(files)
    }

    fn collect(
        &mut self,
        tree: Oid,
        above: &str,
        wanted: fn(&str) -> bool,
        files: &mut Vec<(String, Entry)>,
    ) -> Result<(), Failure> {
        let folder = self.folder(tree)?;
        for slot in folder.slots() {
            let path = path_of(slot, above);
            if !wanted(&path) {
                continue;
            }
            if slot.is_folder() {
                self.collect(slot.id(), &path, wanted, files)?;
            } else {
                files.push((path, slot.entry()));
            }
        }
        Ok(())
    }

    /// Adds the files that differ from those of every tree of `before`.
    pub(super) fn compare(
        &mut self,
        now: Option<Oid>,
        before: &[Option<Oid>],
        (shown, above): (&str, &str),
        wanted: fn(&str) -> bool,
        touched: &mut Vec<Touched>,
    ) -> Result<(), Failure> {
        if before.contains(&now) {
            return Ok(());
        }
        let mut sides = Vec::with_capacity(before.len() + 1);
        for tree in std::iter::once(&now).chain(before) {
            sides.push(tree.map(|tree| self.folder(tree)).transpose()?);
        }
        let mut cursors = cursors(&sides);
        let mut found = Vec::with_capacity(sides.len());
        while let Some(least) = least(&cursors) {
            found.clear();
            found.extend(cursors.iter_mut().map(|cursor| cursor.take(least)));
            let (new, old) = found.split_first().expect("the first side is the commit's own");
            if old.contains(new) {
                continue;
            }
            let path = path_of(least, above);
            if !wanted(&path) {
                continue;
            }
            let id = |side: &Option<Slot<'_>>| side.as_ref().map(Slot::id);
            let before: Vec<Option<Oid>> = old.iter().map(id).collect();
            if least.is_folder() {
                self.compare(id(new), &before, (shown, &path), wanted, touched)?;
            } else {
                touched.push(Touched { path: format!("{shown}{path}"), now: id(new), before });
            }
        }
        Ok(())
    }
}

/// A place in one side of a comparison.
struct Cursor<'a> {
    folder: Option<&'a Folder>,
    at: usize,
    end: usize,
}

/// Cursors over the stretch in which the sides differ.
fn cursors(sides: &[Option<Rc<Folder>>]) -> Vec<Cursor<'_>> {
    let folders = || sides.iter().map(Option::as_deref);
    let first = sides[0].as_deref();
    let agree = |side: Option<&Folder>, count: fn(&Folder, &Folder) -> usize| match (first, side) {
        (Some(first), Some(side)) => count(first, side),
        _ => 0,
    };
    let begin = folders().skip(1).map(|side| agree(side, Folder::same_first)).min().unwrap_or(0);
    let shortest = folders().map(|side| side.map_or(0, Folder::len)).min().unwrap_or(0);
    let end = folders().skip(1).map(|side| agree(side, Folder::same_last)).min().unwrap_or(0).min(shortest - begin);
    folders().map(|folder| Cursor { folder, at: begin, end: folder.map_or(0, Folder::len) - end }).collect()
}

impl<'a> Cursor<'a> {
    fn head(&self) -> Option<Slot<'a>> {
        self.folder.filter(|_| self.at < self.end).map(|folder| folder.slot(self.at))
    }

    /// Steps over the entry if it is this one, and tells it.
    fn take(&mut self, wanted: Slot<'_>) -> Option<Slot<'a>> {
        let slot = self.head().filter(|slot| slot.name == wanted.name && slot.is_folder() == wanted.is_folder())?;
        self.at += 1;
        Some(slot)
    }
}

/// The first entry, in Git's order, of those that the cursors stand at.
fn least<'a>(cursors: &[Cursor<'a>]) -> Option<Slot<'a>> {
    let heads = cursors.iter().filter_map(Cursor::head);
    heads.min_by(|a, b| in_git_order((a.name, a.is_folder()), (b.name, b.is_folder())))
}

/// The path of an entry, a folder's with `/` at its end.
fn path_of(slot: Slot<'_>, above: &str) -> String {
    let name = String::from_utf8_lossy(slot.name);
    let mut path = String::with_capacity(above.len() + name.len() + 1);
    path.push_str(above);
    path.push_str(&name);
    if slot.is_folder() {
        path.push('/');
    }
    path
}

/// A folder given relative to another, as a path from the top; `None` where it leaves the top.
pub(super) fn joined(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(relative.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(entries: &[(&str, u8)]) -> Rc<Folder> {
        let mut data = Vec::new();
        for (name, id) in entries {
            data.extend_from_slice(format!("100644 {name}\0").as_bytes());
            data.extend_from_slice(&[*id; 20]);
        }
        Rc::new(Folder::parse(&data, 20).expect("these are entries"))
    }

    #[test]
    fn what_is_the_same_at_both_ends_is_stepped_over_and_nothing_else() {
        type Entries = &'static [(&'static str, u8)];
        let cases: [(Entries, Entries, (usize, usize)); 6] = [
            (&[("a", 1), ("b", 2), ("c", 3)], &[("a", 1), ("b", 9), ("c", 3)], (1, 2)),
            (&[("a", 1), ("c", 3)], &[("a", 1), ("b", 2), ("c", 3)], (1, 1)),
            (&[("a", 1), ("a", 1)], &[("a", 1)], (1, 2)),
            (&[("xa", 1)], &[("a", 1)], (0, 1)),
            (&[], &[("a", 1)], (0, 0)),
            (&[("a", 1)], &[("b", 1)], (0, 1)),
        ];
        for (a, b, (at, end)) in cases {
            let sides = [Some(folder(a)), Some(folder(b))];
            let cursors = cursors(&sides);
            assert_eq!((cursors[0].at, cursors[0].end), (at, end), "{a:?} {b:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_tree_are_refused() {
        for bytes in [&b"100644 a\0short"[..], b"100644 a", b"zzz a\0", b"\0", b"100644"] {
            assert!(Folder::parse(bytes, 20).is_none(), "{bytes:?}");
        }
        assert_eq!(folder(&[("a", 1), ("b", 2)]).len(), 2);
    }
}

//! One walk over the log: every commit once, children before their parents, with the files of interest it touched.
//!
//! The order is that of topology alone; dates are claims. A commit touches a file if the file differs from that of
//! every parent, so a merge that takes one side whole touches nothing and an evil merge is seen.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Entry, Folder, Git, Identity, Oid, Slot, in_git_order};
use crate::failure::Failure;

/// Parsed trees that are kept, in each of two generations.
const KEPT_FOLDERS: usize = 2048;

/// Bytes of commits that are kept between the two passes; what is over is read twice.
const KEPT_BYTES: usize = 64 << 20;

/// Which files matter to a walk.
pub struct Focus<'a> {
    /// The root's folder, relative to the Git root; empty at the top.
    pub prefix: &'a str,
    /// The file that makes a folder a root: a root that was renamed is followed by it.
    pub marker: &'a str,
    /// Another root that matters, relative to the first.
    pub beside: Option<&'a str>,
    /// Whether a file, or a folder with `/` at its end, matters; relative to its root.
    pub wanted: fn(&str) -> bool,
}

/// A file that a commit touched.
#[derive(Clone, Debug)]
pub struct Touched {
    /// Relative to the root.
    pub path: String,
    /// What stands there after the commit.
    pub now: Option<Oid>,
    /// What stood there in each parent; a first commit has one that is empty.
    pub before: Vec<Option<Oid>>,
}

/// A commit of the log.
pub struct Commit<'a> {
    /// Its place in the order of the walk; the tip is 0.
    pub position: usize,
    /// Its id.
    pub id: Oid,
    /// Its tree.
    pub tree: Oid,
    /// What the root's folder was called then.
    pub prefix: &'a str,
    /// Its parents.
    pub parents: Vec<Oid>,
    /// The committer times of its parents.
    pub parent_times: Vec<i64>,
    /// The committer's time, in Unix seconds.
    pub time: i64,
    /// The author's time, in Unix seconds.
    pub author_time: i64,
    /// The author as written.
    pub author: Identity,
    /// The committer as written.
    pub committer: Identity,
    /// The message.
    pub message: &'a str,
    /// The files of interest that it touched, by path.
    pub touched: Vec<Touched>,
}

/// A log that was walked: who descends from whom, and the trees it met last.
pub struct Log<'g> {
    /// The trees.
    pub trees: Trees<'g>,
    nodes: Vec<Node>,
    order: Vec<usize>,
}

struct Node {
    id: Oid,
    tree: Oid,
    time: i64,
    parents: Vec<usize>,
    raw: Option<Vec<u8>>,
    position: usize,
    /// What the root was called, by number, and whether the marker was found there.
    prefix: Option<(usize, bool)>,
}

impl Git {
    /// Walks the log from a commit, children before parents, and shows each commit to `visit` once.
    pub fn log(&self, tip: Oid, focus: &Focus<'_>, visit: &mut dyn FnMut(&Commit<'_>)) -> Result<Log<'_>, Failure> {
        self.require_whole_log()?;
        let nodes = nodes(self, tip)?;
        let order = in_topological_order(&nodes);
        let mut log = Log { trees: Trees::new(self), nodes, order };
        for (position, node) in log.order.iter().enumerate() {
            log.nodes[*node].position = position;
        }
        log.walk(focus, visit)?;
        Ok(log)
    }
}

/// Every commit that can be reached, the tip first.
fn nodes(git: &Git, tip: Oid) -> Result<Vec<Node>, Failure> {
    let mut numbers = BTreeMap::from([(tip, 0)]);
    let mut ids = vec![tip];
    let mut nodes = Vec::new();
    let mut kept = 0;
    // `ids` grows while it is read: a commit's number is its place in it.
    while let Some(id) = ids.get(nodes.len()).copied() {
        let raw = git.raw_commit(id)?;
        let (tree, parents, time) = git.lineage(id, &raw)?;
        let parents = parents.into_iter().map(|parent| {
            *numbers.entry(parent).or_insert_with(|| {
                ids.push(parent);
                ids.len() - 1
            })
        });
        let parents = parents.collect();
        kept += raw.len();
        let raw = (kept <= KEPT_BYTES).then_some(raw);
        nodes.push(Node { id, tree, time, parents, raw, position: 0, prefix: None });
    }
    Ok(nodes)
}

/// Children before parents, one line of development after the other: the order of `git log --topo-order`.
fn in_topological_order(nodes: &[Node]) -> Vec<usize> {
    let mut children = vec![0_usize; nodes.len()];
    nodes.iter().flat_map(|node| &node.parents).for_each(|parent| children[*parent] += 1);
    let mut order = Vec::with_capacity(nodes.len());
    let mut ready = vec![0];
    while let Some(next) = ready.pop() {
        order.push(next);
        for parent in &nodes[next].parents {
            children[*parent] -= 1;
            if children[*parent] == 0 {
                ready.push(*parent);
            }
        }
    }
    order
}

impl Log<'_> {
    /// Whether the commit at one position descends from that at another.
    pub fn descends(&self, newer: usize, older: usize) -> bool {
        let mut seen = std::collections::BTreeSet::new();
        let mut next = vec![newer];
        while let Some(position) = next.pop() {
            for parent in &self.nodes[self.order[position]].parents {
                let parent = self.nodes[*parent].position;
                if parent == older {
                    return true;
                }
                if parent < older && seen.insert(parent) {
                    next.push(parent);
                }
            }
        }
        false
    }

    fn walk(&mut self, focus: &Focus<'_>, visit: &mut dyn FnMut(&Commit<'_>)) -> Result<(), Failure> {
        let mut prefixes = vec![focus.prefix.to_owned()];
        self.nodes[0].prefix = Some((0, true));
        for position in 0..self.order.len() {
            let number = self.order[position];
            self.name_roots_of_parents(number, focus, &mut prefixes)?;
            let touched = self.touched(number, focus, &prefixes)?;
            let node = &self.nodes[number];
            let raw = match self.nodes[number].raw.clone() {
                Some(raw) => raw,
                None => self.trees.git.raw_commit(node.id)?,
            };
            let decoded = self.trees.git.decoded(node.id, &raw)?;
            visit(&Commit {
                position,
                id: node.id,
                tree: node.tree,
                prefix: &prefixes[prefix_of(node)],
                parent_times: node.parents.iter().map(|parent| self.nodes[*parent].time).collect(),
                parents: decoded.parents,
                time: decoded.time,
                author_time: decoded.author_time,
                author: decoded.author,
                committer: decoded.committer,
                message: &decoded.message,
                touched,
            });
            self.nodes[number].raw = None;
        }
        Ok(())
    }

    /// Settles what the root was called in each parent: as here, or as the folder from which the marker was moved.
    fn name_roots_of_parents(
        &mut self,
        number: usize,
        focus: &Focus<'_>,
        prefixes: &mut Vec<String>,
    ) -> Result<(), Failure> {
        let here = prefix_of(&self.nodes[number]);
        let tree = self.nodes[number].tree;
        for parent in self.nodes[number].parents.clone() {
            if self.nodes[parent].prefix.is_some_and(|(_, found)| found) {
                continue;
            }
            let old = self.nodes[parent].tree;
            let found = if self.trees.file(old, &prefixes[here], focus.marker)?.is_some() {
                Some(here)
            } else {
                self.moved_from(tree, old, &prefixes[here], focus)?.map(|from| number_of(from, prefixes))
            };
            let known = self.nodes[parent].prefix.map_or(here, |(known, _)| known);
            self.nodes[parent].prefix = Some((found.unwrap_or(known), found.is_some()));
        }
        Ok(())
    }

    /// The folder that held the root in an older tree, if a newer one has the marker elsewhere.
    fn moved_from(&mut self, new: Oid, old: Oid, prefix: &str, focus: &Focus<'_>) -> Result<Option<String>, Failure> {
        let Some(marker) = self.trees.file(new, prefix, focus.marker)? else { return Ok(None) };
        let mut gone = Vec::new();
        let mut all = Vec::new();
        self.trees.folders_with(old, "", focus.marker, &mut all)?;
        for (folder, id) in all {
            if self.trees.file(new, &folder, focus.marker)?.is_none() {
                gone.push((folder, id));
            }
        }
        let same = gone.iter().position(|(_, id)| *id == marker);
        let chosen = same.or((gone.len() == 1).then_some(0));
        Ok(chosen.map(|chosen| gone.swap_remove(chosen).0))
    }

    fn touched(&mut self, number: usize, focus: &Focus<'_>, prefixes: &[String]) -> Result<Vec<Touched>, Failure> {
        let mut touched = Vec::new();
        let parents: Vec<(Oid, usize)> = self.nodes[number]
            .parents
            .iter()
            .map(|parent| (self.nodes[*parent].tree, prefix_of(&self.nodes[*parent])))
            .collect();
        let (tree, here) = (self.nodes[number].tree, prefix_of(&self.nodes[number]));
        for beside in [Some(""), focus.beside].into_iter().flatten() {
            let now = self.trees.beside(tree, &prefixes[here], beside)?;
            let mut before = Vec::with_capacity(parents.len().max(1));
            for (tree, prefix) in &parents {
                before.push(self.trees.beside(*tree, &prefixes[*prefix], beside)?);
            }
            if before.is_empty() {
                before.push(None);
            }
            let above = if beside.is_empty() { String::new() } else { format!("{}/", beside.trim_end_matches('/')) };
            self.trees.compare(now, &before, &above, "", focus.wanted, &mut touched)?;
        }
        Ok(touched)
    }
}

fn prefix_of(node: &Node) -> usize {
    node.prefix.map_or(0, |(prefix, _)| prefix)
}

fn number_of(prefix: String, prefixes: &mut Vec<String>) -> usize {
    prefixes.iter().position(|known| *known == prefix).unwrap_or_else(|| {
        prefixes.push(prefix);
        prefixes.len() - 1
    })
}

/// Trees, each parsed once while it is remembered.
pub struct Trees<'g> {
    git: &'g Git,
    young: BTreeMap<Oid, Rc<Folder>>,
    old: BTreeMap<Oid, Rc<Folder>>,
}

impl<'g> Trees<'g> {
    fn new(git: &'g Git) -> Self {
        Self { git, young: BTreeMap::new(), old: BTreeMap::new() }
    }

    fn folder(&mut self, tree: Oid) -> Result<Rc<Folder>, Failure> {
        if let Some(folder) = self.young.get(&tree) {
            return Ok(Rc::clone(folder));
        }
        let folder = match self.old.get(&tree) {
            Some(folder) => Rc::clone(folder),
            None => Rc::new(self.git.folder(tree)?),
        };
        if self.young.len() >= KEPT_FOLDERS {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(tree, Rc::clone(&folder));
        Ok(folder)
    }

    /// The tree at a folder; `None` where no folder stands.
    pub fn at(&mut self, tree: Oid, path: &str) -> Result<Option<Oid>, Failure> {
        let mut at = tree;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let folder = self.folder(at)?;
            match folder.find(part, true) {
                Some(slot) => at = slot.id,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// The tree of a folder given relative to another; `None` where none stands, or where that leaves the top.
    fn beside(&mut self, tree: Oid, folder: &str, relative: &str) -> Result<Option<Oid>, Failure> {
        match joined(folder, relative) {
            Some(path) => self.at(tree, &path),
            None => Ok(None),
        }
    }

    /// The blob of a file in a folder.
    pub fn file(&mut self, tree: Oid, folder: &str, name: &str) -> Result<Option<Oid>, Failure> {
        let Some(tree) = self.at(tree, folder)? else { return Ok(None) };
        let folder = self.folder(tree)?;
        Ok(folder.find(name, false).map(|slot| slot.id))
    }

    /// Every folder that holds a file of this name, with the file's blob.
    fn folders_with(
        &mut self,
        tree: Oid,
        path: &str,
        name: &str,
        found: &mut Vec<(String, Oid)>,
    ) -> Result<(), Failure> {
        let folder = self.folder(tree)?;
        for slot in &folder.slots {
            let child = String::from_utf8_lossy(folder.name(slot));
            if slot.is_folder() {
                let below = if path.is_empty() { child.into_owned() } else { format!("{path}/{child}") };
                self.folders_with(slot.id, &below, name, found)?;
            } else if child == name {
                found.push((path.to_owned(), slot.id));
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
        for slot in &folder.slots {
            let path = path_of(&folder, slot, above);
            if !wanted(&path) {
                continue;
            }
            if slot.is_folder() {
                self.collect(slot.id, &path, wanted, files)?;
            } else {
                files.push((path, slot.entry()));
            }
        }
        Ok(())
    }

    /// Adds the files that differ from those of every tree of `before`.
    fn compare(
        &mut self,
        now: Option<Oid>,
        before: &[Option<Oid>],
        shown: &str,
        above: &str,
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
        let mut at = vec![0; sides.len()];
        let mut found = Vec::with_capacity(sides.len());
        while let Some((folder, slot)) = least(&sides, &at) {
            let (name, is_folder) = (folder.name(slot), slot.is_folder());
            found.clear();
            found.extend(sides.iter().zip(&mut at).map(|(side, at)| take(side.as_deref(), at, name, is_folder)));
            let (new, old) = found.split_first().expect("the first side is the commit's own");
            if old.contains(new) {
                continue;
            }
            let path = path_of(folder, slot, above);
            if !wanted(&path) {
                continue;
            }
            let id = |side: &Option<(u16, Oid)>| side.map(|(_, id)| id);
            if is_folder {
                let old: Vec<Option<Oid>> = old.iter().map(id).collect();
                self.compare(id(new), &old, shown, &path, wanted, touched)?;
            } else {
                let before = old.iter().map(id).collect();
                touched.push(Touched { path: format!("{shown}{path}"), now: id(new), before });
            }
        }
        Ok(())
    }
}

/// The path of an entry, a folder's with `/` at its end.
fn path_of(folder: &Folder, slot: &Slot, above: &str) -> String {
    let name = String::from_utf8_lossy(folder.name(slot));
    let mut path = String::with_capacity(above.len() + name.len() + 1);
    path.push_str(above);
    path.push_str(&name);
    if slot.is_folder() {
        path.push('/');
    }
    path
}

/// The first entry, in Git's order, of those that the cursors stand at.
fn least<'a>(sides: &'a [Option<Rc<Folder>>], at: &[usize]) -> Option<(&'a Folder, &'a Slot)> {
    let heads = sides.iter().zip(at).filter_map(|(side, at)| {
        let folder = side.as_deref()?;
        Some((folder, folder.slots.get(*at)?))
    });
    heads.min_by(|(a, x), (b, y)| in_git_order((a.name(x), x.is_folder()), (b.name(y), y.is_folder())))
}

/// Steps over the entry if it is this one, and tells its mode and id.
fn take(side: Option<&Folder>, at: &mut usize, name: &[u8], is_folder: bool) -> Option<(u16, Oid)> {
    let folder = side?;
    let slot = folder.slots.get(*at)?;
    if folder.name(slot) != name || slot.is_folder() != is_folder {
        return None;
    }
    *at += 1;
    Some((slot.mode, slot.id))
}

/// A folder given relative to another, as a path from the top; `None` where it leaves the top.
fn joined(folder: &str, relative: &str) -> Option<String> {
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

//! Where a root lies in a commit, and what it is known by: its folder, unless it takes something from beside it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::commits::ROOT;
use crate::digest;
use crate::failure::Failure;
use crate::git::{Entry, Git, Mode, Oid};
use crate::model::config::Config;
use crate::table::{self, Reader};

/// The root in the commits between two sides, wherever it lies there.
pub struct Roots<'g> {
    git: &'g Git,
    /// Its folder on the side compared to, and on the one compared from.
    folders: [String; 2],
    /// By tree.
    known: RefCell<BTreeMap<Oid, Rc<Root>>>,
    /// By the blob of a `demarcate.toml`, whether it extends another root.
    extending: RefCell<BTreeMap<Oid, bool>>,
    reaches_out: Cell<bool>,
}

/// The root in one tree.
#[derive(Debug)]
pub(super) struct Root {
    /// Its folder from the top.
    pub(super) folder: String,
    /// The whole tree.
    pub(super) whole: Oid,
    /// The tree of its folder.
    own: Option<Oid>,
    /// Whether it takes something from beside its folder: it extends another, or holds a link or another repository.
    reaches_out: bool,
    /// What stands in its folder beside evidence and trust.
    said: [u8; 32],
}

/// What a root is known by, as far as anything material goes: two that are alike say the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Likeness {
    /// The whole tree, of a root that takes something from beside its folder.
    Whole(Oid),
    /// The files of its folder.
    Own([u8; 32]),
}

impl<'g> Roots<'g> {
    /// The root that lies in one folder on the side compared to, and in another one on the side compared from.
    pub fn new(git: &'g Git, now: &str, before: &str) -> Self {
        Self {
            git,
            folders: [now.to_owned(), before.to_owned()],
            known: RefCell::default(),
            extending: RefCell::default(),
            reaches_out: Cell::new(false),
        }
    }

    pub(super) fn git(&self) -> &'g Git {
        self.git
    }

    /// Takes note of a commit whose root may take something from beside its folder: then all are known by the whole tree.
    pub(super) fn note(&self, commit: Oid) -> Result<(), Failure> {
        let root = self.at(commit)?;
        self.reaches_out.set(self.reaches_out.get() || root.reaches_out);
        Ok(())
    }

    /// The tree that is the same where nothing of the root was changed.
    pub(super) fn tree(&self, commit: Oid) -> Result<Option<Oid>, Failure> {
        let root = self.at(commit)?;
        Ok(if self.reaches_out.get() { Some(root.whole) } else { root.own })
    }

    pub(super) fn likeness(&self, commit: Oid) -> Result<Likeness, Failure> {
        let root = self.at(commit)?;
        Ok(if root.reaches_out { Likeness::Whole(root.whole) } else { Likeness::Own(root.said) })
    }

    /// The root in a commit; where it lies in both folders, the one of now is it.
    pub(super) fn at(&self, commit: Oid) -> Result<Rc<Root>, Failure> {
        let whole = self.git.tree_of(commit)?;
        if let Some(known) = self.known.borrow().get(&whole) {
            return Ok(Rc::clone(known));
        }
        let files = self.git.files_of_tree(whole, "")?;
        let mut folders = self.folders.iter().filter(|folder| files.contains_key(&below(folder, ROOT)));
        let folder = folders.next().unwrap_or(&self.folders[0]).clone();
        let config = files.get(&below(&folder, ROOT)).filter(|entry| entry.mode == Mode::File);
        let extends = config.map(|entry| self.extends(entry.id)).transpose()?.unwrap_or(false);
        let own = self.git.tree_below(whole, &folder)?;
        let mut reaches_out = extends;
        let mut said = Vec::new();
        for (path, Entry { mode, id }) in own_files(&files, &folder) {
            reaches_out |= *mode != Mode::File;
            if !ASIDE.iter().any(|aside| path.starts_with(aside)) {
                said.extend_from_slice(format!("{path}\0{id}\n").as_bytes());
            }
        }
        let root = Rc::new(Root { folder, whole, own, reaches_out, said: digest::of(&said) });
        self.known.borrow_mut().insert(whole, Rc::clone(&root));
        Ok(root)
    }

    /// Whether a `demarcate.toml` extends another root; the word has to stand there for the key to be there.
    fn extends(&self, config: Oid) -> Result<bool, Failure> {
        if let Some(known) = self.extending.borrow().get(&config) {
            return Ok(*known);
        }
        let bytes = self.git.blob(config)?;
        let text = String::from_utf8_lossy(&bytes);
        let may = text.contains("extends") || text.contains('\\');
        let extends =
            may && table::read::<Config>(&text, &mut Reader::default()).is_none_or(|config| config.extends.is_some());
        self.extending.borrow_mut().insert(config, extends);
        Ok(extends)
    }
}

/// What no material content is read from.
const ASIDE: [&str; 3] = ["evidence/", "evidence.lock", "trust/"];

/// The files of a folder, by path from there.
fn own_files<'f>(files: &'f BTreeMap<String, Entry>, folder: &'f str) -> impl Iterator<Item = (&'f str, &'f Entry)> {
    files.iter().filter_map(move |(path, entry)| {
        let rest = path.strip_prefix(folder)?;
        let rest = if folder.is_empty() { rest } else { rest.strip_prefix('/')? };
        Some((rest, entry))
    })
}

fn below(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

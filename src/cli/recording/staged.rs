//! What a commit would hold beside what is committed: compared by the entries themselves, whatever Git is told to show.

use std::collections::BTreeSet;

use super::door::answer;
use crate::cli::root::Root;
use crate::failure::{Cause, Failure};
use crate::git::{Git, Oid};

/// The tree that the index makes, and how it differs from HEAD.
pub(crate) struct Staged {
    pub(super) tree: Oid,
    /// The files that differ, by their paths from the top; one whose mode alone differs is not among them.
    pub(crate) files: Vec<String>,
    /// Whether it is another tree than that of HEAD.
    pub(crate) is_change: bool,
}

impl Staged {
    pub(super) fn of(root: &Root, head: Oid) -> Result<Self, Failure> {
        let git = root.needed_git()?;
        let tree = tree_of(git, &answer(root, &["write-tree"])?)?;
        let before = git.tree_of(head)?;
        let is_change = tree != before;
        let now = git.files_of_index("")?;
        let files = if is_change { differing(&now, &git.files_of_tree(before, "")?) } else { Vec::new() };
        Ok(Self { tree, files, is_change })
    }

    /// The first few of the files, and how many more.
    pub(crate) fn words(&self) -> String {
        if self.files.is_empty() { "the mode of a file".to_owned() } else { few(&self.files) }
    }
}

/// A tree by its hex.
pub(super) fn tree_of(git: &Git, hex: &str) -> Result<Oid, Failure> {
    let bad = |_| Failure::new(Cause::Repository, format!("`{hex}` is no tree of {}", git.git_dir().display()));
    Oid::from_hex(hex.as_bytes()).map_err(bad)
}

type Files = std::collections::BTreeMap<String, crate::git::Entry>;

fn differing(one: &Files, other: &Files) -> Vec<String> {
    let is_same = |path: &&String| match (one.get(*path), other.get(*path)) {
        (Some(one), Some(other)) => one.id == other.id && one.mode == other.mode,
        _ => false,
    };
    let all: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    all.into_iter().filter(|path| !is_same(path)).cloned().collect()
}

/// The files by which two trees differ.
pub(super) fn between(git: &Git, one: Oid, other: Oid) -> Result<Vec<String>, Failure> {
    Ok(differing(&git.files_of_tree(one, "")?, &git.files_of_tree(other, "")?))
}

/// How many are named.
const FEW: usize = 6;

/// The first few of a list, and how many more.
pub(super) fn few(all: &[String]) -> String {
    let shown = all.iter().take(FEW).cloned().collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(FEW) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

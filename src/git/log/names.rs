//! What the root was called in each commit: as in its child, or as the folder that its marker was moved from. One that
//! was deleted and comes back elsewhere later was moved, too: or whoever does both founds its trust anew.

use super::{Focus, Nodes, Trees, to_number};
use crate::failure::Failure;
use crate::git::Oid;

/// What the root was called in each commit.
pub(super) struct Names {
    prefixes: Vec<String>,
    /// By a commit's number: the number of the prefix, and whether the marker was found there.
    known: Vec<Option<(usize, bool)>>,
}

impl Names {
    pub(super) fn new(prefix: &str, commits: usize) -> Self {
        let mut known = vec![None; commits];
        known[0] = Some((0, true));
        Self { prefixes: vec![prefix.to_owned()], known }
    }

    pub(super) fn prefix(&self, number: usize) -> &str {
        &self.prefixes[self.of(number)]
    }

    /// The number of the prefix; 0 is the one of now.
    pub(super) fn of(&self, number: usize) -> usize {
        self.known[number].map_or(0, |(prefix, _)| prefix)
    }

    /// Settles what the root was called in each parent: as here, or as the folder from which the marker was moved.
    pub(super) fn settle_parents(
        &mut self,
        number: usize,
        nodes: &Nodes,
        focus: &Focus<'_>,
        trees: &mut Trees<'_>,
    ) -> Result<(), Failure> {
        let here = self.of(number);
        for parent in nodes.parents_of(number).iter().map(|parent| *parent as usize) {
            if self.known[parent].is_some_and(|(_, found)| found) {
                continue;
            }
            let found = if self.is_rooted(parent, here, nodes, focus, trees)? {
                Some(here)
            } else if self.is_rooted(number, here, nodes, focus, trees)? {
                let from = moved_from(trees, nodes.trees[number], nodes.trees[parent], &self.prefixes[here], focus)?;
                from.map(|from| self.number_of(from))
            } else if nodes.bereft.contains(&to_number(number)) {
                let from = lost_in(trees, nodes.trees[number], nodes.trees[parent], focus)?;
                from.map(|from| self.number_of(from))
            } else {
                None
            };
            let known = self.known[parent].map_or(here, |(known, _)| known);
            self.known[parent] = Some((found.unwrap_or(known), found.is_some()));
        }
        Ok(())
    }

    fn is_rooted(
        &self,
        number: usize,
        prefix: usize,
        nodes: &Nodes,
        focus: &Focus<'_>,
        trees: &mut Trees<'_>,
    ) -> Result<bool, Failure> {
        if prefix == 0 {
            return Ok(!nodes.unrooted.contains(&to_number(number)));
        }
        Ok(trees.file(nodes.trees[number], &self.prefixes[prefix], focus.marker)?.is_some())
    }

    fn number_of(&mut self, prefix: String) -> usize {
        self.prefixes.iter().position(|known| *known == prefix).unwrap_or_else(|| {
            self.prefixes.push(prefix);
            self.prefixes.len() - 1
        })
    }
}

/// The folder that held the root in an older tree, if a newer one has the marker elsewhere.
fn moved_from(
    trees: &mut Trees<'_>,
    new: Oid,
    old: Oid,
    prefix: &str,
    focus: &Focus<'_>,
) -> Result<Option<String>, Failure> {
    let Some(marker) = trees.file(new, prefix, focus.marker)? else { return Ok(None) };
    let mut gone = Vec::new();
    let mut all = Vec::new();
    trees.folders_with(old, "", focus.marker, &mut all)?;
    for (folder, id) in all {
        if trees.file(new, &folder, focus.marker)?.is_none() {
            gone.push((folder, id));
        }
    }
    let same = gone.iter().position(|(_, id)| *id == marker);
    let chosen = same.or((gone.len() == 1).then_some(0));
    Ok(chosen.map(|chosen| gone.swap_remove(chosen).0))
}

/// The folder that held a root in an older tree, if a newer one has none in its place: the first, where there are several.
fn lost_in(trees: &mut Trees<'_>, new: Oid, old: Oid, focus: &Focus<'_>) -> Result<Option<String>, Failure> {
    let mut gone = Vec::new();
    trees.folders_that_lost((old, Some(new)), "", focus.marker, &mut gone)?;
    Ok(gone.into_iter().next().map(|(folder, _)| folder))
}

//! What the root was called in each commit: as in its child, or as the folder that its marker was moved from. One that
//! was deleted and comes back elsewhere later was moved, too: or whoever does both founds its trust anew. What it looks
//! like then says nothing, as that is up to them; one that was moved still stands, and is not what comes later.

use std::collections::BTreeMap;

use super::{Focus, Nodes, Trees, to_number};
use crate::failure::Failure;
use crate::git::Oid;

/// A root that a commit deleted, and the one that came elsewhere later and is taken for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The folder of the one that is gone, as people are told of it.
    pub from: String,
    /// The folder of the one that came.
    pub here: String,
}

/// What the root was called in each commit.
pub(super) struct Names {
    prefixes: Vec<String>,
    /// The commit at which it cannot be told where the root came from, by number, and why.
    pub(super) doubt: Option<(usize, String)>,
    /// By a commit's number: the root that it deleted and that this one is taken for.
    pub(super) taken: BTreeMap<usize, Taken>,
    /// By a commit's number: the number of the prefix, and whether the marker was found there.
    known: Vec<Option<(usize, bool)>>,
}

impl Names {
    pub(super) fn new(prefix: &str, commits: usize) -> Self {
        let mut known = vec![None; commits];
        known[0] = Some((0, true));
        Self { prefixes: vec![prefix.to_owned()], doubt: None, taken: BTreeMap::new(), known }
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
                let sides = (nodes.trees[parent], nodes.trees[number]);
                let from = moved_from(trees, sides, &self.prefixes[here], focus)?;
                self.followed(number, from, (sides, &self.prefixes[here].clone()), focus, trees)?
            } else if nodes.bereft.contains(&to_number(number)) {
                let sides = (nodes.trees[parent], nodes.trees[number]);
                let (gone, here) = (lost_in(trees, sides, focus)?, self.prefixes[here].clone());
                let found = gone.first().map(|(folder, _)| self.number_of(folder.clone()));
                if let Some(found) = found {
                    self.doubt_among(number, &gone);
                    let taken = Taken { from: shown(&self.prefixes[found]), here: shown(&here) };
                    self.taken.entry(number).or_insert(taken);
                }
                found
            } else {
                None
            };
            let known = self.known[parent].map_or(here, |(known, _)| known);
            self.known[parent] = Some((found.unwrap_or(known), found.is_some()));
        }
        self.look_for_another(number, nodes, trees)
    }

    /// The folder that was chosen among those that went away; another of them that held a list of trust, and did not
    /// just move with it, may as well be the one.
    fn followed(
        &mut self,
        number: usize,
        (gone, chosen): Gone,
        ((old, new), here): ((Oid, Oid), &str),
        focus: &Focus<'_>,
        trees: &mut Trees<'_>,
    ) -> Result<Option<usize>, Failure> {
        let Some((folder, _)) = chosen.and_then(|chosen| gone.get(chosen)) else { return Ok(None) };
        for (other, _) in gone.iter().filter(|(other, _)| other != folder) {
            if let Some(trust) = trees.at(old, &trust_of(other))?
                && !has_moved(trust, (old, new), here, focus, trees)?
            {
                let why = format!("{} and {} went away in it, and the root may be either", shown(folder), shown(other));
                self.doubt = Some((number, why));
            }
        }
        Ok(Some(self.number_of(folder.clone())))
    }

    /// Of several roots that were deleted at once any may be the one, whether it had a list of trust then or not.
    fn doubt_among(&mut self, number: usize, gone: &[(String, Oid)]) {
        if let [(first, _), (other, _), ..] = gone {
            let why = format!("{} and {} went away in it, and the root may be either", shown(first), shown(other));
            self.doubt = Some((number, why));
        }
    }

    /// Whether a root with a list of trust of its own stood where the root stands now, while that one was elsewhere.
    fn look_for_another(&mut self, number: usize, nodes: &Nodes, trees: &mut Trees<'_>) -> Result<(), Failure> {
        let is_elsewhere = self.of(number) != 0 && !nodes.unrooted.contains(&to_number(number));
        if is_elsewhere
            && self.doubt.is_none()
            && trees.at(nodes.trees[number], &trust_of(&self.prefixes[0]))?.is_some()
        {
            let (now, then) = (shown(&self.prefixes[0]), shown(self.prefix(number)));
            self.doubt = Some((number, format!("{now} held another root in it than the one that came from {then}")));
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

/// Folders that held a root and hold none, each with its marker, and which of them held the one that is followed.
type Gone = (Vec<(String, Oid)>, Option<usize>);

/// The folder of trust of a root.
fn trust_of(folder: &str) -> String {
    format!("{folder}/trust")
}

/// A folder as people are told of it.
fn shown(folder: &str) -> String {
    if folder.is_empty() { "the top folder".to_owned() } else { format!("{folder}/") }
}

/// Whether a root that stands in the new tree alone, and is not this one, has this folder of trust.
fn has_moved(
    trust: Oid,
    (old, new): (Oid, Oid),
    here: &str,
    focus: &Focus<'_>,
    trees: &mut Trees<'_>,
) -> Result<bool, Failure> {
    for (folder, _) in roots_that_went(trees, (new, old), focus)?.iter().filter(|(folder, _)| folder != here) {
        if trees.at(new, &trust_of(folder))? == Some(trust) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The folders that held a root in an older tree and hold none in a newer one that has the marker elsewhere, and which of
/// them held this one.
fn moved_from(trees: &mut Trees<'_>, (old, new): (Oid, Oid), prefix: &str, focus: &Focus<'_>) -> Result<Gone, Failure> {
    let Some(marker) = trees.file(new, prefix, focus.marker)? else { return Ok((Vec::new(), None)) };
    let gone = roots_that_went(trees, (old, new), focus)?;
    let same = gone.iter().position(|(_, id)| *id == marker);
    let chosen = same.or((gone.len() == 1).then_some(0));
    Ok((gone, chosen))
}

/// The folders that held a root in an older tree, where a newer one has none in their place and it was not moved: no root
/// has come in the same commit that has the same trust or, of one without, the same marker.
fn lost_in(trees: &mut Trees<'_>, (old, new): (Oid, Oid), focus: &Focus<'_>) -> Result<Vec<(String, Oid)>, Failure> {
    let mut came = Vec::new();
    for (folder, marker) in roots_that_went(trees, (new, old), focus)? {
        came.push((trees.at(new, &trust_of(&folder))?, marker));
    }
    let mut lost = Vec::new();
    for (folder, marker) in roots_that_went(trees, (old, new), focus)? {
        let trust = trees.at(old, &trust_of(&folder))?;
        let is_moved =
            |(its, its_marker): &(Option<Oid>, Oid)| *its == trust && (trust.is_some() || *its_marker == marker);
        if !came.iter().any(is_moved) {
            lost.push((folder, marker));
        }
    }
    Ok(lost)
}

/// The folders that hold a root in one tree and none in another, each with its marker.
fn roots_that_went(
    trees: &mut Trees<'_>,
    (from, to): (Oid, Oid),
    focus: &Focus<'_>,
) -> Result<Vec<(String, Oid)>, Failure> {
    let mut gone = Vec::new();
    trees.folders_that_lost((from, Some(to)), "", focus.marker, &mut gone)?;
    Ok(gone)
}

//! What an earlier walk leaves to a later one, so that no commit is looked at twice.

use serde::{Deserialize, Serialize, Serializer};

use super::{Log, Nodes};

/// Commits that are looked at again rather than kept.
const MANY: usize = 16;

/// What an earlier walk with the same focus and the same look knows of the commits that it met; it met every ancestor
/// of each of them, and what stands in a commit never changes.
#[derive(Deserialize)]
pub struct Known<N> {
    pub(super) nodes: Nodes,
    /// By a commit's number.
    pub(super) notes: Vec<(u32, N)>,
}

impl<N> Known<N> {
    pub(super) fn nothing() -> Self {
        Self { nodes: Nodes::default(), notes: Vec::new() }
    }

    /// What was noted, in no order.
    pub fn notes(&self) -> impl Iterator<Item = &N> {
        self.notes.iter().map(|(_, note)| note)
    }

    /// Whether every number that it names is one of its own.
    pub(super) fn is_whole(&self) -> bool {
        let nodes = &self.nodes;
        let (all, parents) = (nodes.ids.len(), nodes.parents.len());
        let is_number = |number: &u32| (*number as usize) < all;
        let as_long = [nodes.trees.len(), nodes.times.len(), nodes.starts.len()].iter().all(|length| *length == all);
        as_long
            && nodes.starts.is_sorted()
            && nodes.starts.last().is_none_or(|last| *last as usize <= parents)
            && nodes.parents.iter().chain(&nodes.unrooted).chain(&nodes.bereft).all(is_number)
            && self.notes.iter().all(|(number, _)| is_number(number))
    }
}

/// What a walk knows, to be kept for another one: written as [`Known`] is read.
#[derive(Serialize)]
pub struct Knowledge<'l, N: Serialize> {
    nodes: &'l Nodes,
    notes: NotesByNumber<'l, N>,
}

struct NotesByNumber<'l, N>(&'l Log<N>);

impl<N: Serialize> Serialize for NotesByNumber<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.notes.iter().map(|(position, note)| (self.0.order[*position], note)))
    }
}

impl<N: Serialize> Log<N> {
    /// What another walk can go on from, if enough of it is new. Where the root was once called something else, what was
    /// noted rests on the tip as well, and is not kept.
    pub fn knowledge(&self) -> Option<Knowledge<'_, N>> {
        let is_much = self.new > MANY + (self.order.len() - self.new) / 64;
        (is_much && !self.is_renamed).then_some(Knowledge { nodes: &self.nodes, notes: NotesByNumber(self) })
    }
}

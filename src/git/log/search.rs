//! Finding the commits, from the commit-graph where there is one and it holds them.

use std::collections::VecDeque;
use std::sync::mpsc::SyncSender;

use gix::commitgraph::{Graph, Position};
use gix::hashtable::HashMap;

use super::worker::Job;
use super::{Halt, Nodes, UNKNOWN, to_number};
use crate::git::{Git, Oid};

/// Commits of a stretch: few at first, so that every thread soon has one, then more, so that neighbours stay together.
const STRETCH: std::ops::RangeInclusive<usize> = 32..=512;

/// Finds the commits.
pub(super) struct Search<'g> {
    git: &'g Git,
    graph: Option<Graph>,
    /// The number of each commit of the graph, and of each other one.
    in_graph: Vec<u32>,
    others: HashMap<Oid, u32>,
    /// What an earlier walk knows, the number there of each commit, and the number here.
    known: &'g Nodes,
    by_id: HashMap<Oid, u32>,
    in_known: Vec<u32>,
    places: Vec<Place>,
    nodes: Nodes,
    pub(super) sender: Option<SyncSender<Vec<Job>>>,
    /// The bytes of the commits that were read and not yet sent.
    raw: VecDeque<Option<Vec<u8>>>,
    sent: usize,
    stretch: Vec<Job>,
    most: usize,
}

/// Where a commit is found.
#[derive(Clone, Copy)]
enum Place {
    Graph(Position),
    Object(Oid),
    Known(u32),
}

impl Git {
    pub(super) fn commit_graph(&self) -> Option<Graph> {
        let replaced = self.replaced().map_or(true, |replaced| !replaced.is_empty());
        if replaced { None } else { self.repo.commit_graph_if_enabled().ok().flatten() }
    }
}

impl<'g> Search<'g> {
    pub(super) fn new(git: &'g Git, graph: Option<Graph>, known: &'g Nodes, sender: SyncSender<Vec<Job>>) -> Self {
        let size = graph.as_ref().map_or(0, |graph| graph.num_commits() as usize);
        Self {
            git,
            graph,
            in_graph: vec![UNKNOWN; size],
            others: HashMap::default(),
            known,
            by_id: known.ids.iter().copied().zip(0..).collect(),
            in_known: vec![UNKNOWN; known.ids.len()],
            places: Vec::new(),
            nodes: Nodes::default(),
            sender: Some(sender),
            raw: VecDeque::new(),
            sent: 0,
            stretch: Vec::new(),
            most: *STRETCH.start(),
        }
    }

    /// Finds every commit that can be reached, the tip first, and sends each as soon as its parents are known.
    pub(super) fn run(&mut self, tip: Oid) -> Result<(), (u32, Halt)> {
        self.number_of(tip);
        // `places` grows while it is read: a commit's number is its place in it.
        while let Some(place) = self.places.get(self.nodes.ids.len()).copied() {
            let number = to_number(self.nodes.ids.len());
            self.find(place).map_err(|halt| (number, halt))?;
            self.send_ready();
        }
        self.send();
        Ok(())
    }

    /// The commits, and the number here of each that was known.
    pub(super) fn into_nodes(self) -> (Nodes, Vec<u32>) {
        (self.nodes, self.in_known)
    }

    fn number_of(&mut self, id: Oid) -> u32 {
        if let Some(number) = self.by_id.get(&id) {
            return self.number_in_known(*number);
        }
        if let Some(position) = self.graph.as_ref().and_then(|graph| graph.lookup(id)) {
            return self.number_in_graph(position);
        }
        let next = to_number(self.places.len());
        let number = *self.others.entry(id).or_insert(next);
        if number == next {
            self.places.push(Place::Object(id));
        }
        number
    }

    fn number_in_known(&mut self, known: u32) -> u32 {
        let number = &mut self.in_known[known as usize];
        if *number == UNKNOWN {
            *number = to_number(self.places.len());
            self.places.push(Place::Known(known));
        }
        *number
    }

    fn number_in_graph(&mut self, position: Position) -> u32 {
        let id = self.graph.as_ref().filter(|_| !self.by_id.is_empty()).map(|graph| graph.id_at(position).to_owned());
        if let Some(known) = id.and_then(|id| self.by_id.get(&id)) {
            return self.number_in_known(*known);
        }
        let number = &mut self.in_graph[position.0 as usize];
        if *number == UNKNOWN {
            *number = to_number(self.places.len());
            self.places.push(Place::Graph(position));
        }
        *number
    }

    fn find(&mut self, place: Place) -> Result<(), Halt> {
        let start = to_number(self.nodes.parents.len());
        let (id, tree) = match place {
            Place::Graph(position) => self.find_in_graph(position)?,
            Place::Known(known) => self.find_in_known(known),
            Place::Object(id) => {
                let raw = self.git.raw_commit(id)?;
                let (tree, parents) = self.git.lineage(id, &raw)?;
                self.raw.push_back(Some(raw));
                for parent in parents {
                    let number = self.number_of(parent);
                    self.nodes.parents.push(number);
                }
                (id, tree)
            }
        };
        self.nodes.ids.push(id);
        self.nodes.trees.push(tree);
        self.nodes.times.push(if let Place::Known(known) = place { self.known.times[known as usize] } else { 0 });
        self.nodes.starts.push(start);
        Ok(())
    }

    fn find_in_known(&mut self, known: u32) -> (Oid, Oid) {
        for parent in self.known.parents_of(known as usize) {
            let number = self.number_in_known(*parent);
            self.nodes.parents.push(number);
        }
        if self.known.unrooted.contains(&known) {
            self.nodes.unrooted.insert(to_number(self.nodes.ids.len()));
        }
        if self.known.bereft.contains(&known) {
            self.nodes.bereft.insert(to_number(self.nodes.ids.len()));
        }
        self.raw.push_back(None);
        (self.known.ids[known as usize], self.known.trees[known as usize])
    }

    fn find_in_graph(&mut self, position: Position) -> Result<(Oid, Oid), Halt> {
        let graph = self.graph.take().ok_or(Halt::Graph)?;
        let commit = graph.commit_at(position);
        let (id, tree) = (commit.id().to_owned(), commit.root_tree_id().to_owned());
        for parent in commit.iter_parents() {
            let parent = parent.map_err(|_| Halt::Graph)?;
            let number = self.number_in_graph(parent);
            self.nodes.parents.push(number);
        }
        self.graph = Some(graph);
        self.raw.push_back(None);
        Ok((id, tree))
    }

    fn send_ready(&mut self) {
        while self.sent < self.nodes.ids.len() {
            let found = self.nodes.ids.len();
            let is_known = matches!(self.places[self.sent], Place::Known(_));
            if !is_known && self.nodes.parents_of(self.sent).iter().any(|parent| *parent as usize >= found) {
                return;
            }
            let raw = self.raw.pop_front().flatten();
            if !is_known {
                self.stretch.push(self.nodes.job(self.sent, raw));
            }
            self.sent += 1;
            if self.stretch.len() >= self.most {
                self.send();
            }
        }
    }

    fn send(&mut self) {
        self.most = (self.most * 2).min(*STRETCH.end());
        let stretch = std::mem::take(&mut self.stretch);
        if let Some(sender) = &self.sender {
            sender.send(stretch).expect("the receiver outlives the search");
        }
    }
}

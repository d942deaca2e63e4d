//! One walk over the log: every commit once, with the files of interest it touched.
//!
//! One thread finds the commits, from the commit-graph where there is one and it holds them; the others compare trees
//! and read messages, a stretch of the log each. What they note comes back in the order of topology alone, children
//! before parents; dates are claims. A commit touches a file if the file differs from that of every parent, so a merge
//! that takes one side whole touches nothing and an evil merge is seen.

mod known;
mod names;
mod search;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

use gix::bstr::BStr;
use serde::{Deserialize, Serialize};

pub use super::tree::{Touched, Trees};
use super::{Git, Identity, Oid, identity};
use crate::failure::Failure;
pub use known::{Knowledge, Known};
use names::Names;
pub use names::Taken;
use search::Search;
use worker::{Found, Job, Worker};

/// Stretches of the log that wait for a thread.
const WAITING: usize = 32;

const UNKNOWN: u32 = u32::MAX;

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

/// A commit of the log.
pub struct Commit<'a> {
    /// Its id.
    pub id: Oid,
    /// Its tree.
    pub tree: Oid,
    /// What the root's folder was called then.
    pub prefix: &'a str,
    /// The committer's time, in Unix seconds.
    pub time: i64,
    /// The author's time, in Unix seconds.
    pub author_time: i64,
    /// The message.
    pub message: &'a str,
    /// The files of interest that it touched, by path.
    pub touched: Vec<Touched>,
    /// Whether it has several parents.
    pub is_merge: bool,
    /// The tree of its first parent, and what the root's folder was called there.
    pub before: Option<(Oid, &'a str)>,
    /// Whether it carries a signature of any kind, good or not.
    pub is_signed: bool,
    /// Whether its lines are not in the order in which Git writes them; it was read as Git shows it.
    pub is_irregular: bool,
    author: gix::actor::SignatureRef<'a>,
    committer: gix::actor::SignatureRef<'a>,
    encoding: Option<&'a BStr>,
}

impl Commit<'_> {
    /// The author as written.
    pub fn author(&self) -> Identity {
        identity(self.author, self.encoding)
    }

    /// The committer as written.
    pub fn committer(&self) -> Identity {
        identity(self.committer, self.encoding)
    }
}

/// What a walk does with each commit: notes something, or nothing.
pub type Look<'l, N> = &'l (dyn Fn(&Commit<'_>, &mut Trees<'_>) -> Result<Option<N>, Failure> + Sync);

/// A log that was walked: what was noted, and who descends from whom.
pub struct Log<N> {
    /// What was noted, children before parents, each with its commit's place in the order; the tip is 0.
    pub notes: Vec<(usize, N)>,
    /// What was read.
    pub read: Read,
    nodes: Nodes,
    order: Vec<u32>,
    positions: Vec<u32>,
    /// How many commits were not known before.
    new: usize,
    /// Whether the root was called something else in some commit.
    is_renamed: bool,
    /// The commit at which it cannot be told where the root came from, by number, and why.
    doubt: Option<(usize, String)>,
    /// By a commit's number: the root that it deleted and that the one of now is taken for.
    taken: BTreeMap<usize, Taken>,
}

/// How many objects were read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Read {
    /// Commits, each counted as often as it was decoded.
    pub commits: usize,
    /// Trees, each counted as often as it was decoded.
    pub trees: usize,
}

/// The commits by number, in the order in which they were found; the tip is 0.
#[derive(Default, Serialize, Deserialize)]
struct Nodes {
    ids: Vec<Oid>,
    trees: Vec<Oid>,
    times: Vec<i64>,
    /// Where the parents of each begin in `parents`.
    starts: Vec<u32>,
    parents: Vec<u32>,
    /// Those where the marker does not stand where it stands now.
    unrooted: BTreeSet<u32>,
    /// Those of them that deleted the marker of some folder.
    bereft: BTreeSet<u32>,
}

/// Why a walk cannot go on.
enum Halt {
    /// The world fails.
    Failure(Failure),
    /// The commit-graph says something else than the commits.
    Graph,
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl Git {
    /// Walks the log from a commit and shows each commit to `look` once, in no order and by several threads; what it
    /// notes is given in the order of the log. What is known of a commit is not looked at again.
    pub fn log<N: Send>(
        &self,
        tip: Oid,
        focus: &Focus<'_>,
        look: Look<'_, N>,
        known: Option<Known<N>>,
    ) -> Result<Log<N>, Failure> {
        self.require_whole_log()?;
        let known = known.filter(Known::is_whole).unwrap_or_else(Known::nothing);
        // A commit-graph is a copy: where it cannot be read or contradicts the commits, they alone are asked.
        let graph = self.commit_graph();
        let with_graph = graph.is_some();
        match walk(self, tip, focus, look, graph, known) {
            Err(Halt::Graph) if with_graph => walk(self, tip, focus, look, None, Known::nothing()),
            result => result,
        }
        .map_err(|halt| match halt {
            Halt::Failure(failure) => failure,
            Halt::Graph => self.missing(&format!("commit {tip}"), &"the log changed while it was read"),
        })
    }
}

fn walk<N: Send>(
    git: &Git,
    tip: Oid,
    focus: &Focus<'_>,
    look: Look<'_, N>,
    graph: Option<gix::commitgraph::Graph>,
    mut known: Known<N>,
) -> Result<Log<N>, Halt> {
    let (sender, receiver) = sync_channel(WAITING);
    let receiver = Mutex::new(receiver);
    let twins: Vec<Git> = (0..rayon::current_num_threads().max(1)).map(|_| git.twin()).collect();
    let notes = std::mem::take(&mut known.notes);
    let mut search = Search::new(git, graph, &known.nodes, sender);
    let (searched, all) = std::thread::scope(|scope| {
        let receiver = &receiver;
        let work = |git: Git| scope.spawn(move || Worker::new(&git, focus, look).all(receiver));
        let workers: Vec<_> = twins.into_iter().map(work).collect();
        let searched = search.run(tip);
        search.sender = None;
        let join =
            |worker: std::thread::ScopedJoinHandle<'_, Found<N>>| worker.join().expect("a worker does not panic");
        (searched, workers.into_iter().map(join).collect::<Vec<_>>())
    });
    let (nodes, numbers) = search.into_nodes();
    let known = notes.into_iter().map(|(number, note)| (numbers[number as usize], note));
    let mut log = Log::new(nodes, all, searched.err())?;
    log.add_known(known);
    log.follow_root(git, focus, look)?;
    log.notes.sort_by_key(|(position, _)| *position);
    Ok(log)
}

fn to_number(number: usize) -> u32 {
    u32::try_from(number).expect("there are fewer than four billion commits")
}

impl Nodes {
    fn parents_of(&self, number: usize) -> &[u32] {
        let end = self.starts.get(number + 1).map_or(self.parents.len(), |end| *end as usize);
        &self.parents[self.starts[number] as usize..end]
    }

    fn job(&self, number: usize, raw: Option<Vec<u8>>) -> Job {
        let of_parents = |from: &[Oid]| self.parents_of(number).iter().map(|parent| from[*parent as usize]).collect();
        Job {
            number: to_number(number),
            id: self.ids[number],
            tree: self.trees[number],
            parents: of_parents(&self.ids),
            parent_trees: of_parents(&self.trees),
            raw,
        }
    }

    /// Children before parents, one line of development after the other: the order of `git log --topo-order`.
    fn in_topological_order(&self) -> Vec<u32> {
        let mut children = vec![0_u32; self.ids.len()];
        self.parents.iter().for_each(|parent| children[*parent as usize] += 1);
        let mut order = Vec::with_capacity(self.ids.len());
        let mut ready = vec![0];
        while let Some(next) = ready.pop() {
            order.push(next);
            for parent in self.parents_of(next as usize) {
                children[*parent as usize] -= 1;
                if children[*parent as usize] == 0 {
                    ready.push(*parent);
                }
            }
        }
        order
    }
}

impl<N> Log<N> {
    /// Puts together what the threads found; of several obstacles the one that the search met first counts.
    fn new(nodes: Nodes, mut all: Vec<Found<N>>, halt: Option<(u32, Halt)>) -> Result<Self, Halt> {
        let halts = halt.into_iter().chain(all.iter_mut().filter_map(|found| found.halt.take()));
        if let Some((_, halt)) = halts.min_by_key(|(number, _)| *number) {
            return Err(halt);
        }
        let order = nodes.in_topological_order();
        let mut positions = vec![0; nodes.ids.len()];
        (0..).zip(&order).for_each(|(position, number)| positions[*number as usize] = position);
        let (notes, read) = (Vec::new(), Read::default());
        let mut log = Self {
            notes,
            read,
            nodes,
            order,
            positions,
            new: 0,
            doubt: None,
            taken: BTreeMap::new(),
            is_renamed: false,
        };
        for found in all {
            log.add(found);
        }
        Ok(log)
    }

    fn add_known(&mut self, known: impl Iterator<Item = (u32, N)>) {
        let reached = known.filter(|(number, _)| *number != UNKNOWN);
        self.notes.extend(reached.map(|(number, note)| (self.positions[number as usize] as usize, note)));
    }

    fn add(&mut self, found: Found<N>) {
        self.new += found.commits.len();
        self.read.commits += found.read.commits;
        self.read.trees += found.read.trees;
        for (number, time) in found.commits {
            self.nodes.times[number as usize] = time;
        }
        self.nodes.unrooted.extend(found.unrooted);
        self.nodes.bereft.extend(found.bereft);
        let positions = &self.positions;
        self.notes.extend(found.notes.into_iter().map(|(number, note)| (positions[number as usize] as usize, note)));
    }

    /// Looks again at the commits whose root, or whose parent's, was called something else.
    fn follow_root(&mut self, git: &Git, focus: &Focus<'_>, look: Look<'_, N>) -> Result<(), Halt> {
        if self.nodes.unrooted.is_empty() {
            return Ok(());
        }
        let mut worker = Worker::new(git, focus, look);
        let mut names = Names::new(focus.prefix, self.order.len());
        let mut again = BTreeMap::new();
        for (position, number) in self.order.iter().map(|number| *number as usize).enumerate() {
            names.settle_parents(number, &self.nodes, focus, &mut worker.trees)?;
            let parents = self.nodes.parents_of(number);
            if names.of(number) == 0 && parents.iter().all(|parent| names.of(*parent as usize) == 0) {
                continue;
            }
            let job = self.nodes.job(number, None);
            let prefixes = parents.iter().map(|parent| names.prefix(*parent as usize));
            let before: Vec<(Oid, &str)> = job.parent_trees.iter().copied().zip(prefixes).collect();
            again.insert(position, worker.one(&job, names.prefix(number), &before)?.note);
        }
        self.is_renamed = !again.is_empty() || names.doubt.is_some();
        self.doubt = names.doubt.take();
        self.taken = std::mem::take(&mut names.taken);
        self.notes.retain(|(position, _)| !again.contains_key(position));
        self.notes.extend(again.into_iter().filter_map(|(position, note)| Some((position, note?))));
        let read = worker.read();
        self.read = Read { commits: self.read.commits + read.commits, trees: self.read.trees + read.trees };
        Ok(())
    }

    /// The commit at which it cannot be told where the root came from, and why.
    pub fn doubt(&self) -> Option<(Oid, &str)> {
        self.doubt.as_ref().map(|(number, why)| (self.nodes.ids[*number], why.as_str()))
    }

    /// The root that the commit at a position deleted, if one that came elsewhere later is taken for it.
    pub fn taken(&self, position: usize) -> Option<&Taken> {
        self.taken.get(&(self.order[position] as usize))
    }

    /// Every commit that deleted a root for which another is taken, oldest first.
    pub fn all_taken(&self) -> impl Iterator<Item = (usize, &Taken)> {
        let of = |number: &usize| self.positions[*number] as usize;
        let mut all: Vec<(usize, &Taken)> = self.taken.iter().map(|(number, taken)| (of(number), taken)).collect();
        all.sort_by_key(|(position, _)| std::cmp::Reverse(*position));
        all.into_iter()
    }

    /// How many commits it has.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether it has none; a log has at least its tip.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Forgets the names of commits and trees: who descends from whom is told by numbers alone.
    pub fn forget_ids(&mut self) {
        (self.nodes.ids, self.nodes.trees) = (Vec::new(), Vec::new());
    }

    /// The id of the commit at a position.
    pub fn id(&self, position: usize) -> Oid {
        self.nodes.ids[self.order[position] as usize]
    }

    /// The tree of the commit at a position.
    pub fn tree(&self, position: usize) -> Oid {
        self.nodes.trees[self.order[position] as usize]
    }

    /// The committer's time of the commit at a position, in Unix seconds.
    pub fn time(&self, position: usize) -> i64 {
        self.nodes.times[self.order[position] as usize]
    }

    /// The positions of the parents of the commit at a position, first parent first.
    pub fn parents(&self, position: usize) -> impl Iterator<Item = usize> {
        let parents = self.nodes.parents_of(self.order[position] as usize);
        parents.iter().map(|parent| self.positions[*parent as usize] as usize)
    }

    /// The committer times of the parents of the commit at a position.
    pub fn parent_times(&self, position: usize) -> impl Iterator<Item = i64> {
        let parents = self.nodes.parents_of(self.order[position] as usize);
        parents.iter().map(|parent| self.nodes.times[*parent as usize])
    }

    /// For each position the marks of the positions that descend from it; `marks` are given by position.
    pub fn inherited(&self, marks: &[(usize, u64)]) -> Vec<u64> {
        let mut own = vec![0; self.order.len()];
        for (position, mark) in marks {
            own[*position] |= mark;
        }
        let mut above = vec![0; self.order.len()];
        for (position, number) in self.order.iter().enumerate() {
            let carried = above[position] | own[position];
            for parent in self.nodes.parents_of(*number as usize).iter().filter(|_| carried != 0) {
                above[self.positions[*parent as usize] as usize] |= carried;
            }
        }
        above
    }
}

//! One walk over the log: every commit once, with the files of interest it touched.
//!
//! One thread finds the commits, from the commit-graph where there is one and it holds them; the others compare trees
//! and read messages, a stretch of the log each. What they note comes back in the order of topology alone, children
//! before parents; dates are claims. A commit touches a file if the file differs from that of every parent, so a merge
//! that takes one side whole touches nothing and an evil merge is seen.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use gix::bstr::BStr;
use gix::hashtable::HashMap;
use serde::{Deserialize, Serialize, Serializer};

pub use super::tree::{Touched, Trees};
use super::{Git, Identity, Oid, identity, shown, who};
use crate::failure::Failure;

/// Stretches of the log that wait for a thread.
const WAITING: usize = 32;

/// Commits of a stretch: few at first, so that every thread soon has one, then more, so that neighbours stay together.
const STRETCH: std::ops::RangeInclusive<usize> = 32..=512;

/// Commits that are looked at again rather than kept.
const MANY: usize = 16;

/// Trees of a stretch by which it is told how its pack is laid out.
const SAMPLE: usize = 16;

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
}

/// What an earlier walk with the same focus and the same look knows of the commits that it met; it met every ancestor
/// of each of them, and what stands in a commit never changes.
#[derive(Deserialize)]
pub struct Known<N> {
    nodes: Nodes,
    /// By a commit's number.
    notes: Vec<(u32, N)>,
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
}

/// A commit whose parents are known.
struct Job {
    number: u32,
    id: Oid,
    tree: Oid,
    parents: Vec<Oid>,
    parent_trees: Vec<Oid>,
    raw: Option<Vec<u8>>,
}

/// What one thread found out.
struct Found<N> {
    /// Number, committer's time, and whether the marker stands where it stands now.
    commits: Vec<(u32, i64, bool)>,
    notes: Vec<(u32, N)>,
    halt: Option<(u32, Halt)>,
    read: Read,
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

    fn commit_graph(&self) -> Option<gix::commitgraph::Graph> {
        let replaced = self.replaced().map_or(true, |replaced| !replaced.is_empty());
        if replaced { None } else { self.repo.commit_graph_if_enabled().ok().flatten() }
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

impl<N> Known<N> {
    fn nothing() -> Self {
        Self { nodes: Nodes::default(), notes: Vec::new() }
    }

    /// What was noted, in no order.
    pub fn notes(&self) -> impl Iterator<Item = &N> {
        self.notes.iter().map(|(_, note)| note)
    }

    /// Whether every number that it names is one of its own.
    fn is_whole(&self) -> bool {
        let nodes = &self.nodes;
        let (all, parents) = (nodes.ids.len(), nodes.parents.len());
        let is_number = |number: &u32| (*number as usize) < all;
        let as_long = [nodes.trees.len(), nodes.times.len(), nodes.starts.len()].iter().all(|length| *length == all);
        as_long
            && nodes.starts.is_sorted()
            && nodes.starts.last().is_none_or(|last| *last as usize <= parents)
            && nodes.parents.iter().chain(&nodes.unrooted).all(is_number)
            && self.notes.iter().all(|(number, _)| is_number(number))
    }
}

/// Finds the commits.
struct Search<'g> {
    git: &'g Git,
    graph: Option<gix::commitgraph::Graph>,
    /// The number of each commit of the graph, and of each other one.
    in_graph: Vec<u32>,
    others: HashMap<Oid, u32>,
    /// What an earlier walk knows, the number there of each commit, and the number here.
    known: &'g Nodes,
    by_id: HashMap<Oid, u32>,
    in_known: Vec<u32>,
    places: Vec<Place>,
    nodes: Nodes,
    sender: Option<SyncSender<Vec<Job>>>,
    /// The bytes of the commits that were read and not yet sent.
    raw: VecDeque<Option<Vec<u8>>>,
    sent: usize,
    stretch: Vec<Job>,
    most: usize,
}

/// Where a commit is found.
#[derive(Clone, Copy)]
enum Place {
    Graph(gix::commitgraph::Position),
    Object(Oid),
    Known(u32),
}

const UNKNOWN: u32 = u32::MAX;

impl<'g> Search<'g> {
    fn new(
        git: &'g Git,
        graph: Option<gix::commitgraph::Graph>,
        known: &'g Nodes,
        sender: SyncSender<Vec<Job>>,
    ) -> Self {
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
    fn run(&mut self, tip: Oid) -> Result<(), (u32, Halt)> {
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
    fn into_nodes(self) -> (Nodes, Vec<u32>) {
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

    fn number_in_graph(&mut self, position: gix::commitgraph::Position) -> u32 {
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
        self.raw.push_back(None);
        (self.known.ids[known as usize], self.known.trees[known as usize])
    }

    fn find_in_graph(&mut self, position: gix::commitgraph::Position) -> Result<(Oid, Oid), Halt> {
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

/// One thread that looks at commits.
struct Worker<'a, N> {
    git: &'a Git,
    focus: &'a Focus<'a>,
    look: Look<'a, N>,
    trees: Trees<'a>,
    commits: usize,
}

/// A commit as it was looked at.
struct Seen<N> {
    time: i64,
    rooted: bool,
    note: Option<N>,
}

impl<'a, N> Worker<'a, N> {
    fn new(git: &'a Git, focus: &'a Focus<'a>, look: Look<'a, N>) -> Self {
        Self { git, focus, look, trees: Trees::new(git), commits: 0 }
    }

    fn all(mut self, stretches: &Mutex<Receiver<Vec<Job>>>) -> Found<N> {
        let mut found = Found { commits: Vec::new(), notes: Vec::new(), halt: None, read: Read::default() };
        while let Ok(mut stretch) = next(stretches) {
            if self.hangs_on_older(&stretch) {
                stretch.reverse();
            }
            for job in stretch {
                let before: Vec<(Oid, &str)> = job.parent_trees.iter().map(|tree| (*tree, self.focus.prefix)).collect();
                match self.one(&job, self.focus.prefix, &before) {
                    Ok(seen) => {
                        found.commits.push((job.number, seen.time, seen.rooted));
                        found.notes.extend(seen.note.map(|note| (job.number, note)));
                    }
                    Err(halt) if found.halt.as_ref().is_none_or(|(number, _)| job.number < *number) => {
                        found.halt = Some((job.number, halt));
                    }
                    Err(_) => {}
                }
            }
        }
        found.read = self.read();
        found
    }

    /// Whether the newer trees are stored as differences from older ones, so that the older are better read first.
    fn hangs_on_older(&self, stretch: &[Job]) -> bool {
        let pairs = stretch.iter().filter_map(|job| Some((job.tree, *job.parent_trees.first()?)));
        let pairs = pairs.filter(|(tree, parent)| tree != parent).take(SAMPLE);
        let depths = pairs.map(|(tree, parent)| (self.git.depth(tree), self.git.depth(parent)));
        let (newer, older) = depths.fold((0, 0), |(newer, older), (tree, parent)| {
            (newer + usize::from(tree > parent), older + usize::from(tree < parent))
        });
        newer > older
    }

    fn read(&self) -> Read {
        Read { commits: self.commits, trees: self.trees.read }
    }

    fn one(&mut self, job: &Job, prefix: &str, before: &[(Oid, &str)]) -> Result<Seen<N>, Halt> {
        let read;
        let raw = match &job.raw {
            Some(raw) => raw,
            None => {
                read = self.git.raw_commit(job.id)?;
                &read
            }
        };
        self.commits += 1;
        let mut repaired = Vec::new();
        let commit = self.git.parsed_commit(job.id, raw, &mut repaired)?;
        if commit.tree() != job.tree || !commit.parents().eq(job.parents.iter().copied()) {
            return Err(Halt::Graph);
        }
        let (author, committer) = (who(commit.author().ok()), who(commit.committer().ok()));
        let message = shown(commit.message, commit.encoding);
        let (time, author_time, encoding) = (committer.seconds(), author.seconds(), commit.encoding);
        let touched = self.touched(job.tree, prefix, before)?;
        let (id, tree, message) = (job.id, job.tree, &*message);
        let (is_merge, is_signed) = (job.parents.len() > 1, is_signed(raw));
        let commit = Commit {
            id,
            tree,
            prefix,
            time,
            author_time,
            message,
            touched,
            is_merge,
            before: before.first().copied(),
            is_signed,
            author,
            committer,
            encoding,
        };
        let note = (self.look)(&commit, &mut self.trees)?;
        let rooted = self.trees.file(tree, prefix, self.focus.marker)?.is_some();
        Ok(Seen { time, rooted, note })
    }

    fn touched(&mut self, tree: Oid, prefix: &str, parents: &[(Oid, &str)]) -> Result<Vec<Touched>, Failure> {
        let mut touched = Vec::new();
        for beside in [Some(""), self.focus.beside].into_iter().flatten() {
            let now = self.trees.beside(tree, prefix, beside)?;
            let mut before = Vec::with_capacity(parents.len().max(1));
            for (tree, prefix) in parents {
                before.push(self.trees.beside(*tree, prefix, beside)?);
            }
            if before.is_empty() {
                before.push(None);
            }
            let above = if beside.is_empty() { String::new() } else { format!("{}/", beside.trim_end_matches('/')) };
            self.trees.compare(now, &before, (&above, ""), self.focus.wanted, &mut touched)?;
        }
        Ok(touched)
    }
}

/// Whether a header of a raw commit is a signature, of this object format or the other.
fn is_signed(raw: &[u8]) -> bool {
    let headers = raw.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    headers.into_iter().any(|line| line.starts_with(b"gpgsig"))
}

fn next(stretches: &Mutex<Receiver<Vec<Job>>>) -> Result<Vec<Job>, ()> {
    let receiver = stretches.lock().map_err(|_| ())?;
    receiver.recv().map_err(|_| ())
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
        let mut log = Self { notes, read, nodes, order, positions, new: 0, is_renamed: false };
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
        for (number, time, rooted) in found.commits {
            self.nodes.times[number as usize] = time;
            if !rooted {
                self.nodes.unrooted.insert(number);
            }
        }
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
            let prefixes = parents.iter().map(|parent| names.prefixes[names.of(*parent as usize)].as_str());
            let before: Vec<(Oid, &str)> = job.parent_trees.iter().copied().zip(prefixes).collect();
            again.insert(position, worker.one(&job, &names.prefixes[names.of(number)], &before)?.note);
        }
        self.is_renamed = !again.is_empty();
        self.notes.retain(|(position, _)| !again.contains_key(position));
        self.notes.extend(again.into_iter().filter_map(|(position, note)| Some((position, note?))));
        let read = worker.read();
        self.read = Read { commits: self.read.commits + read.commits, trees: self.read.trees + read.trees };
        Ok(())
    }

    /// What another walk can go on from, if enough of it is new. Where the root was once called something else, what was
    /// noted rests on the tip as well, and is not kept.
    pub fn knowledge(&self) -> Option<Knowledge<'_, N>>
    where
        N: Serialize,
    {
        let is_much = self.new > MANY + (self.order.len() - self.new) / 64;
        (is_much && !self.is_renamed).then(|| Knowledge { nodes: &self.nodes, notes: NotesByNumber(self) })
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

/// What the root was called in each commit.
struct Names {
    prefixes: Vec<String>,
    /// By a commit's number: the number of the prefix, and whether the marker was found there.
    known: Vec<Option<(usize, bool)>>,
}

impl Names {
    fn new(prefix: &str, commits: usize) -> Self {
        let mut known = vec![None; commits];
        known[0] = Some((0, true));
        Self { prefixes: vec![prefix.to_owned()], known }
    }

    fn of(&self, number: usize) -> usize {
        self.known[number].map_or(0, |(prefix, _)| prefix)
    }

    /// Settles what the root was called in each parent: as here, or as the folder from which the marker was moved.
    fn settle_parents(
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

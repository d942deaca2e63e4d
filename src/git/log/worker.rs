//! Looking at commits, a stretch of the log at a time.

use std::borrow::Cow;
use std::sync::Mutex;
use std::sync::mpsc::Receiver;

use super::{Commit, Focus, Halt, Look, Read, Touched, Trees};
use crate::failure::Failure;
use crate::git::{Git, Oid, shown, who};

/// Trees of a stretch by which it is told how its pack is laid out.
const SAMPLE: usize = 16;

/// A commit whose parents are known.
pub(super) struct Job {
    pub(super) number: u32,
    pub(super) id: Oid,
    pub(super) tree: Oid,
    pub(super) parents: Vec<Oid>,
    pub(super) parent_trees: Vec<Oid>,
    pub(super) raw: Option<Vec<u8>>,
}

/// What one thread found out.
pub(super) struct Found<N> {
    /// Number and committer's time.
    pub(super) commits: Vec<(u32, i64)>,
    /// Those where the marker does not stand where it stands now.
    pub(super) unrooted: Vec<u32>,
    /// Those of them that deleted the marker of some folder.
    pub(super) bereft: Vec<u32>,
    pub(super) notes: Vec<(u32, N)>,
    pub(super) halt: Option<(u32, Halt)>,
    pub(super) read: Read,
}

impl<N> Found<N> {
    fn nothing() -> Self {
        let (commits, unrooted, bereft, notes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { commits, unrooted, bereft, notes, halt: None, read: Read::default() }
    }
}

/// One thread that looks at commits.
pub(super) struct Worker<'a, N> {
    git: &'a Git,
    focus: &'a Focus<'a>,
    look: Look<'a, N>,
    pub(super) trees: Trees<'a>,
    commits: usize,
}

/// A commit as it was looked at.
pub(super) struct Seen<N> {
    time: i64,
    rooted: bool,
    pub(super) note: Option<N>,
}

impl<'a, N> Worker<'a, N> {
    pub(super) fn new(git: &'a Git, focus: &'a Focus<'a>, look: Look<'a, N>) -> Self {
        Self { git, focus, look, trees: Trees::new(git), commits: 0 }
    }

    pub(super) fn all(mut self, stretches: &Mutex<Receiver<Vec<Job>>>) -> Found<N> {
        let mut found = Found::nothing();
        while let Ok(mut stretch) = next(stretches) {
            if self.hangs_on_older(&stretch) {
                stretch.reverse();
            }
            for job in stretch {
                let added = self.add(&job, &mut found);
                if let Err(halt) = added
                    && found.halt.as_ref().is_none_or(|(number, _)| job.number < *number)
                {
                    found.halt = Some((job.number, halt));
                }
            }
        }
        found.read = self.read();
        found
    }

    fn add(&mut self, job: &Job, found: &mut Found<N>) -> Result<(), Halt> {
        let before: Vec<(Oid, &str)> = job.parent_trees.iter().map(|tree| (*tree, self.focus.prefix)).collect();
        let seen = self.one(job, self.focus.prefix, &before)?;
        found.commits.push((job.number, seen.time));
        found.notes.extend(seen.note.map(|note| (job.number, note)));
        if !seen.rooted {
            found.unrooted.push(job.number);
            found.bereft.extend(self.deletes_a_marker(job)?.then_some(job.number));
        }
        Ok(())
    }

    fn deletes_a_marker(&mut self, job: &Job) -> Result<bool, Failure> {
        let mut gone = Vec::new();
        for parent in &job.parent_trees {
            self.trees.folders_that_lost((*parent, Some(job.tree)), "", self.focus.marker, &mut gone)?;
        }
        Ok(!gone.is_empty())
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

    pub(super) fn read(&self) -> Read {
        Read { commits: self.commits, trees: self.trees.read }
    }

    pub(super) fn one(&mut self, job: &Job, prefix: &str, before: &[(Oid, &str)]) -> Result<Seen<N>, Halt> {
        let raw = self.raw(job)?;
        self.commits += 1;
        let mut repaired = Vec::new();
        let (commit, is_irregular) = self.git.parsed_commit(job.id, &raw, &mut repaired)?;
        if commit.tree() != job.tree || !commit.parents().eq(job.parents.iter().copied()) {
            return Err(Halt::Graph);
        }
        let (author, committer) = (who(commit.author().ok()), who(commit.committer().ok()));
        let message = shown(commit.message, commit.encoding);
        let (time, author_time, encoding) = (committer.seconds(), author.seconds(), commit.encoding);
        let touched = self.touched(job.tree, prefix, before)?;
        let (id, tree, message) = (job.id, job.tree, &*message);
        let (is_merge, is_signed) = (job.parents.len() > 1, is_signed(&raw));
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
            is_irregular,
            author,
            committer,
            encoding,
        };
        let note = (self.look)(&commit, &mut self.trees)?;
        let rooted = self.trees.file(tree, prefix, self.focus.marker)?.is_some();
        Ok(Seen { time, rooted, note })
    }

    fn raw<'j>(&self, job: &'j Job) -> Result<Cow<'j, [u8]>, Failure> {
        match &job.raw {
            Some(raw) => Ok(Cow::Borrowed(raw)),
            None => self.git.raw_commit(job.id).map(Cow::Owned),
        }
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

//! The pipeline, once: a tree and its repository to Facts, for every command above.

use crate::cache::Cache;
use crate::catalog::Catalog;
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::failure::Failure;
use crate::git::Oid;
use crate::model::Records;
use crate::model::assessment::Assessment;
use crate::rule::Facts;
use crate::source::Tree;
use crate::{evidence, history, load, resolve, score};

/// What a command needs of the facts.
pub struct Wanted<'a> {
    /// The day to which ages and lapses are counted.
    pub as_of: Date,
    /// The day of the clock, if it matters.
    pub today: Option<Date>,
    /// The commit whose log is read; `None` leaves the review group out. The outer `None` is "without history".
    pub history: Option<Option<Oid>>,
    /// Told of bytes of evidence read.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Where it is kept what evidence was found to hold, and what earlier walks found.
    pub cache: &'a Cache,
    /// The SHA-256 of the file with which trust has to begin, from outside the repository.
    pub trust_root: Option<&'a str>,
    /// What the walk of another tree's log found in this run.
    pub shared: Option<&'a history::Shared>,
}

/// Reads, links, digests, walks the log, scores; diagnostics of reading and linking come beside the facts.
pub fn of(tree: &Tree<'_>, wanted: &Wanted<'_>) -> Result<(Facts, Vec<Diagnostic>), Failure> {
    judged(read(tree, None)?, tree, wanted)
}

/// A root that was read and linked, and what that reported.
pub struct Linked {
    assessment: Assessment,
    found: Vec<Diagnostic>,
}

/// Reads and links; of one of several trees `shared` knows what was read before.
pub fn read(tree: &Tree<'_>, shared: Option<&load::Shared>) -> Result<Linked, Failure> {
    let mut found = Vec::new();
    let records = match shared {
        Some(shared) => load::tree_sharing(tree, shared, &mut found)?,
        None => load::tree(tree, &mut found)?,
    };
    let assessment = resolve::assessment(records, Catalog::rev2(), &mut found);
    Ok(Linked { assessment, found })
}

/// Digests, walks the log and scores what was read.
pub fn judged(read: Linked, tree: &Tree<'_>, wanted: &Wanted<'_>) -> Result<(Facts, Vec<Diagnostic>), Failure> {
    let Linked { mut assessment, found } = read;
    evidence::digest_changed(&mut assessment, tree, wanted.cache, wanted.progress)?;
    let history = match (wanted.history, tree.git()) {
        (Some(tip), Some(git)) => {
            let Wanted { as_of, today, cache, trust_root, shared, .. } = *wanted;
            let asked = history::Asked { tip, prefix: tree.prefix(), as_of, today, cache, trust_root, shared };
            Some(history::of(git, &asked, &assessment)?)
        }
        _ => None,
    };
    let score = score::of(&assessment);
    Ok((Facts { assessment, history, score, as_of: wanted.as_of }, found))
}

/// The facts of a root that is not there.
pub fn nothing(as_of: Date) -> Facts {
    let assessment = resolve::assessment(Records::default(), Catalog::rev2(), &mut Vec::new());
    let score = score::of(&assessment);
    Facts { assessment, history: None, score, as_of }
}

/// The root as it stood in a tree, linked and silent: for looking back.
pub fn assessment(tree: &Tree<'_>) -> Result<Assessment, Failure> {
    let mut unheard = Vec::new();
    let records = load::tree(tree, &mut unheard)?;
    Ok(resolve::assessment(records, Catalog::rev2(), &mut unheard))
}

//! The world's failures: what could not be done, where, and why. Hints and exit codes are added in `cli/outcome.rs`.

use std::fmt;
use std::path::Path;

/// What kind of failure it was; decides the hint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// The file system said no.
    Io,
    /// No `demarcate.toml` in the folder.
    NoRoot,
    /// Not a Git repository.
    NotARepository,
    /// The Git repository cannot be read.
    Repository,
    /// Its reference storage format is not supported.
    RefFormat,
    /// A shallow clone.
    Shallow,
    /// `info/grafts` rewrites the history.
    Grafted,
    /// A partial clone that lacks what is needed.
    Partial,
    /// An object is missing or damaged.
    Object,
    /// The revision does not exist.
    Revision,
    /// The repository has no work tree.
    Bare,
    /// A template.
    Template,
    /// A zip that cannot or must not be read.
    Archive,
    /// Another program.
    Helper,
    /// What the user asked for makes no sense.
    Usage,
}

/// A failure with its place.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What kind it was.
    pub cause: Cause,
    /// What could not be done, with the path or object it is about.
    pub message: String,
}

impl Failure {
    /// A failure of this kind.
    pub fn new(cause: Cause, message: impl Into<String>) -> Self {
        Self { cause, message: message.into() }
    }

    /// The file system refused `doing` to `path`.
    pub fn io(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::new(Cause::Io, format!("cannot {doing} {}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

//! Exit codes and hints: the one place that turns an end into a number.

use std::io::Write;

use crate::failure::{Cause, Failure};
use crate::report;

/// How a command ended that did its work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// Nothing at deny level.
    Clean,
    /// Diagnostics at deny level.
    Denied,
}

impl Outcome {
    /// Denied if anything is.
    pub(crate) fn of(denied: bool) -> Self {
        if denied { Self::Denied } else { Self::Clean }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It failed.
    Failed(Failure),
    /// Nobody reads its output any more.
    PipeClosed,
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<std::io::Error> for Ended {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Self::PipeClosed;
        }
        Self::Failed(Failure::new(Cause::Io, format!("cannot write the output: {error}")))
    }
}

/// The exit code; a failure is said on standard error with what to do.
pub(crate) fn code(ended: Result<Outcome, Ended>, err: &mut dyn Write) -> u8 {
    match ended {
        Ok(Outcome::Clean) | Err(Ended::PipeClosed) => 0,
        Ok(Outcome::Denied) => 1,
        Err(Ended::Failed(failure)) => {
            let hint = hint(failure.cause);
            let hint = if hint.is_empty() { String::new() } else { format!("  help: {hint}\n") };
            drop(write!(err, "error: {}\n{hint}", report::screen(&failure.message)));
            2
        }
    }
}

/// The exit code of a command line that clap refused, or that asked for help.
pub(crate) fn of_usage(error: &clap::Error, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let text = error.render().to_string();
    if error.use_stderr() {
        drop(err.write_all(text.as_bytes()));
        2
    } else {
        drop(out.write_all(text.as_bytes()));
        0
    }
}

/// What to do about a failure of this kind.
fn hint(cause: Cause) -> &'static str {
    match cause {
        Cause::NoRoot => "name the folder with `-C DIR`, or begin one with `demarcate init`",
        Cause::NotARepository => {
            "`demarcate check --without-history` works in a plain folder; `git init` makes it a repository"
        }
        Cause::RefFormat => "`git refs migrate --ref-format=files` converts it; keep a copy first",
        Cause::Shallow => {
            "`git fetch --unshallow` completes the clone; in CI use `fetch-depth: 0`; `--without-history` leaves the review group out"
        }
        Cause::Grafted => "remove the `info/grafts` file of the Git folder; grafts hide commits",
        Cause::Partial => {
            "`git fetch --refetch --no-filter` fetches what is not here; `check --without-history` leaves the review group out"
        }
        Cause::Object => "`git fsck` names what is missing or damaged; clone anew from a good copy",
        Cause::Revision => "`git log --oneline --all` lists the commits that there are",
        Cause::Bare => {
            "a bare repository has no work tree: name a commit, by `--rev HEAD`, or as the second one of `diff`"
        }
        Cause::Repository => "`git status` and `git fsck` in that folder say what is wrong with the repository",
        Cause::Io => "look at the path, at its permissions, and at the room on the disk",
        Cause::Template => "correct the template; without the file the built-in one takes its place",
        Cause::Archive => "have it made again by an ordinary tool, or unpack it where that is safe and name the folder",
        Cause::Helper | Cause::Usage => "",
    }
}

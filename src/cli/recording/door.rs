//! The person's own Git, kept to the repository that was opened.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::cli::root::Root;
use crate::failure::{Cause, Failure};

/// What a hook or an alias passes on, and would send Git to another repository.
const ELSEWHERE: [&str; 15] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_GRAFT_FILE",
    "GIT_SHALLOW_FILE",
    "GIT_REPLACE_REF_BASE",
];

/// Git in the folder of the root, with the index that was named for this repository and nothing else of another one.
pub(super) fn git(root: &Root) -> Command {
    let mut command = Command::new("git");
    for name in ELSEWHERE {
        command.env_remove(name);
    }
    if let Some(index) = named_index(root) {
        command.env("GIT_INDEX_FILE", index);
    }
    command.arg("-C").arg(&root.directory);
    command
}

/// The index that `GIT_INDEX_FILE` names, as a whole path; `None` for the repository's own.
fn named_index(root: &Root) -> Option<PathBuf> {
    let git = root.git.as_ref()?;
    let path = git.index_path();
    (path != git.git_dir().join("index")).then(|| std::path::absolute(&path).unwrap_or(path))
}

pub(super) fn failed(error: &std::io::Error) -> Failure {
    Failure::new(Cause::Helper, format!("cannot run git: {error}"))
}

pub(super) fn asked(root: &Root, arguments: &[&str]) -> Result<Output, Failure> {
    git(root).args(arguments).output().map_err(|error| failed(&error))
}

/// What Git answers, in one line; what it cannot answer is a failure.
pub(super) fn answer(root: &Root, arguments: &[&str]) -> Result<String, Failure> {
    let output = asked(root, arguments)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let message = format!("`git {}` failed: {}; nothing was recorded", arguments.join(" "), said.trim());
    Err(Failure::new(Cause::Helper, message))
}

/// Refuses where Git would work in another repository than the one that was read, or with the index of another one.
pub(super) fn refuse_another(root: &Root) -> Result<(), Failure> {
    let own = whole(root.needed_git()?.git_dir());
    let theirs = whole(Path::new(&answer(root, &["rev-parse", "--absolute-git-dir"])?));
    if own != theirs {
        let (own, theirs) = (own.display(), theirs.display());
        let message = format!("Git would record in {theirs}, and what was read is {own}; nothing was recorded");
        return Err(Failure::new(Cause::Repository, message));
    }
    let Some(index) = named_index(root) else { return Ok(()) };
    let around = index.ancestors().skip(1).map(whole).find(|folder| folder.join("HEAD").is_file());
    if around.is_none_or(|around| around == own) {
        return Ok(());
    }
    let message = format!(
        "GIT_INDEX_FILE names {}, the index of another repository; nothing was recorded\n  help: `env -u GIT_INDEX_FILE \
         demarcate ...` leaves it out",
        index.display()
    );
    Err(Failure::new(Cause::Usage, message))
}

fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// A setting as Git reads it; `None` where it is unset.
pub(super) fn setting(root: &Root, what: &[&str]) -> Result<Option<String>, Failure> {
    let output = asked(root, &[&["config"], what].concat())?;
    let value = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(output.status.success().then_some(value))
}

//! `init --hooks`.

use std::path::Path;

use super::super::Context;
use super::super::outcome::Ended;
use super::place;
use crate::failure::{Cause, Failure};
use crate::fix;
use crate::starter::File;
use crate::starter::hooks::Runner;

/// The files of a runner for this folder; what cannot be written is a failure before anything is.
pub(super) fn planned(runner: Runner, directory: &Path) -> Result<Vec<File>, Failure> {
    let (_, prefix) = place(directory)?;
    runner.files(&prefix).ok_or_else(|| {
        let message = format!("a hook cannot name the folder {prefix:?}; rename it to plain letters");
        Failure::new(Cause::Usage, message)
    })
}

/// Writes them at the top of the repository; what stands there stays, and what it lacks is said.
pub(super) fn write(runner: Runner, directory: &Path, context: &mut Context<'_>) -> Result<(), Ended> {
    let (top, _) = place(directory)?;
    for (path, text) in planned(runner, directory)? {
        let full = top.join(&path);
        if std::fs::read(&full).is_ok_and(|old| old == text.as_bytes()) {
            context.note(&format!("note: {path} was already there and is as it was\n"))?;
        } else if full.symlink_metadata().is_ok() {
            context.note(&format!("note: {path} was already there and is as it was; put this into it:\n"))?;
            context.say(&indented(&text))?;
        } else {
            fix::write(&full, text.as_bytes())?;
            make_runnable(&full, &text)?;
            context.say(&format!("wrote {path}\n"))?;
        }
    }
    context.say(&format!("  {}\n", runner.next()))
}

fn indented(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("    {line}\n"));
    lines.collect::<Vec<_>>().concat()
}

/// A script has to be a program.
#[cfg(unix)]
fn make_runnable(path: &Path, text: &str) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    if !text.starts_with("#!") {
        return Ok(());
    }
    let all_run = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(path, all_run).map_err(|error| Failure::io("make a program of", path, &error))
}

#[cfg(not(unix))]
fn make_runnable(_: &Path, _: &str) -> Result<(), Failure> {
    Ok(())
}

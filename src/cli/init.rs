//! `init`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Context;
use super::outcome::{Ended, Outcome};
use crate::failure::{Cause, Failure};
use crate::git::Git;
use crate::{fix, starter};

/// Begins a repository: 110 practices ready to edit, schemas for your editor, .gitattributes
///
/// Nothing that exists is overwritten. The repository checks as honestly unanswered until practices are written.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The folder; made if it is not there
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
    /// The contractor's legal name
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let directory = args.directory.clone().unwrap_or_else(|| context.common.directory.clone());
    std::fs::create_dir_all(&directory).map_err(|error| Failure::io("create", &directory, &error))?;
    let files = starter::files(args.organization.as_deref());
    refuse_to_overwrite(&directory, &files)?;
    if Git::discover(&directory, None)?.is_none() {
        begin_repository(&directory)?;
    }
    for (path, text) in &files {
        fix::write(&directory.join(path), text.as_bytes())?;
    }
    context.say(&farewell(&directory, files.len()))?;
    Ok(Outcome::Clean)
}

/// Everything that would be written has to be absent.
fn refuse_to_overwrite(directory: &Path, files: &[(String, String)]) -> Result<(), Failure> {
    match files.iter().find(|(path, _)| directory.join(path).symlink_metadata().is_ok()) {
        None => Ok(()),
        Some((path, _)) => {
            let message = format!("{} is already there; nothing was written", directory.join(path).display());
            Err(Failure::new(Cause::Usage, message))
        }
    }
}

fn begin_repository(directory: &Path) -> Result<(), Failure> {
    let failed = |why: String| Failure::new(Cause::Helper, format!("git init did not succeed: {why}"));
    let output = Command::new("git").args(["init", "--quiet"]).arg(directory).output();
    let output = output.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

fn farewell(directory: &Path, count: usize) -> String {
    let at = directory.display();
    format!(
        "wrote {count} files to {at}\n\nnext:\n  1. name the contractor, people and roles in {at}/demarcate.toml\n  \
         2. write a provider into providers/<id>.toml, what it hands over into evidence/<id>/artifacts.toml\n  \
         3. answer the first practice, practices/AC.L2-3.1.1.toml; `demarcate explain 3.1.1` says what it asks\n  \
         4. `demarcate -C {at} check` says what is missing; `demarcate -C {at} status` counts it\n"
    )
}

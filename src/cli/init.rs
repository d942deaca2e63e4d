//! `init`.

mod hooks;

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::builder::PossibleValuesParser;

use super::Context;
use super::outcome::{Ended, Outcome};
use crate::failure::{Cause, Failure};
use crate::git::Git;
use crate::starter::forge::Forge;
use crate::starter::hooks::Runner;
use crate::{fix, starter};

/// Begins a repository: 110 practices ready to edit, schemas for your editor, .gitattributes
///
/// Nothing that exists is overwritten; a .gitattributes or .gitignore gets the lines that it lacks. The repository checks as honestly unanswered until
/// practices are written.
///
/// With --github, --gitlab or --azure it also writes the pipelines of that forge, and in a folder that has a demarcate.toml already only those:
/// the review of every pull request, a weekly reminder of what is due, and, not for Azure, the release bundle for an assessor from a signed tag.
/// docs/pull-requests.md and docs/releases.md say what has to be set at the forge before they run. With --hooks it
/// writes what pre-commit, lefthook or Git alone runs before every commit; docs/hooks.md says what that is.
///
/// With --provider it begins the repository of a provider, which has no practices but a matrix and clients; docs/fleet.md says how it is used.
#[derive(clap::Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own on the command line")]
pub(crate) struct Args {
    /// The folder; made if it is not there
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
    /// The legal name of the contractor, or with --provider of the provider
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
    /// Begin a provider's own repository instead: its services and contract language, its matrix, its clients
    #[arg(long, conflicts_with_all = ["github", "gitlab", "azure", "hooks"])]
    provider: bool,
    /// Write the pipelines of GitHub too: compliance-review, compliance-reminder and compliance-release in .github/workflows
    #[arg(long)]
    github: bool,
    /// Write the pipelines of GitLab too: compliance-review and compliance-release in .gitlab, for .gitlab-ci.yml to include
    #[arg(long)]
    gitlab: bool,
    /// Write hooks too, that look at every commit before it is made
    #[arg(long, value_name = "RUNNER", num_args = 0..=1, require_equals = true, default_missing_value = "pre-commit",
          value_parser = PossibleValuesParser::new(Runner::ALL.map(Runner::word)))]
    hooks: Option<String>,
    /// Write the pipeline of Azure DevOps too: compliance-review in .azure-pipelines
    #[arg(long)]
    azure: bool,
}

impl Args {
    fn forges(&self) -> Vec<Forge> {
        let asked = [(self.github, Forge::GitHub), (self.gitlab, Forge::GitLab), (self.azure, Forge::Azure)];
        asked.into_iter().filter_map(|(is_asked, forge)| is_asked.then_some(forge)).collect()
    }
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let directory = args.directory.clone().unwrap_or_else(|| context.common.directory.clone());
    std::fs::create_dir_all(&directory).map_err(|error| Failure::io("create", &directory, &error))?;
    let forges = args.forges();
    let stands = directory.join("demarcate.toml").symlink_metadata().is_ok();
    refuse_git_dir(&directory)?;
    if args.provider {
        let (id, files) = starter::provider::files(args.organization.as_deref());
        begin(&directory, files, &farewell_to_provider(&directory, &id), context)?;
        return Ok(Outcome::Clean);
    }
    if !forges.is_empty() {
        // What cannot be written is said before anything is.
        let (top, prefix) = place(&directory)?;
        forges.iter().try_for_each(|forge| of_forge(*forge, &top, &prefix).map(drop))?;
    }
    let runner = args.hooks.as_deref().and_then(Runner::named);
    runner.map_or(Ok(()), |runner| hooks::planned(runner, &directory).map(drop))?;
    if (forges.is_empty() && runner.is_none()) || !stands {
        begin(&directory, starter::files(args.organization.as_deref()), &farewell(&directory), context)?;
    }
    pipelines(&directory, &forges, context)?;
    runner.map_or(Ok(()), |runner| hooks::write(runner, &directory, context))?;
    Ok(Outcome::Clean)
}

/// What Git keeps in its own folder is no work tree.
fn refuse_git_dir(directory: &Path) -> Result<(), Failure> {
    let Some(git) = Git::discover(directory, None)? else { return Ok(()) };
    let real = directory.canonicalize().map_err(|error| Failure::io("open", directory, &error))?;
    let own = git.git_dir().canonicalize().map_err(|error| Failure::io("open", git.git_dir(), &error))?;
    if git.workdir().is_none() || real.starts_with(own) {
        let message = format!(
            "{} is inside a Git directory or a bare repository, where no files are edited: name a folder of a work tree",
            directory.display()
        );
        return Err(Failure::new(Cause::Usage, message));
    }
    Ok(())
}

/// Path and text of the pipelines of a forge.
fn of_forge(forge: Forge, top: &Path, prefix: &str) -> Result<Vec<starter::File>, Failure> {
    let odd = || {
        let message = format!("a pipeline cannot name the folder {prefix:?}; rename it to plain letters");
        Failure::new(Cause::Usage, message)
    };
    let stands = |path: &str| std::fs::read_to_string(top.join(path)).ok();
    let files = starter::forge::pipelines(forge, prefix, &stands).ok_or_else(odd)?;
    files.iter().try_for_each(|(path, _)| refuse_file_above(top, path))?;
    Ok(files)
}

fn refuse_file_above(top: &Path, path: &str) -> Result<(), Failure> {
    let full = top.join(path);
    let above = full.ancestors().skip(1).take_while(|above| *above != top).find(|above| above.is_file());
    let Some(file) = above else { return Ok(()) };
    let message = format!("{} is a file, and {path} would lie in it: move it away", file.display());
    Err(Failure::new(Cause::Usage, message))
}

fn begin(directory: &Path, files: Vec<starter::File>, next: &str, context: &mut Context<'_>) -> Result<(), Ended> {
    refuse_to_overwrite(directory, &files)?;
    let (files, kept) = beside_what_stands(directory, files)?;
    if Git::discover(directory, None)?.is_none() {
        begin_repository(directory)?;
    }
    for (path, text) in &files {
        fix::write(&directory.join(path), text.as_bytes())?;
    }
    context.say(&format!("wrote {} files to {}\n\nnext:\n{next}", files.len(), directory.display()))?;
    for path in kept {
        context.note(&format!("note: {path} was already there and is as it was\n"))?;
    }
    Ok(())
}

/// Writes the pipelines of forges at the top of the repository, where forges look for them.
fn pipelines(directory: &Path, forges: &[Forge], context: &mut Context<'_>) -> Result<(), Ended> {
    for forge in forges {
        let (top, prefix) = place(directory)?;
        for (path, text) in of_forge(*forge, &top, &prefix)? {
            let full = top.join(&path);
            if full.symlink_metadata().is_ok() {
                context.note(&format!("note: {path} was already there and is as it was\n"))?;
                continue;
            }
            fix::write(&full, text.as_bytes())?;
            context.say(&written(&path, *forge))?;
        }
    }
    Ok(())
}

/// The top of the repository, and where the folder lies below it.
fn place(directory: &Path) -> Result<(PathBuf, String), Failure> {
    let below = directory.canonicalize().map_err(|error| Failure::io("open", directory, &error))?;
    // Where there is no repository yet, one begins in this very folder.
    let top = Git::discover(directory, None)?.and_then(|git| git.workdir()).unwrap_or_else(|| below.clone());
    let outside = || Failure::new(Cause::Usage, format!("{} lies outside its work tree", directory.display()));
    let prefix = below.strip_prefix(&top).map_err(|_| outside())?;
    let prefix = prefix.to_str().ok_or_else(|| Failure::new(Cause::Usage, "the folder's name is not UTF-8"))?;
    Ok((top, prefix.replace('\\', "/")))
}

fn written(path: &str, forge: Forge) -> String {
    let next = match forge {
        Forge::GitHub => "its head lists what has to be set first".to_owned(),
        Forge::GitLab => {
            format!("add `- local: {path}` to `include:` of .gitlab-ci.yml; its head lists what has to be set first")
        }
        Forge::Azure => "make a pipeline of it at the forge; its head lists what has to be set first".to_owned(),
    };
    format!("wrote {path}\n  {next}\n")
}

/// Files whose lines add up: what a repository already has of them stays, and what is missing is added.
const ADDED_TO: [&str; 2] = [".gitattributes", ".gitignore"];

/// Files of the user's editor: theirs stay as they are.
const LEFT_ALONE: [&str; 2] = [".taplo.toml", "tombi.toml"];

/// Everything else that would be written has to be absent.
fn refuse_to_overwrite(directory: &Path, files: &[starter::File]) -> Result<(), Failure> {
    let stands = |path: &str| directory.join(path).symlink_metadata();
    let in_the_way = |path: &str| match stands(path) {
        Err(_) => false,
        Ok(found) if ADDED_TO.contains(&path) || LEFT_ALONE.contains(&path) => !found.is_file(),
        Ok(_) => true,
    };
    let first = files.iter().filter(|(path, _)| in_the_way(path)).min_by_key(|(path, _)| path != "demarcate.toml");
    match first {
        None => Ok(()),
        Some((path, _)) => {
            let message = format!(
                "{} is already there; nothing was written: move it away, or name another folder",
                directory.join(path).display()
            );
            Err(Failure::new(Cause::Usage, message))
        }
    }
}

/// What is to be written beside what already stands, and the files that stay as they are.
fn beside_what_stands(
    directory: &Path,
    files: Vec<starter::File>,
) -> Result<(Vec<starter::File>, Vec<String>), Failure> {
    let mut written = Vec::new();
    let mut kept = Vec::new();
    for (path, text) in files {
        let full = directory.join(&path);
        if !full.exists() {
            written.push((path, text));
        } else if LEFT_ALONE.contains(&path.as_str()) {
            kept.push(path);
        } else {
            let old = std::fs::read_to_string(&full).map_err(|error| Failure::io("read", &full, &error))?;
            written.push((path, with_lines(old, &text)));
        }
    }
    Ok((written, kept))
}

/// A text with the lines of another that it lacks at its end, where the last word counts.
fn with_lines(mut old: String, more: &str) -> String {
    if !old.is_empty() && !old.ends_with('\n') {
        old.push('\n');
    }
    let missing: Vec<&str> = more.lines().filter(|line| !old.lines().any(|known| known == *line)).collect();
    for line in missing {
        old.push_str(line);
        old.push('\n');
    }
    old
}

fn begin_repository(directory: &Path) -> Result<(), Failure> {
    let failed = |why: String| Failure::new(Cause::Helper, format!("git init did not succeed: {why}"));
    let output = Command::new("git")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .args(["init", "--quiet"])
        .arg(directory)
        .output();
    let output = output.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

fn farewell(directory: &Path) -> String {
    let at = directory.display();
    format!(
        "  1. name the contractor, people and roles in {at}/demarcate.toml\n  \
         2. write a provider into providers/<id>.toml, what it hands over into evidence/<id>/artifacts.toml\n  \
         3. answer the first practice, practices/AC.L2-3.1.1.toml; `demarcate explain 3.1.1` says what it asks\n  \
         4. `demarcate -C {at} check` says what is missing; `demarcate -C {at} status` counts it\n"
    )
}

fn farewell_to_provider(directory: &Path, id: &str) -> String {
    let at = directory.display();
    format!(
        "  1. write the services and the language of contracts into {at}/providers/{id}.toml\n  \
         2. answer requirements in {at}/providers/{id}.crm.toml; give each edition its day\n  \
         3. list the clients in {at}/CLIENTS.toml: `demarcate fleet {at}/CLIENTS.toml` reads their roots\n  \
         4. `demarcate -C {at} check` says what is wrong; `demarcate -C {at} render crm --client ID` prints a client's matrix\n"
    )
}

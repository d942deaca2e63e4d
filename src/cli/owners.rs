//! `owners`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;

use super::Context;
use super::check::counted;
use super::outcome::{Ended, Outcome};
use super::root::{Root, Which};
use crate::accounts::Forge;
use crate::diagnostic::{Diagnostic, Place};
use crate::failure::{Cause, Failure};
use crate::git::Git;
use crate::ids::Span;
use crate::model::assessment::Assessment;
use crate::owners::{self, Plan, block, foreign};
use crate::source::Files;
use crate::{facts, report};

/// Prints who has to approve a change of which file, in the form of a forge's code owners
///
/// A practice is owned by the contractor's roles that maintain its parts (where none is named, by those that review it)
/// and by each provider with a part in it; a provider's file and its folder of evidence by the provider and the
/// contractor; a policy by those who review it; demarcate.toml, trust/ and the rules themselves by the roles that look
/// after everything. A role is named by its team at the forge (`teams` of `[[role]]` in demarcate.toml), else by the
/// people who have it (`accounts` of `[[person]]`); a provider by the `teams` of its file, else by those who may accept
/// for it. Who has no account there is listed and not asked; where nobody is left, those who look after everything
/// stand in, and a file that nobody of the contractor owns is an error.
///
/// GitHub, GitLab and Gitea read CODEOWNERS, which --write brings up to date: its lines stand in a block of their own
/// for each root, and what others wrote around it stays. Azure DevOps keeps no such file: a script of `az` commands is
/// printed, for somebody who may change branch policies to read and run.
///
/// Exit codes: 0 every file has an owner, and with --check the file is current; 1 not so; 2 the command could not do
/// its work.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Where pull requests are reviewed
    #[arg(long, value_name = "FORGE")]
    forge: Name,
    /// Compare with the file in the repository, and say who would gain or lose what
    #[arg(long, conflicts_with = "write")]
    check: bool,
    /// Write the block into the file that the forge reads, at the top of the Git repository
    #[arg(long)]
    write: bool,
}

/// Where pull requests are reviewed.
#[derive(ValueEnum, Clone, Copy, Debug)]
enum Name {
    /// GitHub, its own or Enterprise Server
    Github,
    /// GitLab, self-managed or not; rules need Premium
    Gitlab,
    /// Gitea and Forgejo
    Gitea,
    /// Azure DevOps, Services or Server
    Azure,
}

impl From<Name> for Forge {
    fn from(name: Name) -> Self {
        match name {
            Name::Github => Self::GitHub,
            Name::Gitlab => Self::GitLab,
            Name::Gitea => Self::Gitea,
            Name::Azure => Self::Azure,
        }
    }
}

/// Owners or files that are named before the rest is counted.
const NAMED: usize = 12;

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let root = Root::open(context)?;
    let forge = Forge::from(args.forge);
    if args.write && owners::home(forge).is_none() {
        let message =
            format!("{} keeps no file of owners: leave out --write, read the script, and run it", forge.name());
        return Err(Failure::new(Cause::Usage, message).into());
    }
    let assessment = facts::assessment(&root.tree(&Which::WorkTree)?)?;
    let plan = owners::plan(&assessment, forge, &root.prefix()?, &run_at_top(&root)?)?;
    let current = match (args.check, args.write) {
        (true, _) => check(&plan, &root, context)?,
        (_, true) => write(&plan, &root, context)?,
        _ => {
            // Names and patterns hold nothing that a screen acts on, and signs in their place would name others.
            context.say_raw(&owners::text(&plan))?;
            true
        }
    };
    tell(&plan, &assessment, context)?;
    Ok(Outcome::of(!current || !plan.problems.is_empty()))
}

/// The files at the top of the Git repository that say what is run: whoever changes one may leave out the check.
fn run_at_top(root: &Root) -> Result<Vec<String>, Failure> {
    let Some(top) = root.git.as_ref().and_then(Git::workdir) else { return Ok(Vec::new()) };
    let entries = std::fs::read_dir(&top).map_err(|error| Failure::io("read", &top, &error))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.filter(|name| owners::is_run(name)).collect())
}

/// Who is not asked, and what is wrong.
fn tell(plan: &Plan, assessment: &Assessment, context: &mut Context<'_>) -> Result<(), Ended> {
    complain(&plan.problems, &assessment.files, context)?;
    if plan.absent.is_empty() {
        return Ok(());
    }
    let (count, name) = (plan.absent.len(), plan.forge.name());
    let who = if count == 1 {
        "one of those who own files has".to_owned()
    } else {
        format!("{count} of those who own files have")
    };
    let are = if count == 1 { "is" } else { "are" };
    context.note(&format!("note: {who} no account at {name} and {are} not asked\n"))?;
    for (who, absence) in plan.absent.iter().take(NAMED) {
        context.note(&format!("  {who}, {}: {}\n", counted(absence.files.len(), "line"), absence.advice))?;
    }
    if count > NAMED {
        context.note(&format!("  and {} more\n", count - NAMED))?;
    }
    Ok(())
}

fn complain(problems: &[Diagnostic], files: &Files, context: &mut Context<'_>) -> Result<(), Ended> {
    if problems.is_empty() {
        return Ok(());
    }
    let text = report::terminal::text(problems, files, false);
    context.err.write_all(text.as_bytes()).map_err(Ended::from)
}

/// A file of owners that stands, or would.
struct Standing {
    /// From the top of the Git repository.
    place: &'static str,
    path: PathBuf,
    text: Option<String>,
    /// Others of the forge's places where a file stands, which it does not read.
    ignored: Vec<&'static str>,
}

impl Standing {
    /// The file that the forge reads.
    fn find(forge: Forge, root: &Root) -> Result<Self, Failure> {
        let bare = || Failure::new(Cause::Bare, format!("{} is a bare repository", root.directory.display()));
        let top = root.needed_git()?.workdir().ok_or_else(bare)?;
        let stands = |place: &&str| top.join(place).symlink_metadata().is_ok();
        let mut standing = owners::places(forge).iter().copied().filter(stands);
        let place = standing.next().or(owners::home(forge)).expect("forges with a file have a place for it");
        let path = top.join(place);
        let text = read(&top, place)?;
        Ok(Self { place, path, text, ignored: standing.collect() })
    }

    fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }
}

/// The text of a file of the work tree; no link is followed to it.
fn read(top: &Path, place: &str) -> Result<Option<String>, Failure> {
    let path = top.join(place);
    let steps = path.ancestors().take_while(|above| *above != top);
    if let Some(link) = steps.into_iter().find(|above| above.is_symlink()) {
        let message =
            format!("{} is a symbolic link, which no forge follows to its owners: put a file there", link.display());
        return Err(Failure::new(Cause::Usage, message));
    }
    match std::fs::read(&path) {
        Ok(bytes) => {
            let odd = |_| Failure::new(Cause::Usage, format!("{} is not UTF-8: convert it first", path.display()));
            String::from_utf8(bytes).map(Some).map_err(odd)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::io("read", &path, &error)),
    }
}

fn parted<'t>(standing: &'t Standing, prefix: &str) -> Result<block::Parted<'t>, Failure> {
    block::part(standing.text(), prefix).map_err(|(line, why)| {
        Failure::new(
            Cause::Usage,
            format!("{}:{line}: {why}; put the marks right, or remove the block", standing.place),
        )
    })
}

fn write(plan: &Plan, root: &Root, context: &mut Context<'_>) -> Result<bool, Ended> {
    let standing = Standing::find(plan.forge, root)?;
    let text = block::replaced(&parted(&standing, &plan.prefix)?, &owners::text(plan));
    refuse_too_large(plan.forge, standing.place, &text)?;
    if standing.text() == text {
        context.say(&format!("{} is current\n", standing.place))?;
    } else {
        root.write(&standing.path, text.as_bytes())?;
        let count = plan.lines.iter().filter(|line| !line.owners.is_empty()).count();
        context.say(&format!("wrote {}: who owns {count} files and folders\n", standing.place))?;
    }
    remark(&standing, &text, plan, context)
}

fn refuse_too_large(forge: Forge, place: &str, text: &str) -> Result<(), Failure> {
    match owners::largest(forge) {
        Some(most) if text.len() >= most => {
            let message =
                format!("{place} would have {} bytes, and {} reads files under {most}", text.len(), forge.name());
            Err(Failure::new(Cause::Usage, message))
        }
        _ => Ok(()),
    }
}

fn check(plan: &Plan, root: &Root, context: &mut Context<'_>) -> Result<bool, Ended> {
    if owners::home(plan.forge).is_none() {
        context
            .say("Azure DevOps keeps its policies itself: names and paths were checked, and nothing was compared\n")?;
        return Ok(true);
    }
    let standing = Standing::find(plan.forge, root)?;
    let parted = parted(&standing, &plan.prefix)?;
    let old = parted.block.unwrap_or_default();
    let difference = block::difference(plan.forge, old, &owners::text(plan));
    let is_sound = remark(&standing, standing.text(), plan, context)?;
    let Some(difference) = difference else {
        context.say(&format!("{} is current\n", standing.place))?;
        return Ok(is_sound);
    };
    let what = match (standing.text.is_some(), parted.block) {
        (false, _) => "does not stand",
        (true, None) => "holds no block of this root",
        (true, Some(_)) => "is stale",
    };
    let forge = plan.forge.key();
    context.say(&format!("{} {what}\n", standing.place))?;
    context.say(&changes(&difference))?;
    context.say(&format!("`demarcate owners --forge {forge} --write` brings it up to date\n"))?;
    Ok(false)
}

/// Who gains or loses what, a line an owner.
fn changes(difference: &std::collections::BTreeMap<String, block::Difference>) -> String {
    if difference.is_empty() {
        return "  the same owners, in another order or other sections\n".to_owned();
    }
    let listed = |verb: &str, files: &std::collections::BTreeSet<String>| {
        let names: Vec<&str> = files.iter().take(3).map(String::as_str).collect();
        let more = if files.len() > 3 { format!(" and {} more", files.len() - 3) } else { String::new() };
        (!files.is_empty()).then(|| format!("{verb} {}{more}", names.join(", ")))
    };
    let line = |(owner, one): (&String, &block::Difference)| {
        let parts: Vec<String> =
            [listed("gains", &one.gains), listed("loses", &one.loses)].into_iter().flatten().collect();
        format!("  {owner} {}\n", parts.join("; "))
    };
    let mut out: String = difference.iter().take(NAMED).map(line).collect();
    if difference.len() > NAMED {
        out.push_str(&format!("  and {} more\n", difference.len() - NAMED));
    }
    out
}

/// Says what others wrote that the forge would not take, and which file it does not read; whether all is well.
fn remark(standing: &Standing, text: &str, plan: &Plan, context: &mut Context<'_>) -> Result<bool, Ended> {
    for ignored in &standing.ignored {
        let name = plan.forge.name();
        context.note(&format!("note: {name} reads {} and so ignores {ignored}\n", standing.place))?;
    }
    let mut files = Files::default();
    let file = files.add(standing.place, Arc::from(text));
    let problems: Vec<Diagnostic> = foreign::remarks(text, plan)
        .into_iter()
        .map(|remark| {
            Diagnostic::new("wrong-code-owner", remark.message, Place::Span(of_line(text, file, remark.line)))
                .help(remark.help)
        })
        .collect();
    complain(&problems, &files, context)?;
    Ok(problems.is_empty())
}

/// A line of a file, from 1.
fn of_line(text: &str, file: u32, line: usize) -> Span {
    let mut lines = text.split_inclusive('\n');
    let start: usize = lines.by_ref().take(line - 1).map(str::len).sum();
    let end = start + lines.next().map_or(0, |line| line.trim_end().len());
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { file, start: place(start), end: place(end) }
}

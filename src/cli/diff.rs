//! `diff`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::root::{Root, Which};
use crate::approval::{self, Commits, ForgeApprovals, Shown};
use crate::diff::{self, Side, Sides};
use crate::failure::Failure;
use crate::git::{Git, Oid};
use crate::model::changes::{Changes, Point};
use crate::report;

/// Says in the field's words what differs between two sides, and who has to approve it
///
/// Who does what comes first, objective by objective, then determinations and score, evidence, verification, values, providers, handoffs,
/// scope, plans of action, reviews that no longer cover what stands there, allows and documents; prose is last, word by word.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The commit, branch or tag to compare from
    #[arg(value_name = "BASE")]
    base: Option<String>,
    /// The commit, branch or tag to compare to; unsaid means the files on disk
    #[arg(value_name = "HEAD", conflicts_with = "staged")]
    head: Option<String>,
    /// Compare to the Git index, from HEAD unless BASE is said
    #[arg(long)]
    staged: bool,
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
    /// End with exit code 1 while somebody who has to approve has not
    #[arg(long)]
    require_approval: bool,
    /// Take what a forge says of the pull request as well, as JSON from this file or from standard input (-)
    #[arg(long, value_name = "FILE|-", requires = "require_approval")]
    approvals: Option<PathBuf>,
}

/// The form of the output.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// For people.
    Text,
    /// For the comment of a pull request.
    Markdown,
    /// For programs, version 1.
    Json,
    /// Workflow commands of GitHub Actions.
    Github,
    /// Logging commands of Azure Pipelines.
    Azure,
}

/// The most bytes of a comment.
const MOST: usize = 60_000;

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let root = Root::open(context)?;
    let forge = args.approvals.as_deref().map(|path| approvals(path, context)).transpose()?;
    let changes = changes(args, &root, forge.as_ref(), context)?;
    let text = form(args.format, &changes, &root, context)?;
    context.say_raw(&text)?;
    let missing = approval::missing(&changes);
    if !args.require_approval || missing.is_empty() {
        return Ok(Outcome::Clean);
    }
    context.note(&missing)?;
    Ok(Outcome::Denied)
}

/// What a forge says, from a file or standard input.
fn approvals(path: &Path, context: &mut Context<'_>) -> Result<ForgeApprovals, Failure> {
    if path == Path::new("-") {
        return approval::read_from(&mut context.input, "standard input");
    }
    let mut file = std::fs::File::open(path).map_err(|error| Failure::io("open", path, &error))?;
    approval::read_from(&mut file, &path.display().to_string())
}

/// The commits that one has and another has not.
fn range(git: &Git, before: Oid, after: Oid) -> Result<BTreeSet<String>, Failure> {
    let ancestors = |of: Oid| -> Result<BTreeSet<String>, Failure> {
        let (mut found, mut open) = (BTreeSet::new(), vec![of.to_string()]);
        while let Some(next) = open.pop() {
            if found.insert(next.clone()) {
                let raw = git.raw_commit(git.commit(&next)?)?;
                let text = String::from_utf8_lossy(&raw).into_owned();
                let head = text.lines().take_while(|line| !line.is_empty());
                open.extend(head.filter_map(|line| line.strip_prefix("parent ")).map(str::to_owned));
            }
        }
        Ok(found)
    };
    Ok(ancestors(after)?.difference(&ancestors(before)?).cloned().collect())
}

fn changes(
    args: &Args,
    root: &Root,
    forge: Option<&ForgeApprovals>,
    context: &Context<'_>,
) -> Result<Changes, Failure> {
    let base = args.base.clone().unwrap_or_else(|| "HEAD".to_owned());
    let (old, new) = (Which::Revision(base.clone()), Which::of(args.staged, args.head.as_deref()));
    let (before, found_before) = root.facts(&old, false, context)?;
    let (after, found_after) = root.facts(&new, false, context)?;
    let git = root.needed_git()?;
    let from = git.commit(&base)?;
    let to = if args.head.is_some() { root.tip(&new)? } else { None };
    let point = |name: &str, commit: Option<Oid>| Point {
        name: name.to_owned(),
        commit: commit.map(|commit| commit.to_string()),
        merge_base_of: None,
    };
    let sides = Sides {
        before: Side { point: point(&base, Some(from)), facts: &before, found: &found_before, checked: None },
        after: Side { point: point("after", to), facts: &after, found: &found_after, checked: None },
    };
    let range = match root.tip(&new)? {
        Some(tip) => range(git, from, tip)?,
        None => BTreeSet::new(),
    };
    let to = to.map(|to| to.to_string());
    let commits = Commits::read(git, &root.prefix()?, (&from.to_string(), to.as_deref()), &range)?;
    let mut changes = diff::of(&sides);
    changes.approvals = approval::of(&sides, &changes, Some(&Shown { range: &range, commits: &commits, forge }));
    Ok(changes)
}

fn form(form: Form, changes: &Changes, root: &Root, context: &Context<'_>) -> Result<String, Failure> {
    let prefix = root.prefix()?;
    Ok(match form {
        Form::Text => report::changes::text(changes, context.colors()),
        Form::Markdown => report::changes::markdown(changes, MOST),
        Form::Json => report::changes::json(changes),
        Form::Github => report::changes::github(changes, &prefix),
        Form::Azure => report::changes::azure(changes, &prefix),
    })
}

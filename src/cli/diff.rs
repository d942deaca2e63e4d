//! `diff`.

use clap::ValueEnum;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::root::{Root, Which};
use crate::diff::{self, Side, Sides};
use crate::failure::Failure;
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
    let changes = changes(args, &root, context)?;
    let text = form(args.format, &changes, &root, context)?;
    context.say_raw(&text)?;
    Ok(Outcome::Clean)
}

fn changes(args: &Args, root: &Root, context: &Context<'_>) -> Result<Changes, Failure> {
    let base = args.base.clone().unwrap_or_else(|| "HEAD".to_owned());
    let (old, new) = (Which::Revision(base.clone()), Which::of(args.staged, args.head.as_deref()));
    let (before, found_before) = root.facts(&old, false, context)?;
    let (after, found_after) = root.facts(&new, false, context)?;
    let point = |name: &str| Point { name: name.to_owned(), commit: None, merge_base_of: None };
    let sides = Sides {
        before: Side { point: point(&base), facts: &before, found: &found_before, checked: None },
        after: Side { point: point("after"), facts: &after, found: &found_after, checked: None },
    };
    Ok(diff::of(&sides))
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

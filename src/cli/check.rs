//! `check`.

mod fixing;
mod standing;

use std::collections::BTreeSet;

use clap::ValueEnum;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::remembered::{self, Asked};
use super::root::{Root, Which};
use crate::check::{self, Wanted};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::failure::{Cause, Failure};
use crate::rule::Facts;
use crate::{report, rules};

/// Says what an assessor would find wrong: every rule over every file
///
/// Exit code 1 if anything is denied. `demarcate explain RULE` says why a rule exists and what to write instead.
#[derive(clap::Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own on the command line")]
pub(crate) struct Args {
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
    /// Read the Git index instead of the work tree, as a pre-commit hook should
    #[arg(long, conflicts_with = "rev")]
    staged: bool,
    /// Read this commit instead of the work tree
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Report only what HEAD does not have already, as a hook in a repository with work left should
    #[arg(long, conflicts_with_all = ["rev", "fix"])]
    new: bool,
    /// Leave the review group out: for a plain folder or a shallow clone
    #[arg(long)]
    without_history: bool,
    /// Correct what can mean only one thing, offer the rest as a diff, then check again
    ///
    /// Corrected are: ids and words in another spelling (3.1.1, ac.l2-3.1.1, "Shared"), letters of objectives, ownership and
    /// status where they differ from what the file itself says, editions that evidence.lock does not hold yet, and, in a file
    /// that is corrected anyway, the order of its lists of letters and groups. Everything else in a file stays as it is:
    /// comments, blanks, quotes, ends of lines. Standard error names each place.
    ///
    /// Shown as a unified diff that `git apply` takes, and never written: names that are nearly right, ids of your own, a
    /// digest that differs from the locked one, lines of the lock without an edition, an `[[allow]]` that lapsed or matches
    /// nothing. A file with a syntax error, one that is read-only or that somebody else writes meanwhile is left alone.
    #[arg(long, conflicts_with_all = ["staged", "rev"])]
    fix: bool,
    /// Run only this rule; repeatable
    #[arg(long, value_name = "RULE")]
    only: Vec<String>,
    /// Leave this rule out; repeatable
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
}

/// The form of the output.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// For people.
    Text,
    /// For programs, version 1.
    Json,
    /// For code scanning, SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// A GitLab code quality report.
    Gitlab,
    /// Logging commands of Azure Pipelines.
    Azure,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let wanted = wanted(args)?;
    let root = Root::open(context)?;
    if args.fix {
        return made(args, &wanted, &root, context);
    }
    let which = Which::of(args.staged, args.rev.as_deref());
    let asked = Asked { command: "check", options: format!("{args:?}"), which: &which };
    remembered::or_made(&asked, &root, context, &mut |context| made(args, &wanted, &root, context))
}

/// What a check found.
struct Checked {
    facts: Facts,
    diagnostics: Vec<Diagnostic>,
    /// Files that could not be read whole: nothing is fixed in them.
    broken: BTreeSet<u32>,
    /// Files in which something is not as the format has it: what is derived from them may be wrong.
    doubtful: BTreeSet<u32>,
}

fn made(args: &Args, wanted: &Wanted, root: &Root, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let mut found =
        if args.fix { fixing::made(args, wanted, root, context)? } else { checked(args, wanted, root, context)? };
    if args.new {
        let (files, of) = (&found.facts.assessment.files, (root, args.without_history));
        let (new, standing) = standing::new(found.diagnostics, files, wanted, of, context)?;
        context.note(&standing::note(standing))?;
        found.diagnostics = new;
    }
    let offered = if args.fix { offer(args, &found, root, context)? } else { String::new() };
    let text = form(args, &found.facts, &found.diagnostics, &offered, root, context)?;
    context.say_raw(&text)?;
    Ok(Outcome::of(found.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Deny)))
}

/// The diff of what needs a judgement, where a diff can be printed.
fn offer(args: &Args, found: &Checked, root: &Root, context: &mut Context<'_>) -> Result<String, Ended> {
    let (diff, hidden) = fixing::offered(found, &root.prefix()?);
    if hidden > 0 {
        let why = "the lines around hold signs that a terminal or a pipeline would act on";
        context.note(&format!("note: {} cannot be shown as a diff: {why}\n", counted(hidden, "suggestion")))?;
    }
    if diff.is_empty() {
        return Ok(diff);
    }
    if args.format != Form::Text {
        context.note(
            "note: there are suggestions that need your judgement; `check --fix` as text shows them as a diff\n",
        )?;
        return Ok(String::new());
    }
    context.note("What follows as a diff needs your judgement; `git apply` takes it.\n")?;
    Ok(diff)
}

fn wanted(args: &Args) -> Result<Wanted, Failure> {
    for name in args.only.iter().chain(&args.allow) {
        if check::rule(name).is_none() {
            let names: Vec<&str> = crate::rules::RULES.iter().map(|rule| rule.name).collect();
            let near = crate::table::nearest(name, &names).map(|near| format!("did you mean `{near}`? "));
            let known = "`demarcate explain rules` lists every rule";
            let message = format!("no rule is called `{name}`; {}{known}", near.unwrap_or_default());
            return Err(Failure::new(Cause::Usage, message));
        }
    }
    Ok(Wanted { only: args.only.clone(), allow: args.allow.clone(), staged: args.staged })
}

fn checked(args: &Args, wanted: &Wanted, root: &Root, context: &Context<'_>) -> Result<Checked, Failure> {
    let which = Which::of(args.staged, args.rev.as_deref());
    let (facts, found) = root.facts(&which, args.without_history, context)?;
    let files_of = |is_meant: fn(&str) -> bool| {
        let places = found.iter().filter(|found| is_meant(found.rule)).map(|found| &found.place);
        let spans = places.filter_map(|place| match place {
            Place::Span(span) => Some(span.file),
            Place::Path(_) => None,
        });
        spans.collect::<BTreeSet<u32>>()
    };
    let broken = files_of(|rule| matches!(rule, "syntax" | "not-utf8"));
    let doubtful = files_of(|rule| rule != "file-name");
    let diagnostics = check::run(&facts, wanted, found);
    Ok(Checked { facts, diagnostics, broken, doubtful })
}

fn form(
    args: &Args,
    facts: &Facts,
    diagnostics: &[Diagnostic],
    offered: &str,
    root: &Root,
    context: &Context<'_>,
) -> Result<String, Failure> {
    let files = &facts.assessment.files;
    let shown: Vec<Diagnostic> = if context.common.quiet {
        diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Deny).cloned().collect()
    } else {
        diagnostics.to_vec()
    };
    let prefix = root.prefix()?;
    Ok(match args.format {
        Form::Text => {
            let found = report::terminal::text(&shown, files, context.colors());
            let gap = if found.is_empty() || offered.is_empty() { "" } else { "\n" };
            let last = if args.new { standing::summary(diagnostics) } else { summary(facts, diagnostics) };
            format!("{found}{gap}{offered}{last}")
        }
        Form::Json => report::json::text(diagnostics, files),
        Form::Sarif => report::sarif::text(diagnostics, files, &prefix, rules::RULES),
        Form::Github => report::github::text(diagnostics, files, &prefix),
        Form::Gitlab => report::gitlab::text(diagnostics, files, &prefix),
        Form::Azure => report::azure::text(diagnostics, files, &prefix),
    })
}

/// The last line for people.
pub(crate) fn summary(facts: &Facts, diagnostics: &[Diagnostic]) -> String {
    let count = |level: Level| diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
    let (denied, warned) = (count(Level::Deny), count(Level::Warn));
    let score = match facts.score.score {
        Some(score) => format!("score {score} of {}", facts.score.maximum),
        None => "no score".to_owned(),
    };
    let history = match &facts.history {
        None => "; reviews were not looked at (--without-history)",
        Some(history) if !history.is_anybody_trusted => "; no key is trusted yet, so no review is proven",
        Some(_) => "",
    };
    let practices = counted(facts.assessment.practices.len(), "practice");
    let verdict = match (denied, warned) {
        (0, 0) => "nothing found".to_owned(),
        _ => format!("{denied} denied, {warned} warned"),
    };
    format!("{verdict} in {practices}; {score}{history}\n")
}

/// A number and a noun.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

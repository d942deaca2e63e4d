//! `check`.

mod standing;

use clap::ValueEnum;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::remembered::{self, Asked};
use super::root::{Root, Which};
use crate::check::{self, Wanted};
use crate::diagnostic::{Diagnostic, Level};
use crate::failure::{Cause, Failure};
use crate::rule::Facts;
use crate::{fix, report, rules};

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
    /// Correct what has one mechanical answer, then check again
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

fn made(args: &Args, wanted: &Wanted, root: &Root, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let mut checked = checked(args, wanted, root, context)?;
    if args.fix {
        let fixed = fix::apply(&checked.1, &checked.0.assessment.files, &root.directory)?;
        context.note(&format!("fixed {fixed}\n", fixed = counted(fixed, "place")))?;
        checked = self::checked(args, wanted, root, context)?;
    }
    let (facts, mut diagnostics) = checked;
    if args.new {
        let (files, of) = (&facts.assessment.files, (root, args.without_history));
        let (new, standing) = standing::new(diagnostics, files, wanted, of, context)?;
        context.note(&standing::note(standing))?;
        diagnostics = new;
    }
    let text = form(args, &facts, &diagnostics, root, context)?;
    context.say_raw(&text)?;
    Ok(Outcome::of(diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Deny)))
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

fn checked(
    args: &Args,
    wanted: &Wanted,
    root: &Root,
    context: &Context<'_>,
) -> Result<(Facts, Vec<Diagnostic>), Failure> {
    let which = Which::of(args.staged, args.rev.as_deref());
    let (facts, found) = root.facts(&which, args.without_history, context)?;
    let diagnostics = check::run(&facts, wanted, found);
    Ok((facts, diagnostics))
}

fn form(
    args: &Args,
    facts: &Facts,
    diagnostics: &[Diagnostic],
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
        Form::Text if args.new => {
            report::terminal::text(&shown, files, context.colors()) + &standing::summary(diagnostics)
        }
        Form::Text => report::terminal::text(&shown, files, context.colors()) + &summary(facts, diagnostics),
        Form::Json => report::json::text(diagnostics, files),
        Form::Sarif => report::sarif::text(diagnostics, files, &prefix, rules::RULES),
        Form::Github => report::github::text(diagnostics, files, &prefix),
        Form::Gitlab => report::gitlab::text(diagnostics, files, &prefix),
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

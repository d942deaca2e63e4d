//! `review`.

use std::process::Command;

use clap::ValueEnum;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::root::{Root, Which};
use crate::failure::{Cause, Failure};
use crate::model::assessment::Assessment;
use crate::model::history::ReviewOutcome;
use crate::{facts, material, review};

/// Records a review as a commit: who looked at what, and what came of it
///
/// Runs your own `git commit`, with your hooks and your signing setup. With `no-change` the commit is empty and nothing
/// may be staged; with `changed` or `deficiency` it carries what is staged.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// What was reviewed: practices, a family (AC), all, ssp, crm, scope, poam, incident, policy:ID, provider:ID, personnel:ID
    #[arg(required = true, value_name = "SCOPE")]
    scope: Vec<String>,
    /// What came of it
    #[arg(long, value_name = "OUTCOME", default_value = "no-change")]
    outcome: OutcomeWord,
    /// Who reviewed, as "Name <address>"; unsaid means you, as Git knows you
    #[arg(long, value_name = "PERSON")]
    reviewer: Option<String>,
    /// The artifact that records it, for a reviewer who does not use Git
    #[arg(long, value_name = "ARTIFACT")]
    record: Option<String>,
    /// What was looked at, in a sentence or two
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Print the message and commit nothing
    #[arg(long)]
    dry_run: bool,
}

/// What came of a review.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum OutcomeWord {
    /// Looked at, left as it is.
    NoChange,
    /// Looked at, and changed in this commit.
    Changed,
    /// Looked at, and found wanting.
    Deficiency,
}

impl From<OutcomeWord> for ReviewOutcome {
    fn from(word: OutcomeWord) -> Self {
        match word {
            OutcomeWord::NoChange => Self::NoChange,
            OutcomeWord::Changed => Self::Changed,
            OutcomeWord::Deficiency => Self::Deficiency,
        }
    }
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let root = Root::open(context)?;
    root.needed_git()?;
    let assessment = facts::assessment(&root.tree(&Which::WorkTree)?)?;
    if root.needed_git()?.head()?.is_none() {
        let message =
            "there is no commit yet, so there is nothing that a review could cover: commit what was written first";
        return Err(Failure::new(Cause::Usage, message).into());
    }
    let reviewer = match &args.reviewer {
        Some(reviewer) => reviewer.clone(),
        None => identity(&root)?,
    };
    let wanted = review::Draft {
        scope: &args.scope,
        outcome: args.outcome.into(),
        reviewer: &reviewer,
        record: args.record.as_deref(),
        note: args.message.as_deref(),
    };
    let message = review::message(&wanted, &assessment)?;
    if args.dry_run {
        context.say(&message)?;
        return Ok(Outcome::Clean);
    }
    if args.outcome == OutcomeWord::NoChange && has_staged_changes(&root)? {
        let message = "changes are staged, and a review without change carries none";
        return Err(Failure::new(Cause::Usage, format!("{message}: use `--outcome changed`, or unstage them")).into());
    }
    refuse_uncommitted(args, &root, &assessment)?;
    context.note("running your `git commit`, with your hooks and signing setup\n")?;
    commit(&root, &message)?;
    Ok(Outcome::Clean)
}

/// A review covers what its commit holds; what the reviewer has open and does not commit would be reviewed in name only.
fn refuse_uncommitted(args: &Args, root: &Root, open: &Assessment) -> Result<(), Failure> {
    let committed = facts::assessment(&root.tree(&Which::Staged)?)?;
    let named = review::subjects(&args.scope, open)?;
    let differs = named.iter().find(|subject| material::of(open, subject) != material::of(&committed, subject));
    let Some(subject) = differs else { return Ok(()) };
    let remedy = match args.outcome {
        OutcomeWord::NoChange => "commit it first, or stage it and use `--outcome changed`",
        OutcomeWord::Changed | OutcomeWord::Deficiency => "stage it with `git add`",
    };
    let message =
        format!("{} differs from what would be committed, and a review covers only that: {remedy}", subject.words());
    Err(Failure::new(Cause::Usage, message))
}

fn git(root: &Root) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(&root.directory);
    command
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::new(Cause::Helper, format!("cannot run git: {error}"))
}

/// The committer as Git knows it: `Name <address>`.
fn identity(root: &Root) -> Result<String, Failure> {
    let output = git(root).args(["var", "GIT_COMMITTER_IDENT"]).output().map_err(|error| failed(&error))?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.rfind('>') {
        Some(end) if output.status.success() => Ok(text[..=end].to_owned()),
        _ => {
            let message = "Git does not know who you are: set user.name and user.email, or use `--reviewer`";
            Err(Failure::new(Cause::Helper, message))
        }
    }
}

fn has_staged_changes(root: &Root) -> Result<bool, Failure> {
    let status = git(root).args(["diff", "--cached", "--quiet"]).status().map_err(|error| failed(&error))?;
    Ok(!status.success())
}

fn commit(root: &Root, message: &str) -> Result<(), Failure> {
    let mut child = git(root)
        .args(["commit", "--allow-empty", "--cleanup=verbatim", "--file=-"])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .map_err(|error| failed(&error))?;
    if let Some(mut input) = child.stdin.take() {
        use std::io::Write;
        input.write_all(message.as_bytes()).map_err(|error| failed(&error))?;
    }
    let status = child.wait().map_err(|error| failed(&error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(Cause::Helper, "git commit did not succeed; nothing was recorded"))
    }
}

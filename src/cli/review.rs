//! `review`.

use std::collections::BTreeSet;

use clap::ValueEnum;

use super::Context;
use super::ask;
use super::outcome::{Ended, Outcome};
use super::recording::{self, Foreseen, Named, Recorder, Staged, Worth, refuse_reasons, verdict};
use super::root::{Root, Which};
use crate::failure::{Cause, Failure};
use crate::model::assessment::Assessment;
use crate::model::history::{Review, ReviewOutcome, Subject};
use crate::{facts, history, material, review};

/// Records a review as a commit: who looked at what, and what came of it
///
/// Says first what changed since the last review that counts, then runs your own `git commit`, with your hooks and your
/// signing setup. With `no-change` the commit is empty and nothing may be staged; with `changed` or `deficiency` it
/// carries what is staged, and what that changes is said first. The reviewer is written with the name that demarcate.toml
/// has for the address. What could not count, for want of a role or because it is one's own work where policy asks for
/// another reviewer, is refused before anything is recorded; so is a review off every branch or in the middle of a merge.
/// At a terminal it asks for what the command line leaves out, and whether to record at all.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// What was reviewed: practices, a family (AC), all, ssp, crm, scope, poam, incident, policy:ID, provider:ID, personnel:ID
    #[arg(required = true, value_name = "SCOPE")]
    scope: Vec<String>,
    /// What came of it; unsaid means no-change, or is asked for at a terminal
    #[arg(long, value_name = "OUTCOME")]
    outcome: Option<OutcomeWord>,
    /// Who reviewed, as "Name <address>"; unsaid means you, as Git knows you
    #[arg(long, value_name = "PERSON")]
    reviewer: Option<String>,
    /// The artifact that records it, for a reviewer who does not use Git
    #[arg(long, value_name = "ARTIFACT")]
    record: Option<String>,
    /// What was looked at, in a sentence or two
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Record without asking at a terminal
    #[arg(short, long)]
    yes: bool,
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
    if !args.dry_run {
        recording::refuse_other_day(context)?;
    }
    let root = Root::open(context)?;
    root.needed_git()?;
    let assessment = facts::assessment(&root.tree(&Which::WorkTree)?)?;
    if root.needed_git()?.head()?.is_none() {
        let message =
            "there is no commit yet, so there is nothing that a review could cover: commit what was written first";
        return Err(Failure::new(Cause::Usage, message).into());
    }
    let named = review::subjects(&args.scope, &assessment)?;
    let recorder = (!args.dry_run).then(|| Recorder::of(&root, "the review")).transpose()?;
    let (committed, history) = root.history(&Which::Staged, context)?;
    let reviewer = reviewer(args, &root, &committed, context)?;
    context.note(&review::guide(&named, &history, context.common.verbose))?;
    let before = root.committed()?;
    let changed = before.as_ref().map_or_else(|| history::subjects(&committed), |before| changed(before, &committed));
    if let Some(recorder) = &recorder {
        let sides = (before.as_ref().unwrap_or(&committed), &committed);
        let foreseen = Foreseen::of(recorder, sides, &history, "the review")?;
        foreseen.refuse_hand(&reviewer, args.record.as_deref(), &[])?;
        refuse_reasons(&foreseen.reviews(&reviewer, &named, &changed), &named)?;
    }
    let Some((outcome, note)) = answers(args, named.len(), context)? else { return recording::abandoned(context) };
    let wanted = review::Draft {
        scope: &args.scope,
        outcome: outcome.into(),
        reviewer: &reviewer,
        record: args.record.as_deref(),
        note: note.as_deref(),
    };
    let message = recording::of_root(review::message(&wanted, &assessment)?, &root)?;
    let Some(recorder) = recorder else {
        context.say(&message)?;
        return Ok(Outcome::Clean);
    };
    if outcome == OutcomeWord::NoChange && recorder.staged.is_change {
        let message = "changes are staged, and a review without change carries none";
        return Err(Failure::new(Cause::Usage, format!("{message}: use `--outcome changed`, or unstage them")).into());
    }
    refuse_uncommitted(&named, outcome, &assessment, &committed)?;
    if outcome == OutcomeWord::Changed && changed.is_disjoint(&named) {
        let message = "nothing that is staged changes what this review is about: use `--outcome no-change`, or stage the \
                       change with `git add`";
        return Err(Failure::new(Cause::Usage, message).into());
    }
    context.note(&carried(&recorder.staged, &changed, &named))?;
    if !recording::is_meant(&message, &reviewer, args.yes, context)? {
        return Ok(Outcome::Denied);
    }
    let made = recorder.commit(&message, &history, context)?;
    verdict(&made, &worth(&root, &made.commit, context)?, context)
}

/// Who reviewed, with the name on file.
fn reviewer(args: &Args, root: &Root, committed: &Assessment, context: &mut Context<'_>) -> Result<String, Ended> {
    let typed = args.reviewer.clone().map_or_else(|| recording::identity(root, "--reviewer"), Ok)?;
    let Named { text, note } = recording::named(&typed, &committed.config.person, &[])?;
    context.note(&note)?;
    Ok(text)
}

/// The subjects whose material content is not what it was.
fn changed(before: &Assessment, now: &Assessment) -> BTreeSet<Subject> {
    let mut subjects = history::subjects(before);
    subjects.extend(history::subjects(now));
    subjects.retain(|subject| material::of(before, subject) != material::of(now, subject));
    subjects
}

/// What the commit carries, and what else it changes than what was reviewed.
fn carried(staged: &Staged, changed: &BTreeSet<Subject>, named: &BTreeSet<Subject>) -> String {
    if !staged.is_change {
        return String::new();
    }
    let mut out = format!("the commit carries what is staged: {}\n", staged.words());
    let repeats = |subject: &&Subject| matches!(subject, Subject::Ssp | Subject::Crm);
    let others: Vec<&Subject> = changed.difference(named).filter(|subject| !repeats(subject)).collect();
    if !others.is_empty() {
        let others = recording::together(others.into_iter());
        out.push_str(&format!("note: it also changes {others}, of which this review does not speak\n"));
    }
    out
}

/// Outcome and note, as given or as answered at a terminal; `None` where the person thinks better of it.
fn answers(
    args: &Args,
    breadth: usize,
    context: &mut Context<'_>,
) -> Result<Option<(OutcomeWord, Option<String>)>, Ended> {
    if let Some(outcome) = args.outcome {
        return Ok(Some((outcome, args.message.clone())));
    }
    if !context.world.asks || args.dry_run {
        return Ok(Some((OutcomeWord::NoChange, args.message.clone())));
    }
    let outcome = match ask::choice("What came of it?", &["no-change", "changed", "deficiency", "quit"], context)? {
        Some("no-change") => OutcomeWord::NoChange,
        Some("changed") => OutcomeWord::Changed,
        Some("deficiency") => OutcomeWord::Deficiency,
        _ => return Ok(None),
    };
    let note = match &args.message {
        None if breadth > 1 => match ask::line("What was looked at, in a sentence (empty for none)", context)? {
            Some(note) => Some(note),
            None => return Ok(None),
        },
        given => given.clone(),
    };
    Ok(Some((outcome, note.filter(|note| !note.is_empty()))))
}

/// A review covers what its commit holds; what the reviewer has open and does not commit would be reviewed in name only.
fn refuse_uncommitted(
    named: &BTreeSet<Subject>,
    outcome: OutcomeWord,
    open: &Assessment,
    committed: &Assessment,
) -> Result<(), Failure> {
    let differs = named.iter().find(|subject| material::of(open, subject) != material::of(committed, subject));
    let Some(subject) = differs else { return Ok(()) };
    let remedy = match outcome {
        OutcomeWord::NoChange => "commit it first, or stage it and use `--outcome changed`",
        OutcomeWord::Changed | OutcomeWord::Deficiency => "stage it with `git add`",
    };
    let message =
        format!("{} differs from what would be committed, and a review covers only that: {remedy}", subject.words());
    Err(Failure::new(Cause::Usage, message))
}

/// What the reviews that a commit carries are worth.
fn worth(root: &Root, commit: &str, context: &Context<'_>) -> Result<Vec<Worth>, Failure> {
    let (_, history) = root.history(&Which::Revision(commit.to_owned()), context)?;
    let of = |(subject, review): (&Subject, &Review)| {
        Worth::of(review.grade, review.accepted, review.refused_because.as_ref()).about(subject)
    };
    let reviews =
        history.subjects.iter().flat_map(|(subject, of)| of.reviews.iter().map(move |found| (subject, found)));
    Ok(reviews.filter(|(_, review)| *review.commit == *commit).map(of).collect())
}

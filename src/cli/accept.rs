//! `accept`.

use super::Context;
use super::outcome::{Ended, Outcome};
use super::recording::{self, Foreseen, Named, Recorder, Worth, verdict};
use super::root::{Root, Which};
use crate::failure::{Cause, Failure};
use crate::material::{self, Rest};
use crate::model::acceptance::DutyChanges;
use crate::model::assessment::Assessment;
use crate::model::history::{History, Statement};
use crate::model::provider::Provider;
use crate::{accept, facts};

/// Records that a provider accepts its duties, as a commit by somebody of that provider
///
/// Shows what is accepted and what has changed since the last time, then runs your own `git commit`, with your hooks and
/// your signing setup; the commit is empty, and nothing may be staged. Whoever accepts is a [[person]] of demarcate.toml
/// with that party, or is listed in the provider's own file with `accepts = true`. A signed letter is entered by a person
/// with a role, who names in `--by` who signed it and in `--record` the artifact. Of a cloud service that signs nothing,
/// the edition of the matrix that it has published is its acceptance: `--published`. What could not count is refused before
/// anything is recorded; at a terminal it asks whether to record.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The provider, by id
    #[arg(value_name = "PROVIDER")]
    provider: String,
    /// Who accepts, as "Name <address>"; unsaid means you, as Git knows you
    #[arg(long, value_name = "PERSON", conflicts_with = "published")]
    by: Option<String>,
    /// The artifact that records it, for somebody who does not use Git
    #[arg(long, value_name = "ARTIFACT")]
    record: Option<String>,
    /// Take the edition that a cloud service has published as its acceptance
    #[arg(long)]
    published: bool,
    /// What was read and agreed, in a sentence or two
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Record without asking at a terminal
    #[arg(short, long)]
    yes: bool,
    /// Print the message and commit nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    if !args.dry_run {
        recording::refuse_other_day(context)?;
    }
    let root = Root::open(context)?;
    if root.needed_git()?.head()?.is_none() {
        let message =
            "there is no commit yet, so there is nothing that could be accepted: commit what was written first";
        return Err(Failure::new(Cause::Usage, message).into());
    }
    let recorder = (!args.dry_run).then(|| Recorder::of(&root, "the acceptance")).transpose()?;
    let open = facts::assessment(&root.tree(&Which::WorkTree)?)?;
    let (committed, history) = root.history(&Which::Staged, context)?;
    refuse_staged(recorder.as_ref())?;
    refuse_uncommitted(&args.provider, &open, &committed)?;
    let provider = accept::provider(&args.provider, &committed)?;
    let who = who(args, &root, &committed, context)?;
    let draft = who.draft(args);
    let message = recording::of_root(accept::message(&draft, &committed)?, &root)?;
    let earlier = earlier(&history, &args.provider);
    context.note(&accept::told(provider, &committed, earlier, context.common.verbose))?;
    let Some(recorder) = recorder else {
        context.say(&message)?;
        return Ok(Outcome::Clean);
    };
    let foreseen = Foreseen::of(&recorder, (&committed, &committed), &history, "the acceptance")?;
    refuse_void(&foreseen, &who, provider)?;
    let by = who.by.as_deref().or(who.record.as_deref()).unwrap_or_default();
    if !recording::is_meant(&message, by, args.yes, context)? {
        return Ok(Outcome::Denied);
    }
    let made = recorder.commit(&message, &history, context)?;
    verdict(&made, &worth(&root, &made.commit, &args.provider, context)?, context)
}

/// Refuses what could not count, whoever signs.
fn refuse_void(foreseen: &Foreseen<'_>, who: &Who, provider: &Provider) -> Result<(), Failure> {
    match (&who.by, &who.record) {
        (Some(by), record) => {
            foreseen.refuse_hand(by, record.as_deref(), &provider.people)?;
            record.as_ref().map_or(Ok(()), |record| foreseen.refuse_record_of_others(record, &provider.id))
        }
        (None, Some(record)) => foreseen.refuse_entering(record),
        (None, None) => Ok(()),
    }
}

/// The newest acceptance that counts.
fn earlier<'h>(history: &'h History, provider: &str) -> Option<&'h Statement> {
    history.acceptances.iter().find(|found| found.about == provider && found.accepted && !found.after_as_of)
}

/// Who accepts, and what shows it.
struct Who {
    by: Option<String>,
    record: Option<String>,
}

impl Who {
    fn draft<'a>(&'a self, args: &'a Args) -> accept::Draft<'a> {
        accept::Draft {
            provider: &args.provider,
            by: self.by.as_deref(),
            record: self.record.as_deref(),
            note: args.message.as_deref(),
        }
    }
}

/// Somebody of the provider's as it was committed, or what it has published.
fn who(args: &Args, root: &Root, committed: &Assessment, context: &mut Context<'_>) -> Result<Who, Ended> {
    let who = if args.published {
        let record = accept::published(&args.provider, args.record.as_deref(), committed)?;
        Who { by: None, record: Some(record.to_owned()) }
    } else {
        let typed = args.by.clone().map_or_else(|| recording::identity(root, "--by"), Ok)?;
        let own = committed.providers.get(&args.provider).map_or(&[][..], |found| &found.people);
        let Named { text: by, note } = recording::named(&typed, &committed.config.person, own)?;
        accept::check_person(&by, &args.provider, committed)?;
        context.note(&note)?;
        Who { by: Some(by), record: args.record.clone() }
    };
    who.record.as_ref().map_or(Ok(()), |record| accept::check_record(record, committed))?;
    Ok(who)
}

/// An acceptance carries no change: what is staged would be accepted unread.
fn refuse_staged(recorder: Option<&Recorder<'_>>) -> Result<(), Failure> {
    let Some(staged) = recorder.map(|recorder| &recorder.staged).filter(|staged| staged.is_change) else {
        return Ok(());
    };
    let message = "changes are staged, and an acceptance carries none: commit or unstage them first";
    Err(Failure::new(Cause::Usage, format!("{message} ({})", staged.words())))
}

/// An acceptance covers what its commit holds: what is open would be accepted by nobody.
fn refuse_uncommitted(provider: &str, open: &Assessment, committed: &Assessment) -> Result<(), Failure> {
    let refused = |message: String| Err(Failure::new(Cause::Usage, message));
    if open.providers.contains_key(provider) && !committed.providers.contains_key(provider) {
        return refused(format!("`{provider}` is not committed yet, and only what is committed can be accepted"));
    }
    let changes = open_changes(provider, open, committed).words();
    let edition = |of: &Assessment| of.crms.get(provider).and_then(|matrix| matrix.edition.clone()).map(|it| it.value);
    let matrix = (edition(open) != edition(committed)).then(|| "the edition of its matrix".to_owned());
    let changes: Vec<String> = changes.into_iter().chain(matrix).collect();
    let Some(first) = changes.first() else { return Ok(()) };
    let more = if changes.len() > 1 { format!(" and {} more", changes.len() - 1) } else { String::new() };
    refused(format!(
        "the duties of `{provider}` in the work tree are not those that are committed ({first}{more}), and an acceptance \
         covers only what is committed: commit them first"
    ))
}

fn open_changes(provider: &str, open: &Assessment, committed: &Assessment) -> DutyChanges {
    let duties = |of: &Assessment| {
        let practices = of.practices.iter().map(|(id, practice)| (*id, &practice.value)).collect();
        material::of_duties(provider, &practices, &Rest::from(of))
    };
    material::duty_changes(provider, &duties(committed), &duties(open))
}

/// What the acceptance that a commit carries is worth.
fn worth(root: &Root, commit: &str, provider: &str, context: &Context<'_>) -> Result<Vec<Worth>, Failure> {
    let (_, history) = root.history(&Which::Revision(commit.to_owned()), context)?;
    let own = history.acceptances.iter().filter(|found| found.commit == commit && found.about == provider);
    let worth = |found: &Statement| Worth::of(found.grade, found.accepted, found.refused_because.as_ref());
    Ok(own.map(worth).collect())
}

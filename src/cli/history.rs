//! `history`.

pub(super) mod text;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::remembered::{self, Asked};
use super::root::{Root, Which};
use super::score::Form;
use crate::failure::{Cause, Failure};
use crate::ids::RequirementId;
use crate::model::history::{History, Statement, Subject};
use crate::report;

/// Revisions and reviews from the commit log: who looked at what, when, and what changed since
///
/// A review is a commit whose message carries Practice-Review, Review-Outcome and Reviewed-by. It covers content, not
/// a date: it counts while the material content is what was reviewed. Its grade says how strong the proof is: signed,
/// forge, recorded, unsigned or refused, by the keys that trust/allowed_signers held before the commit; its date is
/// witnessed, claimed by the committer, or doubtful.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// A practice (AC.L2-3.1.1 or 3.1.1), a family (AC), or ssp, crm, scope, poam, incident, policy:ID, provider:ID, personnel:ID
    #[arg(value_name = "ID")]
    subject: Option<String>,
    /// Show the chain of accepted reviews and its gaps in days
    #[arg(long)]
    proof: bool,
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
    /// Look at the log of this commit instead of HEAD
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let root = Root::open(context)?;
    let which = Which::of(false, args.rev.as_deref());
    let asked = Asked { command: "history", options: format!("{args:?}"), which: &which };
    remembered::or_made(&asked, &root, context, &mut |context| made(args, &which, &root, context))
}

fn made(args: &Args, which: &Which, root: &Root, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let (_, mut history) = root.history(which, context)?;
    if let Some(wanted) = &args.subject {
        keep(&mut history, wanted)?;
    }
    let text = match args.format {
        Form::Json => {
            report::history::write(&history, &mut *context.out)?;
            return Ok(Outcome::Clean);
        }
        Form::Text if args.proof => text::proof(&history),
        Form::Text if args.subject.is_some() => text::log(&history),
        Form::Text => text::short(&history),
    };
    context.say(&text)?;
    context.say(&text::footer(&history))?;
    Ok(Outcome::Clean)
}

/// Keeps the subject asked for.
fn keep(history: &mut History, wanted: &str) -> Result<(), Failure> {
    let family = |id: &RequirementId| id.family() == wanted;
    let subject: Option<Subject> = wanted.parse().ok();
    history.subjects.retain(|known, _| match known {
        Subject::Practice(id) if family(id) => true,
        known => Some(known) == subject.as_ref(),
    });
    if history.subjects.is_empty() {
        let message = format!(
            "`{wanted}` is nothing that is reviewed here: name a practice, a family, or ssp, crm, scope, poam, incident, policy:ID, provider:ID, personnel:ID"
        );
        return Err(Failure::new(Cause::Usage, message));
    }
    // What a provider accepted belongs to its own file, and to the matrix that divides the work.
    let of = |found: &Statement| match &subject {
        Some(Subject::Provider(id) | Subject::Personnel(id)) => found.about == *id,
        other => *other == Some(Subject::Crm),
    };
    history.acceptances.retain(of);
    history.affirmations.retain(|_| subject == Some(Subject::Ssp));
    history.certifications.retain(|id, _| history.subjects.contains_key(&Subject::Practice(*id)));
    Ok(())
}

//! `message`.

mod judged;

use std::path::{Path, PathBuf};

use super::Context;
use super::check::counted;
use super::outcome::{Ended, Outcome};
use super::root::Root;
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::failure::Failure;
use crate::{message, report};

/// Says what is wrong with the review and acceptance lines of a commit message before it is committed
///
/// For the commit-msg hook of Git, which hands over the file. A message without such lines passes at once; lines that
/// would be no review, or one that could not count, are denied while they can still be mended: a line that lacks, a key
/// that is misspelt, an outcome or subject that there is not, somebody without a role, a record that is no artifact.
/// What only a signature proves shows once the commit is made.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The file that holds the message; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let bytes = bytes(&args.file, context)?;
    let name = if is_input(&args.file) { "standard input".into() } else { args.file.to_string_lossy() };
    let Some(message) = message::read(&name, &bytes) else { return Ok(Outcome::Clean) };
    let root = Root::open(context)?;
    let mut found = message.found.clone();
    found.extend(judged::of(&message, &root, context)?);
    found.sort_by_key(|found| match &found.place {
        Place::Span(span) => span.start,
        Place::Path(_) => 0,
    });
    let shown = |found: &&Diagnostic| !context.common.quiet || found.level == Level::Deny;
    let shown: Vec<Diagnostic> = found.iter().filter(shown).cloned().collect();
    let text = report::terminal::text(&shown, &message.files, context.colors());
    context.say_raw(&text)?;
    let is_denied = found.iter().any(|found| found.level == Level::Deny);
    if is_denied {
        context.say(&ending(&found, &args.file, &name))?;
    }
    Ok(Outcome::of(is_denied))
}

fn is_input(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn bytes(file: &Path, context: &mut Context<'_>) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    if is_input(file) {
        context.input.read_to_end(&mut bytes).map_err(|error| Failure::io("read", file, &error))?;
        return Ok(bytes);
    }
    std::fs::read(file).map_err(|error| Failure::io("read", file, &error))
}

/// The last lines: Git keeps what was written where it gave it to the hook.
fn ending(found: &[Diagnostic], file: &Path, name: &str) -> String {
    let denied = found.iter().filter(|found| found.level == Level::Deny).count();
    let mut out = format!("{} denied in the message\n", counted(denied, "place"));
    if file.file_name().is_some_and(|name| name == "COMMIT_EDITMSG") {
        out.push_str(&format!(
            "  help: your words are kept; `git commit --edit --file='{name}'` takes them up again\n"
        ));
    }
    out
}

//! `completions`.

use super::Context;
use super::outcome::{Ended, Outcome};

/// Completions for a shell, on standard output
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "demarcate", &mut text);
    context.out.write_all(&text)?;
    Ok(Outcome::Clean)
}

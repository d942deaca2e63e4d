//! `man`.

use std::path::PathBuf;

use super::Context;
use super::outcome::{Ended, Outcome};
use crate::fix;

/// Manual pages: the main one on standard output, or all of them into a folder
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Write one page a command into this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let mut command = super::command();
    command.build();
    let Some(folder) = &args.output else {
        let page = page(command)?;
        context.out.write_all(&page)?;
        return Ok(Outcome::Clean);
    };
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let name = format!("demarcate-{}", sub.get_name());
        fix::write(&folder.join(format!("{name}.1")), &page(sub.clone().name(name))?)?;
    }
    fix::write(&folder.join("demarcate.1"), &page(command)?)?;
    Ok(Outcome::Clean)
}

fn page(command: clap::Command) -> Result<Vec<u8>, Ended> {
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command).render(&mut bytes)?;
    Ok(bytes)
}

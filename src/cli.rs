//! Dispatch: one subcommand a file, exit codes in [`outcome`].

mod accept;
mod affirm;
mod ask;
mod bundle;
mod check;
mod completions;
mod demo;
mod diff;
mod explain;
mod fleet;
mod hash;
mod history;
mod import;
mod init;
mod man;
mod message;
mod outcome;
mod owners;
mod progress;
mod recording;
mod remembered;
mod render;
mod review;
mod root;
mod schema;
mod score;
mod sign;
mod status;
mod verify;
mod witness;

use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::date::Date;
use crate::{digest, report};
use outcome::{Ended, Outcome};

/// What the environment says, read once in `main`.
#[derive(Clone, Debug)]
pub struct World {
    /// Unix time in seconds.
    pub now: i64,
    /// The index that `GIT_INDEX_FILE` names, as it does in a hook of a partial commit.
    pub index_file: Option<PathBuf>,
    /// Whether standard output shows colors.
    pub colors: bool,
    /// Whether standard error shows progress.
    pub progress: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether a person sits at the terminal, who can be asked.
    pub asks: bool,
}

/// Who does what under CMMC Level 2, and can they prove it?
///
/// demarcate reads a Git repository in which each of the 110 practices is a TOML file, says what an assessor would find
/// wrong, proves when each practice was last reviewed, and prints the documents that the assessor asks for.
///
/// Exit codes: 0 nothing at deny level; 1 diagnostics at deny level; 2 the command could not do its work.
#[derive(Parser, Debug)]
#[command(name = "demarcate", version, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Common {
    /// Work in this folder: the one that holds demarcate.toml
    #[arg(short = 'C', value_name = "DIR", global = true, default_value = ".")]
    pub(crate) directory: PathBuf,
    /// Count ages and lapses to this day instead of today
    #[arg(long, value_name = "DATE", global = true, value_parser = day)]
    pub(crate) as_of: Option<Date>,
    /// When to use colors
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub(crate) color: Color,
    /// Read everything again: neither believe nor keep what an earlier run noted in the Git directory
    #[arg(long, global = true)]
    pub(crate) no_cache: bool,
    /// Let trust in signatures begin with this trust/allowed_signers alone, or with the one of this SHA-256
    #[arg(long, value_name = "FILE|DIGEST", global = true, value_parser = trust_root)]
    pub(crate) trust_root: Option<TrustRoot>,
    /// Say less: only what decides the exit code
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

/// When to use colors.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// In whom trust begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TrustRoot {
    /// SHA-256 of the file, in hex.
    pub(crate) sha256: String,
    /// The file and its bytes, if it was named rather than its SHA-256.
    pub(crate) file: Option<(PathBuf, Vec<u8>)>,
}

/// A file, or the SHA-256 of one.
fn trust_root(text: &str) -> Result<TrustRoot, String> {
    if let Some(sha256) = digest::written(text) {
        return Ok(TrustRoot { sha256, file: None });
    }
    let read = |error| format!("{error}: name a file that can be read, or write its SHA-256 in hex");
    let bytes = std::fs::read(text).map_err(read)?;
    Ok(TrustRoot { sha256: digest::of_bytes(&bytes).sha256, file: Some((PathBuf::from(text), bytes)) })
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|()| "write a day of the calendar: 2026-11-21".to_owned())
}

#[derive(Subcommand, Debug)]
enum Command {
    Demo(demo::Args),
    Init(init::Args),
    Check(check::Args),
    Status(status::Args),
    Score(score::Args),
    Diff(diff::Args),
    Owners(owners::Args),
    Hash(hash::Args),
    History(history::Args),
    Review(review::Args),
    Accept(accept::Args),
    Affirm(affirm::Args),
    Message(message::Args),
    Witness(witness::Args),
    Sign(sign::Args),
    Render(render::Args),
    Bundle(bundle::Args),
    Verify(verify::Args),
    Fleet(fleet::Args),
    Explain(explain::Args),
    Import(import::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// What a command works with.
pub(crate) struct Context<'a> {
    pub(crate) common: Common,
    pub(crate) world: &'a World,
    pub(crate) input: &'a mut dyn BufRead,
    pub(crate) out: &'a mut dyn Write,
    pub(crate) err: &'a mut dyn Write,
}

impl Common {
    /// The SHA-256 of the file in which trust begins, if one was given.
    pub(crate) fn trust_root(&self) -> Option<&str> {
        self.trust_root.as_ref().map(|root| root.sha256.as_str())
    }
}

impl Context<'_> {
    /// The day to which ages and lapses are counted.
    pub(crate) fn as_of(&self) -> Date {
        self.common.as_of.unwrap_or_else(|| self.today())
    }

    /// The day of the clock.
    pub(crate) fn today(&self) -> Date {
        Date::of_unix(self.world.now)
    }

    /// Whether to color standard output.
    pub(crate) fn colors(&self) -> bool {
        match self.common.color {
            Color::Auto => self.world.colors,
            Color::Always => true,
            Color::Never => false,
        }
    }

    /// Writes to standard output; what a terminal would act on is shown as a sign.
    pub(crate) fn say(&mut self, text: &str) -> Result<(), Ended> {
        self.say_raw(&report::screen(text))
    }

    /// Writes to standard output what is already fit for it, as colored text is.
    pub(crate) fn say_raw(&mut self, text: &str) -> Result<(), Ended> {
        self.out.write_all(text.as_bytes()).map_err(Ended::from)
    }

    /// Writes to standard error, unless quiet.
    pub(crate) fn note(&mut self, text: &str) -> Result<(), Ended> {
        if self.common.quiet {
            return Ok(());
        }
        self.err.write_all(report::screen(text).as_bytes()).map_err(Ended::from)
    }
}

/// The command line as clap knows it, for completions, manual pages and docs.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Runs one command line and gives its exit code.
pub fn run(
    arguments: impl Iterator<Item = OsString>,
    world: &World,
    input: &mut dyn BufRead,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let parsed = command().try_get_matches_from(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return outcome::of_usage(&error, out, err),
    };
    let mut context = Context { common: arguments.common, world, input, out, err };
    let ended = dispatch(arguments.command, &mut context);
    outcome::code(ended, context.err)
}

fn dispatch(command: Command, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    match command {
        Command::Demo(args) => demo::run(&args, context),
        Command::Init(args) => init::run(&args, context),
        Command::Check(args) => check::run(&args, context),
        Command::Status(args) => status::run(&args, context),
        Command::Score(args) => score::run(&args, context),
        Command::Diff(args) => diff::run(&args, context),
        Command::Owners(args) => owners::run(&args, context),
        Command::Hash(args) => hash::run(&args, context),
        Command::History(args) => history::run(&args, context),
        Command::Review(args) => review::run(&args, context),
        Command::Affirm(args) => affirm::run(&args, context),
        Command::Accept(args) => accept::run(&args, context),
        Command::Message(args) => message::run(&args, context),
        Command::Witness(args) => witness::run(&args, context),
        Command::Sign(args) => sign::run(&args, context),
        Command::Render(args) => render::run(&args, context),
        Command::Bundle(args) => bundle::run(&args, context),
        Command::Verify(args) => verify::run(&args, context),
        Command::Fleet(args) => fleet::run(&args, context),
        Command::Explain(args) => explain::run(&args, context),
        Command::Import(args) => import::run(&args, context),
        Command::Schema(args) => schema::run(&args, context),
        Command::Completions(args) => completions::run(&args, context),
        Command::Man(args) => man::run(&args, context),
    }
}

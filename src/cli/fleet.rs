//! `fleet`.

mod client;
mod kept;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use clap::ValueEnum;

use super::outcome::{Ended, Outcome};
use super::progress::Progress;
use super::{Context, World};
use crate::failure::{Cause, Failure};
use crate::fleet::list::{self, List};
use crate::fleet::results::{self, Head, Line, Shard};
use crate::fleet::{Fleet, forms};
use crate::{fix, report};
use kept::Kept;

/// Looks at the roots of many clients of a provider at once: score, denials, reviews due, and what each believes otherwise than published
///
/// CLIENTS.toml names the provider, the matrix that it has published, and the clients with their folders. Each client is read as
/// `check` reads it, with its own cache; a client that cannot be read is told and does not stop the others. docs/fleet.md says what
/// counts as drift.
///
/// Exit code 1 if anything is denied, drifts, is broken or was not looked at; 2 if the list itself cannot be used.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The list of clients; unsaid means CLIENTS.toml in the folder of -C
    #[arg(value_name = "CLIENTS.toml", conflicts_with = "merge")]
    clients: Option<PathBuf>,
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
    /// What a row is: of CSV one of them, client unless said; of text all of them unless said
    #[arg(long, value_name = "ROWS")]
    by: Option<Rows>,
    /// Look at one part of the clients only: 3/8 is every eighth one of the list, from the third
    #[arg(long, value_name = "N/OF", value_parser = shard, conflicts_with = "merge")]
    shard: Option<Shard>,
    /// Write the results to this file, a line a client as soon as it is read: for --merge and --resume
    #[arg(short = 'o', long, value_name = "FILE", conflicts_with = "resume")]
    save: Option<PathBuf>,
    /// Go on with the results of an ended run: clients that are as they were then are not read again
    #[arg(long, value_name = "FILE", conflicts_with = "merge")]
    resume: Option<PathBuf>,
    /// Read no client, and put the results of shards together
    #[arg(long, value_name = "FILE", num_args = 1..)]
    merge: Vec<PathBuf>,
    /// Leave reviews out: for plain folders or shallow clones
    #[arg(long, conflicts_with = "merge")]
    without_history: bool,
}

/// The form of the output.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// For people.
    Text,
    /// For programs, version 1.
    Json,
    /// For a spreadsheet.
    Csv,
    /// One page that stands alone.
    Html,
}

/// What a row is.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Rows {
    /// A client.
    Client,
    /// A practice.
    Practice,
    /// A drift.
    Drift,
}

impl From<Rows> for forms::By {
    fn from(rows: Rows) -> Self {
        match rows {
            Rows::Client => Self::Client,
            Rows::Practice => Self::Practice,
            Rows::Drift => Self::Drift,
        }
    }
}

fn shard(text: &str) -> Result<Shard, String> {
    let number = |text: &str| text.parse::<u32>().ok();
    let parts = text.split_once('/').and_then(|(part, of)| Some((number(part)?, number(of)?)));
    parts.and_then(|(part, of)| Shard::new(part, of)).ok_or_else(|| "write it as 3/8: the third of eight".to_owned())
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    if context.common.trust_root.is_some() && !args.merge.is_empty() {
        let message = "results say where trust began: give `--trust-root` to the runs that read the clients";
        return Err(Failure::new(Cause::Usage, message).into());
    }
    let fleet = if args.merge.is_empty() { looked_at(args, context)? } else { merged(args)? };
    let by = args.by.map(forms::By::from);
    let said = match args.format {
        Form::Text => context.say(&forms::text(&fleet, by)),
        Form::Json => context.say_raw(&forms::json(&fleet)),
        Form::Html => context.say_raw(&forms::html(&fleet)?),
        Form::Csv => {
            let rows = forms::csv(&fleet, by.unwrap_or(forms::By::Client));
            context.out.write_all(&rows).map_err(Ended::from)
        }
    };
    match said {
        // Who closes the pipe has seen enough; what was found is the same.
        Ok(()) | Err(Ended::PipeClosed) => Ok(Outcome::of(fleet.is_denied())),
        Err(ended) => Err(ended),
    }
}

/// The most that is read of a file of results, in bytes.
const LARGEST_RESULTS: u64 = 256 << 20;

/// What a file of results holds; one that never ends is not read for ever.
fn results_of(path: &Path) -> Result<(Head, Vec<Line>), Failure> {
    let failed = |error| Failure::io("read", path, &error);
    let mut bytes = Vec::new();
    let read = File::open(path).map_err(failed)?.take(LARGEST_RESULTS + 1).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(read).is_ok_and(|read| read <= LARGEST_RESULTS) {
        return results::read(&path.display().to_string(), &bytes);
    }
    let message = format!("{} holds more than {LARGEST_RESULTS} bytes, and results are smaller", path.display());
    Err(Failure::new(Cause::Usage, message))
}

/// Tells something beside the work: that nobody can read it any more is no reason to leave clients out.
fn tell(text: &str, context: &mut Context<'_>) {
    drop(context.note(text));
}

fn merged(args: &Args) -> Result<Fleet, Failure> {
    let read = |path: &PathBuf| Ok((path.display().to_string(), results_of(path)?));
    let (head, lines) = results::merged(args.merge.iter().map(read).collect::<Result<Vec<_>, Failure>>()?)?;
    if let Some(path) = &args.save {
        kept::replaceable(path)?;
        fix::write(path, results::text(&head, lines.clone()).as_bytes())?;
    }
    Ok(results::fleet(head, lines))
}

fn looked_at(args: &Args, context: &mut Context<'_>) -> Result<Fleet, Ended> {
    let path = args.clients.clone().unwrap_or_else(|| context.common.directory.join("CLIENTS.toml"));
    let list = match list::read(&path)? {
        Ok(list) => list.trusting(context.common.trust_root()),
        Err(wrong) => return Err(refused(&path, &wrong, context)),
    };
    let trust_root = context.common.trust_root().map(str::to_owned);
    let as_of = context.as_of().to_string();
    let head = Head { trust_root, ..Head::of(&list, as_of, !args.without_history, args.shard) };
    let mut kept = Kept::open(args.save.as_deref(), args.resume.as_deref(), &head, &list)?;
    let lines = read_all(args, &list, &mut kept, context)?;
    let reused = kept.reused;
    kept.finish(&head, &lines)?;
    if args.resume.is_some() {
        tell(&format!("resumed: {reused} as they were, {} read now\n", lines.len() - reused), context);
    }
    Ok(results::fleet(head, lines))
}

/// Says what is wrong with a list, place by place.
pub(super) fn refused(path: &Path, wrong: &list::Wrong, context: &mut Context<'_>) -> Ended {
    let text = report::terminal::text(&wrong.diagnostics, &wrong.files, false);
    // Where nobody can read it, the exit code still says it.
    drop(context.err.write_all(report::screen(&text).as_bytes()));
    let problems = super::check::counted(wrong.diagnostics.len(), "problem");
    let message = format!("{} cannot be used: {problems} in it", path.display());
    Failure::new(Cause::Usage, message).into()
}

/// What comes back of a client: its place in the list, its line, whether it was read now, and what there is to say of it.
type Finished = (usize, Line, bool, String);

/// The next client that is finished; while there is none yet, time goes on.
fn next_of(from: &mpsc::Receiver<Finished>, progress: &Progress) -> Option<Finished> {
    loop {
        match from.recv_timeout(Duration::from_millis(500)) {
            Err(RecvTimeoutError::Timeout) => progress.add(0),
            finished => return finished.ok(),
        }
    }
}

/// Reads every client of the shard, as many at once as there are cores; each is written down as soon as it is read.
fn read_all(args: &Args, list: &List, kept: &mut Kept, context: &mut Context<'_>) -> Result<Vec<Line>, Ended> {
    let own: Vec<usize> = (0..list.clients.len()).filter(|at| args.shard.is_none_or(|shard| shard.has(*at))).collect();
    let world = World { progress: false, index_file: None, colors: false, ..context.world.clone() };
    let common = context.common.clone();
    let asked = client::Asked { list, without_history: args.without_history, is_kept: kept.is_open() };
    let before = kept.take_before();
    let progress = Progress::of(context, "reading clients", own.len());
    let next = AtomicUsize::new(0);
    let threads = rayon::current_num_threads();
    let workers = threads.clamp(1, own.len().max(1));
    let share = (threads / workers).max(1);
    let mut lines: BTreeMap<usize, Line> = BTreeMap::new();
    std::thread::scope(|scope| {
        let (to, from) = mpsc::channel::<Finished>();
        for _ in 0..workers {
            let (to, own, asked, before, next) = (to.clone(), &own, &asked, &before, &next);
            let (common, world) = (&common, &world);
            let work = move || {
                while let Some(at) = own.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let client = &list.clients[*at];
                    let (line, is_read, said) = client::line(client, asked, before.get(&client.id), (common, world));
                    // Nobody listens any more where the results cannot be written: then nothing more is read.
                    if to.send((*at, line, is_read, said)).is_err() {
                        break;
                    }
                }
            };
            // Where every core has a client of its own, the threads that a client would start get in each other's way.
            scope.spawn(move || match rayon::ThreadPoolBuilder::new().num_threads(share).build() {
                Ok(pool) => pool.install(work),
                Err(_) => work(),
            });
        }
        drop(to);
        while let Some((at, line, is_read, said)) = next_of(&from, &progress) {
            kept.add(&line, is_read)?;
            progress.add(1);
            progress.aside(|| tell(&said, context));
            lines.insert(at, line);
        }
        Ok::<(), Ended>(())
    })?;
    Ok(lines.into_values().collect())
}

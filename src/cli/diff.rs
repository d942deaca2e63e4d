//! `diff`.

mod ends;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::progress::Progress;
use super::remembered::{self, Asked};
use super::root::{Root, wanted};
use crate::approval::{self, Commits, Compared, ForgeApprovals, Held, Roots, Shown, Standing};
use crate::check::{self, Wanted};
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::diff::{self, Side, Sides};
use crate::failure::{Cause, Failure};
use crate::load::Shared;
use crate::model::changes::{Approval, Changes, Point};
use crate::rule::Facts;
use crate::{facts, history, report, score};
use ends::Ends;

/// Says in the field's words what differs between two sides, and who has to approve it
///
/// Who does what comes first, objective by objective, then determinations and score, evidence, verification, values, providers, handoffs,
/// scope, plans of action, reviews that no longer cover what stands there, allows and documents; prose is last, word by word.
///
/// It compares from where the two sides parted (their merge base), as a pull request does; --direct compares with BASE itself. Where
/// merges went both ways they parted in several places, and it is asked for one more merge of BASE. Without HEAD it compares to the files on
/// disk. Exit code 1 only with --require-approval, if an approval is missing.
#[derive(clap::Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Args {
    /// The commit, branch or tag to compare from; unsaid means HEAD
    #[arg(value_name = "BASE")]
    base: Option<String>,
    /// The commit, branch or tag to compare to; unsaid means the files on disk
    #[arg(value_name = "HEAD", conflicts_with = "staged")]
    head: Option<String>,
    /// Compare to the Git index, as a commit would be made of it
    #[arg(long)]
    staged: bool,
    /// Compare with BASE as it stands, not with where the two sides parted
    #[arg(long)]
    direct: bool,
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
    /// The most bytes of the Markdown; changes that do not fit are counted
    #[arg(long, value_name = "BYTES", default_value_t = MOST, value_parser = room)]
    limit: usize,
    /// Leave reviews and acceptances out: for a shallow clone
    #[arg(long)]
    without_history: bool,
    /// Say too what `check` finds now and did not find before
    #[arg(long)]
    with_check: bool,
    /// Exit with 1 unless everybody who has to approve did: by signed trailers of the commits, or by --approvals
    #[arg(long)]
    require_approval: bool,
    /// What a forge says of the pull request's approvals, as JSON; - is standard input
    #[arg(long, value_name = "FILE")]
    approvals: Option<PathBuf>,
}

/// The form of the output.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    /// For people.
    Text,
    /// For the comment of a pull request.
    Markdown,
    /// For programs, version 1.
    Json,
    /// Workflow commands of GitHub Actions.
    Github,
    /// Logging commands of Azure Pipelines.
    Azure,
}

/// The most bytes of a comment: GitHub takes 65,536 characters.
const MOST: usize = 60_000;

/// The least room for a comment that says anything, in bytes.
const LEAST: usize = 2_000;

fn room(text: &str) -> Result<usize, String> {
    let wanted = || format!("write a number of bytes, at least {LEAST}");
    text.parse().ok().filter(|room| *room >= LEAST).ok_or_else(wanted)
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    if args.require_approval && args.without_history && args.approvals.is_none() {
        let message =
            "--without-history leaves out the trailers that show approvals: name what the forge says with --approvals";
        return Err(Failure::new(Cause::Usage, message).into());
    }
    let root = Root::open(context)?;
    let ends = Ends::find(args, &root)?;
    if let Some(path) = &args.approvals {
        let forge = said_by_forge(path, context)?;
        return made(args, (&root, &ends), Some(&forge), context);
    }
    let options = format!("{args:?} {:?} {:?} {:?}", ends.base, ends.tip, ends.standing);
    let asked = Asked { command: "diff", options, which: &ends.which };
    remembered::or_made(&asked, &root, context, &mut |context| made(args, (&root, &ends), None, context))
}

/// What a forge says, from a file or standard input.
fn said_by_forge(path: &Path, context: &mut Context<'_>) -> Result<ForgeApprovals, Failure> {
    if path == Path::new("-") {
        return approval::read_from(&mut context.input, "standard input");
    }
    let mut file = std::fs::File::open(path).map_err(|error| Failure::io("open", path, &error))?;
    approval::read_from(&mut file, &path.display().to_string())
}

fn made(
    args: &Args,
    (root, ends): (&Root, &Ends),
    forge: Option<&ForgeApprovals>,
    context: &mut Context<'_>,
) -> Result<Outcome, Ended> {
    let changes = changes(args, (root, ends), forge, context)?;
    let text = form(args, &changes, root, context)?;
    context.say_raw(&text)?;
    let missing = approval::missing(&changes);
    if !args.require_approval || missing.is_empty() {
        return Ok(Outcome::Clean);
    }
    context.note(&missing)?;
    Ok(Outcome::Denied)
}

/// One side, read.
struct Read {
    facts: Facts,
    found: Vec<Diagnostic>,
    checked: Option<Vec<Diagnostic>>,
}

impl Read {
    fn of((facts, found): (Facts, Vec<Diagnostic>), args: &Args) -> Self {
        let wanted = Wanted { staged: args.staged, ..Wanted::default() };
        let checked = args.with_check.then(|| check::run(&facts, &wanted, found.clone()));
        Self { facts, found, checked }
    }

    fn side(&self, point: &Point) -> Side<'_> {
        Side { point: point.clone(), facts: &self.facts, found: &self.found, checked: self.checked.as_deref() }
    }
}

fn changes(
    args: &Args,
    (root, ends): (&Root, &Ends),
    forge: Option<&ForgeApprovals>,
    context: &Context<'_>,
) -> Result<Changes, Failure> {
    let (before, after) = both(args, root, ends, context)?;
    let (before, after) = (Read::of(before, args), Read::of(after, args));
    let sides = Sides { before: before.side(&ends.before), after: after.side(&ends.after) };
    let mut changes = diff::of(&sides);
    changes.approvals = approvals(&sides, &changes, args, (root, ends), forge)?;
    if !args.without_history && approval::is_any_reviewed(&changes.approvals) {
        heed(&mut changes.approvals, &sides, (root, ends), context)?;
    }
    Ok(changes)
}

/// Who has to approve, and who did.
fn approvals(
    sides: &Sides<'_>,
    changes: &Changes,
    args: &Args,
    (root, ends): (&Root, &Ends),
    forge: Option<&ForgeApprovals>,
) -> Result<Vec<Approval>, Failure> {
    let git = root.needed_git()?;
    if args.without_history && forge.is_none() {
        return approval::of(sides, changes, None);
    }
    git.require_whole_log()?;
    let range: BTreeSet<String> = ends.range(git)?.iter().map(ToString::to_string).collect();
    let Some(base) = &sides.before.point.commit else { return approval::of(sides, changes, None) };
    let tree = root.tree(&ends.which)?;
    let compared = Compared { tree: &tree, tip: ends.tip, is_commit: sides.after.point.commit.is_some() };
    let roots = Roots::new(git, tree.prefix(), &ends.folder_before(root, &tree)?);
    let commits = Commits::read(&roots, (base, &compared), &range)?;
    let shown = Shown { range: &range, commits: &commits, roots: &roots, forge, standing: None };
    let Some(tip) = ends.standing else { return approval::of(sides, changes, Some(&shown)) };
    let facts = standing(root, ends, sides.after.facts.as_of)?;
    let hex = tip.to_string();
    let now = Commits::read(&roots, (&hex, &compared), &range)?;
    let point = Point { commit: Some(hex), merge_base_of: None, ..sides.before.point.clone() };
    let before = Side { point, facts: &facts, found: &[], checked: None };
    let Side { point, facts, found, checked } = &sides.after;
    let after = Side { point: point.clone(), facts, found, checked: *checked };
    let standing = Sides { before, after };
    let standing = Standing { sides: &standing, commits: &now };
    approval::of(sides, changes, Some(&Shown { standing: Some(standing), ..shown }))
}

/// Holds what was approved against what the branch compared from says of the same content, by its own people and policy.
fn heed(
    approvals: &mut [Approval],
    sides: &Sides<'_>,
    (root, ends): (&Root, &Ends),
    context: &Context<'_>,
) -> Result<(), Failure> {
    let git = root.needed_git()?;
    let Some(tip) = ends.standing.or(ends.base) else { return Ok(()) };
    let Some(then) = ends.at(root, tip, &root.tree(&ends.which)?)? else { return Ok(()) };
    let mut held = sides.after.facts.assessment.clone();
    held.config = facts::assessment(&then)?.config;
    let cache = root.cache(context).closed();
    let (as_of, today, trust_root) = (context.as_of(), Some(context.today()), context.common.trust_root());
    let (prefix, tip) = (then.prefix(), Some(tip));
    let asked = history::Asked { tip, prefix, as_of, today, cache: &cache, trust_root, shared: None };
    let log = history::of(git, &asked, &held)?;
    let stands_on = |one: &str, later: &str| git.stands_on(git.commit(one)?, git.commit(later)?);
    approval::heed(approvals, &Held { log: &log, stands_on: &stands_on })
}

/// The root as the branch compared from has it now; without one, nobody's word counts.
fn standing(root: &Root, ends: &Ends, as_of: Date) -> Result<Facts, Failure> {
    let now = root.tree(&ends.which)?;
    let Some(tree) = ends.standing(root, &now)? else { return Ok(facts::nothing(as_of)) };
    let assessment = facts::assessment(&tree)?;
    let score = score::of(&assessment);
    Ok(Facts { assessment, history: None, score, as_of })
}

/// What was found of one tree.
type Found = (Facts, Vec<Diagnostic>);

/// The facts of both sides: the newer is read first, so that what both have is parsed once, and both are judged at the same time.
fn both(args: &Args, root: &Root, ends: &Ends, context: &Context<'_>) -> Result<(Found, Found), Failure> {
    let of_log = |tip| (!args.without_history).then_some(tip);
    let progress = Progress::new(context, "reading evidence");
    let (add, cache) = (|bytes| progress.add(bytes), root.cache(context));
    let closed = cache.closed();
    let (shared, walks) = (&Shared::default(), history::Shared::default());
    let of = |tip, cache| facts::Wanted { shared: Some(&walks), ..wanted(context, of_log(tip), &add, cache) };
    let (old, new) = (of(ends.base, &closed), of(ends.tip, &cache));
    let now = root.tree(&ends.which)?;
    let Some(before) = ends.before(root, &now)? else {
        let after = facts::judged(facts::read(&now, None)?, &now, &new)?;
        return Ok(((facts::nothing(context.as_of()), Vec::new()), after));
    };
    let after = facts::read(&now, Some(shared))?;
    let twin = root.needed_git()?.twin_reading_once();
    std::thread::scope(|scope| {
        let old = scope.spawn(move || {
            let tree = before.tree(&twin)?;
            facts::judged(facts::read(&tree, Some(shared))?, &tree, &old)
        });
        let after = facts::judged(after, &now, &new);
        let before = old.join().expect("nothing that is read panics");
        Ok((before?, after?))
    })
}

fn form(args: &Args, changes: &Changes, root: &Root, context: &Context<'_>) -> Result<String, Failure> {
    let prefix = root.prefix()?;
    Ok(match args.format {
        Form::Text => report::changes::text(changes, context.colors()),
        Form::Markdown => report::changes::markdown(changes, &prefix, args.limit),
        Form::Json => report::changes::json(changes),
        Form::Github => report::changes::github(changes, &prefix),
        Form::Azure => report::changes::azure(changes, &prefix),
    })
}

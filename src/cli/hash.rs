//! `hash`.

mod logs;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use serde::Serialize;

use super::Context;
use super::check::counted;
use super::outcome::{Ended, Outcome};
use super::progress::Progress;
use super::remembered::{self, Asked};
use super::root::{Root, Which};
use super::score::{Form, as_json};
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::dod_log::Flavour;
use crate::failure::Failure;
use crate::model::assessment::Assessment;
use crate::source::Tree;
use crate::{evidence, fix, load, lock, report, resolve};

/// Brings evidence.lock up to date: size and SHA-256 of every edition of every artifact
///
/// One edition a line, sorted, so that Git merges it by line. What cannot be read here keeps its line.
///
/// With --dod-log it also writes what the CMMC hashing guide asks of a contractor before an assessment: the two logs
/// that the guide's PowerShell script would write, to the byte, over the current editions: of each artifact the newest
/// one that is present here. The logs name them below `hash-root` of `[assessment]` in demarcate.toml, never below a
/// folder of this machine; an edition outside the repository stands in `outside/` under its artifact's id. Beside them
/// lies CMMCAssessmentArtifacts.sha256, the same list with relative paths for `sha256sum --check`. `demarcate verify
/// --dod-log` verifies such logs.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Only compare; exit code 1 if anything differs
    #[arg(long)]
    check: bool,
    /// Compare the Git index instead of the work tree; needs --check
    #[arg(long, requires = "check", conflicts_with = "rev")]
    staged: bool,
    /// Compare this commit instead of the work tree; needs --check
    #[arg(long, value_name = "REV", requires = "check")]
    rev: Option<String>,
    /// Also write the DoD hashing guide's logs to this folder, which must not hold evidence
    #[arg(long, value_name = "DIR")]
    dod_log: Option<PathBuf>,
    /// Write the logs as this PowerShell does; default: `hash-flavour` of demarcate.toml, or what fits `hash-root`
    #[arg(long, value_name = "FLAVOUR", requires = "dod_log", value_parser = PossibleValuesParser::new(Flavour::ALL.map(Flavour::word)))]
    flavour: Option<String>,
    /// The form of the output
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: Form,
}

impl Args {
    fn plan(&self, assessment: &Assessment, tree: &Tree<'_>, root: &Root) -> Result<Option<logs::Plan>, Failure> {
        let flavour = self.flavour.as_deref().and_then(Flavour::named);
        let plan = |folder: &PathBuf| logs::plan(folder, flavour, assessment, tree, &root.directory);
        self.dod_log.as_ref().map(plan).transpose()
    }
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let root = Root::open(context)?;
    if !args.check || args.dod_log.is_some() {
        return made(args, &root, context);
    }
    let which = Which::of(args.staged, args.rev.as_deref());
    let asked = Asked { command: "hash", options: format!("{args:?}"), which: &which };
    remembered::or_made(&asked, &root, context, &mut |context| made(args, &root, context))
}

fn made(args: &Args, root: &Root, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let tree = root.tree(&Which::of(args.staged, args.rev.as_deref()))?;
    let mut found = Vec::new();
    let records = load::tree(&tree, &mut found)?;
    let mut assessment = resolve::assessment(records, Catalog::rev2(), &mut found);
    digest(&mut assessment, &tree, root, context)?;
    let plan = args.plan(&assessment, &tree, root)?;
    let compared = lock::compare(&assessment);
    let checking = args.check || !compared.undecided.is_empty();
    if !checking {
        bring_up_to_date(&compared, &tree, root)?;
    }
    let text = match args.format {
        Form::Text => text(&compared, checking, context.common.verbose),
        Form::Json => json(&compared),
    };
    context.say(&text)?;
    let to_screen = args.format == Form::Text;
    let complete = match &plan {
        Some(plan) => logs::write(plan, root.git.as_ref(), to_screen, context)?,
        None => true,
    };
    let broken = note_broken(&assessment, &found, checking, context)?;
    note_undecided(&compared, context)?;
    let differs = compared.changes.iter().any(|change| change.kind.is_wrong(checking));
    Ok(Outcome::of(differs || broken || !complete))
}

fn bring_up_to_date(compared: &lock::Compared, tree: &Tree<'_>, root: &Root) -> Result<(), Failure> {
    let text = load::write_lock(&compared.lock);
    let old = tree.read("evidence.lock").ok().flatten();
    if old.as_deref() == Some(text.as_bytes()) {
        return Ok(());
    }
    fix::write(&root.directory.join("evidence.lock"), text.as_bytes())
}

/// Says of two lines for one edition, whose bytes are not here, that to keep one of them is not this command's to decide.
fn note_undecided(compared: &lock::Compared, context: &mut Context<'_>) -> Result<(), Ended> {
    for (artifact, path) in &compared.undecided {
        context.note(&report::visible(&format!(
            "note: evidence.lock was not written: two of its lines lock other bytes for {path} of {artifact}, and the \
             file cannot be read here; `demarcate check` names the lines, keep the one that is right"
        )))?;
        context.note("\n")?;
    }
    Ok(())
}

/// Says what could not be read, and so may hide editions; a lock that is written anew has no bad line any more.
fn note_broken(
    assessment: &Assessment,
    found: &[Diagnostic],
    checking: bool,
    context: &mut Context<'_>,
) -> Result<bool, Ended> {
    if assessment.broken.contains("artifact") {
        context.note(
            "note: an artifacts.toml could not be read in full, so no line of evidence.lock was dropped; \
             `demarcate check` says what to correct\n",
        )?;
        return Ok(true);
    }
    let hides =
        |rule: &str| matches!(rule, "syntax" | "not-utf8" | "unreadable-file") || (checking && rule == "bad-lock");
    let broken = found.iter().any(|problem| hides(problem.rule));
    if broken {
        context.note("note: some files could not be read in full; `demarcate check` names them\n")?;
    }
    Ok(broken)
}

fn digest(assessment: &mut Assessment, tree: &Tree<'_>, root: &Root, context: &Context<'_>) -> Result<(), Failure> {
    let progress = Progress::new(context, "hashing");
    evidence::digest_changed(assessment, tree, &root.cache(context), &|bytes| progress.add(bytes)).map(drop)
}

fn text(compared: &lock::Compared, check: bool, verbose: bool) -> String {
    let mut out = String::new();
    for change in compared.changes.iter().filter(|change| verbose || change.kind != lock::Kind::Unchanged) {
        let why = if change.why.is_empty() { String::new() } else { format!(": {}", change.why) };
        let line = format!("{:<10} {}  {}{why}", change.kind.word(), change.artifact, change.path);
        out.push_str(&format!("{}\n", report::visible(&line)));
    }
    let count = |kind: lock::Kind| compared.changes.iter().filter(|change| change.kind == kind).count();
    let mut parts = vec![format!("{} unchanged", count(lock::Kind::Unchanged))];
    for kind in lock::Kind::ALL.into_iter().skip(1).filter(|kind| count(*kind) > 0) {
        parts.push(format!("{} {}", count(kind), kind.word()));
    }
    let did = if check { "compared" } else { "locked" };
    out.push_str(&format!("{did} {}: {}\n", counted(compared.changes.len(), "edition"), parts.join(", ")));
    out
}

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    summary: std::collections::BTreeMap<&'static str, usize>,
    editions: &'a [lock::Change],
}

fn json(compared: &lock::Compared) -> String {
    let count = |kind: lock::Kind| compared.changes.iter().filter(|change| change.kind == kind).count();
    let summary = lock::Kind::ALL.into_iter().map(|kind| (kind.word(), count(kind))).collect();
    as_json(&Document { version: 1, summary, editions: &compared.changes })
}

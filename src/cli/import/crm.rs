//! `import crm`.

use std::path::{Path, PathBuf};

use crate::cli::Context;
use crate::cli::check::counted;
use crate::cli::outcome::{Ended, Outcome};
use crate::cli::root::{Root, Which};
use crate::date::Date;
use crate::diff::{self, Side, Sides};
use crate::failure::{Cause, Failure};
use crate::import::crm::map::{self, BUILT_IN, Map};
use crate::import::crm::{self, Head, Mistake, Read, Said, Services, Taken};
use crate::model::Filed;
use crate::model::assessment::Assessment;
use crate::model::changes::{Change, Point};
use crate::model::crm::ProviderCrm;
use crate::rule::Facts;
use crate::table::{self, Reader, Record};
use crate::{facts, grid, report, score};

/// A provider's responsibility matrix, from its workbook (XLSX) or CSV, into providers/
///
/// The row of headings is found by what stands in it; a map says what headings and words mean. Nothing is guessed: an unknown
/// word, an id that cannot be read or stands twice, or two answers in one cell is an error that names the cell, and then nothing is
/// written. Each row keeps the word and its cell. If the matrix stands there already, what differs is told as `diff` tells it.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The workbook or CSV; which of the two it is, its content says
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A map in TOML, or a built-in one: cmmc, fedramp-crm, fedramp-cis, demarcate
    #[arg(long, value_name = "MAP")]
    map: String,
    /// The id of the provider whose matrix it is
    #[arg(long = "as", value_name = "PROVIDER")]
    provider: Option<String>,
    /// The edition of the document
    #[arg(long, value_name = "EDITION")]
    edition: Option<String>,
    /// The day of that edition
    #[arg(long, value_name = "DATE", value_parser = crate::cli::day)]
    date: Option<Date>,
    /// The id of the artifact that keeps the document
    #[arg(long, value_name = "ARTIFACT")]
    source: Option<String>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// How many mistakes are named; the others are counted.
const MOST_MISTAKES: usize = 50;

/// How many changes are told; the others are counted.
const MOST_CHANGES: usize = 100;

/// How many cells of a kind are named.
const MOST_CELLS: usize = 8;

pub(super) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let directory = context.common.directory.clone();
    if !directory.join("demarcate.toml").is_file() {
        return Err(Failure::new(Cause::NoRoot, format!("{} holds no demarcate.toml", directory.display())).into());
    }
    let map = map_of(&args.map, context)?;
    let root = Root::open(context)?;
    let assessment = facts::assessment(&root.tree(&Which::WorkTree)?)?;
    let provider = provider(args, &map, &assessment)?;
    if let Some(found) = assessment.crms.get(&provider).filter(|found| found.inherited) {
        let message = format!(
            "the matrix of `{provider}` is {}, of the root that this one extends: a second one would be denied. Import it \
             there",
            found.path
        );
        return Err(Failure::new(Cause::Usage, message).into());
    }
    let services = services(&provider, &assessment);
    let unknown: Vec<&String> = map.service.iter().chain(map.services.values().flatten()).collect();
    if let Some(unknown) = unknown.into_iter().find(|service| services.ids().all(|id| id != service.as_str())) {
        let message = format!(
            "the map names the service `{}`, which provider `{provider}` does not have",
            unknown.escape_debug()
        );
        return Err(Failure::new(Cause::Usage, message).into());
    }
    let name = args.file.display().to_string();
    let opened = grid::open(&name, grid::bytes_of(&args.file)?)?;
    let taken = crm::take(&name, opened, &map, &services)?;
    if !taken.said.mistakes.is_empty() {
        return Err(refused(&name, &taken.said.mistakes, context)?.into());
    }
    summary(&name, &taken, context)?;
    let import = Import { root: &root, assessment, provider, map: &map };
    import.put(args, &taken.said, context)
}

/// A map by the name of a built-in one, or from a file.
fn map_of(name: &str, context: &mut Context<'_>) -> Result<Map, Ended> {
    let path = Path::new(name);
    if BUILT_IN.iter().any(|(known, _)| *known == name) && !path.exists() {
        return Ok(map::built_in(name)?);
    }
    if !path.exists() && path.extension().is_none() && path.components().count() == 1 {
        map::built_in(name)?;
    }
    let text = std::fs::read_to_string(path).map_err(|error| Failure::io("read", path, &error))?;
    let (map, problems) = map::read(name, &text);
    for problem in &problems {
        context.err.write_all(report::screen(&format!("error: {problem}\n")).as_bytes())?;
    }
    if problems.is_empty() {
        return Ok(map);
    }
    let message = format!("{name} is no map: {}, named above; nothing was written", counted(problems.len(), "problem"));
    Err(Failure::new(Cause::Usage, message).into())
}

fn provider(args: &Args, map: &Map, assessment: &Assessment) -> Result<String, Failure> {
    let known: Vec<&str> = assessment.providers.keys().map(String::as_str).collect();
    let known = if known.is_empty() { "there are none".to_owned() } else { format!("there are {}", known.join(", ")) };
    let named = args.provider.as_ref().or(map.provider.as_ref());
    let Some(provider) = named else {
        let message = format!("whose matrix it is: name the provider by --as, or by `provider` in the map; {known}");
        return Err(Failure::new(Cause::Usage, message));
    };
    if !assessment.providers.contains_key(provider) {
        let message =
            format!("no provider is called `{}`: describe it in providers/ first; {known}", provider.escape_debug());
        return Err(Failure::new(Cause::Usage, message));
    }
    Ok(provider.clone())
}

fn services(provider: &str, assessment: &Assessment) -> Services {
    let provider = assessment.providers.get(provider);
    let all = provider.into_iter().flat_map(|found| &found.service);
    Services::of(all.map(|service| (service.id.name.as_str(), service.title.value.as_str())))
}

/// Names the mistakes, and gives the failure that ends the command.
fn refused(name: &str, mistakes: &[Mistake], context: &mut Context<'_>) -> Result<Failure, Ended> {
    for mistake in mistakes.iter().take(MOST_MISTAKES) {
        let Mistake { place, message, help } = mistake;
        let text = format!("error: {name}, {place}: {message}\n  help: {help}\n");
        context.err.write_all(report::screen(&text).as_bytes())?;
    }
    let more = mistakes.len().saturating_sub(MOST_MISTAKES);
    let more = if more == 0 { String::new() } else { format!(", the first {MOST_MISTAKES} of them named above") };
    let count = counted(mistakes.len(), "mistake");
    Ok(Failure::new(Cause::Usage, format!("{name} was not imported: {count}{more}; nothing was written")))
}

/// What was taken, from where, and what was left.
fn summary(name: &str, taken: &Taken, context: &mut Context<'_>) -> Result<(), Ended> {
    let sheet = if taken.sheet.is_empty() { String::new() } else { format!(", sheet {}", taken.sheet) };
    let mut lines = vec![format!("{name}{sheet}: headings in the row of {}", taken.header)];
    lines.extend(taken.remarks.iter().cloned());
    let listed = |columns: &[Read], with_key: bool| {
        let all = columns.iter().map(|read| {
            let heading = read.heading.split_whitespace().collect::<Vec<_>>().join(" ");
            let key = read.key.filter(|_| with_key).map(|key| format!(" as {key}")).unwrap_or_default();
            format!("`{heading}` ({}){key}", read.cell)
        });
        all.collect::<Vec<_>>().join(", ")
    };
    lines.push(format!("columns read: {}", listed(&taken.columns, true)));
    if !taken.left.is_empty() {
        lines.push(format!("columns not read: {}", listed(&taken.left, false)));
    }
    if !taken.internal.is_empty() {
        lines.push(format!("columns dropped as internal: {}", listed(&taken.internal, false)));
    }
    lines.extend(of_rows(&taken.said));
    context.say(&format!("{}\n", lines.join("\n")))
}

fn of_rows(said: &Said) -> Vec<String> {
    let counts = &said.counts;
    let mut rows =
        vec![format!("{} answered", said.rows.len() + counts.unmapped), format!("{} unanswered", counts.unanswered)];
    let some = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
    rows.extend(some(counts.headings, "with headings alone"));
    rows.extend(some(counts.other, "without an id"));
    let mut lines = vec![format!("rows: {}", rows.join(", "))];
    if counts.unmapped > 0 {
        let count = counted(counts.unmapped, "answered row");
        lines.push(format!("{count} left out: the map leads their controls nowhere"));
    }
    if counts.padded > 0 {
        let count = counted(counts.padded, "id");
        lines.push(format!("{count} written with leading zeros, as Rev 3 does: taken as those of Rev 2"));
    }
    for (what, cells) in [
        ("rows that repeat the headings, skipped", &said.repeated),
        ("hidden rows, read", &said.hidden),
        ("values of formulas, taken as they were saved", &said.formulas),
        ("answered by the provider, and not all done yet by its own status", &said.pending),
    ] {
        lines.extend((!cells.is_empty()).then(|| format!("{what}: {}", first_of(cells))));
    }
    lines
}

/// The first cells of a list, and how many more there are.
fn first_of(cells: &[String]) -> String {
    let shown = cells.iter().take(MOST_CELLS).map(String::as_str).collect::<Vec<_>>().join(", ");
    match cells.len().saturating_sub(MOST_CELLS) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What is put where.
struct Import<'a> {
    root: &'a Root,
    assessment: Assessment,
    provider: String,
    map: &'a Map,
}

impl Import<'_> {
    /// Writes the file unless it says the same already, and tells what differs.
    fn put(self, args: &Args, said: &Said, context: &mut Context<'_>) -> Result<Outcome, Ended> {
        if said.rows.is_empty() {
            context.say("no row that leads to SP 800-171 is answered: nothing was written\n")?;
            return Ok(Outcome::Clean);
        }
        let before = self.before()?;
        let old = before.as_ref().and_then(|found| found.crms.get(&self.provider));
        let head = self.head(args, old)?;
        let text = crm::render(&head, &said.rows);
        let on_disk = self.assessment.crms.get(&self.provider);
        let path = on_disk.map_or_else(|| format!("providers/{}.crm.toml", self.provider), |found| found.path.clone());
        let after = self.after(&path, &text)?;
        let new = after.crms.get(&self.provider).map(|found| found.value.told_table());
        if new.is_some() && on_disk.filter(|found| !found.lost).map(|found| found.value.told_table()) == new {
            context.say(&format!("nothing changed: {path} says the same already, and stays as it is\n"))?;
            return Ok(Outcome::Clean);
        }
        let full = self.root.directory.join(&path);
        if on_disk.is_none() && full.exists() {
            context.say(&format!("{path} stands there and cannot be read: it is replaced\n"))?;
        }
        if !args.dry_run {
            self.root.write(&full, text.as_bytes())?;
        }
        let done = if args.dry_run { "would write" } else { "wrote" };
        let (rows, edition, date) = (counted(said.rows.len(), "row"), &head.edition, head.date);
        context.say(&format!("{done} {path}: {rows}, edition {edition} of {date}\n"))?;
        if let (Some(before), Some(old)) = (&before, old) {
            let is_kept = args.edition.is_none() && self.map.edition.is_none();
            self.tell(before, old, after, is_kept, context)?;
        }
        Ok(Outcome::Clean)
    }

    /// The root with the last edition: on disk, else as HEAD has it.
    fn before(&self) -> Result<Option<Assessment>, Failure> {
        if self.assessment.crms.contains_key(&self.provider) {
            return Ok(Some(self.assessment.clone()));
        }
        let has_commit = self.root.git.as_ref().map(crate::git::Git::head).transpose()?.flatten().is_some();
        if has_commit { self.root.committed() } else { Ok(None) }
    }

    /// The root with the matrix that was taken in.
    fn after(&self, path: &str, text: &str) -> Result<Assessment, Failure> {
        let mut after = self.assessment.clone();
        let file = after.files.add(path, text.into());
        let mut reader = Reader { file, ..Reader::default() };
        let value = table::read::<ProviderCrm>(text, &mut reader).filter(|_| reader.problems.is_empty());
        let Some(value) = value else {
            let why = reader.problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
            return Err(Failure::new(Cause::Usage, format!("what would be written cannot be read again: {why}")));
        };
        let filed = Filed { path: path.to_owned(), file, value, lost: false, inherited: false };
        after.crms.insert(self.provider.clone(), filed);
        Ok(after)
    }

    /// Edition, day and artifact: as the command line says, else the map, else the last edition.
    fn head(&self, args: &Args, old: Option<&Filed<ProviderCrm>>) -> Result<Head, Failure> {
        let kept = old.and_then(|old| old.edition.as_ref()).map(|edition| edition.value.clone());
        let edition = args.edition.clone().or_else(|| self.map.edition.clone()).or(kept);
        let date = args.date.or(self.map.date).or_else(|| old.and_then(|old| old.date.as_ref()).map(|date| date.value));
        let kept = old.and_then(|old| old.source.as_ref()).map(|source| source.name.clone());
        let source = args.source.clone().or_else(|| self.map.source.clone()).or(kept);
        let (Some(edition), Some(date)) = (edition, date) else {
            let message = "which edition it is, and of which day: name them by --edition and --date, or by `edition` and \
                           `date` in the map";
            return Err(Failure::new(Cause::Usage, message));
        };
        if let Some(unknown) = source.as_ref().filter(|source| !self.assessment.artifacts.contains_key(*source)) {
            let message = format!(
                "no artifact is called `{}`: --source names the one that keeps the document",
                unknown.escape_debug()
            );
            return Err(Failure::new(Cause::Usage, message));
        }
        let file = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Head { file, provider: self.provider.clone(), edition, date, source })
    }

    /// What differs from the last edition, in the words of `diff`.
    fn tell(
        &self,
        before: &Assessment,
        old: &Filed<ProviderCrm>,
        after: Assessment,
        is_kept: bool,
        context: &mut Context<'_>,
    ) -> Result<(), Ended> {
        let edition = crate::reconcile::edition(old);
        let facts = |assessment: Assessment| {
            let score = score::of(&assessment);
            Facts { assessment, history: None, score, as_of: context.as_of() }
        };
        let point = |name: &str| Point { name: name.to_owned(), commit: None, merge_base_of: None };
        let (before, after) = (facts(before.clone()), facts(after));
        let side = |name: &str, facts| Side { point: point(name), facts, found: &[], checked: None };
        let changes = diff::of_matrices(&Sides { before: side("before", &before), after: side("after", &after) });
        let told: Vec<Change> = changes.into_iter().filter(|change| change.parties.contains(&self.provider)).collect();
        context.say(&format!("\n{} since {edition}\n", counted(told.len(), "change")))?;
        let shown = told.get(..MOST_CHANGES).unwrap_or(&told);
        context.say_raw(&report::changes::paragraphs(shown, context.colors()))?;
        if shown.len() < told.len() {
            context.say(&format!("  and {} more; `demarcate diff` tells all\n", told.len() - shown.len()))?;
        }
        if is_kept {
            context.say("the edition is kept: name a new one by --edition and --date\n")?;
        }
        Ok(())
    }
}

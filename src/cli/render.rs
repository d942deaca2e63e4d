//! `render`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::Context;
use super::affirm::packet_of;
use super::check::counted;
use super::outcome::{Ended, Outcome};
use super::remembered::{self, Asked};
use super::root::{Root, Which};
use super::score::as_json;
use crate::facts;
use crate::failure::{Cause, Failure};
use crate::fleet::{list, slice};
use crate::ids;
use crate::render::template::Templates;
use crate::render::{self, By, Document, File, Format, Options};
use crate::rule::Facts;
use crate::view::affirmation::Affirmation;
use crate::view::{self, Tool, View};

/// Prints the documents: ssp, crm, providers, binder, connections, requests, objectives, policies, roster, reviews, score, poam, affirmation, emass, index
///
/// A file of the same name in templates/ replaces a built-in template. The same commit and day give the same bytes.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Which documents; none means every one
    #[arg(value_name = "DOCUMENT")]
    documents: Vec<String>,
    /// The formats, separated by commas: md, html, csv, xlsx (crm, providers, requests and poam alone)
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "html,md,csv")]
    format: Vec<String>,
    /// Where the files are written
    #[arg(short, long, value_name = "DIR", default_value = "out")]
    output: PathBuf,
    /// Only what this provider may see, to send to it: of crm, providers, binder, connections, requests
    #[arg(long, value_name = "ID")]
    provider: Option<String>,
    /// In a provider's own repository: what it does for this client of CLIENTS.toml; of crm alone
    #[arg(long, value_name = "ID", conflicts_with_all = ["provider", "by", "rev", "context", "without_history"])]
    client: Option<String>,
    /// Rows of the responsibility matrix; unsaid means a file of each
    #[arg(long, value_name = "ROWS")]
    by: Option<Rows>,
    /// Read this commit instead of the work tree
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
    /// Leave reviews out: for a plain folder or a shallow clone
    #[arg(long)]
    without_history: bool,
    /// Print what templates see, as JSON, and write nothing
    #[arg(long)]
    context: bool,
}

/// Rows of the responsibility matrix.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Rows {
    /// 110 rows.
    Practice,
    /// 320 rows.
    Objective,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let wanted = (documents(&args.documents)?, formats(&args.format)?);
    tell_formless(&wanted, context)?;
    let root = Root::open(context)?;
    if let Some(client) = &args.client {
        return of_client(args, client, &wanted, &root, context);
    }
    let which = Which::of(false, args.rev.as_deref());
    let output = std::path::absolute(&args.output).map_err(|error| Failure::io("find", &args.output, &error))?;
    let asked = Asked { command: "render", options: format!("{args:?} {}", output.display()), which: &which };
    remembered::or_made(&asked, &root, context, &mut |context| made(args, &wanted, &root, context))
}

/// Says which documents come in none of the formats; if that leaves none, nothing is read.
fn tell_formless((documents, formats): &(Vec<Document>, Vec<Format>), context: &mut Context<'_>) -> Result<(), Ended> {
    let comes = |document: &&Document| document.formats().iter().any(|format| formats.contains(format));
    let formless: Vec<String> =
        documents.iter().filter(|document| !comes(document)).map(|document| document.lacks(formats)).collect();
    if !formless.is_empty() && formless.len() == documents.len() {
        return Err(Failure::new(Cause::Usage, formless.join("; ")).into());
    }
    formless.iter().try_for_each(|text| context.note(&format!("{text}\n")))
}

fn made(
    args: &Args,
    (documents, formats): &(Vec<Document>, Vec<Format>),
    root: &Root,
    context: &mut Context<'_>,
) -> Result<Outcome, Ended> {
    if let Some(provider) = args.provider.as_ref().filter(|id| !ids::is_kebab(id)) {
        let message = format!("`{}` is no id of a provider", provider.escape_debug());
        return Err(Failure::new(Cause::Usage, message).into());
    }
    let view = view(args, documents, root, context)?;
    if args.context {
        let sliced = args.provider.as_ref().map(|provider| render::slice_of(provider, &view)).transpose()?;
        context.say(&as_json(sliced.as_ref().unwrap_or(&view)))?;
        return Ok(Outcome::Clean);
    }
    let tree = root.tree(&Which::of(false, args.rev.as_deref()))?;
    let templates = Templates::new(&render::overrides(&tree)?)?;
    let options = Options {
        provider: args.provider.clone(),
        by: args.by.map(|rows| if rows == Rows::Practice { By::Practice } else { By::Objective }),
        evidence: evidence_prefix(&args.output, &root.directory),
        held: None,
        log: None,
        formats: formats.clone(),
    };
    let files = files(documents, formats, &options, &view, &templates)?;
    write(args, &files, root, context)
}

fn write(args: &Args, files: &[File], root: &Root, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    for (name, bytes) in files {
        root.write(&args.output.join(name), bytes)?;
    }
    context.say(&format!("wrote {} to {}\n", counted(files.len(), "document"), args.output.display()))?;
    for (name, _) in files {
        context.say(&format!("  {name}\n"))?;
    }
    Ok(Outcome::Clean)
}

/// A client's slice of the matrix that this root's provider has published.
fn of_client(
    args: &Args,
    client: &str,
    (documents, formats): &(Vec<Document>, Vec<Format>),
    root: &Root,
    context: &mut Context<'_>,
) -> Result<Outcome, Ended> {
    if documents.as_slice() != [Document::Crm] {
        return Err(
            Failure::new(Cause::Usage, "a client has a slice of the matrix alone: `render crm --client`").into()
        );
    }
    let path = root.directory.join("CLIENTS.toml");
    let list = match list::read(&path)? {
        Ok(list) => list,
        Err(wrong) => return Err(super::fleet::refused(&path, &wrong, context)),
    };
    let tree = root.tree(&Which::WorkTree)?;
    let assessment = facts::assessment(&tree)?;
    let provider = assessment.providers.get(&list.provider);
    if !assessment.is_whole() {
        context.note("not every file could be read whole, so something may be missing; `check` names it\n")?;
    }
    if provider.is_none() {
        let path = format!("providers/{}.toml", list.provider);
        context.note(&format!("there is no {path}, so neither titles of services nor clauses are printed\n"))?;
    }
    let slice = slice::of(&list, client, provider.map(|provider| &provider.value))?;
    let templates = Templates::new(&render::overrides(&tree)?)?;
    let day = context.as_of().to_string();
    let files = formats.iter().map(|format| slice::file(&slice, *format, &day, &templates));
    write(args, &files.collect::<Result<Vec<File>, Failure>>()?, root, context)
}

fn formats(words: &[String]) -> Result<Vec<Format>, Failure> {
    let unknown = |word: &String| {
        Failure::new(Cause::Usage, format!("no format is called `{word}`; there are html, md, csv, xlsx"))
    };
    words.iter().map(|word| Format::of(word).ok_or_else(|| unknown(word))).collect()
}

fn documents(words: &[String]) -> Result<Vec<Document>, Failure> {
    let names: Vec<&str> = Document::ALL.iter().map(|document| document.name()).collect();
    let unknown = |word: &String| {
        let message = format!("no document is called `{word}`; there are {}", names.join(", "));
        Failure::new(Cause::Usage, message)
    };
    words.iter().map(|word| Document::of(word).ok_or_else(|| unknown(word))).collect()
}

fn view(args: &Args, documents: &[Document], root: &Root, context: &mut Context<'_>) -> Result<View, Ended> {
    let which = Which::of(false, args.rev.as_deref());
    let (facts, found) = root.facts(&which, args.without_history, context)?;
    if !facts.assessment.is_whole() {
        context.note(
            "not every file could be read whole, so something is missing in what is printed; `check` names it\n",
        )?;
    }
    let view = worded(view::of(&facts, Tool::this()), root)?;
    let is_asked = documents.is_empty() || documents.contains(&Document::Affirmation);
    if !is_asked || args.provider.is_some() {
        return Ok(view);
    }
    Ok(view.with_affirmation(packet_of(root, &facts, found)?))
}

/// The pages of the packet of an affirmation.
pub(crate) fn packet_files(root: &Root, facts: &Facts, packet: Affirmation) -> Result<Vec<File>, Failure> {
    let view = worded(view::of(facts, Tool::this()), root)?.with_affirmation(packet);
    let templates = Templates::new(&render::overrides(&root.tree(&Which::WorkTree)?)?)?;
    let formats = [Format::Html, Format::Markdown];
    render::documents(&[Document::Affirmation], &formats, &Options::default(), &view, &templates)
}

/// The view with the official wording, where one was imported.
fn worded(view: View, root: &Root) -> Result<View, Failure> {
    root.watch.note(&super::import::wording_path(&root.directory));
    Ok(match super::import::wording_of(&root.directory)? {
        Some(wording) => view.with_wording(&wording),
        None => view,
    })
}

/// How a document in `output` reaches a file of the root: only where it lies inside the root.
fn evidence_prefix(output: &Path, root: &Path) -> Option<String> {
    let absolute = std::path::absolute(output).ok()?;
    let root = std::path::absolute(root).ok()?;
    let below = absolute.strip_prefix(&root).ok()?.components().count();
    Some("../".repeat(below))
}

/// Everything is made before anything is written.
fn files(
    documents: &[Document],
    formats: &[Format],
    options: &Options,
    view: &View,
    templates: &Templates,
) -> Result<Vec<File>, Failure> {
    if documents.is_empty() {
        return render::all(formats, options, view, templates);
    }
    render::documents(documents, formats, options, view, templates)
}

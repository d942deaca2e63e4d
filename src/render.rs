//! A document in a format: bytes from the view.

pub mod book;
pub mod sheet;
pub mod template;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use crate::failure::{Cause, Failure};
use crate::source::Tree;
use crate::view::{Party, View};
use sheet::Sheet;
use template::{Data, Templates};

/// What can be printed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Document {
    /// The system security plan.
    Ssp,
    /// The responsibility matrix.
    Crm,
    /// The inventory of providers.
    Providers,
    /// Each provider's evidence and what is missing.
    Binder,
    /// Connections with other systems, for agreements.
    Connections,
    /// The evidence to ask of each party.
    Requests,
    /// A sheet for each objective.
    Objectives,
    /// The contractor's own policies.
    Policies,
    /// Interviews and tests by party and day.
    Roster,
    /// The annual review record.
    Reviews,
    /// The score.
    Score,
    /// The plan of action and milestones.
    Poam,
    /// What the affirming official is shown before signing.
    Affirmation,
    /// What an assessor copies into the results workbook.
    Emass,
    /// The cover page that leads to the others.
    Index,
}

impl Document {
    /// Every document, the cover page last, as it names the others.
    pub const ALL: &[Self] = &[
        Self::Ssp,
        Self::Crm,
        Self::Providers,
        Self::Binder,
        Self::Connections,
        Self::Requests,
        Self::Objectives,
        Self::Policies,
        Self::Roster,
        Self::Reviews,
        Self::Score,
        Self::Poam,
        Self::Affirmation,
        Self::Emass,
        Self::Index,
    ];

    /// The documents that a provider can be sent its slice of.
    pub const SLICED: [Self; 5] = [Self::Crm, Self::Providers, Self::Binder, Self::Connections, Self::Requests];

    /// The word on the command line and in file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ssp => "ssp",
            Self::Crm => "crm",
            Self::Providers => "providers",
            Self::Binder => "binder",
            Self::Connections => "connections",
            Self::Requests => "requests",
            Self::Objectives => "objectives",
            Self::Policies => "policies",
            Self::Roster => "roster",
            Self::Reviews => "reviews",
            Self::Score => "score",
            Self::Poam => "poam",
            Self::Affirmation => "affirmation",
            Self::Emass => "emass",
            Self::Index => "index",
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ssp => "System Security Plan",
            Self::Crm => "Customer Responsibility Matrix",
            Self::Providers => "Provider Inventory",
            Self::Binder => "Provider Evidence Binder",
            Self::Connections => "Interconnections",
            Self::Requests => "Evidence Requests",
            Self::Objectives => "Objective Sheets",
            Self::Policies => "Policies",
            Self::Roster => "Interview and Test Roster",
            Self::Reviews => "Review Record",
            Self::Score => "Score",
            Self::Poam => "Plan of Action and Milestones",
            Self::Affirmation => "Affirmation Packet",
            Self::Emass => "eMASS Pre-fill",
            Self::Index => "Assessment Package",
        }
    }

    /// What it is for, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::Ssp => "The system, its boundary and connections, and how each of the 110 requirements is met.",
            Self::Crm => {
                "Who does what: the contractor and every provider, practice by practice and objective by objective."
            }
            Self::Providers => {
                "Every external provider: its services, contract, people, ways in, connections, and whether it has accepted its duties."
            }
            Self::Binder => "What each provider has handed over to show its duties, and first of all what is missing.",
            Self::Connections => {
                "Connections with systems outside the boundary: data, direction, method, authentication, controls, agreement."
            }
            Self::Requests => "The evidence to ask of each party, by the day it is due, and what it is for.",
            Self::Objectives => {
                "A sheet for each objective: who does it, what to examine at which page, whom to interview and what to see."
            }
            Self::Policies => {
                "The contractor's own policies: who approved and reviewed them, what cites which section, what they leave out, and their text."
            }
            Self::Roster => {
                "Whom to ask and what to try, party by party and day by day, and who has to be in the room."
            }
            Self::Reviews => {
                "When each practice and record was last reviewed, by whom, at which commit, and what is due."
            }
            Self::Score => "The score by requirement, what is lost, and what stands between it and a status.",
            Self::Poam => "Open weaknesses, how they are closed, by whom and by when.",
            Self::Affirmation => {
                "What the affirming official has to know before signing: what changed, what is open, what is certified."
            }
            Self::Emass => {
                "For the assessor's own results workbook: artifacts, inheritance, provider, plan and hashes by objective, within its limits."
            }
            Self::Index => "Where to begin: the state of things in figures, and every document of the package.",
        }
    }

    /// That it comes in none of these formats, and in which it does.
    pub fn lacks(self, formats: &[Format]) -> String {
        let endings = |formats: &[Format]| formats.iter().map(|format| format.ending()).collect::<Vec<_>>().join(", ");
        format!("{} has no {} form; it has {}", self.name(), endings(formats), endings(self.formats()))
    }

    /// The formats it comes in.
    pub fn formats(self) -> &'static [Format] {
        match self {
            Self::Ssp | Self::Affirmation | Self::Index => &[Format::Html, Format::Markdown],
            Self::Crm | Self::Providers | Self::Requests | Self::Poam => {
                &[Format::Html, Format::Markdown, Format::Csv, Format::Xlsx]
            }
            Self::Emass => &[Format::Csv],
            Self::Binder
            | Self::Connections
            | Self::Objectives
            | Self::Policies
            | Self::Roster
            | Self::Reviews
            | Self::Score => &[Format::Html, Format::Markdown, Format::Csv],
        }
    }

    /// The document of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|document| document.name() == word)
    }
}

/// The form of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Format {
    /// One page that stands alone.
    Html,
    /// Markdown.
    Markdown,
    /// Comma-separated values.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Html, Self::Markdown, Self::Csv, Self::Xlsx];

    /// Those that are text: what a package holds, as anybody can compare it line by line without a spreadsheet.
    pub const TEXTS: [Self; 3] = [Self::Html, Self::Markdown, Self::Csv];

    /// The ending of file names, and the word on the command line.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ending() == word)
    }
}

/// What a row of the responsibility matrix is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// One of 110.
    Practice,
    /// One of 320.
    Objective,
}

impl By {
    /// The word on the command line and in file names.
    pub fn word(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Objective => "objective",
        }
    }
}

/// What is asked of a document.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Only what this provider may see: its duties, record, evidence and connections.
    pub provider: Option<String>,
    /// What a row of the responsibility matrix is; unsaid means a file of each.
    pub by: Option<By>,
    /// Where the root's files lie as seen from the documents, such as `../`; unsaid means paths are no links.
    pub evidence: Option<String>,
    /// Of a package that stands alone: where each edition that is in it lies as seen from the documents, a relative path
    /// that is not percent-encoded, by the location that the repository cites it by. Then these are links, and no other
    /// file is.
    pub held: Option<BTreeMap<String, String>>,
    /// The log of hashes that is made with the documents, if one is.
    pub log: Option<LogHash>,
    /// The formats that are made together, for the links of the cover page; empty means every one.
    pub formats: Vec<Format>,
}

/// The log of the DoD hashing guide, as eMASS is told of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogHash {
    /// The SHA-256 of the log, hexadecimal.
    pub sha256: String,
    /// The day on which it was made.
    pub made: String,
}

/// A file and its bytes.
pub type File = (String, Vec<u8>);

/// The templates of a root, by file name; they replace the built-in ones of the same name.
pub fn overrides(tree: &Tree<'_>) -> Result<BTreeMap<String, String>, Failure> {
    let mut found = BTreeMap::new();
    for name in tree.names("templates")? {
        let path = format!("templates/{name}");
        let refused = |why: String| Failure::new(Cause::Template, format!("{path} cannot be read: {why}"));
        if name.starts_with('.') {
            continue;
        }
        let Some(bytes) = tree.read(&path).map_err(|why| refused(why.to_string()))? else { continue };
        let text = String::from_utf8(bytes).map_err(|_| refused("it is not UTF-8".to_owned()))?;
        found.insert(name, text);
    }
    Ok(found)
}

/// Every document in these formats; for a provider, those that it can be sent.
pub fn all(formats: &[Format], options: &Options, view: &View, templates: &Templates) -> Result<Vec<File>, Failure> {
    let options = Options { formats: formats.to_vec(), ..options.clone() };
    let wanted: &[Document] = if options.provider.is_some() { &Document::SLICED } else { Document::ALL };
    documents(wanted, formats, &options, view, templates)
}

/// These documents, each in those of these formats that it comes in; made on every core, in the order asked for.
pub fn documents(
    documents: &[Document],
    formats: &[Format],
    options: &Options,
    view: &View,
    templates: &Templates,
) -> Result<Vec<File>, Failure> {
    let mut forms: Vec<Form> = Vec::new();
    let slice = slice(documents, options, view)?;
    for document in documents {
        let made_in = document.formats().iter().filter(|format| formats.contains(format));
        forms.extend(made_in.flat_map(|format| forms_of(*document, *format, options)));
    }
    let whole = view;
    let view = slice.as_ref().unwrap_or(view);
    let data = Data::of(view);
    let shared = Shared { whole, links: links(options, view), made: made(&forms, options) };
    forms.into_par_iter().with_max_len(1).map(|form| one(form, options, &shared, (view, &data), templates)).collect()
}

/// Where files can be opened: in a package those that it holds, else those of the root.
fn links(options: &Options, view: &View) -> BTreeMap<String, String> {
    if let Some(held) = &options.held {
        return held.iter().map(|(location, path)| (location.clone(), template::link(path))).collect();
    }
    let Some(prefix) = &options.evidence else { return BTreeMap::new() };
    let link = |location: &str| (location.to_owned(), format!("{prefix}{}", template::link(location)));
    view.locations().map(link).collect()
}

/// The pages that are made together: others can lead to them.
fn made(forms: &[Form], options: &Options) -> BTreeMap<&'static str, String> {
    let pages = forms.iter().filter(|(_, format, _)| *format == Format::Html);
    let name = |(document, format, by): &Form| file_name(*document, *format, *by, options.provider.as_deref());
    pages.map(|form| (form.0.name(), name(form))).collect()
}

/// One document in one format: one file, or two for a matrix by practice and by objective.
pub fn document(
    document: Document,
    format: Format,
    options: &Options,
    view: &View,
    templates: &Templates,
) -> Result<Vec<File>, Failure> {
    if !document.formats().contains(&format) {
        return Err(no_such_form(document, format));
    }
    documents(&[document], &[format], options, view, templates)
}

/// A file to be made: the document, its format, and what a row is.
type Form = (Document, Format, Option<By>);

fn forms_of(document: Document, format: Format, options: &Options) -> Vec<Form> {
    match (document, options.by) {
        _ if format == Format::Xlsx => vec![(document, format, None)],
        (Document::Crm, None) => [By::Practice, By::Objective].map(|by| (document, format, Some(by))).to_vec(),
        (Document::Crm, by) => vec![(document, format, by)],
        _ => vec![(document, format, None)],
    }
}

fn slice(documents: &[Document], options: &Options, view: &View) -> Result<Option<View>, Failure> {
    let Some(provider) = &options.provider else { return Ok(None) };
    if let Some(document) = documents.iter().find(|document| !Document::SLICED.contains(document)) {
        let sliced = Document::SLICED.map(Document::name).join(", ");
        let message = format!("{} has no slice for one provider; {sliced} have", document.name());
        return Err(Failure::new(Cause::Usage, message));
    }
    slice_of(provider, view).map(Some)
}

/// What a provider may see; an error where there is no such provider.
pub fn slice_of(provider: &str, view: &View) -> Result<View, Failure> {
    let known: Vec<&str> = view.providers.iter().map(|provider| provider.id.as_str()).collect();
    let unknown = || format!("no provider is called `{provider}`; the providers are {}", known.join(", "));
    view.slice(provider).ok_or_else(|| Failure::new(Cause::Usage, unknown()))
}

/// What a template sees beside the view.
#[derive(Serialize)]
struct Around<'a> {
    document: Printed<'a>,
    provider: Option<&'a Party>,
    by: Option<&'static str>,
    evidence: Option<&'a str>,
    links: &'a BTreeMap<String, String>,
    package: bool,
    made: &'a BTreeMap<&'static str, String>,
    files: Vec<Listed>,
}

/// What documents that are made together share.
struct Shared<'v> {
    /// All that there is, where a slice of it is printed.
    whole: &'v View,
    /// Where files can be opened, percent-encoded, by the location that the repository cites them by.
    links: BTreeMap<String, String>,
    /// The pages among them, by document.
    made: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Printed<'a> {
    name: &'a str,
    title: &'a str,
    about: &'a str,
}

/// A document that the cover page leads to.
#[derive(Serialize)]
struct Listed {
    title: String,
    about: &'static str,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    file: String,
    format: &'static str,
}

fn one(
    (document, format, by): Form,
    options: &Options,
    shared: &Shared<'_>,
    (view, data): (&View, &Data),
    templates: &Templates,
) -> Result<File, Failure> {
    let provider = options.provider.as_deref();
    let name = file_name(document, format, by, provider);
    if format == Format::Csv {
        let sheet = sheet(document, by, options, view).ok_or_else(|| no_such_form(document, format))?;
        return Ok((name, sheet.csv()));
    }
    if format == Format::Xlsx {
        let pages = book::pages::of(document, options, (shared.whole, view))?;
        return Ok((name, book::bytes(&pages, &book::pages::properties(document, view))?));
    }
    let around = Around {
        document: Printed { name: document.name(), title: document.title(), about: document.about() },
        provider: provider.and_then(|id| view.parties.iter().find(|party| party.id == id)),
        by: by.map(By::word),
        evidence: options.evidence.as_deref().filter(|_| options.held.is_none()),
        links: &shared.links,
        package: options.held.is_some(),
        made: &shared.made,
        files: listed(&options.formats),
    };
    let template = format!("{}.{}", document.name(), format.ending());
    let text = templates.render(&template, data, &around)?;
    Ok((name, text.into_bytes()))
}

/// A document as a table; a provider's slice is one that it is to confirm or correct.
fn sheet(document: Document, by: Option<By>, options: &Options, view: &View) -> Option<Sheet> {
    match (document, by) {
        (Document::Crm, by) if options.provider.is_some() => Some(sheet::slice::crm(view, by.unwrap_or(By::Objective))),
        (Document::Crm, Some(By::Objective)) => Some(sheet::crm_by_objective(view)),
        (Document::Crm, _) => Some(sheet::crm_by_practice(view)),
        (Document::Providers, _) => Some(sheet::providers::sheet(view)),
        (Document::Binder, _) => Some(sheet::binder::sheet(view)),
        (Document::Connections, _) => Some(sheet::connections::sheet(view)),
        (Document::Requests, _) => Some(sheet::requests::sheet(view)),
        (Document::Objectives, _) => Some(sheet::assessor::objectives(view)),
        (Document::Policies, _) => Some(sheet::assessor::policies(view)),
        (Document::Roster, _) => Some(sheet::assessor::roster(view)),
        (Document::Reviews, _) => Some(sheet::reviews(view)),
        (Document::Score, _) => Some(sheet::score(view)),
        (Document::Poam, _) => Some(sheet::poam(view)),
        (Document::Emass, _) => Some(sheet::emass::sheet(view, options.log.as_ref())),
        (Document::Ssp | Document::Affirmation | Document::Index, _) => None,
    }
}

fn no_such_form(document: Document, format: Format) -> Failure {
    Failure::new(Cause::Usage, document.lacks(&[format]))
}

fn file_name(document: Document, format: Format, by: Option<By>, provider: Option<&str>) -> String {
    let mut name = document.name().to_owned();
    if let Some(provider) = provider {
        name.extend(["-", provider]);
    }
    if let Some(by) = by {
        name.extend(["-by-", by.word()]);
    }
    format!("{name}.{}", format.ending())
}

/// The documents of a whole package with their files.
fn listed(formats: &[Format]) -> Vec<Listed> {
    let mut listed = Vec::new();
    for document in Document::ALL.iter().copied().filter(|document| *document != Document::Index) {
        let forms: &[Option<By>] = match document {
            Document::Crm => &[Some(By::Practice), Some(By::Objective)],
            _ => &[None],
        };
        for by in forms {
            let made = document.formats().iter().filter(|format| formats.is_empty() || formats.contains(format));
            // A workbook has the rows of both.
            let rows = |format: &Format| by.filter(|_| *format != Format::Xlsx);
            let link = |format: &Format| Link {
                file: file_name(document, *format, rows(format), None),
                format: format.ending(),
            };
            let title = match by {
                Some(by) => format!("{} by {}", document.title(), by.word()),
                None => document.title().to_owned(),
            };
            let links: Vec<Link> = made.map(link).collect();
            listed.extend((!links.is_empty()).then(|| Listed { title, about: document.about(), links }));
        }
    }
    listed
}

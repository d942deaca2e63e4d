//! The form for code scanning: SARIF 2.1.0 (OASIS).

use std::collections::BTreeMap;

use serde::Serialize;

use super::Lines;
use crate::diagnostic::{Diagnostic, Fix, Level, Place};
use crate::ids::Span;
use crate::rule::Rule;
use crate::source::Files;

/// The name under which the top of the Git repository is known to readers of the log.
const TOP: &str = "%SRCROOT%";

/// The key of our fingerprints; its number grows when what is hashed changes.
const FINGERPRINT: &str = "demarcate/v1";

/// The key of the one that code scanning compares; its upload computes it from the line, where there is a line.
const LINE_HASH: &str = "primaryLocationLineHash";

/// How many results of a run code scanning takes; a file with more is refused whole.
const MOST: usize = 25_000;

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    automation_details: Automation,
    invocations: [Invocation<'a>; 1],
    original_uri_base_ids: BTreeMap<&'a str, Base<'a>>,
    column_kind: &'a str,
    results: Vec<Outcome<'a>>,
}

/// Which of several roots was checked: what a forge keeps of one does not take the place of another's.
#[derive(Serialize)]
struct Automation {
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    execution_successful: bool,
    exit_code: u8,
    exit_code_description: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Serialize)]
struct Notification<'a> {
    level: &'a str,
    message: Text<'a>,
}

#[derive(Serialize)]
struct Base<'a> {
    description: Text<'a>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'a str,
    semantic_version: &'a str,
    rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    #[serde(flatten)]
    page: Option<Page>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    short_description: Text<'static>,
    full_description: Text<'static>,
    help: Text<'static>,
    default_configuration: Configuration,
    properties: Tags,
}

#[derive(Serialize)]
struct Configuration {
    enabled: bool,
    level: &'static str,
}

/// What code scanning reads beside the page. No `security-severity`: a gap in compliance has no CVSS score, and with one
/// it would be counted among vulnerabilities.
#[derive(Serialize)]
struct Tags {
    tags: [&'static str; 2],
    #[serde(rename = "problem.severity")]
    severity: &'static str,
}

#[derive(Serialize)]
struct Text<'a> {
    text: std::borrow::Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'a str,
    message: Text<'a>,
    locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
    partial_fingerprints: BTreeMap<&'a str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Repair<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    physical: Physical<'a>,
    #[serde(rename = "logicalLocations", skip_serializing_if = "Vec::is_empty")]
    logical: Vec<Logical<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical<'a> {
    artifact_location: Artifact<'a>,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact<'a> {
    uri: String,
    uri_base_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical<'a> {
    fully_qualified_name: String,
    kind: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Repair<'a> {
    description: Text<'a>,
    artifact_changes: [Change<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    artifact_location: Artifact<'a>,
    replacements: [Replacement<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    inserted_content: Text<'a>,
}

/// What is known while results are written.
struct Writer<'a> {
    lines: Lines<'a>,
    prefix: &'a str,
    /// The place of each rule in the list of descriptors.
    index: BTreeMap<&'a str, usize>,
}

/// Every diagnostic as a result, and every rule with its page; `prefix` is the root's folder relative to the top of the
/// Git repository.
pub fn text(diagnostics: &[Diagnostic], files: &Files, prefix: &str, rules: &[&Rule]) -> String {
    let rules = descriptors(diagnostics, rules);
    let index = rules.iter().enumerate().map(|(at, rule)| (rule.id, at)).collect();
    let writer = Writer { lines: Lines::of(diagnostics, files), prefix, index };
    let prints = super::fingerprint::all(diagnostics, &writer.lines, prefix);
    let (kept, cut) = gravest(super::shown(diagnostics).zip(prints).collect());
    super::json_text(&Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            results: kept.into_iter().map(|(diagnostic, print)| writer.result(diagnostic, print)).collect(),
            tool: Tool { driver: Driver { name: "demarcate", semantic_version: env!("CARGO_PKG_VERSION"), rules } },
            automation_details: Automation { id: uri(&super::from_top("demarcate", prefix)) + "/" },
            invocations: [invocation(diagnostics, cut)],
            original_uri_base_ids: [(TOP, Base { description: plain("The top of the Git repository.") })].into(),
            column_kind: "unicodeCodePoints",
        }],
    })
}

/// As many results as code scanning takes, the denied ones before the warned, and how many are left out.
fn gravest(mut all: Vec<(&Diagnostic, String)>) -> (Vec<(&Diagnostic, String)>, usize) {
    let cut = all.len().saturating_sub(MOST);
    if cut > 0 {
        all.sort_by_key(|(diagnostic, _)| std::cmp::Reverse(diagnostic.level));
        all.truncate(MOST);
    }
    (all, cut)
}

fn invocation<'a>(diagnostics: &[Diagnostic], cut: usize) -> Invocation<'a> {
    let denied = super::count(diagnostics, Level::Deny) > 0;
    let said = || format!("{cut} more were found than code scanning takes; `demarcate check` lists every one");
    let cut = (cut > 0).then(|| Notification { level: "warning", message: plain(said()) });
    Invocation {
        execution_successful: true,
        exit_code: u8::from(denied),
        exit_code_description: if denied { "something is denied" } else { "nothing is denied" },
        tool_execution_notifications: cut.into_iter().collect(),
    }
}

/// Every rule with its page, then those that a diagnostic names although no page is known.
fn descriptors<'a>(diagnostics: &'a [Diagnostic], rules: &[&'a Rule]) -> Vec<Descriptor<'a>> {
    let mut known: Vec<Descriptor<'a>> =
        rules.iter().map(|rule| Descriptor { id: rule.name, page: Some(page(rule)) }).collect();
    for diagnostic in super::shown(diagnostics) {
        if !known.iter().any(|descriptor| descriptor.id == diagnostic.rule) {
            known.push(Descriptor { id: diagnostic.rule, page: None });
        }
    }
    known
}

fn page(rule: &Rule) -> Page {
    let markdown = rule.page();
    let why = markdown.split("## Why it matters\n").nth(1).map(first_paragraph).filter(|why| !why.is_empty());
    Page {
        short_description: plain(rule.summary()),
        full_description: plain(why.unwrap_or_else(|| rule.summary())),
        default_configuration: Configuration { enabled: rule.level != Level::Allow, level: level(rule.level) },
        properties: Tags { tags: ["cmmc", rule.group.word()], severity: level(rule.level) },
        help: Text { text: markdown.clone().into(), markdown: Some(markdown) },
    }
}

fn first_paragraph(markdown: &str) -> String {
    markdown.trim_start().split("\n\n").next().unwrap_or_default().replace('\n', " ").trim().to_owned()
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Deny => "error",
        Level::Warn | Level::Allow => "warning",
    }
}

fn plain<'a>(text: impl Into<std::borrow::Cow<'a, str>>) -> Text<'a> {
    Text { text: text.into(), markdown: None }
}

/// A message: `[text](target)` would be read as a link, so user text may not form one; nor may it hide anything.
fn message<'a>(text: &str) -> Text<'a> {
    plain(super::screen(text).replace("](", "] ("))
}

impl<'a> Writer<'a> {
    fn result(&self, diagnostic: &'a Diagnostic, fingerprint: String) -> Outcome<'a> {
        let mut location = self.location(&diagnostic.place);
        location.logical = logical(diagnostic);
        let related = diagnostic.related.iter().enumerate();
        Outcome {
            rule_id: diagnostic.rule,
            rule_index: self.index.get(diagnostic.rule).copied().unwrap_or_default(),
            level: level(diagnostic.level),
            message: message(&super::message(diagnostic)),
            locations: [location],
            related_locations: related.map(|(at, (text, place))| self.related(at, text, place)).collect(),
            partial_fingerprints: prints(diagnostic, fingerprint),
            fixes: diagnostic.fix.iter().map(|fix| self.repair(diagnostic, fix)).collect(),
        }
    }

    fn location(&self, place: &'a Place) -> Location<'a> {
        let region = match place {
            Place::Span(span) => self.region(*span),
            // Code scanning wants a line even of a file that is missing.
            Place::Path(_) => Region { start_line: 1, start_column: None, end_line: None, end_column: None },
        };
        let physical = Physical { artifact_location: self.artifact(self.lines.path(place)), region };
        Location { id: None, physical, logical: Vec::new(), message: None }
    }

    fn related(&self, at: usize, text: &str, place: &'a Place) -> Location<'a> {
        Location { id: Some(at + 1), message: Some(message(text)), ..self.location(place) }
    }

    fn region(&self, span: Span) -> Region {
        let (start, end) = self.lines.ends(span);
        Region {
            start_line: start.line,
            start_column: Some(start.column),
            end_line: Some(end.line),
            end_column: Some(end.column),
        }
    }

    fn artifact(&self, path: &str) -> Artifact<'a> {
        Artifact { uri: uri(&super::from_top(self.prefix, path)), uri_base_id: TOP }
    }

    fn repair(&self, diagnostic: &'a Diagnostic, fix: &'a Fix) -> Repair<'a> {
        let description = if diagnostic.help.is_empty() { "Correct it." } else { &diagnostic.help };
        let replacement =
            Replacement { deleted_region: self.region(fix.span), inserted_content: plain(fix.replacement.as_str()) };
        Repair {
            description: message(description),
            artifact_changes: [Change {
                artifact_location: self.artifact(self.lines.files.path(fix.span)),
                replacements: [replacement],
            }],
        }
    }
}

/// Of a file that is missing nobody could hash a line, and two missing files are two problems.
fn prints<'a>(diagnostic: &Diagnostic, fingerprint: String) -> BTreeMap<&'a str, String> {
    let line = matches!(diagnostic.place, Place::Path(_)).then(|| (LINE_HASH, format!("{}:1", &fingerprint[..16])));
    line.into_iter().chain([(FINGERPRINT, fingerprint)]).collect()
}

/// The practice or objective that a diagnostic is about.
fn logical<'a>(diagnostic: &Diagnostic) -> Vec<Logical<'a>> {
    let logical = diagnostic.practice.map(|id| match diagnostic.objective {
        Some(letter) => Logical { fully_qualified_name: format!("{id}[{letter}]"), kind: "objective" },
        None => Logical { fully_qualified_name: id.to_string(), kind: "practice" },
    });
    logical.into_iter().collect()
}

/// A relative path as a URI reference (RFC 3986).
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let parts = path.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") });
    parts.collect()
}

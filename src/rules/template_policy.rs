use std::ops::Range;

use crate::ids::{CONTRACTOR, Span};
use crate::model::assessment::Assessment;
use crate::model::{Filed, Policy};
use crate::rule::{Facts, Report, rule};
use crate::words;

rule! {
    /// A policy is still somebody else's template.
    ///
    /// ## Why it matters
    ///
    /// A policy is the contractor's word about itself, in final form and approved by its own people. A placeholder, a text
    /// that speaks of "the Client", or a provider's name at its head without the contractor's anywhere in it, show an
    /// assessor within a minute that nobody adopted it.
    ///
    /// Looked at are the files of `policies/`. A contractor that names itself in the text may well credit a provider.
    ///
    /// ## Example
    ///
    /// ```md policies/ma.md
    /// # Maintenance policy
    ///
    /// Prepared by Acme Managed IT Inc.
    ///
    /// ## Purpose
    ///
    /// [Company Name] maintains its systems. Client shall escort visiting technicians.
    /// ```
    ///
    /// Use instead:
    ///
    /// ```md policies/ma.md
    /// # Maintenance policy
    ///
    /// Version 1.1, approved by Dana Lee on 2026-01-15. Drafted with the help of Acme.
    ///
    /// ## Purpose
    ///
    /// Northwind Machining maintains its systems and escorts visiting technicians.
    /// ```
    "template-policy", Evidence, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for policy in facts.assessment.policies.values().filter(|policy| !policy.inherited && !policy.lost) {
        let signs = signs(policy, &facts.assessment);
        let Some(first) = signs.first() else { continue };
        let told: Vec<&str> = signs.iter().map(|sign| sign.what.as_str()).collect();
        let place = |at: &Range<usize>| stretch(policy, at);
        let mut draft = report
            .add(format!("{} is still a template: {}", policy.path, told.join("; ")), place(&first.at))
            .label("not the contractor's own words")
            .help("make it the contractor's: its name, its roles and its figures, then have it approved again");
        for sign in &signs[1..] {
            draft = draft.related(sign.what.clone(), place(&sign.at));
        }
    }
}

/// What shows that a text was written for somebody else, and where.
struct Sign {
    what: String,
    at: Range<usize>,
}

fn signs(policy: &Policy, found: &Assessment) -> Vec<Sign> {
    let text = without_code(&policy.text);
    let mut signs = Vec::new();
    let placeholders = placeholders(&text);
    if let Some(first) = placeholders.first() {
        let more =
            if placeholders.len() == 1 { String::new() } else { format!(" and {} more", placeholders.len() - 1) };
        let shown = text[first.clone()].trim();
        signs.push(Sign { what: format!("it holds the placeholder `{shown}`{more}"), at: first.clone() });
    }
    if found.config.organization.is_some() && !names_contractor(&text, found) {
        signs.extend(provider_at_head(&text, found));
        signs.extend(addressed_to_a_client(&text));
    }
    signs
}

fn stretch(policy: &Filed<Policy>, at: &Range<usize>) -> Span {
    let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span { file: policy.file, start: clip(at.start), end: clip(at.end) }
}

/// The text with blanks, byte for byte, where code stands: a command may hold any brackets.
fn without_code(text: &str) -> String {
    let mut fenced = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let is_fence = line.trim_start().starts_with("```");
        let blank = fenced || is_fence;
        fenced ^= is_fence;
        if blank { blanked(line) } else { without_spans(line) }
    });
    lines.collect()
}

fn without_spans(line: &str) -> String {
    let is_even = line.matches('`').count().is_multiple_of(2);
    let pieces = line.split_inclusive('`').enumerate();
    pieces.map(|(i, piece)| if is_even && i % 2 == 1 { blanked(piece) } else { piece.to_owned() }).collect()
}

fn blanked(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// Words that stand between brackets where somebody's name or figure is to be put.
const SLOTS: [&str; 22] = [
    "company",
    "organization",
    "organisation",
    "client",
    "customer",
    "contractor",
    "agency",
    "entity",
    "business",
    "insert",
    "enter",
    "fill",
    "name",
    "date",
    "title",
    "version",
    "tbd",
    "placeholder",
    "number",
    "role",
    "address",
    "logo",
];

/// Where something is to be filled in.
fn placeholders(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = bracketed(text).filter(|at| is_slot(text, at)).collect();
    found.extend(
        ["TBD", "TBC", "TBA", "Lorem ipsum", "lorem ipsum"].into_iter().flat_map(|word| whole_words(text, word)),
    );
    found.extend(whole_words(text, "INSERT").filter(|at| is_asked_for(&text[at.end..])));
    found.sort_by_key(|at| (at.start, at.end));
    found.dedup_by(|later, earlier| later.start < earlier.end);
    found
}

/// As much of a text as can matter to what stands before it.
fn beginning(text: &str) -> &str {
    const MOST: usize = 80;
    let end = (0..=MOST.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

/// Stretches between brackets of one kind on one line, brackets included.
fn bracketed(text: &str) -> impl Iterator<Item = Range<usize>> {
    const MOST: usize = 60;
    text.char_indices().filter_map(|(start, open)| {
        let close = match open {
            '[' => ']',
            '<' => '>',
            '{' => '}',
            '\u{ab}' => '\u{bb}',
            _ => return None,
        };
        let inside = &text[start + open.len_utf8()..];
        let inside = beginning(inside);
        let end =
            inside.find([close, '\n']).filter(|end| *end > 0 && *end <= MOST && inside[*end..].starts_with(close))?;
        Some(start..start + open.len_utf8() + end + close.len_utf8())
    })
}

/// Whether a bracket asks for something to be put there: no link, no tag, no address, no letter of an objective.
fn is_slot(text: &str, at: &Range<usize>) -> bool {
    let inside = text[at.clone()].trim_matches(['[', ']', '<', '>', '{', '}', '\u{ab}', '\u{bb}', ' ']);
    let is_link = text[at.clone()].starts_with('[') && text[at.end..].starts_with(['(', '[', ':']);
    let is_address =
        inside.contains("://") || inside.contains('@') || inside.starts_with(['/', '!', '^']) || inside.contains('=');
    let names = words::plain_words(inside);
    let short = (1..=6).contains(&names.len());
    short && !is_link && !is_address && names.iter().any(|word| SLOTS.contains(&word.as_str()))
}

/// Whether what follows INSERT is a thing to be inserted, as "INSERT COMPANY NAME" and "INSERT date here".
fn is_asked_for(after: &str) -> bool {
    let next = words::plain_words(beginning(after).lines().next().unwrap_or_default());
    next.iter().take(3).any(|word| SLOTS.contains(&word.as_str()) || word == "here")
}

/// Where a word stands as written, with no letter or digit beside it.
fn whole_words<'t>(text: &'t str, word: &'static str) -> impl Iterator<Item = Range<usize>> + use<'t> {
    let is_free = |text: &str| text.chars().next().is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word).filter_map(move |(start, found)| {
        let before = text[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        (before && is_free(&text[start + found.len()..])).then(|| start..start + found.len())
    })
}

/// Whether the contractor is named, or called by an alias; the reserved word alone is in every template.
fn names_contractor(text: &str, found: &Assessment) -> bool {
    let all = words::words(text);
    let names = found.names_of(CONTRACTOR).into_iter().filter(|name| name != CONTRACTOR);
    names.map(|name| words::plain_words(&name)).any(|name| !words::places(&all, &name).is_empty())
}

/// A provider named in the title, the lines above the first section, or a line that says whose text it is.
fn provider_at_head(text: &str, found: &Assessment) -> Option<Sign> {
    let mut at = 0;
    let mut is_head = true;
    for line in text.split_inclusive('\n') {
        is_head &= !line.starts_with("##");
        let start = at;
        at += line.len();
        if !(is_head || says_whose(line)) {
            continue;
        }
        if let Some(mention) = found.mentions(line).into_iter().find(|mention| mention.party != CONTRACTOR) {
            let what = format!("it names `{}` at its head or as its author, and the contractor nowhere", mention.party);
            return Some(Sign { what, at: start + mention.at.start..start + mention.at.end });
        }
    }
    None
}

fn says_whose(line: &str) -> bool {
    let line = line.to_lowercase();
    ["prepared by", "written by", "property of", "copyright", "\u{a9}", "template"]
        .iter()
        .any(|word| line.contains(word))
}

/// A text that gives its duties to a client or customer, at least twice, as a provider writes for all of its own.
fn addressed_to_a_client(text: &str) -> Option<Sign> {
    let duties = [
        "Client shall",
        "Client must",
        "Client will",
        "Client is ",
        "Client's",
        "Customer shall",
        "Customer must",
        "Customer will",
    ];
    let mut places: Vec<usize> = duties.iter().flat_map(|duty| text.match_indices(duty).map(|(at, _)| at)).collect();
    places.sort_unstable();
    let first = places.first().copied().filter(|_| places.len() >= 2)?;
    let word = text[first..].split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let what = format!("it gives its duties to \"{word}\", and names the contractor nowhere");
    Some(Sign { what, at: first..first + word.len() })
}

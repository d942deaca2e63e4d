//! What a name means: a requirement, an objective, a family, a rule, a key of a file, a word of the field.

pub mod format;
pub mod glossary;
pub mod requirement;
pub mod rules;

use crate::catalog::Catalog;
use crate::ids::{FAMILIES, ObjectiveId, RequirementId};
use crate::model::wording::Wording;
use crate::{check, table};

/// How wide a page is, in Unicode scalars.
const WIDTH: usize = 100;

/// The page of a name, or `None` where nothing is called so; `wording` is the official wording, if it was imported.
pub fn explain(name: &str, wording: Option<&Wording>) -> Option<String> {
    let name = name.trim();
    if let Some(id) = objective(name) {
        return requirement::objective_page(id, wording);
    }
    if let Some(id) = requirement_id(name) {
        return requirement::page(id, wording);
    }
    if let Some(code) = family(name) {
        return Some(requirement::family_page(code));
    }
    if name.eq_ignore_ascii_case("rules") {
        return Some(rules::list_of(crate::rules::RULES));
    }
    if let Some(rule) = check::rule(&name.to_lowercase()) {
        return Some(rules::page(rule));
    }
    let pages: Vec<String> = [glossary::page(name), format::page(name)].into_iter().flatten().collect();
    (!pages.is_empty()).then(|| pages.join("\n"))
}

/// The known name that is closest to one that is not known, if any is close.
pub fn near(name: &str) -> Option<String> {
    let name = name.trim().to_lowercase();
    if let Some((before, _)) = name.split_once('[') {
        return requirement_id(before).map(|id| id.to_string()).or_else(|| near(before));
    }
    let known = known_names();
    let lower: Vec<String> = known.iter().map(|name| name.to_lowercase()).collect();
    let words: Vec<&str> = lower.iter().map(String::as_str).collect();
    let found = table::nearest(&name, &words)?;
    let at = lower.iter().position(|word| word == found)?;
    Some(known[at].clone())
}

/// The page of every rule by group, with a table of contents: the text of `docs/rules.md`.
pub fn rules_page() -> String {
    rules::page_of(crate::rules::RULES)
}

fn known_names() -> Vec<String> {
    let mut names: Vec<String> = crate::rules::RULES.iter().map(|rule| rule.name.to_owned()).collect();
    names.push("rules".to_owned());
    names.extend(glossary::words().map(str::to_owned));
    names.extend(format::names());
    names.extend(FAMILIES.iter().map(|(code, _)| (*code).to_owned()));
    for requirement in Catalog::rev2().requirements() {
        names.extend([requirement.id.to_string(), requirement.id.requirement()]);
    }
    names
}

/// A requirement id in small letters or large, whether or not the catalog has it.
fn requirement_id(name: &str) -> Option<RequirementId> {
    let id = name.to_uppercase().parse().ok()?;
    Catalog::rev2().requirement(id).map(|requirement| requirement.id)
}

fn objective(name: &str) -> Option<ObjectiveId> {
    let (before, rest) = name.split_once('[')?;
    let letter = rest.strip_suffix(']')?.to_lowercase();
    let id = format!("{}[{letter}]", requirement_id(before)?).parse().ok()?;
    Catalog::rev2().objective(id).map(|objective| objective.id)
}

/// The letters of a family by those letters, its name, or its number: AC, Access Control, 3.1.
fn family(name: &str) -> Option<&'static str> {
    let number = |at: usize| format!("3.{}", at + 1);
    let is_named = |(at, (code, words)): &(usize, &(&str, &str))| {
        name.eq_ignore_ascii_case(code) || name.eq_ignore_ascii_case(words) || name == number(*at)
    };
    FAMILIES.iter().enumerate().find(is_named).map(|(_, (code, _))| *code)
}

/// Text in lines of [`WIDTH`], each behind `indent` spaces, the first behind `lead` instead.
fn filled(lead: &str, indent: usize, text: &str) -> String {
    let mut out = String::new();
    let mut line = lead.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(&line);
            out.push('\n');
            line = " ".repeat(indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    out + line.trim_end() + "\n"
}

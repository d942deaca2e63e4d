//! What stands in HEAD already: a hook asks for nothing that this commit did not bring about.

use std::collections::BTreeMap;

use crate::check::{self, Wanted};
use crate::cli::Context;
use crate::cli::check::counted;
use crate::cli::root::{Root, Which};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::failure::{Cause, Failure};
use crate::ids::RequirementId;
use crate::rule::Group;
use crate::source::Files;

/// What tells a diagnostic from another, however its file and its figures have moved.
type Likeness = (&'static str, Option<RequirementId>, Option<char>, Option<String>, String);

/// The diagnostics that HEAD does not have, and how many it has already.
///
/// Of a root that is not committed yet only what cannot be read is new: what it leaves unanswered is work to come.
pub(super) fn new(
    diagnostics: Vec<Diagnostic>,
    files: &Files,
    wanted: &Wanted,
    (root, without_history): (&Root, bool),
    context: &Context<'_>,
) -> Result<(Vec<Diagnostic>, usize), Failure> {
    let all = diagnostics.len();
    let new = match before(root, without_history, wanted, context)? {
        Some(before) => beyond(diagnostics, files, before),
        None => diagnostics.into_iter().filter(is_of_form).collect(),
    };
    let standing = all - new.len();
    Ok((new, standing))
}

/// How often HEAD has each; `None` where it has no such root.
fn before(
    root: &Root,
    without_history: bool,
    wanted: &Wanted,
    context: &Context<'_>,
) -> Result<Option<BTreeMap<Likeness, Vec<String>>>, Failure> {
    if root.needed_git()?.head()?.is_none() {
        return Ok(None);
    }
    let (facts, found) = match root.facts(&Which::Revision("HEAD".to_owned()), without_history, context) {
        Ok(both) => both,
        Err(failure) if failure.cause == Cause::NoRoot => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let mut before: BTreeMap<Likeness, Vec<String>> = BTreeMap::new();
    for diagnostic in check::run(&facts, wanted, found) {
        before.entry(likeness(&diagnostic, &facts.assessment.files)).or_default().push(diagnostic.message);
    }
    Ok(Some(before))
}

/// Those that are more than there were of their kind; of these, the ones that were not there word by word.
fn beyond(diagnostics: Vec<Diagnostic>, files: &Files, mut before: BTreeMap<Likeness, Vec<String>>) -> Vec<Diagnostic> {
    let mut others = Vec::new();
    for diagnostic in diagnostics {
        let likeness = likeness(&diagnostic, files);
        let same = before.get_mut(&likeness);
        let at = same.as_ref().and_then(|same| same.iter().position(|message| *message == diagnostic.message));
        match same.zip(at) {
            Some((same, at)) => drop(same.swap_remove(at)),
            None => others.push((likeness, diagnostic)),
        }
    }
    let mut is_more = |likeness: &Likeness| before.get_mut(likeness).is_none_or(|same| same.pop().is_none());
    others.retain(|(likeness, _)| is_more(likeness));
    others.into_iter().map(|(_, diagnostic)| diagnostic).collect()
}

/// What is not shown.
pub(super) fn note(standing: usize) -> String {
    match standing {
        0 => String::new(),
        _ => format!(
            "note: {} that stood before not shown; `demarcate check` shows all\n",
            counted(standing, "diagnostic")
        ),
    }
}

/// The last line for people.
pub(super) fn summary(new: &[Diagnostic]) -> String {
    let count = |level: Level| new.iter().filter(|diagnostic| diagnostic.level == level).count();
    match (count(Level::Deny), count(Level::Warn)) {
        (0, 0) => "nothing new is wrong\n".to_owned(),
        (denied, warned) => format!("new since HEAD: {denied} denied, {warned} warned\n"),
    }
}

fn is_of_form(diagnostic: &Diagnostic) -> bool {
    check::rule(diagnostic.rule).is_none_or(|rule| rule.group == Group::Format)
}

fn likeness(diagnostic: &Diagnostic, files: &Files) -> Likeness {
    let path = match &diagnostic.place {
        Place::Span(span) => files.path(*span),
        Place::Path(path) => path,
    };
    let what = match diagnostic.practice {
        // A practice's file may be renamed, and what is said of it change as it is put right.
        Some(_) => String::new(),
        None => format!("{path} {}", without_figures(&diagnostic.message)),
    };
    (diagnostic.rule, diagnostic.practice, diagnostic.objective, diagnostic.provider.clone(), what)
}

fn without_figures(message: &str) -> String {
    message
        .split(' ')
        .map(|word| if word.bytes().all(|byte| byte.is_ascii_digit()) { "" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

//! What stands in HEAD already: a hook asks for nothing that this commit did not bring about.

use std::collections::BTreeMap;

use crate::check::{self, Wanted};
use crate::cli::Context;
use crate::cli::check::counted;
use crate::cli::root::{Root, Which};
use crate::diagnostic::{Diagnostic, Level, Place};
use crate::failure::{Cause, Failure};
use crate::ids::RequirementId;
use crate::report::without_counts;
use crate::rule::Group;
use crate::source::Files;

/// What tells a diagnostic from another, however its place and its counts have moved.
type Likeness = (&'static str, Option<RequirementId>, Option<char>, Option<String>, String);

/// How many of a likeness HEAD has.
#[derive(Clone, Copy, Default)]
struct Count {
    denied: usize,
    warned: usize,
}

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
) -> Result<Option<BTreeMap<Likeness, Count>>, Failure> {
    if root.needed_git()?.head()?.is_none() {
        return Ok(None);
    }
    let (facts, found) = match root.facts(&Which::Revision("HEAD".to_owned()), without_history, context) {
        Ok(both) => both,
        Err(failure) if failure.cause == Cause::NoRoot => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let mut before: BTreeMap<Likeness, Count> = BTreeMap::new();
    for diagnostic in check::run(&facts, wanted, found) {
        let count = before.entry(likeness(&diagnostic, &facts.assessment.files)).or_default();
        match diagnostic.level {
            Level::Deny => count.denied += 1,
            Level::Warn => count.warned += 1,
            Level::Allow => {}
        }
    }
    Ok(Some(before))
}

/// Those that are more than there were of their words; what was only warned of does not excuse a denial.
fn beyond(diagnostics: Vec<Diagnostic>, files: &Files, mut before: BTreeMap<Likeness, Count>) -> Vec<Diagnostic> {
    let likenesses: Vec<Likeness> = diagnostics.iter().map(|diagnostic| likeness(diagnostic, files)).collect();
    let mut is_old = vec![false; diagnostics.len()];
    // The denied ones first, so that a warning does not take the place of a denial.
    for level in [Level::Deny, Level::Warn] {
        for (at, _) in diagnostics.iter().enumerate().filter(|(_, diagnostic)| diagnostic.level == level) {
            let Some(count) = before.get_mut(&likenesses[at]) else { continue };
            let left = match level {
                Level::Warn if count.warned > 0 => &mut count.warned,
                _ => &mut count.denied,
            };
            is_old[at] = *left > 0;
            *left = left.saturating_sub(1);
        }
    }
    diagnostics.into_iter().zip(is_old).filter(|(_, is_old)| !is_old).map(|(diagnostic, _)| diagnostic).collect()
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
    let message = without_counts(&diagnostic.message);
    let what = match diagnostic.practice {
        // A practice's file may be renamed.
        Some(_) => message,
        None => format!("{path} {message}"),
    };
    (diagnostic.rule, diagnostic.practice, diagnostic.objective, diagnostic.provider.clone(), what)
}

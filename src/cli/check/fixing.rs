//! `check --fix`: what has one answer is made, what needs a judgement is offered as a diff.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::Context;
use super::super::outcome::Ended;
use super::super::root::{Root, Which};
use super::{Args, Checked, Wanted, checked, counted};
use crate::diagnostic::{Diagnostic, Fix, Level, Place};
use crate::failure::Failure;
use crate::fix::{self, patch};
use crate::ids::Span;
use crate::model::assessment::Assessment;
use crate::model::practice::Responsibility;
use crate::model::{Lock, LockEntry};
use crate::report::visible;
use crate::source::Files;
use crate::{load, lock, report, table};

/// How often what a fix brings to light is fixed too.
const ROUNDS: usize = 8;

/// What follows from the rest of a file, and so waits until the rest is as the format has it.
const DERIVED: [&str; 2] = ["ownership-differs", "status-differs"];

/// What was done so far.
#[derive(Default)]
struct Done {
    /// One line a place.
    places: Vec<String>,
    /// Files that were left as they are, and why.
    refused: BTreeSet<(String, &'static str)>,
    /// Files that were written.
    written: BTreeSet<String>,
    /// Editions without a line for which the last commit has one that says otherwise.
    unlocked: BTreeSet<String>,
}

/// Where files are written.
struct Site<'a> {
    directory: &'a Path,
    top: PathBuf,
}

/// Makes every safe fix, checks again, and gives what is still found.
pub(super) fn made(args: &Args, wanted: &Wanted, root: &Root, context: &mut Context<'_>) -> Result<Checked, Ended> {
    let top = root.git.as_ref().and_then(crate::git::Git::workdir).unwrap_or_else(|| root.directory.clone());
    let site = Site { directory: &root.directory, top };
    let mut done = Done::default();
    let mut now = checked(args, wanted, root, context)?;
    for _ in 0..ROUNDS {
        let before = done.places.len();
        make_fixes(&now, &site, &mut done)?;
        refresh_lock(&now, root, &site, &mut done)?;
        if done.places.len() == before {
            break;
        }
        now = checked(args, wanted, root, context)?;
    }
    if sort_lists(&now, &site, &mut done)? {
        now = checked(args, wanted, root, context)?;
    }
    say(&done, context)?;
    Ok(now)
}

fn say(done: &Done, context: &mut Context<'_>) -> Result<(), Ended> {
    let lines = done.places.iter().map(|place| format!("  {}\n", visible(place))).collect::<Vec<_>>().concat();
    context.note(&format!("fixed {}\n{lines}", counted(done.places.len(), "place")))?;
    for (path, why) in &done.refused {
        context.note(&format!("note: {} {why}, so nothing was written to it\n", visible(path)))?;
    }
    for edition in &done.unlocked {
        context.note(&format!(
            "note: the last commit locks other bytes for {}, so they were not locked: put its line back with \
             `git restore evidence.lock`, or accept the new bytes with `demarcate hash`\n",
            visible(edition)
        ))?;
    }
    Ok(())
}

fn make_fixes(now: &Checked, site: &Site<'_>, done: &mut Done) -> Result<(), Failure> {
    let files = &now.facts.assessment.files;
    let is_ripe =
        |found: &Diagnostic, fix: &Fix| !DERIVED.contains(&found.rule) || !now.doubtful.contains(&fix.span.file);
    let safe: Vec<_> = fixes(now).filter(|(found, fix)| fix.safe && is_ripe(found, fix)).collect();
    for (file, fixes) in fix::by_file(safe.iter().map(|(_, fix)| *fix)) {
        let rule =
            |fix: &Fix| safe.iter().find(|(_, other)| std::ptr::eq(*other, fix)).map_or("", |(found, _)| found.rule);
        let places = fixes.iter().map(|fix| in_words(fix, rule(fix), files)).collect();
        put(file, &fixes, places, files, site, done)?;
    }
    Ok(())
}

/// Every fix in a file of this root that was read whole, with what it answers.
fn fixes(now: &Checked) -> impl Iterator<Item = (&Diagnostic, &Fix)> {
    let files = &now.facts.assessment.files;
    let fixes = now.diagnostics.iter().filter_map(|found| Some((found, found.fix.as_ref()?)));
    fixes.filter(|(found, fix)| {
        found.level != Level::Allow && !now.broken.contains(&fix.span.file) && !files.path(fix.span).starts_with("../")
    })
}

/// Puts fixes into one file, unless somebody else has written it or it may not be written.
fn put(
    file: u32,
    fixes: &[&Fix],
    places: Vec<String>,
    files: &Files,
    site: &Site<'_>,
    done: &mut Done,
) -> Result<(), Failure> {
    let Some(source) = files.get(file) else { return Ok(()) };
    let after = fix::fixed(&source.text, fixes);
    if *after == *source.text {
        return Ok(());
    }
    match fix::replace(&site.directory.join(&source.path), &source.text, &after, &site.top)? {
        Some(why) => drop(done.refused.insert((source.path.clone(), why.words()))),
        None => {
            done.places.extend(places);
            done.written.insert(source.path.clone());
        }
    }
    Ok(())
}

/// `practices/AC.L2-3.1.1.toml:2:13 ownership: contractor to shared`.
fn in_words(fix: &Fix, rule: &str, files: &Files) -> String {
    let (line, column) = files.position(fix.span);
    let text = files.get(fix.span.file).map_or("", |source| &*source.text);
    let at = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
    let old = text.get(at(fix.span.start)..at(fix.span.end)).unwrap_or_default();
    let key = key_at(fix.span, text).unwrap_or(rule);
    let bare = |text: &str| text.trim_matches(['"', '\'']).to_owned();
    format!("{}:{line}:{column} {key}: {} to {}", files.path(fix.span), bare(old), bare(&fix.replacement))
}

/// The key whose value a span is.
fn key_at(span: Span, text: &str) -> Option<&str> {
    let before = text.get(..usize::try_from(span.start).ok()?)?;
    let (key, _) = before.rsplit('\n').next()?.split_once('=')?;
    Some(key.trim()).filter(|key| crate::ids::is_kebab(key))
}

/// Locks editions that are not locked yet. A digest that was locked, here or in the last commit, is never replaced: that
/// the file has changed is what the lock is there to show.
fn refresh_lock(now: &Checked, root: &Root, site: &Site<'_>, done: &mut Done) -> Result<(), Failure> {
    let assessment = &now.facts.assessment;
    let is_wanted = now.diagnostics.iter().any(|found| found.rule == "evidence-unlocked");
    if !is_wanted || assessment.lock.as_ref().is_some_and(|lock| lock.lost) {
        return Ok(());
    }
    let (text, added) = with_new_editions(assessment, &committed_lock(root), done);
    if added.is_empty() {
        return Ok(());
    }
    let path = site.directory.join("evidence.lock");
    let refused = match &assessment.lock {
        Some(lock) => {
            let before = assessment.files.get(lock.file).map_or("", |source| &*source.text);
            fix::replace(&path, before, &text, &site.top)?
        }
        None if path.symlink_metadata().is_ok() => Some(fix::Refused::Changed),
        None => fix::write(&path, text.as_bytes()).map(|()| None)?,
    };
    match refused {
        Some(why) => drop(done.refused.insert(("evidence.lock".to_owned(), why.words()))),
        None => done.places.extend(added),
    }
    Ok(())
}

/// The lock of the last commit; empty where there is none.
fn committed_lock(root: &Root) -> Lock {
    let tree = root.tree(&Which::Revision("HEAD".to_owned()));
    let bytes = tree.ok().and_then(|tree| tree.read("evidence.lock").ok().flatten());
    bytes.map_or_else(Lock::default, |bytes| load::read_lock(&String::from_utf8_lossy(&bytes), 0, &mut Vec::new()))
}

/// The lock as it is with the lines that it lacks, and what they lock.
fn with_new_editions(assessment: &Assessment, committed: &Lock, done: &mut Done) -> (String, Vec<String>) {
    let mut whole = assessment.lock.as_ref().map(|lock| lock.value.clone()).unwrap_or_default();
    let compared = lock::compare(assessment);
    let mut added = Vec::new();
    for change in compared.changes.into_iter().filter(|change| change.kind == lock::Kind::Added) {
        let key = (change.artifact, change.path);
        let Some(entry) = compared.lock.entries.get(&key) else { continue };
        if is_denied_by(committed, &key, entry) {
            done.unlocked.insert(format!("{} of {}", key.1, key.0));
        } else {
            added.push(format!("evidence.lock: locked {} of {}", key.1, key.0));
            whole.entries.insert(key, entry.clone());
        }
    }
    (load::write_lock(&whole), added)
}

/// Whether a lock has lines for an edition, and none with these bytes.
fn is_denied_by(lock: &Lock, key: &(String, String), entry: &LockEntry) -> bool {
    let rivals = lock.rivals.get(key).into_iter().flatten();
    let mut lines = lock.entries.get(key).into_iter().chain(rivals).peekable();
    lines.peek().is_some() && !lines.any(|line| line.says_the_same(entry))
}

/// Sorts lists whose order means nothing, in the files that were written anyway; a list is never sorted for its own sake, nor is one
/// in which something is found.
fn sort_lists(now: &Checked, site: &Site<'_>, done: &mut Done) -> Result<bool, Failure> {
    let assessment = &now.facts.assessment;
    let before = done.places.len();
    for practice in assessment.practices.values() {
        if !done.written.contains(&practice.path) || now.broken.contains(&practice.file) {
            continue;
        }
        let mut lists: Vec<Vec<(String, Span)>> = practice.responsibility.iter().flat_map(lists).collect();
        lists.extend(
            practice.method.iter().map(|method| named(method.objectives.iter().map(|one| (&one.value, one.span)))),
        );
        let (fixes, places): (Vec<_>, Vec<_>) = lists
            .iter()
            .filter(|list| !is_doubtful(list, now))
            .filter_map(|list| sorted(list, &assessment.files))
            .unzip();
        let fixes = fixes.concat();
        let fixes = fix::by_file(fixes.iter()).remove(&practice.file).unwrap_or_default();
        put(practice.file, &fixes, places, &assessment.files, site, done)?;
    }
    Ok(done.places.len() > before)
}

/// The lists of a responsibility whose order means nothing.
fn lists(part: &Responsibility) -> Vec<Vec<(String, Span)>> {
    let objectives = named(part.objectives.iter().map(|one| (&one.value, one.span)));
    let scope = named(part.scope.iter().map(|group| (&group.name, group.span)));
    let shown = part.evidence.iter().map(|one| named(one.objectives.iter().map(|one| (&one.value, one.span))));
    shown.chain([objectives, scope]).collect()
}

fn named<'a>(items: impl Iterator<Item = (&'a String, Span)>) -> Vec<(String, Span)> {
    items.map(|(name, span)| (name.clone(), span)).collect()
}

/// Whether a name stands twice, or a diagnostic points at one.
fn is_doubtful(list: &[(String, Span)], now: &Checked) -> bool {
    let names: BTreeSet<&String> = list.iter().map(|(name, _)| name).collect();
    let is_found = |(_, span): &(String, Span)| now.diagnostics.iter().any(|found| found.place == Place::Span(*span));
    names.len() < list.len() || list.iter().any(is_found)
}

/// The items of a list on one line, each put where it belongs; blanks, commas and quotes stay. Nothing where they are in order.
fn sorted(list: &[(String, Span)], files: &Files) -> Option<(Vec<Fix>, String)> {
    let (first, last) = (list.first()?.1, list.last()?.1);
    let text = &files.get(first.file)?.text;
    let at = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
    let is_on_one_line = !text.get(at(first.start)..at(last.end))?.contains('\n');
    if !is_on_one_line || list.is_sorted_by_key(|(name, _)| name) {
        return None;
    }
    let mut order: Vec<&(String, Span)> = list.iter().collect();
    order.sort_by_key(|(name, _)| name);
    let fixes = list.iter().zip(&order).map(|((_, here), (name, _))| Fix::safe(*here, table::quoted(name))).collect();
    let (line, column) = files.position(first);
    let key = key_at(first, text).unwrap_or("list");
    Some((fixes, format!("{}:{line}:{column} {key}: sorted", files.path(first))))
}

/// What needs a judgement, as one unified diff, and how many fixes could not be shown.
pub(super) fn offered(now: &Checked, prefix: &str) -> (String, usize) {
    let files = &now.facts.assessment.files;
    let (mut out, mut hidden) = (String::new(), 0);
    for (file, fixes) in fix::by_file(fixes(now).map(|(_, fix)| fix).filter(|fix| !fix.safe)) {
        let Some(source) = files.get(file) else { continue };
        let diff = patch::unified(&report::from_top(prefix, &source.path), &source.text, &fixes);
        if is_harmless(&diff) {
            out.push_str(&diff);
        } else {
            hidden += fixes.len();
        }
    }
    (out, hidden)
}

/// Whether a diff may be printed as it is: with signs instead of controls it would not apply.
fn is_harmless(diff: &str) -> bool {
    let plain = diff.replace("\r\n", "\n");
    let is_command = |line: &str| line.get(1..).is_some_and(|line| line.trim_start().starts_with("::"));
    report::screen(&plain) == plain && !plain.lines().any(is_command)
}

//! What follows from the facts of a commit: the documents, what the log says, and what the rules say.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::failure::{Cause, Failure};
use crate::git::Git;
use crate::model::assessment::Assessment;
use crate::render::template::Templates;
use crate::render::{self, Format, LogHash, Options};
use crate::rule::Facts;
use crate::source::Tree;
use crate::table::Reader;
use crate::view::{self, Tool, View};
use crate::{digest, facts, import, packet, report};

/// The files of a bundle that the rules and templates make, by path; `held` says where editions lie as seen from the
/// documents, by location; `log` is the log of their digests, if there is one. `diagnostics` is all that `check` says of the facts.
pub fn files(
    (git, tree): (&Git, &Tree<'_>),
    (facts, diagnostics): (&Facts, &[Diagnostic]),
    (held, log): (&BTreeMap<String, String>, Option<&[u8]>),
) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let view = view((git, tree), facts, diagnostics)?;
    let templates = Templates::new(&render::overrides(tree)?)?;
    let log = log.map(|bytes| LogHash { sha256: digest::hex(&digest::of(bytes)), made: view.as_of.clone() });
    let options = Options { held: Some(held.clone()), log, ..Options::default() };
    let documents = render::all(&Format::TEXTS, &options, &view, &templates)?;
    let mut files: BTreeMap<String, Vec<u8>> =
        documents.into_iter().map(|(name, bytes)| (format!("documents/{name}"), bytes)).collect();
    files.insert("history/history.json".to_owned(), history(facts));
    let check = report::json::text(diagnostics, &facts.assessment.files);
    files.insert("history/check.json".to_owned(), check.into_bytes());
    Ok(files)
}

/// What the log says, as `history --format json` prints it.
fn history(facts: &Facts) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(history) = &facts.history {
        report::history::write(history, &mut bytes).expect("memory takes what is written");
    }
    bytes
}

fn view(at: (&Git, &Tree<'_>), facts: &Facts, diagnostics: &[Diagnostic]) -> Result<View, Failure> {
    let last = facts.history.as_ref().and_then(packet::last);
    let then = last.map(|last| root_at(at, &last.commit)).transpose()?.flatten();
    let view = view::of(facts, Tool::this()).with_affirmation(packet::of(facts, diagnostics, then.as_ref()));
    worded(view, at.1)
}

/// The root as it stood at a commit; where none stood then, there is nothing to compare with.
fn root_at((git, tree): (&Git, &Tree<'_>), commit: &str) -> Result<Option<Assessment>, Failure> {
    let then = Tree::revision(git, git.commit(commit)?, tree.prefix())?;
    match facts::assessment(&then) {
        Ok(assessment) => Ok(Some(assessment)),
        Err(failure) if failure.cause == Cause::NoRoot => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The view with the official wording, where the commit has it.
fn worded(view: View, tree: &Tree<'_>) -> Result<View, Failure> {
    let path = import::IMPORTED;
    let unreadable = |why: &str| {
        let message = format!("{path}: {why}; run `demarcate import catalog` again and commit what it writes");
        Failure::new(Cause::Usage, message)
    };
    let Some(bytes) = tree.read(path).map_err(|why| unreadable(&why.to_string()))? else { return Ok(view) };
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8"))?;
    let mut reader = Reader::default();
    let wording = import::read_imported(&text, &mut reader);
    match (reader.problems.first(), wording) {
        (Some(problem), _) => Err(unreadable(&problem.message)),
        (None, Some(wording)) => Ok(view.with_wording(&wording)),
        (None, None) => Ok(view),
    }
}

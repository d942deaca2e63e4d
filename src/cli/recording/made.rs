//! What came of a commit: which one it is, whether it says and holds what was meant, and what it is worth.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Recorder;
use super::foreseen::together;
use super::staged::{between, few, tree_of};
use crate::catalog::Catalog;
use crate::cli::Context;
use crate::cli::outcome::{Ended, Outcome};
use crate::failure::{Cause, Failure};
use crate::git::{Git, Oid};
use crate::model::history::{Grade, Stood, Subject};
use crate::report::visible;
use crate::trailers::{self, Said, WrittenReview, WrittenStatement};

/// The commits that hooks may put on top of what was recorded.
const ON_TOP: usize = 100;

/// A commit that was just made.
pub(crate) struct Made {
    /// Its id, as hex.
    pub(crate) commit: String,
    /// How it differs from what was meant, in sentences.
    differs: Vec<String>,
    /// The commit before it, if nothing stands on top of it and HEAD is still there.
    before: Option<String>,
}

/// What stands in the head of a commit, as far as it is compared.
struct Head {
    tree: String,
    parent: Option<String>,
    message: String,
}

impl Head {
    fn of(git: &Git, commit: &str) -> Result<Self, Failure> {
        let raw = git.raw_commit(git.commit(commit)?)?;
        let text = String::from_utf8_lossy(&raw).into_owned();
        let (head, message) = text.split_once("\n\n").unwrap_or((&text, ""));
        let find = |key: &str| head.lines().find_map(|line| line.strip_prefix(key)).map(str::to_owned);
        Ok(Self { tree: find("tree ").unwrap_or_default(), parent: find("parent "), message: message.to_owned() })
    }
}

impl Made {
    /// The commit that was made on the branch: the one whose first parent is the tip from before; a hook may have put
    /// others on top of it.
    pub(super) fn on(recorder: &Recorder<'_>, meant: &str) -> Result<Self, Failure> {
        let git = recorder.root.needed_git()?;
        let tip = git.reference(&recorder.branch)?;
        let before = recorder.before.to_string();
        let mut at = tip.map(|tip| tip.to_string()).filter(|tip| *tip != before);
        for _ in 0..ON_TOP {
            let Some(commit) = at else { break };
            let head = Head::of(git, &commit)?;
            if head.parent.as_ref() == Some(&before) {
                let is_tip = tip == git.head()? && tip == Some(git.commit(&commit)?);
                let differs = differences(recorder, &head, meant)?;
                return Ok(Self { commit, differs, before: is_tip.then_some(before) });
            }
            at = head.parent;
        }
        Err(not_found(recorder, tip))
    }
}

fn not_found(recorder: &Recorder<'_>, tip: Option<Oid>) -> Failure {
    let (branch, before) = (&recorder.branch, recorder.before);
    let tip = tip.map_or_else(|| "is gone".to_owned(), |tip| format!("stands at {tip}"));
    let message = format!(
        "git commit ended well, and yet nothing was recorded on top of {before}, which was judged: {branch} {tip}; a hook \
         or another program has moved it\n  help: `git reflog` shows what happened"
    );
    Failure::new(Cause::Repository, message)
}

/// How a commit differs from what was judged and meant; hooks and settings change both.
fn differences(recorder: &Recorder<'_>, head: &Head, meant: &str) -> Result<Vec<String>, Failure> {
    let (git, tree) = (recorder.root.needed_git()?, recorder.staged.tree);
    let mut differs = differences_of_words(meant, &head.message, &recorder.root.prefix()?);
    let found = tree_of(git, &head.tree)?;
    if found != tree {
        let files = between(git, tree, found)?;
        let files = if files.is_empty() { "the mode of a file".to_owned() } else { few(&files) };
        differs.push(format!("it holds other files than those that were judged: {files}"));
    }
    Ok(differs)
}

fn differences_of_words(meant: &str, found: &str, root: &str) -> Vec<String> {
    let read = |text: &str| at_one_place(trailers::read(text, Catalog::rev2(), root));
    let (meant, found) = (read(meant), read(found));
    if meant == found {
        return Vec::new();
    }
    let (wanted, said) = (lines(&meant), lines(&found));
    let quoted = |lines: &[String]| lines.iter().map(|line| format!("`{}`", visible(line))).collect::<Vec<_>>();
    let lacking: Vec<String> = wanted.difference(&said).cloned().collect();
    let added: Vec<String> = said.difference(&wanted).cloned().collect();
    let told = [("its message lacks", lacking), ("its message says", added)];
    let told = told.into_iter().filter(|(_, lines)| !lines.is_empty());
    let told: Vec<String> = told.map(|(what, lines)| format!("{what} {}", few(&quoted(&lines)))).collect();
    if told.is_empty() { vec!["its message says something else than was meant".to_owned()] } else { told }
}

/// Where lines stand is no matter: a hook may add a paragraph of its own.
fn at_one_place(mut said: Said) -> Said {
    for review in &mut said.reviews {
        review.stood = Stood::Trailers;
    }
    said
}

/// What a message says, one thing a line.
fn lines(said: &Said) -> BTreeSet<String> {
    let reviews = said.reviews.iter().flat_map(of_review);
    let accepted =
        said.acceptances.iter().flat_map(|found| of_statement(found, "Responsibility-Accepted", "Accepted-by"));
    let affirmed = said.affirmations.iter().flat_map(|found| of_statement(found, "Compliance-Affirmed", "Affirmed-by"));
    let certified = said.certifications.iter().flat_map(|found| {
        let scope: Vec<String> = found.scope.iter().map(Subject::to_string).collect();
        [each("Practice-Certified", &scope), each("Certified-by", &found.by)].concat()
    });
    reviews.chain(accepted).chain(affirmed).chain(certified).collect()
}

fn of_review(review: &WrittenReview) -> Vec<String> {
    let scope: Vec<String> = review.scope.iter().map(Subject::to_string).collect();
    let outcome = format!("Review-Outcome: {}", review.outcome.word());
    let record = each("Review-Record", review.record.as_slice());
    [each("Practice-Review", &scope), vec![outcome], each("Reviewed-by", &review.as_written), record].concat()
}

fn of_statement(found: &WrittenStatement, about: &str, by: &str) -> Vec<String> {
    let record = each("Acceptance-Record", found.record.as_slice());
    [each(about, &found.about), each(by, &found.by), record, each("Acknowledged", &found.acknowledged)].concat()
}

fn each(key: &str, values: &[String]) -> Vec<String> {
    values.iter().map(|value| format!("{key}: {value}")).collect()
}

/// What something that was recorded is worth.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Worth {
    /// The subject, of what speaks of several.
    pub(crate) about: Option<Subject>,
    pub(crate) grade: Grade,
    pub(crate) counts: bool,
    /// Why it does not count, if it does not.
    pub(crate) why: Option<String>,
}

impl Worth {
    pub(crate) fn of(grade: Grade, counts: bool, why: Option<&Arc<str>>) -> Self {
        Self { about: None, grade, counts, why: why.map(ToString::to_string) }
    }

    /// The same about a subject, whose reason does not name it again.
    pub(crate) fn about(self, subject: &Subject) -> Self {
        let why = self.why.map(|why| why.replace(&subject.words(), "it"));
        Self { about: Some(subject.clone()), why, ..self }
    }
}

/// Says what came of a commit that was just made: a record that does not count, or is another one than was meant, is no
/// success.
pub(crate) fn verdict(made: &Made, worth: &[Worth], context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let commit = made.commit.get(..10).unwrap_or(&made.commit);
    let mut said: BTreeMap<(Grade, bool, Option<&str>), BTreeSet<&Subject>> = BTreeMap::new();
    for Worth { about, grade, counts, why } in worth {
        said.entry((*grade, *counts, why.as_deref())).or_default().extend(about);
    }
    for ((grade, counts, why), about) in &said {
        let which = if said.len() > 1 && !about.is_empty() {
            format!(" for {}", together(about.iter().copied()))
        } else {
            String::new()
        };
        let counts = if *counts { "counts" } else { "does not count" };
        let why = why.map(|why| format!(": {}", visible(why))).unwrap_or_default();
        context.say(&format!("recorded in {commit}: {}, and it {counts}{which}{why}\n", grade.word()))?;
    }
    if said.is_empty() {
        context.say(&format!("{commit} was made, and nothing in it is read as what was meant\n"))?;
    }
    for what in &made.differs {
        context.say(&format!("{commit} is not what was meant: {what}\n"))?;
    }
    let is_void = said.is_empty() || said.keys().any(|(_, counts, _)| !counts) || !made.differs.is_empty();
    if is_void {
        context.say(&format!("  help: {}\n", help(made)))?;
    }
    Ok(Outcome::of(is_void))
}

fn help(made: &Made) -> String {
    let hooks = if made.differs.is_empty() { "put right what it says" } else { "look at your Git hooks" };
    match &made.before {
        Some(before) => {
            let before = before.get(..10).unwrap_or(before);
            format!("{hooks}, then record it again; `git reset --soft {before}` takes the commit back")
        }
        None => format!(
            "{hooks}, then record it again; something stands on top of the commit, so that nothing is taken back"
        ),
    }
}

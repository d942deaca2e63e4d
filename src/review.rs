//! A review as the message of a commit, that reads back as the review that was meant.

mod guide;

use std::collections::BTreeSet;

use crate::failure::{Cause, Failure};
use crate::history;
use crate::model::assessment::Assessment;
use crate::model::history::{ReviewOutcome, Stood, Subject};
use crate::spelling;
use crate::trailers::{self, Said, WrittenReview};

pub use guide::guide;

/// The longest line of scope.
const WIDTH: usize = 100;

/// A review that is to be recorded.
pub struct Draft<'a> {
    /// The words of its scope: ids, families, `all`, and the other subjects.
    pub scope: &'a [String],
    /// What is recorded.
    pub outcome: ReviewOutcome,
    /// Name and address of the reviewer.
    pub reviewer: &'a str,
    /// The artifact that records it, for a reviewer who does not use Git.
    pub record: Option<&'a str>,
    /// What was looked at and found, in the reviewer's words.
    pub note: Option<&'a str>,
}

/// The subjects that the words of a scope name; a word that names nothing of this root is a failure.
pub fn subjects(words: &[String], assessment: &Assessment) -> Result<BTreeSet<Subject>, Failure> {
    let words = spelling::words(words);
    let (named, unknown) = trailers::scope(words.iter().map(String::as_str), assessment.catalog);
    let known = history::subjects(assessment);
    let near = |word: &str| {
        let known: Vec<String> = known.iter().filter(|known| !is_practice(known)).map(Subject::to_string).collect();
        spelling::meant(word, &known.iter().map(String::as_str).collect::<Vec<_>>())
    };
    if let Some(word) = unknown.first() {
        let (near, word) = (near(word), word.escape_debug());
        return Err(usage(format!("`{word}` cannot be reviewed: name {}{near}", trailers::SCOPE_WORDS)));
    }
    if named.is_empty() {
        return Err(usage(format!("nothing to review: name {}", trailers::SCOPE_WORDS)));
    }
    match named.iter().find(|subject| !known.contains(subject)) {
        Some(missing) if is_practice(missing) => Err(usage(format!("there is no `{missing}` here to review"))),
        Some(missing) => Err(usage(format!("there is no `{missing}` here to review{}", near(&missing.to_string())))),
        None => Ok(named),
    }
}

/// The message of the commit that records a review.
pub fn message(draft: &Draft<'_>, assessment: &Assessment) -> Result<String, Failure> {
    let named = subjects(draft.scope, assessment)?;
    check_reviewer(draft.reviewer)?;
    if let Some(record) = draft.record.filter(|record| !assessment.artifacts.contains_key(*record)) {
        return Err(usage(format!("no artifact is called `{}`", record.escape_debug())));
    }
    let mut text = format!("{}\n\n", title(draft, &named));
    if let Some(note) = draft.note.map(str::trim).filter(|note| !note.is_empty()) {
        text.push_str(note);
        text.push_str("\n\n");
    }
    let mut lines: Vec<(&str, String)> = Vec::new();
    lines.extend(scope_lines(draft.scope).into_iter().map(|line| ("Practice-Review", line)));
    lines.push(("Review-Outcome", draft.outcome.word().to_owned()));
    lines.push(("Reviewed-by", draft.reviewer.trim().to_owned()));
    lines.extend(draft.record.map(|record| ("Review-Record", record.to_owned())));
    for (key, value) in lines {
        text.extend([key, ": ", &value, "\n"]);
    }
    check_reads_back(&text, draft, &named, assessment)?;
    Ok(text)
}

fn is_practice(subject: &Subject) -> bool {
    matches!(subject, Subject::Practice(_))
}

fn usage(message: String) -> Failure {
    Failure::new(Cause::Usage, message)
}

fn check_reviewer(reviewer: &str) -> Result<(), Failure> {
    let parts = reviewer.trim().strip_suffix('>').and_then(|rest| rest.split_once('<'));
    let whole = parts.is_some_and(|(name, email)| {
        !name.trim().is_empty() && email.contains('@') && !email.contains(['<', '>', ' ']) && !reviewer.contains('\n')
    });
    if whole {
        return Ok(());
    }
    let message = format!(
        "`{}` is not a reviewer: write name and address, Dana Lee <dana@contractor.example>",
        reviewer.escape_debug()
    );
    Err(usage(message))
}

fn title(draft: &Draft<'_>, named: &BTreeSet<Subject>) -> String {
    let what = match spelling::words(draft.scope).as_slice() {
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        _ => format!("{} subjects", named.len()),
    };
    format!("Review {what}: {}", draft.outcome.word())
}

/// The words, as many on a line as fit: several lines add up.
fn scope_lines(scope: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in spelling::words(scope) {
        match lines.last_mut().filter(|line| line.len() + word.len() < WIDTH) {
            Some(line) => {
                line.push_str(", ");
                line.push_str(&word);
            }
            None => lines.push(word),
        }
    }
    lines
}

/// A note may hold lines that read as a review of their own.
fn check_reads_back(
    text: &str,
    draft: &Draft<'_>,
    named: &BTreeSet<Subject>,
    assessment: &Assessment,
) -> Result<(), Failure> {
    let meant = WrittenReview {
        scope: named.clone(),
        outcome: draft.outcome,
        reviewers: vec![draft.reviewer.trim().to_owned()],
        as_written: vec![draft.reviewer.trim().to_owned()],
        record: draft.record.map(str::to_owned),
        stood: Stood::Trailers,
    };
    if (Said { reviews: vec![meant], ..Said::default() }).is_all_of(text, assessment.catalog) {
        return Ok(());
    }
    Err(usage("the note holds lines that read as a review of their own: word them differently".to_owned()))
}

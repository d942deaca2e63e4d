//! What a reviewer is told before looking: what changed since the last review that counts, subject by subject.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::history::{History, ReviewState, Subject, SubjectHistory};

/// How many changes of a subject are told, and how many subjects are named in a line, unless all are asked for.
const SHOWN: usize = 6;

/// What is to be reviewed against what was reviewed: what changed first, then what nobody has looked at, then the rest.
pub fn guide(named: &BTreeSet<Subject>, history: &History, all: bool) -> String {
    let most = if all { usize::MAX } else { SHOWN };
    let found = || named.iter().filter_map(|subject| Some((subject, history.subjects.get(subject)?)));
    let mut out = String::new();
    for (subject, of) in found().filter(|(_, of)| of.state == ReviewState::Stale) {
        out.push_str(&changed(subject, of, most));
    }
    let mut others: BTreeMap<ReviewState, Vec<&Subject>> = BTreeMap::new();
    for (subject, of) in found().filter(|(_, of)| of.state != ReviewState::Stale) {
        others.entry(of.state).or_default().push(subject);
    }
    for (state, subjects) in &others {
        out.push_str(&line(*state, subjects, history, most));
    }
    if named.len() > 1 {
        out.push_str(&format!("this review would speak of {} subjects at once\n", named.len()));
    }
    out
}

fn changed(subject: &Subject, of: &SubjectHistory, most: usize) -> String {
    let last = of.last_accepted().map(|review| format!(" {}", review.words())).unwrap_or_default();
    let mut out = format!("{subject} has changed since the review{last}:\n");
    for change in of.changes.iter().take(most) {
        out.push_str(&format!("  {change}\n"));
    }
    let more = of.changes.len().saturating_sub(most);
    if more > 0 {
        out.push_str(&format!("  and {more} more; `--verbose` shows them\n"));
    }
    out
}

/// Subjects that share a state, in one line.
fn line(state: ReviewState, subjects: &[&Subject], history: &History, most: usize) -> String {
    let what = match state {
        ReviewState::Never => "never reviewed",
        ReviewState::Refused => "reviewed, and no review counts",
        ReviewState::Deficient => "with an open deficiency",
        ReviewState::Stale => "changed since the last review",
        ReviewState::Overdue => "unchanged since the last review, which is too long ago",
        ReviewState::Due | ReviewState::Current => "unchanged since the last review",
    };
    let mut names: Vec<String> = subjects.iter().take(most).map(|subject| dated(subject, history)).collect();
    let more = subjects.len().saturating_sub(most);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    format!("{} {what}: {}\n", subjects.len(), names.join(", "))
}

fn dated(subject: &Subject, history: &History) -> String {
    let last = history.subjects.get(subject).and_then(SubjectHistory::last_accepted);
    last.map_or_else(|| subject.to_string(), |review| format!("{subject} ({})", review.date))
}

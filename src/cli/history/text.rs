//! The history as people read it: one line a subject, the log of one, or the chain of reviews that proves it.

use std::collections::BTreeMap;

use crate::date::Date;
use crate::ids::RequirementId;
use crate::model::history::{
    Certification, History, Review, ReviewState, Revision, Statement, Stood, Subject, SubjectHistory,
};
use crate::report::visible;

/// Columns that a line takes at most, unless one word is longer.
const WIDTH: usize = 108;

/// One line a subject.
pub(super) fn short(history: &History) -> String {
    let mut out = String::from("subject                     state      last review  due         by\n");
    for (subject, of) in &history.subjects {
        let last = of.reviews.iter().find(|review| review.accepted && !review.after_as_of);
        let date = last.map_or("-".to_owned(), |review| review.date.to_string());
        let due = of.due.map_or("-".to_owned(), |due| due.to_string());
        let by = last.map_or("-", |review| &*review.reviewer);
        out.push_str(&format!("{:<27} {:<10} {date:<12} {due:<11} {by}\n", subject.to_string(), of.state.word()));
    }
    out
}

/// Every review and every revision of each subject.
pub(super) fn log(history: &History) -> String {
    history.subjects.iter().map(|(subject, of)| log_of(subject, of)).collect()
}

fn log_of(subject: &Subject, of: &SubjectHistory) -> String {
    let mut out = heading(subject, of);
    out.push_str("  reviews, newest first:\n");
    out.extend(of.reviews.iter().map(entry));
    if of.reviews.is_empty() {
        out.push_str("    none\n");
    }
    out.push_str("  revisions, newest first:\n");
    for revision in &of.revisions {
        let Revision { commit, date, author, summary, .. } = &**revision;
        out.push_str(&format!("    {date}  {}  {}  {}\n", brief(commit), visible(author), visible(summary)));
    }
    out
}

/// Of each subject the chain of reviews that count with the days between them, then those that do not count.
pub(super) fn proof(history: &History) -> String {
    let subjects = history.subjects.iter().map(|(subject, of)| proof_of(subject, of, history));
    subjects.collect::<String>() + &statements(history)
}

/// Acceptances, affirmations and certifications, as far as they are about what is told.
fn statements(history: &History) -> String {
    let accepted = history.acceptances.iter().map(|found| (format!("duties of {} accepted", found.about), found));
    let affirmed = history.affirmations.iter().map(|found| (format!("{} affirmed", found.about), found));
    let mut out: String = accepted.chain(affirmed).map(|(what, found)| statement(&what, found)).collect();
    let told = |id: &RequirementId| history.subjects.contains_key(&Subject::Practice(*id));
    for (id, found) in history.certifications.iter().filter(|(id, _)| told(id)) {
        out.extend(found.iter().map(|found| certification(*id, found)));
    }
    if out.is_empty() { out } else { format!("statements, newest first:\n{out}\n") }
}

fn statement(what: &str, found: &Statement) -> String {
    let mut words = vec![format!("{what} {}", visible(&found.words()))];
    words.extend(found.refused_because.iter().map(|why| format!("does not count: {}", visible(why))));
    words.extend((!found.differs.is_empty()).then(|| format!("changed since: {}", visible(&found.differs.join("; ")))));
    words.extend(found.record.iter().map(|record| format!("record {}", visible(record))));
    words.extend(found.after_as_of.then(|| "after the as-of day, not counted".to_owned()));
    let known = found.acknowledged.join(", ");
    words.extend((!known.is_empty()).then(|| format!("acknowledged as open: {}", visible(&known))));
    wrapped("    ", 8, &words.join("; "))
}

fn certification(id: RequirementId, found: &Certification) -> String {
    let why = found.refused_because.as_ref().map(|why| format!("; does not count: {}", visible(why)));
    let older = if found.covers_head { "" } else { "; for older content" };
    let (by, day, grade) = (visible(&found.by), found.date, found.grade.word());
    wrapped(
        "    ",
        8,
        &format!(
            "{id} certified by {by} on {day} in {} ({grade}){older}{}",
            brief(&found.commit),
            why.unwrap_or_default()
        ),
    )
}

fn proof_of(subject: &Subject, of: &SubjectHistory, history: &History) -> String {
    let mut out = heading(subject, of);
    out.push_str(&chain(of, history));
    let others: Vec<&Review> = of.reviews.iter().filter(|review| !review.counts()).collect();
    if !others.is_empty() {
        out.push_str("  does not count:\n");
        out.extend(others.into_iter().map(entry));
    }
    out.push_str(&gaps(of, history));
    out.push_str(&latest_revision(of));
    out.push('\n');
    out
}

fn heading(subject: &Subject, of: &SubjectHistory) -> String {
    let mut out = format!("{subject}: {}", of.state.word());
    if let Some(due) = of.due {
        out.push_str(&format!(", next review due {due}"));
    }
    out.push('\n');
    if !of.changes.is_empty() {
        let changes = format!("changed since the last review that counts: {}", of.changes.join("; "));
        out.push_str(&wrapped("  ", 4, &visible(&changes)));
    }
    out
}

/// The reviews that count, newest day first, with the days from each to the next.
fn chain(of: &SubjectHistory, history: &History) -> String {
    let mut counted: Vec<&Review> = of.reviews.iter().filter(|review| review.counts()).collect();
    counted.sort_by_key(|review| std::cmp::Reverse(review.earliest));
    if counted.is_empty() {
        return "  no review counts\n".to_owned();
    }
    let mut out = "  counts, newest first:\n".to_owned();
    let mut next = None;
    for review in counted {
        let until = if next.is_none() { format!(" to {}", history.as_of) } else { String::new() };
        out.push_str(&stretch(review.earliest, next.unwrap_or(history.as_of), &until, of));
        out.push_str(&entry(review));
        next = Some(review.earliest);
    }
    out
}

/// The days between two links of the chain.
fn stretch(from: Date, to: Date, until: &str, of: &SubjectHistory) -> String {
    let days = counted(to.days_since(from), "day");
    let is_gap = of.gaps.iter().any(|gap| (gap.from, gap.to) == (from, to));
    let mark = if is_gap { "  <- gap: longer than the interval" } else { "" };
    format!("        | {days}{until}{mark}\n")
}

fn gaps(of: &SubjectHistory, history: &History) -> String {
    let counting: Vec<&Review> = of.reviews.iter().filter(|review| review.counts()).collect();
    if of.gaps.is_empty() && !counting.is_empty() {
        let claimed = counting.iter().filter(|review| !review.was_seen_soon()).count();
        let by = if claimed == 0 {
            String::new()
        } else {
            format!("; days that are only claimed: {claimed} of {}", counting.len())
        };
        return format!("  no gap: each review came within {} of the one before{by}\n", history.interval);
    }
    let gap = |days: i64, from: Date, to: Date| {
        format!("  gap: {} without a review that counts, {from} to {to}\n", counted(days, "day"))
    };
    of.gaps.iter().map(|found| gap(found.days, found.from, found.to)).collect()
}

fn latest_revision(of: &SubjectHistory) -> String {
    let Some(latest) = of.revisions.first() else { return "  never committed\n".to_owned() };
    let times = counted(i64::try_from(of.revisions.len()).unwrap_or(i64::MAX), "time");
    let Revision { commit, date, author, .. } = &**latest;
    wrapped("  ", 4, &format!("changed {times}, last on {date} by {} in {}", visible(author), brief(commit)))
}

fn counted(number: i64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn brief(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// A review: day, grade, who, as what, with which outcome; then why it does not count, and what else is known of it.
fn entry(review: &Review) -> String {
    const BELOW: usize = 28;
    let role = review.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
    let who = format!("{}{role}: {}", visible(&review.reviewer), review.outcome_words());
    let mut out = wrapped(&format!("    {}  {:<10}  ", review.date, review.grade.word()), BELOW, &who);
    let indent = " ".repeat(BELOW);
    if let Some(why) = &review.refused_because {
        out.push_str(&wrapped(&indent, BELOW, &format!("does not count: {}", visible(why))));
    }
    out.push_str(&wrapped(&indent, BELOW, &marks(review).join(", ")));
    out
}

/// What else is known of a review.
fn marks(review: &Review) -> Vec<String> {
    let mut marks = vec![brief(&review.commit).to_owned(), review.date_words()];
    marks.extend(review.other_signer().map(|signer| format!("signed by {}", visible(signer))));
    marks.extend(review.record.as_ref().map(|record| format!("record {}", visible(record))));
    marks.extend((review.breadth > 1).then(|| format!("one of {} subjects", review.breadth)));
    marks.extend((review.stood == Stood::Body).then(|| "from a squash body".to_owned()));
    marks.extend(review.after_as_of.then(|| "after the as-of day, not counted".to_owned()));
    marks.push(if review.covers_head { "covers what stands now" } else { "covers older content" }.to_owned());
    marks
}

/// Words on lines of no more than [`WIDTH`] columns: the first after `start`, the others after `indent` spaces.
pub(in crate::cli) fn wrapped(start: &str, indent: usize, text: &str) -> String {
    let (mut out, mut line, mut is_empty) = (String::new(), start.to_owned(), true);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.extend([line.trim_end(), "\n"]);
            (line, is_empty) = (" ".repeat(indent), true);
        }
        line.extend([if is_empty { "" } else { " " }, word]);
        is_empty = false;
    }
    out.extend([line.trim_end(), "\n"]);
    out
}

pub(super) fn footer(history: &History) -> String {
    let mut count: BTreeMap<ReviewState, usize> = BTreeMap::new();
    for of in history.subjects.values() {
        *count.entry(of.state).or_default() += 1;
    }
    let parts: Vec<String> = count.iter().map(|(state, n)| format!("{n} {}", state.word())).collect();
    let mut out = format!("{} as of {}; interval {}\n", parts.join(", "), history.as_of, history.interval);
    if let Some(first) = &history.trust_begins {
        let first = &first[..first.len().min(10)];
        out.push_str(&format!(
            "note: trust begins in {first}, and nothing outside the log says that it is the right list\n  \
             help: pin its digest by `[review] trust-root`, or give it by `--trust-root`\n"
        ));
    }
    for problem in &history.problems {
        let at = problem.commit.as_ref().map(|id| format!("in {}: ", &id[..id.len().min(10)])).unwrap_or_default();
        out.push_str(&format!("note: {at}{}\n  help: {}\n", problem.message, problem.help));
    }
    out
}

//! What is worth an annotation, the gravest first, before a forge's signs are put to it.

use super::{clipped, counted, sentence, standing_out, verdict};
use crate::model::changes::{Approval, Ask, Change, Changes, Finding, Section, Spot, Unread};

/// The longest title and message, in characters: beyond a few lines an annotation is not read.
const LONGEST: (usize, usize) = (200, 4000);

/// How many annotations of a kind GitHub keeps of one step.
const MOST: usize = 10;

/// How grave it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Grade {
    /// An approval is missing, or something cannot be read.
    Error,
    /// A change that stands out.
    Warning,
    /// Another change of who does what.
    Notice,
}

/// One annotation.
pub(super) struct Note<'a> {
    pub(super) grade: Grade,
    pub(super) title: String,
    pub(super) message: String,
    pub(super) spot: Option<&'a Spot>,
}

impl<'a> Note<'a> {
    fn new(grade: Grade, title: &str, message: &str, spot: Option<&'a Spot>) -> Self {
        let (title, message) = (clipped(title, LONGEST.0), clipped(message, LONGEST.1));
        Self { grade, title, message, spot }
    }

    /// The file it stands in on the side compared to, with line and column if it still stands there.
    pub(super) fn place(&self) -> Option<(&'a str, Option<(usize, usize)>)> {
        let spot = self.spot?;
        match (spot.gone, spot.line) {
            (true, None) => None,
            (true, Some(_)) | (false, None) => Some((&spot.path, None)),
            (false, Some(line)) => Some((&spot.path, Some((line, spot.column.unwrap_or(1))))),
        }
    }
}

/// The annotations that a forge keeps, errors first, and how many more there are.
pub(super) fn shown(changes: &Changes) -> (Vec<Note<'_>>, Option<String>) {
    let mut left = [(Grade::Error, 0, "error"), (Grade::Warning, 0, "warning"), (Grade::Notice, 0, "notice")];
    let all = all(changes);
    let of = |grade: Grade| all.iter().filter(|note| note.grade == grade).count();
    let is_too_much = left.iter().any(|(grade, ..)| of(*grade) > MOST);
    let most = |grade: Grade| if is_too_much && grade == Grade::Notice { MOST - 1 } else { MOST };
    for (grade, n, _) in &mut left {
        *n = of(*grade).saturating_sub(most(*grade));
    }
    let more: Vec<String> = left.iter().filter(|(_, n, _)| *n > 0).map(|(_, n, noun)| counted(*n, noun)).collect();
    let more = is_too_much
        .then(|| format!("{} more are not shown here; `{}` shows all", more.join(", "), verdict::command(changes)));
    let mut seen = [0; 3];
    let shown = all.into_iter().filter(|note| {
        seen[note.grade as usize] += 1;
        seen[note.grade as usize] <= most(note.grade)
    });
    (shown.collect(), more)
}

/// Every annotation, errors first.
fn all(changes: &Changes) -> Vec<Note<'_>> {
    let (of_after, of_before): (Vec<&Unread>, Vec<&Unread>) = changes.unread.iter().partition(|of| of.side == "after");
    let mut notes: Vec<Note<'_>> = of_after.iter().map(|unread| of_unread(Grade::Error, unread)).collect();
    notes.extend(changes.missing().map(|(approval, ask)| missing(approval, ask)));
    notes.extend(of_before.iter().map(|unread| of_unread(Grade::Warning, unread)));
    notes.extend(standing_out(changes).into_iter().map(|change| of_change(Grade::Warning, change)));
    let ownership = super::others(changes, Section::Ownership);
    notes.extend(ownership.into_iter().map(|change| of_change(Grade::Notice, change)));
    notes
}

fn of_unread(grade: Grade, unread: &Unread) -> Note<'_> {
    let message = with_help(&unread.message, &unread.help);
    Note::new(grade, &format!("could not be read {}", in_time(unread.side)), &message, Some(&unread.spot))
}

/// `before` or `after` as the end of a sentence.
fn in_time(side: &str) -> &'static str {
    if side == "before" { "before the change" } else { "after the change" }
}

fn with_help(message: &str, help: &str) -> String {
    if help.is_empty() { message.to_owned() } else { format!("{message}\nhelp: {help}") }
}

fn missing<'a>(approval: &Approval, ask: &Ask) -> Note<'a> {
    let mut lines = vec![format!("{} has to approve {}.", approval.name, asked(&ask.subject))];
    lines.extend(ask.why.iter().cloned());
    lines.extend((!ask.who.is_empty()).then(|| format!("who may: {}", ask.who.join("; "))));
    lines.extend((!ask.how.is_empty()).then(|| format!("record it: {}", ask.how)));
    lines.extend(ask.refused.iter().map(|refused| format!("does not count: {refused}")));
    Note::new(Grade::Error, &format!("approval missing: {}", approval.name), &lines.join("\n"), None)
}

/// What an ask is about, as a sentence says it.
pub(super) fn asked(subject: &str) -> &str {
    if subject == "duties" { "its duties" } else { subject }
}

fn of_change(grade: Grade, change: &Change) -> Note<'_> {
    let mut lines = vec![sentence(change)];
    lines.extend(change.follows.iter().cloned());
    Note::new(grade, &change.subject, &lines.join("\n"), change.spot.as_ref())
}

/// The denied ones of a list and the others.
pub(super) fn by_level(findings: &[Finding]) -> [usize; 2] {
    let denied = findings.iter().filter(|finding| finding.level == "deny").count();
    [denied, findings.len() - denied]
}

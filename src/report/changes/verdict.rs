//! What a comparison comes to, in a line or two.

use super::{counted, short, standing_out};
use crate::model::changes::{Changes, Figures, Point, Section};

/// What there is to know before anything is read: liability, score, approvals.
pub(super) fn title(changes: &Changes) -> String {
    let mut parts = outstanding(changes);
    parts.push(score(&changes.score));
    parts.extend(approvals(changes));
    parts.extend(denied(changes));
    parts.extend(unread(changes));
    parts.join("; ")
}

/// What there is to say if nothing differs.
pub(super) fn nothing(changes: &Changes) -> Option<&'static str> {
    match (changes.changes.is_empty(), changes.unread.is_empty()) {
        (true, true) => Some("Nothing changed that an assessor would read."),
        (true, false) => Some("Nothing changed in what could be read."),
        (false, _) => None,
    }
}

fn outstanding(changes: &Changes) -> Vec<String> {
    let all = standing_out(changes);
    let liability = all.iter().filter(|change| change.section == Section::Ownership).count();
    let more = all.len() - liability;
    let stand = if more == 1 { "stands out" } else { "stand out" };
    match (liability, more) {
        (0, 0) => vec![format!("{}, none stands out", counted(changes.changes.len(), "change"))],
        (0, _) => vec![format!("{} {stand}", counted(more, "change"))],
        (_, 0) => vec![format!("{} of liability", counted(liability, "change"))],
        _ => vec![format!("{} of liability", counted(liability, "change")), format!("{more} more {stand}")],
    }
}

fn score([before, after]: &[Figures; 2]) -> String {
    match (before.score, after.score) {
        (Some(before), Some(after)) if before == after => format!("score stays {after}"),
        (Some(before), Some(after)) => format!("score {before} to {after}"),
        (Some(before), None) => format!("no score any more, {before} before"),
        (None, Some(after)) => format!("score {after}, none before"),
        (None, None) => "no score".to_owned(),
    }
}

fn approvals(changes: &Changes) -> Option<String> {
    let all = asks(changes);
    match changes.missing().count() {
        _ if all == 0 => None,
        0 if all == 1 => Some("the approval is given".to_owned()),
        0 => Some(format!("all {all} approvals are given")),
        missing => Some(format!("{} missing", counted(missing, "approval"))),
    }
}

fn denied(changes: &Changes) -> Option<String> {
    let added = &changes.findings.as_ref()?.added;
    let denied = added.iter().filter(|finding| finding.level == "deny").count();
    (denied > 0).then(|| format!("{denied} newly denied by check"))
}

fn unread(changes: &Changes) -> Option<String> {
    let n = changes.unread.len();
    (n > 0).then(|| format!("{} could not be read", counted(n, "place")))
}

/// How many approvals are asked for.
pub(super) fn asks(changes: &Changes) -> usize {
    changes.approvals.iter().map(|approval| approval.asks.len()).sum()
}

/// What differs in the figures besides the score.
pub(super) fn figures(changes: &Changes) -> Vec<String> {
    let [before, after] = &changes.score;
    let words = ["met", "not met", "not applicable", "unanswered"];
    let pairs = words.into_iter().zip(before.objectives.into_iter().zip(after.objectives));
    let moved: Vec<String> =
        pairs.filter(|(_, (old, new))| old != new).map(|(word, (old, new))| format!("{word} {old} to {new}")).collect();
    let mut figures = Vec::new();
    if !moved.is_empty() {
        figures.push(format!("objectives {}", moved.join(", ")));
    }
    if before.allows != after.allows {
        figures.push(format!("the figures would allow {}, before {}", status(after), status(before)));
    }
    figures
}

fn status(figures: &Figures) -> String {
    match figures.allows {
        "none" => "no status".to_owned(),
        word => format!("{word} status"),
    }
}

/// From what to what; a name goes through `name`, a commit's id through `id`.
pub(super) fn sides(changes: &Changes, name: impl Fn(&str) -> String, id: impl Fn(&str) -> String) -> String {
    let at = |commit: &str| short(commit).map(|short| format!(" ({})", id(short))).unwrap_or_default();
    let point = |point: &Point| match (&point.merge_base_of, &point.commit) {
        (Some(tip), Some(base)) => {
            format!(
                "{}, the merge base with {}{}",
                short(base).map(&id).unwrap_or_default(),
                name(&point.name),
                at(tip)
            )
        }
        (_, Some(commit)) if !commit.starts_with(point.name.as_str()) => format!("{}{}", name(&point.name), at(commit)),
        (_, Some(commit)) => short(commit).map(&id).unwrap_or_default(),
        (_, None) => name(&point.name),
    };
    let comma = if changes.before.merge_base_of.is_some() { "," } else { "" };
    format!("{}{comma} to {}", point(&changes.before), point(&changes.after))
}

/// The command that shows everything; only ids of commits stand in it, for a name may hold what a shell acts on.
pub(super) fn command(changes: &Changes) -> String {
    let base = changes.before.commit.as_deref().and_then(short).unwrap_or("BASE");
    match changes.after.commit.as_deref().and_then(short) {
        Some(head) => format!("demarcate diff {base} {head}"),
        None if changes.after.name == "the index" => format!("demarcate diff --staged {base}"),
        None => format!("demarcate diff {base}"),
    }
}

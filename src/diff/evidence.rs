//! Artifacts, their editions, and where they are cited.

mod cited;
mod editions;

use std::collections::BTreeMap;

use super::practices::{At, Renames, listed};
use super::wording::{became, plain, quoted};
use super::{Change, Sides};
use crate::date::Date;
use crate::model::artifact::ArtifactState;
use crate::model::assessment::Series;
use crate::model::changes::{Bears, Section, Weight, What};

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let renames = Renames::of(sides);
    let (old, new) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let sure = Sure { before: !old.broken.contains("artifact"), after: !new.broken.contains("artifact") };
    for (id, series) in &old.artifacts {
        match new.artifacts.get(&renames.artifact(id)) {
            Some(after) => both(sides, (series, after), &renames, sure, out),
            None => out.extend(sure.after.then(|| removed(sides, series))),
        }
    }
    let former: BTreeMap<&str, &str> =
        renames.artifacts.iter().map(|(old, new)| (new.as_str(), old.as_str())).collect();
    let is_new = |id: &str| !old.artifacts.contains_key(id) && !former.contains_key(id);
    for (_, series) in new.artifacts.iter().filter(|(id, _)| sure.before && is_new(id)) {
        out.push(added(sides, series));
        out.extend(late(sides, None, series));
    }
    editions::stray_lines(sides, &renames, out);
    cited::changes(sides, &renames, out);
}

/// Whether the artifacts of a side could all be read whole, so that what is absent was not written.
#[derive(Clone, Copy)]
struct Sure {
    before: bool,
    after: bool,
}

/// A change of an artifact.
fn of(series: &Series, what: What, sentence: impl Into<String>) -> Change {
    let mut found = Change::new(Section::Evidence, what, format!("artifact {}", series.artifact.id), sentence);
    found.parties.insert(series.producer().to_owned());
    found
}

fn added(sides: &Sides<'_>, series: &Series) -> Change {
    let title = quoted(&series.artifact.title);
    let mut found = of(series, What::Added, format!("added: {title}, {}", count(series)));
    if !sides.after.facts.assessment.cited.contains(&*series.artifact.id) {
        found.follows.push("nothing cites it".to_owned());
    }
    found.follows.extend(series.artifact.marking.as_ref().map(|marking| format!("marked {}", plain(marking))));
    found.follows.extend(series.editions.iter().filter_map(|edition| editions::unlocked(sides, series, edition)));
    found.after = Some(series.artifact.title.value.clone());
    found.spot = Some(sides.at(At::Now(series.artifact.id.span)));
    found
}

fn count(series: &Series) -> String {
    match series.editions.as_slice() {
        [] => format!("without an edition ({})", series.state()),
        [only] => format!("edition {}", only.location),
        more => format!("{} editions", more.len()),
    }
}

fn removed(sides: &Sides<'_>, series: &Series) -> Change {
    let mut found =
        of(series, What::Removed, format!("removed: {}, {}", quoted(&series.artifact.title), count(series)));
    if sides.after.facts.assessment.cited.contains(&*series.artifact.id) {
        found.weight = Weight::StandsOut;
        found.follows.push("it is still cited".to_owned());
    }
    found.before = Some(series.artifact.title.value.clone());
    found.spot = Some(sides.at(At::Then(series.artifact.id.span)));
    found
}

/// A series on both sides.
fn both(sides: &Sides<'_>, (old, new): (&Series, &Series), renames: &Renames, sure: Sure, out: &mut Vec<Change>) {
    out.extend(renamed(sides, old, new));
    out.extend(moved(sides, old, new, renames));
    let (before, after) = (keys(old, renames), keys(new, &Renames::none()));
    for ((key, was), (_, is)) in before.iter().zip(&after).filter(|(old, new)| old != new) {
        let is_sure = (sure.after || !is.is_empty()) && (sure.before || !was.is_empty());
        out.extend(is_sure.then(|| attribute(sides, new, key, was, is)));
    }
    out.extend(late(sides, Some(old), new));
    editions::changes(sides, (old, new), renames, sure, out);
}

fn renamed(sides: &Sides<'_>, old: &Series, new: &Series) -> Option<Change> {
    let (before, after) = (&old.artifact.id.name, &new.artifact.id.name);
    let mut found = of(new, What::Renamed, format!("renamed, was {before}"));
    found.weight = Weight::Slight;
    (found.before, found.after) = (Some(before.clone()), Some(after.clone()));
    if sides.after.facts.assessment.cited.contains(before) {
        found.weight = Weight::StandsOut;
        found.follows.push(format!("{before} is still cited"));
    }
    found.spot = Some(sides.at(At::Now(new.artifact.id.span)));
    (before != after).then_some(found)
}

/// The table stands in another file; a folder that is named as its provider follows the provider's name.
fn moved(sides: &Sides<'_>, old: &Series, new: &Series, renames: &Renames) -> Option<Change> {
    let follows =
        old.path.replace(&format!("evidence/{}/", old.folder), &format!("evidence/{}/", renames.party(&old.folder)));
    let mut found = of(new, What::Moved, format!("moved from {} to {}", old.path, new.path));
    found.weight = Weight::Slight;
    (found.before, found.after) = (Some(old.path.clone()), Some(new.path.clone()));
    found.spot = Some(sides.at(At::Now(new.artifact.id.span)));
    (follows != new.path && old.path != new.path).then_some(found)
}

/// What a series says, by key; empty where it is unsaid.
fn keys(series: &Series, renames: &Renames) -> Vec<(&'static str, String)> {
    let artifact = &series.artifact;
    let text = |value: Option<String>| value.unwrap_or_default();
    let prose = |value: Option<&crate::ids::Spanned<String>>| value.map(|value| quoted(value)).unwrap_or_default();
    let day = |value: Option<&crate::ids::Spanned<Date>>| value.map(ToString::to_string).unwrap_or_default();
    let last = artifact.finality.as_ref();
    vec![
        ("title", quoted(&artifact.title)),
        ("kind", artifact.kind.value.word().to_owned()),
        ("producer", renames.party(series.producer())),
        ("producer note", prose(artifact.producer_note.as_ref())),
        ("held by", prose(artifact.held_by.as_ref())),
        ("interval", text(artifact.every.as_ref().map(|every| every.value.to_string()))),
        ("day it lapses", day(artifact.expires.as_ref())),
        ("state", text(artifact.state.as_ref().map(|state| state.value.word().to_owned()))),
        ("requested", day(artifact.requested.as_ref())),
        ("due", day(artifact.due.as_ref())),
        ("received", day(artifact.received.as_ref())),
        ("refused", day(artifact.refused.as_ref())),
        ("final form", text(last.map(|last| quoted(&last.version)))),
        ("approver of the final form", text(last.map(|last| prose(last.approver.as_ref())))),
        ("date of the final form", text(last.map(|last| day(last.date.as_ref())))),
        ("marking", text(artifact.marking.as_ref().map(|marking| plain(marking)))),
        ("maintaining role", text(artifact.maintained_by.as_ref().map(|role| role.name.clone()))),
    ]
}

fn attribute(sides: &Sides<'_>, series: &Series, key: &str, before: &str, after: &str) -> Change {
    let mut found = of(series, What::Changed, format!("{key} {}", became(before, after)));
    let is_unmarked = key == "marking" && after.is_empty();
    if is_unmarked {
        found.follows.push("it may go into every bundle now".to_owned());
    }
    let is_refused = key == "state" && after == ArtifactState::Refused.word();
    if matches!(key, "state" | "requested" | "due" | "received") {
        found.bears = Bears::NewEvidence;
    }
    if is_unmarked || is_refused || (key == "marking" && !before.is_empty()) {
        found.weight = Weight::StandsOut;
    }
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    (found.before, found.after) = (filled(before), filled(after));
    found.spot = Some(sides.at(At::Now(place(series, key))));
    found
}

/// Where a key of a series stands, as far as a reader looks for it there.
fn place(series: &Series, key: &str) -> crate::ids::Span {
    let artifact = &series.artifact;
    let found = match key {
        "title" => Some(artifact.title.span),
        "kind" => Some(artifact.kind.span),
        "state" => artifact.state.as_ref().map(|state| state.span),
        "interval" => artifact.every.as_ref().map(|every| every.span),
        "day it lapses" => artifact.expires.as_ref().map(|expires| expires.span),
        "marking" => artifact.marking.as_ref().map(|marking| marking.span),
        _ => None,
    };
    found.unwrap_or(artifact.id.span)
}

/// What is late and was not.
fn late(sides: &Sides<'_>, old: Option<&Series>, new: &Series) -> Option<Change> {
    let was = old.and_then(|old| lateness(old, sides.before.facts.as_of));
    let is = lateness(new, sides.after.facts.as_of).filter(|_| was.is_none())?;
    let mut found = of(new, What::Changed, is);
    found.bears = Bears::NewEvidence;
    found.spot = Some(sides.at(At::Now(new.artifact.every.as_ref().map_or(new.artifact.id.span, |every| every.span))));
    Some(found)
}

fn lateness(series: &Series, as_of: Date) -> Option<String> {
    let past = |day: Option<Date>| day.filter(|day| *day < as_of);
    let said = |day: Option<&crate::ids::Spanned<Date>>| day.map(|day| day.value);
    let waits = series.state() == ArtifactState::Requested;
    let edition = past(series.next_due()).map(|day| format!("overdue now: a new edition was due on {day}"));
    let lapsed = past(said(series.artifact.expires.as_ref())).map(|day| format!("lapsed now: it was good until {day}"));
    let asked = past(said(series.artifact.due.as_ref())).filter(|_| waits);
    edition.or(lapsed).or(asked.map(|day| format!("overdue now: it was asked for by {day}")))
}

/// Names in a sentence.
fn names(all: &std::collections::BTreeSet<String>) -> String {
    listed(&all.iter().collect::<Vec<_>>())
}

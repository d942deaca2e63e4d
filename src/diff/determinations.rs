//! Determinations, status and score.

use std::collections::{BTreeMap, BTreeSet};

use super::practices::{self, At, Both, Letters, Renames, change, listed, unsure};
use super::wording::{became, plain, quoted};
use super::{Change, Sides};
use crate::catalog::Requirement;
use crate::ids::{ObjectiveId, RequirementId, Span, Spanned};
use crate::model::Filed;
use crate::model::assessment::{Assessment, ObjectiveView};
use crate::model::changes::{Bears, Section, Weight, What};
use crate::model::practice::{Answer, Determination, Outcome, Practice};
use crate::table::Either;

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let renames = Renames::of(sides);
    for both in practices::differing(sides) {
        out.extend(of_practice(sides, both, &renames));
        out.extend(status(sides, both));
    }
    let unsure = unsure(sides);
    out.extend(losses(sides, &unsure));
    out.extend(total(sides, &unsure));
    out.extend(allowed(sides, &unsure));
}

/// What is said of an objective: the answer, and what else, by key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct Said {
    answer: Option<&'static str>,
    more: BTreeMap<&'static str, String>,
}

/// The answers on both sides, what shows a newly met one, and whether that asks for a second look.
type Story = (Said, Said, Vec<String>, bool);

/// The keys beside the answer, and whether each is a text.
const MORE: [(&str, bool); 7] = [
    ("reason", true),
    ("poam", false),
    ("basis", false),
    ("exception", false),
    ("partial", false),
    ("approved-by", true),
    ("approved", false),
];

fn said(practice: &Practice, letter: &str) -> Said {
    let Some(entry) = practice.determinations.get(letter) else { return Said::default() };
    match &entry.value {
        Either::Short(answer) => Said { answer: Some(answer.value.word()), more: BTreeMap::new() },
        Either::Long(long) => Said { answer: Some(long.determination.value.word()), more: more(long) },
    }
}

fn more(long: &Determination) -> BTreeMap<&'static str, String> {
    let all = [
        ("reason", long.reason.as_ref().map(|reason| plain(reason))),
        ("poam", long.poam.as_ref().map(|poam| poam.name.clone())),
        ("basis", long.basis.as_ref().map(|basis| basis.value.word().to_owned())),
        ("exception", long.exception.as_ref().map(|exception| exception.name.clone())),
        ("partial", long.partial.as_ref().map(|partial| partial.value.word().to_owned())),
        ("approved-by", long.approved_by.as_ref().map(|who| plain(who))),
        ("approved", long.approved.as_ref().map(ToString::to_string)),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value.filter(|value| !value.is_empty())?))).collect()
}

/// Objectives that are answered otherwise; those with one story are one change.
fn of_practice(sides: &Sides<'_>, both: Both<'_>, renames: &Renames) -> Vec<Change> {
    let letters = |practice: &Practice| practice.determinations.keys().cloned().collect::<BTreeSet<String>>();
    let mut found: BTreeMap<Story, (Letters, At)> = BTreeMap::new();
    for letter in letters(both.before).union(&letters(both.after)) {
        let (old, new) = (said(both.before, letter), said(both.after, letter));
        if old == new {
            continue;
        }
        let is_newly_met = new.answer == Some(Answer::Met.word()) && old.answer != new.answer;
        let (shown, stands_out) = if is_newly_met { shown(sides, both, letter, renames) } else { (Vec::new(), false) };
        let at = place(both.after, letter).map(At::Now).or_else(|| place(both.before, letter).map(At::Then));
        let entry = found.entry((old, new, shown, stands_out)).or_default();
        entry.1 = at.unwrap_or_default();
        entry.0.insert(letter.clone());
    }
    found.into_iter().map(|(story, (letters, at))| answered(sides, both, &letters, story, at)).collect()
}

fn place(practice: &Practice, letter: &str) -> Option<Span> {
    Some(match &practice.determinations.get(letter)?.value {
        Either::Short(answer) => answer.span,
        Either::Long(long) => long.determination.span,
    })
}

fn answered(
    sides: &Sides<'_>,
    both: Both<'_>,
    letters: &Letters,
    (old, new, shown, stands_out): Story,
    at: At,
) -> Change {
    let word = |said: &Said| said.answer.unwrap_or("unanswered");
    let mut details = details(&old.more, &new.more);
    let sentence = if old.answer == new.answer {
        let rest = details.split_off(details.len().min(1));
        let first = std::mem::replace(&mut details, rest);
        format!("still {}: {}", word(&new), first.concat())
    } else {
        format!("{} to {}", word(&old), word(&new))
    };
    let mut found = change(Section::Determinations, What::Changed, both.id, letters, sentence);
    found.follows = details;
    found.follows.extend(shown);
    found.weight = if stands_out { Weight::StandsOut } else { Weight::Plain };
    (found.before, found.after) = (old.answer.map(str::to_owned), new.answer.map(str::to_owned));
    found.spot = Some(sides.at(at));
    found
}

/// What became of the keys beside the answer.
fn details(old: &BTreeMap<&'static str, String>, new: &BTreeMap<&'static str, String>) -> Vec<String> {
    let differing = MORE.iter().filter(|(key, _)| old.get(key) != new.get(key));
    differing
        .map(|(key, is_text)| match (old.get(key), new.get(key)) {
            (Some(old), Some(new)) if *is_text => format!("{key} {}, was {}", quoted(new), quoted(old)),
            (None, Some(new)) if *is_text => format!("{key} {}", quoted(new)),
            (Some(old), None) if *is_text => format!("{key} dropped: {}", quoted(old)),
            (old, new) => format!("{key} {}", became(old.map_or("", |old| old), new.map_or("", |new| new))),
        })
        .collect()
}

/// What shows an objective that is newly met, and whether that asks for a second look: nothing does, or something that
/// did is dropped by the same change.
fn shown(sides: &Sides<'_>, both: Both<'_>, letter: &str, renames: &Renames) -> (Vec<String>, bool) {
    let (old, new) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let (Some(before), Some(after)) = (view(old, both.id, both.before, letter), view(new, both.id, both.after, letter))
    else {
        return (Vec::new(), false);
    };
    let cited: Vec<String> = ordered(after.cited().map(|(_, artifact)| artifact.name.clone()));
    let methods = after.methods().filter(|method| method.shows());
    let methods: Vec<String> =
        methods.map(|method| format!("{} {}", method.kind.value, quoted(&method.action))).collect();
    let was: Vec<String> = ordered(before.cited().map(|(_, artifact)| renames.artifact(artifact)));
    let dropped: Vec<&String> = was.iter().filter(|artifact| !cited.contains(artifact)).collect();
    let mut said = Vec::new();
    if !cited.is_empty() || !methods.is_empty() {
        said.push(format!("shown by {}", listed(&cited.iter().chain(&methods).collect::<Vec<_>>())));
    }
    let is_bare = cited.is_empty() && methods.is_empty() && new.exception_of(after).is_none();
    said.extend(is_bare.then(|| "nothing shows it".to_owned()));
    said.extend((!dropped.is_empty()).then(|| format!("no longer shown by {}", listed(&dropped))));
    let failed = failed(both.after, letter);
    let asks = is_bare || !dropped.is_empty() || !failed.is_empty();
    said.extend(failed);
    (said, asks)
}

/// The tests and verifications of an objective whose latest run failed.
fn failed(practice: &Practice, letter: &str) -> Vec<String> {
    let has = |letters: &[Spanned<String>]| letters.iter().any(|own| own.value == letter);
    let has_failed = |result: Option<&Spanned<Outcome>>| result.is_some_and(|result| result.value == Outcome::Failed);
    let methods = practice.method.iter().filter(|method| has(&method.objectives) && has_failed(method.result.as_ref()));
    let parts = practice.responsibility.iter().filter(|part| has(&part.objectives));
    let checks = parts.filter_map(|part| part.verification.as_ref());
    let checks = checks.filter(|terms| has_failed(terms.result.as_ref()));
    let methods = methods.map(|method| format!("its {} failed: {}", method.kind.value, quoted(&method.action)));
    methods.chain(checks.map(|terms| format!("its verification failed: {}", quoted(&terms.how)))).collect()
}

fn ordered(names: impl Iterator<Item = String>) -> Vec<String> {
    names.collect::<BTreeSet<String>>().into_iter().collect()
}

/// An objective of the catalog as a practice has it.
fn view<'a>(
    of: &'a Assessment,
    id: RequirementId,
    practice: &'a Filed<Practice>,
    letter: &str,
) -> Option<ObjectiveView<'a>> {
    let mut letters = letter.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else { return None };
    let catalog = of.catalog.objective(ObjectiveId { requirement: id, letter })?;
    Some(ObjectiveView { id: catalog.id, catalog, practice })
}

/// What the determinations add up to, as written, or as it follows where it is not.
fn status(sides: &Sides<'_>, both: Both<'_>) -> Option<Change> {
    let catalog = sides.after.facts.assessment.catalog;
    let letters = || catalog.requirement(both.id).into_iter().flat_map(Requirement::letters_each);
    let word = |practice: &Practice| {
        let written = practice.status.as_ref().map(|written| written.value);
        written.unwrap_or_else(|| practice.derived_status(letters())).word()
    };
    let (before, after) = (word(both.before), word(both.after));
    let mut found =
        change(Section::Determinations, What::Changed, both.id, &Letters::new(), format!("status {before} to {after}"));
    (found.before, found.after) = (Some(before.to_owned()), Some(after.to_owned()));
    let written = both.after.status.as_ref().map_or(both.after.practice.span, |written| written.span);
    found.spot = Some(sides.at(At::Now(written)));
    (before != after).then_some(found)
}

/// Requirements that cost more or less than they did.
fn losses(sides: &Sides<'_>, unsure: &BTreeSet<RequirementId>) -> Vec<Change> {
    let old: BTreeMap<RequirementId, u8> =
        sides.before.facts.score.requirements.iter().map(|found| (found.id, found.lost)).collect();
    let read = sides.after.facts.score.requirements.iter().filter(|found| !unsure.contains(&found.id));
    let changed = read.filter_map(|found| Some((found.id, *old.get(&found.id)?, found.lost)));
    changed
        .filter(|(_, before, after)| before != after)
        .map(|(id, before, after)| loss(sides, id, before, after))
        .collect()
}

fn loss(sides: &Sides<'_>, id: RequirementId, before: u8, after: u8) -> Change {
    let sentence = match (before, after) {
        (0, after) => format!("loses {after} that it did not lose"),
        (before, 0) => format!("no longer loses {before}"),
        (before, after) => format!("loses {after}, lost {before}"),
    };
    let mut found = change(Section::Determinations, What::Changed, id, &Letters::new(), sentence);
    found.bears = Bears::Figure;
    (found.before, found.after) = (Some(before.to_string()), Some(after.to_string()));
    found.spot = sides.after.facts.assessment.practices.get(&id).map(|practice| sides.spot(practice.practice.span));
    found
}

fn total(sides: &Sides<'_>, unsure: &BTreeSet<RequirementId>) -> Option<Change> {
    let (old, new) = (&sides.before.facts.score, &sides.after.facts.score);
    let none = |reason: &Option<String>| format!("none ({})", reason.as_deref().unwrap_or("there is no plan"));
    let word =
        |score: Option<i32>, reason: &Option<String>| score.map_or_else(|| none(reason), |score| score.to_string());
    let (before, after) = (word(old.score, &old.reason), word(new.score, &new.reason));
    let mut found = Change::new(Section::Determinations, What::Changed, "score", format!("{before} to {after}"));
    found.bears = Bears::Figure;
    if old.score.is_some() && new.score < old.score {
        found.weight = Weight::StandsOut;
    }
    found.follows.extend(uncounted(unsure));
    (found.before, found.after) = (Some(before), Some(after));
    (old.score != new.score).then_some(found)
}

fn uncounted(unsure: &BTreeSet<RequirementId>) -> Option<String> {
    let ids: Vec<String> = unsure.iter().map(ToString::to_string).collect();
    (!ids.is_empty()).then(|| format!("what cannot be read counts as not met: {}", listed(&ids)))
}

/// What the figures would allow, and what newly blocks a conditional status.
fn allowed(sides: &Sides<'_>, unsure: &BTreeSet<RequirementId>) -> Option<Change> {
    let (old, new) = (&sides.before.facts.score, &sides.after.facts.score);
    let sentence = format!("{} to {}", old.status.word(), new.status.word());
    let mut found = Change::new(Section::Determinations, What::Changed, "status that the figures allow", sentence);
    found.bears = Bears::Figure;
    let blocks: Vec<&String> = new.blocks.iter().filter(|block| !old.blocks.contains(block)).collect();
    found.follows = blocks.iter().take(3).map(|block| (*block).clone()).collect();
    found.follows.extend(blocks.len().checked_sub(4).map(|more| format!("and {} more that block it", more + 1)));
    found.follows.extend(uncounted(unsure));
    (found.before, found.after) = (Some(old.status.word().to_owned()), Some(new.status.word().to_owned()));
    (old.status != new.status).then_some(found)
}

//! The practices of both sides, side by side, in words that can be compared.

use std::collections::{BTreeMap, BTreeSet};

use super::renames::{renamed_artifacts, renamed_providers};
use super::{Change, Side, Sides, UNREAD};
use crate::diagnostic::Place;
use crate::ids::{CONTRACTOR, RequirementId, Span};
use crate::model::Filed;
use crate::model::changes::{Section, What};
use crate::model::practice::{Practice, Responsibility};

/// A practice on both sides.
#[derive(Clone, Copy)]
pub(super) struct Both<'a> {
    /// Its id.
    pub(super) id: RequirementId,
    /// As it was.
    pub(super) before: &'a Filed<Practice>,
    /// As it is.
    pub(super) after: &'a Filed<Practice>,
}

/// The practices that stand on both sides and could be read whole there, and whose files differ.
pub(super) fn differing<'a>(sides: &Sides<'a>) -> Vec<Both<'a>> {
    let double: BTreeSet<RequirementId> = double(&sides.before).chain(double(&sides.after)).collect();
    let (before, after) = (sides.before.facts, sides.after.facts);
    let both = before.assessment.practices.iter().filter_map(|(id, old)| {
        let new = after.assessment.practices.get(id)?;
        let is_same = old.path == new.path && text_of(&sides.before, old) == text_of(&sides.after, new);
        (!is_same && !old.lost && !new.lost && !double.contains(id)).then_some(Both {
            id: *id,
            before: old,
            after: new,
        })
    });
    both.collect()
}

fn text_of<'a>(side: &Side<'a>, practice: &Filed<Practice>) -> Option<&'a str> {
    side.facts.assessment.files.get(practice.file).map(|file| &*file.text)
}

/// Practices that stand in two files: nobody can say which of them is meant.
fn double<'a>(side: &Side<'a>) -> impl Iterator<Item = RequirementId> + use<'a> {
    side.found.iter().filter(|found| found.rule == "duplicate-practice").filter_map(|found| found.practice)
}

/// Practices that stand on one side and surely not on the other.
pub(super) fn alone<'a>(here: &Side<'a>, there: &Side<'_>) -> Vec<(RequirementId, &'a Filed<Practice>)> {
    let other = &there.facts.assessment;
    let read: BTreeSet<&str> = other.practices.values().map(|practice| practice.path.as_str()).collect();
    let unread = |found: &&crate::diagnostic::Diagnostic| UNREAD.contains(&found.rule);
    let lost = there.found.iter().filter(unread).map(|found| match &found.place {
        Place::Path(path) => path.as_str(),
        Place::Span(span) => other.files.path(*span),
    });
    let is_hidden = lost.into_iter().any(|path| path.contains("practices/") && !read.contains(path));
    let absent = |id: &RequirementId| !other.practices.contains_key(id) && !other.unread_practices.contains(id);
    let found = here.facts.assessment.practices.iter().filter(|(id, practice)| absent(id) && !practice.lost);
    if is_hidden { Vec::new() } else { found.map(|(id, practice)| (*id, practice)).collect() }
}

/// Practices of which one side could not be read whole, so that what is derived from them would mislead.
pub(super) fn unsure(sides: &Sides<'_>) -> BTreeSet<RequirementId> {
    let of = |side: &Side<'_>| -> Vec<RequirementId> {
        let found = &side.facts.assessment;
        let lost = found.practices.iter().filter(|(_, practice)| practice.lost).map(|(id, _)| *id);
        lost.chain(found.unread_practices.iter().copied()).chain(double(side)).collect()
    };
    of(&sides.before).into_iter().chain(of(&sides.after)).collect()
}

/// New ids of what was renamed: the side compared from is read as if it had them.
pub(super) struct Renames {
    /// Old id of a provider to new.
    pub(super) parties: BTreeMap<String, String>,
    /// Old id of an artifact to new.
    pub(super) artifacts: BTreeMap<String, String>,
}

impl Renames {
    pub(super) fn of(sides: &Sides<'_>) -> Self {
        Self { parties: renamed_providers(sides), artifacts: renamed_artifacts(sides) }
    }

    /// Of the side compared to, which has the new ids already.
    pub(super) fn none() -> Self {
        Self { parties: BTreeMap::new(), artifacts: BTreeMap::new() }
    }

    pub(super) fn party(&self, id: &str) -> String {
        self.parties.get(id).map_or(id, String::as_str).to_owned()
    }

    pub(super) fn artifact(&self, id: &str) -> String {
        self.artifacts.get(id).map_or(id, String::as_str).to_owned()
    }
}

/// Letters of objectives as written; a part that names none has the empty one.
pub(super) type Letters = BTreeSet<String>;

/// The letters that a part names.
pub(super) fn letters_of(part: &Responsibility) -> Letters {
    named(part.objectives.iter().map(|letter| letter.value.as_str()))
}

/// These letters; none is the empty one.
pub(super) fn named<'a>(letters: impl Iterator<Item = &'a str>) -> Letters {
    let letters: Letters = letters.map(str::to_owned).collect();
    if letters.is_empty() { Letters::from([String::new()]) } else { letters }
}

/// A practice and letters of its objectives: `AC.L2-3.1.12[b]`, `AC.L2-3.1.12[a-c, e]`.
pub(super) fn subject(id: RequirementId, letters: &Letters) -> String {
    let (single, others): (Vec<&String>, Vec<&String>) =
        letters.iter().filter(|letter| !letter.is_empty()).partition(|letter| letter.chars().count() == 1);
    let mut shown = ranges(&single.into_iter().flat_map(|letter| letter.chars()).collect::<Vec<char>>());
    shown.extend(others.into_iter().cloned());
    if shown.is_empty() { id.to_string() } else { format!("{id}[{}]", shown.join(", ")) }
}

/// Three and more letters in a row as `a-c`.
fn ranges(letters: &[char]) -> Vec<String> {
    let mut runs: Vec<Vec<char>> = Vec::new();
    for letter in letters {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| u32::from(*last) + 1 == u32::from(*letter)) => run.push(*letter),
            _ => runs.push(vec![*letter]),
        }
    }
    let shown = runs.iter().flat_map(|run| match run.as_slice() {
        [first, _, .., last] => vec![format!("{first}-{last}")],
        few => few.iter().map(char::to_string).collect(),
    });
    shown.collect()
}

/// A change of a practice, about these objectives.
pub(super) fn change(
    section: Section,
    what: What,
    id: RequirementId,
    letters: &Letters,
    sentence: impl Into<String>,
) -> Change {
    let mut change = Change::new(section, what, subject(id, letters), sentence);
    change.practice = Some(id);
    let only = letters.iter().next().filter(|_| letters.len() == 1);
    let mut only = only.into_iter().flat_map(|letter| letter.chars());
    change.objective = only.next().filter(|_| only.next().is_none());
    change
}

/// A place of a practice: on the side compared to, or where it was.
#[derive(Clone, Copy)]
pub(super) enum At {
    /// It stands there.
    Now(Span),
    /// It stood there.
    Then(Span),
}

impl Sides<'_> {
    /// A place with its path.
    pub(super) fn at(&self, at: At) -> super::Spot {
        match at {
            At::Now(span) => self.spot(span),
            At::Then(span) => self.gone(span),
        }
    }
}

/// The contractor, then providers by id.
pub(super) fn in_order<'a>(parties: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut parties: Vec<String> = parties.map(str::to_owned).collect();
    parties.sort_by_key(|party| (party != CONTRACTOR, party.clone()));
    parties.dedup();
    parties
}

/// Parties in a sentence.
pub(super) fn joined(parties: &[String]) -> String {
    if parties.is_empty() { "nobody".to_owned() } else { parties.join(" and ") }
}

/// Things in a sentence, with commas; of many the first.
pub(super) fn listed<T: AsRef<str>>(things: &[T]) -> String {
    const SHOWN: usize = 6;
    let shown: Vec<&str> = things.iter().take(SHOWN).map(AsRef::as_ref).collect();
    match things.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(letters: &[&str]) -> String {
        subject("3.1.12".parse().expect("an id"), &named(letters.iter().copied()))
    }

    #[test]
    fn objectives_are_named_as_few_words_as_they_need() {
        assert_eq!(shown(&["b"]), "AC.L2-3.1.12[b]");
        assert_eq!(shown(&["b", "a"]), "AC.L2-3.1.12[a, b]");
        assert_eq!(shown(&["a", "b", "c", "e"]), "AC.L2-3.1.12[a-c, e]");
        assert_eq!(shown(&[]), "AC.L2-3.1.12");
        assert_eq!(shown(&["a", "xy"]), "AC.L2-3.1.12[a, xy]");
    }
}

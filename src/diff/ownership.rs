//! Who does what: objectives, groups, duties, layers, roles, clauses.

mod follows;
mod moves;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use super::practices::{self, At, Both, Letters, Renames, change, in_order, joined, listed};
use super::wording::{became, quoted};
use super::words::stretches;
use super::{Change, Sides};
use crate::ids::{CONTRACTOR, RequirementId};
use crate::model::Filed;
use crate::model::changes::{Section, Weight, What};
use crate::model::practice::Practice;
use crate::table::{Record, Told};
use follows::Follows;
use rows::{ATTRIBUTES, CLAUSE, Cell, DUTY, Table};

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let renames = Renames::of(sides);
    let follows = Follows::of(sides, &renames);
    for both in practices::differing(sides) {
        let found = of_practice(sides, both, &renames, &follows);
        out.extend(found.into_iter().map(|change| weighed(change, both.id, sides)));
    }
    for (id, practice) in practices::alone(&sides.before, &sides.after) {
        out.push(removed(sides, id, practice, &follows, &rows::of(&practice.value, &renames)));
    }
    for (id, practice) in practices::alone(&sides.after, &sides.before) {
        out.push(added(sides, id, practice, &follows, &rows::of(&practice.value, &Renames::none())));
    }
}

/// What cannot be given away stands out whatever of it is touched, but for words beside the matter.
fn weighed(mut change: Change, id: RequirementId, sides: &Sides<'_>) -> Change {
    if change.weight != Weight::Slight && is_non_inheritable(sides, id) {
        change.weight = Weight::StandsOut;
        change.follows.push(format!("{} cannot be given to a provider", id.requirement()));
    }
    change
}

fn is_non_inheritable(sides: &Sides<'_>, id: RequirementId) -> bool {
    let catalog = sides.after.facts.assessment.catalog;
    catalog.requirement(id).is_some_and(crate::catalog::Requirement::is_non_inheritable)
}

fn of_practice(sides: &Sides<'_>, both: Both<'_>, renames: &Renames, follows: &Follows<'_>) -> Vec<Change> {
    let old = rows::of(&both.before.value, renames);
    let new = rows::of(&both.after.value, &Renames::none());
    let mut found: Vec<Change> = ownership(sides, both).into_iter().chain(file(sides, both)).collect();
    let mut told = Differing::default();
    for key in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        if let (Some(before), Some(after)) = (old.get(key), new.get(key)) {
            told.compare(key, before, after);
        }
    }
    let moves = moves::of(sides, &old, &new, &told);
    told.forget(&moves);
    found.extend(moves.iter().map(|moved| moves::change_of(moved, sides, both, follows)));
    found.extend(told.changes(sides, both, follows));
    found.extend(order(sides, both));
    found
}

/// Parts of one party that stand in another order, as documents print them; that of parties among each other no document
/// shows.
fn order(sides: &Sides<'_>, both: Both<'_>) -> Option<Change> {
    let (old, new) = (&both.before.value, &both.after.value);
    let turned: Vec<String> =
        in_order(new.parties().into_iter()).into_iter().filter(|party| is_turned(old, new, party)).collect();
    let first = new.responsibility.iter().find(|part| turned.contains(&part.party.name))?;
    let sentence = format!("duties of {} in another order", joined(&turned));
    let mut found = change(Section::Prose, What::Changed, both.id, &Letters::new(), sentence);
    found.weight = Weight::Slight;
    found.spot = Some(sides.at(At::Now(first.party.span)));
    found.parties = turned.into_iter().collect();
    Some(found)
}

fn parts_of<'a>(practice: &'a Practice, party: &str) -> Vec<Told<'a>> {
    practice.responsibility.iter().filter(|part| *part.party == *party).map(Record::told_table).collect()
}

/// Whether the parts of a party are the same in another order.
fn is_turned(old: &Practice, new: &Practice, party: &str) -> bool {
    let (old, mut new) = (parts_of(old, party), parts_of(new, party));
    if old == new || old.len() != new.len() {
        return false;
    }
    old.iter().all(|part| new.iter().position(|other| other == part).map(|at| new.remove(at)).is_some())
}

/// What the responsibilities add up to, as written, or as it follows where it is not.
fn ownership(sides: &Sides<'_>, both: Both<'_>) -> Option<Change> {
    let catalog = sides.after.facts.assessment.catalog;
    let word = |practice: &Practice| {
        let letters = catalog.requirement(both.id).into_iter().flat_map(crate::catalog::Requirement::letters_each);
        let written = practice.ownership.as_ref().map(|written| written.value);
        written.or_else(|| practice.derived_ownership(letters)).map(|found| found.word().to_owned())
    };
    let (before, after) = (word(both.before), word(both.after));
    if before == after {
        return None;
    }
    let sentence = match (before.as_deref(), after.as_deref()) {
        (Some(before), Some(after)) => format!("{before} to {after} as a whole"),
        (None, Some(after)) => format!("{after} as a whole, nobody's before"),
        (before, _) => format!("nobody's any more, {} before", before.unwrap_or("nobody's")),
    };
    let mut found = change(Section::Ownership, What::Changed, both.id, &Letters::new(), sentence);
    let was_theirs = both.before.parties().contains(&CONTRACTOR);
    if (was_theirs && !both.after.parties().contains(&CONTRACTOR)) || after.is_none() {
        found.weight = Weight::StandsOut;
    }
    let parties =
        |practice: &Practice| -> BTreeSet<String> { practice.parties().into_iter().map(str::to_owned).collect() };
    found.parties = parties(both.before).symmetric_difference(&parties(both.after)).cloned().collect();
    (found.before, found.after) = (before, after);
    let place = both.after.ownership.as_ref().map_or(both.after.practice.span, |written| written.span);
    found.spot = Some(sides.at(At::Now(place)));
    Some(found)
}

/// The file of a practice has another name.
fn file(sides: &Sides<'_>, both: Both<'_>) -> Option<Change> {
    let (old, new) = (&both.before.path, &both.after.path);
    let sentence = format!("its file {old} is now {new}");
    let mut found = change(Section::Ownership, What::Moved, both.id, &Letters::new(), sentence);
    found.weight = Weight::Slight;
    (found.before, found.after) = (Some(old.clone()), Some(new.clone()));
    found.spot = Some(sides.at(At::Now(both.after.practice.span)));
    (old != new).then_some(found)
}

/// One thing that differs between what a party's rows say of an objective, without the objective.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Differs {
    /// An attribute is another one.
    Attribute(usize, String, String),
    /// Layers that went and came.
    Layers(Vec<&'static str>, Vec<&'static str>),
    /// Groups, all in scope where there are none.
    Groups(Vec<String>, Vec<String>),
    /// Layers and groups are joined otherwise.
    Joined(String, String),
    /// A row went.
    Gone(rows::Row),
    /// A row came.
    Come(rows::Row),
}

/// What differs in rows that a party has on both sides, by party: the letters, and a place.
#[derive(Default)]
pub(super) struct Differing {
    found: BTreeMap<(String, Differs), (Letters, At)>,
}

impl Default for At {
    fn default() -> Self {
        Self::Now(crate::ids::Span::default())
    }
}

impl Differing {
    fn compare(&mut self, (party, letter): &(String, String), old: &rows::Rows, new: &rows::Rows) {
        let paired = rows::paired(old, new);
        for (before, after) in paired.pairs {
            let at = At::Now(after.1.span);
            for attribute in (0..ATTRIBUTES.len()).filter(|at| before.0[*at] != after.0[*at]) {
                let differs = Differs::Attribute(attribute, before.0[attribute].clone(), after.0[attribute].clone());
                self.add(party, letter, differs, at);
            }
            for differs in covered(&before.1.cells, &after.1.cells) {
                self.add(party, letter, differs, at);
            }
        }
        for (row, covered) in paired.gone {
            self.add(party, letter, Differs::Gone(row.clone()), At::Then(covered.span));
        }
        for (row, covered) in paired.come {
            self.add(party, letter, Differs::Come(row.clone()), At::Now(covered.span));
        }
    }

    fn add(&mut self, party: &str, letter: &str, differs: Differs, at: At) {
        let entry = self.found.entry((party.to_owned(), differs)).or_insert_with(|| (Letters::new(), at));
        entry.0.insert(letter.to_owned());
    }

    /// Duties of a party that became others.
    fn reworded<'a>(&'a self, party: &'a str, of_new: bool) -> impl Iterator<Item = &'a str> {
        self.found.keys().filter(move |(own, _)| own == party).filter_map(move |(_, differs)| match differs {
            Differs::Attribute(DUTY, before, after) => Some(if of_new { after.as_str() } else { before.as_str() }),
            _ => None,
        })
    }

    /// Rows of a party about an objective that came or went.
    fn rows<'a>(&'a self, party: &'a str, letter: &'a str, come: bool) -> impl Iterator<Item = &'a rows::Row> {
        let own = self.found.iter().filter(move |((own, _), (letters, _))| own == party && letters.contains(letter));
        own.filter_map(move |((_, differs), _)| match differs {
            Differs::Gone(row) if !come => Some(row),
            Differs::Come(row) if come => Some(row),
            _ => None,
        })
    }

    /// Leaves out what is told with the objectives that moved.
    fn forget(&mut self, moves: &[moves::Moved]) {
        let mut moved: BTreeSet<(&str, &str)> = BTreeSet::new();
        for each in moves {
            let parties = each.parties();
            moved.extend(
                each.letters.iter().flat_map(|letter| parties.iter().map(move |party| (*party, letter.as_str()))),
            );
        }
        for ((party, differs), (letters, _)) in &mut self.found {
            if matches!(differs, Differs::Groups(..) | Differs::Gone(_) | Differs::Come(_)) {
                letters.retain(|letter| !moved.contains(&(party.as_str(), letter.as_str())));
            }
        }
        self.found.retain(|_, (letters, _)| !letters.is_empty());
    }

    fn changes(self, sides: &Sides<'_>, both: Both<'_>, follows: &Follows<'_>) -> Vec<Change> {
        let all = self.found.into_iter();
        all.map(|((party, differs), (letters, at))| {
            let mut found = differing(&party, &differs, both.id, &letters);
            found.parties.insert(party.clone());
            found.spot = Some(sides.at(at));
            follow(&mut found, &party, &differs, both.id, follows);
            found
        })
        .collect()
    }
}

/// How the layers and groups of a row differ.
fn covered(old: &BTreeSet<Cell>, new: &BTreeSet<Cell>) -> Vec<Differs> {
    if old == new {
        return Vec::new();
    }
    let layers = |cells: &BTreeSet<Cell>| -> BTreeSet<&'static str> { cells.iter().map(|(layer, _)| *layer).collect() };
    let groups =
        |cells: &BTreeSet<Cell>| -> BTreeSet<String> { cells.iter().map(|(_, group)| group.clone()).collect() };
    let (old_layers, new_layers, old_groups, new_groups) = (layers(old), layers(new), groups(old), groups(new));
    let mut found = Vec::new();
    if old_layers != new_layers {
        let only = |these: &BTreeSet<&'static str>, others| these.difference(others).copied().collect();
        found.push(Differs::Layers(only(&old_layers, &new_layers), only(&new_layers, &old_layers)));
    }
    if old_groups != new_groups {
        found.push(Differs::Groups(old_groups.into_iter().collect(), new_groups.into_iter().collect()));
    }
    if found.is_empty() {
        found.push(Differs::Joined(shown(old), shown(new)));
    }
    found
}

fn shown(cells: &BTreeSet<Cell>) -> String {
    let cells: Vec<String> =
        cells.iter().map(|(layer, group)| format!("{layer} for {}", group_or_all(group))).collect();
    listed(&cells)
}

fn group_or_all(group: &str) -> &str {
    if group.is_empty() { "all groups" } else { group }
}

/// What became of a row's attribute or extent.
fn differing(party: &str, differs: &Differs, id: RequirementId, letters: &Letters) -> Change {
    let of = |sentence: String| change(Section::Ownership, What::Changed, id, letters, sentence);
    match differs {
        Differs::Attribute(at, before, after) => attribute(party, *at, [before, after], id, letters),
        Differs::Layers(gone, come) => {
            let part =
                |what: &str, layers: &[&str]| (!layers.is_empty()).then(|| format!("{} {what}", layers.join(", ")));
            let parts: Vec<String> = part("dropped", gone).into_iter().chain(part("added", come)).collect();
            let mut found = of(format!("layers of {party}: {}", parts.join(", ")));
            (found.before, found.after) = (filled(gone.join(", ")), filled(come.join(", ")));
            found
        }
        Differs::Groups(before, after) => {
            let all = |groups: &[String]| -> String {
                groups.iter().map(|group| group_or_all(group)).collect::<Vec<_>>().join(", ")
            };
            let mut found = of(format!("groups of {party}: {} to {}", all(before), all(after)));
            let changed = before.iter().filter(|group| !after.contains(group));
            let changed = changed.chain(after.iter().filter(|group| !before.contains(group)));
            found.groups = changed.filter(|group| !group.is_empty()).cloned().collect();
            (found.before, found.after) = (Some(all(before)), Some(all(after)));
            found
        }
        Differs::Joined(before, after) => {
            let mut found = of(format!("layers and groups of {party} are joined otherwise: {after}, was {before}"));
            (found.before, found.after) = (Some(before.clone()), Some(after.clone()));
            found
        }
        Differs::Gone(row) => {
            let mut found = of(format!("duty of {party} dropped: {}", quoted(&row[DUTY])));
            (found.what, found.before) = (What::Removed, Some(row[DUTY].clone()));
            found
        }
        Differs::Come(row) => {
            let mut found = of(format!("duty of {party} added: {}", quoted(&row[DUTY])));
            (found.what, found.after) = (What::Added, Some(row[DUTY].clone()));
            found
        }
    }
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn attribute(party: &str, at: usize, [before, after]: [&String; 2], id: RequirementId, letters: &Letters) -> Change {
    let name = ATTRIBUTES[at];
    let sentence = match (rows::is_prose(at), before.is_empty(), after.is_empty()) {
        (true, false, false) => format!("{name} of {party} reworded"),
        (true, true, _) => format!("{name} of {party} added: {}", quoted(after)),
        (true, ..) => format!("{name} of {party} dropped: {}", quoted(before)),
        _ => format!("{name} of {party}: {}", became(before, after)),
    };
    let mut found = change(Section::Ownership, What::Changed, id, letters, sentence);
    if rows::is_prose(at) && !before.is_empty() && !after.is_empty() {
        found.words = stretches(before, after);
    }
    if ATTRIBUTES[at] == "note" {
        found.weight = Weight::Slight;
    }
    (found.before, found.after) = (filled(before.clone()), filled(after.clone()));
    found
}

/// What follows from another row.
fn follow(found: &mut Change, party: &str, differs: &Differs, id: RequirementId, follows: &Follows<'_>) {
    let clauses = match differs {
        Differs::Attribute(CLAUSE, before, after) => [Some(before), Some(after)],
        Differs::Gone(row) => [Some(&row[CLAUSE]), None],
        Differs::Come(row) => [None, Some(&row[CLAUSE])],
        _ => [None, None],
    };
    found.follows.extend(clauses[0].and_then(|clause| follows.covers_nothing(party, clause)));
    found.follows.extend(clauses[1].and_then(|clause| follows.newly_covers(party, clause)));
    let is_policy = matches!(differs, Differs::Layers(gone, _) if gone.contains(&"policy"));
    if is_policy && party == CONTRACTOR {
        lose_policy(found, id, follows);
    }
    let is_of_duty = match differs {
        Differs::Attribute(at, ..) => rows::is_accepted(*at),
        _ => true,
    };
    if is_of_duty {
        let gains = matches!(differs, Differs::Come(_) | Differs::Attribute(DUTY, ..));
        found.follows.extend(follows.acceptance(party, id, gains, false));
    }
}

/// A family whose policy the contractor no longer has.
fn lose_policy(found: &mut Change, id: RequirementId, follows: &Follows<'_>) {
    let Some(told) = follows.policy_left(id) else { return };
    found.weight = Weight::StandsOut;
    found.follows.push(told);
}

fn removed(
    sides: &Sides<'_>,
    id: RequirementId,
    practice: &Filed<Practice>,
    follows: &Follows<'_>,
    table: &Table,
) -> Change {
    let parties = in_order(table.keys().map(|(party, _)| party.as_str()));
    let sentence = format!("the practice is removed; it was a matter of {}", joined(&parties));
    let mut found = change(Section::Ownership, What::Removed, id, &Letters::new(), sentence);
    found.weight = Weight::StandsOut;
    found.before = Some(joined(&parties));
    found.spot = Some(sides.at(At::Then(practice.practice.span)));
    let clauses: BTreeSet<(&str, &str)> = cited(table).collect();
    found.follows.extend(clauses.into_iter().filter_map(|(party, clause)| follows.covers_nothing(party, clause)));
    let said = parties.iter().filter_map(|party| follows.acceptance(party, id, false, parties.len() > 2));
    found.follows.extend(said);
    found.parties = parties.into_iter().collect();
    found
}

fn added(
    sides: &Sides<'_>,
    id: RequirementId,
    practice: &Filed<Practice>,
    follows: &Follows<'_>,
    table: &Table,
) -> Change {
    let parties = in_order(table.keys().map(|(party, _)| party.as_str()));
    let sentence = format!("the practice is added: {}", joined(&parties));
    let mut found = change(Section::Ownership, What::Added, id, &Letters::new(), sentence);
    let is_away = !parties.is_empty() && !parties.iter().any(|party| party == CONTRACTOR);
    if is_away || is_non_inheritable(sides, id) {
        found.weight = Weight::StandsOut;
    }
    found.after = Some(joined(&parties));
    found.spot = Some(sides.at(At::Now(practice.practice.span)));
    let duties: BTreeSet<(&str, &str)> = table
        .iter()
        .flat_map(|((party, _), rows)| rows.keys().map(|row| (party.as_str(), row[DUTY].as_str())))
        .collect();
    found.follows.extend(duties.into_iter().map(|(party, duty)| format!("duty of {party}: {}", quoted(duty))));
    let said = parties.iter().filter_map(|party| follows.acceptance(party, id, true, parties.len() > 2));
    found.follows.extend(said);
    found.parties = parties.into_iter().collect();
    found
}

/// Clauses that the rows of a practice cite, with the party.
fn cited(table: &Table) -> impl Iterator<Item = (&str, &str)> {
    let rows = table.iter().flat_map(|((party, _), rows)| rows.keys().map(move |row| (party.as_str(), row)));
    rows.map(|(party, row)| (party, row[CLAUSE].as_str())).filter(|(_, clause)| !clause.is_empty())
}

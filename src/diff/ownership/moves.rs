//! Objectives that other parties have than before, in all groups or in some.

use std::collections::{BTreeMap, BTreeSet};

use super::super::practices::{At, Both, Letters, change, in_order, joined};
use super::super::wording::quoted;
use super::super::{Change, Sides};
use super::follows::{Follows, verified_no_more};
use super::rows::{self, CLAUSE, DUTY, Rows, Table};
use super::{Differing, lose_policy};
use crate::ids::{CONTRACTOR, Span};
use crate::model::changes::{Section, Weight, What};

/// Objectives of one practice that moved between the same parties, with the same duties.
#[derive(Debug)]
pub(super) struct Moved {
    /// Which.
    pub(super) letters: Letters,
    /// Who had them, in which groups, and who has them.
    step: Step,
    /// Duties and clauses that went and came with them, by party.
    lost: Vec<(String, String, String)>,
    gained: Vec<(String, String, String)>,
    /// Where they are named now.
    place: Option<Span>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Step {
    before: Vec<String>,
    after: Vec<String>,
    /// Empty where it is so in every group.
    groups: Vec<String>,
}

impl Moved {
    /// The parties that have another part.
    pub(super) fn parties(&self) -> BTreeSet<&str> {
        self.step.changed()
    }
}

impl Step {
    fn changed(&self) -> BTreeSet<&str> {
        let all = self.before.iter().filter(|party| !self.after.contains(party));
        all.chain(self.after.iter().filter(|party| !self.before.contains(party))).map(String::as_str).collect()
    }
}

/// The rows of each party about one objective.
type Parties<'a> = BTreeMap<&'a str, &'a Rows>;

fn by_letter(table: &Table) -> BTreeMap<&str, Parties<'_>> {
    let mut letters: BTreeMap<&str, Parties<'_>> = BTreeMap::new();
    for ((party, letter), rows) in table {
        letters.entry(letter).or_default().insert(party, rows);
    }
    letters
}

/// The objectives of a practice that moved; those that moved alike are one.
pub(super) fn of(sides: &Sides<'_>, old: &Table, new: &Table, told: &Differing) -> Vec<Moved> {
    let in_scope = groups_in_scope(sides);
    let (before, after, nobody) = (by_letter(old), by_letter(new), Parties::new());
    let mut found: BTreeMap<_, Moved> = BTreeMap::new();
    for letter in before.keys().chain(after.keys()).collect::<BTreeSet<_>>() {
        let (had, has) = (before.get(letter).unwrap_or(&nobody), after.get(letter).unwrap_or(&nobody));
        for step in steps(had, has, &in_scope) {
            let lost = carried(&step, letter, [old, new], told, false);
            let gained = carried(&step, letter, [new, old], told, true);
            let place = step.after.iter().rev().find_map(|party| Some(has.get(party.as_str())?.values().next()?.span));
            let key = (step.clone(), lost.clone(), gained.clone());
            let moved =
                found.entry(key).or_insert_with(|| Moved { letters: Letters::new(), step, lost, gained, place });
            moved.letters.insert((*letter).to_owned());
        }
    }
    found.into_values().collect()
}

fn groups_in_scope(sides: &Sides<'_>) -> BTreeSet<String> {
    let of = |side: &super::super::Side<'_>| -> Vec<String> {
        side.facts.assessment.groups().map(|group| group.id.name.clone()).collect()
    };
    of(&sides.before).into_iter().chain(of(&sides.after)).collect()
}

/// Who had an objective and who has it, for each group in which that differs.
fn steps(had: &Parties<'_>, has: &Parties<'_>, in_scope: &BTreeSet<String>) -> Vec<Step> {
    let named: BTreeSet<&str> = had.values().chain(has.values()).flat_map(|rows| rows::groups(rows)).collect();
    let mut groups = named.clone();
    if !named.is_empty() {
        groups.extend(in_scope.iter().map(String::as_str));
    }
    if in_scope.is_empty() || named.is_empty() {
        groups.insert("");
    }
    let who = |parties: &Parties<'_>, group: &str| {
        in_order(parties.iter().filter(|(_, rows)| rows::cover(rows, group)).map(|(party, _)| *party))
    };
    let mut steps: BTreeMap<(Vec<String>, Vec<String>), Vec<String>> = BTreeMap::new();
    for group in &groups {
        let (before, after) = (who(had, group), who(has, group));
        steps.entry((before, after)).or_default().push((*group).to_owned());
    }
    let is_everywhere = steps.len() == 1;
    let changed = steps.into_iter().filter(|((before, after), _)| before != after);
    changed
        .map(|((before, after), mut groups)| {
            groups.retain(|group| !group.is_empty() && !is_everywhere);
            Step { before, after, groups }
        })
        .collect()
}

/// The duties, and the clauses behind them, that went with an objective from one side to the other: those of parties
/// that have no rows about it any more, or fewer, unless the duty stands elsewhere in the practice.
fn carried(
    step: &Step,
    letter: &str,
    [here, there]: [&Table; 2],
    told: &Differing,
    come: bool,
) -> Vec<(String, String, String)> {
    let mut carried = BTreeSet::new();
    for party in step.changed() {
        let key = (party.to_owned(), letter.to_owned());
        let is_whole = !there.contains_key(&key);
        let all = here.get(&key).into_iter().flat_map(|rows| rows.keys()).filter(|_| is_whole);
        for row in all.chain(told.rows(party, letter, come)) {
            let is_kept = told.reworded(party, come).any(|duty| duty == row[DUTY]) || stands(there, party, &row[DUTY]);
            let duty = if is_kept { String::new() } else { row[DUTY].clone() };
            carried.insert((party.to_owned(), duty, row[CLAUSE].clone()));
        }
    }
    carried.into_iter().collect()
}

/// Whether a duty of a party stands anywhere in a practice.
fn stands(table: &Table, party: &str, duty: &str) -> bool {
    let own = table.range((party.to_owned(), String::new())..).take_while(|((owner, _), _)| owner == party);
    own.flat_map(|(_, rows)| rows.keys()).any(|row| row[DUTY] == duty)
}

/// The change that a reader sees.
pub(super) fn change_of(moved: &Moved, sides: &Sides<'_>, both: Both<'_>, follows: &Follows<'_>) -> Change {
    let step = &moved.step;
    let whom = format!("{} to {}", joined(&step.before), joined(&step.after));
    let sentence = match step.groups.as_slice() {
        [] => whom,
        [group] => format!("for group {group}: {whom}"),
        groups => format!("for groups {}: {whom}", groups.join(", ")),
    };
    let mut found = change(Section::Ownership, What::Changed, both.id, &moved.letters, sentence);
    found.weight = weight(step);
    found.groups.clone_from(&step.groups);
    found.parties = step.changed().into_iter().map(str::to_owned).collect();
    (found.before, found.after) = (Some(joined(&step.before)), Some(joined(&step.after)));
    found.spot = Some(sides.at(At::Now(moved.place.unwrap_or(both.after.practice.span))));
    found.follows = duties(moved, found.parties.len() > 2);
    found.follows.extend(moved.lost.iter().filter_map(|(party, _, clause)| follows.covers_nothing(party, clause)));
    found.follows.extend(moved.gained.iter().filter_map(|(party, _, clause)| follows.newly_covers(party, clause)));
    found.follows.dedup();
    let several = found.parties.iter().filter(|party| *party != CONTRACTOR).count() > 1;
    let accepted = found
        .parties
        .iter()
        .filter_map(|party| follows.acceptance(party, both.id, step.after.contains(party), several));
    let accepted: Vec<String> = accepted.collect();
    found.follows.extend(accepted);
    found.follows.extend(verified_no_more(both, &moved.letters));
    found.follows.extend(follows.score(both.id));
    if step.before.iter().any(|party| party == CONTRACTOR) && !step.after.iter().any(|party| party == CONTRACTOR) {
        lose_policy(&mut found, both.id, follows);
    }
    found
}

fn duties(moved: &Moved, several: bool) -> Vec<String> {
    let said = |what: &str, (party, duty, _): &(String, String, String)| {
        let of = if several { format!(" of {party}") } else { String::new() };
        (!duty.is_empty()).then(|| format!("duty{of} {what}: {}", quoted(duty)))
    };
    let dropped = moved.lost.iter().filter_map(|each| said("dropped", each));
    dropped.chain(moved.gained.iter().filter_map(|each| said("added", each))).collect()
}

/// What takes the contractor out, leaves nobody, empties one side of what was shared, or hands work from one provider to
/// another stands out.
fn weight(step: &Step) -> Weight {
    let contractor = |parties: &[String]| parties.iter().any(|party| party == CONTRACTOR);
    let provider = |parties: &[String]| parties.iter().any(|party| party != CONTRACTOR);
    let is_out = contractor(&step.before) && !contractor(&step.after);
    let was_shared = contractor(&step.before) && provider(&step.before);
    let is_emptied = was_shared && !provider(&step.after);
    let is_handed_on =
        provider(&step.before) && provider(&step.after) && step.before.iter().any(|party| !step.after.contains(party));
    if is_out || is_emptied || is_handed_on || step.after.is_empty() { Weight::StandsOut } else { Weight::Plain }
}

//! What each party's rows say of each objective, so that rows which were moved, split or joined compare equal.

use std::collections::{BTreeMap, BTreeSet};

use super::super::practices::{Renames, letters_of};
use super::super::wording::plain;
use crate::ids::Span;
use crate::model::practice::{Practice, Responsibility};

/// What a row says beside its party, objectives, layers and groups.
pub(super) const ATTRIBUTES: [&str; 7] =
    ["duty", "maintaining role", "service", "clause", "connection", "inheritance", "note"];

/// The place of the duty among the attributes.
pub(super) const DUTY: usize = 0;
/// The place of the clause among the attributes.
pub(super) const CLAUSE: usize = 3;
/// Whether an attribute is a text rather than an id.
pub(super) fn is_prose(attribute: usize) -> bool {
    attribute == DUTY || attribute == 6
}

/// Whether a provider has accepted an attribute, so that another one stales its acceptance.
pub(super) fn is_accepted(attribute: usize) -> bool {
    matches!(attribute, 0 | 2 | 3 | 4)
}

/// The attributes of a row, each empty where it is unsaid.
pub(super) type Row = [String; ATTRIBUTES.len()];

/// A layer and a group that a row covers; the empty group is all that are in scope.
pub(super) type Cell = (&'static str, String);

/// What a row covers, and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Covered {
    /// Layers and groups.
    pub(super) cells: BTreeSet<Cell>,
    /// Where the objective is named.
    pub(super) span: Span,
}

/// The rows of one party about one objective.
pub(super) type Rows = BTreeMap<Row, Covered>;

/// The rows of a practice by party and letter.
pub(super) type Table = BTreeMap<(String, String), Rows>;

/// The rows of a practice, with the ids of the side compared to.
pub(super) fn of(practice: &Practice, renames: &Renames) -> Table {
    let mut table = Table::new();
    for part in &practice.responsibility {
        let (party, row, cells) = (renames.party(&part.party), row(part, renames), cells(part));
        for letter in letters_of(part) {
            let span = letter.chars().next().map_or(part.party.span, |first| part.place_of(first));
            let rows = table.entry((party.clone(), letter)).or_default();
            let covered = rows.entry(row.clone()).or_insert_with(|| Covered { cells: BTreeSet::new(), span });
            covered.cells.extend(cells.iter().cloned());
        }
    }
    table
}

fn row(part: &Responsibility, renames: &Renames) -> Row {
    let inherits = part.inherits.as_ref().map(|inherits| {
        let basis = inherits.basis.as_ref().map(|basis| format!(" by {}", renames.artifact(basis)));
        format!("from {}{}", renames.party(&inherits.from), basis.unwrap_or_default())
    });
    let said = |text: Option<&str>| text.unwrap_or_default().to_owned();
    [
        plain(&part.duty),
        said(part.maintained_by.as_deref()),
        said(part.service.as_deref()),
        said(part.clause.as_deref()),
        said(part.connection.as_deref()),
        inherits.unwrap_or_default(),
        part.note.as_ref().map(|note| plain(note)).unwrap_or_default(),
    ]
}

fn cells(part: &Responsibility) -> BTreeSet<Cell> {
    let mut layers: Vec<&'static str> = part.layer.iter().map(|layer| layer.value.word()).collect();
    layers.extend(layers.is_empty().then_some(""));
    let mut groups: Vec<&str> = part.scope.iter().map(|group| &**group).collect();
    groups.extend(groups.is_empty().then_some(""));
    let cells = layers.iter().flat_map(|layer| groups.iter().map(move |group| (*layer, (*group).to_owned())));
    cells.collect()
}

/// Whether rows cover a group.
pub(super) fn cover(rows: &Rows, group: &str) -> bool {
    rows.values().flat_map(|covered| &covered.cells).any(|(_, own)| own.is_empty() || own == group)
}

/// The groups that rows name.
pub(super) fn groups(rows: &Rows) -> impl Iterator<Item = &str> {
    let all = rows.values().flat_map(|covered| &covered.cells).map(|(_, group)| group.as_str());
    all.filter(|group| !group.is_empty())
}

/// A row with what it covers.
pub(super) type Said<'a> = (&'a Row, &'a Covered);

/// Rows that became one another, rows that went, and rows that came.
pub(super) struct Paired<'a> {
    /// Old and new.
    pub(super) pairs: Vec<(Said<'a>, Said<'a>)>,
    /// Of the side compared from alone.
    pub(super) gone: Vec<Said<'a>>,
    /// Of the side compared to alone.
    pub(super) come: Vec<Said<'a>>,
}

/// Comparisons of rows with rows that one objective may cost; beyond them the order decides.
const MOST: usize = 4096;

/// Pairs the rows of one party about one objective: equal ones first, then those most alike.
pub(super) fn paired<'a>(old: &'a Rows, new: &'a Rows) -> Paired<'a> {
    let mut pairs: Vec<(Said<'a>, Said<'a>)> =
        old.iter().filter_map(|before| Some((before, new.get_key_value(before.0)?))).collect();
    let mut gone: Vec<Said<'a>> = old.iter().filter(|(row, _)| !new.contains_key(*row)).collect();
    let mut come: Vec<Said<'a>> = new.iter().filter(|(row, _)| !old.contains_key(*row)).collect();
    let is_few = gone.len().saturating_mul(come.len()) <= MOST;
    while let Some(before) = gone.first().copied().filter(|_| !come.is_empty()) {
        let best =
            (0..come.len()).filter(|_| is_few).max_by_key(|at| (likeness(before.0, come[*at].0), come.len() - at));
        pairs.push((before, come.remove(best.unwrap_or(0))));
        gone.remove(0);
    }
    Paired { pairs, gone, come }
}

fn likeness(one: &Row, other: &Row) -> usize {
    let equal = one.iter().zip(other).filter(|(one, other)| one == other && !one.is_empty()).count();
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<String>>();
    let (left, right) = (words(&one[DUTY]), words(&other[DUTY]));
    10 * left.intersection(&right).count() / left.len().max(right.len()).max(1) + 2 * equal
}

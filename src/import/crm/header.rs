//! The row of headings, found by what stands in it, and the columns that are read.

use std::collections::BTreeMap;

use super::Mistake;
use super::map::{Column, Map, folded};
use crate::grid::{Row, Sheet};
use crate::model::crm_map::Meaning;

/// In how many rows from above the headings are looked for.
pub const LOOKED_THROUGH: u32 = 40;

/// Words of a heading by which a column is the provider's own business.
pub const INTERNAL: [&str; 8] = [
    "internal",
    "not for customer",
    "not for client",
    "confidential",
    "do not share",
    "do not distribute",
    "do not send",
    "private",
];

/// A column that is read because it is ticked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Tick {
    /// Its column.
    pub column: u32,
    /// Its heading as it stands there.
    pub heading: String,
    /// What a tick comes to.
    pub meaning: Meaning,
}

/// The headings of a sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Header {
    /// Its row, from 0.
    pub row: u32,
    /// The columns that are read.
    pub columns: BTreeMap<Column, u32>,
    /// The columns that are ticked.
    pub ticks: Vec<Tick>,
    /// The columns in which a text says that something is not done yet.
    pub pending: Vec<u32>,
    /// Every heading as it stands there.
    pub headings: BTreeMap<u32, String>,
    /// Columns that are the provider's own business.
    pub internal: Vec<u32>,
    /// Headings that stand twice, and ticked columns that are not there.
    pub mistakes: Vec<Mistake>,
}

impl Header {
    /// Every column that is read.
    pub(super) fn read(&self) -> impl Iterator<Item = u32> + '_ {
        self.columns.values().copied().chain(self.ticks.iter().map(|tick| tick.column))
    }

    /// Whether something stands over a column.
    pub(super) fn is_named(&self, column: u32) -> bool {
        self.headings.get(&column).is_some_and(|heading| !heading.is_empty())
    }

    /// Whether another row has the same headings over the same columns.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let ticked = |header: &Self| header.ticks.iter().map(|tick| tick.column).collect::<Vec<_>>();
        self.columns == other.columns && ticked(self) == ticked(other)
    }
}

/// The first row of headings of a sheet.
pub(super) fn find(sheet: &Sheet, map: &Map) -> Option<Header> {
    sheet.rows.iter().take_while(|row| row.number < LOOKED_THROUGH).find_map(|row| of_row(sheet, row, map))
}

/// The headings of a row, if the column of ids is among them and who does it.
pub(super) fn of_row(sheet: &Sheet, row: &Row, map: &Map) -> Option<Header> {
    let headings = headings(sheet, row);
    let plain: BTreeMap<u32, String> = headings.iter().map(|(column, text)| (*column, folded(text))).collect();
    let internal: Vec<u32> =
        headings.iter().filter(|(_, text)| is_internal(text, map)).map(|(column, _)| *column).collect();
    let mut finding = Finding { sheet, row: row.number, plain: &plain, internal: &internal, mistakes: Vec::new() };
    let mut columns = BTreeMap::new();
    for (column, known) in &map.columns {
        columns.extend(finding.first(known).map(|at| (*column, at)));
    }
    let ticks = finding.ticks(map, &headings);
    let is_header = columns.contains_key(&Column::Id) && (columns.contains_key(&Column::Word) || !ticks.is_empty());
    if !is_header || has_one_twice(&columns) {
        return None;
    }
    let mistakes = finding.mistakes;
    let is_pending = |(column, text): (&u32, &String)| map.pending.contains(text).then_some(*column);
    let pending = plain.iter().filter_map(is_pending).filter(|column| !internal.contains(column)).collect();
    Some(Header { row: row.number, columns, ticks, pending, headings, internal, mistakes })
}

fn has_one_twice(columns: &BTreeMap<Column, u32>) -> bool {
    let mut seen: Vec<u32> = columns.values().copied().collect();
    seen.sort_unstable();
    seen.windows(2).any(|pair| pair[0] == pair[1])
}

/// What stands over each column: the cell itself, what it is merged with, or the cell above it.
fn headings(sheet: &Sheet, row: &Row) -> BTreeMap<u32, String> {
    let at = |number: u32, column: u32| {
        let row = sheet.rows.binary_search_by_key(&number, |row| row.number).ok().and_then(|at| sheet.rows.get(at));
        row.and_then(|row| row.cell(column)).map(|cell| cell.text.trim().to_owned())
    };
    let mut headings: BTreeMap<u32, String> =
        row.cells.iter().map(|cell| (cell.column, cell.text.trim().to_owned())).collect();
    for merged in sheet.merged.iter().filter(|merged| (merged.rows.0..=merged.rows.1).contains(&row.number)) {
        if merged.rows.0 < row.number && !headings.contains_key(&merged.columns.0) {
            headings.extend(at(merged.rows.0, merged.columns.0).map(|text| (merged.columns.0, text)));
        }
    }
    let above = row.number.checked_sub(1).and_then(|number| sheet.rows.iter().find(|row| row.number == number));
    for cell in above.into_iter().flat_map(|row| &row.cells) {
        headings.entry(cell.column).or_insert_with(|| cell.text.trim().to_owned());
    }
    headings
}

fn is_internal(heading: &str, map: &Map) -> bool {
    let words = heading.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let says = INTERNAL.iter().any(|word| words.contains(word));
    says || map.internal.contains(&folded(heading))
}

struct Finding<'a> {
    sheet: &'a Sheet,
    row: u32,
    plain: &'a BTreeMap<u32, String>,
    internal: &'a [u32],
    mistakes: Vec<Mistake>,
}

impl Finding<'_> {
    /// The column of the first of these headings that is there; one that stands twice is a mistake.
    fn first(&mut self, known: &[String]) -> Option<u32> {
        let is_read = |column: &u32| !self.internal.contains(column);
        let at = |heading: &String| -> Vec<u32> {
            let found = self.plain.iter().filter(|(_, text)| *text == heading).map(|(column, _)| *column);
            found.filter(is_read).collect()
        };
        let found = known.iter().map(at).find(|found| !found.is_empty())?;
        if let [first, second, ..] = found[..] {
            let other = self.sheet.address(self.row, second);
            self.mistakes.push(Mistake::at(
                self.sheet,
                (self.row, first),
                format!("the same heading stands in {other} too"),
                "give the columns other headings, or name the one that is meant in [columns]",
            ));
        }
        found.first().copied()
    }

    /// The columns that are ticked, if any is there; then those that are missing are mistakes.
    fn ticks(&mut self, map: &Map, headings: &BTreeMap<u32, String>) -> Vec<Tick> {
        let mut ticks = Vec::new();
        let mut missing = Vec::new();
        for (heading, (written, meaning)) in &map.ticks {
            match self.first(std::slice::from_ref(heading)) {
                Some(column) => {
                    let heading = headings.get(&column).cloned().unwrap_or_default();
                    ticks.push(Tick { column, heading, meaning: *meaning });
                }
                None if *meaning == Meaning::Unanswered => {}
                None => missing.push(format!("`{written}`")),
            }
        }
        if !ticks.is_empty() && !missing.is_empty() {
            let message = format!("the row of headings lacks {}", missing.join(", "));
            let help = "name the headings as they are in [ticks]; one that is not there may be \"unanswered\"";
            self.mistakes.push(Mistake::at(self.sheet, (self.row, 0), message, help));
        }
        ticks.sort_by_key(|tick| tick.column);
        ticks
    }
}

//! A provider's workbook to the rows of its matrix, by a map; nothing is guessed, and each mistake names its cell.

mod header;
pub mod map;
mod named;
mod page;
mod rows;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::{Cause, Failure};
use crate::grid::{Opened, SEPARATORS, Sheet, Tab};
use crate::model::crm_map::Meaning;
use header::Header;
use map::{Column, Map, folded};
use named::Target;

pub use header::{INTERNAL, LOOKED_THROUGH};
pub use page::page;
pub use rows::TICKS;
pub use written::{Head, render};

/// Something in a file that cannot be taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// The sheet and the cell: `sheet Matrix, B7`; of a text line and column.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Mistake {
    /// A mistake in a cell, by row and column from 0.
    fn at(sheet: &Sheet, (row, column): (u32, u32), message: String, help: &str) -> Self {
        let address = sheet.address(row, column);
        let place = if sheet.name.is_empty() { address } else { format!("sheet {}, {address}", sheet.name) };
        Self { place, message, help: help.to_owned() }
    }
}

/// A row that says who does something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answered {
    /// What it speaks of.
    pub covers: Vec<Target>,
    /// Ids of the services that it names.
    pub services: Vec<String>,
    /// What its word comes to; never unanswered.
    pub meaning: Meaning,
    /// What the provider does.
    pub provider_does: Option<String>,
    /// What the customer does.
    pub customer_does: Option<String>,
    /// The evidence offered.
    pub evidence: Option<String>,
    /// The word as it stands; of ticks the headings.
    pub verbatim: String,
    /// The sheet and the cell of the word.
    pub cell: String,
}

/// How many rows there are of each kind that is not answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Without an answer.
    pub unanswered: usize,
    /// Headings of families and other rows in which an id column alone is filled.
    pub headings: usize,
    /// Rows without an id in which nothing stands that is read.
    pub other: usize,
    /// Answered, of controls that the map leads nowhere.
    pub unmapped: usize,
    /// Answered, with an id that is written with leading zeros.
    pub padded: usize,
}

/// What the rows of a sheet say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said {
    /// The answered rows from above.
    pub rows: Vec<Answered>,
    /// The others.
    pub counts: Counts,
    /// Rows that repeat the headings.
    pub repeated: Vec<String>,
    /// Cells whose value a formula gave.
    pub formulas: Vec<String>,
    /// Cells that say of what the provider answers for that it is not all done yet.
    pub pending: Vec<String>,
    /// Ids of rows that the sheet hides.
    pub hidden: Vec<String>,
    /// What is wrong; if anything is, nothing is to be written.
    pub mistakes: Vec<Mistake>,
}

/// A column of the sheet that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read {
    /// Its heading as it stands there.
    pub heading: String,
    /// The cell of the heading.
    pub cell: String,
    /// What it is taken for; `None` is not read.
    pub key: Option<&'static str>,
}

/// What was taken from a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The sheet; empty for a text.
    pub sheet: String,
    /// The cell in which the row of headings begins.
    pub header: String,
    /// The columns that are read, in order.
    pub columns: Vec<Read>,
    /// The columns that are not.
    pub left: Vec<Read>,
    /// The columns that are the provider's own business.
    pub internal: Vec<Read>,
    /// What a reader should know of the file and the sheet.
    pub remarks: Vec<String>,
    /// What its rows say.
    pub said: Said,
}

/// The services of a provider, by the names under which a workbook may speak of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Services {
    ids: BTreeSet<String>,
    titles: BTreeMap<String, Vec<String>>,
}

impl Services {
    /// Of these ids and titles.
    pub fn of<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut services = Self::default();
        for (id, title) in all {
            services.ids.insert(id.to_owned());
            services.titles.entry(folded(title)).or_default().push(id.to_owned());
        }
        services
    }

    /// Their ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(String::as_str)
    }

    /// The one that has this id, or else alone this title.
    pub fn called(&self, name: &str) -> Option<&str> {
        let titled = || match self.titles.get(&folded(name)).map(Vec::as_slice) {
            Some([one]) => Some(one.as_str()),
            _ => None,
        };
        self.ids.get(name).map(String::as_str).or_else(titled)
    }
}

/// Takes in the one sheet of a file that holds the matrix; `services` are the provider's.
///
/// # Errors
///
/// If no sheet has the headings, several have, or one cannot be read. What is wrong in rows stands in [`Said`].
pub fn take(name: &str, mut opened: Opened, map: &Map, services: &Services) -> Result<Taken, Failure> {
    let tabs = opened.tabs.clone();
    let wanted = candidates(name, &tabs, map)?;
    let mut found: Vec<(Sheet, Header)> = Vec::new();
    for at in &wanted.sheets {
        found.extend(with_header(&mut opened, *at, map)?);
    }
    if found.is_empty() && !map.is_sheet_needed && !map.sheets.is_empty() {
        for at in
            (0..tabs.len()).filter(|at| !tabs.get(*at).is_none_or(|tab| tab.hidden) && !wanted.sheets.contains(at))
        {
            found.extend(with_header(&mut opened, at, map)?);
        }
    }
    if found.len() > 1 {
        let names: Vec<String> = found.iter().map(|(sheet, _)| format!("`{}`", sheet.name)).collect();
        let message = format!(
            "{name}: {} sheets have the headings, {}; name one by `sheet` in the map",
            found.len(),
            names.join(", ")
        );
        return Err(Failure::new(Cause::Usage, message));
    }
    let Some((sheet, header)) = found.pop() else { return Err(no_headings(name, &tabs, &wanted, map)) };
    let said = rows::read(&sheet, &header, map, services);
    let mut remarks = std::mem::take(&mut opened.remarks);
    remarks.extend(wanted.remarks);
    remarks.extend(of_sheet(&sheet, &header));
    Ok(told(&sheet, &header, remarks, said))
}

/// Which sheets are looked through, and what is to be said of the others.
struct Wanted {
    sheets: Vec<usize>,
    remarks: Vec<String>,
}

fn candidates(name: &str, tabs: &[Tab], map: &Map) -> Result<Wanted, Failure> {
    let visible = |at: &usize| tabs.get(*at).is_some_and(|tab| !tab.hidden);
    let fits = |pattern: &String| -> Vec<usize> {
        let named =
            (0..tabs.len()).filter(|at| tabs.get(*at).is_some_and(|tab| is_called(&folded(&tab.name), pattern)));
        named.filter(|at| map.is_sheet_needed || visible(at)).collect()
    };
    let named = map.sheets.iter().map(fits).find(|found| !found.is_empty());
    let is_text = tabs.len() == 1 && tabs.iter().all(|tab| tab.name.is_empty());
    let sheets = match named {
        Some(named) => named,
        None if map.is_sheet_needed && !is_text => {
            let all: Vec<String> = tabs.iter().map(|tab| format!("`{}`", tab.name.escape_debug())).collect();
            let message = format!("{name} has no sheet of the name that the map gives; it has {}", all.join(", "));
            return Err(Failure::new(Cause::Usage, message));
        }
        None => (0..tabs.len()).filter(visible).collect(),
    };
    let hidden = (0..tabs.len()).filter(|at| !visible(at));
    let remarks = hidden.filter_map(|at| {
        let name = tabs.get(at)?.name.escape_debug();
        Some(if sheets.contains(&at) {
            format!("sheet `{name}` is hidden, and is read because the map names it")
        } else {
            format!("sheet `{name}` is hidden and was not read; `sheet` in the map would name it")
        })
    });
    Ok(Wanted { remarks: remarks.collect(), sheets })
}

/// Whether a name is what a pattern says; `*` at an end stands for any text.
fn is_called(name: &str, pattern: &str) -> bool {
    let (from, pattern) = pattern.strip_prefix('*').map_or((false, pattern), |rest| (true, rest));
    let (on, core) = pattern.strip_suffix('*').map_or((false, pattern), |rest| (true, rest));
    match (from, on) {
        (true, true) => name.contains(core),
        (true, false) => name.ends_with(core),
        (false, true) => name.starts_with(core),
        (false, false) => name == core,
    }
}

/// A sheet and its headings, if it has them; a text is tried with each sign that may part its columns.
fn with_header(opened: &mut Opened, at: usize, map: &Map) -> Result<Option<(Sheet, Header)>, Failure> {
    let mut best: Option<(Sheet, Header, u8)> = None;
    let mut refused = None;
    for separator in opened.separators() {
        let sheet = match opened.sheet(at, separator) {
            Ok(sheet) => sheet,
            // A quotation mark may close under another separator.
            Err(failure) => {
                refused.get_or_insert(failure);
                continue;
            }
        };
        let Some(header) = header::find(&sheet, map) else { continue };
        if best.as_ref().is_none_or(|(_, known, _)| known.headings.len() < header.headings.len()) {
            best = Some((sheet, header, separator));
        }
    }
    match (best, refused) {
        (Some((sheet, header, separator)), _) => {
            let sign = SEPARATORS.iter().find(|(sign, _)| *sign == separator && *sign != b',');
            if let Some((_, word)) = sign.filter(|_| opened.is_text()) {
                opened.remarks.push(format!("its columns are parted by {word}s"));
            }
            Ok(Some((sheet, header)))
        }
        (None, Some(failure)) => Err(failure),
        (None, None) => Ok(None),
    }
}

fn no_headings(name: &str, tabs: &[Tab], wanted: &Wanted, map: &Map) -> Failure {
    let looked: Vec<String> =
        wanted.sheets.iter().filter_map(|at| tabs.get(*at)).map(|tab| tab.name.escape_debug().to_string()).collect();
    let looked = looked.join("`, `");
    let at = if looked.is_empty() { String::new() } else { format!(" of `{looked}`") };
    let second = if map.ticks.is_empty() { "that of words" } else { "those that are ticked" };
    let hidden: Vec<&str> = wanted.remarks.iter().map(String::as_str).collect();
    let hidden = if hidden.is_empty() { String::new() } else { format!(" ({})", hidden.join("; ")) };
    let message = format!(
        "{name}: none of the first {LOOKED_THROUGH} rows{at} has the heading of the ids and {second}: name them in \
         [columns] of the map{hidden}"
    );
    Failure::new(Cause::Usage, message)
}

/// How many columns without a heading are named.
const MOST_NAMELESS: usize = 8;

/// What a reader should know of a sheet.
fn of_sheet(sheet: &Sheet, header: &Header) -> Vec<String> {
    let hidden = header.headings.iter().filter(|(column, _)| sheet.hidden_columns.contains(column));
    let read: BTreeSet<u32> = header.read().collect();
    let hidden = hidden.filter(|(column, _)| read.contains(column));
    let hidden = hidden.map(|(_, heading)| format!("the column `{}` is hidden, and is read", heading.escape_debug()));
    hidden.chain(without_heading(sheet, header)).collect()
}

/// The columns in which something stands and that nothing stands over, by the first cell of each.
fn without_heading(sheet: &Sheet, header: &Header) -> Option<String> {
    let below = sheet.rows.iter().filter(|row| row.number > header.row);
    let cells = below.flat_map(|row| row.cells.iter().map(|cell| (cell, row.number)));
    let nameless = cells.filter(|(cell, _)| !cell.text.trim().is_empty() && !header.is_named(cell.column));
    let mut first: BTreeMap<u32, u32> = BTreeMap::new();
    for (cell, row) in nameless {
        first.entry(cell.column).or_insert(row);
    }
    let cells: Vec<String> = first.iter().map(|(column, row)| sheet.address(*row, *column)).collect();
    let shown = cells.iter().take(MOST_NAMELESS).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = cells.len().saturating_sub(MOST_NAMELESS);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    (!cells.is_empty()).then(|| format!("columns without a heading, not read: the first texts stand in {shown}{more}"))
}

fn told(sheet: &Sheet, header: &Header, remarks: Vec<String>, said: Said) -> Taken {
    let key_of = |column: u32| {
        let key = header.columns.iter().find(|(_, at)| **at == column).map(|(key, _)| Column::key(*key));
        let ticked = || header.ticks.iter().any(|tick| tick.column == column).then_some("ticked");
        key.or_else(ticked).or_else(|| header.pending.contains(&column).then_some("pending"))
    };
    let all = header.headings.iter().map(|(column, heading)| Read {
        heading: heading.clone(),
        cell: sheet.address(header.row, *column),
        key: key_of(*column),
    });
    let is_internal =
        |read: &Read| header.internal.iter().any(|column| sheet.address(header.row, *column) == read.cell);
    let (internal, rest): (Vec<Read>, Vec<Read>) = all.partition(is_internal);
    let (columns, left) = rest.into_iter().partition(|read| read.key.is_some());
    let header = sheet.address(header.row, 0);
    Taken { sheet: sheet.name.clone(), header, columns, left, internal, remarks, said }
}

//! Tables that others send, as a plain grid of cells with their addresses: workbooks (XLSX) and text (CSV).
//!
//! Nothing in them is run or computed. What they unpack to is counted before anything is made of it.

mod book;
mod tags;
mod text;

use std::path::Path;

use crate::failure::{Cause, Failure};

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 64 << 20;

/// How many rows with something in them a sheet may have: a matrix has hundreds.
pub const MOST_ROWS: usize = 20_000;

/// How many columns a sheet may have.
pub const MOST_COLUMNS: u32 = 512;

/// How many bytes the texts of a sheet may come to.
pub const MOST_TEXT: usize = 64 << 20;

/// What kind of value a cell holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// A number, true or false: how it was shown is not kept.
    Number,
    /// A day or a time.
    Date,
    /// An error such as `#REF!`.
    Error,
    /// A formula of which nobody has computed the value.
    Uncomputed,
}

/// A cell that is not empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Its column, from 0.
    pub column: u32,
    /// What stands in it, as far as that is kept.
    pub text: String,
    /// What kind of value it is.
    pub kind: Kind,
    /// Whether a formula gave it.
    pub formula: bool,
}

/// A row with something in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its number in the sheet, from 0; of a text its line.
    pub number: u32,
    /// Whether the sheet hides it.
    pub hidden: bool,
    /// Its cells by column.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The cell of a column, if something stands there.
    pub fn cell(&self, column: u32) -> Option<&Cell> {
        self.cells.binary_search_by_key(&column, |cell| cell.column).ok().and_then(|at| self.cells.get(at))
    }
}

/// Cells that are merged into one: first and last row, first and last column, from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Merged {
    /// First and last row.
    pub rows: (u32, u32),
    /// First and last column.
    pub columns: (u32, u32),
}

/// A sheet.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sheet {
    /// Its name; empty for a text, which has one only.
    pub name: String,
    /// Whether its cells are called by line and column, as those of a text are.
    pub is_text: bool,
    /// Its rows from above.
    pub rows: Vec<Row>,
    /// What is merged.
    pub merged: Vec<Merged>,
    /// Columns that it hides.
    pub hidden_columns: Vec<u32>,
}

impl Sheet {
    /// What a cell is called: `B7`, of a text `7:2`, line and column.
    pub fn address(&self, row: u32, column: u32) -> String {
        if self.is_text {
            return format!("{}:{}", u64::from(row) + 1, u64::from(column) + 1);
        }
        format!("{}{}", letters(column), u64::from(row) + 1)
    }

    /// The same with the name of the sheet: `Matrix!B7`.
    pub fn full_address(&self, row: u32, column: u32) -> String {
        let address = self.address(row, column);
        if self.name.is_empty() { address } else { format!("{}!{address}", self.name) }
    }
}

/// The letters of a column: `A`, `Z`, `AA`.
pub fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = Some(column);
    while let Some(rest) = left {
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        left = (rest / 26).checked_sub(1);
    }
    letters.iter().rev().collect()
}

/// A sheet of a file that was opened, not read yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tab {
    /// Its name.
    pub name: String,
    /// Whether it is hidden.
    pub hidden: bool,
}

/// A file that was opened.
pub struct Opened {
    /// Its sheets in order.
    pub tabs: Vec<Tab>,
    /// What a reader should know of it.
    pub remarks: Vec<String>,
    form: Form,
}

enum Form {
    Book(Box<book::Book>),
    Text(text::Text),
}

/// What separates the columns of a text.
pub const SEPARATORS: [(u8, &str); 3] = [(b',', "comma"), (b';', "semicolon"), (b'\t', "tab")];

impl Opened {
    /// Reads a sheet by its place; of a workbook the separator is not asked for.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or holds more than is read.
    pub fn sheet(&mut self, at: usize, separator: u8) -> Result<Sheet, Failure> {
        match &mut self.form {
            Form::Book(book) => book.sheet(&self.tabs.get(at).map(|tab| tab.name.clone()).unwrap_or_default()),
            Form::Text(text) => text.sheet(separator),
        }
    }

    /// The separators that its columns may have; a workbook has none, and a text may name its own.
    pub fn separators(&self) -> Vec<u8> {
        match &self.form {
            Form::Book(_) => vec![b','],
            Form::Text(text) => {
                text.named.map_or_else(|| SEPARATORS.iter().map(|(sign, _)| *sign).collect(), |sign| vec![sign])
            }
        }
    }

    /// Whether it is a text.
    pub fn is_text(&self) -> bool {
        matches!(self.form, Form::Text(_))
    }
}

/// Reads a file.
///
/// # Errors
///
/// If it cannot be read or is larger than [`LARGEST`].
pub fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let size = path.metadata().map_err(|error| Failure::io("read", path, &error))?.len();
    let name = path.display().to_string();
    if size > LARGEST as u64 {
        return Err(refused(&name, &format!("it has {size} bytes, and {LARGEST} is the most that is read")));
    }
    std::fs::read(path).map_err(|error| Failure::io("read", path, &error))
}

/// Opens a workbook or a text, told by its content, not by its name.
///
/// # Errors
///
/// If it is neither, or cannot or must not be read.
pub fn open(name: &str, bytes: Vec<u8>) -> Result<Opened, Failure> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return book::open(name, bytes);
    }
    if let Some(why) = foreign(&bytes) {
        return Err(refused(name, why));
    }
    let mut opened = text::open(name, &bytes)?;
    if is_called_workbook(name) {
        opened.remarks.insert(0, "it is called a workbook and is text: read as CSV".to_owned());
    }
    Ok(opened)
}

fn is_called_workbook(name: &str) -> bool {
    let ending = Path::new(name).extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| matches!(ending.as_str(), "xlsx" | "xlsm" | "xls" | "xlsb"))
}

/// What a file is that is neither a workbook of the form that is read nor a text.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const OLE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let begins = |with: &str| {
        let head = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes)).to_lowercase();
        head.trim_start_matches('\u{feff}').trim_start().starts_with(with)
    };
    if bytes.is_empty() {
        return Some("it is empty");
    }
    if bytes.starts_with(&OLE) {
        return Some(
            "it is a workbook with a password, or of the old form .xls: open it, and save it as .xlsx without a password",
        );
    }
    if bytes.starts_with(b"%PDF") {
        return Some("it is a PDF: ask for the workbook that it was made of");
    }
    let is_markup = ["<?xml", "<html", "<!doctype", "<table", "<workbook"].iter().any(|mark| begins(mark));
    is_markup.then_some("it is HTML or XML, as some programs save under the name of a workbook: save it as .xlsx")
}

/// A file that is not read, and why.
fn refused(name: &str, why: &str) -> Failure {
    Failure::new(Cause::Usage, format!("{name} is not read: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_called_as_a_spreadsheet_calls_it() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), name);
        }
    }

    #[test]
    fn a_file_of_another_kind_is_told_by_its_content() {
        for (bytes, word) in [
            (&b""[..], "empty"),
            (&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0][..], "password"),
            (b"%PDF-1.7", "PDF"),
            (b"\xef\xbb\xbf <HTML>", "HTML"),
            (b"PK\x03\x04 and no more", "zip"),
        ] {
            let failure = open("matrix.xlsx", bytes.to_vec()).err().expect("it is refused");
            assert!(failure.message.contains(word), "{}", failure.message);
        }
    }
}

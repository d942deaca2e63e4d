//! Workbooks. The door to `calamine`, which reads a workbook only after its parts were unpacked here, counted, and looked
//! at for what would make it take more memory than the workbook is worth.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxFormulaMetadata};

use super::tags::{self, Tag};
use super::{Cell, Form, Kind, MOST_COLUMNS, MOST_ROWS, MOST_TEXT, Merged, Opened, Row, Sheet, Tab, refused};
use crate::archive;
use crate::failure::Failure;

/// How many bytes the parts of a workbook may unpack to.
const MOST_UNPACKED: usize = 256 << 20;

/// How many formats of cells a workbook may have: as many as Excel keeps.
const MOST_FORMATS: usize = 65_490;

/// The longest attribute of a format, in bytes.
const LONGEST_ATTRIBUTE: usize = 1024;

/// How many merged stretches a sheet may have.
const MOST_MERGED: usize = 20_000;

/// The last row and column that a workbook can have, and one more.
const BOUNDS: (u32, u32) = (1 << 20, 1 << 14);

type Parts = BTreeMap<String, Vec<u8>>;

/// An open workbook.
pub(super) struct Book {
    name: String,
    xlsx: Xlsx<Cursor<Vec<u8>>>,
    parts: Parts,
    /// The part of each sheet, by the name of the sheet.
    places: BTreeMap<String, String>,
}

/// Opens a workbook and lists its sheets.
pub(super) fn open(name: &str, bytes: Vec<u8>) -> Result<Opened, Failure> {
    let parts = archive::unpacked(&bytes, MOST_UNPACKED).map_err(|why| refused(name, &why))?;
    let places = fit(&parts).map_err(|why| refused(name, &why))?;
    let mut remarks = Vec::new();
    if parts.keys().any(|part| part.ends_with("vbaproject.bin")) {
        remarks.push("it holds macros; they are not run".to_owned());
    }
    let xlsx = Xlsx::new(Cursor::new(bytes)).map_err(|error| refused(name, &error.to_string()))?;
    let sheets = xlsx.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let hidden = |visible: SheetVisible| visible != SheetVisible::Visible;
    let tabs: Vec<Tab> = sheets.map(|sheet| Tab { name: sheet.name.clone(), hidden: hidden(sheet.visible) }).collect();
    if let Some(tab) = tabs.iter().find(|tab| !places.contains_key(&tab.name)) {
        return Err(refused(name, &format!("nobody can tell where its sheet `{}` lies", tab.name.escape_debug())));
    }
    let book = Book { name: name.to_owned(), xlsx, parts, places };
    Ok(Opened { tabs, remarks, form: Form::Book(Box::new(book)) })
}

/// Where each sheet lies, once nothing of the workbook says that it must not be read.
fn fit(parts: &Parts) -> Result<BTreeMap<String, String>, String> {
    let of_another_kind = [
        ("xl/workbook.bin", "it is a binary workbook (.xlsb): save it as .xlsx"),
        ("word/document.xml", "it is a Word document: copy its table into a workbook"),
        ("mimetype", "it is an OpenDocument file: save it as .xlsx"),
    ];
    if let Some((_, why)) = of_another_kind.iter().find(|(part, _)| parts.contains_key(*part)) {
        return Err((*why).to_owned());
    }
    for (part, bytes) in parts.iter().filter(|(part, _)| is_xml(part)) {
        is_plain(bytes).map_err(|why| format!("its part `{}` {why}", part.escape_debug()))?;
    }
    parts
        .iter()
        .filter(|(part, _)| part.ends_with("sharedstrings.xml"))
        .try_for_each(|(_, bytes)| counts_right(bytes))?;
    parts.iter().filter(|(part, _)| part.ends_with("styles.xml")).try_for_each(|(_, bytes)| has_few_formats(bytes))?;
    places(parts).ok_or_else(|| "it is a zip without the list of sheets that a workbook has".to_owned())
}

/// Whether a part is XML by its name; no other part is read.
fn is_xml(part: &str) -> bool {
    part.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "xml" | "rels"))
}

fn text_of(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default().trim_start_matches('\u{feff}')
}

/// Whether a part is XML as every spreadsheet writes it: what is looked at here is then what is read later.
fn is_plain(bytes: &[u8]) -> Result<(), &'static str> {
    if std::str::from_utf8(bytes).is_err() {
        return Err("is not UTF-8");
    }
    let text = text_of(bytes);
    let head = text.split_once("?>").map_or("", |(head, _)| head).to_lowercase();
    let encoding = head.split_once("encoding").map(|(_, rest)| rest.trim_start_matches([' ', '=', '"', '\'']));
    if encoding.is_some_and(|encoding| !encoding.starts_with("utf-8") && !encoding.starts_with("us-ascii")) {
        return Err("says that it is not UTF-8");
    }
    if text.contains("<!DOCTYPE") {
        return Err("declares a type of its own, as no spreadsheet does");
    }
    Ok(())
}

/// A list of texts that says that it is longer than it can be would be given room for all of them.
fn counts_right(bytes: &[u8]) -> Result<(), String> {
    const SHORTEST: usize = "<si/>".len();
    let said = tags::each(text_of(bytes)).filter(|tag| tag.name == "sst").filter_map(|tag| tag.raw("uniqueCount"));
    let lies = |count: &str| count.parse::<usize>().map_or(count.len() > 9, |count| count > bytes.len() / SHORTEST + 1);
    if said.into_iter().any(lies) {
        return Err("its list of texts says that it is longer than it is, as that of a bomb does".to_owned());
    }
    Ok(())
}

/// Each format is kept with its font, fill and border: many formats with long names would fill the memory.
fn has_few_formats(bytes: &[u8]) -> Result<(), String> {
    let mut formats = 0;
    for tag in tags::each(text_of(bytes)) {
        formats += usize::from(tag.name == "xf");
        if tag.attributes().any(|(_, value)| value.len() > LONGEST_ATTRIBUTE) {
            return Err("its formats have names longer than any spreadsheet writes".to_owned());
        }
    }
    if formats > 2 * MOST_FORMATS {
        return Err(format!("it has {formats} formats of cells, more than any spreadsheet keeps"));
    }
    Ok(())
}

/// The part of each sheet by its name, as the workbook's list and its relations say.
fn places(parts: &Parts) -> Option<BTreeMap<String, String>> {
    let tags = |part: &str| parts.get(part).map(|bytes| tags::each(text_of(bytes)));
    let is_main = |tag: &Tag<'_>| tag.raw("Type").is_some_and(|kind| kind.ends_with("/relationships/officeDocument"));
    let main = tags("_rels/.rels")?.filter(is_main).last()?.text("Target")?.to_lowercase();
    let main = main.trim_start_matches('/');
    is_xml(main).then_some(())?;
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", main));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let relations: BTreeMap<String, String> = tags(&format!("{folder}_rels/{file}.rels"))?
        .filter(|tag| tag.name == "Relationship")
        .filter_map(|tag| Some((tag.raw("Id")?.to_owned(), tag.text("Target")?.to_lowercase())))
        .collect();
    let mut places = BTreeMap::new();
    for tag in tags(main)?.filter(|tag| tag.name == "sheet") {
        let target = relations.get(tag.raw("id")?)?;
        let part = target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned);
        let is_new = is_xml(&part) && parts.contains_key(&part) && places.insert(tag.text("name")?, part).is_none();
        is_new.then_some(())?;
    }
    (!places.is_empty()).then_some(places)
}

impl Book {
    /// Reads a sheet cell by cell.
    pub(super) fn sheet(&mut self, name: &str) -> Result<Sheet, Failure> {
        let shown = name.escape_debug();
        let failed = |why: &str| refused(&self.name, &format!("sheet `{shown}`: {why}"));
        let part = self.places.get(name).and_then(|part| self.parts.get(part));
        let arranged = arranged(text_of(part.map_or(&[][..], Vec::as_slice))).map_err(|why| failed(&why))?;
        let mut reader = self.xlsx.worksheet_cells_reader(name).map_err(|error| failed(&error.to_string()))?;
        let mut cells: BTreeMap<(u32, u32), Cell> = BTreeMap::new();
        let (mut rows, mut text) = (0, 0);
        let mut last = None;
        loop {
            let found = reader.next_cell_with_formula_metadata().map_err(|error| failed(&error.to_string()))?;
            let Some(found) = found else { break };
            let Some(cell) = cell(found.pos.1, &found.value, found.formula.as_ref()) else { continue };
            rows += usize::from(last.replace(found.pos.0) != Some(found.pos.0));
            text += cell.text.len();
            within(found.pos, rows, text).map_err(|why| failed(&why))?;
            if cells.insert(found.pos, cell).is_some() {
                let address = Sheet::default().address(found.pos.0, found.pos.1);
                return Err(failed(&format!("the cell {address} stands twice")));
            }
        }
        Ok(Sheet { name: name.to_owned(), rows: by_row(cells, &arranged.hidden), ..arranged.sheet })
    }
}

/// Whether a cell is one of as many as are read.
fn within(at: (u32, u32), rows: usize, text: usize) -> Result<(), String> {
    if at.0 >= BOUNDS.0 || at.1 >= BOUNDS.1 {
        return Err("it has cells where no sheet has any".to_owned());
    }
    if rows > MOST_ROWS {
        return Err(format!("it has more than {MOST_ROWS} rows, and a matrix has hundreds"));
    }
    if at.1 >= MOST_COLUMNS {
        let address = Sheet::default().address(at.0, at.1);
        return Err(format!("something stands in {address}, and {MOST_COLUMNS} columns are the most that are read"));
    }
    if text > MOST_TEXT {
        return Err(format!("its texts come to more than {MOST_TEXT} bytes"));
    }
    Ok(())
}

fn by_row(cells: BTreeMap<(u32, u32), Cell>, hidden: &[u32]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for ((number, _), cell) in cells {
        match rows.last_mut().filter(|row| row.number == number) {
            Some(row) => row.cells.push(cell),
            None => {
                let hidden = hidden.binary_search(&number).is_ok();
                rows.push(Row { number, hidden, cells: vec![cell] });
            }
        }
    }
    rows
}

/// A cell, unless it is empty and nothing would compute it.
fn cell(column: u32, value: &DataRef<'_>, formula: Option<&XlsxFormulaMetadata>) -> Option<Cell> {
    let formula = formula.is_some();
    let (kind, text) = match value {
        DataRef::Empty if formula => (Kind::Uncomputed, String::new()),
        DataRef::Empty => return None,
        DataRef::String(text) => (Kind::Text, text.replace("\r\n", "\n")),
        DataRef::SharedString(text) => (Kind::Text, text.replace("\r\n", "\n")),
        DataRef::Int(number) => (Kind::Number, number.to_string()),
        DataRef::Float(number) => (Kind::Number, number.to_string()),
        DataRef::Bool(is) => (Kind::Number, if *is { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(when) => (Kind::Date, shown(when)),
        DataRef::DateTimeIso(when) | DataRef::DurationIso(when) => (Kind::Date, when.clone()),
        DataRef::Error(error) => (Kind::Error, error.to_string()),
    };
    let is_empty = kind == Kind::Text && text.trim().is_empty();
    (!is_empty).then_some(Cell { column, text, kind, formula })
}

/// A day, and the time of it where it has one.
fn shown(when: &ExcelDateTime) -> String {
    if !when.is_datetime() || !(0.0..3_000_000.0).contains(&when.as_f64()) {
        return when.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = when.to_ymd_hms_milli();
    let time =
        if (hour, minute, second) == (0, 0, 0) { String::new() } else { format!(" {hour:02}:{minute:02}:{second:02}") };
    format!("{year:04}-{month:02}-{day:02}{time}")
}

/// What a sheet says of itself beside its cells.
#[derive(Default)]
struct Arranged {
    /// Merged stretches and hidden columns.
    sheet: Sheet,
    /// Hidden rows, in order.
    hidden: Vec<u32>,
}

fn arranged(xml: &str) -> Result<Arranged, String> {
    let mut found = Arranged::default();
    let mut next = 0;
    for tag in tags::each(xml) {
        let number = |name: &str| tag.raw(name).and_then(|number| number.parse::<u32>().ok());
        match tag.name {
            "row" => {
                let row = number("r").map_or(next, |row| row.saturating_sub(1));
                next = row.saturating_add(1);
                // A row of no height is hidden as well.
                let flat = tag.raw("ht").is_some_and(|height| height.parse() == Ok(0.0_f64));
                found.hidden.extend((tag.is("hidden") || flat).then_some(row));
            }
            "col" if tag.is("hidden") => {
                let columns =
                    number("min").zip(number("max")).map(|(first, last)| first.max(1)..=last.min(MOST_COLUMNS));
                found.sheet.hidden_columns.extend(columns.into_iter().flatten().map(|column| column - 1));
            }
            "mergeCell" => {
                let merged = tag.raw("ref").and_then(merged);
                found.sheet.merged.push(merged.ok_or("it merges cells that nobody can make out")?);
            }
            _ => {}
        }
        if found.sheet.merged.len() > MOST_MERGED {
            return Err(format!("it merges more than {MOST_MERGED} stretches of cells"));
        }
    }
    found.hidden.sort_unstable();
    Ok(found)
}

/// `A7:A9` as rows and columns.
fn merged(written: &str) -> Option<Merged> {
    let (first, last) = written.split_once(':').unwrap_or((written, written));
    let ((top, left), (bottom, right)) = (place(first)?, place(last)?);
    Some(Merged { rows: (top.min(bottom), top.max(bottom)), columns: (left.min(right), left.max(right)) })
}

/// `B7` as its row and column from 0.
fn place(written: &str) -> Option<(u32, u32)> {
    let written = written.replace('$', "");
    let digits = written.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = written.split_at(digits);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let value = letter.is_ascii_alphabetic().then(|| u32::from(letter.to_ascii_uppercase() - b'A') + 1)?;
        column.checked_mul(26)?.checked_add(value)
    })?;
    let row: u32 = row.parse().ok()?;
    (row <= BOUNDS.0 && column <= BOUNDS.1).then_some((row.checked_sub(1)?, column.checked_sub(1)?))
}

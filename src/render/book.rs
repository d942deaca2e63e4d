//! A workbook: sheets as a person opens them in a spreadsheet. The door to `rust_xlsxwriter`.

pub mod pages;

use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, DataValidation, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::failure::{Cause, Failure};
use crate::words;

/// How many UTF-16 units one cell holds.
pub const LONGEST_CELL: usize = 32_767;

/// How many UTF-16 units the name of a sheet has at most.
const LONGEST_NAME: usize = 31;

/// The narrowest and the widest column, in characters.
const WIDTHS: (usize, usize) = (9, 36);

/// The widest column of long texts.
const WIDEST: usize = 72;

/// How many characters of columns stand beside each other on a printed page and can still be read.
const PRINTED: usize = 300;

/// How many rows below the last whoever fills in a sheet may add with the same words to choose from.
const ROOM: u32 = 200;

/// The height of a line of text and the greatest height of a row, in points.
const HEIGHTS: (usize, usize) = (15, 405);

/// A sheet of a workbook.
#[derive(Clone, Debug)]
pub struct Page {
    /// What its tab is called.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as wide as the columns.
    pub rows: Vec<Vec<String>>,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// The words that may stand in it, offered as a list; empty means any text.
    pub words: Vec<&'static str>,
    /// Whether the reader is to fill it in.
    pub open: bool,
}

/// What a workbook says of itself.
#[derive(Clone, Debug)]
pub struct Properties {
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub organization: String,
    /// The program that made it.
    pub tool: String,
    /// Its day, `2026-11-21`; the same commit and day give the same bytes.
    pub day: String,
    /// What stands below each printed page, beside its number.
    pub footer: String,
}

/// What a word tells at a glance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Tone {
    Bad,
    Doubtful,
    Good,
}

/// Words that are coloured where they fill a cell of a column with a vocabulary.
const TONES: [(&str, Tone); 15] = [
    ("unassigned", Tone::Bad),
    ("not-met", Tone::Bad),
    ("high", Tone::Bad),
    ("missing", Tone::Bad),
    ("overdue", Tone::Bad),
    ("unanswered", Tone::Doubtful),
    ("partially-implemented", Tone::Doubtful),
    ("planned", Tone::Doubtful),
    ("partial", Tone::Doubtful),
    ("moderate", Tone::Doubtful),
    ("open", Tone::Doubtful),
    ("met", Tone::Good),
    ("implemented", Tone::Good),
    ("full", Tone::Good),
    ("closed", Tone::Good),
];

/// The bytes of a workbook.
///
/// # Errors
///
/// If a day is none, or there are more rows than a sheet has.
pub fn bytes(pages: &[Page], properties: &Properties) -> Result<Vec<u8>, Failure> {
    let failed = |error: XlsxError| {
        Failure::new(Cause::Template, format!("{} cannot be made a workbook: {error}", properties.title))
    };
    let mut book = Workbook::new();
    book.set_properties(&said(properties).map_err(failed)?);
    let names = tab_names(pages.iter().map(|page| page.name.as_str()));
    for (page, name) in pages.iter().zip(&names) {
        let sheet = book.add_worksheet();
        sheet.set_name(name).map_err(failed)?;
        fill(sheet, page).map_err(failed)?;
        arrange(sheet, page, properties).map_err(failed)?;
    }
    book.save_to_buffer().map_err(failed)
}

fn said(properties: &Properties) -> Result<DocProperties, XlsxError> {
    let day = ExcelDateTime::parse_from_str(&properties.day)?;
    Ok(DocProperties::new()
        .set_title(&properties.title)
        .set_author(&properties.organization)
        .set_company(&properties.organization)
        .set_comment(format!("Made by {}", properties.tool))
        .set_creation_datetime(&day))
}

/// The heading and every row; a text stays a text, whatever it begins with.
fn fill(sheet: &mut Worksheet, page: &Page) -> Result<(), XlsxError> {
    let heading = heading();
    let (closed, open) = (cell(), cell().set_background_color(Color::RGB(0x00FF_F9E5)));
    let widths = widths(page);
    for ((column, width), at) in page.columns.iter().zip(&widths).zip(0..) {
        sheet.set_column_width(at, points(*width))?;
        sheet.write_string_with_format(0, at, &column.heading, &heading)?;
    }
    for (row, down) in page.rows.iter().zip(1..) {
        sheet.set_row_height(down, height(row, &widths))?;
        for ((text, column), at) in row.iter().zip(&page.columns).zip(0..) {
            let plain = if column.open { &open } else { &closed };
            let text = fitting(&words::printable(text));
            if begins_formula(&text) {
                sheet.write_string_with_format(down, at, &text, &plain.clone().set_quote_prefix())?;
            } else {
                sheet.write_string_with_format(down, at, &text, plain)?;
            }
        }
    }
    Ok(())
}

/// What a person sees first, what may be typed, and how it is printed.
fn arrange(sheet: &mut Worksheet, page: &Page, properties: &Properties) -> Result<(), XlsxError> {
    let last_column = u16::try_from(page.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let last_row = u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
    sheet.set_freeze_panes(1, 1)?;
    sheet.autofilter(0, 0, last_row, last_column)?;
    let offered = if page.columns.iter().any(|column| column.open) { last_row + ROOM } else { last_row };
    for (column, at) in page.columns.iter().zip(0..).filter(|(column, _)| !column.words.is_empty() && offered > 0) {
        offer(sheet, column, at, offered)?;
    }
    let across = u16::try_from(widths(page).iter().sum::<usize>().div_ceil(PRINTED)).unwrap_or(u16::MAX);
    // Paper 17 is 11 by 17 inches.
    sheet.set_landscape().set_paper_size(17).set_print_fit_to_pages(across.max(1), 0);
    sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_repeat_columns(0, 0)?;
    let plain = |text: &str| text.replace('&', "&&");
    sheet.set_header(format!("&L{}&R{}", plain(&properties.title), plain(&page.name)));
    sheet.set_footer(format!("&L{}&R&P of &N", plain(&properties.footer)));
    Ok(())
}

/// The words of a column as a list to choose from, and their colours.
fn offer(sheet: &mut Worksheet, column: &Column, at: u16, last_row: u32) -> Result<(), XlsxError> {
    let list = DataValidation::new()
        .allow_list_strings(&column.words)?
        .set_error_title("Not one of the words")?
        .set_error_message(format!("Choose one: {}", column.words.join(", ")))?;
    sheet.add_data_validation(1, at, last_row, at, &list)?;
    for (word, tone) in TONES.iter().filter(|(word, _)| column.words.contains(word)) {
        let rule = ConditionalFormatCellRule::EqualTo(*word);
        let coloured = ConditionalFormatCell::new().set_rule(rule).set_format(in_tone(*tone));
        sheet.add_conditional_format(1, at, last_row, at, &coloured)?;
    }
    Ok(())
}

fn heading() -> Format {
    Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_font_color(Color::White)
        .set_background_color(Color::RGB(0x001F_3A5F))
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0x00B8_C2CC))
}

fn cell() -> Format {
    Format::new()
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0x00B8_C2CC))
}

fn in_tone(tone: Tone) -> Format {
    let (text, ground) = match tone {
        Tone::Bad => (0x0087_1212, 0x00FB_DADA),
        Tone::Doubtful => (0x006B_4A00, 0x00FF_EFC4),
        Tone::Good => (0x001B_5E20, 0x00DD_F1DE),
    };
    Format::new().set_font_color(Color::RGB(text)).set_background_color(Color::RGB(ground))
}

/// As much of a text as a cell holds; what is cut is said.
fn fitting(text: &str) -> String {
    if text.encode_utf16().count() <= LONGEST_CELL {
        return text.to_owned();
    }
    words::within(text, LONGEST_CELL - words::CUT.len()) + words::CUT
}

fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

/// The width of each column in characters, by its longest line.
fn widths(page: &Page) -> Vec<usize> {
    let width = |(at, column): (usize, &Column)| {
        let longest_word = column.heading.split(' ').map(|word| word.chars().count()).max().unwrap_or_default() + 3;
        let texts = page.rows.iter().filter_map(|row| row.get(at));
        let lines = texts.flat_map(|text| text.lines()).map(|line| line.chars().count() + 1);
        let longest =
            page.rows.iter().filter_map(|row| row.get(at)).map(|text| text.chars().count()).max().unwrap_or_default();
        let widest = (WIDTHS.1 + longest / 24).min(WIDEST);
        let own = lines.chain([longest_word]).max().unwrap_or_default().clamp(WIDTHS.0, widest);
        if column.open { own.max(WIDTHS.1 / 2) } else { own }
    };
    page.columns.iter().enumerate().map(width).collect()
}

/// The height of a row in points: no reader of workbooks fits it alike, so it is said.
fn height(row: &[String], widths: &[usize]) -> f64 {
    let lines = row.iter().zip(widths).map(|(text, width)| lines_of(text, *width)).max().unwrap_or_default();
    points((lines.max(1) * HEIGHTS.0).min(HEIGHTS.1))
}

/// How many lines a text takes, broken between words.
fn lines_of(text: &str, width: usize) -> usize {
    let room = width.saturating_sub(1).max(1);
    let broken = |line: &str| {
        let (mut lines, mut used) = (1, 0);
        for word in line.split(' ').map(|word| word.chars().count()) {
            if used > 0 && used + 1 + word > room {
                lines += 1;
                used = 0;
            }
            lines += word.saturating_sub(1) / room;
            used += word % room + usize::from(used > 0);
        }
        lines
    };
    text.lines().map(broken).sum()
}

fn points(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Names as a workbook takes them: short, without signs that it refuses, no two alike.
fn tab_names<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    for name in names {
        let plain: String =
            name.chars().map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c }).collect();
        let base = if plain.trim().is_empty() { "Sheet" } else { plain.trim() };
        let cut = |room: usize| words::within(base, room);
        let is_free = |name: &String| {
            let lower = name.to_lowercase();
            lower != "history" && taken.iter().all(|other| other.to_lowercase() != lower)
        };
        let numbered = (2_usize..).map(|number| {
            let end = format!(" {number}");
            format!("{}{end}", cut(LONGEST_NAME - end.len()))
        });
        let free = std::iter::once(cut(LONGEST_NAME)).chain(numbered).find(is_free);
        taken.extend(free);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_have_names_that_a_workbook_takes() {
        let names = ["By practice", "by Practice", "a/b[c]", "", "History", &"long ".repeat(20), &"long ".repeat(20)];
        let made = tab_names(names.into_iter());
        assert_eq!(made[..5], ["By practice", "by Practice 2", "a b c", "Sheet", "History 2"]);
        assert!(made.iter().all(|name| name.encode_utf16().count() <= LONGEST_NAME), "{made:?}");
        assert_ne!(made[5], made[6]);
    }

    #[test]
    fn a_text_longer_than_a_cell_says_that_it_was_cut() {
        let long = "\u{1f512}".repeat(20_000);
        let cut = fitting(&long);
        assert!(cut.encode_utf16().count() <= LONGEST_CELL && cut.ends_with(words::CUT));
        assert_eq!(fitting("short"), "short");
    }
}

//! Text with separated columns, in the encodings in which spreadsheets save it.

use super::{Cell, Form, Kind, MOST_COLUMNS, MOST_ROWS, Opened, Row, Sheet, Tab, refused};
use crate::failure::Failure;

/// A text that was decoded.
pub(super) struct Text {
    name: String,
    table: String,
    /// How many lines stand before it that are no part of the table.
    before: u64,
    /// The separator that it names itself, in a first line such as `sep=;`.
    pub(super) named: Option<u8>,
}

/// Opens a text.
pub(super) fn open(name: &str, bytes: &[u8]) -> Result<Opened, Failure> {
    let (text, encoding) = decoded(bytes).map_err(|why| refused(name, &why))?;
    let remarks = encoding.map(|encoding| format!("it is not UTF-8: taken as {encoding}")).into_iter().collect();
    let (named, rest) = without_separator(&text);
    let before = u64::from(named.is_some());
    let text = Text { name: name.to_owned(), table: rest.to_owned(), before, named };
    let tabs = vec![Tab { name: String::new(), hidden: false }];
    Ok(Opened { tabs, remarks, form: Form::Text(text) })
}

/// The separator that a first line names, as spreadsheets write it, and what follows.
fn without_separator(text: &str) -> (Option<u8>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let sign = first.trim_end_matches('\r').strip_prefix("sep=").map(str::as_bytes);
    match sign {
        Some(&[sign]) => (Some(sign), rest),
        _ => (None, text),
    }
}

/// The text of some bytes, and its encoding where that is not UTF-8.
fn decoded(bytes: &[u8]) -> Result<(String, Option<&'static str>), String> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        let text =
            std::str::from_utf8(rest).map_err(|_| "it begins with the mark of UTF-8 and is not UTF-8".to_owned());
        return text.map(|text| (text.to_owned(), None));
    }
    for (mark, encoding, unit) in [
        (b"\xff\xfe", "UTF-16, little end first", u16::from_le_bytes as fn([u8; 2]) -> u16),
        (b"\xfe\xff", "UTF-16, big end first", u16::from_be_bytes),
    ] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return utf16(rest, unit).map(|text| (text, Some(encoding)));
        }
    }
    if bytes.contains(&0) {
        return Err(
            "it holds bytes of zero: it is no text, or UTF-16 without a mark; save it as CSV in UTF-8".to_owned()
        );
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), None));
    }
    let text: Option<String> = bytes.iter().map(|byte| western(*byte)).collect();
    let text = text.ok_or_else(|| {
        "it is neither UTF-8 nor Windows-1252, and nobody can tell which letters were meant; save it as CSV in UTF-8".to_owned()
    })?;
    Ok((text, Some("Windows-1252")))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    let broken = || "it begins with the mark of UTF-16 and is not UTF-16".to_owned();
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(broken());
    }
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16(&units).map_err(|_| broken())
}

/// A byte of Windows-1252; a control byte is no text, and some bytes mean nothing.
fn western(byte: u8) -> Option<char> {
    const FROM_80: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“', '”',
        '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        b'\t' | b'\n' | b'\r' | 0x20..=0x7E | 0xA0.. => Some(char::from(byte)),
        0x80..=0x9F => FROM_80.get(usize::from(byte - 0x80)).copied().filter(|sign| *sign != '\0'),
        _ => None,
    }
}

impl Text {
    /// The table, its columns parted by this sign.
    pub(super) fn sheet(&self, separator: u8) -> Result<Sheet, Failure> {
        if let Some(line) = open_quote(self.table.as_bytes(), separator) {
            let why = format!("the quotation mark that opens in line {} is never closed", line + self.before);
            return Err(refused(&self.name, &why));
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(self.table.as_bytes());
        let mut rows = Vec::new();
        let mut lines = Lines { bytes: self.table.as_bytes(), at: 0, line: 1 + self.before };
        for record in reader.records() {
            let record = record.map_err(|error| refused(&self.name, &error.to_string()))?;
            let line = lines.of(record.position().map_or(0, csv::Position::byte));
            let number = u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX);
            let cells: Vec<Cell> = (0..).zip(&record).filter_map(|(column, text)| cell(column, text)).collect();
            if cells.last().is_some_and(|last| last.column >= MOST_COLUMNS) {
                let why = format!("line {line} has more than {MOST_COLUMNS} columns");
                return Err(refused(&self.name, &why));
            }
            rows.extend((!cells.is_empty()).then_some(Row { number, hidden: false, cells }));
            if rows.len() > MOST_ROWS {
                let why = format!("it has more than {MOST_ROWS} rows, and a matrix has hundreds");
                return Err(refused(&self.name, &why));
            }
        }
        Ok(Sheet { is_text: true, rows, ..Sheet::default() })
    }
}

/// The lines of a text, counted on the way.
struct Lines<'t> {
    bytes: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line, from 1, of the first byte from this one on that is no line feed.
    fn of(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX).min(self.bytes.len());
        let feeds = self.bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.bytes.get(self.at..start + feeds).unwrap_or_default();
        self.line += passed.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.at = self.at.max(start + feeds);
        self.line
    }
}

fn cell(column: u32, text: &str) -> Option<Cell> {
    let text = text.replace("\r\n", "\n");
    let text = marked(&text).unwrap_or(&text).to_owned();
    (!text.trim().is_empty()).then_some(Cell { column, text, kind: Kind::Text, formula: false })
}

/// A text without the apostrophe that keeps a spreadsheet from taking it for a formula.
fn marked(text: &str) -> Option<&str> {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']))
}

/// The line, from 1, of a quotation mark that nothing closes.
fn open_quote(bytes: &[u8], separator: u8) -> Option<u64> {
    let (mut line, mut opened, mut is_quoted, mut at_start) = (1, 1, false, true);
    let mut left = bytes.iter().copied().peekable();
    while let Some(byte) = left.next() {
        match byte {
            b'"' if is_quoted && left.peek() == Some(&b'"') => drop(left.next()),
            b'"' if is_quoted => is_quoted = false,
            b'"' if at_start => (is_quoted, opened) = (true, line),
            _ => {}
        }
        line += u64::from(byte == b'\n');
        at_start = !is_quoted && (byte == separator || matches!(byte, b'\n' | b'\r'));
    }
    is_quoted.then_some(opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8], separator: u8) -> Vec<(u32, Vec<String>)> {
        let mut opened = open("matrix.csv", bytes).expect("it is text");
        let sheet = opened.sheet(0, separator).expect("it is a table");
        let texts = |row: &Row| row.cells.iter().map(|cell| cell.text.clone()).collect();
        sheet.rows.iter().map(|row| (row.number + 1, texts(row))).collect()
    }

    #[test]
    fn quotes_line_feeds_and_lines_are_kept() {
        let read = rows(b"Control ID;Who\r\n\"3.1.1\";\"a\r\nb;\"\"c\"\"\"\r\n\r\n3.1.2;'=x\r\n", b';');
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert_eq!(read[0], (1, texts(&["Control ID", "Who"])));
        assert_eq!(read[1], (2, texts(&["3.1.1", "a\nb;\"c\""])));
        assert_eq!(read[2], (5, texts(&["3.1.2", "=x"])));
    }

    #[test]
    fn a_separator_that_the_text_names_is_taken() {
        let opened = open("matrix.csv", b"sep=;\r\na;b\r\n").expect("it is text");
        assert_eq!(opened.separators(), [b';']);
        assert_eq!(rows(b"sep=;\r\na;b\r\n", b';')[0].0, 2);
    }

    #[test]
    fn encodings_are_taken_or_refused_never_guessed() {
        let utf16: Vec<u8> = "é,b".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, encoding) in [
            ([b"\xef\xbb\xbf".as_slice(), "é,b".as_bytes()].concat(), None),
            ("é,b".into(), None),
            ([b"\xff\xfe".as_slice(), &utf16].concat(), Some("UTF-16, little end first")),
            (b"\xe9,b".to_vec(), Some("Windows-1252")),
        ] {
            let (text, found) = decoded(&bytes).expect("it is text");
            assert_eq!((text.as_str(), found), ("é,b", encoding));
        }
        for bytes in [&b"\xff\xfea"[..], b"\xef\xbb\xbf\xe9", b"a\0b", b"\xe9\x81", b"\xe9\x01"] {
            assert!(decoded(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_quotation_mark_that_nothing_closes_is_named_by_its_line() {
        assert_eq!(open_quote(b"a,b\nc,\"d\ne,f\n", b','), Some(2));
        assert_eq!(open_quote(b"a,5\" disk\nc,\"d\"\"e\"\n", b','), None);
    }
}

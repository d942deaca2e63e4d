//! A log as it comes back: from the script, from us, saved by an editor, wrapped by a mail, printed by an imitation.

use serde::Serialize;

use super::{Flavour, Row, write};

/// A log that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Log {
    /// The flavour whose bytes these are exactly; `None` if nothing of the script prints them like that.
    pub flavour: Option<Flavour>,
    /// How its text is encoded.
    pub encoding: Encoding,
    /// Its lines in their order.
    pub rows: Vec<Logged>,
    /// What a reader should know of it.
    pub remarks: Vec<Remark>,
}

/// How the text of a log is encoded; the script writes ASCII.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// Seven bits, no byte order mark.
    Ascii,
    /// UTF-8 with something beyond ASCII in it, or a byte order mark.
    Utf8,
    /// UTF-16, least significant byte first.
    Utf16Le,
    /// UTF-16, most significant byte first.
    Utf16Be,
    /// Eight bits of an unknown code page.
    CodePage,
}

impl Encoding {
    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ascii => "ascii",
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::CodePage => "code-page",
        }
    }
}

/// One file that a log lists.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logged {
    /// Its line, from 1.
    pub line: usize,
    /// The algorithm as PowerShell names it: `SHA256`.
    pub algorithm: &'static str,
    /// Lower-case hex digits.
    pub digest: String,
    /// Whether the column was too narrow for the digest and cut it.
    pub digest_cut: bool,
    /// The path, as it stands in its line.
    pub path: String,
    /// Lines below that are no rows: extra ones, or the rest of a path that was wrapped.
    pub tail: Vec<(usize, String)>,
}

/// Something to know of a log, and the line that it is about.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Remark {
    /// The line, from 1.
    pub line: Option<usize>,
    /// What.
    pub message: String,
}

/// Algorithms that `Get-FileHash` knows, by the length of their digests in hex digits.
const ALGORITHMS: [(&str, usize); 7] = [
    ("SHA256", 64),
    ("SHA384", 96),
    ("SHA512", 128),
    ("SHA1", 40),
    ("MD5", 32),
    ("MACTRIPLEDES", 16),
    ("RIPEMD160", 40),
];

/// A digest that was cut may not be shorter than this to prove anything.
const SHORTEST: usize = 64;

/// Reads a log; what is no row is remarked upon and hides no other.
pub fn read(bytes: &[u8]) -> Log {
    let (text, encoding) = decoded(bytes);
    let mut remarks = of_encoding(encoding);
    let lines: Vec<&str> = text.lines().collect();
    let rows = rows(&lines, &mut remarks);
    if !rows.is_empty() && !lines.iter().any(|line| is_header(line)) {
        remarks.push(Remark { line: None, message: "it has no header line".to_owned() });
    }
    remarks.sort_by_key(|remark| remark.line);
    let flavour = Flavour::ALL.into_iter().find(|flavour| written(&rows, *flavour) == bytes);
    Log { flavour, encoding, rows, remarks }
}

fn written(rows: &[Logged], flavour: Flavour) -> Vec<u8> {
    let row =
        |row: &Logged| Row { algorithm: row.algorithm.to_owned(), digest: row.digest.clone(), path: row.path.clone() };
    write(&rows.iter().map(row).collect::<Vec<_>>(), flavour)
}

/// The text of bytes, with `\n` between lines and U+FFFD for what cannot be known.
fn decoded(bytes: &[u8]) -> (String, Encoding) {
    let (text, encoding) = match bytes {
        [0xff, 0xfe, rest @ ..] => (utf16(rest, u16::from_le_bytes), Encoding::Utf16Le),
        [0xfe, 0xff, rest @ ..] => (utf16(rest, u16::from_be_bytes), Encoding::Utf16Be),
        [0xef, 0xbb, 0xbf, rest @ ..] => (String::from_utf8_lossy(rest).into_owned(), Encoding::Utf8),
        _ if zeros(bytes, 1) => (utf16(bytes, u16::from_le_bytes), Encoding::Utf16Le),
        _ if zeros(bytes, 0) => (utf16(bytes, u16::from_be_bytes), Encoding::Utf16Be),
        _ => eight_bits(bytes),
    };
    (text.replace("\r\n", "\n").replace('\r', "\n"), encoding)
}

fn eight_bits(bytes: &[u8]) -> (String, Encoding) {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => (text.to_owned(), Encoding::Ascii),
        Ok(text) => (text.to_owned(), Encoding::Utf8),
        Err(_) => {
            let one = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER };
            (bytes.iter().map(one).collect(), Encoding::CodePage)
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Whether every other byte of the beginning is zero, as in UTF-16 of plain letters.
fn zeros(bytes: &[u8], parity: usize) -> bool {
    let head = &bytes[..bytes.len().min(512)];
    let units = head.len() / 2;
    units > 0 && head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count() * 10 >= units * 9
}

fn of_encoding(encoding: Encoding) -> Vec<Remark> {
    let message = match encoding {
        Encoding::Ascii => return Vec::new(),
        Encoding::CodePage => "it is neither ASCII nor UTF-8; letters beyond ASCII are guessed".to_owned(),
        other => format!("it is {}, and the script writes ASCII; it was saved by something else", other.word()),
    };
    vec![Remark { line: None, message }]
}

/// Every row, with the lines below it that are none.
fn rows(lines: &[&str], remarks: &mut Vec<Remark>) -> Vec<Logged> {
    let mut rows: Vec<Logged> = Vec::new();
    let mut below_row = false;
    let mut at = 0;
    while at < lines.len() {
        if let Some((row, taken)) = row_at(lines, at) {
            if taken > 1 {
                remarks.push(remark(at, "its row is wrapped, and was put together again".to_owned()));
            }
            rows.push(row);
            (at, below_row) = (at + taken, true);
            continue;
        }
        let line = lines[at].trim();
        if line.is_empty() || is_header(line) || is_underline(line) {
            below_row = false;
        } else if let Some(row) = rows.last_mut().filter(|_| below_row && !begins_row(line)) {
            row.tail.push((at + 1, lines[at].to_owned()));
        } else {
            remarks.push(remark(at, not_a_row(line)));
            below_row = false;
        }
        at += 1;
    }
    rows
}

fn remark(at: usize, message: String) -> Remark {
    Remark { line: Some(at + 1), message }
}

/// What is said of a line that is no row.
pub fn not_a_row(line: &str) -> String {
    let shown: String = line.trim().chars().take(60).collect();
    format!("it is no row of a log and was left out: `{shown}`")
}

/// The row that begins in a line, and how many lines it takes: more than one if digest or path stand below.
fn row_at(lines: &[&str], at: usize) -> Option<(Logged, usize)> {
    if !begins_row(lines[at]) {
        return None;
    }
    let mut joined = lines[at].to_owned();
    for taken in 1..=4 {
        if let Some(row) = parsed(&joined, at + 1) {
            return Some((row, taken));
        }
        let next = lines.get(at + taken).filter(|line| !line.trim().is_empty() && !begins_row(line))?;
        if is_complete(&joined) {
            joined.push(' ');
        } else {
            joined.truncate(joined.trim_end().len());
        }
        joined.push_str(next);
    }
    None
}

/// Whether a line names an algorithm and begins a digest.
fn begins_row(line: &str) -> bool {
    split(line).is_some()
}

/// Whether a row lacks nothing but its path.
fn is_complete(line: &str) -> bool {
    split(line).is_some_and(|(_, length, rest)| hex_length(rest) == length)
}

fn hex_length(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_hexdigit).count()
}

/// Algorithm, length of its digest, and the rest of a line from the digest on.
fn split(line: &str) -> Option<(&'static str, usize, &str)> {
    let line = line.trim_start_matches(['\u{feff}', ' ', '\t', '|']);
    let end = line.find([' ', '\t', '|'])?;
    let word = line[..end].replace('-', "").to_ascii_uppercase();
    let (name, length) = ALGORITHMS.into_iter().find(|(name, _)| *name == word)?;
    let rest = line[end..].trim_start_matches([' ', '\t', '|']);
    (hex_length(rest) > 0).then_some((name, length, rest))
}

fn parsed(line: &str, number: usize) -> Option<Logged> {
    let (algorithm, length, rest) = split(line)?;
    let (digest, rest) = rest.split_at(hex_length(rest));
    let after_mark = ["...", "…", "?", "\u{fffd}"].into_iter().find_map(|mark| rest.strip_prefix(mark));
    let digest_cut = after_mark.is_some();
    let whole = if digest_cut { (SHORTEST..length).contains(&digest.len()) } else { digest.len() == length };
    let rest = after_mark.unwrap_or(rest);
    let path = rest.trim_matches([' ', '\t', '|']);
    if !whole || path.is_empty() || !rest.starts_with([' ', '\t', '|']) {
        return None;
    }
    let digest = digest.to_ascii_lowercase();
    Some(Logged { line: number, algorithm, digest, digest_cut, path: path.to_owned(), tail: Vec::new() })
}

fn is_header(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let mut words = line.split([' ', '\t', '|', '\u{feff}']).filter(|word| !word.is_empty());
    words.next() == Some("algorithm") && words.next() == Some("hash") && words.next() == Some("path")
}

fn is_underline(line: &str) -> bool {
    line.contains('-') && line.chars().all(|c| matches!(c, '-' | ' ' | '\t' | '|' | '+' | ':'))
}

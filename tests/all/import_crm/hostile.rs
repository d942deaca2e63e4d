//! Files that are not what they seem: each is refused in words, or read with a word of warning; none panics.

use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

use demarcate::grid;
use demarcate::import::crm::{Services, map, take};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::super::screen::Sample;
use super::{book, import, lay, refusal, rows};

/// A zip of these parts.
fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(bytes).expect("a part");
    }
    zip.finish().expect("a zip").into_inner()
}

/// The parts of a zip.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let part = |index| {
        let mut part = zip.by_index(index).expect("a part");
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("a part");
        (part.name().expect("a name").into_owned(), bytes)
    };
    (0..zip_len(bytes)).map(part).collect()
}

fn zip_len(bytes: &[u8]) -> usize {
    ZipArchive::new(Cursor::new(bytes)).expect("a zip").len()
}

/// A zip with one part made another.
pub(super) fn with_part(bytes: &[u8], name: &str, with: impl Fn(&str) -> String) -> Vec<u8> {
    let mut all = parts(bytes);
    let part = all.iter_mut().find(|(known, _)| known == name).expect("the part is there");
    part.1 = with(std::str::from_utf8(&part.1).expect("text")).into_bytes();
    zipped(&all.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect::<Vec<_>>())
}

fn plain() -> Vec<u8> {
    book("M", &[&["Control ID", "Responsibility"], &["3.1.1", "Shared"], &["3.1.2", "Provider"]])
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn files_of_other_kinds_are_told_by_their_content() {
    let sample = Sample::new();
    for (bytes, expected) in [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....".to_vec(), "with a password, or of the old form .xls"),
        (b"%PDF-1.4".to_vec(), "it is a PDF"),
        (b"<html><table>".to_vec(), "it is HTML or XML"),
        (Vec::new(), "it is empty"),
        (b"PK\x03\x04".to_vec(), "it is no zip that can be read"),
        (zipped(&[("a.txt", b"x".to_vec())]), "without the list of sheets"),
        (zipped(&[("xl/workbook.bin", b"x".to_vec())]), "binary workbook (.xlsb)"),
        (zipped(&[("word/document.xml", b"<x/>".to_vec())]), "Word document"),
        (zipped(&[("mimetype", b"x".to_vec())]), "OpenDocument"),
        (b"Control ID\0".to_vec(), "bytes of zero"),
    ] {
        lay(&sample, "m.xlsx", bytes);
        let err = refusal(&sample, "m.xlsx", "cmmc");
        assert!(err.contains(expected), "{expected}\n{err}");
    }
    // The name decides nothing, and macros are not run.
    let mut all = parts(&plain());
    all.push(("xl/vbaProject.bin".to_owned(), b"macros".to_vec()));
    lay(&sample, "m.csv", zipped(&all.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect::<Vec<_>>()));
    let screen = import(&sample, "m.csv", "cmmc");
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(screen.out.contains("it holds macros; they are not run\n"), "{}", screen.out);
    assert_eq!(rows(&sample).len(), 2);
}

/// A workbook with one more part, of blanks without end.
fn bomb() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let blanks = vec![b' '; 1 << 20];
    for (name, bytes) in parts(&plain()) {
        zip.start_file(name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(&bytes).expect("a part");
    }
    zip.start_file("xl/worksheets/sheet2.xml", SimpleFileOptions::default()).expect("a part");
    for _ in 0..300 {
        zip.write_all(&blanks).expect("a part");
    }
    zip.finish().expect("a zip").into_inner()
}

#[test]
fn what_would_take_more_memory_than_it_is_worth_is_refused() {
    let sample = Sample::new();
    let bomb = bomb();
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let strings = "xl/sharedStrings.xml";
    let lying = |count: &str| {
        with_part(&plain(), strings, |text| text.replacen("uniqueCount=\"", &format!("uniqueCount=\"{count}"), 1))
    };
    let far = with_part(&plain(), SHEET, |text| text.replace("r=\"B3\"", "r=\"XFD1048576\""));
    let beyond = with_part(&plain(), SHEET, |text| text.replace("r=\"B3\"", "r=\"ZZZZ9\""));
    let twice = with_part(&plain(), SHEET, |text| text.replace("r=\"B3\"", "r=\"B2\""));
    let named = with_part(&plain(), "xl/styles.xml", |text| {
        text.replace("<name val=\"Calibri\"/>", &format!("<name val=\"{}\"/>", "x".repeat(5000)))
    });
    let doctype =
        with_part(&plain(), SHEET, |text| text.replace("<worksheet", "<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet"));
    let other = with_part(&plain(), SHEET, |text| text.replace("encoding=\"UTF-8\"", "encoding=\"UTF-16\""));
    for (what, bytes, expected) in [
        ("bomb", bomb, "it unpacks to more than 268435456 bytes"),
        ("lying", lying("999999999"), "says that it is longer than it is"),
        ("lying more", lying("99999999999999999999999"), "says that it is longer than it is"),
        ("far", far, "something stands in XFD1048576"),
        ("beyond", beyond, "sheet `M`"),
        ("twice", twice, "the cell B2 stands twice"),
        ("named", named, "names longer than any spreadsheet writes"),
        ("doctype", doctype, "declares a type of its own"),
        ("other", other, "says that it is not UTF-8"),
    ] {
        lay(&sample, "m.xlsx", bytes);
        let err = refusal(&sample, "m.xlsx", "cmmc");
        assert!(err.contains(expected), "{what}: {expected}\n{err}");
    }
    let mut all: Vec<(String, Vec<u8>)> = parts(&plain());
    all.push(("XL/Worksheets/Sheet1.xml".to_owned(), b"<x/>".to_vec()));
    lay(&sample, "m.xlsx", zipped(&all.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect::<Vec<_>>()));
    let err = refusal(&sample, "m.xlsx", "cmmc");
    assert!(err.contains("two parts that are called `xl/worksheets/sheet1.xml` but for capitals"), "{err}");
}

#[test]
fn a_formula_that_nobody_computed_is_named_by_its_cell() {
    let sample = Sample::new();
    let bytes = with_part(&plain(), SHEET, |text| {
        let at = text.find("<c r=\"B3\"").expect("the cell is there");
        let end = at + text[at..].find("</c>").expect("the cell ends") + "</c>".len();
        format!("{}<c r=\"B3\"><f>B2</f></c>{}", &text[..at], &text[end..])
    });
    lay(&sample, "m.xlsx", bytes);
    let err = refusal(&sample, "m.xlsx", "cmmc");
    assert!(err.contains("sheet M, B3: a formula stands here, and its value was never computed"), "{err}");
}

#[test]
fn a_hundred_thousand_rows_are_refused_at_once_and_a_thousand_are_read_at_once() {
    let ids: Vec<String> = (0..100_000).map(|number| format!("AC-{}({})", number % 99 + 1, number % 89 + 1)).collect();
    let rows: Vec<Vec<&str>> = ids.iter().map(|id| vec![id.as_str(), "Shared", "Does what it does."]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let bytes = book("M", &[&[&["Control ID", "Responsibility", "Notes"][..]], rows.as_slice()].concat());
    let map = map::built_in("cmmc").expect("a map");
    let start = Instant::now();
    let opened = grid::open("m.xlsx", bytes).expect("a workbook");
    let failure = take("m.xlsx", opened, &map, &Services::default()).expect_err("it is too long");
    assert!(failure.message.contains("it has more than 20000 rows"), "{}", failure.message);
    let csv: String = std::iter::once("Control ID,Responsibility\n".to_owned())
        .chain(ids.iter().map(|id| format!("{id},Shared\n")))
        .collect();
    let opened = grid::open("m.csv", csv.into_bytes()).expect("text");
    let failure = take("m.csv", opened, &map, &Services::default()).expect_err("it is too long");
    assert!(failure.message.contains("it has more than 20000 rows"), "{}", failure.message);
    // A generous bound: what is built without optimizing on a busy machine.
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

/// Everything that an import does with bytes before it writes.
fn read_all(name: &str, bytes: Vec<u8>) -> bool {
    let map = map::built_in("cmmc").expect("a map");
    let Ok(opened) = grid::open(name, bytes) else { return false };
    take(name, opened, &map, &Services::default()).is_ok()
}

#[test]
fn no_damage_to_a_file_makes_the_reading_panic() {
    let mut chance = Chance(8);
    let signs = b"<>/\"'&;=\0\xff\x80 09azAZ,\n\r[]";
    let damaged = |bytes: &mut Vec<u8>, chance: &mut Chance| {
        for _ in 0..=chance.below(6) {
            let at = chance.below(bytes.len().max(1));
            match chance.below(4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at.min(bytes.len()), signs[chance.below(signs.len())]),
                2 if at < bytes.len() => drop(bytes.remove(at)),
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = signs[chance.below(signs.len())];
                    }
                }
            }
        }
    };
    let whole = plain();
    assert!(read_all("m.xlsx", whole.clone()));
    let all = parts(&whole);
    let mut read = 0;
    for round in 0..1500 {
        let bytes = match round % 4 {
            // The container, then the parts inside a sound container.
            0 => {
                let mut bytes = whole.clone();
                damaged(&mut bytes, &mut chance);
                bytes
            }
            1 | 2 => {
                let mut all = all.clone();
                let at = chance.below(all.len());
                damaged(&mut all[at].1, &mut chance);
                zipped(&all.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect::<Vec<_>>())
            }
            _ => {
                let mut bytes = b"Control ID;Responsibility\n3.1.1;\"Shared\"\n\"3.1.2\";x\n".to_vec();
                damaged(&mut bytes, &mut chance);
                bytes
            }
        };
        read += usize::from(read_all("m.xlsx", bytes));
    }
    assert!(read > 100, "some of the damage does not matter: {read}");
}

//! Workbooks, read back: what a spreadsheet opens is what the other forms say, can be worked with, and runs nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::process::Command;

use calamine::{Data, Reader, Xlsx};
use demarcate::model::crm::Inheritance;
use demarcate::model::practice::{Answer, Ownership, Status};
use demarcate::model::weakness::{Progress, Risk};
use demarcate::render::book::{self, Column, LONGEST_CELL, Page, Properties};
use demarcate::words;
use zip::ZipArchive;

use super::screen::{Sample, of, tool};

/// The documents that come as workbooks.
const DOCUMENTS: [&str; 4] = ["crm", "providers", "requests", "poam"];

/// Every part of a workbook, unpacked.
pub(super) fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("a workbook is a zip");
    let part = |index| {
        let mut part = zip.by_index(index).expect("a part");
        let mut text = String::new();
        part.read_to_string(&mut text).expect("every part is XML");
        (part.name().expect("a name").into_owned(), text)
    };
    (0..ZipArchive::new(Cursor::new(bytes)).expect("a zip").len()).map(part).collect()
}

/// The sheets of a workbook, each with its rows, as a reader of workbooks sees them.
fn sheets(bytes: &[u8]) -> Vec<(String, Vec<Vec<String>>)> {
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("it opens");
    let names = book.sheet_names();
    let text = |cell: &Data| match cell {
        Data::String(text) => text.clone(),
        Data::Empty => String::new(),
        other => panic!("{other:?} is no text"),
    };
    let sheet = |name: String| {
        let range = book.worksheet_range(&name).expect("the sheet can be read");
        (name, range.rows().map(|row| row.iter().map(text).collect()).collect())
    };
    names.into_iter().map(sheet).collect()
}

/// What `render` writes, by file name.
fn rendered(sample: &Sample, words: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let out = sample.root().with_file_name("rendered");
    let _ = std::fs::remove_dir_all(&out);
    let to = out.display().to_string();
    let screen = sample.run(&[&["render"], words, &["-o", &to]].concat());
    assert_eq!(screen.code, 0, "{}", screen.err);
    let files = std::fs::read_dir(&out).expect("it was written").flatten();
    let file = |entry: std::fs::DirEntry| {
        let bytes = std::fs::read(entry.path()).expect("it can be read");
        (entry.file_name().to_string_lossy().into_owned(), bytes)
    };
    files.map(file).collect()
}

/// Every workbook of the sample: of the contractor, and of each provider.
fn every_book(sample: &Sample) -> BTreeMap<String, Vec<u8>> {
    let mut books = rendered(sample, &[&DOCUMENTS[..], &["--format", "xlsx"]].concat());
    for provider in ["acme-msp", "acme-mssp", "gcc-high", "vaultline", "dayton-properties"] {
        books.extend(rendered(sample, &["crm", "--provider", provider, "--format", "xlsx"]));
    }
    assert_eq!(books.len(), 9, "{:?}", books.keys());
    books
}

/// What stands in a workbook where the CSV guards a text against being taken for a formula.
fn rows_of_csv(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_workbook_says_row_by_row_what_the_csv_says() {
    let sample = Sample::new();
    let files = rendered(&sample, &[&DOCUMENTS[..], &["--format", "xlsx,csv"]].concat());
    for (file, sheet, csv) in [
        ("crm.xlsx", "By practice", "crm-by-practice.csv"),
        ("crm.xlsx", "By objective", "crm-by-objective.csv"),
        ("providers.xlsx", "Providers", "providers.csv"),
        ("requests.xlsx", "Requests", "requests.csv"),
        ("poam.xlsx", "POA&M", "poam.csv"),
    ] {
        let all = sheets(&files[file]);
        let (_, rows) = all.iter().find(|(name, _)| name == sheet).expect("the sheet is there");
        let expected = rows_of_csv(&files[csv]);
        assert!(rows.len() > 1, "{csv}");
        assert_eq!(rows.len(), expected.len(), "{csv}");
        for (row, expected) in rows.iter().zip(&expected).skip(1) {
            assert_eq!(row, expected, "{csv}");
        }
        let plain = |heading: &String| heading.to_lowercase().replace(' ', "_");
        assert_eq!(rows[0].iter().map(plain).collect::<Vec<_>>(), expected[0], "{csv}");
    }
    let tabs: Vec<String> = sheets(&files["crm.xlsx"]).into_iter().map(|(name, _)| name).collect();
    assert_eq!(tabs, ["By practice", "By objective", "acme-msp", "acme-mssp", "gcc-high", "vaultline"]);
}

#[test]
fn a_document_that_comes_in_none_of_the_forms_is_said() {
    let sample = Sample::new();
    let none = sample.run(&["render", "ssp", "emass", "--format", "xlsx"]);
    let said = "error: ssp has no xlsx form; it has html, md; emass has no xlsx form; it has csv\n";
    assert_eq!((none.code, none.out.as_str(), none.err.as_str()), (2, "", said));
    let some = sample.run(&["render", "ssp", "poam", "--format", "xlsx,csv", "-o", "some"]);
    assert_eq!((some.code, some.err.as_str()), (0, "ssp has no xlsx, csv form; it has html, md\n"));
    assert!(some.out.contains("  poam.xlsx\n") && some.out.contains("  poam.csv\n"), "{}", some.out);
}

/// The letters of a column, of the first 702.
fn letter(column: usize) -> String {
    let one = |at: usize| char::from(b'A' + u8::try_from(at).expect("few columns"));
    let first = (column >= 26).then(|| one(column / 26 - 1));
    first.into_iter().chain([one(column % 26)]).collect()
}

/// The lists to choose from of a sheet: the letter of the column and the words.
fn lists(xml: &str) -> BTreeMap<String, String> {
    let list = |part: &str| {
        let (_, at) = part.split_once("sqref=\"")?;
        let (_, words) = part.split_once("<formula1>\"")?;
        let column = at.split(|c: char| !c.is_ascii_uppercase()).next()?;
        Some((column.to_owned(), words.split_once('"')?.0.to_owned()))
    };
    xml.split("<dataValidation ").skip(1).filter_map(list).collect()
}

fn joined<T>(known: &[(&'static str, T)], more: &[&str]) -> String {
    known.iter().map(|(word, _)| *word).chain(more.iter().copied()).collect::<Vec<_>>().join(",")
}

#[test]
fn every_sheet_has_a_frozen_heading_filters_lists_colours_and_a_page() {
    let sample = Sample::new();
    let vocabulary = [
        ("Ownership", joined(Ownership::WORDS, &["unassigned"])),
        ("Determination", joined(Answer::WORDS, &["unanswered"])),
        ("Inheritance", joined(Inheritance::WORDS, &[])),
        ("Confirmed yes or no", "yes,no".to_owned()),
        ("Risk", joined(Risk::WORDS, &[])),
    ];
    let determined = joined(Answer::WORDS, &["unanswered"]);
    let status = [joined(Status::WORDS, &[]), joined(Progress::WORDS, &[]), determined];
    let mut offered = BTreeSet::new();
    for (file, bytes) in every_book(&sample) {
        let parts = parts(&bytes);
        for (number, (name, rows)) in sheets(&bytes).iter().enumerate() {
            let place = format!("{file}, {name}");
            let xml = &parts[&format!("xl/worksheets/sheet{}.xml", number + 1)];
            let corner = format!("{}{}", letter(rows[0].len() - 1), rows.len());
            let titles = rows[0].iter().collect::<BTreeSet<_>>();
            assert_eq!(titles.len(), rows[0].len(), "{place}: {:?}", rows[0]);
            for held in [
                "xSplit=\"1\" ySplit=\"1\" topLeftCell=\"B2\" activePane=\"bottomRight\" state=\"frozen\"".to_owned(),
                format!("<autoFilter ref=\"A1:{corner}\"/>"),
                "orientation=\"landscape\"".to_owned(),
                "<oddHeader>".to_owned(),
                "<oddFooter>".to_owned(),
            ] {
                assert!(xml.contains(&held), "{place}: {held}");
            }
            let quoted = format!("'{name}'!$A:$A,'{name}'!$1:$1");
            let plain = format!("{name}!$A:$A,{name}!$1:$1");
            let workbook = parts["xl/workbook.xml"].replace("&apos;", "'").replace("&amp;", "&");
            assert!(workbook.contains(&quoted) || workbook.contains(&plain), "{place}: {workbook}");
            let lists = lists(xml);
            for (at, heading) in rows[0].iter().enumerate() {
                let words = lists.get(&letter(at));
                if heading == "Status" && (file.starts_with("crm") || file.starts_with("poam")) {
                    assert!(words.is_some_and(|words| status.contains(words)), "{place}: {words:?}");
                } else if let Some((_, expected)) = vocabulary.iter().find(|(known, _)| known == heading) {
                    assert_eq!(words, Some(expected), "{place}: {heading}");
                } else {
                    assert_eq!(words, None, "{place}: {heading}");
                    continue;
                }
                offered.insert(heading.clone());
                let words = words.map(|words| words.split(',').collect::<BTreeSet<_>>()).unwrap_or_default();
                let stray = rows[1..].iter().find(|row| !row[at].is_empty() && !words.contains(row[at].as_str()));
                assert_eq!(stray, None, "{place}: a word of {heading} that is not offered");
                let is_coloured = xml.contains(&format!("<conditionalFormatting sqref=\"{}2:", letter(at)));
                assert_eq!(is_coloured, heading != "Confirmed yes or no", "{place}: {heading}");
            }
        }
        let core = &parts["docProps/core.xml"];
        assert!(core.contains("<dc:title>Kestrel Machine Works, Inc.: ") && core.contains("2026-11-21T"), "{core}");
    }
    assert_eq!(offered.len(), 6, "{offered:?}");
}

#[test]
fn a_workbook_runs_nothing_and_leads_nowhere() {
    let sample = Sample::new();
    for (file, bytes) in every_book(&sample) {
        for (name, text) in parts(&bytes) {
            for held in ["<f>", "<f ", "TargetMode=\"External\"", "<hyperlink", "<ddeLink", "macroEnabled"] {
                assert!(!text.contains(held), "{file}, {name}: {held}");
            }
            assert!(!name.contains("vba") && !name.contains("externalLink"), "{file}: {name}");
        }
    }
}

fn properties() -> Properties {
    Properties {
        title: "A & B <i>: \"matrix\"".to_owned(),
        organization: "A & B".to_owned(),
        tool: "demarcate 9.9.9".to_owned(),
        day: "2026-11-21".to_owned(),
        footer: "&P & so on".to_owned(),
    }
}

fn page(name: &str, rows: Vec<Vec<String>>) -> Page {
    let column = |heading: &str| Column { heading: heading.to_owned(), words: Vec::new(), open: false };
    Page { name: name.to_owned(), columns: vec![column("One"), column("Two")], rows }
}

#[test]
fn a_text_that_begins_like_a_formula_or_holds_markup_comes_back_as_it_was() {
    let hostile = [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "=HYPERLINK(\"http://evil.example\",\"click\")",
        "https://evil.example",
        "mailto:a@b.example",
        "<b>bold</b> & \"quoted\" ]]>",
        "_x0041_ is no A",
        "  blanks around  ",
        "two\nlines",
        "007",
        "1e5",
        "2026-11-21",
        "TRUE",
        "#REF!",
        "'quoted",
    ];
    let rows = hostile.iter().map(|text| vec![(*text).to_owned(), "x".to_owned()]).collect();
    let bytes = book::bytes(&[page("Hostile", rows)], &properties()).expect("it can be made");
    let (_, read) = sheets(&bytes).remove(0);
    let read: Vec<&str> = read[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(read, hostile);
    let sheet = &parts(&bytes)["xl/worksheets/sheet1.xml"];
    assert!(!sheet.contains("<f>") && !sheet.contains("<hyperlink"), "{sheet}");
}

#[test]
fn what_a_cell_or_a_tab_cannot_hold_is_cut_and_said() {
    let controls: String = (0_u8..32).map(char::from).collect();
    let rows = vec![
        vec!["x".repeat(LONGEST_CELL), "y".repeat(LONGEST_CELL + 1)],
        vec![controls, "\u{fffe}\u{ffff}\u{202e}end".to_owned()],
    ];
    let long = "\u{1f512} the same long name of a provider that goes on and on";
    let mut pages = vec![page("a/b[c]:d*e?f\\g'h", rows), page("Empty", Vec::new()), page("", Vec::new())];
    pages.extend((0..1_000).map(|_| page(long, Vec::new())));
    let bytes = book::bytes(&pages, &properties()).expect("it can be made");
    let sheets = sheets(&bytes);
    let names: BTreeSet<String> = sheets.iter().map(|(name, _)| name.to_lowercase()).collect();
    assert_eq!(names.len(), 1_003);
    assert!(names.iter().all(|name| name.encode_utf16().count() <= 31));
    let rows = &sheets[0].1;
    assert_eq!(rows[1][0].len(), LONGEST_CELL);
    assert!(rows[1][1].len() <= LONGEST_CELL && rows[1][1].ends_with(words::CUT), "{}", rows[1][1].len());
    assert!(!rows[2][0].contains('\0') && rows[2][1].ends_with("end"), "{:?}", rows[2]);
}

#[test]
fn the_same_commit_and_day_give_the_same_workbook_wherever_it_is_made() {
    let sample = Sample::new();
    let first = rendered(&sample, &[&DOCUMENTS[..], &["--format", "xlsx"]].concat());
    let copy = Sample::new();
    let mut command = tool(&copy.root().join("practices"));
    command.envs([("TZ", "Pacific/Kiritimati"), ("LC_ALL", "tr_TR.UTF-8"), ("HOME", "/nowhere")]);
    let words =
        ["-C", "..", "--no-cache", "render", "crm", "providers", "requests", "poam", "--format", "xlsx", "-o", "x"];
    let screen = of(&command.args(words).output().expect("the tool runs"));
    assert_eq!(screen.code, 0, "{}", screen.err);
    for (name, bytes) in first {
        let again = ["x", "practices/x", "../x"].map(|folder| copy.root().join(folder).join(&name));
        let again = again.iter().find_map(|path| std::fs::read(path).ok()).expect("it was written");
        assert!(again == bytes, "{name} differs");
    }
}

/// What openpyxl sees of each sheet: frozen at, filtered over, and how many lists to choose from.
const LOOK: &str = "
import sys, openpyxl
for path in sys.argv[1:]:
    for sheet in openpyxl.load_workbook(path):
        lists = sheet.data_validations.dataValidation
        assert sheet.freeze_panes == 'B2', (path, sheet.title, sheet.freeze_panes)
        assert sheet.auto_filter.ref == sheet.dimensions, (path, sheet.title, sheet.auto_filter.ref)
        assert all(one.type == 'list' and one.formula1.startswith('\"') for one in lists), (path, sheet.title)
        print(sheet.title, len(lists), sep='\\t')
";

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn openpyxl_opens_every_workbook_with_its_lists() {
    let has = Command::new("python3").args(["-c", "import openpyxl"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: python3 has no openpyxl, so no workbook was opened with it");
        return;
    }
    let sample = Sample::new();
    let folder = sample.root().with_file_name("books");
    std::fs::create_dir_all(&folder).expect("it can be made");
    let books = every_book(&sample);
    let paths: Vec<_> = books.keys().map(|name| folder.join(name)).collect();
    for (path, bytes) in paths.iter().zip(books.values()) {
        std::fs::write(path, bytes).expect("it can be written");
    }
    let looked = Command::new("python3").args(["-c", LOOK]).args(&paths).output().expect("python3 ran above");
    assert!(looked.status.success(), "{}", String::from_utf8_lossy(&looked.stderr));
    let said = String::from_utf8_lossy(&looked.stdout).into_owned();
    assert_eq!(said.lines().filter(|line| *line == "Your matrix\t1").count(), 5, "{said}");
    assert_eq!(said.lines().filter(|line| *line == "POA&M\t2").count(), 1, "{said}");
}

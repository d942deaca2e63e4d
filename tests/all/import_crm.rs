//! A provider's workbook comes in by a map: nothing is guessed, each mistake names its cell, and nothing is written by
//! halves.

mod hostile;
mod maps;

use demarcate::model::crm::ProviderCrm;
use demarcate::table::{self, Reader};
use rust_xlsxwriter::{Format, Formula, Workbook};

use super::screen::{Sample, Screen, run};

/// A workbook with one sheet of texts.
pub(super) fn book(sheet: &str, rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book, sheet, rows);
    book.save_to_buffer().expect("the workbook can be written")
}

/// Adds a sheet of texts.
pub(super) fn fill<'b>(book: &'b mut Workbook, name: &str, rows: &[&[&str]]) -> &'b mut rust_xlsxwriter::Worksheet {
    let sheet = book.add_worksheet();
    sheet.set_name(name).expect("the name fits");
    for (row, down) in rows.iter().zip(0..) {
        for (text, across) in row.iter().zip(0..).filter(|(text, _)| !text.is_empty()) {
            sheet.write_string(down, across, *text).expect("the cell fits");
        }
    }
    sheet
}

/// Writes the bytes of a file into the sample.
pub(super) fn lay(sample: &Sample, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(sample.root().join(name), bytes).expect("the sample can be written");
}

/// Imports a file for acme-msp as edition 9.
pub(super) fn import(sample: &Sample, file: &str, map: &str) -> Screen {
    let head = ["--as", "acme-msp", "--edition", "9", "--date", "2026-11-20"];
    sample.run(&[&["import", "crm", file, "--map", map][..], &head].concat())
}

/// The matrix that stands in the sample.
pub(super) fn matrix(sample: &Sample) -> ProviderCrm {
    let mut reader = Reader::default();
    let text = sample.text("providers/acme-msp.crm.toml");
    let matrix = table::read(&text, &mut reader).expect("the file can be read");
    assert!(reader.problems.is_empty(), "{:?}", reader.problems);
    matrix
}

/// Each row in short: ids, services, inheritance, verbatim, cell.
pub(super) fn rows(sample: &Sample) -> Vec<String> {
    let text =
        |text: &Option<demarcate::ids::Spanned<String>>| text.as_ref().map_or("-", |text| text.as_str()).to_owned();
    let row = |row: &demarcate::model::crm::CrmRow| {
        let ids: Vec<&str> = row.covers.iter().map(|id| id.value.as_str()).collect();
        let services: Vec<&str> = row.service.iter().map(|service| service.name.as_str()).collect();
        let (word, cell) = (text(&row.verbatim), text(&row.cell));
        format!("{} | {} | {} | {word} | {cell}", ids.join(" "), services.join(" "), row.inheritance.value)
    };
    matrix(sample).row.iter().map(row).collect()
}

/// The refusal of a file, which leaves the sample as it was.
pub(super) fn refusal(sample: &Sample, file: &str, map: &str) -> String {
    let before = sample.text("providers/acme-msp.crm.toml");
    let screen = import(sample, file, map);
    assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{}", screen.err);
    assert_eq!(sample.text("providers/acme-msp.crm.toml"), before, "nothing is written");
    screen.err
}

const HEADINGS: &[&str] =
    &["Control ID", "Requirement", "Responsibility", "Provider Responsibility", "Customer Responsibility", "Service"];

#[test]
fn a_matrix_that_the_extended_root_holds_is_imported_there() {
    let sample = Sample::new();
    let system = sample.root().join("system");
    std::fs::create_dir_all(&system).expect("it can be made");
    sample.write(
        "system/demarcate.toml",
        "extends = \"..\"\n\n[organization]\nname = \"K\"\n\n[system]\nname = \"Shop\"\n",
    );
    lay(&sample, "m.xlsx", book("CRM", &[&["Control ID", "Responsibility"], &["3.1.1", "Shared"]]));
    let words =
        ["import", "crm", "../m.xlsx", "--map", "cmmc", "--as", "acme-msp", "--edition", "9", "--date", "2026-11-20"];
    let screen = run(&system, &words);
    assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{}", screen.err);
    let said = "the matrix of `acme-msp` is ../providers/acme-msp.crm.toml, of the root that this one extends";
    assert!(screen.err.contains(said), "{}", screen.err);
    assert!(!system.join("providers").exists());
}

#[test]
fn a_text_that_an_export_has_cut_is_not_taken_for_the_providers_words() {
    let sample = Sample::new();
    let path = "providers/acme-msp.crm.toml";
    let text = sample.text(path);
    let begin = "provider-does = \"";
    sample.write(path, &text.replacen(begin, &format!("{begin}{} ", "Checks. ".repeat(5_000)), 1));
    let made = sample.run(&["render", "crm", "--provider", "acme-msp", "--format", "xlsx", "-o", "out"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let err = refusal(&sample, "out/crm-acme-msp.xlsx", "demarcate");
    assert!(err.contains("sheet Your matrix, F2: the text was cut when the workbook was made"), "{err}");
}

#[test]
fn what_stands_under_no_heading_is_not_read_and_is_told() {
    let sample = Sample::new();
    let rows_in: &[&[&str]] = &[
        &["Requirement ID", "Responsibility", "", "Provider Responsibility", " "],
        &["3.1.1", "Shared", "", "Runs accounts", ""],
        &["3.1.2", "Shared", "except on Sundays", "Runs accounts", "see the annex"],
        &["3.1.3", "Shared", "ask Kim", "Runs flows"],
    ];
    lay(&sample, "m.xlsx", book("CRM", rows_in));
    let screen = import(&sample, "m.xlsx", "cmmc");
    assert_eq!(screen.code, 0, "{}", screen.err);
    let told = "columns without a heading, not read: the first texts stand in C3, E3\n";
    assert!(screen.out.contains(told), "{}", screen.out);
    assert!(!sample.text("providers/acme-msp.crm.toml").contains("Sundays"));
}

#[test]
fn a_workbook_comes_in_row_by_row_with_the_word_and_its_cell() {
    let sample = Sample::new();
    let rows_in: &[&[&str]] = &[
        &["Acme responsibility matrix"],
        &[],
        &[
            "Control ID ",
            "Requirement",
            "RESPONSIBILITY",
            "Provider Responsibility",
            "Customer Responsibility",
            "Internal notes",
            "Service",
        ],
        &["Access Control (AC)"],
        &[
            "AC.L2-3.1.1",
            "Limit access",
            "Shared",
            "Runs \"accounts\"\nand lists them",
            "Approves",
            "secret",
            "help-desk",
        ],
        &["3.1.2 [a]", "x", "msp", "Does it", "", "secret", "network"],
        &["AC.L2-3.1.3 - Control CUI flow", "x", "", "", "", "secret"],
        &["03.01.04", "x", "N/A"],
        &["3.1.5[b]", "x", "Inherited", "", "", "", "help-desk;network"],
    ];
    lay(&sample, "m.xlsx", book("CRM 2026", rows_in));
    let screen = import(&sample, "m.xlsx", "cmmc");
    assert_eq!(screen.code, 0, "{}", screen.err);
    let head: Vec<&str> = screen.out.lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!(
        head,
        [
            "m.xlsx, sheet CRM 2026: headings in the row of A3",
            "columns read: `Control ID` (A3) as id, `RESPONSIBILITY` (C3) as word, `Provider Responsibility` (D3) as \
             provider-does, `Customer Responsibility` (E3) as customer-does, `Service` (G3) as service",
            "columns not read: `Requirement` (B3)",
            "columns dropped as internal: `Internal notes` (F3)",
            "rows: 4 answered, 1 unanswered, 1 with headings alone",
            "1 id written with leading zeros, as Rev 3 does: taken as those of Rev 2",
            "wrote providers/acme-msp.crm.toml: 4 rows, edition 9 of 2026-11-20",
        ]
    );
    assert_eq!(
        rows(&sample),
        [
            "3.1.1 | help-desk | partial | Shared | CRM 2026!C5",
            "3.1.2[a] | network | full | msp | CRM 2026!C6",
            "3.1.4 |  | none | N/A | CRM 2026!C8",
            "3.1.5[b] | help-desk network | full | Inherited | CRM 2026!C9",
        ]
    );
    let text = sample.text("providers/acme-msp.crm.toml");
    assert!(text.contains("provider-does = \"Runs \\\"accounts\\\"\\nand lists them\"\n"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[test]
fn what_is_wrong_is_named_with_its_cell_all_at_once_and_nothing_is_written() {
    let sample = Sample::new();
    let rows_in: &[&[&str]] = &[
        HEADINGS,
        &["3.1.1", "", "Shared / Inherited (Contoso)"],
        &["3.1.1", "", "Shared"],
        &["3.1.99", "", "Shard"],
        &["3.1.2[z]", "", "Yes/Partial"],
        &["AC.L1-3.1.1", "", "Provider"],
        &["AC.1.001", "", "Provider", "", "", "mainframe"],
        &["", "", "Provider"],
        &["3.1.8", "", "", "Locks screens"],
        &["AC-2(a)", "", "Provider"],
        &["3.1.9", "", "TBD", "", "Says the text"],
    ];
    lay(&sample, "m.xlsx", book("M", rows_in));
    assert_eq!(
        refusal(&sample, "m.xlsx", "cmmc"),
        "\
error: m.xlsx, sheet M, C2: `Shared / Inherited (Contoso)` says more than one word of the map, and is not taken for one of them
  help: split the row, or say in [words] what `Shared / Inherited (Contoso)` comes to
error: m.xlsx, sheet M, A3: 3.1.1 stands in A2 already
  help: keep one of the two rows
error: m.xlsx, sheet M, A4: `3.1.99`: SP 800-171 Rev 2 has no 3.1.99
  help: correct it; a matrix for Rev 3 or another standard needs [controls]
error: m.xlsx, sheet M, C4: `Shard` is no word of the map
  help: did you mean `shared`? say in [words] what it comes to: full, partial, none or unanswered
error: m.xlsx, sheet M, A5: `3.1.2[z]`: SP 800-171 Rev 2 has no 3.1.2[z]
  help: correct it; a matrix for Rev 3 or another standard needs [controls]
error: m.xlsx, sheet M, C5: `Yes/Partial` says more than one word of the map, and is not taken for one of them
  help: split the row, or say in [words] what `Yes/Partial` comes to
error: m.xlsx, sheet M, A6: `AC.L1-3.1.1` is an id of Level 1
  help: write the id of Level 2, or say in [controls] what it leads to
error: m.xlsx, sheet M, A7: `AC.1.001` is no id
  help: write it as 3.1.1, AC.L2-3.1.1, 3.1.1[a] or AC-2(a), or name it in [controls]
error: m.xlsx, sheet M, F7: `mainframe` is no service of the provider
  help: say in [services] which it is; the provider's services: endpoints, help-desk, network, patching, scanning
error: m.xlsx, sheet M, A8: no id stands here, and the row says something
  help: write the id, or empty the row
error: m.xlsx, sheet M, C9: no word stands here, and the row tells who does what
  help: write the word, or empty the row
error: m.xlsx, sheet M, A10: AC-2(a) is a control of SP 800-53, and the map leads it nowhere
  help: say in [controls] which requirements of SP 800-171 it leads to, or `unmapped = \"skip\"`
error: m.xlsx, sheet M, C11: `TBD` is no answer, and the row tells who does what
  help: write the word, or empty the row
error: m.xlsx was not imported: 13 mistakes; nothing was written
"
    );
}

#[test]
fn numbers_dates_and_formulas_without_a_value_are_no_ids() {
    let sample = Sample::new();
    let mut book = Workbook::new();
    let sheet = fill(&mut book, "M", &[HEADINGS]);
    sheet.write_number(1, 0, 3.10).expect("a cell");
    sheet.write_string(1, 2, "Shared").expect("a cell");
    let day = Format::new().set_num_format("d.m.yyyy");
    sheet.write_number_with_format(2, 0, 36_894.0, &day).expect("a cell");
    sheet.write_string(2, 2, "Shared").expect("a cell");
    sheet.write_formula(3, 0, Formula::new("=A2").set_result("")).expect("a cell");
    sheet.write_string(3, 2, "Shared").expect("a cell");
    sheet.write_string(4, 0, "3.1.4").expect("a cell");
    sheet.write_formula(4, 2, Formula::new("=X1").set_result("#REF!")).expect("a cell");
    // The heading of a family may be a number: it leads to nothing.
    sheet.write_number(5, 0, 3.2).expect("a cell");
    lay(&sample, "m.xlsx", book.save_to_buffer().expect("a workbook"));
    let err = refusal(&sample, "m.xlsx", "cmmc");
    for line in [
        "m.xlsx, sheet M, A2: the id is a number (3.1), not text: the spreadsheet has lost what was typed, as 3.10 becomes 3.1",
        "m.xlsx, sheet M, A3: the id is a date (2001-01-03), not text",
        "m.xlsx, sheet M, C5: the cell shows an error (#REF!)",
        "was not imported: 4 mistakes",
    ] {
        assert!(err.contains(line), "{line}\n{err}");
    }
    assert!(!err.contains("A6"), "{err}");
}

#[test]
fn hidden_rows_and_sheets_repeated_headings_and_formulas_are_told() {
    let sample = Sample::new();
    let mut book = Workbook::new();
    fill(&mut book, "Read me", &[&["How to read this"]]);
    fill(&mut book, "Draft", &[HEADINGS, &["3.1.1", "", "Customer"]]).set_hidden(true);
    let sheet = fill(
        &mut book,
        "M",
        &[HEADINGS, &["3.1.1", "", "Shared"], &["3.1.2", "", "Provider"], HEADINGS, &["3.1.3", "", ""]],
    );
    sheet.set_row_hidden(2).expect("a row");
    sheet.write_formula(4, 2, Formula::new("=C2").set_result("Shared")).expect("a cell");
    sheet.set_column_hidden(4).expect("a column");
    lay(&sample, "m.xlsx", book.save_to_buffer().expect("a workbook"));
    let screen = import(&sample, "m.xlsx", "cmmc");
    assert_eq!(screen.code, 0, "{}", screen.err);
    for line in [
        "m.xlsx, sheet M: headings in the row of A1",
        "sheet `Draft` is hidden and was not read; `sheet` in the map would name it",
        "the column `Customer Responsibility` is hidden, and is read",
        "rows: 3 answered, 0 unanswered",
        "rows that repeat the headings, skipped: A4",
        "hidden rows, read: A3",
        "values of formulas, taken as they were saved: C5",
    ] {
        assert!(screen.out.lines().any(|found| found == line), "{line}\n{}", screen.out);
    }
    assert_eq!(rows(&sample)[2], "3.1.3 |  | partial | Shared | M!C5");
    // Named, the hidden sheet is read.
    lay(&sample, "map.toml", "map = \"cmmc\"\nsheet = \"draft\"\n");
    let screen = import(&sample, "m.xlsx", "map.toml");
    assert!(screen.out.contains("sheet `Draft` is hidden, and is read because the map names it"), "{}", screen.out);
    assert_eq!(rows(&sample), ["3.1.1 |  | none | Customer | Draft!C2"]);
}

#[test]
fn merged_cells_are_read_where_they_are_clear_and_refused_where_they_are_not() {
    let sample = Sample::new();
    let mut book = Workbook::new();
    let sheet = fill(
        &mut book,
        "M",
        &[HEADINGS, &["Access Control"], &["3.1.1", "", "Shared"], &["3.1.2"], &["3.1.3", "", "Provider"]],
    );
    let plain = Format::new();
    sheet.merge_range(1, 0, 1, 5, "Access Control", &plain).expect("cells");
    sheet.merge_range(2, 2, 3, 2, "Shared", &plain).expect("cells");
    lay(&sample, "m.xlsx", book.save_to_buffer().expect("a workbook"));
    let err = refusal(&sample, "m.xlsx", "cmmc");
    let line = "error: m.xlsx, sheet M, C3: the cells down to C4 are merged, and the rows beside them say something of their own";
    assert!(err.starts_with(line), "{err}");
    // Two rows of headings, and an id over two rows of which one says something, are clear.
    let mut book = Workbook::new();
    let sheet = fill(&mut book, "M", &[&["", "", "Who"], &["", "", "Responsibility", "Notes"], &["", "", "Shared"]]);
    sheet.merge_range(0, 0, 1, 0, "Control ID", &plain).expect("cells");
    sheet.merge_range(2, 0, 3, 0, "3.1.1", &plain).expect("cells");
    lay(&sample, "m.xlsx", book.save_to_buffer().expect("a workbook"));
    let screen = import(&sample, "m.xlsx", "cmmc");
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert_eq!(rows(&sample), ["3.1.1 |  | partial | Shared | M!C3"]);
}

#[test]
fn headings_have_to_be_found_once() {
    let sample = Sample::new();
    let table: &[&[&str]] = &[HEADINGS, &["3.1.1", "", "Shared"]];
    let mut book = Workbook::new();
    fill(&mut book, "One", table);
    fill(&mut book, "Two", table);
    lay(&sample, "two.xlsx", book.save_to_buffer().expect("a workbook"));
    let err = refusal(&sample, "two.xlsx", "cmmc");
    assert_eq!(err, "error: two.xlsx: 2 sheets have the headings, `One`, `Two`; name one by `sheet` in the map\n");
    lay(&sample, "map.toml", "map = \"cmmc\"\nsheet = \"TW*\"\n");
    assert_eq!(import(&sample, "two.xlsx", "map.toml").code, 0);
    assert_eq!(rows(&sample), ["3.1.1 |  | partial | Shared | Two!C2"]);
    lay(&sample, "map.toml", "map = \"cmmc\"\nsheet = \"Three\"\n");
    let err = refusal(&sample, "two.xlsx", "map.toml");
    assert!(err.contains("has no sheet of the name that the map gives; it has `One`, `Two`"), "{err}");
    let none = super::import_crm::book("M", &[&["Name", "Responsibility"], &["3.1.1", "Shared"]]);
    lay(&sample, "none.xlsx", none);
    let err = refusal(&sample, "none.xlsx", "cmmc");
    assert!(err.contains("none of the first 40 rows of `M` has the heading of the ids and that of words"), "{err}");
    let other: &[&[&str]] =
        &[HEADINGS, &["3.1.1", "", "Shared"], &["", "Control ID", "Responsibility"], &["3.1.2", "", "Shared"]];
    lay(&sample, "other.xlsx", super::import_crm::book("M", other));
    let err = refusal(&sample, "other.xlsx", "cmmc");
    assert!(err.contains("sheet M, A3: other headings than those of the row of A1 stand in this row"), "{err}");
    let twice: &[&[&str]] = &[&["Control ID", "Responsibility", "responsibility"], &["3.1.1", "Shared", "Provider"]];
    lay(&sample, "twice.xlsx", super::import_crm::book("M", twice));
    let err = refusal(&sample, "twice.xlsx", "cmmc");
    assert!(err.contains("sheet M, B1: the same heading stands in C1 too"), "{err}");
}

#[test]
fn who_and_which_edition_has_to_be_said() {
    let sample = Sample::new();
    lay(&sample, "m.xlsx", book("M", &[HEADINGS, &["3.1.1", "", "Shared"]]));
    let run = |arguments: &[&str]| {
        let screen = sample.run(&[&["import", "crm", "m.xlsx", "--map", "cmmc"][..], arguments].concat());
        (screen.code, screen.err)
    };
    let (code, err) = run(&[]);
    assert!(
        code == 2 && err.contains("name the provider by --as, or by `provider` in the map; there are acme-msp"),
        "{err}"
    );
    let (code, err) = run(&["--as", "acme"]);
    assert!(code == 2 && err.contains("no provider is called `acme`: describe it in providers/ first"), "{err}");
    let (code, err) = run(&["--as", "dayton-properties"]);
    assert!(code == 2 && err.contains("name them by --edition and --date"), "{err}");
    let (code, err) = run(&["--as", "acme-msp", "--source", "nothing"]);
    assert!(code == 2 && err.contains("no artifact is called `nothing`"), "{err}");
    let screen = sample.run(&["import", "crm", "m.xlsx", "--map", "nope", "--as", "acme-msp"]);
    assert_eq!(
        (screen.code, screen.err.as_str()),
        (2, "error: no built-in map is called `nope`; there are cmmc, fedramp-crm, fedramp-cis, demarcate\n")
    );
    // What the map says stands in for what the command line leaves out; the last edition for both.
    let (code, err) = run(&["--as", "acme-msp"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let kept = matrix(&sample);
    assert_eq!(kept.edition.as_ref().map(|edition| edition.value.as_str()), Some("5.1"));
    lay(
        &sample,
        "map.toml",
        "map = \"cmmc\"\nprovider = \"acme-msp\"\nedition = \"7\"\ndate = 2026-11-02\nservice = \"network\"\n",
    );
    let screen = sample.run(&["import", "crm", "m.xlsx", "--map", "map.toml"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert_eq!(rows(&sample), ["3.1.1 | network | partial | Shared | M!C2"]);
    assert_eq!(matrix(&sample).date.map(|date| date.value.to_string()).as_deref(), Some("2026-11-02"));
}

#[test]
fn a_second_import_tells_what_differs_and_leaves_alone_what_does_not() {
    let sample = Sample::new();
    let with = |word: &str, does: &str| {
        let rows: &[&[&str]] = &[HEADINGS, &["3.1.1", "", "Shared", "Runs accounts."], &["3.1.2", "", word, does]];
        lay(&sample, "m.xlsx", book("M", rows));
    };
    with("Provider", "Does it.");
    assert_eq!(import(&sample, "m.xlsx", "cmmc").code, 0);
    let before = sample.text("providers/acme-msp.crm.toml");
    let commented = format!("# Ours.\n{before}");
    sample.write("providers/acme-msp.crm.toml", &commented);
    let screen = import(&sample, "m.xlsx", "cmmc");
    let last = screen.out.lines().last().unwrap_or_default();
    assert_eq!(last, "nothing changed: providers/acme-msp.crm.toml says the same already, and stays as it is");
    assert_eq!(sample.text("providers/acme-msp.crm.toml"), commented);
    with("Shared", "Does it on weekdays.");
    let dry = sample.run(&["import", "crm", "m.xlsx", "--map", "cmmc", "--as", "acme-msp", "--dry-run"]);
    assert!(
        dry.out.contains("would write providers/acme-msp.crm.toml: 2 rows, edition 9 of 2026-11-20"),
        "{}",
        dry.out
    );
    assert_eq!(sample.text("providers/acme-msp.crm.toml"), commented);
    let screen = sample.run(&["import", "crm", "m.xlsx", "--map", "cmmc", "--as", "acme-msp"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let told = screen.out.split_once("\n\n").map_or("", |(_, told)| told);
    assert_eq!(
        told,
        "\
3 changes since its own matrix (edition 9 of 2026-11-20)
  provider acme-msp, its own matrix, statement on 3.1.2: inheritance full to partial
    providers/acme-msp.crm.toml:16:15
  provider acme-msp, its own matrix, statement on 3.1.2: what the provider says it does Does it. to
    Does it on weekdays.
    providers/acme-msp.crm.toml:17:17
  provider acme-msp, its own matrix, statement on 3.1.2: words of the source Provider to Shared
    providers/acme-msp.crm.toml:18:12
the edition is kept: name a new one by --edition and --date
"
    );
    let dry: Vec<&str> = dry.out.lines().filter(|line| line.contains("statement on")).collect();
    assert_eq!(dry.len(), 3);
    // Where no file stands, the last edition is that of HEAD; one that cannot be read is replaced, and told.
    sample.git(&["add", "--all"]);
    sample.git(&["commit", "--quiet", "--message", "Take in edition 9"]);
    with("Customer", "");
    for left in [None, Some("broken = ")] {
        std::fs::remove_file(sample.root().join("providers/acme-msp.crm.toml")).expect("it stands there");
        if let Some(text) = left {
            sample.write("providers/acme-msp.crm.toml", text);
        }
        let screen = sample.run(&["import", "crm", "m.xlsx", "--map", "cmmc", "--as", "acme-msp"]);
        assert_eq!(screen.code, 0, "{}", screen.err);
        assert!(screen.out.contains("statement on 3.1.2: inheritance partial to none"), "{}", screen.out);
        let replaced = "providers/acme-msp.crm.toml stands there and cannot be read: it is replaced\n";
        assert_eq!(screen.out.contains(replaced), left.is_some(), "{}", screen.out);
    }
}

#[test]
fn csv_comes_in_with_its_separator_encoding_and_lines() {
    let sample = Sample::new();
    let text = "Matrix of Müller IT;;\r\nControl ID;Responsibility;Provider Responsibility;Internal\r\n\
                3.1.1;Shared;\"Führt Konten;\r\nund Listen\";geheim\r\n3.1.2;Müller;x\r\n";
    lay(&sample, "map.toml", "map = \"cmmc\"\n[words]\n\"MÜLLER\" = \"full\"\n");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin")).collect();
    lay(&sample, "latin.csv", latin);
    let screen = import(&sample, "latin.csv", "map.toml");
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(
        screen.out.contains("latin.csv: headings in the row of 2:1\nit is not UTF-8: taken as Windows-1252\n"),
        "{}",
        screen.out
    );
    assert!(screen.out.contains("its columns are parted by semicolons\n"), "{}", screen.out);
    assert_eq!(rows(&sample), ["3.1.1 |  | partial | Shared | 3:2", "3.1.2 |  | full | Müller | 5:2"]);
    let does = matrix(&sample).row[0].provider_does.as_ref().map(|does| does.value.clone());
    assert_eq!(does.as_deref(), Some("Führt Konten;\nund Listen"));
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    lay(&sample, "wide.csv", utf16);
    assert!(import(&sample, "wide.csv", "map.toml").out.contains("it is not UTF-8: taken as UTF-16, little end first"));
    lay(&sample, "bom.csv", [b"\xef\xbb\xbf", text.replace("3.1.2", "3.1.1").as_bytes()].concat());
    let err = refusal(&sample, "bom.csv", "map.toml");
    assert!(err.starts_with("error: bom.csv, 5:1: 3.1.1 stands in 3:1 already\n"), "{err}");
    lay(&sample, "tabs.xlsx", text.replace(';', "\t"));
    let screen = import(&sample, "tabs.xlsx", "map.toml");
    assert!(screen.out.contains("it is called a workbook and is text: read as CSV"), "{}", screen.out);
    lay(&sample, "open.csv", "Control ID,Responsibility\n3.1.1,\"Shared\n3.1.2,Shared\n");
    let err = refusal(&sample, "open.csv", "cmmc");
    assert!(err.contains("the quotation mark that opens in line 2 is never closed"), "{err}");
}

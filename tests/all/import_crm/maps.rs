//! Maps: the built-in ones, and what a map of one's own may and may not say.

use demarcate::import::crm::map::{BUILT_IN, read};
use rust_xlsxwriter::{Format, Workbook};

use super::super::screen::Sample;
use super::hostile::with_part;
use super::{book, fill, import, lay, refusal, rows};

/// Controls as the official workbook lists them: with parts, enhancements and zeros.
const CONTROLS: [&str; 8] = ["AC-1(a)", "AC-2(a)", "AC-02 (b)", "AC-2 (1)", "AC-3", "IA-5(1)(a)", "SC-7(b)", "SI-2"];

const ORIGINS: [&str; 7] = [
    "Service Provider Corporate",
    "Service Provider System Specific",
    "Service Provider Hybrid (Corporate and System Specific)",
    "Configured by Customer (Customer System Specific)",
    "Provided by Customer (Customer System Specific)",
    "Shared (Service Provider and Customer Responsibility)",
    "Inherited from Pre-Existing Authorization",
];

const STATES: [&str; 5] = ["Implemented", "Partially Implemented", "Planned", "Alternative Implementation", "N/A"];

/// A workbook in the layout of the FedRAMP one: a sheet of instructions, one of implementation under two rows of headings,
/// one of customer responsibilities. `ticks` and `answers` are by control.
fn fedramp(ticks: &[(usize, usize)], answers: &[(usize, &str, &str)]) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book, "Instructions", &[&["Control ID", "is explained here"]]);
    let plain = Format::new();
    let sheet = fill(&mut book, "Low CIS Worksheet", &[&["Implementation summary"]]);
    sheet.merge_range(1, 0, 2, 0, "Control ID", &plain).expect("cells");
    sheet.merge_range(1, 1, 1, 5, "Implementation Status", &plain).expect("cells");
    sheet.merge_range(1, 6, 1, 12, "Control Origination", &plain).expect("cells");
    for (heading, at) in STATES.iter().chain(&ORIGINS).zip(1..) {
        sheet.write_string(2, at, *heading).expect("a cell");
    }
    for (control, down) in CONTROLS.iter().zip(3..) {
        sheet.write_string(down, 0, *control).expect("a cell");
    }
    for (control, origin) in ticks {
        let (row, column) = (u32::try_from(control + 3).expect("small"), u16::try_from(origin + 6).expect("small"));
        sheet.write_string(row, 1, "X").expect("a cell");
        sheet.write_string(row, column, "X").expect("a cell");
    }
    let headings =
        ["Control ID", "Can Be Inherited from CSP", "Specific Inheritance and Customer Agency/CSP Responsibilities"];
    let sheet = fill(&mut book, "Low CRM Worksheet", &[&["Customer responsibilities"], &headings]);
    for (control, down) in CONTROLS.iter().zip(2..) {
        sheet.write_string(down, 0, *control).expect("a cell");
    }
    for (control, word, text) in answers {
        let row = u32::try_from(control + 2).expect("small");
        sheet.write_string(row, 1, *word).expect("a cell");
        sheet.write_string(row, 2, *text).expect("a cell");
    }
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn the_empty_fedramp_workbook_is_unanswered_in_every_row() {
    let sample = Sample::new();
    lay(&sample, "empty.xlsx", fedramp(&[], &[]));
    let before = sample.text("providers/acme-msp.crm.toml");
    for (map, sheet) in [("fedramp-cis", "Low CIS Worksheet"), ("fedramp-crm", "Low CRM Worksheet")] {
        let screen = import(&sample, "empty.xlsx", map);
        assert_eq!(screen.code, 0, "{}", screen.err);
        assert!(screen.out.starts_with(&format!("empty.xlsx, sheet {sheet}: headings")), "{}", screen.out);
        assert!(screen.out.contains("rows: 0 answered, 8 unanswered\n"), "{}", screen.out);
        let last = screen.out.lines().last();
        assert_eq!(last, Some("no row that leads to SP 800-171 is answered: nothing was written"));
    }
    assert_eq!(sample.text("providers/acme-msp.crm.toml"), before);
}

#[test]
fn a_filled_fedramp_workbook_reaches_800_171_only_through_the_map() {
    let sample = Sample::new();
    let answers = [(1, "Yes", ""), (2, "partial", "Customer approves."), (3, "No", "Customer does."), (7, "Yes", "")];
    lay(&sample, "full.xlsx", fedramp(&[(1, 0), (2, 5), (3, 4), (7, 6)], &answers));
    let err = refusal(&sample, "full.xlsx", "fedramp-crm");
    for cell in ["A4: AC-2(a)", "A5: AC-2(b)", "A6: AC-2(1)", "A10: SI-2"] {
        let line = format!("full.xlsx, sheet Low CRM Worksheet, {cell} is a control of SP 800-53");
        assert!(err.contains(&line), "{line}\n{err}");
    }
    let controls = "[controls]\n\"AC-02\" = [\"3.1.1\", \"3.1.2[a]\"]\n\"AC-2(1)\" = \"3.1.5\"\n";
    lay(&sample, "crm.toml", format!("map = \"fedramp-crm\"\nunmapped = \"skip\"\n{controls}"));
    let screen = import(&sample, "full.xlsx", "crm.toml");
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(screen.out.contains("rows: 4 answered, 4 unanswered\n"), "{}", screen.out);
    assert!(screen.out.contains("1 answered row left out: the map leads their controls nowhere\n"), "{}", screen.out);
    assert_eq!(
        rows(&sample),
        [
            "3.1.1 3.1.2[a] |  | full | Yes | Low CRM Worksheet!B4",
            "3.1.1 3.1.2[a] |  | partial | partial | Low CRM Worksheet!B5",
            "3.1.5 |  | none | No | Low CRM Worksheet!B6",
        ]
    );
    lay(&sample, "cis.toml", format!("map = \"fedramp-cis\"\n{controls}\"SI-2\" = \"3.14.1\"\n"));
    let screen = import(&sample, "full.xlsx", "cis.toml");
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(screen.out.contains("rows: 4 answered, 4 unanswered\n"), "{}", screen.out);
    assert_eq!(
        rows(&sample),
        [
            "3.1.1 3.1.2[a] |  | full | Service Provider Corporate | Low CIS Worksheet!G5",
            "3.1.1 3.1.2[a] |  | partial | Shared (Service Provider and Customer Responsibility) | Low CIS Worksheet!L6",
            "3.1.5 |  | none | Provided by Customer (Customer System Specific) | Low CIS Worksheet!K7",
            "3.14.1 |  | full | Inherited from Pre-Existing Authorization | Low CIS Worksheet!M11",
        ]
    );
}

#[test]
fn what_the_provider_answers_for_and_has_only_planned_is_named() {
    let sample = Sample::new();
    let plain = fedramp(&[(1, 0), (2, 5), (3, 4), (7, 6)], &[]);
    // The first tick of each row says "Implemented"; it moves to "Planned" (D) and to "Partially Implemented" (C).
    let moved = |sheet: &str| {
        let planned = ["5", "7"].iter().fold(sheet.to_owned(), |sheet, row| {
            sheet.replace(&format!("<c r=\"B{row}\" "), &format!("<c r=\"D{row}\" "))
        });
        planned.replace("<c r=\"B11\" ", "<c r=\"C11\" ")
    };
    lay(&sample, "planned.xlsx", with_part(&plain, "xl/worksheets/sheet2.xml", moved));
    let controls = "[controls]\n\"AC-02\" = \"3.1.1\"\n\"AC-2(1)\" = \"3.1.5\"\n\"SI-2\" = \"3.14.1\"\n";
    lay(&sample, "cis.toml", format!("map = \"fedramp-cis\"\n{controls}"));
    let screen = import(&sample, "planned.xlsx", "cis.toml");
    assert_eq!(screen.code, 0, "{}", screen.err);
    let told = "answered by the provider, and not all done yet by its own status: D5, C11\n";
    assert!(screen.out.contains(told), "what is the customer's, in row 7, is none of it: {}", screen.out);
    assert!(screen.out.contains("`Planned` (D3) as pending"), "{}", screen.out);
    assert!(screen.out.contains("rows: 4 answered, 4 unanswered\n"), "{}", screen.out);
}

#[test]
fn two_ticks_are_an_error_unless_the_map_has_that_very_text() {
    let sample = Sample::new();
    lay(&sample, "two.xlsx", fedramp(&[(4, 0), (4, 6)], &[]));
    lay(&sample, "cis.toml", "map = \"fedramp-cis\"\n[controls]\n\"AC-3\" = \"3.1.1\"\n");
    let err = refusal(&sample, "two.xlsx", "cis.toml");
    assert!(err.contains("sheet Low CIS Worksheet, G8: this is ticked, and M8 too"), "{err}");
    let both = "Service Provider Corporate + Inherited from Pre-Existing Authorization";
    assert!(err.contains(both), "{err}");
    lay(
        &sample,
        "cis.toml",
        format!("map = \"fedramp-cis\"\n[words]\n\"{both}\" = \"full\"\n[controls]\n\"AC-3\" = \"3.1.1\"\n"),
    );
    let screen = import(&sample, "two.xlsx", "cis.toml");
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert_eq!(rows(&sample), [format!("3.1.1 |  | full | {both} | Low CIS Worksheet!G8")]);
    // A tick is a tick, and a column that is ticked has to be there.
    let rows_in: &[&[&str]] = &[&["Control ID", "Ours", "Theirs"], &["3.1.1", "maybe", ""]];
    lay(&sample, "odd.xlsx", book("M", rows_in));
    lay(
        &sample,
        "odd.toml",
        "[columns]\nid = \"Control ID\"\n[ticks]\nOurs = \"full\"\nTheirs = \"none\"\nBoth = \"partial\"\n",
    );
    let err = refusal(&sample, "odd.xlsx", "odd.toml");
    assert!(err.contains("sheet M, A1: the row of headings lacks `Both`"), "{err}");
    assert!(err.contains("sheet M, B2: `maybe` is no tick"), "{err}");
}

#[test]
fn a_map_is_looked_through_before_anything_is_read() {
    let sample = Sample::new();
    lay(&sample, "m.xlsx", book("M", &[&["Control ID", "Responsibility"], &["3.1.1", "Shared"]]));
    for (text, expected) in [
        (
            "map = \"cmmc\"\n[words]\n\"Shared\" = \"partial\"\n\"shared \" = \"full\"\n",
            "error: map.toml:4:1: the word `shared ` stands twice\n  map.toml:3:1: and here\n  help: keep one of the two",
        ),
        (
            "map = \"cmmc\"\n[words]\nShared = \"partial\"\nShared = \"full\"\n",
            "error: map.toml:4:1: not valid TOML: duplicate key",
        ),
        ("map = \"cmmc\"\n[words]\nShared = \"most\"\n", "error: map.toml:3:10: `most` is not a known word here"),
        ("map = \"cmcc\"\n", "error: map.toml:1:7: no built-in map is called `cmcc`; there are cmmc, fedramp-crm"),
        ("[columns]\nid = \"ID\"\n", "error: map.toml:1:1: the map names no column `word` and no [ticks]"),
        ("map = \"cmmc\"\ncolumn = 1\n", "error: map.toml:2:1: unknown key `column` in the CRM map"),
        (
            "map = \"cmmc\"\n[controls]\n\"AC-2\" = \"3.1.99\"\n",
            "error: map.toml:3:10: `3.1.99` is no requirement or objective",
        ),
        (
            "map = \"cmmc\"\n[controls]\n\"3.1.1\" = \"3.1.2\"\n",
            "error: map.toml:3:1: `3.1.1` is an id of SP 800-171 itself",
        ),
        (
            "map = \"cmmc\"\n[controls]\n\"AC-2\" = \"3.1.1\"\n\"AC-02\" = \"3.1.2\"\n",
            "error: map.toml:4:1: the control `AC-2` stands twice\n  map.toml:3:1: and here",
        ),
        (
            "map = \"cmmc\"\n[ticks]\nX = \"full\"\n[columns]\nword = \"W\"\n",
            "the map names a column of words and columns that are ticked",
        ),
    ] {
        lay(&sample, "map.toml", text);
        let err = refusal(&sample, "m.xlsx", "map.toml");
        assert!(err.contains(expected), "{expected}\n{err}");
        assert!(err.ends_with("named above; nothing was written\n"), "{err}");
    }
    lay(&sample, "map.toml", "map = \"cmmc\"\nservice = \"mainframe\"\n");
    let err = refusal(&sample, "m.xlsx", "map.toml");
    assert!(err.contains("the map names the service `mainframe`, which provider `acme-msp` does not have"), "{err}");
}

#[test]
fn a_map_of_ones_own_says_what_words_services_and_names_mean() {
    let sample = Sample::new();
    let rows_in: &[&[&str]] = &[
        &["Nr", "Wer", "Produkt", "Leistung"],
        &["AC.L1-3.1.1", "Shared / Inherited (X)", "Desk & Net", "x"],
        &["AC.1.002", "wir", "", ""],
        &["3.1.3", "Shared", "Net", ""],
    ];
    lay(&sample, "m.xlsx", book("M", rows_in));
    let map = "map = \"cmmc\"\n\n[columns]\nid = [\"ID\", \"Nr\"]\nword = \"wer\"\nservice = \"PRODUKT\"\nprovider-does = \"Leistung\"\n\n\
               [words]\n\"Shared / Inherited (X)\" = \"partial\"\nWir = \"full\"\nShared = \"full\"\n\n\
               [services]\n\"Desk & Net\" = [\"help-desk\", \"network\"]\nnet = \"network\"\n\n\
               [controls]\n\"AC.L1-3.1.1\" = \"3.1.1\"\n\"ac.1.002\" = [\"3.1.2\"]\n";
    lay(&sample, "map.toml", map);
    let screen = import(&sample, "m.xlsx", "map.toml");
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert_eq!(
        rows(&sample),
        [
            "3.1.1 | help-desk network | partial | Shared / Inherited (X) | M!B2",
            "3.1.2 |  | full | wir | M!B3",
            "3.1.3 | network | full | Shared | M!B4",
        ]
    );
}

#[test]
fn every_built_in_map_reads_without_a_problem() {
    for (name, text) in BUILT_IN {
        let (map, problems) = read(name, text);
        assert_eq!(problems, Vec::<String>::new(), "{name}");
        assert!(!map.words.is_empty() || !map.ticks.is_empty(), "{name}");
    }
}

#[test]
fn what_is_exported_for_a_provider_comes_back_and_diff_tells_what_it_changed() {
    let sample = Sample::new();
    let sheet = "Your matrix";
    let out = sample.run(&["render", "crm", "--provider", "acme-msp", "--format", "xlsx", "--output", "out"]);
    assert_eq!(out.code, 0, "{}", out.err);
    let exported = find(&sample.root().join("out"), "xlsx");
    let name = exported.strip_prefix(sample.root()).expect("inside").to_string_lossy().into_owned();
    let first = import(&sample, &name, "demarcate");
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(first.out.contains(&format!("sheet {sheet}: headings in the row of A1")), "{}", first.out);
    let known = rows(&sample);
    assert!(known.len() > 100, "{}", known.len());
    // The matrix spoke by requirement before: what it says is compared, not how it is arranged.
    assert!(first.out.contains("its own matrix: its statements are arranged otherwise\n"), "{}", first.out);
    // Edition, day and arrangement: nothing that it says is lost, also of objectives in which it has no part.
    assert!(first.out.contains("\n3 changes since its own matrix"), "{}", first.out);
    // The second import of the same changes nothing.
    let again = import(&sample, &name, "demarcate");
    assert!(
        again.out.ends_with("nothing changed: providers/acme-msp.crm.toml says the same already, and stays as it is\n")
    );
    sample.git(&["add", "--all"]);
    sample.git(&["commit", "--quiet", "--message", "Take in the matrix"]);
    // The provider changes one word of one objective.
    let bytes = std::fs::read(&exported).expect("it was written");
    lay(&sample, "back.xlsx", edited(&bytes, "partial", "none"));
    let back = import(&sample, "back.xlsx", "demarcate");
    assert_eq!(back.code, 0, "{}", back.err);
    let diff = sample.run(&["diff", "HEAD", "--without-history"]);
    assert!(diff.out.contains("inheritance partial to none"), "{}", diff.out);
    assert!(back.out.contains("inheritance partial to none"), "{}", back.out);
}

/// What a provider does in its spreadsheet: another answer, another text, a row more below.
const EDITS: &str = "
import openpyxl, sys
book = openpyxl.load_workbook(sys.argv[1])
sheet = book['Your matrix']
at = {cell.value: cell.column for cell in sheet[1]}
sheet.cell(2, at['Inheritance']).value = 'none'
sheet.cell(3, at['Provider does']).value = 'Lists accounts each week.'
row = sheet.max_row + 1
sheet.cell(row, at['Objective']).value = '3.14.7 (a)'
sheet.cell(row, at['Inheritance']).value = 'full'
book.save(sys.argv[2])
";

#[test]
#[expect(clippy::print_stderr, reason = "a case that is skipped says so")]
fn what_another_program_edited_comes_back() {
    let sample = Sample::new();
    let out = sample.run(&["render", "crm", "--provider", "acme-msp", "--format", "xlsx", "--output", "out"]);
    assert_eq!(out.code, 0, "{}", out.err);
    let exported = find(&sample.root().join("out"), "xlsx");
    lay(&sample, "sent.xlsx", std::fs::read(exported).expect("it was written"));
    assert_eq!(import(&sample, "sent.xlsx", "demarcate").code, 0);
    let python = std::process::Command::new("python3")
        .args(["-c", EDITS, "sent.xlsx", "back.xlsx"])
        .current_dir(sample.root())
        .output();
    if python.is_ok_and(|output| output.status.success()) {
        let before = rows(&sample);
        let back = import(&sample, "back.xlsx", "demarcate");
        assert_eq!(back.code, 0, "{}", back.err);
        let after = rows(&sample);
        assert_eq!(after.len(), before.len() + 1);
        assert!(
            after.last().is_some_and(|row| row.starts_with("3.14.7[a] |  | full | full | Your matrix!E")),
            "{after:?}"
        );
        for told in [
            "inheritance partial to none",
            "Lists accounts each week.",
            "statement on 3.14.7[a]: added: inheritance full",
        ] {
            let one_line = back.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(one_line.contains(told), "{told}\n{}", back.out);
        }
    } else {
        eprintln!("skipped: openpyxl is not installed: no workbook of another program was read");
    }
}

/// The one file with this ending in a folder.
fn find(folder: &std::path::Path, ending: &str) -> std::path::PathBuf {
    let all = std::fs::read_dir(folder).expect("the folder is there").flatten().map(|entry| entry.path());
    let mut found: Vec<_> = all.filter(|path| path.extension().is_some_and(|known| known == ending)).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// The workbook with a word of its list of texts replaced, as a provider would that finds and replaces.
fn edited(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    super::hostile::with_part(bytes, "xl/sharedStrings.xml", |text| {
        let (from, to) = (format!(">{from}<"), format!(">{to}<"));
        assert!(text.contains(&from), "{from}");
        text.replace(&from, &to)
    })
}

#[test]
fn rows_that_only_moved_in_the_source_are_counted() {
    let sample = Sample::new();
    let heads: &[&str] = &["Control ID", "Responsibility"];
    let ids = ["3.1.1", "3.1.2", "3.1.3"];
    let tail = ids.iter().map(|id| [*id, "Shared"]).collect::<Vec<_>>();
    let tail: Vec<&[&str]> = tail.iter().map(<[&str; 2]>::as_slice).collect();
    lay(&sample, "m.xlsx", book("M", &[&[heads][..], &tail].concat()));
    assert_eq!(import(&sample, "m.xlsx", "cmmc").code, 0);
    lay(&sample, "m.xlsx", book("M", &[&[heads, &["3.1.4", "Provider"]][..], &tail].concat()));
    let screen = import(&sample, "m.xlsx", "cmmc");
    let told = screen.out.split_once("\n\n").map_or("", |(_, told)| told);
    let lines: Vec<&str> = told.lines().filter(|line| !line.contains(".crm.toml:")).collect();
    let text = lines.join("\n");
    assert!(text.contains("3 statements stand in other cells of the source"), "{text}");
    assert!(text.contains("statement on 3.1.4: added: inheritance full"), "{text}");
    assert!(!text.contains("M!B2 to"), "{text}");
}

//! The DoD hashing guide's logs: the bytes that its script prints, and what became of them, verified.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use demarcate::digest;
use demarcate::dod_log::reading::{self, Encoding};
use demarcate::dod_log::{self, ARTIFACTS, Flavour, LOG_HASH, Row, TWIN};
use tempfile::TempDir;

use super::base::Repository;
use super::outputs::assert_fits;
use super::screen::{Sample, Screen, run};

/// What the script's samples list: relative path and digest, in no order.
const SAMPLES: [(&str, &str); 5] = [
    ("SSP.pdf", "1691d4d199284d0e58550ffe7a54c826d545c0c1dfbbecf35cb318f13d6b9a14"),
    ("IR/2026/drill.log", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("AC/3.1.2 roles.md", "818eba62e946332fd9796dbfb4266966b39e21842eaae24cb9930f046143c29d"),
    ("AC/3.1.1[a] user list.csv", "8b4cf6947daa67db770d1da4a012e5a522498ba7028121f10bf615ef98e91968"),
    ("readme.txt", "b8c376ae45ea716712f9ad3b570ba98598873dba0b161fa455f08b7a77aa31a4"),
];

/// Flavour, folder of the artifacts, folder of the logs, then size and SHA-256 of each log.
type Printed = (Flavour, &'static str, &'static str, (u64, &'static str), (u64, &'static str));

const PRINTED: [Printed; 3] = [
    (
        Flavour::Pwsh7Windows,
        r"C:\Assessment\Artifacts",
        r"C:\Assessment\Hashes\CMMCAssessmentArtifacts.log",
        (831, "6ef19bebf8ba06d49e8b2cba685225ccbd64cffd744b18a4d3dee05d7c0ee278"),
        (327, "0e23e2c7fe3ee14e36250a267370979b1849ab2ef655acb57b9e00baa163762f"),
    ),
    (
        Flavour::Pwsh7Unix,
        "/srv/assessment/artifacts",
        "/srv/assessment/hashes/CMMCAssessmentArtifacts.log",
        (832, "d0e9c6cdfdef66bad5439561af2bd005b48080d1e5006058b240fcfdf8229b69"),
        (324, "550b63ae86946cc683f30f708390dfe0b4c3f97f972dd90f73c8a827ecd7b81c"),
    ),
    (
        Flavour::Winps51,
        r"C:\Assessment\Artifacts",
        r"C:\Assessment\Hashes\CMMCAssessmentArtifacts.log",
        (7188, "8ab12b6454f5f4d659653a788b94387a6a930343ec72b0dae0a1487132ac7804"),
        (3084, "6113bd8a686f7287edd8cd9d8fd8bccba0d183a7d4575ee25854b3cdcba3ccd1"),
    ),
];

fn owned(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn the_samples_of_every_flavour_are_rebuilt_to_the_byte_and_read_back() {
    for (flavour, root, place, artifacts, log_hash) in PRINTED {
        let logs = dod_log::logs(&owned(&SAMPLES), root, flavour);
        let found = digest::of_bytes(&logs.artifacts);
        assert_eq!((found.size, found.sha256.as_str()), artifacts, "{}", flavour.word());
        let second = dod_log::write(&[Row::sha256(&found.sha256, place.to_owned())], flavour);
        let found = digest::of_bytes(&second);
        assert_eq!((found.size, found.sha256.as_str()), log_hash, "{}", flavour.word());
        assert_eq!(logs.unloggable, []);

        let read = reading::read(&logs.artifacts);
        assert_eq!((read.flavour, read.encoding, read.remarks), (Some(flavour), Encoding::Ascii, vec![]));
        let paths: Vec<&str> = read.rows.iter().map(|row| row.path.trim_start_matches(root)).collect();
        let slashed: Vec<String> = paths.iter().map(|path| path.replace('\\', "/")).collect();
        let order = ["readme.txt", "SSP.pdf", "AC/3.1.1[a] user list.csv", "AC/3.1.2 roles.md", "IR/2026/drill.log"];
        assert_eq!(slashed, order.map(|path| format!("/{path}")));
        let digests = owned(&SAMPLES);
        assert!(read.rows.iter().zip(order).all(|(row, path)| row.digest == digests[path]));
    }
}

#[test]
fn a_log_of_nothing_is_empty_and_one_row_stands_where_the_script_puts_it() {
    assert_eq!(dod_log::write(&[], Flavour::Winps51), b"");
    let row = Row::sha256(&"ab".repeat(32), "/a/b c".to_owned());
    let text = String::from_utf8(dod_log::write(&[row], Flavour::Pwsh7Unix)).expect("ASCII");
    let head = format!("Algorithm       Hash{}Path\n---------       ----{}----\n", " ".repeat(67), " ".repeat(67));
    assert_eq!(text, format!("\n{head}SHA256          {}       /a/b c\n\n", "AB".repeat(32)));
    assert_eq!(text.lines().nth(3).and_then(|line| line.find('/')), Some(87));
}

#[test]
fn names_that_the_log_cannot_hold_are_told_with_the_reason() {
    let long = format!("AC/{}.txt", "x".repeat(960));
    let digest = "00".repeat(32);
    let told = |path: &str, flavour| {
        let files = BTreeMap::from([(path.to_owned(), digest.clone()), ("plain.txt".to_owned(), digest.clone())]);
        let root = Flavour::usual_root(flavour);
        let logs = dod_log::logs(&files, root, flavour);
        let lines = String::from_utf8(logs.artifacts).expect("the log is ASCII").lines().count();
        assert_eq!(lines, 3 + 2 + if flavour == Flavour::Winps51 { 2 } else { 1 }, "{path:?}: a name breaks a line");
        logs.unloggable.into_iter().map(|one| format!("{}: {}", one.path, one.why)).collect::<Vec<_>>().join("\n")
    };
    for (path, flavour, part) in [
        ("AC/écran.txt", Flavour::Pwsh7Unix, "`é` is not ASCII, and the log shows ?"),
        ("AC/😀.txt", Flavour::Pwsh7Unix, "`😀` is not ASCII, and the log shows ??"),
        ("a\nb.txt", Flavour::Pwsh7Unix, "`\\n` is a control character"),
        ("a\tb.txt", Flavour::Winps51, "`\\t` is a control character"),
        ("a\u{85}b.txt", Flavour::Pwsh7Unix, "is a control character"),
        (long.as_str(), Flavour::Pwsh7Unix, "its path has 978 characters, and the log cuts it after 936"),
        (long.as_str(), Flavour::Winps51, "its path has 980 characters, and the log cuts it after 934"),
        ("a\\b.txt", Flavour::Pwsh7Windows, "backslash"),
        ("ends ", Flavour::Pwsh7Unix, "ends in a space"),
    ] {
        let told = told(path, flavour);
        assert!(told.starts_with(path) && told.contains(part), "{path:?}: {told}");
    }
    for path in ["a\\b.txt", "a [b] * $x `'\".txt", "3.1.1[a].txt", "a?b"] {
        assert_eq!(told(path, Flavour::Pwsh7Unix), "", "{path}");
    }
    let twins = BTreeMap::from([("é".to_owned(), digest.clone()), ("è".to_owned(), digest.clone())]);
    let told = dod_log::logs(&twins, "/a", Flavour::Pwsh7Unix).unloggable;
    assert!(told.len() == 2 && told.iter().all(|one| one.why.contains("by the same name as")), "{told:?}");
}

#[test]
fn a_path_of_exactly_the_width_is_whole_and_one_more_is_cut() {
    for (flavour, mark) in [(Flavour::Pwsh7Unix, "?"), (Flavour::Winps51, "...")] {
        let root = if flavour == Flavour::Winps51 { r"C:\" } else { "/" };
        let lines = |length: usize| {
            let row = Row::sha256(&"00".repeat(32), format!("{root}{}", "x".repeat(length - root.len())));
            let text = String::from_utf8(dod_log::write(&[row], flavour)).expect("ASCII");
            text.lines().nth(3).expect("a row").to_owned()
        };
        assert!(lines(937).ends_with('x') && lines(937).len() == 1024);
        assert!(lines(938).ends_with(&format!("x{mark}")) && lines(938).len() == 1024);
    }
}

#[test]
fn the_folder_to_name_must_fit_the_flavour() {
    for (written, flavour, ok) in [
        (None, Flavour::Pwsh7Unix, Some("/artifacts")),
        (None, Flavour::Winps51, Some(r"C:\artifacts")),
        (Some(r"C:\Artifacts"), Flavour::Pwsh7Windows, Some(r"C:\Artifacts")),
        (Some(r"\\server\share"), Flavour::Winps51, Some(r"\\server\share")),
        (Some("/srv/a"), Flavour::Pwsh7Unix, Some("/srv/a")),
        (Some(r"C:\Artifacts"), Flavour::Pwsh7Unix, None),
        (Some("/srv/a"), Flavour::Pwsh7Windows, None),
        (Some("artifacts"), Flavour::Pwsh7Unix, None),
        (Some(""), Flavour::Pwsh7Unix, None),
        (Some("/srv/../a"), Flavour::Pwsh7Unix, None),
        (Some("/srv/é"), Flavour::Pwsh7Unix, None),
        (Some("/srv/a\nb"), Flavour::Pwsh7Unix, None),
    ] {
        assert_eq!(dod_log::root(written, flavour).ok().as_deref(), ok, "{written:?}");
    }
}

/// A folder with files, and a log of them beside it.
struct Case {
    home: TempDir,
}

/// What most cases hold.
const FILES: [(&str, &str); 4] = [
    ("readme.txt", "Read me\n"),
    ("AC/3.1.1[a] user list.csv", "name,role\nalice,admin\n"),
    ("AC/roles.md", "# Roles\n"),
    ("IR/2026/drill.log", ""),
];

impl Case {
    fn of(files: &[(&str, &str)]) -> Self {
        let case = Self { home: TempDir::new().expect("the folder for temporary files can be written") };
        std::fs::create_dir(case.files()).expect("the folder is new");
        for (path, text) in files {
            case.put(path, text);
        }
        case
    }

    fn files(&self) -> PathBuf {
        self.home.path().join("files")
    }

    fn put(&self, path: &str, text: &str) {
        let full = self.files().join(path);
        std::fs::create_dir_all(full.parent().expect("a file has a folder")).expect("the folder can be made");
        std::fs::write(full, text).expect("the file can be written");
    }

    fn beside(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.home.path().join(name), bytes).expect("the file can be written");
    }

    /// Verifies a log of these bytes against the folder.
    fn verify(&self, log: &[u8], options: &[&str]) -> Screen {
        self.beside(ARTIFACTS, log);
        run(self.home.path(), &[&["verify", "--dod-log", ARTIFACTS, "files"], options].concat())
    }

    /// The same as JSON, which fits its schema.
    fn json(&self, log: &[u8]) -> (i32, serde_json::Value) {
        let screen = self.verify(log, &["--format", "json"]);
        let json = screen.json();
        assert_fits("verify", &json);
        (screen.code, json)
    }

    fn zip(&self, python: &str) {
        let code =
            format!("import zipfile\nz = zipfile.ZipFile('z.zip', 'w', zipfile.ZIP_DEFLATED)\n{python}\nz.close()");
        let done = Command::new("python3").args(["-W", "ignore", "-c", &code]).current_dir(self.home.path()).output();
        let done = done.expect("python3 is installed");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn verify_zip(&self, log: &[u8]) -> Screen {
        self.beside(ARTIFACTS, log);
        run(self.home.path(), &["verify", "--dod-log", ARTIFACTS, "z.zip"])
    }
}

/// A log of files as they are, by the writer whose bytes the samples prove.
fn log_of(files: &[(&str, &str)], root: &str, flavour: Flavour) -> Vec<u8> {
    let digests = files.iter().map(|(path, text)| ((*path).to_owned(), digest::of_bytes(text.as_bytes()).sha256));
    dod_log::logs(&digests.collect(), root, flavour).artifacts
}

fn unix() -> Vec<u8> {
    log_of(&FILES, "/srv/artifacts", Flavour::Pwsh7Unix)
}

fn row(text: &str, path: &str) -> String {
    format!("SHA256          {}       {path}\n", digest::of_bytes(text.as_bytes()).sha256.to_ascii_uppercase())
}

#[test]
fn every_flavour_and_every_root_verifies_where_the_files_lie_now() {
    let case = Case::of(&FILES);
    for (root, flavour) in [
        ("/srv/artifacts", Flavour::Pwsh7Unix),
        ("/", Flavour::Pwsh7Unix),
        (r"C:\Assessment\Artifacts", Flavour::Pwsh7Windows),
        (r"c:\", Flavour::Winps51),
        (r"\\server\share$\Q3 [final]", Flavour::Winps51),
        (r"\\?\C:\deep", Flavour::Pwsh7Windows),
    ] {
        let (code, json) = case.json(&log_of(&FILES, root, flavour));
        assert_eq!((code, &json["summary"]["verified"]), (0, &4.into()), "{root}: {json:#}");
        assert_eq!((&json["flavour"], &json["warnings"]), (&flavour.word().into(), &serde_json::json!([])), "{root}");
        assert_eq!(json["roots"][0]["to"], "");
    }
}

#[test]
fn what_differs_is_named_and_decides_the_exit_code() {
    let case = Case::of(&FILES);
    case.put("AC/roles.md", "# Rules\n");
    std::fs::remove_file(case.files().join("readme.txt")).expect("it is there");
    case.put("AC/new.md", "new\n");
    let screen = case.verify(&unix(), &[]);
    assert_eq!(screen.code, 1);
    for part in [
        "changed      AC/roles.md (line 6): its SHA256 is not the log's",
        "missing      /srv/artifacts/readme.txt (line 4)",
        "extra        AC/new.md: the log does not name it",
        "no CMMCAssessmentLogHash.log lies beside CMMCAssessmentArtifacts.log",
        "/srv/artifacts is files\n",
        "verified 2 of 4 files, 1 changed, 1 missing, 1 extra",
    ] {
        assert!(screen.out.contains(part), "{part}\n{}", screen.out);
    }
    let (_, json) = case.json(&unix());
    assert_eq!(json["extra"], serde_json::json!(["AC/new.md"]));
}

#[test]
fn an_extra_file_alone_is_a_warning_and_the_logs_themselves_are_none() {
    let case = Case::of(&FILES);
    for (name, text) in [(ARTIFACTS, "old"), (LOG_HASH, "old"), (TWIN, "old"), (".git/HEAD", "x"), ("new.txt", "x")] {
        case.put(name, text);
    }
    let (code, json) = case.json(&unix());
    assert_eq!((code, &json["extra"]), (0, &serde_json::json!(["new.txt"])));
}

#[test]
fn a_file_that_moved_is_missing_even_if_its_bytes_are_here() {
    let case = Case::of(&FILES);
    std::fs::rename(case.files().join("AC/roles.md"), case.files().join("IR/roles.md")).expect("it can be moved");
    let (code, json) = case.json(&unix());
    assert_eq!((code, &json["summary"]["missing"], &json["extra"][0]), (1, &1.into(), &"IR/roles.md".into()));
}

#[test]
fn an_older_copy_in_a_subfolder_does_not_stand_for_what_lacks_at_the_top() {
    let case = Case::of(&FILES);
    for (path, text) in FILES {
        case.put(&format!("backup/{path}"), text);
    }
    std::fs::remove_file(case.files().join("AC/roles.md")).expect("it is there");
    let (code, json) = case.json(&unix());
    assert_eq!((code, &json["summary"]["missing"], &json["roots"][0]["to"]), (1, &1.into(), &"".into()));
}

#[test]
fn files_below_a_folder_that_the_log_does_not_know_are_found_with_a_warning() {
    let below: Vec<(String, &str)> = FILES.iter().map(|(path, text)| (format!("Q3/set/{path}"), *text)).collect();
    let case = Case::of(&below.iter().map(|(path, text)| (path.as_str(), *text)).collect::<Vec<_>>());
    let (code, json) = case.json(&unix());
    assert_eq!((code, &json["roots"][0]["to"]), (0, &"Q3/set".into()));
    assert!(json["warnings"][0]["message"].as_str().is_some_and(|text| text.contains("below `Q3/set`")), "{json:#}");
}

#[test]
fn a_folder_that_is_only_part_of_the_logs_root_verifies_too() {
    let files = [("AC/a.txt", "a"), ("AC/b.txt", "b")];
    let log = log_of(&files, r"C:\A", Flavour::Pwsh7Windows);
    let (code, json) = Case::of(&[("a.txt", "a"), ("b.txt", "b")]).json(&log);
    assert_eq!((code, &json["roots"][0]["from"]), (0, &r"C:\A\AC".into()));
}

/// A log that came back changed: what was done to it, the bytes, a remark that must be made, and the exit code.
fn damaged() -> Vec<(&'static str, Vec<u8>, &'static str, i32)> {
    let text = String::from_utf8(unix()).expect("ASCII");
    let windows = String::from_utf8(log_of(&FILES, r"C:\A", Flavour::Pwsh7Windows)).expect("ASCII");
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    let long = "/srv/artifacts/AC/3.1.1[a] user list.csv";
    let list = "name,role\nalice,admin\n";
    let without = |part: &str| {
        text.lines().filter(|line| !line.contains(part)).fold(String::new(), |mut out, line| {
            writeln!(out, "{line}").expect("writing to a string does not fail");
            out
        })
    };
    let replaced = |path: &str, with: &str| without(path) + with;
    vec![
        ("UTF-16 with its mark", [&[0xff, 0xfe][..], &utf16(&windows, u16::to_le_bytes)].concat(), "utf-16le", 0),
        ("UTF-16 the other way round", [&[0xfe, 0xff][..], &utf16(&text, u16::to_be_bytes)].concat(), "utf-16be", 0),
        ("UTF-16 without a mark", utf16(&text, u16::to_le_bytes), "utf-16le", 0),
        (
            "UTF-16 cut in a letter",
            {
                let mut bytes = utf16(&text, u16::to_be_bytes);
                bytes.pop();
                bytes
            },
            "utf-16be",
            0,
        ),
        ("UTF-8 with a mark", format!("\u{feff}{text}").into_bytes(), "utf-8", 0),
        ("a code page", [text.as_bytes(), b"\nVerifi\xe9 le 3 ao\xfbt\n"].concat(), "neither ASCII nor UTF-8", 0),
        ("CRLF", text.replace('\n', "\r\n").into_bytes(), "", 0),
        ("CR CR LF", text.replace('\n', "\r\r\n").into_bytes(), "", 0),
        ("CR", text.replace('\n', "\r").into_bytes(), "", 0),
        ("mixed newlines", text.replacen('\n', "\r\n", 3).into_bytes(), "", 0),
        ("no header", text.lines().skip(3).collect::<Vec<_>>().join("\n").into_bytes(), "it has no header line", 0),
        ("no newline at the end", text.trim_end().as_bytes().to_vec(), "", 0),
        ("blank lines between", text.replace('\n', "\n\n").into_bytes(), "", 0),
        ("lower-case hex", text.to_lowercase().replace("/ac/", "/AC/").replace("/ir/", "/IR/").into_bytes(), "", 0),
        (
            "padding",
            text.lines().map(|line| format!("{line:<1024}\r\n")).collect::<Vec<_>>().concat().into_bytes(),
            "",
            0,
        ),
        ("narrower columns", text.replace("          ", " ").replace("       /", " /").into_bytes(), "", 0),
        (
            "an imitation with bars",
            text.replace("SHA256          ", "SHA256 | ").replace("       /", " | /").into_bytes(),
            "",
            0,
        ),
        ("extra lines above", format!("Artifact Hashing Script\n{text}").into_bytes(), "`Artifact Hashing Script`", 0),
        (
            "extra lines below",
            format!("{}4 files hashed\n", text.trim_end().to_owned() + "\n").into_bytes(),
            "`4 files hashed`",
            0,
        ),
        ("two runs in one", format!("{text}{text}").into_bytes(), "is named a second time", 0),
        ("a wrap within the digest", wrapped(&text, 72).into_bytes(), "its row is wrapped", 0),
        ("a wrap before the path", text.replace("       /", "\n/").into_bytes(), "its row is wrapped", 0),
        ("a wrap within the path", wrapped(&text, 107).into_bytes(), "its path is wrapped", 0),
        ("a wrap at spaces", text.replace("user list", "user\nlist").into_bytes(), "its path is wrapped", 0),
        (
            "a path cut by an ellipsis",
            replaced(long, &row(list, "/srv/artifacts/AC/3.1.1[a] us…")).into_bytes(),
            "its path is cut",
            0,
        ),
        (
            "a path cut by dots",
            replaced(long, &row(list, "/srv/artifacts/AC/3.1.1[a] us...")).into_bytes(),
            "its path is cut",
            0,
        ),
        (
            "a path cut in ASCII",
            replaced(long, &row(list, "/srv/artifacts/AC/3.1.1[a] us?")).into_bytes(),
            "its path is cut",
            0,
        ),
        (
            "a path cut, other bytes",
            replaced(long, &row("x", "/srv/artifacts/AC/3.1.1[a] us...")).into_bytes(),
            "its path is cut",
            1,
        ),
        (
            "another case",
            replaced(long, &row(list, "/srv/artifacts/ac/3.1.1[A] User List.csv")).into_bytes(),
            "in another spelling",
            0,
        ),
        ("a name as a pattern", replaced(long, &row(list, "/srv/artifacts/AC/*")).into_bytes(), "", 1),
        (
            "a path that leads out",
            replaced(long, &row(list, "/srv/artifacts/AC/../AC/3.1.1[a] user list.csv")).into_bytes(),
            "",
            1,
        ),
        (
            "another digest in a second row",
            format!("{text}{}", row("x", "/srv/artifacts/readme.txt")).into_bytes(),
            "is named a second time",
            1,
        ),
        (
            "a row cut short",
            text.replace(&row("Read me\n", "/srv/artifacts/readme.txt"), "SHA256          AB12\n").into_bytes(),
            "`SHA256          AB12`",
            0,
        ),
        (
            "a weak algorithm besides",
            format!("{text}MD5             {}       /srv/artifacts/readme.txt\n", "0".repeat(32)).into_bytes(),
            "",
            0,
        ),
        (
            "a weak algorithm alone",
            replaced(long, &format!("SHA1            {}       {long}\n", "0".repeat(40))).into_bytes(),
            "",
            1,
        ),
    ]
}

/// A text whose lines are broken at a column.
fn wrapped(text: &str, width: usize) -> String {
    let pieces = |line: &str| match line.split_at_checked(width) {
        Some((head, tail)) if line.starts_with("SHA256") => format!("{head}\n{tail}\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(pieces).collect()
}

#[test]
fn a_log_that_came_back_damaged_is_read_and_what_was_lost_is_said() {
    let case = Case::of(&FILES);
    for (what, log, remark, code) in damaged() {
        let (found, json) = case.json(&log);
        let warnings = json["warnings"].to_string().replace("\\\\", "\\");
        assert_eq!(found, code, "{what}: {json:#}");
        assert!(warnings.contains(remark), "{what}: {warnings}");
        assert!(!remark.is_empty() || code != 0 || warnings == "[]", "{what} gives {warnings}");
        assert!(json["files"].as_array().is_some_and(|files| files.len() >= 3), "{what}: {json:#}");
    }
}

#[test]
fn longer_digests_are_verified_even_where_their_column_cut_them() {
    let case = Case::of(&[("a.txt", "abc")]);
    let sha512 = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd\
                  454d4423643ce80e2a9ac94fa54ca49f";
    for (digest, code) in [
        (sha512.to_owned(), 0),
        (format!("{}?", &sha512[..69]), 0),
        (format!("{}...", &sha512[..67]), 0),
        (format!("{}...", &sha512[1..68]), 1),
    ] {
        let log = format!("Algorithm Hash Path\nSHA512          {digest} C:\\A\\a.txt\n");
        assert_eq!(case.verify(log.as_bytes(), &[]).code, code, "{digest}");
    }
    let log = format!("SHA512          {}... C:\\A\\a.txt\n", &sha512[..20]);
    assert_eq!(case.verify(log.as_bytes(), &[]).code, 2, "twenty digits prove nothing");
}

#[test]
fn question_marks_stand_for_letters_beyond_ascii_and_for_nothing_else() {
    let log = |path: &str, text: &str| format!("\n{}", row(text, &format!("/a/{path}"))) + &row("z", "/a/z.txt");
    for (file, path, code) in [
        ("écran.txt", "?cran.txt", 0),
        ("e\u{301}cran.txt", "e?cran.txt", 0),
        ("e\u{301}\u{302}cran.txt", "e?cran.txt", 0),
        ("😀.txt", "??.txt", 0),
        ("😀.txt", "?.txt", 0),
        ("日本/表.txt", "??/?.txt", 0),
        ("xcran.txt", "?cran.txt", 1),
        ("cran.txt", "?cran.txt", 1),
    ] {
        let case = Case::of(&[(file, "body"), ("z.txt", "z")]);
        let screen = case.verify(log(path, "body").as_bytes(), &[]);
        assert_eq!(screen.code, code, "{file} as {path}: {}", screen.out);
        assert_eq!(screen.out.contains("stand for letters beyond ASCII"), code == 0, "{}", screen.out);
        assert_eq!(case.verify(log(path, "other").as_bytes(), &[]).code, 1, "{file} as {path}, other bytes");
    }
    let literal = Case::of(&[("a?b.txt", "body"), ("aéb.txt", "other"), ("z.txt", "z")]);
    let screen = literal.verify(log("a?b.txt", "body").as_bytes(), &[]);
    assert!(screen.code == 0 && !screen.out.contains("beyond ASCII"), "{}", screen.out);
}

#[test]
fn two_names_that_print_alike_are_told_apart_by_their_digests() {
    let case = Case::of(&[("é.txt", "one"), ("è.txt", "two"), ("z.txt", "z")]);
    let log = |first: &str, second: &str| row(first, "/a/?.txt") + &row(second, "/a/?.txt") + &row("z", "/a/z.txt");
    let screen = case.verify(log("one", "two").as_bytes(), &[]);
    assert!(screen.code == 0 && screen.out.contains("2 files fit its name; `é.txt` has its digest"), "{}", screen.out);
    assert_eq!(case.verify(log("two", "one").as_bytes(), &[]).code, 0);
    let screen = case.verify(log("one", "one").as_bytes(), &[]);
    assert_eq!(screen.code, 1, "one file may not stand for two: {}", screen.out);
    assert!(screen.out.contains("2 files fit its name, and none that is left has its digest"), "{}", screen.out);
}

#[test]
fn a_log_without_a_single_plain_name_finds_its_folder() {
    let case = Case::of(&[("sub/é.txt", "one"), ("sub/ü.csv", "two")]);
    let log = row("one", r"C:\A\B\sub\?.txt") + &row("two", r"C:\A\B\sub\?.csv");
    let (code, json) = case.json(log.as_bytes());
    assert_eq!((code, &json["roots"][0]["from"]), (0, &r"C:\A\B".into()), "{json:#}");
}

#[test]
fn a_log_of_two_drives_is_put_together_in_one_folder() {
    let case = Case::of(&[("a.txt", "a"), ("b.txt", "b"), ("sub/c.txt", "c")]);
    let log = row("a", r"C:\One\a.txt") + &row("b", r"D:\Two\b.txt") + &row("c", r"d:\Two\sub\c.txt");
    let (code, json) = case.json(log.as_bytes());
    assert_eq!((code, &json["roots"][1]["from"]), (0, &r"D:\Two".into()), "{json:#}");
    let log = log + &row("a", r"D:\Two\a.txt");
    assert!(case.verify(log.as_bytes(), &[]).out.contains("`a.txt` is named a second time"));
}

#[test]
fn the_logs_of_an_earlier_run_that_this_one_overwrote_are_let_be() {
    let case = Case::of(&FILES);
    let log = String::from_utf8(unix()).expect("ASCII");
    let own = row("old", "/srv/artifacts/CMMCAssessmentArtifacts.log")
        + &row("o", "/srv/artifacts/CMMCAssessmentLogHash.log");
    case.put(ARTIFACTS, "new");
    let (code, json) = case.json(format!("{log}{own}").as_bytes());
    assert_eq!((code, &json["summary"]["superseded"]), (0, &2.into()), "{json:#}");
    // Alone it is what is to be verified.
    let (code, _) = case.json(row("old", "/srv/artifacts/CMMCAssessmentArtifacts.log").as_bytes());
    assert_eq!(code, 1);
}

#[test]
fn the_second_log_verifies_the_first_and_tells_a_conversion_of_its_line_endings() {
    let case = Case::of(&FILES);
    let log = log_of(&FILES, r"C:\A", Flavour::Winps51);
    let digest = digest::of_bytes(&log).sha256;
    let second = dod_log::write(&[Row::sha256(&digest, format!(r"C:\A\{ARTIFACTS}"))], Flavour::Winps51);
    case.beside(LOG_HASH, &second);
    let (code, json) = case.json(&log);
    assert_eq!((code, &json["log_hash"]["state"]), (0, &"agrees".into()));
    let converted: Vec<u8> = log.iter().copied().filter(|byte| *byte != b'\r').collect();
    let screen = case.verify(&converted, &[]);
    assert!(screen.code == 1 && screen.out.contains("were converted from CRLF to LF"), "{}", screen.out);
    let forged = String::from_utf8(log).expect("ASCII").replace("roles.md", "rules.md");
    let screen = case.verify(forged.as_bytes(), &[]);
    assert!(screen.out.contains("changed after it was hashed"), "{}", screen.out);
    case.beside(LOG_HASH, b"nothing\n");
    let (code, json) = case.json(&unix());
    assert_eq!((code, &json["log_hash"]["state"]), (1, &"differs".into()));
}

#[test]
fn what_is_no_log_and_what_is_no_folder_ends_with_two() {
    let case = Case::of(&FILES);
    for (log, part) in [
        (&b""[..], "it is empty, as the script leaves it"),
        (b"\r\n\r\n", "it is empty"),
        (b"hello\n", "no line with an algorithm"),
        (b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.txt\n", "sha256sum --check"),
        (b"\xff\xfe\xd8", "lists no file"),
        (b"Algorithm Hash Path\n--------- ---- ----\n", "no line with an algorithm"),
        (&[0; 4096], "no line with an algorithm"),
    ] {
        let screen = case.verify(log, &[]);
        assert!(screen.code == 2 && screen.err.contains(part), "{log:?}: {}{}", screen.out, screen.err);
    }
    case.beside(ARTIFACTS, &unix());
    case.beside("no.zip", b"PK\x03\x04 and no more");
    for words in [
        &["verify", "--dod-log", ARTIFACTS, "no.zip"][..],
        &["verify", "--dod-log", ARTIFACTS, "nowhere"],
        &["verify", "--dod-log", "nowhere.log", "files"],
        &["verify", "--dod-log", "files", "files"],
        &["verify"],
        &["verify", "--dod-log", ARTIFACTS],
    ] {
        let screen = run(case.home.path(), words);
        assert!(screen.code == 2 && screen.err.starts_with("error:"), "{words:?}: {}{}", screen.out, screen.err);
    }
}

#[test]
#[cfg(unix)]
fn a_link_out_of_the_folder_is_not_read_and_one_inside_is() {
    let case = Case::of(&FILES);
    case.beside("secret.txt", b"Read me\n");
    std::fs::remove_file(case.files().join("readme.txt")).expect("it is there");
    std::os::unix::fs::symlink("../secret.txt", case.files().join("readme.txt")).expect("links can be made");
    let screen = case.verify(&unix(), &[]);
    assert!(screen.code == 1 && screen.out.contains("symbolic link that leaves the folder"), "{}", screen.out);
    std::fs::remove_file(case.files().join("readme.txt")).expect("it is there");
    case.put("real.txt", "Read me\n");
    std::os::unix::fs::symlink("real.txt", case.files().join("readme.txt")).expect("links can be made");
    assert_eq!(case.verify(&unix(), &[]).code, 0);
}

#[test]
fn a_name_cannot_command_the_terminal() {
    let case = Case::of(&[("a.txt", "a")]);
    let log = row("a", "/x/a.txt") + &row("b", "/x/\u{1b}[2Jb.txt");
    let screen = case.verify(log.as_bytes(), &[]);
    assert!(screen.code == 1 && !screen.out.contains('\u{1b}'), "{}", screen.out);
}

const ALL_OF_FILES: &str = "import os
for d, _, names in os.walk('files'):
    for n in names: z.write(os.path.join(d, n), os.path.relpath(os.path.join(d, n), 'files'))";

#[test]
fn a_zip_verifies_as_its_folder_does_whatever_made_it() {
    let case = Case::of(&FILES);
    case.zip(ALL_OF_FILES);
    let screen = case.verify_zip(&log_of(&FILES, r"D:\Q3", Flavour::Winps51));
    assert!(screen.code == 0 && screen.out.contains("verified 4 of 4 files\n"), "{}{}", screen.out, screen.err);
    // Backslashes, as some Windows tools write them.
    case.zip("for n, t in [('readme.txt', 'Read me\\n'), ('AC\\\\roles.md', '# Roles\\n'), ('AC\\\\', '')]: z.writestr(n, t)");
    let log = row("Read me\n", "/s/readme.txt") + &row("# Roles\n", "/s/AC/roles.md");
    let screen = case.verify_zip(log.as_bytes());
    assert!(
        screen.code == 0 && screen.out.contains("parts folders by backslashes in 1"),
        "{}{}",
        screen.out,
        screen.err
    );
    // A folder above, stored without compression, an absolute name.
    case.zip(
        "z.compression = 0\nz.writestr('Q3/readme.txt', 'Read me\\n')\nz.writestr('/Q3/AC/roles.md', '# Roles\\n')",
    );
    let screen = case.verify_zip(log.as_bytes());
    assert!(screen.code == 0 && screen.out.contains("absolute names"), "{}{}", screen.out, screen.err);
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn a_zip_of_info_zip_in_a_stream_verifies() {
    let case = Case::of(&FILES);
    let made = Command::new("sh").args(["-c", "zip -qr - . > ../z.zip"]).current_dir(case.files()).output();
    if !made.is_ok_and(|made| made.status.success()) {
        return eprintln!("zip is not installed: no zip of another tool was verified");
    }
    let screen = case.verify_zip(&unix());
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
}

#[test]
fn a_zip_that_the_crate_wrote_verifies_and_one_damaged_byte_is_found() {
    let case = Case::of(&FILES);
    let file = std::fs::File::create(case.home.path().join("z.zip")).expect("the file is new");
    let mut zip = zip::ZipWriter::new(file);
    for (path, text) in FILES {
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(path, stored).expect("a new name");
        std::io::Write::write_all(&mut zip, text.as_bytes()).expect("the file can be written");
    }
    zip.finish().expect("the file can be written");
    assert_eq!(case.verify_zip(&unix()).code, 0);
    let mut bytes = std::fs::read(case.home.path().join("z.zip")).expect("it was written");
    let at = bytes.windows(7).position(|seven| seven == b"# Roles").expect("it is stored as it is");
    bytes[at] = b'%';
    case.beside("z.zip", &bytes);
    let screen = case.verify_zip(&unix());
    assert!(screen.code == 1 && screen.out.contains("unreadable   AC/roles.md"), "{}", screen.out);
}

#[test]
fn a_zip_that_lays_a_trap_is_refused_or_its_file_is() {
    let case = Case::of(&FILES);
    let good = "z.writestr('readme.txt', 'Read me\\n')";
    for (python, code, part) in [
        (format!("{good}\nz.writestr('../evil.txt', 'x')"), 2, "leads out of it"),
        (format!("{good}\nz.writestr('a\\\\..\\\\..\\\\evil.txt', 'x')"), 2, "leads out of it"),
        (format!("{good}\nz.writestr('readme.txt', 'other')"), 2, "two files of one name"),
        (format!("{good}\nz.writestr('./readme.txt', 'other')"), 2, "two files of one name"),
        (format!("{good}\nz.writestr('AC\\\\x', '1')\nz.writestr('AC/x', '2')"), 2, "two files of one name"),
        (
            "i = zipfile.ZipInfo('readme.txt')\ni.external_attr = 0o120777 << 16\nz.writestr(i, '../secret')"
                .to_owned(),
            1,
            "symbolic link",
        ),
        (format!("{good}\nz.filelist[0].flag_bits |= 1"), 1, "it is encrypted"),
        (format!("{good}\nz.filelist[0].file_size = 3"), 1, "unreadable"),
        (format!("{good}\nz.filelist[0].file_size = 3000000000"), 1, "unreadable"),
        (format!("{good}\nz.filelist[0].compress_type = 99"), 1, "unreadable"),
        (
            format!("{good}\nimport copy\ni = copy.copy(z.filelist[0])\ni.filename = 'twin.txt'\nz.filelist.append(i)"),
            2,
            "overlap",
        ),
    ] {
        case.zip(&python);
        let screen = case.verify_zip(row("Read me\n", "/a/readme.txt").as_bytes());
        let shown = format!("{}{}", screen.out, screen.err);
        assert!(screen.code == code && shown.contains(part), "{python}\n{}: {shown}", screen.code);
    }
}

#[test]
fn hash_writes_the_logs_that_verify_and_that_sha256sum_verifies() {
    let sample = Sample::new();
    let out = sample.root().parent().expect("the sample lies in a folder").join("hashes");
    let folder = out.to_str().expect("the path is UTF-8");
    for flavour in ["pwsh7-windows", "winps51"] {
        let screen = sample.run(&["hash", "--dod-log", folder, "--flavour", flavour]);
        assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
        let log = std::fs::read(out.join(ARTIFACTS)).expect("it was written");
        let read = reading::read(&log);
        assert_eq!(read.flavour.map(Flavour::word), Some(flavour));
        assert!(read.rows.iter().all(|row| row.path.starts_with(r"C:\Artifacts\")), "the machine's path is in it");
        let value = digest::of_bytes(&log).sha256.to_uppercase();
        assert!(screen.out.contains(&format!("Hash Value        {value}\n")), "{}", screen.out);
        let verified = sample.run(&["verify", "--dod-log", out.join(ARTIFACTS).to_str().expect("UTF-8"), "."]);
        assert_eq!(verified.code, 0, "{}", verified.out);
        assert!(verified.out.contains("has the digest that CMMCAssessmentLogHash.log names"), "{}", verified.out);
    }
    let names: Vec<String> = std::fs::read_dir(&out)
        .expect("the folder is there")
        .map(|entry| entry.expect("it is readable").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 3, "{names:?}");
    judged_by_sha256sum(&sample.root(), &out.join(TWIN));
    assert_eq!(sample.git(&["status", "--porcelain"]), "", "the logs lie outside");
}

#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn judged_by_sha256sum(folder: &Path, twin: &Path) {
    match Command::new("sha256sum").args(["--check", "--strict"]).arg(twin).current_dir(folder).output() {
        Ok(judge) => {
            let (out, err) = (String::from_utf8_lossy(&judge.stdout), String::from_utf8_lossy(&judge.stderr));
            assert!(judge.status.success(), "{out}{err}");
            let lines = std::fs::read_to_string(twin).expect("it was written").lines().count();
            assert_eq!(out.lines().filter(|line| line.ends_with(": OK")).count(), lines);
        }
        Err(_) => eprintln!("sha256sum is not installed: the list was not judged by another program"),
    }
}

#[test]
fn the_list_for_sha256sum_holds_names_that_the_log_cannot() {
    let case = Case::of(&[("écran.txt", "1"), ("a b [c].txt", "2")]);
    #[cfg(unix)]
    for name in ["back\\slash", "new\nline", "re\rturn", " leading", "trailing "] {
        case.put(name, name);
    }
    let files: BTreeMap<String, String> = std::fs::read_dir(case.files())
        .expect("the folder is there")
        .map(|entry| entry.expect("it is readable"))
        .map(|entry| {
            let bytes = std::fs::read(entry.path()).expect("it is readable");
            (entry.file_name().to_string_lossy().into_owned(), digest::of_bytes(&bytes).sha256)
        })
        .collect();
    case.beside(TWIN, dod_log::twin(&files).as_bytes());
    judged_by_sha256sum(&case.files(), &case.home.path().join(TWIN));
}

/// A series of the contractor with these editions.
fn add(base: &Repository, id: &str, editions: &str) {
    let text = format!("\n[[artifact]]\nid = \"{id}\"\ntitle = \"Extra\"\nkind = \"log\"\nedition = [{editions}]\n");
    base.append("evidence/contractor/artifacts.toml", &text);
}

fn logged(base: &Repository, options: &[&str]) -> (Screen, String) {
    let screen = run(&base.root(), &[&["hash", "--dod-log", "hashes"], options].concat());
    let log = std::fs::read(base.path(&format!("hashes/{ARTIFACTS}"))).unwrap_or_default();
    (screen, String::from_utf8(log).expect("a log is ASCII"))
}

#[test]
fn the_logs_hold_the_newest_edition_of_each_series_and_say_what_they_leave_out() {
    let base = Repository::base();
    for name in ["q1.txt", "q2.txt", "vérité.txt"] {
        base.write(&format!("evidence/contractor/{name}"), name);
    }
    add(
        &base,
        "quarterly",
        "{ path = \"q2.txt\", collected = 2026-06-02 }, { path = \"q1.txt\", collected = 2026-03-02 }",
    );
    add(&base, "accents", "{ path = \"vérité.txt\", collected = 2026-06-02 }");
    add(&base, "vault", "{ url = \"s3://vault/x.bin\", collected = 2026-06-02 }");
    let (screen, log) = logged(&base, &[]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    assert!(log.contains(r"C:\Artifacts\evidence\contractor\q2.txt") && !log.contains("q1.txt"), "{log}");
    assert!(log.contains(r"\v?rit?.txt"));
    assert!(
        screen.err.contains("not in the log: `vault`, s3://vault/x.bin: nothing is fetched by s3"),
        "{}",
        screen.err
    );
    assert!(screen.err.contains("evidence/contractor/vérité.txt: `é` is not ASCII"), "{}", screen.err);
    let verified = run(&base.root(), &["verify", "--dod-log", &format!("hashes/{ARTIFACTS}"), "."]);
    assert!(
        verified.code == 0 && verified.out.contains("found as `evidence/contractor/vérité.txt`"),
        "{}",
        verified.out
    );
    judged_by_sha256sum(&base.root(), &base.path(&format!("hashes/{TWIN}")));

    base.delete("evidence/contractor/q2.txt");
    let (screen, log) = logged(&base, &[]);
    assert_eq!(screen.code, 1, "an edition that lacks is told by the exit code");
    assert!(screen.err.contains("`quarterly`, evidence/contractor/q2.txt: it is missing"), "{}", screen.err);
    assert!(!log.contains("q1.txt"), "an older edition does not stand in for it");
}

#[test]
fn an_edition_outside_the_repository_is_named_by_its_artifact_and_never_by_its_place() {
    let base = Repository::base();
    let vault = TempDir::new().expect("the folder for temporary files can be written");
    let file = vault.path().join("scan.txt");
    std::fs::write(&file, "scan").expect("the file can be written");
    let place = file.to_str().expect("the path is UTF-8").to_owned();
    add(&base, "scan", &format!("{{ path = \"{place}\", collected = 2026-06-02 }}"));
    let (screen, log) = logged(&base, &[]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    assert!(log.contains(r"C:\Artifacts\outside\scan\scan.txt") && !log.contains(&place), "{log}");
    judged_by_sha256sum(&base.root(), &base.path(&format!("hashes/{TWIN}")));
    let inside = vault.path().to_str().expect("UTF-8");
    assert_eq!(run(&base.root(), &["hash", "--dod-log", inside]).code, 2, "it holds evidence");
}

#[test]
fn the_logs_are_the_same_bytes_wherever_and_whenever_they_are_written() {
    let (one, two) = (Repository::base(), Repository::base());
    let texts = |base: &Repository| [ARTIFACTS, LOG_HASH, TWIN].map(|name| base.text(&format!("hashes/{name}")));
    assert_eq!(logged(&one, &[]).0.code, 0);
    assert_eq!(run(&two.root(), &["--as-of", "2031-01-01", "hash", "--check", "--dod-log", "hashes"]).code, 0);
    assert_eq!(texts(&one), texts(&two));
    assert_eq!(logged(&one, &[]).0.code, 0, "a second run writes over the first");
    assert_eq!(texts(&one), texts(&two));
}

#[test]
fn the_flavour_is_asked_for_or_written_or_what_the_folder_fits() {
    let base = Repository::base();
    let config = base.text("demarcate.toml");
    let with = |lines: &str, options: &[&str]| {
        base.write("demarcate.toml", config.replace("hash-root = \"C:\\\\Artifacts\"\n", lines));
        let (screen, log) = logged(&base, options);
        let flavour = reading::read(log.as_bytes()).flavour;
        let row = log.lines().nth(3).unwrap_or_default().trim_end().get(87..).unwrap_or_default().to_owned();
        (screen, flavour, row)
    };
    for (lines, options, flavour, root) in [
        ("", &[][..], Flavour::Pwsh7Unix, "/artifacts/evidence"),
        ("", &["--flavour", "winps51"], Flavour::Winps51, r"C:\artifacts\evidence"),
        ("hash-root = \"/srv/x/\"\n", &[], Flavour::Pwsh7Unix, "/srv/x/evidence"),
        ("hash-root = 'D:\\'\n", &[], Flavour::Pwsh7Windows, r"D:\evidence"),
        ("hash-flavour = \"winps51\"\n", &[], Flavour::Winps51, r"C:\artifacts\evidence"),
        ("hash-flavour = \"winps51\"\n", &["--flavour", "pwsh7-unix"], Flavour::Pwsh7Unix, "/artifacts/evidence"),
    ] {
        let (screen, found, path) = with(lines, options);
        assert_eq!((screen.code, found), (0, Some(flavour)), "{lines}{options:?}: {}", screen.err);
        assert!(path.starts_with(root), "{lines}{options:?}: {path}");
    }
    for (lines, options) in [
        ("hash-flavour = \"dos\"\n", &[][..]),
        ("hash-root = \"relative\"\n", &[]),
        ("hash-root = \"C:\\\\A\"\n", &["--flavour", "pwsh7-unix"]),
        ("", &["--flavour", "dos"]),
    ] {
        let before = base.text("evidence.lock");
        let (screen, _, _) = with(lines, options);
        assert!(screen.code == 2 && screen.err.starts_with("error:"), "{lines}{options:?}: {}", screen.err);
        assert_eq!(base.text("evidence.lock"), before);
    }
}

#[test]
fn logs_are_not_written_among_the_files_that_they_list() {
    let base = Repository::base();
    let before = base.git(&["status", "--porcelain"]);
    for folder in
        ["evidence", "evidence/contractor", "evidence/contractor/hashes", "./evidence/../evidence/x", "policies"]
    {
        let screen = run(&base.root(), &["hash", "--dod-log", folder]);
        assert!(screen.code == 2 && screen.err.contains("holds evidence"), "{folder}: {}{}", screen.out, screen.err);
    }
    #[cfg(unix)]
    {
        base.link("aside", "evidence/contractor");
        assert_eq!(run(&base.root(), &["hash", "--dod-log", "aside/x"]).code, 2);
        base.delete("aside");
    }
    assert_eq!(base.git(&["status", "--porcelain"]), before, "nothing was written");
    assert_eq!(run(&base.root(), &["hash", "--flavour", "winps51"]).code, 2, "a flavour without logs means nothing");
}

#[test]
fn evidence_of_the_root_that_is_extended_is_logged_from_the_folder_that_holds_both() {
    let both = Repository::empty();
    let series = |name: &str| {
        let edition = format!("edition = [{{ path = \"{name}.txt\", collected = 2026-06-02 }}]");
        format!("[[artifact]]\nid = \"{name}-a\"\ntitle = \"T\"\nkind = \"log\"\n{edition}\n")
    };
    for (root, name, config) in [
        ("sys/enclave", "own", "extends = \"../../corporate\"\nassessment = { hash-root = \"/srv/a\" }\n"),
        ("corporate", "shared", ""),
    ] {
        both.write(&format!("{root}/demarcate.toml"), config);
        both.write(&format!("{root}/evidence/contractor/artifacts.toml"), series(name));
        both.write(&format!("{root}/evidence/contractor/{name}.txt"), name);
    }
    let screen = run(&both.root(), &["-C", "sys/enclave", "hash", "--dod-log", "hashes"]);
    assert_eq!(screen.code, 0, "{}{}", screen.out, screen.err);
    assert!(screen.out.contains("run in ../../ of the root"), "{}", screen.out);
    let log = both.text(&format!("hashes/{ARTIFACTS}"));
    for path in ["/srv/a/corporate/evidence/contractor/shared.txt", "/srv/a/sys/enclave/evidence/contractor/own.txt"] {
        assert!(log.contains(path), "{log}");
    }
    judged_by_sha256sum(&both.root(), &both.path(&format!("hashes/{TWIN}")));
    assert_eq!(run(&both.root(), &["verify", "--dod-log", &format!("hashes/{ARTIFACTS}"), "."]).code, 0);
    let folder = "corporate/evidence/new";
    assert_eq!(run(&both.root(), &["-C", "sys/enclave", "hash", "--dod-log", folder]).code, 2);
    assert!(!both.path(folder).exists());
}

#[test]
fn a_root_without_a_present_edition_has_nothing_to_log() {
    let root = Repository::empty();
    root.write("demarcate.toml", "");
    let screen = run(&root.root(), &["hash", "--dod-log", "hashes"]);
    assert!(screen.code == 2 && screen.err.contains("nothing to log"), "{}{}", screen.out, screen.err);
    assert!(!root.path("hashes").exists() && !root.path("evidence.lock").exists());
}

#[test]
fn logs_that_git_would_convert_are_warned_of() {
    let base = Repository::base();
    base.write(".gitattributes", "* text=auto\nevidence/** -text\npolicies/** -text\n");
    let (screen, _) = logged(&base, &[]);
    assert!(screen.err.contains("add `CMMCAssessment* -text` to .gitattributes"), "{}", screen.err);
    base.write(".gitattributes", "* text=auto\nevidence/** -text\npolicies/** -text\nCMMCAssessment* -text\n");
    let (screen, _) = logged(&base, &[]);
    assert!(!screen.err.contains("Git may convert"), "{}", screen.err);
}

#[test]
fn json_of_hash_stays_json_while_logs_are_written() {
    let base = Repository::base();
    let screen = run(&base.root(), &["hash", "--dod-log", "hashes", "--format", "json"]);
    assert_fits("hash", &screen.json());
    assert!(base.path(&format!("hashes/{LOG_HASH}")).is_file());
}

/// The pipeline of the script, as the guide prints it in words: every file, hidden ones too, to a table in ASCII.
const PIPELINE: &str = "Get-ChildItem -Path files -Recurse -Force -File | Get-FileHash | \
                        Out-File -FilePath CMMCAssessmentArtifacts.log -Force -Encoding ASCII -Width 1024";

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn powershell_itself_writes_what_is_read_and_verified() {
    let case = Case::of(&FILES);
    case.put(".hidden", "h");
    case.put("écran.txt", "é");
    case.put(&format!("{}/{}", "d".repeat(200), "x".repeat(200)), "long");
    let powershell = |code: &str| -> Option<Output> {
        Command::new("pwsh").args(["-NoProfile", "-Command", code]).current_dir(case.home.path()).output().ok()
    };
    let Some(done) = powershell(PIPELINE) else {
        return eprintln!("pwsh is not installed: no log of PowerShell itself was verified");
    };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let log = std::fs::read(case.home.path().join(ARTIFACTS)).expect("it was written");
    let screen = case.verify(&log, &[]);
    assert_eq!(screen.code, 0, "{}", screen.out);
    let flavour = if cfg!(windows) { Flavour::Pwsh7Windows } else { Flavour::Pwsh7Unix };
    assert_eq!(reading::read(&log).flavour, Some(flavour));
}

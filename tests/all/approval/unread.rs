//! What cannot be read is approved by nobody, and what is mended is looked at by whoever would look at it as new.

use super::pull::{DANA, MALLORY, MARCUS, PRIYA, Pull};
use super::{FILE, PRACTICE};

const MEND: &str = "mend the file first";

/// A key of each kind of file, with a value of it that cannot be read.
const BROKEN: [(&str, &str, &str); 14] = [
    ("crypto.toml", "status", "1"),
    ("crypto.toml", "status", "\"activ\""),
    ("crypto.toml", "id", "5"),
    ("demarcate.toml", "claim", "1"),
    ("demarcate.toml", "submitted-score", "\"x\""),
    ("providers/acme-msp.crm.toml", "customer-does", "1"),
    ("providers/vaultline.toml", "name", "7"),
    ("evidence/acme-msp/artifacts.toml", "id", "5"),
    ("assets.toml", "title", "[1]"),
    ("incident.toml", "within", "\"soon\""),
    ("poam/console-roles.toml", "found", "\"x\""),
    ("exceptions/no-wireless.toml", "until", "5"),
    (FILE, "result", "1"),
    (FILE, "layer", "[\"worn\"]"),
];

/// A file with another value at the first line of a key, or without that line.
fn with(pull: &Pull, path: &str, key: &str, value: Option<&str>) -> String {
    let text = pull.text(path);
    let is_key = |line: &str| line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
    let at = text.lines().position(is_key).unwrap_or_else(|| panic!("{path} has no {key}"));
    let lines = text.lines().enumerate().filter_map(|(number, line)| match value {
        _ if number != at => Some(line.to_owned()),
        Some(value) => Some(format!("{key} = {value}")),
        None => None,
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// A change of one file, by nobody of weight.
fn change(pull: &Pull, path: &str, text: &str) {
    pull.write(path, text);
    pull.commit_unsigned(MALLORY, "Change it");
}

fn back(pull: &Pull, to: &str) {
    pull.git(&["branch", "-f", "base", to]);
    pull.git(&["reset", "--quiet", "--hard", "base"]);
}

/// Nobody can approve what is compared to.
fn is_refused(pull: &Pull, what: &str) {
    let found = pull.diff(&[]);
    assert_eq!(found.code, 1, "{what}: {:#}", found.json["approvals"]);
    let asks = found.json["approvals"].to_string();
    assert!(asks.contains(MEND), "{what}: {asks}");
}

#[test]
fn a_value_that_cannot_be_read_is_approved_by_nobody_and_asked_about_once_it_can() {
    let pull = Pull::new();
    let start = pull.git(&["rev-parse", "base"]).trim().to_owned();
    for (path, key, value) in BROKEN {
        let what = format!("{path}: {key} = {value}");
        change(&pull, path, &with(&pull, path, key, Some(value)));
        is_refused(&pull, &what);
        pull.git(&["branch", "-f", "base"]);
        // Mended with something else, here by leaving it out altogether.
        change(&pull, path, &with(&pull, path, key, None));
        let found = pull.diff(&[]);
        assert_eq!(found.code, 1, "{what}: {:#}", found.json["approvals"]);
        assert!(found.missing().iter().any(|(party, _)| *party == "contractor"), "{what}");
        back(&pull, &start);
    }
}

#[test]
fn a_key_that_is_misspelt_or_gone_is_approved_by_nobody_where_the_file_needs_it() {
    let pull = Pull::new();
    let start = pull.git(&["rev-parse", "base"]).trim().to_owned();
    for (path, key) in [("crypto.toml", "id"), ("assets.toml", "title"), ("poam/console-roles.toml", "id")] {
        change(&pull, path, &with(&pull, path, key, None));
        is_refused(&pull, &format!("{path} without {key}"));
        back(&pull, &start);
    }
    change(&pull, "demarcate.toml", &pull.text("demarcate.toml").replacen("\nclaim ", "\nclaimed ", 1));
    is_refused(&pull, "an unknown key in place of a known one");
}

#[test]
fn what_was_not_read_on_the_side_compared_from_is_reviewed_once_it_is_mended() {
    let pull = Pull::new();
    pull.write(FILE, &with(&pull, FILE, "result", Some("1")));
    pull.commit(PRIYA, "Break the result");
    pull.git(&["branch", "-f", "base"]);
    pull.write(FILE, &with(&pull, FILE, "result", None));
    pull.commit(MARCUS, "Leave it out");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", PRACTICE), ("contractor", "ssp")], "{:#}", found.json["approvals"]);
    pull.review(DANA, PRACTICE, "no-change");
    pull.review(PRIYA, "ssp", "no-change");
    let found = pull.diff(&[]);
    assert_eq!(found.code, 0, "{}", found.err);

    // A review of the plan that is recorded before the last change does not know of it.
    change(&pull, FILE, &format!("# Read with the MSP.\n{}", pull.text(FILE)));
    assert!(pull.diff(&[]).missing().contains(&("contractor", "ssp")), "files were changed after it");
}

#[test]
fn what_is_as_unreadable_on_both_sides_stops_no_other_request() {
    let pull = Pull::new();
    pull.write(FILE, &with(&pull, FILE, "result", Some("1")));
    pull.write("crypto.toml", &with(&pull, "crypto.toml", "status", Some("1")));
    pull.write("assets.toml", "<<<<<<< HEAD\n");
    pull.commit(PRIYA, "Break much");
    pull.git(&["branch", "-f", "base"]);
    pull.edit("incident.toml", "\n[[", "\n# Read with the MSP.\n[[");
    pull.commit_unsigned(MARCUS, "Only a remark");
    let found = pull.diff(&[]);
    assert_eq!((found.code, found.missing().len()), (0, 0), "{:#}", found.json["approvals"]);

    // In the file itself another table is reviewed, and the broken one is refused by nobody.
    let practice = pull.text(FILE).replacen("duty          = \"", "duty          = \"Now ", 1);
    pull.write(FILE, &practice);
    pull.commit(MARCUS, "Another duty");
    let found = pull.diff(&[]);
    let asks = found.json["approvals"].to_string();
    assert!(found.missing().contains(&("contractor", PRACTICE)) && !asks.contains(MEND), "{asks}");
}

#[test]
fn what_is_no_utf_8_on_both_sides_is_compared_by_its_bytes() {
    let paths = ["assets.toml", "incident.toml", "providers/vaultline.toml", "evidence.lock", FILE];
    let pull = Pull::new();
    let texts: Vec<String> = paths.iter().map(|path| pull.text(path)).collect();
    let latin = |number: usize, more: &str| {
        let bytes = [b"# Jos\xe9\n", texts[number].as_bytes(), more.as_bytes()].concat();
        std::fs::write(pull.root().join(paths[number]), bytes).expect("the file can be written");
    };
    (0..paths.len()).for_each(|number| latin(number, ""));
    pull.commit(PRIYA, "Write a name");
    pull.git(&["branch", "-f", "base"]);
    for (number, path) in paths.into_iter().enumerate() {
        latin(number, "# and more\n");
        pull.commit_unsigned(MALLORY, "Write more");
        is_refused(&pull, path);
        pull.git(&["reset", "--quiet", "--hard", "base"]);
    }
    change(&pull, "crypto.toml", &format!("# Read with the MSP.\n{}", pull.text("crypto.toml")));
    let found = pull.diff(&[]);
    assert_eq!(found.code, 0, "the same bytes stop nobody: {:#}", found.json["approvals"]);
}

#[test]
fn a_second_file_of_the_same_thing_is_approved_by_nobody_until_one_is_gone() {
    let copies = [
        (FILE, "practices/zz.toml"),
        (FILE, "practices/ac.l2-3.1.12.toml"),
        ("providers/acme-msp.toml", "providers/zzz.toml"),
        ("providers/acme-msp.toml", "providers/aaa.toml"),
        ("providers/acme-msp.crm.toml", "providers/zz.crm.toml"),
        ("providers/acme-msp.crm.toml", "providers/aa.crm.toml"),
        ("poam/console-roles.toml", "poam/zz.toml"),
        ("exceptions/no-wireless.toml", "exceptions/aa.toml"),
    ];
    let pull = Pull::new();
    for (path, other) in copies {
        change(&pull, other, &pull.text(path));
        is_refused(&pull, other);
        let unread = pull.diff(&[]).json["unread"].to_string();
        assert!(unread.contains("twice") || unread.contains(" two "), "{other}: {unread}");
        pull.git(&["reset", "--quiet", "--hard", "base"]);
    }
    let shouted = pull.text("providers/acme-msp.toml").replacen("\"acme-msp\"", "\"Acme-MSP\"", 1);
    change(&pull, "providers/acme-msp-2.toml", &shouted);
    is_refused(&pull, "only in case");
}

/// A text of the MSP's evidence that the lock names, with its digest and size.
fn locked(pull: &Pull) -> (String, String, u64) {
    let lock = pull.text("evidence.lock");
    let is_digest = |word: &&str| word.len() == 64 && word.chars().all(|c| c.is_ascii_hexdigit());
    let line = lock.lines().find_map(|line| {
        let path = line.split_whitespace().find(|word| word.contains("acme-msp/") && word.contains(".txt"))?;
        Some((path.to_owned(), line.split_whitespace().find(is_digest)?.to_owned()))
    });
    let (path, digest) = line.expect("the lock names a text of the MSP");
    let size = std::fs::metadata(pull.root().join(&path)).expect("the sample has it").len();
    (path, digest, size)
}

fn pointer(digest: &str, size: u64) -> String {
    format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {size}\n")
}

#[test]
fn a_pointer_in_place_of_evidence_is_told_and_asked_about_and_so_is_the_way_back() {
    let pull = Pull::new();
    let (path, digest, size) = locked(&pull);
    let content = pull.text(&path);
    change(&pull, &path, &pointer(&digest, size + 1));
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", "ssp")], "{:#}", found.json["changes"]);
    let why = found.ask("contractor", "ssp")["why"].to_string();
    assert!(why.contains("a Git LFS pointer stands where the file was"), "{why}");
    assert!(why.contains("with the same digest"), "{why}");
    assert_eq!(found.ask("contractor", "ssp")["stands_out"], true);

    pull.git(&["reset", "--quiet", "--hard", "base"]);
    change(&pull, &path, &pointer(&digest, size));
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", "ssp")], "{:#}", found.json["changes"]);
    pull.git(&["branch", "-f", "base"]);
    change(&pull, &path, &content);
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", "ssp")], "{:#}", found.json["changes"]);
    let why = found.ask("contractor", "ssp")["why"].to_string();
    assert!(why.contains("the file stands where a Git LFS pointer was"), "{why}");
}

//! The forms of a report: what a screen, a script and a forge are given.

use std::collections::BTreeSet;

use demarcate::diagnostic::{Diagnostic, Fix, Level, Place};
use demarcate::ids::{RequirementId, Span};
use demarcate::report::{github, gitlab, json, sarif, terminal, visible};
use demarcate::rule::{Check, Group, Rule};
use demarcate::source::Files;
use serde_json::Value;

const PRACTICE: &str =
    "practice = \"AC.L2-3.1.1\"\nownership = \"contractor\"\nstatement = \"\"\"\nDana keeps the list.\n\"\"\"\n";

fn id(text: &str) -> RequirementId {
    text.parse().expect("an id")
}

/// The stretch of a file that holds `what`.
fn span(files: &Files, file: u32, what: &str) -> Span {
    let start = files.get(file).expect("a file").text.find(what).expect("it stands there");
    let short = |at: usize| u32::try_from(at).expect("the file is small");
    Span { file, start: short(start), end: short(start + what.len()) }
}

/// A file and a diagnostic that points at `what` in it.
fn one(text: &str, what: &str) -> (Files, Diagnostic) {
    let mut files = Files::default();
    let file = files.add("a.toml", text.into());
    let place = span(&files, file, what);
    (files, Diagnostic::new("some-rule", "something is wrong", place).label("here").help("do something"))
}

fn screen(files: &Files, diagnostic: &Diagnostic) -> String {
    terminal::text(std::slice::from_ref(diagnostic), files, false)
}

fn example() -> (Files, Vec<Diagnostic>) {
    let mut files = Files::default();
    let practice = files.add("practices/AC.L2-3.1.1.toml", PRACTICE.into());
    let artifacts = files.add("evidence/contractor/artifacts.toml", "[[artifact]]\nid = \"access-list\"\n".into());
    let owner = span(&files, practice, "\"contractor\"");
    let mut met =
        Diagnostic::new("met-without-evidence", "objective `AC.L2-3.1.1[a]` is met but nothing shows it", owner)
            .label("said to be the contractor's")
            .related("this artifact would show it", span(&files, artifacts, "\"access-list\""))
            .help("cite an artifact, or change the determination");
    met.practice = Some(id("3.1.1"));
    met.objective = Some('a');
    let statement = span(&files, practice, "\"\"\"\nDana keeps the list.\n\"\"\"");
    let mut empty = Diagnostic::new("empty-statement", "the statement says too little", statement)
        .label("this one")
        .help("say more");
    empty.level = Level::Warn;
    empty.practice = Some(id("3.1.1"));
    let absent = Place::Path("practices/AC.L2-3.1.2.toml".into());
    let missing = Diagnostic::new("missing-practice", "practice `AC.L2-3.1.2` has no file", absent)
        .related("named here", Place::Path("demarcate.toml".into()))
        .help("write it");
    (files, vec![met, empty, missing])
}

/// Every character that a screen acts on or hides.
fn dangerous() -> Vec<char> {
    let ranges = ['\0'..='\u{1f}', '\u{7f}'..='\u{9f}', '\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}'];
    let single = ['\u{200b}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{feff}', '\u{e0041}'];
    ranges.into_iter().flatten().chain(single).collect()
}

#[test]
fn the_screen_shows_rule_place_snippet_related_places_and_help() {
    let (files, all) = example();
    insta::assert_snapshot!(terminal::text(&all, &files, false), @r#"
    deny[met-without-evidence]: objective `AC.L2-3.1.1[a]` is met but nothing shows it
     --> practices/AC.L2-3.1.1.toml:2:13
      |
    2 | ownership = "contractor"
      |             ^^^^^^^^^^^^ said to be the contractor's
      |
     ::: evidence/contractor/artifacts.toml:2:6
      |
    2 | id = "access-list"
      |      ------------- this artifact would show it
      |
      = help: cite an artifact, or change the determination

    warn[empty-statement]: the statement says too little
     --> practices/AC.L2-3.1.1.toml:3:13
      |
    3 | statement = """
      |             ^^^ this one
      |
      = help: say more

    deny[missing-practice]: practice `AC.L2-3.1.2` has no file
    --> practices/AC.L2-3.1.2.toml
     = note: named here: demarcate.toml
     = help: write it
    "#);
}

#[test]
fn color_adds_escape_codes_and_changes_no_word() {
    let (files, all) = example();
    let plain = terminal::text(&all, &files, false);
    let colored = terminal::text(&all, &files, true);
    assert!(!plain.contains('\u{1b}'));
    assert!(colored.contains("\u{1b}["));
    let mut stripped = String::new();
    for (at, part) in colored.split("\u{1b}[").enumerate() {
        stripped.push_str(if at == 0 { part } else { part.split_once('m').expect("a color ends in m").1 });
    }
    assert_eq!(stripped, plain);
}

#[test]
fn no_control_character_reaches_the_screen_raw() {
    let clean = {
        let (files, diagnostic) = one("key = \"x\"\n", "\"x\"");
        screen(&files, &diagnostic).lines().count()
    };
    for c in dangerous() {
        let (files, mut diagnostic) = one("key = \"x\"\n", "\"x\"");
        diagnostic.message = format!("be{c}fore");
        diagnostic.label = format!("la{c}bel");
        diagnostic.help = format!("ne{c}xt");
        let shown = screen(&files, &diagnostic);
        assert!(!shown.replace('\n', "").contains(c), "{c:?} in a message");
        assert_eq!(shown.lines().count(), clean, "{c:?} adds a line");
        assert!(!shown.contains("before") && !shown.contains("label") && !shown.contains("next"), "{c:?} is hidden");
        diagnostic.place = Place::Path(format!("fo{c}lder"));
        diagnostic.related.push((format!("re{c}lated"), Place::Path(format!("ot{c}her"))));
        let shown = screen(&files, &diagnostic);
        assert!(!shown.replace('\n', "").contains(c), "{c:?} in a path");
        assert!(!shown.contains("folder") && !shown.contains("related") && !shown.contains("other"), "{c:?} is hidden");
    }
}

#[test]
fn no_control_character_of_a_file_reaches_the_screen_raw_and_the_mark_stays_in_its_column() {
    for c in dangerous().into_iter().filter(|c| !matches!(c, '\n' | '\t')) {
        let (files, diagnostic) = one(&format!("k{c}y = \"x{c}\" # {c}\n"), "\"x");
        let shown = screen(&files, &diagnostic);
        assert!(!shown.replace('\n', "").contains(c), "{c:?}");
        assert!(shown.contains(" --> a.toml:1:7\n"), "{shown}");
        assert!(shown.contains("\n  |       ^^ here\n"), "{c:?}\n{shown}");
    }
}

#[test]
fn tabs_are_widened_and_wide_letters_count_as_one() {
    let (files, diagnostic) = one("\tschlüssel = \"x\"\n", "\"x\"");
    let shown = screen(&files, &diagnostic);
    assert!(!shown.contains('\t'));
    assert!(shown.contains(" --> a.toml:1:14\n"), "{shown}");
    assert!(shown.contains("\n1 |     schlüssel = \"x\"\n  |                 ^^^ here\n"), "{shown}");
}

#[test]
fn a_line_ending_of_windows_is_no_part_of_the_line() {
    let (files, diagnostic) = one("a = 1\r\nb = 2\r\n", "b = 2\r\n");
    let shown = screen(&files, &diagnostic);
    assert!(shown.contains("2 | b = 2\n"), "{shown}");
    assert!(!shown.contains('\r') && !shown.contains('␍'), "{shown}");
}

#[test]
fn places_at_and_past_the_end_of_a_file_are_shown() {
    for text in ["", "\n", "a = 1", "a = 1\n", "é"] {
        for (start, end) in [(0, 0), (1, 1), (1, 2), (5, 6), (6, 6), (99, 120), (u32::MAX, u32::MAX), (3, 1)] {
            let mut files = Files::default();
            let file = files.add("a.toml", text.into());
            let diagnostic = Diagnostic::new("some-rule", "wrong", Span { file, start, end }).label("here");
            assert!(screen(&files, &diagnostic).contains(" --> a.toml:"), "{text:?} {start}..{end}");
            let parsed: Value = serde_json::from_str(&json::text(&[diagnostic], &files)).expect("JSON");
            let lines = u64::try_from(text.split('\n').count()).unwrap();
            assert!((1..=lines).contains(&parsed["diagnostics"][0]["line"].as_u64().expect("a line")));
        }
    }
}

#[test]
fn of_a_very_long_line_only_the_place_is_named() {
    let (files, diagnostic) = one(&format!("a = \"{}\" # end\n", "x".repeat(5000)), "# end");
    insta::assert_snapshot!(screen(&files, &diagnostic), @r"
    deny[some-rule]: something is wrong
    --> a.toml:1:5008
     = note: here
     = help: do something
    ");
}

#[test]
fn lines_and_columns_are_those_of_the_files_themselves() {
    let text = "a = 1\nü = \"é\"\r\n\n[x]\nlast";
    let mut files = Files::default();
    let file = files.add("a.toml", text.into());
    let places: Vec<Span> =
        (0..=u32::try_from(text.len()).unwrap()).map(|at| Span { file, start: at, end: at }).collect();
    let all: Vec<Diagnostic> = places.iter().map(|place| Diagnostic::new("some-rule", "wrong", *place)).collect();
    let parsed: Value = serde_json::from_str(&json::text(&all, &files)).expect("JSON");
    for (at, place) in places.iter().enumerate() {
        let (line, column) = files.position(*place);
        let item = &parsed["diagnostics"][at];
        assert_eq!((&item["line"], &item["column"]), (&Value::from(line), &Value::from(column)), "byte {at}");
    }
}

#[test]
fn json_is_the_golden_file_and_fits_its_schema() {
    let (files, all) = example();
    let text = json::text(&all, &files);
    assert_eq!(text, include_str!("../golden/check.json"));
    let schema: Value = serde_json::from_str(include_str!("../../docs/check.schema.json")).expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("the schema is one");
    let parsed: Value = serde_json::from_str(&text).expect("JSON");
    schema.validate(&parsed).expect("the golden file fits the schema");
    let mut other = parsed.clone();
    other["diagnostics"][0]["line"] = Value::from(0);
    assert!(!schema.is_valid(&other));
}

#[test]
fn json_of_nothing_is_still_whole() {
    let text = json::text(&[], &Files::default());
    insta::assert_snapshot!(text, @r#"
    {
      "version": 1,
      "summary": {
        "deny": 0,
        "warn": 0
      },
      "diagnostics": []
    }
    "#);
}

#[test]
fn an_allowed_diagnostic_is_in_no_form() {
    let (files, mut diagnostic) = one("a = 1\n", "1");
    diagnostic.level = Level::Allow;
    let all = [diagnostic];
    assert_eq!(terminal::text(&all, &files, false), "");
    assert_eq!(json::text(&all, &files), json::text(&[], &files));
    assert_eq!(sarif::text(&all, &files, "", &[]), sarif::text(&[], &files, "", &[]));
    assert_eq!(github::text(&all, &files, ""), "");
    assert_eq!(gitlab::text(&all, &files, ""), "[]\n");
}

#[test]
fn json_keeps_every_character_and_no_json_form_sends_one_that_a_screen_acts_on() {
    for c in dangerous() {
        let (files, mut diagnostic) = one("a = 1\n", "1");
        diagnostic.message = format!("x{c}y");
        diagnostic.help.clear();
        let all = [diagnostic];
        for text in [json::text(&all, &files), sarif::text(&all, &files, "", &[]), gitlab::text(&all, &files, "")] {
            assert!(!text.replace('\n', "").contains(c), "{c:?}");
        }
        let read = |text: String| serde_json::from_str::<Value>(&text).expect("JSON");
        let said = Value::from(format!("x{c}y"));
        assert_eq!(read(json::text(&all, &files))["diagnostics"][0]["message"], said);
        // What a forge keeps and shows to people has signs instead.
        let shown = Value::from(format!("x{}y", visible(&c.to_string())));
        assert_eq!(read(sarif::text(&all, &files, "", &[]))["runs"][0]["results"][0]["message"]["text"], shown);
        assert_eq!(read(gitlab::text(&all, &files, ""))[0]["description"], shown);
    }
}

fn fingerprint(files: &Files, diagnostic: &Diagnostic, prefix: &str) -> String {
    let all = std::slice::from_ref(diagnostic);
    let gitlab: Value = serde_json::from_str(&gitlab::text(all, files, prefix)).expect("JSON");
    let sarif: Value = serde_json::from_str(&sarif::text(all, files, prefix, &[])).expect("JSON");
    let print = gitlab[0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    assert_eq!(sarif["runs"][0]["results"][0]["partialFingerprints"]["demarcate/v1"], Value::from(print.clone()));
    print
}

#[test]
fn a_fingerprint_stays_when_an_unrelated_line_is_inserted_above() {
    let (before, mut first) = one("a = 1\nb = 2\n", "b = 2");
    first.message = "also written in line 12 of x.toml:12:3".into();
    let (after, mut second) = one("# new\n# lines\na = 1\nb = 2\n", "b = 2");
    second.message = "also written in line 14 of x.toml:14:3".into();
    second.label = "another label".into();
    second.level = Level::Warn;
    assert_eq!(fingerprint(&before, &first, ""), fingerprint(&after, &second, ""));
}

#[test]
fn a_fingerprint_tells_rule_path_practice_objective_and_message_apart() {
    let (files, base) = one("b = 2\n", "b = 2");
    let changed = |change: &dyn Fn(&mut Diagnostic)| {
        let mut diagnostic = base.clone();
        change(&mut diagnostic);
        fingerprint(&files, &diagnostic, "")
    };
    let prints = [
        fingerprint(&files, &base, ""),
        fingerprint(&files, &base, "system"),
        changed(&|d| d.rule = "other-rule"),
        changed(&|d| d.place = Place::Path("b.toml".into())),
        changed(&|d| d.practice = Some(id("3.1.1"))),
        changed(&|d| d.objective = Some('a')),
        changed(&|d| d.message = "3.1.1 is wrong".into()),
        changed(&|d| d.message = "3.1.2 is wrong".into()),
    ];
    assert_eq!(prints.iter().collect::<BTreeSet<_>>().len(), prints.len());
}

#[test]
fn two_diagnostics_that_read_alike_have_two_fingerprints() {
    let (files, diagnostic) = one("b = 2\n", "b = 2");
    let text = gitlab::text(&[diagnostic.clone(), diagnostic.clone()], &files, "");
    let parsed: Value = serde_json::from_str(&text).expect("JSON");
    assert_ne!(parsed[0]["fingerprint"], parsed[1]["fingerprint"]);
    assert_eq!(parsed[0]["fingerprint"], Value::from(fingerprint(&files, &diagnostic, "")));
}

#[test]
fn github_has_one_command_a_diagnostic_with_paths_from_the_top() {
    let (files, all) = example();
    insta::assert_snapshot!(github::text(&all, &files, "systems/enclave"), @r"
    ::error file=systems/enclave/practices/AC.L2-3.1.1.toml,line=2,endLine=2,col=13,endColumn=25,title=met-without-evidence::objective `AC.L2-3.1.1[a]` is met but nothing shows it%0Ahelp: cite an artifact, or change the determination
    ::error file=systems/enclave/practices/AC.L2-3.1.2.toml,title=missing-practice::practice `AC.L2-3.1.2` has no file%0Ahelp: write it
    ::warning file=systems/enclave/practices/AC.L2-3.1.1.toml,line=3,endLine=5,title=empty-statement::the statement says too little%0Ahelp: say more
    ");
}

#[test]
fn github_escapes_what_would_end_a_message_or_a_property() {
    let place = Place::Path("a,b:c%d\r\n::error::e.toml".into());
    let diagnostic = Diagnostic::new("some-rule", "50% done: a, b\r\n::warning::forged", place);
    let text = github::text(&[diagnostic], &Files::default(), "");
    insta::assert_snapshot!(text, @"::error file=a%2Cb%3Ac%25d%0D%0A%3A%3Aerror%3A%3Ae.toml,title=some-rule::50%25 done: a, b␍␊::warning::forged");
}

#[test]
fn github_shows_ten_of_a_kind_denied_first_and_says_how_many_more() {
    let many = |denied: usize, warned: usize| {
        let one = |level| move |_| Diagnostic { level, ..Diagnostic::new("r", "m", Place::Path("p".into())) };
        let warned = (0..warned).map(one(Level::Warn));
        let all: Vec<Diagnostic> = warned.chain((0..denied).map(one(Level::Deny))).collect();
        github::text(&all, &Files::default(), "")
    };
    let text = many(13, 11);
    let kinds: Vec<&str> = text.lines().map(|line| line.split([' ', ':']).nth(2).unwrap_or_default()).collect();
    assert_eq!(kinds[..10], ["error"; 10]);
    assert_eq!(kinds[10..20], ["warning"; 10]);
    assert_eq!(kinds.len(), 21);
    let last = "::notice title=demarcate::3 more denied, 1 more warned; `demarcate check` lists every one";
    assert_eq!(text.lines().last(), Some(last));
    assert_eq!(many(10, 10).lines().count(), 20);
    assert!(many(0, 12).ends_with("::2 more warned; `demarcate check` lists every one\n"));
}

#[test]
fn gitlab_has_what_its_code_quality_report_asks_for() {
    let (files, all) = example();
    let parsed: Value = serde_json::from_str(&gitlab::text(&all, &files, "sub")).expect("JSON");
    let issues = parsed.as_array().expect("a list");
    let seen: Vec<(&str, &str, &str, u64)> = issues
        .iter()
        .map(|issue| {
            let path = issue["location"]["path"].as_str().expect("a path");
            let line = issue["location"]["lines"]["begin"].as_u64().expect("a line");
            (issue["check_name"].as_str().expect("a name"), issue["severity"].as_str().expect("a severity"), path, line)
        })
        .collect();
    let expected = [
        ("met-without-evidence", "major", "sub/practices/AC.L2-3.1.1.toml", 2),
        ("empty-statement", "minor", "sub/practices/AC.L2-3.1.1.toml", 3),
        ("missing-practice", "major", "sub/practices/AC.L2-3.1.2.toml", 1),
    ];
    assert_eq!(seen, expected);
    assert_eq!(issues[2]["description"], Value::from("practice `AC.L2-3.1.2` has no file (write it)"));
    for issue in issues {
        let print = issue["fingerprint"].as_str().expect("a fingerprint");
        assert!(print.len() == 64 && print.bytes().all(|b| b.is_ascii_hexdigit()));
    }
}

#[test]
fn a_path_of_the_root_that_is_extended_is_resolved() {
    let place = Place::Path("../corporate/policies/AC.md".into());
    let diagnostic = Diagnostic::new("some-rule", "wrong", place);
    let text = github::text(std::slice::from_ref(&diagnostic), &Files::default(), "systems/enclave");
    assert!(text.starts_with("::error file=systems/corporate/policies/AC.md,"), "{text}");
}

static RULE: Rule = Rule {
    name: "some-rule",
    group: Group::Evidence,
    level: Level::Warn,
    doc: " Something is met\n and nothing shows it.\n\n ## Why it matters\n\n An assessor\n asks.\n\n More.\n",
    check: Check::Elsewhere,
};

fn log(files: &Files, diagnostics: &[Diagnostic], prefix: &str) -> Value {
    serde_json::from_str(&sarif::text(diagnostics, files, prefix, &[&RULE])).expect("JSON")
}

#[test]
fn sarif_has_what_the_standard_requires() {
    let (files, all) = example();
    let log = log(&files, &all, "");
    assert_eq!(log["version"], Value::from("2.1.0"));
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], Value::from("unicodeCodePoints"));
    assert!(run["originalUriBaseIds"]["%SRCROOT%"].is_object());
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), 4, "the known one and the three that are named");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 3);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["error", "warning"].contains(&result["level"].as_str().expect("a level")));
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for location in result["locations"].as_array().expect("locations").iter().chain(related) {
            let physical = &location["physicalLocation"];
            assert_eq!(physical["artifactLocation"]["uriBaseId"], Value::from("%SRCROOT%"));
            let uri = physical["artifactLocation"]["uri"].as_str().expect("a URI");
            assert!(!uri.starts_with('/') && !uri.contains(['\\', ' ', ':']), "{uri}");
            assert!(physical["region"]["startLine"].as_u64().is_some_and(|line| line > 0));
        }
    }
    let region = &results[1]["locations"][0]["physicalLocation"]["region"];
    let four = ["startLine", "startColumn", "endLine", "endColumn"].map(|key| region[key].as_u64());
    assert_eq!(four, [Some(3), Some(13), Some(5), Some(4)]);
    assert_eq!(results[0]["relatedLocations"][0]["id"], Value::from(1));
    let named = &results[0]["locations"][0]["logicalLocations"][0];
    assert_eq!(named["fullyQualifiedName"], Value::from("AC.L2-3.1.1[a]"));
}

#[test]
fn sarif_carries_the_page_of_every_rule() {
    let log = log(&Files::default(), &[], "");
    let rule = &log["runs"][0]["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], Value::from("some-rule"));
    assert_eq!(rule["shortDescription"]["text"], Value::from("Something is met and nothing shows it."));
    assert_eq!(rule["fullDescription"]["text"], Value::from("An assessor asks."));
    assert_eq!(rule["help"]["markdown"], Value::from(RULE.page()));
    assert_eq!(rule["help"]["text"], Value::from(RULE.page()));
    assert_eq!(rule["defaultConfiguration"]["level"], Value::from("warning"));
    assert_eq!(rule["properties"]["tags"], serde_json::json!(["cmmc", "evidence"]));
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
}

#[test]
fn sarif_carries_the_fix() {
    let (files, mut diagnostic) = one("ownersip = \"contractor\"\n", "ownersip");
    let Place::Span(place) = diagnostic.place else { panic!("a span") };
    diagnostic.fix = Some(Fix::offered(place, "ownership"));
    let log = log(&files, &[diagnostic], "sub");
    let change = &log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], Value::from("sub/a.toml"));
    let replacement = &change["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], Value::from("ownership"));
    let region = &replacement["deletedRegion"];
    let four = ["startLine", "startColumn", "endLine", "endColumn"].map(|key| region[key].as_u64());
    assert_eq!(four, [Some(1), Some(1), Some(1), Some(9)]);
}

#[test]
fn sarif_writes_a_path_as_a_uri_and_lets_no_message_form_a_link() {
    let place = Place::Path("evidence/a b/100% é.csv".into());
    let diagnostic = Diagnostic::new("some-rule", "see [this](https://x.example)", place);
    let log = log(&Files::default(), &[diagnostic], "");
    let result = &log["runs"][0]["results"][0];
    let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, &Value::from("evidence/a%20b/100%25%20%C3%A9.csv"));
    assert_eq!(result["message"]["text"], Value::from("see [this] (https://x.example)"));
}

#[test]
fn thousands_of_diagnostics_in_one_large_file_each_show_their_line() {
    let line = "key = \"value\"\n";
    let mut files = Files::default();
    let file = files.add("large.toml", line.repeat(100_000).into());
    let width = u32::try_from(line.len()).unwrap();
    let all: Vec<Diagnostic> = (0..5_000)
        .map(|n| {
            Diagnostic::new("some-rule", "wrong", Span { file, start: n * 20 * width + 6, end: n * 20 * width + 13 })
        })
        .collect();
    let text = terminal::text(&all, &files, false);
    assert_eq!(text.matches(" --> large.toml:").count(), 5_000);
    assert!(text.contains(" --> large.toml:99981:7\n"));
    assert_eq!(json::text(&all, &files).matches("\"column\": 7").count(), 5_000);
}

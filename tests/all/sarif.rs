//! What machines read of a check: SARIF by its own schema, fingerprints over real edits, and hostile text in every form.

use std::collections::{BTreeMap, BTreeSet};

use demarcate::diagnostic::{Diagnostic, Level, Place};
use demarcate::ids::Span;
use demarcate::report::{azure, github, gitlab, json, sarif, terminal};
use demarcate::rules::RULES;
use demarcate::source::Files;
use serde_json::Value;

use super::base::Repository;
use super::screen::run;

fn log(base: &Repository) -> Value {
    run(&base.root(), &["check", "--without-history", "--format", "sarif"]).json()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().expect("results")
}

/// Each fingerprint and the message that it stands for.
fn prints(base: &Repository) -> BTreeMap<String, String> {
    let log = log(base);
    let pair = |result: &Value| {
        let print = result["partialFingerprints"]["demarcate/v1"].as_str().expect("a fingerprint").to_owned();
        (print, format!("{}: {}", result["ruleId"], result["message"]["text"]))
    };
    let all: BTreeMap<String, String> = results(&log).iter().map(pair).collect();
    assert_eq!(all.len(), results(&log).len(), "each is unique");
    all
}

fn judge(log: &Value) {
    // A bracket that the standard's own pattern of a language forgot to escape, which not every engine takes.
    let text = include_str!("sarif/sarif-schema-2.1.0.json").replace("{2}]?$", "{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("the schema is one");
    let wrong: Vec<String> =
        schema.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A root with damage of many kinds, in places with awkward names.
fn damaged() -> Repository {
    let base = Repository::base();
    let practice = base.text("practices/AC.L2-3.1.3.toml");
    base.write(
        "practices/AC.L2-3.1.3.toml",
        practice.replace("statement", "statment").replace("\"policy-ac\"", "\"polcy-ac\""),
    );
    base.delete("practices/AC.L2-3.1.2.toml");
    base.write("poam/späte liste #1 100%.toml", "id = \"late-list\"\n");
    let met = base.text("practices/AT.L2-3.2.1.toml");
    base.write("practices/AT.L2-3.2.1.toml", met.replace("\"met\"", "\"mett\""));
    base
}

#[test]
fn sarif_is_valid_by_the_schema_of_the_standard_and_each_uri_is_relative_and_decodes_to_its_file() {
    let base = damaged();
    let log = log(&base);
    judge(&log);
    let mut broken = log.clone();
    broken["runs"][0]["results"][0]["levl"] = Value::from("error");
    assert!(
        std::panic::catch_unwind(|| judge(&broken)).is_err(),
        "the judge sees a key that the standard does not know"
    );
    assert!(results(&log).len() > 5);
    let uris: BTreeSet<&str> = results(&log)
        .iter()
        .map(|result| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().expect("a URI"))
        .collect();
    assert!(uris.contains("poam/sp%C3%A4te%20liste%20%231%20100%25.toml"), "{uris:?}");
    assert!(results(&log).iter().any(|result| result["fixes"].is_array()));
    assert_eq!(log["runs"][0]["automationDetails"]["id"], "demarcate/");
    assert_eq!(log["runs"][0]["invocations"][0]["exitCode"], 1);
}

#[test]
fn every_rule_has_a_page_within_the_limits_of_code_scanning() {
    let text = sarif::text(&[], &Files::default(), "systems/enclave one", RULES);
    let log: Value = serde_json::from_str(&text).expect("JSON");
    judge(&log);
    assert_eq!(log["runs"][0]["automationDetails"]["id"], "demarcate/systems/enclave%20one/");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), RULES.len());
    for rule in rules {
        assert!(rule["properties"]["tags"].as_array().is_some_and(|tags| (1..=20).contains(&tags.len())));
        for key in ["shortDescription", "fullDescription"] {
            let text = rule[key]["text"].as_str().expect("text");
            assert!((1..=1024).contains(&text.chars().count()), "{}: {key}", rule["id"]);
        }
        assert!(
            rule["help"]["markdown"].as_str().is_some_and(|page| page.contains("## Why it matters")),
            "{}",
            rule["id"]
        );
    }
}

#[test]
fn fingerprints_stay_when_something_else_changes() {
    let base = damaged();
    let before = prints(&base);
    let path = "practices/AC.L2-3.1.3.toml";
    base.write(path, format!("# one\n# two\n\n{}", base.text(path)));
    base.write("demarcate.toml", format!("# another line\n{}", base.text("demarcate.toml")));
    assert_eq!(prints(&base), before, "lines above");

    std::fs::rename(base.path("practices/AT.L2-3.2.2.toml"), base.path("practices/renamed.toml")).expect("it stands");
    let after = prints(&base);
    assert!(before.keys().all(|print| after.contains_key(print)), "another file renamed");

    let more = base
        .text("practices/AC.L2-3.1.1.toml")
        .replace("\"policy-ac\"", "\"polcy-ac\"")
        .replace("statement", "statment");
    base.write("practices/AC.L2-3.1.1.toml", more);
    let after = prints(&base);
    assert!(before.keys().all(|print| after.contains_key(print)), "the same rule fires in a file that comes before");
    assert!(after.len() > before.len());
}

#[test]
fn of_three_that_read_alike_two_keep_their_fingerprints_when_one_is_corrected() {
    let part = |party: &str| format!("[[part]]\nparty = \"{party}\"\nmissing = \"x\"\n");
    let print_of = |parties: &[&str]| {
        let text: String = parties.iter().map(|party| part(party)).collect();
        let mut files = Files::default();
        let file = files.add("a.toml", text.as_str().into());
        let starts = text.match_indices("missing").map(|(at, _)| u32::try_from(at).expect("small"));
        let all: Vec<Diagnostic> =
            starts.map(|start| Diagnostic::new("some-rule", "alike", Span { file, start, end: start + 7 })).collect();
        let read: Value = serde_json::from_str(&gitlab::text(&all, &files, "")).expect("JSON");
        let prints = read.as_array().expect("issues").iter().map(|issue| issue["fingerprint"].to_string());
        parties.iter().map(|party| (*party).to_owned()).zip(prints).collect::<BTreeMap<String, String>>()
    };
    let all = print_of(&["one", "two", "three"]);
    assert_eq!(all.values().collect::<BTreeSet<_>>().len(), 3);
    for (party, print) in print_of(&["two", "three"]).iter().chain(&print_of(&["three", "one"])) {
        assert_eq!(print, &all[party], "{party}");
    }
}

#[test]
fn a_fingerprint_does_not_change_with_the_day() {
    let one = |message: &str| {
        let all = [Diagnostic::new("some-rule", message, Place::Path("a.toml".into()))];
        let read: Value = serde_json::from_str(&sarif::text(&all, &Files::default(), "", &[])).expect("JSON");
        read["runs"][0]["results"][0]["partialFingerprints"].clone()
    };
    assert_eq!(one("it was due on 2026-10-25, 28 days ago"), one("it was due on 2026-10-25, 29 days ago"));
    assert_ne!(one("it was due on 2026-10-25, 28 days ago"), one("it was due on 2026-10-26, 28 days ago"));
    assert!(one("x")["primaryLocationLineHash"].is_string(), "of a missing file nobody else can make one");
}

#[test]
fn more_than_code_scanning_takes_is_cut_with_the_denied_ones_first_and_counted() {
    let one = |n: usize, level| Diagnostic {
        level,
        ..Diagnostic::new("some-rule", format!("wrong in x{n}"), Place::Path(format!("practices/{n}.toml")))
    };
    let warned = (0..24_000).map(|n| one(n, Level::Warn));
    let all: Vec<Diagnostic> = warned.chain((24_000..27_000).map(|n| one(n, Level::Deny))).collect();
    let text = sarif::text(&all, &Files::default(), "", RULES);
    let log: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(results(&log).len(), 25_000);
    assert!(results(&log)[..3_000].iter().all(|result| result["level"] == "error"));
    let said = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(said, "2000 more were found than code scanning takes; `demarcate check` lists every one");
    let mut gzip = std::process::Command::new("gzip")
        .arg("-c")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("gzip is installed");
    let mut input = gzip.stdin.take().expect("it is piped");
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut input, text.as_bytes()));
    let packed = gzip.wait_with_output().expect("gzip ends").stdout.len();
    writer.join().expect("the text was written").expect("gzip reads it all");
    assert!(packed < 10_000_000, "{packed} bytes");
}

#[test]
fn azure_has_one_command_a_diagnostic_ten_of_a_kind_and_a_plain_line_with_the_rest() {
    let mut files = Files::default();
    let file = files.add("a;b]c%.toml", "é = 1\nkey = 2\n".into());
    let place = Span { file, start: 7, end: 10 };
    let all = [Diagnostic::new("some-rule", "50% is wrong; see [a]", place).help("say\nmore")];
    assert_eq!(
        azure::text(&all, &files, "systems/enclave"),
        "##vso[task.logissue type=error;sourcepath=systems/enclave/a%3Bb%5Dc%AZP25.toml;linenumber=2;columnnumber=1;\
         code=some-rule;]50%AZP25 is wrong; see [a]%0Ahelp: say␊more\n"
    );
    let many: Vec<Diagnostic> = (0..13)
        .map(|_| Diagnostic { level: Level::Warn, ..Diagnostic::new("r", "m", Place::Path("p".into())) })
        .collect();
    let text = azure::text(&many, &Files::default(), "");
    assert_eq!(text.lines().count(), 11);
    assert_eq!(text.lines().last(), Some("demarcate: 3 more warned; `demarcate check` lists every one"));
}

#[test]
fn github_says_where_a_stretch_ends_and_gives_columns_only_within_a_line() {
    let mut files = Files::default();
    let file = files.add("a.toml", "\t🔒k = \"\"\"\r\nx\r\n\"\"\"\r\n".into());
    let of = |start, end| github::text(&[Diagnostic::new("r", "m", Span { file, start, end })], &files, "");
    assert_eq!(of(5, 6), "::error file=a.toml,line=1,endLine=1,col=3,endColumn=4,title=r::m\n");
    assert_eq!(of(9, 20), "::error file=a.toml,line=1,endLine=3,title=r::m\n");
}

/// Whether a line of a log would be a command for the runner of GitHub, or for the agent of Azure.
fn is_command(line: &str) -> bool {
    let at_start = line.trim_start().strip_prefix("::").and_then(|rest| rest.split_once("::"));
    let is_known = at_start.is_some_and(|(head, _)| head.starts_with(|c: char| c.is_ascii_alphabetic()));
    let lower = line.to_lowercase();
    is_known || lower.contains("##[") || lower.contains("##vso[") || lower.contains("##teamcity[")
}

const HOSTILE: [&str; 10] = [
    "\n::error::forged",
    "\r\n  ::set-output name=x::y",
    "::add-mask::a",
    "##vso[task.setvariable variable=PATH]/tmp",
    "##VSO[task.complete result=Succeeded;]",
    "##[add-path]/tmp",
    "\u{2028}::stop-commands::x",
    "\u{1b}[31m\u{202e}##\u{200b}vso[x]",
    "</script><script>alert(1)</script>",
    "\0%0A::error::x%0D%25",
];

#[test]
fn no_line_of_any_form_begins_a_command_that_is_not_ours() {
    for hostile in HOSTILE {
        let mut files = Files::default();
        let file = files
            .add(&format!("a{hostile}.toml"), format!("{hostile}\nkey = \"{hostile}\" # {hostile}\n").as_str().into());
        let start = u32::try_from(hostile.len() + 1).expect("small");
        let mut diagnostic = Diagnostic::new("some-rule", hostile, Span { file, start, end: start + 8 })
            .label(hostile)
            .related(hostile, Place::Path(hostile.to_owned()))
            .related(hostile, Span { file, start: 0, end: 3 })
            .help(hostile);
        diagnostic.provider = Some(hostile.to_owned());
        let all = [diagnostic.clone(), Diagnostic { level: Level::Warn, ..diagnostic }];
        for text in [
            terminal::text(&all, &files, false),
            terminal::text(&all, &files, true),
            json::text(&all, &files),
            sarif::text(&all, &files, hostile, &[]),
            gitlab::text(&all, &files, hostile),
        ] {
            let forged = text.lines().find(|line| is_command(line));
            assert_eq!(forged, None, "{hostile:?}");
            assert!(!text.contains(['\0', '\r', '\u{2028}', '\u{202e}', '\u{200b}']), "{hostile:?}");
        }
        let github = github::text(&all, &files, hostile);
        let ours = |line: &str| line.starts_with("::error file=") || line.starts_with("::warning file=");
        assert!(github.lines().count() == 2 && github.lines().all(ours), "{hostile:?}\n{github}");
        let azure = azure::text(&all, &files, hostile);
        let keys = ["type", "sourcepath", "linenumber", "columnnumber", "code", ""];
        let ours = |line: &str| {
            let (command, message) = line.split_once(']').expect("a command ends");
            let command = command.strip_prefix("##vso[task.logissue ").expect("it is ours");
            let written: Vec<&str> =
                command.split(';').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
            written == keys && !is_command(command) && !is_command(message.trim_start_matches(':'))
        };
        assert!(azure.lines().count() == 2 && azure.lines().all(ours), "{hostile:?}\n{azure}");
    }
}

#[test]
fn a_duty_that_holds_a_command_is_shown_and_begins_none() {
    let base = Repository::base();
    let path = "practices/AC.L2-3.1.1.toml";
    let text = base.text(path);
    let duty = text.lines().find(|line| line.starts_with("duty")).expect("a duty");
    let hostile =
        "duty = \"\"\"\n::error::forged\n##vso[task.setvariable variable=a]b handles\\u001b[2J security.\"\"\"";
    base.write(path, text.replace(duty, hostile).replace("\"policy-ac\"", "\"##vso[task.complete]\""));
    for form in ["text", "json", "sarif", "gitlab", "github", "azure"] {
        let screen = run(&base.root(), &["check", "--without-history", "--format", form]);
        assert_eq!(screen.code, 1, "{form}");
        let ours = |line: &&str| {
            (form == "github" && line.starts_with("::"))
                || (form == "azure" && line.starts_with("##vso[task.logissue "))
        };
        assert_eq!(screen.out.lines().filter(|line| !ours(line)).find(|line| is_command(line)), None, "{form}");
        assert!(!screen.out.contains('\u{1b}'), "{form}");
    }
    let shown = run(&base.root(), &["check", "--without-history"]).out;
    assert!(shown.contains("##vso⟦task.complete]"), "{shown}");
}

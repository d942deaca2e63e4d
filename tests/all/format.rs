//! Bad input gives a diagnostic with file, line and what to do; it never panics and never hides another file.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use demarcate::check;
use demarcate::diagnostic::{Diagnostic, Place};
use demarcate::ids::Span;
use demarcate::model::practice::{Answer, Layer, MethodKind, Outcome, Ownership, Status};
use demarcate::rule::{Facts, Group};
use demarcate::table::Either;

use super::base::{Repository, line};

/// The practice that each bad input stands in.
const PRACTICE: &str = "practices/AU.L2-3.3.4.toml";

/// A second slip, in another file, that has to be seen whatever the first one is.
const CANARY: (&str, &str) = ("assets.toml", "\n[[asset]]\nid = \"canary\"\ntitle = \"A bird\"\ncolour = \"yellow\"\n");

/// A practice as the description of the format shows it.
pub(super) const REAL: &str = r#"practice  = "AU.L2-3.3.4"
ownership = "shared"                # derived, and compared
status    = "partially-implemented"
statement = """
The contractor's ISSO keeps the list of alerted roles and failure types. Acme MSSP watches the collectors and alerts the ISSO.
"""

[values]
b = "collector silent for 15 minutes; log disk above 90 percent"

[[responsibility]]
party      = "contractor"
layer      = ["policy", "procedure"]
objectives = ["a", "b", "c"]
duty       = "Names who is alerted and for which failures, sets how alerts are answered, and reviews the list every quarter."
maintained-by = "isso"
evidence   = [{ artifact = "audit-policy", at = "section 4.2" }]

[[responsibility]]
party      = "acme-mssp"
layer      = ["configuration", "operation"]
objectives = ["c"]
scope      = ["enclave", "shop-floor"]
duty       = "Raises an alert to the contractor's ISSO within 15 minutes of a collector failure, and calls if it is not acknowledged."
service    = "siem"
clause     = "monitoring"
evidence   = [{ artifact = "collector-alert-log" }]
verification = { how = "Stop one collector and watch for the alert.", every = "3 months", by = "isso", record = "alert-test", last = 2026-09-03, result = "failed" }

[[method]]
kind = "test"
objectives = ["c"]
do = "Stop the collector on one host"
expect = "Alert within 15 minutes"
on = 2026-09-03
by = "isso"
result = "failed"

[determinations]
a = "met"
b = "met"
c = { determination = "not-met", reason = "Shop-floor collectors raise no alert.", poam = "collector-alerts" }
"#;

/// What the practice names beside what the base has.
const AROUND: [(&str, &str); 3] = [
    (
        "providers/acme-mssp.toml",
        r#"id = "acme-mssp"
name = "Acme MSSP"

[[service]]
id = "siem"
title = "Collection of logs and alerts"
kind = "mssp"
data = "spd"

[contract]
clause = [{ id = "monitoring", kind = "service", at = "7.2", within = "15 minutes" }]
"#,
    ),
    (
        "evidence/acme-mssp/artifacts.toml",
        r#"[[artifact]]
id = "audit-policy"
title = "Audit policy"
kind = "policy"
producer = "contractor"

[[artifact]]
id = "collector-alert-log"
title = "Alerts of collectors"
kind = "log"

[[artifact]]
id = "alert-test"
title = "Record of the alert test"
kind = "record"
"#,
    ),
    (
        "poam/collector-alerts.toml",
        r#"id = "collector-alerts"
title = "Collectors of the shop floor"
objectives = ["AU.L2-3.3.4[c]"]
weakness = "Shop-floor collectors raise no alert."
remediation = "Replace the agents."
due = 2027-02-01
status = "open"
"#,
    ),
];

/// The base with the practice and what it names.
fn whole() -> Repository {
    let repository = Repository::base();
    for (path, text) in AROUND {
        repository.write(path, text);
    }
    repository.write(PRACTICE, REAL);
    repository
}

fn repository(bad: impl FnOnce(&Repository)) -> Repository {
    let repository = whole();
    repository.append(CANARY.0, CANARY.1);
    bad(&repository);
    repository
}

/// A diagnostic's rule, its line and column where the file was read as text, and its help.
type Reported = (String, Option<(usize, usize)>, String);

/// Something done to a repository, and what it is called.
type Damage = (&'static str, Box<dyn FnOnce(&Repository)>);

/// What reading and linking report after `bad` was done to the practice; the canary and the place are checked on the way.
fn reports(name: &str, bad: impl FnOnce(&Repository)) -> Vec<Reported> {
    let repository = repository(bad);
    let (facts, found) = repository.look(false).expect("the root is readable");
    let all = check::run(&facts, &check::Wanted::default(), found);
    let format: Vec<&Diagnostic> =
        all.iter().filter(|d| check::rule(d.rule).is_some_and(|rule| rule.group == Group::Format)).collect();
    assert!(format.iter().any(|d| d.message.contains("colour")), "{name}: the other file's slip is hidden");
    let here = format.iter().filter(|d| !d.message.contains("colour"));
    here.map(|diagnostic| report(name, diagnostic, &facts)).collect()
}

fn report(name: &str, diagnostic: &Diagnostic, facts: &Facts) -> Reported {
    let files = &facts.assessment.files;
    let shown = line(diagnostic, facts);
    assert_eq!(check::path_of(&diagnostic.place, files), PRACTICE, "{name}: {shown}");
    assert!(!diagnostic.message.is_empty() && !diagnostic.help.is_empty(), "{name}: {shown}");
    let position = match diagnostic.place {
        Place::Span(span) => {
            let text = &files.get(span.file).expect("a span lies in a file that was read").text;
            assert!(usize::try_from(span.end).is_ok_and(|end| end <= text.len()), "{name}: {span:?}");
            assert!(text.is_char_boundary(usize::try_from(span.start).expect("it fits")), "{name}: {span:?}");
            Some(files.position(span))
        }
        Place::Path(_) => None,
    };
    (diagnostic.rule.to_owned(), position, diagnostic.help.clone())
}

fn rules_of(name: &str, bytes: impl AsRef<[u8]>) -> Vec<(String, Option<(usize, usize)>)> {
    let found = reports(name, |repository| repository.write(PRACTICE, bytes));
    found.into_iter().map(|(rule, position, _)| (rule, position)).collect()
}

fn at(rule: &str, line: usize, column: usize) -> (String, Option<(usize, usize)>) {
    (rule.to_owned(), Some((line, column)))
}

#[test]
fn a_whole_practice_reads_with_every_value_in_its_place() {
    let (facts, found) = whole().look(false).expect("the root is readable");
    assert_eq!(found.iter().map(|d| line(d, &facts)).collect::<Vec<_>>(), Vec::<String>::new());

    let id = "AU.L2-3.3.4".parse().expect("a practice id");
    let practice = &facts.assessment.practices[&id];
    assert_eq!(practice.ownership.as_ref().map(|o| o.value), Some(Ownership::Shared));
    assert_eq!(practice.status.as_ref().map(|s| s.value), Some(Status::PartiallyImplemented));
    let statement = practice.statement.as_ref().expect("a statement");
    assert!(statement.starts_with("The contractor's ISSO keeps") && statement.ends_with("alerts the ISSO.\n"));
    let values: Vec<(&str, &str)> =
        practice.values.iter().map(|(letter, entry)| (letter.as_str(), entry.value.as_str())).collect();
    assert_eq!(values, [("b", "collector silent for 15 minutes; log disk above 90 percent")]);
    let answers: Vec<Option<Answer>> =
        ['a', 'b', 'c'].map(|letter| practice.answered(letter).map(|answered| answered.answer)).to_vec();
    assert_eq!(answers, [Some(Answer::Met), Some(Answer::Met), Some(Answer::NotMet)]);
    let Either::Long(third) = &practice.determinations["c"].value else { panic!("c is written as a table") };
    assert_eq!(third.reason.as_ref().map(|r| r.as_str()), Some("Shop-floor collectors raise no alert."));
    assert_eq!(third.poam.as_deref(), Some("collector-alerts"));
}

#[test]
fn the_parts_and_methods_of_a_practice_read_with_every_value_in_their_place() {
    let (facts, _) = whole().look(false).expect("the root is readable");
    let practice = &facts.assessment.practices[&"AU.L2-3.3.4".parse().expect("a practice id")];

    let [own, acme] = &practice.responsibility[..] else { panic!("two parts are written") };
    assert_eq!((&*own.party, own.maintained_by.as_deref()), ("contractor", Some("isso")));
    assert_eq!(own.layer.iter().map(|l| l.value).collect::<Vec<_>>(), [Layer::Policy, Layer::Procedure]);
    assert_eq!(own.objectives.iter().map(|o| o.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(
        (&*own.evidence[0].artifact, own.evidence[0].at.as_ref().map(|at| at.as_str())),
        ("audit-policy", Some("section 4.2"))
    );
    assert_eq!(acme.scope.iter().map(|group| &**group).collect::<Vec<_>>(), ["enclave", "shop-floor"]);
    assert_eq!((acme.service.as_deref(), acme.clause.as_deref()), (Some("siem"), Some("monitoring")));
    let check = acme.verification.as_ref().expect("a verification");
    assert_eq!(check.every.as_ref().map(ToString::to_string).as_deref(), Some("3 months"));
    assert_eq!((check.by.as_deref(), check.record.as_deref()), (Some("isso"), Some("alert-test")));
    assert_eq!(check.last.as_ref().map(ToString::to_string).as_deref(), Some("2026-09-03"));
    assert_eq!(check.result.as_ref().map(|result| result.value), Some(Outcome::Failed));

    let [method] = &practice.method[..] else { panic!("one method is written") };
    assert_eq!((method.kind.value, method.action.as_str()), (MethodKind::Test, "Stop the collector on one host"));
    assert_eq!(method.result.as_ref().map(|result| result.value), Some(Outcome::Failed));
    assert!(!method.shows(), "a method that failed shows nothing");
}

/// Whether a text that ends here is broken TOML, told from its last line alone.
fn is_unfinished(text: &str) -> bool {
    if text.matches("\"\"\"").count() == 1 {
        return true;
    }
    let last = text.rsplit('\n').next().unwrap_or_default();
    let count = |c: char| last.matches(c).count();
    let open = count('"') % 2 == 1 || count('[') > count(']') || count('{') > count('}');
    let keyless = !last.is_empty() && !last.contains('=') && !last.starts_with(['[', '"']);
    open || keyless || last.trim_end().ends_with('=')
}

#[test]
fn a_practice_that_breaks_off_anywhere_is_reported_where_it_does() {
    let mut unfinished = 0;
    for cut in (97..REAL.len()).step_by(97) {
        let text = &REAL[..cut];
        let found = rules_of(&format!("cut at {cut}"), text);
        if is_unfinished(text) {
            unfinished += 1;
            assert!(found.iter().any(|(rule, _)| rule == "syntax"), "cut at {cut}: {found:?}");
        }
    }
    assert!(unfinished > 10, "{unfinished} cuts lie inside a line");
}

#[test]
fn a_broken_line_is_reported_once_and_what_follows_from_it_is_not() {
    for (broken, (row, column)) in [
        ("[values\nb = \"quarterly\"\nduty = \"none\"", (2, 8)),
        ("status = implemented", (2, 10)),
        ("status = \"implemented", (2, 22)),
        ("= \"AC\"", (2, 1)),
    ] {
        let text = format!("practice = \"AU.L2-3.3.4\"\n{broken}\n");
        assert_eq!(rules_of(broken, text).first(), Some(&at("syntax", row, column)), "{broken}");
        let text = format!("practice = \"AU.L2-3.3.4\"\n{broken}\n\n[determinations]\na = 1\n");
        let found = rules_of(broken, text);
        let rules: Vec<&str> = found.iter().map(|(rule, _)| rule.as_str()).collect();
        assert_eq!(rules, ["syntax", "wrong-type"], "{broken}: {found:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_reported_at_the_first_bad_one() {
    let binary: Vec<u8> = (0..=255).collect();
    assert_eq!(rules_of("binary", binary).first(), Some(&at("not-utf8", 2, 118)));
    let latin = REAL.replace("Names who", "N\u{e9}").chars().map(|c| c as u8).collect::<Vec<u8>>();
    assert_eq!(rules_of("Latin-1", latin), [at("not-utf8", 15, 16)]);
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(REAL.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let found = reports("UTF-16", |repository| repository.write(PRACTICE, utf16));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0.as_str(), found[0].1), ("not-utf8", Some((1, 1))));
    assert!(found[0].2.contains("UTF-16"), "{}", found[0].2);
    let nul = REAL.replace("[values]", "[val\0ues]");
    assert_eq!(rules_of("NUL", nul).first(), Some(&at("syntax", 8, 5)));
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_are_fine() {
    assert_eq!(rules_of("CRLF", REAL.replace('\n', "\r\n")), []);
    assert_eq!(rules_of("byte order mark", format!("\u{feff}{REAL}")), []);
    let wrong = REAL.replace("kind = \"test\"", "kynd = \"test\"");
    let position = rules_of("LF", &wrong).into_iter().map(|(_, position)| position).collect::<Vec<_>>();
    let windows = rules_of("CRLF", wrong.replace('\n', "\r\n"));
    assert_eq!(windows.into_iter().map(|(_, position)| position).collect::<Vec<_>>(), position);
}

#[test]
fn nesting_without_end_is_reported_and_does_not_exhaust_the_stack() {
    for (name, text) in [
        ("lists", format!("status = {}", "[".repeat(10_000))),
        ("closed lists", format!("status = {}{}", "[".repeat(10_000), "]".repeat(10_000))),
        ("tables", format!("status = {}", "{ a = ".repeat(10_000))),
        ("a dotted key", format!("{}b = 1", "a.".repeat(10_000))),
        ("a dotted header", format!("[{}b]\nc = 1", "a.".repeat(10_000))),
        ("headers", "[a]\n".repeat(10_000)),
    ] {
        assert!(!rules_of(name, text).is_empty(), "{name}");
    }
}

#[test]
fn a_file_with_countless_slips_shows_the_first_ones_and_says_so() {
    let keys: Vec<String> = (0..50_000).map(|n| format!("d{n} = 1\n")).collect();
    let (facts, found) = repository(|repository| repository.write(PRACTICE, keys.concat() + REAL))
        .look(false)
        .expect("the root is readable");
    let here = found.iter().filter(|d| check::path_of(&d.place, &facts.assessment.files) == PRACTICE).count();
    assert!((100..1000).contains(&here), "{here}");
    assert!(found.iter().any(|d| d.message.contains("not shown")));
}

#[test]
fn a_day_that_does_not_exist_is_reported_where_it_stands() {
    for day in
        ["2026-02-30", "2026-13-01", "2026-00-10", "2025-02-29", "2026-09-03T10:00:00Z", "10:00:00", "\"2026-09-03\""]
    {
        let found = rules_of(day, REAL.replace("\non = 2026-09-03", &format!("\non = {day}")));
        let [(rule, Some((35, 6)))] = &found[..] else { panic!("{day}: {found:?}") };
        assert!(["syntax", "wrong-type", "wrong-value"].contains(&rule.as_str()), "{day}: {rule}");
    }
}

#[test]
fn what_is_no_regular_file_is_reported_by_its_path() {
    let outside = tempfile::TempDir::new().expect("the tests may write to the folder for temporary files");
    let target = outside.path().join("AU.L2-3.3.4.toml");
    std::fs::write(&target, REAL).expect("the folder is new");
    let target = target.to_str().expect("the path is text").to_owned();
    let huge = format!("{REAL}# {}\n", "x".repeat(9 << 20));
    let bad: [Damage; 6] = [
        (
            "folder",
            Box::new(|r: &Repository| {
                r.delete(PRACTICE);
                std::fs::create_dir(r.path(PRACTICE)).expect("nothing stands there");
            }),
        ),
        (
            "FIFO",
            Box::new(|r: &Repository| {
                r.delete(PRACTICE);
                let made = Command::new("mkfifo").arg(r.path(PRACTICE)).status().expect("mkfifo is installed");
                assert!(made.success());
            }),
        ),
        ("link out of the root", Box::new(move |r: &Repository| r.link(PRACTICE, &target))),
        ("broken link", Box::new(|r: &Repository| r.link(PRACTICE, "nothing-there.toml"))),
        ("link in a circle", Box::new(|r: &Repository| r.link(PRACTICE, "AU.L2-3.3.4.toml"))),
        ("nine mebibytes", Box::new(move |r: &Repository| r.write(PRACTICE, huge))),
    ];
    for (name, bad) in bad {
        let found = reports(name, bad);
        let rules: Vec<_> = found.iter().map(|(rule, position, _)| (rule.as_str(), *position)).collect();
        assert_eq!(rules, [("unreadable-file", None)], "{name}");
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn a_file_without_permission_is_reported_by_its_path() {
    let repository = repository(|r| {
        r.write(PRACTICE, REAL);
        let nobody = std::fs::Permissions::from_mode(0o000);
        std::fs::set_permissions(r.path(PRACTICE), nobody).expect("the file is ours");
    });
    if std::fs::read(repository.path(PRACTICE)).is_ok() {
        eprintln!("not tested: this user may read every file");
        return;
    }
    let (facts, found) = repository.look(false).expect("the root is readable");
    let refused = found.iter().find(|d| d.rule == "unreadable-file").expect("the file cannot be read");
    assert_eq!(check::path_of(&refused.place, &facts.assessment.files), PRACTICE);
}

#[test]
fn a_file_whose_name_is_no_text_is_reported() {
    use std::os::unix::ffi::OsStrExt;
    let repository = Repository::base();
    let name = std::ffi::OsStr::from_bytes(b"AU.L2-3.3.4-caf\xe9.toml");
    std::fs::write(repository.path("practices").join(name), REAL).expect("the file system takes any bytes");
    let (_, found) = repository.look(false).expect("the root is readable");
    assert_eq!(found.iter().map(|d| d.rule).collect::<Vec<_>>(), ["unreadable-file"]);
}

#[test]
fn a_broken_file_does_not_make_what_it_defines_look_missing() {
    for path in [
        "demarcate.toml",
        "assets.toml",
        "crypto.toml",
        "incident.toml",
        "providers/acme-msp.toml",
        "providers/acme-msp.crm.toml",
        "evidence/contractor/artifacts.toml",
    ] {
        for broken in ["= = =\n", "\u{0}", "[[["] {
            let repository = Repository::base();
            repository.write(path, broken);
            let (facts, found) = repository.look(false).expect("the root is readable");
            let elsewhere: Vec<String> = found
                .iter()
                .filter(|d| check::path_of(&d.place, &facts.assessment.files) != path)
                .map(|d| line(d, &facts))
                .collect();
            assert!(!found.is_empty(), "{path}: {broken:?}");
            assert_eq!(elsewhere, Vec::<String>::new(), "{path}: {broken:?}");
        }
    }
}

#[test]
fn a_revision_and_the_index_read_as_the_folder_does() {
    use demarcate::git::Git;
    use demarcate::source::Tree;
    let repository = repository(|r| {
        r.link(PRACTICE, "/etc/hostname");
        r.write("practices/AC.L2-3.1.1.toml", format!("# {}\n", "x".repeat(9 << 20)));
        r.link("practices/AC.L2-3.1.2.toml", "../providers/acme-msp.toml");
    });
    repository.commit("2026-11-03T10:00:00Z", "Write what cannot be read");
    let git = Git::discover(&repository.root(), None).expect("it is readable").expect("it is a repository");
    let head = git.head().expect("it is readable").expect("there is a commit");
    let trees = [Tree::folder(&repository.root(), Some(&git)), Tree::index(&git, ""), Tree::revision(&git, head, "")];
    let lines = trees.map(|tree| {
        let mut found = Vec::new();
        let tree = tree.expect("it is readable");
        let records = demarcate::load::tree(&tree, &mut found).expect("the root is readable");
        let lines: Vec<String> = found
            .iter()
            .map(|d| format!("{} {} {}", d.rule, check::path_of(&d.place, &records.files), d.message))
            .collect();
        lines
    });
    assert!(lines[0].len() > 4, "{:?}", lines[0]);
    assert_eq!(lines[0], lines[1]);
    assert_eq!(lines[0], lines[2]);
}

#[test]
fn a_misnamed_file_beside_one_with_the_right_name_is_double_and_not_misnamed() {
    let repository = Repository::base();
    repository.write("practices/copy.toml", repository.text("practices/AC.L2-3.1.1.toml"));
    let (facts, found) = repository.look(false).expect("the root is readable");
    let lines: Vec<String> = found.iter().map(|d| line(d, &facts)).collect();
    assert_eq!(
        lines,
        ["practices/copy.toml:1:12: duplicate-practice: practice `AC.L2-3.1.1` stands in two files: \
          practices/AC.L2-3.1.1.toml and practices/copy.toml"]
    );
}

#[test]
fn no_fix_is_offered_where_two_words_are_equally_near() {
    let repository = Repository::base();
    repository.append(
        "assets.toml",
        "\n[[asset]]\nid = \"x\"\ntitle = \"X\"\ninventory = \"policy-ax\"\ngroup = \"enclav\"\n",
    );
    let (_, found) = repository.look(false).expect("the root is readable");
    let mut offered: Vec<(&str, Option<&str>)> =
        found.iter().map(|d| (d.rule, d.fix.as_ref().map(|fix| fix.replacement.as_str()))).collect();
    offered.sort_unstable();
    assert_eq!(offered, [("dangling-artifact", None), ("dangling-group", Some("\"enclave\""))]);
    assert!(found.iter().all(|d| d.place != Place::Span(Span::default())));
}

#[test]
fn limits_in_odd_units_are_refused_where_they_stand() {
    let base = Repository::base();
    let incident = base.text("incident.toml");
    let odd =
        ["3 fortnights", "0 hours", "1.5 hours", "72", "-1 hour", "4 Hours", "4hours", "99999999999 years", "soon"];
    for written in odd.into_iter().chain(["3 business days"]) {
        base.write("incident.toml", incident.replacen("within = \"8 hours\"", &format!("within = \"{written}\""), 1));
        let (facts, all) = base.look(false).expect("the root is readable");
        let lines: Vec<String> = all.iter().map(|found| line(found, &facts)).collect();
        let [only] = lines.as_slice() else { panic!("{written}: {lines:?}") };
        assert!(only.starts_with("incident.toml:") && only.ends_with("is not a duration"), "{only}");
        assert_eq!(all[0].help.contains("weekends"), written.contains("business"), "{}", all[0].help);
    }
    base.write("incident.toml", incident.replacen("within = \"8 hours\"", "within = 72", 1));
    let (_, all) = base.look(false).expect("the root is readable");
    assert_eq!(all.iter().map(|found| found.rule).collect::<Vec<_>>(), ["wrong-type"]);
}

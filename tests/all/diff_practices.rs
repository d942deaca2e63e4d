//! `diff` of practices and evidence, as its JSON tells it.

use std::collections::BTreeSet;

use demarcate::model::artifact::ArtifactsFile;
use demarcate::model::practice::Practice;
use demarcate::table::{Kind, Record, Shape};
use serde_json::Value;

use super::base::Repository;
use super::screen::run;
use super::scripted::Scripted;

const PATH: &str = "practices/AC.L2-3.1.12.toml";

/// A practice in which every key is used.
const WHOLE: &str = r#"practice = "AC.L2-3.1.12"
ownership = "shared"
status = "implemented"
statement = "The contractor permits remote sessions; Acme MSP lets them in."

[values]
b = "laptop VPN"

[[responsibility]]
party = "contractor"
layer = ["policy", "procedure"]
objectives = ["a", "b"]
duty = "Reviews remote sessions."
maintained-by = "isso"
evidence = [{ artifact = "account-list" }]

[[responsibility]]
party = "acme-msp"
layer = ["configuration"]
objectives = ["c", "d"]
scope = ["enclave"]
duty = "Lets in listed devices within a day."
maintained-by = "isso"
service = "helpdesk"
clause = "accounts"
connection = "vpn"
inherits = { from = "acme-msp", basis = "account-list" }
evidence = [{ artifact = "account-list", at = "sheet 1", objectives = ["c"] }]
verification = { how = "Try an unlisted device.", every = "3 months", by = "isso", record = "account-list", last = 2026-01-01, result = "passed" }
note = "The list is kept by the contractor."

[[method]]
kind = "interview"
objectives = ["a"]
do = "Ask how a session is approved"
expect = "A ticket"
party = "contractor"
with = "Dana Lee"
on = 2026-01-01
by = "isso"
result = "passed"

[determinations]
a = "met"
b = "met"
c = { determination = "met", reason = "By listing.", poam = "alerts", basis = "enduring-exception", exception = "lathe", approved-by = "isso", approved = 2026-01-01 }
d = { determination = "not-met", reason = "Not yet.", partial = "remote-and-privileged" }
"#;

const ARTIFACTS: &str = r#"[[artifact]]
id = "account-list"
title = "List of accounts"
kind = "inventory"
producer = "contractor"
producer-note = "By the desk"
held-by = "the desk"
every = "3 months"
expires = 2030-01-01
state = "received"
requested = 2025-12-01
due = 2025-12-20
received = 2025-12-21
refused = 2025-12-02
final = { version = "1.0", approver = "Dana Lee", date = 2025-12-22 }
marking = "CUI"
maintained-by = "isso"

[[artifact.edition]]
path = "accounts-q1.csv"
url = "https://portal.example/accounts"
collected = 2026-01-01
covers = "the fourth quarter"
note = "with guests"
"#;

/// Each key of a practice, what stands there and what is put in its place.
const EDITS: [(&str, &str, &str); 42] = [
    ("Practice.practice", "practice = \"AC.L2-3.1.12\"", "practice = \"AC.L2-3.1.13\""),
    ("Practice.ownership", "ownership = \"shared\"", "ownership = \"contractor\""),
    ("Practice.status", "status = \"implemented\"", "status = \"planned\""),
    ("Practice.values", "laptop VPN", "laptop VPN; jump host"),
    ("Responsibility.party", "party = \"acme-msp\"\nlayer", "party = \"contractor\"\nlayer"),
    ("Responsibility.layer", "[\"configuration\"]", "[\"operation\"]"),
    ("Responsibility.objectives", "objectives = [\"c\", \"d\"]", "objectives = [\"d\"]"),
    ("Responsibility.duty", "within a day", "within two days"),
    ("Responsibility.scope", "scope = [\"enclave\"]", "scope = [\"office\"]"),
    ("Responsibility.maintained-by", "a day.\"\nmaintained-by = \"isso\"\n", "a day.\"\n"),
    ("Responsibility.service", "service = \"helpdesk\"", "service = \"backup\""),
    ("Responsibility.clause", "clause = \"accounts\"", "clause = \"audit\""),
    ("Responsibility.connection", "connection = \"vpn\"\n", ""),
    ("Inherits.from", "from = \"acme-msp\"", "from = \"contractor\""),
    ("Inherits.basis", ", basis = \"account-list\"", ""),
    ("Evidence.artifact", "artifact = \"account-list\", at", "artifact = \"session-log\", at"),
    ("Evidence.at", "sheet 1", "sheet 2"),
    ("Evidence.objectives", ", objectives = [\"c\"] }]", ", objectives = [\"d\"] }]"),
    ("Verification.how", "Try an unlisted device.", "Ask for the list."),
    ("Verification.every", "every = \"3 months\"", "every = \"6 months\""),
    ("Verification.by", "\"3 months\", by = \"isso\", ", "\"3 months\", "),
    ("Verification.record", "record = \"account-list\"", "record = \"session-log\""),
    ("Verification.last", "last = 2026-01-01", "last = 2026-02-01"),
    ("Verification.result", "last = 2026-01-01, result = \"passed\"", "last = 2026-01-01, result = \"failed\""),
    ("Responsibility.note", "kept by the contractor", "kept by both"),
    ("Method.kind", "kind = \"interview\"", "kind = \"test\""),
    ("Method.objectives", "objectives = [\"a\"]\ndo", "objectives = [\"b\"]\ndo"),
    ("Method.do", "Ask how a session", "Ask why a session"),
    ("Method.expect", "A ticket", "A ticket and a call"),
    ("Method.party", "party = \"contractor\"\nwith", "party = \"acme-msp\"\nwith"),
    ("Method.with", "Dana Lee", "Robin Park"),
    ("Method.on", "on = 2026-01-01\n", "on = 2026-02-01\n"),
    ("Method.by", "by = \"isso\"\nresult", "result"),
    ("Method.result", "isso\"\nresult = \"passed\"", "isso\"\nresult = \"failed\""),
    ("Determination.determination", "c = { determination = \"met\"", "c = { determination = \"not-met\""),
    ("Determination.reason", "By listing.", "By a list."),
    ("Determination.poam", "poam = \"alerts\", ", ""),
    ("Determination.basis", "basis = \"enduring-exception\"", "basis = \"temporary-deficiency\""),
    ("Determination.exception", "exception = \"lathe\", ", ""),
    ("Determination.partial", ", partial = \"remote-and-privileged\"", ""),
    ("Determination.approved-by", "approved-by = \"isso\"", "approved-by = \"Dana Lee\""),
    ("Determination.approved", "approved = 2026-01-01", "approved = 2026-02-01"),
];

/// The same of artifacts.
const ARTIFACT_EDITS: [(&str, &str, &str); 23] = [
    ("Artifact.id", "id = \"account-list\"", "id = \"list-of-accounts\""),
    ("Artifact.title", "List of accounts", "Accounts"),
    ("Artifact.kind", "kind = \"inventory\"", "kind = \"report\""),
    ("Artifact.producer", "producer = \"contractor\"", "producer = \"acme-msp\""),
    ("Artifact.producer-note", "By the desk", "By Acme"),
    ("Artifact.held-by", "held-by = \"the desk\"", "held-by = \"the vault\""),
    ("Artifact.every", "every = \"3 months\"", "every = \"6 months\""),
    ("Artifact.expires", "expires = 2030-01-01\n", ""),
    ("Artifact.state", "state = \"received\"", "state = \"refused\""),
    ("Artifact.requested", "requested = 2025-12-01", "requested = 2025-12-02"),
    ("Artifact.due", "due = 2025-12-20", "due = 2025-12-21"),
    ("Artifact.received", "received = 2025-12-21", "received = 2025-12-22"),
    ("Artifact.refused", "refused = 2025-12-02", "refused = 2025-12-03"),
    ("Final.version", "version = \"1.0\"", "version = \"1.1\""),
    ("Final.approver", "approver = \"Dana Lee\", ", ""),
    ("Final.date", "date = 2025-12-22", "date = 2025-12-23"),
    ("Artifact.marking", "marking = \"CUI\"\n", ""),
    ("Artifact.maintained-by", "maintained-by = \"isso\"\n", ""),
    ("Edition.path", "accounts-q1.csv", "accounts-q2.csv"),
    ("Edition.url", "portal.example", "archive.example"),
    ("Edition.collected", "collected = 2026-01-01", "collected = 2026-01-02"),
    ("Edition.covers", "fourth quarter", "third quarter"),
    ("Edition.note", "with guests", "without guests"),
];

/// The sections that these tests are about.
const SECTIONS: [&str; 5] = ["ownership", "determinations", "evidence", "verification", "values"];

const LOCK: &str = "# demarcate evidence.lock 1\n";

fn rich() -> Scripted {
    let repository = Scripted::root();
    repository.write(PATH, WHOLE);
    repository.write("evidence/contractor/artifacts.toml", ARTIFACTS);
    repository.write("evidence/contractor/accounts-q1.csv", "dana,2026\n");
    repository.commit("Begin", "2026-01-02");
    repository
}

/// What differs between HEAD and the files on disk.
fn all(repository: &Scripted) -> Vec<Value> {
    changes_in(&repository.dir().join(repository.prefix()))
}

fn changes_in(folder: &std::path::Path) -> Vec<Value> {
    let screen = run(folder, &["diff", "HEAD", "--format", "json"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    let changes = screen.json()["changes"].as_array().expect("changes are a list").clone();
    let own = |change: &Value| SECTIONS.contains(&change["section"].as_str().unwrap_or_default());
    changes.into_iter().filter(own).collect()
}

/// A change in one line, `!` before what stands out.
fn line(change: &Value) -> String {
    let text = |key: &str| change[key].as_str().unwrap_or_default().to_owned();
    let mark = if text("weight") == "stands-out" { "! " } else { "" };
    let follows: Vec<&str> = change["follows"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let follows = follows.iter().map(|follows| format!("; {follows}")).collect::<Vec<_>>().concat();
    format!("{mark}{}: {}{follows}", text("subject"), text("sentence"))
}

fn lines(repository: &Scripted) -> Vec<String> {
    all(repository).iter().map(line).collect()
}

fn of_section(repository: &Scripted, section: &str) -> Vec<String> {
    all(repository).iter().filter(|change| change["section"] == section).map(line).collect()
}

/// The keys of a table and of all tables in it.
fn keys(shape: &Shape, into: &mut BTreeSet<String>) {
    for key in shape.keys {
        into.insert(format!("{}.{}", shape.name, key.name));
        tables(key.kind, into);
    }
}

fn tables(kind: Kind, into: &mut BTreeSet<String>) {
    match kind {
        Kind::Table(shape) => keys(shape, into),
        Kind::List(of) | Kind::OneOrMany(of) | Kind::Map(of) => tables(*of, into),
        Kind::Either(one, other) => {
            tables(*one, into);
            tables(*other, into);
        }
        _ => {}
    }
}

/// Keys that hold tables, and the statement, which is prose.
const NOT_EDITED: [&str; 9] = [
    "Practice.statement",
    "Practice.responsibility",
    "Practice.method",
    "Practice.determinations",
    "Responsibility.inherits",
    "Responsibility.evidence",
    "Responsibility.verification",
    "Artifact.final",
    "Artifact.edition",
];

fn are_all_edited(shape: &Shape, edits: &[(&str, &str, &str)]) {
    let mut known = BTreeSet::new();
    keys(shape, &mut known);
    known.remove("ArtifactsFile.artifact");
    known.retain(|key| !NOT_EDITED.contains(&key.as_str()));
    let edited: BTreeSet<String> = edits.iter().map(|(key, ..)| (*key).to_owned()).collect();
    assert_eq!(known, edited);
}

fn every_edit_is_told(path: &str, text: &str, edits: &[(&str, &str, &str)]) {
    let repository = rich();
    for (key, old, new) in edits {
        assert_eq!(text.matches(old).count(), 1, "{key}: {old}");
        repository.write(path, &text.replace(old, new));
        assert!(!all(&repository).is_empty(), "{key} was changed and nothing is said");
    }
    repository.write(path, text);
    assert_eq!(lines(&repository), Vec::<String>::new());
}

#[test]
fn a_change_of_any_key_of_a_practice_is_told() {
    are_all_edited(&Practice::SHAPE, &EDITS);
    every_edit_is_told(PATH, WHOLE, &EDITS);
}

#[test]
fn a_change_of_any_key_of_an_artifact_is_told() {
    are_all_edited(&ArtifactsFile::SHAPE, &ARTIFACT_EDITS);
    every_edit_is_told("evidence/contractor/artifacts.toml", ARTIFACTS, &ARTIFACT_EDITS);
}

/// The tables of a practice in another order.
fn turned(text: &str) -> String {
    let (head, rest) = text.split_at(text.find("[[responsibility]]").expect("there is one"));
    let second = rest.rfind("[[responsibility]]").expect("there is one");
    let third = rest.find("[[method]]").expect("there is one");
    let last = rest.find("[determinations]").expect("there are some");
    let [one, two, method, answers] = [&rest[..second], &rest[second..third], &rest[third..last], &rest[last..]];
    let (top, values) = head.split_at(head.find("[values]").expect("there are some"));
    format!("# reformatted\n{top}\n{answers}\n{method}\n{two}\n{one}\n{values}")
}

#[test]
fn comments_quotes_and_the_order_of_tables_and_lists_say_nothing() {
    let repository = rich();
    let text = turned(WHOLE).replace("[\"policy\", \"procedure\"]", "['procedure', 'policy'] # both");
    let text = text.replace("\"Reviews remote sessions.\"", "\"\"\"\nReviews\nremote sessions.\"\"\"");
    repository.write(PATH, &text.replace("[\"a\", \"b\"]", "[ \"b\", \"a\", ]"));
    repository.write("evidence/contractor/artifacts.toml", &ARTIFACTS.replace(" = ", "   =  "));
    assert_eq!(lines(&repository), Vec::<String>::new());
}

#[test]
fn a_row_that_was_split_in_two_says_the_same() {
    let repository = rich();
    let row = "party = \"contractor\"\nlayer = [\"policy\", \"procedure\"]\nobjectives = [\"a\", \"b\"]\n";
    let rest =
        "duty = \"Reviews remote sessions.\"\nmaintained-by = \"isso\"\nevidence = [{ artifact = \"account-list\" }]\n";
    let part = |layer: &str, objectives: &str| {
        format!("party = \"contractor\"\nlayer = [{layer}]\nobjectives = [{objectives}]\n{rest}\n[[responsibility]]\n")
    };
    let both = "\"policy\", \"procedure\"";
    let by_objective = part(both, "\"a\"") + part(both, "\"b\"").trim_end_matches("\n[[responsibility]]\n");
    let by_layer = part("\"policy\"", "\"a\", \"b\"")
        + part("\"procedure\"", "\"a\", \"b\"").trim_end_matches("\n[[responsibility]]\n");
    for split in [by_objective, by_layer] {
        repository.write(PATH, &WHOLE.replace(&format!("{row}{rest}"), &format!("{split}\n")));
        assert_eq!(lines(&repository), Vec::<String>::new());
    }
}

#[test]
fn an_objective_that_moves_is_told_with_what_follows() {
    let repository = rich();
    let moved = WHOLE.replace("[\"a\", \"b\"]", "[\"a\"]").replace("[\"c\", \"d\"]", "[\"b\", \"c\", \"d\"]");
    repository.write(PATH, &moved.replace("scope = [\"enclave\"]\n", ""));
    let found = of_section(&repository, "ownership");
    assert_eq!(found[0], "! AC.L2-3.1.12[b]: contractor to acme-msp; acme-msp has not accepted");
    let dropped = WHOLE.replace("[\"a\", \"b\"]", "[\"a\"]") + "";
    let second = "\n[[responsibility]]\nparty = \"contractor\"\nlayer = \"operation\"\nobjectives = [\"b\"]\nduty = \"Reads \
                  the list.\"\n\n[[method]]";
    repository.write(PATH, &dropped.replacen("\n[[method]]", second, 1));
    repository.commit("Two duties", "2026-01-03");
    let gone = dropped
        .replace("[\"c\", \"d\"]", "[\"b\", \"c\", \"d\"]")
        .replace("clause = \"accounts\"", "clause = \"audit\"");
    repository.write(PATH, &gone);
    let found = of_section(&repository, "ownership");
    let moved = found.iter().find(|line| line.contains("[b]")).expect("it moved");
    assert!(moved.contains("duty dropped: \"Reads the list.\""), "{found:#?}");
    assert!(found.iter().any(|line| line.contains("clause of acme-msp: accounts to audit")), "{found:#?}");
}

#[test]
fn a_clause_that_no_practice_cites_any_more_covers_nothing() {
    let repository = rich();
    repository.write("practices/AC.L2-3.1.1.toml", "practice = \"AC.L2-3.1.1\"\n");
    repository.commit("One alone cites it", "2026-01-03");
    repository.edit(PATH, "clause = \"accounts\"", "clause = \"audit\"");
    assert_eq!(
        lines(&repository),
        [
            "AC.L2-3.1.12[c, d]: clause of acme-msp: accounts to audit; clause accounts now covers nothing; clause audit covered \
          nothing before"
        ]
    );
}

#[test]
fn a_clause_that_the_contract_did_not_have_is_new_and_told_with_what_it_covers() {
    let repository = rich();
    repository.edit(PATH, "clause = \"accounts\"", "clause = \"network\"");
    let provider = "providers/acme-msp.toml";
    let clause = "[[contract.clause]]\nid = \"audit\"";
    repository.edit(
        provider,
        clause,
        &format!("[[contract.clause]]\nid = \"network\"\nkind = \"service\"\nat = \"8\"\n\n{clause}"),
    );
    let found = of_section(&repository, "ownership");
    assert_eq!(found.len(), 1, "{found:#?}");
    let covers = "AC.L2-3.1.12[c, d]: clause of acme-msp: accounts to network; clause network is new and covers AC.L2-3.1.12[c, d]";
    assert_eq!(found[0], covers);
    repository.write(provider, &repository.read(provider).replace("id = \"network\"", "id = \"cables\""));
    let found = of_section(&repository, "ownership");
    assert_eq!(
        found,
        ["AC.L2-3.1.12[c, d]: clause of acme-msp: accounts to network"],
        "the contract has no such clause"
    );
}

#[test]
fn another_order_of_the_duties_of_one_party_is_told_as_the_slight_thing_that_it_is() {
    let repository = rich();
    let part = |party: &str, duty: &str| {
        format!(
            "[[responsibility]]\nparty = \"{party}\"\nlayer = \"operation\"\nobjectives = [\"a\"]\nduty = \"{duty}\"\n\n"
        )
    };
    let (one, two) = (part("contractor", "Reads the list."), part("contractor", "Files the list."));
    let other = part("acme-msp", "Sends the list.");
    let with = |parts: &[&str]| WHOLE.replacen("[[method]]", &format!("{}[[method]]", parts.concat()), 1);
    repository.write(PATH, &with(&[&one, &two, &other]));
    repository.commit("Three more", "2026-01-03");
    let told = |parts: &[&str], day: &str| {
        repository.write(PATH, &with(parts));
        repository.commit("Another order", day);
        let screen = run(repository.dir(), &["diff", "HEAD~1", "HEAD", "--format", "json", "--without-history"]);
        let changes = screen.json()["changes"].as_array().expect("a list").clone();
        let told = |change: &Value| {
            let text = |key: &str| change[key].as_str().unwrap_or_default().to_owned();
            format!("{}, {}: {}: {}", text("section"), text("weight"), text("subject"), text("sentence"))
        };
        changes.iter().map(told).collect::<Vec<_>>()
    };
    let parties = told(&[&other, &one, &two], "2026-01-04");
    assert_eq!(parties, Vec::<String>::new(), "no document shows the order of parties");
    let told = told(&[&two, &one, &other], "2026-01-05");
    let prose = "prose, slight: AC.L2-3.1.12: duties of contractor in another order";
    let (documents, others): (Vec<&String>, Vec<&String>) = told.iter().partition(|told| told.starts_with("documents"));
    assert_eq!(others, [prose]);
    assert!(!documents.is_empty(), "they print the duties of a party as they stand");
}

#[test]
fn what_only_some_groups_have_otherwise_is_told_by_group() {
    let repository = rich();
    repository.edit(PATH, "scope = [\"enclave\"]", "scope = [\"enclave\", \"office\"]");
    let found = of_section(&repository, "ownership");
    assert_eq!(found, ["AC.L2-3.1.12[c, d]: for group office: nobody to acme-msp; acme-msp has not accepted"]);
    repository.edit(PATH, "scope = [\"enclave\", \"office\"]", "scope = [\"office\"]");
    let found = of_section(&repository, "ownership");
    assert!(
        found.iter().any(|line| line.starts_with("! ") && line.contains("for group enclave: acme-msp to nobody")),
        "{found:#?}"
    );
}

#[test]
fn whoever_leaves_what_was_shared_stands_out_and_so_does_what_cannot_be_given_away() {
    let repository = rich();
    repository.edit("practices/AC.L2-3.1.1.toml", "objectives = [\"a\", \"b\", \"c\"]", "objectives = [\"a\", \"b\"]");
    let found = of_section(&repository, "ownership");
    assert_eq!(found, ["! AC.L2-3.1.1[c]: contractor to nobody; 3.1.1 cannot be given to a provider"]);
    repository.write("practices/AC.L2-3.1.1.toml", super::scripted::RICH);
    repository.edit("practices/AC.L2-3.1.1.toml", "within a day.\"\nservice", "within an hour.\"\nservice");
    let found = of_section(&repository, "ownership");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("! AC.L2-3.1.1[d-f]: duty of acme-msp reworded"), "{found:#?}");
    assert!(found[0].ends_with("3.1.1 cannot be given to a provider"), "{found:#?}");
}

#[test]
fn a_provider_that_took_another_id_is_no_change_of_ownership() {
    let repository = rich();
    for path in [PATH, "practices/AC.L2-3.1.1.toml"] {
        repository.write(path, &repository.read(path).replace("acme-msp", "apex"));
    }
    let file = repository.read("providers/acme-msp.toml").replace("id = \"acme-msp\"", "id = \"apex\"");
    std::fs::remove_file(repository.dir().join("providers/acme-msp.toml")).expect("it is there");
    repository.write("providers/apex.toml", &file);
    assert_eq!(lines(&repository), Vec::<String>::new());
    repository.write(
        "providers/apex.toml",
        &file.replace("name = \"Acme MSP\"", "name = \"Apex\"").replace("Sam Roe", "Ann Ray"),
    );
    repository.edit("providers/apex.toml", "number = \"C-17\"", "number = \"A-1\"");
    repository.edit("providers/apex.toml", "name = \"Kim Ode\"\nemail = \"kim@acme.example\"", "name = \"Jo Poe\"");
    assert!(!of_section(&repository, "ownership").is_empty(), "a successor is another provider");
}

#[test]
fn what_cannot_be_read_is_not_told_as_removed() {
    let repository = rich();
    repository.write(PATH, &WHOLE.replace("[[method]]", "<<<<<<< ours\n[[method]]"));
    let screen = run(repository.dir(), &["diff", "HEAD", "--format", "json"]);
    assert!(screen.json()["unread"].as_array().is_some_and(|unread| !unread.is_empty()), "{}", screen.out);
    let found: Vec<String> = all(&repository).iter().map(line).filter(|line| line.contains("3.1.12")).collect();
    assert!(found.iter().all(|line| !line.starts_with("AC.L2-3.1.12") && !line.starts_with("! AC")), "{found:#?}");
    repository.write(PATH, "\u{0}\u{1}[[[");
    assert!(lines(&repository).iter().all(|line| !line.contains("removed")));
    std::fs::remove_file(repository.dir().join(PATH)).expect("it is there");
    assert!(lines(&repository).iter().any(|line| line.starts_with("! AC.L2-3.1.12: the practice is removed")));
}

#[test]
fn a_practice_whose_file_was_renamed_only_moved() {
    let repository = rich();
    std::fs::rename(repository.dir().join(PATH), repository.dir().join("practices/remote.toml")).expect("it is there");
    let found = all(&repository);
    assert_eq!(
        found.iter().map(line).collect::<Vec<_>>(),
        ["AC.L2-3.1.12: its file practices/AC.L2-3.1.12.toml is now practices/remote.toml"]
    );
    assert_eq!((found[0]["what"].as_str(), found[0]["weight"].as_str()), (Some("moved"), Some("slight")));
}

#[test]
fn evidence_that_was_replaced_is_told_with_what_the_lock_says() {
    let repository = rich();
    let of = |bytes: &str| demarcate::digest::of_bytes(bytes.as_bytes());
    let lock = |bytes: &str| {
        format!("{LOCK}{}  {}  account-list  evidence/contractor/accounts-q1.csv\n", of(bytes).sha256, bytes.len())
    };
    repository.write("evidence.lock", &lock("dana,2026\n"));
    repository.commit("Lock", "2026-01-03");
    repository.write("evidence/contractor/accounts-q1.csv", "dana,2027\n");
    let subject = "! artifact account-list: edition evidence/contractor/accounts-q1.csv: its bytes changed,";
    assert_eq!(lines(&repository), [format!("{subject} and the lock still names the old ones")]);
    repository.write("evidence.lock", &lock("dana,2027\n"));
    assert_eq!(lines(&repository), [format!("{subject} and the lock follows")]);
    std::fs::remove_file(repository.dir().join("evidence/contractor/accounts-q1.csv")).expect("it is there");
    repository.write("evidence.lock", &lock("dana,2026\n"));
    let found = lines(&repository);
    assert_eq!(found, ["! artifact account-list: edition evidence/contractor/accounts-q1.csv: its file is gone"]);
}

#[test]
fn an_edition_at_another_path_moved_and_an_artifact_with_another_id_is_renamed() {
    let repository = rich();
    let (old, new) = ("evidence/contractor/accounts-q1.csv", "evidence/contractor/2026-q1.csv");
    std::fs::rename(repository.dir().join(old), repository.dir().join(new)).expect("it is there");
    let moved = ARTIFACTS.replace("accounts-q1.csv", "2026-q1.csv");
    repository.write("evidence/contractor/artifacts.toml", &moved);
    assert_eq!(
        lines(&repository),
        [format!("artifact account-list: edition moved from {old} to {new}, with the same bytes")]
    );
    repository
        .write("evidence/contractor/artifacts.toml", &moved.replace("id = \"account-list\"", "id = \"accounts\""));
    for path in [PATH, "practices/AC.L2-3.1.1.toml"] {
        repository.write(path, &repository.read(path).replace("account-list", "accounts"));
    }
    let found = lines(&repository);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_eq!(found[1], "artifact accounts: renamed, was account-list");
}

#[test]
fn a_verification_that_is_dropped_and_an_answer_that_nothing_shows_stand_out() {
    let repository = rich();
    let start = WHOLE.find("verification = ").expect("there is one");
    let end = start + WHOLE[start..].find('\n').expect("it ends");
    repository.write(PATH, &format!("{}{}", &WHOLE[..start], &WHOLE[end + 1..]));
    assert_eq!(
        lines(&repository),
        [
            "! AC.L2-3.1.12[c, d]: verification of acme-msp dropped: \"Try an unlisted device.\"; nobody verifies it any more"
        ]
    );
    repository.write(PATH, WHOLE);
    repository.write(
        PATH,
        &WHOLE.replace(
            "d = { determination = \"not-met\", reason = \"Not yet.\", partial = \"remote-and-privileged\" }",
            "d = \"met\"",
        ),
    );
    let found = of_section(&repository, "determinations");
    assert!(found.contains(&"AC.L2-3.1.12: no longer loses 5".to_owned()), "{found:#?}");
    repository.write(PATH, &WHOLE.replace("a = \"met\"", "a = { determination = \"not-met\", reason = \"No.\" }"));
    repository.commit("Not met", "2026-01-04");
    repository.write(PATH, WHOLE);
    let found = of_section(&repository, "determinations");
    let shown = "AC.L2-3.1.12[a]: not-met to met; reason dropped: \"No.\"; shown by account-list, interview \"Ask how a session is \
                 approved\"";
    assert!(found.iter().any(|line| line == shown), "{found:#?}");
}

#[test]
fn an_objective_that_is_newly_met_and_that_nothing_shows_stands_out() {
    let repository = rich();
    let text = repository.read("practices/AC.L2-3.1.2.toml");
    repository.write(
        "practices/AC.L2-3.1.2.toml",
        &text.replace("a = \"met\"", "a = { determination = \"not-met\", reason = \"No.\" }"),
    );
    repository.commit("Not met", "2026-01-04");
    repository.write("practices/AC.L2-3.1.2.toml", &text);
    let found = of_section(&repository, "determinations");
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("! AC.L2-3.1.2[a]: not-met to met;") && line.ends_with("; nothing shows it")),
        "{found:#?}"
    );
}

#[test]
fn a_family_whose_policy_the_contractor_gives_up_is_named() {
    let repository = rich();
    for path in [PATH, "practices/AC.L2-3.1.1.toml"] {
        repository.edit(path, "[\"policy\", \"procedure\"]", "[\"procedure\"]");
    }
    let said = "the policy of family AC is nowhere the contractor's any more";
    assert!(lines(&repository).iter().all(|line| !line.contains(said)), "3.1.2 still has it");
    repository.edit("practices/AC.L2-3.1.2.toml", "layer = \"policy\"", "layer = \"procedure\"");
    let found = lines(&repository);
    let told = format!("! AC.L2-3.1.2[a, b]: layers of contractor: policy dropped, procedure added; {said}");
    assert!(found.contains(&told), "{found:#?}");
}

#[test]
fn a_value_of_the_wrong_type_is_said_to_be_unread_and_nothing_is_made_of_it() {
    let repository = rich();
    repository.write(PATH, &WHOLE.replace("layer = [\"configuration\"]", "layer = 5"));
    let screen = run(repository.dir(), &["diff", "HEAD", "--format", "json"]);
    assert_eq!(screen.json()["unread"][0]["spot"]["path"], PATH, "{}", screen.out);
    assert_eq!(of_section(&repository, "ownership"), Vec::<String>::new());
}

#[test]
fn hostile_words_go_through_as_they_are() {
    let repository = rich();
    let hostile = "::error::x <script>alert(1)</script> | `a` [x](javascript:y) \\u001b[31m ##vso[task.complete]";
    repository.edit(PATH, "Lets in listed devices within a day.", hostile);
    let found = all(&repository);
    let after = found[0]["after"].as_str().unwrap_or_default();
    assert!(after.contains("<script>alert(1)</script>") && after.contains("\u{1b}[31m"), "{after}");
}

#[test]
fn an_acceptance_that_a_change_of_duty_makes_stale_is_named() {
    let repository = Repository::base();
    let path = "practices/MA.L2-3.7.5.toml";
    let text = repository.text(path);
    repository.write(path, text.replace("within five days", "within ten days"));
    let found: Vec<String> = changes_in(&repository.root()).iter().map(line).collect();
    assert_eq!(found, ["MA.L2-3.7.5[a, b]: duty of acme-msp reworded; acceptance of 2026-09-29 is stale"]);
    let start = text.rfind("[[responsibility]]").expect("Acme has a row");
    let end = text.find("[determinations]").expect("there are some");
    repository.write(path, format!("{}{}", &text[..start], &text[end..]));
    let found: Vec<String> = changes_in(&repository.root()).iter().map(line).collect();
    let duty =
        "duty dropped: \"Works the queue for 3.7.5 on every managed host within five days and reports each month.\"";
    assert!(
        found.contains(&format!(
            "! MA.L2-3.7.5[a, b]: contractor and acme-msp to contractor; {duty}; acceptance of 2026-09-29 is stale; score unchanged"
        )),
        "{found:#?}"
    );
}

//! Many clients at once: what each believes beside what is published, shards, resumed runs, and what is broken.

mod ended;
mod hostile;
mod trust;
mod workflow;

use std::path::PathBuf;

use tempfile::TempDir;

use super::base::Repository;
use super::outputs::{assert_fits, assert_golden};
use super::screen::{Screen, copy, run};

/// The matrix that the provider of these tests has published.
const PUBLISHED: &str = r#"provider = "acme-msp"
edition = "2026, second"
date = 2026-09-01

[[row]]
for = ["3.7.5", "3.14.1"]
service = "patching"
inheritance = "partial"
provider-does = "Works the queue on managed hosts and reports each month."
customer-does = "Writes the policy and checks the report."

[[row]]
for = ["AC.L2-3.1.12[a]"]
service = "remote"
inheritance = "full"
provider-does = "Closes every remote session from its console."
"#;

const CONFIG: &str = "[organization]\nname = \"Client\"\n\n[system]\nname = \"Enclave\"\n";

const PROVIDER: &str = r#"id = "acme-msp"
name = "Acme Managed IT Inc."

[[service]]
id = "patching"
title = "Patching of managed hosts"
kind = "msp"
"#;

const CONTRACTORS_PART: &str = r#"
[[responsibility]]
party = "contractor"
layer = "policy"
objectives = ["a", "b", "c", "d", "e", "f"]
duty = "Writes the policy and checks the report."
"#;

const PRACTICE: &str = r#"practice = "SI.L2-3.14.1"
statement = "Acme works the queue; the contractor checks its report."

[[responsibility]]
party = "acme-msp"
service = "patching"
layer = "operation"
objectives = ["a", "b"]
duty = "Works the queue on managed hosts."

[determinations]
a = "met"
b = "met"
"#;

/// A folder with a list of clients, their roots, and what their provider has published.
struct Folder(TempDir);

impl Folder {
    /// Clients of these ids, all of whom believe what is published.
    fn of(ids: &[String]) -> Self {
        let folder = Self(TempDir::new().expect("the folder for temporary files can be written"));
        folder.write("acme.crm.toml", PUBLISHED);
        for id in ids {
            folder.client(id);
        }
        folder.list(ids);
        folder
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let full = self.path(path);
        std::fs::create_dir_all(full.parent().expect("it lies in a folder")).expect("a folder can be made");
        std::fs::write(full, text).expect("a file can be written");
    }

    fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
    }

    /// A small root: two files about the provider and a practice of both.
    fn client(&self, id: &str) {
        self.write(&format!("{id}/demarcate.toml"), CONFIG);
        self.write(&format!("{id}/providers/acme-msp.toml"), PROVIDER);
        self.write(&format!("{id}/providers/acme-msp.crm.toml"), PUBLISHED);
        self.write(&format!("{id}/practices/SI.L2-3.14.1.toml"), &(PRACTICE.to_owned() + CONTRACTORS_PART));
    }

    fn list(&self, ids: &[String]) {
        let clients = ids.iter().map(|id| format!("\n[[client]]\nid = \"{id}\"\npath = \"{id}\"\n"));
        let clients = clients.collect::<Vec<_>>().concat();
        self.write("CLIENTS.toml", &format!("provider = \"acme-msp\"\ncrm = \"acme.crm.toml\"\n{clients}"));
    }

    /// Runs `fleet` on the list without reviews.
    fn run(&self, options: &[&str]) -> Screen {
        run(self.0.path(), &[&["fleet", "CLIENTS.toml", "--without-history"], options].concat())
    }

    /// Puts the results of shards together.
    fn merge(&self, files: &[&str], options: &[&str]) -> Screen {
        run(self.0.path(), &[&["fleet", "--merge"], files, options].concat())
    }
}

fn ids(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("client-{number:03}")).collect()
}

/// Client and kind of every drift of a JSON answer.
fn drifts(screen: &Screen) -> Vec<(String, String)> {
    let answer = screen.json();
    let clients = answer["clients"].as_array().expect("clients are a list");
    let of = |client: &serde_json::Value| {
        let all = client["found"]["drifts"].as_array().cloned().unwrap_or_default();
        let text = |value: &serde_json::Value| value.as_str().expect("it is a text").to_owned();
        all.iter().map(|drift| (text(&client["id"]), text(&drift["kind"]))).collect::<Vec<_>>()
    };
    clients.iter().flat_map(of).collect()
}

/// Five clients that believe something else, each in another way.
fn plant(folder: &Folder) {
    let older = PUBLISHED.replace("2026, second", "2026").replace("2026-09-01", "2026-03-01");
    folder.write("client-003/providers/acme-msp.crm.toml", &older);
    let other = PUBLISHED.replace("Works the queue on managed hosts and", "Works the queue on every host and");
    folder.write("client-050/providers/acme-msp.crm.toml", &other);
    std::fs::remove_file(folder.path("client-099/providers/acme-msp.crm.toml")).expect("it is there");
    let duty = PRACTICE.replace("SI.L2-3.14.1", "SI.L2-3.14.2");
    folder.write("client-120/practices/SI.L2-3.14.2.toml", &(duty + CONTRACTORS_PART));
    folder.write("client-200/practices/SI.L2-3.14.1.toml", PRACTICE);
}

#[test]
fn five_drifts_among_two_hundred_clients_are_five() {
    let folder = Folder::of(&ids(200));
    let whole = folder.run(&["--format", "json"]);
    assert_eq!(drifts(&whole), [], "{}", whole.err);
    assert_eq!(whole.json()["summary"]["read"], 200);
    plant(&folder);
    let screen = folder.run(&["--format", "json"]);
    assert_eq!(screen.code, 1, "{}", screen.err);
    let expected = [
        ("client-003", "older-copy"),
        ("client-050", "other-copy"),
        ("client-099", "no-copy"),
        ("client-120", "unclaimed-duty"),
        ("client-200", "customer-part-left-out"),
    ];
    assert_eq!(drifts(&screen), expected.map(|(id, kind)| (id.to_owned(), kind.to_owned())));
    let answer = screen.json();
    assert_fits("fleet", &answer);
    assert_eq!((&answer["summary"]["drifts"], &answer["summary"]["drifting"]), (&5.into(), &5.into()));
    let rows = answer["practices"].as_array().expect("practices are a list");
    let of = |id: &str| rows.iter().find(|row| row["practice"] == id).expect("the practice is there").clone();
    assert_eq!(of("SI.L2-3.14.1")["assigned"], 200);
    assert_eq!(of("SI.L2-3.14.1")["drift"], serde_json::json!({ "customer-part-left-out": 1 }));
    assert_eq!(of("SI.L2-3.14.2")["drift"], serde_json::json!({ "unclaimed-duty": 1 }));
    assert_eq!(of("AC.L2-3.1.12")["claims"], serde_json::json!({ "full": 1 }));
    let csv = folder.run(&["--format", "csv", "--by", "drift"]);
    assert_eq!(csv.out.lines().count(), 6, "{}", csv.out);
}

#[test]
fn a_drift_names_its_file_line_and_the_line_of_what_is_published() {
    let folder = Folder::of(&ids(1));
    folder.write("client-001/practices/SI.L2-3.14.2.toml", &PRACTICE.replace("SI.L2-3.14.1", "SI.L2-3.14.2"));
    folder.write("client-001/practices/SI.L2-3.14.1.toml", PRACTICE);
    let screen = folder.run(&["--by", "drift"]);
    let expected = "\
the fleet of acme-msp as of 2026-11-21
published matrix: edition 2026, second of 2026-09-01

drift
  client-001  customer-part-left-out  practices/SI.L2-3.14.1.toml:1:12
    nobody but `acme-msp` has a part in SI.L2-3.14.1[a, b], and its own matrix (edition 2026, second of 2026-09-01) leaves something to its customer
  client-001  unclaimed-duty  practices/SI.L2-3.14.2.toml:5:9
    SI.L2-3.14.2[a, b] is assigned to `acme-msp`, and its own matrix (edition 2026, second of 2026-09-01) does not speak of it

1 client: 0 broken, 1 with denials, 2 drifts in 1 of them
";
    assert_eq!(screen.out, expected, "{}", screen.err);
    let drift = &folder.run(&["--format", "json"]).json()["clients"][0]["found"]["drifts"][0];
    assert_eq!(drift["objectives"], serde_json::json!(["a", "b"]));
    assert_eq!(drift["published_line"], 6);
}

#[test]
fn shards_put_together_are_the_whole_in_every_form() {
    let folder = Folder::of(&ids(11));
    folder.write("client-004/practices/SI.L2-3.14.1.toml", PRACTICE);
    std::fs::remove_dir_all(folder.path("client-007")).expect("it is there");
    for shard in ["1/3", "2/3", "3/3"] {
        let name = format!("part-{}.jsonl", &shard[..1]);
        let screen = folder.run(&["--shard", shard, "--save", &name, "--format", "json"]);
        assert_eq!(screen.json()["missing"], serde_json::json!([]), "a shard misses none of its own");
        assert_eq!(screen.json()["shard"], shard);
    }
    let parts = ["part-3.jsonl", "part-1.jsonl", "part-2.jsonl"];
    for form in [&["--format", "json"][..], &["--format", "text"], &["--format", "csv"], &["--format", "html"]] {
        let (whole, merged) = (folder.run(form), folder.merge(&parts, form));
        assert_eq!((merged.out, merged.code), (whole.out, 1), "{}", merged.err);
    }
    let some = folder.merge(&parts[..2], &["--format", "json"]);
    assert_eq!(some.json()["missing"], serde_json::json!(["client-002", "client-005", "client-008", "client-011"]));
    assert_eq!(some.code, 1);
    let text = folder.merge(&parts[..2], &[]);
    assert!(text.out.ends_with("missing: client-002, client-005, client-008, client-011\n"), "{}", text.out);
}

#[test]
fn what_does_not_belong_together_is_not_merged() {
    let folder = Folder::of(&ids(4));
    folder.run(&["--shard", "1/2", "--save", "one"]);
    folder.run(&["--shard", "2/2", "--save", "two", "--as-of", "2026-11-20"]);
    let said = |files: &[&str]| {
        let screen = folder.merge(files, &[]);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""));
        screen.err
    };
    let other_day =
        "error: two does not go with one: it is as of 2026-11-20, not 2026-11-21: give the same `--as-of` to each\n";
    assert_eq!(said(&["one", "two"]), other_day);
    folder.run(&["--save", "all"]);
    let twice = "error: client `client-001` stands in one and in all: name each shard once\n";
    assert_eq!(said(&["one", "all"]), twice);
    folder.write("one-by-another", &folder.text("one").replacen("\"tool\":\"", "\"tool\":\"9.", 1));
    assert!(said(&["one", "one-by-another"]).contains("was made by demarcate 9."));
    folder.list(&ids(3));
    folder.run(&["--shard", "2/2", "--save", "two"]);
    assert_eq!(said(&["one", "two"]), "error: two does not go with one: it is of another list of clients\n");
    assert!(said(&["CLIENTS.toml"]).contains("CLIENTS.toml:1: this is not the head of results"));
}

#[test]
fn a_resumed_run_reads_what_changed_and_nothing_else() {
    let folder = Folder::of(&ids(6));
    // A client is known again by its commit and its files: a plain folder has no commit, so nothing tells of it.
    for id in ids(6) {
        repository(&folder.path(&id));
    }
    let whole = folder.run(&["--save", "results", "--format", "json"]);
    let saved = folder.text("results");
    assert_eq!(saved.lines().count(), 7);
    // The run was ended while it wrote its fifth row.
    let rows: Vec<&str> = saved.lines().collect();
    folder.write("results", &[&rows[..5].join("\n"), "\n", &rows[5][..40]].concat());
    let resumed = folder.run(&["--resume", "results", "--format", "json"]);
    assert_eq!(resumed.err, "resumed: 4 as they were, 2 read now\n");
    assert_eq!((resumed.out, folder.text("results")), (whole.out, saved.clone()));
    folder.write("client-002/practices/SI.L2-3.14.1.toml", PRACTICE);
    let resumed = folder.run(&["--resume", "results", "--format", "json"]);
    assert_eq!(resumed.err, "resumed: 5 as they were, 1 read now\n");
    assert_eq!(drifts(&resumed), [("client-002".to_owned(), "customer-part-left-out".to_owned())]);
    let other = folder.run(&["--resume", "results", "--as-of", "2026-12-24"]);
    assert!(
        other.code == 2 && other.err.contains("results cannot be resumed: it is as of 2026-11-21"),
        "{}",
        other.err
    );
    // A resumed run that was ended before it looked at a client proves nothing of it.
    let lines = folder.text("results").replacen("},\"state\":", "},\"unconfirmed\":true,\"state\":", 1);
    folder.write("ended", &lines);
    assert_eq!(folder.merge(&["ended"], &["--format", "json"]).json()["missing"], serde_json::json!(["client-001"]));
    let list = folder.text("CLIENTS.toml");
    let slip = folder.run(&["--save", "CLIENTS.toml"]);
    assert!(slip.code == 2 && slip.err.contains("this is not the head of results"), "{}", slip.err);
    assert_eq!(folder.text("CLIENTS.toml"), list, "the list is as it was");
    let fresh = folder.run(&["--resume", "not-there-yet"]);
    assert_eq!(fresh.err, "resumed: 0 as they were, 6 read now\n");
}

/// Makes a folder a repository with one commit of what stands there.
fn repository(folder: &std::path::Path) {
    for words in [
        &["init", "--quiet", "--initial-branch=main"][..],
        &["add", "--all"],
        &["commit", "--quiet", "--message", "Begin"],
    ] {
        let mut scrubbed = super::screen::tool(folder);
        let scrubbed = scrubbed.envs(std::iter::empty::<(&str, &str)>());
        let environment = scrubbed.get_envs().filter_map(|(name, value)| Some((name, value?)));
        let mut git = std::process::Command::new("git");
        let done = git.args(words).envs(environment).current_dir(folder).output().expect("git is installed");
        assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn a_broken_client_is_told_and_stops_nobody() {
    let folder = Folder::of(&ids(6));
    std::fs::remove_dir_all(folder.path("client-001")).expect("it is there");
    std::fs::remove_file(folder.path("client-002/demarcate.toml")).expect("it is there");
    folder.write("client-003/demarcate.toml", "[organization\nname = \"x\"\n");
    folder.write("client-004/practices/SI.L2-3.14.1.toml", "practice = \n");
    folder.write("client-005/providers/acme-msp.crm.toml", "provider = \"acme-msp\"\nrow = 3\n");
    let screen = folder.run(&["--format", "json"]);
    assert_eq!(screen.code, 1, "{}", screen.err);
    assert_fits("fleet", &screen.json());
    let clients = screen.json()["clients"].as_array().expect("clients are a list").clone();
    let reasons: Vec<&str> = clients.iter().filter_map(|client| client["reason"].as_str()).collect();
    let [gone, bare, unread] = reasons.as_slice() else { panic!("{reasons:?}") };
    assert_eq!([*gone, *bare], ["client-001 is not a folder, or is not there", "no demarcate.toml in this folder"]);
    assert!(unread.starts_with("demarcate.toml:1:14: not valid TOML: "), "{unread}");
    assert_eq!(clients[3]["found"]["whole"], false, "a practice that is no TOML is denied, and its row says so");
    assert_eq!(clients[4]["found"]["drifts"][0]["kind"], "unread-copy");
    assert_eq!(clients[5]["found"]["drifts"], serde_json::json!([]));
    // With reviews, a plain folder has no log to be read.
    let reviews = run(folder.0.path(), &["fleet", "CLIENTS.toml"]);
    assert!(reviews.out.contains("client-006: client-006 is not in a Git repository"), "{}", reviews.out);
}

#[test]
fn a_list_that_cannot_be_used_is_refused_place_by_place() {
    let folder = Folder::of(&ids(1));
    let list = "provider = \"acme-msp\"\ncrm = \"acme.crm.toml\"\ncolour = \"red\"\n\n\
                [[client]]\nid = \"one\"\npath = \"client-001\"\n\n[[client]]\nid = \"one\"\npath = \"./x/../client-001\"\n";
    folder.write("CLIENTS.toml", &list.replace("./x/..", "./client-001/.."));
    let screen = folder.run(&[]);
    assert_eq!((screen.code, screen.out.as_str()), (2, ""));
    for place in ["CLIENTS.toml:3:1", "CLIENTS.toml:10:6", "CLIENTS.toml:11:8"] {
        assert!(screen.err.contains(place), "{place}: {}", screen.err);
    }
    assert!(screen.err.ends_with("error: CLIENTS.toml cannot be used: 3 problems in it\n"), "{}", screen.err);
    folder.list(&ids(1));
    folder.write("acme.crm.toml", &PUBLISHED.replace("\"3.7.5\"", "\"3.99.1\"").replace("acme-msp", "other-msp"));
    let screen = folder.run(&[]);
    assert!(screen.err.contains("acme.crm.toml:1:12") && screen.err.contains("acme.crm.toml:6:8"), "{}", screen.err);
    let gone = folder.run(&["--shard", "4/3"]);
    assert!(gone.code == 2 && gone.err.contains("write it as 3/8"), "{}", gone.err);
    std::fs::remove_file(folder.path("acme.crm.toml")).expect("it is there");
    assert!(folder.run(&[]).err.contains("error: cannot read acme.crm.toml"));
}

#[test]
fn hostile_names_are_text_in_every_form() {
    let folder = Folder::of(&ids(1));
    let name = "=HYPERLINK(1)<script>alert(1)</script>\\u001b[31m\\n::set-output name=x::y";
    let list = folder.text("CLIENTS.toml").replace("path =", &format!("name = \"{name}\"\npath ="));
    folder.write("CLIENTS.toml", &list);
    let duty = PRACTICE.replace("Works the queue on managed hosts.", "<img src=x onerror=alert(1)>\\u001b]0;x");
    folder.write("client-001/practices/SI.L2-3.14.2.toml", &duty.replace("SI.L2-3.14.1", "SI.L2-3.14.2"));
    let html = folder.run(&["--format", "html"]).out;
    assert!(!html.contains("<script>alert") && !html.contains("<img") && html.contains("&lt;script&gt;"), "{html}");
    assert!(!html.contains("http://") && !html.contains("https://"), "the page stands alone");
    let csv = folder.run(&["--format", "csv"]).out;
    assert!(csv.contains("'=HYPERLINK(1)") && !csv.contains('\u{1b}'), "{csv}");
    for form in ["text", "json", "html"] {
        assert!(!folder.run(&["--format", form]).out.contains('\u{1b}'), "{form}");
    }
}

#[test]
fn a_client_of_some_services_is_held_to_their_rows_alone() {
    let folder = Folder::of(&ids(2));
    let sliced = PUBLISHED.split("\n[[row]]\nfor = [\"AC.").next().expect("the first row stands before it");
    folder.write("client-001/providers/acme-msp.crm.toml", sliced);
    assert_eq!(drifts(&folder.run(&["--format", "json"])), [("client-001".to_owned(), "other-copy".to_owned())]);
    let list = folder
        .text("CLIENTS.toml")
        .replace("path = \"client-001\"", "path = \"client-001\"\nservices = [\"patching\"]");
    folder.write("CLIENTS.toml", &list);
    assert_eq!(drifts(&folder.run(&["--format", "json"])), []);
}

#[test]
fn what_nobody_has_is_found_and_what_a_client_allows_still_counts() {
    let folder = Folder::of(&ids(3));
    let nobody = "practice = \"MA.L2-3.7.5\"\nstatement = \"Sessions are closed.\"\n\n[determinations]\na = \"met\"\n";
    folder.write("client-001/practices/MA.L2-3.7.5.toml", nobody);
    folder.write("client-002/practices/SI.L2-3.14.1.toml", PRACTICE);
    let allow = "\n[[allow]]\nrule = \"customer-part-left-out\"\nreason = \"We know.\"\n";
    folder.write("client-002/demarcate.toml", &(CONFIG.to_owned() + allow));
    std::fs::remove_file(folder.path("client-003/providers/acme-msp.toml")).expect("it is there");
    let found = drifts(&folder.run(&["--format", "json"]));
    let expected =
        [("client-001", "left-to-nobody"), ("client-002", "customer-part-left-out"), ("client-003", "no-provider")];
    assert_eq!(found, expected.map(|(id, kind)| (id.to_owned(), kind.to_owned())));
}

#[test]
fn a_client_counts_what_check_and_status_count_and_answers_from_its_own_cache() {
    let base = Repository::base();
    let folder = Folder(TempDir::new().expect("the folder for temporary files can be written"));
    copy(&base.root(), &folder.path("northwind"));
    folder.write("acme.crm.toml", &base.text("providers/acme-msp.crm.toml"));
    folder.list(&["northwind".to_owned()]);
    let fleet = |form: &str| run(folder.0.path(), &["fleet", "CLIENTS.toml", "--format", form]);
    let screen = fleet("json");
    assert_eq!((screen.code, screen.err.as_str()), (0, ""));
    let found = &screen.json()["clients"][0]["found"];
    assert_eq!((&found["score"], &found["denies"], &found["drifts"]), (&110.into(), &0.into(), &serde_json::json!([])));
    let status = run(&folder.path("northwind"), &["status", "--format", "json"]).json();
    assert_eq!((&found["reviews"], &found["acceptance"]["state"]), (&status["reviews"], &"accepted".into()));
    let commit = found["commit"].as_str().expect("it has a commit");
    let plain = screen
        .out
        .replace(commit, "COMMIT")
        .replace(&format!("\"tool\": \"{}\"", env!("CARGO_PKG_VERSION")), "\"tool\": \"VERSION\"");
    assert_golden("fleet", &plain);
    let kept = std::fs::read_dir(folder.path("northwind/.git/demarcate")).expect("answers are kept there");
    let names: Vec<String> =
        kept.map(|entry| entry.expect("it is readable").file_name().to_string_lossy().into()).collect();
    assert!(names.iter().any(|name| name.starts_with("answer-fleet-")), "{names:?}");
    assert_eq!(fleet("json").out, screen.out, "the kept answer is the same");
    let older = base.text("providers/acme-msp.crm.toml").replace("date = 2026-09-01", "date = 2026-10-01");
    folder.write("acme.crm.toml", &older);
    assert_eq!(drifts(&fleet("json")), [("northwind".to_owned(), "older-copy".to_owned())]);
    let head = "name = \"Northwind\"\nrev = \"HEAD\"\npath =";
    folder.write("CLIENTS.toml", &folder.text("CLIENTS.toml").replace("path =", head));
    std::fs::remove_file(folder.path("northwind/practices/AC.L2-3.1.1.toml")).expect("it is there");
    assert_eq!(fleet("json").json()["clients"][0]["found"]["denies"], 0, "the commit is read, not the work tree");
    std::fs::rename(folder.path("northwind/.git"), folder.path("northwind.git")).expect("the folder can be moved");
    let bare = folder.text("northwind.git/config").replace("bare = false", "bare = true");
    folder.write("northwind.git/config", &bare);
    folder.write(
        "CLIENTS.toml",
        &folder.text("CLIENTS.toml").replace("path = \"northwind\"", "path = \"northwind.git\""),
    );
    let row = &fleet("json").json()["clients"][0];
    assert_eq!((&row["state"], &row["found"]["score"]), (&"read".into(), &110.into()), "{row}");
}

#[test]
fn no_client_reaches_outside_its_root_or_makes_anything_run() {
    use std::os::unix::fs::symlink;
    let folder = Folder::of(&ids(2));
    folder.write("secret/acme-msp.toml", &PROVIDER.replace("Acme Managed", "Secret"));
    std::fs::remove_file(folder.path("client-001/providers/acme-msp.toml")).expect("it is there");
    symlink(folder.path("secret/acme-msp.toml"), folder.path("client-001/providers/acme-msp.toml")).expect("a link");
    repository(&folder.path("client-002"));
    let canary = folder.path("canary");
    let config = folder.text("client-002/.git/config");
    let run = format!("touch {}", canary.display());
    let armed = format!("[core]\n\tfsmonitor = {run}\n[filter \"x\"]\n\tclean = {run}\n\tsmudge = {run}\n");
    folder.write("client-002/.git/config", &(config + &armed));
    folder.write("client-002/.gitattributes", "* filter=x\n");
    let screen = folder.run(&["--format", "json"]);
    assert!(!screen.out.contains("Secret"), "{}", screen.out);
    assert_eq!(screen.json()["clients"][0]["found"]["whole"], false);
    assert_eq!(screen.json()["clients"][1]["state"], "read");
    assert!(!canary.exists(), "nothing that a client's configuration names was run");
}

#[test]
fn results_that_never_end_are_not_merged() {
    let endless = Folder::of(&ids(1)).merge(&["/dev/zero"], &[]);
    assert!(endless.code == 2 && endless.err.contains("/dev/zero holds more than"), "{}", endless.err);
}

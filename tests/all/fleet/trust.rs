//! Trust begins at each client where its provider was told, and nowhere else.

use tempfile::TempDir;

use super::super::base::Repository;
use super::super::outputs::assert_fits;
use super::super::screen::{Screen, copy, run};
use super::Folder;

const SIGNERS: &str =
    "dana@contractor.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1111111111111111111111111111111111111111111\n";

/// The clients `one`, `two` and `three`: three clones of one repository whose trust begins with [`SIGNERS`].
fn folder() -> Folder {
    let base = Repository::base();
    base.write("trust/allowed_signers", SIGNERS);
    base.commit("2026-10-02T10:00:00Z", "Say whom we trust");
    let folder = Folder(TempDir::new().expect("the folder for temporary files can be written"));
    for id in ["one", "two", "three"] {
        copy(&base.root(), &folder.path(id));
    }
    folder.write("acme.crm.toml", &base.text("providers/acme-msp.crm.toml"));
    folder.write("signers/two", SIGNERS);
    folder
}

/// A list in which each client has this trust root, if it has one.
fn list(folder: &Folder, trust_roots: [Option<&str>; 3]) {
    let clients = ["one", "two", "three"].into_iter().zip(trust_roots).map(|(id, trust_root)| {
        let trust_root = trust_root.map(|root| format!("trust-root = \"{root}\"\n")).unwrap_or_default();
        format!("\n[[client]]\nid = \"{id}\"\npath = \"{id}\"\n{trust_root}")
    });
    let clients = clients.collect::<Vec<_>>().concat();
    folder.write("CLIENTS.toml", &format!("provider = \"acme-msp\"\ncrm = \"acme.crm.toml\"\n{clients}"));
}

fn fleet(folder: &Folder, options: &[&str]) -> Screen {
    run(folder.0.path(), &[&["fleet", "CLIENTS.toml"], options].concat())
}

fn digest(text: &str) -> String {
    demarcate::digest::of_bytes(text.as_bytes()).sha256
}

/// Of each client whether trust does not begin where it was said to.
fn untrusted(screen: &Screen) -> Vec<bool> {
    let clients = screen.json()["clients"].as_array().expect("clients are a list").clone();
    clients.iter().map(|client| client["found"]["untrusted"].is_string()).collect()
}

#[test]
fn a_pin_that_does_not_match_stands_in_the_row_of_its_client_alone() {
    let folder = folder();
    let other = "ab".repeat(32);
    list(&folder, [None, None, None]);
    let plain = fleet(&folder, &["--format", "json"]).json();
    list(&folder, [Some(&format!("sha256:{other}")), Some("signers/two"), None]);
    let screen = fleet(&folder, &["--format", "json"]);
    assert_eq!((screen.code, untrusted(&screen)), (1, vec![true, false, false]), "{}", screen.err);
    let answer = screen.json();
    assert_fits("fleet", &answer);
    let [one, two, three] = [0, 1, 2].map(|at| answer["clients"][at].clone());
    assert_eq!((&one["trust_root"], &two["trust_root"]), (&other.clone().into(), &digest(SIGNERS).into()));
    assert_eq!(three, plain["clients"][2], "the one without a pin is as if the others had none");
    assert_eq!(two["found"], plain["clients"][1]["found"], "a pin that fits changes nothing");
    // What stands in the row is what `check` says of that root.
    let check = run(&folder.path("one"), &["check", "--trust-root", &other, "--format", "json"]).json();
    let all = check["diagnostics"].as_array().expect("diagnostics are a list");
    let denied = all.iter().filter(|diagnostic| diagnostic["level"] == "deny").count();
    assert_eq!((one["found"]["denies"].as_u64(), denied > 0), (u64::try_from(denied).ok(), true), "{one}");
    let wrong = all.iter().find(|diagnostic| diagnostic["rule"] == "wrong-trust-root").expect("check says so");
    assert_eq!(one["found"]["untrusted"], wrong["message"]);
    let message = wrong["message"].as_str().expect("it is a text");
    let text = fleet(&folder, &[]).out;
    assert!(text.contains(&format!("\nnot trusted\n  one: {message}\n")), "{text}");
    let csv = fleet(&folder, &["--format", "csv"]).out;
    assert_eq!(csv.matches(message).count(), 1, "{csv}");
    let html = fleet(&folder, &["--format", "html"]).out;
    assert_eq!((html.matches("<b>Not trusted:</b> ").count(), html.matches(&other).count()), (1, 1));
}

#[test]
fn the_option_is_for_those_that_name_none() {
    let folder = folder();
    let other = "ab".repeat(32);
    list(&folder, [None, Some("signers/two"), None]);
    let screen = fleet(&folder, &["--format", "json", "--trust-root", &other]);
    assert_eq!(untrusted(&screen), [true, false, true], "{}", screen.err);
    let screen = fleet(&folder, &["--format", "json", "--trust-root", "signers/two"]);
    assert_eq!(untrusted(&screen), [false; 3], "{}", screen.err);
}

#[test]
fn a_resumed_run_looks_again_where_trust_begins_elsewhere() {
    let folder = folder();
    let other = "ab".repeat(32);
    list(&folder, [Some(&other), Some("signers/two"), None]);
    let resumed = |options: &[&str]| fleet(&folder, &[&["--resume", "results", "--format", "json"], options].concat());
    assert_eq!(resumed(&[]).err, "resumed: 0 as they were, 3 read now\n");
    assert_eq!(resumed(&[]).err, "resumed: 3 as they were, 0 read now\n");
    // The file that the list names holds another list of signers now.
    folder.write("signers/two", "");
    let screen = resumed(&[]);
    assert_eq!(screen.err, "resumed: 2 as they were, 1 read now\n");
    assert_eq!(untrusted(&screen), [true, true, false]);
    list(&folder, [Some(&digest(SIGNERS)), Some("signers/two"), None]);
    let screen = resumed(&[]);
    assert_eq!(screen.err, "resumed: 2 as they were, 1 read now\n");
    assert_eq!(untrusted(&screen), [false, true, false]);
    let screen = resumed(&["--trust-root", &other]);
    assert_eq!(screen.err, "resumed: 2 as they were, 1 read now\n");
    assert_eq!(untrusted(&screen), [false, true, true]);
}

#[test]
fn results_of_other_trust_roots_are_not_put_together() {
    let folder = folder();
    list(&folder, [None; 3]);
    fleet(&folder, &["--shard", "1/2", "--save", "a"]);
    fleet(&folder, &["--shard", "2/2", "--save", "b", "--trust-root", &"ab".repeat(32)]);
    let screen = folder.merge(&["a", "b"], &[]);
    let expected = "error: b does not go with a: trust begins elsewhere: give the same `--trust-root` to each\n";
    assert_eq!((screen.code, screen.err.as_str()), (2, expected));
    let screen = folder.merge(&["a"], &["--trust-root", "signers/two"]);
    assert!(screen.code == 2 && screen.err.contains("results say where trust began"), "{}", screen.err);
}

#[test]
fn a_trust_root_that_says_nothing_is_refused_at_its_place() {
    let folder = folder();
    for (written, message) in [
        ("sha256:abc", "`sha256:abc` is no SHA-256"),
        ("signers/none", "cannot read signers/none"),
        ("signers", "cannot read signers"),
        ("/dev/zero", "/dev/zero is longer than"),
        ("two/trust/allowed_signers", "lies in the root that it has to vouch for"),
    ] {
        list(&folder, [None, Some(written), None]);
        let screen = fleet(&folder, &[]);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{written}");
        assert!(screen.err.contains("CLIENTS.toml:11:14") && screen.err.contains(message), "{written}: {}", screen.err);
    }
    list(&folder, [None, Some("one/trust/allowed_signers"), None]);
    assert_eq!(untrusted(&fleet(&folder, &["--format", "json"])), [false; 3], "somebody else's copy is one");
}

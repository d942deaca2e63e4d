//! Cryptographic modules: each fault planted in the sample, with the diagnostic that a user reads, and what has to stay
//! silent.

use serde_json::Value;

use super::screen::Sample;

const FILE: &str = "crypto.toml";
const FIPS: &str = "practices/SC.L2-3.13.11.toml";
const RULES: [&str; 3] = ["module-not-validated", "module-unchecked", "unlisted-cryptography"];

fn plant(sample: &Sample, path: &str, old: &str, new: &str) {
    let text = sample.text(path);
    assert!(text.contains(old), "{path} holds: {old}");
    sample.write(path, &text.replacen(old, new, 1));
}

fn planted(path: &str, old: &str, new: &str) -> Sample {
    let sample = Sample::new();
    plant(&sample, path, old, new);
    sample
}

/// Level and message of what is said of cryptography.
fn said(sample: &Sample) -> Vec<(String, String, String)> {
    let screen = sample.run(&["check", "--format", "json"]);
    let all = screen.json()["diagnostics"].as_array().expect("check lists its diagnostics").clone();
    let word = |found: &Value, key: &str| found[key].as_str().unwrap_or_default().to_owned();
    let own = all.iter().filter(|found| RULES.iter().any(|rule| found["rule"] == *rule));
    own.map(|found| (word(found, "rule"), word(found, "level"), word(found, "message"))).collect()
}

fn only(sample: &Sample, rule: &str, level: &str, message: &str) {
    assert_eq!(said(sample), [(rule.to_owned(), level.to_owned(), message.to_owned())]);
}

const LIBRARY: &str = "certificate   = \"9001\"\nstatus        = \"active\"";
const USES: &str = "Full-disk encryption of workstations and laptops (XTS-AES 256); Encrypted company USB drives";

#[test]
fn of_the_sample_nothing_is_said() {
    assert_eq!(said(&Sample::new()), []);
}

#[test]
fn a_revoked_certificate_is_denied_and_a_historical_one_warns() {
    let sample = planted(FILE, LIBRARY, &LIBRARY.replace("active", "revoked"));
    let message = format!("module `workstation-os` has a revoked certificate (9001), and protects: {USES}");
    only(&sample, "module-not-validated", "deny", &message);
    let sample = planted(FILE, LIBRARY, &LIBRARY.replace("active", "historical"));
    let message = format!("module `workstation-os` has a historical certificate (9001), and protects: {USES}");
    only(&sample, "module-not-validated", "warn", &message);
}

#[test]
fn in_process_and_without_certificate_is_denied_where_3_13_11_is_met() {
    let sample = planted(FILE, LIBRARY, &LIBRARY.replace("active", "in-process"));
    let message = format!("module `workstation-os` is still in validation, and protects: {USES}");
    only(&sample, "module-not-validated", "deny", &message);
    let sample = planted(FILE, LIBRARY, "");
    let message = format!("module `workstation-os` has no certificate, and protects: {USES}");
    only(&sample, "module-not-validated", "deny", &message);
    plant(&sample, FIPS, "[determinations]\na = \"met\"", "[determinations]\na = \"not-met\"");
    only(&sample, "module-not-validated", "warn", &message);
}

#[test]
fn a_temporary_deficiency_warns_and_an_answer_that_says_not_validated_is_enough() {
    let sample = planted(FILE, LIBRARY, &LIBRARY.replace("active", "revoked"));
    let basis = "a = { determination = \"met\", basis = \"temporary-deficiency\", poam = \"collector-alerts\" }";
    plant(&sample, FIPS, "[determinations]\na = \"met\"", &format!("[determinations]\n{basis}"));
    assert_eq!(said(&sample)[0].1, "warn");
    let admitted = "a = { determination = \"not-met\", reason = \"Revoked.\", partial = \"employed-not-validated\", poam = \"collector-alerts\" }";
    plant(&sample, FIPS, basis, admitted);
    assert_eq!(said(&sample), []);
}

#[test]
fn what_is_missing_at_a_certificate_is_one_diagnostic() {
    let sample = planted(FILE, "version       = \"10.0\"\n", "");
    plant(&sample, FILE, "mode-evidence = \"baseline-export\"\n", "");
    plant(&sample, FILE, "checked       = 2026-10-06", "checked       = 2025-10-06");
    only(
        &sample,
        "module-unchecked",
        "warn",
        "module `workstation-os` says nothing at `version`, `mode-evidence`, and was last looked up on 2025-10-06, more than a year ago",
    );
    let sample = planted(FILE, "mode-evidence = \"enclave-encryption\"\n", "");
    assert_eq!(said(&sample), [], "the mode of a cloud service stands in its package");
}

#[test]
fn a_requirement_that_no_module_protects_is_named_with_what_may_stand_for_it() {
    let sample = planted(FILE, "\"MP.L2-3.8.6[a]\", ", "");
    only(
        &sample,
        "unlisted-cryptography",
        "warn",
        "MP.L2-3.8.6 is met, and no module of `crypto.toml` has a use for it",
    );
    let screen = sample.run(&["check", "--only", "unlisted-cryptography"]);
    assert!(
        screen.out.contains("or say in the statement which physical safeguards are used instead"),
        "{}",
        screen.out
    );
    plant(
        &sample,
        "practices/MP.L2-3.8.6.toml",
        "CUI leaves Kestrel on digital media only",
        "CUI leaves Kestrel in a locked case, carried by its own courier,",
    );
    assert_eq!(said(&sample), []);
}

#[test]
fn without_the_file_every_requirement_stands_in_one_diagnostic() {
    let sample = Sample::new();
    std::fs::remove_file(sample.root().join(FILE)).expect("it is there");
    // 3.13.8 speaks of locked cable paths.
    only(
        &sample,
        "unlisted-cryptography",
        "warn",
        "MP.L2-3.8.6, SC.L2-3.13.11, SC.L2-3.13.16 are met, and there is no `crypto.toml`",
    );
}

#[test]
fn a_broken_file_and_an_unknown_objective_give_no_second_alarm() {
    assert_eq!(
        said(&planted(FILE, "[[module]]\nid            = \"workstation-os\"", "[[module]\nid = \"workstation-os\"")),
        []
    );
    let sample = planted(FILE, "\"MP.L2-3.8.6[a]\", ", "\"MP.L2-3.8.6[z]\", \"MP.L2-3.8.6[a]\", ");
    assert_eq!(said(&sample), []);
    let screen = sample.run(&["check", "--only", "dangling-objective"]);
    assert!(screen.out.contains("`MP.L2-3.8.6[z]` is not an objective of the catalog"), "{}", screen.out);
}

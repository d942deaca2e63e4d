//! The matrix of a provider held beside what is assigned to it: planted disagreements in the sample, each reported once,
//! with both statements in both places.

use serde_json::Value;

use super::screen::Sample;

const MATRIX: &str = "providers/acme-msp.crm.toml";
const TWO_SIDED: [&str; 3] = ["customer-part-left-out", "outdated-matrix", "unclaimed-duty"];

/// The sample with one file changed.
fn planted(path: &str, old: &str, new: &str) -> Sample {
    let sample = Sample::new();
    let text = sample.text(path);
    assert_eq!(text.matches(old).count(), 1, "{path} holds once: {old}");
    sample.write(path, &text.replace(old, new));
    sample
}

/// What is said of the two sides.
fn said(sample: &Sample) -> Vec<Value> {
    let screen = sample.run(&["check", "--format", "json"]);
    let all = screen.json()["diagnostics"].as_array().expect("check lists its diagnostics").clone();
    all.into_iter().filter(|found| TWO_SIDED.iter().any(|rule| found["rule"] == *rule)).collect()
}

fn only(sample: &Sample) -> Value {
    let all = said(sample);
    let [found] = all.as_slice() else { panic!("{all:#?}") };
    found.clone()
}

#[test]
fn the_sample_and_its_providers_agree() {
    assert_eq!(said(&Sample::new()), Vec::<Value>::new());
}

#[test]
fn a_matrix_that_falls_silent_on_a_requirement_is_reported_with_the_duty() {
    let sample = planted(MATRIX, "\"3.1.1\", \"3.1.2\", \"3.1.6\"", "\"3.1.2\", \"3.1.6\"");
    let found = only(&sample);
    assert_eq!(
        found["message"],
        "AC.L2-3.1.1[d, e, f] is assigned to `acme-msp`, and its own matrix (edition 5.1 of 2026-03-16) does not speak of it"
    );
    assert_eq!(found["path"], "practices/AC.L2-3.1.1.toml");
    assert_eq!(found["related"][0]["path"], MATRIX);
}

#[test]
fn a_row_that_gives_nothing_contradicts_every_objective_of_its_requirement() {
    let row = "for           = [\"3.1.5\"]\nservice       = \"endpoints\"\ninheritance   = \"partial\"";
    let sample = planted(MATRIX, row, &row.replace("partial", "none"));
    let found = only(&sample);
    let message = found["message"].as_str().unwrap_or_default();
    assert!(message.starts_with("AC.L2-3.1.5[") && message.ends_with("says that it gives nothing there"), "{message}");
    let theirs = found["related"][0]["message"].as_str().unwrap_or_default();
    assert!(theirs.contains("the customer does: Names privileged accounts"), "{theirs}");
}

#[test]
fn a_row_for_another_service_is_no_answer() {
    let row = "for           = [\"3.1.5\"]\nservice       = \"endpoints\"";
    let sample = planted(MATRIX, row, &row.replace("endpoints", "network"));
    let found = only(&sample);
    let message = found["message"].as_str().unwrap_or_default();
    assert!(message.ends_with("speaks of it for network alone, not for endpoints"), "{message}");
}

#[test]
fn an_objective_that_a_row_names_is_answered_by_that_row() {
    let row = "[[row]]\nfor           = [\"3.1.5\"]";
    let own =
        "[[row]]\nfor = [\"AC.L2-3.1.5[b]\"]\ninheritance = \"none\"\ncustomer-does = \"Gives rights itself.\"\n\n";
    let sample = planted(MATRIX, row, &format!("{own}{row}"));
    let found = said(&sample);
    let practice = sample.text("practices/AC.L2-3.1.5.toml");
    let assigned =
        practice.split("[[responsibility]]").filter(|part| part.contains("\"acme-msp\"")).collect::<String>();
    let is_assigned = assigned.contains("\"b\"");
    assert_eq!(found.len(), usize::from(is_assigned), "{found:#?}");
    assert!(is_assigned, "the sample assigns [b] to Acme");
    assert!(found[0]["message"].as_str().is_some_and(|message| message.starts_with("AC.L2-3.1.5[b] ")), "{found:#?}");
}

#[test]
fn a_service_that_changed_after_the_matrix_makes_it_outdated() {
    let text = Sample::new().text(MATRIX);
    assert!(text.contains("date     = 2026-03-16"));
    let sample = planted(MATRIX, "date     = 2026-03-16", "date     = 2026-01-02");
    let found = said(&sample);
    assert!(!found.is_empty() && found.iter().all(|found| found["rule"] == "outdated-matrix"), "{found:#?}");
    assert!(
        found[0]["message"].as_str().is_some_and(|message| message.contains("changed on 2026-01-20")),
        "{found:#?}"
    );
    assert_eq!(found[0]["related"][0]["path"], "providers/acme-msp.toml");
}

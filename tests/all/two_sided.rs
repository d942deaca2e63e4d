//! The matrix of a provider held beside what is assigned to it: planted disagreements in the sample, each reported once,
//! with both statements in both places.

use serde_json::Value;

use super::screen::Sample;

const MATRIX: &str = "providers/acme-msp.crm.toml";
const TWO_SIDED: [&str; 5] =
    ["claimed-twice", "customer-part-left-out", "no-matrix", "outdated-matrix", "unclaimed-duty"];

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

#[test]
fn our_msp_handles_that_is_no_answer_where_the_msp_has_never_said_so() {
    let sample = Sample::new();
    std::fs::remove_file(sample.root().join(MATRIX)).expect("the sample holds the matrix");
    let found = only(&sample);
    assert_eq!((found["rule"].as_str(), found["level"].as_str()), (Some("no-matrix"), Some("warn")));
    let message = found["message"].as_str().unwrap_or_default();
    assert!(
        message.starts_with("`acme-msp` holds ") && message.contains(" duties, and nothing here says"),
        "{message}"
    );
}

#[test]
fn a_matrix_that_cannot_be_read_is_not_one_that_is_missing() {
    let sample = Sample::new();
    sample.write(MATRIX, "[[row\n");
    assert_eq!(said(&sample), Vec::<Value>::new());
}

#[test]
fn a_row_that_claims_all_of_it_stands_against_work_that_the_contractor_has_as_well() {
    let sample = Sample::new();
    sample.write(
        "practices/MA.L2-3.7.3.toml",
        r#"practice = "MA.L2-3.7.3"
ownership = "shared"
status = "implemented"
statement = "Kestrel wipes drives before repair with the tool that Acme MSP provides."
[[responsibility]]
party = "contractor"
layer = ["policy", "procedure", "operation"]
objectives = ["a"]
duty = "Wipes drives of computers before they leave the building for repair."
[[responsibility]]
party = "acme-msp"
layer = "capability"
objectives = ["a"]
duty = "Provides the wiping station and its licences."
[determinations]
a = "met"
"#,
    );
    let text = sample.text(MATRIX);
    let row = "\n[[row]]\nfor = [\"MA.L2-3.7.3[a]\"]\ninheritance = \"full\"\nprovider-does = \"Wipes drives before repair.\"\n";
    sample.write(MATRIX, &format!("{text}{row}"));
    let found = said(&sample).into_iter().find(|found| found["rule"] == "claimed-twice").expect("it is reported");
    assert_eq!(
        found["message"],
        "its own matrix (edition 5.1 of 2026-03-16) says that `acme-msp` does all of MA.L2-3.7.3[a], and here the contractor does the work"
    );
    assert_eq!(found["related"][0]["message"], "the provider does: Wipes drives before repair.");
}

#[test]
fn two_matrices_of_one_provider_are_both_named() {
    let sample = Sample::new();
    sample.write("providers/acme-msp-2025.crm.toml", &sample.text(MATRIX));
    let screen = sample.run(&["check", "--format", "json"]);
    let all = screen.json()["diagnostics"].as_array().expect("a list").clone();
    let double: Vec<&Value> = all.iter().filter(|found| found["rule"] == "duplicate-id").collect();
    let [found] = double.as_slice() else { panic!("{all:#?}") };
    assert_eq!(
        (found["path"].as_str(), found["related"][0]["path"].as_str()),
        (Some(MATRIX), Some("providers/acme-msp-2025.crm.toml"))
    );
}

#[test]
fn a_matrix_that_was_not_read_whole_is_silent_of_nothing() {
    let text = Sample::new().text(MATRIX);
    for cut in [360, text.len() / 2] {
        let sample = Sample::new();
        sample.write(MATRIX, &text[..cut]);
        assert_eq!(said(&sample), Vec::<Value>::new(), "cut at {cut}");
    }
    let sample = Sample::new();
    sample.write(MATRIX, &text.replacen("inheritance   = \"partial\"", "inheritance   = \"Partial\"", 1));
    assert_eq!(said(&sample), Vec::<Value>::new(), "one row has a word that is none");
    let sample = Sample::new();
    sample.write(MATRIX, &text.replacen("service       = \"endpoints\"", "service       = \"endpoint\"", 1));
    assert_eq!(said(&sample), Vec::<Value>::new(), "one row names a service that there is not");
}

#[test]
fn of_two_editions_of_a_matrix_none_is_compared() {
    let sample = Sample::new();
    let older = sample.text(MATRIX).replace("\"partial\"", "\"none\"").replace("2026-03-16", "2025-03-17");
    sample.write("providers/acme-msp-5-0.crm.toml", &older);
    assert_eq!(said(&sample), Vec::<Value>::new());
    let screen = sample.run(&["check", "--only", "duplicate-id"]);
    assert!(screen.out.contains("keep the edition that holds"), "{}", screen.out);
}

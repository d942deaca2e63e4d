//! JSON outputs: each fits its schema in `docs/`, and one of each kind is kept to the byte.

use std::path::Path;

use super::base::Repository;
use super::screen::{Sample, run};

fn schema(name: &str) -> serde_json::Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/{name}.schema.json"));
    let text = std::fs::read_to_string(path).expect("the schema stands in docs");
    serde_json::from_str(&text).expect("a schema is JSON")
}

pub(super) fn assert_fits(name: &str, output: &serde_json::Value) {
    let schema = schema(name);
    let validator = jsonschema::draft202012::new(&schema).expect("the schema is one");
    let errors: Vec<String> =
        validator.iter_errors(output).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

#[test]
fn every_json_output_of_the_sample_fits_its_schema() {
    let sample = Sample::new();
    for (name, words) in [
        ("check", &["check"][..]),
        ("score", &["score"]),
        ("history", &["history"]),
        ("status", &["status"]),
        ("hash", &["hash", "--check"]),
        ("diff", &["diff", "--with-check", "HEAD"]),
    ] {
        let mut words = words.to_vec();
        words.extend(["--format", "json"]);
        assert_fits(name, &sample.run(&words).json());
    }
}

#[test]
fn json_outputs_of_an_empty_root_fit_their_schemas_too() {
    let root = Repository::empty();
    root.write("demarcate.toml", "");
    for name in ["check", "score", "history", "status"] {
        assert_fits(name, &run(&root.root(), &[name, "--format", "json"]).json());
    }
    assert_fits("hash", &run(&root.root(), &["hash", "--check", "--format", "json"]).json());
}

/// The golden files are of the clean base; each was read before it was kept.
#[test]
fn golden_outputs_stay_the_same_to_the_byte() {
    let base = Repository::base();
    base.delete("practices/MP.L2-3.8.1.toml");
    assert_golden("score", &run(&base.root(), &["score", "--format", "json"]).out);
    let base = Repository::base();
    assert_golden("history", &run(&base.root(), &["history", "AC.L2-3.1.1", "--format", "json"]).out);
    assert_golden("history-provider", &run(&base.root(), &["history", "provider:gcc-high", "--format", "json"]).out);
}

pub(super) fn assert_golden(name: &str, output: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.json"));
    if super::docs::writing() {
        std::fs::write(&path, output).expect("the golden file can be written");
    }
    assert_eq!(output, std::fs::read_to_string(path).expect("the golden file is kept"));
}

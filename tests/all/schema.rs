//! The schemas accept what the reader accepts and refuse what it refuses; the page of the formats is current.

use demarcate::diagnostic::Diagnostic;
use demarcate::model::artifact::ArtifactsFile;
use demarcate::model::assets::Assets;
use demarcate::model::config::Config;
use demarcate::model::crm::ProviderCrm;
use demarcate::model::crypto::Crypto;
use demarcate::model::incident::Incident;
use demarcate::model::practice::Practice;
use demarcate::model::provider::Provider;
use demarcate::model::weakness::{Exception, Poam};
use demarcate::schema;
use demarcate::table::{self, Reader, Record};
use serde_json::{Map, Value, json};
use toml::de::{DeTable, DeValue};

use super::base::Repository;

/// A file of each kind with as many keys as there are, and the kind.
fn samples() -> Vec<(&'static str, String)> {
    let repository = Repository::base();
    let files = [
        ("demarcate", "demarcate.toml"),
        ("practice", "practices/SC.L2-3.13.16.toml"),
        ("artifacts", "evidence/contractor/artifacts.toml"),
        ("provider", "providers/acme-msp.toml"),
        ("provider", "providers/gcc-high.toml"),
        ("crm", "providers/acme-msp.crm.toml"),
        ("assets", "assets.toml"),
        ("incident", "incident.toml"),
        ("crypto", "crypto.toml"),
    ];
    let files = files.map(|(kind, path)| (kind, repository.text(path)));
    let written = [("practice", super::format::REAL), ("poam", POAM), ("exception", EXCEPTION)];
    files.into_iter().chain(written.map(|(kind, text)| (kind, text.to_owned()))).collect()
}

const POAM: &str = r#"id = "alerts"
title = "Alerts"
objectives = ["AU.L2-3.3.4[c]"]
weakness = "No alert."
risk = "low"
remediation = "Replace the agents."
party = "acme-msp"
due = 2027-02-01
status = "open"
evidence = ["ticket-log"]
milestone = [{ title = "Agents chosen", due = 2026-12-15, by = "it-lead" }]
"#;

const EXCEPTION: &str = r#"id = "old-lathe"
title = "The old lathe"
kind = "enduring-exception"
objectives = ["SI.L2-3.14.4[a]"]
reason = "Its maker is gone."
approved = 2026-05-12
"#;

fn problems_of(kind: &str, text: &str) -> Vec<Diagnostic> {
    fn of<T: Record>(text: &str) -> Vec<Diagnostic> {
        let mut reader = Reader::default();
        let _ = table::read::<T>(text, &mut reader);
        reader.problems
    }
    match kind {
        "demarcate" => of::<Config>(text),
        "practice" => of::<Practice>(text),
        "artifacts" => of::<ArtifactsFile>(text),
        "provider" => of::<Provider>(text),
        "crm" => of::<ProviderCrm>(text),
        "assets" => of::<Assets>(text),
        "poam" => of::<Poam>(text),
        "exception" => of::<Exception>(text),
        "incident" => of::<Incident>(text),
        "crypto" => of::<Crypto>(text),
        _ => panic!("no kind is called {kind}"),
    }
}

fn validator(kind: &str) -> jsonschema::Validator {
    let schema = schema::json_schema(kind).unwrap_or_else(|| panic!("{kind} has no schema"));
    jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema is valid")
}

/// A TOML file as an editor hands it to a schema: dates are strings.
fn as_json(text: &str) -> Value {
    let table = DeTable::parse(text).expect("the sample is TOML");
    of_table(table.get_ref())
}

fn of_table(table: &DeTable<'_>) -> Value {
    let pairs = table.iter().map(|(key, value)| (key.get_ref().to_string(), of_value(value.get_ref())));
    Value::Object(pairs.collect())
}

fn of_value(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => json!(text.as_ref()),
        DeValue::Integer(number) => json!(number.as_str().parse::<i64>().expect("a plain number")),
        DeValue::Float(number) => json!(number.as_str().parse::<f64>().expect("a plain number")),
        DeValue::Boolean(flag) => json!(flag),
        DeValue::Datetime(datetime) => json!(datetime.to_string()),
        DeValue::Array(items) => items.iter().map(|item| of_value(item.get_ref())).collect(),
        DeValue::Table(table) => of_table(table),
    }
}

/// The same content as TOML, everything on one line a key; what looks like a day is one.
fn as_toml(root: &Map<String, Value>) -> String {
    let lines: Vec<String> = root.iter().map(|(key, value)| format!("{key:?} = {}\n", inline(value))).collect();
    lines.concat()
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(text) if text.parse::<demarcate::date::Date>().is_ok() => text.clone(),
        Value::String(text) => table::quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let pairs: Vec<String> = map.iter().map(|(key, value)| format!("{key:?} = {}", inline(value))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        other => other.to_string(),
    }
}

/// Every value that differs from this one in one place: a key more, a key less, another type.
fn slips(value: &Value) -> Vec<Value> {
    let mut slips = vec![json!(1), json!(1.5), json!(true), json!("Not a Word"), json!([]), json!({}), json!([1])];
    slips.retain(|slip| slip != value);
    match value {
        Value::Object(map) => {
            let with = |key: &str, value: Value| {
                let mut map = map.clone();
                map.insert(key.to_owned(), value);
                Value::Object(map)
            };
            slips.extend([with("zzz", json!(1)), with("zzz", json!("met"))]);
            for (key, inner) in map {
                let mut without = map.clone();
                without.remove(key);
                slips.push(Value::Object(without));
                slips.extend(self::slips(inner).into_iter().map(|slip| with(key, slip)));
            }
        }
        Value::Array(items) => {
            // Like tables of a list have like keys, so the first and the last are enough.
            let ends: std::collections::BTreeSet<usize> = [0, items.len().saturating_sub(1)].into();
            for at in ends.into_iter().filter(|at| *at < items.len()) {
                slips.extend(self::slips(&items[at]).into_iter().map(|slip| {
                    let mut items = items.clone();
                    items[at] = slip;
                    Value::Array(items)
                }));
            }
        }
        _ => {}
    }
    slips
}

#[test]
fn every_schema_is_a_valid_schema_of_draft_7() {
    for kind in schema::kinds() {
        let schema = schema::json_schema(kind.name).expect("every kind has a schema");
        assert!(jsonschema::meta::is_valid(&schema), "{}", kind.name);
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        assert_eq!(schema["additionalProperties"], false);
    }
    assert_eq!(schema::json_schema("practices"), None);
}

#[test]
fn the_schemas_accept_every_file_of_the_base() {
    let repository = Repository::base();
    let mut seen = 0;
    for kind in schema::kinds() {
        let validator = validator(kind.name);
        let paths = repository.git(&["ls-files", "--", &format!(":(glob){}", kind.pattern)]);
        let others = kind.except.map(|glob| repository.git(&["ls-files", "--", &format!(":(glob){glob}")]));
        let others: Vec<&str> = others.iter().flat_map(|paths| paths.lines()).collect();
        for path in paths.lines().filter(|path| !others.contains(path)) {
            let file = as_json(&repository.text(path));
            let errors: Vec<String> = validator.iter_errors(&file).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{path}");
            seen += 1;
        }
    }
    // 110 practices, three folders of evidence, two providers and their matrices, and four single files.
    assert_eq!(seen, 110 + 3 + 2 + 2 + 4);
}

#[test]
fn the_schemas_refuse_one_slip_where_the_reader_does_and_nowhere_else() {
    for (kind, text) in samples() {
        let validator = validator(kind);
        let file = as_json(&text);
        assert!(problems_of(kind, &text).is_empty() && validator.is_valid(&file), "{kind}");
        let (mut refused, mut accepted) = (0, 0);
        for slip in slips(&file).iter().filter_map(Value::as_object) {
            let text = as_toml(slip);
            let problems = problems_of(kind, &text);
            let slip = Value::Object(slip.clone());
            let errors: Vec<String> = validator.iter_errors(&slip).map(|error| error.to_string()).collect();
            assert!(problems.iter().all(|problem| problem.rule != "syntax"), "{kind}: {text}");
            assert_eq!(problems.is_empty(), errors.is_empty(), "{kind}: {problems:#?} {errors:#?}\n{text}");
            if errors.is_empty() { accepted += 1 } else { refused += 1 }
        }
        assert!(refused > 40 && accepted > 0, "{kind}: {refused} refused, {accepted} accepted");
    }
}

#[test]
fn a_schema_says_what_each_key_and_word_means() {
    let schema = schema::json_schema("practice").expect("practice is a kind");
    let status = &schema["properties"]["status"];
    assert_eq!(status["enum"], json!(["implemented", "partially-implemented", "planned", "not-applicable"]));
    assert_eq!(status["x-taplo"]["docs"]["enumValues"][2], "No objective is met.");
    assert_eq!(schema["required"], json!(["practice"]));
    let part = &schema["properties"]["responsibility"]["items"];
    assert_eq!(part["required"], json!(["party", "objectives", "duty"]));
    assert_eq!(part["properties"]["verification"]["properties"]["last"]["format"], "date");
}

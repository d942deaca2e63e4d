//! The JSON Schema and the format pages, from the keys that the reader uses.
//!
//! Draft 7, the newest that editors of TOML read; a TOML date is a string of format `date` to them.

use serde_json::{Map, Value, json};

use crate::date::UNITS;
use crate::model::{artifact, assets, clients, config, crm, crm_map, crypto, incident, practice, provider, weakness};
use crate::table::{Key, Kind, Record, Shape};

/// A kind of TOML file.
#[derive(Clone, Copy, Debug)]
pub struct FileKind {
    /// What `schema` calls it.
    pub name: &'static str,
    /// Where its files stand, relative to the root, as a glob.
    pub pattern: &'static str,
    /// A glob of files that the pattern fits and that are of another kind.
    pub except: Option<&'static str>,
    /// Its keys.
    pub shape: &'static Shape,
}

/// Every kind of TOML file, in the order of the docs; where two patterns fit a file, the first is its kind.
pub fn kinds() -> Vec<FileKind> {
    vec![
        kind::<config::Config>("demarcate", "demarcate.toml"),
        kind::<practice::Practice>("practice", "practices/*.toml"),
        kind::<artifact::ArtifactsFile>("artifacts", "evidence/*/artifacts.toml"),
        kind::<crm::ProviderCrm>("crm", "providers/*.crm.toml"),
        FileKind { except: Some("providers/*.crm.toml"), ..kind::<provider::Provider>("provider", "providers/*.toml") },
        kind::<assets::Assets>("assets", "assets.toml"),
        kind::<weakness::Poam>("poam", "poam/*.toml"),
        kind::<weakness::Exception>("exception", "exceptions/*.toml"),
        kind::<incident::Incident>("incident", "incident.toml"),
        kind::<crypto::Crypto>("crypto", "crypto.toml"),
        kind::<clients::Clients>("clients", "CLIENTS.toml"),
        kind::<crm_map::CrmMap>("crm-map", "maps/*.toml"),
    ]
}

fn kind<T: Record + 'static>(name: &'static str, pattern: &'static str) -> FileKind {
    FileKind { name, pattern, except: None, shape: const { &T::SHAPE } }
}

/// The JSON Schema of a kind of file; `None` where there is no such kind.
pub fn json_schema(kind: &str) -> Option<Value> {
    let kind = kinds().into_iter().find(|known| known.name == kind)?;
    let mut schema = of_shape(kind.shape);
    schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".to_owned(), json!(format!("demarcate: {}", kind.pattern)));
    Some(Value::Object(schema))
}

fn of_shape(shape: &Shape) -> Map<String, Value> {
    let properties: Map<String, Value> =
        shape.keys.iter().map(|key| (key.name.to_owned(), Value::Object(of_key(key)))).collect();
    let required: Vec<&str> = shape.keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = object(json!({
        "type": "object",
        "description": shape.doc,
        "properties": properties,
        "additionalProperties": false,
    }));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

/// What a key may hold, described by the key rather than by the table it holds.
fn of_key(key: &Key) -> Map<String, Value> {
    let mut schema = of_kind(key.kind);
    schema.insert("description".to_owned(), json!(key.doc));
    schema
}

fn of_kind(kind: Kind) -> Map<String, Value> {
    match kind {
        Kind::Table(shape) => of_shape(shape),
        Kind::Choice(words) => of_choice(words),
        Kind::Text => object(json!({ "type": "string" })),
        Kind::Ref(what) => object(json!({ "type": "string", "title": format!("id: {what}") })),
        Kind::Id => object(json!({ "type": "string", "title": "id", "pattern": id_pattern() })),
        Kind::Date => object(json!({ "type": "string", "format": "date" })),
        Kind::Duration => object(json!({ "type": "string", "title": "duration", "pattern": duration_pattern() })),
        Kind::Integer => object(json!({ "type": "integer" })),
        Kind::Bool => object(json!({ "type": "boolean" })),
        Kind::List(of) => object(json!({ "type": "array", "items": of_kind(*of) })),
        Kind::Map(of) => object(json!({ "type": "object", "additionalProperties": of_kind(*of) })),
        Kind::OneOrMany(of) => object(json!({ "anyOf": [of_kind(*of), of_kind(Kind::List(of))] })),
        Kind::Either(short, long) => object(json!({ "anyOf": [of_kind(*short), of_kind(*long)] })),
    }
}

/// Words, with what each means where the editor knows how to show it.
fn of_choice(words: &[(&str, &str)]) -> Map<String, Value> {
    let (names, meanings): (Vec<&str>, Vec<&str>) = words.iter().copied().unzip();
    object(json!({ "type": "string", "enum": names, "x-taplo": { "docs": { "enumValues": meanings } } }))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Kebab-case as [`crate::ids::is_kebab`] reads it: letters that are not capitals, digits, single hyphens.
fn id_pattern() -> &'static str {
    r"^[0-9\p{Ll}\p{Lm}\p{Lo}]+(-[0-9\p{Ll}\p{Lm}\p{Lo}]+)*$"
}

fn duration_pattern() -> String {
    format!("^[1-9][0-9]* ({})s?$", UNITS.join("|"))
}

/// The page of the formats in Markdown: a section for each kind of file, with its keys and words.
pub fn page() -> String {
    let mut page = PREFACE.to_owned();
    for kind in kinds() {
        page.push_str(&section(kind));
    }
    page.push_str(AFTERWORD);
    page
}

const PREFACE: &str = "\
# The files

Files are TOML 1.1 in UTF-8. A key that is not listed here is an error. Dates stand without quotes: `2026-11-21`. A
duration is a positive number and a unit: `\"3 months\"`; units are minute, hour, day, week, month and year, and months
and years are those of the calendar. An id is kebab-case: small letters and digits in groups joined by single hyphens.
`demarcate schema` prints a JSON Schema of each kind for editors.

This page is made from the tables that read the files.
";

const AFTERWORD: &str = "
## `evidence.lock`

Written by `demarcate hash`, read by people, merged by line. The first line is `# demarcate evidence.lock 1`; each other
line is `<SHA-256>  <size>  <artifact id>  <path or URL>`, with two spaces between, sorted by artifact id, then path.
Control characters and `%` of a path are written as `%` and two hex digits.

## `policies/*.md`

The contractor's own policies in Markdown. The first heading is the title, and the file's name is the id.
";

fn section(kind: FileKind) -> String {
    let mut section = format!("\n## `{}`\n\n{}\n", kind.pattern, kind.shape.doc);
    section.push_str(&keys_of(kind.shape));
    for shape in below(kind.shape) {
        section.push_str(&["\n### ", &heading(shape), "\n\n", shape.doc, "\n", &keys_of(shape)].concat());
    }
    section
}

/// Every table below a table, in the order in which the keys name them.
fn below(shape: &Shape) -> Vec<&'static Shape> {
    let mut found: Vec<&'static Shape> = Vec::new();
    for key in shape.keys {
        for inner in tables_in(key.kind) {
            let more = std::iter::once(inner).chain(below(inner));
            let new: Vec<&'static Shape> = more.filter(|shape| !found.iter().any(|f| f.name == shape.name)).collect();
            found.extend(new);
        }
    }
    found
}

fn tables_in(kind: Kind) -> Vec<&'static Shape> {
    match kind {
        Kind::Table(shape) => vec![shape],
        Kind::List(of) | Kind::OneOrMany(of) | Kind::Map(of) => tables_in(*of),
        Kind::Either(short, long) => tables_in(*short).into_iter().chain(tables_in(*long)).collect(),
        _ => Vec::new(),
    }
}

/// The name of a table with a capital, without its article.
fn heading(shape: &Shape) -> String {
    let title = shape.title();
    let name = title.strip_prefix("the ").unwrap_or(&title);
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn keys_of(shape: &Shape) -> String {
    let rows: Vec<String> = shape
        .keys
        .iter()
        .map(|key| {
            let needed = if key.required { "yes" } else { "" };
            format!("| `{}` | {} | {needed} | {} |\n", key.name, cell(&in_words(key.kind)), cell(key.doc))
        })
        .collect();
    let words: Vec<String> = shape.keys.iter().filter_map(words_of).collect();
    format!("\n| key | type | needed | meaning |\n|---|---|---|---|\n{}{}", rows.concat(), words.concat())
}

fn words_of(key: &Key) -> Option<String> {
    let words = words_in(key.kind)?;
    let list: Vec<String> = words.iter().map(|(word, meaning)| format!("- `{word}`: {meaning}\n")).collect();
    Some(format!("\nWords of `{}`:\n\n{}", key.name, list.concat()))
}

fn words_in(kind: Kind) -> Option<&'static [(&'static str, &'static str)]> {
    match kind {
        Kind::Choice(words) => Some(words),
        Kind::List(of) | Kind::OneOrMany(of) | Kind::Map(of) => words_in(*of),
        Kind::Either(short, long) => words_in(*short).or_else(|| words_in(*long)),
        _ => None,
    }
}

fn in_words(kind: Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Id => "id".to_owned(),
        Kind::Ref(what) => format!("id: {what}"),
        Kind::Date => "date".to_owned(),
        Kind::Duration => "duration".to_owned(),
        Kind::Integer => "whole number".to_owned(),
        Kind::Bool => "true or false".to_owned(),
        Kind::Choice(_) => "word".to_owned(),
        Kind::Table(shape) => format!("table: {}", heading(shape)),
        Kind::List(of) => format!("list of {}", plural(*of)),
        Kind::Map(of) => format!("table of {}", plural(*of)),
        Kind::OneOrMany(of) => format!("{}, or a list of {}", in_words(*of), plural(*of)),
        Kind::Either(short, long) => format!("{}, or {}", in_words(*short), in_words(*long)),
    }
}

fn plural(kind: Kind) -> String {
    match kind {
        Kind::Text => "texts".to_owned(),
        Kind::Ref(what) => format!("ids: {what}"),
        Kind::Choice(_) => "words".to_owned(),
        Kind::Table(shape) => format!("tables: {}", heading(shape)),
        other => in_words(other),
    }
}

/// A cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

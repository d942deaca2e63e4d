//! The files that `init` writes: a repository ready to edit.

pub mod forge;
pub mod hooks;
pub mod provider;

use crate::catalog::{Catalog, Nature, Requirement};
use crate::schema::{self, FileKind};
use crate::table;

/// Where schemas lie in a repository, for editors.
const SCHEMAS: &str = ".demarcate/schemas";

/// A path, and the text that belongs there.
pub type File = (String, String);

/// Path and text of every file.
pub fn files(organization: Option<&str>) -> Vec<File> {
    // The list of clients is a provider's.
    let kinds: Vec<FileKind> = schema::kinds().into_iter().filter(|kind| kind.name != "clients").collect();
    let mut files = vec![
        ("demarcate.toml".to_owned(), config(organization)),
        ("assets.toml".to_owned(), assets()),
        ("evidence/contractor/artifacts.toml".to_owned(), artifacts()),
        (".gitattributes".to_owned(), ATTRIBUTES.to_owned()),
        (".gitignore".to_owned(), "/out/\n".to_owned()),
        (".taplo.toml".to_owned(), taplo(&kinds)),
        ("tombi.toml".to_owned(), tombi(&kinds)),
    ];
    files.extend(Catalog::rev2().requirements().map(|r| (r.id.path(), practice(r))));
    files.extend(schemas(&kinds));
    files.sort();
    files
}

/// The schemas of some kinds of files.
fn schemas(kinds: &[FileKind]) -> impl Iterator<Item = File> + use<'_> {
    kinds.iter().map(|kind| {
        let schema = schema::json_schema(kind.name).expect("every listed kind has a schema");
        let text = serde_json::to_string_pretty(&schema).expect("a schema is plain data") + "\n";
        (format!("{SCHEMAS}/{}.schema.json", kind.name), text)
    })
}

/// Evidence is kept byte for byte; the lock is merged by line.
const ATTRIBUTES: &str = "\
# Evidence is hashed: Git must never convert its bytes.
evidence/** -text
policies/** -text
trust/** -text
evidence.lock -text merge=union
";

fn config(organization: Option<&str>) -> String {
    let name = table::quoted(organization.unwrap_or("Name of the contractor"));
    format!(
        r#"#:schema ./{SCHEMAS}/demarcate.schema.json
# Who, what, and how it is judged. `demarcate schema demarcate` lists every key.

# While this is "building", review and evidence rules warn, folded to one line a family.
stage = "building"

[organization]
name = {name}

[system]
name = "Name of the system in scope"

[review]
interval = "1 year"

# One table for each role that practices name.
[[role]]
id    = "isso"
title = "Information System Security Officer"

# One table for each person who reviews, accepts or affirms.
# [[person]]
# id    = "first-last"
# name  = "First Last"
# email = ["first.last@contractor.example"]
# roles = ["isso"]
"#
    )
}

fn assets() -> String {
    format!(
        r#"#:schema ./{SCHEMAS}/assets.schema.json
# Groups are parts of the system that are treated alike; responsibilities may be scoped to them.

# [[group]]
# id    = "enclave"
# title = "Cloud enclave for CUI"
"#
    )
}

fn artifacts() -> String {
    format!(
        r#"#:schema ../../{SCHEMAS}/artifacts.schema.json
# The artifacts that the contractor produces. A practice cites the id; a new quarter adds an edition here.

# [[artifact]]
# id    = "access-control-policy"
# title = "Access control policy"
# kind  = "policy"
# final = {{ version = "1.0", approver = "First Last", date = 2026-01-15 }}
#
# [[artifact.edition]]
# path      = "access-control-policy.pdf"
# collected = 2026-01-15
"#
    )
}

/// A practice that nobody has answered: what it asks as comments, the keys that everybody fills.
fn practice(requirement: &Requirement) -> String {
    let mut text = format!(
        "#:schema ../{SCHEMAS}/practice.schema.json\n# {}: {}\n# {}\n#\n",
        requirement.id, requirement.title, requirement.statement
    );
    for objective in &requirement.objectives {
        let value = if objective.nature == Nature::Defined { " (needs an entry in [values])" } else { "" };
        text.push_str(&format!("#   [{}] {}{value}\n", objective.id.letter, objective.sentence));
    }
    text.push_str(&format!("\npractice  = \"{}\"\nstatement = \"\"\"\n\"\"\"\n", requirement.id));
    text
}

fn taplo(kinds: &[FileKind]) -> String {
    let mut text = String::from("# Schemas for editors and checkers that read taplo's configuration.\n");
    for kind in kinds {
        let except = kind.except.map_or_else(String::new, |glob| format!("exclude = [\"{glob}\"]\n"));
        text.push_str(&format!(
            "\n[[rule]]\ninclude = [\"{}\"]\n{except}schema.path = \"{SCHEMAS}/{}.schema.json\"\n",
            kind.pattern, kind.name
        ));
    }
    text
}

fn tombi(kinds: &[FileKind]) -> String {
    let mut text = String::from("# Schemas for editors and checkers that read tombi's configuration.\n");
    for kind in kinds {
        text.push_str(&format!(
            "\n[[schemas]]\npath = \"{SCHEMAS}/{}.schema.json\"\ninclude = [\"{}\"]\n",
            kind.name, kind.pattern
        ));
    }
    text
}

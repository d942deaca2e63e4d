//! The pages of `docs/` that are written from code; a test says whether they are current.

use std::fmt::Write;

use crate::{cli, explain, import, schema, statement};

/// Path and text of every generated page.
pub fn pages() -> Vec<(String, String)> {
    let mut pages = vec![
        ("docs/rules.md".to_owned(), explain::rules_page()),
        ("docs/formats.md".to_owned(), schema::page()),
        ("docs/commands.md".to_owned(), commands()),
        ("docs/attestations.md".to_owned(), statement::page()),
        ("docs/import.md".to_owned(), import::crm::page()),
    ];
    for kind in schema::kinds() {
        let schema = schema::json_schema(kind.name).expect("every listed kind has a schema");
        let text = serde_json::to_string_pretty(&schema).expect("a schema is plain data") + "\n";
        pages.push((format!("docs/schemas/{}.schema.json", kind.name), text));
    }
    pages
}

/// Every command with its help.
fn commands() -> String {
    let mut page = String::from("# Commands\n\nWritten from the command line's own help.\n");
    let mut command = cli::command().term_width(100);
    command.build();
    section(&mut page, &mut command.clone(), "demarcate");
    for sub in command.get_subcommands_mut().filter(|sub| sub.get_name() != "help") {
        let name = format!("demarcate {}", sub.get_name());
        section(&mut page, sub, &name);
    }
    page
}

fn section(page: &mut String, command: &mut clap::Command, name: &str) {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    write!(page, "\n## {name}\n\n```text\n{}\n```\n", lines.join("\n").trim())
        .expect("writing to a string does not fail");
}

//! `schema`.

use std::path::PathBuf;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::score::as_json;
use crate::failure::{Cause, Failure};
use crate::{fix, schema};

/// The JSON Schema of a file kind, for editors; without a kind, the kinds
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The kind: demarcate, practice, artifacts, provider, crm, assets, poam, exception, incident, crypto, crm-map
    kind: Option<String>,
    /// Write the schema of every kind into this folder
    #[arg(short, long, value_name = "DIR", conflicts_with = "kind")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    if let Some(folder) = &args.output {
        for kind in schema::kinds() {
            let path = folder.join(format!("{}.schema.json", kind.name));
            fix::write(&path, text_of(kind.name)?.as_bytes())?;
        }
        return Ok(Outcome::Clean);
    }
    match &args.kind {
        Some(kind) => context.say(&text_of(kind)?)?,
        None => {
            for kind in schema::kinds() {
                context.say(&format!("{:<10} {}\n", kind.name, kind.pattern))?;
            }
        }
    }
    Ok(Outcome::Clean)
}

/// The schema of a kind as text.
pub(crate) fn text_of(kind: &str) -> Result<String, Failure> {
    let schema = schema::json_schema(kind).ok_or_else(|| {
        let names: Vec<&str> = schema::kinds().iter().map(|kind| kind.name).collect();
        Failure::new(Cause::Usage, format!("no file kind is called `{kind}`; there are {}", names.join(", ")))
    })?;
    Ok(as_json(&schema))
}

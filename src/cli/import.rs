//! `import`.

mod crm;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::Context;
use super::check::counted;
use super::outcome::{Ended, Outcome};
use crate::failure::{Cause, Failure};
use crate::model::wording::Wording;
use crate::table::Reader;
use crate::{fix, import};

/// Takes in what others publish
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// The official wording of SP 800-171 Rev 2 and its objectives, from an OSCAL catalog in JSON, into catalog/
    ///
    /// Every defect of the file is named. What it lacks keeps this tool's own sentence. Documents and `explain` print
    /// the wording from then on.
    Catalog {
        /// The OSCAL catalog, JSON
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    Crm(crm::Args),
}

/// Where the imported wording lies in a root.
pub(crate) const WORDING: &str = "catalog/nist-sp-800-171-rev2.toml";

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    match &args.what {
        What::Catalog { file } => catalog(file, context),
        What::Crm(args) => crm::run(args, context),
    }
}

fn catalog(file: &Path, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let directory = context.common.directory.clone();
    if !directory.join("demarcate.toml").is_file() {
        return Err(Failure::new(Cause::NoRoot, format!("{} holds no demarcate.toml", directory.display())).into());
    }
    let bytes = std::fs::read(file).map_err(|error| Failure::io("read", file, &error))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (wording, problems) = import::catalog(&name, &bytes)?;
    fix::write(&directory.join(WORDING), import::render(&wording).as_bytes())?;
    for problem in &problems {
        context.say(&format!("{problem}\n"))?;
    }
    context.say(&format!(
        "wrote {WORDING}: {} and {} of the official wording; {} named\n",
        counted(wording.statements.len(), "statement"),
        counted(wording.objectives.len(), "objective"),
        counted(problems.len(), "defect"),
    ))?;
    Ok(Outcome::Clean)
}

/// Where the imported wording of a root lies.
pub(crate) fn wording_path(directory: &Path) -> PathBuf {
    directory.join(WORDING)
}

/// The official wording, if it was imported into this root; one that cannot be read is a failure.
pub(crate) fn wording_of(directory: &Path) -> Result<Option<Wording>, Failure> {
    let path = wording_path(directory);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io("read", &path, &error)),
    };
    let mut reader = Reader::default();
    let wording = import::read_imported(&text, &mut reader);
    match reader.problems.first() {
        None => Ok(wording),
        Some(problem) => {
            let message = format!("{}: {}; run `demarcate import catalog` again", path.display(), problem.message);
            Err(Failure::new(Cause::Usage, message))
        }
    }
}

//! `demo`.

use std::path::{Path, PathBuf};

use super::Context;
use super::outcome::{Ended, Outcome};
use crate::date::Date;
use crate::demo;
use crate::failure::{Cause, Failure};

/// Writes the sample repository with its history, then walks through check, status, score, history and render
///
/// Needs nothing but this binary. Exits 0 when each step gave the verdict that its story expects.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Where to write it; has to be absent or empty
    #[arg(value_name = "DIR", default_value = "demarcate-demo")]
    directory: PathBuf,
}

/// A step of the walk: what it is for, the words of the command line, and the exit code that the story expects.
struct Step {
    why: &'static str,
    words: &'static [&'static str],
    code: u8,
    /// Lines of its output that are shown; 0 shows them all.
    lines: usize,
}

const STEPS: [Step; 5] = [
    Step { why: "What would an assessor find wrong?", words: &["check"], code: 1, lines: 0 },
    Step { why: "Where does the program stand?", words: &["status"], code: 0, lines: 0 },
    Step { why: "What does that cost, and what does the POA&M law allow?", words: &["score"], code: 0, lines: 0 },
    Step {
        why: "Who looked at one practice, when, and is that still what stands there?",
        words: &["history", "AC.L2-3.1.1", "--proof"],
        code: 0,
        lines: 16,
    },
    Step { why: "The documents for the assessor.", words: &["render", "-o", "out"], code: 0, lines: 0 },
];

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let directory = &args.directory;
    refuse_full(directory)?;
    let as_of = context.as_of();
    let commits = demo::write(directory, as_of)?;
    let at = directory.display();
    context.say(&format!(
        "wrote the sample repository to {at}: a Git repository of {commits} commits over three years\n"
    ))?;
    let mut expected = true;
    for step in &STEPS {
        expected &= walk(step, directory, as_of, context)?;
    }
    context.say(&farewell(directory))?;
    if expected { Ok(Outcome::Clean) } else { Ok(Outcome::Denied) }
}

fn refuse_full(directory: &Path) -> Result<(), Failure> {
    let full = std::fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some());
    if full {
        return Err(Failure::new(Cause::Usage, format!("{} is not empty; name another folder", directory.display())));
    }
    Ok(())
}

/// Runs one step as a user would, shows it, and says whether it ended as the story expects.
fn walk(step: &Step, directory: &Path, as_of: Date, context: &mut Context<'_>) -> Result<bool, Ended> {
    let words = step.words.join(" ");
    context.say(&format!("\n## {}\n$ demarcate -C {} {words}\n", step.why, directory.display()))?;
    let folder = directory.to_string_lossy().into_owned();
    let day = as_of.to_string();
    let out_folder = directory.join("out").to_string_lossy().into_owned();
    let color = if context.colors() { "always" } else { "never" };
    let mut line = vec!["demarcate", "-C", &folder, "--as-of", &day, "--color", color];
    line.extend(step.words.iter().map(|word| if *word == "out" { out_folder.as_str() } else { *word }));
    let mut output = Vec::new();
    let world = super::World { asks: false, ..context.world.clone() };
    let nothing = &mut std::io::empty();
    let code = super::run(line.into_iter().map(Into::into), &world, nothing, &mut output, context.err);
    let text = String::from_utf8_lossy(&output).into_owned();
    context.say_raw(&shortened(&text, step.lines))?;
    if code != step.code {
        context.say(&format!("this step ended with exit code {code}; the story expects {}\n", step.code))?;
    }
    Ok(code == step.code)
}

fn shortened(text: &str, most: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    if most == 0 || lines.len() <= most {
        return text.to_owned();
    }
    format!("{}\n... {} more lines\n", lines[..most].join("\n"), lines.len() - most)
}

fn farewell(directory: &Path) -> String {
    let at = directory.display();
    format!(
        "\nwhere to look:\n  {at}/out/index.html                      the documents, in a browser\n  \
         {at}/practices/AC.L2-3.1.1.toml          a practice, with every common key\n  \
         {at}/practices/AU.L2-3.3.4.toml          a weakness, and who owns it\n  \
         demarcate explain series-overdue         why a rule exists, and what to write instead\n\n\
         Correct what the help lines say and run `demarcate -C {at} check` again.\n"
    )
}

//! `demo`.

use std::path::{Path, PathBuf};

use super::Context;
use super::history::text::wrapped;
use super::outcome::{Ended, Outcome};
use super::root::{Root, Which};
use crate::date::Date;
use crate::demo;
use crate::failure::{Cause, Failure};
use crate::model::history::{DateGrade, History, Review, Subject};

/// Writes the sample repository with its history, then walks through check, status, score, history, render, bundle and verify
///
/// Needs nothing but this binary. Its people sign with play keys that everybody has; those lie in the Git directory, so
/// that you can go on as the compliance lead. Exits 0 when each step gave the verdict that its story expects.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Where to write it; has to be absent or empty
    #[arg(value_name = "DIR", default_value = "demarcate-demo")]
    directory: PathBuf,
}

/// A step of the walk: what it is for, the words of the command line, and the exit code that the story expects.
struct Step {
    why: &'static str,
    /// A word that begins with [`HERE`] is a path in the sample.
    words: &'static [&'static str],
    code: u8,
    /// Lines of its output that are shown; 0 shows them all.
    lines: usize,
}

/// What a word begins with that is a path in the sample.
const HERE: char = '@';

const STEPS: [Step; 7] = [
    Step { why: "What would an assessor find wrong?", words: &["check"], code: 1, lines: 0 },
    Step { why: "Where does the program stand?", words: &["status"], code: 0, lines: 0 },
    Step { why: "What does that cost, and what does the POA&M law allow?", words: &["score"], code: 0, lines: 0 },
    Step {
        why: "Who looked at one practice, when, and is that still what stands there?",
        words: &["history", "AC.L2-3.1.1", "--proof"],
        code: 0,
        lines: 14,
    },
    Step { why: "The documents for the assessor.", words: &["render", "-o", "@out"], code: 0, lines: 0 },
    Step {
        why: "All of it in one signed package, with the findings inside.",
        words: &["bundle", "--with-diagnostics", "--sign", "@.git/demarcate-demo-keys/priya", "-o", "@out/bundle"],
        code: 0,
        lines: 0,
    },
    Step {
        why: "Is it as it was signed, and by whom? The assessor has the list of signers by another way.",
        words: &["verify", "@out/bundle", "--trust-root", "@trust/allowed_signers"],
        code: 0,
        lines: 0,
    },
];

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let directory = &args.directory;
    refuse_full(directory)?;
    let as_of = context.as_of();
    let written = demo::write(directory, as_of)?;
    context.say(&greeting(directory, written.commits))?;
    let mut expected = true;
    for step in &STEPS {
        expected &= walk(step, directory, as_of, context)?;
    }
    let history = read(directory, context)?;
    context.say(&worth(&written.shown, &history))?;
    context.say(&farewell(directory))?;
    if expected { Ok(Outcome::Clean) } else { Ok(Outcome::Denied) }
}

fn greeting(directory: &Path, commits: usize) -> String {
    let at = directory.display();
    let keys = demo::KEYS;
    format!(
        "wrote the sample repository to {at}: a Git repository of {commits} commits over three years\n\
         \x20 Its people sign with play keys that everybody has (.git/{keys}): never trust one elsewhere.\n\
         \x20 Git is set up there as the compliance lead, Priya Nair: what you commit, her play key signs.\n"
    )
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
    let here = |word: &&str| match word.strip_prefix(HERE) {
        Some(path) => directory.join(path).to_string_lossy().into_owned(),
        None => (*word).to_owned(),
    };
    let words: Vec<String> = step.words.iter().map(here).collect();
    context.say(&format!("\n## {}\n$ demarcate -C {} {}\n", step.why, directory.display(), words.join(" ")))?;
    let folder = directory.to_string_lossy().into_owned();
    let day = as_of.to_string();
    let color = if context.colors() { "always" } else { "never" };
    let mut line = vec!["demarcate", "-C", &folder, "--as-of", &day, "--color", color];
    line.extend(words.iter().map(String::as_str));
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

/// What the log of the folder proves.
fn read(directory: &Path, context: &mut Context<'_>) -> Result<History, Ended> {
    let mut common = context.common.clone();
    directory.clone_into(&mut common.directory);
    let Context { world, input, out, err, .. } = context;
    let mut inside = Context { common, world, input: &mut **input, out: &mut **out, err: &mut **err };
    let root = Root::open(&mut inside)?;
    Ok(root.history(&Which::WorkTree, &inside)?.1)
}

/// Each review that shows something, and what it is worth by the log: those that count first.
fn worth(shown: &[(String, String)], history: &History) -> String {
    let rows = shown.iter().filter_map(|(commit, what)| Some((what, first_of(commit, history)?)));
    let (counts, others): (Vec<_>, Vec<_>) = rows.partition(|(_, (_, review))| review.counts());
    let mut out = String::from("\n## Whose word counts, and why not?\n");
    for (what, (subject, review)) in counts.into_iter().chain(others) {
        out.push_str(&worth_of(what, subject, review));
    }
    out
}

/// The first subject that a commit reviews, with that review.
fn first_of<'h>(commit: &str, history: &'h History) -> Option<(&'h Subject, &'h Review)> {
    let of = |(subject, found): (&'h Subject, &'h crate::model::history::SubjectHistory)| {
        found.reviews.iter().find(|review| &*review.commit == commit).map(|review| (subject, review))
    };
    history.subjects.iter().find_map(of)
}

fn worth_of(what: &str, subject: &Subject, review: &Review) -> String {
    const BELOW: usize = 18;
    let verdict =
        if review.counts() { format!("counts: {}", review.grade.word()) } else { "does not count".to_owned() };
    let more = if review.breadth > 1 { format!(" and {} more", review.breadth - 1) } else { String::new() };
    let mut out = wrapped(&format!("{verdict:<BELOW$}"), BELOW, what);
    let mut facts = vec![format!("{} in {}, {subject}{more}", review.date, &review.commit[..10])];
    facts.extend(remarks(review));
    out.push_str(&wrapped(&" ".repeat(BELOW), BELOW, &facts.join("; ")));
    out
}

/// What there is to say of a review besides its verdict.
fn remarks(review: &Review) -> Vec<String> {
    let mut remarks: Vec<String> = review.refused_because.iter().map(ToString::to_string).collect();
    let witnessed = review.witnessed.filter(|_| review.date_grade == DateGrade::Witnessed);
    remarks.extend(witnessed.map(|at| format!("a witness saw it by {}", Date::of_unix(at))));
    if review.date_grade == DateGrade::Doubtful {
        remarks.push("its date is doubtful".to_owned());
    }
    remarks.extend(review.record.as_ref().map(|record| format!("written down in {record}")));
    if review.breadth > 1 && !review.noted && review.record.is_none() {
        remarks.push("no word of what was looked at".to_owned());
    }
    remarks
}

fn farewell(directory: &Path) -> String {
    let at = directory.display();
    let places = [
        (format!("{at}/out/index.html"), "the documents, in a browser"),
        (format!("{at}/out/bundle/README.txt"), "how an assessor checks the package with ordinary tools"),
        (format!("{at}/out/bundle/documents/index.html"), "from a requirement to its artifact, without a network"),
        (format!("{at}/practices/AC.L2-3.1.1.toml"), "a practice, with every common key"),
        (format!("{at}/practices/AU.L2-3.3.4.toml"), "a weakness, and who owns it"),
        (format!("{at}/trust/allowed_signers"), "whose signatures count"),
        (format!("demarcate -C {at} history --proof"), "who reviewed what, and why it counts or does not"),
        ("demarcate explain series-overdue".to_owned(), "why a rule exists, and what to write instead"),
    ];
    let width = places.iter().map(|(place, _)| place.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = places.iter().map(|(place, what)| format!("  {place:<width$}  {what}\n")).collect();
    let lines = lines.concat();
    format!("\nwhere to look:\n{lines}\nCorrect what the help lines say and run `demarcate -C {at} check` again.\n")
}

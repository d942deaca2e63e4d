//! `verify --dod-log`: what a log of the DoD artifact-hashing guide names.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::Args;
use crate::archive::Archive;
use crate::cli::Context;
use crate::cli::check::counted;
use crate::cli::outcome::{Ended, Outcome};
use crate::cli::progress::Progress;
use crate::cli::score::{Form, as_json};
use crate::dod_log;
use crate::dod_log::reading::{self, Log, Remark};
use crate::failure::{Cause, Failure};
use crate::rehash::{self, Judged, LogHash, Moved, State, Verdict};

/// The largest log that is read, in bytes: some half a million files of the widest flavour.
const LARGEST_LOG: u64 = 512 << 20;

pub(super) fn run(path: &Path, args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let bytes = bytes_of(path)?;
    let log = reading::read(&bytes);
    if log.rows.is_empty() {
        return Err(without_rows(path, &bytes).into());
    }
    let archive = Archive::open(&args.place)?;
    let verdict = verdict(&log, &archive, path, context);
    let log_hash = log_hash(path, &bytes)?;
    let fails = verdict.fails() || log_hash.state == "differs";
    let seen = Seen { log: &log, verdict: &verdict, log_hash: &log_hash, path, place: &args.place };
    let text = match args.format {
        Form::Text => seen.text(context.common.verbose),
        Form::Json => seen.json(),
    };
    context.say(&text)?;
    Ok(Outcome::of(fails))
}

fn verdict(log: &Log, archive: &Archive, path: &Path, context: &Context<'_>) -> Verdict {
    let progress = Progress::new(context, "hashing");
    let own = archive.name_of(path);
    rehash::verify(log, archive, own.as_deref(), &|bytes| progress.add(bytes))
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| Failure::io("read", path, &error);
    let size = path.metadata().map_err(failed)?.len();
    if size > LARGEST_LOG {
        let message = format!("{} has {size} bytes, and {LARGEST_LOG} is the most that is read", path.display());
        return Err(Failure::new(Cause::Usage, message));
    }
    std::fs::read(path).map_err(failed)
}

/// Why there is nothing to verify.
fn without_rows(path: &Path, bytes: &[u8]) -> Failure {
    let why = if bytes.iter().all(u8::is_ascii_whitespace) {
        "it is empty, as the script leaves it for a folder without files"
    } else if String::from_utf8_lossy(bytes).lines().any(is_sum) {
        "it is a list for `sha256sum --check`, which verifies it"
    } else {
        "it has no line with an algorithm, a digest and a path"
    };
    Failure::new(Cause::Usage, format!("{} lists no file: {why}", path.display()))
}

fn is_sum(line: &str) -> bool {
    let line = line.trim_start_matches('\\');
    let digest = line.bytes().take_while(u8::is_ascii_hexdigit).count();
    digest == 64 && (line[64..].starts_with("  ") || line[64..].starts_with(" *"))
}

/// The log beside the log, if there is one and this is not it.
fn log_hash(path: &Path, bytes: &[u8]) -> Result<LogHash, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(dod_log::LOG_HASH);
    if name.eq_ignore_ascii_case(dod_log::LOG_HASH) || !beside.is_file() {
        return Ok(LogHash::absent());
    }
    Ok(rehash::log_hash(&name, bytes, &bytes_of(&beside)?))
}

/// `verify --dod-log --format json`, version 1.
#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    log: String,
    flavour: Option<&'static str>,
    encoding: &'static str,
    log_hash: &'a LogHash,
    roots: &'a [Moved],
    summary: BTreeMap<&'static str, usize>,
    files: &'a [Judged],
    extra: &'a [String],
    warnings: &'a [Remark],
}

/// What a run found, to be shown.
struct Seen<'a> {
    log: &'a Log,
    verdict: &'a Verdict,
    log_hash: &'a LogHash,
    path: &'a Path,
    place: &'a Path,
}

impl Seen<'_> {
    fn json(&self) -> String {
        let mut summary: BTreeMap<&'static str, usize> =
            State::ALL.into_iter().map(|state| (state.word(), self.verdict.count(state))).collect();
        summary.insert("extra", self.verdict.extra.len());
        as_json(&Document {
            version: 1,
            log: self.name(),
            flavour: self.log.flavour.map(dod_log::Flavour::word),
            encoding: self.log.encoding.word(),
            log_hash: self.log_hash,
            roots: &self.verdict.roots,
            summary,
            files: &self.verdict.files,
            extra: &self.verdict.extra,
            warnings: &self.verdict.warnings,
        })
    }

    fn text(&self, verbose: bool) -> String {
        let mut out = String::new();
        for one in self.verdict.files.iter().filter(|one| verbose || one.state != State::Verified) {
            out.push_str(&line(one));
        }
        let most = if verbose { usize::MAX } else { 10 };
        put(&mut out, &self.extra(), most);
        put(&mut out, &self.warnings(), most);
        out.push_str(&self.of_log());
        out + &self.roots() + &self.summary()
    }

    /// Where the log's folders stand, if anything was found there.
    fn roots(&self) -> String {
        if self.verdict.files.iter().all(|one| one.file.is_none()) {
            return String::new();
        }
        let here = |to: &str| if to.is_empty() { self.place.to_owned() } else { self.place.join(to) };
        let line = |Moved { from, to }: &Moved| format!("{} is {}\n", empty_as(from, "the top"), here(to).display());
        self.verdict.roots.iter().map(line).collect()
    }

    fn name(&self) -> String {
        self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    fn extra(&self) -> Vec<String> {
        let line = |name| format!("{:<12} {name}: the log does not name it", "extra");
        self.verdict.extra.iter().map(line).collect()
    }

    fn warnings(&self) -> Vec<String> {
        let name = self.name();
        let line = |Remark { line, message }: &Remark| match line {
            Some(line) => format!("warning: {name}:{line}: {message}"),
            None => format!("warning: {name}: {message}"),
        };
        self.verdict.warnings.iter().map(line).collect()
    }

    /// What the log beside the log says.
    fn of_log(&self) -> String {
        let (name, beside) = (self.name(), dod_log::LOG_HASH);
        match self.log_hash.state {
            "agrees" => format!("{name} has the digest that {beside} names\n"),
            "absent" => format!("no {beside} lies beside {name}, so the log itself is not verified\n"),
            _ => format!("{:<12} {name} has not the digest that {beside} names: {}\n", "changed", self.log_hash.why),
        }
    }

    fn summary(&self) -> String {
        let total = self.verdict.files.len();
        let verified = self.verdict.count(State::Verified);
        let mut parts = vec![format!("verified {verified} of {}", counted(total, "file"))];
        for state in State::ALL.into_iter().skip(1).filter(|state| self.verdict.count(*state) > 0) {
            parts.push(format!("{} {}", self.verdict.count(state), state.word()));
        }
        if !self.verdict.extra.is_empty() {
            parts.push(format!("{} extra", self.verdict.extra.len()));
        }
        parts.join(", ") + "\n"
    }
}

fn empty_as<'a>(text: &'a str, word: &'a str) -> &'a str {
    if text.is_empty() { word } else { text }
}

fn line(one: &Judged) -> String {
    let name = one.file.as_deref().unwrap_or(&one.path);
    let why = if one.why.is_empty() { String::new() } else { format!(": {}", one.why) };
    format!("{:<12} {name} (line {}){why}\n", one.state.word(), one.line)
}

fn put(out: &mut String, lines: &[String], most: usize) {
    for line in lines.iter().take(most) {
        out.push_str(line);
        out.push('\n');
    }
    if lines.len() > most {
        out.push_str(&format!("and {} more like it (-v shows all)\n", lines.len() - most));
    }
}

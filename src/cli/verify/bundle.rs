//! `verify BUNDLE`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Args;
use crate::cli::check::counted;
use crate::cli::outcome::{Ended, Outcome};
use crate::cli::progress::Progress;
use crate::cli::score::{Form, as_json};
use crate::cli::{Context, TrustRoot};
use crate::failure::{Cause, Failure};
use crate::program::Tool;
use crate::recheck::{self, Difference};
use crate::verify::{self, Asked, Given, Kind, Opened, Problem, Signature, State, Unfounded, Verdict, Witness, Worth};

/// Problems that are shown without `-v`.
const MOST: usize = 20;

pub(super) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let opened = verify::open(&args.place)?;
    refuse_inside(&opened, args, context)?;
    let verdict = verdict(&opened, args, context)?;
    let verdict = if args.bundle.recheck { rechecked(verdict, &opened)? } else { verdict };
    let text = match args.format {
        Form::Text => text(&verdict, context),
        Form::Json => as_json(&Document { version: 1, verdict: &verdict }),
    };
    context.say(&text)?;
    Ok(Outcome::of(!verdict.verified))
}

fn verdict(opened: &Opened, args: &Args, context: &Context<'_>) -> Result<Verdict, Failure> {
    let outside = &args.bundle;
    let root = context.common.trust_root.as_ref().map(given);
    let since = outside.since.as_deref().map(verify::open).transpose()?;
    let (revoked, cms_ca) = (bytes(outside.revoked.as_deref())?, bytes(outside.cms_ca.as_deref())?);
    let progress = Progress::new(context, "hashing");
    let asked = Asked {
        root: root.as_ref(),
        revoked: revoked.as_deref(),
        tsa: outside.tsa.as_ref(),
        cms_ca: cms_ca.as_deref(),
        since: since.as_ref(),
        without_timestamps: outside.without_timestamps,
        now: context.world.now,
        openssl: &Tool::named("openssl"),
        progress: &|bytes| progress.add(bytes),
    };
    Ok(verify::bundle(opened, &asked))
}

/// Makes the bundle again, if somebody who is trusted vouches for what is to be read then.
fn rechecked(verdict: Verdict, opened: &Opened) -> Result<Verdict, Failure> {
    let Some(manifest) = opened.manifest().filter(|_| verdict.verified) else { return Ok(verdict) };
    let unfounded = |found: Difference| Unfounded {
        file: found.path,
        line: found.line,
        bundled: found.theirs,
        follows: found.ours,
    };
    let found = recheck::bundle(opened.archive(), &manifest)?;
    Ok(verdict.rechecked(found.into_iter().map(unfounded).collect()))
}

fn given(root: &TrustRoot) -> Given {
    match &root.file {
        Some((_, bytes)) => Given::Bytes(bytes.clone()),
        None => Given::Digest(root.sha256.clone()),
    }
}

fn bytes(path: Option<&Path>) -> Result<Option<Vec<u8>>, Failure> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| Failure::io("read", path, &error));
    path.map(read).transpose()
}

/// What lies in the bundle comes from whoever made the bundle.
fn refuse_inside(opened: &Opened, args: &Args, context: &Context<'_>) -> Result<(), Failure> {
    let root = context.common.trust_root.as_ref().and_then(|root| root.file.as_ref()).map(|(path, _)| path);
    let inside = |path: &&PathBuf| opened.holds(path);
    let Some(path) = root.into_iter().chain(&args.bundle.cms_ca).find(inside) else { return Ok(()) };
    let what = "lies in the bundle, which cannot vouch for itself: name a file that came by another way, or a SHA-256";
    Err(Failure::new(Cause::Usage, format!("{} {what}", path.display())))
}

/// `verify --format json`, version 1.
#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

fn text(verdict: &Verdict, context: &Context<'_>) -> String {
    let verbose = context.common.verbose;
    let mut lines = Vec::new();
    if verbose {
        lines.extend(verdict.files.iter().map(|file| format!("{:<12} {}", file.state.word(), one_line(&file.path))));
    }
    lines.push(headline(verdict));
    lines.extend(problems(&verdict.problems, if verbose { usize::MAX } else { MOST }));
    if !context.common.quiet {
        lines.extend(verdict.signatures.iter().filter_map(signature));
        lines.extend(statements(verdict));
        lines.extend(about(verdict));
        lines.extend(verdict.notes.iter().map(|note| format!("note: {note}")));
    }
    lines.join("\n") + "\n"
}

fn headline(verdict: &Verdict) -> String {
    let verified = verdict.files.iter().filter(|file| file.state == State::Verified);
    let (count, size) = verified.fold((0, 0_u64), |(count, size), file| (count + 1, size + file.size.unwrap_or(0)));
    let files = format!("{}, {}", counted(count, "file"), bytes_in_words(size));
    match (verdict.verified, &verdict.sums) {
        (true, Some(sums)) => format!("verified: {files}; SHA256SUMS {sums}"),
        (true, None) => format!("verified: {files}"),
        (false, _) => {
            let of = counted(verdict.files.iter().filter(|file| file.state != State::Extra).count(), "file");
            format!(
                "does NOT verify: {} ({count} of {of} have their digest)",
                counted(verdict.problems.len(), "problem")
            )
        }
    }
}

/// Bytes as people read them.
fn bytes_in_words(bytes: u64) -> String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, word)) => format!("{}.{} {word}", bytes / unit, bytes % unit * 10 / unit),
        None => counted(usize::try_from(bytes).unwrap_or(usize::MAX), "byte"),
    }
}

fn problems(problems: &[Problem], most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for problem in problems.iter().take(most) {
        let file = problem.file.as_ref().map(|file| format!("{}: ", one_line(file))).unwrap_or_default();
        lines.push(format!("  {file}{}", one_line(&problem.what)));
        lines.extend(problem.help.as_ref().map(|help| format!("    help: {}", one_line(help))));
    }
    if problems.len() > most {
        lines.push(format!("  and {} more (-v shows all)", problems.len() - most));
    }
    lines
}

/// What came from the bundle must not begin a line of its own.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Who signed, if it holds; what does not is among the problems.
fn signature(signature: &Signature) -> Option<String> {
    if signature.state != Worth::Good {
        return None;
    }
    let who = signature.by.join(", ");
    let key = signature.key.as_ref().map(|key| format!(" ({key})")).unwrap_or_default();
    let stranger = if signature.vouched == "outside" { "" } else { ", as the bundle alone says" };
    Some(one_line(&match signature.kind {
        Kind::TimeStamp | Kind::Statement => return None,
        Kind::Ssh => format!("signed by {who}{key}{stranger}{}", witnessed(signature.witness.as_ref())),
        Kind::Cms => format!("signed by {who} (CMS){stranger}"),
    }))
}

/// A line for each who made statements: what they are about, by the end of its type.
fn statements(verdict: &Verdict) -> Vec<String> {
    let mut said: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for made in verdict.signatures.iter().filter(|made| made.kind == Kind::Statement && made.state == Worth::Good) {
        let stranger = if made.vouched == "outside" { "" } else { ", as the bundle alone says" };
        let about = made.says.as_deref().unwrap_or_default();
        let about = about.split_once("/attestation/").map_or(about, |(_, end)| end);
        said.entry(format!("{}{stranger}", made.by.join(", "))).or_default().push(about);
    }
    said.into_iter().map(|(who, about)| one_line(&format!("stated by {who}: {}", about.join(", ")))).collect()
}

fn witnessed(witness: Option<&Witness>) -> String {
    let Some(Witness { at, authority, vouched, .. }) = witness else { return String::new() };
    match *vouched {
        "outside" => format!(", witnessed {at} by {authority}"),
        _ => format!(", at {at} as {authority} says, for whom the bundle alone vouches"),
    }
}

fn about(verdict: &Verdict) -> Vec<String> {
    let Some(about) = &verdict.about else { return Vec::new() };
    let system = about.system.as_ref().map(|system| format!(", {system}")).unwrap_or_default();
    let made = format!(
        "{}{system}: made by {} from commit {} as of {}",
        about.organization, about.tool, about.commit, about.as_of
    );
    let mut lines = vec![one_line(&made)];
    if about.by_digest > 0 {
        let verb = if about.by_digest == 1 { "is" } else { "are" };
        let editions = counted(about.by_digest, "edition");
        lines.push(format!(
            "{editions} of evidence {verb} represented by digest only: ask to see what the enclave holds"
        ));
    }
    if about.without_digest > 0 {
        lines
            .push(format!("{} of evidence neither here nor named by digest", counted(about.without_digest, "edition")));
    }
    lines.extend(verdict.recheck.as_ref().filter(|unfounded| unfounded.is_empty()).map(|_| {
        "made again from its sources and its history: every document, finding and review is the same to the byte"
            .to_owned()
    }));
    lines.extend(
        verdict
            .dod_logs
            .iter()
            .map(|log| format!("{}: {} of {} found", log.file, log.verified, counted(log.files, "file"))),
    );
    lines
}

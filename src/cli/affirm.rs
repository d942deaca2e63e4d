//! `affirm`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Context;
use super::ask;
use super::check::counted;
use super::outcome::{Ended, Outcome};
use super::recording::{self, Foreseen, Named, Recorder, Worth, refuse_reasons, verdict};
use super::render::packet_files;
use super::root::{Root, Which};
use crate::check;
use crate::diagnostic::Diagnostic;
use crate::facts;
use crate::failure::{Cause, Failure};
use crate::ids::RequirementId;
use crate::model::assessment::Assessment;
use crate::model::config::Person;
use crate::model::history::{Certification, History, Statement, Subject};
use crate::packet;
use crate::rule::Facts;
use crate::view::affirmation::{Affirmation, Open};
use crate::{affirm, report};

/// The affirming official's yearly statement: what it rests on, and its record as a commit
///
/// `--packet` writes one page for the official, of what is committed, and records nothing. Without it the affirmation is
/// recorded by your own `git commit`, with your hooks and your signature, once everything that is open at deny level was
/// acknowledged by its name. Those who answer for practices may certify them first with `--certify`; what they do not
/// answer for is refused before anything is recorded. At a terminal it asks whether to record.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Write the official's page, affirmation.html and affirmation.md, and record nothing
    #[arg(long, conflicts_with_all = ["acknowledge", "certify", "dry_run", "message", "yes"])]
    packet: bool,
    /// Where the page is written
    #[arg(short, long, value_name = "DIR", default_value = "out", requires = "packet")]
    output: PathBuf,
    /// Acknowledge what is open, by its name; once for each
    #[arg(long, value_name = "NAME", conflicts_with = "certify")]
    acknowledge: Vec<String>,
    /// Certify practices that you answer for: practices, families such as AC, or all
    #[arg(long, value_name = "SCOPE", num_args = 1..)]
    certify: Vec<String>,
    /// Who affirms or certifies, as "Name <address>"; unsaid means you, as Git knows you
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// What you add, in a sentence or two
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,
    /// Record without asking at a terminal; what is open still has to be acknowledged
    #[arg(short, long)]
    yes: bool,
    /// Print the message and commit nothing
    #[arg(long)]
    dry_run: bool,
}

/// The files of a root that an affirmation speaks of.
const AFFIRMED: [&str; 12] = [
    "demarcate.toml",
    "assets.toml",
    "incident.toml",
    "crypto.toml",
    "evidence.lock",
    "practices",
    "providers",
    "evidence",
    "policies",
    "poam",
    "exceptions",
    "trust",
];

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let root = Root::open(context)?;
    if root.needed_git()?.head()?.is_none() {
        let message = "there is no commit yet, so there is nothing to affirm: commit what was written first";
        return Err(Failure::new(Cause::Usage, message).into());
    }
    if args.packet {
        let (facts, found) = root.facts(&Which::Revision("HEAD".to_owned()), false, context)?;
        note_uncommitted(&root, &facts.assessment, context)?;
        let packet = packet_of(&root, &facts, found)?;
        return write(args, &root, &facts, packet, context);
    }
    if !args.dry_run {
        recording::refuse_other_day(context)?;
    }
    let what = if args.certify.is_empty() { "the affirmation" } else { "the certification" };
    let recorder = (!args.dry_run).then(|| Recorder::of(&root, what)).transpose()?;
    let (facts, found) = root.facts(&Which::Revision("HEAD".to_owned()), false, context)?;
    refuse_uncommitted(&root, &facts.assessment)?;
    let packet = packet_of(&root, &facts, found)?;
    let at = At { root: &root, recorder, facts: &facts, packet: &packet };
    if args.certify.is_empty() { affirm(args, &at, context) } else { certify(args, &at, context) }
}

/// The packet of these facts, compared with the root as it stood at the last affirmation.
pub(crate) fn packet_of(root: &Root, facts: &Facts, found: Vec<Diagnostic>) -> Result<Affirmation, Failure> {
    let diagnostics = check::run(facts, &check::Wanted::default(), found);
    let last = facts.history.as_ref().and_then(packet::last);
    let then = last.map(|last| root_at(root, &last.commit)).transpose()?.flatten();
    Ok(packet::of(facts, &diagnostics, then.as_ref()))
}

/// The root as it stood; where none stood then, there is nothing to compare with.
fn root_at(root: &Root, commit: &str) -> Result<Option<Assessment>, Failure> {
    let tree = root.tree(&Which::Revision(commit.to_owned()))?;
    match facts::assessment(&tree) {
        Ok(assessment) => Ok(Some(assessment)),
        Err(failure) if failure.cause == Cause::NoRoot => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn write(
    args: &Args,
    root: &Root,
    facts: &Facts,
    packet: Affirmation,
    context: &mut Context<'_>,
) -> Result<Outcome, Ended> {
    for (name, bytes) in packet_files(root, facts, packet)? {
        let path = args.output.join(name);
        root.write(&path, &bytes)?;
        context.say(&format!("wrote {}\n", path.display()))?;
    }
    Ok(Outcome::Clean)
}

/// The page is of a commit, as the affirmation is: what else lies in the work tree is not on it.
fn note_uncommitted(root: &Root, committed: &Assessment, context: &mut Context<'_>) -> Result<(), Ended> {
    if let Some(which) = recording::under_way(root)? {
        context.note(&format!("note: {which} is under way; the page is of HEAD, without it\n"))?;
    }
    let Some(path) = uncommitted(root, committed)? else { return Ok(()) };
    let path = report::visible(&path);
    context.note(&format!("note: {path} is not as committed; the page is of HEAD, and holds nothing of that\n"))
}

/// What is affirmed is a commit, and nobody reads one thing and affirms another.
fn refuse_uncommitted(root: &Root, committed: &Assessment) -> Result<(), Failure> {
    let Some(path) = uncommitted(root, committed)? else { return Ok(()) };
    let path = report::visible(&path);
    let message =
        format!("{path} is not as committed, and what is affirmed is a commit: commit it first, or put it back");
    Err(Failure::new(Cause::Usage, message))
}

/// The first file of what is affirmed that is not as committed.
fn uncommitted(root: &Root, committed: &Assessment) -> Result<Option<String>, Failure> {
    let base = committed.config.extends.as_ref().map(|base| base.value.trim_end_matches('/'));
    let shared = base.into_iter().flat_map(|base| AFFIRMED.map(|file| format!("{base}/{file}")));
    let files: Vec<String> = AFFIRMED.map(str::to_owned).into_iter().chain(shared).collect();
    recording::first_change(root, &files)
}

/// Where something is recorded, and what stands there.
struct At<'a> {
    root: &'a Root,
    /// `None` where nothing is to be recorded.
    recorder: Option<Recorder<'a>>,
    facts: &'a Facts,
    packet: &'a Affirmation,
}

impl At<'_> {
    fn history(&self) -> &History {
        self.facts.history.as_ref().expect("the facts were asked for with their history")
    }

    /// What can be told before anybody signs; `None` where nothing is to be recorded.
    fn foreseen(&self, what: &str) -> Result<Option<Foreseen<'_>>, Failure> {
        let sides = (&self.facts.assessment, &self.facts.assessment);
        self.recorder.as_ref().map(|recorder| Foreseen::of(recorder, sides, self.history(), what)).transpose()
    }
}

fn affirm(args: &Args, at: &At<'_>, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let packet = at.packet;
    let by = person(args, at, context)?;
    refuse_others(&by, &at.facts.assessment)?;
    if let Some(foreseen) = at.foreseen("the affirmation")? {
        foreseen.refuse_hand(&by, None, &[])?;
    }
    context.note(&summary(packet))?;
    let Some(acknowledged) = acknowledged(args, &packet.open, context)? else { return Ok(Outcome::Denied) };
    let score =
        packet.score.map_or_else(|| "without a score".to_owned(), |score| format!("at {score} of {}", packet.maximum));
    let title = format!("Affirm {} {score}", affirm::LEVEL);
    let draft = affirm::Draft { title: &title, by: &by, acknowledged: &acknowledged, note: args.message.as_deref() };
    record(
        at,
        (&recording::of_root(affirm::message(&draft)?, at.root)?, &by, args.yes),
        &|history, commit| {
            let own = history.affirmations.iter().filter(|found| found.commit == commit);
            own.map(of_statement).collect()
        },
        context,
    )
}

fn certify(args: &Args, at: &At<'_>, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let by = person(args, at, context)?;
    let message = affirm::certification(&args.certify, &by, args.message.as_deref())?;
    let message = recording::of_root(message, at.root)?;
    let scope = affirm::practices(&args.certify)?;
    let scope: BTreeSet<Subject> =
        scope.into_iter().filter(|subject| at.history().subjects.contains_key(subject)).collect();
    if scope.is_empty() {
        return Err(Failure::new(Cause::Usage, "there is no practice here of those that are named").into());
    }
    if let Some(foreseen) = at.foreseen("the certification")? {
        foreseen.refuse_hand(&by, None, &[])?;
        refuse_reasons(&foreseen.certifications(&by, &scope), &scope)?;
    }
    let is_in = |open: &&Open| {
        let place = open.name.split_once(':').map_or("", |(_, place)| place);
        let practice = place.split('[').next().unwrap_or(place);
        scope.iter().any(|subject| subject.to_string() == practice)
    };
    context.note(&open_lines("open at deny level in what you certify", at.packet.open.iter().filter(is_in)))?;
    record(
        at,
        (&message, &by, args.yes),
        &|history, commit| {
            let all = history.certifications.iter().flat_map(|(id, of)| of.iter().map(move |found| (id, found)));
            all.filter(|(_, found)| *found.commit == *commit).map(of_certification).collect()
        },
        context,
    )
}

/// How much something that a commit says is worth.
type Judged<'j> = &'j dyn Fn(&History, &str) -> Vec<Worth>;

fn record(
    at: &At<'_>,
    (message, by, is_said): (&str, &str, bool),
    judged: Judged<'_>,
    context: &mut Context<'_>,
) -> Result<Outcome, Ended> {
    let Some(recorder) = &at.recorder else {
        context.say(message)?;
        return Ok(Outcome::Clean);
    };
    if recorder.staged.is_change {
        let files = recorder.staged.words();
        let message =
            format!("changes are staged, and this commit carries none: commit them first, or unstage them ({files})");
        return Err(Failure::new(Cause::Usage, message).into());
    }
    if !recording::is_meant(message, by, is_said, context)? {
        return Ok(Outcome::Denied);
    }
    let made = recorder.commit(message, at.history(), context)?;
    let (_, history) = at.root.history(&Which::Revision(made.commit.clone()), context)?;
    verdict(&made, &judged(&history, &made.commit), context)
}

fn of_statement(found: &Statement) -> Worth {
    Worth::of(found.grade, found.accepted, found.refused_because.as_ref())
}

fn of_certification((id, found): (&RequirementId, &Certification)) -> Worth {
    Worth::of(found.grade, found.accepted, found.refused_because.as_ref()).about(&Subject::Practice(*id))
}

/// Who speaks, with the name on file.
fn person(args: &Args, at: &At<'_>, context: &mut Context<'_>) -> Result<String, Ended> {
    let typed = args.by.clone().map_or_else(|| recording::identity(at.root, "--by"), Ok)?;
    let Named { text, note } = recording::named(&typed, &at.facts.assessment.config.person, &[])?;
    context.note(&note)?;
    Ok(text)
}

/// Only the affirming official affirms (32 CFR 170.22).
pub(super) fn refuse_others(by: &str, assessment: &Assessment) -> Result<(), Failure> {
    let config = &assessment.config;
    let named = config.system.as_ref().and_then(|system| system.affirming_official.as_ref());
    let Some(official) = named.and_then(|named| config.person.iter().find(|person| person.id.name == named.name))
    else {
        let message =
            "demarcate.toml names nobody who may affirm: name a person as `affirming-official` under [system]";
        return Err(Failure::new(Cause::Usage, message));
    };
    if is_theirs(official, by) {
        return Ok(());
    }
    let name = &official.name.value;
    let message = format!("{by} cannot affirm: the affirming official of demarcate.toml is {name}");
    Err(Failure::new(Cause::Usage, message))
}

fn is_theirs(person: &Person, by: &str) -> bool {
    let address = by.rsplit_once('<').and_then(|(_, rest)| rest.trim_end().strip_suffix('>')).unwrap_or_default();
    person.email.iter().any(|known| known.value.eq_ignore_ascii_case(address.trim()))
}

/// What is open, acknowledged one by one; `None`, said on the screen, where something was not.
fn acknowledged(args: &Args, open: &[Open], context: &mut Context<'_>) -> Result<Option<Vec<String>>, Ended> {
    if let Some(unknown) = args.acknowledge.iter().find(|name| !open.iter().any(|open| open.name == **name)) {
        let message = format!("nothing that is open is called `{unknown}`; `demarcate affirm` lists the names");
        return Err(Failure::new(Cause::Usage, message).into());
    }
    let mut missing = Vec::new();
    for open in open.iter().filter(|open| !args.acknowledge.contains(&open.name)) {
        match if context.world.asks { is_acknowledged(open, context)? } else { Some(false) } {
            Some(true) => {}
            Some(false) => missing.push(open),
            None => return recording::abandoned(context).map(|_| None),
        }
    }
    if missing.is_empty() {
        return Ok(Some(open.iter().map(|open| open.name.clone()).collect()));
    }
    context.say(&open_lines("not affirmed: open at deny level, and not acknowledged", missing.into_iter()))?;
    context.say("  help: put it right, or affirm with `--acknowledge NAME` for each\n")?;
    Ok(None)
}

/// Whether it is; `None` where the input ends.
fn is_acknowledged(open: &Open, context: &mut Context<'_>) -> Result<Option<bool>, Ended> {
    let question = format!("{}\n  acknowledge {}?", report::visible(&open.message), report::visible(&open.name));
    Ok(ask::choice(&question, &["yes", "no"], context)?.map(|said| said == "yes"))
}

fn open_lines<'o>(title: &str, open: impl Iterator<Item = &'o Open>) -> String {
    let line = |open: &Open| {
        let more = if open.count > 1 { format!(" (and {} more)", open.count - 1) } else { String::new() };
        format!("  {}\n    {}{more}\n", report::visible(&open.name), report::visible(&open.message))
    };
    let lines: Vec<String> = open.map(line).collect();
    if lines.is_empty() { String::new() } else { format!("{title}:\n{}", lines.concat()) }
}

/// The packet in a few lines.
fn summary(packet: &Affirmation) -> String {
    let score =
        packet.score.map_or_else(|| "no score".to_owned(), |score| format!("score {score} of {}", packet.maximum));
    let mut out = format!("{}\n{score}; the figures would allow: {}\n", packet.statement, packet.allows);
    let changed = packet.changes.as_ref().map(Vec::len);
    out.push_str(&match (&packet.last, changed) {
        (Some(last), Some(changed)) => {
            format!("{} changed since the affirmation of {}\n", counted(changed, "subject"), last.date)
        }
        (Some(last), None) => format!("last affirmed on {}, with nothing to compare with\n", last.date),
        (None, _) => "never affirmed before\n".to_owned(),
    });
    out.push_str(&format!("{} not met\n", counted(packet.not_met.len(), "requirement")));
    for standing in packet.reviews.iter().flatten() {
        out.push_str(&format!("{} {}\n", counted(standing.ids.len(), "review"), standing.state));
    }
    for found in &packet.unaccepted {
        out.push_str(&format!("{}: {}\n", report::visible(&found.provider), report::visible(&found.why)));
    }
    let certified: usize = packet.certified.iter().map(|family| family.count).sum();
    let all: usize = packet.certified.iter().map(|family| family.of).sum();
    out.push_str(&format!("{certified} of {all} practices certified by those who answer for them\n"));
    out
}

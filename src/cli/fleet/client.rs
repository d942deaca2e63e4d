//! One client of a fleet: its root read as `check` reads it, and no more kept of it than its line.

use std::io;
use std::path::Path;

use super::super::outcome::{Ended, Outcome};
use super::super::remembered;
use super::super::root::{Root, Which};
use super::super::{Common, Context, TrustRoot, World};
use crate::digest::Stream;
use crate::failure::{Cause, Failure};
use crate::fleet::list::{List, Listed};
use crate::fleet::results::Line;
use crate::fleet::row::{self, Found, Row};
use crate::model::config::Config;
use crate::source::Tree;
use crate::stamp::Stamp;
use crate::table::{self, Reader};

/// What is asked of every client.
pub(super) struct Asked<'a> {
    /// The fleet.
    pub(super) list: &'a List,
    /// Whether reviews are left out.
    pub(super) without_history: bool,
    /// Whether results are kept, so that it matters what a root was like.
    pub(super) is_kept: bool,
}

/// A client's line, whether it was read now, and what there is to say of it on standard error.
pub(super) fn line(
    client: &Listed,
    asked: &Asked<'_>,
    before: Option<&Line>,
    (common, world): (&Common, &World),
) -> (Line, bool, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let trust_root = client.trust_root.clone().map(|sha256| TrustRoot { sha256, file: None });
    let directory = client.folder.clone();
    let common = Common { directory, trust_root, quiet: false, verbose: false, ..common.clone() };
    let mut context = Context { common, world, input: &mut io::empty(), out: &mut out, err: &mut err };
    let found = looked_at(client, asked, before, &mut context);
    let said = String::from_utf8_lossy(&err);
    let said = said.lines().map(|line| format!("{}: {line}\n", client.id)).collect::<Vec<_>>().concat();
    match found {
        Ok(Looked::Kept(line)) => (*line, false, said),
        Ok(Looked::Made(state)) => {
            let found = serde_json::from_slice::<Found>(&out);
            let row =
                found.map_or_else(|error| Row::broken(client, &error.to_string()), |found| Row::read(client, found));
            (Line { client: row, state, unconfirmed: false }, true, said)
        }
        Err(ended) => {
            let why = match &ended {
                Ended::Failed(failure) => failure.message.as_str(),
                Ended::PipeClosed => "it was not read",
            };
            (Line { client: Row::broken(client, why), state: None, unconfirmed: false }, true, said)
        }
    }
}

/// What came of a look at a client.
enum Looked {
    /// The line of an earlier run still holds.
    Kept(Box<Line>),
    /// What was found was written to the output; this is what the root was like before.
    Made(Option<String>),
}

fn looked_at(
    client: &Listed,
    asked: &Asked<'_>,
    before: Option<&Line>,
    context: &mut Context<'_>,
) -> Result<Looked, Ended> {
    if !client.folder.is_dir() {
        let message = format!("{} is not a folder, or is not there", client.folder.display());
        return Err(Failure::new(Cause::NoRoot, message).into());
    }
    let root = Root::open(context)?;
    let which = Which::of(false, client.rev.as_deref());
    let published = asked.list.published.as_ref().map(|published| &published.sha256);
    let options = format!("{:?} {published:?} {:?} {}", asked.list.provider, client.services, asked.without_history);
    let question = remembered::Asked { command: "fleet", options, which: &which };
    let state = if asked.is_kept { state(&question, &root, context) } else { None };
    if let Some(line) = before.filter(|line| line.state.is_some() && line.state == state) {
        return Ok(Looked::Kept(Box::new(Line { unconfirmed: false, ..line.clone() })));
    }
    remembered::or_made(&question, &root, context, &mut |context| made(client, asked, (&root, &which), context))?;
    Ok(Looked::Made(state))
}

/// Writes what is found of a client to the output, as JSON.
fn made(
    client: &Listed,
    asked: &Asked<'_>,
    (root, which): (&Root, &Which),
    context: &mut Context<'_>,
) -> Result<Outcome, Ended> {
    let (facts, problems) = root.facts(which, asked.without_history, context)?;
    let mut found = row::found(facts, &problems, asked.list, client)?;
    found.commit = match &root.git {
        Some(_) => root.tip(which)?.map(|commit| commit.to_string()),
        None => None,
    };
    let text = serde_json::to_string(&found).expect("what is found has string keys only");
    context.say_raw(&text)?;
    Ok(Outcome::Clean)
}

/// What a root is like, as one digest: the commit, what Git says of itself, and of a work tree each file below the root,
/// and below the one that it extends, with its stamp. `None` where that cannot be told.
fn state(asked: &remembered::Asked<'_>, root: &Root, context: &Context<'_>) -> Option<String> {
    let question = remembered::question(asked, root, context)?;
    let mut stream = Stream::default();
    stream.update(question.as_bytes());
    if let Which::WorkTree = asked.which {
        let tree = root.tree(asked.which).ok()?;
        let extended = extended(&tree).and_then(|base| tree.sibling(&base));
        let folders = [Some(&tree), extended.as_ref()];
        for folder in folders.into_iter().flatten().filter_map(Tree::root) {
            stamp_below(folder, &mut stream)?;
        }
    }
    Some(stream.finish().sha256)
}

/// The root that a root extends.
fn extended(tree: &Tree<'_>) -> Option<String> {
    let text = String::from_utf8(tree.read("demarcate.toml").ok()??).ok()?;
    let config = table::read::<Config>(&text, &mut Reader::default())?;
    config.extends.map(|base| base.value)
}

/// Adds each file below a folder with its stamp, by name; what a link leads to counts by its stamp, and no link is
/// followed into a folder.
fn stamp_below(folder: &Path, stream: &mut Stream) -> Option<()> {
    let entries = std::fs::read_dir(folder).ok()?;
    let mut entries: Vec<std::fs::DirEntry> = entries.collect::<io::Result<_>>().ok()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries.iter().filter(|entry| entry.file_name() != ".git") {
        let (path, kind) = (entry.path(), entry.file_type().ok()?);
        stream.update(path.as_os_str().as_encoded_bytes());
        if kind.is_dir() {
            stream.update(b"\0folder\0");
            stamp_below(&path, stream)?;
        } else {
            stream.update(format!("\0{:?}\0", Stamp::of(&path)).as_bytes());
        }
    }
    Some(())
}

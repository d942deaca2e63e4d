//! The last answer of a reading command, given again while nothing that it rests on has changed.
//!
//! What an answer rests on is noted while it is made: every file and folder that was looked at, with its stamp, and
//! what Git says of itself. One changed, new or missing file, another commit, option, day or build, and the answer is
//! made anew. `--no-cache` neither asks nor keeps.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Context;
use super::outcome::{Ended, Outcome};
use super::root::{Root, Which};
use crate::digest;
use crate::git::Git;
use crate::stamp::Stamp;

/// An answer longer than this is not kept, in bytes.
const LONGEST: usize = 4 << 20;

/// Answers that are kept; the oldest makes room.
const MOST: usize = 16;

/// What was asked: the command, its options, and the tree.
pub(crate) struct Asked<'a> {
    /// The command's name.
    pub(crate) command: &'static str,
    /// Its options, as they were understood.
    pub(crate) options: String,
    /// The tree.
    pub(crate) which: &'a Which,
}

#[derive(Serialize, Deserialize)]
struct Answer {
    question: String,
    rests_on: BTreeMap<PathBuf, Option<Stamp>>,
    wrote: BTreeMap<PathBuf, String>,
    out: String,
    err: String,
    denied: bool,
}

/// Gives the kept answer if it still holds, else makes one and keeps it.
pub(crate) fn or_made(
    asked: &Asked<'_>,
    root: &Root,
    context: &mut Context<'_>,
    make: &mut dyn FnMut(&mut Context<'_>) -> Result<Outcome, Ended>,
) -> Result<Outcome, Ended> {
    let cache = root.cache(context);
    let Some(question) = question(asked, root, context).filter(|_| !cache.is_none()) else { return make(context) };
    let name = format!("answer-{}-{}", asked.command, &digest::of_bytes(question.as_bytes()).sha256[..8]);
    if let Some(answer) = cache.get::<Answer>(&name).filter(|answer| answer.holds(&question)) {
        context.out.write_all(answer.out.as_bytes())?;
        context.err.write_all(answer.err.as_bytes())?;
        return Ok(Outcome::of(answer.denied));
    }
    let Some(begun) = cache.begin() else { return make(context) };
    root.git.iter().flat_map(Git::own_files).for_each(|path| root.watch.note(&path));
    let (mut out, mut err) = (Heard::new(context.out), Heard::new(context.err));
    let (common, world, input) = (context.common.clone(), context.world, &mut *context.input);
    let mut listening = Context { common, world, input, out: &mut out, err: &mut err };
    let outcome = make(&mut listening)?;
    let heard = out.text().zip(err.text());
    let rests_on = root.watch.take();
    let is_settled = rests_on.values().flatten().all(|stamp| begun.settles(stamp));
    // HEAD may have moved meanwhile: then this is the answer to another question.
    let is_still_asked = self::question(asked, root, context).as_ref() == Some(&question);
    if let Some((out, err)) = heard.filter(|_| is_settled && is_still_asked) {
        let denied = outcome == Outcome::Denied;
        cache.put(&name, &Answer { question, rests_on, wrote: root.wrote.take(), out, err, denied }, &begun);
        cache.limit("answer-", MOST);
    }
    Ok(outcome)
}

impl Answer {
    fn holds(&self, question: &str) -> bool {
        let stands = |(path, sha256): (&PathBuf, &String)| {
            digest::of_file(path, &|_| ()).is_ok_and(|found| found.sha256 == *sha256)
        };
        self.question == question
            && self.rests_on.iter().all(|(path, stamp)| Stamp::of(path) == *stamp)
            && self.wrote.iter().all(stands)
    }
}

/// Everything but files that an answer depends on; `None` where Git cannot tell it.
pub(crate) fn question(asked: &Asked<'_>, root: &Root, context: &Context<'_>) -> Option<String> {
    let git = root.git.as_ref()?;
    let tip = root.tip(asked.which).ok()?;
    let directory = root.directory.canonicalize().ok()?;
    let common = &context.common;
    let words = (&common.directory, directory, common.trust_root(), context.today());
    let own = format!("{} {} {words:?}", asked.command, asked.options);
    let seen = format!("{} {} {} {}", context.as_of(), context.colors(), common.quiet, common.verbose);
    let of_git = format!("{tip:?} {:?} {:?} {}", git.replaced().ok()?, context.world.index_file, git.settings());
    Some(format!("{own}\n{seen}\n{of_git}"))
}

/// Passes on what is written, and keeps a copy while it is short.
struct Heard<'a> {
    to: &'a mut dyn Write,
    copy: Option<Vec<u8>>,
}

impl<'a> Heard<'a> {
    fn new(to: &'a mut dyn Write) -> Self {
        Self { to, copy: Some(Vec::new()) }
    }

    fn text(self) -> Option<String> {
        String::from_utf8(self.copy?).ok()
    }
}

impl Write for Heard<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.copy = self.copy.take().filter(|copy| copy.len() + written <= LONGEST);
        self.copy.iter_mut().for_each(|copy| copy.extend_from_slice(&bytes[..written]));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

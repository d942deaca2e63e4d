//! `witness`.

use std::path::{Path, PathBuf};

use super::Context;
use super::outcome::{Ended, Outcome};
use super::root::{Root, Which};
use crate::failure::{Cause, Failure};
use crate::fix;
use crate::program::{Folder, Ran, Tool};
use crate::timestamp::{self, Stamped};

/// Where the certificates of trusted authorities stand.
const AUTHORITIES: &str = "trust/tsa.pem";

/// Where time stamps stand.
const STAMPS: &str = "trust/timestamps";

/// Where time stamps stand as notes.
const NOTES: &str = "refs/notes/timestamps";

/// Seconds by which the clocks of a machine and of an authority may differ before it is worth a word.
const SKEW: i64 = 300;

/// Has a time stamping authority witness a commit: proof that it was there at that time
///
/// The authority sees the SHA-256 of the raw commit object and nothing else. Its answer is an RFC 3161 time stamp; one
/// that trust/tsa.pem does not bear out is not written, and one that stands already is never replaced. `openssl` judges
/// it, `curl` asks for it, both from PATH. Where there is no network, write the query with `--query`, carry it to the
/// authority, and take in the answer with `--token`.
///
/// Exit codes: 0 the commit is witnessed, or its query written; 1 a time stamp does not hold; 2 none could be had or
/// judged.
#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("how").required(true).args(["tsa", "query", "token"]))]
pub(crate) struct Args {
    /// The commit
    #[arg(value_name = "COMMIT")]
    commit: String,
    /// Ask this authority; there is no default
    #[arg(long, value_name = "URL", value_parser = timestamp::address)]
    tsa: Option<String>,
    /// Only write the query into this file
    #[arg(long, value_name = "FILE")]
    query: Option<PathBuf>,
    /// Take in the authority's answer from this file
    #[arg(long, value_name = "FILE")]
    token: Option<PathBuf>,
    /// Keep the time stamp as a Git note instead of a file
    #[arg(long)]
    note: bool,
    /// How many seconds the authority may take
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = clap::value_parser!(u16).range(1..))]
    timeout: u16,
}

/// The commit, and what it takes to judge its time stamps.
struct Witnessing<'a> {
    args: &'a Args,
    root: &'a Root,
    id: String,
    commit: Vec<u8>,
    authorities: Vec<u8>,
    openssl: Tool,
}

pub(crate) fn run(args: &Args, context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let root = Root::open(context)?;
    let work = Witnessing::new(args, &root)?;
    if let Some(older) = work.older()? {
        return work.keep(&older, context);
    }
    if let Some(file) = &args.query {
        return work.write_query(file, context);
    }
    let (token, query) = work.token()?;
    match work.answered(&token, query.as_deref()) {
        Stamped::Witnessed { at, within, authority } => {
            let place = work.place(&token)?;
            context.say(&format!("{} {}{}\n", work.short(), said(at, &authority), give_or_take(within)))?;
            context.say(&place)?;
            work.compare_clocks(at, context)?;
            Ok(Outcome::Clean)
        }
        Stamped::Refused(why) => {
            context.say(&format!("the time stamp does not hold, and was not kept: {why}\n"))?;
            Ok(Outcome::Denied)
        }
        Stamped::Unknown(why) => Err(not_judged(&why).into()),
    }
}

fn said(at: i64, authority: &str) -> String {
    format!("was there at {}, says {authority}", timestamp::rfc3339(at))
}

fn give_or_take(within: u32) -> String {
    match within {
        0 => String::new(),
        1 => ", give or take 1 second".to_owned(),
        more => format!(", give or take {more} seconds"),
    }
}

fn not_judged(why: &str) -> Failure {
    Failure::new(Cause::Helper, format!("the time stamp cannot be judged, and was not kept: {why}"))
}

fn usage(message: String) -> Failure {
    Failure::new(Cause::Usage, message)
}

impl<'a> Witnessing<'a> {
    fn new(args: &'a Args, root: &'a Root) -> Result<Self, Failure> {
        let git = root.needed_git()?;
        if !root.directory.join("demarcate.toml").is_file() {
            return Err(Failure::new(Cause::NoRoot, format!("{} holds no demarcate.toml", root.directory.display())));
        }
        let id = git.commit(&args.commit)?;
        refuse_links(&root.directory)?;
        let Some(authorities) = file(root, AUTHORITIES)? else {
            return Err(usage(format!(
                "there is no {AUTHORITIES}: put the authority's root certificate there, in PEM"
            )));
        };
        let (id, commit, openssl) = (id.to_string(), git.raw_commit(id)?, Tool::named("openssl"));
        Ok(Self { args, root, id, commit, authorities, openssl })
    }

    fn short(&self) -> &str {
        &self.id[..12]
    }

    /// Where its time stamp stands, relative to the root.
    fn path(&self) -> String {
        format!("{STAMPS}/{}.tsr", self.id)
    }

    fn judged(&self, token: &[u8]) -> Stamped {
        timestamp::verify(token, &self.commit, &self.authorities, &self.openssl)
    }

    /// The time stamp that stands already.
    fn older(&self) -> Result<Option<Vec<u8>>, Failure> {
        if self.args.note { self.noted() } else { file(self.root, &self.path()) }
    }

    /// The older proves more: it stays, whatever it is worth.
    fn keep(&self, older: &[u8], context: &mut Context<'_>) -> Result<Outcome, Ended> {
        let place = if self.args.note { format!("the note in {NOTES}") } else { self.path() };
        match self.judged(older) {
            Stamped::Witnessed { at, authority, .. } => {
                context.say(&format!("{} {}: {place} stays as it is\n", self.short(), said(at, &authority)))?;
                Ok(Outcome::Clean)
            }
            Stamped::Refused(why) => {
                let remedy = format!("complete {AUTHORITIES}, or remove it and witness the commit again");
                context.say(&format!("{place} does not hold: {why}\n  help: {remedy}\n"))?;
                Ok(Outcome::Denied)
            }
            Stamped::Unknown(why) => Err(usage(format!("{place} stands already and cannot be judged: {why}")).into()),
        }
    }

    fn made_query(&self) -> Result<Vec<u8>, Failure> {
        let failed = |why| Failure::new(Cause::Helper, format!("cannot make a query: {why}"));
        timestamp::query(&self.commit, &self.openssl).map_err(failed)
    }

    fn write_query(&self, file: &Path, context: &mut Context<'_>) -> Result<Outcome, Ended> {
        fix::write(file, &self.made_query()?)?;
        context.say(&format!("wrote {}: the query of {}\n", file.display(), self.short()))?;
        let note = if self.args.note { " --note" } else { "" };
        context.note(&format!(
            "send it to an authority as application/timestamp-query, then take in its answer:\n  \
             demarcate witness {} --token ANSWER{note}\n",
            self.id
        ))?;
        Ok(Outcome::Clean)
    }

    /// The authority's answer, with the query of our own that it is an answer to.
    fn token(&self) -> Result<(Vec<u8>, Option<Vec<u8>>), Failure> {
        let Some(url) = &self.args.tsa else {
            let file = self.args.token.as_deref().expect("one of the three is required, and this is not the query");
            return Ok((timestamp::carried(file)?, None));
        };
        let query = self.made_query()?;
        Ok((timestamp::ask(url, &query, u64::from(self.args.timeout), &Tool::named("curl"))?, Some(query)))
    }

    fn answered(&self, token: &[u8], query: Option<&[u8]>) -> Stamped {
        timestamp::answered(token, query, &self.commit, &self.authorities, &self.openssl)
    }

    /// Puts the time stamp where it is to stand, and says what remains to be done.
    fn place(&self, token: &[u8]) -> Result<String, Failure> {
        if self.args.note {
            self.write_note(token)?;
            return Ok(format!("wrote a note in {NOTES}; share it: git push origin {NOTES}\n"));
        }
        let path = self.path();
        self.root.write(&self.root.directory.join(&path), token)?;
        let git = match self.root.directory.to_string_lossy() {
            here if here == "." => "git".to_owned(),
            there => format!("git -C {there}"),
        };
        let commit = format!("{git} add {path} && {git} commit -m \"Witness {}\"", self.short());
        Ok(format!("wrote {path}; commit it:\n  {commit}\n"))
    }

    fn compare_clocks(&self, at: i64, context: &mut Context<'_>) -> Result<(), Ended> {
        let apart = at.saturating_sub(context.world.now);
        if self.args.tsa.is_none() || apart.abs() <= SKEW {
            return Ok(());
        }
        let side = if apart > 0 { "behind" } else { "ahead of" };
        let note = format!("note: the clock of this machine is {} minutes {side} the authority's\n", apart.abs() / 60);
        context.note(&note)
    }

    fn git(&self, arguments: &[&str], folder: &Folder) -> Result<Ran, Failure> {
        let failed = |why: &dyn std::fmt::Display| Failure::new(Cause::Helper, why.to_string());
        let directory = std::path::absolute(&self.root.directory).map_err(|error| failed(&error))?;
        let directory = directory.to_str().ok_or_else(|| usage("the folder's name is not text".to_owned()))?;
        Tool::named("git").run(&[&["-C", directory], arguments].concat(), folder).map_err(|trouble| failed(&trouble))
    }

    /// The note on the commit.
    fn noted(&self) -> Result<Option<Vec<u8>>, Failure> {
        let folder = private()?;
        let found = self.git(&["notes", "--ref", NOTES, "list", &self.id], &folder)?;
        let blob = String::from_utf8_lossy(&found.out).trim().to_owned();
        if found.code != Some(0) || blob.is_empty() {
            return Ok(None);
        }
        let content = self.git(&["cat-file", "blob", &blob], &folder)?;
        succeeded(content, "read the note").map(|ran| Some(ran.out))
    }

    /// As a blob first: a note that is given as text would be cleaned up as one.
    fn write_note(&self, token: &[u8]) -> Result<(), Failure> {
        let folder = private()?;
        let place = folder.path().join("token");
        folder.write("token", token).map_err(|error| Failure::io("write", &place, &error))?;
        let place = place.to_str().ok_or_else(|| usage("the folder for temporary files is not text".to_owned()))?;
        let blob = self.git(&["hash-object", "-w", "--no-filters", place], &folder)?;
        let blob = succeeded(blob, "write the note")?;
        let blob = String::from_utf8_lossy(&blob.out).trim().to_owned();
        let added = self.git(&["notes", "--ref", NOTES, "add", "-C", &blob, &self.id], &folder)?;
        succeeded(added, "write the note").map(|_| ())
    }
}

/// The bytes of a file of the work tree; `None` where none stands.
fn file(root: &Root, path: &str) -> Result<Option<Vec<u8>>, Failure> {
    let failed = |why| Failure::new(Cause::Io, format!("cannot read {path}: {why}"));
    root.tree(&Which::WorkTree)?.read(path).map_err(failed)
}

/// A folder that is a link may lie anywhere.
fn refuse_links(root: &Path) -> Result<(), Failure> {
    for folder in ["trust", STAMPS] {
        let path = root.join(folder);
        if path.is_symlink() {
            return Err(usage(format!("{} is a symbolic link: time stamps are written into the root", path.display())));
        }
    }
    Ok(())
}

fn private() -> Result<Folder, Failure> {
    Folder::new().map_err(|error| Failure::new(Cause::Io, format!("cannot make a temporary folder: {error}")))
}

fn succeeded(ran: Ran, doing: &str) -> Result<Ran, Failure> {
    if ran.code == Some(0) {
        return Ok(ran);
    }
    Err(Failure::new(Cause::Helper, format!("git could not {doing}: {}", ran.err.trim())))
}

//! Putting something on record: a commit that the person's own Git makes, with their hooks and their signature.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use super::Context;
use super::outcome::{Ended, Outcome};
use super::root::{Root, Which};
use crate::failure::{Cause, Failure};
use crate::model::history::{Grade, History};

/// A person's own Git, about to put something on record in a root.
pub(crate) struct Recorder<'a> {
    root: &'a Root,
    /// Whether Git has to be asked to sign, because it is set up to and does not do so by itself.
    asks_to_sign: bool,
}

impl<'a> Recorder<'a> {
    /// Refuses where only what is signed counts and Git is not set up to sign: `what` would be on record for nothing.
    pub(crate) fn of(root: &'a Root, history: &History, what: &str) -> Result<Self, Failure> {
        let wants = !history.counted.contains(&Grade::Unsigned);
        let signs = setting(root, &["--type=bool", "commit.gpgsign"])?.is_some_and(|value| value == "true");
        let has_key = setting(root, &["user.signingkey"])?.is_some_and(|key| !key.is_empty());
        if wants && !signs && !has_key {
            return Err(Failure::new(Cause::Helper, refusal(what)));
        }
        Ok(Self { root, asks_to_sign: wants && !signs })
    }

    /// Makes the commit and gives its id, as hex; what is staged goes into it.
    pub(crate) fn commit(&self, message: &str, context: &mut Context<'_>) -> Result<String, Ended> {
        let how = if self.asks_to_sign { "git commit -S" } else { "git commit" };
        context.note(&format!("running your `{how}`, with your hooks and signing setup\n"))?;
        let mut command = git(self.root);
        command.args(["commit", "--allow-empty", "--cleanup=verbatim", "--file=-"]);
        command.args(self.asks_to_sign.then_some("--gpg-sign"));
        let mut child = command.stdin(Stdio::piped()).spawn().map_err(|error| failed(&error))?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(message.as_bytes()).map_err(|error| failed(&error))?;
        }
        if !child.wait().map_err(|error| failed(&error))?.success() {
            return Err(Failure::new(Cause::Helper, "git commit did not succeed; nothing was recorded").into());
        }
        let tip = self.root.tip(&Which::WorkTree)?;
        Ok(tip.map(|tip| tip.to_string()).unwrap_or_default())
    }
}

fn refusal(what: &str) -> String {
    format!(
        "only what is signed counts here, and Git is not set up to sign: {what} would be on record and count for nothing\n  \
         help: `git config gpg.format ssh` and `git config user.signingkey ~/.ssh/id_ed25519.pub` have Git sign with an SSH \
         key; somebody who is trusted adds the public key to trust/allowed_signers first"
    )
}

fn git(root: &Root) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(&root.directory);
    command
}

fn failed(error: &std::io::Error) -> Failure {
    Failure::new(Cause::Helper, format!("cannot run git: {error}"))
}

fn asked(root: &Root, arguments: &[&str]) -> Result<Output, Failure> {
    git(root).args(arguments).output().map_err(|error| failed(&error))
}

/// A setting as Git reads it; `None` where it is unset.
fn setting(root: &Root, what: &[&str]) -> Result<Option<String>, Failure> {
    let output = asked(root, &[&["config"], what].concat())?;
    let value = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(output.status.success().then_some(value))
}

/// The committer as Git knows them: `Name <address>`.
pub(crate) fn identity(root: &Root, instead: &str) -> Result<String, Failure> {
    let output = asked(root, &["var", "GIT_COMMITTER_IDENT"])?;
    let text = String::from_utf8_lossy(&output.stdout);
    match text.rfind('>') {
        Some(end) if output.status.success() => Ok(text[..=end].to_owned()),
        _ => {
            let message = format!("Git does not know who you are: set user.name and user.email, or use `{instead}`");
            Err(Failure::new(Cause::Helper, message))
        }
    }
}

/// Whether something is staged that a commit would carry.
pub(crate) fn has_staged_changes(root: &Root) -> Result<bool, Failure> {
    Ok(!asked(root, &["diff", "--cached", "--quiet"])?.status.success())
}

/// The first of these files that is not as committed, if one is; new ones count.
pub(crate) fn first_change(root: &Root, files: &[&str]) -> Result<Option<String>, Failure> {
    let output = asked(root, &[&["status", "--porcelain=v1", "-z", "--"], files].concat())?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.split('\0').find_map(|entry| entry.get(3..)).map(str::to_owned))
}

/// What something that was recorded is worth.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Worth {
    pub(crate) grade: Grade,
    pub(crate) counts: bool,
    /// Why it does not count, if it does not.
    pub(crate) why: Option<String>,
}

/// Says what came of a commit that was just made: a record that does not count is no success.
pub(crate) fn verdict(commit: &str, worth: &[Worth], context: &mut Context<'_>) -> Result<Outcome, Ended> {
    let commit = commit.get(..10).unwrap_or(commit);
    let mut said: Vec<&Worth> = Vec::new();
    for worth in worth {
        if !said.contains(&worth) {
            said.push(worth);
        }
    }
    for worth in &said {
        let grade = worth.grade.word();
        context.say(&match &worth.why {
            None => format!("recorded in {commit}: {grade}, and it counts\n"),
            Some(why) => format!("recorded in {commit}: {grade}, and it does not count: {why}\n"),
        })?;
    }
    let is_void = said.is_empty() || said.iter().any(|worth| !worth.counts);
    if is_void {
        let help = "put right what it says, then record it again; `git reset --soft HEAD~1` takes the commit back";
        context.say(&format!("  help: {help}\n"))?;
    }
    Ok(Outcome::of(is_void))
}

//! Putting something on record: a commit that the person's own Git makes, with their hooks and their signature.

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use super::Context;
use super::outcome::{Ended, Outcome};
use super::root::{Root, Which};
use crate::failure::{Cause, Failure};
use crate::model::history::{Grade, History};
use crate::report::visible;

/// A person's own Git, about to put something on record in a root.
pub(crate) struct Recorder<'a> {
    root: &'a Root,
    /// Whether Git has to be asked to sign, because it is set up to and does not do so by itself.
    asks_to_sign: bool,
}

impl<'a> Recorder<'a> {
    /// Refuses where only what is signed counts and Git is not set up to sign: `what` would be on record for nothing.
    ///
    /// Refuses as well in the middle of a merge or the like, which the commit would end.
    pub(crate) fn of(root: &'a Root, history: &History, what: &str) -> Result<Self, Failure> {
        refuse_under_way(root, what)?;
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

/// What Git keeps in its folder while something is under way, and what that is.
const UNDER_WAY: [(&str, &str); 5] = [
    ("MERGE_HEAD", "a merge"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase"),
];

fn refuse_under_way(root: &Root, what: &str) -> Result<(), Failure> {
    let folder = root.needed_git()?.git_dir();
    let Some((_, which)) = UNDER_WAY.iter().find(|(name, _)| folder.join(name).exists()) else { return Ok(()) };
    let message = format!("{which} is under way here, and {what} would be recorded as a part of it: end it first");
    Err(Failure::new(Cause::Usage, message))
}

/// Refuses `--as-of` where something is recorded: the commit bears the day of the clock.
pub(crate) fn refuse_other_day(context: &Context<'_>) -> Result<(), Failure> {
    let Some(day) = context.common.as_of else { return Ok(()) };
    let message = format!("`--as-of {day}` is for looking: what is recorded is recorded today; leave it out");
    Err(Failure::new(Cause::Usage, message))
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

/// The first of these files that is not as committed, if one is; new ones count, those that Git is told to ignore among
/// them, unless they are hidden or evidence, which may lie where no commit holds it.
pub(crate) fn first_change(root: &Root, files: &[String]) -> Result<Option<String>, Failure> {
    let how =
        ["--literal-pathspecs", "status", "--porcelain=v1", "-z", "--untracked-files=all", "--ignored=matching", "--"];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let output = asked(root, &[&how, &files[..]].concat())?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let message = format!("`git status` failed, so nobody knows what is committed: {}", visible(said.trim()));
        return Err(Failure::new(Cause::Helper, message));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let may_be_ignored = |path: &str| {
        let path = path.trim_end_matches('/');
        path.split('/').any(|part| part == "evidence")
            || path.rsplit('/').next().is_some_and(|name| name.starts_with('.'))
    };
    let mut entries = text.split('\0').filter_map(|entry| Some((entry.get(..2)?, entry.get(3..)?)));
    Ok(entries.find(|(state, path)| *state != "!!" || !may_be_ignored(path)).map(|(_, path)| path.to_owned()))
}

/// What something that was recorded is worth.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Worth {
    pub(crate) grade: Grade,
    pub(crate) counts: bool,
    /// Why it does not count, if it does not.
    pub(crate) why: Option<String>,
}

impl Worth {
    pub(crate) fn of(grade: Grade, counts: bool, why: Option<&Arc<str>>) -> Self {
        Self { grade, counts, why: why.map(ToString::to_string) }
    }
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
            Some(why) => format!("recorded in {commit}: {grade}, and it does not count: {}\n", visible(why)),
        })?;
    }
    let is_void = said.is_empty() || said.iter().any(|worth| !worth.counts);
    if is_void {
        let help = "put right what it says, then record it again; `git reset --soft HEAD~1` takes the commit back";
        context.say(&format!("  help: {help}\n"))?;
    }
    Ok(Outcome::of(is_void))
}

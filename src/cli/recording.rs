//! Putting something on record: a commit that the person's own Git makes, with their hooks and their signature.

mod door;
mod foreseen;
mod made;
mod person;
mod staged;

use std::io::Write;
use std::process::Stdio;

use super::Context;
use super::ask;
use super::outcome::{Ended, Outcome};
use super::root::Root;
use crate::failure::{Cause, Failure};
use crate::git::Oid;
use crate::model::history::{Grade, History};
use crate::report::visible;
use crate::trailers;
use door::{asked, failed, git, setting};
pub(crate) use foreseen::{Foreseen, refuse_reasons, together};
pub(crate) use made::{Made, Worth, verdict};
pub(crate) use person::{Named, named};
pub(crate) use staged::Staged;

/// A person's own Git, about to put something on record in a root.
pub(crate) struct Recorder<'a> {
    root: &'a Root,
    /// The branch that is checked out, by its whole name.
    branch: String,
    /// The commit on which it is recorded.
    before: Oid,
    /// What the commit will hold.
    pub(crate) staged: Staged,
    /// Whether Git signs by itself.
    signs: bool,
    has_key: bool,
}

impl<'a> Recorder<'a> {
    /// Notes on what is recorded, before anything is judged: a hook or another program may change it meanwhile.
    ///
    /// Refuses in the middle of a merge or the like, which the commit would end, and off every branch, where it would be
    /// lost with the next checkout.
    pub(crate) fn of(root: &'a Root, what: &str) -> Result<Self, Failure> {
        refuse_under_way(root, what)?;
        door::refuse_another(root)?;
        let branch = branch(root, what)?;
        let Some(before) = root.needed_git()?.head()? else {
            let message = format!("there is no commit yet, so there is nothing that {what} could speak of");
            return Err(Failure::new(Cause::Usage, message));
        };
        let signs = setting(root, &["--type=bool", "commit.gpgsign"])?.is_some_and(|value| value == "true");
        let has_key = setting(root, &["user.signingkey"])?.is_some_and(|key| !key.is_empty());
        Ok(Self { root, branch, before, staged: Staged::of(root, before)?, signs, has_key })
    }

    /// Refuses where only what is signed counts and Git is not set up to sign: `what` would be on record for nothing.
    pub(crate) fn refuse_unsigned(&self, history: &History, what: &str) -> Result<(), Failure> {
        if wants_signature(history) && !self.signs && !self.has_key {
            return Err(Failure::new(Cause::Helper, refusal(what)));
        }
        Ok(())
    }

    /// Makes the commit; what is staged goes into it, and nothing but the message is asked of settings.
    pub(crate) fn commit(&self, message: &str, history: &History, context: &mut Context<'_>) -> Result<Made, Ended> {
        // Git is asked to sign where it is set up to and does not do so by itself.
        let asks_to_sign = wants_signature(history) && !self.signs;
        let how = if asks_to_sign { "git commit -S" } else { "git commit" };
        context.note(&format!("running your `{how}`, with your hooks and signing setup\n"))?;
        context.out.flush()?;
        let mut command = git(self.root);
        command.args(["-c", "i18n.commitEncoding=UTF-8", "-c", "commit.verbose=false", "commit", "--allow-empty"]);
        command.args(["--no-edit", "--no-status", "--cleanup=verbatim", "--file=-"]);
        command.args(asks_to_sign.then_some("--gpg-sign"));
        let mut child = command.stdin(Stdio::piped()).spawn().map_err(|error| failed(&error))?;
        let given = child.stdin.take().map_or(Ok(()), |mut input| input.write_all(message.as_bytes()));
        if !child.wait().map_err(|error| failed(&error))?.success() {
            return Err(Failure::new(Cause::Helper, "git commit did not succeed; nothing was recorded").into());
        }
        given.map_err(|error| failed(&error))?;
        Ok(Made::on(self, message)?)
    }
}

/// The message with the line that says of which root it speaks, where the repository holds several.
pub(crate) fn of_root(message: String, root: &Root) -> Result<String, Failure> {
    let prefix = root.prefix()?;
    let files = root.needed_git()?.files_of_index("")?;
    let roots = files.keys().filter(|path| path.rsplit('/').next() == Some("demarcate.toml")).count();
    let is_alone = prefix.is_empty() && roots < 2;
    Ok(if is_alone { message } else { message + &trailers::root_line(&prefix) })
}

fn wants_signature(history: &History) -> bool {
    !history.counted.contains(&Grade::Unsigned)
}

/// The branch that is checked out, by its whole name.
fn branch(root: &Root, what: &str) -> Result<String, Failure> {
    let output = asked(root, &["symbolic-ref", "--quiet", "HEAD"])?;
    let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && !name.is_empty() {
        return Ok(name);
    }
    let message = format!(
        "HEAD is on no branch, and {what} would be lost with the next checkout; nothing was recorded\n  help: `git switch \
         BRANCH` first, or `git switch --create BRANCH` to begin one here; a checkout that CI makes is for looking"
    );
    Err(Failure::new(Cause::Usage, message))
}

/// What Git keeps in its folder while something is under way, and what that is.
const UNDER_WAY: [(&str, &str); 7] = [
    ("MERGE_HEAD", "a merge"),
    ("CHERRY_PICK_HEAD", "a cherry-pick"),
    ("REVERT_HEAD", "a revert"),
    ("rebase-merge", "a rebase"),
    ("rebase-apply", "a rebase"),
    ("sequencer", "a cherry-pick or a revert"),
    ("BISECT_LOG", "a bisection"),
];

/// What is under way in a repository, if something is.
pub(crate) fn under_way(root: &Root) -> Result<Option<&'static str>, Failure> {
    let folder = root.needed_git()?.git_dir();
    Ok(UNDER_WAY.iter().find(|(name, _)| folder.join(name).exists()).map(|(_, which)| *which))
}

fn refuse_under_way(root: &Root, what: &str) -> Result<(), Failure> {
    let Some(which) = under_way(root)? else { return Ok(()) };
    let message = format!("{which} is under way here, and {what} would be recorded as a part of it: end it first");
    Err(Failure::new(Cause::Usage, message))
}

/// Asks a person at a terminal whether to record, unless they said so; without one, the command line is their word.
pub(crate) fn is_meant(message: &str, by: &str, is_said: bool, context: &mut Context<'_>) -> Result<bool, Ended> {
    if is_said || !context.world.asks {
        return Ok(true);
    }
    let title = message.lines().next().unwrap_or_default();
    let question = format!("{title}\n  by {by}\nRecord this in your name? [y/N]");
    Ok(ask::is_yes(&question, context)? || abandoned(context).map(|_| false)?)
}

/// Says that a person thought better of it.
pub(crate) fn abandoned(context: &mut Context<'_>) -> Result<Outcome, Ended> {
    context.say("nothing was recorded\n")?;
    Ok(Outcome::Denied)
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
         key; `git config gpg.format openpgp` and `git config user.signingkey FINGERPRINT` with an OpenPGP key; somebody who \
         is trusted adds the public key to trust/allowed_signers, or as a file trust/NAME.asc, first"
    )
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

/// The first of these files that is not as committed, if one is; new ones count, those that Git is told to ignore among
/// them, unless they are hidden or evidence, which may lie where no commit holds it.
pub(crate) fn first_change(root: &Root, files: &[String]) -> Result<Option<String>, Failure> {
    let how = ["--literal-pathspecs", "status", "--porcelain=v1", "-z", "--no-renames", "--ignore-submodules=none"];
    let which = ["--untracked-files=all", "--ignored=matching", "--"];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let output = asked(root, &[&how[..], &which, &files].concat())?;
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

//! Hooks that look at a commit before it is made, as `init` writes them.

use super::File;

/// What runs the hooks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Runner {
    /// pre-commit, or prek, which reads the same file.
    PreCommit,
    /// lefthook.
    Lefthook,
    /// Git alone.
    Git,
}

impl Runner {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::PreCommit, Self::Lefthook, Self::Git];

    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::Lefthook => "lefthook",
            Self::Git => "git",
        }
    }

    /// The runner of a word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|runner| runner.word() == word)
    }

    /// What has to be done in every clone before the hooks run.
    pub fn next(self) -> &'static str {
        match self {
            Self::PreCommit => "`pre-commit install` (or `prek install`) switches the hooks on, once in every clone",
            Self::Lefthook => "`lefthook install` switches the hooks on, once in every clone",
            Self::Git => {
                "`git config core.hooksPath .githooks` switches the hooks on, once in every clone; those in .git/hooks rest \
                 then. On Windows add them with `git add --chmod=+x .githooks/*`"
            }
        }
    }

    /// Its files for a root below this folder of the repository, by their paths from the top of the repository; `None`
    /// where the folder's name cannot be written there.
    pub fn files(self, prefix: &str) -> Option<Vec<File>> {
        let file = |path: &str, text: String| (path.to_owned(), text);
        if is_odd(prefix) {
            return None;
        }
        Some(match self {
            Self::PreCommit => vec![file(".pre-commit-config.yaml", PRE_COMMIT.replace("@ARGS@", &arguments(prefix)))],
            Self::Lefthook if prefix.contains(['{', '}']) => return None,
            Self::Lefthook => vec![file("lefthook.yml", lefthook(prefix))],
            Self::Git => vec![
                file(".githooks/pre-commit", PRE_COMMIT_SH.replace("@C@", &option(prefix))),
                file(".githooks/pre-merge-commit", PRE_MERGE_SH.to_owned()),
                file(".githooks/commit-msg", COMMIT_MSG_SH.replace("@C@", &option(prefix))),
            ],
        })
    }
}

/// A name that a shell or an option parser would read as more than a name.
fn is_odd(prefix: &str) -> bool {
    prefix.starts_with('-') || prefix.contains(|c: char| c.is_control() || c == '@')
}

/// The folder as an option of a command in a shell.
fn option(prefix: &str) -> String {
    if prefix.is_empty() { String::new() } else { format!(" -C {}", quoted(prefix)) }
}

fn quoted(word: &str) -> String {
    let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.'));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// The folder as a list of YAML, which no shell reads.
fn arguments(prefix: &str) -> String {
    if prefix.is_empty() {
        return String::new();
    }
    let word = serde_json::to_string(prefix).expect("text is JSON");
    format!("\n        args: [-C, {word}]")
}

fn lefthook(prefix: &str) -> String {
    let command = |rest: &str| {
        let line = format!("demarcate{} {rest}", option(prefix));
        serde_json::to_string(&line).expect("text is JSON")
    };
    LEFTHOOK
        .replace("@CHECK@", &command("check --staged --new"))
        .replace("@HASH@", &command("hash --check --staged"))
        .replace("@MESSAGE@", &command("message {1}"))
}

const PRE_COMMIT: &str = "\
# Looks at a commit before it is made. `pre-commit install` or `prek install` switches it on, once in every clone;
# demarcate has to be on PATH. Every hook runs always: pre-commit names no file that a commit deletes.
default_install_hook_types: [pre-commit, pre-merge-commit, commit-msg]
repos:
  - repo: local
    hooks:
      - id: demarcate-check
        name: nothing new that an assessor would find wrong
        language: system
        entry: demarcate check --staged --new@ARGS@
        always_run: true
        pass_filenames: false
        require_serial: true
        stages: [pre-commit, pre-merge-commit]
      - id: demarcate-hash
        name: evidence.lock is up to date
        language: system
        entry: demarcate hash --check --staged@ARGS@
        always_run: true
        pass_filenames: false
        require_serial: true
        stages: [pre-commit, pre-merge-commit]
      - id: demarcate-message
        name: review and acceptance lines count
        language: system
        entry: demarcate message@ARGS@
        stages: [commit-msg]
";

const LEFTHOOK: &str = "\
# Looks at a commit before it is made. `lefthook install` switches it on, once in every clone; demarcate has to be on PATH.
pre-commit:
  jobs:
    - name: nothing new that an assessor would find wrong
      run: @CHECK@
    - name: evidence.lock is up to date
      run: @HASH@
pre-merge-commit:
  jobs:
    - name: nothing new that an assessor would find wrong
      run: @CHECK@
    - name: evidence.lock is up to date
      run: @HASH@
commit-msg:
  jobs:
    - name: review and acceptance lines count
      run: @MESSAGE@
";

const PRE_COMMIT_SH: &str = "\
#!/bin/sh
# Looks at what is about to be committed, as the index has it; Git says by GIT_INDEX_FILE which index that is.
# `git config core.hooksPath .githooks` switches it on, once in every clone.
if ! command -v demarcate >/dev/null 2>&1; then
    echo 'demarcate is not on PATH, so nobody looked at this commit: install it, or commit with --no-verify' >&2
    exit 1
fi
status=0
demarcate@C@ check --staged --new || status=1
demarcate@C@ hash --check --staged || status=1
exit \"$status\"
";

const PRE_MERGE_SH: &str = "\
#!/bin/sh
# A merge that ends without conflict asks for this hook instead of pre-commit.
exec \"$(dirname \"$0\")/pre-commit\"
";

const COMMIT_MSG_SH: &str = "\
#!/bin/sh
# Says what is wrong with review and acceptance lines while they can still be mended.
if ! command -v demarcate >/dev/null 2>&1; then
    echo 'demarcate is not on PATH, so nobody looked at this message: install it, or commit with --no-verify' >&2
    exit 1
fi
exec demarcate@C@ message \"$1\"
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_a_name_and_nothing_more_in_every_file() {
        for odd in ["-C", "a\nb", "@C@", "a\u{7}"] {
            assert!(Runner::ALL.into_iter().all(|runner| runner.files(odd).is_none()), "{odd:?}");
        }
        assert!(Runner::Lefthook.files("{1}").is_none(), "lefthook fills it in");
        let odd = "it's $(touch x) \"b\"";
        let text =
            |runner: Runner| runner.files(odd).expect("a name").into_iter().map(|(_, text)| text).collect::<String>();
        assert!(text(Runner::PreCommit).contains(r#"args: [-C, "it's $(touch x) \"b\""]"#));
        assert!(text(Runner::Git).contains(r#"demarcate -C 'it'\''s $(touch x) "b"' check --staged"#));
        assert!(text(Runner::Lefthook).contains(r#"run: "demarcate -C 'it'\\''s $(touch x) \"b\"' message {1}""#));
    }

    #[test]
    fn at_the_top_no_folder_is_named() {
        for runner in Runner::ALL {
            let files = runner.files("").expect("the top has no name");
            assert!(files.iter().all(|(_, text)| !text.contains("-C") && !text.contains('@')), "{files:?}");
        }
    }
}

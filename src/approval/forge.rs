//! What forges print of the approvals of a pull request, read as JSON.

mod shapes;

use std::io::Read;

use serde_json::Value;

use crate::failure::{Cause, Failure};
use crate::model::config::{Accounts, Person};
use crate::words::printable;

/// Where pull requests are approved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Forge {
    /// GitHub.
    Github,
    /// GitLab.
    Gitlab,
    /// Gitea or Forgejo.
    Gitea,
    /// Azure DevOps.
    Azure,
}

impl Forge {
    const ALL: [Self; 4] = [Self::Github, Self::Gitlab, Self::Gitea, Self::Azure];

    /// The key under `accounts`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Gitea => "gitea",
            Self::Azure => "azure",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Github => "GitHub",
            Self::Gitlab => "GitLab",
            Self::Gitea => "Gitea",
            Self::Azure => "Azure DevOps",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|forge| forge.word() == word)
    }

    /// What somebody is called there.
    pub(super) fn account_of(self, accounts: &Accounts) -> Option<&str> {
        let found = match self {
            Self::Github => &accounts.github,
            Self::Gitlab => &accounts.gitlab,
            Self::Gitea => &accounts.gitea,
            Self::Azure => &accounts.azure,
        };
        found.as_ref().map(|account| account.value.as_str())
    }

    /// Whether an account is this person's; forges tell no upper from lower case.
    pub(super) fn is_of(self, account: &str, person: &Person) -> bool {
        let own = person.accounts.as_ref().and_then(|accounts| self.account_of(accounts));
        own.is_some_and(|own| is_same(own, account))
    }
}

/// Whether two accounts of one forge are one.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// What a forge says of a pull request: who approved which commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ForgeApprovals {
    /// Which forge; `None` where nothing is said that would need one.
    pub forge: Option<Forge>,
    /// The account that opened the pull request, if that is said.
    pub author: Option<String>,
    /// The last word of each account.
    pub said: Vec<Said>,
}

/// The last word of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// What the person is called there.
    pub account: String,
    /// Of which commit, as hex, if that is said.
    pub commit: Option<String>,
    /// What they said.
    pub word: Word,
}

/// What somebody said of a pull request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Word {
    /// It is approved.
    Approved,
    /// Something else that is no approval, in words to stand behind the account.
    Not(String),
}

/// The most that is read: a pull request with thousands of approvals is smaller.
const MOST: u64 = 4 << 20;

/// Reads what a forge says from a file or standard input, which `name` calls.
pub fn read_from(input: &mut dyn Read, name: &str) -> Result<ForgeApprovals, Failure> {
    let mut bytes = Vec::new();
    let length = input.take(MOST + 1).read_to_end(&mut bytes);
    length.map_err(|error| Failure::new(Cause::Io, format!("cannot read the approvals from {name}: {error}")))?;
    if bytes.len() as u64 > MOST {
        let what = format!("the approvals in {name} are larger than {} MiB", MOST >> 20);
        return Err(refused(&what, "give the answer of the forge about one pull request"));
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        refused(&format!("the approvals in {name} are not UTF-8"), "write them as UTF-8 without a mark")
    })?;
    read(&text)
}

/// Reads what a forge says as JSON: its own answer, or the neutral form.
pub fn read(text: &str) -> Result<ForgeApprovals, Failure> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(refused(
            "the approvals are empty",
            "see whether the request to the forge failed; no approval is `[]`",
        ));
    }
    if text.len() as u64 > MOST {
        let what = format!("the approvals are larger than {} MiB", MOST >> 20);
        return Err(refused(&what, "give the answer of the forge about one pull request"));
    }
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(text).into_iter().collect();
    let values = values.map_err(|error| refused(&format!("the approvals are not JSON: {error}"), FORMS))?;
    shapes::of(values)
}

/// What is taken.
const FORMS: &str = "give what the forge's API answers about the reviews or approvals of the pull request, or \
                     {\"version\":1,\"forge\":\"github\",\"head\":\"<commit>\",\"approvals\":[{\"account\":\"<login>\",\"commit\":\"<commit>\"}]}; \
                     see docs/approvals.md";

fn refused(what: &str, help: &str) -> Failure {
    Failure::new(Cause::Usage, format!("{what}\n  help: {help}"))
}

/// A piece of somebody's text for a sentence: one line, short, nothing hidden.
pub(super) fn shown(text: &str) -> String {
    let text = printable(text).replace(['\n', '\r', '\t', '`'], "\u{fffd}");
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

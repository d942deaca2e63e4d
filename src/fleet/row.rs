//! The row of one client: what is kept of its root.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::drift::{self, Drift};
use super::list::{List, Listed};
use crate::check::{self, Wanted};
use crate::dashboard;
use crate::diagnostic::{Diagnostic, Level};
use crate::failure::{Cause, Failure};
use crate::rule::Facts;

/// Whether a client's root could be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It was.
    Read,
    /// It could not be.
    Broken,
}

/// A client and what was found of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Row {
    /// The id.
    pub id: String,
    /// What the list calls it.
    pub name: Option<String>,
    /// Its folder, as the list has it.
    pub path: String,
    /// The commit that was asked for.
    pub rev: Option<String>,
    /// The SHA-256 of the list of signers with which trust begins there, as hex, if somebody said so from outside.
    pub trust_root: Option<String>,
    /// Whether its root could be read.
    pub state: State,
    /// Why not, in one line.
    pub reason: Option<String>,
    /// What was found; nothing of a broken one.
    pub found: Option<Found>,
}

/// What was found of a client.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Found {
    /// The client, as its own root calls it.
    pub organization: String,
    /// Whether every file could be read whole; if not, something may be missing in this row.
    pub whole: bool,
    /// The commit whose log was read.
    pub commit: Option<String>,
    /// The score.
    pub score: Option<i32>,
    /// Why there is none.
    pub no_score: Option<String>,
    /// The most there can be.
    pub maximum: i32,
    /// The status that the figures would allow.
    pub allows: String,
    /// Diagnostics at deny level, as `check` counts them.
    pub denies: usize,
    /// Warnings, as `check` counts them.
    pub warns: usize,
    /// Why trust does not begin where it was said to, in the words of `check`; `None` where it does, where nobody says
    /// where, and where reviews were left out.
    pub untrusted: Option<String>,
    /// Practices by the state of their review, as `status` counts them; `None` where reviews were left out.
    pub reviews: Option<BTreeMap<String, usize>>,
    /// How many duties the provider holds.
    pub duties: usize,
    /// How the acceptance of these duties stands; `None` where there are none, or where reviews were left out.
    pub acceptance: Option<Acceptance>,
    /// The practices in which the provider has a part.
    pub assigned: Vec<String>,
    /// What the client believes otherwise than published; `None` where nothing is published.
    pub drifts: Option<Vec<Drift>>,
}

/// How the acceptance of the provider's duties stands at a client.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Acceptance {
    /// accepted, stale, refused or not-accepted.
    pub state: String,
    /// The day of the acceptance that makes it so.
    pub date: Option<String>,
    /// Who accepted.
    pub by: Option<String>,
}

impl Found {
    /// How many practices have a review in a state.
    pub fn reviews_in(&self, state: &str) -> usize {
        self.reviews.as_ref().and_then(|reviews| reviews.get(state)).copied().unwrap_or(0)
    }
}

impl Row {
    /// The row of a client whose root was read.
    pub fn read(client: &Listed, found: Found) -> Self {
        Self { state: State::Read, found: Some(found), ..Self::broken(client, "") }
    }

    /// The row of a client whose root cannot be read.
    pub fn broken(client: &Listed, reason: &str) -> Self {
        let line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            id: client.id.clone(),
            name: client.name.clone(),
            path: client.path.clone(),
            rev: client.rev.clone(),
            trust_root: client.trust_root.clone(),
            state: State::Broken,
            reason: (!line.is_empty()).then_some(line),
            found: None,
        }
    }

    /// What it is called.
    pub fn title(&self) -> &str {
        let own = self.found.as_ref().map(|found| found.organization.as_str());
        self.name.as_deref().or(own).unwrap_or(&self.id)
    }

    /// Whether it is the row of this entry of the list.
    pub fn is_of(&self, client: &Listed) -> bool {
        self.trust_root == client.trust_root
            && (&self.id, &self.name, &self.path, &self.rev) == (&client.id, &client.name, &client.path, &client.rev)
    }
}

/// The row's content from the facts of a root; `found` is what reading and linking reported.
///
/// # Errors
///
/// If `demarcate.toml` is no TOML: nothing that is derived from such a root could be believed.
pub fn found(mut facts: Facts, found: &[Diagnostic], list: &List, client: &Listed) -> Result<Found, Failure> {
    refuse_unread(&facts, found)?;
    let provider = list.provider.as_str();
    let diagnostics = check::run(&facts, &Wanted::default(), found.to_vec());
    let of_level = |level: Level| diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
    let untrusted = diagnostics.iter().find(|diagnostic| diagnostic.rule == "wrong-trust-root");
    let dashboard = dashboard::of(&facts);
    let assigned: BTreeSet<_> = facts.assessment.duties_of(provider).map(|(id, _)| id).collect();
    let acceptance = dashboard.acceptances.into_iter().flatten().find(|row| row.provider == provider);
    let reviews =
        dashboard.reviews.map(|reviews| reviews.into_iter().map(|(state, n)| (state.to_owned(), n)).collect());
    let mut row = Found {
        organization: dashboard.organization,
        whole: facts.assessment.is_whole(),
        commit: None,
        score: dashboard.score,
        no_score: dashboard.reason,
        maximum: dashboard.maximum,
        allows: dashboard.allows.to_owned(),
        denies: of_level(Level::Deny),
        warns: of_level(Level::Warn),
        untrusted: untrusted.map(|diagnostic| diagnostic.message.clone()),
        reviews,
        duties: facts.assessment.duties_of(provider).count(),
        acceptance: acceptance.map(|row| Acceptance {
            state: row.state.to_owned(),
            date: row.date.map(|date| date.to_string()),
            by: row.by,
        }),
        assigned: assigned.iter().map(ToString::to_string).collect(),
        drifts: None,
    };
    let published = list.published.as_ref().map(|published| (provider, published));
    row.drifts = published.map(|published| drift::of(&mut facts, found, published, &client.services));
    Ok(row)
}

fn refuse_unread(facts: &Facts, found: &[Diagnostic]) -> Result<(), Failure> {
    let files = &facts.assessment.files;
    let of_root = |diagnostic: &&Diagnostic| {
        let is_unread = matches!(diagnostic.rule, "syntax" | "not-utf8" | "unreadable-file");
        is_unread && check::path_of(&diagnostic.place, files) == "demarcate.toml"
    };
    let Some(first) = found.iter().find(of_root) else { return Ok(()) };
    let at = match first.place {
        crate::diagnostic::Place::Span(span) => {
            let (line, column) = files.position(span);
            format!("demarcate.toml:{line}:{column}")
        }
        crate::diagnostic::Place::Path(_) => "demarcate.toml".to_owned(),
    };
    Err(Failure::new(Cause::Usage, format!("{at}: {}", first.message)))
}

//! Types only: what the files of a repository hold, as written ([`Records`]) and as meant ([`Assessment`]).

pub mod acceptance;
pub mod artifact;
pub mod assets;
pub mod changes;
pub mod clients;
pub mod config;
pub mod crm;
pub mod crm_map;
pub mod crypto;
pub mod incident;
pub mod practice;
pub mod provider;
pub mod weakness;
pub mod wording;

use crate::table::entity;

entity! {
    /// The contractor, or a provider.
    Party = "party",
    /// A role of `demarcate.toml`.
    Role = "role",
    /// A person of `demarcate.toml`.
    Person = "person",
    /// An artifact series.
    ArtifactSeries = "artifact",
    /// A service of the provider that the table is about.
    ServiceName = "service",
    /// A clause of the contract of the provider that the table is about.
    ClauseName = "clause",
    /// A scope group of `assets.toml`.
    GroupName = "group",
    /// A POA&M item.
    PoamItem = "poam",
    /// An enduring exception or an adjudication.
    ExceptionRecord = "exception",
    /// A provider.
    ProviderName = "provider",
    /// A connection of a provider.
    ConnectionName = "connection",
}

pub mod assessment;
pub mod history;
pub mod score;

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::{RequirementId, Span};
use crate::signature::Entry;
use crate::source::Files;
use crate::table::Reference;
use crate::timestamp::Lasting;

/// A file and what was read from it.
#[derive(Clone, Debug)]
pub struct Filed<T> {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Its number in [`Files`].
    pub file: u32,
    /// What it holds.
    pub value: T,
    /// Whether something in it could not be read, so that what is derived from it would mislead.
    pub lost: bool,
    /// Whether it comes from the root that this one extends.
    pub inherited: bool,
}

impl<T> std::ops::Deref for Filed<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Filed<T> {
    /// The first byte of the file.
    pub fn top(&self) -> Span {
        Span { file: self.file, start: 0, end: 0 }
    }
}

/// The files of a root as written.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// Every text that was read.
    pub files: Files,
    /// `demarcate.toml`.
    pub config: Option<Filed<config::Config>>,
    /// `practices/*.toml`.
    pub practices: Vec<Filed<practice::Practice>>,
    /// Practice files that could not be read at all, by the id in their name.
    pub unread_practices: Vec<RequirementId>,
    /// `evidence/<party>/artifacts.toml`, with the party of the folder.
    pub artifacts: Vec<(String, Filed<artifact::ArtifactsFile>)>,
    /// `providers/<id>.toml`.
    pub providers: Vec<Filed<provider::Provider>>,
    /// `providers/<id>.crm.toml`.
    pub crms: Vec<Filed<crm::ProviderCrm>>,
    /// `poam/<id>.toml`.
    pub poam: Vec<Filed<weakness::Poam>>,
    /// `exceptions/<id>.toml`.
    pub exceptions: Vec<Filed<weakness::Exception>>,
    /// `assets.toml`.
    pub assets: Option<Filed<assets::Assets>>,
    /// `incident.toml`.
    pub incident: Option<Filed<incident::Incident>>,
    /// `crypto.toml`.
    pub crypto: Option<Filed<crypto::Crypto>>,
    /// `policies/*.md`.
    pub policies: Vec<Filed<Policy>>,
    /// `evidence.lock`.
    pub lock: Option<Filed<Lock>>,
    /// The trust folder, as far as it ends.
    pub ending: Ending,
    /// Every reference that was written, to be checked against what is defined.
    pub references: Vec<Reference>,
    /// Kinds of things whose defining file is broken, so that a name that leads nowhere cannot be judged.
    pub broken: BTreeSet<&'static str>,
}

/// What the trust folder says of the time for which keys and authorities are good. Whose word counts does not follow
/// from this, but from the log.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// `trust/allowed_signers`.
    pub signers: Vec<Entry>,
    /// `trust/tsa.pem`.
    pub authorities: Vec<Lasting>,
    /// SHA-256 as hex of every file of the folder that says whose word counts, by path; of a text with LF as line end,
    /// whatever a checkout made of it.
    pub digests: BTreeMap<String, String>,
}

/// A policy of the contractor.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The file's name without `.md`.
    pub id: String,
    /// Its first heading, or the id.
    pub title: String,
    /// Its text.
    pub text: std::sync::Arc<str>,
}

/// `evidence.lock`: size and SHA-256 of every edition.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    /// By artifact id and path or URL as written in the edition.
    pub entries: BTreeMap<(String, String), LockEntry>,
    /// What other lines say of an edition that has a line already, with other bytes.
    pub rivals: BTreeMap<(String, String), Vec<LockEntry>>,
}

/// One line of the lock.
#[derive(Clone, Debug)]
pub struct LockEntry {
    /// SHA-256, 64 lower-case hex digits.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
    /// Where the line stands.
    pub span: Span,
}

impl LockEntry {
    /// Whether both lines mean the same bytes.
    pub fn says_the_same(&self, other: &Self) -> bool {
        (self.size, &self.sha256) == (other.size, &other.sha256)
    }
}

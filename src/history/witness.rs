//! Who vouches for when a claim was made: time stamps over its commit, and signed tags above it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::seal::{claims, key_of_tag};
use super::seen::{Seen, Stamp};
use super::trust::{Keys, Trusted};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::git::log::Log;
use crate::git::{Git, Mode, Oid};
use crate::program::Tool;
use crate::timestamp::{self, Stamped};

/// Certificates of authorities in a trust folder.
const AUTHORITIES: &str = "tsa.pem";

/// Where stamps stand as notes.
const NOTES: &str = "refs/notes/timestamps";

/// The name under which answers are kept.
const NAME: &str = "stamps";

/// How long one stamp may take to be judged.
const LIMIT: Duration = Duration::from_secs(20);

/// Somebody who saw a commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Witness {
    /// When, in Unix seconds.
    pub(super) at: i64,
    pub(super) by: By,
}

/// Who it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum By {
    /// A time stamping authority.
    Stamp,
    /// Somebody's tag on the commit itself, by the fingerprint of the key that signed it.
    Tag(String),
    /// A tag above it.
    TagAbove(String),
}

impl By {
    /// Whether it was made for this commit, so that its time is the commit's.
    pub(super) fn is_meant(&self) -> bool {
        !matches!(self, Self::TagAbove(_))
    }

    /// The key behind a tag.
    pub(super) fn key(&self) -> Option<&str> {
        match self {
            Self::Stamp => None,
            Self::Tag(key) | Self::TagAbove(key) => Some(key),
        }
    }
}

/// What a stamp was found to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Answer {
    /// When the commit was there at the latest.
    Seen(i64),
    /// Nothing.
    Refused,
    /// Nobody here can tell; another day may.
    Unknown,
}

/// The witnesses of each claim, earliest first.
#[derive(Default)]
pub(super) struct Witnesses {
    by_commit: BTreeMap<Oid, Vec<Witness>>,
}

impl Witnesses {
    /// Asks for the witnesses of everything that was claimed and signed.
    pub(super) fn of<N>(
        git: &Git,
        (tip, prefix): (Oid, &str),
        seen: &Seen,
        log: &Log<N>,
        trusted: &mut Trusted<'_>,
        cache: &Cache,
    ) -> Result<Self, Failure> {
        let signed: BTreeMap<Oid, &Stamp> =
            claims(seen).filter(|stamp| stamp.is_signed).map(|stamp| (stamp.commit, stamp)).collect();
        let mut found = Self::default();
        if signed.is_empty() || !trusted.is_anybody() {
            return Ok(found);
        }
        found.stamps(git, (tip, prefix), &signed, trusted, cache)?;
        found.tags(git, log, &signed, trusted)?;
        found.by_commit.values_mut().for_each(|all| all.sort_by_key(|witness| witness.at));
        Ok(found)
    }

    /// Those of a claim.
    pub(super) fn of_claim(&self, commit: Oid) -> &[Witness] {
        self.by_commit.get(&commit).map_or(&[], Vec::as_slice)
    }

    fn stamps(
        &mut self,
        git: &Git,
        (tip, prefix): (Oid, &str),
        signed: &BTreeMap<Oid, &Stamp>,
        trusted: &Trusted<'_>,
        cache: &Cache,
    ) -> Result<(), Failure> {
        let Some(authorities) = trusted.file(AUTHORITIES) else { return Ok(()) };
        let tokens = tokens(git, tip, prefix)?;
        let wanted: Vec<(Oid, Oid)> =
            signed.keys().filter_map(|commit| Some((*commit, *tokens.get(&commit.to_string())?))).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let authorities = git.blob(authorities)?;
        let mut kept: BTreeMap<String, Answer> = cache.get_packed(NAME).unwrap_or_default();
        let known = kept.len();
        let asked = git.spread(&wanted, |git, (commit, token)| {
            let (raw, token) = (git.raw_commit(*commit)?, git.blob(*token)?);
            let key = timestamp::key(&token, &raw, &authorities);
            let answer = kept.get(&key).copied().unwrap_or_else(|| asked_of(&token, &raw, &authorities));
            Ok((*commit, key, answer))
        });
        for asked in asked {
            let (commit, key, answer) = asked?;
            if answer != Answer::Unknown {
                kept.insert(key, answer);
            }
            if let Answer::Seen(at) = answer {
                self.add(commit, Some(Witness { at, by: By::Stamp }));
            }
        }
        if kept.len() > known
            && let Some(begun) = cache.begin()
        {
            cache.put_packed(NAME, &kept, &begun);
        }
        Ok(())
    }

    fn tags<N>(
        &mut self,
        git: &Git,
        log: &Log<N>,
        signed: &BTreeMap<Oid, &Stamp>,
        trusted: &mut Trusted<'_>,
    ) -> Result<(), Failure> {
        let all = git.signed_tags()?;
        if all.is_empty() {
            return Ok(());
        }
        let positions: BTreeMap<Oid, usize> = (0..log.len()).map(|position| (log.id(position), position)).collect();
        let mut good: Vec<(usize, i64, String)> = Vec::new();
        for tag in all {
            let Some(position) = positions.get(&tag.commit).copied() else { continue };
            let states = trusted.after(position);
            trusted.learn(states.iter().copied())?;
            let book = trusted.book();
            let keys: Vec<&Keys> = states.iter().map(|state| book.keys(*state)).collect();
            let key = key_of_tag(&tag.raw, &keys, tag.at, book);
            good.extend(key.map(|key| (position, tag.at, key)));
        }
        for some in good.chunks(64) {
            let bits = || (0..).map(|bit| 1_u64 << bit).zip(some);
            let marks: Vec<(usize, u64)> = bits().map(|(bit, (position, ..))| (*position, bit)).collect();
            let above = log.inherited(&marks);
            for (commit, stamp) in signed {
                for (bit, (position, at, key)) in bits() {
                    let by = if *position == stamp.position { By::Tag(key.clone()) } else { By::TagAbove(key.clone()) };
                    let sees = by.is_meant() || above[stamp.position] & bit != 0;
                    self.add(*commit, sees.then_some(Witness { at: *at, by }));
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, commit: Oid, witness: Option<Witness>) {
        self.by_commit.entry(commit).or_default().extend(witness);
    }
}

/// What a stamp says of a commit.
fn asked_of(token: &[u8], raw: &[u8], authorities: &[u8]) -> Answer {
    match timestamp::verify(token, raw, authorities, &Tool::named("openssl").within(LIMIT)) {
        Stamped::Witnessed { at, within, .. } => Answer::Seen(at + i64::from(within)),
        Stamped::Refused(_) => Answer::Refused,
        Stamped::Unknown(_) => Answer::Unknown,
    }
}

/// The stamps that there are, by the commit as hex: files of the trust folder, and notes.
fn tokens(git: &Git, tip: Oid, prefix: &str) -> Result<BTreeMap<String, Oid>, Failure> {
    let mut tokens = BTreeMap::new();
    if let Some(notes) = git.reference(NOTES)? {
        let files = git.files_of_tree(git.tree_of(notes)?, "")?;
        let files = files.into_iter().filter(|(_, entry)| entry.mode == Mode::File);
        tokens.extend(files.map(|(path, entry)| (path.replace('/', ""), entry.id)));
    }
    let folder = if prefix.is_empty() { "trust/timestamps".to_owned() } else { format!("{prefix}/trust/timestamps") };
    for (path, entry) in git.files_of_tree(git.tree_of(tip)?, &folder)? {
        let is_file = entry.mode == Mode::File;
        tokens.extend(path.strip_suffix(".tsr").filter(|_| is_file).map(|commit| (commit.to_owned(), entry.id)));
    }
    Ok(tokens)
}

//! The lock compared with what stands in the tree, and the lock as it should be.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};

use crate::ids::Span;
use crate::model::assessment::{Assessment, EditionState};
use crate::model::{Lock, LockEntry};

/// What became of one edition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// As locked.
    Unchanged,
    /// Not locked yet.
    Added,
    /// Other bytes than locked.
    Changed,
    /// Locked, and no edition any more.
    Removed,
    /// An edition without a file.
    Missing,
    /// A file that cannot be read.
    Unreadable,
    /// Outside the repository, not to be read here; its line decides.
    Elsewhere,
    /// An LFS pointer; the digest that it names is locked.
    NotFetched,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Unchanged,
        Self::Added,
        Self::Changed,
        Self::Removed,
        Self::Missing,
        Self::Unreadable,
        Self::Elsewhere,
        Self::NotFetched,
    ];

    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::Elsewhere => "elsewhere",
            Self::NotFetched => "not-fetched",
        }
    }

    /// Whether it decides the exit code: writing the lock answers what only differs.
    pub fn is_wrong(self, checking: bool) -> bool {
        match self {
            Self::Unchanged | Self::Elsewhere | Self::NotFetched => false,
            Self::Added | Self::Changed | Self::Removed => checking,
            Self::Missing | Self::Unreadable => true,
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// Size and digest.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Bytes {
    /// Bytes.
    pub size: u64,
    /// 64 lower-case hex digits.
    pub sha256: String,
}

/// One edition, compared.
#[derive(Clone, Serialize, Debug)]
pub struct Change {
    /// What became of it.
    #[serde(rename = "state")]
    pub kind: Kind,
    /// The artifact.
    pub artifact: String,
    /// Path or URL, as the lock names it.
    pub path: String,
    /// What the lock says.
    pub locked: Option<Bytes>,
    /// What stands there.
    pub found: Option<Bytes>,
    /// Why it cannot be read, or not here.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// The comparison, and the lock as it should be.
#[derive(Clone, Debug)]
pub struct Compared {
    /// By artifact, then path.
    pub changes: Vec<Change>,
    /// The lock as it should be.
    pub lock: Lock,
    /// Editions that two lines lock with other bytes each, and whose own bytes cannot decide: artifact and path.
    pub undecided: Vec<(String, String)>,
}

/// Compares the lock with the editions of this root; those of the root that it extends are locked there.
pub fn compare(assessment: &Assessment) -> Compared {
    let empty = Lock::default();
    let old = assessment.lock.as_ref().map_or(&empty, |lock| &lock.value);
    let mut lock = Lock::default();
    let (mut changes, mut undecided) = (Vec::new(), Vec::new());
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    for (id, series) in assessment.artifacts.iter().filter(|(_, series)| !series.inherited) {
        for edition in series.editions.iter().filter(|edition| !edition.location.is_empty()) {
            let key = (id.clone(), edition.location.clone());
            if !seen.insert(key.clone()) {
                continue;
            }
            let rivals = old.rivals.get(&key).map_or(&[][..], Vec::as_slice);
            let change = change(&key, old.entries.get(&key), rivals, &edition.state);
            if !rivals.is_empty() && change.found.is_none() {
                undecided.push(key.clone());
            }
            let kept = change.found.clone().or_else(|| change.locked.clone());
            if let Some(Bytes { size, sha256 }) = kept {
                lock.entries.insert(key, LockEntry { sha256, size, span: Span::default() });
            }
            changes.push(change);
        }
    }
    // Of an artifact that could not be read nobody said that it has no edition any more.
    let unread = assessment.broken.contains("artifact");
    for (key, entry) in old.entries.iter().filter(|(key, _)| !seen.contains(*key)) {
        if unread {
            lock.entries.insert(key.clone(), entry.clone());
            undecided.extend(old.rivals.get(key).map(|_| key.clone()));
            continue;
        }
        let locked = Some(bytes(entry));
        let (artifact, path) = key.clone();
        changes.push(Change { kind: Kind::Removed, artifact, path, locked, found: None, why: String::new() });
    }
    changes.sort_by(|a, b| (&a.artifact, &a.path).cmp(&(&b.artifact, &b.path)));
    Compared { changes, lock, undecided }
}

fn bytes(entry: &LockEntry) -> Bytes {
    Bytes { size: entry.size, sha256: entry.sha256.clone() }
}

fn change(key: &(String, String), line: Option<&LockEntry>, rivals: &[LockEntry], state: &EditionState) -> Change {
    let found = match state {
        EditionState::Present { size, sha256, .. } | EditionState::Pointer { size, sha256 } => {
            Some(Bytes { size: *size, sha256: sha256.clone() })
        }
        _ => None,
    };
    // Of several lines the one that the bytes deny is told.
    let lines = || line.into_iter().chain(rivals).map(bytes);
    let locked = lines().find(|line| found.as_ref().is_some_and(|found| found != line)).or_else(|| lines().next());
    let kind = match (state, &locked) {
        (EditionState::Missing, _) => Kind::Missing,
        (EditionState::Unreadable(_), _) => Kind::Unreadable,
        (EditionState::Elsewhere(_), _) => Kind::Elsewhere,
        (_, None) => Kind::Added,
        (_, Some(_)) if locked != found => Kind::Changed,
        (EditionState::Pointer { .. }, _) => Kind::NotFetched,
        _ => Kind::Unchanged,
    };
    let why = match state {
        EditionState::Unreadable(why) => why.clone(),
        EditionState::Elsewhere(why) if locked.is_some() => format!("{why}; its line is kept"),
        EditionState::Elsewhere(why) => format!("{why}, and it has no line"),
        _ if !rivals.is_empty() => "two lines lock it with other bytes each".to_owned(),
        _ => String::new(),
    };
    let (artifact, path) = key.clone();
    Change { kind, artifact, path, locked, found, why }
}

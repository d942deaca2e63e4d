//! What was told of old practice files, kept between runs: it follows from two blobs and the build, and from nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cache::Cache;
use crate::git::Oid;
use crate::ids::RequirementId;
use crate::material::Parts;

/// What a practice file was found to be beside the practice that is there now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Judged {
    /// It is what this practice is now.
    Same(RequirementId),
    /// Only the statement of this practice is another one.
    Statement(RequirementId),
    /// This practice is another one.
    Other(RequirementId),
    /// It was parsed; `None` where it holds no practice.
    Read(Option<Parts>),
}

/// Which kind of file a blob is read as.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) enum Kind {
    Practice,
    Rows,
    Provider,
    Exception,
    Poam,
    Assets,
    Incident,
    Config,
    Policy,
}

/// A practice and the blob that holds it now.
type Now = (RequirementId, Oid);

/// What was told, as it is kept.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// By the practice of now and the old blob.
    judged: BTreeMap<Now, BTreeMap<Oid, Judged>>,
    /// The digests of a blob's parts; `None` where it cannot be read as what it should be.
    parts: BTreeMap<(Kind, Oid), Option<Parts>>,
}

/// What earlier runs told, and this one.
#[derive(Default)]
pub(super) struct Told {
    kept: Kept,
    new: usize,
}

/// The name under which it is kept.
const NAME: &str = "told";

/// What may be told again rather than written again.
const FEW: usize = 16;

impl Told {
    /// What earlier runs kept.
    pub(super) fn kept(cache: &Cache) -> Self {
        Self { kept: cache.get_packed(NAME).unwrap_or_default(), new: 0 }
    }

    /// What was told of an old blob beside the practice of now.
    pub(super) fn judged(&self, now: Now, then: Oid) -> Option<Judged> {
        self.kept.judged.get(&now)?.get(&then).cloned()
    }

    pub(super) fn add_judged(&mut self, now: Now, then: Oid, judged: Judged) {
        self.new += 1;
        self.kept.judged.entry(now).or_default().insert(then, judged);
    }

    /// The parts that were found in a blob; `None` where nobody looked at it.
    pub(super) fn parts(&self, kind: Kind, blob: Oid) -> Option<&Option<Parts>> {
        self.kept.parts.get(&(kind, blob))
    }

    pub(super) fn add_parts(&mut self, kind: Kind, blob: Oid, parts: Option<Parts>) {
        self.new += 1;
        self.kept.parts.insert((kind, blob), parts);
    }

    /// Keeps what concerns practices as they stand now and what this run asked for, if enough of it is new.
    pub(super) fn keep(
        mut self,
        cache: &Cache,
        stands: impl Fn(RequirementId, Oid) -> bool,
        asked: impl Fn(Kind, Oid) -> bool,
    ) {
        let known: usize = self.kept.judged.values().map(BTreeMap::len).sum();
        if cache.is_none() || self.new <= FEW + known / 64 {
            return;
        }
        self.kept.judged.retain(|(id, now), _| stands(*id, *now));
        self.kept.parts.retain(|(kind, blob), _| asked(*kind, *blob));
        if let Some(begun) = cache.begin() {
            cache.put_packed(NAME, &self.kept, &begun);
        }
    }
}

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

/// A practice and the blob that holds it now.
type Now = (RequirementId, Oid);

/// What was told, by the practice of now and the old blob.
#[derive(Default)]
pub(super) struct Told {
    known: BTreeMap<Now, BTreeMap<Oid, Judged>>,
    new: usize,
}

/// The name under which it is kept.
const NAME: &str = "told";

/// What may be told again rather than written again.
const FEW: usize = 16;

impl Told {
    /// What earlier runs kept.
    pub(super) fn kept(cache: &Cache) -> Self {
        Self { known: cache.get_packed(NAME).unwrap_or_default(), new: 0 }
    }

    /// What was told of an old blob beside the practice of now.
    pub(super) fn get(&self, now: Now, then: Oid) -> Option<Judged> {
        self.known.get(&now)?.get(&then).cloned()
    }

    pub(super) fn add(&mut self, now: Now, then: Oid, judged: Judged) {
        self.new += 1;
        self.known.entry(now).or_default().insert(then, judged);
    }

    /// Keeps what concerns practices as they stand now, if enough of it is new.
    pub(super) fn keep(mut self, cache: &Cache, stands: impl Fn(RequirementId, Oid) -> bool) {
        let known: usize = self.known.values().map(BTreeMap::len).sum();
        if cache.is_none() || self.new <= FEW + known / 64 {
            return;
        }
        self.known.retain(|(id, now), _| stands(*id, *now));
        if let Some(begun) = cache.begin() {
            cache.put_packed(NAME, &self.known, &begun);
        }
    }
}

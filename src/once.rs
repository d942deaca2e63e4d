//! What several threads ask for and one of them finds: it is found once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// A value, once somebody has found it.
type Slot<V> = Arc<Mutex<Option<V>>>;

/// What was found so far, by what was asked.
#[derive(Debug)]
pub struct Once<K, V>(Mutex<HashMap<K, Slot<V>>>);

impl<K, V> Default for Once<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Once<K, V> {
    /// A value as it was found before, or as it is found now; who asks meanwhile waits. What fails, and what is not
    /// worth keeping, is looked for again by whoever asks next.
    pub fn get<E>(&self, key: K, keep: impl FnOnce(&V) -> bool, find: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().clone();
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = &*slot {
            return Ok(value.clone());
        }
        let value = find()?;
        if keep(&value) {
            *slot = Some(value.clone());
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_once_and_what_failed_is_looked_for_again() {
        let once = Once::default();
        assert_eq!(once.get("a", |_| true, || Err("away")), Err("away"));
        assert_eq!(once.get("a", |_| true, || Ok::<_, &str>(1)), Ok(1));
        assert_eq!(once.get("a", |_| true, || Err("not asked")), Ok(1));
        assert_eq!(once.get("b", |_| true, || Err("asked of each by itself")), Err("asked of each by itself"));
    }

    #[test]
    fn what_is_not_worth_keeping_is_not_kept() {
        let once = Once::default();
        assert_eq!(once.get((), |_| false, || Ok::<_, &str>(1)), Ok(1));
        assert_eq!(once.get((), |_| true, || Err("asked again")), Err("asked again"));
    }
}

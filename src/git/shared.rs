//! Objects that two readers of one repository both ask for, read once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gix::objs::Kind;

use super::Oid;

/// The largest object that is kept, in bytes.
const LARGEST: usize = 64 * 1024;

/// How many bytes are kept in all.
const MOST: usize = 32 * 1024 * 1024;

/// What an object is, and its bytes.
pub(super) type Object = (Kind, Vec<u8>);

/// An object, once somebody has read it.
type Slot = Arc<Mutex<Option<Object>>>;

/// What was read so far.
#[derive(Debug, Default)]
pub(super) struct Shared {
    slots: Mutex<HashMap<Oid, Slot>>,
    bytes: AtomicUsize,
}

impl Shared {
    /// An object as it was read before, or as it is read now; who asks meanwhile waits.
    pub(super) fn object<E>(&self, id: Oid, read: impl FnOnce() -> Result<Object, E>) -> Result<Object, E> {
        let slot = self.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default().clone();
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(object) = &*slot {
            return Ok(object.clone());
        }
        let object = read()?;
        let size = object.1.len();
        if size <= LARGEST && self.bytes.fetch_add(size, Ordering::Relaxed) < MOST {
            *slot = Some(object.clone());
        }
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_read_once_and_one_that_could_not_be_read_is_asked_for_again() {
        let shared = Shared::default();
        let id = Oid::null(gix::hash::Kind::Sha1);
        let object = (Kind::Blob, b"text".to_vec());
        assert_eq!(shared.object(id, || Err("away")), Err("away"));
        assert_eq!(shared.object(id, || Ok::<_, &str>(object.clone())), Ok(object.clone()));
        assert_eq!(shared.object(id, || Err("not asked")), Ok(object));
    }

    #[test]
    fn what_is_large_is_not_kept() {
        let shared = Shared::default();
        let id = Oid::null(gix::hash::Kind::Sha1);
        let object = (Kind::Blob, vec![0; LARGEST + 1]);
        assert!(shared.object(id, || Ok::<_, &str>(object)).is_ok());
        assert_eq!(shared.object(id, || Err("asked again")), Err("asked again"));
    }
}

//! Objects that two readers of one repository both ask for, read once.

use std::sync::atomic::{AtomicUsize, Ordering};

use gix::objs::Kind;

use super::Oid;
use crate::once::Once;

/// The largest object that is kept, in bytes.
const LARGEST: usize = 64 * 1024;

/// How many bytes are kept in all.
const MOST: usize = 32 * 1024 * 1024;

/// What an object is, and its bytes.
pub(super) type Object = (Kind, Vec<u8>);

/// What was read so far.
#[derive(Debug, Default)]
pub(super) struct Shared {
    read: Once<Oid, Object>,
    bytes: AtomicUsize,
}

impl Shared {
    /// An object as it was read before, or as it is read now; who asks meanwhile waits.
    pub(super) fn object<E>(&self, id: Oid, read: impl FnOnce() -> Result<Object, E>) -> Result<Object, E> {
        let has_room =
            |(_, data): &Object| data.len() <= LARGEST && self.bytes.fetch_add(data.len(), Ordering::Relaxed) < MOST;
        self.read.get(id, has_room, read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_large_is_not_kept() {
        let shared = Shared::default();
        let id = Oid::null(gix::hash::Kind::Sha1);
        let (small, large) = ((Kind::Blob, b"text".to_vec()), (Kind::Blob, vec![0; LARGEST + 1]));
        assert!(shared.object(id, || Ok::<_, &str>(large)).is_ok());
        assert_eq!(shared.object(id, || Err("asked again")), Err("asked again"));
        assert_eq!(shared.object(id, || Ok::<_, &str>(small.clone())), Ok(small.clone()));
        assert_eq!(shared.object(id, || Err("not asked")), Ok(small));
    }
}

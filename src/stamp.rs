//! What the file system says of a file, and when it can be trusted: enough to tell that bytes were not changed.
//!
//! A stamp proves something only if it is older than the look that took it: a file written again within the same tick
//! of the file system's clock keeps its stamp. Git's index knows the same trouble as "racy" entries.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// Clocks of some file systems tick in steps of two seconds, and show it by whole seconds; in nanoseconds.
const COARSE: i64 = 2_000_000_000;

/// Modification time, change time (both in nanoseconds), size, file number and device.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stamp(i64, i64, u64, u64, u64);

impl Stamp {
    /// The stamp of what stands at a path, symlinks followed; `None` where nothing stands or nobody may look.
    pub fn of(path: &Path) -> Option<Self> {
        path.metadata().ok().map(|metadata| Self::from(&metadata))
    }

    /// The size in bytes.
    pub fn size(&self) -> u64 {
        self.2
    }

    /// Whether a look that began at this moment of the file system's clock, in nanoseconds, would have seen a later
    /// change as another stamp.
    pub fn is_settled(&self, begun: i64) -> bool {
        let is_before = |time: i64| {
            let tick = if time % 1_000_000_000 == 0 { COARSE } else { 0 };
            time.saturating_add(tick) < begun
        };
        is_before(self.0) && is_before(self.1)
    }

    /// The modification time, in nanoseconds.
    pub fn modified(&self) -> i64 {
        self.0
    }

    /// Whether both were given by the clock of one file system.
    pub fn shares_clock(&self, other: &Self) -> bool {
        self.4 == other.4
    }
}

#[cfg(unix)]
impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let time = |seconds: i64, nanoseconds: i64| seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds);
        let modified = time(metadata.mtime(), metadata.mtime_nsec());
        let changed = time(metadata.ctime(), metadata.ctime_nsec());
        Self(modified, changed, metadata.size(), metadata.ino(), metadata.dev())
    }
}

#[cfg(not(unix))]
impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        let since = |time: std::io::Result<std::time::SystemTime>| {
            let since = time.ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
            since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(i64::MAX)
        };
        Self(since(metadata.modified()), since(metadata.created()), metadata.len(), 0, 0)
    }
}

/// The paths that an answer rests on, each with the stamp it had when it was first looked at.
///
/// They are told apart by their bytes, which is many times faster than part by part.
#[derive(Debug, Default)]
pub struct Watch(Mutex<BTreeMap<OsString, Option<Stamp>>>);

impl Watch {
    /// Notes a path; to be called before it is read. A folder is watched for names that come and go.
    pub fn note(&self, path: &Path) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !noted.contains_key(path.as_os_str()) {
            noted.insert(path.into(), Stamp::of(path));
        }
    }

    /// Notes a path with the stamp that a look of the caller's own gave, which spares a second look.
    pub fn seen(&self, path: &Path, stamp: Option<Stamp>) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !noted.contains_key(path.as_os_str()) {
            noted.insert(path.into(), stamp);
        }
    }

    /// What was noted; empties the watch.
    pub fn take(&self) -> BTreeMap<PathBuf, Option<Stamp>> {
        let noted = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        noted.into_iter().map(|(path, stamp)| (PathBuf::from(path), stamp)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_of_the_same_tick_is_not_settled() {
        let stamp = Stamp(1_000_000_005, 1_000_000_005, 3, 1, 1);
        assert!(!stamp.is_settled(1_000_000_005));
        assert!(stamp.is_settled(1_000_000_006));
    }

    #[test]
    fn a_coarse_clock_needs_two_seconds() {
        let stamp = Stamp(4_000_000_000, 3_999_999_999, 3, 1, 1);
        assert!(!stamp.is_settled(5_900_000_000));
        assert!(stamp.is_settled(6_000_000_001));
    }
}

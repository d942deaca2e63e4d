//! Answers kept in the Git directory between runs: a convenience that is never needed and never believed when damaged.
//!
//! Every entry carries the build that wrote it and a digest of itself. A folder that is absent, full or read-only is
//! no error: then nothing is kept.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::digest;
use crate::stamp::Stamp;

/// The sources that this program was built from, as a number: what another build has kept is not read.
const BUILD: &str = env!("DEMARCATE_BUILD");

/// How far the clock of another file system may be off, in nanoseconds: twice the five minutes that Kerberos allows.
const SKEW: i64 = 600_000_000_000;

/// Tells two entries that one process writes apart.
static BEGUN: AtomicU32 = AtomicU32::new(0);

/// The folder of kept answers, if there is one to be used.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    folder: Option<PathBuf>,
    /// Whether only what is kept already is used.
    is_closed: bool,
}

/// A moment of the file system's own clock, and the place where an entry will be written.
#[derive(Debug)]
pub struct Begun {
    file: PathBuf,
    stamp: Stamp,
    /// In nanoseconds.
    at: i64,
}

impl Begun {
    /// Whether a look that came after this moment and found this stamp would have seen a later change as another one.
    pub fn settles(&self, stamp: &Stamp) -> bool {
        let skew = if stamp.shares_clock(&self.stamp) { 0 } else { SKEW };
        stamp.is_settled(self.at.saturating_sub(skew))
    }
}

impl Cache {
    /// Nothing is kept and nothing found.
    pub fn none() -> Self {
        Self::default()
    }

    /// Kept in `demarcate` below a Git directory.
    pub fn in_git_dir(git_dir: &Path) -> Self {
        Self { folder: Some(git_dir.join("demarcate")), is_closed: false }
    }

    /// The same, and nothing more is kept: a look at an older commit must not take the place of one at the tip.
    #[must_use]
    pub fn closed(&self) -> Self {
        Self { is_closed: true, ..self.clone() }
    }

    /// Whether anything could be kept.
    pub fn is_none(&self) -> bool {
        self.folder.is_none()
    }

    /// What was kept under a name by this build, whole.
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.read(name, |body| serde_json::from_slice(body).ok())
    }

    /// The same of something large, kept by [`Cache::put_packed`].
    pub fn get_packed<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.read(name, |body| postcard::from_bytes(body).ok())
    }

    fn read<T>(&self, name: &str, parse: impl FnOnce(&[u8]) -> Option<T>) -> Option<T> {
        let bytes = std::fs::read(self.folder.as_ref()?.join(name)).ok()?;
        let (head, body) = bytes.split_at_checked(bytes.iter().position(|byte| *byte == b'\n')? + 1)?;
        (head == header(body).as_bytes()).then(|| parse(body))?
    }

    /// Drops the oldest of what is kept under names that begin so, until no more than `most` are left.
    pub fn limit(&self, beginning: &str, most: usize) {
        let entries = self.folder.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
        let own = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(beginning));
        let mut kept: Vec<(i64, PathBuf)> =
            own.filter_map(|entry| Some((Stamp::of(&entry.path())?.modified(), entry.path()))).collect();
        kept.sort();
        let surplus = kept.len().saturating_sub(most);
        kept.iter().take(surplus).for_each(|(_, path)| drop(std::fs::remove_file(path)));
    }

    /// Asks the file system for the time, before anything is read that an entry will rest on.
    pub fn begin(&self) -> Option<Begun> {
        let folder = self.folder.as_ref().filter(|_| !self.is_closed)?;
        std::fs::create_dir_all(folder).ok()?;
        let file = folder.join(format!("new-{}-{}", std::process::id(), BEGUN.fetch_add(1, Ordering::Relaxed)));
        // What a run of the same number left behind, or another machine's writes now, is taken over: an entry proves
        // itself by its digest, and a moment by being new.
        drop(std::fs::remove_file(&file));
        std::fs::File::create_new(&file).ok()?;
        let stamp = Stamp::of(&file)?;
        Some(Begun { file, stamp, at: stamp.modified() })
    }

    /// Keeps a value under a name; what cannot be written is not kept.
    pub fn put<T: Serialize>(&self, name: &str, value: &T, begun: &Begun) {
        if let Ok(body) = serde_json::to_vec(value) {
            self.write(name, &body, begun);
        }
    }

    /// The same for something large, in a form that is quick to read back.
    pub fn put_packed<T: Serialize>(&self, name: &str, value: &T, begun: &Begun) {
        if let Ok(body) = postcard::to_stdvec(value) {
            self.write(name, &body, begun);
        }
    }

    fn write(&self, name: &str, body: &[u8], begun: &Begun) {
        let Some(folder) = &self.folder else { return };
        let mut bytes = header(body).into_bytes();
        bytes.extend_from_slice(body);
        let written = std::fs::write(&begun.file, bytes);
        drop(written.and_then(|()| std::fs::rename(&begun.file, folder.join(name))));
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.file));
    }
}

fn header(body: &[u8]) -> String {
    format!("demarcate {BUILD} {}\n", digest::of_bytes(body).sha256)
}

//! The files of a bundle by their path in it: small ones kept in memory, so that what is judged is what was hashed.

use std::collections::BTreeMap;
use std::io::{self, Read};

use rayon::prelude::*;

use super::opened::Opened;
use crate::archive::{Archive, Entry};
use crate::digest::{self, Algorithm, Digested};
use crate::manifest::{self, MANIFEST, SUMS};

/// The most bytes of a list, a manifest or a log that are read.
const LARGEST: u64 = 64 << 20;

/// The most bytes of a signature or a file of trust that are read.
const LARGEST_SMALL: u64 = 4 << 20;

/// The most bytes that are kept of all of them.
const LARGEST_TOGETHER: u64 = 192 << 20;

/// A file whose bytes are kept.
pub(super) struct Kept {
    pub(super) bytes: Vec<u8>,
    pub(super) sha256: String,
}

/// What a bundle holds.
pub(super) struct Contents<'a> {
    archive: &'a Archive,
    /// Every file by its path from the top of the bundle.
    pub(super) files: BTreeMap<&'a str, &'a Entry>,
    kept: BTreeMap<&'a str, Result<Kept, String>>,
    /// What was hashed on the one way through a stream.
    hashed: BTreeMap<&'a str, Digested>,
    /// Why that way ended early.
    pub(super) broken: Option<String>,
}

impl<'a> Contents<'a> {
    /// Lists it, and keeps what is judged by more than its digest.
    pub(super) fn read(opened: &'a Opened, progress: &(dyn Fn(u64) + Sync)) -> Self {
        let archive = &opened.archive;
        let top = archive.top().filter(|_| !opened.is_folder).map_or(0, |top| top.len() + 1);
        let files: BTreeMap<&str, &Entry> = archive.files.iter().map(|entry| (&entry.name[top..], entry)).collect();
        let mut contents = Self { archive, files, kept: BTreeMap::new(), hashed: BTreeMap::new(), broken: None };
        if archive.is_stream() {
            contents.stream(top, progress);
        } else {
            contents.keep(progress);
        }
        contents
    }

    fn keep(&mut self, progress: &(dyn Fn(u64) + Sync)) {
        let mut left = LARGEST_TOGETHER;
        for (path, entry) in &self.files {
            let Some(limit) = limit(path).map(|limit| limit.min(left)) else { continue };
            let bytes = self.archive.read(entry, |reader| all(reader, limit)).map_err(|error| error.to_string());
            left -= bytes.as_ref().map_or(0, |bytes| bytes.len() as u64).min(left);
            progress(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64));
            self.kept.insert(path, bytes.map(Kept::of));
        }
    }

    /// Goes through everything once: a file in a stream cannot be come back to.
    fn stream(&mut self, top: usize, progress: &(dyn Fn(u64) + Sync)) {
        let names: BTreeMap<&str, &'a str> =
            self.files.iter().map(|(path, entry)| (entry.name.as_str(), *path)).collect();
        let (mut kept, mut hashed, mut left) = (BTreeMap::new(), BTreeMap::new(), LARGEST_TOGETHER);
        let ended = self.archive.each(&mut |entry, reader| {
            let Some(path) = names.get(entry.name.as_str()).copied() else {
                return Err(io::Error::other("it changed while it was read"));
            };
            match limit(&entry.name[top..]).filter(|limit| entry.size <= *limit && entry.size <= left) {
                Some(limit) => {
                    left -= entry.size;
                    kept.insert(path, Ok(Kept::of(all(reader, limit)?)));
                }
                None => {
                    let (size, sha256) = digest::of_reader(Algorithm::Sha256, reader, progress)?;
                    hashed.insert(path, Digested { size, sha256 });
                }
            }
            Ok(())
        });
        self.broken = ended.err().map(|error| error.to_string());
        for (path, entry) in self.files.iter().filter(|(path, _)| limit(path).is_some()) {
            let why = entry.refused.clone().unwrap_or_else(|| "it is too large, or could not be read".to_owned());
            kept.entry(path).or_insert(Err(why));
        }
        (self.kept, self.hashed) = (kept, hashed);
    }

    /// A file whose bytes are kept, if it is there and could be read.
    pub(super) fn kept(&self, path: &str) -> Option<&Kept> {
        self.kept.get(path)?.as_ref().ok()
    }

    /// The bytes of such a file; an error says why there are none.
    pub(super) fn bytes(&self, path: &str) -> Result<Option<&[u8]>, &str> {
        match self.kept.get(path) {
            Some(Ok(kept)) => Ok(Some(&kept.bytes)),
            Some(Err(why)) => Err(why),
            None => Ok(None),
        }
    }

    /// The signature files, by name.
    pub(super) fn signatures(&self) -> impl Iterator<Item = &'a str> {
        self.files.keys().copied().filter(|path| manifest::is_signature(path))
    }

    /// Size and digest of files, hashed at once on all cores.
    pub(super) fn digests(
        &self,
        wanted: &[&'a str],
        progress: &(dyn Fn(u64) + Sync),
    ) -> BTreeMap<&'a str, Result<Digested, String>> {
        let mut wanted = wanted.to_vec();
        // The largest first, so that no core is left with one big file at the end.
        wanted.sort_by_key(|path| std::cmp::Reverse(self.files.get(path).map_or(0, |entry| entry.size)));
        wanted.par_iter().with_max_len(1).map(|path| (*path, self.digest(path, progress))).collect()
    }

    fn digest(&self, path: &str, progress: &(dyn Fn(u64) + Sync)) -> Result<Digested, String> {
        if let Some(kept) = self.kept.get(path) {
            let kept = kept.as_ref().map_err(Clone::clone)?;
            return Ok(Digested { size: kept.bytes.len() as u64, sha256: kept.sha256.clone() });
        }
        if let Some(digested) = self.hashed.get(path) {
            return Ok(digested.clone());
        }
        let entry = self.files.get(path).ok_or("it is not here")?;
        if self.archive.is_stream() {
            return Err(entry.refused.clone().unwrap_or_else(|| "it could not be read".to_owned()));
        }
        let hashed = self.archive.read(entry, |bytes| digest::of_reader(Algorithm::Sha256, bytes, progress));
        hashed.map(|(size, sha256)| Digested { size, sha256 }).map_err(|error| error.to_string())
    }
}

/// How many bytes of a file are kept; `None` if it is judged by its digest alone.
fn limit(path: &str) -> Option<u64> {
    match path {
        MANIFEST | SUMS => Some(LARGEST),
        _ if path.starts_with("dod/") => Some(LARGEST),
        _ if manifest::is_signature(path) || path.starts_with("trust/") => Some(LARGEST_SMALL),
        _ => None,
    }
}

impl Kept {
    fn of(bytes: Vec<u8>) -> Self {
        let sha256 = digest::of_bytes(&bytes).sha256;
        Self { bytes, sha256 }
    }
}

fn all(reader: &mut dyn Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::other(format!("it has more than {limit} bytes, the most that is read of it")));
    }
    Ok(bytes)
}

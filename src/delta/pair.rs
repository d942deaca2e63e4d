//! A bundle that is read to be put beside another.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

use super::{About, Difference};
use crate::archive::{Archive, Entry};
use crate::digest::{self, Algorithm};
use crate::failure::{Cause, Failure};
use crate::manifest::{self, MANIFEST, Manifest, SUMS};

/// What is read into memory of one file: manifests and texts are far smaller, and hostile ones are not.
const LARGEST: u64 = 64 << 20;

/// What is read of all texts that are shown beside each other.
const LARGEST_TOGETHER: u64 = 256 << 20;

/// A bundle with its manifest.
pub(super) struct Bundle<'a> {
    archive: &'a Archive,
    /// The folder in the archive that everything is in, with `/` at its end.
    top: String,
    /// Its list of digests.
    pub(super) sums: Vec<u8>,
    pub(super) manifest: Manifest,
}

impl<'a> Bundle<'a> {
    /// Reads the list and the manifest, which has to be the one that the list names.
    pub(super) fn open(archive: &'a Archive) -> Result<Self, Failure> {
        let has = |top: &str| archive.files.iter().any(|file| file.name == format!("{top}{MANIFEST}"));
        let top = archive.top().map(|top| format!("{top}/")).filter(|top| !has("") && has(top)).unwrap_or_default();
        let mut found = wholes(archive, &top, &BTreeSet::from([MANIFEST.to_owned(), SUMS.to_owned()]))?;
        let mut taken = |name: &str| found.remove(name).ok_or_else(|| unfit(archive, &format!("it has no {name}")));
        let (bytes, sums) = (taken(MANIFEST)?, taken(SUMS)?);
        let listed = std::str::from_utf8(&sums).ok().and_then(|text| manifest::read_sums(text).ok());
        let listed = listed.ok_or_else(|| unfit(archive, &format!("its {SUMS} is damaged")))?;
        if listed.get(MANIFEST) != Some(&digest::of_bytes(&bytes).sha256) {
            return Err(unfit(archive, &format!("its {MANIFEST} is not the one that its {SUMS} names")));
        }
        let manifest = Manifest::read(&bytes).map_err(|why| unfit(archive, &format!("its {MANIFEST}: {why}")))?;
        Ok(Self { archive, top, sums, manifest })
    }

    /// The path of the archive, for people.
    pub(super) fn shown(&self) -> String {
        self.archive.path().display().to_string()
    }

    /// Size and digest of every file as it is, but of signatures.
    pub(super) fn digests(&self) -> Result<BTreeMap<String, String>, Failure> {
        let mut digests = BTreeMap::new();
        for file in self.archive.files.iter().filter(|file| file.refused.is_some()) {
            digests.insert(own(&self.top, file).to_owned(), "what cannot be read".to_owned());
        }
        let read = self.archive.each(&mut |file, bytes| {
            let path = own(&self.top, file);
            if !manifest::is_signature(path) {
                let (size, sha256) = digest::of_reader(Algorithm::Sha256, bytes, &|_| {})?;
                digests.insert(path.to_owned(), format!("{size} bytes, SHA-256 {}", sha256.to_ascii_lowercase()));
            }
            Ok(())
        });
        read.map_err(|error| unfit(self.archive, &error.to_string()))?;
        Ok(digests)
    }

    /// Those of these files that are texts of some reasonable size.
    pub(super) fn texts(&self, paths: &BTreeSet<String>) -> Result<BTreeMap<String, String>, Failure> {
        let wholes = wholes(self.archive, &self.top, paths)?;
        let texts = wholes.into_iter().filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?)));
        Ok(texts.filter(|(_, text)| !text.contains('\0')).collect())
    }

    /// Files that are not what the bundle's own manifest says of them.
    pub(super) fn unlisted(&self, digests: &BTreeMap<String, String>, which: &str) -> Vec<Difference> {
        let told = |file: &manifest::Listed| format!("{} bytes, SHA-256 {}", file.size, file.sha256);
        let listed: BTreeMap<&str, String> =
            self.manifest.files.iter().map(|file| (file.path.as_str(), told(file))).collect();
        let paths: BTreeSet<&str> = listed.keys().copied().chain(digests.keys().map(String::as_str)).collect();
        let is_wrong = |path: &&str| listed.get(path) != digests.get(*path) && ![MANIFEST, SUMS].contains(path);
        let wrong = paths.into_iter().filter(is_wrong).map(|path| Difference {
            about: About::File,
            name: path.to_owned(),
            one: listed.get(path).cloned(),
            other: digests.get(path).cloned(),
            line: None,
            sentence: format!("{path}: in the {which} it is not what the manifest there says of it"),
        });
        wrong.collect()
    }
}

fn own<'e>(top: &str, file: &'e Entry) -> &'e str {
    file.name.strip_prefix(top).unwrap_or(&file.name)
}

fn unfit(archive: &Archive, why: &str) -> Failure {
    Failure::new(Cause::Archive, format!("cannot read {} as a bundle: {why}", archive.path().display()))
}

/// Files in whole, but for over-long ones; a tar.gz is read once for all of them.
fn wholes(archive: &Archive, top: &str, paths: &BTreeSet<String>) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let (mut wholes, mut together) = (BTreeMap::new(), 0);
    let mut take = |file: &Entry, bytes: &mut dyn Read| -> io::Result<()> {
        let path = own(top, file);
        if paths.contains(path) && file.size <= LARGEST && together + file.size <= LARGEST_TOGETHER {
            let mut whole = Vec::new();
            together += bytes.take(LARGEST).read_to_end(&mut whole)? as u64;
            wholes.insert(path.to_owned(), whole);
        }
        // A zip is found damaged only at the end of a file.
        io::copy(bytes, &mut io::sink()).map(drop)
    };
    let read = if archive.is_stream() {
        archive.each(&mut take)
    } else {
        let mut wanted = archive.files.iter().filter(|file| file.refused.is_none() && paths.contains(own(top, file)));
        wanted.try_for_each(|file| archive.read(file, |bytes| take(file, bytes)))
    };
    read.map_err(|error| unfit(archive, &error.to_string()))?;
    Ok(wholes)
}

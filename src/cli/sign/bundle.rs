//! A finished bundle whose files are those of its list.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::archive::{self, Archive, Entry, Packing};
use crate::digest;
use crate::failure::{Cause, Failure};
use crate::fix;
use crate::manifest::{CMS, MANIFEST, Manifest, SIGNERS, STAMP_ENDING, STATEMENTS, SUMS, is_signature, read_sums};
use crate::program::Folder;
use crate::signature::Signers;
use crate::timestamp;

/// The certificates of trusted time stamping authorities, in a bundle.
const AUTHORITIES: &str = "trust/tsa.pem";

/// The most that is read of one of the files that speak of the others, in bytes.
const LARGEST: u64 = 64 << 20;

/// A bundle that may be signed.
pub(super) struct Bundle {
    place: Place,
    pub(super) sums: Vec<u8>,
    pub(super) manifest: Manifest,
    /// What it is signed with, by name.
    pub(super) signatures: BTreeMap<String, Vec<u8>>,
}

/// Where it lies.
enum Place {
    Folder(PathBuf),
    /// In an archive, and unpacked for the time being.
    Packed {
        unpacked: Folder,
        packing: Packing,
        top: String,
        at: PathBuf,
    },
}

impl Place {
    fn folder(&self) -> &Path {
        match self {
            Self::Folder(folder) => folder,
            Self::Packed { unpacked, .. } => unpacked.path(),
        }
    }
}

/// What a folder holds: the bytes of what speaks of the other files, and the digests of those.
#[derive(Default)]
struct Contents {
    own: BTreeMap<String, Vec<u8>>,
    digests: BTreeMap<String, String>,
}

impl Contents {
    fn take(&mut self, entry: &Entry, bytes: &mut dyn Read) -> io::Result<()> {
        let is_own = is_signature(&entry.name) || entry.name == SUMS || entry.name == MANIFEST;
        if !is_own {
            let (_, sha256) = digest::of_reader(digest::Algorithm::Sha256, bytes, &|_| ())?;
            self.digests.insert(entry.name.clone(), sha256);
            return Ok(());
        }
        let mut own = Vec::new();
        bytes.take(LARGEST).read_to_end(&mut own)?;
        if entry.name == MANIFEST {
            self.digests.insert(entry.name.clone(), digest::of_bytes(&own).sha256);
        }
        self.own.insert(entry.name.clone(), own);
        Ok(())
    }
}

impl Bundle {
    /// Opens it; the inner error says in which files it is not what its list says.
    pub(super) fn open(path: &Path) -> Result<Result<Self, Vec<String>>, Failure> {
        let place = place(path)?;
        let archive = Archive::open(place.folder())?;
        let mut wrong: Vec<String> = archive.files.iter().filter_map(refused).collect();
        let mut contents = Contents::default();
        let unfit = |why: String| Failure::new(Cause::Archive, format!("{} is no bundle: {why}", path.display()));
        let read = archive.each(&mut |entry, bytes| contents.take(entry, bytes));
        read.map_err(|error| unfit(format!("it cannot be read: {error}")))?;
        let Contents { mut own, digests } = contents;
        let mut needed = |name: &str| own.remove(name).ok_or_else(|| unfit(format!("it has no {name}")));
        let (sums, manifest) = (needed(SUMS)?, needed(MANIFEST)?);
        wrong.extend(differences(&listed(&sums).map_err(unfit)?, &digests));
        if !wrong.is_empty() {
            return Ok(Err(wrong));
        }
        let manifest = canonical(&manifest).map_err(unfit)?;
        Ok(Ok(Self { place, sums, manifest, signatures: own }))
    }

    /// Who is known by the bundle's own trust.
    pub(super) fn signers(&self) -> Signers {
        let bytes = std::fs::read(self.place.folder().join(SIGNERS));
        bytes.map(|bytes| Signers::read(&bytes)).unwrap_or_default()
    }

    /// The certificates of the authorities whose time stamps are kept.
    pub(super) fn authorities(&self) -> Result<Vec<u8>, Failure> {
        std::fs::read(self.place.folder().join(AUTHORITIES)).map_err(|_| {
            let why = format!("the bundle has no {AUTHORITIES}, by which a time stamp could be judged");
            Failure::new(Cause::Usage, why)
        })
    }

    /// The signatures that have no time stamp, by name.
    pub(super) fn unstamped(&self) -> impl Iterator<Item = (&String, &Vec<u8>)> {
        let is_open = |(name, _): &(&String, &Vec<u8>)| {
            let is_signature = !name.ends_with(STAMP_ENDING) && *name != STATEMENTS && *name != CMS;
            is_signature && !self.signatures.contains_key(&format!("{name}{STAMP_ENDING}"))
        };
        self.signatures.iter().filter(is_open)
    }

    /// Puts files into it, each whole or not at all; those of an archive all or none.
    pub(super) fn add(self, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Failure> {
        for (name, bytes) in files {
            fix::write(&self.place.folder().join(name), bytes)?;
        }
        let Place::Packed { unpacked, packing, top, at } = self.place else { return Ok(()) };
        let time = timestamp::of_rfc3339(&self.manifest.committed);
        let time = time.ok_or_else(|| Failure::new(Cause::Archive, "the manifest's time of the commit is none"))?;
        archive::pack(unpacked.path(), packing, &top, time, &at)
    }
}

fn refused(entry: &Entry) -> Option<String> {
    entry.refused.as_ref().map(|why| format!("{}: {why}", entry.name))
}

/// An archive is unpacked if it can be packed again the same.
fn place(path: &Path) -> Result<Place, Failure> {
    if path.is_dir() {
        return Ok(Place::Folder(path.to_owned()));
    }
    let archive = Archive::open(path)?;
    let unfit = |why: &str| {
        let remedy = "unpack it, and sign the folder";
        Failure::new(Cause::Archive, format!("cannot add to {}: {why}: {remedy}", path.display()))
    };
    if let Some(why) = archive.is_ours()? {
        return Err(unfit(&why));
    }
    let top = archive.top().ok_or_else(|| unfit("its files do not lie in one folder"))?;
    let packing = if archive.is_stream() { Packing::TarGz } else { Packing::Zip };
    let unpacked = Folder::new().map_err(|error| unfit(&format!("the folder for temporary files: {error}")))?;
    let unpack = |entry: &Entry, bytes: &mut dyn Read| -> io::Result<()> {
        let name = entry.name.strip_prefix(&format!("{top}/")).unwrap_or(&entry.name);
        if let Some(why) = archive::unportable(name) {
            return Err(io::Error::other(why));
        }
        let to = unpacked.path().join(name);
        std::fs::create_dir_all(to.parent().unwrap_or(unpacked.path()))?;
        io::copy(bytes, &mut std::fs::File::create_new(to)?).map(drop)
    };
    archive.each(&mut |entry, bytes| unpack(entry, bytes)).map_err(|error| unfit(&error.to_string()))?;
    // A link stays one: what it leads to is replaced.
    let at = path.canonicalize().map_err(|error| Failure::io("open", path, &error))?;
    Ok(Place::Packed { unpacked, packing, top, at })
}

fn listed(sums: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let text = std::str::from_utf8(sums).map_err(|_| format!("{SUMS} is not text"))?;
    read_sums(text).map_err(|(line, why)| format!("{SUMS}:{line}: {why}"))
}

fn canonical(bytes: &[u8]) -> Result<Manifest, String> {
    let manifest = Manifest::read(bytes).map_err(|why| format!("{MANIFEST}: {why}"))?;
    let is_canonical = manifest.bytes() == bytes;
    if is_canonical { Ok(manifest) } else { Err(format!("{MANIFEST} is not written in the one form of a manifest")) }
}

/// What is changed, missing or extra.
fn differences(listed: &BTreeMap<String, String>, found: &BTreeMap<String, String>) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, digest) in listed {
        match found.get(name) {
            None => wrong.push(format!("{name} is missing")),
            Some(found) if found != digest => wrong.push(format!("{name} is changed")),
            Some(_) => {}
        }
    }
    let extra = found.keys().filter(|name| !listed.contains_key(*name));
    wrong.extend(extra.map(|name| format!("{name} is extra")));
    wrong
}

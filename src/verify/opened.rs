//! A bundle that was opened, and what is strange about how it lies there.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Problem;
use crate::archive::Archive;
use crate::failure::Failure;
use crate::manifest::{MANIFEST, Manifest, SUMS};

/// The longest manifest that is read, in bytes.
const LARGEST_MANIFEST: u64 = 256 << 20;

/// A bundle in a folder or an archive.
pub struct Opened {
    pub(super) archive: Archive,
    pub(super) is_folder: bool,
    strange: Vec<Problem>,
}

/// Opens a bundle; what cannot be read at all is a failure.
pub fn open(path: &Path) -> Result<Opened, Failure> {
    let archive = Archive::open(path)?;
    let is_folder = path.is_dir();
    let mut strange = Vec::new();
    if is_folder {
        walk(path, &mut strange)?;
    } else {
        strange.extend(archive.is_ours()?.map(|why| Problem::whole(format!("the archive itself was altered: {why}"))));
        if archive.top().is_none() {
            strange.push(Problem::whole("not everything in the archive lies in one folder"));
        }
    }
    Ok(Opened { archive, is_folder, strange })
}

impl Opened {
    /// Its files, for whoever looks further than signatures and digests.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// What the bundle says of itself; `None` where that cannot be read.
    pub fn manifest(&self) -> Option<Manifest> {
        let top = self.archive.top().filter(|_| !self.is_folder);
        let name = top.map_or_else(|| MANIFEST.to_owned(), |top| format!("{top}/{MANIFEST}"));
        let entry = self.archive.files.iter().find(|entry| entry.name == name)?;
        let mut bytes = Vec::new();
        self.archive.read(entry, |from| from.take(LARGEST_MANIFEST).read_to_end(&mut bytes)).ok()?;
        Manifest::read(&bytes).ok()
    }

    /// What is no plain file, or makes the container another than the one that was packed.
    pub(super) fn problems(&self) -> Vec<Problem> {
        self.strange.clone()
    }

    /// Whether a file on disk lies in this bundle.
    pub fn holds(&self, path: &Path) -> bool {
        self.archive.files.iter().any(|file| file.name == SUMS) && self.archive.name_of(path).is_some()
    }
}

/// Everything below a folder that is no plain file or folder with something in it: what another program would read
/// elsewhere, or what the list of digests cannot name.
fn walk(root: &Path, strange: &mut Vec<Problem>) -> Result<(), Failure> {
    let mut open = vec![(root.to_owned(), String::new())];
    while let Some((folder, name)) = open.pop() {
        let failed = |error: std::io::Error| Failure::io("list", &folder, &error);
        let mut is_empty = true;
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            is_empty = false;
            let below = below(&name, &entry.file_name().to_string_lossy());
            match kind(&entry) {
                Ok(Kind::Folder(path)) => open.push((path, below)),
                Ok(Kind::Strange(what)) => strange.push(Problem::of(&below, what)),
                Ok(Kind::File) => {}
                Err(error) => strange.push(Problem::of(&below, format!("it cannot be looked at: {error}"))),
            }
        }
        if is_empty && !name.is_empty() {
            strange.push(Problem::of(&name, "it is an empty folder, which no list of digests names"));
        }
    }
    Ok(())
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

enum Kind {
    File,
    Folder(PathBuf),
    Strange(&'static str),
}

fn kind(entry: &std::fs::DirEntry) -> std::io::Result<Kind> {
    let kind = entry.file_type()?;
    if entry.file_name().to_str().is_none() {
        return Ok(Kind::Strange("its name is not UTF-8"));
    }
    Ok(match () {
        () if kind.is_symlink() => Kind::Strange("it is a symbolic link, and what it leads to may change"),
        () if kind.is_dir() => Kind::Folder(entry.path()),
        () if kind.is_file() => Kind::File,
        () => Kind::Strange("it is no regular file"),
    })
}

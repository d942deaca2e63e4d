//! The files of a folder or a zip, all answered alike, read in a stream and never unpacked. The door to `zip`.

mod folder;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zip::read::ZipArchiveMetadata;
use zip::{ZipArchive, ZipReadOptions};

use crate::failure::{Cause, Failure};

/// A folder or a zip with the list of its files.
pub struct Archive {
    path: PathBuf,
    zip: Option<Arc<ZipArchiveMetadata>>,
    /// Its files by name.
    pub files: Vec<Entry>,
    /// What a reader should know of it.
    pub remarks: Vec<String>,
}

/// A file of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Relative, with `/`; bytes that are no UTF-8 are replaced.
    pub name: String,
    /// Bytes, as the folder or the zip says.
    pub size: u64,
    /// Why its bytes are not read.
    pub refused: Option<String>,
    at: At,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum At {
    Disk(PathBuf),
    Zip(usize),
}

impl Archive {
    /// Opens a folder or a zip and lists its files.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let metadata = path.metadata().map_err(|error| Failure::io("open", path, &error))?;
        if metadata.is_dir() {
            return folder::list(path);
        }
        let file = File::open(path).map_err(|error| Failure::io("open", path, &error))?;
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| unfit(path, &error.to_string()))?;
        refuse_traps(path, &mut zip)?;
        listed(path, &zip.metadata())
    }

    /// The name in here of a file on disk, if it lies in this folder.
    pub fn name_of(&self, path: &Path) -> Option<String> {
        let real = path.canonicalize().ok()?;
        let is_it = |file: &&Entry| matches!(&file.at, At::Disk(at) if *at == real);
        self.files.iter().find(is_it).map(|file| file.name.clone())
    }

    /// Gives a file's bytes to `with`; fails if they are damaged or not as many as the zip says.
    pub fn read<T>(&self, entry: &Entry, with: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
        if let Some(why) = &entry.refused {
            return Err(io::Error::other(why.clone()));
        }
        match (&entry.at, &self.zip) {
            (At::Zip(index), Some(metadata)) => {
                let mut file = BufReader::new(File::open(&self.path)?);
                let opened = metadata.entry(*index).and_then(|one| one.with_reader(&mut file, ZipReadOptions::new()));
                let mut bytes = opened.map_err(io::Error::other)?.take(entry.size.saturating_add(1));
                let value = with(&mut bytes)?;
                if bytes.limit() == 1 { Ok(value) } else { Err(io::Error::other("the zip tells its size wrongly")) }
            }
            (At::Disk(path), _) => with(&mut File::open(path)?),
            (At::Zip(_), None) => Err(io::Error::other("it is of another archive")),
        }
    }
}

fn unfit(path: &Path, why: &str) -> Failure {
    Failure::new(Cause::Archive, format!("cannot read {} as a zip: {why}", path.display()))
}

/// A zip whose entries share bytes unpacks to any size; of two entries with one name each tool picks another.
fn refuse_traps(path: &Path, zip: &mut ZipArchive<BufReader<File>>) -> Result<(), Failure> {
    if zip.has_duplicate_names() {
        return Err(unfit(path, "it holds two files of one name"));
    }
    match zip.has_overlapping_entries() {
        Ok(false) => Ok(()),
        Ok(true) => Err(unfit(path, "its entries overlap, as those of a zip bomb do")),
        Err(error) => Err(unfit(path, &error.to_string())),
    }
}

fn listed(path: &Path, metadata: &Arc<ZipArchiveMetadata>) -> Result<Archive, Failure> {
    let mut files = Vec::new();
    let (mut backslashes, mut absolute) = (0, 0);
    for index in 0..metadata.len() {
        let entry = metadata.entry(index).map_err(|error| unfit(path, &error.to_string()))?;
        let written = entry.name().map_err(|error| unfit(path, &error.to_string()))?;
        if entry.is_dir() || written.ends_with('\\') {
            continue;
        }
        backslashes += usize::from(written.contains('\\'));
        let slashed = written.replace('\\', "/");
        absolute += usize::from(slashed.starts_with('/') || slashed.as_bytes().get(1) == Some(&b':'));
        let name = inside(&slashed).ok_or_else(|| unfit(path, &format!("its entry `{written}` leads out of it")))?;
        let refused = why_refused(&entry);
        files.push(Entry { name, size: entry.size(), refused, at: At::Zip(index) });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    refuse_twins(path, &files)?;
    let remarks = remarks(path, backslashes, absolute);
    Ok(Archive { path: path.to_owned(), zip: Some(Arc::clone(metadata)), files, remarks })
}

/// A name without what unpackers drop; `None` if it could be written outside the folder it is unpacked to.
fn inside(slashed: &str) -> Option<String> {
    let parts: Vec<&str> = slashed.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let safe = !parts.is_empty() && !parts.contains(&"..") && !slashed.contains('\0');
    safe.then(|| parts.join("/"))
}

fn why_refused(entry: &zip::read::ZipFileEntry<'_>) -> Option<String> {
    if entry.encrypted() {
        return Some("it is encrypted".to_owned());
    }
    entry.is_symlink().then(|| "it is a symbolic link, of which the zip holds only the target's name".to_owned())
}

fn refuse_twins(path: &Path, files: &[Entry]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    match files.iter().find(|file| !seen.insert(file.name.as_str())) {
        Some(twin) => Err(unfit(path, &format!("it holds two files of one name, `{}`", twin.name))),
        None => Ok(()),
    }
}

fn remarks(path: &Path, backslashes: usize, absolute: usize) -> Vec<String> {
    let mut remarks = Vec::new();
    if backslashes > 0 {
        remarks.push(format!("{} parts folders by backslashes in {backslashes} of its names", path.display()));
    }
    if absolute > 0 {
        remarks.push(format!("{} has {absolute} absolute names; unpack it with care", path.display()));
    }
    remarks
}

//! The files of a folder, a zip or a tar.gz, all answered alike, read in a stream and never unpacked; and the writing of
//! both kinds, byte for byte the same wherever it is done. The door to `zip`.

mod folder;
mod names;
mod packing;
mod squeeze;
mod tarred;
mod tarring;
mod unpacked;
mod zipped;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zip::read::{ZipArchiveMetadata, ZipFileEntry};
use zip::{ZipArchive, ZipReadOptions};

use crate::failure::{Cause, Failure};

pub use names::{twins, unportable};
pub use packing::{Packing, pack};
pub use unpacked::unpacked;

/// Deflate makes at most 1032 bytes of one: who declares more than this many times the size of the file lies.
const MOST_TO_ONE: u64 = 2000;

type Zip = ZipArchive<BufReader<File>>;

/// A folder, a zip or a tar.gz with the list of its files.
pub struct Archive {
    path: PathBuf,
    form: Form,
    /// Its files by name.
    pub files: Vec<Entry>,
    /// What a reader should know of it.
    pub remarks: Vec<String>,
}

enum Form {
    Folder,
    Zip(Arc<ZipArchiveMetadata>),
    TarGz,
}

/// A file of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Relative, with `/`; bytes that are no UTF-8 are replaced.
    pub name: String,
    /// Bytes, as the folder or the archive says.
    pub size: u64,
    /// Why its bytes are not read.
    pub refused: Option<String>,
    at: At,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum At {
    Disk(PathBuf),
    Zip(usize),
    /// Its number among all entries.
    Tar(u64),
}

impl Archive {
    /// Opens a folder, a zip or a tar.gz, told by its content, and lists its files. A tar.gz is read once for that.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::io("open", path, &error);
        let metadata = path.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return folder::list(path);
        }
        if !metadata.is_file() {
            return Err(failed(io::Error::other("it is neither a folder nor a regular file")));
        }
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        let mut head = Vec::new();
        file.by_ref().take(2).read_to_end(&mut head).map_err(failed)?;
        if tarred::is_gzip(&head) {
            return tarred::list(path);
        }
        let mut zip = ZipArchive::new(file).map_err(|error| unfit(path, &error.to_string()))?;
        refuse_traps(path, &mut zip)?;
        zipped::refuse_surroundings(path, &mut zip)?;
        listed(path, &zip.metadata())
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name in here of a file on disk, if it lies in this folder.
    pub fn name_of(&self, path: &Path) -> Option<String> {
        let real = path.canonicalize().ok()?;
        let is_it = |file: &&Entry| matches!(&file.at, At::Disk(at) if *at == real);
        self.files.iter().find(is_it).map(|file| file.name.clone())
    }

    /// The one folder that everything is in, if so.
    pub fn top(&self) -> Option<String> {
        let (top, _) = self.files.first()?.name.split_once('/')?;
        let is_below = |file: &Entry| file.name.strip_prefix(top).is_some_and(|rest| rest.starts_with('/'));
        self.files.iter().all(is_below).then(|| top.to_owned())
    }

    /// Whether one file can be read only by reading all that lie before it, so that [`Archive::each`] is the way to all.
    pub fn is_stream(&self) -> bool {
        matches!(self.form, Form::TarGz)
    }

    /// Gives a file's bytes to `with`; fails if they are damaged or not as many as the archive says.
    pub fn read<T>(&self, entry: &Entry, with: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
        if let Some(why) = &entry.refused {
            return Err(io::Error::other(why.clone()));
        }
        match (&entry.at, &self.form) {
            (At::Zip(index), Form::Zip(metadata)) => {
                unzipped(metadata, (*index, entry.size), &mut BufReader::new(File::open(&self.path)?), with)
            }
            (At::Disk(path), _) => with(&mut File::open(path)?),
            (At::Tar(number), Form::TarGz) => with(&mut tarred::Walk::to(&self.path, *number)?),
            (At::Zip(_) | At::Tar(_), _) => Err(io::Error::other("it is of another archive")),
        }
    }

    /// Gives every file once to `with`, in the order in which it lies there: the only way through a tar.gz that reads it
    /// once. Files that are refused are left out. An error begins with the name of the file that it is about.
    pub fn each(&self, with: &mut dyn FnMut(&Entry, &mut dyn Read) -> io::Result<()>) -> io::Result<()> {
        match &self.form {
            Form::TarGz => tarred::each(&self.path, with),
            Form::Zip(metadata) => self.each_unzipped(metadata, with),
            Form::Folder => self.in_place().into_iter().try_for_each(|entry| {
                self.read(entry, |bytes| with(entry, bytes)).map_err(|error| about(&entry.name, &error))
            }),
        }
    }

    /// Each is read to its end, where a zip shows damage.
    fn each_unzipped(
        &self,
        metadata: &ZipArchiveMetadata,
        with: &mut dyn FnMut(&Entry, &mut dyn Read) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut zip = BufReader::new(File::open(&self.path)?);
        for entry in self.in_place() {
            let At::Zip(index) = entry.at else { continue };
            let whole = |bytes: &mut dyn Read| {
                with(entry, bytes)?;
                io::copy(bytes, &mut io::sink()).map(drop)
            };
            unzipped(metadata, (index, entry.size), &mut zip, whole).map_err(|error| about(&entry.name, &error))?;
        }
        Ok(())
    }

    /// Those that are read, in the order in which they lie.
    fn in_place(&self) -> Vec<&Entry> {
        let mut files: Vec<&Entry> = self.files.iter().filter(|file| file.refused.is_none()).collect();
        if let Form::Zip(metadata) = &self.form {
            let start = |index: usize| metadata.entry(index).map(|entry| entry.header_start()).unwrap_or_default();
            files.sort_by_key(|file| if let At::Zip(index) = file.at { start(index) } else { 0 });
        }
        files
    }

    /// Why its container is not byte for byte what [`pack`] writes of its files; `None` for a folder, or if it is.
    pub fn is_ours(&self) -> Result<Option<String>, Failure> {
        packing::written_again(self)
    }
}

/// Gives the bytes of a file of a zip, by its number and size, to `with`.
fn unzipped<T>(
    metadata: &ZipArchiveMetadata,
    (index, size): (usize, u64),
    zip: &mut BufReader<File>,
    with: impl FnOnce(&mut dyn Read) -> io::Result<T>,
) -> io::Result<T> {
    let opened = metadata.entry(index).and_then(|one| one.with_reader(zip, ZipReadOptions::new()));
    let mut bytes = opened.map_err(io::Error::other)?.take(size.saturating_add(1));
    let value = with(&mut bytes)?;
    if bytes.limit() == 1 { Ok(value) } else { Err(io::Error::other("the zip tells its size wrongly")) }
}

/// An error about a file, which it names once.
fn about(name: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{name}: {error}"))
}

fn unfit(path: &Path, why: &str) -> Failure {
    unfit_as("zip", path, why)
}

fn unfit_as(form: &str, path: &Path, why: &str) -> Failure {
    Failure::new(Cause::Archive, format!("cannot read {} as a {form}: {why}", path.display()))
}

/// A zip whose entries share bytes unpacks to any size; of two entries with one name each tool picks another.
fn refuse_traps(path: &Path, zip: &mut Zip) -> Result<(), Failure> {
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
    let mut file = BufReader::new(File::open(path).map_err(|error| Failure::io("open", path, &error))?);
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
        let refused = match why_refused(&entry) {
            None => zipped::disagreement(&mut file, &entry).map_err(|error| Failure::io("read", path, &error))?,
            refused => refused,
        };
        files.push(Entry { name, size: entry.size(), refused, at: At::Zip(index) });
    }
    let read = files.iter().filter(|file: &&Entry| file.refused.is_none());
    let total = read.fold(0_u64, |total, file| total.saturating_add(file.size));
    files.sort_by(|a, b| a.name.cmp(&b.name));
    refuse_twins(&files).and_then(|()| refuse_bomb(path, total)).map_err(|why| unfit(path, &why))?;
    let remarks = remarks(path, backslashes, absolute);
    Ok(Archive { path: path.to_owned(), form: Form::Zip(Arc::clone(metadata)), files, remarks })
}

/// A name without what unpackers drop; `None` if it could be written outside the folder it is unpacked to.
fn inside(slashed: &str) -> Option<String> {
    let parts: Vec<&str> = slashed.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let safe = !parts.is_empty() && !parts.contains(&"..") && !slashed.contains('\0');
    safe.then(|| parts.join("/"))
}

fn why_refused(entry: &ZipFileEntry<'_>) -> Option<String> {
    if entry.encrypted() {
        return Some("it is encrypted".to_owned());
    }
    if entry.is_symlink() {
        return Some("it is a symbolic link, of which the zip holds only the target's name".to_owned());
    }
    let kind = entry.unix_mode().map_or(0, |mode| mode & 0o170_000);
    (!matches!(kind, 0 | 0o100_000)).then(|| "it is not a regular file".to_owned())
}

fn refuse_twins(files: &[Entry]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    match files.iter().find(|file| !seen.insert(file.name.as_str())) {
        Some(twin) => Err(format!("it holds two files of one name, `{}`", twin.name)),
        None => Ok(()),
    }
}

/// A large ratio is natural for a log; a larger one than deflate has is a lie.
fn refuse_bomb(path: &Path, total: u64) -> Result<(), String> {
    let size = path.metadata().map_or(0, |metadata| metadata.len());
    if total <= size.saturating_mul(MOST_TO_ONE) {
        return Ok(());
    }
    Err(format!("it says that it unpacks to {total} bytes, which its {size} bytes cannot hold"))
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

/// A stretch of a file at a place.
fn at(file: &mut (impl Read + Seek), place: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(place))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

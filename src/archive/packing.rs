//! Writing of archives, and the comparison of one with what would be written.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::{Archive, Entry, Form, about, at, folder, tarring, zipped};
use crate::failure::{Cause, Failure};

/// The one file that people run.
const PROGRAM: &str = "verify.sh";

/// What a bundle is packed into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Packing {
    /// Nothing: it stays a folder.
    Folder,
    /// A zip.
    Zip,
    /// A tar.gz.
    TarGz,
}

impl Packing {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Folder, Self::Zip, Self::TarGz];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Folder => "dir",
            Self::Zip => "zip",
            Self::TarGz => "tar.gz",
        }
    }

    /// The one with this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|packing| packing.word() == word)
    }
}

/// Where an archive is written to: a stream with rooms that are left and filled when it is known what with.
pub(super) trait Sink: Write {
    /// How much was written and left.
    fn place(&self) -> u64;
    /// Leaves room.
    fn leave(&mut self, length: usize) -> io::Result<()>;
    /// Fills room that was left at a place.
    fn fill(&mut self, place: u64, bytes: &[u8]) -> io::Result<()>;
}

/// Packs the files of a folder into one archive, byte for byte the same from the same files and time: names sorted,
/// `modified` (Unix seconds) as the time of every entry, mode 644 (755 for `verify.sh`), no owner; a zip stores what is
/// already compressed. Every path is below `top/`. It is written beside its place and renamed; disk full leaves nothing.
pub fn pack(from: &Path, packing: Packing, top: &str, modified: i64, to: &Path) -> Result<(), Failure> {
    let source = folder::list(from)?;
    for entry in &source.files {
        packable(from, entry)?;
    }
    let beside = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error: io::Error| Failure::io("write", to, &error);
    let mut beside = tempfile::Builder::new().prefix(".demarcate-").tempfile_in(beside).map_err(failed)?;
    let sink = Draft { file: BufWriter::new(beside.as_file_mut()), place: 0 };
    match packing {
        Packing::Folder => {
            return Err(Failure::new(Cause::Usage, "a folder is packed into a zip or a tar.gz, not into a folder"));
        }
        Packing::Zip => {
            let mut zip = zipped::Writer::new(sink, zipped::dos_time(modified));
            fill(&source, top, to, &mut |name, entry, bytes| zip.add(name, entry.size, mode(name), bytes))?;
            zip.finish().and_then(Draft::finish).map_err(failed)?;
        }
        Packing::TarGz => {
            let mut tar = tarring::Writer::new(sink, tarring::seconds(modified));
            fill(&source, top, to, &mut |name, entry, bytes| tar.add(name, entry.size, mode(name), bytes))?;
            tar.finish().and_then(Draft::finish).map_err(failed)?;
        }
    }
    readable_by_all(beside.as_file(), to).map_err(failed)?;
    beside.persist(to).map_err(|error| failed(error.error))?;
    Ok(())
}

fn packable(folder: &Path, entry: &Entry) -> Result<(), Failure> {
    let why = match &entry.refused {
        Some(why) => why.clone(),
        None if entry.name.contains('\u{FFFD}') => "its name is not written in UTF-8".to_owned(),
        None => return Ok(()),
    };
    Err(Failure::new(Cause::Archive, format!("cannot pack {}: {why}", folder.join(&entry.name).display())))
}

type Adding<'a> = dyn FnMut(&str, &Entry, &mut dyn Read) -> io::Result<()> + 'a;

/// Adds every file of a folder.
fn fill(source: &Archive, top: &str, to: &Path, add: &mut Adding<'_>) -> Result<(), Failure> {
    for entry in &source.files {
        let path = source.path.join(&entry.name);
        let unread = |error: &io::Error| Failure::io("read", &path, error);
        let file = File::open(&path).map_err(|error| unread(&error))?;
        let mut bytes = Whole { file, left: entry.size, is_broken: false };
        if let Err(error) = add(&format!("{top}/{}", entry.name), entry, &mut bytes) {
            return Err(if bytes.is_broken { unread(&error) } else { Failure::io("write", to, &error) });
        }
    }
    Ok(())
}

fn mode(name: &str) -> u32 {
    if name.split_once('/').is_some_and(|(_, rest)| rest == PROGRAM) { 0o755 } else { 0o644 }
}

/// An archive that replaces another keeps who may read it; a new one is readable by all, as an editor would leave it.
fn readable_by_all(file: &File, to: &Path) -> io::Result<()> {
    if let Ok(metadata) = to.metadata() {
        return file.set_permissions(metadata.permissions());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

/// A file that is as long as it was when it was listed, or an error.
struct Whole {
    file: File,
    left: u64,
    is_broken: bool,
}

impl Read for Whole {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into);
        let count = read.as_ref().map_or(0, |count| *count as u64);
        let is_whole = count <= self.left && (count > 0 || self.left == 0 || into.is_empty());
        let is_again = read.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted);
        self.left = self.left.saturating_sub(count);
        self.is_broken |= (read.is_err() && !is_again) || !is_whole;
        if read.is_ok() && !is_whole {
            return Err(io::Error::other("it changed while it was read"));
        }
        read
    }
}

/// An archive in the making.
struct Draft<'a> {
    file: BufWriter<&'a mut File>,
    place: u64,
}

impl Draft<'_> {
    fn finish(mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Write for Draft<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.place += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Sink for Draft<'_> {
    fn place(&self) -> u64 {
        self.place
    }

    fn leave(&mut self, length: usize) -> io::Result<()> {
        self.write_all(&vec![0; length])
    }

    fn fill(&mut self, place: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(place))?;
        self.file.write_all(bytes)?;
        self.file.seek(SeekFrom::Start(self.place)).map(drop)
    }
}

/// An archive that is compared with what is written to this: the first byte that differs is an error.
struct Beside {
    file: BufReader<File>,
    rooms: File,
    place: u64,
    room: Vec<u8>,
}

impl Beside {
    fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { file: BufReader::new(File::open(path)?), rooms: File::open(path)?, place: 0, room: Vec::new() })
    }

    fn finish(mut self) -> io::Result<()> {
        if self.file.read(&mut [0])? == 0 { Ok(()) } else { Err(differs(self.place)) }
    }
}

fn differs(place: u64) -> io::Error {
    io::Error::other(format!("it differs from byte {place} on"))
}

fn compare(found: &[u8], wanted: &[u8], place: u64) -> io::Result<()> {
    match found.iter().zip(wanted).position(|(found, wanted)| found != wanted) {
        Some(first) => Err(differs(place + first as u64)),
        None => Ok(()),
    }
}

impl Write for Beside {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.room.resize(bytes.len(), 0);
        if let Err(error) = self.file.read_exact(&mut self.room) {
            let is_end = error.kind() == io::ErrorKind::UnexpectedEof;
            return Err(if is_end { io::Error::other("it ends too early") } else { error });
        }
        compare(&self.room, bytes, self.place)?;
        self.place += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Beside {
    fn place(&self) -> u64 {
        self.place
    }

    fn leave(&mut self, length: usize) -> io::Result<()> {
        self.place += length as u64;
        self.file.seek_relative(i64::try_from(length).map_err(io::Error::other)?)
    }

    fn fill(&mut self, place: u64, bytes: &[u8]) -> io::Result<()> {
        compare(&at(&mut self.rooms, place, bytes.len())?, bytes, place)
    }
}

/// Why an archive is not what [`pack`] writes of its files; constant in memory.
pub(super) fn written_again(archive: &Archive) -> Result<Option<String>, Failure> {
    let beside = Beside::open(&archive.path).map_err(|error| Failure::io("open", &archive.path, &error))?;
    let outcome = match &archive.form {
        Form::Folder => return Ok(None),
        Form::Zip(_) => zip_again(archive, beside),
        Form::TarGz => tar_again(archive, beside),
    };
    Ok(outcome.err().map(|why| format!("it is not byte for byte what this tool writes of its files: {why}")))
}

fn zip_again(archive: &Archive, mut beside: Beside) -> io::Result<()> {
    let time = at(&mut beside.rooms, 10, 4)?.try_into().expect("four were asked for");
    let mut zip = zipped::Writer::new(beside, time);
    let mut top = None;
    for entry in &archive.files {
        same_top(&mut top, entry)?;
        let again = |bytes: &mut dyn Read| zip.add(&entry.name, entry.size, mode(&entry.name), bytes);
        archive.read(entry, again).map_err(|error| about(&entry.name, &error))?;
    }
    zip.finish()?.finish()
}

fn tar_again(archive: &Archive, mut beside: Beside) -> io::Result<()> {
    let seconds = at(&mut beside.rooms, 4, 4)?.try_into().expect("four were asked for");
    let mut tar = tarring::Writer::new(beside, u32::from_le_bytes(seconds));
    if let Some(refused) = archive.files.iter().find(|file| file.refused.is_some()) {
        same_top(&mut None, refused)?;
    }
    let (mut top, mut last) = (None, String::new());
    archive.each(&mut |entry, bytes| {
        same_top(&mut top, entry)?;
        if entry.name <= std::mem::replace(&mut last, entry.name.clone()) {
            return Err(io::Error::other("it does not stand in the order of the names"));
        }
        tar.add(&entry.name, entry.size, mode(&entry.name), bytes)
    })?;
    tar.finish()?.finish()
}

/// Everything lies in one folder, and nothing is refused.
fn same_top(top: &mut Option<String>, entry: &Entry) -> io::Result<()> {
    if let Some(why) = &entry.refused {
        return Err(io::Error::other(format!("{}: {why}", entry.name)));
    }
    let own = entry.name.split_once('/').map(|(own, _)| own);
    match (own, &top) {
        (Some(own), None) => *top = Some(own.to_owned()),
        (Some(own), Some(top)) if own == top => {}
        _ => return Err(io::Error::other(format!("{}: it does not lie in the one folder of all", entry.name))),
    }
    Ok(())
}

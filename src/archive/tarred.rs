//! A tar.gz, read strictly: where tools read different things, it is refused.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::squeeze::{self, Gunzip};
use super::tarring::{BLOCK, checksum, padding};
use super::{Archive, At, Entry, Form, about, inside, refuse_bomb, refuse_twins, remarks, unfit_as};
use crate::failure::Failure;

/// What names or records of one file may take, and what the names of all may: they are what is kept in memory, and
/// gzip makes a thousand bytes of one.
const MOST_RECORDS: u64 = 1 << 20;
const MOST_NAMES: usize = 1 << 26;
const MOST_ENTRIES: u64 = 1 << 20;

/// Whether a file begins as a gzip does.
pub(super) fn is_gzip(head: &[u8]) -> bool {
    head == [0x1f, 0x8b]
}

/// A tar.gz on the way from one file to the next.
pub(super) struct Walk {
    tar: Gunzip<BufReader<File>>,
    /// Bytes of the file at hand that are not read yet, and those to the end of its block.
    left: u64,
    padding: usize,
    /// How many entries were seen.
    seen: u64,
    total: u64,
}

/// What a header says.
struct Head {
    number: u64,
    /// As it stands there.
    written: String,
    size: u64,
    kind: Kind,
}

enum Kind {
    File,
    Folder,
    Refused(&'static str),
}

/// What stands before a header and speaks of it.
#[derive(Default)]
struct Before {
    name: Option<String>,
    records: Option<BTreeMap<String, String>>,
}

/// Lists the files.
pub(super) fn list(path: &Path) -> Result<Archive, Failure> {
    let (mut files, mut total, mut names) = (Vec::new(), 0_u64, 0);
    let (mut backslashes, mut absolute) = (0, 0);
    let found = walk(path, &mut |head, _| {
        let Some(entry) = entry(head)? else { return Ok(()) };
        backslashes += usize::from(head.written.contains('\\'));
        absolute += usize::from(head.written.starts_with(['/', '\\']) || head.written.as_bytes().get(1) == Some(&b':'));
        total = total.saturating_add(entry.size);
        names += entry.name.len();
        files.push(entry);
        refuse_bomb(path, total).map_err(io::Error::other)?;
        if names > MOST_NAMES { Err(io::Error::other("its names alone are more than can be kept")) } else { Ok(()) }
    });
    found.map_err(|error| unfit_as("tar.gz", path, &error.to_string()))?;
    files.sort_by(|a: &Entry, b| a.name.cmp(&b.name));
    refuse_twins(&files).map_err(|why| unfit_as("tar.gz", path, &why))?;
    let remarks = remarks(path, backslashes, absolute);
    Ok(Archive { path: path.to_owned(), form: Form::TarGz, files, remarks })
}

/// Gives every file that is not refused to `with`.
pub(super) fn each(path: &Path, with: &mut dyn FnMut(&Entry, &mut dyn Read) -> io::Result<()>) -> io::Result<()> {
    walk(path, &mut |head, bytes| match entry(head)?.filter(|entry| entry.refused.is_none()) {
        Some(entry) => with(&entry, bytes).map_err(|error| about(&entry.name, &error)),
        None => Ok(()),
    })
}

fn walk(path: &Path, with: &mut dyn FnMut(&Head, &mut Walk) -> io::Result<()>) -> io::Result<()> {
    let mut walk = Walk::open(path)?;
    while let Some(head) = walk.next()? {
        with(&head, &mut walk)?;
        walk.skip().map_err(|error| about(&head.written, &error))?;
    }
    Ok(())
}

/// The file of a header; `None` for a folder.
fn entry(head: &Head) -> io::Result<Option<Entry>> {
    let leads_out = || wrong(format!("its entry `{}` leads out of it", head.written));
    let slashed = head.written.replace('\\', "/");
    let refused = match head.kind {
        // The folder that everything lies in may be called `./`.
        Kind::Folder if slashed.split('/').all(|part| part != "..") => return Ok(None),
        Kind::Folder => return Err(leads_out()),
        Kind::File => None,
        Kind::Refused(why) => Some(why.to_owned()),
    };
    let name = inside(&slashed).ok_or_else(leads_out)?;
    Ok(Some(Entry { name, size: head.size, refused, at: At::Tar(head.number) }))
}

fn wrong(why: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.into())
}

impl Walk {
    fn open(path: &Path) -> io::Result<Self> {
        let tar = squeeze::unzipping(BufReader::new(File::open(path)?));
        Ok(Self { tar, left: 0, padding: 0, seen: 0, total: 0 })
    }

    /// Opens and goes to the entry of a number.
    pub(super) fn to(path: &Path, number: u64) -> io::Result<Self> {
        let mut walk = Self::open(path)?;
        while let Some(head) = walk.next()? {
            if head.number == number {
                return Ok(walk);
            }
            walk.skip()?;
        }
        Err(wrong("it is not there any more"))
    }

    fn skip(&mut self) -> io::Result<()> {
        io::copy(&mut *self, &mut io::sink())?;
        let mut padding = [0; BLOCK];
        self.tar.read_exact(&mut padding[..std::mem::take(&mut self.padding)])
    }

    /// The next file, folder or what is refused; `None` at the end, once that is seen to be the end of the file too.
    fn next(&mut self) -> io::Result<Option<Head>> {
        let mut before = Before::default();
        loop {
            let mut header = [0; BLOCK];
            self.tar.read_exact(&mut header).map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => wrong("it ends before its end is marked"),
                _ => error,
            })?;
            if header.iter().all(|byte| *byte == 0) {
                before.refuse_left("its end")?;
                return self.end().map(|()| None);
            }
            self.seen += 1;
            if self.seen > MOST_ENTRIES {
                return Err(wrong(format!("it has more than {MOST_ENTRIES} entries")));
            }
            if let Some(head) = self.said(&header, &mut before)? {
                return Ok(Some(head));
            }
        }
    }

    /// Behind the first empty block there is another one, then nothing but zeros, and one gzip is all there is.
    fn end(&mut self) -> io::Result<()> {
        let mut room = vec![0; squeeze::STRETCH];
        let mut length = 0;
        loop {
            let stretch = squeeze::stretch(&mut self.tar, &mut room)?;
            length += stretch.len();
            if stretch.iter().any(|byte| *byte != 0) {
                return Err(wrong("bytes follow after the end that it marks"));
            }
            if stretch.is_empty() {
                break;
            }
        }
        if length < BLOCK {
            return Err(wrong("it ends before its end is marked"));
        }
        match self.tar.get_mut().fill_buf()? {
            [] => Ok(()),
            [0x1f, 0x8b, ..] => Err(wrong("a second gzip follows the first")),
            _ => Err(wrong("bytes follow after its end")),
        }
    }

    /// What a header says; `None` if it only speaks of the next one.
    fn said(&mut self, header: &[u8; BLOCK], before: &mut Before) -> io::Result<Option<Head>> {
        let plain = plain_name(header);
        let shown = before.name().unwrap_or(&plain).to_owned();
        if number(&header[148..156]) != Some(checksum(header).into()) {
            return Err(wrong(format!("the header of `{}` is damaged, or it is no tar", shown.escape_debug())));
        }
        let size = number(&header[124..136]).ok_or_else(|| wrong(format!("the size of `{shown}` is no number")))?;
        match header[156] {
            b'x' => before.set_records(self.records(size)?)?,
            b'g' => refuse_global(&self.records(size)?)?,
            b'L' => before.set_name(text(self.payload(size)?)?)?,
            // The long target of a link, which is refused anyway.
            b'K' => drop(self.payload(size)?),
            kind => return self.head(shown, kind, before.size()?.unwrap_or(size)).map(Some),
        }
        Ok(None)
    }

    fn head(&mut self, written: String, kind: u8, size: u64) -> io::Result<Head> {
        let kind = match kind {
            // Before there was a type for them, folders were told by their names.
            b'5' => Kind::Folder,
            b'0' | 0 | b'7' if written.ends_with('/') => Kind::Folder,
            b'0' | 0 | b'7' => Kind::File,
            b'1' => Kind::Refused("it is a hard link to another entry"),
            b'2' => Kind::Refused("it is a symbolic link, of which the tar holds only the target's name"),
            b'3' | b'4' => Kind::Refused("it is a device"),
            b'6' => Kind::Refused("it is a named pipe"),
            b'S' => return Err(wrong(format!("`{written}` is kept with holes, which not every tool reads alike"))),
            other => {
                let other = char::from(other).escape_default();
                return Err(wrong(format!("`{written}` is of a kind that is not known: `{other}`")));
            }
        };
        if !matches!(kind, Kind::File) && size > 0 {
            return Err(wrong(format!("`{written}` is no file and has bytes of its own")));
        }
        self.total = self.total.saturating_add(size);
        (self.left, self.padding) = (size, padding(size));
        Ok(Head { number: self.seen, written, size, kind })
    }

    fn payload(&mut self, size: u64) -> io::Result<Vec<u8>> {
        if size > MOST_RECORDS {
            return Err(wrong("a name or the records of a file are over-long"));
        }
        (self.left, self.padding) = (size, padding(size));
        let mut payload = Vec::new();
        self.read_to_end(&mut payload)?;
        self.skip()?;
        Ok(payload)
    }

    fn records(&mut self, size: u64) -> io::Result<BTreeMap<String, String>> {
        parsed(&self.payload(size)?).ok_or_else(|| wrong("the records before a file are damaged"))
    }
}

impl Read for Walk {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let count = self.tar.read(&mut into[..room])?;
        if count == 0 && room > 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it is cut off"));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

impl Before {
    fn name(&self) -> Option<&str> {
        let told = self.records.as_ref().and_then(|records| records.get("path"));
        told.or(self.name.as_ref()).map(String::as_str)
    }

    fn size(&self) -> io::Result<Option<u64>> {
        let told = self.records.as_ref().and_then(|records| records.get("size"));
        told.map(|size| size.parse().map_err(|_| wrong("the records before a file tell a size that is no number")))
            .transpose()
    }

    fn set_name(&mut self, name: String) -> io::Result<()> {
        self.refuse_left("another name")?;
        self.name = Some(name);
        Ok(())
    }

    fn set_records(&mut self, records: BTreeMap<String, String>) -> io::Result<()> {
        self.refuse_left("other records")?;
        if let Some(key) = records.keys().find(|key| key.starts_with("GNU.sparse")) {
            return Err(wrong(format!("a file is kept with holes ({key}), which not every tool reads alike")));
        }
        self.records = Some(records);
        Ok(())
    }

    /// Of two that speak of one file, each tool takes another.
    fn refuse_left(&self, follower: &str) -> io::Result<()> {
        match (&self.name, &self.records) {
            (None, None) => Ok(()),
            _ => Err(wrong(format!("a name or records stand before {follower} instead of a file"))),
        }
    }
}

/// Records for all files to come may say whom they are of, and not what they are called or how long they are.
fn refuse_global(records: &BTreeMap<String, String>) -> io::Result<()> {
    let changes = |key: &&String| matches!(key.as_str(), "path" | "size" | "linkpath") || key.starts_with("GNU.");
    match records.keys().find(changes) {
        Some(key) => Err(wrong(format!("records give one {key} to every file that follows"))),
        None => Ok(()),
    }
}

/// Records, each once: its length, a space, the key, `=`, the value and a line feed.
fn parsed(mut bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut records = BTreeMap::new();
    while !bytes.is_empty() {
        let space = bytes.iter().position(|byte| *byte == b' ')?;
        let length: usize = std::str::from_utf8(&bytes[..space]).ok()?.parse().ok()?;
        let record = bytes.get(space + 1..length)?.strip_suffix(b"\n")?;
        let equals = record.iter().position(|byte| *byte == b'=')?;
        let key = std::str::from_utf8(&record[..equals]).ok()?.to_owned();
        let value = &record[equals + 1..];
        // Only what is read here has to be text; times of attributes and such are let be.
        let is_clean = !value.contains(&0) || !matches!(key.as_str(), "path" | "size");
        if !is_clean || records.insert(key, String::from_utf8_lossy(value).into_owned()).is_some() {
            return None;
        }
        bytes = &bytes[length..];
    }
    Some(records)
}

fn text(mut bytes: Vec<u8>) -> io::Result<String> {
    if bytes.last() == Some(&0) {
        bytes.pop();
    }
    if bytes.contains(&0) { Err(wrong("a long name holds a zero byte")) } else { Ok(lossy(&bytes)) }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A field of text to its first zero byte.
fn field(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The name in the header itself; the form of POSIX has a field for the folders before it.
fn plain_name(header: &[u8; BLOCK]) -> String {
    let name = lossy(field(&header[..100]));
    let prefix = if &header[257..263] == b"ustar\0" { lossy(field(&header[345..500])) } else { String::new() };
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

/// A number in octal digits, or where those do not suffice, in bytes.
fn number(field: &[u8]) -> Option<u64> {
    if let Some((0x80, rest)) = field.split_first().map(|(first, rest)| (*first, rest)) {
        let (high, low) = rest.split_at(rest.len().checked_sub(8)?);
        return high
            .iter()
            .all(|byte| *byte == 0)
            .then(|| u64::from_be_bytes(low.try_into().expect("eight were split off")));
    }
    let digits = std::str::from_utf8(field).ok()?.trim_matches([' ', '\0']);
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok().filter(|_| !digits.starts_with('+')) }
}

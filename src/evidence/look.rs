//! One look at bytes: their digest, what they give away, and whether they are an LFS pointer.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::content::{self, Content};
use crate::digest::{self, Digested, Stream};
use crate::git::{IdKind, Oid};
use crate::stamp::Stamp;

/// The first line of an LFS pointer.
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// A pointer is shorter than this.
pub(super) const POINTER_SIZE: u64 = 1024;

/// What bytes say by themselves, whatever Git does to them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Looked {
    pub(super) size: u64,
    pub(super) sha256: String,
    /// Size and digest that they name, if they are an LFS pointer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pointer: Option<(u64, String)>,
    /// What they give away, if they are few enough to be looked into.
    #[serde(default, skip_serializing_if = "is_silent")]
    pub(super) content: Content,
}

fn is_silent(content: &Content) -> bool {
    *content == Content::default()
}

impl Looked {
    /// Looks at bytes in memory; those outside the repository are not looked into.
    pub(super) fn at(bytes: &[u8], inside: bool) -> Self {
        let Digested { size, sha256 } = digest::of_bytes(bytes);
        let scanned = inside && size < content::LARGEST_SCANNED;
        let content = if scanned { content::of(bytes) } else { Content::default() };
        Self { size, sha256, pointer: pointer(bytes), content }
    }
}

/// What a file showed when it was opened.
pub(super) struct Seen {
    pub(super) stamp: Stamp,
    pub(super) looked: Looked,
    /// The blob id that its bytes have, if it was asked for.
    pub(super) blob: Option<Oid>,
}

/// A copy in the making.
pub(super) struct Copy {
    pub(super) file: File,
    /// Why it is none; the file that is read is none the worse for it.
    pub(super) failed: Option<io::Error>,
}

impl Copy {
    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Err(error) = self.file.write_all(bytes) else { return Ok(()) };
        self.failed = Some(io::Error::new(error.kind(), error.to_string()));
        Err(error)
    }
}

/// Reads files one after another into the same memory.
pub(super) struct Reader<'a> {
    buffer: Vec<u8>,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl<'a> Reader<'a> {
    pub(super) fn new(progress: &'a (dyn Fn(u64) + Sync)) -> Self {
        let size = usize::try_from(content::LARGEST_SCANNED).expect("a megabyte can be counted");
        Self { buffer: vec![0; size], progress }
    }

    /// Reads a file, and copies it meanwhile; its stamp is taken of what was opened, before the first byte.
    pub(super) fn look(
        &mut self,
        path: &Path,
        inside: bool,
        id: Option<IdKind>,
        mut copy: Option<&mut Copy>,
    ) -> io::Result<Seen> {
        let mut file = File::open(path)?;
        let stamp = Stamp::from(&file.metadata()?);
        let read = self.fill(&mut file)?;
        copy.as_mut().map_or(Ok(()), |copy| copy.add(&self.buffer[..read]))?;
        if read < self.buffer.len() {
            let bytes = &self.buffer[..read];
            let blob = id.and_then(|id| {
                let mut stream = id.blob(read as u64);
                stream.update(bytes);
                stream.finish()
            });
            return Ok(Seen { stamp, looked: Looked::at(bytes, inside), blob });
        }
        self.rest(&mut file, stamp, id, copy)
    }

    /// Reads on where the first stretch was not the whole file.
    fn rest(
        &mut self,
        file: &mut File,
        stamp: Stamp,
        id: Option<IdKind>,
        mut copy: Option<&mut Copy>,
    ) -> io::Result<Seen> {
        let mut stream = Stream::default();
        let mut blob = id.map(|id| id.blob(stamp.size()));
        let mut read = self.buffer.len();
        while read > 0 {
            stream.update(&self.buffer[..read]);
            if let Some(blob) = &mut blob {
                blob.update(&self.buffer[..read]);
            }
            read = self.fill(file)?;
            copy.as_mut().map_or(Ok(()), |copy| copy.add(&self.buffer[..read]))?;
        }
        let Digested { size, sha256 } = stream.finish();
        let looked = Looked { size, sha256, pointer: None, content: Content::default() };
        Ok(Seen { stamp, looked, blob: blob.and_then(crate::git::BlobStream::finish) })
    }

    /// The digest of what can be read, every CRLF taken for LF.
    pub(super) fn unified(&mut self, mut from: impl Read) -> io::Result<Digested> {
        let mut stream = Stream::default();
        let mut out = Vec::with_capacity(self.buffer.len() + 1);
        let mut held = false;
        loop {
            let read = self.fill(&mut from)?;
            for byte in &self.buffer[..read] {
                if held && *byte != b'\n' {
                    out.push(b'\r');
                }
                held = *byte == b'\r';
                if !held {
                    out.push(*byte);
                }
            }
            if read == 0 {
                stream.update(if held { b"\r" } else { b"" });
                return Ok(stream.finish());
            }
            stream.update(&out);
            out.clear();
        }
    }

    /// Reads until the buffer is full or nothing is left.
    fn fill(&mut self, from: &mut impl Read) -> io::Result<usize> {
        let mut filled = 0;
        while filled < self.buffer.len() {
            match from.read(&mut self.buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => {
                    filled += read;
                    (self.progress)(read as u64);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

/// The size and digest that an LFS pointer names, if these bytes are one.
pub(super) fn pointer(bytes: &[u8]) -> Option<(u64, String)> {
    if !bytes.starts_with(POINTER) || bytes.len() as u64 >= POINTER_SIZE {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let sha256 = text.lines().find_map(|line| line.strip_prefix("oid sha256:"))?.to_owned();
    let size = text.lines().find_map(|line| line.strip_prefix("size "))?.parse().ok()?;
    Some((size, sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_is_dropped_before_a_line_feed_and_nowhere_else() {
        let mut reader = Reader { buffer: vec![0; 3], progress: &|_| {} };
        for (bytes, unified) in
            [("", ""), ("ab\r\ncd\r\n", "ab\ncd\n"), ("a\r\r\nb\rc\r", "a\r\nb\rc\r"), ("\r\n\r\n", "\n\n")]
        {
            let found = reader.unified(bytes.as_bytes()).expect("bytes in memory can be read");
            assert_eq!(found, digest::of_bytes(unified.as_bytes()), "{bytes:?}");
        }
    }
}

//! Deflate and gzip, so that the same bytes come out wherever and whenever they are made. The door to `flate2`.

use std::io::{self, BufRead, Read, Write};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Crc, GzBuilder};

/// The size of the stretches in which everything is read, and of the first one, on which it is tried whether deflate
/// is worth it.
pub(super) const STRETCH: usize = 64 * 1024;

/// The level must not let the processor decide. zlib-ng, and zlib-rs before 0.5, hashed by a CRC instruction at the
/// levels below 9 where the processor had one, and found other matches then. zlib-rs 0.6 hashes by one multiplication
/// at levels 1 to 8 and by a rolling sum at 9; what it still asks the processor (`compare256`, `slide_hash`, CRC) has one
/// answer however it is computed. A golden digest in the tests tells when a later version makes other bytes of the same.
const LEVEL: u32 = 6;

/// What comes out of deflate must be less than this many sixteenths of what went in to be worth unpacking.
const WORTH: usize = 15;

/// A gzip in the making.
pub(super) type Gzip<W> = GzEncoder<W>;

/// A gzip that is read.
pub(super) type Gunzip<R> = GzDecoder<R>;

pub(super) fn deflating<W: Write>(to: W) -> DeflateEncoder<W> {
    DeflateEncoder::new(to, Compression::new(LEVEL))
}

/// A gzip without name and system, with a time.
pub(super) fn gzipping<W: Write>(to: W, seconds: u32) -> Gzip<W> {
    GzBuilder::new().mtime(seconds).write(to, Compression::new(LEVEL))
}

/// The bytes of the first gzip member of a stream.
pub(super) fn unzipping<R: BufRead>(from: R) -> Gunzip<R> {
    GzDecoder::new(from)
}

/// Whether deflate makes a beginning smaller: what is compressed already is stored as it is.
pub(super) fn shrinks(head: &[u8]) -> bool {
    let mut trial = deflating(Vec::new());
    let squeezed = trial.write_all(head).and_then(|()| trial.finish()).expect("a vector takes every byte");
    squeezed.len() < head.len() * WORTH / 16
}

pub(super) fn crc() -> Crc {
    Crc::new()
}

/// Reads until the stretch is full or nothing is left, so that what is made of the bytes does not depend on how they came.
pub(super) fn stretch<'a>(from: &mut dyn Read, into: &'a mut [u8]) -> io::Result<&'a [u8]> {
    let mut full = 0;
    while full < into.len() {
        match from.read(&mut into[full..]) {
            Ok(0) => break,
            Ok(count) => full += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(&into[..full])
}

/// Gives what is left to `with`, stretch by stretch.
pub(super) fn each_stretch(
    bytes: &mut dyn Read,
    room: &mut [u8],
    mut with: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    loop {
        let next = stretch(bytes, room)?;
        if next.is_empty() {
            return Ok(());
        }
        with(next)?;
    }
}

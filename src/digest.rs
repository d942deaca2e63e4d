//! SHA-2 in a stream with constant memory. The door to `sha2`.

use std::io::{self, Read};
use std::path::Path;

use base64ct::{Base64, Encoding as _};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Bytes read at a time.
const BUFFER: usize = 128 << 10;

/// Size in bytes and SHA-256 as 64 lower-case hex digits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Digested {
    /// Bytes.
    pub size: u64,
    /// 64 lower-case hex digits.
    pub sha256: String,
}

/// The digest of bytes in memory.
pub fn of_bytes(bytes: &[u8]) -> Digested {
    let mut stream = Stream::default();
    stream.update(bytes);
    stream.finish()
}

/// A SHA-256 that was written out in hex, with `sha256:` before it or without, in lower case.
pub fn written(text: &str) -> Option<String> {
    let digest = text.trim_start_matches("sha256:");
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then(|| digest.to_ascii_lowercase())
}

/// The digest of bytes in memory, as bytes.
pub fn of(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The digest of bytes in memory as a security policy of a page names it: `sha256-` and base64.
pub fn source_expression(bytes: &[u8]) -> String {
    format!("sha256-{}", Base64::encode_string(&of(bytes)))
}

/// The digest of a file; `progress` is told of every stretch read, in bytes.
pub fn of_file(path: &Path, progress: &(dyn Fn(u64) + Sync)) -> io::Result<Digested> {
    let (size, sha256) = of_reader(Algorithm::Sha256, &mut std::fs::File::open(path)?, progress)?;
    Ok(Digested { size, sha256 })
}

/// A digest algorithm that NIST approves.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// Size in bytes and digest in lower-case hex of a stream, read to its end.
pub fn of_reader(
    algorithm: Algorithm,
    reader: &mut dyn Read,
    progress: &(dyn Fn(u64) + Sync),
) -> io::Result<(u64, String)> {
    match algorithm {
        Algorithm::Sha256 => stream::<Sha256>(reader, progress),
        Algorithm::Sha384 => stream::<Sha384>(reader, progress),
        Algorithm::Sha512 => stream::<Sha512>(reader, progress),
    }
}

fn stream<D: Digest>(reader: &mut dyn Read, progress: &(dyn Fn(u64) + Sync)) -> io::Result<(u64, String)> {
    let mut hasher = D::new();
    let mut buffer = vec![0; BUFFER];
    let mut size = 0;
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&buffer[..read]);
        size += read as u64;
        progress(read as u64);
    }
    Ok((size, hex(&hasher.finalize())))
}

/// A digest in the making, stretch by stretch.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    hasher: Sha256,
    size: u64,
}

impl Stream {
    /// Takes the next stretch.
    pub fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
    }

    /// The digest of everything taken.
    pub fn finish(self) -> Digested {
        Digested { size: self.size, sha256: hex(&self.hasher.finalize()) }
    }
}

/// Bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_one_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(of_bytes(b"abc").sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let of_abc = |algorithm| of_reader(algorithm, &mut &b"abc"[..], &|_| ()).expect("memory is readable").1;
        assert!(of_abc(Algorithm::Sha384).starts_with("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"));
        assert!(of_abc(Algorithm::Sha512).starts_with("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea2"));
        assert_eq!(of_bytes(b"").sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn where_a_stream_is_cut_does_not_matter() {
        let mut stream = Stream::default();
        b"abc".iter().for_each(|byte| stream.update(&[*byte]));
        assert_eq!(stream.finish(), of_bytes(b"abc"));
    }
}

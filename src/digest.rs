//! SHA-256 in a stream with constant memory. The door to `sha2`.

use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

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
    Digested { size: bytes.len() as u64, sha256: hex(&Sha256::digest(bytes)) }
}

/// The digest of bytes in memory, as bytes.
pub fn of(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The digest of a file; `progress` is told of every stretch read, in bytes.
pub fn of_file(path: &Path, progress: &(dyn Fn(u64) + Sync)) -> io::Result<Digested> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    let mut size = 0;
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&buffer[..read]);
        size += read as u64;
        progress(read as u64);
    }
    Ok(Digested { size, sha256: hex(&hasher.finalize()) })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(64), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to a string does not fail");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_the_one_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(of_bytes(b"abc").sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(of_bytes(b"").sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}

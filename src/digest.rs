//! SHA-256 in a stream with constant memory. The door to `sha2`.

use sha2::{Digest, Sha256};

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

fn hex(bytes: &[u8]) -> String {
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
        assert_eq!(of_bytes(b"").sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn where_a_stream_is_cut_does_not_matter() {
        let mut stream = Stream::default();
        b"abc".iter().for_each(|byte| stream.update(&[*byte]));
        assert_eq!(stream.finish(), of_bytes(b"abc"));
    }
}

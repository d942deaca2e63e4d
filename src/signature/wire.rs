//! The wire encoding of SSH (RFC 4251, 5), read strictly and written. The door to `base64ct`.

use base64ct::{Base64, Base64Unpadded, Encoding};

/// Bytes that are not what they should be, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Malformed(pub(super) String);

impl From<&str> for Malformed {
    fn from(what: &str) -> Self {
        Self(what.to_owned())
    }
}

pub(super) type Read<T> = Result<T, Malformed>;

/// Reads from the front of some bytes.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    pub(super) fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or("it ends too early")?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        Ok(self.take(N)?.try_into().expect("so many bytes were taken"))
    }

    pub(super) fn u8(&mut self) -> Read<u8> {
        Ok(self.array::<1>()?[0])
    }

    pub(super) fn u32(&mut self) -> Read<u32> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Read<u64> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// Bytes with their length before them.
    pub(super) fn string(&mut self) -> Read<&'a [u8]> {
        let length = usize::try_from(self.u32()?).map_err(|_| "a length is out of bounds")?;
        self.take(length)
    }

    /// A string that is text without a zero byte.
    pub(super) fn text(&mut self) -> Read<&'a str> {
        let text = std::str::from_utf8(self.string()?).map_err(|_| "a text in it is not UTF-8")?;
        if text.contains('\0') { Err("a text in it holds a zero byte".into()) } else { Ok(text) }
    }

    /// A whole number that is not negative, in its one canonical form: its bytes without a leading zero.
    pub(super) fn number(&mut self) -> Read<&'a [u8]> {
        let bytes = self.string()?;
        match bytes {
            [] => Ok(bytes),
            [0, next, ..] if *next >= 0x80 => Ok(&bytes[1..]),
            [first, ..] if (1..0x80).contains(first) => Ok(bytes),
            _ => Err("a number in it is not in its canonical form".into()),
        }
    }

    /// Nothing may be left.
    pub(super) fn end(self) -> Read<()> {
        if self.is_empty() { Ok(()) } else { Err("bytes follow its end".into()) }
    }
}

/// Bytes in the wire encoding.
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    pub(super) fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn u32(self, number: u32) -> Self {
        self.raw(&number.to_be_bytes())
    }

    pub(super) fn string(self, bytes: &[u8]) -> Self {
        let length = u32::try_from(bytes.len()).expect("what is written is far below 4 GiB");
        self.u32(length).raw(bytes)
    }
}

/// Reads base64 with its padding, in its one canonical form.
pub(super) fn from_base64(text: &str) -> Read<Vec<u8>> {
    Base64::decode_vec(text).map_err(|_| "it is not canonical base64".into())
}

pub(super) fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// As fingerprints have it.
pub(super) fn base64_unpadded(bytes: &[u8]) -> String {
    Base64Unpadded::encode_string(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_spelling() {
        let read = |bytes: &[u8]| Reader::new(&Writer::default().string(bytes).0).number().map(<[u8]>::to_vec);
        assert_eq!(read(&[]), Ok(vec![]));
        assert_eq!(read(&[0x7f, 1]), Ok(vec![0x7f, 1]));
        assert_eq!(read(&[0, 0x80]), Ok(vec![0x80]));
        for wrong in [&[0u8][..], &[0, 0x7f], &[0x80], &[0, 0, 0x80]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn base64_has_one_spelling() {
        assert_eq!(from_base64("AAE="), Ok(vec![0, 1]));
        for wrong in ["AAE", "AAF=", "AA E=", "AAE=\n", "AAE=="] {
            assert!(from_base64(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_length_beyond_the_end_is_an_error() {
        assert!(Reader::new(&[0xff, 0xff, 0xff, 0xff, 1]).string().is_err());
        assert!(Reader::new(&[0, 0, 0]).u32().is_err());
    }
}

//! DER taken apart, strictly: one way to write a length, and nothing left over.

/// What is wrong with an encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// It ends early, or something else stands where a part is expected.
    Broken,
    /// It is written in the looser form that only says where it ends when it does.
    Loose,
}

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BITS: u8 = 0x03;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const UTF8: u8 = 0x0c;
pub(crate) const UTC: u8 = 0x17;
pub(crate) const TIME: u8 = 0x18;
pub(crate) const BMP: u8 = 0x1e;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// How deep parts may lie in each other.
const DEEPEST: usize = 32;

/// The tag of a part that is known by its number alone, and holds others.
pub(crate) const fn numbered(number: u8) -> u8 {
    0xa0 | number
}

/// The tag of a part that is known by its number alone, and holds a value.
pub(crate) const fn plain(number: u8) -> u8 {
    0x80 | number
}

/// Parts, one after the other.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    rest: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The tag of the next part; `None` at the end.
    pub(crate) fn tag(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next part, whatever it is.
    pub(crate) fn any(&mut self) -> Result<(u8, &'a [u8]), Fault> {
        let (tag, rest) = self.rest.split_first().ok_or(Fault::Broken)?;
        if tag & 0x1f == 0x1f {
            return Err(Fault::Broken);
        }
        let (length, rest) = length(rest)?;
        let (body, rest) = rest.split_at_checked(length).ok_or(Fault::Broken)?;
        self.rest = rest;
        Ok((*tag, body))
    }

    /// The next part, which must be of this kind.
    pub(crate) fn one(&mut self, tag: u8) -> Result<&'a [u8], Fault> {
        let (found, body) = self.any()?;
        if found == tag { Ok(body) } else { Err(Fault::Broken) }
    }

    /// The next part, which must hold others.
    pub(crate) fn inside(&mut self, tag: u8) -> Result<Self, Fault> {
        self.one(tag).map(Self::of)
    }

    /// The next part if it is of this kind.
    pub(crate) fn maybe(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Fault> {
        if self.tag() == Some(tag) { self.one(tag).map(Some) } else { Ok(None) }
    }

    /// Nothing may be left.
    pub(crate) fn end(&self) -> Result<(), Fault> {
        if self.rest.is_empty() { Ok(()) } else { Err(Fault::Broken) }
    }

    /// The bytes of each part to the end, its tag and length among them.
    pub(crate) fn whole(mut self) -> Result<Vec<&'a [u8]>, Fault> {
        let mut found = Vec::new();
        while self.tag().is_some() {
            let before = self.rest;
            self.any()?;
            found.push(&before[..before.len() - self.rest.len()]);
        }
        Ok(found)
    }

    /// Every part to the end, all of one kind.
    pub(crate) fn all(mut self, tag: u8) -> Result<Vec<&'a [u8]>, Fault> {
        let mut found = Vec::new();
        while self.tag().is_some() {
            found.push(self.one(tag)?);
        }
        Ok(found)
    }
}

/// A length and what follows it.
fn length(bytes: &[u8]) -> Result<(usize, &[u8]), Fault> {
    let (first, rest) = bytes.split_first().ok_or(Fault::Broken)?;
    let count = match first {
        0..0x80 => return Ok((usize::from(*first), rest)),
        0x80 => return Err(Fault::Loose),
        0x81..=0x84 => usize::from(first & 0x7f),
        _ => return Err(Fault::Broken),
    };
    let (digits, rest) = rest.split_at_checked(count).ok_or(Fault::Broken)?;
    let length = digits.iter().fold(0, |length: usize, digit| length << 8 | usize::from(*digit));
    let is_shortest = digits[0] != 0 && length >= 0x80;
    if is_shortest { Ok((length, rest)) } else { Err(Fault::Broken) }
}

/// A whole number from 0 up; `None` where it is negative or too large to matter.
pub(crate) fn small(body: &[u8]) -> Option<u64> {
    let is_small = matches!(body, [first, ..] if *first < 0x80) && body.len() <= 8;
    is_small.then(|| body.iter().fold(0, |number, digit| number << 8 | u64::from(*digit)))
}

/// Whether every part of these, to any depth, is written in the one way of DER.
pub(crate) fn canonical(bytes: &[u8]) -> Result<(), Fault> {
    canonical_below(bytes, 0)
}

fn canonical_below(bytes: &[u8], depth: usize) -> Result<(), Fault> {
    let mut parts = Parts::of(bytes);
    while parts.tag().is_some() {
        let (tag, body) = parts.any()?;
        let is_good = match tag {
            SEQUENCE => true,
            SET => is_sorted(body)?,
            INTEGER => is_shortest(body),
            BOOLEAN => matches!(body, [0 | 0xff]),
            BITS => body.first().is_some_and(|unused| *unused < 8),
            // A text or bytes in pieces, or a list that is said to be none.
            tag if tag < 0x80 => tag & 0x20 == 0 && tag | 0x20 != SEQUENCE && tag | 0x20 != SET,
            _ => true,
        };
        if !is_good || depth > DEEPEST {
            return Err(Fault::Broken);
        }
        if tag & 0x20 != 0 {
            canonical_below(body, depth + 1)?;
        }
    }
    Ok(())
}

pub(crate) fn is_sorted(body: &[u8]) -> Result<bool, Fault> {
    Ok(Parts::of(body).whole()?.is_sorted())
}

fn is_shortest(body: &[u8]) -> bool {
    match body {
        [] | [0, 0..=0x7f, ..] | [0xff, 0x80..=0xff, ..] => false,
        [..] => true,
    }
}

//! Binary key revocation lists of OpenSSH (PROTOCOL.krl). The door to `sha1`.

use std::collections::{BTreeMap, BTreeSet};

use sha1::{Digest, Sha1};

use super::key::{Certificate, PublicKey};
use super::ssh_crypto;
use super::wire::{Malformed, Read, Reader};

pub(super) const MAGIC: &[u8] = b"SSHKRL\n\0";
const FORMAT: u32 = 1;
/// The longest bitmap that OpenSSH takes, in bytes.
const LONGEST_BITMAP: usize = 16384 / 8;

/// Sections of the list.
const CERTIFICATES: u8 = 1;
const EXPLICIT_KEY: u8 = 2;
const FINGERPRINT_SHA1: u8 = 3;
const SIGNATURE: u8 = 4;
const FINGERPRINT_SHA256: u8 = 5;
/// Sections of certificates.
const SERIAL_LIST: u8 = 0x20;
const SERIAL_RANGE: u8 = 0x21;
const SERIAL_BITMAP: u8 = 0x22;
const KEY_ID: u8 = 0x23;

/// What a list revokes.
#[derive(Clone, Default, Debug)]
pub(super) struct Krl {
    keys: BTreeSet<Vec<u8>>,
    sha1s: BTreeSet<Vec<u8>>,
    sha256s: BTreeSet<Vec<u8>>,
    /// By the authority's key, empty for every authority.
    certificates: BTreeMap<Vec<u8>, Vec<Revocation>>,
    signers: Vec<PublicKey>,
}

#[derive(Clone, Debug)]
enum Revocation {
    Id(String),
    /// First and last serial.
    Serials(u64, u64),
    /// The serial of the last bit and the bits, the last first.
    Bitmap(u64, Vec<u8>),
}

impl Revocation {
    /// A serial of 0 is no serial.
    fn covers(&self, certificate: &Certificate) -> bool {
        let serial = certificate.serial;
        match self {
            Self::Id(id) => *id == certificate.id,
            Self::Serials(first, last) => serial != 0 && (*first..=*last).contains(&serial),
            Self::Bitmap(offset, bits) => serial != 0 && serial.checked_sub(*offset).is_some_and(|n| bit(bits, n)),
        }
    }
}

/// Whether the bit of that number is set, the last byte holding the first eight.
fn bit(bits: &[u8], number: u64) -> bool {
    let byte = usize::try_from(number / 8).ok().and_then(|byte| bits.len().checked_sub(byte + 1));
    byte.is_some_and(|byte| bits[byte] >> (number % 8) & 1 == 1)
}

impl Krl {
    /// Reads a list whole. Whatever is not understood is an error: a revocation may hide in it.
    pub(super) fn read(bytes: &[u8]) -> Read<Self> {
        let mut krl = Self::default();
        let mut reader = Reader::new(bytes);
        header(&mut reader)?;
        while !reader.is_empty() {
            let kind = reader.u8()?;
            let section = reader.string()?;
            if kind == SIGNATURE {
                let signed = &bytes[..bytes.len() - reader.left()];
                krl.signature(section, reader.string()?, signed)?;
            } else if krl.signers.is_empty() {
                krl.section(kind, Reader::new(section))?;
            } else {
                return Err("a section follows its signature".into());
            }
        }
        krl.signers_hold().then_some(krl).ok_or_else(|| "every key that signed it is revoked by it".into())
    }

    fn section(&mut self, kind: u8, reader: Reader<'_>) -> Read<()> {
        match kind {
            CERTIFICATES => self.of_authority(reader),
            EXPLICIT_KEY => blobs(reader, None, &mut self.keys),
            FINGERPRINT_SHA1 => blobs(reader, Some(20), &mut self.sha1s),
            FINGERPRINT_SHA256 => blobs(reader, Some(32), &mut self.sha256s),
            other => Err(Malformed(format!("it has a section of type {other}, which is not known"))),
        }
    }

    fn of_authority(&mut self, mut reader: Reader<'_>) -> Read<()> {
        let authority = reader.string()?;
        if !authority.is_empty() {
            PublicKey::from_bytes(authority).map_err(|fault| Malformed(format!("an authority in it: {fault}")))?;
        }
        reader.string()?;
        let revoked = self.certificates.entry(authority.to_vec()).or_default();
        while !reader.is_empty() {
            revocations(reader.u8()?, Reader::new(reader.string()?), revoked)?;
        }
        Ok(())
    }

    fn signature(&mut self, key: &[u8], signature: &[u8], signed: &[u8]) -> Read<()> {
        let key = PublicKey::from_bytes(key).map_err(|fault| Malformed(format!("the key that signed it: {fault}")))?;
        ssh_crypto::verify(&key, signature, signed).map_err(|fault| Malformed(format!("its signature: {fault}")))?;
        if self.signers.contains(&key) {
            return Err("one key signed it twice".into());
        }
        self.signers.push(key);
        Ok(())
    }

    fn signers_hold(&self) -> bool {
        self.signers.is_empty() || self.signers.iter().any(|key| self.revokes(key).is_none())
    }

    /// How the list revokes a key or the authority of its certificate.
    pub(super) fn revokes(&self, key: &PublicKey) -> Option<String> {
        let authority = || {
            let why = self.revokes_itself(&key.certificate()?.authority)?;
            Some(format!("its certificate's authority, by {why}"))
        };
        self.revokes_itself(key).or_else(authority)
    }

    fn revokes_itself(&self, key: &PublicKey) -> Option<String> {
        let plain = key.plain();
        if self.sha1s.contains(Sha1::digest(plain).as_slice()) {
            return Some("SHA-1 fingerprint".to_owned());
        }
        if self.sha256s.contains(&ssh_crypto::sha256(plain)) {
            return Some("SHA-256 fingerprint".to_owned());
        }
        if self.keys.contains(plain) {
            return Some("key".to_owned());
        }
        key.certificate().and_then(|certificate| self.revokes_certificate(certificate))
    }

    fn revokes_certificate(&self, certificate: &Certificate) -> Option<String> {
        let lists = [certificate.authority.as_bytes(), &[]].map(|authority| self.certificates.get(authority));
        let hit = lists.into_iter().flatten().flatten().find(|revocation| revocation.covers(certificate))?;
        Some(match hit {
            Revocation::Id(id) => format!("certificate id `{id}`"),
            _ => format!("certificate serial {}", certificate.serial),
        })
    }
}

fn header(reader: &mut Reader<'_>) -> Read<()> {
    if reader.take(MAGIC.len())? != MAGIC {
        return Err("it is no revocation list".into());
    }
    match reader.u32()? {
        FORMAT => {}
        other => return Err(Malformed(format!("format {other} is not known"))),
    }
    // Its number, when it was made and flags, none of which has a meaning yet.
    for _ in 0..3 {
        reader.u64()?;
    }
    reader.string()?;
    reader.text().map(|_comment| ())
}

fn blobs(mut reader: Reader<'_>, size: Option<usize>, into: &mut BTreeSet<Vec<u8>>) -> Read<()> {
    while !reader.is_empty() {
        let blob = reader.string()?;
        if size.is_some_and(|size| blob.len() != size) {
            return Err("a fingerprint in it has a wrong size".into());
        }
        into.insert(blob.to_vec());
    }
    Ok(())
}

fn revocations(kind: u8, mut reader: Reader<'_>, into: &mut Vec<Revocation>) -> Read<()> {
    match kind {
        SERIAL_LIST => {
            while !reader.is_empty() {
                let serial = reader.u64()?;
                into.push(serials(serial, serial)?);
            }
        }
        SERIAL_RANGE => into.push(serials(reader.u64()?, reader.u64()?)?),
        SERIAL_BITMAP => into.push(bitmap(reader.u64()?, reader.string()?)?),
        KEY_ID => {
            while !reader.is_empty() {
                into.push(Revocation::Id(reader.text()?.to_owned()));
            }
        }
        other => {
            return Err(Malformed(format!("it has a section of certificates of type {other}, which is not known")));
        }
    }
    reader.end()
}

fn serials(first: u64, last: u64) -> Read<Revocation> {
    if first == 0 || last < first {
        Err("a range of serials is empty".into())
    } else {
        Ok(Revocation::Serials(first, last))
    }
}

fn bitmap(offset: u64, bits: &[u8]) -> Read<Revocation> {
    if bits.first().is_some_and(|first| *first >= 0x80) {
        return Err("a bitmap in it is negative".into());
    }
    let zeros = bits.iter().take_while(|byte| **byte == 0).count();
    let bits = &bits[zeros..];
    let highest = (bits.len() as u64 * 8).saturating_sub(1);
    if bits.len() > LONGEST_BITMAP || offset.checked_add(highest).is_none() {
        return Err("a bitmap in it is out of bounds".into());
    }
    if offset == 0 && bit(bits, 0) {
        return Err("a bitmap in it holds serial 0".into());
    }
    Ok(Revocation::Bitmap(offset, bits.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_counted_from_the_end() {
        assert!(bit(&[0x01, 0x80], 7) && bit(&[0x01, 0x80], 8));
        assert!(!bit(&[0x01, 0x80], 9) && !bit(&[0x01, 0x80], 16) && !bit(&[], 0) && !bit(&[1], u64::MAX));
    }

    #[test]
    fn a_bitmap_may_not_wrap() {
        assert!(bitmap(u64::MAX, &[1]).is_err());
        assert!(bitmap(1, &[0x80]).is_err());
        assert!(bitmap(0, &[1]).is_err());
        assert!(bitmap(1, &[0, 0x80]).is_ok());
    }
}

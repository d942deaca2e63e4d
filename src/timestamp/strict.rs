//! What nobody signed in a time stamp: all of it must be what it can only be, so that no byte of it can be another.
//!
//! One byte remains free where the key is RSA: two names of its signatures mean the same.

use super::Objection;
use super::der::{Fault, INTEGER, OID, Parts, SEQUENCE, SET, UTF8, numbered};
use super::token::parts;

/// SHA-2 but for its last byte: 1, 2 and 3 are SHA-256, SHA-384 and SHA-512.
const SHA2: [u8; 8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

/// ECDSA with SHA-2 but for its last byte, which is one more than that of the digest.
const ECDSA: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03];

/// RSA: the last byte is 1, or ten more than that of the digest.
const RSA: [u8; 8] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];

/// What one kind of authority says with every stamp that it grants.
const GRANTED: &[u8] = b"Operation Okay";

/// The certificates beside that of the signer, if everything else is as it must be.
pub(super) fn others(token: &[u8]) -> Result<Vec<&[u8]>, Objection> {
    let refused = |what: &str| Objection::Refused(format!("it holds what nobody signed: {what}"));
    let mut whole = Parts::of(token).inside(SEQUENCE)?;
    if whole.tag() != Some(OID) {
        if !is_plainly_granted(whole.inside(SEQUENCE)?)? {
            return Err(refused("more than a plain \"granted\" around it"));
        }
        whole = whole.inside(SEQUENCE)?;
    }
    let mut signed = parts(whole)?;
    if signed.one(INTEGER)? != [3] {
        return Err(refused("another version than 3"));
    }
    let digests = Parts::of(signed.one(SET)?).all(SEQUENCE)?;
    signed.one(SEQUENCE)?;
    let certificates = Parts::of(signed.maybe(numbered(0))?.unwrap_or_default()).whole()?;
    if signed.maybe(numbered(1))?.is_some() {
        return Err(refused("a list of revoked certificates"));
    }
    let signer = Signer::read(signed.inside(SET)?.inside(SEQUENCE)?)?;
    if digests.len() != 1 || digest(digests[0])? != digest(signer.digest)? {
        return Err(refused("the name of another digest"));
    }
    if !signer.has_fitting_algorithm()? {
        return Err(refused("the name of another algorithm"));
    }
    if signer.version != [1] || signer.has_more {
        return Err(refused("more about its signer"));
    }
    beside(certificates, &signer)
}

fn is_plainly_granted(mut status: Parts<'_>) -> Result<bool, Fault> {
    let number = status.one(INTEGER)?;
    let texts = status.maybe(SEQUENCE)?.map_or(Ok(Vec::new()), |texts| Parts::of(texts).all(UTF8))?;
    Ok(number == [0] && status.end().is_ok() && (texts.is_empty() || texts == [GRANTED]))
}

/// The certificates but the signer's, whose digest the signer signed. A name that only differs in case is another here.
fn beside<'a>(certificates: Vec<&'a [u8]>, signer: &Signer<'_>) -> Result<Vec<&'a [u8]>, Objection> {
    let mut others = Vec::new();
    for certificate in &certificates {
        if issued(certificate)? != signer.issued {
            others.push(*certificate);
        }
    }
    if others.len() + 1 == certificates.len() {
        return Ok(others);
    }
    Err(Objection::refused("its signer's certificate is not named letter by letter"))
}

/// Issuer and serial number of a certificate.
fn issued(certificate: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    let mut body = Parts::of(certificate).inside(SEQUENCE)?.inside(SEQUENCE)?;
    body.maybe(numbered(0))?;
    let serial = body.one(INTEGER)?;
    body.one(SEQUENCE)?;
    Ok((body.one(SEQUENCE)?, serial))
}

/// What stands about the signer.
struct Signer<'a> {
    version: &'a [u8],
    issued: (&'a [u8], &'a [u8]),
    digest: &'a [u8],
    algorithm: &'a [u8],
    has_more: bool,
}

impl<'a> Signer<'a> {
    fn read(mut parts: Parts<'a>) -> Result<Self, Fault> {
        let version = parts.one(INTEGER)?;
        let mut name = parts.inside(SEQUENCE)?;
        let issued = (name.one(SEQUENCE)?, name.one(INTEGER)?);
        let digest = parts.one(SEQUENCE)?;
        parts.one(numbered(0))?;
        let algorithm = parts.one(SEQUENCE)?;
        parts.any()?;
        Ok(Self { version, issued, digest, algorithm, has_more: parts.tag().is_some() })
    }

    fn has_fitting_algorithm(&self) -> Result<bool, Fault> {
        let number = digest(self.digest)?;
        let mut parts = Parts::of(self.algorithm);
        let name = parts.one(OID)?;
        let is_null = parts.tag().is_some() && parts.any()? == (0x05, &[][..]);
        parts.end()?;
        let Some((last, family)) = name.split_last() else { return Ok(false) };
        Ok((family == ECDSA && *last == number + 1 && !is_null)
            || (family == RSA && (*last == 1 || *last == number + 10) && is_null))
    }
}

/// The last byte of the name of a SHA-2 digest, without parameters or with none said.
fn digest(algorithm: &[u8]) -> Result<u8, Fault> {
    let mut parts = Parts::of(algorithm);
    let name = parts.one(OID)?;
    if parts.tag().is_some() && parts.any()? != (0x05, &[][..]) {
        return Err(Fault::Broken);
    }
    parts.end()?;
    match name.split_last() {
        Some((number @ 1..=3, family)) if family == SHA2 => Ok(*number),
        _ => Err(Fault::Broken),
    }
}

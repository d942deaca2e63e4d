//! The one form of a CMS signature that is read: what `openssl cms -sign -binary -cades` makes in DER.
//!
//! All that is not covered by the signature is compared with what it must be: a byte of it that could be changed without
//! notice would be room for something else.

use crate::timestamp;
use crate::timestamp::der::{Fault, INTEGER, OCTETS, OID, Parts, SEQUENCE, SET, UTC, canonical, is_sorted, numbered};

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
const SIGNING_TIME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05];
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// What signs a SHA-256 digest: the whole of each identifier, what stands behind the name included.
const ALGORITHMS: [&[u8]; 2] = [
    // rsaEncryption, with a NULL behind it.
    &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00],
    // ecdsa-with-SHA256, with nothing behind it.
    &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
];

/// The most that is read, in bytes: one certificate and one signature have some thousands.
const LARGEST: usize = 64 << 10;

/// What a signature says of itself.
pub(super) struct Form {
    /// The name in its signer's certificate.
    pub(super) signer: String,
    /// When it says it was signed, in Unix seconds.
    pub(super) at: i64,
}

pub(super) fn read(bytes: &[u8]) -> Result<Form, String> {
    if bytes.len() > LARGEST {
        return Err("it is too large for a signature".to_owned());
    }
    canonical(bytes).map_err(|_| "it is not written in DER, or damaged")?;
    parse(bytes).map_err(|_| "it is not a detached signature of one signer with nothing unsigned in it".to_owned())
}

fn parse(bytes: &[u8]) -> Result<Form, Fault> {
    let mut whole = Parts::of(bytes);
    let mut content = whole.inside(SEQUENCE)?;
    whole.end()?;
    exactly(content.one(OID)?, SIGNED_DATA)?;
    let mut wrapped = content.inside(numbered(0))?;
    content.end()?;
    let signed = wrapped.inside(SEQUENCE)?;
    wrapped.end()?;
    parse_signed(signed)
}

fn exactly(found: &[u8], wanted: &[u8]) -> Result<(), Fault> {
    if found == wanted { Ok(()) } else { Err(Fault::Broken) }
}

fn parse_signed(mut signed: Parts<'_>) -> Result<Form, Fault> {
    exactly(signed.one(INTEGER)?, &[1])?;
    let digest = only(signed.inside(SET)?)?;
    check_digest(digest)?;
    let mut content = signed.inside(SEQUENCE)?;
    exactly(content.one(OID)?, DATA)?;
    content.end()?;
    let certificate = only(signed.inside(numbered(0))?)?;
    let mut signers = signed.inside(SET)?;
    let signer = signers.inside(SEQUENCE)?;
    signers.end()?;
    signed.end()?;
    let at = parse_signer(signer, digest, certificate)?;
    let signer = timestamp::subject(certificate).ok_or(Fault::Broken)?;
    Ok(Form { signer, at })
}

/// The only part, with its tag and length.
fn only(parts: Parts<'_>) -> Result<&[u8], Fault> {
    match parts.whole()?.as_slice() {
        [one] => Ok(one),
        _ => Err(Fault::Broken),
    }
}

/// SHA-256, with nothing or a NULL behind it.
fn check_digest(whole: &[u8]) -> Result<(), Fault> {
    let mut algorithm = Parts::of(whole).inside(SEQUENCE)?;
    exactly(algorithm.one(OID)?, SHA256)?;
    match algorithm.any() {
        Ok((0x05, [])) => algorithm.end(),
        Ok(_) => Err(Fault::Broken),
        Err(_) => Ok(()),
    }
}

/// When it was signed, as the signer says.
fn parse_signer(mut signer: Parts<'_>, digest: &[u8], certificate: &[u8]) -> Result<i64, Fault> {
    exactly(signer.one(INTEGER)?, &[1])?;
    // openssl takes another spelling of a name for the same; by the identifier of a key would be another tag.
    exactly(signer.one(SEQUENCE)?, &timestamp::issued_by(certificate)?)?;
    exactly(signer.one(SEQUENCE)?, Parts::of(digest).one(SEQUENCE)?)?;
    let attributes = signer.one(numbered(0))?;
    let algorithm = signer.one(SEQUENCE)?;
    if !ALGORITHMS.contains(&algorithm) {
        return Err(Fault::Broken);
    }
    signer.one(OCTETS)?;
    signer.end()?;
    if !is_sorted(attributes)? {
        return Err(Fault::Broken);
    }
    signing_time(attributes)
}

fn signing_time(attributes: &[u8]) -> Result<i64, Fault> {
    let mut found = Vec::new();
    for attribute in Parts::of(attributes).all(SEQUENCE)? {
        let mut attribute = Parts::of(attribute);
        if attribute.one(OID)? == SIGNING_TIME {
            found.push(attribute.inside(SET)?.one(UTC)?);
        }
    }
    match found.as_slice() {
        [time] => timestamp::short_time(time).ok_or(Fault::Broken),
        _ => Err(Fault::Broken),
    }
}

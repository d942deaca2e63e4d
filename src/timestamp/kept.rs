//! The one form in which a time stamp is kept with a bundle: without what is neither signed nor needed.
//!
//! An authority's answer holds more than its signature covers: words beside the status, lists of revoked certificates,
//! attributes that anybody can add, certificates that nobody asks for. Each is a place where bytes can be changed without
//! notice. They are left out, and what must stand there stands in one way.

use base64ct::{Base64, Encoding as _};

use super::der::{Fault, INTEGER, OCTETS, OID, Parts, SEQUENCE, SET, canonical, numbered};
use super::{Objection, token};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// A status that says that it was granted, and nothing else.
const GRANTED: &[u8] = &[SEQUENCE, 3, INTEGER, 1, 0];

const NULL: &[u8] = &[5, 0];

/// `rsaEncryption`, which openssl also writes for the others, as the digest is named before.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// RSA and ECDSA by the last byte of the digest's name: SHA-256, SHA-384, SHA-512.
const BY_DIGEST: [(u8, &[u8], &[u8]); 3] = [
    (1, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b], &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]),
    (2, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c], &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03]),
    (3, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d], &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04]),
];

const SHA2: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02];

/// A time stamp in the form in which a bundle has it; `authorities_pem` are the certificates that the bundle has beside
/// it, which need not be in it again. What is in this form already comes back byte for byte.
///
/// It says no more than the time stamp did, and no less: judge it by [`super::verify`]. The error says why it cannot be
/// kept.
pub fn kept(bytes: &[u8], authorities_pem: &[u8]) -> Result<Vec<u8>, String> {
    token::read(bytes).map_err(|(Objection::Refused(why) | Objection::Unknown(why))| why)?;
    let kept = rebuilt(bytes, authorities_pem).and_then(|kept| canonical(&kept).map(|()| kept));
    kept.map_err(|_| "it is signed, or written, in a way that is not kept in bundles".to_owned())
}

fn part(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut part = vec![tag];
    let length = body.len();
    if length < 0x80 {
        part.extend(u8::try_from(length));
    } else {
        let digits = length.to_be_bytes();
        let digits = &digits[digits.iter().take_while(|digit| **digit == 0).count()..];
        part.extend(u8::try_from(0x80 | digits.len()));
        part.extend(digits);
    }
    part.extend(body);
    part
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    part(SEQUENCE, &parts.concat())
}

fn rebuilt(bytes: &[u8], authorities: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut response = Parts::of(bytes).inside(SEQUENCE)?;
    if response.tag() != Some(OID) {
        response.one(SEQUENCE)?;
        response = response.inside(SEQUENCE)?;
    }
    let kind = response.one(OID)?;
    let signed = response.inside(numbered(0))?.inside(SEQUENCE)?;
    let signed = signed_again(signed, authorities)?;
    Ok(sequence(&[GRANTED, &sequence(&[&part(OID, kind), &part(numbered(0), &signed)])]))
}

fn signed_again(mut signed: Parts<'_>, authorities: &[u8]) -> Result<Vec<u8>, Fault> {
    signed.one(INTEGER)?;
    signed.one(SET)?;
    let content = sequence(&[signed.one(SEQUENCE)?]);
    let certificates = Parts::of(signed.one(numbered(0))?).whole()?;
    signed.maybe(numbered(1))?;
    let mut signer = signed.inside(SET)?.inside(SEQUENCE)?;
    signer.one(INTEGER)?;
    let (_, number) = issued(signer.inside(SEQUENCE)?)?;
    let digest = signer.one(SEQUENCE)?;
    let attributes = part(numbered(0), signer.one(numbered(0))?);
    let algorithm = algorithm(signer.one(SEQUENCE)?, digest)?;
    let signature = part(OCTETS, signer.one(OCTETS)?);
    let (chain, issuer) = chain(&certificates, number, authorities)?;
    let digest = sequence(&[digest]);
    let name = sequence(&[&issuer, &part(INTEGER, number)]);
    let signer = sequence(&[&[INTEGER, 1, 1], &name, &digest, &attributes, &algorithm, &signature]);
    let (digests, signers) = (part(SET, &digest), part(SET, &signer));
    Ok(sequence(&[&[INTEGER, 1, 3], &digests, &content, &part(numbered(0), &chain.concat()), &signers]))
}

/// The issuer's name and the number of what it issued.
fn issued(mut parts: Parts<'_>) -> Result<(&[u8], &[u8]), Fault> {
    Ok((parts.one(SEQUENCE)?, parts.one(INTEGER)?))
}

/// What signs the digest, written in the one way.
fn algorithm(found: &[u8], digest: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut parts = Parts::of(digest);
    let (version, kind) = parts.one(OID)?.split_last().ok_or(Fault::Broken)?;
    let is_plain = is_end(parts);
    let (_, rsa, ecdsa) = BY_DIGEST.iter().find(|(last, _, _)| last == version).ok_or(Fault::Broken)?;
    let mut parts = Parts::of(found);
    let name = parts.one(OID)?;
    if kind != SHA2 || !is_plain || !is_end(parts) {
        return Err(Fault::Broken);
    }
    match name {
        name if name == RSA || name == *rsa => Ok(sequence(&[&part(OID, RSA), NULL])),
        name if name == *ecdsa => Ok(sequence(&[&part(OID, ecdsa)])),
        _ => Err(Fault::Broken),
    }
}

/// Whether nothing or a NULL is left.
fn is_end(mut parts: Parts<'_>) -> bool {
    parts.tag().is_none() || (parts.any() == Ok((NULL[0], &[])) && parts.tag().is_none())
}

/// Names of a certificate, each with its tag and length.
struct Certificate<'a> {
    whole: &'a [u8],
    number: &'a [u8],
    issuer: Vec<u8>,
    subject: Vec<u8>,
}

fn certificate(whole: &[u8]) -> Result<Certificate<'_>, Fault> {
    let mut body = Parts::of(whole).inside(SEQUENCE)?.inside(SEQUENCE)?;
    body.maybe(numbered(0))?;
    let number = body.one(INTEGER)?;
    body.one(SEQUENCE)?;
    let issuer = sequence(&[body.one(SEQUENCE)?]);
    body.one(SEQUENCE)?;
    let subject = sequence(&[body.one(SEQUENCE)?]);
    Ok(Certificate { whole, number, issuer, subject })
}

/// Who issued a certificate and its number, as a signature names it.
pub(crate) fn issued_by(whole: &[u8]) -> Result<Vec<u8>, Fault> {
    certificate(whole).map(|one| [one.issuer, part(INTEGER, one.number)].concat())
}

/// The signer's certificate and those above it up to one that stands among the authorities, sorted; and the name of who
/// issued the first.
fn chain<'a>(certificates: &[&'a [u8]], number: &[u8], authorities: &[u8]) -> Result<(Vec<&'a [u8]>, Vec<u8>), Fault> {
    let read: Vec<Certificate<'a>> = certificates.iter().map(|whole| certificate(whole)).collect::<Result<_, _>>()?;
    let known = subjects(authorities);
    let mut next = read.iter().find(|one| one.number == number).ok_or(Fault::Broken)?;
    let (issuer, mut chain) = (next.issuer.clone(), vec![next.whole]);
    while !known.contains(&next.issuer) {
        let is_above = |one: &&Certificate<'a>| one.subject == next.issuer && one.subject != one.issuer;
        let Some(above) = read.iter().filter(is_above).find(|one| !chain.contains(&one.whole)) else { break };
        next = above;
        chain.push(next.whole);
    }
    chain.sort_unstable();
    Ok((chain, issuer))
}

/// The names of certificates in PEM.
fn subjects(pem: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(pem);
    let blocks = text.split(BEGIN).skip(1).filter_map(|block| block.split_once(END));
    let of = |body: &str| {
        let der = Base64::decode_vec(&body.split_ascii_whitespace().collect::<String>()).ok()?;
        certificate(&der).ok().map(|one| one.subject)
    };
    blocks.filter_map(|(body, _)| of(body)).collect()
}

//! The arithmetic of SSH signatures. The door to `ssh-key` and `rsa`, with `ssh_secret`.

use std::fmt;

use rsa::pkcs1v15;
use rsa::signature::Verifier;
use rsa::{BigUint, RsaPublicKey};
use ssh_key::sha2::{Sha256, Sha512};
use ssh_key::{Algorithm, EcdsaCurve, HashAlg, Signature};

use super::key::{Kind, PublicKey, bits};
use super::wire::{Malformed, Reader};

/// Why a signature was not found to hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// It does not fit the key and the message.
    Mismatch,
    /// It is not in its canonical form.
    Malformed(String),
    /// An algorithm that is too weak.
    Weak(String),
    /// Something that cannot be judged here.
    Unsupported(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch => f.write_str("it does not fit"),
            Self::Malformed(what) | Self::Weak(what) => f.write_str(what),
            Self::Unsupported(what) => write!(f, "{what} is not judged in process"),
        }
    }
}

impl From<Malformed> for Fault {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed.0)
    }
}

/// What a FIDO token said when it signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    /// Somebody touched it.
    pub touched: bool,
    /// It asked for a PIN or a fingerprint.
    pub verified: bool,
    /// How many signatures it had made.
    pub counter: u32,
}

/// The SHA-256 of some bytes.
pub(super) fn sha256(bytes: &[u8]) -> Vec<u8> {
    HashAlg::Sha256.digest(bytes)
}

/// The digest that an SSHSIG names.
pub(super) fn digest(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    match name {
        "sha256" => Some(sha256(bytes)),
        "sha512" => Some(HashAlg::Sha512.digest(bytes)),
        _ => None,
    }
}

/// Judges a signature in its wire form by a key, certified or not.
pub(super) fn verify(key: &PublicKey, signature: &[u8], message: &[u8]) -> Result<Option<Token>, Fault> {
    let mut reader = Reader::new(signature);
    let name = reader.text()?;
    if key.kind() == Kind::Rsa {
        let raw = reader.string()?;
        reader.end()?;
        return rsa_holds(key, name, raw, message).map(|()| None);
    }
    if name.starts_with("webauthn-") {
        return Err(Fault::Unsupported(format!("a signature of type `{name}`")));
    }
    if name != key.kind().name() {
        return Err(Fault::Malformed(format!("a signature of type `{name}` by a key of another type")));
    }
    let (raw, token) = raw(key.kind(), reader)?;
    let algorithm = algorithm(key.kind());
    let signature = Signature::new(algorithm, raw).map_err(|_| Malformed::from("the signature has a wrong size"))?;
    let public = ssh_key::PublicKey::from_bytes(key.plain()).map_err(|_| Malformed::from("the key is no key"))?;
    public.key_data().verify(message, &signature).map_err(|_| Fault::Mismatch)?;
    Ok(token)
}

/// The signature's bytes, those of a token after them, checked to be canonical.
fn raw(kind: Kind, mut reader: Reader<'_>) -> Result<(Vec<u8>, Option<Token>), Fault> {
    let mut raw = reader.string()?.to_vec();
    if !matches!(kind, Kind::Ed25519 | Kind::SkEd25519) {
        let mut numbers = Reader::new(&raw);
        numbers.number()?;
        numbers.number()?;
        numbers.end()?;
    }
    let mut token = None;
    if kind.is_token() {
        let (flags, counter) = (reader.u8()?, reader.u32()?);
        raw.push(flags);
        raw.extend(counter.to_be_bytes());
        token = Some(Token { touched: flags & 1 != 0, verified: flags & 4 != 0, counter });
    }
    reader.end()?;
    Ok((raw, token))
}

fn algorithm(kind: Kind) -> Algorithm {
    match kind {
        Kind::Ed25519 => Algorithm::Ed25519,
        Kind::EcdsaP256 => Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
        Kind::EcdsaP384 => Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
        Kind::EcdsaP521 => Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
        Kind::Rsa => Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
        Kind::SkEd25519 => Algorithm::SkEd25519,
        Kind::SkEcdsaP256 => Algorithm::SkEcdsaSha2NistP256,
    }
}

fn rsa_holds(key: &PublicKey, name: &str, raw: &[u8], message: &[u8]) -> Result<(), Fault> {
    let public = rsa_public(key)?;
    let signature =
        pkcs1v15::Signature::try_from(raw).map_err(|_| Malformed::from("the signature has a wrong size"))?;
    let held = match name {
        "rsa-sha2-256" => pkcs1v15::VerifyingKey::<Sha256>::new(public).verify(message, &signature),
        "rsa-sha2-512" => pkcs1v15::VerifyingKey::<Sha512>::new(public).verify(message, &signature),
        "ssh-rsa" => return Err(Fault::Weak("it uses SHA-1".to_owned())),
        _ => return Err(Fault::Malformed(format!("a signature of type `{name}` by a key of another type"))),
    };
    held.map_err(|_| Fault::Mismatch)
}

fn rsa_public(key: &PublicKey) -> Result<RsaPublicKey, Fault> {
    let mut reader = Reader::new(key.plain());
    reader.string()?;
    let (exponent, modulus) = (reader.number()?, reader.number()?);
    let (e, n) = (BigUint::from_bytes_be(exponent), BigUint::from_bytes_be(modulus));
    RsaPublicKey::new_with_max_size(n, e, bits(modulus))
        .map_err(|error| Fault::Unsupported(format!("an RSA key with this modulus or exponent ({error})")))
}

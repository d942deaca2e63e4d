//! A private key that was read once, to sign often.

use std::fmt;

use super::key::{Kind, PublicKey};
use super::ssh;
use super::ssh_secret::{self, Secret};
use super::wire::Reader;
use crate::failure::{Cause, Failure};

/// An OpenSSH private key, whether or not it can sign here.
pub struct PrivateKey {
    public: PublicKey,
    secret: Option<Secret>,
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the private key of {}", self.public.fingerprint())
    }
}

impl PrivateKey {
    /// Reads one; `None` if the bytes are none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let public = ssh_secret::public_of(bytes)?;
        let secret = Secret::read(bytes).ok().filter(|_| !public.kind().is_token());
        Some(Self { public, secret })
    }

    /// Its public key.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Whether it can sign here: it has no passphrase, and does not live in a token.
    pub fn is_open(&self) -> bool {
        self.secret.is_some()
    }

    fn open(&self) -> Result<&Secret, Failure> {
        let why = "cannot sign with this key here: it has a passphrase, or lives in a token";
        self.secret.as_ref().ok_or_else(|| Failure::new(Cause::Usage, why))
    }

    /// Signs a message; the result is an armored SSHSIG.
    pub fn sign(&self, message: &[u8], namespace: &str) -> Result<String, Failure> {
        ssh::sign_with(message, self.open()?, namespace)
    }

    /// The 64 bytes of an Ed25519 signature over a message, without any form around them; `None` for other keys.
    pub fn sign_bare(&self, message: &[u8]) -> Option<Vec<u8>> {
        let secret = self.secret.as_ref().filter(|_| self.public.kind() == Kind::Ed25519)?;
        let signature = secret.sign(message).ok()?;
        let mut reader = Reader::new(&signature);
        reader.string().ok()?;
        reader.string().ok().map(<[u8]>::to_vec)
    }
}

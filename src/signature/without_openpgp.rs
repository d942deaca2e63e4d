//! What stands in for OpenPGP in a build without it.

use super::{Doubt, Fault, Question, Revoked, Signer};

/// OpenPGP keys that are trusted: none, in this build.
#[derive(Clone, Default, Debug)]
pub struct Keyring;

impl Keyring {
    /// Refuses the file.
    pub fn add(&mut self, _file: &[u8]) -> Result<usize, String> {
        Err("this build judges no OpenPGP signatures".to_owned())
    }

    /// Does nothing: no key counts.
    pub fn heed(&mut self, _later: &Revocations) {}
}

/// Revocations of OpenPGP keys: none, in this build.
#[derive(Clone, Default, Debug)]
pub struct Revocations;

impl Revocations {
    /// Passes over the file.
    pub fn add(&mut self, _file: &[u8]) {}

    /// There is none.
    pub fn first_made(&self) -> Option<i64> {
        None
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        true
    }
}

pub(super) fn judge(
    _question: &Question<'_>,
    _signature: &[u8],
    _keyring: &Keyring,
    _revoked: &Revoked,
) -> Result<Signer, Fault> {
    Err(Doubt::Unsupported("OpenPGP signature, in a build without OpenPGP".to_owned()).into())
}

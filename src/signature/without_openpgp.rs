//! What stands in for OpenPGP in a build without it.

use super::{Doubt, Fault, Question, Signer};

/// OpenPGP keys that are trusted: none, in this build.
#[derive(Clone, Default, Debug)]
pub struct Keyring;

impl Keyring {
    /// Refuses the file.
    pub fn add(&mut self, _file: &[u8]) -> Result<usize, String> {
        Err("this build judges no OpenPGP signatures".to_owned())
    }
}

pub(super) fn judge(_question: &Question<'_>, _signature: &[u8], _keyring: &Keyring) -> Result<Signer, Fault> {
    Err(Doubt::Unsupported("OpenPGP signature, in a build without OpenPGP".to_owned()).into())
}

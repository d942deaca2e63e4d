//! Key pairs that follow from a seed, as a sample needs them that has to come out the same everywhere.

use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{LineEnding, PrivateKey};

use super::wire;

/// An Ed25519 key pair as OpenSSH writes it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// The private key, without a passphrase.
    pub private: String,
    /// The public key: its kind and its base64, without a comment.
    pub public: String,
}

impl KeyPair {
    /// The pair of a seed. Whoever knows the seed has the key.
    pub fn of_seed(seed: &[u8; 32], comment: &str) -> Self {
        let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(seed));
        let key = PrivateKey::new(pair, comment).expect("an Ed25519 key takes a comment");
        let private = key.to_openssh(LineEnding::LF).expect("an Ed25519 key has an OpenSSH form");
        let public = key.public_key().to_bytes().expect("an Ed25519 key has a wire form");
        Self { private: private.to_string(), public: format!("ssh-ed25519 {}", wire::base64(&public)) }
    }
}

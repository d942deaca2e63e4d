//! OpenSSH private keys (PROTOCOL.key), and signing with those that have no passphrase.

use rsa::pkcs1v15::SigningKey;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::{BigUint, RsaPrivateKey};
use ssh_key::private::{KeypairData, RsaKeypair};
use ssh_key::sha2::Sha512;
use ssh_key::{Mpint, PrivateKey, Signature};

use super::key::{Kind, PublicKey};
use super::wire::{self, Read, Reader, Writer};

const HEADER: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";
const FOOTER: &str = "-----END OPENSSH PRIVATE KEY-----";
const MAGIC: &[u8] = b"openssh-key-v1\0";
/// What the private part is padded to a multiple of, in bytes.
const BLOCK: usize = 8;

/// A private key that can sign.
pub(super) struct Secret(PrivateKey);

impl Secret {
    /// Reads a private key that has no passphrase; the error says what it is instead.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let unreadable = "it is not an OpenSSH private key";
        let container = dearmor(bytes).ok_or(unreadable)?;
        match plain(&container).map_err(|_| unreadable)? {
            Some(plain) => PrivateKey::from_bytes(&plain).map(Self).map_err(|_| unreadable),
            None => Err("it has a passphrase; give its public key instead and let an agent sign"),
        }
    }

    /// The wire form of its public key.
    pub(super) fn public(&self) -> Result<Vec<u8>, &'static str> {
        self.0.public_key().to_bytes().map_err(|_| "its public key cannot be written")
    }

    /// Signs a message; the signature is in its wire form.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, &'static str> {
        let (name, raw) = match self.0.key_data() {
            KeypairData::Rsa(pair) => ("rsa-sha2-512".to_owned(), by_rsa(pair, message)?),
            data => {
                let signed: Result<Signature, _> = data.try_sign(message);
                let signature = signed.map_err(|_| "keys of its type cannot sign in process")?;
                (signature.algorithm().as_str().to_owned(), signature.as_bytes().to_vec())
            }
        };
        Ok(Writer::default().string(name.as_bytes()).string(&raw).0)
    }
}

/// The public key of a private one, which stands there in the clear whether or not it has a passphrase.
pub(super) fn public_of(bytes: &[u8]) -> Option<PublicKey> {
    let container = dearmor(bytes)?;
    let mut reader = Reader::new(&container);
    if reader.take(MAGIC.len()).ok()? != MAGIC {
        return None;
    }
    for _ in ["cipher", "kdf", "options"] {
        reader.string().ok()?;
    }
    reader.u32().ok()?;
    PublicKey::from_bytes(reader.string().ok()?).ok()
}

fn by_rsa(pair: &RsaKeypair, message: &[u8]) -> Result<Vec<u8>, &'static str> {
    let number = |part: &Mpint| part.as_positive_bytes().map(BigUint::from_bytes_be);
    let (public, private) = (&pair.public, &pair.private);
    let (Some(modulus), Some(exponent), Some(secret)) = (number(&public.n), number(&public.e), number(&private.d))
    else {
        return Err("a number in it is negative");
    };
    let primes = [&private.p, &private.q].into_iter().filter_map(number).collect();
    let key = RsaPrivateKey::from_components(modulus, exponent, secret, primes)
        .map_err(|_| "its numbers do not fit each other")?;
    Ok(SigningKey::<Sha512>::new(key).sign(message).to_vec())
}

fn dearmor(bytes: &[u8]) -> Option<Vec<u8>> {
    let body = std::str::from_utf8(bytes).ok()?.trim_ascii().strip_prefix(HEADER)?.strip_suffix(FOOTER)?;
    wire::from_base64(&body.split_ascii_whitespace().collect::<String>()).ok()
}

/// The container in a form that `ssh-key` reads; `None` if it has a passphrase.
fn plain(container: &[u8]) -> Read<Option<Vec<u8>>> {
    let mut reader = Reader::new(container);
    if reader.take(MAGIC.len())? != MAGIC {
        return Err("it is another kind of key".into());
    }
    let head = container.len() - reader.left();
    let (cipher, _kdf, _options) = (reader.string()?, reader.string()?, reader.string()?);
    if cipher != b"none" {
        return Ok(None);
    }
    let (count, public) = (reader.u32()?, reader.string()?);
    let before = &container[..head];
    let writer = Writer::default().raw(before).string(b"none").string(b"none").string(&[]);
    let section = section(reader.string()?)?;
    reader.end()?;
    Ok(Some(writer.u32(count).string(public).string(&section).0))
}

/// The private part, the number of an ECDSA key filled up to the size of its curve: OpenSSH writes it as short as it
/// is, which for P-521 is shorter every other time, and `ssh-key` wants all bytes.
fn section(bytes: &[u8]) -> Read<Vec<u8>> {
    let mut reader = Reader::new(bytes);
    let checks = reader.take(8)?;
    let name = reader.string()?;
    let size: usize = match Kind::ALL.into_iter().find(|kind| kind.name().as_bytes() == name) {
        Some(Kind::EcdsaP256) => 32,
        Some(Kind::EcdsaP384) => 48,
        Some(Kind::EcdsaP521) => 66,
        _ => return Ok(bytes.to_vec()),
    };
    let (curve, point, number, comment) = (reader.string()?, reader.string()?, reader.number()?, reader.string()?);
    let missing = size.checked_sub(number.len()).ok_or("its number is too large")?;
    let number = [&vec![0; missing][..], number].concat();
    let fields = [name, curve, point, &number, comment];
    let writer = fields.iter().fold(Writer::default().raw(checks), |writer, field| writer.string(field));
    let padding = writer.0.len().next_multiple_of(BLOCK) - writer.0.len();
    Ok(writer.raw(&[1, 2, 3, 4, 5, 6, 7][..padding]).0)
}

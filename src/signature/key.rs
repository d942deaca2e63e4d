//! Public keys and certificates of OpenSSH, read strictly from their wire form.

use std::fmt;

use super::ssh_crypto::{self, Fault};
use super::wire::{self, Malformed, Read, Reader, Writer};

/// The smallest and the largest RSA modulus that OpenSSH takes, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 1024..=16384;
/// What the name of a certificate's type adds to that of its key.
const CERTIFICATE: &str = "-cert-v01@openssh.com";

/// What kind of key it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// `ssh-ed25519`.
    Ed25519,
    /// `ecdsa-sha2-nistp256`.
    EcdsaP256,
    /// `ecdsa-sha2-nistp384`.
    EcdsaP384,
    /// `ecdsa-sha2-nistp521`.
    EcdsaP521,
    /// `ssh-rsa`, whatever the hash of its signatures.
    Rsa,
    /// `sk-ssh-ed25519@openssh.com`, in a FIDO token.
    SkEd25519,
    /// `sk-ecdsa-sha2-nistp256@openssh.com`, in a FIDO token.
    SkEcdsaP256,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::Ed25519,
        Self::EcdsaP256,
        Self::EcdsaP384,
        Self::EcdsaP521,
        Self::Rsa,
        Self::SkEd25519,
        Self::SkEcdsaP256,
    ];

    /// Its name in a public key.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ssh-ed25519",
            Self::EcdsaP256 => "ecdsa-sha2-nistp256",
            Self::EcdsaP384 => "ecdsa-sha2-nistp384",
            Self::EcdsaP521 => "ecdsa-sha2-nistp521",
            Self::Rsa => "ssh-rsa",
            Self::SkEd25519 => "sk-ssh-ed25519@openssh.com",
            Self::SkEcdsaP256 => "sk-ecdsa-sha2-nistp256@openssh.com",
        }
    }

    /// Whether the key lives in a FIDO token.
    pub fn is_token(self) -> bool {
        matches!(self, Self::SkEd25519 | Self::SkEcdsaP256)
    }

    /// The kind that a type names, and whether the type is that of a certificate.
    fn named(name: &str) -> Option<(Self, bool)> {
        let of = |plain: &str| Self::ALL.into_iter().find(|kind| kind.name() == plain);
        match name.strip_suffix(CERTIFICATE) {
            // A token's key has its domain only once: `sk-ssh-ed25519-cert-v01@openssh.com`.
            Some(stem) => [stem.to_owned(), format!("{stem}@openssh.com")]
                .iter()
                .find_map(|plain| of(plain))
                .map(|kind| (kind, true)),
            None => of(name).map(|kind| (kind, false)),
        }
    }

    fn certificate_name(self) -> String {
        format!("{}{CERTIFICATE}", self.name().trim_end_matches("@openssh.com"))
    }

    /// The curve's name inside the key and the bytes of a point on it.
    fn curve(self) -> Option<(&'static str, usize)> {
        match self {
            Self::EcdsaP256 | Self::SkEcdsaP256 => Some(("nistp256", 65)),
            Self::EcdsaP384 => Some(("nistp384", 97)),
            Self::EcdsaP521 => Some(("nistp521", 133)),
            _ => None,
        }
    }
}

/// Why bytes are not a key that can be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyFault {
    /// They are not a key, or not in its canonical form.
    Malformed(String),
    /// A type of key that is not known here.
    Kind(String),
    /// A certificate whose own signature cannot be judged here.
    Unsupported(String),
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "the key cannot be read: {what}"),
            Self::Kind(name) => write!(f, "keys of type `{name}` are not judged in process"),
            Self::Unsupported(what) => write!(f, "the certificate's own signature: {what}"),
        }
    }
}

impl From<Malformed> for KeyFault {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed.0)
    }
}

/// What a certificate says beside its key. Its authority's signature held when it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Certificate {
    /// The number that its authority gave it; 0 means none.
    pub serial: u64,
    /// Whether it is for a user and not for a host.
    pub for_user: bool,
    /// The name that its authority gave it.
    pub id: String,
    /// Whom it is for.
    pub principals: Vec<String>,
    /// First second of its validity, Unix time.
    pub valid_after: u64,
    /// The second at which it has expired, Unix time.
    pub valid_before: u64,
    /// Options that a reader must understand, by name.
    pub critical: Vec<String>,
    /// The key that signed it.
    pub authority: PublicKey,
}

/// A public key, plain or certified, whose bytes are the canonical encoding of what it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey {
    kind: Kind,
    blob: Vec<u8>,
    plain: Vec<u8>,
    certificate: Option<Box<Certificate>>,
}

impl PublicKey {
    /// Reads the wire form.
    pub fn from_bytes(blob: &[u8]) -> Result<Self, KeyFault> {
        let mut reader = Reader::new(blob);
        let name = reader.text()?;
        let (kind, certified) = Kind::named(name).ok_or_else(|| KeyFault::Kind(name.to_owned()))?;
        if !certified {
            fields(kind, &mut reader)?;
            reader.end()?;
            return Ok(Self { kind, blob: blob.to_vec(), plain: blob.to_vec(), certificate: None });
        }
        if name != kind.certificate_name() {
            return Err(KeyFault::Kind(name.to_owned()));
        }
        Self::certified(kind, blob, reader)
    }

    fn certified(kind: Kind, blob: &[u8], mut reader: Reader<'_>) -> Result<Self, KeyFault> {
        reader.string()?;
        let fields = fields(kind, &mut reader)?;
        let plain = Writer::default().string(kind.name().as_bytes()).raw(&fields).0;
        let certificate = certificate(blob, reader)?;
        Ok(Self { kind, blob: blob.to_vec(), plain, certificate: Some(Box::new(certificate)) })
    }

    /// Reads a line `type base64 [comment]`, as a `.pub` file has it.
    pub fn from_line(line: &str) -> Result<Self, KeyFault> {
        let mut words = line.split_ascii_whitespace();
        let (Some(name), Some(base64)) = (words.next(), words.next()) else {
            return Err(KeyFault::Malformed("it is not a type and its base64".to_owned()));
        };
        Self::from_words(name, base64)
    }

    /// Reads the two words of a line.
    pub(super) fn from_words(name: &str, base64: &str) -> Result<Self, KeyFault> {
        if Kind::named(name).is_none() {
            return Err(KeyFault::Kind(name.to_owned()));
        }
        let key = Self::from_bytes(&wire::from_base64(base64)?)?;
        if key.name() == name {
            Ok(key)
        } else {
            Err(KeyFault::Malformed(format!("its type is `{}`, not `{name}`", key.name())))
        }
    }

    /// Whether a word names a type of key that is known here.
    pub(super) fn is_type(word: &str) -> bool {
        Kind::named(word).is_some()
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The name of its type, that of a certificate if it is one.
    pub fn name(&self) -> String {
        if self.certificate.is_some() { self.kind.certificate_name() } else { self.kind.name().to_owned() }
    }

    /// `type base64`: a line for a `.pub` or an allowed-signers file, without a comment.
    pub fn line(&self) -> String {
        format!("{} {}", self.name(), wire::base64(&self.blob))
    }

    /// `SHA256:` and the digest in base64, as ssh-keygen shows it; a certificate's is that of its key.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", wire::base64_unpadded(&ssh_crypto::sha256(&self.plain)))
    }

    /// The wire form.
    pub fn as_bytes(&self) -> &[u8] {
        &self.blob
    }

    /// The wire form of the key without its certificate.
    pub fn plain(&self) -> &[u8] {
        &self.plain
    }

    /// What certifies it, if anything.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_deref()
    }
}

/// Reads the fields that make a plain key and returns their bytes.
fn fields(kind: Kind, reader: &mut Reader<'_>) -> Read<Vec<u8>> {
    let before = reader.clone();
    match kind {
        Kind::Ed25519 | Kind::SkEd25519 => ed25519(reader)?,
        Kind::Rsa => rsa(reader)?,
        _ => ecdsa(kind, reader)?,
    }
    if kind.is_token() {
        reader.text()?;
    }
    Ok(before.clone().take(before.left() - reader.left())?.to_vec())
}

fn ed25519(reader: &mut Reader<'_>) -> Read<()> {
    if reader.string()?.len() == 32 { Ok(()) } else { Err("an Ed25519 key has 32 bytes".into()) }
}

fn ecdsa(kind: Kind, reader: &mut Reader<'_>) -> Read<()> {
    let (name, size) = kind.curve().ok_or("it has no curve")?;
    if reader.string()? != name.as_bytes() {
        return Err("its curve is not the one of its type".into());
    }
    let point = reader.string()?;
    let uncompressed = point.len() == size && point[0] == 4;
    if uncompressed { Ok(()) } else { Err("its point is not an uncompressed point of its curve".into()) }
}

fn rsa(reader: &mut Reader<'_>) -> Read<()> {
    reader.number()?;
    let bits = bits(reader.number()?);
    if RSA_BITS.contains(&bits) {
        Ok(())
    } else {
        Err(Malformed(format!("an RSA key of {bits} bits is refused; OpenSSH takes 1024 to 16384")))
    }
}

/// How many bits a number has.
pub(super) fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

fn certificate(blob: &[u8], mut reader: Reader<'_>) -> Result<Certificate, KeyFault> {
    let serial = reader.u64()?;
    let for_user = match reader.u32()? {
        1 => true,
        2 => false,
        _ => return Err(KeyFault::Malformed("the certificate is neither a user's nor a host's".to_owned())),
    };
    let id = reader.text()?.to_owned();
    let principals = texts(reader.string()?)?;
    let (valid_after, valid_before) = (reader.u64()?, reader.u64()?);
    let critical = options(reader.string()?)?;
    options(reader.string()?)?;
    reader.string()?;
    let authority = authority(reader.string()?)?;
    let signed = &blob[..blob.len() - reader.left()];
    let signature = reader.string()?;
    reader.end()?;
    ssh_crypto::verify(&authority, signature, signed).map_err(|fault| match fault {
        Fault::Unsupported(_) => KeyFault::Unsupported(fault.to_string()),
        _ => KeyFault::Malformed(format!("the certificate's own signature: {fault}")),
    })?;
    Ok(Certificate { serial, for_user, id, principals, valid_after, valid_before, critical, authority })
}

fn authority(blob: &[u8]) -> Result<PublicKey, KeyFault> {
    let key = PublicKey::from_bytes(blob)?;
    if key.certificate.is_some() {
        return Err(KeyFault::Malformed("the certificate's authority is itself a certificate".to_owned()));
    }
    Ok(key)
}

fn texts(bytes: &[u8]) -> Read<Vec<String>> {
    let mut reader = Reader::new(bytes);
    let mut texts = Vec::new();
    while !reader.is_empty() {
        texts.push(reader.text()?.to_owned());
    }
    Ok(texts)
}

/// The names of options; each has a value after it.
fn options(bytes: &[u8]) -> Read<Vec<String>> {
    let mut reader = Reader::new(bytes);
    let mut names = Vec::new();
    while !reader.is_empty() {
        names.push(reader.text()?.to_owned());
        reader.string()?;
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some((kind, false)));
            assert_eq!(Kind::named(&kind.certificate_name()), Some((kind, true)));
        }
    }

    #[test]
    fn bits_are_counted_from_the_first_one() {
        assert_eq!((bits(&[]), bits(&[1]), bits(&[0x80, 0])), (0, 1, 16));
    }

    #[test]
    fn a_certificate_of_a_token_has_one_name() {
        assert_eq!(Kind::SkEd25519.certificate_name(), "sk-ssh-ed25519-cert-v01@openssh.com");
        assert_eq!(Kind::Ed25519.certificate_name(), "ssh-ed25519-cert-v01@openssh.com");
    }
}

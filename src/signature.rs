//! Who signed: signatures judged in process, without a network, an agent or another program.
//!
//! A signature is Good, Unknown or Bad, never a bool: what cannot be judged here is Unknown by name.

mod key;
mod krl;
mod object;
#[cfg(feature = "openpgp")]
mod openpgp;
#[cfg(not(feature = "openpgp"))]
#[path = "signature/without_openpgp.rs"]
mod openpgp;
mod private;
mod revoked;
mod seeded;
mod signers;
mod ssh;
mod ssh_crypto;
mod ssh_secret;
mod wire;

use std::fmt;

pub use key::{Certificate, KeyFault, Kind, PublicKey};
pub use object::{ObjectFormat, Signed, commit, tag};
pub use openpgp::{Keyring, Revocations};
pub use private::PrivateKey;
pub use revoked::Revoked;
pub use seeded::KeyPair;
pub use signers::{Entry, Patterns, Place, Problem, Signers, lines_that_count};
pub use ssh_crypto::Token;

use crate::failure::Failure;

/// What a signature turned out to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It holds, and a trusted key made it.
    Good(Signer),
    /// It may hold, but nothing here says that it may be trusted.
    Unknown {
        /// Why not.
        why: Doubt,
    },
    /// It does not hold, or its key was revoked.
    Bad {
        /// Why not.
        why: Flaw,
    },
}

impl Verdict {
    /// Who signed, if the signature is good.
    pub fn signer(&self) -> Option<&Signer> {
        match self {
            Self::Good(signer) => Some(signer),
            _ => None,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good(signer) => write!(f, "good, by {} with {}", signer.principals.join(", "), signer.key),
            Self::Unknown { why } => write!(f, "unknown: {why}"),
            Self::Bad { why } => write!(f, "bad: {why}"),
        }
    }
}

/// The maker of a good signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signer {
    /// `SHA256:` fingerprint of an SSH key, or the OpenPGP fingerprint of a primary key in upper-case hex.
    pub key: String,
    /// Who it is: the principal that was asked for, or every one that the trust names, as written there. A
    /// pattern stays a pattern.
    pub principals: Vec<String>,
    /// What certified the key.
    pub certificate: Option<Certified>,
    /// What the FIDO token said, if the key lives in one.
    pub token: Option<Token>,
}

/// The certificate behind a good signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Certified {
    /// The name that its authority gave it.
    pub id: String,
    /// The number that its authority gave it; 0 means none.
    pub serial: u64,
    /// Fingerprint of the authority's key.
    pub authority: String,
}

/// Why a signature is not known to be good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Doubt {
    /// No line lists its key.
    NotListed {
        /// The key's fingerprint.
        key: String,
    },
    /// A line lists its key, not for this principal.
    Principal(String),
    /// A line lists its key, not for this namespace.
    Namespace(String),
    /// A line lists its key, for another time.
    Window,
    /// A line lists its certificate's authority, but the certificate does not allow it.
    Certificate(String),
    /// Its key or the signature itself had expired.
    Expired(String),
    /// It cannot be judged here, by name.
    Unsupported(String),
    /// The list of revoked keys cannot be read.
    Revocation(String),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotListed { key } => write!(f, "no trusted line lists its key {key}"),
            Self::Principal(principal) => write!(f, "its key is not listed for `{principal}`"),
            Self::Namespace(namespace) => write!(f, "its key is not listed for namespace `{namespace}`"),
            Self::Window => f.write_str("its key is not listed for that time"),
            Self::Certificate(what) => write!(f, "its certificate {what}"),
            Self::Expired(what) => f.write_str(what),
            Self::Unsupported(what) => write!(f, "{what}; not judged in process"),
            Self::Revocation(what) => write!(f, "the list of revoked keys cannot be read: {what}"),
        }
    }
}

/// Why a signature is bad.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// It does not fit the message and the key.
    Mismatch,
    /// It is not a signature in its canonical form.
    Malformed(String),
    /// It was made for another namespace.
    Namespace(String),
    /// It uses an algorithm that is refused.
    Weak(String),
    /// Its key was revoked.
    Revoked(String),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mismatch => f.write_str("it does not fit what was signed"),
            Self::Malformed(what) => write!(f, "it is malformed: {what}"),
            Self::Namespace(namespace) => write!(f, "it was made for namespace `{namespace}`"),
            Self::Weak(what) => write!(f, "it is refused: {what}"),
            Self::Revoked(what) => write!(f, "its key was revoked: {what}"),
        }
    }
}

/// Why a signature is not good.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Fault {
    Doubt(Doubt),
    Flaw(Flaw),
}

impl From<Doubt> for Fault {
    fn from(doubt: Doubt) -> Self {
        Self::Doubt(doubt)
    }
}

impl From<Flaw> for Fault {
    fn from(flaw: Flaw) -> Self {
        Self::Flaw(flaw)
    }
}

impl From<Result<Signer, Fault>> for Verdict {
    fn from(judged: Result<Signer, Fault>) -> Self {
        match judged {
            Ok(signer) => Self::Good(signer),
            Err(Fault::Doubt(why)) => Self::Unknown { why },
            Err(Fault::Flaw(why)) => Self::Bad { why },
        }
    }
}

/// What is trusted, read once and asked often.
#[derive(Clone, Default, Debug)]
pub struct Trust {
    /// Who may sign with SSH keys.
    pub signers: Signers,
    /// Keys and certificates that no longer count.
    pub revoked: Revoked,
    /// Who may sign with OpenPGP keys.
    pub openpgp: Keyring,
}

/// A form of signature, told by its first line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// SSHSIG.
    Ssh,
    /// OpenPGP.
    OpenPgp,
    /// CMS with an X.509 certificate.
    X509,
}

impl Form {
    /// The form of some bytes, as Git tells it.
    pub fn of(signature: &[u8]) -> Option<Self> {
        let begins = |with: &str| signature.starts_with(with.as_bytes());
        match () {
            () if begins("SSHSIG") || begins("-----BEGIN SSH SIGNATURE-----") => Some(Self::Ssh),
            () if begins("-----BEGIN PGP SIGNATURE-----") || begins("-----BEGIN PGP MESSAGE-----") => {
                Some(Self::OpenPgp)
            }
            () if begins("-----BEGIN SIGNED MESSAGE-----") => Some(Self::X509),
            () => None,
        }
    }
}

/// Judges a signature file over a message at a time, Unix seconds.
///
/// With a principal, an SSH signature is good if that principal may have made it, as `ssh-keygen -Y verify` judges
/// it. Without one, its principals are looked up as Git does it: those of the first line that lists the key, each
/// then judged. The file is read strictly: its bytes must be the canonical ones. An OpenPGP signature is judged in the
/// namespace `git` only, as it carries none.
pub fn verify(
    message: &[u8],
    signature: &[u8],
    namespace: &str,
    trust: &Trust,
    at: i64,
    principal: Option<&str>,
) -> Verdict {
    let question = Question { message, namespace, at, principal };
    match Form::of(signature) {
        Some(Form::Ssh) => ssh::read(signature).and_then(|signature| ssh::judge(&question, &signature, trust)).into(),
        form => other(form, &question, signature, trust),
    }
}

/// Judges the signature of a Git commit or tag, at the time that the caller takes it to have been made.
///
/// As [`verify`] in the namespace `git`; the armor of an SSH signature may be wrapped in any way.
pub fn verify_object(signed: &Signed, trust: &Trust, at: i64, principal: Option<&str>) -> Verdict {
    let question = Question { message: &signed.payload, namespace: "git", at, principal };
    match Form::of(&signed.signature) {
        Some(Form::Ssh) => {
            ssh::read_loosely(&signed.signature).and_then(|signature| ssh::judge(&question, &signature, trust)).into()
        }
        form => other(form, &question, &signed.signature, trust),
    }
}

fn other(form: Option<Form>, question: &Question<'_>, signature: &[u8], trust: &Trust) -> Verdict {
    match form {
        Some(Form::OpenPgp) => openpgp::judge(question, signature, &trust.openpgp, &trust.revoked).into(),
        Some(_) => Verdict::Unknown { why: Doubt::Unsupported("X.509 signature".to_owned()) },
        None => Verdict::Bad { why: Flaw::Malformed("it is no signature of a known form".to_owned()) },
    }
}

/// The principals of an SSH signature's key at a time, as `ssh-keygen -Y find-principals` lists them: those of the
/// first line that lists the key, whatever its namespaces. Says nothing about the signature itself.
pub fn find_principals(signature: &[u8], trust: &Trust, at: i64) -> Vec<String> {
    ssh::read(signature).map_or_else(|_| Vec::new(), |signature| signature.principals(trust, at))
}

/// Signs a message with an OpenSSH private key that has no passphrase; the result is an armored SSHSIG.
pub fn sign(message: &[u8], private_key: &[u8], namespace: &str) -> Result<String, Failure> {
    ssh::sign(message, private_key, namespace)
}

/// Judges 64 bytes that an Ed25519 key made of a message without the form of an SSHSIG, by the line that lists the key
/// of this fingerprint. They carry no namespace: the line must allow the one of the question.
pub fn verify_bare(
    message: &[u8],
    signature: &[u8],
    fingerprint: &str,
    namespace: &str,
    trust: &Trust,
    at: i64,
) -> Verdict {
    let question = Question { message, namespace, at, principal: None };
    ssh::judge_bare(&question, signature, fingerprint, trust).into()
}

/// Whether a signature file holds over a message and was made by this key, whoever has it.
pub fn is_by(key: &PublicKey, message: &[u8], signature: &[u8], namespace: &str) -> bool {
    let question = Question { message, namespace, at: 0, principal: None };
    ssh::read(signature).is_ok_and(|signature| signature.key() == key && signature.holds(&question).is_ok())
}

/// What is asked about a signature.
struct Question<'a> {
    message: &'a [u8],
    namespace: &'a str,
    at: i64,
    principal: Option<&'a str>,
}

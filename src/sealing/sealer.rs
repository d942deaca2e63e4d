//! One key that signs: read here, or held by an agent, a token or a passphrase that `ssh-keygen` knows how to ask for.

use std::fmt;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use crate::failure::{Cause, Failure};
use crate::program::{Folder, Tool};
use crate::signature::{self, PrivateKey, PublicKey};
use crate::statement::Signs;

/// The most that is read of a key file, in bytes.
const LARGEST_KEY: u64 = 1 << 16;

/// How long a person may take to find the token and its PIN.
const PATIENCE: Duration = Duration::from_secs(180);

/// What is signed, in the folder of `ssh-keygen`, and where it puts the signature.
const MESSAGE: &str = "message";
const SIGNATURE: &str = "message.sig";

/// A key that signs.
#[derive(Debug)]
pub struct Sealer {
    public: PublicKey,
    by: By,
}

#[derive(Debug)]
enum By {
    Key(Box<PrivateKey>),
    Program { key: String, ssh_keygen: Tool },
}

impl fmt::Display for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.public.fingerprint())
    }
}

impl Sealer {
    /// Opens a key: an OpenSSH private key without a passphrase signs here; a public key whose private half an agent or
    /// a token has, and a private key with a passphrase, sign by `ssh-keygen`.
    pub fn open(key: &Path, ssh_keygen: &Tool) -> Result<Self, Failure> {
        let bytes = bytes_of(key)?;
        match PrivateKey::read(&bytes) {
            Some(private) if private.is_open() => {
                Ok(Self { public: private.public().clone(), by: By::Key(Box::new(private)) })
            }
            Some(private) => Self::by_program(private.public().clone(), key, ssh_keygen),
            None => Self::by_program(public_of(key, &bytes)?, key, ssh_keygen),
        }
    }

    fn by_program(public: PublicKey, key: &Path, ssh_keygen: &Tool) -> Result<Self, Failure> {
        let path = std::path::absolute(key).map_err(|error| Failure::io("find", key, &error))?;
        let not_text = || Failure::new(Cause::Usage, format!("the path of {} is not text", key.display()));
        let key = path.to_str().ok_or_else(not_text)?.to_owned();
        Ok(Self { public, by: By::Program { key, ssh_keygen: ssh_keygen.clone().within(PATIENCE) } })
    }

    /// The key whose signatures these are.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// An armored SSHSIG over a message, which holds and is by this key.
    pub fn sign(&self, message: &[u8], namespace: &str) -> Result<String, Failure> {
        let (key, ssh_keygen) = match &self.by {
            By::Key(key) => return key.sign(message, namespace),
            By::Program { key, ssh_keygen } => (key, ssh_keygen),
        };
        let signature = asked(message, namespace, key, ssh_keygen)?;
        if !signature::is_by(&self.public, message, &signature, namespace) {
            return Err(failed(key, "what it made does not hold, or is by another key"));
        }
        String::from_utf8(signature).map_err(|_| failed(key, "what it made is not armored"))
    }

    /// The 64 bytes of a plain Ed25519 signature, if the key is one that signs here.
    pub fn raw(&self, message: &[u8]) -> Option<Vec<u8>> {
        match &self.by {
            By::Key(key) => key.sign_bare(message),
            By::Program { .. } => None,
        }
    }
}

impl Signs for Sealer {
    fn public(&self) -> &PublicKey {
        self.public()
    }

    fn sign(&self, message: &[u8], namespace: &str) -> Result<String, Failure> {
        self.sign(message, namespace)
    }

    fn raw(&self, message: &[u8]) -> Option<Vec<u8>> {
        self.raw(message)
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: std::io::Error| Failure::io("read", path, &error);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(LARGEST_KEY).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The public key that a file holds, or the one beside a private key in a form that only `ssh-keygen` reads.
fn public_of(path: &Path, bytes: &[u8]) -> Result<PublicKey, Failure> {
    let line = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).ok()?;
        PublicKey::from_line(text.lines().next()?).ok()
    };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".pub");
    let is_private = String::from_utf8_lossy(bytes).contains("PRIVATE KEY-----");
    let found = line(bytes)
        .or_else(|| is_private.then(|| std::fs::read(&beside).ok().and_then(|bytes| line(&bytes))).flatten());
    found.ok_or_else(|| {
        let what = if is_private {
            format!("the public key of {} is not known: put it beside it as {}", path.display(), beside.display())
        } else {
            format!("{} is no key: give an OpenSSH private key, or the public key of one in an agent", path.display())
        };
        Failure::new(Cause::Usage, what)
    })
}

/// What `ssh-keygen` signs. It may ask for a passphrase, a PIN or a touch at the terminal, and says there what is wrong.
fn asked(message: &[u8], namespace: &str, key: &str, ssh_keygen: &Tool) -> Result<Vec<u8>, Failure> {
    let of_folder = |error: std::io::Error| failed(key, &format!("the folder for temporary files: {error}"));
    let folder = Folder::new().map_err(of_folder)?;
    folder.write(MESSAGE, message).map_err(of_folder)?;
    let arguments = ["-q", "-Y", "sign", "-f", key, "-n", namespace, MESSAGE];
    let ran = ssh_keygen.attended(&arguments, &folder).map_err(|trouble| failed(key, &trouble.to_string()))?;
    match ran.code {
        Some(0) => folder.read(SIGNATURE).map_err(|_| failed(key, "ssh-keygen wrote no signature")),
        _ => Err(failed(key, "ssh-keygen made no signature; an agent or a token must have the key at hand")),
    }
}

fn failed(key: &str, why: &str) -> Failure {
    Failure::new(Cause::Helper, format!("cannot sign with {key}: {why}"))
}

//! SSHSIG, the signature files of OpenSSH (PROTOCOL.sshsig).

use super::key::{Certificate, KeyFault, Kind, PublicKey};
use super::signers::Entry;
use super::ssh_crypto::{self, Token};
use super::ssh_secret::Secret;
use super::wire::{self, Malformed, Read, Reader, Writer};
use super::{Certified, Doubt, Fault, Flaw, Question, Signer, Trust};
use crate::failure::{Cause, Failure};

const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;
const HEADER: &str = "-----BEGIN SSH SIGNATURE-----";
const FOOTER: &str = "-----END SSH SIGNATURE-----";
/// How many characters of base64 a line of the armor has.
const WIDTH: usize = 70;
/// Critical options of certificates that speak of logging in, not of signing.
const OF_LOGINS: [&str; 2] = ["force-command", "source-address"];
/// The critical option that asks for a PIN or a fingerprint at the token.
const VERIFY_REQUIRED: &str = "verify-required";

/// A signature as it is written.
pub(super) struct SshSig {
    key: PublicKey,
    namespace: String,
    hash: String,
    signature: Vec<u8>,
}

/// Reads a signature file, armored or not, whose bytes must be the canonical ones.
pub(super) fn read(bytes: &[u8]) -> Result<SshSig, Fault> {
    if bytes.starts_with(MAGIC) {
        return parse(bytes);
    }
    let blob = dearmor(bytes).map_err(malformed)?;
    if armor(&blob).as_bytes() == bytes {
        parse(&blob)
    } else {
        Err(malformed("its armor is not wrapped as OpenSSH wraps it".into()))
    }
}

/// Reads a signature whose armor may be wrapped in any way.
pub(super) fn read_loosely(bytes: &[u8]) -> Result<SshSig, Fault> {
    parse(&dearmor(bytes).map_err(malformed)?)
}

fn malformed(malformed: Malformed) -> Fault {
    Flaw::Malformed(malformed.0).into()
}

/// What the armor holds; white space inside it and after it does not matter.
fn dearmor(bytes: &[u8]) -> Read<Vec<u8>> {
    let text = std::str::from_utf8(bytes).map_err(|_| "its armor is not text")?;
    let body = text.strip_prefix(HEADER).ok_or("its armor has no first line")?;
    let (body, after) = body.split_once(FOOTER).ok_or("its armor has no last line")?;
    if !after.trim_ascii().is_empty() {
        return Err("text follows its armor".into());
    }
    wire::from_base64(&body.split_ascii_whitespace().collect::<String>())
}

fn armor(blob: &[u8]) -> String {
    let base64 = wire::base64(blob);
    let mut lines = vec![HEADER];
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(WIDTH));
        lines.push(line);
        rest = after;
    }
    lines.push(FOOTER);
    lines.join("\n") + "\n"
}

fn parse(blob: &[u8]) -> Result<SshSig, Fault> {
    let (key, mut reader) = open(blob).map_err(malformed)?;
    let key = PublicKey::from_bytes(key).map_err(|fault| match fault {
        KeyFault::Malformed(what) => Fault::from(Flaw::Malformed(what)),
        KeyFault::Kind(name) => Doubt::Unsupported(format!("a signature by a key of type `{name}`")).into(),
        KeyFault::Unsupported(what) => Doubt::Unsupported(format!("a certificate whose signature is: {what}")).into(),
    })?;
    rest(key, &mut reader).and_then(|signature| reader.end().map(|()| signature)).map_err(malformed)
}

fn open(blob: &[u8]) -> Read<(&[u8], Reader<'_>)> {
    let mut reader = Reader::new(blob);
    if reader.take(MAGIC.len())? != MAGIC {
        return Err("its blob is no SSHSIG".into());
    }
    match reader.u32()? {
        VERSION => Ok((reader.string()?, reader)),
        other => Err(Malformed(format!("version {other} of SSHSIG is not known"))),
    }
}

fn rest(key: PublicKey, reader: &mut Reader<'_>) -> Read<SshSig> {
    let namespace = reader.text()?.to_owned();
    if namespace.is_empty() {
        return Err("it has no namespace".into());
    }
    // These bytes are not signed, so whatever stood here could be changed.
    if !reader.string()?.is_empty() {
        return Err("its reserved bytes are not empty".into());
    }
    let hash = reader.text()?.to_owned();
    Ok(SshSig { key, namespace, hash, signature: reader.string()?.to_vec() })
}

/// What the key signs.
fn signed(namespace: &str, hash: &str, digest: &[u8]) -> Vec<u8> {
    Writer::default().raw(MAGIC).string(namespace.as_bytes()).string(&[]).string(hash.as_bytes()).string(digest).0
}

/// Whether the signature holds, its key was not revoked and a line lists it.
pub(super) fn judge(question: &Question<'_>, signature: &SshSig, trust: &Trust) -> Result<Signer, Fault> {
    let token = signature.holds(question)?;
    by_whom(question, signature, trust, token)
}

/// Who made a signature that holds, if its key was not revoked and a line lists it.
fn by_whom(question: &Question<'_>, signature: &SshSig, trust: &Trust, token: Option<Token>) -> Result<Signer, Fault> {
    trust.revoked.check(&signature.key)?;
    let candidates = match question.principal {
        Some(principal) => vec![principal.to_owned()],
        None => signature.principals(trust, question.at),
    };
    let found = |principal: &String| signature.listed(principal, question, trust, token);
    let answers: Vec<_> = candidates.iter().map(|principal| (principal, found(principal))).collect();
    let good = |(principal, answer): &(&String, Result<(), Doubt>)| answer.is_ok().then(|| (*principal).clone());
    let principals: Vec<String> = answers.iter().filter_map(good).collect();
    if !principals.is_empty() {
        return Ok(signature.signer(principals, token));
    }
    let doubt = answers.into_iter().find_map(|(_, answer)| answer.err());
    Err(doubt.unwrap_or_else(|| signature.unlisted(question, trust)).into())
}

impl SshSig {
    pub(super) fn holds(&self, question: &Question<'_>) -> Result<Option<Token>, Fault> {
        if self.namespace != question.namespace {
            return Err(Flaw::Namespace(self.namespace.clone()).into());
        }
        let digest = ssh_crypto::digest(&self.hash, question.message)
            .ok_or_else(|| Flaw::Weak(format!("hash `{}` is not one of sha256 and sha512", self.hash)))?;
        let message = signed(&self.namespace, &self.hash, &digest);
        ssh_crypto::verify(&self.key, &self.signature, &message).map_err(|fault| match fault {
            ssh_crypto::Fault::Mismatch => Flaw::Mismatch.into(),
            ssh_crypto::Fault::Malformed(what) => Flaw::Malformed(what).into(),
            ssh_crypto::Fault::Weak(what) => Flaw::Weak(what).into(),
            ssh_crypto::Fault::Unsupported(what) => Doubt::Unsupported(what).into(),
        })
    }

    fn signer(&self, principals: Vec<String>, token: Option<Token>) -> Signer {
        let certified = |certificate: &Certificate| Certified {
            id: certificate.id.clone(),
            serial: certificate.serial,
            authority: certificate.authority.fingerprint(),
        };
        Signer { key: self.key.fingerprint(), principals, certificate: self.key.certificate().map(certified), token }
    }

    /// The certificate, if it is its authority that the line lists; an error if the line lists neither.
    fn listed_by(&self, entry: &Entry) -> Result<Option<&Certificate>, ()> {
        match self.key.certificate() {
            Some(certificate) if entry.authority => {
                if certificate.authority == entry.key {
                    Ok(Some(certificate))
                } else {
                    Err(())
                }
            }
            _ if !entry.authority && entry.key == self.key => Ok(None),
            _ => Err(()),
        }
    }

    /// The key that it says made it.
    pub(super) fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The principals of the first line that lists the key at that time.
    pub(super) fn principals(&self, trust: &Trust, at: i64) -> Vec<String> {
        trust.signers.entries.iter().find_map(|entry| self.principals_of(entry, at)).unwrap_or_default()
    }

    fn principals_of(&self, entry: &Entry, at: i64) -> Option<Vec<String>> {
        let certificate = self.listed_by(entry).ok()?;
        let patterns = entry.principals.parts().take_while(|part| !part.is_empty());
        let principals: Vec<String> = match certificate {
            None => patterns.map(str::to_owned).collect(),
            Some(certificate) => {
                valid(certificate, at).ok()?;
                let of =
                    |pattern| certificate.principals.iter().filter(move |name| super::signers::glob(pattern, name));
                patterns.flat_map(of).cloned().collect()
            }
        };
        (entry.covers(at) && (certificate.is_none() || !principals.is_empty())).then_some(principals)
    }

    /// Whether some line lists the key for a principal; of several lines, the first good one counts.
    fn listed(
        &self,
        principal: &str,
        question: &Question<'_>,
        trust: &Trust,
        token: Option<Token>,
    ) -> Result<(), Doubt> {
        let mut doubt = None;
        for entry in trust.signers.entries.iter().filter(|entry| entry.principals.matches(principal)) {
            let Ok(certificate) = self.listed_by(entry) else { continue };
            match allows(entry, certificate, principal, question, token) {
                Ok(()) => return Ok(()),
                Err(first) => doubt = doubt.or(Some(first)),
            }
        }
        Err(doubt.unwrap_or_else(|| self.not_listed_for(principal, trust)))
    }

    fn not_listed_for(&self, principal: &str, trust: &Trust) -> Doubt {
        if trust.signers.entries.iter().any(|entry| self.listed_by(entry).is_ok()) {
            Doubt::Principal(principal.to_owned())
        } else {
            Doubt::NotListed { key: self.key.fingerprint() }
        }
    }

    /// Why no line gave a principal.
    fn unlisted(&self, question: &Question<'_>, trust: &Trust) -> Doubt {
        let listed = trust.signers.entries.iter().find_map(|entry| self.listed_by(entry).ok());
        let because = |certificate: &Certificate| match valid(certificate, question.at) {
            Err(why) => Doubt::Certificate(why),
            Ok(()) => Doubt::Certificate("names no principal that the line allows".to_owned()),
        };
        match listed {
            None => Doubt::NotListed { key: self.key.fingerprint() },
            Some(None) => Doubt::Window,
            Some(Some(certificate)) => because(certificate),
        }
    }
}

/// Whether a line that lists the key allows this use of it.
fn allows(
    entry: &Entry,
    certificate: Option<&Certificate>,
    principal: &str,
    question: &Question<'_>,
    token: Option<Token>,
) -> Result<(), Doubt> {
    if let Some(certificate) = certificate {
        valid(certificate, question.at).map_err(Doubt::Certificate)?;
        authorizes(certificate, principal, token).map_err(Doubt::Certificate)?;
    }
    let namespaces = entry.namespaces.as_ref();
    if namespaces.is_some_and(|namespaces| !namespaces.matches(question.namespace)) {
        return Err(Doubt::Namespace(question.namespace.to_owned()));
    }
    if entry.covers(question.at) { Ok(()) } else { Err(Doubt::Window) }
}

/// Whether a certificate is one of a user, for somebody, at that time.
fn valid(certificate: &Certificate, at: i64) -> Result<(), String> {
    let at = u64::try_from(at).map_err(|_| "is not judged before 1970")?;
    match certificate {
        Certificate { for_user: false, .. } => Err("is that of a host".to_owned()),
        Certificate { valid_after, .. } if at < *valid_after => Err("was not yet valid".to_owned()),
        Certificate { valid_before, .. } if at >= *valid_before => Err("had expired".to_owned()),
        Certificate { principals, .. } if principals.is_empty() => Err("names no principal".to_owned()),
        _ => Ok(()),
    }
}

fn authorizes(certificate: &Certificate, principal: &str, token: Option<Token>) -> Result<(), String> {
    if !certificate.principals.iter().any(|name| name == principal) {
        return Err(format!("does not name `{principal}`"));
    }
    for option in certificate.critical.iter().filter(|option| !OF_LOGINS.contains(&option.as_str())) {
        if option != VERIFY_REQUIRED {
            return Err(format!("has the critical option `{option}`, which is not known"));
        }
        if !token.is_some_and(|token| token.verified) {
            return Err("asks for a PIN or a fingerprint at the token, and none was given".to_owned());
        }
    }
    Ok(())
}

/// Judges the bare signature of an Ed25519 key that a line lists, as if it said this namespace.
pub(super) fn judge_bare(
    question: &Question<'_>,
    signature: &[u8],
    fingerprint: &str,
    trust: &Trust,
) -> Result<Signer, Fault> {
    let is_it = |entry: &&Entry| entry.key.kind() == Kind::Ed25519 && entry.key.fingerprint() == fingerprint;
    let entry = trust.signers.entries.iter().filter(|entry| !entry.authority).find(is_it);
    let entry = entry.ok_or_else(|| Doubt::NotListed { key: fingerprint.to_owned() })?;
    let signature = Writer::default().string(Kind::Ed25519.name().as_bytes()).string(signature).0;
    ssh_crypto::verify(&entry.key, &signature, question.message).map_err(|_| Flaw::Mismatch)?;
    let (namespace, hash) = (question.namespace.to_owned(), String::new());
    by_whom(question, &SshSig { key: entry.key.clone(), namespace, hash, signature }, trust, None)
}

fn refused(why: &str) -> Failure {
    Failure::new(Cause::Usage, format!("cannot sign with this key: {why}"))
}

/// Signs a message and makes sure that the signature holds.
pub(super) fn sign(message: &[u8], private_key: &[u8], namespace: &str) -> Result<String, Failure> {
    sign_with(message, &Secret::read(private_key).map_err(refused)?, namespace)
}

/// The same with a key that was read.
pub(super) fn sign_with(message: &[u8], secret: &Secret, namespace: &str) -> Result<String, Failure> {
    let failure = refused;
    if namespace.is_empty() || namespace.contains('\0') {
        return Err(failure("a namespace is text, and not empty"));
    }
    let public = secret.public().map_err(failure)?;
    let hash = "sha512";
    let digest = ssh_crypto::digest(hash, message).expect("a digest that is known by name");
    let signature = secret.sign(&signed(namespace, hash, &digest)).map_err(failure)?;
    let fields = [&public[..], namespace.as_bytes(), &[], hash.as_bytes(), &signature];
    let blob = fields.iter().fold(Writer::default().raw(MAGIC).u32(VERSION), |writer, field| writer.string(field)).0;
    let question = Question { message, namespace, at: 0, principal: None };
    match parse(&blob).and_then(|written| written.holds(&question)) {
        Ok(_) => Ok(armor(&blob)),
        Err(_) => Err(failure("its two halves do not fit each other")),
    }
}

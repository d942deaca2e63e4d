//! Typed claims about a bundle: in-toto statements whose subject is the list of digests, each in a DSSE envelope on a
//! line of its own.
//!
//! There are three, always and in this order: what the bundle says of the assessment, what `check` found, and what was
//! verified of the history. All that they claim follows from the manifest, so a statement can be told from a forged, a
//! replayed or an older one by writing it again.

mod envelope;
mod page;
mod predicate;

use crate::failure::{Cause, Failure};
use crate::manifest::Manifest;
use crate::signature::{PublicKey, Signer, Trust};
use crate::timestamp;
use envelope::Envelope;
pub use page::page;
pub use predicate::{ASSESSMENT, CHECK, HISTORY, PREDICATES, VERIFIED};

/// Something that signs with one key.
pub trait Signs {
    /// The key whose signatures these are.
    fn public(&self) -> &PublicKey;
    /// An armored SSHSIG over a message.
    fn sign(&self, message: &[u8], namespace: &str) -> Result<String, Failure>;
    /// The 64 bytes of a plain Ed25519 signature, if it can make one.
    fn raw(&self, message: &[u8]) -> Option<Vec<u8>>;
}

/// What a statement turned out to be worth.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What kind of claim stands, or is to stand, on this line.
    pub predicate_type: String,
    /// Who signed it first, or why it does not hold.
    pub verdict: Result<Signer, String>,
    /// Who signed it besides.
    pub others: Vec<Signer>,
}

/// The statements about a bundle, signed by each of the keys: a line each, [`PREDICATES`] in their order. Empty where
/// there is no key.
pub fn envelopes<S: Signs>(sums: &[u8], manifest: &Manifest, keys: &[S], at: i64) -> Result<Vec<u8>, Failure> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let time = timestamp::rfc3339(at);
    let payloads = PREDICATES.map(|kind| predicate::statement(kind, sums, manifest, &time));
    written(payloads.into_iter().map(Envelope::of), keys)
}

/// The same statements with the signatures of more keys. Who signs claims what they claim, so they must claim what the
/// manifest says; a key that signed already signs no second time.
pub fn countersigned<S: Signs>(lines: &[u8], sums: &[u8], manifest: &Manifest, keys: &[S]) -> Result<Vec<u8>, Failure> {
    let wrong = |why| Failure::new(Cause::Usage, format!("the statements cannot be signed: {why}"));
    let envelopes = claimed(lines, sums, manifest).map_err(wrong)?;
    let signed = |key: &S| envelopes.iter().any(|envelope| envelope.is_signed_by(&key.public().fingerprint()));
    if let Some(key) = keys.iter().find(|key| signed(key)) {
        return Err(wrong(format!("{} has signed them already", key.public().fingerprint())));
    }
    written(envelopes.into_iter(), keys)
}

/// The statements, if they are those of this bundle, whoever signed them.
fn claimed(lines: &[u8], sums: &[u8], manifest: &Manifest) -> Result<Vec<Envelope>, String> {
    let envelopes: Vec<Envelope> = split(lines)?.map(Envelope::read).collect::<Result<_, _>>()?;
    if envelopes.len() != PREDICATES.len() {
        return Err(format!("there are {}, and three are wanted", envelopes.len()));
    }
    for (kind, envelope) in PREDICATES.iter().zip(&envelopes) {
        predicate::check(kind, &envelope.statement, sums, manifest)?;
    }
    Ok(envelopes)
}

fn written<S: Signs>(envelopes: impl Iterator<Item = Envelope>, keys: &[S]) -> Result<Vec<u8>, Failure> {
    let mut lines = Vec::new();
    for mut envelope in envelopes {
        for key in keys {
            envelope.sign(key)?;
        }
        lines.extend(envelope.line());
    }
    Ok(lines)
}

/// The lines without their ends; each ends in a line feed.
fn split(lines: &[u8]) -> Result<impl Iterator<Item = &[u8]>, String> {
    let body = lines.strip_suffix(b"\n").ok_or("they do not end in a line feed")?;
    Ok(body.split(|byte| *byte == b'\n'))
}

/// Judges every line: its form to the byte, its subject, that it claims what the manifest says and nothing else, and
/// that each of its signatures is good by this trust at this time.
///
/// A line that is missing, stands twice, stands elsewhere or comes after the last one does not hold, nor does one whose
/// signers are others than those of the first: nothing else would notice what was taken away.
pub fn judge(lines: &[u8], sums: &[u8], manifest: &Manifest, trust: &Trust, at: i64) -> Vec<Judged> {
    let found: Vec<&[u8]> = match split(lines) {
        Ok(found) => found.collect(),
        Err(why) => return PREDICATES.map(|kind| judged(kind, Err(why.clone()))).into(),
    };
    let first = found.first().and_then(|line| Envelope::read(line).ok());
    let signers = first.map(|envelope| envelope.keys()).unwrap_or_default();
    let of_line = |place: usize| -> Result<Vec<Signer>, String> {
        let kind = PREDICATES.get(place).ok_or("no statement belongs here: there are three")?;
        let envelope = Envelope::read(found.get(place).ok_or("it is missing")?)?;
        predicate::check(kind, &envelope.statement, sums, manifest)?;
        if envelope.keys() != signers {
            return Err("it is signed by others than the first statement".to_owned());
        }
        envelope.signers(trust, at)
    };
    let places = 0..found.len().max(PREDICATES.len());
    places.map(|place| judged(PREDICATES.get(place).copied().unwrap_or_default(), of_line(place))).collect()
}

fn judged(kind: &str, signers: Result<Vec<Signer>, String>) -> Judged {
    let (verdict, others) = match signers {
        Ok(mut signers) => {
            let others = signers.split_off(signers.len().min(1));
            (signers.pop().ok_or("nobody signed it".to_owned()), others)
        }
        Err(why) => (Err(why), Vec::new()),
    };
    Judged { predicate_type: kind.to_owned(), verdict, others }
}

//! DSSE: what is signed of a statement, and the one form in which it is written.

use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Serialize};

use super::Signs;
use crate::failure::Failure;
use crate::manifest::STATEMENT_NAMESPACE;
use crate::signature::{self, Signer, Trust, Verdict};

/// What the payload of an envelope is.
pub(super) const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// Bytes of an Ed25519 signature.
const BARE: usize = 64;

/// A statement and who signed it.
pub(super) struct Envelope {
    pub(super) statement: Vec<u8>,
    signatures: Vec<Signature>,
}

struct Signature {
    key: String,
    bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Written {
    payload_type: String,
    payload: String,
    signatures: Vec<WrittenSignature>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSignature {
    keyid: String,
    sig: String,
}

/// The bytes that a signature of an envelope is over: type and payload, each with its length before it.
pub(super) fn signed(payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

impl Envelope {
    pub(super) fn of(statement: Vec<u8>) -> Self {
        Self { statement, signatures: Vec::new() }
    }

    /// Reads a line that [`Envelope::line`] wrote, and no other form of it.
    pub(super) fn read(line: &[u8]) -> Result<Self, String> {
        let written: Written =
            serde_json::from_slice(line).map_err(|error| format!("it is no DSSE envelope: {error}"))?;
        if written.payload_type != PAYLOAD_TYPE {
            return Err(format!("its payload is of type `{}`, not `{PAYLOAD_TYPE}`", written.payload_type));
        }
        let statement = from_base64(&written.payload)?;
        let of = |WrittenSignature { keyid, sig }| Ok(Signature { key: keyid, bytes: from_base64(&sig)? });
        let signatures = written.signatures.into_iter().map(of).collect::<Result<Vec<_>, String>>()?;
        let envelope = Self { statement, signatures };
        let is_ours = envelope.line().strip_suffix(b"\n") == Some(line);
        if is_ours { Ok(envelope) } else { Err("it is not written in the one form of an envelope".to_owned()) }
    }

    pub(super) fn line(&self) -> Vec<u8> {
        let of = |Signature { key, bytes }: &Signature| WrittenSignature {
            keyid: key.clone(),
            sig: Base64::encode_string(bytes),
        };
        let written = Written {
            payload_type: PAYLOAD_TYPE.to_owned(),
            payload: Base64::encode_string(&self.statement),
            signatures: self.signatures.iter().map(of).collect(),
        };
        let mut line = serde_json::to_vec(&written).expect("an envelope is plain data");
        line.push(b'\n');
        line
    }

    /// The keys that are said to have signed it.
    pub(super) fn keys(&self) -> Vec<String> {
        self.signatures.iter().map(|signature| signature.key.clone()).collect()
    }

    pub(super) fn is_signed_by(&self, key: &str) -> bool {
        self.signatures.iter().any(|signature| signature.key == key)
    }

    pub(super) fn sign<S: Signs>(&mut self, key: &S) -> Result<(), Failure> {
        let message = signed(&self.statement);
        let bytes = match key.raw(&message) {
            Some(bytes) => bytes,
            None => key.sign(&message, STATEMENT_NAMESPACE)?.into_bytes(),
        };
        self.signatures.push(Signature { key: key.public().fingerprint(), bytes });
        Ok(())
    }

    /// Who signed it, if every signature is good.
    pub(super) fn signers(&self, trust: &Trust, at: i64) -> Result<Vec<Signer>, String> {
        let message = signed(&self.statement);
        let mut signers: Vec<Signer> = Vec::new();
        for signature in &self.signatures {
            let signer = signature.signer(&message, trust, at)?;
            if signers.iter().any(|known| known.key == signer.key) {
                return Err(format!("{} signed it twice", signer.key));
            }
            signers.push(signer);
        }
        Ok(signers)
    }
}

impl Signature {
    fn signer(&self, message: &[u8], trust: &Trust, at: i64) -> Result<Signer, String> {
        let verdict = if self.bytes.len() == BARE {
            signature::verify_bare(message, &self.bytes, &self.key, STATEMENT_NAMESPACE, trust, at)
        } else {
            signature::verify(message, &self.bytes, STATEMENT_NAMESPACE, trust, at, None)
        };
        match verdict {
            Verdict::Good(signer) if signer.key == self.key => Ok(signer),
            Verdict::Good(signer) => Err(format!("it names the key {}, and {} signed it", self.key, signer.key)),
            other => Err(format!("its signature by {} is {other}", crate::words::printable(&self.key))),
        }
    }
}

fn from_base64(text: &str) -> Result<Vec<u8>, String> {
    Base64::decode_vec(text).map_err(|_| "a part of it is not canonical base64".to_owned())
}

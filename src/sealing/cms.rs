//! Detached CMS signatures of a government PKI, made and judged by `openssl`, their form read here.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cms_form::{self, Form};
use crate::failure::{Cause, Failure};
use crate::program::{Folder, Ran, Tool};
use crate::timestamp::rfc3339;

/// How long a person may take to find the card and its PIN.
const PATIENCE: Duration = Duration::from_secs(180);

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// A certificate and the key that signs for it.
#[derive(Clone, Debug)]
pub struct Cms {
    /// The signer's certificate, in PEM; those above it, if they stand there too, are left out.
    pub certificate: PathBuf,
    /// Its key: a file, or a `pkcs11:` URI.
    pub key: String,
    /// What signs.
    pub openssl: Tool,
}

impl Cms {
    /// By the `openssl` on PATH.
    pub fn new(certificate: impl Into<PathBuf>, key: impl Into<String>) -> Self {
        Self { certificate: certificate.into(), key: key.into(), openssl: Tool::named("openssl") }
    }

    /// A detached signature over the list of digests, in DER. Whether an authority stands behind the certificate is not
    /// asked here: whoever reads it has to trust one.
    pub fn sign(&self, sums: &[u8]) -> Result<Vec<u8>, Failure> {
        let failed = |why: &str| Failure::new(Cause::Helper, format!("cannot sign with {}: {why}", self.key));
        let certificate = first_certificate(&self.certificate)?;
        let folder = Folder::new().map_err(|error| failed(&error.to_string()))?;
        for (name, bytes) in [("sums", sums), ("signer.pem", certificate.as_bytes())] {
            folder.write(name, bytes).map_err(|error| failed(&error.to_string()))?;
        }
        let key = self.key_from_anywhere()?;
        let mut arguments = vec!["cms", "-sign", "-binary", "-cades", "-nosmimecap", "-md", "sha256", "-in", "sums"];
        arguments.extend(["-signer", "signer.pem", "-inkey", &key, "-outform", "DER", "-out", "p7s"]);
        let openssl = self.openssl.clone().within(PATIENCE);
        let ran = openssl.attended(&arguments, &folder).map_err(|trouble| failed(&trouble.to_string()))?;
        if ran.code != Some(0) {
            return Err(failed("openssl made no signature; the key must be the one of the certificate"));
        }
        let p7s = folder.read("p7s").map_err(|_| failed("openssl wrote no signature"))?;
        judge(&p7s, sums, None, &self.openssl).map_err(|why| failed(&format!("what openssl made: {why}")))?;
        Ok(p7s)
    }

    /// A path that means the same in another folder; a URI does as it is.
    fn key_from_anywhere(&self) -> Result<String, Failure> {
        if self.key.starts_with("pkcs11:") {
            return Ok(self.key.clone());
        }
        let path = Path::new(&self.key);
        let absolute = std::path::absolute(path).map_err(|error| Failure::io("find", path, &error))?;
        Ok(absolute.to_string_lossy().into_owned())
    }
}

fn first_certificate(path: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::io("read", path, &error))?;
    let none = || Failure::new(Cause::Usage, format!("{} holds no certificate in PEM", path.display()));
    let (_, rest) = text.split_once(BEGIN).ok_or_else(none)?;
    let (body, _) = rest.split_once(END).ok_or_else(none)?;
    Ok(format!("{BEGIN}{body}{END}\n"))
}

/// Who made a detached CMS signature over the list of digests, as `openssl` judges it by these certificates of
/// authorities and nothing else; or why it does not hold.
///
/// Only the form that [`Cms::sign`] makes is read: DER, one signer whose certificate alone is in it, and nothing that
/// is not signed. The certificates above it must all be among those of the authorities. They are judged at the time at
/// which the signer says it signed, which the answer tells. Whether one was revoked is not asked.
pub fn cms_verify(p7s: &[u8], sums: &[u8], ca_pem: &[u8], openssl: &Tool) -> Result<String, String> {
    if !String::from_utf8_lossy(ca_pem).contains(BEGIN) {
        return Err("no certificate of an authority is trusted".to_owned());
    }
    let form = judge(p7s, sums, Some(ca_pem), openssl)?;
    Ok(format!("{}, who says it was signed {}", form.signer, rfc3339(form.at)))
}

fn judge(p7s: &[u8], sums: &[u8], ca_pem: Option<&[u8]>, openssl: &Tool) -> Result<Form, String> {
    let form = cms_form::read(p7s)?;
    let of_folder = |error: std::io::Error| format!("the folder for temporary files cannot be used: {error}");
    let folder = Folder::new().map_err(of_folder)?;
    let files: [(&str, &[u8]); 4] =
        [("p7s", p7s), ("sums", sums), ("ca.pem", ca_pem.unwrap_or_default()), ("settings", b"")];
    for (name, bytes) in files {
        folder.write(name, bytes).map_err(of_folder)?;
    }
    let at = form.at.to_string();
    let mut arguments = vec!["cms", "-verify", "-config", "settings", "-binary", "-inform", "DER", "-in", "p7s"];
    arguments.extend(["-content", "sums", "-out", "content", "-no-CApath", "-no-CAstore"]);
    match ca_pem {
        Some(_) => {
            arguments.extend(["-cades", "-CAfile", "ca.pem", "-purpose", "any", "-attime", &at, "-auth_level", "2"]);
        }
        None => arguments.extend(["-no-CAfile", "-noverify"]),
    }
    let ran = openssl.run(&arguments, &folder).map_err(|trouble| trouble.to_string())?;
    let word = if ca_pem.is_some() { "CAdES Verification successful" } else { "CMS Verification successful" };
    if ran.code == Some(0) && ran.err.contains(word) {
        return Ok(form);
    }
    Err(refusal(&ran))
}

/// What openssl says of one that does not hold, and what that means.
const REFUSALS: [(&str, &str); 9] = [
    ("verify_content", "it speaks of other bytes"),
    ("unable to get local issuer certificate", UNTRUSTED),
    ("unable to get issuer certificate", UNTRUSTED),
    ("unable to verify the first certificate", UNTRUSTED),
    ("self-signed certificate", UNTRUSTED),
    ("self signed certificate", UNTRUSTED),
    ("certificate has expired", "a certificate had expired at the time at which it says it was signed"),
    ("certificate is not yet valid", "a certificate was not yet valid at the time at which it says it was signed"),
    ("verification failure", "its signature does not hold"),
];

const UNTRUSTED: &str = "no authority that is trusted stands behind it";

fn refusal(ran: &Ran) -> String {
    let known = REFUSALS.iter().find(|(sign, _)| ran.err.contains(sign));
    let last = || ran.err.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it gave no reason");
    known.map_or_else(
        || format!("openssl refuses it: {}", crate::words::printable(last())),
        |(_, why)| (*why).to_owned(),
    )
}

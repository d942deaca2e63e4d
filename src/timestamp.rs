//! When it was there at the latest: RFC 3161 time stamps, read here and judged by `openssl`.
//!
//! A time counts only from a stamp whose signature holds, and every certificate above it must have been valid at that
//! time. Whether one of them was revoked meanwhile is not asked: the certificates that are trusted are the user's choice.

mod asking;
mod authority;
pub(crate) mod der;
mod kept;
mod token;

use std::fmt;

pub use asking::{address, answered, ask, carried};
use base64ct::{Base64, Encoding as _};
pub(crate) use kept::issued_by;
pub use kept::kept;

use crate::digest;
use crate::program::{Folder, Ran, Tool, Trouble};
use token::Token;
pub(crate) use token::{short_time, subject};

pub use authority::{Lasting, lasting};

/// What a time stamp turned out to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stamped {
    /// It holds: an authority that is trusted saw these bytes.
    Witnessed {
        /// When, in Unix seconds.
        at: i64,
        /// Seconds by which that may be off: the authority's accuracy, and a fraction of a second left out.
        within: u32,
        /// The name in the certificate of the authority.
        authority: String,
    },
    /// It does not hold. The same stamp, bytes and authorities are refused again.
    Refused(String),
    /// It cannot be judged here and now: another day or another machine may know better.
    Unknown(String),
}

impl fmt::Display for Stamped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Witnessed { at, authority, .. } => write!(f, "witnessed {} by {authority}", rfc3339(*at)),
            Self::Refused(why) => write!(f, "refused: {why}"),
            Self::Unknown(why) => write!(f, "unknown: {why}"),
        }
    }
}

/// Why a time stamp is not believed.
enum Objection {
    Refused(String),
    Unknown(String),
}

impl Objection {
    fn refused(why: &str) -> Self {
        Self::Refused(why.to_owned())
    }

    fn unknown(why: &str) -> Self {
        Self::Unknown(why.to_owned())
    }
}

impl From<Objection> for Stamped {
    fn from(objection: Objection) -> Self {
        match objection {
            Objection::Refused(why) => Self::Refused(why),
            Objection::Unknown(why) => Self::Unknown(why),
        }
    }
}

impl From<Trouble> for Objection {
    fn from(trouble: Trouble) -> Self {
        Self::Unknown(trouble.to_string())
    }
}

impl From<std::io::Error> for Objection {
    fn from(error: std::io::Error) -> Self {
        Self::Unknown(format!("the folder for temporary files cannot be used: {error}"))
    }
}

/// Judges a time stamp over these bytes by the authorities whose certificates are trusted.
///
/// One process is started, and none for a stamp that is damaged or speaks of other bytes.
pub fn verify(token: &[u8], data: &[u8], authorities_pem: &[u8], openssl: &Tool) -> Stamped {
    judge(token, data, authorities_pem, openssl).unwrap_or_else(Stamped::from)
}

/// Whether this openssl can be run at all.
pub fn is_judge(openssl: &Tool) -> bool {
    Folder::new().is_ok_and(|folder| openssl.run(&["version"], &folder).is_ok_and(|ran| ran.code == Some(0)))
}

/// What an answer of [`verify`] depends on, as 64 hex digits. An answer may be kept under it, unless it is
/// [`Stamped::Unknown`].
pub fn key(token: &[u8], data: &[u8], authorities_pem: &[u8]) -> String {
    let digests = [token, data, authorities_pem].map(|bytes| digest::of_bytes(bytes).sha256);
    digest::of_bytes(format!("time stamp, judged the first way\n{}", digests.join("\n")).as_bytes()).sha256
}

/// The query by which an authority is asked to stamp these bytes: SHA-256, its certificate wanted, a nonce.
pub fn query(data: &[u8], openssl: &Tool) -> Result<Vec<u8>, String> {
    let made = || -> Result<Vec<u8>, Objection> {
        let folder = Folder::new()?;
        folder.write("data", data)?;
        folder.write("settings", b"")?;
        let wanted = ["-data", "data", "-sha256", "-cert", "-out", "query"];
        let ran = openssl.run(&[&["ts", "-query", "-config", "settings"], &wanted[..]].concat(), &folder)?;
        if ran.code != Some(0) {
            return Err(Objection::Unknown(format!("openssl made no query: {}", last_words(&ran))));
        }
        Ok(folder.read("query")?)
    };
    made().map_err(|(Objection::Refused(why) | Objection::Unknown(why))| why)
}

/// Whether a stamp carries the nonce of this query, so that it was made in answer to it.
pub fn answers(token: &[u8], query: &[u8]) -> bool {
    let asked = token::nonce_of_query(query);
    token::read(token).is_ok_and(|said| asked.is_some() && said.nonce == asked)
}

/// A Unix time in seconds as `2026-11-21T12:00:00Z`.
pub fn rfc3339(at: i64) -> String {
    let second = at.rem_euclid(24 * 60 * 60);
    let day = crate::date::Date::of_unix(at);
    format!("{day}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// The Unix time that [`rfc3339`] writes like this; `None` for any other form.
pub fn of_rfc3339(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let day: crate::date::Date = text.get(..10)?.parse().ok()?;
    let at = day.unix() + number(11..13)? * 3600 + number(14..16)? * 60 + number(17..19)?;
    (rfc3339(at) == text).then_some(at)
}

fn judge(bytes: &[u8], data: &[u8], authorities: &[u8], openssl: &Tool) -> Result<Stamped, Objection> {
    let said = token::read(bytes)?;
    check_imprint(&said, data)?;
    if !String::from_utf8_lossy(authorities).contains("-----BEGIN ") {
        return Err(Objection::refused("no certificate of an authority is trusted"));
    }
    let ran = asked(&said, bytes, data, authorities, openssl)?;
    check_verdict(&ran)?;
    Ok(Stamped::Witnessed { at: said.at, within: said.within, authority: said.authority })
}

fn check_imprint(said: &Token<'_>, data: &[u8]) -> Result<(), Objection> {
    let (_, actual) = digest::of_reader(said.algorithm, &mut &*data, &|_| ())?;
    if digest::hex(said.imprint) == actual { Ok(()) } else { Err(Objection::refused("it speaks of other bytes")) }
}

/// Every argument is our own word but the time, which is a number. The settings are empty: some openssl ends where its
/// own are not installed. The second level of security asks for 112 bits of every certificate, which SHA-1 and RSA of
/// 1024 bits do not have.
fn asked(said: &Token<'_>, bytes: &[u8], data: &[u8], authorities: &[u8], openssl: &Tool) -> Result<Ran, Objection> {
    let folder = Folder::new()?;
    folder.write("token", bytes)?;
    folder.write("data", data)?;
    folder.write("authorities.pem", authorities)?;
    folder.write("settings", b"")?;
    folder.write("others.pem", pem(&said.certificates).as_bytes())?;
    let at = said.at.to_string();
    let mut arguments = vec!["ts", "-verify", "-config", "settings", "-data", "data", "-in", "token"];
    arguments.extend(["-CAfile", "authorities.pem", "-untrusted", "others.pem"]);
    arguments.extend(["-attime", &at, "-auth_level", "2"]);
    arguments.extend(said.is_bare.then_some("-token_in"));
    Ok(openssl.run(&arguments, &folder)?)
}

/// The certificates that came with a stamp: OpenSSL before 3.0 looks for those between only where it is told to.
fn pem(certificates: &[&[u8]]) -> String {
    let mut text = String::new();
    for certificate in certificates {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        let code = Base64::encode_string(certificate);
        for line in code.as_bytes().chunks(64) {
            text.extend(line.iter().map(|byte| char::from(*byte)));
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    text
}

/// What openssl says of a stamp that does not hold, and what that means.
const REFUSALS: [(&str, &str); 15] = [
    ("message imprint mismatch", "it speaks of other bytes"),
    ("certificate has expired", "a certificate of its authority had expired at its time"),
    ("certificate is not yet valid", "a certificate of its authority was not yet valid at its time"),
    ("certificate purpose", "its signer's certificate is not for time stamps"),
    ("invalid signer certificate purpose", "its signer's certificate is not for time stamps"),
    ("unable to get local issuer certificate", UNTRUSTED),
    ("unable to get issuer certificate", UNTRUSTED),
    ("unable to verify the first certificate", UNTRUSTED),
    ("self-signed certificate", UNTRUSTED),
    ("self signed certificate", UNTRUSTED),
    ("too weak", "a certificate of its authority has a key or a digest that is too weak"),
    ("too small", "a certificate of its authority has a key or a digest that is too weak"),
    ("signature failure", "its signature does not hold"),
    ("digest failure", "its signature does not hold"),
    ("ess signing certificate error", "its signature was made for another certificate"),
];

const UNTRUSTED: &str = "no authority that is trusted stands behind it";

/// Only the words of one that verifies, and the code that goes with them, count as such.
fn check_verdict(ran: &Ran) -> Result<(), Objection> {
    let out = String::from_utf8_lossy(&ran.out);
    match (ran.code, out.trim()) {
        (Some(0), "Verification: OK") => Ok(()),
        (Some(1), "Verification: FAILED") => Err(objection(&ran.err)),
        (Some(1), "") if is_usage(&ran.err) => {
            let remedy = "OpenSSL 1.1.1 and later can, LibreSSL cannot";
            Err(Objection::Unknown(format!("this openssl cannot judge a stamp as of its own time: {remedy}")))
        }
        _ => Err(Objection::Unknown(format!("what openssl says is not understood: {}", last_words(ran)))),
    }
}

fn is_usage(err: &str) -> bool {
    ["usage:", "Use -help", "unknown option"].iter().any(|sign| err.contains(sign))
}

fn objection(err: &str) -> Objection {
    if err.contains("Error loading file") || err.contains("no certificate or crl found") {
        return Objection::refused("the certificates of the trusted authorities cannot be read");
    }
    if let Some((_, why)) = REFUSALS.iter().find(|(sign, _)| err.contains(sign)) {
        return Objection::refused(why);
    }
    let word = err.lines().rev().find_map(|line| line.split_once("Verify error:"));
    match word.map(|(_, word)| word.trim()) {
        Some(word) if word != "out of memory" => {
            Objection::Refused(format!("a certificate of its authority does not hold: {}", shown(word)))
        }
        _ => Objection::Unknown(format!("openssl did not judge it: {}", shown(reason(err)))),
    }
}

/// The words of the last error: `...:error:NUMBER:library:function:words:file:line:`.
fn reason(err: &str) -> &str {
    let line = err.lines().rev().find(|line| line.contains(":error:"));
    line.and_then(|line| line.split(':').nth(5)).unwrap_or("it gave no reason")
}

fn last_words(ran: &Ran) -> String {
    let out = String::from_utf8_lossy(&ran.out);
    let line = ran.err.lines().chain(out.lines()).rfind(|line| !line.trim().is_empty());
    let code = ran.code.map_or("a signal".to_owned(), |code| format!("code {code}"));
    format!("`{}`, and {code}", shown(line.unwrap_or_default()))
}

fn shown(words: &str) -> String {
    crate::words::printable(&words.trim().chars().take(200).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_one_form() {
        assert_eq!(of_rfc3339("2026-11-21T12:00:00Z"), Some(1_795_262_400));
        for wrong in [
            "2026-11-21 12:00:00Z",
            "2026-11-21T12:00:00",
            "2026-11-21T24:00:00Z",
            "2026-02-30T12:00:00Z",
            "2026-11-21T+1:00:00Z",
            "",
        ] {
            assert_eq!(of_rfc3339(wrong), None, "{wrong}");
        }
    }
}

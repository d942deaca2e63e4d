//! Keys that no longer count: a list in text or a binary KRL.

use super::key::PublicKey;
use super::krl::{self, Krl};
use super::signers::{Place, Problem};
use super::{Doubt, Fault, Flaw};

/// The keys and certificates that no longer count.
#[derive(Clone, Default, Debug)]
pub struct Revoked {
    list: List,
    /// Lines that could not be read. With one of them no signature is good: what it revokes is not known.
    pub problems: Vec<Problem>,
}

#[derive(Clone, Debug)]
enum List {
    Text { keys: Vec<PublicKey>, fingerprints: Vec<String>, openpgp: Vec<String> },
    Krl(Box<Krl>),
    Unreadable(String),
}

impl Default for List {
    fn default() -> Self {
        Self::Text { keys: Vec::new(), fingerprints: Vec::new(), openpgp: Vec::new() }
    }
}

impl Revoked {
    /// Reads a list: a KRL, or text with one public key, certificate or fingerprint a line.
    ///
    /// A certificate revokes its key, as in OpenSSH, which does not take fingerprints here: `SHA256:` and base64 of an
    /// SSH key, or 40 or 64 hexadecimal digits of an OpenPGP key or subkey, as gpg prints them.
    pub fn read(bytes: &[u8]) -> Self {
        if !bytes.starts_with(krl::MAGIC) {
            return Self::text(bytes);
        }
        let list = Krl::read(bytes).map_or_else(|wrong| List::Unreadable(wrong.0), |krl| List::Krl(Box::new(krl)));
        Self { list, problems: Vec::new() }
    }

    fn text(bytes: &[u8]) -> Self {
        let (mut keys, mut fingerprints, mut openpgp, mut problems) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut start = 0;
        for (index, raw) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            match line(raw) {
                Ok(Line::Nothing) => {}
                Ok(Line::Key(key)) => keys.push(*key),
                Ok(Line::Fingerprint(fingerprint)) => fingerprints.push(fingerprint),
                Ok(Line::OpenPgp(fingerprint)) => openpgp.push(fingerprint),
                Err(what) => problems.push(problem(index + 1, start, raw, what)),
            }
            start += raw.len();
        }
        let unreadable = |first: &Problem| List::Unreadable(format!("line {}: {}", first.place.line, first.what));
        let list = problems.first().map_or(List::Text { keys, fingerprints, openpgp }, unreadable);
        Self { list, problems }
    }

    /// Why no signature can be good by this list, if it cannot be read.
    pub fn unreadable(&self) -> Option<&str> {
        match &self.list {
            List::Unreadable(why) => Some(why),
            _ => None,
        }
    }

    /// How it revokes a key, if it does; an error says why the list cannot be read.
    pub fn of(&self, key: &PublicKey) -> Result<Option<String>, &str> {
        match &self.list {
            List::Unreadable(why) => Err(why),
            List::Krl(krl) => Ok(krl.revokes(key)),
            List::Text { keys, fingerprints, .. } => Ok(listed(key, keys, fingerprints)),
        }
    }

    /// Says no to an OpenPGP key if one of these fingerprints in upper-case hex is listed: its own and its primary
    /// key's.
    pub(super) fn check_openpgp(&self, fingerprints: &[String]) -> Result<(), Fault> {
        match &self.list {
            List::Unreadable(why) => Err(Doubt::Revocation(why.clone()).into()),
            List::Krl(_) => Ok(()),
            List::Text { openpgp, .. } => match fingerprints.iter().find(|asked| openpgp.contains(asked)) {
                Some(found) => Err(Flaw::Revoked(found.clone()).into()),
                None => Ok(()),
            },
        }
    }

    pub(super) fn check(&self, key: &PublicKey) -> Result<(), Fault> {
        match self.of(key) {
            Ok(None) => Ok(()),
            Ok(Some(why)) => Err(Flaw::Revoked(why).into()),
            Err(why) => Err(Doubt::Revocation(why.to_owned()).into()),
        }
    }
}

fn listed(key: &PublicKey, keys: &[PublicKey], fingerprints: &[String]) -> Option<String> {
    let is_listed = |key: &PublicKey| {
        keys.iter().any(|revoked| revoked.plain() == key.plain()) || fingerprints.contains(&key.fingerprint())
    };
    if is_listed(key) {
        return Some(key.fingerprint());
    }
    let authority = &key.certificate()?.authority;
    is_listed(authority).then(|| format!("its certificate's authority, {}", authority.fingerprint()))
}

enum Line {
    Nothing,
    Key(Box<PublicKey>),
    Fingerprint(String),
    /// In upper-case hex.
    OpenPgp(String),
}

fn line(raw: &[u8]) -> Result<Line, String> {
    let text = std::str::from_utf8(raw).map_err(|_| "the line is not UTF-8")?.trim_ascii();
    if text.is_empty() || text.starts_with('#') {
        return Ok(Line::Nothing);
    }
    let word = text.split_ascii_whitespace().next().unwrap_or_default();
    match word.strip_prefix("SHA256:") {
        Some(digest) if is_fingerprint(digest) => Ok(Line::Fingerprint(word.to_owned())),
        Some(_) => Err(format!("`{word}` is not a whole fingerprint")),
        None if is_hex(text) => openpgp_fingerprint(text).map(Line::OpenPgp),
        None => Ok(Line::Key(Box::new(PublicKey::from_line(text).map_err(|fault| fault.to_string())?))),
    }
}

/// Whether a line holds hexadecimal digits alone; no public key does, whose type comes first.
fn is_hex(text: &str) -> bool {
    let digits = digits(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn digits(text: &str) -> String {
    let bare = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    bare.split_ascii_whitespace().collect()
}

/// The fingerprint of an OpenPGP key of version 4 or 6; a key id, which is the end of one, names more than one key.
fn openpgp_fingerprint(text: &str) -> Result<String, String> {
    let digits = digits(text);
    match digits.len() {
        40 | 64 => Ok(digits.to_ascii_uppercase()),
        _ => Err(format!("`{text}` is not a whole fingerprint: one has 40 or 64 hexadecimal digits")),
    }
}

/// 32 bytes in base64 without padding, whose last character holds four bits.
fn is_fingerprint(digest: &str) -> bool {
    let base64 = digest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    base64 && digest.len() == 43 && digest.ends_with(|c: char| "AEIMQUYcgkosw048".contains(c))
}

fn problem(line: usize, start: usize, raw: &[u8], what: String) -> Problem {
    let blanks = raw.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let end = raw.trim_ascii_end().len().max(blanks);
    Problem {
        place: Place { line, column: blanks + 1, bytes: start + blanks..start + end },
        what,
        help: "write one public key, `SHA256:` fingerprint or OpenPGP fingerprint a line; until then no signature is good",
    }
}

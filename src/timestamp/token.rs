//! What a time stamp says of itself, read strictly; whether it is true is for its signature to show.

use super::Objection;
use super::der::{BITS, BMP, BOOLEAN, Fault, INTEGER, OCTETS, OID, Parts, SEQUENCE, SET, TIME, UTF8};
use super::der::{numbered, plain, small};
use crate::date::Date;
use crate::digest::Algorithm;
use crate::words;

/// The largest time stamp that is read, in bytes: one with a long chain has some ten thousand.
const LARGEST: usize = 256 << 10;

/// A time that is not known to the day proves too little; in seconds.
const COARSEST: u64 = 24 * 60 * 60;

/// Letters of a name that are shown.
const LONGEST_NAME: usize = 120;

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const STAMP_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];

/// Digests that hold, with the one that this tool computes, if it does.
const DIGESTS: [(&[u8], Algorithm); 3] = [
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01], Algorithm::Sha256),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02], Algorithm::Sha384),
    (&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03], Algorithm::Sha512),
];

/// Digests that somebody could make two contents for.
const WEAK: [(&[u8], &str); 5] = [
    (&[0x2b, 0x0e, 0x03, 0x02, 0x1a], "SHA-1"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05], "MD5"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x04], "MD4"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x02], "MD2"),
    (&[0x2b, 0x24, 0x03, 0x02, 0x01], "RIPEMD-160"),
];

/// Answers other than "granted", RFC 3161 section 2.4.2.
const STATUSES: [&str; 4] = ["rejection", "waiting", "revocationWarning", "revocationNotification"];

/// Why an authority refused, by the number of the bit, RFC 3161 section 2.4.2.
const REASONS: [(usize, &str); 8] = [
    (0, "badAlg"),
    (2, "badRequest"),
    (5, "badDataFormat"),
    (14, "timeNotAvailable"),
    (15, "unacceptedPolicy"),
    (16, "unacceptedExtension"),
    (17, "addInfoNotAvailable"),
    (25, "systemFailure"),
];

/// What a time stamp says.
pub(super) struct Token<'a> {
    /// Whether it came without the response that an authority wraps around it.
    pub(super) is_bare: bool,
    /// Digest of what it speaks of.
    pub(super) algorithm: Algorithm,
    pub(super) imprint: &'a [u8],
    /// Unix seconds, and seconds by which that may be off.
    pub(super) at: i64,
    pub(super) within: u32,
    pub(super) nonce: Option<&'a [u8]>,
    /// The certificates that came with it.
    pub(super) certificates: Vec<&'a [u8]>,
    /// The name in the certificate of its signer.
    pub(super) authority: String,
}

impl From<Fault> for Objection {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Broken => Self::refused("it is no RFC 3161 time stamp, or a damaged one"),
            Fault::Loose => Self::unknown("it is written in BER with lengths left open, which is not read here"),
        }
    }
}

/// Reads a response as an authority gives it, or the token alone.
pub(super) fn read(bytes: &[u8]) -> Result<Token<'_>, Objection> {
    if bytes.is_empty() {
        return Err(Objection::refused("it is empty"));
    }
    if bytes.len() > LARGEST {
        return Err(Objection::refused("it is too large for a time stamp"));
    }
    let mut whole = Parts::of(bytes);
    let inside = whole.inside(SEQUENCE)?;
    whole.end()?;
    let is_bare = inside.tag() == Some(OID);
    let signed = if is_bare { inside } else { granted(inside)? };
    read_signed(signed, is_bare)
}

/// The token of a response that grants one.
fn granted(mut response: Parts<'_>) -> Result<Parts<'_>, Objection> {
    check_status(response.inside(SEQUENCE)?)?;
    if response.tag().is_none() {
        return Err(Objection::refused("the authority's answer holds no time stamp"));
    }
    let token = response.inside(SEQUENCE)?;
    response.end()?;
    Ok(token)
}

fn check_status(mut status: Parts<'_>) -> Result<(), Objection> {
    let number = small(status.one(INTEGER)?).ok_or(Fault::Broken)?;
    let texts = status.maybe(SEQUENCE)?.map_or(Ok(Vec::new()), |texts| Parts::of(texts).all(UTF8))?;
    let bits = status.maybe(BITS)?.unwrap_or_default();
    status.end()?;
    if number < 2 {
        return Ok(());
    }
    let number = usize::try_from(number).map_or(usize::MAX, |number| number - 2);
    let mut why = STATUSES.get(number).map_or("an unknown status".to_owned(), |name| format!("`{name}`"));
    why.extend(reasons(bits).map(|name| format!(" {name}")));
    why.extend(texts.first().map(|text| format!(": {}", shown(&String::from_utf8_lossy(text)))));
    Err(Objection::Refused(format!("the authority gave no time stamp, it answered {why}")))
}

fn reasons(bits: &[u8]) -> impl Iterator<Item = &'static str> {
    let is_set = |bit: usize| bits.get(1 + bit / 8).is_some_and(|byte| byte & (0x80 >> (bit % 8)) != 0);
    REASONS.iter().filter(move |(bit, _)| is_set(*bit)).map(|(_, name)| *name)
}

fn read_signed(mut token: Parts<'_>, is_bare: bool) -> Result<Token<'_>, Objection> {
    if token.one(OID)? != SIGNED_DATA {
        return Err(Objection::refused("it is not signed data"));
    }
    let mut wrapped = token.inside(numbered(0))?;
    token.end()?;
    let mut signed = wrapped.inside(SEQUENCE)?;
    wrapped.end()?;
    signed.one(INTEGER)?;
    signed.one(SET)?;
    let info = content(signed.inside(SEQUENCE)?)?;
    let certificates = Parts::of(signed.maybe(numbered(0))?.unwrap_or_default()).whole()?;
    signed.maybe(numbered(1))?;
    let serial = signer(signed.inside(SET)?)?;
    signed.end()?;
    let authority = authority(&certificates, serial)?;
    let said = read_info(info)?;
    Ok(Token { is_bare, certificates, authority, ..said })
}

/// The parts of what was signed.
fn content(mut content: Parts<'_>) -> Result<Parts<'_>, Objection> {
    if content.one(OID)? != STAMP_INFO {
        return Err(Objection::refused("what it signs is no time stamp"));
    }
    let mut wrapped = content.inside(numbered(0))?;
    content.end()?;
    let mut octets = wrapped.inside(OCTETS)?;
    wrapped.end()?;
    let info = octets.inside(SEQUENCE)?;
    octets.end()?;
    Ok(info)
}

/// The serial number of its only signer's certificate.
fn signer(signers: Parts<'_>) -> Result<&[u8], Objection> {
    let signers = signers.all(SEQUENCE)?;
    let [signer] = signers.as_slice() else {
        return Err(Objection::refused("it does not have exactly one signer"));
    };
    let mut signer = Parts::of(signer);
    signer.one(INTEGER)?;
    if signer.tag() == Some(plain(0)) {
        return Err(Objection::unknown("it names its signer by a key identifier, which is not judged here"));
    }
    let mut name = signer.inside(SEQUENCE)?;
    name.one(SEQUENCE)?;
    let serial = name.one(INTEGER)?;
    name.end()?;
    let digest = signer.inside(SEQUENCE)?.one(OID)?;
    refuse_weak(digest, "is signed over")?;
    Ok(serial)
}

fn refuse_weak(digest: &[u8], how: &str) -> Result<(), Objection> {
    match WEAK.iter().find(|(weak, _)| *weak == digest) {
        Some((_, name)) => Err(Objection::Refused(format!("it {how} a {name} digest, which is too weak"))),
        None => Ok(()),
    }
}

/// The name of the signer. A serial number tells which certificate is meant; where two have it, a name beside the
/// signature could be another's.
fn authority(certificates: &[&[u8]], serial: &[u8]) -> Result<String, Objection> {
    let mut found = Vec::new();
    for certificate in certificates {
        let (number, subject) = certified(certificate)?;
        found.extend((number == serial).then_some(subject));
    }
    match found.as_slice() {
        [subject] => Ok(name_of(*subject)?),
        [] => Err(Objection::refused("it lacks the certificate of its signer: one is had by asking for it")),
        _ => Err(Objection::unknown("two of its certificates have the number of its signer's")),
    }
}

/// Serial number and subject of a certificate.
fn certified(certificate: &[u8]) -> Result<(&[u8], Parts<'_>), Fault> {
    let mut body = Parts::of(certificate).inside(SEQUENCE)?.inside(SEQUENCE)?;
    body.maybe(numbered(0))?;
    let serial = body.one(INTEGER)?;
    body.one(SEQUENCE)?;
    body.one(SEQUENCE)?;
    body.one(SEQUENCE)?;
    Ok((serial, body.inside(SEQUENCE)?))
}

/// The common name of a subject, else its organization.
pub(super) fn name_of(mut subject: Parts<'_>) -> Result<String, Fault> {
    let (mut common, mut organization) = (None, None);
    while subject.tag().is_some() {
        for attribute in subject.inside(SET)?.all(SEQUENCE)? {
            let mut attribute = Parts::of(attribute);
            let kind = attribute.one(OID)?;
            let value = attribute.any()?;
            match kind {
                COMMON_NAME => common = Some(text(value)),
                ORGANIZATION => organization = Some(text(value)),
                _ => {}
            }
        }
    }
    let name = common.or(organization).filter(|name| !name.trim().is_empty());
    Ok(name.map_or("an authority without a name".to_owned(), |name| shown(&name)))
}

fn text((tag, body): (u8, &[u8])) -> String {
    if tag != BMP {
        return String::from_utf8_lossy(body).into_owned();
    }
    let units: Vec<u16> = body.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// Somebody else's words on one line, cut where they are long.
fn shown(text: &str) -> String {
    let line: String = text.chars().take(LONGEST_NAME).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    words::printable(&line)
}

fn read_info(mut info: Parts<'_>) -> Result<Token<'_>, Objection> {
    if small(info.one(INTEGER)?) != Some(1) {
        return Err(Objection::unknown("it is of a version that is not known here"));
    }
    info.one(OID)?;
    let (algorithm, imprint) = imprint(info.inside(SEQUENCE)?)?;
    info.one(INTEGER)?;
    let (at, has_fraction) = time(info.one(TIME)?).ok_or_else(|| Objection::refused("its time is none"))?;
    let accuracy = info.maybe(SEQUENCE)?.map_or(Ok(0), accuracy)?;
    info.maybe(BOOLEAN)?;
    let nonce = info.maybe(INTEGER)?;
    info.maybe(numbered(0))?;
    check_extensions(info.maybe(numbered(1))?)?;
    info.end()?;
    let within = within(accuracy.saturating_add(u64::from(has_fraction)))?;
    Ok(Token {
        is_bare: false,
        algorithm,
        imprint,
        at,
        within,
        nonce,
        certificates: Vec::new(),
        authority: String::new(),
    })
}

/// The digest of what is stamped.
fn imprint(mut imprint: Parts<'_>) -> Result<(Algorithm, &[u8]), Objection> {
    let digest = imprint.inside(SEQUENCE)?.one(OID)?;
    let bytes = imprint.one(OCTETS)?;
    imprint.end()?;
    refuse_weak(digest, "speaks of")?;
    match DIGESTS.iter().find(|(known, _)| *known == digest) {
        Some((_, algorithm)) => Ok((*algorithm, bytes)),
        None => Err(Objection::unknown("it speaks of a kind of digest that is not computed here")),
    }
}

/// Seconds of accuracy, rounded up.
fn accuracy(body: &[u8]) -> Result<u64, Objection> {
    let mut parts = Parts::of(body);
    let mut micros: u64 = 0;
    for (tag, worth) in [(INTEGER, 1_000_000), (plain(0), 1_000), (plain(1), 1)] {
        let count = parts.maybe(tag)?.map_or(Some(0), small).ok_or(Fault::Broken)?;
        micros = micros.saturating_add(count.saturating_mul(worth));
    }
    parts.end()?;
    Ok(micros.div_ceil(1_000_000))
}

fn within(seconds: u64) -> Result<u32, Objection> {
    match u32::try_from(seconds) {
        Ok(within) if seconds <= COARSEST => Ok(within),
        _ => Err(Objection::refused("its time may be off by more than a day")),
    }
}

/// What must be understood and is not must not be passed over.
fn check_extensions(extensions: Option<&[u8]>) -> Result<(), Objection> {
    for extension in Parts::of(extensions.unwrap_or_default()).all(SEQUENCE)? {
        let mut extension = Parts::of(extension);
        extension.one(OID)?;
        if extension.maybe(BOOLEAN)?.is_some_and(|critical| critical != [0]) {
            return Err(Objection::unknown("it has a critical extension that is not known here"));
        }
    }
    Ok(())
}

/// Unix seconds of `20261121120000.5Z`, and whether a fraction was left out.
pub(super) fn time(text: &[u8]) -> Option<(i64, bool)> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !is_digits(whole) || !fraction.is_none_or(is_digits) {
        return None;
    }
    let part = |from: usize, to: usize| whole[from..to].parse::<i16>().ok();
    let small = |from: usize| i8::try_from(part(from, from + 2)?).ok();
    let day = Date::new(part(0, 4)?, small(4)?, small(6)?)?;
    let (hour, minute, second) = (small(8)?, small(10)?, small(12)?);
    let is_of_a_day = hour < 24 && minute < 60 && second < 60;
    let at = day.unix() + 3600 * i64::from(hour) + 60 * i64::from(minute) + i64::from(second);
    let has_fraction = fraction.is_some_and(|digits| digits.bytes().any(|digit| digit != b'0'));
    (is_of_a_day && at >= 0).then_some((at, has_fraction))
}

/// Unix seconds of `261121120000Z`, the form of a time before 2050.
pub(crate) fn short_time(text: &[u8]) -> Option<i64> {
    let century = if matches!(text.first()?, b'0'..=b'4') { "20" } else { "19" };
    let (at, _) = time(&[century.as_bytes(), text].concat())?;
    (text.len() == 13).then_some(at)
}

/// The name in a certificate of whom it is for.
pub(crate) fn subject(certificate: &[u8]) -> Option<String> {
    let (_, subject) = certified(certificate).ok()?;
    name_of(subject).ok()
}

/// The nonce of a query.
pub(super) fn nonce_of_query(query: &[u8]) -> Option<&[u8]> {
    let mut parts = Parts::of(query).inside(SEQUENCE).ok()?;
    parts.one(INTEGER).ok()?;
    parts.one(SEQUENCE).ok()?;
    parts.maybe(OID).ok()?;
    parts.maybe(INTEGER).ok()?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_utc_to_the_second() {
        assert_eq!(time(b"20261121120000Z"), Some((1_795_262_400, false)));
        assert_eq!(time(b"20261121120000.25Z"), Some((1_795_262_400, true)));
        assert_eq!(time(b"20240229235959.000Z"), Some((1_709_251_199, false)));
        for wrong in [
            "20261121120000",
            "202611211200Z",
            "20260229120000Z",
            "20261121240000Z",
            "20261121126000Z",
            "20261121120060Z",
            "20261121120000+0100",
            "20261121120000.Z",
            "2026112112000aZ",
            "19691231235959Z",
            "20261121120000.5.5Z",
            "+0261121120000Z",
            "Z",
            "",
        ] {
            assert_eq!(time(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn no_cut_and_no_changed_byte_of_a_response_makes_the_reader_panic() {
        let rejected = [0x30, 0x0b, 0x30, 0x09, 0x02, 0x01, 0x02, 0x03, 0x04, 0x06, 0x00, 0x00, 0x40];
        let why = |bytes: &[u8]| match read(bytes) {
            Err(Objection::Refused(why) | Objection::Unknown(why)) => why,
            Ok(_) => "read".to_owned(),
        };
        assert_eq!(why(&rejected), "the authority gave no time stamp, it answered `rejection` addInfoNotAvailable");
        for at in 0..rejected.len() {
            assert_ne!(why(&rejected[..at]), "read");
            for byte in 0..=u8::MAX {
                let mut changed = rejected;
                changed[at] = byte;
                assert_ne!(why(&changed), "read");
            }
        }
    }
}

//! Time stamps over signatures.

use super::contents::Contents;
use super::signed::{Kind, Signature, Trust, Witness, Worth};
use super::{Asked, Given, Problem};
use crate::manifest::STAMP_ENDING;
use crate::timestamp::{self, Stamped};

/// The authorities that the bundle names.
const TSA: &str = "trust/tsa.pem";

/// Whose time stamps hold.
pub(super) struct Authorities {
    pem: Vec<u8>,
    /// Those that the bundle names, by which its time stamps have one form; those from outside where it names none.
    own: Vec<u8>,
    /// Whether somebody from outside vouches for them.
    pub(super) outside: bool,
    /// SHA-256 of those that the bundle names.
    pub(super) bundled: Option<String>,
}

/// Those from outside, else those of the bundle, by which an altered stamp is noticed and nothing more.
pub(super) fn authorities(contents: &Contents<'_>, asked: &Asked<'_>, problems: &mut Vec<Problem>) -> Authorities {
    let own = contents.kept(TSA);
    let bundled = own.map(|own| own.sha256.clone());
    let own = own.map(|own| own.bytes.clone()).unwrap_or_default();
    match asked.tsa {
        None => Authorities { pem: own.clone(), own, outside: false, bundled },
        Some(Given::Bytes(pem)) => {
            let own = if bundled.is_some() { own } else { pem.clone() };
            Authorities { pem: pem.clone(), own, outside: true, bundled }
        }
        Some(Given::Digest(digest)) => {
            let outside = bundled.as_ref() == Some(digest);
            if !outside {
                let here =
                    bundled.as_ref().map_or("it is not here".to_owned(), |sha256| format!("its SHA-256 is {sha256}"));
                problems.push(Problem::of(TSA, format!("{here}, and --tsa asks for {digest}")));
            }
            Authorities { pem: own.clone(), own, outside, bundled }
        }
    }
}

/// Judges a time stamp over the signature that it is named after.
pub(super) fn judge(contents: &Contents<'_>, file: &str, trust: &Trust, asked: &Asked<'_>) -> Signature {
    let signature = file.strip_suffix(STAMP_ENDING).unwrap_or(file);
    if asked.without_timestamps && contents.files.contains_key(signature) {
        return Signature { state: Worth::NotJudged, ..Signature::good(file, Kind::TimeStamp) };
    }
    let vouched = if trust.tsa.outside { "outside" } else { "bundle" };
    let mut stamp = match witness(contents, file, trust, asked, vouched) {
        Ok(witness) => Signature {
            by: vec![witness.authority.clone()],
            witness: Some(witness),
            ..Signature::good(file, Kind::TimeStamp)
        },
        Err((why, help)) => Signature { help, ..Signature::bad(file, Kind::TimeStamp, why) },
    };
    stamp.vouched = vouched;
    stamp
}

type Unwitnessed = (String, Option<String>);

fn witness(
    contents: &Contents<'_>,
    file: &str,
    trust: &Trust,
    asked: &Asked<'_>,
    vouched: &'static str,
) -> Result<Witness, Unwitnessed> {
    let plain = |why: &str| (why.to_owned(), None);
    let signature = file.strip_suffix(STAMP_ENDING).unwrap_or(file);
    let token = contents.bytes(file).map_err(plain)?.ok_or_else(|| plain("it is not here"))?;
    let data = contents.bytes(signature).map_err(plain)?;
    let data = data.ok_or_else(|| (format!("there is no {signature} that it could witness"), None))?;
    match judged(token, data, &trust.tsa, asked) {
        Stamped::Witnessed { at, within, authority } => {
            let latest = at.saturating_add(i64::from(within));
            Ok(Witness { at: timestamp::rfc3339(at), within, authority, vouched, latest })
        }
        Stamped::Refused(why) => Err((format!("refused: {why}"), None)),
        Stamped::Unknown(why) => {
            Err((format!("not judged: {why}"), Some("--without-timestamps leaves time stamps out".to_owned())))
        }
    }
}

/// What the authorities say of a stamp that holds nothing but what they signed. A certificate in it that only those from
/// outside have would be judged by nobody, so the bundle's own have to say the same.
fn judged(token: &[u8], data: &[u8], tsa: &Authorities, asked: &Asked<'_>) -> Stamped {
    match timestamp::kept(token, &tsa.own) {
        Ok(kept) if kept == token => {}
        Ok(_) => {
            return Stamped::Refused("it holds bytes that nobody signed; `demarcate sign` leaves them out".to_owned());
        }
        Err(why) => return Stamped::Refused(why),
    }
    let stamped = timestamp::verify(token, data, &tsa.pem, asked.openssl);
    if tsa.own == tsa.pem || !matches!(stamped, Stamped::Witnessed { .. }) {
        return stamped;
    }
    match timestamp::verify(token, data, &tsa.own, asked.openssl) {
        Stamped::Refused(why) => Stamped::Refused(format!("by the bundle's own {TSA}, {why}")),
        Stamped::Unknown(why) => Stamped::Unknown(why),
        Stamped::Witnessed { .. } => stamped,
    }
}

//! Until when the certificates of authorities last, for a calendar: nothing is trusted because of what is read here.

use base64ct::{Base64, Encoding as _};

use super::der::{Fault, INTEGER, Parts, SEQUENCE, TIME, numbered};
use super::token;

/// A certificate, as far as a calendar asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lasting {
    /// The name of its subject.
    pub name: String,
    /// Its last second, in Unix seconds.
    pub until: i64,
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The tag of a time with a year of two digits.
const SHORT_TIME: u8 = 0x17;

/// The certificates of a PEM file that can be read; what cannot be is left to `openssl`, which judges stamps by them.
pub fn lasting(pem: &[u8]) -> Vec<Lasting> {
    let text = String::from_utf8_lossy(pem);
    let blocks = text.split(BEGIN).skip(1).filter_map(|block| block.split(END).next());
    blocks.filter_map(certificate).collect()
}

fn certificate(block: &str) -> Option<Lasting> {
    let code: String = block.split_whitespace().collect();
    read(&Base64::decode_vec(&code).ok()?).ok()?
}

fn read(certificate: &[u8]) -> Result<Option<Lasting>, Fault> {
    let mut body = Parts::of(certificate).inside(SEQUENCE)?.inside(SEQUENCE)?;
    body.maybe(numbered(0))?;
    body.one(INTEGER)?;
    body.one(SEQUENCE)?;
    body.one(SEQUENCE)?;
    let mut validity = body.inside(SEQUENCE)?;
    validity.any()?;
    let until = time(validity.any()?);
    let name = token::name_of(body.inside(SEQUENCE)?)?;
    Ok(until.map(|until| Lasting { name, until }))
}

/// A year of two digits is one from 1950 to 2049 (RFC 5280, 4.1.2.5.1).
fn time((tag, body): (u8, &[u8])) -> Option<i64> {
    let century: &[u8] = match (tag, body.first()?) {
        (TIME, _) => b"",
        (SHORT_TIME, b'5'..=b'9') => b"19",
        (SHORT_TIME, _) => b"20",
        _ => return None,
    };
    token::time(&[century, body].concat()).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_two_digits_is_of_its_century() {
        assert_eq!(time((SHORT_TIME, b"491231235959Z")), Some(2_524_607_999));
        assert_eq!(time((SHORT_TIME, b"700101000000Z")), Some(0));
        assert_eq!(time((SHORT_TIME, b"261122120000Z")), time((TIME, b"20261122120000Z")));
        for wrong in [&b"2611221200Z"[..], b"", b"261322120000Z", b"26112212000", b"261122120000+0100"] {
            assert_eq!(time((SHORT_TIME, wrong)), None, "{wrong:?}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_passed_over() {
        for pem in ["", "no", BEGIN, &format!("{BEGIN}\nMAA=\n{END}\n"), &format!("{BEGIN}\n???\n{END}"), END] {
            assert_eq!(lasting(pem.as_bytes()), [], "{pem}");
        }
    }
}

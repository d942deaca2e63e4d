//! Signed statements and CMS signatures about the list of digests.

use super::Asked;
use super::contents::Contents;
use super::signed::{Kind, Signature, Trust, Worth};
use crate::manifest::{CMS, Manifest, STATEMENTS, SUMS};
use crate::sealing;
use crate::statement::{self, Judged};
use crate::timestamp;

/// Every statement and CMS signature, by file and line.
pub(super) fn all(
    contents: &Contents<'_>,
    manifest: Option<&Manifest>,
    trust: &Trust,
    signed: &[Signature],
    asked: &Asked<'_>,
) -> Vec<Signature> {
    let mut found = Vec::new();
    for (file, kind) in [(STATEMENTS, Kind::Statement), (CMS, Kind::Cms)] {
        let (bytes, sums) = match (contents.bytes(file), contents.bytes(SUMS)) {
            (Ok(None), _) => continue,
            (Ok(Some(bytes)), Ok(Some(sums))) => (bytes, sums),
            (Err(why), _) | (_, Err(why)) => {
                found.push(Signature::bad(file, kind, why));
                continue;
            }
            (Ok(Some(_)), Ok(None)) => {
                found.push(Signature::bad(file, kind, "there is nothing that it could speak of"));
                continue;
            }
        };
        match (kind, manifest) {
            (Kind::Cms, _) => found.push(cms(bytes, sums, asked)),
            (_, Some(manifest)) => found.extend(statements(bytes, sums, manifest, trust, &moments(signed, asked))),
            (_, None) => found.push(Signature::bad(file, kind, "there is no manifest that it could speak of")),
        }
    }
    found
}

/// The times at which a statement may have been made: now, and when each signature was witnessed, as all that it claims
/// follows from what was signed then.
fn moments(signed: &[Signature], asked: &Asked<'_>) -> Vec<i64> {
    let good = signed.iter().filter(|signature| signature.kind == Kind::Ssh && signature.state == Worth::Good);
    let witnessed = good.filter_map(|signature| signature.witness.as_ref());
    let outside = witnessed.filter(|witness| witness.vouched == "outside").map(|witness| witness.latest);
    let mut moments: Vec<i64> = std::iter::once(asked.now).chain(outside).collect();
    moments.dedup();
    moments
}

/// The statements at the first of these times at which all hold, else as of the first.
fn statements(lines: &[u8], sums: &[u8], manifest: &Manifest, trust: &Trust, moments: &[i64]) -> Vec<Signature> {
    let at = |at: &i64| {
        let [outside, own] = &trust.judges;
        let first = statement::judge(lines, sums, manifest, outside, *at);
        let second = statement::judge(lines, sums, manifest, own, *at);
        let both =
            first.into_iter().zip(second).map(|(first, second)| if first.verdict.is_ok() { second } else { first });
        both.map(|judged| of(judged, *at, trust)).collect::<Vec<_>>()
    };
    let mut judged = moments.iter().map(at);
    let first = judged.next().unwrap_or_default();
    let holds = |found: &Vec<Signature>| found.iter().all(|one| one.state == Worth::Good);
    if holds(&first) { first } else { judged.find(holds).unwrap_or(first) }
}

fn of(judged: Judged, at: i64, trust: &Trust) -> Signature {
    let mut signature = match judged.verdict {
        Ok(signer) => Signature::good(STATEMENTS, Kind::Statement).by(signer),
        Err(why) => Signature::bad(STATEMENTS, Kind::Statement, format!("{}: {why}", judged.predicate_type)),
    };
    signature.by.extend(judged.others.into_iter().flat_map(|other| other.principals));
    signature.says = Some(judged.predicate_type);
    signature.judged_at = Some(timestamp::rfc3339(at));
    signature.vouched = trust.vouched();
    signature
}

fn cms(bytes: &[u8], sums: &[u8], asked: &Asked<'_>) -> Signature {
    let Some(authorities) = asked.cms_ca else {
        let help = "give the certificates of the authorities that you trust for it: --cms-ca FILE";
        let bad = Signature::bad(CMS, Kind::Cms, "nobody from outside vouches for its authority");
        return Signature { help: Some(help.to_owned()), ..bad };
    };
    match sealing::cms_verify(bytes, sums, authorities, asked.openssl) {
        Ok(who) => Signature { by: vec![who], ..Signature::good(CMS, Kind::Cms) },
        Err(why) => Signature::bad(CMS, Kind::Cms, why),
    }
}

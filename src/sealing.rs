//! Signing a bundle: signatures over its list of digests, time stamps over those, and the CMS of a government PKI.
//!
//! Whatever another program makes is judged here before it is kept.

mod cms;
mod cms_form;
mod naming;
mod sealer;
mod stamping;

use std::collections::{BTreeMap, BTreeSet};

pub use cms::{Cms, cms_verify};
pub use naming::Names;
pub use sealer::Sealer;
pub use stamping::{Tsa, kept, stamp};

use crate::failure::{Cause, Failure};
use crate::manifest::{CMS, Manifest, NAMESPACE, STAMP_ENDING, STATEMENTS};
use crate::signature::{self, Revoked, Signers, Trust, Verdict};
use crate::statement;

/// Signature files by name, and what the user should know of them.
pub type Sealed = (BTreeMap<String, Vec<u8>>, Vec<String>);

/// What a bundle is to be sealed with.
pub struct Asked<'a> {
    /// Whose signatures, in their order.
    pub keys: &'a [Sealer],
    /// Who is known by the bundle's own trust, which gives the files their names and says nothing to an assessor.
    pub signers: &'a Signers,
    /// Who is to stamp each signature with the time.
    pub tsa: Option<Tsa>,
    /// The certificates of trusted time stamping authorities, in PEM.
    pub authorities: &'a [u8],
    /// Who signs as a government PKI knows them.
    pub cms: Option<Cms>,
    /// The time of signing, in Unix seconds.
    pub at: i64,
}

impl Asked<'_> {
    fn trust(&self) -> Trust {
        Trust { signers: self.signers.clone(), revoked: Revoked::default(), ..Trust::default() }
    }
}

/// The signature files of a bundle by name, and what the user should know of them.
///
/// Fails where a key or an authority gives nothing that holds.
pub fn seal(sums: &[u8], manifest: &Manifest, asked: &Asked<'_>) -> Result<Sealed, Failure> {
    let mut names = Names::default();
    let (mut files, mut notes) = signatures(sums, asked, &mut names)?;
    if !asked.keys.is_empty() {
        let lines = statement::envelopes(sums, manifest, asked.keys, asked.at)?;
        notes.extend(note_of_statements(&lines, sums, manifest, asked).filter(|_| notes.is_empty()));
        files.insert(STATEMENTS.to_owned(), lines);
    }
    if let Some(cms) = &asked.cms {
        files.insert(CMS.to_owned(), cms.sign(sums)?);
    }
    Ok((files, notes))
}

/// The signatures of the keys and their time stamps by name, with what the user should know of the keys.
pub fn signatures(sums: &[u8], asked: &Asked<'_>, names: &mut Names) -> Result<Sealed, Failure> {
    refuse_twins(asked.keys)?;
    let trust = asked.trust();
    let (mut files, mut notes) = (BTreeMap::new(), Vec::new());
    for key in asked.keys {
        let signature = key.sign(sums, NAMESPACE)?.into_bytes();
        let verdict = signature::verify(sums, &signature, NAMESPACE, &trust, asked.at, None);
        notes.extend(note(key, &verdict));
        let name = names.next(key.public(), asked.signers);
        if let Some(tsa) = &asked.tsa {
            let stamp = stamp(&signature, tsa, asked.authorities, &format!("{name}{STAMP_ENDING}"))?;
            files.insert(format!("{name}{STAMP_ENDING}"), stamp);
        }
        files.insert(name, signature);
    }
    Ok((files, notes))
}

fn refuse_twins(keys: &[Sealer]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    match keys.iter().map(|key| key.public().fingerprint()).find(|key| !seen.insert(key.clone())) {
        Some(key) => Err(Failure::new(Cause::Usage, format!("the key {key} is given twice"))),
        None => Ok(()),
    }
}

/// What whoever signs should know of a key that the bundle's own trust does not bear out.
fn note(key: &Sealer, verdict: &Verdict) -> Option<String> {
    let why = match verdict {
        Verdict::Good(_) => return None,
        Verdict::Unknown { why } => why.to_string(),
        Verdict::Bad { why } => why.to_string(),
    };
    let key = key.public().fingerprint();
    Some(format!("by the bundle's own trust the signature of {key} counts for nothing: {why}"))
}

/// What whoever signs should know of statements that the bundle's own trust does not bear out.
pub fn note_of_statements(lines: &[u8], sums: &[u8], manifest: &Manifest, asked: &Asked<'_>) -> Option<String> {
    let judged = statement::judge(lines, sums, manifest, &asked.trust(), asked.at);
    let why = judged.into_iter().find_map(|judged| judged.verdict.err())?;
    Some(format!("by the bundle's own trust its statements count for nothing: {why}"))
}

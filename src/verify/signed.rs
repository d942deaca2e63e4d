//! Who signed the list of digests, by a trust root from outside.

use std::collections::BTreeMap;

use serde::Serialize;

use super::contents::Contents;
use super::{Asked, Given, Problem, witnessed};
use crate::digest;
use crate::manifest::{CMS, NAMESPACE, SIGNATURE, SIGNERS, STAMP_ENDING, STATEMENTS, SUMS};
use crate::sealing;
use crate::signature::{self, Doubt, Keyring, Revoked, Signer, Signers};
use crate::timestamp;

/// The bundle's own list of keys that no longer count.
const REVOKED: &str = "trust/revoked";

/// How an armored SSH signature begins; the bare bytes would be a second form of the same.
const ARMOR: &[u8] = b"-----BEGIN SSH SIGNATURE-----";

/// By what signers are judged.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Root {
    /// What was given from outside: `file`, `digest` or `none`.
    pub given: &'static str,
    /// Whether it can vouch for a signer.
    pub stands: bool,
    /// SHA-256 of the trust root from outside.
    pub sha256: Option<String>,
    /// SHA-256 of the bundle's own `trust/allowed_signers`.
    pub bundled: Option<String>,
}

/// A signature, a time stamp or a statement.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Signature {
    /// Its file.
    pub file: String,
    /// What it is.
    pub kind: Kind,
    /// What it is worth.
    pub state: Worth,
    /// Who made it, as the trust root names them.
    pub by: Vec<String>,
    /// The fingerprint of the key.
    pub key: Option<String>,
    /// The time for which its key was judged, RFC 3339.
    pub judged_at: Option<String>,
    /// Who saw it when.
    pub witness: Option<Witness>,
    /// Who vouches for its maker: `outside`, or the `bundle` alone.
    pub vouched: &'static str,
    /// The kind of a statement.
    pub says: Option<String>,
    /// Why it is not good.
    pub why: String,
    /// What to do.
    #[serde(skip)]
    pub help: Option<String>,
}

/// Kinds of signatures.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// SSHSIG over the list of digests.
    Ssh,
    /// RFC 3161 token over such a signature.
    TimeStamp,
    /// Detached CMS over the list of digests.
    Cms,
    /// A signed statement about the list of digests.
    Statement,
}

/// What a signature is worth.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Worth {
    /// It holds.
    Good,
    /// It does not, or its maker is not trusted.
    Bad,
    /// It was left out, as was asked.
    NotJudged,
}

/// Who saw a signature when.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Witness {
    /// RFC 3339.
    pub at: String,
    /// Seconds by which that may be off.
    pub within: u32,
    /// The name in the authority's certificate.
    pub authority: String,
    /// Who vouches for the authority: `outside`, or the `bundle` alone.
    pub vouched: &'static str,
    #[serde(skip)]
    pub(super) latest: i64,
}

impl Signature {
    pub(super) fn bad(file: &str, kind: Kind, why: impl Into<String>) -> Self {
        Self { state: Worth::Bad, why: why.into(), ..Self::good(file, kind) }
    }

    pub(super) fn good(file: &str, kind: Kind) -> Self {
        Self {
            file: file.to_owned(),
            kind,
            state: Worth::Good,
            by: Vec::new(),
            key: None,
            judged_at: None,
            witness: None,
            vouched: "outside",
            says: None,
            why: String::new(),
            help: None,
        }
    }

    /// The same, made by this signer.
    pub(super) fn by(mut self, signer: Signer) -> Self {
        self.by = signer.principals;
        self.key = Some(signer.key);
        self
    }
}

/// What is trusted here.
pub(super) struct Trust {
    pub(super) root: Root,
    /// Each must agree: with the revoked keys from outside, and with the bundle's own, which can only take away.
    pub(super) judges: [signature::Trust; 2],
    /// The signers that the bundle names, to say who vouches for a stranger.
    own: signature::Trust,
    pub(super) tsa: witnessed::Authorities,
}

impl Trust {
    pub(super) fn vouched(&self) -> &'static str {
        if self.root.stands { "outside" } else { "bundle" }
    }
}

/// Reads what is trusted, and says where that cannot do.
pub(super) fn trust(
    contents: &Contents<'_>,
    asked: &Asked<'_>,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<String>,
) -> Trust {
    let own = contents.kept(SIGNERS);
    let bundled = own.map(|own| own.sha256.clone());
    let own_bytes = own.map_or(&[][..], |own| &own.bytes);
    let (given, sha256, bytes) = match asked.root {
        None => ("none", None, own_bytes),
        Some(Given::Digest(digest)) => ("digest", Some(digest.clone()), own_bytes),
        Some(Given::Bytes(bytes)) => ("file", Some(digest::of_bytes(bytes).sha256), bytes.as_slice()),
    };
    let stands = given == "file" || (given == "digest" && sha256 == bundled);
    let root = Root { given, stands, sha256, bundled };
    problems.extend(of_root(&root));
    let signers = Signers::read(bytes);
    notes.extend(of_signers(&root, &signers));
    if stands && signers.entries.is_empty() {
        problems.push(Problem::whole("the trust root lists no key that can be read"));
    }
    let revoked = [asked.revoked, contents.kept(REVOKED).map(|kept| kept.bytes.as_slice())];
    let judge = |signers: &Signers, list: Option<&[u8]>| signature::Trust {
        signers: signers.clone(),
        revoked: list.map(Revoked::read).unwrap_or_default(),
        openpgp: Keyring::default(),
    };
    let own = judge(&Signers::read(own_bytes), None);
    Trust {
        root,
        judges: revoked.map(|list| judge(&signers, list)),
        own,
        tsa: witnessed::authorities(contents, asked, problems),
    }
}

/// Why the trust root cannot vouch for a signer.
fn of_root(root: &Root) -> Option<Problem> {
    let ask = "ask who made it, by another way than the one it came: a call, the contract, an earlier bundle";
    let bundled = match (&root.bundled, root.given) {
        (Some(bundled), _) => bundled,
        (None, "file") => return None,
        (None, _) => {
            let problem = Problem::of(SIGNERS, "missing: the bundle names no signers, and no file from outside does");
            return Some(problem.helped("give the file that lists them: --trust-root FILE"));
        }
    };
    match (root.given, &root.sha256) {
        ("none", _) => {
            Some(Problem::whole("no trust root was given from outside, so nobody that you know vouches for it").helped(
                format!(
                    "the SHA-256 of the bundle's own {SIGNERS} is {bundled}; {ask}; if it is the same there, run again \
                     with --trust-root {bundled}"
                ),
            ))
        }
        ("digest", Some(digest)) if !root.stands => Some(
            Problem::of(SIGNERS, format!("its SHA-256 is {bundled}, and the trust root's is {digest}")).helped(ask),
        ),
        _ => None,
    }
}

fn of_signers(root: &Root, signers: &Signers) -> Vec<String> {
    let mut notes = Vec::new();
    if root.given == "file" && root.bundled.is_some() && root.bundled != root.sha256 {
        notes.push(format!("the bundle's own {SIGNERS} is not the trust root, which alone counts for who signed the bundle; reviews in it count by the bundle's own"));
    }
    let line = |problem: &signature::Problem| {
        format!("line {} of the trust root trusts nobody: {}", problem.place.line, problem.what)
    };
    notes.extend(signers.problems.iter().map(line));
    notes
}

/// Every signature over the list of digests and every time stamp, by file.
pub(super) fn all(contents: &Contents<'_>, trust: &Trust, asked: &Asked<'_>) -> Vec<Signature> {
    let stamps: BTreeMap<&str, Signature> = contents
        .signatures()
        .filter_map(|file| Some((file.strip_suffix(STAMP_ENDING)?, witnessed::judge(contents, file, trust, asked))))
        .collect();
    let own = contents.signatures().filter(|file| is_ssh(file));
    let mut signatures: Vec<Signature> = own
        .map(|file| {
            let witness = stamps.get(file).and_then(|stamp| stamp.witness.clone());
            judge(contents, file, witness, trust, asked)
        })
        .collect();
    signatures.extend(stamps.into_values());
    signatures.sort_by(|a, b| a.file.cmp(&b.file));
    signatures
}

fn is_ssh(file: &str) -> bool {
    file != STATEMENTS && file != CMS && !file.ends_with(STAMP_ENDING)
}

fn judge(contents: &Contents<'_>, file: &str, witness: Option<Witness>, trust: &Trust, asked: &Asked<'_>) -> Signature {
    let at =
        witness.as_ref().filter(|witness| witness.vouched == "outside").map_or(asked.now, |witness| witness.latest);
    let judged = sshsig(contents, file, trust, at);
    let (mut signature, doubt) = match judged {
        Ok(signer) => (Signature::good(file, Kind::Ssh).by(signer), None),
        Err((why, doubt)) => (Signature::bad(file, Kind::Ssh, why), doubt),
    };
    if doubt == Some(Doubt::Window) {
        signature.help = Some(match &witness {
            None => "only a time stamp could show that it was made while the key counted, and there is none".to_owned(),
            Some(_) => "its time stamp counts if its authority is trusted from outside: --tsa FILE".to_owned(),
        });
    }
    if let Some(wrong) = misnamed(&signature, trust) {
        signature.state = Worth::Bad;
        signature.why = wrong;
    }
    Signature { judged_at: Some(timestamp::rfc3339(at)), witness, vouched: trust.vouched(), ..signature }
}

type Unsigned = (String, Option<Doubt>);

fn sshsig(contents: &Contents<'_>, file: &str, trust: &Trust, at: i64) -> Result<Signer, Unsigned> {
    let plain = |why: &str| (why.to_owned(), None);
    let bytes = contents.bytes(file).map_err(plain)?.ok_or_else(|| plain("it is not here"))?;
    let sums = contents.bytes(SUMS).map_err(plain)?.ok_or_else(|| plain("there is nothing that it could sign"))?;
    if !bytes.starts_with(ARMOR) {
        return Err(plain("it is no SSH signature as `ssh-keygen -Y sign` writes it"));
    }
    let [outside, own] = &trust.judges;
    let by = |trust| signature::verify(sums, bytes, NAMESPACE, trust, at, None);
    match (by(outside), by(own)) {
        (signature::Verdict::Good(signer), signature::Verdict::Good(_)) => Ok(signer),
        (signature::Verdict::Good(_), refused) => Err((format!("{refused}, by the bundle's own trust/revoked"), None)),
        (signature::Verdict::Unknown { why }, _) => {
            let verdict = signature::Verdict::Unknown { why: why.clone() };
            let by_itself = matches!(why, Doubt::NotListed { .. }).then(|| vouched_by_itself(&by(&trust.own), trust));
            Err((format!("{verdict}{}", by_itself.unwrap_or_default()), Some(why)))
        }
        (refused @ signature::Verdict::Bad { .. }, _) => Err((refused.to_string(), None)),
    }
}

/// That a stranger is known to the bundle itself, which proves nothing.
fn vouched_by_itself(own: &signature::Verdict, trust: &Trust) -> String {
    match own.signer() {
        Some(signer) if trust.root.stands => {
            format!(
                "; the bundle's own {SIGNERS} names {} as its owner, and proves nothing by it",
                signer.principals.join(", ")
            )
        }
        _ => String::new(),
    }
}

/// Why the name of a further signature is not that of its maker, as the trust root or the bundle calls them.
fn misnamed(signature: &Signature, trust: &Trust) -> Option<String> {
    let key = signature.key.as_ref().filter(|_| signature.state == Worth::Good)?;
    let is_theirs = |entry: &&signature::Entry| entry.key.fingerprint() == *key;
    let own = trust.own.signers.entries.iter().filter(is_theirs).flat_map(|entry| entry.principals.parts());
    let fits = signature.file == SIGNATURE
        || sealing::is_called_after(&signature.file, key, signature.by.iter().map(String::as_str).chain(own));
    (!fits).then(|| format!("its name is not that of {}, who made it with {key}", signature.by.join(", ")))
}

/// What is wrong with the signatures, and what a reader should know of them.
pub(super) fn report(signatures: &[Signature], trust: &Trust, problems: &mut Vec<Problem>, notes: &mut Vec<String>) {
    if !signatures.iter().any(|signature| signature.file == SIGNATURE) {
        problems.push(Problem::of(SIGNATURE, "missing: the bundle is not signed"));
    }
    for signature in signatures.iter().filter(|signature| signature.state == Worth::Bad) {
        let problem = Problem { help: signature.help.clone(), ..Problem::of(&signature.file, &signature.why) };
        problems.push(problem);
    }
    let mut makers: BTreeMap<&String, &str> = BTreeMap::new();
    for signature in signatures.iter().filter(|signature| signature.kind == Kind::Ssh) {
        let Some(first) = signature.key.as_ref().and_then(|key| makers.insert(key, &signature.file)) else { continue };
        problems.push(Problem::of(&signature.file, format!("the same key made {first}: nobody else signed by it")));
    }
    notes.extend(of_stamps(signatures, trust));
}

fn of_stamps(signatures: &[Signature], trust: &Trust) -> Vec<String> {
    let stamps = || signatures.iter().filter(|signature| signature.kind == Kind::TimeStamp);
    let mut notes = Vec::new();
    if stamps().any(|stamp| stamp.state == Worth::NotJudged) {
        notes.push("the time stamps were not judged, and may have been altered".to_owned());
    }
    if let (false, Some(sha256)) = (trust.tsa.outside, &trust.tsa.bundled)
        && stamps().any(|stamp| stamp.state == Worth::Good)
    {
        notes.push(format!(
            "only the bundle itself vouches for the authority of its time stamps, so they give no time: compare the \
             SHA-256 of its trust/tsa.pem and add --tsa {sha256}, or give its certificates: --tsa FILE"
        ));
    }
    notes
}

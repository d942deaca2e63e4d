//! What the signatures of claims are worth: judged by the keys that were trusted before each, at the time that somebody
//! else vouches for, or that the committer claims.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::seen::{Seen, Stamp};
use super::trust::{Book, Keys, Revocation, Trusted};
use super::witness::{Witness, Witnesses};
use crate::cache::Cache;
use crate::digest;
use crate::failure::Failure;
use crate::git::log::Log;
use crate::git::{Git, Oid};
use crate::once::Once;
use crate::signature::{self, Doubt, Flaw, ObjectFormat, Signed, Trust, Verdict};

/// What the signature of a commit is worth.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Seal {
    /// There is none.
    Unsigned,
    /// There is one, and no key was trusted yet.
    Early,
    /// It holds, by a key that was trusted.
    Good {
        /// The fingerprint.
        key: String,
        /// Who it is.
        principals: Vec<String>,
    },
    /// It is no proof.
    Refused(String),
}

/// A seal, and the time that a witness vouches for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Sealed {
    pub(super) seal: Seal,
    pub(super) witnessed: Option<i64>,
    /// Who signed, by every name, whether the key still counts or not; asked only of changes.
    maker: Option<BTreeSet<String>>,
}

impl Sealed {
    /// Whether the signature holds, by a key that was trusted.
    pub(super) fn is_good(&self) -> bool {
        matches!(self.seal, Seal::Good { .. })
    }
}

/// Who made a change, as far as its signature tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Author {
    /// Whom the commit names: nobody was trusted yet who could have signed it.
    AsNamed,
    /// Somebody whose key was listed then, by address and by id.
    Known(BTreeSet<String>),
    /// Anybody.
    Unknown,
}

/// What is asked of a commit.
struct Question<'w> {
    commit: Oid,
    /// The states of trust of its parents.
    states: BTreeSet<u32>,
    /// When it was made, as the dates of the log allow, in Unix seconds.
    at: i64,
    witnesses: &'w [Witness],
    /// Whether it is asked who made it.
    is_change: bool,
    /// Everything that the answer rests on beside the commit.
    name: [u8; 32],
}

/// Whose address each is, by address in lower case: the ids of persons.
pub(super) type Persons = BTreeMap<String, BTreeSet<String>>;

/// Somebody who signed: a key, the principals that it is listed for, and the ids of the persons whose they are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Somebody {
    pub(super) key: String,
    pub(super) names: BTreeSet<String>,
}

impl Somebody {
    fn of(key: &str, principals: &[String], persons: &Persons) -> Self {
        let addresses: Vec<String> = principals.iter().map(|principal| principal.to_ascii_lowercase()).collect();
        let ids = addresses.iter().filter_map(|address| persons.get(address)).flatten().cloned();
        Self { key: key.to_owned(), names: ids.chain(addresses.iter().cloned()).collect() }
    }

    /// Whether the two may be one person: by the key, an address, or an entry of `demarcate.toml`.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.key == other.key || !self.names.is_disjoint(&other.names)
    }
}

/// The name under which seals are kept.
const NAME: &str = "seals";

/// Seals that may be judged again rather than written again.
const FEW: usize = 16;

/// What is kept: by commit, and by everything else that a seal rests on.
type Kept = BTreeMap<(Oid, [u8; 32]), Sealed>;

/// What every judgement needs.
pub(super) struct Judging<'a> {
    pub(super) git: &'a Git,
    /// Every address of a person, in lower case.
    pub(super) emails: BTreeSet<String>,
    pub(super) persons: Persons,
    pub(super) witnesses: Witnesses,
    /// Whether policy wants to know who changed what is reviewed.
    pub(super) asks_who_changed: bool,
    /// When each commit was made at the earliest, in Unix seconds.
    pub(super) floors: Vec<i64>,
    pub(super) cache: &'a Cache,
    /// What another walk judged in this run.
    pub(super) shared: Option<&'a Shared>,
}

/// Seals by commit, and by everything else that each rests on.
pub(super) type Shared = Once<(Oid, [u8; 32]), Sealed>;

/// The seals of everything that was claimed.
pub(super) struct Seals {
    by_commit: BTreeMap<Oid, Sealed>,
    /// Who made each change, by its place in the log, where policy asks.
    authors: BTreeMap<usize, Author>,
}

impl Seals {
    /// Judges the commits that claim something, each once, by several threads; what was judged before is not judged
    /// again.
    pub(super) fn of<N>(
        judging: &Judging<'_>,
        seen: &Seen,
        log: &Log<N>,
        trusted: &mut Trusted<'_>,
    ) -> Result<Self, Failure> {
        let Judging { git, persons, emails, asks_who_changed, cache, shared, .. } = judging;
        let unsigned = claims(seen).filter(|stamp| !stamp.is_signed);
        let nothing = Sealed { seal: Seal::Unsigned, witnessed: None, maker: None };
        let mut by_commit: BTreeMap<Oid, Sealed> = unsigned.map(|stamp| (stamp.commit, nothing.clone())).collect();
        let changes = if *asks_who_changed { changes(seen) } else { BTreeMap::new() };
        let questions = questions(judging, seen, log, trusted, &changes)?;
        if questions.is_empty() {
            let authors = authors(&changes, log, trusted, &by_commit);
            return Ok(Self { by_commit, authors });
        }
        let mut kept: Kept = cache.get_packed(NAME).unwrap_or_default();
        let open: Vec<&Question<'_>> = questions.iter().filter(|asked| !kept.contains_key(&asked.key())).collect();
        let book = trusted.book();
        let judged = git.spread(&open, |git, asked| {
            let judge = || sealed(git, asked, book, (emails, persons));
            let sealed = shared.map_or_else(judge, |shared| shared.get(asked.key(), |_| true, judge));
            Ok((asked.key(), sealed?))
        });
        let judged = judged.into_iter().collect::<Result<Vec<_>, Failure>>()?;
        let is_much = judged.len() > FEW + kept.len() / 64;
        kept.extend(judged);
        for asked in &questions {
            by_commit.entry(asked.commit).or_insert_with(|| kept[&asked.key()].clone());
        }
        if is_much && let Some(begun) = cache.begin() {
            let asked: BTreeSet<(Oid, [u8; 32])> = questions.iter().map(Question::key).collect();
            kept.retain(|key, _| asked.contains(key));
            cache.put_packed(NAME, &kept, &begun);
        }
        let authors = authors(&changes, log, trusted, &by_commit);
        Ok(Self { by_commit, authors })
    }

    /// Who made the change at a place in the log, where policy asks.
    pub(super) fn author(&self, position: usize) -> &Author {
        self.authors.get(&position).unwrap_or(&Author::AsNamed)
    }

    pub(super) fn get(&self, stamp: &Stamp) -> &Sealed {
        &self.by_commit[&stamp.commit]
    }
}

/// Everything that was said, by its commit.
pub(super) fn claims(seen: &Seen) -> impl Iterator<Item = &Stamp> {
    let statements = seen.acceptances.iter().chain(&seen.affirmations).map(|(stamp, _)| stamp);
    let certifications = seen.certifications.iter().map(|(stamp, _)| stamp);
    seen.reviews.iter().map(|(stamp, _)| stamp).chain(statements).chain(certifications)
}

/// The places of the commits that changed what can be reviewed, and whether each is signed.
fn changes(seen: &Seen) -> BTreeMap<usize, bool> {
    seen.revisions.values().flatten().map(|revision| (revision.position, revision.is_signed)).collect()
}

/// Who made each change.
fn authors<N>(
    changes: &BTreeMap<usize, bool>,
    log: &Log<N>,
    trusted: &Trusted<'_>,
    judged: &BTreeMap<Oid, Sealed>,
) -> BTreeMap<usize, Author> {
    let mut known: BTreeMap<Vec<u32>, bool> = BTreeMap::new();
    let mut author = |position: usize| {
        let is_nobody = || trusted.before(log, position).is_empty();
        if *known.entry(trusted.at_parents(log, position)).or_insert_with(is_nobody) {
            return Author::AsNamed;
        }
        let maker = judged.get(&log.id(position)).and_then(|sealed| sealed.maker.clone());
        maker.map_or(Author::Unknown, Author::Known)
    };
    changes.keys().map(|position| (*position, author(*position))).collect()
}

fn questions<'w, N>(
    judging: &'w Judging<'_>,
    seen: &Seen,
    log: &Log<N>,
    trusted: &mut Trusted<'_>,
    changes: &BTreeMap<usize, bool>,
) -> Result<Vec<Question<'w>>, Failure> {
    let signed_changes = changes.iter().filter(|(_, is_signed)| **is_signed).map(|(position, _)| *position);
    let mut signed: BTreeMap<Oid, (usize, i64)> =
        signed_changes.map(|position| (log.id(position), (position, log.time(position)))).collect();
    let said = claims(seen).filter(|stamp| stamp.is_signed);
    signed.extend(said.map(|stamp| (stamp.commit, (stamp.position, stamp.time))));
    let states: Vec<BTreeSet<u32>> = signed.values().map(|(position, _)| trusted.before(log, *position)).collect();
    trusted.learn(states.iter().flatten().copied())?;
    let book = trusted.book();
    let rests_on = digest::of(format!("{:?} {}", judging.persons, trusted.revocation_key()).as_bytes());
    let mut known: BTreeMap<BTreeSet<u32>, [u8; 32]> = BTreeMap::new();
    let question = |((commit, (position, time)), states): ((Oid, (usize, i64)), BTreeSet<u32>)| {
        let at = log.parents(position).map(|parent| judging.floors[parent]).fold(time, i64::max);
        let witnesses = judging.witnesses.of_claim(commit);
        let keys = known.entry(states.clone()).or_insert_with(|| {
            let keys = states.iter().map(|state| (&*book.keys(*state).digest, book.counts(*state)));
            digest::of(format!("{rests_on:?} {:?}", keys.collect::<Vec<_>>()).as_bytes())
        });
        let is_change = changes.contains_key(&position);
        let name = digest::of(format!("{keys:?} {at} {witnesses:?} {is_change}").as_bytes());
        Question { commit, states, at, witnesses, is_change, name }
    };
    Ok(signed.into_iter().zip(states).map(question).collect())
}

impl Question<'_> {
    fn key(&self) -> (Oid, [u8; 32]) {
        (self.commit, self.name)
    }
}

/// Judges a commit at the time of its earliest witness, and without one at the time that it claims.
///
/// A stamp or a tag that was made for this commit gives its time. A tag above it came when it came: one that is too late
/// to prove anything proves nothing. A tag by the signer's own key, or by another key of the same person, is no witness.
fn sealed(
    git: &Git,
    asked: &Question<'_>,
    book: Book<'_>,
    (emails, persons): (&BTreeSet<String>, &Persons),
) -> Result<Sealed, Failure> {
    if asked.states.is_empty() {
        return Ok(Sealed { seal: Seal::Early, witnessed: None, maker: None });
    }
    if !asked.states.iter().all(|state| book.counts(*state)) {
        return Ok(Sealed { seal: Seal::Refused(book.why_not.to_owned()), witnessed: None, maker: None });
    }
    let signed = match signed(git, asked.commit)? {
        Ok(signed) => signed,
        Err(seal) => return Ok(Sealed { seal, witnessed: None, maker: None }),
    };
    let keys: Vec<&Keys> = asked.states.iter().map(|state| book.keys(*state)).collect();
    let at = |time: i64, witnessed: Option<i64>| judged(&signed, &keys, time, witnessed, book, emails);
    let own: Vec<Somebody> = keys.iter().filter_map(|keys| maker(&signed, keys, asked.at, persons)).collect();
    let names = || own.iter().flat_map(|own| own.names.iter().cloned()).collect();
    let maker = (asked.is_change && !own.is_empty()).then(names);
    for witness in asked.witnesses.iter().filter(|witness| is_by_another(witness, &own)) {
        let seal = at(witness.at, Some(witness.at));
        if witness.by.is_meant() || matches!(seal, Seal::Good { .. }) {
            return Ok(Sealed { seal, witnessed: Some(witness.at), maker });
        }
    }
    Ok(Sealed { seal: at(asked.at, None), witnessed: None, maker })
}

/// Who made a signature, whether it counts or not.
fn maker(signed: &Signed, keys: &Keys, at: i64, persons: &Persons) -> Option<Somebody> {
    let verdict = signature::verify_object(signed, &keys.timeless, at, None);
    let signer = verdict.signer()?;
    let lines = keys.timeless.signers.entries.iter().filter(|entry| entry.key.fingerprint() == signer.key);
    let names = lines.flat_map(|entry| entry.principals.parts()).map(str::to_owned);
    let principals: Vec<String> = signer.principals.iter().cloned().chain(names).collect();
    Some(Somebody::of(&signer.key, &principals, persons))
}

/// The signature of a commit and what it signs, or what there is instead.
fn signed(git: &Git, commit: Oid) -> Result<Result<Signed, Seal>, Failure> {
    let raw = git.raw_commit(commit)?;
    let format = if commit.as_bytes().len() == 32 { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 };
    Ok(match signature::commit(&raw, format) {
        Ok(Some(signed)) => Ok(signed),
        // A signature of the other object format signs other bytes.
        Ok(None) => Err(Seal::Unsigned),
        Err(flaw) => Err(Seal::Refused(format!("its signature is bad: {flaw}"))),
    })
}

/// Judges a signature by the keys of every parent; whoever is meant by it must be so by all of them.
fn judged(
    signed: &Signed,
    keys: &[&Keys],
    at: i64,
    witnessed: Option<i64>,
    book: Book<'_>,
    emails: &BTreeSet<String>,
) -> Seal {
    let mut found: Option<(String, Vec<String>)> = None;
    for keys in keys {
        match judged_by(signed, keys, at, witnessed, book, emails) {
            Seal::Good { key, principals } => match &mut found {
                None => found = Some((key, principals)),
                Some((_, before)) => before.retain(|principal| principals.contains(principal)),
            },
            other => return other,
        }
    }
    found.map_or(Seal::Early, |(key, principals)| Seal::Good { key, principals })
}

fn judged_by(
    signed: &Signed,
    keys: &Keys,
    at: i64,
    witnessed: Option<i64>,
    book: Book<'_>,
    emails: &BTreeSet<String>,
) -> Seal {
    let mut seal = Seal::Early;
    for trust in &keys.trusts {
        let verdict = signature::verify_object(signed, trust, at, None);
        let is_revoked = matches!(&verdict, Verdict::Bad { why: Flaw::Revoked(_) });
        seal = if is_revoked && witnessed.is_some_and(|at| was_before_revocation(signed, &keys.plain, at, book)) {
            of_verdict(signature::verify_object(signed, &keys.plain, at, None), signed, &keys.plain, at, keys, emails)
        } else {
            of_verdict(verdict, signed, trust, at, keys, emails)
        };
        if !matches!(seal, Seal::Good { .. }) {
            return seal;
        }
    }
    seal
}

/// Whether a witness saw the signature before the first file in effect that revokes its key.
fn was_before_revocation(signed: &Signed, plain: &Trust, at: i64, book: Book<'_>) -> bool {
    let revokes = |found: &&Revocation| {
        let verdict = signature::verify_object(signed, &found.applied(plain), at, None);
        matches!(verdict, Verdict::Bad { why: Flaw::Revoked(_) })
    };
    let first = book.revocations.iter().filter(revokes).map(|found| found.since).min();
    first.is_some_and(|since| at < since)
}

fn of_verdict(
    verdict: Verdict,
    signed: &Signed,
    trust: &Trust,
    at: i64,
    keys: &Keys,
    emails: &BTreeSet<String>,
) -> Seal {
    match verdict {
        Verdict::Good(signer) => {
            let is_certified = signer.certificate.is_some();
            let mut principals = signer.principals;
            principals.retain(|principal| !principal.contains(['*', '?']));
            let of_same_key = |entry: &&signature::Entry| !entry.authority && entry.key.fingerprint() == signer.key;
            let names = trust.signers.entries.iter().filter(of_same_key).flat_map(|entry| entry.principals.parts());
            let is_good = |name: &&str| signature::verify_object(signed, trust, at, Some(name)).signer().is_some();
            let is_new = |name: &&str| !name.starts_with('!') && !principals.iter().any(|known| known == name);
            let more: Vec<String> = names.filter(is_new).filter(is_good).map(str::to_owned).collect();
            principals.extend(more);
            let is_known = |principal: &String| emails.contains(&principal.to_ascii_lowercase());
            if is_certified && !principals.iter().any(is_known) {
                let is_theirs =
                    |email: &&String| signature::verify_object(signed, trust, at, Some(email)).signer().is_some();
                let more: Vec<String> = emails.iter().filter(is_theirs).cloned().collect();
                principals.extend(more.into_iter().filter(|email| !principals.contains(email)).collect::<Vec<_>>());
            }
            Seal::Good { key: signer.key, principals }
        }
        Verdict::Unknown { why: Doubt::NotListed { key } } if keys.patterns.contains(&key) => {
            Seal::Refused(format!("its key {key} is listed for a pattern alone, which vouches for nobody"))
        }
        Verdict::Unknown { why } => Seal::Refused(format!("its signature cannot be trusted: {why}")),
        Verdict::Bad { why } => Seal::Refused(format!("its signature is bad: {why}")),
    }
}

/// When changes of trust and of policy were seen by somebody else than whoever signed them, by commit.
pub(super) fn witnessed<N>(
    git: &Git,
    place: (Oid, &str),
    changes: &BTreeSet<usize>,
    (log, floors): (&Log<N>, &[i64]),
    trusted: &mut Trusted<'_>,
    (persons, cache): (&Persons, &Cache),
) -> Result<BTreeMap<Oid, i64>, Failure> {
    let places: BTreeMap<Oid, usize> = changes.iter().map(|position| (log.id(*position), *position)).collect();
    let witnesses = Witnesses::of_commits(git, place, &places, log, (trusted, true), (persons, cache))?;
    let mut found = BTreeMap::new();
    for (commit, position) in places {
        let witnesses = witnesses.of_claim(commit);
        if witnesses.is_empty() {
            continue;
        }
        let states = trusted.before(log, position);
        trusted.learn(states.iter().copied())?;
        let (Ok(signed), book) = (signed(git, commit)?, trusted.book()) else { continue };
        let keys = states.iter().map(|state| book.keys(*state));
        let own: Vec<Somebody> = keys.filter_map(|keys| maker(&signed, keys, floors[position], persons)).collect();
        let first = witnesses.iter().find(|witness| is_by_another(witness, &own));
        found.extend(first.map(|witness| (commit, witness.at)));
    }
    Ok(found)
}

/// Whether a witness is not the signer; of a key that is not known nobody can say that a tag is somebody else's.
fn is_by_another(witness: &Witness, own: &[Somebody]) -> bool {
    let by_another = |tagger: &Somebody| !own.is_empty() && !own.iter().any(|own| own.is_same(tagger));
    witness.by.tagger().is_none_or(by_another)
}

/// What the signature of a commit is worth by the keys of one state, at the time that it claims; where its key was
/// revoked, by what a witness saw before.
pub(super) fn seal_by(
    git: &Git,
    commit: Oid,
    keys: &Keys,
    at: i64,
    book: Book<'_>,
    emails: &BTreeSet<String>,
) -> Result<Seal, Failure> {
    Ok(match signed(git, commit)? {
        Ok(signed) => judged(&signed, &[keys], at, book.witnessed(commit), book, emails),
        Err(seal) => seal,
    })
}

/// Judges a tag: who made it, if its signature is good.
pub(super) fn tagger(raw: &[u8], keys: &[&Keys], at: i64, book: Book<'_>, persons: &Persons) -> Option<Somebody> {
    let signed = signature::tag(raw).ok()??;
    let emails = persons.keys().cloned().collect();
    match judged(&signed, keys, at, None, book, &emails) {
        Seal::Good { key, principals } => Some(Somebody::of(&key, &principals, persons)),
        _ => None,
    }
}

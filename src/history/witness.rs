//! Who vouches for when a claim was made: time stamps over its commit, and signed tags above it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::seal::{Persons, Somebody, claims, tagger};
use super::seen::Seen;
use super::trust::{Keys, Trusted};
use crate::cache::Cache;
use crate::failure::Failure;
use crate::git::log::Log;
use crate::git::{Git, Mode, Oid};
use crate::program::Tool;
use crate::timestamp::{self, Stamped};

/// Certificates of authorities in a trust folder.
pub(super) const AUTHORITIES: &str = "tsa.pem";

/// Where stamps stand as notes.
const NOTES: &str = "refs/notes/timestamps";

/// The name under which answers are kept.
const NAME: &str = "stamps";

/// How long one stamp may take to be judged.
const LIMIT: Duration = Duration::from_secs(20);

/// Somebody who saw a commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Witness {
    /// When, in Unix seconds.
    pub(super) at: i64,
    pub(super) by: By,
}

/// Who it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum By {
    /// A time stamping authority.
    Stamp,
    /// Somebody's tag on the commit itself.
    Tag(Somebody),
    /// A tag above it.
    TagAbove(Somebody),
}

impl By {
    /// Whether it was made for this commit, so that its time is the commit's.
    pub(super) fn is_meant(&self) -> bool {
        !matches!(self, Self::TagAbove(_))
    }

    /// Who made a tag.
    pub(super) fn tagger(&self) -> Option<&Somebody> {
        match self {
            Self::Stamp => None,
            Self::Tag(tagger) | Self::TagAbove(tagger) => Some(tagger),
        }
    }
}

/// What a stamp was found to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Answer {
    /// When the commit was there at the latest.
    Seen(i64),
    /// Nothing.
    Refused,
    /// Nobody here can tell; another day may.
    Unknown,
}

/// The witnesses of each claim, earliest first.
#[derive(Default)]
pub(super) struct Witnesses {
    by_commit: BTreeMap<Oid, Vec<Witness>>,
    /// Stamps that could not be judged here and now.
    pub(super) unjudged: usize,
}

impl Witnesses {
    /// Asks for the witnesses of everything that was claimed and signed.
    pub(super) fn of<N>(
        git: &Git,
        place: (Oid, &str),
        seen: &Seen,
        log: &Log<N>,
        trusted: &mut Trusted<'_>,
        (persons, cache): (&Persons, &Cache),
    ) -> Result<Self, Failure> {
        let signed = claims(seen).filter(|stamp| stamp.is_signed).map(|stamp| (stamp.commit, stamp.position));
        Self::of_commits(git, place, &signed.collect(), log, (trusted, false), (persons, cache))
    }

    /// Asks for the witnesses of commits, given with their places; where they say who is trusted, whoever tags has to be
    /// trusted at the tip as well.
    pub(super) fn of_commits<N>(
        git: &Git,
        (tip, prefix): (Oid, &str),
        signed: &BTreeMap<Oid, usize>,
        log: &Log<N>,
        (trusted, are_of_trust): (&mut Trusted<'_>, bool),
        (persons, cache): (&Persons, &Cache),
    ) -> Result<Self, Failure> {
        let mut found = Self::default();
        if signed.is_empty() || !trusted.is_anybody() {
            return Ok(found);
        }
        found.stamps(git, (tip, prefix), signed, trusted, cache)?;
        let also = if are_of_trust { trusted.after(0) } else { BTreeSet::new() };
        found.tags(git, log, signed, (trusted, persons), &also)?;
        found.by_commit.values_mut().for_each(|all| all.sort_by_key(|witness| witness.at));
        Ok(found)
    }

    /// Those of a claim.
    pub(super) fn of_claim(&self, commit: Oid) -> &[Witness] {
        self.by_commit.get(&commit).map_or(&[], Vec::as_slice)
    }

    fn stamps(
        &mut self,
        git: &Git,
        (tip, prefix): (Oid, &str),
        signed: &BTreeMap<Oid, usize>,
        trusted: &Trusted<'_>,
        cache: &Cache,
    ) -> Result<(), Failure> {
        let Some(authorities) = trusted.file(AUTHORITIES) else { return Ok(()) };
        let tokens = tokens(git, tip, prefix)?;
        let of = |commit: &Oid| tokens.get(&commit.to_string()).into_iter().flatten().copied();
        let wanted: Vec<(Oid, Oid)> =
            signed.keys().flat_map(|commit| of(commit).map(|token| (*commit, token))).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let authorities = git.blob(authorities)?;
        let mut kept: BTreeMap<String, Answer> = cache.get_packed(NAME).unwrap_or_default();
        let known = kept.len();
        let asked = git.spread(&wanted, |git, (commit, token)| {
            let (raw, token) = (git.raw_commit(*commit)?, git.blob(*token)?);
            let key = timestamp::key(&token, &raw, &authorities);
            let answer = kept.get(&key).copied().unwrap_or_else(|| asked_of(&token, &raw, &authorities));
            Ok((*commit, key, answer))
        });
        for asked in asked {
            let (commit, key, answer) = asked?;
            if answer == Answer::Unknown {
                self.unjudged += 1;
            } else {
                kept.insert(key, answer);
            }
            if let Answer::Seen(at) = answer {
                self.add(commit, Some(Witness { at, by: By::Stamp }));
            }
        }
        if kept.len() > known
            && let Some(begun) = cache.begin()
        {
            cache.put_packed(NAME, &kept, &begun);
        }
        Ok(())
    }

    fn tags<N>(
        &mut self,
        git: &Git,
        log: &Log<N>,
        signed: &BTreeMap<Oid, usize>,
        (trusted, persons): (&mut Trusted<'_>, &Persons),
        also: &BTreeSet<u32>,
    ) -> Result<(), Failure> {
        let all = git.signed_tags()?;
        if all.is_empty() {
            return Ok(());
        }
        let positions: BTreeMap<Oid, usize> = (0..log.len()).map(|position| (log.id(position), position)).collect();
        let mut good: Vec<GoodTag> = Vec::new();
        for tag in all {
            let Some(position) = positions.get(&tag.commit).copied() else { continue };
            let states = &trusted.after(position) | also;
            trusted.learn(states.iter().copied())?;
            let book = trusted.book();
            let keys: Vec<&Keys> = states.iter().map(|state| book.keys(*state)).collect();
            let tagger = tagger(&tag.raw, &keys, tag.at, book, persons);
            good.extend(tagger.map(|by| GoodTag { position, at: tag.at, by }));
        }
        let mut direct: BTreeMap<usize, Vec<&GoodTag>> = BTreeMap::new();
        for tag in &good {
            direct.entry(tag.position).or_default().push(tag);
        }
        for (commit, position) in signed {
            for tag in direct.get(position).into_iter().flatten() {
                self.add(*commit, Some(Witness { at: tag.at, by: By::Tag(tag.by.clone()) }));
            }
        }
        let mut sights: BTreeMap<Oid, Sight<'_>> = signed.keys().map(|commit| (*commit, Sight::default())).collect();
        for some in good.chunks(BITS) {
            let marks: Vec<(usize, u64)> = some.iter().enumerate().map(|(bit, tag)| (tag.position, 1 << bit)).collect();
            let above = log.inherited(&marks);
            let row = Row::of(some);
            for (commit, sight) in &mut sights {
                sight.look(above[signed[commit]], &row);
            }
        }
        for (commit, sight) in sights {
            for tag in sight.tags {
                self.add(commit, Some(Witness { at: tag.at, by: By::TagAbove(tag.by.clone()) }));
            }
        }
        Ok(())
    }

    fn add(&mut self, commit: Oid, witness: Option<Witness>) {
        self.by_commit.entry(commit).or_default().extend(witness);
    }
}

/// Tags that are looked at together, a bit for each.
const BITS: usize = 64;

/// A signed tag that holds.
struct GoodTag {
    position: usize,
    at: i64,
    by: Somebody,
}

/// Good tags, oldest first, a bit for each, and the bits of everybody's.
struct Row<'t> {
    tags: &'t [GoodTag],
    by_tagger: BTreeMap<&'t Somebody, u64>,
}

impl<'t> Row<'t> {
    fn of(tags: &'t [GoodTag]) -> Self {
        let mut by_tagger: BTreeMap<&Somebody, u64> = BTreeMap::new();
        for (bit, tag) in tags.iter().enumerate() {
            *by_tagger.entry(&tag.by).or_default() |= 1 << bit;
        }
        Self { tags, by_tagger }
    }

    fn bits_of(&self, tagger: &Somebody) -> u64 {
        let same = self.by_tagger.iter().filter(|(other, _)| other.is_same(tagger));
        same.fold(0, |all, (_, bits)| all | bits)
    }
}

/// The oldest tags above a claim by two people: one of them may be the signer, who is no witness.
#[derive(Default)]
struct Sight<'t> {
    tags: Vec<&'t GoodTag>,
    /// How many tags were looked at.
    steps: usize,
}

impl<'t> Sight<'t> {
    /// Looks at the tags with these bits, which are no older than those of before.
    fn look(&mut self, mut bits: u64, row: &Row<'t>) {
        for tag in &self.tags {
            bits &= !row.bits_of(&tag.by);
        }
        while bits != 0 && self.tags.len() < 2 {
            let tag = &row.tags[bits.trailing_zeros() as usize];
            self.tags.push(tag);
            self.steps += 1;
            bits &= !row.bits_of(&tag.by);
        }
    }
}

/// What a stamp says of a commit.
fn asked_of(token: &[u8], raw: &[u8], authorities: &[u8]) -> Answer {
    match timestamp::verify(token, raw, authorities, &Tool::named("openssl").within(LIMIT)) {
        Stamped::Witnessed { at, within, .. } => Answer::Seen(at + i64::from(within)),
        Stamped::Refused(_) => Answer::Refused,
        Stamped::Unknown(_) => Answer::Unknown,
    }
}

/// The stamps that there are, by the commit as hex: files of the trust folder, and notes. One that proves nothing takes
/// the place of no other.
fn tokens(git: &Git, tip: Oid, prefix: &str) -> Result<BTreeMap<String, Vec<Oid>>, Failure> {
    let mut tokens: BTreeMap<String, Vec<Oid>> = BTreeMap::new();
    let mut add = |commit: String, token: Oid| {
        let of = tokens.entry(commit).or_default();
        if !of.contains(&token) {
            of.push(token);
        }
    };
    if let Some(notes) = git.reference(NOTES)? {
        let files = git.files_of_tree(git.tree_of(notes)?, "")?;
        let files = files.into_iter().filter(|(_, entry)| entry.mode == Mode::File);
        files.for_each(|(path, entry)| add(path.replace('/', ""), entry.id));
    }
    let folder = if prefix.is_empty() { "trust/timestamps".to_owned() } else { format!("{prefix}/trust/timestamps") };
    for (path, entry) in git.files_of_tree(git.tree_of(tip)?, &folder)? {
        if let Some(commit) = path.strip_suffix(".tsr").filter(|_| entry.mode == Mode::File) {
            add(commit.to_owned(), entry.id);
        }
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_tags_the_oldest_of_two_people_are_kept_and_few_are_looked_at() {
        let by = |at: i64| {
            let (key, name) = if at < 1_500 { (at % 2, "dana") } else { (2, "robin") };
            Somebody { key: key.to_string(), names: [name.to_owned()].into() }
        };
        let tags: Vec<GoodTag> = (0..2_000).map(|at| GoodTag { position: 0, at, by: by(at) }).collect();
        let mut sight = Sight::default();
        for some in tags.chunks(BITS) {
            sight.look(u64::MAX >> (BITS - some.len()), &Row::of(some));
        }
        assert_eq!(sight.tags.iter().map(|tag| tag.at).collect::<Vec<_>>(), [0, 1_500]);
        assert_eq!(sight.steps, 2);
    }
}

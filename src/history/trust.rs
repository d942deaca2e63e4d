//! Which keys were trusted at each commit: the trust files of its parent, as far as keys that were trusted before let
//! them in.

use std::collections::{BTreeMap, BTreeSet};

use super::seen::Seen;
use crate::digest;
use crate::failure::Failure;
use crate::git::log::Log;
use crate::git::{Git, Oid};
use crate::model::history::LogProblem;
use crate::signature::{Entry, Revoked, Signers, Trust};

/// The list of SSH keys in a trust folder.
pub(super) const SIGNERS: &str = "allowed_signers";

/// The list of keys in a trust folder that no longer count.
const REVOKED: &str = "revoked";

/// Why a key counts for nothing that was trusted on another line of development.
const ELSEWHERE: &str =
    "no trusted line lists its key: the trust files there are not those from which the trust of now comes";

/// The number of the state in which no key is trusted.
pub(super) const NOBODY: u32 = 0;

/// What was trusted from some commit on.
#[derive(Clone, Debug)]
struct State {
    /// The trust files, by number; `None` is no key.
    files: Option<u32>,
    /// The states that it came from.
    previous: BTreeSet<u32>,
    /// Where it was set.
    set_at: Option<usize>,
    /// Whether it is the root that was pinned.
    pinned: bool,
}

/// A commit whose trust files are not those that were in effect before it.
struct Change {
    position: usize,
    commit: Oid,
    files: Option<u32>,
    /// Whether the first parent holds files that are not in effect.
    upon_unlawful: bool,
}

/// Who judges whether the keys of a state let a commit change them: says why not.
pub(super) type Judge<'j> = &'j mut dyn FnMut(usize, Oid, &Keys, Book<'_>) -> Result<Result<(), String>, Failure>;

/// The trust files of the log, and what follows from them.
pub(super) struct Trusted<'g> {
    git: &'g Git,
    files: Vec<BTreeMap<String, Oid>>,
    states: Vec<State>,
    /// The state that is in effect after the commit at each position; empty where no key was ever trusted.
    at: Vec<u32>,
    /// The states that led to that of the tip, and are the pinned root or follow it.
    counted: BTreeSet<u32>,
    /// Every list of revoked keys that applies to the whole of the log.
    revoked: Vec<Revoked>,
    revocations: Vec<(i64, Revoked)>,
    why_not: String,
    pin: Option<String>,
    keys: BTreeMap<u32, Keys>,
    pub(super) problems: Vec<LogProblem>,
}

/// What is trusted in one state: a signature counts only if all of these find it good.
pub(super) struct Keys {
    pub(super) trusts: Vec<Trust>,
    /// The same without any revocation.
    pub(super) plain: Trust,
    /// The same without windows of time either: it tells whose key it is, and nothing else.
    pub(super) timeless: Trust,
    /// Fingerprints of keys that are listed for a pattern, which is nobody.
    pub(super) patterns: BTreeSet<String>,
    /// What the trusts were read from.
    pub(super) digest: String,
}

impl<'g> Trusted<'g> {
    pub(super) fn new(git: &'g Git, seen: &mut Seen, pin: Option<&str>) -> Result<Self, Failure> {
        let files = std::mem::take(&mut seen.trust_files);
        let nobody = State { files: None, previous: BTreeSet::new(), set_at: None, pinned: false };
        let mut trusted = Self {
            git,
            files,
            states: vec![nobody],
            at: Vec::new(),
            counted: BTreeSet::new(),
            revoked: Vec::new(),
            revocations: Vec::new(),
            why_not: String::new(),
            pin: pin.map(bare),
            keys: BTreeMap::new(),
            problems: Vec::new(),
        };
        trusted.keys.insert(NOBODY, trusted.read(None)?);
        Ok(trusted)
    }

    /// Follows the trust files from the first commit to the tip.
    pub(super) fn follow<N>(
        &mut self,
        log: &Log<N>,
        touched: &[(usize, u32)],
        judge: Judge<'_>,
    ) -> Result<(), Failure> {
        let touched: BTreeMap<usize, u32> = touched.iter().copied().collect();
        if touched.values().all(|files| self.files[*files as usize].is_empty()) {
            self.pin_is_there();
            return Ok(());
        }
        let content = self.content(log, &touched);
        self.revoked = self.revocations(content[0])?;
        self.at = vec![NOBODY; log.len()];
        for position in (0..log.len()).rev() {
            let parents: Vec<usize> = log.parents(position).collect();
            let before: BTreeSet<u32> = parents.iter().map(|parent| self.at[*parent]).collect();
            let first = parents.first().map_or(NOBODY, |parent| self.at[*parent]);
            let is_carried = parents.first().is_some_and(|first| content[*first] == content[position]);
            let newest = self.newest(&before);
            self.at[position] = match newest {
                // What nobody let in stays out, and what was let in stays in.
                Some(newest) if self.states[newest as usize].files == content[position] => newest,
                Some(newest) if is_carried && before.len() == 1 => newest,
                newest => {
                    let is_outside = |parent: &usize| self.states[self.at[*parent] as usize].files != content[*parent];
                    let upon_unlawful = parents.first().is_some_and(is_outside);
                    let change = Change { position, commit: log.id(position), files: content[position], upon_unlawful };
                    self.changed(&change, &before, newest.unwrap_or(first), judge)?
                }
            };
        }
        self.revoked.extend(self.lawful_revocations(content[0])?);
        self.keys.retain(|state, _| *state == NOBODY);
        self.count();
        self.learn_revocations(log)?;
        self.pin_is_there();
        Ok(())
    }

    fn learn_revocations<N>(&mut self, log: &Log<N>) -> Result<(), Failure> {
        let mut known: BTreeSet<Oid> = BTreeSet::new();
        for state in self.counted.clone() {
            let State { files: Some(files), set_at: Some(set_at), .. } = self.states[state as usize] else { continue };
            if let Some(blob) = self.files[files as usize].get(REVOKED).copied().filter(|blob| known.insert(*blob)) {
                self.revocations.push((log.time(set_at), Revoked::read(&self.git.blob(blob)?)));
            }
        }
        Ok(())
    }

    /// The files that stand after each commit; `None` where there are none.
    fn content<N>(&self, log: &Log<N>, touched: &BTreeMap<usize, u32>) -> Vec<Option<u32>> {
        let mut content = vec![None; log.len()];
        for position in (0..log.len()).rev() {
            let mut parents = log.parents(position);
            let (first, is_merge) = (parents.next(), parents.next().is_some());
            content[position] = match touched.get(&position) {
                Some(files) => Some(*files).filter(|files| !self.files[*files as usize].is_empty()),
                None if is_merge => None,
                None => first.and_then(|first| content[first]),
            };
        }
        content
    }

    /// The state among these that follows all others.
    fn newest(&self, states: &BTreeSet<u32>) -> Option<u32> {
        if states.is_empty() {
            return Some(NOBODY);
        }
        let lineage = |state: u32| self.lineage(state);
        states.iter().rev().copied().find(|state| states.is_subset(&lineage(*state)))
    }

    /// A state and all that led to it.
    fn lineage(&self, state: u32) -> BTreeSet<u32> {
        let mut found = BTreeSet::from([NOBODY]);
        let mut open = vec![state];
        while let Some(next) = open.pop() {
            if found.insert(next) || next == NOBODY {
                open.extend(self.states[next as usize].previous.iter().filter(|state| !found.contains(state)));
            }
        }
        found
    }

    /// The state after a commit that changes the trust files, or the one that stays where it may not.
    fn changed(
        &mut self,
        change: &Change,
        before: &BTreeSet<u32>,
        stays: u32,
        judge: Judge<'_>,
    ) -> Result<u32, Failure> {
        let Change { position, commit, files, upon_unlawful } = *change;
        let is_first = before.iter().all(|state| *state == NOBODY);
        let pinned = match (&self.pin, files) {
            (Some(pin), Some(files)) if is_first => self.digest_of_signers(files)?.is_some_and(|digest| digest == *pin),
            _ => false,
        };
        let mut state = State { files, previous: before.clone(), set_at: Some(position), pinned };
        state.previous.insert(NOBODY);
        if !is_first && upon_unlawful {
            let why = "it builds on trust files that nobody who was trusted let in, and would let them in with it";
            self.problems.push(unlawful(commit, before.len() > 1, why));
            return Ok(stays);
        }
        if !is_first {
            for known in before.clone() {
                let keys = self.read(self.states[known as usize].files)?;
                if let Err(why) = judge(position, commit, &keys, self.book())? {
                    self.problems.push(unlawful(commit, before.len() > 1, &why));
                    return Ok(stays);
                }
            }
        }
        self.states.push(state);
        Ok(u32::try_from(self.states.len() - 1).expect("there are fewer states than commits"))
    }

    /// Which states count at the tip.
    fn count(&mut self) {
        let lineage = self.lineage(self.at[0]);
        let is_counted = |state: &u32| {
            *state != NOBODY
                && (self.pin.is_none()
                    || self.lineage(*state).iter().any(|before| self.states[*before as usize].pinned))
        };
        self.counted = lineage.iter().filter(|state| is_counted(state)).copied().collect();
    }

    fn pin_is_there(&mut self) {
        let wrong_root = self.pin.is_some() && self.counted.is_empty();
        let why = if wrong_root { "no list of the log is the trust root that was pinned" } else { ELSEWHERE };
        why.clone_into(&mut self.why_not);
        if let Some(pin) = self.pin.as_ref().filter(|_| self.counted.is_empty()) {
            self.problems.push(LogProblem {
                rule: "wrong-trust-root",
                commit: None,
                message: format!(
                    "no trust/{SIGNERS} of the log is the trust root sha256:{pin}, so no signature counts"
                ),
                help: "compare the digest with the one that was agreed on: `sha256sum trust/allowed_signers`"
                    .to_owned(),
            });
        }
    }

    /// The states by which a claim is judged: those of its parents, as far as they count. A key that was taken out on
    /// one side of a merge is no key of the merge's.
    pub(super) fn before<N>(&self, log: &Log<N>, position: usize) -> BTreeSet<u32> {
        let all: BTreeSet<u32> = log.parents(position).filter_map(|parent| self.at.get(parent)).copied().collect();
        let counted: BTreeSet<u32> = all.intersection(&self.counted).copied().collect();
        let somebody = || all.iter().copied().filter(|state| *state != NOBODY).collect();
        if counted.is_empty() { somebody() } else { counted }
    }

    /// The state that is in effect after the commit at a position.
    pub(super) fn after(&self, position: usize) -> u32 {
        self.at.get(position).copied().unwrap_or(NOBODY)
    }

    /// A file that stands in the trust folder as it is in effect at the tip.
    pub(super) fn file(&self, name: &str) -> Option<Oid> {
        let files = self.states[self.after(0) as usize].files?;
        self.files[files as usize].get(name).copied()
    }

    /// What was learned, to be asked by several threads.
    pub(super) fn book(&self) -> Book<'_> {
        Book { keys: &self.keys, counted: &self.counted, revocations: &self.revocations, why_not: &self.why_not }
    }

    /// Whether a key is trusted at the tip.
    pub(super) fn is_anybody(&self) -> bool {
        self.at.first().is_some_and(|state| *state != NOBODY)
    }

    /// The commit with which trust begins, where nothing outside the log says so.
    pub(super) fn unpinned_root(&self) -> Option<usize> {
        let first = self.counted.iter().next().filter(|_| self.pin.is_none())?;
        self.states[*first as usize].set_at
    }

    /// Reads the keys of states, to be asked often.
    pub(super) fn learn(&mut self, states: impl Iterator<Item = u32>) -> Result<(), Failure> {
        for state in states {
            if !self.keys.contains_key(&state) {
                let keys = self.read(self.states[state as usize].files)?;
                self.keys.insert(state, keys);
            }
        }
        Ok(())
    }

    fn read(&self, files: Option<u32>) -> Result<Keys, Failure> {
        let empty = BTreeMap::new();
        let files = files.map_or(&empty, |files| &self.files[files as usize]);
        let (mut trust, mut patterns) = (Trust::default(), BTreeSet::new());
        for (name, blob) in files {
            if name == SIGNERS {
                trust.signers = Signers::read(&self.git.blob(*blob)?);
                // A line for everybody vouches for nobody.
                let (kept, wild): (Vec<Entry>, Vec<Entry>) =
                    trust.signers.entries.into_iter().partition(|entry| entry.authority || !entry.principals.is_wild());
                trust.signers.entries = kept;
                patterns.extend(wild.iter().map(|entry| entry.key.fingerprint()));
            } else if is_keyring(name) {
                // A file that cannot be read trusts nobody.
                drop(trust.openpgp.add(&self.git.blob(*blob)?));
            }
        }
        let lists = self.revoked.iter().map(|revoked| Trust { revoked: revoked.clone(), ..trust.clone() });
        let mut trusts: Vec<Trust> = lists.collect();
        if trusts.is_empty() {
            trusts.push(trust.clone());
        }
        let mut timeless = trust.clone();
        for entry in &mut timeless.signers.entries {
            (entry.valid_after, entry.valid_before) = (None, None);
        }
        Ok(Keys { trusts, plain: trust, timeless, patterns, digest: format!("{files:?}") })
    }

    fn revocations(&self, files: Option<u32>) -> Result<Vec<Revoked>, Failure> {
        let blob = files.and_then(|files| self.files[files as usize].get(REVOKED));
        blob.map(|blob| Ok(Revoked::read(&self.git.blob(*blob)?))).into_iter().collect()
    }

    /// The revocations that are in effect at the tip, where what stands there is something else.
    fn lawful_revocations(&self, content: Option<u32>) -> Result<Vec<Revoked>, Failure> {
        let lawful = self.states[self.at[0] as usize].files;
        if lawful == content { Ok(Vec::new()) } else { self.revocations(lawful) }
    }

    fn digest_of_signers(&self, files: u32) -> Result<Option<String>, Failure> {
        let blob = self.files[files as usize].get(SIGNERS);
        blob.map(|blob| Ok(digest::of_bytes(&self.git.blob(*blob)?).sha256)).transpose()
    }

    /// The blobs of the lists that apply to the whole log, for the names of what is kept.
    pub(super) fn revocation_key(&self) -> String {
        format!("{:?}", self.revoked)
    }
}

/// Keys by state.
#[derive(Clone, Copy)]
pub(super) struct Book<'t> {
    keys: &'t BTreeMap<u32, Keys>,
    counted: &'t BTreeSet<u32>,
    /// The lists of revoked keys that were let in, oldest first, and since when, in Unix seconds.
    pub(super) revocations: &'t [(i64, Revoked)],
    /// Why nothing that was signed by the keys of a state counts that does not.
    pub(super) why_not: &'t str,
}

impl<'t> Book<'t> {
    /// Whether what was trusted then is what the trust of now comes from.
    pub(super) fn counts(self, state: u32) -> bool {
        self.counted.contains(&state)
    }

    /// The keys of a state that was learned.
    pub(super) fn keys(self, state: u32) -> &'t Keys {
        &self.keys[&state]
    }
}

/// Whether a file of a trust folder holds OpenPGP keys.
pub(super) fn is_keyring(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|ending| ending == "asc")
}

fn bare(digest: &str) -> String {
    digest.trim().trim_start_matches("sha256:").to_ascii_lowercase()
}

fn unlawful(commit: Oid, is_merge: bool, why: &str) -> LogProblem {
    let what = if is_merge { "a merge of different trust files changes" } else { "the commit changes" };
    LogProblem {
        rule: "untrusted-trust-change",
        commit: Some(commit.to_string()),
        message: format!("{what} who is trusted, and no key that was trusted before stands behind it: {why}"),
        help: "have somebody whose key was trusted before make the change in a signed commit; until then the keys of before count".to_owned(),
    }
}

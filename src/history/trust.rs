//! Which keys were trusted at each commit: the trust files of its parent, as far as keys that were trusted before let
//! them in.

use std::collections::{BTreeMap, BTreeSet};

use super::lineage::Lineages;
use super::seen::Seen;
use super::witness::AUTHORITIES;
use crate::date::Date;
use crate::digest;
use crate::failure::Failure;
use crate::git::log::{Log, Taken};
use crate::git::{Git, Oid};
use crate::model::history::LogProblem;
use crate::signature::{self, Entry, Revocations, Revoked, Signers, Trust};

/// The list of SSH keys in a trust folder.
pub(super) const SIGNERS: &str = "allowed_signers";

/// The list of keys in a trust folder that no longer count.
pub(super) const REVOKED: &str = "revoked";

/// The rule that only tells.
const NOTE: &str = "log-note";

/// What stands after the name of a file of trust that is a link.
const LINK: &str = " (a link)";

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
    /// Whether it is the pinned root or comes from it; without a pin every state does.
    is_rooted: bool,
    /// The states that have to agree where it stands for several sides, none of which follows the others; else empty.
    sides: BTreeSet<u32>,
    /// Whether the root was deleted with it, by those whom it trusted: nobody is trusted any more.
    is_ended: bool,
}

/// How many sides may be open at a time; of more nobody can say who would have to agree, so nobody may.
const SIDES: usize = 100;

/// How many lists with which trust begins are named.
const LISTS: usize = 3;

/// What one state is and another is not: its files, where it came from, its sides, and whether the root ended with it.
type Number = (Option<u32>, BTreeSet<u32>, BTreeSet<u32>, bool);

/// A commit whose trust files are not those that were in effect before it.
struct Change {
    position: usize,
    commit: Oid,
    files: Option<u32>,
    /// Whether the first parent holds files that are not in effect.
    upon_unlawful: bool,
    /// Whether the root is deleted with it.
    deletes_root: bool,
}

/// Who judges whether the keys of a state let a commit change them: says why not.
pub(super) type Judge<'j> = &'j mut dyn FnMut(usize, Oid, &Keys, Book<'_>) -> Result<Result<(), String>, Failure>;

/// The trust files of the log, and what follows from them.
pub(super) struct Trusted<'g> {
    git: &'g Git,
    files: Vec<BTreeMap<String, Oid>>,
    states: Vec<State>,
    lineages: Lineages,
    /// The number of each state by what it is, so that the same change made twice on two branches is one.
    numbers: BTreeMap<Number, u32>,
    /// The state that is in effect after the commit at each position; empty where no key was ever trusted.
    at: Vec<u32>,
    /// The states that led to that of the tip, and are the pinned root or follow it.
    counted: BTreeSet<u32>,
    /// Every list of revoked keys that applies to the whole of the log.
    revoked: Vec<Revoked>,
    /// Every revocation of an OpenPGP key in the files that led to those of the tip; none can be taken back.
    withdrawn: Revocations,
    /// The files in which both stand.
    heeded: BTreeSet<Oid>,
    /// The states with which trust begins.
    roots: Vec<u32>,
    revocations: Vec<Revocation>,
    /// When changes were seen by others than whoever signed them.
    witnessed: BTreeMap<Oid, i64>,
    why_not: String,
    pin: Option<String>,
    /// Whether the pin does not stand in the log itself.
    is_from_outside: bool,
    /// Whether it is open with which list trust begins.
    is_doubted: bool,
    /// Whether keys are meant to be listed at the tip, behind a link.
    is_linked: bool,
    keys: BTreeMap<u32, Keys>,
    pub(super) problems: Vec<LogProblem>,
}

/// A file that takes trust away, as long as it is in force.
pub(super) struct Revocation {
    /// Since when, in Unix seconds.
    pub(super) since: i64,
    file: Oid,
    revoked: Revoked,
    withdrawn: Revocations,
}

impl Revocation {
    /// The same trust with what this file takes away from it.
    pub(super) fn applied(&self, trust: &Trust) -> Trust {
        let mut trust = Trust { revoked: self.revoked.clone(), ..trust.clone() };
        trust.openpgp.heed(&self.withdrawn);
        trust
    }
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
    /// Nothing is known yet; the pin is that of the log unless it was given from outside.
    pub(super) fn new(
        git: &'g Git,
        seen: &mut Seen,
        pin: Option<&str>,
        is_from_outside: bool,
    ) -> Result<Self, Failure> {
        let files = std::mem::take(&mut seen.trust_files);
        let (previous, sides) = (BTreeSet::new(), BTreeSet::new());
        let nobody = State { files: None, previous, set_at: None, is_rooted: true, sides, is_ended: false };
        let mut trusted = Self {
            git,
            files,
            states: vec![nobody],
            lineages: Lineages::new(),
            numbers: BTreeMap::new(),
            at: Vec::new(),
            counted: BTreeSet::new(),
            revoked: Vec::new(),
            withdrawn: Revocations::default(),
            heeded: BTreeSet::new(),
            roots: Vec::new(),
            revocations: Vec::new(),
            witnessed: BTreeMap::new(),
            why_not: String::new(),
            pin: pin.map(bare),
            is_from_outside,
            is_doubted: false,
            is_linked: false,
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
            return self.pin_is_there(log);
        }
        let mut content = self.content(log, &touched);
        let names = content[0].into_iter().flat_map(|files| self.files[files as usize].keys());
        self.is_linked = names.into_iter().any(|name| is_link_to_keys(name));
        let is_loose = self.leave_out_authorities(log, &mut content);
        (self.revoked, self.withdrawn, self.heeded) = (Vec::new(), Revocations::default(), BTreeSet::new());
        self.revoke(content[0])?;
        self.withdraw(content[0])?;
        // What a later list revokes, no earlier change rests on; each round knows more lists, so it ends.
        loop {
            let known = self.heeded.len();
            self.states.truncate(1);
            (self.lineages, self.numbers) = (Lineages::new(), BTreeMap::new());
            self.problems.clear();
            self.at = vec![NOBODY; log.len()];
            for position in (0..log.len()).rev() {
                self.at[position] = self.state_at(log, position, &content, judge)?;
            }
            for state in self.sides(self.at[0]) {
                self.revoke(self.states[state as usize].files)?;
            }
            for state in self.lineages.all(self.at[0]) {
                self.withdraw(self.states[state as usize].files)?;
            }
            if self.heeded.len() == known {
                break;
            }
        }
        self.keys.retain(|state, _| *state == NOBODY);
        self.count();
        self.doubt(log);
        self.learn_revocations(log)?;
        if is_loose && self.is_anybody() {
            self.problems.push(loose_authorities());
        }
        self.pin_is_there(log)?;
        self.ask_for_a_pin(log)?;
        self.say_what_was_deleted(log);
        Ok(())
    }

    /// Says for which root this one is taken, where what follows from that is reported. Whoever was given the root from
    /// outside knows that it is another.
    fn say_what_was_deleted<N>(&mut self, log: &Log<N>) {
        if self.is_from_outside && !self.counted.is_empty() {
            let taken: BTreeSet<String> = log.all_taken().map(|(position, _)| log.id(position).to_string()).collect();
            self.problems.retain(|problem| problem.commit.as_ref().is_none_or(|commit| !taken.contains(commit)));
        }
        let taken: Vec<String> = log.all_taken().map(|(position, taken)| deleted(log, position, taken)).collect();
        for problem in self.problems.iter_mut().filter(|problem| problem.rule != NOTE && !taken.is_empty()) {
            problem.help = format!(
                "{}; if it is another, give the digest of its own first list by `--trust-root`, from outside the \
                 repository; if it is the same, {}",
                taken.join(", and "),
                problem.help
            );
        }
    }

    /// Where trust begins with several lists, says how to tell which of them is the one.
    fn ask_for_a_pin<N>(&mut self, log: &Log<N>) -> Result<(), Failure> {
        if self.pin.is_some() || self.roots.len() < 2 || self.is_doubted {
            return Ok(());
        }
        let mut lists = Vec::new();
        for state in self.roots.iter().take(LISTS) {
            let State { files: Some(files), set_at: Some(set_at), .. } = &self.states[*state as usize] else {
                continue;
            };
            let digest = self.digest_of_signers(*files)?;
            let commit = log.id(*set_at).to_string();
            lists.extend(digest.map(|digest| format!("sha256:{digest} in {}", &commit[..10])));
        }
        let more = if self.roots.len() > LISTS { " and more" } else { "" };
        let help = format!(
            "trust begins with several lists, so nothing that is signed counts: say which is the one that was agreed on, by \
             `trust-root` under `[review]` in demarcate.toml or by `--trust-root DIGEST`; it begins with {}{more}",
            lists.join(", ")
        );
        let unlawful = self.problems.iter_mut().filter(|problem| problem.rule == "untrusted-trust-change");
        unlawful.for_each(|problem| problem.help.clone_from(&help));
        Ok(())
    }

    /// Follows them once more: what was refused for a key that was revoked later counts where a witness saw it before
    /// any file that revokes the key, whether that was let in or not.
    pub(super) fn follow_witnessed<N>(
        &mut self,
        log: &Log<N>,
        touched: &[(usize, u32)],
        witnessed: BTreeMap<Oid, i64>,
        judge: Judge<'_>,
    ) -> Result<(), Failure> {
        self.revocations.clear();
        let mut first: BTreeMap<u32, i64> = BTreeMap::new();
        for (position, files) in touched {
            let since = first.entry(*files).or_insert(i64::MAX);
            *since = log.time(*position).min(*since);
        }
        for (files, since) in first {
            self.learn_revocation(files, since, &mut BTreeSet::new())?;
        }
        self.witnessed = witnessed;
        self.follow(log, touched, judge)
    }

    /// Whether a key is revoked.
    pub(super) fn revokes(&self) -> bool {
        !self.revoked.is_empty() || !self.withdrawn.is_empty()
    }

    /// The state that is in effect after a commit, where those of its parents are known.
    fn state_at<N>(
        &mut self,
        log: &Log<N>,
        position: usize,
        content: &[Option<u32>],
        judge: Judge<'_>,
    ) -> Result<u32, Failure> {
        let parents: Vec<usize> = log.parents(position).collect();
        let all: BTreeSet<u32> = parents.iter().map(|parent| self.at[*parent]).collect();
        let all = self.without_ended(all);
        let before = self.rooted(all.clone());
        if before != all {
            let why = "one side has a list of its own, which does not come from the root that is pinned";
            self.problems.push(unlawful(log.id(position), true, why));
        }
        let is_carried = parents.first().is_some_and(|first| content[*first] == content[position]);
        let newest = self.newest(&before);
        match newest {
            // What nobody let in stays out, and what was let in stays in.
            Some(newest) if self.states[newest as usize].files == content[position] => return Ok(newest),
            Some(newest) if is_carried && before.len() == 1 => return Ok(newest),
            // Where nobody was trusted, files that list no key begin nothing.
            Some(newest) if self.is_nobodys(newest) && !self.lists_keys(content[position]) => return Ok(newest),
            _ => {}
        }
        let is_outside = |parent: usize| {
            let state = &self.states[self.at[parent] as usize];
            let is_nobodys = self.is_nobodys(self.at[parent]) && !self.lists_keys(content[parent]);
            state.sides.is_empty() && state.files != content[parent] && !is_nobodys
        };
        let is_taken_over = |parent: &usize| content[*parent] == content[position] && is_outside(*parent);
        let upon_unlawful =
            parents.first().is_some_and(|first| is_outside(*first)) || parents.iter().any(is_taken_over);
        let deletes_root = log.taken(position).is_some();
        let change =
            Change { position, commit: log.id(position), files: content[position], upon_unlawful, deletes_root };
        let is_ended = newest.is_some_and(|newest| self.states[newest as usize].is_ended);
        let (before, newest) = if is_ended { (BTreeSet::from([NOBODY]), Some(NOBODY)) } else { (before, newest) };
        let state = self.changed(&change, &before, newest, judge)?;
        if self.states[state as usize].is_ended {
            self.heed(&before)?;
        }
        Ok(state)
    }

    /// Of several states those that no other has ended; one that was ended itself only if nothing else is left.
    fn without_ended(&self, states: BTreeSet<u32>) -> BTreeSet<u32> {
        let ended: Vec<u32> = states.iter().copied().filter(|state| self.states[*state as usize].is_ended).collect();
        let Some(first) = ended.first() else { return states };
        let goes_on = |state: &u32| !ended.iter().any(|ended| self.lineages.follows(*ended, *state));
        let left: BTreeSet<u32> = states.iter().copied().filter(goes_on).collect();
        if left.is_empty() { BTreeSet::from([*first]) } else { left }
    }

    /// Whether nobody is trusted in a state.
    fn is_nobodys(&self, state: u32) -> bool {
        state == NOBODY || self.states[state as usize].is_ended
    }

    /// Of several states those that come from the pinned root, if any does: another root is nobody's.
    fn rooted(&self, states: BTreeSet<u32>) -> BTreeSet<u32> {
        let is_rooted = |state: &u32| *state != NOBODY && self.states[*state as usize].is_rooted;
        if self.pin.is_some() && states.iter().any(is_rooted) {
            return states.into_iter().filter(|state| *state == NOBODY || is_rooted(state)).collect();
        }
        states
    }

    /// The states that have to agree: those of an open state, else the state itself.
    fn sides(&self, state: u32) -> BTreeSet<u32> {
        let sides = &self.states[state as usize].sides;
        if sides.is_empty() { BTreeSet::from([state]) } else { sides.clone() }
    }

    /// Heeds what these states take away: a key that they revoke ends no root.
    fn heed(&mut self, states: &BTreeSet<u32>) -> Result<(), Failure> {
        for state in states.iter().flat_map(|state| self.sides(*state)).collect::<Vec<_>>() {
            self.revoke(self.states[state as usize].files)?;
            self.withdraw(self.states[state as usize].files)?;
        }
        Ok(())
    }

    /// Heeds a list of revoked keys, once.
    fn revoke(&mut self, files: Option<u32>) -> Result<(), Failure> {
        let Some(blob) = files.and_then(|files| self.files[files as usize].get(REVOKED)).copied() else {
            return Ok(());
        };
        if self.heeded.insert(blob) {
            self.revoked.push(Revoked::read(&self.git.blob(blob)?));
        }
        Ok(())
    }

    /// Heeds the revocations of OpenPGP keys in the files of a state, once.
    fn withdraw(&mut self, files: Option<u32>) -> Result<(), Failure> {
        for blob in self.keyrings(files) {
            if self.heeded.insert(blob) {
                self.withdrawn.add(&self.git.blob(blob)?);
            }
        }
        Ok(())
    }

    fn keyrings(&self, files: Option<u32>) -> Vec<Oid> {
        let files = files.iter().flat_map(|files| &self.files[*files as usize]);
        files.filter(|(name, _)| is_keyring(name)).map(|(_, blob)| *blob).collect()
    }

    fn learn_revocations<N>(&mut self, log: &Log<N>) -> Result<(), Failure> {
        let mut known: BTreeSet<Oid> = BTreeSet::new();
        self.revocations.clear();
        for state in self.counted.clone() {
            let State { files: Some(files), set_at: Some(set_at), .. } = self.states[state as usize] else { continue };
            self.learn_revocation(files, log.time(set_at), &mut known)?;
        }
        Ok(())
    }

    /// Learns what trust files take away since some time, in Unix seconds, as far as that is not known.
    fn learn_revocation(&mut self, files: u32, since: i64, known: &mut BTreeSet<Oid>) -> Result<(), Failure> {
        if let Some(file) = self.files[files as usize].get(REVOKED).copied().filter(|file| known.insert(*file)) {
            let (revoked, withdrawn) = (Revoked::read(&self.git.blob(file)?), Revocations::default());
            self.revocations.push(Revocation { since, file, revoked, withdrawn });
        }
        for file in self.keyrings(Some(files)).into_iter().filter(|file| known.insert(*file)).collect::<Vec<_>>() {
            let mut withdrawn = Revocations::default();
            withdrawn.add(&self.git.blob(file)?);
            let since = withdrawn.first_made().map_or(since, |made| made.min(since));
            if !withdrawn.is_empty() {
                self.revocations.push(Revocation { since, file, revoked: Revoked::default(), withdrawn });
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

    /// Leaves out the certificates of authorities for whom nobody can have vouched: whoever put them there before a key
    /// was trusted, or beside a list that is pinned by its own digest, may be anybody. They count once they are deleted
    /// and come back by a change like any other. Says whether some are left out at the tip.
    fn leave_out_authorities<N>(&mut self, log: &Log<N>, content: &mut [Option<u32>]) -> bool {
        let of = |position: usize| self.files[content[position]? as usize].get(AUTHORITIES);
        let mut loose = vec![false; log.len()];
        for position in (0..log.len()).rev().filter(|position| of(*position).is_some()) {
            let lists = |parent: usize| self.lists_keys(content[parent]);
            let mut from = log.parents(position).filter(|parent| of(*parent) == of(position)).peekable();
            loose[position] = if from.peek().is_some() {
                from.all(|parent| loose[parent])
            } else {
                !lists(position) || (self.pin.is_some() && !log.parents(position).any(lists))
            };
        }
        let is_loose = loose.first().is_some_and(|loose| *loose);
        let mut without: BTreeMap<Option<u32>, Option<u32>> = BTreeMap::new();
        for (files, _) in content.iter_mut().zip(loose).filter(|(_, loose)| *loose) {
            *files = *without.entry(*files).or_insert_with(|| self.without_authorities(*files));
        }
        is_loose
    }

    /// The number of the same files without certificates of authorities.
    fn without_authorities(&mut self, files: Option<u32>) -> Option<u32> {
        let mut left = self.files[files? as usize].clone();
        left.remove(AUTHORITIES);
        if left.is_empty() {
            return None;
        }
        let known = self.files.iter().position(|files| *files == left).unwrap_or(self.files.len());
        if known == self.files.len() {
            self.files.push(left);
        }
        u32::try_from(known).ok()
    }

    /// Whether files list a key, or would if they could be read.
    fn lists_keys(&self, files: Option<u32>) -> bool {
        let names = files.into_iter().flat_map(|files| self.files[files as usize].keys());
        names.into_iter().any(|name| name == SIGNERS || is_keyring(name))
    }

    /// The state among these that follows all others.
    fn newest(&self, states: &BTreeSet<u32>) -> Option<u32> {
        if states.is_empty() { Some(NOBODY) } else { self.lineages.newest(states) }
    }

    /// The state after a commit that changes the trust files, or the one that stays where it may not. Where neither of
    /// two sides follows the other, both stay: whatever counts from there on has to count by either.
    fn changed(
        &mut self,
        change: &Change,
        before: &BTreeSet<u32>,
        newest: Option<u32>,
        judge: Judge<'_>,
    ) -> Result<u32, Failure> {
        let Change { position, commit, files, upon_unlawful, deletes_root } = *change;
        let sides: BTreeSet<u32> = before.iter().flat_map(|state| self.sides(*state)).collect();
        let sides: BTreeSet<u32> = sides.into_iter().filter(|state| *state != NOBODY).collect();
        let mut why = None;
        if upon_unlawful && !sides.is_empty() {
            why = Some("it builds on trust files that nobody who was trusted let in, and would let them in".to_owned());
        }
        for known in &sides {
            if why.is_some() {
                break;
            }
            let old = self.states[*known as usize].files;
            if self.differ_in_remarks_alone(old, files)? {
                continue;
            }
            let keys = self.read(old)?;
            why = judge(position, commit, &keys, self.book())?.err();
        }
        // Who was given the root from outside need not ask those whom it does not come from. A pin within the log may be
        // that of whoever wrote the list.
        let is_somebodys = sides.iter().any(|state| self.states[*state as usize].is_rooted);
        let may_begin = sides.is_empty() || (self.is_from_outside && !is_somebodys);
        let pinned = may_begin && self.is_pinned(files)?;
        if pinned {
            why = None;
        }
        let is_rooted = pinned || self.pin.is_none() || is_somebodys;
        let before_it = before.iter().copied().filter(|_| !pinned);
        let previous: BTreeSet<u32> = before_it.chain([NOBODY]).collect();
        let set_at = Some(position);
        // Whoever may change trust may end a root; what comes elsewhere later begins anew.
        let is_ended = deletes_root && files.is_none();
        let mut state = State { files, previous, set_at, is_rooted, sides: BTreeSet::new(), is_ended };
        if let Some(why) = why {
            self.problems.push(unlawful(commit, before.len() > 1, &why));
            if let Some(newest) = newest {
                return Ok(newest);
            }
            state = State {
                files: None,
                sides: Some(sides).filter(|sides| sides.len() <= SIDES).unwrap_or_default(),
                is_ended: false,
                ..state
            };
        }
        Ok(self.number_of(state))
    }

    /// The number of a state; the same change made twice on two branches is one.
    fn number_of(&mut self, state: State) -> u32 {
        let next = u32::try_from(self.states.len()).expect("there are fewer states than commits");
        let what = (state.files, state.previous.clone(), state.sides.clone(), state.is_ended);
        let number = *self.numbers.entry(what).or_insert(next);
        if number == next {
            self.lineages.add(state.previous.iter().copied());
            self.states.push(state);
        }
        number
    }

    /// Whether these files are those of the pinned root: its list and no other file that gives trust.
    fn is_pinned(&self, files: Option<u32>) -> Result<bool, Failure> {
        Ok(self.is_pinned_list(files)? && self.gives_more(files).is_none())
    }

    fn is_pinned_list(&self, files: Option<u32>) -> Result<bool, Failure> {
        let (Some(pin), Some(files)) = (&self.pin, files) else { return Ok(false) };
        Ok(self.digest_of_signers(files)?.is_some_and(|digest| digest == *pin))
    }

    /// The file that gives trust beside the list; a link gives none.
    fn gives_more(&self, files: Option<u32>) -> Option<&str> {
        let mut names = files.into_iter().flat_map(|files| self.files[files as usize].keys());
        names.find(|name| *name == AUTHORITIES || is_keyring(name)).map(String::as_str)
    }

    /// Which states count at the tip: those that led to its own and come from one root, which is the pinned one where
    /// one is pinned.
    fn count(&mut self) {
        let tip = if self.is_nobodys(self.at[0]) { NOBODY } else { self.at[0] };
        let lineage = self.lineages.all(tip);
        let is_root = |state: &&u32| {
            let found = &self.states[**state as usize];
            **state != NOBODY && found.sides.is_empty() && found.previous.iter().all(|before| *before == NOBODY)
        };
        self.counted.clear();
        self.roots = lineage.iter().filter(is_root).copied().collect();
        let is_counted = |state: &u32| *state != NOBODY && self.states[*state as usize].is_rooted;
        if self.pin.is_some() || self.roots.len() == 1 {
            self.counted = lineage.into_iter().filter(is_counted).collect();
        }
    }

    /// Where nobody can tell where the root came from, nobody can tell with which list its trust begins either.
    fn doubt<N>(&mut self, log: &Log<N>) {
        let Some((commit, why)) = log.doubt().filter(|_| !self.is_from_outside) else { return };
        self.counted.clear();
        self.is_doubted = true;
        self.problems.push(LogProblem {
            rule: "untrusted-trust-change",
            commit: Some(commit.to_string()),
            message: format!(
                "the commit leaves it open with which list of trusted keys the root begins, so no signature counts: {why}"
            ),
            help: "give the digest of the first list that was agreed on outside the repository, by `--trust-root`"
                .to_owned(),
        });
    }

    fn pin_is_there<N>(&mut self, log: &Log<N>) -> Result<(), Failure> {
        let why = match &self.pin {
            _ if self.is_doubted => "no trusted line lists its key: it is open with which list trust begins",
            Some(_) if self.counted.is_empty() => "no list of the log is the trust root that was pinned",
            None if self.roots.len() > 1 => {
                "no trusted line lists its key: trust begins with several lists, and none is pinned as the trust root"
            }
            _ => ELSEWHERE,
        };
        why.clone_into(&mut self.why_not);
        if let Some(pin) = self.pin.clone().filter(|_| self.counted.is_empty() && !self.is_doubted) {
            let problem = match self.beside_the_pinned()? {
                Some((position, name)) => pinned_with_another(&pin, log.id(position), name),
                None => not_pinned(&pin),
            };
            self.problems.push(problem);
        }
        Ok(())
    }

    /// Where the pinned list came together with another file that gives trust, and which.
    fn beside_the_pinned(&self) -> Result<Option<(usize, &str)>, Failure> {
        for State { files, set_at, .. } in &self.states {
            if let Some((position, name)) = set_at.zip(self.gives_more(*files))
                && self.is_pinned_list(*files)?
            {
                return Ok(Some((position, name)));
            }
        }
        Ok(None)
    }

    /// The states by which a claim is judged: those of its parents, as far as they count. A key that was taken out on
    /// one side of a merge is no key of the merge's.
    pub(super) fn before<N>(&self, log: &Log<N>, position: usize) -> BTreeSet<u32> {
        let states = log.parents(position).filter_map(|parent| self.at.get(parent)).copied();
        let all: BTreeSet<u32> = states.flat_map(|state| self.sides(state)).collect();
        let all = self.without_ended(all);
        let counted: BTreeSet<u32> = all.intersection(&self.counted).copied().collect();
        let somebody = || all.iter().copied().filter(|state| !self.is_nobodys(*state)).collect();
        if counted.is_empty() { somebody() } else { counted }
    }

    /// The states after the parents of a commit, which decide everything that is asked of what was before it.
    pub(super) fn at_parents<N>(&self, log: &Log<N>, position: usize) -> Vec<u32> {
        log.parents(position).filter_map(|parent| self.at.get(parent)).copied().collect()
    }

    /// The states that have to agree after the commit at a position, as far as they count.
    pub(super) fn after(&self, position: usize) -> BTreeSet<u32> {
        let sides = self.at.get(position).map_or_else(BTreeSet::new, |state| self.sides(*state));
        sides.intersection(&self.counted).copied().collect()
    }

    /// A file that stands in the trust folder as it is in effect at the tip; every side has to have the same.
    pub(super) fn file(&self, name: &str) -> Option<Oid> {
        let of = |state: u32| self.files[self.states[state as usize].files? as usize].get(name).copied();
        let found: BTreeSet<Option<Oid>> = self.after(0).into_iter().map(of).collect();
        if found.len() == 1 { found.into_iter().next().flatten() } else { None }
    }

    /// What was learned, to be asked by several threads.
    pub(super) fn book(&self) -> Book<'_> {
        let Self { keys, counted, revocations, witnessed, why_not, .. } = self;
        Book { keys, counted, revocations, witnessed, why_not }
    }

    /// Whether a key was trusted before a commit.
    pub(super) fn has_begun<N>(&self, log: &Log<N>, position: usize) -> bool {
        log.parents(position).any(|parent| self.has_begun_after(parent))
    }

    /// Whether a key was trusted in a commit, whether it counts now or not; before a root that was given from outside
    /// nobody was, whatever stood there.
    pub(super) fn has_begun_after(&self, position: usize) -> bool {
        let is_begun = |state: u32| !self.is_from_outside || self.states[state as usize].is_rooted;
        self.at.get(position).is_some_and(|state| !self.is_nobodys(*state) && is_begun(*state))
    }

    /// Where something was let in that counts now, after the beginning.
    pub(super) fn changes<N>(&self, log: &Log<N>) -> Vec<usize> {
        let states = self.counted.iter().map(|state| &self.states[*state as usize]);
        let later = states.filter(|state| state.previous.iter().any(|before| *before != NOBODY));
        later.filter_map(|state| state.set_at).filter(|position| self.has_begun(log, *position)).collect()
    }

    /// Whether a key is trusted at the tip, or was meant to be.
    pub(super) fn is_anybody(&self) -> bool {
        self.is_linked || self.at.first().is_some_and(|state| !self.is_nobodys(*state))
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
        let mut heeding = trust.clone();
        heeding.openpgp.heed(&self.withdrawn);
        let lists = self.revoked.iter().map(|revoked| Trust { revoked: revoked.clone(), ..heeding.clone() });
        let mut trusts: Vec<Trust> = lists.collect();
        if trusts.is_empty() {
            trusts.push(heeding);
        }
        let mut timeless = trust.clone();
        for entry in &mut timeless.signers.entries {
            (entry.valid_after, entry.valid_before) = (None, None);
        }
        Ok(Keys { trusts, plain: trust, timeless, patterns, digest: format!("{files:?}") })
    }

    /// Whether two sets of files trust the same keys in the same words, and only blanks and remarks in the list differ:
    /// that needs nobody's signature.
    fn differ_in_remarks_alone(&self, old: Option<u32>, new: Option<u32>) -> Result<bool, Failure> {
        let (Some(old), Some(new)) = (old, new) else { return Ok(false) };
        let (old, new) = (&self.files[old as usize], &self.files[new as usize]);
        let others = |files: &BTreeMap<String, Oid>| -> Vec<(String, Oid)> {
            files.iter().filter(|(name, _)| *name != SIGNERS).map(|(name, blob)| (name.clone(), *blob)).collect()
        };
        let (Some(before), Some(after)) = (old.get(SIGNERS), new.get(SIGNERS)) else { return Ok(false) };
        if others(old) != others(new) {
            return Ok(false);
        }
        let (before, after) = (self.git.blob(*before)?, self.git.blob(*after)?);
        let (Ok(before), Ok(after)) = (std::str::from_utf8(&before), std::str::from_utf8(&after)) else {
            return Ok(false);
        };
        Ok(signature::lines_that_count(before) == signature::lines_that_count(after))
    }

    fn digest_of_signers(&self, files: u32) -> Result<Option<String>, Failure> {
        let blob = self.files[files as usize].get(SIGNERS);
        blob.map(|blob| Ok(digest::of_bytes(&self.git.blob(*blob)?).sha256)).transpose()
    }

    /// The files that take trust away from the whole log, for the names of what is kept.
    pub(super) fn revocation_key(&self) -> String {
        let since: Vec<(i64, Oid)> = self.revocations.iter().map(|found| (found.since, found.file)).collect();
        format!("{:?} {since:?} {}", self.heeded, self.why_not)
    }
}

/// Keys by state.
#[derive(Clone, Copy)]
pub(super) struct Book<'t> {
    keys: &'t BTreeMap<u32, Keys>,
    counted: &'t BTreeSet<u32>,
    /// The files that take trust away and were let in.
    pub(super) revocations: &'t [Revocation],
    witnessed: &'t BTreeMap<Oid, i64>,
    /// Why nothing that was signed by the keys of a state counts that does not.
    pub(super) why_not: &'t str,
}

impl<'t> Book<'t> {
    /// When somebody else saw a change, in Unix seconds.
    pub(super) fn witnessed(self, change: Oid) -> Option<i64> {
        self.witnessed.get(&change).copied()
    }

    /// Whether what was trusted then is what the trust of now comes from.
    pub(super) fn counts(self, state: u32) -> bool {
        self.counted.contains(&state)
    }

    /// The keys of a state that was learned.
    pub(super) fn keys(self, state: u32) -> &'t Keys {
        &self.keys[&state]
    }
}

/// The name of a file of trust, or of its folder, that is a link: nothing behind it counts.
pub(super) fn link(name: &str) -> String {
    format!("{name}{LINK}")
}

/// Whether it may be meant to list keys, and is a link.
fn is_link_to_keys(name: &str) -> bool {
    name.strip_suffix(LINK).is_some_and(|name| name == SIGNERS || name == "trust" || is_keyring(name))
}

/// Whether a file of a trust folder holds OpenPGP keys.
pub(super) fn is_keyring(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|ending| ending == "asc")
}

fn bare(digest: &str) -> String {
    digest.trim().trim_start_matches("sha256:").to_ascii_lowercase()
}

fn not_pinned(pin: &str) -> LogProblem {
    LogProblem {
        rule: "wrong-trust-root",
        commit: None,
        message: format!("no trust/{SIGNERS} of the log is the trust root sha256:{pin}, so no signature counts"),
        help: "compare the digest with the one that was agreed on: `sha256sum trust/allowed_signers`".to_owned(),
    }
}

fn pinned_with_another(pin: &str, commit: Oid, name: &str) -> LogProblem {
    LogProblem {
        rule: "wrong-trust-root",
        commit: None,
        message: format!(
            "trust/{SIGNERS} of {:.10} is the trust root sha256:{pin}, but trust/{name} came with it and gives more \
             trust than that digest vouches for, so no signature counts",
            commit.to_string()
        ),
        help: format!(
            "begin with the list alone, and add trust/{name} in a later commit that is signed by a key of the list; where \
             the log has to stay, delete trust/{name} and give the digest by `--trust-root`: trust then begins there"
        ),
    }
}

/// For which root another is taken.
fn deleted<N>(log: &Log<N>, position: usize, Taken { from, here }: &Taken) -> String {
    let (commit, day) = (log.id(position).to_string(), Date::of_unix(log.time(position)));
    format!("{here} is taken for the root that stood in {from} until {commit:.10} deleted it on {day}")
}

fn loose_authorities() -> LogProblem {
    LogProblem {
        rule: NOTE,
        commit: None,
        message: format!(
            "trust/{AUTHORITIES} came before a key was trusted, or with a list that is pinned by a digest of its own, so \
             nobody vouches for it and no time stamp counts"
        ),
        help: format!("delete trust/{AUTHORITIES}, and put it back in a later commit that a trusted key signs"),
    }
}

fn unlawful(commit: Oid, is_merge: bool, why: &str) -> LogProblem {
    let what = if is_merge { "a merge of different trust files changes" } else { "the commit changes" };
    LogProblem {
        rule: "untrusted-trust-change",
        commit: Some(commit.to_string()),
        message: format!("{what} who is trusted, and no key that was trusted before stands behind it: {why}"),
        help: "put the trust files back as they were before, then have somebody whose key was trusted make the change in a signed commit; until then the keys of before count".to_owned(),
    }
}

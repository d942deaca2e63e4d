//! Who stands behind the people, the roles and the policy of reviews: they say whose a signature is and what counts.
//!
//! Policy is followed as trust is: what a commit says of it is lawful if a person with a role, by the policy of before,
//! signed the commit with a key that was trusted before. Here nothing is judged by that; it is only told.

mod acceptors;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::configs::{Both, Configs};
use super::lineage::Lineages;
use super::proof::{People, Policy, Stander};
use super::seen::{Place, Seen};
use super::trust::Trusted;
use crate::digest;
use crate::failure::Failure;
use crate::git::Oid;
use crate::git::log::Log;
use crate::model::config::{Config, ReviewPolicy, Stage};
use crate::model::history::LogProblem;
use crate::rule::Group;
use crate::rules;
use acceptors::{Acceptors, Folders};

/// What a policy says, by what it is about.
type Says = BTreeMap<String, String>;

/// The files that say it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
struct Files {
    both: Both,
    providers: Folders,
}

/// A policy that is lawful, or several of which a merge left it open which.
struct State {
    says: u32,
    both: Both,
    /// The policy with which trust began on the line that it comes from.
    begun: u32,
    /// Those between which nobody has decided; else empty.
    sides: Vec<u32>,
}

/// How many policies from which all sides of a merge come it may have that are each the last; more decide nothing.
const BASES: usize = 16;

/// What the guard asks of others.
pub(super) struct Asked<'a, 'g, N> {
    pub(super) log: &'a Log<N>,
    pub(super) seen: &'a Seen,
    pub(super) trusted: &'a mut Trusted<'g>,
    pub(super) configs: &'a mut Configs<'g>,
    pub(super) policy: &'a Policy<'a>,
    /// When each commit was made at the earliest, in Unix seconds.
    pub(super) floors: &'a [i64],
    /// What the root is called now.
    pub(super) prefix: &'a str,
    /// The root that it extends now.
    pub(super) beside: Option<&'a str>,
}

/// The policies of the log.
struct Guard<'a, 'g, N> {
    asked: Asked<'a, 'g, N>,
    touched: BTreeSet<usize>,
    known: Vec<Says>,
    /// The number of each by its digest.
    by_digest: BTreeMap<[u8; 32], u32>,
    by_files: BTreeMap<Files, u32>,
    states: Vec<State>,
    /// The number of each state by what it is, so that the same change made twice on two branches is one.
    numbers: BTreeMap<Number, u32>,
    /// Where trust began, by the policy that stood there.
    begun: BTreeMap<u32, Vec<usize>>,
    /// Whether whoever signed where trust began with a policy might change another one.
    endorsed: BTreeMap<(u32, u32, BTreeSet<u32>), bool>,
    acceptors: Option<Acceptors<'g>>,
    lineages: Lineages,
    at: Vec<At>,
    changes: BTreeMap<usize, Change>,
}

/// What a state says, what it was set upon, the policy that it comes from, and its sides.
type Number = (u32, BTreeSet<u32>, Option<u32>, Vec<u32>);

/// A change behind which nobody stands.
struct Change {
    commit: Oid,
    why: String,
    /// The one below that it is built upon.
    below: Option<usize>,
}

/// What stands after a commit.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct At {
    says: u32,
    /// The last lawful policy.
    state: u32,
    /// The unlawful change by which another policy stands.
    under: Option<usize>,
    /// Whether another root is extended than now, of which nobody has noted where it was touched.
    is_elsewhere: bool,
    /// Where it was last noted what the root is called.
    called: Option<usize>,
    /// Whether a key is trusted.
    has_begun: bool,
}

/// The changes of people, roles and policy behind which nobody stands who might.
#[derive(Default)]
pub(super) struct Changes {
    at: Vec<At>,
    unlawful: BTreeMap<usize, Change>,
    /// Policies with which trust began elsewhere than here, and behind which nobody stands, by each state that comes
    /// from one.
    elsewhere: BTreeMap<u32, Arc<Change>>,
    /// Changes of trust that only an unlawful policy lets in.
    trusts: BTreeSet<usize>,
}

impl Changes {
    /// Those by which the policy of now stands, or that of a commit that says something which counts. One that was taken
    /// back before anybody said anything is none.
    pub(super) fn problems<N>(&self, log: &Log<N>, claims: impl IntoIterator<Item = usize>) -> Vec<LogProblem> {
        let Some(tip) = self.at.first() else { return Vec::new() };
        let claims = claims.into_iter().chain(self.trusts.iter().copied());
        let before: Vec<At> = claims.flat_map(|claim| log.parents(claim)).map(|parent| self.at[parent]).collect();
        let mut open: Vec<usize> = before.iter().filter_map(|at| at.under).chain(tip.under).collect();
        let mut found: BTreeSet<usize> = BTreeSet::new();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(self.unlawful[&next].below);
            }
        }
        let begun = before.iter().filter(|at| at.has_begun).filter_map(|at| self.elsewhere.get(&at.state));
        let begun: BTreeMap<Oid, &Change> = begun.map(|change| (change.commit, &**change)).collect();
        let changes = found.into_iter().rev().map(|position| &self.unlawful[&position]);
        changes.chain(begun.into_values()).map(problem).collect()
    }
}

/// Follows the policy from the first commit to the tip.
pub(super) fn unsigned_changes<N>(asked: Asked<'_, '_, N>) -> Result<Changes, Failure> {
    let touched = touched(asked.seen);
    // A merge touches no file that is as in one of its parents, and may yet bring in what nobody stands behind.
    if touched.is_empty() || !(0..asked.log.len()).any(|position| asked.trusted.has_begun_after(position)) {
        return Ok(Changes::default());
    }
    let mut guard = Guard::new(asked, touched);
    for position in (0..guard.asked.log.len()).rev() {
        let at = guard.step(position)?;
        guard.at[position] = At { has_begun: guard.begins(position, at.state), ..at };
    }
    let elsewhere = guard.elsewhere()?;
    let trusts = guard.trusts(&elsewhere)?;
    Ok(Changes { at: guard.at, unlawful: guard.changes, elsewhere, trusts })
}

/// Where something was touched that says whose a signature is, or what counts.
pub(super) fn touched(seen: &Seen) -> BTreeSet<usize> {
    let providers = if seen.acceptances.is_empty() { &[][..] } else { &seen.providers };
    seen.configs.iter().chain(providers).copied().collect()
}

impl<'a, 'g, N> Guard<'a, 'g, N> {
    fn new(asked: Asked<'a, 'g, N>, touched: BTreeSet<usize>) -> Self {
        let at = vec![At::default(); asked.log.len()];
        let nothing = State { says: 0, both: Both::default(), begun: 0, sides: Vec::new() };
        let acceptors = (!asked.seen.acceptances.is_empty()).then(|| Acceptors::new(asked.configs.git()));
        Self {
            asked,
            touched,
            known: Vec::new(),
            by_digest: BTreeMap::new(),
            by_files: BTreeMap::new(),
            states: vec![nothing],
            numbers: BTreeMap::new(),
            begun: BTreeMap::new(),
            endorsed: BTreeMap::new(),
            acceptors,
            lineages: Lineages::new(),
            at,
            changes: BTreeMap::new(),
        }
    }

    fn step(&mut self, position: usize) -> Result<At, Failure> {
        let parents: Vec<At> = self.asked.log.parents(position).map(|parent| self.at[parent]).collect();
        let is_touched = self.touched.contains(&position);
        match parents.as_slice() {
            [first, others @ ..] if !is_touched && !first.is_elsewhere && others.iter().all(|other| other == first) => {
                return Ok(*first);
            }
            _ => {}
        }
        let is_called = self.asked.seen.called.contains_key(&position);
        let called = if is_called { Some(position) } else { parents.first().and_then(|first| first.called) };
        let (says, files, is_elsewhere) = self.said(position, called)?;
        let (state, under) = self.settle(position, says, files.both)?;
        Ok(At { says, state, under, is_elsewhere, called, has_begun: false })
    }

    /// Whether a key is trusted after a commit; notes the first ones.
    fn begins(&mut self, position: usize, state: u32) -> bool {
        let Asked { log, trusted, .. } = &self.asked;
        let has_begun = trusted.has_begun_after(position);
        if has_begun && !trusted.has_begun(log, position) {
            self.begun.entry(state).or_default().push(position);
        }
        has_begun
    }

    /// The lawful policy after a commit, and the unlawful change by which another stands.
    fn settle(&mut self, position: usize, says: u32, both: Both) -> Result<(u32, Option<usize>), Failure> {
        if !self.asked.trusted.has_begun(self.asked.log, position) {
            return Ok((self.begin(says, both), None));
        }
        let parents = self.sides(position);
        let states = self.last(parents.iter().map(|parent| parent.state));
        let lines = self.lines(position, &states)?;
        for line in &lines {
            if let Some(state) = self.agreed(line, (says, both)) {
                return Ok((state, None));
            }
        }
        let kept = lines.first().map_or(&*states, Vec::as_slice);
        let state = self.undecided(kept);
        let carried = parents.iter().find(|parent| parent.says == says && parent.under.is_some());
        if let Some(carried) = carried {
            return Ok((state, carried.under));
        }
        let below = parents.iter().find_map(|parent| parent.under);
        let judged = match below {
            Some(_) => Err("it builds on a change of them behind which nobody stands".to_owned()),
            None => {
                let trusts = self.asked.trusted.before(self.asked.log, position);
                self.judge(position, &trusts, &states, says)?
            }
        };
        match judged {
            Ok(()) => Ok((self.lawful((says, both), &states, self.states[state as usize].begun), None)),
            Err(why) => {
                let why = format!("{}: {why}", self.differing(&states, says));
                self.changes.insert(position, Change { commit: self.asked.log.id(position), why, below });
                Ok((state, Some(position)))
            }
        }
    }

    /// Of these states, in their order, those that no other of them follows.
    fn last(&self, states: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut all: Vec<u32> = Vec::new();
        for state in states.flat_map(|state| self.sides_of(state)) {
            if !all.iter().any(|known| self.lineages.follows(*known, state)) {
                all.retain(|known| !self.lineages.follows(state, *known));
                all.push(state);
            }
        }
        all
    }

    /// Those between which nobody has decided, else the state itself.
    fn sides_of(&self, state: u32) -> Vec<u32> {
        let sides = &self.states[state as usize].sides;
        if sides.is_empty() { vec![state] } else { sides.clone() }
    }

    /// States by the policy with which trust began on their line, as far as a merge may go on with them without a
    /// signature; first those that stay where it does not.
    fn lines(&mut self, position: usize, states: &[u32]) -> Result<Vec<Vec<u32>>, Failure> {
        let mut lines: Vec<Vec<u32>> = Vec::new();
        for state in states {
            let begun = self.begun_of(*state);
            match lines.iter_mut().find(|line| self.states[line[0] as usize].begun == begun) {
                Some(line) => line.push(*state),
                None => lines.push(vec![*state]),
            }
        }
        let says = self.states[states[0] as usize].says;
        if lines.len() == 1 || states.iter().all(|state| self.is(*state, says)) {
            return Ok(lines);
        }
        let trusts = self.asked.trusted.before(self.asked.log, position);
        let mut found = Vec::new();
        for line in lines {
            let begun = self.begun_of(line[0]);
            let others: Vec<u32> = states.iter().copied().filter(|state| self.begun_of(*state) != begun).collect();
            let is_endorsed = self.is_endorsed_by_all(begun, &others, &trusts)?;
            if is_endorsed || (found.is_empty() && self.is_unchallenged(begun, &others, &trusts)?) {
                found.push(line);
            }
        }
        Ok(found)
    }

    fn begun_of(&self, state: u32) -> u32 {
        self.states[state as usize].begun
    }

    /// Whether whoever signed where trust began with a policy might have changed each of the others to it.
    fn is_endorsed_by_all(&mut self, begun: u32, others: &[u32], trusts: &BTreeSet<u32>) -> Result<bool, Failure> {
        for other in others {
            if !self.is_endorsed(begun, *other, trusts)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The same of those of the others behind which somebody stands.
    fn is_unchallenged(&mut self, begun: u32, others: &[u32], trusts: &BTreeSet<u32>) -> Result<bool, Failure> {
        for other in others {
            let root = self.begun_of(*other);
            let is_somebodys = *other != root || self.is_endorsed(root, root, trusts)?;
            if is_somebodys && !self.is_endorsed(begun, *other, trusts)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_endorsed(&mut self, begun: u32, other: u32, trusts: &BTreeSet<u32>) -> Result<bool, Failure> {
        let question = (begun, other, trusts.clone());
        if let Some(known) = self.endorsed.get(&question) {
            return Ok(*known);
        }
        let says = self.states[begun as usize].says;
        let mut is_endorsed = false;
        for position in self.begun.get(&begun).cloned().unwrap_or_default() {
            is_endorsed = is_endorsed || self.judge(position, trusts, &[other], says)?.is_ok();
        }
        self.endorsed.insert(question, is_endorsed);
        Ok(is_endorsed)
    }

    /// The state after a commit that decides nothing between these.
    fn agreed(&mut self, states: &[u32], (says, both): (u32, Both)) -> Option<u32> {
        match states {
            [only] => Some(*only).filter(|only| self.is(*only, says)),
            _ => self.is_union(states, says).then(|| self.lawful((says, both), states, self.begun_of(states[0]))),
        }
    }

    /// The state where it is open which of these goes on.
    fn undecided(&mut self, states: &[u32]) -> u32 {
        match states {
            [only] => *only,
            _ => {
                let begun = self.begun_of(states[0]);
                let State { says, both, .. } = self.states[states[0] as usize];
                self.add(State { says, both, begun, sides: states.to_vec() }, states, Some(begun))
            }
        }
    }

    /// Of the parents of a commit those whose policy counts: once trust has begun, what somebody said beside it, where
    /// anybody might say anything, is a change like any other.
    fn sides(&self, position: usize) -> Vec<At> {
        let Asked { log, trusted, .. } = &self.asked;
        let of = |counts: &dyn Fn(usize) -> bool| -> Vec<At> {
            log.parents(position).filter(|parent| counts(*parent)).map(|parent| self.at[parent]).collect()
        };
        let counted = of(&|parent| !trusted.after(parent).is_empty());
        let begun = of(&|parent| trusted.has_begun_after(parent));
        [counted, begun].into_iter().find(|sides| !sides.is_empty()).unwrap_or_else(|| of(&|_| true))
    }

    fn is(&self, state: u32, says: u32) -> bool {
        self.states[state as usize].says == says
    }

    /// Whether a policy holds, of each thing that it is about, what the one side says that changed it; nobody has to
    /// stand behind a merge that decides nothing.
    fn is_union(&self, states: &[u32], says: u32) -> bool {
        let of = |state: u32| &self.known[self.states[state as usize].says as usize];
        let bases: Vec<&Says> = self.lineages.bases(states, BASES).into_iter().map(of).collect();
        let Some((base, merged)) = bases.first().copied().zip(self.known.get(says as usize)) else { return false };
        let sides: Vec<&Says> = states.iter().map(|state| of(*state)).collect();
        let about = sides.iter().chain(&bases).copied().chain([merged]).flat_map(BTreeMap::keys);
        about.collect::<BTreeSet<_>>().into_iter().all(|about| {
            let is_new = |said: Option<&String>| bases.iter().any(|base| base.get(about) != said);
            let changed: BTreeSet<Option<&String>> =
                sides.iter().map(|side| side.get(about)).filter(|said| is_new(*said)).collect();
            match changed.first() {
                None => merged.get(about) == base.get(about),
                Some(only) => changed.len() == 1 && merged.get(about) == *only,
            }
        })
    }

    /// A policy of before trust, or the one with which it begins: it comes from nothing that anybody might have said.
    fn begin(&mut self, says: u32, both: Both) -> u32 {
        let begun = u32::try_from(self.states.len()).expect("there are fewer policies than commits");
        self.add(State { says, both, begun, sides: Vec::new() }, &[], None)
    }

    fn lawful(&mut self, (says, both): (u32, Both), previous: &[u32], begun: u32) -> u32 {
        self.add(State { says, both, begun, sides: Vec::new() }, previous, Some(begun))
    }

    fn add(&mut self, state: State, previous: &[u32], begun: Option<u32>) -> u32 {
        let next = u32::try_from(self.states.len()).expect("there are fewer policies than commits");
        let what = (state.says, previous.iter().copied().collect(), begun, state.sides.clone());
        let number = *self.numbers.entry(what).or_insert(next);
        if number == next {
            self.lineages.add(previous.iter().copied());
            self.states.push(state);
        }
        number
    }

    /// What the policy of a commit says, by number; the files that say it; and whether another root is extended than now.
    fn said(&mut self, position: usize, called: Option<usize>) -> Result<(u32, Files, bool), Failure> {
        let Asked { log, seen, configs, prefix, beside, .. } = &mut self.asked;
        let called = called.and_then(|called| seen.called.get(&called)).map_or(*prefix, |called| &*called.here);
        let place = Place { tree: log.tree(position), prefix: called.to_owned() };
        let both = configs.at(&place)?;
        let own = both.own.map(|own| configs.read(own)).transpose()?.flatten();
        let extends = own.as_ref().and_then(|own| own.extends.as_ref()).map(|base| base.value.as_str());
        let is_elsewhere = extends.is_some() && extends != *beside;
        let providers = match &mut self.acceptors {
            Some(acceptors) => acceptors.folders(&place, extends)?,
            None => Folders::default(),
        };
        let files = Files { both, providers };
        if let Some(known) = self.by_files.get(&files) {
            return Ok((*known, files, is_elsewhere));
        }
        let mut says = says(configs, both)?;
        if let Some(acceptors) = &mut self.acceptors {
            says.extend(acceptors.says(providers)?);
        }
        let number = self.number_of(says);
        self.by_files.insert(files, number);
        Ok((number, files, is_elsewhere))
    }

    fn number_of(&mut self, says: Says) -> u32 {
        let next = u32::try_from(self.known.len()).expect("there are fewer policies than commits");
        let number = *self.by_digest.entry(digest::of(format!("{says:?}").as_bytes())).or_insert(next);
        if number == next {
            self.known.push(says);
        }
        number
    }

    /// Whether whoever signed a commit might change the policy of all these states, by all these keys; the error says
    /// why not.
    fn judge(
        &mut self,
        position: usize,
        trusts: &BTreeSet<u32>,
        states: &[u32],
        says: u32,
    ) -> Result<Result<(), String>, Failure> {
        self.asked.trusted.learn(trusts.iter().copied())?;
        for (trust, state) in trusts.iter().flat_map(|trust| states.iter().map(move |state| (*trust, *state))) {
            let others = self.those_who_accept(state, says);
            let Asked { log, trusted, configs, policy, floors, .. } = &mut self.asked;
            let (both, commit) = (self.states[state as usize].both, (log.id(position), floors[position]));
            let book = trusted.book();
            let emails = others.iter().flatten().flat_map(|(_, emails)| emails.clone()).collect();
            let stander = policy.standing_behind(configs, (commit, emails), &[both], book.keys(trust), book)?;
            if let Err(why) = stander.and_then(|stander| may_change(&stander, others.as_deref())) {
                return Ok(Err(why));
            }
        }
        Ok(if trusts.is_empty() { Err("nobody was trusted".to_owned()) } else { Ok(()) })
    }

    /// Policies with which trust began elsewhere than that of now, and behind which nobody stands who might have
    /// changed that of now: by each state that comes from one.
    fn elsewhere(&mut self) -> Result<BTreeMap<u32, Arc<Change>>, Failure> {
        let (now, trusts) = (self.sides_of(self.at[0].state), self.asked.trusted.after(0));
        let here: BTreeSet<u32> = now.iter().map(|state| self.begun_of(*state)).collect();
        let mut strange: BTreeMap<u32, Arc<Change>> = BTreeMap::new();
        for (begun, positions) in self.begun.clone() {
            if !here.contains(&begun) && !trusts.is_empty() && !self.is_endorsed_by_all(begun, &now, &trusts)? {
                let differing = self.differing(&now, self.states[begun as usize].says);
                let why = format!("{differing}: trust begins there with another policy than that of now");
                let change = Change { commit: self.asked.log.id(positions[0]), why, below: None };
                strange.insert(begun, Arc::new(change));
            }
        }
        let states = (0..).zip(&self.states);
        let from = |state: &State| {
            let mut sides = state.sides.iter().map(|side| self.begun_of(*side)).chain([state.begun]);
            sides.find_map(|begun| strange.get(&begun)).cloned()
        };
        Ok(states.filter_map(|(number, state)| Some((number, from(state)?))).collect())
    }

    /// The changes of trust that count and were made under an unlawful policy, by somebody whom the lawful one would not
    /// have let.
    fn trusts(&mut self, elsewhere: &BTreeMap<u32, Arc<Change>>) -> Result<BTreeSet<usize>, Failure> {
        let mut found = BTreeSet::new();
        for position in self.asked.trusted.changes(self.asked.log) {
            let before = self.sides(position);
            let is_strange = before.iter().any(|at| elsewhere.contains_key(&at.state));
            if !is_strange && before.iter().all(|at| at.under.is_none()) {
                continue;
            }
            let lawful = before.iter().map(|at| if is_strange { self.at[0].state } else { at.state });
            let lawful = self.last(lawful);
            if !self.may_change_trust(position, &lawful)? {
                found.insert(position);
            }
        }
        Ok(found)
    }

    /// Whether these policies let the signer of a commit change who is trusted.
    fn may_change_trust(&mut self, position: usize, states: &[u32]) -> Result<bool, Failure> {
        let Asked { log, trusted, configs, policy, floors, .. } = &mut self.asked;
        let trusts = trusted.before(log, position);
        trusted.learn(trusts.iter().copied())?;
        for (trust, state) in trusts.iter().flat_map(|trust| states.iter().map(move |state| (*trust, *state))) {
            let (book, both) = (trusted.book(), self.states[state as usize].both);
            let commit = (log.id(position), floors[position]);
            if policy.change(configs, commit, &[both], book.keys(trust), book)?.is_err() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Where a change says nothing but who accepts for providers: the ids of these, and the addresses of those who did
    /// before.
    fn those_who_accept(&self, state: u32, says: u32) -> Option<Vec<(String, BTreeSet<String>)>> {
        let old = &self.known[self.states[state as usize].says as usize];
        let of = |about: String| {
            let emails = old.get(&about).into_iter().flat_map(|emails| emails.split(' ')).map(str::to_owned).collect();
            Some((acceptors::provider(&about)?.to_owned(), emails))
        };
        self.differences(state, says).into_iter().map(of).collect()
    }

    /// What two policies say differently.
    fn differences(&self, state: u32, says: u32) -> Vec<String> {
        let (old, new) = (&self.known[self.states[state as usize].says as usize], &self.known[says as usize]);
        let about: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        about.into_iter().filter(|about| old.get(*about) != new.get(*about)).cloned().collect()
    }

    /// The same in words, of the first state that says something else.
    fn differing(&self, states: &[u32], says: u32) -> String {
        let differing = states.iter().map(|state| self.differences(*state, says)).find(|all| !all.is_empty());
        match differing.unwrap_or_default().as_slice() {
            [] => "which of two lines goes on on which trust began".to_owned(),
            [first, second, third, _, ..] => format!("{first}, {second}, {third} and more"),
            few => few.join(", "),
        }
    }
}

/// Whether somebody may change the policy: a person of the contractor's with a role, and, of who accepts for a provider,
/// somebody who already could.
fn may_change(stander: &Stander, providers: Option<&[(String, BTreeSet<String>)]>) -> Result<(), String> {
    let accepts = |(provider, emails): &(String, BTreeSet<String>)| {
        stander.works_for(provider) || stander.principals().any(|name| emails.contains(&name.to_lowercase()))
    };
    if providers.is_some_and(|providers| !providers.is_empty() && providers.iter().all(accepts)) {
        return Ok(());
    }
    if stander.of_the_contractor()? { Ok(()) } else { Err("whoever signed it had no role".to_owned()) }
}

fn problem(change: &Change) -> LogProblem {
    let Change { commit, why, .. } = change;
    LogProblem {
        rule: "unsigned-policy-change",
        commit: Some(commit.to_string()),
        message: format!(
            "the commit changes who reviews or what counts, and no person with a role stands behind it: {why}"
        ),
        help:
            "put back what it changed, then have a person with a role make the change in a signed commit; this stays \
               until whatever was reviewed, accepted, affirmed or certified in between, and still counts, is so again"
                .to_owned(),
    }
}

/// What is said of people, of roles and of what counts.
fn says(configs: &mut Configs<'_>, both: Both) -> Result<Says, Failure> {
    let own = both.own.map(|own| configs.read(own)).transpose()?.flatten();
    let mut says = People::at(configs, both)?.says();
    if let Some(own) = own {
        says.extend(review(&own));
        says.extend(silence(&own));
        says.extend(own.extends.iter().map(|base| ("`extends`".to_owned(), base.value.clone())));
    }
    Ok(says)
}

/// What keeps `check` from reporting a review that does not count.
fn silence(config: &Config) -> Says {
    let is_review = |name: &str| rules::RULES.iter().any(|rule| rule.name == name && rule.group == Group::Review);
    let is_building = config.stage.as_ref().is_some_and(|stage| stage.value == Stage::Building);
    let stage = is_building.then(|| ("`stage`".to_owned(), "building".to_owned()));
    let levels = config.rules.iter().filter(|(name, _)| is_review(name));
    let levels = levels.map(|(name, level)| (format!("`[rules] {name}`"), format!("{:?}", level.value.value)));
    let mut says: Says = stage.into_iter().chain(levels).collect();
    for allow in config.allow.iter().filter(|allow| is_review(&allow.rule.value)) {
        let within = allow.within.as_ref().map(|within| &within.value);
        let until = allow.until.as_ref().map(|until| until.value);
        let said = says.entry(format!("`[[allow]]` of {}", allow.rule.value)).or_default();
        *said = format!("{said}{within:?} {until:?}|");
    }
    says
}

fn review(config: &Config) -> Says {
    let Some(policy) = &config.review else { return Says::new() };
    let ReviewPolicy { interval, accept, forge, trust_root, independence, .. } = policy;
    let sorted = |mut all: Vec<String>| {
        all.sort_unstable();
        (!all.is_empty()).then(|| all.join(" "))
    };
    let said = [
        ("interval", interval.as_ref().map(|interval| format!("{:?}", interval.value))),
        ("accept", sorted(accept.iter().map(|grade| format!("{:?}", grade.value)).collect())),
        ("forge", sorted(forge.iter().map(|name| name.value.to_lowercase()).collect())),
        ("trust-root", trust_root.as_ref().map(|root| root.value.clone())),
        ("independence", independence.as_ref().map(|asked| asked.value.to_string())),
    ];
    said.into_iter().filter_map(|(about, what)| Some((format!("`[review] {about}`"), what?))).collect()
}

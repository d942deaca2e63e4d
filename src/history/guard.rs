//! Who stands behind the people, the roles and the policy of reviews: they say whose a signature is and what counts.
//!
//! Policy is followed as trust is: what a commit says of it is lawful if a person with a role, by the policy of before,
//! signed the commit with a key that was trusted before. Here nothing is judged by that; it is only told.

use std::collections::{BTreeMap, BTreeSet};

use super::configs::{Both, Configs};
use super::lineage::Lineages;
use super::proof::{People, Policy};
use super::seal::claims;
use super::seen::{Place, Seen};
use super::trust::Trusted;
use crate::failure::Failure;
use crate::git::Oid;
use crate::git::log::Log;
use crate::model::config::{Config, ReviewPolicy};
use crate::model::history::LogProblem;

/// What a policy says, by what it is about.
type Says = BTreeMap<String, String>;

/// A policy that is lawful.
struct State {
    says: u32,
    both: Both,
}

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
}

/// The policies of the log.
struct Guard<'a, 'g, N> {
    asked: Asked<'a, 'g, N>,
    touched: BTreeSet<usize>,
    known: Vec<Says>,
    by_blobs: BTreeMap<Both, u32>,
    states: Vec<State>,
    lineages: Lineages,
    at: Vec<At>,
    /// Changes behind which nobody stands: why, and the one below that each is built upon.
    changes: BTreeMap<usize, (String, Option<usize>)>,
}

/// What stands after a commit.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct At {
    says: u32,
    /// The last lawful policy.
    state: u32,
    /// The unlawful change by which another policy stands.
    under: Option<usize>,
}

/// The changes of people, roles and policy behind which nobody stands who might, and by which the policy of now or that
/// of the day of a claim stands. One that was taken back before anybody said anything is none.
pub(super) fn unsigned_changes<N>(asked: Asked<'_, '_, N>) -> Result<Vec<LogProblem>, Failure> {
    let has_begun = |position: &usize| asked.trusted.has_begun(asked.log, *position);
    if !asked.seen.configs.iter().any(has_begun) {
        return Ok(Vec::new());
    }
    let mut guard = Guard::new(asked);
    for position in (0..guard.asked.log.len()).rev() {
        guard.at[position] = guard.step(position)?;
    }
    Ok(guard.problems())
}

impl<'a, 'g, N> Guard<'a, 'g, N> {
    fn new(asked: Asked<'a, 'g, N>) -> Self {
        let at = vec![At::default(); asked.log.len()];
        let nothing = State { says: 0, both: Both::default() };
        Self {
            touched: asked.seen.configs.iter().copied().collect(),
            asked,
            known: vec![Says::new()],
            by_blobs: BTreeMap::new(),
            states: vec![nothing],
            lineages: Lineages::new(),
            at,
            changes: BTreeMap::new(),
        }
    }

    fn step(&mut self, position: usize) -> Result<At, Failure> {
        let parents: Vec<At> = self.asked.log.parents(position).map(|parent| self.at[parent]).collect();
        let is_touched = self.touched.contains(&position);
        match parents.as_slice() {
            [first, others @ ..] if !is_touched && others.iter().all(|other| other == first) => return Ok(*first),
            [] if !is_touched => return Ok(At::default()),
            _ => {}
        }
        let (says, both) = self.said(position)?;
        let states: BTreeSet<u32> = parents.iter().map(|parent| parent.state).collect();
        let agree = || states.iter().copied().find(|_| states.iter().all(|state| self.is(*state, says)));
        let newest = self.lineages.newest(&states);
        if let Some(state) = newest.filter(|state| self.is(*state, says)).or_else(agree) {
            return Ok(At { says, state, under: None });
        }
        if !self.asked.trusted.has_begun(self.asked.log, position) || self.is_union(&states, says) {
            return Ok(self.lawful(says, both, states));
        }
        let state = newest.or(parents.first().map(|first| first.state)).unwrap_or(0);
        let carried = parents.iter().find(|parent| parent.says == says && parent.under.is_some());
        if let Some(carried) = carried {
            return Ok(At { says, state, under: carried.under });
        }
        let below = parents.iter().find_map(|parent| parent.under);
        match self.judge(position, state, below)? {
            Ok(()) => Ok(self.lawful(says, both, states)),
            Err(why) => {
                let what = self.difference(state, says);
                self.changes.insert(position, (format!("{what}: {why}"), below));
                Ok(At { says, state, under: Some(position) })
            }
        }
    }

    fn is(&self, state: u32, says: u32) -> bool {
        self.states[state as usize].says == says
    }

    /// Whether a policy holds, of each thing that it is about, what the one side says that changed it; nobody has to
    /// stand behind a merge that decides nothing.
    fn is_union(&self, states: &BTreeSet<u32>, says: u32) -> bool {
        let Some(first) = states.first().filter(|_| states.len() > 1) else { return false };
        let common = self
            .lineages
            .all(*first)
            .into_iter()
            .filter(|old| states.iter().all(|new| self.lineages.follows(*new, *old)));
        let Some(base) = self.lineages.newest(&common.collect()) else { return false };
        let of = |state: u32| &self.known[self.states[state as usize].says as usize];
        let (base, merged) = (of(base), &self.known[says as usize]);
        let sides: Vec<&Says> = states.iter().map(|state| of(*state)).collect();
        let about = sides.iter().copied().chain([base, merged]).flat_map(BTreeMap::keys);
        about.collect::<BTreeSet<_>>().into_iter().all(|about| {
            let changed = sides.iter().map(|side| side.get(about)).filter(|said| *said != base.get(about));
            let changed: BTreeSet<Option<&String>> = changed.collect();
            match changed.first() {
                None => merged.get(about) == base.get(about),
                Some(only) => changed.len() == 1 && merged.get(about) == *only,
            }
        })
    }

    fn lawful(&mut self, says: u32, both: Both, previous: BTreeSet<u32>) -> At {
        let state = u32::try_from(self.states.len()).expect("there are fewer policies than commits");
        self.states.push(State { says, both });
        self.lineages.add(previous);
        At { says, state, under: None }
    }

    /// What the policy of a commit says, by number.
    fn said(&mut self, position: usize) -> Result<(u32, Both), Failure> {
        let Asked { log, seen, configs, prefix, .. } = &mut self.asked;
        let called = seen.called.get(&position).map_or(*prefix, |called| &*called.here);
        let both = configs.at(&Place { tree: log.tree(position), prefix: called.to_owned() })?;
        if let Some(known) = self.by_blobs.get(&both) {
            return Ok((*known, both));
        }
        let says = says(configs, both)?;
        let known = self.known.iter().position(|known| *known == says);
        let number = known.unwrap_or(self.known.len());
        if known.is_none() {
            self.known.push(says);
        }
        let number = u32::try_from(number).expect("there are fewer policies than commits");
        self.by_blobs.insert(both, number);
        Ok((number, both))
    }

    /// Whether somebody stands behind a change of the policy of this state; the error says why not.
    fn judge(&mut self, position: usize, state: u32, below: Option<usize>) -> Result<Result<(), String>, Failure> {
        if below.is_some() {
            return Ok(Err("it builds on a change of them behind which nobody stands".to_owned()));
        }
        let Asked { log, trusted, configs, policy, floors, .. } = &mut self.asked;
        let trusts = trusted.before(log, position);
        trusted.learn(trusts.iter().copied())?;
        let (both, commit) = (self.states[state as usize].both, (log.id(position), floors[position]));
        for trust in trusts {
            let book = trusted.book();
            match policy.standing_behind(configs, commit, both, book.keys(trust), book)? {
                Ok(true) => {}
                Ok(false) => return Ok(Err("whoever signed it had no role".to_owned())),
                Err(why) => return Ok(Err(why)),
            }
        }
        Ok(Ok(()))
    }

    /// What two policies say differently.
    fn difference(&self, state: u32, says: u32) -> String {
        let (old, new) = (&self.known[self.states[state as usize].says as usize], &self.known[says as usize]);
        let about: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        let differ: Vec<&str> =
            about.into_iter().filter(|about| old.get(*about) != new.get(*about)).map(String::as_str).collect();
        match differ.as_slice() {
            [first, second, third, _, ..] => format!("{first}, {second}, {third} and more"),
            few => few.join(", "),
        }
    }

    fn problems(&self) -> Vec<LogProblem> {
        let log = self.asked.log;
        let signed = claims(self.asked.seen).filter(|stamp| stamp.is_signed);
        let under_claims =
            signed.flat_map(|stamp| log.parents(stamp.position)).filter_map(|parent| self.at[parent].under);
        let mut open: Vec<usize> = under_claims.chain(self.at[0].under).collect();
        let mut found: BTreeSet<usize> = BTreeSet::new();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(self.changes[&next].1);
            }
        }
        found.into_iter().rev().map(|position| problem(log.id(position), &self.changes[&position].0)).collect()
    }
}

fn problem(commit: Oid, what: &str) -> LogProblem {
    LogProblem {
        rule: "unsigned-policy-change",
        commit: Some(commit.to_string()),
        message: format!("the commit changes who reviews or what counts, and no person with a role stands behind it: {what}"),
        help: "put demarcate.toml back as it was, then have a person with a role make the change in a signed commit; look again at what was reviewed in between".to_owned(),
    }
}

/// What is said of people, of roles and of what counts.
fn says(configs: &mut Configs<'_>, both: Both) -> Result<Says, Failure> {
    let own = both.own.map(|own| configs.read(own)).transpose()?.flatten();
    let mut says = People::at(configs, both)?.says();
    if let Some(own) = own {
        says.extend(review(&own));
    }
    Ok(says)
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

//! Who stands behind the people, the roles and the policy of reviews: they say whose a signature is and what counts.
//!
//! Policy is followed as trust is: what a commit says of it is lawful if a person with a role, by the policy of before,
//! signed the commit with a key that was trusted before. Here nothing is judged by that; it is only told.

mod acceptors;

use std::collections::{BTreeMap, BTreeSet};

use super::configs::{Both, Configs};
use super::lineage::Lineages;
use super::proof::{People, Policy, Stander};
use super::seen::{Place, Seen};
use super::trust::Trusted;
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

/// A policy that is lawful.
struct State {
    says: u32,
    both: Both,
    /// The policies with which trust began that led to it.
    begun: BTreeSet<u32>,
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
    /// The root that it extends now.
    pub(super) beside: Option<&'a str>,
}

/// The policies of the log.
struct Guard<'a, 'g, N> {
    asked: Asked<'a, 'g, N>,
    touched: BTreeSet<usize>,
    known: Vec<Says>,
    by_files: BTreeMap<Files, u32>,
    states: Vec<State>,
    /// The policies of before trust, so that the same change made twice on two branches is one.
    begun: BTreeMap<(u32, BTreeSet<u32>), u32>,
    acceptors: Option<Acceptors<'g>>,
    lineages: Lineages,
    at: Vec<At>,
    changes: BTreeMap<usize, Change>,
}

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
}

/// The changes of people, roles and policy behind which nobody stands who might.
#[derive(Default)]
pub(super) struct Changes {
    at: Vec<At>,
    changes: BTreeMap<usize, Change>,
}

impl Changes {
    /// Those by which the policy of now stands, or that of a commit that says something which counts. One that was taken
    /// back before anybody said anything is none.
    pub(super) fn problems<N>(&self, log: &Log<N>, claims: impl IntoIterator<Item = usize>) -> Vec<LogProblem> {
        let Some(tip) = self.at.first() else { return Vec::new() };
        let parents = claims.into_iter().flat_map(|claim| log.parents(claim).collect::<Vec<_>>());
        let mut open: Vec<usize> = parents.filter_map(|parent| self.at[parent].under).chain(tip.under).collect();
        let mut found: BTreeSet<usize> = BTreeSet::new();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(self.changes[&next].below);
            }
        }
        found.into_iter().rev().map(|position| problem(&self.changes[&position])).collect()
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
        guard.at[position] = guard.step(position)?;
    }
    Ok(Changes { at: guard.at, changes: guard.changes })
}

/// Where something was touched that says whose a signature is, or what counts.
fn touched(seen: &Seen) -> BTreeSet<usize> {
    let providers = if seen.acceptances.is_empty() { &[][..] } else { &seen.providers };
    seen.configs.iter().chain(providers).copied().collect()
}

impl<'a, 'g, N> Guard<'a, 'g, N> {
    fn new(asked: Asked<'a, 'g, N>, touched: BTreeSet<usize>) -> Self {
        let at = vec![At::default(); asked.log.len()];
        let nothing = State { says: 0, both: Both::default(), begun: BTreeSet::new() };
        let acceptors = (!asked.seen.acceptances.is_empty()).then(|| Acceptors::new(asked.configs.git()));
        Self {
            asked,
            touched,
            known: vec![Says::new()],
            by_files: BTreeMap::new(),
            states: vec![nothing],
            begun: BTreeMap::new(),
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
            [] if !is_touched => return Ok(At::default()),
            _ => {}
        }
        let is_called = self.asked.seen.called.contains_key(&position);
        let called = if is_called { Some(position) } else { parents.first().and_then(|first| first.called) };
        let (says, files, is_elsewhere) = self.said(position, called)?;
        let (state, under) = self.settle(position, says, files.both)?;
        Ok(At { says, state, under, is_elsewhere, called })
    }

    /// The lawful policy after a commit, and the unlawful change by which another stands.
    fn settle(&mut self, position: usize, says: u32, both: Both) -> Result<(u32, Option<usize>), Failure> {
        let parents = self.sides(position);
        let states: BTreeSet<u32> = parents.iter().map(|parent| parent.state).collect();
        let agree = || states.iter().copied().find(|_| states.iter().all(|state| self.is(*state, says)));
        let newest = self.lineages.newest(&states);
        if let Some(state) = newest.filter(|state| self.is(*state, says)).or_else(agree) {
            return Ok((state, None));
        }
        if !self.asked.trusted.has_begun(self.asked.log, position) {
            return Ok((self.begin(says, both, states), None));
        }
        if self.is_of_one_beginning(&states) && self.is_union(&states, says) {
            return Ok((self.lawful(says, both, states), None));
        }
        let state = newest.or(parents.first().map(|first| first.state)).unwrap_or(0);
        let carried = parents.iter().find(|parent| parent.says == says && parent.under.is_some());
        if let Some(carried) = carried {
            return Ok((state, carried.under));
        }
        let below = parents.iter().find_map(|parent| parent.under);
        let against = newest.map_or_else(|| states.clone(), |newest| BTreeSet::from([newest]));
        match self.judge(position, &against, says, below)? {
            Ok(()) => Ok((self.lawful(says, both, states), None)),
            Err(why) => {
                let why = format!("{}: {why}", self.differing(state, says));
                self.changes.insert(position, Change { commit: self.asked.log.id(position), why, below });
                Ok((state, Some(position)))
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

    /// Whether policies come from the same one with which trust began: what anybody might say before the same list of
    /// keys on another line of development is not what was said before it here.
    fn is_of_one_beginning(&self, states: &BTreeSet<u32>) -> bool {
        let begun: BTreeSet<&BTreeSet<u32>> = states.iter().map(|state| &self.states[*state as usize].begun).collect();
        begun.len() < 2
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

    /// A policy of before trust.
    fn begin(&mut self, says: u32, both: Both, previous: BTreeSet<u32>) -> u32 {
        if let Some(known) = self.begun.get(&(says, previous.clone())) {
            return *known;
        }
        let state = self.lawful(says, both, previous.clone());
        self.states[state as usize].begun = BTreeSet::from([state]);
        self.begun.insert((says, previous), state);
        state
    }

    fn lawful(&mut self, says: u32, both: Both, previous: BTreeSet<u32>) -> u32 {
        let number = u32::try_from(self.states.len()).expect("there are fewer policies than commits");
        let begun = previous.iter().flat_map(|state| &self.states[*state as usize].begun).copied().collect();
        self.states.push(State { says, both, begun });
        self.lineages.add(previous);
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
        let known = self.known.iter().position(|known| *known == says);
        let number = known.unwrap_or(self.known.len());
        if known.is_none() {
            self.known.push(says);
        }
        u32::try_from(number).expect("there are fewer policies than commits")
    }

    /// Whether somebody stands behind a change of the policy of all these states; the error says why not.
    fn judge(
        &mut self,
        position: usize,
        states: &BTreeSet<u32>,
        says: u32,
        below: Option<usize>,
    ) -> Result<Result<(), String>, Failure> {
        if below.is_some() {
            return Ok(Err("it builds on a change of them behind which nobody stands".to_owned()));
        }
        let Asked { log, trusted, .. } = &mut self.asked;
        let trusts = trusted.before(log, position);
        trusted.learn(trusts.iter().copied())?;
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
        Ok(Ok(()))
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

    /// The same in words.
    fn differing(&self, state: u32, says: u32) -> String {
        match self.differences(state, says).as_slice() {
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

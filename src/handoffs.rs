//! Handoffs as a graph: how news of an incident gets from whoever sees it to the contractor, and how long that may take.
//!
//! A way is a chain of handoffs between providers that ends at the contractor, whose reporter then reports to the DoD.
//! In a circle of providers each one goes on by its fastest way, so that every question has an answer in time that grows
//! with the number of handoffs.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::CONTRACTOR;
use crate::model::assessment::Assessment;
use crate::model::incident::{Handoff, Incident};

/// Minutes from discovery within which the DoD is told (DFARS 252.204-7012(c)(1)(ii)).
pub const REPORT_WITHIN: i64 = 72 * 60;

/// Minutes of these that handoffs may take before little is left to the contractor itself.
pub const MOST_USED: i64 = 24 * 60;

/// How many places of one kind a diagnostic shows; its message says how many there are.
pub const MOST_SHOWN: usize = 8;

/// Every way to the contractor.
#[derive(Debug)]
pub struct Ways<'a> {
    parties: Vec<&'a str>,
    /// Where a way ends: at the contractor, and at a party of which nothing is known.
    ends: Vec<bool>,
    out: Vec<Vec<Edge<'a>>>,
    circles: Vec<usize>,
    fastest: Vec<Option<Step>>,
    longest: Vec<Option<Step>>,
}

/// A handoff to a party by number.
#[derive(Clone, Copy, Debug)]
struct Edge<'a> {
    to: usize,
    handoff: &'a Handoff,
}

/// How a party goes on, and how long it takes from there.
#[derive(Clone, Copy, Debug)]
struct Step {
    minutes: i64,
    /// The number of the handoff among the party's; none at an end.
    edge: Option<usize>,
    /// Whether every step after it is the fastest.
    then_fastest: bool,
}

/// One way to the contractor.
#[derive(Clone, Debug)]
pub struct Way<'a> {
    /// Its handoffs in order.
    pub steps: Vec<&'a Handoff>,
    /// How long they take together, those without a limit not counted.
    pub minutes: i64,
}

impl Way<'_> {
    /// Whether a handoff of it has no limit, so that it may take longer.
    pub fn is_open(&self) -> bool {
        self.steps.iter().any(|step| step.minutes().is_none())
    }

    /// Minutes that are left to the contractor; negative if there are none.
    pub fn left(&self) -> i64 {
        REPORT_WITHIN - self.minutes
    }
}

/// Where handoffs end without having reached the contractor.
#[derive(Clone, Debug)]
pub struct DeadEnd<'a> {
    /// The party, or the parties of a circle.
    pub parties: Vec<&'a str>,
    /// The handoffs to it.
    pub handoffs: Vec<&'a Handoff>,
}

impl<'a> Ways<'a> {
    /// Follows the handoffs of incidents.
    pub fn of(assessment: &'a Assessment, incident: &'a Incident) -> Self {
        let mut ways = Self::graph(&news(incident), &Desk::of(assessment, incident));
        let is_end = |party: &&str| **party == *CONTRACTOR || (**party != *DESK && !assessment.is_party(party));
        ways.ends = ways.parties.iter().map(is_end).collect();
        for (edges, _) in ways.out.iter_mut().zip(&ways.ends).filter(|(_, end)| **end) {
            edges.clear();
        }
        ways.circles = circles(&ways.out);
        ways.fastest = fastest(&ways.out, &ways.ends);
        ways.find_longest();
        ways
    }

    fn graph(handoffs: &[&'a Handoff], desk: &Desk<'a>) -> Self {
        let handoffs = handoffs.iter().map(|handoff| (&*handoff.from.name, desk.end_of(handoff), *handoff));
        let relays = desk.relays.iter().map(|handoff| (DESK, CONTRACTOR, *handoff));
        let edges: Vec<(&str, &str, &Handoff)> = handoffs.chain(relays).collect();
        let named = edges.iter().flat_map(|(from, to, _)| [*from, *to]);
        let parties: Vec<&str> = named.collect::<BTreeSet<&str>>().into_iter().collect();
        let numbers: BTreeMap<&str, usize> = parties.iter().enumerate().map(|(at, party)| (*party, at)).collect();
        let mut out = vec![Vec::new(); parties.len()];
        for (from, to, handoff) in edges {
            out[numbers[from]].push(Edge { to: numbers[to], handoff });
        }
        let nothing = Vec::new;
        Self { parties, out, ends: nothing(), circles: Vec::new(), fastest: Vec::new(), longest: Vec::new() }
    }

    /// From the ends backwards, since the circles are numbered in the order in which news passes them.
    fn find_longest(&mut self) {
        self.longest = vec![None; self.parties.len()];
        let mut order: Vec<usize> = (0..self.parties.len()).collect();
        order.sort_by_key(|party| std::cmp::Reverse(self.circles[*party]));
        for party in order {
            self.longest[party] = self.longest_from(party);
        }
    }

    fn longest_from(&self, party: usize) -> Option<Step> {
        if self.ends[party] {
            return self.fastest[party];
        }
        let steps = self.out[party].iter().enumerate().filter_map(|(number, edge)| {
            let within_circle = self.circles[edge.to] == self.circles[party];
            let rest = if within_circle { self.fastest_around(edge.to, party) } else { self.longest[edge.to] }?;
            let minutes = rest.minutes.saturating_add(edge.handoff.minutes().unwrap_or(0));
            Some(Step { minutes, edge: Some(number), then_fastest: within_circle })
        });
        // Of several that take as long the first as written.
        steps.reduce(|best, step| if step.minutes > best.minutes { step } else { best })
    }

    /// The fastest way from a party, if it does not lead through another.
    fn fastest_around(&self, from: usize, other: usize) -> Option<Step> {
        let mut at = from;
        while let Some(edge) = self.fastest[at]?.edge {
            at = self.out[at][edge].to;
            if at == other {
                return None;
            }
        }
        self.fastest[from]
    }

    /// The longest way of each provider that hands over, the longest first.
    pub fn longest(&self) -> Vec<Way<'a>> {
        let starts =
            (0..self.parties.len()).filter(|party| !self.out[*party].is_empty() && *self.parties[*party] != *DESK);
        let mut ways: Vec<Way<'a>> = starts.filter_map(|party| self.way(party, false)).collect();
        ways.sort_by_key(|way| std::cmp::Reverse((way.minutes, way.steps.len())));
        ways
    }

    /// The fastest way of a provider.
    pub fn fastest(&self, party: &str) -> Option<Way<'a>> {
        self.way(self.number(party)?, true)
    }

    fn number(&self, party: &str) -> Option<usize> {
        self.parties.binary_search(&party).ok()
    }

    fn way(&self, start: usize, mut fastest: bool) -> Option<Way<'a>> {
        let table = |fastest: bool| if fastest { &self.fastest } else { &self.longest };
        let (mut at, mut steps) = (start, Vec::new());
        let minutes = table(fastest)[start]?.minutes;
        while let Some(Step { edge: Some(edge), then_fastest, .. }) = table(fastest)[at] {
            let taken = self.out[at][edge];
            steps.push(taken.handoff);
            fastest |= then_fastest;
            at = taken.to;
        }
        Some(Way { steps, minutes })
    }

    /// Whether a provider hands over, wherever that leads.
    pub fn hands_over(&self, party: &str) -> bool {
        self.number(party).is_some_and(|number| !self.out[number].is_empty())
    }

    /// Whether what a provider hands over reaches the contractor.
    pub fn leads(&self, party: &str) -> bool {
        self.number(party).is_some_and(|number| self.fastest[number].is_some())
    }

    /// Where handoffs end although they have not reached the contractor.
    pub fn dead_ends(&self) -> Vec<DeadEnd<'a>> {
        let mut ends: BTreeMap<usize, DeadEnd<'a>> = BTreeMap::new();
        for party in (0..self.parties.len()).filter(|party| self.is_last(*party)) {
            let circle = self.circles[party];
            let found = ends.entry(circle).or_insert_with(|| DeadEnd { parties: Vec::new(), handoffs: Vec::new() });
            found.parties.push(self.parties[party]);
        }
        for edge in self.out.iter().flatten() {
            if let Some(found) = ends.get_mut(&self.circles[edge.to]) {
                found.handoffs.push(edge.handoff);
            }
        }
        ends.into_values().collect()
    }

    /// Whether nothing leads on from a party and its circle, which is not the contractor's.
    fn is_last(&self, party: usize) -> bool {
        let of_circle = (0..self.parties.len()).filter(|other| self.circles[*other] == self.circles[party]);
        let mut edges = of_circle.flat_map(|other| &self.out[other]);
        self.fastest[party].is_none() && edges.all(|edge| self.circles[edge.to] == self.circles[party])
    }

    /// Circles that lead to the contractor, of which a party has no way out of its own.
    pub fn circles(&self) -> Vec<DeadEnd<'a>> {
        let mut found: BTreeMap<usize, DeadEnd<'a>> = BTreeMap::new();
        for (party, edges) in self.out.iter().enumerate().filter(|(party, _)| self.fastest[*party].is_some()) {
            let inside = edges.iter().filter(|edge| self.circles[edge.to] == self.circles[party]).map(|e| e.handoff);
            let circle =
                found.entry(self.circles[party]).or_insert_with(|| DeadEnd { parties: vec![], handoffs: vec![] });
            circle.parties.push(self.parties[party]);
            circle.handoffs.extend(inside);
        }
        let is_caught = |circle: &DeadEnd<'a>| {
            let leaves = |party: &&str| {
                let mut handoffs = self.number(party).into_iter().flat_map(|number| &self.out[number]);
                handoffs.any(|edge| !circle.parties.contains(&self.parties[edge.to]))
            };
            circle.parties.len() > 1 && !circle.parties.iter().all(leaves)
        };
        found.into_values().filter(is_caught).collect()
    }
}

/// Stands among the parties for roles of the contractor that do not report, and tell those that do.
const DESK: &str = "contractor's desk";

/// How news goes on inside the contractor: from one role to that of a reporter.
struct Desk<'a> {
    relays: Vec<&'a Handoff>,
    reporting: BTreeSet<&'a str>,
}

impl<'a> Desk<'a> {
    fn of(assessment: &'a Assessment, incident: &'a Incident) -> Self {
        let is_reporter = |id: &str| incident.reporter.iter().any(|reporter| *reporter.person.name == *id);
        let people = assessment.config.person.iter().filter(|person| is_reporter(&person.id.name));
        let reporting: BTreeSet<&str> =
            people.flat_map(|person| &person.roles).map(|role| role.name.as_str()).collect();
        let inside =
            incident.handoff.iter().filter(|handoff| *handoff.from == *CONTRACTOR && *handoff.to == *CONTRACTOR);
        let of_news = |handoff: &&Handoff| handoff.matter.as_ref().is_none_or(|matter| matter.value.brings_news());
        let reports =
            |handoff: &&Handoff| handoff.to_role.as_ref().is_some_and(|role| reporting.contains(role.name.as_str()));
        Self { relays: inside.filter(of_news).filter(reports).collect(), reporting }
    }

    /// Where a handoff leads: to the contractor's desk, if it is to a role that does not report and others hear of it there.
    fn end_of(&self, handoff: &'a Handoff) -> &'a str {
        let to_desk = *handoff.to == *CONTRACTOR
            && !self.relays.is_empty()
            && handoff.to_role.as_ref().is_some_and(|role| !self.reporting.contains(role.name.as_str()));
        if to_desk { DESK } else { &handoff.to.name }
    }
}

/// The handoffs by which the next party may learn of an incident: of each provider those of the first phases, and where
/// it has none, whatever it hands over of incidents. What the contractor hands over leads away from the report.
fn news(incident: &Incident) -> Vec<&Handoff> {
    let of_incidents = || {
        let all = incident.handoff.iter().filter(|handoff| handoff.is_of_incidents());
        all.filter(|handoff| *handoff.from != *CONTRACTOR && *handoff.from != *handoff.to)
    };
    let brings = |handoff: &&Handoff| handoff.matter.as_ref().is_none_or(|matter| matter.value.brings_news());
    let heralds: BTreeSet<&str> = of_incidents().filter(brings).map(|handoff| &*handoff.from).collect();
    of_incidents().filter(|handoff| brings(handoff) || !heralds.contains(&*handoff.from)).collect()
}

/// The fastest step of each party from which an end is reached, found from the ends backwards.
fn fastest(out: &[Vec<Edge<'_>>], ends: &[bool]) -> Vec<Option<Step>> {
    let mut into: Vec<Vec<(usize, usize)>> = vec![Vec::new(); out.len()];
    for (from, edges) in out.iter().enumerate() {
        for (number, edge) in edges.iter().enumerate() {
            into[edge.to].push((from, number));
        }
    }
    let end = Step { minutes: 0, edge: None, then_fastest: true };
    let mut found: Vec<Option<Step>> = ends.iter().map(|is_end| is_end.then_some(end)).collect();
    let mut open: BTreeSet<(i64, usize)> =
        (0..out.len()).filter(|party| ends[*party]).map(|party| (0, party)).collect();
    while let Some((minutes, party)) = open.pop_first() {
        for (from, number) in into[party].iter().copied() {
            let minutes = minutes.saturating_add(out[from][number].handoff.minutes().unwrap_or(0));
            if found[from].is_none_or(|known| minutes < known.minutes) {
                found[from] = Some(Step { minutes, edge: Some(number), then_fastest: true });
                open.insert((minutes, from));
            }
        }
    }
    found
}

/// The number of the circle of each party, those alone included, in the order in which news passes them.
fn circles(out: &[Vec<Edge<'_>>]) -> Vec<usize> {
    let mut into: Vec<Vec<usize>> = vec![Vec::new(); out.len()];
    for (from, edges) in out.iter().enumerate() {
        for edge in edges {
            into[edge.to].push(from);
        }
    }
    let mut circles = vec![usize::MAX; out.len()];
    for (number, start) in finished(out).into_iter().rev().enumerate() {
        let mut open = vec![start];
        while let Some(party) = open.pop() {
            if circles[party] == usize::MAX {
                circles[party] = number;
                open.extend(&into[party]);
            }
        }
    }
    circles
}

/// The parties in the order in which a walk into the depth leaves them.
fn finished(out: &[Vec<Edge<'_>>]) -> Vec<usize> {
    let (mut seen, mut left) = (vec![false; out.len()], Vec::new());
    for start in 0..out.len() {
        let mut open = vec![(start, 0)];
        while let Some((party, next)) = open.pop() {
            if next == 0 && std::mem::replace(&mut seen[party], true) {
                continue;
            }
            match out[party].get(next) {
                Some(edge) => open.extend([(party, next + 1), (edge.to, 0)]),
                None => left.push(party),
            }
        }
    }
    left
}

/// Whether a matter gets from a party to another by the handoffs about it.
pub fn passes<'a>(handoffs: impl Iterator<Item = &'a Handoff>, from: &'a str, to: &str) -> bool {
    let handoffs: Vec<&Handoff> = handoffs.collect();
    let (mut seen, mut open) = (BTreeSet::from([from]), vec![from]);
    while let Some(party) = open.pop() {
        for handoff in handoffs.iter().filter(|handoff| *handoff.from == *party) {
            if seen.insert(&handoff.to) {
                open.push(&handoff.to);
            }
        }
    }
    from != to && seen.contains(to)
}

/// Parties in words: `a`, `b` and `c`.
pub fn named(parties: &[&str], and: &str) -> String {
    let named: Vec<String> = parties.iter().map(|party| format!("`{party}`")).collect();
    match named.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} {and} {last}", others.join(", ")),
        _ => named.concat(),
    }
}

/// Minutes as people say them: `15 minutes`, `36 hours`, `1 hour 30 minutes`.
pub fn in_hours(minutes: i64) -> String {
    let said = |n: i64, unit: &str| format!("{n} {unit}{}", if n == 1 { "" } else { "s" });
    match (minutes / 60, minutes % 60) {
        (0, minutes) => said(minutes, "minute"),
        (hours, 0) => said(hours, "hour"),
        (hours, minutes) => format!("{} {}", said(hours, "hour"), said(minutes, "minute")),
    }
}

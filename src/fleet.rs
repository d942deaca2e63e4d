//! Many roots of a provider's clients, one row each: what each believes beside what the provider has published.
//!
//! A root is read whole, its row is made, and everything else of it is dropped: memory does not grow with the fleet.

pub mod drift;
pub mod forms;
pub mod list;
pub mod results;
pub mod row;
pub mod slice;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::Catalog;
use drift::Kind;
use results::{Head, Shard};
use row::{Row, State};

/// The rows of a fleet, in the order of its list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fleet {
    /// What was asked, and of which list.
    pub head: Head,
    /// One a client.
    pub rows: Vec<Row>,
}

/// A fleet in figures.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize)]
pub struct Summary {
    /// Clients in the list.
    pub listed: usize,
    /// Clients of which there is a row.
    pub seen: usize,
    /// Clients whose root was read.
    pub read: usize,
    /// Clients whose root cannot be read.
    pub broken: usize,
    /// Clients of which some file could not be read whole.
    pub incomplete: usize,
    /// Clients in which something is denied.
    pub denied: usize,
    /// Clients that believe something else than what is published.
    pub drifting: usize,
    /// How often they do.
    pub drifts: usize,
    /// The same by kind.
    pub kinds: BTreeMap<Kind, usize>,
}

/// What a fleet makes of one practice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OfPractice {
    /// The practice.
    pub practice: String,
    /// Its title.
    pub title: &'static str,
    /// How many clients assign a part of it to the provider.
    pub assigned: usize,
    /// How many rows of the published matrix speak of it, by inheritance.
    pub claims: BTreeMap<String, usize>,
    /// Drifts about it, by kind.
    pub drift: BTreeMap<Kind, usize>,
}

impl Fleet {
    /// The fleet in figures.
    pub fn summary(&self) -> Summary {
        let found = || self.rows.iter().filter_map(|row| row.found.as_ref());
        let drifts = || found().flat_map(|found| found.drifts.iter().flatten());
        Summary {
            listed: self.head.listed.len(),
            seen: self.rows.len(),
            read: self.rows.iter().filter(|row| row.state == State::Read).count(),
            broken: self.rows.iter().filter(|row| row.state == State::Broken).count(),
            incomplete: found().filter(|found| !found.whole).count(),
            denied: found().filter(|found| found.denies > 0).count(),
            drifting: found().filter(|found| found.drifts.as_ref().is_some_and(|drifts| !drifts.is_empty())).count(),
            drifts: drifts().count(),
            kinds: counted(drifts().map(|drift| drift.kind)),
        }
    }

    /// Clients that should have a row and have none: of a shard its own alone.
    pub fn missing(&self) -> Vec<&str> {
        let is_here = |id: &str| self.rows.iter().any(|row| row.id == id);
        let numbered = self.head.listed.iter().enumerate();
        let own = numbered.filter(|(at, _)| self.head.shard.is_none_or(|shard: Shard| shard.has(*at)));
        own.map(|(_, id)| id.as_str()).filter(|id| !is_here(id)).collect()
    }

    /// Whether anything is denied, drifts, is broken or was not looked at.
    pub fn is_denied(&self) -> bool {
        let summary = self.summary();
        summary.denied + summary.drifts + summary.broken > 0 || !self.missing().is_empty()
    }

    /// Each practice in which the provider has a part anywhere, or of which its matrix speaks, or that drifts.
    pub fn practices(&self) -> Vec<OfPractice> {
        let found: Vec<_> = self.rows.iter().filter_map(|row| row.found.as_ref()).collect();
        let claims = |practice: &str| {
            let published = self.head.published.as_ref();
            published.and_then(|published| published.claims.get(practice)).cloned().unwrap_or_default()
        };
        let of = |requirement: &crate::catalog::Requirement| {
            let practice = requirement.id.to_string();
            let drifts = found.iter().flat_map(|found| found.drifts.iter().flatten());
            let own = drifts.filter(|drift| drift.practice.as_ref() == Some(&practice));
            OfPractice {
                assigned: found.iter().filter(|found| found.assigned.contains(&practice)).count(),
                claims: claims(&practice),
                drift: counted(own.map(|drift| drift.kind)),
                title: requirement.title,
                practice,
            }
        };
        let all = Catalog::rev2().requirements().map(of);
        all.filter(|row| row.assigned > 0 || !row.claims.is_empty() || !row.drift.is_empty()).collect()
    }
}

fn counted(kinds: impl Iterator<Item = Kind>) -> BTreeMap<Kind, usize> {
    let mut counts = BTreeMap::new();
    for kind in kinds {
        *counts.entry(kind).or_default() += 1;
    }
    counts
}

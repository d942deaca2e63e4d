//! Editions of an index or a revision: blobs, which never change, so what is known of one is known for good.

use std::collections::BTreeMap;

use super::look::Looked;
use super::{Asked, ByLocation, Cost, Found, kept_as};
use crate::git::Oid;
use crate::model::assessment::{Checkout, EditionState};
use crate::source::{self, Tree, Unreadable};

/// What blobs hold, by id.
type Shelf = BTreeMap<String, Looked>;

/// Looks at every location; what lies outside the repository is not looked at.
pub(super) fn found(
    tree: &Tree<'_>,
    locations: &std::collections::BTreeSet<String>,
    asked: Asked<'_>,
) -> (ByLocation, Cost) {
    let name = kept_as("evidence-blobs", tree);
    let old: Shelf = asked.cache.get(&name).unwrap_or_default();
    let mut blobs = Blobs { tree, old: &old, new: Shelf::new(), cost: Cost::default() };
    let found = locations.iter().map(|location| (location.clone(), blobs.of(location, asked))).collect();
    let Blobs { new, cost, .. } = blobs;
    if new != old
        && asked.whole
        && let Some(begun) = asked.cache.begin()
    {
        asked.cache.put(&name, &new, &begun);
    }
    (found, cost)
}

struct Blobs<'a, 'g> {
    tree: &'a Tree<'g>,
    old: &'a Shelf,
    new: Shelf,
    cost: Cost,
}

impl Blobs<'_, '_> {
    fn of(&mut self, location: &str, asked: Asked<'_>) -> Found {
        if source::is_outside(location) {
            let why = "a revision holds nothing that lies outside the repository";
            return EditionState::Elsewhere(why.to_owned()).into();
        }
        match self.looked(location, asked) {
            Ok(Some(looked)) => Found::of(&looked, Checkout::Faithful, true),
            Ok(None) => EditionState::Missing.into(),
            Err(why) => EditionState::Unreadable(why.to_string()).into(),
        }
    }

    fn looked(&mut self, location: &str, asked: Asked<'_>) -> Result<Option<Looked>, Unreadable> {
        let Some(entry) = self.tree.entry(location)? else {
            return self.tree.read(location).map(|_| None);
        };
        let id = entry.id.to_string();
        let looked = match self.new.get(&id).or_else(|| self.known(&id, entry.id)) {
            Some(known) => known.clone(),
            None => self.read(entry.id, asked)?,
        };
        self.new.insert(id, looked.clone());
        Ok(Some(looked))
    }

    /// What was known of a blob, if it is still here.
    fn known(&self, id: &str, blob: Oid) -> Option<&Looked> {
        let looked = self.old.get(id)?;
        (self.tree.git()?.blob_size(blob) == Some(looked.size)).then_some(looked)
    }

    fn read(&mut self, id: Oid, asked: Asked<'_>) -> Result<Looked, Unreadable> {
        let git = self.tree.git().expect("a tree of blobs has its repository");
        let bytes = git.blob(id).map_err(|failure| Unreadable::Refused(failure.message))?;
        self.cost.opened += 1;
        self.cost.bytes += bytes.len() as u64;
        (asked.progress)(bytes.len() as u64);
        Ok(Looked::at(&bytes, true))
    }
}

//! What `demarcate.toml` said on another day, and that of the root that it extended then.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::config_in;
use super::past::text_of;
use super::seen::{Place, Seen};
use crate::failure::Failure;
use crate::git::log::{Log, Trees};
use crate::git::{Git, Oid};
use crate::model::config::Config;
use crate::table::{self, Reader};

/// The `demarcate.toml` of a root, and of the root that it extends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Both {
    pub(super) own: Option<Oid>,
    pub(super) shared: Option<Oid>,
}

/// Those of other days, each read once.
pub(super) struct Configs<'g> {
    git: &'g Git,
    trees: Trees<'g>,
    read: BTreeMap<Oid, Option<Arc<Config>>>,
}

impl<'g> Configs<'g> {
    pub(super) fn new(git: &'g Git) -> Self {
        Self { git, trees: Trees::new(git), read: BTreeMap::new() }
    }

    pub(super) fn git(&self) -> &'g Git {
        self.git
    }

    /// Those that stood in a commit.
    pub(super) fn at(&mut self, place: &Place) -> Result<Both, Failure> {
        let own = config_in(&mut self.trees, place.tree, &place.prefix)?;
        self.beside(own, place)
    }

    /// The same, where the root's own is known.
    pub(super) fn beside(&mut self, own: Option<Oid>, place: &Place) -> Result<Both, Failure> {
        let config = own.map(|own| self.read(own)).transpose()?.flatten();
        let base = config.as_ref().and_then(|config| config.extends.as_ref());
        let path = base.and_then(|base| place.path(&base.value));
        let shared = path.map(|path| config_in(&mut self.trees, place.tree, &path)).transpose()?.flatten();
        Ok(Both { own, shared })
    }

    /// Those that stood before a commit, on every side of it.
    pub(super) fn before<N>(&mut self, seen: &Seen, log: &Log<N>, position: usize) -> Result<Vec<Both>, Failure> {
        let Some(place) = before(seen, log, position) else { return Ok(Vec::new()) };
        let first = self.at(&place)?;
        self.of_parents(log, position, (first, &place.prefix))
    }

    /// Those of every parent of a commit, the first of which is known: a merge speaks for all of them.
    pub(super) fn of_parents<N>(
        &mut self,
        log: &Log<N>,
        position: usize,
        (first, prefix): (Both, &str),
    ) -> Result<Vec<Both>, Failure> {
        let mut sides = vec![first];
        for parent in log.parents(position).skip(1) {
            sides.push(self.at(&Place { tree: log.tree(parent), prefix: prefix.to_owned() })?);
        }
        sides.dedup();
        Ok(sides)
    }

    /// What one says; `None` where it cannot be read.
    pub(super) fn read(&mut self, blob: Oid) -> Result<Option<Arc<Config>>, Failure> {
        if let Some(known) = self.read.get(&blob) {
            return Ok(known.clone());
        }
        let text = text_of(self.git, blob)?;
        let config = text.and_then(|text| table::read(&text, &mut Reader::default())).map(Arc::new);
        self.read.insert(blob, config.clone());
        Ok(config)
    }
}

/// What the root was in the first parent of a commit of which that is known.
pub(super) fn before<N>(seen: &Seen, log: &Log<N>, position: usize) -> Option<Place> {
    let prefix = seen.called.get(&position)?.before.clone()?;
    let tree = log.tree(log.parents(position).next()?);
    Some(Place { tree, prefix })
}

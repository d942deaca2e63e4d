//! What a practice cites: groups of assets, parts of providers and exceptions, and the files that hold them.

use std::collections::{BTreeMap, BTreeSet};

use super::{EXCEPTIONS, Key, Open, PROVIDERS, Past};
use crate::failure::Failure;
use crate::git::Oid;
use crate::history::seen::{FOLDERS, Name, Whose, name_of};
use crate::history::told::Kind;
use crate::ids::RequirementId;
use crate::material;
use crate::model::practice::Practice;

/// What practices cite from.
#[derive(PartialEq, Eq)]
pub(super) struct Around {
    providers: Key,
    exceptions: Key,
    assets: Option<Oid>,
}

impl Past<'_, '_> {
    /// Whether the groups, parts of providers and exceptions that a practice cites now are what they were.
    pub(super) fn cites_as_now(&mut self, open: &Open<'_>, id: RequirementId) -> Result<bool, Failure> {
        let around = Around { providers: open.key(PROVIDERS), exceptions: open.key(EXCEPTIONS), assets: open.assets() };
        if self.around.as_ref() != Some(&around) {
            self.around = Some(around);
            self.cites.clear();
        }
        let known = self.cites.get(&id).copied();
        let same = known.map_or_else(|| self.cites_the_same(open, id), Ok)?;
        self.cites.insert(id, same);
        Ok(same)
    }

    fn cites_the_same(&mut self, open: &Open<'_>, id: RequirementId) -> Result<bool, Failure> {
        let now = self.now;
        let Some(practice) = now.practices.get(&id) else { return Ok(false) };
        if !self.groups_are_the_same(open, practice)? {
            return Ok(false);
        }
        if !self.folder_is_the_same(open, PROVIDERS) {
            for provider in material::providers_of(practice) {
                if !self.cited_is_the_same(open, practice, provider)? {
                    return Ok(false);
                }
            }
        }
        if !self.folder_is_the_same(open, EXCEPTIONS) {
            for exception in material::exceptions_of(practice) {
                if !self.exception_is_the_same(open, exception)? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn exception_is_the_same(&mut self, open: &Open<'_>, exception: &str) -> Result<bool, Failure> {
        let blob = self.home_of(open, EXCEPTIONS, exception)?;
        if self.is_now(blob, self.now.exceptions.get(exception).map(|found| found.path.as_str())) {
            return Ok(true);
        }
        let then = blob.map(|blob| self.parts(Kind::Exception, blob)).transpose()?.flatten();
        let now = self.now_parts(Kind::Exception, exception);
        Ok(then.as_ref().map(|then| then.get("")) == now.as_ref().map(|now| now.get("")))
    }

    fn groups_are_the_same(&mut self, open: &Open<'_>, practice: &Practice) -> Result<bool, Failure> {
        let blob = open.assets();
        let named: BTreeSet<&str> =
            practice.responsibility.iter().flat_map(|part| &part.scope).map(|group| &**group).collect();
        if named.is_empty() || self.is_now(blob, Some("assets.toml")) {
            return Ok(true);
        }
        let then = blob.map(|blob| self.parts(Kind::Assets, blob)).transpose()?.flatten();
        let now = self.now_parts(Kind::Assets, "");
        let is_the_same = |group: &str| {
            let part = format!("group {group}");
            then.as_ref().and_then(|then| then.get(&part)) == now.as_ref().and_then(|now| now.get(&part))
        };
        Ok(named.into_iter().all(is_the_same))
    }

    fn cited_is_the_same(&mut self, open: &Open<'_>, practice: &Practice, provider: &str) -> Result<bool, Failure> {
        let blob = self.home_of(open, PROVIDERS, provider)?;
        if self.is_now(blob, self.now.providers.get(provider).map(|found| found.path.as_str())) {
            return Ok(true);
        }
        let then = blob.map(|blob| self.parts(Kind::Provider, blob)).transpose()?.flatten();
        let now = self.now_parts(Kind::Provider, provider);
        let cited = material::parts_cited_of(practice, provider);
        let (then, now) = (then.as_deref(), now.as_deref());
        let is_the_same = |part: &String| then.and_then(|then| then.get(part)) == now.and_then(|now| now.get(part));
        Ok(cited.iter().all(is_the_same))
    }

    /// The file of a folder that holds an id: where it stands now, where its id says, else wherever it is.
    pub(super) fn home_of(&mut self, open: &Open<'_>, folder: usize, id: &str) -> Result<Option<Oid>, Failure> {
        let key = open.key(folder);
        let known = self.homes.get(&folder).filter(|(known, _)| *known == key).and_then(|(_, ids)| ids.get(id));
        if let Some(known) = known {
            return Ok(*known);
        }
        let found = self.find_home(open, folder, id)?;
        let (known, ids) = self.homes.entry(folder).or_insert_with(|| (key, BTreeMap::new()));
        if *known != key {
            (*known, *ids) = (key, BTreeMap::new());
        }
        ids.insert(id.to_owned(), found);
        Ok(found)
    }

    fn find_home(&mut self, open: &Open<'_>, folder: usize, id: &str) -> Result<Option<Oid>, Failure> {
        let now = match folder {
            PROVIDERS => self.now.providers.get(id).map(|found| found.path.as_str()),
            _ => self.now.exceptions.get(id).map(|found| found.path.as_str()),
        };
        let now = now.map(|path| name_of(path, self.beside.as_deref()));
        let usual = (Whose::Own, format!("{}/{id}.toml", FOLDERS[folder]));
        let listing = self.folder(open, folder)?;
        let first = [now, Some(usual)].into_iter().flatten();
        let first: Vec<&(Name, Oid)> =
            first.filter_map(|name| listing.iter().find(|(known, _)| *known == name)).collect();
        let all = first.into_iter().chain(listing.iter());
        for (name, blob) in all.filter(|((_, path), _)| !path.ends_with(".crm.toml")) {
            if self.id_in(folder, name, *blob)?.as_deref() == Some(id) {
                return Ok(Some(*blob));
            }
        }
        Ok(None)
    }

    /// The id that a provider's or exception's file declares.
    fn id_in(&mut self, folder: usize, name: &Name, blob: Oid) -> Result<Option<String>, Failure> {
        if self.here.files.get(name) == Some(&blob) {
            let is_it = |path: &str| name_of(path, self.beside.as_deref()) == *name;
            let known = match folder {
                PROVIDERS => self.now.providers.iter().find(|(_, found)| is_it(&found.path)).map(|(id, _)| id),
                _ => self.now.exceptions.iter().find(|(_, found)| is_it(&found.path)).map(|(id, _)| id),
            };
            if let Some(known) = known {
                return Ok(Some(known.clone()));
            }
        }
        let kind = if folder == PROVIDERS { Kind::Provider } else { Kind::Exception };
        Ok(self.parts(kind, blob)?.map(|parts| parts.id.clone()))
    }
}

//! Who may accept duties for a provider, as the providers' own files say it.

use std::collections::{BTreeMap, BTreeSet};

use super::Says;
use crate::failure::Failure;
use crate::git::log::Trees;
use crate::git::{Entry, Git, Mode, Oid};
use crate::history::seen::Place;
use crate::model::provider::{Provider, ProviderPerson};
use crate::table::{self, Reader};

/// The `providers` folders of a root, and of the root that it extends.
pub(super) type Folders = [Option<Oid>; 2];

/// What is said of a provider begins with it.
const ABOUT: &str = "who accepts for provider ";

/// The provider of which it is said who accepts for it; `None` where something else is said.
pub(super) fn provider(about: &str) -> Option<&str> {
    about.strip_prefix(ABOUT)
}

/// A provider, and the addresses of those who accept for it.
type Accept = (String, BTreeSet<String>);

/// The files of providers of other days, each read once.
pub(super) struct Acceptors<'g> {
    git: &'g Git,
    trees: Trees<'g>,
    read: BTreeMap<Oid, Option<Accept>>,
}

impl<'g> Acceptors<'g> {
    pub(super) fn new(git: &'g Git) -> Self {
        Self { git, trees: Trees::new(git), read: BTreeMap::new() }
    }

    pub(super) fn folders(&mut self, place: &Place, extends: Option<&str>) -> Result<Folders, Failure> {
        let shared = extends.and_then(|base| place.path(base));
        let mut folder = |path: &str| self.trees.beside(place.tree, path, "providers");
        Ok([folder(&place.prefix)?, shared.map(|path| folder(&path)).transpose()?.flatten()])
    }

    /// What is said of each provider: the addresses of those who accept for it.
    pub(super) fn says(&mut self, folders: Folders) -> Result<Says, Failure> {
        let mut accept: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for folder in folders.into_iter().flatten() {
            for (name, entry) in self.trees.files(folder, is_provider)? {
                if let Some((provider, emails)) = self.of(&name, &entry)? {
                    accept.entry(provider).or_default().extend(emails);
                }
            }
        }
        let said = |emails: &BTreeSet<String>| emails.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        Ok(accept.iter().map(|(provider, emails)| (format!("{ABOUT}{provider}"), said(emails))).collect())
    }

    fn of(&mut self, name: &str, entry: &Entry) -> Result<Option<Accept>, Failure> {
        if entry.mode != Mode::File {
            // Where it leads may change without it, and to lead elsewhere is a change.
            return Ok(Some((format!("{name} (a link)"), BTreeSet::from([entry.id.to_string()]))));
        }
        if let Some(known) = self.read.get(&entry.id) {
            return Ok(known.clone());
        }
        let text = String::from_utf8(self.git.blob(entry.id)?).unwrap_or_default();
        let found = table::read::<Provider>(&text, &mut Reader::default()).and_then(|found| accept(&found));
        self.read.insert(entry.id, found.clone());
        Ok(found)
    }
}

/// Who accepts by a provider's file, and after a `!` who may not; `None` is nobody.
fn accept(found: &Provider) -> Option<Accept> {
    let said = |person: &ProviderPerson| {
        let email = person.email.as_ref()?.value.to_lowercase();
        Some(if person.accepts.as_ref()?.value { email } else { format!("!{email}") })
    };
    let emails: BTreeSet<String> = found.people.iter().filter_map(said).collect();
    (!emails.is_empty()).then(|| (found.id.to_string(), emails))
}

fn is_provider(path: &str) -> bool {
    let stem = path.strip_suffix(".toml").filter(|_| !path.contains('/'));
    stem.is_some_and(|stem| stem.rsplit_once('.').is_none_or(|(_, last)| last != "crm"))
}

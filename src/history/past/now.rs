//! What is looked at now, as files and as parts: what old revisions are compared with.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Open, Past};
use crate::failure::Failure;
use crate::git::Oid;
use crate::history::seen::{FOLDERS, Name, Place, Shelf, Whose, name_of};
use crate::history::told::Kind;
use crate::history::{is_shared, wanted};
use crate::ids::RequirementId;
use crate::material::{self, Material, Parts, Rest};
use crate::model::assessment::Assessment;
use crate::source::Files;

/// The files of what is looked at now, which may be a work tree that differs from the tip.
#[derive(Default)]
pub(super) struct Here {
    /// The blob of each.
    pub(super) files: BTreeMap<Name, Oid>,
    pub(super) config: Option<Oid>,
    /// Which practice each file holds, and each blob.
    pub(super) names: BTreeMap<Name, RequirementId>,
    pub(super) ids: BTreeMap<Oid, RequirementId>,
    pub(super) practices: BTreeMap<RequirementId, Oid>,
    /// The root and the one it extends at the tip, and of which folders the files are what the tip holds.
    pub(super) tip: Option<(Shelf, Option<Rc<Shelf>>)>,
    pub(super) is_tip: [bool; 5],
    pub(super) is_all_tip: bool,
}

impl Past<'_, '_> {
    /// Finds the blobs of what is looked at now, which may be a work tree that differs from the tip.
    pub(super) fn learn_now(&mut self, tip: &Place) -> Result<(), Failure> {
        let own = Shelf::of(self.git, &mut self.trees, tip, "")?;
        let shared = self.shared_at(tip, self.beside.clone().as_deref())?;
        let at_tip = self.files_at_tip(tip, own.as_ref(), shared.as_ref())?;
        self.learn_files(self.now, &at_tip);
        for (folder, name) in FOLDERS.iter().enumerate() {
            self.here.is_tip[folder] = files_of(&self.here.files, name).eq(files_of(&at_tip, name));
        }
        self.here.is_all_tip = self.here.files == at_tip;
        self.here.config = self.here.files.get(&(Whose::Own, "demarcate.toml".to_owned())).copied();
        self.here.tip = own.map(|own| (own, shared));
        self.learn_practices();
        Ok(())
    }

    fn files_at_tip(
        &mut self,
        tip: &Place,
        own: Option<&Shelf>,
        shared: Option<&Rc<Shelf>>,
    ) -> Result<BTreeMap<Name, Oid>, Failure> {
        let (base, shared) = (self.beside.clone(), shared.cloned());
        let open = Open { place: tip, own, shared, base, practices: None, is_tip: true };
        let mut at_tip: BTreeMap<Name, Oid> = BTreeMap::new();
        for folder in 0..FOLDERS.len() {
            at_tip.extend(self.folder(&open, folder)?.iter().cloned());
        }
        for (whose, shelf) in [(Whose::Own, own), (Whose::Shared, open.shared.as_deref())] {
            at_tip.extend(shelf.into_iter().flat_map(|shelf| single_files(whose, shelf)));
        }
        Ok(at_tip)
    }

    fn learn_practices(&mut self) {
        let (here, beside) = (&mut self.here, self.beside.as_deref());
        let practices = self.now.practices.iter();
        here.names = practices.map(|(id, practice)| (name_of(&practice.path, beside), *id)).collect();
        let ids = here.names.iter().filter_map(|(name, id)| Some((*here.files.get(name)?, *id)));
        here.practices = ids.map(|(blob, id)| (id, blob)).collect();
        here.ids = here.practices.iter().map(|(id, blob)| (*blob, *id)).collect();
    }

    fn learn_files(&mut self, now: &Assessment, at_tip: &BTreeMap<Name, Oid>) {
        let files: &Files = &now.files;
        for (_, file) in files.iter() {
            let name = name_of(&file.path, self.beside.as_deref());
            let matters = if name.0 == Whose::Own { wanted } else { is_shared };
            if matters(&name.1)
                && let Some(id) = self.blob_of(&file.text, at_tip.get(&name))
            {
                self.here.files.insert(name, id);
            }
        }
    }

    /// The blob that a text has; one whose line endings were converted on the way out counts as what was committed.
    fn blob_of(&self, text: &str, at_tip: Option<&Oid>) -> Option<Oid> {
        let id = self.git.blob_id(text.as_bytes())?;
        let Some(at_tip) = at_tip.filter(|tip| **tip != id && text.contains('\r')) else { return Some(id) };
        let committed = self.git.blob_id(text.replace("\r\n", "\n").as_bytes())?;
        Some(if committed == *at_tip { committed } else { id })
    }

    /// The blob of a practice now.
    pub(super) fn now_practice(&self, id: RequirementId) -> Option<Oid> {
        self.here.practices.get(&id).copied()
    }

    pub(super) fn is_now(&self, blob: Option<Oid>, path: Option<&str>) -> bool {
        let now = path.and_then(|path| self.here.files.get(&name_of(path, self.beside.as_deref())));
        now.copied() == blob
    }

    /// The same of what is looked at now.
    pub(super) fn now_parts(&mut self, kind: Kind, id: &str) -> Option<Rc<Parts>> {
        if let Some(known) = self.now_parts.get(&(kind, id.to_owned())) {
            return known.clone();
        }
        let now = self.now;
        let found = match kind {
            Kind::Practice | Kind::Rows => id.parse().ok().and_then(|id: RequirementId| {
                let of = if kind == Kind::Rows { material::parts_of_rows } else { material::parts_of_practice };
                Some(of(id, now.practices.get(&id)?, now.catalog))
            }),
            Kind::Provider => now.providers.get(id).map(|found| material::parts_of_provider(found)),
            Kind::Exception => now.exceptions.get(id).map(|found| material::parts_of_exception(found)),
            Kind::Poam => now.poam.get(id).map(|found| material::parts_of_item(found)),
            Kind::Assets => now.assets.as_ref().map(|found| material::parts_of_assets(found)),
            Kind::Incident => now.incident.as_ref().map(|found| material::parts_of_incident(found)),
            Kind::Config => Some(material::parts_of_config(&now.config)),
            Kind::Policy => now.policies.get(id).map(|found| material::parts_of_policy(&found.text)),
        };
        let found = found.map(Rc::new);
        self.now_parts.insert((kind, id.to_owned()), found.clone());
        found
    }

    pub(super) fn now_duties(&mut self, provider: &str) -> Rc<Material> {
        let now = self.now;
        let found = self.now_duties.entry(provider.to_owned()).or_insert_with(|| {
            let practices = now.practices.iter().map(|(id, practice)| (*id, &practice.value)).collect();
            Rc::new(material::of_duties(provider, &practices, &Rest::from(now)))
        });
        Rc::clone(found)
    }
}

fn files_of<'f>(files: &'f BTreeMap<Name, Oid>, folder: &'f str) -> impl Iterator<Item = (&'f Name, &'f Oid)> {
    files.iter().filter(move |((_, path), _)| path.split_once('/').is_some_and(|(above, _)| above == folder))
}

fn single_files(whose: Whose, shelf: &Shelf) -> impl Iterator<Item = (Name, Oid)> {
    let own = |blob: Option<Oid>| blob.filter(|_| whose == Whose::Own);
    let files =
        [("demarcate.toml", shelf.config), ("assets.toml", own(shelf.assets)), ("incident.toml", shelf.incident)];
    files.into_iter().filter_map(move |(name, blob)| Some(((whose, name.to_owned()), blob?)))
}

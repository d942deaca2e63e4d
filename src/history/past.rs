//! The content of old revisions: compared by blob ids where they are equal, parsed where they are not.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{FOLDERS, is_shared, wanted};
use crate::failure::Failure;
use crate::git::log::Log;
use crate::git::{Entry, Git, Mode, Oid};
use crate::ids::RequirementId;
use crate::load;
use crate::material::{self, Material, Practices};
use crate::model::assessment::Assessment;
use crate::model::config::Config;
use crate::model::history::Subject;
use crate::model::practice::Practice;
use crate::resolve;
use crate::source::{Tree, normal};
use crate::table::{self, Reader, Record};

/// What is compared between two revisions.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Topic {
    /// What a review is about.
    Subject(Subject),
    /// The duties of a provider, which an acceptance is about.
    Duties(String),
}

/// What a topic was at an old revision.
pub(super) enum Then {
    /// It did not exist.
    Absent,
    /// What it is now.
    Same,
    /// Something else.
    Other(Rc<Material>),
}

/// A commit whose content is looked at: its tree, and what the root was called then.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Place {
    pub(super) tree: Oid,
    pub(super) prefix: String,
}

/// A file of the root, or of the root that it extends, by its path there; the root's own come first.
type Name = (Whose, String);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Whose {
    Own,
    Shared,
}

/// The files of a root at some revision, and of the root that it extends.
struct Listing {
    /// Sorted by name.
    files: Vec<(Name, Entry)>,
    base: Option<String>,
}

/// The parts of a listing that something was made from.
type Key = Vec<(Name, Oid)>;

/// What is known of old revisions.
pub(super) struct Past<'a, 'g> {
    git: &'g Git,
    log: Log<'g>,
    now: &'a Assessment,
    /// The blobs of what is looked at now.
    now_files: BTreeMap<Name, Oid>,
    /// The trees of the root and of the one it extends at the tip, if what is looked at is exactly that.
    now_trees: Option<(Oid, Option<Oid>)>,
    beside: Option<String>,
    now_materials: BTreeMap<Topic, Option<Rc<Material>>>,
    listing: Option<(Place, Rc<Listing>)>,
    practices: BTreeMap<Oid, Option<(RequirementId, Rc<Practice>)>>,
    configs: BTreeMap<Oid, Option<String>>,
    assessments: BTreeMap<Key, Option<Rc<Assessment>>>,
    materials: BTreeMap<(Topic, Key), Option<Rc<Material>>>,
    /// How many files were parsed.
    pub(super) parsed: usize,
}

impl<'a, 'g> Past<'a, 'g> {
    pub(super) fn new(git: &'g Git, log: Log<'g>, now: &'a Assessment, tip: &Place) -> Result<Self, Failure> {
        let mut past = Self {
            git,
            log,
            now,
            now_files: BTreeMap::new(),
            now_trees: None,
            beside: now.config.extends.as_ref().map(|base| base.value.clone()),
            now_materials: BTreeMap::new(),
            listing: None,
            practices: BTreeMap::new(),
            configs: BTreeMap::new(),
            assessments: BTreeMap::new(),
            materials: BTreeMap::new(),
            parsed: 0,
        };
        past.learn_now(tip)?;
        Ok(past)
    }

    /// Whether the commit at one position of the log descends from that at another.
    pub(super) fn descends(&self, newer: usize, older: usize) -> bool {
        self.log.descends(newer, older)
    }

    /// Finds the blobs of what is looked at now, which may be a work tree that differs from the tip.
    fn learn_now(&mut self, tip: &Place) -> Result<(), Failure> {
        let at_tip = self.listed(tip)?;
        let mut number = 0;
        while let Some(file) = self.now.files.get(number) {
            number += 1;
            let name = self.name_of(&file.path);
            if wanted(&name.1)
                && let Some(id) = self.blob_of(&file.text, at_tip.get(&name))
            {
                self.now_files.insert(name, id);
            }
        }
        if self.now_files.iter().eq(at_tip.files.iter().map(|(name, entry)| (name, &entry.id))) {
            self.now_trees = self.trees(tip)?;
        }
        for (id, practice) in &self.now.practices {
            if let Some(blob) = self.now_files.get(&self.name_of(&practice.path)) {
                self.practices.insert(*blob, Some((*id, Rc::new(practice.value.clone()))));
            }
        }
        Ok(())
    }

    /// A path as the assessment writes it: that of a shared file begins with what the root extends.
    fn name_of(&self, path: &str) -> Name {
        let base = self.beside.as_ref().map(|base| format!("{}/", base.trim_end_matches('/')));
        match base.and_then(|base| path.strip_prefix(&base)) {
            Some(path) => (Whose::Shared, path.to_owned()),
            None => (Whose::Own, path.to_owned()),
        }
    }

    /// The trees of the root and of the one that it extends now.
    fn trees(&mut self, place: &Place) -> Result<Option<(Oid, Option<Oid>)>, Failure> {
        let Some(own) = self.log.trees.at(place.tree, &place.prefix)? else { return Ok(None) };
        let base = self.beside.as_ref().and_then(|base| normal(&format!("{}/{base}", place.prefix)));
        let shared = base.map(|base| self.log.trees.at(place.tree, &base)).transpose()?.flatten();
        Ok(Some((own, shared)))
    }

    /// The blob that a text has; one whose line endings were converted on the way out counts as what was committed.
    fn blob_of(&self, text: &str, at_tip: Option<&Entry>) -> Option<Oid> {
        let id = self.git.blob_id(text.as_bytes())?;
        let Some(at_tip) = at_tip.filter(|entry| entry.id != id && text.contains('\r')) else { return Some(id) };
        let committed = self.git.blob_id(text.replace("\r\n", "\n").as_bytes())?;
        Some(if committed == at_tip.id { committed } else { id })
    }

    /// What the topic was there, compared with what it is now.
    pub(super) fn at(&mut self, place: &Place, topic: &Topic) -> Result<Then, Failure> {
        let trees = self.trees(place)?;
        if trees.is_some() && trees == self.now_trees {
            return Ok(if self.now_material(topic).is_some() { Then::Same } else { Then::Absent });
        }
        let listing = self.listing(place)?;
        if listing.own("demarcate.toml").is_none() {
            return Ok(Then::Absent);
        }
        if self.rests_on_the_same(topic, &listing) {
            return Ok(if self.now_material(topic).is_some() { Then::Same } else { Then::Absent });
        }
        let Some(then) = self.material(place, topic, &listing)? else { return Ok(Then::Absent) };
        Ok(match self.now_material(topic) {
            Some(now) if *now == *then => Then::Same,
            _ => Then::Other(then),
        })
    }

    /// What the topic is now.
    pub(super) fn now_material(&mut self, topic: &Topic) -> Option<Rc<Material>> {
        if let Some(known) = self.now_materials.get(topic) {
            return known.clone();
        }
        let found = match topic {
            Topic::Subject(subject) => material::of(self.now, subject),
            Topic::Duties(provider) => {
                let practices = self.now.practices.iter().map(|(id, practice)| (*id, &practice.value)).collect();
                Some(material::of_duties(provider, &practices, self.now))
            }
        };
        let found = found.map(Rc::new);
        self.now_materials.insert(topic.clone(), found.clone());
        found
    }

    fn listed(&mut self, place: &Place) -> Result<Listing, Failure> {
        let mut files = self.files(place, "", Whose::Own)?;
        let config = files.iter().find(|(name, _)| name.1 == "demarcate.toml").map(|(_, entry)| entry.id);
        let base = config.map(|config| self.extends(config)).transpose()?.flatten();
        if let Some(base) = &base {
            files.extend(self.files(place, base, Whose::Shared)?);
        }
        Ok(Listing { files, base })
    }

    fn files(&mut self, place: &Place, relative: &str, whose: Whose) -> Result<Vec<(Name, Entry)>, Failure> {
        let path = normal(&format!("{}/{relative}", place.prefix));
        let tree = path.map(|path| self.log.trees.at(place.tree, &path)).transpose()?.flatten();
        let wanted = if whose == Whose::Own { wanted } else { is_shared };
        let files = tree.map(|tree| self.log.trees.files(tree, wanted)).transpose()?.unwrap_or_default();
        Ok(files.into_iter().map(|(path, entry)| ((whose, path), entry)).collect())
    }

    /// The root that this `demarcate.toml` extends.
    fn extends(&mut self, config: Oid) -> Result<Option<String>, Failure> {
        let now = self.now_files.get(&(Whose::Own, "demarcate.toml".to_owned()));
        if now.is_none_or(|now| *now == config) {
            return Ok(self.beside.clone());
        }
        if let Some(known) = self.configs.get(&config) {
            return Ok(known.clone());
        }
        let base = self.parse::<Config>(config)?.and_then(|config| config.extends).map(|base| base.value);
        self.configs.insert(config, base.clone());
        Ok(base)
    }

    fn listing(&mut self, place: &Place) -> Result<Rc<Listing>, Failure> {
        if let Some((known, listing)) = &self.listing
            && known == place
        {
            return Ok(Rc::clone(listing));
        }
        let listing = Rc::new(self.listed(place)?);
        self.listing = Some((place.clone(), Rc::clone(&listing)));
        Ok(listing)
    }

    /// Whether everything that the topic rests on now stood there with the same bytes: then nothing has to be parsed.
    fn rests_on_the_same(&self, topic: &Topic, then: &Listing) -> bool {
        if self.beside.is_some() && !self.has_the_same_names(then) {
            return false;
        }
        if then.files.iter().any(|((_, path), _)| FOLDERS.contains(&path.as_str())) {
            return false;
        }
        let same = |path: &str| self.is_the_same(path, then);
        let folder = |name: &str| self.folder_is_the_same(name, then);
        match topic {
            Topic::Subject(Subject::Practice(id)) => self.practice_rests_on_the_same(*id, then),
            Topic::Subject(Subject::Ssp) => same("demarcate.toml") && folder("practices/"),
            Topic::Subject(Subject::Crm) => folder("practices/"),
            Topic::Subject(Subject::Scope) => same("assets.toml"),
            Topic::Subject(Subject::Poam) => folder("poam/"),
            Topic::Subject(Subject::Incident) => same("incident.toml"),
            Topic::Subject(Subject::Policy(id)) => self.now.policies.get(id).is_some_and(|policy| same(&policy.path)),
            Topic::Subject(Subject::Provider(id) | Subject::Personnel(id)) => {
                self.now.providers.get(id).is_some_and(|provider| same(&provider.path))
            }
            Topic::Duties(_) => folder("practices/") && folder("providers/"),
        }
    }

    /// Whether a file, by its path in the assessment, has the same bytes on both sides, or stands on neither.
    fn is_the_same(&self, path: &str, then: &Listing) -> bool {
        let name = self.name_of(path);
        self.now_files.get(&name) == then.get(&name).map(|entry| &entry.id)
    }

    fn practice_rests_on_the_same(&self, id: RequirementId, then: &Listing) -> bool {
        let Some(practice) = self.now.practices.get(&id) else { return false };
        let name = self.name_of(&practice.path);
        let Some(blob) = self.now_files.get(&name) else { return false };
        let stood =
            then.get(&name).is_some_and(|entry| entry.id == *blob) || practice_blobs(then).any(|found| found == *blob);
        let scoped = practice.responsibility.iter().any(|part| !part.scope.is_empty());
        let is_the_same = |path: &str| self.is_the_same(path, then);
        let providers = material::providers_of(&practice.value);
        let exceptions = material::exceptions_of(&practice.value);
        stood
            && (!scoped || is_the_same("assets.toml"))
            && providers.into_iter().all(|id| self.now.providers.get(id).is_some_and(|it| is_the_same(&it.path)))
            && exceptions.into_iter().all(|id| self.now.exceptions.get(id).is_some_and(|it| is_the_same(&it.path)))
    }

    /// With a root that is extended, a file of one's own may hide a shared one.
    fn has_the_same_names(&self, then: &Listing) -> bool {
        self.now_files.keys().eq(then.files.iter().map(|(name, _)| name)) && self.is_the_same("demarcate.toml", then)
    }

    fn folder_is_the_same(&self, folder: &str, then: &Listing) -> bool {
        let now = self.now_files.iter().filter(|(name, _)| name.1.starts_with(folder));
        let then = then.files.iter().filter(|(name, _)| name.1.starts_with(folder));
        now.eq(then.map(|(name, entry)| (name, &entry.id)))
    }

    fn material(&mut self, place: &Place, topic: &Topic, then: &Rc<Listing>) -> Result<Option<Rc<Material>>, Failure> {
        if then.files.iter().any(|(_, entry)| entry.mode != Mode::File) {
            return self.material_of_whole(place, topic);
        }
        match topic {
            Topic::Subject(Subject::Practice(id)) => self.practice_material(place, *id, then),
            Topic::Subject(Subject::Ssp) => {
                self.practices_material(place, topic, &["demarcate.toml"], then, &material::of_ssp)
            }
            Topic::Subject(Subject::Crm) => {
                self.practices_material(place, topic, &["demarcate.toml"], then, &material::of_crm)
            }
            Topic::Duties(provider) => {
                let of = |practices: &Practices<'_>, rest: &Assessment| material::of_duties(provider, practices, rest);
                self.practices_material(place, topic, &["demarcate.toml", "providers/"], then, &of)
            }
            Topic::Subject(subject) => {
                let key = key(then, &["demarcate.toml", home_of(subject)]);
                let rest = self.assessment(place, &key, then)?;
                Ok(rest.and_then(|rest| material::of_other(&rest, subject)).map(Rc::new))
            }
        }
    }

    /// A tree with symbolic links is read as a whole.
    fn material_of_whole(&mut self, place: &Place, topic: &Topic) -> Result<Option<Rc<Material>>, Failure> {
        let entries = self.git.files_of_tree(place.tree, "")?;
        let name = |path: &String| (Whose::Own, path.clone());
        let key: Key = entries.iter().map(|(path, entry)| (name(path), entry.id)).collect();
        if !self.assessments.contains_key(&key) {
            self.parsed += entries.len();
            let found = read(&Tree::of_entries(self.git, entries, &place.prefix))?;
            self.assessments.insert(key.clone(), Some(Rc::new(found)));
        }
        let Some(then) = self.assessments.get(&key).cloned().flatten() else { return Ok(None) };
        let found = match topic {
            Topic::Subject(subject) => material::of(&then, subject),
            Topic::Duties(provider) => {
                let practices = then.practices.iter().map(|(id, practice)| (*id, &practice.value)).collect();
                Some(material::of_duties(provider, &practices, &then))
            }
        };
        Ok(found.map(Rc::new))
    }

    fn practice_material(
        &mut self,
        place: &Place,
        id: RequirementId,
        then: &Rc<Listing>,
    ) -> Result<Option<Rc<Material>>, Failure> {
        let Some((blob, practice)) = self.practice_in(id, then)? else { return Ok(None) };
        let around = key(then, &["demarcate.toml", "providers/", "exceptions/", "assets.toml"]);
        let mut whole = around.clone();
        whole.push(((Whose::Own, String::new()), blob));
        let memo = (Topic::Subject(Subject::Practice(id)), whole);
        if let Some(known) = self.materials.get(&memo) {
            return Ok(known.clone());
        }
        let rest = self.assessment(place, &around, then)?;
        let found = rest.map(|rest| Rc::new(material::of_practice(id, &practice, &rest)));
        self.materials.insert(memo, found.clone());
        Ok(found)
    }

    fn practices_material(
        &mut self,
        place: &Place,
        topic: &Topic,
        around: &[&str],
        then: &Rc<Listing>,
        of: &dyn Fn(&Practices<'_>, &Assessment) -> Material,
    ) -> Result<Option<Rc<Material>>, Failure> {
        let around = key(then, around);
        let mut whole = around.clone();
        whole.extend(key(then, &["practices/"]));
        let memo = (topic.clone(), whole);
        if let Some(known) = self.materials.get(&memo) {
            return Ok(known.clone());
        }
        let Some(rest) = self.assessment(place, &around, then)? else { return Ok(None) };
        let mut practices: BTreeMap<RequirementId, Rc<Practice>> = BTreeMap::new();
        for blob in practice_blobs(then) {
            if let Some((id, practice)) = self.practice(blob)? {
                practices.entry(id).or_insert(practice);
            }
        }
        let practices = practices.iter().map(|(id, practice)| (*id, &**practice)).collect();
        let found = Some(Rc::new(of(&practices, &rest)));
        self.materials.insert(memo, found.clone());
        Ok(found)
    }

    /// A practice among the files of a listing: where it stands now, where its id says, else wherever it is.
    fn practice_in(&mut self, id: RequirementId, then: &Listing) -> Result<Option<(Oid, Rc<Practice>)>, Failure> {
        let now = self.now.practices.get(&id).map(|practice| self.name_of(&practice.path));
        let likely = [now, Some((Whose::Own, id.path()))].into_iter().flatten();
        let likely = likely.filter_map(|name| then.get(&name).map(|entry| entry.id));
        for blob in likely.chain(practice_blobs(then)).collect::<Vec<_>>() {
            if let Some((found, practice)) = self.practice(blob)?
                && found == id
            {
                return Ok(Some((blob, practice)));
            }
        }
        Ok(None)
    }

    fn practice(&mut self, blob: Oid) -> Result<Option<(RequirementId, Rc<Practice>)>, Failure> {
        if let Some(known) = self.practices.get(&blob) {
            return Ok(known.clone());
        }
        let catalog = self.now.catalog;
        let found = self.parse::<Practice>(blob)?.and_then(|practice| {
            let id: RequirementId = practice.practice.parse().ok()?;
            let known = catalog.requirement(id).is_some() && id.to_string() == practice.practice.value;
            known.then(|| (id, Rc::new(practice)))
        });
        self.practices.insert(blob, found.clone());
        Ok(found)
    }

    fn parse<T: Record>(&mut self, blob: Oid) -> Result<Option<T>, Failure> {
        self.git.require([blob])?;
        self.parsed += 1;
        let Ok(text) = String::from_utf8(self.git.blob(blob)?) else { return Ok(None) };
        Ok(table::read(&text, &mut Reader::default()))
    }

    /// An assessment of the files of a key alone.
    fn assessment(&mut self, place: &Place, key: &Key, then: &Listing) -> Result<Option<Rc<Assessment>>, Failure> {
        if let Some(known) = self.assessments.get(key) {
            return Ok(known.clone());
        }
        self.git.require(key.iter().map(|(_, id)| *id))?;
        self.parsed += key.len();
        let entries =
            key.iter().filter_map(|(name, _)| Some((then.path_from_top(name, place)?, then.get(name)?.clone())));
        let tree = Tree::of_entries(self.git, entries.collect(), &place.prefix);
        let found = Some(Rc::new(read(&tree)?));
        self.assessments.insert(key.clone(), found.clone());
        Ok(found)
    }
}

fn read(tree: &Tree<'_>) -> Result<Assessment, Failure> {
    let mut unheard = Vec::new();
    let records = load::tree(tree, &mut unheard)?;
    Ok(resolve::assessment(records, crate::catalog::Catalog::rev2(), &mut unheard))
}

impl Listing {
    fn own(&self, path: &str) -> Option<&Entry> {
        self.get(&(Whose::Own, path.to_owned()))
    }

    fn get(&self, name: &Name) -> Option<&Entry> {
        let found = self.files.binary_search_by(|(known, _)| known.cmp(name));
        found.ok().map(|at| &self.files[at].1)
    }

    /// The path of a file from the top of the repository.
    fn path_from_top(&self, (whose, path): &Name, place: &Place) -> Option<String> {
        match (whose, &self.base) {
            (Whose::Shared, Some(base)) => normal(&format!("{}/{base}/{path}", place.prefix)),
            _ => normal(&format!("{}/{path}", place.prefix)),
        }
    }
}

/// The files of a listing that stand at these paths or in these folders, in the root or in the one it extends.
fn key(then: &Listing, places: &[&str]) -> Key {
    let is_at = |path: &str, place: &str| if place.ends_with('/') { path.starts_with(place) } else { path == place };
    let chosen = then.files.iter().filter(|((_, path), _)| places.iter().any(|place| is_at(path, place)));
    chosen.map(|(name, entry)| (name.clone(), entry.id)).collect()
}

/// The practice files, the root's own first.
fn practice_blobs(then: &Listing) -> impl Iterator<Item = Oid> {
    then.files.iter().filter(|((_, path), _)| path.starts_with("practices/")).map(|(_, entry)| entry.id)
}

/// Where the files of a subject stand.
fn home_of(subject: &Subject) -> &'static str {
    match subject {
        Subject::Practice(_) | Subject::Crm => "practices/",
        Subject::Ssp => "demarcate.toml",
        Subject::Scope => "assets.toml",
        Subject::Poam => "poam/",
        Subject::Incident => "incident.toml",
        Subject::Policy(_) => "policies/",
        Subject::Provider(_) | Subject::Personnel(_) => "providers/",
    }
}

//! Old records in full, from which it is told in words what differs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::judged::practice_of;
use super::{EXCEPTIONS, Open, POAM, PRACTICES, PROVIDERS, Past};
use crate::failure::Failure;
use crate::git::log::Log;
use crate::git::{Mode, Oid};
use crate::history::seen::{Name, Place, Shelf, Stamp, Standing, followed};
use crate::ids::RequirementId;
use crate::load;
use crate::material::{self, Material, Practices, Rest};
use crate::model::acceptance::{DutyChanges, Published};
use crate::model::assessment::Assessment;
use crate::model::assets::Assets;
use crate::model::config::Config;
use crate::model::crm::ProviderCrm;
use crate::model::history::Subject;
use crate::model::incident::Incident;
use crate::model::practice::Practice;
use crate::model::provider::{Provider, ProviderPerson};
use crate::model::weakness::{Exception, Poam};
use crate::model::{Lock, LockEntry};
use crate::table::Record;
use crate::trailers::WrittenStatement;

/// The people whom a provider's file named, by the commit that accepts for it and by its id.
pub(in crate::history) type Accepting = BTreeMap<(Oid, String), Vec<ProviderPerson>>;

/// The SHA-256 of each file of a record.
pub(in crate::history) type Digests = BTreeSet<String>;

/// What became of the bytes of a record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::history) enum Entered {
    /// The lock still holds them.
    Kept,
    /// There were none in the lock.
    NotThen,
    /// The lock holds others, or none, for this path.
    Otherwise(String),
}

/// The file that holds the digests of evidence.
const LOCK: &str = "evidence.lock";

impl<'a> Past<'a, '_> {
    /// The duties that a provider had, and how they differ from those that it has; `None` where there was no root.
    pub(in crate::history) fn duties(
        &mut self,
        standing: &Standing,
        provider: &str,
    ) -> Result<Option<(Rc<Material>, DutyChanges)>, Failure> {
        let open = self.open(standing)?;
        if open.own.is_none_or(|own| own.config.is_none()) {
            return Ok(None);
        }
        if self.folder_is_the_same(&open, PRACTICES) && self.folder_is_the_same(&open, PROVIDERS) {
            return Ok(Some((self.now_duties(provider), DutyChanges::default())));
        }
        let kept = self.slice(&open, provider)?;
        let then = material::of_duties(provider, &kept.practices(), &kept.rest(self.now));
        let changes = material::duty_changes(provider, &then, &self.now_duties(provider));
        Ok(Some((Rc::new(then), changes)))
    }

    /// What a provider has to do with: its file, and the practices in which it has a part.
    fn slice(&mut self, open: &Open<'_>, provider: &str) -> Result<Kept<'a>, Failure> {
        let mut kept = Kept::default();
        self.keep_practices(open, Some(provider), &mut kept)?;
        self.keep_provider(open, provider, &mut kept)?;
        Ok(kept)
    }

    /// The people whom the files of the providers named that accept duties, before they did so.
    pub(in crate::history) fn accepting<N>(
        &mut self,
        acceptances: &[(Stamp, WrittenStatement)],
        log: &Log<N>,
    ) -> Result<Accepting, Failure> {
        let mut accepting = Accepting::new();
        for (stamp, written) in acceptances {
            let Some(before) = stamp.before.as_deref() else { continue };
            let others = log.parents(stamp.position).skip(1).map(|parent| log.tree(parent));
            let others: Vec<Place> = others.map(|tree| Place { tree, prefix: before.prefix.clone() }).collect();
            for provider in &written.about {
                let mut people = self.people_at(before, provider)?;
                for other in &others {
                    merge_people(&mut people, self.people_at(other, provider)?);
                }
                accepting.insert((stamp.commit, provider.clone()), people);
            }
        }
        Ok(accepting)
    }

    /// The people whom a provider's file named in a commit.
    fn people_at(&mut self, place: &Place, provider: &str) -> Result<Vec<ProviderPerson>, Failure> {
        let own = Shelf::of(self.git, &mut self.trees, place, "")?;
        let beside = self.beside.clone();
        let shared = self.shared_at(place, beside.as_deref())?.map(|shelf| Box::new(Shelf::clone(&shelf)));
        let standing = Standing { place: place.clone(), own, shared, practices: Vec::new() };
        let open = self.open(&standing)?;
        let home = self.home_of(&open, PROVIDERS, provider)?;
        let found = home.map(|home| self.provider_record(provider, home)).transpose()?.flatten();
        let mut people = found.map_or_else(Vec::new, |found| found.people.clone());
        let is_file = home.map(|home| self.is_file_of_providers(place, open.base.as_deref(), home)).transpose()?;
        if is_file == Some(false) {
            people.retain(|person| person.accepts.as_ref().is_some_and(|accepts| !accepts.value));
        }
        Ok(people)
    }

    /// Whether a provider's file stands in the folder of a root or of the one that it extends, and behind no link.
    fn is_file_of_providers(&mut self, place: &Place, base: Option<&str>, file: Oid) -> Result<bool, Failure> {
        for relative in [Some(""), base].into_iter().flatten() {
            let path = place.path(&format!("{relative}/providers"));
            let folder = path.map(|path| self.trees.at(place.tree, &path)).transpose()?.flatten();
            let files = folder.map(|folder| self.trees.files(folder, |name| !name.contains('/'))).transpose()?;
            if files.into_iter().flatten().any(|(_, entry)| entry.mode == Mode::File && entry.id == file) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The matrix that a provider had published; `None` where it had none, or where it was no provider.
    pub(in crate::history) fn edition(
        &mut self,
        standing: &Standing,
        provider: &str,
    ) -> Result<Option<Published>, Failure> {
        let open = self.open(standing)?;
        let Some(matrix) = self.matrix_in(&open, provider)? else { return Ok(None) };
        let kept = self.slice(&open, provider)?;
        let Some(found) = kept.providers.get(provider) else { return Ok(None) };
        let parts = kept.practices.values().flat_map(|practice| &practice.responsibility);
        let duties = parts.filter(|part| *part.party == *provider);
        Ok(Some(Published::of(&matrix, found, duties)))
    }

    /// What a provider said that it does: the file that is named after it, else wherever it is.
    fn matrix_in(&mut self, open: &Open<'_>, provider: &str) -> Result<Option<ProviderCrm>, Failure> {
        let usual = format!("providers/{provider}.crm.toml");
        let listing = self.folder(open, PROVIDERS)?;
        let mut all: Vec<&(Name, Oid)> = listing.iter().filter(|((_, path), _)| path.ends_with(".crm.toml")).collect();
        all.sort_by_key(|((whose, path), _)| (*path != usual, *whose));
        for (_, blob) in all {
            if let Some(found) = self.record::<ProviderCrm>(*blob)?.filter(|found| *found.provider == *provider) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// What became of the bytes that an artifact had where it was named as a record, and their digests.
    pub(in crate::history) fn entered(
        &mut self,
        standing: &Standing,
        record: &str,
    ) -> Result<(Entered, Digests), Failure> {
        let then = self.lock_at(standing)?;
        let now = self.now.lock.as_ref().map(|lock| &lock.entries);
        let is_kept = |(key, entry): &(&(String, String), &LockEntry)| {
            let mut lines = now.into_iter().flatten().filter(|((artifact, _), _)| *artifact == key.0);
            lines.any(|(_, now)| now.sha256 == entry.sha256)
        };
        let mut lines = then.entries.iter().filter(|((artifact, _), _)| artifact == record).peekable();
        if lines.peek().is_none() {
            return Ok((Entered::NotThen, Digests::new()));
        }
        let digests = lines.clone().map(|(_, entry)| entry.sha256.clone()).collect();
        let other = lines.find(|line| !is_kept(line));
        Ok((other.map_or(Entered::Kept, |((_, path), _)| Entered::Otherwise(path.clone())), digests))
    }

    fn lock_at(&mut self, standing: &Standing) -> Result<Lock, Failure> {
        let Some(own) = &standing.own else { return Ok(Lock::default()) };
        let Some(entry) = self.trees.entry(own.tree, LOCK)? else { return Ok(Lock::default()) };
        let path = standing.place.path(LOCK).unwrap_or_default();
        let blob = followed(self.git, &mut self.trees, standing.place.tree, &path, entry)?;
        let text = blob.map(|blob| self.text(blob)).transpose()?.flatten();
        Ok(text.map_or_else(Lock::default, |text| load::read_lock(&text, 0, &mut Vec::new())))
    }

    /// What differs between a subject as it stood and as it is now: the parts, and how they changed in sentences.
    pub(in crate::history) fn differences(
        &mut self,
        standing: &Standing,
        subject: &Subject,
    ) -> Result<(Vec<String>, Vec<String>), Failure> {
        let open = self.open(standing)?;
        let then = self.material(&open, subject)?;
        let told =
            |(then, now): (Material, Material)| (material::differences(&then, &now), material::changes(&then, &now));
        Ok(then.zip(material::of(self.now, subject)).map_or_else(Default::default, told))
    }

    /// The material of a subject as it stood, in full.
    fn material(&mut self, open: &Open<'_>, subject: &Subject) -> Result<Option<Material>, Failure> {
        let mut kept = Kept::default();
        match subject {
            Subject::Practice(id) => {
                let Some(practice) = self.practice_in(open, *id)? else { return Ok(None) };
                let Some(practice) = self.record::<Practice>(practice)? else { return Ok(None) };
                self.keep_cited(open, &practice, &mut kept)?;
                kept.practices.insert(*id, Cow::Owned(practice));
            }
            Subject::Ssp | Subject::Crm => {
                kept.config = self.record_of(open.own.and_then(|own| own.config))?;
                self.keep_practices(open, None, &mut kept)?;
            }
            Subject::Scope => kept.assets = self.assets_record(open.assets())?,
            Subject::Incident => kept.incident = self.record_of(open.incident())?,
            Subject::Poam => {
                for (_, blob) in self.folder(open, POAM)?.iter() {
                    kept.poam.extend(self.record::<Poam>(*blob)?);
                }
            }
            Subject::Policy(id) => {
                let blob = self.policy_in(open, id)?;
                let text = blob.map(|blob| self.text(blob)).transpose()?.flatten();
                kept.policies.extend(text.map(|text| (id.clone(), text)));
            }
            Subject::Provider(id) | Subject::Personnel(id) => self.keep_provider(open, id, &mut kept)?,
        }
        Ok(material::of_records(subject, &kept.practices(), &kept.rest(self.now)))
    }

    fn keep_cited(&mut self, open: &Open<'_>, practice: &Practice, kept: &mut Kept<'_>) -> Result<(), Failure> {
        kept.assets = self.assets_record(open.assets())?;
        for provider in material::providers_of(practice) {
            self.keep_provider(open, provider, kept)?;
        }
        for id in material::exceptions_of(practice) {
            if let Some(found) = self.home_of(open, EXCEPTIONS, id)? {
                let found = self.record::<Exception>(found)?;
                kept.exceptions.extend(found.map(|found| (id.to_owned(), found)));
            }
        }
        Ok(())
    }

    fn keep_provider(&mut self, open: &Open<'_>, id: &str, kept: &mut Kept<'_>) -> Result<(), Failure> {
        if let Some(found) = self.home_of(open, PROVIDERS, id)? {
            let found = self.provider_record(id, found)?;
            kept.providers.extend(found.map(|found| (id.to_owned(), found)));
        }
        Ok(())
    }

    fn provider_record(&mut self, id: &str, blob: Oid) -> Result<Option<Rc<Provider>>, Failure> {
        if let Some(known) = self.providers.get(&blob) {
            return Ok(known.clone());
        }
        let now = self.now.providers.get(id).filter(|now| self.is_now(Some(blob), Some(&now.path)));
        let found = match now {
            Some(now) => Some(now.value.clone()),
            None => self.record(blob)?,
        };
        let found = found.map(Rc::new);
        self.providers.insert(blob, found.clone());
        Ok(found)
    }

    fn assets_record(&mut self, blob: Option<Oid>) -> Result<Option<Rc<Assets>>, Failure> {
        let Some(blob) = blob else { return Ok(None) };
        if let Some((_, known)) = self.assets.as_ref().filter(|(known, _)| *known == blob) {
            return Ok(known.clone());
        }
        let found = match self.now.assets.as_ref().filter(|_| self.is_now(Some(blob), Some("assets.toml"))) {
            Some(now) => Some(now.value.clone()),
            None => self.record(blob)?,
        };
        let found = found.map(Rc::new);
        self.assets = Some((blob, found.clone()));
        Ok(found)
    }

    /// Keeps the practices, or those in which a party has a part.
    fn keep_practices(&mut self, open: &Open<'_>, party: Option<&str>, kept: &mut Kept<'a>) -> Result<(), Failure> {
        let now = self.now;
        for (name, blob) in self.folder(open, PRACTICES)?.iter() {
            let known = self.here.names.get(name).filter(|_| self.here.files.get(name) == Some(blob)).copied();
            if let Some(id) = known {
                kept.practices.entry(id).or_insert(Cow::Borrowed(&now.practices[&id].value));
                continue;
            }
            // A party that is not named in a file, and hidden behind no escape, has no part in it.
            let may_hold = |text: &String| party.is_none_or(|party| text.contains(party)) || text.contains('\\');
            let Some(text) = self.text(*blob)?.filter(may_hold) else { continue };
            self.parsed += 1;
            if let Some((id, practice)) = practice_of(&text, now) {
                kept.practices.entry(id).or_insert(Cow::Owned(practice));
            }
        }
        Ok(())
    }

    fn record_of<T: Record>(&mut self, blob: Option<Oid>) -> Result<Option<T>, Failure> {
        blob.map(|blob| self.record(blob)).transpose().map(Option::flatten)
    }
}

/// Old records in full.
#[derive(Default)]
struct Kept<'a> {
    config: Option<Config>,
    assets: Option<Rc<Assets>>,
    incident: Option<Incident>,
    poam: Vec<Poam>,
    policies: BTreeMap<String, String>,
    providers: BTreeMap<String, Rc<Provider>>,
    exceptions: BTreeMap<String, Exception>,
    practices: BTreeMap<RequirementId, Cow<'a, Practice>>,
}

impl Kept<'_> {
    fn practices(&self) -> Practices<'_> {
        self.practices.iter().map(|(id, practice)| (*id, &**practice)).collect()
    }

    fn rest(&self, now: &Assessment) -> Rest<'_> {
        let mut poam: BTreeMap<&str, &Poam> = BTreeMap::new();
        for item in &self.poam {
            poam.entry(&*item.id).or_insert(item);
        }
        Rest {
            catalog: now.catalog,
            config: self.config.as_ref(),
            assets: self.assets.as_deref(),
            incident: self.incident.as_ref(),
            poam: poam.into_values().collect(),
            policies: self.policies.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect(),
            providers: self.providers.iter().map(|(id, found)| (id.as_str(), &**found)).collect(),
            exceptions: self.exceptions.iter().map(|(id, found)| (id.as_str(), found)).collect(),
        }
    }
}

/// Joins the people whom two sides of a merge list: whom only one of them lists is let by neither.
fn merge_people(people: &mut Vec<ProviderPerson>, mut others: Vec<ProviderPerson>) {
    let address = |person: &ProviderPerson| person.email.as_ref().map(|email| email.value.to_ascii_lowercase());
    let addresses = |side: &[ProviderPerson]| side.iter().filter_map(address).collect::<BTreeSet<String>>();
    let (own, other) = (addresses(people), addresses(&others));
    let is_common =
        |person: &ProviderPerson| address(person).is_some_and(|it| own.contains(&it) && other.contains(&it));
    for person in people.iter_mut().chain(&mut others).filter(|person| !is_common(person)) {
        person.accepts.take_if(|accepts| accepts.value);
    }
    people.append(&mut others);
}

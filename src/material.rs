//! The content that a review covers: what stales it when it changes.
//!
//! Formatting, comments, the order of lists, telephone numbers and refreshed evidence are not part of it.

mod change;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::digest;
use crate::ids::RequirementId;
use crate::model::acceptance::DutyChanges;
use crate::model::assessment::Assessment;
use crate::model::assets::{Assets, Group};
use crate::model::config::{Config, Organization, System, SystemConnection};
use crate::model::history::Subject;
use crate::model::incident::Incident;
use crate::model::practice::{Determination, Method, Practice, Responsibility, Verification};
use crate::model::provider::{Access, Clause, Connection, Contract, Provider, ProviderPerson, Service};
use crate::model::weakness::{Exception, Poam};
use crate::table::{Either, Id, Ref};

pub use change::changes;

/// The material content of a subject: what each part is called in words, and its text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Material(pub BTreeMap<String, String>);

/// The practices of a root by id, from wherever they were read.
pub type Practices<'a> = BTreeMap<RequirementId, &'a Practice>;

/// What stands around the practices of a root, as far as material speaks of it.
#[derive(Clone, Debug)]
pub struct Rest<'a> {
    /// The standard.
    pub catalog: &'static Catalog,
    /// `demarcate.toml`.
    pub config: Option<&'a Config>,
    /// `assets.toml`.
    pub assets: Option<&'a Assets>,
    /// `incident.toml`.
    pub incident: Option<&'a Incident>,
    /// The items of the plan of action.
    pub poam: Vec<&'a Poam>,
    /// The texts of the policies, by id.
    pub policies: BTreeMap<&'a str, &'a str>,
    /// By id.
    pub providers: BTreeMap<&'a str, &'a Provider>,
    /// By id.
    pub exceptions: BTreeMap<&'a str, &'a Exception>,
}

impl<'a> From<&'a Assessment> for Rest<'a> {
    fn from(of: &'a Assessment) -> Self {
        Self {
            catalog: of.catalog,
            config: Some(&of.config.value),
            assets: of.assets.as_ref().map(|assets| &assets.value),
            incident: of.incident.as_ref().map(|incident| &incident.value),
            poam: of.poam.values().map(|item| &item.value).collect(),
            policies: of.policies.iter().map(|(id, policy)| (id.as_str(), &*policy.text)).collect(),
            providers: of.providers.iter().map(|(id, provider)| (id.as_str(), &provider.value)).collect(),
            exceptions: of.exceptions.iter().map(|(id, exception)| (id.as_str(), &exception.value)).collect(),
        }
    }
}

/// The material content of a subject; `None` where the subject does not exist.
pub fn of(assessment: &Assessment, subject: &Subject) -> Option<Material> {
    Whole::from(assessment).of(subject)
}

/// A root, for the material content of many of its subjects.
pub struct Whole<'a> {
    practices: Practices<'a>,
    rest: Rest<'a>,
}

impl<'a> From<&'a Assessment> for Whole<'a> {
    fn from(assessment: &'a Assessment) -> Self {
        let practices = assessment.practices.iter().map(|(id, practice)| (*id, &practice.value)).collect();
        Self { practices, rest: Rest::from(assessment) }
    }
}

impl Whole<'_> {
    /// The material content of a subject; `None` where the subject does not exist.
    pub fn of(&self, subject: &Subject) -> Option<Material> {
        of_records(subject, &self.practices, &self.rest)
    }
}

/// How a practice says that it is checked whether a party's part is really done; `None` where the party has none.
pub fn verification_of(practice: &Practice, party: &str) -> Option<String> {
    let parts = by_party(practice, |whose| whose == party).remove(party)?;
    let terms = parts.iter().map(|part| part.verification.as_ref().map_or_else(String::new, verification));
    Some(numbered(terms))
}

/// Whether a subject exists.
pub fn exists(assessment: &Assessment, subject: &Subject) -> bool {
    match subject {
        Subject::Practice(id) => assessment.practices.contains_key(id),
        Subject::Ssp | Subject::Crm | Subject::Poam => true,
        Subject::Scope => assessment.assets.is_some(),
        Subject::Incident => assessment.incident.is_some(),
        Subject::Policy(id) => assessment.policies.contains_key(id),
        Subject::Provider(id) | Subject::Personnel(id) => assessment.providers.contains_key(id),
    }
}

/// The same, from records wherever they were read.
pub fn of_records(subject: &Subject, practices: &Practices<'_>, rest: &Rest<'_>) -> Option<Material> {
    let mut out = Material::default();
    match subject {
        Subject::Practice(id) => return Some(of_practice(*id, practices.get(id)?, rest)),
        Subject::Ssp => return Some(of_ssp(practices, rest)),
        Subject::Crm => return Some(of_crm(practices, rest.catalog)),
        Subject::Scope => scope(rest.assets?, &mut out),
        Subject::Incident => incident(rest.incident?, &mut out),
        Subject::Poam => rest.poam.iter().for_each(|item| poam(item, &mut out)),
        Subject::Policy(id) => out.put("text", words(rest.policies.get(id.as_str())?)),
        Subject::Provider(id) => provider(rest.providers.get(id.as_str())?, &mut out),
        Subject::Personnel(id) => people(rest.providers.get(id.as_str())?, true, &mut out),
    }
    Some(out)
}

/// The material content of a practice, with what the rest of the root says of what it cites.
pub fn of_practice(id: RequirementId, practice: &Practice, rest: &Rest<'_>) -> Material {
    let mut out = own(id, practice, rest.catalog);
    out.0.extend(rests_of_practice(practice, rest).0);
    out
}

/// What the rest of a root says of what a practice cites: groups, parts of providers and exceptions.
pub fn rests_of_practice(practice: &Practice, rest: &Rest<'_>) -> Material {
    let mut out = Material::default();
    practice.responsibility.iter().for_each(|part| groups(part, rest, &mut out));
    practice.responsibility.iter().for_each(|part| cited(part, rest, &mut out));
    for id in exceptions_of(practice) {
        let text = rest.exceptions.get(id).map_or_else(String::new, |found| exception(found));
        out.put(format!("exception {id}"), text);
    }
    out
}

/// What a practice's own file says.
pub fn own(id: RequirementId, practice: &Practice, catalog: &Catalog) -> Material {
    let mut out = Material::default();
    out.put("ownership", ownership(id, practice, catalog));
    out.put("status", status(id, practice, catalog));
    out.put("statement", words_of(practice.statement.as_ref()));
    for (letter, value) in practice.values.iter() {
        out.put(format!("value of [{letter}]"), words(&value.value));
    }
    responsibilities(practice, "", &mut out);
    out.put("interviews and tests", lines(practice.method.iter().map(method)));
    for (letter, answer) in practice.determinations.iter() {
        let text = match &answer.value {
            Either::Short(answer) => row(&[("determination", answer.value.word().to_owned())]),
            Either::Long(long) => determination(long),
        };
        out.put(format!("determination of [{letter}]"), text);
    }
    out
}

/// The exceptions that a practice cites.
pub fn exceptions_of(practice: &Practice) -> BTreeSet<&str> {
    let long = practice.determinations.values().filter_map(|answer| match &answer.value {
        Either::Short(_) => None,
        Either::Long(long) => long.exception.as_deref(),
    });
    long.collect()
}

/// The providers of whose file a practice cites a part.
pub fn providers_of(practice: &Practice) -> BTreeSet<&str> {
    let citing = practice.responsibility.iter().filter(|part| {
        !part.is_contractor() && (part.service.is_some() || part.clause.is_some() || part.connection.is_some())
    });
    citing.map(|part| &*part.party).collect()
}

/// The material content of the system security plan: organization, system, and how far each practice is.
pub fn of_ssp(practices: &Practices<'_>, rest: &Rest<'_>) -> Material {
    let mut out = rest.config.map_or_else(Material::default, head);
    for (id, practice) in practices {
        out.put(format!("status of {id}"), status(*id, practice, rest.catalog));
    }
    out
}

fn head(config: &Config) -> Material {
    let mut out = Material::default();
    if let Some(written) = &config.organization {
        organization(written, &mut out);
    }
    if let Some(written) = &config.system {
        system(written, &mut out);
    }
    out
}

/// The material content of the responsibility matrix: who has which part of each practice.
pub fn of_crm(practices: &Practices<'_>, catalog: &Catalog) -> Material {
    let mut out = Material::default();
    for (id, practice) in practices {
        matrix(*id, practice, catalog, &mut out);
    }
    out
}

fn matrix(id: RequirementId, practice: &Practice, catalog: &Catalog, out: &mut Material) {
    out.put(format!("ownership of {id}"), ownership(id, practice, catalog));
    duties(practice, |_| true, &format!(" in {id}"), out);
}

/// What one provider has accepted, or has to: its duties in every practice.
pub fn of_duties(provider: &str, practices: &Practices<'_>, rest: &Rest<'_>) -> Material {
    let mut out = Material::default();
    for (id, practice) in practices {
        duties(practice, |party| party == provider, &format!(" in {id}"), &mut out);
        for part in practice.responsibility.iter().filter(|part| &*part.party == provider) {
            cited(part, rest, &mut out);
        }
    }
    out
}

/// What differs between the duties that a provider had and those that it has, as [`of_duties`] gave them.
pub fn duty_changes(provider: &str, old: &Material, new: &Material) -> DutyChanges {
    let of = format!(" of {provider}");
    let practices = |side: &Material| -> BTreeSet<RequirementId> {
        side.0.keys().filter_map(|name| Some(column_of(name)?.1)).collect()
    };
    let (before, after) = (practices(old), practices(new));
    let mut changes = DutyChanges {
        added: after.difference(&before).copied().collect(),
        dropped: before.difference(&after).copied().collect(),
        ..DutyChanges::default()
    };
    for name in differences(old, new) {
        match column_of(&name) {
            Some((column, id)) if before.contains(&id) && after.contains(&id) => {
                let column = column.strip_suffix(&of).unwrap_or(column);
                changes.changed.entry(id).or_default().insert(column.to_owned());
            }
            Some(_) => {}
            None => drop(changes.cited.insert(name.strip_suffix(&of).unwrap_or(&name).to_owned())),
        }
    }
    changes
}

/// The column and the practice of a part's name, if it is one of a practice.
fn column_of(name: &str) -> Option<(&str, RequirementId)> {
    let (column, id) = name.rsplit_once(" in ")?;
    Some((column, id.parse().ok()?))
}

/// The digests of the parts of one file, by name: two files with one digest say the same there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Parts {
    /// The id that the file declares.
    pub id: String,
    parts: BTreeMap<String, Digest>,
}

/// A SHA-256.
pub type Digest = [u8; 32];

impl Parts {
    fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), parts: BTreeMap::new() }
    }

    /// The digest of a part; the whole has no name.
    pub fn get(&self, part: &str) -> Option<&Digest> {
        self.parts.get(part)
    }

    fn with(mut self, part: &str, material: &Material) -> Self {
        self.parts.insert(part.to_owned(), material.digest());
        self
    }

    /// Keeps the digest of a text; an empty one says the same as none.
    fn put(&mut self, part: String, text: &str) {
        if !text.is_empty() {
            self.parts.insert(part, digest::of(text.as_bytes()));
        }
    }

    /// The same, unless the part is known: of two with one id the first is cited.
    fn put_first(&mut self, part: String, text: &str) {
        if !self.parts.contains_key(&part) {
            self.put(part, text);
        }
    }
}

/// The part of a practice that is all that its own file says.
pub fn parts_of_practice(id: RequirementId, practice: &Practice, catalog: &Catalog) -> Parts {
    Parts::new(id.to_string()).with("", &own(id, practice, catalog))
}

/// The parts of a practice that other subjects consist of: its `status`, and its rows of the `matrix`.
pub fn parts_of_rows(id: RequirementId, practice: &Practice, catalog: &Catalog) -> Parts {
    let mut rows = Material::default();
    matrix(id, practice, catalog, &mut rows);
    let mut parts = Parts::new(id.to_string()).with("matrix", &rows);
    parts.put("status".to_owned(), &status(id, practice, catalog));
    parts
}

/// The parts of a provider: its file, its `people`, and each service, clause and connection that a practice may cite.
pub fn parts_of_provider(found: &Provider) -> Parts {
    let (mut whole, mut named) = (Material::default(), Material::default());
    provider(found, &mut whole);
    people(found, true, &mut named);
    let mut parts = Parts::new(&*found.id.name).with("", &whole).with("people", &named);
    for each in &found.service {
        parts.put_first(format!("service {}", each.id), &row(&service(each)));
    }
    for each in found.contract.iter().flat_map(|contract| &contract.clause) {
        parts.put_first(format!("clause {}", each.id), &clause(each));
    }
    for each in &found.connection {
        parts.put_first(format!("connection {}", each.id), &connection(each));
    }
    parts
}

/// The parts of a provider that a practice cites.
pub fn parts_cited_of(practice: &Practice, provider: &str) -> BTreeSet<String> {
    let own = practice.responsibility.iter().filter(|part| &*part.party == provider);
    let cited = own.flat_map(|part| {
        let service = part.service.as_ref().map(|found| format!("service {}", &**found));
        let clause = part.clause.as_ref().map(|found| format!("clause {}", &**found));
        let connection = part.connection.as_ref().map(|found| format!("connection {}", &**found));
        [service, clause, connection]
    });
    cited.flatten().collect()
}

/// The parts of an exception.
pub fn parts_of_exception(found: &Exception) -> Parts {
    let mut parts = Parts::new(&*found.id.name);
    parts.put(String::new(), &exception(found));
    parts
}

/// The parts of an item of the plan of action.
pub fn parts_of_item(item: &Poam) -> Parts {
    let mut out = Material::default();
    poam(item, &mut out);
    Parts::new(&*item.id.name).with("", &out)
}

/// The parts of the scope: the file, and each group that a practice may name.
pub fn parts_of_assets(found: &Assets) -> Parts {
    let mut out = Material::default();
    scope(found, &mut out);
    let mut parts = Parts::new("").with("", &out);
    for group in &found.group {
        parts.put(format!("group {}", group.id), &group_terms(group));
    }
    parts
}

/// The parts of the incident handoffs.
pub fn parts_of_incident(found: &Incident) -> Parts {
    let mut out = Material::default();
    incident(found, &mut out);
    Parts::new("").with("", &out)
}

/// The parts of `demarcate.toml`: what the plan says of organization and system.
pub fn parts_of_config(found: &Config) -> Parts {
    Parts::new("").with("", &head(found))
}

/// The parts of a policy.
pub fn parts_of_policy(text: &str) -> Parts {
    let mut out = Material::default();
    out.put("text", words(text));
    Parts::new("").with("", &out)
}

/// Texts of a practice that each have to stand in a file for the file to say the same.
#[derive(Clone, Debug)]
pub struct Words {
    id: String,
    duties: Vec<String>,
    others: Vec<String>,
}

/// The longer texts of a practice.
pub fn words_of_practice(id: RequirementId, practice: &Practice) -> Words {
    let parts = || practice.responsibility.iter();
    let mut others = vec![words_of(practice.statement.as_ref())];
    others.extend(practice.values.values().map(|value| words(&value.value)));
    others.extend(parts().filter_map(|part| part.verification.as_ref()).map(|terms| words(&terms.how)));
    others.extend(practice.method.iter().flat_map(|method| [words(&method.action), words_of(method.expect.as_ref())]));
    others.retain(|text| !text.is_empty());
    let duties = parts().map(|part| words(&part.duty)).filter(|duty| !duty.is_empty()).collect();
    Words { id: id.to_string(), duties, others }
}

impl Words {
    /// Whether a practice file certainly says something else: one of the texts stands nowhere in it.
    pub fn are_missing_in(&self, file: &str) -> bool {
        self.lacks_one(file, self.others.iter().chain(&self.duties))
    }

    /// Whether a practice file certainly assigns something else: one of the duties stands nowhere in it.
    pub fn duties_are_missing_in(&self, file: &str) -> bool {
        self.lacks_one(file, self.duties.iter())
    }

    /// A file that declares another practice, or that holds an escape behind which words could hide, proves nothing.
    fn lacks_one<'t>(&self, file: &str, mut texts: impl Iterator<Item = &'t String>) -> bool {
        if file.contains('\\') || !self.are_declared_in(file) {
            return false;
        }
        let file = words(file);
        texts.any(|text| !file.contains(text.as_str()))
    }

    fn are_declared_in(&self, file: &str) -> bool {
        declared_in(file) == Some(&self.id)
    }
}

/// The practice that the first line that says anything declares.
fn declared_in(file: &str) -> Option<&str> {
    let first = without_first_comments(file).lines().next()?.trim();
    first.strip_prefix("practice")?.trim_start().strip_prefix('=')?.trim().strip_prefix('"')?.strip_suffix('"')
}

fn without_first_comments(file: &str) -> &str {
    let says_nothing = |line: &&str| line.trim().is_empty() || line.starts_with('#');
    let length: usize = file.split_inclusive('\n').take_while(says_nothing).map(str::len).sum();
    &file[length..]
}

/// A practice file taken apart around its statement, where that can be done without parsing it.
#[derive(Clone, Copy, Debug)]
pub struct Sketch<'a> {
    before: &'a str,
    statement: &'a str,
    after: &'a str,
}

/// How a file compares with another, as far as their sketches tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Likeness {
    /// They say the same.
    Same,
    /// They differ in the statement alone.
    Statement,
    /// They differ in the statement, and perhaps elsewhere.
    Other,
    /// That cannot be told.
    Unknown,
}

impl<'a> Sketch<'a> {
    /// Takes a file apart; `None` where anything in it asks for a parser.
    pub fn of(file: &'a str) -> Option<Self> {
        let body = without_first_comments(file);
        let key = body.find("\nstatement")? + "\nstatement".len();
        let value = body[key..].trim_start_matches([' ', '\t']).strip_prefix('=')?.trim_start_matches([' ', '\t']);
        let value = value.strip_prefix(FENCE)?;
        let before = &body[..body.len() - value.len()];
        let (statement, after) = value.split_once(FENCE)?;
        let is_top = !before[..key].contains(FENCE) && !before.contains("'''") && !before.contains("\n[");
        let is_text = !statement.contains(|c: char| c.is_control() && !c.is_ascii_whitespace());
        let declares = declared_in(body).is_some() && !file.contains('\\');
        (is_top && is_text && declares).then_some(Self { before, statement, after })
    }

    /// Whether it is a file of this practice.
    pub fn declares(&self, practice: &str) -> bool {
        declared_in(self.before) == Some(practice)
    }

    /// Compares it with the file of the same practice that is there now.
    pub fn likeness(&self, now: &Self) -> Likeness {
        let frame = self.before == now.before && self.after == now.after;
        let statement = self.statement.split_whitespace().eq(now.statement.split_whitespace());
        match (frame, statement) {
            (true, true) => Likeness::Same,
            (true, false) => Likeness::Statement,
            (false, false) if declared_in(self.before) == declared_in(now.before) => Likeness::Other,
            (false, _) => Likeness::Unknown,
        }
    }
}

/// What stands at both ends of a text of several lines.
const FENCE: &str = "\"\"\"";

/// What differs between two sides, in words.
pub fn differences(old: &Material, new: &Material) -> Vec<String> {
    let names: BTreeSet<&String> = old.0.keys().chain(new.0.keys()).collect();
    names.into_iter().filter(|name| old.0.get(*name) != new.0.get(*name)).cloned().collect()
}

impl Material {
    /// Equal material has one digest, and nothing else has it.
    fn digest(&self) -> Digest {
        let mut bytes = Vec::with_capacity(4096);
        for text in self.0.iter().flat_map(|(name, text)| [name, text]) {
            bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        digest::of(&bytes)
    }

    /// Keeps a part; an empty one says the same as none.
    fn put(&mut self, name: impl Into<String>, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.0.insert(name.into(), text);
        }
    }
}

/// As written, or as derived where it is left out.
fn ownership(id: RequirementId, practice: &Practice, catalog: &Catalog) -> String {
    let written = practice.ownership.as_ref().map(|ownership| ownership.value);
    written.or_else(|| practice.derived_ownership(letters(id, catalog))).map_or("", |found| found.word()).to_owned()
}

fn status(id: RequirementId, practice: &Practice, catalog: &Catalog) -> String {
    let written = practice.status.as_ref().map(|status| status.value);
    written.unwrap_or_else(|| practice.derived_status(letters(id, catalog))).word().to_owned()
}

fn letters(id: RequirementId, catalog: &Catalog) -> impl Iterator<Item = char> {
    let objectives = catalog.requirement(id).map_or(&[][..], |requirement| &requirement.objectives);
    objectives.iter().map(|objective| objective.id.letter)
}

/// Every column of the responsibilities, the rows of a party in an order of their own, so that the order in which they
/// are written says nothing and what stands together stays together.
fn responsibilities(practice: &Practice, after: &str, out: &mut Material) {
    for (party, parts) in by_party(practice, |_| true) {
        let mut column = |name: &str, cell: &dyn Fn(&Responsibility) -> String| {
            out.put(format!("{name} of {party}{after}"), numbered(parts.iter().map(|part| cell(part))));
        };
        column("duty", &|part| words(&part.duty));
        column("layers", &layers);
        column("objectives", &|part| list(part.objectives.iter().map(|letter| letter.value.as_str())));
        column("scope", &|part| list(part.scope.iter().map(|group| &**group)));
        column("maintaining role", &|part| id_of(part.maintained_by.as_ref()));
        column("service", &|part| id_of(part.service.as_ref()));
        column("clause", &|part| id_of(part.clause.as_ref()));
        column("connection", &|part| id_of(part.connection.as_ref()));
        column("inheritance", &inherits);
        column("evidence plan", &evidence_plan);
        column("verification", &|part| part.verification.as_ref().map_or_else(String::new, verification));
    }
}

/// The columns that a responsibility matrix prints.
fn duties(practice: &Practice, wanted: impl Fn(&str) -> bool, after: &str, out: &mut Material) {
    for (party, parts) in by_party(practice, wanted) {
        let mut column = |name: &str, cell: &dyn Fn(&Responsibility) -> String| {
            out.put(format!("{name} of {party}{after}"), numbered(parts.iter().map(|part| cell(part))));
        };
        column("duty", &|part| words(&part.duty));
        column("layers", &layers);
        column("objectives", &|part| list(part.objectives.iter().map(|letter| letter.value.as_str())));
        column("scope", &|part| list(part.scope.iter().map(|group| &**group)));
        column("service", &|part| id_of(part.service.as_ref()));
        column("clause", &|part| id_of(part.clause.as_ref()));
    }
}

fn by_party(practice: &Practice, wanted: impl Fn(&str) -> bool) -> BTreeMap<&str, Vec<&Responsibility>> {
    let mut parties: BTreeMap<&str, Vec<&Responsibility>> = BTreeMap::new();
    for part in practice.responsibility.iter().filter(|part| wanted(&part.party)) {
        parties.entry(&part.party).or_default().push(part);
    }
    for parts in parties.values_mut() {
        if parts.len() > 1 {
            parts.sort_by_cached_key(|part| whole(part));
        }
    }
    parties
}

/// A responsibility as one text, to sort by.
fn whole(part: &Responsibility) -> String {
    row(&[
        ("duty", words(&part.duty)),
        ("layers", layers(part)),
        ("objectives", list(part.objectives.iter().map(|letter| letter.value.as_str()))),
        ("scope", list(part.scope.iter().map(|group| &**group))),
        ("role", id_of(part.maintained_by.as_ref())),
        ("service", id_of(part.service.as_ref())),
        ("clause", id_of(part.clause.as_ref())),
        ("connection", id_of(part.connection.as_ref())),
        ("inherits", inherits(part)),
        ("evidence", evidence_plan(part)),
        ("verification", part.verification.as_ref().map_or_else(String::new, verification)),
    ])
}

fn layers(part: &Responsibility) -> String {
    list(part.layer.iter().map(|layer| layer.value.word()))
}

fn inherits(part: &Responsibility) -> String {
    part.inherits.as_ref().map_or_else(String::new, |inherits| {
        row(&[("from", inherits.from.name.clone()), ("basis", id_of(inherits.basis.as_ref()))])
    })
}

/// Series, not editions.
fn evidence_plan(part: &Responsibility) -> String {
    lines(part.evidence.iter().map(|evidence| {
        row(&[
            ("artifact", evidence.artifact.name.clone()),
            ("at", words_of(evidence.at.as_ref())),
            ("objectives", list(evidence.objectives.iter().map(|letter| letter.value.as_str()))),
        ])
    }))
}

/// The terms; the latest run and its result are refreshed evidence.
fn verification(terms: &Verification) -> String {
    row(&[
        ("how", words(&terms.how)),
        ("every", text(terms.every.as_ref())),
        ("by", id_of(terms.by.as_ref())),
        ("record", id_of(terms.record.as_ref())),
    ])
}

/// The plan; when it was done, by whom and how it came out is refreshed evidence.
fn method(method: &Method) -> String {
    row(&[
        ("kind", method.kind.value.word().to_owned()),
        ("objectives", list(method.objectives.iter().map(|letter| letter.value.as_str()))),
        ("do", words(&method.action)),
        ("expect", words_of(method.expect.as_ref())),
        ("party", id_of(method.party.as_ref())),
        ("with", words_of(method.with.as_ref())),
    ])
}

/// Whether the groups that a part names are in scope, and what belongs to them.
fn groups(part: &Responsibility, rest: &Rest<'_>, out: &mut Material) {
    let known = rest.assets.iter().flat_map(|assets| &assets.group);
    for group in known.filter(|group| part.scope.iter().any(|named| **named == *group.id)) {
        out.put(format!("group {}", group.id), group_terms(group));
    }
}

fn group_terms(group: &Group) -> String {
    let in_scope = group.in_scope.as_ref().is_none_or(|flag| flag.value);
    row(&[
        ("in-scope", in_scope.to_string()),
        ("description", words_of(group.description.as_ref())),
        ("exempt", exempt(group)),
    ])
}

/// What has nothing to apply to in a group; without any, nothing.
fn exempt(group: &Group) -> String {
    let each = group.exempt.iter().map(|exempt| {
        let of: Vec<&str> = exempt.covers.iter().map(|written| written.as_str()).collect();
        format!("{}: {}", of.join(", "), words(&exempt.reason))
    });
    lines(each)
}

/// The service, clause and connection of the provider that a part cites.
fn cited(part: &Responsibility, rest: &Rest<'_>, out: &mut Material) {
    let Some(provider) = rest.providers.get(&*part.party) else { return };
    let is = |id: &Id, wanted: Option<&str>| wanted == Some(&**id);
    if let Some(found) = provider.service.iter().find(|found| is(&found.id, part.service.as_deref())) {
        out.put(format!("service {} of {}", found.id, provider.id), row(&service(found)));
    }
    let mut clauses = provider.contract.iter().flat_map(|contract| &contract.clause);
    if let Some(found) = clauses.find(|found| is(&found.id, part.clause.as_deref())) {
        out.put(format!("clause {} of {}", found.id, provider.id), clause(found));
    }
    if let Some(found) = provider.connection.iter().find(|found| is(&found.id, part.connection.as_deref())) {
        out.put(format!("connection {} of {}", found.id, provider.id), connection(found));
    }
}

fn determination(long: &Determination) -> String {
    row(&[
        ("determination", long.determination.value.word().to_owned()),
        ("reason", words_of(long.reason.as_ref())),
        ("poam", id_of(long.poam.as_ref())),
        ("basis", long.basis.as_ref().map_or("", |basis| basis.value.word()).to_owned()),
        ("exception", id_of(long.exception.as_ref())),
        ("partial", long.partial.as_ref().map_or("", |partial| partial.value.word()).to_owned()),
        ("approved-by", words_of(long.approved_by.as_ref())),
        ("approved", text(long.approved.as_ref())),
    ])
}

fn exception(found: &Exception) -> String {
    row(&[
        ("title", words(&found.title)),
        ("kind", found.kind.value.word().to_owned()),
        ("objectives", list(found.objectives.iter().map(|id| id.value.as_str()))),
        ("reason", words(&found.reason)),
        ("mitigation", words_of(found.mitigation.as_ref())),
        ("approved-by", words_of(found.approved_by.as_ref())),
        ("approved", text(found.approved.as_ref())),
        ("artifact", id_of(found.artifact.as_ref())),
        ("until", text(found.until.as_ref())),
    ])
}

/// What a service is; the day its authorization runs out is renewed like evidence, and belongs to the provider's review.
fn service(found: &Service) -> Vec<(&'static str, String)> {
    vec![
        ("title", words(&found.title)),
        ("kind", found.kind.value.word().to_owned()),
        ("data", list(found.data.iter().map(|data| data.value.word()))),
        ("authorization", found.authorization.as_ref().map_or("", |found| found.value.word()).to_owned()),
        ("authorization-evidence", id_of(found.authorization_evidence.as_ref())),
        ("inside-boundary", text(found.inside_boundary.as_ref())),
        ("changed", text(found.changed.as_ref())),
    ]
}

fn clause(found: &Clause) -> String {
    row(&[
        ("kind", found.kind.value.word().to_owned()),
        ("at", words_of(found.at.as_ref())),
        ("says", words_of(found.says.as_ref())),
        ("within", text(found.within.as_ref())),
        ("instead", id_of(found.instead.as_ref())),
        ("services", list(found.services.iter().map(|service| &**service))),
    ])
}

fn connection(found: &Connection) -> String {
    row(&[
        ("title", words_of(found.title.as_ref())),
        ("data", words_of(found.data.as_ref())),
        ("flow", words_of(found.flow.as_ref())),
        ("method", words_of(found.method.as_ref())),
        ("authentication", words_of(found.authentication.as_ref())),
        ("controls", words_of(found.controls.as_ref())),
        ("agreement", id_of(found.agreement.as_ref())),
        ("with", id_of(found.with.as_ref())),
    ])
}

/// A provider's file without those whom one calls.
fn provider(found: &Provider, out: &mut Material) {
    out.put("name", words(&found.name));
    out.put("aliases", list(found.aliases.iter().map(|alias| alias.value.as_str())));
    out.put("whether it is an ESP", found.esp.as_ref().is_none_or(|esp| esp.value).to_string());
    out.put("the provider it is reached through", id_of(found.via.as_ref()));
    out.put("approval", text(found.approved.as_ref()));
    out.put("fourth parties", list(found.fourth_parties.iter().map(|name| name.value.as_str())));
    out.put("locations", list(found.locations.iter().map(|place| place.value.as_str())));
    out.put("description", words_of(found.description.as_ref()));
    for each in &found.service {
        let mut cells = service(each);
        cells.push(("authorization-until", text(each.authorization_until.as_ref())));
        out.put(format!("service {}", each.id), row(&cells));
    }
    if let Some(written) = &found.contract {
        contract(written, out);
    }
    people(found, false, out);
    out.put("attestation of U.S. persons", id_of(found.us_persons.as_ref()));
    found.access.iter().for_each(|each| out.put(format!("access {}", each.id), access(each)));
    found.connection.iter().for_each(|each| out.put(format!("connection {}", each.id), connection(each)));
}

fn contract(written: &Contract, out: &mut Material) {
    let terms = row(&[
        ("artifact", id_of(written.artifact.as_ref())),
        ("number", words_of(written.number.as_ref())),
        ("from", text(written.from.as_ref())),
        ("until", text(written.until.as_ref())),
        ("reseller", words_of(written.reseller.as_ref())),
    ]);
    out.put("contract", terms);
    written.clause.iter().for_each(|each| out.put(format!("clause {}", each.id), clause(each)));
}

/// The last review of an access is refreshed evidence.
fn access(found: &Access) -> String {
    row(&[
        ("method", words_of(found.method.as_ref())),
        ("device", words_of(found.device.as_ref())),
        ("source", words_of(found.source.as_ref())),
        ("logging", words_of(found.logging.as_ref())),
        ("review-every", text(found.review_every.as_ref())),
        ("review-by", id_of(found.review_by.as_ref())),
        ("review-record", id_of(found.review_record.as_ref())),
        ("until", text(found.until.as_ref())),
    ])
}

/// The named people; whether they were screened matters to who reviews people, training days are refreshed evidence.
fn people(found: &Provider, screening: bool, out: &mut Material) {
    out.put("people", lines(found.people.iter().map(|each| person(each, screening))));
    out.put("personnel list", id_of(found.personnel_list.as_ref()));
}

fn person(found: &ProviderPerson, screening: bool) -> String {
    row(&[
        ("name", words(&found.name)),
        ("role", words_of(found.role.as_ref())),
        ("email", words_of(found.email.as_ref())),
        ("location", words_of(found.location.as_ref())),
        ("accepts", text(found.accepts.as_ref())),
        ("screened", if screening { text(found.screened.as_ref()) } else { String::new() }),
    ])
}

fn organization(found: &Organization, out: &mut Material) {
    out.put("name of the organization", words(&found.name));
    out.put("aliases of the organization", list(found.aliases.iter().map(|alias| alias.value.as_str())));
    out.put("CAGE codes", list(found.cage.iter().map(|code| code.value.as_str())));
    out.put("UEI", words_of(found.uei.as_ref()));
    out.put("address of the organization", words_of(found.address.as_ref()));
}

/// The system without the SSP's own version, date and record of changes, which a review itself brings about.
fn system(found: &System, out: &mut Material) {
    out.put("name of the system", words(&found.name));
    out.put("identifier", words_of(found.identifier.as_ref()));
    out.put("CMMC UID", words_of(found.cmmc_uid.as_ref()));
    out.put("categorization", words_of(found.categorization.as_ref()));
    out.put("purpose", words_of(found.purpose.as_ref()));
    out.put("information", list(found.information.iter().map(|kind| kind.value.as_str())));
    out.put("owner of the information", words_of(found.information_owner.as_ref()));
    out.put("owner of the system", id_of(found.owner.as_ref()));
    out.put("security officer", id_of(found.security_officer.as_ref()));
    out.put("affirming official", id_of(found.affirming_official.as_ref()));
    out.put("end users", text(found.end_users.as_ref()));
    out.put("privileged users", text(found.privileged_users.as_ref()));
    out.put("boundary", words_of(found.boundary.as_ref()));
    out.put("environment", words_of(found.environment.as_ref()));
    out.put("topology", words_of(found.topology.as_ref()));
    out.put("network diagram", id_of(found.diagram.as_ref()));
    out.put("maintenance", words_of(found.maintenance.as_ref()));
    out.put("ITAR", text(found.itar.as_ref()));
    out.put("interval of the SSP", text(found.ssp_every.as_ref()));
    for each in &found.connection {
        out.put(format!("connection {}", each.id), row(&system_connection(each)));
    }
}

/// What of a connection is stated; a newer key is there only where it is.
fn system_connection(found: &SystemConnection) -> Vec<(&'static str, String)> {
    let mut cells = vec![
        ("to", words(&found.to)),
        ("data", words_of(found.data.as_ref())),
        ("method", words_of(found.method.as_ref())),
    ];
    let newer = [
        ("flow", words_of(found.flow.as_ref())),
        ("authentication", words_of(found.authentication.as_ref())),
        ("controls", words_of(found.controls.as_ref())),
        ("agreement", id_of(found.agreement.as_ref())),
    ];
    cells.extend(newer.into_iter().filter(|(_, text)| !text.is_empty()));
    cells
}

fn scope(found: &Assets, out: &mut Material) {
    for group in &found.group {
        let text = row(&[
            ("title", words(&group.title)),
            ("in-scope", group.in_scope.as_ref().is_none_or(|flag| flag.value).to_string()),
            ("description", words_of(group.description.as_ref())),
            ("exempt", exempt(group)),
        ]);
        out.put(format!("group {}", group.id), text);
    }
    for asset in &found.asset {
        let cells = row(&[
            ("title", words(&asset.title)),
            ("category", asset.category.as_ref().map_or("", |category| category.value.word()).to_owned()),
            ("group", id_of(asset.group.as_ref())),
            ("owner", id_of(asset.owner.as_ref())),
            ("count", text(asset.count.as_ref())),
            ("treatment", words_of(asset.treatment.as_ref())),
            ("inventory", id_of(asset.inventory.as_ref())),
        ]);
        out.put(format!("asset {}", asset.id), cells);
    }
    let decisions = found.decision.iter().map(|decision| {
        row(&[
            ("date", decision.date.value.to_string()),
            ("change", words(&decision.change)),
            ("decided", words(&decision.decided)),
            ("by", words_of(decision.by.as_ref())),
            ("about", list(decision.about.iter().map(|about| about.value.as_str()))),
            ("removed", list(decision.removed.iter().map(|removed| removed.value.as_str()))),
        ])
    });
    out.put("decisions", lines(decisions));
}

fn poam(item: &Poam, out: &mut Material) {
    let milestones = item.milestone.iter().map(|step| {
        row(&[
            ("title", words(&step.title)),
            ("due", step.due.value.to_string()),
            ("done", text(step.done.as_ref())),
            ("by", id_of(step.by.as_ref())),
        ])
    });
    let mut cells = vec![
        ("title", words(&item.title)),
        ("objectives", list(item.objectives.iter().map(|id| id.value.as_str()))),
        ("weakness", words(&item.weakness)),
        ("source", words_of(item.source.as_ref())),
        ("found", text(item.found.as_ref())),
        ("risk", item.risk.as_ref().map_or("", |risk| risk.value.word()).to_owned()),
        ("remediation", words(&item.remediation)),
        ("resources", words_of(item.resources.as_ref())),
        ("party", id_of(item.party.as_ref())),
        ("owner", id_of(item.owner.as_ref())),
        ("due", item.due.value.to_string()),
    ];
    cells.extend([
        ("status", item.status.value.word().to_owned()),
        ("closed", text(item.closed.as_ref())),
        ("evidence", list(item.evidence.iter().map(|artifact| &**artifact))),
        ("mitigation", words_of(item.mitigation.as_ref())),
        ("milestones", lines(milestones)),
    ]);
    out.put(format!("item {}", item.id), row(&cells));
}

/// Days of tests and checks, and of a certificate that is renewed, are refreshed evidence.
fn incident(found: &Incident, out: &mut Material) {
    let phases = found.phase.iter().map(|phase| {
        row(&[
            ("phase", phase.phase.value.word().to_owned()),
            ("party", phase.party.name.clone()),
            ("duty", words(&phase.duty)),
            ("by", id_of(phase.by.as_ref())),
        ])
    });
    out.put("phases", lines(phases));
    for handoff in &found.handoff {
        let cells = row(&[
            ("matter", text(handoff.matter.as_ref())),
            ("from", handoff.from.name.clone()),
            ("to", handoff.to.name.clone()),
            ("to-role", id_of(handoff.to_role.as_ref())),
            ("trigger", words(&handoff.trigger)),
            ("within", text(handoff.within.as_ref())),
            ("channel", words_of(handoff.channel.as_ref())),
            ("test-every", text(handoff.test_every.as_ref())),
            ("record", id_of(handoff.record.as_ref())),
        ]);
        out.put(format!("handoff {}", handoff.id), cells);
    }
    let reporters = found.reporter.iter().map(|reporter| {
        row(&[
            ("person", reporter.person.name.clone()),
            ("deputy", reporter.deputy.as_ref().is_some_and(|deputy| deputy.value).to_string()),
            ("certificate", id_of(reporter.certificate.as_ref())),
        ])
    });
    out.put("reporters", lines(reporters));
    let authorities = found.authority.iter().map(|authority| {
        row(&[
            ("name", words(&authority.name)),
            ("about", words_of(authority.about.as_ref())),
            ("within", text(authority.within.as_ref())),
        ])
    });
    out.put("authorities", lines(authorities));
}

/// Words with one space between them: how a text is broken into lines says nothing.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words_of<T: std::ops::Deref<Target = String>>(text: Option<&T>) -> String {
    text.map_or_else(String::new, |text| words(text))
}

fn text<T: std::fmt::Display>(value: Option<&T>) -> String {
    value.map_or_else(String::new, ToString::to_string)
}

fn id_of<E>(reference: Option<&Ref<E>>) -> String {
    reference.map_or_else(String::new, |reference| reference.name.clone())
}

/// Cells that say something, by name, each on a line of its own.
fn row(cells: &[(&str, String)]) -> String {
    let said = cells.iter().filter(|(_, text)| !text.is_empty());
    said.map(|(name, text)| format!("{name}: {}", text.replace('\n', "\n  "))).collect::<Vec<_>>().join("\n")
}

/// Entries of a list whose order says nothing.
fn list<'a>(entries: impl Iterator<Item = &'a str>) -> String {
    lines(entries.map(words))
}

fn lines(entries: impl Iterator<Item = String>) -> String {
    let sorted: BTreeSet<String> = entries.map(|entry| format!("- {}", entry.replace('\n', "\n  "))).collect();
    sorted.into_iter().collect::<Vec<_>>().join("\n")
}

/// Entries of a column by their row; a column in which no row says anything says nothing.
fn numbered(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.collect();
    if cells.iter().all(String::is_empty) {
        return String::new();
    }
    let numbered = cells.iter().enumerate().map(|(i, cell)| format!("{}. {}", i + 1, cell.replace('\n', "\n   ")));
    numbered.collect::<Vec<_>>().join("\n")
}

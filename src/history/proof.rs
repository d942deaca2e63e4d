//! How strong the proof of a claim is: what its signature is worth for whom it names, in which role.

mod acceptance;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::configs::{self, Both, Configs};
use super::past::{Accepting, Entered};
use super::seal::{Author, Persons, Seal, Seals, claims, seal_by};
use super::seen::{Seen, Stamp, identity};
use super::trust::{Book, Keys};
use crate::accounts::Forge;
use crate::failure::Failure;
use crate::git::log::Log;
use crate::git::{Identity, Oid};
use crate::ids::RequirementId;
use crate::model::assessment::Assessment;
use crate::model::config::{Accounts, Config, Person, Role};
use crate::model::history::{Grade, Revision, Subject};
pub(super) use acceptance::Claim;

/// Why the signature of a forge says nothing of whom it let in.
const BY_FORGE: &str = "the forge signs for everybody it lets in";

/// What policy says of claims.
pub(super) struct Policy<'a> {
    now: &'a Assessment,
    people_now: People,
    /// Who worked for a provider that accepts, by its own file of that day.
    accepting: Accepting,
    /// Who was who on some day.
    people: Vec<People>,
    /// Who was who when something was said, by the commit that says it.
    of_claim: BTreeMap<Oid, usize>,
    nobody: People,
    accepted: BTreeSet<Grade>,
    /// The principals of forges, in lower case.
    forge: BTreeSet<String>,
    is_independent: bool,
    is_anybody_trusted: bool,
    reasons: Reasons,
}

/// The people of a `demarcate.toml`.
#[derive(Default)]
pub(super) struct People {
    person: Vec<Person>,
    role: Vec<Role>,
    /// The affirming official, by id.
    official: Option<String>,
}

/// A person who was asked for by an address.
enum Found<'p> {
    Nobody,
    One(&'p Person),
    Several,
}

fn official(config: &Config) -> Option<String> {
    config.system.as_ref()?.affirming_official.as_ref().map(|person| person.name.clone())
}

impl People {
    /// Those of a `demarcate.toml` of now.
    fn of(config: &Config) -> Self {
        Self { person: config.person.clone(), role: config.role.clone(), official: official(config) }
    }

    /// Those of a day, and whom the root took then from the one that it extended.
    pub(super) fn at(configs: &mut Configs<'_>, both: Both) -> Result<Self, Failure> {
        let mut people = Self::default();
        for config in [both.own, both.shared].into_iter().flatten() {
            let Some(config) = configs.read(config)? else { continue };
            let is_new = |person: &&Person| !people.person.iter().any(|known| known.id.name == person.id.name);
            let persons: Vec<Person> = config.person.iter().filter(is_new).cloned().collect();
            let is_new = |role: &&Role| !people.role.iter().any(|known| known.id.name == role.id.name);
            let roles: Vec<Role> = config.role.iter().filter(is_new).cloned().collect();
            people.person.extend(persons);
            people.role.extend(roles);
            people.official = people.official.or_else(|| official(&config));
        }
        Ok(people)
    }

    /// Those of every side, with the addresses and roles that they have on each.
    fn common(configs: &mut Configs<'_>, sides: &[Both]) -> Result<Self, Failure> {
        let Some((first, others)) = sides.split_first() else { return Ok(Self::default()) };
        let mut people = Self::at(configs, *first)?;
        for side in others {
            people.keep(&Self::at(configs, *side)?);
        }
        Ok(people)
    }

    /// Keeps what the other side says too.
    fn keep(&mut self, other: &Self) {
        let same = |person: &Person| other.person.iter().find(|known| known.id.name == person.id.name);
        self.person.retain_mut(|person| {
            let Some(known) = same(person) else { return false };
            let has = |email: &String| known.email.iter().any(|other| other.value.eq_ignore_ascii_case(email));
            person.email.retain(|email| has(&email.value));
            person.roles.retain(|role| known.roles.iter().any(|other| other.name == role.name));
            person.provider() == known.provider()
        });
        self.role.retain(|role| {
            let reviews = |role: &Role| role.reviews.iter().map(|what| what.value.clone()).collect::<BTreeSet<_>>();
            other.role.iter().any(|known| known.id.name == role.id.name && reviews(known) == reviews(role))
        });
        self.official.take_if(|official| other.official.as_ref() != Some(official));
    }

    /// What is said of each that decides whose a signature is, and what it is worth.
    pub(super) fn says(&self) -> BTreeMap<String, String> {
        let sorted = |words: &mut Vec<String>| {
            words.sort_unstable();
            words.join(" ")
        };
        let persons = self.person.iter().map(|person| {
            let emails = sorted(&mut person.email.iter().map(|email| email.value.to_lowercase()).collect());
            let roles = sorted(&mut person.roles.iter().map(|role| role.name.clone()).collect());
            let party = person.provider();
            (format!("person `{}`", person.id.name), format!("{emails}; {roles}; {party:?}"))
        });
        let roles = self.role.iter().map(|role| {
            let reviews = sorted(&mut role.reviews.iter().map(|what| what.value.clone()).collect());
            (format!("role `{}`", role.id.name), reviews)
        });
        let accounts = self.person.iter().filter_map(|person| {
            Some((format!("the accounts of person `{}`", person.id.name), at_forges(person.accounts.as_ref()?)?))
        });
        let teams = self.role.iter().filter_map(|role| {
            Some((format!("the teams of role `{}`", role.id.name), at_forges(role.teams.as_ref()?)?))
        });
        let official = self.official.iter().map(|id| ("the affirming official".to_owned(), id.clone()));
        let mut says: BTreeMap<String, String> = BTreeMap::new();
        for (about, what) in persons.chain(roles).chain(accounts).chain(teams).chain(official) {
            // Two under one id are both somebody.
            let said = says.entry(about).or_default();
            said.push_str(&what);
            said.push('|');
        }
        says
    }

    fn with(&self, email: &str) -> Found<'_> {
        let has = |person: &&Person| person.email.iter().any(|known| known.value.eq_ignore_ascii_case(email));
        let mut all = self.person.iter().filter(|_| !email.is_empty()).filter(has);
        match (all.next(), all.next()) {
            (None, _) => Found::Nobody,
            (Some(person), None) => Found::One(person),
            _ => Found::Several,
        }
    }

    fn one(&self, email: &str) -> Option<&Person> {
        match self.with(email) {
            Found::One(person) => Some(person),
            Found::Nobody | Found::Several => None,
        }
    }
}

/// What somebody is called at each forge, whose approvals there may count; no forge tells upper from lower case.
fn at_forges(accounts: &Accounts) -> Option<String> {
    let said = |forge: Forge| {
        let name = forge.of(accounts)?.value.trim().to_lowercase();
        Some(format!("{}={name}", forge.key()))
    };
    let all: Vec<String> = Forge::ALL.into_iter().filter_map(said).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// What was found of a claim by one person.
#[derive(Clone)]
pub(super) struct Proof {
    pub(super) grade: Grade,
    pub(super) role: Option<Arc<str>>,
    pub(super) accepted: bool,
    pub(super) refused_because: Option<Arc<str>>,
}

/// Whose work is reviewed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Whose {
    /// Somebody else's than the reviewer's, or nobody asks.
    Others,
    /// The reviewer's.
    Own,
    /// Nobody can tell.
    Anybodys,
}

/// Who signed, as far as that is known.
#[derive(Clone, Default)]
pub(super) struct Signature {
    pub(super) signer: Option<Arc<str>>,
    pub(super) key: Option<Arc<str>>,
}

/// Who stands behind a commit by a good signature.
pub(super) struct Stander {
    principals: Vec<String>,
    /// Of `demarcate.toml`.
    person: Option<Person>,
}

impl Stander {
    pub(super) fn principals(&self) -> impl Iterator<Item = &str> {
        self.principals.iter().map(String::as_str)
    }

    pub(super) fn works_for(&self, provider: &str) -> bool {
        self.person.as_ref().and_then(Person::provider) == Some(provider)
    }

    /// Whether a person of the contractor's has a role; the error says why it is no such person.
    pub(super) fn of_the_contractor(&self) -> Result<bool, String> {
        let principals = self.principals.join(", ");
        let Some(person) = &self.person else {
            return Err(format!("{principals} signed it, who was no person of demarcate.toml"));
        };
        match person.provider() {
            Some(party) => Err(format!("{principals} signed it, who works for {party} and not for the contractor")),
            None => Ok(!person.roles.is_empty()),
        }
    }
}

/// What a signature is worth for a person who is named in a claim, whatever the claim is about.
pub(super) struct Base<'a> {
    grade: Grade,
    why: Option<Arc<str>>,
    /// Why a review of one's own work does not count, once that was asked.
    own_work: OnceCell<Arc<str>>,
    /// The person as written.
    by: &'a str,
    /// The address in it.
    email: String,
    person: Option<&'a Person>,
    people: &'a People,
    /// With their ids, which every review shares.
    roles: Vec<(&'a Role, Arc<str>)>,
}

impl<'a> Policy<'a> {
    pub(super) fn of<N>(
        (now, accepting): (&'a Assessment, Accepting),
        seen: &Seen,
        log: &Log<N>,
        configs: &mut Configs<'_>,
    ) -> Result<Self, Failure> {
        let review = now.config.review.as_ref();
        let accepted = review.iter().flat_map(|review| &review.accept).map(|grade| Grade::from(grade.value));
        let mut policy = Self {
            now,
            people_now: People::of(&now.config),
            accepting,
            people: Vec::new(),
            of_claim: BTreeMap::new(),
            nobody: People::default(),
            accepted: accepted.collect(),
            forge: review.iter().flat_map(|review| &review.forge).map(|name| name.value.to_ascii_lowercase()).collect(),
            is_independent: review.and_then(|review| review.independence.as_ref()).is_some_and(|asked| asked.value),
            is_anybody_trusted: false,
            reasons: Reasons::default(),
        };
        let mut known: BTreeMap<Vec<Both>, usize> = BTreeMap::new();
        let signed = claims(seen).filter(|stamp| stamp.is_signed);
        for stamp in signed.chain(seen.acceptances.iter().map(|(stamp, _)| stamp)) {
            let Some(before) = configs::before(seen, log, stamp.position) else { continue };
            let first = configs.beside(stamp.config, &before)?;
            let sides = configs.of_parents(log, stamp.position, (first, &before.prefix))?;
            let number = *known.entry(sides.clone()).or_insert(policy.people.len());
            if number == policy.people.len() {
                policy.people.push(People::common(configs, &sides)?);
            }
            policy.of_claim.insert(stamp.commit, number);
        }
        Ok(policy)
    }

    /// What counts where policy does not say: unsigned reviews only until a key is trusted.
    pub(super) fn settle(&mut self, is_anybody_trusted: bool) {
        self.is_anybody_trusted = is_anybody_trusted;
        if self.accepted.is_empty() {
            self.accepted.extend([Grade::Signed, Grade::Forge, Grade::Recorded]);
            self.accepted.extend((!is_anybody_trusted).then_some(Grade::Unsigned));
        }
    }

    /// The grades that count.
    pub(super) fn counted(&self) -> &BTreeSet<Grade> {
        &self.accepted
    }

    /// Every address of a person, then or now, in lower case, and whose it is.
    pub(super) fn persons(&self) -> Persons {
        let mut persons = Persons::new();
        for person in self.people.iter().chain([&self.people_now]).flat_map(|people| &people.person) {
            for email in &person.email {
                let of = persons.entry(email.value.to_ascii_lowercase()).or_default();
                of.insert(person.id.name.clone());
            }
        }
        // Whom only a provider's own file lists has no id but the address.
        for email in self.accepting.values().flatten().filter_map(|person| person.email.as_ref()) {
            let email = email.value.to_ascii_lowercase();
            persons.entry(email.clone()).or_insert_with(|| BTreeSet::from([email]));
        }
        persons
    }

    /// Who was who when something was said.
    fn people(&self, stamp: &Stamp) -> &People {
        if !stamp.is_signed {
            return &self.people_now;
        }
        self.of_claim.get(&stamp.commit).map_or(&self.nobody, |number| &self.people[*number])
    }

    /// Whether a commit may change who is trusted, by the keys of before and by who was who then; the error says why
    /// not.
    pub(super) fn change(
        &self,
        configs: &mut Configs<'_>,
        commit: (Oid, i64),
        before: &[Both],
        keys: &Keys,
        book: Book<'_>,
    ) -> Result<Result<(), String>, Failure> {
        let stander = self.standing_behind(configs, (commit, BTreeSet::new()), before, keys, book)?;
        Ok(stander.and_then(|stander| stander.of_the_contractor()).map(|_| ()))
    }

    /// Who stands behind a commit, by these keys, the people whom all sides know, and these other addresses; the error
    /// says why nobody does.
    pub(super) fn standing_behind(
        &self,
        configs: &mut Configs<'_>,
        ((commit, at), others): ((Oid, i64), BTreeSet<String>),
        sides: &[Both],
        keys: &Keys,
        book: Book<'_>,
    ) -> Result<Result<Stander, String>, Failure> {
        let own = sides.iter().filter_map(|both| both.own).map(|own| configs.read(own));
        let own = own.collect::<Result<Vec<_>, Failure>>()?;
        let review = own.iter().flatten().filter_map(|config| config.review.as_ref());
        let forge: Vec<&str> = review.flat_map(|review| &review.forge).map(|name| &*name.value).collect();
        let is_forge =
            |name: &String| self.is_forge(name) || forge.iter().any(|forge| forge.eq_ignore_ascii_case(name));
        let people = People::common(configs, sides)?;
        let emails = people.person.iter().flat_map(|person| &person.email);
        let emails = emails.map(|email| email.value.to_ascii_lowercase()).chain(others).collect();
        Ok(match seal_by(configs.git(), commit, keys, at, book, &emails)? {
            Seal::Good { principals, .. } if principals.iter().any(is_forge) => {
                Err("a forge signed it, which signs for everybody it lets in".to_owned())
            }
            Seal::Good { principals, .. } => {
                let person = principals.iter().find_map(|name| people.one(name)).cloned();
                Ok(Stander { principals, person })
            }
            Seal::Refused(why) => Err(why),
            Seal::Unsigned | Seal::Early => Err("it is not signed".to_owned()),
        })
    }

    /// Who signed: the principal that is a person's address, else the forge's, else the first.
    pub(super) fn signature(&self, seals: &Seals, stamp: &Stamp) -> Signature {
        self.signature_among(self.people(stamp), seals, stamp)
    }

    fn signature_among(&self, people: &People, seals: &Seals, stamp: &Stamp) -> Signature {
        let Seal::Good { key, principals } = &seals.get(stamp).seal else { return Signature::default() };
        let is_known = |principal: &&String| people.one(principal).is_some() || self.is_forge(principal);
        let signer = principals.iter().find(is_known).or(principals.first());
        Signature { signer: signer.map(|signer| signer.as_str().into()), key: Some(key.as_str().into()) }
    }

    /// What the signature of a claim is worth for somebody whom it names.
    pub(super) fn base<'b>(
        &'b self,
        seals: &Seals,
        stamp: &Stamp,
        by: &'b str,
        record: Option<(&str, &Entered)>,
    ) -> Base<'b> {
        let people = self.people(stamp);
        let attributed = |principals: &[String]| {
            let grade = self.attributed(principals, by, people, record.is_some())?;
            match record {
                Some((record, entered)) if grade == Grade::Recorded => self.is_entered(record, entered).map(|()| grade),
                _ => Ok(grade),
            }
        };
        let (grade, why) = self.grade(&seals.get(stamp).seal, attributed);
        let email = identity(by).email;
        let person = people.one(&email);
        let has = |role: &&Role| person.is_some_and(|person| person.roles.iter().any(|own| own.name == role.id.name));
        let with_id = |role: &'b Role| (role, Arc::from(role.id.name.as_str()));
        let roles = people.role.iter().filter(has).map(with_id).collect();
        Base { grade, why: why.map(Arc::from), own_work: OnceCell::new(), by, email, person, people, roles }
    }

    fn is_forge(&self, principal: &str) -> bool {
        self.forge.contains(&principal.to_ascii_lowercase())
    }

    /// Whether policy wants to know who changed what is reviewed.
    pub(super) fn asks_who_changed(&self) -> bool {
        self.is_independent
    }

    /// Whose work somebody reviews, where policy asks: the last change, and the address of its author.
    pub(super) fn whose(&self, base: &Base<'_>, last: Option<(&Revision, &str)>, seals: &Seals) -> Whose {
        let Some((last, address)) = last.filter(|_| self.is_independent) else { return Whose::Others };
        let is_person = |name: &String| base.person.is_some_and(|person| person.id.name == *name);
        match seals.author(last.position) {
            _ if is_theirs(base, address) => Whose::Own,
            Author::Known(names) if names.iter().any(|name| is_person(name) || is_theirs(base, name)) => Whose::Own,
            Author::Known(_) | Author::AsNamed => Whose::Others,
            Author::Unknown => Whose::Anybodys,
        }
    }

    /// A review of a subject; nobody's own work is reviewed by its author alone.
    pub(super) fn review(&self, base: &Base<'_>, subject: &Subject, whose: Whose) -> Proof {
        let is_proof = is_proof(base.grade);
        let role = base.roles.iter().find(|(role, _)| role.covers(subject));
        let (grade, why) = if is_proof && role.is_none() {
            (Grade::Refused, Some(format!("no role of {} reviews {}", named(base.by), subject.words()).into()))
        } else if is_proof && whose == Whose::Own {
            (Grade::Refused, Some(base.own_work()))
        } else if is_proof && whose == Whose::Anybodys {
            (Grade::Refused, Some(Arc::clone(&self.reasons.anybodys)))
        } else {
            (base.grade, base.why.clone())
        };
        self.proof(grade, why, role.map(|(_, id)| Arc::clone(id)))
    }

    /// An affirmation, which only the affirming official of that day can make (32 CFR 170.22).
    pub(super) fn affirmation(&self, base: &Base<'_>) -> Proof {
        let official = base.people.official.as_deref();
        let is_official = base.the_one().is_some_and(|person| official == Some(&person.id.name));
        if base.grade != Grade::Refused && !is_official {
            let why = format!("{} was not the affirming official of demarcate.toml", named(base.by));
            return self.proof(Grade::Refused, Some(why.into()), None);
        }
        self.by_own_hand(base, "an affirmation needs the official's own signature", None)
    }

    /// A certification of a practice, by somebody with a role that maintains it now or reviews it.
    pub(super) fn certification(&self, base: &Base<'_>, id: RequirementId) -> Proof {
        let subject = Subject::Practice(id);
        let parts = self.now.practices.get(&id).into_iter().flat_map(|practice| &practice.responsibility);
        let owners: BTreeSet<&str> =
            parts.filter_map(|part| part.maintained_by.as_ref()).map(|role| &*role.name).collect();
        let answers = |(role, _): &&(&Role, Arc<str>)| owners.contains(&*role.id.name) || role.covers(&subject);
        let roles = base.the_one().map_or(&[][..], |_| &base.roles);
        let role = roles.iter().find(answers).map(|(_, id)| Arc::clone(id));
        if base.grade != Grade::Refused && role.is_none() {
            let why = format!("no role of {} maintains or reviews {}", named(base.by), subject.words());
            return self.proof(Grade::Refused, Some(why.into()), None);
        }
        self.by_own_hand(base, "a certification needs the signature of whoever certifies", role)
    }

    /// What nobody can say for another: the signature is one's own, or there is none and policy takes that.
    fn by_own_hand(&self, base: &Base<'_>, needs: &str, role: Option<Arc<str>>) -> Proof {
        let why = match base.grade {
            Grade::Forge => format!("{BY_FORGE}; {needs}"),
            Grade::Recorded => format!("somebody else entered it; {needs}"),
            _ => return self.proof(base.grade, base.why.clone(), role),
        };
        self.proof(Grade::Refused, Some(why.into()), role)
    }

    fn proof(&self, grade: Grade, why: Option<Arc<str>>, role: Option<Arc<str>>) -> Proof {
        let counted = if grade == Grade::Unverified { Grade::Unsigned } else { grade };
        let accepted = self.accepted.contains(&counted);
        let Reasons { unsigned, weak, .. } = &self.reasons;
        let policy = || Arc::clone(if grade == Grade::Unsigned { unsigned } else { weak });
        let refused_because = if accepted { None } else { Some(why.unwrap_or_else(policy)) };
        Proof { grade, role, accepted, refused_because }
    }

    /// What a signature proves; `attributed` says so of a good one.
    fn grade(
        &self,
        seal: &Seal,
        attributed: impl FnOnce(&[String]) -> Result<Grade, String>,
    ) -> (Grade, Option<String>) {
        let principals = match seal {
            Seal::Unsigned => return (Grade::Unsigned, None),
            Seal::Early => {
                let grade = if self.is_anybody_trusted { Grade::Refused } else { Grade::Unverified };
                return (grade, Some("no trusted line lists its key: nobody was trusted yet".to_owned()));
            }
            Seal::Refused(why) => return (Grade::Refused, Some(why.clone())),
            Seal::Good { principals, .. } => principals,
        };
        match attributed(principals) {
            Ok(grade) => (grade, None),
            Err(why) => (Grade::Refused, Some(why)),
        }
    }

    /// Whose claim it is, where the signature is good.
    fn attributed(&self, principals: &[String], by: &str, people: &People, has_record: bool) -> Result<Grade, String> {
        let signer = signer(principals, people)?;
        let claimed = claimed(by, people)?;
        if signer.is_some_and(|signer| claimed.id.name == signer.id.name) {
            return Ok(Grade::Signed);
        }
        if has_record {
            return may_enter(signer, principals).map(|()| Grade::Recorded);
        }
        if principals.iter().any(|principal| self.is_forge(principal)) {
            return Ok(Grade::Forge);
        }
        let principals = principals.join(", ");
        Err(match signer {
            None => format!("{principals} signed it, who was no person of demarcate.toml"),
            Some(signer) => format!("{} <{principals}> signed it, not {}", signer.name.value, named(by)),
        })
    }

    /// Whether a record is an artifact with a line in the lock; the error says why not.
    fn is_locked(&self, record: &str) -> Result<(), String> {
        if !self.now.artifacts.contains_key(record) {
            return Err(format!("its record `{record}` is no artifact"));
        }
        let lock = self.now.lock.as_ref();
        if !lock.is_some_and(|lock| lock.entries.keys().any(|(artifact, _)| artifact == record)) {
            return Err(format!("its record `{record}` has no line in the lock"));
        }
        Ok(())
    }

    /// Whether a record is still what was entered.
    fn is_entered(&self, record: &str, entered: &Entered) -> Result<(), String> {
        self.is_locked(record)?;
        match entered {
            Entered::Kept => Ok(()),
            Entered::NotThen => Err(format!("its record `{record}` had no line in the lock when it was entered")),
            Entered::Otherwise(path) => {
                Err(format!("its record `{record}` is not what was entered: the lock has changed for {path}"))
            }
        }
    }
}

/// Reasons that many claims share.
struct Reasons {
    anybodys: Arc<str>,
    unsigned: Arc<str>,
    weak: Arc<str>,
}

impl Default for Reasons {
    fn default() -> Self {
        Self {
            anybodys:
                "its last change is signed by nobody who was trusted, so it may be the reviewer's own, and policy asks \
                       for another reviewer"
                    .into(),
            unsigned: "it is not signed, and `[review] accept` does not take that".into(),
            weak: "its proof is weaker than policy asks, and `[review] accept` does not take that".into(),
        }
    }
}

impl Base<'_> {
    /// Why a review of one's own work does not count.
    fn own_work(&self) -> Arc<str> {
        let why =
            || format!("{} is the last author of it, and policy asks for another reviewer", named(self.by)).into();
        Arc::clone(self.own_work.get_or_init(why))
    }

    /// The person whom the claim names, by the name of their entry; what was written beside the address stands behind it.
    pub(super) fn shown(&self, by: &str) -> String {
        shown(by, self.person)
    }

    /// The person, if the claim names one by one address.
    fn the_one(&self) -> Option<&Person> {
        self.person.filter(|_| self.by.matches('<').count() == 1)
    }
}

/// Whether somebody may enter a record for another: a person of the contractor's with a role; the error says why not.
fn may_enter(signer: Option<&Person>, principals: &[String]) -> Result<(), String> {
    if signer.is_some_and(|signer| signer.provider().is_none() && !signer.roles.is_empty()) {
        return Ok(());
    }
    let who = principals.join(", ");
    Err(format!("{who} entered the record, who is no person of the contractor's with a role"))
}

/// Whether an address is one of the person's whom a claim names.
fn is_theirs(base: &Base<'_>, address: &str) -> bool {
    let both = base.person.zip(base.people.one(address));
    base.email.eq_ignore_ascii_case(address) || both.is_some_and(|(one, other)| one.id.name == other.id.name)
}

/// The person behind the principals of a good signature, if they are those of one person.
fn signer<'p>(principals: &[String], people: &'p People) -> Result<Option<&'p Person>, String> {
    let mut signer: Option<&Person> = None;
    for principal in principals {
        let person = match people.with(principal) {
            Found::Nobody => continue,
            Found::Several => return Err(format!("{principal} is an address of more than one person")),
            Found::One(person) => person,
        };
        if signer.is_some_and(|known| known.id.name != person.id.name) {
            return Err(format!("its key is that of more than one person: {}", principals.join(", ")));
        }
        signer = Some(person);
    }
    Ok(signer)
}

/// Somebody as `demarcate.toml` calls them, with what was written where that is another name: an address alone says who it
/// is, and anybody can type a name beside it.
fn shown(by: &str, person: Option<&Person>) -> String {
    let Identity { name, email } = identity(by);
    match person.map(|person| person.name.value.trim()) {
        Some(known) if !email.is_empty() && known.to_lowercase() != name.to_lowercase() => {
            format!("{known} <{email}> (written as \"{}\")", name.escape_debug())
        }
        _ => by.to_owned(),
    }
}

/// The person whom a claim names.
fn claimed<'p>(by: &str, people: &'p People) -> Result<&'p Person, String> {
    let email = identity(by).email;
    if email.is_empty() || by.matches('<').count() > 1 {
        return Err(format!("`{by}` does not name a person by one address"));
    }
    match people.with(&email) {
        Found::Nobody => Err(format!("{} <{email}> was no person of demarcate.toml", named(by))),
        Found::One(person) => Ok(person),
        Found::Several => Err(format!("{email} is an address of more than one person")),
    }
}

/// Whether somebody's signature stands behind it.
fn is_proof(grade: Grade) -> bool {
    matches!(grade, Grade::Signed | Grade::Forge | Grade::Recorded)
}

/// The name of `Dana Lee <dana@contractor.example>`.
fn named(person: &str) -> String {
    let name = identity(person).name;
    if name.is_empty() { person.to_owned() } else { name }
}

//! What an acceptance of duties is worth: whether whoever accepts is the provider's, and whether what it rests on stood.

use std::sync::Arc;

use super::{BY_FORGE, People, Policy, Proof, Signature, claimed, may_enter, named, shown, signer};
use crate::history::past::Entered;
use crate::history::seal::{Seal, Seals};
use crate::history::seen::{Stamp, identity};
use crate::model::acceptance::{Published, Standing, why_no_agreement};
use crate::model::assessment::Series;
use crate::model::config::Person;
use crate::model::history::Grade;
use crate::model::provider::ProviderPerson;
use crate::table::Id;

/// An acceptance for one provider, by one person or by what the provider has published.
pub(in crate::history) struct Claim<'a> {
    pub(in crate::history) provider: &'a str,
    /// As written; `None` where a published edition stands for a person.
    pub(in crate::history) by: Option<&'a str>,
    /// The artifact that records it, and what became of its bytes.
    pub(in crate::history) record: Option<(&'a str, Entered)>,
    /// What the provider had published; asked only where that stands for a person.
    pub(in crate::history) edition: Option<&'a Published>,
    /// Whether the bytes of the record have shown before that other duties were accepted.
    pub(in crate::history) is_used: bool,
}

/// Who was who when somebody accepted: people of `demarcate.toml`, and those of the provider's own file.
struct Around {
    persons: Vec<Person>,
    own: Vec<ProviderPerson>,
    /// All of them.
    people: People,
}

impl Policy<'_> {
    /// An acceptance by somebody of a provider's, or by the edition that it published; and who that is.
    pub(in crate::history) fn acceptance(
        &self,
        seals: &Seals,
        stamp: &Stamp,
        claim: &Claim<'_>,
    ) -> (Proof, Signature, Option<String>) {
        let around = self.around(stamp, claim.provider);
        let seal = &seals.get(stamp).seal;
        let (grade, why) = self.grade(seal, |principals| self.accepted(Some(principals), claim, &around));
        let is_open = matches!(seal, Seal::Unsigned) || grade == Grade::Unverified;
        // What nobody signed is taken at its word, and its word has to be that of the provider.
        let (grade, why) = match self.accepted(None, claim, &around) {
            Err(why) if is_open => (Grade::Refused, Some(why)),
            _ => (grade, why),
        };
        let by = claim.by.map(|by| shown(by, around.people.one(&identity(by).email)));
        (self.proof(grade, why.map(Arc::from), None), self.signature_among(&around.people, seals, stamp), by)
    }

    /// The grade of an acceptance, by the principals of a good signature if there is one; the error says why it is none.
    fn accepted(&self, principals: Option<&[String]>, claim: &Claim<'_>, around: &Around) -> Result<Grade, String> {
        match claim.by {
            Some(by) => may_accept(by, claim.provider, around)?,
            None => self.is_published(claim)?,
        }
        let grade = match principals {
            Some(principals) => self.attributed_to(principals, claim, &around.people)?,
            None => Grade::Unsigned,
        };
        if grade == Grade::Forge {
            let provider = claim.provider;
            return Err(format!(
                "{BY_FORGE}; an acceptance needs a signature of somebody of {provider}, or its record"
            ));
        }
        // A signature of one's own rests on nothing else.
        match &claim.record {
            Some((record, entered)) if grade != Grade::Signed => self.rests_on(record, entered, claim).map(|()| grade),
            _ => Ok(grade),
        }
    }

    /// Whether a record shows that a provider accepted: it is the provider's, is what was entered, and is no older one
    /// again.
    fn rests_on(&self, record: &str, entered: &Entered, claim: &Claim<'_>) -> Result<(), String> {
        self.is_entered(record, entered)?;
        if claim.by.is_some() {
            why_no_agreement(record, claim.provider, self.now)
                .map_or(Ok(()), |why| Err(format!("its record `{record}` {why}")))?;
        }
        if claim.is_used {
            return Err(format!("its record `{record}` is the one that accepted other duties"));
        }
        Ok(())
    }

    fn attributed_to(&self, principals: &[String], claim: &Claim<'_>, people: &People) -> Result<Grade, String> {
        let record = claim.record.as_ref().map(|(record, _)| *record);
        match (claim.by, record) {
            (Some(by), record) => self.attributed(principals, by, people, record.is_some()),
            (None, Some(_)) => may_enter(signer(principals, people)?, principals).map(|()| Grade::Recorded),
            (None, None) => Err("it names neither a person nor a record".to_owned()),
        }
    }

    /// Whether what a provider has published stands for its acceptance.
    fn is_published(&self, claim: &Claim<'_>) -> Result<(), String> {
        let provider = claim.provider;
        let Some(edition) = claim.edition else {
            return Err(format!("nobody accepts in it, and {provider} had no matrix in providers/{provider}.crm.toml"));
        };
        let record = claim.record.as_ref().map(|(record, _)| *record).unwrap_or_default();
        let producer = self.now.artifacts.get(record).map(Series::producer);
        let why_not = edition.why_not(provider, record, producer);
        why_not.map_or(Ok(()), |why| Err(format!("nobody accepts in it, and {why}")))
    }

    /// Who was who before an acceptance; of one that nobody signed, those of now are taken as well.
    fn around(&self, stamp: &Stamp, provider: &str) -> Around {
        let then = self.of_claim.get(&stamp.commit).map_or(&self.nobody, |number| &self.people[*number]);
        let (mut persons, mut roles) = (then.person.clone(), then.role.clone());
        let mut own = self.accepting.get(&(stamp.commit, provider.to_owned())).cloned().unwrap_or_default();
        if !stamp.is_signed {
            persons
                .extend(self.people_now.person.iter().filter(|now| !knows(&persons, now)).cloned().collect::<Vec<_>>());
            roles.extend(self.people_now.role.iter().cloned());
            let now = self.now.providers.get(provider).into_iter().flat_map(|found| &found.people);
            let is_new = |now: &&ProviderPerson| !own.iter().any(|then| has_address_of(then, now));
            own.extend(now.filter(is_new).cloned().collect::<Vec<_>>());
        }
        let mut person = persons.clone();
        for listed in &own {
            person.extend(as_person(listed).filter(|listed| !shares_address(&person, listed)));
        }
        Around { persons, own, people: People { person, role: roles, official: None } }
    }
}

/// Whether a person of this id is known.
fn knows(persons: &[Person], wanted: &Person) -> bool {
    persons.iter().any(|person| person.id.name == wanted.id.name)
}

fn has_address_of(one: &ProviderPerson, other: &ProviderPerson) -> bool {
    let address = |person: &ProviderPerson| person.email.as_ref().map(|email| email.value.to_ascii_lowercase());
    address(one) == address(other)
}

fn shares_address(persons: &[Person], other: &Person) -> bool {
    let addresses = || persons.iter().flat_map(|person| &person.email);
    other.email.iter().any(|own| addresses().any(|known| known.value.eq_ignore_ascii_case(own)))
}

/// Somebody of a provider's own file, as signatures are attributed to people; who has no address signs nothing.
fn as_person(listed: &ProviderPerson) -> Option<Person> {
    let email = listed.email.clone()?;
    Some(Person {
        span: email.span,
        id: Id { name: email.value.to_ascii_lowercase(), span: email.span },
        name: listed.name.clone(),
        email: vec![email],
        roles: Vec::new(),
        title: None,
        address: None,
        phone: None,
        party: None,
        accounts: None,
    })
}

/// Whether somebody may accept for a provider; the error says why not.
fn may_accept(by: &str, provider: &str, around: &Around) -> Result<(), String> {
    let email = identity(by).email;
    let standing = Standing::of(&email, provider, &around.persons, &around.own);
    if email.is_empty() || by.matches('<').count() > 1 {
        return claimed(by, &around.people).map(|_| ());
    }
    let who = format!("{} <{email}>", named(by));
    standing.why_not(&who, provider).map_or(Ok(()), Err)
}

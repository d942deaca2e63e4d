//! Who may speak for a party: whose review counts for the contractor, and who accepts for a provider.

use crate::ids::CONTRACTOR;
use crate::model::acceptance::Standing;
use crate::model::assessment::Assessment;
use crate::model::config::{Accounts, Person};
use crate::model::history::Subject;

/// Somebody who may speak for a party, or a team of such people.
#[derive(Clone, Copy, Debug)]
pub struct Speaker<'a> {
    /// The name of a person, the title of a role, the name of a provider.
    pub name: &'a str,
    /// The first address; a team has none.
    pub email: Option<&'a str>,
    /// The first role that lets a person speak; of a team the role's id. A provider's people need none.
    pub role: Option<&'a str>,
    /// What they are called at each forge.
    pub accounts: Option<&'a Accounts>,
}

impl<'a> Speaker<'a> {
    fn of_person(person: &'a Person, role: Option<&'a str>) -> Self {
        let email = person.email.first().map(|email| email.value.as_str());
        Self { name: &person.name.value, email, role, accounts: person.accounts.as_ref() }
    }

    /// Name, address and role, for people to read.
    pub fn words(&self) -> String {
        let email = self.email.map(|email| format!(" <{email}>")).unwrap_or_default();
        let role = self.role.map(|role| format!(" ({role})")).unwrap_or_default();
        format!("{}{email}{role}", self.name)
    }
}

/// The people of the contractor who may review a subject, in the order of `demarcate.toml`.
pub fn reviewers<'a>(assessment: &'a Assessment, subject: &Subject) -> Vec<Speaker<'a>> {
    let config = &assessment.config.value;
    let persons = config.person.iter().filter(|person| person.provider().is_none());
    let speaker = |person: &'a Person| {
        let mut roles = config.role.iter().filter(|role| person.roles.iter().any(|own| own.name == role.id.name));
        let role = roles.find(|role| role.covers(subject))?;
        Some(Speaker::of_person(person, Some(&role.id.name)))
    };
    persons.filter_map(speaker).collect()
}

/// The people who may accept duties for a provider: those of its party in `demarcate.toml`, then those of its own file.
pub fn acceptors<'a>(assessment: &'a Assessment, provider: &str) -> Vec<Speaker<'a>> {
    let persons = &assessment.config.person;
    let own = assessment.providers.get(provider).map_or(&[][..], |found| &found.people);
    let accepts = |email: &str| Standing::of(email, provider, persons, own) == Standing::Accepts;
    let of_party = persons.iter().filter(|person| person.provider() == Some(provider));
    let of_party = of_party.map(|person| Speaker::of_person(person, None));
    let known = |email: &str| persons.iter().flat_map(|person| &person.email).any(|known| known.value == email);
    let of_file = own.iter().filter_map(|person| {
        let email = person.email.as_ref()?.value.as_str();
        (!known(email)).then_some(Speaker { name: &person.name.value, email: Some(email), role: None, accounts: None })
    });
    of_party.chain(of_file).filter(|speaker| speaker.email.is_some_and(accepts)).collect()
}

/// The name of a party for people: the contractor's legal name, the provider's, else its id.
pub fn name_of<'a>(assessment: &'a Assessment, party: &'a str) -> &'a str {
    if party == CONTRACTOR {
        return assessment.config.organization.as_ref().map_or(party, |organization| &organization.name.value);
    }
    assessment.providers.get(party).map_or(party, |provider| &provider.name.value)
}

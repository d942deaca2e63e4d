//! Who can speak to an objective: whom to ask at which party, and why them.

use serde::Serialize;

use super::practice::Family;
use super::{Names, Party, said};
use crate::ids::CONTRACTOR;
use crate::model::practice as written;
use crate::model::practice::MethodKind;
use crate::model::provider::{Contact, ProviderPerson};

/// How many people of a provider are named one by one; of more, only those whom a method names, and its contacts.
const FEW: usize = 6;

/// Somebody who can speak to an objective.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Speaker {
    /// The party worked for.
    pub party: Party,
    /// The name; none where nobody holds the role.
    pub name: Option<String>,
    /// The role or title.
    pub role: Option<String>,
    /// The address to write to, else the telephone number.
    pub reach: Option<String>,
    /// Why them, each reason once.
    pub because: Vec<String>,
}

/// How many objectives have which answer.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct Answers {
    /// All of them.
    pub objectives: usize,
    /// Met.
    pub met: usize,
    /// Not met.
    pub not_met: usize,
    /// Not applicable.
    pub not_applicable: usize,
    /// Without an answer, which counts as not met.
    pub unanswered: usize,
    /// With an interview or a test, planned or done.
    pub tried: usize,
}

/// The people of an objective, each once.
#[derive(Default)]
struct Room(Vec<Speaker>);

impl Room {
    fn add(&mut self, speakers: Vec<Speaker>, because: &str) {
        for speaker in speakers {
            let at = self.0.iter().position(|known| known.is(&speaker)).unwrap_or_else(|| {
                self.0.push(speaker.clone());
                self.0.len() - 1
            });
            self.0[at].learn(&speaker, because);
        }
    }
}

impl Speaker {
    /// Whether both are one person, or one role that nobody holds.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let same_role = self.name.is_some() || self.role == other.role;
        self.party == other.party && self.name == other.name && same_role
    }

    /// Leaves out why, which may name another provider; false if this one may not see the person.
    pub(crate) fn narrow(&mut self, provider: &str) -> bool {
        self.because.clear();
        self.party.contractor || self.party.id == provider
    }

    /// Takes what another place knows of the same person.
    fn learn(&mut self, other: &Self, because: &str) {
        self.role = self.role.take().or_else(|| other.role.clone());
        self.reach = self.reach.take().or_else(|| other.reach.clone());
        if !because.is_empty() && !self.because.iter().any(|known| known == because) {
            self.because.push(because.to_owned());
        }
    }
}

/// How many objectives of these families have which answer.
pub(crate) fn answers(families: &[Family]) -> Answers {
    let mut answers = Answers::default();
    let practices = families.iter().flat_map(|family| &family.practices);
    for objective in practices.flat_map(|practice| &practice.objectives) {
        answers.objectives += 1;
        answers.tried += usize::from(!objective.methods.is_empty());
        match objective.answer.as_str() {
            "met" => answers.met += 1,
            "not-met" => answers.not_met += 1,
            "not-applicable" => answers.not_applicable += 1,
            _ => answers.unanswered += 1,
        }
    }
    answers
}

/// Whom to ask about the objective of a letter: those whom a method names, who keeps each part, the people of the
/// providers that have one, and who checks them; the contractor's people first.
pub(crate) fn speakers(practice: &written::Practice, letter: char, names: Names<'_>) -> Vec<Speaker> {
    let mut room = Room::default();
    let methods = practice.method.iter().filter(|method| method.has(letter));
    for (method, with) in methods.filter_map(|method| Some((method, method.with.as_ref()?))) {
        let interview = method.kind.value == MethodKind::Interview;
        let because = if interview { "named for the interview" } else { "named for the test" };
        room.add(named(with, method.party.as_deref(), names), because);
    }
    for part in practice.responsibility.iter().filter(|part| part.has(letter)) {
        add_part(part, &mut room, names);
    }
    room.0.sort_by_key(|speaker| !speaker.party.contractor);
    room.0
}

fn add_part(part: &written::Responsibility, room: &mut Room, names: Names<'_>) {
    let whose = if part.is_contractor() { "the contractor".to_owned() } else { names.0.title_of(&part.party) };
    if let Some(role) = &part.maintained_by {
        room.add(holders(role, names), &format!("keeps the part of {whose}"));
    }
    if !part.is_contractor() {
        room.add(people_of(&part.party, names), "works for a party that has a part");
    }
    if let Some(role) = part.verification.as_ref().and_then(|verification| verification.by.as_ref()) {
        room.add(holders(role, names), &format!("checks the part of {whose}"));
    }
}

/// Who keeps the parts of a practice that answer for any of these letters.
pub(crate) fn keepers(practice: &written::Practice, letters: &[char], names: Names<'_>) -> Vec<Speaker> {
    let mut room = Room::default();
    let has_any = |part: &&written::Responsibility| letters.iter().any(|letter| part.has(*letter));
    for role in practice.responsibility.iter().filter(has_any).filter_map(|part| part.maintained_by.as_ref()) {
        room.add(holders(role, names), "");
    }
    room.0
}

/// Who holds a role; the role alone where nobody does.
pub(crate) fn holders(role: &str, names: Names<'_>) -> Vec<Speaker> {
    let title = names.role(role);
    let people = names.0.config.person.iter().filter(|person| person.roles.iter().any(|held| &**held == role));
    let held: Vec<Speaker> = people.map(|person| own(person, Some(title.clone()), names)).collect();
    if held.is_empty() {
        return vec![Speaker {
            party: names.party(CONTRACTOR),
            name: None,
            role: Some(title),
            reach: None,
            because: Vec::new(),
        }];
    }
    held
}

fn own(person: &crate::model::config::Person, role: Option<String>, names: Names<'_>) -> Speaker {
    Speaker {
        party: names.party(person.party.as_deref().unwrap_or(CONTRACTOR)),
        name: Some(person.name.to_string()),
        role: role.or_else(|| said(person.title.as_ref())),
        reach: said(person.email.first()).or_else(|| said(person.phone.as_ref())),
        because: Vec::new(),
    }
}

/// Whom the word of a method means: the holders of a role, a person by id, or a name with what they do after a comma.
pub(crate) fn named(word: &str, party: Option<&str>, names: Names<'_>) -> Vec<Speaker> {
    let config = &names.0.config;
    if config.role.iter().any(|role| role.id.name == word) {
        return holders(word, names);
    }
    if let Some(person) = config.person.iter().find(|person| person.id.name == word) {
        return vec![own(person, None, names)];
    }
    let (name, role) = word.split_once(',').map_or((word, None), |(name, role)| (name, Some(role.trim())));
    let party = party.unwrap_or(CONTRACTOR);
    let mut found = known(name.trim(), party, names);
    found.role = role.filter(|role| !role.is_empty()).map(str::to_owned).or(found.role);
    vec![found]
}

/// What the files know of somebody of a party by name.
fn known(name: &str, party: &str, names: Names<'_>) -> Speaker {
    let provider = names.0.providers.get(party);
    let employee_of = provider.and_then(|file| file.people.iter().find(|person| person.name.value == name));
    let person = names.0.config.person.iter().find(|person| person.name.value == name);
    let person = person.filter(|person| person.party.as_deref().unwrap_or(CONTRACTOR) == party);
    let nothing = || Speaker {
        party: names.party(party),
        name: Some(name.to_owned()),
        role: None,
        reach: None,
        because: Vec::new(),
    };
    let of_file = || employee_of.map(|found| employee(found, party, names));
    person.map(|found| own(found, None, names)).or_else(of_file).unwrap_or_else(nothing)
}

/// The people of a provider: those of `demarcate.toml`, and those of its own file where they are few; else its contacts.
fn people_of(provider: &str, names: Names<'_>) -> Vec<Speaker> {
    let config = names.0.config.person.iter().filter(|person| person.party.as_deref() == Some(provider));
    let mut found: Vec<Speaker> = config.map(|person| own(person, None, names)).collect();
    let Some(file) = names.0.providers.get(provider) else { return found };
    if file.people.len() <= FEW {
        found.extend(file.people.iter().map(|person| employee(person, provider, names)));
    }
    if found.is_empty() {
        found.extend(file.contact.iter().map(|contact| desk(contact, provider, names)));
    }
    found
}

fn employee(person: &ProviderPerson, provider: &str, names: Names<'_>) -> Speaker {
    Speaker {
        party: names.party(provider),
        name: Some(person.name.to_string()),
        role: said(person.role.as_ref()),
        reach: said(person.email.as_ref()),
        because: Vec::new(),
    }
}

fn desk(contact: &Contact, provider: &str, names: Names<'_>) -> Speaker {
    Speaker {
        party: names.party(provider),
        name: Some(contact.name.to_string()),
        role: said(contact.role.as_ref()),
        reach: said(contact.email.as_ref()).or_else(|| said(contact.phone.as_ref())),
        because: Vec::new(),
    }
}

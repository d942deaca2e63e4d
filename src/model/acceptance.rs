//! Who may accept duties for a provider, and how its acceptance stands.

use std::collections::{BTreeMap, BTreeSet};

use super::artifact::ArtifactKind;
use super::assessment::{Assessment, Series};
use super::config::Person;
use super::crm::ProviderCrm;
use super::history::{History, Statement};
use super::practice::Responsibility;
use super::provider::{Provider, ProviderPerson, ServiceKind};
use crate::ids::RequirementId;

/// What somebody is to a provider, by `demarcate.toml` and by the provider's own file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// A person of its party, or one whom its file lets accept.
    Accepts,
    /// Its file names the person, and does not let them accept.
    Silent,
    /// A person of the contractor's.
    OfContractor,
    /// A person of another provider.
    Of(String),
    /// The address is that of several people.
    Several,
    /// Neither file knows the address.
    Nobody,
}

impl Standing {
    /// What an address is to a provider; `demarcate.toml` decides where both files name it.
    pub fn of(email: &str, provider: &str, persons: &[Person], own: &[ProviderPerson]) -> Self {
        let is = |known: &str| !email.is_empty() && known.eq_ignore_ascii_case(email);
        let listed: Vec<&ProviderPerson> =
            own.iter().filter(|person| person.email.as_ref().is_some_and(|known| is(known))).collect();
        let says = |wanted: bool| {
            listed.iter().any(|person| person.accepts.as_ref().is_some_and(|accepts| accepts.value == wanted))
        };
        let mut known = persons.iter().filter(|person| person.email.iter().any(|known| is(known)));
        match (known.next(), known.next()) {
            (Some(_), Some(_)) => Self::Several,
            (Some(person), None) => match person.provider() {
                None => Self::OfContractor,
                Some(party) if party != provider => Self::Of(party.to_owned()),
                Some(_) if says(false) => Self::Silent,
                Some(_) => Self::Accepts,
            },
            (None, _) => match listed.as_slice() {
                [] => Self::Nobody,
                [first, rest @ ..] if rest.iter().any(|other| other.name.value != first.name.value) => Self::Several,
                _ if says(true) && !says(false) => Self::Accepts,
                _ => Self::Silent,
            },
        }
    }

    /// Why this person cannot accept for the provider; `None` if they can.
    pub fn why_not(&self, who: &str, provider: &str) -> Option<String> {
        Some(match self {
            Self::Accepts => return None,
            Self::Silent => {
                format!("{who} may not accept for {provider}: its file does not say `accepts = true` of them")
            }
            Self::OfContractor => format!("{who} is of the contractor, who cannot accept for {provider}"),
            Self::Of(party) => format!("{who} is of {party}, and cannot accept for {provider}"),
            Self::Several => format!("the address of {who} is that of more than one person"),
            Self::Nobody => {
                format!("{who} is no person of {provider}, neither in demarcate.toml nor in the provider's own file")
            }
        })
    }
}

/// Why a record does not show what a provider agreed to, to stand after its name; `None` if it does: it is the
/// contract that the provider's file names, or a letter, a contract or a record that the provider produced.
pub fn why_no_agreement(record: &str, provider: &str, assessment: &Assessment) -> Option<String> {
    let contract = assessment.providers.get(provider).and_then(|found| found.contract.as_ref());
    let contract = contract.and_then(|contract| contract.artifact.as_ref());
    if contract.is_some_and(|artifact| &*artifact.name == record) {
        return None;
    }
    let found = assessment.artifacts.get(record);
    let producer = found.map(Series::producer).unwrap_or_default();
    if producer != provider {
        return Some(format!(
            "is produced by {producer}, not by {provider}, and is not the contract that the file of \
             {provider} names"
        ));
    }
    match found.map_or(ArtifactKind::Other, |series| series.artifact.kind.value) {
        ArtifactKind::Letter | ArtifactKind::Contract | ArtifactKind::Record | ArtifactKind::Other => None,
        kind => Some(format!(
            "is of the kind {}: what somebody agreed to stands in a letter, a contract or a record",
            kind.word()
        )),
    }
}

/// The matrix that a provider has published, where it is to stand for an acceptance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Published {
    /// The edition that its file names.
    pub edition: Option<String>,
    /// The artifact that it was taken from.
    pub source: Option<String>,
    /// Why the provider's duties do not rest on services of a cloud alone.
    pub other_service: Option<NotOfACloud>,
}

/// Why duties do not rest on services of a cloud alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotOfACloud {
    /// The provider's file names no service.
    NoService,
    /// A duty cites a service that the provider's file does not name.
    Unknown(String),
    /// A service that they rest on is of another kind.
    Other(String, ServiceKind),
}

impl Published {
    /// From a provider's matrix, its file and its duties.
    pub fn of<'p>(
        matrix: &ProviderCrm,
        provider: &'p Provider,
        duties: impl Iterator<Item = &'p Responsibility>,
    ) -> Self {
        let other = not_of_a_cloud(provider, duties);
        Self {
            edition: matrix.edition.as_ref().map(|edition| edition.value.clone()),
            source: matrix.source.as_ref().map(|source| source.name.clone()),
            other_service: other,
        }
    }

    /// Why it does not stand for the acceptance of a provider; `None` if it does.
    ///
    /// An MSP is no cloud service because it manages one (32 CFR 170.19(c)(2) treats them apart), and a workbook that it
    /// wrote for many says of no contractor that its duties were agreed to.
    pub fn why_not(&self, provider: &str, record: &str, producer: Option<&str>) -> Option<String> {
        let matrix = format!("the matrix in providers/{provider}.crm.toml");
        if let Some(other) = &self.other_service {
            let what = match other {
                NotOfACloud::NoService => format!("the file of {provider} names no service"),
                NotOfACloud::Unknown(service) => format!("a duty cites `{service}`, which is no service of {provider}"),
                NotOfACloud::Other(service, kind) => format!("`{service}` of {provider} is of kind {}", kind.word()),
            };
            return Some(format!(
                "a published edition stands for the acceptance of a cloud service alone, and {what}: somebody of {provider} \
                 has to accept"
            ));
        }
        if self.edition.is_none() {
            return Some(format!("{matrix} names no edition"));
        }
        match &self.source {
            None => return Some(format!("{matrix} names no source, which would be the artifact that was published")),
            Some(source) if source != record => {
                return Some(format!("its record is `{record}`, and {matrix} is taken from `{source}`"));
            }
            Some(_) => {}
        }
        let other = producer.filter(|producer| *producer != provider)?;
        Some(format!("its record `{record}` is produced by {other}, not by {provider}"))
    }
}

/// What keeps a provider's duties from resting on a cloud alone; a duty that names no service may rest on any.
fn not_of_a_cloud<'p>(provider: &'p Provider, duties: impl Iterator<Item = &'p Responsibility>) -> Option<NotOfACloud> {
    if provider.service.is_empty() {
        return Some(NotOfACloud::NoService);
    }
    let cited: Vec<Option<&str>> = duties.map(|part| part.service.as_deref()).collect();
    let is_known = |id: &&str| provider.service.iter().any(|service| &*service.id == *id);
    if let Some(unknown) = cited.iter().flatten().find(|id| !is_known(id)) {
        return Some(NotOfACloud::Unknown((*unknown).to_owned()));
    }
    let any = cited.is_empty() || cited.contains(&None);
    let mut services = provider.service.iter().filter(|service| any || cited.contains(&Some(&*service.id)));
    let other = services.find(|service| service.kind.value != ServiceKind::Csp)?;
    Some(NotOfACloud::Other(other.id.name.clone(), other.kind.value))
}

/// What differs between the duties that a provider had and those that it has.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DutyChanges {
    /// Practices in which it has a duty, and had none.
    pub added: BTreeSet<RequirementId>,
    /// Practices in which it had a duty, and has none.
    pub dropped: BTreeSet<RequirementId>,
    /// Practices in which its duty is another one, and in what: `duty`, `objectives`, `clause`.
    pub changed: BTreeMap<RequirementId, BTreeSet<String>>,
    /// What else its duties rest on: `service siem`, `clause scope`.
    pub cited: BTreeSet<String>,
}

impl DutyChanges {
    /// What differs, in words, practice by practice.
    pub fn words(&self) -> Vec<String> {
        let added = self.added.iter().map(|id| (*id, format!("{id} is new")));
        let dropped = self.dropped.iter().map(|id| (*id, format!("{id} is dropped")));
        let columns = |columns: &BTreeSet<String>| columns.iter().cloned().collect::<Vec<_>>().join(" and ");
        let changed = self.changed.iter().map(|(id, what)| (*id, format!("{} in {id}", columns(what))));
        let by_practice: BTreeMap<RequirementId, String> = added.chain(dropped).chain(changed).collect();
        by_practice.into_values().chain(self.cited.iter().cloned()).collect()
    }
}

/// How the acceptance of a provider's duties stands: the first that holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AcceptanceState {
    /// An acceptance that counts covers the duties as they stand.
    Accepted,
    /// One that counts covers other duties.
    Stale,
    /// There are acceptances, and none counts.
    Refused,
    /// Nobody has accepted.
    NotAccepted,
}

impl AcceptanceState {
    /// The word in outputs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Stale => "stale",
            Self::Refused => "refused",
            Self::NotAccepted => "not-accepted",
        }
    }
}

impl History {
    /// How the acceptance of a provider's duties stands, and the newest acceptance that makes it so.
    pub fn acceptance_of(&self, provider: &str) -> (AcceptanceState, Option<&Statement>) {
        let said = || self.acceptances.iter().filter(|found| found.about == provider && !found.after_as_of);
        let counting = || said().filter(|found| found.accepted);
        if let Some(found) = counting().find(|found| found.covers_head) {
            return (AcceptanceState::Accepted, Some(found));
        }
        match (counting().next(), said().next()) {
            (Some(found), _) => (AcceptanceState::Stale, Some(found)),
            (None, Some(found)) => (AcceptanceState::Refused, Some(found)),
            (None, None) => (AcceptanceState::NotAccepted, None),
        }
    }
}

impl Assessment {
    /// The providers that hold duties, by id; a landlord or shredder accepts nothing.
    pub fn holders_of_duties(&self) -> impl Iterator<Item = (&str, &super::Filed<Provider>)> {
        let is_esp = |provider: &Provider| provider.esp.as_ref().is_none_or(|esp| esp.value);
        let all = self.providers.iter().map(|(id, provider)| (id.as_str(), provider));
        all.filter(move |(id, provider)| is_esp(&provider.value) && self.duties_of(id).next().is_some())
    }
}

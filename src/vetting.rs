//! What a provider does here, holds and reaches, and so what has to be asked of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::date::Date;
use crate::ids::RequirementId;
use crate::model::Filed;
use crate::model::assessment::{Assessment, Series};
use crate::model::practice::Responsibility;
use crate::model::provider::{Contract, DataKind, Provider, Service};

/// A provider whose file was read whole, and its parts of the practices.
#[derive(Debug)]
pub struct Vetted<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its file.
    pub provider: &'a Filed<Provider>,
    /// Its parts of practices that were read whole, in the order of the standard.
    pub duties: Vec<(RequirementId, &'a Responsibility)>,
}

impl Vetted<'_> {
    /// Whether the system rests on it in any way: a duty, data, or a way in.
    pub fn has_stake(&self) -> bool {
        !self.duties.is_empty() || self.provider.has_data() || self.provider.gets_in()
    }

    /// In words what the system rests on: `holds 3 duties, has CUI and gets in`.
    pub fn stake(&self) -> String {
        let duties = match self.duties.len() {
            0 => None,
            1 => Some("holds a duty".to_owned()),
            many => Some(format!("holds {many} duties")),
        };
        let data = data_in_words(self.provider).map(|data| format!("has {data}"));
        let way = self.provider.gets_in().then(|| "gets in".to_owned());
        joined(&duties.into_iter().chain(data).chain(way).collect::<Vec<_>>())
    }
}

fn data_in_words(provider: &Provider) -> Option<&'static str> {
    match (provider.holds(DataKind::Cui), provider.holds(DataKind::Spd)) {
        (true, true) => Some("CUI and security protection data"),
        (true, false) => Some("CUI"),
        (false, true) => Some("security protection data"),
        (false, false) => None,
    }
}

/// The providers whose file was read whole; what a broken file leaves out says nothing.
pub fn sound(found: &Assessment) -> impl Iterator<Item = (&str, &Filed<Provider>)> {
    found.providers.iter().filter(|(_, provider)| !provider.lost).map(|(id, provider)| (id.as_str(), provider))
}

/// The same with their duties, from one walk over the practices.
pub fn vetted(found: &Assessment) -> Vec<Vetted<'_>> {
    let mut duties: BTreeMap<&str, Vec<(RequirementId, &Responsibility)>> = BTreeMap::new();
    for (id, practice) in found.practices.iter().filter(|(_, practice)| !practice.lost) {
        for part in &practice.value.responsibility {
            duties.entry(&part.party).or_default().push((*id, part));
        }
    }
    sound(found).map(|(id, provider)| Vetted { id, provider, duties: duties.remove(id).unwrap_or_default() }).collect()
}

/// The providers through which one is reached, the nearest first; a circle ends where it began.
pub fn reached_through<'a>(found: &'a Assessment, provider: &'a Provider) -> Vec<&'a Filed<Provider>> {
    let mut seen = BTreeSet::from([provider.id.name.as_str()]);
    let mut chain: Vec<&Filed<Provider>> = Vec::new();
    let mut next = provider.via.as_ref();
    while let Some(through) = next.and_then(|via| found.providers.get(&**via)) {
        if !seen.insert(&through.id.name) {
            break;
        }
        chain.push(through);
        next = through.via.as_ref();
    }
    chain
}

/// The contract by which a provider is bound: its own, or that of the nearest through which it is reached.
pub fn contract_of<'a>(found: &'a Assessment, provider: &'a Provider) -> Option<&'a Contract> {
    let own = provider.contract.as_ref();
    own.or_else(|| reached_through(found, provider).into_iter().find_map(|through| through.contract.as_ref()))
}

/// Whether the system handles technical data under the ITAR.
pub fn is_itar(found: &Assessment) -> bool {
    let system = found.config.system.as_ref();
    system.and_then(|system| system.itar.as_ref()).is_some_and(|itar| itar.value)
}

/// Services whose authorization has run out, those of one provider with one last day together.
pub fn lapsed_authorizations(found: &Assessment, as_of: Date) -> Vec<(&str, Date, Vec<&Service>)> {
    let mut lapsed: BTreeMap<(&str, Date), Vec<&Service>> = BTreeMap::new();
    for (id, provider) in sound(found) {
        for service in &provider.value.service {
            let until = service.authorization_until.as_ref().filter(|until| until.value < as_of);
            if let Some(until) = until {
                lapsed.entry((id, until.value)).or_default().push(service);
            }
        }
    }
    lapsed.into_iter().map(|((id, until), services)| (id, until, services)).collect()
}

/// Artifacts that have lapsed with an authorization: what is said of the service says it of its letter.
pub fn lapsed_letters(found: &Assessment, as_of: Date) -> BTreeSet<&str> {
    let services = lapsed_authorizations(found, as_of).into_iter().flat_map(|(_, _, services)| services);
    services.filter_map(|service| service.authorization_evidence.as_deref()).collect()
}

/// Artifacts of contracts that have lapsed: what is said of the contract says it of its document.
pub fn lapsed_contracts(found: &Assessment, as_of: Date) -> impl Iterator<Item = &str> {
    let contracts =
        vetted(found).into_iter().filter(Vetted::has_stake).filter_map(|vetted| vetted.provider.contract.as_ref());
    let lapsed = contracts.filter(move |contract| contract.until.as_ref().is_some_and(|until| until.value < as_of));
    lapsed.filter_map(|contract| contract.artifact.as_deref())
}

/// Whether the way through which a provider is reached comes back to it.
pub fn leads_back(found: &Assessment, id: &str) -> bool {
    let (mut at, mut steps) = (id, 0);
    while let Some(via) = found.providers.get(at).and_then(|provider| provider.via.as_ref()) {
        at = &via.name;
        steps += 1;
        if at == id || steps > found.providers.len() {
            return true;
        }
    }
    false
}

/// Whether an artifact that is named to show something has been received; one that nobody declares is reported as such.
pub fn is_in_hand(found: &Assessment, artifact: &str) -> bool {
    found.artifacts.get(artifact).is_none_or(Series::is_in_hand)
}

/// Ids as a sentence lists them, in backticks.
pub fn listed<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    joined(&ids.into_iter().map(|id| format!("`{id}`")).collect::<Vec<_>>())
}

/// Words as a sentence lists them: with commas, and `and` before the last.
pub fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

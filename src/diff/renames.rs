//! What has another id on each side and is the same thing: a provider, an artifact.

use std::collections::{BTreeMap, BTreeSet};

use super::Sides;
use crate::model::assessment::{Assessment, EditionFile, EditionState, Series};
use crate::model::provider::Provider;

/// Providers whose id is another one, old id to new: one legal name, or somebody or a contract in common and most of
/// the file alike. A successor with the same clauses and other people is another provider.
pub fn renamed_providers(sides: &Sides<'_>) -> BTreeMap<String, String> {
    let (old, new) = (&sides.before.facts.assessment.providers, &sides.after.facts.assessment.providers);
    let gone = old.iter().filter(|(id, _)| !new.contains_key(*id)).map(|(id, found)| (id.as_str(), of_provider(found)));
    let come = new.iter().filter(|(id, _)| !old.contains_key(*id)).map(|(id, found)| (id.as_str(), of_provider(found)));
    matched(&gone.collect(), &come.collect())
}

/// Artifacts whose id is another one, old id to new: they have editions with the same bytes or at the same place; of
/// those without editions the title decides.
pub(super) fn renamed_artifacts(sides: &Sides<'_>) -> BTreeMap<String, String> {
    let (old, new) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    matched(&series_alone(old, new), &series_alone(new, old))
}

fn series_alone<'a>(here: &'a Assessment, there: &Assessment) -> BTreeMap<&'a str, Traits> {
    let alone = here.artifacts.iter().filter(|(id, _)| !there.artifacts.contains_key(*id));
    alone.map(|(id, series)| (id.as_str(), of_series(here, series))).collect()
}

/// What tells a thing from others.
#[derive(Clone, Debug, Default)]
struct Traits {
    /// Each alone is enough: a legal name, the bytes of an edition.
    sure: BTreeSet<String>,
    /// One is needed, with most of all others: a person, a contract's number.
    own: BTreeSet<String>,
    /// What others may have too.
    shared: BTreeSet<String>,
}

fn of_provider(found: &Provider) -> Traits {
    let mut traits = Traits::default();
    traits.sure.insert(folded(&found.name));
    let contacts = found.contact.iter().flat_map(|each| [Some(&each.name), each.email.as_ref()]);
    let people = found.people.iter().flat_map(|each| [Some(&each.name), each.email.as_ref()]);
    let number = found.contract.as_ref().and_then(|contract| contract.number.as_ref());
    traits.own.extend(contacts.chain(people).flatten().chain(number).map(|text| folded(text)));
    let services = found.service.iter().map(|each| format!("service {} {}", each.id, folded(&each.title)));
    let clauses = found.contract.iter().flat_map(|contract| &contract.clause);
    let clauses = clauses.map(|each| format!("clause {} {}", each.id, each.says.as_deref().map_or("", |says| says)));
    let access = found.access.iter().map(|each| format!("access {}", each.id));
    let connections = found.connection.iter().map(|each| format!("connection {}", each.id));
    traits.shared.extend(services.chain(clauses).chain(access).chain(connections));
    traits
}

fn of_series(of: &Assessment, series: &Series) -> Traits {
    let mut traits = Traits::default();
    if series.editions.is_empty() {
        traits.sure.insert(format!("title {} {}", series.artifact.kind.value, folded(&series.artifact.title)));
    }
    for edition in &series.editions {
        traits.sure.extend((!edition.location.is_empty()).then(|| format!("at {}", edition.location)));
        traits.sure.extend(digest_of(of, series, edition).map(|digest| format!("bytes {digest}")));
    }
    traits
}

/// The SHA-256 of an edition, as found or as locked; an empty file is like every other.
pub(super) fn digest_of(of: &Assessment, series: &Series, edition: &EditionFile) -> Option<String> {
    let (size, sha256) = match &edition.state {
        EditionState::Present { size, sha256, .. } | EditionState::Pointer { size, sha256 } => (*size, sha256),
        _ => of.locked(series, edition).map(|entry| (entry.size, &entry.sha256))?,
    };
    (size > 0).then(|| sha256.clone())
}

/// Case, spaces and marks say nothing in a name.
fn folded(text: &str) -> String {
    crate::words::plain_words(text).join(" ")
}

/// How many things may share a trait for it to tell them apart.
const FEW: usize = 8;

/// Pairs of what is gone with what came, each thing once; what is alike to several is not guessed.
fn matched(gone: &BTreeMap<&str, Traits>, come: &BTreeMap<&str, Traits>) -> BTreeMap<String, String> {
    let sure = by_trait(gone, come, |traits| &traits.sure, |_, _| true);
    let taken: BTreeSet<&str> = sure.iter().flat_map(|(old, new)| [old.as_str(), new.as_str()]).collect();
    let (gone, come) = (without(gone, &taken), without(come, &taken));
    let likely = by_trait(&gone, &come, |traits| &traits.own, are_mostly_alike);
    sure.into_iter().chain(likely).collect()
}

fn without<'a>(all: &BTreeMap<&'a str, Traits>, taken: &BTreeSet<&str>) -> BTreeMap<&'a str, Traits> {
    all.iter().filter(|(id, _)| !taken.contains(*id)).map(|(id, traits)| (*id, traits.clone())).collect()
}

/// Pairs that share most of the traits of one kind, where one pair stands out on both sides.
fn by_trait(
    gone: &BTreeMap<&str, Traits>,
    come: &BTreeMap<&str, Traits>,
    kind: impl Fn(&Traits) -> &BTreeSet<String>,
    fits: impl Fn(&Traits, &Traits) -> bool,
) -> BTreeMap<String, String> {
    let mut having: BTreeMap<&String, Vec<&str>> = BTreeMap::new();
    for (id, traits) in come {
        for one in kind(traits) {
            having.entry(one).or_default().push(id);
        }
    }
    let mut best: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for (old, traits) in gone {
        let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
        for one in kind(traits) {
            let owners = having.get(one).filter(|owners| owners.len() <= FEW);
            owners.into_iter().flatten().for_each(|new| *shared.entry(new).or_default() += 1);
        }
        shared.retain(|new, _| come.get(new).is_some_and(|new| fits(traits, new)));
        let Some(new) = only_best(shared.into_iter().collect()) else { continue };
        best.entry(new.0).or_default().push((*old, new.1));
    }
    let sure = best.into_iter().filter_map(|(new, olds)| Some((only_best(olds)?.0.to_owned(), new.to_owned())));
    sure.collect()
}

/// The one with the most in common, unless another has as much.
fn only_best(mut found: Vec<(&str, usize)>) -> Option<(&str, usize)> {
    found.sort_by_key(|(_, shared)| std::cmp::Reverse(*shared));
    let first = *found.first()?;
    let is_tied = found.get(1).is_some_and(|second| second.1 == first.1);
    (!is_tied).then_some(first)
}

/// Whether at least half of what either file says is the same.
fn are_mostly_alike(one: &Traits, other: &Traits) -> bool {
    let all = |traits: &Traits| traits.own.union(&traits.shared).cloned().collect::<BTreeSet<String>>();
    let (one, other) = (all(one), all(other));
    2 * one.intersection(&other).count() >= one.len().max(other.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits(sure: &[&str], own: &[&str], shared: &[&str]) -> Traits {
        let set = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        Traits { sure: set(sure), own: set(own), shared: set(shared) }
    }

    fn pairs(gone: &[(&str, Traits)], come: &[(&str, Traits)]) -> Vec<(String, String)> {
        matched(&gone.iter().cloned().collect(), &come.iter().cloned().collect()).into_iter().collect()
    }

    fn pair(old: &str, new: &str) -> (String, String) {
        (old.to_owned(), new.to_owned())
    }

    #[test]
    fn one_legal_name_is_one_provider_whatever_else_changed() {
        let old = [("acme", traits(&["acme inc"], &["sam"], &["clause scope"]))];
        let new = [("acme-msp", traits(&["acme inc"], &["kim"], &[])), ("other", traits(&["other"], &["sam"], &[]))];
        assert_eq!(pairs(&old, &new), [pair("acme", "acme-msp")]);
    }

    #[test]
    fn another_legal_name_needs_somebody_in_common_and_most_of_the_file() {
        let same = ["clause scope", "clause audit", "service desk"];
        let old = [("acme", traits(&["acme inc"], &["sam", "kim"], &same))];
        let renamed = [("apex", traits(&["apex inc"], &["sam", "kim"], &same))];
        assert_eq!(pairs(&old, &renamed), [pair("acme", "apex")]);
        let successor = [("apex", traits(&["apex inc"], &["ann"], &same))];
        assert_eq!(pairs(&old, &successor), []);
        let employer = [("apex", traits(&["apex inc"], &["sam"], &["service siem", "clause x", "clause y"]))];
        assert_eq!(pairs(&old, &employer), []);
    }

    #[test]
    fn what_is_alike_to_two_is_not_guessed() {
        let old = [("a", traits(&["x"], &[], &[]))];
        let new = [("b", traits(&["x"], &[], &[])), ("c", traits(&["x"], &[], &[]))];
        assert_eq!((pairs(&old, &new), pairs(&new, &old)), (vec![], vec![]));
    }
}

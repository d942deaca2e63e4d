//! What providers are asked to accept: every provider whose duties, or what they rest on, differ between two sides.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::ask;
use super::reviews::called_otherwise;
use crate::diff::Sides;
use crate::diff::renames::renamed_providers;
use crate::ids::{CONTRACTOR, RequirementId};
use crate::material::{self, Material, Practices, Rest};
use crate::model::acceptance::Published;
use crate::model::assessment::Assessment;
use crate::model::changes::{Approval, Ask, Change, Changes, Section, Weight};
use crate::speakers::{self, Speaker};

/// The subject of an acceptance.
pub(super) const SUBJECT: &str = "duties";

/// What is asked of each provider, by id.
pub(super) fn asked(sides: &Sides<'_>, changes: &Changes) -> Vec<Approval> {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let parties = holders(before).into_iter().chain(holders(after)).collect::<BTreeSet<_>>();
    let parties: Vec<_> = parties.into_iter().collect();
    parties.into_par_iter().filter_map(|party| of(sides, changes, party)).collect()
}

fn holders(assessment: &Assessment) -> BTreeSet<&str> {
    let parts = assessment.practices.values().flat_map(|practice| &practice.responsibility);
    parts.map(|part| part.party.name.as_str()).filter(|party| *party != CONTRACTOR).collect()
}

fn of(sides: &Sides<'_>, changes: &Changes, party: &str) -> Option<Approval> {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    if accepts_nothing(sides, party) || after.duties_of(party).next().is_none() {
        return None;
    }
    let called = formerly(sides, party);
    let (old, new) =
        (called.as_ref().map_or_else(|| duties(before, party), |called| called.duties.clone()), duties(after, party));
    let checked = checked_otherwise(sides, party);
    if old == new && checked.is_empty() && called.is_none() {
        return None;
    }
    let mut ask = asking(sides, changes, party, (&old, &new), &checked);
    if let Some(Formerly { id, .. }) = called {
        ask.why.insert(0, format!("provider {id} is called {party}: it accepts what it does under its new id"));
    }
    Some(Approval { party: party.to_owned(), name: name_of(sides, party), asks: vec![ask] })
}

/// A provider under the id that it had on the side compared from.
struct Formerly {
    id: String,
    /// What it had accepted, with its new id in it.
    duties: Material,
}

fn formerly(sides: &Sides<'_>, party: &str) -> Option<Formerly> {
    let (id, _) = renamed_providers(sides).into_iter().find(|(_, new)| new == party)?;
    let old = duties(&sides.before.facts.assessment, &id);
    Some(Formerly { duties: called_otherwise(&old, &id, party), id })
}

/// The name of a party, of whichever side knows it.
pub(super) fn name_of(sides: &Sides<'_>, party: &str) -> String {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let name = speakers::name_of(before, party);
    if name == party { speakers::name_of(after, party).to_owned() } else { name.to_owned() }
}

/// A landlord or shredder accepts nothing; what was an external service provider on either side has to.
fn accepts_nothing(sides: &Sides<'_>, party: &str) -> bool {
    let both = [&sides.before.facts.assessment, &sides.after.facts.assessment];
    let says: Vec<bool> =
        both.iter().filter_map(|side| side.providers.get(party)).map(|found| found.is_esp()).collect();
    !says.is_empty() && !says.contains(&true)
}

fn duties(side: &Assessment, party: &str) -> Material {
    let practices: Practices<'_> = side.practices.iter().map(|(id, practice)| (*id, &practice.value)).collect();
    material::of_duties(party, &practices, &Rest::from(side))
}

/// The practices in which it is checked otherwise whether a party's part is really done.
pub(super) fn checked_otherwise(sides: &Sides<'_>, party: &str) -> BTreeSet<RequirementId> {
    let terms = |side: &Assessment, id: &RequirementId| {
        side.practices.get(id).and_then(|practice| material::verification_of(practice, party))
    };
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let both = after.practices.keys().filter_map(|id| Some((*id, terms(before, id)?, terms(after, id)?)));
    both.filter(|(_, old, new)| old != new).map(|(id, ..)| id).collect()
}

fn asking(
    sides: &Sides<'_>,
    changes: &Changes,
    party: &str,
    (old, new): (&Material, &Material),
    checked: &BTreeSet<RequirementId>,
) -> Ask {
    let differ = material::duty_changes(party, old, new);
    let touched: BTreeSet<RequirementId> =
        differ.added.iter().chain(&differ.dropped).chain(differ.changed.keys()).chain(checked).copied().collect();
    let is_of = |change: &&Change| change.practice.is_some_and(|id| touched.contains(&id)) && is_theirs(change, party);
    let told: Vec<&Change> = changes.changes.iter().filter(is_of).collect();
    let stands_out = told.iter().any(|change| change.weight == Weight::StandsOut);
    let mut why = if told.is_empty() { sentences(party, old, new) } else { ask::lines(told) };
    why.extend(differ.cited.iter().map(|what| format!("{what} of {party} changes, on which its duties rest")));
    if changes.of(Section::Verification).next().is_none() {
        why.extend(checked.iter().map(|id| format!("{id}: it is checked otherwise whether its part is done")));
    }
    if why.is_empty() {
        why = differ.words();
    }
    let (who, how, refused) = by_whom(sides, party);
    Ask { subject: SUBJECT.to_owned(), why: ask::short(why), stands_out, who, how, given: None, refused }
}

/// Whether a change is one of what a provider accepts, or of how that is checked.
fn is_theirs(change: &Change, party: &str) -> bool {
    matches!(change.section, Section::Ownership | Section::Verification) && change.parties.contains(party)
}

/// The objectives that the provider gains and loses, then its other columns.
fn sentences(party: &str, old: &Material, new: &Material) -> Vec<String> {
    let of = format!(" of {party}");
    material::changes(old, new).into_iter().map(|sentence| sentence.replacen(&of, "", 1)).collect()
}

/// The side whose people accept for a provider: the one compared from, unless the provider is wholly new.
pub(super) fn side_of<'a>(sides: &Sides<'a>, party: &str) -> &'a Assessment {
    if is_new(sides, party) { &sides.after.facts.assessment } else { &sides.before.facts.assessment }
}

/// The people who accept for a provider: one that is called otherwise has those whom it had under its old id.
pub(super) fn acceptors<'a>(sides: &Sides<'a>, party: &str) -> Vec<Speaker<'a>> {
    speakers::acceptors(side_of(sides, party), &known_as(sides, party))
}

/// The id of a provider on the side that says who accepts for it.
pub(super) fn known_as(sides: &Sides<'_>, party: &str) -> String {
    let old = renamed_providers(sides).into_iter().find(|(_, new)| new == party).map(|(old, _)| old);
    old.unwrap_or_else(|| party.to_owned())
}

/// Why what a provider has published does not stand for its acceptance, if it does not.
pub(super) fn why_not_published(sides: &Sides<'_>, party: &str) -> Option<String> {
    if !acceptors(sides, party).is_empty() {
        return Some("it has people who accept for it on the side compared from".to_owned());
    }
    let is_taken = published(sides, party).is_some();
    (!is_taken).then(|| "by the side compared from it is no service whose published matrix stands for that".to_owned())
}

/// Whether the side compared from knows nothing of a provider: neither its file nor people of it, under no id.
pub(super) fn is_new(sides: &Sides<'_>, party: &str) -> bool {
    let before = &sides.before.facts.assessment;
    let has_people = before.config.person.iter().any(|person| person.provider() == Some(party));
    !before.providers.contains_key(party) && !has_people && known_as(sides, party) == party
}

/// Who may accept, how, and what to do where nobody may.
fn by_whom(sides: &Sides<'_>, party: &str) -> (Vec<String>, String, Vec<String>) {
    let who: Vec<String> = acceptors(sides, party).iter().map(Speaker::words).collect();
    if !who.is_empty() {
        return (who, format!("demarcate accept {party}"), Vec::new());
    }
    if let Some(edition) = published(sides, party) {
        return (vec![edition], format!("demarcate accept {party} --published"), Vec::new());
    }
    let nobody = format!(
        "nobody may accept for {party} on the side compared from: name a person in providers/{party}.toml with \
         `accepts = true`, or as a [[person]] with `party = \"{party}\"`, first, in a change of its own"
    );
    let newly = speakers::acceptors(&sides.after.facts.assessment, party);
    let newly = newly
        .iter()
        .map(|speaker| format!("{} is named by this change itself, which cannot name who accepts it", speaker.words()));
    let refused = std::iter::once(nobody).chain(newly).collect();
    (who, format!("demarcate accept {party}"), refused)
}

/// The matrix that a cloud service has published, where that stands for its acceptance.
///
/// The side compared from says what kind of service it is.
fn published(sides: &Sides<'_>, party: &str) -> Option<String> {
    let (before, side) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let known = before.providers.get(&known_as(sides, party));
    let (matrix, provider) = (side.crms.get(party)?, known.or_else(|| side.providers.get(party))?);
    let published = Published::of(matrix, provider, side.duties_of(party).map(|(_, part)| part));
    let source = published.source.clone()?;
    if published.why_not(party, &source, None).is_some() {
        return None;
    }
    let edition = published.edition.unwrap_or_default();
    Some(format!("its published matrix, edition {edition}, entered by a person of the contractor's with a role"))
}

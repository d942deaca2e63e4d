//! Providers, their services, contracts, people, access and connections, and what their own matrices say.

use std::collections::{BTreeMap, BTreeSet};

use super::naming::{listed, phrase, short};
use super::renames::renamed_providers;
use super::tables::{Of, Walk};
use super::{Change, Sides};
use crate::catalog::Catalog;
use crate::ids::{RequirementId, Spanned};
use crate::model::Filed;
use crate::model::assessment::Assessment;
use crate::model::changes::{Bears, Section, Weight, What};
use crate::model::crm::{CrmRow, ProviderCrm};
use crate::model::provider::{Provider, Service};
use crate::reconcile::{self, Answer, Matrix};
use crate::table::{Needed, Record};

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let renamed = renamed_providers(sides);
    files(sides, &renamed, out);
    matrices(sides, &renamed, out);
    contradictions(sides, &renamed, out);
}

/// What differs between matrices alone.
pub(super) fn of_matrices(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let renamed = renamed_providers(sides);
    matrices(sides, &renamed, out);
    contradictions(sides, &renamed, out);
}

/// The ids of the side compared from by those of the other.
fn former(renamed: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    renamed.iter().map(|(old, new)| (new.as_str(), old.as_str())).collect()
}

fn of(id: &str) -> Of {
    Of::new(Section::Providers, format!("provider {id}")).party(id)
}

fn files(sides: &Sides<'_>, renamed: &BTreeMap<String, String>, out: &mut Vec<Change>) {
    let (old, new) = (&sides.before.facts.assessment.providers, &sides.after.facts.assessment.providers);
    let former = former(renamed);
    let keys: Vec<&str> = Provider::SHAPE.keys.iter().map(|key| key.name).filter(|key| *key != "id").collect();
    for (id, after) in new {
        let was = former.get(id.as_str()).copied();
        match old.get(was.unwrap_or(id)) {
            Some(before) => {
                out.extend(was.map(|was| renaming(sides, was, id, after)));
                Walk::new(sides, renamed, out).files(&of(id), Some(before), Some(after), &keys);
            }
            None if sides.is_unread_before(&after.path) => {}
            None => out.push(added(sides, id, after)),
        }
    }
    for (id, before) in old.iter().filter(|(id, _)| !new.contains_key(*id) && !renamed.contains_key(*id)) {
        if !sides.is_unread_after(&before.path) {
            out.push(dropped(sides, id, before));
        }
    }
}

/// The practices in which a party has a part, in words.
fn practices_of(assessment: &Assessment, party: &str) -> Option<String> {
    let ids: BTreeSet<RequirementId> = assessment.duties_of(party).map(|(id, _)| id).collect();
    let first = ids.first()?;
    Some(match ids.len() {
        1 => first.to_string(),
        2 => format!("{first} and one more practice"),
        count => format!("{first} and {} more practices", count - 1),
    })
}

fn renaming(sides: &Sides<'_>, was: &str, id: &str, after: &Filed<Provider>) -> Change {
    let mut change = of(id).party(was).change(What::Renamed, format!("renamed from {was} to {id}"));
    let now = &sides.after.facts.assessment;
    change.follows.extend(practices_of(now, id).map(|named| format!("named so in {named}")));
    change.follows.extend(practices_of(now, was).map(|named| format!("{named} still named {was}")));
    (change.before, change.after) = (Some(was.to_owned()), Some(id.to_owned()));
    change.spot = Some(sides.spot(after.id.span));
    change
}

fn service(found: &Service) -> String {
    let data: Vec<&str> = found.data.iter().map(|data| data.value.word()).filter(|word| *word != "none").collect();
    let with = if data.is_empty() { String::new() } else { format!(" with {}", data.join(" and ").to_uppercase()) };
    format!("{} ({}{with})", short(&found.title), found.kind.value.word())
}

fn summary(found: &Provider) -> String {
    let services: Vec<String> = found.service.iter().map(service).collect();
    let services: Vec<&str> = services.iter().map(String::as_str).collect();
    let via = found.via.as_ref().map(|via| format!(", through {via}"));
    let what = if services.is_empty() { "no service named".to_owned() } else { listed(&services) };
    format!("{}: {what}{}", short(&found.name), via.unwrap_or_default())
}

fn added(sides: &Sides<'_>, id: &str, found: &Filed<Provider>) -> Change {
    let said = summary(found);
    let mut change = of(id).change(What::Added, format!("added, {said}"));
    change.after = Some(said);
    change.weight = if found.has_data() || found.gets_in() { Weight::StandsOut } else { Weight::Plain };
    change
        .follows
        .extend(practices_of(&sides.after.facts.assessment, id).map(|named| format!("has duties in {named}")));
    let no_contract = found.contract.is_none() && found.is_esp();
    change.follows.extend(no_contract.then(|| "no contract is named".to_owned()));
    change.spot = Some(sides.spot(found.id.span));
    change
}

fn dropped(sides: &Sides<'_>, id: &str, found: &Filed<Provider>) -> Change {
    let said = summary(found);
    let mut change = of(id).change(What::Removed, format!("dropped, {said}"));
    change.before = Some(said);
    let still = practices_of(&sides.after.facts.assessment, id);
    change.weight = if still.is_some() { Weight::StandsOut } else { Weight::Plain };
    let had = practices_of(&sides.before.facts.assessment, id);
    match still {
        Some(named) => change.follows.push(format!("{named} still named it")),
        None => change.follows.extend(had.map(|named| format!("it had duties in {named}"))),
    }
    change.spot = Some(sides.gone(found.id.span));
    change
}

/// What differs between the providers' own matrices.
fn matrices(sides: &Sides<'_>, renamed: &BTreeMap<String, String>, out: &mut Vec<Change>) {
    let before = out.len();
    differing_matrices(sides, renamed, out);
    out[before..].iter_mut().for_each(|change| change.bears = Bears::Matrix);
}

fn differing_matrices(sides: &Sides<'_>, renamed: &BTreeMap<String, String>, out: &mut Vec<Change>) {
    let (old, new) = (&sides.before.facts.assessment.crms, &sides.after.facts.assessment.crms);
    let former = former(renamed);
    let of = |id: &str| Of::new(Section::Providers, format!("provider {id}, its own matrix")).party(id);
    for (id, after) in new {
        match old.get(former.get(id.as_str()).copied().unwrap_or(id)) {
            Some(before) => out.extend(differing(sides, renamed, &of(id), (before, after))),
            None if sides.is_unread_before(&after.path) => {}
            None => {
                let mut change = of(id).change(What::Added, format!("added, {}", size(after)));
                change.spot = Some(sides.spot(after.top()));
                out.push(change);
            }
        }
    }
    for (id, before) in old {
        let now = renamed.get(id).unwrap_or(id);
        if !new.contains_key(now) && !sides.is_unread_after(&before.path) {
            let mut change = of(now).change(What::Removed, format!("dropped, {}", size(before)));
            (change.weight, change.spot) = (Weight::StandsOut, Some(sides.gone(before.top())));
            out.push(change);
        }
    }
}

/// What differs between two editions of a matrix. Of one that was arranged anew (by objective instead of by requirement,
/// say) what it says of each objective is compared, if that is shorter.
fn differing(
    sides: &Sides<'_>,
    renamed: &BTreeMap<String, String>,
    of: &Of,
    (before, after): (&Filed<ProviderCrm>, &Filed<ProviderCrm>),
) -> Vec<Change> {
    let mut told = Vec::new();
    Walk::new(sides, renamed, &mut told).files(of, Some(before), Some(after), &[]);
    let mut told = with_cells_counted(told, of);
    let (old, new) = (by_objective(before), by_objective(after));
    let is_anew = [before, after].map(|matrix| matrix.row.len()) != [&old, &new].map(|matrix| matrix.row.len());
    if told.len() > FEW && is_anew {
        let mut apart = vec![of.change(What::Changed, "its statements are arranged otherwise")];
        Walk::new(sides, renamed, &mut apart).files(of, Some(&old), Some(&new), &[]);
        if apart.len() < told.len() {
            told = apart;
        }
    }
    told
}

/// So many changes are told as they are.
const FEW: usize = 8;

/// One change in the place of those that only say in which cells of another document rows stand now.
fn with_cells_counted(told: Vec<Change>, of: &Of) -> Vec<Change> {
    let phrase = phrase("CrmRow", "cell");
    let (cells, mut others): (Vec<Change>, Vec<Change>) =
        told.into_iter().partition(|change| change.sentence.starts_with(&phrase) && change.before.is_some());
    if cells.len() < 2 {
        others.extend(cells);
    } else {
        let sentence = format!("{} statements stand in other cells of the source", cells.len());
        let mut change = of.change(What::Moved, sentence);
        (change.weight, change.spot) = (Weight::Slight, cells.into_iter().find_map(|change| change.spot));
        others.push(change);
    }
    others
}

/// A matrix with a row for each objective, and without the words and cells of its source.
fn by_objective(found: &Filed<ProviderCrm>) -> Filed<ProviderCrm> {
    let sorted = Matrix::of(found);
    let objectives = Catalog::rev2().requirements().flat_map(|requirement| &requirement.objectives);
    let rows = objectives.flat_map(|objective| {
        let said = sorted.of_objective(objective.id.requirement, objective.id.letter);
        said.into_iter().map(|said| {
            let name = format!("{}[{}]", objective.id.requirement.requirement(), objective.id.letter);
            let covers = Needed(vec![Spanned { value: name, span: said.at }]);
            CrmRow { covers, verbatim: None, cell: None, ..said.row.clone() }
        })
    });
    let value = ProviderCrm { row: rows.collect(), ..found.value.clone() };
    Filed { path: found.path.clone(), file: found.file, value, lost: found.lost, inherited: found.inherited }
}

fn size(found: &ProviderCrm) -> String {
    let edition = found.edition.as_ref().map(|edition| format!("edition {}, ", short(edition)));
    let rows = found.row.len();
    format!("{}{rows} {}", edition.unwrap_or_default(), if rows == 1 { "row" } else { "rows" })
}

/// What a provider's own matrix answers to duties assigned to it, where that is not a claim.
type Unclaimed = BTreeMap<(String, Answer), BTreeSet<(RequirementId, char)>>;

fn unclaimed(assessment: &Assessment, renamed: &BTreeMap<String, String>) -> Unclaimed {
    let mut found = Unclaimed::new();
    for (id, matrix) in &assessment.crms {
        let sorted = Matrix::of(matrix);
        for (practice, part) in assessment.duties_of(id) {
            let letters = part.objectives.iter().filter_map(|letter| letter.chars().next()).collect();
            for (answer, (letters, _)) in reconcile::answers(&sorted, practice, &letters, part.service.as_deref()) {
                let key = (renamed.get(id).unwrap_or(id).clone(), answer);
                found.entry(key).or_default().extend(letters.into_iter().map(|letter| (practice, letter)));
            }
        }
    }
    found.retain(|(_, answer), _| *answer != Answer::Claims);
    found
}

/// Where a provider's own matrix newly contradicts what is assigned to it, or no longer does.
fn contradictions(sides: &Sides<'_>, renamed: &BTreeMap<String, String>, out: &mut Vec<Change>) {
    let old = unclaimed(&sides.before.facts.assessment, renamed);
    let new = unclaimed(&sides.after.facts.assessment, &BTreeMap::new());
    let nothing = BTreeSet::new();
    let keys: BTreeSet<&(String, Answer)> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let (before, after) = (old.get(key).unwrap_or(&nothing), new.get(key).unwrap_or(&nothing));
        let now: Vec<_> = after.difference(before).copied().collect();
        let no_more: Vec<_> = before.difference(after).copied().collect();
        let matrix = sides.after.facts.assessment.crms.get(&key.0);
        let Some(matrix) = matrix else { continue };
        let which = reconcile::edition(matrix);
        for (objectives, says) in [(now, "now"), (no_more, "no longer")] {
            if objectives.is_empty() {
                continue;
            }
            let sentence = format!("{which} {says} {} {}", answer(key.1), objectives_in_words(&objectives));
            let mut change = of(&key.0).change(What::Changed, sentence);
            change.bears = Bears::Contradiction;
            change.weight = if says == "now" { Weight::StandsOut } else { Weight::Plain };
            let alone = objectives.iter().all(|(id, _)| *id == objectives[0].0);
            change.practice = alone.then_some(objectives[0].0);
            change.spot = Some(sides.spot(matrix.top()));
            out.push(change);
        }
    }
}

fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Claims => "claims",
        Answer::Silent => "is silent on duties assigned to it:",
        Answer::Elsewhere => "speaks of other services alone for duties assigned to it:",
        Answer::Disclaims => "says that it does nothing for duties assigned to it:",
    }
}

/// Objectives by practice; of many the first.
fn objectives_in_words(objectives: &[(RequirementId, char)]) -> String {
    let mut by_practice: BTreeMap<RequirementId, BTreeSet<char>> = BTreeMap::new();
    for (id, letter) in objectives {
        by_practice.entry(*id).or_default().insert(*letter);
    }
    let all: Vec<String> =
        by_practice.iter().map(|(id, letters)| format!("{id}{}", reconcile::letters(letters))).collect();
    listed(&all.iter().map(String::as_str).collect::<Vec<_>>())
}

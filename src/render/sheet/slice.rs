//! A provider's slice of the responsibility matrix as a table: both statements side by side, and room for its answer.

use std::collections::BTreeMap;

use super::{Sheet, duties, evidence, groups, joined, methods, or_unassigned, verifications};
use crate::render::By;
use crate::view::View;
use crate::view::practice::{Claim, Objective, Part, Practice};

/// One row a practice or an objective of which the provider has a part.
pub fn crm(view: &View, by: By) -> Sheet {
    let header = vec![
        by.word(),
        "requirement",
        "asks",
        "values",
        "ownership",
        "status",
        "provider_duty",
        "services",
        "clauses",
        "groups",
        "evidence_expected",
        "contractor_checks",
        "interviews_and_tests",
        "provider_matrix_says_provider_does",
        "provider_matrix_offers",
        "compared",
        "contractor_does",
        "provider_matrix_says_customer_does",
        "acceptance",
        "confirmed_yes_or_no",
        "correction",
    ];
    let state = view.providers.first().and_then(|known| known.acceptance.state.clone()).unwrap_or_default();
    let rows = view.practices().flat_map(|practice| match by {
        By::Practice => vec![of_practice(practice, &state)],
        By::Objective => practice.objectives.iter().map(|found| of_objective(practice, found, &state)).collect(),
    });
    Sheet { header, rows: rows.collect() }
}

fn of_practice(practice: &Practice, state: &str) -> Vec<String> {
    let values = practice
        .objectives
        .iter()
        .filter_map(|objective| objective.value.as_ref().map(|value| format!("[{}] {value}", objective.letter)));
    let head = vec![
        practice.id.clone(),
        practice.requirement.clone(),
        practice.wording.clone().unwrap_or_else(|| practice.asks.clone()),
        joined(values),
        or_unassigned(practice.ownership.as_ref()),
        practice.status.clone(),
    ];
    let tests = methods(&practice.methods);
    [head, both(&practice.parts, &practice.claims, true, tests), answer(state)].concat()
}

fn of_objective(practice: &Practice, objective: &Objective, state: &str) -> Vec<String> {
    let head = vec![
        objective.id.clone(),
        practice.requirement.clone(),
        objective.wording.clone().unwrap_or_else(|| objective.sentence.clone()),
        objective.value.clone().unwrap_or_default(),
        or_unassigned(objective.ownership.as_ref()),
        objective.answer.clone(),
    ];
    let tests = methods(&objective.methods);
    [head, both(&objective.parts, &objective.claims, false, tests), answer(state)].concat()
}

/// What each side says.
fn both(parts: &[Part], said: &[Claim], letters: bool, tests: String) -> Vec<String> {
    let own: Vec<Part> = parts.iter().filter(|part| !part.party.contractor).cloned().collect();
    let of = |pick: fn(&Claim) -> &Option<String>| joined(said.iter().filter_map(|claim| pick(claim).clone()));
    vec![
        duties(&own, false, letters),
        joined(own.iter().filter_map(|part| part.service.clone())),
        joined(own.iter().filter_map(|part| part.clause.clone())),
        groups(&own),
        evidence(&own),
        verifications(&own),
        tests,
        joined(said.iter().map(|claim| {
            let does = claim.provider_does.as_ref().map_or_else(String::new, |does| format!(": {does}"));
            format!("{} inherited{does}", claim.inheritance)
        })),
        of(|claim| &claim.evidence),
        compared(&own, letters),
        duties(parts, true, letters),
        of(|claim| &claim.customer_does),
    ]
}

fn compared(parts: &[Part], letters: bool) -> String {
    joined(parts.iter().flat_map(|part| &part.compared).map(|found| {
        let letters = if letters { format!(" [{}]", found.objectives.join(", ")) } else { String::new() };
        format!("its own matrix {}{letters}", found.words)
    }))
}

/// The acceptance so far, and the empty cells that the provider fills in.
fn answer(state: &str) -> Vec<String> {
    vec![state.to_owned(), String::new(), String::new()]
}

/// What a provider says of itself, one row an objective in which it has a part or of which its matrix speaks: to be filled
/// in and sent back. What it says stands there in its own words, as it comes back as its next edition, even where these name
/// somebody else, since the provider wrote them; its duties, in the words of the contractor, are those of the slice that it may see.
pub fn matrix(provider: &str, whole: &View, slice: &View) -> Sheet {
    let header = vec![
        "objective",
        "asks",
        "duty_in_the_plan",
        "service_named",
        "inheritance",
        "provider_does",
        "customer_does",
        "evidence_offered",
    ];
    let seen: BTreeMap<&str, &Objective> =
        objectives(slice).map(|objective| (objective.id.as_str(), objective)).collect();
    let rows = objectives(whole).flat_map(|objective| {
        let said: Vec<&Claim> = objective.claims.iter().filter(|claim| claim.provider.id == provider).collect();
        in_matrix(objective, seen.get(objective.id.as_str()).copied(), &said)
    });
    Sheet { header, rows: rows.collect() }
}

fn objectives(view: &View) -> impl Iterator<Item = &Objective> {
    view.practices().flat_map(|practice| &practice.objectives)
}

/// A row for each thing that the matrix says of an objective; an empty one where it says nothing and has a part.
fn in_matrix(objective: &Objective, seen: Option<&Objective>, said: &[&Claim]) -> Vec<Vec<String>> {
    let parts = seen.into_iter().flat_map(|seen| &seen.parts).filter(|part| !part.party.contractor);
    let own: Vec<Part> = parts.cloned().collect();
    let head = vec![
        objective.id.clone(),
        objective.wording.clone().unwrap_or_else(|| objective.sentence.clone()),
        duties(&own, false, false),
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let row = |claim: &&Claim| {
        let said = vec![
            joined(claim.services.iter().cloned()),
            claim.inheritance.clone(),
            text(&claim.provider_does),
            text(&claim.customer_does),
            text(&claim.evidence),
        ];
        [head.clone(), said].concat()
    };
    match (said, seen) {
        ([], None) => Vec::new(),
        ([], Some(_)) => vec![[head, vec![String::new(); 5]].concat()],
        (said, _) => said.iter().map(row).collect(),
    }
}

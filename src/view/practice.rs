//! Families, practices, objectives, and who does what of them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::objective::{self, Speaker};
use super::review::{self, Standing};
use super::{Names, Party, digest_of, each, said};
use crate::catalog::{self, Requirement};
use crate::ids::FAMILIES;
use crate::model::assessment::{EditionFile, Series, is_letter};
use crate::model::practice as written;
use crate::model::{Filed, crm};
use crate::rule::Facts;

/// A family of requirements.
#[derive(Clone, Debug, Serialize)]
pub struct Family {
    /// Two letters.
    pub id: String,
    /// The chapter: 3.1.
    pub number: String,
    /// In words.
    pub title: String,
    /// Its practices.
    pub practices: Vec<Practice>,
}

/// A requirement and how it is met here.
#[derive(Clone, Debug, Serialize)]
pub struct Practice {
    /// AC.L2-3.1.1.
    pub id: String,
    /// 3.1.1.
    pub requirement: String,
    /// Two letters.
    pub family: String,
    /// The title in the CMMC Assessment Guide.
    pub title: String,
    /// What the requirement asks, in this project's own sentence.
    pub asks: String,
    /// The official wording, once a catalog is imported.
    pub wording: Option<String>,
    /// Where that wording comes from.
    pub wording_source: Option<String>,
    /// Points it costs when not met; none for 3.12.4.
    pub weight: Option<u8>,
    /// The Level 1 practice it contains.
    pub level1: Option<String>,
    /// The paragraph of FAR 52.204-21.
    pub far: Option<String>,
    /// Whether the repository has a file for it.
    pub recorded: bool,
    /// That file.
    pub path: Option<String>,
    /// How it is met, in sentences.
    pub statement: Option<String>,
    /// What the responsibilities add up to; none where nobody has one.
    pub ownership: Option<String>,
    /// What is written about that.
    pub ownership_written: Option<String>,
    /// What the determinations add up to.
    pub status: String,
    /// What is written about that.
    pub status_written: Option<String>,
    /// The box that the SSP ticks: implemented, planned or not-applicable.
    pub box_ticked: String,
    /// The finding: met, not-met, not-applicable.
    pub result: String,
    /// Points lost.
    pub lost: u8,
    /// Whether it may stand on a POA&M.
    pub poam_eligibility: String,
    /// Objectives met or not applicable.
    pub satisfied: usize,
    /// The parties with a part, contractor first.
    pub parties: Vec<Party>,
    /// The parts.
    pub parts: Vec<Part>,
    /// The objectives.
    pub objectives: Vec<Objective>,
    /// Interviews and tests.
    pub methods: Vec<Method>,
    /// What providers say of it in their own matrices.
    pub claims: Vec<Claim>,
    /// How its review stands.
    pub review: Standing,
}

/// One party's part of a practice.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// The party.
    pub party: Party,
    /// The layers.
    pub layers: Vec<String>,
    /// Letters of the objectives.
    pub objectives: Vec<String>,
    /// What the party does.
    pub duty: String,
    /// Titles of the groups it is about; empty means all in scope.
    pub groups: Vec<String>,
    /// The role that keeps it true.
    pub maintained_by: Option<String>,
    /// The service it rests on.
    pub service: Option<String>,
    /// Its id.
    pub service_id: Option<String>,
    /// The clause that obliges, with its place in the contract.
    pub clause: Option<String>,
    /// Its id.
    pub clause_id: Option<String>,
    /// The connection it uses.
    pub connection: Option<String>,
    /// Its id.
    pub connection_id: Option<String>,
    /// From whom it is inherited, and on what basis.
    pub inherits: Option<String>,
    /// What shows it.
    pub evidence: Vec<Evidence>,
    /// How it is checked.
    pub verification: Option<Verification>,
    /// A word more.
    pub note: Option<String>,
    /// Of a provider's part, what its own matrix says of it.
    pub compared: Vec<super::comparison::Compared>,
}

/// An artifact that shows something.
#[derive(Clone, Debug, Serialize)]
pub struct Evidence {
    /// The artifact's id.
    pub artifact: String,
    /// What it is called.
    pub title: String,
    /// Where to look in it.
    pub at: Option<String>,
    /// The page that this names, if it is one of a PDF, where a reader can be sent to it.
    pub page: Option<u32>,
    /// Letters of the objectives it shows.
    pub objectives: Vec<String>,
    /// The party that makes it.
    pub producer: Option<Party>,
    /// How far its collection has come.
    pub state: String,
    /// The day the newest edition was collected.
    pub collected: Option<String>,
    /// The period it covers, else version, approver and day of its final form.
    pub edition: Option<String>,
    /// Where the newest edition lies.
    pub path: Option<String>,
    /// Whether that is a file of the repository.
    pub inside: bool,
    /// Its SHA-256.
    pub sha256: Option<String>,
}

/// How a part is checked.
#[derive(Clone, Debug, Serialize)]
pub struct Verification {
    /// What is done.
    pub how: String,
    /// How often.
    pub every: Option<String>,
    /// By whom.
    pub by: Option<String>,
    /// The artifact that records it.
    pub record: Option<String>,
    /// Its id.
    pub record_id: Option<String>,
    /// The latest day.
    pub last: Option<String>,
    /// How it came out.
    pub result: Option<String>,
}

/// An interview or a test.
#[derive(Clone, Debug, Serialize)]
pub struct Method {
    /// Interview or test.
    pub kind: String,
    /// Letters of the objectives.
    pub objectives: Vec<String>,
    /// What is asked or tried.
    pub action: String,
    /// What one should hear or see.
    pub expect: Option<String>,
    /// The party asked or tested.
    pub party: Option<Party>,
    /// Who is asked.
    pub with: Option<String>,
    /// The day; none while planned.
    pub on: Option<String>,
    /// Who did it.
    pub by: Option<String>,
    /// How it came out.
    pub result: Option<String>,
}

/// An objective and its answer.
#[derive(Clone, Debug, Serialize)]
pub struct Objective {
    /// AC.L2-3.1.1\[a\].
    pub id: String,
    /// Its letter.
    pub letter: String,
    /// What must be true, in this project's own sentence.
    pub sentence: String,
    /// The official wording, once a catalog is imported.
    pub wording: Option<String>,
    /// met, not-met, not-applicable or unanswered.
    pub answer: String,
    /// Why.
    pub reason: Option<String>,
    /// On what basis the answer stands.
    pub basis: Option<String>,
    /// The part of the requirement that stands.
    pub partial: Option<String>,
    /// The POA&M item.
    pub poam: Option<String>,
    /// The exception on record.
    pub exception: Option<String>,
    /// Who approved.
    pub approved_by: Option<String>,
    /// When.
    pub approved: Option<String>,
    /// What it defines.
    pub value: Option<String>,
    /// Whether it asks for a value to be written down.
    pub wants_value: bool,
    /// contractor, provider, shared, not-applicable; none where nobody has a part.
    pub ownership: Option<String>,
    /// The parties with a part.
    pub parties: Vec<Party>,
    /// Whom to ask, and why them.
    pub speakers: Vec<Speaker>,
    /// Their parts, with the evidence for this objective.
    pub parts: Vec<Part>,
    /// Interviews and tests.
    pub methods: Vec<Method>,
    /// What providers say of it in their own matrices.
    pub claims: Vec<Claim>,
}

/// What a provider's own matrix says.
#[derive(Clone, Debug, Serialize)]
pub struct Claim {
    /// The provider.
    pub provider: Party,
    /// How much is inherited: full, partial, none.
    pub inheritance: String,
    /// What the provider says it does.
    pub provider_does: Option<String>,
    /// What it says the customer does.
    pub customer_does: Option<String>,
    /// The evidence it offers.
    pub evidence: Option<String>,
    /// Titles of the services it speaks of; empty means all.
    pub services: Vec<String>,
    /// The edition of the matrix.
    pub edition: Option<String>,
    /// Letters it speaks of; empty means the whole requirement.
    pub objectives: Vec<String>,
}

/// An objective that does not apply.
#[derive(Clone, Debug, Serialize)]
pub struct NotApplicable {
    /// The objective.
    pub id: String,
    /// Why.
    pub reason: Option<String>,
    /// On what basis.
    pub basis: Option<String>,
    /// Who approved.
    pub approved_by: Option<String>,
    /// When.
    pub approved: Option<String>,
}

/// Every family with its practices; a practice that has no file is there and says so.
pub(crate) fn families(facts: &Facts, names: Names<'_>) -> Vec<Family> {
    let mut by_family: BTreeMap<&str, Vec<Practice>> = BTreeMap::new();
    for requirement in facts.assessment.catalog.requirements() {
        by_family.entry(requirement.id.family()).or_default().push(practice(requirement, facts, names));
    }
    let numbered = FAMILIES.iter().enumerate();
    numbered
        .map(|(index, (id, title))| Family {
            id: (*id).to_owned(),
            number: format!("3.{}", index + 1),
            title: (*title).to_owned(),
            practices: by_family.remove(id).unwrap_or_default(),
        })
        .collect()
}

fn practice(requirement: &Requirement, facts: &Facts, names: Names<'_>) -> Practice {
    let filed = facts.assessment.practices.get(&requirement.id);
    let letters = || requirement.objectives.iter().map(|objective| objective.id.letter);
    let status = filed.map_or(written::Status::Planned, |practice| practice.derived_status(letters()));
    let scored = facts.score.of(requirement.id);
    let objectives: Vec<Objective> =
        requirement.objectives.iter().map(|entry| objective(entry, filed, names)).collect();
    Practice {
        id: requirement.id.to_string(),
        requirement: requirement.id.requirement(),
        family: requirement.id.family().to_owned(),
        title: requirement.title.to_owned(),
        asks: requirement.statement.to_owned(),
        wording: None,
        wording_source: None,
        weight: requirement.weight,
        level1: requirement.level1.map(str::to_owned),
        far: requirement.far.map(str::to_owned),
        recorded: filed.is_some(),
        path: filed.map(|practice| practice.path.clone()),
        statement: filed.and_then(|practice| said(practice.statement.as_ref())),
        ownership: filed.and_then(|practice| practice.derived_ownership(letters())).map(|o| o.word().to_owned()),
        ownership_written: filed.and_then(|practice| said(practice.ownership.as_ref())),
        status: status.word().to_owned(),
        status_written: filed.and_then(|practice| said(practice.status.as_ref())),
        box_ticked: box_ticked(status).to_owned(),
        result: scored.map_or("not-met", |score| score.result.word()).to_owned(),
        lost: scored.map_or(0, |score| score.lost),
        poam_eligibility: requirement.poam.word().to_owned(),
        satisfied: objectives.iter().filter(|o| o.answer == "met" || o.answer == "not-applicable").count(),
        parties: filed.map_or_else(Vec::new, |practice| practice.parties().iter().map(|id| names.party(id)).collect()),
        parts: filed.map_or_else(Vec::new, |practice| parts(practice, None, names)),
        methods: filed.map_or_else(Vec::new, |practice| practice.method.iter().map(|m| method(m, names)).collect()),
        claims: claims(requirement, None, names),
        review: review::standing(facts, requirement.id),
        objectives,
    }
}

/// The box of the NIST template: what is not fully in place is planned to be.
fn box_ticked(status: written::Status) -> &'static str {
    match status {
        written::Status::Implemented => "implemented",
        written::Status::PartiallyImplemented | written::Status::Planned => "planned",
        written::Status::NotApplicable => "not-applicable",
    }
}

fn objective(entry: &catalog::Objective, filed: Option<&Filed<written::Practice>>, names: Names<'_>) -> Objective {
    let letter = entry.id.letter;
    let answered = filed.and_then(|practice| practice.value.answered(letter));
    let detail = answered.and_then(|answered| answered.detail);
    let parts = filed.map_or_else(Vec::new, |practice| parts(practice, Some(letter), names));
    let answer = answered.map_or("unanswered", |answered| answered.answer.word());
    let methods = filed.iter().flat_map(|practice| &practice.method).filter(|method| method.has(letter));
    Objective {
        id: entry.id.to_string(),
        letter: letter.to_string(),
        sentence: entry.sentence.to_owned(),
        wording: None,
        answer: answer.to_owned(),
        reason: detail.and_then(|detail| said(detail.reason.as_ref())),
        basis: detail.and_then(|detail| said(detail.basis.as_ref())),
        partial: detail.and_then(|detail| said(detail.partial.as_ref())),
        poam: detail.and_then(|detail| said(detail.poam.as_ref())),
        exception: detail.and_then(|detail| said(detail.exception.as_ref())),
        approved_by: detail.and_then(|detail| detail.approved_by.as_ref()).map(|word| names.somebody(word)),
        approved: detail.and_then(|detail| said(detail.approved.as_ref())),
        value: filed.and_then(|practice| value(practice, letter)),
        wants_value: entry.nature == catalog::Nature::Defined,
        ownership: ownership(answer, &parts).map(str::to_owned),
        parties: parties(&parts),
        speakers: filed.map_or_else(Vec::new, |practice| objective::speakers(practice, letter, names)),
        methods: methods.map(|found| method(found, names)).collect(),
        claims: names
            .0
            .catalog
            .requirement(entry.id.requirement)
            .map_or_else(Vec::new, |requirement| claims(requirement, Some(letter), names)),
        parts,
    }
}

pub(crate) fn value(practice: &written::Practice, letter: char) -> Option<String> {
    practice.values.iter().find(|(key, _)| is_letter(key, letter)).and_then(|(_, entry)| said(Some(&entry.value)))
}

fn ownership(answer: &str, parts: &[Part]) -> Option<&'static str> {
    if answer == "not-applicable" {
        return Some("not-applicable");
    }
    match (parts.iter().any(|part| part.party.contractor), parts.iter().any(|part| !part.party.contractor)) {
        (true, true) => Some("shared"),
        (true, false) => Some("contractor"),
        (false, true) => Some("provider"),
        (false, false) => None,
    }
}

/// The parties of parts, contractor first, each once.
fn parties(parts: &[Part]) -> Vec<Party> {
    let mut parties: Vec<Party> = parts.iter().map(|part| part.party.clone()).collect();
    parties.sort_by(|a, b| (!a.contractor, &a.id).cmp(&(!b.contractor, &b.id)));
    parties.dedup();
    parties
}

/// The parts of a practice, or of one objective with the evidence that shows it.
fn parts(practice: &written::Practice, letter: Option<char>, names: Names<'_>) -> Vec<Part> {
    let mut found: Vec<&written::Responsibility> =
        practice.responsibility.iter().filter(|part| letter.is_none_or(|letter| part.has(letter))).collect();
    found.sort_by_key(|part| !part.is_contractor());
    found.into_iter().map(|written| part(written, letter, names)).collect()
}

fn part(written: &written::Responsibility, letter: Option<char>, names: Names<'_>) -> Part {
    let provider = names.0.providers.get(&*written.party);
    let shown: Vec<&written::Evidence> = match letter {
        Some(letter) => written.evidence_for(letter).collect(),
        None => written.evidence.iter().collect(),
    };
    let service = written.service.as_ref().map(|id| {
        let title = provider.and_then(|p| p.service.iter().find(|service| service.id.name == **id));
        title.map_or_else(|| id.to_string(), |service| service.title.to_string())
    });
    let connection = written.connection.as_ref().map(|id| {
        let found = provider.and_then(|p| p.connection.iter().find(|connection| connection.id.name == **id));
        found.and_then(|connection| said(connection.title.as_ref())).unwrap_or_else(|| id.to_string())
    });
    Part {
        party: names.party(&written.party),
        layers: each(written.layer.iter()),
        objectives: each(written.objectives.iter()),
        duty: written.duty.trim().to_owned(),
        groups: written.scope.iter().map(|id| names.group(id)).collect(),
        maintained_by: written.maintained_by.as_ref().map(|id| names.role(id)),
        service,
        service_id: said(written.service.as_ref()),
        clause_id: said(written.clause.as_ref()),
        connection_id: said(written.connection.as_ref()),
        clause: written.clause.as_ref().map(|id| clause(id, provider)),
        connection,
        inherits: written.inherits.as_ref().map(|inherits| inherited(inherits, names)),
        evidence: shown.into_iter().map(|entry| evidence(entry, written, names)).collect(),
        verification: written.verification.as_ref().map(|found| verification(found, names)),
        note: said(written.note.as_ref()),
        compared: Vec::new(),
    }
}

fn clause(id: &str, provider: Option<&Filed<crate::model::provider::Provider>>) -> String {
    let mut clauses = provider.iter().flat_map(|provider| &provider.contract).flat_map(|contract| &contract.clause);
    let at = clauses.find(|clause| clause.id.name == id).and_then(|clause| clause.at.as_ref());
    at.map_or_else(|| id.to_owned(), |at| format!("{at} ({id})"))
}

fn inherited(inherits: &written::Inherits, names: Names<'_>) -> String {
    let from = names.0.title_of(&inherits.from);
    match &inherits.basis {
        Some(basis) => format!("{from}, shown by {}", names.artifact_title(basis)),
        None => from,
    }
}

fn evidence(entry: &written::Evidence, part: &written::Responsibility, names: Names<'_>) -> Evidence {
    let series = names.artifact(&entry.artifact);
    let newest = series.and_then(|series| series.newest());
    let own = if entry.objectives.is_empty() { each(part.objectives.iter()) } else { each(&entry.objectives) };
    Evidence {
        artifact: entry.artifact.to_string(),
        title: names.artifact_title(&entry.artifact),
        at: said(entry.at.as_ref()),
        page: entry.at.as_ref().zip(newest).and_then(|(at, edition)| page(at, &edition.location)),
        objectives: own,
        producer: series.map(|series| names.party(series.producer())),
        state: series.map_or("undefined", |series| series.state().word()).to_owned(),
        collected: newest.and_then(|edition| said(edition.edition.collected.as_ref())),
        edition: series.and_then(|series| edition(series, newest)),
        path: newest.map(|edition| edition.location.clone()).filter(|location| !location.is_empty()),
        inside: newest.is_some_and(super::lies_inside),
        sha256: series.zip(newest).and_then(|(series, edition)| digest_of(edition, series, names.0)).map(|(_, d)| d),
    }
}

/// The first page that a place in a PDF names: `page 4`, `pp. 4-7`, `p.4`.
pub(crate) fn page(at: &str, location: &str) -> Option<u32> {
    let ending = location.get(location.len().checked_sub(4)?..)?;
    let lower = at.to_lowercase();
    let mut words = lower.split([' ', '\u{a0}', '(', ',', ';', ':']).filter(|word| !word.is_empty());
    while let Some(word) = words.next().filter(|_| ending.eq_ignore_ascii_case(".pdf")) {
        let rest = ["pages", "page", "pp.", "p.", "pp", "p"].iter().find_map(|name| word.strip_prefix(name));
        let found = match rest {
            Some("") => words.clone().next().and_then(number),
            Some(rest) => number(rest),
            None => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn number(word: &str) -> Option<u32> {
    let digits = word.len() - word.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
    let rest = &word[digits..];
    word[..digits].parse().ok().filter(|page| *page > 0 && !rest.starts_with(char::is_alphabetic))
}

fn edition(series: &Series, newest: Option<&EditionFile>) -> Option<String> {
    let covers = newest.and_then(|edition| said(edition.edition.covers.as_ref()));
    covers.or_else(|| series.artifact.finality.as_ref().map(super::finality))
}

fn verification(written: &written::Verification, names: Names<'_>) -> Verification {
    Verification {
        how: written.how.trim().to_owned(),
        every: said(written.every.as_ref()),
        by: written.by.as_ref().map(|id| names.role(id)),
        record: written.record.as_ref().map(|id| names.artifact_title(id)),
        record_id: said(written.record.as_ref()),
        last: said(written.last.as_ref()),
        result: said(written.result.as_ref()),
    }
}

fn method(written: &written::Method, names: Names<'_>) -> Method {
    Method {
        kind: written.kind.to_string(),
        objectives: each(written.objectives.iter()),
        action: written.action.trim().to_owned(),
        expect: said(written.expect.as_ref()),
        party: written.party.as_ref().map(|id| names.party(id)),
        with: written.with.as_ref().map(|word| names.somebody(word)),
        on: said(written.on.as_ref()),
        by: written.by.as_ref().map(|id| names.role(id)),
        result: said(written.result.as_ref()),
    }
}

/// What the matrices of providers say of a requirement, or of one objective of it.
fn claims(requirement: &Requirement, letter: Option<char>, names: Names<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (provider, matrix) in &names.0.crms {
        for row in &matrix.row {
            let letters = letters_of(row, requirement);
            let Some(letters) = letters else { continue };
            if letter.is_some_and(|letter| !letters.is_empty() && !letters.contains(&letter.to_string())) {
                continue;
            }
            claims.push(Claim {
                provider: names.party(provider),
                inheritance: row.inheritance.to_string(),
                provider_does: said(row.provider_does.as_ref()),
                customer_does: said(row.customer_does.as_ref()),
                evidence: said(row.evidence.as_ref()),
                services: services(row, names.0.providers.get(provider)),
                edition: said(matrix.edition.as_ref()),
                objectives: letters,
            });
        }
    }
    claims
}

/// What the services of a row are called.
fn services(row: &crm::CrmRow, provider: Option<&Filed<crate::model::provider::Provider>>) -> Vec<String> {
    let title = |id: &str| provider.map_or_else(|| id.to_owned(), |found| super::provider::service_title(id, found));
    row.service.iter().map(|id| title(id)).collect()
}

/// The letters of a requirement that a row is about; empty for all of it, none if it is about another.
fn letters_of(row: &crm::CrmRow, requirement: &Requirement) -> Option<Vec<String>> {
    let said: Vec<Option<char>> =
        row.covered().filter(|(id, ..)| *id == requirement.id).map(|(_, letter, _)| letter).collect();
    if said.contains(&None) {
        return Some(Vec::new());
    }
    let letters: Vec<String> = said.into_iter().flatten().map(|letter| letter.to_string()).collect();
    (!letters.is_empty()).then_some(letters)
}

/// Every objective determined not applicable.
pub(crate) fn not_applicable(families: &[Family]) -> Vec<NotApplicable> {
    let objectives = families.iter().flat_map(|family| &family.practices).flat_map(|practice| &practice.objectives);
    objectives
        .filter(|objective| objective.answer == "not-applicable")
        .map(|objective| NotApplicable {
            id: objective.id.clone(),
            reason: objective.reason.clone(),
            basis: objective.basis.clone(),
            approved_by: objective.approved_by.clone(),
            approved: objective.approved.clone(),
        })
        .collect()
}

/// The objectives of 3.12.4, which ask for the plan itself.
pub(crate) fn plan_objectives(families: &[Family]) -> Vec<Objective> {
    let mut practices = families.iter().flat_map(|family| &family.practices);
    practices.find(|practice| practice.requirement == "3.12.4").map_or_else(Vec::new, |plan| plan.objectives.clone())
}

impl Family {
    /// Whether a part of its practices cites an artifact: as evidence, or as the record of its check.
    pub(super) fn cites(&self, artifact: &str) -> bool {
        let parts = self.practices.iter().flat_map(|practice| &practice.parts);
        let mut cited = parts.flat_map(|part| {
            let record = part.verification.iter().filter_map(|found| found.record_id.as_deref());
            part.evidence.iter().map(|shown| shown.artifact.as_str()).chain(record)
        });
        cited.any(|cited| cited == artifact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_a_page_only_of_a_pdf() {
        let of_pdf = |at| page(at, "evidence/acme/Report.PDF");
        for at in
            ["page 4", "Page 4, table 2", "section 2 (p. 4)", "pp. 4-7", "p.4", "pages 4 and 9", "table 9 on page 4"]
        {
            assert_eq!(of_pdf(at), Some(4), "{at}");
        }
        for at in [
            "section 4",
            "steps 1 to 6",
            "page",
            "page four",
            "page 0",
            "p",
            "policy 4",
            "page 99999999999",
            "4th page",
        ] {
            assert_eq!(of_pdf(at), None, "{at}");
        }
        assert_eq!(page("page 4", "evidence/acme/report.md"), None);
        assert_eq!(page("page 4", "é"), None);
    }
}

//! Documents as rows and columns. The door to `csv`.

pub mod assessor;
pub mod binder;
pub mod connections;
pub mod emass;
pub mod providers;
pub mod requests;
pub mod slice;

use crate::view::View;
use crate::view::practice::{Claim, Evidence, Method, Objective, Part, Practice};
use crate::words;

/// A table.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Names of the columns.
    pub header: Vec<&'static str>,
    /// The rows, each as wide as the header.
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    /// As comma-separated values, the header first; no value is a formula to a spreadsheet.
    pub fn csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.header).expect("writing to memory does not fail");
        for row in &self.rows {
            writer.write_record(row.iter().map(|value| inert(value))).expect("every row is as wide as the header");
        }
        writer.into_inner().expect("writing to memory does not fail")
    }
}

/// A value that a spreadsheet takes as text: what could begin a formula gets an apostrophe before it.
pub fn inert(value: &str) -> String {
    let formula = matches!(value.chars().next(), Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n'));
    let value = words::printable(value);
    if formula { format!("'{value}") } else { value }
}

/// One row a practice.
pub fn crm_by_practice(view: &View) -> Sheet {
    let header = vec![
        "practice",
        "requirement",
        "title",
        "asks",
        "ownership",
        "status",
        "parties",
        "contractor_responsibility",
        "provider_responsibility",
        "groups",
        "evidence",
        "interviews_and_tests",
        "verification",
        "provider_matrix",
    ];
    Sheet { header, rows: view.practices().map(practice_row).collect() }
}

fn practice_row(practice: &Practice) -> Vec<String> {
    vec![
        practice.id.clone(),
        practice.requirement.clone(),
        practice.title.clone(),
        practice.wording.clone().unwrap_or_else(|| practice.asks.clone()),
        or_unassigned(practice.ownership.as_ref()),
        practice.status.clone(),
        joined(practice.parties.iter().map(|party| party.title.clone())),
        duties(&practice.parts, true, true),
        duties(&practice.parts, false, true),
        groups(&practice.parts),
        evidence(&practice.parts),
        methods(&practice.methods),
        verifications(&practice.parts),
        claims(&practice.claims),
    ]
}

/// One row an objective.
pub fn crm_by_objective(view: &View) -> Sheet {
    let header = vec![
        "objective",
        "practice",
        "requirement",
        "letter",
        "asks",
        "ownership",
        "determination",
        "reason",
        "value",
        "parties",
        "contractor_responsibility",
        "provider_responsibility",
        "service",
        "clause",
        "groups",
        "evidence",
        "interviews_and_tests",
        "verification",
        "provider_matrix",
        "poam",
    ];
    let rows = view
        .practices()
        .flat_map(|practice| practice.objectives.iter().map(move |objective| objective_row(practice, objective)));
    Sheet { header, rows: rows.collect() }
}

fn objective_row(practice: &Practice, objective: &Objective) -> Vec<String> {
    let of_provider = || objective.parts.iter().filter(|part| !part.party.contractor);
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        objective.id.clone(),
        practice.id.clone(),
        practice.requirement.clone(),
        objective.letter.clone(),
        objective.wording.clone().unwrap_or_else(|| objective.sentence.clone()),
        or_unassigned(objective.ownership.as_ref()),
        objective.answer.clone(),
        or_nothing(&objective.reason),
        or_nothing(&objective.value),
        joined(objective.parties.iter().map(|party| party.title.clone())),
        duties(&objective.parts, true, false),
        duties(&objective.parts, false, false),
        joined(of_provider().filter_map(|part| part.service.clone())),
        joined(of_provider().filter_map(|part| part.clause.clone())),
        groups(&objective.parts),
        evidence(&objective.parts),
        methods(&objective.methods),
        verifications(&objective.parts),
        claims(&objective.claims),
        or_nothing(&objective.poam),
    ]
}

fn or_unassigned(ownership: Option<&String>) -> String {
    ownership.cloned().unwrap_or_else(|| "unassigned".to_owned())
}

/// Each thing once, in the order given, a line each.
fn joined(items: impl Iterator<Item = String>) -> String {
    let mut kept: Vec<String> = Vec::new();
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept.join("\n")
}

fn duties(parts: &[Part], contractor: bool, letters: bool) -> String {
    let parts = parts.iter().filter(|part| part.party.contractor == contractor);
    joined(parts.map(|part| {
        let mut text = if contractor { String::new() } else { format!("{}: ", part.party.title) };
        text.push_str(&part.duty);
        if letters {
            text.extend([" [", &part.objectives.join(", "), "]"]);
        }
        text
    }))
}

fn groups(parts: &[Part]) -> String {
    joined(
        parts.iter().flat_map(|part| {
            if part.groups.is_empty() { vec!["all in scope".to_owned()] } else { part.groups.clone() }
        }),
    )
}

fn evidence(parts: &[Part]) -> String {
    joined(parts.iter().flat_map(|part| &part.evidence).map(shown))
}

fn shown(evidence: &Evidence) -> String {
    let mut text = evidence.title.clone();
    if let Some(at) = &evidence.at {
        text.extend([", ", at]);
    }
    if let Some(path) = &evidence.path {
        text.extend([" (", path, ")"]);
    }
    text
}

fn methods(methods: &[Method]) -> String {
    joined(methods.iter().map(|method| {
        let result = match (&method.on, &method.result) {
            (Some(on), Some(result)) => format!("{result} on {on}"),
            _ => "planned".to_owned(),
        };
        format!("{}: {} ({result})", method.kind, method.action)
    }))
}

fn verifications(parts: &[Part]) -> String {
    joined(parts.iter().filter_map(|part| part.verification.as_ref()).map(|check| {
        let every = check.every.as_ref().map_or_else(String::new, |every| format!(", every {every}"));
        let last = match (&check.last, &check.result) {
            (Some(last), Some(result)) => format!(", {result} on {last}"),
            (Some(last), None) => format!(", last on {last}"),
            _ => ", not yet done".to_owned(),
        };
        format!("{}{every}{last}", check.how)
    }))
}

fn claims(claims: &[Claim]) -> String {
    joined(claims.iter().map(|claim| {
        let mut text = format!("{}: {} inherited", claim.provider.title, claim.inheritance);
        if let Some(does) = &claim.provider_does {
            text.extend(["; provider: ", does]);
        }
        if let Some(does) = &claim.customer_does {
            text.extend(["; customer: ", does]);
        }
        text
    }))
}

/// One row a review of a subject; a subject without review has one row too.
pub fn reviews(view: &View) -> Sheet {
    let header = vec![
        "subject",
        "title",
        "family",
        "state",
        "due",
        "differs",
        "review_date",
        "date_grade",
        "outcome",
        "reviewer",
        "grade",
        "signer",
        "role",
        "witnessed",
        "accepted",
        "covers_current_content",
        "refused_because",
        "commit",
        "record",
    ];
    let mut rows = Vec::new();
    for subject in &view.reviews.subjects {
        let own = [
            subject.id.clone(),
            subject.title.clone(),
            subject.family.clone(),
            subject.state.clone(),
            subject.due.clone().unwrap_or_default(),
            subject.differs.join("\n"),
        ];
        if subject.reviews.is_empty() {
            rows.push([own.as_slice(), vec![String::new(); 13].as_slice()].concat());
        }
        for review in &subject.reviews {
            let found = [
                review.date.clone(),
                review.date_grade.clone(),
                review.outcome.clone(),
                review.reviewer.clone(),
                review.grade.clone(),
                review.signer.clone().unwrap_or_default(),
                review.role.clone().unwrap_or_default(),
                review.witnessed.clone().unwrap_or_default(),
                yes(review.accepted),
                yes(review.covers_head),
                review.refused_because.clone().unwrap_or_default(),
                review.commit.clone(),
                review.record.clone().unwrap_or_default(),
            ];
            rows.push([own.as_slice(), found.as_slice()].concat());
        }
    }
    Sheet { header, rows }
}

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

/// One row a requirement.
pub fn score(view: &View) -> Sheet {
    let header = vec![
        "practice",
        "family",
        "title",
        "weight",
        "lost",
        "result",
        "not_met",
        "unanswered",
        "poam_eligibility",
        "partial_credit",
        "plan_of_action",
    ];
    let rows = view.score.requirements.iter().map(|requirement| {
        vec![
            requirement.id.clone(),
            requirement.family.clone(),
            requirement.title.clone(),
            requirement.weight.map_or_else(String::new, |weight| weight.to_string()),
            requirement.lost.to_string(),
            requirement.result.clone(),
            requirement.not_met.join(", "),
            requirement.unanswered.join(", "),
            requirement.poam.clone(),
            yes(requirement.partial),
            if requirement.result == "not-met" { yes(requirement.planned) } else { String::new() },
        ]
    });
    Sheet { header, rows: rows.collect() }
}

/// One row a POA&M item.
pub fn poam(view: &View) -> Sheet {
    let header = vec![
        "item",
        "title",
        "objectives",
        "weakness",
        "source",
        "found",
        "risk",
        "remediation",
        "resources",
        "performed_by",
        "owner",
        "due",
        "status",
        "closed",
        "mitigation",
        "milestones",
        "points_lost",
        "poam_eligibility",
        "evidence",
    ];
    let rows = view.poam.iter().map(|item| {
        let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
        let milestones = item.milestones.iter().map(|step| {
            let done = step.done.as_ref().map_or_else(String::new, |done| format!(", done {done}"));
            format!("{}: {}{done}", step.due, step.title)
        });
        vec![
            item.id.clone(),
            item.title.clone(),
            item.objectives.join(", "),
            item.weakness.clone(),
            or_nothing(&item.source),
            or_nothing(&item.found),
            or_nothing(&item.risk),
            item.remediation.clone(),
            or_nothing(&item.resources),
            item.party.title.clone(),
            or_nothing(&item.owner),
            item.due.clone(),
            item.status.clone(),
            or_nothing(&item.closed),
            or_nothing(&item.mitigation),
            joined(milestones),
            item.lost.to_string(),
            item.eligibility.clone(),
            joined(item.evidence.iter().cloned()),
        ]
    });
    Sheet { header, rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(inert(formula), format!("'{formula}"));
        }
        assert_eq!(inert("a=1"), "a=1");
        let sheet = Sheet { header: vec!["a", "b"], rows: vec![vec!["=1".into(), "x,\"y\"".into()]] };
        assert_eq!(String::from_utf8(sheet.csv()).expect("text"), "a,b\n'=1,\"x,\"\"y\"\"\"\n");
    }
}

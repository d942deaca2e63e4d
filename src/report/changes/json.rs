//! The form for programs, version 1.

use std::collections::BTreeMap;

use serde::Serialize;

use super::verdict;
use crate::model::changes::{Approval, Change, Changes, Figures, Finding, Point, Section, Spot, Unread, Weight};

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    as_of: String,
    before: Side<'a>,
    after: Side<'a>,
    with_history: bool,
    summary: Summary,
    changes: Vec<&'a Change>,
    approvals: &'a [Approval],
    unread: Vec<&'a Unread>,
    findings: Option<Findings<'a>>,
}

#[derive(Serialize)]
struct Side<'a> {
    #[serde(flatten)]
    point: &'a Point,
    score: Option<i32>,
    allows: &'static str,
    objectives: Objectives,
}

#[derive(Serialize)]
struct Objectives {
    met: usize,
    not_met: usize,
    not_applicable: usize,
    unanswered: usize,
}

#[derive(Serialize)]
struct Summary {
    changes: usize,
    by_weight: BTreeMap<Weight, usize>,
    by_section: BTreeMap<Section, usize>,
    approvals: usize,
    approvals_missing: usize,
    unread: usize,
}

#[derive(Serialize)]
struct Findings<'a> {
    now: Now,
    added: Vec<&'a Finding>,
    gone: Vec<&'a Finding>,
}

#[derive(Serialize)]
struct Now {
    deny: usize,
    warn: usize,
}

/// Sorted by section, practice, subject and words, so that the same two sides give the same bytes.
pub(super) fn form(changes: &Changes) -> String {
    let [before, after] = &changes.score;
    let document = Document {
        version: 1,
        as_of: changes.as_of.to_string(),
        before: side(&changes.before, before),
        after: side(&changes.after, after),
        with_history: changes.with_history,
        summary: summary(changes),
        changes: sorted(changes),
        approvals: &changes.approvals,
        unread: unread(changes),
        findings: changes.findings.as_ref().map(findings),
    };
    crate::report::json_text(&document)
}

fn side<'a>(point: &'a Point, figures: &Figures) -> Side<'a> {
    let [met, not_met, not_applicable, unanswered] = figures.objectives;
    let objectives = Objectives { met, not_met, not_applicable, unanswered };
    Side { point, score: figures.score, allows: figures.allows, objectives }
}

fn summary(changes: &Changes) -> Summary {
    let all = &changes.changes;
    let of_weight = |weight| all.iter().filter(|change| change.weight == weight).count();
    let weights = [Weight::StandsOut, Weight::Plain, Weight::Slight];
    Summary {
        changes: all.len(),
        by_weight: weights.into_iter().map(|weight| (weight, of_weight(weight))).collect(),
        by_section: Section::ALL.into_iter().map(|section| (section, changes.of(section).count())).collect(),
        approvals: verdict::asks(changes),
        approvals_missing: changes.missing().count(),
        unread: changes.unread.len(),
    }
}

fn sorted(changes: &Changes) -> Vec<&Change> {
    let mut all: Vec<&Change> = changes.changes.iter().collect();
    all.sort_by(|a, b| {
        let key = |change: &'_ Change| (change.section, change.practice);
        (key(a), &a.subject, &a.sentence, &a.spot).cmp(&(key(b), &b.subject, &b.sentence, &b.spot))
    });
    all
}

fn unread(changes: &Changes) -> Vec<&Unread> {
    let mut all: Vec<&Unread> = changes.unread.iter().collect();
    all.sort_by(|a, b| (a.side != "before", &a.spot, &a.message).cmp(&(b.side != "before", &b.spot, &b.message)));
    all
}

fn findings(found: &crate::model::changes::Findings) -> Findings<'_> {
    let [deny, warn] = found.now;
    Findings { now: Now { deny, warn }, added: by_place(&found.added), gone: by_place(&found.gone) }
}

fn by_place(findings: &[Finding]) -> Vec<&Finding> {
    let mut all: Vec<&Finding> = findings.iter().collect();
    let key = |spot: &Spot| (spot.path.clone(), spot.line, spot.column);
    all.sort_by(|a, b| (key(&a.spot), a.rule, &a.message).cmp(&(key(&b.spot), b.rule, &b.message)));
    all
}

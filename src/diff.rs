//! Two sides of a repository to what differs between them, in the field's words.

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Level, Place};
use crate::ids::Span;
use crate::model::changes::{Change, Changes, Figures, Finding, Findings, Point, Spot, Unread};
use crate::model::practice::Answer;
use crate::rule::Facts;

mod allows;
mod determinations;
pub mod documents;
mod evidence;
mod handoffs;
mod naming;
mod ownership;
mod poam;
mod practices;
mod prose;
mod providers;
pub mod renames;
mod reviews;
mod scope;
mod tables;
mod trust;
mod values;
mod verification;
mod weighing;
mod wording;
mod words;

/// Both sides, and what reading them reported.
pub struct Sides<'a> {
    /// The side that is compared from.
    pub before: Side<'a>,
    /// The side that is compared to.
    pub after: Side<'a>,
}

/// One side.
pub struct Side<'a> {
    /// What it is called, and which commit it is.
    pub point: Point,
    /// Its facts.
    pub facts: &'a Facts,
    /// What reading and linking it reported.
    pub found: &'a [Diagnostic],
    /// What `check` says of it, if it was asked.
    pub checked: Option<&'a [Diagnostic]>,
}

/// What tells a section, each by itself.
const SECTIONS: [fn(&Sides<'_>, &mut Vec<Change>); 13] = [
    ownership::changes,
    determinations::changes,
    evidence::changes,
    verification::changes,
    values::changes,
    providers::changes,
    handoffs::changes,
    scope::changes,
    poam::changes,
    reviews::changes,
    trust::changes,
    allows::changes,
    prose::changes,
];

/// What differs; nobody is asked for an approval yet.
pub fn of(sides: &Sides<'_>) -> Changes {
    let told = SECTIONS.par_iter().with_max_len(1).flat_map_iter(|section| {
        let mut told = Vec::new();
        section(sides, &mut told);
        told
    });
    let mut changes: Vec<Change> = told.collect();
    documents::changes(sides, &mut changes);
    changes.sort_by(|a, b| {
        (a.section, a.practice, &a.subject, &a.sentence).cmp(&(b.section, b.practice, &b.subject, &b.sentence))
    });
    Changes {
        before: sides.before.point.clone(),
        after: sides.after.point.clone(),
        as_of: sides.after.facts.as_of,
        score: [figures(sides.before.facts), figures(sides.after.facts)],
        changes,
        unread: unread(sides),
        approvals: Vec::new(),
        findings: findings(sides),
        with_history: sides.after.facts.history.is_some(),
    }
}

/// What differs between what providers say in their own matrices, and what that newly contradicts.
pub fn of_matrices(sides: &Sides<'_>) -> Vec<Change> {
    let mut told = Vec::new();
    providers::of_matrices(sides, &mut told);
    told.sort_by(|a, b| (a.practice, &a.subject, &a.sentence).cmp(&(b.practice, &b.subject, &b.sentence)));
    told
}

impl Sides<'_> {
    /// Where a span of the side compared to stands.
    fn spot(&self, span: Span) -> Spot {
        self.after.spot(&Place::Span(span), false)
    }

    /// Where a span of the side compared from stood.
    fn gone(&self, span: Span) -> Spot {
        self.before.spot(&Place::Span(span), true)
    }

    /// Whether a file stands on the side compared from and could not be read there.
    fn is_unread_before(&self, path: &str) -> bool {
        self.before.is_unread(path)
    }

    /// Whether a file stands on the side compared to and could not be read there.
    fn is_unread_after(&self, path: &str) -> bool {
        self.after.is_unread(path)
    }

    /// Whether a file of which there is one seems to have come or gone only because one side of it could not be read.
    fn is_missing_unread(&self, path: &str) -> bool {
        let has = |side: &Side<'_>| {
            let found = &side.facts.assessment;
            match path {
                "assets.toml" => found.assets.is_some(),
                "incident.toml" => found.incident.is_some(),
                _ => found.crypto.is_some(),
            }
        };
        (!has(&self.before) && self.is_unread_before(path)) || (!has(&self.after) && self.is_unread_after(path))
    }
}

impl Side<'_> {
    fn is_unread(&self, path: &str) -> bool {
        let files = &self.facts.assessment.files;
        let is_there = |place: &Place| match place {
            Place::Path(found) => found == path,
            Place::Span(span) => files.path(*span) == path,
        };
        self.found.iter().any(|diagnostic| UNREAD.contains(&diagnostic.rule) && is_there(&diagnostic.place))
    }

    fn spot(&self, place: &Place, gone: bool) -> Spot {
        let files = &self.facts.assessment.files;
        match place {
            Place::Path(path) => Spot { path: path.clone(), line: None, column: None, gone },
            Place::Span(span) => {
                let (line, column) = files.position(*span);
                Spot { path: files.path(*span).to_owned(), line: Some(line), column: Some(column), gone }
            }
        }
    }
}

fn figures(facts: &Facts) -> Figures {
    let mut objectives = [0; 4];
    for (_, answer) in facts.score.requirements.iter().flat_map(|requirement| &requirement.objectives) {
        let which = match answer {
            Some(Answer::Met) => 0,
            Some(Answer::NotMet) => 1,
            Some(Answer::NotApplicable) => 2,
            None => 3,
        };
        objectives[which] += 1;
    }
    Figures { score: facts.score.score, allows: facts.score.status.word(), objectives }
}

/// The rules that report what could not be read, so that a comparison of it would mislead.
const UNREAD: [&str; 10] = [
    "syntax",
    "not-utf8",
    "unreadable-file",
    "duplicate-practice",
    "duplicate-id",
    "wrong-type",
    "wrong-value",
    "missing-key",
    "unknown-key",
    "broken-trust",
];

fn unread(sides: &Sides<'_>) -> Vec<Unread> {
    let of = |name: &'static str, side: &Side<'_>, gone: bool| -> Vec<Unread> {
        let lost = side.found.iter().filter(|diagnostic| UNREAD.contains(&diagnostic.rule));
        let unread = lost.map(|diagnostic| Unread {
            side: name,
            spot: side.spot(&diagnostic.place, gone),
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
        });
        unread.collect()
    };
    let mut all = of("before", &sides.before, true);
    all.extend(of("after", &sides.after, false));
    all
}

/// What `check` says of one side alone; the same words at another line are the same.
fn findings(sides: &Sides<'_>) -> Option<Findings> {
    let (before, after) = (sides.before.checked?, sides.after.checked?);
    let listed = |side: &Side<'_>, all: &[Diagnostic], gone: bool| -> Vec<Finding> {
        all.iter().map(|diagnostic| finding(side, diagnostic, gone)).collect()
    };
    let (old, new) = (listed(&sides.before, before, true), listed(&sides.after, after, false));
    let count = |level: Level| after.iter().filter(|diagnostic| diagnostic.level == level).count();
    Some(Findings { now: [count(Level::Deny), count(Level::Warn)], added: alone(&new, &old), gone: alone(&old, &new) })
}

fn alone(these: &[Finding], others: &[Finding]) -> Vec<Finding> {
    let key = |finding: &Finding| (finding.rule, finding.level, finding.spot.path.clone(), finding.message.clone());
    let known: std::collections::BTreeSet<_> = others.iter().map(key).collect();
    let mut alone: Vec<Finding> = these.iter().filter(|finding| !known.contains(&key(finding))).cloned().collect();
    alone.sort_by_key(|finding| finding.level);
    alone
}

fn finding(side: &Side<'_>, diagnostic: &Diagnostic, gone: bool) -> Finding {
    Finding {
        rule: diagnostic.rule,
        level: diagnostic.level.word(),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        spot: side.spot(&diagnostic.place, gone),
    }
}

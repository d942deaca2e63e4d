//! The figures of a bundle.

use std::collections::{BTreeMap, BTreeSet};

use crate::check;
use crate::diagnostic::{Diagnostic, Level};
use crate::manifest::Summary;
use crate::model::history::Subject;
use crate::rule::Facts;
use crate::rules::RULES;

pub(super) fn of(facts: &Facts, diagnostics: &[Diagnostic]) -> Summary {
    Summary {
        score: facts.score.score,
        allows: facts.score.status.word().to_owned(),
        ownership: ownership(facts),
        objectives: objectives(facts),
        reviews: reviews(facts),
        denied: by_rule(diagnostics, Level::Deny),
        warned: by_rule(diagnostics, Level::Warn),
        passed: passed(facts, diagnostics),
    }
}

fn counted<T: ToString>(words: impl Iterator<Item = T>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in words {
        *counts.entry(word.to_string()).or_default() += 1;
    }
    counts
}

/// Practices by what their responsibilities add up to.
fn ownership(facts: &Facts) -> BTreeMap<String, usize> {
    counted(facts.assessment.catalog.requirements().map(|requirement| {
        let letters = requirement.objectives.iter().map(|objective| objective.id.letter);
        let practice = facts.assessment.practices.get(&requirement.id);
        practice.and_then(|practice| practice.derived_ownership(letters)).map_or("unanswered", |found| found.word())
    }))
}

fn objectives(facts: &Facts) -> BTreeMap<String, usize> {
    let answers = facts.score.requirements.iter().flat_map(|requirement| &requirement.objectives);
    counted(answers.map(|(_, answer)| answer.map_or("unanswered", |answer| answer.word())))
}

fn reviews(facts: &Facts) -> BTreeMap<String, usize> {
    let subjects = facts.history.iter().flat_map(|history| &history.subjects);
    counted(subjects.filter(|(subject, _)| matches!(subject, Subject::Practice(_))).map(|(_, of)| of.state.word()))
}

fn by_rule(diagnostics: &[Diagnostic], level: Level) -> BTreeMap<String, usize> {
    counted(diagnostics.iter().filter(|diagnostic| diagnostic.level == level).map(|diagnostic| diagnostic.rule))
}

/// The rules that were free to report and reported nothing.
fn passed(facts: &Facts, diagnostics: &[Diagnostic]) -> Vec<String> {
    let reported: BTreeSet<&str> = diagnostics.iter().map(|diagnostic| diagnostic.rule).collect();
    let ran = RULES.iter().filter(|rule| !check::is_silenced(rule, facts) && !reported.contains(rule.name));
    ran.map(|rule| rule.name.to_owned()).collect()
}

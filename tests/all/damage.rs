//! The thirteen damages that other tools let through: each is laid on the clean base alone and has to be denied, with
//! the file and the line that somebody would have to open.

use demarcate::check;
use demarcate::diagnostic::{Diagnostic, Level, Place};
use demarcate::rule::Facts;
use demarcate::rules::RULES;
use rayon::prelude::*;

use super::base::{Repository, line};

/// One damage: what is done, and where which rule has to see it.
struct Damage {
    what: &'static str,
    /// The rule that is expected.
    rule: &'static str,
    path: &'static str,
    /// What stands in the line that has to be named; `None` where the file is gone.
    line_with: Option<&'static str>,
    harm: fn(&Repository),
}

const AC: &str = "practices/AC.L2-3.1.6.toml";

const DAMAGES: [Damage; 17] = [
    Damage {
        what: "a practice deleted",
        rule: "missing-practice",
        path: AC,
        line_with: None,
        harm: |repository| repository.delete(AC),
    },
    Damage {
        what: "an empty statement on an implemented practice",
        rule: "empty-statement",
        path: AC,
        line_with: Some("statement ="),
        harm: |repository| replace_line(repository, AC, "statement =", "statement = \"  \""),
    },
    Damage {
        what: "a status misspelt",
        rule: "wrong-value",
        path: AC,
        line_with: Some("implementd"),
        harm: |repository| replace(repository, AC, "implemented", "implementd"),
    },
    Damage {
        what: "every practice only planned, while its objectives say met",
        rule: "status-differs",
        path: "practices/SI.L2-3.14.7.toml",
        line_with: Some("status = \"planned\""),
        harm: |repository| {
            each_practice(repository, |text| text.replace("status = \"implemented\"", "status = \"planned\""));
        },
    },
    Damage {
        what: "every practice only planned, and its objectives too",
        rule: "not-met-without-plan",
        path: "practices/SI.L2-3.14.7.toml",
        line_with: Some("b = \"not-met\""),
        harm: |repository| {
            each_practice(repository, |text| {
                text.replace("status = \"implemented\"", "status = \"planned\"").replace("= \"met\"", "= \"not-met\"")
            });
        },
    },
    Damage {
        what: "an unknown key",
        rule: "unknown-key",
        path: AC,
        line_with: Some("ownr"),
        harm: |repository| replace(repository, AC, "ownership =", "ownr ="),
    },
    Damage {
        what: "an artifact that does not exist",
        rule: "dangling-artifact",
        path: AC,
        line_with: Some("ticket-lag"),
        harm: |repository| replace(repository, AC, "\"ticket-log\"", "\"ticket-lag\""),
    },
    Damage {
        what: "the file of an artifact gone",
        rule: "evidence-missing",
        path: "evidence/contractor/artifacts.toml",
        line_with: Some("ticket-log-2026-q3.csv"),
        harm: |repository| repository.delete("evidence/contractor/ticket-log-2026-q3.csv"),
    },
    Damage {
        what: "an objective letter that does not exist",
        rule: "dangling-objective",
        path: AC,
        line_with: Some("objectives ="),
        harm: |repository| replace(repository, AC, "[\"a\", \"b\"]", "[\"a\", \"b\", \"q\"]"),
    },
    Damage {
        what: "the same practice twice",
        rule: "duplicate-practice",
        path: "practices/copy.toml",
        line_with: Some("practice ="),
        harm: |repository| repository.write("practices/copy.toml", repository.text(AC)),
    },
    Damage {
        what: "an unknown practice id",
        rule: "unknown-practice",
        path: AC,
        line_with: Some("practice ="),
        harm: |repository| replace(repository, AC, "AC.L2-3.1.6", "AC.L2-3.1.66"),
    },
    Damage {
        what: "an objective removed from its responsibility",
        rule: "unowned-objective",
        path: AC,
        line_with: Some("b = \"met\""),
        harm: |repository| replace(repository, AC, "[\"a\", \"b\"]", "[\"a\"]"),
    },
    Damage {
        what: "an objective removed from the determinations",
        rule: "unanswered-objective",
        path: AC,
        line_with: Some("practice ="),
        harm: |repository| replace(repository, AC, "b = \"met\"\n", ""),
    },
    Damage {
        what: "a party that is not defined",
        rule: "dangling-party",
        path: AC,
        line_with: Some("acme-mssp"),
        harm: |repository| replace(repository, AC, "party = \"contractor\"", "party = \"acme-mssp\""),
    },
    Damage {
        what: "a role that is not defined",
        rule: "dangling-role",
        path: AC,
        line_with: Some("it-leed"),
        harm: |repository| replace(repository, AC, "it-lead", "it-leed"),
    },
    Damage {
        what: "dates of evidence three years old",
        rule: "series-overdue",
        path: "evidence/contractor/artifacts.toml",
        line_with: Some("every ="),
        harm: |repository| {
            replace(repository, "evidence/contractor/artifacts.toml", "collected = 2026-", "collected = 2023-");
        },
    },
    Damage {
        what: "reviews three years old",
        rule: "review-overdue",
        path: AC,
        line_with: Some("practice ="),
        harm: |repository| {
            repository.git(&["checkout", "--quiet", "--orphan", "old"]);
            repository
                .commit("2023-10-01T10:00:00Z", &format!("Write and review\n\n{}", repository.review_of_everything()));
        },
    },
];

fn replace(repository: &Repository, path: &str, from: &str, to: &str) {
    let text = repository.text(path);
    assert!(text.contains(from), "{path} of the base holds no `{from}`");
    repository.write(path, text.replace(from, to));
}

fn replace_line(repository: &Repository, path: &str, start: &str, to: &str) {
    let text = repository.text(path);
    let lines = text.lines().map(|line| if line.starts_with(start) { to } else { line });
    repository.write(path, lines.collect::<Vec<_>>().join("\n") + "\n");
}

fn each_practice(repository: &Repository, change: impl Fn(&str) -> String) {
    for entry in std::fs::read_dir(repository.path("practices")).expect("the base has practices") {
        let path = entry.expect("the folder is readable").path();
        let text = std::fs::read_to_string(&path).expect("a practice is text");
        std::fs::write(&path, change(&text)).expect("the copy of the base is writable");
    }
}

/// The number of the first line that holds a text, from 1.
fn number_of(repository: &Repository, path: &str, text: &str) -> usize {
    let at = repository.text(path).lines().position(|line| line.contains(text));
    at.unwrap_or_else(|| panic!("{path} holds no `{text}`")) + 1
}

/// Whether a diagnostic denies at the path and line; a file that is gone has no line.
fn is_at(diagnostic: &Diagnostic, facts: &Facts, path: &str, number: Option<usize>) -> bool {
    let files = &facts.assessment.files;
    let found = match &diagnostic.place {
        Place::Span(span) => Some(files.position(*span).0),
        Place::Path(_) => None,
    };
    diagnostic.level == Level::Deny && check::path_of(&diagnostic.place, files) == path && found == number
}

fn problem_of(damage: &Damage) -> Option<String> {
    let repository = Repository::base();
    (damage.harm)(&repository);
    let number = damage.line_with.map(|text| number_of(&repository, damage.path, text));
    let (facts, all) = repository.check().expect("the root is readable");
    let caught = all.iter().any(|d| d.rule == damage.rule && is_at(d, &facts, damage.path, number));
    let said: Vec<String> = all.iter().map(|diagnostic| line(diagnostic, &facts)).take(5).collect();
    (!caught)
        .then(|| format!("{}: no {} at {}, line {number:?}; said: {said:#?}", damage.what, damage.rule, damage.path))
}

#[test]
fn each_of_the_thirteen_damages_is_denied_with_file_and_line() {
    let problems: Vec<String> = DAMAGES.par_iter().filter_map(problem_of).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn an_unanswered_practice_gives_one_line_of_coverage_division_and_score() {
    let repository = Repository::base();
    repository
        .write(AC, "practice = \"AC.L2-3.1.6\"\nownership = \"contractor\"\nstatus = \"planned\"\nstatement = \"\"\n");
    let (_, all) = repository.check().expect("the root is readable");
    let of_practice = all.iter().filter(|d| d.practice.is_some_and(|id| id.to_string() == "AC.L2-3.1.6"));
    let rules: Vec<&str> = of_practice
        .map(|d| d.rule)
        .filter(|name| RULES.iter().any(|rule| rule.name == *name && is_derived(rule)))
        .collect();
    assert_eq!(rules, ["unanswered-practice"]);
}

fn is_derived(rule: &demarcate::rule::Rule) -> bool {
    use demarcate::rule::Group;
    matches!(rule.group, Group::Coverage | Group::Division | Group::NonInheritable | Group::TwoSided | Group::Score)
}

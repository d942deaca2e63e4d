//! Whole programs of other shops than the demo's, written as their compliance leads would and not to please the rules:
//! fourteen people with nothing but a cloud, and a shop that has nearly everything done by providers.
//!
//! What is said of them is what the tool says of sound programs: nothing that denies, and no warning at which a lead
//! assessor would laugh.

use std::collections::BTreeMap;
use std::path::Path;

use demarcate::diagnostic::{Diagnostic, Level};
use demarcate::model::assessment::ObjectiveView;
use demarcate::rule::Facts;

use super::base::{Repository, line};
use super::screen;

/// The programs, whose word counts in each, and what is accepted there.
const CLOUD_ONLY: (&str, &str, &str) = (
    "cloud-only",
    "Colin Vance <colin@larkspurridge.example>",
    "Responsibility-Accepted: cumulant\nAcceptance-Record: cumulant-crm\n",
);
const MSP_HEAVY: (&str, &str, &str) = (
    "msp-heavy",
    "Lorraine Beck <lorraine@tamarackfab.example>",
    "Responsibility-Accepted: northfork-it\nAccepted-by: Hal Whitcomb <hal.whitcomb@northfork-it.example>\n\n\
     Responsibility-Accepted: sentry-ridge\nAccepted-by: Irene Castell <irene.castell@sentryridge.example>\n\n\
     Responsibility-Accepted: holdfast\nAccepted-by: Lena Forsythe <lena.forsythe@holdfast.example>\n\n\
     Responsibility-Accepted: torvane\nAccepted-by: Kurt Brandt <kurt.brandt@torvane.example>\n\n\
     Responsibility-Accepted: brightwater\nAccepted-by: Theo Marsh <tmarsh@brightwater.example>\n\n\
     Responsibility-Accepted: palisade\nAcceptance-Record: palisade-crm\n",
);

/// A program as a repository in which everything was accepted and reviewed.
fn standing((name, reviewer, acceptances): (&str, &str, &str)) -> Repository {
    let repository = Repository::empty();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs").join(name);
    for entry in std::fs::read_dir(&from).expect("the programs are part of the tests") {
        let entry = entry.expect("the folder is readable");
        let to = repository.path(&entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            screen::copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("the folder for temporary files has room");
        }
    }
    repository.commit("2026-11-16T10:00:00Z", "Write down who does what");
    repository.commit("2026-11-17T10:00:00Z", &format!("The providers accept their duties\n\n{acceptances}"));
    let review = repository.review_of_everything().replace("Dana Lee <dana@northwind.example>", reviewer);
    let note = "Read family by family in three mornings, with the evidence of each on the screen.";
    repository.commit("2026-11-18T10:00:00Z", &format!("Review the year\n\n{note}\n\n{review}"));
    repository
}

/// What is said, each as one line, by rule; and whether any of it denies.
fn said(repository: &Repository) -> (Facts, BTreeMap<&'static str, Vec<String>>, Vec<String>) {
    let (facts, all) = repository.check().expect("the root is readable");
    let mut warned: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for found in all.iter().filter(|found| found.level == Level::Warn) {
        warned.entry(found.rule).or_default().push(line(found, &facts));
    }
    let denied = all.iter().filter(|found: &&Diagnostic| found.level == Level::Deny);
    let denied = denied.map(|found| line(found, &facts)).collect();
    (facts, warned, denied)
}

fn counts(warned: &BTreeMap<&'static str, Vec<String>>) -> Vec<(&'static str, usize)> {
    warned.iter().map(|(rule, lines)| (*rule, lines.len())).collect()
}

#[test]
fn a_shop_that_has_nothing_but_a_cloud_is_left_in_peace() {
    let repository = standing(CLOUD_ONLY);
    let (facts, warned, denied) = said(&repository);
    assert_eq!(denied, Vec::<String>::new());
    let met = facts.assessment.objectives().filter(ObjectiveView::is_met).count();
    assert_eq!((facts.assessment.practices.len(), met, facts.score.score), (110, 311, Some(106)));
    // Notice within 24 hours and 4 more until the one who reports hears of it: little is left of 72.
    assert_eq!(counts(&warned), [("slow-handoff", 1), ("stranger-party", 4)], "{warned:#?}");
}

#[test]
fn a_shop_that_has_nearly_everything_done_is_asked_what_an_assessor_would_ask() {
    let repository = standing(MSP_HEAVY);
    let (facts, warned, denied) = said(&repository);
    assert_eq!(denied, Vec::<String>::new());
    let met = facts.assessment.objectives().filter(ObjectiveView::is_met).count();
    assert_eq!((facts.assessment.practices.len(), met, facts.score.score), (110, 314, Some(107)));
    assert_eq!(
        counts(&warned),
        [("doubly-owned", 12), ("group-left-out", 1), ("stranger-party", 12), ("unnamed-party", 19), ("vague-duty", 2)],
        "{warned:#?}"
    );
}

#[test]
fn every_document_of_both_programs_prints() {
    for program in [CLOUD_ONLY, MSP_HEAVY] {
        let repository = standing(program);
        let screen = screen::run(&repository.root(), &["render", "-o", "out", "--format", "html,md,csv"]);
        assert_eq!(screen.code, 0, "{}", screen.err);
        for (document, least) in [("objectives.csv", 321), ("crm-by-practice.csv", 111), ("providers.csv", 3)] {
            let lines = repository.text(&format!("out/{document}")).lines().count();
            assert!(lines >= least, "{}: {document} has {lines} lines", program.0);
        }
    }
}

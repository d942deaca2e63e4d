//! Several roots in one repository: what is said of one is not said of another.

use serde_json::Value;

use super::super::screen::run;
use super::stage::{DANA, Person, ROBIN, SUBJECT, Stage, lines};

const DAY: &str = "2026-03-02";
const ROOTS: [&str; 2] = ["clients/a", "clients/b"];

/// Two clients with the same people and the same keys.
fn clients() -> Stage {
    let stage = Stage::new();
    let all = stage.ask(&["rev-parse", "HEAD"]);
    stage.take_away();
    stage.ask(&["read-tree", "--empty"]);
    for root in ROOTS {
        stage.ask(&["read-tree", &format!("--prefix={root}/"), &all]);
    }
    stage.ask(&["checkout-index", "-a", "-q"]);
    stage.commit(&ROBIN.on("2026-02-11"), "Make room for another client");
    stage
}

fn history(stage: &Stage, root: &str) -> Value {
    let screen = run(&stage.dir(), &["-C", root, "history", "--proof", "--format", "json"]);
    assert_eq!(screen.code, 0, "{}", screen.err);
    screen.json()
}

/// How many reviews of the subject each client has.
fn reviews(stage: &Stage) -> [usize; 2] {
    ROOTS.map(|root| {
        let history = history(stage, root);
        let subjects = history["subjects"].as_array().expect("a history lists its subjects");
        let subject = subjects.iter().find(|subject| subject["id"] == SUBJECT).expect("it is one of them");
        subject["reviews"].as_array().map_or(0, Vec::len)
    })
}

fn review(root: &str) -> String {
    format!("Review access control\n\n{}{root}", lines(&DANA.named()))
}

#[test]
fn a_review_that_names_a_root_is_none_of_another() {
    let stage = clients();
    stage.commit(&DANA.on(DAY), &review("Compliance-Root: clients/a\n"));
    assert_eq!(reviews(&stage), [1, 0]);
    stage.commit(&DANA.on(DAY), &review("compliance-root: clients/b/\n"));
    assert_eq!(reviews(&stage), [1, 1]);
    stage.commit(&DANA.on(DAY), &review("Compliance-Root: clients/c\n"));
    assert_eq!(reviews(&stage), [1, 1], "there is no such root");
    stage.commit(&DANA.on(DAY), &review(""));
    assert_eq!(reviews(&stage), [2, 2], "who names none speaks of each");
}

#[test]
fn a_root_that_moves_keeps_what_was_said_of_it() {
    let stage = clients();
    stage.commit(&DANA.on(DAY), &review("Compliance-Root: clients/a\n"));
    stage.ask(&["mv", "clients/a", "clients/first"]);
    stage.commit(&ROBIN.on("2026-03-03"), "Call the first client by its name");
    let found = history(&stage, "clients/first");
    let subjects = found["subjects"].as_array().expect("a history lists its subjects");
    let subject = subjects.iter().find(|subject| subject["id"] == SUBJECT).expect("it is one of them");
    assert_eq!(subject["reviews"].as_array().map(Vec::len), Some(1), "{found}");
}

#[test]
fn a_statement_that_names_no_root_is_one_of_none_where_there_are_several() {
    let stage = clients();
    let affirm = |person: Person, root: &str| {
        let text = format!("Affirm\n\nCompliance-Affirmed: level-2\nAffirmed-by: {}\n{root}", person.named());
        stage.commit(&person.on(DAY), &text);
    };
    let count = |root: &str| history(&stage, root)["affirmations"].as_array().map_or(0, Vec::len);
    affirm(DANA, "");
    assert_eq!(ROOTS.map(count), [0, 0]);
    let screen = run(&stage.dir(), &["-C", ROOTS[0], "check"]);
    let said = "a statement does not say of which of the roots in this repository it speaks, so it is none";
    assert!(screen.out.contains(said) && screen.out.contains("Compliance-Root: FOLDER"), "{}", screen.out);
    affirm(DANA, "Compliance-Root: clients/b\n");
    assert_eq!(ROOTS.map(count), [0, 1]);
}

#[test]
fn what_is_recorded_in_one_of_several_roots_says_of_which() {
    let stage = clients();
    let recorded = stage.demarcate(&DANA.on(DAY), &["-C", ROOTS[1], "review", SUBJECT, "-m", "Read it with Robin"]);
    assert_eq!(recorded.code, 0, "{}{}", recorded.out, recorded.err);
    assert!(
        stage.raw("HEAD").contains("Reviewed-by: Dana Lee <dana@contractor.example>\nCompliance-Root: clients/b\n")
    );
    assert_eq!(reviews(&stage), [0, 1]);
}

#[test]
fn what_is_recorded_in_the_only_root_says_nothing_of_it() {
    let stage = Stage::new();
    let recorded = stage.demarcate(&DANA.on(DAY), &["review", SUBJECT, "-m", "Read it with Robin"]);
    assert_eq!(recorded.code, 0, "{}{}", recorded.out, recorded.err);
    assert!(!stage.raw("HEAD").contains("Compliance-Root"));
}

#[test]
fn a_note_records_nothing_of_another_root() {
    let stage = clients();
    let note = format!("{}Compliance-Root: clients/a", lines(&DANA.named()));
    let refused = stage.demarcate(&DANA.on(DAY), &["-C", ROOTS[1], "review", SUBJECT, "-m", &note]);
    assert_eq!(refused.code, 2, "{}", refused.out);
    assert!(refused.err.contains("lines that read as a review of their own"), "{}", refused.err);
}

//! Whose own change it is: of whatever a subject rests on, not of its own file alone.

use super::pull::{DANA, MARCUS, PRIYA, Pull, Who};
use super::{FILE, PRACTICE};

const WIRELESS: &str = "AC.L2-3.1.16";
const NOBODY: Who = ("nobody", "Nobody", "nobody@nowhere.example");

/// The exception that two practices cite asks for less.
fn walks_less(pull: &Pull) {
    pull.edit("exceptions/no-wireless.toml", "every three months", "every thirty years");
}

fn is_their_own(pull: &Pull, subject: &str) {
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", subject)), "{:#}", found.json["approvals"]);
    let why = found.refused("contractor", subject);
    assert!(why.contains("a part of the change of it is their own"), "{why}");
}

#[test]
fn whoever_changes_an_exception_changes_every_practice_that_cites_it() {
    let pull = Pull::new();
    walks_less(&pull);
    pull.commit(PRIYA, "Walk less");
    let said = pull.approved_at_forge("priya-gh");
    let found = pull.diff(&["--approvals", &said]);
    for practice in [WIRELESS, "AC.L2-3.1.17"] {
        let why = found.refused("contractor", practice);
        assert!(why.contains("made a part of the change in"), "{practice}: {why}");
    }
    pull.review(PRIYA, WIRELESS, "no-change");
    is_their_own(&pull, WIRELESS);
    pull.review(DANA, WIRELESS, "no-change");
    let found = pull.diff(&[]);
    assert_eq!(found.given("contractor", WIRELESS), ("Dana Lee".into(), "signed".into()), "{}", found.err);
}

#[test]
fn whoever_changes_a_clause_changes_the_practice_that_cites_it() {
    let pull = Pull::new();
    pull.edit("providers/acme-msp.toml", "its own included.", "within its own hours.");
    pull.commit(PRIYA, "Calls in office hours");
    pull.review(PRIYA, "IR.L2-3.6.1", "no-change");
    is_their_own(&pull, "IR.L2-3.6.1");
    pull.review(DANA, "IR.L2-3.6.1", "no-change");
    assert_eq!(pull.diff(&[]).given("contractor", "IR.L2-3.6.1").0, "Dana Lee");
}

#[test]
fn a_clean_merge_makes_nothing_and_hides_nobody() {
    let pull = Pull::new();
    pull.git(&["switch", "--quiet", "-c", "side", "base"]);
    walks_less(&pull);
    pull.commit(PRIYA, "Walk less");
    pull.git(&["switch", "--quiet", "--detach", "base"]);
    pull.edit("practices/AC.L2-3.1.16.toml", "sweeps keep it so", "sweeps show that it stays so");
    pull.commit(MARCUS, "Say it better");
    pull.git(&["merge", "--quiet", "--no-commit", "--no-ff", "side"]);
    pull.sign(DANA, "Merge side");
    for maker in [PRIYA, MARCUS] {
        pull.review(maker, WIRELESS, "no-change");
        let found = pull.diff(&[]);
        assert!(found.missing().contains(&("contractor", WIRELESS)), "{}: {:#}", maker.1, found.json["approvals"]);
    }
    pull.review(DANA, WIRELESS, "no-change");
    let found = pull.diff(&[]);
    assert_eq!(found.given("contractor", WIRELESS).0, "Dana Lee", "who merged has changed nothing: {}", found.err);
}

#[test]
fn what_is_changed_before_it_is_cited_is_a_part_of_the_change() {
    let pull = Pull::new();
    let exception = pull.text("exceptions/no-wireless.toml").replace("no-wireless", "no-bluetooth");
    pull.write("exceptions/no-bluetooth.toml", &exception);
    pull.commit(PRIYA, "No Bluetooth");
    pull.edit("practices/AC.L2-3.1.16.toml", "\"no-wireless\"", "\"no-bluetooth\"");
    pull.commit(MARCUS, "Cite it");
    pull.review(PRIYA, WIRELESS, "no-change");
    is_their_own(&pull, WIRELESS);
    pull.review(DANA, WIRELESS, "no-change");
    assert_eq!(pull.diff(&[]).given("contractor", WIRELESS).0, "Dana Lee");
}

#[cfg(unix)]
#[test]
fn a_change_behind_a_link_is_whoever_made_it_there() {
    let pull = Pull::new();
    std::fs::create_dir(pull.root().join("x")).expect("a folder can be made");
    pull.git(&["mv", FILE, "x/p.toml"]);
    std::os::unix::fs::symlink("../x/p.toml", pull.root().join(FILE)).expect("a link can be made");
    pull.commit(MARCUS, "Tidy");
    pull.git(&["branch", "-f", "base"]);
    let old = "approves each provider session by ticket";
    pull.edit("x/p.toml", old, "approves each provider session by signed ticket");
    pull.commit(PRIYA, "Sign the tickets");
    let said = pull.approved_at_forge("priya-gh");
    let why = pull.diff(&["--approvals", &said]).refused("contractor", PRACTICE);
    assert!(why.contains("made a part of the change in"), "{why}");
    pull.review(PRIYA, PRACTICE, "no-change");
    is_their_own(&pull, PRACTICE);
}

#[test]
fn what_nobody_known_made_may_be_the_reviewers_own() {
    let pull = Pull::new();
    let old = "approves each provider session by ticket";
    pull.edit(FILE, old, "approves each provider session by signed ticket");
    let change = pull.commit_unsigned(NOBODY, "Sign the tickets");
    pull.edit(FILE, "Decides who may connect", "Decides, who may connect");
    pull.commit(MARCUS, "A comma");
    pull.review(PRIYA, PRACTICE, "no-change");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", PRACTICE)], "{:#}", found.json["approvals"]);
    let why = found.refused("contractor", PRACTICE);
    assert!(why.contains(&format!("{change:.10} is by nobody who is known, signed or named")), "{why}");
}

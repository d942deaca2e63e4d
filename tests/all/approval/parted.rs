//! Where two sides parted: merges that went both ways, and words that were said on a branch beside what BASE has.

use super::pull::{DANA, MALLORY, MARCUS, PRIYA, Pull, SAM};
use super::{FILE, PRACTICE};

/// Merges a commit into HEAD without a signature.
fn merge(pull: &Pull, with: &str) {
    pull.git(&["merge", "--quiet", "--no-ff", "--no-commit", with]);
    pull.say_unsigned(MARCUS, "Merge");
}

/// A note that forked before BASE moved an objective with everybody's approval, and was merged into BASE after it; gives the
/// commit of the note.
fn noted_beside_a_move(pull: &Pull) -> String {
    pull.git(&["switch", "--quiet", "--detach", "base"]);
    pull.write("NOTES.md", "Wording.\n");
    let note = pull.commit_unsigned(MALLORY, "Notes");
    pull.git(&["switch", "--quiet", "--detach", "base"]);
    pull.move_objective();
    pull.commit(MARCUS, "Let Acme MSP say which kinds of remote access there are");
    let approved = pull.head();
    pull.git(&["branch", "-f", "base"]);
    pull.git(&["switch", "--quiet", "base"]);
    merge(pull, &note);
    pull.git(&["switch", "--quiet", "--detach", &note]);
    pull.git(&["merge", "--quiet", "--no-commit", "--no-ff", &approved]);
    note
}

#[test]
fn sides_that_merged_each_other_are_refused_until_base_is_merged_once_more() {
    let pull = Pull::new();
    let note = noted_beside_a_move(&pull);
    pull.git(&["checkout", "--quiet", &note, "--", FILE]);
    pull.commit_unsigned(MALLORY, "Merge main");
    let screen = pull.run(&["diff", "base", "HEAD", "--require-approval"]);
    assert_eq!(screen.code, 2, "{}{}", screen.out, screen.err);
    for part in ["`base` and the side compared to parted in 2 places", "merge `base` into", "`--direct`"] {
        assert!(screen.err.contains(part), "{part}: {}", screen.err);
    }
    let found = pull.diff(&["--direct"]);
    assert_eq!(found.missing(), [("contractor", PRACTICE), ("acme-msp", "duties")], "{}", found.err);

    merge(&pull, "base");
    let found = pull.diff(&[]);
    assert_eq!(found.code, 1, "{}", found.err);
    assert_eq!(found.missing(), [("contractor", PRACTICE), ("acme-msp", "duties")], "{}", found.err);
}

#[test]
fn who_merged_honestly_both_ways_is_not_asked_about_what_base_has() {
    let pull = Pull::new();
    noted_beside_a_move(&pull);
    pull.commit_unsigned(MARCUS, "Merge main");
    assert_eq!(pull.run(&["diff", "base", "HEAD", "--require-approval"]).code, 2);
    pull.git(&["merge", "--quiet", "--no-commit", "--no-ff", "base"]);
    pull.say_unsigned(MARCUS, "Merge main again");
    let found = pull.diff(&[]);
    assert_eq!((found.code, found.missing().len()), (0, 0), "{}", found.err);
}

#[test]
fn a_review_of_the_plan_beside_what_is_removed_does_not_stand_for_its_removal() {
    let pull = Pull::new();
    pull.git(&["switch", "--quiet", "-c", "old", "base"]);
    pull.review(DANA, "ssp", "no-change");
    pull.git(&["switch", "--quiet", "--detach", "base"]);
    pull.add_newco("");
    pull.commit(PRIYA, "A provider");
    pull.git(&["branch", "-f", "base"]);
    pull.git(&["merge", "--quiet", "--no-commit", "--no-ff", "old"]);
    pull.git(&["read-tree", "-u", "--reset", "old"]);
    pull.say_unsigned(MALLORY, "Merge");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", "ssp")], "{:#}", found.json["approvals"]);
    let why = found.refused("contractor", "ssp");
    assert!(why.contains("never had what this change takes away"), "{why}");
}

#[test]
fn words_about_a_practice_beside_what_base_made_of_it_do_not_stand_for_undoing_that() {
    let pull = Pull::new();
    pull.git(&["switch", "--quiet", "-c", "old", "base"]);
    pull.review(DANA, PRACTICE, "no-change");
    pull.accept(SAM, "acme-msp");
    pull.git(&["switch", "--quiet", "--detach", "base"]);
    pull.move_objective();
    pull.commit(MARCUS, "Let Acme MSP say which kinds of remote access there are");
    pull.git(&["branch", "-f", "base"]);
    pull.git(&["merge", "--quiet", "--no-commit", "--no-ff", "old"]);
    pull.git(&["checkout", "--quiet", "old", "--", FILE]);
    pull.say_unsigned(MALLORY, "Merge");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", PRACTICE), ("acme-msp", "duties")], "{:#}", found.json["approvals"]);
    for (party, subject) in [("contractor", PRACTICE), ("acme-msp", "duties")] {
        let why = found.refused(party, subject);
        assert!(why.contains("never had what this change takes away"), "{why}");
    }
}

#[test]
fn words_of_a_branch_count_after_base_went_on_elsewhere_and_was_merged_in() {
    let pull = Pull::new();
    pull.git(&["switch", "--quiet", "-c", "topic", "base"]);
    pull.move_objective();
    pull.commit(MARCUS, "Let Acme MSP say which kinds of remote access there are");
    pull.review(DANA, PRACTICE, "no-change");
    pull.accept(SAM, "acme-msp");
    pull.git(&["switch", "--quiet", "--detach", "base"]);
    pull.edit("exceptions/no-wireless.toml", "every three months", "every two months");
    pull.commit(PRIYA, "Sooner");
    pull.git(&["branch", "-f", "base"]);
    pull.git(&["switch", "--quiet", "topic"]);
    merge(&pull, "base");
    let found = pull.diff(&[]);
    assert_eq!(found.missing().len(), 0, "{:#}", found.json["approvals"]);
    assert_eq!(found.given("contractor", PRACTICE).0, "Dana Lee");
}

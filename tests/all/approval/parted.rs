//! Where two sides parted: merges that went both ways, and words that were said on a branch beside what BASE has.

use super::pull::{MALLORY, MARCUS, Pull};
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

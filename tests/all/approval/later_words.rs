//! Words that are older than others: what BASE and other lines of a request have said since.

use super::pull::{DANA, MARCUS, PRIYA, Pull};
use super::{FILE, PRACTICE, moved};

/// A pull request that brings a side branch back on which somebody reviewed what BASE has since found wanting.
fn brought_back() -> Pull {
    let pull = Pull::new();
    pull.git(&["switch", "--quiet", "-c", "side", "base"]);
    pull.edit(FILE, "approves each provider session by ticket", "approves each provider session by telephone");
    pull.commit(MARCUS, "Approve by telephone");
    pull.review(DANA, PRACTICE, "no-change");
    // BASE takes the same in by a squash, so that the commits of the side branch are none of its own.
    pull.git(&["switch", "--quiet", "base"]);
    let old = pull.text(FILE);
    pull.edit(FILE, "approves each provider session by ticket", "approves each provider session by telephone");
    pull.commit(MARCUS, "Approve by telephone (#7)");
    pull.review(PRIYA, PRACTICE, "deficiency");
    pull.write(FILE, &old);
    pull.commit(MARCUS, "Take it back");
    pull.git(&["switch", "--quiet", "--detach", "base"]);
    pull
}

#[test]
fn an_old_review_of_a_branch_that_is_brought_back_does_not_outvote_what_base_has_found_wanting() {
    // Merged on top of BASE: the deficiency is below the merge, and not below the old review.
    let pull = brought_back();
    pull.git(&["merge", "--quiet", "--no-commit", "--no-ff", "-s", "ours", "side"]);
    pull.edit(FILE, "approves each provider session by ticket", "approves each provider session by telephone");
    pull.commit(MARCUS, "Merge side");
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", PRACTICE)], "{:#}", found.json["approvals"]);
    let why = found.refused("contractor", PRACTICE);
    assert!(why.contains("by Priya Nair") && why.contains("found it wanting"), "{why}");
    let head = pull.head();
    let forge = format!(
        "{{\"version\":1,\"forge\":\"github\",\"approvals\":[{{\"account\":\"dana-gh\",\"commit\":\"{head}\"}}]}}"
    );
    let found = pull.diff_with(&forge);
    assert_eq!(found.missing(), [("contractor", PRACTICE)], "a forge knows of no review: {}", found.err);
    pull.review(DANA, PRACTICE, "no-change");
    assert_eq!(pull.diff(&[]).given("contractor", PRACTICE).0, "Dana Lee", "who knows of it says otherwise");
}

#[test]
fn a_branch_that_parted_before_base_found_it_wanting_does_not_pass_it_by() {
    let pull = brought_back();
    pull.git(&["switch", "--quiet", "--detach", "side"]);
    let found = pull.diff(&[]);
    assert_eq!(found.missing(), [("contractor", PRACTICE)], "{:#}", found.json["approvals"]);
    assert!(found.refused("contractor", PRACTICE).contains("by Priya Nair"), "{}", found.err);
}

#[test]
fn of_two_reviews_in_a_request_that_know_nothing_of_each_other_the_one_that_found_it_wanting_stands() {
    let pull = moved();
    pull.git(&["branch", "one"]);
    pull.git(&["switch", "--quiet", "-c", "two"]);
    pull.review(PRIYA, PRACTICE, "deficiency");
    pull.git(&["switch", "--quiet", "one"]);
    pull.review(DANA, PRACTICE, "no-change");
    pull.git(&["merge", "--quiet", "--no-ff", "--no-gpg-sign", "-m", "Merge two", "two"]);
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", PRACTICE)), "{:#}", found.json["approvals"]);
    assert!(found.refused("contractor", PRACTICE).contains("found it wanting"), "{}", found.err);
}

#[test]
fn a_mailmap_does_not_make_a_word_that_found_it_wanting_that_of_nobody() {
    let pull = moved();
    pull.review(DANA, PRACTICE, "no-change");
    pull.review(PRIYA, PRACTICE, "deficiency");
    pull.write(".mailmap", "Nobody <nobody@contractor.example> <priya@contractor.example>\n");
    pull.commit(MARCUS, "Tidy the names");
    let found = pull.diff(&[]);
    assert!(found.missing().contains(&("contractor", PRACTICE)), "{:#}", found.json["approvals"]);
    assert!(found.refused("contractor", PRACTICE).contains("found it wanting"), "{}", found.err);
}

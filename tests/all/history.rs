//! The walk over the log with Git as the judge, and what follows from reviews.

use std::collections::BTreeSet;

use demarcate::cache::Cache;
use demarcate::failure::Cause;
use demarcate::model::history::{DateGrade, ReviewOutcome, Stood};
use demarcate::review;

use super::scripted::{FILES, REVIEW, Scripted, asked, day, subject};

const FIRST: &str = "practices/AC.L2-3.1.1.toml";
const SECOND: &str = "practices/AC.L2-3.1.2.toml";

/// Paths that a commit touched.
fn touched(touches: &[(String, BTreeSet<String>)], commit: &str) -> Vec<String> {
    let (_, paths) = touches.iter().find(|(id, _)| id == commit).expect("the commit is in the log");
    paths.iter().cloned().collect()
}

/// A review of these words by Dana.
fn review_of(words: &str, outcome: &str) -> String {
    format!(
        "Review\n\nPractice-Review: {words}\nReview-Outcome: {outcome}\nReviewed-by: Dana Lee <dana@contractor.example>\n"
    )
}

fn summaries(scripted: &Scripted, name: &str) -> Vec<String> {
    scripted.subject(name, "2026-12-31").revisions.into_iter().map(|revision| revision.summary.to_string()).collect()
}

#[test]
fn a_line_of_commits_is_walked_newest_first() {
    let scripted = Scripted::root();
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit("One", "2026-01-02");
    scripted.commit("Empty", "2026-01-03");
    scripted.edit(SECOND, "Defines", "Writes");
    scripted.write("README.md", "x");
    scripted.commit("Two", "2026-01-04");
    std::fs::remove_file(scripted.dir().join("poam/alerts.toml")).expect("the item is there");
    scripted.commit("Three", "2026-01-05");
    let touches = scripted.judged();
    assert_eq!(touches.len(), 5);
    assert_eq!(summaries(&scripted, "3.1.1"), ["One", "Begin"]);
    assert_eq!(summaries(&scripted, "3.1.2"), ["Two", "Begin"]);
    assert_eq!(summaries(&scripted, "poam"), ["Three", "Begin"]);
}

#[test]
fn a_merge_that_takes_one_side_whole_touches_nothing_and_the_review_it_dropped_does_not_count() {
    let scripted = Scripted::root();
    scripted.git(&["checkout", "-qb", "side"]);
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit(&review_of("3.1.1", "changed"), "2026-01-05");
    scripted.git(&["checkout", "-q", "main"]);
    scripted.edit(FIRST, "Approves", "Permits");
    scripted.commit("Other", "2026-01-04");
    scripted.merge(&["-s", "ours", "side"], "2026-01-06");
    let touches = scripted.judged();
    assert_eq!(touched(&touches, &scripted.git(&["rev-parse", "HEAD"])), Vec::<String>::new());
    let found = scripted.subject("3.1.1", "2026-02-01");
    assert_eq!(found.state.word(), "stale");
    assert_eq!(found.differs, ["duty of contractor"]);
    assert_eq!(found.revisions.len(), 3);
}

#[test]
fn a_review_on_the_side_that_a_merge_kept_covers_the_tip() {
    let scripted = Scripted::root();
    scripted.git(&["checkout", "-qb", "side"]);
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit(&review_of("3.1.1", "changed"), "2026-01-05");
    scripted.git(&["checkout", "-q", "main"]);
    scripted.edit(SECOND, "Defines", "Writes");
    scripted.commit("Other", "2026-01-06");
    scripted.merge(&["side"], "2026-01-07");
    scripted.judged();
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "current");
    assert_eq!(scripted.state("3.1.2", "2026-02-01"), "never");
}

#[test]
fn an_evil_merge_touches_what_it_changed() {
    let scripted = Scripted::root();
    scripted.git(&["checkout", "-qb", "side"]);
    scripted.edit(SECOND, "Defines", "Writes");
    scripted.commit("Side", "2026-01-02");
    scripted.git(&["checkout", "-q", "main"]);
    scripted.write("README.md", "x");
    scripted.commit("Main", "2026-01-03");
    scripted.merge(&["--no-commit", "side"], "2026-01-04");
    scripted.edit(FIRST, "Approves", "Signs");
    let evil = scripted.commit("Merge", "2026-01-04");
    assert_eq!(touched(&scripted.judged(), &evil), [FIRST]);
    assert_eq!(summaries(&scripted, "3.1.1"), ["Merge", "Begin"]);
}

#[test]
fn an_octopus_is_compared_with_every_parent() {
    let scripted = Scripted::root();
    for (name, path, old) in [("a", FIRST, "Approves"), ("b", SECOND, "Defines"), ("c", "assets.toml", "Office")] {
        scripted.git(&["checkout", "-qb", name, "main"]);
        scripted.edit(path, old, "Changes");
        scripted.commit(name, "2026-01-02");
    }
    scripted.git(&["checkout", "-q", "main"]);
    scripted.merge(&["a", "b", "c"], "2026-01-03");
    assert_eq!(scripted.git(&["rev-list", "--parents", "-1", "HEAD"]).split(' ').count(), 5);
    scripted.judged();
    scripted.edit(FIRST, "Changes", "Changes again");
    scripted.git(&["add", "-A"]);
    scripted.git_on(&["commit", "-q", "--amend", "--no-edit"], "2026-01-03");
    assert_eq!(touched(&scripted.judged(), &scripted.git(&["rev-parse", "HEAD"])), [FIRST]);
}

#[test]
fn criss_cross_merges_and_file_to_folder_changes_are_walked_as_git_walks_them() {
    let scripted = Scripted::root();
    scripted.write("x", "1");
    scripted.write("x-y", "1");
    scripted.commit("x is a file", "2026-01-02");
    scripted.git(&["checkout", "-qb", "side"]);
    std::fs::remove_file(scripted.dir().join("x")).expect("x is there");
    scripted.write("x/one", "1");
    scripted.write("x/two", "2");
    scripted.commit("x is a folder", "2026-01-03");
    scripted.git(&["checkout", "-q", "main"]);
    scripted.edit("x-y", "1", "2");
    scripted.commit("main", "2026-01-04");
    scripted.git(&["branch", "old"]);
    scripted.merge(&["side"], "2026-01-05");
    scripted.git(&["checkout", "-q", "side"]);
    scripted.merge(&["old"], "2026-01-06");
    scripted.write("x/two", "3");
    scripted.commit("side", "2026-01-07");
    scripted.git(&["update-index", "--chmod=+x", "x/one"]);
    scripted.git_on(&["commit", "-q", "-m", "mode"], "2026-01-07");
    scripted.git(&["checkout", "-q", "--", "x/one"]);
    scripted.git(&["checkout", "-q", "main"]);
    scripted.merge(&["side"], "2026-01-08");
    assert_eq!(scripted.judged().len(), 9);
}

#[test]
fn a_practice_is_followed_through_a_rename_by_its_id() {
    let scripted = Scripted::empty(&[]);
    scripted.write_root();
    std::fs::rename(scripted.dir().join(SECOND), scripted.dir().join("practices/limits.toml")).expect("it is there");
    scripted.commit("Begin", "2026-01-01");
    scripted.edit("practices/limits.toml", "Defines", "Writes");
    scripted.commit(&review_of("3.1.2", "changed"), "2026-01-02");
    scripted.git(&["mv", "practices/limits.toml", SECOND]);
    scripted.commit("Rename", "2026-01-03");
    scripted.judged();
    assert_eq!(summaries(&scripted, "3.1.2"), ["Rename", "Review", "Begin"]);
    let history = scripted.history("2026-02-01");
    assert_eq!(subject(&history, "3.1.2").state.word(), "current");
    assert_eq!(history.cost.parsed, 0);
}

#[test]
fn two_practices_that_trade_names_keep_their_own_revisions() {
    let scripted = Scripted::root();
    scripted.edit(SECOND, "Defines", "Writes");
    scripted.commit("Second", "2026-01-02");
    scripted.git(&["mv", FIRST, "practices/x.toml"]);
    scripted.git(&["mv", SECOND, FIRST]);
    scripted.commit("Shift", "2026-01-03");
    assert_eq!(summaries(&scripted, "3.1.2"), ["Shift", "Second", "Begin"]);
    assert_eq!(summaries(&scripted, "3.1.1"), ["Shift", "Begin"]);
}

#[test]
fn a_root_in_a_subfolder_is_read_alone() {
    let scripted = Scripted::empty(&[]).at("systems/cui");
    scripted.write_root();
    scripted.commit("Begin", "2026-01-01");
    std::fs::write(scripted.dir().join("README.md"), "x").expect("the file can be written");
    scripted.commit("Elsewhere", "2026-01-02");
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit("One", "2026-01-03");
    scripted.review("2026-01-04");
    scripted.judged();
    assert_eq!(summaries(&scripted, "3.1.1"), ["One", "Begin"]);
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "current");
}

#[test]
fn a_root_whose_folder_is_renamed_keeps_its_history() {
    let mut scripted = Scripted::empty(&[]).at("old");
    scripted.write_root();
    scripted.commit("Begin", "2026-01-01");
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit("One", "2026-01-02");
    scripted.review("2026-01-03");
    scripted.git(&["branch", "side"]);
    std::fs::create_dir(scripted.dir().join("systems")).expect("the folder is new");
    scripted.git(&["mv", "old", "systems/new"]);
    scripted = scripted.at("systems/new");
    scripted.commit("Rename the folder", "2026-01-04");
    assert_eq!(summaries(&scripted, "3.1.1"), ["One", "Begin"]);
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "current");
    assert_eq!(scripted.state("ssp", "2026-02-01"), "current");
    // A line of development that still knows the old name is merged.
    scripted.git(&["checkout", "-q", "side"]);
    scripted = scripted.at("old");
    scripted.edit(SECOND, "Defines", "Writes");
    scripted.commit("Two", "2026-01-05");
    scripted.git(&["checkout", "-q", "main"]);
    scripted = scripted.at("systems/new");
    scripted.merge(&["side"], "2026-01-06");
    assert_eq!(summaries(&scripted, "3.1.2"), ["Two", "Begin"]);
    assert_eq!(scripted.state("3.1.2", "2026-02-01"), "stale");
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "current");
}

#[test]
fn reviews_before_the_root_was_there_are_not_its_own() {
    let scripted = Scripted::empty(&[]);
    scripted.review("2025-01-01");
    scripted.write_root();
    scripted.commit("Begin", "2026-01-01");
    let found = scripted.subject("3.1.1", "2026-02-01");
    assert_eq!((found.state.word(), found.reviews.len()), ("never", 0));
}

#[test]
fn a_cherry_picked_review_covers_the_content_where_it_is_picked_to() {
    let scripted = Scripted::root();
    scripted.git(&["checkout", "-qb", "side"]);
    scripted.write("README.md", "x");
    scripted.commit("Elsewhere", "2026-01-02");
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit(&review_of("3.1.1", "changed"), "2026-01-03");
    scripted.git(&["checkout", "-q", "main"]);
    scripted.git_on(&["cherry-pick", "-x", "side"], "2026-01-04");
    scripted.judged();
    let found = scripted.subject("3.1.1", "2026-02-01");
    assert_eq!((found.state.word(), found.reviews.len()), ("current", 1));
    assert_eq!(found.reviews[0].stood, Stood::Trailers);
    assert_eq!(found.reviews[0].date, day("2026-01-04"));
}

#[test]
fn a_squash_keeps_the_review_in_its_body_and_says_so() {
    let scripted = Scripted::root();
    scripted.git(&["checkout", "-qb", "side"]);
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit(&review_of("3.1.1", "changed"), "2026-01-03");
    scripted.git(&["checkout", "-q", "main"]);
    scripted.git_on(&["merge", "-q", "--squash", "side"], "2026-01-04");
    scripted.git_on(&["commit", "-q", "--no-edit"], "2026-01-04");
    assert_eq!(scripted.git(&["log", "-1", "--format=%(trailers)"]), "");
    let found = scripted.subject("3.1.1", "2026-02-01");
    assert_eq!((found.state.word(), found.reviews.len()), ("current", 1));
    assert_eq!(found.reviews[0].stood, Stood::Body);
}

#[test]
fn where_lines_stood_is_what_git_says() {
    let lines = review_of("3.1.1", "no-change").replace("Review\n\n", "");
    let messages = [
        format!("Title\n\n{lines}"),
        format!("Title\n\nText\n\n{lines}"),
        format!("Title\n\n{lines}\nCo-authored-by: A <a@x.example>"),
        format!("Title\n\n{lines}\nSome words that are no trailer."),
        format!("Title\n\nSome words that are no trailer.\n{lines}"),
        format!("Title\n\nSome words.\n{lines}Signed-off-by: A <a@x.example>"),
        format!("Title\n\nA\nB\nC\nD\nE\nF\nG\nH\nI\nJ\nK\nL\nM\n{lines}Signed-off-by: A <a@x.example>"),
        format!("Title\n\n{lines}(cherry picked from commit 0123456789012345678901234567890123456789)"),
        format!("Title\n\n{lines}with a line that goes on"),
        format!("Title\n\n{lines} that goes on"),
        lines.clone(),
    ];
    for message in messages {
        let scripted = Scripted::root();
        scripted.commit(&message, "2026-01-02");
        let by_git = scripted.git(&["log", "-1", "--format=%(trailers:key=Practice-Review)"]);
        let expected = if by_git.is_empty() { Stood::Body } else { Stood::Trailers };
        let found = scripted.subject("3.1.1", "2026-02-01");
        assert_eq!(found.reviews.iter().map(|review| review.stood).collect::<Vec<_>>(), [expected], "{message}");
    }
}

#[test]
fn a_revert_takes_the_content_back_under_the_review_that_covered_it() {
    let scripted = Scripted::root();
    scripted.review("2026-01-02");
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit("Change", "2026-01-03");
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "stale");
    scripted.git_on(&["revert", "--no-edit", "HEAD"], "2026-01-04");
    scripted.judged();
    let history = scripted.history("2026-02-01");
    assert_eq!(subject(&history, "3.1.1").state.word(), "current");
    assert_eq!(subject(&history, "3.1.1").revisions.len(), 3);
    assert_eq!(history.cost.parsed, 0);
}

#[test]
fn the_order_is_that_of_the_log_and_never_of_dates() {
    let scripted = Scripted::root();
    scripted.commit(&review_of("3.1.1", "no-change"), "2026-03-01");
    scripted.commit(&review_of("3.1.1", "deficiency"), "2026-02-01");
    let found = scripted.subject("3.1.1", "2026-04-01");
    assert_eq!(found.reviews[0].outcome, ReviewOutcome::Deficiency);
    assert_eq!(found.reviews[0].date_grade, DateGrade::Doubtful);
    assert_eq!(found.reviews[1].date_grade, DateGrade::Claimed);
    assert_eq!(found.state.word(), "deficient");
    scripted.judged();
}

#[test]
fn a_day_far_from_the_authors_is_doubtful() {
    let scripted = Scripted::root();
    for (author, committer, grade) in [
        ("2026-02-01T12:00:00Z", "2026-03-03T12:00:00Z", DateGrade::Claimed),
        ("2026-02-01T12:00:00Z", "2026-03-03T12:00:01Z", DateGrade::Doubtful),
        ("2026-05-01T12:00:00Z", "2026-03-04T12:00:00Z", DateGrade::Doubtful),
    ] {
        let message = review_of("3.1.1", "no-change");
        let done = scripted.try_git(&["commit", "-q", "--allow-empty", "-m", &message], author, committer);
        assert!(done.status.success());
        assert_eq!(scripted.subject("3.1.1", "2026-06-01").reviews[0].date_grade, grade, "{author} {committer}");
    }
}

#[test]
fn a_review_after_the_day_is_shown_and_does_not_count() {
    let scripted = Scripted::root();
    scripted.review("2027-02-01");
    let found = scripted.subject("3.1.1", "2026-03-01");
    assert_eq!((found.state.word(), found.reviews.len(), found.due), ("never", 1, None));
    assert!(found.reviews[0].after_as_of);
    assert_eq!(found.reviews[0].date_grade, DateGrade::Claimed);
    assert_eq!(scripted.state("3.1.1", "2027-02-01"), "current");
}

#[test]
fn the_interval_is_counted_in_calendar_days_to_the_day() {
    let scripted = Scripted::root();
    scripted.review("2026-02-01");
    let states = ["2027-01-01", "2027-01-02", "2027-02-01", "2027-02-02"].map(|as_of| scripted.state("3.1.1", as_of));
    assert_eq!(states, ["current", "due", "due", "overdue"]);
    assert_eq!(scripted.subject("3.1.1", "2026-03-01").due, Some(day("2027-02-01")));
    scripted.edit("demarcate.toml", "interval = \"1 year\"", "interval = \"3 months\"");
    scripted.commit("Oftener", "2026-02-02");
    assert_eq!(scripted.subject("3.1.1", "2026-03-01").due, Some(day("2026-05-01")));
    scripted.edit("demarcate.toml", "interval = \"3 months\"", "interval = \"2 years\"");
    scripted.commit("Not so often", "2026-02-03");
    assert_eq!(scripted.subject("3.1.1", "2026-03-01").due, Some(day("2027-02-01")));
}

#[test]
fn gaps_are_measured_in_days_from_the_first_review_to_the_day() {
    let scripted = Scripted::root();
    for when in ["2026-01-10", "2026-06-01", "2027-07-01", "2028-07-01"] {
        let done = scripted.try_git(&["commit", "-q", "--allow-empty", "-m", &format!("R\n\n{REVIEW}")], when, when);
        assert!(done.status.success());
    }
    let gaps = |as_of: &str| -> Vec<String> {
        let gaps = scripted.subject("3.1.1", as_of).gaps;
        gaps.iter().map(|gap| format!("{} {} {}", gap.from, gap.to, gap.days)).collect()
    };
    assert_eq!(gaps("2028-08-01"), ["2026-06-01 2027-07-01 395"]);
    assert_eq!(gaps("2029-07-02"), ["2026-06-01 2027-07-01 395", "2028-07-01 2029-07-02 366"]);
    assert_eq!(gaps("2026-12-01"), Vec::<String>::new());
}

#[test]
fn a_review_that_is_dated_before_the_commit_below_it_closes_no_gap() {
    let scripted = Scripted::root();
    for (message, when) in [(REVIEW, "2026-01-10"), ("Go on", "2028-01-10"), (REVIEW, "2026-12-01")] {
        let done = scripted.try_git(&["commit", "-q", "--allow-empty", "-m", &format!("R\n\n{message}")], when, when);
        assert!(done.status.success());
    }
    let found = scripted.subject("3.1.1", "2028-02-01");
    let gaps: Vec<String> = found.gaps.iter().map(|gap| format!("{} {} {}", gap.from, gap.to, gap.days)).collect();
    assert_eq!(gaps, ["2026-01-10 2028-01-10 730"], "it cannot have been before 2028-01-10");
    assert_eq!(found.due, Some(day("2027-12-01")), "and what it claims is not taken for more than it says");
}

#[test]
fn of_several_reviews_of_the_same_content_the_latest_outcome_wins() {
    let scripted = Scripted::root();
    let mut states = Vec::new();
    for (when, outcome) in [("2026-02-01", "no-change"), ("2026-02-02", "deficiency"), ("2026-02-03", "no-change")] {
        scripted.commit(&review_of("3.1.1", outcome), when);
        states.push(scripted.state("3.1.1", "2026-03-01"));
    }
    assert_eq!(states, ["current", "deficient", "current"]);
    scripted.commit(&review_of("3.1.1", "deficiency"), "2026-02-04");
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit("Correct", "2026-02-05");
    assert_eq!(scripted.state("3.1.1", "2026-03-01"), "stale");
}

#[test]
fn a_deficiency_stands_against_a_review_that_does_not_know_of_it() {
    let scripted = Scripted::root();
    scripted.git(&["checkout", "-qb", "side"]);
    scripted.commit(&review_of("3.1.1", "deficiency"), "2026-02-01");
    scripted.git(&["checkout", "-q", "main"]);
    scripted.commit(&review_of("3.1.1", "no-change"), "2026-02-02");
    scripted.merge(&["side"], "2026-02-03");
    assert_eq!(scripted.state("3.1.1", "2026-03-01"), "deficient");
    scripted.commit(&review_of("3.1.1", "no-change"), "2026-02-04");
    assert_eq!(scripted.state("3.1.1", "2026-03-01"), "current");
}

#[test]
fn a_repository_with_sha_256_is_read_alike() {
    let scripted = Scripted::empty(&["--object-format=sha256"]);
    scripted.write_root();
    scripted.commit("Begin", "2026-01-01");
    scripted.review("2026-01-02");
    assert_eq!(scripted.judged()[0].0.len(), 64);
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "current");
}

#[test]
fn linked_work_trees_bare_repositories_and_detached_heads_are_read_alike() {
    let mut scripted = Scripted::root();
    let reviewed = scripted.review("2026-01-02");
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit("Change", "2026-01-03");
    let (source, tree, bare) = (scripted.dir().to_owned(), scripted.beside("tree"), scripted.beside("bare"));
    let path = |path: &std::path::Path| path.to_str().expect("the temporary folder has a plain name").to_owned();
    scripted.git(&["worktree", "add", "-q", "--detach", &path(&tree), &reviewed]);
    scripted.git(&["clone", "-q", "--bare", &path(&source), &path(&bare)]);
    scripted.git(&["checkout", "-q", "--detach"]);
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "stale");
    scripted.moved_to(bare);
    scripted.judged();
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "stale");
    scripted.moved_to(tree);
    scripted.judged();
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "current");
}

/// Clones with these options into another folder and looks at it.
fn cloned(scripted: &mut Scripted, options: &[&str]) {
    scripted.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", scripted.dir().display());
    let clone = scripted.beside("clone");
    let target = clone.to_str().expect("the temporary folder has a plain name").to_owned();
    scripted.git(&[&["clone", "-q"], options, &[&url, &target]].concat());
    scripted.moved_to(clone);
}

#[test]
fn a_shallow_clone_is_refused_with_the_way_out() {
    let mut scripted = Scripted::root();
    scripted.review("2026-01-02");
    cloned(&mut scripted, &["--depth=1"]);
    let failure = scripted.try_history("2026-02-01").expect_err("the log is cut");
    assert_eq!(failure.cause, Cause::Shallow);
    assert!(failure.message.contains("git fetch --unshallow"), "{failure}");
    scripted.git(&["fetch", "-q", "--unshallow"]);
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "current");
}

#[test]
fn grafts_are_refused() {
    let scripted = Scripted::root();
    let tip = scripted.review("2026-01-02");
    std::fs::create_dir_all(scripted.dir().join(".git/info")).expect("the folder can be made");
    std::fs::write(scripted.dir().join(".git/info/grafts"), "# nothing yet\n").expect("the file can be written");
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "current");
    std::fs::write(scripted.dir().join(".git/info/grafts"), format!("{tip}\n")).expect("the file can be written");
    assert_eq!(scripted.git(&["rev-list", "--count", "HEAD"]), "1");
    let failure = scripted.try_history("2026-02-01").expect_err("the log is rewritten");
    assert_eq!(failure.cause, Cause::Grafted);
}

#[test]
fn replace_refs_are_ignored_and_reported() {
    let scripted = Scripted::root();
    scripted.commit(&review_of("3.1.1", "deficiency"), "2026-01-02");
    let hidden = scripted.git(&["rev-parse", "HEAD"]);
    scripted.commit("After", "2026-01-03");
    scripted.git(&["replace", "--graft", "HEAD", "HEAD~2"]);
    assert_eq!(scripted.git(&["rev-list", "--count", "HEAD"]), "2");
    let history = scripted.history("2026-02-01");
    assert_eq!(subject(&history, "3.1.1").state.word(), "deficient");
    assert_eq!(subject(&history, "3.1.1").reviews[0].commit.to_string(), hidden);
    let notes: Vec<_> = history.problems.iter().map(|problem| (problem.rule, problem.commit.clone())).collect();
    assert_eq!(notes, [("log-note", Some(scripted.git(&["rev-parse", "HEAD"])))]);
}

#[test]
fn a_clone_without_old_blobs_is_enough_while_reviews_need_none() {
    let mut scripted = Scripted::root();
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.review("2026-01-02");
    scripted.edit(SECOND, "Defines", "Writes");
    scripted.review("2026-01-03");
    scripted.git(&["rm", "-q", "policies/access.md"]);
    scripted.commit("After", "2026-01-04");
    cloned(&mut scripted, &["--filter=blob:none"]);
    // The first review is of another 3.1.2, whose blob is not here.
    let failure = scripted.try_history("2026-02-01").expect_err("a blob is missing");
    assert_eq!(failure.cause, Cause::Partial);
    scripted.git(&["fetch", "-q", "--refetch", "--no-filter"]);
    assert_eq!(scripted.state("3.1.2", "2026-02-01"), "current");
    let mut scripted = Scripted::root();
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit("Change", "2026-01-02");
    scripted.review("2026-01-03");
    cloned(&mut scripted, &["--filter=blob:none"]);
    let missing = scripted.git(&["rev-list", "--objects", "--all", "--missing=print"]);
    assert!(missing.lines().any(|line| line.starts_with('?')), "an old blob is missing");
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "current");
}

#[test]
fn a_clone_without_old_trees_is_refused_with_the_way_out() {
    let mut scripted = Scripted::root();
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit("Change", "2026-01-02");
    cloned(&mut scripted, &["--filter=tree:0"]);
    let failure = scripted.try_history("2026-02-01").expect_err("a tree is missing");
    assert_eq!(failure.cause, Cause::Partial);
    assert!(failure.message.contains("git fetch --refetch --no-filter"), "{failure}");
    scripted.git(&["fetch", "-q", "--refetch", "--no-filter"]);
    assert_eq!(scripted.state("3.1.1", "2026-02-01"), "never");
}

#[test]
fn a_missing_object_is_a_failure_and_never_a_shorter_history() {
    let scripted = Scripted::root();
    let parent = scripted.git(&["rev-parse", "HEAD"]);
    scripted.review("2026-01-02");
    let (folder, name) = parent.split_at(2);
    let object = scripted.dir().join(".git/objects").join(folder).join(name);
    std::fs::remove_file(object).expect("the commit is a loose object");
    let failure = scripted.try_history("2026-02-01").expect_err("a commit is missing");
    assert_eq!(failure.cause, Cause::Object);
    assert!(failure.message.contains(&parent), "{failure}");
}

#[test]
fn a_repository_without_commits_has_an_empty_history() {
    let scripted = Scripted::empty(&[]);
    scripted.write_root();
    let git = scripted.open();
    assert_eq!(git.head().expect("HEAD can be read"), None);
    let tree = demarcate::source::Tree::folder(scripted.dir(), Some(&git)).expect("the folder can be read");
    let assessment = demarcate::facts::assessment(&tree).expect("the folder is a root");
    let history = demarcate::history::of(&git, &asked(None, "", "2026-02-01", &Cache::none()), &assessment)
        .expect("there is no log");
    assert_eq!(history.head, None);
    let names: Vec<String> = history.subjects.keys().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "AC.L2-3.1.1",
            "AC.L2-3.1.2",
            "ssp",
            "crm",
            "scope",
            "poam",
            "policy:access",
            "provider:acme-msp",
            "personnel:acme-msp",
        ]
    );
    assert!(history.subjects.values().all(|found| found.state.word() == "never"));
}

#[test]
fn an_entry_that_says_file_and_names_a_folder_keeps_nobody_from_reading_on() {
    let scripted = Scripted::reviewed();
    let raw = scripted.try_git(&["cat-file", "tree", "HEAD^{tree}"], "2026-02-02", "2026-02-02").stdout;
    let folder = scripted.git(&["rev-parse", "HEAD:practices"]);
    let id: Vec<u8> = (0..40).step_by(2).map(|at| u8::from_str_radix(&folder[at..at + 2], 16).expect("hex")).collect();
    for name in ["demarcate.toml", "assets.toml"] {
        let entry = format!("100644 {name}\0");
        let at = raw.windows(entry.len()).position(|part| part == entry.as_bytes()).expect("it stands") + entry.len();
        let bent = [&raw[..at], &id, &raw[at + 20..]].concat();
        std::fs::write(scripted.dir().join(".git/bent"), bent).expect("the folder can be written");
        let tree = scripted.git(&["hash-object", "-t", "tree", "--literally", "-w", ".git/bent"]);
        let message = format!("Bend\n\n{REVIEW}");
        let commit = scripted.git(&["commit-tree", tree.trim(), "-p", "HEAD", "-m", &message]);
        let back = scripted.git(&["commit-tree", "HEAD^{tree}", "-p", commit.trim(), "-m", "Back"]);
        scripted.git(&["update-ref", "HEAD", back.trim()]);
        let found = scripted.subject("3.1.1", "2026-03-01");
        assert_eq!((found.state.word(), found.reviews.len() > 1), ("current", true), "{name}");
    }
}

#[test]
fn people_are_who_the_mailmap_of_the_tip_says() {
    let scripted = Scripted::root();
    let old = "Practice-Review: 3.1.1\nReview-Outcome: no-change\nReviewed-by: D. Lee <dl@old.example>\n\
               Reviewed-by: Dana Lee <dana@contractor.example>\n";
    scripted.commit(&format!("Review\n\n{old}"), "2026-01-02");
    let people = |scripted: &Scripted| -> Vec<(String, Option<String>)> {
        let reviews = scripted.subject("3.1.1", "2026-02-01").reviews;
        reviews
            .into_iter()
            .map(|review| (review.reviewer.to_string(), review.person.as_deref().map(str::to_owned)))
            .collect()
    };
    let dana = || ("Dana Lee <dana@contractor.example>".to_owned(), Some("dana".to_owned()));
    assert_eq!(people(&scripted), [("D. Lee <dl@old.example>".to_owned(), None), dana()]);
    scripted.write(
        ".mailmap",
        "Dana Lee <dana@contractor.example> <dl@old.example>\nRobin <r@new.example> <robin@contractor.example>\n",
    );
    scripted.commit("Map", "2026-01-03");
    assert_eq!(people(&scripted), [dana()]);
    assert_eq!(scripted.subject("3.1.1", "2026-02-01").revisions[0].author.to_string(), "Robin <r@new.example>");
    assert_eq!(scripted.git(&["log", "-1", "--format=%aN <%aE>"]), "Robin <r@new.example>");
}

#[test]
fn an_unchanged_repository_with_many_reviews_parses_no_old_file() {
    let scripted = Scripted::root();
    for month in 1..=12 {
        scripted.review(&format!("2026-{month:02}-01"));
        scripted.write("evidence/contractor/accounts.csv", &format!("month {month}\n"));
        scripted.commit("Collect", &format!("2026-{month:02}-02"));
    }
    let history = scripted.history("2026-12-31");
    assert_eq!(subject(&history, "3.1.1").reviews.len(), 12);
    assert!(history.subjects.values().all(|found| found.state.word() == "current"));
    assert_eq!(history.cost.parsed, 0);
    // Another statement of one practice: its own old file, and what stands around it, once for all twelve reviews.
    scripted.edit(SECOND, "limit what", "bound what");
    scripted.commit("Reword", "2026-12-03");
    let parsed = scripted.history("2026-12-31").cost.parsed;
    assert!((1..20).contains(&parsed), "{parsed}");
}

#[test]
fn a_work_tree_that_differs_from_the_tip_is_what_is_judged() {
    let scripted = Scripted::root();
    scripted.review("2026-01-02");
    scripted.edit(FIRST, "Approves", "Signs");
    let git = scripted.open();
    let tree = demarcate::source::Tree::folder(scripted.dir(), Some(&git)).expect("the folder can be read");
    let assessment = demarcate::facts::assessment(&tree).expect("the folder is a root");
    let tip = git.head().expect("HEAD can be read");
    let history = demarcate::history::of(&git, &asked(tip, "", "2026-02-01", &Cache::none()), &assessment)
        .expect("the log can be read");
    assert_eq!(subject(&history, "3.1.1").state.word(), "stale");
    assert_eq!(subject(&history, "3.1.2").state.word(), "current");
}

#[test]
fn line_endings_of_a_checkout_stale_nothing_and_cost_nothing() {
    let scripted = Scripted::root();
    scripted.review("2026-01-02");
    for (path, _) in FILES {
        let text = scripted.read(path).replace('\n', "\r\n");
        scripted.write(path, &text);
    }
    let git = scripted.open();
    let tree = demarcate::source::Tree::folder(scripted.dir(), Some(&git)).expect("the folder can be read");
    let assessment = demarcate::facts::assessment(&tree).expect("the folder is a root");
    let tip = git.head().expect("HEAD can be read");
    let history = demarcate::history::of(&git, &asked(tip, "", "2026-02-01", &Cache::none()), &assessment)
        .expect("the log can be read");
    assert_eq!(history.cost.parsed, 0);
    assert!(history.subjects.values().all(|found| found.state.word() == "current"));
}

#[test]
fn an_acceptance_covers_the_duties_that_were_assigned_then() {
    let scripted = Scripted::root();
    scripted.commit(
        "Accept\n\nResponsibility-Accepted: acme-msp\nAccepted-by: Kim Ode <kim@acme.example>\nAcceptance-Record: account-list\n",
        "2026-01-02",
    );
    scripted.commit(
        "Affirm\n\nCompliance-Affirmed: level-2\nAffirmed-by: Ann Roe <ann@contractor.example>\n",
        "2026-01-03",
    );
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit("Contractor's duty", "2026-01-04");
    let history = scripted.history("2026-02-01");
    let [accepted] = history.acceptances.as_slice() else { panic!("{:?}", history.acceptances) };
    assert_eq!((accepted.about.as_str(), accepted.covers_head), ("acme-msp", true));
    assert_eq!(accepted.record.as_deref(), Some("account-list"));
    let [affirmed] = history.affirmations.as_slice() else { panic!("{:?}", history.affirmations) };
    assert_eq!((affirmed.about.as_str(), affirmed.by.as_str()), ("level-2", "Ann Roe <ann@contractor.example>"));
    scripted.edit(FIRST, "within a day.\"", "within a week.\"");
    scripted.commit("Provider's duty", "2026-01-05");
    let history = scripted.history("2026-02-01");
    assert!(!history.acceptances[0].covers_head);
    assert_eq!(history.acceptances[0].differs, ["duty in AC.L2-3.1.1"]);
}

#[test]
fn broken_lines_are_reported_at_their_commit() {
    let scripted = Scripted::root();
    let broken = scripted.commit("x\n\nPractice-Review: all\nReviewed-by: D <d@x>\n", "2026-01-02");
    scripted.commit("x\n\nReviewed-by: D <d@x>\n", "2026-01-03");
    let history = scripted.history("2026-02-01");
    let found: Vec<_> = history.problems.iter().map(|problem| (problem.rule, problem.commit.clone())).collect();
    assert_eq!(found, [("broken-review", Some(broken))]);
}

#[test]
fn a_root_that_extends_another_is_judged_with_what_it_takes_from_it() {
    let scripted = Scripted::empty(&[]).at("corporate");
    scripted.write_root();
    let scripted = scripted.at("systems/cui");
    scripted.write("demarcate.toml", "extends = \"../../corporate\"\n");
    scripted.commit("Begin", "2026-01-01");
    scripted.review("2026-01-02");
    let history = scripted.history("2026-02-01");
    assert_eq!((subject(&history, "3.1.1").state.word(), history.cost.parsed), ("current", 0));
    assert_eq!(subject(&history, "3.1.1").revisions.len(), 1);
    let scripted = scripted.at("corporate");
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit("Change", "2026-01-03");
    let scripted = scripted.at("systems/cui");
    let found = scripted.subject("3.1.1", "2026-02-01");
    assert_eq!((found.state.word(), found.differs), ("stale", vec!["duty of contractor".to_owned()]));
    assert_eq!(found.revisions.len(), 2);
    assert_eq!(scripted.state("3.1.2", "2026-02-01"), "current");
    assert_eq!(scripted.state("policy:access", "2026-02-01"), "current");
}

#[test]
fn incident_handoffs_that_a_root_takes_from_above_stale_its_review_there() {
    let scripted = Scripted::empty(&[]).at("corporate");
    scripted.write_root();
    let phase =
        |duty: &str| format!("phase = [{{ phase = \"detection\", party = \"contractor\", duty = \"{duty}\" }}]\n");
    scripted.write("incident.toml", &phase("Reads the alerts."));
    let scripted = scripted.at("systems/cui");
    scripted.write("demarcate.toml", "extends = \"../../corporate\"\n");
    scripted.commit("Begin", "2026-01-01");
    scripted.commit(
        "Review\n\nPractice-Review: incident\nReview-Outcome: no-change\nReviewed-by: Dana Lee <dana@contractor.example>\n",
        "2026-01-02",
    );
    let found = scripted.subject("incident", "2026-02-01");
    assert_eq!((found.state.word(), found.reviews.len(), found.revisions.len()), ("current", 1, 1));
    let scripted = scripted.at("corporate");
    scripted.write("incident.toml", &phase("Reads the alerts every hour."));
    scripted.commit("Change", "2026-01-03");
    let scripted = scripted.at("systems/cui");
    let found = scripted.subject("incident", "2026-02-01");
    assert_eq!((found.state.word(), found.revisions.len()), ("stale", 2), "{:?}", found.differs);
    scripted.write("incident.toml", &phase("Reads the alerts."));
    scripted.commit("The system has its own again", "2026-01-04");
    assert_eq!(scripted.state("incident", "2026-02-01"), "current", "what was reviewed stands there again");
}

#[test]
fn a_message_that_records_a_review_reads_back_as_that_review() {
    let scripted = Scripted::root();
    let assessment = scripted.assessment(&scripted.open());
    let scope = ["3.1.1".to_owned(), "ssp,provider:acme-msp".to_owned()];
    let draft = review::Draft {
        scope: &scope,
        outcome: ReviewOutcome::Deficiency,
        reviewer: "Dana Lee <dana@contractor.example>",
        record: Some("account-list"),
        note: Some("Walked through the enclave.\n\nThe lathe is still open."),
    };
    let message = review::message(&draft, &assessment).expect("the draft is whole");
    scripted.commit(&message, "2026-01-02");
    let history = scripted.history("2026-02-01");
    for name in ["3.1.1", "ssp", "provider:acme-msp"] {
        let [found] = subject(&history, name).reviews.as_slice() else { panic!("{name} has one review") };
        assert_eq!((found.outcome, found.stood, found.breadth), (ReviewOutcome::Deficiency, Stood::Trailers, 3));
        assert_eq!((found.person.as_deref(), found.record.as_deref()), (Some("dana"), Some("account-list")));
    }
    assert!(history.problems.is_empty());
}

#[test]
fn a_review_that_could_not_be_read_back_is_not_written() {
    let scripted = Scripted::root();
    let assessment = scripted.assessment(&scripted.open());
    let dana = "Dana Lee <dana@contractor.example>";
    let cases = [
        ("zz", dana, None, None, "`zz` cannot be reviewed"),
        ("", dana, None, None, "nothing to review"),
        ("policy:nowhere", dana, None, None, "there is no `policy:nowhere` here"),
        ("AC", dana, None, None, "there is no `AC.L2-3.1.3` here"),
        ("incident", dana, None, None, "there is no `incident` here"),
        ("3.1.1", "Dana Lee", None, None, "`Dana Lee` is not a reviewer"),
        ("3.1.1", "Dana\nLee <d@x>", None, None, "`Dana\\nLee <d@x>` is not a reviewer"),
        ("3.1.1", dana, Some("nothing"), None, "no artifact is called `nothing`"),
        ("3.1.1", dana, None, Some("Practice-Review: all"), "the note holds lines that read as a review"),
    ];
    for (words, reviewer, record, note, expected) in cases {
        let scope = [words.to_owned()];
        let draft = review::Draft { scope: &scope, outcome: ReviewOutcome::NoChange, reviewer, record, note };
        let failure = review::message(&draft, &assessment).expect_err(expected);
        assert_eq!(failure.cause, Cause::Usage);
        assert!(failure.message.starts_with(expected), "{failure}");
    }
}

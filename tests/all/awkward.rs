//! The awkward repositories, all of them: [`CASES`] says which test covers each, here or elsewhere, and what is not
//! covered elsewhere stands below. Git is the judge; where it is not, the test says why.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use demarcate::git::log::{Commit, Trees};
use demarcate::model::history::Stood;
use demarcate::source::{Tree, Unreadable};

use super::base::Repository;
use super::screen::{self, Screen, run, tool};
use super::scripted::{FILES, Scripted, subject};

/// Every awkward case and the test that covers it, by file and name.
const CASES: [(&str, &str); 80] = [
    // What the log is made of.
    (
        "lost edit: a merge takes one side whole",
        "history::a_merge_that_takes_one_side_whole_touches_nothing_and_the_review_it_dropped_does_not_count",
    ),
    ("a merge keeps both sides", "history::a_review_on_the_side_that_a_merge_kept_covers_the_tip"),
    ("evil merge", "history::an_evil_merge_touches_what_it_changed"),
    ("octopus", "history::an_octopus_is_compared_with_every_parent"),
    (
        "criss-cross merges, a file becomes a folder",
        "history::criss_cross_merges_and_file_to_folder_changes_are_walked_as_git_walks_them",
    ),
    ("merge of unrelated histories", "awkward::two_roots_are_walked_and_the_one_without_a_root_folder_reviews_nothing"),
    ("the same parent twice", "awkward::a_parent_named_twice_is_one_parent"),
    ("squash with the trailers inside its body", "history::a_squash_keeps_the_review_in_its_body_and_says_so"),
    ("trailers where Git sees none", "history::where_lines_stood_is_what_git_says"),
    ("cherry-pick", "history::a_cherry_picked_review_covers_the_content_where_it_is_picked_to"),
    ("revert", "history::a_revert_takes_the_content_back_under_the_review_that_covered_it"),
    ("backdated commits", "history::the_order_is_that_of_the_log_and_never_of_dates"),
    ("author and committer far apart", "history::a_day_far_from_the_authors_is_doubtful"),
    ("future commits", "history::a_review_after_the_day_is_shown_and_does_not_count"),
    ("days before 1970 and beyond every calendar", "awkward::days_out_of_every_calendar_are_read"),
    ("a very long message", "awkward::a_very_long_message_is_read_to_its_trailers"),
    ("message and author in another encoding", "awkward::a_commit_in_another_encoding_reads_as_git_shows_it"),
    ("bytes that are in no encoding", "awkward::bytes_that_are_no_text_are_replaced_and_stop_nothing"),
    ("NUL in a message", "awkward::a_message_ends_at_its_first_nul_as_git_shows_it"),
    ("gpgsig, mergetag and unknown headers", "awkward::headers_of_a_commit_are_no_part_of_its_message"),
    ("an author without a name, an address or a day", "awkward::an_author_that_git_reads_stops_no_walk"),
    ("mailmap", "history::people_are_who_the_mailmap_of_the_tip_says"),
    ("mailmap changed in the same range", "awkward::a_mailmap_that_changed_on_the_way_counts_as_it_stands_at_the_tip"),
    // Files that move and change their kind.
    ("rename of a practice", "history::a_practice_is_followed_through_a_rename_by_its_id"),
    ("two practices trade names", "history::two_practices_that_trade_names_keep_their_own_revisions"),
    ("rename of the root's folder", "history::a_root_whose_folder_is_renamed_keeps_its_history"),
    ("root in a subfolder", "history::a_root_in_a_subfolder_is_read_alone"),
    ("a practice deleted and restored", "awkward::a_practice_that_was_deleted_and_restored_is_under_its_old_review"),
    ("mode change only", "awkward::a_change_of_mode_is_a_revision_and_stales_nothing"),
    ("symlinked practice", "awkward::a_practice_behind_a_symlink_is_what_the_link_leads_to"),
    ("symlinked folder of practices", "awkward::a_folder_behind_a_symlink_is_read_alike_on_disk_and_in_a_commit"),
    ("symlink that leads nowhere", "awkward::a_symlink_that_leads_nowhere_is_named_alike_on_disk_and_in_a_commit"),
    ("submodule in place of a folder", "awkward::a_submodule_where_practices_were_is_no_folder_of_practices"),
    (
        "paths equal under case folding or NFC",
        "awkward::names_that_only_some_file_systems_tell_apart_are_all_read_from_the_tree",
    ),
    // Where Git keeps what.
    ("loose objects only", "awkward::loose_objects_alone_are_enough"),
    ("packs only", "awkward::packs_alone_are_enough"),
    ("multi-pack-index", "awkward::a_multi_pack_index_is_used_as_git_uses_it"),
    ("alternates", "awkward::objects_of_alternates_are_found"),
    ("stale or broken commit-graph", "awkward::a_commit_graph_decides_nothing"),
    ("10,000 branches", "awkward::ten_thousand_branches_are_not_even_read"),
    ("SHA-256", "history::a_repository_with_sha_256_is_read_alike"),
    ("reftable", "awkward::reftable_is_refused_with_the_way_out"),
    ("replace refs", "history::replace_refs_are_ignored_and_reported"),
    ("grafts", "history::grafts_are_refused"),
    ("a missing object", "history::a_missing_object_is_a_failure_and_never_a_shorter_history"),
    ("damaged objects", "commands::damaged_objects_end_with_2_and_no_output"),
    // Clones that lack something.
    ("shallow", "history::a_shallow_clone_is_refused_with_the_way_out"),
    ("shallow, every command", "commands::a_shallow_clone_is_refused_with_a_remedy_and_never_a_shorter_history"),
    ("shallow, from a linked work tree", "awkward::a_shallow_clone_is_one_from_its_linked_work_trees_too"),
    ("blob:none", "history::a_clone_without_old_blobs_is_enough_while_reviews_need_none"),
    (
        "blob:none, nothing is fetched",
        "awkward::a_clone_without_old_blobs_answers_from_what_is_here_and_fetches_nothing",
    ),
    ("blob:none and bare", "awkward::a_bare_clone_without_blobs_is_refused_with_the_way_out"),
    ("tree:0", "history::a_clone_without_old_trees_is_refused_with_the_way_out"),
    ("tree:0, every command", "awkward::a_clone_without_old_trees_ends_with_2_and_the_way_out"),
    // Where the repository lies and whose it is.
    (
        "linked work trees, bare, detached HEAD",
        "history::linked_work_trees_bare_repositories_and_detached_heads_are_read_alike",
    ),
    ("bare, read at a revision", "commands::a_bare_repository_is_read_at_a_revision"),
    (
        "work trees of a bare repository in a hidden folder",
        "awkward::work_trees_beside_a_hidden_bare_repository_are_read_alike",
    ),
    ("root inside a submodule", "awkward::a_root_inside_a_submodule_is_read_from_the_submodules_log"),
    ("evidence inside a submodule", "awkward::evidence_inside_a_submodule_is_hashed_on_disk_and_no_part_of_a_commit"),
    ("foreign owner", "awkward::a_repository_of_somebody_else_is_read_with_a_note_and_nothing_of_it_runs"),
    ("empty repository", "history::a_repository_without_commits_has_an_empty_history"),
    ("unborn branch beside others", "awkward::an_unborn_branch_has_no_log_whatever_other_branches_hold"),
    ("HEAD at a tag", "awkward::a_tag_stands_for_its_commit"),
    // Work tree and index.
    ("CRLF in practices", "history::line_endings_of_a_checkout_stale_nothing_and_cost_nothing"),
    ("CRLF in a practice that is being edited", "awkward::a_comment_in_a_checkout_with_crlf_stales_nothing"),
    ("CRLF in evidence: core.autocrlf", "awkward::evidence_is_hashed_as_committed_under_autocrlf"),
    ("working-tree-encoding", "awkward::evidence_is_hashed_as_committed_under_a_working_tree_encoding"),
    ("ident", "awkward::evidence_and_practices_are_read_as_committed_under_ident"),
    ("LFS: pointer and file", "awkward::an_lfs_file_is_what_its_pointer_says_here_and_in_the_commit"),
    ("LFS: another file", "evidence::a_pointer_to_other_bytes_than_the_locked_ones_denies"),
    ("sparse checkout, cone", "awkward::what_a_sparse_checkout_leaves_out_is_read_from_the_index"),
    ("sparse index", "awkward::a_sparse_index_is_unfolded"),
    ("assume-unchanged", "awkward::a_file_that_git_was_told_to_overlook_is_hashed_as_it_stands"),
    ("skip-worktree", "awkward::a_file_that_git_was_told_to_overlook_is_hashed_as_it_stands"),
    ("intent-to-add", "awkward::what_is_only_intended_to_be_added_is_not_staged"),
    ("unmerged index", "awkward::a_path_in_conflict_is_unread_in_the_index"),
    ("split index, index of version 4", "awkward::every_form_of_the_index_holds_the_same_files"),
    ("GIT_INDEX_FILE", "commands::staged_reads_the_index_that_git_names_in_a_partial_commit"),
    (
        "GIT_INDEX_FILE in a linked work tree",
        "awkward::the_index_of_a_linked_work_tree_and_the_one_that_git_names_are_its_own",
    ),
    (
        "a merge left half done",
        "mishaps::a_merge_left_half_done_is_called_one_and_nothing_is_said_of_what_follows_from_it",
    ),
];

const FIRST: &str = "practices/AC.L2-3.1.1.toml";
const SECOND: &str = "practices/AC.L2-3.1.2.toml";
const ARTIFACTS: &str = "evidence/contractor/artifacts.toml";
const EVIDENCE: &str = "evidence/contractor/eca-certificate.txt";
const DAY: &str = "2026-12-31";

fn source(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/all/{file}.rs"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of the tests in a source.
fn tests_in(source: &str) -> BTreeSet<String> {
    let after = source.split("#[test]\n").skip(1);
    let name =
        |text: &str| text.split_once("fn ").and_then(|(_, rest)| rest.split_once('(')).map(|(name, _)| name.to_owned());
    after.filter_map(name).collect()
}

#[test]
fn every_case_has_its_test_and_every_test_here_its_case() {
    let mut unused = tests_in(&source("awkward"));
    unused.remove("every_case_has_its_test_and_every_test_here_its_case");
    for (case, test) in CASES {
        let (file, name) = test.split_once("::").expect("a file and a test");
        assert!(tests_in(&source(file)).contains(name), "{case}: there is no {test}");
        assert_eq!(CASES.iter().filter(|(other, _)| *other == case).count(), 1, "{case}");
        if file == "awkward" {
            unused.remove(name);
        }
    }
    assert_eq!(unused, BTreeSet::new());
}

/// A review of one practice.
fn review_of(words: &str) -> String {
    format!(
        "Review\n\nPractice-Review: {words}\nReview-Outcome: no-change\nReviewed-by: Dana Lee <dana@contractor.example>\n"
    )
}

/// What `history` and `check` tell a program about a folder; both must do their work.
fn told(folder: &Path) -> (String, String) {
    let history = run(folder, &["history", "--format", "json"]);
    let check = run(folder, &["check", "--format", "json"]);
    assert!(history.code == 0 && check.code < 2, "{}{}", history.err, check.err);
    assert_eq!((history.err.as_str(), check.err.as_str()), ("", ""));
    (history.out, check.out)
}

/// A reviewed root with a line of commits behind it, and what is told of it.
fn grown() -> (Scripted, (String, String)) {
    let scripted = Scripted::reviewed();
    for (number, day) in ["2026-02-02", "2026-02-03", "2026-02-04"].iter().enumerate() {
        scripted.write("notes.md", &format!("{number}\n"));
        scripted.edit(SECOND, "Defines", "Defines and");
        scripted.commit("Change", day);
    }
    let told = told(scripted.dir());
    (scripted, told)
}

fn plain(path: &Path) -> String {
    path.to_str().expect("the temporary folder has a plain name").to_owned()
}

/// A clone beside a repository.
fn clone_of(scripted: &Scripted, name: &str, options: &[&str]) -> PathBuf {
    scripted.git(&["config", "uploadpack.allowFilter", "true"]);
    let (url, target) = (format!("file://{}", scripted.dir().display()), scripted.beside(name));
    scripted.git(&[&["clone", "-q"], options, &[&url, &plain(&target)]].concat());
    target
}

/// Writes a commit of these bytes, which Git itself would not write, and stands on it.
fn commit_raw(scripted: &Scripted, bytes: &[u8]) -> String {
    std::fs::write(scripted.dir().join(".git/raw"), bytes).expect("the file can be written");
    let id = scripted.git(&["hash-object", "-t", "commit", "--literally", "-w", ".git/raw"]);
    scripted.git(&["update-ref", "HEAD", &id]);
    id
}

/// A commit on the tip with these lines after its parents, then a message.
fn raw_on_tip(scripted: &Scripted, headers: &[u8], message: &[u8]) -> String {
    let (tree, tip) = (scripted.git(&["rev-parse", "HEAD^{tree}"]), scripted.git(&["rev-parse", "HEAD"]));
    let start = format!("tree {tree}\nparent {tip}\n");
    commit_raw(scripted, &[start.as_bytes(), headers, b"\n", message].concat())
}

const ROBIN: &str = "author Robin Park <robin@contractor.example> 1767355200 +0000\ncommitter Robin Park <robin@contractor.example> 1767355200 +0000\n";

/// The diagnostics of a check: rule and path.
fn found(folder: &Path, arguments: &[&str]) -> BTreeSet<(String, String)> {
    let screen = run(folder, &[&["check", "--format", "json"], arguments].concat());
    assert!(screen.code < 2, "{}", screen.err);
    let word = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let all = screen.json()["diagnostics"].as_array().expect("a list").clone();
    all.iter().map(|one| (word(&one["rule"]), word(&one["path"]))).collect()
}

fn nothing() -> BTreeSet<(String, String)> {
    BTreeSet::new()
}

fn one(rule: &str, path: &str) -> BTreeSet<(String, String)> {
    BTreeSet::from([(rule.to_owned(), path.to_owned())])
}

fn remove(path: impl AsRef<Path>) {
    let path = path.as_ref();
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    removed.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn link(scripted: &Scripted, path: &str, target: &str) {
    let full = scripted.dir().join(path);
    if full.symlink_metadata().is_ok() {
        remove(&full);
    }
    std::os::unix::fs::symlink(target, full).expect("the link can be made");
}

/// Every file of a tree by path, mode and id: as Git lists it, and as we do.
fn same_files_as_git(
    scripted: &Scripted,
    list: &[&str],
    ours: &std::collections::BTreeMap<String, demarcate::git::Entry>,
) {
    let listed = scripted.git(&[&["-c", "core.quotePath=false"], list].concat());
    let by_git: BTreeSet<(String, String)> = listed
        .lines()
        .map(|line| {
            let (about, path) = line.split_once('\t').expect("a path");
            (path.to_owned(), about.split(' ').find(|word| word.len() == 40).expect("an id").to_owned())
        })
        .collect();
    assert_eq!(ours.iter().map(|(path, entry)| (path.clone(), entry.id.to_string())).collect::<BTreeSet<_>>(), by_git);
}

// What the log is made of.

#[test]
fn two_roots_are_walked_and_the_one_without_a_root_folder_reviews_nothing() {
    let scripted = Scripted::root();
    scripted.git(&["checkout", "-q", "--orphan", "other"]);
    scripted.git(&["rm", "-rfq", "."]);
    scripted.write("README.md", "Another project\n");
    scripted.review("2026-01-02");
    scripted.git(&["checkout", "-q", "main"]);
    scripted.merge(&["--allow-unrelated-histories", "other"], "2026-01-03");
    assert_eq!(scripted.judged().len(), 3);
    let found = scripted.subject("3.1.1", DAY);
    assert_eq!((found.state.word(), found.reviews.len(), found.revisions.len()), ("never", 0, 1));
}

#[test]
fn a_parent_named_twice_is_one_parent() {
    let scripted = Scripted::root();
    let tip = scripted.git(&["rev-parse", "HEAD"]);
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.git(&["add", "-A"]);
    let tree = scripted.git(&["write-tree"]);
    let text = format!("tree {tree}\nparent {tip}\nparent {tip}\n{ROBIN}\n{}", review_of("3.1.1"));
    commit_raw(&scripted, text.as_bytes());
    scripted.commit("After", "2026-01-04");
    scripted.judged();
    let found = scripted.subject("3.1.1", "2026-02-01");
    assert_eq!((found.state.word(), found.reviews.len(), found.revisions.len()), ("current", 1, 2));
}

#[test]
fn days_out_of_every_calendar_are_read() {
    let scripted = Scripted::root();
    for seconds in
        ["0", "1", "99999999999", "253402300800", "9223372036854775807", "18446744073709551616", "99999999999999999999"]
    {
        let who = format!("author R <r@x.example> {seconds} +0000\ncommitter R <r@x.example> {seconds} -1130\n");
        raw_on_tip(&scripted, who.as_bytes(), review_of("3.1.1").as_bytes());
    }
    assert_eq!(scripted.judged().len(), 8);
    assert_eq!(scripted.subject("3.1.1", DAY).reviews.len(), 7);
    told(scripted.dir());
}

#[test]
fn a_very_long_message_is_read_to_its_trailers() {
    let scripted = Scripted::root();
    let review = review_of("3.1.1");
    let body = "A line of minutes that says little.\n".repeat(60_000);
    let message = review.replacen("Review\n\n", &format!("{}\n\n{body}\n", "title ".repeat(20_000)), 1);
    assert!(message.len() > 2_000_000);
    let id = raw_on_tip(&scripted, ROBIN.as_bytes(), message.as_bytes());
    assert_eq!(scripted.git(&["log", "-1", "--format=%(trailers:key=Practice-Review,valueonly)"]), "3.1.1");
    let found = scripted.subject("3.1.1", DAY);
    assert_eq!((&*found.reviews[0].commit, found.reviews[0].stood), (id.as_str(), Stood::Trailers));
    told(scripted.dir());
}

/// Git converts a message from the encoding of its header to UTF-8 where it shows it; so do we, since a name that
/// reads otherwise is another person.
#[test]
fn a_commit_in_another_encoding_reads_as_git_shows_it() {
    for (encoding, name) in [
        ("ISO-8859-1", &b"J\xf6rg M\xfcller"[..]),
        ("latin-1", b"J\xf6rg"),
        ("windows-1252", b"\x80uro \x8aimek"),
        ("ISO-8859-2", b"\xa9imek \xb1\xea"),
        ("Shift_JIS", b"\x8eR\x93c"),
        ("EUC-JP", b"\xbb\xb3\xc5\xc4"),
        ("GB18030", b"\xcd\xf5\xb7\xbc"),
        ("KOI8-R", b"\xe9\xd7\xc1\xce"),
        ("UTF-8", "Jörg".as_bytes()),
    ] {
        let scripted = Scripted::root();
        let who = [name, b" <j@contractor.example>"].concat();
        let line = |key: &[u8]| [key, &who, b" 1767355200 +0000\n"].concat();
        let headers = [line(b"author "), line(b"committer "), format!("encoding {encoding}\n").into_bytes()].concat();
        let lines = b"Practice-Review: 3.1.1\nReview-Outcome: no-change\nReviewed-by: ";
        raw_on_tip(&scripted, &headers, &[&b"Title "[..], name, b"\n\n", lines, &who, b"\n"].concat());
        let by_git = |format: &str| scripted.git(&["log", "-1", "--encoding=UTF-8", &format!("--format={format}")]);
        let git = scripted.open();
        let reviewer = scripted.subject("3.1.1", DAY).reviews[0].reviewer.clone();
        assert_eq!(&*reviewer, by_git("%(trailers:key=Reviewed-by,valueonly)").trim(), "{encoding}");
        assert_eq!(first_of_log(&git), (by_git("%an <%ae>"), by_git("%s")), "{encoding}");
    }
}

/// Author and title of the tip.
fn first_of_log(git: &demarcate::git::Git) -> (String, String) {
    let tip = git.head().expect("HEAD can be read").expect("there is a commit");
    let focus = demarcate::git::log::Focus { prefix: "", marker: "demarcate.toml", beside: None, wanted: |_| true };
    let look = |commit: &Commit<'_>, _: &mut Trees<'_>| {
        let title = commit.message.lines().next().unwrap_or_default().to_owned();
        Ok(Some((commit.author().to_string(), title)))
    };
    let notes = git.log(tip, &focus, &look, None).expect("the log can be read").notes;
    notes.into_iter().next().expect("there is a commit").1
}

#[test]
fn bytes_that_are_no_text_are_replaced_and_stop_nothing() {
    for header in ["", "encoding no-such-encoding\n", "encoding UTF-8\n", "encoding \n"] {
        let scripted = Scripted::root();
        let who = b"author \xff\xfe <\xff@x.example> 1767355200 +0000\ncommitter \xc3 <c@x.example> 1767355200 +0000\n";
        let headers = [&who[..], header.as_bytes()].concat();
        let message = [b"\xff\xc3 title\n\n", review_of("3.1.1").trim_start_matches("Review\n\n").as_bytes()].concat();
        raw_on_tip(&scripted, &headers, &message);
        scripted.judged();
        let (author, title) = first_of_log(&scripted.open());
        assert!(author.contains('\u{fffd}') && title.ends_with(" title"), "{header}: {author} {title}");
        assert_eq!(scripted.state("3.1.1", "2026-02-01"), "current", "{header}");
        told(scripted.dir());
    }
}

#[test]
fn a_message_ends_at_its_first_nul_as_git_shows_it() {
    let scripted = Scripted::root();
    raw_on_tip(&scripted, ROBIN.as_bytes(), format!("Title\0\n\n{}", review_of("3.1.1")).as_bytes());
    assert_eq!(scripted.git(&["log", "-1", "--format=%B"]), "Title");
    assert_eq!(scripted.judged().len(), 2);
    assert_eq!(scripted.subject("3.1.1", DAY).reviews.len(), 0);
    raw_on_tip(&scripted, ROBIN.as_bytes(), format!("{}\0", review_of("3.1.1")).as_bytes());
    assert_eq!(scripted.git(&["log", "-1", "--format=%(trailers:key=Practice-Review,valueonly)"]), "3.1.1");
    assert_eq!(scripted.subject("3.1.1", DAY).reviews.len(), 1);
}

#[test]
fn headers_of_a_commit_are_no_part_of_its_message() {
    let scripted = Scripted::root();
    let other = review_of("3.1.2").replace('\n', "\n ");
    let extra = format!(
        "mergetag object {}\n type commit\n tag v1\n tagger R <r@x> 1767355200 +0000\n \n {other}\n\
         gpgsig -----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n \n -----END SSH SIGNATURE-----\nHG:extra a:b\nx-empty \n",
        "0".repeat(40)
    );
    raw_on_tip(&scripted, format!("{ROBIN}{extra}").as_bytes(), review_of("3.1.1").as_bytes());
    assert_eq!(scripted.git(&["log", "-1", "--format=%s"]), first_of_log(&scripted.open()).1);
    let history = scripted.history("2026-02-01");
    assert_eq!(subject(&history, "3.1.1").state.word(), "current");
    assert_eq!(subject(&history, "3.1.2").state.word(), "never");
}

#[test]
fn an_author_that_git_reads_stops_no_walk() {
    let scripted = Scripted::root();
    let days = " 1767355200 +0000";
    for who in [
        "R r@x.example",
        " <r@x.example>",
        "R <>",
        " <>",
        "R <r <x>@y.example>",
        "R\u{301} <r@x.example>",
        "R<r@x.example>",
        "R. \"Bo\" P <r@x>",
    ] {
        let headers = format!("author {who}{days}\ncommitter {who}{days}\n");
        raw_on_tip(&scripted, headers.as_bytes(), b"x\n");
    }
    for when in [
        "1767355200 +051800",
        "1767355200 -0000",
        "1767355200 0000",
        "1767355200",
        "-1 +0000",
        "",
        "yesterday",
        "Fri Jan 2 12:00:00 2026 +0100",
    ] {
        let headers = format!("author R <r@x.example> {when}\ncommitter R <r@x.example> {when}\n");
        raw_on_tip(&scripted, headers.as_bytes(), b"x\n");
    }
    assert_eq!(scripted.judged().len(), 17);
    let by_git = scripted.git(&["log", "-1", "--format=%an <%ae>"]);
    assert_eq!(first_of_log(&scripted.open()).0, by_git);
    told(scripted.dir());
}

#[test]
fn a_mailmap_that_changed_on_the_way_counts_as_it_stands_at_the_tip() {
    let scripted = Scripted::root();
    let map = |new: &str| format!("{new} <robin@contractor.example>\n");
    scripted.write(".mailmap", &map("Eve Roe <eve@x.example>"));
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.commit("One", "2026-01-02");
    scripted.write(".mailmap", &map("Robin Park-Lee <rpl@contractor.example>"));
    scripted.edit(FIRST, "Signs", "Permits");
    scripted.commit("Two", "2026-01-03");
    let authors = |scripted: &Scripted| -> Vec<String> {
        scripted.subject("3.1.1", DAY).revisions.into_iter().map(|revision| revision.author.to_string()).collect()
    };
    let by_git = |scripted: &Scripted| -> Vec<String> {
        scripted.git(&["log", "--format=%aN <%aE>", "--", FIRST]).lines().map(str::to_owned).collect()
    };
    assert_eq!(authors(&scripted), by_git(&scripted));
    assert_eq!(authors(&scripted)[2], "Robin Park-Lee <rpl@contractor.example>");
    // Git follows no link from a tree to a mailmap; what is meant by it would not be on record.
    std::fs::rename(scripted.dir().join(".mailmap"), scripted.dir().join("people")).expect("it stands");
    link(&scripted, ".mailmap", "people");
    scripted.commit("Link", "2026-01-04");
    assert_eq!(authors(&scripted), by_git(&scripted));
    assert_eq!(authors(&scripted)[2], "Robin Park <robin@contractor.example>");
}

// Files that move and change their kind.

#[test]
fn a_practice_that_was_deleted_and_restored_is_under_its_old_review() {
    let scripted = Scripted::reviewed();
    let text = scripted.read(SECOND);
    remove(scripted.dir().join(SECOND));
    scripted.commit("Delete", "2026-02-02");
    assert!(!scripted.history(DAY).subjects.contains_key(&"3.1.2".parse().expect("a subject")));
    scripted.write(SECOND, &text);
    scripted.commit("Restore", "2026-02-03");
    scripted.judged();
    let found = scripted.subject("3.1.2", DAY);
    let summaries: Vec<&str> = found.revisions.iter().map(|revision| &*revision.summary).collect();
    assert_eq!(summaries, ["Restore", "Delete", "Begin"]);
    assert_eq!((found.state.word(), found.reviews.len()), ("current", 1));
}

#[test]
fn a_change_of_mode_is_a_revision_and_stales_nothing() {
    let scripted = Scripted::reviewed();
    scripted.git(&["update-index", "--chmod=+x", FIRST]);
    scripted.git_on(&["commit", "-q", "-m", "Mode"], "2026-02-02");
    let (last, paths) = scripted.judged().swap_remove(0);
    assert_eq!((last, paths), (scripted.git(&["rev-parse", "HEAD"]), BTreeSet::from([FIRST.to_owned()])));
    let history = scripted.history(DAY);
    assert_eq!(subject(&history, "3.1.1").state.word(), "current");
    assert_eq!((subject(&history, "3.1.1").revisions.len(), history.cost.parsed), (2, 0));
}

/// Git sees a link as its target's name, so its log of the link does not show a change of what the link leads to; a
/// review covers content, so for us it is stale all the same.
#[test]
fn a_practice_behind_a_symlink_is_what_the_link_leads_to() {
    let scripted = Scripted::root();
    let text = scripted.read(SECOND);
    scripted.write("shared/limits.toml", &text);
    link(&scripted, SECOND, "../shared/limits.toml");
    scripted.commit("Link", "2026-01-15");
    scripted.review("2026-02-01");
    scripted.judged();
    assert_eq!(scripted.state("3.1.2", "2026-03-01"), "current");
    scripted.write("shared/limits.toml", &text.replace("Defines", "Writes"));
    scripted.commit("Elsewhere", "2026-02-02");
    scripted.judged();
    let found = scripted.subject("3.1.2", "2026-03-01");
    assert_eq!((found.state.word(), found.revisions.len()), ("stale", 2));
    assert_eq!(scripted.state("3.1.1", "2026-03-01"), "current");
    told(scripted.dir());
}

#[test]
fn a_folder_behind_a_symlink_is_read_alike_on_disk_and_in_a_commit() {
    let scripted = Scripted::root();
    std::fs::rename(scripted.dir().join("practices"), scripted.dir().join("shared")).expect("it stands");
    link(&scripted, "practices", "shared");
    scripted.commit("Link", "2026-01-15");
    scripted.review("2026-02-01");
    assert_eq!(found(scripted.dir(), &[]), found(scripted.dir(), &["--rev", "HEAD"]));
    assert_eq!(found(scripted.dir(), &[]), found(scripted.dir(), &["--staged"]));
    assert_eq!(scripted.state("3.1.2", "2026-03-01"), "current");
    scripted.edit("shared/AC.L2-3.1.2.toml", "Defines", "Writes");
    scripted.commit("Change", "2026-02-02");
    assert_eq!(scripted.state("3.1.2", "2026-03-01"), "stale");
    assert_eq!(scripted.state("3.1.1", "2026-03-01"), "current");
}

#[test]
fn a_symlink_that_leads_nowhere_is_named_alike_on_disk_and_in_a_commit() {
    let scripted = Scripted::root();
    for target in [
        "nowhere.toml",
        "../../outside.toml",
        "/etc/hostname",
        "AC.L2-3.1.2.toml",
        "../practices/../../..",
        "../policies",
    ] {
        link(&scripted, SECOND, target);
        scripted.commit("Link", "2026-01-02");
        let git = scripted.open();
        let disk = Tree::folder(scripted.dir(), Some(&git)).expect("the folder can be read");
        let tip = git.head().expect("HEAD can be read").expect("there is a commit");
        let tree = Tree::revision(&git, tip, "").expect("the tip can be read");
        let expected = if target == "../policies" { Unreadable::Folder } else { Unreadable::Escapes };
        assert_eq!((disk.read(SECOND), tree.read(SECOND)), (Err(expected.clone()), Err(expected)), "{target}");
        assert_eq!(found(scripted.dir(), &[]), found(scripted.dir(), &["--rev", "HEAD"]), "{target}");
    }
}

/// A submodule beside the root's repository, with these files in one commit.
fn library(scripted: &Scripted, files: &[(&str, &str)]) -> String {
    let library = Scripted::empty(&[]);
    for (path, text) in files {
        library.write(path, text);
    }
    library.commit("Begin", "2026-01-01");
    let target = scripted.beside("library");
    let moved = clone_of(&library, "library", &[]);
    screen::copy(&moved, &target);
    plain(&target)
}

fn add_submodule(scripted: &Scripted, url: &str, path: &str) {
    scripted.git(&["-c", "protocol.file.allow=always", "submodule", "add", "-q", url, path]);
}

/// A submodule has a log of its own, so that nothing in it is reviewed by a commit of this one, whatever stands on
/// disk; at a commit there is no folder at all.
#[test]
fn a_submodule_where_practices_were_is_no_folder_of_practices() {
    let scripted = Scripted::reviewed();
    let (first, second) = (scripted.read(FIRST), scripted.read(SECOND));
    let library = library(&scripted, &[("AC.L2-3.1.1.toml", &first), ("AC.L2-3.1.2.toml", &second)]);
    scripted.git(&["rm", "-rq", "practices"]);
    add_submodule(&scripted, &library, "practices");
    let tip = scripted.commit("Submodule", "2026-02-02");
    scripted.review("2026-02-03");
    let touches = scripted.judged();
    let (_, paths) = touches.iter().find(|(id, _)| *id == tip).expect("it is in the log");
    assert!(paths.contains("practices") && paths.contains(FIRST), "{paths:?}");
    let at_tip = found(scripted.dir(), &["--rev", "HEAD"]);
    assert!(at_tip.contains(&("unreadable-file".to_owned(), "practices".to_owned())), "{at_tip:?}");
    let history = run(scripted.dir(), &["history", "3.1.1", "--format", "json"]).json();
    let dates: Vec<_> = history["subjects"][0]["reviews"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|review| review["date"].clone())
        .collect();
    assert_eq!(dates, ["2026-02-01"], "only the review of the folder that was here");
    told(scripted.dir());
}

/// A case-folding file system checks out one of such files; the tree has all of them, and Git as the judge lists them.
#[test]
fn names_that_only_some_file_systems_tell_apart_are_all_read_from_the_tree() {
    let scripted = Scripted::root();
    let text = scripted.read(SECOND);
    scripted.write("practices/ac.l2-3.1.2.toml", &text);
    for name in ["Access", "caf\u{e9}", "cafe\u{301}"] {
        scripted.write(&format!("policies/{name}.md"), "# Twice\n");
    }
    scripted.commit("Twice", "2026-01-02");
    scripted.judged();
    let git = scripted.open();
    let tip = git.head().expect("HEAD can be read").expect("there is a commit");
    let files = git.files_of_tree(git.tree_of(tip).expect("a tree"), "").expect("the tree can be read");
    same_files_as_git(&scripted, &["ls-tree", "-r", "HEAD"], &files);
    let at_tip = found(scripted.dir(), &["--rev", "HEAD", "--only", "duplicate-practice", "--only", "duplicate-id"]);
    assert!(at_tip.iter().any(|(rule, _)| rule == "duplicate-practice"), "{at_tip:?}");
    let twice: BTreeSet<&str> =
        at_tip.iter().filter(|(rule, _)| rule == "duplicate-id").map(|(_, path)| path.as_str()).collect();
    assert_eq!(twice, BTreeSet::from(["policies/access.md", "policies/caf\u{e9}.md"]));
}

// Where Git keeps what.

#[test]
fn loose_objects_alone_are_enough() {
    let (scripted, before) = grown();
    let count = scripted.git(&["count-objects", "-v"]);
    assert!(count.contains("in-pack: 0"), "{count}");
    scripted.git(&["pack-refs", "--all"]);
    assert_eq!(told(scripted.dir()), before);
}

#[test]
fn packs_alone_are_enough() {
    let (scripted, before) = grown();
    scripted.git(&["repack", "-adq", "--depth=50", "--window=50"]);
    scripted.git(&["prune-packed"]);
    scripted.git(&["pack-refs", "--all"]);
    let count = scripted.git(&["count-objects", "-v"]);
    assert!(count.starts_with("count: 0\n"), "{count}");
    assert_eq!(told(scripted.dir()), before);
    scripted.git(&["-c", "pack.indexVersion=1", "repack", "-adfq"]);
    assert_eq!(told(scripted.dir()), before);
}

#[test]
fn a_multi_pack_index_is_used_as_git_uses_it() {
    let (scripted, before) = grown();
    for (file, text) in [("x", "1"), ("y", "2")] {
        scripted.git(&["repack", "-dq"]);
        scripted.write(file, text);
        scripted.git(&["add", "-A"]);
        scripted.git(&["stash", "-q"]);
    }
    scripted.git(&["repack", "-dq"]);
    scripted.git(&["multi-pack-index", "write"]);
    let packs = scripted.dir().join(".git/objects/pack");
    assert!(packs.join("multi-pack-index").is_file());
    assert_eq!(told(scripted.dir()), before);
    // The indices of single packs are not needed beside it, and Git does without them too.
    let indices = std::fs::read_dir(&packs).expect("the folder can be listed").flatten().map(|entry| entry.path());
    assert!(indices.filter(|path| path.extension().is_some_and(|ending| ending == "idx")).count() > 1);
    // A pack that came later is in no index of many.
    scripted.commit("After", "2026-02-05");
    let after = told(scripted.dir());
    scripted.git(&["repack", "-dq"]);
    assert_eq!(told(scripted.dir()), after);
}

#[test]
fn objects_of_alternates_are_found() {
    let (scripted, before) = grown();
    scripted.git(&["repack", "-adq"]);
    let (shared, target) = (scripted.beside("shared"), scripted.beside("through"));
    scripted.git(&["clone", "-q", "--shared", &plain(scripted.dir()), &plain(&shared)]);
    scripted.git(&["clone", "-q", "--shared", &plain(&shared), &plain(&target)]);
    for folder in [&shared, &target] {
        assert!(folder.join(".git/objects/info/alternates").is_file());
        assert_eq!(told(folder), before);
    }
    std::fs::write(target.join(".git/objects/info/alternates"), "../../../repo/.git/objects\n")
        .expect("it can be written");
    assert_eq!(told(&target), before);
    std::fs::write(target.join(".git/objects/info/alternates"), "../../../nowhere/objects\n")
        .expect("it can be written");
    let screen = run(&target, &["history"]);
    assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{}", screen.err);
}

#[test]
fn a_commit_graph_decides_nothing() {
    let (scripted, before) = grown();
    scripted.git(&["commit-graph", "write", "--reachable", "--changed-paths"]);
    let graph = scripted.dir().join(".git/objects/info/commit-graph");
    assert!(graph.is_file());
    assert_eq!(told(scripted.dir()), before);
    let commit = scripted.commit("After", "2026-02-05");
    assert_eq!(scripted.judged()[0].0, commit);
    assert!(told(scripted.dir()).0.contains(&commit));
    // What the graph knows is gone from the log.
    scripted.git(&["reset", "-q", "--hard", "HEAD~1"]);
    assert_eq!(told(scripted.dir()), before);
    remove(&graph);
    std::fs::write(&graph, "no graph at all").expect("it can be written");
    assert_eq!(told(scripted.dir()), before);
    assert_eq!(run(scripted.dir(), &["history", "--rev", "HEAD~2"]).code, 0);
}

/// Loose branches that hold no commit would stop whoever reads them: that nothing changes shows that nobody does.
#[test]
fn ten_thousand_branches_are_not_even_read() {
    let (scripted, before) = grown();
    let tip = scripted.git(&["rev-parse", "HEAD"]);
    let packed: Vec<String> = (0..10_000).map(|number| format!("{tip} refs/heads/topic/{number:05}\n")).collect();
    let header = "# pack-refs with: peeled fully-peeled sorted \n";
    std::fs::write(scripted.dir().join(".git/packed-refs"), format!("{header}{}", packed.concat()))
        .expect("it can be written");
    assert_eq!(scripted.git(&["for-each-ref", "--format=x", "refs/heads/topic"]).lines().count(), 10_000);
    assert_eq!(told(scripted.dir()), before);
    let folder = scripted.dir().join(".git/refs/heads/broken");
    std::fs::create_dir(&folder).expect("the folder is new");
    for number in 0..1_000 {
        std::fs::write(folder.join(number.to_string()), "no commit\n").expect("it can be written");
    }
    assert_eq!(told(scripted.dir()), before);
    assert_eq!(run(scripted.dir(), &["history", "--rev", "topic/09999"]).code, 0);
}

#[test]
fn reftable_is_refused_with_the_way_out() {
    let scripted = Scripted::empty(&[]);
    let real = scripted.try_git(&["init", "-q", "--ref-format=reftable", "../real"], DAY, DAY).status.success();
    let folder = if real { scripted.beside("real") } else { scripted.dir().to_owned() };
    if real {
        scripted.git(&["-C", &plain(&folder), "commit", "-q", "--allow-empty", "-m", "x"]);
        scripted.git(&["-C", &plain(&folder), "worktree", "add", "-q", "../linked"]);
    } else {
        scripted.git(&["config", "core.repositoryFormatVersion", "1"]);
        scripted.git(&["config", "extensions.refStorage", "reftable"]);
    }
    std::fs::write(folder.join("demarcate.toml"), "").expect("it can be written");
    let linked = if real { scripted.beside("linked") } else { folder.clone() };
    for (folder, command) in [(&folder, "check"), (&folder, "history"), (&linked, "status")] {
        let screen = run(folder, &[command]);
        assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{}", screen.err);
        assert!(screen.err.contains("stores its references as reftable, which is not supported"), "{}", screen.err);
        assert!(screen.err.contains("git refs migrate --ref-format=files"), "{}", screen.err);
    }
}

// Clones that lack something.

#[test]
fn a_shallow_clone_is_one_from_its_linked_work_trees_too() {
    let (scripted, before) = grown();
    let clone = clone_of(&scripted, "clone", &["--depth=2"]);
    let at = plain(&clone);
    scripted.git(&["-C", &at, "worktree", "add", "-q", "--detach", "../linked"]);
    let linked = scripted.beside("linked");
    let screen = run(&linked, &["history"]);
    assert_eq!(screen.code, 2, "{}", screen.out);
    assert!(screen.err.contains("git fetch --unshallow"), "{}", screen.err);
    scripted.git(&["-C", &at, "fetch", "-q", "--unshallow"]);
    assert_eq!(told(&linked), before);
}

/// What must work without fetching: the log with its authors and touches, and every subject that stands now as it did
/// at its reviews; for what changed since, the old content is needed, and the refusal says how to get it.
#[test]
fn a_clone_without_old_blobs_answers_from_what_is_here_and_fetches_nothing() {
    let scripted = Scripted::root();
    for (old, new) in [("Approves", "Signs"), ("Signs", "Permits")] {
        scripted.edit(FIRST, old, new);
        scripted.commit("Change", "2026-01-15");
    }
    scripted.review("2026-02-01");
    let before = told(scripted.dir());
    let clone = clone_of(&scripted, "clone", &["--filter=blob:none"]);
    scripted.git(&["-C", &plain(&clone), "remote", "set-url", "origin", "file:///nowhere/at/all"]);
    let missing = scripted.git(&["-C", &plain(&clone), "rev-list", "--objects", "--all", "--missing=print"]);
    assert_eq!(missing.lines().filter(|line| line.starts_with('?')).count(), 2);
    assert_eq!(told(&clone), before);
    assert_eq!(run(&clone, &["check", "--rev", "HEAD"]).code, run(scripted.dir(), &["check", "--rev", "HEAD"]).code);
    let screen = run(&clone, &["check", "--rev", "HEAD~1"]);
    assert_eq!(screen.code, run(scripted.dir(), &["check", "--rev", "HEAD~1"]).code, "{}", screen.err);
    for arguments in [&["check", "--rev", "HEAD~2"][..], &["history", "--rev", "HEAD~2"], &["score", "--rev", "HEAD~2"]]
    {
        refused_as_partial(&run(&clone, arguments));
    }
}

fn refused_as_partial(screen: &Screen) {
    assert_eq!((screen.code, screen.out.as_str()), (2, ""), "{}", screen.err);
    assert!(
        screen.err.contains("partial clone") && screen.err.contains("git fetch --refetch --no-filter"),
        "{}",
        screen.err
    );
}

#[test]
fn a_bare_clone_without_blobs_is_refused_with_the_way_out() {
    let scripted = Scripted::reviewed();
    let clone = clone_of(&scripted, "clone", &["--bare", "--filter=blob:none"]);
    for command in ["check", "history", "score", "status"] {
        refused_as_partial(&run(&clone, &[command, "--rev", "HEAD"]));
    }
    scripted.git(&["-C", &plain(&clone), "fetch", "-q", "--refetch", "--no-filter"]);
    let at_tip = ["check", "--format", "json", "--rev", "HEAD"];
    assert_eq!(run(&clone, &at_tip).out, run(scripted.dir(), &at_tip).out);
}

#[test]
fn a_clone_without_old_trees_ends_with_2_and_the_way_out() {
    let (scripted, before) = grown();
    let clone = clone_of(&scripted, "clone", &["--filter=tree:0"]);
    for command in ["check", "history", "status"] {
        refused_as_partial(&run(&clone, &[command]));
    }
    assert!(run(&clone, &["check", "--without-history"]).code < 2);
    scripted.git(&["-C", &plain(&clone), "fetch", "-q", "--refetch", "--no-filter"]);
    assert_eq!(told(&clone), before);
}

// Where the repository lies and whose it is.

#[test]
fn work_trees_beside_a_hidden_bare_repository_are_read_alike() {
    let (scripted, before) = grown();
    let project = scripted.beside("project");
    std::fs::create_dir(&project).expect("the folder is new");
    scripted.git(&["clone", "-q", "--bare", &plain(scripted.dir()), &plain(&project.join(".bare"))]);
    std::fs::write(project.join(".git"), "gitdir: ./.bare\n").expect("it can be written");
    let main = project.join("main");
    scripted.git(&["-C", &plain(&project), "worktree", "add", "-q", &plain(&main), "main"]);
    assert_eq!(told(&main), before);
    let screen = run(&project, &["check", "--rev", "main", "--format", "json"]);
    assert_eq!(screen.out, run(scripted.dir(), &["check", "--rev", "main", "--format", "json"]).out, "{}", screen.err);
}

#[test]
fn a_root_inside_a_submodule_is_read_from_the_submodules_log() {
    let (scripted, before) = grown();
    let above = Scripted::empty(&[]);
    above.review("2026-01-01");
    add_submodule(&above, &plain(scripted.dir()), "systems/cui");
    above.review("2026-03-01");
    let inside = above.dir().join("systems/cui");
    assert!(inside.join(".git").is_file());
    assert_eq!(told(&inside), before);
    let screen = run(above.dir(), &["-C", "systems/cui", "history", "--format", "json"]);
    assert_eq!(screen.out, before.0);
    // The commit above holds no root: a submodule is the id of a commit.
    let screen = run(above.dir(), &["check", "--rev", "HEAD"]);
    assert!(screen.code == 2 && screen.err.contains("no demarcate.toml"), "{}", screen.err);
}

/// Git tells of a submodule no more than the id of a commit: its files stand on disk and are hashed there, but no
/// commit of this repository holds them, and to say that they are missing would be wrong.
#[test]
fn evidence_inside_a_submodule_is_hashed_on_disk_and_no_part_of_a_commit() {
    let scripted = Scripted::root();
    let library = library(&scripted, &[("accounts.csv", "dana\n")]);
    add_submodule(&scripted, &library, "evidence/contractor/exports");
    scripted.edit(ARTIFACTS, "accounts-q1.csv", "exports/accounts.csv");
    assert_eq!(run(scripted.dir(), &["hash"]).code, 0);
    scripted.commit("Export", "2026-01-02");
    let only = ["--only", "evidence-missing", "--only", "evidence-changed", "--only", "evidence-unlocked"];
    assert_eq!(found(scripted.dir(), &only), nothing());
    for which in [&["--rev", "HEAD"][..], &["--staged"]] {
        let arguments = [&["check", "--format", "json"], &only[..], which].concat();
        let screen = run(scripted.dir(), &arguments);
        assert!(screen.out.contains("cannot be read: it is a submodule"), "{}", screen.out);
    }
    // A change inside it is a change of the evidence.
    scripted.write("evidence/contractor/exports/accounts.csv", "eve\n");
    assert_eq!(found(scripted.dir(), &only), one("evidence-changed", ARTIFACTS));
    std::fs::remove_dir_all(scripted.dir().join("evidence/contractor/exports")).expect("it stands");
    assert_eq!(found(scripted.dir(), &only), one("evidence-missing", ARTIFACTS));
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn a_repository_of_somebody_else_is_read_with_a_note_and_nothing_of_it_runs() {
    let (scripted, before) = grown();
    let ran = scripted.beside("ran");
    let touch = format!("touch {}", ran.display());
    for (key, value) in [
        ("core.fsmonitor", &touch),
        ("core.sshCommand", &touch),
        ("filter.x.clean", &touch),
        ("filter.x.smudge", &touch),
        ("core.pager", &touch),
        ("diff.external", &touch),
        ("gpg.program", &touch),
    ] {
        scripted.git(&["config", key, value]);
    }
    scripted.git(&["config", "core.hooksPath", &plain(&scripted.beside("hooks"))]);
    std::fs::write(scripted.dir().join(".git/info/attributes"), "* filter=x\n").expect("it can be written");
    let everything = [".", ".git"].map(|path| scripted.dir().join(path));
    if !everything.iter().all(|path| std::os::unix::fs::chown(path, Some(12345), Some(12345)).is_ok()) {
        eprintln!("skipped: only root may give a repository to another user");
        return;
    }
    let refused = scripted.try_git(&["status"], DAY, DAY);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("dubious ownership"));
    let history = run(scripted.dir(), &["history", "--format", "json"]);
    let check = run(scripted.dir(), &["check", "--format", "json"]);
    assert_eq!((history.out, check.out), before);
    for err in [history.err, check.err] {
        assert!(err.starts_with("note: ") && err.contains("belongs to another user"), "{err}");
    }
    assert!(!ran.exists(), "a configured program ran");
    assert_eq!(run(scripted.dir(), &["check", "--quiet"]).err, "");
    // Who says that it is safe is not told again.
    let config = scripted.beside("config");
    std::fs::write(&config, format!("[safe]\n\tdirectory = {}\n", scripted.dir().display()))
        .expect("it can be written");
    let output = tool(scripted.dir()).env("GIT_CONFIG_GLOBAL", &config).args(["history", "--format", "json"]).output();
    assert_eq!(screen::of(&output.expect("the binary was built")).err, "");
    assert!(!ran.exists(), "a configured program ran");
}

#[test]
fn an_unborn_branch_has_no_log_whatever_other_branches_hold() {
    let scripted = Scripted::reviewed();
    scripted.git(&["symbolic-ref", "HEAD", "refs/heads/not/yet"]);
    assert!(!scripted.try_git(&["rev-list", "HEAD"], DAY, DAY).status.success());
    let json = run(scripted.dir(), &["history", "--format", "json"]).json();
    assert!(json["head"].is_null());
    assert!(json["subjects"].as_array().expect("a list").iter().all(|subject| subject["state"] == "never"));
    let json = run(scripted.dir(), &["history", "--format", "json", "--rev", "main"]).json();
    assert_eq!(json["head"], scripted.git(&["rev-parse", "main"]));
    let screen = run(scripted.dir(), &["history", "--rev", "HEAD"]);
    assert_eq!(screen.code, 2);
    assert!(screen.err.contains("no commit is called `HEAD`"), "{}", screen.err);
}

#[test]
fn a_tag_stands_for_its_commit() {
    let (scripted, before) = grown();
    let tip = scripted.git(&["rev-parse", "HEAD"]);
    scripted.git(&["tag", "-a", "-m", "One", "v1"]);
    scripted.git(&["tag", "-a", "-m", "A tag of a tag", "v2", "v1"]);
    scripted.git(&["tag", "-a", "-m", "A tag of a tree", "tree", "HEAD^{tree}"]);
    for name in ["v1", "v2", "refs/tags/v2", "v1^0", &tip[..12]] {
        let json = run(scripted.dir(), &["history", "--format", "json", "--rev", name]);
        assert_eq!(json.out, before.0, "{name}: {}", json.err);
    }
    let screen = run(scripted.dir(), &["history", "--rev", "tree"]);
    assert!(screen.code == 2 && screen.err.contains("something other than a commit"), "{}", screen.err);
    scripted.git(&["checkout", "-q", "v2"]);
    assert_eq!(told(scripted.dir()), before);
    // Nobody's Git writes this, but Git reads it: HEAD holds the id of a tag, or the name of one.
    let tag = scripted.git(&["rev-parse", "refs/tags/v2"]);
    for head in [format!("{tag}\n"), "ref: refs/tags/v2\n".to_owned()] {
        std::fs::write(scripted.dir().join(".git/HEAD"), &head).expect("it can be written");
        assert_eq!(told(scripted.dir()), before, "{head}");
    }
}

// Work tree and index.

#[test]
fn a_comment_in_a_checkout_with_crlf_stales_nothing() {
    let scripted = Scripted::reviewed();
    for (path, _) in FILES {
        scripted.write(path, &scripted.read(path).replace('\n', "\r\n"));
    }
    scripted.write(FIRST, &format!("# A comment\r\n{}", scripted.read(FIRST)));
    let history = run(scripted.dir(), &["history", "--format", "json"]).json();
    let states: BTreeSet<&str> = history["subjects"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|subject| subject["state"].as_str())
        .collect();
    assert_eq!(states, BTreeSet::from(["current"]));
}

/// The base with other bytes in one file of evidence, locked as committed.
fn with_evidence(attributes: &str, bytes: &[u8]) -> Repository {
    let base = Repository::base();
    base.write(EVIDENCE, bytes);
    base.lock();
    base.git(&["add", "--all"]);
    base.write(".gitattributes", format!("{}{EVIDENCE} {attributes}\n", base.text(".gitattributes")));
    base.git(&["add", ".gitattributes"]);
    base.git(&["commit", "-q", "-m", "Another certificate"]);
    base
}

/// Checks one file out again, and says what stands there then.
fn checked_out(base: &Repository, path: &str) -> Vec<u8> {
    base.delete(path);
    base.git(&["checkout", "--", path]);
    assert_eq!(base.git(&["status", "--porcelain"]), "");
    std::fs::read(base.path(path)).expect("it was checked out")
}

fn warned_of_conversion() -> BTreeSet<(String, String)> {
    one("altered-checkout", ARTIFACTS)
}

#[test]
fn evidence_is_hashed_as_committed_under_autocrlf() {
    let base = with_evidence("text", b"one\ntwo\n");
    for off in ["false", "0", "no", "off", "False"] {
        base.git(&["config", "core.autocrlf", off]);
        base.write(".gitattributes", base.text(".gitattributes").replace(" text\n", " !text\n"));
        assert!(found(&base.root(), &["--only", "altered-checkout", "--only", "evidence-changed"]).is_empty(), "{off}");
        base.git(&["checkout", "--", ".gitattributes"]);
    }
    base.git(&["config", "core.autocrlf", "true"]);
    assert_eq!(checked_out(&base, EVIDENCE), b"one\r\ntwo\r\n");
    assert_eq!(found(&base.root(), &[]), warned_of_conversion());
    for which in [&["--rev", "HEAD"][..], &["--staged"]] {
        assert_eq!(found(&base.root(), which), nothing());
    }
    assert_eq!(run(&base.root(), &["hash", "--check"]).code, 0);
    base.write(EVIDENCE, "one\r\nthree\r\n");
    assert!(found(&base.root(), &[]).contains(&("evidence-changed".to_owned(), ARTIFACTS.to_owned())));
}

#[test]
fn evidence_is_hashed_as_committed_under_a_working_tree_encoding() {
    for encoding in ["UTF-16", "UTF-16LE-BOM", "UTF-16BE", "ISO-8859-1"] {
        let base = with_evidence(&format!("text working-tree-encoding={encoding}"), "caf\u{e9}\ntwo\n".as_bytes());
        assert_ne!(checked_out(&base, EVIDENCE), "caf\u{e9}\ntwo\n".as_bytes(), "{encoding}");
        assert_eq!(found(&base.root(), &[]), warned_of_conversion(), "{encoding}");
        assert_eq!(found(&base.root(), &["--rev", "HEAD"]), nothing(), "{encoding}");
        base.write(EVIDENCE, b"caf\xe9\ntoo\n");
        assert!(
            found(&base.root(), &[]).contains(&("evidence-changed".to_owned(), ARTIFACTS.to_owned())),
            "{encoding}"
        );
    }
}

#[test]
fn evidence_and_practices_are_read_as_committed_under_ident() {
    let practice = "practices/AC.L2-3.1.3.toml";
    let base = with_evidence("ident", b"$Id$\nLine\n");
    base.write(".gitattributes", format!("{}practices/** ident\n", base.text(".gitattributes")));
    base.append(practice, "# $Id$\n");
    base.commit("2026-10-03T10:00:00Z", "Idents");
    checked_out(&base, practice);
    assert!(base.text(practice).contains("$Id: "), "{}", base.text(practice));
    assert!(checked_out(&base, EVIDENCE).starts_with(b"$Id: "));
    assert_eq!(found(&base.root(), &[]), warned_of_conversion());
    assert_eq!(found(&base.root(), &["--rev", "HEAD"]), nothing());
    base.write(EVIDENCE, "$Id: 0123$\nAnother line\n");
    assert!(found(&base.root(), &[]).contains(&("evidence-changed".to_owned(), ARTIFACTS.to_owned())));
}

/// A large file is told by its pointer, whose digest it shares; Git itself knows nothing of the large file.
#[test]
fn an_lfs_file_is_what_its_pointer_says_here_and_in_the_commit() {
    let base = Repository::base();
    let bytes = base.text(EVIDENCE);
    let lock = base.text("evidence.lock");
    let locked = lock.lines().find(|line| line.ends_with(&format!("  {EVIDENCE}"))).expect("it is locked");
    let digest = locked.split("  ").next().expect("a digest");
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {}\n", bytes.len());
    base.write(EVIDENCE, &pointer);
    base.commit("2026-10-02T10:00:00Z", "Keep it large");
    base.append(".gitattributes", &format!("{EVIDENCE} filter=lfs diff=lfs merge=lfs -text\n"));
    base.commit("2026-10-03T10:00:00Z", "Say so");
    let not_fetched = one("lfs-pointer", ARTIFACTS);
    assert_eq!(found(&base.root(), &[]), not_fetched);
    assert_eq!(found(&base.root(), &["--rev", "HEAD"]), not_fetched);
    base.write(EVIDENCE, &bytes);
    assert_eq!(found(&base.root(), &[]), nothing(), "the file itself stands there");
    assert_eq!(run(&base.root(), &["hash", "--check"]).code, 0);
    base.write(EVIDENCE, bytes.replace("2027", "2037"));
    assert_eq!(found(&base.root(), &[]), one("evidence-changed", ARTIFACTS));
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_read_from_the_index() {
    let base = Repository::base();
    let history = run(&base.root(), &["history", "--format", "json"]).out;
    base.git(&["update-index", "--refresh", "-q"]);
    for folders in [&["policies", "providers"][..], &["practices"], &[]] {
        base.git(&[&["sparse-checkout", "set", "--cone"], folders].concat());
        assert_eq!(base.path("practices").exists(), folders.contains(&"practices"));
        assert!(!base.path(EVIDENCE).exists());
        assert_eq!(found(&base.root(), &[]), nothing(), "{folders:?}");
        assert_eq!(run(&base.root(), &["hash", "--check"]).code, 0, "{folders:?}");
        assert_eq!(run(&base.root(), &["history", "--format", "json"]).out, history, "{folders:?}");
    }
    // A pattern without a cone.
    base.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/practices/AC*"]);
    assert!(!base.path("practices/AC.L2-3.1.3.toml").exists() && base.path("practices/AU.L2-3.3.4.toml").exists());
    assert_eq!(found(&base.root(), &[]), nothing());
    // What is deleted for good is missing.
    base.git(&["rm", "-q", "--sparse", "practices/AC.L2-3.1.3.toml"]);
    assert!(
        found(&base.root(), &[]).contains(&("missing-practice".to_owned(), "practices/AC.L2-3.1.3.toml".to_owned()))
    );
}

#[test]
fn a_sparse_index_is_unfolded() {
    let base = Repository::base();
    base.git(&["update-index", "--refresh", "-q"]);
    base.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "practices"]);
    let folded = base.git(&["ls-files", "--sparse"]);
    assert!(folded.lines().any(|line| line == "evidence/"), "{folded}");
    assert_eq!(found(&base.root(), &["--staged"]), nothing());
    assert_eq!(found(&base.root(), &[]), nothing());
    let git = demarcate::git::Git::discover(&base.root(), None).expect("it can be opened").expect("it is there");
    let ours: Vec<String> = git.files_of_index("").expect("the index can be read").into_keys().collect();
    assert_eq!(ours, base.git(&["ls-files"]).lines().collect::<Vec<_>>());
    let below: Vec<String> =
        git.files_of_index("evidence/contractor").expect("the index can be read").into_keys().collect();
    assert!(below.contains(&"eca-certificate.txt".to_owned()), "{below:?}");
}

/// Git calls such a file unchanged because it was told not to look; evidence is what stands there.
#[test]
fn a_file_that_git_was_told_to_overlook_is_hashed_as_it_stands() {
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        let base = Repository::base();
        base.git(&["update-index", flag, EVIDENCE, "practices/AC.L2-3.1.3.toml"]);
        base.write(EVIDENCE, "Another certificate\n");
        let practice = "practices/AC.L2-3.1.3.toml";
        base.write(practice, format!("statuz = \"x\"\n{}", base.text(practice)));
        assert_eq!(base.git(&["status", "--porcelain"]), "", "{flag}");
        let both: BTreeSet<_> = [("evidence-changed", ARTIFACTS), ("unknown-key", "practices/AC.L2-3.1.3.toml")]
            .map(|(rule, path)| (rule.to_owned(), path.to_owned()))
            .into();
        let shown = found(&base.root(), &[]);
        assert!(both.is_subset(&shown), "{flag}: {shown:?}");
        assert_eq!(found(&base.root(), &["--staged"]), nothing(), "{flag}");
    }
}

#[test]
fn what_is_only_intended_to_be_added_is_not_staged() {
    let base = Repository::base();
    let path = "practices/AC.L2-3.1.3.toml";
    base.write("policies/new.md", "# New\n");
    base.write("poam/new.toml", "id = \"new\"\n");
    let text = base.text(path);
    base.git(&["rm", "-q", "--cached", path]);
    base.write(path, &text);
    base.git(&["add", "--intent-to-add", "policies/new.md", "poam/new.toml", path]);
    let tree = base.git(&["write-tree"]);
    let git = demarcate::git::Git::discover(&base.root(), None).expect("it can be opened").expect("it is there");
    let ours: Vec<String> = git.files_of_index("").expect("the index can be read").into_keys().collect();
    assert_eq!(ours, base.git(&["ls-tree", "-r", "--name-only", &tree]).lines().collect::<Vec<_>>());
    let staged = found(&base.root(), &["--staged"]);
    assert!(staged.contains(&("missing-practice".to_owned(), path.to_owned())), "{staged:?}");
    assert!(!staged.iter().any(|(_, path)| path.ends_with("new.toml")), "{staged:?}");
}

#[test]
fn a_path_in_conflict_is_unread_in_the_index() {
    let scripted = Scripted::root();
    scripted.git(&["checkout", "-qb", "side"]);
    scripted.edit(FIRST, "Approves", "Signs");
    scripted.edit(SECOND, "Defines", "Writes");
    scripted.commit("Side", "2026-01-02");
    scripted.git(&["checkout", "-q", "main"]);
    scripted.edit(FIRST, "Approves", "Permits");
    remove(scripted.dir().join(SECOND));
    scripted.commit("Main", "2026-01-03");
    assert!(!scripted.try_git(&["merge", "-q", "side"], DAY, DAY).status.success());
    let unmerged = scripted.git(&["ls-files", "--unmerged"]);
    assert_eq!(unmerged.lines().count(), 5, "{unmerged}");
    let git = scripted.open();
    let files = git.files_of_index("").expect("the index can be read");
    assert_eq!(files[FIRST].id.to_string(), scripted.git(&["rev-parse", &format!(":2:{FIRST}")]));
    assert!(!files.contains_key(SECOND), "we deleted it");
    let staged = found(scripted.dir(), &["--staged"]);
    for path in [FIRST, SECOND] {
        let told: Vec<&str> = staged.iter().filter(|(_, at)| at == path).map(|(rule, _)| rule.as_str()).collect();
        assert_eq!(told, ["unreadable-file"], "neither side is what will be committed");
    }
    assert!(found(scripted.dir(), &[]).contains(&("syntax".to_owned(), FIRST.to_owned())));
}

#[test]
fn every_form_of_the_index_holds_the_same_files() {
    let base = Repository::base();
    let listed = |base: &Repository| -> Vec<(String, String)> {
        let git = demarcate::git::Git::discover(&base.root(), None).expect("it can be opened").expect("it is there");
        let files = git.files_of_index("").expect("the index can be read");
        files.into_iter().map(|(path, entry)| (path, entry.id.to_string())).collect()
    };
    let before = listed(&base);
    for form in [&["--index-version=4"][..], &["--index-version=3"], &["--untracked-cache"], &["--split-index"]] {
        base.git(&[&["update-index", "--force-write-index"], form].concat());
        assert_eq!(listed(&base), before, "{form:?}");
        assert_eq!(found(&base.root(), &["--staged"]), nothing(), "{form:?}");
        assert_eq!(found(&base.root(), &[]), nothing(), "{form:?}");
    }
    base.git(&["-c", "index.skipHash=true", "update-index", "--force-write-index"]);
    assert_eq!(listed(&base), before);
}

#[test]
fn the_index_of_a_linked_work_tree_and_the_one_that_git_names_are_its_own() {
    let base = Repository::base();
    base.git(&["worktree", "add", "-q", "--detach", "../linked"]);
    let linked = base.root().with_file_name("linked");
    let path = "practices/AC.L2-3.1.3.toml";
    std::fs::write(linked.join(path), "broken [").expect("it can be written");
    base.git(&["-C", &plain(&linked), "add", path]);
    let broken = |folder: &Path, index: Option<&Path>| {
        let mut command = tool(folder);
        command.args(["check", "--staged", "--only", "syntax"]);
        index.map(|index| command.env("GIT_INDEX_FILE", index));
        let output = command.stdin(Stdio::null()).output().expect("the binary was built");
        screen::of(&output).code
    };
    assert_eq!((broken(&base.root(), None), broken(&linked, None)), (0, 1));
    let index = base.path(".git/worktrees/linked/index");
    assert_eq!(broken(&base.root(), Some(&index)), 1);
    assert_eq!(broken(&linked, Some(&base.path(".git/index"))), 0);
    // As in a hook, relative to the top.
    assert_eq!(broken(&base.root(), Some(Path::new(".git/worktrees/linked/index"))), 1);
}

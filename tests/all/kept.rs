//! What is kept of evidence between runs: a second look opens nothing, and never answers otherwise than a first one.

use std::collections::BTreeMap;
use std::fs::{File, FileTimes};
use std::path::{Path, PathBuf};

use demarcate::cache::Cache;
use demarcate::catalog::Catalog;
use demarcate::content::Content;
use demarcate::evidence::{self, Cost};
use demarcate::git::Git;
use demarcate::model::assessment::{Checkout, EditionState};
use demarcate::source::Tree;
use demarcate::stamp::Stamp;
use demarcate::{load, resolve};

use super::base::Repository;
use super::screen::{self, run};

const TICKETS: &str = "evidence/contractor/ticket-log-2026-q3.csv";
const PROCEDURE: &str = "evidence/contractor/procedure-it.txt";
const ARTIFACTS: &str = "evidence/contractor/artifacts.toml";

/// What was found of every edition, by location.
type Answer = BTreeMap<String, (EditionState, Content)>;

fn look_at(tree: &Tree<'_>, cache: &Cache) -> (Answer, Cost) {
    let mut unheard = Vec::new();
    let records = load::tree(tree, &mut unheard).expect("the root is readable");
    let mut assessment = resolve::assessment(records, Catalog::rev2(), &mut unheard);
    let cost = evidence::digest_changed(&mut assessment, tree, cache, &|_| {}).expect("Git can be asked");
    let editions =
        assessment.editions().map(|(_, one)| (one.location.clone(), (one.state.clone(), one.content.clone())));
    (editions.collect(), cost)
}

fn look_in(root: &Path, cache: bool) -> (Answer, Cost) {
    let git = Git::discover(root, None).expect("the repository can be opened").expect("there is one");
    let cache = if cache { Cache::in_git_dir(git.git_dir()) } else { Cache::none() };
    look_at(&Tree::folder(root, Some(&git)).expect("the root is there"), &cache)
}

/// Looks with what is kept, and asserts that the answer is that of a look without.
fn opened(repository: &Repository) -> usize {
    opened_in(&repository.root())
}

fn opened_in(root: &Path) -> usize {
    let (answer, cost) = look_in(root, true);
    let (expected, whole) = look_in(root, false);
    assert_eq!(answer, expected);
    assert!(whole.opened >= 20, "{whole:?}");
    cost.opened
}

/// Lets the clock of the file system tick, so that what was written before is not racy any more.
fn tick(repository: &Repository) {
    let probe = repository.path(".git/probe");
    let now = || {
        std::fs::write(&probe, "x").expect("the Git directory can be written");
        Stamp::of(&probe).expect("it was just written").modified()
    };
    let first = now();
    while now() == first {}
}

/// The base with everything looked at once.
fn known() -> Repository {
    let repository = Repository::base();
    tick(&repository);
    assert!(opened(&repository) >= 20);
    assert_eq!(opened(&repository), 0);
    repository
}

fn kept(repository: &Repository) -> PathBuf {
    repository.path(".git/demarcate/evidence")
}

fn state(repository: &Repository, location: &str) -> EditionState {
    look_in(&repository.root(), true).0[location].0.clone()
}

fn digest_of(state: &EditionState) -> &str {
    match state {
        EditionState::Present { sha256, .. } => sha256,
        other => panic!("{other:?}"),
    }
}

fn sha256sum(bytes: &[u8]) -> String {
    let home = tempfile::TempDir::new().expect("the tests may write to the folder for temporary files");
    let path = home.path().join("bytes");
    std::fs::write(&path, bytes).expect("it has room");
    let output = std::process::Command::new("sha256sum").arg(&path).output().expect("sha256sum is installed");
    String::from_utf8_lossy(&output.stdout)[..64].to_owned()
}

/// Writes other bytes of the same size and gives the file its old modification time back.
fn forge(path: &Path) {
    let modified = path.metadata().and_then(|metadata| metadata.modified()).expect("it is there");
    let mut bytes = std::fs::read(path).expect("it is there");
    let last = bytes.len() - 2;
    bytes[last] ^= 1;
    std::fs::write(path, bytes).expect("it can be written");
    restore(path, modified);
}

fn restore(path: &Path, modified: std::time::SystemTime) {
    let file = File::options().write(true).open(path).expect("it can be opened");
    file.set_times(FileTimes::new().set_modified(modified)).expect("its time can be set");
}

#[test]
fn a_second_look_opens_nothing_and_a_third_only_what_changed() {
    let repository = known();
    repository.append(TICKETS, "1042,2026-08-01,2026-08-02\n");
    tick(&repository);
    assert_eq!(opened(&repository), 1);
    let expected = sha256sum(repository.text(TICKETS).as_bytes());
    assert_eq!(digest_of(&state(&repository, TICKETS)), expected);
    assert_eq!(opened(&repository), 0);
    repository.delete(TICKETS);
    assert_eq!(opened(&repository), 0);
    assert_eq!(state(&repository, TICKETS), EditionState::Missing);
}

#[test]
fn a_change_that_keeps_size_and_modification_time_is_seen() {
    let repository = known();
    let before = state(&repository, TICKETS);
    forge(&repository.path(TICKETS));
    tick(&repository);
    assert_eq!(opened(&repository), 1);
    assert_ne!(state(&repository, TICKETS), before);
    let other = repository.path("evidence/contractor/other");
    std::fs::copy(repository.path(TICKETS), &other).expect("there is room");
    let modified = repository.path(TICKETS).metadata().and_then(|one| one.modified()).expect("it is there");
    forge(&other);
    restore(&other, modified);
    std::fs::rename(&other, repository.path(TICKETS)).expect("both are in one folder");
    assert_eq!(digest_of(&state(&repository, TICKETS)), sha256sum(repository.text(TICKETS).as_bytes()));
    assert_eq!(digest_of(&state(&repository, TICKETS)), digest_of(&before), "forged twice is as it was");
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn what_is_rewritten_within_a_tick_of_the_clock_is_not_missed() {
    let repository = Repository::empty();
    repository.write("demarcate.toml", "");
    let edition = "edition = [{ path = \"log.txt\", collected = 2026-10-02 }]";
    let artifact = format!("[[artifact]]\nid = \"log\"\ntitle = \"Log\"\nkind = \"log\"\n{edition}\n");
    repository.write(ARTIFACTS, artifact);
    let path = "evidence/contractor/log.txt";
    let mut same_tick = 0;
    for round in 0..500 {
        let written = [format!("{round:04}"), format!("{:04}", round + 5000)].map(|text| {
            repository.write(path, &text);
            let stamp = Stamp::of(&repository.path(path));
            assert_eq!(digest_of(&state(&repository, path)), sha256_of(&text), "round {round}");
            stamp
        });
        same_tick += usize::from(written[0] == written[1]);
    }
    if same_tick == 0 {
        eprintln!("skipped: no file was written twice within a tick of the clock");
    }
}

#[test]
fn a_file_whose_time_is_not_past_is_opened_every_time() {
    let repository = known();
    let later = std::time::Duration::from_secs(3600);
    let modified = repository.path(TICKETS).metadata().and_then(|one| one.modified()).expect("it is there");
    restore(&repository.path(TICKETS), modified + later);
    tick(&repository);
    assert_eq!([opened(&repository), opened(&repository)], [1, 1]);
    restore(&repository.path(TICKETS), modified);
    tick(&repository);
    assert_eq!([opened(&repository), opened(&repository)], [1, 0]);
}

fn sha256_of(text: &str) -> String {
    demarcate::digest::of_bytes(text.as_bytes()).sha256
}

#[test]
fn what_is_kept_is_not_believed_once_it_is_damaged() {
    let repository = known();
    let whole = std::fs::read(kept(&repository)).expect("something was kept");
    let all = look_in(&repository.root(), false).1.opened;
    let mut damaged: Vec<Vec<u8>> = (0..whole.len()).step_by(whole.len() / 12).map(|at| flipped(&whole, at)).collect();
    damaged.extend([0, 1, 20, whole.len() / 2, whole.len() - 1].map(|length| whole[..length].to_vec()));
    damaged.push(whole.iter().chain(b" ").copied().collect());
    damaged.push(b"demarcate 0 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n".to_vec());
    for bytes in damaged {
        std::fs::write(kept(&repository), bytes).expect("it can be written");
        assert_eq!(opened(&repository), all);
        assert_eq!(std::fs::read(kept(&repository)).expect("it was written anew"), whole);
    }
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 4;
    bytes
}

#[test]
fn what_another_build_kept_is_not_read() {
    let repository = known();
    let text = std::fs::read_to_string(kept(&repository)).expect("something was kept");
    let (head, body) = text.split_once('\n').expect("a head and a body");
    let words: Vec<&str> = head.split(' ').collect();
    let other = format!("{} {} {}\n{body}", words[0], "0123456789abcdef", words[2]);
    std::fs::write(kept(&repository), other).expect("it can be written");
    assert!(opened(&repository) >= 20);
}

#[test]
fn a_repository_that_is_moved_or_copied_with_its_times_answers_as_if_nothing_were_kept() {
    let repository = known();
    let home = tempfile::TempDir::new().expect("the tests may write to the folder for temporary files");
    let copy = home.path().join("copy");
    let command = std::process::Command::new("cp").arg("-a").arg(repository.root()).arg(&copy).status();
    assert!(command.expect("cp is installed").success());
    forge(&copy.join(TICKETS));
    assert!(opened_in(&copy) >= 20, "copies are other files");
    let moved = home.path().join("moved");
    std::fs::rename(&copy, &moved).expect("the names are free");
    opened_in(&moved);
    forge(&moved.join(TICKETS));
    let (answer, cost) = look_in(&moved, true);
    assert!(cost.opened >= 1);
    assert_eq!(answer, look_in(&moved, false).0);
}

#[test]
fn a_git_directory_that_cannot_be_written_is_no_error() {
    let repository = Repository::base();
    repository.write(".git/demarcate", "a file where the folder should be\n");
    for _ in 0..2 {
        assert!(opened(&repository) >= 20);
        let screen = run(&repository.root(), &["check", "--only", "evidence-changed"]);
        assert_eq!((screen.code, screen.err.as_str()), (0, ""), "{}", screen.out);
    }
    let nowhere = Cache::in_git_dir(Path::new("/dev/null"));
    let git = Git::discover(&repository.root(), None).expect("it can be opened").expect("there is one");
    let tree = Tree::folder(&repository.root(), Some(&git)).expect("the root is there");
    assert_eq!(look_at(&tree, &nowhere).0, look_in(&repository.root(), false).0);
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn a_git_directory_of_somebody_else_is_read_and_not_written() {
    use std::os::unix::fs::PermissionsExt;
    let repository = known();
    let mode = |mode: u32| {
        let folder = repository.path(".git/demarcate");
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(mode)).expect("the mode can be set");
    };
    mode(0o555);
    let is_refused = std::fs::write(repository.path(".git/demarcate/x"), "").is_err();
    repository.append(TICKETS, "1042\n");
    let counts = [opened(&repository), opened(&repository)];
    mode(0o755);
    if is_refused {
        assert_eq!(counts, [1, 1]);
    } else {
        eprintln!("skipped: this user may write to a folder of mode 555");
    }
}

#[test]
fn runs_beside_each_other_agree_and_leave_no_torn_file() {
    let repository = Repository::base();
    tick(&repository);
    let expected = look_in(&repository.root(), false).0;
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(look_in(&repository.root(), true).0, expected);
                }
            });
        }
    });
    let spawn = || screen::tool(&repository.root()).args(["hash", "--check"]).spawn().expect("the binary was built");
    for mut child in [spawn(), spawn(), spawn()] {
        assert!(child.wait().expect("it ends").success());
    }
    assert_eq!(names_kept(&repository), ["evidence"]);
    assert_eq!(opened(&repository), 0);
}

fn names_kept(repository: &Repository) -> Vec<String> {
    let entries = std::fs::read_dir(repository.path(".git/demarcate")).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.starts_with("evidence") || name.starts_with("new-"));
    names.sort();
    names
}

#[test]
fn the_option_for_no_cache_neither_reads_nor_writes() {
    for words in [&["check", "--no-cache"][..], &["hash", "--no-cache"], &["status", "--no-cache"]] {
        let repository = Repository::base();
        run(&repository.root(), words);
        assert_eq!(names_kept(&repository), Vec::<String>::new(), "{words:?}");
        run(&repository.root(), &words[..1]);
        assert_eq!(names_kept(&repository), ["evidence"], "{words:?}");
        let before = Stamp::of(&kept(&repository));
        repository.append(TICKETS, "1042\n");
        let screen = run(&repository.root(), &["hash", "--check", "--no-cache"]);
        assert!(screen.code == 1 && screen.out.contains("changed    ticket-log"), "{}", screen.out);
        assert_eq!(Stamp::of(&kept(&repository)), before);
    }
}

#[test]
fn what_did_not_change_is_not_written_and_what_is_cited_no_more_is_dropped() {
    let repository = known();
    let before = Stamp::of(&kept(&repository));
    assert_eq!(opened(&repository), 0);
    assert_eq!(Stamp::of(&kept(&repository)), before);
    let holds = |path: &str| std::fs::read_to_string(kept(&repository)).expect("it is kept").contains(path);
    assert!(holds(PROCEDURE));
    let artifacts = repository.text(ARTIFACTS);
    repository.write(ARTIFACTS, "[[artifact\n");
    assert_eq!(look_in(&repository.root(), true).1.opened, 0);
    assert!(holds(PROCEDURE), "nobody said that it is cited no more");
    repository.write(ARTIFACTS, artifacts.replace("procedure-it.txt", "procedure-of-it.txt"));
    assert_eq!(look_in(&repository.root(), true).1.opened, 0);
    assert!(!holds(PROCEDURE));
    repository.write(ARTIFACTS, artifacts);
    assert_eq!(opened(&repository), 1);
}

#[test]
fn attributes_and_the_index_are_asked_every_time() {
    let repository = known();
    let checkout = |expected: Checkout| {
        let EditionState::Present { checkout, .. } = state(&repository, TICKETS) else { panic!("it is there") };
        assert_eq!(checkout, expected);
    };
    checkout(Checkout::Faithful);
    repository.write(".gitattributes", "policies/** -text\n");
    assert_eq!(opened(&repository), 0, "what could be converted later has the same bytes now");
    checkout(Checkout::Exposed);
    repository.write(".gitattributes", "policies/** -text\nevidence/** text\n");
    let converted = opened(&repository);
    assert!(converted >= 8, "each is compared with its blob");
    assert_eq!(opened(&repository), 0);
    repository.append(TICKETS, "1042\n");
    tick(&repository);
    assert_eq!((opened(&repository), opened(&repository)), (1, 0));
    repository.git(&["add", TICKETS]);
    assert_eq!((opened(&repository), opened(&repository)), (1, 0), "it has another blob");
    repository.git(&["rm", "--quiet", "--cached", TICKETS]);
    assert_eq!(opened(&repository), 0);
    checkout(Checkout::Faithful);
}

#[test]
fn a_banner_counts_again_once_its_file_is_tracked() {
    let repository = Repository::base();
    repository.write(TICKETS, "CUI//SP-CTI\nticket\n");
    repository.git(&["rm", "--quiet", "--cached", "--force", TICKETS]);
    tick(&repository);
    let banner = || look_in(&repository.root(), true).0[TICKETS].1.banner.clone();
    assert_eq!(banner(), None);
    repository.git(&["add", TICKETS]);
    assert_eq!(opened(&repository), 0);
    assert_eq!(banner().map(|banner| banner.line), Some(1));
}

#[test]
fn line_ends_that_a_checkout_made_are_found_once_and_other_changes_are_none() {
    let repository = Repository::base();
    repository.write(".gitattributes", "* text eol=crlf\n");
    let committed = repository.text(TICKETS);
    repository.write(TICKETS, committed.replace('\n', "\r\n"));
    tick(&repository);
    assert!(opened(&repository) >= 20);
    let altered = EditionState::Present {
        size: committed.len() as u64,
        sha256: sha256sum(committed.as_bytes()),
        checkout: Checkout::Altered,
    };
    assert_eq!(state(&repository, TICKETS), altered);
    assert_eq!(opened(&repository), 0);
    // A return in the middle of a line is nobody's line end.
    repository.write(TICKETS, committed.replacen(',', "\r,", 1).replace('\n', "\r\n"));
    assert_ne!(digest_of(&state(&repository, TICKETS)), sha256sum(committed.as_bytes()));
}

#[test]
fn a_large_text_is_compared_with_its_blob_stretch_by_stretch() {
    let repository = Repository::base();
    let text = "A line of the log of the firewall\n".repeat(70_000);
    repository.write(TICKETS, &text);
    repository.commit("2026-10-02T10:00:00Z", "Keep the whole log");
    repository.write(".gitattributes", "* text\n");
    tick(&repository);
    assert!(opened(&repository) >= 20);
    assert_eq!(digest_of(&state(&repository, TICKETS)), sha256sum(text.as_bytes()));
    repository.write(TICKETS, text.replace('\n', "\r\n"));
    tick(&repository);
    let EditionState::Present { checkout, sha256, .. } = state(&repository, TICKETS) else { panic!("it is there") };
    assert_eq!((checkout, sha256), (Checkout::Altered, sha256sum(text.as_bytes())));
    assert_eq!(opened(&repository), 0);
}

#[test]
fn a_file_that_lfs_fetched_is_itself_and_a_pointer_is_none() {
    let repository = Repository::base();
    for size in [40, 3 << 20] {
        let bytes = vec![b'x'; size];
        let sha256 = sha256sum(&bytes);
        let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n");
        repository.write(".gitattributes", "evidence/** -text\npolicies/** -text\n");
        repository.write(TICKETS, &pointer);
        repository.commit("2026-10-02T10:00:00Z", "Put the log under LFS");
        let attributes = "evidence/** -text\npolicies/** -text\n*.csv filter=lfs diff=lfs merge=lfs -text\n";
        repository.write(".gitattributes", attributes);
        tick(&repository);
        opened(&repository);
        let named = EditionState::Pointer { size: size as u64, sha256: sha256.clone() };
        assert_eq!((state(&repository, TICKETS), opened(&repository)), (named, 0));
        repository.write(TICKETS, &bytes);
        tick(&repository);
        assert_eq!((opened(&repository), opened(&repository)), (1, 0));
        let fetched = EditionState::Present { size: size as u64, sha256, checkout: Checkout::Faithful };
        assert_eq!(state(&repository, TICKETS), fetched);
    }
}

#[test]
fn an_encoding_or_ident_of_the_work_tree_leaves_the_bytes_on_disk_what_counts() {
    for (attributes, bytes) in [
        ("*.csv working-tree-encoding=UTF-16LE -text\n", "t\u{0}\n\u{0}".as_bytes()),
        ("*.csv ident -text\n", b"$Id: 0123 $\n".as_slice()),
        ("*.csv filter=shout\n", b"TICKET\n".as_slice()),
    ] {
        let repository = Repository::base();
        repository.write(".gitattributes", attributes);
        repository.write(TICKETS, bytes);
        tick(&repository);
        opened(&repository);
        assert_eq!(digest_of(&state(&repository, TICKETS)), sha256sum(bytes), "{attributes}");
        assert_eq!(opened(&repository), 0, "{attributes}");
    }
}

#[test]
fn blobs_of_the_index_and_of_a_commit_are_read_once() {
    let repository = known();
    let git = || Git::discover(&repository.root(), None).expect("it can be opened").expect("there is one");
    let look = |revision: Option<&str>, cached: bool| {
        let git = git();
        let tree = match revision {
            Some(revision) => Tree::revision(&git, git.commit(revision).expect("there is one"), ""),
            None => Tree::index(&git, ""),
        };
        let cache = if cached { Cache::in_git_dir(git.git_dir()) } else { Cache::none() };
        look_at(&tree.expect("it can be read"), &cache)
    };
    let (first, cost) = look(None, true);
    assert!(cost.opened >= 20 && cost.bytes > 1000, "{cost:?}");
    assert_eq!(look(None, true), (first, Cost::default()));
    assert_eq!(look(Some("HEAD"), true).1.opened, 0);
    repository.append(TICKETS, "1042\n");
    assert_eq!(look(None, true).1.opened, 0, "it was not added");
    repository.git(&["add", TICKETS]);
    let (answer, cost) = look(None, true);
    assert_eq!((&answer, cost.opened), (&look(None, false).0, 1));
    assert_eq!(opened(&repository), 1, "the work tree is kept apart");
    assert_eq!(names_kept(&repository), ["evidence", "evidence-blobs"]);
    let blob = repository.git(&["rev-parse", &format!(":{TICKETS}")]);
    repository.delete(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    let (answer, _) = look(None, true);
    assert_eq!(answer, look(None, false).0, "a blob that is gone is not known");
    assert!(matches!(answer[TICKETS].0, EditionState::Unreadable(_)));
}

#[test]
fn two_roots_of_one_repository_keep_theirs_apart() {
    let repository = Repository::base();
    for folder in ["one", "two"] {
        screen::copy(&Repository::base().root(), &repository.path(folder));
        repository.delete(&format!("{folder}/.git"));
    }
    tick(&repository);
    for root in ["", "one", "two"] {
        assert!(opened_in(&repository.path(root)) >= 20);
    }
    for root in ["", "one", "two"] {
        assert_eq!(opened_in(&repository.path(root)), 0, "{root}");
    }
    assert_eq!(names_kept(&repository).len(), 3);
}

#[test]
fn a_link_or_a_folder_that_comes_to_lead_outside_is_refused_although_its_file_is_known() {
    let repository = known();
    let is_refused = |expected: bool| {
        let states: Vec<bool> =
            [TICKETS, PROCEDURE].map(|path| matches!(state(&repository, path), EditionState::Unreadable(_))).into();
        assert_eq!(states, [expected; 2]);
        opened(&repository);
    };
    is_refused(false);
    let (folder, outside) = (repository.path("evidence"), repository.root().with_file_name("outside"));
    std::fs::rename(&folder, &outside).expect("the name is free");
    std::os::unix::fs::symlink(&outside, &folder).expect("the name is free");
    assert_eq!(look_in(&repository.root(), true).1.opened, 0);
    std::fs::remove_file(&folder).expect("it is a link");
    std::fs::rename(&outside, &folder).expect("the name is free");
    is_refused(false);
    let hidden = repository.root().with_file_name("hidden");
    for path in [TICKETS, PROCEDURE] {
        std::fs::rename(repository.path(path), &hidden).expect("the name is free");
        std::os::unix::fs::symlink(&hidden, repository.path(path)).expect("the name is free");
    }
    is_refused(true);
}

#[test]
fn a_link_inside_the_repository_is_followed_and_its_target_watched() {
    let repository = Repository::base();
    repository.write("elsewhere.csv", "one\n");
    repository.delete(TICKETS);
    repository.link(TICKETS, "../../elsewhere.csv");
    tick(&repository);
    opened(&repository);
    assert_eq!((digest_of(&state(&repository, TICKETS)), opened(&repository)), (sha256sum(b"one\n").as_str(), 0));
    repository.write("elsewhere.csv", "two\n");
    tick(&repository);
    assert_eq!((opened(&repository), opened(&repository)), (1, 0));
    assert_eq!(digest_of(&state(&repository, TICKETS)), sha256sum(b"two\n"));
}

#[test]
fn every_path_that_the_answer_rests_on_is_watched() {
    let repository = known();
    repository.delete(PROCEDURE);
    repository.git(&["config", "core.attributesFile", "my-attributes"]);
    let git = Git::discover(&repository.root(), None).expect("it can be opened").expect("there is one");
    let tree = Tree::folder(&repository.root(), Some(&git)).expect("the root is there");
    look_at(&tree, &Cache::in_git_dir(git.git_dir()));
    let watched = tree.watch().take();
    let root = repository.root().canonicalize().expect("it is there");
    for path in [
        TICKETS,
        PROCEDURE,
        "evidence",
        "evidence/contractor",
        ".gitattributes",
        "evidence/.gitattributes",
        "evidence/contractor/.gitattributes",
        "policies/.gitattributes",
        ".git/info/attributes",
        ".git/index",
        ".git/config",
    ] {
        let path = root.join(path);
        let stamp = watched.get(&path).unwrap_or_else(|| panic!("{} is not watched: {watched:#?}", path.display()));
        assert_eq!(*stamp, Stamp::of(&path), "{}", path.display());
    }
    assert!(watched.keys().any(|path| path.ends_with("my-attributes")), "{watched:#?}");
}

#[test]
fn attributes_of_the_user_count_and_are_listed() {
    let repository = Repository::base();
    repository.write(".gitattributes", "policies/** -text\n");
    let home = tempfile::TempDir::new().expect("the tests may write to the folder for temporary files");
    let folder = home.path().join("git");
    std::fs::create_dir(&folder).expect("it is new");
    let check = || {
        let mut tool = screen::tool(&repository.root());
        tool.env("XDG_CONFIG_HOME", home.path()).args(["check", "--only", "exposed-bytes"]);
        screen::of(&tool.output().expect("the binary was built")).out
    };
    assert!(check().contains("exposed-bytes"));
    std::fs::write(folder.join("attributes"), "evidence/** -text\n").expect("there is room");
    assert!(!check().contains("exposed-bytes"), "{}", check());
}

#[test]
#[expect(clippy::print_stderr, reason = "what was not tested is said on the screen")]
fn the_clock_of_another_file_system_is_given_ten_minutes() {
    let repository = Repository::base();
    let cache = Cache::in_git_dir(&repository.path(".git"));
    let Ok(other) = tempfile::NamedTempFile::new_in("/dev/shm") else {
        return eprintln!("skipped: there is no /dev/shm");
    };
    tick(&repository);
    let begun = cache.begin().expect("the Git directory can be written");
    let (here, there) = (Stamp::of(&repository.path(TICKETS)), Stamp::of(other.path()));
    let (here, there) = (here.expect("it is there"), there.expect("it was just made"));
    assert!(begun.settles(&here));
    if here.shares_clock(&there) {
        return eprintln!("skipped: /dev/shm is no file system of its own");
    }
    assert!(!begun.settles(&there), "it was made a moment ago, by another clock");
}

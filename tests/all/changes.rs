//! What is not as in HEAD, judged by `git status` over the same trees.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::scripted::Scripted;

/// What the tool and what Git says of each path, as `git status --porcelain` writes states.
struct Both {
    ours: BTreeMap<String, &'static str>,
    git: BTreeMap<String, String>,
}

fn both(repo: &Scripted, prefix: &str) -> Both {
    let ours = repo.open().changes(prefix).expect("the tree can be compared").into_iter().collect();
    let arguments = ["-c", "core.quotePath=false", "status", "--porcelain", "-z", "-uall", "--no-renames", "--"];
    let at = if prefix.is_empty() { "." } else { prefix };
    let text = repo.git(&[&arguments[..], &[at]].concat());
    let entry = |line: &str| (line[3..].to_owned(), line[..2].to_owned());
    let git = text.split('\0').filter(|line| !line.is_empty()).map(entry).collect();
    Both { ours, git }
}

/// Git and the tool name the same paths, and words that fit.
fn assert_alike(repo: &Scripted, prefix: &str, what: &str) -> BTreeMap<String, &'static str> {
    // Before Git, which writes what it learnt into the index.
    let Both { ours, git } = both(repo, prefix);
    let paths: Vec<&String> = git.keys().collect();
    assert!(ours.keys().eq(paths.iter().copied()), "{what}: {ours:?} and {git:?}");
    for (path, word) in &ours {
        let state = git[path].as_str();
        let fits = match *word {
            "staged" => !state.starts_with([' ', '?', 'U']),
            "changed" => state == " M" || state == " T",
            "deleted" => state == " D",
            "untracked" => state == "??",
            "conflicted" => ["UU", "AA", "DU", "UD", "AU", "UA", "DD"].contains(&state),
            other => other.starts_with("to be added") && state == " A",
        };
        assert!(fits, "{what}: {path} is {word}, and {state:?} to Git");
    }
    ours
}

fn path(repo: &Scripted, name: &str) -> PathBuf {
    repo.dir().join(name)
}

fn remove(repo: &Scripted, name: &str) {
    std::fs::remove_file(path(repo, name)).expect("it is there");
}

/// A repository with a few files, committed.
fn begun() -> Scripted {
    let repo = Scripted::empty(&[]);
    for (name, text) in [("a.txt", "one\n"), ("b.txt", "two\n"), ("sub/c.txt", "three\n"), ("sub/deep/d.txt", "four\n")]
    {
        repo.write(name, text);
    }
    repo.commit("Begin", "2026-01-01");
    repo
}

#[test]
fn a_clean_tree_has_no_changes() {
    let repo = begun();
    assert!(assert_alike(&repo, "", "clean").is_empty());
    // Touched, and the same.
    repo.write("a.txt", "one\n");
    assert!(assert_alike(&repo, "", "touched").is_empty());
    let empty = Scripted::empty(&[]);
    assert!(assert_alike(&empty, "", "no commit yet").is_empty());
    empty.write("x", "1");
    assert_eq!(assert_alike(&empty, "", "no commit, one file")["x"], "untracked");
    empty.git(&["add", "x"]);
    assert_eq!(assert_alike(&empty, "", "no commit, one staged")["x"], "staged");
}

#[test]
fn every_kind_of_change_is_told_as_git_tells_it() {
    let repo = begun();
    repo.write("a.txt", "One\n");
    remove(&repo, "b.txt");
    repo.write("sub/new.txt", "new\n");
    repo.write("fresh/e.txt", "fresh\n");
    repo.write("sub/deep/d.txt", "five\n");
    repo.git(&["add", "sub/deep/d.txt"]);
    std::fs::create_dir(path(&repo, "empty")).expect("a new folder");
    let found = assert_alike(&repo, "", "many");
    let words: Vec<(&str, &str)> = found.iter().map(|(path, word)| (path.as_str(), *word)).collect();
    assert_eq!(
        words,
        [
            ("a.txt", "changed"),
            ("b.txt", "deleted"),
            ("fresh/e.txt", "untracked"),
            ("sub/deep/d.txt", "staged"),
            ("sub/new.txt", "untracked")
        ]
    );
    assert_eq!(assert_alike(&repo, "sub", "below a folder").len(), 2);
    assert_eq!(assert_alike(&repo, "sub/deep", "below a deep folder").len(), 1);
    assert_eq!(repo.open().changes("su").expect("it can be compared"), [], "half a name is no folder");
    repo.git(&["rm", "-q", "--cached", "sub/c.txt"]);
    assert_eq!(assert_alike_lossy(&repo, "sub/c.txt"), "staged", "removed from the index and still there");
    repo.git(&["add", "-N", "fresh/e.txt"]);
    assert!(assert_alike_lossy(&repo, "fresh/e.txt").starts_with("to be added"));
}

/// The word for a path that Git lists twice, as staged and as untracked.
fn assert_alike_lossy(repo: &Scripted, path: &str) -> &'static str {
    both(repo, "").ours[path]
}

#[test]
fn a_change_in_the_second_of_the_commit_is_seen() {
    let repo = begun();
    for round in 0..20 {
        repo.write("a.txt", &format!("{round:03}\n"));
        repo.commit("Again", "2026-01-02");
        repo.write("a.txt", &format!("{:03}\n", round + 500));
        assert_eq!(assert_alike(&repo, "", "racy")["a.txt"], "changed", "round {round}");
    }
}

#[test]
fn what_is_ignored_at_any_level_is_no_change() {
    let repo = begun();
    repo.write(".gitignore", "*.log\n/build/\n!kept.log\n");
    repo.write("sub/.gitignore", "*.tmp\n!*.log\n");
    repo.write(".git/info/exclude", "secret*\n");
    let user = repo.beside("ignored-by-me");
    std::fs::write(&user, "*.swp\n").expect("the file can be written");
    repo.git(&["config", "core.excludesFile", user.to_str().expect("a plain path")]);
    repo.commit("Ignore", "2026-01-02");
    for name in [
        "x.log",
        "kept.log",
        "build/out.txt",
        "sub/build/out.txt",
        "sub/x.log",
        "sub/x.tmp",
        "sub/deep/x.tmp",
        "x.tmp",
        "secret.txt",
        "sub/secrets/a",
        "a.txt.swp",
        "build.txt",
        "only/x.log",
    ] {
        repo.write(name, "x");
    }
    let found = assert_alike(&repo, "", "ignored");
    assert_eq!(found.len(), 5, "{found:?}");
    assert!(assert_alike(&repo, "build", "a folder that is ignored").is_empty());
    // What is tracked counts even where it is ignored.
    repo.git(&["add", "-f", "x.log"]);
    repo.git_on(&["commit", "-q", "-m", "Force"], "2026-01-02");
    repo.write("x.log", "changed");
    assert_eq!(assert_alike(&repo, "", "tracked though ignored")["x.log"], "changed");
}

#[test]
fn a_conflict_is_a_conflict() {
    let repo = begun();
    repo.git(&["checkout", "-q", "-b", "other"]);
    repo.write("a.txt", "theirs\n");
    remove(&repo, "b.txt");
    repo.commit("Theirs", "2026-01-02");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a.txt", "ours\n");
    repo.write("b.txt", "ours too\n");
    repo.commit("Ours", "2026-01-02");
    assert!(!repo.try_git(&["merge", "-q", "other"], "2026-01-03", "2026-01-03").status.success());
    let found = assert_alike(&repo, "", "conflict");
    assert_eq!((found["a.txt"], found["b.txt"]), ("conflicted", "conflicted"));
}

#[test]
#[cfg(unix)]
fn modes_links_and_kinds_count() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let repo = begun();
    repo.write("run.sh", "#!/bin/sh\n");
    symlink("a.txt", path(&repo, "link")).expect("links can be made");
    symlink("b.txt", path(&repo, "other")).expect("links can be made");
    repo.commit("Links", "2026-01-02");
    let mode = |bits| std::fs::set_permissions(path(&repo, "run.sh"), std::fs::Permissions::from_mode(bits));
    mode(0o755).expect("own file");
    remove(&repo, "link");
    symlink("b.txt", path(&repo, "link")).expect("links can be made");
    remove(&repo, "other");
    repo.write("other", "two\n");
    remove(&repo, "a.txt");
    std::fs::create_dir(path(&repo, "a.txt")).expect("a folder in its place");
    repo.write("a.txt/inner", "x");
    std::fs::rename(path(&repo, "sub"), path(&repo, "moved")).expect("a folder can be moved");
    symlink("moved", path(&repo, "sub")).expect("links can be made");
    symlink("nowhere", path(&repo, "dangling")).expect("links can be made");
    let found = assert_alike(&repo, "", "kinds");
    for (path, word) in [
        ("run.sh", "changed"),
        ("link", "changed"),
        ("other", "changed"),
        ("a.txt", "deleted"),
        ("a.txt/inner", "untracked"),
        ("sub/c.txt", "deleted"),
        ("sub", "untracked"),
        ("dangling", "untracked"),
    ] {
        assert_eq!(found.get(path), Some(&word), "{path}");
    }
    repo.git(&["config", "core.fileMode", "false"]);
    assert!(!assert_alike(&repo, "", "modes are not trusted").contains_key("run.sh"));
}

#[test]
#[cfg(unix)]
fn a_pipe_is_no_file_and_a_strange_name_is_one() {
    use std::os::unix::ffi::OsStrExt;
    let repo = begun();
    let done = std::process::Command::new("mkfifo").arg(path(&repo, "pipe")).status();
    assert!(done.expect("mkfifo is installed").success());
    repo.write("a b\n\"c\"é", "x");
    let found = assert_alike(&repo, "", "names");
    assert_eq!(found.len(), 1, "{found:?}");
    std::fs::write(repo.dir().join(std::ffi::OsStr::from_bytes(b"\xff\xfe")), "x").expect("bytes are names here");
    assert_eq!(repo.open().changes("").expect("it can be compared").len(), 2);
    remove(&repo, "pipe");
}

#[test]
fn line_endings_that_git_made_are_no_change_and_others_are() {
    let repo = begun();
    repo.write(".gitattributes", "*.txt text\n*.dat -text\n*.auto text=auto\n*.crlf text eol=crlf\n");
    for (name, text) in [("x.dat", "1\n2\n"), ("x.auto", "1\n2\n"), ("x.crlf", "1\n2\n"), ("n.auto", "1\n\0\n2\n")] {
        repo.write(name, text);
    }
    repo.commit("Texts", "2026-01-02");
    for name in ["a.txt", "x.dat", "x.auto", "x.crlf", "n.auto"] {
        let text = repo.read(name).replace("\r\n", "\n").replace('\n', "\r\n");
        repo.write(name, &text);
    }
    // `git status` takes any other size for a change; `git diff` compares what it would commit.
    let told = |repo: &Scripted| repo.git(&["diff", "--name-only"]).lines().map(str::to_owned).collect::<Vec<_>>();
    let found = |repo: &Scripted| repo.open().changes("").expect("it can be compared");
    let names = |repo: &Scripted| found(repo).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    assert_eq!(names(&repo), ["n.auto", "x.dat"]);
    assert_eq!(names(&repo), told(&repo));
    repo.write("x.auto", "1\r\n3\r\n");
    assert_eq!(names(&repo), ["n.auto", "x.auto", "x.dat"]);
    let long = "line\r\n".repeat(50_000);
    repo.write("long.txt", &long);
    repo.git(&["add", "long.txt"]);
    repo.git_on(&["commit", "-q", "-m", "Long"], "2026-01-03");
    repo.write("long.txt", &long);
    assert!(!names(&repo).contains(&"long.txt".to_owned()));
    repo.write("long.txt", &format!("{long}more\r\n"));
    assert!(names(&repo).contains(&"long.txt".to_owned()));
    assert_eq!(names(&repo), told(&repo));
}

#[test]
fn identifiers_and_encodings_are_undone() {
    let repo = begun();
    repo.write(".gitattributes", "*.id ident\n*.u16 text working-tree-encoding=UTF-16LE\n");
    repo.write("x.id", "$Id$\nbody\n");
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    std::fs::write(path(&repo, "x.u16"), wide("Größe\n")).expect("the file can be written");
    repo.commit("Both", "2026-01-02");
    remove(&repo, "x.id");
    remove(&repo, "x.u16");
    repo.git(&["checkout", "-q", "--", "x.id", "x.u16"]);
    assert!(repo.read("x.id").contains("$Id: "), "Git wrote it out");
    std::fs::write(path(&repo, "x.u16"), wide("Größe\n")).expect("the file can be written");
    assert!(assert_alike(&repo, "", "rewritten").is_empty());
    repo.edit("x.id", "body", "other");
    std::fs::write(path(&repo, "x.u16"), wide("Länge\n")).expect("the file can be written");
    assert_eq!(assert_alike(&repo, "", "changed besides").len(), 2);
}

#[test]
fn no_filter_monitor_or_hook_runs() {
    let repo = begun();
    let trace = repo.beside("it-ran");
    let traced = format!("sh -c 'touch {}; cat'", trace.display());
    repo.write(".gitattributes", "*.odd filter=odd\n*.bin filter=lfs\n");
    repo.write("x.odd", "1\n");
    let body = "large\n".repeat(100);
    let sha256 = demarcate::digest::of_bytes(body.as_bytes()).sha256;
    repo.write(
        "x.bin",
        &format!("version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {}\n", body.len()),
    );
    repo.commit("Kept by filters", "2026-01-02");
    repo.write("x.bin", &body);
    for (key, value) in [("filter.odd.clean", &traced), ("filter.lfs.clean", &traced), ("core.fsmonitor", &traced)] {
        repo.git(&["config", key, value]);
    }
    repo.git(&["config", "filter.odd.required", "true"]);
    repo.write("x.odd", "2\n");
    let changes: BTreeMap<String, &str> = repo.open().changes("").expect("it can be compared").into_iter().collect();
    assert_eq!(changes.keys().collect::<Vec<_>>(), ["x.odd"], "an LFS file that was fetched is its pointer's");
    assert!(changes["x.odd"].contains("filter"), "{changes:?}");
    repo.write("x.bin", "another\n");
    let changes: BTreeMap<String, &str> = repo.open().changes("").expect("it can be compared").into_iter().collect();
    assert_eq!(changes["x.bin"], "changed");
    assert!(!trace.exists(), "nothing of the repository's ran");
}

#[test]
fn submodules_and_repositories_inside_are_told_by_name() {
    let inner = begun();
    let repo = begun();
    let source = inner.dir().to_str().expect("a plain path").to_owned();
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &source, "part"]);
    assert_eq!(assert_alike(&repo, "", "added")["part"], "staged");
    repo.commit("Part", "2026-01-02");
    assert!(assert_alike(&repo, "", "committed").is_empty());
    repo.write("part/a.txt", "other\n");
    assert_eq!(assert_alike(&repo, "", "changed inside")["part"], "changed");
    repo.write("part/a.txt", "one\n");
    assert!(assert_alike(&repo, "", "changed back").is_empty());
    repo.write("part/extra.txt", "x\n");
    assert_eq!(assert_alike(&repo, "", "something more inside")["part"], "changed");
    remove(&repo, "part/extra.txt");
    let commit = |at: &str| repo.git(&["-C", at, "commit", "-q", "--allow-empty", "-m", "Ahead"]);
    commit("part");
    assert_eq!(assert_alike(&repo, "", "ahead")["part"], "changed");
    repo.git(&["add", "part"]);
    repo.git_on(&["commit", "-q", "-m", "Follow"], "2026-01-03");
    std::fs::remove_dir_all(path(&repo, "part")).expect("it is there");
    assert_eq!(assert_alike(&repo, "", "gone")["part"], "deleted");
    std::fs::create_dir(path(&repo, "part")).expect("a new folder");
    assert!(assert_alike(&repo, "", "not fetched").is_empty());
    repo.git(&["init", "-q", "nested"]);
    repo.write("nested/x", "1");
    assert_eq!(assert_alike(&repo, "", "a repository inside")["nested/"], "untracked");
    repo.git(&["-C", "nested", "add", "x"]);
    commit("nested");
    assert_eq!(assert_alike(&repo, "", "with a commit")["nested/"], "untracked");
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_not_deleted() {
    for index in ["--no-sparse-index", "--sparse-index"] {
        let repo = begun();
        repo.write("other/e.txt", "e\n");
        repo.write("other/deep/f.txt", "f\n");
        repo.commit("More", "2026-01-02");
        repo.git(&["sparse-checkout", "set", "--cone", index, "sub"]);
        assert!(!path(&repo, "other").exists());
        assert!(assert_alike(&repo, "", index).is_empty());
        repo.write("sub/c.txt", "changed\n");
        assert_eq!(assert_alike(&repo, "", index).len(), 1);
        // Git looks again at what is there although it was left out.
        repo.write("other/e.txt", "other\n");
        assert_eq!(assert_alike(&repo, "", "left out and there")["other/e.txt"], "changed");
        assert!(assert_alike(&repo, "other/deep", "left out").is_empty());
    }
    let repo = begun();
    repo.git(&["update-index", "--skip-worktree", "a.txt"]);
    repo.git(&["update-index", "--assume-unchanged", "b.txt"]);
    repo.write("a.txt", "x\n");
    repo.write("b.txt", "y\n");
    assert!(assert_alike(&repo, "", "Git was told not to look").is_empty());
}

#[test]
fn case_counts_unless_git_was_told_that_it_does_not() {
    let repo = begun();
    repo.write("A.TXT", "one\n");
    assert_eq!(assert_alike(&repo, "", "case")["A.TXT"], "untracked");
    repo.git(&["config", "core.ignoreCase", "true"]);
    assert!(repo.open().changes("").expect("it can be compared").is_empty(), "one file under two names");
}

#[test]
fn another_index_is_looked_at_if_named_and_a_bare_repository_has_no_tree() {
    let repo = begun();
    let other = repo.beside("index");
    std::fs::copy(path(&repo, ".git/index"), &other).expect("there is an index");
    repo.write("a.txt", "changed\n");
    repo.git(&["add", "a.txt"]);
    let git = demarcate::git::Git::discover(repo.dir(), Some(other)).expect("it opens").expect("it is there");
    assert_eq!(git.changes("").expect("it can be compared"), [("a.txt".to_owned(), "changed")]);
    repo.git(&["clone", "-q", "--bare", ".", "../bare"]);
    let bare = demarcate::git::Git::discover(&repo.beside("bare"), None).expect("it opens").expect("it is there");
    assert!(bare.changes("").is_err_and(|failure| failure.message.contains("bare")));
}

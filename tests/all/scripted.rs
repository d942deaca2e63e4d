//! Repositories that a test scripts with real Git, and the questions that tests ask of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use demarcate::cache::Cache;
use demarcate::date::Date;
use demarcate::facts;
use demarcate::failure::Failure;
use demarcate::git::log::{Commit, Focus, Trees};
use demarcate::git::{Git, Oid};
use demarcate::history::Asked;
use demarcate::model::assessment::Assessment;
use demarcate::model::history::{History, Subject, SubjectHistory};
use demarcate::source::Tree;
use tempfile::TempDir;

/// A practice with something of every kind that a review covers.
pub(super) const RICH: &str = include_str!("scripted/AC.L2-3.1.1.toml");

/// What the folder of a scripted root holds at first.
pub(super) const FILES: [(&str, &str); 9] = [
    ("demarcate.toml", include_str!("scripted/demarcate.toml")),
    ("practices/AC.L2-3.1.1.toml", RICH),
    ("practices/AC.L2-3.1.2.toml", include_str!("scripted/AC.L2-3.1.2.toml")),
    ("providers/acme-msp.toml", include_str!("scripted/acme-msp.toml")),
    ("evidence/contractor/artifacts.toml", include_str!("scripted/artifacts.toml")),
    ("exceptions/lathe.toml", include_str!("scripted/lathe.toml")),
    ("poam/alerts.toml", include_str!("scripted/alerts.toml")),
    ("assets.toml", include_str!("scripted/assets.toml")),
    ("policies/access.md", "# Access control\n\nAccounts are approved\nby the ISSO.\n"),
];

/// A review of everything that the scripted root holds.
pub(super) const REVIEW: &str = "Practice-Review: all ssp crm scope poam policy:access provider:acme-msp personnel:acme-msp\n\
                                 Review-Outcome: no-change\nReviewed-by: Dana Lee <dana@contractor.example>\n";

/// The question about a log.
pub(super) fn asked<'a>(tip: Option<Oid>, prefix: &'a str, as_of: &str, cache: &'a Cache) -> Asked<'a> {
    Asked { tip, prefix, as_of: day(as_of), today: None, cache, trust_root: None, shared: None }
}

/// A repository in a folder of its own.
pub(super) struct Scripted {
    home: TempDir,
    dir: PathBuf,
    prefix: String,
}

impl Scripted {
    /// An empty repository.
    pub(super) fn empty(options: &[&str]) -> Self {
        let home = TempDir::new().expect("tests may write to the temporary folder");
        let dir = home.path().join("repo");
        std::fs::create_dir(&dir).expect("the folder is new");
        let scripted = Self { home, dir, prefix: String::new() };
        scripted.git(&[&["init", "-q", "-b", "main"], options].concat());
        scripted
    }

    /// A repository with the files of [`FILES`], committed on 2026-01-01.
    pub(super) fn root() -> Self {
        static TEMPLATE: OnceLock<Scripted> = OnceLock::new();
        let build = || {
            let scripted = Self::empty(&[]);
            scripted.write_root();
            scripted.commit("Begin", "2026-01-01");
            scripted
        };
        TEMPLATE.get_or_init(build).copied()
    }

    /// The same with a review of everything on 2026-02-01.
    pub(super) fn reviewed() -> Self {
        static TEMPLATE: OnceLock<Scripted> = OnceLock::new();
        let build = || {
            let scripted = Self::root();
            scripted.review("2026-02-01");
            scripted
        };
        TEMPLATE.get_or_init(build).copied()
    }

    fn copied(&self) -> Self {
        let home = TempDir::new().expect("tests may write to the temporary folder");
        let dir = home.path().join("repo");
        copy(&self.dir, &dir);
        Self { home, dir, prefix: self.prefix.clone() }
    }

    /// Writes the files of [`FILES`].
    pub(super) fn write_root(&self) {
        for (path, text) in FILES {
            self.write(path, text);
        }
    }

    /// The same repository, with the root in another folder.
    pub(super) fn at(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// The root's folder, relative to the repository's.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Another folder beside the repository.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The repository's folder.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Looks at a clone or work tree in another folder from now on.
    pub(super) fn moved_to(&mut self, dir: PathBuf) {
        self.dir = dir;
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.join(&self.prefix).join(path)
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let full = self.path(path);
        std::fs::create_dir_all(full.parent().expect("a file has a folder")).expect("the folder can be made");
        std::fs::write(&full, text).expect("the file can be written");
    }

    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).expect("the file is there")
    }

    /// Replaces a piece of a file that must be there.
    pub(super) fn edit(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} holds no {old:?}");
        self.write(path, &text.replace(old, new));
    }

    /// Runs Git in the scrubbed environment, with both dates of a commit given.
    pub(super) fn try_git(&self, args: &[&str], author_date: &str, committer_date: &str) -> Output {
        let mut command = Command::new("git");
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"] {
            command.env_remove(variable);
        }
        command
            .args(args)
            .current_dir(&self.dir)
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("LC_ALL", "C"), ("TZ", "UTC")])
            .envs([("GIT_AUTHOR_NAME", "Robin Park"), ("GIT_AUTHOR_EMAIL", "robin@contractor.example")])
            .envs([("GIT_COMMITTER_NAME", "Robin Park"), ("GIT_COMMITTER_EMAIL", "robin@contractor.example")])
            .envs([("GIT_AUTHOR_DATE", stamp(author_date)), ("GIT_COMMITTER_DATE", stamp(committer_date))])
            .env("HOME", self.home.path());
        command.output().expect("git is installed")
    }

    pub(super) fn git_on(&self, args: &[&str], day: &str) -> String {
        let output = self.try_git(args, day, day);
        let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "git {args:?}: {out}{error}");
        out.trim_end().to_owned()
    }

    pub(super) fn git(&self, args: &[&str]) -> String {
        self.git_on(args, "2026-01-01")
    }

    /// Commits everything in the work tree.
    pub(super) fn commit(&self, message: &str, day: &str) -> String {
        self.git(&["add", "-A"]);
        self.git_on(&["commit", "-q", "--allow-empty", "--allow-empty-message", "-m", message], day);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Commits a review of everything.
    pub(super) fn review(&self, day: &str) -> String {
        self.commit(&format!("Review\n\n{REVIEW}"), day)
    }

    /// Merges without a fast-forward; `options` choose the strategy.
    pub(super) fn merge(&self, options: &[&str], day: &str) {
        self.git_on(&[&["merge", "-q", "--no-ff", "-m", "Merge"], options].concat(), day);
    }

    /// What the tip holds.
    pub(super) fn assessment(&self, git: &Git) -> Assessment {
        let tip = git.head().expect("HEAD can be read").expect("there is a commit");
        let tree = Tree::revision(git, tip, &self.prefix).expect("the tip can be read");
        facts::assessment(&tree).expect("the tip holds a root")
    }

    pub(super) fn open(&self) -> Git {
        Git::discover(&self.dir, None).expect("the repository can be opened").expect("there is a repository")
    }

    pub(super) fn try_history(&self, as_of: &str) -> Result<History, Failure> {
        let git = self.open();
        let assessment = self.assessment(&git);
        demarcate::history::of(&git, &asked(git.head()?, &self.prefix, as_of, &Cache::none()), &assessment)
    }

    pub(super) fn history(&self, as_of: &str) -> History {
        self.try_history(as_of).expect("the log can be read")
    }

    /// The history of one subject.
    pub(super) fn subject(&self, name: &str, as_of: &str) -> SubjectHistory {
        subject(&self.history(as_of), name).clone()
    }

    /// The state of one subject.
    pub(super) fn state(&self, name: &str, as_of: &str) -> &'static str {
        self.subject(name, as_of).state.word()
    }

    /// Which paths each commit touched, by our walk, in its order.
    pub(super) fn touches(&self) -> Vec<(String, BTreeSet<String>)> {
        let git = self.open();
        let tip = git.head().expect("HEAD can be read").expect("there is a commit");
        let focus = Focus { prefix: &self.prefix, marker: "demarcate.toml", beside: None, wanted: |_| true };
        let look = |commit: &Commit<'_>, _: &mut Trees<'_>| {
            let paths = commit.touched.iter().map(|file| file.path.clone()).collect();
            Ok(Some((commit.id.to_string(), paths)))
        };
        git.log(tip, &focus, &look, None)
            .expect("the log can be read")
            .notes
            .into_iter()
            .map(|(_, touched)| touched)
            .collect()
    }

    /// The same by Git: a commit touches a path if the path is in its difference from every parent.
    pub(super) fn touches_by_git(&self) -> Vec<(String, BTreeSet<String>)> {
        let mut counts: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        let scope = if self.prefix.is_empty() { "." } else { &self.prefix };
        let raw = self.git(&[
            "-c",
            "core.quotePath=false",
            "log",
            "--full-history",
            "-m",
            "--raw",
            "--no-renames",
            "--root",
            "--format=commit %H",
            "HEAD",
            "--",
            scope,
        ]);
        let mut commit = String::new();
        for line in raw.lines() {
            if let Some(id) = line.strip_prefix("commit ") {
                id.clone_into(&mut commit);
            } else if let Some((_, path)) = line.split_once('\t') {
                let path = path.strip_prefix(&self.prefix).unwrap_or(path).trim_start_matches('/');
                *counts.entry(commit.clone()).or_default().entry(path.to_owned()).or_default() += 1;
            }
        }
        let order = self.git(&["rev-list", "--topo-order", "--parents", "HEAD"]);
        order
            .lines()
            .map(|line| {
                let (id, parents) = line.split_once(' ').map_or((line, 1), |(id, rest)| (id, rest.split(' ').count()));
                let found = counts.remove(id).unwrap_or_default();
                (
                    id.to_owned(),
                    found.into_iter().filter(|(_, count)| *count == parents).map(|(path, _)| path).collect(),
                )
            })
            .collect()
    }

    /// Asserts that our walk and Git agree on order and touches, and gives the touches.
    pub(super) fn judged(&self) -> Vec<(String, BTreeSet<String>)> {
        let ours = self.touches();
        assert_eq!(ours, self.touches_by_git());
        ours
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).expect("the folder is new");
    for entry in std::fs::read_dir(from).expect("the folder can be listed") {
        let entry = entry.expect("the folder can be listed");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}

/// A subject's part of a history.
pub(super) fn subject<'a>(history: &'a History, name: &str) -> &'a SubjectHistory {
    let subject: Subject = name.parse().unwrap_or_else(|()| panic!("{name} is no subject"));
    history.subjects.get(&subject).unwrap_or_else(|| panic!("{name} has no history"))
}

pub(super) fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Noon of a day, or a moment given in full.
fn stamp(when: &str) -> String {
    if when.contains('T') { when.to_owned() } else { format!("{when}T12:00:00Z") }
}

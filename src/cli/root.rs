//! The root that a command works on: its folder, its repository, and the tree to read.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Context;
use super::outcome::Ended;
use super::progress::Progress;
use crate::cache::Cache;
use crate::diagnostic::Diagnostic;
use crate::failure::{Cause, Failure};
use crate::git::{Git, Oid};
use crate::model::assessment::Assessment;
use crate::model::history::History;
use crate::rule::Facts;
use crate::source::Tree;
use crate::stamp::Watch;
use crate::{digest, facts, fix, history};

/// A folder and the repository around it.
pub(crate) struct Root {
    /// The folder.
    pub(crate) directory: PathBuf,
    /// The repository, if there is one.
    pub(crate) git: Option<Git>,
    /// What was looked at on disk.
    pub(crate) watch: Arc<Watch>,
    /// What was written, by path, with its digest.
    pub(crate) wrote: RefCell<BTreeMap<PathBuf, String>>,
}

/// Which tree to read.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    /// The files on disk.
    WorkTree,
    /// The index.
    Staged,
    /// A commit.
    Revision(String),
}

impl Which {
    /// From the options of a command.
    pub(crate) fn of(staged: bool, rev: Option<&str>) -> Self {
        match rev {
            _ if staged => Self::Staged,
            Some(rev) => Self::Revision(rev.to_owned()),
            None => Self::WorkTree,
        }
    }
}

impl Root {
    /// Opens the folder that `-C` names.
    pub(crate) fn open(context: &mut Context<'_>) -> Result<Self, Ended> {
        let directory = context.common.directory.clone();
        let git = Git::discover(&directory, context.world.index_file.clone())?;
        if git.as_ref().is_some_and(Git::is_foreign) {
            let whose = "belongs to another user, and `safe.directory` does not name it";
            let note = format!("note: {} {whose}; nothing that its configuration names is run\n", directory.display());
            context.note(&note)?;
        }
        Ok(Self { directory, git, watch: Arc::default(), wrote: RefCell::default() })
    }

    /// Writes a file beside its place and renames it; the answer holds only while it stands there.
    pub(crate) fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        fix::write(path, bytes)?;
        let absolute = std::path::absolute(path).map_err(|error| Failure::io("find", path, &error))?;
        self.wrote.borrow_mut().insert(absolute, digest::of_bytes(bytes).sha256);
        Ok(())
    }

    /// Where answers are kept between runs: in the Git directory, if it is one's own.
    pub(crate) fn cache(&self, context: &Context<'_>) -> Cache {
        match &self.git {
            Some(git) if !context.common.no_cache && !git.is_foreign() => Cache::in_git_dir(git.git_dir()),
            _ => Cache::none(),
        }
    }

    /// The repository, which this command cannot do without.
    pub(crate) fn needed_git(&self) -> Result<&Git, Failure> {
        self.git.as_ref().ok_or_else(|| {
            let message = format!("{} is not in a Git repository", self.directory.display());
            Failure::new(Cause::NotARepository, message)
        })
    }

    /// The tree to read.
    pub(crate) fn tree(&self, which: &Which) -> Result<Tree<'_>, Failure> {
        let tree = match which {
            Which::WorkTree => self.on_disk()?,
            Which::Staged => Tree::index(self.needed_git()?, &self.prefix()?)?,
            Which::Revision(rev) => {
                let git = self.needed_git()?;
                Tree::revision(git, git.commit(rev)?, &self.prefix()?)?
            }
        };
        Ok(tree.watched_by(&self.watch))
    }

    fn on_disk(&self) -> Result<Tree<'_>, Failure> {
        let bare = self.git.as_ref().is_some_and(|git| git.workdir().is_none());
        if bare && !self.directory.join("demarcate.toml").exists() {
            return Err(Failure::new(Cause::Bare, format!("{} is a bare repository", self.directory.display())));
        }
        Tree::folder(&self.directory, self.git.as_ref())
    }

    /// The folder relative to the Git root; empty at the top and in a bare repository.
    pub(crate) fn prefix(&self) -> Result<String, Failure> {
        let Some(top) = self.git.as_ref().and_then(Git::workdir) else { return Ok(String::new()) };
        let directory = self.directory.canonicalize().map_err(|error| Failure::io("open", &self.directory, &error))?;
        let relative = directory.strip_prefix(&top).map(|path| path.to_string_lossy().replace('\\', "/"));
        Ok(relative.unwrap_or_default())
    }

    /// The facts of a tree, and what reading and linking it reported.
    pub(crate) fn facts(
        &self,
        which: &Which,
        without_history: bool,
        context: &Context<'_>,
    ) -> Result<(Facts, Vec<Diagnostic>), Failure> {
        let tree = self.tree(which)?;
        let history = if without_history { None } else { Some(self.tip(which)?) };
        let progress = Progress::new(context, "reading evidence");
        let cache = self.cache(context);
        facts::of(&tree, &wanted(context, history, &|bytes| progress.add(bytes), &cache))
    }

    /// The root as HEAD has it; `None` where no root stands there.
    pub(crate) fn committed(&self) -> Result<Option<Assessment>, Failure> {
        match facts::assessment(&self.tree(&Which::Revision("HEAD".to_owned()))?) {
            Ok(assessment) => Ok(Some(assessment)),
            Err(failure) if failure.cause == Cause::NoRoot => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// What the log says, seen from a tree, and what stands there.
    pub(crate) fn history(&self, which: &Which, context: &Context<'_>) -> Result<(Assessment, History), Failure> {
        let tree = self.tree(which)?;
        let assessment = facts::assessment(&tree)?;
        let cache = self.cache(context);
        let asked = history::Asked {
            tip: self.tip(which)?,
            prefix: tree.prefix(),
            as_of: context.as_of(),
            today: Some(context.today()),
            cache: &cache,
            trust_root: context.common.trust_root(),
            shared: None,
        };
        let history = history::of(self.needed_git()?, &asked, &assessment)?;
        Ok((assessment, history))
    }

    /// The commit whose log is read: the revision asked for, else HEAD; `None` while there is no commit.
    pub(crate) fn tip(&self, which: &Which) -> Result<Option<Oid>, Failure> {
        let git = self.needed_git()?;
        match which {
            Which::Revision(rev) => git.commit(rev).map(Some),
            Which::WorkTree | Which::Staged => git.head(),
        }
    }
}

/// Whose log is read: that of the inner commit, none before the first one; the outer `None` leaves reviews out.
pub(crate) type OfLog = Option<Option<Oid>>;

/// What a command needs of the facts of a tree.
pub(crate) fn wanted<'a>(
    context: &'a Context<'_>,
    tip: OfLog,
    progress: &'a (dyn Fn(u64) + Sync),
    cache: &'a Cache,
) -> facts::Wanted<'a> {
    let (as_of, today) = (context.as_of(), Some(context.today()));
    let trust_root = context.common.trust_root();
    facts::Wanted { as_of, today, history: tip, progress, cache, trust_root, shared: None }
}

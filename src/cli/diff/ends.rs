//! The two commits that a comparison stands between, and the trees that are read.

use super::Args;
use crate::cli::root::{Root, Which};
use crate::failure::{Cause, Failure};
use crate::git::{Git, Oid};
use crate::model::changes::Point;
use crate::source::Tree;

/// Where a comparison begins and ends.
pub(super) struct Ends {
    /// What is compared from.
    pub(super) before: Point,
    /// Its commit; `None` before the first one.
    pub(super) base: Option<Oid>,
    /// The commit that was asked for, where the two parted below it.
    pub(super) standing: Option<Oid>,
    /// What is compared to.
    pub(super) after: Point,
    /// The commit whose log the side compared to has; `None` before the first one.
    pub(super) tip: Option<Oid>,
    /// The tree of the side compared to.
    pub(super) which: Which,
}

impl Ends {
    /// Finds both commits; the side compared from is where the two parted, unless `--direct` is said.
    pub(super) fn find(args: &Args, root: &Root) -> Result<Self, Failure> {
        let git = root.needed_git()?;
        if !args.without_history {
            git.require_whole_log()?;
        }
        let which = Which::of(args.staged, args.head.as_deref());
        let tip = match &args.head {
            Some(head) => Some(commit(git, head)?),
            None => git.head()?,
        };
        let name = args.base.as_deref().unwrap_or("HEAD");
        let asked = if args.base.is_some() { Some(commit(git, name)?) } else { git.head()? };
        let base = match (asked, tip) {
            (Some(asked), Some(tip)) if !args.direct => Some(parted(git, (name, asked), tip)?),
            _ => asked,
        };
        let standing = asked.filter(|asked| base != Some(*asked));
        let merge_base_of = standing.map(|asked| asked.to_string());
        let hex = |id: Oid| id.to_string();
        let before = Point { name: name.to_owned(), commit: base.map(hex), merge_base_of };
        let commit = args.head.as_ref().and(tip).map(hex);
        let after = Point { name: name_of(args), commit, merge_base_of: None };
        Ok(Self { before, base, standing, after, tip, which })
    }

    /// The commits of the side compared to that the other does not have.
    pub(super) fn range(&self, git: &Git) -> Result<Vec<Oid>, Failure> {
        match (self.base, self.tip) {
            (Some(base), Some(tip)) => git.beyond(base, tip),
            _ => Ok(Vec::new()),
        }
    }

    /// Where the root lay that is compared from; `None` where there was none.
    ///
    /// One that lay in another folder is found there, if it is the only one that went.
    pub(super) fn before(&self, root: &Root, after: &Tree<'_>) -> Result<Option<Before>, Failure> {
        let Some(base) = self.base else { return Ok(None) };
        let git = root.needed_git()?;
        let before = Before { base, prefix: after.prefix().to_owned() };
        let tree = before.tree(git)?;
        if tree.exists("demarcate.toml") {
            return Ok(Some(before));
        }
        let now = Tree::revision(git, self.tip.unwrap_or(base), "")?;
        let gone = tree.paths_named(&["demarcate.toml"]).into_iter().filter(|path| !now.exists(path));
        match gone.collect::<Vec<_>>().as_slice() {
            [path] => {
                let prefix = path.trim_end_matches("demarcate.toml").trim_end_matches('/').to_owned();
                Ok(Some(Before { base, prefix }))
            }
            _ => Ok(None),
        }
    }

    /// The root as it stands at the commit that was asked for, in the folder where it lay when the two parted.
    pub(super) fn standing<'g>(&self, root: &'g Root, after: &Tree<'_>) -> Result<Option<Tree<'g>>, Failure> {
        let Some(standing) = self.standing else { return Ok(None) };
        self.at(root, standing, after)
    }

    /// The root as it stands at a commit of the branch compared from, likewise.
    pub(super) fn at<'g>(&self, root: &'g Root, commit: Oid, after: &Tree<'_>) -> Result<Option<Tree<'g>>, Failure> {
        let tree = Tree::revision(root.needed_git()?, commit, &self.folder_before(root, after)?)?;
        Ok(tree.exists("demarcate.toml").then_some(tree))
    }

    /// The folder where the root lay on the side compared from; without one there, where it lies now.
    pub(super) fn folder_before(&self, root: &Root, after: &Tree<'_>) -> Result<String, Failure> {
        let before = self.before(root, after)?;
        Ok(before.map_or_else(|| after.prefix().to_owned(), |before| before.prefix))
    }
}

/// A root at a commit.
pub(super) struct Before {
    base: Oid,
    prefix: String,
}

impl Before {
    pub(super) fn tree<'g>(&self, git: &'g Git) -> Result<Tree<'g>, Failure> {
        Tree::revision(git, self.base, &self.prefix)
    }
}

fn name_of(args: &Args) -> String {
    match &args.head {
        Some(head) => head.clone(),
        None if args.staged => "the index".to_owned(),
        None => "the files on disk".to_owned(),
    }
}

/// The commit of a name; a clone that lacks history is told of first.
fn commit(git: &Git, name: &str) -> Result<Oid, Failure> {
    git.commit(name).map_err(|failure| {
        if failure.cause != Cause::Revision {
            return failure;
        }
        if let Some((one, other)) = name.split_once("...").or_else(|| name.split_once("..")) {
            let message = format!("`{name}` is two commits: write `demarcate diff {one} {other}`");
            return Failure::new(Cause::Usage, message);
        }
        let message = if git.is_shallow() {
            format!(
                "{} in this shallow clone: have the checkout fetch everything (fetch-depth: 0), or run `git fetch --unshallow`",
                failure.message
            )
        } else {
            format!("{}; `git fetch` brings a branch of the forge, which is then called origin/<branch>", failure.message)
        };
        Failure::new(failure.cause, message)
    })
}

/// The commit where the two sides parted.
fn parted(git: &Git, (name, base): (&str, Oid), tip: Oid) -> Result<Oid, Failure> {
    let places = match git.merge_bases(base, tip)?.as_slice() {
        [found] => return Ok(*found),
        places => places.len(),
    };
    if places > 1 {
        return Err(Failure::new(Cause::Usage, crossed(name, places)));
    }
    let message = if git.is_shallow() {
        format!(
            "this shallow clone does not reach to where the side compared to parted from `{name}`: have the checkout fetch \
             everything (fetch-depth: 0), or run `git fetch --unshallow`"
        )
    } else {
        format!("`{name}` and the side compared to share no commit; `--direct` compares them as they are")
    };
    let cause = if git.is_shallow() { Cause::Shallow } else { Cause::Usage };
    Err(Failure::new(cause, message))
}

/// What is said where merges went both ways: any of these places would tell another change, and one of them perhaps none.
fn crossed(name: &str, places: usize) -> String {
    format!(
        "`{name}` and the side compared to parted in {places} places (criss-cross merges), and no one of these tells what is \
         changed: merge `{name}` into the side compared to once more, then there is one; or compare them as they are with \
         `--direct`"
    )
}

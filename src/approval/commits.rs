//! The commits of a range: who made each, whose key signed it, and which of them change who may speak.

use std::collections::{BTreeMap, BTreeSet};

use super::trust::{self, Says};
use crate::catalog::Catalog;
use crate::failure::{Cause, Failure};
use crate::git::{Entry, Git, Mode, Oid};
use crate::signature::{self, ObjectFormat, Revoked, Signed, Signers, Trust};
use crate::source::Tree;
use crate::{load, resolve};

/// The commits that a side has and the one compared from has not, by id as hex.
#[derive(Debug, Default)]
pub struct Commits {
    by_id: BTreeMap<String, Commit>,
    /// The keys of the side compared from.
    trust: Trust,
    /// When the side compared from was made: whatever was made upon it is not older.
    floor: i64,
    /// Whether the files that hold keys differ between the two sides.
    pub(super) keys_differ: bool,
}

/// One commit.
#[derive(Debug)]
pub(super) struct Commit {
    pub(super) author: String,
    pub(super) committer: String,
    pub(super) parents: Vec<String>,
    pub(super) at: i64,
    /// What stands in the root.
    pub(super) root: Option<Oid>,
    /// What of those who may speak it changes, beside what its parents say.
    pub(super) changes_speakers: bool,
    signed: Option<Result<Signed, String>>,
}

/// Why a commit without a signature shows nothing.
pub(super) const UNSIGNED: &str = "it is not signed";

/// What decides who may speak, before it is read.
type Key = (BTreeMap<String, Oid>, BTreeMap<String, Oid>);

/// What makes a folder a root.
const ROOT: &str = "demarcate.toml";

struct Reader<'g> {
    git: &'g Git,
    prefix: &'g str,
    says: BTreeMap<Key, Says>,
    /// By tree.
    keys: BTreeMap<Oid, Key>,
}

impl Commits {
    /// Reads the commits of a range; `before` is the commit that is compared from, `after` the one compared to.
    pub fn read(
        git: &Git,
        prefix: &str,
        (before, after): (&str, Option<&str>),
        range: &BTreeSet<String>,
    ) -> Result<Self, Failure> {
        let mut reader = Reader { git, prefix, says: BTreeMap::new(), keys: BTreeMap::new() };
        let base = git.commit(before)?;
        let mut by_id = BTreeMap::new();
        for id in range {
            by_id.insert(id.clone(), reader.commit(id)?);
        }
        let keys_differ = match after {
            Some(after) => opaque(&reader.key(base)?.1) != opaque(&reader.key(git.commit(after)?)?.1),
            None => false,
        };
        Ok(Self { by_id, trust: trusted(git, base, prefix)?, floor: git.committed_at(base)?, keys_differ })
    }

    pub(super) fn get(&self, id: &str) -> Option<&Commit> {
        self.by_id.get(id)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Commit)> {
        self.by_id.iter().map(|(id, commit)| (id.as_str(), commit))
    }

    /// Whether somebody with one of these addresses signed a commit, by a key of the side compared from; the error says
    /// why not.
    pub(super) fn is_signed_by<'e>(&self, id: &str, emails: impl IntoIterator<Item = &'e str>) -> Result<(), String> {
        let commit = self.get(id).ok_or("it is not of this range")?;
        let signed = match &commit.signed {
            None => return Err(UNSIGNED.to_owned()),
            Some(Err(why)) => return Err(format!("its signature is bad: {why}")),
            Some(Ok(signed)) => signed,
        };
        let at = commit.at.max(self.floor);
        let mut why = "the key that signed it is nobody's on the side compared from".to_owned();
        for email in emails {
            for email in [email.to_owned(), email.to_lowercase()] {
                match signature::verify_object(signed, &self.trust, at, Some(&email)) {
                    signature::Verdict::Good(_) => return Ok(()),
                    signature::Verdict::Unknown { why: doubt } => why = format!("{doubt}, on the side compared from"),
                    signature::Verdict::Bad { why: flaw } => return Err(format!("its signature is bad: {flaw}")),
                }
            }
        }
        Err(why)
    }

    /// The commits of the range that a commit stands on, and itself.
    pub(super) fn below<'c>(&'c self, id: &'c str) -> BTreeSet<&'c str> {
        let (mut found, mut open) = (BTreeSet::new(), vec![id]);
        while let Some(next) = open.pop() {
            if let Some(commit) = self.get(next).filter(|_| found.insert(next)) {
                open.extend(commit.parents.iter().map(String::as_str));
            }
        }
        found
    }
}

impl Reader<'_> {
    fn commit(&mut self, id: &str) -> Result<Commit, Failure> {
        let oid = self.git.commit(id)?;
        let raw = self.git.raw_commit(oid)?;
        let head = Head::of(&raw);
        let format = if oid.as_bytes().len() == 32 { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 };
        let signed = signature::commit(&raw, format).map_err(|flaw| flaw.to_string()).transpose();
        let root = self.git.tree_below(self.git.tree_of(oid)?, self.prefix)?;
        let changes_speakers = self.changes_speakers(oid, &head.parents)?;
        Ok(Commit {
            author: head.author,
            committer: head.committer,
            parents: head.parents,
            at: self.git.committed_at(oid)?,
            root,
            changes_speakers,
            signed,
        })
    }

    /// Whether a commit says of who may speak what none of its parents says.
    fn changes_speakers(&mut self, commit: Oid, parents: &[String]) -> Result<bool, Failure> {
        let own = self.key(commit)?;
        let mut others = Vec::new();
        for parent in parents {
            let parent = self.git.commit(parent)?;
            let key = self.key(parent)?;
            if key == own {
                return Ok(false);
            }
            others.push((parent, key));
        }
        let says = self.says(commit, &own)?;
        for (parent, key) in others {
            if self.says(parent, &key)? == says && opaque(&key.1) == opaque(&own.1) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Every `demarcate.toml` of the repository, as one root may extend another, and the files of trust.
    fn key(&mut self, commit: Oid) -> Result<Key, Failure> {
        let tree = self.git.tree_of(commit)?;
        if let Some(known) = self.keys.get(&tree) {
            return Ok(known.clone());
        }
        let all = self.git.files_of_tree(tree, "")?.into_iter();
        let is_root = |path: &str| path == ROOT || path.strip_suffix(ROOT).is_some_and(|above| above.ends_with('/'));
        let roots = all.filter(|(path, _)| is_root(path)).map(|(path, entry)| (path, entry.id));
        let trust = trust_files(self.git, tree, self.prefix)?.into_iter().map(|(name, entry)| (name, entry.id));
        let key = (roots.collect(), trust.collect());
        self.keys.insert(tree, key.clone());
        Ok(key)
    }

    /// A root that cannot be read says nothing.
    fn says(&mut self, commit: Oid, key: &Key) -> Result<Says, Failure> {
        if let Some(known) = self.says.get(key) {
            return Ok(known.clone());
        }
        let mut unheard = Vec::new();
        let tree = Tree::revision(self.git, commit, self.prefix)?;
        let says = match load::tree(&tree, &mut unheard) {
            Ok(records) => trust::says(&resolve::assessment(records, Catalog::rev2(), &mut unheard)),
            Err(failure) if failure.cause == Cause::NoRoot => Says::new(),
            Err(failure) => return Err(failure),
        };
        self.says.insert(key.clone(), says.clone());
        Ok(says)
    }
}

/// The head of a commit, as far as it is asked for.
#[derive(Default)]
struct Head {
    author: String,
    committer: String,
    parents: Vec<String>,
}

impl Head {
    fn of(raw: &[u8]) -> Self {
        let text = String::from_utf8_lossy(raw);
        let mut head = Self::default();
        for line in text.lines().take_while(|line| !line.is_empty()) {
            if let Some(parent) = line.strip_prefix("parent ") {
                head.parents.push(parent.trim().to_owned());
            } else if let Some(author) = line.strip_prefix("author ").filter(|_| head.author.is_empty()) {
                head.author = named(author);
            } else if let Some(committer) = line.strip_prefix("committer ").filter(|_| head.committer.is_empty()) {
                head.committer = named(committer);
            }
        }
        head
    }
}

/// Name and address, without the time.
fn named(line: &str) -> String {
    line.rfind('>').map_or("", |end| &line[..=end]).to_owned()
}

/// Those files of trust that are no text to be read line by line.
fn opaque(files: &BTreeMap<String, Oid>) -> BTreeMap<&String, &Oid> {
    files.iter().filter(|(name, _)| trust::holds_opaque_keys(name)).collect()
}

/// The files that hold keys or take them away, by name.
fn trust_files(git: &Git, tree: Oid, prefix: &str) -> Result<BTreeMap<String, Entry>, Failure> {
    let folder = if prefix.is_empty() { "trust".to_owned() } else { format!("{prefix}/trust") };
    let files = git.files_of_tree(tree, &folder)?;
    Ok(files.into_iter().filter(|(name, _)| !name.contains('/') && trust::holds_keys(name)).collect())
}

/// The keys that are trusted in a commit; a link, and a line for everybody, trust nobody.
fn trusted(git: &Git, commit: Oid, prefix: &str) -> Result<Trust, Failure> {
    let mut trust = Trust::default();
    for (name, entry) in trust_files(git, git.tree_of(commit)?, prefix)? {
        if entry.mode != Mode::File {
            continue;
        }
        let bytes = git.blob(entry.id)?;
        match name.as_str() {
            "allowed_signers" => {
                trust.signers = Signers::read(&bytes);
                trust.signers.entries.retain(|entry| entry.authority || !entry.principals.is_wild());
            }
            "revoked" => trust.revoked = Revoked::read(&bytes),
            "tsa.pem" => {}
            // A file that cannot be read trusts nobody.
            _ => drop(trust.openpgp.add(&bytes)),
        }
    }
    Ok(trust)
}

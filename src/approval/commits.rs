//! The commits of a range: who made each, whose key signed it, and which of them change who may speak.

use std::collections::{BTreeMap, BTreeSet};

use super::roots::Roots;
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
    /// The files of trust that differ between the two sides, beside those that are read line by line.
    pub(super) keys_differ: Vec<String>,
    /// What is compared to, where that is no commit and says of whose word counts what its last commit does not say.
    pub(super) uncommitted: bool,
}

/// One commit.
#[derive(Debug)]
pub(super) struct Commit {
    pub(super) author: String,
    pub(super) committer: String,
    pub(super) parents: Vec<String>,
    pub(super) at: i64,
    /// What stands in the root, or in the whole repository where the root takes something from beside its folder.
    pub(super) root: Option<Oid>,
    /// Whether it changes anything in the root itself, beside what a merge takes from its sides.
    pub(super) changes_root: bool,
    /// What of those who may speak it changes, beside what its parents say.
    pub(super) changes_speakers: bool,
    signed: Option<Result<Signed, String>>,
}

/// Why a commit without a signature shows nothing.
pub(super) const UNSIGNED: &str = "it is not signed";

/// What decides who may speak, before it is read: files by path, and by what stands there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// Roots and providers, of the whole repository.
    said: BTreeMap<String, String>,
    /// The files of trust of the root.
    trust: BTreeMap<String, String>,
}

/// What a commit says of who may speak, by what it is about and by cell.
type Cells<'s> = BTreeMap<(&'s str, &'s str), &'s str>;

/// What makes a folder a root.
pub(super) const ROOT: &str = "demarcate.toml";

/// What is compared to: a commit, or what may become one.
pub struct Compared<'a> {
    /// What stands there.
    pub tree: &'a Tree<'a>,
    /// The commit whose log it has; `None` before the first one.
    pub tip: Option<Oid>,
    /// Whether it is that commit.
    pub is_commit: bool,
}

struct Reader<'a, 'g> {
    git: &'g Git,
    roots: &'a Roots<'g>,
    says: BTreeMap<Key, Says>,
    /// By tree.
    keys: BTreeMap<Oid, Key>,
}

impl Commits {
    /// Reads the commits of a range; `before` is the commit that is compared from.
    pub fn read(
        roots: &Roots<'_>,
        (before, after): (&str, &Compared<'_>),
        range: &BTreeSet<String>,
    ) -> Result<Self, Failure> {
        let git = roots.git();
        let mut reader = Reader { git, roots, says: BTreeMap::new(), keys: BTreeMap::new() };
        let base = git.commit(before)?;
        for id in [base].into_iter().chain(after.tip) {
            roots.note(id)?;
        }
        for id in range {
            roots.note(git.commit(id)?)?;
        }
        let mut by_id = BTreeMap::new();
        for id in range {
            by_id.insert(id.clone(), reader.commit(id)?);
        }
        let standing = trust_on(after.tree, git)?;
        let keys_differ = differing(&opaque(&reader.key(base)?.trust), &opaque(&standing));
        let uncommitted = reader.is_uncommitted(after, &standing)?;
        let (trust, floor) = (trusted(git, base, &roots.at(base)?.folder)?, git.committed_at(base)?);
        Ok(Self { by_id, trust, floor, keys_differ, uncommitted })
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

    /// The commits of the range that stand on one outside of it.
    pub(super) fn upon(&self, base: &str) -> BTreeSet<&str> {
        let mut above: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (id, commit) in self.iter() {
            commit.parents.iter().for_each(|parent| above.entry(parent).or_default().push(id));
        }
        let (mut found, mut open) = (BTreeSet::new(), vec![base]);
        while let Some(next) = open.pop() {
            let next = above.get(next).into_iter().flatten().copied();
            open.extend(next.filter(|id| found.insert(*id)).collect::<Vec<_>>());
        }
        found
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

impl Reader<'_, '_> {
    fn commit(&mut self, id: &str) -> Result<Commit, Failure> {
        let oid = self.git.commit(id)?;
        let raw = self.git.raw_commit(oid)?;
        let head = Head::of(&raw);
        let format = if oid.as_bytes().len() == 32 { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 };
        let signed = signature::commit(&raw, format).map_err(|flaw| flaw.to_string()).transpose();
        let root = self.roots.tree(oid)?;
        let parents = head.parents.iter().map(|parent| self.git.commit(parent)).collect::<Result<Vec<_>, _>>()?;
        let changes_root = self.changes_root(root, &parents)?;
        let changes_speakers = self.changes_speakers(oid, &parents)?;
        Ok(Commit {
            author: head.author,
            committer: head.committer,
            parents: head.parents,
            at: self.git.committed_at(oid)?,
            root,
            changes_root,
            changes_speakers,
            signed,
        })
    }

    /// Whether a commit itself changes a file of the root; of a merge, one that does not follow from its sides.
    fn changes_root(&self, own: Option<Oid>, parents: &[Oid]) -> Result<bool, Failure> {
        let roots = parents.iter().map(|parent| self.roots.tree(*parent)).collect::<Result<Vec<_>, _>>()?;
        if !roots.is_empty() && roots.iter().all(|root| *root == own) {
            return Ok(false);
        }
        let &[one, other] = roots.as_slice() else { return Ok(true) };
        let bases = self.git.merge_bases(parents[0], parents[1])?;
        for base in &bases {
            let base = self.roots.tree(*base)?;
            let is_whole = (one == base && own == other) || (other == base && own == one);
            if !is_whole {
                let sides = (&self.files(one)?, &self.files(other)?);
                if !follows(&self.files(base)?, sides, &self.files(own)?) {
                    return Ok(true);
                }
            }
        }
        Ok(bases.is_empty())
    }

    /// Every file of a root, by what stands there.
    fn files(&self, root: Option<Oid>) -> Result<BTreeMap<String, String>, Failure> {
        let Some(root) = root else { return Ok(BTreeMap::new()) };
        let files = self.git.files_of_tree(root, "")?.into_iter();
        Ok(files.map(|(path, entry)| (path, format!("{:?} {}", entry.mode, entry.id))).collect())
    }

    /// Whether a commit itself says something of who may speak: what its parent does not say, or, of a merge, what does
    /// not follow from what its parents have made of where they parted.
    fn changes_speakers(&mut self, commit: Oid, parents: &[Oid]) -> Result<bool, Failure> {
        let own = self.key(commit)?;
        let keys = parents.iter().map(|parent| self.key(*parent)).collect::<Result<Vec<_>, _>>()?;
        if !keys.is_empty() && keys.iter().all(|key| *key == own) {
            return Ok(false);
        }
        let said = self.said(commit)?;
        let (one, other) = match parents {
            [one, other] => (self.said(*one)?, self.said(*other)?),
            // A commit without parents says all of it; a merge of many says nothing of its own if all say the same.
            parents => {
                let mut others = parents.iter().map(|parent| Ok(self.said(*parent)? != said));
                return if parents.is_empty() { Ok(true) } else { others.try_fold(false, |any, is| Ok(any | is?)) };
            }
        };
        let bases = self.git.merge_bases(parents[0], parents[1])?;
        if bases.is_empty() {
            return Ok(one != said || other != said);
        }
        for base in bases {
            let base = self.said(base)?;
            if !follows(&cells(&base), (&cells(&one), &cells(&other)), &cells(&said)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Every `demarcate.toml` and every provider of the repository, as one root may extend another, and the files of
    /// trust.
    fn key(&mut self, commit: Oid) -> Result<Key, Failure> {
        let tree = self.git.tree_of(commit)?;
        if let Some(known) = self.keys.get(&tree) {
            return Ok(known.clone());
        }
        let all = self.git.files_of_tree(tree, "")?;
        let deciding = || all.iter().filter(|(path, _)| decides(path));
        let mut said: BTreeMap<String, String> = deciding().map(|(path, entry)| (path.clone(), mark(entry))).collect();
        // What stands behind a link may change with any file.
        let is_elsewhere = deciding().any(|(_, entry)| entry.mode != Mode::File);
        said.extend(is_elsewhere.then(|| (String::new(), tree.to_string())));
        let trust = trust_files(self.git, tree, &self.roots.at(commit)?.folder)?;
        let trust = trust.into_iter().map(|(name, entry)| (name, mark(&entry))).collect();
        let key = Key { said, trust };
        self.keys.insert(tree, key.clone());
        Ok(key)
    }

    /// What a commit says of who may speak, the bytes of its files of trust among it.
    fn said(&mut self, commit: Oid) -> Result<Says, Failure> {
        let key = self.key(commit)?;
        if let Some(known) = self.says.get(&key) {
            return Ok(known.clone());
        }
        let says = with_bytes(says_of(&Tree::revision(self.git, commit, &self.roots.at(commit)?.folder)?)?, &key.trust);
        self.says.insert(key, says.clone());
        Ok(says)
    }

    /// Whether what may become a commit says of who may speak what the last commit does not say.
    fn is_uncommitted(&mut self, after: &Compared<'_>, standing: &BTreeMap<String, String>) -> Result<bool, Failure> {
        if after.is_commit {
            return Ok(false);
        }
        let now = with_bytes(says_of(after.tree)?, standing);
        let last = after.tip.map(|tip| self.said(tip)).transpose()?;
        Ok(last.is_none_or(|last| last != now))
    }
}

/// What a root says of who may speak; one that cannot be read says nothing.
fn says_of(tree: &Tree<'_>) -> Result<Says, Failure> {
    let mut unheard = Vec::new();
    match load::tree(tree, &mut unheard) {
        Ok(records) => Ok(trust::says(&resolve::assessment(records, Catalog::rev2(), &mut unheard))),
        Err(failure) if failure.cause == Cause::NoRoot => Ok(Says::new()),
        Err(failure) => Err(failure),
    }
}

fn with_bytes(mut says: Says, files: &BTreeMap<String, String>) -> Says {
    for (name, bytes) in opaque(files) {
        says.entry(format!("trust/{name}")).or_default().insert("bytes", bytes.to_owned());
    }
    says
}

/// What is said, cell by cell; that something is said at all is one as well.
fn cells(says: &Says) -> Cells<'_> {
    let mut cells = Cells::new();
    for (about, said) in says {
        cells.insert((about, ""), "");
        cells.extend(said.iter().map(|(cell, text)| ((about.as_str(), *cell), text.as_str())));
    }
    cells
}

/// Whether a merge says nothing of its own: what one side alone has made otherwise than the base is taken from there,
/// what both have made alike is that.
pub(super) fn follows<K: Ord, V: PartialEq>(
    base: &BTreeMap<K, V>,
    (one, other): (&BTreeMap<K, V>, &BTreeMap<K, V>),
    said: &BTreeMap<K, V>,
) -> bool {
    let all: BTreeSet<&K> = [base, one, other, said].into_iter().flat_map(BTreeMap::keys).collect();
    all.into_iter().all(|cell| {
        let (was, one, other, is) = (base.get(cell), one.get(cell), other.get(cell), said.get(cell));
        match () {
            () if one == other => is == one,
            () if one == was => is == other,
            () if other == was => is == one,
            // Both have changed it, each otherwise: whoever merged has decided.
            () => false,
        }
    })
}

/// The folder of the files of providers.
const PROVIDERS: &str = "providers";

/// Whether a file says who may speak: a root, a provider, or a link that stands for the folder of these.
fn decides(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_provider = folder.rsplit('/').next() == Some(PROVIDERS);
    [ROOT, PROVIDERS].contains(&name) || (is_provider && trust::has_ending(name, "toml"))
}

/// What stands at a path; a link counts for nothing, wherever it leads.
fn mark(entry: &Entry) -> String {
    match entry.mode {
        Mode::File => entry.id.to_string(),
        Mode::Link => LINK.to_owned(),
        Mode::Submodule => "another repository".to_owned(),
    }
}

/// What is said of a link.
const LINK: &str = "a link";

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
fn opaque(files: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    let opaque = files.iter().filter(|(name, _)| trust::holds_opaque_keys(name));
    opaque.map(|(name, bytes)| (name.as_str(), bytes.as_str())).collect()
}

/// The names of those that differ.
fn differing(old: &BTreeMap<&str, &str>, new: &BTreeMap<&str, &str>) -> Vec<String> {
    let names: BTreeSet<&&str> = old.keys().chain(new.keys()).collect();
    names.into_iter().filter(|name| old.get(**name) != new.get(**name)).map(|name| format!("trust/{name}")).collect()
}

/// The files of trust, by name.
fn trust_files(git: &Git, tree: Oid, prefix: &str) -> Result<BTreeMap<String, Entry>, Failure> {
    let folder = if prefix.is_empty() { "trust".to_owned() } else { format!("{prefix}/trust") };
    let files = git.files_of_tree(tree, &folder)?;
    Ok(files.into_iter().filter(|(name, _)| trust::holds_keys(name)).collect())
}

/// The same of a tree that may be no commit's.
fn trust_on(tree: &Tree<'_>, git: &Git) -> Result<BTreeMap<String, String>, Failure> {
    let mut files = BTreeMap::new();
    for (folder, above) in [("trust", ""), ("trust/timestamps", "timestamps/")] {
        if tree.leads_through_link(folder) {
            continue;
        }
        let names = tree.names(folder)?.into_iter().map(|name| format!("{above}{name}"));
        for name in names.filter(|name| trust::holds_keys(name)) {
            files.extend(standing(tree, git, &format!("trust/{name}")).map(|mark| (name, mark)));
        }
    }
    Ok(files)
}

/// What stands at a path, as [`mark`] says it.
fn standing(tree: &Tree<'_>, git: &Git, path: &str) -> Option<String> {
    if tree.is_link(path) {
        return Some(LINK.to_owned());
    }
    match tree.read(path) {
        Ok(bytes) => git.blob_id(&bytes?).map(|id| id.to_string()),
        Err(why) => Some(format!("unreadable: {why}")),
    }
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
            // A file that cannot be read trusts nobody.
            name if trust::is_keyring(name) => drop(trust.openpgp.add(&bytes)),
            _ => {}
        }
    }
    Ok(trust)
}

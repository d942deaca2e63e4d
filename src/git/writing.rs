//! Writing a repository from nothing, without any other program: what `demo` needs.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use gix::bstr::ByteSlice as _;

use super::{Git, Oid};
use crate::failure::{Cause, Failure};

/// Who and when, for a commit.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// The name.
    pub name: &'a str,
    /// The address.
    pub email: &'a str,
    /// Unix time in seconds, UTC.
    pub seconds: i64,
}

/// A commit to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewCommit<'a> {
    /// Its tree.
    pub tree: Oid,
    /// Its parents, first the line it continues.
    pub parents: &'a [Oid],
    /// Who wrote it.
    pub author: Stamp<'a>,
    /// Who committed it.
    pub committer: Stamp<'a>,
    /// What it says.
    pub message: &'a str,
}

/// An annotated tag to be written, over a commit.
#[derive(Clone, Copy, Debug)]
pub struct NewTag<'a> {
    /// Its name, without `refs/tags/`.
    pub name: &'a str,
    /// The commit.
    pub commit: Oid,
    /// Who made it.
    pub tagger: Stamp<'a>,
    /// What it says, without a newline at its end.
    pub message: &'a str,
}

/// Gives the armored signature of an object's bytes.
pub type Signing<'s> = &'s dyn Fn(&[u8]) -> Result<String, Failure>;

fn failed(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Cause::Repository, format!("cannot write to the Git repository: {error}"))
}

impl Git {
    /// A new repository with the branch `main` in a folder that exists.
    pub fn init(directory: &Path) -> Result<Self, Failure> {
        let kind = gix::create::Kind::WithWorktree;
        let overrides = ["init.defaultBranch=main"];
        let options = gix::open::Options::isolated().config_overrides(overrides);
        let repo = gix::ThreadSafeRepository::init_opts(directory, kind, gix::create::Options::default(), options);
        drop(repo.map_err(|error| failed(&error))?);
        let git = Self::discover(directory, None)?;
        git.ok_or_else(|| failed(&"the new repository is not there"))
    }

    /// Writes a tree of files by path.
    pub fn write_tree(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<Oid, Failure> {
        let entries: Vec<(&str, &[u8])> = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
        self.write_level(&entries)
    }

    fn write_level(&self, entries: &[(&str, &[u8])]) -> Result<Oid, Failure> {
        let mut folders: BTreeMap<&str, Vec<(&str, &[u8])>> = BTreeMap::new();
        let mut tree = gix::objs::Tree::empty();
        let entry = |kind: gix::objs::tree::EntryKind, name: &str, oid| gix::objs::tree::Entry {
            mode: kind.into(),
            filename: name.into(),
            oid,
        };
        for (path, bytes) in entries {
            match path.split_once('/') {
                Some((folder, rest)) => folders.entry(folder).or_default().push((rest, bytes)),
                None => {
                    let id = self.repo.write_blob(bytes).map_err(|error| failed(&error))?.detach();
                    tree.entries.push(entry(gix::objs::tree::EntryKind::Blob, path, id));
                }
            }
        }
        for (folder, below) in folders {
            tree.entries.push(entry(gix::objs::tree::EntryKind::Tree, folder, self.write_level(&below)?));
        }
        tree.entries.sort();
        Ok(self.repo.write_object(&tree).map_err(|error| failed(&error))?.detach())
    }

    /// Writes a commit, signed if somebody signs it; no reference is moved.
    pub fn write_commit(&self, new: &NewCommit<'_>, signing: Option<Signing<'_>>) -> Result<Oid, Failure> {
        let mut commit = gix::objs::Commit {
            tree: new.tree,
            parents: new.parents.iter().copied().collect(),
            author: actor(&new.author),
            committer: actor(&new.committer),
            encoding: None,
            message: new.message.into(),
            extra_headers: Vec::new(),
        };
        if let Some(signing) = signing {
            let signature = signing(&bytes_of(&commit)?)?;
            commit.extra_headers.push(("gpgsig".into(), signature.trim_end().into()));
        }
        Ok(self.repo.write_object(&commit).map_err(|error| failed(&error))?.detach())
    }

    /// Writes a signed tag and the reference to it.
    pub fn write_tag(&self, new: &NewTag<'_>, signing: Signing<'_>) -> Result<(), Failure> {
        let mut tag = gix::objs::Tag {
            target: new.commit,
            target_kind: gix::objs::Kind::Commit,
            name: new.name.into(),
            tagger: Some(actor(&new.tagger)),
            message: new.message.into(),
            signature: None,
        };
        let mut payload = bytes_of(&tag)?;
        payload.push(b'\n');
        tag.signature = Some(signing(&payload)?.into());
        let id = self.repo.write_object(&tag).map_err(|error| failed(&error))?.detach();
        let any = gix::refs::transaction::PreviousValue::Any;
        let name = format!("refs/tags/{}", new.name);
        self.repo.reference(name, id, any, "demo").map(drop).map_err(|error| failed(&error))
    }

    /// Adds lines to the configuration of this repository.
    pub fn configure(&self, lines: &str) -> Result<(), Failure> {
        let path = self.git_dir().join("config");
        let file = std::fs::OpenOptions::new().append(true).open(&path);
        let written = file.and_then(|mut file| file.write_all(lines.as_bytes()));
        written.map_err(|error| Failure::io("write", &path, &error))
    }

    /// Points the branch `main` at a commit and writes the index of its tree, so that the work tree counts as clean.
    pub fn finish(&self, commit: Oid) -> Result<(), Failure> {
        let any = gix::refs::transaction::PreviousValue::Any;
        self.repo.reference("refs/heads/main", commit, any, "demo").map_err(|error| failed(&error))?;
        let tree = self.tree_of(commit)?;
        let mut index = self.repo.index_from_tree(&tree).map_err(|error| failed(&error))?;
        if let Some(top) = self.workdir() {
            note_stats(&mut index, &top);
        }
        index.write(gix::index::write::Options::default()).map_err(|error| failed(&error))
    }
}

fn actor(stamp: &Stamp<'_>) -> gix::actor::Signature {
    gix::actor::Signature {
        name: stamp.name.into(),
        email: stamp.email.into(),
        time: gix::date::Time { seconds: stamp.seconds, offset: 0 },
    }
}

/// An object as it is stored, without its kind and size.
fn bytes_of(object: &dyn gix::objs::WriteTo) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    object.write_to(&mut bytes).map_err(|error| failed(&error))?;
    Ok(bytes)
}

/// Notes size and time of each file, so that Git need not read it to find it unchanged.
fn note_stats(index: &mut gix::index::File, top: &Path) {
    let (entries, paths) = index.entries_mut_and_pathbacking();
    for entry in entries {
        let path = entry.path_in(paths).to_str_lossy().into_owned();
        let stat = gix::index::fs::Metadata::from_path_no_follow(&top.join(path)).ok();
        if let Some(stat) = stat.and_then(|metadata| gix::index::entry::Stat::from_fs(&metadata).ok()) {
            entry.stat = stat;
        }
    }
}

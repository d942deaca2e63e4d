//! The files of the commit that the documents come from, and what of the commit evidence is.

use std::collections::{BTreeMap, BTreeSet};

use super::editions::Carried;
use crate::digest;
use crate::failure::{Cause, Failure};
use crate::git::{Mode, Oid};
use crate::import;
use crate::manifest::Role;
use crate::model::assessment::Assessment;
use crate::source::{self, Tree};

/// The files of a root that stand at its top.
const ALONE: [&str; 6] =
    ["demarcate.toml", "assets.toml", "incident.toml", "crypto.toml", "evidence.lock", import::IMPORTED];

/// The folders of a root whose files are read, and what the names of those files end in.
const FOLDERS: [(&str, &str); 6] = [
    ("practices", ".toml"),
    ("providers", ".toml"),
    ("policies", ".md"),
    ("poam", ".toml"),
    ("exceptions", ".toml"),
    ("templates", ""),
];

/// What Git itself reads.
const OF_GIT: [&str; 2] = [".gitattributes", ".mailmap"];

/// A file of the commit.
pub(super) struct Taken {
    pub(super) role: Role,
    /// Its path in the bundle.
    pub(super) path: String,
    /// Its path from the top of the repository.
    pub(super) source: String,
    pub(super) blob: Oid,
    pub(super) bytes: Vec<u8>,
}

/// The files that are read of this root and of the one that it extends, but those that are `withheld`, and the keys.
pub(super) fn files(
    tree: &Tree<'_>,
    assessment: &Assessment,
    withheld: &BTreeSet<String>,
) -> Result<Vec<Taken>, Failure> {
    let mut found: BTreeMap<String, Taken> = BTreeMap::new();
    let base = assessment.config.extends.as_ref().and_then(|base| tree.sibling(&base.value));
    let up = "../".repeat(tree.prefix().split('/').filter(|part| !part.is_empty()).count());
    let id_of = |source: &String| Some(tree.entry(&format!("{up}{source}")).ok()??.id);
    let ids: Vec<Oid> = withheld.iter().filter_map(id_of).collect();
    for root in std::iter::once(tree).chain(&base) {
        for path in read_of(root)? {
            let Some(source) = root.from_top(&path).filter(|source| !withheld.contains(source)) else { continue };
            if let Some((blob, bytes)) = blob_of(root, &path)? {
                if ids.contains(&blob) {
                    return Err(same_as_withheld(&source));
                }
                let path = format!("sources/{source}");
                found.insert(source.clone(), Taken { role: Role::Source, path, source, blob, bytes });
            }
        }
    }
    let mut all: Vec<Taken> = found.into_values().collect();
    all.extend(of_git(tree, base.as_ref())?);
    all.extend(trusted(tree)?);
    Ok(all)
}

/// A link or a copy would hand over what its marking keeps here.
fn same_as_withheld(source: &str) -> Failure {
    let message = format!(
        "{source} is a link to evidence that stays out of the bundle by its marking, or a copy of it, and would be handed \
         over: take it away, and commit"
    );
    Failure::new(Cause::Usage, message)
}

/// As the loader takes names: to the letter.
fn has_ending(name: &str, ending: &str) -> bool {
    name.ends_with(ending)
}

/// The paths of a root that are read.
fn read_of(root: &Tree<'_>) -> Result<Vec<String>, Failure> {
    let mut paths: Vec<String> = ALONE.map(str::to_owned).into();
    for (folder, ending) in FOLDERS {
        let names = root.names(folder)?.into_iter().filter(|name| has_ending(name, ending) && !name.starts_with('.'));
        paths.extend(names.map(|name| format!("{folder}/{name}")));
    }
    paths.extend(trust_of(root)?);
    paths.extend(root.names("evidence")?.into_iter().map(|party| format!("evidence/{party}/artifacts.toml")));
    Ok(paths)
}

/// The files of trust; what stands behind a link is not believed, and so is not there.
fn trust_of(root: &Tree<'_>) -> Result<Vec<String>, Failure> {
    if root.is_link("trust") {
        return Ok(Vec::new());
    }
    let is_read =
        |name: &String| matches!(name.as_str(), "allowed_signers" | "revoked" | "tsa.pem") || has_ending(name, ".asc");
    let names = root.names("trust")?.into_iter().filter(is_read);
    Ok(names.map(|name| format!("trust/{name}")).filter(|path| !root.is_link(path)).collect())
}

fn trusted(tree: &Tree<'_>) -> Result<Vec<Taken>, Failure> {
    let mut all = Vec::new();
    for path in trust_of(tree)? {
        let source = tree.from_top(&path);
        if let (Some(source), Some((blob, bytes))) = (source, blob_of(tree, &path)?) {
            all.push(Taken { role: Role::Trust, path, source, blob, bytes });
        }
    }
    Ok(all)
}

/// What tells Git how to read the files of the roots, and who is who.
fn of_git(tree: &Tree<'_>, base: Option<&Tree<'_>>) -> Result<Vec<Taken>, Failure> {
    let prefixes: Vec<&str> = std::iter::once(tree).chain(base).map(Tree::prefix).collect();
    let is_near = |folder: &str| prefixes.iter().any(|prefix| is_within(folder, prefix) || is_within(prefix, folder));
    let mut all = Vec::new();
    for source in tree.paths_named(&OF_GIT) {
        let (folder, name) = source.rsplit_once('/').unwrap_or(("", &source));
        let is_read = if name == ".mailmap" { folder.is_empty() } else { is_near(folder) };
        let up = "../".repeat(tree.prefix().split('/').filter(|part| !part.is_empty()).count());
        if is_read && let Some((blob, bytes)) = blob_of(tree, &format!("{up}{source}"))? {
            all.push(Taken { role: Role::Source, path: format!("sources/{source}"), source, blob, bytes });
        }
    }
    Ok(all)
}

fn is_within(folder: &str, above: &str) -> bool {
    above.is_empty() || folder == above || folder.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

/// The blob at a path and its bytes, links inside the repository followed; what is no file is not there.
fn blob_of(tree: &Tree<'_>, path: &str) -> Result<Option<(Oid, Vec<u8>)>, Failure> {
    let Ok(Some(entry)) = tree.entry(path) else { return Ok(None) };
    match tree.read(path) {
        Ok(Some(bytes)) => Ok(Some((entry.id, bytes))),
        Ok(None) => Ok(None),
        Err(why) => Err(Failure::new(Cause::Object, format!("cannot read {path} of the commit: {why}"))),
    }
}

/// Blob and path of the file of the commit that an edition is to the byte.
pub(super) fn committed(tree: &Tree<'_>, carried: &Carried) -> Result<Option<(Oid, String)>, Failure> {
    if source::is_outside(&carried.location) {
        return Ok(None);
    }
    let (Ok(Some(entry)), Some(source), Some(git)) =
        (tree.entry(&carried.location), tree.from_top(&carried.location), tree.git())
    else {
        return Ok(None);
    };
    if entry.mode != Mode::File || git.blob_size(entry.id) != Some(carried.size) {
        return Ok(None);
    }
    // An LFS pointer may be as long as the file that it stands for.
    let is_it = carried.size >= SHORT || digest::of_bytes(&git.blob(entry.id)?).sha256 == carried.sha256;
    Ok(is_it.then_some((entry.id, source)))
}

/// The same, of an edition whose bytes have this id.
pub(super) fn committed_as(tree: &Tree<'_>, carried: &Carried, id: Option<Oid>) -> Option<(Oid, String)> {
    let is_inside = !source::is_outside(&carried.location);
    let entry = tree.entry(&carried.location).ok().flatten().filter(|_| is_inside)?;
    let source = tree.from_top(&carried.location)?;
    (entry.mode == Mode::File && id == Some(entry.id)).then_some((entry.id, source))
}

/// No LFS pointer has as many bytes.
const SHORT: u64 = 1024;

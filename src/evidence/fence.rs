//! Files inside the fence that no symlink may leave: one look a file, and each folder resolved once.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::git::Git;
use crate::source::{self, Tree, Unreadable};
use crate::stamp::{Stamp, Watch};

/// A root and the folder around it that nothing may lead out of.
pub(super) struct Fence<'t> {
    root: &'t Path,
    top: PathBuf,
    watch: &'t Watch,
    /// Folders by what the location says, resolved; `None` where there is none.
    folders: BTreeMap<String, Result<Option<PathBuf>, Unreadable>>,
}

/// A regular file.
pub(super) struct Inside {
    /// Without a symlink in it.
    pub(super) path: PathBuf,
    pub(super) stamp: Stamp,
}

impl<'t> Fence<'t> {
    pub(super) fn around(root: &'t Path, tree: &'t Tree<'_>) -> Self {
        let top = tree.git().and_then(Git::workdir).filter(|top| root.starts_with(top));
        Self { root, top: top.unwrap_or_else(|| root.to_owned()), watch: tree.watch(), folders: BTreeMap::new() }
    }

    /// The file at a location; `None` where nothing stands.
    pub(super) fn file(&mut self, location: &str) -> Result<Option<Inside>, Unreadable> {
        let path = self.root.join(location);
        let (folder, name) = location.rsplit_once('/').unwrap_or(("", location));
        if matches!(name, "" | "." | "..") {
            return self.resolved(&path);
        }
        let Some(folder) = self.folder(folder)? else {
            self.watch.seen(&path, None);
            return Ok(None);
        };
        let real = folder.join(name);
        match real.symlink_metadata() {
            Ok(metadata) if metadata.is_symlink() => self.resolved(&path),
            Ok(metadata) => {
                let stamp = Stamp::from(&metadata);
                self.watch.seen(&path, Some(stamp));
                if metadata.is_dir() {
                    return Err(Unreadable::Folder);
                }
                if metadata.is_file() { Ok(Some(Inside { path: real, stamp })) } else { Err(Unreadable::Special) }
            }
            Err(error) => {
                self.watch.seen(&path, None);
                if is_absent(error.kind()) { Ok(None) } else { Err(Unreadable::Refused(error.to_string())) }
            }
        }
    }

    /// The path from the top, if it can be told as text.
    pub(super) fn below_top(&self, path: &Path) -> Option<String> {
        let parts = path.strip_prefix(&self.top).ok()?.components();
        let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
        parts.map(|parts| parts.join("/"))
    }

    /// What is a link, or no plain name, is resolved as a whole.
    fn resolved(&self, path: &Path) -> Result<Option<Inside>, Unreadable> {
        self.watch.note(path);
        let Some(real) = source::regular_inside(path, &self.top)? else { return Ok(None) };
        let stamp = Stamp::of(&real);
        Ok(stamp.map(|stamp| Inside { path: real, stamp }))
    }

    fn folder(&mut self, folder: &str) -> Result<Option<PathBuf>, Unreadable> {
        if let Some(known) = self.folders.get(folder) {
            return known.clone();
        }
        let resolved = self.resolve(folder);
        self.folders.insert(folder.to_owned(), resolved.clone());
        resolved
    }

    /// Every folder on the way is watched: one of them may be put elsewhere and leave a link in its place.
    fn resolve(&self, folder: &str) -> Result<Option<PathBuf>, Unreadable> {
        let path = self.root.join(folder);
        let on_the_way: Vec<&Path> = path.ancestors().take_while(|above| *above != self.root).collect();
        on_the_way.into_iter().rev().for_each(|above| self.watch.note(above));
        match path.canonicalize() {
            Ok(real) if real.starts_with(&self.top) => Ok(Some(real)),
            Err(error) if is_absent(error.kind()) => Ok(None),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => Err(Unreadable::Refused(error.to_string())),
            Ok(_) | Err(_) => Err(Unreadable::Escapes),
        }
    }
}

fn is_absent(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}

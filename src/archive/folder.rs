//! A folder on disk: hidden files too, as the script takes them, and no symlink followed out of it.

use std::path::{Path, PathBuf};

use super::{Archive, At, Entry, Form};
use crate::failure::{Cause, Failure};

pub(super) fn list(path: &Path) -> Result<Archive, Failure> {
    let root = path.canonicalize().map_err(|error| Failure::io("open", path, &error))?;
    let mut files = Vec::new();
    for found in walkdir::WalkDir::new(&root).min_depth(1).follow_links(false).sort_by_file_name() {
        let found = found.map_err(|error| unlisted(path, &error))?;
        if !found.file_type().is_dir() {
            files.extend(entry(&root, &found));
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Archive { path: root, form: Form::Folder, files, remarks: Vec::new() })
}

fn unlisted(path: &Path, error: &walkdir::Error) -> Failure {
    Failure::new(Cause::Io, format!("cannot list {}: {error}", path.display()))
}

/// A file; of a link to a folder nothing, as the script does not follow it.
fn entry(root: &Path, found: &walkdir::DirEntry) -> Option<Entry> {
    let parts: Vec<_> =
        found.path().strip_prefix(root).ok()?.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let name = parts.join("/");
    let refused = |why: &str| Entry {
        name: name.clone(),
        size: 0,
        refused: Some(why.to_owned()),
        at: At::Disk(found.path().to_owned()),
    };
    let Some(real) = inside(found.path(), root) else {
        return Some(refused("it is a symbolic link that leaves the folder or leads nowhere"));
    };
    match real.metadata() {
        Ok(metadata) if metadata.is_dir() => None,
        Ok(metadata) if metadata.is_file() => {
            Some(Entry { size: metadata.len(), refused: None, at: At::Disk(real), name })
        }
        Ok(_) => Some(refused("it is not a regular file")),
        Err(error) => Some(refused(&error.to_string())),
    }
}

fn inside(path: &Path, root: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().filter(|real| real.starts_with(root))
}

//! Where a bundle is made: in a folder beside its place, which is renamed at the end, so that nobody sees half of one.
//!
//! The folder is locked while it is being worked in. One without a lock was left by a run that was killed, and the next
//! run removes it.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::archive;
use crate::failure::{Cause, Failure};

/// What the names of folders begin with in which bundles are made.
const BEGINNING: &str = ".demarcate-bundle-";

/// The file that is locked.
const LOCK: &str = "lock";

/// What the folder of the bundle is called while it is made.
const INSIDE: &str = "bundle";

/// Whether a path leads into a folder in which a bundle is being made.
pub fn is_staged(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with(BEGINNING))
}

/// A bundle in the making.
pub struct Staging {
    folder: PathBuf,
    target: PathBuf,
    /// Holds the lock.
    _lock: File,
}

/// The folder of a bundle in the making.
pub struct Folder {
    root: PathBuf,
    /// The time that every file is given, in Unix seconds.
    pub modified: i64,
}

impl Staging {
    /// Begins beside the target, which has to be absent, or an empty folder; removes what killed runs left there.
    pub fn beside(target: &Path) -> Result<Self, Failure> {
        let target = std::path::absolute(target).map_err(|error| Failure::io("find", target, &error))?;
        refuse_full(&target)?;
        let parent = target.parent().ok_or_else(|| full(&target))?;
        std::fs::create_dir_all(parent).map_err(|error| Failure::io("create", parent, &error))?;
        clean(parent);
        for number in 0..1000 {
            let folder = parent.join(format!("{BEGINNING}{}-{number}", std::process::id()));
            if let Some(lock) = begun(&folder)? {
                return Ok(Self { folder, target, _lock: lock });
            }
        }
        Err(Failure::new(Cause::Io, format!("{} is full of bundles in the making", parent.display())))
    }

    /// The folder of the bundle, whose files are given this time.
    pub fn folder(&self, modified: i64) -> Result<Folder, Failure> {
        let root = self.folder.join(INSIDE);
        std::fs::create_dir_all(&root).map_err(|error| Failure::io("create", &root, &error))?;
        readable(&root, 0o755).map_err(|error| Failure::io("create", &root, &error))?;
        Ok(Folder { root, modified })
    }

    /// Where an archive may be made that is to be put into place.
    pub fn beside_folder(&self) -> PathBuf {
        self.folder.join("packed")
    }

    /// Puts what was made into its place, unless something stands there meanwhile.
    pub fn finish(self, made: &Path) -> Result<(), Failure> {
        refuse_full(&self.target)?;
        let moved = if made.is_dir() { moved_folder(made, &self.target) } else { moved_file(made, &self.target) };
        moved.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty => full(&self.target),
            _ => Failure::io("write", &self.target, &error),
        })
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        remove(&self.folder);
    }
}

/// A folder takes the place of an empty one.
fn moved_folder(made: &Path, target: &Path) -> io::Result<()> {
    if cfg!(windows) && target.is_dir() {
        std::fs::remove_dir(target)?;
    }
    std::fs::rename(made, target)
}

/// A file takes the place of none; where there are no hard links, one made meanwhile may be lost.
fn moved_file(made: &Path, target: &Path) -> io::Result<()> {
    match std::fs::hard_link(made, target) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => std::fs::rename(made, target),
        done => done,
    }
}

/// A folder with its lock; `None` where another run was there first.
fn begun(folder: &Path) -> Result<Option<File>, Failure> {
    let failed = |error: &io::Error| Failure::io("create", folder, error);
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        made => made.map_err(|error| failed(&error))?,
    }
    let path = folder.join(LOCK);
    let lock = match File::create_new(&path) {
        // Another run took it for a leftover.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        made => made.map_err(|error| failed(&error))?,
    };
    match lock.try_lock() {
        Ok(()) => Ok(path.exists().then_some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        // A file system without locks: nobody takes the folder for a leftover either.
        Err(TryLockError::Error(_)) => Ok(Some(lock)),
    }
}

/// Removes what killed runs left in a folder; what cannot be removed stays.
fn clean(parent: &Path) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(BEGINNING) {
            continue;
        }
        let folder = entry.path();
        match File::open(folder.join(LOCK)) {
            Ok(lock) if lock.try_lock().is_ok() => remove(&folder),
            Ok(_) => {}
            // Killed before it had a lock; another run that is just there has a file in it, or begins once more.
            Err(_) => drop(std::fs::remove_dir(&folder)),
        }
    }
}

/// The lock goes last, so that whoever is killed here leaves what the next run removes.
fn remove(folder: &Path) {
    let lock = folder.join(LOCK);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| entry.path() != lock) {
        let path = entry.path();
        drop(if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) });
    }
    drop(std::fs::remove_file(&lock));
    drop(std::fs::remove_dir(folder));
}

/// Says no where the target is anything but absent or an empty folder.
fn refuse_full(target: &Path) -> Result<(), Failure> {
    match target.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::io("look at", target, &error)),
        Ok(found) if found.is_dir() && std::fs::read_dir(target).is_ok_and(|mut names| names.next().is_none()) => {
            Ok(())
        }
        Ok(_) => Err(full(target)),
    }
}

fn full(target: &Path) -> Failure {
    let message = format!(
        "{} is there already, and a bundle replaces nothing: name another place, or remove it first",
        target.display()
    );
    Failure::new(Cause::Usage, message)
}

impl Folder {
    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path of the bundle on disk.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Makes the folders above a file.
    pub fn make_room(&self, path: &Path) -> Result<(), Failure> {
        let parent = path.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(parent).map_err(|error| Failure::io("create", parent, &error))
    }

    /// Removes a file that is not to be in the bundle.
    pub fn drop(&self, path: &Path) -> Result<(), Failure> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::io("remove", path, &error)),
            _ => {
                let above = path.ancestors().skip(1).take_while(|above| *above != self.root);
                // A folder with other files in it stays.
                above.map(std::fs::remove_dir).take_while(Result::is_ok).for_each(drop);
                Ok(())
            }
        }
    }

    /// Writes a new file.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let full = self.path(path);
        self.make_room(&full)?;
        std::fs::write(&full, bytes).map_err(|error| Failure::io("write", &full, &error))
    }

    /// Gives every file the time and the permissions that it has on every machine.
    pub fn settle<'a>(&self, paths: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
        for path in paths {
            let full = self.path(path);
            self.settle_one(&full, path).map_err(|error| Failure::io("write", &full, &error))?;
        }
        Ok(())
    }

    fn settle_one(&self, full: &Path, path: &str) -> io::Result<()> {
        let seconds = std::time::Duration::from_secs(self.modified.unsigned_abs());
        let epoch = std::time::UNIX_EPOCH;
        let time = if self.modified < 0 { epoch.checked_sub(seconds) } else { epoch.checked_add(seconds) };
        if let Some(time) = time {
            File::options().write(true).open(full)?.set_modified(time)?;
        }
        for above in full.ancestors().skip(1).take_while(|above| above.starts_with(&self.root)) {
            readable(above, 0o755)?;
        }
        readable(full, if path == super::guide::SCRIPT { 0o755 } else { 0o644 })
    }
}

/// Permissions do not follow from who made the bundle.
#[cfg(unix)]
fn readable(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

/// Permissions are those of the folder.
#[cfg(not(unix))]
fn readable(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// Says no where a name cannot stand on every system, or two are one on some.
pub fn refuse_names<'a>(paths: impl Iterator<Item = &'a str>) -> Result<(), Failure> {
    let paths: Vec<&str> = paths.collect();
    let refused = |why: String| {
        let message = format!("{why}: rename it in the repository, so that every system can unpack the bundle");
        Err(Failure::new(Cause::Usage, message))
    };
    for path in &paths {
        if let Some(why) = archive::unportable(path) {
            return refused(format!("`{}` cannot stand everywhere: {why}", path.escape_debug()));
        }
    }
    match archive::twins(paths.into_iter()) {
        Some((one, other)) => {
            refused(format!("`{}` and `{}` are one file on some systems", one.escape_debug(), other.escape_debug()))
        }
        None => Ok(()),
    }
}

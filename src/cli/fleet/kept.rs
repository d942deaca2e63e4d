//! The results of a fleet on disk, while they grow and when they are whole.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::failure::{Cause, Failure};
use crate::fix;
use crate::fleet::list::List;
use crate::fleet::results::{self, Head, Line};

/// Where results are kept, if anywhere, and what an earlier run left there.
pub(super) struct Kept {
    file: Option<(PathBuf, File)>,
    before: BTreeMap<String, Line>,
    /// How many lines of the earlier run still hold.
    pub(super) reused: usize,
}

impl Kept {
    /// Begins the file of `save`, or goes on with that of `resume`; one that is not there yet is begun.
    pub(super) fn open(save: Option<&Path>, resume: Option<&Path>, head: &Head, list: &List) -> Result<Self, Failure> {
        let before = match resume {
            Some(path) if replaceable(path)? => earlier(path, head, list)?,
            _ => BTreeMap::new(),
        };
        let file = match save.or(resume) {
            Some(path) => Some((path.to_owned(), begun(path, head, &before)?)),
            None => None,
        };
        Ok(Self { file, before, reused: 0 })
    }

    /// Whether results are kept at all.
    pub(super) fn is_open(&self) -> bool {
        self.file.is_some()
    }

    /// What an earlier run left, by client.
    pub(super) fn take_before(&mut self) -> BTreeMap<String, Line> {
        std::mem::take(&mut self.before)
    }

    /// Writes a line that was read now, or that was found to hold still.
    pub(super) fn add(&mut self, line: &Line, is_read: bool) -> Result<(), Failure> {
        self.reused += usize::from(!is_read);
        let Some((path, file)) = &mut self.file else { return Ok(()) };
        file.write_all(results::line(line).as_bytes()).map_err(|error| Failure::io("write", path, &error))
    }

    /// Writes the whole file anew, in the order of the list.
    pub(super) fn finish(self, head: &Head, lines: &[Line]) -> Result<(), Failure> {
        let Some((path, file)) = self.file else { return Ok(()) };
        drop(file);
        fix::write(&path, results::text(head, lines.to_vec()).as_bytes())
    }
}

fn earlier(path: &Path, head: &Head, list: &List) -> Result<BTreeMap<String, Line>, Failure> {
    results::resumed(&path.display().to_string(), head, super::results_of(path)?, &list.clients)
}

/// Whether there are results that new ones take the place of.
///
/// # Errors
///
/// If something else stands there: a slip of the pen must not cost a file of another kind, such as the list itself, nor
/// a device.
pub(super) fn replaceable(path: &Path) -> Result<bool, Failure> {
    let Ok(metadata) = path.metadata() else { return Ok(false) };
    if !metadata.is_file() {
        let message =
            format!("{} is no ordinary file, and results take the place of what they are saved to", path.display());
        return Err(Failure::new(Cause::Usage, message));
    }
    let is_begun = metadata.len() > 0;
    if is_begun {
        super::results_of(path)?;
    }
    Ok(is_begun)
}

/// A file with the head, and with what an earlier run left; more is added at its end.
fn begun(path: &Path, head: &Head, before: &BTreeMap<String, Line>) -> Result<File, Failure> {
    replaceable(path)?;
    let unconfirmed = |line: &Line| Line { unconfirmed: true, ..line.clone() };
    fix::write(path, results::text(head, before.values().map(unconfirmed).collect()).as_bytes())?;
    File::options().append(true).open(path).map_err(|error| Failure::io("write", path, &error))
}

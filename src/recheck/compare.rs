//! What was made again beside what the bundle holds, file by file and line by line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use super::{Difference, path_of, unreadable};
use crate::archive::{Archive, Entry};
use crate::bundle::staging::Folder;
use crate::failure::Failure;
use crate::manifest::{Listed, MANIFEST, Manifest, Role, SUMS};
use crate::words;

/// The longest stretch that counts as a line, in bytes.
const LINE: u64 = 64 << 10;

/// Characters of a line that are shown.
const SHOWN: usize = 120;

/// Every file that only one of both has, and every one whose bytes differ.
pub(super) fn files(
    archive: &Archive,
    (theirs, ours): (&Manifest, &Manifest),
    made: &Folder,
) -> Result<Vec<Difference>, Failure> {
    let (theirs, ours) = (by_path(theirs), by_path(ours));
    let mut all = lacking(&theirs, &ours);
    let top = archive.top();
    let mut compare = |entry: &Entry, mut bytes: &mut dyn Read| {
        let path = path_of(entry, top.as_deref());
        let is_evidence = ours.get(path).is_some_and(|file| file.role == Role::Evidence);
        if !is_evidence && (ours.contains_key(path) || [MANIFEST, SUMS].contains(&path)) {
            all.extend(first_difference(path, &mut bytes, &mut File::open(made.path(path))?)?);
        }
        io::copy(&mut bytes, &mut io::sink()).map(drop)
    };
    archive.each(&mut compare).map_err(|error| unreadable(&error))?;
    all.sort_by(|a, b| is_list(&a.path).cmp(&is_list(&b.path)).then_with(|| a.path.cmp(&b.path)));
    Ok(all)
}

/// Whether a file names the others, so that it differs wherever one of them does.
fn is_list(path: &str) -> bool {
    [MANIFEST, SUMS].contains(&path)
}

fn by_path(manifest: &Manifest) -> BTreeMap<&str, &Listed> {
    manifest.files.iter().map(|file| (file.path.as_str(), file)).collect()
}

fn lacking(theirs: &BTreeMap<&str, &Listed>, ours: &BTreeMap<&str, &Listed>) -> Vec<Difference> {
    let added = theirs.keys().filter(|path| !ours.contains_key(*path));
    let removed = ours.keys().filter(|path| !theirs.contains_key(*path));
    let added = added.map(|path| Difference::of(path, Some("is in the bundle"), None));
    added.chain(removed.map(|path| Difference::of(path, None, Some("belongs into the bundle")))).collect()
}

/// The first line in which two files differ.
fn first_difference(path: &str, theirs: &mut dyn Read, ours: &mut dyn Read) -> io::Result<Option<Difference>> {
    let (mut theirs, mut ours) = (BufReader::new(theirs), BufReader::new(ours));
    let mut line = 1;
    loop {
        let (their, our) = (next(&mut theirs)?, next(&mut ours)?);
        if their != our {
            let (theirs, ours) = (their.as_deref().map(shown), our.as_deref().map(shown));
            return Ok(Some(Difference { path: path.to_owned(), line: Some(line), theirs, ours }));
        }
        let Some(our) = our else { return Ok(None) };
        line += usize::from(our.ends_with(b"\n"));
    }
}

/// The next line, or as much of it as counts; `None` at the end.
fn next(file: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    file.take(LINE).read_until(b'\n', &mut line)?;
    Ok(Some(line).filter(|line| !line.is_empty()))
}

fn shown(line: &[u8]) -> String {
    words::printable(&String::from_utf8_lossy(line).trim_end().chars().take(SHOWN).collect::<String>())
}

//! A small zip in memory, unpacked and counted: what another reader may then read without being led into a trap.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use super::ZipArchive;

/// The files of a zip by name, in small letters and with `/`; `most` is how many bytes they may come to.
///
/// # Errors
///
/// Why it is not read: no zip, entries that overlap or share a name, a password, damage, or more bytes than `most`.
pub fn unpacked(bytes: &[u8], most: usize) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut zip =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("it is no zip that can be read: {error}"))?;
    match zip.has_overlapping_entries() {
        Ok(false) => {}
        Ok(true) => return Err("its parts overlap, as those of a zip bomb do".to_owned()),
        Err(error) => return Err(format!("it is no zip that can be read: {error}")),
    }
    if zip.has_duplicate_names() {
        return Err("it holds two parts of one name".to_owned());
    }
    let mut files = BTreeMap::new();
    let mut left = most;
    for index in 0..zip.len() {
        let entry = zip.by_index(index).map_err(|error| format!("a part of it cannot be read: {error}"))?;
        if entry.is_dir() {
            continue;
        }
        let name = plain(&entry.name().map_err(|error| format!("a part of it has no name: {error}"))?);
        let content = counted(entry, left).map_err(|error| format!("its part `{name}` is damaged: {error}"))?;
        left = left.checked_sub(content.len()).ok_or_else(|| format!("it unpacks to more than {most} bytes"))?;
        if files.insert(name.clone(), content).is_some() {
            return Err(format!("it holds two parts that are called `{name}` but for capitals"));
        }
    }
    Ok(files)
}

/// The bytes of a part, and one more than `left` where there are more.
fn counted(entry: impl Read, left: usize) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let limit = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1);
    entry.take(limit).read_to_end(&mut content)?;
    Ok(content)
}

/// A name as readers that look past capitals and backslashes find it.
fn plain(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

//! What can be said, here and now, of evidence that lies outside the repository. A door to the file system.
//!
//! Plain absolute paths and `file://` URLs are looked at; nothing is fetched from anywhere. Where the file is not
//! there, the folder tells what that means: a folder that is absent or empty is a share that is not mounted on this
//! machine, and then nobody can say here what became of the file; a folder with other things in it has lost the file.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Where a location leads, by its words alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// To a path of this machine.
    Here(PathBuf),
    /// To somewhere else, and why it is not here.
    Elsewhere(String),
    /// Nowhere, and why.
    Malformed(String),
}

/// What stands at a path.
#[derive(Clone, Debug)]
pub enum Standing {
    /// A regular file.
    File(Metadata),
    /// Nothing, although its folder is here.
    Missing,
    /// Nothing, and its folder is not here either: why.
    Elsewhere(String),
    /// Something that cannot be read, and why.
    Unreadable(String),
}

/// Where a location outside the repository leads.
pub fn place(location: &str) -> Place {
    if let Some(drive) = drive(location) {
        return on_windows(location, &format!("`{drive}:` is a drive of Windows"));
    }
    if location.starts_with(r"\\") {
        return on_windows(location, "it is a network path of Windows");
    }
    match location.split_once(':') {
        _ if location.starts_with('/') => here(location.as_bytes().to_vec()),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file") => file_url(rest),
        Some((scheme, _)) => Place::Elsewhere(format!("nothing is fetched by {scheme}")),
        None => here(location.as_bytes().to_vec()),
    }
}

/// The letter of a drive that a path begins with.
fn drive(path: &str) -> Option<char> {
    let letter = path.chars().next().filter(char::is_ascii_alphabetic)?;
    matches!(path.as_bytes().get(1), Some(b':' | b'|')).then_some(letter)
}

fn on_windows(path: &str, why: &str) -> Place {
    if cfg!(windows) { Place::Here(PathBuf::from(path)) } else { Place::Elsewhere(why.to_owned()) }
}

/// The path of a `file:` URL (RFC 8089); `?` and `#` are taken as they stand, since a file has neither query nor part.
fn file_url(rest: &str) -> Place {
    let (host, path) = match rest.strip_prefix("//") {
        Some(authority) => authority.find('/').map_or((authority, ""), |at| authority.split_at(at)),
        None => ("", rest),
    };
    if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
        return Place::Elsewhere(format!("it lies on `{host}`"));
    }
    let Some(bytes) = decoded(path) else {
        return Place::Malformed(
            "its `%` is not followed by two hex digits; write `%25` for the sign itself".to_owned(),
        );
    };
    if bytes.is_empty() {
        return Place::Malformed("it names no path".to_owned());
    }
    let text = String::from_utf8_lossy(&bytes[1..]).into_owned();
    match drive(&text) {
        Some(letter) => on_windows(&text.replacen('|', ":", 1), &format!("`{letter}:` is a drive of Windows")),
        None => here(bytes),
    }
}

/// Percent-decoded bytes; `None` where a `%` is no escape.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let hex = part.get(..2).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(hex, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    Some(bytes)
}

fn here(bytes: Vec<u8>) -> Place {
    if bytes.contains(&0) {
        return Place::Malformed("no path holds a NUL".to_owned());
    }
    path_of(bytes)
}

#[cfg(unix)]
fn path_of(bytes: Vec<u8>) -> Place {
    use std::os::unix::ffi::OsStringExt;
    Place::Here(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

#[cfg(not(unix))]
fn path_of(bytes: Vec<u8>) -> Place {
    let text = String::from_utf8(bytes);
    text.map_or_else(|_| Place::Malformed("its path is not UTF-8".to_owned()), |text| Place::Here(PathBuf::from(text)))
}

/// Looks at paths, and at a folder that lacks one only once.
#[derive(Debug, Default)]
pub struct Store {
    /// Why what a folder lacks is not here, where that is so.
    folders: BTreeMap<PathBuf, Option<String>>,
}

impl Store {
    /// What stands at a path, symlinks followed.
    pub fn look(&mut self, path: &Path) -> Standing {
        match path.metadata() {
            Ok(metadata) if metadata.is_file() => Standing::File(metadata),
            Ok(metadata) if metadata.is_dir() => Standing::Unreadable("it is a folder".to_owned()),
            Ok(_) => Standing::Unreadable("it is not a regular file".to_owned()),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => self.lacking(path),
            Err(error) => Standing::Unreadable(error.to_string()),
        }
    }

    fn lacking(&mut self, path: &Path) -> Standing {
        let Some(folder) = path.parent() else { return Standing::Missing };
        if !self.folders.contains_key(folder) {
            self.folders.insert(folder.to_owned(), not_here(folder));
        }
        self.folders[folder].clone().map_or(Standing::Missing, Standing::Elsewhere)
    }
}

/// Why nobody can say here what became of a file of this folder; `None` where the folder is here.
fn not_here(folder: &Path) -> Option<String> {
    let nearest = folder.ancestors().find(|folder| folder.metadata().is_ok())?;
    if is_empty(nearest) {
        return Some(format!("{} is empty, as it is while nothing is mounted there", nearest.display()));
    }
    let absent = folder.ancestors().take_while(|above| *above != nearest).last()?;
    nearest.is_dir().then(|| format!("{} is not here", absent.display()))
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut names| names.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(location: &str) -> String {
        match place(location) {
            Place::Here(path) => path.display().to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_file_url_is_a_path_with_its_escapes_undone() {
        for (location, expected) in [
            ("/mnt/a b", "/mnt/a b"),
            ("/mnt/a%20b", "/mnt/a%20b"),
            ("//srv/share/x", "//srv/share/x"),
            ("file:///mnt/a%20b", "/mnt/a b"),
            ("FILE:///mnt/a b", "/mnt/a b"),
            ("file:/mnt/x", "/mnt/x"),
            ("file://localhost/mnt/x", "/mnt/x"),
            ("file://LOCALHOST/mnt/%C3%A9", "/mnt/\u{e9}"),
            ("file:///mnt/Ticket #5?.pdf", "/mnt/Ticket #5?.pdf"),
            ("file:///mnt/100%2525", "/mnt/100%25"),
        ] {
            assert_eq!(path(location), expected, "{location}");
        }
    }

    #[test]
    fn what_is_no_path_is_said_to_be_none() {
        for location in
            ["file:///mnt/100%", "file:///mnt/%zz", "file:///mnt/%+1", "file:///a%00b", "file://", "file:", "/a\0b"]
        {
            assert!(matches!(place(location), Place::Malformed(_)), "{location}: {:?}", place(location));
        }
    }

    #[test]
    #[cfg(not(windows))]
    fn another_machine_and_a_drive_are_elsewhere() {
        let drive = "`C:` is a drive of Windows";
        for (location, expected) in [
            ("s3://vault/log.txt", "nothing is fetched by s3"),
            ("https://msp.example/x", "nothing is fetched by https"),
            ("file://srv01/share/x", "it lies on `srv01`"),
            ("file://srv01", "it lies on `srv01`"),
            ("file:///C:/evidence/x", drive),
            ("file:///C|/evidence/x", drive),
            ("file:/C:/evidence/x", drive),
            (r"C:\evidence\x", drive),
            ("C:/evidence/x", drive),
            (r"\\srv01\share\x", "it is a network path of Windows"),
        ] {
            assert_eq!(place(location), Place::Elsewhere(expected.to_owned()), "{location}");
        }
    }
}

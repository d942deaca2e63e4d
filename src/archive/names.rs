//! Names that every system can hold, and names that some take for one.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

/// Windows keeps a path within 260 characters where nobody told it otherwise; what is left is for the folder that an
/// archive is unpacked to.
const LONGEST_PATH: usize = 200;

/// Bytes, which Linux counts, and UTF-16 units, which Windows and macOS count: both hold 255.
const LONGEST_NAME: usize = 255;

/// Names that mean a device in every folder of Windows, whatever their ending.
const DEVICES: [&str; 8] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "COM", "LPT"];

/// Why a relative path with `/` cannot stand on every system (Windows device names, characters, trailing dots and spaces,
/// absolute, `..`, over-long); `None` if it can.
pub fn unportable(path: &str) -> Option<String> {
    if path.is_empty() || path.starts_with('/') {
        return Some("it is not a path from the top of a folder".to_owned());
    }
    if path.encode_utf16().count() > LONGEST_PATH {
        return Some(format!(
            "it is longer than {LONGEST_PATH} characters, and Windows has 260 with all folders above"
        ));
    }
    path.split('/').find_map(unportable_name)
}

fn unportable_name(name: &str) -> Option<String> {
    let is_forbidden = |c: &char| c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '\\');
    match name {
        "" => Some("it has an empty part".to_owned()),
        "." | ".." => Some(format!("its part `{name}` leads elsewhere")),
        _ if name.len() > LONGEST_NAME => Some(format!("its part `{name}` is longer than {LONGEST_NAME} bytes")),
        _ if name.ends_with(['.', ' ']) => Some(format!("`{name}` ends in a dot or a space, which Windows drops")),
        _ if is_device(name) => Some(format!("`{name}` is the name of a device on Windows")),
        // It stands for bytes that are no UTF-8.
        _ if name.contains('\u{FFFD}') => Some(format!("`{name}` is not written in UTF-8")),
        _ => {
            let forbidden = name.chars().find(is_forbidden)?;
            Some(format!("its part `{}` holds {forbidden:?}, which Windows does not", name.escape_debug()))
        }
    }
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let is_port = |kind: &str| {
        // Windows takes the superscript digits for digits here.
        stem.strip_prefix(kind).is_some_and(|rest| {
            rest.chars().count() == 1 && rest.chars().all(|c| matches!(c, '1'..='9' | '¹' | '²' | '³'))
        })
    };
    DEVICES[..6].contains(&stem.as_str()) || DEVICES[6..].iter().any(|kind| is_port(kind))
}

/// Two paths of a list that are one file on a system that folds case or normalizes Unicode, or of which one is there the
/// folder that the other lies in.
pub fn twins<'a>(paths: impl Iterator<Item = &'a str>) -> Option<(String, String)> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for path in paths {
        if let Some(twin) = seen.insert(folded(path), path) {
            return Some((twin.to_owned(), path.to_owned()));
        }
    }
    let mut folders = BTreeSet::new();
    for (key, path) in &seen {
        for (end, _) in key.match_indices('/') {
            if let Some(file) = seen.get(&key[..end]).filter(|_| folders.insert(&key[..end])) {
                return Some(((*file).to_owned(), (*path).to_owned()));
            }
        }
    }
    None
}

/// Upper case first: that alone makes one of letters with two small forms, such as the Greek sigma.
fn folded(path: &str) -> String {
    let upper: String = path.nfc().flat_map(char::to_uppercase).collect();
    let lower: String = upper.chars().flat_map(char::to_lowercase).collect();
    lower.nfd().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_some_system_cannot_hold_are_told() {
        for path in [
            "",
            "/a",
            "a//b",
            "./a",
            "../a",
            "a/../b",
            "C:/a",
            "a\\b",
            "con",
            "a/NUL.txt",
            "aux .md",
            "Com1",
            "lpt9.log",
            "COM¹",
            "conin$",
            "a.",
            "a /b",
            "a?b",
            "a\u{1}b",
            "a\nb",
            "\u{FFFD}",
            "a/",
        ] {
            assert!(unportable(path).is_some(), "{path:?}");
        }
        assert!(unportable(&"a".repeat(201)).is_some_and(|why| why.contains("longer than 200")));
        assert!(unportable(&"é".repeat(128)).is_some_and(|why| why.contains("255 bytes")));
    }

    #[test]
    fn ordinary_names_stand_everywhere() {
        for path in ["a", "evidence/AC/3.1.1[a] user list (2).csv", "console.txt", "com", "com10", "lpt", "a/.git", "é"]
        {
            assert_eq!(unportable(path), None, "{path:?}");
        }
    }

    #[test]
    fn one_file_under_two_names_is_told_by_both() {
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        for (a, b) in
            [("A/x", "a/X"), ("é", "e\u{301}"), ("ΣΑΣ", "σας"), ("\u{212A}", "k"), ("É", "e\u{301}"), ("a", "A/b")]
        {
            assert_eq!(twins([a, "other", b].into_iter()), pair(a, b));
        }
        assert_eq!(twins(["a", "ab", "a-b/c", "a.b", "b/a"].into_iter()), None);
    }
}

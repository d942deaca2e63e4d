//! Paths as a log names them: Windows drives, shares and Unix alike, taken apart literally.

/// Whether a path begins with a drive or a share, or looks like Windows by its separators alone.
pub fn is_windows(path: &str) -> bool {
    let path = without_provider(path);
    has_drive(path) || path.starts_with(r"\\") || (!path.starts_with('/') && path.contains('\\'))
}

fn has_drive(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.len() > 1
        && bytes[0].is_ascii_alphabetic()
        && bytes[1] == b':'
        && matches!(bytes.get(2), None | Some(b'\\' | b'/'))
}

/// PowerShell may put the provider's name in front of a path, with two colons.
fn without_provider(path: &str) -> &str {
    path.split_once("::").filter(|(provider, _)| provider.ends_with(r"\FileSystem")).map_or(path, |(_, path)| path)
}

/// The parts of a path: a drive in capitals, a share with its server's name, then every folder and the file.
pub fn parts(path: &str) -> Vec<String> {
    let path = without_provider(path);
    let windows = is_windows(path);
    let path = path.strip_prefix(r"\\?\UNC").or_else(|| path.strip_prefix(r"\\?\")).unwrap_or(path);
    let split = path.split(|c| c == '/' || (windows && c == '\\'));
    let mut parts: Vec<String> = split.filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect();
    if let Some(drive) = parts.first_mut().filter(|drive| has_drive(drive)) {
        drive.make_ascii_uppercase();
    }
    parts
}

/// Parts of a path put together again, to be shown.
pub fn shown(parts: &[String], like: &str) -> String {
    if !is_windows(like) {
        let top = if without_provider(like).starts_with('/') { "/" } else { "" };
        return format!("{top}{}", parts.join("/"));
    }
    let share = without_provider(like).starts_with(r"\\") && !parts.first().is_some_and(|drive| has_drive(drive));
    let joined = parts.join("\\");
    if share { format!(r"\\{joined}") } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drives_shares_and_unix_paths_are_taken_apart_and_shown_again() {
        for (path, expected, again) in [
            (r"c:\A\b.txt", "C:|A|b.txt", r"C:\A\b.txt"),
            ("C:/A/b.txt", "C:|A|b.txt", r"C:\A\b.txt"),
            (r"\\server\share\A\b.txt", "server|share|A|b.txt", r"\\server\share\A\b.txt"),
            (r"\\?\C:\A\b.txt", "C:|A|b.txt", r"C:\A\b.txt"),
            (r"\\?\UNC\server\share\b", "server|share|b", r"\\server\share\b"),
            (r"Microsoft.PowerShell.Core\FileSystem::\\srv\s\b", "srv|s|b", r"\\srv\s\b"),
            ("/srv/a [b]/c\\d.txt", "srv|a [b]|c\\d.txt", "/srv/a [b]/c\\d.txt"),
            ("/srv//./a", "srv|a", "/srv/a"),
            ("a/b", "a|b", "a/b"),
            ("", "", ""),
        ] {
            let parts = parts(path);
            assert_eq!(parts.join("|"), expected, "{path}");
            assert_eq!(shown(&parts, path), again, "{path}");
        }
    }
}

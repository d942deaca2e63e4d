//! GitHub: patterns as in `.gitignore`, but without escapes of their own signs, `!` and `[ ]`; the last line that matches
//! decides.

/// The pattern of a file or, with `/` at its end, of everything in a folder.
pub(super) fn pattern(path: &str) -> Option<String> {
    let odd = path.contains(|c| matches!(c, '*' | '?' | '[' | ']' | '\\' | '#'));
    (!odd).then(|| format!("/{}", path.replace(' ', "\\ ")))
}

/// Whether a pattern that somebody wrote matches a path, as GitHub would say.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let (bare, only_folders) = pattern.strip_suffix('/').map_or((pattern, false), |bare| (bare, true));
    let anchored = bare.contains('/');
    let mut parts: Vec<&str> = bare.trim_start_matches('/').split('/').collect();
    if !anchored {
        parts.insert(0, "**");
    }
    // `docs/*` is what lies in the folder itself, and nothing deeper.
    let below = only_folders || (parts.last() != Some(&"*") || !anchored);
    let names: Vec<&str> = path.split('/').collect();
    (1..=names.len()).any(|end| {
        let is_whole = end == names.len();
        (is_whole && !only_folders || !is_whole && below) && parts_match(&parts, &names[..end])
    })
}

fn parts_match(parts: &[&str], names: &[&str]) -> bool {
    match (parts.split_first(), names.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => (0..=names.len()).any(|skipped| parts_match(rest, &names[skipped..])),
        (Some((part, rest)), Some((name, others))) => {
            name_matches(part.as_bytes(), name.as_bytes()) && parts_match(rest, others)
        }
        _ => false,
    }
}

fn name_matches(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => (0..=name.len()).any(|skipped| name_matches(rest, &name[skipped..])),
        (Some((b'?', rest)), Some((_, others))) => name_matches(rest, others),
        (Some((b'\\', [plain, rest @ ..])), Some((first, others))) => plain == first && name_matches(rest, others),
        (Some((plain, rest)), Some((first, others))) => plain == first && name_matches(rest, others),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_patterns_match_as_the_documentation_of_github_says() {
        for (pattern, path, expected) in [
            ("*", "practices/a.toml", true),
            ("*.toml", "practices/a.toml", true),
            ("/practices/", "practices/a.toml", true),
            ("practices/", "root/practices/a.toml", true),
            ("/practices/", "root/practices/a.toml", false),
            ("docs/*", "docs/getting-started.md", true),
            ("docs/*", "docs/build/troubleshooting.md", false),
            ("**/logs", "build/logs/a", true),
            ("/a\\ b/", "a b/c", true),
            ("/practices", "practices/a.toml", true),
            ("/practices/a.toml/", "practices/a.toml", false),
            ("apps/**", "apps/a/b", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}

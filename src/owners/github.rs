//! GitHub: patterns as in `.gitignore`, but without escapes of their own signs, `!` and `[ ]`; the last line that matches
//! decides.

/// The pattern of a file or, with `/` at its end, of everything in a folder.
pub(super) fn pattern(path: &str) -> Option<String> {
    let odd = path.contains(['*', '?', '[', ']', '\\', '#']);
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
    let fits = |part: &&str, name: &&str| name_matches(part, name.as_bytes());
    is_reached(parts, names, |part| *part == "**", fits)
}

/// A sign of a pattern: any number of bytes, one, or this one.
enum Sign {
    Any,
    One,
    Plain(u8),
}

fn name_matches(pattern: &str, name: &[u8]) -> bool {
    let mut signs = Vec::new();
    let mut bytes = pattern.bytes();
    while let Some(byte) = bytes.next() {
        signs.push(match byte {
            b'*' => Sign::Any,
            b'?' => Sign::One,
            b'\\' => Sign::Plain(bytes.next().unwrap_or(byte)),
            plain => Sign::Plain(plain),
        });
    }
    let fits = |sign: &Sign, byte: &u8| !matches!(sign, Sign::Plain(plain) if plain != byte);
    is_reached(&signs, name, |sign| matches!(sign, Sign::Any), fits)
}

/// Whether the signs lead to the end of a word, in steps that no pattern can multiply.
fn is_reached<T, U>(signs: &[T], word: &[U], is_any: impl Fn(&T) -> bool, fits: impl Fn(&T, &U) -> bool) -> bool {
    let mut reached = vec![false; word.len() + 1];
    reached[0] = true;
    for sign in signs {
        let before = |at: usize| at > 0 && reached[at - 1] && fits(sign, &word[at - 1]);
        let next = |at: usize| if is_any(sign) { reached[..=at].contains(&true) } else { before(at) };
        reached = (0..=word.len()).map(next).collect();
    }
    reached[word.len()]
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
            ("\\*.md", "*.md", true),
            ("\\*.md", "a.md", false),
            ("a?c", "x/abc", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}

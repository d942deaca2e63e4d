//! What a text gives away by itself: a private key, a CUI banner. The door to `memchr`.

use std::borrow::Cow;

use memchr::memmem;
use serde::{Deserialize, Serialize};

/// Files of this size and over are not looked into, in bytes.
pub const LARGEST_SCANNED: u64 = 1 << 20;

/// How a private key of PuTTY begins.
const PUTTY: &str = "PuTTY-User-Key-File-";

/// What was found in a file.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Content {
    /// The line of the first private key, from 1.
    pub private_key: Option<usize>,
    /// The first banner marking.
    pub banner: Option<Banner>,
}

/// A line that reads as a CUI banner marking.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Banner {
    /// Its line, from 1.
    pub line: usize,
    /// As it stands.
    pub words: String,
    /// Whether it names a category, as no ordinary word does; else it is the first or the last line and may be one.
    pub certain: bool,
}

/// Looks into bytes; a binary file gives nothing away.
///
/// Most files hold none of the words, and for them nothing is decoded.
pub fn of(bytes: &[u8]) -> Content {
    let Some(bytes) = text_of(bytes) else { return Content::default() };
    let holds = |word: &str| memmem::find(&bytes, word.as_bytes()).is_some();
    let may_hold_key = holds("PRIVATE KEY") || holds(PUTTY);
    let may_hold_banner = holds("CUI") || holds("CONTROLLED");
    if !may_hold_key && !may_hold_banner {
        return Content::default();
    }
    let text = String::from_utf8_lossy(&bytes);
    Content { private_key: private_key(&text), banner: banner(&text) }
}

/// The bytes of a text, which hold no NUL; UTF-16 loses its NULs, which is enough for the words looked for.
fn text_of(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if utf16 {
        return Some(bytes[2..].iter().copied().filter(|byte| *byte != 0).collect());
    }
    let head = &bytes[..bytes.len().min(8192)];
    memchr::memchr(0, head).is_none().then_some(Cow::Borrowed(bytes))
}

/// The line of the first private key: a PEM, OpenSSH, OpenPGP or PuTTY header with something that looks like a key.
pub fn private_key(text: &str) -> Option<usize> {
    let pem = text.match_indices("PRIVATE KEY").find(|(at, _)| is_key_header(text, *at)).map(|(at, _)| at);
    let putty = text.match_indices(PUTTY).find(|(at, _)| begins_line(text, *at)).map(|(at, _)| at);
    let first = pem.into_iter().chain(putty).min()?;
    Some(line_of(text, first))
}

/// Whether `PRIVATE KEY` at `at` belongs to a header that a key follows, in lines or escaped in one string.
fn is_key_header(text: &str, at: usize) -> bool {
    let near = &text.as_bytes()[at.saturating_sub(39)..at];
    let line = near.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let begins = memmem::find(line, b"-----BEGIN ").is_some();
    let rest = &text[at + "PRIVATE KEY".len()..];
    let rest = rest.strip_prefix(" BLOCK").unwrap_or(rest);
    begins && rest.strip_prefix("-----").is_some_and(is_key_body)
}

fn is_key_body(mut rest: &str) -> bool {
    loop {
        let shorter = rest.trim_start();
        let shorter = ["\\r", "\\n"].iter().find_map(|escape| shorter.strip_prefix(escape)).unwrap_or(shorter);
        if shorter.len() == rest.len() {
            break;
        }
        rest = shorter;
    }
    let header = ["Proc-Type:", "DEK-Info:", "Version:", "Comment:", "Hash:"].iter().any(|word| rest.starts_with(word));
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    header || rest.bytes().take(16).filter(|byte| base64(byte)).count() == 16
}

fn begins_line(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b'\n'
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The first line that is a banner: with a category anywhere, a bare word only as the first or the last line.
pub fn banner(text: &str) -> Option<Banner> {
    let found = |at: usize, certain| Banner {
        line: line_of(text, at),
        words: undecorated(line_at(text, at)).to_owned(),
        certain,
    };
    let certain = ["CUI//", "CONTROLLED//"].iter().filter_map(|word| {
        let of_category = |at: &usize| begins_words(text, *at) && names_category(undecorated(line_at(text, *at)));
        memmem::find_iter(text.as_bytes(), word).find(of_category)
    });
    if let Some(at) = certain.min() {
        return Some(found(at, true));
    }
    let end = text.trim_end_matches(is_decoration).len();
    let ends = [end - text[..end].trim_start_matches(is_decoration).len(), end];
    ends.into_iter().find(|at| is_bare_marking(undecorated(line_at(text, *at)))).map(|at| found(at, false))
}

/// Whether nothing but decoration stands before a place in its line.
fn begins_words(text: &str, at: usize) -> bool {
    let above = text[..at].trim_end_matches(|c| c != '\n' && is_decoration(c));
    above.is_empty() || above.ends_with('\n')
}

/// The line that a place lies in, without its end.
fn line_at(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    &text[start..end]
}

/// A line without space and Markdown emphasis at its ends.
fn undecorated(line: &str) -> &str {
    line.trim_matches(is_decoration)
}

fn is_decoration(c: char) -> bool {
    c.is_whitespace() || matches!(c, '*' | '_' | '\u{feff}')
}

/// `CUI//SP-CTI` and the like: a banner with a category or a dissemination control.
fn names_category(line: &str) -> bool {
    let rest = line.strip_prefix("CUI//").or_else(|| line.strip_prefix("CONTROLLED//"));
    let marking = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '/' | '-' | ' ' | ',');
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()) && rest.chars().all(marking))
}

fn is_bare_marking(line: &str) -> bool {
    matches!(line, "CUI" | "CONTROLLED" | "CONTROLLED UNCLASSIFIED INFORMATION")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "MC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAA";

    #[test]
    fn a_private_key_is_its_header_and_something_like_a_key() {
        for header in ["PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"] {
            let lines = format!("first\n-----BEGIN {header}-----\n\n{BODY}\n");
            assert_eq!(private_key(&lines), Some(2), "{header}");
            let json = format!("{{\"key\": \"-----BEGIN {header}-----\\n{BODY}\\n\"}}");
            assert_eq!(private_key(&json), Some(1), "{header}");
        }
        let encrypted = "-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n";
        assert_eq!(private_key(encrypted), Some(1));
        assert_eq!(private_key("PuTTY-User-Key-File-3: ssh-ed25519\n"), Some(1));
    }

    #[test]
    fn words_about_private_keys_are_none() {
        for text in [
            "Nobody commits a file with `-----BEGIN PRIVATE KEY-----` in it.",
            "-----BEGIN PUBLIC KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAA\n",
            "-----BEGIN PRIVATE KEY-----\n(removed)\n",
            "The PRIVATE KEY-----MC4CAQAwBQYDK2VwBCIEIAAA",
        ] {
            assert_eq!(private_key(text), None, "{text}");
        }
    }

    #[test]
    fn a_banner_with_a_category_counts_anywhere_a_bare_word_at_the_ends() {
        let line = |text: &str| banner(text).map(|banner| (banner.line, banner.certain));
        assert_eq!(line("Title\n\n**CUI//SP-CTI//NOFORN**\ntext\n"), Some((3, true)));
        assert_eq!(line("\n CONTROLLED//FED ONLY \n"), Some((2, true)));
        assert_eq!(line("CUI\n\ntext\n"), Some((1, false)));
        assert_eq!(line("text\nCONTROLLED\n\n"), Some((2, false)));
        for silent in ["# CUI\ntext", "a\nCUI\nb", "We mark CUI//SP-CTI on every page.", "CUI//see below", "Controlled"]
        {
            assert_eq!(line(silent), None, "{silent}");
        }
    }

    #[test]
    fn a_binary_file_gives_nothing_away_and_utf_16_is_read() {
        let key = format!("-----BEGIN PRIVATE KEY-----\n{BODY}\n");
        assert_eq!(of(&[b"\0".as_slice(), key.as_bytes()].concat()), Content::default());
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(key.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(of(&wide).private_key, Some(1));
    }
}

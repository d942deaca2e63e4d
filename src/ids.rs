//! Ids of the standard and places in files: the words every other module speaks in.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A stretch of one file, in bytes; `file` indexes [`crate::source::Files`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Span {
    /// Which file.
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A value and where it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: Serialize> Serialize for Spanned<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// The fourteen families of SP 800-171 Rev 2 in its order: chapter number 3.N is index N - 1.
pub const FAMILIES: [(&str, &str); 14] = [
    ("AC", "Access Control"),
    ("AT", "Awareness and Training"),
    ("AU", "Audit and Accountability"),
    ("CM", "Configuration Management"),
    ("IA", "Identification and Authentication"),
    ("IR", "Incident Response"),
    ("MA", "Maintenance"),
    ("MP", "Media Protection"),
    ("PS", "Personnel Security"),
    ("PE", "Physical Protection"),
    ("RA", "Risk Assessment"),
    ("CA", "Security Assessment"),
    ("SC", "System and Communications Protection"),
    ("SI", "System and Information Integrity"),
];

/// A requirement, 3.1.1, also written as the practice id AC.L2-3.1.1. Ordered as the standard orders them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RequirementId {
    family: u8,
    number: u8,
}

impl RequirementId {
    /// The requirement 3.`family`.`number`, if the family exists.
    pub fn new(family: u8, number: u8) -> Option<Self> {
        (1..=14).contains(&family).then_some(Self { family, number }).filter(|id| id.number > 0)
    }

    /// Two letters: AC.
    pub fn family(self) -> &'static str {
        FAMILIES[usize::from(self.family) - 1].0
    }

    /// The family in words: Access Control.
    pub fn family_name(self) -> &'static str {
        FAMILIES[usize::from(self.family) - 1].1
    }

    /// As SP 800-171 writes it: 3.1.1.
    pub fn requirement(self) -> String {
        format!("3.{}.{}", self.family, self.number)
    }

    /// Where its practice is expected, relative to the root.
    pub fn path(self) -> String {
        format!("practices/{self}.toml")
    }

    /// Reads an id in another spelling that can mean nothing else: `ac.l2-3.1.1`, `AC.3.1.1`, blanks around it.
    pub fn meant(text: &str) -> Option<Self> {
        let text = text.trim().to_uppercase();
        let at = text.find("3.")?;
        let id = Self::parse(&text[at..])?;
        let separated = |c: char| matches!(c, '.' | '-' | '_' | ' ');
        let letters: Vec<&str> = text[..at].split(separated).filter(|part| !part.is_empty()).collect();
        // Level 1 has ids of its own for the same numbers.
        let fits = matches!(letters[..], [] | ["L2"]) || letters == [id.family()] || letters == [id.family(), "L2"];
        fits.then_some(id)
    }

    /// Reads `3.1.1` or `AC.L2-3.1.1`; the letters must fit the number.
    fn parse(text: &str) -> Option<Self> {
        let (family, dotted) = match text.split_once(".L2-") {
            Some((family, rest)) => (Some(family), rest),
            None => (None, text),
        };
        let mut parts = dotted.strip_prefix("3.")?.split('.');
        let id = Self::new(plain_number(parts.next()?)?, plain_number(parts.next()?)?)?;
        (parts.next().is_none() && family.is_none_or(|f| f == id.family())).then_some(id)
    }
}

/// A number without sign or leading zero, so that each id has one spelling.
fn plain_number(text: &str) -> Option<u8> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    plain.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for RequirementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.L2-3.{}.{}", self.family(), self.family, self.number))
    }
}

impl FromStr for RequirementId {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::parse(text).ok_or(())
    }
}

/// The practice id where people read it, else its two numbers.
impl Serialize for RequirementId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        (self.family, self.number).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RequirementId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = if deserializer.is_human_readable() {
            String::deserialize(deserializer)?.parse().ok()
        } else {
            let (family, number) = Deserialize::deserialize(deserializer)?;
            Self::new(family, number)
        };
        found.ok_or_else(|| D::Error::custom("this is no requirement"))
    }
}

/// An assessment objective: 3.1.1\[a\], also AC.L2-3.1.1\[a\].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObjectiveId {
    /// The requirement it belongs to.
    pub requirement: RequirementId,
    /// Its letter; the 23 single objectives are `a`.
    pub letter: char,
}

impl fmt::Display for ObjectiveId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}[{}]", self.requirement, self.letter))
    }
}

impl ObjectiveId {
    /// Reads an objective in another spelling that can mean nothing else: `ac.l2-3.1.1[A]`, `3.1.1 (a)`, `AC.3.1.1a`.
    pub fn meant(text: &str) -> Option<Self> {
        let (requirement, letter) = last_letter(text)?;
        Some(Self { requirement: RequirementId::meant(requirement)?, letter })
    }

    /// Reads the letter of an objective of a known requirement in another spelling: `A`, `[a]`, `3.1.1[a]`.
    pub fn letter_meant(text: &str, of: RequirementId) -> Option<char> {
        let (requirement, letter) = last_letter(text)?;
        (requirement.is_empty() || RequirementId::meant(requirement) == Some(of)).then_some(letter)
    }
}

/// What stands before the letter, and the letter without its brackets.
fn last_letter(text: &str) -> Option<(&str, char)> {
    let inner = text.trim().trim_end_matches([']', ')']);
    let letter = inner.chars().next_back().filter(char::is_ascii_alphabetic)?;
    let head = inner[..inner.len() - 1].trim_end_matches(['[', '(']).trim();
    Some((head, letter.to_ascii_lowercase()))
}

impl FromStr for ObjectiveId {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (requirement, rest) = text.split_once('[').ok_or(())?;
        let mut letters = rest.strip_suffix(']').ok_or(())?.chars();
        let (Some(letter), None) = (letters.next(), letters.next()) else { return Err(()) };
        Ok(Self { requirement: requirement.parse()?, letter })
    }
}

impl Serialize for ObjectiveId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The contractor's reserved party id.
pub const CONTRACTOR: &str = "contractor";

/// Whether a name is kebab-case: lower-case letters and digits in groups joined by single hyphens.
pub fn is_kebab(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_digit() || (c.is_alphabetic() && !c.is_uppercase());
    !text.is_empty() && text.split('-').all(|word| !word.is_empty() && word.chars().all(letter))
}

/// The form under which two ids count as one: NFC and Unicode case folding.
pub fn folded(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

/// `snake_case` to `kebab-case` at compile time, for key names.
pub const fn kebab<const N: usize>(snake: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    let mut i = 0;
    while i < N {
        out[i] = if snake[i] == b'_' { b'-' } else { snake[i] };
        i += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling_a_form() {
        let id: RequirementId = "AC.L2-3.1.1".parse().expect("a practice id");
        assert_eq!(id, "3.1.1".parse().expect("a requirement id"));
        assert_eq!((id.to_string(), id.requirement()), ("AC.L2-3.1.1".into(), "3.1.1".into()));
        for wrong in ["AT.L2-3.1.1", "3.01.1", "3.1", "3.1.1.1", "3.15.1", "3.1.0", "AC.L1-3.1.1", "3.1.+1", ""] {
            assert!(wrong.parse::<RequirementId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn another_spelling_is_read_only_where_it_can_mean_nothing_else() {
        for spelling in ["3.1.1", "ac.l2-3.1.1", " AC.L2-3.1.1 ", "AC.3.1.1", "AC-3.1.1", "Ac l2 3.1.1", "L2-3.1.1"] {
            assert_eq!(
                RequirementId::meant(spelling).map(|id| id.to_string()),
                Some("AC.L2-3.1.1".into()),
                "{spelling}"
            );
        }
        for other in ["AC.L1-3.1.1", "AT.3.1.1", "03.01.01", "3.1.1.1", "3.1", "AC.L2", "xAC.L2-3.1.1", "AC.L2-13.1.1"]
        {
            assert_eq!(RequirementId::meant(other), None, "{other}");
        }
        for spelling in ["AC.L2-3.1.1[A]", "3.1.1 (a)", "ac.3.1.1a", "3.1.1[a] "] {
            assert_eq!(
                ObjectiveId::meant(spelling).map(|id| id.to_string()),
                Some("AC.L2-3.1.1[a]".into()),
                "{spelling}"
            );
        }
        let of = "3.1.1".parse().expect("an id");
        for (written, letter) in [
            ("A", Some('a')),
            ("[b]", Some('b')),
            ("3.1.1[c]", Some('c')),
            ("3.1.2[c]", None),
            ("1", None),
            ("", None),
            ("ab", None),
            ("é", None),
        ] {
            assert_eq!(ObjectiveId::letter_meant(written, of), letter, "{written}");
        }
    }

    #[test]
    fn ids_are_ordered_as_the_standard_orders_them() {
        let mut ids: Vec<RequirementId> =
            ["3.10.1", "3.2.1", "3.1.10", "3.1.9"].iter().map(|t| t.parse().expect("an id")).collect();
        ids.sort();
        let words: Vec<String> = ids.iter().map(|id| id.requirement()).collect();
        assert_eq!(words, ["3.1.9", "3.1.10", "3.2.1", "3.10.1"]);
    }

    #[test]
    fn kebab_case_is_lower_case_words_and_single_hyphens() {
        for good in ["a", "acme-msp", "gcc-high", "7zip", "straße"] {
            assert!(is_kebab(good), "{good}");
        }
        for bad in ["", "Acme", "acme_msp", "-a", "a-", "a--b", "a b", "a.b"] {
            assert!(!is_kebab(bad), "{bad}");
        }
    }

    #[test]
    fn folding_joins_what_a_file_system_may_join() {
        assert_eq!(folded("Straße"), folded("STRASSE"));
        assert_eq!(folded("cafe\u{301}"), folded("CAFÉ"));
        assert_ne!(folded("acme"), folded("acne"));
    }
}

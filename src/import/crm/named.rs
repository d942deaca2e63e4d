//! What a cell of the id column names, in the spellings in which requirements, objectives and controls are written.

use crate::catalog::Catalog;
use crate::ids::{ObjectiveId, RequirementId};

/// A requirement of SP 800-171 Rev 2, or one objective of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Target {
    /// The requirement.
    pub requirement: RequirementId,
    /// The letter of the objective; `None` is the whole requirement.
    pub letter: Option<char>,
}

impl Target {
    /// As it is written: `3.1.1` or `3.1.1[a]`.
    pub fn written(self) -> String {
        let id = self.requirement.requirement();
        self.letter.map_or_else(|| id.clone(), |letter| format!("{id}[{letter}]"))
    }
}

/// A control of SP 800-53 in its one spelling: `AC-2`, `AC-2(1)`, `AC-2(a)`, `AC-2(1)(a)`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Control {
    /// Family and number: `AC-2`.
    base: String,
    /// The number of an enhancement.
    enhancement: Option<u8>,
    /// Letters and numbers of parts.
    parts: Vec<String>,
}

impl Control {
    /// The control or enhancement that it is a part of.
    pub fn whole(&self) -> Self {
        Self { parts: Vec::new(), ..self.clone() }
    }
}

impl std::fmt::Display for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let more = self.enhancement.iter().map(ToString::to_string).chain(self.parts.iter().cloned());
        let more: Vec<String> = more.map(|part| format!("({part})")).collect();
        write!(f, "{}{}", self.base, more.concat())
    }
}

/// What a cell names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Named {
    /// Requirements or objectives, and whether one was written with leading zeros, as Rev 3 does.
    Targets(Vec<Target>, bool),
    /// A control of SP 800-53.
    Control(Control),
}

/// Why a cell names nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Unread {
    /// It looks like an id of SP 800-171 and Rev 2 has no such one.
    NotInCatalog(String),
    /// It is an id of Level 1.
    LevelOne,
    /// It is no id.
    NoId,
}

/// The families of SP 800-53.
const CONTROL_FAMILIES: [&str; 20] = [
    "AC", "AT", "AU", "CA", "CM", "CP", "IA", "IR", "MA", "MP", "PE", "PL", "PM", "PS", "PT", "RA", "SA", "SC", "SI",
    "SR",
];

/// Reads a cell of the id column: one id, one id with its title behind it, or several ids.
pub(super) fn read(text: &str) -> Result<Named, Unread> {
    let text = plain(text);
    let whole = single(&text);
    if whole != Err(Unread::NoId) {
        return whole;
    }
    let pieces: Vec<&str> = text.split([',', ';', '\n']).map(str::trim).filter(|piece| !piece.is_empty()).collect();
    if pieces.len() > 1
        && let Some(all) = several(&pieces)
    {
        return Ok(all);
    }
    with_title(&text)
}

/// Several ids of SP 800-171, if each piece is one.
fn several(pieces: &[&str]) -> Option<Named> {
    let (mut all, mut any_padded) = (Vec::new(), false);
    for piece in pieces {
        let Ok(Named::Targets(targets, padded)) = single(piece) else { return None };
        all.extend(targets);
        any_padded |= padded;
    }
    Some(Named::Targets(all, any_padded))
}

/// An id that its title follows: `AC.L2-3.1.1 - Authorized Access Control`. No other id may follow.
fn with_title(text: &str) -> Result<Named, Unread> {
    let mut ends: Vec<usize> = text.match_indices(char::is_whitespace).map(|(at, _)| at).collect();
    ends.extend(text.match_indices(':').map(|(at, _)| at));
    ends.sort_unstable();
    for end in ends.into_iter().take(MOST_WORDS).rev() {
        let (head, rest) = text.split_at(end);
        // A letter behind a blank may begin the title.
        let is_letter = head.rsplit(char::is_whitespace).next().is_some_and(|last| last.chars().count() == 1);
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–' | '—' | '|'));
        if is_letter || !rest.starts_with(char::is_alphabetic) || holds_id(rest) {
            continue;
        }
        let head = head.trim_end_matches([':', '-', '–', '—', '|', ' ', '.']);
        let found = single(head);
        if found != Err(Unread::NoId) {
            return found;
        }
    }
    Err(Unread::NoId)
}

/// How many words an id may have before its title: `NIST SP 800-171 Rev. 2 3.1.1 [a]`.
const MOST_WORDS: usize = 8;

/// Whether a word of a text is an id.
fn holds_id(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).any(|word| single(word) != Err(Unread::NoId))
}

/// One id and nothing else.
fn single(text: &str) -> Result<Named, Unread> {
    let text = without_standard(text.trim());
    let (text, padded) = without_zeros(text);
    if let Some(target) = target(&text) {
        return if is_known(target) {
            Ok(Named::Targets(vec![target], padded))
        } else {
            Err(Unread::NotInCatalog(target.written()))
        };
    }
    if is_level_one(&text) {
        return Err(Unread::LevelOne);
    }
    if padded && let Some(third) = third_revision(&text) {
        return Err(Unread::NotInCatalog(third));
    }
    control(&text).map(Named::Control).ok_or(Unread::NoId)
}

fn target(text: &str) -> Option<Target> {
    if let Some(requirement) = RequirementId::meant(text) {
        return Some(Target { requirement, letter: None });
    }
    let objective = ObjectiveId::meant(text)?;
    Some(Target { requirement: objective.requirement, letter: Some(objective.letter) })
}

fn is_known(target: Target) -> bool {
    let known = Catalog::rev2().requirement(target.requirement);
    known.is_some_and(|known| target.letter.is_none_or(|letter| known.has(letter)))
}

/// The signs that programs put in the place of plain ones.
fn plain(text: &str) -> String {
    let sign = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{a0}' | '\u{202f}' => ' ',
        other => other,
    };
    text.trim().chars().filter(|c| !matches!(c, '\u{200b}' | '\u{feff}')).map(sign).collect()
}

/// An id without the name of the standard before it.
fn without_standard(text: &str) -> &str {
    let mut rest = text;
    let words =
        ["NIST", "SP", "800-171", "800-171R2", "R2", "REV2", "REV.2", "REV", "REV.", "2", "REVISION", "CMMC", "LEVEL"];
    while let Some((first, after)) = rest.split_once(char::is_whitespace) {
        if !words.contains(&first.trim_end_matches([':', ',']).to_uppercase().as_str()) {
            break;
        }
        rest = after.trim_start_matches([' ', ':', '-']);
    }
    rest
}

/// The numbers of a dotted id without leading zeros, and whether there were any: `03.01.01` as `3.1.1`.
fn without_zeros(text: &str) -> (String, bool) {
    let is_start = |at: usize| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.');
    let Some(start) = text.match_indices("03.").map(|(at, _)| at).find(|at| is_start(*at)) else {
        return (text.to_owned(), false);
    };
    let end = text[start..].find(|c: char| !c.is_ascii_digit() && c != '.').map_or(text.len(), |end| start + end);
    let numbers: Vec<&str> = text[start..end].split('.').map(|number| number.trim_start_matches('0')).collect();
    (format!("{}{}{}", &text[..start], numbers.join("."), &text[end..]), true)
}

/// An id as only Rev 3 has: of one of its own families, or with parts by letters and numbers.
fn third_revision(text: &str) -> Option<String> {
    let numbers: Vec<&str> = text.split('.').collect();
    let is_number = |text: &&&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (numbers.iter().take(3).filter(is_number).count() == 3).then(|| text.to_owned())
}

/// Whether it is an id of Level 1: `AC.L1-3.1.1`, `AC.L1-B.1.I`.
fn is_level_one(text: &str) -> bool {
    let text = text.to_uppercase();
    text.get(2..6).is_some_and(|middle| matches!(middle, ".L1-" | "-L1-"))
}

/// A control of SP 800-53: `AC-2`, `AC-02 (a)`, `AC-2(1)(a)`, `ac-2.1`, `AC-2a.`.
fn control(text: &str) -> Option<Control> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let family = text.get(..2).filter(|family| CONTROL_FAMILIES.contains(family))?;
    let rest = text[2..].strip_prefix('-')?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let mut control =
        Control { base: format!("{family}-{}", number(&rest[..digits])?), enhancement: None, parts: Vec::new() };
    let mut rest = rest[digits..].trim_end_matches(['.', ':']);
    while let Some(first) = rest.chars().next() {
        let (part, after) = match first {
            '(' => rest[1..].split_once(')')?,
            '[' => rest[1..].split_once(']')?,
            '.' => (&rest[1..], ""),
            // A letter without brackets stands alone: `AC-2a`.
            'A'..='Z' if rest.len() == 1 || rest[1..].starts_with(['(', '[', '.']) => rest.split_at(1),
            _ => return None,
        };
        control.take(part)?;
        rest = after.trim_start_matches('.');
    }
    Some(control)
}

impl Control {
    /// Takes one more part: a number right behind the control is an enhancement.
    fn take(&mut self, part: &str) -> Option<()> {
        let is_letter = part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_letter {
            self.parts.push(part.to_lowercase());
            return Some(());
        }
        let part = number(part)?;
        if self.enhancement.is_none() && self.parts.is_empty() {
            self.enhancement = Some(part);
        } else {
            self.parts.push(part.to_string());
        }
        Some(())
    }
}

/// A number of one or two digits, from 1.
fn number(text: &str) -> Option<u8> {
    let fits = (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten().filter(|number| (1..100).contains(number))
}

/// A control as somebody wrote it.
pub(super) fn control_named(text: &str) -> Option<Control> {
    match read(text) {
        Ok(Named::Control(control)) => Some(control),
        _ => None,
    }
}

/// The requirements of a family that a text is the heading of: `AC`, `3.1`, `Access Control (AC)`, `3.1 Access Control`.
pub(super) fn is_family(text: &str) -> bool {
    let text = plain(text).to_lowercase();
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| !c.is_alphanumeric() && c != '.').filter(|word| !word.is_empty());
        parts.map(|word| word.trim_end_matches('.').to_owned()).collect()
    };
    let found = words(&text);
    (1..).zip(crate::ids::FAMILIES).any(|(number, (letters, name))| {
        let number = format!("3.{number}");
        let (name, letters) = (words(&name.to_lowercase()), letters.to_lowercase());
        let rest: Vec<&String> =
            found.iter().filter(|word| **word != number && **word != letters && *word != "family").collect();
        !found.is_empty()
            && (rest.is_empty() || rest.iter().map(|word| word.as_str()).eq(name.iter().map(String::as_str)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match read(text) {
            Ok(Named::Targets(targets, padded)) => {
                let all: Vec<String> = targets.into_iter().map(Target::written).collect();
                format!("{}{}", all.join(" "), if padded { " padded" } else { "" })
            }
            Ok(Named::Control(control)) => control.to_string(),
            Err(Unread::NotInCatalog(id)) => format!("no {id}"),
            Err(Unread::LevelOne) => "level 1".to_owned(),
            Err(Unread::NoId) => "-".to_owned(),
        }
    }

    #[test]
    fn every_spelling_comes_to_one_id() {
        for (written, id) in [
            ("3.1.1", "3.1.1"),
            (" 3.1.1\u{a0}", "3.1.1"),
            ("AC.L2-3.1.1", "3.1.1"),
            ("ac.l2\u{2011}3.1.1", "3.1.1"),
            ("AC-3.1.1", "3.1.1"),
            ("3.1.1[a]", "3.1.1[a]"),
            ("3.1.1 (A)", "3.1.1[a]"),
            ("AC.L2-3.1.1[a]", "3.1.1[a]"),
            ("AC.L2-3.1.1 [a]", "3.1.1[a]"),
            ("3.1.1a", "3.1.1[a]"),
            ("03.01.01", "3.1.1 padded"),
            ("03.01.01[b]", "3.1.1[b] padded"),
            ("03.13.11", "3.13.11 padded"),
            ("AC.L2-03.01.20", "3.1.20 padded"),
            ("NIST SP 800-171 R2 3.1.1", "3.1.1"),
            ("NIST SP 800-171 Rev. 2: 3.1.1[a]", "3.1.1[a]"),
            ("CMMC AC.L2-3.1.1", "3.1.1"),
            ("AC.L2-3.1.1 - Authorized Access Control", "3.1.1"),
            ("AC.L2-3.1.1: A title", "3.1.1"),
            ("3.1.1 A title that begins with a letter", "3.1.1"),
            ("3.1.1[a] authorized users are identified", "3.1.1[a]"),
            ("AC.L2-3.1.1\nAuthorized Access Control", "3.1.1"),
            ("3.1.1, 3.1.2", "3.1.1 3.1.2"),
            ("3.1.1[a]; 3.1.1[b]", "3.1.1[a] 3.1.1[b]"),
            ("AC-2", "AC-2"),
            ("ac-02", "AC-2"),
            ("AC-2(a)", "AC-2(a)"),
            ("AC-02 (a)", "AC-2(a)"),
            ("AC-2a.", "AC-2(a)"),
            ("AC-2 (1)", "AC-2(1)"),
            ("AC-02(01)", "AC-2(1)"),
            ("ac-2.1", "AC-2(1)"),
            ("AC-2(1)(a)", "AC-2(1)(a)"),
            ("AC-2(a)(1)", "AC-2(a)(1)"),
            ("AC-2 Account Management", "AC-2"),
            ("AC-2(1) Automated System Account Management", "AC-2(1)"),
        ] {
            assert_eq!(said(written), id, "{written:?}");
        }
    }

    #[test]
    fn what_is_no_id_or_one_of_something_else_is_told() {
        for (written, id) in [
            ("3.1.23", "no 3.1.23"),
            ("3.1.1[z]", "no 3.1.1[z]"),
            ("03.15.01", "no 3.15.1"),
            ("03.17.01", "no 3.17.1"),
            ("AC.L1-3.1.1", "level 1"),
            ("AC.L1-b.1.i", "level 1"),
            ("AC.1.001", "-"),
            ("3.1", "-"),
            ("3.1.1.1", "-"),
            ("", "-"),
            ("Access Control", "-"),
            ("AT.L2-3.1.1", "-"),
            ("3.1.1 to 3.1.5", "-"),
            ("3.1.1 and 3.1.2", "-"),
            ("AC-2(", "-"),
            ("AC-200", "-"),
            ("AC-2ab", "-"),
            ("AC-2(1)2", "-"),
            ("AC-2 to AC-5", "-"),
            ("ZZ-2", "-"),
            ("2001-01-03", "-"),
            ("é", "-"),
        ] {
            assert_eq!(said(written), id, "{written:?}");
        }
    }

    #[test]
    fn the_heading_of_a_family_is_known() {
        for heading in
            ["AC", "3.1", "Access Control", "Access Control (AC)", "3.1 Access Control", "ACCESS CONTROL (3.1)"]
        {
            assert!(is_family(heading), "{heading}");
        }
        for other in ["", "Access", "3.1.1", "3.15", "Control", "AC Shared", "Access Control Shared"] {
            assert!(!is_family(other), "{other}");
        }
    }
}

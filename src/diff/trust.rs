//! Who may review and who is trusted.

use std::collections::{BTreeMap, BTreeSet};

use super::renames::renamed_providers;
use super::tables::{Of, Walk};
use super::{Change, Sides};
use crate::ids::Span;
use crate::model::changes::{Section, Spot, Weight, What};
use crate::signature::Entry;
use crate::timestamp;

/// The keys of `demarcate.toml` that this section is about.
const KEYS: [&str; 6] = ["stage", "extends", "assessment", "review", "person", "role"];

const SIGNERS: &str = "trust/allowed_signers";
const REVOKED: &str = "trust/revoked";

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let renamed = renamed_providers(sides);
    let of = Of::new(Section::Trust, "");
    let mut walk = Walk::new(sides, &renamed, out);
    walk.files(&of, Some(&before.config), Some(&after.config), &KEYS);
    for change in out.iter_mut().filter(|change| change.section == Section::Trust && change.subject.is_empty()) {
        "demarcate.toml".clone_into(&mut change.subject);
    }
    signers(sides, out);
    folder(sides, out);
}

/// A line of the allowed signers: whom it is for, by which key.
fn lines(entries: &[Entry]) -> BTreeMap<(String, String), &Entry> {
    let line = |entry: &'_ Entry| (entry.principals.as_str().to_owned(), entry.key.fingerprint());
    entries.iter().map(|entry| (line(entry), entry)).collect()
}

/// For what and when a line holds.
fn terms(entry: &Entry) -> String {
    let day = |at: Option<i64>, word: &str| at.map(|at| format!("{word} {}", timestamp::rfc3339(at)));
    let all = [
        entry.authority.then(|| "as an authority for others".to_owned()),
        entry.namespaces.as_ref().map(|names| format!("for {}", names.as_str())),
        day(entry.valid_after, "from"),
        day(entry.valid_before, "until"),
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    if all.is_empty() { "for everything, at any time".to_owned() } else { all.join(", ") }
}

/// Whether a file of the trust folder seems to have come or gone only because nothing of it could be read on one side.
fn is_unread(sides: &Sides<'_>, path: &str) -> bool {
    [&sides.before, &sides.after]
        .iter()
        .any(|side| !side.facts.assessment.ending.digests.contains_key(path) && side.is_unread(path))
}

fn signers(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let (before, after) = (&sides.before.facts.assessment.ending, &sides.after.facts.assessment.ending);
    if is_unread(sides, SIGNERS) {
        return;
    }
    let (old, new) = (lines(&before.signers), lines(&after.signers));
    for (key, entry) in &new {
        match old.get(key) {
            None => out.push(signer(sides, What::Added, key, entry, "trusted")),
            Some(was) if terms(was) != terms(entry) => {
                let mut change = signer(sides, What::Changed, key, entry, "trusted otherwise");
                change.sentence = format!("key {}: {}, was {}", key.1, terms(entry), terms(was));
                (change.before, change.after) = (Some(terms(was)), Some(terms(entry)));
                out.push(change);
            }
            Some(_) => {}
        }
    }
    for (key, entry) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
        out.push(signer(sides, What::Removed, key, entry, "no longer trusted"));
    }
}

fn signer(sides: &Sides<'_>, what: What, key: &(String, String), entry: &Entry, word: &str) -> Change {
    let sentence = format!("key {} {word}, {}", key.1, terms(entry));
    let mut change = Change::new(Section::Trust, what, format!("signer {}", key.0), sentence);
    change.weight = if what == What::Removed { Weight::Plain } else { Weight::StandsOut };
    match what {
        What::Removed => change.before = Some(key.1.clone()),
        _ => change.after = Some(key.1.clone()),
    }
    change.spot = spot_of_line(sides, entry, what == What::Removed);
    change
}

fn spot_of_line(sides: &Sides<'_>, entry: &Entry, gone: bool) -> Option<Spot> {
    let side = if gone { &sides.before } else { &sides.after };
    let (file, _) = side.facts.assessment.files.iter().find(|(_, found)| found.path == SIGNERS)?;
    let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    let span = Span { file, start: at(entry.place.bytes.start), end: at(entry.place.bytes.end) };
    Some(if gone { sides.gone(span) } else { sides.spot(span) })
}

/// The other files of the trust folder.
fn folder(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let (before, after) = (&sides.before.facts.assessment.ending, &sides.after.facts.assessment.ending);
    let paths: BTreeSet<&String> = before.digests.keys().chain(after.digests.keys()).collect();
    let told = |section: &[Change]| section.iter().any(|change| change.subject.starts_with("signer "));
    let signers_told = told(out);
    for path in paths {
        let (old, new) = (before.digests.get(path), after.digests.get(path));
        if old == new || is_unread(sides, path) || (path == SIGNERS && signers_told) {
            continue;
        }
        let what = match (old, new) {
            (None, _) => What::Added,
            (_, None) => What::Removed,
            _ => What::Changed,
        };
        out.push(file(sides, path, what));
    }
}

fn file(sides: &Sides<'_>, path: &str, what: What) -> Change {
    let word = match what {
        What::Added => "added",
        What::Removed => "dropped",
        _ => "changed",
    };
    let (sentence, stands_out) = match path {
        REVOKED => revoked(sides, word, what),
        SIGNERS => (format!("{word}, with the same keys for the same people"), what != What::Changed),
        "trust/tsa.pem" => (format!("{word}: {}", authorities(sides)), true),
        _ => (format!("OpenPGP keys {word}"), true),
    };
    let mut change = Change::new(Section::Trust, what, path, sentence);
    let minor = if path == SIGNERS { Weight::Slight } else { Weight::Plain };
    change.weight = if stands_out { Weight::StandsOut } else { minor };
    change.spot = Some(Spot { path: path.to_owned(), line: None, column: None, gone: what == What::Removed });
    change
}

/// What became of the list of revoked keys; a key that is taken off it counts again.
fn revoked(sides: &Sides<'_>, word: &str, what: What) -> (String, bool) {
    let lines = |side: &super::Side<'_>| -> BTreeSet<String> {
        let text = side.facts.assessment.files.iter().find(|(_, file)| file.path == REVOKED);
        let lines = text.map(|(_, file)| file.text.lines().map(|line| line.trim().to_owned()).collect::<BTreeSet<_>>());
        let mut lines = lines.unwrap_or_default();
        lines.retain(|line| !line.is_empty() && !line.starts_with('#'));
        lines
    };
    let (old, new) = (lines(&sides.before), lines(&sides.after));
    let (come, gone) = (new.difference(&old).count(), old.difference(&new).count());
    let sentence = match (come, gone) {
        (0, 0) => format!("{word}; it is no list in text, or only its notes differ"),
        (come, 0) => format!("{come} more revoked"),
        (0, gone) => format!("{gone} no longer revoked"),
        (come, gone) => format!("{come} more revoked, {gone} no longer revoked"),
    };
    (sentence, gone > 0 || what == What::Removed || (come, gone) == (0, 0))
}

fn authorities(sides: &Sides<'_>) -> String {
    let names = |side: &super::Side<'_>| -> Vec<String> {
        side.facts.assessment.ending.authorities.iter().map(|found| super::naming::short(&found.name)).collect()
    };
    let (old, new) = (names(&sides.before), names(&sides.after));
    let said =
        |names: &[String]| if names.is_empty() { "no time-stamp authority".to_owned() } else { names.join(", ") };
    format!("{}, was {}", said(&new), said(&old))
}

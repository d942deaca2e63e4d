//! What differs between two sides as a person says it: who has which objective first, then part by part.

use std::collections::{BTreeMap, BTreeSet};

use super::Material;

/// The longest stretch of somebody's words that is quoted, in characters.
const QUOTED: usize = 160;

/// The column from which it is told who has an objective.
const OBJECTIVES: &str = "objectives of ";

/// Columns of responsibilities, whose rows have no order of their own.
const COLUMNS: [&str; 11] = [
    "duty of ",
    "layers of ",
    OBJECTIVES,
    "scope of ",
    "maintaining role of ",
    "service of ",
    "clause of ",
    "connection of ",
    "inheritance of ",
    "evidence plan of ",
    "verification of ",
];

/// What differs, a sentence each; equal sides give none.
pub fn changes(old: &Material, new: &Material) -> Vec<String> {
    let mut said = ownership(old, new);
    for name in super::differences(old, new) {
        let (before, after) = (old.0.get(&name), new.0.get(&name));
        if name.starts_with(OBJECTIVES) && !said.is_empty() {
            continue;
        }
        said.push(change(&name, before.map(String::as_str), after.map(String::as_str)));
    }
    said
}

/// Who has each objective on each side; a matrix names the practice behind the party.
fn ownership(old: &Material, new: &Material) -> Vec<String> {
    let (before, after) = (owners(old), owners(new));
    let all: BTreeSet<&(String, String)> = before.keys().chain(after.keys()).collect();
    let nobody = BTreeSet::new();
    let told = all.into_iter().filter_map(|key| {
        let (old, new) = (before.get(key).unwrap_or(&nobody), after.get(key).unwrap_or(&nobody));
        (old != new).then(|| format!("{}[{}]: {} to {}", key.0, key.1, parties(old), parties(new)))
    });
    told.collect()
}

/// The parties that have an objective, by practice, where it is named, and letter.
fn owners(material: &Material) -> BTreeMap<(String, String), BTreeSet<&str>> {
    let mut owners: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    for (name, text) in &material.0 {
        let Some(whose) = name.strip_prefix(OBJECTIVES) else { continue };
        let (party, practice) = whose.split_once(" in ").unwrap_or((whose, ""));
        for letter in rows(text).iter().flat_map(|row| entries(row)) {
            owners.entry((practice.to_owned(), letter)).or_default().insert(party);
        }
    }
    owners
}

fn parties(parties: &BTreeSet<&str>) -> String {
    if parties.is_empty() { "nobody".to_owned() } else { parties.iter().copied().collect::<Vec<_>>().join(" and ") }
}

/// What became of one part.
fn change(name: &str, before: Option<&str>, after: Option<&str>) -> String {
    let (Some(before), Some(after)) = (before, after) else {
        return match (before, after) {
            (Some(text), None) => format!("{name} dropped: {}", shown(name, text)),
            (_, text) => format!("{name} added: {}", shown(name, text.unwrap_or_default())),
        };
    };
    if let (Some(before), Some(after)) = (cells(before), cells(after)) {
        return format!("{name}: {}", row_change(&before, &after));
    }
    let (before, after) = (pieces(name, before), pieces(name, after));
    let gone: Vec<&String> = before.iter().filter(|piece| !after.contains(piece)).collect();
    let come: Vec<&String> = after.iter().filter(|piece| !before.contains(piece)).collect();
    match (gone.as_slice(), come.as_slice()) {
        ([old], [new]) if is_word(old) && is_word(new) => format!("{name}: {old} to {new}"),
        ([old], [new]) => {
            let (old, new) = focused(old, new);
            format!("{name}: {}, was {}", quoted(&new), quoted(&old))
        }
        ([], []) => format!("{name}: in another order"),
        ([], new) => format!("{name}: added {}", all_quoted(new)),
        (old, []) => format!("{name}: dropped {}", all_quoted(old)),
        (old, new) => format!("{name}: dropped {}; added {}", all_quoted(old), all_quoted(new)),
    }
}

/// Cells of a row that differ.
fn row_change(before: &Cells<'_>, after: &Cells<'_>) -> String {
    let names: BTreeSet<&&str> = before.keys().chain(after.keys()).collect();
    let told = names.into_iter().filter(|name| before.get(*name) != after.get(*name)).map(|name| {
        match (before.get(name).map(Vec::as_slice), after.get(name).map(Vec::as_slice)) {
            (Some([old]), Some([new])) if name.is_empty() || *name == "determination" => format!("{old} to {new}"),
            (Some([old]), Some([new])) => {
                let (old, new) = focused(old, new);
                format!("{name} {}, was {}", quoted(&new), quoted(&old))
            }
            (Some(old), Some(new)) => format!("{name} {}", entry_changes(old, new)),
            (Some(old), None) => format!("{name} {} dropped", all_quoted(old)),
            (None, new) => format!("{name} {} added", all_quoted(new.unwrap_or_default())),
        }
    });
    told.collect::<Vec<_>>().join("; ")
}

/// What became of the entries of a cell that is a list.
fn entry_changes(before: &[String], after: &[String]) -> String {
    let gone: Vec<&String> = before.iter().filter(|entry| !after.contains(entry)).collect();
    let come: Vec<&String> = after.iter().filter(|entry| !before.contains(entry)).collect();
    match (gone.as_slice(), come.as_slice()) {
        ([old], [new]) => {
            let (old, new) = focused(old, new);
            format!("{}, was {}", quoted(&new), quoted(&old))
        }
        ([], []) => "in another order".to_owned(),
        ([], new) => format!("{} added", all_quoted(new)),
        (old, []) => format!("{} dropped", all_quoted(old)),
        (old, new) => format!("{} dropped, {} added", all_quoted(old), all_quoted(new)),
    }
}

/// What a row says of each thing: one value, or the entries of a list.
type Cells<'t> = BTreeMap<&'t str, Vec<String>>;

/// A text as `name: value` lines, where all of it is.
fn cells(text: &str) -> Option<Cells<'_>> {
    let mut cells = Cells::new();
    let mut last = "";
    for line in text.lines() {
        if let Some(more) = line.strip_prefix("  ") {
            let entries = cells.get_mut(last)?;
            match (more.trim_start().strip_prefix("- "), entries.last_mut()) {
                (None, Some(entry)) => {
                    let is_cell = more.trim().split_once(':').is_some_and(|(name, _)| !name.contains(' '));
                    entry.push_str(if is_cell { ", " } else { " " });
                    entry.push_str(more.trim());
                }
                (entry, _) => entries.push(entry.unwrap_or(more).trim().to_owned()),
            }
            continue;
        }
        let (name, value) = line.split_once(": ").or_else(|| line.split_once(':'))?;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') {
            return None;
        }
        last = name;
        cells.insert(name, Some(value.to_owned()).filter(|value| !value.is_empty()).into_iter().collect());
    }
    Some(cells).filter(|cells| !cells.is_empty())
}

/// What a text consists of: rows of a column, entries of a list, or the sentences of prose.
fn pieces(name: &str, text: &str) -> Vec<String> {
    if COLUMNS.iter().any(|column| name.starts_with(column)) && text.starts_with("1. ") {
        let rows: Vec<String> = rows(text).into_iter().filter(|row| !row.is_empty()).collect();
        return rows.iter().flat_map(|row| entries(row)).collect();
    }
    if text.starts_with("- ") { entries(text) } else { sentences(text) }
}

/// The rows of a numbered column.
fn rows(text: &str) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for line in text.lines() {
        match line.split_once(". ").filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit())) {
            Some((_, row)) => rows.push(row.to_owned()),
            None => match rows.last_mut() {
                Some(last) => last.push_str(&format!("\n{}", line.trim_start())),
                None => rows.push(line.trim().to_owned()),
            },
        }
    }
    rows
}

/// The entries of a list, each on one line; a text that is none is its own only entry.
fn entries(text: &str) -> Vec<String> {
    if !text.starts_with("- ") {
        return vec![text.lines().map(str::trim).collect::<Vec<_>>().join(", ")];
    }
    let mut entries: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("- "), entries.last_mut()) {
            (None, Some(last)) => last.push_str(&format!(", {}", line.trim())),
            (entry, _) => entries.push(entry.unwrap_or(line).to_owned()),
        }
    }
    entries
}

fn sentences(text: &str) -> Vec<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.split_inclusive(". ").map(|sentence| sentence.trim().to_owned()).collect()
}

/// How many words stand around what differs.
const AROUND: usize = 4;

/// Two wordings of one thing, cut to the words that differ and some around them.
fn focused(old: &str, new: &str) -> (String, String) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.split(' ').collect(), new.split(' ').collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(old, new)| old == new).count();
    let before = same(&mut old.iter().zip(&new));
    let shorter = old.len().min(new.len()) - before;
    let after = same(&mut old.iter().rev().zip(new.iter().rev())).min(shorter);
    let cut = |words: &[&str]| {
        let (start, end) = (before.saturating_sub(AROUND), (words.len() - after + AROUND).min(words.len()));
        let (head, tail) = (if start > 0 { "... " } else { "" }, if end < words.len() { " ..." } else { "" });
        format!("{head}{}{tail}", words[start..end].join(" "))
    };
    (cut(&old), cut(&new))
}

/// A part that stands on one side alone.
fn shown(name: &str, text: &str) -> String {
    match cells(text) {
        Some(cells) => {
            cells.iter().map(|(name, cell)| format!("{name} {}", all_quoted(cell))).collect::<Vec<_>>().join(", ")
        }
        None => all_quoted(&pieces(name, text)),
    }
}

fn all_quoted<T: AsRef<str>>(pieces: &[T]) -> String {
    let shown: Vec<String> = pieces.iter().take(3).map(|piece| quoted(piece.as_ref())).collect();
    match pieces.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A word as it is, more than that between quotation marks and cut where it is long.
fn quoted(text: &str) -> String {
    if is_word(text) {
        return text.to_owned();
    }
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("\"{} ...\"", text[..end].trim_end()),
        None => format!("\"{text}\""),
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 40
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn material(parts: &[(&str, &str)]) -> Material {
        Material(parts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }

    fn told(old: &[(&str, &str)], new: &[(&str, &str)]) -> Vec<String> {
        changes(&material(old), &material(new))
    }

    #[test]
    fn a_list_within_a_row_is_told_by_its_entries() {
        let item = |first: &str| {
            format!(
                "status: open\nmilestones:\n  - title: Buy it\n    due: 2026-11-13{first}\n  - title: Install it\n    due: 2026-12-12"
            )
        };
        let said = told(&[("item x", &item(""))], &[("item x", &item("\n    done: 2026-11-12"))]);
        assert_eq!(
            said,
            [
                "item x: milestones \"title: Buy it, due: 2026-11-13, done: 2026-11-12\", was \"title: Buy it, due: 2026-11-13\""
            ]
        );
        let fewer = "status: open\nmilestones:\n  - title: Buy it\n    due: 2026-11-13";
        let said = told(&[("item x", &item(""))], &[("item x", fewer)]);
        assert_eq!(said, ["item x: milestones \"title: Install it, due: 2026-12-12\" dropped"]);
    }

    #[test]
    fn who_has_an_objective_comes_first() {
        let old =
            [("objectives of contractor", "1. - a\n   - b"), ("duty of contractor", "1. Reviews remote sessions.")];
        let new = [
            ("objectives of contractor", "1. - a"),
            ("objectives of acme-msp", "1. - b"),
            ("duty of acme-msp", "1. Logs remote sessions."),
            ("duty of contractor", "1. Reviews remote sessions."),
        ];
        assert_eq!(
            told(&old, &new),
            ["[b]: contractor to acme-msp", "duty of acme-msp added: \"Logs remote sessions.\""]
        );
        let matrix = told(&[("objectives of contractor in AC.L2-3.1.12", "1. - b")], &[]);
        assert_eq!(matrix, ["AC.L2-3.1.12[b]: contractor to nobody"]);
    }

    #[test]
    fn an_objective_in_another_row_of_the_same_party_is_told_by_its_column() {
        let two =
            told(&[("objectives of acme", "1. - a\n2. - b")], &[("objectives of acme", "1. - a\n   - b\n2. - b")]);
        assert_eq!(two, ["objectives of acme: in another order"]);
    }

    #[test]
    fn words_are_told_as_from_and_to_and_sentences_by_what_came_and_went() {
        assert_eq!(
            told(&[("ownership", "shared")], &[("ownership", "contractor")]),
            ["ownership: shared to contractor"]
        );
        let old = "Accounts are named. The ISSO keeps the list. Every account has an owner.";
        let new = "Accounts are named. The MSP keeps the list. Every account has an owner.";
        assert_eq!(
            told(&[("statement", old)], &[("statement", new)]),
            ["statement: \"The MSP keeps the list.\", was \"The ISSO keeps the list.\""]
        );
        let duty = |days: &str| {
            format!(
                "1. Pushes the settings to all hosts every hour and repairs drift within {days} working days of the report."
            )
        };
        assert_eq!(
            told(&[("duty of acme", &duty("two"))], &[("duty of acme", &duty("five"))]),
            [
                "duty of acme: \"... and repairs drift within five working days of the ...\", was \"... and repairs drift within two working days of the ...\""
            ]
        );
        let shorter = "Accounts are named. Every account has an owner.";
        assert_eq!(
            told(&[("statement", old)], &[("statement", shorter)]),
            ["statement: dropped \"The ISSO keeps the list.\""]
        );
    }

    #[test]
    fn rows_are_told_cell_by_cell() {
        let old = [("determination of [a]", "determination: met")];
        let new = [("determination of [a]", "determination: not-met\nreason: The list is old.\npoam: list")];
        assert_eq!(
            told(&old, &new),
            ["determination of [a]: met to not-met; poam list added; reason \"The list is old.\" added"]
        );
        assert_eq!(
            told(&new, &[]),
            ["determination of [a] dropped: determination not-met, poam list, reason \"The list is old.\""]
        );
    }

    #[test]
    fn equal_sides_give_nothing_and_long_words_are_cut() {
        assert_eq!(told(&[("statement", "x")], &[("statement", "x")]), Vec::<String>::new());
        let long = "so on and on ".repeat(40);
        let [said] = told(&[], &[("statement", &long)]).try_into().expect("one part differs");
        assert!(said.len() < 200 && said.ends_with("...\""), "{said}");
    }
}

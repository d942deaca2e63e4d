//! Gitea and Forgejo: regular expressions over the whole path, of which all that match add up.
//!
//! So a line for a folder has to leave out what has a line of its own, in an expression that knows no looking ahead.

use std::collections::BTreeMap;

/// The expression for a file or, with `/` at its end, for everything in a folder but these.
pub(super) fn pattern(path: &str, except: &[&str]) -> Option<String> {
    let odd = path.starts_with('!');
    let rest = match (path.ends_with('/'), except) {
        (false, _) => String::new(),
        (true, []) => ".*".to_owned(),
        (true, except) => others_by_ending(except),
    };
    (!odd).then(|| as_token(&format!("{}{rest}", literal(path))))
}

/// Blanks part the line, `#` ends it, and a backslash is taken away from what follows it.
fn as_token(expression: &str) -> String {
    expression.replace('\\', "\\\\").replace('#', "\\#").replace(' ', "\\ ")
}

fn literal(text: &str) -> String {
    text.chars().map(escaped).collect()
}

fn escaped(c: char) -> String {
    if "\\.+*?()|[]{}^$".contains(c) { format!("\\{c}") } else { c.to_string() }
}

/// Any text but these, which is shorter where all end alike: what ends otherwise, and what begins otherwise.
fn others_by_ending(names: &[&str]) -> String {
    let Some(ending) = shared_ending(names) else { return others(names) };
    let letters: Vec<char> = ending.chars().collect();
    let otherwise =
        |at: usize| format!("[^{}]{}", in_class(letters[at]), literal(&letters[at + 1..].iter().collect::<String>()));
    let endings: Vec<String> = (0..letters.len()).rev().map(otherwise).collect();
    let stems: Vec<&str> = names.iter().map(|name| &name[..name.len() - ending.len()]).collect();
    format!("(?:.{{0,{}}}|.*(?:{})|{}{})", letters.len() - 1, endings.join("|"), others(&stems), literal(ending))
}

/// The ending of a file's name, dot and all, that all have.
fn shared_ending<'a>(names: &[&'a str]) -> Option<&'a str> {
    let first = names.first()?;
    let ending = &first[first.rfind('.')?..];
    (names.len() > 1 && ending.len() > 1 && names.iter().all(|name| name.ends_with(ending))).then_some(ending)
}

/// Any text but these; one that ends in `/` stands for everything that begins so.
fn others(names: &[&str]) -> String {
    let mut by_letter: BTreeMap<char, Vec<&str>> = BTreeMap::new();
    for name in names {
        let mut letters = name.chars();
        if let Some(first) = letters.next() {
            by_letter.entry(first).or_default().push(letters.as_str());
        }
    }
    let class: String = by_letter.keys().map(|c| in_class(*c)).collect();
    let mut choices = vec![if class.is_empty() { ".+".to_owned() } else { format!("[^{class}].*") }];
    let is_all_below = |letter: char, rests: &[&str]| letter == '/' && rests.contains(&"");
    let onward = by_letter.iter().filter(|(letter, rests)| !is_all_below(**letter, rests));
    choices.extend(onward.map(|(letter, rests)| format!("{}{}", escaped(*letter), others(rests))));
    let optional = if names.contains(&"") { "" } else { "?" };
    format!("(?:{}){optional}", choices.join("|"))
}

/// A sign inside `[^ ]`.
fn in_class(c: char) -> String {
    if "\\]^-[".contains(c) { format!("\\{c}") } else { c.to_string() }
}

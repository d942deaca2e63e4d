//! How each forge reads its own rules, written from its documentation and from nothing of the tool's.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

/// Names of those who own a file.
pub(super) type Names = BTreeSet<String>;

/// The rules of a forge, read once.
pub(super) enum Rules {
    /// GitHub: the last line whose pattern matches decides.
    Last(Vec<(Regex, Names)>),
    /// GitLab: every section applies, within one the last line that matches decides.
    Sections(Vec<(String, Regex, Names)>),
    /// Gitea: `^expression$` over the path, all lines that match add up.
    Sum(Vec<(Regex, Names)>),
    /// Azure DevOps: every policy whose filters cover the file applies.
    Policies(Vec<Policy>),
}

impl Rules {
    /// The names by section or message; those of GitHub and Gitea stand under no name.
    pub(super) fn owners(&self, path: &str) -> BTreeMap<String, Names> {
        let unnamed = |names: Names| if names.is_empty() { BTreeMap::new() } else { [(String::new(), names)].into() };
        match self {
            Self::Last(lines) => {
                let last = lines.iter().rev().find(|(pattern, _)| pattern.is_match(path));
                unnamed(last.map(|(_, names)| names.clone()).unwrap_or_default())
            }
            Self::Sections(lines) => {
                let path = format!("/{path}");
                let hits = lines.iter().filter(|(_, pattern, _)| pattern.is_match(&path));
                hits.map(|(section, _, names)| (section.clone(), names.clone())).collect()
            }
            Self::Sum(lines) => {
                let hits = lines.iter().filter(|(expression, _)| expression.is_match(path));
                unnamed(hits.flat_map(|(_, names)| names.clone()).collect())
            }
            Self::Policies(policies) => {
                let mut owners = BTreeMap::new();
                for policy in policies.iter().filter(|policy| policy.covers(path)) {
                    let second = owners.insert(policy.message.clone(), policy.reviewers.clone());
                    assert!(second.is_none(), "two policies of one party over {path}");
                }
                owners
            }
        }
    }
}

/// GitHub: `#` after a blank begins a comment.
pub(super) fn github(rules: &str) -> Rules {
    let mut found = Vec::new();
    for line in rules.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        assert!(line.starts_with('/'), "every line is anchored: {line}");
        let mut words = by_blanks(line).into_iter().take_while(|word| !word.starts_with('#'));
        let pattern = words.next().expect("a line has a pattern");
        assert!(!pattern.contains(['[', ']', '#', '*', '?']), "GitHub would not read it as a name: {pattern}");
        let names: Names = words.collect();
        assert!(!names.is_empty(), "a line without owners takes them away: {line}");
        found.push((ignored_by(&pattern), names));
    }
    Rules::Last(found)
}

/// A line parted at blanks that no backslash stands before; the backslash stays.
fn by_blanks(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letters = line.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' => words.last_mut().expect("there is one").extend([Some(c), letters.next()].into_iter().flatten()),
            ' ' | '\t' => words.push(String::new()),
            c => words.last_mut().expect("there is one").push(c),
        }
    }
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

/// A pattern of `.gitignore` that begins with `/`, as gitignore(5) has it.
fn ignored_by(pattern: &str) -> Regex {
    let (bare, below) = match pattern.strip_suffix('/') {
        Some(bare) => (bare, "/(?s:.)+"),
        None => (pattern, "(?:/(?s:.)+)?"),
    };
    let mut expression = String::new();
    let mut letters = bare[1..].chars();
    while let Some(c) = letters.next() {
        let plain = if c == '\\' { letters.next().expect("something is escaped") } else { c };
        expression.push_str(&regex::escape(&plain.to_string()));
    }
    Regex::new(&format!("^{expression}{below}$")).expect("a regular expression")
}

/// GitLab: a section lasts until the next, and those of one name are one.
pub(super) fn gitlab(rules: &str) -> Rules {
    let at_blank = Regex::new(r"[^\\]\s+").expect("a regular expression");
    let mut section = String::new();
    let mut found = Vec::new();
    for line in rules.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[') {
            let name = name.strip_suffix(']').expect("nothing stands after the name");
            assert!(!name.contains(['[', ']']), "{line}");
            section = name.to_lowercase();
            continue;
        }
        assert!(!section.is_empty(), "{line} stands in no section");
        let at = at_blank.find(line).expect("owners stand after it").start();
        let first = line[at..].chars().next().expect("one letter");
        let (pattern, names) = line.split_at(at + first.len_utf8());
        found.push((section.clone(), glob(pattern), names.split_whitespace().map(str::to_owned).collect()));
    }
    Rules::Sections(found)
}

/// Ruby's fnmatch with FNM_PATHNAME and FNM_DOTMATCH, after GitLab has put blanks in and completed folders.
fn glob(written: &str) -> Regex {
    let blanks = Regex::new(r"\\\s").expect("a regular expression").replace_all(written, " ").into_owned();
    assert!(blanks.starts_with('/'), "{written} would match anywhere");
    let whole = if blanks.ends_with('/') { format!("{blanks}**/*") } else { blanks };
    let mut expression = String::new();
    let mut rest = &whole[..];
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("**/") {
            expression.push_str("(?:[^/]+/)*");
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '*' => expression.push_str("[^/]*"),
            '?' | '[' | '\\' => panic!("{written} holds a sign of patterns"),
            c => expression.push_str(&regex::escape(&c.to_string())),
        }
    }
    Regex::new(&format!("^{expression}$")).expect("a regular expression")
}

/// Gitea: one expression a line, then owners.
pub(super) fn gitea(rules: &str) -> Rules {
    let mut found = Vec::new();
    for line in rules.lines() {
        let tokens = tokens(line);
        let Some((expression, names)) = tokens.split_first() else { continue };
        assert!(!expression.starts_with('!') && !names.is_empty(), "{line}");
        let expression = Regex::new(&format!("^{expression}$")).expect("Go would read it");
        found.push((expression, names.iter().cloned().collect()));
    }
    Rules::Sum(found)
}

/// Words of a line: a backslash takes the meaning from what follows it and is gone, `#` ends the line.
fn tokens(line: &str) -> Vec<String> {
    let (mut tokens, mut token, mut escaped) = (Vec::new(), String::new(), false);
    for c in line.trim().chars() {
        match c {
            c if escaped => {
                token.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '#' => break,
            ' ' | '\t' => tokens.push(std::mem::take(&mut token)),
            c => token.push(c),
        }
    }
    tokens.push(token);
    tokens.into_iter().filter(|token| !token.is_empty()).collect()
}

/// A required-reviewer policy of Azure DevOps.
#[derive(Debug)]
pub(super) struct Policy {
    /// Its message.
    pub(super) message: String,
    reviewers: Names,
    /// Whether it takes in or out, and what.
    filters: Vec<(bool, Regex)>,
}

impl Policy {
    /// As the command line took its options.
    pub(super) fn of(options: &BTreeMap<String, String>) -> Self {
        let parts = |key: &str| options[key].split(';').map(str::to_owned);
        let filter = |filter: String| {
            let (bare, includes) = filter.strip_prefix('!').map_or((filter.as_str(), true), |bare| (bare, false));
            assert!(bare.starts_with('/'), "{filter} is not anchored");
            let expression = regex::escape(&bare[1..]).replace("\\*", "(?s:.)*");
            (includes, Regex::new(&format!("^{expression}$")).expect("a regular expression"))
        };
        Self {
            message: options["--message"].clone(),
            reviewers: parts("--required-reviewer-ids").collect(),
            filters: parts("--path-filter").map(filter).collect(),
        }
    }

    /// Filters are applied from left to right; one with `!` takes out what was in, and `*` stands for anything.
    fn covers(&self, path: &str) -> bool {
        let last = self.filters.iter().rev().find(|(_, filter)| filter.is_match(path));
        last.is_some_and(|(includes, _)| *includes)
    }
}

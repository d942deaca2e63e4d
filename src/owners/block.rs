//! The block of a root in a file of owners: found, put in place of an older one, and compared with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::accounts::Forge;

const BEGIN: &str = "# demarcate owners: begin ";
const END: &str = "# demarcate owners: end ";

/// The first line of the block of a root, by its folder from the top of the Git repository.
pub fn begin(prefix: &str) -> String {
    format!("{BEGIN}{}", named(prefix))
}

/// Its last line.
pub fn end(prefix: &str) -> String {
    format!("{END}{}", named(prefix))
}

fn named(prefix: &str) -> &str {
    if prefix.is_empty() { "." } else { prefix }
}

/// A file of owners, parted at the block of a root.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parted<'t> {
    /// What stands above the block; everything where there is none.
    pub above: &'t str,
    /// The block with both its marks, if it stands there.
    pub block: Option<&'t str>,
    /// What stands below it.
    pub below: &'t str,
}

/// Parts a file at the block of a root; where the marks are damaged, says how and in which line.
pub fn part<'t>(text: &'t str, prefix: &str) -> Result<Parted<'t>, (usize, String)> {
    let (begin, end) = (begin(prefix), end(prefix));
    let begins = places(text, &begin);
    let ends = places(text, &end);
    match (begins.as_slice(), ends.as_slice()) {
        ([], []) => Ok(Parted { above: text, block: None, below: "" }),
        ([(_, from, _)], [(_, until, after)]) if from < until => {
            Ok(Parted { above: &text[..*from], block: Some(&text[*from..*after]), below: &text[*after..] })
        }
        ([(line, ..)], []) => Err((*line, format!("the block that begins here has no end: `{end}` is missing"))),
        ([], [(line, ..), ..]) => Err((*line, format!("the block that ends here has no begin: `{begin}` is missing"))),
        ([_, (line, ..), ..], _) => Err((*line, "the block begins a second time".to_owned())),
        ([_], [_, (line, ..), ..]) => Err((*line, "the block ends a second time".to_owned())),
        ([(line, ..)], _) => Err((*line, "the block ends before it begins".to_owned())),
    }
}

/// The lines that are this one: number, first byte, one past the last.
fn places(text: &str, wanted: &str) -> Vec<(usize, usize, usize)> {
    let mut at = 0;
    let mut found = Vec::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if line.trim_end() == wanted {
            found.push((index + 1, at, at + line.len()));
        }
        at += line.len();
    }
    found
}

/// The file with this block in place of the older one, or at its end.
pub fn replaced(parted: &Parted<'_>, block: &str) -> String {
    let Parted { above, below, .. } = parted;
    if parted.block.is_some() || above.is_empty() {
        return format!("{above}{block}{below}");
    }
    let gap = if above.ends_with('\n') { "\n" } else { "\n\n" };
    format!("{above}{gap}{block}")
}

/// The files that an owner gains or loses.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Difference {
    /// As the rules name them.
    pub gains: BTreeSet<String>,
    /// As the rules name them.
    pub loses: BTreeSet<String>,
}

/// Who gains or loses what from one block to another; `None` where both say the same.
///
/// Without anybody who does, the same is said in another order or other sections.
pub fn difference(forge: Forge, old: &str, new: &str) -> Option<BTreeMap<String, Difference>> {
    let (old, new) = (rules(forge, old), rules(forge, new));
    if old == new {
        return None;
    }
    let (before, after) = (pairs(&old), pairs(&new));
    let mut found: BTreeMap<String, Difference> = BTreeMap::new();
    for (owner, pattern) in after.difference(&before) {
        found.entry((*owner).to_owned()).or_default().gains.insert((*pattern).to_owned());
    }
    for (owner, pattern) in before.difference(&after) {
        found.entry((*owner).to_owned()).or_default().loses.insert((*pattern).to_owned());
    }
    Some(found)
}

/// A line that says something: section, pattern, owners.
type Said = (String, String, BTreeSet<String>);

fn rules(forge: Forge, text: &str) -> Vec<Said> {
    let mut section = String::new();
    let mut said = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if forge == Forge::GitLab && is_section(line) {
            line.clone_into(&mut section);
            continue;
        }
        let (pattern, owners) = in_two(line);
        said.push((section.clone(), pattern.to_owned(), owners.split_whitespace().map(str::to_owned).collect()));
    }
    said
}

fn pairs(rules: &[Said]) -> BTreeSet<(&str, &str)> {
    rules
        .iter()
        .flat_map(|(_, pattern, owners)| owners.iter().map(move |owner| (owner.as_str(), pattern.as_str())))
        .collect()
}

/// Whether a line begins a section of GitLab.
pub(super) fn is_section(line: &str) -> bool {
    line.starts_with('[') || line.starts_with("^[")
}

/// A line parted at its first blank that no backslash takes away.
pub(super) fn in_two(line: &str) -> (&str, &str) {
    let mut taken = false;
    for (at, c) in line.char_indices() {
        match c {
            _ if taken => taken = false,
            '\\' => taken = true,
            c if c.is_whitespace() => return (&line[..at], &line[at..]),
            _ => {}
        }
    }
    (line, "")
}

/// The lines of a file that belong to no root's block, with their numbers and whether they stand below that of `prefix`.
pub(super) fn outside<'t>(text: &'t str, prefix: &str) -> Vec<(usize, &'t str, bool)> {
    let own_end = end(prefix);
    let (mut inside, mut below) = (false, false);
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let bare = line.trim_end();
        if bare.starts_with(BEGIN) {
            inside = true;
        } else if bare.starts_with(END) {
            inside = false;
            below |= bare == own_end;
        } else if !inside {
            found.push((index + 1, line, below));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_takes_the_place_of_an_older_one_and_leaves_the_rest() {
        let old = "* @all\n# demarcate owners: begin .\n/a @x\n# demarcate owners: end .\n/own @me\n";
        let parted = part(old, "").expect("both marks stand");
        let new = "# demarcate owners: begin .\n/b @y\n# demarcate owners: end .\n";
        assert_eq!(replaced(&parted, new), format!("* @all\n{new}/own @me\n"));
        let parted = part("* @all", "").expect("there is none");
        assert_eq!(replaced(&parted, new), format!("* @all\n\n{new}"));
        assert_eq!(part(old, "systems/kcms").expect("another root's is none of ours").block, None);
    }

    #[test]
    fn damaged_marks_are_named_by_their_line() {
        let (begin, end) = (begin(""), end(""));
        for (text, line) in [
            (format!("x\n{begin}\n/a @x\n"), 2),
            (format!("{end}\n"), 1),
            (format!("{begin}\n{begin}\n{end}\n"), 2),
            (format!("{begin}\n{end}\n{end}\n"), 3),
            (format!("{end}\n{begin}\n"), 2),
        ] {
            assert_eq!(part(&text, "").expect_err("damaged").0, line, "{text}");
        }
    }

    #[test]
    fn comments_make_no_difference_and_owners_do() {
        let old = "# a\n/a @x @y\n/b @x\n";
        assert_eq!(difference(Forge::GitHub, old, "/a @y @x\n\n/b @x\n"), None);
        let found = difference(Forge::GitHub, old, "/a @x\n/b\\ c @z\n").expect("they differ");
        assert_eq!(found["@y"].loses, ["/a".to_owned()].into());
        assert_eq!(found["@z"].gains, ["/b\\ c".to_owned()].into());
        let found = difference(Forge::GitHub, old, "/b @x\n/a @x @y\n").expect("the order differs");
        assert!(found.is_empty());
    }
}

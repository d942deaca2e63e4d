//! How to check a bundle: a text for people, and scripts for two shells.

use std::collections::BTreeMap;

use crate::dod_log::Unloggable;
use crate::manifest::{Chosen, Manifest};

/// The script for POSIX shells.
pub(super) const SCRIPT: &str = "verify.sh";

/// Columns of the text.
const WIDTH: usize = 118;

/// The files that say how to check it, by path.
pub(super) fn files(manifest: &Manifest, unloggable: &[Unloggable]) -> [(&'static str, String); 3] {
    [
        ("README.txt", readme(manifest, unloggable)),
        (SCRIPT, include_str!("verify.sh").to_owned()),
        ("verify.ps1", include_str!("verify.ps1").to_owned()),
    ]
}

fn readme(manifest: &Manifest, unloggable: &[Unloggable]) -> String {
    let organization = if manifest.organization.is_empty() { "(not named)" } else { &manifest.organization };
    let title = format!("CMMC Level 2 assessment bundle of {}", plain(organization));
    let words = [
        ("{rule}", "=".repeat(title.chars().count())),
        ("{title}", title),
        ("{about}", wrapped(ABOUT)),
        ("{organization}", plain(organization)),
        ("{system}", plain(manifest.system.as_deref().unwrap_or("(not named)"))),
        ("{commit}", manifest.commit.clone()),
        ("{committed}", manifest.committed.clone()),
        ("{as_of}", manifest.as_of.clone()),
        ("{tool}", manifest.tool.clone()),
        ("{evidence}", evidence(manifest)),
        ("{dod}", dod(manifest)),
        ("{verify_time}", verify_time(&manifest.committed)),
        ("{withheld}", withheld(manifest)),
        ("{denied}", denied(manifest)),
        ("{unproven}", unproven(unloggable)),
    ];
    filled(include_str!("readme.txt"), &words)
}

const ABOUT: &str = "This folder holds what an assessor needs of a self-described CMMC Level 2 environment, as one commit of \
                     its repository has it, with the evidence and the proof that nothing was changed since it was signed. \
                     It can be checked for as long as it is kept, without a network and with ordinary tools.";

/// Puts the words in their places; what was put in is not looked at again.
fn filled(text: &str, words: &[(&str, String)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let word = words.iter().find(|(name, _)| rest.starts_with(name));
        let (taken, put) = word.map_or((1, "{"), |(name, put)| (name.len(), put.as_str()));
        out.push_str(put);
        rest = &rest[taken..];
    }
    out + rest
}

/// What somebody wrote, on one line and without what a terminal acts on.
fn plain(text: &str) -> String {
    crate::report::visible(text).replace('\n', " ")
}

fn evidence(manifest: &Manifest) -> String {
    let held = manifest.editions.iter().filter(|edition| edition.path.is_some()).count();
    let all = manifest.editions.len();
    match manifest.evidence {
        Chosen::None => format!("absent: of {all} editions only digests were chosen"),
        Chosen::All | Chosen::Unmarked => format!("{held} of {all} editions of evidence"),
    }
}

fn dod(manifest: &Manifest) -> String {
    if !manifest.files.iter().any(|file| file.path.starts_with("dod/")) {
        return String::new();
    }
    "  dod/           the logs of the DoD artifact-hashing guide over evidence/: the hash of the first log is in the second\n"
        .to_owned()
}

/// RFC 3339 as ssh-keygen takes it.
fn verify_time(committed: &str) -> String {
    let digits: String = committed.chars().filter(char::is_ascii_digit).take(14).collect();
    format!("{digits}Z")
}

/// How much evidence is withheld, and why.
fn withheld(manifest: &Manifest) -> String {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for why in manifest.editions.iter().filter_map(|edition| edition.withheld.as_deref()) {
        *reasons.entry(why).or_default() += 1;
    }
    let count: usize = reasons.values().sum();
    if count == 0 {
        return wrapped("Every edition of evidence that the repository cites is in this bundle.");
    }
    let all = manifest.editions.len();
    let about = format!(
        "{count} of {all} editions of evidence are represented by size and SHA-256 alone, in manifest.json and in the \
         repository's evidence.lock. Whoever sees such a file can compare its digest. Why they are not here:"
    );
    let lines: Vec<String> = reasons.iter().map(|(why, count)| format!("  {count:>5}  {}", plain(why))).collect();
    format!("{}\n\n{}", wrapped(&about), lines.join("\n"))
}

/// What the rules deny, if a bundle was made all the same.
fn denied(manifest: &Manifest) -> String {
    let count: usize = manifest.summary.denied.values().sum();
    let warned: usize = manifest.summary.warned.values().sum();
    let passed = manifest.summary.passed.len();
    let warned = format!("{warned} warnings; {passed} rules found nothing. history/check.json has every one in full.");
    if count == 0 {
        return wrapped(&format!("Nothing at deny level. {warned}"));
    }
    let about = format!(
        "THIS BUNDLE WAS MADE ALTHOUGH {count} FINDINGS STAND AT DENY LEVEL (--with-diagnostics). Besides, {warned} \
         What is denied, by rule:"
    );
    let lines: Vec<String> =
        manifest.summary.denied.iter().map(|(rule, count)| format!("  {count:>5}  {rule}")).collect();
    format!("{}\n\n{}", wrapped(&about), lines.join("\n"))
}

const UNPROVEN: [&str; 5] = [
    "That what the evidence shows is true, or that a practice is met: that is what an assessment finds out. The score and \
     the status in here are what the figures would allow, and no status granted.",
    "When something was signed or committed, unless a time stamp or a witness shows it: dates in commits are claims of \
     whoever made them.",
    "That whoever holds a key is who the list says: the list is only as good as the way by which you had it.",
    "That nothing was left out of the repository itself. What it cites and what is not here is named above.",
    "Anything by the logs of dod/ on their own: they name digests, and nobody signs them but by SHA256SUMS.",
];

fn unproven(unloggable: &[Unloggable]) -> String {
    let mut items: Vec<String> = UNPROVEN.map(str::to_owned).into();
    items.extend(
        unloggable.iter().map(|one| format!("That the logs of dod/ name {} rightly: {}.", plain(&one.path), one.why)),
    );
    let items: Vec<String> = items.iter().map(|item| indented(item)).collect();
    items.join("\n")
}

fn wrapped(text: &str) -> String {
    lines(text, WIDTH).join("\n")
}

fn indented(text: &str) -> String {
    format!("- {}", lines(text, WIDTH - 2).join("\n  "))
}

fn lines(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_not_filled_again() {
        let words = [("{a}", "{b}".to_owned()), ("{b}", "no".to_owned())];
        assert_eq!(filled("1 {a} {c} awk '{x}'", &words), "1 {b} {c} awk '{x}'");
    }

    #[test]
    fn the_script_is_short_enough_to_be_read_before_it_is_run() {
        assert!(include_str!("verify.sh").lines().count() <= 60);
    }
}

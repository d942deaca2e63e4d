use crate::model::LockEntry;
use crate::model::assessment::EditionState;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A file of evidence is not the one that was locked.
    ///
    /// ## Why it matters
    ///
    /// Evidence is a record of what was seen on a day. A screenshot or log that was replaced afterwards no longer
    /// proves that, and an assessment's hash list (32 CFR 170.17(c)(4)) would not match it. The lock names size and
    /// SHA-256 of every edition, so that a change is a decision somebody made.
    ///
    /// ## Example
    ///
    /// ```lock-stale
    ///
    /// ```
    ///
    /// ```text evidence/contractor/procedure-it.txt
    /// IT work instructions, version 1.1, approved by nobody yet
    /// ```
    ///
    /// Use instead:
    ///
    /// ```text evidence/contractor/procedure-it.txt
    /// IT work instructions, version 1.1, approved by Dana Lee on 2026-10-02
    /// ```
    ///
    /// ```lock
    ///
    /// ```
    "evidence-changed", Evidence, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (series, edition) in facts.assessment.editions() {
        let EditionState::Present { size, sha256, .. } = &edition.state else { continue };
        let Some(entry) = facts.assessment.locked(series, edition) else { continue };
        let Some(difference) = difference(*size, sha256, entry) else { continue };
        let id = &series.artifact.id;
        report
            .add(
                format!("`{}`, an edition of `{id}`, changed after it was locked: {difference}", edition.location),
                edition.span(),
            )
            .label("this file")
            .related("as it was locked", entry.span)
            .help("restore the file, or add what is new as an edition of its own; then run `demarcate hash`");
    }
}

/// What differs, in words.
fn difference(size: u64, sha256: &str, entry: &LockEntry) -> Option<String> {
    if size != entry.size {
        return Some(format!("it has {size} bytes, the lock says {}", entry.size));
    }
    let short = |digest: &str| digest.get(..12).unwrap_or(digest).to_owned();
    (sha256 != entry.sha256)
        .then(|| format!("its SHA-256 begins {}, the lock says {}", short(sha256), short(&entry.sha256)))
}

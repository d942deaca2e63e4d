use crate::diagnostic::Fix;
use crate::ids::Span;
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
        let draft = report
            .add(
                format!("`{}`, an edition of `{id}`, changed after it was locked: {difference}", edition.location),
                edition.span(),
            )
            .label("this file")
            .related("as it was locked", entry.span)
            .help("restore the file, or add what is new as an edition of its own; then run `demarcate hash`");
        if let Some(stretch) = of_bytes(entry, facts) {
            draft.fix(Fix::offered(stretch, format!("{sha256}  {size}")));
        }
    }
}

/// Where digest and size stand in a line of this root's lock.
fn of_bytes(entry: &LockEntry, facts: &Facts) -> Option<Span> {
    let lock = facts.assessment.lock.as_ref().filter(|lock| lock.file == entry.span.file)?;
    let text = &facts.assessment.files.get(lock.file)?.text;
    let line = text.get(usize::try_from(entry.span.start).ok()?..usize::try_from(entry.span.end).ok()?)?;
    let size = line.split("  ").nth(1)?;
    let length = u32::try_from(entry.sha256.len() + 2 + size.len()).ok()?;
    Some(Span { end: entry.span.start + length, ..entry.span })
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

use crate::diagnostic::Fix;
use crate::ids::Span;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A line of `evidence.lock` belongs to no edition.
    ///
    /// ## Why it matters
    ///
    /// A line without an edition is what an edition leaves behind that was renamed or removed. Old editions have to
    /// stay for six years (32 CFR 170.17(c)(4)), so such a line may be the trace of evidence that is gone.
    ///
    /// ## Example
    ///
    /// ```text evidence.lock +
    /// e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  44  ticket-log  evidence/contractor/ticket-log-2026-q2.csv
    /// ```
    ///
    /// Use instead:
    ///
    /// ```lock
    ///
    /// ```
    "idle-lock-line", Evidence, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    let Some(lock) = &found.lock else { return };
    // What a broken artifacts.toml holds is not known.
    if found.broken.contains("artifact") {
        return;
    }
    for ((artifact, location), entry) in &lock.entries {
        let series = found.artifacts.get(artifact);
        if series.is_some_and(|series| series.editions.iter().any(|edition| edition.location == *location)) {
            continue;
        }
        let why = if series.is_some() { "has no edition there" } else { "is no artifact" };
        report
            .add(format!("the lock holds `{location}` of `{artifact}`, which {why}"), entry.span)
            .label("nothing to lock")
            .fix(Fix::offered(Span { end: entry.span.end + 1, ..entry.span }, ""))
            .help("write the edition again if it was removed by mistake; else run `demarcate hash`");
    }
}

use std::collections::BTreeSet;

use crate::rule::{Facts, Report, rule};

rule! {
    /// Lines of a commit message were meant as a review and are none.
    ///
    /// ## Why it matters
    ///
    /// A review is three lines of one paragraph: what was reviewed, with which outcome, by whom. If one is missing or
    /// names nothing, the review does not count, and the person who wrote it believes that it does. A record that is no
    /// artifact is the same slip: the review counts, and what it rests on cannot be shown.
    ///
    /// ## Example
    ///
    /// ```commit
    /// date: 2026-11-10T10:00:00Z
    /// Review logon screens
    ///
    /// Practice-Review: IA.L2-3.5.11
    /// Review-Outcome: no-change
    /// ```
    ///
    /// Use instead:
    ///
    /// ```commit
    /// date: 2026-11-10T10:00:00Z
    /// Review logon screens
    ///
    /// Practice-Review: IA.L2-3.5.11
    /// Review-Outcome: no-change
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    "broken-review", Review, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for problem in facts.log_problems(RULE.name) {
        let commit = problem.commit.as_deref().map(|commit| format!("in {}: ", commit.get(..10).unwrap_or(commit)));
        let message = format!("{}{}", commit.unwrap_or_default(), problem.message);
        report.add(message, facts.top()).label("the root whose log it is").help(&problem.help);
    }
    for (commit, record) in dangling_records(facts) {
        let commit = commit.get(..10).unwrap_or(commit);
        report
            .add(format!("in {commit}: a review rests on the record `{record}`, which is no artifact"), facts.top())
            .label("the root whose log it is")
            .help("define it in evidence/<party>/artifacts.toml, or review again and name one that is there");
    }
}

/// Commits and records of the reviews that count now, where no artifact is called so.
fn dangling_records(facts: &Facts) -> BTreeSet<(&str, &str)> {
    let found = &facts.assessment;
    if found.broken.contains("artifact") {
        return BTreeSet::new();
    }
    let subjects = facts.history.iter().flat_map(|history| history.subjects.values());
    let named = subjects.filter_map(|subject| {
        let review = subject.last_accepted()?;
        Some((&*review.commit, review.record.as_deref()?))
    });
    named.filter(|(_, record)| !found.artifacts.contains_key(*record)).collect()
}

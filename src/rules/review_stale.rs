use crate::model::history::ReviewState;
use crate::rule::{Facts, Report, rule};

rule! {
    /// What was reviewed has changed since.
    ///
    /// ## Why it matters
    ///
    /// A review covers content, not a date. Once a duty, an owner or a determination differs from what the reviewer
    /// saw, nobody has looked at what now stands, and an assessor who compares both finds that the review does not
    /// speak of it. Formatting, comments and refreshed evidence do not count as change.
    ///
    /// ## Example
    ///
    /// ```toml practices/IA.L2-3.5.11.toml
    /// practice = "IA.L2-3.5.11"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor hides passwords as they are typed on every host and kiosk."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "configuration"]
    /// objectives = ["a"]
    /// duty = "Sets every logon screen to show dots and samples ten hosts each quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ia" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/IA.L2-3.5.11.toml
    /// practice = "IA.L2-3.5.11"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor hides passwords as they are typed on every host and kiosk."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "configuration"]
    /// objectives = ["a"]
    /// duty = "Sets every logon screen to show dots and samples ten hosts each quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ia" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    ///
    /// ```commit
    /// date: 2026-11-10T10:00:00Z
    /// Name the kiosks, reviewed
    ///
    /// Practice-Review: IA.L2-3.5.11, ssp, crm
    /// Review-Outcome: changed
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    "review-stale", Review, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (subject, found) in facts.subjects_in(ReviewState::Stale) {
        let review = found.last_accepted().map(|review| format!(" {}", review.words())).unwrap_or_default();
        let differs = if found.differs.is_empty() { String::new() } else { format!(": {}", found.differs.join("; ")) };
        let message = format!("{} has changed since its review{review}{differs}", subject.words());
        report
            .add(message, facts.place_of(subject))
            .label("not what was reviewed")
            .help(format!("review it as it stands now, and record that with `demarcate review {subject}`"))
            .subject(subject);
    }
}

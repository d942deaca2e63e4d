use crate::ids::Span;
use crate::material;
use crate::model::assessment::Assessment;
use crate::model::history::{ReviewState, Subject};
use crate::rule::{Facts, Report, named, rule};

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
        // What a broken file says now is not known, so nobody can tell that it differs.
        if !is_read(subject, &facts.assessment) {
            continue;
        }
        let review = found.last_accepted().map(|review| format!(" {}", review.words())).unwrap_or_default();
        let message = format!("{} has changed since its review{review}{}", subject.words(), named(&found.differs));
        let mut draft = report
            .add(message, facts.place_of(subject))
            .label("not what was reviewed")
            .help(format!("review it as it stands now, and record that with `demarcate review {subject}`"))
            .subject(subject);
        for change in &found.changes {
            if let Some(cause) = cause(subject, change, &facts.assessment) {
                draft = draft.related(change.clone(), cause);
            }
        }
    }
}

/// Whether everything that a subject consists of could be read.
/// Where the thing stands outside a practice's own file of which a sentence says that it changed.
fn cause(subject: &Subject, change: &str, found: &Assessment) -> Option<Span> {
    let Subject::Practice(_) = subject else { return None };
    let mut words = change.split([' ', ':']);
    let (kind, id) = (words.next()?, words.next()?);
    if kind == "group" {
        let mut groups = found.assets.iter().flat_map(|assets| &assets.group);
        return Some(groups.find(|group| *group.id == *id)?.id.span);
    }
    let provider = found.providers.get(words.nth(1)?)?;
    match kind {
        "service" => provider.service.iter().map(|service| &service.id).find(|known| ***known == *id),
        "clause" => provider.contract.as_ref()?.clause.iter().map(|clause| &clause.id).find(|known| ***known == *id),
        "connection" => provider.connection.iter().map(|connection| &connection.id).find(|known| ***known == *id),
        _ => None,
    }
    .map(|id| id.span)
}

fn is_read(subject: &Subject, assessment: &Assessment) -> bool {
    let whole = |kind: &str| !assessment.broken.contains(kind);
    match subject {
        Subject::Practice(id) => assessment.practices.get(id).is_none_or(|practice| {
            let scoped = practice.responsibility.iter().any(|part| !part.scope.is_empty());
            let cites_none = material::providers_of(practice).is_empty();
            !practice.lost
                && (whole("party") || cites_none)
                && (whole("group") || !scoped)
                && (whole("exception") || material::exceptions_of(practice).is_empty())
        }),
        Subject::Ssp => !assessment.config.lost && whole("practice"),
        Subject::Crm => whole("practice"),
        Subject::Scope => whole("group"),
        Subject::Poam => whole("poam"),
        Subject::Incident => assessment.incident.as_ref().is_none_or(|incident| !incident.lost),
        Subject::Provider(_) | Subject::Personnel(_) => whole("party"),
        Subject::Policy(_) => true,
    }
}

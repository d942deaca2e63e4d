use crate::rule::{Facts, Report, rule};

rule! {
    /// Nobody is named who reports an incident to the DoD.
    ///
    /// ## Why it matters
    ///
    /// A cyber incident is reported within 72 hours of its discovery (DFARS 252.204-7012(c)(1)(ii), read in one source). In the
    /// night of an incident nobody looks for who may do that: it is a person with a certificate, known before.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -person = "dana"
    /// +person = "dana"
    /// +deputy = true
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -person = "robin"
    /// -deputy = true
    /// +person = "robin"
    /// ```
    "no-reporter", Incident, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    if incident.reporter.iter().any(|reporter| !reporter.is_deputy()) {
        return;
    }
    let (message, place) = match incident.reporter.first() {
        Some(deputy) => ("only a deputy is named who reports an incident to the DoD", deputy.span),
        None => ("nobody is named who reports an incident to the DoD", incident.top()),
    };
    report
        .add(message, place)
        .label("no reporter")
        .help("add a [[reporter]] with the person, the artifact that shows the medium assurance certificate, and its last day");
}

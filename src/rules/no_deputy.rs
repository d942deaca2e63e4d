use crate::rule::{Facts, Report, rule};

rule! {
    /// Nobody stands in for the one person who reports to the DoD.
    ///
    /// ## Why it matters
    ///
    /// 72 hours (DFARS 252.204-7012(c), read in one source) are shorter than a holiday. A second person with a certificate of
    /// their own is what keeps the report from waiting for the first one.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -[[reporter]]
    /// -person = "robin"
    /// -deputy = true
    /// -certificate = "eca-certificate"
    /// -certificate-until = 2027-12-31
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -person = "robin"
    /// -deputy = true
    /// +person = "robin"
    /// ```
    "no-deputy", Incident, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    let Some(main) = incident.reporter.iter().find(|reporter| !reporter.is_deputy()) else { return };
    if incident.reporter.iter().any(|other| *other.person != *main.person) {
        return;
    }
    report
        .add(format!("nobody stands in for the reporter `{}`", main.person), main.person.span)
        .label("the only one")
        .help("add a [[reporter]] with `deputy = true` and a certificate of their own");
}

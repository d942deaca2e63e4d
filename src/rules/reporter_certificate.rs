use crate::date::Date;
use crate::model::incident::Reporter;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A reporter has no medium assurance certificate on record, or one that has lapsed.
    ///
    /// ## Why it matters
    ///
    /// The portal for reports is entered with a medium assurance certificate that the DoD accepts (DFARS 252.204-7012(c)(3), read
    /// in one source). It takes days to get one: whoever finds out during an incident that it lapsed does not report in time.
    ///
    /// Lapsed or unshown is denied for the reporter; of a deputy, and where the last day is not said, it warns.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -certificate-until = 2027-12-31
    /// +certificate-until = 2026-10-31
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -certificate-until = 2027-12-31
    /// +certificate-until = 2027-11-30
    /// ```
    "reporter-certificate", Incident, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    for reporter in &incident.reporter {
        // A person whom nobody lists is reported where names are linked.
        if facts.assessment.config.person.iter().any(|person| *person.id == *reporter.person) {
            certificate(reporter, facts, report);
        }
    }
}

fn certificate(reporter: &Reporter, facts: &Facts, report: &mut Report<'_>) {
    let who = &reporter.person;
    let lapsed = reporter.certificate_until.as_ref().filter(|until| until.value < facts.as_of);
    let (message, place, label, certain) = match (&reporter.certificate, lapsed, until(reporter, facts)) {
        (_, Some(until), _) => (
            format!("the certificate of the reporter `{who}` lapsed on {}", until.value),
            until.span,
            "in the past",
            true,
        ),
        (None, ..) => (
            format!("nothing shows the medium assurance certificate of the reporter `{who}`"),
            who.span,
            "no `certificate`",
            true,
        ),
        (Some(shown), None, None) => (
            format!("it is not said until when the certificate of the reporter `{who}` is valid"),
            shown.span,
            "no `certificate-until`",
            false,
        ),
        _ => return,
    };
    let help = "write the artifact that shows it at `certificate` and its last day at `certificate-until`; renew it before that day";
    let draft = report.add(message, place).label(label).help(help);
    if reporter.is_deputy() || !certain {
        draft.warn();
    }
}

/// The last day, as said here or of the artifact.
fn until(reporter: &Reporter, facts: &Facts) -> Option<Date> {
    let said = reporter.certificate_until.as_ref().map(|until| until.value);
    let shown = facts.assessment.artifacts.get(&reporter.certificate.as_ref()?.name);
    said.or_else(|| Some(shown?.artifact.expires.as_ref()?.value))
}

use crate::handoffs::{MOST_SHOWN, Ways, named};
use crate::rule::{Facts, Report, rule};

rule! {
    /// Handoffs of an incident run in a circle, and a party of it has no other way.
    ///
    /// ## Why it matters
    ///
    /// Two providers that tell each other are common and right where each of them tells the contractor too. Where one of them
    /// tells only the other, it is told of what it said itself, and it cannot be seen from the plan who stops and calls the
    /// contractor. A circle that never leads to the contractor is denied by `handoff-to-nowhere`.
    ///
    /// ## Example
    ///
    /// ```toml incident.toml +
    /// [[handoff]]
    /// id = "cloud-to-acme"
    /// matter = "detection"
    /// from = "acme-msp"
    /// to = "gcc-high"
    /// trigger = "Signs of an attack on the tenant"
    /// within = "8 hours"
    /// channel = "Support case of severity A"
    /// test-every = "1 year"
    /// record = "ticket-log"
    /// last = 2026-09-10
    /// ```
    /// ```diff incident.toml
    /// -from = "gcc-high"
    /// -to = "contractor"
    /// -to-role = "isso"
    /// -trigger = "An incident in the cloud touches the tenant"
    /// -within = "24 hours"
    /// +from = "gcc-high"
    /// +to = "acme-msp"
    /// +trigger = "An incident in the cloud touches the tenant"
    /// +within = "12 hours"
    /// ```
    /// ```diff providers/gcc-high.toml
    /// -    { id = "incidents", kind = "incident-notification", says = "Tells of incidents.", within = "24 hours" },
    /// +    { id = "incidents", kind = "incident-notification", says = "Tells of incidents.", within = "12 hours" },
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml incident.toml +
    /// [[handoff]]
    /// id = "cloud-to-acme"
    /// matter = "detection"
    /// from = "acme-msp"
    /// to = "gcc-high"
    /// trigger = "Signs of an attack on the tenant"
    /// within = "8 hours"
    /// channel = "Support case of severity A"
    /// test-every = "1 year"
    /// record = "ticket-log"
    /// last = 2026-09-10
    /// ```
    "handoff-in-circle", Incident, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    for circle in Ways::of(&facts.assessment, incident).circles() {
        let Some((first, others)) = circle.handoffs.split_first() else { continue };
        let parties = named(&circle.parties, "and");
        let mut draft = report
            .add(format!("incidents may go round between {parties} before the contractor hears of them"), first.to.span)
            .label(format!("`{}` tells `{}`", first.from, first.to))
            .help("have each of them tell the contractor itself, or leave out the handoff back")
            .provider(&first.from);
        for other in others.iter().take(MOST_SHOWN) {
            draft = draft.related(format!("`{}` tells `{}`", other.from, other.to), other.to.span);
        }
    }
}

use crate::handoffs::{DeadEnd, MOST_SHOWN, Ways, named};
use crate::ids::CONTRACTOR;
use crate::model::incident::Handoff;
use crate::rule::{Facts, Report, rule};

rule! {
    /// Incidents are handed over, and the contractor never hears of them.
    ///
    /// ## Why it matters
    ///
    /// Every handoff looks right on its own: the SOC tells the MSP, the MSP tells the SOC. Only the contractor reports to the DoD
    /// (DFARS 252.204-7012(c), read in one source), and none of them ends there. Each end, and each circle without a way out, is
    /// reported once. A handoff of a party to itself is reported too: it hands nothing over, unless it names the
    /// role of the contractor's that takes over.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -from = "acme-msp"
    /// -to = "contractor"
    /// -to-role = "isso"
    /// -trigger = "An alert of grade high on a managed host"
    /// +from = "acme-msp"
    /// +to = "gcc-high"
    /// +trigger = "An alert of grade high on a managed host"
    /// ```
    /// ```diff incident.toml
    /// -from = "gcc-high"
    /// -to = "contractor"
    /// -to-role = "isso"
    /// +from = "gcc-high"
    /// +to = "acme-msp"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -from = "acme-msp"
    /// -to = "contractor"
    /// -to-role = "isso"
    /// +from = "acme-msp"
    /// +to = "contractor"
    /// +to-role = "it-lead"
    /// ```
    "handoff-to-nowhere", Incident, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    // From one role of the contractor to another is a handoff; the role that takes over says so.
    let is_inside = |handoff: &Handoff| &*handoff.to == CONTRACTOR && handoff.to_role.is_some();
    let same = incident.handoff.iter().filter(|handoff| handoff.from.name == handoff.to.name);
    for handoff in same.filter(|handoff| !is_inside(handoff)) {
        report
            .add(format!("`{}` is from `{}` to itself", handoff.id, handoff.from), handoff.to.span)
            .label("the same party")
            .related("who hands over", handoff.from.span)
            .help("name the party that takes over; who takes over within a party is `to-role`")
            .provider(handoff.provider());
    }
    for end in Ways::of(&facts.assessment, incident).dead_ends() {
        tell(&end, report);
    }
}

fn tell(end: &DeadEnd<'_>, report: &mut Report<'_>) {
    let Some((first, others)) = end.handoffs.split_first() else { return };
    let message = if end.parties.len() > 1 {
        format!("incidents go round between {} and never reach the contractor", named(&end.parties, "and"))
    } else {
        format!(
            "incidents are handed over to {}, which hands them to nobody, so the contractor never hears of them",
            named(&end.parties, "and")
        )
    };
    let mut draft = report
        .add(message, first.to.span)
        .label(format!("`{}` takes over", first.to))
        .help(format!(
            "add a handoff from {} to the contractor with its limit, or hand over to the contractor in the first place",
            named(&end.parties, "or")
        ))
        .provider(&first.to);
    for other in others.iter().take(MOST_SHOWN) {
        draft = draft.related(format!("also `{}`, from `{}`", other.id, other.from), other.to.span);
    }
}

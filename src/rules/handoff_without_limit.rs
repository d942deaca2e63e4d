use crate::ids::CONTRACTOR;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A handoff has no time limit, or one in months or years.
    ///
    /// ## Why it matters
    ///
    /// Of a way on which one step may take any time it cannot be shown that the DoD is told within 72 hours (DFARS
    /// 252.204-7012(c), read in one source). "As soon as possible" is the wording with which providers sign. A month has no fixed
    /// number of hours and is no limit for anything that is handed over.
    ///
    /// It is denied on the way of an incident to the contractor, and warns elsewhere.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -trigger = "An alert of grade high on a managed host"
    /// -within = "8 hours"
    /// +trigger = "An alert of grade high on a managed host"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -trigger = "An alert of grade high on a managed host"
    /// -within = "8 hours"
    /// +trigger = "An alert of grade high on a managed host"
    /// +within = "10 hours"
    /// ```
    "handoff-without-limit", Incident, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    for handoff in incident.handoff.iter().filter(|handoff| handoff.minutes().is_none()) {
        let (from, to) = (&handoff.from, &handoff.to);
        let draft = match &handoff.within {
            Some(within) => report
                .add(
                    format!(
                        "`{}` from `{from}` to `{to}` has the limit {}, which is no number of hours",
                        handoff.id, within.value
                    ),
                    within.span,
                )
                .label("months and years have no fixed length"),
            None => report
                .add(format!("`{}` from `{from}` to `{to}` has no time limit", handoff.id), handoff.id.span)
                .label("no `within`"),
        };
        let draft =
            draft.help("agree on a limit in minutes, hours or days, have it in the contract, and write it at `within`");
        let draft = draft.provider(handoff.provider());
        let is_news = handoff.matter.as_ref().is_none_or(|matter| matter.value.brings_news());
        if !is_news || **from == *CONTRACTOR || from.name == to.name {
            draft.warn();
        }
    }
}

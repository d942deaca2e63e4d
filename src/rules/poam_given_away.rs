use crate::ids::CONTRACTOR;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A POA&M item is a provider's.
    ///
    /// ## Why it matters
    /// The plan of action is the organization's own (3.12.2): it is closed by the contractor's closeout assessment within 180 days
    /// (32 CFR 170.21(b)), whoever turns the screws. A provider that owns the item owns neither the deadline nor the status that
    /// is lost with it.
    ///
    /// ## Example
    /// ```toml practices/AC.L2-3.1.9.toml
    /// practice = "AC.L2-3.1.9"
    /// ownership = "contractor"
    /// status = "partially-implemented"
    /// statement = "The contractor shows the notice at the logon of every host but the machine controllers."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Writes the notice with counsel and puts it before the logon of every host by group policy."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ac" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// b = { determination = "not-met", reason = "Machine controllers show no notice.", poam = "logon-notice" }
    /// ```
    /// ```toml poam/logon-notice.toml
    /// id = "logon-notice"
    /// title = "Notice on machine controllers"
    /// objectives = ["AC.L2-3.1.9[b]"]
    /// weakness = "The controllers of the shop floor show no notice before logon."
    /// source = "own assessment"
    /// found = 2026-09-10
    /// risk = "low"
    /// remediation = "Put the notice on a label beside each screen, and Acme on the screen with the next image."
    /// resources = "two days"
    /// party = "acme-msp"
    /// owner = "it-lead"
    /// due = 2027-02-01
    /// status = "in-progress"
    ///
    /// [[milestone]]
    /// title = "Labels on every controller"
    /// due = 2026-12-15
    /// by = "it-lead"
    /// ```
    /// Use instead:
    /// ```toml practices/AC.L2-3.1.9.toml
    /// practice = "AC.L2-3.1.9"
    /// ownership = "contractor"
    /// status = "partially-implemented"
    /// statement = "The contractor shows the notice at the logon of every host but the machine controllers."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Writes the notice with counsel and puts it before the logon of every host by group policy."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ac" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// b = { determination = "not-met", reason = "Machine controllers show no notice.", poam = "logon-notice" }
    /// ```
    /// ```toml poam/logon-notice.toml
    /// id = "logon-notice"
    /// title = "Notice on machine controllers"
    /// objectives = ["AC.L2-3.1.9[b]"]
    /// weakness = "The controllers of the shop floor show no notice before logon."
    /// source = "own assessment"
    /// found = 2026-09-10
    /// risk = "low"
    /// remediation = "Put the notice on a label beside each screen, and Acme on the screen with the next image."
    /// resources = "two days"
    /// party = "contractor"
    /// owner = "it-lead"
    /// due = 2027-02-01
    /// status = "in-progress"
    ///
    /// [[milestone]]
    /// title = "Labels on every controller"
    /// due = 2026-12-15
    /// by = "it-lead"
    /// ```
    "poam-given-away", NonInheritable, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, item) in &facts.assessment.poam {
        let Some(party) = item.party.as_ref().filter(|party| &***party != CONTRACTOR) else { continue };
        report
            .add(format!("POA&M item `{id}` is given to `{party}`"), party.span)
            .label("a provider")
            .help("write party = \"contractor\", and say in `remediation` or a [[milestone]] what the provider does")
            .provider(party);
    }
}

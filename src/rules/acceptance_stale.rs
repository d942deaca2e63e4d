use crate::model::acceptance::{AcceptanceState, DutyChanges};
use crate::model::assessment::Assessment;
use crate::rule::{Facts, Report, named, rule};

rule! {
    /// The duties of a provider have changed since the provider accepted them.
    ///
    /// ## Why it matters
    ///
    /// The provider agreed to something else than what now stands. That is how a contractor's matrix comes to say that the MSP
    /// does it, and the MSP's own that the customer does. It denies, because the record and the matrix contradict each other, and
    /// either the duty or the acceptance is wrong.
    ///
    /// An acceptance covers content: the duty, layers, objectives and scope in each practice, and the services and clauses that
    /// they cite. It holds again where a change is taken back; evidence, formatting and what other parties do are no part of it.
    /// A published edition covers what stood with it until the provider publishes another. Where nothing differs and a service
    /// has changed since, that alone is a warning: the duty may be the same.
    ///
    /// ## Example
    ///
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor sets the rules for remote maintenance; Acme keeps to them on the jump host."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b"]
    /// duty = "Writes how sessions are opened and ended, and which second factor they need."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Keeps the tokens of the jump host, logs out when the work is done, and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report" }]
    /// verification = { how = "Compare ten sessions with the log of the jump host.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    ///
    /// ```commit
    /// date: 2026-11-09T10:00:00Z
    /// Have Acme keep the tokens
    ///
    /// Practice-Review: MA.L2-3.7.5, ssp, crm
    /// Review-Outcome: changed
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor sets the rules for remote maintenance; Acme keeps to them on the jump host."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b"]
    /// duty = "Writes how sessions are opened and ended, and which second factor they need."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Keeps the tokens of the jump host, logs out when the work is done, and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report" }]
    /// verification = { how = "Compare ten sessions with the log of the jump host.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    ///
    /// ```commit
    /// date: 2026-11-09T10:00:00Z
    /// Have Acme keep the tokens
    ///
    /// Practice-Review: MA.L2-3.7.5, ssp, crm
    /// Review-Outcome: changed
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    ///
    /// Responsibility-Accepted: acme-msp
    /// Accepted-by: Sam Ortiz <sam@acme.example>
    /// ```
    "acceptance-stale", Review, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    // What a broken file says now is not known, so nobody can tell that it differs.
    let Some(history) = facts.history.as_ref().filter(|_| is_read(found)) else { return };
    for (id, provider) in found.holders_of_duties().filter(|(_, provider)| !provider.lost) {
        let (AcceptanceState::Stale, Some(said)) = history.acceptance_of(id) else { continue };
        let differs = named(&said.differs);
        let message = format!("the duties of `{id}` are not those that were accepted {}{differs}", said.words());
        let help = match said.edition {
            None => format!(
                "have somebody of `{id}` accept them as they stand, by `demarcate accept {id}`, or take the change back"
            ),
            Some(_) => format!(
                "read the new edition or the changed duties, then `demarcate accept {id} --published`, or take the change back"
            ),
        };
        let draft = report.add(message, provider.id.span).label("accepted something else").help(help).provider(id);
        // The duties themselves are what was accepted.
        let same = said.edition.is_none() && said.changes == DutyChanges::default();
        if same {
            draft.warn();
        }
    }
}

/// Whether every practice and provider could be read.
fn is_read(found: &Assessment) -> bool {
    let lost = found.practices.values().any(|practice| practice.lost) || !found.unread_practices.is_empty();
    let matrices = found.crms.values().any(|matrix| matrix.lost);
    !lost && !matrices && !found.broken.contains("party") && !found.broken.contains("practice")
}

use crate::model::acceptance::AcceptanceState;
use crate::rule::{Facts, Report, rule};

rule! {
    /// The log holds an acceptance of a provider's duties, and none that counts.
    ///
    /// ## Why it matters
    ///
    /// Whoever reads the log believes that the provider has agreed, and it has not been shown: the contractor accepted in its
    /// name, the signature is not that of somebody of the provider, the letter is not in the lock, or was replaced since it was
    /// entered. A proof that does not hold is worse than none, so this denies.
    ///
    /// An acceptance counts if the policy of the repository accepts its proof, as with reviews, and if whoever accepts was of the
    /// provider before that commit: a person of demarcate.toml with that party, or one whom the provider's own file lets accept.
    /// A published edition stands for the acceptance of a cloud service alone.
    ///
    /// ## Example
    ///
    /// ```toml providers/vigil.toml
    /// id = "vigil"
    /// name = "Vigil Security LLC"
    /// esp = true
    ///
    /// [[service]]
    /// id = "advisories"
    /// title = "Watch over security advisories"
    /// kind = "mssp"
    /// data = "none"
    ///
    /// [contract]
    /// number = "V-31"
    /// clause = [{ id = "scope", kind = "scope", at = "1", says = "Names the practice that Vigil works on." }]
    ///
    /// [[people]]
    /// name = "Ivy Chandler"
    /// email = "ivy@vigil.example"
    /// accepts = true
    /// ```
    ///
    /// ```toml practices/SI.L2-3.14.3.toml
    /// practice = "SI.L2-3.14.3"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "Vigil reads advisories every day and passes on what concerns the contractor, who acts on it."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b", "c"]
    /// duty = "Says which advisories call for what, and from whom they come."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-si" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = "operation"
    /// objectives = ["a", "c"]
    /// duty = "Acts on every advisory that Vigil passes on, and closes its ticket."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "vigil"
    /// layer = "operation"
    /// objectives = ["b"]
    /// duty = "Reads the advisories of every vendor on the list each working day."
    /// service = "advisories"
    /// clause = "scope"
    /// note = "What Vigil passes on arrives as a ticket, which the contractor keeps."
    /// evidence = [{ artifact = "ticket-log" }]
    /// verification = { how = "Compare a month of tickets with the advisories.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [values]
    /// a = "as section 2 of the policy lists it"
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// c = "met"
    /// ```
    ///
    /// ```commit
    /// date: 2026-11-09T10:00:00Z
    /// Give the advisories to Vigil
    ///
    /// Practice-Review: SI.L2-3.14.3, ssp, crm, provider:vigil, personnel:vigil
    /// Review-Outcome: changed
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    ///
    /// ```commit
    /// date: 2026-11-10T10:00:00Z
    /// Accept the duties of vigil
    ///
    /// Responsibility-Accepted: vigil
    /// Accepted-by: Dana Lee <dana@northwind.example>
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml providers/vigil.toml
    /// id = "vigil"
    /// name = "Vigil Security LLC"
    /// esp = true
    ///
    /// [[service]]
    /// id = "advisories"
    /// title = "Watch over security advisories"
    /// kind = "mssp"
    /// data = "none"
    ///
    /// [contract]
    /// number = "V-31"
    /// clause = [{ id = "scope", kind = "scope", at = "1", says = "Names the practice that Vigil works on." }]
    ///
    /// [[people]]
    /// name = "Ivy Chandler"
    /// email = "ivy@vigil.example"
    /// accepts = true
    /// ```
    ///
    /// ```toml practices/SI.L2-3.14.3.toml
    /// practice = "SI.L2-3.14.3"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "Vigil reads advisories every day and passes on what concerns the contractor, who acts on it."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b", "c"]
    /// duty = "Says which advisories call for what, and from whom they come."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-si" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = "operation"
    /// objectives = ["a", "c"]
    /// duty = "Acts on every advisory that Vigil passes on, and closes its ticket."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "vigil"
    /// layer = "operation"
    /// objectives = ["b"]
    /// duty = "Reads the advisories of every vendor on the list each working day."
    /// service = "advisories"
    /// clause = "scope"
    /// note = "What Vigil passes on arrives as a ticket, which the contractor keeps."
    /// evidence = [{ artifact = "ticket-log" }]
    /// verification = { how = "Compare a month of tickets with the advisories.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [values]
    /// a = "as section 2 of the policy lists it"
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// c = "met"
    /// ```
    ///
    /// ```commit
    /// date: 2026-11-09T10:00:00Z
    /// Give the advisories to Vigil
    ///
    /// Practice-Review: SI.L2-3.14.3, ssp, crm, provider:vigil, personnel:vigil
    /// Review-Outcome: changed
    /// Reviewed-by: Dana Lee <dana@northwind.example>
    /// ```
    ///
    /// ```commit
    /// date: 2026-11-10T10:00:00Z
    /// Accept the duties of vigil
    ///
    /// Responsibility-Accepted: vigil
    /// Accepted-by: Ivy Chandler <ivy@vigil.example>
    /// ```
    "acceptance-refused", Review, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    let Some(history) = facts.history.as_ref().filter(|_| !found.config.lost) else { return };
    for (id, provider) in found.holders_of_duties() {
        let (AcceptanceState::Refused, Some(said)) = history.acceptance_of(id) else { continue };
        let why = said.refused_because.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let message = format!("no acceptance of the duties of `{id}` counts, the latest {}{why}", said.words());
        report
            .add(message, provider.id.span)
            .label("refused")
            .help(format!("have it accepted by somebody of `{id}`, with a proof that `[review] accept` takes: `demarcate accept {id}`"))
            .provider(id);
    }
}

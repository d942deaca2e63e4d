use crate::model::acceptance::AcceptanceState;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A provider holds duties, and nobody of that provider has accepted them.
    ///
    /// ## Why it matters
    ///
    /// What only the contractor has written down is what the contractor believes. When the assessor asks the provider, the
    /// answer may be that nobody there ever agreed to it. An acceptance is a commit by somebody of the provider, a signed
    /// letter that a person of the contractor enters, or, of a cloud service that signs nothing, the edition of the matrix
    /// that it has published.
    ///
    /// This is a warning: no rule of CMMC asks for a signature, and a contract may oblige the provider without one. A landlord
    /// or shredder, `esp = false`, accepts nothing.
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
    "duties-not-accepted", Review, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(history) = &facts.history else { return };
    let found = &facts.assessment;
    for (id, provider) in found.holders_of_duties() {
        if history.acceptance_of(id).0 != AcceptanceState::NotAccepted {
            continue;
        }
        let duties = found.duties_of(id).count();
        let duties = if duties == 1 { "its duty".to_owned() } else { format!("its {duties} duties") };
        let draft = report
            .add(format!("nobody of `{id}` has accepted {duties}"), provider.id.span)
            .label("holds duties that nobody there has accepted")
            .help(format!(
                "have somebody of `{id}` run `demarcate accept {id}`, or enter the letter that they signed with `--by` and \
                 `--record`; of a cloud service take the edition that it has published with `--published`"
            ))
            .provider(id);
        // A provider that was renamed, or an id with a slip in it, looks like this.
        let strange = history.acceptances.iter().find(|said| !found.providers.contains_key(&said.about));
        if let Some(strange) = strange {
            let what = format!("`{}` is accepted {}, and no provider is called so", strange.about, strange.words());
            draft.related(what, facts.top());
        }
    }
}

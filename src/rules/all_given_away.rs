use crate::rule::{Facts, Report, rule};

rule! {
    /// Every responsibility of a practice is a provider's.
    ///
    /// ## Why it matters
    /// The contractor is assessed, not its provider: it has to know what is done, to write it into its plan, and to see that it
    /// is done (32 CFR 170.19(c)(2)). A practice without any part of the contractor's has nobody on its side who could answer.
    ///
    /// Five requirements never pass to a provider as a whole; they are the matter of `contractor-absent`.
    ///
    /// ## Example
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "provider"
    /// status = "implemented"
    /// statement = "Acme works the queue and reports; nobody else touches remote maintenance."
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Works the queue for 3.7.5 on every managed host within five days and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report", at = "page 3" }]
    /// verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    /// ```toml providers/acme-msp.crm.toml
    /// provider = "acme-msp"
    /// edition = "2026"
    /// date = 2026-09-01
    /// source = "acme-contract"
    ///
    /// [[row]]
    /// for = ["3.7.5", "3.14.1"]
    /// service = "patching"
    /// inheritance = "full"
    /// provider-does = "Works the queue on managed hosts and reports each month."
    /// ```
    /// Use instead:
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor hands out one-time codes and compares the session log with the tickets; Acme works the queue."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["a", "b"]
    /// duty = "Writes who gets a one-time code and compares the session log with the tickets every quarter."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-ma" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Works the queue for 3.7.5 on every managed host within five days and reports each month."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report", at = "page 3" }]
    /// verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    ///
    /// [determinations]
    /// a = "met"
    /// b = "met"
    /// ```
    "all-given-away", Division, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, practice) in &facts.assessment.practices {
        let requirement = facts.assessment.requirement(*id);
        let Some(first) = practice.responsibility.first().filter(|_| practice.is_given_away()) else { continue };
        if requirement.is_non_inheritable() || practice.is_not_applicable(requirement) {
            continue;
        }
        report
            .add(format!("practice `{id}` is given away: the contractor has no part in it"), first.party.span)
            .label(format!("responsibilities of: {}", practice.parties().join(", ")))
            .help(
                "add the contractor's own part: the policy that asks for it, the procedure that uses it, and how it is \
                 checked",
            )
            .practice(*id);
    }
}

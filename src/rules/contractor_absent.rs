use crate::rule::{Facts, Report, rule};

rule! {
    /// The contractor has no part of its own in a requirement that cannot be handed over.
    ///
    /// ## Why it matters
    /// Five requirements are decisions of the organization itself: who may have access (3.1.1), what people must know (3.2.1)
    /// and be trained for (3.2.2), how incidents are handled (3.6.1), and which risks it runs (3.11.1). A provider may help with
    /// each; it cannot decide them. An assessor interviews the contractor's own people on them.
    ///
    /// ## Example
    /// ```toml practices/RA.L2-3.11.1.toml
    /// practice = "RA.L2-3.11.1"
    /// ownership = "provider"
    /// status = "implemented"
    /// statement = "Acme holds the yearly risk workshop and writes the register."
    ///
    /// [values]
    /// a = "every year in May"
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["procedure", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Holds the workshop in May, rates each finding, and writes the register."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report" }]
    /// verification = { how = "Read the register line by line.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
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
    /// for = ["3.7.5", "3.14.1", "3.11.1"]
    /// service = "patching"
    /// inheritance = "full"
    /// provider-does = "Works the queue on managed hosts and reports each month."
    /// ```
    /// Use instead:
    /// ```toml practices/RA.L2-3.11.1.toml
    /// practice = "RA.L2-3.11.1"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor decides what a loss would cost and signs the register; Acme brings the technical findings."
    ///
    /// [values]
    /// a = "every year in May"
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "operation"]
    /// objectives = ["a", "b"]
    /// duty = "Holds the workshop in May, decides what a loss would cost, and signs the register."
    /// maintained-by = "isso"
    /// evidence = [{ artifact = "policy-ra" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = ["configuration"]
    /// objectives = ["b"]
    /// duty = "Lists the open findings of every managed host for the workshop and rates how they could be used."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report" }]
    /// verification = { how = "Read the register line by line.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
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
    /// for = ["3.7.5", "3.14.1", "3.11.1"]
    /// service = "patching"
    /// inheritance = "partial"
    /// provider-does = "Works the queue on managed hosts and reports each month."
    /// customer-does = "Writes the policy and checks the report."
    /// ```
    "contractor-absent", NonInheritable, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (id, practice) in &facts.assessment.practices {
        let requirement = facts.assessment.requirement(*id);
        let Some(first) = practice.responsibility.first().filter(|_| practice.is_given_away()) else { continue };
        if !requirement.is_non_inheritable() || practice.is_not_applicable(requirement) {
            continue;
        }
        report
            .add(format!("the contractor has no part in `{id}`, which cannot be given to a provider"), first.party.span)
            .label(format!("responsibilities of: {}", practice.parties().join(", ")))
            .help("add the contractor's own responsibility: what it decides, and who in its own house does it")
            .practice(*id);
    }
}

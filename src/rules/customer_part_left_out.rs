use std::collections::BTreeSet;

use crate::model::practice::Practice;
use crate::reconcile::{self, Matrix, Said};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A provider's own matrix leaves something to its customer, and nobody but the provider has a part in it.
    ///
    /// ## Why it matters
    ///
    /// The provider says in writing what it does not do, and expects somebody else to do it. Where every objective that its
    /// row speaks of is the provider's alone, nobody does what the row leaves over: the gap of which each side thinks that
    /// the other one fills it (32 CFR 170.19(c)(2)).
    ///
    /// ## Example
    ///
    /// ```toml practices/MA.L2-3.7.5.toml
    /// practice = "MA.L2-3.7.5"
    /// ownership = "shared"
    /// status = "implemented"
    /// statement = "The contractor hands out one-time codes and compares the session log with the tickets; Acme works the queue."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure"]
    /// objectives = ["b"]
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
    /// ```toml providers/acme-msp.crm.toml
    /// provider = "acme-msp"
    /// edition = "2026"
    /// date = 2026-09-01
    /// source = "acme-contract"
    ///
    /// [[row]]
    /// for = ["MA.L2-3.7.5[a]"]
    /// service = "patching"
    /// inheritance = "partial"
    /// provider-does = "Asks for a second factor in each remote session."
    /// customer-does = "Hands out the second factor and takes it back."
    ///
    /// [[row]]
    /// for = ["MA.L2-3.7.5[b]", "3.14.1"]
    /// inheritance = "partial"
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
    /// ```toml providers/acme-msp.crm.toml
    /// provider = "acme-msp"
    /// edition = "2026"
    /// date = 2026-09-01
    /// source = "acme-contract"
    ///
    /// [[row]]
    /// for = ["MA.L2-3.7.5[a]"]
    /// service = "patching"
    /// inheritance = "partial"
    /// provider-does = "Asks for a second factor in each remote session."
    /// customer-does = "Hands out the second factor and takes it back."
    ///
    /// [[row]]
    /// for = ["MA.L2-3.7.5[b]", "3.14.1"]
    /// inheritance = "partial"
    /// provider-does = "Works the queue on managed hosts and reports each month."
    /// ```
    "customer-part-left-out", TwoSided, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (provider, matrix) in facts.assessment.crms.iter().filter(|(_, matrix)| !matrix.lost) {
        let rows = Matrix::of(matrix);
        for id in rows.requirements() {
            let Some(practice) = facts.assessment.practices.get(&id) else { continue };
            for said in rows.of_requirement(id) {
                let Some(left) = said.row.customer_does.as_ref().filter(|_| said.is_claim()) else { continue };
                let alone = alone(provider, practice, said);
                if alone.is_empty() {
                    continue;
                }
                report
                    .add(
                        format!(
                            "nobody but `{provider}` has a part in {id}{}, and {} leaves something to its customer",
                            reconcile::letters(&alone),
                            reconcile::edition(matrix)
                        ),
                        practice.practice.span,
                    )
                    .label("no part of anybody else")
                    .related(format!("the customer does: {}", reconcile::shortened(left)), said.at)
                    .help(
                        "assign what it leaves to whoever does it, or have the provider publish that it does all of it",
                    )
                    .practice(id);
            }
        }
    }
}

/// The objectives of which a row speaks that this provider alone has, where the others have none of them either.
fn alone(provider: &str, practice: &Practice, said: &Said<'_>) -> BTreeSet<char> {
    let is_spoken_of = |letter: &char| said.letter.is_none_or(|only| only == *letter);
    let of = |is_wanted: &dyn Fn(&str) -> bool| -> BTreeSet<char> {
        let parts = practice.responsibility.iter().filter(|part| is_wanted(&part.party));
        let letters = parts.flat_map(|part| part.objectives.iter()).filter_map(|letter| letter.value.chars().next());
        letters.filter(is_spoken_of).collect()
    };
    let (own, others) = (of(&|party| party == provider), of(&|party| party != provider));
    // A row of the whole requirement is answered by a part of anybody in any of its objectives.
    if said.letter.is_none() && !others.is_empty() { BTreeSet::new() } else { &own - &others }
}

//! `dangling-clause`: found while files are linked.

use crate::rule::rule;

rule! {
    /// A responsibility names a clause that the contract in the provider's file does not have.
    ///
    /// ## Why it matters
    ///
    /// The clause is what obliges the provider to do the work. If it does not exist, the duty rests on good will, and
    /// the contractor cannot show that the provider ever promised it. For an external service provider the assessor
    /// asks for exactly this link between the matrix and the agreement (32 CFR 170.19(c)(2)).
    ///
    /// ## Example
    ///
    /// ```toml practices/SI.L2-3.14.1.toml +
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = "capability"
    /// objectives = ["a"]
    /// duty = "Runs the patch server that tells which hosts miss which fix."
    /// service = "patching"
    /// clause = "scop"
    /// evidence = [{ artifact = "acme-report" }]
    /// verification = { how = "Compare the server's list with ten hosts.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/SI.L2-3.14.1.toml +
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = "capability"
    /// objectives = ["a"]
    /// duty = "Runs the patch server that tells which hosts miss which fix."
    /// service = "patching"
    /// clause = "scope"
    /// evidence = [{ artifact = "acme-report" }]
    /// verification = { how = "Compare the server's list with ten hosts.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    /// ```
    "dangling-clause", Format, Deny
}

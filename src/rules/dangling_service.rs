//! `dangling-service`: found while files are linked.

use crate::rule::rule;

rule! {
    /// A service is named that the provider does not have.
    ///
    /// ## Why it matters
    ///
    /// Authorization, data and boundary are recorded for each service, since a provider may hold a FedRAMP
    /// authorization for one and not for another. A duty or a row of a matrix that rests on an unknown service can be
    /// shown to rest on none of them.
    ///
    /// ## Example
    ///
    /// ```toml practices/SI.L2-3.14.1.toml +
    /// [[responsibility]]
    /// party = "acme-msp"
    /// layer = "capability"
    /// objectives = ["a"]
    /// duty = "Runs the patch server that tells which hosts miss which fix."
    /// service = "patches"
    /// clause = "scope"
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
    "dangling-service", Format, Deny
}

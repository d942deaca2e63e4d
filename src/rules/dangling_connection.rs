//! `dangling-connection`: found while files are linked.

use crate::rule::rule;

rule! {
    /// A responsibility names a connection that the provider's file does not have.
    ///
    /// ## Why it matters
    ///
    /// A connection carries the data flow, authentication and controls that 3.12.4[f] and 3.1.20 ask about. A
    /// responsibility that rests on one nobody describes leaves a way into the system that no document shows.
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
    /// clause = "scope"
    /// connection = "remote-admn"
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
    /// connection = "remote-admin"
    /// evidence = [{ artifact = "acme-report" }]
    /// verification = { how = "Compare the server's list with ten hosts.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    /// ```
    "dangling-connection", Format, Deny
}

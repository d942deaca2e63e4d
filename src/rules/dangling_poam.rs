//! `dangling-poam`: found while files are linked.

use crate::rule::rule;

rule! {
    /// A determination names a POA&M item that does not exist.
    ///
    /// ## Why it matters
    ///
    /// A deficiency stands only with a plan of action behind it: 3.12.2 asks for one, and a temporary deficiency counts
    /// as met only while the plan is there and moves (32 CFR 170.24(b)(1)(ii)). A name without an item is no plan.
    ///
    /// ## Example
    ///
    /// ```toml practices/SI.L2-3.14.4.toml
    /// practice = "SI.L2-3.14.4"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor renews signatures on every host within a day of their release."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a"]
    /// duty = "Renews signatures from its own server each night and looks at the hosts that missed it."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-si" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = { determination = "met", basis = "temporary-deficiency", reason = "The server for signatures is down.", poam = "scanner-servers" }
    /// ```
    ///
    /// ```toml poam/scanner-server.toml
    /// id = "scanner-server"
    /// title = "The server for signatures is down"
    /// objectives = ["SI.L2-3.14.4[a]"]
    /// weakness = "The server that hands out signatures lost its disk; hosts fetch them by hand until it is replaced."
    /// remediation = "Replace the disk and restore the server."
    /// owner = "it-lead"
    /// due = 2027-01-15
    /// status = "in-progress"
    /// milestone = [{ title = "Disk fitted", due = 2026-12-15 }]
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/SI.L2-3.14.4.toml
    /// practice = "SI.L2-3.14.4"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor renews signatures on every host within a day of their release."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a"]
    /// duty = "Renews signatures from its own server each night and looks at the hosts that missed it."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-si" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = { determination = "met", basis = "temporary-deficiency", reason = "The server for signatures is down.", poam = "scanner-server" }
    /// ```
    ///
    /// ```toml poam/scanner-server.toml
    /// id = "scanner-server"
    /// title = "The server for signatures is down"
    /// objectives = ["SI.L2-3.14.4[a]"]
    /// weakness = "The server that hands out signatures lost its disk; hosts fetch them by hand until it is replaced."
    /// remediation = "Replace the disk and restore the server."
    /// owner = "it-lead"
    /// due = 2027-01-15
    /// status = "in-progress"
    /// milestone = [{ title = "Disk fitted", due = 2026-12-15 }]
    /// ```
    "dangling-poam", Format, Deny
}

//! `dangling-exception`: found while files are linked.

use crate::rule::rule;

rule! {
    /// A determination rests on an exception that is not on record.
    ///
    /// ## Why it matters
    ///
    /// An enduring exception counts as met only because the system security plan describes it and its mitigation (32
    /// CFR 170.24(b)(1)(i)); an adjudication only because the DoD CIO wrote it. Without the record the objective is
    /// simply not met.
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
    /// a = { determination = "met", basis = "enduring-exception", reason = "The old lathe takes no scanner.", exception = "old-lathes" }
    /// ```
    ///
    /// ```toml exceptions/old-lathe.toml
    /// id = "old-lathe"
    /// title = "The old lathe's controller"
    /// kind = "enduring-exception"
    /// objectives = ["SI.L2-3.14.4[a]"]
    /// reason = "Its maker is gone, and the controller takes no scanner."
    /// mitigation = "It stands on a network of its own and reads checked media only."
    /// approved-by = "dana"
    /// approved = 2026-05-12
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
    /// a = { determination = "met", basis = "enduring-exception", reason = "The old lathe takes no scanner.", exception = "old-lathe" }
    /// ```
    ///
    /// ```toml exceptions/old-lathe.toml
    /// id = "old-lathe"
    /// title = "The old lathe's controller"
    /// kind = "enduring-exception"
    /// objectives = ["SI.L2-3.14.4[a]"]
    /// reason = "Its maker is gone, and the controller takes no scanner."
    /// mitigation = "It stands on a network of its own and reads checked media only."
    /// approved-by = "dana"
    /// approved = 2026-05-12
    /// ```
    "dangling-exception", Format, Deny
}

//! `lapsed-allow`: found while levels are applied.

use crate::rule::rule;

rule! {
    /// The last day of an `[[allow]]` has passed.
    ///
    /// ## Why it matters
    ///
    /// Somebody accepted a diagnostic for a time and for a reason; the time is over, so it is reported again. Whoever
    /// is responsible decides anew, instead of an old decision standing for ever.
    ///
    /// ## Example
    ///
    /// ```toml demarcate.toml +
    /// [[allow]]
    /// rule = "file-name"
    /// in = "exceptions/lathe.toml"
    /// reason = "The file keeps its old name until the next release of the plan."
    /// until = 2026-10-31
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml exceptions/lathe.toml
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
    /// ```toml demarcate.toml +
    /// [[allow]]
    /// rule = "file-name"
    /// in = "exceptions/lathe.toml"
    /// reason = "The file keeps its old name until the next release of the plan."
    /// until = 2027-01-31
    /// ```
    "lapsed-allow", Policy, Warn
}

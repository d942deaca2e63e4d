//! `idle-allow`: found while levels are applied.

use crate::rule::rule;

rule! {
    /// An `[[allow]]` matches nothing.
    ///
    /// ## Why it matters
    ///
    /// What it accepted has been corrected, or it was written for another place. Left standing, it would hide the same
    /// thing when it comes back, and by then nobody remembers the reason.
    ///
    /// ## Example
    ///
    /// ```toml demarcate.toml +
    /// [[allow]]
    /// rule = "file-name"
    /// in = "exceptions/lathe.toml"
    /// reason = "The file keeps its old name until the next release of the plan."
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
    /// ```
    "idle-allow", Policy, Warn
}

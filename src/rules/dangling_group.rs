//! `dangling-group`: found while files are linked.

use crate::rule::rule;

rule! {
    /// A scope group is named that `assets.toml` does not define.
    ///
    /// ## Why it matters
    ///
    /// Groups say for which part of the system a duty holds. A duty for a group that does not exist covers nothing, and
    /// the part that was meant is left without an owner.
    ///
    /// ## Example
    ///
    /// ```toml assets.toml +
    /// [[asset]]
    /// id = "badge-readers"
    /// title = "Badge readers of the hall"
    /// category = "security-protection"
    /// group = "shopfloor"
    /// owner = "contractor"
    /// inventory = "ticket-log"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml assets.toml +
    /// [[asset]]
    /// id = "badge-readers"
    /// title = "Badge readers of the hall"
    /// category = "security-protection"
    /// group = "shop-floor"
    /// owner = "contractor"
    /// inventory = "ticket-log"
    /// ```
    "dangling-group", Format, Deny
}

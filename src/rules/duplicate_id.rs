//! `duplicate-id`: found while files are linked.

use crate::rule::rule;

rule! {
    /// Two things of one kind have the same id, or ids that some file systems cannot tell apart.
    ///
    /// ## Why it matters
    ///
    /// Whoever cites the id means one of the two, and nobody can say which: the evidence of one would be taken for the
    /// evidence of the other. Ids that differ only in case or in how an accent is encoded become one file on some
    /// machines, so they count as the same.
    ///
    /// ## Example
    ///
    /// ```toml assets.toml +
    /// [[asset]]
    /// id = "machine-tools"
    /// title = "Badge readers of the hall"
    /// category = "security-protection"
    /// group = "shop-floor"
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
    "duplicate-id", Format, Deny
}

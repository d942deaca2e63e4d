//! `dangling-artifact`: found while files are linked.

use crate::rule::rule;

rule! {
    /// An artifact is cited that no `artifacts.toml` declares.
    ///
    /// ## Why it matters
    ///
    /// An assessor follows the citation to the thing itself, and here the trail ends: what was meant to be examined
    /// cannot be found. 32 CFR 170.24(b) asks for evidence in final form; a name is none. Usually the id was misspelled
    /// or the series was renamed in one place only.
    ///
    /// ## Example
    ///
    /// ```toml assets.toml +
    /// [[asset]]
    /// id = "badge-readers"
    /// title = "Badge readers of the hall"
    /// category = "security-protection"
    /// group = "shop-floor"
    /// owner = "contractor"
    /// inventory = "ticket-logs"
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
    "dangling-artifact", Format, Deny
}

//! `dangling-party`: found while files are linked.

use crate::rule::rule;

rule! {
    /// A party is named that is neither `contractor` nor the id of a provider.
    ///
    /// ## Why it matters
    ///
    /// Every duty has to be somebody's. A name that leads to no provider file has no contract, no clause and nobody to
    /// ask, and an assessor will treat the work as unowned. Providers are named by their id, not by their legal name.
    ///
    /// ## Example
    ///
    /// ```toml assets.toml +
    /// [[asset]]
    /// id = "badge-readers"
    /// title = "Badge readers of the hall"
    /// category = "security-protection"
    /// group = "shop-floor"
    /// owner = "acme-mps"
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
    /// owner = "acme-msp"
    /// inventory = "ticket-log"
    /// ```
    "dangling-party", Format, Deny
}

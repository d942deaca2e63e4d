//! `bad-id`: found while a file is read.

use crate::rule::rule;

rule! {
    /// An id is not kebab-case, or is one that is reserved.
    ///
    /// ## Why it matters
    ///
    /// Ids are typed by hand in practices, contracts, commit messages and tickets, and they become file names. One
    /// spelling, small letters, digits and single hyphens, keeps them the same on every file system and in every tool.
    /// `contractor` is the contractor's own id, so a provider that took it would be handed the contractor's duties.
    ///
    /// ## Example
    ///
    /// ```toml assets.toml +
    /// [[asset]]
    /// id = "Badge Readers"
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
    "bad-id", Format, Deny
}

//! `dangling-extends`: found while files are linked.

use crate::rule::rule;

rule! {
    /// `extends` does not name another root of the same repository, names it through a link, or names one that itself
    /// extends a third.
    ///
    /// ## Why it matters
    ///
    /// Practices, policies, providers and people that this system takes over from the other root are missing as long as
    /// it is not found. Nothing outside the Git repository is read, since an assessor could not see at which commit it
    /// stood, and nothing behind a symbolic link, as that may come to lead elsewhere unseen. One step is allowed, so that everybody can tell where a line comes from.
    ///
    /// ## Example
    ///
    /// ```toml demarcate.toml +top
    /// extends = "../corporate"
    ///
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml corporate/demarcate.toml
    /// [organization]
    /// name = "Northwind Holding Inc."
    /// ```
    ///
    /// ```toml demarcate.toml +top
    /// extends = "corporate"
    ///
    /// ```
    "dangling-extends", Format, Deny
}

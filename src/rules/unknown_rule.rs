//! `unknown-rule`: found while levels are applied.

use crate::rule::rule;

rule! {
    /// `demarcate.toml` sets the level of a rule that does not exist.
    ///
    /// ## Why it matters
    ///
    /// A level or an `[[allow]]` for a misspelled name changes nothing, while its author believes that it does: what
    /// was meant to be denied may pass, or what was accepted with a reason keeps failing.
    ///
    /// ## Example
    ///
    /// ```toml demarcate.toml +
    /// [rules]
    /// file-nmae = "deny"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml demarcate.toml +
    /// [rules]
    /// file-name = "deny"
    /// ```
    "unknown-rule", Policy, Deny
}

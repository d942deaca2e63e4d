//! `unknown-key`: found while a file is read.

use crate::rule::rule;

rule! {
    /// A key is not one of those that its table has.
    ///
    /// ## Why it matters
    ///
    /// A misspelled key is a sentence that nobody reads: a verification under `verifcation` never happened as far as
    /// any rule or document can tell. So no key is skipped in silence, and the help names the ones that are known.
    ///
    /// ## Example
    ///
    /// ```toml practices/AC.L2-3.1.1.toml +
    /// [[method]]
    /// kind = "interview"
    /// objectives = ["a"]
    /// do = "Ask who approves a new account"
    /// with = "it-lead"
    /// on = 2026-09-03
    /// by = "isso"
    /// result = "passed"
    /// expects = "The IT lead, by a ticket"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/AC.L2-3.1.1.toml +
    /// [[method]]
    /// kind = "interview"
    /// objectives = ["a"]
    /// do = "Ask who approves a new account"
    /// expect = "The IT lead, by a ticket"
    /// with = "it-lead"
    /// on = 2026-09-03
    /// by = "isso"
    /// result = "passed"
    /// ```
    "unknown-key", Format, Deny
}

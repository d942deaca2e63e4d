//! `missing-key`: found while a file is read.

use crate::rule::rule;

rule! {
    /// A table lacks a key without which it says nothing.
    ///
    /// ## Why it matters
    ///
    /// Each required key is the one thing that a table is for: a method without what was asked, a responsibility
    /// without its duty, a POA&M item without its day. The table is left out of everything that is derived, so a
    /// document or a score would be missing it as well.
    ///
    /// ## Example
    ///
    /// ```toml practices/AC.L2-3.1.1.toml +
    /// [[method]]
    /// kind = "interview"
    /// objectives = ["a"]
    /// expect = "The IT lead, by a ticket"
    /// with = "it-lead"
    /// on = 2026-09-03
    /// by = "isso"
    /// result = "passed"
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
    "missing-key", Format, Deny
}

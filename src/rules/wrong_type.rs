//! `wrong-type`: found while a file is read.

use crate::rule::rule;

rule! {
    /// A value is of another type than its key takes.
    ///
    /// ## Why it matters
    ///
    /// A day in quotes is text, and text has no calendar: what should lapse or fall due would never do so. The value is
    /// left out, and what is derived from the file is held back until it can be read.
    ///
    /// ## Example
    ///
    /// ```toml practices/AC.L2-3.1.1.toml +
    /// [[method]]
    /// kind = "interview"
    /// objectives = ["a"]
    /// do = "Ask who approves a new account"
    /// expect = "The IT lead, by a ticket"
    /// with = "it-lead"
    /// on = "2026-09-03"
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
    "wrong-type", Format, Deny
}

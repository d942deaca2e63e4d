//! `dangling-role`: found while files are linked.

use crate::rule::rule;

rule! {
    /// A role is named that `demarcate.toml` does not define.
    ///
    /// ## Why it matters
    ///
    /// Roles say who maintains, checks and reviews. One that nobody holds leaves the work to nobody, and the interview
    /// that the assessor wants to hold has no guest. Usually the id was misspelled or a role was renamed.
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
    /// on = 2026-09-03
    /// by = "iso"
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
    "dangling-role", Format, Deny
}

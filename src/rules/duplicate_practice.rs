//! `duplicate-practice`: found while files are linked.

use crate::rule::rule;

rule! {
    /// Two files hold the same practice.
    ///
    /// ## Why it matters
    ///
    /// The assessor would be shown two answers to one requirement, and the score could be computed from either. It
    /// happens when a file is copied before it is edited, or when both sides of a merge keep their own. Until one is
    /// gone nothing else is said about the practice, because it would be a guess.
    ///
    /// ## Example
    ///
    /// ```toml practices/AC.L2-3.1.1-old.toml
    /// practice = "AC.L2-3.1.1"
    /// statement = "Accounts are approved by the IT lead."
    /// ```
    ///
    /// Use instead:
    ///
    /// Keep one file and move into it what the other one says.
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
    "duplicate-practice", Format, Deny
}

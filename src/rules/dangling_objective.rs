//! `dangling-objective`: found while files are linked.

use crate::rule::rule;

rule! {
    /// An objective is named that the requirement does not have.
    ///
    /// ## Why it matters
    ///
    /// SP 800-171A has 320 objectives, each with its letter; the assessor scores them one by one. A letter that does
    /// not exist answers nothing, while the objective that was meant may stay unanswered, and then counts as not met.
    /// The requirements with one objective have the letter `a`.
    ///
    /// ## Example
    ///
    /// ```toml practices/AC.L2-3.1.1.toml +
    /// [[method]]
    /// kind = "interview"
    /// objectives = ["g"]
    /// do = "Ask who approves a new account"
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
    /// objectives = ["d"]
    /// do = "Ask who approves a new account"
    /// expect = "The IT lead, by a ticket"
    /// with = "it-lead"
    /// on = 2026-09-03
    /// by = "isso"
    /// result = "passed"
    /// ```
    "dangling-objective", Format, Deny
}

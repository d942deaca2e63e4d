//! `wrong-value`: found while a file is read.

use crate::rule::rule;

rule! {
    /// A value has the right type but is not one that its key can hold.
    ///
    /// ## Why it matters
    ///
    /// Words such as `met`, `interview` or `policy` are a closed list, because rules and documents depend on each of
    /// them; durations and days have to exist. A value outside the list says nothing, and an objective whose answer
    /// cannot be read counts as not met.
    ///
    /// ## Example
    ///
    /// ```toml practices/AC.L2-3.1.1.toml +
    /// [[method]]
    /// kind = "intervew"
    /// objectives = ["a"]
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
    /// objectives = ["a"]
    /// do = "Ask who approves a new account"
    /// expect = "The IT lead, by a ticket"
    /// with = "it-lead"
    /// on = 2026-09-03
    /// by = "isso"
    /// result = "passed"
    /// ```
    "wrong-value", Format, Deny
}

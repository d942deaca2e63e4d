//! `unknown-practice`: found while files are linked.

use crate::rule::rule;

rule! {
    /// A practice is not one of the 110 requirements of the catalog.
    ///
    /// ## Why it matters
    ///
    /// CMMC Level 2 is assessed against the 110 requirements of NIST SP 800-171 Rev 2 and no others (32 CFR
    /// 170.14(c)(3)). A file under another id is never scored, and the requirement that was meant may be missing.
    ///
    /// ## Example
    ///
    /// ```toml practices/AC.L2-3.1.23.toml
    /// practice = "AC.L2-3.1.23"
    /// statement = "Accounts of people who left are closed the same day."
    /// ```
    ///
    /// Use instead:
    ///
    /// Record it in the practice that it belongs to.
    ///
    /// ```toml practices/AC.L2-3.1.1.toml +
    /// [[method]]
    /// kind = "interview"
    /// objectives = ["a"]
    /// do = "Ask when the account of somebody who left is closed"
    /// expect = "The same day, by a ticket"
    /// with = "it-lead"
    /// on = 2026-09-03
    /// by = "isso"
    /// result = "passed"
    /// ```
    "unknown-practice", Coverage, Deny
}

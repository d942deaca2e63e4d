//! `dangling-person`: found while files are linked.

use crate::rule::rule;

rule! {
    /// A person is named that `demarcate.toml` does not list.
    ///
    /// ## Why it matters
    ///
    /// Reporters, system owners and the affirming official are people whom the Government may call (DFARS
    /// 252.204-7012(c), 32 CFR 170.22). A name without an entry has no address, no role and no key, so nobody can be
    /// reached or held to it.
    ///
    /// ## Example
    ///
    /// ```toml incident.toml +
    /// [[reporter]]
    /// person = "robyn"
    /// deputy = true
    /// certificate = "eca-certificate"
    /// certificate-until = 2027-12-31
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml incident.toml +
    /// [[reporter]]
    /// person = "robin"
    /// deputy = true
    /// certificate = "eca-certificate"
    /// certificate-until = 2027-12-31
    /// ```
    "dangling-person", Format, Deny
}

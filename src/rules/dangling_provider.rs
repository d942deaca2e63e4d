//! `dangling-provider`: found while files are linked.

use crate::rule::rule;

rule! {
    /// A provider is named that has no file in `providers/`.
    ///
    /// ## Why it matters
    ///
    /// A responsibility matrix, or a way through another provider, hangs in the air when the provider itself is not
    /// described: there is no contract to hold it against and no service that it could speak of. The assessor starts
    /// from the inventory of external service providers, so each has to be in it (32 CFR 170.19(c)(2)).
    ///
    /// ## Example
    ///
    /// ```toml providers/acme.crm.toml
    /// provider = "acme"
    /// edition = "2025"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml providers/acme-msp.crm.toml
    /// provider = "acme-msp"
    /// edition = "2026"
    /// date = 2026-09-01
    /// source = "acme-contract"
    ///
    /// [[row]]
    /// for = ["3.7.5", "3.14.1"]
    /// service = "patching"
    /// inheritance = "partial"
    /// provider-does = "Works the queue on managed hosts and reports each month."
    /// customer-does = "Writes the policy and checks the report."
    /// ```
    "dangling-provider", Format, Deny
}

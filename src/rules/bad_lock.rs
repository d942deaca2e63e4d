//! `bad-lock`: found while a file is read.

use crate::rule::rule;

rule! {
    /// A line of `evidence.lock` cannot be read.
    ///
    /// ## Why it matters
    ///
    /// The lock says which bytes were shown as evidence: without its line an edition cannot be told from one that was
    /// replaced later. Most often the cause is a merge conflict whose marks were committed. The DoD's hashing guide
    /// asks the contractor to keep the hashes of its artifacts for six years (32 CFR 170.17(c)(4)).
    ///
    /// ## Example
    ///
    /// ```text evidence.lock +
    /// <<<<<<< HEAD
    /// ```
    ///
    /// Use instead:
    ///
    /// ```lock
    /// ```
    "bad-lock", Format, Deny
}

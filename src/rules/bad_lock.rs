//! `bad-lock`: found while a file is read.

use crate::rule::rule;

rule! {
    /// A line of `evidence.lock` cannot be read.
    ///
    /// ## Why it matters
    ///
    /// The lock says which bytes were shown as evidence: without its line an edition cannot be told from one that was
    /// replaced later. Most often the cause is a merge conflict whose marks were committed. After a certification
    /// assessment the hashed artifacts are kept for six years (32 CFR 170.17(c)(4)), and the hashes are what they are
    /// held against.
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

//! `syntax`: found while a file is read.

use crate::rule::rule;

rule! {
    /// A file is not valid TOML.
    ///
    /// ## Why it matters
    ///
    /// What stands on a broken line is not read, so whatever it was meant to say is not on record: an objective may look
    /// unanswered, or a responsibility may be gone. The rest of the file and every other file are still read, but what is
    /// derived from the broken file is held back until it can be trusted.
    ///
    /// ## Example
    ///
    /// ```toml crypto.toml +
    /// [[module]]
    /// id = "drive-encryption
    /// name = "Drive encryption library"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml crypto.toml +
    /// [[module]]
    /// id = "drive-encryption"
    /// name = "Drive encryption library"
    /// version = "4.2"
    /// certificate = "4999"
    /// status = "active"
    /// checked = 2026-09-10
    /// environment = "Enclave workstations"
    /// mode-evidence = "procedure-it"
    /// ```
    "syntax", Format, Deny
}

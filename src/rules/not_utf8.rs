//! `not-utf8`: found while a file is read.

use crate::rule::rule;

rule! {
    /// A file holds a byte that is not UTF-8.
    ///
    /// ## Why it matters
    ///
    /// Files are UTF-8, so that the same text comes out on every machine and in every document. A file in another
    /// encoding, such as the older ones of Windows or UTF-16, is not read at all: what it says is not on record.
    ///
    /// ## Example
    ///
    /// ```bytes policies/pe.md
    /// 23 20 56 69 73 69 74 6f 72 73 20 61 74 20 74 68 65 20 63 61 66 e9 0a
    /// ```
    ///
    /// Use instead:
    ///
    /// ```md policies/pe.md
    /// # Visitors at the café
    /// ```
    "not-utf8", Format, Deny
}

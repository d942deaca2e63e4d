//! `unreadable-file`: found while a file is read.

use crate::rule::rule;

rule! {
    /// Something stands where a file is expected that cannot be read.
    ///
    /// ## Why it matters
    ///
    /// A folder, a pipe, a file without permission or a link that leaves the repository may hold what was meant, but it
    /// is not on record at any commit. Links are followed only inside the Git repository: what lies outside could
    /// change without anybody's review. Where a merge stopped at a conflict, the index holds several of a file: with
    /// `--staged` it is none of them before the merge is resolved in it and it was added with `git add`.
    ///
    /// ## Example
    ///
    /// ```symlink exceptions/old-lathe.toml
    /// ../../elsewhere/old-lathe.toml
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml exceptions/old-lathe.toml
    /// id = "old-lathe"
    /// title = "The old lathe's controller"
    /// kind = "enduring-exception"
    /// objectives = ["SI.L2-3.14.4[a]"]
    /// reason = "Its maker is gone, and the controller takes no scanner."
    /// mitigation = "It stands on a network of its own and reads checked media only."
    /// approved-by = "dana"
    /// approved = 2026-05-12
    /// ```
    "unreadable-file", Format, Deny
}

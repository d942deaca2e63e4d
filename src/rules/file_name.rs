//! `file-name`: found while files are linked.

use crate::rule::rule;

rule! {
    /// The name of a file differs from the id in it.
    ///
    /// ## Why it matters
    ///
    /// The id decides, so nothing is lost; but people look for a practice, provider or item by the name of its file,
    /// and a pull request that lists files then speaks of the wrong one. Often it means that a file was copied and its
    /// id was not changed, or the other way around.
    ///
    /// ## Example
    ///
    /// ```toml exceptions/lathe.toml
    /// id = "old-lathe"
    /// title = "The old lathe's controller"
    /// kind = "enduring-exception"
    /// objectives = ["SI.L2-3.14.4[a]"]
    /// reason = "Its maker is gone, and the controller takes no scanner."
    /// mitigation = "It stands on a network of its own and reads checked media only."
    /// approved-by = "dana"
    /// approved = 2026-05-12
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
    "file-name", Format, Warn
}

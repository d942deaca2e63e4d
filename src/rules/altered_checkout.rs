use crate::model::assessment::{Checkout, EditionState};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A file of evidence on disk is not what was committed: the checkout changed its line endings.
    ///
    /// ## Why it matters
    ///
    /// Git was told to convert line endings, so the file that is opened here has other bytes, and another hash value,
    /// than the one that everybody else has. The lock is compared with what was committed, but whoever runs the DoD
    /// hashing script over this folder gets other values.
    ///
    /// ## Example
    ///
    /// ```text .gitattributes
    /// policies/** -text
    /// evidence/** -text
    /// evidence/contractor/procedure-it.txt text eol=crlf
    /// ```
    ///
    /// ```bytes evidence/contractor/procedure-it.txt
    /// 495420776f726b20696e737472756374696f6e732c2076657273696f6e20312e
    /// 302c20617070726f7665642062792044616e61204c6565206f6e20323032362d
    /// 30312d31350d0a
    /// ```
    ///
    /// Use instead:
    ///
    /// ```text .gitattributes
    /// policies/** -text
    /// evidence/** -text
    /// ```
    ///
    /// ```text evidence/contractor/procedure-it.txt
    /// IT work instructions, version 1.0, approved by Dana Lee on 2026-01-15
    /// ```
    "altered-checkout", Evidence, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    for (series, edition) in facts.assessment.editions() {
        if !matches!(edition.state, EditionState::Present { checkout: Checkout::Altered, .. }) {
            continue;
        }
        let folder = edition.location.split('/').next().unwrap_or_default();
        report
            .add(
                format!(
                    "`{}`, an edition of `{}`, differs on disk from what was committed: its line endings or its encoding",
                    edition.location, series.artifact.id
                ),
                edition.span(),
            )
            .label("converted by the checkout")
            .help(format!(
                "write `{folder}/** -text` into .gitattributes, without `ident` and `working-tree-encoding`, then check \
                 the file out again"
            ));
    }
}

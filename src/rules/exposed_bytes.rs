use crate::rule::{Facts, Report, rule};
use std::collections::BTreeMap;

rule! {
    /// Line-ending conversion could alter the bytes of evidence.
    ///
    /// ## Why it matters
    ///
    /// A checkout on another machine may turn LF into CRLF in files that Git takes for text. The file then has another
    /// SHA-256 than the lock and the assessor's list, although nobody touched it. One line of `.gitattributes` rules
    /// that out. (How sure this is: Git converts only where a machine is configured so, and never what it takes for
    /// binary.)
    ///
    /// ## Example
    ///
    /// ```text .gitattributes
    /// policies/** -text
    /// ```
    ///
    /// Use instead:
    ///
    /// ```text .gitattributes
    /// policies/** -text
    /// evidence/** -text
    /// ```
    "exposed-bytes", Evidence, Warn, check
}

use crate::model::assessment::{Checkout, EditionFile, EditionState};

fn check(facts: &Facts, report: &mut Report<'_>) {
    let mut folders: BTreeMap<&str, Vec<&EditionFile>> = BTreeMap::new();
    for (_, edition) in facts.assessment.editions().filter(|(series, _)| !series.inherited) {
        if let EditionState::Present { checkout: Checkout::Exposed, .. } = edition.state {
            folders.entry(folder(&edition.location)).or_default().push(edition);
        }
    }
    for (folder, editions) in folders {
        let count = editions.len();
        let what = if count == 1 { "1 edition".to_owned() } else { format!("{count} editions") };
        report
            .add(format!("a checkout could convert the line endings of {what} in `{folder}`"), editions[0].span())
            .label("the first of them")
            .help(format!("write `{folder}/** -text` into .gitattributes"));
    }
}

/// The first folder of a path, or the file itself at the top.
fn folder(location: &str) -> &str {
    location.split('/').next().unwrap_or(location)
}

use std::collections::BTreeSet;

use crate::model::assessment::Assessment;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A provider is reached through itself.
    ///
    /// ## Why it matters
    ///
    /// `via` leads from a fourth party to the provider that brings it along, and in the end to one with whom the contractor has
    /// a contract. In a circle nobody has one, and each seems to be covered by the next.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -esp = true
    /// +esp = true
    /// +via = "gcc-high"
    /// +approved = 2026-03-02
    /// ```
    /// ```diff providers/gcc-high.toml
    /// -esp = true
    /// +esp = true
    /// +via = "acme-msp"
    /// +approved = 2026-03-02
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/gcc-high.toml
    /// -esp = true
    /// +esp = true
    /// +via = "acme-msp"
    /// +approved = 2026-03-02
    /// ```
    "circular-via", Format, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for id in found.providers.keys().map(String::as_str) {
        let circle = circle(id, found, &mut done);
        // A file that was not read whole may have lost where its way ends.
        if circle.iter().any(|id| found.providers[*id].lost) {
            continue;
        }
        let mut vias = circle.iter().filter_map(|id| found.providers.get(*id)?.via.as_ref());
        let Some(first) = vias.next() else { continue };
        let way: Vec<&str> = circle.iter().chain(circle.first()).copied().collect();
        let mut draft = report
            .add(format!("`{}` is reached through itself: {}", circle[0], way.join(" -> ")), first.span)
            .label("leads back to where it began")
            .help("remove `via` from the provider with whom the contractor itself has the contract")
            .provider(circle[0]);
        for via in vias {
            draft = draft.related("and this", via.span);
        }
    }
}

/// The providers of a circle into which the way from one leads; a way that was gone before has shown its circle.
fn circle<'a>(from: &'a str, found: &'a Assessment, done: &mut BTreeSet<&'a str>) -> Vec<&'a str> {
    let mut way: Vec<&str> = Vec::new();
    let mut next = Some(from);
    while let Some(id) = next.filter(|id| !done.contains(id)) {
        if let Some(start) = way.iter().position(|gone| *gone == id) {
            done.extend(&way);
            return way.split_off(start);
        }
        way.push(id);
        next = found.providers.get(id).and_then(|provider| provider.via.as_deref());
    }
    done.extend(&way);
    Vec::new()
}

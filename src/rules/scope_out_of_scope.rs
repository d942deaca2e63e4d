use std::collections::BTreeMap;

use crate::ids::Span;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A part of a practice covers a group of assets that is out of scope.
    ///
    /// ## Why it matters
    ///
    /// No requirement is assessed for what is out of scope (32 CFR 170.19(c)(1), Table 3). A duty that covers such a group
    /// says that somebody thinks it is in scope: either the group is, or work and evidence are promised that nobody will ask for.
    ///
    /// ## Example
    ///
    /// ```diff assets.toml
    /// -title = "Shop floor"
    /// +title = "Shop floor"
    /// +in-scope = false
    /// ```
    /// ```diff assets.toml
    /// -group = "shop-floor"
    /// +group = "enclave"
    /// ```
    /// ```toml practices/MP.L2-3.8.7.toml
    /// practice = "MP.L2-3.8.7"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor blocks removable media on every host but two."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a"]
    /// scope = ["enclave", "shop-floor"]
    /// duty = "Blocks USB storage by group policy and opens it for the two scanning stations that the ISSO named."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-mp" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml practices/MP.L2-3.8.7.toml
    /// practice = "MP.L2-3.8.7"
    /// ownership = "contractor"
    /// status = "implemented"
    /// statement = "The contractor blocks removable media on every host but two."
    ///
    /// [[responsibility]]
    /// party = "contractor"
    /// layer = ["policy", "procedure", "configuration", "operation"]
    /// objectives = ["a"]
    /// scope = ["enclave", "shop-floor"]
    /// duty = "Blocks USB storage by group policy and opens it for the two scanning stations that the ISSO named."
    /// maintained-by = "it-lead"
    /// evidence = [{ artifact = "policy-mp" }, { artifact = "procedure-it" }, { artifact = "ticket-log" }]
    ///
    /// [determinations]
    /// a = "met"
    /// ```
    "scope-out-of-scope", Scope, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let groups = facts.assessment.assets.iter().filter(|assets| !assets.lost).flat_map(|assets| &assets.group);
    let outside: BTreeMap<&str, Span> = groups
        .filter_map(|group| Some((group.id.name.as_str(), group.in_scope.as_ref().filter(|flag| !flag.value)?.span)))
        .collect();
    for (group, said) in outside {
        let mut named =
            facts.assessment.practices.iter().filter(|(_, practice)| !practice.lost).flat_map(|(id, practice)| {
                let scopes = practice.responsibility.iter().flat_map(|part| &part.scope);
                scopes.filter(|scope| scope.name == group).map(move |scope| (*id, scope.span))
            });
        let Some((id, first)) = named.next() else { continue };
        let others = named.count();
        let more = if others == 0 { String::new() } else { format!(" (and {others} more parts do)") };
        report
            .add(format!("{id} covers group `{group}`, which is out of scope{more}"), first)
            .label("out of scope")
            .related("said here", said)
            .help("take the group out of `scope`, or remove `in-scope = false` if it is assessed after all")
            .practice(id);
    }
}

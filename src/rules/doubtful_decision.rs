use std::collections::BTreeSet;

use crate::model::assessment::Assessment;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A decision about a change of scope is about something that nothing lists, or its day is still to come.
    ///
    /// ## Why it matters
    ///
    /// The decision on record shows the affirming official and the assessor that somebody judged a significant change. One
    /// that names nothing they can find, or that nobody has taken yet, shows nothing.
    ///
    /// What a change took away is named under `removed`, in this decision or in a later one.
    ///
    /// ## Example
    ///
    /// ```toml assets.toml +
    ///
    /// [[decision]]
    /// date = 2026-10-05
    /// change = "The second measuring room was joined to the shop floor."
    /// decided = "Covered by the next affirmation; no new kind of asset."
    /// about = ["shopfloor"]
    /// ```
    ///
    /// Use instead:
    ///
    /// ```toml assets.toml +
    ///
    /// [[decision]]
    /// date = 2026-10-05
    /// change = "The second measuring room was joined to the shop floor."
    /// decided = "Covered by the next affirmation; no new kind of asset."
    /// about = ["shop-floor"]
    /// ```
    "doubtful-decision", Scope, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    let Some(assets) = found.assets.as_ref() else { return };
    let known = known(found);
    let may_be_unread =
        assets.lost || ["group", "provider", "connection"].iter().any(|kind| found.broken.contains(kind));
    for decision in &assets.decision {
        if decision.date.value > facts.as_of {
            report
                .add(format!("a decision is dated {}, which is still to come", decision.date.value), decision.date.span)
                .label("in the future")
                .help("write the day on which it was decided");
        }
        for about in decision.about.iter().filter(|about| !may_be_unread && !known.contains(about.value.as_str())) {
            report
                .add(format!("a decision is about `{}`, which nothing lists", about.value.escape_debug()), about.span)
                .label("no such group, provider, asset or connection")
                .help("correct the id; if the change took it away, name it under `removed` instead");
        }
    }
}

/// Everything that a decision may be about, and what some decision took away.
fn known(found: &Assessment) -> BTreeSet<&str> {
    let assets = || found.assets.iter();
    let mut known: BTreeSet<&str> = found.providers.keys().map(String::as_str).collect();
    known.extend(assets().flat_map(|assets| &assets.group).map(|group| group.id.name.as_str()));
    known.extend(assets().flat_map(|assets| &assets.asset).map(|asset| asset.id.name.as_str()));
    known.extend(
        assets().flat_map(|assets| &assets.decision).flat_map(|decision| &decision.removed).map(|id| id.value.as_str()),
    );
    known
        .extend(found.providers.values().flat_map(|provider| &provider.connection).map(|found| found.id.name.as_str()));
    known.extend(found.config.system.iter().flat_map(|system| &system.connection).map(|found| found.id.name.as_str()));
    known
}

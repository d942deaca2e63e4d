use std::collections::BTreeMap;

use crate::ids::{Spanned, folded};
use crate::model::Filed;
use crate::model::assessment::Assessment;
use crate::model::provider::Provider;
use crate::rule::{Facts, Report, rule};
use crate::vetting;
use crate::words;

rule! {
    /// A provider uses somebody for its services of whom nothing is on record here.
    ///
    /// ## Why it matters
    ///
    /// The provider's own documents list whom it uses: a ticket system, a night desk, a remote tool, a backup. Each holds what
    /// the provider holds, and is an external service provider itself once CUI or security protection data lies on its assets
    /// (32 CFR 170.19(c)(2)). One that nobody has seen has no approval, no contract and no place in the SSP. `fourth-parties`
    /// holds the names as the provider lists them; each needs a file here, found by its id, name or alias, whose `via` names
    /// the provider. One with which the contractor itself deals has a file without `via`, and that is enough; one that is
    /// recorded as reached through somebody else is a warning.
    ///
    /// ## Example
    ///
    /// ```diff providers/acme-msp.toml
    /// -esp = true
    /// +esp = true
    /// +fourth-parties = ["GCC High", "Nightline Support"]
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff providers/acme-msp.toml
    /// -esp = true
    /// +esp = true
    /// +fourth-parties = ["GCC High", "Nightline Support"]
    /// ```
    /// ```toml providers/nightline.toml
    /// id = "nightline"
    /// name = "Nightline Support"
    /// via = "acme-msp"
    /// approved = 2026-05-04
    /// description = "Answers the telephone at night and opens tickets; sees neither CUI nor the system."
    ///
    /// [[service]]
    /// id = "night-desk"
    /// title = "Telephone at night"
    /// kind = "vendor"
    /// data = "none"
    /// ```
    "unlisted-fourth-party", Providers, Deny, check
}

/// Providers by the words of each of their names.
type Names<'a> = BTreeMap<Vec<String>, &'a Filed<Provider>>;

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    if found.broken.contains("provider") {
        return;
    }
    let names = names(found);
    for (id, provider) in vetting::sound(found) {
        let listed = provider.fourth_parties.iter().filter(|name| !name.trim().is_empty());
        let (known, unseen): (Vec<&Spanned<String>>, Vec<&Spanned<String>>) =
            listed.partition(|name| names.contains_key(&key(name)));
        say_unseen(id, &unseen, report);
        for name in known {
            say_elsewhere(id, name, names[&key(name)], report);
        }
    }
}

fn names(found: &Assessment) -> Names<'_> {
    let of = |provider: &Filed<Provider>| found.names_of(&provider.id);
    found
        .providers
        .values()
        .flat_map(|provider| of(provider).into_iter().map(move |name| (key(&name), provider)))
        .collect()
}

/// Words of a name without what companies put behind theirs.
fn key(name: &str) -> Vec<String> {
    let mut words = words::plain_words(&folded(name));
    let is_form = |word: &String| matches!(word.as_str(), "inc" | "llc" | "ltd" | "corp" | "corporation" | "co" | "lp");
    while words.len() > 1 && words.last().is_some_and(is_form) {
        words.pop();
    }
    words
}

fn say_unseen(id: &str, unseen: &[&Spanned<String>], report: &mut Report<'_>) {
    let Some((first, others)) = unseen.split_first() else { return };
    let names = vetting::listed(unseen.iter().map(|name| name.value.as_str()));
    let which = if others.is_empty() { "which is" } else { "which are" };
    let mut draft = report
        .add(format!("`{id}` uses {names}, {which} not on record here"), first.span)
        .label("a fourth party that nobody here has seen")
        .help(format!(
            "write a file in providers/ for it, with `via = \"{id}\"`, what of yours lies there, and the day you approved it; or \
             have `{id}` keep it away from your services"
        ))
        .provider(id);
    for name in others {
        draft = draft.related("and this one", name.span);
    }
}

fn say_elsewhere(id: &str, name: &Spanned<String>, known: &Filed<Provider>, report: &mut Report<'_>) {
    let Some(via) = known.via.as_ref().filter(|via| ***via != *id) else { return };
    report
        .add(format!("`{id}` uses `{}`, which is on record as reached through `{via}` alone", name.value), name.span)
        .label("used by this one too")
        .related("reached through another one", via.span)
        .help("find out whether the approval covers this use too, and say so in an [[allow]] with the reason")
        .provider(id)
        .warn();
}

use crate::date::Duration;
use crate::ids::Span;
use crate::model::incident::Authority;
use crate::rule::{Facts, Report, rule};
use crate::words;

rule! {
    /// The way to an authority was not looked at for a year, or the DoD is not among the authorities.
    ///
    /// ## Why it matters
    ///
    /// 3.6.2[c] asks which authorities are told, [e] that they are. Portals move and telephone numbers change; whoever looks them
    /// up during an incident finds the one of last year. Cyber incidents go to the DoD through DIBNet, malware to DC3 (DFARS
    /// 252.204-7012(c) and (d), read in one source).
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -within = "72 hours"
    /// -checked = 2026-09-10
    /// +within = "72 hours"
    /// +checked = 2025-09-10
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -within = "72 hours"
    /// -checked = 2026-09-10
    /// +within = "72 hours"
    /// +checked = 2025-12-10
    /// ```
    "authority-unchecked", Incident, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    if !incident.authority.iter().any(is_of_the_dod) {
        let place = incident.authority.first().map_or_else(|| incident.top(), |first| first.span);
        report
            .add("no authority of the DoD is among those to be told of an incident", place)
            .label("no entry that names DIBNet, DC3 or the DoD")
            .help("add an [[authority]] for DIBNet: what it is told, where, within 72 hours, and when that was last checked");
    }
    let mut unchecked =
        incident.authority.iter().filter_map(|authority| Some((authority, unchecked(authority, facts)?)));
    let Some((first, why)) = unchecked.next() else { return };
    let others: Vec<(&Authority, String)> = unchecked.collect();
    let more = if others.is_empty() { String::new() } else { format!(" (and of {} more)", others.len()) };
    let mut draft = report
        .add(format!("the contact of `{}`{more} {why}", first.name.trim()), place_of(first))
        .label("look at it again")
        .help("open the portal or call the number, correct the contact, and write the day at `checked`");
    for (other, why) in others {
        draft = draft.related(format!("`{}` {why}", other.name.trim()), place_of(other));
    }
}

fn unchecked(authority: &Authority, facts: &Facts) -> Option<String> {
    let Some(checked) = &authority.checked else { return Some("was never checked".to_owned()) };
    let is_old = Duration::YEAR.after(checked.value) < facts.as_of;
    let is_early = checked.value > facts.as_of;
    let why = match (is_old, is_early) {
        (true, _) => format!("was last checked on {}, more than a year ago", checked.value),
        (_, true) => format!("was checked on {}, which is to come", checked.value),
        _ => return None,
    };
    Some(why)
}

fn place_of(authority: &Authority) -> Span {
    authority.checked.as_ref().map_or(authority.name.span, |checked| checked.span)
}

/// By name, or by what it is told and where: that others are told of reports to the DoD makes them none of its own.
fn is_of_the_dod(authority: &Authority) -> bool {
    const PORTALS: [&str; 3] = ["dibnet", "dc3", "dcise"];
    const NAMES: [&str; 5] = ["dod", "dow", "department of defense", "department of war", "defense cyber crime"];
    let said = [Some(&authority.name), authority.about.as_ref(), authority.contact.as_ref()];
    let has = |text: &str, name: &str| !words::places(&words::words(text), &words::plain_words(name)).is_empty();
    let is_portal = said.into_iter().flatten().any(|text| PORTALS.iter().any(|name| has(text, name)));
    is_portal || NAMES.iter().any(|name| has(&authority.name, name))
}

use std::collections::BTreeSet;

use crate::handoffs::{MOST_USED, REPORT_WITHIN, Way, Ways, in_hours};
use crate::model::incident::Handoff;
use crate::rule::{Facts, Report, rule};

rule! {
    /// An incident takes too long from whoever sees it to the contractor, who has to report it.
    ///
    /// ## Why it matters
    ///
    /// The DoD is told within 72 hours of the discovery (DFARS 252.204-7012(c)(1)(ii), read in one source), and a provider's
    /// discovery may well be counted as the contractor's. The limits of the handoffs on the way add up: an SOC that has two days
    /// and a help desk that has one have used all of it before the contractor knows. 72 hours and over is denied, over 24 warns.
    ///
    /// The longest way of each provider is counted. Handoffs of detection, analysis, containment and reporting count, and those
    /// that do not say their matter; where a provider has none of these, whatever it hands over of incidents. If the same provider
    /// has a way that is fast enough, nobody can tell from the file which of the two is taken: then it warns.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -within = "8 hours"
    /// +within = "80 hours"
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -within = "8 hours"
    /// +within = "12 hours"
    /// ```
    "slow-handoff", Incident, Deny, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    let ways = Ways::of(&facts.assessment, incident);
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for way in ways.longest() {
        let Some(first) = way.steps.first() else { continue };
        let fastest = ways.fastest(&first.from).map_or(way.minutes, |fastest| fastest.minutes);
        let is_slow = way.minutes >= REPORT_WITHIN || fastest > MOST_USED;
        if is_slow && is_new(&way, &told) {
            told.extend(way.steps.iter().map(|step| &*step.from));
            tell(&way, fastest, report);
        }
    }
}

/// Whether a way is slow by more than the steps that were already reported with a longer one.
fn is_new(way: &Way<'_>, told: &BTreeSet<&str>) -> bool {
    let own = way.steps.iter().filter(|step| !told.contains(&*step.from)).filter_map(|step| step.minutes());
    let own: i64 = own.sum();
    own > MOST_USED || grade(way.minutes.saturating_sub(own)) < grade(way.minutes)
}

fn grade(minutes: i64) -> u8 {
    match minutes {
        REPORT_WITHIN.. => 2,
        minutes if minutes > MOST_USED => 1,
        _ => 0,
    }
}

fn tell(way: &Way<'_>, fastest: i64, report: &mut Report<'_>) {
    let (Some(first), Some(slowest)) = (way.steps.first(), way.steps.iter().max_by_key(|step| step.minutes())) else {
        return;
    };
    let (at_least, left) = (if way.is_open() { "at least " } else { "" }, way.left());
    let rest = if left > 0 {
        format!("{} of the 72 hours are left", in_hours(left))
    } else {
        "nothing of the 72 hours is left".to_owned()
    };
    let other =
        if fastest < way.minutes { format!("; its fastest way takes {}", in_hours(fastest)) } else { String::new() };
    let message = format!(
        "what `{}` sees of an incident takes {at_least}{} to reach the contractor ({}): {rest}{other}",
        first.from,
        in_hours(way.minutes),
        said(way)
    );
    let place = slowest.within.as_ref().map_or(slowest.id.span, |within| within.span);
    let mut draft = report.add(message, place).label("the longest step").provider(&first.from).help(
        "agree on a shorter limit, or have the provider call the contractor itself; the limit that counts is the one of the contract",
    );
    for step in way.steps.iter().filter(|step| step.id.span != slowest.id.span) {
        draft = draft.related(format!("a step of the way: {}", said_of(step)), step.id.span);
    }
    if fastest < REPORT_WITHIN {
        draft.warn();
    }
}

fn said(way: &Way<'_>) -> String {
    way.steps.iter().map(|step| said_of(step)).collect::<Vec<_>>().join(", then ")
}

fn said_of(step: &Handoff) -> String {
    let limit = step.minutes().map_or_else(|| "without limit".to_owned(), in_hours);
    format!("`{}` to `{}` {limit}", step.from, step.to)
}

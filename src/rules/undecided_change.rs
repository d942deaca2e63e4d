use std::collections::{BTreeMap, BTreeSet};

use crate::date::Date;
use crate::diagnostic::Place;
use crate::ids::Spanned;
use crate::model::assessment::Assessment;
use crate::model::history::{SinceAffirmed, Subject};
use crate::model::provider::{DataKind, Provider};
use crate::rule::{Facts, Report, rule};

rule! {
    /// A group or a provider changed since the last status or affirmation, and no decision about it is on record.
    ///
    /// ## Why it matters
    ///
    /// A status and an affirmation speak of the scope as it was. After a significant change of architecture or boundary a new
    /// assessment is needed; other changes are covered by the next affirmation. Which of the two it is has to be decided by
    /// somebody, and the decision is what an assessor asks for first. A renewed contract or a better description is no
    /// significant change, and a decision that says so in one sentence is enough.
    ///
    /// Looked at are, against the newest status date of `[assessment]`, the days on which a provider with CUI or security
    /// protection data came, was approved, or changed a service; and, against the last affirmation in the log, groups that
    /// were added, dropped, described otherwise or moved in or out of scope, and providers that came or went. A decision counts
    /// from 90 days before the change on: most are taken before the change is made.
    ///
    /// ## Example
    ///
    /// ```diff demarcate.toml
    /// -planned = 2027-03-01
    /// +planned = 2027-03-01
    /// +submitted = 2026-09-01
    /// +submitted-score = 110
    /// ```
    /// ```diff providers/acme-msp.toml
    /// -title = "Patching and maintenance of managed hosts"
    /// +title = "Patching and maintenance of managed hosts"
    /// +changed = 2026-09-20
    /// ```
    /// ```diff providers/acme-msp.crm.toml
    /// -date = 2026-09-01
    /// +date = 2026-09-25
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff demarcate.toml
    /// -planned = 2027-03-01
    /// +planned = 2027-03-01
    /// +submitted = 2026-09-01
    /// +submitted-score = 110
    /// ```
    /// ```diff providers/acme-msp.toml
    /// -title = "Patching and maintenance of managed hosts"
    /// +title = "Patching and maintenance of managed hosts"
    /// +changed = 2026-09-20
    /// ```
    /// ```diff providers/acme-msp.crm.toml
    /// -date = 2026-09-01
    /// +date = 2026-09-25
    /// ```
    /// ```toml assets.toml +
    ///
    /// [[decision]]
    /// date = 2026-09-18
    /// change = "Acme moves its patch server to another city."
    /// decided = "Covered by the next affirmation: the same service, the same connection."
    /// by = "Dana Lee"
    /// about = ["acme-msp"]
    /// ```
    "undecided-change", Scope, Warn, check
}

/// How long before a change a decision about it may have been taken, in days.
const BEFORE: i64 = 90;

const HELP: &str = "decide whether it needs a new assessment or is covered by the next affirmation, and write a `[[decision]]` about it in assets.toml";

fn check(facts: &Facts, report: &mut Report<'_>) {
    let found = &facts.assessment;
    if found.assets.as_ref().is_some_and(|assets| assets.lost) {
        return;
    }
    let told = since_status(facts, report);
    if let Some(since) = facts.history.as_ref().and_then(|history| history.since_affirmed.as_ref()) {
        groups_since(since, facts, report);
        providers_since(since, facts, &told, report);
    }
}

/// What providers with data changed after the newest status date; gives those that were reported.
fn since_status<'a>(facts: &'a Facts, report: &mut Report<'_>) -> BTreeSet<&'a str> {
    let Some(status) = status_day(facts) else { return BTreeSet::new() };
    let mut told = BTreeSet::new();
    for (id, provider) in facts.assessment.providers.iter().filter(|(_, found)| !found.lost && has_data(found)) {
        let is_later = |change: &Change<'_>| change.day.value > status.value && change.day.value <= facts.as_of;
        let changes = changes_of(id, provider, facts, status.value).into_iter().filter(is_later);
        let Some(last) = changes.max_by_key(|change| change.day.value) else { continue };
        if is_decided(id, last.day.value, &facts.assessment) {
            continue;
        }
        report
            .add(
                format!(
                    "{} on {}, after the status of {}, and no decision about `{id}` is on record",
                    last.what, last.day.value, status.value
                ),
                last.day.span,
            )
            .label("after the status")
            .related("the status", status.span)
            .help(HELP)
            .provider(id);
        told.insert(id.as_str());
    }
    told
}

/// The newest day on which a status was given or a score submitted.
fn status_day(facts: &Facts) -> Option<&Spanned<Date>> {
    let written = facts.assessment.config.assessment.as_ref()?;
    let days = [&written.conditional_date, &written.final_date, &written.submitted];
    days.into_iter().flatten().filter(|day| day.value <= facts.as_of).max_by_key(|day| day.value)
}

/// A day on which something about a provider changed.
struct Change<'a> {
    what: String,
    day: &'a Spanned<Date>,
}

fn changes_of<'a>(id: &str, provider: &'a Provider, facts: &Facts, status: Date) -> Vec<Change<'a>> {
    let services =
        provider.service.iter().filter(|service| service.data.iter().any(|data| data.value != DataKind::Nothing));
    let mut changes: Vec<Change<'a>> = services
        .filter_map(|service| {
            Some(Change { what: format!("service `{}` of `{id}` changed", service.id), day: service.changed.as_ref()? })
        })
        .collect();
    let approved = provider.approved.as_ref().filter(|_| provider.via.is_some());
    changes.extend(approved.map(|day| Change { what: format!("fourth party `{id}` was approved"), day }));
    let from = provider.contract.as_ref().and_then(|contract| contract.from.as_ref());
    let from = from.filter(|_| !was_there(id, facts, status));
    changes.extend(from.map(|day| Change { what: format!("the contract with `{id}` began"), day }));
    changes
}

/// Whether the log shows the provider on or before a day: its contract of later was renewed then.
fn was_there(id: &str, facts: &Facts, day: Date) -> bool {
    let subject = Subject::Provider(id.to_owned());
    let history = facts.history.as_ref().and_then(|history| history.subjects.get(&subject));
    history.is_some_and(|found| found.revisions.iter().any(|revision| revision.date <= day))
}

fn has_data(provider: &Provider) -> bool {
    provider.service.iter().any(|service| service.data.iter().any(|data| data.value != DataKind::Nothing))
}

/// Whether a decision about it is on record, taken up to 90 days before a day or later.
fn is_decided(id: &str, day: Date, found: &Assessment) -> bool {
    let decisions = found.assets.iter().flat_map(|assets| &assets.decision);
    let mut recent = decisions.filter(|decision| day.days_since(decision.date.value) <= BEFORE);
    recent.any(|decision| decision.about.iter().chain(&decision.removed).any(|about| about.value == id))
}

/// The groups that changed since the affirmation, each with the sentence about it.
fn groups_since(since: &SinceAffirmed, facts: &Facts, report: &mut Report<'_>) {
    for (id, told) in groups_of(since) {
        if is_decided(id, since.date, &facts.assessment) {
            continue;
        }
        let assets = facts.assessment.assets.as_ref();
        let group = assets.and_then(|assets| assets.group.iter().find(|group| *group.id == *id));
        let place = group.map_or_else(|| facts.place_of(&Subject::Scope), |group| Place::from(group.id.span));
        report
            .add(format!("{told}; since the affirmation of {} no decision about it is on record", since.date), place)
            .label("changed since the affirmation")
            .help(HELP);
    }
}

/// Sentences by group; a group that was only given another title is left out.
fn groups_of(since: &SinceAffirmed) -> BTreeMap<&str, &str> {
    let is_title = |told: &str| told.contains(": title ") && !told.contains("; ");
    let told = since.scope.iter().filter_map(|told| {
        let id = told.strip_prefix("group ")?.split([' ', ':']).next()?;
        Some((id, told.as_str()))
    });
    told.filter(|(_, told)| !is_title(told)).collect()
}

fn providers_since(since: &SinceAffirmed, facts: &Facts, told: &BTreeSet<&str>, report: &mut Report<'_>) {
    let providers = &facts.assessment.providers;
    for id in since.added.iter().filter(|id| !told.contains(id.as_str())) {
        let Some(provider) = providers.get(id).filter(|found| !found.lost && has_data(found)) else { continue };
        if !is_decided(id, since.date, &facts.assessment) {
            report
                .add(
                    format!(
                        "provider `{id}` came since the affirmation of {}, and no decision about it is on record",
                        since.date
                    ),
                    provider.id.span,
                )
                .label("new")
                .help(HELP)
                .provider(id);
        }
    }
    let is_unread = facts.assessment.broken.contains("provider");
    for id in since.dropped.iter().filter(|id| !is_unread && !providers.contains_key(*id)) {
        if !is_decided(id, since.date, &facts.assessment) {
            report
                .add(
                    format!(
                        "provider `{id}` went since the affirmation of {}, and no decision about it is on record",
                        since.date
                    ),
                    facts.place_of(&Subject::Scope),
                )
                .label("a provider is gone")
                .help(format!("{HELP}, with removed = [\"{id}\"]"));
        }
    }
}

//! What falls due, lapses or ends, by day.

use std::collections::{BTreeMap, BTreeSet};

use super::{Deadline, HORIZON};
use crate::date::{Date, Duration};
use crate::model::artifact::ArtifactState;
use crate::model::assessment::Assessment;
use crate::model::config::{AssessmentFacts, AssessmentKind, Claim};
use crate::model::crypto::{CertificateStatus, Module};
use crate::model::history::Subject;
use crate::model::incident::Incident;
use crate::model::provider::Provider;
use crate::model::weakness::Progress;
use crate::rule::Facts;
use crate::signature::Entry;
use crate::verification;

/// A day, and what comes with it.
type Coming = (Date, String);

/// Days of a conditional status until its POA&M closeout (32 CFR 170.21(b)).
const CLOSEOUT: i64 = 180;

/// For how long a final status of Level 2 is current (DFARS 252.204-7021(a)).
const CURRENT: Duration = Duration::years(3);

/// For how long artifacts are kept, from the status date (32 CFR 170.17(c)(4)).
const KEPT: Duration = Duration::years(6);

/// Days ahead in which the next editions of each day have a row of their own.
const NEAR: i64 = 30;

/// How many things of one day are named.
const NAMED: usize = 5;

/// Days in the past that are open, and days in the next 90, earliest first.
pub(super) fn near(facts: &Facts) -> Vec<Deadline> {
    let mut rows: Vec<Deadline> = short(facts).into_iter().chain(lasting(facts)).map(row(facts, false)).collect();
    rows.extend(editions(&facts.assessment).map(row(facts, true)));
    rows.retain(|row| row.days <= HORIZON);
    sorted(rows)
}

/// What is counted in years, as far as it is further ahead than [`near`] shows.
pub(super) fn later(facts: &Facts) -> Vec<Deadline> {
    let rows = lasting(facts).into_iter().map(row(facts, false));
    sorted(rows.filter(|row| row.days > HORIZON).collect())
}

/// The same with the next editions that fall due on one day in one row; those of a month that is not near, too.
pub(super) fn folded(rows: Vec<Deadline>) -> Vec<Deadline> {
    let (editions, mut rows): (Vec<Deadline>, Vec<Deadline>) = rows.into_iter().partition(|row| row.is_edition);
    let mut together: BTreeMap<(i16, i8, i8), Vec<Deadline>> = BTreeMap::new();
    for row in editions {
        let day = if row.days <= NEAR { row.date.day() } else { 0 };
        together.entry((row.date.year(), row.date.month(), day)).or_default().push(row);
    }
    rows.extend(together.into_values().filter_map(|rows| of_one_time(&rows)));
    sorted(rows)
}

/// Rows in the order of their days in one.
fn of_one_time(rows: &[Deadline]) -> Option<Deadline> {
    let names: Vec<&str> = rows.iter().filter_map(|row| row.what.strip_prefix(EDITION)).collect();
    let (first, last) = (rows.first()?, rows.last()?);
    let until = if first.date == last.date { String::new() } else { format!(", the last of them on {}", last.date) };
    let what = match names.len() {
        1 => first.what.clone(),
        count => format!("next editions of {count} artifacts{until}: {}", listed(&names)),
    };
    Some(Deadline { what, ..*first })
}

fn row(facts: &Facts, is_edition: bool) -> impl Fn(Coming) -> Deadline {
    let as_of = facts.as_of;
    move |(date, what)| Deadline { date, days: date.days_since(as_of), what, is_edition }
}

fn sorted(mut rows: Vec<Deadline>) -> Vec<Deadline> {
    rows.sort_by(|a, b| (a.date, &a.what).cmp(&(b.date, &b.what)));
    rows
}

const EDITION: &str = "next edition of artifact ";

fn editions(found: &Assessment) -> impl Iterator<Item = Coming> {
    let series = found.artifacts.values();
    series.filter_map(|one| Some((one.next_due()?, format!("{EDITION}`{}`", one.artifact.id))))
}

/// What comes round within months, or is written with its day.
fn short(facts: &Facts) -> Vec<Coming> {
    let found = &facts.assessment;
    let mut dates: Vec<Coming> = Vec::new();
    dates.extend(artifacts(found));
    dates.extend(plans(found));
    dates.extend(found.providers.iter().flat_map(|(id, provider)| of_provider(id, provider)));
    dates.extend(found.incident.iter().flat_map(|incident| handoffs(incident)));
    dates.extend(verifications(found));
    dates.extend(accepted(found));
    dates.extend(keys(found, facts.as_of));
    dates.extend(reviews(facts));
    dates.extend(plan_update(found));
    dates
}

fn artifacts(found: &Assessment) -> impl Iterator<Item = Coming> {
    found.artifacts.values().flat_map(|series| {
        let artifact = &series.artifact;
        let lapses = artifact.expires.as_ref().map(|day| (day.value, format!("artifact `{}` lapses", artifact.id)));
        let asked = artifact.due.as_ref().filter(|_| series.state() == ArtifactState::Requested);
        lapses
            .into_iter()
            .chain(asked.map(|day| (day.value, format!("artifact `{}` is asked for by then", artifact.id))))
    })
}

fn plans(found: &Assessment) -> Vec<Coming> {
    let mut dates = Vec::new();
    for item in found.poam.values().filter(|item| item.status.value != Progress::Closed) {
        dates.push((item.due.value, format!("POA&M item `{}` is due", item.id)));
        let open = item.milestone.iter().filter(|milestone| milestone.done.is_none());
        dates.extend(open.map(|m| (m.due.value, format!("milestone of `{}`: {}", item.id, m.title.value))));
    }
    dates
}

fn of_provider(id: &str, provider: &Provider) -> Vec<Coming> {
    let contract = provider.contract.iter().filter_map(|contract| contract.until.as_ref());
    let mut dates: Vec<Coming> = contract.map(|day| (day.value, format!("contract with `{id}` ends"))).collect();
    for service in &provider.service {
        let until = service.authorization_until.as_ref();
        dates.extend(until.map(|day| (day.value, format!("authorization of `{id}` service `{}` ends", service.id))));
    }
    for access in &provider.access {
        let what = format!("access `{}` of `{id}`", access.id);
        dates.extend(access.until.as_ref().map(|day| (day.value, format!("{what} ends"))));
        let review = access.review_every.as_ref().zip(access.review_last.as_ref());
        dates.extend(review.map(|(every, last)| (every.value.after(last.value), format!("review of {what}"))));
    }
    dates
}

fn handoffs(incident: &Incident) -> Vec<Coming> {
    let tested = incident.handoff.iter().filter_map(|handoff| {
        let due = handoff.test_every.as_ref()?.value.after(handoff.last.as_ref()?.value);
        Some((due, format!("`{}`", handoff.id)))
    });
    together(tested, "test of handoff", "test of handoffs")
}

/// Those of one party and day in one row.
fn verifications(found: &Assessment) -> Vec<Coming> {
    let due = verification::all(found).filter_map(|verified| Some((verified.due()?, verified.part.party.to_string())));
    let mut by_day: BTreeMap<(Date, String), usize> = BTreeMap::new();
    due.for_each(|key| *by_day.entry(key).or_default() += 1);
    let line = |((day, party), count): ((Date, String), usize)| match count {
        1 => (day, format!("verification of a duty of `{party}`")),
        _ => (day, format!("verification of {count} duties of `{party}`")),
    };
    by_day.into_iter().map(line).collect()
}

/// The first names, and how many more there are.
fn listed(names: &[&str]) -> String {
    let first = names[..names.len().min(NAMED)].join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Names of one day in one row, after what they have in common.
fn together(named: impl Iterator<Item = Coming>, one: &str, several: &str) -> Vec<Coming> {
    let mut by_day: BTreeMap<Date, BTreeSet<String>> = BTreeMap::new();
    for (day, name) in named {
        by_day.entry(day).or_default().insert(name);
    }
    let line = |(day, names): (Date, BTreeSet<String>)| {
        let what = if names.len() == 1 { one } else { several };
        (day, format!("{what} {}", listed(&names.iter().map(String::as_str).collect::<Vec<_>>())))
    };
    by_day.into_iter().map(line).collect()
}

/// What is accepted for a time: exceptions, and diagnostics.
fn accepted(found: &Assessment) -> Vec<Coming> {
    let exceptions = found.exceptions.values().filter_map(|exception| {
        Some((exception.until.as_ref()?.value, format!("exception `{}` is to be looked at again", exception.id)))
    });
    let allows = found.config.allow.iter().filter_map(|allow| {
        let within = allow.within.as_ref().map_or_else(String::new, |within| format!(" in {}", within.value));
        Some((allow.until.as_ref()?.value, format!("`{}`{within} is accepted until then", allow.rule.value)))
    });
    exceptions.chain(allows).collect()
}

/// When the last key of a person ends. A key that was followed by another says nothing, nor does that of somebody who
/// is no longer listed.
fn keys(found: &Assessment, as_of: Date) -> Vec<Coming> {
    let emails = found.config.person.iter().flat_map(|person| &person.email);
    let ends = emails.filter_map(|email| {
        let is_theirs = |entry: &&Entry| !entry.authority && entry.principals.matches(&email.value);
        let mut last = Some(i64::MIN);
        for entry in found.ending.signers.iter().filter(is_theirs) {
            last = last.zip(entry.valid_before).map(|(last, before)| last.max(before));
        }
        let end = last.filter(|end| *end != i64::MIN)?;
        Some((Date::of_unix(end), format!("of {}", email.value)))
    });
    let line = |(day, whose): Coming| {
        let verb = if day < as_of { "ended" } else { "ends" };
        (day, format!("the last key {whose} in trust/allowed_signers {verb}"))
    };
    ends.map(line).collect()
}

/// Reviews that fall due, those of one family and day in one row.
fn reviews(facts: &Facts) -> Vec<Coming> {
    let mut by_day: BTreeMap<(Date, String), usize> = BTreeMap::new();
    for (subject, of) in facts.history.iter().flat_map(|history| &history.subjects) {
        let what = match subject {
            Subject::Practice(id) => id.family().to_owned(),
            other => other.to_string(),
        };
        if let Some(due) = of.due {
            *by_day.entry((due, what)).or_default() += 1;
        }
    }
    let line = |((day, what), count): ((Date, String), usize)| match count {
        1 => (day, format!("review of {what}")),
        _ => (day, format!("review of {count} practices of {what}")),
    };
    by_day.into_iter().map(line).collect()
}

/// The plan is updated at least every year (3.12.4[h]).
fn plan_update(found: &Assessment) -> Option<Coming> {
    let system = found.config.system.as_ref()?;
    let every = system.ssp_every.as_ref().map_or(Duration::YEAR, |every| every.value);
    Some((every.after(system.ssp_date.as_ref()?.value), "update of the system security plan".to_owned()))
}

/// What is counted in years: the status and what comes with it, and certificates.
fn lasting(facts: &Facts) -> Vec<Coming> {
    let found = &facts.assessment;
    let mut dates: Vec<Coming> = affirmation(facts).into_iter().collect();
    if let Some(written) = &found.config.assessment {
        dates.extend(status(written));
        dates.extend(kept(written).filter(|(day, _)| *day >= facts.as_of));
        dates.extend(written.planned.as_ref().map(|day| (day.value, "the assessment is planned".to_owned())));
    }
    let reporters = found.incident.iter().flat_map(|incident| &incident.reporter);
    let certified =
        reporters.filter_map(|one| Some((one.certificate_until.as_ref()?.value, format!("`{}`", one.person))));
    dates.extend(together(certified, "medium assurance certificate ends of", "medium assurance certificates end of"));
    dates.extend(found.crypto.iter().flat_map(|crypto| &crypto.module).filter_map(historical));
    let authorities = found.ending.authorities.iter();
    dates.extend(authorities.map(|one| {
        (Date::of_unix(one.until), format!("certificate of `{}` in trust/tsa.pem ends: stamp anew before", one.name))
    }));
    dates
}

/// A year after the last one that counts, or after the status that has had none (32 CFR 170.22).
fn affirmation(facts: &Facts) -> Option<Coming> {
    let history = facts.history.as_ref()?;
    let status = facts.assessment.config.assessment.as_ref().and_then(newest_status);
    let (day, after) = match history.last_affirmation() {
        Some(last) => (last.date, "the last one that counts"),
        None => (status?, "the status date; none is on record"),
    };
    Some((Duration::YEAR.after(day), format!("yearly affirmation is due, a year after {after} (32 CFR 170.22)")))
}

fn newest_status(written: &AssessmentFacts) -> Option<Date> {
    [&written.conditional_date, &written.final_date].into_iter().flatten().map(|day| day.value).max()
}

/// When the status that is held ends: a conditional one until there is a final one.
fn status(written: &AssessmentFacts) -> Option<Coming> {
    if let Some(day) = &written.final_date {
        let what =
            format!("the final status of {} lapses, three years after its date (DFARS 252.204-7021(a))", day.value);
        return Some((CURRENT.after(day.value), what));
    }
    let is_held = written.claim.as_ref().is_none_or(|claim| claim.value == Claim::Conditional);
    let day = written.conditional_date.as_ref().filter(|_| is_held)?;
    let what = "the conditional status expires, 180 days after its date: closeout before then (32 CFR 170.21(b))";
    Some((day.value.plus_days(CLOSEOUT), what.to_owned()))
}

/// Until when artifacts are kept, status date by status date: those of an assessment by somebody else were hashed.
fn kept(written: &AssessmentFacts) -> impl Iterator<Item = Coming> {
    let by_others = written.kind.as_ref().is_some_and(|kind| kind.value == AssessmentKind::C3pao);
    let what = if by_others { "hashed artifacts" } else { "artifacts" };
    let own = [&written.conditional_date, &written.final_date].into_iter().flatten().map(move |day| (day.value, what));
    let earlier = written.earlier_dates.iter().map(|day| (day.value, "artifacts"));
    let days: BTreeMap<Date, &str> = earlier.chain(own).collect();
    days.into_iter().map(|(day, what)| {
        let what =
            format!("{what} of the status of {day} are kept for six years, until then (32 CFR 170.16, 170.17(c)(4))");
        (KEPT.after(day), what)
    })
}

fn historical(module: &Module) -> Option<Coming> {
    let is_over = |status| matches!(status, CertificateStatus::Historical | CertificateStatus::Revoked);
    let over = module.status.as_ref().is_some_and(|status| is_over(status.value));
    let day = module.sunset.as_ref().filter(|_| !over)?;
    Some((day.value, format!("certificate of cryptographic module `{}` becomes historical", module.id)))
}

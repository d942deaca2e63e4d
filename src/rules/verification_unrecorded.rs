use std::collections::BTreeMap;

use crate::ids::{RequirementId, Span};
use crate::model::assessment::Assessment;
use crate::rule::{Facts, Report, and_more, rule};
use crate::verification::{self, Verified};

rule! {
    /// A verification is said to have been done, and its record, its result or who did it is missing.
    ///
    /// ## Why it matters
    ///
    /// "We checked it in September" shows nothing without the paper of September. The assessor asks for the record, sees who
    /// signed it and how it came out. A record whose newest edition is older than the run cannot be the record of it.
    ///
    /// ## Example
    ///
    /// ```diff practices/MA.L2-3.7.5.toml
    /// -verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    /// +verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-11-03, result = "passed" }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff practices/MA.L2-3.7.5.toml
    /// -verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    /// +verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-25, result = "passed" }
    /// ```
    "verification-unrecorded", Evidence, Warn, check
}

/// What is missing, what to do, and where the record stands, if it does.
type Lack = (String, &'static str, Option<Span>);

fn check(facts: &Facts, report: &mut Report<'_>) {
    let mut lacks: BTreeMap<(&str, Lack), Vec<(RequirementId, Span)>> = BTreeMap::new();
    for verified in verification::all(&facts.assessment) {
        let is_past = verified.last().is_some_and(|last| last <= facts.as_of);
        let Some(lack) = lack(&verified, &facts.assessment).filter(|_| is_past) else { continue };
        lacks.entry((&verified.part.party, lack)).or_default().push((verified.practice, verified.place()));
    }
    for ((party, (what, help, record)), places) in lacks {
        let Some((id, first)) = places.first() else { continue };
        let message = format!("the verification of `{party}` in {id}{} {what}", and_more(&places));
        let draft = report.add(message, *first).label("said to be done").help(help).provider(party);
        let draft = if let Some(record) = record { draft.related("the newest edition", record) } else { draft };
        draft.practices(&places);
    }
}

fn lack(verified: &Verified<'_>, found: &Assessment) -> Option<Lack> {
    let (terms, last) = (verified.terms, verified.last()?);
    let Some(record) = &terms.record else {
        let what = format!("is said to have been done on {last}, and names no record");
        return Some((what, "write `record`: the artifact in which the run stands", None));
    };
    if terms.by.is_none() || terms.result.is_none() {
        let what = if terms.result.is_none() { "how it came out" } else { "who did it" };
        let key = if terms.result.is_none() {
            "write `result`: passed or failed"
        } else {
            "write `by`: the role that checks"
        };
        return Some((format!("is said to have been done on {last}, and not {what}"), key, None));
    }
    let series = found.artifacts.get(&record.name)?;
    let newest = series
        .editions
        .iter()
        .filter_map(|edition| Some((edition.edition.collected.as_ref()?.value, edition.span())))
        .max();
    let undated = series.editions.iter().any(|edition| edition.edition.collected.is_none());
    match newest {
        Some((day, span)) if day < last && !undated => {
            let what = format!("was done on {last}, and the newest edition of its record `{record}` is of {day}");
            Some((what, "add the edition in which this run stands, or correct `last`", Some(span)))
        }
        None if series.editions.is_empty() && !series.is_in_hand() => {
            let what = format!("was done on {last}, and its record `{record}` has no edition");
            Some((what, "add the edition in which the run stands", None))
        }
        _ => None,
    }
}

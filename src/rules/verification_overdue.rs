use std::collections::BTreeMap;

use crate::ids::{RequirementId, Span};
use crate::rule::{Facts, Report, and_more, rule};
use crate::verification::{self, Verified};

rule! {
    /// A verification was not repeated within its own interval, was never done, or is dated in the future.
    ///
    /// ## Why it matters
    ///
    /// The interval is the contractor's own, written for the assessor to read. One that is not kept shows that nobody looks, and
    /// with it falls what the contractor relies on a provider for. Verifications of one provider on one day are reported
    /// together. One that has an interval and was never done is a warning, and so is a late one of what is not met.
    ///
    /// ## Example
    ///
    /// ```diff practices/MA.L2-3.7.5.toml
    /// -verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    /// +verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-05-12, result = "passed" }
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff practices/MA.L2-3.7.5.toml
    /// -verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-24, result = "passed" }
    /// +verification = { how = "Compare ten hosts with the monthly report.", every = "3 months", by = "isso", record = "ticket-log", last = 2026-09-25, result = "passed" }
    /// ```
    "verification-overdue", Evidence, Deny, check
}

/// What is wrong with the day of a verification, whether it is sure, and what to do.
type Fault = (String, bool, &'static str);

fn check(facts: &Facts, report: &mut Report<'_>) {
    let mut faults: BTreeMap<(&str, Fault), Vec<(RequirementId, Span)>> = BTreeMap::new();
    for verified in verification::all(&facts.assessment) {
        let Some(fault) = fault(&verified, facts) else { continue };
        faults.entry((&verified.part.party, fault)).or_default().push((verified.practice, verified.place()));
    }
    for ((party, (what, sure, help)), places) in faults {
        let Some((id, first)) = places.first() else { continue };
        let message = format!("the verification of `{party}` in {id}{} {what}", and_more(&places));
        let draft = report.add(message, *first).label("the last one").help(help).provider(party);
        let draft = if sure { draft } else { draft.label("not kept").warn() };
        draft.practices(&places);
    }
}

fn fault(verified: &Verified<'_>, facts: &Facts) -> Option<Fault> {
    let Some(last) = verified.last() else {
        let every = &verified.terms.every.as_ref()?.value;
        let what = format!("is meant every {every} and was never done");
        return Some((what, false, "do it and write `last`, `result` and `record`, or take out the interval"));
    };
    if last > facts.as_of {
        return Some((
            format!("is dated {last}, which is still to come"),
            true,
            "write the day of the latest run that was done",
        ));
    }
    let due = verified.due().filter(|due| *due < facts.as_of)?;
    let (every, days) = (verified.terms.every.as_ref()?.value, facts.as_of.days_since(due));
    let what = format!("was last done on {last}; every {every} it was due again on {due}, {days} days ago");
    Some((what, verified.is_met, "repeat it and write `last` and `result`, or set the interval that is really kept"))
}

use std::collections::BTreeMap;

use crate::date::Date;
use crate::handoffs::MOST_SHOWN;
use crate::ids::Span;
use crate::model::incident::Handoff;
use crate::rule::{Facts, Report, rule};

rule! {
    /// A handoff of incidents was never tried, or not for longer than it should be.
    ///
    /// ## Why it matters
    ///
    /// A telephone number that nobody has called in two years reaches somebody who left. 3.6.3 asks that the response to incidents
    /// is tested; that the provider's night shift knows whom to call is the part of it that fails most often.
    ///
    /// A handoff of an incident needs `test-every` and `last`; of other handoffs only what is written is judged. A record whose
    /// newest edition is older than the test shows another test.
    ///
    /// ## Example
    ///
    /// ```diff incident.toml
    /// -test-every = "6 months"
    /// -record = "ticket-log"
    /// -last = 2026-09-10
    /// +test-every = "6 months"
    /// +record = "ticket-log"
    /// +last = 2026-03-10
    /// ```
    ///
    /// Use instead:
    ///
    /// ```diff incident.toml
    /// -test-every = "6 months"
    /// -record = "ticket-log"
    /// -last = 2026-09-10
    /// +test-every = "1 year"
    /// +record = "ticket-log"
    /// +last = 2026-03-10
    /// ```
    "handoff-untested", Incident, Warn, check
}

fn check(facts: &Facts, report: &mut Report<'_>) {
    let Some(incident) = facts.assessment.incident.as_ref().filter(|incident| !incident.lost) else { return };
    let mut faults: BTreeMap<(&str, Kind), Vec<Fault<'_>>> = BTreeMap::new();
    for handoff in &incident.handoff {
        if let Some((kind, fault)) = fault(handoff, facts) {
            faults.entry((handoff.provider(), kind)).or_default().push(fault);
        }
    }
    for ((provider, kind), faults) in faults {
        tell(provider, kind, &faults, report);
    }
}

/// What is wrong with the test of a handoff.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Never,
    Overdue,
    InFuture,
    Unrecorded,
}

struct Fault<'a> {
    handoff: &'a Handoff,
    words: String,
    place: Span,
}

fn fault<'a>(handoff: &'a Handoff, facts: &Facts) -> Option<(Kind, Fault<'a>)> {
    let (every, last) = (handoff.test_every.as_ref(), handoff.last.as_ref());
    let found = |kind, words: String, place| Some((kind, Fault { handoff, words, place }));
    let Some(last) = last else {
        let says = if every.is_some() { "says how often it is tested and not when it was" } else { "was never tested" };
        return handoff
            .is_of_incidents()
            .then_some(())
            .and_then(|()| found(Kind::Never, says.to_owned(), handoff.id.span));
    };
    if last.value > facts.as_of {
        return found(Kind::InFuture, format!("was tested on {}, which is to come", last.value), last.span);
    }
    let due = every.map(|every| every.value.after(last.value));
    match due {
        Some(due) if due < facts.as_of => {
            found(Kind::Overdue, format!("was last tested on {} and was due again on {due}", last.value), last.span)
        }
        None if handoff.is_of_incidents() => {
            found(Kind::Never, "does not say how often it is tested".to_owned(), handoff.id.span)
        }
        _ => {
            let edition = recorded(handoff, facts).filter(|edition| *edition < last.value)?;
            let words = format!("was tested on {}, and the newest edition of its record is of {edition}", last.value);
            found(Kind::Unrecorded, words, last.span)
        }
    }
}

/// The day of the newest edition of the record.
fn recorded(handoff: &Handoff, facts: &Facts) -> Option<Date> {
    let series = facts.assessment.artifacts.get(&handoff.record.as_ref()?.name)?;
    Some(series.newest()?.edition.collected.as_ref()?.value)
}

fn tell(provider: &str, kind: Kind, faults: &[Fault<'_>], report: &mut Report<'_>) {
    let Some((first, others)) = faults.split_first() else { return };
    let Handoff { from, to, id, .. } = first.handoff;
    let more = match others.len() {
        0 => String::new(),
        more => format!(" (and {more} more with `{provider}`)"),
    };
    let help = match kind {
        Kind::Never => "call once and time it; write `test-every`, `last` and the artifact that records it at `record`",
        Kind::Overdue => "test it and write the day at `last`, or set the interval that is really kept",
        Kind::InFuture => "write the day on which it was tested",
        Kind::Unrecorded => "file the record of this test as an edition, or correct the day",
    };
    let mut draft = report
        .add(format!("the handoff `{id}` from `{from}` to `{to}` {}{more}", first.words), first.place)
        .label(if kind == Kind::Never { "untested" } else { "the last test" })
        .help(help)
        .provider(provider);
    for other in others.iter().take(MOST_SHOWN) {
        draft = draft.related(format!("`{}` {}", other.handoff.id, other.words), other.place);
    }
}

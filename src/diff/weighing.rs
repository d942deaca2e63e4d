//! Which differences of the files around the practices move liability, or hide something.

use super::naming;
use super::tables::{Row, Turn, words_of};
use crate::date::Duration;
use crate::model::changes::{Weight, What};
use crate::table::Told;

use Weight::{Plain, Slight, StandsOut};

fn out_if(stands_out: bool) -> Weight {
    if stands_out { StandsOut } else { Plain }
}

/// Of a table that came or went.
#[allow(clippy::match_same_arms, reason = "a line for each table, in the order of the files")]
pub(super) fn of_row(row: &Row<'_>, what: What) -> Weight {
    let gone = what == What::Removed;
    match row.shape.name {
        "Contact" | "SspChange" => Slight,
        "Clause" | "Contract" | "Group" | "Handoff" | "Reporter" | "PhaseDuty" => out_if(gone),
        "Exempt" | "Exception" | "Allow" => out_if(!gone),
        "Access" | "Connection" | "SystemConnection" => out_if(!gone),
        "Service" => out_if(!gone && row.words("data").iter().any(|data| *data != "none")),
        "ProviderPerson" => out_if(!gone && row.word("accepts") == Some("true")),
        "Asset" => out_if(!gone && row.word("category") == Some("out-of-scope")),
        "Poam" => out_if(gone && row.word("status") != Some("closed")),
        "Milestone" => out_if(gone && row.word("done").is_none()),
        "Person" => out_if(!gone && !row.words("roles").is_empty()),
        "Role" => out_if(!gone && row.words("reviews").is_empty()),
        "Accounts" => out_if(!gone),
        _ => Plain,
    }
}

/// Of a table that has another name: where the name says how far it reaches, it reaches elsewhere.
pub(super) fn of_rename(shape: &str) -> Weight {
    out_if(matches!(shape, "Allow" | "Exempt" | "CrmRow" | "PhaseDuty"))
}

/// Of a list of words.
#[allow(clippy::match_same_arms, reason = "a line for each table, in the order of the files")]
pub(super) fn of_list(turn: &Turn<'_>, gone: &[&str], come: &[&str]) -> Weight {
    let widened = !words_of(turn.before).is_empty() && words_of(turn.after).is_empty();
    match (turn.shape, turn.key) {
        ("Service", "data") => out_if(come.iter().any(|data| *data != "none") || gone.contains(&"cui")),
        ("ReviewPolicy", "accept") => out_if(weakest(turn.after) > weakest(turn.before) || widened),
        ("ReviewPolicy", "forge") | ("Person", "email" | "roles") => out_if(!come.is_empty()),
        ("Role", "reviews") => out_if(widened || (!come.is_empty() && !words_of(turn.before).is_empty())),
        ("Poam", "objectives") | ("Clause", "services") => out_if(!gone.is_empty()),
        ("Exception", "objectives") | ("Exempt", "from") => out_if(!come.is_empty()),
        ("Provider", "locations" | "fourth-parties") => out_if(!come.is_empty()),
        _ => Plain,
    }
}

/// The place of the weakest grade that counts; unsaid are those that hold with trust.
fn weakest(told: &Told<'_>) -> usize {
    let order = ["signed", "forge", "recorded", "unsigned"];
    let place = |word: &&str| order.iter().position(|known| known == word).unwrap_or_default();
    words_of(told).iter().map(place).max().unwrap_or(2)
}

/// Of a single value.
#[allow(clippy::match_same_arms, reason = "a line for each table, in the order of the files")]
pub(super) fn of(turn: &Turn<'_>) -> Weight {
    let (before, after) = (words_of(turn.before).first().copied(), words_of(turn.after).first().copied());
    let dropped = after.is_none();
    let holds = |told: &Told<'_>| naming::holds(turn.shape, turn.key, told);
    let (held, holds_now) = (holds(turn.before), holds(turn.after));
    match (turn.shape, turn.key) {
        ("Contact" | "SspChange", _) => Slight,
        ("Clause", "within") => out_if(longer(before, after) && limits(turn)),
        ("Handoff" | "Authority", "within") => out_if(longer(before, after)),
        ("Clause", "kind") => StandsOut,
        ("Contract", "until") => out_if(earlier(before, after)),
        ("Contract", "artifact" | "number") | ("Clause", "says" | "at" | "instead") => out_if(dropped),
        ("Provider", "esp") => out_if(held && !holds_now),
        ("Provider", "via") => StandsOut,
        ("Provider", "approved" | "us-persons" | "personnel-list") => out_if(dropped),
        ("Service", "kind") => StandsOut,
        ("Service", "authorization") => out_if(weaker(before, after)),
        ("Service", "authorization-until") => out_if(earlier(before, after) || dropped),
        ("Service", "authorization-evidence") => out_if(dropped),
        ("Service", "inside-boundary") => out_if(held && !holds_now),
        ("ProviderPerson", "accepts") | ("System", "itar") => out_if(held != holds_now),
        ("ProviderPerson", "location" | "email") => out_if(!dropped),
        ("ProviderPerson", "screened") => out_if(dropped),
        ("Access", "review-every") | ("Handoff", "test-every") | ("System", "ssp-every") => {
            out_if(longer(before, after))
        }
        ("Access", "until") => out_if(dropped || (before.is_some() && before < after)),
        ("Access", "method" | "device" | "source" | "logging" | "review-by" | "review-record") => out_if(dropped),
        ("Connection" | "SystemConnection", "authentication" | "controls" | "agreement") => out_if(dropped),
        ("Handoff", "from" | "to" | "to-role" | "matter") | ("PhaseDuty", "phase" | "party") => StandsOut,
        ("Reporter", "certificate" | "certificate-until") => out_if(dropped || earlier(before, after)),
        ("Group", "in-scope") => out_if(held && !holds_now),
        ("Asset", "category") => out_if(dropped || after == Some("out-of-scope")),
        ("Asset", "treatment") => out_if(dropped),
        ("System", "boundary" | "affirming-official") => StandsOut,
        ("Module", "status") => out_if(matches!(after, Some("revoked" | "historical") | None)),
        ("Module", "certificate" | "mode-evidence") => out_if(dropped),
        ("Poam" | "Milestone", "due") => out_if(before < after),
        ("Poam", "risk") => out_if(risk(before) > risk(after)),
        ("Poam", "party" | "status") => out_if(after.is_some_and(|word| word != "in-progress" && word != "contractor")),
        ("Exception", "until") => out_if(dropped || (before.is_some() && before < after)),
        ("Exception", "approved-by" | "approved" | "artifact") => out_if(dropped),
        ("Config", "stage") => out_if(after == Some("building")),
        ("Config", "extends") => StandsOut,
        ("AssessmentFacts", "claim" | "conditional-date" | "final-date" | "submitted-score" | "kind") => StandsOut,
        ("ReviewPolicy", "interval") => out_if(longer(before, after)),
        ("ReviewPolicy", "trust-root") => StandsOut,
        ("ReviewPolicy", "independence") => out_if(held && !holds_now),
        ("Person", "party") | ("Accounts", _) => StandsOut,
        ("Allow", "until") => out_if(dropped || (before.is_some() && before < after)),
        ("CrmRow", "inheritance" | "customer-does") => StandsOut,
        _ => Plain,
    }
}

/// Whether the limit of a clause is one that the contractor's own duties rest on.
fn limits(turn: &Turn<'_>) -> bool {
    let kinds = [turn.old, turn.new].into_iter().flatten().filter_map(|row| row.word("kind"));
    kinds.into_iter().any(|kind| matches!(kind, "incident-notification" | "evidence" | "service"))
}

/// Whether a time is longer, or has no limit any more.
fn longer(before: Option<&str>, after: Option<&str>) -> bool {
    let minutes = |text: Option<&str>| text.and_then(|text| text.parse::<Duration>().ok()).map(Duration::minutes);
    match (minutes(before), minutes(after)) {
        (Some(old), Some(new)) => new > old,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Whether a day came nearer.
fn earlier(before: Option<&str>, after: Option<&str>) -> bool {
    matches!((before, after), (Some(old), Some(new)) if new < old)
}

fn risk(word: Option<&str>) -> usize {
    ["low", "moderate", "high"].iter().position(|known| Some(*known) == word).map_or(0, |at| at + 1)
}

/// Whether an authorization stands for less.
fn weaker(before: Option<&str>, after: Option<&str>) -> bool {
    let order = ["fedramp-high", "fedramp-moderate", "fedramp-moderate-equivalent"];
    let place = |word: Option<&str>| order.iter().position(|known| Some(*known) == word).unwrap_or(order.len());
    before.is_some() && (place(after) > place(before) || after.is_none())
}

//! Verifications, interviews and tests.

use std::collections::{BTreeMap, BTreeSet};

use super::practices::{self, At, Both, Letters, Renames, change, letters_of, named};
use super::wording::{became, plain, quoted};
use super::words::stretches;
use super::{Change, Sides};
use crate::ids::Span;
use crate::model::changes::{Bears, Section, Weight, What};
use crate::model::practice::{Answer, Method, Practice, Verification};

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let renames = Renames::of(sides);
    for both in practices::differing(sides) {
        out.extend(verifications(sides, both, &renames));
        out.extend(methods(sides, both, &renames));
    }
}

/// What terms say, by key; the first of them tells what is done.
type Terms = Vec<(&'static str, String)>;

/// Terms of one party about one objective, with a place.
type Listed = BTreeMap<Terms, Span>;

fn terms(of: &Verification, renames: &Renames) -> Terms {
    let text = |value: Option<String>| value.unwrap_or_default();
    vec![
        ("how", plain(&of.how)),
        ("every", text(of.every.as_ref().map(|every| every.value.to_string()))),
        ("by", text(of.by.as_ref().map(|by| by.name.clone()))),
        ("record", text(of.record.as_ref().map(|record| renames.artifact(record)))),
        ("last", text(of.last.as_ref().map(|last| last.value.to_string()))),
        ("result", text(of.result.as_ref().map(|result| result.value.word().to_owned()))),
    ]
}

/// The verifications of a practice by party and letter.
fn table(practice: &Practice, renames: &Renames) -> BTreeMap<(String, String), Listed> {
    let mut table: BTreeMap<(String, String), Listed> = BTreeMap::new();
    for part in &practice.responsibility {
        for letter in letters_of(part) {
            let listed = table.entry((renames.party(&part.party), letter)).or_default();
            listed.extend(part.verification.iter().map(|of| (terms(of, renames), of.span)));
        }
    }
    table
}

/// What became of terms.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Became {
    Changed(Terms, Terms),
    /// And whether the party has the objective still.
    Gone(Terms, bool),
    Come(Terms),
}

fn verifications(sides: &Sides<'_>, both: Both<'_>, renames: &Renames) -> Vec<Change> {
    let (old, new) = (table(both.before, renames), table(both.after, &Renames::none()));
    let mut found: BTreeMap<(String, Became), (Letters, At)> = BTreeMap::new();
    let none = Listed::new();
    for key in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        let (before, after) = (old.get(key).unwrap_or(&none), new.get(key).unwrap_or(&none));
        for (became, at) in compared(before, after, new.contains_key(key)) {
            let entry = found.entry((key.0.clone(), became)).or_insert_with(|| (Letters::new(), at));
            entry.0.insert(key.1.clone());
        }
    }
    let told = found.into_iter().map(|((party, became), (letters, at))| {
        let mut found = verification(&party, &became, both, &letters);
        found.parties.insert(party);
        found.spot = Some(sides.at(at));
        found
    });
    told.collect()
}

/// Terms that differ: equal ones are left out, the others paired by what they have in common.
fn compared(old: &Listed, new: &Listed, is_held: bool) -> Vec<(Became, At)> {
    let mut gone: Vec<(&Terms, Span)> =
        old.iter().filter(|(terms, _)| !new.contains_key(*terms)).map(|(t, s)| (t, *s)).collect();
    let mut come: Vec<(&Terms, Span)> =
        new.iter().filter(|(terms, _)| !old.contains_key(*terms)).map(|(t, s)| (t, *s)).collect();
    let mut found = Vec::new();
    while let Some((before, _)) = gone.first().copied().filter(|_| !come.is_empty()) {
        let (after, span) = come.remove(nearest(before, &come));
        found.push((Became::Changed(before.clone(), after.clone()), At::Now(span)));
        gone.remove(0);
    }
    found.extend(gone.into_iter().map(|(terms, span)| (Became::Gone(terms.clone(), is_held), At::Then(span))));
    found.extend(come.into_iter().map(|(terms, span)| (Became::Come(terms.clone()), At::Now(span))));
    found
}

/// How many terms are held against each other before their order decides.
const MANY: usize = 64;

/// The place of the terms that have most in common with these.
fn nearest<T>(terms: &Terms, others: &[(&Terms, T)]) -> usize {
    let alike = |other: &Terms| terms.iter().zip(other).filter(|(one, other)| one == other).count();
    let best = others.iter().take(MANY).enumerate().max_by_key(|(at, (other, _))| (alike(other), MANY - at));
    best.map_or(0, |(at, _)| at)
}

fn verification(party: &str, became: &Became, both: Both<'_>, letters: &Letters) -> Change {
    let of = |what, sentence: String| change(Section::Verification, what, both.id, letters, sentence);
    match became {
        Became::Changed(old, new) => {
            differing(of(What::Changed, String::new()), &format!("verification of {party}"), old, new)
        }
        Became::Come(new) => {
            let mut found = of(What::Added, format!("verification of {party} added: {}", quoted(&new[0].1)));
            found.follows = said(&new[1..]);
            found.after = Some(new[0].1.clone());
            found
        }
        Became::Gone(old, is_held) => {
            let mut found = of(What::Removed, format!("verification of {party} dropped: {}", quoted(&old[0].1)));
            if *is_held {
                found.weight = Weight::StandsOut;
                found.follows.extend(unverified(both, letters));
            } else {
                found.follows.push(format!("{party} has no part in it any more"));
            }
            found.before = Some(old[0].1.clone());
            found
        }
    }
}

/// Whether nobody checks these objectives any more.
fn unverified(both: Both<'_>, letters: &Letters) -> Option<String> {
    let mut checked = both.after.responsibility.iter().filter(|part| part.verification.is_some());
    let is_checked = checked.any(|part| part.objectives.iter().any(|letter| letters.contains(&letter.value)));
    (!is_checked).then(|| "nobody verifies it any more".to_owned())
}

fn said(terms: &[(&'static str, String)]) -> Vec<String> {
    terms.iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| format!("{key} {value}")).collect()
}

/// What became of each key: one alone is the sentence, of several the first.
fn differing(mut found: Change, name: &str, old: &Terms, new: &Terms) -> Change {
    let changed: Vec<Pair<'_>> = old.iter().zip(new).filter(|(old, new)| old != new).collect();
    let mut told: Vec<String> = changed.iter().map(|((key, old), (_, new))| one(key, old, new)).collect();
    let first = if told.is_empty() { "in another order".to_owned() } else { told.remove(0) };
    found.sentence = format!("{name}: {first}");
    found.follows = told;
    if let Some(((_, old), (_, new))) =
        changed.iter().find(|((key, old), (_, new))| is_text(key) && !old.is_empty() && !new.is_empty())
    {
        found.words = stretches(old, new);
    }
    if let [((_, old), (_, new))] = changed.as_slice() {
        (found.before, found.after) = (filled(old), filled(new));
    }
    if changed.iter().any(|(_, (key, new))| *key == "result" && new == FAILED) {
        found.weight = Weight::StandsOut;
    }
    let is_run = |((key, old), (_, new)): &&Pair<'_>| match *key {
        "last" | "on" => true,
        "result" => old != FAILED && new != FAILED,
        _ => false,
    };
    let tells_result = changed.iter().any(|((key, _), _)| *key == "result");
    found.bears = match changed.iter().filter(|pair| !is_run(pair)).count() {
        0 if !changed.is_empty() => Bears::Run,
        _ if tells_result => Bears::Outcome,
        _ => Bears::Thing,
    };
    found
}

/// A term on both sides.
type Pair<'t> = (&'t (&'static str, String), &'t (&'static str, String));

/// The word for a run that failed.
const FAILED: &str = "failed";

fn filled(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn is_text(key: &str) -> bool {
    matches!(key, "how" | "do" | "expect" | "with")
}

fn one(key: &str, old: &str, new: &str) -> String {
    let key = match key {
        "last" => "latest run",
        "result" => "result of the latest run",
        key => key,
    };
    match (is_text(key), old.is_empty(), new.is_empty()) {
        (true, false, false) => format!("{key} {}, was {}", quoted(new), quoted(old)),
        (true, true, _) => format!("{key} {} added", quoted(new)),
        (true, ..) => format!("{key} {} dropped", quoted(old)),
        _ => format!("{key} {}", became(old, new)),
    }
}

fn method_terms(of: &Method, renames: &Renames) -> Terms {
    let text = |value: Option<String>| value.unwrap_or_default();
    let letters = named(of.objectives.iter().map(|letter| letter.value.as_str()));
    vec![
        ("do", plain(&of.action)),
        ("kind", of.kind.value.word().to_owned()),
        ("objectives", letters.into_iter().collect::<Vec<_>>().join(", ")),
        ("expect", text(of.expect.as_ref().map(|expect| plain(expect)))),
        ("party", text(of.party.as_ref().map(|party| renames.party(party)))),
        ("with", text(of.with.as_ref().map(|with| plain(with)))),
        ("on", text(of.on.as_ref().map(|on| on.value.to_string()))),
        ("by", text(of.by.as_ref().map(|by| by.name.clone()))),
        ("result", text(of.result.as_ref().map(|result| result.value.word().to_owned()))),
    ]
}

/// Interviews and tests of a practice, each with its terms.
fn listed<'a>(practice: &'a Practice, renames: &Renames) -> BTreeMap<Terms, &'a Method> {
    practice.method.iter().map(|method| (method_terms(method, renames), method)).collect()
}

fn methods(sides: &Sides<'_>, both: Both<'_>, renames: &Renames) -> Vec<Change> {
    let (old, new) = (listed(both.before, renames), listed(both.after, &Renames::none()));
    let mut gone: Vec<(&Terms, &Method)> =
        old.iter().filter(|(terms, _)| !new.contains_key(*terms)).map(|(t, m)| (t, *m)).collect();
    let mut come: Vec<(&Terms, &Method)> =
        new.iter().filter(|(terms, _)| !old.contains_key(*terms)).map(|(t, m)| (t, *m)).collect();
    let mut found = Vec::new();
    let is_one_for_one = gone.len() == come.len();
    for (before, was) in std::mem::take(&mut gone) {
        let at = nearest(before, &come);
        let is_alike = come.get(at).is_some_and(|(other, _)| is_one_for_one || before[0] == other[0]);
        if is_alike {
            let (after, is) = come.remove(at);
            found.push(other_method(sides, both, (before, was), (after, is)));
        } else {
            found.push(dropped(sides, both, before, was));
        }
    }
    found.extend(come.into_iter().map(|(terms, method)| {
        let sentence = format!("{} added: {}", method.kind.value, quoted(&method.action));
        let mut found = change(Section::Verification, What::Added, both.id, &letters(method), sentence);
        found.follows = said(&terms[3..]);
        found.spot = Some(sides.at(At::Now(method.span)));
        found
    }));
    found
}

fn letters(method: &Method) -> Letters {
    named(method.objectives.iter().map(|letter| letter.value.as_str()))
}

fn other_method(sides: &Sides<'_>, both: Both<'_>, old: (&Terms, &Method), new: (&Terms, &Method)) -> Change {
    let all = letters(old.1).union(&letters(new.1)).cloned().collect();
    let found = change(Section::Verification, What::Changed, both.id, &all, String::new());
    let mut found = differing(found, &format!("{} {}", old.1.kind.value, quoted(&old.1.action)), old.0, new.0);
    found.spot = Some(sides.at(At::Now(new.1.span)));
    found
}

/// An interview or test that went; one that showed what is still said to be met stands out.
fn dropped(sides: &Sides<'_>, both: Both<'_>, terms: &Terms, method: &Method) -> Change {
    let sentence = format!("{} dropped: {}", method.kind.value, quoted(&method.action));
    let mut found = change(Section::Verification, What::Removed, both.id, &letters(method), sentence);
    found.before = filled(&terms[0].1);
    found.spot = Some(sides.at(At::Then(method.span)));
    let is_met = |letter: char| both.after.answered(letter).is_some_and(|found| found.answer == Answer::Met);
    let is_shown = letters(method).iter().flat_map(|letter| letter.chars()).any(is_met);
    if method.shows() && is_shown {
        found.weight = Weight::StandsOut;
        found.follows.push("what it showed is still determined met".to_owned());
    }
    found
}

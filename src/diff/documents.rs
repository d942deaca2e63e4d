//! Documents that will read otherwise.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::renames::renamed_providers;
use super::reviews::{is_of_unread, state_of, unread};
use super::tables::{Row, touched};
use super::words::in_lines;
use super::{Change, Side, Sides};
use crate::diagnostic::Place;
use crate::ids::RequirementId;
use crate::model::Filed;
use crate::model::assessment::{Assessment, Series};
use crate::model::changes::{Section, What};
use crate::model::history::{Statement, Subject};
use crate::model::practice::Practice;
use crate::table::{Record, Told};

/// A key of a file by the name of its table: what documents are printed from.
pub type Printed = (&'static str, &'static str);

/// Which documents print a key, one a line: table, key, documents.
const PRINTED: &str = include_str!("documents.tsv");

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let mut why: BTreeMap<&str, BTreeSet<Section>> = BTreeMap::new();
    let printed = printed();
    for key in differing(sides) {
        for document in printed.get(&key).into_iter().flatten() {
            why.entry(document).or_default().insert(section_of(key));
        }
    }
    for (document, sections) in why {
        let why: Vec<String> = sections.iter().map(|section| lower(section.title())).collect();
        let sentence = format!("will read otherwise: {}", why.join("; "));
        out.push(Change::new(Section::Documents, What::Changed, document, sentence));
    }
}

fn lower(title: &str) -> String {
    let mut letters = title.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_lowercase).collect();
    format!("{first}{}", letters.as_str())
}

/// The documents that print each key.
pub fn printed() -> BTreeMap<(&'static str, &'static str), Vec<&'static str>> {
    let lines = PRINTED.lines().filter(|line| !line.starts_with('#'));
    let line = |line: &'static str| {
        let mut cells = line.split('\t');
        let key = (cells.next()?, cells.next()?);
        Some((key, cells.next()?.split(' ').collect()))
    };
    lines.filter_map(line).collect()
}

/// Every key that holds something else on the two sides.
pub fn differing(sides: &Sides<'_>) -> BTreeSet<Printed> {
    let (old, new) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let mut keys = BTreeSet::new();
    one(sides, [Some(&old.config), Some(&new.config)], &mut keys);
    let written_anew = |id: &RequirementId| text_of(old, *id) != text_of(new, *id);
    let ids: BTreeSet<&RequirementId> = old.practices.keys().chain(new.practices.keys()).collect();
    for id in ids.into_iter().filter(|id| written_anew(id)) {
        practice(sides, [old.practices.get(id), new.practices.get(id)], &mut keys);
    }
    many(sides, [&old.providers, &new.providers], &mut keys);
    many(sides, [&old.crms, &new.crms], &mut keys);
    many(sides, [&old.poam, &new.poam], &mut keys);
    many(sides, [&old.exceptions, &new.exceptions], &mut keys);
    one(sides, [old.assets.as_ref(), new.assets.as_ref()], &mut keys);
    one(sides, [old.incident.as_ref(), new.incident.as_ref()], &mut keys);
    one(sides, [old.crypto.as_ref(), new.crypto.as_ref()], &mut keys);
    artifacts(&old.artifacts, &new.artifacts, &mut keys);
    if policies([&sides.before, &sides.after]) != policies([&sides.after, &sides.before]) {
        keys.insert(("Policy", "text"));
    }
    if is_log_another(sides) {
        keys.insert(("History", "reviews"));
    }
    if !renamed_providers(sides).is_empty() {
        keys.insert(("Provider", "id"));
    }
    keys
}

/// Path and text of each policy of the one side that could be read on the other, too.
fn policies<'a>([side, other]: [&Side<'a>; 2]) -> Vec<(&'a str, Cow<'a, str>)> {
    let known = |id: &str| other.facts.assessment.policies.contains_key(id);
    let policies = side.facts.assessment.policies.iter();
    let policies = policies.filter(|(id, policy)| known(id) || !other.is_unread(&policy.path));
    policies.map(|(_, policy)| (&*policy.path, in_lines(&policy.text))).collect()
}

fn text_of(of: &Assessment, id: RequirementId) -> Option<&str> {
    of.files.get(of.practices.get(&id)?.file).map(|file| &*file.text)
}

/// What differs of a file; of one that could not be read on one side nobody can tell.
fn one<T: Record>(sides: &Sides<'_>, [old, new]: [Option<&Filed<T>>; 2], keys: &mut BTreeSet<Printed>) {
    if !is_unread(sides, [old, new]) {
        touched(&told(old), &told(new), keys);
    }
}

/// The same of a practice, of which documents print the parts party by party.
fn practice(sides: &Sides<'_>, sided: [Option<&Filed<Practice>>; 2], keys: &mut BTreeSet<Printed>) {
    if !is_unread(sides, sided) {
        let [old, new] = sided.map(|practice| by_party(told(practice)));
        touched(&old, &new, keys);
    }
}

fn is_unread<T>(sides: &Sides<'_>, sided: [Option<&Filed<T>>; 2]) -> bool {
    match sided {
        [Some(old), None] => sides.is_unread_after(&old.path),
        [None, Some(new)] => sides.is_unread_before(&new.path),
        _ => false,
    }
}

/// A practice with its parts in the order of their parties, those of one party as they stand.
fn by_party(told: Told<'_>) -> Told<'_> {
    let Told::Table(shape, mut cells, span) = told else { return told };
    let at = shape.keys.iter().position(|key| key.name == "responsibility");
    if let Some(Told::List(parts)) = at.and_then(|at| cells.get_mut(at)) {
        parts.sort_by_key(|part| Row::of(part).and_then(|row| row.word("party")).unwrap_or_default().to_owned());
    }
    Told::Table(shape, cells, span)
}

fn told<T: Record>(file: Option<&Filed<T>>) -> Told<'_> {
    file.map_or(Told::Nothing, |file| file.value.told_table())
}

fn many<K: Ord, T: Record>(sides: &Sides<'_>, [old, new]: [&BTreeMap<K, Filed<T>>; 2], keys: &mut BTreeSet<Printed>) {
    let ids: BTreeSet<&K> = old.keys().chain(new.keys()).collect();
    for id in ids {
        one(sides, [old.get(id), new.get(id)], keys);
    }
}

fn artifacts(old: &BTreeMap<String, Series>, new: &BTreeMap<String, Series>, keys: &mut BTreeSet<Printed>) {
    let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for id in ids {
        let (before, after) = (old.get(id), new.get(id));
        let one = before.map_or(Told::Nothing, |series| series.artifact.told_table());
        let two = after.map_or(Told::Nothing, |series| series.artifact.told_table());
        touched(&one, &two, keys);
        let states = |series: Option<&Series>| {
            series.map(|series| series.editions.iter().map(|edition| edition.state.clone()).collect::<Vec<_>>())
        };
        if before.is_some() && after.is_some() && states(before) != states(after) {
            keys.insert(("Edition", "bytes"));
        }
    }
}

/// Whether the logs say other things of reviews; the commit that was looked at is none of them, nor is what seems to
/// follow from a file that could not be read.
fn is_log_another(sides: &Sides<'_>) -> bool {
    let unread = unread(sides);
    let said = |side: &Side<'_>, other: &Side<'_>| {
        let history = side.facts.history.as_ref()?;
        let theirs = other.facts.history.as_ref()?;
        let is_read = |subject: &Subject| {
            theirs.subjects.contains_key(subject) || !is_path_unread(other, &side.facts.place_of(subject), side)
        };
        let subjects = history.subjects.iter().filter(|(subject, _)| is_read(subject)).map(|(subject, found)| {
            let reviews: Vec<String> = found.reviews.iter().map(|review| review.commit.to_string()).collect();
            // A revision may be the one that made a practice unreadable.
            let revisions = if unread.is_empty() { found.revisions.len() } else { 0 };
            (subject.clone(), state_of(found, &unread), revisions, reviews)
        });
        let statements = history.acceptances.iter().chain(&history.affirmations);
        let covers =
            |found: &Statement| found.covers_head || found.differs.iter().any(|part| is_of_unread(part, &unread));
        let statements = statements.map(|found| (found.commit.clone(), covers(found), found.accepted));
        let certified = history.certifications.iter().filter(|(id, _)| !unread.contains(id));
        let certified = certified.flat_map(|(_, all)| all).filter(|found| found.holds()).count();
        Some((subjects.collect::<Vec<_>>(), statements.collect::<Vec<_>>(), certified))
    };
    match (said(&sides.before, &sides.after), said(&sides.after, &sides.before)) {
        (Some(old), Some(new)) => old != new,
        _ => false,
    }
}

/// Whether the file that a place of one side lies in could not be read on the other.
fn is_path_unread(other: &Side<'_>, place: &Place, of: &Side<'_>) -> bool {
    match place {
        Place::Path(path) => other.is_unread(path),
        Place::Span(span) => other.is_unread(of.facts.assessment.files.path(*span)),
    }
}

/// What a key is about.
fn section_of((shape, key): Printed) -> Section {
    match (shape, key) {
        ("Practice", "statement") | ("Policy", _) => Section::Prose,
        ("Practice", "determinations" | "status") | ("Determination", _) => Section::Determinations,
        ("Practice", "values") => Section::Values,
        ("Practice", "method") | ("Method" | "Verification", _) | ("Responsibility", "verification") => {
            Section::Verification
        }
        ("Artifact" | "Edition" | "Evidence" | "ArtifactsFile" | "Final", _) | ("Responsibility", "evidence") => {
            Section::Evidence
        }
        ("Practice" | "Responsibility" | "Inherits", _) => Section::Ownership,
        ("Incident" | "PhaseDuty" | "Handoff" | "Reporter" | "Authority", _) => Section::Handoffs,
        (
            "Assets" | "Group" | "Exempt" | "Asset" | "Decision" | "Crypto" | "Module" | "CryptoUse" | "Organization"
            | "System" | "SystemConnection" | "SspChange",
            _,
        )
        | ("Config", "organization" | "system") => Section::Scope,
        ("Poam" | "Milestone" | "Exception", _) => Section::Poam,
        ("History", _) => Section::Reviews,
        ("Allow", _) | ("Config", "allow" | "rules") => Section::Allows,
        ("Config" | "AssessmentFacts" | "ReviewPolicy" | "Person" | "Accounts" | "Role", _) => Section::Trust,
        _ => Section::Providers,
    }
}

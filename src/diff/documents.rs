//! Documents that will read otherwise.

use std::collections::{BTreeMap, BTreeSet};

use super::renames::renamed_providers;
use super::tables::touched;
use super::{Change, Side, Sides};
use crate::ids::RequirementId;
use crate::model::Filed;
use crate::model::assessment::{Assessment, Series};
use crate::model::changes::{Section, What};
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
    one(Some(&old.config), Some(&new.config), &mut keys);
    let written_anew = |id: &RequirementId| text_of(old, *id) != text_of(new, *id);
    let ids: BTreeSet<&RequirementId> = old.practices.keys().chain(new.practices.keys()).collect();
    for id in ids.into_iter().filter(|id| written_anew(id)) {
        one(old.practices.get(id), new.practices.get(id), &mut keys);
    }
    many(&old.providers, &new.providers, &mut keys);
    many(&old.crms, &new.crms, &mut keys);
    many(&old.poam, &new.poam, &mut keys);
    many(&old.exceptions, &new.exceptions, &mut keys);
    one(old.assets.as_ref(), new.assets.as_ref(), &mut keys);
    one(old.incident.as_ref(), new.incident.as_ref(), &mut keys);
    one(old.crypto.as_ref(), new.crypto.as_ref(), &mut keys);
    artifacts(&old.artifacts, &new.artifacts, &mut keys);
    let texts = |side: &Side<'_>| -> Vec<(String, std::sync::Arc<str>)> {
        let policies = side.facts.assessment.policies.values();
        policies.map(|policy| (policy.path.clone(), policy.text.clone())).collect()
    };
    if texts(&sides.before) != texts(&sides.after) {
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

fn text_of(of: &Assessment, id: RequirementId) -> Option<&str> {
    of.files.get(of.practices.get(&id)?.file).map(|file| &*file.text)
}

fn one<T: Record>(old: Option<&Filed<T>>, new: Option<&Filed<T>>, keys: &mut BTreeSet<Printed>) {
    touched(&told(old), &told(new), keys);
}

fn told<T: Record>(file: Option<&Filed<T>>) -> Told<'_> {
    file.map_or(Told::Nothing, |file| file.value.told_table())
}

fn many<K: Ord, T: Record>(old: &BTreeMap<K, Filed<T>>, new: &BTreeMap<K, Filed<T>>, keys: &mut BTreeSet<Printed>) {
    let ids: BTreeSet<&K> = old.keys().chain(new.keys()).collect();
    for id in ids {
        one(old.get(id), new.get(id), keys);
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

/// Whether the logs say other things of reviews; the commit that was looked at is none of them.
fn is_log_another(sides: &Sides<'_>) -> bool {
    let said = |side: &Side<'_>| {
        let history = side.facts.history.as_ref()?;
        let subjects = history.subjects.iter().map(|(subject, found)| {
            let reviews: Vec<String> = found.reviews.iter().map(|review| review.commit.to_string()).collect();
            (subject.clone(), found.state, found.revisions.len(), reviews)
        });
        let statements = history.acceptances.iter().chain(&history.affirmations);
        let statements = statements.map(|found| (found.commit.clone(), found.covers_head, found.accepted));
        let certified = history.certifications.values().flatten().filter(|found| found.holds()).count();
        Some((subjects.collect::<Vec<_>>(), statements.collect::<Vec<_>>(), certified))
    };
    match (said(&sides.before), said(&sides.after)) {
        (Some(old), Some(new)) => old != new,
        _ => false,
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

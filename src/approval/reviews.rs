//! What the contractor is asked to review: every subject whose material content differs between two sides.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::unread::{self, Unread};
use super::{ask, rest};
use crate::catalog::Requirement;
use crate::diff::Sides;
use crate::diff::renames::renamed_providers;
use crate::history;
use crate::ids::RequirementId;
use crate::material::{self, Material, Whole};
use crate::model::assessment::Assessment;
use crate::model::changes::{Ask, Changes, Weight};
use crate::model::history::Subject;
use crate::model::practice::Responsibility;
use crate::speakers::{self, Speaker};

/// What became of a subject.
enum Fate {
    New,
    Changed(Material, Material),
    /// It is there, and cannot be read on the side compared to.
    Unread,
    /// It was there, and could not be read on the side compared from.
    WasUnread,
    /// Its file differs, and was not read whole on the side compared from.
    WasUnreadInPart,
}

/// The reviews that are needed, by subject.
pub(super) fn asked(sides: &Sides<'_>, changes: &Changes) -> Vec<Ask> {
    let fates = fates(sides);
    let mut asks: Vec<Ask> = fates.iter().map(|(subject, fate)| of(sides, changes, subject, fate)).collect();
    asks.extend(plan(sides, changes, fates.into_keys().collect()));
    asks
}

/// What a review of the plan covers only if nothing is changed after it: what is gone, and the plan itself for what no
/// material content tells.
pub(super) fn gone(sides: &Sides<'_>) -> Vec<Subject> {
    let mut gone = dropped(sides);
    let is_more = || !unread::of(sides).differing.is_empty() || rest::is_any(sides);
    gone.extend((gone.is_empty() && is_more()).then_some(Subject::Ssp));
    gone
}

/// The subjects that differ and are there.
pub(super) fn differing(sides: &Sides<'_>) -> BTreeSet<Subject> {
    fates(sides).into_keys().collect()
}

/// Whether the plan itself says something else.
pub(super) fn heads_differ(sides: &Sides<'_>) -> bool {
    !head_changes(sides).is_empty()
}

/// What is gone with nothing left that could be reviewed; a review of the plan shows that this was meant.
pub(super) fn dropped(sides: &Sides<'_>) -> Vec<Subject> {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let is_gone = |subject: &Subject| !material::exists(after, subject) && !is_unread(after, subject);
    let renamed = renamed_providers(sides);
    let is_renamed = |subject: &Subject| matches!(subject, Subject::Provider(id) if renamed.contains_key(id));
    let is_own = |subject: &Subject| !matches!(subject, Subject::Personnel(_)) && !is_renamed(subject);
    history::subjects(before).into_iter().filter(|subject| is_own(subject) && is_gone(subject)).collect()
}

/// The subjects that differ; the people of a provider where its file does not.
fn fates(sides: &Sides<'_>) -> BTreeMap<Subject, Fate> {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let mut subjects = history::subjects(before);
    subjects.extend(history::subjects(after));
    subjects.extend(before.unread_practices.iter().chain(&after.unread_practices).map(|id| Subject::Practice(*id)));
    let is_own = |subject: &Subject| !matches!(subject, Subject::Ssp | Subject::Crm);
    let own: Vec<Subject> = subjects.into_iter().filter(is_own).collect();
    let contents = [Whole::from(before), Whole::from(after)];
    let found = own.into_par_iter().filter_map(|subject| Some((subject.clone(), fate(sides, &contents, &subject)?)));
    let mut fates: BTreeMap<Subject, Fate> = found.collect();
    let unread = unread::of(sides);
    for id in Unread::practices(sides, &unread.differing) {
        fates.entry(Subject::Practice(id)).or_insert(Fate::WasUnreadInPart);
    }
    let now = Unread::practices(sides, &unread.now);
    fates.extend(now.into_iter().map(|id| (Subject::Practice(id), Fate::Unread)));
    let files: BTreeSet<String> = fates.keys().filter_map(provider_of).collect();
    fates.retain(|subject, _| !matches!(subject, Subject::Personnel(id) if files.contains(id)));
    fates
}

fn provider_of(subject: &Subject) -> Option<String> {
    match subject {
        Subject::Provider(id) => Some(id.clone()),
        _ => None,
    }
}

fn fate(sides: &Sides<'_>, [before, after]: &[Whole<'_>; 2], subject: &Subject) -> Option<Fate> {
    match (before.of(subject), after.of(subject)) {
        (Some(old), Some(new)) if old != new => Some(Fate::Changed(old, new)),
        (None, Some(_)) if is_unread(&sides.before.facts.assessment, subject) => Some(Fate::WasUnread),
        (None, Some(_)) => Some(Fate::New),
        (Some(_), Some(_)) | (_, None) => None,
    }
}

/// What is said of what cannot be read.
const MEND: &str = "nothing can be approved that cannot be read: mend the file first";

/// Whether the file of a practice cannot be read on the side compared to, or not whole; of the plan, any other file. What
/// is as unreadable in the same words on the other side is none of this.
pub(super) fn is_unreadable(sides: &Sides<'_>, subject: &Subject) -> bool {
    let unread = || unread::of(sides).now;
    match subject {
        Subject::Practice(id) => Unread::practices(sides, &unread()).contains(id),
        Subject::Ssp => !Unread::of_plan(sides, &unread()).is_empty(),
        _ => false,
    }
}

fn is_unread(assessment: &Assessment, subject: &Subject) -> bool {
    matches!(subject, Subject::Practice(id) if assessment.unread_practices.contains(id))
}

fn of(sides: &Sides<'_>, changes: &Changes, subject: &Subject, fate: &Fate) -> Ask {
    let told: Vec<_> = changes.changes.iter().filter(|change| ask::is_about(change, subject)).collect();
    let is_grave = told.iter().any(|change| change.weight == Weight::StandsOut);
    let grave = match subject {
        Subject::Practice(id) => stands_out(sides, *id),
        _ => Vec::new(),
    };
    let is_told = !told.is_empty();
    let mut why = if is_grave { Vec::new() } else { grave.clone() };
    why.extend(ask::lines(told));
    match fate {
        Fate::New if !is_told => why.push(format!("{subject} is new")),
        Fate::Changed(old, new) if !is_told => why.extend(placed(subject, told_of(sides, old, new))),
        Fate::New | Fate::Changed(..) => {}
        Fate::Unread => why.push(format!("{subject} cannot be read on the side compared to")),
        Fate::WasUnread => {
            why.push(format!("{subject} could not be read on the side compared from, so all of it may be new"));
        }
        Fate::WasUnreadInPart => why.push(format!("{subject} was not read whole, and its file differs")),
    }
    let mut ask = review(sides, subject, ask::short(why));
    if let Subject::Practice(id) = subject {
        ask.why.extend(told_only(sides, *id));
    }
    if matches!(fate, Fate::Unread) {
        ask.refused.push(MEND.to_owned());
    }
    ask.stands_out = is_grave || !grave.is_empty();
    ask
}

/// What differs, in sentences; a provider that is called otherwise differs in its name alone.
fn told_of(sides: &Sides<'_>, old: &Material, new: &Material) -> Vec<String> {
    let (mut old, mut said) = (old.clone(), Vec::new());
    for (from, to) in renamed_providers(sides) {
        let called = called_otherwise(&old, &from, &to);
        if called != old {
            said.push(format!("provider {from} is called {to}"));
            old = called;
        }
    }
    said.extend(material::changes(&old, new));
    said
}

/// The same content with another id wherever this one stands as a word.
pub(super) fn called_otherwise(material: &Material, from: &str, to: &str) -> Material {
    let renamed = |text: &str| {
        let words = text.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '-'));
        let word = |word: &str| {
            let bare = word.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '-'));
            if bare == from { word.replacen(from, to, 1) } else { word.to_owned() }
        };
        words.map(word).collect::<String>()
    };
    Material(material.0.iter().map(|(name, text)| (renamed(name), renamed(text))).collect())
}

/// Sentences that begin with the letter of an objective, with the practice before it.
fn placed(subject: &Subject, sentences: Vec<String>) -> Vec<String> {
    let place = |sentence: String| if sentence.starts_with('[') { format!("{subject}{sentence}") } else { sentence };
    sentences.into_iter().map(place).collect()
}

/// A review of a subject, by whoever may give it.
fn review(sides: &Sides<'_>, subject: &Subject, why: Vec<String>) -> Ask {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let who: Vec<String> = speakers::reviewers(before, subject).iter().map(Speaker::words).collect();
    let mut refused = Vec::new();
    if who.is_empty() {
        refused.push(format!(
            "nobody on the side compared from has a role that reviews {}: name a person and a role in demarcate.toml \
             first, in a change of its own",
            subject.words()
        ));
        let newly = speakers::reviewers(after, subject);
        refused.extend(newly.iter().map(|speaker| {
            format!("{} is named by this change itself, which cannot name who approves it", speaker.words())
        }));
    }
    Ask {
        subject: subject.to_string(),
        why,
        stands_out: false,
        who,
        how: format!("demarcate review {subject}"),
        given: None,
        refused,
    }
}

/// What makes a change of a practice grave by itself.
fn stands_out(sides: &Sides<'_>, id: RequirementId) -> Vec<String> {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let has = |side: &Assessment| {
        side.practices
            .get(&id)
            .is_some_and(|practice| practice.responsibility.iter().any(Responsibility::is_contractor))
    };
    let mut grave = Vec::new();
    if has(before) && !has(after) && after.practices.contains_key(&id) {
        grave.push(format!("the contractor has no part in {id} any more"));
    }
    if before.catalog.requirement(id).is_some_and(Requirement::is_non_inheritable) {
        grave.push(format!("{id} cannot be given away"));
    }
    grave
}

/// Providers that lose their last duty altogether: they are told, and nobody of them is asked.
fn told_only(sides: &Sides<'_>, id: RequirementId) -> Vec<String> {
    let parties = |side: &Assessment| -> BTreeSet<String> {
        let parts = side.practices.get(&id).into_iter().flat_map(|practice| &practice.responsibility);
        parts.filter(|part| !part.is_contractor()).map(|part| part.party.name.clone()).collect()
    };
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let left = parties(before).into_iter().filter(|party| !parties(after).contains(party));
    let renamed = renamed_providers(sides);
    let left = left.filter(|party| after.duties_of(party).next().is_none() && !renamed.contains_key(party));
    left.map(|party| format!("{party} has no duty left at all: tell it in writing; it is not asked")).collect()
}

/// What the plan alone says and says otherwise now.
fn head_changes(sides: &Sides<'_>) -> Vec<String> {
    let head = |side: &Assessment| {
        let mut found = material::of(side, &Subject::Ssp).unwrap_or_default();
        found.0.retain(|name, _| !name.starts_with("status of "));
        found
    };
    material::changes(&head(&sides.before.facts.assessment), &head(&sides.after.facts.assessment))
}

/// A review of the plan, for what it alone says, for what is gone, and for what no other review covers.
fn plan(sides: &Sides<'_>, changes: &Changes, differing: BTreeSet<Subject>) -> Option<Ask> {
    let gone = dropped(sides);
    let rest = rest::of(sides, changes, differing);
    let stands_out = rest.iter().any(|change| change.weight == Weight::StandsOut);
    let unread = unread::of(sides);
    let lost = Unread::of_plan(sides, &unread.now);
    let mut why: Vec<String> = lost.iter().map(|path| format!("{path} cannot be read whole")).collect();
    why.extend(unread.differing.iter().map(|path| {
        format!("{path} could not be read whole on the side compared from and differs, so all of it may be new")
    }));
    why.extend(gone.iter().map(|subject| farewell(sides, subject)));
    why.extend(ask::lines(rest));
    why.extend(head_changes(sides));
    if why.is_empty() {
        return None;
    }
    let mut ask = review(sides, &Subject::Ssp, ask::short(why));
    let is_dropped = |subject: &Subject| matches!(subject, Subject::Practice(_) | Subject::Provider(_));
    ask.stands_out = stands_out || !lost.is_empty() || gone.iter().any(is_dropped);
    if !lost.is_empty() {
        ask.refused.push(MEND.to_owned());
    }
    Some(ask)
}

/// What is gone, and who has to know.
fn farewell(sides: &Sides<'_>, subject: &Subject) -> String {
    let before = &sides.before.facts.assessment;
    match subject {
        Subject::Practice(id) => {
            let parts = before.practices.get(id).into_iter().flat_map(|practice| &practice.responsibility);
            let parties: BTreeSet<&str> = parts.map(|part| part.party.name.as_str()).collect();
            let parties = parties.into_iter().collect::<Vec<_>>().join(" and ");
            if parties.is_empty() {
                format!("{id} is removed")
            } else {
                format!("{id} is removed, which {parties} had")
            }
        }
        Subject::Provider(id) => format!("provider {id} is dropped: tell it in writing; it is not asked"),
        other => format!("{} is removed", other.words().replacen("the ", "", 1)),
    }
}

//! Reviews, acceptances and certifications that no longer cover what stands there, or newly do.

use std::collections::{BTreeMap, BTreeSet};

use super::naming::{listed, short};
use super::renames::renamed_providers;
use super::{Change, Sides};
use crate::ids::{CONTRACTOR, RequirementId};
use crate::model::acceptance::AcceptanceState;
use crate::model::changes::{Section, Weight, What};
use crate::model::history::{History, Review, ReviewOutcome, ReviewState, Statement, Subject, SubjectHistory};

/// Both logs.
struct Logs<'a> {
    sides: &'a Sides<'a>,
    old: &'a History,
    new: &'a History,
    renamed: BTreeMap<String, String>,
    /// Practices that could not be read on one of the sides.
    unread: BTreeSet<RequirementId>,
}

pub(super) fn changes(sides: &Sides<'_>, out: &mut Vec<Change>) {
    let (Some(old), Some(new)) = (&sides.before.facts.history, &sides.after.facts.history) else { return };
    let logs = Logs { sides, old, new, renamed: renamed_providers(sides), unread: unread(sides) };
    logs.stale(out);
    logs.states(out);
    logs.recorded(out);
    logs.acceptances(out);
    logs.affirmations(out);
    logs.certifications(out);
}

/// Practices that could not be read on one of the sides, so that nothing that seems to follow from it is told.
pub(super) fn unread(sides: &Sides<'_>) -> BTreeSet<RequirementId> {
    let all = [&sides.before, &sides.after].map(|side| &side.facts.assessment);
    all.iter()
        .flat_map(|all| all.unread_practices.iter().filter(|id| !all.practices.contains_key(id)))
        .copied()
        .collect()
}

/// Whether a part that differs is one of such a practice.
pub(super) fn is_of_unread(part: &str, unread: &BTreeSet<RequirementId>) -> bool {
    let ids = part.split([' ', ',', ':', '[']).filter_map(|word| word.parse::<RequirementId>().ok());
    ids.into_iter().any(|id| unread.contains(&id))
}

/// The state of a subject, as far as it does not follow from a practice that could not be read.
pub(super) fn state_of(found: &SubjectHistory, unread: &BTreeSet<RequirementId>) -> ReviewState {
    let is_unread = |part: &String| is_of_unread(part, unread);
    if found.state == ReviewState::Stale && !found.differs.is_empty() && found.differs.iter().all(is_unread) {
        return ReviewState::Current;
    }
    found.state
}

/// How many subjects of one cause are told one by one.
const FEW: usize = 3;

/// A subject and what both logs say of it.
type Told<'a> = (&'a Subject, Option<&'a SubjectHistory>, &'a SubjectHistory);

impl Logs<'_> {
    /// Every subject of the side compared to, with what the other log says of it.
    fn subjects(&self) -> impl Iterator<Item = Told<'_>> {
        let former: BTreeMap<&str, &str> = self.renamed.iter().map(|(old, new)| (new.as_str(), old.as_str())).collect();
        let was = move |subject: &Subject| match subject {
            Subject::Provider(id) => former.get(id.as_str()).map(|id| Subject::Provider((*id).to_owned())),
            Subject::Personnel(id) => former.get(id.as_str()).map(|id| Subject::Personnel((*id).to_owned())),
            _ => None,
        };
        self.new.subjects.iter().map(move |(subject, found)| {
            let before = self.old.subjects.get(&was(subject).unwrap_or_else(|| subject.clone()));
            (subject, before, found)
        })
    }

    /// Subjects that are in a state, and were not.
    fn newly(&self, state: ReviewState) -> Vec<(&Subject, &SubjectHistory)> {
        let is = |found: &SubjectHistory| state_of(found, &self.unread) == state;
        let newly = self.subjects().filter(|(_, before, after)| is(after) && before.is_some_and(|before| !is(before)));
        newly.map(|(subject, _, after)| (subject, after)).collect()
    }

    /// The parts that differ, less those of practices that could not be read.
    fn read(&self, parts: &[String]) -> Vec<String> {
        parts.iter().filter(|part| !is_of_unread(part, &self.unread)).cloned().collect()
    }

    /// Whether a subject is a practice that could not be read on one of the sides.
    fn is_unread(&self, subject: &Subject) -> bool {
        matches!(subject, Subject::Practice(id) if self.unread.contains(id))
    }

    fn change(&self, subject: &Subject, what: What, sentence: String) -> Change {
        let mut change = Change::new(Section::Reviews, what, subject.to_string(), sentence);
        if let Subject::Practice(id) = subject {
            change.practice = Some(*id);
        }
        if let Subject::Provider(id) | Subject::Personnel(id) = subject {
            change.parties.insert(id.clone());
        }
        change.parties.insert(CONTRACTOR.to_owned());
        change.spot = Some(self.sides.after.spot(&self.sides.after.facts.place_of(subject), false));
        change
    }

    /// One change for several subjects.
    fn of_many(&self, subjects: &[&Subject], what: What, sentence: String) -> Change {
        let mut change = Change::new(Section::Reviews, what, counted(subjects), sentence);
        change.parties.insert(CONTRACTOR.to_owned());
        change.follows.push(named(subjects));
        let first = subjects.first().map(|subject| self.sides.after.facts.place_of(subject));
        change.spot = first.map(|place| self.sides.after.spot(&place, false));
        change
    }

    /// What a review covered and covers no longer.
    fn stale(&self, out: &mut Vec<Change>) {
        let mut by_commit: BTreeMap<&str, Vec<(&Subject, &SubjectHistory, &Review)>> = BTreeMap::new();
        for (subject, found) in self.newly(ReviewState::Stale) {
            if let Some(review) = found.last_accepted() {
                by_commit.entry(&review.commit).or_default().push((subject, found, review));
            }
        }
        for told in by_commit.values() {
            if told.len() > FEW {
                let subjects: Vec<&Subject> = told.iter().map(|(subject, _, _)| *subject).collect();
                let sentence = format!("the review {} no longer covers them", told[0].2.words());
                let mut change = self.of_many(&subjects, What::Changed, sentence);
                change.before = Some(ReviewState::Current.word().to_owned());
                change.after = Some(ReviewState::Stale.word().to_owned());
                out.push(change);
                continue;
            }
            for (subject, found, review) in told {
                let differs = differs(&self.read(&found.differs));
                let sentence = format!("the review {} no longer covers it{differs}", review.words());
                let mut change = self.change(subject, What::Changed, sentence);
                change.after = Some(ReviewState::Stale.word().to_owned());
                out.push(change);
            }
        }
    }

    /// Reviews that are newly refused, deficient, overdue or due.
    fn states(&self, out: &mut Vec<Change>) {
        let told = [
            (ReviewState::Refused, "no review of it counts"),
            (ReviewState::Deficient, "found wanting by its latest review"),
            (ReviewState::Overdue, "its review is overdue"),
            (ReviewState::Due, "its review is due within 30 days"),
        ];
        for (state, words) in told {
            let newly = self.newly(state);
            let mut changes: Vec<Change> = if newly.len() > FEW {
                let subjects: Vec<&Subject> = newly.iter().map(|(subject, _)| *subject).collect();
                vec![self.of_many(&subjects, What::Changed, words.replace("its ", "their ").replace("it", "them"))]
            } else {
                let due = |found: &SubjectHistory| found.due.map(|due| format!(" ({due})")).unwrap_or_default();
                newly
                    .iter()
                    .map(|(subject, found)| self.change(subject, What::Changed, format!("{words}{}", due(found))))
                    .collect()
            };
            for change in &mut changes {
                change.after = Some(state.word().to_owned());
                let stands_out = matches!(state, ReviewState::Refused | ReviewState::Deficient);
                change.weight = if stands_out { Weight::StandsOut } else { Weight::Plain };
            }
            out.extend(changes);
        }
    }

    /// Reviews that the log of the side compared to has and the other has not, commit by commit.
    fn recorded(&self, out: &mut Vec<Change>) {
        let known: BTreeSet<&str> = commits(self.old);
        let mut by_commit: BTreeMap<(&str, bool), Vec<(&Subject, &Review)>> = BTreeMap::new();
        for (subject, found) in self.new.subjects.iter().filter(|(subject, _)| !self.is_unread(subject)) {
            for review in found.reviews.iter().filter(|review| !known.contains(&*review.commit)) {
                by_commit.entry((&review.commit, review.counts())).or_default().push((subject, review));
            }
        }
        for ((_, counts), told) in by_commit {
            let subjects: Vec<&Subject> = told.iter().map(|(subject, _)| *subject).collect();
            let review = told[0].1;
            let refused = review.refused_because.as_deref().filter(|_| !counts);
            let refused = refused.map(|why| format!(", which does not count: {why}")).unwrap_or_default();
            let sentence = format!("reviewed {}, {}{refused}", review.words(), review.outcome_words());
            let mut change = match subjects.as_slice() {
                [one] => self.change(one, What::Added, sentence),
                several => self.of_many(several, What::Added, sentence),
            };
            let is_grave = !counts || review.outcome == ReviewOutcome::Deficiency;
            change.weight = if is_grave { Weight::StandsOut } else { Weight::Plain };
            change.after = Some(review.outcome.word().to_owned());
            out.push(change);
        }
    }

    /// Acceptances of duties that are given, or no longer cover the duties as they stand.
    fn acceptances(&self, out: &mut Vec<Change>) {
        let all = self.new.acceptances.iter().chain(&self.old.acceptances).map(|found| found.about.as_str());
        let providers: BTreeSet<&str> = all.map(|id| self.renamed.get(id).map_or(id, String::as_str)).collect();
        for provider in providers {
            let was = self.renamed.iter().find(|(_, new)| *new == provider).map_or(provider, |(old, _)| old.as_str());
            let (before, former) = self.old.acceptance_of(was);
            let (after, statement) = self.new.acceptance_of(provider);
            // What seems to come and go with a practice that could not be read tells nothing of the acceptance.
            let mut differs = [former, statement].into_iter().flatten().flat_map(|found| &found.differs);
            let is_unread = differs.any(|part| is_of_unread(part, &self.unread));
            if before != after && !is_unread {
                out.extend(self.acceptance(provider, before, after, statement));
            }
        }
    }

    fn acceptance(
        &self,
        provider: &str,
        before: AcceptanceState,
        after: AcceptanceState,
        statement: Option<&Statement>,
    ) -> Option<Change> {
        let words = statement.map(Statement::words).unwrap_or_default();
        let sentence = match after {
            AcceptanceState::Accepted => format!("accepted its duties {words}"),
            AcceptanceState::Stale => {
                let differs = statement.map(|found| differs(&found.differs)).unwrap_or_default();
                format!("its acceptance {words} no longer covers its duties{differs}")
            }
            AcceptanceState::Refused => {
                let why = statement.and_then(|found| found.refused_because.as_deref()).unwrap_or("it may not");
                format!("its acceptance {words} does not count: {why}")
            }
            AcceptanceState::NotAccepted => "has not accepted its duties".to_owned(),
        };
        self.sides.after.facts.assessment.providers.get(provider)?;
        let mut change = self.change(&Subject::Provider(provider.to_owned()), What::Changed, sentence);
        change.subject = format!("acceptance of {provider}");
        change.weight = if after == AcceptanceState::Accepted { Weight::Plain } else { Weight::StandsOut };
        (change.before, change.after) = (Some(before.word().to_owned()), Some(after.word().to_owned()));
        Some(change)
    }

    fn affirmations(&self, out: &mut Vec<Change>) {
        let known: BTreeSet<&str> = self.old.affirmations.iter().map(|found| found.commit.as_str()).collect();
        for found in self.new.affirmations.iter().filter(|found| !known.contains(found.commit.as_str())) {
            let refused = found.refused_because.as_deref().filter(|_| !found.accepted);
            let refused = refused.map(|why| format!(", which does not count: {why}")).unwrap_or_default();
            let subject = format!("affirmation of {}", short(&found.about));
            let sentence = format!("affirmed {}{refused}", found.words());
            let mut change = Change::new(Section::Reviews, What::Added, subject, sentence);
            change.weight = Weight::StandsOut;
            change.parties.insert(CONTRACTOR.to_owned());
            out.push(change);
        }
    }

    /// Practices that are newly certified, and those whose certification no longer holds.
    fn certifications(&self, out: &mut Vec<Change>) {
        let certified = |history: &History| -> BTreeSet<RequirementId> {
            let held = history
                .certifications
                .iter()
                .filter(|(_, all)| all.iter().any(crate::model::history::Certification::holds));
            held.map(|(id, _)| *id).collect()
        };
        let (old, new) = (certified(self.old), certified(self.new));
        let told = [
            (new.difference(&old), What::Added, "certified by those who answer for it"),
            (old.difference(&new), What::Removed, "no longer certified as it stands"),
        ];
        for (practices, what, words) in told {
            let subjects: Vec<Subject> = practices.map(|id| Subject::Practice(*id)).collect();
            let subjects: Vec<Subject> = subjects.into_iter().filter(|subject| !self.is_unread(subject)).collect();
            let refs: Vec<&Subject> = subjects.iter().collect();
            if refs.len() > FEW {
                let words = words.replace("answer for it", "answer for them").replace("it stands", "they stand");
                out.push(self.of_many(&refs, what, words));
            } else {
                out.extend(refs.iter().map(|subject| self.change(subject, what, words.to_owned())));
            }
        }
    }
}

/// The commits of every review.
fn commits(history: &History) -> BTreeSet<&str> {
    history.subjects.values().flat_map(|found| &found.reviews).map(|review| &*review.commit).collect()
}

/// How many subjects, in words.
fn counted(subjects: &[&Subject]) -> String {
    let practices = subjects.iter().filter(|subject| matches!(subject, Subject::Practice(_))).count();
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match (practices, subjects.len() - practices) {
        (practices, 0) => plural(practices, "practice"),
        (0, others) => plural(others, "record"),
        (practices, others) => format!("{} and {}", plural(practices, "practice"), plural(others, "other record")),
    }
}

fn named(subjects: &[&Subject]) -> String {
    let names: Vec<String> = subjects.iter().map(ToString::to_string).collect();
    listed(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The parts that differ, behind a colon.
fn differs(parts: &[String]) -> String {
    if parts.is_empty() {
        return String::new();
    }
    format!(": {}", listed(&parts.iter().map(String::as_str).collect::<Vec<_>>()))
}

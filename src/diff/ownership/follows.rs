//! What follows from another division of the work: clauses, acceptances, policies, verification and score.

use std::collections::{BTreeMap, BTreeSet};

use super::super::practices::{Both, Letters, Renames, letters_of, listed, subject, unsure};
use super::super::{Side, Sides};
use crate::ids::RequirementId;
use crate::model::acceptance::AcceptanceState;
use crate::model::assessment::Assessment;
use crate::model::history::Statement;
use crate::model::practice::{Layer, Practice, Responsibility};

/// What holds for both sides as a whole, looked up once.
pub(super) struct Follows<'a> {
    sides: &'a Sides<'a>,
    clauses: [Clauses; 2],
    policies: [BTreeSet<&'static str>; 2],
    acceptances: BTreeMap<String, Acceptance<'a>>,
    unsure: BTreeSet<RequirementId>,
    /// Old id of a provider by its new one.
    former: BTreeMap<String, String>,
}

/// Clauses that practices cite, by provider and id.
type Clauses = BTreeSet<(String, String)>;

/// How a provider's acceptance differs.
enum Acceptance<'a> {
    /// It covered the duties and no longer does.
    Stale(&'a Statement),
    /// Nobody accepts for it.
    Missing,
    /// There are some, and none counts.
    Refused,
}

impl<'a> Follows<'a> {
    pub(super) fn of(sides: &'a Sides<'a>, renames: &Renames) -> Self {
        let (old, new) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
        Self {
            sides,
            clauses: [clauses(old, renames), clauses(new, &Renames::none())],
            policies: [policies(old), policies(new)],
            acceptances: acceptances(sides, renames),
            unsure: unsure(sides),
            former: renames.parties.iter().map(|(old, new)| (new.clone(), old.clone())).collect(),
        }
    }

    /// A clause that some practice cited and none does any more, though the contract still has it.
    pub(super) fn covers_nothing(&self, party: &str, clause: &str) -> Option<String> {
        let key = (party.to_owned(), clause.to_owned());
        let [old, new] = &self.clauses;
        let is_left = old.contains(&key) && !new.contains(&key) && self.has_clause(&key);
        (is_left && self.unsure.is_empty()).then(|| format!("clause {clause} now covers nothing"))
    }

    /// A clause that some practice cites and none did: one that was there already, or a new one with what it covers.
    pub(super) fn newly_covers(&self, party: &str, clause: &str) -> Option<String> {
        let key = (party.to_owned(), clause.to_owned());
        let [old, new] = &self.clauses;
        let is_new = !old.contains(&key) && new.contains(&key) && self.unsure.is_empty() && self.has_clause(&key);
        if !is_new {
            return None;
        }
        let former = self.former.get(party).map_or(party, String::as_str);
        match self.had_clause(former, clause) {
            Some(true) => Some(format!("clause {clause} covered nothing before")),
            Some(false) => Some(format!("clause {clause} is new and covers {}", listed(&self.covered(party, clause)))),
            None => None,
        }
    }

    fn has_clause(&self, (party, clause): &(String, String)) -> bool {
        has_clause(&self.sides.after.facts.assessment, party, clause)
    }

    /// Whether the contract had a clause on the side compared from; `None` where nobody can tell.
    fn had_clause(&self, party: &str, clause: &str) -> Option<bool> {
        let before = &self.sides.before.facts.assessment;
        let is_read = match (before.providers.get(party), self.sides.after.facts.assessment.providers.get(party)) {
            (Some(provider), _) => !provider.lost,
            (None, Some(now)) => !self.sides.is_unread_before(&now.path),
            (None, None) => true,
        };
        let had = has_clause(before, party, clause);
        (had || is_read).then_some(had)
    }

    /// The practices and objectives whose parts of a provider cite a clause.
    fn covered(&self, party: &str, clause: &str) -> Vec<String> {
        let cites = |part: &&Responsibility| {
            *part.party == *party && part.clause.as_ref().is_some_and(|cited| cited.name == clause)
        };
        let practices = self.sides.after.facts.assessment.practices.iter();
        let covered = practices.filter_map(|(id, practice)| {
            let parts: Vec<&Responsibility> = practice.responsibility.iter().filter(cites).collect();
            let letters: Letters = parts.iter().flat_map(|part| letters_of(part)).collect();
            (!parts.is_empty()).then(|| subject(*id, &letters))
        });
        covered.collect()
    }

    /// What became of a provider's acceptance by a change of its part in a practice.
    pub(super) fn acceptance(&self, party: &str, id: RequirementId, gains: bool, several: bool) -> Option<String> {
        let of = if several { format!(" of {party}") } else { String::new() };
        match self.acceptances.get(party)? {
            Acceptance::Stale(found) => {
                is_about(found, id).then(|| format!("acceptance{of} of {} is stale", found.date))
            }
            Acceptance::Missing if gains => Some(format!("{party} has not accepted")),
            Acceptance::Refused if gains => Some(format!("no acceptance of {party} counts")),
            Acceptance::Missing | Acceptance::Refused => None,
        }
    }

    /// A family whose policy was the contractor's, and is nowhere any more.
    pub(super) fn policy_left(&self, id: RequirementId) -> Option<String> {
        let [old, new] = &self.policies;
        let is_left = old.contains(id.family()) && !new.contains(id.family()) && self.unsure.is_empty();
        is_left.then(|| format!("the policy of family {} is nowhere the contractor's any more", id.family()))
    }

    /// The score, where it follows from this practice or did not change at all.
    pub(super) fn score(&self, id: RequirementId) -> Option<String> {
        let (old, new) = (&self.sides.before.facts.score, &self.sides.after.facts.score);
        let lost = |side: &Side<'_>| side.facts.score.of(id).map(|found| found.lost);
        let is_same = lost(&self.sides.before) == lost(&self.sides.after);
        match (old.score, new.score) {
            _ if !self.unsure.is_empty() => None,
            (Some(old), Some(new)) if old == new && is_same => Some("score unchanged".to_owned()),
            (Some(old), Some(new)) if old != new && !is_same => Some(format!("score {old} to {new}")),
            _ => None,
        }
    }
}

/// Objectives that somebody checked at a provider, and nobody does any more though a provider still has them.
pub(super) fn verified_no_more(both: Both<'_>, letters: &Letters) -> Option<String> {
    let any = |practice: &Practice, is: fn(&Responsibility) -> bool| {
        practice
            .responsibility
            .iter()
            .any(|part| is(part) && part.objectives.iter().any(|letter| letters.contains(letter.value.as_str())))
    };
    let was = any(both.before, |part| part.verification.is_some());
    let is = any(both.after, |part| part.verification.is_some());
    let is_away = any(both.after, |part| !part.is_contractor());
    (was && !is && is_away).then(|| "nobody verifies it any more".to_owned())
}

/// Whether duties in a practice differ from those that were accepted; what a duty rests on may be of any.
fn is_about(found: &Statement, id: RequirementId) -> bool {
    let changes = &found.changes;
    let named = changes.added.contains(&id) || changes.dropped.contains(&id) || changes.changed.contains_key(&id);
    named
        || !changes.cited.is_empty()
        || (changes.added.is_empty() && changes.dropped.is_empty() && changes.changed.is_empty())
}

/// Whether the contract of a provider has a clause.
fn has_clause(assessment: &Assessment, party: &str, clause: &str) -> bool {
    let provider = assessment.providers.get(party);
    let mut clauses = provider.iter().flat_map(|provider| &provider.contract).flat_map(|contract| &contract.clause);
    clauses.any(|found| found.id.name == *clause)
}

fn clauses(assessment: &Assessment, renames: &Renames) -> Clauses {
    let parts = assessment.practices.values().flat_map(|practice| &practice.value.responsibility);
    parts.filter_map(|part| Some((renames.party(&part.party), part.clause.as_ref()?.name.clone()))).collect()
}

/// Families of which the contractor has a policy.
fn policies(assessment: &Assessment) -> BTreeSet<&'static str> {
    let is_policy = |part: &Responsibility| part.is_contractor() && part.covers(Layer::Policy);
    let own = assessment.practices.iter().filter(|(_, practice)| practice.responsibility.iter().any(is_policy));
    own.map(|(id, _)| id.family()).collect()
}

fn acceptances<'a>(sides: &'a Sides<'a>, renames: &Renames) -> BTreeMap<String, Acceptance<'a>> {
    let (Some(old), Some(new)) = (&sides.before.facts.history, &sides.after.facts.history) else {
        return BTreeMap::new();
    };
    let former: BTreeMap<&str, &str> = renames.parties.iter().map(|(old, new)| (new.as_str(), old.as_str())).collect();
    let providers = sides.after.facts.assessment.providers.iter().filter(|(_, provider)| provider.is_esp());
    let found = providers.filter_map(|(id, _)| {
        let before = old.acceptance_of(former.get(id.as_str()).unwrap_or(&id.as_str())).0;
        let acceptance = match new.acceptance_of(id) {
            (AcceptanceState::Stale, Some(found)) if before == AcceptanceState::Accepted => Acceptance::Stale(found),
            (AcceptanceState::Stale | AcceptanceState::Accepted, _) => return None,
            (AcceptanceState::Refused, _) => Acceptance::Refused,
            (AcceptanceState::NotAccepted, _) => Acceptance::Missing,
        };
        Some((id.clone(), acceptance))
    });
    found.collect()
}

//! What an assessor works through, as rows: objectives, policies, interviews and tests.

use super::{Sheet, claims, evidence, groups, joined, methods, verifications, yes};
use crate::view::View;
use crate::view::objective::Speaker;
use crate::view::policy::{Policy, PolicyFamily};
use crate::view::practice::{Objective, Part, Practice};
use crate::view::roster::{PartyRoster, Session};

/// One row an objective.
pub fn objectives(view: &View) -> Sheet {
    let header = vec![
        "objective",
        "practice",
        "title",
        "asks",
        "determination",
        "reason",
        "basis",
        "poam",
        "value",
        "ownership",
        "who_does_what",
        "kept_by",
        "groups",
        "examine",
        "interview",
        "interviews_and_tests",
        "verification",
        "provider_matrix",
        "review",
        "last_review",
        "reviewer",
    ];
    let rows = view.practices().flat_map(|practice| practice.objectives.iter().map(move |o| objective(practice, o)));
    Sheet { header, rows: rows.collect() }
}

fn objective(practice: &Practice, objective: &Objective) -> Vec<String> {
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        objective.id.clone(),
        practice.id.clone(),
        practice.title.clone(),
        objective.wording.clone().unwrap_or_else(|| objective.sentence.clone()),
        objective.answer.clone(),
        or_nothing(&objective.reason),
        or_nothing(&objective.basis),
        or_nothing(&objective.poam),
        or_nothing(&objective.value),
        objective.ownership.clone().unwrap_or_else(|| "unassigned".to_owned()),
        joined(objective.parts.iter().map(duty)),
        joined(objective.parts.iter().filter_map(|part| part.maintained_by.clone())),
        groups(&objective.parts),
        evidence(&objective.parts),
        joined(objective.speakers.iter().map(speaker)),
        methods(&objective.methods),
        verifications(&objective.parts),
        claims(&objective.claims),
        or_nothing(&practice.review.state),
        or_nothing(&practice.review.last),
        or_nothing(&practice.review.reviewer),
    ]
}

fn duty(part: &Part) -> String {
    format!("{} ({}): {}", part.party.title, part.layers.join(", "), part.duty)
}

/// A person with role and party, and why them.
fn speaker(speaker: &Speaker) -> String {
    let because = if speaker.because.is_empty() { String::new() } else { format!(": {}", speaker.because.join("; ")) };
    format!("{}{because}", named(speaker))
}

fn named(speaker: &Speaker) -> String {
    let name = speaker.name.as_deref().unwrap_or("nobody yet");
    let role = speaker.role.as_ref().map_or_else(String::new, |role| format!("{role}, "));
    format!("{name} ({role}{})", speaker.party.title)
}

/// One row a place that cites a policy, one a policy that nothing cites, and one an objective that no section defines.
pub fn policies(view: &View) -> Sheet {
    let header = vec![
        "policy",
        "title",
        "family",
        "path",
        "version",
        "approver",
        "approved",
        "kept_by",
        "review",
        "last_review",
        "reviewer",
        "review_due",
        "practice",
        "objectives",
        "section",
        "cited_by",
        "covered",
    ];
    let cited = view.policies.iter().flat_map(policy);
    let missing = view.policy_families.iter().flat_map(uncovered);
    Sheet { header, rows: cited.chain(missing).collect() }
}

fn policy(policy: &Policy) -> Vec<Vec<String>> {
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
    let last = policy.reviews.iter().find(|review| review.counts);
    let own = [
        policy.id.clone(),
        policy.title.clone(),
        or_nothing(&policy.family),
        policy.path.clone(),
        or_nothing(&policy.version),
        or_nothing(&policy.approver),
        or_nothing(&policy.approved),
        or_nothing(&policy.maintained_by),
        or_nothing(&policy.state),
        last.map_or_else(String::new, |review| review.date.clone()),
        last.map_or_else(String::new, |review| review.reviewer.clone()),
        or_nothing(&policy.review_due),
    ];
    if policy.cited.is_empty() {
        return vec![[own.as_slice(), vec![String::new(); 5].as_slice()].concat()];
    }
    let row = |place: &crate::view::policy::Cited| {
        let covered = yes(place.at.is_some());
        let rest = [
            place.practice.clone(),
            place.objectives.join(", "),
            or_nothing(&place.at),
            place.party.title.clone(),
            covered,
        ];
        [own.as_slice(), rest.as_slice()].concat()
    };
    policy.cited.iter().map(row).collect()
}

fn uncovered(family: &PolicyFamily) -> Vec<Vec<String>> {
    let row = |missing: &crate::view::policy::Missing| {
        let (practice, letter) = missing.id.split_once('[').unwrap_or((&missing.id, ""));
        let mut row = vec![String::new(); 17];
        row[2].clone_from(&family.id);
        practice.clone_into(&mut row[12]);
        letter.trim_end_matches(']').clone_into(&mut row[13]);
        row[16] = yes(false);
        row
    };
    family.missing.iter().map(row).collect()
}

/// One row an interview, a test or a check.
pub fn roster(view: &View) -> Sheet {
    let header = vec![
        "party",
        "day",
        "kind",
        "state",
        "practice",
        "objectives",
        "title",
        "whom",
        "in_the_room",
        "ask_or_do",
        "expect",
        "by",
        "every",
        "next_due",
    ];
    Sheet { header, rows: view.roster.parties.iter().flat_map(party).collect() }
}

fn party(party: &PartyRoster) -> Vec<Vec<String>> {
    let title = party.party.as_ref().map_or_else(String::new, |party| party.title.clone());
    let days = party.days.iter().flat_map(|day| &day.sessions);
    days.chain(&party.unscheduled).map(|session| row(&title, session)).collect()
}

fn row(party: &str, session: &Session) -> Vec<String> {
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        party.to_owned(),
        or_nothing(&session.day),
        session.kind.clone(),
        session.state.clone(),
        session.practice.clone(),
        session.letters.join(", "),
        session.title.clone(),
        joined(session.whom.iter().map(named)),
        joined(session.room.iter().map(named)),
        session.action.clone(),
        or_nothing(&session.expect),
        or_nothing(&session.by),
        or_nothing(&session.every),
        or_nothing(&session.next),
    ]
}

//! Interviews, tests and checks by party and by day, and the people they ask for.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::objective::{self, Speaker};
use super::{Names, Party, each, said};
use crate::date::Date;
use crate::ids::{CONTRACTOR, RequirementId, Spanned};
use crate::model::assessment::ObjectiveView;
use crate::model::practice::{Method, Outcome, Practice, Responsibility, Verification};
use crate::rule::Facts;

/// Who is asked and what is tried, party by party.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Roster {
    /// The parties with anything to ask or try, the contractor first; last what names none.
    pub parties: Vec<PartyRoster>,
    /// Who has to be in the room, most asked for first.
    pub people: Vec<Load>,
}

/// What is asked and tried at one party.
#[derive(Clone, Debug, Serialize)]
pub struct PartyRoster {
    /// The party; none where a method says none and no single party does the work.
    pub party: Option<Party>,
    /// Interviews.
    pub interviews: Count,
    /// Tests.
    pub tests: Count,
    /// Checks of duties.
    pub checks: Count,
    /// People who are asked.
    pub people: usize,
    /// Objectives that the party has a part of and that apply.
    pub objectives: usize,
    /// Those of them that no interview or test is about.
    pub only_documents: usize,
    /// The days, earliest first.
    pub days: Vec<Day>,
    /// What has no day yet.
    pub unscheduled: Vec<Session>,
}

/// How many of a kind.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct Count {
    /// Without a result.
    pub open: usize,
    /// With one.
    pub done: usize,
    /// Of those with one, how many failed.
    pub failed: usize,
}

/// A day and what is on it.
#[derive(Clone, Debug, Serialize)]
pub struct Day {
    /// The day.
    pub date: String,
    /// Whether it is still to come.
    pub ahead: bool,
    /// What is on it.
    pub sessions: Vec<Session>,
}

/// An interview, a test, or a check of a duty.
#[derive(Clone, Debug, Serialize)]
pub struct Session {
    /// interview, test or check.
    pub kind: String,
    /// The practice.
    pub practice: String,
    /// Its title.
    pub title: String,
    /// Its family.
    pub family: String,
    /// Letters of the objectives.
    pub letters: Vec<String>,
    /// Who is asked or shows it.
    pub whom: Vec<Speaker>,
    /// Who else keeps a part of these objectives.
    pub room: Vec<Speaker>,
    /// What is asked or done.
    pub action: String,
    /// What one should hear or see.
    pub expect: Option<String>,
    /// The day; none while it has none.
    pub day: Option<String>,
    /// The role that asks, tries or checks.
    pub by: Option<String>,
    /// Of a check how often it is done.
    pub every: Option<String>,
    /// Of a check the day it is due next.
    pub next: Option<String>,
    /// passed, failed, planned, or open where the day has gone by and no result is on record.
    pub state: String,
}

/// What is asked of one person.
#[derive(Clone, Debug, Serialize)]
pub struct Load {
    /// The person, or a role that nobody holds.
    pub who: Speaker,
    /// Titles of the roles held.
    pub roles: Vec<String>,
    /// Objectives of which the person keeps a part.
    pub keeps: usize,
    /// Interviews and tests that ask for the person.
    pub asked: usize,
    /// How many of these have no result yet.
    pub open: usize,
}

/// A session with the party and the day it belongs to.
struct Placed {
    party: Option<String>,
    day: Option<Date>,
    session: Session,
}

/// Every interview, test and check.
pub(crate) fn roster(facts: &Facts, names: Names<'_>) -> Roster {
    let mut placed: Vec<Placed> = Vec::new();
    for (id, practice) in &names.0.practices {
        let of = Of { id: *id, practice, today: facts.as_of, names };
        placed.extend(practice.method.iter().map(|method| of.method(method)));
        let checked = practice.responsibility.iter().filter_map(|part| Some((part, part.verification.as_ref()?)));
        placed.extend(checked.map(|(part, verification)| of.check(part, verification)));
    }
    let people = loads(&placed, names);
    Roster { parties: parties(placed, facts.as_of, names), people }
}

/// A practice whose methods are looked at.
struct Of<'a> {
    id: RequirementId,
    practice: &'a Practice,
    today: Date,
    names: Names<'a>,
}

impl Of<'_> {
    fn method(&self, method: &Method) -> Placed {
        let letters = each(method.objectives.iter());
        let party = method.party.as_ref().map(|party| party.name.clone()).or_else(|| self.only_worker(method));
        let named = method.with.as_ref();
        let whom = named.map_or_else(Vec::new, |word| objective::named(word, party.as_deref(), self.names));
        let day = method.on.as_ref().map(|on| on.value);
        let session = Session {
            kind: method.kind.to_string(),
            action: method.action.trim().to_owned(),
            expect: said(method.expect.as_ref()),
            by: method.by.as_ref().map(|role| self.names.role(role)),
            every: None,
            next: None,
            state: self.state(day, method.result.as_ref().map(|result| result.value)),
            ..self.session(letters, whom, day)
        };
        Placed { party, day, session }
    }

    fn check(&self, part: &Responsibility, verification: &Verification) -> Placed {
        let day = verification.last.as_ref().map(|last| last.value);
        let every = verification.every.as_ref().map(|every| every.value);
        let session = Session {
            kind: "check".to_owned(),
            action: verification.how.trim().to_owned(),
            by: verification.by.as_ref().map(|role| self.names.role(role)),
            every: said(every.as_ref()),
            next: day.zip(every).map(|(day, every)| every.after(day).to_string()),
            state: self.state(day, verification.result.as_ref().map(|result| result.value)),
            ..self.session(each(part.objectives.iter()), Vec::new(), day)
        };
        Placed { party: Some(part.party.name.clone()), day, session }
    }

    fn session(&self, letters: Vec<String>, whom: Vec<Speaker>, day: Option<Date>) -> Session {
        let wanted: Vec<char> = letters.iter().filter_map(|letter| letter.chars().next()).collect();
        let mut room = objective::keepers(self.practice, &wanted, self.names);
        room.retain(|keeper| !whom.iter().any(|asked| asked.is(keeper)));
        Session {
            kind: String::new(),
            practice: self.id.to_string(),
            title: self.names.0.requirement(self.id).title.to_owned(),
            family: self.id.family().to_owned(),
            letters,
            whom,
            room,
            action: String::new(),
            expect: None,
            day: said(day.as_ref()),
            by: None,
            every: None,
            next: None,
            state: String::new(),
        }
    }

    fn state(&self, day: Option<Date>, result: Option<Outcome>) -> String {
        match (result, day) {
            (Some(result), _) => result.word(),
            (None, Some(day)) if day <= self.today => "open",
            _ => "planned",
        }
        .to_owned()
    }

    /// The only party that does the work of the objectives, where a method names none.
    fn only_worker(&self, method: &Method) -> Option<String> {
        let has = |part: &&Responsibility| {
            let shares = |letter: &&Spanned<String>| method.objectives.iter().any(|own| own.value == letter.value);
            part.works() && part.objectives.iter().any(|letter| shares(&letter))
        };
        let workers: BTreeSet<&str> =
            self.practice.responsibility.iter().filter(has).map(|part| part.party.name.as_str()).collect();
        let mut workers = workers.into_iter();
        workers.next().filter(|_| workers.next().is_none()).map(str::to_owned)
    }
}

fn parties(placed: Vec<Placed>, as_of: Date, names: Names<'_>) -> Vec<PartyRoster> {
    let mut by_party: BTreeMap<(u8, Option<String>), Vec<Placed>> = BTreeMap::new();
    for one in placed {
        let rank = one.party.as_deref().map_or(2, |party| u8::from(party != CONTRACTOR));
        by_party.entry((rank, one.party.clone())).or_default().push(one);
    }
    by_party.into_iter().map(|((_, party), placed)| of_party(party.as_deref(), placed, as_of, names)).collect()
}

fn of_party(party: Option<&str>, placed: Vec<Placed>, as_of: Date, names: Names<'_>) -> PartyRoster {
    let count = |kind: &str| counted(placed.iter().map(|one| &one.session).filter(|session| session.kind == kind));
    let (interviews, tests, checks) = (count("interview"), count("test"), count("check"));
    let people = asked(&placed);
    let (objectives, only_documents) = party.map_or((0, 0), |party| covered(party, names));
    let (days, unscheduled) = by_day(placed, as_of);
    PartyRoster {
        party: party.map(|party| names.party(party)),
        interviews,
        tests,
        checks,
        people,
        objectives,
        only_documents,
        days,
        unscheduled,
    }
}

/// How many people are asked, each once.
fn asked(placed: &[Placed]) -> usize {
    let mut people: Vec<&Speaker> = Vec::new();
    for speaker in placed.iter().flat_map(|one| &one.session.whom) {
        if !people.iter().any(|known| known.is(speaker)) {
            people.push(speaker);
        }
    }
    people.len()
}

/// The days, earliest first, and what has none.
fn by_day(placed: Vec<Placed>, as_of: Date) -> (Vec<Day>, Vec<Session>) {
    let mut days: BTreeMap<Date, Vec<Session>> = BTreeMap::new();
    let mut unscheduled = Vec::new();
    for one in placed {
        match one.day {
            Some(day) => days.entry(day).or_default().push(one.session),
            None => unscheduled.push(one.session),
        }
    }
    let day = |(day, sessions): (Date, _)| Day { date: day.to_string(), ahead: day > as_of, sessions };
    (days.into_iter().map(day).collect(), unscheduled)
}

fn counted<'a>(sessions: impl Iterator<Item = &'a Session>) -> Count {
    let mut count = Count::default();
    for session in sessions {
        match session.state.as_str() {
            "passed" => count.done += 1,
            "failed" => (count.done, count.failed) = (count.done + 1, count.failed + 1),
            _ => count.open += 1,
        }
    }
    count
}

/// How many objectives a party has a part of, and how many of them no interview or test is about.
fn covered(party: &str, names: Names<'_>) -> (usize, usize) {
    let own =
        |objective: &ObjectiveView<'_>| objective.applies() && objective.parts().any(|part| *part.party == *party);
    let all: Vec<bool> =
        names.0.objectives().filter(own).map(|objective| objective.methods().next().is_none()).collect();
    (all.len(), all.iter().filter(|untried| **untried).count())
}

/// What is asked of each person, most first.
fn loads(placed: &[Placed], names: Names<'_>) -> Vec<Load> {
    let mut loads: Vec<Load> = Vec::new();
    for session in placed.iter().map(|one| &one.session) {
        for who in &session.whom {
            let load = load_of(&mut loads, who, names);
            load.asked += 1;
            load.open += usize::from(!matches!(session.state.as_str(), "passed" | "failed"));
        }
    }
    for objective in names.0.objectives().filter(ObjectiveView::applies) {
        for who in objective::keepers(objective.practice, &[objective.id.letter], names) {
            load_of(&mut loads, &who, names).keeps += 1;
        }
    }
    loads.sort_by_key(|load| Reverse((load.asked, load.keeps)));
    loads
}

fn load_of<'l>(loads: &'l mut Vec<Load>, who: &Speaker, names: Names<'_>) -> &'l mut Load {
    let at = loads.iter().position(|load| load.who.is(who)).unwrap_or_else(|| {
        let person = names.0.config.person.iter().find(|person| Some(&person.name.value) == who.name.as_ref());
        let held = person.map_or_else(Vec::new, |person| person.roles.iter().map(|id| names.role(id)).collect());
        loads.push(Load { who: who.clone(), roles: held, keeps: 0, asked: 0, open: 0 });
        loads.len() - 1
    });
    let load = &mut loads[at];
    load.who.role = load.who.role.take().or_else(|| who.role.clone());
    load
}

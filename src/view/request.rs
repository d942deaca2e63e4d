//! The evidence to ask of each party, and for what.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::practice::{Family, Part};
use super::provider::{Contact, Provider, Term, term};
use super::system::Person;
use super::{Artifact, Party, View};
use crate::date::Date;

/// Days before a day on which a new edition is asked for.
const AHEAD: i64 = 30;

/// What is asked of one party.
#[derive(Clone, Debug, Serialize)]
pub struct Requests {
    /// The party.
    pub party: Party,
    /// Whom to ask; of the contractor the roles are at each request.
    pub contacts: Vec<Contact>,
    /// The clause by which evidence is owed, with its place and time limit.
    pub clause: Option<String>,
    /// How many are past their day.
    pub overdue: usize,
    /// How many were refused.
    pub refused: usize,
    /// What is asked, what is most overdue first; what was refused and what has no day last.
    pub asked: Vec<Request>,
}

/// An artifact to ask for.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// The artifact's id.
    pub artifact: String,
    /// What it is called.
    pub title: String,
    /// planned, requested, refused, next-edition, or lapsing.
    pub state: String,
    /// How it stands, in words.
    pub words: String,
    /// Whether its day has passed.
    pub overdue: bool,
    /// The day it is due.
    pub due: Option<Term>,
    /// The day it was asked for.
    pub requested: Option<String>,
    /// The day it was refused.
    pub refused: Option<String>,
    /// The day of the newest edition in hand.
    pub last: Option<String>,
    /// In which form: its kind, how often, its marking.
    pub form: String,
    /// Its marking.
    pub marking: Option<String>,
    /// The party or person that holds it.
    pub held_by: Option<String>,
    /// Whom to ask: the contact of a provider, the roles of the contractor.
    pub whom: Vec<String>,
    /// Practices with the letters of the objectives it shows.
    pub shows: Vec<String>,
    /// What else it is for, in words.
    pub serves: Vec<String>,
}

/// What is asked of each party, in the order of the parties.
pub(super) fn of(
    families: &[Family],
    providers: &[Provider],
    parties: &[Party],
    people: &[Person],
    artifacts: &[Artifact],
    elsewhere: &[(String, String)],
    as_of: Date,
) -> Vec<Requests> {
    let mut cited = Cited::of(families);
    for provider in providers {
        cited.add_provider(provider);
    }
    for (artifact, what) in elsewhere {
        cited.serve(artifact, what.clone());
    }
    let all = parties.iter().map(|party| {
        let provider = providers.iter().find(|known| known.id == party.id);
        let own = artifacts.iter().filter(|artifact| artifact.producer.id == party.id);
        let mut asked: Vec<Request> =
            own.filter_map(|artifact| request(artifact, &cited, provider, people, as_of)).collect();
        asked.sort_by_key(|found| {
            (found.due.as_ref().map_or((1, String::new()), |due| (0, due.date.clone())), found.artifact.clone())
        });
        requests(party, provider, asked)
    });
    all.collect()
}

/// What artifacts are for that neither practices nor providers cite: tests of handoffs, the mode of modules.
pub(super) fn elsewhere(view: &View) -> Vec<(String, String)> {
    let tests = view.handoffs.rows.iter().filter_map(|row| {
        let what = format!("record of the test of the handoff from {} to {}", row.from.title, row.to.title);
        Some((row.record_id.clone()?, what))
    });
    let modes = view
        .modules
        .iter()
        .filter_map(|module| Some((module.mode_evidence.clone()?, format!("evidence of the mode of {}", module.name))));
    tests.chain(modes).collect()
}

fn requests(party: &Party, provider: Option<&Provider>, asked: Vec<Request>) -> Requests {
    Requests {
        party: party.clone(),
        contacts: provider.map(|provider| provider.contacts.clone()).unwrap_or_default(),
        clause: provider.and_then(evidence_clause),
        overdue: asked.iter().filter(|found| found.overdue).count(),
        refused: asked.iter().filter(|found| found.state == "refused").count(),
        asked,
    }
}

/// The clause by which a provider owes evidence.
fn evidence_clause(provider: &Provider) -> Option<String> {
    let clause = provider.terms.iter().find(|clause| clause.kind == "evidence")?;
    let number = provider.contract.as_ref().and_then(|contract| contract.number.as_ref());
    let place = clause.at.as_ref().map_or_else(|| clause.id.clone(), |at| format!("clause {at}"));
    let contract = number.map_or_else(String::new, |number| format!(" of contract {number}"));
    let within = clause.within.as_ref().map_or_else(String::new, |within| format!(", within {within}"));
    Some(format!("{place}{contract}{within}"))
}

/// What artifacts are cited for.
#[derive(Default)]
struct Cited {
    /// Practices with letters, by artifact.
    shows: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
    /// What else artifacts are for, in words.
    serves: BTreeMap<String, BTreeSet<String>>,
    /// Roles that keep the contractor's parts, or that check and review, by artifact.
    roles: BTreeMap<String, BTreeSet<String>>,
}

impl Cited {
    fn of(families: &[Family]) -> Self {
        let mut cited = Self::default();
        for practice in families.iter().flat_map(|family| &family.practices) {
            practice.parts.iter().for_each(|part| cited.add(&practice.id, part));
        }
        cited
    }

    fn add(&mut self, practice: &str, part: &Part) {
        for shown in &part.evidence {
            let letters = self.shows.entry(shown.artifact.clone()).or_default().entry(practice.to_owned()).or_default();
            letters.extend(shown.objectives.iter().cloned());
            if part.party.contractor {
                self.roles.entry(shown.artifact.clone()).or_default().extend(part.maintained_by.clone());
            }
        }
        if let Some((found, record)) =
            part.verification.as_ref().and_then(|found| Some((found, found.record_id.as_ref()?)))
        {
            self.serve(record, format!("record of the verification in {practice}"));
            self.roles.entry(record.clone()).or_default().extend(found.by.clone());
        }
    }

    fn add_provider(&mut self, provider: &Provider) {
        for (what, record) in provider.rests_on() {
            let own = what.strip_prefix("its own ").map(|what| format!("own {what}"));
            let joint = if what == "contract" { "with" } else { "of" };
            self.serve(&record.id, format!("{} {joint} {}", own.unwrap_or(what), provider.name));
        }
        for clause in &provider.terms {
            let Some(record) = &clause.instead else { continue };
            self.serve(&record.id, format!("stands for the clause {} of {}", clause.id, provider.name));
        }
        for access in &provider.access {
            let Some(record) = &access.review_record else { continue };
            self.serve(&record.id, format!("record of the review of access {} of {}", access.id, provider.name));
            self.roles.entry(record.id.clone()).or_default().extend(access.review_by.clone());
        }
        for connection in &provider.connections {
            let Some(record) = &connection.agreement_record else { continue };
            self.serve(&record.id, format!("agreement on the connection {}", connection.title));
        }
    }

    fn serve(&mut self, artifact: &str, what: String) {
        self.serves.entry(artifact.to_owned()).or_default().insert(what);
    }

    fn shows(&self, artifact: &str) -> Vec<String> {
        let practices = self.shows.get(artifact).into_iter().flatten();
        let letters = |letters: &BTreeSet<String>| letters.iter().cloned().collect::<Vec<_>>().join(", ");
        practices.map(|(practice, found)| format!("{practice}[{}]", letters(found))).collect()
    }
}

fn request(
    artifact: &Artifact,
    cited: &Cited,
    provider: Option<&Provider>,
    people: &[Person],
    as_of: Date,
) -> Option<Request> {
    let (state, due) = wanted(artifact, as_of)?;
    let overdue = due.as_ref().is_some_and(|due| due.lapsed);
    Some(Request {
        artifact: artifact.id.clone(),
        title: artifact.title.clone(),
        state: state.to_owned(),
        words: words(state, artifact, due.as_ref(), provider.is_some()),
        overdue,
        due,
        requested: artifact.requested.clone(),
        refused: artifact.refused.clone(),
        last: artifact.collected.clone(),
        form: form(artifact),
        marking: artifact.marking.clone(),
        held_by: artifact.held_by.clone(),
        whom: whom(artifact, cited, provider, people),
        shows: cited.shows(&artifact.id),
        serves: cited.serves.get(&artifact.id).into_iter().flatten().cloned().collect(),
    })
}

/// Whether an artifact is asked for, why, and by when.
fn wanted(artifact: &Artifact, as_of: Date) -> Option<(&'static str, Option<Term>)> {
    let day = |day: &Option<String>| day.as_ref()?.parse::<Date>().ok().map(|day| term(day, as_of));
    match artifact.state.as_str() {
        "planned" => Some(("planned", day(&artifact.due))),
        "requested" => Some(("requested", day(&artifact.due))),
        "refused" => Some(("refused", None)),
        _ => {
            let soon = |found: &Term| found.days <= AHEAD;
            let lapsing = day(&artifact.expires).filter(soon).map(|due| ("lapsing", Some(due)));
            let next = day(&artifact.next_due).filter(soon).map(|due| ("next-edition", Some(due)));
            lapsing.or(next)
        }
    }
}

/// How it stands; to a provider the table goes with a letter that asks.
fn words(state: &str, artifact: &Artifact, due: Option<&Term>, is_sent: bool) -> String {
    let on = |day: &Option<String>| day.as_ref().map_or_else(String::new, |day| format!(" on {day}"));
    let when = due.map(|due| match due.days {
        late if late < 0 => format!("overdue by {}", days(-late)),
        0 => "due today".to_owned(),
        left => format!("due in {}", days(left)),
    });
    let when = when.unwrap_or_else(|| "no day set".to_owned());
    match state {
        "planned" if is_sent => format!("asked for now, {when}"),
        "planned" => format!("not yet asked for, {when}"),
        "requested" => format!("asked for{}, {when}", on(&artifact.requested)),
        "refused" => format!("refused{}", on(&artifact.refused)),
        "lapsing" if due.is_some_and(|due| due.lapsed) => "the one in hand has lapsed".to_owned(),
        "lapsing" => format!("the one in hand lapses; a new one is {when}"),
        _ => format!("next edition {when}"),
    }
}

fn days(count: i64) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

fn form(artifact: &Artifact) -> String {
    let mut form = vec![artifact.kind.clone()];
    form.extend(artifact.every.as_ref().map(|every| format!("a new edition every {every}")));
    form.extend(artifact.marking.as_ref().map(|marking| format!("marked {marking}")));
    form.join(", ")
}

/// The holder, else the first contact of a provider, else the contractor's roles with those who hold them.
fn whom(artifact: &Artifact, cited: &Cited, provider: Option<&Provider>, people: &[Person]) -> Vec<String> {
    if let Some(contact) = provider.and_then(|provider| asked_for_evidence(&provider.contacts)) {
        return vec![reached(contact)];
    }
    let roles = cited.roles.get(&artifact.id).into_iter().flatten();
    let held = |role: &String| {
        let names: Vec<&str> =
            people.iter().filter(|person| person.roles.contains(role)).map(|person| person.name.as_str()).collect();
        if names.is_empty() { role.clone() } else { format!("{role}: {}", names.join(", ")) }
    };
    if provider.is_some() { Vec::new() } else { roles.map(held).collect() }
}

/// The contact whose role speaks of evidence, else the first.
fn asked_for_evidence(contacts: &[Contact]) -> Option<&Contact> {
    let speaks =
        |contact: &&Contact| contact.role.as_ref().is_some_and(|role| role.to_lowercase().contains("evidence"));
    contacts.iter().find(speaks).or_else(|| contacts.first())
}

fn reached(contact: &Contact) -> String {
    let ways: Vec<&str> = [&contact.email, &contact.phone].into_iter().flatten().map(String::as_str).collect();
    if ways.is_empty() { contact.name.clone() } else { format!("{} ({})", contact.name, ways.join(", ")) }
}

//! The view that one provider is shown: its own part and the contractor's, and nothing of other providers.
//!
//! What only the contractor needs is left out whole; a name of another provider, or of somebody of it, inside a text that
//! the slice has to hold stands as "another provider", and its addresses and numbers as "withheld".

use std::collections::BTreeSet;
use std::ops::Range;

use super::practice::{Claim, Method, Objective, Part, Practice, Verification};
use super::provider::{Acceptance, Connection, Provider, Record};
use super::review::Reviews;
use super::system::Person;
use super::{Party, View, binder, handoff, objective, picture, portal, provider, request, roster, standing, system};
use crate::date::Date;
use crate::words;

/// What stands in a text where another provider, or somebody of it, is named.
const ANOTHER: &str = "another provider";

/// What stands for an address or a number of another provider.
const WITHHELD: &str = "withheld";

/// Letters and digits that a number has before it is looked for in texts: `12` is no contract.
const SHORTEST: usize = 5;

/// What one provider may see.
struct Sight<'a> {
    provider: &'a str,
    /// Names, addresses and numbers of the parties that it may see, as words.
    own: Vec<Vec<String>>,
    /// Names and people of the other providers, as words.
    others: Vec<Vec<String>>,
    /// Addresses, telephone and contract numbers of the other providers, as words.
    private: Vec<Vec<String>>,
    /// Ids and titles of artifacts that other providers make.
    hidden: BTreeSet<&'a str>,
}

/// What a provider is called, and its people.
fn named(found: &Provider, people: &[Person]) -> Vec<Vec<String>> {
    let all = [&found.id, &found.name].into_iter().chain(&found.aliases);
    let all = all.map(|name| words::plain_words(name)).filter(|name| !name.is_empty());
    let contacts = found.contacts.iter().map(|contact| &contact.name);
    let of_root = people.iter().filter(|person| person.party.id == found.id).map(|person| &person.name);
    let people = found.people.iter().map(|person| &person.name).chain(contacts).chain(of_root);
    all.chain(people.filter(|name| is_of_somebody(name)).map(|name| words::plain_words(name))).collect()
}

/// Whether it is the name of a person, and not `Support` or `Service desk`.
fn is_of_somebody(name: &str) -> bool {
    let mut parts = name.split_whitespace();
    parts.clone().nth(1).is_some() && parts.all(|part| !part.starts_with(char::is_lowercase))
}

/// The addresses, telephone and contract numbers of a provider.
fn reached(found: &Provider, people: &[Person]) -> Vec<Vec<String>> {
    let contacts = found.contacts.iter().flat_map(|contact| [&contact.email, &contact.phone]);
    let of_root = people.iter().filter(|person| person.party.id == found.id);
    let of_root = of_root.flat_map(|person| [&person.email, &person.phone]);
    let number = found.contract.iter().map(|contract| &contract.number);
    let all = found.people.iter().map(|person| &person.email).chain(contacts).chain(of_root).chain(number);
    let all = all.flatten().map(|text| words::plain_words(text));
    all.filter(|words| words.iter().map(String::len).sum::<usize>() >= SHORTEST).collect()
}

impl<'a> Sight<'a> {
    fn of(view: &'a View, provider: &'a str) -> Self {
        let (own, others): (Vec<&Provider>, Vec<&Provider>) =
            view.providers.iter().partition(|known| known.id == provider);
        let named = |found: &&Provider| named(found, &view.people);
        let reached = |found: &&Provider| reached(found, &view.people);
        let contractor = view.organization.name.iter().chain(&view.organization.aliases);
        let contractor = contractor.map(|name| words::plain_words(name));
        let own: Vec<Vec<String>> =
            own.iter().flat_map(named).chain(own.iter().flat_map(reached)).chain(contractor).collect();
        let hidden = view.artifacts.iter().filter(|found| !found.producer.contractor && found.producer.id != provider);
        Self {
            provider,
            others: others.iter().flat_map(named).filter(|name| !own.contains(name)).collect(),
            private: others.iter().flat_map(reached).filter(|text| !own.contains(text)).collect(),
            own,
            hidden: hidden.flat_map(|found| [found.id.as_str(), found.title.as_str()]).collect(),
        }
    }

    fn sees(&self, party: &Party) -> bool {
        party.contractor || party.id == self.provider
    }

    /// The text with nothing of another provider in it: no name, person, address or number.
    fn text(&self, text: &str) -> String {
        let (mut out, mut from) = (String::new(), 0);
        for mask in self.masks(text).into_iter().filter(|mask| !mask.at.is_empty()) {
            if mask.at.start < from {
                continue;
            }
            out.extend([&text[from..mask.at.start], mask.words]);
            from = mask.at.end;
        }
        out + &text[from..]
    }

    /// What has to be masked in a text, the longest of each beginning first.
    fn masks(&self, text: &str) -> Vec<Mask> {
        let found = words::words(text);
        let places =
            |names: &[Vec<String>]| names.iter().flat_map(|name| words::places(&found, name)).collect::<Vec<_>>();
        let own = places(&self.own);
        let is_own = |place: &Range<usize>| {
            own.iter().any(|own| own.start <= place.start && place.end <= own.end && own.len() > place.len())
        };
        let bytes = |place: Range<usize>| found[place.start].at.start..found[place.end - 1].at.end;
        let open = |names: &[Vec<String>]| places(names).into_iter().filter(|place| !is_own(place)).map(bytes);
        let named = open(&self.others).map(|at| Mask::of_name(text, at));
        let mut masks: Vec<Mask> = named.chain(open(&self.private).map(|at| Mask::of_address(text, at))).collect();
        masks.sort_by_key(|mask| (mask.at.start, std::cmp::Reverse(mask.at.end)));
        masks
    }

    fn names_others(&self, text: &str) -> bool {
        self.hidden.contains(text) || self.text(text) != text
    }

    fn mask(&self, text: &mut String) {
        *text = self.text(text);
    }

    fn mask_some(&self, text: &mut Option<String>) {
        if let Some(text) = text {
            self.mask(text);
        }
    }

    /// Drops what names another provider.
    fn drop_some(&self, text: &mut Option<String>) {
        text.take_if(|text| self.names_others(text));
    }

    fn mask_each(&self, texts: &mut [String]) {
        for text in texts {
            self.mask(text);
        }
    }
}

/// Bytes of a text and what stands in their place.
struct Mask {
    at: Range<usize>,
    words: &'static str,
}

impl Mask {
    /// A name: with the article before it and without the possessive after it; inside an address all of that.
    fn of_name(text: &str, at: Range<usize>) -> Self {
        let token = token(text, &at);
        if text[token.clone()].contains('@') || text[token.clone()].contains("://") {
            return Self { at: token, words: WITHHELD };
        }
        let ending = ["'s", "\u{2019}s"].into_iter().find(|ending| text[at.clone()].ends_with(ending));
        let end = at.end - ending.map_or(0, str::len);
        let before = text[..at.start].trim_end();
        let article = before.strip_suffix("the").or_else(|| before.strip_suffix("The"));
        match article.filter(|rest| before.len() < at.start && !rest.ends_with(char::is_alphanumeric)) {
            Some(rest) if before.ends_with("The") => Self { at: rest.len()..end, words: "Another provider" },
            Some(rest) => Self { at: rest.len()..end, words: ANOTHER },
            None => Self { at: at.start..end, words: ANOTHER },
        }
    }

    /// An address or a number, with what it is written together with.
    fn of_address(text: &str, at: Range<usize>) -> Self {
        let token = token(text, &at);
        Self { at: token.start.min(at.start)..token.end.max(at.end), words: WITHHELD }
    }
}

/// The bytes around these that no blank divides, without brackets and the marks of a sentence.
fn token(text: &str, at: &Range<usize>) -> Range<usize> {
    let edge = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"' | ',' | ';' | '[' | ']');
    let start = text[..at.start].char_indices().rev().find(|(_, c)| edge(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    let end = at.end + text[at.end..].find(edge).unwrap_or(text.len() - at.end);
    start..at.end + text[at.end..end].trim_end_matches(['.', ':', '!', '?']).len()
}

impl View {
    /// The view that one provider is shown: the practices and objectives it has a part of, with its own part and the
    /// contractor's, its own record, evidence and connections, and nothing of other providers; `None` if there is no
    /// such provider.
    #[must_use]
    pub fn slice(&self, provider: &str) -> Option<Self> {
        self.providers.iter().find(|known| known.id == provider)?;
        let sight = Sight::of(self, provider);
        let mut slice = self.bare();
        slice.parties.retain(|party| sight.sees(party));
        slice.people.retain(|person| sight.sees(&person.party));
        let names: BTreeSet<String> = slice.people.iter().map(|person| person.name.clone()).collect();
        slice.roles.iter_mut().for_each(|role| role.people.retain(|name| names.contains(name)));
        for group in &mut slice.groups {
            sight.mask(&mut group.title);
            sight.mask_some(&mut group.description);
            sight.mask_each(&mut group.exempt);
            group.providers.retain(|party| sight.sees(party));
        }
        for family in &mut slice.families {
            family.practices.retain_mut(|practice| sight.practice(practice));
        }
        slice.families.retain(|family| !family.practices.is_empty());
        slice.artifacts.retain(|found| sight.sees(&found.producer));
        let own = slice.providers.iter().filter(|known| known.id == provider);
        let own: BTreeSet<&str> = own.flat_map(Provider::rests_on).map(|(_, record)| record.id.as_str()).collect();
        slice.artifacts.retain(|found| {
            let rests = found.producer.id == provider || own.contains(found.id.as_str());
            rests || slice.families.iter().any(|family| family.cites(&found.id))
        });
        slice.artifacts.retain(|found| !sight.is_of_others(&found.id, &found.title, found.path.as_deref()));
        slice.artifacts.iter_mut().for_each(|found| sight.mask_some(&mut found.held_by));
        slice.connections.retain(|found| found.provider.as_deref() == Some(provider));
        slice.connections.iter_mut().for_each(|found| sight.connection(found));
        provider::used(&mut slice.connections, &slice.families);
        slice.providers.retain(|known| known.id == provider);
        for known in &mut slice.providers {
            sight.provider(known);
            known.connections.clone_from(&slice.connections);
        }
        slice.reviews.acceptances.retain(|found| slice.providers.iter().any(|known| known.name == found.about));
        slice.reviews.acceptances.iter_mut().for_each(|found| sight.mask_each(&mut found.differs));
        let mut elsewhere = request::elsewhere(self);
        elsewhere.retain(|(_, what)| !sight.names_others(what));
        slice.bind_with(&elsewhere);
        slice.requests.retain(|asked| asked.party.id == provider);
        Some(slice)
    }

    /// Without what is the contractor's alone.
    fn bare(&self) -> Self {
        let system = system::System {
            name: self.system.name.clone(),
            identifier: self.system.identifier.clone(),
            ..system::System::default()
        };
        let assessment = system::AssessmentFacts {
            kind: self.assessment.kind.clone(),
            planned: self.assessment.planned.clone(),
            assessor: self.assessment.assessor.clone(),
            ..system::AssessmentFacts::default()
        };
        let reviews = Reviews { acceptances: self.reviews.acceptances.clone(), ..Reviews::empty(self.reviews.read) };
        Self {
            version: self.version,
            tool: self.tool.clone(),
            as_of: self.as_of.clone(),
            commit: self.commit.clone(),
            standard: self.standard.clone(),
            review_note: self.review_note.clone(),
            organization: self.organization.clone(),
            system,
            assessment,
            people: self.people.clone(),
            roles: self.roles.clone(),
            parties: self.parties.clone(),
            groups: self.groups.clone(),
            categories: Vec::new(),
            decisions: Vec::new(),
            modules: Vec::new(),
            incident: system::Incident::default(),
            handoffs: handoff::Handoffs::default(),
            policies: Vec::new(),
            policy_families: Vec::new(),
            roster: roster::Roster::default(),
            answers: objective::Answers::default(),
            families: self.families.clone(),
            not_applicable: Vec::new(),
            plan_objectives: Vec::new(),
            score: standing::Score::untold(),
            poam: Vec::new(),
            exceptions: Vec::new(),
            providers: self.providers.clone(),
            connections: self.connections.clone(),
            reviews,
            artifacts: self.artifacts.clone(),
            binder: Vec::new(),
            requests: Vec::new(),
            pictures: picture::Pictures::default(),
            portal: portal::Portal::default(),
            affirmation: None,
        }
    }

    /// Derives binder and requests from what the view holds.
    pub(super) fn bind(&mut self) {
        self.bind_with(&request::elsewhere(self));
    }

    /// The same, with what artifacts are for besides.
    fn bind_with(&mut self, elsewhere: &[(String, String)]) {
        let Ok(as_of) = self.as_of.parse::<Date>() else { return };
        self.binder = binder::of(&self.families, &self.providers, &self.artifacts, as_of);
        self.requests = request::of(
            &self.families,
            &self.providers,
            &self.parties,
            &self.people,
            &self.artifacts,
            elsewhere,
            as_of,
        );
    }
}

impl Sight<'_> {
    /// Keeps what is seen of a practice; false if the provider has no part.
    fn practice(&self, practice: &mut Practice) -> bool {
        let has_part = practice.parties.iter().any(|party| party.id == self.provider);
        let alone = practice.parties.iter().all(|party| self.sees(party));
        practice.statement = None;
        practice.lost = 0;
        practice.review.differs.clear();
        practice.parties.retain(|party| self.sees(party));
        self.parts(&mut practice.parts);
        self.methods(&mut practice.methods, alone);
        self.claims(&mut practice.claims);
        practice.objectives.retain_mut(|objective| self.objective(objective));
        let is_satisfied = |objective: &&Objective| matches!(objective.answer.as_str(), "met" | "not-applicable");
        practice.satisfied = practice.objectives.iter().filter(is_satisfied).count();
        has_part
    }

    /// The same of an objective. Why it is not met may be the matter of another provider that has a part of it.
    fn objective(&self, objective: &mut Objective) -> bool {
        let has_part = objective.parties.iter().any(|party| party.id == self.provider);
        let alone = objective.parties.iter().all(|party| self.sees(party));
        objective.parties.retain(|party| self.sees(party));
        self.parts(&mut objective.parts);
        self.methods(&mut objective.methods, alone);
        self.claims(&mut objective.claims);
        objective.speakers.retain_mut(|speaker| speaker.narrow(self.provider));
        self.mask_some(&mut objective.value);
        for text in [&mut objective.reason, &mut objective.poam, &mut objective.exception] {
            text.take_if(|text| !alone || self.names_others(text));
        }
        has_part
    }

    fn parts(&self, parts: &mut Vec<Part>) {
        parts.retain(|part| self.sees(&part.party));
        for part in parts {
            self.mask(&mut part.duty);
            self.mask_each(&mut part.groups);
            self.mask_some(&mut part.note);
            self.drop_some(&mut part.inherits);
            self.mask_some(&mut part.service);
            self.mask_some(&mut part.connection);
            part.evidence.retain(|shown| shown.producer.as_ref().is_none_or(|producer| self.sees(producer)));
            part.evidence.retain(|shown| !self.is_of_others(&shown.artifact, &shown.title, shown.path.as_deref()));
            part.evidence.iter_mut().for_each(|shown| self.mask_some(&mut shown.at));
            if let Some(found) = &mut part.verification {
                self.verification(found);
            }
        }
    }

    fn is_of_others(&self, id: &str, title: &str, path: Option<&str>) -> bool {
        self.names_others(id) || self.names_others(title) || path.is_some_and(|path| self.names_others(path))
    }

    fn verification(&self, found: &mut Verification) {
        self.mask(&mut found.how);
        let told = [&found.record, &found.record_id].into_iter().flatten().any(|text| self.names_others(text));
        if told {
            (found.record, found.record_id) = (None, None);
        }
    }

    fn methods(&self, methods: &mut Vec<Method>, alone: bool) {
        methods.retain(|method| method.party.as_ref().map_or(alone, |party| self.sees(party)));
        for method in methods {
            self.mask(&mut method.action);
            self.mask_some(&mut method.expect);
            self.mask_some(&mut method.with);
        }
    }

    fn claims(&self, claims: &mut Vec<Claim>) {
        claims.retain(|claim| claim.provider.id == self.provider);
        for claim in claims {
            for text in [&mut claim.provider_does, &mut claim.customer_does, &mut claim.evidence] {
                self.mask_some(text);
            }
        }
    }

    fn connection(&self, found: &mut Connection) {
        self.mask(&mut found.title);
        self.mask(&mut found.with);
        for text in
            [&mut found.data, &mut found.flow, &mut found.method, &mut found.authentication, &mut found.controls]
        {
            self.mask_some(text);
        }
        self.drop_record(&mut found.agreement_record);
        self.drop_some(&mut found.agreement);
    }

    /// Drops an artifact that another provider makes, or that is about another.
    fn drop_record(&self, record: &mut Option<Record>) {
        record.take_if(|record| {
            let others = record.producer.as_ref().is_some_and(|producer| !self.sees(producer));
            others || self.is_of_others(&record.id, &record.title, None)
        });
    }

    /// Its record. What its own contract says, and whom it names, are its own papers and stay as they are written.
    fn provider(&self, found: &mut Provider) {
        found.fourth_parties.clear();
        self.mask_some(&mut found.description);
        for text in found.locations.iter_mut().chain(found.aliases.iter_mut()) {
            self.mask(text);
        }
        for service in &mut found.services {
            self.mask(&mut service.title);
            self.drop_record(&mut service.authorization_evidence);
        }
        if let Some(contract) = &mut found.contract {
            self.drop_record(&mut contract.document);
            self.drop_some(&mut contract.artifact);
        }
        if let Some(matrix) = &mut found.matrix {
            self.drop_record(&mut matrix.source_record);
            self.drop_some(&mut matrix.source);
            self.drop_some(&mut matrix.source_title);
        }
        for clause in &mut found.terms {
            self.mask_each(&mut clause.services);
            self.drop_record(&mut clause.instead);
        }
        self.drop_record(&mut found.personnel_list);
        self.drop_record(&mut found.us_persons);
        self.people(found);
        self.acceptance(&mut found.acceptance);
    }

    /// Its people and ways in.
    fn people(&self, found: &mut Provider) {
        let tells = |text: &Option<String>| text.as_ref().is_some_and(|text| self.names_others(text));
        found.people.retain(|person| !(tells(&person.role) || tells(&person.email)));
        found
            .contacts
            .retain(|contact| !(self.names_others(&contact.name) || tells(&contact.role) || tells(&contact.email)));
        for access in &mut found.access {
            for text in [&mut access.method, &mut access.device, &mut access.source, &mut access.logging] {
                self.mask_some(text);
            }
            self.drop_record(&mut access.review_record);
        }
    }

    fn acceptance(&self, found: &mut Acceptance) {
        self.mask_some(&mut found.by);
        self.mask_each(&mut found.differs);
    }
}

//! What a subject of reviews was at an old revision, compared with what it is now.

use std::collections::{BTreeMap, BTreeSet};

use super::judged::{Verdict, compared};
use super::{Open, POAM, POLICIES, PRACTICES, PROVIDERS, Past, Then};
use crate::failure::Failure;
use crate::git::Oid;
use crate::history::seen::{Name, Whose, name_of};
use crate::history::told::Kind;
use crate::ids::RequirementId;
use crate::material;
use crate::model::history::Subject;

impl Past<'_, '_> {
    /// What a subject was there, compared with what it is now.
    pub(in crate::history) fn at(&mut self, open: &Open<'_>, subject: &Subject) -> Result<Then, Failure> {
        let Some(own) = open.own.filter(|own| own.config.is_some()) else { return Ok(Then::Absent) };
        if open.is_tip {
            return Ok(self.same(subject));
        }
        match subject {
            Subject::Practice(id) => self.practice_at(open, *id),
            Subject::Ssp => self.rows_at(open, "status", own.config),
            Subject::Crm => self.rows_at(open, "matrix", None),
            Subject::Scope => self.single(own.assets, "assets.toml", Kind::Assets, subject),
            Subject::Incident => self.single(open.incident(), "incident.toml", Kind::Incident, subject),
            Subject::Poam => self.items_at(open, subject),
            Subject::Policy(id) => self.policy_at(open, id, subject),
            Subject::Provider(id) => self.provider_at(open, id, "", subject),
            Subject::Personnel(id) => self.provider_at(open, id, "people", subject),
        }
    }

    fn same(&mut self, subject: &Subject) -> Then {
        if let Some(known) = self.now_exists.get(subject) {
            return if *known { Then::Same } else { Then::Absent };
        }
        self.now_exists.insert(subject.clone(), material::exists(self.now, subject));
        self.same(subject)
    }

    fn single(&mut self, blob: Option<Oid>, path: &str, kind: Kind, subject: &Subject) -> Result<Then, Failure> {
        let Some(blob) = blob else { return Ok(Then::Absent) };
        let now = [Whose::Own, Whose::Shared].map(|whose| self.here.files.get(&(whose, path.to_owned())));
        if now.into_iter().flatten().next() == Some(&blob) {
            return Ok(self.same(subject));
        }
        let then = self.parts(kind, blob)?;
        let now = self.now_parts(kind, "");
        Ok(compared(then.as_deref(), now.as_deref(), ""))
    }

    fn practice_at(&mut self, open: &Open<'_>, id: RequirementId) -> Result<Then, Failure> {
        let Some(blob) = self.practice_in(open, id)? else { return Ok(Then::Absent) };
        if self.now_practice(id) != Some(blob) {
            let is_the_same = match self.verdict(id, blob)? {
                Verdict::Same(_) => true,
                Verdict::Read(Some(then)) => {
                    let now = self.now_parts(Kind::Practice, &id.to_string());
                    compared(Some(&then), now.as_deref(), "") == Then::Same
                }
                _ => false,
            };
            if !is_the_same {
                return Ok(Then::Other);
            }
        }
        let same = self.cites_as_now(open, id)?;
        Ok(if same { Then::Same } else { Then::Other })
    }

    /// The file that holds a practice: where it stands now, where its id says, else wherever it is.
    pub(super) fn practice_in(&mut self, open: &Open<'_>, id: RequirementId) -> Result<Option<Oid>, Failure> {
        let likely = open.practices.and_then(|practices| {
            let at = practices.binary_search_by_key(&id, |(known, _)| *known).ok()?;
            Some(practices[at].1)
        });
        if let Some(likely) = likely
            && self.holds(likely, id)?
        {
            return Ok(Some(likely));
        }
        let now = self.now.practices.get(&id).map(|practice| name_of(&practice.path, self.beside.as_deref()));
        let usual = (Whose::Own, id.path());
        let listing = self.folder(open, PRACTICES)?;
        let first = [now.as_ref(), Some(&usual)].into_iter().flatten();
        let first = first.filter_map(|name| listing.iter().find(|(known, _)| known == name));
        for (_, blob) in first.chain(listing.iter()) {
            if self.holds(*blob, id)? {
                return Ok(Some(*blob));
            }
        }
        Ok(None)
    }

    fn provider_at(&mut self, open: &Open<'_>, id: &str, part: &str, subject: &Subject) -> Result<Then, Failure> {
        if self.folder_is_the_same(open, PROVIDERS) {
            return Ok(self.same(subject));
        }
        let Some(blob) = self.home_of(open, PROVIDERS, id)? else { return Ok(Then::Absent) };
        if self.is_now(Some(blob), self.now.providers.get(id).map(|found| found.path.as_str())) {
            return Ok(self.same(subject));
        }
        let then = self.parts(Kind::Provider, blob)?;
        let now = self.now_parts(Kind::Provider, id);
        Ok(compared(then.as_deref(), now.as_deref(), part))
    }

    fn policy_at(&mut self, open: &Open<'_>, id: &str, subject: &Subject) -> Result<Then, Failure> {
        if self.folder_is_the_same(open, POLICIES) {
            return Ok(self.same(subject));
        }
        let Some(blob) = self.policy_in(open, id)? else { return Ok(Then::Absent) };
        if self.is_now(Some(blob), self.now.policies.get(id).map(|found| found.path.as_str())) {
            return Ok(self.same(subject));
        }
        let then = self.parts(Kind::Policy, blob)?;
        let now = self.now_parts(Kind::Policy, id);
        Ok(compared(then.as_deref(), now.as_deref(), ""))
    }

    pub(super) fn policy_in(&mut self, open: &Open<'_>, id: &str) -> Result<Option<Oid>, Failure> {
        let path = format!("policies/{id}.md");
        let listing = self.folder(open, POLICIES)?;
        Ok(listing.iter().find(|((_, known), _)| *known == path).map(|(_, blob)| *blob))
    }

    /// The plan of action: every item by its id.
    fn items_at(&mut self, open: &Open<'_>, subject: &Subject) -> Result<Then, Failure> {
        if self.folder_is_the_same(open, POAM) {
            return Ok(self.same(subject));
        }
        let mut then = BTreeMap::new();
        for (_, blob) in self.folder(open, POAM)?.iter() {
            if let Some(parts) = self.parts(Kind::Poam, *blob)? {
                then.entry(parts.id.clone()).or_insert_with(|| parts.get("").copied());
            }
        }
        let ids: Vec<&String> = self.now.poam.keys().collect();
        let now: BTreeMap<String, _> = ids
            .into_iter()
            .map(|id| (id.clone(), self.now_parts(Kind::Poam, id).and_then(|parts| parts.get("").copied())))
            .collect();
        Ok(if then == now { Then::Same } else { Then::Other })
    }

    /// A part of every practice, and the head of the plan where `config` is given; the first difference ends it.
    fn rows_at(&mut self, open: &Open<'_>, part: &str, config: Option<Oid>) -> Result<Then, Failure> {
        if let Some(config) = config
            && !self.head_is_the_same(config)?
        {
            return Ok(Then::Other);
        }
        if self.folder_is_the_same(open, PRACTICES) {
            return Ok(Then::Same);
        }
        let mut ids = BTreeSet::new();
        for (name, blob) in self.folder(open, PRACTICES)?.iter() {
            if let Some(id) = self.with_rows_of_now(name, *blob)? {
                ids.insert(id.to_string());
                continue;
            }
            if part == "matrix" && self.duties_are_missing(name, *blob)? {
                return Ok(Then::Other);
            }
            let Some(then) = self.parts(Kind::Rows, *blob)? else { continue };
            if ids.insert(then.id.clone())
                && compared(Some(&then), self.now_parts(Kind::Rows, &then.id).as_deref(), part) != Then::Same
            {
                return Ok(Then::Other);
            }
        }
        Ok(if ids.len() == self.now.practices.len() { Then::Same } else { Then::Other })
    }

    fn head_is_the_same(&mut self, config: Oid) -> Result<bool, Failure> {
        if self.here.config == Some(config) {
            return Ok(true);
        }
        let then = self.parts(Kind::Config, config)?;
        let now = self.now_parts(Kind::Config, "");
        Ok(then.as_ref().and_then(|then| then.get("")) == now.as_ref().and_then(|now| now.get("")))
    }

    /// The practice that stands in this file now, if but for its statement it stood there then.
    fn with_rows_of_now(&mut self, name: &Name, blob: Oid) -> Result<Option<RequirementId>, Failure> {
        let Some(id) = self.here.names.get(name).copied() else { return Ok(None) };
        if self.here.files.get(name) == Some(&blob) {
            return Ok(Some(id));
        }
        let verdict = self.verdict(id, blob)?;
        let is_it = matches!(verdict, Verdict::Same(found) | Verdict::Statement(found) if found == id);
        Ok(is_it.then_some(id))
    }
}

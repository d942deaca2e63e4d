//! Who made what is asked about: the commits of the range after which its content, with all that it rests on, says something
//! else than its parents made of it. And which words were said by who never saw what the change takes away.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::commits::follows;
use super::roots::{Likeness, Roots};
use super::{Shown, duties, reviews};
use crate::catalog::Catalog;
use crate::diff::Sides;
use crate::failure::{Cause, Failure};
use crate::git::Oid;
use crate::ids::RequirementId;
use crate::load::{self, Shared};
use crate::material::{self, Practices, Rest};
use crate::model::assessment::Assessment;
use crate::model::changes::Approval;
use crate::model::history::Subject;
use crate::resolve;
use crate::source::Tree;

/// What somebody is asked about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Matter {
    /// A subject of reviews.
    Of(Subject),
    /// What a provider accepts.
    Duties(String),
}

/// The commits of the range by what they have to do with each matter.
#[derive(Default)]
pub(super) struct Makers {
    made: BTreeMap<Matter, BTreeSet<String>>,
    /// Those that do not stand on the side compared from, and had something else before them than it has.
    unaware: BTreeSet<(Matter, String)>,
}

/// The content of a matter, cell by cell.
type Cells = BTreeMap<String, String>;

/// The content of a matter: what its own files say, and what the rest of the root says of what it cites.
type Content = [Rc<Cells>; 2];

/// The content of every matter in a commit.
type View = Rc<BTreeMap<Matter, Content>>;

struct Reader<'a, 'g> {
    roots: &'a Roots<'g>,
    sides: &'a Sides<'a>,
    matters: BTreeSet<Matter>,
    shared: Shared,
    views: BTreeMap<Likeness, View>,
    said: Said,
}

/// What was made of files that many commits have alike.
#[derive(Default)]
struct Said {
    /// By the file of a practice.
    own: BTreeMap<(RequirementId, u32), Rc<Cells>>,
    /// By the files that practices cite.
    cited: BTreeMap<(Vec<u32>, RequirementId), Rc<Cells>>,
    nothing: Rc<Cells>,
}

impl Makers {
    /// Reads the commits of the range as far as somebody is asked about something.
    pub(super) fn of(approvals: &[Approval], sides: &Sides<'_>, shown: &Shown<'_>) -> Result<Self, Failure> {
        let matters = matters(approvals, sides);
        let Some(base) = sides.before.point.commit.as_deref().filter(|_| sides.after.facts.history.is_some()) else {
            return Ok(Self::default());
        };
        let mut said = words(sides, &matters);
        said.retain(|(_, commit)| shown.range.contains(commit));
        // Nobody's word is there to be judged by who made what.
        if said.is_empty() && shown.forge.is_none() {
            return Ok(Self::default());
        }
        let base = shown.roots.git().commit(base)?;
        let (shared, views) = (Shared::default(), BTreeMap::new());
        let mut reader = Reader { roots: shown.roots, sides, matters, shared, views, said: Said::default() };
        let mut found = Self::default();
        for (id, commit) in shown.commits.iter() {
            for matter in reader.changed(id, &commit.parents)? {
                found.made.entry(matter).or_default().insert(id.to_owned());
            }
        }
        let upon = shown.commits.upon(&base.to_string());
        for (matter, commit) in said {
            if !upon.contains(&*commit) && !reader.saw(&matter, &commit, base)? {
                found.unaware.insert((matter, commit));
            }
        }
        Ok(found)
    }

    /// The commits that change a matter.
    pub(super) fn made(&self, matter: &Matter) -> impl Iterator<Item = &str> {
        self.made.get(matter).into_iter().flatten().map(String::as_str)
    }

    /// Whether who made a commit never saw what the side compared from says of a matter.
    pub(super) fn is_unaware(&self, matter: Matter, commit: &str) -> bool {
        self.unaware.contains(&(matter, commit.to_owned()))
    }
}

fn matters(approvals: &[Approval], sides: &Sides<'_>) -> BTreeSet<Matter> {
    let mut matters = BTreeSet::new();
    for approval in approvals {
        for ask in &approval.asks {
            if ask.subject == duties::SUBJECT {
                let checked = duties::checked_otherwise(sides, &approval.party);
                matters.extend(checked.into_iter().map(|id| Matter::Of(Subject::Practice(id))));
                matters.insert(Matter::Duties(approval.party.clone()));
            } else {
                matters.extend(ask.subject.parse().ok().map(Matter::Of));
            }
        }
    }
    matters
}

/// Every review and acceptance of these matters in the log, by its commit.
fn words(sides: &Sides<'_>, matters: &BTreeSet<Matter>) -> Vec<(Matter, String)> {
    let Some(history) = &sides.after.facts.history else { return Vec::new() };
    let of = |matter: &Matter| -> Vec<String> {
        match matter {
            Matter::Of(subject) => {
                let found = history.subjects.get(subject).into_iter().flat_map(|found| &found.reviews);
                found.map(|review| review.commit.to_string()).collect()
            }
            Matter::Duties(party) => {
                let found = history.acceptances.iter().filter(|found| found.about == *party);
                found.map(|found| found.commit.clone()).collect()
            }
        }
    };
    matters.iter().flat_map(|matter| of(matter).into_iter().map(|commit| (matter.clone(), commit))).collect()
}

impl Reader<'_, '_> {
    /// What a commit changes beside what its parents say; of a merge, what does not follow from its sides.
    fn changed(&mut self, id: &str, parents: &[String]) -> Result<Vec<Matter>, Failure> {
        let git = self.roots.git();
        let commit = git.commit(id)?;
        let own = self.view(commit)?;
        let parents = parents.iter().map(|parent| git.commit(parent)).collect::<Result<Vec<_>, _>>()?;
        let sides = parents.iter().map(|parent| self.view(*parent)).collect::<Result<Vec<_>, _>>()?;
        if !sides.is_empty() && sides.iter().all(|side| Rc::ptr_eq(side, &own)) {
            return Ok(Vec::new());
        }
        let mut bases = Vec::new();
        if let [one, other] = parents[..] {
            for base in git.merge_bases(one, other)? {
                bases.push(self.view(base)?);
            }
        }
        let is_made = |matter: &Matter, part: usize| {
            let of = |view: &View| Rc::clone(&view[matter][part]);
            let own = of(&own);
            match sides.as_slice() {
                [] => !own.is_empty(),
                [one, other] if !bases.is_empty() => {
                    bases.iter().any(|base| !follows(&of(base), (&of(one), &of(other)), &own))
                }
                sides => sides.iter().any(|side| of(side) != own),
            }
        };
        let is_made = |matter: &&Matter| is_made(matter, 0) || is_made(matter, 1);
        Ok(self.matters.iter().filter(is_made).cloned().collect())
    }

    /// Whether a commit beside the side compared from has come from what says the same of a matter; where something is gone
    /// altogether, from what is the same root.
    fn saw(&mut self, matter: &Matter, commit: &str, base: Oid) -> Result<bool, Failure> {
        let git = self.roots.git();
        let parted = git.merge_bases(git.commit(commit)?, base)?;
        let is_farewell = *matter == Matter::Of(Subject::Ssp) && !reviews::gone(self.sides).is_empty();
        let (root, content) = (self.roots.tree(base)?, self.view(base)?);
        for place in &parted {
            let is_same = self.view(*place)?[matter] == content[matter];
            if !is_same || (is_farewell && self.roots.tree(*place)? != root) {
                return Ok(false);
            }
        }
        Ok(!parted.is_empty())
    }

    fn view(&mut self, commit: Oid) -> Result<View, Failure> {
        let likeness = self.roots.likeness(commit)?;
        if let Some(known) = self.views.get(&likeness) {
            return Ok(Rc::clone(known));
        }
        let root = self.read(commit)?;
        let (said, sides) = (&mut self.said, self.sides);
        let content = |matter: &Matter| match &root {
            Some(root) => said.of(matter, root, sides),
            None => [Rc::clone(&said.nothing), Rc::clone(&said.nothing)],
        };
        let contents = self.matters.iter().map(content);
        let view: View = Rc::new(self.matters.iter().cloned().zip(contents).collect());
        self.views.insert(likeness, Rc::clone(&view));
        Ok(view)
    }

    /// The root in a commit, silently; `None` where there is none.
    fn read(&self, commit: Oid) -> Result<Option<Assessment>, Failure> {
        let tree = Tree::revision(self.roots.git(), commit, &self.roots.at(commit)?.folder)?;
        let mut unheard = Vec::new();
        match load::tree_sharing(&tree, &self.shared, &mut unheard) {
            Ok(records) => Ok(Some(resolve::assessment(records, Catalog::rev2(), &mut unheard))),
            Err(failure) if failure.cause == Cause::NoRoot => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

impl Said {
    /// What a root says of a matter, with all that it rests on.
    fn of(&mut self, matter: &Matter, root: &Assessment, sides: &Sides<'_>) -> Content {
        let own = match matter {
            Matter::Of(Subject::Practice(id)) => return [self.own(*id, root), self.cited(*id, root, sides)],
            Matter::Of(subject) => material::of(root, subject).unwrap_or_default().0,
            Matter::Duties(party) => duties_of(party, root, sides),
        };
        [Rc::new(own), Rc::clone(&self.nothing)]
    }

    /// What the file of a practice says.
    fn own(&mut self, id: RequirementId, root: &Assessment) -> Rc<Cells> {
        let Some(practice) = root.practices.get(&id) else { return Rc::clone(&self.nothing) };
        let known = self.own.entry((id, practice.file));
        Rc::clone(known.or_insert_with(|| Rc::new(material::own(id, practice, root.catalog).0)))
    }

    /// What a root says of what a practice cites on either side, whether or not it is cited there already, or still: what
    /// is changed before it is cited is a part of the change.
    fn cited(&mut self, id: RequirementId, root: &Assessment, sides: &Sides<'_>) -> Rc<Cells> {
        let mut files: Vec<u32> = root.assets.iter().map(|assets| assets.file).collect();
        files.extend(root.providers.values().map(|provider| provider.file));
        files.extend(root.exceptions.values().map(|exception| exception.file));
        let known = self.cited.entry((files, id));
        let found = known.or_insert_with(|| {
            let both = [("from", &sides.before.facts.assessment), ("to", &sides.after.facts.assessment)];
            let mut cells = Cells::new();
            for (side, practice) in both.into_iter().filter_map(|(side, of)| Some((side, of.practices.get(&id)?))) {
                let found = material::rests_of_practice(practice, &Rest::from(root)).0;
                cells.extend(found.into_iter().map(|(name, text)| (format!("{side}: {name}"), text)));
            }
            Rc::new(cells)
        });
        Rc::clone(found)
    }
}

fn duties_of(party: &str, root: &Assessment, sides: &Sides<'_>) -> Cells {
    let practices: Practices<'_> = root.practices.iter().map(|(id, practice)| (*id, &practice.value)).collect();
    let ids = BTreeSet::from([party.to_owned(), duties::known_as(sides, party)]);
    ids.iter().flat_map(|id| material::of_duties(id, &practices, &Rest::from(root)).0).collect()
}

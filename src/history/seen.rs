//! What one walk over the log has seen: who changed what, what was said, and what stood where something was said.
//!
//! It follows from the tip and from where things stand now, and from nothing else: not from the day, and not from what
//! the files of now say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::numbered::Numbered;
use super::trust;
use super::{config_in, is_of_trust, is_practice, is_shared, wanted};
use crate::cache::Cache;
use crate::date::Date;
use crate::digest;
use crate::failure::Failure;
use crate::git::log::{Commit, Focus, Knowledge, Known, Log, Touched, Trees};
use crate::git::{Entry, Git, Identity, Mailmap, Mode, Oid};
use crate::ids::RequirementId;
use crate::model::assessment::Assessment;
use crate::model::history::{DateGrade, LogProblem, Revision, Subject};
use crate::model::practice::Practice;
use crate::source::normal;
use crate::table::{self, Reader};
use crate::trailers::{self, Said, WrittenCertification, WrittenReview, WrittenStatement};

/// How far author and committer date may lie apart before a day is doubted, in seconds: 30 days.
const FAR: i64 = 30 * 24 * 60 * 60;

/// A root itself, or the root that it extends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Whose {
    Own,
    Shared,
}

/// A file of the root, or of the root that it extends, by its path there; the root's own come first.
pub(super) type Name = (Whose, String);

/// A path as the assessment writes it: that of a shared file begins with what the root extends.
pub(super) fn name_of(path: &str, beside: Option<&str>) -> Name {
    let base = beside.map(|base| format!("{}/", base.trim_end_matches('/')));
    match base.and_then(|base| path.strip_prefix(&base)) {
        Some(path) => (Whose::Shared, path.to_owned()),
        None => (Whose::Own, path.to_owned()),
    }
}

/// A commit whose content is looked at: its tree, and what the root was called then.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) tree: Oid,
    pub(super) prefix: String,
}

impl Place {
    /// The path of another root, given relative to this one, or of this one itself.
    pub(super) fn path(&self, relative: &str) -> Option<String> {
        normal(&format!("{}/{relative}", self.prefix))
    }
}

/// What stands in the folder of a root, by the ids of its parts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Shelf {
    pub(super) tree: Oid,
    pub(super) config: Option<Oid>,
    pub(super) assets: Option<Oid>,
    pub(super) incident: Option<Oid>,
    /// The trees of [`FOLDERS`].
    pub(super) folders: [Option<Oid>; 5],
    /// Whether every file is one: no symbolic link, no submodule.
    pub(super) plain: bool,
}

/// The folders of a root whose files matter.
pub(super) const FOLDERS: [&str; 5] = ["practices", "providers", "poam", "exceptions", "policies"];

impl Shelf {
    /// What stands in a folder of a commit; `None` where no folder stands.
    pub(super) fn of(git: &Git, trees: &mut Trees<'_>, place: &Place, relative: &str) -> Result<Option<Self>, Failure> {
        let Some(path) = place.path(relative) else { return Ok(None) };
        let Some(tree) = trees.at(place.tree, &path)? else { return Ok(None) };
        let mut plain = true;
        let mut file = |trees: &mut Trees<'_>, name: &str| {
            let Some(entry) = trees.entry(tree, name)? else { return Ok(None) };
            plain &= entry.mode == Mode::File;
            followed(git, trees, place.tree, &format!("{path}/{name}"), entry)
        };
        let config = file(trees, "demarcate.toml")?;
        let assets = file(trees, "assets.toml")?;
        let incident = file(trees, "incident.toml")?;
        let mut folders = [None; 5];
        for (found, name) in folders.iter_mut().zip(FOLDERS) {
            *found = trees.at(tree, name)?;
            plain &= match found {
                Some(folder) => trees.is_plain(*folder)?,
                None => {
                    let entry = trees.entry(tree, name)?.filter(|entry| entry.mode != Mode::File);
                    let is_plain = entry.is_none();
                    let path = format!("{path}/{name}");
                    *found = entry.map(|entry| behind(git, trees, place.tree, &path, entry)).transpose()?.flatten();
                    is_plain
                }
            };
        }
        Ok(Some(Self { tree, config, assets, incident, folders, plain }))
    }
}

/// The blob of an entry, symbolic links inside the repository followed; `None` where they lead nowhere.
pub(super) fn followed(
    git: &Git,
    trees: &mut Trees<'_>,
    top: Oid,
    path: &str,
    entry: Entry,
) -> Result<Option<Oid>, Failure> {
    let (mut path, mut entry) = (path.to_owned(), entry);
    for _ in 0..LINKS {
        match entry.mode {
            Mode::File => return Ok(Some(entry.id)),
            Mode::Submodule => return Ok(None),
            Mode::Link => {}
        }
        let Some(next) = target(git, &path, entry.id)? else { return Ok(None) };
        let Some(found) = entry_at(trees, top, &next)? else { return Ok(None) };
        (path, entry) = (next, found);
    }
    Ok(None)
}

/// The folder behind a symbolic link; `None` where it leads nowhere, or to a file.
fn behind(git: &Git, trees: &mut Trees<'_>, top: Oid, path: &str, entry: Entry) -> Result<Option<Oid>, Failure> {
    let (mut path, mut entry) = (path.to_owned(), entry);
    for _ in 0..LINKS {
        let Some(next) = Some(entry).filter(|entry| entry.mode == Mode::Link) else { return Ok(None) };
        let Some(next) = target(git, &path, next.id)? else { return Ok(None) };
        if let Some(folder) = trees.at(top, &next)? {
            return Ok(Some(folder));
        }
        let Some(found) = entry_at(trees, top, &next)? else { return Ok(None) };
        (path, entry) = (next, found);
    }
    Ok(None)
}

/// Symbolic links that are followed one after the other.
const LINKS: usize = 16;

/// Where a symbolic link leads, from the top; `None` where it leaves the repository.
fn target(git: &Git, path: &str, link: Oid) -> Result<Option<String>, Failure> {
    let target = String::from_utf8_lossy(&git.blob(link)?).into_owned();
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    Ok(if target.starts_with('/') { None } else { normal(&format!("{parent}/{target}")) })
}

fn entry_at(trees: &mut Trees<'_>, top: Oid, path: &str) -> Result<Option<Entry>, Failure> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let Some(folder) = trees.at(top, folder)? else { return Ok(None) };
    trees.entry(folder, name)
}

/// What stood in a commit that says something.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Standing {
    pub(super) place: Place,
    pub(super) own: Option<Shelf>,
    /// The root that is extended now, as it stood then.
    pub(super) shared: Option<Box<Shelf>>,
    /// Of the practices that the commit speaks of, by id, the blobs where they stand now, or where their ids say.
    pub(super) practices: Vec<(RequirementId, Oid)>,
}

/// Commit, place and day of something that was said.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    pub(super) position: usize,
    pub(super) commit: Oid,
    pub(super) standing: Arc<Standing>,
    pub(super) date: Date,
    pub(super) date_grade: DateGrade,
    pub(super) noted: bool,
    pub(super) is_signed: bool,
    /// The `demarcate.toml` of its first parent: who was who when it was said.
    pub(super) config: Option<Oid>,
    /// Its first parent, of a commit that accepts duties: who worked for a provider when it was said.
    pub(super) before: Option<Arc<Place>>,
    /// When it was committed, as the committer claims, in Unix seconds.
    pub(super) time: i64,
}

/// What one walk over the log has found.
pub(super) struct Seen {
    pub(super) revisions: BTreeMap<Subject, Vec<Arc<Revision>>>,
    pub(super) reviews: Vec<(Stamp, WrittenReview)>,
    pub(super) acceptances: Vec<(Stamp, WrittenStatement)>,
    pub(super) affirmations: Vec<(Stamp, WrittenStatement)>,
    pub(super) certifications: Vec<(Stamp, WrittenCertification)>,
    pub(super) problems: Vec<LogProblem>,
    /// Where a `demarcate.toml` was touched that says who is who: the root's own, or that of the root that it extends.
    pub(super) configs: Vec<usize>,
    /// Where the file of a provider was touched, the root's own or one of the root that it extends.
    pub(super) providers: Vec<usize>,
    /// What the root was called, where somebody will ask: where trust, people or policy may have changed, and where
    /// something was said.
    pub(super) called: BTreeMap<usize, Called>,
    /// Where the files of the trust folder may have changed, and their number.
    pub(super) trusts: Vec<(usize, u32)>,
    /// The files of trust folders by number, each by name.
    pub(super) trust_files: Vec<BTreeMap<String, Oid>>,
    /// How many old blobs were read to find the practice in them.
    pub(super) read: usize,
}

impl Seen {
    /// Walks the log of a tip; what an earlier walk has kept is not looked at again.
    pub(super) fn of(
        git: &Git,
        tip: Oid,
        prefix: &str,
        now: &Assessment,
        cache: &Cache,
    ) -> Result<(Self, Log<Note>), Failure> {
        let beside = now.config.extends.as_ref().map(|base| base.value.as_str());
        let focus = Focus { prefix, marker: "demarcate.toml", beside, wanted };
        let likely = likely(now, beside);
        let (mailmap, map) = git.mailmap(tip)?;
        let name = name_of_walk(prefix, beside, &likely, map);
        let Kept { names, known } = cache.get_packed(&name).filter(Kept::is_whole).unwrap_or_default();
        let watch = Watch { mailmap, names: Mutex::new(names), beside, likely, now };
        let mut log = git.log(tip, &focus, &|commit, trees| watch.look(commit, trees), known)?;
        let names = watch.names.into_inner().unwrap_or_else(PoisonError::into_inner);
        keep(cache, &name, &names, &log);
        let mut reading = Reading::new(git, now, beside, &names);
        for (position, note) in std::mem::take(&mut log.notes) {
            reading.take(position, note, &log);
        }
        Ok((reading.done(), log))
    }
}

/// How many walks are kept: of other roots, or with another mailmap.
const WALKS: usize = 8;

/// What is kept between walks.
#[derive(Default, Deserialize)]
struct Kept {
    names: Names,
    known: Option<Known<Note>>,
}

impl Kept {
    /// Whether every number that a note names is there.
    fn is_whole(&self) -> bool {
        let of = |count: usize| move |number: u32| (number as usize) < count;
        let is_author = of(self.names.authors.all().len());
        let is_path = of(self.names.paths.all().len());
        let is_trust = of(self.names.trusts.all().len());
        let is_whole = |note: &Note| {
            let changed = note.changed.as_ref();
            note.trust.is_none_or(is_trust)
                && changed.is_none_or(|changed| is_author(changed.author))
                && changed.is_none_or(|changed| changed.touched.iter().all(|file| is_path(file.path)))
        };
        self.known.as_ref().is_none_or(|known| known.notes().all(is_whole))
    }
}

/// The same, as it is written.
#[derive(Serialize)]
struct ToKeep<'a> {
    names: &'a Names,
    known: Option<Knowledge<'a, Note>>,
}

fn keep(cache: &Cache, name: &str, names: &Names, log: &Log<Note>) {
    if let Some(known) = log.knowledge().filter(|_| !cache.is_none())
        && let Some(begun) = cache.begin()
    {
        cache.put_packed(name, &ToKeep { names, known: Some(known) }, &begun);
        cache.limit("walk-", WALKS);
    }
}

/// The name of everything that a note rests on beside the commit itself.
fn name_of_walk(
    prefix: &str,
    beside: Option<&str>,
    likely: &BTreeMap<RequirementId, Vec<Name>>,
    mailmap: Option<Oid>,
) -> String {
    let rests_on = format!("{prefix:?} {beside:?} {likely:?} {mailmap:?}");
    format!("walk-{}", &digest::of_bytes(rests_on.as_bytes()).sha256[..16])
}

/// Where each practice most likely stood: where it stands now, else where its id says.
fn likely(now: &Assessment, beside: Option<&str>) -> BTreeMap<RequirementId, Vec<Name>> {
    let ids = now.catalog.requirements().map(|requirement| requirement.id);
    let names = |id: RequirementId| {
        let now = now.practices.get(&id).map(|practice| name_of(&practice.path, beside));
        let mut names = Vec::from_iter(now);
        let usual = (Whose::Own, id.path());
        if !names.contains(&usual) {
            names.push(usual);
        }
        names
    };
    ids.map(|id| (id, names(id))).collect()
}

/// What a thread needs to know while it looks at commits.
struct Watch<'a> {
    mailmap: Mailmap,
    names: Mutex<Names>,
    beside: Option<&'a str>,
    likely: BTreeMap<RequirementId, Vec<Name>>,
    now: &'a Assessment,
}

/// What many commits have in common, each once.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Names {
    /// Authors, by mailmap.
    authors: Numbered<Arc<str>>,
    /// Files that were touched.
    paths: Numbered<Arc<str>>,
    /// The files of trust folders, by name.
    trusts: Numbered<BTreeMap<String, Oid>>,
}

/// What is kept of a commit.
#[derive(Serialize, Deserialize)]
pub(super) struct Note {
    author_time: i64,
    changed: Option<Changed>,
    heard: Option<Box<Heard>>,
    /// The files of the trust folder, by number, where the commit touched them, or is a merge and has some.
    trust: Option<u32>,
    called: Option<Box<Called>>,
    /// Whether it was written by something other than Git.
    is_irregular: bool,
}

/// What the root's folder was called in a commit and in its first parent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Called {
    pub(super) here: String,
    pub(super) before: Option<String>,
}

/// A commit that touched files.
#[derive(Serialize, Deserialize)]
struct Changed {
    /// By number.
    author: u32,
    /// The first line of the message.
    summary: Box<str>,
    is_signed: bool,
    touched: Box<[Change]>,
}

/// A file that was touched.
#[derive(Serialize, Deserialize)]
struct Change {
    /// Its path, by number.
    path: u32,
    /// Whether a file stands there after the commit.
    stands: bool,
    /// What stands there and what stood there in each parent, where somebody will ask.
    sides: Option<Box<Sides>>,
}

#[derive(Serialize, Deserialize)]
struct Sides {
    now: Option<Oid>,
    before: Vec<Option<Oid>>,
}

impl Change {
    /// Every blob on either side.
    fn blobs(&self) -> impl Iterator<Item = Oid> {
        self.sides.iter().flat_map(|sides| sides.now.into_iter().chain(sides.before.iter().flatten().copied()))
    }

    fn before(&self) -> &[Option<Oid>] {
        self.sides.as_ref().map_or(&[], |sides| &sides.before)
    }
}

/// A commit that says something.
#[derive(Serialize, Deserialize)]
struct Heard {
    said: Said,
    noted: bool,
    is_signed: bool,
    /// The `demarcate.toml` of the first parent.
    config: Option<Oid>,
    /// The first parent itself, where duties are accepted.
    before: Option<Place>,
    standing: Standing,
}

/// The files that were touched, with their sides only where somebody will ask for them: a practice may have moved where
/// one file comes and another goes, and a file that is not named by its practice is known by its content.
fn lean(touched: &[Touched], paths: &mut Numbered<Arc<str>>) -> Box<[Change]> {
    let practices = || touched.iter().filter(|file| is_practice(&file.path));
    let comes = practices().any(|file| file.before.iter().all(Option::is_none));
    let moved = comes && practices().any(|file| file.now.is_none());
    let sides = |file: &Touched| Box::new(Sides { now: file.now, before: file.before.clone() });
    let mut change = |file: &Touched| Change {
        path: paths.number(file.path.as_str()),
        stands: file.now.is_some(),
        sides: (moved || is_unnamed(&file.path)).then(|| sides(file)),
    };
    touched.iter().map(&mut change).collect()
}

/// Whether a commit holds a root beside this one and the one that it extends.
fn has_other_roots(commit: &Commit<'_>, beside: Option<&str>, trees: &mut Trees<'_>) -> Result<bool, Failure> {
    let is_searched = |path: &str| !matches!(path.rsplit('/').next(), Some("practices" | "evidence"));
    let files = trees.files(commit.tree, is_searched)?;
    let roots = files.iter().filter_map(|(path, _)| match path.rsplit_once('/') {
        Some((folder, "demarcate.toml")) => Some(folder),
        None if path == "demarcate.toml" => Some(""),
        _ => None,
    });
    Ok(roots.filter(|root| *root != commit.prefix && Some(*root) != beside).count() > 0)
}

/// Whether the name of a practice's file does not say which practice it holds.
fn is_unnamed(path: &str) -> bool {
    let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".toml"));
    is_practice(path) && stem.and_then(|stem| stem.parse::<RequirementId>().ok()).is_none()
}

impl Watch<'_> {
    fn look(&self, commit: &Commit<'_>, trees: &mut Trees<'_>) -> Result<Option<Note>, Failure> {
        let said = self.said(commit, trees)?;
        let heard = if said == Said::default() { None } else { Some(Box::new(self.hear(said, commit, trees)?)) };
        let trust = self.trust(commit, trees)?;
        let changed = (!commit.touched.is_empty()).then(|| self.changed(commit));
        let is_asked = heard.is_some() || trust.is_some() || commit.touched.iter().any(|file| is_config(&file.path));
        let before = commit.before.map(|(_, prefix)| prefix.to_owned());
        let called = is_asked.then(|| Box::new(Called { here: commit.prefix.to_owned(), before }));
        let is_irregular = commit.is_irregular;
        let is_worth_it = changed.is_some() || heard.is_some() || trust.is_some() || is_irregular;
        let note = Note { author_time: commit.author_time, changed, heard, trust, called, is_irregular };
        Ok(is_worth_it.then_some(note))
    }

    /// What a message says of the root, as it was called then.
    fn said(&self, commit: &Commit<'_>, trees: &mut Trees<'_>) -> Result<Said, Failure> {
        let mut said = trailers::read(commit.message, self.now.catalog, commit.prefix);
        let place = Place { tree: commit.tree, prefix: commit.prefix.to_owned() };
        let beside = self.beside.and_then(|base| place.path(base));
        if trailers::states_of_no_root(commit.message) && has_other_roots(commit, beside.as_deref(), trees)? {
            said.leave_out_statements();
        }
        if let Some(beside) = beside {
            let reviews = trailers::read_named(commit.message, self.now.catalog, &beside).reviews;
            said.reviews.extend(reviews.into_iter().filter_map(|review| self.of_shared(review)));
        }
        Ok(said)
    }

    /// A review of the root that is extended, as far as it speaks of what this root takes from there.
    fn of_shared(&self, mut review: WrittenReview) -> Option<WrittenReview> {
        let is_taken = |subject: &Subject| match subject {
            Subject::Practice(id) => {
                self.likely.get(id).and_then(|all| all.first()).is_some_and(|(whose, _)| *whose != Whose::Own)
            }
            Subject::Policy(_) | Subject::Provider(_) | Subject::Personnel(_) => true,
            Subject::Incident => self.now.incident.as_ref().is_some_and(|incident| incident.inherited),
            _ => false,
        };
        review.scope.retain(is_taken);
        (!review.scope.is_empty()).then_some(review)
    }

    /// The files of the trust folder, where a later look at the keys of that day has to know them.
    fn trust(&self, commit: &Commit<'_>, trees: &mut Trees<'_>) -> Result<Option<u32>, Failure> {
        let is_touched = commit.touched.iter().any(|file| file.path == "trust" || file.path.starts_with("trust/"));
        if !is_touched && !commit.is_merge {
            return Ok(None);
        }
        let root = trees.at(commit.tree, commit.prefix)?;
        let folder = root.map(|root| trees.at(root, "trust")).transpose()?.flatten();
        let files = folder.map(|folder| trees.files(folder, is_of_trust)).transpose()?.unwrap_or_default();
        let itself = root.map(|root| trees.entry(root, "trust")).transpose()?.flatten();
        let itself = itself.filter(|entry| entry.mode != Mode::File);
        let all = files.into_iter().chain(itself.map(|entry| ("trust".to_owned(), entry)));
        // A link is no list, and keeps its place, so that a list that became one is not gone.
        let name = |name: String, mode: Mode| if mode == Mode::File { name } else { trust::link(&name) };
        let files: BTreeMap<String, Oid> = all.map(|(path, entry)| (name(path, entry.mode), entry.id)).collect();
        Ok((is_touched || !files.is_empty()).then(|| self.names().trusts.number(&files)))
    }

    fn names(&self) -> std::sync::MutexGuard<'_, Names> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self, commit: &Commit<'_>) -> Changed {
        let first = commit.message.lines().find(|line| !line.trim().is_empty());
        let author = self.mailmap.resolve(&commit.author()).to_string();
        let mut names = self.names();
        Changed {
            author: names.authors.number(author.as_str()),
            summary: first.unwrap_or_default().trim().into(),
            is_signed: commit.is_signed,
            touched: lean(&commit.touched, &mut names.paths),
        }
    }

    fn hear(&self, mut said: Said, commit: &Commit<'_>, trees: &mut Trees<'_>) -> Result<Heard, Failure> {
        // Who signed is not somebody else because an unsigned file says so.
        for review in said.reviews.iter_mut().filter(|_| !commit.is_signed) {
            self.resolve(review);
        }
        let place = Place { tree: commit.tree, prefix: commit.prefix.to_owned() };
        let git = trees.git();
        let own = Shelf::of(git, trees, &place, "")?;
        let shared = self.beside.map(|base| Shelf::of(git, trees, &place, base)).transpose()?.flatten();
        let mut standing = Standing { place, own, shared: shared.map(Box::new), practices: Vec::new() };
        let mut practices = BTreeMap::new();
        let certified = said.certifications.iter().flat_map(|certified| &certified.scope);
        for subject in said.reviews.iter().flat_map(|review| &review.scope).chain(certified) {
            if let Subject::Practice(id) = subject
                && let Some(blob) = self.likely_blob(*id, &standing, trees)?
            {
                practices.insert(*id, blob);
            }
        }
        standing.practices = practices.into_iter().collect();
        let (noted, is_signed) = (trailers::is_noted(commit.message), commit.is_signed);
        let config = commit.before.map(|(tree, prefix)| config_in(trees, tree, prefix)).transpose()?.flatten();
        let before = commit.before.filter(|_| !said.acceptances.is_empty());
        let before = before.map(|(tree, prefix)| Place { tree, prefix: prefix.to_owned() });
        Ok(Heard { said, noted, is_signed, config, before, standing })
    }

    fn likely_blob(
        &self,
        id: RequirementId,
        standing: &Standing,
        trees: &mut Trees<'_>,
    ) -> Result<Option<Oid>, Failure> {
        for (whose, path) in self.likely.get(&id).into_iter().flatten() {
            let shelf = if *whose == Whose::Own { standing.own.as_ref() } else { standing.shared.as_deref() };
            let folder = shelf.filter(|shelf| shelf.plain).and_then(|shelf| shelf.folders[0]);
            let Some(folder) = folder else { continue };
            let name = path.rsplit('/').next().unwrap_or(path);
            if let Some(entry) = trees.entry(folder, name)? {
                return Ok(Some(entry.id));
            }
        }
        Ok(None)
    }

    /// Resolves the people of a review by mailmap; one person under two addresses reviewed once.
    fn resolve(&self, review: &mut WrittenReview) {
        let (mut resolved, mut as_written): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let mut known: BTreeSet<String> = BTreeSet::new();
        for written in review.reviewers.drain(..) {
            // Two addresses are nobody's, and stay as they are for all to see.
            let is_one = written.matches('<').count() < 2;
            let person = if is_one { self.mailmap.resolve(&identity(&written)).to_string() } else { written.clone() };
            if known.insert(person.clone()) {
                resolved.push(person);
                as_written.push(written);
            }
        }
        (review.reviewers, review.as_written) = (resolved, as_written);
    }
}

/// Whether a file that a root takes note of is a `demarcate.toml`: its own, or that of the root that it extends.
fn is_config(path: &str) -> bool {
    path.rsplit('/').next() == Some("demarcate.toml")
}

fn is_provider(path: &str) -> bool {
    path.rsplit('/').nth(1) == Some("providers")
}

fn irregular(commit: Oid) -> LogProblem {
    LogProblem {
        rule: "log-note",
        commit: Some(commit.to_string()),
        message: "the lines above its message are not those that Git writes; it is read as `git log` shows it"
            .to_owned(),
        help: "ask who made it and with what, as `git fsck` complains of it, too; nothing below it is left out"
            .to_owned(),
    }
}

/// Name and address of `Dana Lee <dana@contractor.example>`.
pub(super) fn identity(written: &str) -> Identity {
    match written.split_once('<').and_then(|(name, rest)| Some((name, rest.split_once('>')?.0))) {
        Some((name, email)) => Identity { name: name.trim().to_owned(), email: email.trim().to_owned() },
        None => Identity { name: written.trim().to_owned(), email: String::new() },
    }
}

/// The notes of a walk, read in the order of the log.
struct Reading<'a> {
    git: &'a Git,
    now: &'a Assessment,
    names: &'a Names,
    base: Option<String>,
    seen: Seen,
    /// Of each path by number: whether it is a practice's, and the practice that it held, as far back as the walk has
    /// come.
    is_practice: Vec<bool>,
    holds: Vec<Option<RequirementId>>,
    ids: BTreeMap<Oid, Option<RequirementId>>,
    /// Of each path by number: the numbers of the subjects, other than a practice itself, that it is part of.
    parts: Vec<Option<Vec<usize>>>,
    numbers: BTreeMap<Subject, usize>,
    practices: BTreeMap<RequirementId, usize>,
    revisions: Vec<Vec<Arc<Revision>>>,
}

impl<'a> Reading<'a> {
    fn new(git: &'a Git, now: &'a Assessment, beside: Option<&str>, names: &'a Names) -> Self {
        let seen = Seen {
            revisions: BTreeMap::new(),
            reviews: Vec::new(),
            acceptances: Vec::new(),
            affirmations: Vec::new(),
            certifications: Vec::new(),
            problems: Vec::new(),
            configs: Vec::new(),
            providers: Vec::new(),
            called: BTreeMap::new(),
            trusts: Vec::new(),
            trust_files: names.trusts.all().to_vec(),
            read: 0,
        };
        let held: BTreeMap<&str, RequirementId> =
            now.practices.iter().map(|(id, practice)| (practice.path.as_str(), *id)).collect();
        Self {
            git,
            now,
            names,
            base: beside.map(|base| format!("{}/", base.trim_end_matches('/'))),
            seen,
            is_practice: names.paths.all().iter().map(|path| is_practice(path)).collect(),
            holds: names.paths.all().iter().map(|path| held.get(&**path).copied()).collect(),
            ids: BTreeMap::new(),
            parts: vec![None; names.paths.all().len()],
            numbers: BTreeMap::new(),
            practices: BTreeMap::new(),
            revisions: Vec::new(),
        }
    }

    fn done(mut self) -> Seen {
        let revisions = &mut self.revisions;
        let of = |(subject, number): (Subject, usize)| (subject, std::mem::take(&mut revisions[number]));
        self.seen.revisions = self.numbers.into_iter().map(of).collect();
        self.seen
    }

    fn number_of(&mut self, subject: Subject) -> usize {
        let next = self.revisions.len();
        let number = *self.numbers.entry(subject).or_insert(next);
        if number == next {
            self.revisions.push(Vec::new());
        }
        number
    }

    fn number_of_practice(&mut self, id: RequirementId) -> usize {
        if let Some(known) = self.practices.get(&id) {
            return *known;
        }
        let number = self.number_of(Subject::Practice(id));
        self.practices.insert(id, number);
        number
    }

    fn take(&mut self, position: usize, note: Note, log: &Log<Note>) {
        let time = log.time(position);
        if let Some(changed) = &note.changed {
            self.changed(changed, log.id(position), (position, time));
        }
        self.seen.trusts.extend(note.trust.map(|trust| (position, trust)));
        let mut touched = note.changed.iter().flat_map(|changed| &changed.touched);
        if touched.any(|file| is_config(self.path(file.path))) {
            self.seen.configs.push(position);
        }
        let mut touched = note.changed.iter().flat_map(|changed| &changed.touched);
        if touched.any(|file| is_provider(self.path(file.path))) {
            self.seen.providers.push(position);
        }
        self.seen.called.extend(note.called.map(|called| (position, *called)));
        if note.is_irregular {
            self.seen.problems.push(irregular(log.id(position)));
        }
        let Some(heard) = note.heard else { return };
        let before_parent = log.parent_times(position).any(|parent| time < parent);
        let far = time.abs_diff(note.author_time) > FAR.unsigned_abs();
        let stamp = Stamp {
            position,
            commit: log.id(position),
            standing: Arc::new(heard.standing),
            date: Date::of_unix(time),
            date_grade: if before_parent || far { DateGrade::Doubtful } else { DateGrade::Claimed },
            noted: heard.noted,
            is_signed: heard.is_signed,
            config: heard.config,
            before: heard.before.map(Arc::new),
            time,
        };
        self.said(&stamp, heard.said);
    }

    fn said(&mut self, stamp: &Stamp, said: Said) {
        self.seen.problems.extend(said.broken.into_iter().map(|broken| LogProblem {
            rule: "broken-review",
            commit: Some(stamp.commit.to_string()),
            message: broken.message,
            help: broken.help,
        }));
        self.seen.reviews.extend(said.reviews.into_iter().map(|review| (stamp.clone(), review)));
        self.seen.acceptances.extend(said.acceptances.into_iter().map(|found| (stamp.clone(), found)));
        self.seen.affirmations.extend(said.affirmations.into_iter().map(|found| (stamp.clone(), found)));
        self.seen.certifications.extend(said.certifications.into_iter().map(|found| (stamp.clone(), found)));
    }

    /// Notes the commit with every subject whose files it touched.
    fn changed(&mut self, changed: &Changed, commit: Oid, (position, time): (usize, i64)) {
        let mut touched: Vec<usize> = Vec::new();
        for file in &changed.touched {
            touched.extend(self.parts_at(file.path));
        }
        let practices = changed.touched.iter().filter(|file| self.is_practice[file.path as usize]);
        let (standing, deleted): (Vec<&Change>, Vec<&Change>) = practices.partition(|file| file.stands);
        let mut practices: Vec<RequirementId> = standing.iter().filter_map(|file| self.practice_at(file)).collect();
        practices.extend(self.follow_renames(&standing, &deleted));
        practices.extend(deleted.iter().filter_map(|file| self.practice_at(file)));
        touched.extend(practices.into_iter().map(|id| self.number_of_practice(id)));
        touched.sort_unstable();
        touched.dedup();
        if touched.is_empty() {
            return;
        }
        let revision = Arc::new(Revision {
            position,
            commit: commit.to_string(),
            date: Date::of_unix(time),
            author: Arc::clone(&self.names.authors.all()[changed.author as usize]),
            summary: changed.summary.clone(),
            is_signed: changed.is_signed,
        });
        for number in touched {
            self.revisions[number].push(Arc::clone(&revision));
        }
    }

    /// Where a commit adds and deletes practice files, their old side is read again: a practice may have moved.
    fn follow_renames(&mut self, standing: &[&Change], deleted: &[&Change]) -> Vec<RequirementId> {
        let added = standing.iter().any(|file| !file.before().is_empty() && file.before().iter().all(Option::is_none));
        if !added || deleted.is_empty() {
            return Vec::new();
        }
        let moved = |file: &&Change| Some((file.sides.as_ref()?.now?, self.holds[file.path as usize]?));
        let moved: BTreeMap<Oid, RequirementId> = standing.iter().filter_map(moved).collect();
        let mut followed = Vec::new();
        for file in standing.iter().chain(deleted) {
            let Some(before) = file.before().iter().flatten().next() else { continue };
            if let Some(id) = moved.get(before).copied().or_else(|| self.id_in(*before)) {
                self.holds[file.path as usize] = Some(id);
                followed.push(id);
            }
        }
        followed
    }

    /// The practice that a touched file holds: the one its path is known to hold, else by its name, else by its content.
    fn practice_at(&mut self, file: &Change) -> Option<RequirementId> {
        if let Some(known) = self.holds[file.path as usize] {
            return Some(known);
        }
        let stem = self.path(file.path).rsplit('/').next()?.strip_suffix(".toml")?;
        stem.parse().ok().or_else(|| file.blobs().find_map(|blob| self.id_in(blob)))
    }

    fn path(&self, number: u32) -> &'a str {
        &self.names.paths.all()[number as usize]
    }

    /// The practice that an old blob holds, if it is here to be read.
    fn id_in(&mut self, blob: Oid) -> Option<RequirementId> {
        if let Some(known) = self.ids.get(&blob) {
            return *known;
        }
        self.seen.read += 1;
        let bytes = self.git.require([blob]).and_then(|()| self.git.blob(blob)).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let practice = text.and_then(|text| table::read::<Practice>(&text, &mut Reader::default()));
        let id = practice.and_then(|practice| practice.practice.parse().ok());
        self.ids.insert(blob, id);
        id
    }

    fn parts_at(&mut self, path: u32) -> Vec<usize> {
        if let Some(known) = &self.parts[path as usize] {
            return known.clone();
        }
        let subjects = self.subjects_at(self.path(path));
        let numbers: Vec<usize> = subjects.into_iter().map(|subject| self.number_of(subject)).collect();
        self.parts[path as usize] = Some(numbers.clone());
        numbers
    }

    /// The subjects, other than a practice itself, that a file is part of.
    fn subjects_at(&self, path: &str) -> Vec<Subject> {
        let shared = self.base.as_ref().and_then(|base| path.strip_prefix(base));
        if shared.is_some_and(|path| path == "demarcate.toml" || !is_shared(path)) {
            return Vec::new();
        }
        let own = shared.unwrap_or(path);
        let stem = |ending: &str| own.rsplit('/').next().and_then(|name| name.strip_suffix(ending)).map(str::to_owned);
        match own.split_once('/').map_or(own, |(folder, _)| folder) {
            "practices" => vec![Subject::Ssp, Subject::Crm],
            "poam" => vec![Subject::Poam],
            "policies" => stem(".md").map(Subject::Policy).into_iter().collect(),
            "providers" if !own.ends_with(".crm.toml") => {
                let known = self.now.providers.iter().find(|(_, provider)| provider.path == path);
                let id = known.map(|(id, _)| id.clone()).or_else(|| stem(".toml"));
                id.into_iter().flat_map(|id| [Subject::Provider(id.clone()), Subject::Personnel(id)]).collect()
            }
            "demarcate.toml" => vec![Subject::Ssp],
            "assets.toml" => vec![Subject::Scope],
            "incident.toml" if self.now.incident.as_ref().is_none_or(|incident| incident.path == path) => {
                vec![Subject::Incident]
            }
            _ => Vec::new(),
        }
    }
}

//! Two bundles side by side: where they differ, and the delta that holds what is new since the older one.

mod pair;
mod said;
mod sheet;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use crate::archive::Archive;
use crate::digest;
use crate::dod_log::{self, Flavour};
use crate::failure::{Cause, Failure};
use crate::manifest::{self, Edition, Listed, MANIFEST, Manifest, Role, SUMS, Since, Summary};
use pair::Bundle;

/// The page of a delta that says what changed, without its ending.
const PAGE: &str = "documents/delta";

/// What a difference is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// What was bundled, and by what.
    Origin,
    /// A figure.
    Figure,
    /// An edition of an artifact.
    Edition,
    /// A file.
    File,
}

/// Where two bundles differ.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Difference {
    /// What it is about.
    pub about: About,
    /// The path, the artifact and location, or the name of what differs.
    pub name: String,
    /// What the one has; `None` if it has nothing there.
    pub one: Option<String>,
    /// What the other has.
    pub other: Option<String>,
    /// The first line in which two texts differ, from 1, as the one and as the other has it.
    pub line: Option<(usize, String, String)>,
    /// All of it in a sentence.
    pub sentence: String,
}

/// What a delta holds, and of what it is one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delta {
    /// The files that are in it, by path, and why.
    pub files: BTreeMap<String, Why>,
    /// What it leaves out.
    pub since: Since,
}

/// Why a file is in a delta.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Why {
    /// The older bundle does not have it.
    New,
    /// The older bundle has other bytes there.
    Changed,
    /// The older bundle has the same bytes at this path, where nothing is any more.
    Moved(String),
    /// It is as it was, and no bundle can be checked without it.
    Needed,
}

impl Difference {
    fn of(about: About, name: impl Into<String>, one: Option<String>, other: Option<String>) -> Option<Self> {
        let name = name.into();
        let sentence = match (&one, &other) {
            (one, other) if one == other => return None,
            (Some(one), Some(other)) => format!("{name}: {one} in the one, {other} in the other"),
            (Some(one), None) => format!("{name}: {one} in the one, nothing in the other"),
            (None, Some(other)) => format!("{name}: nothing in the one, {other} in the other"),
            (None, None) => return None,
        };
        Some(Self { about, name, one, other, line: None, sentence })
    }
}

/// Where two manifests differ: what was bundled, the figures, the editions and the files, in this order.
pub fn compare(a: &Manifest, b: &Manifest) -> Vec<Difference> {
    let mut differences = origins(a, b);
    differences.extend(figures(&a.summary, &b.summary));
    let edition = |edition: &Edition| ((edition.artifact.clone(), edition.location.clone()), edition_told(edition));
    let editions = |manifest: &Manifest| manifest.editions.iter().map(edition).collect::<BTreeMap<_, _>>();
    differences.extend(beside(&editions(a), &editions(b), |(artifact, location), one, other| {
        Difference::of(About::Edition, format!("edition {location} of {artifact}"), one, other)
    }));
    let file = |file: &Listed| (file.path.clone(), file_told(file));
    let files = |manifest: &Manifest| manifest.files.iter().map(file).collect::<BTreeMap<_, _>>();
    differences.extend(beside(&files(a), &files(b), |path, one, other| Difference::of(About::File, path, one, other)));
    differences
}

/// Everything that one of two maps has otherwise than the other.
fn beside<K: Ord + Clone>(
    a: &BTreeMap<K, String>,
    b: &BTreeMap<K, String>,
    difference: impl Fn(&K, Option<String>, Option<String>) -> Option<Difference>,
) -> Vec<Difference> {
    let keys: BTreeSet<&K> = a.keys().chain(b.keys()).collect();
    keys.into_iter().filter_map(|key| difference(key, a.get(key).cloned(), b.get(key).cloned())).collect()
}

fn origins(a: &Manifest, b: &Manifest) -> Vec<Difference> {
    let told = |manifest: &Manifest| {
        let since = manifest.since.as_ref().map(|since| format!("the bundle with the list {}", since.sums));
        BTreeMap::from(
            [
                ("tool", Some(manifest.tool.clone())),
                ("organization", Some(manifest.organization.clone())),
                ("system", manifest.system.clone()),
                ("commit", Some(manifest.commit.clone())),
                ("tree", Some(manifest.tree.clone())),
                ("root", Some(format!("`{}`", manifest.root))),
                ("day of the commit", Some(manifest.committed.clone())),
                ("as of", Some(manifest.as_of.clone())),
                ("evidence chosen", Some(word(&manifest.evidence))),
                ("delta since", since),
            ]
            .map(|(name, value)| (name, value.unwrap_or_default())),
        )
    };
    let told_of = |value: Option<String>| value.filter(|value| !value.is_empty());
    beside(&told(a), &told(b), |name, one, other| Difference::of(About::Origin, *name, told_of(one), told_of(other)))
}

fn figures(a: &Summary, b: &Summary) -> Vec<Difference> {
    beside(&figures_of(a), &figures_of(b), |name, one, other| Difference::of(About::Figure, name.clone(), one, other))
}

/// Every figure by its name.
fn figures_of(summary: &Summary) -> BTreeMap<String, String> {
    let mut figures = BTreeMap::from([("what the figures allow".to_owned(), summary.allows.clone())]);
    figures.extend(summary.score.map(|score| ("score".to_owned(), score.to_string())));
    for (what, counts) in [
        ("practices", &summary.ownership),
        ("objectives", &summary.objectives),
        ("reviews", &summary.reviews),
        ("denied by", &summary.denied),
        ("warned of by", &summary.warned),
    ] {
        figures.extend(counts.iter().map(|(word, count)| (format!("{what} {word}"), count.to_string())));
    }
    figures.extend(summary.passed.iter().map(|rule| (format!("rule {rule}"), "nothing reported".to_owned())));
    figures
}

/// The word of a plain choice, as the manifest writes it.
fn word(choice: &impl Serialize) -> String {
    serde_json::to_value(choice).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn file_told(file: &Listed) -> String {
    let Listed { role, size, sha256, .. } = file;
    let origin = file.blob.as_ref().map(|blob| format!(", blob {blob}")).unwrap_or_default();
    format!("{} of {size} bytes, SHA-256 {sha256}{origin}", word(role))
}

fn edition_told(edition: &Edition) -> String {
    let digest = edition.sha256.as_ref().map_or("no digest".to_owned(), |sha256| format!("SHA-256 {sha256}"));
    let size = edition.size.map(|size| format!(" of {size} bytes")).unwrap_or_default();
    let place = match (&edition.path, &edition.withheld) {
        (Some(path), _) => format!("at {path}"),
        (None, Some(why)) => format!("not in the bundle ({why})"),
        (None, None) => "not in the bundle".to_owned(),
    };
    let marking = edition.marking.as_ref().map(|marking| format!(", marked {marking}")).unwrap_or_default();
    format!("{digest}{size}, {place}{marking}")
}

/// Where two bundles differ: their manifests, and every file as it really is. Signatures are let be: no two are alike.
/// Of two texts that differ the first line that does is told.
pub fn compared(a: &Archive, b: &Archive) -> Result<Vec<Difference>, Failure> {
    let (a, b) = (Bundle::open(a)?, Bundle::open(b)?);
    let mut differences = compare(&a.manifest, &b.manifest);
    differences.retain(|difference| difference.about != About::File);
    let found = (a.digests()?, b.digests()?);
    let mut files = beside(&found.0, &found.1, |path, one, other| Difference::of(About::File, path, one, other));
    let both = |file: &&Difference| file.one.is_some() && file.other.is_some();
    let paths: BTreeSet<String> = files.iter().filter(both).map(|file| file.name.clone()).collect();
    let (ones, others) = (a.texts(&paths)?, b.texts(&paths)?);
    for file in &mut files {
        file.line = ones.get(&file.name).zip(others.get(&file.name)).and_then(|(one, other)| first_line(one, other));
        if let Some((number, one, other)) = &file.line {
            file.sentence.push_str(&format!("; line {number} is `{one}` in the one and `{other}` in the other"));
        }
    }
    differences.extend(files);
    for (which, bundle, digests) in [("one", &a, &found.0), ("other", &b, &found.1)] {
        differences.extend(bundle.unlisted(digests, which));
    }
    Ok(differences)
}

/// The first line in which two texts differ; the empty one stands for what is behind the end.
fn first_line(one: &str, other: &str) -> Option<(usize, String, String)> {
    let shown = |line: Option<&str>| {
        let line = crate::words::printable(line.unwrap_or_default());
        let cut = line.char_indices().nth(120).map_or(line.as_str(), |(at, _)| &line[..at]);
        if cut.len() < line.len() { format!("{cut}...") } else { line.clone() }
    };
    let (mut ones, mut others) = (one.split('\n'), other.split('\n'));
    for number in 1.. {
        let (one, other) = (ones.next(), others.next());
        match (one, other) {
            (None, None) => break,
            (one, other) if one != other => return Some((number, shown(one), shown(other))),
            _ => {}
        }
    }
    None
}

/// What of a newer bundle belongs into a delta of an older one, whose list of digests has this SHA-256.
///
/// What is new or changed is in it, and what no bundle can be checked without: trust and guides.
pub fn since(old: &Manifest, sums: &str, new: &Manifest) -> Delta {
    let before: BTreeMap<&str, &str> =
        old.files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
    let after: BTreeSet<&str> = new.files.iter().map(|file| file.path.as_str()).collect();
    let gone = |path: &&str| !after.contains(path);
    let moved: BTreeMap<&str, &str> =
        before.iter().filter(|(path, _)| gone(path)).map(|(path, sha256)| (*sha256, *path)).collect();
    let (mut files, mut unchanged) = (BTreeMap::new(), BTreeMap::new());
    for file in &new.files {
        let why = match before.get(file.path.as_str()) {
            Some(sha256) if *sha256 == file.sha256 && matches!(file.role, Role::Trust | Role::Guide) => Why::Needed,
            Some(sha256) if *sha256 == file.sha256 => {
                unchanged.insert(file.path.clone(), file.sha256.clone());
                continue;
            }
            Some(_) => Why::Changed,
            None => moved.get(file.sha256.as_str()).map_or(Why::New, |from| Why::Moved((*from).to_owned())),
        };
        files.insert(file.path.clone(), why);
    }
    let removed = before.keys().filter(|path| gone(path)).map(|path| (*path).to_owned()).collect();
    let (commit, as_of) = (old.commit.clone(), old.as_of.clone());
    Delta { files, since: Since { sums: sums.to_owned(), commit, as_of, removed, unchanged } }
}

/// Turns the folder of a finished full bundle, before it is signed, into the delta since an older bundle, and gives
/// its manifest and list of digests. `dod` is the flavour and the folder of the DoD logs, which are made again over the
/// evidence that stays; without it they are left out.
pub fn folder(old: &Archive, new_folder: &Path, dod: Option<(Flavour, &str)>) -> Result<(Manifest, Vec<u8>), Failure> {
    let archive = Archive::open(new_folder)?;
    let (old, new) = (Bundle::open(old)?, Bundle::open(&archive)?);
    refuse_strangers(&old, &new)?;
    let mut delta = since(&old.manifest, &digest::of_bytes(&old.sums).sha256, &new.manifest);
    leave_out_logs(&mut delta, &new.manifest);
    let told = said::told(&old, &new, &delta)?;
    let mut manifest = new.manifest.clone();
    manifest.files.retain(|file| delta.files.contains_key(&file.path));
    let mut draft = Draft { folder: new_folder, files: &mut manifest.files };
    for path in new.manifest.files.iter().map(|file| &file.path).filter(|path| !delta.files.contains_key(*path)) {
        draft.drop(path)?;
    }
    if let Some((flavour, root)) = dod {
        draft.logs(flavour, root)?;
    }
    draft.note(&new, &told)?;
    draft.put(Role::Document, &format!("{PAGE}.md"), sheet::markdown(&told).as_bytes())?;
    draft.put(Role::Document, &format!("{PAGE}.html"), sheet::html(&told).as_bytes())?;
    manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
    delta.since.removed.retain(|path| manifest.files.iter().all(|file| file.path != *path));
    manifest.since = Some(delta.since);
    finish(manifest, new_folder)
}

/// A delta is of one system, and starts from something whole.
fn refuse_strangers(old: &Bundle<'_>, new: &Bundle<'_>) -> Result<(), Failure> {
    let (a, b) = (&old.manifest, &new.manifest);
    let why = if a.since.is_some() {
        "it is itself a delta: name the full bundle that it starts from".to_owned()
    } else if (&a.organization, &a.system) != (&b.organization, &b.system) {
        let of = |manifest: &Manifest| {
            format!("{} ({})", manifest.organization, manifest.system.as_deref().unwrap_or("no system named"))
        };
        format!("it is of {}, and this repository is of {}", of(a), of(b))
    } else {
        return Ok(());
    };
    Err(Failure::new(Cause::Usage, format!("{} is no bundle to start a delta from: {why}", old.shown())))
}

/// The DoD logs name all evidence of a bundle, so they are those of no other.
fn leave_out_logs(delta: &mut Delta, new: &Manifest) {
    for file in new.files.iter().filter(|file| file.role == Role::DodLog) {
        if delta.files.remove(&file.path) == Some(Why::Changed) {
            delta.since.removed.push(file.path.clone());
        }
        if delta.since.unchanged.remove(&file.path).is_some() {
            delta.since.removed.push(file.path.clone());
        }
    }
    delta.since.removed.sort();
}

fn finish(manifest: Manifest, folder: &Path) -> Result<(Manifest, Vec<u8>), Failure> {
    let bytes = manifest.bytes();
    let mut digests: BTreeMap<String, String> =
        manifest.files.iter().map(|file| (file.path.clone(), file.sha256.clone())).collect();
    digests.insert(MANIFEST.to_owned(), digest::of_bytes(&bytes).sha256);
    let sums = manifest::sums(&digests).into_bytes();
    write(folder, MANIFEST, &bytes)?;
    write(folder, SUMS, &sums)?;
    Ok((manifest, sums))
}

/// The folder that becomes a delta.
struct Draft<'a> {
    folder: &'a Path,
    files: &'a mut Vec<Listed>,
}

impl Draft<'_> {
    fn put(&mut self, role: Role, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        write(self.folder, path, bytes)?;
        let (size, sha256) = (bytes.len() as u64, digest::of_bytes(bytes).sha256);
        self.files.retain(|file| file.path != path);
        self.files.push(Listed { path: path.to_owned(), role, size, sha256, commit: None, blob: None, source: None });
        Ok(())
    }

    /// Removes a file, and the folders that are empty then.
    fn drop(&self, path: &str) -> Result<(), Failure> {
        let full = self.folder.join(path);
        std::fs::remove_file(&full).map_err(|error| Failure::io("remove", &full, &error))?;
        let above = full.ancestors().skip(1).take_while(|above| *above != self.folder);
        for folder in above {
            if std::fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// Writes the DoD logs over the evidence that is here.
    fn logs(&mut self, flavour: Flavour, root: &str) -> Result<(), Failure> {
        let evidence = self.files.iter().filter(|file| file.role == Role::Evidence);
        let files: BTreeMap<String, String> = evidence.map(|file| (file.path.clone(), file.sha256.clone())).collect();
        if files.is_empty() {
            return Ok(());
        }
        let logs = dod_log::logs(&files, root, flavour);
        self.put(Role::DodLog, &format!("dod/{}", dod_log::ARTIFACTS), &logs.artifacts)?;
        self.put(Role::DodLog, &format!("dod/{}", dod_log::LOG_HASH), &logs.log_hash)
    }

    /// Says in the guide for people that this is a delta.
    fn note(&mut self, new: &Bundle<'_>, told: &said::Told) -> Result<(), Failure> {
        let path = "README.txt".to_owned();
        let texts = new.texts(&BTreeSet::from([path.clone()]))?;
        let Some(text) = texts.get(&path) else { return Ok(()) };
        self.put(Role::Guide, &path, format!("{}\n{text}", sheet::note(told)).as_bytes())
    }
}

fn write(folder: &Path, path: &str, bytes: &[u8]) -> Result<(), Failure> {
    let full = folder.join(path);
    let failed = |error: std::io::Error| Failure::io("write", &full, &error);
    std::fs::create_dir_all(full.parent().unwrap_or(folder)).map_err(failed)?;
    std::fs::write(&full, bytes).map_err(failed)
}

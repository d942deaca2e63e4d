//! The DoD hashing guide's logs of the current editions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::Context;
use super::super::check::counted;
use super::super::outcome::Ended;
use crate::bundle;
use crate::digest;
use crate::dod_log::{self, ARTIFACTS, Flavour, LOG_HASH, Logs, TWIN};
use crate::failure::{Cause, Failure};
use crate::fix;
use crate::git::Git;
use crate::model::assessment::{Assessment, Checkout, EditionFile, EditionState, Series};
use crate::source::{self, Tree};

/// The logs, ready to be written.
pub(super) struct Plan {
    folder: PathBuf,
    flavour: Flavour,
    /// The folder that the logs name.
    root: String,
    current: Current,
    logs: Logs,
}

/// The newest edition of every series.
#[derive(Default)]
struct Current {
    /// Digest by the path below the folder that the logs name.
    logged: BTreeMap<String, String>,
    /// Digest by the path from the folder in which `sha256sum` is to run.
    summed: BTreeMap<String, String>,
    /// How many folders above the root `sha256sum` is to run in: some where another root is extended.
    above: usize,
    /// The folders that the files lie in, as written, from the root.
    folders: BTreeSet<PathBuf>,
    /// What the logs do not name, and why; whether something can be done about it.
    left_out: Vec<(String, bool)>,
    /// Files whose checkout has other line endings than the bytes that are hashed.
    altered: Vec<String>,
}

/// Works out the logs; refuses a folder that they must not lie in.
pub(super) fn plan(
    folder: &Path,
    flavour: Option<Flavour>,
    assessment: &Assessment,
    tree: &Tree<'_>,
    directory: &Path,
) -> Result<Plan, Failure> {
    let (flavour, root) = bundle::dod::named(flavour, assessment)?;
    let current = current(assessment, tree);
    if current.logged.is_empty() {
        let message = "there is nothing to log: no current edition of an artifact is present here";
        return Err(Failure::new(Cause::Usage, message));
    }
    refuse_evidence(folder, directory, &current.folders)?;
    let logs = dod_log::logs(&current.logged, &root, flavour);
    Ok(Plan { folder: folder.to_owned(), flavour, root, current, logs })
}

fn current(assessment: &Assessment, tree: &Tree<'_>) -> Current {
    let newest = |series| Series::newest(series).map(|edition| (series, edition));
    let editions: Vec<(&Series, &EditionFile)> = assessment.artifacts.values().filter_map(newest).collect();
    let above = editions.iter().filter(|(_, edition)| is_present(edition)).map(|(_, edition)| ups(&edition.location));
    let mut current = Current { above: above.max().unwrap_or_default(), ..Current::default() };
    for (series, edition) in editions {
        current.add(series, edition, tree.prefix());
    }
    current
}

fn is_present(edition: &EditionFile) -> bool {
    matches!(edition.state, EditionState::Present { .. })
}

/// How many folders up a location begins.
fn ups(location: &str) -> usize {
    location.split('/').take_while(|part| *part == "..").count()
}

impl Current {
    fn add(&mut self, series: &Series, edition: &EditionFile, prefix: &str) {
        let (id, location) = (&series.artifact.id.name, &edition.location);
        let EditionState::Present { sha256, checkout, .. } = &edition.state else {
            let (why, curable) = why_left_out(&edition.state);
            let place = if location.is_empty() { "an edition without a place" } else { location };
            return self.left_out.push((format!("`{id}`, {place}: {why}"), curable));
        };
        if *checkout == Checkout::Altered {
            self.altered.push(location.clone());
        }
        let (logged, summed) = if source::is_outside(location) {
            let path = location.strip_prefix("file://").unwrap_or(location);
            let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
            (format!("outside/{id}/{name}"), path.to_owned())
        } else {
            let Some(path) = below(prefix, self.above, location) else { return };
            (path.clone(), path)
        };
        let file = Path::new(location.strip_prefix("file://").unwrap_or(location));
        self.folders.extend(file.parent().map(Path::to_owned));
        self.logged.insert(logged, sha256.clone());
        self.summed.insert(summed, sha256.clone());
    }
}

/// A location of the root as seen from some folders above it.
fn below(prefix: &str, above: usize, location: &str) -> Option<String> {
    let parts: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
    let last = parts.len().checked_sub(above)?;
    source::normal(&format!("{}/{location}", parts[last..].join("/")))
}

/// Why an edition is not in the logs, and whether something can be done about it here.
fn why_left_out(state: &EditionState) -> (String, bool) {
    match state {
        EditionState::Pointer { .. } => ("a Git LFS pointer stands for it; `git lfs pull` fetches it".to_owned(), true),
        EditionState::Elsewhere(why) => (format!("{why}; evidence.lock holds its digest"), false),
        EditionState::Unreadable(why) => (why.clone(), true),
        EditionState::Missing | EditionState::Present { .. } => ("it is missing".to_owned(), true),
    }
}

/// A log among the files that it lists would be hashed by the next run.
fn refuse_evidence(folder: &Path, directory: &Path, folders: &BTreeSet<PathBuf>) -> Result<(), Failure> {
    let target = real(folder);
    let own = PathBuf::from("evidence");
    let tops: BTreeSet<PathBuf> = folders.iter().filter_map(|folder| evidence_top(folder)).chain([own]).collect();
    let among = folders.iter().any(|held| real(&directory.join(held)) == target);
    if !among && !tops.iter().any(|top| target.starts_with(real(&directory.join(top)))) {
        return Ok(());
    }
    let message = format!("{} holds evidence, and logs must not lie among the files that they list", folder.display());
    Err(Failure::new(Cause::Usage, format!("{message}; name a folder outside evidence/")))
}

/// The `evidence` that a folder lies in, of this root or of one that it extends.
fn evidence_top(folder: &Path) -> Option<PathBuf> {
    folder
        .ancestors()
        .filter(|above| above.file_name().is_some_and(|name| name == "evidence"))
        .last()
        .map(Path::to_owned)
}

/// A path without links as far as it exists, and by its words from there on.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let existing = absolute.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let Some((above, canonical)) = existing else { return absolute };
    let mut out = canonical;
    for part in absolute.strip_prefix(above).unwrap_or(Path::new("")).components() {
        match part {
            std::path::Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}

/// Writes the three files and says what eMASS asks for; `false` if something lacks that could be had.
pub(super) fn write(plan: &Plan, git: Option<&Git>, to_screen: bool, context: &mut Context<'_>) -> Result<bool, Ended> {
    let twin = dod_log::twin(&plan.current.summed);
    for (name, bytes) in
        [(ARTIFACTS, &plan.logs.artifacts[..]), (LOG_HASH, &plan.logs.log_hash), (TWIN, twin.as_bytes())]
    {
        fix::write(&plan.folder.join(name), bytes)?;
    }
    for warning in plan.warnings(git)? {
        context.note(&format!("warning: {warning}\n"))?;
    }
    if to_screen {
        context.say(&plan.summary())?;
    }
    Ok(!plan.current.left_out.iter().any(|(_, curable)| *curable))
}

impl Plan {
    fn summary(&self) -> String {
        let files = counted(self.current.logged.len(), "file");
        let run_in = "../".repeat(self.current.above);
        let run_in = if run_in.is_empty() { "the root" } else { &format!("{run_in} of the root") };
        format!(
            "logged {files} below {} as {} in {}\n\
             Hash Value        {}\n\
             Hashed Data List  {ARTIFACTS}\n\
             Hash Algorithm    SHA-256\n\
             {TWIN} is the same list for `sha256sum --check`, run in {run_in}\n",
            self.root,
            self.flavour.word(),
            self.folder.display(),
            digest::of_bytes(&self.logs.artifacts).sha256.to_ascii_uppercase(),
        )
    }

    fn warnings(&self, git: Option<&Git>) -> Result<Vec<String>, Failure> {
        let mut found: Vec<String> = Vec::new();
        found.extend(self.current.left_out.iter().map(|(what, _)| format!("not in the log: {what}")));
        found.extend(self.logs.unloggable.iter().map(|one| format!("{}: {}", one.path, one.why)));
        found.extend(self.current.altered.iter().map(|path| {
            format!("{path}: the log names the committed bytes, and this checkout has other line endings")
        }));
        if self.is_converted(git)? {
            found.push(format!(
                "Git may convert the line endings of the logs in {}, which breaks their digest: \
                 add `CMMCAssessment* -text` to .gitattributes",
                self.folder.display()
            ));
        }
        Ok(found)
    }

    /// Whether Git could convert the logs where they lie.
    fn is_converted(&self, git: Option<&Git>) -> Result<bool, Failure> {
        let Some(git) = git else { return Ok(false) };
        let log = real(&self.folder).join(ARTIFACTS);
        let path = git.workdir().and_then(|top| log.strip_prefix(top).ok().map(Path::to_owned));
        let Some(path) = path else { return Ok(false) };
        let handling = git.handling(&[path.to_string_lossy().replace('\\', "/").as_str()])?;
        Ok(handling.iter().any(|found| found.conversion.line_endings || found.conversion.other))
    }
}

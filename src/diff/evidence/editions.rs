//! Editions that came, went, moved or hold other bytes, and their lines in the lock.

use std::collections::{BTreeMap, BTreeSet};

use super::super::practices::{At, Renames};
use super::super::wording::{became, plain, quoted};
use super::super::{Change, Sides};
use super::{Sure, of};
use crate::model::assessment::{Assessment, EditionFile, EditionState, Series};
use crate::model::changes::{Bears, Section, Weight, What};

/// An edition with its series and side.
#[derive(Clone, Copy)]
struct Of<'a> {
    assessment: &'a Assessment,
    series: &'a Series,
    edition: &'a EditionFile,
}

impl<'a> Of<'a> {
    /// The SHA-256 that was found, if it could be read.
    fn found(self) -> Option<&'a str> {
        match &self.edition.state {
            EditionState::Present { sha256, .. } | EditionState::Pointer { sha256, .. } => Some(sha256),
            _ => None,
        }
    }

    /// The size that goes with it.
    fn size(self) -> Option<u64> {
        match &self.edition.state {
            EditionState::Present { size, .. } | EditionState::Pointer { size, .. } => Some(*size),
            _ => None,
        }
    }

    fn is_pointer(self) -> bool {
        matches!(self.edition.state, EditionState::Pointer { .. })
    }

    /// The SHA-256 that the lock names.
    fn locked(self) -> Option<&'a str> {
        self.assessment.locked(self.series, self.edition).map(|entry| entry.sha256.as_str())
    }

    fn digest(self) -> Option<&'a str> {
        self.found().or_else(|| self.locked())
    }

    /// Where it lies; one that says nowhere is told by its day.
    fn name(self) -> String {
        let day = || self.edition.edition.collected.as_ref().map_or_else(String::new, |day| format!(" of {day}"));
        if self.edition.location.is_empty() {
            format!("without a path{}", day())
        } else {
            self.edition.location.clone()
        }
    }
}

pub(super) fn changes(
    sides: &Sides<'_>,
    (old, new): (&Series, &Series),
    renames: &Renames,
    sure: Sure,
    out: &mut Vec<Change>,
) {
    let is_renamed = old.folder != new.folder && renames.parties.get(&old.folder) == Some(&new.folder);
    let (gone, come, pairs) = paired(sides, old, new);
    for (before, after) in pairs {
        compare(sides, before, after, is_renamed, out);
    }
    out.extend(gone.into_iter().filter(|_| sure.after).map(|edition| removed(sides, edition, new)));
    out.extend(come.into_iter().filter(|_| sure.before).map(|edition| added(sides, edition)));
}

/// Editions of the one side alone, of the other alone, and pairs: at one place, or with the same bytes.
type Paired<'a> = (Vec<Of<'a>>, Vec<Of<'a>>, Vec<(Of<'a>, Of<'a>)>);

fn paired<'a>(sides: &Sides<'a>, old: &'a Series, new: &'a Series) -> Paired<'a> {
    let (before, after) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let mut left: Vec<Of<'a>> = all(before, old);
    let mut right: Vec<Of<'a>> = all(after, new);
    let mut pairs = Vec::new();
    take(&mut left, &mut right, &mut pairs, |of| Some(of.name()));
    take(&mut left, &mut right, &mut pairs, |of| of.digest().map(str::to_owned));
    (left, right, pairs)
}

fn all<'a>(assessment: &'a Assessment, series: &'a Series) -> Vec<Of<'a>> {
    series.editions.iter().map(|edition| Of { assessment, series, edition }).collect()
}

/// Pairs editions that share a key, in the order written.
fn take<'a>(
    old: &mut Vec<Of<'a>>,
    new: &mut Vec<Of<'a>>,
    pairs: &mut Vec<(Of<'a>, Of<'a>)>,
    key: impl Fn(Of<'a>) -> Option<String>,
) {
    let mut having: BTreeMap<String, Vec<Of<'a>>> = BTreeMap::new();
    let mut kept = Vec::new();
    for of in new.drain(..).rev() {
        match key(of) {
            Some(key) => having.entry(key).or_default().push(of),
            None => kept.push(of),
        }
    }
    old.retain(|before| {
        let found = key(*before).and_then(|key| having.get_mut(&key)?.pop());
        pairs.extend(found.map(|after| (*before, after)));
        found.is_none()
    });
    kept.extend(having.into_values().flatten());
    kept.sort_by_key(|of| of.edition.edition.span);
    *new = kept;
}

fn added(sides: &Sides<'_>, new: Of<'_>) -> Change {
    let written = &new.edition.edition;
    let mut sentence = format!("edition {} added", new.name());
    if let Some(day) = &written.collected {
        sentence.push_str(&format!(", collected {day}"));
    }
    if let Some(covers) = &written.covers {
        sentence.push_str(&format!(", covers {}", quoted(covers)));
    }
    let mut found = of(new.series, What::Added, sentence);
    found.follows.extend(written.note.as_ref().map(|note| format!("note {}", quoted(note))));
    found.follows.extend(absent(new.edition));
    found.follows.extend(unlocked(sides, new.series, new.edition));
    found.after = Some(new.name());
    found.spot = Some(sides.at(At::Now(new.edition.span())));
    found
}

/// An edition that no line of the lock names, where there is a lock.
pub(super) fn unlocked(sides: &Sides<'_>, series: &Series, edition: &EditionFile) -> Option<String> {
    let found = &sides.after.facts.assessment;
    let is_read = found.lock.as_ref().is_some_and(|lock| !lock.lost);
    (is_read && found.locked(series, edition).is_none()).then(|| format!("the lock does not name {}", edition.location))
}

fn absent(edition: &EditionFile) -> Option<String> {
    match &edition.state {
        EditionState::Missing if !edition.location.is_empty() => Some("no file stands there".to_owned()),
        EditionState::Unreadable(_) => Some("it cannot be read".to_owned()),
        _ => None,
    }
}

fn removed(sides: &Sides<'_>, old: Of<'_>, series: &Series) -> Change {
    let mut found = of(series, What::Removed, format!("edition {} removed", old.name()));
    if series.editions.is_empty() {
        found.follows.push("none is left".to_owned());
    }
    found.before = Some(old.name());
    found.spot = Some(sides.at(At::Then(old.edition.span())));
    found
}

/// An edition on both sides.
fn compare(sides: &Sides<'_>, old: Of<'_>, new: Of<'_>, is_renamed: bool, out: &mut Vec<Change>) {
    let at = At::Now(new.edition.span());
    let mut push = |mut found: Change| {
        found.spot = Some(sides.at(at));
        out.push(found);
    };
    if old.edition.location != new.edition.location && !(is_renamed && follows_its_folder(old, new)) {
        let sentence = format!("edition moved from {} to {}, with the same bytes", old.name(), new.name());
        let mut found = of(new.series, What::Moved, sentence);
        found.weight = Weight::Slight;
        (found.before, found.after) = (Some(old.name()), Some(new.name()));
        found.follows.extend(unlocked(sides, new.series, new.edition));
        push(found);
    }
    words(old, new).into_iter().for_each(&mut push);
    bytes(old, new).into_iter().for_each(&mut push);
}

/// Whether an edition lies elsewhere only because the folder of its party has another name, with the provider.
fn follows_its_folder(old: Of<'_>, new: Of<'_>) -> bool {
    let folder = |of: Of<'_>| format!("evidence/{}/", of.series.folder);
    old.edition.location.replace(&folder(old), &folder(new)) == new.edition.location
}

/// What is written of an edition beside its place.
fn words(old: Of<'_>, new: Of<'_>) -> Vec<Change> {
    let keys = |of: Of<'_>| {
        let written = &of.edition.edition;
        let text = |value: Option<&crate::ids::Spanned<String>>| value.map(|value| quoted(value)).unwrap_or_default();
        let beside = written.url.as_ref().filter(|_| written.path.is_some());
        [
            ("collected", written.collected.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("covers", text(written.covers.as_ref())),
            ("note", text(written.note.as_ref())),
            ("URL", beside.map(|url| plain(url)).unwrap_or_default()),
        ]
    };
    let (before, after) = (keys(old), keys(new));
    let differing = before.iter().zip(&after).filter(|(old, new)| old != new);
    differing
        .map(|((key, was), (_, is))| {
            let mut found = of(new.series, What::Changed, format!("edition {}: {key} {}", new.name(), became(was, is)));
            (found.before, found.after) = (Some(was.clone()), Some(is.clone()));
            found
        })
        .collect()
}

/// What became of the file of an edition and of its line in the lock.
fn bytes(old: Of<'_>, new: Of<'_>) -> Option<Change> {
    let is_read = |side: &Assessment| side.lock.as_ref().is_none_or(|lock| !lock.lost);
    let can_compare = is_read(old.assessment) && is_read(new.assessment);
    let comes = "its file can be read now";
    let (sentence, weight, bears) = match (old.found(), new.found()) {
        (Some(was), Some(is)) if was != is => (replaced(was, is, old, new), Weight::StandsOut, Bears::Thing),
        (Some(_), Some(_)) if old.size() != new.size() => (resized(old, new), Weight::StandsOut, Bears::Thing),
        (Some(_), Some(_)) if old.is_pointer() != new.is_pointer() => (stands_in(new), Weight::Plain, Bears::Thing),
        _ if is_gone(new) && !is_gone(old) => (gone(new), Weight::StandsOut, Bears::Thing),
        _ if is_gone(old) && !is_gone(new) => (comes.to_owned(), Weight::Plain, Bears::NewEvidence),
        _ if can_compare && old.locked() != new.locked() => {
            let (sentence, bears) = relocked(old, new)?;
            (sentence, Weight::Plain, bears)
        }
        _ => return None,
    };
    let is_other_lock = matches!((old.locked(), new.locked()), (Some(old), Some(new)) if old != new);
    let mut found = of(new.series, What::Changed, format!("edition {}: {sentence}", new.name()));
    found.weight = if is_other_lock { Weight::StandsOut } else { weight };
    found.bears = bears;
    (found.before, found.after) = (old.digest().map(str::to_owned), new.digest().map(str::to_owned));
    Some(found)
}

/// Whether nothing that can be read stands there; what lies elsewhere is not known.
fn is_gone(of: Of<'_>) -> bool {
    matches!(of.edition.state, EditionState::Missing | EditionState::Unreadable(_))
}

fn gone(new: Of<'_>) -> String {
    match &new.edition.state {
        EditionState::Unreadable(why) => format!("its file cannot be read any more: {why}"),
        _ => "its file is gone".to_owned(),
    }
}

fn replaced(was: &str, is: &str, old: Of<'_>, new: Of<'_>) -> String {
    let lock = match (old.locked(), new.locked()) {
        (_, None) => "and no line of the lock names it",
        (_, Some(locked)) if locked == is => "and the lock follows",
        (_, Some(locked)) if locked == was => "and the lock still names the old ones",
        _ => "and the lock names neither the old nor the new ones",
    };
    format!("its bytes changed, {lock}")
}

/// Another size with the same digest: one of the two is not true, and only a pointer can say so.
fn resized(old: Of<'_>, new: Of<'_>) -> String {
    let size = |of: Of<'_>| of.size().map(|size| size.to_string()).unwrap_or_default();
    let sizes = format!("{} bytes instead of {}, with the same digest", size(new), size(old));
    if old.is_pointer() == new.is_pointer() { sizes } else { format!("{}: {sizes}", stands_in(new)) }
}

/// What a file and its pointer stand for is the same, but only one of them can be looked at.
fn stands_in(new: Of<'_>) -> String {
    let pointer = "a Git LFS pointer stands where the file was";
    if new.is_pointer() { pointer } else { "the file stands where a Git LFS pointer was" }.to_owned()
}

/// The lock's line is another one, though no other bytes were seen.
fn relocked(old: Of<'_>, new: Of<'_>) -> Option<(String, Bears)> {
    let is_seen = new.found().is_some();
    let sentence = match (old.locked(), new.locked()) {
        (None, Some(locked)) if new.found().is_none_or(|found| found == locked) => {
            return lock_came(old).map(|sentence| (sentence, Bears::NewEvidence));
        }
        (None, Some(_)) => "the lock names it now, with other bytes than its file has".to_owned(),
        (Some(_), None) => "its line is gone from the lock".to_owned(),
        (Some(_), Some(locked)) if new.found() == Some(locked) => {
            "the lock now names the bytes that its file has".to_owned()
        }
        (Some(_), Some(_)) if is_seen => "the lock names other bytes than its file has".to_owned(),
        (Some(_), Some(_)) => "its bytes changed, by what the lock says".to_owned(),
        (None, None) => return None,
    };
    Some((sentence, Bears::Thing))
}

/// A first lock of everything is no news of each edition.
fn lock_came(old: Of<'_>) -> Option<String> {
    old.assessment.lock.as_ref().map(|_| "the lock names it now".to_owned())
}

/// Lines of the lock that came, went or changed and belong to no edition of either side.
pub(super) fn stray_lines(sides: &Sides<'_>, renames: &Renames, out: &mut Vec<Change>) {
    let (old, new) = (&sides.before.facts.assessment, &sides.after.facts.assessment);
    let (Some(before), Some(after)) = (&old.lock, &new.lock) else { return };
    if before.lost || after.lost {
        return;
    }
    let mut known = keys(old);
    known.extend(keys(new));
    let differing = before.entries.keys().chain(after.entries.keys()).collect::<BTreeSet<_>>();
    for key in differing.into_iter().filter(|key| !known.contains(*key) && !renames.artifacts.contains_key(&key.0)) {
        let (was, is) = (before.entries.get(key), after.entries.get(key));
        let (what, sentence) = match (was, is) {
            (Some(was), Some(is)) if was.sha256 == is.sha256 && was.size == is.size => continue,
            (Some(_), Some(_)) => (What::Changed, "names other bytes"),
            (None, _) => (What::Added, "added, though no edition lies there"),
            (_, None) => (What::Removed, "removed; no edition lay there"),
        };
        let mut found = Change::new(Section::Evidence, what, format!("lock line of {} at {}", key.0, key.1), sentence);
        found.weight = Weight::Slight;
        let place = is.map(|line| At::Now(line.span)).or_else(|| was.map(|line| At::Then(line.span)));
        found.spot = place.map(|place| sides.at(place));
        out.push(found);
    }
}

/// What the lock may name: each edition by artifact and place.
fn keys(of: &Assessment) -> BTreeSet<(String, String)> {
    of.editions().map(|(series, edition)| (series.artifact.id.name.clone(), edition.location.clone())).collect()
}

//! Where the files stand that a log names: its absolute paths, put onto the names of a folder or a zip.
//!
//! Nothing in a name is a pattern but what the log itself lost: `?` for letters beyond ASCII, and the end of a path
//! that was cut. Brackets, stars and spaces are what they are.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use crate::archive::Entry;
use crate::dod_log::path;
use crate::dod_log::reading::Logged;

/// Rows that are asked where the log's folder may stand; the rarest names know best.
const VOTERS: usize = 16;

/// Rows by which one such answer is measured.
const SAMPLE: usize = 256;

/// Files of one name that a voter may name.
const MOST_ALIKE: usize = 32;

/// Folders that one log may have been made of, one after another.
const MOST_ROOTS: usize = 8;

/// Lines that a wrapped path may take below its own.
const MOST_WRAPPED: usize = 3;

/// A folder of the log, and the folder that stands for it here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Root {
    /// Its parts.
    from: Vec<String>,
    /// As the log writes it.
    pub(super) shown: String,
    /// Relative to the folder or zip; empty at the top.
    pub(super) to: String,
}

/// How a name was recognized, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum How {
    /// Letter by letter.
    Exact,
    /// But for case, Unicode composition or a space at the end.
    Folded,
    /// With `?` for letters beyond ASCII.
    Marks,
    /// As far as the log shows it.
    Cut,
}

/// The files that fit a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fit {
    pub(super) how: How,
    /// Places in the list of files; more than one if the log lost what tells them apart.
    pub(super) files: Vec<usize>,
    /// How many lines below the row its path took.
    pub(super) wrapped: usize,
}

/// The names of a folder or a zip in the forms in which a log may show them.
pub(super) struct Names<'a> {
    files: &'a [Entry],
    folded: BTreeMap<String, Vec<usize>>,
    narrow: BTreeMap<String, Vec<usize>>,
    narrowest: BTreeMap<String, Vec<usize>>,
    last: BTreeMap<String, Vec<usize>>,
}

impl<'a> Names<'a> {
    /// Of files that are sorted by name.
    pub(super) fn of(files: &'a [Entry]) -> Self {
        let by = |form: &dyn Fn(&str) -> String| {
            let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (i, file) in files.iter().enumerate() {
                names.entry(form(&file.name)).or_default().push(i);
            }
            names
        };
        let last = |name: &str| folded(name.rsplit('/').next().unwrap_or_default());
        Self { files, folded: by(&folded), narrow: by(&narrow), narrowest: by(&narrowest), last: by(&last) }
    }

    fn exact(&self, name: &str) -> Option<usize> {
        self.files.binary_search_by(|file| file.name.as_str().cmp(name)).ok()
    }

    /// The files that a name of the log may mean.
    fn fit(&self, name: &str) -> Option<(How, Vec<usize>)> {
        if let Some(file) = self.exact(name) {
            return Some((How::Exact, vec![file]));
        }
        if let Some(files) = self.folded.get(&folded(name)) {
            return Some((How::Folded, files.clone()));
        }
        let marked = narrow(name);
        if has_marks(name) {
            let files = self.narrow.get(&marked).or_else(|| self.narrowest.get(&narrowest(name)));
            if let Some(files) = files {
                return Some((How::Marks, files.clone()));
            }
        }
        let beginning = ["...", "…", "?", "\u{fffd}"].into_iter().find_map(|mark| name.strip_suffix(mark))?;
        let files = self.beginning_with(&narrow(beginning));
        (!files.is_empty()).then_some((How::Cut, files))
    }

    fn beginning_with(&self, beginning: &str) -> Vec<usize> {
        let range = self.narrow.range(beginning.to_owned()..);
        range.take_while(|(name, _)| name.starts_with(beginning)).flat_map(|(_, files)| files).copied().collect()
    }
}

/// A name whatever its case and composition, without spaces at its end.
fn folded(name: &str) -> String {
    name.trim_end().nfc().collect::<String>().to_lowercase()
}

/// A name as ASCII shows it: `?` for each UTF-16 unit of what is no printable ASCII.
fn narrow(name: &str) -> String {
    name.chars().map(|c| if matches!(c, ' '..='~') { c.to_string() } else { "?".repeat(c.len_utf16()) }).collect()
}

/// The same with one `?` for each run of them.
fn narrowest(name: &str) -> String {
    let mut out = narrow(name);
    while out.contains("??") {
        out = out.replace("??", "?");
    }
    out
}

/// Whether a name lost letters: it has marks for them, and no letter beyond ASCII that was kept.
fn has_marks(name: &str) -> bool {
    let lost = |c: char| c == '?' || c == char::REPLACEMENT_CHARACTER;
    name.contains(lost) && name.chars().all(|c| c.is_ascii() || lost(c))
}

/// A row, and what its path may be: as it stands, or with the lines below it.
pub(super) struct Wanted {
    variants: Vec<(usize, Vec<String>)>,
    like: String,
}

impl Wanted {
    pub(super) fn of(row: &Logged) -> Self {
        let mut variants = vec![(0, path::parts(&row.path))];
        for taken in 1..=row.tail.len().min(MOST_WRAPPED) {
            let tail: Vec<&str> = row.tail[..taken].iter().map(|(_, line)| line.trim_end()).collect();
            let spaced: Vec<&str> = tail.iter().map(|line| line.trim_start()).collect();
            variants.push((taken, path::parts(&format!("{}{}", row.path, tail.concat()))));
            variants.push((taken, path::parts(&format!("{} {}", row.path, spaced.join(" ")))));
        }
        Self { variants, like: row.path.clone() }
    }

    fn is_below(&self, from: &[String]) -> bool {
        self.variants.iter().any(|(_, parts)| parts.starts_with(from))
    }

    /// The files that fit it, by the surest way.
    pub(super) fn fit(&self, roots: &[Root], names: &Names<'_>) -> Option<Fit> {
        let fits = self.variants.iter().filter_map(|(wrapped, parts)| {
            let root = roots.iter().find(|root| parts.starts_with(&root.from))?;
            let (how, files) = names.fit(&target(&root.to, &parts[root.from.len()..]))?;
            Some(Fit { how, files, wrapped: *wrapped })
        });
        fits.min_by_key(|fit| (fit.how, fit.wrapped))
    }
}

fn target(to: &str, parts: &[String]) -> String {
    let rest = parts.join("/");
    if to.is_empty() { rest } else { format!("{to}/{rest}") }
}

/// The folders that the log was made of and where they stand here. What lies below one is not looked for elsewhere,
/// so that a file that was moved is missed.
pub(super) fn roots(wanted: &[Wanted], names: &Names<'_>) -> Vec<Root> {
    let mut open: Vec<&Wanted> = wanted.iter().collect();
    let mut roots: Vec<Root> = Vec::new();
    while let (Some(first), true) = (open.first(), roots.len() < MOST_ROOTS) {
        let (from, to) = voted(&open, names).unwrap_or_else(|| shared(&open, names));
        let shown = path::shown(&from, &first.like);
        open.retain(|row| !row.is_below(&from));
        roots.push(Root { from, shown, to });
    }
    roots
}

type Candidate = (Vec<String>, String);

/// The candidate that finds most rows. The top is preferred unless a subfolder finds more than twice as many: a whole
/// older copy in it must not stand for files that lack at the top.
fn voted(open: &[&Wanted], names: &Names<'_>) -> Option<Candidate> {
    let sample: Vec<&&Wanted> = open.iter().step_by(open.len().div_ceil(SAMPLE)).collect();
    let found = |(from, to): &Candidate| {
        let is_found = |(_, parts): &(usize, Vec<String>)| {
            parts.strip_prefix(&from[..]).is_some_and(|rest| names.folded.contains_key(&folded(&target(to, rest))))
        };
        sample.iter().filter(|row| row.variants.iter().any(is_found)).count()
    };
    let scored: Vec<(usize, Candidate)> = candidates(open, names).into_iter().map(|one| (found(&one), one)).collect();
    let order = |(count, (from, to)): &&(usize, Candidate)| (*count, std::cmp::Reverse(to.len()), from.len());
    let best = scored.iter().max_by_key(order)?;
    let top = scored.iter().filter(|(_, (_, to))| to.is_empty()).max_by_key(order);
    Some(top.filter(|top| top.0 * 2 >= best.0).unwrap_or(best).1.clone())
}

/// Every way in which a rare name of the log and a file of that name agree from their ends on.
fn candidates(open: &[&Wanted], names: &Names<'_>) -> BTreeSet<Candidate> {
    let alike = |parts: &[String]| parts.last().and_then(|last| names.last.get(&folded(last)));
    let rows = open.iter().flat_map(|row| &row.variants).map(|(_, parts)| parts);
    let mut voters: Vec<(usize, &Vec<String>)> =
        rows.filter_map(|parts| alike(parts).map(|files| (files.len(), parts))).collect();
    voters.sort_by_key(|(count, _)| *count);
    let mut found = BTreeSet::new();
    for (_, parts) in voters.into_iter().take(VOTERS) {
        for file in alike(parts).into_iter().flatten().take(MOST_ALIKE) {
            found.extend(agreeing(parts, &names.files[*file].name));
        }
    }
    found
}

fn agreeing(parts: &[String], name: &str) -> Vec<Candidate> {
    let here: Vec<&str> = name.split('/').collect();
    let same = parts.iter().rev().zip(here.iter().rev()).take_while(|(a, b)| folded(a) == folded(b)).count();
    let cut = |common: usize| (parts[..parts.len() - common].to_vec(), here[..here.len() - common].join("/"));
    (1..=same).map(cut).collect()
}

/// Where no name is found as it stands: what the folders of all rows begin with, less what finds nothing.
fn shared(open: &[&Wanted], names: &Names<'_>) -> Candidate {
    let folders = open.iter().map(|row| row.variants[0].1.split_last().map_or(&[][..], |(_, folders)| folders));
    let common = folders.reduce(|a, b| &a[..a.iter().zip(b).take_while(|(x, y)| x == y).count()]).unwrap_or_default();
    let found = |length: usize| {
        let rest = open.iter().take(SAMPLE).filter_map(|row| row.variants[0].1.strip_prefix(&common[..length]));
        rest.filter(|rest| names.fit(&rest.join("/")).is_some()).count()
    };
    let length = (0..=common.len()).max_by_key(|length| (found(*length), *length)).unwrap_or_default();
    (common[..length].to_vec(), String::new())
}

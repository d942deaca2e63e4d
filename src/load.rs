//! A tree to records: every file kind read by the one reader, every problem kept, no file hiding another.

mod shared;
mod trust;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Place};
use crate::digest;
use crate::failure::{Cause, Failure};
use crate::ids::{RequirementId, Span, Spanned};
use crate::model::config::Config;
use crate::model::{Filed, Lock, LockEntry, Policy, Records};
use crate::signature::Signers;
use crate::source::{LARGEST_TEXT, Tree, Unreadable};
use crate::table::{self, Reader, Record};
use crate::timestamp;

pub use shared::{Cost, Shared};

/// The first line of `evidence.lock`.
pub const LOCK_HEADER: &str = "# demarcate evidence.lock 1";

/// Reads every file of the root, and of the root that it extends.
pub fn tree(tree: &Tree<'_>, out: &mut Vec<Diagnostic>) -> Result<Records, Failure> {
    whole(tree, None, out)
}

/// The same for one of several trees: what is the same in two of them is parsed once, and has one place in both.
pub fn tree_sharing(tree: &Tree<'_>, shared: &Shared, out: &mut Vec<Diagnostic>) -> Result<Records, Failure> {
    let records = whole(tree, Some(shared), out)?;
    shared.keep_files(&records.files);
    Ok(records)
}

fn whole(tree: &Tree<'_>, shared: Option<&Shared>, out: &mut Vec<Diagnostic>) -> Result<Records, Failure> {
    let records = Records { files: shared.map(Shared::files).unwrap_or_default(), ..Records::default() };
    let mut loader = Loader { tree, above: String::new(), inherited: false, records, shared, out };
    loader.root()?;
    let base = loader.records.config.as_ref().and_then(|config| config.extends.clone());
    let mut records = loader.records;
    if let Some(base) = base {
        records = extended(tree, (&base.value, base.span), records, shared, out);
    }
    Ok(records)
}

/// Adds what the extended root shares: policies, providers, people, roles, artifacts, and the practices, incident
/// handoffs and cryptographic modules that are not written here.
fn extended(
    tree: &Tree<'_>,
    (base, span): (&str, Span),
    own: Records,
    shared: Option<&Shared>,
    out: &mut Vec<Diagnostic>,
) -> Records {
    let sibling =
        tree.sibling(base).filter(|sibling| sibling.exists("demarcate.toml") && sibling.prefix() != tree.prefix());
    if sibling.is_some() && tree.leads_through_link(base) {
        out.push(
            Diagnostic::new(
                "dangling-extends",
                format!("`{base}` leads through a link, so nothing is taken from it"),
                span,
            )
            .label("a link on the way")
            .help("name the folder itself: what a link leads to may change without anybody's signature"),
        );
        return own;
    }
    let Some(sibling) = sibling else {
        out.push(
            Diagnostic::new("dangling-extends", format!("`{base}` is not another root of this repository"), span)
                .label("no demarcate.toml there")
                .help("name a folder of the same Git repository, relative to this one, that holds a demarcate.toml"),
        );
        return own;
    };
    let above = format!("{}/", base.trim_end_matches('/'));
    let mut loader = Loader { tree: &sibling, above, inherited: true, records: own, shared, out };
    let deeper = loader.shared(&|path| !tree.exists(path));
    if let Some(deeper) = deeper {
        let (span, base) = (deeper.span, deeper.value);
        loader.out.push(
            Diagnostic::new(
                "dangling-extends",
                format!("`{base}` is extended by a root that is itself extended"),
                span,
            )
            .label("a second step")
            .help("extend one root only"),
        );
    }
    loader.records
}

/// The bytes of a file with the line ends of a repository if it is a text, as a checkout may write CRLF for LF.
fn as_committed(bytes: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains("\r\n") && !text.contains('\0') => {
            Cow::Owned(text.replace("\r\n", "\n").into_bytes())
        }
        _ => Cow::Borrowed(bytes),
    }
}

/// The name of a practice's file, without folder and ending.
fn stem(path: &str) -> &str {
    path.trim_start_matches("practices/").trim_end_matches(".toml")
}

struct Loader<'a, 'g> {
    tree: &'a Tree<'g>,
    /// What stands before paths of this root in messages.
    above: String,
    inherited: bool,
    records: Records,
    /// What was read of another tree.
    shared: Option<&'a Shared>,
    out: &'a mut Vec<Diagnostic>,
}

impl Loader<'_, '_> {
    fn root(&mut self) -> Result<(), Failure> {
        if !self.tree.exists("demarcate.toml") {
            return Err(Failure::new(Cause::NoRoot, "no demarcate.toml in this folder"));
        }
        self.records.config = self.config();
        self.folder_of_practices();
        self.providers_and_evidence();
        for path in self.files_in("poam", ".toml") {
            let item = self.record(&path);
            self.records.poam.extend(item);
        }
        for path in self.files_in("exceptions", ".toml") {
            let item = self.record(&path);
            self.records.exceptions.extend(item);
        }
        self.records.assets = self.record("assets.toml");
        self.records.incident = self.record("incident.toml");
        self.records.crypto = self.record("crypto.toml");
        self.records.lock = self.lock();
        self.trust();
        Ok(())
    }

    /// Reads what says who is who, unless it stands behind a link.
    fn config(&mut self) -> Option<Filed<Config>> {
        let path = "demarcate.toml";
        if self.tree.is_link(path) {
            self.records.broken.extend(defined_in(path));
            self.out.push(trust::of_link(&format!("{}{path}", self.above)));
            return None;
        }
        self.record(path)
    }

    /// Reads the trust folder to say what is wrong with it.
    fn trust(&mut self) {
        let signers = "trust/allowed_signers";
        let keyrings = self.files_in("trust", ".asc");
        let files = [signers, "trust/revoked", "trust/tsa.pem"].into_iter().chain(keyrings.iter().map(String::as_str));
        let links: Vec<&str> =
            std::iter::once("trust").chain(files.clone()).filter(|path| self.tree.is_link(path)).collect();
        self.out.extend(links.iter().map(|path| trust::of_link(path)));
        if links.contains(&"trust") {
            return;
        }
        let is_file = |path: &str| !links.contains(&path);
        for path in files.clone().filter(|path| is_file(path)) {
            match self.tree.read(path) {
                Ok(Some(bytes)) => {
                    let digest = digest::hex(&digest::of(&as_committed(&bytes)));
                    self.records.ending.digests.insert(path.to_owned(), digest);
                }
                // The list of signers is a text, of which that is said where it is read.
                Err(why) if path != signers => self.out.push(unreadable(path, &why)),
                Ok(None) | Err(_) => {}
            }
        }
        if is_file(signers)
            && let Some((file, text)) = self.text(signers)
        {
            self.out.extend(trust::of_signers(&text, file));
            self.records.ending.signers = Signers::read(text.as_bytes()).entries;
        }
        let authorities = "trust/tsa.pem";
        if is_file(authorities)
            && let Ok(Some(bytes)) = self.tree.read(authorities)
        {
            self.records.ending.authorities = timestamp::lasting(&bytes);
        }
        let revoked = "trust/revoked";
        if is_file(revoked)
            && let Ok(Some(bytes)) = self.tree.read(revoked)
        {
            let text = String::from_utf8(bytes.clone()).ok();
            let file = text.map(|text| self.records.files.add(revoked, text.into()));
            self.out.extend(trust::of_revoked(&bytes, revoked, file));
        }
        for path in keyrings.iter().filter(|path| is_file(path)) {
            if let Ok(Some(bytes)) = self.tree.read(path) {
                self.out.extend(trust::of_keyring(&bytes, path));
            }
        }
    }

    /// Takes what is shared; `lacks` says of a file whether the root itself has none of that name. Comes
    /// back with what the extended root extends in its turn.
    fn shared(&mut self, lacks: &dyn Fn(&str) -> bool) -> Option<Spanned<String>> {
        let base = self.config();
        let deeper = base.as_ref().and_then(|base| base.extends.clone());
        if let (Some(own), Some(base)) = (&mut self.records.config, base) {
            let known: Vec<String> = own.value.person.iter().map(|p| p.id.name.clone()).collect();
            own.value.person.extend(base.value.person.into_iter().filter(|p| !known.contains(&p.id.name)));
            let known: Vec<String> = own.value.role.iter().map(|r| r.id.name.clone()).collect();
            own.value.role.extend(base.value.role.into_iter().filter(|r| !known.contains(&r.id.name)));
        }
        self.shared_practices();
        self.providers_and_evidence();
        if lacks("incident.toml") {
            self.records.incident = self.record("incident.toml");
        }
        if lacks("crypto.toml") {
            self.records.crypto = self.record("crypto.toml");
        }
        deeper
    }

    /// Takes the practices that the root has no file of its own for. A file is named after what it holds, so one whose
    /// name is that of an own practice is left unread, unless some practice is then found nowhere.
    fn shared_practices(&mut self) {
        let own: BTreeSet<String> = self.records.practices.iter().map(|found| found.practice.value.clone()).collect();
        let kept = self.records.practices.len();
        let is_own = |path: &str| own.contains(stem(path));
        let paths = self.files_of("practices", ".toml", &|path| !is_own(path));
        self.practices_at(&paths);
        let found: BTreeSet<&str> = self.records.practices.iter().map(|found| found.practice.value.as_str()).collect();
        if Catalog::rev2().requirements().any(|requirement| !found.contains(requirement.id.to_string().as_str())) {
            let unread = self.files_of("practices", ".toml", &is_own);
            self.practices_at(&unread);
        }
        let base = self.records.practices.split_off(kept);
        self.records.practices.extend(base.into_iter().filter(|found| !own.contains(&found.practice.value)));
    }

    fn folder_of_practices(&mut self) {
        let paths = self.files_in("practices", ".toml");
        self.practices_at(&paths);
    }

    fn practices_at(&mut self, paths: &[String]) {
        for (path, practice) in paths.iter().zip(self.records_at(paths)) {
            match practice {
                Some(practice) => self.records.practices.push(practice),
                None => {
                    self.records.unread_practices.extend(stem(path).parse::<RequirementId>());
                }
            }
        }
    }

    fn providers_and_evidence(&mut self) {
        let providers = self.files_in("providers", ".toml");
        let (crms, providers): (Vec<String>, Vec<String>) =
            providers.into_iter().partition(|path| path.ends_with(".crm.toml"));
        let found = self.records_at(&crms);
        self.records.crms.extend(found.into_iter().flatten());
        let mut found = self.records_at(&providers);
        let is_linked = |path: &str| self.tree.is_link("providers") || self.tree.is_link(path);
        for (path, found) in providers.iter().zip(&mut found).filter(|(path, _)| is_linked(path)) {
            let shown = format!("{}{path}", self.above);
            let lost = found.iter_mut().flat_map(|found| trust::of_linked_provider(&mut found.value, &shown));
            self.out.extend(lost);
        }
        self.records.providers.extend(found.into_iter().flatten());
        let parties = self.names_in("evidence");
        let paths: Vec<String> = parties.iter().map(|party| format!("evidence/{party}/artifacts.toml")).collect();
        let found = self.records_at(&paths);
        let found = parties.into_iter().zip(found).filter_map(|(party, artifacts)| Some((party, artifacts?)));
        self.records.artifacts.extend(found);
        for path in self.files_in("policies", ".md") {
            if let Some((file, text)) = self.text(&path) {
                let id = path.trim_start_matches("policies/").trim_end_matches(".md").to_owned();
                let heading = text.lines().find_map(|line| line.strip_prefix("# "));
                let title = heading.map_or_else(|| id.clone(), |heading| heading.trim().to_owned());
                let value = Policy { id, title, text };
                let path = format!("{}{path}", self.above);
                self.records.policies.push(Filed { path, file, value, lost: false, inherited: self.inherited });
            }
        }
    }

    /// Names in a folder of the root; what stands there and is no folder, or cannot be listed, is reported.
    fn names_in(&mut self, folder: &str) -> Vec<String> {
        let names = match self.tree.names(folder) {
            Ok(names) => names,
            Err(failure) => {
                self.records.broken.extend(defined_in(&format!("{folder}/")));
                let path = format!("{}{folder}", self.above);
                let unlisted = Diagnostic::new("unreadable-file", failure.message, Place::Path(path));
                self.out.push(unlisted.help("correct its permissions, so that the folder can be listed"));
                return Vec::new();
            }
        };
        let is_folder = || matches!(self.tree.read(folder), Err(Unreadable::Folder));
        if names.is_empty() && self.tree.exists(folder) && !is_folder() {
            self.records.broken.extend(defined_in(&format!("{folder}/")));
            let path = format!("{}{folder}", self.above);
            let message = format!("{path} is not a folder");
            self.out.push(
                Diagnostic::new("unreadable-file", message, Place::Path(path))
                    .help(format!("rename what stands there; the files of `{folder}/` are read from a folder")),
            );
        }
        names
    }

    fn files_in(&mut self, folder: &str, ending: &str) -> Vec<String> {
        self.files_of(folder, ending, &|_| true)
    }

    /// The files of a folder with this ending that are wanted; the others are not even looked at.
    fn files_of(&mut self, folder: &str, ending: &str, is_wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
        let names = self.names_in(folder).into_iter();
        let named = names.filter(|name| name.ends_with(ending) && !name.starts_with('.'));
        let wanted = named.map(|name| format!("{folder}/{name}")).filter(|path| is_wanted(path));
        let (paths, lost): (Vec<String>, Vec<String>) = wanted.partition(|path| self.tree.exists(path));
        self.out.extend(lost.iter().map(|path| {
            let path = format!("{}{path}", self.above);
            unreadable(&path, &Unreadable::Refused("its name is not UTF-8".to_owned())).help("rename the file")
        }));
        paths
    }

    /// Reads one TOML file; absent gives nothing, unreadable gives a diagnostic.
    fn record<T: Kept>(&mut self, path: &str) -> Option<Filed<T>> {
        let text = self.text_of_record(path);
        let read = text.map(|(file, text)| parsed(file, &text, self.shared));
        self.filed(path, read?)
    }

    /// Reads several TOML files of one kind, parsing them on every core; the order is that of the paths.
    fn records_at<T: Kept>(&mut self, paths: &[String]) -> Vec<Option<Filed<T>>> {
        let texts: Vec<_> = paths.iter().map(|path| self.text_of_record(path)).collect();
        let shared = self.shared;
        let parsed = |text: Option<(u32, Arc<str>)>| text.map(|(file, text)| parsed(file, &text, shared));
        let read: Vec<Option<Parsed<T>>> = texts.into_par_iter().with_min_len(4).map(parsed).collect();
        paths.iter().zip(read).map(|(path, read)| self.filed(path, read?)).collect()
    }

    fn text_of_record(&mut self, path: &str) -> Option<(u32, Arc<str>)> {
        let text = self.text(path);
        if text.is_none() && self.tree.exists(path) {
            self.records.broken.extend(defined_in(path));
        }
        text
    }

    /// Keeps what the reader of a file found.
    fn filed<T>(&mut self, path: &str, (file, value, mut reader): Parsed<T>) -> Option<Filed<T>> {
        if reader.lost {
            self.records.broken.extend(defined_in(path));
        }
        let practice = path.strip_prefix("practices/").and_then(|name| name.strip_suffix(".toml")?.parse().ok());
        self.out.extend(reader.problems.into_iter().map(|mut problem| {
            problem.practice = practice;
            problem
        }));
        self.records.references.append(&mut reader.references);
        let path = format!("{}{path}", self.above);
        Some(Filed { path, file, value: value?, lost: reader.lost, inherited: self.inherited })
    }

    /// Reads one text; absent gives nothing, unreadable gives a diagnostic.
    fn text(&mut self, path: &str) -> Option<(u32, Arc<str>)> {
        let shown = format!("{}{path}", self.above);
        let bytes = match self.tree.read(path) {
            Ok(bytes) => within_limit(bytes?),
            Err(why) => Err(why),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(why) => {
                self.out.push(unreadable(&shown, &why));
                return None;
            }
        };
        match String::from_utf8(bytes) {
            Ok(text) => {
                let text: Arc<str> = text.into();
                let known = self.shared.and_then(|shared| shared.number(&shown, &text));
                let number = known.filter(|number| self.records.files.place(*number));
                Some((number.unwrap_or_else(|| self.records.files.add(&shown, Arc::clone(&text))), text))
            }
            Err(error) => {
                self.not_utf8(&shown, &error);
                None
            }
        }
    }

    fn not_utf8(&mut self, path: &str, error: &std::string::FromUtf8Error) {
        let good = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let seen = String::from_utf8_lossy(&bytes[..good]).into_owned();
        let start = u32::try_from(seen.len()).unwrap_or(u32::MAX);
        let byte = bytes[good];
        // What is behind the bad byte is told by the digest alone, so that two such texts are alike only if their bytes are.
        let digest = digest::hex(&digest::of(bytes));
        let file = self.records.files.add(path, format!("{seen}\u{fffd}\n{digest}\n").into());
        let span = Span { file, start, end: start + 3 };
        let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
        let help = if utf16 { "the file is UTF-16: save it as UTF-8" } else { "save the file as UTF-8" };
        self.out.push(
            Diagnostic::new("not-utf8", format!("byte 0x{byte:02x} is not UTF-8"), span)
                .label("the first byte that is not UTF-8")
                .help(help),
        );
    }

    fn lock(&mut self) -> Option<Filed<Lock>> {
        let (file, text) = self.text("evidence.lock")?;
        let read = || {
            let mut reader = Reader { file, ..Reader::default() };
            let value = read_lock(&text, file, &mut reader.problems);
            (file, Some(value), reader)
        };
        let (_, value, mut reader) = once(file, self.shared, read);
        let lost = !reader.problems.is_empty();
        self.out.append(&mut reader.problems);
        Some(Filed { path: "evidence.lock".to_owned(), file, value: value?, lost, inherited: false })
    }
}

/// A file's number, what it holds, and what its reader found.
type Parsed<T> = (u32, Option<T>, Reader);

/// What may be kept for another tree.
trait Kept: Record + Clone + Send + Sync + 'static {}

impl<T: Record + Clone + Send + Sync + 'static> Kept for T {}

fn parsed<T: Kept>(file: u32, text: &str, shared: Option<&Shared>) -> Parsed<T> {
    once(file, shared, || {
        let mut reader = Reader { file, ..Reader::default() };
        let value = table::read::<T>(text, &mut reader);
        (file, value, reader)
    })
}

/// What a file was parsed to, for another tree or now.
fn once<T: Clone + Send + Sync + 'static>(
    file: u32,
    shared: Option<&Shared>,
    parse: impl FnOnce() -> Parsed<T>,
) -> Parsed<T> {
    let Some(shared) = shared else { return parse() };
    shared.taken(file).unwrap_or_else(|| {
        let parsed = parse();
        shared.keep(&parsed);
        parsed
    })
}

/// The bytes, unless they are more than is read; a blob is known only once it is read.
fn within_limit(bytes: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
    let size = bytes.len() as u64;
    if size > LARGEST_TEXT { Err(Unreadable::TooLarge(size)) } else { Ok(bytes) }
}

/// The kinds of things that a file defines.
fn defined_in(path: &str) -> &'static [&'static str] {
    match path.split('/').next() {
        Some("demarcate.toml") => &["role", "person"],
        Some("practices") => &["practice"],
        Some("providers") if path.ends_with(".crm.toml") => &["matrix"],
        Some("providers") => &["party", "provider"],
        Some("evidence") => &["artifact"],
        Some("poam") => &["poam"],
        Some("exceptions") => &["exception"],
        Some("assets.toml") => &["group"],
        Some("crypto.toml") => &["module"],
        Some("incident.toml") => &["incident"],
        _ => &[],
    }
}

fn unreadable(path: &str, why: &Unreadable) -> Diagnostic {
    let help = match why {
        Unreadable::Folder | Unreadable::Special | Unreadable::Submodule => {
            "put a regular file there, or rename what stands there"
        }
        Unreadable::Escapes => "put the file itself there, or a link that stays inside the repository",
        Unreadable::TooLarge(_) => "split the file",
        Unreadable::Refused(_) => "correct its permissions",
        Unreadable::Unmerged => "resolve the merge in it, then `git add` it",
    };
    Diagnostic::new("unreadable-file", format!("{path} cannot be read: {why}"), Place::Path(path.to_owned())).help(help)
}

/// Reads the lines of a lock: digest, two spaces, size, two spaces, artifact, two spaces, path or URL.
pub fn read_lock(text: &str, file: u32, problems: &mut Vec<Diagnostic>) -> Lock {
    let mut lock = Lock::default();
    let mut offset = 0;
    let windows = text.lines().next().is_some_and(|first| text[first.len()..].starts_with("\r\n"));
    for (number, raw) in text.split_inclusive('\n').enumerate() {
        let line = raw.strip_suffix('\n').unwrap_or(raw);
        let line = if windows { line.strip_suffix('\r').unwrap_or(line) } else { line };
        let at = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let span = Span { file, start: at(offset), end: at(offset + line.len()) };
        offset += raw.len();
        if number == 0 {
            if windows {
                problems.push(lock_problem(span, "the lines of the lock end as on Windows (CRLF), not with LF alone"));
            }
            if line != LOCK_HEADER {
                problems.push(lock_problem(span, &format!("the lock does not begin with `{LOCK_HEADER}`")));
            }
            continue;
        }
        match lock_line(line, span) {
            Some((key, entry)) => {
                if let Some(first) = lock.entries.get(&key) {
                    problems.push(locked_twice(span, first, &entry));
                    if !first.says_the_same(&entry) {
                        lock.rivals.entry(key).or_default().push(entry);
                    }
                } else {
                    lock.entries.insert(key, entry);
                }
            }
            None => problems.push(lock_problem(span, "this line is not `<64 hex>  <size>  <artifact>  <path>`")),
        }
    }
    lock
}

fn lock_line(line: &str, span: Span) -> Option<((String, String), LockEntry)> {
    let mut cells = line.splitn(4, "  ");
    let sha256 = cells.next()?;
    let size = cells.next()?.parse().ok()?;
    let artifact = cells.next()?;
    let location = unescaped(cells.next()?)?;
    let hex = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    hex.then(|| ((artifact.to_owned(), location), LockEntry { sha256: sha256.to_owned(), size, span }))
}

fn lock_problem(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new("bad-lock", message, span).label("in this line").help(
        "run `demarcate hash`; it writes the lock anew from the files, and names every edition whose bytes are not \
             those that were locked. After a merge conflict keep the lines of both sides and run it",
    )
}

fn locked_twice(span: Span, first: &LockEntry, second: &LockEntry) -> Diagnostic {
    if first.says_the_same(second) {
        return lock_problem(span, "this edition is locked twice");
    }
    Diagnostic::new("bad-lock", "this edition is locked twice, with other bytes each time", span)
        .label("one of the two is not what was shown")
        .related("the other line", first.span)
        .help(
            "find out which bytes were shown (`git log -p -- evidence.lock` tells who wrote which line), keep that \
             line and delete the other; `demarcate hash --check` then compares the file with it",
        )
}

/// The text of a lock in its canonical form: sorted by artifact, then path, by bytes.
pub fn write_lock(lock: &Lock) -> String {
    let mut text = format!("{LOCK_HEADER}\n");
    for ((artifact, location), entry) in &lock.entries {
        text.push_str(&format!("{}  {}  {artifact}  {}\n", entry.sha256, entry.size, escaped(location)));
    }
    text
}

/// `%` and control characters as `%XX`, so that a location is one line.
fn escaped(location: &str) -> String {
    let mut out = String::new();
    for c in location.chars() {
        if c == '%' || c.is_control() {
            let mut bytes = [0; 4];
            out.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
        } else {
            out.push(c);
        }
    }
    out
}

fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'%' {
            let hex = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(hex, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_reads_back_as_it_was_written_whatever_the_path_holds() {
        let mut lock = Lock::default();
        for location in ["evidence/a  b/100%.csv", "evidence/new\nline\u{85}.txt", "https://x/y?z=1"] {
            let entry = LockEntry { sha256: "0f".repeat(32), size: 7, span: Span::default() };
            lock.entries.insert(("log".into(), location.into()), entry);
        }
        let text = write_lock(&lock);
        let mut problems = Vec::new();
        let back = read_lock(&text, 0, &mut problems);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(back.entries.keys().collect::<Vec<_>>(), lock.entries.keys().collect::<Vec<_>>());
        assert_eq!(text.lines().count(), 4);
    }

    #[test]
    fn a_lock_line_that_is_not_one_is_reported_at_its_line() {
        let mut problems = Vec::new();
        let text = format!("{LOCK_HEADER}\n<<<<<<< HEAD\n{}  1  a  b\n{}  1  a  b\n", "0".repeat(64), "1".repeat(64));
        let lock = read_lock(&text, 0, &mut problems);
        let messages: Vec<&str> = problems.iter().map(|p| p.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "this line is not `<64 hex>  <size>  <artifact>  <path>`",
                "this edition is locked twice, with other bytes each time"
            ]
        );
        let key = ("a".to_owned(), "b".to_owned());
        assert_eq!(lock.entries[&key].sha256, "0".repeat(64), "neither line is lost");
        assert_eq!(lock.rivals[&key][0].sha256, "1".repeat(64));
    }
}
